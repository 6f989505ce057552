import { expect, it } from '@jest/globals'
import { answers, blocks, type EmulatedDocument } from '../emulator/index.js'
import { attachmentBench } from './attachment-support.js'
import { expectNothingToDo } from './export-checks.js'
import { docLink, folderLink } from './export-support.js'

const { bench, addMedia, addManual, exportFiles } = attachmentBench()
const ALL = { 'include-attachments': true, 'delete-stale': true }

it.each(['md', 'pdf'])(
  'attachments are saved by two lines of one document at the same time (docx and %s)',
  async (as) => {
    const { emulator } = bench
    const content = ['a', 'b', 'c'].map((title) => blocks.attachment(addMedia(`${title}.zip`)))
    const { token } = emulator.addDocument({ type: 'docx', title: 'A', durationMs: 0, blocks: content })
    // Both files are made at the same time.
    emulator.script('media-download', () => answers.delay(100))
    const lines = [`${docLink(token)} as=docx`, `${docLink(token)} as=${as}`]
    await exportFiles({ ...ALL, sources: lines.join('\n') })
    expect(bench.files()).toEqual(['A.assets/a.zip', 'A.assets/b.zip', 'A.assets/c.zip', 'A.docx', `A.${as}`])
    await expectNothingToDo(bench, { ...ALL, sources: lines.reverse().join('\n') })
  },
)

it('attachments are saved at each place of a document that has other formats at another place', async () => {
  const link = docLink(addManual().token)
  const sources = [`${link} as=docx,md to=x/A`, `${link} as=docx to=y/A`].join('\n')
  const files = [
    'x/A.assets/PICTURE',
    'x/A.assets/manual.pdf',
    'x/A.docx',
    'x/A.md',
    'y/A.assets/manual.pdf',
    'y/A.docx',
  ]
  expect(await exportFiles({ ...ALL, sources })).toEqual(files)
})

it.each(['new', 'renamed'])('a %s document gets the name and the attachments of one that is gone', async (which) => {
  const { emulator } = bench
  const folder = emulator.addFolder({ name: 'F' }).token
  const add = (title: string, bytes: string): EmulatedDocument => {
    const media = emulator.addDocument({ type: 'media', title: 'plan.pdf', bytes })
    return emulator.addDocument({ type: 'docx', title, folder, blocks: [blocks.attachment(media)] })
  }
  const inputs = { ...ALL, sources: folderLink(folder), formats: 'docx=md' }
  const gone = add('A', 'old')
  const renamed = which === 'renamed' ? add('B', 'new') : undefined
  await exportFiles(inputs)
  gone.deleted = true
  if (renamed) renamed.title = 'A'
  else add('A', 'new')
  expect(await exportFiles(inputs)).toEqual(['A.assets/plan.pdf', 'A.md'])
  expect(bench.read('A.assets/plan.pdf').toString()).toBe('new')
})

it.each(['md', 'docx'])(
  'an attachment that is replaced by another file of the same name is saved again (%s)',
  async (as) => {
    const { emulator } = bench
    const document = emulator.addDocument({
      type: 'docx',
      title: 'A',
      blocks: [blocks.attachment(addMedia('plan.pdf'))],
    })
    const inputs = { ...ALL, sources: `${docLink(document.token)} as=${as}` }
    await exportFiles(inputs)
    const uploadedAgain = emulator.addDocument({ type: 'media', title: 'plan.pdf', bytes: 'new bytes' })
    emulator.edit(document.token, { blocks: [blocks.attachment(uploadedAgain)] })
    expect(await exportFiles(inputs)).toEqual(['A.assets/plan.pdf', `A.${as}`])
    expect(bench.read('A.assets/plan.pdf').toString()).toBe('new bytes')
  },
)
