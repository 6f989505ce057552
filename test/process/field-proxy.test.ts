import { afterAll, describe, expect, it } from '@jest/globals'
import { startEmulator, startProxy } from '../emulator/index.js'
import { expectWaitSuccess, expectWaitFailure, buildWaitInputs, runWait } from '../wait/support.js'
import { runAction } from './run-action.js'

const emulator = await startEmulator()
const proxy = await startProxy({ to: emulator })
afterAll(() => Promise.all([emulator.stop(), proxy.stop()]))

const PASSWORD = 'S3cret'
/** Inputs with a host that is reached only through a proxy. */
const FAR = { 'base-url': 'https://feishu.example.test', 'timeout-seconds': 5 }
/** The address of the proxy. @param userInfo `USER:PASSWORD@`, or nothing */
const at = (userInfo: string, scheme = 'http'): string => `${scheme}://${userInfo}127.0.0.1:${proxy.port}`

describe('a proxy that cannot be used is reported before any request, with advice and without its password', () => {
  it.concurrent.each([
    ['a # in the password', 'https_proxy', at(`me:${PASSWORD}#x@`), /# as %23/],
    ['a / in the password', 'HTTPS_PROXY', at(`me:${PASSWORD}/x@`), /\/ as %2F/],
    ['a bare % in the password', 'https_proxy', at(`me:${PASSWORD}%zz@`), /% as %25/],
    ['a SOCKS proxy', 'https_proxy', at('', 'socks5'), /SOCKS.*http:\/\/HOST:PORT/],
    ['a SOCKS proxy for all', 'ALL_PROXY', at(`me:${PASSWORD}@`, 'socks5h'), /`https_proxy`.*http:\/\/HOST:PORT/],
    ['a proxy for all', 'all_proxy', at(`me:${PASSWORD}@`), /`https_proxy`/],
    ['no scheme', 'https_proxy', `proxy.example.test:3128`, /http:\/\/HOST:PORT/],
    ['quotes around it', 'https_proxy', `"${at('')}"`, /http:\/\/HOST:PORT/],
  ])('%s', async (_, name, value, cure) => {
    const step = await runWait(emulator, emulator.addTask(), FAR, { env: { [name]: value } })
    const message = expectWaitFailure(step)
    expect(message).toContain(`\`${name}\``)
    expect(message).toMatch(cure)
    expect(message).toMatch(/no_proxy/)
    expect(step.lines.join('\n')).not.toContain(PASSWORD)
    expect(step.durationMs).toBeLessThan(3000)
    expect(proxy.requests).toEqual([])
  })

  it.concurrent('in create and download too', async () => {
    const env = { https_proxy: at('', 'socks5') }
    const inputs = { ...buildWaitInputs(emulator, emulator.addTask(), FAR), url: undefined }
    const create = { ...inputs, ticket: undefined, type: 'docx', 'file-extension': 'pdf' }
    const download = { ...inputs, ticket: undefined, token: undefined, 'file-token': 'boxcnAbC' }
    for (const step of [await runAction('create', create, { env }), await runAction('download', download, { env })]) {
      expect(step.exitCode).toBe(1)
      expect(step.errors).toEqual([expect.stringMatching(/`https_proxy` names a SOCKS proxy/)])
    }
  })
})

it.concurrent('a proxy that cannot be used is ignored if no proxy is needed', async () => {
  const env = { ALL_PROXY: at('', 'socks5'), https_proxy: at('', 'socks5'), http_proxy: at('me:%@') }
  expectWaitSuccess(await runWait(emulator, emulator.addTask(), {}, { env }))
  const step = await runWait(
    emulator,
    emulator.addTask(),
    { ...FAR, 'timeout-seconds': 1 },
    { env: { ...env, no_proxy: '.example.test' } },
  )
  expect(expectWaitFailure(step)).toMatch(/feishu\.example\.test: the name/)
})
