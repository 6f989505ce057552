import { createReadStream } from 'node:fs'
import path from 'node:path'
import type { Session } from '../feishu/connect.js'
import { createTask, queryTask } from '../feishu/export-tasks.js'
import { fail, type Failure, type Reply } from '../feishu/failure.js'
import { exportedFile, uploadedFile, type FileSource } from '../feishu/file-download.js'
import { DiskFault } from '../files/disk-fault.js'
import { downloadLooks } from '../files/download-file.js'
import { saveFile, type SavedFile } from '../files/save.js'
import type { Clock } from '../polling/clock.js'
import { ensureParentInside, removeInside } from './disk.js'
import type { ExportSteps, Work } from './engine.js'
import type { Ledger, Release } from './ledger.js'
import type { PlannedFile } from './model.js'

/** What is exported once, and the files that come of it. */
export interface UnitWork extends Work {
  readonly files: readonly PlannedFile[]
  /** The paths that are in place. */
  readonly placed: Set<string>
}

export interface StepsOptions {
  readonly session: Session
  readonly ledger: Ledger
  readonly clock: Clock
  /** Absolute. */
  readonly directory: string
  /** Whether a file that stands at the path already may be replaced. */
  readonly mayReplace: (path: string) => boolean
  /** The files that must stay when this path is removed, for they may be the same under another name. */
  readonly lookAlikes: (path: string) => readonly string[]
  readonly stallLimitMs: number
}

/** The steps of an export on the real service and the real disk. */
export function exportSteps(options: StepsOptions): ExportSteps<UnitWork> {
  const { connection, credential } = options.session
  return {
    async create({ unit }, signal) {
      const { token } = unit
      const { reply } = await createTask(connection, credential, unit, signal)
      return reply.ok ? { ...reply, value: { ticket: reply.value, token } } : reply
    },
    query: (task, signal) => queryTask(connection, credential, task, signal),
    fetch(work, fileToken, fileSize, signal) {
      const bytes = fileSize === undefined ? undefined : Number(fileSize)
      const expectedBytes = Number.isSafeInteger(bytes) ? bytes : undefined
      return place(options, work, exportedFile(fileToken, work.unit.fileExtension), expectedBytes, signal)
    },
    fetchUploaded: (work, signal) => place(options, work, uploadedFile(work.unit.token), undefined, signal),
  }
}

/** Downloads to the first place, and copies from there to the others. */
async function place(
  options: StepsOptions,
  work: UnitWork,
  source: FileSource,
  expectedBytes: number | undefined,
  signal: AbortSignal,
): Promise<Reply<void>> {
  try {
    let first: SavedFile | undefined
    for (const file of work.files) {
      if (work.placed.has(file.path)) continue
      const saved = await placeOne(options, file, async (target, overwrite, onWhole) => {
        if (!first) return download(options, { source, target, overwrite, expectedBytes, onWhole }, signal)
        const body = createReadStream(first.path)
        return { ok: true, value: await saveFile({ target, body, overwrite, expectedBytes: first.bytes, onWhole }) }
      })
      if (!saved.ok) return saved
      first ??= saved.value
      work.placed.add(file.path)
    }
    return { ok: true, value: undefined }
  } catch (error) {
    if (error instanceof DiskFault) return fail(fromDisk(error))
    throw error
  }
}

type Write = (target: string, overwrite: boolean, onWhole: () => Promise<void>) => Promise<Reply<SavedFile>>

/** Puts one file in place, with the manifest true of the disk before, between and after. */
async function placeOne(options: StepsOptions, file: PlannedFile, write: Write): Promise<Reply<SavedFile>> {
  const { directory, ledger, mayReplace, lookAlikes, clock } = options
  await ensureParentInside(directory, file.path)
  let release: Release | undefined
  let saved: Reply<SavedFile> | undefined
  try {
    const target = path.join(directory, ...file.path.split('/'))
    saved = await write(target, mayReplace(file.path), async () => {
      release = await ledger.claim([file.path, ...file.replaces].map((path) => ({ path, unit: file.unit })))
    })
    if (!saved.ok) return saved
  } finally {
    if (saved?.ok !== true) release?.()
  }
  for (const old of file.replaces) {
    await removeInside(directory, old, lookAlikes(old))
    ledger.forget(old)
  }
  const { token, type, title, editTime, fileExtension, subId } = file.unit
  const { bytes: fileSize, sha256 } = saved.value
  const exportedAt = `${new Date(clock.wallMs()).toISOString().slice(0, 19)}Z`
  ledger.record({ path: file.path, token, type, fileExtension, subId, title, editTime, fileSize, sha256, exportedAt })
  return saved
}

interface DownloadTo {
  readonly source: FileSource
  readonly target: string
  readonly overwrite: boolean
  readonly expectedBytes: number | undefined
  readonly onWhole: () => Promise<void>
}

async function download(
  { session, stallLimitMs }: StepsOptions,
  { target, ...rest }: DownloadTo,
  signal: AbortSignal,
): Promise<Reply<SavedFile>> {
  const { connection, credential } = session
  const look = await downloadLooks({ connection, credential, stallLimitMs, target: () => target, ...rest })(signal)
  switch (look.kind) {
    case 'done':
      return { ok: true, value: look.value }
    case 'pending':
      throw new Error('a download is never pending')
    default:
      return fail(look.failure)
  }
}

const fromDisk = ({ what, cure }: DiskFault): Failure => ({ class: 'permanent', what, advice: cure })
