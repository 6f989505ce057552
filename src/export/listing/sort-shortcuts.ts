import { keyOf, type Level } from './levels.js'
import type { Levels } from './walk.js'

/** A shortcut, by its own token, to the content of a level. */
interface Shortcut {
  readonly id: string
  readonly level: Level
}

/**
 * Sorts shortcuts into the order in which the content of their targets is added to a tree; each content is added once.
 * Those with the most levels inside their target come first. Equal ones are in the order of their own tokens. So if the
 * target of A is inside the target of B, its content gets its original place below B, not one below A. Pure.
 */
export function sortShortcuts<T extends Shortcut>(shortcuts: readonly T[], levels: Pick<Levels, 'get'>): readonly T[] {
  const counts = new Map<string, number>()
  const countInside = (level: Level): number => {
    const key = keyOf(level)
    const count = counts.get(key) ?? countLevels(level, levels)
    counts.set(key, count)
    return count
  }
  return [...shortcuts].sort((a, b) => countInside(b.level) - countInside(a.level) || (a.id < b.id ? -1 : 1))
}

/** Counts a level and all levels inside it, without those to which only shortcuts lead. */
function countLevels(top: Level, levels: Pick<Levels, 'get'>): number {
  const keys = new Set([keyOf(top)])
  const toVisit = [top]
  for (let level = toVisit.pop(); level; level = toVisit.pop()) {
    for (const { below, shortcut } of levels.get(level)?.items ?? []) {
      if (!below || shortcut || keys.has(keyOf(below))) continue
      keys.add(keyOf(below))
      toVisit.push(below)
    }
  }
  return keys.size
}
