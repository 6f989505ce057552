import { isObject, WrongShape } from './json.js'

/** One page of a list. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly hasMore: boolean
  /** The cursor of the next page; undefined when the answer has none. */
  readonly cursor: string | undefined
}

/** The fields of an object in an answer. */
export type Fields = Readonly<Record<string, unknown>>

/** A page of a list in which single items may have an unexpected shape. */
export interface TolerantPage<T> extends Page<T> {
  readonly oddItems: readonly OddItem[]
}

/** An item that cannot be read. */
export interface OddItem {
  /** Its own token, where it has one. */
  readonly token: string | undefined
  /** Empty when it has none. */
  readonly title: string
  /** A clause: "obj_token is not a token or a word". */
  readonly reason: string
}

/**
 * Reads a page of a list.
 * @param names the names of the fields, which differ between the APIs
 * @throws WrongShape when the page or one of its items has an unexpected shape
 */
export function pageIn<T>(data: unknown, names: PageNames, read: (item: Fields) => T): Page<T> {
  const page = rawPageIn(data, names)
  return { ...page, items: objectsIn(page.items, names.list).map(read) }
}

/**
 * Reads a page of a list. An item with an unexpected shape does not fail the page: it becomes one of the `oddItems`.
 * @param names the names of the fields of the page, and of an item's token and title
 * @throws WrongShape when the page itself has an unexpected shape
 */
export function tolerantPageIn<T>(
  data: unknown,
  names: PageNames & { readonly token: string; readonly title: string },
  read: (item: Fields) => T,
): TolerantPage<T> {
  const page = rawPageIn(data, names)
  const items: T[] = []
  const oddItems: OddItem[] = []
  for (const raw of page.items) {
    const item = readItem(raw, read)
    if (!(item instanceof WrongShape)) {
      items.push(item)
      continue
    }
    const fields = isObject(raw) ? raw : {}
    const token = fields[names.token]
    oddItems.push({
      token: typeof token === 'string' && isWord(token) ? token : undefined,
      title: textIn(fields, names.title),
      reason: item.message,
    })
  }
  return { ...page, items, oddItems }
}

/** Reads an item of a list. If the item has an unexpected shape, returns a WrongShape instead of throwing it. */
export function readItem<T>(item: unknown, read: (item: Fields) => T): T | WrongShape {
  if (!isObject(item)) return new WrongShape('it is not an object')
  try {
    return read(item)
  } catch (error) {
    if (error instanceof WrongShape) return error
    throw error
  }
}

/** The names of the fields of a page. */
interface PageNames {
  readonly list: string
  readonly cursor: string
}

/** Reads a page; its items are as they came, unchecked. @throws WrongShape */
function rawPageIn(data: unknown, names: PageNames): Page<unknown> {
  if (!isObject(data)) throw new WrongShape('data is not an object')
  const given = data[names.cursor]
  const cursor = typeof given === 'string' && given !== '' ? given : undefined
  const flag = flagIn(data, 'has_more')
  // Without `has_more`, the cursor shows whether there is a next page.
  const hasCursor = cursor !== undefined
  const hasMore = flag ?? hasCursor
  const list = data[names.list]
  const isMissing = list === undefined || list === null
  // The service may leave out an empty list; `has_more` then shows that the answer is a page.
  if (isMissing && flag !== undefined) return { items: [], hasMore, cursor }
  if (!Array.isArray(list)) throw new WrongShape(`data.${names.list} is not a list`)
  return { items: list as unknown[], hasMore, cursor }
}

/** Checks that all items of a list are objects, and returns them. @throws WrongShape */
export function objectsIn(list: readonly unknown[], listName: string): readonly Fields[] {
  return list.map((item) => {
    if (!isObject(item)) throw new WrongShape(`an item of ${listName} is not an object`)
    return item
  })
}

/** Reads a token or a word, such as a type: it is safe in requests and in file names. @throws WrongShape */
export function wordIn(fields: Fields, name: string): string {
  const value = fields[name]
  if (typeof value !== 'string' || !isWord(value)) throw new WrongShape(`${name} is not a token or a word`)
  return value
}

const isWord = (text: string): boolean => /^[\w-]{1,200}$/.test(text)

// A title has 800 characters at most.
const MAX_TEXT_LENGTH = 2_000

/** Reads a text, cut to `MAX_TEXT_LENGTH`; empty when there is none. */
export function textIn(fields: Fields, name: string): string {
  const value = fields[name]
  return typeof value === 'string' ? value.slice(0, MAX_TEXT_LENGTH) : ''
}

/** Reads a required text, cut to `MAX_TEXT_LENGTH`. @throws WrongShape */
export function requiredTextIn(fields: Fields, name: string): string {
  if (typeof fields[name] !== 'string') throw new WrongShape(`${name} is not a text`)
  return textIn(fields, name)
}

/** Reads a boolean; undefined when there is none. @throws WrongShape when it is something else */
export function flagIn(fields: Fields, name: string): boolean | undefined {
  const value = fields[name]
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'boolean') throw new WrongShape(`${name} is not a boolean`)
  return value
}

/**
 * Reads an edit time, which the service sends as a text or a number. 0 is no time: compared as one, it
 * would hide every edit.
 * @returns a text as it was sent, or the number as a text; undefined for 0, a blank text and any other type
 */
export function editTimeIn(fields: Fields, name: string): string | undefined {
  const value = fields[name]
  const text = typeof value === 'number' ? String(value) : value
  return typeof text === 'string' && text !== '' && Number(text) !== 0 ? text : undefined
}

/** Reads a revision, an integer or a text of digits, as a text for comparisons; undefined for anything else. */
export function revisionIn(fields: Fields, name: string): string | undefined {
  const value = fields[name]
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value)
  return typeof value === 'string' && /^\d{1,20}$/.test(value) ? value : undefined
}

/** Reads an https URL; undefined for anything else. */
export function linkIn(fields: Fields, name: string): string | undefined {
  const value = fields[name]
  return typeof value === 'string' && value.startsWith('https://') ? value : undefined
}
