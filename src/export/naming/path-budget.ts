import type { Dir, Slot } from './dirs.js'
import { bytesOf, joined } from '../paths.js'

/** No path is longer, in bytes of UTF-8: Linux takes 4096, macOS 1024, both with the directory above it. */
export const MAX_PATH = 800
const MAX_SEGMENT = 255
// Shortened names have room for a character or two and for six letters of the token.
const MIN_STEM = 12

/** The bytes that a slot's names have at most after the stem: the dot and the extension. */
const endOf = (slot: Slot): number =>
  Math.max(0, ...Array.from(slot.files.values(), ({ extension }) => (extension === '' ? 0 : 1 + bytesOf(extension))))

/** Distributes the length of a path among the names in it. */
export class PathBudget {
  private readonly widths = new Map<number, ReadonlyMap<Dir, number>>()

  /** @param dirs each after the one that it is in */
  constructor(private readonly dirs: readonly Dir[]) {}

  /**
   * How many bytes the stem of a slot may have in a directory. Where the paths below it would be too long, the longest
   * stems on the way are shortened, all alike; the rest stays as it is.
   */
  stemBytes(slot: Slot, directory: string): number {
    const left = MAX_PATH - bytesOf(joined(directory, ''))
    const own = Math.min(MAX_SEGMENT, left) - endOf(slot)
    const { dir } = slot
    if (!dir) return own
    const stem = bytesOf(slot.stem)
    const fits = (most: number): boolean => Math.min(stem, most) + 1 + this.widthOf(dir, most) <= left
    if (fits(MAX_SEGMENT)) return Math.min(own, left - 1 - this.widthOf(dir, MAX_SEGMENT))
    let [low, high] = [MIN_STEM, MAX_SEGMENT]
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
      for (const slot of dir.slots.values()) {
        width = Math.max(width, Math.min(bytesOf(slot.stem), most) + Math.max(endOf(slot), below(slot.dir)))
      }
      for (const named of dir.named.values()) width = Math.max(width, bytesOf(named.name) + below(named.dir))
      widths.set(dir, width)
    }
    return widths
  }
}
