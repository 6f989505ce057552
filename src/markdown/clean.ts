// What no Markdown reader shows and some misread: control characters but for tab and line feed.
// eslint-disable-next-line no-control-regex
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g

/** Text of a document as it is written to a file: whole Unicode, `\n` for every kind of line break, no control characters. */
export function cleanText(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?|\v|[\u2028\u2029]/g, '\n')
    .replace(CONTROLS, '')
}

/** The text on one line, without blanks around it. */
export function cleanLine(text: string): string {
  return cleanText(text).replace(/\n+/g, ' ').trim()
}
