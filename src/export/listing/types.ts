import type { Failure } from '../../feishu/errors/failure.js'
import type { DocumentInfo, FolderRecord, TableInfo } from '../model.js'
import type { Source } from '../sources/source.js'

/**
 * An item that was found: a document, an uploaded file, a folder, or something that cannot be exported. A page of a
 * knowledge base of any type may have children.
 */
export interface Entry extends DocumentInfo {
  /** True for a shortcut; token, type and edit time are those of its target. */
  readonly shortcut: boolean
  /** The lines of `exclude` that exclude it and everything below it; undefined if none does. The skip names the first. */
  readonly excludedBy?: readonly string[] | undefined
  /** Set for a sheet or table of a document; token and type are those of the document. */
  readonly table?: Pick<TableInfo, 'id' | 'revision' | 'unsupported'> | undefined
  readonly children: readonly Entry[]
}

/** A document, or a part of a tree, that could not be listed. */
export interface ListingFault {
  readonly source: Source
  /** The name for the user: the path of titles, or the link. */
  readonly what: string
  /** Its link. */
  readonly url?: string | undefined
  readonly failure: Failure
  /**
   * True where documents may exist that were not found: then the listing is incomplete. False where the service says that
   * the document is deleted.
   */
  readonly mayHideDocuments: boolean
}

/** Everything that was found for one source line. */
export interface ListedSource {
  readonly source: Source
  readonly entries: readonly Entry[]
}

/**
 * A wiki page that a source line names without `children=true` although it has children: the user may have meant those,
 * too.
 */
export interface PageWithChildren {
  readonly source: Source
  readonly title: string
  readonly spaceId: string
}

/** The result of the listing. */
export interface Listing {
  readonly sources: readonly ListedSource[]
  readonly faults: readonly ListingFault[]
  readonly pagesWithChildren?: readonly PageWithChildren[]
  /** The sheets or tables of an entry, where each is a separate output. */
  readonly tables?: ReadonlyMap<Entry, readonly Entry[]>
  /** The sheets or tables of each document, by `documentKey`, as the manifest records them. */
  readonly tableLists?: ReadonlyMap<string, NonNullable<FolderRecord['tables']>>
}

/** True when every part of every source could be listed. */
export const isComplete = ({ faults }: Listing): boolean => !faults.some(({ mayHideDocuments }) => mayHideDocuments)
