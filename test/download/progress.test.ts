import { expect, test } from '@jest/globals'
import { TransferProgress } from '../../src/download/progress.js'

/**
 * Simulates a transfer. Each step is a time and the number of bytes received until then; `total` is the size of the file,
 * if it is known.
 * @returns the lines of the log
 */
function logTransfer(steps: readonly [atMs: number, bytes: number][], total?: number): string[] {
  const lines: string[] = []
  const log = {
    info: (line: string) => void lines.push(line),
    warning: () => undefined,
    debug: () => undefined,
    group: () => undefined,
    endGroup: () => undefined,
  }
  let nowMs = 0
  const progress = new TransferProgress(log, { nowMs: () => nowMs, wallMs: () => 0, after: () => () => undefined })
  for (const [atMs, bytes] of steps) {
    nowMs = atMs
    progress.onBytes(bytes, total)
  }
  return lines
}

test('a short transfer logs nothing', () => {
  expect(
    logTransfer(
      [
        [0, 10],
        [4900, 1000],
      ],
      1000,
    ),
  ).toEqual([])
})

test('a long transfer logs bytes, share and rate every few seconds', () => {
  expect(
    logTransfer(
      [
        [0, 0],
        [2500, 5e6],
        [5000, 1e7],
        [7000, 2e7],
        [10_000, 3e7],
      ],
      4e7,
    ),
  ).toEqual(['Downloaded 10.0 MB of 40.0 MB (25 %), 2.0 MB/s', 'Downloaded 30.0 MB of 40.0 MB (75 %), 4.0 MB/s'])
})

test('a transfer of unknown size, or beyond the known size, logs no share', () => {
  expect(
    logTransfer([
      [0, 0],
      [5000, 1000],
    ]),
  ).toEqual(['Downloaded 1.0 kB, 200 B/s'])
  expect(
    logTransfer(
      [
        [0, 0],
        [5000, 1000],
      ],
      10,
    ),
  ).toEqual(['Downloaded 1.0 kB, 200 B/s'])
})

test('when the transfer starts again, the rate and the time to the next line count from there', () => {
  expect(
    logTransfer(
      [
        [0, 0],
        [4000, 8e6],
        [6000, 1000],
        [11_000, 1e6 + 1000],
      ],
      1e7,
    ),
  ).toEqual(['Downloaded 1.0 MB of 10.0 MB (10 %), 200.0 kB/s'])
})
