import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, describe, expect, it } from '@jest/globals'
import { countedRun, expectNothingToDo, hashAt, hashesOf, pathsOf } from './export-checks.js'
import { killedBeforeCall } from './disk-faults.js'
import { exportBench, folderLink } from './export-support.js'

const bench = exportBench()
const scratch: string[] = []
afterEach(() => scratch.splice(0).forEach((folder) => rmSync(folder, { recursive: true, force: true })))

const CALLS_PER_TEST = 8
/** More than such a run needs: a test that no longer kills anything ends at once. */
const MAX_CALLS = 48

describe('a run of nothing but moves', () => {
  it.each(Array.from({ length: MAX_CALLS / CALLS_PER_TEST }, (_, part) => part * CALLS_PER_TEST + 1))(
    'that is killed before any of its calls to the disk from number %i on loses no copy, lists nothing false, and the next run ends it',
    async (first) => {
      const { emulator } = bench
      const root = emulator.addFolder({ name: 'Root' }).token
      const [a, b] = ['A', 'B'].map((title) => emulator.addDocument({ type: 'docx', title, folder: root }))
      const sub = emulator.addFolder({ name: 'Old', parent: root })
      const inner = emulator.addDocument({ type: 'docx', title: 'Inner', folder: sub.token })
      if (!a || !b) throw new Error('no documents')
      const documents = [a, b, inner]
      const inputs = { sources: folderLink(root) }
      await bench.run(inputs)
      const hashes = documents.map(({ token }) => emulator.expectedSha256(token, 'docx'))
      Object.assign(a, { title: 'B' })
      Object.assign(b, { title: 'A' })
      sub.name = 'New'
      const exported = bench.workspace
      for (let nth = first; nth < first + CALLS_PER_TEST; nth++) {
        bench.workspace = mkdtempSync(path.join(tmpdir(), 'feishu-killed-'))
        scratch.push(bench.workspace)
        cpSync(exported, bench.workspace, { recursive: true })
        const killed = await bench.run(inputs, killedBeforeCall(nth))
        expect(bench.lies()).toEqual([])
        expect(Object.values(hashesOf(bench))).toEqual(expect.arrayContaining(hashes))
        const next = await countedRun(bench, inputs)
        expect(next.step.errors).toEqual([])
        expect(next.tasks).toBe(0)
        expect(documents.flatMap((document) => pathsOf(bench, document))).toEqual([
          'B.docx',
          'A.docx',
          'New/Inner.docx',
        ])
        expect(['B.docx', 'A.docx', 'New/Inner.docx'].map((file) => hashAt(bench, file))).toEqual(hashes)
        expect(bench.files()).toHaveLength(3)
        if (killed.signal === null) break
      }
      await expectNothingToDo(bench, inputs)
    },
    60_000,
  )
})
