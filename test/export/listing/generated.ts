import fc from 'fast-check'
import { fail } from '../../../src/feishu/errors/failure.js'
import type { ListingCalls } from '../../../src/export/listing/calls.js'
import type { FolderItem } from '../../../src/feishu/drive/folders.js'
import type { WikiNode } from '../../../src/feishu/wiki/wiki-tree.js'
import { item, meta, node, notCalled, page, refusal, replyOf, shortcutTo, type Answer } from './support.js'

/** A generated item, as numbers that are then mapped to valid values. */
export interface Seed {
  readonly parent: number
  readonly kind: 'folder' | 'docx' | 'sheet' | 'file' | 'mindnote' | 'shortcut'
  readonly target: number
  readonly denied: boolean
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

/** The pages of a service: sizes (0 is an empty page) and repeated items, from a list that is used cyclically. */
export const pagings = fc.array(fc.record({ size: fc.nat({ max: 3 }), repeat: fc.boolean() }), {
  minLength: 1,
  maxLength: 5,
})
export type Paging = readonly { readonly size: number; readonly repeat: boolean }[]

/** Divides a level into pages, and returns the page of a cursor. */
function paged<T>(level: readonly T[], paging: Paging, cursor: string | undefined): Answer<T> {
  let start = 0
  const pages: T[][] = []
  // Without a page that holds items, the loop below would never end.
  const usable = paging.some(({ size }) => size > 0) ? paging : [...paging, { size: 1, repeat: false }]
  while (start < level.length) {
    const { size, repeat } = usable[pages.length % usable.length] ?? { size: 1, repeat: false }
    pages.push(level.slice(Math.max(0, repeat ? start - 1 : start), start + size))
    start += size
  }
  const nth = cursor === undefined ? 0 : Number(cursor.slice(1))
  return page(pages[nth] ?? [], nth + 1 < pages.length ? `c${nth + 1}` : undefined)
}

/** Records the requests. A listing must not make the same request twice. */
class RequestCounts {
  readonly twice: string[] = []
  private readonly seen = new Set<string>()
  note(what: string): void {
    if (this.seen.has(what)) this.twice.push(what)
    this.seen.add(what)
  }
}

const NEVER = (): never => {
  throw new Error('not expected here')
}

/** A drive: `root` is listed, and only shortcuts lead to `outer`; `root` may be inside `outer`. */
export class Drive {
  readonly levels = new Map<string, FolderItem[]>([
    ['root', []],
    ['outer', []],
  ])
  readonly denied = new Set<string>()
  /** Documents that the metadata query refuses. */
  readonly secret = new Set<string>()
  readonly requested = new RequestCounts()

  constructor(list: readonly Seed[], rootInOuter: boolean) {
    const documents: [string, string][] = []
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
        const targets: [string, string][] = [
          ...documents,
          ...folders.map((folder): [string, string] => [folder, 'folder']),
        ]
        const [target, type] = targets[seed.target % targets.length] ?? ['root', 'folder']
        level?.push(shortcutTo(target, type, token))
        return
      }
      level?.push(item(token, seed.kind))
      documents.push([token, seed.kind])
      if (seed.hidden) this.secret.add(token)
    })
  }

  calls(paging: Paging, backwards: boolean): ListingCalls {
    return {
      wikiSpacesPage: notCalled,
      sheets: notCalled,
      tablesPage: notCalled,
      folderPage: async (token, cursor) => {
        this.requested.note(`${token}@${cursor ?? ''}`)
        await Promise.resolve()
        if (this.denied.has(token)) return fail(refusal(1061004))
        const level = this.levels.get(token) ?? []
        return replyOf(paged(backwards ? [...level].reverse() : level, paging, cursor))
      },
      metas: (documents) => {
        for (const { token } of documents) this.requested.note(`meta ${token}`)
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
      wikiNodesPage: NEVER,
      wikiNode: NEVER,
    }
  }

  /** Every folder that is listed when `root` is, through shortcuts too. @param isListed false for an excluded item */
  reachable(isListed: (item: FolderItem) => boolean = () => true): Set<string> {
    const found = new Set(['root'])
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
  readonly levels = new Map<string, WikiNode[]>([['', []]])
  readonly closed = new Set<string>()
  readonly requested = new RequestCounts()
  private readonly hidden = new Set<string>()

  constructor(list: readonly Seed[]) {
    const nodes: WikiNode[] = []
    list.forEach((seed, index) => {
      const token = `n${index}`
      const above = nodes[seed.parent % (nodes.length + 1)]
      const target = seed.kind === 'shortcut' ? nodes[seed.target % (nodes.length + 1)] : undefined
      const made = node(token, {
        hasChild: true,
        shortcut: target !== undefined,
        ...(target ? { objToken: target.objToken, objType: target.objType } : { objType: seed.kind }),
      })
      nodes.push(made)
      this.levels.get(above?.nodeToken ?? '')?.push(made)
      this.levels.set(token, [])
      if (seed.denied) this.closed.add(token)
      if (seed.hidden) this.hidden.add(token)
    })
    for (const level of this.levels.values()) {
      level.forEach((one, i) => {
        level[i] = { ...one, hasChild: this.levels.get(one.nodeToken)?.length !== 0 }
      })
    }
  }

  calls(paging: Paging): ListingCalls {
    return {
      wikiSpacesPage: notCalled,
      sheets: notCalled,
      tablesPage: notCalled,
      wikiNodesPage: async ({ parent = '' }, cursor) => {
        this.requested.note(`${parent}@${cursor ?? ''}`)
        await Promise.resolve()
        if (this.closed.has(parent)) return fail(refusal(131006))
        const answer = replyOf(paged(this.levels.get(parent) ?? [], paging, cursor))
        if (!answer.ok) return answer
        const items = answer.value.items.filter(({ nodeToken }) => !this.hidden.has(nodeToken))
        return { ...answer, value: { ...answer.value, items } }
      },
      folderPage: NEVER,
      metas: NEVER,
      wikiNode: NEVER,
    }
  }

  /** The nodes that can be seen, as paths of titles; and the branches that cannot be listed. */
  walk(): { readonly paths: string[]; readonly closed: string[] } {
    const paths: string[] = []
    const closed: string[] = []
    const down = (token: string, above: string): void => {
      for (const { nodeToken, hasChild } of this.levels.get(token) ?? []) {
        if (this.hidden.has(nodeToken)) continue
        const path = `${above}/${nodeToken}`
        paths.push(path)
        if (!hasChild) continue
        if (this.closed.has(nodeToken)) closed.push(path.slice(1))
        else down(nodeToken, path)
      }
    }
    down('', '')
    return { paths, closed }
  }
}
