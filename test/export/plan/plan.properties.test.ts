import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { outputKey } from '../../../src/export/model.js'
import { fold, isParkedName } from '../../../src/export/paths.js'
import { forests, buildEntries } from '../naming/forests.js'
import { listing, tree } from '../naming/trees.js'
import { carryOut, isPlanned, NOTHING, situations, smallListings, worldAfter } from './situations.js'
import { brief, countFound, planFor, planRun } from './worlds.js'

const listings = fc.oneof(
  smallListings,
  forests(12).map((forest) => listing(tree(buildEntries(forest)))),
)

test('a recorded file has at most one role: it stays, it moves, or it is parked or stale', () => {
  fc.assert(
    fc.property(situations, ({ plan, records, disk, layout, confirmedMissing }) => {
      // A dropped record whose file is there: somebody changed the file, and the plan leaves it to them.
      const dropped = new Set(plan.toDrop)
      const present = records.filter((record) => disk.at(record.path).kind === 'file' && !dropped.has(record))
      const [moving, parked] = [new Set(plan.moves.map(({ record }) => record)), new Set(plan.toPark)]
      const stale = new Set(plan.stale.map(({ record }) => record))
      const planned = new Map([...plan.toExport, ...plan.unchanged].map((file) => [file.path, outputKey(file.output)]))
      for (const record of present) {
        const isStaying = !moving.has(record) && planned.get(record.path) === outputKey(record)
        const roles = [isStaying, moving.has(record), parked.has(record) || stale.has(record)]
        expect(roles.filter((hasRole) => hasRole).length).toBeLessThanOrEqual(1)
        // A surplus copy that must leave its path is stale, unless no other file of its document can be written.
        const isWritten = [...plan.toExport, ...plan.unchanged].some(({ output }) => output.token === record.token)
        if (parked.has(record) && isWritten) expect(stale).toContain(record)
        if (confirmedMissing.includes(record)) expect(stale).toContain(record)
        else if (!isPlanned(layout, record)) expect(moving).not.toContain(record)
      }
      for (const record of [...moving, ...parked, ...stale]) expect(present).toContain(record)
      // No record is dropped whose path cannot be read, or whose file has the recorded size.
      for (const record of plan.toDrop) {
        const entry = disk.at(record.path)
        const isChanged = entry.kind === 'file' && entry.size !== record.fileSize
        expect(isChanged || entry.kind === 'nothing' || entry.kind === 'other').toBe(true)
      }
      const missing = records.filter(({ path }) => ['nothing', 'other'].includes(disk.at(path).kind))
      expect(plan.toDrop).toEqual(expect.arrayContaining(missing))
    }),
    { numRuns: 100 },
  )
})

test('no two files end at one path, and no file replaces one that stays', () => {
  fc.assert(
    fc.property(situations, ({ plan, records, disk, overwrite, ignoresCase }) => {
      const keyOf = (path: string): string => (ignoresCase ? fold(path) : path)
      const leaving = new Set([...plan.moves.map(({ record }) => record), ...plan.toPark])
      // A dropped record whose file is there: somebody changed the file, and the plan leaves it to them.
      const dropped = new Set(plan.toDrop)
      const isStaying = (record: (typeof records)[number]): boolean => !leaving.has(record) && !dropped.has(record)
      const staying = records.filter((record) => disk.at(record.path).kind === 'file' && isStaying(record))
      // What is at each path after the run: a planned file, or a recorded file that stays.
      const finalFiles = new Map<string, string>()
      /** Puts a file at a path. Expects that no other file is there. */
      const put = (path: string, file: string): void => {
        expect(finalFiles.get(keyOf(path)) ?? file).toBe(file)
        finalFiles.set(keyOf(path), file)
      }
      for (const { path, output } of [...plan.toExport, ...plan.unchanged]) put(path, `${path} ${outputKey(output)}`)
      for (const record of staying) put(record.path, `${record.path} ${outputKey(record)}`)

      const targets = [...plan.moves.map(({ to }) => to), ...plan.toExport.map(({ path }) => path)]
      const stayingPaths = new Set(staying.map(({ path }) => path))
      /** Whether a recorded file leaves the path, or a folder at the path. */
      const isLeft = (path: string): boolean =>
        [...leaving].some((record) => `${fold(record.path)}/`.startsWith(`${fold(path)}/`))
      for (const path of targets) {
        const { kind } = disk.at(path)
        if (kind === 'nothing' || stayingPaths.has(path) || isLeft(path)) continue
        expect([kind, overwrite]).toEqual(['file', true])
      }
    }),
    { numRuns: 100 },
  )
})

test('every planned file is in one list, and the counts add up', () => {
  fc.assert(
    fc.property(situations, ({ plan, layout }) => {
      const planned = [...plan.toExport, ...plan.unchanged, ...plan.refused].map(({ path }) => path)
      expect(planned.sort()).toEqual(layout.files.map(({ path }) => path).sort())
      expect(countFound(plan)).toBe(layout.files.length + layout.skipped.length)
    }),
    { numRuns: 100 },
  )
})

test('a stale file whose document still exists has another file of the document in its place', () => {
  fc.assert(
    fc.property(situations, ({ plan, confirmedMissing, isComplete, deleteStale }) => {
      const written = [...plan.toExport, ...plan.unchanged]
      for (const { record, reason, instead } of plan.stale) {
        if (reason === 'gone') {
          expect(confirmedMissing).toContain(record)
          continue
        }
        expect(isComplete).toBe(true)
        if (reason === 'format') expect(deleteStale).toBe(true)
        expect(instead.length).toBeGreaterThan(0)
        for (const file of instead) {
          expect(written).toContainEqual(file)
          expect(file.path).not.toBe(record.path)
          expect(file.output.token).toBe(record.token)
        }
      }
    }),
    { numRuns: 100 },
  )
})

test('after a run without failures, everything is unchanged', () => {
  fc.assert(
    fc.property(listings, fc.boolean(), (found, includeFiles) => {
      const first = planFor(found, { includeFiles })
      const second = planFor(found, { ...worldAfter(carryOut(first, NOTHING)), includeFiles })
      expect(brief(second)).toEqual({ ...brief(first), toExport: [], unchanged: brief(first).toExport })
    }),
    { numRuns: 100 },
  )
})

test('after any change, one run leaves exactly the planned files, and the next run has nothing to do', () => {
  fc.assert(
    fc.property(listings, listings, (before, after) => {
      const includeFiles = true
      const state = carryOut(planFor(before, { includeFiles }), NOTHING)
      const { layout } = planRun(after, { ...worldAfter(state), includeFiles })
      const confirmedMissing = state.records.filter((record) => !isPlanned(layout, record))
      const plan = planFor(after, { ...worldAfter(state), includeFiles, confirmedMissing, deleteStale: true })
      expect(plan.refused).toEqual([])
      const next = carryOut(plan, state)
      const planned = [...plan.toExport, ...plan.unchanged].map(({ path }) => path).sort()
      expect(next.records.map(({ path }) => path).sort()).toEqual(planned)
      expect(planned.filter(isParkedName)).toEqual([])
      const last = planFor(after, { ...worldAfter(next), includeFiles })
      expect(brief(last)).toMatchObject({ moves: [], toExport: [], stale: [], toPark: [] })
    }),
    { numRuns: 100 },
  )
})

test('a document that was not edited is never exported again, whatever its title and its place are', () => {
  fc.assert(
    fc.property(smallListings, smallListings, (before, after) => {
      const state = carryOut(planFor(before), NOTHING)
      const { toExport } = planFor(after, worldAfter(state))
      const exportedWithoutNeed = toExport.filter(({ output }) => {
        const recordedCopies = state.records.filter((record) => outputKey(record) === outputKey(output))
        const copies = planRun(after).layout.files.filter((file) => outputKey(file.output) === outputKey(output))
        const wasEdited = recordedCopies.every(({ editTime }) => editTime !== output.editTime)
        // An additional copy needs an export, which then writes all copies.
        return !wasEdited && recordedCopies.length >= copies.length
      })
      expect(exportedWithoutNeed).toEqual([])
    }),
    { numRuns: 100 },
  )
})
