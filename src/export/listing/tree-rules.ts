import { titleStem } from '../names.js'
import { joined } from '../paths.js'
import type { ExcludeRules } from '../sources/exclude.js'
import type { Source } from '../sources/source.js'
import type { Item } from './levels.js'
import type { Entry } from './types.js'

/** The position of a level or an item in the tree of a source. */
export interface TreePlace {
  /** Titles made safe, joined by `/`. */
  readonly path: string
  /** How many levels it is below the root of the tree; 0 for the root: the folder, wiki page or knowledge base. */
  readonly depth: number
}

/** The place of a root that is a folder, a knowledge base or all knowledge bases: its title is not in the paths. */
export const TOP: TreePlace = { path: '', depth: 0 }

/**
 * The place above a root that is a wiki page: the title of the page is in the paths, and the page itself has depth 0.
 */
export const ABOVE_ROOT_PAGE: TreePlace = { path: '', depth: -1 }

/** The place of an item directly below a place. */
export const placeBelow = (above: TreePlace, title: string, type: string): TreePlace => ({
  path: joined(above.path, titleStem(title, type)),
  depth: above.depth + 1,
})

/** The rules that decide which part of a source's tree is listed. */
export interface TreeRules {
  readonly exclude: ExcludeRules
  readonly source: Source
}

/** The lines of `exclude` that exclude an item at a place; undefined if no line does. */
export function excludedBy({ exclude }: TreeRules, item: Item, { path }: TreePlace): Entry['excludedBy'] {
  const { document, id, nodeToken, below } = item
  const ids = [id, document?.token, nodeToken].filter((one) => one !== undefined)
  const lines = exclude.linesFor({ path, isDirectory: below !== undefined, ids })
  return lines.length > 0 ? lines : undefined
}

/** True when the `depth` of the source includes the level below a place. */
export const isWithinDepth = ({ source }: TreeRules, { depth }: TreePlace): boolean =>
  source.depth === undefined || depth < source.depth
