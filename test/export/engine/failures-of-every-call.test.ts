import { beforeEach, describe, expect, it } from '@jest/globals'
import { fail, type Reply } from '../../../src/feishu/errors/failure.js'
import { OK, failure, scriptedApi } from './scripted-api.js'

let { clock, api, call } = scriptedApi()

beforeEach(() => {
  ;({ clock, api, call } = scriptedApi())
})

describe('a failure with scope `endpoint`', () => {
  const noScope = fail(failure('no scope', { class: 'permanent', scope: 'endpoint', code: 99991672 }))

  it('is received by few requests: all other calls of the API fail with it immediately', async () => {
    let sent = 0
    const one = async (): Promise<Reply<string>> =>
      api.call('wikiNode', async () => {
        sent++
        await clock.wait(100)
        return noScope
      })
    const replies = await clock.run(Promise.all(Array.from({ length: 500 }, one)))
    expect(new Set(replies.map((reply) => reply.ok || reply.failure))).toEqual(new Set([noScope.failure]))
    expect(sent).toBeLessThanOrEqual(20)
    expect(clock.nowMs()).toBeLessThan(1000)
    expect(await clock.run(call([OK], 'wikiNode'))).toMatchObject({ reply: noScope, attempts: 0 })
  })

  it('does not affect other APIs', async () => {
    await clock.run(call([noScope], 'wikiNode'))
    expect((await clock.run(call([OK], 'folder'))).reply).toBe(OK)
  })
})

describe('a page of a gateway in place of an answer', () => {
  const page = fail(failure('page', { class: 'permanent', httpStatus: 403, scope: 'app' }))
  const wideOf = ({ reply }: { readonly reply: Reply<string> }): boolean => !reply.ok && reply.failure.scope === 'app'

  it('concerns one document, and from the third on every request if the API has answered nothing', async () => {
    const wide = [await clock.run(call([page])), await clock.run(call([page])), await clock.run(call([page]))].map(
      wideOf,
    )
    expect(wide).toEqual([false, false, true])
  })

  it('concerns one document if the API has answered others, and always for downloads of files', async () => {
    await clock.run(call([OK]))
    for (let nth = 0; nth < 5; nth++) expect(wideOf(await clock.run(call([page])))).toBe(false)
    for (let nth = 0; nth < 5; nth++) expect(wideOf(await clock.run(call([page], 'download')))).toBe(false)
  })

  it('does not include error codes of the service and certificate errors: these keep their scope', async () => {
    const quota = fail(failure('quota', { class: 'permanent', httpStatus: 403, code: 99991403, scope: 'app' }))
    const certificate = fail(failure('certificate', { class: 'permanent', scope: 'app' }))
    expect(wideOf(await clock.run(call([quota])))).toBe(true)
    expect(wideOf(await clock.run(call([certificate])))).toBe(true)
  })
})
