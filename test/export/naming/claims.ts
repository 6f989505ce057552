import type { NameClaim, NameEnd, Pass, TakenNames } from '../../../src/export/naming/assign-names.js'
import { suffixesOf } from '../../../src/export/names.js'

export const NOTHING_TAKEN: TakenNames = { files: new Set(), directories: new Set() }

/** One of the names of a claim. */
export const file = (end: string, recorded?: NameEnd['recorded']): NameEnd => ({ end, isDirectory: false, recorded })
export const directory = (recorded?: NameEnd['recorded']): NameEnd => ({ end: '', isDirectory: true, recorded })

/** A claim of a document with this token, by default for one docx. */
export const claim = (
  stem: string,
  token: string,
  { ends = [file('.docx')], ...rest }: Partial<Omit<NameClaim, 'named' | 'pass'>> & { readonly pass?: Pass } = {},
): NameClaim => ({
  named: { stem, suffixes: suffixesOf(token) },
  pass: 'original',
  maxBytes: 200,
  ends,
  ...rest,
})
