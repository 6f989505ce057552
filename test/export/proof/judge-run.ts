import type { RecordedRequest } from '../../emulator/index.js'
import { findRecords, isPartial, type DiskState, type RecordedFile } from './disk-state.js'
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

/** The output that a recorded file belongs to. */
export function outputOfRecord({ token, type, fileExtension, subId, asset }: RecordedFile): string {
  return asset === undefined
    ? outputOf(token, type === 'file' ? '' : fileExtension, subId)
    : assetOutputOf(token, asset)
}

const countOf = ({ outputs }: RunResult, name: string): number => Number(outputs[name])

/** Checks the rules for a run that ended by itself, with or without faults of the service and the disk. */
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

const TASK_APIS: ReadonlySet<string> = new Set(['create', 'file-download', 'board-image'])

/**
 * A document that did not change costs no task and no download, even if its files move. An output is judged if, before
 * the run, there were current copies of it, at least as many as the listing wants, and if no outdated copy is still
 * recorded at its path after the run: such a copy had to be replaced, which costs a task.
 */
function judgeTasks({ world, before, after, listing, requests, result, isListingMoved }: EndedRun): Finding[] {
  const copies = new Map<string, RecordedFile[]>()
  const assets = new Map<string, number>()
  for (const record of findRecords(before)) {
    const output = outputOfRecord(record)
    if (record.asset === undefined) copies.set(output, [...(copies.get(output) ?? []), record])
    else assets.set(record.token, (assets.get(record.token) ?? 0) + 1)
  }
  const wanted = new Map<string, number>()
  for (const { output } of listing.files) wanted.set(output, (wanted.get(output) ?? 0) + 1)
  const placed = new Set(after.recorded.map((record) => `${outputOfRecord(record)} ${record.path}`))
  const tasks = requests.filter(({ api }) => TASK_APIS.has(api))
  const findings: Finding[] = []
  for (const [output, records] of copies) {
    const [token = '', extension = '', subId = ''] = output.split(' ')
    const document = world.emulator.store.documents.get(token)
    const { editTime, title } = document
    const revision = tablesOf(document).find(({ id }) => id === subId)?.revision
    // An uploaded file whose extension changes is downloaded again. The extension comes from the title, and where only
    // shortcuts lead to the file, from the title of a shortcut, which is not known here: such a file is not judged.
    const isNamedByShortcut = listing.files.some((file) => file.output === output && file.titles === undefined)
    const expected = listing.files.find((file) => file.output === output)
    // A request for the picture also shows whether a board that was not found still exists.
    if (document.type === 'board' && (expected === undefined || isListingMoved)) continue
    // An attachment that the disk did not let move is saved again with its file.
    if (result.isDiskFaulty && expected !== undefined && expected.assets.length > 0) continue
    // After a kill, attachments may not be saved yet.
    if (expected?.variant !== undefined && (assets.get(token) ?? 0) < expected.assets.length * records.length) continue
    const isCurrent = (record: RecordedFile): boolean =>
      (revision === undefined ? record.editTime === editTime : record.revision === revision) &&
      record.variant === expected?.variant &&
      record.fresh !== true &&
      (record.type !== 'file' || (!isNamedByShortcut && extensionOf(title) === record.fileExtension))
    const current = records.filter(isCurrent)
    const hasOutdatedInPlace = records.some((record) => !isCurrent(record) && placed.has(`${output} ${record.path}`))
    if (hasOutdatedInPlace || current.length === 0 || current.length < (wanted.get(output) ?? 0)) continue
    const task = tasks.find(({ tokens, body }) => tokens.includes(token) && isAbout(body, extension, subId))
    if (task)
      findings.push(finding('moves-are-free', `${output} (${JSON.stringify(title)}) did not change: ${task.api}`))
  }
  return findings
}

/** The extension of an uploaded file; '' if the title has none that the action takes for one. */
const extensionOf = (title: string): string => /[^\s.].*\.([\p{L}\p{N}_-]{1,16})\s*$/u.exec(title)?.[1] ?? ''

/**
 * Whether a request concerns an output.
 * @param body of the request for a task
 * @param extension '' for an uploaded file, png for a board
 * @param subId '' for a whole document
 */
function isAbout(body: unknown, extension: string, subId: string): boolean {
  const { file_extension: requested, sub_id: requestedSubId = '' } = (body ?? {}) as Readonly<Record<string, unknown>>
  return extension === '' || extension === 'png' || (requested === extension && requestedSubId === subId)
}

/** `changed` is true if and only if a file was written, moved or removed. */
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

/** `deleted` counts the removed files, but not the surplus copies of an output that still has files, nor assets. */
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
