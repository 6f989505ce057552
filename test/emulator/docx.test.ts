import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import type { WireBlock } from './blocks.js'
import { call } from './client.js'
import { answers, blocks, startEmulator, type Emulator } from './index.js'

let emulator: Emulator

beforeEach(async () => {
  emulator = await startEmulator({ limits: { blocks: undefined, 'block-children': undefined, document: undefined } })
})

afterEach(() => emulator.stop())

interface Page {
  has_more: boolean
  page_token?: string
  items: WireBlock[]
}

/** Sends a GET for documents. @returns `outcome`: code and HTTP status, such as `1770002 404` */
async function get(path: string, query: Record<string, string> = {}) {
  const { status, json } = await call(emulator, `docx/v1/documents/${path}?${new URLSearchParams(query).toString()}`)
  return { outcome: `${json.code} ${status}`, data: json.data }
}

async function page(path: string, query: Record<string, string> = {}): Promise<Page> {
  return (await get(path, query)).data as unknown as Page
}

/**
 * Reads a block and everything below it as a tree, by the ids in `children`: `[type, text, ...subtrees]`. Only page
 * blocks and text blocks have a text in it. Checks that each `parent_id` agrees.
 */
function treeOf(items: readonly WireBlock[], id: string, parentId = ''): unknown {
  const block = items.find(({ block_id }) => block_id === id)
  expect(block?.parent_id).toBe(parentId)
  const below = (block?.children ?? []).map((child) => treeOf(items, child, id))
  const content = (block?.['text'] ?? block?.['page']) as { elements: { text_run: { content: string } }[] } | undefined
  const text = content?.elements.map(({ text_run }) => text_run.content).join('')
  return [block?.block_type, ...(text === undefined ? [] : [text]), ...below]
}

const idsOf = ({ items }: Page): string[] => items.map(({ block_id }) => block_id)

describe('the content of a document', () => {
  const content = [
    blocks.text('one ', blocks.run('bold', { bold: true })),
    blocks.below(blocks.bullet('list'), blocks.text('nested')),
    blocks.table(
      [
        ['a', 'b'],
        ['c', [blocks.text('d'), blocks.text('e')]],
      ],
      {
        merges: [{ row: 0, column: 0, rowSpan: 1, columnSpan: 2 }],
      },
    ),
  ]

  it('is a tree of blocks in pre-order that begins with the page', async () => {
    const { token } = emulator.addDocument({ type: 'docx', title: '合同', blocks: content })
    const { items, has_more } = await page(`${token}/blocks`)
    expect(has_more).toBe(false)
    expect(treeOf(items, token)).toEqual([
      1,
      '合同',
      [2, 'one bold'],
      [12, [2, 'nested']],
      [31, [32, [2, 'a']], [32, [2, 'b']], [32, [2, 'c']], [32, [2, 'd'], [2, 'e']]],
    ])
    expect(items.map(({ block_type }) => block_type)).toEqual([1, 2, 12, 2, 31, 32, 2, 32, 2, 32, 2, 32, 2, 2])
    expect(new Set(items.map(({ block_id }) => block_id)).size).toBe(items.length)
    const table = items.find(({ block_type }) => block_type === 31)
    expect(table?.['table']).toEqual({
      cells: table?.children,
      property: {
        row_size: 2,
        column_size: 2,
        column_width: [100, 100],
        header_row: true,
        merge_info: [
          { row_span: 1, col_span: 2 },
          { row_span: 1, col_span: 1 },
          { row_span: 1, col_span: 1 },
          { row_span: 1, col_span: 1 },
        ],
      },
    })
    expect(items[1]?.['text']).toMatchObject({
      elements: [
        { text_run: { content: 'one ', text_element_style: { bold: false } } },
        { text_run: { content: 'bold', text_element_style: { bold: true } } },
      ],
    })
  })

  it('comes page by page, with the same ids each time', async () => {
    const { token } = emulator.addDocument({ type: 'docx', blocks: content })
    const whole = await page(`${token}/blocks`)
    const ids: string[] = []
    let cursor: string | undefined
    do {
      const part = await page(`${token}/blocks`, {
        page_size: '5',
        ...(cursor !== undefined && { page_token: cursor }),
      })
      expect(part.has_more).toBe(part.page_token !== undefined)
      ids.push(...idsOf(part))
      cursor = part.page_token
    } while (cursor !== undefined)
    expect(ids).toEqual(idsOf(whole))
  })

  it('can be read below one block: its children, or everything', async () => {
    const source = blocks.sourceSynced('source', blocks.below(blocks.bullet('x'), blocks.text('y')), blocks.text('z'))
    const { token } = emulator.addDocument({ type: 'docx', blocks: [blocks.text('before'), source] })
    const types = async (query: Record<string, string>) =>
      (await page(`${token}/blocks/source/children`, query)).items.map(({ block_type }) => block_type)
    expect(await types({})).toEqual([12, 2])
    expect(await types({ with_descendants: 'true' })).toEqual([12, 2, 2])
    expect((await get(`${token}/blocks/unknown/children`)).outcome).toBe('1770002 404')
  })

  it('changes with an edit, as do revision, edit time and the bytes of exports', async () => {
    const { token } = emulator.addDocument({ type: 'docx', title: 'old', editTime: '1732000000' })
    const before = emulator.expectedSha256(token, 'pdf')
    const read = async () => (await get(token)).data['document']
    expect(await read()).toEqual({ document_id: token, revision_id: 1, title: 'old' })
    emulator.edit(token, { title: 'new', blocks: [blocks.divider()] })
    expect(await read()).toEqual({ document_id: token, revision_id: 2, title: 'new' })
    expect(emulator.store.documents.get(token).editTime).toBe('1732000001')
    expect(emulator.expectedSha256(token, 'pdf')).not.toBe(before)
    expect((await page(`${token}/blocks`)).items.map(({ block_type }) => block_type)).toEqual([1, 22])
  })

  it('can change between two pages', async () => {
    const { token } = emulator.addDocument({ type: 'docx', blocks: [blocks.text('1'), blocks.text('2')] })
    emulator.script('blocks', (_, nth) => {
      if (nth === 2) emulator.edit(token, { blocks: [blocks.text('0'), blocks.text('1'), blocks.text('2')] })
      return undefined
    })
    const first = await page(`${token}/blocks`, { page_size: '2' })
    const second = await page(`${token}/blocks`, { page_size: '2', page_token: first.page_token ?? '' })
    expect(second.items.map(({ text }) => text)).toMatchObject([
      { elements: [{ text_run: { content: '1' } }] },
      { elements: [{ text_run: { content: '2' } }] },
    ])
  })
})

it('refuses what does not exist, is not allowed, is being copied or is not valid', async () => {
  const open = emulator.addDocument({ type: 'docx', blocks: [blocks.divider(), blocks.divider()] })
  const other = emulator.addDocument({ type: 'docx', blocks: [blocks.divider()] }).token
  const cursorOfOther = (await page(`${other}/blocks`, { page_size: '1' })).page_token ?? ''
  const outcomes = [
    await get('unknown/blocks'),
    await get(`${emulator.addDocument({ type: 'sheet' }).token}/blocks`),
    await get(`${emulator.addDocument({ type: 'docx', deleted: true }).token}/blocks`),
    await get(`${emulator.addDocument({ type: 'docx', noPermission: true }).token}/blocks`),
    await get(emulator.addNode({ type: 'docx', rights: 'hidden' }).document.token),
    await get(`${open.token}/blocks`, { page_token: cursorOfOther }),
    await get(`${open.token}/blocks`, { page_size: '501' }),
  ]
  open.copying = true
  outcomes.push(await get(`${open.token}/blocks/${open.token}/children`))
  open.copying = false
  outcomes.push(await get(`${open.token}/blocks/${open.token}/children`))
  expect(outcomes.map(({ outcome }) => outcome)).toEqual([
    '1770002 404',
    '1770002 404',
    '1770003 400',
    '1770032 403',
    '1770032 403',
    '1770022 400',
    '99992402 400',
    '1770020 400',
    '0 200',
  ])
})

it('can return an empty page with more after it, at the start and later', async () => {
  const { token } = emulator.addDocument({ type: 'docx', blocks: [blocks.text('1'), blocks.text('2')] })
  emulator.script('blocks', [answers.emptyPage(), undefined, answers.emptyPage()])
  const ids: string[][] = []
  const cursors: string[] = []
  for (;;) {
    const part = await page(`${token}/blocks`, { page_size: '2', page_token: cursors.at(-1) ?? '' })
    ids.push(idsOf(part))
    if (!part.has_more) break
    cursors.push(part.page_token ?? '')
  }
  expect(ids.map(({ length }) => length)).toEqual([0, 2, 0, 1])
  expect(ids.flat()).toEqual(idsOf(await page(`${token}/blocks`)))
  expect(new Set(cursors).size).toBe(3)
})
