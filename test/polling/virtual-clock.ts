import type { Clock } from '../../src/polling/clock.js'

interface Timer {
  readonly dueMs: number
  /** Timers of the same time fire in the order in which they were set. */
  readonly order: number
  /** Undefined after the timer was cancelled. */
  callback: (() => void) | undefined
}

export interface VirtualClockOptions {
  /** The value of `wallMs` when `nowMs` is 0; by default a fixed day. */
  readonly epochMs?: number
  /**
   * Resolves when everything that can run without a timer has run. The default waits for all promises and for earlier
   * calls of `process.nextTick` and `setImmediate`; with real input or output, pass a function that waits longer.
   */
  readonly settle?: () => Promise<void>
}

/**
 * A clock that takes no real time: when no promise can continue, it jumps to the next timer. Code that waits by this
 * clock runs as with a real one, and in the same order every time.
 */
export class VirtualClock implements Clock {
  private now = 0
  /** How many timers were set. */
  private setCount = 0
  /** A binary heap: the next timer is at index 0. With a sorted list, simulations of many jobs would be slow. */
  private readonly heap: Timer[] = []
  private readonly epochMs: number
  private readonly settle: () => Promise<void>

  constructor(options: VirtualClockOptions = {}) {
    this.epochMs = options.epochMs ?? Date.UTC(2026, 10, 23)
    this.settle = options.settle ?? nextTurn
  }

  nowMs(): number {
    return this.now
  }

  wallMs(): number {
    return this.epochMs + this.now
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer: Timer = { dueMs: this.now + Math.max(0, delayMs), order: this.setCount++, callback }
    this.push(timer)
    return () => {
      timer.callback = undefined
    }
  }

  /** Resolves after `delayMs`. */
  wait(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.after(delayMs, resolve))
  }

  /**
   * Lets time pass until `work` has ended.
   * @returns what `work` returned
   * @throws what `work` threw, or an error when `work` still waits and no timer is left
   */
  async run<T>(work: Promise<T>): Promise<T> {
    const state = { isOver: false }
    const end = (): void => {
      state.isOver = true
    }
    work.then(end, end)
    await this.settle()
    while (!state.isOver) {
      if (!this.fireNext(Number.POSITIVE_INFINITY)) throw new Error(`No timer is left after ${this.now} ms`)
      await this.settle()
    }
    return work
  }

  /** Lets `durationMs` pass, and fires the timers that are due. */
  async advance(durationMs: number): Promise<void> {
    const endMs = this.now + durationMs
    await this.settle()
    while (this.fireNext(endMs)) await this.settle()
    this.now = endMs
  }

  /** Advances to the next timer and fires it. @returns false if no timer is due by `endMs` */
  private fireNext(endMs: number): boolean {
    for (let timer = this.heap[0]; timer && timer.dueMs <= endMs; timer = this.heap[0]) {
      this.pop()
      const { callback } = timer
      if (!callback) continue
      this.now = timer.dueMs
      callback()
      return true
    }
    return false
  }

  /** Adds a timer to the heap. */
  private push(timer: Timer): void {
    const { heap } = this
    let index = heap.length
    // Moves later parents down, until the parent of `index` fires earlier than `timer`.
    while (index > 0) {
      const parentIndex = (index - 1) >> 1
      const parent = heap[parentIndex]
      if (!parent || firesBefore(parent, timer)) break
      heap[index] = parent
      index = parentIndex
    }
    heap[index] = timer
  }

  /** Removes the next timer from the heap. */
  private pop(): void {
    const { heap } = this
    const last = heap.pop()
    if (!last || heap.length === 0) return
    let index = 0
    // Moves earlier children up, until no child of `index` fires earlier than `last`.
    for (;;) {
      let childIndex = 2 * index + 1
      let child = heap[childIndex]
      const right = heap[childIndex + 1]
      if (child && right && firesBefore(right, child)) {
        child = right
        childIndex++
      }
      if (!child || firesBefore(last, child)) break
      heap[index] = child
      index = childIndex
    }
    heap[index] = last
  }
}

function firesBefore(a: Timer, b: Timer): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order)
}

/** Resolves when every promise that can continue without a timer has continued. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
