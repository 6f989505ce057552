import { mkdirSync, readlinkSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { quickClock } from '../../polling/quick-clock.js'
import { isMoveStep, loadPlacement, plain, refuseBusy, bytesOf } from './bench.js'
import { A, asBytes, B, D, situations } from './situations.js'

const { Bench, applyMoves } = await loadPlacement()
let bench: InstanceType<typeof Bench>
beforeEach(() => {
  bench = new Bench()
})
afterEach(() => bench.dispose())

describe('moves', () => {
  test.each(situations)('%s', async (_, situation, expected) => {
    const result = await bench.moveAll(situation)
    expect(result).toEqual({
      moved: Object.entries(situation.moves).map(([from, to]) => `${from} > ${to}`),
      failed: [],
      parked: [],
      isChanged: true,
    })
    expect(bench.files()).toEqual(asBytes(expected))
    expect(await bench.recorded()).toEqual(expected)
    // No folder is left empty.
    const folders = new Set(Object.keys(expected).flatMap((at) => at.split('/').slice(0, -1)))
    expect(bench.folderNames().sort()).toEqual([...folders].sort())
  })

  test('work for files with the longest names that the disk allows', async () => {
    const folder = ['a', 'b', 'c'].map((name) => name.repeat(250)).join('/')
    const [first, second] = [`${folder}/${'1'.repeat(255)}`, `${folder}/${'2'.repeat(255)}`]
    await bench.moveAll({ files: { [first]: A, [second]: B }, moves: { [first]: second, [second]: first } })
    expect(bench.files()).toEqual(asBytes({ [first]: B, [second]: A }))
  })

  test('change only the path of a record', async () => {
    const record = bench.add('a', A, { title: 'A', editTime: undefined, type: 'file', subId: 'tbl' })
    const journal = await bench.openJournal()
    await applyMoves([{ record, to: 'b', group: record }], [], {
      directory: bench.directory,
      journal,
      clock: quickClock(50),
      overwrite: false,
    })
    expect((await bench.manifest()).files).toEqual([{ ...record, path: 'b' }])
  })

  test('change nothing when the list of moves is empty', async () => {
    expect(await bench.moveAll({ files: { a: A }, moves: {} })).toMatchObject({ moved: [], isChanged: false })
  })

  test('replace an empty folder, which a killed run may have left', async () => {
    mkdirSync(path.join(bench.directory, 'b', 'empty'), { recursive: true })
    const result = await bench.moveAll({ files: { a: A }, moves: { a: 'b' } })
    expect(result).toMatchObject({ moved: ['a > b'], failed: [], isChanged: true })
    expect(bench.files()).toEqual(asBytes({ b: A }))
  })

  test('try to remove an old or new folder once, however many files it had', async () => {
    const names = ['1', '2', '3', '4', '5']
    const removals: string[] = []
    bench.refuse = ({ name, from }) => {
      if (name === 'rmdir') removals.push(from)
    }
    await bench.moveAll({
      files: { 'a/kept': A, ...Object.fromEntries(names.map((name) => [`a/old/${name}`, `${D}${name}`])) },
      moves: Object.fromEntries(names.map((name) => [`a/old/${name}`, `a/new/${name}`])),
    })
    expect(removals.sort()).toEqual(['a', 'a/new', 'a/old'])
    expect(bench.folderNames().sort()).toEqual(['a', 'new'])
  })

  test('do not begin if the manifest cannot be written', async () => {
    const record = bench.add('a', A)
    const journal = await bench.openJournal()
    bench.refuse = ({ to }) => {
      if (to.endsWith('.json')) refuseBusy()
    }
    const options = { directory: bench.directory, journal, clock: quickClock(50), overwrite: false }
    await expect(applyMoves([{ record, to: 'b', group: record }], [], options)).rejects.toThrow(
      'another program holds the file',
    )
    expect(bench.files()).toEqual(asBytes({ a: A }))
    expect(journal.recordAt('a')).toEqual(record)
  })

  test('are reported, and recovered by the next run, if the manifest cannot be written after them', async () => {
    const record = bench.add('a', A)
    const journal = await bench.openJournal()
    bench.precious = [A]
    let saves = 0
    bench.refuse = ({ to }) => {
      if (to.endsWith('.json') && ++saves > 1) refuseBusy()
    }
    const options = { directory: bench.directory, journal, clock: quickClock(50), overwrite: false }
    // No failure here: the flush at the end of the run reports that the manifest cannot be written.
    expect(await applyMoves([{ record, to: 'b', group: record }], [], options)).toMatchObject({
      isChanged: true,
      moved: [{ to: 'b' }],
    })
    await expect(journal.flush()).rejects.toThrow('another program holds the file')
    expect(bench.files()).toEqual(asBytes({ b: A }))
    bench.refuse = () => undefined
    await journal.flush()
    await bench.expectNothingWrong()
  })
})

describe('a file of `toPark`', () => {
  test('is parked, and its path becomes free', async () => {
    const result = await bench.moveAll({ files: { a: A, b: B }, moves: { a: 'b' }, toPark: ['b'] })
    expect(result).toMatchObject({ moved: ['a > b'], parked: ['b > parked.old'], failed: [], isChanged: true })
    expect(Object.values(bench.files()).sort()).toEqual([bytesOf(A), bytesOf(B)])
    expect(bench.files()['b']).toBe(bytesOf(A))
    expect(Object.values(await bench.recorded()).sort()).toEqual([A, B])
  })

  test('is parked in the directory of the export, and its old folder is removed if it becomes empty', async () => {
    await bench.moveAll({ files: { a: A, 'x/b': B }, moves: {}, toPark: ['a', 'x/b'] })
    expect(Object.keys(bench.files()).map(plain)).toEqual(['parked.old', 'parked.old'])
    expect(bench.folderNames()).toEqual([])
  })

  test('that cannot be parked keeps its path, and the file that was to move there goes back', async () => {
    bench.refuse = (step) => {
      if (isMoveStep(step) && step.from === 'b') refuseBusy()
    }
    const result = await bench.moveAll({ files: { a: A, b: B }, moves: { a: 'b' }, toPark: ['b'] })
    expect(result).toMatchObject({ moved: [], parked: [], isChanged: false })
    // The failure to park is reported nowhere else.
    expect(result.failed).toEqual([expect.stringMatching(/^a > b: .*another program holds the file/)])
    expect(bench.files()).toEqual(asBytes({ a: A, b: B }))
  })
})

describe('a file that no run wrote', () => {
  const MINE = 'mine, and nobody else’s'

  test('is not replaced: the file that was to move there stays, and a file that was to move to the path of the staying file stays too', async () => {
    bench.put('c', MINE)
    const files = { a: A, b: B, d: D }
    const result = await bench.moveAll({ files, moves: { a: 'b', b: 'c', d: 'e' } })
    expect(result.moved).toEqual(['d > e'])
    expect(result.failed.map((line) => line.replace(/".*\//, '"'))).toEqual([
      'a > b: Could not write it: it is the file of another document, which could not be moved',
      'b > c: The file "c" exists already',
    ])
    expect(bench.files()).toEqual({ ...asBytes({ a: A, b: B, e: D }), c: MINE })
  })

  test('is replaced with overwrite, but a folder or a link is not', async () => {
    bench.put('c', MINE)
    bench.put('e/mine', MINE)
    symlinkSync('c', path.join(bench.directory, 'link'))
    const files = { a: A, b: B, d: D }
    const result = await bench.moveAll({ files, moves: { a: 'c', b: 'link', d: 'e' }, overwrite: true })
    expect(result.moved).toEqual(['a > c'])
    expect(result.failed).toEqual([expect.stringContaining('b > link'), expect.stringContaining('d > e')])
    expect(bench.files()).toEqual({ ...asBytes({ b: B, c: A, d: D }), 'e/mine': MINE })
    expect(readlinkSync(path.join(bench.directory, 'link'))).toBe('c')
  })

  test('at the path of a needed folder blocks the moves into that folder', async () => {
    bench.put('x', MINE)
    const result = await bench.moveAll({ files: { a: A, b: B }, moves: { a: 'x/a', b: 'a' } })
    expect(result.failed).toEqual([
      expect.stringMatching(/^a > x\/a: Cannot create the folder .* a file has this name$/),
      expect.stringMatching(/^b > a: /),
    ])
    expect(result).toMatchObject({ moved: [], isChanged: false })
    expect(bench.files()).toEqual({ ...asBytes({ a: A, b: B }), x: MINE })
  })
})
