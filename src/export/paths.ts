/** The maximum length of a path segment, in bytes of UTF-8. */
export const MAX_SEGMENT_BYTES = 255

/** The number of bytes of a text in UTF-8. */
export const bytesOf = (text: string): number => Buffer.byteLength(text)

/**
 * Compares texts by code points. This is also the order of their bytes in UTF-8, so git sorts in the same way. `<` would
 * compare UTF-16 code units, and put U+FFFF after an emoji.
 */
export function byCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let at = 0; at < length; at++) {
    const unitOfA = a.charCodeAt(at)
    const unitOfB = b.charCodeAt(at)
    if (unitOfA !== unitOfB) return rank(unitOfA) - rank(unitOfB)
  }
  return a.length - b.length
}

// Surrogates encode code points above U+FFFF, and so come after all other code units.
const rank = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit)

/** Compares by path, for sorting. */
export const byPath = (a: { readonly path: string }, b: { readonly path: string }): number =>
  byCodePoints(a.path, b.path)

/**
 * Gives the same text for names that some file system takes for the same one. They differ only in case (NTFS, APFS) or in
 * Unicode normal form (APFS, HFS+). A few other names get the same text, too; then one of them has a suffix without need.
 */
// Converted to both cases: the Kelvin sign equals `k` only in lower case, and `ſ` equals `s` only in upper case.
export const fold = (name: string): string => name.normalize('NFD').toLowerCase().toUpperCase().normalize('NFD')

/** Joins a directory (empty for the top) and a name. */
export const joined = (directory: string, name: string): string => (directory === '' ? name : `${directory}/${name}`)

/** Splits a path into its directory (empty for the top) and its name. */
export function splitPath(path: string): { readonly directory: string; readonly name: string } {
  const slash = path.lastIndexOf('/')
  return { directory: path.slice(0, Math.max(0, slash)), name: path.slice(slash + 1) }
}

/** Yields the directories above a path, the innermost first, without the top. */
export function* directoriesAbove(path: string): Generator<string> {
  let { directory } = splitPath(path)
  while (directory !== '') {
    yield directory
    directory = splitPath(directory).directory
  }
}

/** True for a path inside a directory (empty for the top). */
export const isBelow = (path: string, directory: string): boolean =>
  directory === '' || path.startsWith(`${directory}/`)

const PARKED = /^\.feishu-export-[0-9a-f]{24}\.old$/i

/** True for the temporary name of a recorded file that is parked while others are moved (see applyMoves). */
export const isParkedName = (name: string): boolean => PARKED.test(name)
