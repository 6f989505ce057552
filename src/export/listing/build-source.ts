import type { DocumentRef } from '../../feishu/drive/metas.js'
import type { Reply } from '../../feishu/errors/failure.js'
import type { WikiNode } from '../../feishu/wiki/wiki-tree.js'
import type { DocumentInfo } from '../model.js'
import { isDeleted } from './is-deleted.js'
import { itemOfNode } from './levels.js'
import { isNodeTree, levelOf, refOf } from './targets.js'
import { buildTree, type Answers, type Missing, type Root } from './tree.js'
import { placeBelow, TOP, type TreeRules } from './tree-rules.js'
import type { Entry, ListedSource, ListingFault } from './types.js'
import { documentUrl, wikiUrl } from './urls.js'

/** The result of one source, which is not complete while something is `missing`. */
export interface SourceResult {
  readonly rules: TreeRules
  readonly listed: ListedSource
  readonly faults: readonly ListingFault[]
  readonly missing: Missing
}

const NOTHING_MISSING: Missing = { levels: [], targets: [] }

/**
 * Builds the tree of a source from the answers so far. The tree of a single document or page has one entry. What cannot
 * be read or listed becomes a fault.
 * @param nodes the replies for wiki pages, by token: for each root page of a tree, and for each single page that was
 * queried alone
 */
export function buildSource(
  rules: TreeRules,
  answers: Answers,
  nodes: ReadonlyMap<string, Reply<WikiNode>>,
): SourceResult {
  const { source } = rules
  const { target } = source
  const level = levelOf(target)
  if (level) return buildSourceTree({ level }, rules, answers)
  const node = target.kind === 'wiki-node' ? nodes.get(target.token) : undefined
  const ref = refOf(target)
  if (ref) return buildDocument(ref, node && documentOfNode(node), rules, answers)
  if (!isNodeTree(target) || !node) throw new Error(`${source.where}: the root page of the tree was not queried`)
  if (node.ok) return buildSourceTree({ item: itemOfNode(node.value) }, rules, answers)
  // Without the page, nothing below it is known. So it is treated like a single page.
  const unreadable = buildDocument({ token: target.token, type: 'wiki' }, node, rules, answers)
  // Documents may be hidden even if the root page is deleted: pages that were below it may exist at another place.
  return { ...unreadable, faults: unreadable.faults.map((fault) => ({ ...fault, mayHideDocuments: true })) }
}

/** Builds the tree of a folder, of a knowledge base or all of them, or of a wiki page with the pages below it. */
function buildSourceTree(root: Root, rules: TreeRules, answers: Answers): SourceResult {
  const { entries, faults, missing } = buildTree(rules, root, answers)
  return { rules, listed: { source: rules.source, entries }, faults, missing }
}

/**
 * Gets the document behind a wiki page from the reply for the page.
 * @returns the document, or the failure of the reply. Undefined if the API of wiki pages is closed: then the metadata
 * API was queried
 */
function documentOfNode(node: Reply<WikiNode>): Reply<DocumentInfo> | undefined {
  if (!node.ok) return isNodeApiClosed(node) ? undefined : node
  const { objToken: token, objType: type, title, objEditTime: editTime } = node.value
  return { ok: true, value: { token, type, title, editTime, url: undefined } }
}

/**
 * Makes the result of a source that is a single document or page: one entry, or a fault if it cannot be read. If
 * `exclude` has its link, it gets an entry even so.
 * @param ownReply the document behind a wiki page, from the API of wiki pages; if undefined, `documents` has the reply
 */
function buildDocument(
  ref: DocumentRef,
  ownReply: Reply<DocumentInfo> | undefined,
  rules: TreeRules,
  { documents, listed }: Answers,
): SourceResult {
  const { source, exclude } = rules
  const reply = ownReply ?? documents.get(ref)
  const document = reply.ok ? reply.value : { ...ref, title: '', editTime: undefined, url: undefined }
  const { token, editTime, url } = document
  const title = document.title || token
  const path = reply.ok ? placeBelow(TOP, title, document.type).path : undefined
  const excludedBy = exclude.linesFor({ path, isDirectory: false, ids: [token, ref.token] })
  if (!reply.ok && excludedBy.length === 0) {
    const { failure } = reply
    const fault = { source, what: source.link, failure, mayHideDocuments: !isDeleted(failure) }
    return { rules, listed: { source, entries: [] }, faults: [fault], missing: NOTHING_MISSING }
  }
  const entry: Entry = {
    ...document,
    title,
    // Two queries of one document may give different edit times. If a level or wiki page describes it, too, that edit time
    // counts.
    editTime: listed.get(token)?.editTime ?? editTime,
    url:
      url ?? (ref.type === 'wiki' ? wikiUrl(source.host, ref.token) : documentUrl(source.host, document.type, token)),
    shortcut: false,
    ...(excludedBy.length > 0 && { excludedBy }),
    children: [],
  }
  return { rules, listed: { source, entries: [entry] }, faults: [], missing: NOTHING_MISSING }
}

/** True when every request to the API of wiki pages would fail: the app lacks its scope, or has used up its quota. */
export const isNodeApiClosed = (reply: Reply<WikiNode> | undefined): boolean =>
  reply?.ok === false && reply.failure.scope === 'endpoint'
