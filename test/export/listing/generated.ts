import fc from 'fast-check'
import type { TolerantPage } from '../../../src/feishu/client/fields.js'
import { fail } from '../../../src/feishu/errors/failure.js'
import type { ListingCalls } from '../../../src/export/listing/calls.js'
import type { FolderItem } from '../../../src/feishu/drive/folders.js'
import type { WikiNode } from '../../../src/feishu/wiki/wiki-tree.js'
import path from 'node:path'
import { item, meta, node, notCalled, page, refusal, replyOf, shortcutTo } from './support.js'

/**
 * A generated item. Its title is its token. `parent` and `target` choose among the items that were generated before it:
 * the number modulo the count of the possible ones.
 */
export interface Seed {
  /** Chooses the folder, or the wiki page, that it is in. */
  readonly parent: number
  readonly kind: 'folder' | 'docx' | 'sheet' | 'file' | 'mindnote' | 'shortcut'
  /** For a shortcut: chooses what it leads to. */
  readonly target: number
  /** Whether what is below it cannot be listed. */
  readonly denied: boolean
  /** Drive: whether the metadata query refuses the document. Wiki: whether the node is left out of the list. */
  readonly hidden: boolean
}

export const seeds = fc.array(
  fc.record({
    parent: fc.nat(),
    kind: fc.constantFrom<Seed['kind'][]>(
      'folder',
      'folder',
      'docx',
      'sheet',
      'file',
      'mindnote',
      'shortcut',
      'shortcut',
    ),
    target: fc.nat(),
    denied: fc.constantFrom(false, false, false, false, true),
    hidden: fc.constantFrom(false, false, false, true),
  }),
  { maxLength: 40 },
)

/**
 * How a service divides a list into pages. Each element says how many new items a page has, and whether it also has the
 * item before them again. If a list needs more pages, the elements are used again from the first one.
 */
export const pagings = fc.array(fc.record({ size: fc.nat({ max: 3 }), repeat: fc.boolean() }), {
  minLength: 1,
  maxLength: 5,
})
export type Paging = readonly { readonly size: number; readonly repeat: boolean }[]

/** Divides a level into pages, and returns the page of a cursor: `c1` for the second page, undefined for the first. */
function paged<T>(level: readonly T[], paging: Paging, cursor: string | undefined): TolerantPage<T> {
  let start = 0
  const pages: T[][] = []
  // Without a page that holds items, the loop below would never end.
  const usable = paging.some(({ size }) => size > 0) ? paging : [...paging, { size: 1, repeat: false }]
  while (start < level.length) {
    // The default never applies: `usable` is not empty.
    const { size, repeat } = usable[pages.length % usable.length] ?? { size: 1, repeat: false }
    pages.push(level.slice(Math.max(0, repeat ? start - 1 : start), start + size))
    start += size
  }
  const nth = cursor === undefined ? 0 : Number(cursor.slice(1))
  return page(pages[nth] ?? [], nth + 1 < pages.length ? `c${nth + 1}` : undefined)
}

/** Collects the requests that a listing makes more than once; it must not make any. */
class RepeatedRequests {
  readonly repeated: string[] = []
  private readonly seen = new Set<string>()
  add(request: string): void {
    if (this.seen.has(request)) this.repeated.push(request)
    this.seen.add(request)
  }
}

/** A drive: `root` is listed, and only shortcuts lead to `outer`; `root` may be inside `outer`. */
export class Drive {
  /** The items of each folder, by its token. */
  readonly levels = new Map<string, FolderItem[]>([
    ['root', []],
    ['outer', []],
  ])
  /** The tokens of the folders that cannot be listed. */
  readonly denied = new Set<string>()
  /** The tokens of the documents that the metadata query refuses. */
  private readonly secret = new Set<string>()
  readonly requests = new RepeatedRequests()

  constructor(list: readonly Seed[], rootInOuter: boolean) {
    const documents: [token: string, type: string][] = []
    const folders = ['root', 'outer']
    if (rootInOuter) this.levels.get('outer')?.push(item('root', 'folder'))
    list.forEach((seed, index) => {
      const token = `t${index}`
      const parent = folders[seed.parent % folders.length] ?? 'root'
      const level = this.levels.get(parent)
      if (seed.kind === 'folder') {
        level?.push(item(token, 'folder'))
        this.levels.set(token, [])
        folders.push(token)
        if (seed.denied) this.denied.add(token)
        return
      }
      if (seed.kind === 'shortcut') {
        const targets = [...documents, ...folders.map((folder): [string, string] => [folder, 'folder'])]
        const [target, type] = targets[seed.target % targets.length] ?? ['root', 'folder']
        level?.push(shortcutTo(target, type, token))
        return
      }
      level?.push(item(token, seed.kind))
      documents.push([token, seed.kind])
      if (seed.hidden) this.secret.add(token)
    })
  }

  /** The calls of a listing, with the answers of this drive. @param backwards whether each folder lists its items in reverse order */
  calls(paging: Paging, backwards: boolean): ListingCalls {
    return {
      wikiSpacesPage: notCalled,
      sheets: notCalled,
      tablesPage: notCalled,
      board: notCalled,
      folderPage: (token, cursor) => {
        this.requests.add(`${token}@${cursor ?? ''}`)
        if (this.denied.has(token)) return Promise.resolve(fail(refusal(1061004)))
        const level = this.levels.get(token) ?? []
        return Promise.resolve(replyOf(paged(backwards ? [...level].reverse() : level, paging, cursor)))
      },
      metas: (documents) => {
        for (const { token } of documents) this.requests.add(`meta ${token}`)
        const open = documents.filter(({ token }) => !this.secret.has(token))
        const refused = documents.filter(({ token }) => this.secret.has(token))
        return Promise.resolve({
          ok: true,
          value: {
            metas: open.map((ref) => meta(ref)),
            refused: refused.map(({ token }) => ({ requestedToken: token, code: 970003 })),
          },
        })
      },
      wikiNodesPage: notCalled,
      wikiNode: notCalled,
    }
  }

  /**
   * The tokens of `root` and of every folder that it leads to, through shortcuts too; denied folders are included.
   * @param isListed false for an excluded item
   */
  reachable(isListed: (item: FolderItem) => boolean = () => true): Set<string> {
    const found = new Set(['root'])
    // The loop also visits the folders that it adds.
    for (const folder of found) {
      if (this.denied.has(folder)) continue
      for (const { type, token, target } of (this.levels.get(folder) ?? []).filter(isListed)) {
        if (type === 'folder') found.add(token)
        if (target?.type === 'folder') found.add(target.token)
      }
    }
    return found
  }
}

/** A knowledge base: the items are nodes, and each may have nodes below it. */
export class Base {
  /** The child nodes of each node, by its token; those of the knowledge base itself under ''. */
  private readonly levels = new Map<string, WikiNode[]>([['', []]])
  /** The tokens of the nodes whose child nodes cannot be listed. */
  private readonly closed = new Set<string>()
  /** The tokens of the nodes that are left out of the list. */
  private readonly hidden = new Set<string>()
  readonly requests = new RepeatedRequests()

  constructor(list: readonly Seed[]) {
    const nodes: WikiNode[] = []
    list.forEach((seed, index) => {
      const token = `n${index}`
      // `+ 1`: the last number stands for no parent and for no target.
      const parent = nodes[seed.parent % (nodes.length + 1)]
      const target = seed.kind === 'shortcut' ? nodes[seed.target % (nodes.length + 1)] : undefined
      const added = node(token, {
        shortcut: target !== undefined,
        ...(target ? { objToken: target.objToken, objType: target.objType } : { objType: seed.kind }),
      })
      nodes.push(added)
      this.levels.get(parent?.nodeToken ?? '')?.push(added)
      this.levels.set(token, [])
      if (seed.denied) this.closed.add(token)
      if (seed.hidden) this.hidden.add(token)
    })
    for (const level of this.levels.values()) {
      level.forEach((child, index) => {
        level[index] = { ...child, hasChild: this.levels.get(child.nodeToken)?.length !== 0 }
      })
    }
  }

  /** The calls of a listing, with the answers of this knowledge base. */
  calls(paging: Paging): ListingCalls {
    return {
      wikiSpacesPage: notCalled,
      sheets: notCalled,
      tablesPage: notCalled,
      board: notCalled,
      wikiNodesPage: ({ parent = '' }, cursor) => {
        this.requests.add(`${parent}@${cursor ?? ''}`)
        if (this.closed.has(parent)) return Promise.resolve(fail(refusal(131006)))
        const whole = paged(this.levels.get(parent) ?? [], paging, cursor)
        // Hidden nodes are left out after the division into pages, so a page may become empty.
        const items = whole.items.filter(({ nodeToken }) => !this.hidden.has(nodeToken))
        return Promise.resolve(replyOf({ ...whole, items }))
      },
      folderPage: notCalled,
      metas: notCalled,
      wikiNode: notCalled,
    }
  }

  /**
   * The paths that a correct listing finds: titles joined by `/`, such as `n0/n3`. Hidden nodes, and nodes below a
   * hidden or closed one, are not found.
   * @returns `closed`: the paths of the found nodes that have child nodes, but whose child nodes cannot be listed
   */
  expectedPaths(): { readonly all: string[]; readonly closed: string[] } {
    const all: string[] = []
    const closed: string[] = []
    const addBelow = (parentToken: string, parentPath: string): void => {
      for (const { nodeToken, title, hasChild } of this.levels.get(parentToken) ?? []) {
        if (this.hidden.has(nodeToken)) continue
        const nodePath = path.posix.join(parentPath, title)
        all.push(nodePath)
        if (!hasChild) continue
        if (this.closed.has(nodeToken)) closed.push(nodePath)
        else addBelow(nodeToken, nodePath)
      }
    }
    addBelow('', '')
    return { all, closed }
  }
}
