import fc from 'fast-check'
import type { Entry, ListedSource, Listing, ManifestFile, Source } from '../../src/export/model.js'
import { layOut, unitKey, type Layout, type LayoutOptions, type RecordedPath } from '../../src/export/naming/layout.js'

export const FORMATS: ReadonlyMap<string, readonly string[]> = new Map([
  ['doc', ['docx']],
  ['docx', ['docx']],
  ['sheet', ['xlsx']],
  ['bitable', ['xlsx']],
  ['slides', ['pptx']],
])

export const OPTIONS: LayoutOptions = {
  formats: FORMATS,
  includeFiles: true,
  recorded: [],
  manifestPath: '.feishu-export.json',
}

/** An entry, by default a docx without children. */
export const entry = (token: string, title: string, rest: Partial<Entry> = {}): Entry => ({
  token,
  type: 'docx',
  title,
  editTime: '1732000000',
  url: undefined,
  shortcut: false,
  children: [],
  ...rest,
})

export const folder = (token: string, title: string, ...children: Entry[]): Entry =>
  entry(token, title, { type: 'folder', children })

const lineOf = (rest: Partial<Source>): Source => ({
  where: 'sources line 1',
  link: 'https://x.feishu.cn/drive/folder/top',
  target: { kind: 'folder', token: 'top' },
  as: undefined,
  to: undefined,
  ...rest,
})

/** The line of a tree. */
export const tree = (entries: readonly Entry[], rest: Partial<Source> = {}): ListedSource => ({
  source: lineOf(rest),
  entries,
})

/** The line of one document. */
export const single = (document: Entry, rest: Partial<Source> & { subId?: string } = {}): ListedSource => {
  const { subId, ...source } = rest
  const { token, type } = document
  return { source: lineOf({ target: { kind: 'document', token, type, subId }, ...source }), entries: [document] }
}

export const listing = (...sources: ListedSource[]): Listing => ({ sources, faults: [] })

/** The same with a branch that could not be listed. */
export const withGap = ({ sources }: Listing): Listing => {
  const failure = { class: 'permanent', what: 'Could not list the folder: no permission' } as const
  return { sources, faults: [{ source: lineOf({}), what: 'a branch', failure, branch: true }] }
}

/** A docx on record. */
export const recordOf = (path: string, token: string, title: string): RecordedPath => {
  return { path, token, title, type: 'docx', fileExtension: 'docx' }
}

/** What a run records for a layout in which everything succeeds. */
export const recordsOf = ({ files }: Layout): ManifestFile[] =>
  files.flatMap(({ unit, path, failure }) => {
    const { token, type, fileExtension, subId, title, editTime } = unit
    const file = { fileSize: 7, sha256: 'a'.repeat(64), exportedAt: '2026-11-23T02:00:00Z' }
    return failure ? [] : { path, token, type, fileExtension, subId, title, editTime, ...file }
  })

/** Paths by document, for comparisons. */
export const pathsOf = ({ files }: Layout): Map<string, string[]> => {
  const paths = new Map<string, string[]>()
  for (const { unit, path } of files) paths.set(unitKey(unit), [...(paths.get(unitKey(unit)) ?? []), path])
  return paths
}

/** The paths of a tree's files, in order. */
export const layPaths = (sources: Listing, options: Partial<LayoutOptions> = {}): string[] =>
  layOut(sources, { ...OPTIONS, ...options }).files.map(({ path }) => path)

const titles = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom('A', 'a', 'Ä', 'A\u0308', 'ä', 'B', 'b', 'A.docx', 'B-a00001', 'A-a00002') },
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', minLength: 60, maxLength: 200 }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      ...[
        '',
        ' ',
        '.',
        '..',
        '../..',
        '.git',
        '.GIT',
        'git~1',
        'CON',
        'con.txt',
        'a/b',
        'C:\\x',
        '\ud800',
        'ſ',
        'S',
        'ß',
      ],
      ...[
        '.feishu-export.json',
        '.FEISHU-EXPORT.JSON',
        '.feishu-export-0123456789abcdef01234567.part',
        '合同',
        'x'.repeat(300),
      ],
    ),
  },
)
const types = fc.constantFrom('docx', 'docx', 'docx', 'sheet', 'slides', 'file', 'folder', 'folder', 'mindnote')

interface Seed {
  readonly title: string
  readonly type: string
  readonly shortcutTo: number | undefined
  /** Among the entries before it; the top otherwise. */
  readonly parent: number
}

const seeds: fc.Arbitrary<Seed> = fc.record({
  title: titles,
  type: types,
  shortcutTo: fc.option(fc.nat(40), { nil: undefined, freq: 6 }),
  parent: fc.nat(1000),
})

/** A tree without order: what stands where, by token. */
export type Forest = readonly Seed[]

/** Trees of any shape with hostile titles, many of them equal. */
export const forests = (maxLength = 25): fc.Arbitrary<Forest> => fc.array(seeds, { maxLength })

/** A token for a number. */
export const tokenOf = (nth: number): string => `doxcnTOKENa${String(nth).padStart(5, '0')}`

/** Half of them stand at the top (-1); documents have children too, as in a knowledge base. */
function parentOf(forest: Forest, nth: number): number {
  const { parent = 0 } = forest[nth] ?? {}
  return nth === 0 || parent % 2 === 0 ? -1 : parent % nth
}

/** The titles on the way to an entry of a forest, its own included. */
function wayTo(forest: Forest, nth: number): string[] {
  const way: string[] = []
  for (let at = nth; at >= 0; at = parentOf(forest, at)) way.push(forest[at]?.title ?? '')
  return way.reverse()
}

/** Builds the entries of a forest; `order` shuffles the siblings and changes nothing else. */
export function plant(forest: Forest, order: (nth: number) => number = (nth) => nth): Entry[] {
  const children = new Map<number, { readonly nth: number; readonly seed: Seed }[]>()
  forest.forEach((seed, nth) => {
    const parent = parentOf(forest, nth)
    children.set(parent, [...(children.get(parent) ?? []), { nth, seed }])
  })
  const grow = (parent: number): Entry[] =>
    (children.get(parent) ?? [])
      .sort((a, b) => order(a.nth) - order(b.nth) || a.nth - b.nth)
      .map(({ nth, seed }) => {
        const { title, type, shortcutTo } = seed
        if (shortcutTo !== undefined && type !== 'folder') {
          // What comes later in the list may not change what stands before.
          const seen = shortcutTo < nth ? forest[shortcutTo] : undefined
          const target = seen?.shortcutTo === undefined ? seen : undefined
          const outside = { token: `doxcnOUTSIDE${shortcutTo}`, type: 'docx' }
          const to = target && target.type !== 'folder' ? { token: tokenOf(shortcutTo), type: target.type } : outside
          return entry(to.token, title, { type: to.type, shortcut: true, children: grow(nth) })
        }
        return entry(tokenOf(nth), title, { type, children: grow(nth) })
      })
  return grow(-1)
}

/** A line that leads where a tree has something already. */
export interface Guest {
  /** `twin` is a document of the tree at its very path; the others are new in the directory of an entry. */
  readonly kind: 'document' | 'tree' | 'twin'
  /** Which entry of the tree; the remainder counts. */
  readonly at: number
  /** What the user calls the new document, and the titles of the new tree. */
  readonly name: string
  readonly forest: Forest
  /** How the user writes the way. */
  readonly isUpper: boolean
}

/** Lines into any tree, to any depth, as it is written there or in another case. */
export const guests: fc.Arbitrary<readonly Guest[]> = fc.array(
  fc.record({
    kind: fc.constantFrom<Guest['kind'][]>('document', 'tree', 'twin'),
    at: fc.nat(1000),
    name: titles.filter((title) => hasName(title)),
    forest: forests(5),
    isUpper: fc.boolean(),
  }),
  { maxLength: 4 },
)

/** The lines of the guests of a tree that goes to `to`. */
export function invite(
  list: readonly Guest[],
  forest: Forest,
  to: readonly string[] = [],
  order?: (nth: number) => number,
): ListedSource[] {
  return list.map(({ kind, at, name, forest: own, isUpper }, nth) => {
    const host = forest.length === 0 ? -1 : at % forest.length
    const way = [...to, ...wayTo(forest, host).map((title) => (isUpper ? title.toUpperCase() : title))]
    if (kind === 'tree') return tree(renamed(plant(own, order), `-guest${nth}`), { to: way })
    if (kind === 'twin' && mayHaveTwin(forest[host])) {
      return single(entry(tokenOf(host), forest[host]?.title ?? ''), { to: way })
    }
    return single(entry(`doxcnGUEST${nth}`, 'Guest'), { to: [...way, name] })
  })
}

const hasName = (title: string): boolean => title.trim() !== '' && title !== '.'

const mayHaveTwin = (seed: Seed | undefined): boolean =>
  seed?.type === 'docx' && seed.shortcutTo === undefined && hasName(seed.title)

const renamed = (entries: readonly Entry[], suffix: string): Entry[] =>
  entries.map((found) => ({ ...found, token: found.token + suffix, children: renamed(found.children, suffix) }))
