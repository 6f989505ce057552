import fc from 'fast-check'
import type { Entry, ListedSource } from '../../../src/export/listing/types.js'
import { entry, single, tree } from './trees.js'
import { unicodeText } from '../../unicode-text.js'

const HOSTILE_TITLES = [
  ...['', ' ', '.', '..', '../..', 'a/b', 'C:\\x', '\ud800', 'ſ', 'S', 'ß', '合同', 'x'.repeat(300)],
  ...['.git', '.GIT', 'git~1', 'CON', 'con.txt', '.feishu-export.json', '.FEISHU-EXPORT.JSON'],
  ...['.feishu-export-0123456789abcdef01234567.part', '.feishu-export-0123456789abcdef01234567.old'],
]

/** Titles: many give the same name, and some are dangerous as a name. */
const titles = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom('A', 'a', 'Ä', 'A\u0308', 'ä', 'B', 'b', 'A.docx', 'B-a00001', 'A-a00002') },
  { weight: 3, arbitrary: unicodeText({ maxLength: 12 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', minLength: 60, maxLength: 200 }) },
  { weight: 2, arbitrary: fc.constantFrom(...HOSTILE_TITLES) },
)
const types = fc.constantFrom('docx', 'docx', 'docx', 'sheet', 'slides', 'file', 'folder', 'folder', 'mindnote')

interface Seed {
  readonly title: string
  readonly type: string
  /** The position of a shortcut's target; see `targetOf`. A folder ignores it: only documents become shortcuts. */
  readonly shortcutTo: number | undefined
  /** Chooses the parent among the entries before it, or the top. */
  readonly parent: number
}

const seeds: fc.Arbitrary<Seed> = fc.record({
  title: titles,
  type: types,
  shortcutTo: fc.option(fc.nat(40), { nil: undefined, freq: 6 }),
  parent: fc.nat(1000),
})

/** A tree as a list of its entries. The token of an entry is made from its position (see `tokenAt`). */
export type Forest = readonly Seed[]

/** Trees of any shape with hostile titles, many of them equal. */
export const forests = (maxLength = 25): fc.Arbitrary<Forest> => fc.array(seeds, { maxLength })

/** The token of the nth entry of a forest. */
export const tokenAt = (nth: number): string => `doxcnTOKENa${String(nth).padStart(5, '0')}`

/** The position of an entry's parent, or -1 at the top. An entry of any type may be a parent, as in a knowledge base. */
function parentOf(forest: Forest, nth: number): number {
  const { parent = 0 } = forest[nth] ?? {}
  // About half of the entries are at the top.
  return nth === 0 || parent % 2 === 0 ? -1 : parent % nth
}

/** True if the entry at a position has no children. */
export const isLeaf = (forest: Forest, nth: number): boolean =>
  !forest.some((_, other) => other > nth && parentOf(forest, other) === nth)

/** The titles from the top to an entry, its own included. @param nth the position of the entry; -1 for none */
function titlesTo(forest: Forest, nth: number): string[] {
  const found: string[] = []
  for (let at = nth; at >= 0; at = parentOf(forest, at)) found.push(forest[at]?.title ?? '')
  return found.reverse()
}

/**
 * The token and type that a shortcut leads to: those of the document at `position`. If `position` has no document, or
 * is not before the shortcut, they are those of a document outside the forest. So entries that are added at the end do
 * not change the earlier ones.
 */
function targetOf(forest: Forest, position: number, shortcutPosition: number): Pick<Entry, 'token' | 'type'> {
  const target = position < shortcutPosition ? forest[position] : undefined
  const isDocument = target !== undefined && target.shortcutTo === undefined && target.type !== 'folder'
  return isDocument
    ? { token: tokenAt(position), type: target.type }
    : { token: `doxcnOUTSIDE${position}`, type: 'docx' }
}

/** Builds the top entries of a forest, with everything below them. @param order the sort key of an entry among its siblings */
export function buildEntries(forest: Forest, order: (nth: number) => number = (nth) => nth): Entry[] {
  const children = new Map<number, { readonly nth: number; readonly seed: Seed }[]>()
  forest.forEach((seed, nth) => {
    const parent = parentOf(forest, nth)
    children.set(parent, [...(children.get(parent) ?? []), { nth, seed }])
  })
  const buildBelow = (parent: number): Entry[] =>
    (children.get(parent) ?? [])
      .sort((a, b) => order(a.nth) - order(b.nth) || a.nth - b.nth)
      .map(({ nth, seed }) => {
        const { title, type, shortcutTo } = seed
        if (shortcutTo !== undefined && type !== 'folder') {
          const target = targetOf(forest, shortcutTo, nth)
          return entry(target.token, title, { type: target.type, shortcut: true, children: buildBelow(nth) })
        }
        return entry(tokenAt(nth), title, { type, children: buildBelow(nth) })
      })
  return buildBelow(-1)
}

/** True for the target of a shortcut that leads out of the forest. */
export const isOutside = ({ token }: { readonly token: string }): boolean => token.startsWith('doxcnOUTSIDE')

/** A source line whose file or tree is written into the directories of another tree. */
export interface Guest {
  /**
   * `document` and `tree` are new, in the directory of an entry of the tree. `twin` is a document of the tree. Its
   * source line gives the path of the document in the tree, or that path in upper case.
   */
  readonly kind: 'document' | 'tree' | 'twin'
  /** Chooses the entry of the tree. */
  readonly at: number
  /** The name that the user gives to the new document, and the titles of the new tree. */
  readonly name: string
  readonly forest: Forest
  /** Whether the user writes the titles from the tree in upper case. */
  readonly isUpper: boolean
}

/** Generates guests for any tree, at any depth, with names in the same or another letter case. */
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

/**
 * Makes the source line of each guest. If the chosen entry cannot have a twin (see `mayHaveTwin`), the line is one of a
 * new document instead. A new document or tree goes into the directory of the chosen entry, even if the entry has no
 * children.
 * @param to the directory that the forest is written into
 * @param order the sort key of an entry among its siblings, in the trees of the guests
 */
export function guestSources(
  list: readonly Guest[],
  forest: Forest,
  to: readonly string[] = [],
  order?: (nth: number) => number,
): ListedSource[] {
  return list.map(({ kind, at, name, forest: guestForest, isUpper }, nth) => {
    // The position of the entry that `at` chooses; -1 if the tree is empty.
    const host = forest.length === 0 ? -1 : at % forest.length
    const path = [...to, ...titlesTo(forest, host).map((title) => (isUpper ? title.toUpperCase() : title))]
    if (kind === 'tree') return tree(withTokens(buildEntries(guestForest, order), `-guest${nth}`), { to: path })
    if (kind === 'twin' && mayHaveTwin(forest[host])) {
      return single(entry(tokenAt(host), forest[host]?.title ?? ''), { to: path })
    }
    return single(entry(`doxcnGUEST${nth}`, 'Guest'), { to: [...path, name] })
  })
}

/** False for a blank title and for `.`: a source line drops such names from `to`. */
const hasName = (title: string): boolean => title.trim() !== '' && title !== '.'

/** True for a docx that is no shortcut and whose own title a source line can have as a name in `to`. */
const mayHaveTwin = (seed: Seed | undefined): boolean =>
  seed?.type === 'docx' && seed.shortcutTo === undefined && hasName(seed.title)

/** Copies entries, with a suffix added to the token of each. */
export const withTokens = (entries: readonly Entry[], suffix: string): Entry[] =>
  entries.map((found) => ({ ...found, token: found.token + suffix, children: withTokens(found.children, suffix) }))
