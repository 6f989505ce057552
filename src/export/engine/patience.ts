/** How much of the query budget there is: looks that could be made now for each document still to come. */
export type LooksPerDocument = number

// Of 100 first looks so many should find the export ended: each look in vain costs another document its look.
const HIT_SHARE = 0.98
const STEP = 0.8
const FIRST_AGE_MS = 6_000
const MIN_AGE_MS = 1_000
// The file lives ten minutes, so a look must not come much later than the end.
const MAX_AGE_MS = 4 * 60_000
const MIN_PAUSE_MS = 500
// Pauses need not be shorter than this share of the age: the end is seen within it.
const FINEST_SHARE = 0.1
const COARSEST_SHARE = 0.35
const MAX_LOOKS_AT_ONCE = 16

/**
 * Learns how long exports take, and says from what age on a task is worth a look. A quantile is tracked step by step
 * (Robbins–Monro): each look in vain raises the age by so many times the step by which a hit lowers it that it settles
 * where the share of hits is as wanted.
 */
export class Patience {
  private ageMs = FIRST_AGE_MS
  private looksAtOnce = 1

  /** From what age on the first look is worth it. With looks to spare it comes earlier: nobody else wants them. */
  firstLookAgeMs(spare: LooksPerDocument): number {
    return Math.max(MIN_PAUSE_MS, this.ageMs / Math.max(1, spare))
  }

  /** The age for another look after one in vain. */
  nextLookAgeMs(ageMs: number, spare: LooksPerDocument): number {
    if (spare < 2) return Math.max(ageMs + Math.max(MIN_PAUSE_MS, ageMs * COARSEST_SHARE), this.ageMs)
    return ageMs + Math.max(MIN_PAUSE_MS, ageMs * FINEST_SHARE, this.ageMs / spare)
  }

  /** A look found the export ended. */
  hit(): void {
    this.ageMs = Math.max(MIN_AGE_MS, this.ageMs * Math.exp(-STEP * (1 - HIT_SHARE)))
    this.looksAtOnce = Math.min(MAX_LOOKS_AT_ONCE, this.looksAtOnce + 1)
  }

  /** A look at a task of this age found it unfinished. */
  miss(ageMs: number): void {
    if (ageMs >= this.ageMs * 0.9) this.ageMs = Math.min(MAX_AGE_MS, this.ageMs * Math.exp(STEP * HIT_SHARE))
    this.looksAtOnce = Math.max(1, this.looksAtOnce / 2)
  }

  /**
   * How many looks may be under way at once. As long as looks miss and are dear, one at a time: a hundred tasks of the
   * same age must not all be asked too early.
   */
  concurrency(spare: LooksPerDocument): number {
    return spare >= 2 ? MAX_LOOKS_AT_ONCE : Math.floor(this.looksAtOnce)
  }
}
