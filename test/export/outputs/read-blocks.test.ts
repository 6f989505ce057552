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
  expect(await readWithFailure({ class: 'permanent', what: 'No permission', code: 1770032 })).toMatchObject({
    value: { synced: new Map() },
  })
})

it.each<[string, Failure]>([
  ['the run is stopped', STOPPED],
  ['the source is edited all the time', { class: 'permanent', what: 'The cursor is stale', code: 1770022 }],
  ['a gateway answers', { class: 'permanent', what: 'A page in place of the answer', httpStatus: 403 }],
])(
  'fails if %s before a synced block is read: otherwise its Markdown would stay without the block',
  async (_, failure) => {
    expect(await readWithFailure(failure)).toEqual(fail(failure))
  },
)

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
