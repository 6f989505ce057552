import { createRandom } from '../emulator/index.js'

/** Seeded choices: the same seed gives the same choices on every machine. */
export class RandomSource {
  /** A number from 0 up to, not including, 1. */
  readonly next: () => number

  constructor(seed: number) {
    this.next = createRandom(Math.imul(seed, 0x9e37_79b1) ^ 0x5bd1_e995)
  }

  /** A whole number from `low` to `high`, both included. */
  int(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1))
  }

  /** True with a probability from 0 to 1. */
  chance(probability: number): boolean {
    return this.next() < probability
  }

  /** One element of a list that is not empty. */
  pick<T>(list: readonly T[]): T {
    return list[this.int(0, list.length - 1)] as T
  }

  /** Calls one of several functions, with a probability in proportion to its weight, and returns its result. */
  weighted<T>(choices: readonly (readonly [weight: number, make: () => T])[]): T {
    let left = this.next() * choices.reduce((sum, [weight]) => sum + weight, 0)
    for (const [weight, make] of choices) {
      left -= weight
      if (left < 0) return make()
    }
    // Rounding may leave a tiny rest: then the first choice is made.
    const [, makeFirst] = choices[0] ?? []
    if (!makeFirst) throw new Error('The list of choices is empty.')
    return makeFirst()
  }

  /** A list with the results of `make`. */
  list<T>(length: number, make: () => T): T[] {
    return Array.from({ length }, make)
  }

  /** Random bytes. */
  bytes(length: number): Buffer {
    return Buffer.from(this.list(length, () => this.int(0, 255)))
  }
}
