const MAX_LINE_CHARACTERS = 600
const MAX_VALUE_CHARACTERS = 400

/** Formats a value as JSON for a transcript. A buffer is shown as its length. A long text is cut. */
export function formatValue(value: unknown, maxCharacters = MAX_VALUE_CHARACTERS): string {
  // `inner` is what `Buffer.toJSON` returns; `this[name]` is the buffer itself.
  const text = JSON.stringify(value, function (this: Readonly<Record<string, unknown>>, name, inner: unknown) {
    const original = this[name]
    return Buffer.isBuffer(original) ? `${original.length} bytes` : inner
  })
  return text.length > maxCharacters ? `${text.slice(0, maxCharacters)}…` : text
}

/** Formats the log of a step for a transcript. Long lines are cut. */
export const formatLog = (lines: readonly string[]): string[] =>
  lines.map((line) => `  | ${line.slice(0, MAX_LINE_CHARACTERS)}`)
