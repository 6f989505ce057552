import type { EmulatedDocument, Folder, WikiNode } from '../../emulator/index.js'
import { EXTENSIONS, outputOf, type Line, type World } from './world.js'

/** A place at which a run has to find a document. */
export interface Spot {
  readonly document: EmulatedDocument
  readonly line: Line
  readonly isShortcut: boolean
  /** The titles on the way from the line's directory, its own last. */
  readonly titles: readonly string[]
}

/** A file that has to be on the disk: one a line and output. */
export interface ExpectedFile {
  readonly line: Line
  readonly document: EmulatedDocument
  readonly output: string
  readonly extension: string
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
  private faults = 0
  private gaps = 0
  private requests = 0

  constructor(private readonly world: World) {}

  read(line: Line): void {
    const { store } = this.world.emulator
    if (line.kind === 'space') this.readNodes(line, store.wiki.findSpace(line.token)?.children ?? [], [])
    else if (line.kind === 'folder') this.readFolder(line, store.folders.get(line.token), [])
    else this.spots.push({ document: store.documents.get(line.token), line, isShortcut: false, titles: [] })
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
      if (entry.kind === 'folder') this.readFolder(line, entry.folder, [...above, entry.folder.name])
      else if (entry.kind === 'document' && !entry.document.deleted) {
        const { document } = entry
        this.listed.add(document.token)
        this.spots.push({ document, line, isShortcut: false, titles: [...above, document.title] })
      } else if (entry.kind === 'shortcut') {
        const document = this.world.emulator.store.documents.get(entry.shortcut.targetToken)
        const spot: Spot = { document, line, isShortcut: true, titles: [...above, entry.shortcut.name] }
        this.driveShortcuts.add(spot)
        this.spots.push(spot)
      }
    }
  }

  private readNodes(line: Line, tokens: readonly string[], above: readonly string[]): void {
    this.countPages(tokens.length, 'wiki-nodes', 50)
    for (const node of this.world.emulator.store.wiki.nodesOf(tokens)) {
      if (node.rights === 'hidden' || node.document.deleted) continue
      this.addNode(line, node, [...above, node.document.title])
    }
  }

  private addNode(line: Line, node: WikiNode, titles: readonly string[]): void {
    const { document, rights, children } = node
    this.listed.add(document.token)
    this.spots.push({ document, line, isShortcut: node.originNodeToken !== undefined, titles })
    if (children.length === 0) return
    if (rights === 'all') this.readNodes(line, children, titles)
    else {
      this.requests++
      this.addGap()
    }
  }

  finish(includeFiles: boolean): ExpectedListing {
    // The metadata API is queried for the documents of lines first, and for targets of shortcuts after the listing.
    const asked = { lines: new Set<string>(), targets: new Set<string>() }
    const readable = this.spots.filter((spot) => this.isReadable(spot, asked))
    const files = new Map<string, ExpectedFile>()
    // The original is preferred to shortcuts; of several shortcuts, any may be the place.
    for (const { document, line, isShortcut, titles } of readable.sort((a, b) => +a.isShortcut - +b.isShortcut)) {
      const extension = line.extension ?? EXTENSIONS[document.type]
      if (extension === undefined || (document.type === 'file' && !includeFiles)) continue
      const output = outputOf(document.token, extension, line.subId)
      const key = `${line.to} ${output}`
      if (!files.has(key)) {
        files.set(key, { line, document, output, extension, titles: isShortcut ? undefined : titles })
      }
    }
    return {
      files: [...files.values()],
      reachable: new Set(readable.map(({ document }) => document.token)),
      count: readable.length + this.faults,
      faults: this.faults,
      gaps: this.gaps,
      requests: this.requests + Math.ceil(asked.lines.size / 200) + Math.ceil(asked.targets.size / 200),
    }
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
