import type { RecordedRequest } from '../../emulator/index.js'
import { findRecords, isPartial, type DiskState, type RecordedFile } from './disk-state.js'
import type { ExpectedFile, ExpectedListing } from './expected-listing.js'
import { versionOf } from './judge-copies.js'
import { finding, type Finding } from './rules.js'
import type { RunResult } from './run-types.js'
import { isPlainTitle } from './titles.js'
import { assetOutputOf, outputOf, type World } from './world.js'

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

function outputOfRecord({ token, type, fileExtension, subId, asset }: RecordedFile): string {
  return asset === undefined
    ? outputOf(token, type === 'file' ? '' : fileExtension, subId)
    : assetOutputOf(token, asset)
}

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
  const assets = new Map<string, number>()
  for (const record of findRecords(before)) {
    const output = outputOfRecord(record)
    if (record.asset === undefined) copies.set(output, [...(copies.get(output) ?? []), record])
    else assets.set(record.token, (assets.get(record.token) ?? 0) + 1)
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
    const expected = listing.files.find((file) => file.output === output)
    // After a kill, attachments may not be saved yet.
    if (expected?.variant !== undefined && (assets.get(token) ?? 0) < expected.assets.length * records.length) continue
    const isSettled = (record: RecordedFile): boolean =>
      record.editTime === editTime &&
      record.variant === expected?.variant &&
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

/** `deleted` counts the removed files, but not the surplus copies of an output that still has files, nor assets. */
function judgeDeleted({ before, after, result, listing, isAfterKill }: EndedRun): Finding[] {
  if (isAfterKill) return []
  const selected = new Set(listing.files.map(({ output }) => output))
  const countFiles = (state: DiskState): number =>
    findRecords(state).filter((record) => record.asset === undefined && !selected.has(outputOfRecord(record))).length
  const gone = countFiles(before) - countFiles(after)
  const deleted = countOf(result, 'deleted')
  return deleted === gone ? [] : [finding('counts-add-up', `deleted is ${deleted}, and ${gone} files are gone`)]
}

/** What holds once nothing is in the way of a run, and after a green one: everything is there, and is the newest. */
export function judgeHealed({ world, after, result, listing }: EndedRun): Finding[] {
  const findings: Finding[] = []
  if (result.exitCode !== 0)
    findings.push(finding('heals', `red though nothing is in the way: ${result.errors.join(' ')}`))
  const isExpected = (record: RecordedFile): boolean => {
    const own = outputOfRecord(record)
    const ofDocument = listing.files.filter(({ document }) => document.token === record.token)
    // An uploaded file that is found but no longer selected is the only copy, and stays.
    if (ofDocument.length === 0) return listing.reachable.has(record.token)
    return ofDocument.some(({ line, output, assets }) => {
      return (output === own || assets.includes(own)) && isOfLine(record, line)
    })
  }
  for (const record of after.recorded) {
    if (!isExpected(record)) findings.push(finding('stale-goes', `${record.path} is still there`))
  }
  for (const file of listing.files) {
    const { line, output, document } = file
    const records = after.recorded.filter((record) => outputOfRecord(record) === output && isOfLine(record, line))
    if (records.length !== 1) {
      findings.push(
        finding('heals', `${output} (${JSON.stringify(document.title)}) has ${records.length} files in ${line.to}`),
      )
    }
    for (const record of records) {
      const found = after.files.get(record.path)
      const version = found && versionOf(world, found)
      if (version?.output !== output || version.number !== world.newest.get(document.token))
        findings.push(finding('edits-are-seen', `${record.path} is not the newest version`))
      findings.push(...judgePlace(file, record), ...judgeAssets(file, record, after))
    }
  }
  return findings
}

/** Every picture and attachment that belongs to a file is recorded in its assets directory, once. */
function judgeAssets({ assets }: ExpectedFile, { path }: RecordedFile, { recorded }: DiskState): Finding[] {
  const directory = `${path.replace(/\.[^./]*$/, '')}.assets/`
  return assets.flatMap((asset) => {
    const beside = recorded.filter((record) => outputOfRecord(record) === asset && record.path.startsWith(directory))
    return beside.length === 1 ? [] : [finding('heals', `${asset} has ${beside.length} files in ${directory}`)]
  })
}

const LISTING: ReadonlySet<string> = new Set(['wiki-node', 'wiki-nodes', 'folder', 'metas'])

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
  kind === 'document' ? path.replace(/(\.[^./]*|\.assets\/.*)$/, '') === to : path.startsWith(`${to}/`)

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
