import { describe, expect, it } from '@jest/globals'
import { BUILT_ACTION, expectMovesOnly, moveDocument } from './export-checks.js'
import { exportBench, folderLink } from './export-support.js'

const bench = exportBench()

/**
 * Adds a root folder with sub-folders, a document `A`, and a shortcut to it in the first sub-folder.
 * @param names of the sub-folders
 * @param home the sub-folder that holds the document; undefined for a document outside of the root
 */
function addTree<Name extends string>(names: readonly [Name, ...Name[]], home?: Name) {
  const { emulator } = bench
  const root = emulator.addFolder({ name: 'Root' }).token
  const tokens = Object.fromEntries(names.map((name) => [name, emulator.addFolder({ name, parent: root }).token]))
  const folders = tokens as Record<Name, string>
  const document = emulator.addDocument({ type: 'docx', title: 'A', ...(home && { folder: folders[home] }) })
  emulator.addShortcut({ folder: folders[names[0]], target: document, name: 'A' })
  return { root, folders, document }
}

describe('a shortcut', () => {
  it('whose original moves into the tree: the file moves to the path of the original', async () => {
    const { root, folders, document } = addTree(['Shown', 'Real'])
    const inputs = { sources: folderLink(root) }
    await bench.prepare(inputs)
    expect(bench.files()).toEqual(['Shown/A.docx'])
    bench.emulator.store.folders.put(folders.Real, document)
    await expectMovesOnly(bench, inputs, 1, BUILT_ACTION)
    expect(bench.files()).toEqual(['Real/A.docx'])
  })

  it('is exported where `exclude` leaves the original out', async () => {
    const { root } = addTree(['Shown', 'Old'], 'Old')
    for (const exclude of ['Old/', 'Old/A']) {
      bench.openWorkspace()
      await bench.prepare({ sources: folderLink(root), exclude })
      expect([exclude, ...bench.files()]).toEqual([exclude, 'Shown/A.docx'])
    }
  })

  it('whose original leaves the tree: the file moves to the path of the shortcut', async () => {
    const { root, folders, document } = addTree(['Shown', 'Real'], 'Real')
    const inputs = { sources: folderLink(root), 'delete-stale': true }
    await bench.prepare(inputs)
    expect(bench.files()).toEqual(['Real/A.docx'])
    bench.emulator.store.folders.remove(folders.Real, document.token)
    await expectMovesOnly(bench, inputs, 1)
    expect(bench.files()).toEqual(['Shown/A.docx'])
  })

  it('does not matter when its original moves from one folder to another', async () => {
    const { root, folders, document } = addTree(['Shown', 'One', 'Two'], 'One')
    const inputs = { sources: folderLink(root) }
    await bench.prepare(inputs)
    moveDocument(bench, document, folders.One, folders.Two)
    await expectMovesOnly(bench, inputs, 1)
    expect(bench.files()).toEqual(['Two/A.docx'])
  })
})
