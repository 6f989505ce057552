import { createHash } from 'node:crypto'
import { headOf, safeName } from '../files/safe-name.js'
import { extensionsFor } from './formats.js'
import { bytesOf } from './paths.js'

/** What a name is made of: a stem alone, or the stem and one of the suffixes, each of which says more than the last. */
export interface Named {
  readonly stem: string
  readonly suffixes: readonly string[]
}

// Room for a dot and the longest extension of an export, so that the stem is the same in every format.
const MAX_STEM = 255 - 5

/** One safe path segment of any text, in the normal form that git and people expect. */
export const safeSegment = (text: string): string => safeName(text.toWellFormed().normalize('NFC'))

/** The same with room for an extension; made safe again, for what is cut may be what made it harmless. */
const safeStem = (text: string, mostBytes = MAX_STEM): string => safeSegment(headOf(safeSegment(text), mostBytes - 1))

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

/** The name of an uploaded file, as it is, cut in two at its extension (without the dot; empty if it has none). */
export function uploadedName(title: string): { readonly stem: string; readonly extension: string } {
  const text = title.toWellFormed().trim()
  const dot = text.lastIndexOf('.')
  const [before, extension] = [text.slice(0, Math.max(0, dot)), text.slice(dot + 1)]
  const hasExtension = /[^\s.]/u.test(before) && /^[\p{L}\p{N}_-]{1,16}$/u.test(extension)
  if (!hasExtension) return { stem: safeStem(title, 255), extension: '' }
  const end = extension.normalize('NFC')
  return { stem: safeStem(before, 254 - bytesOf(end)), extension: end }
}

/** The stem that a thing has by its title, where the user gives it no other name. */
export const titleStem = (title: string, type: string): string =>
  type === 'file' ? uploadedName(title).stem : stemOf(title, type)

/** The suffixes of a document's names; a sheet or table of it has its id in them. */
export function suffixesOf(token: string, subId = ''): string[] {
  const clean = (text: string): string => text.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 64)
  const whole = clean(token)
  const hash = createHash('sha256').update(`${token}\0${subId}`).digest('hex').slice(0, 16)
  const parts = [whole.slice(-6), whole.slice(-12), whole, whole === '' ? hash : `${whole}-${hash}`]
  return [...new Set(parts)].filter((part) => part !== '').map((part) => (subId ? `${part}-${clean(subId)}` : part))
}

/**
 * The name of a level: 0 is the stem, the next ones have a suffix.
 * @returns undefined where so many bytes have no room for it, or there is no such level
 */
export function nameAt({ stem, suffixes }: Named, level: number, mostBytes: number): string | undefined {
  if (level === 0) return bytesOf(stem) <= mostBytes ? stem : undefined
  const suffix = suffixes[level - 1]
  if (suffix === undefined) return undefined
  const head = headOf(stem, mostBytes - bytesOf(suffix) - 1)
  return head === '' ? undefined : `${head}-${suffix}`
}

/** The level of a name that was given before, whatever room there was then; undefined for a name of something else. */
export function suffixLevelOf(name: string, { stem, suffixes }: Named): number | undefined {
  if (name === stem) return 0
  for (let level = suffixes.length; level > 0; level--) {
    const end = `-${suffixes[level - 1] ?? ''}`
    const head = name.slice(0, -end.length)
    if (name.endsWith(end) && head !== '' && stem.startsWith(head)) return level
  }
  return undefined
}
