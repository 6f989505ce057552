import { mkdir, stat } from 'node:fs/promises'
import path from 'node:path'
import type { Clock } from '../polling/clock.js'
import { rmdirWithRetry } from './retry.js'

/**
 * Creates a folder and the missing folders above it, one level at a time. The recursive `mkdir` of Node.js is not used.
 * It never returns in an existing folder that cannot hold new folders (`/proc`, a network disk that is offline).
 * @returns the outermost folder that was created; undefined when all existed
 * @throws as `mkdir`, and `ENOTDIR` when a file or a broken link has the name. Folders created before the error are
 * removed again
 */
export async function createFolders(clock: Clock, directory: string): Promise<string | undefined> {
  const firstTry = await createFolder(directory)
  if (firstTry === 'created') return directory
  if (firstTry === 'exists') return undefined
  const parent = path.dirname(directory)
  // Only the root of a drive is its own parent.
  if (parent === directory) throw Object.assign(new Error('no such drive'), { code: 'ENOENT' })
  const outermost = await createFolders(clock, parent)
  try {
    const secondTry = await createFolder(directory)
    // The parent cannot hold new folders, or was removed again meanwhile.
    if (secondTry === 'parent-missing') throw Object.assign(new Error('cannot hold a folder'), { code: 'ENOENT' })
    if (outermost !== undefined) return outermost
    // Another call or process has created the parent meanwhile, and maybe this folder.
    return secondTry === 'created' ? directory : undefined
  } catch (error) {
    if (outermost !== undefined) await removeEmptyFolders(clock, parent, outermost)
    throw error
  }
}

/** Creates one folder, if its parent exists. @throws as `mkdir`, and `ENOTDIR` when a file or a broken link has the name */
async function createFolder(directory: string): Promise<'created' | 'exists' | 'parent-missing'> {
  try {
    await mkdir(directory)
    return 'created'
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    // Also for an existing parent that cannot hold new folders, such as `/proc`.
    if (code === 'ENOENT') return 'parent-missing'
    // For an existing folder, systems give different codes: EEXIST, EPERM (a drive of Windows), EROFS.
    const found = await stat(directory).catch(() => undefined)
    if (found?.isDirectory() === true) return 'exists'
    throw code === 'EEXIST' ? Object.assign(new Error('a file has this name'), { code: 'ENOTDIR' }) : error
  }
}

/**
 * Undoes `createFolders`: removes the folders from the innermost to the outermost. Stops at the first one that cannot be
 * removed, usually because it is not empty. Never rejects.
 */
export async function removeEmptyFolders(clock: Clock, innermost: string, outermost: string): Promise<void> {
  for (let directory = innermost; ; directory = path.dirname(directory)) {
    try {
      await rmdirWithRetry(clock, directory)
    } catch {
      return
    }
    if (directory === outermost || directory === path.dirname(directory)) return
  }
}
