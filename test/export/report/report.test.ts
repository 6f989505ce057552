import { describe, expect, it } from '@jest/globals'
import { errorMessage, type FailedItem, type ReportFacts } from '../../../src/export/report/report.js'
import { describeEarlyEnd } from '../../../src/export/report/sentences.js'
import { summarize } from '../../../src/export/report/summary.js'
import { describe as describeFailure, type Failure } from '../../../src/feishu/errors/failure.js'
import { renderSummary } from '../../../src/runner/summary.js'

const failure = (what: string, rest: Partial<Failure> = {}): Failure => ({ class: 'permanent', what, ...rest })
const failed = (what: string, cause: Failure): FailedItem => ({ what, url: undefined, failure: cause })
/** What is reported of a run, by default of one that found nothing. `failed` counts the failures in `rest`. */
const facts = (rest: Partial<ReportFacts>): ReportFacts => ({
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
  moved: [],
  deletedPaths: [],
  notes: [],
  ...rest,
})

describe('the error message', () => {
  it('is undefined when nothing failed and nothing stopped the run', () => {
    expect(errorMessage(facts({ exported: 3 }), undefined)).toBeUndefined()
  })

  it('counts the failures and groups them by cause', () => {
    const failures = ['a', 'b', 'c', 'd'].map((what, nth) =>
      failed(what, failure('No right', { logId: `log${nth}`, links: [`https://x.example/${nth}`] })),
    )
    const error = errorMessage(
      facts({ exported: 2, failures: [...failures, failed('e', failure('Too large'))] }),
      undefined,
    )
    expect(error).toBe(
      '5 of 7 failed. (1) "a", "b", "c" and 1 more: No right (log id log0). See <https://x.example/0>. (2) "e": Too large.',
    )
  })

  it('groups failures whose service messages differ only in a link', () => {
    const failures = ['a', 'b'].map((what) => {
      const link = `https://x.example/?log_id=${what}`
      return failed(what, failure('No right', { serviceMessage: `No permission: ${link}`, links: [link] }))
    })
    expect(errorMessage(facts({ failures }), undefined)).toBe(
      '2 of 2 failed. "a", "b": No right; the service says "No permission". See <https://x.example/?log_id=a>.',
    )
  })

  it('is the same for failures in any order, with the largest group first', () => {
    const failures = [
      failed('z', failure('Too large')),
      ...['c', 'b', 'a'].map((what) => failed(what, failure('No right', { logId: `log ${what}` }))),
      failed('y', failure('Gone')),
    ]
    const error = errorMessage(facts({ failures }), undefined)
    expect(error).toBe('5 of 5 failed. (1) "a", "b", "c": No right (log id log a). (2) "y": Gone. (3) "z": Too large.')
    expect(errorMessage(facts({ failures: failures.reverse() }), undefined)).toBe(error)
  })

  it('ends with the advice how to leave out what failed: once, also for a document that failed in two formats', () => {
    const leaveOut = (link: string) => ({ by: 'exclude', change: link, along: [], deletesFiles: false }) as const
    const failures = ['a.docx', 'a.pdf'].map((what) => ({ ...failed(what, failure('No')), leaveOut: leaveOut('LINK') }))
    expect(errorMessage(facts({ failures }), undefined)).toBe(
      '2 of 2 failed. "a.docx", "a.pdf": No. To leave it out, add to `exclude`: LINK',
    )
    const other = { ...failed('b', failure('No')), leaveOut: leaveOut('OTHER') }
    expect(errorMessage(facts({ failures: [...failures, other] }), undefined)).toMatch(
      /: No\. To leave one out, add its link to `exclude`: LINK OTHER$/,
    )
  })

  it('reports a disk fault once for several files', () => {
    const failures = ['a', 'b'].map((what) =>
      failed(what, failure(`Cannot write the file "/w/${what}": the disk is full (ENOSPC)`, { origin: 'disk' })),
    )
    expect(errorMessage(facts({ failures }), undefined)).toBe(
      '2 of 2 failed. "a", "b": Cannot write the file "/w/a": the disk is full (ENOSPC).',
    )
  })

  it('names three causes and counts the rest', () => {
    const failures = Array.from({ length: 9 }, (_, nth) => failed(`f${nth}`, failure(`cause ${nth}`)))
    expect(errorMessage(facts({ failures }), undefined)).toMatch(
      /\(3\) "f2": cause 2\. And 6 more: see the job summary/,
    )
  })

  it('has the reason that ended the run once, then the hints', () => {
    const cause = failure('The secret is wrong', { advice: 'Copy it again.' })
    const stopped = 'The run was ended, since every document would fail like this: The secret is wrong. Copy it again.'
    expect(errorMessage(facts({ failures: [failed('a', cause)] }), stopped, ['A hint.'])).toBe(`${stopped} A hint.`)
  })

  it('has that reason once also if several requests failed for it, each with its own log id', () => {
    const failures = ['a', 'b'].map((what) => failed(what, failure('Too many requests', { logId: `log ${what}` })))
    const stopped = 'The run was ended, since every document would fail like this: Too many requests (log id log b).'
    expect(errorMessage(facts({ failures }), stopped)).toBe(stopped)
  })
})

describe('the summary', () => {
  it('is cut to less than 1 MiB, whatever the titles are, and says how many items there are', () => {
    const title = '<|`*_[]()&>😀'.repeat(200)
    const url = `https://example.feishu.cn/docx/x?${'&'.repeat(970)}`
    const items = Array.from({ length: 500 }, () => ({ path: title, title, url, type: 'docx', reason: title }))
    const whole = facts({
      failures: items.map(() => ({ what: title, url, failure: failure(title, { advice: title }) })),
      written: items,
      skippedItems: items,
      deletedPaths: items.map(({ path }) => path),
    })
    const text = summarize(whole)
      .map((part) => renderSummary(part))
      .join('\n')
    expect(Buffer.byteLength(text)).toBeLessThan(900_000)
    expect(text).toMatch(/The first 50 of 500/)
    expect(text).toMatch(/The first 100 of 500/)
    expect(text.split('\n').filter((line) => /^[|-] /.test(line)).length).toBeLessThan(320)
  })

  it('refers to the manifest for a list that is cut, but only if the manifest has its items', () => {
    const item = { title: '', url: undefined, type: 'docx', reason: '' }
    const items = Array.from({ length: 101 }, (_, nth) => ({ ...item, path: `${nth}` }))
    const whole = { written: items, skippedItems: items, deletedPaths: items.map(({ path }) => path) }
    const notesOf = (dryRun: boolean) =>
      summarize(facts({ ...whole, dryRun }))
        .slice(1)
        .map(({ paragraphs }) => paragraphs?.[0])
    const [written, ...others] = ['The first 100 of 101', 'The first 100 of 101.', 'The first 50 of 101.']
    expect(notesOf(false)).toEqual([`${written}; the manifest has them all.`, ...others])
    expect(notesOf(true)).toEqual([`${written}.`, ...others])
  })

  const written = [{ path: 'b', title: 'b', url: undefined }]

  it('lists failures first, then the written files, folded', () => {
    const parts = summarize(facts({ failures: [failed('a', failure('x'))], written }))
    expect(parts.map(({ title, folded }) => [title, folded ?? false])).toEqual([
      ['Feishu export', false],
      ['Failed (1): x', false],
      ['Exported (1)', true],
    ])
    expect(parts[0]?.paragraphs?.[0]).toMatch(/It took 61 s and 1 request\.$/)
  })

  it('has each cause once, with a link for each document', () => {
    const url = 'https://example.feishu.cn/docx/'
    const failures = ['a', 'b', 'c'].map((what) => ({
      what,
      url: url + what,
      failure: failure(what === 'c' ? 'Locked' : 'Too large', { advice: 'Split it.', logId: `log ${what}` }),
    }))
    const [, large, locked] = summarize(facts({ failures }))
    expect(large).toMatchObject({
      title: 'Failed (2): Too large',
      paragraphs: ['Split it.'],
      items: [
        { text: 'a', href: `${url}a` },
        { text: 'b', href: `${url}b` },
      ],
    })
    expect(locked).toMatchObject({ title: 'Failed (1): Locked', paragraphs: ['Split it.', '(log id log c)'] })
  })

  it('of a dry run begins with what would change', () => {
    const parts = summarize(
      facts({
        dryRun: true,
        written,
        moved: [{ from: 'x', to: 'y' }],
        deletedPaths: ['z'],
        failures: [failed('a', failure('f'))],
      }),
    )
    expect(parts.map(({ title, folded }) => [title, folded ?? false])).toEqual([
      ['Feishu export (dry run)', false],
      ['To export (1)', false],
      ['To move (1)', false],
      ['To delete (1)', false],
      ['Failed (1): f', false],
    ])
  })
})

describe('what ended the run early', () => {
  it('is in the summary once: the failure that a note describes is not explained again below', () => {
    const cause = failure('No scope', { code: 99991672, advice: 'Add the scope docs:document:export.' })
    const notes = [`Every document would fail like this: ${describeFailure(cause)}`]
    const parts = summarize(facts({ failures: [failed('a', cause)], notes }))
    const text = JSON.stringify(parts)
    expect(text.split('docs:document:export')).toHaveLength(2)
    expect(text.split('99991672')).toHaveLength(2)
    expect(text).toContain('Failed (1): No scope')
  })

  it.each([undefined, 'The run was ended at the first failure (`fail-fast`).'])(
    'is not said to be the request that was being retried: %s',
    (stopped) => {
      const end = { stopped, fault: 'The disk is full.', reached: 'plan', retried: failure('Reset') } as const
      expect(describeEarlyEnd(end)).toMatch(/The disk is full\. A request was being retried: Reset\.$/)
    },
  )
})
