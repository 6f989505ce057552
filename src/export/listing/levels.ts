import { OPERATIONS } from '../../feishu/client/operations.js'
import { fail, type Failure, type Reply } from '../../feishu/errors/failure.js'
import type { OddItem, Page, TolerantPage } from '../../feishu/client/fields.js'
import type { FolderItem } from '../../feishu/drive/folders.js'
import type { WikiSpace } from '../../feishu/wiki/wiki-spaces.js'
import type { WikiLevel, WikiNode } from '../../feishu/wiki/wiki-tree.js'
import { SPACE_TYPE } from '../model.js'
import type { ListingCalls } from './calls.js'

/**
 * A part of a tree that is listed with one list of the service.
 * - `folder`: the items directly in a folder
 * - `wiki`: the wiki pages directly below a page, or at the top of a knowledge base
 * - `spaces`: all knowledge bases
 */
export type Level =
  | { readonly kind: 'folder'; readonly token: string }
  | ({ readonly kind: 'wiki' } & WikiLevel)
  | { readonly kind: 'spaces' }

/** An item of a level: a document, a file, a folder, a wiki page or a knowledge base. */
export interface Item {
  /**
   * Its token; for a shortcut, the shortcut's own token. An item that the service sends twice has the same id twice. For an
   * item without a token, see `oddItemIds`.
   */
  readonly id: string
  /**
   * The document or, for a shortcut, its target; undefined for a shortcut without a target, and for an item that cannot
   * be read.
   */
  readonly document: { readonly token: string; readonly type: string } | undefined
  /** Why the item cannot be read. */
  readonly failure?: Failure
  readonly title: string
  /**
   * The edit time of the document; undefined for a shortcut in a folder: the service does not send that of its target.
   */
  readonly editTime: string | undefined
  readonly url: string | undefined
  /** Set for a page of a knowledge base, unless it cannot be read and has no token. */
  readonly nodeToken: string | undefined
  readonly shortcut: boolean
  /** The level with its children; undefined if it has none. */
  readonly below: Level | undefined
}

const LIST_OPERATIONS = { folder: 'folder', wiki: 'wikiNodes', spaces: 'wikiSpaces' } as const

/** The items of a level that could be listed; with `failure`, there may be more. */
export interface LevelListing {
  readonly items: readonly Item[]
  readonly failure: Failure | undefined
}

/** Identifies a level. */
export function keyOf(level: Level): string {
  switch (level.kind) {
    case 'folder':
      return `folder/${level.token}`
    case 'wiki':
      return `wiki/${level.spaceId}/${level.parent ?? ''}`
    case 'spaces':
      return 'spaces'
  }
}

// The error codes for a cursor that the service no longer accepts.
const STALE_CURSOR_CODES: Readonly<Record<Level['kind'], number>> = { folder: 1061002, wiki: 131002, spaces: 131002 }

/**
 * Lists a level. Starts again once if the service no longer accepts a cursor.
 * @param onItems called after each page of the list with the number of new items. After a new start, items that were read
 * before count again
 */
export async function readLevel(
  level: Level,
  calls: ListingCalls,
  onItems: (count: number) => void,
): Promise<LevelListing> {
  const first = await readPages(level, calls, onItems)
  return first.isCursorStale ? readPages(level, calls, onItems) : first
}

// A folder holds 1,500 items at most; the limit ends a list that never ends by itself.
const MAX_ITEMS = 20_000
// A page of the list without new items stands for 50 wiki pages that the app may not read. No level is likely to have
// 2,500 of these in a row. The requests for them already take half a minute under the rate limit.
const ENDLESS_AFTER_IDLE_PAGES = 50

/** The result of reading the list of a level once. */
interface ListRead extends LevelListing {
  /** True when the failure is that the service no longer accepts a cursor. */
  readonly isCursorStale: boolean
}

/** Reads the list of a level page by page, to its end or until a failure. */
async function readPages(level: Level, calls: ListingCalls, onItems: (count: number) => void): Promise<ListRead> {
  const items = new Map<string, Item>()
  const cursors = new Set<string>()
  const end = (failure: Failure | undefined, isCursorStale = false): ListRead => ({
    items: [...items.values()],
    failure,
    isCursorStale,
  })
  let idlePages = 0
  let cursor: string | undefined
  for (;;) {
    const reply = await readPage(level, cursor, calls)
    if (!reply.ok) {
      const isCursorStale = cursor !== undefined && reply.failure.code === STALE_CURSOR_CODES[level.kind]
      return end(reply.failure, isCursorStale)
    }
    const { value: page, logId } = reply
    const sizeBefore = items.size
    for (const item of page.items) if (!items.has(item.id)) items.set(item.id, item)
    const newCount = items.size - sizeBefore
    onItems(newCount)
    idlePages = newCount === 0 ? idlePages + 1 : 0
    if (!page.hasMore) return end(undefined)
    if (items.size > MAX_ITEMS) return end(endless(level, `it has more than ${MAX_ITEMS} entries`, logId))
    if (idlePages >= ENDLESS_AFTER_IDLE_PAGES) {
      const why = `the last ${ENDLESS_AFTER_IDLE_PAGES} pages brought nothing new, and there is always one more`
      return end(endless(level, why, logId))
    }
    if (page.cursor === undefined) return end(unusableCursor(level, 'missing', logId))
    if (cursors.has(page.cursor)) return end(unusableCursor(level, 'repeated', logId))
    cursor = page.cursor
    cursors.add(cursor)
  }
}

/** Reads one page of the list of a level. */
async function readPage(level: Level, cursor: string | undefined, calls: ListingCalls): Promise<Reply<Page<Item>>> {
  switch (level.kind) {
    case 'folder':
      return mapItems(level, await calls.folderPage(level.token, cursor), itemInFolder)
    case 'wiki':
      return mapItems(level, await calls.wikiNodesPage(level, cursor), itemOfNode)
    case 'spaces':
      return mapItems(level, await calls.wikiSpacesPage(cursor), itemOfSpace)
  }
}

/** Makes the items of a page of the list; those that cannot be read (`oddItems`) get a failure. */
function mapItems<T>(level: Level, reply: Reply<TolerantPage<T>>, map: (item: T) => Item): Reply<Page<Item>> {
  if (!reply.ok) return fail(reply.failure)
  const { items, oddItems, ...page } = reply.value
  const idOf = oddItemIds(level)
  const odd = oddItems.map((oddItem) => itemOfOdd(level, oddItem, idOf(oddItem), reply.logId))
  return { ...reply, value: { ...page, items: [...items.map(map), ...odd] } }
}

/**
 * Returns the function that gives ids to the odd items of one page of a list. The id of an item is its token. If it has
 * none, the id consists of level, title, reason and a number, which counts the items of this page that look the same. Each
 * page counts from 1: so an item that the service sends again on a later page gets the same id.
 */
function oddItemIds(level: Level): (oddItem: OddItem) => string {
  const counts = new Map<string, number>()
  return ({ token, title, reason }) => {
    if (token !== undefined) return token
    const look = JSON.stringify([keyOf(level), title, reason])
    const count = (counts.get(look) ?? 0) + 1
    counts.set(look, count)
    return `${look}#${count}`
  }
}

/** Makes the item of an `OddItem`, with the failure that says why it cannot be read. */
function itemOfOdd(level: Level, { token, title, reason }: OddItem, id: string, logId: string | undefined): Item {
  return {
    id,
    document: undefined,
    failure: {
      class: 'permanent',
      what: `Could not ${doingOf(level)}: it holds an entry that this action cannot read (${reason})`,
      advice: 'Open the entry in Feishu. If it can be opened there, report it in the issues of this repository.',
      logId,
    },
    title: title || (token ?? '(an entry without a title)'),
    editTime: undefined,
    url: undefined,
    nodeToken: level.kind === 'wiki' ? token : undefined,
    shortcut: false,
    below: undefined,
  }
}

/** Makes the item of a `FolderItem`. */
function itemInFolder(item: FolderItem): Item {
  const shortcut = item.type === 'shortcut'
  const document = shortcut ? item.target : { token: item.token, type: item.type }
  return {
    id: item.token,
    document,
    title: item.name,
    editTime: shortcut ? undefined : item.modifiedTime,
    url: item.url,
    nodeToken: undefined,
    shortcut,
    below: document?.type === 'folder' ? { kind: 'folder', token: document.token } : undefined,
  }
}

/** Makes the item of a wiki page. */
export function itemOfNode(node: WikiNode): Item {
  return {
    id: node.nodeToken,
    document: { token: node.objToken, type: node.objType },
    title: node.title,
    editTime: node.objEditTime,
    url: undefined,
    nodeToken: node.nodeToken,
    shortcut: node.shortcut,
    below: node.hasChild ? { kind: 'wiki', spaceId: node.spaceId, parent: node.nodeToken } : undefined,
  }
}

/** Makes the item of a knowledge base; its id serves as the token, since it has none. */
function itemOfSpace({ spaceId, name }: WikiSpace): Item {
  return {
    id: spaceId,
    document: { token: spaceId, type: SPACE_TYPE },
    title: name,
    editTime: undefined,
    url: undefined,
    nodeToken: undefined,
    shortcut: false,
    below: { kind: 'wiki', spaceId, parent: undefined },
  }
}

/** What listing a level is called in messages: "list the folder". */
const doingOf = (level: Level): string => OPERATIONS[LIST_OPERATIONS[level.kind]].doing

/** The failure of a level whose list is too long, or seems to have no end. */
function endless(level: Level, why: string, logId: string | undefined): Failure {
  return {
    class: 'permanent',
    what: `Could not ${doingOf(level)} to its end: ${why}`,
    advice: 'If it really has so many entries, split it; if not, give the log id to Feishu support.',
    logId,
  }
}

const CURSOR_FAULTS = {
  missing: 'does not say where (its page token is missing)',
  repeated: 'leads back (its page token is one it gave before)',
} as const

/** The failure of a level whose list has more pages, but no usable cursor. */
function unusableCursor(level: Level, fault: keyof typeof CURSOR_FAULTS, logId: string | undefined): Failure {
  return {
    class: 'permanent',
    what: `Could not ${doingOf(level)} to its end: the service says that there is more, but ${CURSOR_FAULTS[fault]}`,
    advice: 'Run it again. If it stays, give the log id to Feishu support.',
    logId,
  }
}
