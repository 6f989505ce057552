import { describe, expect, it } from '@jest/globals'
import { planLines } from '../../../src/export/report/plan-lines.js'
import { describeUnusedExcludes } from '../../../src/export/report/sentences.js'
import { parseExclude } from '../../../src/export/sources/exclude.js'
import type { Failure } from '../../../src/feishu/errors/failure.js'
import { quoted } from '../../../src/text.js'
import { entry, listing, tree } from '../naming/trees.js'
import { fileRecord } from '../records.js'
import { planFor } from '../plan/worlds.js'

const plan = planFor(listing(tree([entry('d2', 'B'), entry('d1', 'A')])))
const failure: Failure = { class: 'permanent', what: 'No right' }

describe('the log of a plan', () => {
  it('of a run has the numbers and the failures', () => {
    const failed = [{ what: 'X', url: undefined, failure }]
    expect(planLines(plan, { found: 3, failed, changes: undefined })).toEqual([
      'Found 3: 2 to export, 0 unchanged, 1 failed, 0 skipped',
      'Failed: "X": No right.',
    ])
  })

  it('of a dry run also lists by path what would change', () => {
    const changes = { moved: [{ from: 'x', to: 'y' }], deletedPaths: ['z'] }
    expect(planLines(plan, { found: 2, failed: [], changes }).slice(1)).toEqual([
      'To export: "A.docx"',
      'To export: "B.docx"',
      'To move: "x" → "y"',
      'To delete: "z"',
    ])
  })

  it('counts a document that moves, but not the pictures that move with it', () => {
    const record = fileRecord('old/A.md', 'd1')
    const picture = fileRecord('old/A/1.png', 'd1', { asset: 'img1' })
    const moves = [
      { record, to: 'A.md', group: record },
      { record: picture, to: 'A/1.png', group: record },
    ]
    const [numbers] = planLines({ ...plan, moves }, { found: 2, failed: [], changes: undefined })
    expect(numbers).toMatch(/0 skipped, 1 to move$/)
  })

  it('is cut if there are many lines', () => {
    const deletedPaths = Array.from({ length: 600 }, (_, nth) => `d${nth}`)
    const lines = planLines(plan, { found: 2, failed: [], changes: { moved: [], deletedPaths } })
    expect(lines).toHaveLength(1 + 2 + 501)
    expect(lines.at(-1)).toBe('To delete: 100 more')
  })
})

describe('lines of `exclude` that exclude nothing', () => {
  const { lines } = parseExclude('# note\n\n drafts/ \n!keep\nhttps://acme.feishu.cn/docx/DocToken1')

  it('are listed; comments and exceptions (`!`) are not', () => {
    expect(describeUnusedExcludes(lines, listing(tree([entry('d1', 'A')])))).toBe(
      '`exclude`: nothing is excluded by "https://acme.feishu.cn/docx/DocToken1", "drafts/".',
    )
  })

  it('do not include those that excluded something, at any depth', () => {
    const drafts = entry('d2', 'drafts', { excludedBy: ['drafts/'] })
    const found = listing(tree([entry('d1', 'A', { children: [drafts] })]))
    expect(describeUnusedExcludes(lines, found)).toBe(
      '`exclude`: nothing is excluded by "https://acme.feishu.cn/docx/DocToken1".' +
        ' (What is below an excluded folder or page is not listed.)',
    )
    expect(describeUnusedExcludes(['drafts/'], found)).toBeUndefined()
  })

  it('include a line whose only match an exception undoes, without the claim that it matches nothing', () => {
    const rules = parseExclude('*.old\n!keep.old')
    expect(rules.linesFor({ path: 'keep.old', isDirectory: false, ids: [] })).toEqual([])
    const unused = describeUnusedExcludes(rules.lines, listing(tree([entry('d1', 'keep.old')])))
    expect(unused).toBe('`exclude`: nothing is excluded by "*.old".')
  })

  it.each([
    ['草稿/，归档/', ' Write one rule a line.'],
    ['A, B', ' Write one rule a line.'],
    ['草稿、归档', ' Write one rule a line.'],
    ['"Part 1"', ' Write rules without quotes.'],
    ['“手册 第1篇”', ' Write rules without quotes.'],
    ['"A","B"', ' Write one rule a line. Write rules without quotes.'],
    ['"A" and B', ''],
  ])('have a hint if they look like a list in one line or are in quotes: %s', (line, hint) => {
    const unused = describeUnusedExcludes(parseExclude(line).lines, listing(tree([entry('d1', 'A')])))
    expect(unused).toBe(`\`exclude\`: nothing is excluded by ${quoted(line)}.${hint}`)
  })

  it('do not include a line that matches the same as another line', () => {
    const rules = parseExclude('Drafts\nDrafts/\nhttps://acme.feishu.cn/docx/d1')
    const excludedBy = rules.linesFor({ path: 'Drafts', isDirectory: true, ids: ['d1'] })
    expect(describeUnusedExcludes(rules.lines, listing(tree([entry('d1', 'Drafts', { excludedBy })])))).toBeUndefined()
  })

  it('are not listed if a branch could not be listed', () => {
    const found = listing(tree([entry('d1', 'A')]))
    const [source] = found.sources
    if (!source) throw new Error('no source')
    const faults = [{ source: source.source, what: 'F', failure, mayHideDocuments: true }]
    expect(describeUnusedExcludes(lines, { ...found, faults })).toBeUndefined()
  })
})
