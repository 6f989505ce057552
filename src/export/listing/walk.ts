import type { ListingCalls } from './calls.js'
import { keyOf, readLevel, type Level, type LevelListing } from './levels.js'

/**
 * Does work that brings more work, all of it at once; the work limits itself. Ends when nothing is left.
 * Nothing waits for what it brought, so depth costs no stack.
 */
function spread<T>(first: Iterable<T>, work: (item: T, add: (item: T) => void) => Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    let open = 1
    const end = (): void => {
      open--
      if (open === 0) resolve()
    }
    const add = (item: T): void => {
      open++
      work(item, add).then(end, reject)
    }
    for (const item of first) add(item)
    end()
  })
}

/** The levels of all trees, each listed once, however many ways lead to it. */
export class Levels {
  private readonly listings = new Map<string, LevelListing>()

  constructor(
    private readonly calls: ListingCalls,
    private readonly onItems: (count: number) => void,
  ) {}

  /** Lists the levels and everything below them, behind shortcuts too. */
  walk(from: Iterable<Level>): Promise<void> {
    return spread(from, async (level, add) => {
      const key = keyOf(level)
      if (this.listings.has(key)) return
      this.listings.set(key, { items: [], failure: undefined })
      const listing = await readLevel(level, this.calls, this.onItems)
      this.listings.set(key, listing)
      for (const { below } of listing.items) if (below) add(below)
    })
  }

  /** What a walk found on a level. */
  get(level: Level): LevelListing {
    const listing = this.listings.get(keyOf(level))
    if (!listing) throw new Error(`level ${keyOf(level)} was not listed`)
    return listing
  }

  /** All that walks found. */
  all(): Iterable<LevelListing> {
    return this.listings.values()
  }
}
