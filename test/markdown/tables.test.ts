import { describe, expect, it } from '@jest/globals'
import { bodyOf, linkTo, textRun, type WireDocument } from './wire.js'

/** A row of cells with one text each, as `WireDocument.table` takes it. */
const row = (document: WireDocument, ...texts: string[]): string[][] => texts.map((text) => [document.text(text)])
const NOT_MERGED = { row_span: 1, col_span: 1 }

describe('a table', () => {
  it('is a Markdown table if each cell is one line', () => {
    const body = bodyOf((d) =>
      d.table([
        [[d.text('a|b')], [d.text([textRun('粗', { bold: true })])]],
        [[], [d.text(''), d.add(27, 'image', { token: 'p' })]],
      ]),
    )
    expect(body).toBe('| a\\|b | **粗** |\n| - | - |\n| | ![](Title.assets/p.png) |')
  })

  it('is an HTML table if a cell has several lines or blocks', () => {
    const body = bodyOf((d) =>
      d.table(
        [
          [[d.text('a\nb')], [d.text('c'), d.text('d')]],
          [
            [d.add(12, 'bullet', { elements: [textRun('e')] })],
            [d.add(14, 'code', { elements: [textRun('x\n\n<y>')], style: { language: 30 } })],
          ],
        ],
        { header_row: true },
      ),
    )
    expect(body).toBe(
      [
        '<table>',
        '<tr>',
        '<th>a<br>b</th>',
        '<th><p>c</p><p>d</p></th>',
        '</tr>',
        '<tr>',
        '<td><ul><li>e</li></ul></td>',
        '<td><pre><code class="language-javascript">x&#10;&#10;&lt;y&gt;</code></pre></td>',
        '</tr>',
        '</table>',
      ].join('\n'),
    )
  })

  it('that is HTML has its pictures, links and marks as HTML, with escaped text', () => {
    // The second text in the cell makes the table HTML.
    const cell = (...elements: object[]): string => bodyOf((d) => d.table([[[d.text(elements), d.text('x')]]]))
    expect(cell(textRun('<b>&"', { bold: true, italic: true, strikethrough: true }))).toContain(
      '<strong><em><del>&lt;b&gt;&amp;&quot;</del></em></strong>',
    )
    expect(cell(textRun('a', linkTo('https://a.b/?c=1&d="')))).toContain('<a href="https://a.b/?c=1&amp;d=%22">a</a>')
    expect(cell(textRun('a', linkTo('javascript:x')))).toContain('<p>a</p>')
    expect(cell(textRun('<a>', { inline_code: true }), { equation: { content: 'a<b' } })).toContain(
      '<code>&lt;a&gt;</code>$a&lt;b$',
    )
    const picture = bodyOf((d) =>
      d.table([[[d.add(27, 'image', { token: 'p', caption: { content: '"<' } }), d.text('x')]]]),
    )
    expect(picture).toContain('<img src="./Title.assets/p.png" alt="&quot;&lt;">')
  })

  it('that is HTML has the other kinds of blocks in its cells as HTML', () => {
    const body = bodyOf((d) =>
      d.table([
        [
          [
            d.add(3, 'heading1', { elements: [textRun('h')] }),
            d.add(22, 'divider', {}),
            d.add(15, 'quote', { elements: [textRun('q')] }),
            d.add(17, 'todo', { elements: [textRun('t')], style: { done: true } }),
            d.add(13, 'ordered', { elements: [textRun('o')], style: { sequence: '3' } }),
            d.add(16, 'equation', { elements: [{ equation: { content: 'x' } }] }),
            d.table([row(d, 'in')]),
          ],
        ],
      ]),
    )
    expect(body).toContain(
      '<h2>h</h2><hr><blockquote><p>q</p></blockquote><ul><li>[x] t</li></ul><ol start="3"><li>o</li></ol>' +
        '<pre><code class="language-math">x</code></pre><table>\n<tr>\n<td>in</td>\n</tr>\n</table>',
    )
    expect(body).not.toContain('\n\n')
  })

  it('merges cells, unless that would hide a text or a cell, or exceed the table', () => {
    // A table of 3 rows and 2 columns. `merge_info` has the spans of its first cells; the other cells are not merged.
    const merged = (merge_info: readonly object[]): string =>
      bodyOf((d) =>
        d.table([row(d, 'a', ''), row(d, '', ''), row(d, 'e', 'f')], {
          merge_info: [...merge_info, ...Array.from({ length: 9 }, () => NOT_MERGED)],
        }),
      ).replace(/\n/g, '')
    expect(merged([{ row_span: 2, col_span: 2 }])).toBe(
      '<table><tr><td rowspan="2" colspan="2">a</td></tr><tr></tr><tr><td>e</td><td>f</td></tr></table>',
    )
    // Spans over a cell that has a text, out of the table, or without meaning are ignored.
    for (const span of [
      { row_span: 3, col_span: 1 },
      { row_span: 1, col_span: 3 },
      { row_span: 9, col_span: 1 },
      { row_span: -1, col_span: 0 },
      {},
    ]) {
      expect(merged([span])).toBe('| a | || - | - || | || e | f |')
    }
  })

  it('is HTML if code or a formula has characters that a Markdown cell cannot have', () => {
    /** The Markdown of a table with one cell. */
    const cell = (element: object): string => bodyOf((d) => d.table([[[d.text([element])]]]))
    expect(cell(textRun('a\\|b', { inline_code: true }))).toContain('<code>a\\|b</code>')
    expect(cell({ equation: { content: '\\|x\\|' } })).toContain('$\\|x\\|$')
    expect(cell({ equation: { content: '|x|' } })).toBe('| $`\\|x\\|`$ |\n| - |')
  })

  it('with missing cells or a wrong size is shown as far as possible', () => {
    expect(bodyOf((d) => d.add(31, 'table', {}))).toBe('')
    expect(bodyOf((d) => d.add(31, 'table', { cells: ['x'], property: { column_size: 'x' } }))).toBe(
      '| *Not exported: missing block, block type 0* |\n| - |',
    )
    expect(bodyOf((d) => d.add(31, 'table', { property: { column_size: 99 } }, [d.text('a'), d.text('b')]))).toBe(
      '| a | b |\n| - | - |',
    )
  })
})
