import { createHash } from 'node:crypto'
import { cutToBytes, safeName } from '../files/safe-name.js'
import { extensionsFor } from './formats.js'
import { bytesOf } from './paths.js'

/**
 * The parts of a name: the stem alone, or the stem and one of the suffixes, of which each is longer than the one
 * before.
 */
export interface Named {
  readonly stem: string
  readonly suffixes: readonly string[]
}

// A segment has 255 bytes; 5 are left for a dot and the longest extension, so that the stem is the same in every format.
const MAX_STEM_BYTES = 255 - 5

/** Makes a safe path segment of any text, in Unicode normal form C. */
export const safeSegment = (text: string): string => safeName(text.toWellFormed().normalize('NFC'))

/**
 * Makes a safe stem, cut to leave space for an extension. It is made safe twice, because a cut may make it unsafe
 * again.
 */
const safeStem = (text: string, maxBytes = MAX_STEM_BYTES): string =>
  safeSegment(cutToBytes(safeSegment(text), maxBytes - 1))

/**
 * The stem of a document's files and of the directory beside them. A title that already ends with an extension that the
 * document can have goes without it: no `A.docx.docx`.
 */
export function stemOf(title: string, type: string): string {
  const text = title.trim()
  const end = extensionsFor(type)
    .map((extension) => `.${extension}`)
    .find((end) => text.toLowerCase().endsWith(end))
  const without = end === undefined ? '' : text.slice(0, -end.length)
  return safeStem(/[^\s.]/u.test(without) ? without : text)
}

/** Splits the name of an uploaded file into stem and extension (without the dot; empty if it has none). */
export function uploadedName(title: string): { readonly stem: string; readonly extension: string } {
  const text = title.toWellFormed().trim()
  const dot = text.lastIndexOf('.')
  const [before, extension] = [text.slice(0, Math.max(0, dot)), text.slice(dot + 1)]
  const hasExtension = /[^\s.]/u.test(before) && /^[\p{L}\p{N}_-]{1,16}$/u.test(extension)
  if (!hasExtension) return { stem: safeStem(title, 255), extension: '' }
  const end = extension.normalize('NFC')
  return { stem: safeStem(before, 254 - bytesOf(end)), extension: end }
}

/** The stem of the name of a document, file or folder by its title, where the user gives no other name. */
export const titleStem = (title: string, type: string): string =>
  type === 'file' ? uploadedName(title).stem : stemOf(title, type)

/** The suffixes of a document's names, the shortest first; those of a sheet or table end with its id. */
export function suffixesOf(token: string, subId = ''): string[] {
  const clean = (text: string): string => text.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 64)
  const whole = clean(token)
  const hash = createHash('sha256').update(`${token}\0${subId}`).digest('hex').slice(0, 16)
  const parts = [whole.slice(-6), whole.slice(-12), whole, whole === '' ? hash : `${whole}-${hash}`]
  return [...new Set(parts)].filter((part) => part !== '').map((part) => (subId ? `${part}-${clean(subId)}` : part))
}

/**
 * The name of a level: at level 0 the stem, at level n the stem and the nth suffix.
 * @returns undefined where it does not fit into `maxBytes`, or there is no such level
 */
export function nameAt({ stem, suffixes }: Named, level: number, maxBytes: number): string | undefined {
  if (level === 0) return bytesOf(stem) <= maxBytes ? stem : undefined
  const suffix = suffixes[level - 1]
  if (suffix === undefined) return undefined
  const head = cutToBytes(stem, maxBytes - bytesOf(suffix) - 1)
  return head === '' ? undefined : `${head}-${suffix}`
}

/**
 * The level of a recorded name, also of one that was cut shorter or longer; undefined if it is no name of this stem.
 */
export function suffixLevelOf(name: string, { stem, suffixes }: Named): number | undefined {
  if (name === stem) return 0
  for (let level = suffixes.length; level > 0; level--) {
    const end = `-${suffixes[level - 1] ?? ''}`
    const head = name.slice(0, -end.length)
    if (name.endsWith(end) && head !== '' && stem.startsWith(head)) return level
  }
  return undefined
}
