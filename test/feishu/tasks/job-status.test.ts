import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { FAILED_STATUSES, classifyJobStatus, type TaskState } from '../../../src/feishu/tasks/job-status.js'
import { parseJson, WrongShape } from '../../../src/feishu/client/json.js'
import { unicodeText } from '../../unicode-text.js'

const stateOf = (result: unknown): TaskState => classifyJobStatus({ result })

// Source: 查询导出任务结果, https://open.feishu.cn/document/server-docs/docs/drive-v1/export_task/get; the labels are those of
// the official CLI.
const LABELS: Readonly<Record<number, string>> = {
  3: 'internal_error',
  107: 'export_size_limit',
  108: 'timeout',
  109: 'export_block_not_permitted',
  110: 'no_permission',
  111: 'docs_deleted',
  122: 'export_denied_on_copying',
  123: 'docs_not_exist',
  6000: 'export_images_exceed_limit',
}

describe('the status table', () => {
  it('has exactly the documented failures, each with meaning and advice', () => {
    expect(Object.fromEntries(Object.entries(FAILED_STATUSES).map(([code, { label }]) => [code, label]))).toEqual(
      LABELS,
    )
    for (const { meaning, advice } of Object.values(FAILED_STATUSES)) {
      expect(meaning).toMatch(/\S/)
      expect(advice).toMatch(/[.!]$/)
    }
  })

  it.each(Object.entries(LABELS))('%s is a failure with label, number and the reason of the service', (code, label) => {
    const state = stateOf({ job_status: Number(code), job_error_msg: 'why', file_token: 'boxX' })
    expect(state).toMatchObject({
      kind: 'failed',
      status: { label, code: Number(code) },
      failure: { class: 'permanent', serviceMessage: 'why' },
      newTaskMayHelp: [3, 108, 122].includes(Number(code)),
    })
    if (state.kind === 'failed') expect(state.failure.what).toContain(`status ${code} (${label})`)
  })

  it.each([
    [{ job_status: 1, file_token: '' }, 'new', 1],
    [{ job_status: 1, file_token: 'boxX' }, 'new', 1],
    [{ job_status: 2, job_error_msg: 'success' }, 'processing', 2],
    [{ job_status: 0 }, 'processing', 0],
    [{ job_status: 0, file_token: '' }, 'processing', 0],
    [{ job_status: 0, file_token: ' \n' }, 'processing', 0],
    [{ job_status: 0, file_token: null }, 'processing', 0],
    [undefined, 'processing', undefined],
    [null, 'processing', undefined],
  ])('%j is pending', (result, label, code) => {
    expect(stateOf(result)).toEqual({ kind: 'pending', status: { label, code } })
  })

  it('no data at all is pending', () => {
    for (const data of [undefined, null, {}]) expect(classifyJobStatus(data)).toMatchObject({ kind: 'pending' })
  })

  it('a failure has the reason of the service, unless that is empty, "success" or not a text', () => {
    const reasonOf = (reason: unknown): string | undefined => {
      const state = stateOf({ job_status: 3, job_error_msg: reason })
      return state.kind === 'failed' ? state.failure.serviceMessage : 'not failed'
    }
    expect(['', 'success', undefined, null, 7, ['x']].map(reasonOf)).toEqual(Array(6).fill(undefined))
    expect(reasonOf('quota')).toBe('quota')
  })

  it('any other number is a failure that names it', () => {
    const unknownStatus = fc
      .oneof(fc.integer(), fc.maxSafeInteger())
      .filter((code) => ![0, 1, 2].includes(code) && !(code in LABELS))
    fc.assert(
      fc.property(unknownStatus, fc.string(), (code, token) => {
        const state = stateOf({ job_status: code, file_token: token })
        expect(state).toMatchObject({ kind: 'failed', status: { label: `status_${code}`, code } })
        if (state.kind === 'failed') expect(state.failure.what).toContain(`status ${code} `)
      }),
    )
  })

  it('a number that JavaScript cannot represent is a failure that names it exactly', () => {
    const data = parseJson('{"result":{"job_status":9007199254740993}}')
    expect(classifyJobStatus(data)).toMatchObject({ kind: 'failed', status: { label: 'status_9007199254740993' } })
  })
})

describe('a finished task', () => {
  it('has the fields of the answer unchanged, except those that are not texts', () => {
    const field = fc.option(fc.oneof(unicodeText(), fc.jsonValue()), { nil: undefined })
    fc.assert(
      fc.property(fc.stringMatching(/^[\w.=~-]{0,60}[\w-]$/), field, field, field, (token, name, extension, type) => {
        const state = stateOf({
          job_status: 0,
          file_token: token,
          file_name: name,
          file_extension: extension,
          type,
        })
        const textOrUndefined = (value: unknown): unknown => (typeof value === 'string' ? value : undefined)
        expect(state).toEqual({
          kind: 'done',
          status: { label: 'success', code: 0 },
          file: {
            fileToken: token,
            fileName: textOrUndefined(name),
            fileExtension: textOrUndefined(extension),
            type: textOrUndefined(type),
            fileSize: undefined,
          },
        })
      }),
    )
  })

  it.each([
    ['34356', '34356'],
    ['0', '0'],
    ['2147483648', '2147483648'],
    ['9007199254740991', '9007199254740991'],
    ['9007199254740993', '9007199254740993'],
    ['123456789012345678901234567890', '123456789012345678901234567890'],
    ['"34356"', '34356'],
    ['"9007199254740993"', '9007199254740993'],
    ['-1', undefined],
    ['1.5', undefined],
    ['1e300', undefined],
    ['-9007199254740993', undefined],
    ['null', undefined],
    ['"34 kB"', undefined],
    ['""', undefined],
    ['[34356]', undefined],
    ['true', undefined],
  ])('has for the JSON file_size %s the size %s', (raw, expected) => {
    const state = classifyJobStatus(parseJson(`{"result":{"job_status":0,"file_token":"boxX","file_size":${raw}}}`))
    expect(state.kind === 'done' ? state.file.fileSize : 'not done').toBe(expected)
  })
})

describe('wrong shapes', () => {
  it.each([
    'success',
    0,
    true,
    [],
    [{ job_status: 0 }],
    {},
    { job_status: '0' },
    { job_status: null },
    { job_status: 0.5, file_token: 'boxX' },
    { job_status: [0], file_token: 'boxX' },
    { job_status: '0000000000000000', file_token: 'boxX' },
    { job_status: '0000000000000003' },
    { job_status: 0, file_token: 1 },
    { job_status: 0, file_token: ['boxX'] },
    { job_status: 0, file_token: {} },
    { job_status: 0, file_token: false },
    { job_status: 0, file_token: '..' },
    { job_status: 0, file_token: 'box/X' },
    { job_status: 0, file_token: '\ud800abc' },
    { job_status: 0, file_token: '\u0000' },
    { job_status: 0, file_token: 'x'.repeat(201) },
    { job_status: 1e300 },
    { job_status: '9'.repeat(21) },
  ])('%j throws WrongShape: it is no state of a task', (result) => {
    expect(() => stateOf(result)).toThrow(WrongShape)
  })

  /** Returns the kind of the state that the data of an answer has, or `wrong shape`. Throws any other error again. */
  const outcomeOf = (data: unknown): TaskState['kind'] | 'wrong shape' => {
    try {
      return classifyJobStatus(parseJson(JSON.stringify(data))).kind
    } catch (error) {
      if (error instanceof WrongShape) return 'wrong shape'
      throw error
    }
  }

  it('a task is done exactly when its status is 0 and its file token is a valid token', () => {
    const status = fc.oneof(
      fc.constantFrom(0, -0).map((value) => ({ value, isZero: true })),
      fc
        .oneof(fc.constantFrom<unknown>(1, 2, 3, '0', '', 0.5, null, [0], {}, false), fc.integer({ min: 1 }))
        .map((value) => ({ value, isZero: false })),
    )
    const fileToken = fc.oneof(
      fc.stringMatching(/^[\w.=~-]{0,60}[\w-]$/).map((value) => ({ value, isToken: true })),
      fc
        .constantFrom<unknown>('', ' ', '.', '..', 'a/b', 'a b', '\ud800', 'x'.repeat(201), null, 0, ['a'], {}, true)
        .map((value) => ({ value, isToken: false })),
    )
    fc.assert(
      fc.property(status, fileToken, fc.dictionary(fc.string(), fc.jsonValue()), (code, token, more) => {
        const result = { ...more, job_status: code.value, file_token: token.value }
        expect(outcomeOf({ result }) === 'done').toBe(code.isZero && token.isToken)
      }),
      { numRuns: 250 },
    )
  })

  it('JSON without a file token is never a finished task, and causes no error but WrongShape', () => {
    const withoutFileToken = fc.record(
      { job_status: fc.jsonValue(), file_name: fc.jsonValue(), file_size: fc.jsonValue() },
      { requiredKeys: [] },
    )
    const data = fc.oneof(fc.jsonValue(), fc.record({ result: fc.oneof(fc.jsonValue(), withoutFileToken) }))
    fc.assert(
      fc.property(data, (value) => expect(outcomeOf(value)).not.toBe('done')),
      { numRuns: 250 },
    )
  })
})
