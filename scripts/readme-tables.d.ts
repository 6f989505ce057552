/** What an action.yml holds, as far as the tables need it. */
export interface ActionFile {
  readonly name: string
  readonly description: string
  readonly author: string
  readonly branding: { readonly icon: string; readonly color: string }
  readonly inputs: Readonly<Record<string, { description: string; required?: boolean; default?: string }>>
  readonly outputs: Readonly<Record<string, { description: string }>>
  readonly runs: { readonly using: string; readonly main: string }
}

/** A marked table of a README: the cells as they stand there, without blanks around and escapes. */
export interface MarkedTable {
  readonly kind: 'inputs' | 'outputs'
  /** The action.yml that the mark names. */
  readonly file: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** The manifests of this repository. */
export const ACTION_FILES: readonly string[]

/** The READMEs whose tables are made, not translated. */
export const ENGLISH_READMES: readonly string[]

/** All pages for users, in English; each has a Chinese one beside it. */
export const ENGLISH_PAGES: readonly string[]

/** The Chinese page that belongs to an English one. */
export function inChinese(page: string): string

/** Reads a manifest, named from the root of the repository. */
export function readAction(file: string): ActionFile

/** The rows that the English table of a manifest must have. */
export function expectedRows(kind: MarkedTable['kind'], action: ActionFile): string[][]

/** The marked tables of a README, in order. */
export function tablesOf(markdown: string): MarkedTable[]

/** A README with its marked tables made anew. */
export function filled(markdown: string): string
