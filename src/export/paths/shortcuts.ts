import type { Entry, ListedSource, Source } from '../model.js'
import { unitKey, wantedOf, type Wishes } from '../wanted.js'
import { listIn } from '../../lists.js'
import { safeSegment, suffixesOf, suffixLevelOf, type Named } from './names.js'
import type { RecordedPath, Records } from './records.js'
import { byCodePoints, fold } from './text.js'

/** Why a shortcut is not exported: its target stands in the same tree, itself or by another shortcut. */
export type ShortcutTo = 'original' | 'shortcut'

/** Tells documents apart; the same for a document and its shortcuts. */
export const documentKey = ({ type, token }: { readonly type: string; readonly token: string }): string =>
  `${type}/${token}`

/**
 * Finds the shortcuts of a source that are not exported. Of several shortcuts to the same document outside, the one with
 * a recorded file is, else the first by the titles on the way to it: never the one that happened to be listed first.
 */
export function idleShortcuts(listed: ListedSource, wishes: Wishes, records: Records): ReadonlyMap<Entry, ShortcutTo> {
  const { originals, shortcuts } = placesOf(listed.entries)
  const idle = new Map<Entry, ShortcutTo>()
  for (const [key, places] of shortcuts) {
    const hasOriginal = originals.has(key)
    const needed = neededOf(places, hasOriginal, listed.source, wishes, records)
    for (const { entry } of places) if (!needed.has(entry)) idle.set(entry, hasOriginal ? 'original' : 'shortcut')
  }
  return idle
}

/** A place in the tree of a source. */
class Place {
  /** How many are on the way to it from the top, itself included. */
  readonly depth: number
  private names: readonly Named[] | undefined

  constructor(
    readonly entry: Entry,
    readonly above?: Place,
  ) {
    this.depth = (above?.depth ?? 0) + 1
  }

  /** True for what may be its name on the disk, without extension. */
  mayBe(name: string): boolean {
    this.names ??= namesOf(this.entry)
    // The user may have named the directory, in another spelling.
    return this.names.some((named) => suffixLevelOf(name, named) !== undefined || fold(name) === fold(named.stem))
  }
}

/** A stem with and without what looks like an extension: both may be what stands on the disk. */
function namesOf({ title, token }: Entry): readonly Named[] {
  const suffixes = suffixesOf(token)
  return [title, withoutExtension(title.trim())].map((text) => ({ stem: safeSegment(text), suffixes }))
}

const withoutExtension = (path: string): string => path.replace(/\.[^./]*$/, '')

/** By document, the originals of a tree and the places of the shortcuts. */
function placesOf(entries: readonly Entry[]): {
  readonly originals: ReadonlySet<string>
  readonly shortcuts: ReadonlyMap<string, readonly Place[]>
} {
  const originals = new Set<string>()
  const shortcuts = new Map<string, Place[]>()
  const open = entries.map((entry) => new Place(entry))
  for (let next = open.pop(); next; next = open.pop()) {
    const key = documentKey(next.entry)
    if (next.entry.shortcut) listIn(shortcuts, key).push(next)
    else originals.add(key)
    for (const child of next.entry.children) open.push(new Place(child, next))
  }
  return { originals, shortcuts }
}

/** Which of the shortcuts to the same target are more than a note of where it stands. */
function neededOf(
  places: readonly Place[],
  hasOriginal: boolean,
  source: Source,
  wishes: Wishes,
  records: Records,
): ReadonlySet<Entry> {
  const entries = places.map(({ entry }) => entry)
  const [first] = entries
  if (first?.type === 'folder') {
    // A folder's content is listed below one of its shortcuts at most: that one is needed.
    const full = entries.filter(({ children }) => children.length > 0)
    return new Set(hasOriginal || full.length > 0 ? full : entries)
  }
  const files = first ? wantedOf(first, source, wishes).files : []
  if (files.length === 0) return new Set(entries)
  if (hasOriginal) return new Set()
  const recorded = files.flatMap(({ unit }) => records.get(unitKey(unit)) ?? [])
  return new Set([chosenOf(places, source, recorded).entry])
}

function chosenOf(places: readonly Place[], source: Source, recorded: readonly RecordedPath[]): Place {
  const base = (source.to ?? []).filter((segment) => segment !== '' && segment !== '.').length
  const known = recorded.map(({ path, title }) => ({ title, names: withoutExtension(path).split('/').slice(base) }))
  const kept = places.filter((place) => known.some(({ title, names }) => mayStandAt(place, title, names)))
  const candidates = kept.length > 0 ? kept : places
  return candidates.reduce((first, next) => (byWay(next, first) < 0 ? next : first))
}

/** True when the names of a recorded path can be those of a place, by the titles and tokens on the way. */
function mayStandAt(place: Place, title: string, names: readonly string[]): boolean {
  if (title !== place.entry.title || names.length !== place.depth) return false
  for (let at: Place | undefined = place; at; at = at.above) {
    if (!at.mayBe(names[at.depth - 1] ?? '')) return false
  }
  return true
}

/** Orders places by the titles on the way to them, from the top. */
function byWay(a: Place, b: Place): number {
  let [x, y]: [Place | undefined, Place | undefined] = [a, b]
  while (x && x.depth > b.depth) x = x.above
  while (y && y.depth > a.depth) y = y.above
  let order = a.depth - b.depth
  // What differs further up counts more; where the ways meet, they are the same from there on.
  for (; x && y && x !== y; x = x.above, y = y.above) order = byTitle(x.entry, y.entry) || order
  return order
}

const byTitle = (a: Entry, b: Entry): number => byCodePoints(a.title, b.title) || byCodePoints(a.token, b.token)
