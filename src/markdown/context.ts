import type { RootContent } from 'mdast'
import type { Block, DocumentBlocks } from './parse.js'
import type { DocumentReference } from './urls.js'

/** A file that belongs beside the Markdown. */
export type Asset =
  | { readonly kind: 'picture'; readonly token: string }
  | { readonly kind: 'attachment'; readonly token: string; readonly name: string }
  | { readonly kind: 'board'; readonly token: string }

/** The block of another document that a synced block shows. */
export interface SyncedReference {
  readonly documentId: string
  readonly blockId: string
}

/** What the conversion cannot know from the blocks. */
export interface Surroundings {
  /** Scheme and host for links to what a document embeds: `https://example.feishu.cn`. */
  readonly origin: string
  /** The asset's path relative to the `.md`, not encoded; undefined where there is no such file. */
  assetPath(asset: Asset): string | undefined
  /** The path of a document's file relative to the `.md`, not encoded; undefined leaves the link as it is. */
  documentPath(reference: DocumentReference): string | undefined
  /** The blocks below a synced block; undefined where they could not be read. */
  syncedBlocks(reference: SyncedReference): DocumentBlocks | undefined
}

/** Something in a document that Markdown cannot show, and how often. */
export interface Placeholder {
  readonly kind: string
  readonly blockType: number
  readonly count: number
}

/** What the function of one kind of block may use. */
export interface Context {
  readonly surroundings: Surroundings
  /** Converts blocks that follow each other. A block that was converted before is left out. */
  convert(ids: readonly string[]): RootContent[]
  /** Converts what a synced block shows; undefined where it cannot be had or would hold itself. */
  convertSynced(reference: SyncedReference): RootContent[] | undefined
  find(id: string): Block | undefined
  /** Finds a block that is shown inside a text, and counts it as converted. */
  take(id: string): Block | undefined
  /** Counts something that cannot be shown. @returns the visible note for the document */
  note(kind: string, blockType: number): string
}

export type ConvertBlock = (block: Block, context: Context) => RootContent[]
