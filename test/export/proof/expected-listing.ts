import type { EmulatedDocument, Folder, WikiNode } from '../../emulator/index.js'
import type { ExcludeRule } from './settings.js'
import { assetOutputOf, EXTENSIONS, outputOf, type Line, type World } from './world.js'

/** A place at which a run has to find a document. */
export interface Spot {
  readonly document: EmulatedDocument
  readonly line: Line
  readonly isShortcut: boolean
  /** The titles on the way from the line's directory, its own last. */
  readonly titles: readonly string[]
  /** What a line of `exclude` may name: tokens of the document, of its page, and of a shortcut. */
  readonly ids: readonly string[]
  /** Whether something may be below it. */
  readonly isDirectory: boolean
}

/** A file that has to be on the disk: one a line and output. */
export interface ExpectedFile {
  readonly line: Line
  readonly document: EmulatedDocument
  readonly output: string
  readonly extension: string
  /** The variant in the manifest: `attachments` where they are saved beside a file that is not Markdown. */
  readonly variant: string | undefined
  /** The outputs of its pictures and attachments that are saved beside it. */
  readonly assets: readonly string[]
  /** The expected place; undefined for a document that only shortcuts lead to, which may be at any of them. */
  readonly titles: readonly string[] | undefined
}

/** What a run has to find. */
export interface ExpectedListing {
  readonly files: readonly ExpectedFile[]
  /** Tokens of everything that was found, also of what is not exported. */
  readonly reachable: ReadonlySet<string>
  /** Documents and shortcuts that were found, and parts that could not be listed. */
  readonly count: number
  /** Parts and documents that could not be listed; those of documents that are deleted are no gaps. */
  readonly faults: number
  readonly gaps: number
  /** The fewest requests that can find all this. */
  readonly requests: number
}

/** Reads the emulator's own data: what the action has to find, by another way than its own. */
export function expectListing(world: World, { includeFiles }: { readonly includeFiles: boolean }): ExpectedListing {
  const reader = new Reader(world)
  for (const line of world.lines) reader.read(line)
  return reader.finish(includeFiles)
}

class Reader {
  private readonly spots: Spot[] = []
  private readonly driveShortcuts = new Set<Spot>()
  private readonly listed = new Set<string>()
  private excluded = 0
  private faults = 0
  private gaps = 0
  private requests = 0

  constructor(private readonly world: World) {}

  read(line: Line): void {
    const { wiki, folders, documents } = this.world.emulator.store
    switch (line.kind) {
      case 'space':
        this.readNodes(line, wiki.findSpace(line.token)?.children ?? [], [])
        break
      case 'folder':
        this.readFolder(line, folders.get(line.token), [])
        break
      case 'page':
        // The page itself is queried.
        this.requests++
        for (const node of wiki.nodesOf([line.token])) this.addNode(line, node, [])
        break
      case 'document': {
        const document = documents.get(line.token)
        this.spots.push({ document, line, isShortcut: false, titles: [], ids: [], isDirectory: false })
      }
    }
  }

  private countPages(items: number, api: 'folder' | 'wiki-nodes', usual: number): void {
    const size = Math.min(usual, this.world.emulator.maxPageItems[api] ?? usual)
    this.requests += Math.max(1, Math.ceil(items / size))
  }

  private addGap(): void {
    this.faults++
    this.gaps++
  }

  private readFolder(line: Line, folder: Folder, above: readonly string[]): void {
    this.countPages(folder.noPermission ? 0 : folder.entries.length, 'folder', 200)
    if (folder.noPermission) {
      this.addGap()
      return
    }
    for (const entry of folder.entries) {
      if (entry.kind === 'folder') this.addFolder(line, entry.folder, above)
      else if (entry.kind === 'document' && !entry.document.deleted) {
        const { document } = entry
        this.listed.add(document.token)
        const titles = [...above, document.title]
        this.add({ document, line, isShortcut: false, titles, ids: [document.token], isDirectory: false })
      } else if (entry.kind === 'shortcut') {
        const { token, targetToken, name } = entry.shortcut
        const document = this.world.emulator.store.documents.get(targetToken)
        const ids = [token, targetToken]
        const spot: Spot = { document, line, isShortcut: true, titles: [...above, name], ids, isDirectory: false }
        this.driveShortcuts.add(spot)
        this.add(spot)
      }
    }
  }

  private addFolder(line: Line, folder: Folder, above: readonly string[]): void {
    const titles = [...above, folder.name]
    if (this.isExcluded({ titles, ids: [folder.token], isDirectory: true })) this.excluded++
    else if (titles.length < (line.depth ?? Infinity)) this.readFolder(line, folder, titles)
  }

  private readNodes(line: Line, tokens: readonly string[], above: readonly string[]): void {
    this.countPages(tokens.length, 'wiki-nodes', 50)
    for (const node of this.world.emulator.store.wiki.nodesOf(tokens)) {
      if (node.rights === 'hidden' || node.document.deleted) continue
      this.addNode(line, node, above)
    }
  }

  private addNode(line: Line, node: WikiNode, above: readonly string[]): void {
    const { document, rights, children, nodeToken, originNodeToken } = node
    this.listed.add(document.token)
    const titles = [...above, document.title]
    const ids = [nodeToken, document.token]
    const isDirectory = children.length > 0
    const isKept = this.add({ document, line, isShortcut: originNodeToken !== undefined, titles, ids, isDirectory })
    // The page that a line names is above the first level.
    const depth = titles.length - (line.kind === 'page' ? 1 : 0)
    if (!isKept || !isDirectory || depth >= (line.depth ?? Infinity)) return
    if (rights === 'closed') {
      // One request for what is below the page, which is refused.
      this.requests++
      this.addGap()
    } else this.readNodes(line, children, titles)
  }

  /** Adds a spot, or counts it as excluded. @returns whether it was added */
  private add(spot: Spot): boolean {
    if (this.isExcluded(spot)) {
      this.excluded++
      return false
    }
    this.spots.push(spot)
    return true
  }

  private isExcluded(spot: Pick<Spot, 'titles' | 'ids' | 'isDirectory'>): boolean {
    return this.world.settings.exclude.some((rule) => names(rule, spot))
  }

  finish(includeFiles: boolean): ExpectedListing {
    // The metadata API is queried for the documents of lines first, and for targets of shortcuts after the listing.
    const asked = { lines: new Set<string>(), targets: new Set<string>() }
    const readable = this.spots.filter((spot) => this.isReadable(spot, asked))
    const files: ExpectedFile[] = []
    const exported = new Set<string>()
    let skipped = 0
    // The original is preferred to shortcuts; of several shortcuts, any may be the place.
    for (const spot of readable.sort((a, b) => +a.isShortcut - +b.isShortcut)) {
      const extensions = this.extensionsOf(spot, includeFiles)
      const key = `${spot.line.to} ${spot.document.token}`
      if (extensions.length === 0 || exported.has(key)) skipped++
      else {
        exported.add(key)
        files.push(...extensions.map((extension) => this.fileOf(spot, extension, extensions)))
      }
    }
    return {
      files,
      reachable: new Set(readable.map(({ document }) => document.token)),
      count: files.length + skipped + this.excluded + this.faults,
      faults: this.faults,
      gaps: this.gaps,
      requests: this.requests + Math.ceil(asked.lines.size / 200) + Math.ceil(asked.targets.size / 200),
    }
  }

  private extensionsOf({ document: { type }, line }: Spot, includeFiles: boolean): readonly string[] {
    if (line.extension !== undefined) return [line.extension]
    if (type === 'file') return includeFiles ? [''] : []
    if (type === 'docx') return this.world.settings.formats
    const extension = EXTENSIONS[type]
    return extension === undefined ? [] : [extension]
  }

  private fileOf(
    { document, line, isShortcut, titles }: Spot,
    extension: string,
    all: readonly string[],
  ): ExpectedFile {
    const { token } = document
    const output = outputOf(token, extension, line.subId)
    const isCarrier = document.type === 'docx' && extension === all[0] && !all.includes('md')
    const variant = this.world.settings.includeAttachments && isCarrier ? 'attachments' : undefined
    const inside = this.world.media.get(token)
    const saved = !inside
      ? []
      : extension === 'md'
        ? [inside.picture, inside.attachment]
        : variant
          ? [inside.attachment]
          : []
    const assets = saved.map((asset) => assetOutputOf(token, asset.token))
    return { line, document, output, extension, variant, assets, titles: isShortcut ? undefined : titles }
  }

  /**
   * True for a document that the run finds. Adds it to `asked` if no listing describes it, so that the metadata API must
   * be queried: it is named by a line, or is the target of a shortcut of the drive.
   */
  private isReadable(spot: Spot, asked: { readonly lines: Set<string>; readonly targets: Set<string> }): boolean {
    const { document, line } = spot
    const { token } = document
    if (line.kind !== 'document' && (!this.driveShortcuts.has(spot) || this.listed.has(token))) return true
    if (line.kind === 'document') {
      asked.lines.add(token)
      // It counts as a file, which fails if it cannot be read.
      return true
    }
    asked.targets.add(token)
    if (!document.deleted && !document.noPermission && !this.world.emulator.store.wiki.isHidden(token)) return true
    this.faults++
    if (!document.deleted) this.gaps++
    return false
  }
}

/** Whether a line of `exclude` names this spot. */
function names(rule: ExcludeRule, { titles, ids, isDirectory }: Pick<Spot, 'titles' | 'ids' | 'isDirectory'>): boolean {
  if (rule.kind === 'link') return ids.includes(rule.id)
  if (rule.isDirectory && !isDirectory) return false
  return (!rule.isAtTop || titles.length === 1) && (titles.at(-1) ?? '').startsWith(rule.prefix)
}
