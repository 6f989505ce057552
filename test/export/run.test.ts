import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import * as disk from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import type { FileRecord } from '../../src/export/model.js'
import * as blocks from '../emulator/block-builders.js'
import { answers, startEmulator, type Emulator } from '../emulator/index.js'
import { quickClock } from '../polling/quick-clock.js'
import { OPTIONS } from './naming/trees.js'

let beforeRename: (from: string, to: string) => void = () => undefined
let beforeUnlink: (file: string) => void = () => undefined
jest.unstable_mockModule('node:fs/promises', () => ({
  ...disk,
  rename: (from: string, to: string) => {
    // An error that the hook throws becomes a rejection.
    return Promise.resolve().then(() => {
      beforeRename(path.relative(workspace, from), path.relative(workspace, to))
      return disk.rename(from, to)
    })
  },
  unlink: (file: string) =>
    Promise.resolve().then(() => {
      beforeUnlink(path.relative(workspace, file))
      return disk.unlink(file)
    }),
}))
const { run } = await import('../../src/export/run.js')
const { parseSources } = await import('../../src/export/sources/source-lines.js')

const MANIFEST = '.feishu-export.json'
let emulator: Emulator
let workspace: string
const workspaces: string[] = []
beforeEach(async () => {
  emulator = await startEmulator()
  workspace = mkdtempSync(path.join(tmpdir(), 'feishu-run-'))
  workspaces.push(workspace)
})
afterEach(async () => {
  beforeRename = () => undefined
  beforeUnlink = () => undefined
  await emulator.stop()
  for (const at of workspaces.splice(0)) rmSync(at, { recursive: true, force: true })
})

/**
 * Exports a folder in this process. The options are inputs of the action, but for two:
 * @param cancel aborted when the run is cancelled
 * @param speed the clock of the run is so many times as fast as that of the machine
 */
function exportFolder(
  token: string,
  {
    force = false,
    deleteStale = false,
    failFast = false,
    formats = OPTIONS.formats,
    timeoutMs = 3_600_000,
    speed = 10,
    cancel = new AbortController().signal,
  } = {},
) {
  const sources = parseSources([{ text: `https://acme.feishu.cn/drive/folder/${token}` }], emulator.url)
  const flags = {
    includeFiles: true,
    includeAttachments: false,
    frontMatter: false,
    exclude: { lines: [], linesFor: () => [] },
    overwrite: false,
    force,
    deleteStale,
    failFast,
    dryRun: false,
  }
  return run(
    {
      sources,
      formats,
      directory: workspace,
      manifest: MANIFEST,
      parallelJobs: 1,
      baseUrl: emulator.url,
      credential: { kind: 'token', accessToken: emulator.accessToken },
      timeoutMs,
      ...flags,
    },
    {
      log: {
        info: () => undefined,
        warning: () => undefined,
        debug: () => undefined,
        group: () => undefined,
        endGroup: () => undefined,
      },
      clock: quickClock(speed),
      cancel,
      mask: () => undefined,
      random: Math.random,
      environment: {},
      keepOutputs: () => undefined,
      workspace,
    },
  )
}

/** The token of each recorded file, by path. */
const recorded = (): Record<string, string> => {
  const { files } = JSON.parse(readFileSync(path.join(workspace, MANIFEST), 'utf8')) as { files: FileRecord[] }
  return Object.fromEntries(files.map((file) => [file.path, file.token]))
}

/**
 * Copies the workspace right before the first rename that matches: the copy is what a kill would leave. The run continues.
 * @returns a function that makes the copy the current workspace
 */
function copyAtRename(isMatch: (from: string, to: string) => boolean): () => void {
  let copy: string | undefined
  beforeRename = (from, to) => {
    if (copy !== undefined || !isMatch(from, to)) return
    copy = mkdtempSync(path.join(tmpdir(), 'feishu-killed-'))
    workspaces.push(copy)
    cpSync(workspace, copy, { recursive: true })
  }
  return () => {
    if (copy === undefined) throw new Error('no rename matched')
    workspace = copy
    beforeRename = () => undefined
  }
}

describe('a move', () => {
  test('costs no export, and is a change', async () => {
    const folder = emulator.addFolder()
    const document = emulator.addDocument({ type: 'docx', title: 'A', folder: folder.token })
    await exportFolder(folder.token)
    document.title = 'B'
    const tasks = emulator.requestsTo('create').length
    const { outputs, error } = await exportFolder(folder.token)
    expect([outputs, error]).toMatchObject([{ exported: 0, unchanged: 1, failed: 0, changed: true }, undefined])
    expect(emulator.requestsTo('create')).toHaveLength(tasks)
    expect(recorded()).toEqual({ 'B.docx': document.token })
  })

  test('that the disk refuses fails, and so does the file for the path that stays taken; the next run succeeds', async () => {
    const folder = emulator.addFolder()
    const old = emulator.addDocument({ type: 'docx', title: 'A', folder: folder.token })
    await exportFolder(folder.token)
    const bytes = readFileSync(path.join(workspace, 'A.docx'))
    old.title = 'B'
    const added = emulator.addDocument({ type: 'docx', title: 'A', folder: folder.token })
    beforeRename = (_, to) => {
      if (to === 'B.docx') throw Object.assign(new Error('EBUSY'), { code: 'EBUSY' })
    }
    const { outputs, error } = await exportFolder(folder.token)
    expect(outputs).toMatchObject({ exported: 0, unchanged: 0, failed: 2 })
    expect(error).toMatch(/"A\.docx": Could not write it: it is the file of another document/)
    expect(error).not.toMatch(/lost count|not reached/)
    expect(readFileSync(path.join(workspace, 'A.docx'))).toEqual(bytes)
    expect(recorded()).toEqual({ 'A.docx': old.token })

    beforeRename = () => undefined
    expect((await exportFolder(folder.token)).outputs).toMatchObject({ exported: 1, unchanged: 1, failed: 0 })
    expect(recorded()).toEqual({ 'A.docx': added.token, 'B.docx': old.token })
  })

  test('that the disk refuses ends a run with fail-fast before any export', async () => {
    const folder = emulator.addFolder()
    const old = emulator.addDocument({ type: 'docx', title: 'A', folder: folder.token })
    await exportFolder(folder.token)
    old.title = 'B'
    emulator.addDocument({ type: 'docx', title: 'C', folder: folder.token })
    const tasks = emulator.requestsTo('create').length
    beforeRename = (_, to) => {
      if (to === 'B.docx') throw Object.assign(new Error('EBUSY'), { code: 'EBUSY' })
    }
    const { outputs, error } = await exportFolder(folder.token, { failFast: true })
    expect(outputs).toMatchObject({ exported: 0, failed: 2 })
    expect(error).toContain('`fail-fast`')
    expect(emulator.requestsTo('create')).toHaveLength(tasks)
  })

  test('with `force` whose export fails is exported by the next run', async () => {
    const folder = emulator.addFolder()
    const document = emulator.addDocument({ type: 'docx', title: 'A', folder: folder.token })
    await exportFolder(folder.token)
    Object.assign(document, { title: 'B', jobStatus: 110 })
    expect((await exportFolder(folder.token, { force: true })).outputs).toMatchObject({ exported: 0, failed: 1 })
    expect(recorded()).toEqual({ 'B.docx': document.token })
    document.jobStatus = 0
    expect((await exportFolder(folder.token)).outputs).toMatchObject({ exported: 1, unchanged: 0 })
  })

  test('that a file of the user blocks in a run with `force` is made by the next run, which exports the file', async () => {
    const folder = emulator.addFolder()
    const renamed = emulator.addDocument({ type: 'docx', title: 'A', folder: folder.token })
    await exportFolder(folder.token)
    renamed.title = 'B'
    const userFile = path.join(workspace, 'B.docx')
    writeFileSync(userFile, 'of the user')
    expect((await exportFolder(folder.token, { force: true })).outputs).toMatchObject({ exported: 0, failed: 1 })
    rmSync(userFile)
    expect((await exportFolder(folder.token)).outputs).toMatchObject({ exported: 1, unchanged: 0 })
  })

  test('that leaves the file parked in a run with `force` is made by the next run, which exports the file', async () => {
    const folder = emulator.addFolder()
    const renamed = emulator.addDocument({ type: 'docx', title: 'A', folder: folder.token })
    await exportFolder(folder.token)
    renamed.title = 'B'
    beforeRename = (from) => {
      if (from.endsWith('.old')) throw Object.assign(new Error('no space'), { code: 'ENOSPC' })
    }
    expect((await exportFolder(folder.token, { force: true })).outputs).toMatchObject({ exported: 0, failed: 1 })
    beforeRename = () => undefined
    expect((await exportFolder(folder.token)).outputs).toMatchObject({ exported: 1, unchanged: 0 })
  })

  test('that `force` and `fail-fast` did not reach is made by the next run, which exports the file', async () => {
    const folder = emulator.addFolder()
    const renamed = emulator.addDocument({ type: 'docx', title: 'A', folder: folder.token })
    await exportFolder(folder.token)
    renamed.title = 'B'
    emulator.addDocument({ type: 'docx', title: 'C', folder: folder.token })
    const userFile = path.join(workspace, 'C.docx')
    writeFileSync(userFile, 'of the user')
    expect((await exportFolder(folder.token, { force: true, failFast: true })).error).toContain('`fail-fast`')
    expect(recorded()).toEqual({ 'A.docx': renamed.token })
    rmSync(userFile)
    expect((await exportFolder(folder.token)).outputs).toMatchObject({ exported: 2, unchanged: 0 })
  })

  test('of a folder keeps the names in it, also when the run is killed before the move', async () => {
    const top = emulator.addFolder()
    const folder = emulator.addFolder({ name: 'old', parent: top.token })
    const [first, second] = [1, 2].map(() => emulator.addDocument({ type: 'docx', title: 'A', folder: folder.token }))
    if (!first || !second) throw new Error('no documents')
    await exportFolder(top.token)
    const suffix = first.token.slice(-6)
    expect(recorded()).toMatchObject({ [`old/A-${suffix}.docx`]: first.token })

    folder.name = 'new'
    emulator.store.folders.remove(folder.token, second.token)
    // The first step of a move parks the file under a name that ends with `.old`.
    const useCopy = copyAtRename((_, to) => to.endsWith('.old'))
    await exportFolder(top.token)
    expect(recorded()).toMatchObject({ [`new/A-${suffix}.docx`]: first.token })
    useCopy()
    expect(readdirSync(workspace)).not.toContain('new')
    await exportFolder(top.token)
    expect(recorded()).toMatchObject({ [`new/A-${suffix}.docx`]: first.token })
  })

  test.each(['parked', 'moved'])(
    'of a run that is killed when the file is %s: a file that a user then puts at the old path is kept',
    async (state) => {
      const folder = emulator.addFolder()
      const document = emulator.addDocument({ type: 'docx', title: 'A', folder: folder.token })
      await exportFolder(folder.token)
      document.title = 'B'
      let isMoved = false
      const useCopy = copyAtRename((_, to) => {
        if (state === 'moved' && isMoved) return to === MANIFEST
        isMoved = to === 'B.docx'
        return state === 'parked' && isMoved
      })
      await exportFolder(folder.token)
      useCopy()
      writeFileSync(path.join(workspace, 'A.docx'), 'mine')
      expect((await exportFolder(folder.token)).outputs).toMatchObject({ exported: 0, unchanged: 1, failed: 0 })
      expect(readFileSync(path.join(workspace, 'A.docx'), 'utf8')).toBe('mine')
      expect(recorded()).toEqual({ 'B.docx': document.token })
    },
  )
})

test('delete-stale: a note says that nothing was removed, also if no document is missing but a folder is not listed', async () => {
  const folder = emulator.addFolder()
  const closed = emulator.addFolder({ name: 'Closed', parent: folder.token })
  emulator.addDocument({ type: 'docx', title: 'A', folder: folder.token })
  await exportFolder(folder.token, { formats: new Map([['docx', ['docx', 'pdf']]]) })
  closed.noPermission = true
  const { outputs, summary } = await exportFolder(folder.token, { deleteStale: true })
  expect(outputs).toMatchObject({ unchanged: 1, failed: 1, deleted: 0 })
  expect(Object.keys(recorded())).toEqual(['A.docx', 'A.pdf'])
  expect(JSON.stringify(summary)).toContain('`delete-stale` was off for this run')
})

test('a used-up daily quota of downloads ends these after some minutes; everything else is exported', async () => {
  const folder = emulator.addFolder()
  for (const title of ['A', 'B', 'C'])
    emulator.addDocument({ type: 'file', title: `${title}.png`, folder: folder.token })
  const document = emulator.addDocument({ type: 'docx', title: 'D', folder: folder.token })
  emulator.script('file-download', () => answers.error(1061045))
  const { outputs, error } = await exportFolder(folder.token, { speed: 300 })
  expect(outputs).toMatchObject({ exported: 1, failed: 3 })
  expect(error).toMatch(/it has refused every request for 5 minutes \(code 1061045.*quota of the day/)
  expect(recorded()).toEqual({ 'D.docx': document.token })
  expect(emulator.requestsTo('file-download').length).toBeLessThan(40)
})

test('a failure of the whole app also ends a run in which a rate limit lasts too long for further export tasks', async () => {
  const folder = emulator.addFolder()
  emulator.addDocument({ type: 'docx', title: 'A', folder: folder.token })
  const files = Array.from({ length: 40 }, (_, nth) =>
    emulator.addDocument({ type: 'file', title: `${nth}.png`, folder: folder.token }),
  )
  emulator.script('create', () => answers.rateLimited('99991400-429', { resetSeconds: 10_000 }))
  // The token expires while the files are downloaded.
  emulator.script('file-download', () => answers.delay(300, answers.error(99991663)))
  const { outputs, error } = await exportFolder(folder.token)
  expect(outputs).toMatchObject({ exported: 0, failed: files.length + 1 })
  expect(error).toMatch(/every document would fail like this: [^(]*the access token is wrong or has expired/)
  expect(emulator.requestsTo('file-download').length).toBeLessThan(files.length)
})

test('a run that is stopped while it asks about a deleted document does not say that its file is kept', async () => {
  const folder = emulator.addFolder()
  const document = emulator.addDocument({ type: 'docx', title: 'A', folder: folder.token })
  await exportFolder(folder.token)
  document.deleted = true
  emulator.script('metas', () => answers.hang())
  const { error, summary } = await exportFolder(folder.token, { deleteStale: true, timeoutMs: 5_000 })
  expect(error).toMatch(/timeout/)
  expect(JSON.stringify(summary)).not.toContain('delete-stale')
})

test('the report names the picture of a board with the extension that it was saved with', async () => {
  const folder = emulator.addFolder()
  emulator.addDocument({ type: 'board', title: 'Plan', contentType: 'image/jpeg', folder: folder.token })
  const { summary } = await exportFolder(folder.token, { formats: new Map([['board', ['png']]]) })
  expect(Object.keys(recorded())).toEqual(['Plan.jpg'])
  expect(JSON.stringify(summary)).toContain('Plan.jpg')
  expect(JSON.stringify(summary)).not.toContain('Plan.png')
})

test('Markdown links to the picture of a board with the extension that it was saved with', async () => {
  const folder = emulator.addFolder()
  const board = emulator.addDocument({ type: 'board', title: 'Plan', contentType: 'image/jpeg', folder: folder.token })
  emulator.addDocument({
    type: 'docx',
    title: 'A',
    folder: folder.token,
    blocks: [blocks.text('see ', blocks.mentionDoc(board.token, 'Plan'))],
  })
  const formats = new Map([
    ['board', ['png']],
    ['docx', ['md']],
  ])
  await exportFolder(folder.token, { formats })
  expect(readFileSync(path.join(workspace, 'A.md'), 'utf8')).toContain('(Plan.jpg)')
  const { outputs } = await exportFolder(folder.token, { formats })
  expect(outputs).toMatchObject({ exported: 0, unchanged: 2 })
})

/** Exports a document with a picture as Markdown. The picture is then removed from the document, not from the disk. */
async function exportPictureAndRemoveIt() {
  const folder = emulator.addFolder()
  const picture = emulator.addDocument({ type: 'media', title: 'p', contentType: 'image/png' })
  const inFolder = { folder: folder.token, blocks: [blocks.image(picture)] }
  const document = emulator.addDocument({ type: 'docx', title: 'A', ...inFolder })
  const formats = new Map([['docx', ['md']]])
  await exportFolder(folder.token, { formats })
  Object.assign(document, { blocks: [blocks.text('no picture')], editTime: '1700000001' })
  return { folder, picture, formats }
}

test.each(['picture', 'manifest'])(
  'an unused picture that a fault of the %s keeps is reported, and the next run removes it',
  async (faultAt) => {
    const { folder, picture, formats } = await exportPictureAndRemoveIt()
    const unused = path.join('A.assets', `${picture.token}.png`)
    if (faultAt === 'picture') {
      beforeUnlink = (file) => {
        if (file === unused) throw Object.assign(new Error('busy'), { code: 'EBUSY', syscall: 'unlink' })
      }
    } else {
      // The first write of the manifest after that of the document announces the removal. Later writes succeed.
      let isDocumentWritten = false
      beforeRename = (_, to) => {
        if (to === MANIFEST && isDocumentWritten) {
          isDocumentWritten = false
          throw Object.assign(new Error('broken'), { code: 'EIO', syscall: 'rename' })
        }
        isDocumentWritten ||= to === 'A.md'
      }
    }
    const { error, outputs } = await exportFolder(folder.token, { formats })
    expect(error).toContain(faultAt === 'picture' ? picture.token : MANIFEST)
    expect(outputs).toMatchObject({ exported: 1, failed: 0 })
    beforeUnlink = () => undefined
    beforeRename = () => undefined
    const next = await exportFolder(folder.token, { formats })
    expect(next.error).toBeUndefined()
    expect(Object.keys(recorded())).toEqual(['A.md'])
  },
)

test('an unused picture that a cancelled run did not remove is removed by the next run', async () => {
  const { folder, picture, formats } = await exportPictureAndRemoveIt()
  const cancel = new AbortController()
  beforeRename = (_, to) => {
    if (to === 'A.md') cancel.abort('cancelled')
  }
  const { outputs } = await exportFolder(folder.token, { formats, cancel: cancel.signal })
  expect(outputs).toMatchObject({ exported: 1 })
  expect(Object.keys(recorded())).toEqual([`A.assets/${picture.token}.png`, 'A.md'])
  beforeRename = () => undefined
  await exportFolder(folder.token, { formats })
  expect(Object.keys(recorded())).toEqual(['A.md'])
})

test('a removed file is reported with its own path, also if another file has taken that path', async () => {
  const folder = emulator.addFolder()
  const gone = emulator.addDocument({ type: 'docx', title: 'A', folder: folder.token })
  const renamed = emulator.addDocument({ type: 'docx', title: 'B', folder: folder.token })
  await exportFolder(folder.token)
  gone.deleted = true
  renamed.title = 'A'
  const { outputs, summary } = await exportFolder(folder.token, { deleteStale: true })
  expect(outputs).toMatchObject({ unchanged: 1, deleted: 1 })
  expect(recorded()).toEqual({ 'A.docx': renamed.token })
  expect(summary).toContainEqual(expect.objectContaining({ title: 'Deleted (1)', items: ['A.docx'] }))
})

test('the advice about files in the way does not deny a manifest that an earlier run wrote without files', async () => {
  const folder = emulator.addFolder()
  for (const title of ['A', 'B']) {
    emulator.addDocument({ type: 'docx', title, folder: folder.token })
    writeFileSync(path.join(workspace, `${title}.docx`), 'of the user')
  }
  await exportFolder(folder.token)
  expect(recorded()).toEqual({})
  const { error } = await exportFolder(folder.token)
  expect(error).toContain(`2 of 2 failed. The manifest "${MANIFEST}" is missing or lists no files`)
})
