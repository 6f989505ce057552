import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { answers, blocks } from '../emulator/index.js'
import { docLink, exportBench, folderLink, spaceLink } from './export-support.js'

const bench = exportBench()

const PNG = Buffer.from('89504e470d0a1a0a0000', 'hex')
const addMedia = (title: string, bytes: Buffer | string, contentType: string) =>
  bench.emulator.addDocument({ type: 'media', title, bytes, contentType })
/** The APIs of the requests from this number on. */
const apisSince = (start: number): string[] => bench.emulator.requests.slice(start).map(({ api }) => api)

/**
 * Adds two documents in a new folder: the first has a picture, an attachment and a board, and links to the second.
 * @param parent the token of the folder that the new folder is in
 */
function addHandbook(parent?: string) {
  const { emulator } = bench
  const folder = emulator.addFolder({ name: 'F', ...(parent !== undefined && { parent }) })
  const second = emulator.addDocument({
    type: 'docx',
    title: '安装',
    folder: folder.token,
    blocks: [blocks.text('ok')],
  })
  const picture = addMedia('p', PNG, 'image/png')
  const manual = addMedia('手册.pdf', 'the manual', 'application/pdf')
  const board = emulator.addDocument({ type: 'board', title: 'B', bytes: 'jpeg', contentType: 'image/jpeg' })
  const content = [
    blocks.text('见 ', blocks.mentionDoc(second.token, '安装')),
    blocks.image(picture),
    blocks.attachment(manual),
    blocks.board(board),
  ]
  const first = emulator.addDocument({ type: 'docx', title: '入门', folder: folder.token, blocks: content })
  return {
    folder,
    first,
    second,
    picture,
    manual,
    board,
    content,
    sources: folderLink(folder.token),
    formats: 'docx=md',
  }
}

describe('Markdown', () => {
  it('is written with pictures, boards and attachments beside it, without any export task', async () => {
    const { sources, formats, picture, board } = addHandbook()
    const step = await bench.run({ sources, formats })
    expect(step.errors).toEqual([])
    expect(step.outputs).toMatchObject({ exported: '2', failed: '0', changed: 'true' })
    const assets = [`${board.token}.jpg`, `${picture.token}.png`, '手册.pdf'].map((name) => `入门.assets/${name}`)
    expect(bench.files()).toEqual(['入门.md', ...assets, '安装.md'].sort())
    const text = bench.read('入门.md').toString()
    expect(text).toMatch(/^# 入门\n/)
    expect(text).toContain('(安装.md)')
    expect(text).toContain(`](入门.assets/${picture.token}.png)`)
    expect(text).toContain('[手册.pdf](入门.assets/手册.pdf)')
    expect(bench.read(`入门.assets/${picture.token}.png`)).toEqual(PNG)
    expect(bench.emulator.requestsTo('create')).toEqual([])
    expect(bench.wrongRecords()).toEqual([])
  })

  it('of documents that have not changed is not read again, and no byte changes', async () => {
    const { sources, formats } = addHandbook()
    await bench.prepare({ sources, formats })
    const start = bench.emulator.requests.length
    const manifest = bench.read('.feishu-export.json').toString()
    const step = await bench.run({ sources, formats })
    expect(step.outputs).toMatchObject({ exported: '0', unchanged: '2', changed: 'false' })
    expect(apisSince(start)).toEqual(['folder'])
    expect(bench.read('.feishu-export.json').toString()).toBe(manifest)
  })

  it('is written again after an edit, without downloading its pictures again; an unused picture is removed', async () => {
    const { sources, formats, first, content, picture } = addHandbook()
    await bench.prepare({ sources, formats })
    bench.emulator.edit(first.token, { blocks: [blocks.text('new'), ...content.slice(1)] })
    first.editTime = '1740000000'
    const start = bench.emulator.requests.length
    const edited = await bench.run({ sources, formats })
    expect(edited.outputs).toMatchObject({ exported: '1', unchanged: '1' })
    // A board changes under the same token.
    expect(apisSince(start)).toEqual(['folder', 'blocks', 'board-image'])
    bench.emulator.edit(first.token, { blocks: content.slice(2) })
    first.editTime = '1740000001'
    writeFileSync(path.join(bench.workspace, '入门.assets', 'mine.txt'), 'mine')
    await bench.prepare({ sources, formats })
    expect(bench.files()).not.toContain(`入门.assets/${picture.token}.png`)
    expect(bench.files()).toContain('入门.assets/mine.txt')
    expect(bench.wrongRecords()).toEqual([])
  })

  it('moves with its assets, and only what links to it is written again', async () => {
    const { sources, formats, second } = addHandbook()
    await bench.prepare({ sources, formats })
    second.title = '部署'
    const start = bench.emulator.requests.length
    const step = await bench.run({ sources, formats })
    expect(step.errors).toEqual([])
    // Both are exported: the text of `second` has its title, and the text of the other document has its path.
    expect(step.outputs).toMatchObject({ exported: '2' })
    expect(apisSince(start).filter((api) => api === 'media-download')).toEqual([])
    expect(bench.read('入门.md').toString()).toContain('(部署.md)')
    expect(bench.files()).not.toContain('安装.md')
  })

  it('that got a new title is written again by the next run if its export failed', async () => {
    const { sources, formats, second } = addHandbook()
    await bench.prepare({ sources, formats })
    Object.assign(second, { title: '部署', noPermission: true })
    const failed = await bench.runInProcess({ sources, formats })
    expect(failed.outputs).toMatchObject({ failed: '1' })
    expect(bench.read('部署.md').toString()).toMatch(/^# 安装\n/)
    second.noPermission = false
    const next = await bench.runInProcess({ sources, formats })
    expect(next.outputs).toMatchObject({ exported: '1', failed: '0' })
    expect(bench.read('部署.md').toString()).toMatch(/^# 部署\n/)
  })

  it('that gets another name is written again, since its links to its pictures have that name, also after a failed export', async () => {
    const { formats, first, picture } = addHandbook()
    const sources = (to: string): string => `https://acme.feishu.cn/docx/${first.token} to=${to}`
    await bench.prepare({ sources: sources('one'), formats })
    expect(bench.read('one.md').toString()).toContain(`(one.assets/${picture.token}.png)`)
    const start = bench.emulator.requests.length
    const renamed = await bench.run({ sources: sources('two'), formats })
    expect(renamed.outputs).toMatchObject({ exported: '1' })
    expect(apisSince(start)).not.toContain('media-download')
    expect(bench.read('two.md').toString()).toContain(`(two.assets/${picture.token}.png)`)
    expect(bench.files()).toContain(`two.assets/${picture.token}.png`)
    bench.emulator.script('blocks', [answers.error(1770032)])
    expect((await bench.runInProcess({ sources: sources('three'), formats })).outputs).toMatchObject({ failed: '1' })
    expect(bench.read('three.md').toString()).toContain(`(two.assets/${picture.token}.png)`)
    await bench.prepare({ sources: sources('three'), formats })
    expect(bench.read('three.md').toString()).toContain(`(three.assets/${picture.token}.png)`)
    expect(bench.wrongRecords()).toEqual([])
  })

  it('in a renamed folder is not read again', async () => {
    const { emulator } = bench
    const root = emulator.addFolder({ name: 'Root' }).token
    const { folder, formats, picture } = addHandbook(root)
    const sources = folderLink(root)
    await bench.prepare({ sources, formats })
    const start = bench.emulator.requests.length
    folder.name = '手册'
    const step = await bench.runInProcess({ sources, formats })
    expect(step.outputs).toMatchObject({ exported: '0', unchanged: '2', changed: 'true' })
    expect(apisSince(start).some((api) => ['blocks', 'media-download', 'board-image'].includes(api))).toBe(false)
    expect(bench.files()).toContain(`手册/入门.assets/${picture.token}.png`)
    expect(bench.wrongRecords()).toEqual([])
  })

  it('fails and keeps its old version if a picture cannot be downloaded', async () => {
    const { sources, formats, first, content } = addHandbook()
    await bench.prepare({ sources, formats })
    const before = bench.read('入门.md')
    const locked = addMedia('locked', PNG, 'image/png')
    locked.noPermission = true
    bench.emulator.edit(first.token, { blocks: [...content, blocks.image(locked)] })
    first.editTime = '1740000000'
    const step = await bench.run({ sources, formats })
    expect(step.outputs).toMatchObject({ exported: '0', failed: '1', unchanged: '1' })
    expect(step.errors[0]).toMatch(/"入门\.md".*picture or attachment/)
    expect(bench.read('入门.md')).toEqual(before)
    expect(bench.wrongRecords()).toEqual([])
  })

  it('fails and keeps its old version if the service sends no blocks at all', async () => {
    const { token } = bench.emulator.addDocument({ type: 'docx', title: 'A', blocks: [blocks.text('text')] })
    const sources = `${docLink(token)} as=md`
    await bench.prepare({ sources })
    bench.emulator.script('blocks', () => answers.ok({ has_more: false, items: [] }))
    const step = await bench.runInProcess({ sources, force: true })
    expect(step.errors[0]).toMatch(/unexpected shape \(no block, not even that of the document itself\)/)
    expect(bench.read('A.md').toString()).toContain('text')
  })

  it('names the document in the request for a picture if the service needs that', async () => {
    const { sources, formats, first, picture } = addHandbook()
    picture.extraOf = first.token
    const step = await bench.runInProcess({ sources, formats })
    expect(step.errors).toEqual([])
    expect(bench.files()).toContain(`入门.assets/${picture.token}.png`)
  })

  it('names the other document in the request for a picture that is in a synced block', async () => {
    const { emulator } = bench
    const picture = addMedia('p', PNG, 'image/png')
    const source = emulator.addDocument({
      type: 'docx',
      blocks: [blocks.sourceSynced('shared', blocks.image(picture))],
    })
    picture.extraOf = source.token
    const content = [blocks.referenceSynced(source.token, 'shared')]
    const { token } = emulator.addDocument({ type: 'docx', title: 'A', blocks: content })
    await bench.prepare({ sources: `${docLink(token)} as=md` })
    expect(bench.files()).toEqual([`A.assets/${picture.token}.png`, 'A.md'])
  })

  it('can be exported together with a format that needs a task; each document is read once', async () => {
    const { sources } = addHandbook()
    const step = await bench.runInProcess({ sources, formats: 'docx=docx,md' })
    expect(step.errors).toEqual([])
    expect(step.outputs).toMatchObject({ exported: '4' })
    expect(bench.emulator.requestsTo('create')).toHaveLength(2)
    expect(bench.emulator.requestsTo('blocks')).toHaveLength(2)
  })

  it('begins with front matter if that is turned on, and is written again then', async () => {
    const { sources, formats, second } = addHandbook()
    await bench.prepare({ sources, formats })
    await bench.prepare({ sources, formats, 'front-matter': true })
    const text = bench.read('安装.md').toString()
    expect(text.split('\n').slice(0, 8)).toEqual([
      '---',
      'title: "安装"',
      expect.stringMatching(/^url: "https:/),
      `token: "${second.token}"`,
      'type: "docx"',
      'edited: "2024-11-19T07:06:40Z"',
      '---',
      '',
    ])
  })

  it('cannot show some blocks: these are counted in the summary', async () => {
    const { emulator } = bench
    const { token } = emulator.addDocument({ type: 'docx', title: 'A', blocks: [blocks.block(999, 'undefined')] })
    const step = await bench.run({ sources: `${docLink(token)} as=md` })
    expect(step.summary).toMatch(/Markdown cannot show 1 block in 1 document/)
  })

  it('fails if a gateway answers the request for a synced block, and has the block after the next run', async () => {
    const { emulator } = bench
    const source = emulator.addDocument({
      type: 'docx',
      blocks: [blocks.sourceSynced('shared', blocks.text('common'))],
    })
    const { token } = emulator.addDocument({
      type: 'docx',
      title: 'A',
      blocks: [blocks.referenceSynced(source.token, 'shared')],
    })
    const inputs = { sources: `${docLink(token)} as=md` }
    const remove = emulator.script('block-children', () => answers.gatewayPage(403, 'Forbidden'))
    const step = await bench.runInProcess(inputs)
    expect(step.outputs).toMatchObject({ exported: '0', failed: '1' })
    remove()
    await bench.prepare(inputs)
    expect(bench.read('A.md').toString()).toContain('common')
  })

  it('of a document that changes while its list of blocks is read is read again', async () => {
    const { emulator } = bench
    const many = Array.from({ length: 1100 }, (_, nth) => blocks.text(`line ${nth}`))
    const { token } = emulator.addDocument({ type: 'docx', title: 'A', blocks: many })
    let pages = 0
    emulator.script('blocks', () => {
      if (++pages === 3) emulator.edit(token, { blocks: [...many, blocks.text('the end')] })
      return undefined
    })
    const step = await bench.runInProcess({ sources: `${docLink(token)} as=md` })
    expect(step.errors).toEqual([])
    expect(bench.read('A.md').toString()).toContain('the end')
  })

  it('with a synced block that changes while its list of blocks is read has the block as it is after the change', async () => {
    const { emulator } = bench
    const many = Array.from({ length: 1100 }, (_, nth) => blocks.text(`line ${nth}.`))
    const withBlock = (...lines: typeof many) => ({ blocks: [blocks.sourceSynced('shared', ...lines)] })
    const source = emulator.addDocument({ type: 'docx', ...withBlock(...many) })
    const content = [blocks.referenceSynced(source.token, 'shared')]
    const { token } = emulator.addDocument({ type: 'docx', title: 'A', blocks: content })
    const moved = [...many.slice(1000), ...many.slice(0, 1000)]
    let pages = 0
    emulator.script('block-children', () => {
      if (++pages === 3) emulator.edit(source.token, withBlock(...moved))
      return undefined
    })
    const step = await bench.runInProcess({ sources: `${docLink(token)} as=md` })
    expect(step.errors).toEqual([])
    const text = bench.read('A.md').toString()
    expect(many.flatMap((_, nth) => (text.includes(`line ${nth}.`) ? [] : nth))).toEqual([])
  })

  it('is read again for a picture that is missing on the disk', async () => {
    const { sources, formats, picture } = addHandbook()
    await bench.prepare({ sources, formats })
    rmSync(path.join(bench.workspace, '入门.assets', `${picture.token}.png`))
    const start = bench.emulator.requests.length
    const step = await bench.runInProcess({ sources, formats })
    expect(step.outputs).toMatchObject({ exported: '1', unchanged: '1' })
    expect(apisSince(start)).toEqual(['folder', 'blocks', 'media-download', 'board-image'])
    expect(bench.wrongRecords()).toEqual([])
  })

  it('is read again for a picture that is missing on the disk also after a failed export and a move', async () => {
    const { sources, formats, first, picture } = addHandbook()
    await bench.prepare({ sources, formats })
    rmSync(path.join(bench.workspace, '入门.assets'), { recursive: true })
    bench.emulator.script('blocks', [answers.error(1770032)])
    const inputs = { sources: `${docLink(first.token)} to=moved`, formats }
    expect((await bench.runInProcess(inputs)).outputs).toMatchObject({ failed: '1' })
    await bench.prepare(inputs)
    expect(bench.files()).toContain(`moved.assets/${picture.token}.png`)
    expect(bench.wrongRecords()).toEqual([])
  })

  it('is read again for a picture and a board that a user changed; both are replaced', async () => {
    const { sources, formats, picture, board } = addHandbook()
    await bench.prepare({ sources, formats })
    const changed = [`${picture.token}.png`, `${board.token}.jpg`].map((name) => `入门.assets/${name}`)
    for (const file of changed) writeFileSync(path.join(bench.workspace, file), 'not a picture')
    await bench.prepare({ sources, formats })
    expect(bench.wrongRecords()).toEqual([])
    const again = await bench.runInProcess({ sources, formats })
    expect(again.outputs).toMatchObject({ exported: '0', changed: 'false' })
  })

  it('is removed with its assets when its document was deleted', async () => {
    const { sources, formats, first } = addHandbook()
    await bench.prepare({ sources, formats })
    first.deleted = true
    const step = await bench.runInProcess({ sources, formats, 'delete-stale': true })
    expect(step.outputs).toMatchObject({ deleted: '1' })
    expect(bench.files()).toEqual(['安装.md'])
  })

  it('is retried after transient faults', async () => {
    const { sources, formats } = addHandbook()
    bench.emulator.script('blocks', [answers.error(1771001), answers.gatewayPage(502)])
    bench.emulator.script('media-download', [answers.cut({ afterBytes: 3 })])
    const step = await bench.run({ sources, formats })
    expect(step.errors).toEqual([])
    expect(step.outputs).toMatchObject({ exported: '2' })
  })
})

it('a picture without a byte is downloaded again, and never counts as saved; an attachment may be empty', async () => {
  const picture = addMedia('p', PNG, 'image/png')
  const empty = addMedia('empty.txt', '', 'text/plain')
  const content = [blocks.image(picture), blocks.attachment(empty)]
  const { token } = bench.emulator.addDocument({ type: 'docx', title: 'A', blocks: content })
  bench.emulator.script('media-download', [{ status: 200, headers: { 'content-type': 'image/png' }, body: '' }])
  const step = await bench.runInProcess({ sources: `${docLink(token)} as=md` })
  expect(step.errors).toEqual([])
  expect(bench.read(`A.assets/${picture.token}.png`)).toEqual(PNG)
  expect(bench.read('A.assets/empty.txt')).toEqual(Buffer.alloc(0))
})

describe('attachments', () => {
  it('are saved beside a document in any format', async () => {
    const { sources } = addHandbook()
    const step = await bench.run({ sources, 'include-attachments': true })
    expect(step.errors).toEqual([])
    expect(bench.files()).toEqual(['入门.assets/手册.pdf', '入门.docx', '安装.docx'])
    const start = bench.emulator.requests.length
    const again = await bench.runInProcess({ sources, 'include-attachments': true })
    expect(again.outputs).toMatchObject({ exported: '0', unchanged: '2' })
    expect(apisSince(start)).toEqual(['folder'])
  })

  it('of the same name have their tokens in the names of their files', async () => {
    const { emulator } = bench
    const [a, b] = ['1', '2'].map((bytes) => addMedia('a.txt', bytes, 'text/plain'))
    if (!a || !b) throw new Error('no media')
    const content = [blocks.attachment(a), blocks.attachment(b)]
    const { token } = emulator.addDocument({ type: 'docx', title: 'A', blocks: content })
    await bench.prepare({ sources: docLink(token), 'include-attachments': true })
    expect(bench.files()).toEqual([`A.assets/a-${a.token}.txt`, `A.assets/a-${b.token}.txt`, 'A.docx'].sort())
  })
})

describe('boards', () => {
  it('are skipped unless `formats` selects them, and saved with the extension of their picture', async () => {
    const { emulator } = bench
    const { spaceId } = emulator.addSpace({ name: 'S' })
    for (const [title, contentType] of [
      ['Plan', 'image/jpeg'],
      ['Map', 'image/png'],
    ] as const) {
      emulator.addNode({ space: spaceId, type: 'board', title, bytes: title, contentType })
    }
    const skipped = await bench.runInProcess({ sources: spaceLink(spaceId) })
    expect(skipped.outputs).toMatchObject({ exported: '0', skipped: '2' })
    const step = await bench.run({ sources: spaceLink(spaceId), formats: 'board=png' })
    expect(step.errors).toEqual([])
    expect(bench.files()).toEqual(['Map.png', 'Plan.jpg'])
    const again = await bench.runInProcess({ sources: spaceLink(spaceId), formats: 'board=png' })
    expect(again.outputs).toMatchObject({ exported: '0', unchanged: '2', changed: 'false' })
    expect(bench.wrongRecords()).toEqual([])
  })

  it('have one picture, the new one, after its kind has changed, and has changed back', async () => {
    const { emulator } = bench
    const { spaceId } = emulator.addSpace()
    const { document } = emulator.addNode({ space: spaceId, type: 'board', title: 'B' })
    const inputs = { sources: spaceLink(spaceId), formats: 'board=png' }
    /** Exports as in a later night than the runs before. */
    const exportNextNight = async (): Promise<Record<string, string>> => {
      const { outputs, errors } = await bench.runInProcess(inputs)
      expect([errors, bench.wrongRecords()]).toEqual([[], []])
      const manifest = bench.read('.feishu-export.json').toString()
      const earlier = manifest.replace(/"exportedAt": "(\d{4})/g, (_, year) => `"exportedAt": "${Number(year) - 1}`)
      writeFileSync(path.join(bench.workspace, '.feishu-export.json'), earlier)
      return outputs
    }
    const draw = (bytes: string, contentType: string): void => {
      Object.assign(document, { bytes, contentType, editTime: String(Number(document.editTime) + 1) })
    }
    draw('1', 'image/jpeg')
    await exportNextNight()
    draw('2', 'image/png')
    await exportNextNight()
    draw('3', 'image/jpeg')
    await exportNextNight()
    expect(bench.read('B.jpg').toString()).toBe('3')
    await exportNextNight()
    await exportNextNight()
    expect(bench.files()).toEqual(['B.jpg'])
    expect(bench.read('B.jpg').toString()).toBe('3')
    expect(await exportNextNight()).toMatchObject({ unchanged: '1', changed: 'false' })
    draw('4', 'image/png')
    await exportNextNight()
    await exportNextNight()
    expect(bench.files()).toEqual(['B.png'])
    expect(bench.read('B.png').toString()).toBe('4')
    expect(await exportNextNight()).toMatchObject({ unchanged: '1', changed: 'false' })
  })
})

it('a file of the user at the path of an asset is not touched', async () => {
  const { sources, formats, manual } = addHandbook()
  mkdirSync(path.join(bench.workspace, '入门.assets'))
  const mine = path.join(bench.workspace, '入门.assets', manual.title)
  writeFileSync(mine, 'mine')
  const { mtimeMs } = statSync(mine)
  const step = await bench.run({ sources, formats })
  expect(step.outputs).toMatchObject({ exported: '1', failed: '1' })
  expect(statSync(mine).mtimeMs).toBe(mtimeMs)
  expect(bench.wrongRecords()).toEqual([])
})
