import { describe, expect, test } from '@jest/globals'
import type { FileRecord, Output, PlannedFile } from '../../../src/export/model.js'
import { findFilesInTheWay, pairRecords, type Move, withAssets } from '../../../src/export/plan/plan-moves.js'
import { Occupancy, separateMoves } from '../../../src/export/plan/occupancy.js'
import { Assets } from '../../../src/export/plan/assets.js'
import { fileRecord } from '../records.js'
import { Disk, diskWith, showMove } from './worlds.js'

const output = (token: string): Output => ({
  token,
  type: 'docx',
  title: 'A',
  editTime: '1',
  url: undefined,
  kind: 'task',
  fileExtension: 'docx',
  subId: undefined,
})
const planned = (path: string, token: string): PlannedFile => ({ path, output: output(token) })
const record = fileRecord
const move = (from: string, to: string, token = `token of ${from}`): Move => {
  const moved = record(from, token)
  return { record: moved, to, group: moved }
}

describe('pairRecords', () => {
  const pair = (files: readonly PlannedFile[], records: readonly FileRecord[]) => {
    const { staying, moves, surplus } = pairRecords(files, records)
    return {
      staying: [...staying].map(([path, own]) => `${path} ${own.token}`),
      moves: moves.map(showMove),
      surplus: surplus.map(({ path }) => path),
    }
  }

  test('keeps a file that is at its planned path, and moves another one to its planned path', () => {
    const files = [planned('A', 'd1'), planned('C', 'd2')]
    expect(pair(files, [record('A', 'd1'), record('B', 'd2')])).toEqual({
      staying: ['A d1'],
      moves: ['B > C'],
      surplus: [],
    })
  })

  test('pairs the remaining files and paths in the order of their paths, whatever the order of the lists', () => {
    const files = [planned('y', 'd1'), planned('x', 'd1'), planned('B', 'd1')]
    const records = [record('C', 'd1'), record('B', 'd1'), record('A', 'd1'), record('D', 'd1')]
    const expected = { staying: ['B d1'], moves: ['A > x', 'C > y'], surplus: ['D'] }
    expect(pair(files, records)).toEqual(expected)
    expect(pair(files.reverse(), records.reverse())).toEqual(expected)
  })

  test('moves a file of the current version rather than an older copy, wherever they are', () => {
    const older = [record('A', 'd1', { editTime: '0' }), record('B', 'd1', { editTime: '1', fresh: true })]
    expect(pair([planned('x', 'd1')], [...older, record('C', 'd1', { editTime: '1' })])).toEqual({
      staying: [],
      moves: ['C > x'],
      surplus: ['A', 'B'],
    })
  })

  test('pairs an uploaded file whatever its extension is, and a document only in the same format', () => {
    const upload = { ...output('b1'), type: 'file', fileExtension: 'md' }
    expect(
      pair([{ path: 'a.md', output: upload }], [record('a.txt', 'b1', { type: 'file', fileExtension: 'txt' })]).moves,
    ).toEqual(['a.txt > a.md'])
    const copies = ['html', 'md'].map((fileExtension) =>
      record(`old.${fileExtension}`, 'b1', { type: 'file', fileExtension, editTime: '1' }),
    )
    expect(pair([{ path: 'a.md', output: upload }], copies).moves).toEqual(['old.md > a.md'])
    expect(pair([planned('A.docx', 'd1')], [record('A.pdf', 'd1', { fileExtension: 'pdf' })])).toEqual({
      staying: [],
      moves: [],
      surplus: [],
    })
  })

  test('leaves out the records of outputs that are not planned', () => {
    expect(pair([planned('A', 'd1')], [record('B', 'd2')])).toEqual({ staying: [], moves: [], surplus: [] })
  })
})

describe('withAssets', () => {
  const own = record('y/A.md', 'd1')
  const asset = { ...record('.old', 'd1', { asset: 'p' }), reservedPath: 'x/A.assets/p.png' }
  /** The moves for a file that is at its planned path already, and for its asset. */
  const movesOf = (file: FileRecord, assetOfFile: FileRecord): string[] => {
    const pairing = { staying: new Map([[file.path, file]]), moves: [], surplus: [] }
    return withAssets(pairing, new Assets([file, assetOfFile], [planned(file.path, 'd1')]), [
      planned(file.path, 'd1'),
    ]).moves.map(showMove)
  }

  test('moves a file that a killed run has moved already along with its assets', () => {
    expect(movesOf({ ...own, reservedPath: 'x/A.md' }, asset)).toEqual(['y/A.md > y/A.md', '.old > y/A.assets/p.png'])
  })

  test('moves an asset alone if an earlier run could move only its file', () => {
    expect(movesOf(own, { ...asset, reservedPath: 'y/A.assets/p.png' })).toEqual(['.old > y/A.assets/p.png'])
    expect(movesOf(own, { ...asset, path: 'y/A.assets/p.png', reservedPath: undefined })).toEqual([])
  })
})

describe('findFilesInTheWay', () => {
  const found = (removable: readonly string[], paths: readonly string[]): string[] =>
    findFilesInTheWay(
      removable.map((path) => record(path, 'd1')),
      paths,
    ).map(({ path }) => path)

  test.each([
    ['the path of a file', ['a/B'], ['a/B'], ['a/B']],
    ['the path of a file in another case', ['a/b'], ['A/B'], ['a/b']],
    ['the name of a directory', ['a'], ['A/B/C'], ['a']],
    ['a directory above it whose name a planned file needs', ['a/b/C'], ['A'], ['a/b/C']],
  ])('finds a file that has %s', (_, removable, paths, expected) => {
    expect(found(removable, paths)).toEqual(expected)
  })

  test('finds no other file', () => {
    expect(found(['a/B', 'c', 'd/E'], ['a/C', 'cc', 'd/F/G'])).toEqual([])
    expect(found([], ['A'])).toEqual([])
  })
})

describe('at a path is', () => {
  const [old, leaving] = [record('A', 'd1'), record('x/B', 'd2')]
  /** The occupancy of a disk on which `old` and `leaving` are recorded. @param leaves the files that leave their paths */
  const occupancy = (disk: Pick<Disk, 'at'>, { overwrite = false, leaves = [old, leaving] } = {}): Occupancy =>
    new Occupancy(disk, overwrite, [old, leaving], leaves)
  /** The failure of a file because of an obstacle. */
  const blockedBy = (found: ReturnType<Occupancy['findObstacle']>): string | undefined => found?.failure.what

  test('no obstacle if nothing is there, or a file that leaves', () => {
    const disk = diskWith([old, leaving])
    expect(occupancy(disk).findObstacle('none')).toBeUndefined()
    expect(occupancy(disk).findObstacle('A')).toBeUndefined()
  })

  test('no obstacle if a directory is there that a file leaves, but one if it is another directory', () => {
    const disk = diskWith([old, leaving], { 'y/mine': 1 })
    expect(occupancy(disk).findObstacle('x')).toBeUndefined()
    expect(blockedBy(occupancy(disk).findObstacle('y'))).toContain('a folder or a link has this name')
    expect(blockedBy(occupancy(disk, { leaves: [old], overwrite: true }).findObstacle('x'))).toContain('a folder')
  })

  test('an obstacle if a recorded file stays there, also with overwrite', () => {
    const staying = occupancy(diskWith([old, leaving]), { leaves: [leaving], overwrite: true })
    expect(staying.findObstacle('A')).toMatchObject({ isForeign: false })
    expect(blockedBy(staying.findObstacle('A'))).toContain('the file of another document')
  })

  test('an obstacle if a file is kept there that was to leave', () => {
    const found = occupancy(diskWith([old, leaving]))
    found.keep(old)
    found.keep(leaving)
    expect(blockedBy(found.findObstacle('A'))).toContain('the file of another document')
    expect(blockedBy(found.findObstacle('x'))).toContain('a folder')
  })

  test('an obstacle if a file is there that no run wrote, but not with overwrite', () => {
    const disk = diskWith([old], { mine: 1 })
    expect(occupancy(disk).findObstacle('mine')).toMatchObject({ isForeign: true })
    expect(occupancy(disk, { overwrite: true }).findObstacle('mine')).toBeUndefined()
  })

  test('no obstacle if it is the leaving file under a name in another case, on a disk that ignores case', () => {
    const other = { A: 7, 'x/B': 7 }
    expect(occupancy(new Disk(other, { ignoresCase: true })).findObstacle('a')).toBeUndefined()
    expect(occupancy(new Disk({ ...other, a: 7 })).findObstacle('a')).toMatchObject({ isForeign: true })
  })
})

describe('separateMoves', () => {
  /** Separates moves of files that are all on the disk. @param others sizes of further files there, by path */
  const separate = (moves: readonly Move[], others: Readonly<Record<string, number>> = {}, overwrite = false) => {
    const records = moves.map((one) => one.record)
    const separated = separateMoves(moves, new Occupancy(diskWith(records, others), overwrite, records, records))
    return {
      moves: separated.moves.map(showMove),
      blocked: separated.blocked.map((one) => `${showMove(one)}${one.isForeign ? ' foreign' : ''}`),
    }
  }

  test('allows chains, swaps and circles', () => {
    const moves = [move('a', 'b'), move('b', 'c'), move('c', 'a'), move('d', 'e'), move('e', 'f')]
    expect(separate(moves)).toEqual({ moves: moves.map(showMove), blocked: [] })
  })

  test('blocks all moves that wait for a blocked one', () => {
    const moves = [move('a', 'b'), move('b', 'c'), move('c', 'mine'), move('d', 'e')]
    expect(separate(moves, { mine: 1 })).toEqual({
      moves: ['d > e'],
      blocked: ['c > mine foreign', 'b > c', 'a > b'],
    })
    expect(separate(moves, { mine: 1 }, true).blocked).toEqual([])
  })

  test('blocks a circle with a file that cannot move', () => {
    const moves = [move('a', 'b'), move('b', 'mine'), move('c', 'a')]
    expect(separate(moves, { mine: 1 }).moves).toEqual([])
  })

  test('blocks a move to the directory of a file that cannot move', () => {
    const moves = [move('x/a', 'mine'), move('b', 'x')]
    expect(separate(moves, { mine: 1 })).toEqual({ moves: [], blocked: ['x/a > mine foreign', 'b > x'] })
  })
})
