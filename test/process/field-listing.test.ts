import { describe, expect, it } from '@jest/globals'
import { answers } from '../emulator/index.js'
import { exportBench, folderLink, spaceLink } from './export-support.js'

const bench = exportBench()

describe('one entry that is not as documented is one failure, and the others go on', () => {
  it('in a folder', async () => {
    const { emulator } = bench
    const folder = emulator.addFolder({ name: 'F' }).token
    emulator.addDocument({ type: 'docx', title: 'Good', folder })
    emulator.script('folder', [
      answers.withItems([
        { token: 'doxNoType', type: '', name: 'No type' },
        { type: 'docx', name: 'No token' },
        { token: 'shcNoTarget', type: 'shortcut', name: 'No target', shortcut_info: { target_type: 'docx' } },
      ]),
    ])
    const step = await bench.run({ sources: folderLink(folder) })
    expect(step.outputs).toMatchObject({ exported: '1', failed: '3' })
    expect(bench.files()).toEqual(['Good.docx'])
    for (const title of ['No type', 'No token', 'No target']) expect(step.lines.join('\n')).toContain(`"${title}"`)
    expect(step.lines.join('\n')).toMatch(/an entry that this action cannot read \(type is not a token or a word\)/)
    expect(emulator.requestsTo('folder')).toHaveLength(1)
  })

  it('in a knowledge base, and no document counts as deleted', async () => {
    const { emulator } = bench
    const space = emulator.addSpace().spaceId
    emulator.addNode({ space, type: 'docx', title: 'Good' })
    const sources = spaceLink(space)
    const late = emulator.addNode({ space, type: 'docx', title: 'Odd later' })
    await bench.prepare({ sources })
    emulator.script('wiki-nodes', () =>
      answers.withItems([{ node_token: late.nodeToken, obj_token: '', obj_type: 'docx', title: 'Odd later' }]),
    )
    emulator.store.wiki.removeNode(late.nodeToken)
    const step = await bench.run({ sources, 'delete-stale': true })
    expect(step.outputs).toMatchObject({ exported: '0', unchanged: '1', failed: '1', deleted: '0' })
    expect(bench.files()).toEqual(['Good.docx', 'Odd later.docx'])
  })
})

describe('a listing that never ends', () => {
  it.each([
    ['empty pages', []],
    ['the same page', [{ token: 'doxcnSame', type: 'mindnote', name: 'Same' }]],
  ])('is one failure, and the other sources go on: %s', async (_, items) => {
    const { emulator } = bench
    const [bad, good] = [emulator.addFolder().token, emulator.addFolder().token]
    emulator.addDocument({ type: 'docx', title: 'Good', folder: good })
    emulator.script('folder', answers.endlessPages(items), { token: bad })
    const inputs = { sources: [bad, good].map(folderLink).join('\n') }
    const step = await (items.length === 0 ? bench.run(inputs) : bench.runInProcess(inputs))
    expect(step.outputs).toMatchObject({ exported: '1', failed: '1' })
    expect(step.errors[0]).toMatch(/the last 50 pages brought nothing new/)
    expect(emulator.requestsTo('folder').length).toBeLessThan(54)
  })
})

it('a lock that another request holds (131009) is retried', async () => {
  const { emulator } = bench
  const space = emulator.addSpace().spaceId
  emulator.addNode({ space, type: 'docx', title: 'A' })
  emulator.script('wiki-nodes', [answers.error(131009)])
  const step = await bench.runInProcess({ sources: spaceLink(space) })
  expect(step.outputs).toMatchObject({ exported: '1', failed: '0' })
})

it('a page of a list that is not as documented twice is a failure, and the other sources go on', async () => {
  const { emulator } = bench
  const [bad, good] = [emulator.addFolder().token, emulator.addFolder().token]
  emulator.addDocument({ type: 'docx', title: 'Good', folder: good })
  emulator.script('folder', () => answers.ok({ files: {}, has_more: false }), { token: bad })
  const step = await bench.run({ sources: [bad, good].map(folderLink).join('\n') })
  expect(step.outputs).toMatchObject({ exported: '1', failed: '1' })
  expect(step.errors[0]).toMatch(/the answer has an unexpected shape \(data\.files is not a list\), twice/)
  expect(emulator.requestsTo('folder')).toHaveLength(3)
})
