import { expect, it } from '@jest/globals'
import { blocks } from '../emulator/index.js'
import { countedRunInProcess } from './export-checks.js'
import { docLink, exportBench } from './export-support.js'

const bench = exportBench()

it('the pictures, attachments and boards of a document are counted as downloads', async () => {
  const { emulator } = bench
  const addMedia = (title: string) => emulator.addDocument({ type: 'media', title })
  const board = emulator.addDocument({ type: 'board', title: 'board' })
  const content = [blocks.image(addMedia('p.png')), blocks.attachment(addMedia('a.pdf')), blocks.board(board)]
  const { token } = emulator.addDocument({ type: 'docx', title: 'A', blocks: content })
  const { step, tasks, downloads } = await countedRunInProcess(bench, {
    sources: `${docLink(token)} as=md`,
    'include-attachments': true,
  })
  expect(step.errors).toEqual([])
  expect({ tasks, downloads }).toEqual({ tasks: 0, downloads: 3 })
})
