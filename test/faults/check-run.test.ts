import { describe, expect, it } from '@jest/globals'
import { createHash } from 'node:crypto'
import { answers, type RecordedRequest } from '../emulator/index.js'
import type { StepResult } from '../process/run-action.js'
import { checkRun, type FinishedRun } from './check-run.js'
import { TIMED_OUT } from './context.js'
import type { ClassifiedExchange, Exchange, RunContext, World } from './types.js'

const CONTEXT: RunContext = { ...TIMED_OUT, endMs: 2800 }
const WORLD = { accessToken: 't-1', appSecret: '', ticket: '7', fileToken: 'box' } as unknown as World

/** A query of the task, answered after `durationMs`. */
function query(atMs: number, durationMs: number, result: Readonly<Record<string, unknown>>): ClassifiedExchange {
  const text = JSON.stringify({ code: 0, data: { result } })
  return {
    role: 'main',
    atMs,
    observed: { status: 200, headers: {}, body: Buffer.from(text), completeAtMs: atMs + durationMs },
    answerClass: result['job_status'] === 0 ? { kind: 'done', result, text } : { kind: 'pending' },
    authorization: 'Bearer t-1',
    isPart: false,
    url: 'http://127.0.0.1/query',
    isAnswerLost: false,
  }
}

/** The violations that are found in a run that succeeded with these outputs. Its requests are not checked. */
function checkGreen(
  action: FinishedRun['action'],
  classified: readonly ClassifiedExchange[],
  outputs: StepResult['outputs'],
): string[] {
  const step = {
    exitCode: 0,
    signal: null,
    lines: ['::add-mask::t-1'],
    errors: [],
    outputs,
    summary: action === 'download' ? 'a summary' : '',
  } as unknown as StepResult
  const { violations } = checkRun({ action, step, world: WORLD, classified, exchanges: [], context: CONTEXT })
  return violations.map(({ text }) => text)
}

describe('the check of a run', () => {
  it('accepts only the outputs of a success when the run succeeded, even if its answer took more than a second', () => {
    const classified = [query(100, 0, { job_status: 2 }), query(1000, 1200, { job_status: 0, file_token: 'box' })]
    const check = (outputs: StepResult['outputs']): string[] => checkGreen('wait', classified, outputs)
    expect(check({ status: 'success', 'status-code': '0', 'file-token': 'box' })).toEqual([])
    expect(check({ status: 'processing', 'status-code': '2', 'file-token': 'box' })).toEqual([
      'outputs [["file-token","box"],["status","processing"],["status-code","2"]], wanted [["file-token","box"],["status","success"],["status-code","0"]]',
    ])
  })

  it('finds a minted token in the address of a request', () => {
    const minted: ClassifiedExchange = {
      ...query(0, 0, {}),
      role: 'mint',
      answerClass: { kind: 'token', token: 't-2' },
    }
    const request = {
      api: 'download',
      method: 'GET',
      path: '/open-apis/drive/v1/export_tasks/file/box/download',
      query: { token: 't-2' },
      headers: { 'user-agent': 'feishu-export-action/1.0.0 (download)' },
    } as unknown as RecordedRequest
    const exchanges: Exchange[] = [{ request, answer: answers.ok({}), server: 'service' }]
    const step = { outputs: {}, lines: [], errors: [], summary: '' } as unknown as StepResult
    const run = { action: 'download', step, world: WORLD, classified: [minted], exchanges, context: CONTEXT } as const
    expect(checkRun(run).violations).toContainEqual({ kind: 'wrong', text: 'a secret in an address' })
  })

  it('finds a hash that is not that of the file', () => {
    const body = Buffer.from('the file')
    const file: ClassifiedExchange = { ...query(2200, 0, {}), answerClass: { kind: 'file', body } }
    const check = (sha256: string): string[] =>
      checkGreen('download', [file], { path: '/A', 'file-name': 'A', 'file-size': '8', sha256 })
    expect(check(createHash('sha256').update(body).digest('hex'))).toEqual([])
    expect(check('0'.repeat(64))).toEqual([expect.stringContaining('outputs')])
  })
})
