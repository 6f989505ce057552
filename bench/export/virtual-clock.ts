import type { Clock } from '../../src/polling/clock.js'

interface Timer {
  readonly atMs: number
  readonly order: number
  callback: (() => void) | undefined
}

/** A clock that jumps to the next timer as soon as nothing else is left to do. */
export class VirtualClock implements Clock {
  private timeMs = 0
  private made = 0
  private readonly heap: Timer[] = []

  nowMs(): number {
    return this.timeMs
  }

  wallMs(): number {
    return Date.UTC(2026, 0, 1) + this.timeMs
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer: Timer = { atMs: this.timeMs + Math.max(0, delayMs), order: this.made++, callback }
    this.push(timer)
    return () => {
      timer.callback = undefined
    }
  }

  wait(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.after(delayMs, resolve))
  }

  /** Runs until the work is done. @throws when nothing is left that could end it */
  async run<T>(work: Promise<T>): Promise<T> {
    let done = false as boolean
    const marked = work.finally(() => (done = true))
    marked.catch(() => undefined)
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve))
      if (done) return marked
      const timer = this.pop()
      if (!timer) throw new Error('nothing left to do, but the work has not ended')
      this.timeMs = timer.atMs
      timer.callback?.()
    }
  }

  private before(a: Timer, b: Timer): boolean {
    return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order)
  }

  private push(timer: Timer): void {
    const { heap } = this
    let index = heap.push(timer) - 1
    while (index > 0) {
      const parent = (index - 1) >> 1
      if (!this.before(timer, heap[parent] as Timer)) break
      heap[index] = heap[parent] as Timer
      index = parent
    }
    heap[index] = timer
  }

  private pop(): Timer | undefined {
    const { heap } = this
    const first = heap[0]
    const last = heap.pop()
    if (!first || !last || heap.length === 0) return first?.callback || heap.length === 0 ? first : this.pop()
    let index = 0
    for (;;) {
      let child = 2 * index + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && this.before(heap[child + 1] as Timer, heap[child] as Timer)) child++
      if (!this.before(heap[child] as Timer, last)) break
      heap[index] = heap[child] as Timer
      index = child
    }
    heap[index] = last
    return first.callback ? first : this.pop()
  }
}

/** A random number generator with a seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let value = Math.imul(state ^ (state >>> 15), 1 | state)
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32
  }
}
