import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { FileRecord } from '../../../src/export/model.js'
import { directoriesAbove, isParkedName, splitPath } from '../../../src/export/paths.js'
import type { Move } from '../../../src/export/plan/plan-moves.js'
import { quickClock } from '../../polling/quick-clock.js'
import { bytesOf, isMoveStep, loadPlacement, refuseBusy } from './bench.js'

const { Bench, applyMoves } = await loadPlacement()

const PATHS = ['a', 'b', 'c', 'a/a', 'a/b', 'b/a', 'b/c/d', 'c/a', 'd', 'd/e']

/** Generates at most `length` paths of files that can exist together: no path is a directory above another one. */
const compatible = (length: number): fc.Arbitrary<string[]> =>
  fc
    .shuffledSubarray(PATHS, { maxLength: length })
    .map((paths) => paths.filter((at, nth) => !paths.slice(0, nth).some((other) => isInTheWay(other, at))))
/** True if one of two paths is a directory above the other one. */
const isInTheWay = (a: string, b: string): boolean =>
  [...directoriesAbove(a)].includes(b) || [...directoriesAbove(b)].includes(a)

const situations = fc.record({
  from: compatible(6),
  to: compatible(6),
  /** How many of the files that are not parked stay at their path. */
  stayingCount: fc.nat(2),
  toParkCount: fc.nat(2),
  /** Paths of files that no run wrote, where such a file can exist. */
  foreign: fc.array(fc.constantFrom(...PATHS), { maxLength: 2 }),
  overwrite: fc.boolean(),
  /** Which renames of exported files the disk refuses, from 0. */
  refused: fc.array(fc.nat(12), { maxLength: 4 }),
})

/**
 * Plans a move of each record to the path with the same index, if there is one and the file is not there already. A move
 * to a path that a staying file blocks is left out. So only a foreign file or a refusal of the disk can make a move fail.
 * @param all `records`, and the records of files that are neither moved nor parked
 */
function planPossibleMoves(records: readonly FileRecord[], to: readonly string[], all: readonly FileRecord[]): Move[] {
  let moves: Move[] = records.flatMap((record, index) => {
    const at = to[index]
    return at === undefined || at === record.path ? [] : [{ record, to: at, group: record }]
  })
  let countBefore: number
  // Repeated, since a file whose move is removed stays, and may block the moves of others.
  do {
    countBefore = moves.length
    const staying = all.filter((record) => !moves.some((move) => move.record === record))
    moves = moves.filter((move) => !staying.some(({ path }) => path === move.to || isInTheWay(path, move.to)))
  } while (moves.length < countBefore)
  return moves
}

/** Selects the foreign paths where a file can exist together with the recorded files and the paths selected before. */
function freePaths(foreign: readonly string[], recorded: readonly string[]): Set<string> {
  const free = new Set<string>()
  for (const at of foreign) {
    if ([...recorded, ...free].every((other) => other !== at && !isInTheWay(other, at))) free.add(at)
  }
  return free
}

test('whatever the disk refuses and whatever is in the way, a kill at any step loses no file and makes no record untrue', async () => {
  await fc.assert(
    fc.asyncProperty(situations, async ({ from, to, stayingCount, toParkCount, foreign, overwrite, refused }) => {
      const bench = new Bench()
      try {
        const records = from.map((at, index) => bench.add(at, `token${index}`))
        const [toPark, others] = [records.slice(0, toParkCount), records.slice(toParkCount)]
        const moves = planPossibleMoves(others.slice(stayingCount), to, others)
        const staying = others.filter((record) => !moves.some((move) => move.record === record))
        const foreignPaths = freePaths(foreign, from)
        for (const at of foreignPaths) bench.put(at, 'mine')

        const journal = await bench.openJournal()
        bench.precious = records.map(({ token }) => token)
        let moveSteps = 0
        bench.refuse = (step) => {
          if (isMoveStep(step) && refused.includes(moveSteps++)) refuseBusy()
        }
        const result = await applyMoves(moves, toPark, {
          directory: bench.directory,
          journal,
          clock: quickClock(50),
          overwrite,
        })
        await bench.expectNothingWrong()

        const files = bench.files()
        const recorded = await bench.recorded()
        expect(Object.values(recorded).sort()).toEqual(records.map(({ token }) => token).sort())
        for (const { path, token } of staying) expect(files[path]).toBe(bytesOf(token))
        for (const { record, to: at } of result.moved) expect(files[at]).toBe(bytesOf(record.token))
        for (const { record, at } of result.parked) expect(recorded[at]).toBe(record.token)
        expect(result.moved.length + result.failed.length).toBe(moves.length)
        const replaced = new Set(overwrite ? result.moved.map((move) => move.to) : [])
        for (const at of foreignPaths) if (!replaced.has(at)) expect(files[at]).toBe('mine')
        if (refused.length === 0 && foreignPaths.size === 0) expect(result.failed).toEqual([])
        // Only the files of `toPark` and those whose move failed may be parked now.
        const parked = Object.entries(recorded).filter(([at]) => isParkedName(splitPath(at).name))
        const isExplained = (token: string): boolean =>
          [...result.parked, ...result.failed].some(({ record }) => record.token === token)
        expect(parked.filter(([, token]) => !isExplained(token))).toEqual([])
      } finally {
        bench.dispose()
      }
    }),
    { numRuns: 80 },
  )
})
