import type { FileRecord, FolderRecord, ManifestRecords } from '../model.js'
import { byPath } from '../paths.js'

/** A change of the disk that is announced but not yet recorded. After a killed run, it may have been made or not. */
export interface PendingChange {
  readonly path: string
  /** The recorded file that is at the path before the change. */
  readonly before: FileRecord | undefined
  /** The recorded file that is at the path after the change; undefined when the file is removed or moved away. */
  readonly after: FileRecord | undefined
  /** True when nothing was at the path before a recorded file is renamed to it: so a file there later is that file. */
  readonly isMove: boolean
}

/**
 * The files that earlier runs wrote. On the disk, the manifest is JSON, version 1:
 *
 *     {
 *       "version": 1,
 *       "files": [
 *         {
 *           "path": "合同/A.docx",          relative to `directory`, with `/`
 *           "reservedPath": "旧/A.docx",   of a file that is elsewhere (see FileRecord): the path reserved for it
 *           "token": "…", "type": "docx",   the document
 *           "fileExtension": "docx",        the format; an uploaded file's own extension
 *           "subId": "…",                   the sheet or table, for csv alone
 *           "asset": "…",                   of a picture or attachment: its token
 *           "title": "A",
 *           "editTime": "1732000000",       as the service wrote it before the export; left out when it is unknown
 *           "fresh": true,                if `editTime` was too recent: the next run exports the document again
 *           "revision": "17",            of the table of a base, for csv alone
 *           "variant": "attachments",    or "front-matter": what an input added to the output
 *           "links": {"docx…": "B.md"},  of Markdown: by the token of each linked document, the address of the link
 *           "fileSize": 34356, "sha256": "…",
 *           "exportedAt": "2026-11-23T02:00:00Z"
 *         }
 *       ],
 *       "folders": [ { "path": "合同", "token": "…", "type": "folder" } ],     some also with "tables" (see FolderRecord)
 *       "journal": [ { "path": "…", "before": {…}, "after": {…}, "isMove": true } ]
 *     }
 *
 * Lists are sorted by path, by code points. The bytes are the same when nothing changed.
 *
 * `journal` exists only during a run, or after a run was killed. Before a file is written, moved or removed, its entry is
 * moved from `files` to `journal`, and the manifest is written. Afterwards the new entry is added to `files`. So `files`
 * agrees with the disk at every moment. After a kill, the next run finds out which changes of `journal` were made: it
 * compares the content of the files. Other programs that read the manifest do not need `journal`, and ignore keys that they do not know.
 */
export interface Manifest extends ManifestRecords {
  readonly journal: readonly PendingChange[]
}

/** The version that this release writes and reads. */
export const VERSION = 1

/** In place of the hash of a recorded file whose bytes are unknown. */
export const UNKNOWN_HASH = ''

/** Thrown for a manifest that cannot be read. The run stops, and deletes or replaces nothing. */
export class ManifestError extends Error {}

/** Formats a manifest as the pieces of a text: joined, they are JSON with an indent of two. Pure. */
export function formatManifest({ files, folders, journal }: Manifest): string[] {
  return [
    `{\n  "version": ${VERSION}`,
    ...listText('files', [...files].sort(byPath).map(fileText)),
    ...(folders.length > 0 ? listText('folders', [...folders].sort(byPath).map(folderText)) : []),
    ...(journal.length > 0 ? listText('journal', [...journal].sort(byPath).map(changeText)) : []),
    '\n}\n',
  ]
}

/** Formats a list of the manifest from the texts of its entries, with the comma that separates it from what is before. */
function listText(name: string, entries: readonly string[]): string[] {
  const start = `,\n  "${name}": `
  if (entries.length === 0) return [`${start}[]`]
  return [`${start}[\n`, ...entries.flatMap((entry, index) => (index === 0 ? entry : [',\n', entry])), '\n  ]']
}

// A manifest of thousands of files is written every few seconds, so the text of an entry is made once. Entries never
// change.
const textByEntry = new WeakMap<object, string>()

/** Every key of an entry, also those whose value may be missing: a key that is left out would not be written. */
type EveryKey<T> = Record<keyof T, unknown>

/** Formats an entry. @param withKeysInOrder copies the entry, with its keys in the order of the manifest */
function textOf<T extends object>(entry: T, withKeysInOrder: (entry: T) => EveryKey<T>): string {
  let text = textByEntry.get(entry)
  if (text === undefined) {
    // Split at line feeds alone: a title may hold other line separators.
    text = `    ${JSON.stringify(withKeysInOrder(entry), undefined, 2).split('\n').join('\n    ')}`
    textByEntry.set(entry, text)
  }
  return text
}

const orderFileKeys = (record: FileRecord): EveryKey<FileRecord> => {
  const { path, token, type, fileExtension, subId, asset, title, editTime, revision } = record
  const { fresh, variant, links, reservedPath, fileSize, sha256, exportedAt } = record
  const first = { path, reservedPath, token, type, fileExtension, subId, asset, title }
  return { ...first, editTime, fresh, revision, variant, links, fileSize, sha256, exportedAt }
}
const fileText = (record: FileRecord): string => textOf(record, orderFileKeys)
const folderText = (folder: FolderRecord): string =>
  textOf(folder, ({ path, token, type, tables }) => ({ path, token, type, tables }))
const changeText = (change: PendingChange): string =>
  textOf(change, ({ path, before, after, isMove }) => ({
    path,
    before: before && orderFileKeys(before),
    after: after && orderFileKeys(after),
    isMove,
  }))
