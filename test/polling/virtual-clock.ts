import type { Clock } from '../../src/polling/clock.js'

interface Timer {
  readonly dueMs: number
  /** Breaks ties: timers of one moment fire in the order in which they were set. */
  readonly order: number
  callback: (() => void) | undefined
}

export interface VirtualClockOptions {
  /** What `wallMs` says when `nowMs` is 0; by default a fixed day. */
  readonly epochMs?: number
  /**
   * Resolves when everything that could run without a timer has run. The default waits for all promises and for what
   * was handed to `process.nextTick` and `setImmediate` before; hand in a longer wait if real input or output is used.
   */
  readonly settle?: () => Promise<void>
}

/**
 * A clock that costs no time: whenever all promises are idle it jumps to the next timer. Everything that waits by it
 * runs as it would in reality, in the same order every time.
 */
export class VirtualClock implements Clock {
  private now = 0
  private setCount = 0
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

  /** Resolves when so much time has passed. */
  wait(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.after(delayMs, resolve))
  }

  /**
   * Lets time pass until `work` has ended.
   * @returns what `work` returned, or throws what it threw; also when it waits for something that never comes
   */
  async run<T>(work: Promise<T>): Promise<T> {
    const state = { isOver: false }
    const end = (): void => {
      state.isOver = true
    }
    work.then(end, end)
    await this.settle()
    while (!state.isOver) {
      if (!this.fireNext(Number.POSITIVE_INFINITY)) throw new Error(`Nothing left to happen after ${this.now} ms`)
      await this.settle()
    }
    return work
  }

  /** Lets `durationMs` pass. */
  async advance(durationMs: number): Promise<void> {
    const endMs = this.now + durationMs
    await this.settle()
    while (this.fireNext(endMs)) await this.settle()
    this.now = endMs
  }

  /** Goes to the next timer and fires it, unless there is none until `endMs`. */
  private fireNext(endMs: number): boolean {
    for (let timer = this.heap[0]; timer && timer.dueMs <= endMs; timer = this.heap[0]) {
      this.pop()
      const { callback } = timer
      if (!callback) continue
      this.now = timer.dueMs
      timer.callback = undefined
      callback()
      return true
    }
    return false
  }

  // A binary heap: a sorted list would make a large fleet slow.
  private push(timer: Timer): void {
    const { heap } = this
    let index = heap.length
    while (index > 0) {
      const parentIndex = (index - 1) >> 1
      const parent = heap[parentIndex]
      if (!parent || isBefore(parent, timer)) break
      heap[index] = parent
      index = parentIndex
    }
    heap[index] = timer
  }

  private pop(): void {
    const { heap } = this
    const last = heap.pop()
    if (!last || heap.length === 0) return
    let index = 0
    for (;;) {
      let childIndex = 2 * index + 1
      let child = heap[childIndex]
      const right = heap[childIndex + 1]
      if (child && right && isBefore(right, child)) {
        child = right
        childIndex++
      }
      if (!child || isBefore(last, child)) break
      heap[index] = child
      index = childIndex
    }
    heap[index] = last
  }
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order)
}

/** Ends after all promises that are ready, and all they make ready. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
