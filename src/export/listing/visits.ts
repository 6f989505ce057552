import type { Reply } from '../../feishu/errors/failure.js'
import type { WikiNode } from '../../feishu/wiki/wiki-tree.js'
import { itemOfNode, type Item, type Level } from './levels.js'
import { isNodeTree, levelOf } from './targets.js'
import {
  ABOVE_ROOT_PAGE,
  excludedBy,
  isWithinDepth,
  placeBelow,
  TOP,
  type TreePlace,
  type TreeRules,
} from './tree-rules.js'
import type { LevelVisit } from './walk.js'

/**
 * The visit to the first level of a source's tree.
 * @param nodes the replies for wiki pages, by token
 * @returns undefined for a single document or page: it has no level to list. Also undefined if the root page could not be
 * read, has nothing below it, or is excluded
 */
export function firstVisit(rules: TreeRules, nodes: ReadonlyMap<string, Reply<WikiNode>>): LevelVisit | undefined {
  const { target } = rules.source
  const level = levelOf(target)
  if (level) return visitLevel(level, TOP, rules)
  const node = isNodeTree(target) ? nodes.get(target.token) : undefined
  return node?.ok ? visitBelow(itemOfNode(node.value), ABOVE_ROOT_PAGE, rules) : undefined
}

/**
 * The visit to a level at a place in the tree of a source: the rules decide below which items the listing continues.
 * `buildTree` applies the rules again: it decides what is in the tree, and which levels are still missing.
 */
export const visitLevel = (level: Level, place: TreePlace, rules: TreeRules): LevelVisit => ({
  level,
  enter: (item) => visitBelow(item, place, rules),
})

/** The visit to the level below an item; undefined if there is no such level, or the rules of the source leave it out. */
function visitBelow(item: Item, above: TreePlace, rules: TreeRules): LevelVisit | undefined {
  const place = placeBelow(above, item.title, item.document?.type ?? '')
  const { below } = item
  if (!below || !isWithinDepth(rules, place) || excludedBy(rules, item, place) !== undefined) return undefined
  return visitLevel(below, place, rules)
}
