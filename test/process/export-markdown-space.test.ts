import { existsSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from '@jest/globals'
import { KIND_NAMES } from '../../src/markdown/kinds.js'
import type { Block } from '../emulator/blocks.js'
import { blocks } from '../emulator/index.js'
import { readPage, READERS, textOf, type Page, type Reader } from '../markdown/readers.js'
import { docLink, exportBench, spaceLink } from './export-support.js'

const bench = exportBench()
const addPicture = (name: string) =>
  bench.emulator.addDocument({ type: 'media', title: name, bytes: name, contentType: 'image/png' })

/** The types of the blocks that are exported only as a note (`Not exported: …`). */
const NOTE_TYPES = [20, 21, 28, 35, 36, 37, 38, 39, 41, 42, 44, 45, 46, 47, 51, 52, 999]
const noteBlocks = (): Block[] => NOTE_TYPES.map((type) => blocks.block(type, KIND_NAMES.get(type) ?? ''))
/** The block of the document itself, which the emulator adds. */
const PAGE_TYPE = 1
/** The service's number of a language of code blocks. */
const PYTHON = 49

/**
 * Makes blocks of every kind except the page. The picture, the attachment and the board that they show are added to the
 * emulator.
 * @param links blocks with links to other pages, which come first
 * @param source the token of the document that has the synced block `shared`
 */
function makeEveryKind(links: readonly Block[], source: string): Block[] {
  const { emulator } = bench
  const board = emulator.addDocument({ type: 'board', title: 'B', bytes: 'jpeg', contentType: 'image/jpeg' })
  const manual = emulator.addDocument({ type: 'media', title: '手册 (1)#%20.pdf', bytes: 'manual' })
  return [
    ...links,
    ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((level) => blocks.heading(level, `标题 ${level}`)),
    blocks.bullet('一点'),
    blocks.ordered('1', '第一'),
    blocks.todo(true, '做完'),
    blocks.code(PYTHON, 'x = "<b>"'),
    blocks.quote('引用'),
    blocks.block(16, 'equation', { elements: [blocks.formula('E=mc^2')] }),
    blocks.bitable('bascnA', 'tblB'),
    blocks.callout('bulb', blocks.text('提示')),
    blocks.divider(),
    blocks.grid([blocks.text('左')], [blocks.text('右')]),
    blocks.iframe('https://example.com/v?a=1'),
    blocks.image(addPicture('picture'), '图 一'),
    blocks.block(29, 'mindnote', { token: 'bmncnA' }),
    blocks.sheet('shtcnA', 'a1'),
    blocks.table([['表头'], ['格子']]),
    blocks.table(
      [
        ['合并', '右一'],
        ['', '右二'],
      ],
      {
        merges: [{ row: 0, column: 0, rowSpan: 2, columnSpan: 1 }],
      },
    ),
    blocks.attachment(manual),
    blocks.quoteContainer(blocks.text('容器')),
    blocks.textDiagram('graph TD'),
    blocks.board(board),
    blocks.block(48, 'link_preview', { url: 'https%3A%2F%2Fexample.com%2F', title: '预览' }),
    blocks.sourceSynced('own', blocks.text('自己同步')),
    blocks.referenceSynced(source, 'shared'),
    ...noteBlocks(),
  ]
}

/** The types of these blocks and of all blocks below them. */
const typesOf = (list: readonly Block[]): number[] =>
  list.flatMap(({ block_type, children = [] }) => [block_type, ...typesOf(children)])

/**
 * Adds a knowledge base of three pages with links between them, also from one directory to another. In these links, the
 * names of the pages need escaping.
 * @returns the blocks of the page that has every kind, and the inputs that export the knowledge base as Markdown
 */
function addKnowledgeBase() {
  const { emulator } = bench
  const { spaceId } = emulator.addSpace({ name: 'S' })
  const node = (title: string, parent?: string) =>
    emulator.addNode({ space: spaceId, type: 'docx', title, ...(parent !== undefined && { parent }) })
  const guide = node('指南 (新)')
  const install = node('安装 #1 100%', guide.nodeToken)
  const faq = node('FAQ [旧] & 更多')
  const link = (title: string, token: string): Block => blocks.text('见 ', blocks.mentionDoc(token, title))
  const content = makeEveryKind(
    [link('装', install.document.token), link('问', faq.document.token)],
    faq.document.token,
  )
  emulator.edit(guide.document.token, { blocks: content })
  const wikiUrl = encodeURIComponent(`https://acme.feishu.cn/wiki/${guide.nodeToken}`)
  emulator.edit(install.document.token, {
    blocks: [blocks.text(blocks.run('回到指南', { link: { url: wikiUrl } })), blocks.image(addPicture('second'))],
  })
  emulator.edit(faq.document.token, {
    blocks: [
      blocks.sourceSynced('shared', blocks.text('共同的话'), blocks.image(addPicture('third'))),
      link('装', install.document.token),
    ],
  })
  return { content, inputs: { sources: spaceLink(spaceId), formats: 'docx=md' } }
}

/** What a reader shows of a Markdown file in the workspace. */
const pageOf = (file: string, { toHtml }: Reader): Page => readPage(toHtml(bench.read(file).toString()))
const isRelative = (link: string): boolean => !/^[a-z]+:/i.test(link)

/** The paths in the workspace of the files that the links and pictures of a Markdown file lead to. */
const targetsOf = (file: string, page: Page): string[] =>
  [...page.links, ...page.pictures]
    .filter(isRelative)
    .map((link) => path.posix.join(path.posix.dirname(file), decodeURIComponent(link)))

const markdownFiles = (): string[] => bench.files().filter((file) => file.endsWith('.md'))

it('the knowledge base of the next test has a block of every kind', () => {
  const shown = new Set([PAGE_TYPE, ...typesOf(addKnowledgeBase().content)])
  expect([...KIND_NAMES.keys()].filter((type) => !shown.has(type))).toEqual([])
})

it.each(READERS)(
  'a knowledge base reads as it does in Feishu, and every link leads to a file ($name)',
  async (reader) => {
    const { inputs } = addKnowledgeBase()
    const step = await bench.run(inputs)
    expect(step.errors).toEqual([])
    const guide = pageOf('指南 (新).md', reader)
    const notes = NOTE_TYPES.map((type) => `Not exported: ${KIND_NAMES.get(type)}, block type ${type}`)
    expect(textOf(guide.seen)).toBe(
      [
        '指南 (新) 见 装 见 问',
        ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((level) => `标题 ${level}`),
        '一点 第一 [ ] 做完 x = "<b>" 引用 $$ E=mc^2 $$ Base 提示 左 右 https://example.com/v?a=1 图 一 Mind note Sheet',
        '表头 格子 合并 右一 右二 手册 (1)#%20.pdf 容器 graph TD 预览 自己同步 共同的话',
        ...notes,
      ].join(' '),
    )
    const targets = markdownFiles().flatMap((file) => targetsOf(file, pageOf(file, reader)))
    expect(targets.filter((target) => !existsSync(path.join(bench.workspace, target)))).toEqual([])
    // There is no file without a link to it.
    expect([...new Set(targets)].sort()).toEqual(bench.files())
    const requestCount = bench.emulator.requests.length
    const before = bench.files().map((file) => [file, bench.read(file)] as const)
    const again = await bench.runInProcess(inputs)
    expect(again.outputs).toMatchObject({ exported: '0', unchanged: '3', changed: 'false' })
    expect(bench.files().map((file) => [file, bench.read(file)])).toEqual(before)
    const apis = bench.emulator.requests.slice(requestCount).map(({ api }) => api)
    expect(apis.filter((api) => ['blocks', 'block-children', 'media-download', 'board-image'].includes(api))).toEqual(
      [],
    )
  },
)

it.each([
  [1, 0],
  [2, 2],
])(
  'the revision of a document is read before and after its blocks only if they fill more than one page of the list: %d pages, %d times',
  async (pages, reads) => {
    const { token } = bench.emulator.addDocument({
      type: 'docx',
      title: 'A',
      // A page of the list has 500 blocks; one of them is the block of the document itself.
      blocks: Array.from({ length: 500 * pages - 1 }, (_, nth) => blocks.text(`line ${nth}`)),
    })
    const inputs = { sources: `${docLink(token)} as=md` }
    const step = await (pages > 1 ? bench.run(inputs) : bench.runInProcess(inputs))
    expect(step.errors).toEqual([])
    const apis = bench.emulator.requests.map(({ api }) => api).filter((api) => api === 'blocks' || api === 'document')
    const listRequests = Array.from({ length: pages }, () => 'blocks')
    // The first page shows that there are more; then everything is read between two reads of the revision.
    expect(apis).toEqual(reads === 0 ? listRequests : ['blocks', 'document', ...listRequests, 'document'])
  },
)
