// Control characters except tab and line feed: no Markdown program shows them, and some misread them.
// eslint-disable-next-line no-control-regex
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g

/**
 * Cleans the text of a document for a file: well-formed Unicode, `\n` for CR, CRLF, vertical tab and the two separators of
 * Unicode (U+2028, U+2029), no control characters.
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
