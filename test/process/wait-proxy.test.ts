import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from '@jest/globals'
import { startEmulator, startProxy, type Emulator, type Proxy, type ProxyOptions } from '../emulator/index.js'
import { expectWaitSuccess, expectWaitFailure, buildWaitInputs, pollRequestsFor } from '../wait/support.js'
import { runAction, type Inputs } from './run-action.js'

const scratch = mkdtempSync(path.join(tmpdir(), 'wait-proxy-'))
const trusted = path.join(scratch, 'certificate.pem')
const closers: (() => Promise<void>)[] = []
afterAll(async () => {
  await Promise.all(closers.map((close) => close()))
  rmSync(scratch, { recursive: true, force: true })
})

const emulator = await startEmulator({ tls: true, limits: { query: undefined } })
closers.push(() => emulator.stop())
writeFileSync(trusted, emulator.certificate ?? '')
const HOST = `feishu.example.test:${emulator.port}`

/** Starts a proxy that leads to `emulator`, and is stopped after all tests. */
async function proxyWith(options: ProxyOptions = {}): Promise<Proxy> {
  const proxy = await startProxy({ to: emulator, ...options })
  closers.push(() => proxy.stop())
  return proxy
}

/** Waits for a new task of an emulator, with these environment variables. */
const runWaitWith = (to: Emulator, more: Inputs, env: Record<string, string>) =>
  runAction('wait', buildWaitInputs(to, to.addTask(), more), { env })

/** Inputs with a host that is reached only through a proxy. */
const FAR = { 'base-url': `https://${HOST}` }

describe('https_proxy', () => {
  it.concurrent.each(['https_proxy', 'HTTPS_PROXY'])(
    '%s gets a CONNECT request, and sees no credential',
    async (name) => {
      const proxy = await proxyWith()
      const task = emulator.addTask({ durationMs: 700 })
      const step = await runAction('wait', buildWaitInputs(emulator, task, FAR), {
        env: { [name]: proxy.url, NODE_EXTRA_CA_CERTS: trusted },
      })
      expectWaitSuccess(step)
      expect(pollRequestsFor(emulator, task).length).toBeGreaterThan(1)
      expect(proxy.requests.length).toBeGreaterThan(0)
      for (const request of proxy.requests) {
        expect(request).toMatchObject({ method: 'CONNECT', target: HOST })
        expect(JSON.stringify(request.headers)).not.toContain(emulator.accessToken)
      }
    },
  )

  it.concurrent('can have an IPv6 address', async () => {
    const proxy = await proxyWith({ host: '::1' })
    const env = { https_proxy: proxy.url, NODE_EXTRA_CA_CERTS: trusted }
    expectWaitSuccess(await runWaitWith(emulator, FAR, env))
    expect(proxy.requests).toHaveLength(1)
  })

  it.concurrent('gets its user and password, which nobody else gets', async () => {
    const proxy = await proxyWith()
    const task = emulator.addTask()
    const step = await runAction('wait', buildWaitInputs(emulator, task, FAR), {
      env: { https_proxy: proxy.url.replace('//', '//me:p%40ss@'), NODE_EXTRA_CA_CERTS: trusted },
    })
    expectWaitSuccess(step)
    const basic = `Basic ${Buffer.from('me:p@ss').toString('base64')}`
    expect(proxy.requests[0]?.headers['proxy-authorization']).toBe(basic)
    expect(pollRequestsFor(emulator, task)[0]?.headers).not.toHaveProperty('proxy-authorization')
    expect(step.lines.join('\n')).not.toMatch(/p@ss|p%40ss/)
  })

  it.concurrent(
    'that requires a login (407) or forbids the request (403) fails the step immediately, with advice',
    async () => {
      for (const [refuse, words] of [
        [407, /HTTP 407.*user and password.*https_proxy/],
        [403, /HTTP 403.*no_proxy/],
      ] as const) {
        const proxy = await proxyWith({ refuse })
        const message = expectWaitFailure(
          await runWaitWith(emulator, FAR, { https_proxy: proxy.url, NODE_EXTRA_CA_CERTS: trusted }),
        )
        expect(message).toMatch(words)
        expect(message).toContain(HOST)
        expect(proxy.requests).toHaveLength(1)
      }
    },
  )

  it.concurrent('that is broken (502) or absent is retried, and reported at the deadline', async () => {
    const proxy = await proxyWith({ refuse: 502 })
    const short = { ...FAR, 'timeout-seconds': 2.5 }
    const [broken, absent] = await Promise.all([
      runWaitWith(emulator, short, { https_proxy: proxy.url }),
      runWaitWith(emulator, short, { https_proxy: 'http://127.0.0.1:9' }),
    ])
    expect(expectWaitFailure(broken)).toMatch(
      /no usable answer of the service came within.*the proxy did not let the request through.*HTTP 502/,
    )
    expect(proxy.requests.length).toBeGreaterThan(1)
    expect(expectWaitFailure(absent)).toMatch(
      /no usable answer of the service came within.*proxy that leads to feishu\.example\.test.*ECONNREFUSED.*https_proxy/,
    )
  })

  it.concurrent('is not used if no_proxy names the host, and never for loopback', async () => {
    const proxy = await proxyWith()
    // No proxy leads there, and no name server knows the host.
    const env = { https_proxy: proxy.url, no_proxy: 'other.test,.example.test', NODE_EXTRA_CA_CERTS: trusted }
    const message = expectWaitFailure(await runWaitWith(emulator, { ...FAR, 'timeout-seconds': 1.5 }, env))
    expect(message).toMatch(/feishu\.example\.test/)
    const local = { 'base-url': `https://localhost:${emulator.port}` }
    expectWaitSuccess(await runWaitWith(emulator, local, { ...env, no_proxy: '' }))
    const plain = await startEmulator()
    closers.push(() => plain.stop())
    expectWaitSuccess(
      await runWaitWith(plain, {}, { http_proxy: proxy.url, HTTP_PROXY: proxy.url, https_proxy: proxy.url }),
    )
    expect(proxy.requests).toEqual([])
  })
})

describe('a certificate', () => {
  const direct = { 'base-url': `https://127.0.0.1:${emulator.port}` }

  it.concurrent('that is trusted is accepted', async () => {
    expectWaitSuccess(await runWaitWith(emulator, direct, { NODE_EXTRA_CA_CERTS: trusted }))
  })

  it.concurrent('that nobody signed fails the step immediately, with host, fault and advice', async () => {
    const step = await runWaitWith(emulator, direct, {})
    expect(expectWaitFailure(step)).toMatch(
      /certificate of 127\.0\.0\.1:\d+ is not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\).*NODE_EXTRA_CA_CERTS/,
    )
    expect(step.durationMs).toBeLessThan(5000)
  })

  it.concurrent('that nobody signed fails the step immediately behind a proxy too', async () => {
    const proxy = await proxyWith()
    const step = await runWaitWith(emulator, FAR, { https_proxy: proxy.url })
    expect(expectWaitFailure(step)).toMatch(/certificate of feishu\.example\.test:\d+ is not trusted/)
    expect(proxy.requests).toHaveLength(1)
  })

  it.concurrent.each([
    ['that has expired', { expired: true }, /CERT_HAS_EXPIRED/],
    ['of another host', { hosts: ['other.test'] }, /ERR_TLS_CERT_ALTNAME_INVALID/],
  ] as const)('%s fails the step immediately', async (name, tls, words) => {
    const faulty = await startEmulator({ tls })
    closers.push(() => faulty.stop())
    const file = path.join(scratch, `${name}.pem`)
    writeFileSync(file, faulty.certificate ?? '')
    expect(expectWaitFailure(await runWaitWith(faulty, {}, { NODE_EXTRA_CA_CERTS: file }))).toMatch(words)
    expect(faulty.requests).toEqual([])
  })
})
