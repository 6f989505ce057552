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
    const callOnce = async (): Promise<Reply<string>> =>
      api.call('wikiNode', async () => {
        sent++
        await clock.wait(100)
        return noScope
      })
    const replies = await clock.run(Promise.all(Array.from({ length: 500 }, callOnce)))
    expect(new Set(replies.map((reply) => !reply.ok && reply.failure))).toEqual(new Set([noScope.failure]))
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
  /** True for a failure with scope `app`: every request of the app would fail like it. */
  const isAppWide = ({ reply }: { readonly reply: Reply<string> }): boolean =>
    !reply.ok && reply.failure.scope === 'app'

  it('is a failure of one document; the third one is a failure of every request if the API has answered none', async () => {
    expect(isAppWide(await clock.run(call([page])))).toBe(false)
    expect(isAppWide(await clock.run(call([page])))).toBe(false)
    expect(isAppWide(await clock.run(call([page])))).toBe(true)
  })

  it('is a failure of one document if the API has answered another request, and always for downloads of files', async () => {
    await clock.run(call([OK]))
    for (let nth = 0; nth < 5; nth++) expect(isAppWide(await clock.run(call([page])))).toBe(false)
    for (let nth = 0; nth < 5; nth++) expect(isAppWide(await clock.run(call([page], 'download')))).toBe(false)
  })

  it('is not an error code of the service or a certificate error: these failures keep their scope', async () => {
    const quota = fail(failure('quota', { class: 'permanent', httpStatus: 403, code: 99991403, scope: 'app' }))
    const certificate = fail(failure('certificate', { class: 'permanent', scope: 'app' }))
    expect(isAppWide(await clock.run(call([quota])))).toBe(true)
    expect(isAppWide(await clock.run(call([certificate])))).toBe(true)
  })
})
