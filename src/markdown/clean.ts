// Control characters except tab and line feed: no Markdown program shows them, and some misread them.
// eslint-disable-next-line no-control-regex
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g

/**
 * Cleans the text of a document for a file. The result is well-formed Unicode, without control characters except tab
 * and line feed. CR, CRLF, vertical tab, U+2028 and U+2029 become `\n`.
 */
export function cleanText(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?|\v|[\u2028\u2029]/g, '\n')
    .replace(CONTROLS, '')
}

/** Cleans a text and puts it on one line, without blanks around it. */
export function cleanLine(text: string): string {
  return cleanText(text).replace(/\n+/g, ' ').trim()
}
