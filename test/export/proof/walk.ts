import type { EmulatedDocument, Emulator } from '../../emulator/index.js'
import type { Line, World } from './world.js'

/** A place of a document in a line's tree. */
export interface Place {
  /** Tells directories apart. */
  readonly parent: string
  /** All titles and tokens on the way: while it stays, so does the path. */
  readonly signature: string
  readonly title: string
}

/** A file that must be on the disk, if its document can be exported. */
export interface Wanted {
  readonly key: string
  readonly line: Line
  readonly document: EmulatedDocument
  readonly extension: string
  readonly subId: string | undefined
  /** Its own place; of several shortcuts to it, all that may be the one. */
  readonly places: readonly Place[]
  /** Below a shortcut to a folder, where the place may be any of several. */
  readonly isLoose: boolean
  readonly fails: boolean
}

/** The places of a file as one text. */
export const signatureOf = (places: readonly Place[]): string =>
  places
    .map(({ signature }) => signature)
    .sort()
    .join('\n\n')

/** What a run must find. */
export interface Walk {
  readonly wanted: ReadonlyMap<string, Wanted>
  /** Branches and documents that cannot be listed. */
  readonly faults: number
  readonly isComplete: boolean
  readonly skipped: number
  /** The fewest requests that can tell all this. */
  readonly pages: number
}

const EXTENSIONS: Readonly<Record<string, string>> = {
  doc: 'docx',
  docx: 'docx',
  sheet: 'xlsx',
  bitable: 'xlsx',
  slides: 'pptx',
  file: '',
}

/** Tells files apart, by what the manifest says of them. */
export const fileKey = (directory: string, token: string, type: string, extension: string, subId = ''): string =>
  [directory, token, type === 'file' ? '' : extension, subId].join(' ')

/** Walks the emulator's own data: what the action must find, by another way than its own. */
export function walk({ emulator, lines }: World): Walk {
  const pages = new Map<string, number>()
  const trees = lines.map((line) => new TreeWalk(emulator, line, pages))
  for (const tree of trees) tree.walk()
  const listed = new Set(trees.flatMap((tree) => [...tree.listed]))
  const asked = new Set(lines.flatMap((line) => (line.kind === 'document' ? [line.token] : [])))
  const results = trees.map((tree) => tree.finish(listed, asked))
  const sum = (of: (result: (typeof results)[number]) => number): number => results.reduce((all, r) => all + of(r), 0)
  return {
    wanted: new Map(results.flatMap(({ wanted }) => wanted).map((file) => [file.key, file])),
    faults: sum(({ faults }) => faults),
    isComplete: results.every(({ gaps }) => gaps === 0),
    skipped: sum(({ skipped }) => skipped),
    pages: [...pages.values()].reduce((all, count) => all + count, 0) + Math.ceil(asked.size / 200),
  }
}

interface Spot {
  readonly document: EmulatedDocument
  readonly place: Place
  readonly isLoose: boolean
  readonly fromDrive: boolean
}

class TreeWalk {
  readonly listed = new Set<string>()
  private readonly originals = new Map<string, Spot>()
  private readonly shortcuts = new Map<string, Spot[]>()
  private readonly folderEntries = new Set<string>()
  private readonly folderShortcuts: { readonly target: string; readonly place: Place }[] = []
  private readonly walked = new Set<string>()
  private readonly holders = new Map<string, number>()
  private faults = 0
  private gaps = 0
  private skipped = 0

  constructor(
    private readonly emulator: Emulator,
    private readonly line: Line,
    private readonly pages: Map<string, number>,
  ) {}

  walk(): void {
    const { line } = this
    const top = { parent: '', signature: line.to, title: '' }
    if (line.kind === 'space') {
      this.nodes('', this.emulator.store.wiki.findSpace(line.token)?.children ?? [], top)
    } else if (line.kind === 'folder') {
      this.folder(line.token, top, false)
      for (const { target, place } of this.folderShortcuts) {
        if (!this.walked.has(target)) this.holders.set(target, this.folder(target, place, true))
      }
    }
  }

  private count(level: string, items: number, size: number): void {
    this.pages.set(level, Math.max(1, Math.ceil(items / size)))
  }

  private below(above: Place, token: string, title: string): Place {
    return { parent: above.signature, signature: `${above.signature}\n${token} ${title}`, title }
  }

  private nodes(parent: string, tokens: readonly string[], above: Place): void {
    this.count(`${this.line.token} ${parent}`, tokens.length, 50)
    for (const token of tokens) {
      const node = this.emulator.store.wiki.findNode(token)
      if (!node || node.rights === 'hidden' || node.document.deleted) continue
      const { document, rights, children } = node
      const place = this.below(above, token, document.title)
      this.put({ document, place, isLoose: false, fromDrive: false }, node.originNodeToken !== undefined)
      this.listed.add(document.token)
      if (children.length === 0) continue
      if (rights === 'closed') {
        this.count(`${this.line.token} ${token}`, 0, 50)
        this.faults++
        this.gaps++
      } else this.nodes(token, children, place)
    }
  }

  /** @returns how many things of its own it holds */
  private folder(token: string, above: Place, isLoose: boolean): number {
    this.walked.add(token)
    const folder = this.emulator.store.folders.get(token)
    const entries = folder.entries.filter((entry) => entry.kind !== 'document' || !entry.document.deleted)
    this.count(token, folder.noPermission ? 0 : entries.length, 200)
    if (folder.noPermission) {
      this.faults++
      this.gaps++
      return 0
    }
    for (const entry of entries) {
      if (entry.kind === 'folder') {
        const { token, name } = entry.folder
        this.folderEntries.add(token)
        this.folder(token, this.below(above, token, name), isLoose)
      } else if (entry.kind === 'document') {
        const { document } = entry
        this.listed.add(document.token)
        const place = this.below(above, document.token, document.title)
        this.put({ document, place, isLoose, fromDrive: true }, false)
      } else {
        const { shortcut } = entry
        const place = this.below(above, shortcut.token, shortcut.name)
        const document = this.emulator.store.documents.find(shortcut.targetToken)
        if (document) this.put({ document, place, isLoose, fromDrive: true }, true)
        else this.folderShortcuts.push({ target: shortcut.targetToken, place })
      }
    }
    return entries.length
  }

  private put(spot: Spot, isShortcut: boolean): void {
    const { token } = spot.document
    if (isShortcut) this.shortcuts.set(token, [...(this.shortcuts.get(token) ?? []), spot])
    else this.originals.set(token, spot)
  }

  finish(
    listed: ReadonlySet<string>,
    asked: Set<string>,
  ): { readonly wanted: Wanted[]; readonly faults: number; readonly gaps: number; readonly skipped: number } {
    const wanted: Wanted[] = []
    const { line, emulator } = this
    if (line.kind === 'document') {
      const document = emulator.store.documents.get(line.token)
      const place = { parent: '', signature: line.to, title: line.to.replace(/^.*\//, '') }
      wanted.push(this.file(document, [{ document, place, isLoose: false, fromDrive: true }]))
    }
    for (const spot of this.originals.values()) this.want(spot.document, [spot], wanted)
    for (const [token, spots] of this.shortcuts) {
      // A shortcut of the drive says nothing of its target, which must be asked for unless it was listed.
      const known = spots.filter(({ document, fromDrive }) => {
        if (!fromDrive || listed.has(token) || document.type === 'board') return true
        asked.add(token)
        if (!document.noPermission && !document.deleted && !emulator.store.wiki.isHidden(token)) return true
        this.faults++
        if (!document.deleted) this.gaps++
        return false
      })
      const [first] = known
      if (!first) continue
      if (EXTENSIONS[first.document.type] === undefined) this.skipped += known.length
      else if (this.originals.has(token)) this.skipped += known.length
      else {
        this.skipped += known.length - 1
        this.want(first.document, known, wanted)
      }
    }
    this.countFolderShortcuts()
    return { wanted, faults: this.faults, gaps: this.gaps, skipped: this.skipped }
  }

  private want(document: EmulatedDocument, spots: readonly Spot[], wanted: Wanted[]): void {
    if (EXTENSIONS[document.type] === undefined) this.skipped++
    else wanted.push(this.file(document, spots))
  }

  private file(document: EmulatedDocument, spots: readonly Spot[]): Wanted {
    const { line } = this
    const extension = line.kind === 'document' ? line.extension : (EXTENSIONS[document.type] ?? '')
    const subId = line.kind === 'document' ? line.subId : undefined
    return {
      key: fileKey(line.to.split('/')[0] ?? '', document.token, document.type, extension, subId),
      line,
      document,
      extension,
      subId,
      places: spots.map(({ place }) => place),
      isLoose: spots.some(({ isLoose }) => isLoose),
      fails:
        document.noPermission ||
        (document.type !== 'file' && typeof document.jobStatus === 'number' && document.jobStatus !== 0),
    }
  }

  /** Those of folders of this tree are told; of those of one outside, all but the one that it is listed below. */
  private countFolderShortcuts(): void {
    const outside = new Map<string, number>()
    for (const { target } of this.folderShortcuts) {
      if (this.folderEntries.has(target)) this.skipped++
      else outside.set(target, (outside.get(target) ?? 0) + 1)
    }
    for (const [target, count] of outside) if ((this.holders.get(target) ?? 0) > 0) this.skipped += count - 1
  }
}
