import { expect, it } from '@jest/globals'
import { RunReport } from '../../../src/export/report/run-report.js'
import { entry, listing, tree } from '../naming/trees.js'
import { planFor } from '../plan/worlds.js'
import { fileRecord } from '../records.js'

it('a move that a killed run has made already is not announced', () => {
  const lines: string[] = []
  const ignore = (): void => undefined
  const log = {
    info: (line: string) => void lines.push(line),
    warning: ignore,
    debug: ignore,
    group: ignore,
    endGroup: ignore,
  }
  const record = fileRecord('A.docx', 'd1')
  const moves = ['A.docx', 'B.docx'].map((to) => ({ record, to, group: record }))
  const report = new RunReport(log, { dryRun: true, manifestFile: '/m', excludeLines: [] })
  const found = listing(tree([entry('d1', 'A')]))
  report.listed(found)
  report.planned({ ...planFor(found), moves }, { isFirstRun: true, manifest: 'm' })
  expect(lines).toEqual([
    'Found 1: 1 to export, 0 unchanged, 0 failed, 0 skipped, 1 to move',
    'To export: "A.docx"',
    'To move: "A.docx" → "B.docx"',
  ])
})
