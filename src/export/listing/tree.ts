import type { DocumentRef } from '../../feishu/drive/metas.js'
import { fail, type Failure, type Reply } from '../../feishu/errors/failure.js'
import type { DocumentInfo } from '../model.js'
import { withExtensionOfTarget } from '../names.js'
import type { Entry, ListingFault } from './types.js'
import type { Documents } from './documents.js'
import { isDeleted } from './is-deleted.js'
import { keyOf, type Item, type Level } from './levels.js'
import { sortShortcuts } from './sort-shortcuts.js'
import {
  ABOVE_ROOT_PAGE,
  excludedBy,
  isWithinDepth,
  placeBelow,
  TOP,
  type TreePlace,
  type TreeRules,
} from './tree-rules.js'
import { documentUrl, wikiUrl } from './urls.js'
import type { Levels } from './walk.js'

/** The answers of the service that the trees are built from. */
export interface Answers {
  readonly levels: Pick<Levels, 'get'>
  readonly documents: Pick<Documents, 'get' | 'has'>
  /** The documents that levels and wiki pages describe, by token: shortcuts to them need no query. */
  readonly listed: ReadonlyMap<string, DocumentInfo>
}

/**
 * The root of a source's tree: an item with everything below it, or a level (the content of a folder or knowledge
 * base).
 */
export type Root = { readonly item: Item } | { readonly level: Level }

/** A level of a tree that was not listed yet. */
interface MissingLevel {
  readonly level: Level
  readonly place: TreePlace
}

/** What must be listed or queried before a tree is complete. */
export interface Missing {
  readonly levels: readonly MissingLevel[]
  /** The targets of shortcuts that no listed level describes; only where the shortcut is in the tree. */
  readonly targets: readonly DocumentRef[]
}

/** The place of an item to which children are added while the tree is built. */
interface ParentPlace extends TreePlace {
  readonly title: string
  readonly url: string | undefined
  readonly above: ParentPlace | undefined
  readonly children: Entry[]
}

/** A level that is still to be added to the tree. */
interface Branch {
  /** The token of the shortcut or item that leads to it. */
  readonly id: string
  readonly level: Level
  readonly place: ParentPlace
}

/**
 * Builds the tree of a source. An item occurs at most once, at its original place. A shortcut is a separate entry. The content
 * of its target is below the shortcut only if that content is nowhere else in the tree. Where several shortcuts could
 * have the content, the choice does not depend on the order of the listing.
 */
export function buildTree(
  rules: TreeRules,
  root: Root,
  answers: Answers,
): {
  readonly entries: readonly Entry[]
  readonly faults: readonly ListingFault[]
  readonly missing: Missing
} {
  const builder = new TreeBuilder(rules, answers)
  builder.build(root)
  return builder
}

class TreeBuilder {
  readonly entries: Entry[] = []
  readonly faults: ListingFault[] = []
  readonly missing: { levels: MissingLevel[]; targets: DocumentRef[] } = { levels: [], targets: [] }
  private readonly addedIds = new Set<string>()
  private readonly addedLevels = new Set<string>()
  private branches: Branch[] = []
  private shortcuts: Branch[] = []

  constructor(
    private readonly rules: TreeRules,
    private readonly answers: Answers,
  ) {}

  /**
   * Builds the tree from its root. First adds everything that is reached without following a shortcut, with an entry for
   * each shortcut. Then adds the content of targets to which only shortcuts lead.
   */
  build(root: Root): void {
    const top = { title: '', url: undefined, above: undefined, children: this.entries }
    if ('level' in root) this.branches.push({ id: '', level: root.level, place: { ...top, ...TOP } })
    // If the root itself is a shortcut, its content is the tree.
    else this.addItem(root.item, { ...top, ...ABOVE_ROOT_PAGE }, 'now')
    this.addBranches()
    while (this.shortcuts.length > 0) {
      for (const shortcut of sortShortcuts(this.shortcuts.splice(0), this.answers.levels)) {
        this.branches.push(shortcut)
        this.addBranches()
      }
    }
  }

  /**
   * Adds the items of all levels in `branches`, and of the levels below them, without following shortcuts. A level that was
   * not listed yet is noted in `missing`. A level that could not be listed to its end becomes a fault.
   */
  private addBranches(): void {
    // The loop also visits the branches that `addItem` adds.
    for (const { level, place } of this.branches) {
      const key = keyOf(level)
      if (this.addedLevels.has(key)) continue
      this.addedLevels.add(key)
      const listing = this.answers.levels.get(level)
      if (!listing) {
        this.missing.levels.push({ level, place })
        continue
      }
      const { items, failure } = listing
      for (const item of items) this.addItem(item, place)
      if (failure) this.faults.push(this.faultAt(place, failure, { mayHideDocuments: true }))
    }
    this.branches = []
  }

  /**
   * Adds the entry of an item below a place. Does nothing if the tree has the item already or, unless the item is a
   * shortcut, its content. Otherwise, the first case that applies decides:
   * - An excluded item gets an entry without children, even if it cannot be read.
   * - A shortcut whose target must be queried first gets no entry. The target is noted in `missing`.
   * - An item that cannot be read becomes a fault.
   * - Any other item gets an entry.
   *
   * The level below the item is only noted, in `branches` or `shortcuts`.
   * @param shortcutContent when the content of a shortcut is added: `now` for the root of the tree, otherwise `later`
   */
  private addItem(item: Item, parent: ParentPlace, shortcutContent: 'now' | 'later' = 'later'): void {
    const { below, shortcut } = item
    // The tree has the content already: the item is the root of the tree, or a shortcut to the item was followed.
    const isContentAdded = below !== undefined && !shortcut && this.addedLevels.has(keyOf(below))
    if (this.addedIds.has(item.id) || isContentAdded) return
    this.addedIds.add(item.id)
    const reply = this.documentOf(item)
    const known = reply.ok ? reply.value : undefined
    const title = titleOf(item, known) || known?.title || item.document?.token || item.id
    const type = known?.type ?? item.document?.type ?? ''
    const url = known?.url ?? item.url ?? this.wikiUrl(item) ?? this.documentUrl(item)
    const place: ParentPlace = { title, url, above: parent, children: [], ...placeBelow(parent, title, type) }
    const excludeLines = excludedBy(this.rules, item, place)
    if (excludeLines) {
      const token = item.document?.token ?? item.id
      const document = known ?? { token, type, editTime: undefined }
      parent.children.push({ ...document, title, url, shortcut, excludedBy: excludeLines, children: [] })
      return
    }
    const target = this.unknownTarget(item)
    if (target) {
      this.missing.targets.push(target)
      return
    }
    if (!reply.ok) {
      this.faults.push(this.faultAt(place, reply.failure, { mayHideDocuments: !isDeleted(reply.failure) }))
      return
    }
    parent.children.push({ ...reply.value, title, url, shortcut, children: place.children })
    if (!below || !isWithinDepth(this.rules, place)) return
    const branch: Branch = { id: item.id, level: below, place }
    if (shortcut && shortcutContent === 'later') this.shortcuts.push(branch)
    else this.branches.push(branch)
  }

  /**
   * The document of an item; for a shortcut, its target. A failure if the item or the target cannot be read, also while
   * the target is still to be queried (see `unknownTarget`).
   */
  private documentOf(item: Item): Reply<DocumentInfo> {
    const { document, title, editTime, url } = item
    if (!document) return fail(item.failure ?? LEADS_NOWHERE)
    if (!lacksTargetInfo(item)) return { ok: true, value: { ...document, title, editTime, url } }
    // A level may describe the target; otherwise it is queried. Until then, `get` returns a failure.
    const listed = this.answers.listed.get(document.token)
    const reply = listed ? { ok: true as const, value: listed } : this.answers.documents.get(document)
    return reply.ok ? { ok: true, value: { ...reply.value, url: reply.value.url ?? url } } : reply
  }

  /** The target of a shortcut, if nothing in `answers` describes it yet: then the target must be queried. */
  private unknownTarget(item: Item): DocumentRef | undefined {
    const { document } = item
    if (!document || !lacksTargetInfo(item)) return undefined
    const { listed, documents } = this.answers
    return listed.has(document.token) || documents.has(document) ? undefined : document
  }

  private documentUrl({ document }: Item): string | undefined {
    return document && documentUrl(this.rules.source.host, document.type, document.token)
  }

  private wikiUrl({ nodeToken }: Item): string | undefined {
    return nodeToken === undefined ? undefined : wikiUrl(this.rules.source.host, nodeToken)
  }

  /** Makes a fault. Its name is the titles down to the place, `Folder/Page`; at the top, the link of the source. */
  private faultAt(
    place: ParentPlace,
    failure: Failure,
    { mayHideDocuments }: Pick<ListingFault, 'mayHideDocuments'>,
  ): ListingFault {
    const titles: string[] = []
    for (let at: ParentPlace | undefined = place; at; at = at.above) titles.push(at.title)
    const path = titles.reverse().slice(1).join('/') // without the empty title of the top
    const { source } = this.rules
    return { source, what: path || source.link, url: place.url, failure, mayHideDocuments }
  }
}

/**
 * True for a shortcut in a folder to a document: the service sends only the token and type of the target. For a
 * shortcut to a folder, these are enough.
 */
const lacksTargetInfo = ({ shortcut, nodeToken, document, below }: Item): boolean =>
  shortcut && nodeToken === undefined && document !== undefined && below === undefined

/**
 * The title of an item; that of a shortcut in a folder to an uploaded file gets the extension of the file. A shortcut in a
 * knowledge base keeps its title: the name of its file is known only after another query, which may fail.
 * @param target what is known of the document, or of the shortcut's target
 */
const titleOf = (item: Item, target: DocumentInfo | undefined): string =>
  item.title !== '' && lacksTargetInfo(item) && target?.type === 'file'
    ? withExtensionOfTarget(item.title, target.title)
    : item.title

const LEADS_NOWHERE: Failure = {
  class: 'permanent',
  what: 'Could not list the folder: the service does not say where this shortcut leads',
  advice: 'Open it; if it leads nowhere, remove it.',
}
