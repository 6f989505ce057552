import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, it } from '@jest/globals'
import { startEmulator, startProxy } from '../emulator/index.js'
import { expectWaitSuccess, runWait } from '../wait/support.js'
import { preloading } from './run-action.js'

const SLOW_MS = 300
const DEAD = '2001:db8::1'
const ALIVE = '127.0.0.1'

const scratch = mkdtempSync(path.join(tmpdir(), 'slow-connect-'))
const trusted = path.join(scratch, 'certificate.pem')
const emulator = await startEmulator()
const secure = await startEmulator({ tls: true })
writeFileSync(trusted, secure.certificate ?? '')
const proxy = await startProxy({ to: secure })
afterAll(async () => {
  await Promise.all([emulator.stop(), secure.stop(), proxy.stop()])
  rmSync(scratch, { recursive: true, force: true })
})

/** The line that a process on the slow network prints for each connection. */
const CONNECTED_LATE = 'connected late'

/**
 * Makes a slow network: every name has these addresses, in this order. A connection takes `SLOW_MS` longer, and one to
 * `DEAD` is never answered. Only the lookup and the TCP handle below `node:net` are changed: Node.js itself still chooses
 * the address.
 */
const slowNetwork = (addresses: readonly string[]) =>
  preloading(`
    import dns from 'node:dns'
    const addresses = ${JSON.stringify(addresses)}.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
    dns.lookup = (name, options, callback) =>
      options.all ? callback(null, addresses) : callback(null, addresses[0].address, addresses[0].family)
    const { TCP } = process.binding('tcp_wrap')
    for (const name of ['connect', 'connect6']) {
      const connect = TCP.prototype[name]
      TCP.prototype[name] = function (request, address, ...rest) {
        if (address === '${DEAD}') return 0
        const { oncomplete } = request
        request.oncomplete = function late(...result) {
          setTimeout(() => {
            // Node.js removes its callback from an attempt that it gives up.
            if (request.oncomplete !== late) return
            console.log('${CONNECTED_LATE}')
            oncomplete.apply(request, result)
          }, ${SLOW_MS})
        }
        return connect.call(this, request, address, ...rest)
      }
    }`)

it.concurrent.each([
  ['first', [ALIVE, DEAD]],
  ['last', [DEAD, ALIVE]],
] as const)(
  'a host 300 ms away whose other address is dead is reached: its living address %s',
  async (_, addresses) => {
    const task = emulator.addTask()
    const base = { 'base-url': `http://localhost:${emulator.port}`, 'timeout-seconds': 12 }
    const step = await runWait(emulator, task, base, slowNetwork(addresses))
    expectWaitSuccess(step)
    expect(step.log).toContain(CONNECTED_LATE)
    // The first request succeeds: it may take a quarter of the timeout.
    expect(step.log.join('\n')).not.toContain('trying again')
  },
)

it.concurrent('a proxy 300 ms away whose other address is dead is reached', async () => {
  const task = secure.addTask()
  const step = await runWait(
    secure,
    task,
    { 'base-url': 'https://feishu.example.test', 'timeout-seconds': 12 },
    {
      ...slowNetwork([ALIVE, DEAD]),
      env: { https_proxy: proxy.url.replace(ALIVE, 'proxy.example.test'), NODE_EXTRA_CA_CERTS: trusted },
    },
  )
  expectWaitSuccess(step)
  expect(step.log).toContain(CONNECTED_LATE)
  expect(proxy.requests).toMatchObject([{ method: 'CONNECT', target: 'feishu.example.test:443' }])
})
