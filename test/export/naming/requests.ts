import type { NameRequest, NameEnd, Pass, TakenNames } from '../../../src/export/naming/assign-names.js'
import { suffixesOf } from '../../../src/export/names.js'

export const NOTHING_TAKEN: TakenNames = { files: new Set(), directories: new Set() }

/** One of the names of a request. */
export const file = (end: string, recorded?: NameEnd['recorded']): NameEnd => ({ end, isDirectory: false, recorded })
export const directory = (recorded?: NameEnd['recorded']): NameEnd => ({ end: '', isDirectory: true, recorded })

/** A request of a document with this token, by default for one docx. */
export const request = (
  stem: string,
  token: string,
  { ends = [file('.docx')], ...rest }: Partial<Omit<NameRequest, 'named' | 'pass'>> & { readonly pass?: Pass } = {},
): NameRequest => ({
  named: { stem, suffixes: suffixesOf(token) },
  pass: 'original',
  maxBytes: 200,
  ends,
  ...rest,
})
