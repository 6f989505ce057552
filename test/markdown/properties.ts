// What must hold for every document and every reader.
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

/** A reader shows exactly the text of a document, in its style and order, and nothing else. */
export function showsExactlyTheText({ toHtml }: Reader): fc.IProperty<[unknown, string]> {
  return fc.property(hostileDocument, hostileText, (planned, title) => {
    const expected: Seen[] = [{ ...PLAIN, text: cleanLine(title) }]
    const { text } = render((document) => planned.map((add) => add(document, expected)), { title })
    const page = readPage(toHtml(text))

    // `markdown` is equal on both sides: it is there for the message.
    const markdown = text
    assert.deepEqual({ shown: textOf(page.seen), markdown }, { shown: textOf(expected), markdown })
    assert.deepEqual(
      { characters: styledCharacters(page.seen), markdown },
      { characters: styledCharacters(expected), markdown },
    )
    assertNothingElse(page, text)
    assert.match(text, /[^\n]\n$/)
    assert.doesNotMatch(text, /&#x(?!20;|9;)/)
  })
}

/** A reader that does not support formulas shows a formula as plain text, without any other markup. */
export function showsFormulasAsText({ toHtml }: Reader): fc.IProperty<[string, string, string, boolean]> {
  const around = fc.constantFrom('', 'a', 'a ', '中', '。', ' ', '(')
  return fc.property(hostileFormula, around, around, fc.boolean(), (content, before, after, isBlock) => {
    const equation = { equation: { content } }
    const { text } = render((document) =>
      isBlock
        ? document.add(16, 'equation', { elements: [equation] })
        : document.text([{ text_run: { content: before } }, equation, { text_run: { content: after } }]),
    )
    const page = readPage(toHtml(text))
    // A formula between `$` is not escaped, so a reader without formulas drops some of its backslashes and blanks.
    const bare = (shown: string): string => shown.replace(/[\s\\$]/g, '')
    const expected = isBlock ? content : `${before}${content}${after}`
    const markdown = text
    assert.deepEqual(
      { shown: bare(textOf(page.seen)), markdown },
      { shown: bare(`Title${cleanText(expected)}`), markdown },
    )
    for (const name of page.elements.keys()) assert.match(name, /^(?:h1|p|code|pre)$/, text)
  })
}

function assertNothingElse(page: Page, text: string): void {
  for (const name of page.elements.keys()) assert.match(name, ALLOWED_ELEMENTS, text)
  for (const link of page.links) {
    assert.match(new URL(link, 'https://base.example/a/b').protocol, /^(?:https?|mailto):$/, text)
  }
  for (const picture of page.pictures) {
    assert.match(new URL(picture, 'https://base.example/a/b').pathname, /^\/a\/Title\.assets\/[^/]+$/, text)
  }
}

/** The style of each character; the address of a link is decoded, so that percent-encoding makes no difference. */
function styledCharacters(seen: readonly Seen[]): string[] {
  return charactersOf(
    seen.map((piece) => ({ ...piece, link: piece.link && decoded(cleanText(piece.link)).replace(/\s/g, '') })),
  )
}

function decoded(address: string): string {
  return address.replace(/(?:%[\da-f]{2})+/gi, (bytes) => Buffer.from(bytes.replaceAll('%', ''), 'hex').toString())
}
