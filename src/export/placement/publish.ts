import { createHash } from 'node:crypto'
import path from 'node:path'
import { fail, type Reply } from '../../feishu/errors/failure.js'
import { DiskFault, diskFailure } from '../../files/disk-fault.js'
import { ensureParentInside, removeEmptyAbove, removeEmptyFolder } from '../../files/inside.js'
import { targetFault, type StagedFile } from '../../files/save.js'
import type { Clock } from '../../polling/clock.js'
import type { Journal } from '../manifest/journal.js'
import { outputKey, type FileRecord, type Output, type PlannedFile } from '../model.js'
import type { RecordFacts } from '../outputs/work.js'
import { isTrustedEditTime } from '../edit-time.js'
import { OF_ANOTHER_DOCUMENT } from '../failures.js'

/** What publishing works with. */
export interface PublishOptions {
  /** Absolute. */
  readonly directory: string
  readonly journal: Journal
  readonly clock: Clock
  /** Whether a file that no run wrote may be replaced. */
  readonly overwrite: boolean
  /** When the listing began, in milliseconds since 1970. */
  readonly listedAtMs: number
}

/**
 * Gives a complete file its path: it replaces the file of the same output, or takes an empty place, or, with `overwrite`,
 * replaces a file that no run wrote. Nothing else is touched.
 * @param staged is gone afterwards, in any case
 * @param facts what else is recorded
 * @returns a failure of origin `disk` where the disk refuses
 */
export async function publish(
  file: PlannedFile,
  staged: StagedFile,
  options: PublishOptions,
  facts: RecordFacts = {},
): Promise<Reply<void>> {
  const { directory, journal, overwrite } = options
  const { path: at } = file
  const target = path.join(directory, ...at.split('/'))
  const own = journal.recordAt(at)
  const record = { ...makeRecord(file, staged, own, options), ...facts }
  if (own && outputKey(own) !== outputKey(record)) {
    await staged.discard()
    return fail(OF_ANOTHER_DOCUMENT)
  }
  const mayReplace = overwrite || own !== undefined
  try {
    await ensureParentInside(options.clock, directory, at)
    let fault = await targetFault(target, mayReplace)
    if (fault?.code === 'EISDIR') {
      await removeEmptyFolder(directory, at)
      fault = await targetFault(target, mayReplace)
    }
    if (fault) throw fault
    await journal.intend([{ path: at, after: record }])
    try {
      await staged.publish(target, { overwrite: mayReplace })
    } catch (error) {
      // An empty file that stays there is on record: so the next run replaces it.
      if (staged.hasLeftEmptyFile) journal.commit(at, { ...record, ...EMPTY_FILE, editTime: undefined })
      else journal.abort(at)
      throw error
    }
    journal.commit(at, record)
    return { ok: true, value: undefined }
  } catch (error) {
    await staged.discard()
    await removeEmptyAbove(directory, at)
    if (!(error instanceof DiskFault)) throw error
    return fail(diskFailure(error))
  }
}

const EMPTY_FILE = { fileSize: 0, sha256: createHash('sha256').digest('hex') }

function makeRecord(
  { output, path: at }: PlannedFile,
  staged: StagedFile,
  before: FileRecord | undefined,
  options: PublishOptions,
): FileRecord {
  const { token, type, title, editTime, fileExtension, subId, revision, variant } = output
  const { bytes: fileSize, sha256 } = staged
  const exportedAt = `${new Date(options.clock.wallMs()).toISOString().slice(0, 19)}Z`
  const fresh = isFresh(output, before, options.listedAtMs) ? true : undefined
  return {
    path: at,
    token,
    type,
    title,
    editTime,
    fresh,
    fileExtension,
    subId,
    revision,
    variant,
    fileSize,
    sha256,
    exportedAt,
  }
}

/**
 * True when the document may have been edited once more within the second of its edit time, after it was exported. A run
 * that finds the same edit time again comes after that second.
 */
const isFresh = ({ editTime, revision }: Output, before: FileRecord | undefined, listedAtMs: number): boolean =>
  editTime !== undefined &&
  revision === undefined &&
  before?.editTime !== editTime &&
  !isTrustedEditTime(editTime, listedAtMs)
