import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { cleanLine, cleanText } from '../../src/markdown/clean.js'
import { parseBlocks } from '../../src/markdown/parse.js'
import { renderMarkdown } from '../../src/markdown/render.js'
import { hostileDocument, hostileText } from './hostile.js'
import { charactersOf, READERS, readPage, textOf, type Seen } from './readers.js'
import { OPTIONS, WireDocument } from './wire.js'

const RUNS = Number(process.env['MARKDOWN_RUNS'] ?? 150)
const MADE = /^(?:h[1-6]|p|strong|em|del|code|pre|a|img|br|hr|ul|ol|li|input|blockquote|table|thead|tbody|tr|th|td)$/

/** An address, whatever of it is percent-encoded. */
function decoded(address: string): string {
  return address.replace(/(?:%[\da-f]{2})+/gi, (bytes) => Buffer.from(bytes.replaceAll('%', ''), 'hex').toString())
}

function lookOf(seen: readonly Seen[]): string[] {
  return charactersOf(
    seen.map((piece) => ({
      ...piece,
      link: piece.link && decoded(cleanText(piece.link)).replace(/\s/g, ''),
    })),
  )
}

describe.each(READERS)('hostile documents, as $name reads them', ({ toHtml }) => {
  it('show exactly their text in their style, and nothing else', () => {
    fc.assert(
      fc.property(hostileDocument, hostileText, (planned, title) => {
        const document = new WireDocument()
        const expected: Seen[] = []
        const ids = planned.map((add) => add(document, expected))
        const shownTitle = { ...cleanSeen(title) }
        const { text } = renderMarkdown(parseBlocks(document.page(...ids)), { ...OPTIONS, title })
        const page = readPage(toHtml(text))

        expect({ text: JSON.stringify(textOf(page.seen)), markdown: text }).toEqual({
          text: JSON.stringify(textOf([shownTitle, ...expected])),
          markdown: text,
        })
        expect({ look: lookOf(page.seen), markdown: text }).toEqual({
          look: lookOf([shownTitle, ...expected]),
          markdown: text,
        })
        for (const name of page.elements.keys()) expect(name).toMatch(MADE)
        for (const link of page.links) {
          expect(['http:', 'https:', 'mailto:']).toContain(new URL(link, 'https://base.example/a/b').protocol)
        }
        for (const picture of page.pictures) {
          expect(new URL(picture, 'https://base.example/a/b').pathname).toMatch(/^\/a\/Title.assets\/[^/]+$/)
        }
        expect(text).toMatch(/[^\n]\n$/)
        expect(text).not.toMatch(/&#x(?!20;|9;)/)
      }),
      { numRuns: RUNS },
    )
  })
})

function cleanSeen(text: string): Seen {
  return { text: cleanLine(text), bold: false, italic: false, strikethrough: false, code: false, link: undefined }
}
