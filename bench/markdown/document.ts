import { textRun, WireDocument, type WireBlock } from '../../test/markdown/wire.js'

// A page of a manual, with the styles and the punctuation that people use.
const TEXTS = [
  '飞书文档导出为 Markdown 时，标题、列表与表格会保留原有层级；',
  '“重要”：',
  '请在 2026-11-30 之前完成 review，并把结果同步给 @owner。',
  'npm run build && node dist/index.js --check',
  'See https://example.com/docs?id=1&lang=zh for details (section 3.2).',
] as const

/** The service's number for Python as the language of a code block. */
const PYTHON = 49

/**
 * Makes a document of about this number of blocks: texts, headings, lists, code, callouts, tables and pictures, in
 * turn.
 */
export function makeDocument(blockCount: number): WireBlock[] {
  const document = new WireDocument()
  const ids: string[] = []
  for (let turn = 0; document.items.length < blockCount - 1; turn++) ids.push(makeBlock(document, turn))
  return document.page(...ids)
}

/** Adds the block of this turn, with the blocks in it, to a document. @returns its id */
function makeBlock(document: WireDocument, turn: number): string {
  const elements = TEXTS.map((text, index) => textRun(text, { bold: index === 1, inline_code: index === 3 }))
  const style = { sequence: 'auto', done: turn % 2 === 0, language: PYTHON }
  switch (turn % 12) {
    case 0:
      return document.add(3 + (turn % 5), `heading${1 + (turn % 5)}`, { elements: [textRun(`第 ${turn} 节`)] })
    case 3:
      return document.add(14, 'code', { elements: [textRun('for i in range(10):\n    print(i)\n'.repeat(4))], style })
    case 5:
      return document.add(19, 'callout', { emoji_id: 'bulb' }, [document.text(elements)])
    case 7:
      return document.table(Array.from({ length: 5 }, () => [0, 1, 2, 3].map(() => [document.text('单元格')])))
    case 8:
    case 9:
      return document.add(12, 'bullet', { elements, style }, [document.add(13, 'ordered', { elements, style })])
    case 10:
      return document.add(27, 'image', { token: `boxcn${turn}`, caption: { content: '图' } })
    default:
      return document.text(elements)
  }
}
