import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { LinkTargets } from '../../../src/export/link-targets.js'
import { makeMarkdown } from '../../../src/export/outputs/markdown.js'
import { groupByOutput, type OutputTools } from '../../../src/export/outputs/work.js'
import type { Output, PlannedFile } from '../../../src/export/model.js'
import type { Session } from '../../../src/feishu/client/connect.js'
import type { Placeholder } from '../../../src/markdown/context.js'
import { answers, blocks, startEmulator, type Emulator } from '../../emulator/index.js'
import { sessionOn } from '../../feishu/session.js'
import { quickClock } from '../../polling/quick-clock.js'

let emulator: Emulator
let session: Session
const directory = mkdtempSync(path.join(tmpdir(), 'feishu-markdown-'))
beforeAll(async () => {
  emulator = await startEmulator()
  session = sessionOn(emulator)
})
afterAll(async () => {
  session.dispose()
  await emulator.stop()
  rmSync(directory, { recursive: true })
})

const outputOf = (token: string): Output => ({
  ...{ kind: 'markdown', token, type: 'docx', title: 'A', fileExtension: 'md' },
  ...{ editTime: undefined, url: undefined, subId: undefined },
})

/** Tools that download and convert. `publish` discards each file, and replies as if it were published. */
function makeTools(files: readonly PlannedFile[], tools: Partial<OutputTools> = {}): OutputTools {
  const { signal } = new AbortController()
  return {
    ...{ session, signal, directory, clock: quickClock(10), stallLimitMs: 10_000, assets: new Map() },
    api: { call: (_, attempt) => attempt(signal) },
    publish: async (_, staged) => {
      await staged.discard()
      return { ok: true, value: undefined }
    },
    removeAssets: () => Promise.resolve(),
    recordAt: () => undefined,
    links: new LinkTargets(files),
    onPlaceholders: () => undefined,
    ...tools,
  }
}

it('counts what Markdown cannot show once for a document that is read twice and written to two paths', async () => {
  const picture = emulator.addDocument({ type: 'media', bytes: 'bytes' })
  const content = [blocks.image(picture), blocks.block(999, 'undefined')]
  const { token } = emulator.addDocument({ type: 'docx', blocks: content })
  const files = ['x/A.md', 'y/A.md'].map((at) => ({ output: outputOf(token), path: at }))
  const reported: (readonly Placeholder[])[] = []
  const tools = makeTools(files, { onPlaceholders: (placeholders) => reported.push(placeholders) })
  // The picture is downloaded for each path; at the second one, the service no longer knows it.
  emulator.script('media-download', [undefined, answers.error(1061003)])
  for (const work of groupByOutput(files)) expect(await makeMarkdown(work, tools)).toMatchObject({ ok: true })
  expect(emulator.requestsTo('media-download')).toHaveLength(3)
  expect(reported).toEqual([[expect.objectContaining({ count: 1 })]])
})
