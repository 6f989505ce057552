import { OPERATIONS } from '../../feishu/client/operations.js'
import { fail, type Failure, type Reply } from '../../feishu/errors/failure.js'
import type { OddItem, Page, TolerantPage } from '../../feishu/client/fields.js'
import type { FolderItem } from '../../feishu/drive/folders.js'
import type { WikiSpace } from '../../feishu/wiki/wiki-spaces.js'
import type { WikiLevel, WikiNode } from '../../feishu/wiki/wiki-tree.js'
import { SPACE_TYPE } from '../model.js'
import type { ListingCalls } from './calls.js'

/** What one list shows: a folder without its sub-folders, the pages directly below a page, or all knowledge bases. */
export type Level =
  | { readonly kind: 'folder'; readonly token: string }
  | ({ readonly kind: 'wiki' } & WikiLevel)
  | { readonly kind: 'spaces' }

/** A thing on a level. */
export interface Item {
  /** Its own token, a shortcut's too: repeats are known by it. */
  readonly id: string
  /**
   * The document's (a shortcut's: its target's); undefined for a shortcut that does not say where it leads, and for an
   * entry that cannot be read.
   */
  readonly document: { readonly token: string; readonly type: string } | undefined
  /** Why the entry cannot be read. */
  readonly failure?: Failure
  readonly title: string
  /** The document's own; undefined for a shortcut of a folder, whose target must be asked for it. */
  readonly editTime: string | undefined
  readonly url: string | undefined
  /** Set for a page of a knowledge base. */
  readonly nodeToken: string | undefined
  readonly shortcut: boolean
  /** Where its children are listed, if it has any. */
  readonly below: Level | undefined
}

const LIST_CALLS = { folder: 'folder', wiki: 'wikiNodes', spaces: 'wikiSpaces' } as const

/** All of a level that could be had; with `failure`, there is or may be more. */
export interface LevelListing {
  readonly items: readonly Item[]
  readonly failure: Failure | undefined
}

/** The same for the same level. */
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

// A cursor that the service no longer takes.
const STALE_CURSOR: Readonly<Record<Level['kind'], number>> = { folder: 1061002, wiki: 131002, spaces: 131002 }

/** Lists a level to its end, from the start once more if the service loses the place. */
export async function readLevel(
  level: Level,
  calls: ListingCalls,
  onItems: (count: number) => void,
): Promise<LevelListing> {
  const first = await readPages(level, calls, onItems)
  return first.stale ? readPages(level, calls, onItems) : first
}

// A folder holds 1,500 things at most; what goes on for ever must end all the same.
const MAX_ITEMS = 20_000
// Of a knowledge base, a page that brings nothing new hides 50 nodes that the app may not read: 2,500 in a row are more
// than any level is likely to have, and the requests for them use half a minute of that API's limit.
const MAX_IDLE_PAGES = 50

async function readPages(
  level: Level,
  calls: ListingCalls,
  onItems: (count: number) => void,
): Promise<LevelListing & { readonly stale: boolean }> {
  const items = new Map<string, Item>()
  const cursors = new Set<string>()
  let idlePages = 0
  let cursor: string | undefined
  for (;;) {
    const reply = await readPage(level, cursor, calls)
    if (!reply.ok) {
      const stale = cursor !== undefined && reply.failure.code === STALE_CURSOR[level.kind]
      return { items: [...items.values()], failure: reply.failure, stale }
    }
    const page = reply.value
    const before = items.size
    for (const item of page.items) if (!items.has(item.id)) items.set(item.id, item)
    onItems(items.size - before)
    idlePages = items.size === before ? idlePages + 1 : 0
    if (!page.hasMore) return { items: [...items.values()], failure: undefined, stale: false }
    if (items.size > MAX_ITEMS || idlePages >= MAX_IDLE_PAGES) {
      const why =
        items.size > MAX_ITEMS
          ? `it has more than ${MAX_ITEMS} entries`
          : `the last ${MAX_IDLE_PAGES} pages brought nothing new, and there is always one more`
      return { items: [...items.values()], failure: endless(level, why, reply.logId), stale: false }
    }
    if (page.cursor === undefined || cursors.has(page.cursor)) {
      const failure = lostPlace(level, page.cursor === undefined ? 'does not say where' : 'leads back', reply.logId)
      return { items: [...items.values()], failure, stale: false }
    }
    cursor = page.cursor
    cursors.add(cursor)
  }
}

async function readPage(level: Level, cursor: string | undefined, calls: ListingCalls): Promise<Reply<Page<Item>>> {
  switch (level.kind) {
    case 'folder':
      return mapped(level, await calls.folderPage(level.token, cursor), itemOfFolder)
    case 'wiki':
      return mapped(level, await calls.wikiNodesPage(level, cursor), itemOfNode)
    case 'spaces':
      return mapped(level, await calls.wikiSpacesPage(cursor), itemOfSpace)
  }
}

function mapped<T>(level: Level, reply: Reply<TolerantPage<T>>, map: (item: T) => Item): Reply<Page<Item>> {
  if (!reply.ok) return fail(reply.failure)
  const { items, oddItems, ...page } = reply.value
  const odd = oddItems.map((oddItem) => itemOfOdd(level, oddItem, reply.logId))
  return { ...reply, value: { ...page, items: [...items.map(map), ...odd] } }
}

/** An entry that cannot be read: what is known of it, and why it fails. */
function itemOfOdd(level: Level, { token, title, reason }: OddItem, logId: string | undefined): Item {
  return {
    id: token ?? `${title}/${reason}`,
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
    nodeToken: undefined,
    shortcut: false,
    below: undefined,
  }
}

function itemOfFolder(item: FolderItem): Item {
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

/** A page of a knowledge base as a thing on a level. */
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

/** A knowledge base has no token of its own: its id stands for it. */
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

const doingOf = (level: Level): string => OPERATIONS[LIST_CALLS[level.kind]].doing

function endless(level: Level, why: string, logId: string | undefined): Failure {
  return {
    class: 'permanent',
    what: `Could not ${doingOf(level)} to its end: ${why}`,
    advice: 'If it is so large, split it; else give the log id to Feishu support.',
    logId,
  }
}

function lostPlace(level: Level, how: string, logId: string | undefined): Failure {
  return {
    class: 'permanent',
    what:
      `Could not ${doingOf(level)} to its end: the service says` +
      ` that there is more, but ${how} (its page token is ${how === 'leads back' ? 'one it gave before' : 'missing'})`,
    advice: 'Run it again. If it stays, give the log id to Feishu support.',
    logId,
  }
}
