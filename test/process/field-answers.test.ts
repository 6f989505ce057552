import { afterAll, describe, expect, it } from '@jest/globals'
import { answers, startEmulator, type PlainAnswer } from '../emulator/index.js'
import { expectWaitSuccess, expectWaitFailure, pollRequestsFor, runWait } from '../wait/support.js'

const emulator = await startEmulator({ limits: { query: undefined } })
afterAll(() => emulator.stop())

describe('an answer that is compressed, though the request does not allow it,', () => {
  it.concurrent.each(['gzip', 'deflate', 'deflate-raw', 'br'] as const)('is read: %s', async (coding) => {
    const task = emulator.addTask({ title: '合同' })
    emulator.script('query', () => answers.encoded(coding), { ticket: task.ticket })
    const step = await runWait(emulator, task)
    expectWaitSuccess(step)
    expect(step.outputs['file-name']).toBe('合同')
    expect(pollRequestsFor(emulator, task)).toHaveLength(1)
    expect(pollRequestsFor(emulator, task)[0]?.headers['accept-encoding']).toBe('identity')
  })

  it.concurrent('with an error code is that error', async () => {
    const task = emulator.addTask()
    emulator.script('query', [answers.encoded('gzip', answers.error(1069902))], { ticket: task.ticket })
    expect(expectWaitFailure(await runWait(emulator, task))).toMatch(/\(code 1069902, HTTP 403/)
  })

  it.concurrent('and damaged is a transient fault', async () => {
    const task = emulator.addTask()
    const damaged: PlainAnswer = { status: 200, headers: { 'content-encoding': 'gzip' }, body: 'no gzip' }
    emulator.script('query', [damaged, undefined], { ticket: task.ticket })
    const step = await runWait(emulator, task)
    expectWaitSuccess(step)
    expect(step.log.join('\n')).toMatch(/the compressed answer is damaged/)
  })
})

describe("the service's own answer is not taken for one of a gateway, whatever its form, and its log id is reported", () => {
  const logId = '20261123020000ABCDEF'
  const withoutHeader = { 'x-tt-logid': null }
  it.concurrent.each<readonly [string, PlainAnswer, RegExp]>([
    [
      'HTTP 400 without a body',
      { status: 400, headers: { 'x-tt-logid': logId } },
      /refused without a reason \(HTTP 400/,
    ],
    [
      'HTTP 403 with blanks',
      { status: 403, headers: { 'x-tt-logid': logId }, body: ' \n' },
      /refused without a reason/,
    ],
    [
      'a log id beside the code',
      answers.json({ code: 1069902, msg: 'no', log_id: logId }, 403, withoutHeader),
      /1069902/,
    ],
    ['a log id beside an unknown code', answers.json({ code: 4242, log_id: logId }, 200, withoutHeader), /code 4242/],
    [
      'a log id without a code',
      answers.json({ log_id: logId, msg: 'bad' }, 400, withoutHeader),
      /without a reason.*"bad"/,
    ],
  ])('%s', async (_, answer, words) => {
    const task = emulator.addTask()
    emulator.script('query', [answer], { ticket: task.ticket })
    const message = expectWaitFailure(await runWait(emulator, task))
    expect(message).toMatch(words)
    expect(message).toContain(`log id ${logId}`)
    expect(message).not.toMatch(/gateway|base-url/)
    expect(pollRequestsFor(emulator, task)).toHaveLength(1)
  })

  it.concurrent.each([500, 200])('an empty answer with HTTP %i is a transient fault', async (status) => {
    const task = emulator.addTask()
    emulator.script('query', [answers.bare(status)], { ticket: task.ticket })
    const step = await runWait(emulator, task)
    expectWaitSuccess(step)
    expect(step.log.join('\n')).toMatch(/the answer of the service is empty \(HTTP/)
  })

  it.concurrent('an empty answer without a log id is taken for one of a gateway', async () => {
    const task = emulator.addTask()
    emulator.script('query', [{ status: 403, headers: withoutHeader, body: '' }], { ticket: task.ticket })
    expect(expectWaitFailure(await runWait(emulator, task))).toMatch(/gateway or proxy \(HTTP 403\)/)
  })
})
