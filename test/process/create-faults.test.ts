import { describe, expect, test } from '@jest/globals'
import { answers, startEmulator, type Answer } from '../emulator/index.js'
import { POSIX_SIGNALS } from '../platform.js'
import { itIf } from '../skip.js'
import { createBench } from './create-support.js'
import { expectFailure } from './expect-step.js'
import { waitUntil } from './wait-until.js'

const bench = createBench()

describe('an answer that is lost', () => {
  const lostAnswers: readonly Answer[] = [
    answers.reset('after'),
    answers.close('after'),
    answers.cut(),
    answers.notJson(),
    answers.ok({ ticket: null }),
    answers.gatewayPage(504, 'Gateway Time-out'),
  ]

  test('is followed by a second request', async () => {
    await Promise.all(
      [...lostAnswers, answers.stallInHeaders(), answers.hang('after')].map(async (answer) => {
        const { token } = bench.emulator.addDocument({ type: 'docx' })
        bench.emulator.script('create', [answer], { token })
        const step = await bench.run({ token, type: 'docx', 'timeout-seconds': 6 })
        expect(step.errors).toEqual([])
        expect(bench.requestsFor(token)).toHaveLength(2)
        const ticket = bench.emulator.tasks().findLast(({ document }) => document.token === token)?.ticket
        expect(step.outputs['ticket']).toBe(ticket)
      }),
    )
  })

  test('ends the step if the second answer is lost too, so that at most one task too many is created', async () => {
    await Promise.all(
      lostAnswers.map(async (answer) => {
        const { token } = bench.emulator.addDocument({ type: 'docx' })
        bench.emulator.script('create', () => answer, { token })
        const step = await bench.run({ token, type: 'docx', 'timeout-seconds': 8 })
        expectFailure(step, /second answer that was lost.*may have created a task, which harms nobody/)
        expect(bench.requestsFor(token)).toHaveLength(2)
      }),
    )
  })

  test('is not a request that did not arrive: this is retried', async () => {
    const port = bench.emulator.port
    await bench.emulator.stop()
    const step = bench.run({ token: 'doxcnAbC', type: 'docx', 'timeout-seconds': 8 })
    await new Promise((resolve) => setTimeout(resolve, 1400))
    bench.emulator = await startEmulator({ port, accessToken: bench.emulator.accessToken })
    bench.emulator.addDocument({ type: 'docx', token: 'doxcnAbC' })
    const { exitCode, log } = await step
    expect(log.filter((line) => line.includes('ECONNREFUSED')).length).toBeGreaterThanOrEqual(2)
    expect(exitCode).toBe(0)
    expect(bench.emulator.tasks()).toHaveLength(1)
  })
})

describe('clear answers', () => {
  test('that are permanent are not retried', async () => {
    const { token } = bench.emulator.addDocument({ type: 'docx', noPermission: true })
    const step = await bench.run({ token, type: 'docx' })
    expectFailure(step, /create the export task: no permission on the document .*1069902.*「添加文档应用」/)
    expect(bench.emulator.requestsTo('create')).toHaveLength(1)
    expect(step.summary).toMatch(/Document.*docx.*\n.*File extension.*\n.*Log id/)
  })

  test('to a wiki token without type wiki explain the cause', async () => {
    const step = await bench.run({ token: 'wikcnAbC', type: 'docx' })
    expectFailure(step, /no such document token .*1069914.*`type: wiki`/)
  })

  test('to a sub-id that the document does not have say that it must be that of a sheet, and the summary has it', async () => {
    const { token } = bench.emulator.addDocument({ type: 'sheet', subIds: ['a1B2c3'] })
    const step = await bench.run({ url: `https://a.feishu.cn/sheets/${token}?sheet=zzz`, 'file-extension': 'csv' })
    expectFailure(
      step,
      /1069904.*For csv, the sub-id .*must be that of a sheet or table of this document: copy the link/,
    )
    expect(step.summary).toMatch(/id\*\*: zzz/)
  })

  test('that are transient are retried as often as needed', async () => {
    const passing = [
      [answers.error(1069901), answers.error(600)],
      [answers.gatewayPage(502), answers.gatewayPage(503)],
    ]
    await Promise.all(
      passing.map(async (script) => {
        const { token } = bench.emulator.addDocument({ type: 'docx' })
        bench.emulator.script('create', script, { token })
        const step = await bench.run({ token, type: 'docx', 'timeout-seconds': 20 })
        expect(step.errors).toEqual([])
        expect(step.log.filter((line) => line.includes('trying again in'))).toHaveLength(2)
      }),
    )
    expect(bench.emulator.tasks()).toHaveLength(2)
  })

  test('about a rate limit, in each form, make the step wait', async () => {
    const waits = answers.RATE_LIMIT_FORMS.map(async (form) => {
      const { token } = bench.emulator.addDocument({ type: 'docx' })
      bench.emulator.script('create', [answers.rateLimited(form, { resetSeconds: 1 })], { token })
      const step = await bench.run({ token, type: 'docx' })
      const [first, second, ...more] = bench.requestsFor(token)
      return { code: step.exitCode, waitedMs: (second?.atMs ?? 0) - (first?.atMs ?? 0), more: more.length }
    })
    for (const { code, waitedMs, more } of await Promise.all(waits)) {
      expect({ code, more }).toEqual({ code: 0, more: 0 })
      expect(waitedMs).toBeGreaterThanOrEqual(1000)
    }
  })

  test('about a rate limit beyond the timeout fail the step immediately', async () => {
    const { token } = bench.emulator.addDocument({ type: 'docx' })
    bench.emulator.script('create', [answers.rateLimited('99991400-429', { resetSeconds: 60 })])
    const step = await bench.run({ token, type: 'docx' })
    expectFailure(
      step,
      /The rate limit asks to wait 60 s, longer than what is left of 10 s.*: the export task was not created/,
    )
    expect(step.durationMs).toBeLessThan(3000)
  })
})

describe('the step', () => {
  test('requests a token, masks it, and renews it once when it is refused', async () => {
    const { token } = bench.emulator.addDocument({ type: 'docx' })
    const app = { 'access-token': '', 'app-id': bench.emulator.appId, 'app-secret': bench.emulator.appSecret }
    bench.emulator.script('create', [answers.error(99991663)])
    const step = await bench.run({ ...app, token, type: 'docx' })
    expect(step.exitCode).toBe(0)
    expect(bench.emulator.requestsTo('mint')).toHaveLength(2)
    expect(bench.emulator.tasks()).toHaveLength(1)
    expect(step.masks).toContain(bench.emulator.appSecret)
    expect(step.masks.some((mask) => mask.startsWith('t-'))).toBe(true)
  })

  test('reports at its timeout the last failure, and that a task may have been created', async () => {
    const { token } = bench.emulator.addDocument({ type: 'docx' })
    bench.emulator.script('create', () => answers.hang('after'))
    const step = await bench.run({ token, type: 'docx', 'timeout-seconds': 3.2 })
    expectFailure(
      step,
      /Time is up: the export task was not created within 3.2 s.*did not answer in time.*may have created a task/,
    )
    expect(step.durationMs).toBeLessThan(5000)
  })

  itIf(POSIX_SIGNALS, 'ends immediately with its outputs when it is cancelled', async () => {
    const { token } = bench.emulator.addDocument({ type: 'docx' })
    bench.emulator.script('create', () => answers.hang())
    const when = waitUntil(() => bench.requestsFor(token).length > 0)
    const step = await bench.run({ token, type: 'docx' }, { interrupt: { signal: 'SIGINT', when } })
    expectFailure(step, /^Cancelled: the export task was not created\./)
    expect(step.afterInterruptMs).toBeLessThan(1500)
  })

  test('keeps all digits of a ticket that the service sends as a number', async () => {
    const { token } = bench.emulator.addDocument({ type: 'docx' })
    const body = '{"code":0,"msg":"success","data":{"ticket":7143131813848813572}}'
    bench.emulator.script('create', [{ status: 200, headers: { 'content-type': 'application/json' }, body }])
    const step = await bench.run({ token, type: 'docx' })
    expect(step.outputs['ticket']).toBe('7143131813848813572')
  })

  test('prints no message of the service as a command of the runner', async () => {
    const msg = 'x\n::set-output name=ticket::1 ##[error]owned'
    const { token } = bench.emulator.addDocument({ type: 'docx' })
    bench.emulator.script('create', [answers.error(1069902, { msg })])
    const step = await bench.run({ token, type: 'docx' })
    expect(step.errors).toEqual([
      expect.stringContaining('the service says "x ::set-output name=ticket::1 # #[error]owned"'),
    ])
    expect(step.exitCode).toBe(1)
    expect(step.lines.filter((line) => line.includes('##['))).toEqual([])
  })
})
