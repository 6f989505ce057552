import type { RecordedRequest } from '../../emulator/index.js'
import { findRecords, isPartial, type DiskState, type RecordedFile } from './disk-state.js'
import type { ExpectedFile, ExpectedListing } from './expected-listing.js'
import { findCopies } from './judge-copies.js'
import { finding, type Finding } from './rules.js'
import type { RunResult } from './run-types.js'
import { isPlainTitle } from './titles.js'
import { outputOf, type World } from './world.js'

/** A run that ended by itself, and everything around it. */
export interface EndedRun {
  readonly world: World
  readonly before: DiskState
  readonly after: DiskState
  readonly result: RunResult
  readonly requests: readonly RecordedRequest[]
  readonly listing: ExpectedListing
  /** Whether documents moved while it listed: then nobody knows what it had to find. */
  readonly isListingMoved: boolean
  /** Whether a killed run came before. */
  readonly isAfterKill: boolean
}

const outputOfRecord = ({ token, type, fileExtension, subId }: RecordedFile): string =>
  outputOf(token, type === 'file' ? '' : fileExtension, subId)

const countOf = ({ outputs }: RunResult, name: string): number => Number(outputs[name])

/** The rules for a run that ended by itself, whatever it met. */
export function judgeRun(run: EndedRun): Finding[] {
  return [...judgeTasks(run), ...judgeChanged(run), ...judgeCounts(run), ...judgeDeleted(run)]
}

/**
 * A document that did not change costs no task and no download, wherever its files go: as long as there are enough in its
 * present version, and none in an older one at a place of its own.
 */
function judgeTasks({ world, before, after, listing, requests }: EndedRun): Finding[] {
  const copies = new Map<string, RecordedFile[]>()
  for (const record of findRecords(before)) {
    const output = outputOfRecord(record)
    copies.set(output, [...(copies.get(output) ?? []), record])
  }
  const wanted = new Map<string, number>()
  for (const { output } of listing.files) wanted.set(output, (wanted.get(output) ?? 0) + 1)
  const placed = new Set(after.recorded.map((record) => `${outputOfRecord(record)} ${record.path}`))
  const tasks = requests.filter(({ api }) => api === 'create' || api === 'file-download')
  const findings: Finding[] = []
  for (const [output, records] of copies) {
    const [token = '', extension = ''] = output.split(' ')
    const { editTime, title } = world.emulator.store.documents.get(token)
    // An uploaded file whose extension changed is another file, also where a shortcut with another one leads to it.
    const hasOtherNames = listing.files.some((file) => file.output === output && file.titles === undefined)
    const isSettled = (record: RecordedFile): boolean =>
      record.editTime === editTime &&
      record.fresh !== true &&
      (record.type !== 'file' || (!hasOtherNames && extensionOf(title) === record.fileExtension))
    const settled = records.filter(isSettled)
    const isOldInPlace = records.some((record) => !isSettled(record) && placed.has(`${output} ${record.path}`))
    if (isOldInPlace || settled.length === 0 || settled.length < (wanted.get(output) ?? 0)) continue
    const task = tasks.find(({ tokens, body }) => tokens.includes(token) && hasExtension(body, extension))
    if (task)
      findings.push(finding('moves-are-free', `${output} (${JSON.stringify(title)}) did not change: ${task.api}`))
  }
  return findings
}

const extensionOf = (title: string): string => /[^\s.].*\.([\p{L}\p{N}_-]{1,16})\s*$/u.exec(title)?.[1] ?? ''

const hasExtension = (body: unknown, extension: string): boolean =>
  extension === '' || (body as { file_extension?: unknown }).file_extension === extension

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

/** Everything that was found is counted once; red means that something failed. */
function judgeCounts({ result, listing, isListingMoved }: EndedRun): Finding[] {
  const names = ['exported', 'unchanged', 'failed', 'skipped']
  const sum = names.reduce((all, name) => all + countOf(result, name), 0)
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

/** `deleted` counts the files of documents that have none any more. */
function judgeDeleted({ world, before, after, result, isAfterKill }: EndedRun): Finding[] {
  const findings: Finding[] = []
  const copies = findCopies(world, after)
  const recorded = new Set(after.recorded.map(outputOfRecord))
  const vanished = before.recorded.filter((record) => {
    const output = outputOfRecord(record)
    // An empty file that keeps a name is no copy.
    return !(record.fileSize > 0 ? copies : recorded).has(output)
  })
  const deleted = countOf(result, 'deleted')
  if (!isAfterKill && deleted !== vanished.length) {
    findings.push(finding('counts-add-up', `deleted is ${deleted}, and ${vanished.length} files are gone`))
  }
  return findings
}

/** What holds once nothing is in the way of a run, and after a green one: everything is there, and is the newest. */
export function judgeHealed({ world, after, result, listing }: EndedRun): Finding[] {
  const findings: Finding[] = []
  if (result.exitCode !== 0)
    findings.push(finding('heals', `red though nothing is in the way: ${result.errors.join(' ')}`))
  for (const output of findCopies(world, after).keys()) {
    if (!listing.reachable.has(output.split(' ')[0] ?? ''))
      findings.push(finding('stale-goes', `${output} is still there`))
  }
  for (const file of listing.files) {
    const { line, output, document, extension } = file
    const records = after.recorded.filter((record) => outputOfRecord(record) === output && isOfLine(record, line))
    if (records.length !== 1) {
      findings.push(
        finding('heals', `${output} (${JSON.stringify(document.title)}) has ${records.length} files in ${line.to}`),
      )
    }
    const sha256 = world.emulator.expectedSha256(document.token, extension, line.subId)
    for (const record of records) {
      if (record.sha256 !== sha256) findings.push(finding('edits-are-seen', `${record.path} is not the newest version`))
      findings.push(...judgePlace(file, record))
    }
  }
  return findings
}

const LISTING: ReadonlySet<string> = new Set(['wiki-nodes', 'folder', 'metas'])

/** A run that finds nothing changed: no task, no byte, and no request too many. */
export function judgeUnchanged({ before, after, result, requests, listing }: EndedRun): Finding[] {
  const { changed, exported } = result.outputs
  const seen = [
    changed === 'false' ? undefined : `changed is ${changed}`,
    exported === '0' ? undefined : `exported is ${exported}`,
    before.stamps === after.stamps ? undefined : 'something was touched on the disk (folders and the manifest count)',
    requests.length <= listing.requests ? undefined : `${requests.length} requests, and ${listing.requests} are enough`,
    ...requests.filter(({ api }) => !LISTING.has(api)).map(({ api }) => `a request to ${api}`),
  ]
  return seen.flatMap((what) => (what === undefined ? [] : finding('unchanged-night', what)))
}

const isOfLine = ({ path }: RecordedFile, { kind, to }: ExpectedFile['line']): boolean =>
  kind === 'document' ? path.replace(/\.[^./]*$/, '') === to : path.startsWith(`${to}/`)

/** Each part of a path begins with the title that it stands for, where that is plain. */
function judgePlace({ line, titles }: ExpectedFile, { path }: RecordedFile): Finding[] {
  if (titles === undefined || line.kind === 'document') return []
  const parts = path.slice(line.to.length + 1).split('/')
  const isRight =
    // In a very deep tree, names are shortened.
    Buffer.byteLength(path) > 600 ||
    (parts.length === titles.length &&
      parts.every((part, nth) => {
        const title = titles[nth] ?? ''
        return !isPlainTitle(title) || part.startsWith(title)
      }))
  return isRight ? [] : [finding('place', `${path} has the titles ${JSON.stringify(titles)}`)]
}
