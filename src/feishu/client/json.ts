/** True for a JSON object: neither a list nor null. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

// The texts and numbers of JSON; the texts only so that a number inside a text is not matched.
const TEXTS_AND_NUMBERS = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g

/**
 * Parses JSON; integers of 16 digits and more, which a JavaScript number may not represent, become digit strings.
 * @throws SyntaxError when the text is not JSON
 */
export function parseJson(text: string): unknown {
  const plain: unknown = JSON.parse(text)
  if (!/\d{16}/.test(text)) return plain
  return JSON.parse(text.replace(TEXTS_AND_NUMBERS, (token) => (/^-?\d{16,}$/.test(token) ? `"${token}"` : token)))
}

/** Thrown for an answer that does not have the documented shape. */
export class WrongShape extends Error {}
