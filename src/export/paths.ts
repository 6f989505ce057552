/** How many bytes of UTF-8 a text has. */
export const bytesOf = (text: string): number => Buffer.byteLength(text)

/** Compares texts by code points, the same on every machine. */
export function byCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let at = 0; at < length; at++) {
    const x = a.charCodeAt(at)
    const y = b.charCodeAt(at)
    if (x !== y) return rank(x) - rank(y)
  }
  return a.length - b.length
}

// Surrogates stand for code points above U+FFFF.
const rank = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit)

/** Sorts by path, by code points. */
export const byPath = (a: { readonly path: string }, b: { readonly path: string }): number =>
  byCodePoints(a.path, b.path)

/**
 * Maps names that some file system takes for the same to the same text: other case (NTFS, APFS), other normal form
 * (APFS, HFS+). It equates more than any one of them does: that costs a suffix, the opposite would cost a file.
 */
export const fold = (name: string): string => name.normalize('NFD').toLowerCase().toUpperCase().normalize('NFD')

/** Joins a directory (empty for the top) and a name. */
export const joined = (directory: string, name: string): string => (directory === '' ? name : `${directory}/${name}`)

/** Splits a path into its directory (empty for the top) and its name. */
export function splitPath(path: string): { readonly directory: string; readonly name: string } {
  const slash = path.lastIndexOf('/')
  return { directory: path.slice(0, Math.max(0, slash)), name: path.slice(slash + 1) }
}

/** The directories above a path, the innermost first, without the top. */
export function* directoriesAbove(path: string): Generator<string> {
  for (let { directory } = splitPath(path); directory !== ''; { directory } = splitPath(directory)) yield directory
}

/** True for a path inside a directory (empty for the top). */
export const isBelow = (path: string, directory: string): boolean =>
  directory === '' || path.startsWith(`${directory}/`)

const TEMPORARY = /^\.feishu-export-[0-9a-f]{24}\.part$/i
const PARKED = /^\.feishu-export-[0-9a-f]{24}\.old$/i

/** True for a name under which a file is written until it is complete (see stageFile). */
export const isTemporaryName = (name: string): boolean => TEMPORARY.test(name)

/** True for a name under which a recorded file waits while others are moved (see applyMoves). */
export const isParkedName = (name: string): boolean => PARKED.test(name)
