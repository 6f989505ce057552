import { afterAll, describe, expect, it } from '@jest/globals'
import { answers, startEmulator, type Task } from '../emulator/index.js'
import { expectWaitSuccess, expectWaitFailure, pollRequestsFor, runWait } from '../wait/support.js'

const emulator = await startEmulator({ limits: { query: undefined } })
afterAll(() => emulator.stop())

const FAILED: readonly (readonly [code: number, label: string, cure: RegExp])[] = [
  [3, 'internal_error', /Create a new export task.*log id/],
  [107, 'export_size_limit', /Split the document.*1 GB.*128 MB/],
  [108, 'timeout', /Create a new export task/],
  [109, 'export_block_not_permitted', /access to the embedded and synced blocks/],
  [110, 'no_permission', /add the app.*添加文档应用.*copy, print and download/],
  [111, 'docs_deleted', /Restore/],
  [122, 'export_denied_on_copying', /Wait until the copy is complete/],
  [123, 'docs_not_exist', /Check the token.*wiki/],
  [6000, 'export_images_exceed_limit', /images.*split/],
  [4711, 'status_4711', /does not know that number.*number and log id/],
  [-1, 'status_-1', /does not know that number/],
]

describe('the status table', () => {
  it.concurrent.each(FAILED)('%i fails at the first answer as %s, with its advice', async (code, label, cure) => {
    const task = emulator.addTask({ jobStatus: code, jobErrorMsg: `the reason of ${code}` })
    const step = await runWait(emulator, task)
    const message = expectWaitFailure(step)
    expect(step.outputs).toMatchObject({ status: label, 'status-code': String(code) })
    expect(message).toContain(`status ${code} (${label})`)
    expect(message).toContain(`"the reason of ${code}"`)
    expect(message).toContain(`log id ${pollRequestsFor(emulator, task)[0]?.logId ?? '?'}`)
    expect(message).toMatch(cure)
    expect(pollRequestsFor(emulator, task)).toHaveLength(1)
    expect(step.summary).toContain('The export failed')
  })

  it.concurrent(
    'goes on after status 1, 2, 0 without a file, or no result, and succeeds at 0 with a file',
    async () => {
      const task = emulator.addTask({
        title: 'A',
        result: [
          { job_status: 1 },
          { job_status: 2, job_error_msg: 'success' },
          { job_status: 0, file_token: '' },
          null,
          undefined,
        ],
      })
      emulator.script('query', [undefined, answers.ok(null), { status: 200, json: { code: 0, msg: 'success' } }], {
        ticket: task.ticket,
      })
      const step = await runWait(emulator, task, { 'poll-interval-seconds': 0.05 })
      expectWaitSuccess(step)
      expect(step.outputs['file-token']).toBe(task.fileToken)
      expect(pollRequestsFor(emulator, task)).toHaveLength(7)
      expect(step.log.filter((line) => line.startsWith('Status: '))).toEqual([
        expect.stringMatching(/^Status: new /),
        expect.stringMatching(/^Status: processing /),
      ])
    },
  )

  it.concurrent('does not succeed at the deadline with status 0 but without a file', async () => {
    const step = await runWait(emulator, emulator.addTask({ result: [{ job_status: 0, file_token: ' ' }] }), {
      'timeout-seconds': 3,
    })
    expectWaitFailure(step)
    expect(step.outputs).toMatchObject({ status: 'processing', 'status-code': '0' })
  })
})

describe('answers of a wrong shape', () => {
  const shapes: readonly unknown[] = [
    [],
    [{ job_status: 0, file_token: 'boxX' }],
    'success',
    0,
    true,
    {},
    { job_status: '0', file_token: 'boxX' },
    { job_status: null, file_token: 'boxX' },
    { job_status: [0], file_token: 'boxX' },
    { job_status: { valueOf: 0 }, file_token: 'boxX' },
    { job_status: 0.5, file_token: 'boxX' },
    { job_status: true, file_token: 'boxX' },
    { job_status: false, file_token: 'boxX' },
    { job_status: '0000000000000000', file_token: 'boxX' },
    { job_status: 0, file_token: ['boxX'] },
    { job_status: 0, file_token: { 0: 'boxX' } },
    { job_status: 0, file_token: 1 },
    { job_status: 0, file_token: true },
  ]
  const envelopes: readonly unknown[] = [
    null,
    [],
    'ok',
    0,
    {},
    { code: '0', data: { result: { job_status: 0, file_token: 'boxX' } } },
    { code: null, data: { result: { job_status: 0, file_token: 'boxX' } } },
    { code: false, data: { result: { job_status: 0, file_token: 'boxX' } } },
    { data: { result: { job_status: 0, file_token: 'boxX' } } },
    { code: 0, data: [] },
    { code: 0, data: 'x' },
    { code: 0, data: 7 },
  ]

  it('neither succeed nor crash, however many there are', async () => {
    const wrong = [...shapes.map(answers.result), ...envelopes.map((raw) => answers.json(raw))]
    // The answers are shared out among several steps, which run at the same time.
    const stepCount = 6
    await Promise.all(
      Array.from({ length: stepCount }, async (_, nth) => {
        const own = wrong.filter((_answer, index) => index % stepCount === nth)
        const task = emulator.addTask({ title: 'the right one' })
        // A pending answer between two wrong ones keeps the pauses short.
        emulator.script('query', [...own.flatMap((answer) => [answer, answers.job(2)])], { ticket: task.ticket })
        const step = await runWait(emulator, task, { 'poll-interval-seconds': 0.05 })
        expectWaitSuccess(step)
        expect(step.outputs).toMatchObject({ 'file-token': task.fileToken, 'file-name': 'the right one' })
        expect(pollRequestsFor(emulator, task)).toHaveLength(2 * own.length + 1)
      }),
    )
  })

  it('are permanent twice in a row if the service sent them', async () => {
    const task = emulator.addTask()
    emulator.script('query', () => answers.result([]), { ticket: task.ticket })
    const message = expectWaitFailure(await runWait(emulator, task))
    expect(message).toMatch(/unexpected shape \(data.result is not an object\), twice \(HTTP 200, log id \w+\)/)
    expect(pollRequestsFor(emulator, task)).toHaveLength(2)
  })

  it('are retried and reported at the deadline if it is not clear who sent them', async () => {
    const task = emulator.addTask()
    const words = /a page of a gateway or proxy/
    emulator.script('query', () => answers.json('ok'), { ticket: task.ticket })
    const step = await runWait(emulator, task, { 'timeout-seconds': 3 })
    const message = expectWaitFailure(step)
    expect(step.outputs).not.toHaveProperty('status')
    expect(message).toMatch(
      /no usable answer of the service came within 3 s.*The last request failed: .*\(HTTP 200, log id \w+\)/,
    )
    expect(message).toMatch(words)
    expect(pollRequestsFor(emulator, task).length).toBeGreaterThan(1)
  })
})

describe('the outputs', () => {
  /** Waits for a task, and expects success. */
  const outputsOf = async (task: Task) => {
    const step = await runWait(emulator, task)
    expectWaitSuccess(step)
    return step.outputs
  }
  const NAMES: readonly string[] = [
    '合同 2026/第1版 – "Entwurf" \'x\' <b> & | `$(id)` 🧑‍👩‍👧‍👦 🇨🇳 e\u0301 \u202eover\u202c \u2028 \u0085 \u0000 end',
    ' zwei\nZeilen\n\nr\rn a%0Ab%0Dc%25d\n::error::not a command\n##[error]neither\n\n',
    'name<<ghadelimiter_1\nghadelimiter_1\nEOF\nstatus<<EOF\nsuccess\nEOF',
    '9007199254740993',
    '',
    'x'.repeat(50_000),
  ]

  it.concurrent('carry any title exactly', async () => {
    const got = await Promise.all(NAMES.map((title) => outputsOf(emulator.addTask({ title }))))
    expect(got.map((outputs) => outputs['file-name'])).toEqual(NAMES)
    for (const outputs of got) {
      expect(Object.keys(outputs).sort()).toEqual([
        'file-extension',
        'file-name',
        'file-size',
        'file-token',
        'status',
        'status-code',
        'type',
      ])
    }
  })

  it.concurrent('carry every field as the service gave it', async () => {
    const task = emulator.addTask({
      title: 'B',
      type: 'bitable',
      fileExtension: 'base',
      resultFields: { file_token: 'box.A=~', type: 'hologram', file_extension: '.HOLO', file_size: 2 ** 40 },
    })
    expect(await outputsOf(task)).toEqual({
      status: 'success',
      'status-code': '0',
      'file-token': 'box.A=~',
      'file-name': 'B',
      'file-size': '1099511627776',
      'file-extension': '.HOLO',
      type: 'hologram',
    })
  })

  it.concurrent(
    'have numbers beyond 2^53 and digit strings exactly, and leave out what the service left out',
    async () => {
      const sizes: readonly (readonly [raw: string, expected: string | undefined])[] = [
        ['9007199254740993', '9007199254740993'],
        ['"34356"', '34356'],
        ['-1', undefined],
        ['["large"]', undefined],
      ]
      const got = await Promise.all(
        sizes.map(([raw]) => {
          const task = emulator.addTask()
          const body = `{"code":0,"data":{"result":{"job_status":0,"file_token":"boxX","file_size":${raw}}}}`
          emulator.script('query', [answers.notJson(200, body)], { ticket: task.ticket })
          return outputsOf(task)
        }),
      )
      expect(got.map((outputs) => outputs['file-size'])).toEqual(sizes.map(([, expected]) => expected))
      for (const outputs of got) expect(outputs).not.toHaveProperty('file-name')
    },
  )

  it.concurrent('carry a status number beyond 2^53', async () => {
    const task = emulator.addTask()
    const body = '{"code":0,"data":{"result":{"job_status":9007199254740993}}}'
    emulator.script('query', [answers.notJson(200, body)], { ticket: task.ticket })
    const step = await runWait(emulator, task)
    expectWaitFailure(step)
    expect(step.outputs).toMatchObject({ status: 'status_9007199254740993', 'status-code': '9007199254740993' })
  })
})
