import type { RootContent } from 'mdast'
import type { Block, DocumentBlocks } from './parse.js'
import type { DocumentReference } from './urls.js'

/** A file that is saved beside the Markdown. */
export type Asset =
  | { readonly kind: 'picture'; readonly token: string }
  | { readonly kind: 'attachment'; readonly token: string; readonly name: string }
  | { readonly kind: 'board'; readonly token: string }

/** The block of another document that a synced block shows. */
export interface SyncedReference {
  readonly documentId: string
  readonly blockId: string
}

/** What the conversion needs besides the blocks. */
export interface Surroundings {
  /** Scheme and host for links to documents of which a block has only the token: `https://example.feishu.cn`. */
  readonly origin: string
  /** The path of an asset relative to the `.md`, not encoded; undefined if it is not saved. */
  assetPath(asset: Asset): string | undefined
  /** The path of a document's file relative to the `.md`, not encoded; undefined to keep the link to Feishu. */
  documentPath(reference: DocumentReference): string | undefined
  /** The blocks below a synced block; undefined if they were not read. */
  syncedBlocks(reference: SyncedReference): DocumentBlocks | undefined
}

/** A kind of block or text element that Markdown cannot show, and how many blocks or elements of it a document has. */
export interface Placeholder {
  readonly kind: string
  readonly blockType: number
  readonly count: number
}

/** What the converter of one kind of block may use. */
export interface Context {
  readonly surroundings: Surroundings
  /** Converts consecutive blocks. A block that was converted before is left out. */
  convert(ids: readonly string[]): RootContent[]
  /**
   * Converts the content of a synced block. Undefined if the content could not be read, would contain itself, or would
   * make the document too long.
   */
  convertSynced(reference: SyncedReference): RootContent[] | undefined
  /** Finds a block, even if it was converted before; undefined if it does not exist. */
  find(id: string): Block | undefined
  /** Finds a block and marks it as converted; undefined if it does not exist or was converted before. */
  take(id: string): Block | undefined
  /** Counts a block or text element that cannot be shown. @returns the text of its visible note */
  note(kind: string, blockType: number): string
}

/** Converts a block and the blocks below it; to nothing if there is nothing to show. */
export type ConvertBlock = (block: Block, context: Context) => RootContent[]
