// Characters that break a line, reorder it or are invisible: C0, DEL, C1, line and paragraph separators, bidirectional
// controls, the byte order mark.
// eslint-disable-next-line no-control-regex
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+/g

/**
 * Makes one printable line of any text.
 * @param maxLength a text with more characters (code points) is cut after this many, and `…` is added
 */
export function oneLine(text: string, maxLength = 300): string {
  const line = text.toWellFormed().replace(UNPRINTABLE, ' ').trim()
  // A code point has at most two code units, so this is enough of a long text.
  const characters = Array.from(line.slice(0, 2 * maxLength + 2))
  return characters.length > maxLength ? `${characters.slice(0, maxLength).join('')}…` : line
}

/** Puts a text from outside in double quotes, on one line, for use in a sentence. */
export function quoted(text: string, maxLength?: number): string {
  return `"${oneLine(text, maxLength)}"`
}

/** Formats a number of bytes: `34.4 kB`, `1.2 GB` (powers of 1000). */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  let value = bytes / 1000
  let unit = 'kB'
  for (const largerUnit of ['MB', 'GB', 'TB']) {
    // From 999.95 on, `toFixed` would round to 1000.0.
    if (value < 999.95) break
    value /= 1000
    unit = largerUnit
  }
  return `${value.toFixed(1)} ${unit}`
}

/** Formats a number with a noun: `1 request`, `2 requests`. @param thing the noun in the singular, with a plural in -s */
export function countOf(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`
}

/** Formats a duration: `0.4 s`, `4 s`, `119 s`, `2 min 0 s`. */
export function formatDuration(ms: number): string {
  const seconds = ms / 1000
  // From 9.95 on, the seconds are rounded to 10 or more, and have no decimals.
  if (seconds < 9.95) return `${seconds.toFixed(1).replace('.0', '')} s`
  const rounded = Math.round(seconds)
  return rounded < 120 ? `${rounded} s` : `${Math.floor(rounded / 60)} min ${rounded % 60} s`
}
