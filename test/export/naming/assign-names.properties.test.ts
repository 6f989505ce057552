import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  assignNames,
  type AssignedNames,
  type NameRequest,
  type Ending,
  type Pass,
  type TakenNames,
} from '../../../src/export/naming/assign-names.js'
import { isTemporaryOrParked } from '../../../src/export/naming/dirs.js'
import { nameAt, suffixesOf, suffixLevelOf, type NameParts } from '../../../src/export/names.js'
import { bytesOf, fold, joined } from '../../../src/export/paths.js'

const RUNS = { numRuns: 300 }
const MAX_PATH_BYTES = 800

/** A document or folder in a directory, with the names that it needs there. */
interface NeededNames {
  readonly parts: NameParts
  readonly pass: Pass
  readonly maxBytes: number
  /** The ending of each of its files: `.docx`, or the empty text for an uploaded file without extension. */
  readonly fileEndings: readonly string[]
  readonly hasDirectory: boolean
}

/** Recorded stems, by the position of the name in the list that `listNames` returns. */
type Recorded = ReadonlyMap<number, string>

const TOKENS = ['doxcnA000001', 'doxcnB000001', 'doxcnC000001', 'DOXCNC000001', 'fldcnA000002', 'boxcnA000003', 'short']
const STEMS = [
  'A',
  'a',
  '\u00c4',
  'A\u0308',
  'B',
  'A-000001',
  'A-nA000001',
  'A-doxcnA000001',
  'A.docx',
  '文'.repeat(30),
]

const neededNames: fc.Arbitrary<readonly NeededNames[]> = fc.uniqueArray(
  fc
    .record({
      token: fc.constantFrom(...TOKENS),
      stem: fc.constantFrom(...STEMS),
      pass: fc.constantFrom<Pass>('explicit', 'original', 'original', 'shortcut'),
      maxBytes: fc.constantFrom(250, 250, 40, 16),
      fileEndings: fc.constantFrom(['.docx'], ['.docx', '.pdf'], [''], []),
      hasDirectory: fc.boolean(),
    })
    .map(({ token, stem, ...rest }) => ({ token, parts: { stem, suffixes: suffixesOf(token) }, ...rest })),
  // One document may occur twice, with different names.
  { selector: ({ token, parts }) => JSON.stringify([token, fold(parts.stem)]), maxLength: 9 },
)

const takenNames: fc.Arbitrary<TakenNames> = fc.record({
  files: fc.uniqueArray(fc.constantFrom('A', 'A.DOCX', 'B.PDF', 'A-000001')).map((names) => new Set(names)),
  directories: fc.uniqueArray(fc.constantFrom('A', 'B', 'A-000002')).map((names) => new Set(names)),
  assetsDirectories: fc.constant(new Map()),
})
const directories = fc.constantFrom('', '', '合同', 'x'.repeat(770))

/** The level (see `nameAt`) of the recorded name at each position; null if no name is recorded there. */
const recordedLevels = fc.array(fc.option(fc.nat(3), { freq: 2 }), { maxLength: 27 })

/**
 * Makes the recorded stems from their levels (see `nameAt`). Nothing is recorded where the level is null, where no stem
 * fits, or where an earlier position has the same name.
 */
function recordStems(list: readonly NeededNames[], levels: readonly (number | null)[]): Recorded {
  const recorded = new Map<number, string>()
  const used = new Set<string>()
  for (const [position, { parts, maxBytes, ending }] of listNames(list).entries()) {
    const level = levels[position] ?? undefined
    const stem = level === undefined ? undefined : nameAt(parts, level, maxBytes)
    if (stem === undefined || used.has(fold(stem + ending))) continue
    used.add(fold(stem + ending))
    recorded.set(position, stem)
  }
  return recorded
}

/** Lists all names that are needed: for each document or folder, those of its files, then that of its directory. */
const listNames = (list: readonly NeededNames[]): { parts: NameParts; maxBytes: number; ending: string }[] =>
  list.flatMap(({ parts, maxBytes, fileEndings, hasDirectory }) =>
    [...fileEndings, ...(hasDirectory ? [''] : [])].map((ending) => ({ parts, maxBytes, ending })),
  )

/**
 * Makes the requests that the layout makes for documents and folders (see `requestNames` in request-names.ts). Left out
 * are names that the layout only reserves: assets directories, and a board's picture with the other extension.
 * @returns also the ending of each name, in the order of `listNames`
 */
function requestsOf(list: readonly NeededNames[], recorded: Recorded): { requests: NameRequest[]; endings: Ending[] } {
  const endings: Ending[] = []
  /** Makes the ending of the next name, with the stem that is recorded for its position. */
  const endingOf = (parts: NameParts, text: string, isDirectory: boolean): Ending => {
    const stem = recorded.get(endings.length)
    const level = stem === undefined ? undefined : suffixLevelOf(stem, parts)
    const ending = {
      text,
      isDirectory,
      recorded: stem === undefined || level === undefined ? undefined : { stem, level },
    }
    endings.push(ending)
    return ending
  }
  const requests = list.flatMap(({ parts, pass, maxBytes, fileEndings, hasDirectory }): NameRequest[] => {
    const files = fileEndings.map((ending) => endingOf(parts, ending, false))
    const directory = hasDirectory ? endingOf(parts, '', true) : undefined
    const common = { parts, maxBytes, pass }
    if (!directory) return [{ ...common, endings: files }]
    if (!fileEndings.includes('')) return [{ ...common, endings: [...files, directory] }]
    // A directory cannot have the name of a file without extension, so it gets another one in a request of its own.
    return [
      { ...common, endings: files },
      { ...common, endings: [directory], pass: 'beside' },
    ]
  })
  return { requests, endings }
}

/** The assigned names, by position; undefined where no name was found. */
function assign(
  list: readonly NeededNames[],
  recorded: Recorded,
  directory: string,
  taken: TakenNames,
): (string | undefined)[] {
  const { requests, endings } = requestsOf(list, recorded)
  const names: AssignedNames = assignNames(requests, directory, taken)
  return endings.map((ending) => names.get(ending))
}

const situations = fc
  .tuple(neededNames, recordedLevels, directories, takenNames)
  .map(([list, levels, directory, taken]) => ({ list, recorded: recordStems(list, levels), directory, taken }))

test('names are unique on every disk, free, and short enough', () => {
  fc.assert(
    fc.property(situations, ({ list, recorded, directory, taken }) => {
      const { requests, endings } = requestsOf(list, recorded)
      const names = assignNames(requests, directory, taken)
      const folded = [...names.values()].map(fold)
      expect(new Set(folded).size).toBe(folded.length)
      for (const [ending, name] of names) {
        expect(endings).toContain(ending)
        expect(taken.files).not.toContain(fold(name))
        if (!ending.isDirectory) expect(taken.directories).not.toContain(fold(name))
        expect(isTemporaryOrParked(name)).toBe(false)
        expect(bytesOf(joined(directory, name))).toBeLessThanOrEqual(MAX_PATH_BYTES)
        expect(name.endsWith(ending.text)).toBe(true)
      }
    }),
    RUNS,
  )
})

test('every name is found if it may be long enough', () => {
  // Left out are titles that contain a suffix, and tokens that differ from another one in case only.
  const oneEach = neededNames.map((list) =>
    list.filter(({ parts }, nth) => !parts.stem.includes('-') && list.findIndex(hasTokenOf(parts)) === nth),
  )
  fc.assert(
    fc.property(oneEach, takenNames, (list, taken) => {
      const long = list.map((needed) => ({ ...needed, maxBytes: 250 }))
      expect(assign(long, new Map(), '', taken)).not.toContain(undefined)
    }),
    RUNS,
  )
})

/** True for the names of the same token, in any case. The last suffix but one is the whole token. */
const hasTokenOf =
  (parts: NameParts) =>
  (other: NeededNames): boolean =>
    other.parts.suffixes.at(-2)?.toLowerCase() === parts.suffixes.at(-2)?.toLowerCase()

test('the order of the requests changes nothing', () => {
  fc.assert(
    fc.property(situations, fc.infiniteStream(fc.nat()), ({ list, recorded, directory, taken }, random) => {
      const { requests } = requestsOf(list, recorded)
      const names = assignNames(requests, directory, taken)
      const ranks = new Map(requests.map((request) => [request, random.next().value as number]))
      const shuffled = [...requests].sort((a, b) => (ranks.get(a) ?? 0) - (ranks.get(b) ?? 0))
      expect(new Map(assignNames(shuffled, directory, taken))).toEqual(new Map(names))
    }),
    RUNS,
  )
})

test('a recorded name that is still free stays', () => {
  fc.assert(
    fc.property(situations, ({ list, recorded, directory, taken }) => {
      const names = assign(list, recorded, directory, taken)
      const { endings } = requestsOf(list, recorded)
      for (const [position, stem] of recorded) {
        const { text = '', isDirectory = false } = endings[position] ?? {}
        const name = stem + text
        const isFree =
          !taken.files.has(fold(name)) &&
          (isDirectory || !taken.directories.has(fold(name))) &&
          bytesOf(joined(directory, name)) <= MAX_PATH_BYTES
        if (isFree) expect(names[position]).toBe(name)
      }
    }),
    RUNS,
  )
})

test('the names do not depend on which exports of the run before have failed', () => {
  fc.assert(
    fc.property(situations, fc.infiniteStream(fc.boolean()), ({ list, recorded, directory, taken }, random) => {
      const names = assign(list, recorded, directory, taken)
      const endings = listNames(list).map(({ ending }) => ending)
      // The records after a run in which only some exports succeeded.
      const after = new Map(recorded)
      for (const [position, name] of names.entries()) {
        const ending = endings[position] ?? ''
        if (name !== undefined && random.next().value) after.set(position, name.slice(0, name.length - ending.length))
      }
      expect(assign(list, after, directory, taken)).toEqual(names)
    }),
    { numRuns: 1000 },
  )
})
