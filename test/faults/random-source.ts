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

  chance(probability: number): boolean {
    return this.next() < probability
  }

  pick<T>(list: readonly T[]): T {
    return list[this.int(0, list.length - 1)] as T
  }

  /** Calls one of several functions, each as often as its weight says. */
  weighted<T>(choices: readonly (readonly [weight: number, make: () => T])[]): T {
    let left = this.next() * choices.reduce((sum, [weight]) => sum + weight, 0)
    const chosen = choices.find(([weight]) => (left -= weight) < 0) ?? choices[0]
    if (!chosen) throw new Error('The list of choices is empty.')
    return chosen[1]()
  }

  list<T>(length: number, make: () => T): T[] {
    return Array.from({ length }, make)
  }

  bytes(length: number): Buffer {
    return Buffer.from(this.list(length, () => this.int(0, 255)))
  }
}
