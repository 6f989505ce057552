import type { BlockContent, List, ListItem, RootContent } from 'mdast'
import type { Context } from '../context.js'
import { fieldsOf, integerOf } from '../fields.js'
import type { Block } from '../parse.js'
import { phrasingOf } from '../inline/phrasing.js'

const LIST_KINDS = new Set(['bullet', 'ordered', 'todo'])
// CommonMark allows nine digits.
const MAX_NUMBER = 999_999_999

/** True for an item of a bulleted, numbered or task list. */
export function isListItem(block: Block): boolean {
  return LIST_KINDS.has(block.kind)
}

/**
 * Collects list items from consecutive blocks: consecutive items of one kind become one list. A numbered list also ends
 * where the numbers do not continue.
 */
export class ListCollector {
  private open: { kind: string; list: List } | undefined
  /** The number of the last item of a numbered list; 0 before the first one. Never reset: the next list may continue it. */
  private lastNumber = 0

  constructor(private readonly context: Context) {}

  /** Ends the open list, before a block that is not a list item. */
  close(): void {
    this.open = undefined
  }

  /** Adds an item. @returns the new list that starts with the item; nothing if the item was added to the open list */
  add(block: Block): RootContent[] {
    const number = this.numberOf(block)
    const item = convertItem(block, this.context)
    const ordered = block.kind === 'ordered'
    const continuesNumbers = !ordered || number === this.lastNumber + 1
    if (ordered) this.lastNumber = number
    if (this.open?.kind === block.kind && continuesNumbers) {
      this.open.list.children.push(item)
      return []
    }
    const list: List = { type: 'list', ordered, spread: false, children: [item], ...(ordered && { start: number }) }
    this.open = { kind: block.kind, list }
    return [list]
  }

  /**
   * The number of an item in a numbered list: `style.sequence` if it is a number, otherwise ("auto") one more than the
   * last number. If Markdown does not allow that number, the result is 1.
   */
  private numberOf({ content }: Block): number {
    const number = integerOf(fieldsOf(content['style'])['sequence']) ?? this.lastNumber + 1
    return number >= 0 && number <= MAX_NUMBER ? number : 1
  }
}

/** Converts a list item and the blocks below it. */
function convertItem(block: Block, context: Context): ListItem {
  const children = phrasingOf(block, context)
  const below = context.convert(block.children) as BlockContent[]
  const isTodo = block.kind === 'todo'
  return {
    type: 'listItem',
    spread: false,
    ...(isTodo && { checked: fieldsOf(block.content['style'])['done'] === true }),
    // A task needs a paragraph, even an empty one, since the box is before its text.
    children: children.length > 0 || isTodo ? [{ type: 'paragraph', children }, ...below] : below,
  }
}
