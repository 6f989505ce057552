import { createHash } from 'node:crypto'
import type { OutputKind } from './formats.js'
import { splitPath } from './paths.js'
import type { Source } from './sources/source.js'

/** A document, an uploaded file or a folder, as the service describes it. */
export interface DocumentInfo {
  /** The token of the document; for a shortcut, that of its target. */
  readonly token: string
  /** doc, docx, sheet, bitable, slides, file, folder, mindnote, board, or another word of the service. */
  readonly type: string
  readonly title: string
  /** Seconds since 1970, as the service wrote them. */
  readonly editTime: string | undefined
  readonly url: string | undefined
}

/** One format of a document, or an uploaded file. It may be written to several paths. */
export interface Output extends DocumentInfo {
  readonly kind: OutputKind
  /** In lower case, without a dot; for an uploaded file, that of its name, which may have none: then it is empty. */
  readonly fileExtension: string
  /** The sheet or table of a csv. */
  readonly subId: string | undefined
  /** The revision of the table of a base, which is more precise than the edit time of the base. */
  readonly revision?: string | undefined
  readonly variant?: OutputVariant | undefined
}

/**
 * What an input adds to an output: the attachments of the document (`include-attachments`), or front matter in its
 * Markdown.
 */
export type OutputVariant = 'attachments' | 'front-matter'

/** An output at one path. */
export interface PlannedFile {
  readonly output: Output
  /** Relative to `directory`, with `/`. */
  readonly path: string
}

/**
 * An entry of the manifest: a file that a run wrote. Pictures and attachments of a document are separate entries, with
 * `asset` set.
 */
export interface FileRecord extends Omit<DocumentInfo, 'url'> {
  /** Relative to `directory`, with `/`. */
  readonly path: string
  readonly fileExtension: string
  readonly subId?: string | undefined
  readonly revision?: string | undefined
  /** The token of the picture, board or attachment, if this is the file of one. */
  readonly asset?: string | undefined
  /**
   * For Markdown: the relative path of each linked document, by token; the empty text for a link that leads to Feishu.
   */
  readonly links?: Readonly<Record<string, string>> | undefined
  /**
   * True when the edit time was too recent to exclude a later edit within the same second: the next run exports the
   * document again.
   */
  readonly fresh?: boolean | undefined
  readonly variant?: OutputVariant | undefined
  /**
   * The path that is reserved for the file while the file itself is elsewhere: during a move, and after an interrupted or
   * failed one. Assets belong to a file by its reserved path.
   */
  readonly reservedPath?: string | undefined
  readonly fileSize: number
  /** Lower-case hexadecimal. */
  readonly sha256: string
  /** `2026-11-23T02:00:00Z` */
  readonly exportedAt: string
}

/** What makes a record outdated, so that the next run exports its document again: there is no version to compare. */
export const OUTDATED = { editTime: undefined, revision: undefined } as const

/** What a record says of an empty file that only reserves the path, or of an asset whose bytes cannot be used. */
export const EMPTY_FILE = { fileSize: 0, sha256: createHash('sha256').digest('hex'), ...OUTDATED } as const

/** False for a recorded asset whose bytes cannot be used (see EMPTY_FILE): an export of its document saves it again. */
export const isReusable = ({ fileSize, editTime }: Pick<FileRecord, 'fileSize' | 'editTime'>): boolean =>
  fileSize > 0 || editTime !== undefined

/** An entry of the manifest: the directory of a folder, of a page with pages below it, or of a document's tables. */
export interface FolderRecord {
  /** Relative to `directory`, with `/`. */
  readonly path: string
  readonly token: string
  readonly type: string
  /** The sheets or tables of its document, and the edit time that the document had when they were listed. */
  readonly tables?: { readonly editTime: string; readonly items: readonly TableInfo[] } | undefined
}

/** The entries of a manifest, or a part of them. */
export interface ManifestRecords {
  readonly files: readonly FileRecord[]
  readonly folders: readonly FolderRecord[]
}

/** A sheet of a spreadsheet or a table of a base. */
export interface TableInfo {
  readonly id: string
  readonly title: string
  /** Only for a table of a base: it differs after every change of the table. */
  readonly revision?: string | undefined
  /** The type of a tab that is not a sheet, and so cannot be exported to csv. */
  readonly unsupported?: string | undefined
}

/** The type of an entry that is a knowledge base; the service has no word for it. */
export const SPACE_TYPE = 'wiki-space'

type DocumentIdentity = Pick<DocumentInfo, 'token' | 'type'>

/** Identifies a document, independent of the format. */
export const documentKey = ({ type, token }: DocumentIdentity): string => `${type}/${token}`

/**
 * Identifies an output, or a picture or attachment of a document (`asset`). An uploaded file has only one output, so
 * its extension does not count. `variant` never counts: with another variant, the same output is exported again.
 */
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

/** The path that is reserved for a recorded file, wherever the file itself is (see `FileRecord.reservedPath`). */
export const reservedPathOf = ({ path, reservedPath = path }: Pick<FileRecord, 'path' | 'reservedPath'>): string =>
  reservedPath

/** True for an output whose pictures or attachments are saved beside its file. */
export const savesAssets = ({ kind, variant }: Pick<Output, 'kind' | 'variant'>): boolean =>
  kind === 'markdown' || variant === 'attachments'

/** The end of the name of a directory with pictures and attachments. */
export const ASSETS_ENDING = '.assets'

/** The path of the directory with a file's pictures and attachments: `a/b.assets` for the file `a/b.md`. */
export const assetsDirectory = (path: string): string => `${path.replace(/\.[^./]*$/, '')}${ASSETS_ENDING}`

/** The name of that directory, as the text of a Markdown file has it in its links: `b.assets`. */
export const assetsName = (path: string): string => splitPath(assetsDirectory(path)).name

/** True for a source that is a single document or page; any other source is a tree. */
export const isSingle = ({ target }: Pick<Source, 'target'>): boolean =>
  target.kind === 'document' || (target.kind === 'wiki-node' && !target.children)
