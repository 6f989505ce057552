import type { LinkTargets } from '../link-targets.js'
import { isReusable, type FileRecord, type Output, type PlannedFile } from '../model.js'
import { Assets, hasSavedAssets } from './assets.js'
import type { Snapshot } from './snapshot.js'

/** Compares the revisions of a table of a base, and the edit times of any other document; false if the time is unknown. */
const isSameVersion = (record: FileRecord, output: Output): boolean =>
  output.revision !== undefined
    ? record.revision === output.revision
    : record.editTime !== undefined && record.editTime === output.editTime

/** Decides whether a recorded file holds the version of its document that an export would make now. Pure. */
export const isCurrent = (record: FileRecord, output: Output): boolean =>
  // A fresh record has the edit time of its document, but the document may have been edited later in the same second.
  record.fresh !== true &&
  record.variant === output.variant &&
  // Differs only for a renamed uploaded file (see outputKey): its export records the new extension.
  record.fileExtension === output.fileExtension &&
  isSameVersion(record, output)

/**
 * True if a file needs no export: on the disk it has the recorded size, and a new export would write the same again.
 * Damaged assets are not checked here: they have already made the record outdated (see `findOutdated`). Pure.
 */
export function isUnchanged(record: FileRecord, file: PlannedFile, snapshot: Snapshot, links: LinkTargets): boolean {
  const { output } = file
  const entry = snapshot.at(record.path)
  return (
    isCurrent(record, output) &&
    (output.kind !== 'markdown' || isSameText(record, file, links)) &&
    entry.kind === 'file' &&
    entry.size === record.fileSize
  )
}

/** Compares what Markdown depends on besides the edit time and its assets: the title, and the paths of documents. */
const isSameText = (record: FileRecord, { output, path }: PlannedFile, links: LinkTargets): boolean =>
  record.title === output.title &&
  Object.entries(record.links ?? {}).every(([token, link]) => (links.resolve(token, path) ?? '') === link)

/**
 * Finds the records that become outdated, so that damaged assets are saved again. These are the files whose export saves a
 * damaged asset, and the damaged assets that are in `present`. An asset is damaged if its file is missing, unreadable or not
 * of the recorded size. It is also damaged if its bytes cannot be used.
 * @param records all records of the manifest
 * @param present the records whose file the plan can use (see `findPresent`)
 */
export function findOutdated(
  records: readonly FileRecord[],
  present: readonly FileRecord[],
  { planned, snapshot }: { readonly planned: readonly PlannedFile[]; readonly snapshot: Snapshot },
): ReadonlySet<FileRecord> {
  const presentRecords = new Set(present)
  const isIntact = (record: FileRecord): boolean => {
    const entry = snapshot.at(record.path)
    return isReusable(record) && presentRecords.has(record) && entry.kind === 'file' && entry.size === record.fileSize
  }
  const damaged = new Set(records.filter((record) => record.asset !== undefined && !isIntact(record)))
  if (damaged.size === 0) return new Set()
  const all = new Assets(records, planned)
  const savers = all.nonAssets.filter(
    (file) => hasSavedAssets(file) && [...all.of(file), ...all.sharedBy(file)].some((asset) => damaged.has(asset)),
  )
  return new Set([...savers, ...[...damaged].filter((asset) => presentRecords.has(asset))])
}
