import type { Failure } from '../feishu/errors/failure.js'
import { quoted } from '../text.js'

/** A fault of the local disk. A retry would fail again. */
export class DiskFault extends Error {
  constructor(
    /** A clause: "Cannot write the file "…": the disk is full (ENOSPC)". */
    readonly what: string,
    /** What the user can do, in a sentence. */
    readonly cure: string,
    /** The error code of Node.js: `ENOSPC`, `EACCES`, … */
    readonly code: string,
  ) {
    super(`${what}. ${cure}`)
  }
}

const MEANINGS: Readonly<Record<string, readonly [meaning: string, cure: string]>> = {
  ENOSPC: ['the disk is full', 'Make room on the runner, or choose another `directory`.'],
  EDQUOT: ["the user's share of the disk is used up", 'Make room on the runner, or choose another `directory`.'],
  EFBIG: ['the file is larger than the file system takes', 'Choose a `directory` on another file system.'],
  EACCES: ['permission denied', 'Choose a `directory` that the runner may write to.'],
  EPERM: ['the system does not allow it', 'Choose a `directory` that the runner may write to.'],
  EROFS: ['the file system is read-only', 'Choose a `directory` that the runner may write to.'],
  ENAMETOOLONG: ['the path is too long for the system', 'Choose a shorter name or `directory`.'],
  EISDIR: ['a folder has this name', 'Move it away, or choose another name or `directory`.'],
  ENOTDIR: ['a part of the path is a file, not a folder', 'Choose another `directory`.'],
  ELOOP: ['the path has symbolic links in a circle, or too many of them', 'Choose another `directory`.'],
  EBUSY: ['another program holds the file', 'Close it, or choose another name.'],
  EMFILE: ['too many files are open', 'Raise the limit of open files (ulimit -n).'],
  ENFILE: ['too many files are open', 'Raise the limit of open files (ulimit -n).'],
  EIO: ['the disk does not work', 'Check the disk of the runner.'],
}

/**
 * Makes the fault for an error of the file system.
 * @param doing the phrase after "Cannot": "write the file"
 * @param error an error of Node.js, or any object with such a `code`
 */
export function diskFault(doing: string, path: string, error: unknown): DiskFault {
  const { code = 'unknown' } = error as { code?: string }
  const [meaning, cure] = MEANINGS[code] ?? ['the system refuses', 'Check the path and the disk of the runner.']
  return new DiskFault(`Cannot ${doing} ${quoted(path, 1000)}: ${meaning} (${code})`, cure, code)
}

/** Makes the fault for a file that exists already and must not be replaced. */
export function existsFault(path: string): DiskFault {
  const cure = 'Set `overwrite: true` to replace it, or choose another name or `directory`.'
  return new DiskFault(`The file ${quoted(path, 1000)} exists already`, cure, 'EEXIST')
}

// The faults after which every other file fails too.
const WHOLE_DISK_CODES: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EROFS'])

/** Converts the fault to a permanent failure. Its scope is `app` when every other file fails too. */
export function diskFailure({ what, cure, code }: DiskFault): Failure {
  const scope = WHOLE_DISK_CODES.has(code) ? 'app' : undefined
  return { class: 'permanent', what, advice: cure, origin: 'disk', scope }
}
