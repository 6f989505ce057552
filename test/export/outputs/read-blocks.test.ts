import { expect, it } from '@jest/globals'
import { readContent } from '../../../src/export/outputs/read-blocks.js'
import type { OutputTools } from '../../../src/export/outputs/work.js'
import { STOPPED } from '../../../src/export/stop.js'
import { fail, type Failure, type Reply } from '../../../src/feishu/errors/failure.js'
import { blocks } from '../../emulator/index.js'

/** Reads a document. @param answer the reply to each operation */
function readWith(answer: (operation: string) => Reply<unknown>) {
  const call = (operation: string): Promise<unknown> => Promise.resolve(answer(operation))
  return readContent('doxcnA', { api: { call }, session: {} } as unknown as OutputTools)
}

/** Reads a document whose only block is a synced block, which cannot be read. */
function readWithFailure(failure: Failure) {
  const items = [{ ...blocks.referenceSynced('doxcnSource', 'shared'), block_id: 'b1' }]
  return readWith((operation) =>
    operation === 'blocks' ? { ok: true, value: { items, hasMore: false } } : fail(failure),
  )
}

it('leaves out a synced block that cannot be read for a reason of its own', async () => {
  expect(await readWithFailure({ class: 'permanent', what: 'No permission' })).toMatchObject({
    value: { synced: new Map() },
  })
})

it('fails if the run is stopped before a synced block is read: otherwise its Markdown would stay without the block', async () => {
  expect(await readWithFailure(STOPPED)).toEqual(fail(STOPPED))
})

it('gives the log id that its advice asks for when the list of blocks has no usable cursor', async () => {
  const answers: Readonly<Record<string, unknown>> = {
    blocks: { items: [], hasMore: true, cursor: undefined },
    document: '1',
  }
  const reply = await readWith((operation) => ({ ok: true, value: answers[operation], logId: 'log-1' }))
  expect(reply).toMatchObject({
    ok: false,
    failure: { logId: 'log-1', advice: expect.stringMatching(/give the log id/) },
  })
})
