import { afterAll, describe, expect, it } from '@jest/globals'
import { answers, startEmulator, type Emulator, type Task } from '../emulator/index.js'
import { expectWaitSuccess, expectWaitFailure, buildWaitInputs, pollRequestsFor, runWait } from '../wait/support.js'
import { runAction, type Inputs } from './run-action.js'

const emulators: Emulator[] = []
afterAll(() => Promise.all(emulators.map((emulator) => emulator.stop())))

/** Starts an emulator, which is stopped after all tests. */
async function start(): Promise<Emulator> {
  const emulator = await startEmulator()
  emulators.push(emulator)
  return emulator
}

/** Inputs with the app's id and secret in place of an access token. */
const appInputs = (emulator: Emulator, more: Inputs = {}): Inputs => ({
  'access-token': undefined,
  'app-id': emulator.appId,
  'app-secret': emulator.appSecret,
  ...more,
})

/** The tokens of the requests for a task, in order. */
const bearers = (emulator: Emulator, task: Task): string[] =>
  pollRequestsFor(emulator, task).map((request) => String(request.headers.authorization).replace('Bearer ', ''))

describe('the token of an app is requested', () => {
  it.concurrent('once, as documented, and masks it before its first use', async () => {
    const emulator = await start()
    const task = emulator.addTask({ durationMs: 700 })
    const step = await runWait(emulator, task, appInputs(emulator))
    expectWaitSuccess(step)
    const [mint, ...more] = emulator.requestsTo('mint')
    expect(more).toEqual([])
    expect(mint).toMatchObject({
      method: 'POST',
      path: '/open-apis/auth/v3/tenant_access_token/internal',
      query: {},
      body: { app_id: emulator.appId, app_secret: emulator.appSecret },
    })
    expect(mint?.headers).not.toHaveProperty('authorization')
    expect(mint?.headers['content-type']).toBe('application/json; charset=utf-8')
    const [token = '', ...others] = new Set(bearers(emulator, task))
    expect(others).toEqual([])
    expect(step.masks).toEqual([emulator.appSecret, token])
    expect(step.lines.findIndex((line) => line.includes(token))).toBe(step.lines.indexOf(`::add-mask::${token}`))
  })

  it.concurrent('again, once, when it is refused during the wait', async () => {
    const emulator = await start()
    const task = emulator.addTask({ durationMs: 800 })
    emulator.script('query', (request, nth) => {
      if (nth === 2) emulator.revoke(String(request.headers.authorization).replace('Bearer ', ''))
      return undefined
    })
    const step = await runWait(emulator, task, appInputs(emulator))
    expectWaitSuccess(step)
    expect(emulator.requestsTo('mint')).toHaveLength(2)
    const [first, second, third] = bearers(emulator, task)
    expect(second).toBe(first)
    expect(third).not.toBe(first)
    expect(step.masks).toEqual([emulator.appSecret, first, third])
  })

  it.concurrent.each([99991663, 99991664, 99991671])(
    'twice if it is refused, and the step fails if the new token is refused too (%i)',
    async (code) => {
      const emulator = await start()
      emulator.mintBehaviour.reuse = code === 99991663 ? 'always' : 'never'
      emulator.script('query', () => answers.error(code))
      const task = emulator.addTask()
      const message = expectWaitFailure(await runWait(emulator, task, appInputs(emulator)))
      expect(message).toMatch(
        new RegExp(`access token is wrong or has expired \\(code ${code}, HTTP 400, log id \\w+\\)`),
      )
      expect(message).toMatch(/tokens that it has just issued for this app\. Check that `base-url`/)
      expect(message).not.toContain('instead of `access-token`')
      expect(emulator.requestsTo('mint')).toHaveLength(2)
      expect(pollRequestsFor(emulator, task)).toHaveLength(2)
    },
  )

  it.concurrent('again each time that a token which has worked expires', async () => {
    const emulator = await start()
    const task = emulator.addTask({ durationMs: 2000 })
    emulator.script('query', (request, nth) => {
      if (nth % 3 === 2) emulator.revoke(String(request.headers.authorization).replace('Bearer ', ''))
      return undefined
    })
    expectWaitSuccess(await runWait(emulator, task, appInputs(emulator, { 'poll-interval-seconds': 0.3 })))
    expect(emulator.requestsTo('mint').length).toBeGreaterThanOrEqual(3)
  })

  it.concurrent('again after faults and refusals of the token endpoint', async () => {
    const emulator = await start()
    const task = emulator.addTask()
    emulator.script('mint', [
      answers.reset(),
      answers.rateLimited('99991400-400', { resetSeconds: 1 }),
      answers.json({ code: 0, msg: 'ok', tenant_access_token: ['t-x'] }),
    ])
    expectWaitSuccess(await runWait(emulator, task, appInputs(emulator)))
    const [, second, third, fourth, ...more] = emulator.requestsTo('mint')
    expect(more).toEqual([])
    expect((third?.atMs ?? NaN) - (second?.atMs ?? NaN)).toBeGreaterThanOrEqual(1000)
    expect(fourth).toBeDefined()
  })

  it.concurrent.each([
    ['a wrong secret', 10014, { 'app-secret': 'wrong' }],
    ['an unknown app', 10003, { 'app-id': 'cli_unknown' }],
  ] as const)('without result with %s: the step fails immediately', async (_, code, wrong) => {
    const emulator = await start()
    const message = expectWaitFailure(await runWait(emulator, emulator.addTask(), appInputs(emulator, wrong)))
    expect(message).toMatch(new RegExp(`app id or the app secret is wrong \\(code ${code}.*凭证与基础信息.*larksuite`))
    expect(emulator.requests).toHaveLength(1)
  })
})

describe('an access token', () => {
  it.concurrent('is masked before anything else is printed, and nothing else is masked', async () => {
    const emulator = await start()
    const tokens = [emulator.accessToken, emulator.userToken]
    for (const token of tokens) {
      const step = await runWait(emulator, emulator.addTask(), { 'access-token': ` ${token}\n` })
      expectWaitSuccess(step)
      expect(step.masks).toEqual([token])
      expect(step.lines[0]).toBe(`::add-mask::${token}`)
      expect(step.lines.slice(1).filter((line) => line.includes(token))).toEqual([])
    }
  })

  it.concurrent.each([
    ['a tenant token', 99991663, (emulator: Emulator) => emulator.accessToken, /`app-id` and `app-secret` instead/],
    ['a user token', 99991668, (emulator: Emulator) => emulator.userToken, /cannot be renewed in CI/],
  ] as const)('%s that is refused is permanent', async (_, code, tokenOf, cure) => {
    const emulator = await start()
    const token = tokenOf(emulator)
    emulator.revoke(token)
    const task = emulator.addTask()
    const message = expectWaitFailure(await runWait(emulator, task, { 'access-token': token }))
    expect(message).toContain(`code ${code}`)
    expect(message).toMatch(cure)
    expect(emulator.requests).toHaveLength(1)
  })
})

it.concurrent('no secret is in the log, the summary or the outputs, whatever the service echoes', async () => {
  const emulator = await start()
  const task = emulator.addTask()
  emulator.script('query', ({ headers }) => {
    const echo = `you sent ${String(headers.authorization)}, made with ${emulator.appSecret}`
    return answers.error(1069902, {
      msg: echo,
      headers: { 'x-tt-logid': echo },
      error: { helps: [{ url: `https://x.test/${emulator.appSecret}` }] },
    })
  })
  const step = await runAction('wait', buildWaitInputs(emulator, task, appInputs(emulator)))
  expect(expectWaitFailure(step)).toContain('you sent Bearer ***, made with ***')
  const printed = [
    ...step.lines.filter((line) => !line.startsWith('::add-mask::')),
    step.summary,
    JSON.stringify(step.outputs),
  ]
  for (const secret of [emulator.appSecret, ...bearers(emulator, task)])
    expect(printed.join('\n')).not.toContain(secret)
})
