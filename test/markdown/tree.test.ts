import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { collectReferences } from '../../src/markdown/references.js'
import { parseBlocks, type DocumentBlocks } from '../../src/markdown/parse.js'
import { renderMarkdown } from '../../src/markdown/render.js'
import { blocksOf, bodyOf, linkTo, OPTIONS, textRun, WireDocument } from './wire.js'

/** Returns the Markdown, without the title, of the blocks that the service sends. */
const bodyOfItems = (items: readonly unknown[]): string =>
  renderMarkdown(parseBlocks(items), OPTIONS).text.replace('# Title\n', '').trim()
/** A block of text. `children` are ids of blocks, or what the service might send in their place. */
const text = (block_id: string, content: string, children?: readonly unknown[]): object => ({
  block_id,
  block_type: 2,
  text: { elements: [textRun(content)] },
  ...(children && { children }),
})
/** A page block. @param children the ids of its children */
const page = (...children: readonly string[]): object => pageOf(children)
/** As `page`, for more children than a function can have arguments. */
const pageOf = (children: readonly string[]): object => ({
  block_id: 'page',
  block_type: 1,
  page: { elements: [] },
  children,
})

describe('the tree of blocks', () => {
  it('follows the lists of children; the order of the blocks in the answer does not matter', () => {
    expect(bodyOfItems([text('b', '2'), page('a', 'b'), text('c', '3'), text('a', '1', ['c'])])).toBe('1\n\n3\n\n2')
  })

  it('begins, if there is no page block, with the blocks that no other block has as a child', () => {
    expect(bodyOfItems([text('a', '1', ['c']), text('b', '2'), text('c', '3')])).toBe('1\n\n3\n\n2')
  })

  it('has each block once, even if blocks contain each other', () => {
    expect(bodyOfItems([page('a', 'a', 'b'), text('a', '1', ['b', 'a', 'page']), text('b', '2', ['a'])])).toBe('1\n\n2')
    // No page, and each block is a child of another one: the tree has no beginning.
    expect(bodyOfItems([text('a', '1', ['b']), text('b', '2', ['a'])])).toBe('')
  })

  it('has a placeholder in place of a missing block', () => {
    expect(bodyOfItems([page('a', 'gone', 'b'), text('a', '1'), text('b', '2')])).toBe(
      '1\n\n*Not exported: missing block, block type 0*\n\n2',
    )
  })

  it('ends with a placeholder where it is more than 49 levels deep', () => {
    const deep = Array.from({ length: 20_000 }, (_, index) => text(`b${index}`, 'x', [`b${index + 1}`]))
    expect(bodyOfItems([page('b0'), ...deep])).toMatch(/^(x\n\n){49}\*Not exported: deeper nesting, block type 0\*$/)
    const nested = Array.from({ length: 20_000 }, (_, index) => ({
      block_id: `b${index}`,
      block_type: 12,
      bullet: { elements: [textRun('x')] },
      children: [`b${index + 1}`],
    }))
    expect(bodyOfItems([page('b0'), ...nested]).match(/- x/g)).toHaveLength(49)
  })

  it('can be very wide: 130 000 children of a page, or 20 000 elements of a text', () => {
    const wide = Array.from({ length: 130_000 }, (_, index) => text(`b${index}`, ''))
    // Texts without content are left out, and `last` is not a child of the page.
    expect(bodyOfItems([pageOf(wide.map((_, index) => `b${index}`)), ...wide, text('last', 'x')])).toBe('')
    const runs = Array.from({ length: 20_000 }, (_, index) => textRun('x', { bold: index % 2 === 0 }))
    expect(bodyOfItems([page('a'), { ...text('a', ''), text: { elements: runs } }])).toMatch(/^\*\*x\*\*x/)
  })

  it('is made without an error from any JSON that the service might send', () => {
    const value = fc.jsonValue({ maxDepth: 4 })
    // Few ids, so that blocks often refer to each other.
    const id = fc.constantFrom('a', 'b', 'c', 'page', 'gone')
    const block = fc.record(
      {
        block_id: fc.oneof(id, value),
        block_type: fc.oneof(fc.integer({ min: 0, max: 55 }), value),
        children: fc.oneof(fc.array(fc.oneof(id, value), { maxLength: 4 }), value),
        ...Object.fromEntries(
          ['page', 'text', 'bullet', 'table', 'image', 'file', 'add_ons', 'iframe', 'sheet', 'ordered', 'code'].map(
            (key) => [
              key,
              fc.oneof(
                value,
                fc.record({
                  elements: fc.array(
                    fc.oneof(value, fc.record({ text_run: value, mention_doc: value, reminder: value })),
                  ),
                  token: value,
                }),
                fc.record({
                  cells: fc.array(fc.oneof(id, value)),
                  property: fc.oneof(value, fc.record({ column_size: value, merge_info: value })),
                }),
              ),
            ],
          ),
        ),
      },
      { requiredKeys: ['block_id', 'block_type'] },
    )
    fc.assert(
      fc.property(fc.array(fc.oneof(block, value), { maxLength: 8 }), (items) => {
        const blocks = parseBlocks(items)
        collectReferences(blocks)
        expect(renderMarkdown(blocks, OPTIONS).text).toMatch(/^#[^#][\s\S]*\n$|^#\n$/)
      }),
      { numRuns: 250 },
    )
  })
})

describe('references', () => {
  it('are collected once each, in the order of the document', () => {
    const blocks = blocksOf((d) => [
      d.add(27, 'image', { token: 'p2' }),
      d.table([[[d.text('x'), d.add(43, 'board', { token: 'w1' })]]]),
      d.add(33, 'view', {}, [d.add(23, 'file', { token: 'f1', name: 'a.pdf' })]),
      d.add(27, 'image', { token: 'p1' }),
      d.add(27, 'image', { token: 'p2' }),
      d.add(50, 'reference_synced', { source_document_id: 'd', source_block_id: 'b' }),
      d.add(50, 'reference_synced', { source_document_id: 'd', source_block_id: 'b' }),
      d.text([
        textRun('x', linkTo('https://a.b/docx/doxcnAAAAAAAAAA#x')),
        textRun('y', linkTo('https://a.b/other/doxcnAAAAAAAAAA')),
        { mention_doc: { token: 'wikcnA', obj_type: 16, title: 't' } },
      ]),
      d.add(30, 'sheet', { token: 'shtcnA_b' }),
    ])
    expect(collectReferences(blocks)).toEqual({
      assets: [
        { kind: 'picture', token: 'p2' },
        { kind: 'board', token: 'w1' },
        { kind: 'attachment', token: 'f1', name: 'a.pdf' },
        { kind: 'picture', token: 'p1' },
      ],
      synced: [{ documentId: 'd', blockId: 'b' }],
      documents: [
        { token: 'd', type: 'docx' },
        { token: 'doxcnAAAAAAAAAA', type: 'docx', url: 'https://a.b/docx/doxcnAAAAAAAAAA#x' },
        { token: 'wikcnA', type: 'wiki' },
        { token: 'shtcnA', type: 'sheet' },
      ],
    })
  })

  it.each([
    ['docx', 'docx'],
    ['docs', 'doc'],
    ['sheets', 'sheet'],
    ['base', 'bitable'],
    ['slides', 'slides'],
    ['wiki', 'wiki'],
    ['file', 'file'],
    ['mindnotes', 'mindnote'],
    ['board', 'board'],
  ])('are made from links with /%s/ on any host', (word, type) => {
    const url = `https://docs.corp.example:8443/${word}/AbCdEfGhIj0123456789abcdefg`
    const blocks = blocksOf((d) => d.text([textRun('x', linkTo(url))]))
    expect(collectReferences(blocks).documents).toEqual([{ token: 'AbCdEfGhIj0123456789abcdefg', type, url }])
  })
})

describe('synced blocks', () => {
  const reference = (document: WireDocument, source_block_id: string): string =>
    document.add(50, 'reference_synced', { source_document_id: 'source', source_block_id })

  it('are shown in place, with the synced blocks inside them', () => {
    const sources: Record<string, DocumentBlocks> = {
      a: parseBlocks([
        text('x', '同步'),
        { block_id: 'y', block_type: 50, reference_synced: { source_document_id: 'source', source_block_id: 'b' } },
      ]),
      b: parseBlocks([text('x', '内')]),
    }
    const syncedBlocks = ({ blockId }: { blockId: string }): DocumentBlocks | undefined => sources[blockId]
    expect(bodyOf((d) => [d.text('前'), reference(d, 'a'), d.text('后'), reference(d, 'b')], { syncedBlocks })).toBe(
      '前\n\n同步\n\n内\n\n后\n\n内',
    )
  })

  it('whose content comes with the document are not looked up', () => {
    const syncedBlocks = (): DocumentBlocks => parseBlocks([text('x', 'no')])
    expect(
      bodyOf((d) => d.add(50, 'reference_synced', { source_document_id: 'd', source_block_id: 'b' }, [d.text('own')]), {
        syncedBlocks,
      }),
    ).toBe('own')
  })

  it('have a placeholder for each missing block, if other blocks of the content come with the document', () => {
    const content = { source_document_id: 'd', source_block_id: 'b' }
    expect(bodyOf((d) => d.add(50, 'reference_synced', content, [d.text('own'), 'gone']))).toBe(
      'own\n\n*Not exported: missing block, block type 0*',
    )
  })

  it('end with a placeholder if they contain themselves; their number is limited', () => {
    const circle = parseBlocks([
      text('x', 'a'),
      { block_id: 'y', block_type: 50, reference_synced: { source_document_id: 'source', source_block_id: 'a' } },
    ])
    expect(bodyOf((d) => reference(d, 'a'), { syncedBlocks: () => circle })).toBe(
      'a\n\n[*Not exported: reference_synced, block type 50*](https://example.feishu.cn/docx/source)',
    )
    let lookups = 0
    const syncedBlocks = ({ blockId }: { blockId: string }): DocumentBlocks => {
      lookups++
      // Every synced block contains ten further ones.
      const document = new WireDocument()
      const below = Array.from({ length: 10 }, () => reference(document, `${blockId}+`))
      return parseBlocks(document.page(...below))
    }
    bodyOf((d) => reference(d, 'a'), { syncedBlocks })
    expect(lookups).toBeLessThan(20_100)
  })
})
