import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { FileRecord } from '../../../src/export/model.js'
import { directoriesAbove, isParkedName, splitPath } from '../../../src/export/paths.js'
import type { Move } from '../../../src/export/plan/plan-moves.js'
import { quickClock } from '../../polling/quick-clock.js'
import { bytesOf, isMoveStep, loadPlacement, refuseBusy } from './bench.js'

const { Bench, applyMoves } = await loadPlacement()

const PATHS = ['a', 'b', 'c', 'a/a', 'a/b', 'b/a', 'b/c/d', 'c/a', 'd', 'd/e']

/** Paths that can exist at the same time: no file has the path of a directory above another one. */
const compatible = (length: number): fc.Arbitrary<string[]> =>
  fc
    .shuffledSubarray(PATHS, { maxLength: length })
    .map((paths) => paths.filter((at, nth) => !paths.slice(0, nth).some((other) => isInTheWay(other, at))))
const isInTheWay = (a: string, b: string): boolean =>
  [...directoriesAbove(a)].includes(b) || [...directoriesAbove(b)].includes(a)

const situations = fc.record({
  from: compatible(6),
  to: compatible(6),
  /** How many of the files do not move. */
  staying: fc.nat(2),
  toParkCount: fc.nat(2),
  foreign: fc.array(fc.constantFrom(...PATHS), { maxLength: 2 }),
  overwrite: fc.boolean(),
  refused: fc.array(fc.nat(12), { maxLength: 4 }),
})

/** Removes the moves to a path where another recorded file stays, since a plan has none of these. */
function possibleMoves(records: readonly FileRecord[], to: readonly string[], all: readonly FileRecord[]): Move[] {
  let moves = records.flatMap((record, nth) => {
    const at = to[nth]
    return at === undefined || at === record.path ? [] : [{ record, to: at, group: record }]
  })
  for (let count = -1; count !== moves.length;) {
    count = moves.length
    const staying = all.filter((record) => !moves.some((move) => move.record === record))
    moves = moves.filter((move) => !staying.some(({ path }) => path === move.to || isInTheWay(path, move.to)))
  }
  return moves
}

test('after a kill at any step, whatever the disk refuses or whatever is in the way, no copy is lost and every record is true', async () => {
  await fc.assert(
    fc.asyncProperty(situations, async ({ from, to, staying, toParkCount, foreign, overwrite, refused }) => {
      const bench = new Bench()
      try {
        const records = from.map((at, nth) => bench.add(at, `token${nth}`))
        const [toPark, others] = [records.slice(0, toParkCount), records.slice(toParkCount)]
        const moves = possibleMoves(others.slice(staying), to, others)
        const kept = others.filter((record) => !moves.some((move) => move.record === record))
        const taken = new Set([...from, ...from.flatMap((at) => [...directoriesAbove(at)])])
        const theirs = new Map<string, string>()
        for (const at of foreign) {
          if (taken.has(at) || [...directoriesAbove(at)].some((above) => taken.has(above) || theirs.has(above)))
            continue
          if ([...theirs.keys()].some((other) => isInTheWay(other, at))) continue
          theirs.set(at, 'mine')
          bench.put(at, 'mine')
        }

        const journal = await bench.openJournal()
        bench.precious = records.map(({ token }) => token)
        let nth = 0
        bench.refuse = (step) => {
          if (isMoveStep(step) && refused.includes(nth++)) refuseBusy()
        }
        const result = await applyMoves(moves, toPark, {
          directory: bench.directory,
          journal,
          clock: quickClock(50),
          overwrite,
        })
        await bench.expectTrue()

        const files = bench.files()
        const recorded = await bench.recorded()
        expect(Object.values(recorded).sort()).toEqual(records.map(({ token }) => token).sort())
        for (const { path, token } of kept) expect(files[path]).toBe(bytesOf(token))
        for (const { record, to: at } of result.moved) expect(files[at]).toBe(bytesOf(record.token))
        for (const { record, at } of result.parked) expect(recorded[at]).toBe(record.token)
        expect(result.moved.length + result.failed.length).toBe(moves.length)
        const replaced = new Set(overwrite ? result.moved.map((move) => move.to) : [])
        for (const [at, bytes] of theirs) if (!replaced.has(at)) expect(files[at]).toBe(bytes)
        if (refused.length === 0 && theirs.size === 0) expect(result.failed).toEqual([])
        // A file is parked only if it is to stay so, or could neither arrive nor go back.
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
