import { describe, expect, it } from '@jest/globals'
import { BUILT, expectMovesOnly, moveDocument } from './export-checks.js'
import { exportBench, folderLink } from './export-support.js'

const bench = exportBench()

describe('a shortcut', () => {
  it('whose original moves into the tree gives its copy to the place of the original', async () => {
    const { emulator } = bench
    const root = emulator.addFolder({ name: 'Root' }).token
    const [shown, real] = ['Shown', 'Real'].map((name) => emulator.addFolder({ name, parent: root }).token)
    const document = emulator.addDocument({ type: 'docx', title: 'A' })
    emulator.addShortcut({ folder: shown ?? '', target: document, name: 'A' })
    const inputs = { sources: folderLink(root) }
    await bench.prepare(inputs)
    expect(bench.files()).toEqual(['Shown/A.docx'])
    emulator.store.folders.put(real ?? '', document)
    await expectMovesOnly(bench, inputs, 1, BUILT)
    expect(bench.files()).toEqual(['Real/A.docx'])
  })

  it('is exported where `exclude` leaves the original out', async () => {
    const { emulator } = bench
    const root = emulator.addFolder({ name: 'Root' }).token
    const [shown, old] = ['Shown', 'Old'].map((name) => emulator.addFolder({ name, parent: root }).token)
    const document = emulator.addDocument({ type: 'docx', title: 'A', folder: old ?? '' })
    emulator.addShortcut({ folder: shown ?? '', target: document, name: 'A' })
    for (const exclude of ['Old/', 'Old/A']) {
      bench.openWorkspace()
      await bench.prepare({ sources: folderLink(root), exclude })
      expect([exclude, ...bench.files()]).toEqual([exclude, 'Shown/A.docx'])
    }
  })

  it('whose original leaves the tree has the copy at its own place', async () => {
    const { emulator } = bench
    const root = emulator.addFolder({ name: 'Root' }).token
    const [shown, real] = ['Shown', 'Real'].map((name) => emulator.addFolder({ name, parent: root }).token)
    const document = emulator.addDocument({ type: 'docx', title: 'A', folder: real ?? '' })
    emulator.addShortcut({ folder: shown ?? '', target: document, name: 'A' })
    const inputs = { sources: folderLink(root), 'delete-stale': true }
    await bench.prepare(inputs)
    expect(bench.files()).toEqual(['Real/A.docx'])
    emulator.store.folders.remove(real ?? '', document.token)
    await expectMovesOnly(bench, inputs, 1)
    expect(bench.files()).toEqual(['Shown/A.docx'])
  })

  it('whose original moves from one folder to another is of no account', async () => {
    const { emulator } = bench
    const root = emulator.addFolder({ name: 'Root' }).token
    const [shown, one, two] = ['Shown', 'One', 'Two'].map((name) => emulator.addFolder({ name, parent: root }).token)
    const document = emulator.addDocument({ type: 'docx', title: 'A', folder: one ?? '' })
    emulator.addShortcut({ folder: shown ?? '', target: document, name: 'A' })
    const inputs = { sources: folderLink(root) }
    await bench.prepare(inputs)
    moveDocument(bench, document, one ?? '', two ?? '')
    await expectMovesOnly(bench, inputs, 1)
    expect(bench.files()).toEqual(['Two/A.docx'])
  })
})
