import path from 'node:path'
import { fail, type Reply } from '../../feishu/errors/failure.js'
import { DiskFault, diskFailure } from '../../files/disk-fault.js'
import { ensureParentInside, removeEmptyAbove, removeEmptyFolder } from '../../files/inside.js'
import { findTargetFault, type StagedFile } from '../../files/save.js'
import type { Clock } from '../../polling/clock.js'
import type { Journal } from '../manifest/journal.js'
import { documentKey, EMPTY_FILE, outputKey, type FileRecord, type Output, type PlannedFile } from '../model.js'
import type { RecordFacts } from '../outputs/work.js'
import { isTrustedEditTime } from '../edit-time.js'
import { OF_ANOTHER_DOCUMENT } from '../failures.js'

/** What publishing needs. */
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
 * Moves a complete file to its path and records it. Replaces what is at the path if it is one of these:
 * - the recorded file of the same output, even if a user has changed it
 * - for an asset, any recorded asset of the same document, such as the previous attachment with this name
 * - with `overwrite`, a file that no run wrote
 * - an empty folder
 *
 * Fails if anything else is there. Calls for the same path must not overlap (see `makeTurns`).
 * @param staged the file under its temporary name; after a failure it is removed
 * @param facts further facts for the record
 * @returns a failure of origin `disk`: because of what is at the path, or for an error of the disk
 */
export async function publish(
  file: PlannedFile,
  staged: StagedFile,
  options: PublishOptions,
  facts: RecordFacts = {},
): Promise<Reply<void>> {
  const { directory, journal, overwrite } = options
  const { path: at } = file
  const recorded = journal.recordAt(at)
  const record = { ...makeRecord(file, staged, recorded, options), ...facts }
  if (recorded && outputKey(recorded) !== outputKey(record) && !areAssetsOfOneDocument(recorded, record)) {
    await staged.discard()
    return fail(OF_ANOTHER_DOCUMENT)
  }
  const mayReplace = overwrite || recorded !== undefined
  try {
    await prepareTarget(at, mayReplace, options)
    await publishAndRecord(staged, record, mayReplace, options)
    return { ok: true, value: undefined }
  } catch (error) {
    await staged.discard()
    // `prepareTarget` may have created folders.
    await removeEmptyAbove(directory, at)
    if (!(error instanceof DiskFault)) throw error
    return fail(diskFailure(error))
  }
}

const areAssetsOfOneDocument = (a: FileRecord, b: FileRecord): boolean =>
  a.asset !== undefined && b.asset !== undefined && documentKey(a) === documentKey(b)

const absoluteOf = (at: string, directory: string): string => path.join(directory, ...at.split('/'))

/**
 * Creates the folders above a path, and removes an empty folder at the path.
 * @throws DiskFault, also if anything else is at the path that may not be replaced
 */
async function prepareTarget(at: string, mayReplace: boolean, { directory, clock }: PublishOptions): Promise<void> {
  const target = absoluteOf(at, directory)
  await ensureParentInside(clock, directory, at)
  let fault = await findTargetFault(target, mayReplace)
  if (fault?.code === 'EISDIR') {
    await removeEmptyFolder(directory, at)
    fault = await findTargetFault(target, mayReplace)
  }
  if (fault) throw fault
}

/**
 * Moves a file to its path, and records it: announces the change to the journal before it is made, and commits it afterwards.
 * @throws DiskFault; then the record that was at the path before stays. Exception: on a disk without hard links, the
 * empty file that reserved the name may be left; then this empty file is recorded
 */
async function publishAndRecord(
  staged: StagedFile,
  record: FileRecord,
  mayReplace: boolean,
  options: PublishOptions,
): Promise<void> {
  const { journal } = options
  const { path: at } = record
  await journal.intend([{ path: at, after: record }])
  try {
    await moveIntoFolder(staged, at, mayReplace, options)
  } catch (error) {
    // The record of the empty file lets the next run replace it.
    if (staged.hasLeftEmptyFile) journal.commit(at, { ...record, ...EMPTY_FILE })
    else journal.abort(at)
    throw error
  }
  journal.commit(at, record)
}

const MAX_TRIES = 20

/**
 * Moves a file to its path. Creates the folder again if it has vanished meanwhile: when another file is removed, the folders
 * that become empty are removed, too.
 * @throws DiskFault
 */
async function moveIntoFolder(
  staged: StagedFile,
  at: string,
  mayReplace: boolean,
  { directory, clock }: PublishOptions,
): Promise<void> {
  for (let triesLeft = MAX_TRIES; ; triesLeft--) {
    try {
      await staged.publish(absoluteOf(at, directory), { overwrite: mayReplace })
      return
    } catch (error) {
      const mayHaveVanished = error instanceof DiskFault && error.code === 'ENOENT'
      if (!mayHaveVanished || triesLeft === 1) throw error
      await ensureParentInside(clock, directory, at)
    }
  }
}

/** Makes the record of a file that is about to be published. @param before the record at its path now, if there is one */
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
 * Decides whether the next run exports the document again, even if its edit time is still the same (see `FileRecord.fresh`).
 * Edit times are in whole seconds: if the last edit was just before the listing, another edit may have the same edit time.
 */
const isFresh = ({ editTime, revision }: Output, before: FileRecord | undefined, listedAtMs: number): boolean =>
  // A table of a base is compared by its revision.
  revision === undefined &&
  // Without an edit time, the next run exports the document in any case.
  editTime !== undefined &&
  // If an earlier run recorded this edit time, its second was over before this run began: no further edit can have it.
  before?.editTime !== editTime &&
  !isTrustedEditTime(editTime, listedAtMs)
