/** How many bytes of UTF-8 a text has. */
export const bytesOf = (text: string): number => Buffer.byteLength(text)

/** Orders texts by code points, the same on every machine. */
export function byCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let at = 0; at < length; at++) {
    const x = a.charCodeAt(at)
    const y = b.charCodeAt(at)
    if (x !== y) return rank(x) - rank(y)
  }
  return a.length - b.length
}

// Surrogates stand for what comes after U+FFFF.
const rank = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit)

/**
 * What is equal for names that some file system takes for the same: in another case (NTFS, APFS) or another normal form
 * (APFS, HFS+). It makes more equal than any of them: that costs a suffix, the other way round a file.
 */
export const fold = (name: string): string => name.normalize('NFD').toLowerCase().toUpperCase().normalize('NFD')

/** A path from its directory (empty for the top) and a name. */
export const joined = (directory: string, name: string): string => (directory === '' ? name : `${directory}/${name}`)

/** The other way round. */
export function splitPath(path: string): { readonly directory: string; readonly name: string } {
  const slash = path.lastIndexOf('/')
  return { directory: path.slice(0, Math.max(0, slash)), name: path.slice(slash + 1) }
}

const TEMPORARY = /^\.feishu-export-[0-9a-f]{24}\.part$/i

const SPARE = /^\.feishu-export-[0-9a-f]{24}\.old$/i

/** True for a name under which old files wait while others pass on their places (see Mover). */
export const isSpareName = (name: string): boolean => SPARE.test(name)

/** True for a name under which files are written before they are whole (see saveFile). */
export const isTemporaryName = (name: string): boolean => TEMPORARY.test(name)
