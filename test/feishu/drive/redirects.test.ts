import { expect, it } from '@jest/globals'
import type { HttpAnswer, Transport } from '../../../src/feishu/client/transport.js'
import { followRedirects } from '../../../src/feishu/drive/redirects.js'
import { quickClock } from '../../polling/quick-clock.js'

const ORIGIN = 'https://open.feishu.cn'

const untrusted = () => Promise.reject(Object.assign(new Error('x'), { code: 'CERT_HAS_EXPIRED' }))

/**
 * Follows a redirect of the Open API.
 * @param send sends the next request; by default, it fails because the certificate is not trusted
 * @returns the reply, and the lines of the debug log
 */
async function followTo(location: string, send: Transport['send'] = untrusted) {
  const answer: HttpAnswer = {
    status: 302,
    headers: { location },
    body: (async function* () {})(),
    destroy: () => undefined,
  }
  const lines: string[] = []
  const connection = {
    transport: { send, dispose: () => undefined },
    baseUrl: ORIGIN,
    clock: quickClock(10),
    onAnswer: (line: string) => void lines.push(line),
  }
  const start = { url: new URL(`${ORIGIN}/a`), answer, authorization: {} }
  const reply = await followRedirects(connection, 'mediaDownload', start, {}, new AbortController().signal)
  return { reply, lines }
}

it('a certificate of another host that is not trusted concerns one file, that of the Open API every request', async () => {
  const { reply: elsewhere } = await followTo('https://storage.example.com/file')
  expect(elsewhere).toMatchObject({ ok: false, failure: { class: 'permanent' } })
  expect(elsewhere.ok || elsewhere.failure.scope).toBeUndefined()
  const { reply: sameOrigin } = await followTo('/b')
  expect(sameOrigin).toMatchObject({ ok: false, failure: { class: 'permanent', scope: 'app' } })
})

it('the answer after a redirect and its network fault have a line in the debug log', async () => {
  const answer: HttpAnswer = {
    status: 403,
    headers: { 'x-request-id': 'log-1' },
    body: (async function* () {})(),
    destroy: () => undefined,
  }
  const { lines } = await followTo('https://storage.example.com/file', () => Promise.resolve(answer))
  expect(lines).toEqual(['mediaDownload: redirected to storage.example.com', 'mediaDownload: HTTP 403, log id log-1'])
  const { lines: linesOfFault } = await followTo('https://storage.example.com/file')
  expect(linesOfFault).toEqual([
    'mediaDownload: redirected to storage.example.com',
    expect.stringMatching(/^mediaDownload: Could not .*the certificate of storage\.example\.com is not trusted/),
  ])
})
