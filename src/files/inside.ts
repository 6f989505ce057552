import { lstat, mkdir, readdir, realpath, rmdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { quoted } from '../text.js'
import type { Clock } from '../polling/clock.js'
import { DiskFault, diskFault } from './disk-fault.js'
import { createFolders } from './folders.js'
import { unlinkWithRetry } from './retry.js'

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code

/** True for the error of a path at which nothing exists, also if a part of the path is a file. */
const isMissing = (error: unknown): boolean => codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR'

/** True for the root itself and everything below it. Both paths must be free of links. */
const isWithin = (realRoot: string, real: string): boolean => real === realRoot || real.startsWith(withSlash(realRoot))
const withSlash = (directory: string): string => (directory.endsWith(path.sep) ? directory : directory + path.sep)

/** The file, folder or link at a path. */
export interface PathInfo {
  /**
   * `file` for a plain file that is really inside the root. `other` for everything else, such as a folder, a link, or a
   * file below a link that leads outside.
   */
  readonly kind: 'file' | 'other'
  /** In bytes. */
  readonly size: number
  /** Two paths with the same id are one file: on many disks, `A` and `a`. */
  readonly id: string
}

/**
 * Makes a function that inspects paths below a root. The function does not follow a link at the end of a path. Several
 * calls may run at once. It follows the links above a path only once for each folder. So make a new function after
 * folders were moved or replaced.
 * @param root absolute
 * @returns the function: takes a relative path, returns undefined when nothing exists there, and throws DiskFault
 */
export function inspectInside(root: string): (relative: string) => Promise<PathInfo | undefined> {
  const knownFolders = new Map<string, Promise<boolean>>()
  const isFolderInside = (directory: string): Promise<boolean> => {
    let isInside = knownFolders.get(directory)
    if (isInside === undefined) {
      isInside = isReallyWithin(root, directory)
      knownFolders.set(directory, isInside)
    }
    return isInside
  }
  return async (relative) => {
    const absolute = path.join(root, relative)
    try {
      const found = await lstat(absolute, { bigint: true })
      const isInside = await isFolderInside(path.dirname(absolute))
      const kind = found.isFile() && isInside ? 'file' : 'other'
      return { kind, size: Number(found.size), id: `${found.dev}:${found.ino}` }
    } catch (error) {
      if (isMissing(error)) return undefined
      throw diskFault('inspect', absolute, error)
    }
  }
}

/** True for a folder that is within the root after all links are followed. */
async function isReallyWithin(root: string, directory: string): Promise<boolean> {
  return isWithin(await realpath(root), await realpath(directory))
}

const MAX_TRIES = 20

/**
 * Creates the root, and the folders between the root and a file, as far as they are missing. Follows a link to a folder
 * only if the folder is inside the root.
 * @param root absolute
 * @param relative the path of the file from the root, with `/`; the file itself is not created
 * @throws DiskFault
 */
export async function ensureParentInside(clock: Clock, root: string, relative: string): Promise<void> {
  for (let triesLeft = MAX_TRIES; ; triesLeft--) {
    try {
      await createParentInside(clock, root, relative)
      return
    } catch (error) {
      // Meanwhile, another call may have removed a folder because it was still empty.
      const mayHaveVanished = error instanceof DiskFault && error.code === 'ENOENT'
      if (!mayHaveVanished || triesLeft === 1) throw error
    }
  }
}

/**
 * Checks the root, and the folders between the root and a file, as far as they exist. Each must be a folder inside the
 * root, or a link to one. Protects reads and removals, as `ensureParentInside` protects writes: no link may lead them out
 * of the root.
 * @throws DiskFault
 */
export async function checkParentInside(root: string, relative: string): Promise<void> {
  for (const folder of [root, ...foldersAbove(root, relative)]) {
    try {
      await lstat(folder)
    } catch (error) {
      if (isMissing(error)) return
      throw diskFault('inspect', folder, error)
    }
    await checkFolder(await resolveRoot(root), folder)
  }
}

/** Follows all links in the path of the root. @throws DiskFault, for example when the root is a broken link */
async function resolveRoot(root: string): Promise<string> {
  try {
    return await realpath(root)
  } catch (error) {
    throw diskFault('use the folder', root, error)
  }
}

/** Makes one try of `ensureParentInside`. @throws DiskFault */
async function createParentInside(clock: Clock, root: string, relative: string): Promise<void> {
  await createFolders(clock, root).catch((error: unknown) => {
    throw diskFault('create the folder', root, error)
  })
  const realRoot = await resolveRoot(root)
  for (const folder of foldersAbove(root, relative)) {
    await createIfMissing(folder)
    await checkFolder(realRoot, folder)
  }
}

/** The absolute paths of the folders between the root and a path below it, without these two, the outermost first. */
function foldersAbove(root: string, relative: string): string[] {
  const segments = relative.split('/').slice(0, -1)
  return segments.map((_, i) => path.join(root, ...segments.slice(0, i + 1)))
}

/** Creates a folder if nothing exists at its path. The caller checks what is there afterwards. @throws DiskFault */
async function createIfMissing(directory: string): Promise<void> {
  try {
    await mkdir(directory)
  } catch (error) {
    // Some file systems refuse to create a folder before they look whether it exists.
    const exists = codeOf(error) === 'EEXIST' || (await isAnythingAt(directory))
    if (!exists) throw diskFault('create the folder', directory, error)
  }
}

/** True if there is something at a path: also a broken link. False if that cannot be found out. */
const isAnythingAt = (at: string): Promise<boolean> =>
  lstat(at).then(
    () => true,
    () => false,
  )

/** @throws DiskFault when a path is missing, is not a folder, or is outside the root after all links are followed */
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
 * Removes a plain file below the root, then the folders above it that are empty now, but never the root. Does not remove
 * a folder, a link, or a file below a link that leads outside: no export has written these.
 * @returns whether the file was removed
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

/** Removes the empty folders between the root and a path, from the innermost outwards, not the root. Never rejects. */
export async function removeEmptyAbove(root: string, relative: string): Promise<void> {
  // If a link above a folder leads out of the root, nothing is removed.
  const isInside = await checkParentInside(root, relative).then(
    () => true,
    () => false,
  )
  if (!isInside) return
  for (const folder of foldersAbove(root, relative).reverse()) {
    try {
      // On Windows, `rmdir` would remove a link to a folder.
      if (!(await lstat(folder)).isDirectory()) return
      // Fails for a folder that is not empty.
      await rmdir(folder)
    } catch (error) {
      // A missing folder was never created, or another call has removed it. The folder above it may be empty, too.
      if (!isMissing(error)) return
    }
  }
}

/**
 * True for a folder without any file: it holds nothing, or only folders without files. A file may take its path, since a
 * killed process may have created such folders. False for a link, even to a folder.
 * @throws as `lstat` and `readdir`, for example when nothing exists at the path
 */
export async function isEmptyFolder(absolute: string): Promise<boolean> {
  if (!(await lstat(absolute)).isDirectory()) return false
  for (const name of await readdir(absolute)) {
    if (!(await isEmptyFolder(path.join(absolute, name)))) return false
  }
  return true
}

/**
 * Makes a path free for a file: removes a folder there, with the folders in it, if `isEmptyFolder` is true for it. Never
 * rejects: after an error, the folder remains.
 */
export async function removeEmptyFolder(root: string, relative: string): Promise<void> {
  try {
    const folder = path.join(root, relative)
    if (!(await isEmptyFolder(folder))) return
    // Throws if a link above the folder leads out of the root: then nothing is removed.
    await checkParentInside(root, relative)
    for (const name of await readdir(folder)) await removeEmptyFolder(root, path.join(relative, name))
    await rmdir(folder)
  } catch {
    return
  }
}
