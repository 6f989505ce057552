import type { ListingCalls } from './calls.js'
import { keyOf, readLevel, type Item, type Level, type LevelListing } from './levels.js'

/** A level to be listed, and the function that decides below which of its items the listing continues. */
export interface LevelVisit {
  readonly level: Level
  /** Returns the visit to the level below an item; undefined if that is not listed, or does not exist. */
  readonly enter: (item: Item) => LevelVisit | undefined
}

/**
 * Runs `work` for the first items and for all items that `work` adds, concurrently. Resolves when everything has ended;
 * rejects as soon as one `work` rejects. The work for an item does not wait for the items that it added.
 */
function forEachAdded<T>(first: Iterable<T>, work: (item: T, add: (item: T) => void) => Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    // The loop over `first` counts as running until the last line. So the promise also resolves if `first` is empty.
    let running = 1
    const end = (): void => {
      running--
      if (running === 0) resolve()
    }
    const add = (item: T): void => {
      running++
      work(item, add).then(end, reject)
    }
    for (const item of first) add(item)
    end()
  })
}

/** The levels of all trees. Each is listed once, even if several ways lead to it. */
export class Levels {
  private readonly listings = new Map<string, LevelListing>()
  private readonly started = new Map<string, Promise<LevelListing>>()

  /** @param onItems called after each page of a list with the number of new items */
  constructor(
    private readonly calls: ListingCalls,
    private readonly onItems: (count: number) => void,
  ) {}

  /**
   * Lists the level of each visit. Calls `enter` for each item of the level, shortcuts included, and continues with the
   * visits that it returns. Of several returned visits to a level, only the first is made.
   * @param from the visits to begin with: each is made, even if several are to the same level
   */
  walk(from: Iterable<LevelVisit>): Promise<void> {
    const entered = new Set<string>()
    return forEachAdded(from, async ({ level, enter }, add) => {
      const { items } = await this.list(level)
      for (const item of items) {
        const visit = enter(item)
        if (!visit || entered.has(keyOf(visit.level))) continue
        entered.add(keyOf(visit.level))
        add(visit)
      }
    })
  }

  /** The listing of a level; undefined if it was not listed. */
  get(level: Level): LevelListing | undefined {
    return this.listings.get(keyOf(level))
  }

  /** The listings of all levels. */
  all(): Iterable<LevelListing> {
    return this.listings.values()
  }

  /** Lists a level, or returns the listing that has already been started. */
  private list(level: Level): Promise<LevelListing> {
    const key = keyOf(level)
    let started = this.started.get(key)
    if (!started) {
      started = readLevel(level, this.calls, this.onItems).then((listing) => {
        this.listings.set(key, listing)
        return listing
      })
      this.started.set(key, started)
    }
    return started
  }
}
