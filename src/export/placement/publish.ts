import path from 'node:path'
import { fail, type Reply } from '../../feishu/errors/failure.js'
import { DiskFault, diskFailure } from '../../files/disk-fault.js'
import { ensureParentInside, removeEmptyAbove } from '../../files/inside.js'
import type { StagedFile } from '../../files/save.js'
import type { Clock } from '../../polling/clock.js'
import type { Journal } from '../manifest/journal.js'
import { outputKey, type FileRecord, type Output, type PlannedFile } from '../model.js'
import { ofAnother } from '../plan/plan-moves.js'
import { isTrustedEditTime } from '../edit-time.js'

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
 * @param staged is gone afterwards, whatever comes
 * @returns a failure of origin `disk` where the disk refuses
 */
export async function publish(file: PlannedFile, staged: StagedFile, options: PublishOptions): Promise<Reply<void>> {
  const { directory, journal, overwrite } = options
  const { path: at } = file
  const old = journal.recordAt(at)
  if (old && outputKey(old) !== outputKey(file.output)) {
    await staged.discard()
    return fail({ ...ofAnother(at), origin: 'disk' })
  }
  const record = makeRecord(file, staged, options)
  try {
    await ensureParentInside(directory, at)
    await journal.intend([{ path: at, after: record }])
    try {
      await staged.publish(path.join(directory, ...at.split('/')), { overwrite: overwrite || old !== undefined })
    } catch (error) {
      journal.abort(at)
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

function makeRecord({ output, path: at }: PlannedFile, staged: StagedFile, options: PublishOptions): FileRecord {
  const { token, type, title, fileExtension, subId } = output
  const { bytes: fileSize, sha256 } = staged
  const exportedAt = `${new Date(options.clock.wallMs()).toISOString().slice(0, 19)}Z`
  const editTime = trustedEditTime(output, options.listedAtMs)
  return { path: at, token, type, title, editTime, fileExtension, subId, fileSize, sha256, exportedAt }
}

const trustedEditTime = ({ editTime }: Output, listedAtMs: number): string | undefined =>
  editTime !== undefined && isTrustedEditTime(editTime, listedAtMs) ? editTime : undefined
