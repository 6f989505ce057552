// Readers for values from the service. Each takes any value, and returns an empty result if the value has another type.

/** A JSON object from the service. */
export type Fields = Readonly<Record<string, unknown>>

/** True for an object that is not a list. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Reads an object; an empty one if the value is not an object. */
export function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {}
}

/** Reads a text; the empty text if the value is not a text. */
export function stringOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** Reads an integer, also one that is written as text; undefined if the value is neither. */
export function integerOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : undefined
}

/** Reads a list; an empty one if the value is not a list. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** Reads the texts of a list, without its other entries; an empty list if the value is not a list. */
export function stringsOf(value: unknown): readonly string[] {
  return listOf(value).filter((entry) => typeof entry === 'string')
}
