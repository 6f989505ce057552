import { listIn } from '../../lists.js'
import type { Dir, Slot } from './dirs.js'
import { maxEndingBytes } from './endings.js'
import { bytesOf, fold, joined, MAX_SEGMENT_BYTES } from '../paths.js'

/** The maximum length of a path, in bytes of UTF-8: Linux takes 4096, macOS 1024, both including `directory`. */
export const MAX_PATH_BYTES = 800
// A shortened name still holds a few letters of the title and six of the token, with a `-` between them.
const LETTERS_BYTES = 5
const MIN_STEM_BYTES = LETTERS_BYTES + 7

/** The bytes of the longest ending of the names of a slot. */
const endingBytesOf = ({ files }: Slot): number => maxEndingBytes(files.values())

/** Limits the length of each name so that no path becomes longer than `MAX_PATH_BYTES`. */
export class PathBudget {
  /** The results of `measure`, by limit. */
  private readonly lengths = new Map<number, ReadonlyMap<Dir, number>>()
  /** The minimum bytes of the stem with a suffix, for each slot that may need one: other slots have the same stem. */
  private readonly suffixedBytes = new Map<Slot, number>()

  /** @param dirs all directories, each after its parent */
  constructor(private readonly dirs: readonly Dir[]) {
    for (const { slots } of dirs) {
      const byStem = new Map<string, Slot[]>()
      for (const slot of slots.values()) listIn(byStem, fold(slot.stem)).push(slot)
      const contested = [...byStem.values()].filter((sameStem) => sameStem.length > 1).flat()
      for (const slot of contested) this.suffixedBytes.set(slot, LETTERS_BYTES + bytesOf(`-${slot.suffixes[0] ?? ''}`))
    }
  }

  /**
   * The maximum length of the stem of a slot in a directory, in bytes. All names of the slot fit with it. Not positive if
   * the directory leaves no room for a name.
   *
   * If a path below the slot would be too long, all stems on it get the same limit. It is the largest with which the path
   * fits, but at least `MIN_STEM_BYTES`. If the path fits, the limit may exceed the stem, which may get a suffix later.
   */
  maxStemBytes(slot: Slot, directory: string): number {
    const leftBytes = MAX_PATH_BYTES - bytesOf(joined(directory, '')) // with the `/` after the directory
    const ownLimit = Math.min(MAX_SEGMENT_BYTES, leftBytes) - endingBytesOf(slot)
    const { dir } = slot
    if (!dir) return ownLimit
    const stemBytes = bytesOf(slot.stem)
    // The path is the stem, a `/` and the longest path below it.
    const fits = (limit: number): boolean => Math.min(stemBytes, limit) + 1 + this.longestBelow(dir, limit) <= leftBytes
    // The path fits with the whole stem. With a suffix, the stem may take all that the longest path below leaves, or
    // `MIN_STEM_BYTES` if that is more. If the path then becomes too long, the names below are shortened.
    if (fits(MAX_SEGMENT_BYTES)) {
      const bytesForStem = leftBytes - 1 - this.longestBelow(dir, MAX_SEGMENT_BYTES)
      return Math.min(ownLimit, Math.max(bytesForStem, MIN_STEM_BYTES))
    }
    // Binary search: `low` is the largest limit known to fit (or the minimum), `high` is one that does not fit.
    let [low, high] = [MIN_STEM_BYTES, MAX_SEGMENT_BYTES]
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if (fits(middle)) low = middle
      else high = middle
    }
    return Math.min(ownLimit, low)
  }

  /** The bytes of the longest path below a directory, relative to it, if each stem of a title is cut to `limit` bytes. */
  private longestBelow(dir: Dir, limit: number): number {
    let lengths = this.lengths.get(limit)
    if (!lengths) {
      lengths = this.measure(limit)
      this.lengths.set(limit, lengths)
    }
    return lengths.get(dir) ?? 0
  }

  /** Measures `longestBelow` for every directory. */
  private measure(limit: number): ReadonlyMap<Dir, number> {
    const lengths = new Map<Dir, number>()
    // The bytes of the longest path below a directory and of the `/` before it.
    const below = (dir: Dir | undefined): number => (dir ? 1 + (lengths.get(dir) ?? 0) : 0)
    // From the innermost directories outwards.
    for (const dir of [...this.dirs].reverse()) {
      let length = 0
      for (const slot of dir.slots.values()) {
        // A stem that may need a suffix has at least the bytes of a few letters and the suffix, whatever the limit.
        const cutBytes = Math.min(bytesOf(slot.stem), limit)
        const stemBytes = Math.max(cutBytes, this.suffixedBytes.get(slot) ?? 0)
        length = Math.max(length, stemBytes + Math.max(endingBytesOf(slot), below(slot.dir)))
      }
      for (const named of dir.named.values()) length = Math.max(length, bytesOf(named.name) + below(named.dir))
      lengths.set(dir, length)
    }
    return lengths
  }
}
