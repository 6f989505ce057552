import { mkdtempSync, readdirSync, rmdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { quickClock } from '../../polling/quick-clock.js'
import { LETTER_CASE } from '../../platform.js'
import { itIf } from '../../skip.js'
import { bytesOf, isMoveStep, loadPlacement, plain, refuseBusy } from './bench.js'
import { A, asBytes, B, C, D, situations } from './situations.js'

const { Bench, applyMoves } = await loadPlacement()
let bench: InstanceType<typeof Bench>
beforeEach(() => {
  bench = new Bench()
})
afterEach(() => bench.dispose())

describe('a refused rename', () => {
  test('to the parked path leaves the file where it is, and sends back the files that it blocks', async () => {
    bench.refuse = (step) => {
      if (isMoveStep(step) && step.from === 'c') refuseBusy()
    }
    const result = await bench.moveAll({ files: { a: A, b: B, c: C, d: D }, moves: { a: 'b', b: 'c', c: 'e', d: 'f' } })
    expect(result.moved).toEqual(['d > f'])
    expect(result.failed.map((line) => line.slice(0, 'a > b:'.length))).toEqual(['a > b:', 'b > c:', 'c > e:'])
    expect(result.failed[0]).toContain('it is the file of another document, which could not be moved')
    expect(result.failed[2]).toContain('another program holds the file')
    expect(bench.files()).toEqual(asBytes({ a: A, b: B, c: C, f: D }))
  })

  test('to the target sends the file back, and leaves no new folder', async () => {
    bench.refuse = (step) => {
      if (isMoveStep(step) && step.to === 'x/y/b') refuseBusy()
    }
    const result = await bench.moveAll({ files: { 'z/a': A, c: C }, moves: { 'z/a': 'x/y/b', c: 'd' } })
    expect(result.moved).toEqual(['c > d'])
    expect(result.failed).toEqual([expect.stringContaining('z/a > x/y/b: Cannot move the file')])
    expect(bench.files()).toEqual(asBytes({ d: C, 'z/a': A }))
    expect(bench.folderNames()).toEqual(['z'])
    expect(await bench.recorded()).toEqual({ d: C, 'z/a': A })
  })

  test('back to the old path leaves the file parked and recorded', async () => {
    bench.refuse = (step) => {
      if (isMoveStep(step) && !step.to.endsWith('.old')) refuseBusy()
    }
    const result = await bench.moveAll({ files: { a: A, b: B }, moves: { a: 'b', b: 'a' } })
    expect(result).toMatchObject({ moved: [], isChanged: true })
    expect(result.failed).toHaveLength(2)
    expect(Object.keys(bench.files()).map(plain)).toEqual(['parked.old', 'parked.old'])
    expect(Object.values(await bench.recorded()).sort()).toEqual([A, B])
  })

  test('leaves the file parked, not outside the directory, if the old folder has become a link that leads out', async () => {
    const outside = mkdtempSync(path.join(tmpdir(), 'feishu-outside-'))
    const oldFolder = path.join(bench.directory, 'z')
    let isLink = false
    bench.refuse = (step) => {
      if (!isMoveStep(step) || step.to !== 'b') return
      if (!isLink) {
        rmdirSync(oldFolder)
        symlinkSync(outside, oldFolder, 'junction')
        isLink = true
      }
      refuseBusy()
    }
    const result = await bench.moveAll({ files: { 'z/a': A }, moves: { 'z/a': 'b' } })
    expect(result.failed).toEqual([expect.stringContaining('z/a > b: Cannot move the file')])
    expect(Object.keys(bench.files()).map(plain)).toEqual(['parked.old'])
    expect(readdirSync(outside)).toEqual([])
    rmSync(outside, { recursive: true })
  })

  itIf(LETTER_CASE, 'of two files whose names differ only in letter case: both go back, once', async () => {
    bench.put('y', 'a file of the user, where a folder is needed')
    let moveSteps = 0
    bench.refuse = (step) => {
      // To park both files and to send both back takes four renames. Without a limit, the test might not end.
      if (isMoveStep(step) && ++moveSteps > 4) refuseBusy()
    }
    const result = await bench.moveAll({ files: { 'x/P': A, 'x/p': B }, moves: { 'x/P': 'y/P', 'x/p': 'y/p' } })
    expect(result.failed).toHaveLength(2)
    expect(result.isChanged).toBe(false)
    expect(moveSteps).toBe(4)
  })

  test.each([
    ['file', 'y/A.md', { 'x/A.md': undefined, 'y/A.assets/p.png': 'x/A.assets/p.png' }],
    ['asset', 'y/A.assets/p.png', { 'y/A.md': undefined, 'x/A.assets/p.png': 'y/A.assets/p.png' }],
  ])(
    'of a file with an asset: when the %s stays, the path beside the file is reserved for the asset',
    async (_, to, reserved) => {
      bench.refuse = (step) => {
        if (isMoveStep(step) && step.to === to) refuseBusy()
      }
      const file = bench.add('x/A.md', A, { fileExtension: 'md' })
      const asset = bench.add('x/A.assets/p.png', A, { fileExtension: 'png', asset: 'p' })
      const moves = [
        { record: file, to: 'y/A.md', group: file },
        { record: asset, to: 'y/A.assets/p.png', group: file },
      ]
      const journal = await bench.openJournal()
      const { failed } = await applyMoves(moves, [], {
        directory: bench.directory,
        journal,
        clock: quickClock(50),
        overwrite: false,
      })
      expect(failed.map((move) => move.to)).toEqual([to])
      const { files } = await bench.manifest()
      expect(Object.fromEntries(files.map(({ path, reservedPath }) => [path, reservedPath]))).toEqual(reserved)
    },
  )

  test.each(situations)('at any step loses no file: %s', async (_, situation) => {
    // Each file is renamed at most twice: to its parked path and to its target.
    const maxMoveSteps = Object.keys(situation.files).length * 2
    for (let refused = 0; refused < maxMoveSteps; refused++) {
      let moveSteps = 0
      bench.refuse = (step) => {
        if (isMoveStep(step) && moveSteps++ === refused) refuseBusy()
      }
      const { moved, failed } = await bench.moveAll(situation)
      expect(moved.length + failed.length).toBe(Object.keys(situation.moves).length)
      expect(Object.values(bench.files()).sort()).toEqual(
        Object.values(situation.files)
          .map((token) => bytesOf(token))
          .sort(),
      )
      bench.dispose()
      bench = new Bench()
    }
  })
})
