import { open } from 'node:fs/promises'
import path from 'node:path'
import type { Session } from '../../feishu/client/connect.js'
import type { Operation } from '../../feishu/client/operations.js'
import { fail, type Failure, type Reply } from '../../feishu/errors/failure.js'
import { DiskFault, diskFailure, diskFault } from '../../files/disk-fault.js'
import { stageFile, type StagedFile } from '../../files/save.js'
import type { Placeholder } from '../../markdown/context.js'
import type { Clock } from '../../polling/clock.js'
import type { Work } from '../engine/engine.js'
import type { LinkTargets } from '../link-targets.js'
import { outputKey, type FileRecord, type PlannedFile } from '../model.js'
import { STOPPED } from '../stop.js'

/** An output that is made once, and the files that it is written to. */
export interface OutputWork extends Work {
  readonly files: readonly PlannedFile[]
  /** The paths of the published files, by planned path. They differ for some pictures of boards (see `Staged.path`). */
  readonly published: Map<string, string>
  /** Why a file could not be published, by planned path. */
  readonly failures: Map<string, Failure>
  /** Downloads that may have left a partial file: they are discarded when the work has ended. */
  readonly transfers: { discard(): Promise<void> }[]
}

/**
 * Groups files by output, so that each output is made once. The output of a work is that of its first file; another file
 * may have another `variant`.
 */
export function groupByOutput(files: readonly PlannedFile[]): OutputWork[] {
  const works = new Map<string, OutputWork & { readonly files: PlannedFile[] }>()
  for (const file of files) {
    const key = outputKey(file.output)
    const work = works.get(key)
    if (work) work.files.push(file)
    else
      works.set(key, { output: file.output, files: [file], published: new Map(), failures: new Map(), transfers: [] })
  }
  return [...works.values()]
}

/** Facts of a record that are known only when the file is made. */
export type RecordFacts = Partial<Pick<FileRecord, 'asset' | 'links' | 'fileExtension'>>

/** What the making of outputs needs. */
export interface OutputTools {
  readonly session: Session
  readonly clock: Clock
  readonly api: {
    call<T>(
      operation: Operation,
      attempt: (signal: AbortSignal) => Promise<Reply<T>>,
      options?: { readonly limitMs?: number },
    ): Promise<Reply<T>>
  }
  /** Aborted when the run stops. */
  readonly signal: AbortSignal
  /** Absolute. */
  readonly directory: string
  readonly stallLimitMs: number
  /** Moves a complete file to its path and records it; after a failure, the file is removed. */
  readonly publish: (file: PlannedFile, staged: StagedFile, facts?: RecordFacts) => Promise<Reply<void>>
  /** Removes recorded assets of the file at a path. A fault of the disk is reported, and is no failure of the document. */
  readonly removeAssets: (assets: readonly FileRecord[], filePath: string) => Promise<void>
  /** The recorded file at a path. */
  readonly recordAt: (path: string) => FileRecord | undefined
  /** The recorded pictures and attachments of each planned file, by its path. */
  readonly assets: ReadonlyMap<string, readonly FileRecord[]>
  readonly links: LinkTargets
  /** Called once for each document with blocks or text elements that its Markdown shows only as a note. */
  readonly onPlaceholders: (placeholders: readonly Placeholder[]) => void
}

/**
 * Makes the file of a path: downloads, converts or copies it. `published` can be copied: it is the file of the same output
 * that is already at another path.
 */
export type Stage = (file: PlannedFile, published: PlannedFile | undefined) => Promise<Reply<Staged>>

/** A complete file with a temporary name. */
export interface Staged {
  readonly file: StagedFile
  /** Its path, if that differs from the planned one: the extension of a board is known only after the download. */
  readonly path?: string
  /** Further facts for its record. */
  readonly facts?: RecordFacts
}

/** True for a failure of the disk at one path: files at other paths can be made all the same. */
export const isOfOnePath = ({ origin, scope }: Failure): boolean => origin === 'disk' && scope !== 'app'

/**
 * Makes and publishes the files of a work one after another. A failure of the disk at one path does not affect the other
 * paths. Any other failure ends the call. Paths that are published, or where the disk failed, are skipped in a further call.
 * @returns the failure that ended the call; otherwise the first failure of the disk at a path, if there is one
 */
export async function publishAll(work: OutputWork, stage: Stage, { publish }: OutputTools): Promise<Reply<void>> {
  let published: PlannedFile | undefined
  for (const file of work.files) {
    if (work.published.has(file.path) || work.failures.has(file.path)) continue
    const staged = await stage(file, published)
    const target = staged.ok ? { ...file, path: staged.value.path ?? file.path } : file
    const reply = staged.ok ? await publish(target, staged.value.file, staged.value.facts) : staged
    if (reply.ok) {
      published ??= target
      work.published.set(file.path, target.path)
    } else if (isOfOnePath(reply.failure)) {
      work.failures.set(file.path, reply.failure)
    } else return reply
  }
  const [failure] = work.failures.values()
  return failure ? fail(failure) : { ok: true, value: undefined }
}

/**
 * Copies a published file to a new file with a temporary name.
 * @param from the path of the published file, relative to the directory
 * @param at the path that the copy is for, relative to the directory; messages name it
 */
export async function stageCopy(
  from: string,
  at: string,
  { clock, directory }: Pick<OutputTools, 'clock' | 'directory'>,
  signal: AbortSignal,
): Promise<Reply<StagedFile>> {
  const absolute = path.join(directory, ...from.split('/'))
  const target = path.join(directory, ...at.split('/'))
  try {
    return { ok: true, value: await stageFile({ clock, directory, target, body: readFile(absolute, signal) }) }
  } catch (error) {
    if (signal.aborted) return fail(STOPPED)
    if (error instanceof DiskFault) return fail(diskFailure(error))
    throw error
  }
}

/** Reads the bytes of a file. @throws DiskFault; any other error means that the signal was aborted */
async function* readFile(file: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    const handle = await open(file)
    try {
      for await (const chunk of handle.createReadStream({ autoClose: false })) {
        if (signal.aborted) throw new Error('aborted', { cause: signal.reason })
        yield chunk as Uint8Array
      }
    } finally {
      await handle.close()
    }
  } catch (error) {
    throw signal.aborted ? error : diskFault('read the file', file, error)
  }
}
