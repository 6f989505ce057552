import { describe, expect, it } from '@jest/globals'
import { blocks } from './index.js'

const media = { token: 'M', title: 'a.pdf' }

// Number and member as in 块的数据结构, https://open.feishu.cn/document/docs/docs/data-structure/block
describe('a block has its number, and its content in the member of that name', () => {
  it.each([
    [2, 'text', blocks.text('x')],
    [3, 'heading1', blocks.heading(1, 'x')],
    [11, 'heading9', blocks.heading(9, 'x')],
    [12, 'bullet', blocks.bullet('x')],
    [13, 'ordered', blocks.ordered('auto', 'x')],
    [14, 'code', blocks.code(1, 'x')],
    [15, 'quote', blocks.quote('x')],
    [17, 'todo', blocks.todo(true, 'x')],
    [18, 'bitable', blocks.bitable('B', 'tblA')],
    [19, 'callout', blocks.callout('bulb', blocks.text('x'))],
    [22, 'divider', blocks.divider()],
    [24, 'grid', blocks.grid([blocks.text('x')], [])],
    [26, 'iframe', blocks.iframe('https://a.test/')],
    [27, 'image', blocks.image(media)],
    [30, 'sheet', blocks.sheet('S', 'a1B2c3')],
    [31, 'table', blocks.table([['x']])],
    [33, 'view', blocks.attachment(media)],
    [34, 'quote_container', blocks.quoteContainer(blocks.text('x'))],
    [40, 'add_ons', blocks.textDiagram('graph TD')],
    [43, 'board', blocks.board(media)],
    [49, 'source_synced', blocks.sourceSynced('S', blocks.text('x'))],
    [50, 'reference_synced', blocks.referenceSynced('D', 'S')],
  ])('%i %s', (type, name, block) => {
    expect(block.block_type).toBe(type)
    const others = ['block_type', 'block_id', 'children']
    expect(Object.keys(block).filter((key) => !others.includes(key))).toEqual([name])
  })
})

it('the content of a block is in the members that a client reads', () => {
  expect(blocks.todo(true, 'x')).toMatchObject({ todo: { style: { done: true } } })
  expect(blocks.ordered('7', 'x')).toMatchObject({ ordered: { style: { sequence: '7' } } })
  expect(blocks.code(30, 'x')).toMatchObject({ code: { style: { language: 30 } } })
  expect(blocks.image(media, '图 1')).toMatchObject({ image: { token: 'M', caption: { content: '图 1' } } })
  expect(blocks.attachment(media)).toMatchObject({
    children: [{ block_type: 23, file: { token: 'M', name: 'a.pdf' } }],
  })
  expect(blocks.grid([blocks.text('x')], [])).toMatchObject({
    grid: { column_size: 2 },
    children: [{ block_type: 25, grid_column: { width_ratio: 1 }, children: [{ block_type: 2 }] }, { block_type: 25 }],
  })
  expect(blocks.iframe('https://a.test/?b')).toMatchObject({
    iframe: { component: { url: 'https%3A%2F%2Fa.test%2F%3Fb' } },
  })
  expect(blocks.sheet('S', 'a1B2c3')).toMatchObject({ sheet: { token: 'S_a1B2c3' } })
  expect(blocks.bitable('B', 'tblA')).toMatchObject({ bitable: { token: 'B_tblA' } })
  expect(blocks.referenceSynced('D', 'S')).toMatchObject({
    reference_synced: { source_document_id: 'D', source_block_id: 'S' },
  })
  const { record } = blocks.textDiagram('graph TD')['add_ons'] as { record: string }
  expect(JSON.parse(record)).toMatchObject({ data: 'graph TD' })
  const elements = [blocks.formula('x^2'), blocks.mentionUser('ou_1'), blocks.mentionDoc('D', 'A', 3)]
  expect(blocks.text(...elements)).toMatchObject({
    text: {
      elements: [
        { equation: { content: 'x^2' } },
        { mention_user: { user_id: 'ou_1' } },
        { mention_doc: { token: 'D', title: 'A', obj_type: 3 } },
      ],
    },
  })
})
