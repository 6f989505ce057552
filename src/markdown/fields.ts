// Readers for values from the service: each takes anything and gives the type it names, empty where the value is another.

/** A JSON object from the service. */
export type Fields = Readonly<Record<string, unknown>>

/** Whether a value is an object that is no list. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** An object; an empty one otherwise. */
export function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {}
}

/** A text; the empty text otherwise. */
export function stringOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** A whole number, also one that is written as text; undefined otherwise. */
export function integerOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : undefined
}

/** A list; an empty one otherwise. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** The texts of a list, without its other entries; an empty list otherwise. */
export function stringsOf(value: unknown): readonly string[] {
  return listOf(value).filter((entry) => typeof entry === 'string')
}
