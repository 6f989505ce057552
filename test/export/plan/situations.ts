import fc from 'fast-check'
import type { Entry, Listing } from '../../../src/export/listing/types.js'
import { outputKey, type FileRecord, type FolderRecord } from '../../../src/export/model.js'
import type { Layout } from '../../../src/export/naming/layout.js'
import type { Plan } from '../../../src/export/plan/plan.js'
import { entry, folder, FORMATS, listing, single, tree } from '../naming/trees.js'
import { fileRecord } from '../records.js'
import { Disk, planFor, planRun, type World } from './worlds.js'

/** The files on the disk and the records, before or after a run. */
export interface State {
  readonly records: readonly FileRecord[]
  readonly folders: readonly FolderRecord[]
  /** The record of the file at each path. */
  readonly disk: ReadonlyMap<string, FileRecord>
}

export const NOTHING: State = { records: [], folders: [], disk: new Map() }

/**
 * Returns the state after a plan whose every step succeeds. The plan must have no assets, and every file on the disk
 * must be recorded.
 */
export function carryOut(plan: Plan, before: State): State {
  const disk = new Map(before.disk)
  const parked = new Map(plan.toPark.map((record, nth) => [record, `.feishu-export-${nth}.old`]))
  const renames = [
    ...plan.moves.map(({ record, to }) => ({ record, to })),
    ...[...parked].map(([record, to]) => ({ record, to })),
  ]
  for (const { record } of renames) disk.delete(record.path)
  for (const { record, to } of renames) disk.set(to, { ...record, path: to })
  for (const { output, path } of plan.unchanged) {
    const file = disk.get(path)
    if (file) disk.set(path, { ...file, title: output.title })
  }
  for (const { output, path } of plan.toExport) {
    const { token, type, fileExtension, subId, title, editTime } = output
    disk.set(path, fileRecord(path, token, { type, fileExtension, subId, title, editTime }))
  }
  for (const { record } of plan.stale) disk.delete(parked.get(record) ?? record.path)
  return { records: [...disk.values()], folders: plan.folders, disk }
}

/** What the next run finds: the records and folders of a state, and its files with their sizes. */
export const worldAfter = ({ records, folders, disk }: State): World => ({
  records,
  folders,
  disk: new Disk(Object.fromEntries([...disk].map(([path, { fileSize }]) => [path, fileSize]))),
})

/**
 * Generates a listing of seven documents in and beside two folders. Their tokens are always the same, so that two
 * listings differ in titles, places and edit times. The last document may also have its own source line.
 */
export const smallListings: fc.Arbitrary<Listing> = fc
  .record({
    folderTitles: fc.tuple(fc.constantFrom('A', 'B', 'x'), fc.constantFrom('A', 'a', 'y')),
    /** Whether the second folder is in the first one. */
    isInner: fc.boolean(),
    documents: fc.array(
      fc.record({
        title: fc.constantFrom('A', 'a', 'B', 'C'),
        /** Where the document is; `copied` is at the top, and exported to `copy` as well. */
        home: fc.constantFrom('top', 'first', 'second', 'nowhere', 'copied'),
        editTime: fc.constantFrom('1', '1', '1', '2'),
      }),
      { minLength: 7, maxLength: 7 },
    ),
    /** The `to` of the last document's own source line. */
    namedAs: fc.constantFrom(undefined, ['A'], ['copy', 'B'], ['B', 'A']),
  })
  .map(({ folderTitles, isInner, documents, namedAs }) => {
    const entries = documents.map(({ title, editTime }, nth) =>
      entry(`doxcn${nth}xxxxx${nth}`, title, { type: nth < 2 ? 'file' : 'docx', editTime }),
    )
    /** The entries of the documents that have one of these homes. */
    const at = (...homes: string[]): Entry[] => entries.filter((_, nth) => homes.includes(documents[nth]?.home ?? ''))
    const second = folder('fldcn2xxxxx2', folderTitles[1], ...at('second'))
    const first = folder('fldcn1xxxxx1', folderTitles[0], ...at('first'), ...(isInner ? [second] : []))
    const [last] = entries.slice(-1)
    return listing(
      tree([...at('top', 'copied'), first, ...(isInner ? [] : [second])]),
      tree(at('copied'), { to: ['copy'] }),
      ...(namedAs && last ? [single(last, { to: namedAs })] : []),
    )
  })

/** The plan for a listing, with the disk and the records that it was made from. */
export interface Situation {
  readonly layout: Layout
  readonly plan: Plan
  readonly records: readonly FileRecord[]
  readonly confirmedMissing: readonly FileRecord[]
  readonly disk: Disk
  readonly ignoresCase: boolean
  readonly overwrite: boolean
  readonly isComplete: boolean
  readonly deleteStale: boolean
}

/** Generates situations: records of an earlier listing, and a disk that a user has changed since. */
export const situations: fc.Arbitrary<Situation> = fc
  .record({
    before: smallListings,
    after: smallListings,
    // What the user did, as positions in a list. Deleted files: in the records. Foreign files and folders: in the
    // planned files. Unreadable paths: in the records followed by the planned files.
    deleted: fc.array(fc.nat(9), { maxLength: 2 }),
    foreignFiles: fc.array(fc.nat(9), { maxLength: 2 }),
    foreignFolders: fc.array(fc.nat(9), { maxLength: 1 }),
    unreadable: fc.array(fc.nat(20), { maxLength: 1 }),
    /** Of every two missing files, how many are confirmed missing. */
    confirmedShare: fc.constantFrom(0, 1, 2, 2),
    ignoresCase: fc.boolean(),
    overwrite: fc.boolean(),
    force: fc.constantFrom(false, false, true),
    isComplete: fc.constantFrom(true, true, false),
    deleteStale: fc.constantFrom(true, true, false),
    extensions: fc.constantFrom(['docx'], ['docx'], ['docx', 'pdf'], ['pdf']),
  })
  .map(({ before, after, deleted, foreignFiles, foreignFolders, unreadable, confirmedShare, ignoresCase, ...rest }) => {
    const { extensions, ...options } = rest
    const state = carryOut(planFor(before, { includeFiles: true }), NOTHING)
    const formats = new Map([...FORMATS, ['docx', extensions]])
    const world = { ...worldAfter(state), ...options, formats, includeFiles: true }
    const { records } = state
    const found = new Set(planRun(after, world).layout.files.map(({ output }) => output.token))
    const missing = records.filter(({ token }) => !found.has(token))
    const confirmedMissing =
      options.isComplete && options.deleteStale ? missing.filter((_, nth) => nth % 2 < confirmedShare) : []
    const { layout } = planRun(after, { ...world, confirmedMissing })
    const disk = new Disk({}, { ignoresCase })
    for (const [nth, { path, fileSize }] of records.entries()) if (!deleted.includes(nth)) disk.put(path, fileSize)
    for (const [nth, { path }] of layout.files.entries()) {
      if (disk.at(path).kind !== 'nothing') continue
      if (foreignFolders.includes(nth)) disk.put(`${path}/theirs`, 3)
      else if (foreignFiles.includes(nth)) disk.put(path, 3)
    }
    for (const nth of unreadable) {
      const file = [...records, ...layout.files][nth]
      if (file) disk.lock(file.path)
    }
    const { plan } = planRun(after, { ...world, confirmedMissing, disk })
    return { layout, plan, records, confirmedMissing, disk, ignoresCase, ...options }
  })

/** True if the layout has the output of a record, at any path. */
export const isPlanned = ({ files }: Layout, record: FileRecord): boolean =>
  files.some(({ output }) => outputKey(output) === outputKey(record))
