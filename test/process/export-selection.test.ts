import { describe, expect, it } from '@jest/globals'
import { docLink, exportBench, folderLink, spaceLink } from './export-support.js'

const bench = exportBench()

/** Adds a folder with two documents and a sub-folder. The sub-folder has one document and a folder with one more. */
function addTree() {
  const { emulator } = bench
  const root = emulator.addFolder({ name: 'Root' })
  const sub = emulator.addFolder({ name: '归档', parent: root.token })
  const deep = emulator.addFolder({ name: 'Deep', parent: sub.token })
  const large = emulator.addDocument({ type: 'docx', title: 'Large', folder: root.token })
  emulator.addDocument({ type: 'docx', title: 'Small', folder: root.token })
  emulator.addDocument({ type: 'docx', title: 'Old', folder: sub.token })
  emulator.addDocument({ type: 'docx', title: 'Deepest', folder: deep.token })
  return { sub, large, sources: folderLink(root.token) }
}

describe('exclude', () => {
  it('leaves out what a pattern names, with everything below it, and counts it as skipped', async () => {
    const { sources, sub } = addTree()
    const step = await bench.run({ sources, exclude: '# generated\n/Large\n归档/' })
    expect(step.errors).toEqual([])
    expect(step.outputs).toMatchObject({ exported: '1', skipped: '2', failed: '0' })
    expect(bench.files()).toEqual(['Small.docx'])
    expect(step.log.join('\n')).toMatch(/Skipped: "Large": excluded by "\/Large"/)
    // An excluded folder is not requested.
    expect(bench.emulator.requestsTo('folder').some(({ tokens }) => tokens.includes(sub.token))).toBe(false)
  })

  it('leaves out what a link names: a document, a folder, a page', async () => {
    const { sources, sub, large } = addTree()
    const space = bench.emulator.addSpace({ name: 'Space' }).spaceId
    const page = bench.emulator.addNode({ space, type: 'docx', title: 'Page' })
    bench.emulator.addNode({ space, parent: page.nodeToken, type: 'docx', title: 'Below' })
    bench.emulator.addNode({ space, type: 'docx', title: 'Other' })
    const exclude = [docLink(large.token), folderLink(sub.token), `https://acme.feishu.cn/wiki/${page.nodeToken}`]
    const step = await bench.run({ sources: `${sources}\n${spaceLink(space)}`, exclude: exclude.join('\n') })
    expect(step.errors).toEqual([])
    expect(step.outputs).toMatchObject({ exported: '2', skipped: '3', failed: '0' })
    expect(bench.files()).toEqual(['Other.docx', 'Small.docx'])
  })

  it('makes a run succeed that failed for one document and an unreadable folder', async () => {
    const { sources, large, sub } = addTree()
    large.jobStatus = 107
    sub.noPermission = true
    const failed = await bench.runInProcess({ sources })
    expect(failed.outputs).toMatchObject({ exported: '1', failed: '2' })
    const green = await bench.run({ sources, exclude: 'Large\n归档' })
    expect(green.exitCode).toBe(0)
    expect(green.outputs).toMatchObject({ exported: '0', unchanged: '1', skipped: '2', failed: '0' })
  })

  it('is advised in the message about a failed document, with the line that leaves it out', async () => {
    const { sources, large } = addTree()
    large.jobStatus = 107
    const step = await bench.run({ sources })
    expect(step.log.join('\n')).toMatch(
      new RegExp(`Failed: "Large\\.docx".*[Tt]o leave it out.*exclude.*${large.token}`),
    )
    const line = /exclude`: (\S+)/.exec(step.errors[0] ?? '')?.[1] ?? ''
    const green = await bench.runInProcess({ sources, exclude: line })
    expect(green.outputs).toMatchObject({ failed: '0', skipped: '1' })
  })

  it('makes the old file stale like any other', async () => {
    const { sources } = addTree()
    await bench.prepare({ sources })
    const kept = await bench.runInProcess({ sources, exclude: '归档' })
    expect(kept.outputs).toMatchObject({ deleted: '0', skipped: '1' })
    expect(bench.files()).toContain('归档/Old.docx')
    const pruned = await bench.runInProcess({ sources, exclude: '归档', 'delete-stale': true })
    expect(pruned.outputs).toMatchObject({ deleted: '2', unchanged: '2' })
    expect(bench.files()).toEqual(['Large.docx', 'Small.docx'])
  })

  it('refuses a link that cannot be read, before any request', async () => {
    const { sources } = addTree()
    const step = await bench.run({ sources, exclude: 'fine\nhttps://acme.feishu.cn/nothing/here' })
    expect(step.errors[0]).toMatch(/`exclude`, line 2 has .*nothing\/here/)
    expect(bench.emulator.requests).toEqual([])
  })
})

describe('depth', () => {
  it.each([
    [1, ['Large.docx', 'Small.docx'], 1],
    [2, ['Large.docx', 'Small.docx', '归档/Old.docx'], 2],
    [9, ['Large.docx', 'Small.docx', '归档/Deep/Deepest.docx', '归档/Old.docx'], 3],
  ])('%i lists this number of levels, and requests no more', async (depth, files, lists) => {
    const { sources } = addTree()
    const inputs = { sources: `${sources} depth=${depth}` }
    const step = await (depth === 1 ? bench.run(inputs) : bench.runInProcess(inputs))
    expect(step.errors).toEqual([])
    expect(bench.files()).toEqual(files)
    expect(bench.emulator.requestsTo('folder')).toHaveLength(lists)
  })

  it('counts from the page that the line names', async () => {
    const top = bench.emulator.addNode({ type: 'docx', title: 'Top' })
    const below = bench.emulator.addNode({ space: top.spaceId, parent: top.nodeToken, type: 'docx', title: 'Below' })
    bench.emulator.addNode({ space: top.spaceId, parent: below.nodeToken, type: 'docx', title: 'Deep' })
    await bench.runInProcess({ sources: `https://acme.feishu.cn/wiki/${top.nodeToken} children=true depth=1` })
    expect(bench.files()).toEqual(['Top.docx', 'Top/Below.docx'])
  })

  it.each([
    ['0', /`depth` is "0"/],
    ['two', /`depth` is "two"/],
  ])('%s is refused', async (depth, message) => {
    const { sources } = addTree()
    const step = await bench.run({ sources: `${sources} depth=${depth}` })
    expect(step.errors[0]).toMatch(message)
  })

  it('can differ in two lines of one folder: each line has the files down to its depth', async () => {
    const { sources } = addTree()
    await bench.runInProcess({ sources: `${sources} depth=1 to=flat\n${sources} to=all` })
    expect(bench.files()).toEqual([
      'all/Large.docx',
      'all/Small.docx',
      'all/归档/Deep/Deepest.docx',
      'all/归档/Old.docx',
      'flat/Large.docx',
      'flat/Small.docx',
    ])
  })
})

describe('csv of every sheet and table', () => {
  const sheets = [
    { sheetId: 's1', title: '一月' },
    { sheetId: 's2', title: '二月' },
    { sheetId: 's3', title: 'Embedded', resourceType: 'bitable' },
  ]
  const tables = ['Orders', 'Orders', 'Items'].map((name, nth) => ({ tableId: `tbl${nth}`, name, revision: 1 }))

  /** Adds a folder with a spreadsheet and a base. `formats` selects a csv of each sheet and table. */
  function addSheetAndBase() {
    const folder = bench.emulator.addFolder({ name: 'F' }).token
    const sheet = bench.emulator.addDocument({ type: 'sheet', title: 'Plan', folder, sheets: [...sheets] })
    const base = bench.emulator.addDocument({ type: 'bitable', title: 'Shop', folder, tables: structuredClone(tables) })
    return { sheet, base, sources: folderLink(folder), formats: 'sheet=csv bitable=csv' }
  }

  it('is saved in a directory of the document, under the name of the sheet; a tab of another type is skipped', async () => {
    const { sources, formats, sheet } = addSheetAndBase()
    const step = await bench.run({ sources, formats })
    expect(step.errors).toEqual([])
    expect(step.outputs).toMatchObject({ exported: '5', skipped: '1', failed: '0' })
    expect(bench.files()).toEqual([
      'Plan/一月.csv',
      'Plan/二月.csv',
      'Shop/Items.csv',
      expect.stringMatching(/^Shop\/Orders-.*tbl0\.csv$/),
      expect.stringMatching(/^Shop\/Orders-.*tbl1\.csv$/),
    ])
    expect(bench.read('Plan/一月.csv')).toEqual(bench.emulator.expectedBytes(sheet.token, 'csv', 's1'))
    expect(step.log.join('\n')).toMatch(/Skipped: "Plan\/Embedded": a tab of type bitable in a spreadsheet has no csv/)
    expect(bench.wrongRecords()).toEqual([])
  })

  it('needs no request for documents that have not changed', async () => {
    const { sources, formats } = addSheetAndBase()
    await bench.prepare({ sources, formats })
    const before = bench.emulator.requests.length
    const step = await bench.run({ sources, formats })
    expect(step.outputs).toMatchObject({ exported: '0', unchanged: '5', skipped: '1', changed: 'false' })
    expect(bench.emulator.requests.slice(before).map(({ api }) => api)).toEqual(['folder'])
  })

  it('costs one task after an edit in one table of a base', async () => {
    const { sources, formats, base } = addSheetAndBase()
    await bench.prepare({ sources, formats })
    base.editTime = '1740000000'
    const [, , items] = base.tables
    if (items) items.revision = 2
    const before = bench.emulator.requestsTo('create').length
    const step = await bench.runInProcess({ sources, formats })
    expect(step.outputs).toMatchObject({ exported: '1', unchanged: '4' })
    expect(bench.emulator.requestsTo('create').length - before).toBe(1)
    const again = await bench.runInProcess({ sources, formats })
    expect(again.outputs).toMatchObject({ exported: '0', unchanged: '5', changed: 'false' })
  })

  it('is found by a forced run even if the new sheet did not change the edit time', async () => {
    const { sources, formats, sheet } = addSheetAndBase()
    Object.assign(sheet, { sheets: sheets.slice(0, 1) })
    await bench.prepare({ sources, formats })
    Object.assign(sheet, { sheets })
    expect((await bench.runInProcess({ sources, formats })).outputs).toMatchObject({ exported: '0' })
    await bench.runInProcess({ sources, formats, force: true })
    expect(bench.files()).toContain('Plan/二月.csv')
  })

  it('is stale when its sheet or table was deleted, like the file of a deleted document', async () => {
    const { sources, formats, sheet } = addSheetAndBase()
    await bench.prepare({ sources, formats })
    Object.assign(sheet, { editTime: '1740000000', sheets: sheets.slice(0, 1) })
    const kept = await bench.runInProcess({ sources, formats })
    expect(kept.outputs).toMatchObject({ deleted: '0' })
    const step = await bench.runInProcess({ sources, formats, 'delete-stale': true })
    expect(step.outputs).toMatchObject({ deleted: '1' })
    expect(bench.files()).not.toContain('Plan/二月.csv')
  })

  it('is saved for a single document beside its other formats, in a directory of the given name', async () => {
    const { base } = addSheetAndBase()
    const link = `https://acme.feishu.cn/base/${base.token}`
    await bench.runInProcess({ sources: `${link} as=xlsx,csv to=data/shop` })
    expect(bench.files()).toEqual([
      'data/shop.xlsx',
      'data/shop/Items.csv',
      expect.stringMatching(/^data\/shop\/Orders-.*tbl0\.csv$/),
      expect.stringMatching(/^data\/shop\/Orders-.*tbl1\.csv$/),
    ])
  })

  it('stays for a document whose tables cannot be listed: it fails with its name, and the others are not affected', async () => {
    const { sources, formats, base } = addSheetAndBase()
    await bench.prepare({ sources, formats })
    base.editTime = '1740000000'
    bench.emulator.script('tables', () => ({ status: 403, json: { code: 1254302, msg: 'Permission denied.' } }))
    const step = await bench.run({ sources, formats, 'delete-stale': true })
    expect(step.outputs).toMatchObject({ failed: '1', unchanged: '2', deleted: '0' })
    expect(step.errors[0]).toMatch(/"Shop".*高级权限/)
    expect(bench.files()).toContain('Shop/Items.csv')
  })
})

describe('a wiki page where the whole knowledge base may have been meant', () => {
  it('is exported with a warning that gives the lines to write', async () => {
    const page = bench.emulator.addNode({ type: 'docx', title: '手册' })
    bench.emulator.addNode({ space: page.spaceId, parent: page.nodeToken, type: 'docx', title: 'Below' })
    const link = `https://acme.feishu.cn/wiki/${page.nodeToken}?from=x`
    const step = await bench.run({ sources: link })
    expect(step.exitCode).toBe(0)
    expect(step.outputs).toMatchObject({ exported: '1' })
    expect(step.warnings).toEqual([expect.stringContaining(`${link} children=true`)])
    expect(step.warnings[0]).toContain(`https://acme.feishu.cn/wiki/space/${page.spaceId}`)
    expect(step.summary).toContain('has pages below it')
    const whole = await bench.run({ sources: `${link} children=true` })
    expect(whole.warnings).toEqual([])
    const space = await bench.runInProcess({ sources: `https://acme.feishu.cn/wiki/space/${page.spaceId}` })
    expect(space.outputs).toMatchObject({ unchanged: '2' })
  })

  it('is not warned about if it has no children, and costs no further request', async () => {
    const page = bench.emulator.addNode({ type: 'docx', title: 'Alone' })
    const step = await bench.run({ sources: `https://acme.feishu.cn/wiki/${page.nodeToken}` })
    expect(step.warnings).toEqual([])
    expect(bench.emulator.requests.map(({ api }) => api)).toEqual(['wiki-node', 'create', 'query', 'download'])
  })
})

describe('every knowledge base by one link', () => {
  const home = 'https://acme.feishu.cn/wiki/home'

  it('is exported into a directory with its name; a new one is exported by the next run', async () => {
    const { emulator } = bench
    for (const name of ['手册', '手册', '合同']) {
      const { spaceId } = emulator.addSpace({ name })
      emulator.addNode({ space: spaceId, type: 'docx', title: 'A' })
    }
    const step = await bench.run({ sources: home })
    expect(step.errors).toEqual([])
    expect(bench.files()).toEqual([
      '合同/A.docx',
      expect.stringMatching(/^手册-\d{6}\/A\.docx$/),
      expect.stringMatching(/^手册-\d{6}\/A\.docx$/),
    ])
    const { spaceId } = emulator.addSpace({ name: '新' })
    emulator.addNode({ space: spaceId, type: 'docx', title: 'A' })
    const again = await bench.runInProcess({ sources: home })
    expect(again.outputs).toMatchObject({ exported: '1', unchanged: '3' })
    expect(bench.files()).toContain('新/A.docx')
  })

  it('keeps its files when it can no longer be read', async () => {
    const { emulator } = bench
    const space = emulator.addSpace({ name: 'S' })
    const { document } = emulator.addNode({ space: space.spaceId, type: 'docx', title: 'A' })
    emulator.addNode({ space: emulator.addSpace({ name: 'T' }).spaceId, type: 'docx', title: 'B' })
    await bench.prepare({ sources: home })
    space.noPermission = true
    document.noPermission = true
    const step = await bench.runInProcess({ sources: home, 'delete-stale': true })
    expect(step.outputs).toMatchObject({ deleted: '0' })
    expect(bench.files()).toEqual(['S/A.docx', 'T/B.docx'])
  })
})
