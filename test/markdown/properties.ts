// What must be true for every document and every Markdown program that reads its export.
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { cleanLine, cleanText } from '../../src/markdown/clean.js'
import { hostileDocument } from './hostile-documents.js'
import { hostileFormula, hostileText } from './hostile-text.js'
import { charactersOf, readPage, textOf, type Page, type Reader, type Seen } from './readers.js'
import { render } from './wire.js'

/** The elements that exported Markdown may have. */
const ALLOWED_ELEMENTS =
  /^(?:h[1-6]|p|strong|em|del|code|pre|a|img|br|hr|ul|ol|li|input|blockquote|table|thead|tbody|tr|th|td)$/
const PLAIN: Seen = { text: '', bold: false, italic: false, strikethrough: false, code: false, link: undefined }

/**
 * Makes the property: a reader shows exactly the title and the text of a document, in its style and order. The page has
 * nothing forbidden. The Markdown ends with one line feed, and has only the hexadecimal references that it needs.
 */
export function showsExactlyTheText({ toHtml }: Reader): fc.IProperty<[unknown, string]> {
  return fc.property(hostileDocument, hostileText, (planned, title) => {
    const expected: Seen[] = [{ ...PLAIN, text: cleanLine(title) }]
    const { text: markdown } = render((document) => planned.map((add) => add(document, expected)), { title })
    const page = readPage(toHtml(markdown))

    // `markdown` is on both sides, so that the message of a failure shows it.
    assert.deepEqual({ shown: textOf(page.seen), markdown }, { shown: textOf(expected), markdown })
    assert.deepEqual(
      { characters: styledCharacters(page.seen), markdown },
      { characters: styledCharacters(expected), markdown },
    )
    assertNothingForbidden(page, markdown)
    assert.match(markdown, /[^\n]\n$/)
    // Of the hexadecimal character references, only those of the blank and the tab are needed.
    assert.doesNotMatch(markdown, /&#x(?!20;|9;)[\da-f]+;/i)
  })
}

/** Makes the property: a reader without support for formulas shows a formula as plain text or code, without markup. */
export function showsFormulasAsText({ toHtml }: Reader): fc.IProperty<[string, string, string, boolean]> {
  const around = fc.constantFrom('', 'a', 'a ', '中', '。', ' ', '(')
  return fc.property(hostileFormula, around, around, fc.boolean(), (content, before, after, isBlock) => {
    const equation = { equation: { content } }
    const { text: markdown } = render((document) =>
      isBlock
        ? document.add(16, 'equation', { elements: [equation] })
        : document.text([{ text_run: { content: before } }, equation, { text_run: { content: after } }]),
    )
    const page = readPage(toHtml(markdown))
    // A reader without formulas shows the `$` around a formula. It drops some backslashes and blanks in the formula,
    // which is not escaped.
    const withoutTheseCharacters = (text: string): string => text.replace(/[\s\\$]/g, '')
    // In a line of text, the comments of a formula are left out, except in its last line.
    const withoutComments = cleanText(content)
      .trim()
      .replace(/(?<!\\)((?:\\\\)*)%.*\n/g, '$1\n')
    const expected = isBlock ? content : `${before}${withoutComments}${after}`
    assert.deepEqual(
      { shown: withoutTheseCharacters(textOf(page.seen)), markdown },
      { shown: withoutTheseCharacters(`Title${cleanText(expected)}`), markdown },
    )
    for (const name of page.elements.keys()) assert.match(name, /^(?:h1|p|code|pre)$/, markdown)
  })
}

/** An address for the Markdown file. Links and pictures may be relative to it. */
const FILE_URL = 'https://base.example/a/b'

/** Asserts that a page has only allowed elements, links with allowed schemes, and pictures from the folder of its assets. */
function assertNothingForbidden(page: Page, markdown: string): void {
  for (const name of page.elements.keys()) assert.match(name, ALLOWED_ELEMENTS, markdown)
  for (const link of page.links) {
    assert.match(new URL(link, FILE_URL).protocol, /^(?:https?|mailto):$/, markdown)
  }
  for (const picture of page.pictures) {
    assert.match(new URL(picture, FILE_URL).href, /^https:\/\/base\.example\/a\/Title\.assets\/[^/]+$/, markdown)
  }
}

/**
 * Like `charactersOf`, but each address is cleaned and decoded, and has no blanks. So it does not matter how the export
 * encodes an address.
 */
function styledCharacters(seen: readonly Seen[]): string[] {
  return charactersOf(
    seen.map((piece) => ({ ...piece, link: piece.link && percentDecode(cleanText(piece.link)).replace(/\s/g, '') })),
  )
}

/** Decodes a percent-encoded address. Unlike `decodeURIComponent`, leaves a `%` that encodes nothing as it is. */
function percentDecode(address: string): string {
  return address.replace(/(?:%[\da-f]{2})+/gi, (bytes) => Buffer.from(bytes.replaceAll('%', ''), 'hex').toString())
}
