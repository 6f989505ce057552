import { afterAll, describe, expect, it } from '@jest/globals'
import { answers, startEmulator, type Answer } from '../emulator/index.js'
import { expectWaitSuccess, expectWaitFailure, pollRequestsFor, runWait } from '../wait/support.js'

const emulator = await startEmulator({ limits: { query: undefined } })
afterAll(() => emulator.stop())

// What is wrong, the answer, and what the message must contain.
const PERMANENT: readonly (readonly [what: string, answer: Answer, words: RegExp])[] = [
  ['no permission', answers.error(1069902), /\(code 1069902, HTTP 403, .*add the app.*identity|identity.*add the app/],
  ['invalid param', answers.error(1069904), /1069904.*`ticket`.*`token`.*must be quoted/],
  ['deleted', answers.error(1069906, { status: 410 }), /deleted \(code 1069906, HTTP 410.*Restore/],
  ['wiki token as document token', answers.error(1069914), /1069914.*wiki link/],
  ['type mismatch', answers.error(1069918), /1069918/],
  ['bad request that is no rate limit', answers.error(9499), /\(code 9499, HTTP 400/],
  ['no bearer', answers.error(99991661), /99991661.*`access-token`/],
  ['user token invalid', answers.error(99991668), /99991668.*user/],
  ['user token expired', answers.error(99991677), /99991677, HTTP 401.*`app-id`/],
  [
    'token scope',
    answers.error(99991676),
    /lacks a scope; one of these is enough: docs:document:export, drive:export:readonly \(code 99991676/,
  ],
  ['user scope', answers.scopeMissing(['drive:export:readonly'], 99991679), /99991679.*authorize again/],
  ['IP allow-list', answers.ipDenied(), /IP allow-list \(code 99991401.*GitHub-hosted.*IP 白名单/],
  ['quota', answers.error(99991403), /used up \(code 99991403/],
  ['app disabled', answers.error(99991662), /disabled \(code 99991662/],
  ['app not installed', answers.error(99991673), /not installed.*99991673/],
  ['no such path', answers.error(99991201), /99991201, HTTP 404.*`base-url`.*larksuite/],
  ['no such method', answers.error(99991301), /99991301, HTTP 405.*`base-url`/],
  ['field violation', answers.fieldViolation('ticket', 'not a number'), /fields at fault: ticket \(code 99992402/],
  [
    'unknown code',
    answers.error(123456, { status: 403, msg: 'because' }),
    /123456, HTTP 403.*says "because".*通用错误码/,
  ],
  ['a page with 403', answers.gatewayPage(403, 'Forbidden'), /page of a gateway or proxy \(HTTP 403.*`base-url`/],
  ['a page with 404', answers.gatewayPage(404, 'Not Found'), /page of a gateway or proxy \(HTTP 404.*`base-url`/],
]

describe('permanent errors fail at the first answer, with number, log id and advice', () => {
  it.concurrent.each(PERMANENT)('%s', async (_, answer, words) => {
    const task = emulator.addTask()
    emulator.script('query', [answer], { ticket: task.ticket })
    const step = await runWait(emulator, task)
    const message = expectWaitFailure(step)
    const attempts = pollRequestsFor(emulator, task)
    expect(attempts).toHaveLength(1)
    expect(message).toMatch(words)
    expect(message).toContain(`log id ${attempts[0]?.logId ?? '?'}`)
    expect(message).not.toMatch(/<html|<h1|nginx/)
    expect(step.outputs).not.toHaveProperty('status')
    expect(step.summary).toContain(attempts[0]?.logId)
  })

  it.concurrent('a missing scope is named, and the console page that grants it', async () => {
    const task = emulator.addTask()
    const scopes = ['docs:document:export', 'drive:export:readonly']
    emulator.script('query', [answers.scopeMissing(scopes)], { ticket: task.ticket })
    const step = await runWait(emulator, task)
    const message = expectWaitFailure(step)
    expect(message).toMatch(/lacks a scope; one of these is enough: docs:document:export, drive:export:readonly/)
    const link = 'https://open.feishu.cn/app/cli_a1b2c3d4e5f60708/auth?q=docs:document:export,drive:export:readonly'
    expect(message).toContain(`See <${link}`)
    expect(step.summary).toContain(`<a href="${link}`)
  })

  it.concurrent('leave the status that was seen before in the outputs', async () => {
    const task = emulator.addTask({ durationMs: 9000 })
    emulator.script('query', [undefined, answers.error(1069902)], { ticket: task.ticket })
    const step = await runWait(emulator, task)
    expectWaitFailure(step)
    expect(step.outputs).toMatchObject({ status: 'new', 'status-code': '1' })
  })
})

const TRANSIENT: readonly (readonly [what: string, answer: Answer])[] = [
  ...[1069901, 1069903, 1069905].map((code) => [`code ${code}`, answers.error(code)] as const),
  ...[600, 1500, 1503, 1642, 1663, 1668, 2200, 5000, 10101, 10500].map(
    (code) => [`code ${code}`, answers.error(code, { status: 200 })] as const,
  ),
  ['unknown code with 500', answers.error(123456, { status: 500 })],
  ['success with 500', { status: 500, json: { code: 0, data: { result: { job_status: 0, file_token: 'boxX' } } } }],
  ['a page with 408', answers.gatewayPage(408)],
  ['a page with 502', answers.gatewayPage(502)],
  ['a page with 504', answers.gatewayPage(504, 'Gateway Time-out')],
  ['a page with 200', answers.gatewayPage(200, 'Please log in')],
  ['an empty 200', { status: 200, body: '' }],
  ['an empty 204', { status: 204, body: '' }],
  ['no JSON', answers.notJson()],
  ['a reset', answers.reset()],
  ['a reset after the headers', answers.reset('after-headers')],
  ['a closed connection', answers.close()],
  ['a cut body', answers.cut({ afterBytes: 20 })],
  ['a cut chunked body', answers.cut({ afterBytes: 20, chunked: true })],
  ['no HTTP', answers.garbage()],
  ['a body that is too long', answers.huge(1_100_000)],
  ['a body shorter than it says', answers.wrongContentLength(9)],
  ['a body longer than it says', answers.wrongContentLength(-9)],
]

describe('transient faults', () => {
  it('are retried, whatever they are', async () => {
    // The faults are shared out among several steps, which run at the same time.
    const stepCount = 6
    await Promise.all(
      Array.from({ length: stepCount }, async (_, nth) => {
        const own = TRANSIENT.filter((_fault, index) => index % stepCount === nth)
        const task = emulator.addTask({ durationMs: 0 })
        // A pending answer between two faults keeps the pauses short.
        const script = own.flatMap(([, answer]) => [answer, answers.job(2)])
        emulator.script('query', script, { ticket: task.ticket })
        const step = await runWait(emulator, task, { 'poll-interval-seconds': 0.05 })
        expectWaitSuccess(step)
        expect(step.outputs['file-token']).toBe(task.fileToken)
        expect(pollRequestsFor(emulator, task)).toHaveLength(script.length + 1)
      }),
    )
  })

  it.concurrent.each([
    ['an error', answers.error(1069901), /internal error of the export service \(code 1069901, HTTP 500, log id \w+\)/],
    ['a page', answers.gatewayPage(502), /page of a gateway or proxy \(HTTP 502, log id \w+\)/],
    ['a reset', answers.reset(), /the connection was reset \(ECONNRESET\)/],
  ] as const)('are reported at the deadline, with the last status: %s', async (_, answer, words) => {
    const task = emulator.addTask({ durationMs: 60_000 })
    emulator.script('query', (_request, nth) => (nth === 1 ? undefined : answer), { ticket: task.ticket })
    const step = await runWait(emulator, task, { 'timeout-seconds': 3 })
    const message = expectWaitFailure(step)
    expect(message).toMatch(/did not end within 3 s.*The last request failed.*The last status was new\./)
    expect(message).toMatch(words)
    expect(message).not.toContain('<html')
    expect(message).toContain(`The ticket ${task.ticket} stays valid`)
    expect(step.outputs).toMatchObject({ status: 'new', 'status-code': '1' })
  })

  it.concurrent('are reported if no server listens', async () => {
    const task = emulator.addTask()
    const step = await runWait(emulator, task, { 'base-url': 'http://127.0.0.1:9', 'timeout-seconds': 3 })
    expect(expectWaitFailure(step)).toMatch(/127\.0\.0\.1:9: the connection was refused \(ECONNREFUSED\)/)
  })
})

describe('the log id', () => {
  it.concurrent.each([
    ['X-Tt-Logid', { 'x-tt-logid': 'fromTt', 'x-request-id': 'fromRequest' }, { log_id: 'fromError' }, 'fromTt'],
    ['X-Request-Id', { 'x-tt-logid': null, 'x-request-id': 'fromRequest' }, { log_id: 'fromError' }, 'fromRequest'],
    ['the error object', { 'x-tt-logid': null }, { log_id: 'fromError' }, 'fromError'],
  ] as const)('comes from %s', async (_, headers, error, id) => {
    const task = emulator.addTask()
    emulator.script('query', [answers.error(1069904, { headers, error })], { ticket: task.ticket })
    expect(expectWaitFailure(await runWait(emulator, task))).toContain(`log id ${id})`)
  })
})
