import type { PlainAnswer } from './answer.js'
import * as answers from './answers.js'
import { descendantsOf, wireBlocks, type WireBlock } from './blocks.js'
import type { Call } from './call.js'
import { DOCX } from './codes.js'
import type { EmulatedDocument } from './documents.js'
import { pageOf } from './pages.js'
import { isForbidden } from './store.js'

/** `GET docx/v1/documents/:document_id`. */
export function getDocument(call: Call): PlainAnswer {
  const document = findDocument(call)
  if ('status' in document) return document
  const { token, revision, title } = document
  return answers.ok({ document: { document_id: token, revision_id: revision, title } })
}

/** `GET docx/v1/documents/:document_id/blocks`: one page of all blocks. */
export function listBlocks(call: Call): PlainAnswer {
  const document = findDocument(call)
  if ('status' in document) return document
  return pageAnswer(call, wireBlocks(document), call.maxPageItems.blocks)
}

/**
 * `GET docx/v1/documents/:document_id/blocks/:block_id/children`: a page of the block's children, or of everything
 * below it.
 */
export function listChildren(call: Call): PlainAnswer {
  const document = findDocument(call)
  if ('status' in document) return document
  const all = wireBlocks(document)
  const parent = all.find((block) => block.block_id === call.params['blockId'])
  if (parent === undefined) return answers.error(DOCX.notFound)
  const below = descendantsOf(all, parent)
  const isDeep = call.request.query['with_descendants'] === 'true'
  const items = isDeep ? below : below.filter((block) => block.parent_id === parent.block_id)
  return pageAnswer(call, items, call.maxPageItems['block-children'])
}

/** The document that the request names, or the answer that refuses it. */
function findDocument({ params, store }: Call): EmulatedDocument | PlainAnswer {
  const document = store.documents.find(params['documentId'] ?? '')
  if (document?.type !== 'docx') return answers.error(DOCX.notFound)
  if (document.deleted) return answers.error(DOCX.deleted)
  if (isForbidden(document, store)) return answers.error(DOCX.forbidden)
  return document.copying ? answers.error(DOCX.copying) : document
}

/** The answer with the requested page of a list of blocks. @param cap the most items, even if more are requested */
function pageAnswer({ request }: Call, blocks: readonly WireBlock[], cap: number | undefined): PlainAnswer {
  const page = pageOf(blocks, request, { usual: 500, max: 500, cap })
  if (page === 'bad-cursor') return answers.error(DOCX.invalidCursor)
  if (page === 'bad-size')
    return answers.fieldViolation('page_size', 'the max value is 500', request.query['page_size'])
  return answers.ok({
    has_more: page.cursor !== '',
    items: page.items,
    ...(page.cursor !== '' && { page_token: page.cursor }),
  })
}
