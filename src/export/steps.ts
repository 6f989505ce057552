import { open } from 'node:fs/promises'
import type { Session } from '../feishu/client/connect.js'
import { createTask, queryTask } from '../feishu/tasks/export-tasks.js'
import { fail, type Failure, type Reply } from '../feishu/errors/failure.js'
import { exportedFile, uploadedFile, type FileSource } from '../feishu/drive/file-download.js'
import { diskFault } from '../files/disk-fault.js'
import { downloadLooks, type Stalls } from '../files/download-file.js'
import { saveFile, type SavedFile } from '../files/save.js'
import { adviseFor } from './advice.js'
import type { ExportSteps, Work } from './engine/engine.js'
import { STOPPED } from './engine/paced-api.js'
import type { PlannedFile } from './model.js'
import { unitKey } from './paths.js'
import type { Placer, Write } from './placing/placer.js'

/** What is exported once, and the files that come of it. */
export interface UnitWork extends Work {
  readonly files: readonly PlannedFile[]
  /** The paths that are in place. */
  readonly placed: Set<string>
  /** By path, why a file cannot be put there. */
  readonly failures: Map<string, Failure>
}

/** Puts the files of the same unit together: it is exported once. */
export function worksOf(files: readonly PlannedFile[]): UnitWork[] {
  const works = new Map<string, UnitWork & { readonly files: PlannedFile[] }>()
  for (const file of files) {
    const key = unitKey(file.unit)
    const work = works.get(key)
    if (work) work.files.push(file)
    else works.set(key, { unit: file.unit, files: [file], placed: new Set(), failures: new Map() })
  }
  return [...works.values()]
}

/** What the steps work with. */
export interface StepsOptions {
  readonly session: Session
  readonly placer: Placer
  readonly stallLimitMs: number
}

/** The steps of an export on the real service and the real disk. */
export function exportSteps(options: StepsOptions): ExportSteps<UnitWork> {
  const { connection, credential } = options.session
  return {
    async create({ unit }, signal) {
      const { reply } = await createTask(connection, credential, unit, signal)
      return reply.ok ? { ...reply, value: { ticket: reply.value, token: unit.token } } : adviseFor('create', reply)
    },
    query: async (task, signal) => adviseFor('query', await queryTask(connection, credential, task, signal)),
    fetch(work, fileToken, fileSize) {
      const bytes = fileSize === undefined ? undefined : Number(fileSize)
      const expectedBytes = Number.isSafeInteger(bytes) ? bytes : undefined
      const download = {
        source: exportedFile(fileToken, work.unit.fileExtension),
        expectedBytes,
        stalls: { inARow: 0 },
      }
      return async (signal) => adviseFor('download', await place(options, work, download, signal))
    },
    fetchUploaded(work) {
      const download = { source: uploadedFile(work.unit.token), expectedBytes: undefined, stalls: { inARow: 0 } }
      return (signal) => place(options, work, download, signal)
    },
  }
}

interface Download {
  readonly source: FileSource
  readonly expectedBytes: number | undefined
  readonly stalls: Stalls
}

const WRONG_SIZE_ADVICE = 'Run it again; if it stays, give the log id to Feishu support.'

/**
 * Downloads to the first place, and copies from there to the others. A place that the disk refuses takes nothing from
 * the others.
 */
async function place(
  options: StepsOptions,
  work: UnitWork,
  download: Download,
  signal: AbortSignal,
): Promise<Reply<void>> {
  let first: SavedFile | undefined
  for (const file of work.files) {
    if (work.placed.has(file.path) || work.failures.has(file.path)) continue
    const from = first
    const write: Write = from ? copied(from, signal) : downloaded(download, options, signal)
    const saved = await options.placer.place(file, write).catch((error: unknown) => {
      if (signal.aborted) return fail(STOPPED)
      throw error
    })
    if (saved.ok) {
      first ??= saved.value
      work.placed.add(file.path)
    } else if (saved.failure.origin === 'disk' && saved.failure.scope !== 'app')
      work.failures.set(file.path, saved.failure)
    else return saved
  }
  const [failure] = work.failures.values()
  return failure ? fail(failure) : { ok: true, value: undefined }
}

function downloaded(download: Download, { session, stallLimitMs }: StepsOptions, signal: AbortSignal): Write {
  const { connection, credential } = session
  return async ({ target, overwrite, onWhole }) => {
    const looks = downloadLooks({
      connection,
      credential,
      ...download,
      target: () => target,
      overwrite,
      wrongSizeAdvice: WRONG_SIZE_ADVICE,
      stallLimitMs,
      onWhole,
    })
    const look = await looks(signal)
    switch (look.kind) {
      case 'done':
        return { ok: true, value: look.value }
      case 'pending':
        throw new Error('a download is never pending')
      default:
        return fail(look.failure)
    }
  }
}

function copied(from: SavedFile, signal: AbortSignal): Write {
  return async (target) => {
    const body = bytesOf(from.path, signal)
    return { ok: true, value: await saveFile({ ...target, body, expectedBytes: from.bytes }) }
  }
}

/** The bytes of a file, opened when somebody reads them and closed whatever comes. */
async function* bytesOf(file: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
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
