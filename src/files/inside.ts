import type { BigIntStats } from 'node:fs'
import { lstat, mkdir, readdir, realpath, rmdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { quoted } from '../text.js'
import type { Clock } from '../polling/clock.js'
import { DiskFault, diskFault } from './disk-fault.js'
import { createFolders } from './folders.js'
import { unlinkWithRetry } from './retry.js'

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code

/** Nothing is there, or cannot be, for what should be a folder on the way is none. */
const isMissing = (error: unknown): boolean => codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR'

const isWithin = (root: string, inner: string): boolean => inner === root || inner.startsWith(withSlash(root))
const withSlash = (directory: string): string => (directory.endsWith(path.sep) ? directory : directory + path.sep)

const identityOf = ({ dev, ino }: BigIntStats): string => `${dev}:${ino}`

/** What is at a path of the disk. */
export interface DiskFact {
  /** `other` for what is not a plain file inside the directory: a folder, a link, what a link outside leads to. */
  readonly kind: 'file' | 'other'
  /** In bytes. */
  readonly size: number
  /** The same for two names of one file: on many disks `A` and `a`. */
  readonly id: string
}

/**
 * Reads what is at paths below a root without following a link at their end; a file outside, behind a link on the way, is
 * `other`. Any number may be read at once.
 * @param root absolute
 * @returns a function of relative paths; undefined where nothing is
 * @throws DiskFault, from that function
 */
export function inspectInside(root: string): (relative: string) => Promise<DiskFact | undefined> {
  const insides = new Map<string, Promise<boolean>>()
  const isInside = (directory: string): Promise<boolean> => {
    let inside = insides.get(directory)
    if (inside === undefined) {
      insides.set(directory, (inside = isReallyWithin(root, directory)))
    }
    return inside
  }
  return async (relative) => {
    const absolute = path.join(root, relative)
    try {
      const found = await lstat(absolute, { bigint: true })
      return factOf(found, await isInside(path.dirname(absolute)))
    } catch (error) {
      if (isMissing(error)) return undefined
      throw diskFault('look at', absolute, error)
    }
  }
}

async function isReallyWithin(root: string, directory: string): Promise<boolean> {
  return isWithin(await realpath(root), await realpath(directory))
}

function factOf(found: BigIntStats, isInside: boolean): DiskFact {
  return { size: Number(found.size), kind: found.isFile() && isInside ? 'file' : 'other', id: identityOf(found) }
}

const MAX_TRIES = 20

/**
 * Creates the folders above a path below the root, as far as they are missing. Links on the way are followed only as
 * long as they stay inside.
 * @throws DiskFault
 */
export async function ensureParentInside(clock: Clock, root: string, relative: string): Promise<void> {
  for (let triesLeft = MAX_TRIES; ; triesLeft--) {
    try {
      await makeParent(clock, root, relative)
      return
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

async function makeParent(clock: Clock, root: string, relative: string): Promise<void> {
  await createFolders(clock, root).catch((error: unknown) => {
    throw diskFault('create the folder', root, error)
  })
  const realRoot = await realpath(root).catch((error: unknown) => {
    throw diskFault('look at', root, error)
  })
  let at = root
  for (const segment of relative.split('/').slice(0, -1)) {
    at = path.join(at, segment)
    await make(at)
    await checkFolder(realRoot, at)
  }
}

async function make(directory: string): Promise<void> {
  try {
    await mkdir(directory)
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw diskFault('create the folder', directory, error)
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
 * file inside the root stays: this action did not write it.
 * @returns whether a file was removed
 * @throws DiskFault
 */
export async function removeInside(clock: Clock, root: string, relative: string): Promise<boolean> {
  if ((await inspectInside(root)(relative))?.kind !== 'file') return false
  const absolute = path.join(root, relative)
  try {
    await unlinkWithRetry(clock, absolute)
  } catch (error) {
    if (isMissing(error)) return false
    throw diskFault('remove the file', absolute, error)
  }
  await removeEmptyAbove(root, relative)
  return true
}

/**
 * Removes the folders above a path below the root, as far as they are empty; never the root.
 */
export async function removeEmptyAbove(root: string, relative: string): Promise<void> {
  const segments = relative.split('/').slice(0, -1)
  for (; segments.length > 0; segments.pop()) {
    try {
      // Refused for a folder with anything in it, and for a link to a folder.
      await rmdir(path.join(root, ...segments))
    } catch {
      return
    }
  }
}

/** True for a folder with nothing in it but such folders: what a killed process leaves of the way to a file. */
export async function isEmptyFolder(absolute: string): Promise<boolean> {
  if (!(await lstat(absolute)).isDirectory()) return false
  for (const name of await readdir(absolute)) {
    if (!(await isEmptyFolder(path.join(absolute, name)))) return false
  }
  return true
}

/** Removes a folder below the root that is in the way of a file, if it is empty. Never rejects: else it stays in the way. */
export async function removeEmptyFolder(root: string, relative: string): Promise<void> {
  try {
    const folder = path.join(root, relative)
    if (!(await isEmptyFolder(folder))) return
    await checkParentInside(root, relative)
    for (const name of await readdir(folder)) await removeEmptyFolder(root, path.join(relative, name))
    await rmdir(folder)
  } catch {
    return
  }
}
