import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { exportSteps } from '../../../src/export/outputs/export-steps.js'
import type { OutputTools, OutputWork } from '../../../src/export/outputs/work.js'
import type { Session } from '../../../src/feishu/client/connect.js'
import { answers, startEmulator, type Emulator } from '../../emulator/index.js'
import { sessionOn } from '../../feishu/session.js'

let emulator: Emulator
let session: Session
beforeAll(async () => {
  emulator = await startEmulator()
  session = sessionOn(emulator)
})
afterAll(async () => {
  session.dispose()
  await emulator.stop()
})

const work = (token: string): OutputWork => ({
  output: {
    kind: 'task',
    token,
    type: 'docx',
    title: 'A',
    editTime: undefined,
    url: undefined,
    fileExtension: 'docx',
    subId: undefined,
  },
  files: [],
  published: new Map(),
  failures: new Map(),
  transfers: [],
})

test('after two answers that are not as documented, no further task is created', async () => {
  const { signal } = new AbortController()
  const [broken, other] = [
    work(emulator.addDocument({ type: 'docx' }).token),
    work(emulator.addDocument({ type: 'docx' }).token),
  ]
  emulator.script('create', () => answers.ok({}))
  const steps = exportSteps({ session } as OutputTools)
  expect(await steps.create(broken, signal)).toMatchObject({ failure: { class: 'transient' } })
  // The answers are counted for each output separately.
  expect(await steps.create(other, signal)).toMatchObject({ failure: { class: 'transient' } })
  expect(await steps.create(broken, signal)).toMatchObject({
    failure: { class: 'permanent', what: expect.stringMatching(/data\.ticket is not a ticket\), twice$/) },
  })
  expect(emulator.requestsTo('create')).toHaveLength(3)
})

test('the advice after a query without permission does not name the identity that created the task', async () => {
  const { signal } = new AbortController()
  const { token } = emulator.addDocument({ type: 'docx' })
  const removeScript = emulator.script('query', () => answers.error(1069902))
  const steps = exportSteps({ session } as OutputTools)
  const reply = await steps.query({ ticket: '7143000000000000000', token }, signal)
  removeScript()
  expect(reply).toMatchObject({ failure: { advice: expect.not.stringMatching(/identity|credential/) } })
})

test.each([
  [3, /^Run it again\. If it fails again, give the log id to Feishu support\.$/],
  [108, /^Run it again\. If it fails again, split the document\.$/],
  [122, /^Run it again when the copy is complete\.$/],
  [123, /^Check the link\.$/],
  [4711, /^Run it again\. If it fails again, give number and log id to Feishu support\.$/],
  [107, /^Split the document/],
])('the advice after status %d fits the export action, which creates tasks by itself', async (status, advice) => {
  const { signal } = new AbortController()
  const { token } = emulator.addDocument({ type: 'docx' })
  emulator.script('query', () => answers.job(status))
  const steps = exportSteps({ session } as OutputTools)
  expect(await steps.query({ ticket: '7143000000000000000', token }, signal)).toMatchObject({
    value: { kind: 'failed', failure: { advice: expect.stringMatching(advice) } },
  })
})

test.each([
  ['HTTP 404', answers.bare(404), /^The service deletes an exported file/],
  ['HTTP 410', answers.bare(410), /^The service deletes an exported file/],
  ['code 99992402', answers.error(99992402), /^Run it again\.$/],
])('the advice after %s for an exported file fits the export action', async (_, answer, advice) => {
  const { signal } = new AbortController()
  const removeScript = emulator.script('download', () => answer)
  const steps = exportSteps({ session, directory: '/nowhere', stallLimitMs: 10_000 } as OutputTools)
  const started = work('token')
  const fetchOnce = steps.fetch({ ...started, files: [{ output: started.output, path: 'A.docx' }] }, 'file', undefined)
  const reply = await fetchOnce(signal)
  removeScript()
  expect(reply).toMatchObject({ failure: { advice: expect.stringMatching(advice) } })
})
