import type { RootContent } from 'mdast'
import { convertAddOn, convertCode, convertEquation } from './blocks/code.js'
import { convertIframe, convertLinkPreview, convertReferenceSynced, makeEmbeddedConverter } from './blocks/embeds.js'
import { isListItem, ListCollector } from './blocks/lists.js'
import { convertBoard, convertFile, convertImage } from './blocks/media.js'
import { placeholder } from './blocks/placeholder.js'
import { convertTable } from './blocks/tables.js'
import { convertDivider, convertHeading, convertQuote, convertText } from './blocks/texts.js'
import type { Context, ConvertBlock, Placeholder, Surroundings, SyncedReference } from './context.js'
import type { Block, DocumentBlocks } from './parse.js'

// The converters by kind of block. List items are collected by ListCollector; every other kind becomes a placeholder.
const CONVERTERS: ReadonlyMap<string, ConvertBlock> = new Map([
  ['page', (block, context) => context.convert(block.children)],
  ['text', convertText],
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((level): [string, ConvertBlock] => [`heading${level}`, convertHeading]),
  ['code', convertCode],
  ['quote', convertQuote],
  ['equation', convertEquation],
  ['bitable', makeEmbeddedConverter('bitable', 'Base', 'table')],
  ['callout', convertQuote],
  ['divider', convertDivider],
  ['file', convertFile],
  ['grid', convertText],
  ['grid_column', convertText],
  ['iframe', convertIframe],
  ['image', convertImage],
  ['mindnote', makeEmbeddedConverter('mindnote', 'Mind note')],
  ['sheet', makeEmbeddedConverter('sheet', 'Sheet', 'sheet')],
  ['table', convertTable],
  ['table_cell', convertText],
  ['view', convertText],
  ['quote_container', convertQuote],
  ['add_ons', convertAddOn],
  ['board', convertBoard],
  ['link_preview', convertLinkPreview],
  ['source_synced', convertText],
  ['reference_synced', convertReferenceSynced],
])

// More levels than documents have, and few enough for Markdown programs and for the call stack.
const MAX_DEPTH = 50
// The maximum number of blocks in the content of all synced blocks of a document. A synced block can contain another
// one several times. Without a maximum, a few synced blocks could make a document of any length.
const MAX_SYNCED_BLOCKS = 20_000
// The block type in a note about something without a block type, such as a missing block.
const NO_BLOCK_TYPE = 0

/** Converts the blocks of a document to a Markdown tree, without the title. Does not throw for unexpected blocks. */
export function convertDocument(
  blocks: DocumentBlocks,
  surroundings: Surroundings,
): { content: RootContent[]; placeholders: readonly Placeholder[] } {
  const conversion = new Conversion(blocks, surroundings)
  const content = conversion.convert(blocks.roots)
  return { content, placeholders: conversion.placeholders() }
}

/** The conversion of one document. Methods without a comment are described in `Context`. */
class Conversion implements Context {
  /** The ids of the blocks of `blocks` that were converted. */
  private converted = new Set<string>()
  private depth = 0
  private syncedBlocksLeft = MAX_SYNCED_BLOCKS
  /** The synced blocks whose content is just being converted. */
  private readonly openSynced = new Set<string>()
  private readonly counts = new Map<string, Placeholder>()

  constructor(
    /** The document; while the content of a synced block is converted, that content. */
    private blocks: DocumentBlocks,
    readonly surroundings: Surroundings,
  ) {}

  /** What was counted by `note` so far. */
  placeholders(): readonly Placeholder[] {
    return [...this.counts.values()]
  }

  find(id: string): Block | undefined {
    return this.blocks.byId.get(id)
  }

  take(id: string): Block | undefined {
    if (this.converted.has(id)) return undefined
    this.converted.add(id)
    return this.find(id)
  }

  note(kind: string, blockType: number): string {
    const key = `${kind} ${blockType}`
    this.counts.set(key, { kind, blockType, count: (this.counts.get(key)?.count ?? 0) + 1 })
    return `Not exported: ${kind}, block type ${blockType}`
  }

  convert(ids: readonly string[]): RootContent[] {
    if (ids.length > 0 && this.depth >= MAX_DEPTH) return [this.noteParagraph('deeper nesting')]
    this.depth++
    const lists = new ListCollector(this)
    const content = ids.flatMap((id) => this.convertOne(id, lists))
    this.depth--
    return content
  }

  convertSynced(reference: SyncedReference): RootContent[] | undefined {
    const key = `${reference.documentId} ${reference.blockId}`
    if (this.openSynced.has(key)) return undefined
    const blocks = this.surroundings.syncedBlocks(reference)
    if (!blocks || blocks.byId.size > this.syncedBlocksLeft) return undefined

    const outer = { blocks: this.blocks, converted: this.converted }
    this.syncedBlocksLeft -= blocks.byId.size
    this.openSynced.add(key)
    this.blocks = blocks
    // The same content may be shown several times, and other documents may have blocks with the same ids.
    this.converted = new Set()
    const content = this.convert(blocks.roots)
    this.blocks = outer.blocks
    this.converted = outer.converted
    this.openSynced.delete(key)
    return content
  }

  /**
   * Converts a block with everything below it.
   * @param lists collects the list items among this block and its siblings
   * @returns its content; nothing if the block was added to the open list, or was converted before
   */
  private convertOne(id: string, lists: ListCollector): RootContent[] {
    // Checked first, because `take` returns undefined for a converted block and also for a missing one.
    if (this.converted.has(id)) return []
    const block = this.take(id)
    if (block && isListItem(block)) return lists.add(block)
    lists.close()
    if (!block) return [this.noteParagraph('missing block')]
    return (CONVERTERS.get(block.kind) ?? placeholder)(block, this)
  }

  /** Counts something without a block type as a placeholder. @returns a paragraph with its visible note */
  private noteParagraph(kind: string): RootContent {
    return {
      type: 'paragraph',
      children: [{ type: 'emphasis', children: [{ type: 'text', value: this.note(kind, NO_BLOCK_TYPE) }] }],
    }
  }
}
