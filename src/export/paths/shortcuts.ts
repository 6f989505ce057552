import type { Entry, ListedSource } from '../model.js'
import type { RecordedPath } from './kept.js'
import { levelOf, safeSegment, suffixesOf, type Named } from './names.js'
import { byCodePoints } from './text.js'
import { unitKey, wantedOf, type Wishes } from './wanted.js'

/** Why a shortcut is not exported: its target stands in the same tree, itself or by another shortcut. */
export type ShortcutTo = 'original' | 'shortcut'

/** Tells documents apart; the same for a document and its shortcuts. */
export const documentKey = ({ type, token }: { readonly type: string; readonly token: string }): string =>
  `${type}/${token}`

interface Candidate {
  readonly entry: Entry
  /** The way to it from the top of the source, itself included. */
  readonly way: readonly Entry[]
}

/**
 * Finds the shortcuts of a source that are not exported. Of several shortcuts to the same document outside, the one with
 * a recorded file is, else the first by the titles on the way to it: never the one that happened to be listed first.
 */
export function idleShortcuts(
  listed: ListedSource,
  wishes: Wishes,
  records: ReadonlyMap<string, readonly RecordedPath[]>,
): ReadonlyMap<Entry, ShortcutTo> {
  const originals = new Set<string>()
  const candidates = new Map<string, Candidate[]>()
  const open: Candidate[] = listed.entries.map((entry) => ({ entry, way: [entry] }))
  for (let next = open.pop(); next; next = open.pop()) {
    const { entry, way } = next
    const key = documentKey(entry)
    if (!entry.shortcut) originals.add(key)
    else candidates.set(key, [...(candidates.get(key) ?? []), next])
    for (const child of entry.children) open.push({ entry: child, way: [...way, child] })
  }

  const idle = new Map<Entry, ShortcutTo>()
  for (const [key, all] of candidates) {
    const [first] = all
    if (!first) continue
    const wanted = wantedOf(first.entry, listed.source, wishes)
    const isFolder = first.entry.type === 'folder'
    if (wanted.files.length === 0 && !isFolder) continue
    // A folder's content is listed below one of its shortcuts at most: that one is needed.
    const rest = isFolder ? all.filter(({ entry }) => entry.children.length === 0) : all
    if (originals.has(key)) {
      for (const { entry } of rest) idle.set(entry, 'original')
      continue
    }
    if (isFolder && rest.length === all.length) continue
    const recorded = wanted.files.flatMap(({ unit }) => records.get(unitKey(unit)) ?? [])
    const chosen = isFolder ? undefined : choose(all, listed, recorded)
    for (const { entry } of rest) if (entry !== chosen?.entry) idle.set(entry, 'shortcut')
  }
  return idle
}

function choose(
  candidates: readonly Candidate[],
  { source }: ListedSource,
  recorded: readonly RecordedPath[],
): Candidate | undefined {
  const base = (source.to ?? []).filter((segment) => segment !== '' && segment !== '.').length
  const ranked = candidates.map((candidate) => ({
    candidate,
    isRecorded: recorded.some((record) => mayBe(record, candidate, base)),
    // Blanks sort before what a title may begin with.
    titles: candidate.way.map(({ title, token }) => `${title}\0${token}`).join('\0\0'),
  }))
  ranked.sort((a, b) => Number(b.isRecorded) - Number(a.isRecorded) || byCodePoints(a.titles, b.titles))
  return ranked[0]?.candidate
}

/** True when a recorded path can be that of the candidate, by the titles and tokens on the way. */
function mayBe({ path, title }: RecordedPath, { entry, way }: Candidate, base: number): boolean {
  const segments = path.split('/').slice(base)
  if (title !== entry.title || segments.length !== way.length) return false
  return way.every((at, nth) => {
    const name = segments[nth] ?? ''
    const stem = nth === way.length - 1 ? name.replace(/\.[^.]*$/, '') : name
    return namesOf(at).some((named) => levelOf(stem, named) !== undefined)
  })
}

/** A stem with and without what looks like an extension: both may be what stands on the disk. */
function namesOf({ title, token }: Entry): readonly Named[] {
  const suffixes = suffixesOf(token)
  return [title, title.trim().replace(/\.[^.]*$/, '')].map((text) => ({ stem: safeSegment(text), suffixes }))
}
