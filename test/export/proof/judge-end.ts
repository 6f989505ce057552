import { posix } from 'node:path'
import type { RecordedRequest } from '../../emulator/index.js'
import type { DiskState, RecordedFile } from './disk-state.js'
import type { ExpectedFile } from './expected-files.js'
import { versionOf } from './judge-copies.js'
import { outputOfRecord, type EndedRun } from './judge-run.js'
import { finding, type Finding } from './rules.js'
import type { RunResult } from './run-types.js'
import { isPlainTitle } from './titles.js'

/**
 * Checks a run after which everything must be right, since nothing is in its way any more. It must be green. Every expected
 * file must be there once, at its place and in the newest version. No other file may be recorded. But a document that is
 * found, and of which nothing is selected, keeps its files.
 */
export function judgeHealed({ world, after, result, listing }: EndedRun): Finding[] {
  const findings: Finding[] = []
  if (result.exitCode !== 0)
    findings.push(finding('heals', `red though nothing is in the way: ${result.errors.join(' ')}`))
  const isExpected = (record: RecordedFile): boolean => {
    const own = outputOfRecord(record)
    const ofDocument = listing.files.filter(({ document }) => document.token === record.token)
    // Nothing of the document is selected, such as an uploaded file or a board.
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
    // Two lines with the same `to` may lead to the document at two places.
    const all = listing.files.filter((one) => one.output === output && one.line.to === line.to)
    if (records.length !== all.length) {
      findings.push(
        finding('heals', `${output} (${JSON.stringify(document.title)}) has ${records.length} files in ${line.to}`),
      )
    }
    for (const record of records) {
      const found = after.files.get(record.path)
      const version = found && versionOf(world, found)
      if (version?.output !== output || version.number !== world.newest.get(output))
        findings.push(finding('edits-are-seen', `${record.path} is not the newest version`))
      if (document.type === 'board' && record.path.endsWith('.jpg') !== (document.contentType === 'image/jpeg'))
        findings.push(finding('place', `${record.path} is a picture of type ${document.contentType}`))
      findings.push(...judgeAssets(file, record, after))
    }
    // Of several records, one must be at the place of this file.
    const misplaced = records.map((record) => judgePlace(file, record))
    if (!misplaced.some((ofRecord) => ofRecord.length === 0)) findings.push(...misplaced.flat())
  }
  return findings
}

/**
 * Every picture and attachment that belongs to a file is recorded in its assets directory, once, and Markdown links to it
 * there.
 */
function judgeAssets({ assets }: ExpectedFile, { path }: RecordedFile, { recorded, files }: DiskState): Finding[] {
  const directory = `${path.replace(/\.[^./]*$/, '')}.assets/`
  const links = files.get(path)?.markdown?.assetLinks.map((link) => posix.join(posix.dirname(path), link))
  return assets.flatMap((asset) => {
    const beside = recorded.filter((record) => outputOfRecord(record) === asset && record.path.startsWith(directory))
    const [only] = beside
    if (!only || beside.length > 1) return finding('heals', `${asset} has ${beside.length} files in ${directory}`)
    return links?.includes(only.path) === false ? finding('heals', `${path} has no link to ${only.path}`) : []
  })
}

// A shorter path has complete titles.
const MAX_FULL_PATH_BYTES = 600
const LISTING_APIS: ReadonlySet<string> = new Set(['wiki-node', 'wiki-nodes', 'folder', 'metas', 'sheets', 'tables'])

/** Checks a run for which nothing has changed: it is green, sends only the requests of the listing, and writes nothing. */
export function judgeUnchanged({ before, after, result, requests, listing }: EndedRun): Finding[] {
  const { changed, exported } = result.outputs
  const problems = [
    result.exitCode === 0 ? undefined : `red: ${result.errors.join(' ')}`,
    changed === 'false' ? undefined : `changed is ${changed}`,
    exported === '0' ? undefined : `exported is ${exported}`,
    before.stamps === after.stamps ? undefined : 'something was touched on the disk (folders and the manifest count)',
    requests.length <= listing.requests ? undefined : `${requests.length} requests, and ${listing.requests} are enough`,
    ...requests.filter(({ api }) => !LISTING_APIS.has(api)).map(({ api }) => `a request to ${api}`),
  ]
  return problems.flatMap((problem) => (problem === undefined ? [] : finding('unchanged-night', problem)))
}

const COMPARED_OUTPUTS = ['exported', 'unchanged', 'failed', 'skipped', 'deleted', 'changed']

/**
 * Checks a dry run: it touches nothing on the disk and sends only requests of a listing. Its `COMPARED_OUTPUTS` are
 * those of the run after it.
 * @param next the result of the run after it
 */
export function judgeDryRun({ before, after, result, requests, listing }: EndedRun, next: RunResult): Finding[] {
  const describeOutputs = ({ outputs }: RunResult): string =>
    COMPARED_OUTPUTS.map((name) => `${name} ${outputs[name]}`).join(', ')
  // A request for the picture shows whether a board that was not found still exists.
  const isOfListing = ({ api, tokens }: RecordedRequest): boolean =>
    LISTING_APIS.has(api) || (api === 'board-image' && !tokens.some((token) => listing.reachable.has(token)))
  const own = describeOutputs(result)
  const expected = describeOutputs(next)
  const problems = [
    before.stamps === after.stamps ? undefined : 'something was touched on the disk',
    own === expected ? undefined : `${own}; the run after it: ${expected}`,
    ...requests.filter((request) => !isOfListing(request)).map(({ api }) => `a request to ${api}`),
  ]
  return problems.flatMap((problem) => (problem === undefined ? [] : finding('dry-run-true', problem)))
}

/**
 * Whether a file has a path of the line. A single file of a document has the path itself (without extension). Any other
 * file has a path below it.
 */
const isOfLine = ({ path }: RecordedFile, { kind, to, extension, subId }: ExpectedFile['line']): boolean =>
  kind === 'document' && (extension !== 'csv' || subId !== undefined)
    ? path.replace(/(\.[^./]*|\.assets\/.*)$/, '') === to
    : path.startsWith(`${to}/`)

/**
 * Below the directory of its line, the path of a file has one part for each of `titles`, in the same order. If a title
 * is plain (see `isPlainTitle`), its part is the title, perhaps with a suffix or an extension.
 */
function judgePlace({ line, titles }: ExpectedFile, { path }: RecordedFile): Finding[] {
  // Undefined: only shortcuts lead to the document, which may be at any of them. Empty: the line gives the whole path, and
  // `isOfLine` has checked it.
  if (titles === undefined || titles.length === 0) return []
  const parts = path.slice(line.to.length + 1).split('/')
  const isRight =
    // In a very deep tree, the action shortens names.
    Buffer.byteLength(path) > MAX_FULL_PATH_BYTES ||
    (parts.length === titles.length &&
      parts.every((part, nth) => {
        const title = titles[nth] ?? ''
        return !isPlainTitle(title) || (part.startsWith(title) && /^([-.]|$)/.test(part.slice(title.length)))
      }))
  return isRight ? [] : [finding('place', `${path} has the titles ${JSON.stringify(titles)}`)]
}
