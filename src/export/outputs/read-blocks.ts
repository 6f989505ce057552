import { readAllPages } from '../../feishu/client/all-pages.js'
import type { Fields, Page } from '../../feishu/client/fields.js'
import { blocksPage, descendantsPage, type BlockRef } from '../../feishu/docx/blocks.js'
import { getDocument } from '../../feishu/docx/document.js'
import { fail, type Failure, type Reply } from '../../feishu/errors/failure.js'
import { stringOf } from '../../markdown/fields.js'
import { collectReferences } from '../../markdown/references.js'
import { parseBlocks, type DocumentBlocks } from '../../markdown/parse.js'
import type { OutputTools } from './work.js'

/** Blocks of one document. */
export interface OwnContent {
  readonly documentId: string
  readonly blocks: DocumentBlocks
}

/** The blocks of a document, and the blocks of other documents that its synced blocks show. */
export interface DocumentContent extends OwnContent {
  /** By `syncedKey`. Missing: a synced block that is deleted, that the app may not read, or that is nested too deep. */
  readonly synced: ReadonlyMap<string, OwnContent>
}

/** Identifies a synced block. */
export const syncedKey = ({ documentId, blockId }: BlockRef): string => `${documentId}/${blockId}`

// How many times a list of blocks is read if the document is edited each time.
const MAX_READS = 4
// The error code for a cursor that the service no longer accepts, because the document was edited.
const STALE_CURSOR = 1770022

/** How many levels of synced blocks are read. The first level is the synced blocks of the document itself. */
const MAX_SYNCED_DEPTH = 3

/**
 * Reads the blocks of a document of type docx, and the content of its synced blocks, to a depth of `MAX_SYNCED_DEPTH`. A
 * synced block is left out if its content cannot be read for a lasting reason (see `isOwnFailure`). Any other failure is
 * returned.
 */
export async function readContent(documentId: string, tools: OutputTools): Promise<Reply<DocumentContent>> {
  const items = await readDocument(documentId, tools)
  if (!items.ok) return items
  const blocks = parseBlocks(items.value)
  const synced = new Map<string, OwnContent>()
  let toRead = collectReferences(blocks).synced
  for (let depth = 0; depth < MAX_SYNCED_DEPTH && toRead.length > 0; depth++) {
    const next: BlockRef[] = []
    for (const reference of toRead) {
      if (synced.has(syncedKey(reference))) continue
      const reply = await readSynced(reference, tools)
      if (!reply.ok) {
        if (!isOwnFailure(reply.failure)) return reply
        // For example, the other document was deleted, or the app may not read it. The Markdown shows a note instead.
        continue
      }
      const inner = parseBlocks(reply.value)
      synced.set(syncedKey(reference), { documentId: reference.documentId, blocks: inner })
      next.push(...collectReferences(inner).synced)
    }
    toRead = next
  }
  return { ok: true, value: { documentId, blocks, synced } }
}

/**
 * True for a lasting failure of one synced block: an error of the service with a code. A failure without a code may come
 * from a gateway, and a stale cursor comes from an edit. Both may be over in the next run.
 */
const isOwnFailure = ({ class: kind, scope, code }: Failure): boolean =>
  kind === 'permanent' && scope === undefined && code !== undefined && code !== STALE_CURSOR

/** Reads all blocks of a document. */
function readDocument(documentId: string, tools: OutputTools): Promise<Reply<readonly Fields[]>> {
  const { api, session } = tools
  const { connection, credential } = session
  return readOneRevision(documentId, tools, (cursor) =>
    api.call('blocks', (signal) => blocksPage(connection, credential, documentId, cursor, signal)),
  )
}

/** Reads the content of a synced block: all blocks below the block that it refers to. */
function readSynced(reference: BlockRef, tools: OutputTools): Promise<Reply<readonly Fields[]>> {
  const { api, session } = tools
  const { connection, credential } = session
  return readOneRevision(reference.documentId, tools, (cursor) =>
    api.call('blockDescendants', (signal) => descendantsPage(connection, credential, reference, cursor, signal)),
  )
}

/**
 * Reads a list of blocks of a document. If the list has several pages, these could be of different revisions. So the
 * revision of the document is read before and after the list. If the revision has changed, or a cursor is stale, the list
 * is read again. After `MAX_READS` reads without success, the call fails.
 */
async function readOneRevision(
  documentId: string,
  { api, session }: OutputTools,
  readPage: ReadPage,
): Promise<Reply<readonly Fields[]>> {
  const readRevision = (): Promise<Reply<string>> =>
    api.call('document', async (signal) => {
      const reply = await getDocument(session.connection, session.credential, documentId, signal)
      return reply.ok ? { ...reply, value: reply.value.revisionId } : reply
    })

  // Most lists have one page, which is of one revision: they need no further request. A longer list is read again below,
  // from its first page on, since the revision before this page is not known.
  const first = await readPage(undefined)
  if (!first.ok) return first
  if (!first.value.hasMore) return { ok: true, value: first.value.items }
  let failure: Failure = EDITED_MEANWHILE
  for (let reads = 0; reads < MAX_READS; reads++) {
    const before = await readRevision()
    if (!before.ok) return before
    const items = await readBlocks(readPage)
    if (!items.ok) {
      if (items.failure.code !== STALE_CURSOR) return items
      failure = items.failure
      continue
    }
    const after = await readRevision()
    if (!after.ok) return after
    if (after.value === before.value) return items
    failure = EDITED_MEANWHILE
  }
  return fail(failure)
}

/** Reads one page of a list of blocks. @param cursor undefined for the first page */
type ReadPage = (cursor: string | undefined) => Promise<Reply<Page<Fields>>>

/** Reads all pages of a list of blocks. */
const readBlocks = (readPage: ReadPage): Promise<Reply<readonly Fields[]>> =>
  readAllPages(readPage, ({ block_id: id }) => stringOf(id), 'read the blocks of the document')

const EDITED_MEANWHILE: Failure = {
  class: 'permanent',
  what: `Could not read the document: it was edited ${MAX_READS} times while it was read`,
  advice: 'Run it again when nobody edits it.',
}
