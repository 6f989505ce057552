import { expect, it } from '@jest/globals'
import type { HttpAnswer } from '../../../src/feishu/client/transport.js'
import { followRedirects } from '../../../src/feishu/drive/redirects.js'
import { quickClock } from '../../polling/quick-clock.js'

const ORIGIN = 'https://open.feishu.cn'

/** Follows a redirect to a host whose certificate is not trusted. */
function followTo(location: string) {
  const answer: HttpAnswer = {
    status: 302,
    headers: { location },
    body: (async function* () {})(),
    destroy: () => undefined,
  }
  const connection = {
    transport: {
      send: () => Promise.reject(Object.assign(new Error('x'), { code: 'CERT_HAS_EXPIRED' })),
      dispose: () => undefined,
    },
    baseUrl: ORIGIN,
    clock: quickClock(10),
  }
  const start = { url: new URL(`${ORIGIN}/a`), answer, authorization: {} }
  return followRedirects(connection, 'mediaDownload', start, {}, new AbortController().signal)
}

it('a certificate of another host that is not trusted concerns one file, that of the Open API every request', async () => {
  const elsewhere = await followTo('https://storage.example.com/file')
  expect(elsewhere).toMatchObject({ ok: false, failure: { class: 'permanent' } })
  expect(elsewhere.ok || elsewhere.failure.scope).toBeUndefined()
  expect(await followTo('/b')).toMatchObject({ ok: false, failure: { class: 'permanent', scope: 'app' } })
})
