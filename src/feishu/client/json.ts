/** True for a JSON object: neither a list nor null. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

// The quotes and numbers of JSON, and the escapes of its texts. A pattern for complete texts would overflow the stack when a
// text has millions of characters.
const TOKENS = /"|\\.|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g

/**
 * Parses JSON. An integer of 16 digits or more becomes a string: as a JavaScript number, it may lose its last digits.
 * @throws SyntaxError when the text is not JSON
 */
export function parseJson(text: string): unknown {
  // Throws before the quotes are added. With quotes, 01234567890123456 would be valid JSON.
  const plain: unknown = JSON.parse(text)
  if (!/\d{16}/.test(text)) return plain
  let isInText = false
  const quoteLongInteger = (token: string): string => {
    if (token === '"') isInText = !isInText
    return !isInText && /^-?\d{16,}$/.test(token) ? `"${token}"` : token
  }
  return JSON.parse(text.replace(TOKENS, quoteLongInteger))
}

/** Thrown for an answer that does not have the documented shape. */
export class WrongShape extends Error {}
