import { open } from 'node:fs/promises'
import path from 'node:path'
import type { Session } from '../../feishu/client/connect.js'
import { exportedFile, uploadedFile, type FileSource } from '../../feishu/drive/file-download.js'
import { fail, type Failure, type Reply } from '../../feishu/errors/failure.js'
import { createTask, queryTask } from '../../feishu/tasks/export-tasks.js'
import { DiskFault, diskFailure, diskFault } from '../../files/disk-fault.js'
import { stageDownload, type Stalls } from '../../files/download-file.js'
import { stageFile, type StagedFile } from '../../files/save.js'
import type { ExportSteps, Work } from '../engine/engine.js'
import { STOPPED } from '../engine/paced-api.js'
import { outputKey, type PlannedFile } from '../model.js'
import { adviseFor } from './advice.js'

/** What is exported once, and the files that come of it. */
export interface OutputWork extends Work {
  readonly files: readonly PlannedFile[]
  /** The paths that are published. */
  readonly published: Set<string>
  /** By path, why a file could not be published there. */
  readonly failures: Map<string, Failure>
}

/** Groups the files of the same output: it is exported once. */
export function groupByOutput(files: readonly PlannedFile[]): OutputWork[] {
  const works = new Map<string, OutputWork & { readonly files: PlannedFile[] }>()
  for (const file of files) {
    const key = outputKey(file.output)
    const work = works.get(key)
    if (work) work.files.push(file)
    else works.set(key, { output: file.output, files: [file], published: new Set(), failures: new Map() })
  }
  return [...works.values()]
}

/** What the steps work with. */
export interface StepsOptions {
  readonly session: Session
  /** Absolute. */
  readonly directory: string
  readonly stallLimitMs: number
  /** Gives a complete file its path. */
  readonly publish: (file: PlannedFile, staged: StagedFile) => Promise<Reply<void>>
}

/** The steps of an export on the real service and the real disk. */
export function exportSteps(options: StepsOptions): ExportSteps<OutputWork> {
  const { connection, credential } = options.session
  return {
    async create({ output }, signal) {
      const { reply } = await createTask(connection, credential, output, signal)
      return reply.ok ? { ...reply, value: { ticket: reply.value, token: output.token } } : adviseFor('create', reply)
    },
    query: async (task, signal) => adviseFor('query', await queryTask(connection, credential, task, signal)),
    fetch(work, fileToken, fileSize) {
      const bytes = fileSize === undefined ? undefined : Number(fileSize)
      const download = {
        source: exportedFile(fileToken, work.output.fileExtension),
        expectedBytes: Number.isSafeInteger(bytes) ? bytes : undefined,
        stalls: { inARow: 0 },
      }
      return async (signal) => adviseFor('download', await fetchWork(options, work, download, signal))
    },
    fetchUploaded(work) {
      const download = { source: uploadedFile(work.output.token), expectedBytes: undefined, stalls: { inARow: 0 } }
      return (signal) => fetchWork(options, work, download, signal)
    },
  }
}

interface Download {
  readonly source: FileSource
  readonly expectedBytes: number | undefined
  readonly stalls: Stalls
}

const WRONG_SIZE_ADVICE = 'Run it again; if it stays, give the log id to Feishu support.'

/** Downloads the file for its first path and copies it from there to the others; a path that fails stops no other one. */
async function fetchWork(
  options: StepsOptions,
  work: OutputWork,
  download: Download,
  signal: AbortSignal,
): Promise<Reply<void>> {
  const { session, directory, stallLimitMs, publish } = options
  const { connection, credential } = session
  let first: string | undefined
  for (const file of work.files) {
    if (work.published.has(file.path) || work.failures.has(file.path)) continue
    const staged =
      first === undefined
        ? await stageDownload(
            { connection, credential, ...download, directory, stallLimitMs, wrongSizeAdvice: WRONG_SIZE_ADVICE },
            signal,
          )
        : await stageCopy(path.join(directory, ...first.split('/')), directory, signal)
    const reply = staged.ok ? await publish(file, staged.value) : staged
    if (reply.ok) {
      first ??= file.path
      work.published.add(file.path)
    } else if (reply.failure.origin === 'disk' && reply.failure.scope !== 'app') {
      work.failures.set(file.path, reply.failure)
    } else return reply
  }
  const [failure] = work.failures.values()
  return failure ? fail(failure) : { ok: true, value: undefined }
}

async function stageCopy(from: string, directory: string, signal: AbortSignal): Promise<Reply<StagedFile>> {
  try {
    return { ok: true, value: await stageFile({ directory, body: readFile(from, signal) }) }
  } catch (error) {
    if (signal.aborted) return fail(STOPPED)
    if (error instanceof DiskFault) return fail(diskFailure(error))
    throw error
  }
}

/** The bytes of a file, opened when somebody reads them and always closed. */
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
