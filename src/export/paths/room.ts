import type { Dir, Unit } from './dirs.js'
import { bytesOf, joined } from './text.js'

/** No path is longer, in bytes of UTF-8: Linux takes 4096, macOS 1024, both with the directory above it. */
export const LONGEST_PATH = 800
const LONGEST_SEGMENT = 255
// Shortened names have room for a character or two and for six letters of the token.
const SHORTEST_STEM = 12

/** The bytes that a unit's names have at most after the stem: the dot and the extension. */
const endOf = (unit: Unit): number =>
  Math.max(0, ...Array.from(unit.files.values(), ({ extension }) => (extension === '' ? 0 : 1 + bytesOf(extension))))

/** Knows how much room the names of a tree need. */
export class Room {
  private readonly widths = new Map<number, ReadonlyMap<Dir, number>>()

  /** @param dirs each after the one that it stands in */
  constructor(private readonly dirs: readonly Dir[]) {}

  /**
   * How many bytes the stem of a unit may have in a directory. Where the paths below it would be too long, the longest
   * stems on the way are shortened, all alike; the rest stays as it is.
   */
  stemOf(unit: Unit, directory: string): number {
    const left = LONGEST_PATH - bytesOf(joined(directory, ''))
    const own = Math.min(LONGEST_SEGMENT, left) - endOf(unit)
    const { dir } = unit
    if (!dir) return own
    const stem = bytesOf(unit.stem)
    const fits = (most: number): boolean => Math.min(stem, most) + 1 + this.widthOf(dir, most) <= left
    if (fits(LONGEST_SEGMENT)) return Math.min(own, left - 1 - this.widthOf(dir, LONGEST_SEGMENT))
    let [low, high] = [SHORTEST_STEM, LONGEST_SEGMENT]
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if (fits(middle)) low = middle
      else high = middle
    }
    return Math.min(own, low)
  }

  /** The bytes of the longest path below a directory, when no stem has more than so many. */
  private widthOf(dir: Dir, most: number): number {
    let widths = this.widths.get(most)
    if (!widths) this.widths.set(most, (widths = this.measure(most)))
    return widths.get(dir) ?? 0
  }

  private measure(most: number): ReadonlyMap<Dir, number> {
    const widths = new Map<Dir, number>()
    const below = (dir: Dir | undefined): number => (dir ? 1 + (widths.get(dir) ?? 0) : 0)
    // From the innermost outwards.
    for (const dir of [...this.dirs].reverse()) {
      let width = 0
      for (const unit of dir.units.values()) {
        width = Math.max(width, Math.min(bytesOf(unit.stem), most) + Math.max(endOf(unit), below(unit.dir)))
      }
      for (const named of dir.named.values()) width = Math.max(width, bytesOf(named.name) + below(named.dir))
      widths.set(dir, width)
    }
    return widths
  }
}
