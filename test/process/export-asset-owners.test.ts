import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { blocks } from '../emulator/index.js'
import { attachmentBench } from './attachment-support.js'
import { countedRunInProcess, expectNothingToDo } from './export-checks.js'
import { docLink, folderLink } from './export-support.js'

const { bench, addMedia, addManual, exportFiles } = attachmentBench()
const ATTACHMENTS = { 'include-attachments': true }

const onDisk = (file: string): string => path.join(bench.workspace, file)

it('a line that cannot be listed for a night costs no export of a document that another line names, too', async () => {
  const folder = bench.emulator.addFolder({ name: 'F' })
  const { token } = addManual({ folder: folder.token })
  const sources = `${folderLink(folder.token)} as=md\n${docLink(token)} as=docx to=A`
  const inputs = { ...ATTACHMENTS, sources }
  await bench.prepare(inputs)
  folder.noPermission = true
  expect((await countedRunInProcess(bench, inputs)).tasks).toBe(0)
  folder.noPermission = false
  await expectNothingToDo(bench, inputs)
})

it('the pictures of a document without an edit time are downloaded once', async () => {
  const inputs = { sources: `${docLink(addManual({ editTime: '' }).token)} as=md` }
  await bench.prepare(inputs)
  const before = bench.emulator.requestsTo('media-download').length
  await bench.prepare(inputs)
  expect(bench.emulator.requestsTo('media-download')).toHaveLength(before)
})

it('a format has its attachments even if the Markdown beside it fails', async () => {
  const document = addManual()
  const locked = addMedia('locked.png')
  locked.noPermission = true
  document.blocks = [blocks.image(locked), ...document.blocks]
  const link = docLink(document.token)
  await bench.runInProcess({ ...ATTACHMENTS, sources: `${link} as=md to=A\n${link} as=docx to=A` })
  expect(bench.files()).toContain('A.assets/manual.pdf')
})

it.each([true, false])(
  'attachments move with the format that saves them, away from a file in an old format (delete-stale: %s)',
  async (deleteStale) => {
    const link = docLink(addManual().token)
    await bench.prepare({ ...ATTACHMENTS, sources: `${link} as=md to=x/A` })
    await bench.prepare({ ...ATTACHMENTS, sources: `${link} as=docx to=x/A` })
    const moved = { ...ATTACHMENTS, 'delete-stale': deleteStale, sources: `${link} as=docx to=y/A` }
    await bench.prepare(moved)
    await bench.prepare(moved)
    const left = bench.files().filter((file) => file.startsWith('y/'))
    expect(left).toEqual(['y/A.assets/manual.pdf', 'y/A.docx'])
    if (deleteStale) expect(bench.files()).toEqual(left)
  },
)

it.each([true, false])(
  'Markdown moves to a place where another format, no longer selected, has the same attachments (delete-stale: %s)',
  async (deleteStale) => {
    const link = docLink(addManual().token)
    await bench.prepare({ ...ATTACHMENTS, sources: `${link} as=md to=x/A\n${link} as=docx to=y/A` })
    const next = { ...ATTACHMENTS, 'delete-stale': deleteStale, sources: `${link} as=md to=y/A` }
    expect(await exportFiles(next)).toEqual([
      'y/A.assets/PICTURE',
      'y/A.assets/manual.pdf',
      ...(deleteStale ? [] : ['y/A.docx']),
      'y/A.md',
    ])
    await expectNothingToDo(bench, next)
  },
)

it('an attachment that is missing on the disk is saved again, although a file in an old format is beside it', async () => {
  const link = docLink(addManual().token)
  await bench.prepare({ ...ATTACHMENTS, sources: `${link} as=md` })
  await bench.prepare({ ...ATTACHMENTS, sources: `${link} as=docx` })
  rmSync(onDisk('A.assets/manual.pdf'))
  await bench.prepare({ ...ATTACHMENTS, sources: `${link} as=docx` })
  expect(bench.files()).toContain('A.assets/manual.pdf')
})

it('an old attachment that cannot move does not cost a format without attachments an export', async () => {
  const sources = `${docLink(addManual().token)} as=docx`
  await bench.prepare({ ...ATTACHMENTS, sources })
  await bench.prepare({ sources })
  const manifest = JSON.parse(readFileSync(onDisk('.feishu-export.json'), 'utf8')) as {
    files: { path: string; asset?: string; reservedPath?: string }[]
  }
  const asset = manifest.files.find((file) => file.asset !== undefined)
  if (!asset) throw new Error('no attachment')
  // As a killed run leaves it, with a file of the user in its place.
  const parked = '.feishu-export-000000000000000000000000.old'
  writeFileSync(onDisk(parked), readFileSync(onDisk(asset.path)))
  writeFileSync(onDisk(asset.path), 'by the user')
  Object.assign(asset, { reservedPath: asset.path, path: parked })
  writeFileSync(onDisk('.feishu-export.json'), JSON.stringify(manifest))
  await bench.runInProcess({ sources })
  expect((await countedRunInProcess(bench, { sources })).tasks).toBe(0)
})

describe('a document that gets the title of another one does not share the directory of its old attachments', () => {
  it.each(['renamed', 'deleted'] as const)(
    'if the other document is %s and its format no longer selected',
    async (change) => {
      const folder = bench.emulator.addFolder({ name: 'F' }).token
      const sources = folderLink(folder)
      const other = addManual({ folder })
      await bench.prepare({ ...ATTACHMENTS, sources: `${sources} as=pdf` })
      const before = bench.files()
      if (change === 'renamed') other.title = 'B'
      else other.deleted = true
      const { token } = addManual({ folder })
      const inputs = { ...ATTACHMENTS, sources: `${sources} as=docx` }
      const files = await exportFiles(inputs)
      const name = `A-${token.slice(-6)}`
      const ofOther = change === 'renamed' ? ['B.assets/manual.pdf', 'B.docx'] : []
      expect(new Set(files)).toEqual(new Set([...before, `${name}.assets/manual.pdf`, `${name}.docx`, ...ofOther]))
      await expectNothingToDo(bench, inputs)
    },
  )
})
