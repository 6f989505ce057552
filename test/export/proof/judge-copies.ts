import { isParked, isPartial, type DiskState, type FoundFile } from './disk-state.js'
import type { ExpectedListing } from './expected-listing.js'
import { finding, type Finding, type Rule } from './rules.js'
import type { RunResult } from './run-types.js'
import { outputOf, type Version } from './versions.js'
import type { World } from './world.js'

/** The version of an output that a file holds; undefined for a file that holds none. */
export function versionOf({ versions }: World, { sha256, markdown }: FoundFile): Version | undefined {
  if (!markdown) return versions.get(sha256)
  return { ...markdown, output: outputOf(markdown.token, 'md') }
}

/**
 * Finds the outputs that have a complete file in a directory, at any path.
 * @returns by output, the number of the newest version that a file holds
 */
function findCopies(world: World, { files }: DiskState): ReadonlyMap<string, number> {
  const copies = new Map<string, number>()
  for (const [path, file] of files) {
    const version = versionOf(world, file)
    if (!version || isPartial(path)) continue
    copies.set(version.output, Math.max(copies.get(version.output) ?? -1, version.number))
  }
  return copies
}

/** What decides what a run may remove. */
export interface Removal {
  readonly deleteStale: boolean
  readonly listing: ExpectedListing
}

/**
 * Checks what must hold after every run, also a killed one. No output may have an older version than before. An output may
 * lose its last copy only as `mayBeRemoved` allows. No file of the user may be changed.
 */
export function judgeCopies(
  world: World,
  [before, after]: readonly [DiskState, DiskState],
  removal: Removal,
  result: RunResult,
): Finding[] {
  const findings: Finding[] = []
  const copies = findCopies(world, after)
  for (const [output, number] of findCopies(world, before)) {
    const now = copies.get(output)
    if (now === undefined) {
      if (!mayBeRemoved(world, output, removal, copies))
        findings.push(finding(ruleOf(removal, result), `${describe(world, output)} has no copy any more`))
    } else if (now < number) {
      findings.push(
        finding('only-copy', `${describe(world, output)}: version ${number} was replaced by version ${now}`),
      )
    }
  }
  for (const [path, sha256] of world.userFiles) {
    if (after.files.get(path)?.sha256 !== sha256)
      findings.push(finding('users-files', `${path} was changed or removed`))
  }
  return findings
}

/**
 * Whether an output may have no copy any more. That needs delete-stale, a complete listing, and one of two reasons:
 * - its document is deleted, excluded, or no longer in the sources
 * - the output is no longer selected, and another output of its document, which is selected, has a copy
 *
 * A picture or attachment is selected together with a file that has it beside it.
 */
function mayBeRemoved(
  world: World,
  output: string,
  { deleteStale, listing }: Removal,
  copies: ReadonlyMap<string, number>,
): boolean {
  if (!deleteStale || listing.gaps > 0) return false
  const [token = ''] = output.split(' ')
  if (!listing.reachable.has(token)) return isGone(world, token)
  const selected = listing.files.filter(({ document }) => document.token === token)
  const isSelected = selected.some((file) => file.output === output || file.assets.includes(output))
  return !isSelected && selected.some((file) => copies.has(file.output))
}

/** True for a document that was not listed if it is deleted, or can be read: then it has certainly left the sources. */
function isGone({ emulator: { store } }: World, token: string): boolean {
  const document = store.documents.get(token)
  return document.deleted || !(document.noPermission || store.wiki.isHidden(token))
}

/** The rule that a lost copy breaks. If the run reports no stale file as removed, it lost or overwrote the copy. */
function ruleOf({ listing }: Removal, { outputs }: RunResult): Rule {
  const hasDeleted = Number(outputs['deleted'] ?? 0) > 0
  if (!hasDeleted) return 'only-copy'
  return listing.gaps > 0 ? 'gaps-delete-nothing' : 'answering-stays'
}

function describe({ emulator: { store } }: World, output: string): string {
  const { type, title, deleted, noPermission } = store.documents.get(output.split(' ')[0] ?? '')
  const facts = `${deleted ? ', deleted' : ''}${noPermission ? ', no permission' : ''}`
  return `${output} (${type} ${JSON.stringify(title.slice(0, 40))}${facts})`
}

/** Checks what must hold at every moment: the manifest agrees with the disk, and every file is complete and known. */
export function judgeManifest(world: World, { files, recorded, pending }: DiskState): Finding[] {
  const findings: Finding[] = []
  const recordedPaths = new Set(recorded.map(({ path }) => path))
  if (recordedPaths.size !== recorded.length) findings.push(finding('manifest-true', 'a path is listed twice'))
  for (const { path, fileSize, sha256, token } of recorded) {
    const file = files.get(path)
    if (!file) findings.push(finding('manifest-true', `${path} is listed, but not there`))
    else if (file.size !== fileSize || file.sha256 !== sha256) {
      findings.push(finding('manifest-true', `${path} is listed with other bytes`))
    } else if (fileSize > 0 && versionOf(world, file)?.token !== token) {
      findings.push(finding('manifest-true', `${path} has the bytes of another document than the one listed`))
    }
  }
  const journalPaths = new Set(pending.map(({ path }) => path))
  for (const [path, file] of files) {
    if (world.userFiles.has(path) || isPartial(path)) continue
    if (!recordedPaths.has(path) && !journalPaths.has(path))
      findings.push(finding('manifest-true', `${path} is not listed`))
    // On a disk without hard links, an empty file has the name until the complete one replaces it.
    if (file.size > 0 && !versionOf(world, file)) findings.push(finding('whole-files', `${path} is no whole file`))
  }
  return findings
}

/**
 * Checks that a run that ended by itself, on a disk that refused nothing, left no incomplete or parked file and no
 * journal. A parked file may stay after a red run, and as long as another file is in its way.
 */
export function judgeLeftovers({ files, pending, recorded }: DiskState, { exitCode }: RunResult): Finding[] {
  const reservedPaths = new Map(recorded.map(({ path, reservedPath }) => [path, reservedPath]))
  // Whether other files are where a parked file must go: at its reserved path, or below it.
  const isBlocked = (path: string): boolean => {
    const reserved = reservedPaths.get(path) ?? ''
    return [...files.keys()].some((file) => file === reserved || file.startsWith(`${reserved}/`))
  }
  const left = [...files.keys()].filter(
    (path) => isPartial(path) || (isParked(path) && exitCode === 0 && !isBlocked(path)),
  )
  return [
    ...left.map((path) => finding('no-leftovers', `${path} was left`)),
    ...pending.map(({ path }) => finding('no-leftovers', `${path} is still in the journal`)),
  ]
}
