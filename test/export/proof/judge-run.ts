import type { EmulatedDocument, RecordedRequest } from '../../emulator/index.js'
import { findRecords, isPartial, type DiskState, type RecordedFile } from './disk-state.js'
import type { ExpectedFile } from './expected-files.js'
import type { ExpectedListing } from './expected-listing.js'
import { finding, type Finding } from './rules.js'
import type { RunResult } from './run-types.js'
import { tablesOf } from './tables.js'
import { assetOutputOf, outputOf } from './versions.js'
import type { World } from './world.js'

/** A run that ended by itself, and everything around it. */
export interface EndedRun {
  readonly world: World
  readonly before: DiskState
  readonly after: DiskState
  readonly result: RunResult
  readonly requests: readonly RecordedRequest[]
  readonly listing: ExpectedListing
  /** Whether a document moved while it listed: then it is not known what it had to find. */
  readonly isListingMoved: boolean
  /** Whether it exported everything again (`force`). */
  readonly isForced: boolean
  /** Whether a killed run came before. */
  readonly isAfterKill: boolean
}

/** The key of the output that a recorded file belongs to. In the key, an uploaded file has the extension ''. */
export function outputOfRecord({ token, type, fileExtension, subId, asset }: RecordedFile): string {
  return asset === undefined
    ? outputOf(token, type === 'file' ? '' : fileExtension, subId)
    : assetOutputOf(token, asset)
}

const countOf = ({ outputs }: RunResult, name: string): number => Number(outputs[name])

/**
 * Checks a run that ended by itself, with or without faults of the service and the disk: what it exported again, and its
 * outputs. Its files and manifest are judged elsewhere (see `Campaign`).
 */
export function judgeRun(run: EndedRun): Finding[] {
  return [
    ...(run.isForced ? judgeForced(run) : judgeTasks(run)),
    ...judgeChanged(run),
    ...judgeCounts(run),
    ...judgeDeleted(run),
  ]
}

/** With `force`, no file counts as unchanged. */
function judgeForced({ result }: EndedRun): Finding[] {
  const unchanged = countOf(result, 'unchanged')
  return unchanged === 0 ? [] : [finding('force-exports', `${unchanged} unchanged files with force`)]
}

const TASK_APIS: ReadonlySet<string> = new Set(['create', 'file-download', 'board-image', 'media-download'])

/**
 * A document that did not change costs no task and no download, even if its files move. Only an output with enough
 * current copies before the run is judged: one for each expected file, and at least one.
 */
function judgeTasks(run: EndedRun): Finding[] {
  const { world, before, after, listing, requests } = run
  const copies = new Map<string, RecordedFile[]>()
  const assetCounts = new Map<string, number>()
  for (const record of findRecords(before)) {
    const output = outputOfRecord(record)
    if (record.asset === undefined) copies.set(output, [...(copies.get(output) ?? []), record])
    else assetCounts.set(record.token, (assetCounts.get(record.token) ?? 0) + 1)
  }
  const expectedFiles = new Map<string, ExpectedFile[]>()
  for (const file of listing.files) expectedFiles.set(file.output, [...(expectedFiles.get(file.output) ?? []), file])
  const placed = new Set(after.recorded.map((record) => `${outputOfRecord(record)} ${record.path}`))
  const tasks = requests.filter(({ api }) => TASK_APIS.has(api))
  return [...copies].flatMap(([output, records]) => {
    const [token = ''] = output.split(' ')
    const document = world.emulator.store.documents.get(token)
    const expected = expectedFiles.get(output) ?? []
    const assets = expected[0]?.assets ?? []
    if (mayCostRequest(run, document, expected)) return []
    // After a kill, pictures and attachments may not be saved yet.
    if ((assetCounts.get(token) ?? 0) < assets.length * records.length) return []
    const current = records.filter((record) => isCurrent(record, document, expected))
    if (current.length === 0 || current.length < expected.length) return []
    // An outdated copy whose path still belongs to the output had to be replaced, which costs a task.
    const isReplaced = (record: RecordedFile): boolean =>
      !current.includes(record) && placed.has(`${output} ${record.path}`)
    if (records.some(isReplaced)) return []
    const task = tasks.find((request) => isAbout(request, output, assets))
    return task
      ? finding('moves-are-free', `${output} (${JSON.stringify(document.title)}) did not change: ${task.api}`)
      : []
  })
}

/** Whether an output may cost a task or a download although its document did not change. */
function mayCostRequest(
  { result, isListingMoved }: EndedRun,
  { type }: EmulatedDocument,
  expected: readonly ExpectedFile[],
): boolean {
  // A request for the picture also shows whether a board that was not found still exists.
  if (type === 'board' && (expected.length === 0 || isListingMoved)) return true
  // An uploaded file that was moved while the run listed may be found only by a shortcut, whose title has another
  // extension (see `isCurrent`).
  if (type === 'file' && isListingMoved) return true
  // A picture or attachment that the disk did not let move is saved again with its file.
  return result.isDiskFaulty && expected.some(({ assets }) => assets.length > 0)
}

/** Whether a recorded file counts as what an export would make now. @param expected the expected files of its output */
function isCurrent(record: RecordedFile, document: EmulatedDocument, expected: readonly ExpectedFile[]): boolean {
  const revision = tablesOf(document).find(({ id }) => id === record.subId)?.revision
  const isEdited = revision === undefined ? record.editTime !== document.editTime : record.revision !== revision
  // A fresh file was exported so soon after an edit that the next run exports it again.
  if (isEdited || record.fresh === true || record.variant !== expected[0]?.variant) return false
  if (record.type !== 'file') return true
  // An uploaded file whose extension changes is downloaded again. The extension comes from the title. If only shortcuts
  // lead to the file, the title is that of one of them. It is not known here, so the file is not judged.
  const isNamedByShortcut = expected.some(({ titles }) => titles === undefined)
  return !isNamedByShortcut && extensionOf(document.title) === record.fileExtension
}

/** The extension of an uploaded file; '' if the title has none that the action takes for one. */
const extensionOf = (title: string): string => /[^\s.].*\.([\p{L}\p{N}_-]{1,16})\s*$/u.exec(title)?.[1] ?? ''

/**
 * Whether a request of `TASK_APIS` is for an output, or for one of its pictures and attachments (`assets`).
 * @param output its key: token, extension, and sheet or table (see `outputOf`)
 * @param assets keys, too (see `assetOutputOf`)
 */
function isAbout({ api, tokens, body }: RecordedRequest, output: string, assets: readonly string[]): boolean {
  const [token = '', extension = '', subId = ''] = output.split(' ')
  if (api === 'media-download') return tokens.some((asset) => assets.includes(assetOutputOf(token, asset)))
  if (!tokens.includes(token)) return false
  // The other APIs download an uploaded file or a board, which has only one output.
  if (api !== 'create') return true
  const { file_extension: requested, sub_id: requestedSubId = '' } = body as Readonly<Record<string, unknown>>
  return requested === extension && requestedSubId === subId
}

/** `changed` is true if and only if a file was written, moved or removed. The manifest and incomplete files do not count. */
function judgeChanged({ before, after, result, world }: EndedRun): Finding[] {
  const stampsOf = ({ files }: DiskState): string =>
    [...files]
      .flatMap(([path, { stamp }]) => (isPartial(path) || world.userFiles.has(path) ? [] : `${path} ${stamp}`))
      .sort()
      .join('\n')
  const isChanged = stampsOf(before) !== stampsOf(after)
  const { changed } = result.outputs
  return changed === String(isChanged)
    ? []
    : [finding('changed-exact', `changed is ${changed ?? 'not set'}, and must be ${isChanged}`)]
}

/** Everything that was found is counted once, and a run is red if and only if something failed. */
function judgeCounts({ result, listing, isListingMoved }: EndedRun): Finding[] {
  const names = ['exported', 'unchanged', 'failed', 'skipped']
  const sum = names.reduce((all, name) => all + countOf(result, name), 0)
  // The action's own messages about a fault of its code.
  const findings = result.errors
    .filter((line) => /made a mistake|lost count/.test(line))
    .map((line) => finding('counts-add-up', line))
  const seen = names.map((name) => `${countOf(result, name)} ${name}`).join(', ')
  if (!isListingMoved && sum !== listing.count)
    findings.push(finding('counts-add-up', `${seen}: ${listing.count} are listed`))
  if (!result.isDiskFaulty && (result.exitCode === 0) !== (countOf(result, 'failed') === 0)) {
    findings.push(finding('counts-add-up', `exit code ${result.exitCode} with ${seen}: ${result.errors.join(' ')}`))
  }
  if (!isListingMoved && countOf(result, 'failed') < listing.faults) {
    findings.push(finding('counts-add-up', `${seen}: ${listing.faults} parts cannot be listed`))
  }
  return findings
}

/** `deleted` counts the removed files, but neither assets nor the surplus copies of an output that is still selected. */
function judgeDeleted({ before, after, result, listing, isAfterKill }: EndedRun): Finding[] {
  // After a kill, files may be gone that the killed run removed.
  if (isAfterKill) return []
  const selected = new Set(listing.files.map(({ output }) => output))
  const countFiles = (state: DiskState): number =>
    findRecords(state).filter((record) => record.asset === undefined && !selected.has(outputOfRecord(record))).length
  const gone = countFiles(before) - countFiles(after)
  const deleted = countOf(result, 'deleted')
  return deleted === gone ? [] : [finding('counts-add-up', `deleted is ${deleted}, and ${gone} files are gone`)]
}
