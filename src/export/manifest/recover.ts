import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import path from 'node:path'
import type { FileRecord } from '../model.js'
import type { Manifest, PendingChange } from './format.js'

/** The facts of a file on the disk. */
export interface FoundFile {
  readonly fileSize: number
  readonly sha256: string
}

/**
 * Finds out what became of the changes of a killed run: by the bytes that are at their paths now.
 * @param root the directory of the export, absolute
 * @param isFile whether a plain file is at a relative path
 * @returns the records that are true of the disk
 */
export async function recover(
  { files, journal }: Manifest,
  root: string,
  isFile: (path: string) => Promise<boolean>,
): Promise<readonly FileRecord[]> {
  const recovered: FileRecord[] = []
  for (const change of journal) {
    if (!(await isFile(change.path))) continue
    try {
      const record = identify(change, await readFacts(path.join(root, ...change.path.split('/'))))
      if (record) recovered.push(record)
    } catch {
      // A file that cannot be read keeps its old record, without an edit time: it is exported again.
      if (change.before) recovered.push({ ...change.before, editTime: undefined })
    }
  }
  return [...files, ...recovered]
}

/** Decides whose file is at the path of a change. Pure. */
export function identify({ path, before, after, isMove }: PendingChange, found: FoundFile): FileRecord | undefined {
  const same = [after, before].find((one) => one?.sha256 === found.sha256 && one.fileSize === found.fileSize)
  if (same) return { ...same, path }
  // Neither: somebody changed the file meanwhile, or it is the empty one that keeps a name (see StagedFile). It is exported
  // again, as no edit time says that it is up to date.
  const owner = before ?? (isMove || found.fileSize === 0 ? after : undefined)
  return owner && { ...owner, ...found, path, editTime: undefined }
}

async function readFacts(file: string): Promise<FoundFile> {
  const hash = createHash('sha256')
  let fileSize = 0
  for await (const chunk of createReadStream(file) as AsyncIterable<Uint8Array>) {
    hash.update(chunk)
    fileSize += chunk.length
  }
  return { fileSize, sha256: hash.digest('hex') }
}
