import type { OutputKind } from './formats.js'
import type { Source } from './sources/source.js'

/** A document, an uploaded file or a folder, as the service describes it. */
export interface DocumentInfo {
  /** Its own token (of a shortcut: the token of its target). */
  readonly token: string
  /** doc, docx, sheet, bitable, slides, file, folder, mindnote, board or whatever the service says. */
  readonly type: string
  readonly title: string
  /** Seconds since 1970, as the service wrote them. */
  readonly editTime: string | undefined
  readonly url: string | undefined
}

/** One export of a document: a format of it, or the uploaded file itself. It may be written to several paths. */
export interface Output extends DocumentInfo {
  readonly kind: OutputKind
  readonly fileExtension: string
  /** The sheet or table of a csv. */
  readonly subId: string | undefined
  /** The revision of the table of a base: it says more than the edit time of the whole base. */
  readonly revision?: string | undefined
  readonly variant?: OutputVariant | undefined
}

/** What inputs add to an output: the attachments of the document beside it, or front matter in its Markdown. */
export type OutputVariant = 'attachments' | 'front-matter'

/** An output at one path. */
export interface PlannedFile {
  readonly output: Output
  /** Relative to `directory`, with `/`. */
  readonly path: string
}

/**
 * An entry of the manifest: a file that a run wrote, and that is on the disk. Pictures and attachments of a document have
 * entries of their own: their `asset` is set.
 */
export interface FileRecord extends Omit<DocumentInfo, 'url'> {
  /** Relative to `directory`, with `/`. */
  readonly path: string
  readonly fileExtension: string
  readonly subId?: string | undefined
  readonly revision?: string | undefined
  /** The token of the picture, board or attachment of which this is the file. */
  readonly asset?: string | undefined
  /** Of Markdown: the documents that it links to, by token, and the relative paths in it; empty for a link to Feishu. */
  readonly links?: Readonly<Record<string, string>> | undefined
  /** Whether the edit time was too recent to show that the document has not changed since: it is exported once more. */
  readonly fresh?: boolean | undefined
  readonly variant?: OutputVariant | undefined
  /**
   * The path that it had before moves which were killed or refused on the way: it belongs to the document until the file has
   * come to another one, and tells which pictures and attachments belong to which file.
   */
  readonly home?: string | undefined
  readonly fileSize: number
  /** Lower-case hexadecimal. */
  readonly sha256: string
  /** `2026-11-23T02:00:00Z` */
  readonly exportedAt: string
}

/** An entry of the manifest: the directory of a folder, of a page with pages below it, or of a document's tables. */
export interface FolderRecord {
  readonly path: string
  readonly token: string
  readonly type: string
  /** The sheets or tables that its document had at an edit time. */
  readonly tables?: { readonly editTime: string; readonly items: readonly TableInfo[] } | undefined
}

/** A sheet of a spreadsheet or a table of a base. */
export interface TableInfo {
  readonly id: string
  readonly title: string
  /** Only of a table of a base: it rises with every change. */
  readonly revision?: string | undefined
  /** What it is instead of a sheet, where it has no csv. */
  readonly unsupported?: string | undefined
}

/** The type of a knowledge base among found things; the service has no word for it. */
export const SPACE_TYPE = 'wiki-space'

type DocumentIdentity = Pick<DocumentInfo, 'token' | 'type'>

/** Identifies a document, in whatever format. */
export const documentKey = ({ type, token }: DocumentIdentity): string => `${type}/${token}`

/** Identifies an output. An uploaded file has one form only, whatever extension its name has. */
export function outputKey({
  token,
  type,
  fileExtension,
  subId = '',
  asset,
}: DocumentIdentity & Pick<FileRecord, 'fileExtension' | 'subId' | 'asset'>): string {
  if (asset !== undefined) return JSON.stringify([token, type, 'asset', asset])
  return JSON.stringify(type === 'file' ? [token, type] : [token, type, fileExtension, subId])
}

/** The path by which a recorded file has its name, wherever a killed run has left it. */
export const homeOf = ({ path, home = path }: Pick<FileRecord, 'path' | 'home'>): string => home

/** The directory of a file's pictures and attachments, beside it. */
export const assetsDirectory = (path: string): string => `${path.replace(/\.[^./]*$/, '')}.assets`

/** True where a source is one document, and its `to` a path without extension. */
export const isSingle = ({ target }: Source): boolean =>
  target.kind === 'document' || (target.kind === 'wiki-node' && !target.children)
