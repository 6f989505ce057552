import { expect, it } from '@jest/globals'
import {
  BUILT_ACTION,
  countedRun,
  countedRunInProcess,
  expectNothingToDo,
  hashAt,
  hashesOf,
  pathsOf,
} from './export-checks.js'
import { killedBeforeCall } from './disk-faults.js'
import { exportBench, folderLink } from './export-support.js'

const bench = exportBench()

it('a run that only moves files, killed before any change of the disk, loses no file and leaves no wrong record; the next run completes it', async () => {
  const { emulator } = bench
  const root = emulator.addFolder({ name: 'Root' }).token
  const [a, b] = ['A', 'B'].map((title) => emulator.addDocument({ type: 'docx', title, folder: root }))
  const sub = emulator.addFolder({ name: 'Old', parent: root })
  const inner = emulator.addDocument({ type: 'docx', title: 'Inner', folder: sub.token })
  if (!a || !b) throw new Error('no documents')
  const documents = [a, b, inner]
  const inputs = { sources: folderLink(root) }
  await bench.prepare(inputs)
  const hashes = documents.map(({ token }) => emulator.expectedSha256(token, 'docx'))
  Object.assign(a, { title: 'B' })
  Object.assign(b, { title: 'A' })
  sub.name = 'New'
  const paths = ['B.docx', 'A.docx', 'New/Inner.docx']
  const { workspace } = bench
  let runs = 0
  for (let isKilled = true; isKilled; runs++) {
    bench.openCopyOf(workspace)
    isKilled = (await bench.run(inputs, killedBeforeCall(runs + 1))).signal !== null
    expect(bench.wrongRecords()).toEqual([])
    expect(Object.values(hashesOf(bench))).toEqual(expect.arrayContaining(hashes))
    // The built action recovers from every eighth kill; the other recoveries are quicker in this process.
    const next = await (runs % 8 === 0 ? countedRun(bench, inputs) : countedRunInProcess(bench, inputs))
    expect(next.step.errors).toEqual([])
    expect(next.tasks).toBe(0)
    expect(documents.flatMap((document) => pathsOf(bench, document))).toEqual(paths)
    expect(paths.map((file) => hashAt(bench, file))).toEqual(hashes)
    expect(bench.files()).toHaveLength(3)
  }
  // Each of the three files is renamed twice, so at least six runs were killed. The last run was not.
  expect(runs).toBeGreaterThan(6)
  await expectNothingToDo(bench, inputs, BUILT_ACTION)
}, 90_000)
