import { createHash } from 'node:crypto'
import { cutToBytes, safeName } from '../files/safe-name.js'
import { extensionsFor } from './formats.js'
import { bytesOf, MAX_SEGMENT_BYTES } from './paths.js'

/**
 * The parts that the possible names of a document are made of: the stem alone (`Report`), or the stem and one suffix
 * (`Report-x9f3ab`). Each suffix is longer than the one before.
 */
export interface NameParts {
  readonly stem: string
  readonly suffixes: readonly string[]
}

// 5 bytes are left for a dot and the longest extension, so that the stem is the same in every format.
const MAX_STEM_BYTES = MAX_SEGMENT_BYTES - 5

/** Makes a safe path segment of any text, in Unicode normal form C. */
export const safeSegment = (text: string): string => safeName(text.toWellFormed().normalize('NFC'))

/**
 * Makes a safe stem of at most `maxBytes`. It is made safe twice, because a cut may make it unsafe again; one byte is
 * left for the `_` that makes it safe.
 */
const safeStem = (text: string, maxBytes = MAX_STEM_BYTES): string =>
  safeSegment(cutToBytes(safeSegment(text), maxBytes - 1))

/**
 * The stem of a document's files and of the directory beside them. An extension that the document can have is removed
 * from the title. For the title `A.docx`, the stem is `A`, so that the file is not named `A.docx.docx`.
 */
const stemOf = (title: string, type: string): string => safeStem(withoutExtension(title, extensionsFor(type)))

/** Removes one of the extensions from the end of a name; in any letter case, and only if a name is left. */
function withoutExtension(name: string, extensions: readonly string[]): string {
  const text = name.trim()
  // The same number of characters is compared and removed: `İ` is longer in lower case.
  const ending = extensions
    .map((extension) => `.${extension}`)
    .find((candidate) => text.slice(-candidate.length).toLowerCase() === candidate.toLowerCase())
  const withoutEnding = ending === undefined ? text : text.slice(0, -ending.length)
  return isMoreThanDots(withoutEnding) ? withoutEnding : text
}

/** False for a text that has only blanks and dots, such as the empty text before the extension of `.docx`. */
const isMoreThanDots = (text: string): boolean => /[^\s.]/u.test(text)

/**
 * Splits the name of an uploaded file into a safe stem and the extension without the dot. An extension has at most 16
 * characters: letters, digits, `_` and `-`. If there is none, or no name before it, `extension` is empty, and the stem is
 * the whole name.
 */
export function splitUploadedName(title: string): { readonly stem: string; readonly extension: string } {
  // Composed first: the marks of a decomposed `é` do not count as letters.
  const text = title.toWellFormed().normalize('NFC').trim()
  const dot = text.lastIndexOf('.')
  const [before, extension] = [text.slice(0, Math.max(0, dot)), text.slice(dot + 1)]
  const hasExtension = isMoreThanDots(before) && /^[\p{L}\p{N}_-]{1,16}$/u.test(extension)
  if (!hasExtension) return { stem: safeStem(text, MAX_SEGMENT_BYTES), extension: '' }
  return { stem: safeStem(before, MAX_SEGMENT_BYTES - bytesOf(`.${extension}`)), extension }
}

/**
 * The title of a shortcut to an uploaded file, with the extension of the file. A shortcut may have another title than its
 * target, and this title may lack the extension.
 * @param targetTitle the name of the uploaded file
 */
export function withExtensionOfTarget(title: string, targetTitle: string): string {
  const { extension } = splitUploadedName(targetTitle)
  const hasExtension = splitUploadedName(title).extension.toLowerCase() === extension.toLowerCase()
  return extension === '' || hasExtension ? title : `${title.trim()}.${extension}`
}

/**
 * Makes a stem of the name that the user gives to a document or file in `to`, an option of a source line. If the name ends
 * with an extension of the document, or with that of the uploaded file's title, this extension is removed.
 */
export function givenStem(name: string, { title, type }: { readonly title: string; readonly type: string }): string {
  if (type !== 'file') return stemOf(name, type)
  // In the same form as the extension of the title: a name copied on macOS may be decomposed.
  const text = name.toWellFormed().normalize('NFC')
  const { extension } = splitUploadedName(title)
  return safeStem(withoutExtension(text, extension === '' ? [] : [extension]))
}

/** The stem of the name of a document, file or folder by its title, where the user gives no other name. */
export const titleStem = (title: string, type: string): string =>
  type === 'file' ? splitUploadedName(title).stem : stemOf(title, type)

/**
 * The suffixes of a document's names, the shortest first: the last 6 characters of its token, the last 12, all, and all with
 * a hash. The suffixes of a sheet or table also end with its id. Unsafe characters of tokens and ids are replaced, and only
 * the first 64 characters are used. The hash distinguishes tokens and ids that this makes equal.
 */
export function suffixesOf(token: string, subId = ''): string[] {
  const clean = (text: string): string => text.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 64)
  const whole = clean(token)
  const hash = createHash('sha256').update(`${token}\0${subId}`).digest('hex').slice(0, 16)
  const parts = [whole.slice(-6), whole.slice(-12), whole, whole === '' ? hash : `${whole}-${hash}`]
  return [...new Set(parts)].filter((part) => part !== '').map((part) => (subId ? `${part}-${clean(subId)}` : part))
}

/**
 * The name at a suffix level, without an ending such as `.docx`: at level 0 the stem, at level n the stem and the nth
 * suffix. The stem is cut to fit, but not at level 0. A suffix is never cut.
 * @returns undefined if the name does not fit into `maxBytes`, or there is no such level
 */
export function nameAt({ stem, suffixes }: NameParts, level: number, maxBytes: number): string | undefined {
  if (level === 0) return bytesOf(stem) <= maxBytes ? stem : undefined
  const suffix = suffixes[level - 1]
  if (suffix === undefined) return undefined
  const end = `-${suffix}`
  const head = cutToBytes(stem, maxBytes - bytesOf(end))
  return head === '' ? undefined : head + end
}

/**
 * Finds the level at which `nameAt` makes a recorded name, with any `maxBytes`.
 * @returns undefined if `nameAt` never makes this name
 */
export function suffixLevelOf(name: string, { stem, suffixes }: NameParts): number | undefined {
  if (name === stem) return 0
  // The longest suffix first: since a token may contain a hyphen, the name may end with shorter ones as well.
  for (let level = suffixes.length; level > 0; level--) {
    const end = `-${suffixes[level - 1] ?? ''}`
    const head = name.slice(0, -end.length)
    const isCutStem = head !== '' && stem.startsWith(head)
    if (name.endsWith(end) && isCutStem) return level
  }
  return undefined
}
