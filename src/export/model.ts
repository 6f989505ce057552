import type { Failure } from '../feishu/errors/failure.js'

/** What a source line links to. */
export type SourceTarget =
  | { readonly kind: 'document'; readonly token: string; readonly type: string; readonly subId?: string | undefined }
  /** A page of a knowledge base; `children` asks for everything below it too. */
  | {
      readonly kind: 'wiki-node'
      readonly token: string
      readonly subId?: string | undefined
      readonly children: boolean
    }
  | { readonly kind: 'wiki-space'; readonly spaceId: string }
  | { readonly kind: 'folder'; readonly token: string }

/** One line of `sources`, checked. */
export interface Source {
  /** Where the line stands, for messages: `sources line 3`. */
  readonly where: string
  readonly link: string
  readonly target: SourceTarget
  /** File extensions that override `formats` for this line. */
  readonly as: readonly string[] | undefined
  /** A document's path without extension, or the directory of a tree's content: segments as the user wrote them. */
  readonly to: readonly string[] | undefined
}

/**
 * A thing found by listing: a document, an uploaded file, a folder, or what cannot be exported at all. A page of a
 * knowledge base may have children whatever its type; a folder has nothing else.
 */
export interface Entry {
  /** The document's own token (a shortcut's: its target's). */
  readonly token: string
  /** doc, docx, sheet, bitable, slides, file, folder, mindnote, board or whatever the service says. */
  readonly type: string
  readonly title: string
  /** Seconds as the service wrote them, read in this listing; compared for equality alone. */
  readonly editTime: string | undefined
  readonly url: string | undefined
  /** True when the place holds a shortcut and token, type and time are those of its target. */
  readonly shortcut: boolean
  readonly children: readonly Entry[]
}

/** A document, or a branch of a tree, that could not be listed. */
export interface ListingFault {
  readonly source: Source
  /** What could not be listed, as a person knows it: a title with its path, or the link. */
  readonly what: string
  readonly failure: Failure
  /** True for a whole branch: then the listing is not complete and nothing may be taken for gone. */
  readonly branch: boolean
}

/** Everything that one source line leads to. */
export interface ListedSource {
  readonly source: Source
  readonly entries: readonly Entry[]
}

/** The result of the listing. */
export interface Listing {
  readonly sources: readonly ListedSource[]
  readonly faults: readonly ListingFault[]
}

/** One line of the manifest: a file that a run wrote. */
export interface ManifestFile {
  /** Relative to `directory`, with `/`. */
  readonly path: string
  readonly token: string
  readonly type: string
  readonly fileExtension: string
  /** The sheet or table of a csv. */
  readonly subId?: string | undefined
  readonly title: string
  /** Read before the export; undefined when the service told none. */
  readonly editTime: string | undefined
  readonly fileSize: number
  readonly sha256: string
  /** `2026-11-23T02:00:00Z` */
  readonly exportedAt: string
}

/** What is exported once: a document in one format. */
export interface ExportUnit {
  readonly token: string
  readonly type: string
  readonly title: string
  readonly editTime: string | undefined
  readonly url: string | undefined
  readonly fileExtension: string
  readonly subId: string | undefined
  /** True for an uploaded file, which is downloaded as it is. */
  readonly uploaded: boolean
}

/** A file to be: a unit at a path. A unit may stand at several. */
export interface PlannedFile {
  readonly unit: ExportUnit
  /** Relative to `directory`, with `/`. */
  readonly path: string
  /** The files of the same unit that an earlier run wrote elsewhere and that go when this one is there. */
  readonly replaces: readonly string[]
  /** True when a file that may be replaced stands there. */
  readonly stands: boolean
}

/**
 * A file of an earlier run whose document was not found, or is no longer wanted in this format. Another document may be
 * about to take its path.
 */
export interface StaleFile {
  readonly file: ManifestFile
  /** The files of the document in the formats that are wanted now; undefined when the document was not found. */
  readonly instead: readonly PlannedFile[] | undefined
}

/** A found thing that is not exported, and why. */
export interface SkippedEntry {
  readonly title: string
  readonly type: string
  readonly path: string
  readonly url: string | undefined
  readonly reason: string
}

/** A file that cannot be exported although it should, known before any task. */
export interface RefusedFile {
  readonly file: PlannedFile
  readonly failure: Failure
  /** True where a file stands of which the manifest knows nothing. */
  readonly isStranger: boolean
}

/** What a run is going to do. */
export interface Plan {
  readonly toExport: readonly PlannedFile[]
  readonly unchanged: readonly PlannedFile[]
  readonly refused: readonly RefusedFile[]
  readonly skipped: readonly SkippedEntry[]
  /** Stale files whose name a folder needs: they go first. */
  readonly inTheWay: readonly ManifestFile[]
  /** Whether they may go is for the run to decide. */
  readonly stale: readonly StaleFile[]
}
