import type { ListingCalls } from './calls.js'
import { keyOf, readLevel, type Item, type Level, type LevelListing } from './levels.js'

/** A level to be listed, and the decision which of its items are entered. */
export interface Reach {
  readonly level: Level
  /** What is to be listed below an item; undefined when nothing is. */
  readonly enter: (item: Item) => Reach | undefined
}

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
  private readonly started = new Map<string, Promise<LevelListing>>()

  constructor(
    private readonly calls: ListingCalls,
    private readonly onItems: (count: number) => void,
  ) {}

  /** Lists levels and what is entered from them, behind shortcuts too. */
  walk(from: Iterable<Reach>): Promise<void> {
    const entered = new Set<string>()
    return spread(from, async ({ level, enter }, add) => {
      const { items } = await this.list(level)
      for (const item of items) {
        const below = enter(item)
        if (!below || entered.has(keyOf(below.level))) continue
        entered.add(keyOf(below.level))
        add(below)
      }
    })
  }

  /** What was found on a level; undefined if it was not listed. */
  get(level: Level): LevelListing | undefined {
    return this.listings.get(keyOf(level))
  }

  /** All that was found. */
  all(): Iterable<LevelListing> {
    return this.listings.values()
  }

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
