import type { Emulator } from '../../emulator/index.js'
import type { StepResult } from '../../process/run-action.js'
import { badNames, isTemporary, type Claimed, type Disk, type Recorded } from './disk.js'
import { isPlain } from './titles.js'
import { fileKey, signatureOf, type Walk, type Wanted } from './walk.js'

/** A file that earlier runs are known to have put on the disk. */
export interface KnownFile {
  readonly path: string
  readonly sha256: string
  /** Where the document stood then. */
  readonly signature: string | undefined
}

/** By key: more than one of what stands twice, since a listing had gaps when it was moved. */
export type Known = ReadonlyMap<string, readonly KnownFile[]>

export const keyOf = ({ path, token, type, fileExtension, subId }: Claimed): string =>
  fileKey(path.split('/')[0] ?? '', token, type, fileExtension, subId)

/** What must hold at every moment: what the manifest lists is there, and nothing stands half under a final name. */
export function judgeTruth({ files, recorded, writing, others }: Disk, whole: ReadonlySet<string>): string[] {
  const faults = others.map((other) => `${other} is neither file nor folder`)
  const paths = new Set(recorded.map(({ path }) => path))
  if (paths.size !== recorded.length) faults.push('the manifest lists a path twice')
  for (const { path, fileSize, sha256 } of recorded) {
    const file = files.get(path)
    if (!file) faults.push(`${path}: listed, but not there`)
    else if (file.size !== fileSize || file.sha256 !== sha256) faults.push(`${path}: listed with other bytes`)
  }
  const claimed = new Set(writing.map(({ path }) => path))
  for (const [path, { sha256 }] of files) {
    if (paths.has(path) || isTemporary(path)) continue
    if (!claimed.has(path)) faults.push(`${path}: there, but the manifest knows nothing of it`)
    if (!whole.has(sha256)) faults.push(`${path}: no whole file`)
  }
  return faults
}

export interface Judgement {
  readonly walk: Walk
  readonly disk: Disk
  readonly step: StepResult
  readonly emulator: Emulator
  readonly known: Known
  /** The hashes of all files that documents ever were. */
  readonly whole: ReadonlySet<string>
  readonly deletesStale: boolean
}

/** Compares the disk after a run that came to its end with what the walk says. */
export function judge(judgement: Judgement): string[] {
  const { disk, walk } = judgement
  const mayStay = hiddenPaths(judgement)
  // With gaps in the listing, what a killed run was about to move may still be wanted in one of them: it stays.
  const unfinished = walk.isComplete ? disk.writing.filter(({ path }) => !mayStay(path)) : []
  return [
    ...[...disk.files.keys()].filter(isTemporary).map((file) => `${file}: left over`),
    ...unfinished.map(({ path }) => `${path}: still being written`),
    ...badNames(movedOn(judgement)),
    ...judgeFiles(judgement),
    ...judgePlaces(judgement),
    ...judgeCounts(judgement),
  ]
}

/** The files without those that stay where they were since they fail, when their folder got another name of one spelling. */
function movedOn({ disk, walk, known }: Judgement): readonly string[] {
  const stays = new Set<string>()
  for (const { key, fails } of walk.wanted.values()) {
    for (const { path } of fails ? (known.get(key) ?? []) : []) stays.add(path)
  }
  return [...disk.files.keys()].filter((path) => !stays.has(path))
}

function judgeFiles(judgement: Judgement): string[] {
  const { walk, disk, emulator, known, whole, deletesStale } = judgement
  const faults: string[] = []
  const byKey = new Map<string, Recorded[]>()
  for (const record of disk.recorded) byKey.set(keyOf(record), [...(byKey.get(keyOf(record)) ?? []), record])
  // What a killed run put in place and could not record stands too.
  const there = [...disk.recorded, ...disk.writing].filter(({ path }) => disk.files.has(path))
  const taken = new Set(there.map(({ path }) => path))
  const standing = new Set(there.map(keyOf))
  for (const [key, wanted] of walk.wanted) {
    const records = byKey.get(key) ?? []
    byKey.delete(key)
    const [record] =
      records.length > 1 ? records.filter((one) => judgeRecord(wanted, one, emulator).length === 0) : records
    const before = known.get(key) ?? []
    // With gaps in the listing, the old place of what a killed run moved may be one of a copy in a gap: it stays. So it
    // does until the document can be exported again.
    if (records.length > 1 && walk.isComplete && !wanted.fails)
      faults.push(`${key}: ${records.map(({ path }) => path).join(' and ')}`)
    if (wanted.fails) {
      for (const record of records) {
        const isKnown = before.some((file) => file.sha256 === record.sha256)
        if (!isKnown && !isAdopted(record, whole)) faults.push(`${record.path}: of a document that fails`)
      }
      for (const { path } of standing.has(key) ? [] : before) faults.push(`${path}: lost, though it failed`)
    } else if (!record) faults.push(`${key} (${JSON.stringify(wanted.document.title.slice(0, 60))}): missing`)
    else faults.push(...judgeRecord(wanted, record, emulator))
  }
  const mayDelete = deletesStale && walk.isComplete
  const mayStay = hiddenPaths(judgement)
  for (const [key, records] of byKey) {
    for (const record of records) {
      const { path, sha256 } = record
      if (mayDelete) {
        if (!mayStay(path)) faults.push(`${path}: stale, but still there`)
      } else if (!isAdopted(record, whole) && known.get(key)?.some((file) => file.sha256 === sha256) !== true)
        faults.push(`${path}: nobody wants it`)
    }
  }
  if (mayDelete) {
    for (const [key, all] of known) {
      const [, token = ''] = key.split(' ')
      if (walk.wanted.has(key) || standing.has(key) || !isUnreadable(token, emulator)) continue
      for (const { path } of all) if (!taken.has(path)) faults.push(`${path}: gone, though it may be there`)
    }
    return faults
  }
  // What another line has too is not gone, and the copy goes where nobody wants it any more.
  const elsewhere = new Set([...walk.wanted.keys()].map(withoutDirectory))
  // What a killed run moved stands where it was to go.
  const moved = new Set([...disk.writing.map(keyOf), ...standing])
  for (const [key, files] of known) {
    if (moved.has(key) || walk.wanted.has(key) || elsewhere.has(withoutDirectory(key))) continue
    for (const { path } of files) if (!taken.has(path)) faults.push(`${path}: stale, but gone all the same`)
  }
  return faults
}

/** What a killed run put in place, the next one puts on record, without a time. */
const isAdopted = ({ editTime, sha256 }: Recorded, whole: ReadonlySet<string>): boolean =>
  editTime === undefined && whole.has(sha256)

/** Nobody may read these documents, which is not to say that they are gone; nor is what stands below them. */
function hiddenPaths({ disk, emulator, known }: Judgement): (path: string) => boolean {
  const now = [...disk.recorded, ...disk.writing].filter(({ token }) => isUnreadable(token, emulator))
  const before = [...known]
    .filter(([key]) => isUnreadable(key.split(' ')[1] ?? '', emulator))
    .flatMap(([, files]) => files)
  const paths = new Set(now.map(({ path }) => path))
  const folders = [...now, ...before].map(({ path }) => `${path.replace(/\.[^./]*$/, '')}/`)
  return (path) => paths.has(path) || folders.some((folder) => path.startsWith(folder))
}

function isUnreadable(token: string, { store }: Emulator): boolean {
  const document = store.documents.find(token)
  return document?.deleted === false && (document.noPermission || store.wiki.isHidden(token))
}

const withoutDirectory = (key: string): string => key.slice(key.indexOf(' '))

function judgeRecord({ document, extension, subId, places }: Wanted, record: Recorded, emulator: Emulator): string[] {
  const { path, title, type, editTime, sha256, fileExtension } = record
  const isTold = places.some((place) =>
    [place.title, document.title].some((t) => t === title || t.toWellFormed() === title),
  )
  const faults = [
    sha256 === emulator.expectedSha256(document.token, extension, subId) ? undefined : 'other bytes',
    isTold || title === document.token ? undefined : `recorded under the title ${JSON.stringify(title.slice(0, 60))}`,
    type === document.type ? undefined : `recorded as ${type}`,
    editTime === document.editTime ? undefined : `recorded with the time ${editTime ?? 'none'}`,
    type === 'file' || fileExtension === extension ? undefined : `recorded as .${fileExtension}`,
  ]
  const name = path.slice(path.lastIndexOf('/') + 1)
  const plain = places.filter(({ title }) => isPlain(title))
  const hasName = plain.some(({ title }) => name === `${title}.${extension}` || name.startsWith(`${title}-`))
  if (plain.length === places.length && type !== 'file' && !hasName) faults.push('does not have its title as its name')
  return faults.flatMap((fault) => (fault === undefined ? [] : [`${path}: ${fault}`]))
}

/** Brothers stand in one directory, others in others; and a path stays as long as its place does. */
function judgePlaces({ walk, disk, known }: Judgement): string[] {
  const faults: string[] = []
  const directories = new Map<string, string>()
  const parents = new Map<string, string>()
  const counts = new Map<string, number>()
  for (const record of disk.recorded) counts.set(keyOf(record), (counts.get(keyOf(record)) ?? 0) + 1)
  // Of what stands twice, since the listing has gaps, one stands where it was.
  for (const record of disk.recorded.filter((one) => counts.get(keyOf(one)) === 1)) {
    const wanted = walk.wanted.get(keyOf(record))
    const [place] = wanted?.places ?? []
    if (!wanted || !place || wanted.fails || wanted.isLoose || wanted.places.length > 1) continue
    const directory = record.path.slice(0, record.path.lastIndexOf('/'))
    const parent = wanted.line.kind === 'document' ? wanted.line.to : place.parent
    if ((directories.get(parent) ?? directory) !== directory) {
      faults.push(`${record.path}: its brothers are in ${directories.get(parent) ?? ''}`)
    }
    if ((parents.get(directory) ?? parent) !== parent) faults.push(`${record.path}: strangers are in its directory`)
    directories.set(parent, directory)
    parents.set(directory, parent)
    const [before, ...more] = known.get(wanted.key) ?? []
    if (more.length === 0 && before?.signature === signatureOf(wanted.places) && before.path !== record.path) {
      faults.push(`${record.path}: was ${before.path}, and nothing changed`)
    }
  }
  return faults
}

/** Fails if it is tried; but what is as it was is not. Of what stands twice, either may be. */
function isTried(
  { key, document, extension, subId, places }: Wanted,
  { known, emulator }: Judgement,
): boolean | 'maybe' {
  const [before, ...more] = known.get(key) ?? []
  if (more.length > 0) return 'maybe'
  const isSame = before?.sha256 === emulator.expectedSha256(document.token, extension, subId)
  // It stood twice then, or was in nobody's sight.
  if (isSame && before.signature === undefined) return 'maybe'
  return !isSame || before.signature !== signatureOf(places)
}

function judgeCounts(judgement: Judgement): string[] {
  const { walk, step } = judgement
  const count = (name: string): number => Number(step.outputs[name])
  const tried = [...walk.wanted.values()].filter(({ fails }) => fails).map((file) => isTried(file, judgement))
  const surely = tried.filter((one) => one === true).length
  const maybe = tried.filter((one) => one === 'maybe').length
  const failing = Math.min(Math.max(count('failed') - walk.faults, surely), surely + maybe)
  const wrong = (what: string, is: number, must: number): string[] =>
    is === must ? [] : [`${is} ${what} in place of ${must}`]
  return [
    ...wrong('exported or unchanged', count('exported') + count('unchanged'), walk.wanted.size - failing),
    ...wrong('failed', count('failed'), failing + walk.faults),
    ...wrong('skipped', count('skipped'), walk.skipped),
    ...(step.exitCode === (failing + walk.faults > 0 ? 1 : 0) ? [] : [`exit code ${step.exitCode}`]),
    ...step.errors.filter((line) => /made a mistake|lost count/.test(line)),
  ]
}
