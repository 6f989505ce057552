import type { NameRequest, Ending, TakenNames } from '../../../src/export/naming/assign-names.js'
import { suffixesOf } from '../../../src/export/names.js'

export const NOTHING_TAKEN: TakenNames = { files: new Set(), directories: new Set(), assetsDirectories: new Map() }

/** The ending of a file's name in a request: `.docx`, for example. */
export const file = (text: string, recorded?: Ending['recorded']): Ending => ({ text, isDirectory: false, recorded })
/** The ending of a directory's name in a request. */
export const directory = (recorded?: Ending['recorded']): Ending => ({ text: '', isDirectory: true, recorded })

/** A request of a document with this token, by default for one docx. */
export const request = (
  stem: string,
  token: string,
  { endings = [file('.docx')], ...rest }: Partial<Omit<NameRequest, 'parts'>> = {},
): NameRequest => ({
  parts: { stem, suffixes: suffixesOf(token) },
  pass: 'original',
  maxBytes: 200,
  endings,
  ...rest,
})
