import type { Folder, RecordedRequest, WikiNode } from '../../emulator/index.js'
import { extensionsOf, filesOf, hasTableFiles, type ExpectedFile, type Spot } from './expected-files.js'
import type { ExcludeRule } from './settings.js'
import { hasTables, tablesOf } from './tables.js'
import type { Line, World } from './world.js'

/** What a run has to find. */
export interface ExpectedListing {
  readonly files: readonly ExpectedFile[]
  /** Tokens of the documents that were found and are not excluded, also of those that are not exported. */
  readonly reachable: ReadonlySet<string>
  /** The sum of what a run counts: files, what is skipped, and what could not be read. */
  readonly count: number
  /** How many folders, pages and documents could not be read. */
  readonly faults: number
  /** How many of the faults may hide something that exists: all but those of deleted documents. */
  readonly gaps: number
  /** The smallest number of requests that can find all this. */
  readonly requests: number
}

/**
 * Derives from the emulator's own data, without the code of the action, what a run has to find.
 * @param requests those of the run. If the last request for the sheets or tables of a document failed, they count as not
 * listed. If there was no such request, the run used the list of an earlier run
 */
export function expectListing(
  world: World,
  { includeFiles }: { readonly includeFiles: boolean },
  requests: readonly RecordedRequest[] = [],
): ExpectedListing {
  const lastCodes = new Map<string, number | undefined>()
  for (const { api, tokens, answeredCode } of requests) {
    if (api === 'sheets' || api === 'tables') lastCodes.set(tokens[0] ?? '', answeredCode)
  }
  const reader = new Reader(world, new Set([...lastCodes].flatMap(([token, code]) => (code === 0 ? [] : token))))
  for (const line of world.lines) reader.read(line)
  return reader.finish(includeFiles)
}

/** A directory: the titles of its path below that of the line, and its place (see `Spot`). */
type Directory = Pick<Spot, 'titles' | 'place'>

/** What is named `title` in a directory. @param token of the document or folder; of a shortcut, that of its target */
const inside = (above: Directory, token: string, title: string): Directory => ({
  titles: [...above.titles, title],
  place: `${above.place}/${token} ${title.toLowerCase()}`,
})

/** Collects the spots of all lines, and counts what a run counts. */
class Reader {
  private readonly spots: Spot[] = []
  /** The spots of shortcuts in folders. The listing does not describe their targets, so a run queries these. */
  private readonly driveShortcuts = new Set<Spot>()
  /** The tokens of documents that a listing describes, so that they need no query of their own. */
  private readonly listed = new Set<string>()
  /** The tokens of the folders, pages and knowledge bases whose list requests are counted. */
  private readonly listedParents = new Set<string>()
  /** By place and line, how much is found there and skipped. */
  private readonly skips = new Map<string, Map<Line, number>>()
  /** The places where something is excluded. */
  private readonly excludedPlaces = new Set<string>()
  private faults = 0
  private gaps = 0
  private requests = 0

  /** @param unlisted the tokens of the documents whose sheets or tables could not be listed */
  constructor(
    private readonly world: World,
    private readonly unlisted: ReadonlySet<string>,
  ) {}

  /** Adds the spots of a line, and counts its requests. Those that query documents of lines are counted in `finish`. */
  read(line: Line): void {
    const { wiki, folders, documents } = this.world.emulator.store
    const top = { titles: [], place: line.to }
    switch (line.kind) {
      case 'space':
        this.readNodes(line, line.token, wiki.findSpace(line.token)?.children ?? [], top)
        break
      case 'folder':
        this.readFolder(line, folders.get(line.token), top)
        break
      case 'page':
        // The page itself is queried. No change hides it or deletes its document.
        this.requests++
        for (const node of wiki.nodesOf([line.token])) this.addNode(line, node, top)
        break
      case 'document': {
        const document = documents.get(line.token)
        // No generated rule of `exclude` matches it.
        this.spots.push({ document, line, ...top, isShortcut: false, ids: [], isDirectory: false })
      }
    }
  }

  /**
   * Counts the requests that list what is directly in a folder, page or knowledge base. Lines that share it need only one
   * list of it.
   * @param parent the token of the folder, page or knowledge base
   * @param usualSize of a page of the list, unless the emulator has smaller ones
   */
  private countListRequests(parent: string, items: number, api: 'folder' | 'wiki-nodes', usualSize: number): void {
    if (this.listedParents.has(parent)) return
    this.listedParents.add(parent)
    const size = Math.min(usualSize, this.world.emulator.maxPageItems[api] ?? usualSize)
    this.requests += Math.max(1, Math.ceil(items / size))
  }

  private addGap(): void {
    this.faults++
    this.gaps++
  }

  /** Counts something that is found and skipped. Lines that find it at the same place do not repeat each other. */
  private skip(line: Line, place: string): void {
    const counts = this.skips.get(place) ?? new Map<Line, number>()
    this.skips.set(place, counts.set(line, (counts.get(line) ?? 0) + 1))
  }

  /** Adds the spots in a folder and in the folders below it, and counts the requests that list them. */
  private readFolder(line: Line, folder: Folder, above: Directory): void {
    // A deleted document is not listed, and takes no place in a page.
    const entries = folder.noPermission
      ? []
      : folder.entries.filter((entry) => entry.kind !== 'document' || !entry.document.deleted)
    this.countListRequests(folder.token, entries.length, 'folder', 200)
    if (folder.noPermission) {
      this.addGap()
      return
    }
    for (const entry of entries) {
      if (entry.kind === 'folder') this.addFolder(line, entry.folder, above)
      else if (entry.kind === 'document') {
        const { document } = entry
        this.listed.add(document.token)
        const at = inside(above, document.token, document.title)
        this.addSpot({ document, line, ...at, isShortcut: false, ids: [document.token], isDirectory: false })
      } else {
        const { token, targetToken, name } = entry.shortcut
        const document = this.world.emulator.store.documents.get(targetToken)
        const ids = [token, targetToken]
        const at = inside(above, targetToken, name)
        const spot: Spot = { document, line, ...at, isShortcut: true, ids, isDirectory: false }
        this.driveShortcuts.add(spot)
        this.addSpot(spot)
      }
    }
  }

  /** Reads a folder inside of another one, unless it is too deep. An excluded one only counts as skipped. */
  private addFolder(line: Line, folder: Folder, above: Directory): void {
    const at = inside(above, folder.token, folder.name)
    if (this.isExcluded({ ...at, ids: [folder.token], isDirectory: true })) this.skip(line, at.place)
    else if (at.titles.length < (line.depth ?? Infinity)) this.readFolder(line, folder, at)
  }

  /**
   * Adds the spots of the pages below another page, or at the top of a knowledge base, and counts the requests.
   * @param parent the token of that page or knowledge base
   * @param tokens those of the pages to read
   */
  private readNodes(line: Line, parent: string, tokens: readonly string[], above: Directory): void {
    // Hidden pages and those of deleted documents take a place in a list, although they are left out of it.
    this.countListRequests(parent, tokens.length, 'wiki-nodes', 50)
    for (const node of this.world.emulator.store.wiki.nodesOf(tokens)) {
      if (node.rights === 'hidden' || node.document.deleted) continue
      this.addNode(line, node, above)
    }
  }

  /** Adds a page. Also reads the pages below it, unless the page is excluded or they are too deep. */
  private addNode(line: Line, node: WikiNode, above: Directory): void {
    const { document, rights, children, nodeToken, originNodeToken } = node
    this.listed.add(document.token)
    const at = inside(above, document.token, document.title)
    const ids = [nodeToken, document.token]
    const isDirectory = children.length > 0
    const isKept = this.addSpot({ document, line, ...at, isShortcut: originNodeToken !== undefined, ids, isDirectory })
    // The page that a line names is above the first level.
    const depth = at.titles.length - (line.kind === 'page' ? 1 : 0)
    if (!isKept || !isDirectory || depth >= (line.depth ?? Infinity)) return
    if (rights === 'closed') {
      // The request for the pages below it is refused.
      this.countListRequests(nodeToken, 0, 'wiki-nodes', 50)
      this.addGap()
    } else this.readNodes(line, nodeToken, children, at)
  }

  /** Adds a spot. An excluded one only counts as skipped. @returns whether it was added */
  private addSpot(spot: Spot): boolean {
    if (this.isExcluded(spot)) {
      this.skip(spot.line, spot.place)
      this.excludedPlaces.add(spot.place)
      return false
    }
    this.spots.push(spot)
    return true
  }

  private isExcluded(spot: Pick<Spot, 'titles' | 'ids' | 'isDirectory'>): boolean {
    return this.world.settings.exclude.some((rule) => matches(rule, spot))
  }

  /** Derives the expected files and the numbers from the spots, after all lines were read. */
  finish(includeFiles: boolean): ExpectedListing {
    // The metadata API is queried for the documents of lines first, and for targets of shortcuts after the listing.
    const queried = { lines: new Set<string>(), targets: new Set<string>() }
    const readable = this.spots.filter((spot) => this.checkReadable(spot, queried))
    const files = new Map<string, ExpectedFile>()
    const exported = new Set<string>()
    const placesWithFile = new Set<string>()
    const { settings } = this.world
    // The original is preferred to shortcuts; of several shortcuts, any may be the place.
    for (const spot of readable.sort((a, b) => Number(a.isShortcut) - Number(b.isShortcut))) {
      const { document, line, place } = spot
      const hasList = hasTables(document) && hasTableFiles(spot, settings)
      const isListed = !this.unlisted.has(document.token)
      const extensions = extensionsOf(spot, settings, includeFiles)
      const key = `${this.world.lines.indexOf(line)} ${document.token}`
      if (extensions.length === 0 || exported.has(key)) {
        this.skip(line, place)
        continue
      }
      exported.add(key)
      if (hasList && !isListed) this.addGap()
      for (const file of filesOf(spot, extensions, this.world, isListed)) {
        const fileKey = `${place} ${file.output}`
        if (!files.has(fileKey)) files.set(fileKey, file)
        // The files of sheets and tables are below the place of their document, in its directory.
        if (file.table === undefined) placesWithFile.add(place)
      }
      if (!hasList || !isListed) continue
      for (const { id, hasCsv } of tablesOf(document)) if (!hasCsv) this.skip(line, `${place}/${id}`)
    }
    // The place of an excluded page has a file all the same if a shortcut to the page is beside it. It is not skipped then.
    for (const place of placesWithFile) if (this.excludedPlaces.has(place)) this.skips.delete(place)
    const skipped = [...this.skips.values()].reduce((sum, counts) => sum + Math.max(...counts.values()), 0)
    return {
      files: [...files.values()],
      reachable: new Set(readable.map(({ document }) => document.token)),
      count: files.size + skipped + this.faults,
      faults: this.faults,
      gaps: this.gaps,
      requests: this.requests + Math.ceil(queried.lines.size / 200) + Math.ceil(queried.targets.size / 200),
    }
  }

  /**
   * Checks whether a run finds the document of a spot, and adds a document that the run must query to `queried`. It queries
   * each document that a line names. It also queries the target of a shortcut in the drive if no listing describes it. A
   * target that cannot be read counts as a fault.
   */
  private checkReadable(spot: Spot, queried: { readonly lines: Set<string>; readonly targets: Set<string> }): boolean {
    const { document, line } = spot
    const { token } = document
    if (line.kind === 'document') {
      queried.lines.add(token)
      // No change makes such a document unreadable.
      return true
    }
    if (!this.driveShortcuts.has(spot) || this.listed.has(token)) return true
    queried.targets.add(token)
    if (!document.deleted && !document.noPermission && !this.world.emulator.store.wiki.isHidden(token)) return true
    this.faults++
    if (!document.deleted) this.gaps++
    return false
  }
}

/** Whether a line of `exclude` matches a spot, or a folder. */
function matches(
  rule: ExcludeRule,
  { titles, ids, isDirectory }: Pick<Spot, 'titles' | 'ids' | 'isDirectory'>,
): boolean {
  if (rule.kind === 'link') return ids.includes(rule.id)
  if (rule.isDirectory && !isDirectory) return false
  return (!rule.isAtTop || titles.length === 1) && (titles.at(-1) ?? '').startsWith(rule.prefix)
}
