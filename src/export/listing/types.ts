import type { Failure } from '../../feishu/errors/failure.js'
import type { DocumentInfo, FolderRecord, TableInfo } from '../model.js'
import type { Source } from '../sources/source.js'

/**
 * A thing found by listing: a document, an uploaded file, a folder, or what cannot be exported at all. A page of a
 * knowledge base may have children whatever its type; a folder has nothing else.
 */
export interface Entry extends DocumentInfo {
  /** True for a shortcut; token, type and time are those of its target. */
  readonly shortcut: boolean
  /** The line of `exclude` that leaves it out, with everything below it. */
  readonly excludedBy?: string | undefined
  /** Set for a sheet or table of the document above it; its token and type are the document's. */
  readonly table?: Pick<TableInfo, 'id' | 'revision' | 'unsupported'> | undefined
  readonly children: readonly Entry[]
}

/** A document, or a branch of a tree, that could not be listed. */
export interface ListingFault {
  readonly source: Source
  /** What could not be listed, as a person knows it: a title with its path, or the link. */
  readonly what: string
  /** The page that opens it. */
  readonly url?: string | undefined
  readonly failure: Failure
  /** True for a whole branch: then the listing is not complete, and a document that was not found may be there. */
  readonly branch: boolean
}

/** Everything that one source line leads to. */
export interface ListedSource {
  readonly source: Source
  readonly entries: readonly Entry[]
}

/** A wiki page that a line names alone. The whole knowledge base may have been meant. */
export interface PageWithChildren {
  readonly source: Source
  readonly title: string
  readonly spaceId: string
}

/** The result of the listing. */
export interface Listing {
  readonly sources: readonly ListedSource[]
  readonly faults: readonly ListingFault[]
  /** Pages that lines name by themselves, although there are pages below them. */
  readonly pagesWithChildren?: readonly PageWithChildren[]
  /** The sheets or tables of an entry, where all of them are wanted. */
  readonly tables?: ReadonlyMap<Entry, readonly Entry[]>
  /** By `documentKey`, the same for the manifest. */
  readonly tableLists?: ReadonlyMap<string, NonNullable<FolderRecord['tables']>>
}

/** True when every part of every source could be listed. */
export const isComplete = ({ faults }: Listing): boolean => !faults.some(({ branch }) => branch)
