import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { withToken } from '../../../src/feishu/client/client.js'
import { givenToken, mintedTokens, type Credential } from '../../../src/feishu/auth/credentials.js'
import { fail, type Failure, type Reply } from '../../../src/feishu/errors/failure.js'

const REFUSED_TOKEN: Failure = { class: 'permanent', what: 'refused', origin: 'refused-token' }
const OTHER_FAILURE: Failure = { class: 'permanent', what: 'no permission' }
const signal = new AbortController().signal

/**
 * Simulates a service that mints the tokens t1, t2, t3, …, or, with `same`, always the token "same". It accepts a token
 * if `valid` returns true for it.
 * @returns `call` calls the service, by default with minted tokens (`credential`). `tried` has the tokens of all
 * attempts so far. `minted` returns the number of minted tokens so far.
 */
function service({ valid, same = false }: { valid: (token: string) => boolean; same?: boolean }) {
  let minted = 0
  const tried: string[] = []
  const credential = mintedTokens(async () => {
    await Promise.resolve()
    minted++
    if (minted > 1000) throw new Error('endless')
    return { ok: true, value: same ? 'same' : `t${minted}` }
  })
  const call = (by: Credential = credential): Promise<Reply<string>> =>
    withToken(by, signal, async ({ authorization = '' }) => {
      await Promise.resolve()
      const token = authorization.replace('Bearer ', '')
      tried.push(token)
      if (tried.length > 1000) throw new Error('endless')
      return valid(token) ? { ok: true, value: 'answer' } : fail(REFUSED_TOKEN)
    })
  return { call, credential, tried, minted: () => minted }
}

describe('a given token', () => {
  it('is tried once, also when the service refuses it', async () => {
    const { call, tried } = service({ valid: () => false })
    expect(await call(givenToken('mine'))).toEqual(fail(REFUSED_TOKEN))
    expect(tried).toEqual(['mine'])
  })
})

describe('minted tokens', () => {
  it('are minted when the first call needs one, once for all calls at the same time and after them', async () => {
    const { call, minted, tried } = service({ valid: () => true })
    expect(minted()).toBe(0)
    await Promise.all(Array.from({ length: 20 }, () => call()))
    await call()
    expect(minted()).toBe(1)
    expect(new Set(tried)).toEqual(new Set(['t1']))
  })

  it('are renewed when refused, once for all calls at the same time', async () => {
    const { call, minted, tried } = service({ valid: (token) => token !== 't1' })
    const replies = await Promise.all(Array.from({ length: 20 }, () => call()))
    expect(replies.every((reply) => reply.ok)).toBe(true)
    expect(minted()).toBe(2)
    expect(tried.filter((token) => token === 't2')).toHaveLength(20)
  })

  it.each([true, false])('are renewed once if every token is refused (always the same token: %s)', async (same) => {
    const { call, minted, tried } = service({ valid: () => false, same })
    expect(await call()).toMatchObject(fail(REFUSED_TOKEN))
    expect(minted()).toBe(2)
    expect(tried).toHaveLength(2)
    expect(await call()).toMatchObject(fail(REFUSED_TOKEN))
    expect(minted()).toBe(2)
    expect(tried).toHaveLength(3)
  })

  it('are renewed again if the service has accepted the current one before', async () => {
    let refusedToken = 't1'
    const { call, minted } = service({ valid: (token) => token !== refusedToken })
    for (const currentToken of ['t2', 't3', 't4']) {
      expect((await call()).ok).toBe(true)
      refusedToken = currentToken
    }
    expect((await call()).ok).toBe(true)
    expect(minted()).toBe(5)
  })

  it('are not renewed when a call fails for another reason', async () => {
    const { credential, minted } = service({ valid: () => true })
    const reply = await withToken(credential, signal, () => Promise.resolve(fail(OTHER_FAILURE)))
    expect(reply).toEqual(fail(OTHER_FAILURE))
    expect(minted()).toBe(1)
  })

  it('that cannot be minted make the call fail; the next call requests one again', async () => {
    let canMint = false
    const credential = mintedTokens(() => Promise.resolve(canMint ? { ok: true, value: 't' } : fail(OTHER_FAILURE)))
    const call = () => withToken(credential, signal, () => Promise.resolve({ ok: true as const, value: 1 }))
    expect(await call()).toEqual(fail({ ...OTHER_FAILURE, origin: 'token-request' }))
    canMint = true
    expect((await call()).ok).toBe(true)
  })

  it('need at most two mints for all calls at the same time, and two tries for each call, whatever the service refuses', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.boolean(), { maxLength: 12 }),
        fc.integer({ min: 1, max: 8 }),
        fc.boolean(),
        async (isValid, callers, same) => {
          const valid = (token: string): boolean => isValid[Number(token.slice(1)) - 1] ?? false
          const { call, minted, tried } = service({ valid, same })
          for (let round = 0; round < 3; round++) {
            const before = { minted: minted(), tried: tried.length }
            const replies = await Promise.all(Array.from({ length: callers }, () => call()))
            expect(minted() - before.minted).toBeLessThanOrEqual(2)
            expect(tried.length - before.tried).toBeLessThanOrEqual(2 * callers)
            for (const reply of replies) expect(reply.ok || reply.failure.what === REFUSED_TOKEN.what).toBe(true)
          }
        },
      ),
    )
  })
})
