import type { Failure } from '../../feishu/errors/failure.js'
import { listIn } from '../../lists.js'
import { quoted } from '../../text.js'
import type { Entry, Listing } from '../listing/types.js'
import { BOARD_EXTENSIONS } from '../formats.js'
import { documentKey, homeOf, outputKey, type FileRecord, type FolderRecord, type PlannedFile } from '../model.js'
import { byCodePoints, byPath, bytesOf, fold, joined } from '../paths.js'
import { assignNames, type NameClaim, type NameEnd } from './assign-names.js'
import { buildDirs } from './build-dirs.js'
import { endOf, HeldPaths, RecordedNames, type Placement } from './recorded-names.js'
import { allDirs, hasBareFile, skipsOf, type Dir, type Skip, type Slot } from './dirs.js'
import { uploadedName } from '../names.js'
import { MAX_PATH, PathBudget } from './path-budget.js'
import type { SelectedFile, SelectionOptions } from './select-outputs.js'

/** What names are assigned from, besides the listing. */
export interface LayoutOptions extends SelectionOptions {
  /** The files of earlier runs. */
  readonly records: readonly FileRecord[]
  /** The directories of earlier runs. */
  readonly folders: readonly FolderRecord[]
  /** Records whose path is free, since their document is certainly gone. */
  readonly released: ReadonlySet<FileRecord>
  /** The manifest's path relative to `directory`, with `/`. */
  readonly manifestPath: string
}

/** A file with its path. */
export interface LaidOutFile extends PlannedFile {
  /** Why it cannot be exported. If it has no path that fits, `path` is only the beginning of one. */
  readonly failure: Failure | undefined
}

/** A found thing that is not exported, and why. */
export interface SkippedEntry {
  readonly title: string
  readonly type: string
  readonly path: string
  readonly url: string | undefined
  readonly reason: string
}

/** Where everything goes, each list sorted by path. */
export interface Layout {
  readonly files: readonly LaidOutFile[]
  readonly skipped: readonly SkippedEntry[]
  readonly folders: readonly FolderRecord[]
}

/**
 * Gives every output its path: safe on all systems, unique even where a file system ignores case, inside the directory,
 * never the manifest's, and independent of the order of the listing. A document keeps its recorded path until its title
 * or place changes; a path of a document that was not found stays its own until it is released. Pure.
 */
export function layOut(listing: Listing, options: LayoutOptions): Layout {
  const { records, folders, released, manifestPath } = options
  const byOutput = new Map<string, FileRecord[]>()
  for (const record of records) listIn(byOutput, outputKey(record)).push(record)
  const dirs = allDirs(buildDirs(listing, options, byOutput, [manifestPath]))
  const slots = dirs.flatMap((dir) => [...dir.slots.values()])
  useRecordedPictures(slots, byOutput)
  const outputs = new Set(slots.flatMap(({ files }) => [...files.keys()]))
  const documents = findDocuments(listing)
  const isSelected = (record: FileRecord): boolean =>
    record.asset === undefined ? outputs.has(outputKey(record)) : documents.has(documentKey(record))
  const recordedPaths = new Set(records.map(({ path }) => fold(path)))
  const held = new HeldPaths(
    records.filter((record) => !released.has(record) && !isSelected(record)),
    folders.filter((folder) => !documents.has(documentKey(folder))),
    (path) => recordedPaths.has(fold(path)),
  )
  const placed = placeAll(dirs, new RecordedNames(byOutput, folders), held, listing.tableLists)
  const skipped = slots.flatMap((slot) => skipsOf(slot).map((skip) => describeSkip(slot, skip, placed.paths)))
  return {
    files: placed.files.sort((a, b) => byPath(a, b) || byCodePoints(outputKey(a.output), outputKey(b.output))),
    skipped: skipped.sort((a, b) => byPath(a, b) || byCodePoints(sortText(a), sortText(b))),
    folders: placed.folders.sort(byPath),
  }
}

/** A board keeps the extension of its recorded picture: the kind of the next one is known only when it is there. */
function useRecordedPictures(slots: readonly Slot[], byOutput: ReadonlyMap<string, readonly FileRecord[]>): void {
  for (const { files } of slots) {
    for (const [key, file] of files) {
      if (file.output.kind !== 'board') continue
      const recorded = byOutput.get(key)?.map((record) => homeOf(record).replace(/^.*\./, '')) ?? []
      const extension = recorded.find((one) => BOARD_EXTENSIONS.includes(one))
      if (extension !== undefined) files.set(key, { ...file, extension })
    }
  }
}

/** The documents of a listing, by `documentKey`: also those that are skipped, but for excluded ones. */
export function findDocuments(listing: Listing): ReadonlySet<string> {
  const keys = new Set<string>()
  const open: Entry[] = listing.sources.flatMap(({ entries }) => entries)
  for (let entry = open.pop(); entry; entry = open.pop()) {
    if (entry.excludedBy !== undefined) continue
    keys.add(documentKey(entry))
    for (const child of entry.children) open.push(child)
  }
  return keys
}

interface Placed {
  readonly files: LaidOutFile[]
  readonly folders: FolderRecord[]
  /** Also of skipped slots: where they would be. */
  readonly paths: ReadonlyMap<Slot, string>
}

/** Names everything from the top down. */
function placeAll(
  dirs: readonly Dir[],
  recorded: RecordedNames,
  held: HeldPaths,
  tableLists: Listing['tableLists'],
): Placed {
  const budget = new PathBudget(dirs)
  const files: LaidOutFile[] = []
  const folders: FolderRecord[] = []
  const paths = new Map<Slot, string>()
  const placements = new Map<Dir, Placement>()
  for (const dir of dirs) {
    const home = placements.get(dir) ?? { path: '', recordedPath: '', isReal: true }
    const claims = home.isReal ? [...dir.slots.values()].map((slot) => claimNames(slot, home, budget, recorded)) : []
    const names = assignNames(
      claims.flatMap(({ claims }) => claims),
      home.path,
      held.in(home.path, dir),
    )
    const ends = new Map(claims.map((claim) => [claim.slot, claim]))
    for (const { name, dir: below } of dir.named.values()) {
      const path = joined(home.path, name)
      placements.set(below, placementOf(path, path, home.isReal && bytesOf(path) < MAX_PATH))
    }
    for (const slot of dir.slots.values()) {
      const own = ends.get(slot)
      const directoryName = own?.directory && names.get(own.directory)
      const path = joined(home.path, directoryName ?? slot.named?.name ?? slot.stem)
      if (slot.dir) {
        const recordedPath = recorded.folderOf(slot, home)?.path ?? path
        placements.set(slot.dir, placementOf(path, recordedPath, directoryName !== undefined))
      }
      const below = slot.dir ?? slot.named?.dir
      if (below && placements.get(below)?.isReal) folders.push(folderRecord(path, slot, tableLists))
      const placed = [...slot.files].map(([key, file]) => {
        const end = own?.files.get(key)
        return placeFile(file, home.path, end && names.get(end), slot)
      })
      files.push(...placed)
      paths.set(slot, placed[0]?.path ?? path)
    }
  }
  return { files, folders, paths }
}

function folderRecord(path: string, slot: Slot, tableLists: Listing['tableLists']): FolderRecord {
  const { token, type } = slot
  const tables = tableLists?.get(documentKey(slot))
  return { path, token, type, ...(tables && { tables }) }
}

/** A path that cannot be real is only shown: its beginning is enough, or a deep tree would fill the memory. */
function placementOf(path: string, recordedPath: string, isReal: boolean): Placement {
  const isWhole = isReal || path.length <= MAX_PATH
  return { path: isWhole ? path : `${path.slice(0, MAX_PATH).toWellFormed()}…`, recordedPath, isReal }
}

interface SlotClaims {
  readonly slot: Slot
  readonly claims: readonly NameClaim[]
  readonly files: ReadonlyMap<string, NameEnd>
  readonly directory: NameEnd | undefined
}

function claimNames(slot: Slot, home: Placement, budget: PathBudget, recorded: RecordedNames): SlotClaims {
  const files = new Map(
    [...slot.files].map(([key, file]) => {
      return [key, { end: endOf(file), isDirectory: false, recorded: recorded.fileStem(slot, file, home) }]
    }),
  )
  const reserved = [...slot.files.values()].flatMap(reservedEnds)
  const directory: NameEnd | undefined = slot.dir && {
    end: '',
    isDirectory: true,
    recorded: recorded.directoryName(slot, home),
  }
  const pass = slot.explicit ? 'explicit' : slot.shortcut ? 'shortcut' : 'original'
  const common = { named: slot, pass, maxBytes: budget.stemBytes(slot, home.path) } as const
  const ends = [...files.values(), ...reserved]
  // A file without extension has the stem itself as its name: the directory beside it takes one with a suffix.
  const claims: NameClaim[] =
    directory && hasBareFile(slot)
      ? [
          { ...common, ends },
          { ...common, ends: [directory], pass: 'beside' },
        ]
      : [{ ...common, ends: directory ? [...ends, directory] : ends }]
  return { slot, claims, files, directory }
}

/** Names beside a file's own that nothing else may have: its directory of assets, and the other kind of picture. */
function reservedEnds({ output, extension }: SelectedFile): NameEnd[] {
  const { kind, variant } = output
  if (kind === 'markdown' || variant === 'attachments') {
    return [{ end: '.assets', isDirectory: true, recorded: undefined }]
  }
  const pictures = kind === 'board' ? BOARD_EXTENSIONS.filter((one) => one !== extension) : []
  return pictures.map((one) => ({ end: `.${one}`, isDirectory: false, recorded: undefined }))
}

const TOO_LONG: Failure = {
  class: 'permanent',
  what: `Could not name the file: its path would be longer than ${MAX_PATH} bytes, even with shortened names`,
  advice: 'Give the folder or page above it a line of its own in `sources`, with a short `to=`.',
}

function placeFile(file: SelectedFile, directory: string, name: string | undefined, { stem }: Slot): LaidOutFile {
  const failure = name === undefined ? TOO_LONG : file.failure
  return { output: file.output, path: joined(directory, name ?? `${stem}${endOf(file)}`), failure }
}

/** All of it, so that equal paths are always in the same order. */
const sortText = ({ title, type, reason, url = '' }: SkippedEntry): string => [title, type, reason, url].join('\0')

function describeSkip(slot: Slot, { entry, reason, elsewhere }: Skip, paths: ReadonlyMap<Slot, string>): SkippedEntry {
  const { title, type, url } = entry
  const extension = type === 'file' && !elsewhere ? uploadedName(title).extension : ''
  const path = `${paths.get(slot) ?? slot.stem}${extension === '' ? '' : `.${extension}`}`
  return { title, type, path, url, reason: elsewhere ? describeElsewhere(elsewhere, entry, paths) : reason }
}

function describeElsewhere(
  { to, slots }: NonNullable<Skip['elsewhere']>,
  { type }: Entry,
  paths: ReadonlyMap<Slot, string>,
): string {
  const [at] = slots.flatMap((slot) => paths.get(slot) ?? []).sort(byCodePoints)
  const target = at === undefined ? `a ${type}` : quoted(at)
  return to === 'original'
    ? `shortcut to ${target}, exported there`
    : `another shortcut to the document at ${target}, exported there`
}
