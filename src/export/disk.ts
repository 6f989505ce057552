import { lstatSync, realpathSync, type BigIntStats } from 'node:fs'
import { lstat, mkdir, readdir, realpath, rmdir, stat, unlink } from 'node:fs/promises'
import path from 'node:path'
import { DiskFault, diskFault } from '../files/disk-fault.js'
import { quoted } from '../text.js'
import { isTemporaryName } from './paths.js'
import type { DiskFact } from './plan.js'

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code

/** Nothing is there, or cannot be, for what should be a folder on the way is none. */
const isMissing = (error: unknown): boolean => codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR'

const isWithin = (root: string, inner: string): boolean => inner === root || inner.startsWith(withSlash(root))
const withSlash = (directory: string): string => (directory.endsWith(path.sep) ? directory : directory + path.sep)

const identityOf = ({ dev, ino }: BigIntStats): string => `${dev}:${ino}`

/**
 * Looks at paths below a root without following a link at their end; what links on the way put outside is `other`.
 * Synchronous, for a plan is made at one go.
 * @returns a function of relative paths; undefined where nothing is
 * @throws DiskFault, from that function
 */
export function diskFacts(root: string): (relative: string) => DiskFact | undefined {
  const insides = new Map<string, boolean>()
  const isInside = (directory: string): boolean => {
    let inside = insides.get(directory)
    if (inside === undefined) {
      insides.set(directory, (inside = isWithin(realpathSync(root), realpathSync(directory))))
    }
    return inside
  }
  return (relative) => {
    const absolute = path.join(root, relative)
    try {
      const found = lstatSync(absolute, { bigint: true })
      return factOf(found, isInside(path.dirname(absolute)))
    } catch (error) {
      if (isMissing(error)) return undefined
      throw diskFault('look at', absolute, error)
    }
  }
}

function factOf(found: BigIntStats, isInside: boolean): DiskFact {
  return { size: Number(found.size), kind: found.isFile() && isInside ? 'file' : 'other', id: identityOf(found) }
}

const MOST_TRIES = 20

/**
 * Creates the folders that a file below the root stands in, as far as they are missing. Links on the way are followed
 * only as long as they stay inside.
 * @returns how many of the folders were there already; undefined when all were
 * @throws DiskFault
 */
export async function ensureParentInside(root: string, relative: string): Promise<number | undefined> {
  for (let triesLeft = MOST_TRIES; ; triesLeft--) {
    try {
      return await makeParent(root, relative)
    } catch (error) {
      // Another file that was the last one in its folder may just have been removed, and the folder with it.
      if (!(error instanceof DiskFault && error.code === 'ENOENT') || triesLeft === 1) throw error
    }
  }
}

/**
 * Sees to it that no link leads out of the root on the way to a file, as far as the way is there already.
 * @throws DiskFault
 */
export async function checkParentInside(root: string, relative: string): Promise<void> {
  let at = root
  for (const segment of ['', ...relative.split('/').slice(0, -1)]) {
    at = path.join(at, segment)
    try {
      await lstat(at)
    } catch (error) {
      if (isMissing(error)) return
      throw diskFault('look at', at, error)
    }
    await checkFolder(await realpath(root), at)
  }
}

async function makeParent(root: string, relative: string): Promise<number | undefined> {
  await make(root, true)
  const realRoot = await realpath(root).catch((error: unknown) => {
    throw diskFault('look at', root, error)
  })
  let at = root
  let before: number | undefined
  for (const [index, segment] of relative.split('/').slice(0, -1).entries()) {
    at = path.join(at, segment)
    if (await make(at, false)) before ??= index
    await checkFolder(realRoot, at)
  }
  return before
}

/** @returns whether it was missing */
async function make(directory: string, recursive: boolean): Promise<boolean> {
  try {
    await mkdir(directory, { recursive })
    return true
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw diskFault('create the folder', directory, error)
    if (recursive) throw diskFault('create the folder', directory, { code: 'ENOTDIR' })
    return false
  }
}

async function checkFolder(realRoot: string, directory: string): Promise<void> {
  let isFolder: boolean
  let real: string
  try {
    real = await realpath(directory)
    isFolder = (await stat(directory)).isDirectory()
  } catch (error) {
    throw diskFault('use the folder', directory, error)
  }
  if (!isWithin(realRoot, real)) {
    const what = `Cannot use the folder ${quoted(directory, 1000)}: it is a link that leads out of \`directory\``
    throw new DiskFault(what, 'Remove the link, or choose another `directory`.', 'ELOOP')
  }
  if (isFolder) return
  const what = `Cannot create the folder ${quoted(directory, 1000)}: a file has this name`
  throw new DiskFault(what, 'Move the file away, or choose another `directory`.', 'ENOTDIR')
}

/**
 * Removes a file below the root, then the folders above it that became empty, but never the root. What is not a plain
 * file inside the root stays: it is not what this action wrote.
 * @param keepIfSameAs paths whose file must stay: on many disks `A.docx` is the new `a.docx` under its old name
 * @returns whether a file was removed
 * @throws DiskFault
 */
export async function removeInside(
  root: string,
  relative: string,
  keepIfSameAs: readonly string[] = [],
): Promise<boolean> {
  const look = diskFacts(root)
  const found = look(relative)
  if (found?.kind !== 'file') return false
  for (const other of keepIfSameAs) if (look(other)?.id === found.id) return false
  const absolute = path.join(root, relative)
  try {
    await unlink(absolute)
  } catch (error) {
    if (isMissing(error)) return false
    throw diskFault('remove the file', absolute, error)
  }
  await removeEmptyFrom(root, relative)
  return true
}

/**
 * Removes the folders that a file below the root would stand in, as far as they are empty.
 * @param before how many of them, from the root on, stay in any case
 */
export async function removeEmptyFrom(root: string, relative: string, before = 0): Promise<void> {
  const segments = relative.split('/').slice(0, -1)
  for (; segments.length > before; segments.pop()) {
    try {
      // Refused for a folder with anything in it, and for a link to a folder.
      await rmdir(path.join(root, ...segments))
    } catch {
      return
    }
  }
}

/**
 * Removes what killed runs left half-written: files under the names that saveFile and writeManifest give.
 * @param directories relative to the root, which itself is the empty text; what is not there or leads out is passed over
 * @returns how many could be removed
 */
export async function cleanTemporaries(root: string, directories: Iterable<string>): Promise<number> {
  let count = 0
  for (const directory of new Set(directories)) {
    for (const name of await temporariesIn(path.join(root, directory))) {
      // Tidying is no reason to fail; the next run tries again.
      const removed = await removeInside(root, directory === '' ? name : `${directory}/${name}`).catch(() => false)
      if (removed) count++
    }
  }
  return count
}

async function temporariesIn(directory: string): Promise<string[]> {
  try {
    return (await readdir(directory)).filter(isTemporaryName)
  } catch {
    // What is to be written there will tell.
    return []
  }
}
