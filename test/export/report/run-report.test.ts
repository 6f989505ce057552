import { expect, it } from '@jest/globals'
import { RunReport } from '../../../src/export/report/run-report.js'
import { STOPPED } from '../../../src/export/stop.js'
import { diskFault } from '../../../src/files/disk-fault.js'
import type { Log } from '../../../src/runner/log.js'
import { entry, listing, tree } from '../naming/trees.js'
import { planFor } from '../plan/worlds.js'
import { fileRecord } from '../records.js'

const ignore = (): void => undefined
const SILENT: Log = { info: ignore, warning: ignore, debug: ignore, group: ignore, endGroup: ignore }

it('a move that a killed run has made already is not announced', () => {
  const lines: string[] = []
  const log = { ...SILENT, info: (line: string) => void lines.push(line) }
  const record = fileRecord('A.docx', 'd1')
  const moves = ['A.docx', 'B.docx'].map((to) => ({ record, to, group: record }))
  const report = new RunReport(log, { dryRun: true, manifestFile: '/m', deleteStale: false, excludeLines: [] })
  const found = listing(tree([entry('d1', 'A')]))
  report.listed(found)
  report.planned({ ...planFor(found), moves }, { hasRecords: false, manifest: 'm' })
  expect(lines).toEqual([
    'Found 1: 1 to export, 0 unchanged, 0 failed, 0 skipped, 1 to move',
    'To export: "A.docx"',
    'To move: "A.docx" → "B.docx"',
  ])
})

it.each([
  ['listed completely', [], 'Nothing was exported yet.'],
  ['not listed completely', [STOPPED], 'The sources were not listed completely.'],
])('a run that stops before the plan says whether the sources were %s', (_, failures, sentence) => {
  const report = new RunReport(SILENT, { dryRun: false, manifestFile: '/m', deleteStale: false, excludeLines: [] })
  const found = tree([entry('d1', 'A')])
  const { source } = found
  const faults = failures.map((failure) => ({ source, what: 'F', url: undefined, failure, mayHideDocuments: true }))
  report.listed({ ...listing(found), faults })
  const { error } = report.end({ elapsedMs: 1, requests: 1, stopped: 'Time is up.', fault: undefined })
  expect(error).toContain(`Time is up. ${sentence}`)
})

it('each file that could not be removed is named, also if the cause is the same', () => {
  const report = new RunReport(SILENT, { dryRun: false, manifestFile: '/m', deleteStale: false, excludeLines: [] })
  const notRemoved = ['a.docx', 'b.docx'].map((path) => {
    return { path, fault: diskFault('remove the file', `/w/${path}`, { code: 'EACCES' }) }
  })
  report.pruned({ removed: [], notRemoved })
  const { error, summary } = report.end({ elapsedMs: 1, requests: 1, stopped: undefined, fault: undefined })
  expect(error).toContain('"a.docx", "b.docx": Cannot remove the file')
  expect(summary).toContainEqual(expect.objectContaining({ items: ['a.docx', 'b.docx'] }))
})

it.each([
  ['copy', 0],
  ['gone', 1],
  ['format', 1],
] as const)('a run that ends early with a stale file (%s) adds %i notes about delete-stale', (reason, count) => {
  const report = new RunReport(SILENT, { dryRun: false, manifestFile: '/m', deleteStale: false, excludeLines: [] })
  report.notPruned([{ record: fileRecord('A.docx', 'd1'), reason, instead: [] }])
  const { summary } = report.end({ elapsedMs: 1, requests: 1, stopped: 'Time is up.', fault: undefined })
  expect(JSON.stringify(summary).split('`delete-stale`').length - 1).toBe(count)
})

it('a file that must be exported because its asset could not be moved fails if the run stops before', () => {
  const report = new RunReport(SILENT, { dryRun: false, manifestFile: '/m', deleteStale: false, excludeLines: [] })
  const found = listing(tree([entry('d1', 'A')]))
  const { toExport, ...plan } = planFor(found)
  report.listed(found)
  report.planned({ ...plan, toExport: [], unchanged: toExport }, { hasRecords: true, manifest: 'm' })
  report.moved({ moved: [], failed: [], parked: [], isChanged: false }, { ...plan, toExport })
  const { outputs, error } = report.end({ elapsedMs: 1, requests: 1, stopped: 'Time is up.', fault: undefined })
  expect(outputs).toMatchObject({ unchanged: 0, failed: 1 })
  expect(error).not.toContain('lost count')
})
