import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import path from 'node:path'
import type { DiskFact } from '../../files/inside.js'
import { reservedPathOf, outputKey, type FileRecord } from '../model.js'
import type { Manifest, PendingChange } from './format.js'

/** The facts of a file on the disk. */
export interface FoundFile {
  readonly fileSize: number
  readonly sha256: string
}

/** A file at a path of the journal; without facts it cannot be read. */
export interface FoundChange {
  readonly change: PendingChange
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
  inspect: (path: string) => Promise<DiskFact | undefined>,
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
  const records = new Map<FoundChange, FileRecord>()
  // The file on the disk, by recorded file: a file that is found at one path is not at another one.
  const foundAt = new Map<string, string>()
  const take = (one: FoundChange, record: FileRecord): void => {
    records.set(one, { ...record, path: one.change.path })
    foundAt.set(keyOf(record), one.id)
  }
  const isFound = (record: FileRecord | undefined): boolean => record !== undefined && foundAt.has(keyOf(record))

  // Files with the bytes of both `before` and `after` are decided last, when it is known where the others are.
  let open = changes.filter(({ change, found }) => matches(change.before, found) && matches(change.after, found))
  const isOpen = new Set(open)
  for (const one of changes.filter((change) => !isOpen.has(change))) {
    const { before, after } = one.change
    const same = [after, before].find((record) => matches(record, one.found))
    // On a disk that ignores case, one file is found under both its names: it has not moved.
    const isSecondName = same && foundAt.get(keyOf(same)) === one.id
    if (isSecondName && same !== before) continue
    if (isSecondName) for (const [other] of records) if (other.id === one.id) records.delete(other)
    if (same) take(one, same)
  }
  while (open.length > 0) {
    const next = open.find(({ change }) => isFound(change.after) || isFound(change.before)) ?? open[0]
    const { before, after } = next?.change ?? {}
    const record = isFound(after) && !isFound(before) ? before : after
    if (next && record) take(next, record)
    open = open.filter((one) => one !== next)
  }

  for (const one of changes) {
    const { change, found } = one
    const { before, after, isMove } = change
    if (records.has(one) || matches(before, found) || matches(after, found)) continue
    // A file that cannot be read, that somebody changed meanwhile, or the empty one that keeps a name (see StagedFile).
    // It is exported again, as no edit time says that it is up to date.
    const isAfter = found !== undefined && (isMove || found.fileSize === 0) && !isFound(after)
    const owner = before ?? (isAfter ? after : undefined)
    if (owner) records.set(one, { ...owner, ...found, path: change.path, editTime: undefined })
  }
  return changes.flatMap((change) => records.get(change) ?? [])
}

const matches = (record: FileRecord | undefined, found: FoundFile | undefined): boolean =>
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
