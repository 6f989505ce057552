import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import path from 'node:path'
import type { PathInfo } from '../../files/inside.js'
import { EMPTY_FILE, OUTDATED, reservedPathOf, outputKey, type FileRecord } from '../model.js'
import { UNKNOWN_HASH, type Manifest, type PendingChange } from './format.js'

/** The size and hash of a file on the disk. */
export interface FoundFile {
  readonly fileSize: number
  readonly sha256: string
}

/** A change in the journal, and the file that is at its path now. */
export interface FoundChange {
  readonly change: PendingChange
  /** Undefined when the file cannot be read. */
  readonly found: FoundFile | undefined
  /** Identifies the file: two names of one file have the same id. */
  readonly id: string
}

/**
 * Finds out which changes of the journal a killed run has made, by the content of the files at the paths of these changes.
 * @param root the directory of the export, absolute
 * @param inspect returns the kind and id of the file at a relative path
 * @returns the records of `files`, and one for each file that a run wrote to a path of the journal
 * @throws DiskFault when a path cannot be inspected
 */
export async function recover(
  { files, journal }: Manifest,
  root: string,
  inspect: (path: string) => Promise<PathInfo | undefined>,
): Promise<readonly FileRecord[]> {
  const changes: FoundChange[] = []
  for (const change of journal) {
    const info = await inspect(change.path)
    if (info?.kind !== 'file') continue
    const found = await readSizeAndHash(path.join(root, ...change.path.split('/'))).catch(() => undefined)
    changes.push({ change, found, id: info.id })
  }
  return [...files, ...identify(changes)]
}

/** Finds the record of the file at each path of the journal, if a run wrote the file. Pure. */
export function identify(changes: readonly FoundChange[]): readonly FileRecord[] {
  const matches = new Matches()
  const isAmbiguous = ({ change, found }: FoundChange): boolean =>
    hasBytesOf(change.before, found) && hasBytesOf(change.after, found)
  for (const entry of changes) if (!isAmbiguous(entry)) matchByBytes(entry, matches)
  matchAmbiguous(changes.filter(isAmbiguous), matches)
  return changes.flatMap((entry) => matches.recordOf(entry) ?? recordForOtherBytes(entry, matches) ?? [])
}

/** The recorded files that were found so far. */
class Matches {
  private readonly records = new Map<FoundChange, FileRecord>()
  /** The id of the file on the disk, by recorded file. */
  private readonly ids = new Map<string, string>()

  add(entry: FoundChange, record: FileRecord): void {
    this.records.set(entry, { ...record, path: entry.change.path })
    this.ids.set(keyOf(record), entry.id)
  }

  recordOf(entry: FoundChange): FileRecord | undefined {
    return this.records.get(entry)
  }

  idOf(record: FileRecord): string | undefined {
    return this.ids.get(keyOf(record))
  }

  /** True if the recorded file was found, at any path; false for undefined. */
  has(record: FileRecord | undefined): boolean {
    return record !== undefined && this.ids.has(keyOf(record))
  }

  /** Drops the records of the file with an id, at all paths. */
  dropFile(id: string): void {
    for (const [entry] of this.records) if (entry.id === id) this.records.delete(entry)
  }
}

/**
 * Matches a file whose bytes are those of exactly one record, `before` or `after`. Does nothing if they are those of neither.
 * Of two paths that show the same file, only one gets the record.
 */
function matchByBytes(entry: FoundChange, matches: Matches): void {
  const { before, after } = entry.change
  const record = [after, before].find((candidate) => hasBytesOf(candidate, entry.found))
  if (!record) return
  // For a rename that changes only letter case, a disk that ignores case shows the file at the old and at the new path.
  // Then the file counts as not moved: the old path gets the record, also if the new one was matched first.
  const isFoundTwice = matches.idOf(record) === entry.id
  if (isFoundTwice && record !== before) return
  if (isFoundTwice) matches.dropFile(entry.id)
  matches.add(entry, record)
}

/**
 * Matches files that have the bytes of both `before` and `after`: two documents have the same content, or the same bytes
 * were exported again. Call it after all other files are matched: a recorded file that was found at another path cannot be
 * at this one. If this leaves both records or none, `after` is chosen.
 */
function matchAmbiguous(ambiguous: readonly FoundChange[], matches: Matches): void {
  const remaining = new Set(ambiguous)
  /** True if a record of the change was found at another path. */
  const isDecided = ({ change }: FoundChange): boolean => matches.has(change.after) || matches.has(change.before)
  for (;;) {
    const [first] = remaining
    if (!first) return
    // A decided file comes first, since its match may decide another file.
    const next = [...remaining].find(isDecided) ?? first
    const { before, after } = next.change
    const record = matches.has(after) && !matches.has(before) ? before : after
    // Both are defined, since the file has the bytes of both; the condition is for the type.
    if (record) matches.add(next, record)
    remaining.delete(next)
  }
}

/**
 * Makes the record of a file with the bytes of neither `before` nor `after`. For example, a user changed it.
 * - If there is a record `before`, the result is that one. It keeps the old size, by which the plan sees the change. Only
 *   if its bytes are unknown (see `readUnfinished` in parse.ts) does it get the size and hash of the file.
 * - Without `before`, it is `after`, but only for a file that was moved here, or for the empty file that reserves the name
 *   (see StagedFile).
 *
 * The record is outdated, so that the document is exported again.
 * @returns undefined if a user may have put the file there, or if the file has a record at another path
 */
function recordForOtherBytes({ change, found }: FoundChange, matches: Matches): FileRecord | undefined {
  const { before, after, isMove, path } = change
  // On a disk that ignores case, the same file is at two paths, and the other path has the record (see matchByBytes).
  if (hasBytesOf(before, found) || hasBytesOf(after, found)) return undefined
  // The file of `before` is at another path now, so a user may have put the file here.
  if (matches.has(before)) return undefined
  // An unreadable file gets the size and hash of an empty one: a manifest with UNKNOWN_HASH in `files` could not be read.
  const knownBytes = before?.sha256 === UNKNOWN_HASH ? (found ?? EMPTY_FILE) : undefined
  if (before) return { ...before, ...knownBytes, path, ...OUTDATED }
  // The run wrote no file here, or the file of `after` is at another path: the file here may be one of the user.
  if (!after || matches.has(after)) return undefined
  // Nothing was at the path before the move, so the file here is the moved one.
  if (isMove) return { ...after, path, ...OUTDATED }
  // On some disks, an empty file reserves the name of a new file (see StagedFile). Any other file may be one of the user.
  // `EMPTY_FILE` is outdated, too.
  return found?.fileSize === 0 ? { ...after, path, ...EMPTY_FILE } : undefined
}

const hasBytesOf = (record: FileRecord | undefined, found: FoundFile | undefined): boolean =>
  record !== undefined && record.sha256 === found?.sha256 && record.fileSize === found.fileSize

/** Identifies a recorded file independently of its current path. Several files of one output have different keys. */
const keyOf = (record: FileRecord): string => `${outputKey(record)} ${reservedPathOf(record)}`

/** @throws the error of Node.js if the file cannot be read */
async function readSizeAndHash(file: string): Promise<FoundFile> {
  const hash = createHash('sha256')
  let fileSize = 0
  for await (const chunk of createReadStream(file) as AsyncIterable<Uint8Array>) {
    hash.update(chunk)
    fileSize += chunk.length
  }
  return { fileSize, sha256: hash.digest('hex') }
}
