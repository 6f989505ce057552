import { bytesOf } from './bench.js'

/** Recorded files, and which of them are moved or parked (see `applyMoves`). */
export interface Situation {
  /** The recorded files: tokens by path. */
  readonly files: Readonly<Record<string, string>>
  /** New paths by old path. */
  readonly moves: Readonly<Record<string, string>>
  /** The paths of the files to park. */
  readonly toPark?: readonly string[]
  readonly overwrite?: boolean
}

/** The bytes of each file by path, from the tokens by path. */
export const asBytes = (files: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(files).map(([at, token]) => [at, bytesOf(token)]))

export const [A, B, C, D] = ['tokenA', 'tokenB', 'tokenC', 'tokenD']

/** Situations in which all moves can be made, with the expected files. */
export const situations: readonly (readonly [
  name: string,
  situation: Situation,
  expected: Readonly<Record<string, string>>,
])[] = [
  ['one file, into a new folder', { files: { a: A }, moves: { a: 'x/y/a' } }, { 'x/y/a': A }],
  ['a swap', { files: { a: A, b: B }, moves: { a: 'b', b: 'a' } }, { a: B, b: A }],
  ['a circle of three', { files: { a: A, b: B, c: C }, moves: { a: 'b', b: 'c', c: 'a' } }, { a: C, b: A, c: B }],
  ['a chain', { files: { a: A, b: B, c: C }, moves: { a: 'b', b: 'c', c: 'd' } }, { b: A, c: B, d: C }],
  ['another case', { files: { 'a.docx': A }, moves: { 'a.docx': 'A.docx' } }, { 'A.docx': A }],
  ['a file into a folder of its name', { files: { a: A }, moves: { a: 'a/a' } }, { 'a/a': A }],
  ['a file to the name of its folder', { files: { 'a/a': A }, moves: { 'a/a': 'a' } }, { a: A }],
  [
    'files and folders that each need the path of another',
    { files: { X: A, 'Y/A': B, B: C }, moves: { X: 'Y', 'Y/A': 'Z/A', B: 'X/B' } },
    { 'X/B': C, Y: A, 'Z/A': B },
  ],
  [
    'a folder that is renamed',
    { files: { 'x/a': A, 'x/y/b': B, 'x/c': C }, moves: { 'x/a': 'z/a', 'x/y/b': 'z/y/b' } },
    { 'x/c': C, 'z/a': A, 'z/y/b': B },
  ],
  [
    'folders that exchange their names',
    { files: { 'x/a': A, 'x/b': B, 'y/a': C }, moves: { 'x/a': 'y/a', 'x/b': 'y/b', 'y/a': 'x/a' } },
    { 'x/a': C, 'y/a': A, 'y/b': B },
  ],
]
