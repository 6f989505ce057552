import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { request } from 'node:https'
import { connect } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { call, rawGet } from './client.js'
import { answers, startEmulator, startProxy, type Emulator, type Proxy, type ProxyOptions } from './index.js'

const QUERY = 'wiki/v2/spaces/7000000000000000000'

describe('TLS', () => {
  let emulator: Emulator

  afterEach(() => emulator.stop())

  /**
   * Sends a request as a client that checks the certificate.
   * @returns the HTTP status (400, because the request has no token), or the code of the error
   */
  async function get(): Promise<string> {
    const { port, certificate: ca } = emulator
    return new Promise((resolve) => {
      const path = `/open-apis/${QUERY}`
      const sent = request({ host: '127.0.0.1', port, servername: 'localhost', ca, path }, (response) => {
        response.resume()
        resolve(String(response.statusCode))
      })
      sent.on('error', (error: NodeJS.ErrnoException) => {
        resolve(error.code ?? error.message)
      })
      sent.end()
    })
  }

  it.each([
    ['a good certificate', true, '400'],
    ['an expired one', { expired: true }, 'CERT_HAS_EXPIRED'],
    ['one for another host', { hosts: ['other.test'] }, 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ])('can have %s', async (_, tls, expected) => {
    emulator = await startEmulator({ tls })
    expect(emulator.url).toMatch(/^https:/)
    expect(await get()).toBe(expected)
  })

  it('resets below TLS', async () => {
    emulator = await startEmulator({ tls: true })
    emulator.script('any', [answers.reset()])
    const { port, certificate: ca } = emulator
    const socket = connectTls({ host: '127.0.0.1', port, servername: 'localhost', ca })
    socket.write(`GET /open-apis/${QUERY} HTTP/1.1\r\nhost: x\r\n\r\n`)
    const ended = await new Promise((resolve) => {
      socket.once('end', () => {
        resolve('in order')
      })
      socket.once('error', (error: NodeJS.ErrnoException) => {
        resolve(error.code)
      })
    })
    expect(ended).toBe('ECONNRESET')
  })
})

describe('the proxy', () => {
  let emulator: Emulator
  let proxy: Proxy

  beforeEach(async () => {
    emulator = await startEmulator({ tls: true })
  })

  afterEach(async () => {
    await proxy.stop()
    await emulator.stop()
  })

  /**
   * Starts `proxy`, and sends a request through it.
   * @param target where the client asks the proxy to connect to
   * @param maxWaitMs the longest wait for the proxy's answer to CONNECT
   * @returns the first line of the emulator's answer, or of the proxy's if the proxy refuses; `nothing` if the proxy
   * does not answer
   */
  async function connectThrough(
    options: ProxyOptions,
    { target = 'feishu.example.test:443', maxWaitMs = 10_000 } = {},
  ): Promise<string> {
    proxy = await startProxy(options)
    const socket = connect(proxy.port, '127.0.0.1')
    socket.write(`CONNECT ${target} HTTP/1.1\r\nhost: ${target}\r\n\r\n`)
    const answer = await new Promise<string>((resolve) => {
      const timer = setTimeout(resolve, maxWaitMs, 'nothing')
      socket.once('data', (data) => {
        clearTimeout(timer)
        resolve(String(data).split('\r\n')[0] ?? '')
      })
    })
    if (!answer.includes('200')) {
      socket.destroy()
      return answer
    }
    const secure = connectTls({ socket, servername: 'feishu.example.test', ca: emulator.certificate })
    secure.write(`GET /open-apis/${QUERY} HTTP/1.1\r\nhost: feishu.example.test\r\nconnection: close\r\n\r\n`)
    const [data] = (await once(secure, 'data')) as [Buffer]
    secure.destroy()
    return String(data).split('\r\n')[0] ?? ''
  }

  it('leads any host to the emulator', async () => {
    expect(await connectThrough({ to: emulator })).toBe('HTTP/1.1 400 Bad Request')
    expect(proxy.requests).toMatchObject([{ method: 'CONNECT', target: 'feishu.example.test:443' }])
    expect(emulator.requests).toMatchObject([{ api: 'space', headers: { host: 'feishu.example.test' } }])
  })

  it('can refuse, hang and be slow', async () => {
    expect(await connectThrough({ to: emulator, refuse: 407 })).toMatch(/^HTTP\/1\.1 407 /)
    await proxy.stop()
    expect(await connectThrough({ to: emulator, hangConnect: true }, { maxWaitMs: 60 })).toBe('nothing')
    await proxy.stop()
    const startedAt = performance.now()
    expect(await connectThrough({ to: emulator, delayMs: 80 })).toMatch(/400/)
    expect(performance.now() - startedAt).toBeGreaterThan(79)
  })

  it('without a target, it leads only to loopback', async () => {
    expect(await connectThrough({})).toMatch(/^HTTP\/1\.1 502 /)
    await proxy.stop()
    const target = `localhost:${emulator.port}`
    expect(await connectThrough({}, { target })).toBe('HTTP/1.1 400 Bad Request')
  })

  it('forwards plain HTTP', async () => {
    const plain = await startEmulator()
    proxy = await startProxy({ to: plain })
    const raw = await rawGet({ port: proxy.port, accessToken: plain.accessToken }, QUERY)
    expect(raw.head).toMatch(/^HTTP\/1\.1 400 /)
    expect(plain.requests).toMatchObject([{ api: 'space', answeredCode: 131005 }])
    expect(proxy.requests).toHaveLength(1)
    await plain.stop()
  })
})

describe('the command', () => {
  let child: ChildProcess | undefined

  afterEach(() => {
    child?.kill('SIGKILL')
  })

  it('serves a scenario until it is stopped', async () => {
    const args = ['--import', 'tsx', 'test/emulator/cli.ts', '--scenario', 'test/emulator/scenarios/example.json']
    const started = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    child = started
    const [line] = (await once(started.stdout, 'data')) as [Buffer]
    const url = /^emulator listening on (http:\/\/127\.0\.0\.1:\d+)\n$/.exec(String(line))?.[1] ?? ''
    const emulator = { url, accessToken: 't-g1044qExampleAccessTokenOfTheEmulator01' }
    const token = 'DocxOrdinary00000000000001'
    const query = `drive/v1/export_tasks/7143131813848810001?token=${token}`

    const limited = await call(emulator, query)
    expect([limited.status, limited.json.code]).toEqual([429, 1069923])
    await expect(call(emulator, query)).rejects.toThrow('fetch failed')
    expect((await call(emulator, query)).json.data['result']).toMatchObject({ job_status: 1 })
    const recorded = (await (await fetch(`${url}/_emulator/requests`)).json()) as { answeredCode?: number }[]
    expect(recorded.map(({ answeredCode }) => answeredCode)).toEqual([1069923, undefined, 0])
    const bytes = await fetch(`${url}/_emulator/bytes/${token}/pdf?sub_id=x`)
    const same = await startEmulator()
    same.addDocument({ type: 'docx', token, editTime: '1732000000' })
    expect(Buffer.from(await bytes.arrayBuffer())).toEqual(same.expectedBytes(token, 'pdf', 'x'))
    const media = same.addDocument({ type: 'media', token: 'MediaOfTheGuide00000000001', editTime: '1732000007' })
    const picture = await fetch(`${url}/_emulator/bytes/${media.token}/png`)
    expect(Buffer.from(await picture.arrayBuffer())).toEqual(same.expectedBytes(media.token, 'jpg'))
    await same.stop()
    const content = await call(emulator, 'docx/v1/documents/DocxWithContent00000000001/blocks')
    expect(content.json.data['items']).toMatchObject([
      { block_type: 1, page: { elements: [{ text_run: { content: 'Guide' } }] } },
      { block_type: 12, bullet: { elements: [{ text_run: { content: 'Steps' } }] } },
      { block_type: 27, image: { token: media.token } },
    ])

    const ended = once(started, 'exit')
    started.kill('SIGTERM')
    // Windows knows no signals: there the process is ended from outside.
    expect(await ended).toEqual(process.platform === 'win32' ? [null, 'SIGTERM'] : [0, null])
  })
})
