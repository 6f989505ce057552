import { titleStem } from '../names.js'
import { joined } from '../paths.js'
import type { ExcludeRules } from '../sources/exclude.js'
import type { Source } from '../sources/source.js'
import type { Item } from './levels.js'

/** The position of a level or an item in the tree of a source. */
export interface TreePlace {
  /** Titles made safe, joined by `/`. */
  readonly path: string
  /** How many listed levels are above it; 0 for the top. */
  readonly depth: number
}

/** The place of the first level of a tree. */
export const TOP: TreePlace = { path: '', depth: 0 }

/** The place above a wiki page that is the root of a tree: what is below the page has depth 0. */
export const ROOT: TreePlace = { path: '', depth: -1 }

/** The place of an item below another one. */
export const placeBelow = (above: TreePlace, title: string, type: string): TreePlace => ({
  path: joined(above.path, titleStem(title, type)),
  depth: above.depth + 1,
})

/** The rules that decide which part of a source's tree is listed. */
export interface TreeRules {
  readonly exclude: ExcludeRules
  readonly source: Source
}

/** The line of `exclude` that excludes an item; undefined when none does. */
export function excludedBy({ exclude }: TreeRules, item: Item, { path }: TreePlace): string | undefined {
  const { document, id, nodeToken, below } = item
  const ids = [id, document?.token, nodeToken].filter((one) => one !== undefined)
  return exclude.lineFor({ path, isDirectory: below !== undefined, ids })
}

/** True when the level below a place is listed. */
export const isWithinDepth = ({ source }: TreeRules, { depth }: TreePlace): boolean =>
  source.depth === undefined || depth < source.depth
