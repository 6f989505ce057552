import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { boardImage } from '../../../src/feishu/board/board-image.js'
import type { Session } from '../../../src/feishu/client/connect.js'
import { openDownload, uploadedFile, type FileSource } from '../../../src/feishu/drive/file-download.js'
import { mediaFile } from '../../../src/feishu/drive/media.js'
import type { DocumentRef } from '../../../src/feishu/drive/metas.js'
import { answers, startEmulator, type Emulator } from '../../emulator/index.js'
import { sessionOn } from '../session.js'

let emulator: Emulator
let session: Session

beforeAll(async () => {
  emulator = await startEmulator({ limits: { 'media-download': undefined } })
  session = sessionOn(emulator)
})
afterEach(() => emulator.scripts.clear())
afterAll(async () => {
  session.dispose()
  await emulator.stop()
})

const picture = (token: string, document?: DocumentRef) => mediaFile({ kind: 'picture', token }, document)

/** Downloads a file. @returns its bytes and the facts from the headers, or the failed reply */
async function download(source: FileSource) {
  const reply = await openDownload(session.connection, session.credential, source, new AbortController().signal)
  if (!reply.ok) return reply
  const chunks: Uint8Array[] = []
  for await (const chunk of reply.value.body) chunks.push(chunk)
  const { contentType, fileName, contentLength } = reply.value
  return { bytes: Buffer.concat(chunks), contentType, fileName, contentLength }
}

describe('a picture or attachment', () => {
  test('is downloaded with its content type and name', async () => {
    const media = emulator.addDocument({ type: 'media', title: '附件.pdf', contentType: 'application/pdf' })
    const bytes = emulator.expectedBytes(media.token, '')
    expect(await download(mediaFile({ kind: 'attachment', token: media.token }))).toEqual({
      bytes,
      contentType: 'application/pdf',
      fileName: '附件.pdf',
      contentLength: bytes.length,
    })
    expect(emulator.requestsTo('media-download')[0]?.query).toEqual({})
  })

  test('may need the name of its document in the request', async () => {
    const docx = emulator.addDocument({ type: 'docx' })
    const media = emulator.addDocument({ type: 'media', extraOf: docx.token })
    const advice: unknown = expect.stringContaining('「谁可以复制内容、创建副本、打印、下载」')
    expect(await download(picture(media.token))).toMatchObject({
      ok: false,
      failure: { class: 'permanent', code: 1061004, httpStatus: 403, advice },
    })
    expect(await download(picture(media.token, docx))).toMatchObject({ contentType: 'image/png' })
  })

  test.each([403, 404])('that is answered with HTTP %i and no body fails alone, with advice', async (status) => {
    emulator.script('media-download', [{ status, body: '' }])
    const reply = await download(picture('x'))
    const meaning = status === 403 ? 'no permission on it' : 'the document does not have it any more'
    expect(reply).toMatchObject({
      ok: false,
      failure: {
        class: 'permanent',
        httpStatus: status,
        what: `Could not download the picture or attachment: ${meaning}`,
      },
    })
    const failure = 'failure' in reply ? reply.failure : undefined
    expect(failure?.scope).toBeUndefined()
    expect(failure?.advice).toMatch(/\S\.$/)
  })

  test.each([
    [1061003, 'permanent'],
    [1063001, 'permanent'],
    [1061045, 'rate-limit'],
  ])('fails with code %i, which is %s', async (code, kind) => {
    emulator.script('media-download', [answers.error(code)])
    const what: unknown = expect.stringMatching(/^Could not download the picture or attachment: /)
    expect(await download(picture('x'))).toMatchObject({ ok: false, failure: { class: kind, code, what } })
  })
})

test('HTTP 403 without a body, for other files, comes from the service if it has a log id, else from a proxy', async () => {
  emulator.script('file-download', [answers.bare(403), { ...answers.bare(403), headers: { 'x-tt-logid': null } }])
  const refused: unknown = expect.stringContaining('refused without a reason')
  expect(await download(uploadedFile('x'))).toMatchObject({ failure: { class: 'permanent', what: refused } })
  const byProxy: unknown = expect.stringContaining('gateway or proxy')
  expect(await download(uploadedFile('x'))).toMatchObject({ failure: { scope: 'app', what: byProxy } })
})

describe('a board', () => {
  test('is downloaded as a picture of any content type', async () => {
    const { token } = emulator.addDocument({ type: 'board', contentType: 'Image/JPEG; q=1' })
    expect(await download(boardImage(token))).toMatchObject({
      bytes: emulator.expectedBytes(token, ''),
      contentType: 'image/jpeg',
      fileName: undefined,
    })
  })

  test('may come without a content type', async () => {
    emulator.script('board-image', [{ status: 200, body: 'x' }])
    expect(await download(boardImage('x'))).toMatchObject({ bytes: Buffer.from('x'), contentType: undefined })
  })

  test.each([
    [2890003, 'permanent'],
    [2890005, 'permanent'],
    [2890006, 'rate-limit'],
    [2891001, 'transient'],
  ])('fails with code %i, which is %s', async (code, kind) => {
    emulator.script('board-image', [answers.error(code)])
    const what: unknown = expect.stringMatching(/^Could not download the board as a picture: /)
    expect(await download(boardImage('x'))).toMatchObject({ ok: false, failure: { class: kind, code, what } })
  })
})
