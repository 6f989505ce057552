import { describe, expect, it } from '@jest/globals'
import { errorOf, progressLine, summaryOf, type FailedItem, type RunReport } from '../../../src/export/report/report.js'
import type { Failure } from '../../../src/feishu/errors/failure.js'
import { renderSummary } from '../../../src/runner/summary.js'

const failure = (what: string, rest: Partial<Failure> = {}): Failure => ({ class: 'permanent', what, ...rest })
const failed = (what: string, cause: Failure): FailedItem => ({ what, url: undefined, failure: cause })
const report = (rest: Partial<RunReport>): RunReport => ({
  dryRun: false,
  elapsedMs: 61_000,
  requests: 1,
  exported: 0,
  unchanged: 0,
  failed: rest.failures?.length ?? 0,
  skipped: 0,
  deleted: 0,
  failures: [],
  written: [],
  skippedItems: [],
  deletedPaths: [],
  notes: [],
  ...rest,
})

describe('the error', () => {
  it('is none when nothing failed and nothing stopped the run', () => {
    expect(errorOf(report({ exported: 3 }), undefined)).toBeUndefined()
  })

  it('counts, and puts together what has the same cause', () => {
    const failures = ['a', 'b', 'c', 'd'].map((what, nth) =>
      failed(what, failure('No right', { logId: `log${nth}`, links: [`https://x.example/${nth}`] })),
    )
    const error = errorOf(
      report({ exported: 2, failures: [...failures, failed('e', failure('Too large'))] }),
      undefined,
    )
    expect(error).toBe(
      '5 of 7 failed. (1) "a", "b", "c" and 1 more: No right (log id log0). See https://x.example/0 (2) "e": Too large.',
    )
  })

  it('names a few causes, and says how many there are besides', () => {
    const failures = Array.from({ length: 9 }, (_, nth) => failed(`f${nth}`, failure(`cause ${nth}`)))
    expect(errorOf(report({ failures }), undefined)).toMatch(/\(3\) "f2": cause 2\. And 6 more: see the job summary/)
  })

  it('says once what ended the run, and what stands behind it all', () => {
    const cause = failure('The secret is wrong', { advice: 'Copy it anew.' })
    const stopped = 'The run was ended, since every document would fail like this: The secret is wrong. Copy it anew.'
    expect(errorOf(report({ failures: [failed('a', cause)] }), stopped, ['A hint.'])).toBe(
      `${stopped} 1 of 1 failed. A hint. "a".`,
    )
  })
})

describe('the summary', () => {
  it('is cut to far less than 1 MiB, whatever the titles are, and says so', () => {
    const title = '<|`*_[]()&>😀'.repeat(200)
    const url = `https://example.feishu.cn/docx/x?${'&'.repeat(970)}`
    const items = Array.from({ length: 500 }, () => ({ path: title, title, url, type: 'docx', reason: title }))
    const whole = report({
      failures: items.map(() => ({ what: title, url, failure: failure(title, { advice: title }) })),
      written: items,
      skippedItems: items,
      deletedPaths: items.map(({ path }) => path),
    })
    const text = summaryOf(whole)
      .map((part) => renderSummary(part))
      .join('\n')
    expect(Buffer.byteLength(text)).toBeLessThan(900_000)
    expect(text).toMatch(/The first 50 of 500/)
    expect(text).toMatch(/The first 100 of 500/)
    expect(text.split('\n').filter((line) => line.startsWith('| ')).length).toBeLessThan(320)
  })

  it('has the failures before what was written', () => {
    const parts = summaryOf(
      report({ failures: [failed('a', failure('x'))], written: [{ path: 'b', title: 'b', url: undefined }] }),
    )
    expect(parts.map(({ title }) => title)).toEqual(['Feishu export', 'Failed', 'Exported'])
    expect(parts[0]?.paragraphs?.[0]).toMatch(/It took 61 s and 1 request\.$/)
  })
})

describe('the line of progress', () => {
  it('tells the pace and the time left', () => {
    expect(progressLine({ done: 50, total: 200, inFlight: 12, failed: 10, elapsedMs: 60_000 })).toBe(
      '50 of 200 done, 12 in flight, 10 failed, 50 a minute, about 2 min 48 s left',
    )
    expect(progressLine({ done: 0, total: 2, inFlight: 2, failed: 0, elapsedMs: 10_000 })).toBe(
      '0 of 2 done, 2 in flight, 0 failed, 0 a minute',
    )
  })
})
