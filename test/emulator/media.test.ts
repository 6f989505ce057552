import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { startEmulator, type Emulator } from './index.js'

let emulator: Emulator

beforeEach(async () => {
  emulator = await startEmulator({ limits: { 'media-download': undefined } })
})

afterEach(() => emulator.stop())

/**
 * Sends a download request.
 * @param path below `/open-apis/`
 * @returns for tests of refusals, `outcome`: code (0 for a file) and HTTP status, such as `1061003 404`
 */
async function download(path: string, headers: Record<string, string> = {}) {
  const response = await fetch(`${emulator.url}/open-apis/${path}`, {
    headers: { authorization: `Bearer ${emulator.accessToken}`, ...headers },
  })
  const body = Buffer.from(await response.arrayBuffer())
  const code = response.status < 300 ? 0 : (JSON.parse(body.toString()) as { code: number }).code
  return { outcome: `${code} ${response.status}`, headers: response.headers, body }
}

/** Downloads a media. @param extra sent as JSON: the document that contains the media */
function media(token: string, extra?: unknown, headers?: Record<string, string>) {
  const query = extra === undefined ? '' : `?extra=${encodeURIComponent(JSON.stringify(extra))}`
  return download(`drive/v1/medias/${token}/download${query}`, headers)
}

const board = (token: string) => download(`board/v1/whiteboards/${token}/download_as_image`)

it('a media comes with its content type and name, whole or in part', async () => {
  const { token } = emulator.addDocument({
    type: 'media',
    title: '图.jpg',
    contentType: 'image/jpeg',
    bytes: '0123456789',
  })
  const whole = await media(token)
  expect(whole.body.toString()).toBe('0123456789')
  expect(whole.headers.get('content-type')).toBe('image/jpeg')
  expect(whole.headers.get('content-disposition')).toContain("filename*=UTF-8''%E5%9B%BE.jpg")
  const part = await media(token, undefined, { range: 'bytes=4-' })
  expect([part.outcome, part.body.toString(), part.headers.get('content-type')]).toEqual([
    '0 206',
    '456789',
    'image/jpeg',
  ])
})

it('a media is by default a PNG with bytes of its own', async () => {
  const [one, other] = [emulator.addDocument({ type: 'media' }).token, emulator.addDocument({ type: 'media' }).token]
  const { headers, body } = await media(one)
  expect(headers.get('content-type')).toBe('image/png')
  expect(body).toEqual(emulator.expectedBytes(one, 'png'))
  expect(body).not.toEqual((await media(other)).body)
})

it('a media with extraOf is refused unless `extra` names that document', async () => {
  const docx = emulator.addDocument({ type: 'docx' }).token
  const { token } = emulator.addDocument({ type: 'media', extraOf: docx })
  const outcomes = [
    await media(token),
    await media(token, 'text'),
    await media(token, { doc_token: 'other', doc_type: 'docx' }),
    await media(token, { doc_token: docx, doc_type: 'sheet' }),
    await media(token, { doc_token: docx, doc_type: 'docx' }),
  ]
  expect(outcomes.map(({ outcome }) => outcome)).toEqual([
    '1061004 403',
    '1061004 403',
    '1061004 403',
    '1061004 403',
    '0 200',
  ])
})

it('refuses what does not exist, is not allowed or is no media', async () => {
  const file = emulator.addFile({ title: 'scan.pdf' })
  const outcomes = [
    await media('unknown'),
    await media(file.token),
    await media(emulator.addDocument({ type: 'media', deleted: true }).token),
    await media(emulator.addDocument({ type: 'media', noPermission: true }).token),
    await download(`drive/v1/files/${emulator.addDocument({ type: 'media' }).token}/download`),
  ]
  expect(outcomes.map(({ outcome }) => outcome)).toEqual([
    '1061003 404',
    '1061003 404',
    '1061003 404',
    '1061004 403',
    '1061002 400',
  ])
})

it('a board is a picture; a new edit time gives another one', async () => {
  const { token } = emulator.addDocument({ type: 'board', contentType: 'image/jpeg' })
  const first = await board(token)
  expect(first.headers.get('content-type')).toBe('image/jpeg')
  expect(first.body).toEqual(emulator.expectedBytes(token, 'png'))
  emulator.edit(token)
  expect((await board(token)).body).not.toEqual(first.body)
  const outcomes = [
    await board('unknown'),
    await board(emulator.addDocument({ type: 'docx' }).token),
    await board(emulator.addDocument({ type: 'board', noPermission: true }).token),
  ]
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(['2890003 400', '2890003 400', '2890005 403'])
})

it('has the documented limits', async () => {
  await emulator.stop()
  emulator = await startEmulator()
  const used = (
    ['document', 'blocks', 'block-children', 'media-download', 'board-image', 'tables', 'sheets', 'spaces'] as const
  ).map((api) => emulator.useUp(api, 200))
  expect(used).toEqual([5, 5, 5, 5, 50, 20, 100, 100])
  emulator.advance(1000)
  expect(emulator.useUp('media-download', 200)).toBe(5)
  emulator.setLimit('media-download', undefined)
  expect(emulator.useUp('media-download', 200)).toBe(200)
})
