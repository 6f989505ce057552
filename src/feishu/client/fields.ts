import { isObject, WrongShape } from './json.js'

/** One page of a list. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly hasMore: boolean
  /** Where the next page begins; undefined when the service named no place. */
  readonly cursor: string | undefined
}

/** Fields of an object of an answer. */
export type Fields = Readonly<Record<string, unknown>>

/**
 * Reads a page of a list.
 * @param names of the list and of the cursor: the APIs differ in both
 * @throws WrongShape
 */
export function pageIn<T>(
  data: unknown,
  names: { readonly list: string; readonly cursor: string },
  read: (item: Fields) => T,
): Page<T> {
  if (!isObject(data)) throw new WrongShape('data is not an object')
  const { has_more: told, [names.list]: list } = data
  if (told !== undefined && told !== null && typeof told !== 'boolean') throw new WrongShape('has_more is no boolean')
  const given = data[names.cursor]
  const cursor = typeof given === 'string' && given !== '' ? given : undefined
  // An empty list may be left out, but then has_more tells that this is a page at all.
  if (!Array.isArray(list) && !((list === undefined || list === null) && typeof told === 'boolean')) {
    throw new WrongShape(`data.${names.list} is not a list`)
  }
  return { items: objectsIn(list ?? [], names.list).map(read), hasMore: told ?? cursor !== undefined, cursor }
}

/** The objects of a list. @throws WrongShape when one is none */
export function objectsIn(list: readonly unknown[], name: string): readonly Fields[] {
  return list.map((item) => {
    if (!isObject(item)) throw new WrongShape(`an item of ${name} is not an object`)
    return item
  })
}

/** A token or the word for a type, which goes into requests and names. @throws WrongShape */
export function wordIn(fields: Fields, name: string): string {
  const value = fields[name]
  if (typeof value !== 'string' || !/^[\w-]{1,200}$/.test(value))
    throw new WrongShape(`${name} is not a token or a word`)
  return value
}

// A title has 800 characters at most.
const MOST_TEXT = 2_000

/** A text, its beginning where it is longer than any title; empty when there is none. */
export function textIn(fields: Fields, name: string): string {
  const value = fields[name]
  return typeof value === 'string' ? value.slice(0, MOST_TEXT) : ''
}

/** A time as the service wrote it; undefined when it told none. */
export function timeIn(fields: Fields, name: string): string | undefined {
  const value = fields[name]
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** A revision, to be compared and nothing else; undefined when there is none. */
export function revisionIn(fields: Fields, name: string): string | undefined {
  const value = fields[name]
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value)
  return typeof value === 'string' && /^\d{1,20}$/.test(value) ? value : undefined
}

/** An https address; undefined for anything else. */
export function linkIn(fields: Fields, name: string): string | undefined {
  const value = fields[name]
  return typeof value === 'string' && value.startsWith('https://') ? value : undefined
}
