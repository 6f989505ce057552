import { mkdir, stat } from 'node:fs/promises'
import path from 'node:path'
import type { Clock } from '../polling/clock.js'
import { rmdirWithRetry } from './retry.js'

/**
 * Creates a folder and those above it that are missing, one level at a time. Node's own recursive `mkdir` never returns
 * where a folder exists but takes none (`/proc`, a mount that is down).
 * @returns the outermost folder that was created; undefined when all were there
 * @throws as `mkdir`, and `ENOTDIR` where a file has the name; what was created until then is removed again
 */
export async function createFolders(clock: Clock, directory: string): Promise<string | undefined> {
  const missing = await createFolder(directory)
  if (missing !== 'parent-missing') return missing === 'created' ? directory : undefined
  const parent = path.dirname(directory)
  // A drive that does not exist has no parent.
  if (parent === directory) throw Object.assign(new Error('no such drive'), { code: 'ENOENT' })
  const outermost = await createFolders(clock, parent)
  try {
    const result = await createFolder(directory)
    if (result === 'parent-missing') throw Object.assign(new Error('takes no folder'), { code: 'ENOENT' })
    return outermost ?? (result === 'created' ? directory : undefined)
  } catch (error) {
    if (outermost !== undefined) await removeEmptyFolders(clock, parent, outermost)
    throw error
  }
}

async function createFolder(directory: string): Promise<'created' | 'exists' | 'parent-missing'> {
  try {
    await mkdir(directory)
    return 'created'
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return 'parent-missing'
    // Systems give different reasons for a folder that is there: EEXIST, EPERM (a drive of Windows), EROFS.
    const found = await stat(directory).catch(() => undefined)
    if (found?.isDirectory() === true) return 'exists'
    throw code === 'EEXIST' ? Object.assign(new Error('a file has this name'), { code: 'ENOTDIR' }) : error
  }
}

/** Removes folders from the innermost to the outermost, as far as they are empty. Never rejects. */
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
