import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { answers, blocks } from '../emulator/index.js'
import { attachmentBench } from './attachment-support.js'
import { expectNothingToDo } from './export-checks.js'
import { docLink } from './export-support.js'

const { bench, addMedia, addManual, exportFiles } = attachmentBench()
const ALL = { 'include-attachments': true, 'delete-stale': true }

describe('attachments stay beside the remaining format', () => {
  const both = ['A.assets/PICTURE', 'A.assets/manual.pdf', 'A.docx', 'A.md']

  it('if Markdown is removed from the formats', async () => {
    const link = docLink(addManual().token)
    expect(await exportFiles({ ...ALL, sources: `${link} as=docx,md` })).toEqual(both)
    const left = ['A.assets/manual.pdf', 'A.docx']
    expect(await exportFiles({ ...ALL, sources: `${link} as=docx` }, { built: true })).toEqual(left)
    expect(await exportFiles({ ...ALL, sources: `${link} as=docx` })).toEqual(left)
  })

  it('if another format replaces Markdown', async () => {
    const link = docLink(addManual().token)
    await exportFiles({ ...ALL, sources: `${link} as=md` })
    expect(await exportFiles({ ...ALL, sources: `${link} as=docx` })).toEqual(['A.assets/manual.pdf', 'A.docx'])
  })

  it('if one of two formats other than Markdown is removed', async () => {
    const link = docLink(addManual().token)
    await exportFiles({ ...ALL, sources: `${link} as=docx,pdf` })
    expect(await exportFiles({ ...ALL, sources: `${link} as=docx` })).toEqual(['A.assets/manual.pdf', 'A.docx'])
  })

  it('if one of two source lines is removed', async () => {
    const link = docLink(addManual().token)
    const lines = [`${link} as=docx to=A`, `${link} as=md to=A`]
    expect(await exportFiles({ ...ALL, sources: lines.join('\n') })).toEqual(both)
    const left = await exportFiles({ ...ALL, sources: lines[0] })
    expect(left).toEqual(expect.arrayContaining(['A.assets/manual.pdf', 'A.docx']))
    expect(left).not.toContain('A.md')
  })
})

describe('attachments that are no longer selected', () => {
  const off = { ...ALL, 'include-attachments': false }

  it('are removed with delete-stale, also where the document moves, but do not count as deleted files', async () => {
    const link = docLink(addManual().token)
    expect(await exportFiles({ ...ALL, sources: `${link} to=A` })).toEqual(['A.assets/manual.pdf', 'A.docx'])
    const sources = `${link} to=x/B`
    const { outputs, errors } = await bench.run({ ...off, sources })
    expect(errors).toEqual([])
    expect(outputs).toMatchObject({ deleted: '0', changed: 'true' })
    expect([bench.files(), bench.wrongRecords()]).toEqual([['x/B.docx'], []])
    const again = await bench.runInProcess({ ...off, sources })
    expect(again.outputs).toMatchObject({ exported: '0', changed: 'false' })
  })

  it('are the pictures of Markdown where only attachments are saved', async () => {
    const link = docLink(addManual().token)
    await exportFiles({ sources: `${link} as=md` })
    const both = { 'include-attachments': true, sources: `${link} as=docx` }
    expect(await exportFiles(both)).toEqual(['A.assets/PICTURE', 'A.assets/manual.pdf', 'A.docx', 'A.md'])
    expect(await exportFiles({ ...both, 'delete-stale': true })).toEqual(['A.assets/manual.pdf', 'A.docx'])
  })

  it('stay without delete-stale, and beside Markdown', async () => {
    const link = docLink(addManual().token)
    const before = await exportFiles({ ...ALL, sources: `${link} as=docx` })
    expect(await exportFiles({ ...off, 'delete-stale': false, sources: `${link} as=docx` })).toEqual(before)
    const both = ['A.assets/PICTURE', 'A.assets/manual.pdf', 'A.docx', 'A.md']
    expect(await exportFiles({ ...ALL, sources: `${link} as=docx,md` })).toEqual(both)
    expect(await exportFiles({ ...off, sources: `${link} as=docx,md` })).toEqual(both)
  })
})

it('Markdown that is no longer selected keeps its pictures as long as the other format cannot be made', async () => {
  const document = addManual()
  const link = docLink(document.token)
  const before = await exportFiles({ ...ALL, sources: `${link} as=md` })
  document.jobStatus = 107
  const { outputs } = await bench.runInProcess({ ...ALL, sources: `${link} as=docx` })
  expect(outputs).toMatchObject({ failed: '1', deleted: '0' })
  expect(bench.files().map((file) => file.replace(/[\w-]+\.png$/, 'PICTURE'))).toEqual(before)
  expect(bench.wrongRecords()).toEqual([])
})

it('a document with two paths is exported to one of them if a foreign file is at the path of an attachment beside the other', async () => {
  const link = docLink(addManual().token)
  mkdirSync(path.join(bench.workspace, 'x/A.assets'), { recursive: true })
  writeFileSync(path.join(bench.workspace, 'x/A.assets/manual.pdf'), "the user's own")
  const sources = `${link} as=docx to=x/A\n${link} as=docx to=y/A`
  const { outputs, errors } = await bench.runInProcess({ ...ALL, sources })
  expect(outputs).toMatchObject({ exported: '1', failed: '1' })
  expect(errors[0]).toMatch(/"x\/A\.docx".*manual\.pdf" exists already/)
  expect(bench.files()).toEqual(['x/A.assets/manual.pdf', 'y/A.assets/manual.pdf', 'y/A.docx'])
  expect(bench.read('x/A.assets/manual.pdf').toString()).toBe("the user's own")
})

it('pictures of a Markdown file stay if its document is read again for the file at another path', async () => {
  const { emulator } = bench
  const document = addManual()
  const link = docLink(document.token)
  const sources = `${link} as=md to=x/A\n${link} as=md to=y/A`
  const before = await exportFiles({ sources })
  const second = addMedia('second.png')
  document.blocks = [...document.blocks, blocks.image(second)]
  document.editTime = '1733000000'
  // The first download is for `x/A.md`, the second one for `y/A.md`.
  emulator.script('media-download', [undefined, answers.error(1061003)])
  const after = await exportFiles({ sources })
  expect(after.filter((file) => file.endsWith('PICTURE'))).toHaveLength(4)
  expect(after).toEqual(expect.arrayContaining([...before]))
})

it('another format at the same place does not remove the pictures of Markdown that a failed run left', async () => {
  const document = addManual()
  const lockedPicture = addMedia('locked.png')
  lockedPicture.noPermission = true
  const content = document.blocks
  document.blocks = [...content, blocks.image(lockedPicture)]
  document.jobStatus = 107
  const link = docLink(document.token)
  const inputs = { ...ALL, sources: `${link} as=md to=A\n${link} as=docx to=A` }
  expect((await bench.runInProcess(inputs)).outputs).toMatchObject({ failed: '2' })
  Object.assign(document, { blocks: content, jobStatus: 0 })
  expect(await exportFiles(inputs)).toEqual(['A.assets/PICTURE', 'A.assets/manual.pdf', 'A.docx', 'A.md'])
})

it.each([
  ['md', 'code 1061007', answers.error(1061007)],
  ['md', 'HTTP 404 alone', answers.bare(404)],
  ['docx', 'HTTP 404 alone', answers.bare(404)],
])(
  'a document is read again for %s if an attachment was replaced after it was read (%s)',
  async (format, _, notFound) => {
    const { emulator } = bench
    const attach = (title: string) => [blocks.attachment(addMedia(title))]
    const document = emulator.addDocument({ type: 'docx', title: 'A', durationMs: 0, blocks: attach('old.pdf') })
    emulator.script('media-download', (_, nth) => {
      if (nth > 1) return undefined
      document.blocks = attach('new.pdf')
      return notFound
    })
    const files = await exportFiles({ ...ALL, sources: `${docLink(document.token)} as=${format}` })
    expect(files).toEqual(['A.assets/new.pdf', `A.${format}`])
  },
)

it('a missing scope for attachments fails only the documents that have some, without the advice to exclude them', async () => {
  const { emulator } = bench
  const plain = emulator.addDocument({ type: 'docx', title: 'Plain', durationMs: 0 })
  emulator.script('media-download', () => answers.error(99991672))
  const sources = [addManual(), plain].map(({ token }) => `${docLink(token)} as=docx`).join('\n')
  const { outputs, errors } = await bench.runInProcess({ ...ALL, sources })
  expect(outputs).toMatchObject({ exported: '1', failed: '1' })
  expect(errors[0]).toMatch(/the app lacks a scope/)
  expect(errors[0]).not.toMatch(/`exclude`|every document would fail/)
})

it('attachments are saved beside a format, whatever the other formats of its document are at another place', async () => {
  const link = docLink(addManual().token)
  const sources = `${link} as=md,pdf to=x/A\n${link} as=pdf to=y/A`
  const files = await exportFiles({ ...ALL, sources })
  expect(files).toEqual([
    'x/A.assets/PICTURE',
    'x/A.assets/manual.pdf',
    'x/A.md',
    'x/A.pdf',
    'y/A.assets/manual.pdf',
    'y/A.pdf',
  ])
})

it('three formats at the same place can save the same attachment at the same time', async () => {
  const link = docLink(addManual().token)
  const arrived: (() => void)[] = []
  bench.emulator.script('media-download', async ({ tokens }) => {
    if (bench.emulator.store.documents.find(tokens[0] ?? '')?.title !== 'manual.pdf') return undefined
    await new Promise<void>((resolve) => {
      arrived.push(resolve)
      if (arrived.length === 3) for (const release of arrived) release()
    })
    return undefined
  })
  const sources = ['md', 'docx', 'pdf'].map((format) => `${link} as=${format} to=A`).join('\n')
  expect(await exportFiles({ ...ALL, sources })).toEqual([
    'A.assets/PICTURE',
    'A.assets/manual.pdf',
    'A.docx',
    'A.md',
    'A.pdf',
  ])
})

it('an attachment that was replaced by another one of the same name is replaced beside each format', async () => {
  const { emulator } = bench
  const attach = (bytes: string) => [
    blocks.attachment(emulator.addDocument({ type: 'media', title: 'plan.pdf', bytes })),
    blocks.text(bytes),
  ]
  const document = emulator.addDocument({ type: 'docx', title: 'A', durationMs: 0, blocks: attach('old') })
  const link = docLink(document.token)
  const inputs = { ...ALL, sources: `${link} as=md to=x/A\n${link} as=docx to=y/A` }
  const files = await exportFiles(inputs)
  document.blocks = attach('new')
  document.editTime = '1733000000'
  expect(await exportFiles(inputs)).toEqual(files)
  const copies = ['x', 'y'].map((directory) => bench.read(`${directory}/A.assets/plan.pdf`).toString())
  expect(copies).toEqual(['new', 'new'])
  await expectNothingToDo(bench, inputs)
})

it('a board that has changed is downloaded again for each path of its document', async () => {
  const { emulator } = bench
  const board = emulator.addDocument({ type: 'board', title: 'B', bytes: 'old', contentType: 'image/png' })
  const document = emulator.addDocument({ type: 'docx', title: 'A', blocks: [blocks.board(board)] })
  const link = docLink(document.token)
  const sources = `${link} as=md to=x/A\n${link} as=md to=y/A`
  await bench.prepare({ sources })
  board.bytes = 'new'
  document.editTime = '1733000000'
  await bench.prepare({ sources })
  const pictures = bench.files().filter((file) => file.endsWith('.png'))
  expect(pictures.map((file) => bench.read(file).toString())).toEqual(['new', 'new'])
})

it('documents without attachments are exported although the app lacks the scope to read attachments', async () => {
  const { emulator } = bench
  const sheet = emulator.addDocument({ type: 'sheet', title: 'Prices', durationMs: 500 })
  const sources = [docLink(addManual().token), `https://example.feishu.cn/sheets/${sheet.token}`].join('\n')
  emulator.script('blocks', () => answers.scopeMissing(['docx:document:readonly']))
  const { outputs, errors } = await bench.run({ ...ALL, sources })
  expect(outputs).toMatchObject({ exported: '1', failed: '1' })
  expect(errors[0]).toMatch(/"A\.docx".*docx:document:readonly/)
  expect(bench.files()).toEqual(['Prices.xlsx'])
})

it('an attachment that was saved for a document whose export fails counts as a change, and is not written again', async () => {
  const { emulator } = bench
  const document = addManual()
  const inputs = { ...ALL, sources: `${docLink(document.token)} as=docx` }
  document.jobStatus = 107
  const first = await bench.run(inputs)
  expect(first.outputs).toMatchObject({ exported: '0', failed: '1', changed: 'true' })
  expect(bench.files()).toEqual(['A.assets/manual.pdf'])
  const second = await bench.run(inputs)
  expect(second.outputs).toMatchObject({ exported: '0', failed: '1', changed: 'false' })
  expect(emulator.requestsTo('media-download')).toHaveLength(1)
})

it('an attachment that another format has saved at the same path is not written again', async () => {
  const document = addManual()
  const link = docLink(document.token)
  const files = await exportFiles({ ...ALL, sources: `${link} as=pdf` })
  document.jobStatus = 107
  const { outputs } = await bench.runInProcess({ ...ALL, 'delete-stale': false, sources: `${link} as=docx,pdf` })
  expect(outputs).toMatchObject({ exported: '0', failed: '2', changed: 'false' })
  expect(bench.files()).toEqual([...files])
})

it.each(['to=A', 'to=y/A'])(
  'attachments are not downloaded again for a second format of an edited document (%s)',
  async (place) => {
    const document = addManual()
    const link = docLink(document.token)
    const inputs = { ...ALL, sources: `${link} as=md to=A\n${link} as=docx ${place}` }
    await bench.prepare(inputs)
    const before = bench.emulator.requestsTo('media-download').length
    document.editTime = '1733000000'
    await bench.prepare(inputs)
    expect(bench.emulator.requestsTo('media-download')).toHaveLength(before)
  },
)
