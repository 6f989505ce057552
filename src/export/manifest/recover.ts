import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import path from 'node:path'
import type { PathInfo } from '../../files/inside.js'
import { reservedPathOf, outputKey, type FileRecord } from '../model.js'
import type { Manifest, PendingChange } from './format.js'

/** The facts of a file on the disk. */
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
 * Finds out which changes a killed run has made, by the bytes that are at their paths now.
 * @param root the directory of the export, absolute
 * @param inspect returns the kind and id of what is at a relative path
 * @returns the records of the files that are on the disk
 */
export async function recover(
  { files, journal }: Manifest,
  root: string,
  inspect: (path: string) => Promise<PathInfo | undefined>,
): Promise<readonly FileRecord[]> {
  const changes: FoundChange[] = []
  for (const change of journal) {
    const fact = await inspect(change.path)
    if (fact?.kind !== 'file') continue
    const found = await readFacts(path.join(root, ...change.path.split('/'))).catch(() => undefined)
    changes.push({ change, found, id: fact.id })
  }
  return [...files, ...identify(changes)]
}

/** Finds the record of the file at each path of the journal. Pure. */
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

  /** Whether the recorded file was found at some path: then it is not at another one. */
  has(record: FileRecord | undefined): boolean {
    return record !== undefined && this.ids.has(keyOf(record))
  }

  /** Drops the records of a file on the disk, at whatever path it was found. */
  dropFile(id: string): void {
    for (const [entry] of this.records) if (entry.id === id) this.records.delete(entry)
  }
}

/** Matches a file that has the bytes of either `before` or `after`. */
function matchByBytes(entry: FoundChange, matches: Matches): void {
  const { before, after } = entry.change
  const record = [after, before].find((candidate) => hasBytesOf(candidate, entry.found))
  if (!record) return
  // On a disk that ignores case, one file is found under both its names. It has not moved: it is at the path of `before`.
  const isFoundTwice = matches.idOf(record) === entry.id
  if (isFoundTwice && record !== before) return
  if (isFoundTwice) matches.dropFile(entry.id)
  matches.add(entry, record)
}

/**
 * Matches files that have the bytes of both `before` and `after`, after all others: a record that was found at another
 * path is ruled out here. If neither or both are ruled out, `after` counts.
 */
function matchAmbiguous(ambiguous: readonly FoundChange[], matches: Matches): void {
  let open = ambiguous
  while (open.length > 0) {
    // Each match can rule out a record at another path, so those that are decided already come first.
    const next = open.find(({ change }) => matches.has(change.after) || matches.has(change.before)) ?? open[0]
    const { before, after } = next?.change ?? {}
    const record = matches.has(after) && !matches.has(before) ? before : after
    if (next && record) matches.add(next, record)
    open = open.filter((entry) => entry !== next)
  }
}

/**
 * Makes the record of a file with other bytes: it cannot be read, somebody changed it meanwhile, or it is the empty one
 * that keeps a name (see StagedFile). It is exported again, as no edit time says that it is up to date.
 */
function recordForOtherBytes({ change, found }: FoundChange, matches: Matches): FileRecord | undefined {
  const { before, after, isMove, path } = change
  if (hasBytesOf(before, found) || hasBytesOf(after, found)) return undefined
  const isAfter = found !== undefined && (isMove || found.fileSize === 0) && !matches.has(after)
  const record = before ?? (isAfter ? after : undefined)
  return record && { ...record, ...found, path, editTime: undefined }
}

const hasBytesOf = (record: FileRecord | undefined, found: FoundFile | undefined): boolean =>
  record !== undefined && record.sha256 === found?.sha256 && record.fileSize === found.fileSize

/** Identifies a recorded file wherever it is: an output may have several. */
const keyOf = (record: FileRecord): string => `${outputKey(record)} ${reservedPathOf(record)}`

async function readFacts(file: string): Promise<FoundFile> {
  const hash = createHash('sha256')
  let fileSize = 0
  for await (const chunk of createReadStream(file) as AsyncIterable<Uint8Array>) {
    hash.update(chunk)
    fileSize += chunk.length
  }
  return { fileSize, sha256: hash.digest('hex') }
}
