import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { withToken } from '../../../src/feishu/client/client.js'
import { givenToken, mintedTokens, type Credential } from '../../../src/feishu/auth/credentials.js'
import { fail, type Failure, type Reply } from '../../../src/feishu/errors/failure.js'

const REFUSED: Failure = { class: 'permanent', what: 'refused', origin: 'refused-token' }
const OTHER: Failure = { class: 'permanent', what: 'no permission' }
const signal = new AbortController().signal

/** A service that mints tokens 1, 2, 3, … or always the same, and takes those that `valid` says. */
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
      return valid(token) ? { ok: true, value: 'answer' } : fail(REFUSED)
    })
  return { call, credential, tried, minted: () => minted }
}

describe('a given token', () => {
  it('is tried once, whatever comes', async () => {
    const { call, tried } = service({ valid: () => false })
    expect(await call(givenToken('mine'))).toEqual(fail(REFUSED))
    expect(tried).toEqual(['mine'])
  })
})

describe('minted tokens', () => {
  it('are minted when needed, once for all callers at the same time, and kept', async () => {
    const { call, minted, tried } = service({ valid: () => true })
    expect(minted()).toBe(0)
    await Promise.all(Array.from({ length: 20 }, () => call()))
    await call()
    expect(minted()).toBe(1)
    expect(new Set(tried)).toEqual(new Set(['t1']))
  })

  it('are renewed once when refused, together for all callers', async () => {
    const { call, minted, tried } = service({ valid: (token) => token !== 't1' })
    const replies = await Promise.all(Array.from({ length: 20 }, () => call()))
    expect(replies.every((reply) => reply.ok)).toBe(true)
    expect(minted()).toBe(2)
    expect(tried.filter((token) => token === 't2')).toHaveLength(20)
  })

  it.each([true, false])('are not renewed endlessly (the same again: %s)', async (same) => {
    const { call, minted, tried } = service({ valid: () => false, same })
    expect(await call()).toMatchObject(fail(REFUSED))
    expect(minted()).toBe(2)
    expect(tried).toHaveLength(2)
    expect(await call()).toMatchObject(fail(REFUSED))
    expect(minted()).toBe(2)
    expect(tried).toHaveLength(3)
  })

  it('are renewed again after the service took one', async () => {
    let bad = 't1'
    const { call, minted } = service({ valid: (token) => token !== bad })
    for (const next of ['t2', 't3', 't4']) {
      expect((await call()).ok).toBe(true)
      bad = next
    }
    expect((await call()).ok).toBe(true)
    expect(minted()).toBe(5)
  })

  it('are not renewed for another fault', async () => {
    const { credential, minted } = service({ valid: () => true })
    expect(await withToken(credential, signal, () => Promise.resolve(fail(OTHER)))).toEqual(fail(OTHER))
    expect(minted()).toBe(1)
  })

  it('that cannot be minted are the failure, and the next call tries again', async () => {
    let works = false
    const credential = mintedTokens(() => Promise.resolve(works ? { ok: true, value: 't' } : fail(OTHER)))
    const attempt = () => withToken(credential, signal, () => Promise.resolve({ ok: true as const, value: 1 }))
    expect(await attempt()).toEqual(fail({ ...OTHER, origin: 'token-request' }))
    works = true
    expect((await attempt()).ok).toBe(true)
  })

  it('never cost more than two mints and two tries a call, whatever the service refuses and however many call', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.boolean(), { maxLength: 12 }),
        fc.integer({ min: 1, max: 8 }),
        fc.boolean(),
        async (good, callers, same) => {
          const { call, minted, tried } = service({ valid: (token) => good[Number(token.slice(1)) - 1] ?? false, same })
          for (let round = 0; round < 3; round++) {
            const before = { minted: minted(), tried: tried.length }
            const replies = await Promise.all(Array.from({ length: callers }, () => call()))
            expect(minted() - before.minted).toBeLessThanOrEqual(2)
            expect(tried.length - before.tried).toBeLessThanOrEqual(3 * callers)
            for (const reply of replies) expect(reply.ok || reply.failure.what === REFUSED.what).toBe(true)
          }
        },
      ),
    )
  })
})
