import { expect, it } from '@jest/globals'
import { readContent } from '../../../src/export/outputs/read-blocks.js'
import type { OutputTools } from '../../../src/export/outputs/work.js'
import type { Reply } from '../../../src/feishu/errors/failure.js'

it('gives the log id that its advice asks for when the list of blocks has no usable cursor', async () => {
  const answers: Readonly<Record<string, unknown>> = {
    blocks: { items: [], hasMore: true, cursor: undefined },
    document: '1',
  }
  const api: OutputTools['api'] = {
    call: <T>(operation: string) =>
      Promise.resolve({ ok: true, value: answers[operation], logId: 'log-1' } as Reply<T>),
  }
  const reply = await readContent('d', { api, session: {} } as OutputTools)
  expect(reply).toMatchObject({
    ok: false,
    failure: { logId: 'log-1', advice: expect.stringMatching(/give the log id/) },
  })
})
