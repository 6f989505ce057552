import { describe, expect, it } from '@jest/globals'
import { blocks, type EmulatedDocument, type Emulator, type Folder } from '../../emulator/index.js'
import { healAll, type KillWorld } from './kill-closure.js'

/** What a world is built with. */
interface Builder {
  readonly emulator: Emulator
  /** The token of the folder that is exported. */
  readonly root: string
  /** Adds a document to `root`, or to another folder. */
  readonly add: (title: string, rest?: Partial<EmulatedDocument> & { folder?: string }) => EmulatedDocument
  /** Adds a folder to `root`. */
  readonly folder: (name: string) => Folder
}

interface World extends Partial<Omit<KillWorld, 'emulator'>> {
  readonly change: () => void
  /** The path of each file in the end, with its path before the change. */
  readonly expected: Readonly<Record<string, string>>
  /** The path in the end of the document that is also edited, so that it is exported again. */
  readonly edited?: string
}

const PNG = Buffer.from('89504e470d0a1a0a0000', 'hex')

const worlds: Readonly<Record<string, (builder: Builder) => World>> = {
  'one move': ({ add }) => {
    const a = add('A')
    return { change: () => (a.title = 'B'), refuses: true, expected: { 'B.docx': 'A.docx' } }
  },
  'a swap': ({ add }) => {
    const [a, b] = [add('A'), add('B')]
    const change = (): void => void ([a.title, b.title] = ['B', 'A'])
    return { change, refuses: true, expected: { 'A.docx': 'B.docx', 'B.docx': 'A.docx' } }
  },
  'a circle of three': ({ add }) => {
    const [a, b, c] = [add('A'), add('B'), add('C')]
    const change = (): void => void ([a.title, b.title, c.title] = ['B', 'C', 'A'])
    return { change, kills: 1, expected: { 'A.docx': 'C.docx', 'B.docx': 'A.docx', 'C.docx': 'B.docx' } }
  },
  'a swap with an edit': ({ add, emulator }) => {
    const [a, b] = [add('A'), add('B')]
    const change = (): void => {
      emulator.edit(a.token)
      Object.assign(a, { title: 'B', editTime: String(Number(a.editTime) + 1) })
      b.title = 'A'
    }
    return { change, kills: 1, edited: 'B.docx', expected: { 'A.docx': 'B.docx', 'B.docx': 'A.docx' } }
  },
  'a name in another case': ({ add }) => {
    const a = add('a')
    return { change: () => (a.title = 'A'), expected: { 'A.docx': 'a.docx' } }
  },
  'a file into a folder of its name': ({ add, folder, emulator, root }) => {
    const notes = add('notes', { type: 'file' })
    const change = (): void => {
      emulator.store.folders.remove(root, notes.token)
      emulator.store.folders.put(folder('notes').token, notes)
    }
    return { change, kills: 1, inputs: { 'include-files': true }, expected: { 'notes/notes': 'notes' } }
  },
  'a file to the name of its folder': ({ add, folder, emulator, root }) => {
    const { token } = folder('notes')
    const notes = add('notes', { type: 'file', folder: token })
    const change = (): void => {
      emulator.store.folders.remove(root, token)
      emulator.store.folders.put(root, notes)
    }
    return { change, kills: 1, inputs: { 'include-files': true }, expected: { notes: 'notes/notes' } }
  },
  'a folder that is renamed': ({ add, folder }) => {
    const x = folder('X')
    for (const title of ['A', 'B']) add(title, { folder: x.token })
    return { change: () => (x.name = 'Y'), kills: 1, expected: { 'Y/A.docx': 'X/A.docx', 'Y/B.docx': 'X/B.docx' } }
  },
  'a move to the path of a deleted document': ({ add }) => {
    const [a, b] = [add('A'), add('B')]
    const change = (): void => {
      a.title = 'B'
      b.deleted = true
    }
    return { change, kills: 1, refuses: true, inputs: { 'delete-stale': true }, expected: { 'B.docx': 'A.docx' } }
  },
  'files with the same bytes': ({ add }) => {
    const [a, b] = ['a.txt', 'b.txt'].map((title) => add(title, { type: 'file', bytes: 'the same' }))
    const change = (): void => {
      if (a && b) [a.title, b.title] = ['b.txt', 'c.txt']
    }
    return { change, kills: 1, inputs: { 'include-files': true }, expected: { 'b.txt': 'a.txt', 'c.txt': 'b.txt' } }
  },
  'Markdown with the same picture, in folders that exchange their names': ({ emulator, add, folder }) => {
    const [x, y] = [folder('X'), folder('Y')]
    emulator.addDocument({ type: 'media', token: 'p', title: 'p', bytes: PNG, contentType: 'image/png' })
    const image = blocks.image(emulator.store.documents.get('p'))
    add('A', { folder: x.token, blocks: [image] })
    add('A', { folder: y.token, blocks: [image, blocks.text('y')] })
    const expected = {
      'X/A.assets/p.png': 'Y/A.assets/p.png',
      'X/A.md': 'Y/A.md',
      'Y/A.assets/p.png': 'X/A.assets/p.png',
      'Y/A.md': 'X/A.md',
    }
    return {
      change: () => void ([x.name, y.name] = ['Y', 'X']),
      kills: 1,
      refuses: true,
      inputs: { formats: 'docx=md' },
      expected,
    }
  },
}

describe('whatever killed runs have left, the next run brings every file to its path, and exports nothing', () => {
  it.each(Object.entries(worlds))('%s', async (_, build) => {
    let world: World = { change: () => undefined, expected: {} }
    const { before, runs } = await healAll((emulator) => {
      const root = emulator.addFolder({ name: 'Root' }).token
      world = build({
        emulator,
        root,
        add: (title, rest) => emulator.addDocument({ type: 'docx', title, folder: root, bytes: { size: 16 }, ...rest }),
        folder: (name) => emulator.store.folders.get(emulator.addFolder({ name, parent: root }).token),
      })
      return { ...world, inputs: { sources: `https://acme.feishu.cn/drive/folder/${root}`, ...world.inputs } }
    })
    const [first] = runs
    const files = Object.fromEntries(
      Object.entries(world.expected).map(([at, old]) => [at, at === world.edited ? first?.files[at] : before[old]]),
    )
    const faults = runs.flatMap(({ left, result, exported, files: found, manifest }) => {
      const isRight = JSON.stringify(found) === JSON.stringify(files)
      // The edited document has to be exported: `create B` for `B.docx`.
      const tasks = exported.filter((one) => `${one}.docx` !== `create ${world.edited}`)
      const unfinished = /"(reservedPath|journal)"/.test(manifest)
      const isFine = isRight && result.errors.length + tasks.length === 0 && !unfinished
      return isFine ? [] : [{ left, errors: result.errors, tasks, unfinished, found }]
    })
    expect(faults).toEqual([])
    // There is a kill before each call, and a move takes several calls: fewer runs would mean that kills are missing.
    expect(runs.length).toBeGreaterThan(2 * Object.keys(files).length)
  })
})
