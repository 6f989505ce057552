import { rename, rmdir, unlink } from 'node:fs/promises'
import type { Clock } from '../polling/clock.js'

// On Windows, a virus scanner or an indexer keeps a new file open for some 100 ms. The codes may have other reasons, too.
const HELD_CODES: ReadonlySet<string> = new Set(['EPERM', 'EACCES', 'EBUSY'])
// About a second in total: a program that keeps the file open longer is not a scanner.
const PAUSES_MS = [20, 40, 80, 160, 320, 400] as const

/** Moves a file, or a folder, and tries again for about a second while another program holds it. @throws as `rename` */
export const renameWithRetry = (clock: Clock, from: string, to: string): Promise<void> =>
  retryWhileHeld(clock, () => rename(from, to))

/** Removes a file, and tries again for about a second while another program holds it. @throws as `unlink` */
export const unlinkWithRetry = (clock: Clock, file: string): Promise<void> => retryWhileHeld(clock, () => unlink(file))

/** Removes an empty folder, and tries again for about a second while another program holds it. @throws as `rmdir` */
export const rmdirWithRetry = (clock: Clock, directory: string): Promise<void> =>
  retryWhileHeld(clock, () => rmdir(directory))

/**
 * Runs a file operation. Tries again for about a second while the error may mean that another program holds the file.
 * @throws the error of the last try
 */
export async function retryWhileHeld(clock: Clock, action: () => Promise<void>): Promise<void> {
  for (const pauseMs of PAUSES_MS) {
    try {
      await action()
      return
    } catch (error) {
      if (!HELD_CODES.has((error as NodeJS.ErrnoException).code ?? '')) throw error
    }
    await new Promise<void>((resolve) => clock.after(pauseMs, resolve))
  }
  return action()
}
