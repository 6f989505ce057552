import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { Credential } from '../../src/feishu/auth/credentials.js'
import type { HttpAnswer, HttpRequest } from '../../src/feishu/client/transport.js'
import { exportedFile, uploadedFile, type FileSource } from '../../src/feishu/drive/file-download.js'
import type { Reply } from '../../src/feishu/errors/failure.js'
import {
  placeFor,
  publishDownload,
  stageDownload,
  Transfer,
  type StagedDownload,
} from '../../src/files/download-file.js'
import { VirtualClock } from '../polling/virtual-clock.js'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'feishu-download-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const CONTENT = randomBytes(1_000_000)
const PIECE_BYTES = 50_000
const neverAborted = new AbortController().signal

const credential: Credential = {
  token: () => Promise.resolve({ ok: true, value: 't-token' }),
  reportAccepted: () => undefined,
  reportRefused: () => false,
  refusedAdvice: undefined,
}

/** How a simulated server behaves. By default, it sends the complete file at once, with its length. */
interface Server {
  /** Whether it sends only the requested part if a request has `Range`; otherwise, it always sends the complete file. */
  readonly ranges?: boolean
  readonly etag?: string
  /** After how many bytes each body breaks off. */
  readonly breaksAfter?: number
  /** How long it waits before each piece of the body, in milliseconds. */
  readonly pieceMs?: number
  /** Whether it sends the body in chunks, so that the client does not know the length. */
  readonly isChunked?: boolean
  readonly content?: Buffer
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * Prepares the download of a file from a simulated server, on a virtual clock.
 * @returns `attempt` makes the next attempt. `requests` and `receivedBytes` (the values of `onBytes`) are those of all
 * attempts so far. `transfer` is the state that the attempts share.
 */
function prepareDownload(server: Server, source: FileSource = uploadedFile('boxcn')) {
  const clock = new VirtualClock({ settle: diskIdle })
  const { content = CONTENT } = server
  const requests: HttpRequest[] = []
  const receivedBytes: number[] = []
  const transfer = new Transfer()
  /** The body that the server sends: the content from the byte `from` on. It throws where the body breaks off. */
  async function* body(from: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const end = Math.min(content.length, from + (server.breaksAfter ?? Infinity))
    for (let at = from; at < end; at += PIECE_BYTES) {
      if (server.pieceMs !== undefined) await Promise.race([clock.wait(server.pieceMs), rejectWhenAborted(signal)])
      yield Uint8Array.from(content.subarray(at, Math.min(end, at + PIECE_BYTES)))
    }
    if (end < content.length) throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' })
  }
  const answer = (request: HttpRequest): HttpAnswer => {
    requests.push(request)
    const range = server.ranges === true ? request.headers['range'] : undefined
    const isPart = range !== undefined
    const from = isPart ? Number(/\d+/.exec(range)?.[0]) : 0
    return {
      status: isPart ? 206 : 200,
      headers: {
        'content-type': 'application/octet-stream',
        ...(server.isChunked === true
          ? { 'transfer-encoding': 'chunked' }
          : { 'content-length': String(content.length - from) }),
        ...(isPart && { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` }),
        ...(server.etag !== undefined && { etag: server.etag }),
        ...server.headers,
      },
      body: body(from, request.signal),
      destroy: () => undefined,
    }
  }
  const attempt = (): Promise<Reply<StagedDownload>> =>
    clock.run(
      stageDownload(
        {
          connection: {
            transport: { send: (request) => Promise.resolve(answer(request)), dispose: () => undefined },
            baseUrl: 'https://open.example',
            clock,
          },
          credential,
          source,
          transfer,
          choosePlace: () => placeFor(path.join(folder, 'a.bin'), false),
          wrongSizeAdvice: 'Check it.',
          stallLimitMs: 1000,
          onBytes: (bytes) => receivedBytes.push(bytes),
        },
        neverAborted,
      ),
    )
  return { attempt, clock, requests, receivedBytes, transfer }
}

/**
 * Resolves when no promise can continue and no disk operation is running: the virtual clock must not go on before that.
 * A promise that continues in one turn may start the next operation. So three turns in a row must be without a running
 * operation.
 */
async function diskIdle(): Promise<void> {
  let idleTurns = 0
  while (idleTurns < 3) {
    await new Promise((resolve) => setImmediate(resolve))
    const isDiskBusy = process.getActiveResourcesInfo().some((name) => /^(FSReq|CloseReq)/.test(name))
    idleTurns = isDiskBusy ? 0 : idleTurns + 1
  }
}

const rejectWhenAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))))

/** Publishes the downloaded file, and expects that it has the whole content and that no other file is left. */
async function expectComplete(reply: Reply<StagedDownload>): Promise<void> {
  expect(reply).toMatchObject({ ok: true })
  if (!reply.ok) return
  expect(reply.value.staged.sha256).toBe(createHash('sha256').update(CONTENT).digest('hex'))
  expect(await publishDownload(reply.value, false)).toMatchObject({ ok: true, value: { bytes: CONTENT.length } })
  expect((await readFile(path.join(folder, 'a.bin'))).equals(CONTENT)).toBe(true)
  expect(await readdir(folder)).toEqual(['a.bin'])
}

const rangesOf = (requests: readonly HttpRequest[]) => requests.map(({ headers }) => headers['range'])

describe('a transfer that breaks off', () => {
  test.each([
    ['uploaded', uploadedFile('boxcn')],
    ['exported', exportedFile('boxcn')],
  ])('is resumed in the next attempt with the rest of the file: an %s file', async (_, source) => {
    const { attempt, requests, receivedBytes } = prepareDownload({ ranges: true, breaksAfter: 400_000 }, source)
    const broken = [await attempt(), await attempt()]
    expect(broken).toMatchObject([
      { ok: false, failure: { class: 'transient', madeProgress: true } },
      { ok: false, failure: { class: 'transient', madeProgress: true } },
    ])
    await expectComplete(await attempt())
    expect(rangesOf(requests)).toEqual([undefined, 'bytes=400000-', 'bytes=800000-'])
    const sorted = [...receivedBytes].sort((a, b) => a - b)
    expect(receivedBytes).toEqual(sorted)
  })

  test('without a known length is resumed only if a strong ETag proves that it is the same file', async () => {
    for (const [etag, range] of [
      ['"one"', 'bytes=400000-'],
      ['W/"one"', undefined],
      [undefined, undefined],
    ] as const) {
      const server = { ranges: true, breaksAfter: 400_000, isChunked: true, ...(etag !== undefined && { etag }) }
      const { attempt, requests, transfer } = prepareDownload(server)
      await attempt()
      await attempt()
      expect([etag, rangesOf(requests)]).toEqual([etag, [undefined, range]])
      await transfer.discard()
    }
    expect(await readdir(folder)).toEqual([])
  })

  test('starts again if the source does not support ranges, and never counts as progress', async () => {
    const source = { ...uploadedFile('boxcn'), ranges: false }
    const { attempt, requests } = prepareDownload({ ranges: true, breaksAfter: 400_000 }, source)
    const replies = [await attempt(), await attempt()]
    expect(rangesOf(requests)).toEqual([undefined, undefined])
    for (const reply of replies) expect(reply).not.toMatchObject({ failure: { madeProgress: true } })
    expect(await readdir(folder)).toEqual([])
  })

  test('counts as progress once if the service ignores `Range`', async () => {
    const { attempt, requests, transfer } = prepareDownload({ breaksAfter: 400_000 })
    expect(await attempt()).toMatchObject({ ok: false, failure: { madeProgress: true } })
    const second = await attempt()
    expect(second).toMatchObject({ ok: false })
    expect(second).not.toMatchObject({ failure: { madeProgress: true } })
    expect(rangesOf(requests)).toEqual([undefined, 'bytes=400000-'])
    await transfer.discard()
    expect(await readdir(folder)).toEqual([])
  })
})

test.each([false, true])(
  'an empty file in place of the exported one is named so (in chunks: %s)',
  async (isChunked) => {
    const { attempt } = prepareDownload({ content: Buffer.alloc(0), isChunked }, exportedFile('boxcn'))
    expect(await attempt()).toMatchObject({
      ok: false,
      failure: { class: 'transient', what: 'Could not download the exported file: open.example sent an empty file' },
    })
    expect(await readdir(folder)).toEqual([])
  },
)

describe('a file that is too large for one request', () => {
  const MB = 1_000_000
  const OLD = Buffer.alloc(20 * MB, 1)
  const NEW = Buffer.alloc(10 * MB, 2)

  /**
   * Makes one attempt to download the file. The server refuses to send all of it in one answer.
   * @param contentAt returns the content of the file at the nth request, from 0
   * @returns the reply, and the header `Range` of each request
   */
  async function download(contentAt: (nth: number) => Buffer) {
    const clock = new VirtualClock({ settle: diskIdle })
    const ranges: (string | undefined)[] = []
    const transfer = new Transfer()
    const send = (request: HttpRequest): Promise<HttpAnswer> => {
      const content = contentAt(ranges.length)
      const etag = `"${content.length}"`
      const { range, 'if-range': ifRange } = request.headers
      ranges.push(range)
      const [from = 0, to = 0] = (range?.match(/\d+/g) ?? []).map(Number)
      const isPart = range !== undefined && (ifRange === undefined || ifRange === etag) && from < content.length
      const bytes = isPart ? content.subarray(from, to + 1) : Buffer.from('{"code":234037,"msg":"exceeds limit"}')
      return Promise.resolve({
        status: isPart ? 206 : 200,
        headers: isPart
          ? { etag, 'content-range': `bytes ${from}-${from + bytes.length - 1}/${content.length}` }
          : { 'content-type': 'application/json' },
        body: (async function* () {
          yield await Promise.resolve(Uint8Array.from(bytes))
        })(),
        destroy: () => undefined,
      })
    }
    const options = {
      connection: { transport: { send, dispose: () => undefined }, baseUrl: 'https://open.example', clock },
      credential,
      source: uploadedFile('boxcn'),
      transfer,
      choosePlace: () => placeFor(path.join(folder, 'a.bin'), false),
      wrongSizeAdvice: 'Check it.',
      stallLimitMs: 1000,
    }
    const reply = await clock.run(stageDownload(options, neverAborted))
    await transfer.discard()
    return { reply, ranges }
  }

  const [FIRST, SECOND] = ['bytes=0-8388607', 'bytes=8388608-16777215']

  test('is received again from the beginning when it changes between two parts', async () => {
    const { reply, ranges } = await download((nth) => (nth < 2 ? OLD : NEW))
    expect(reply).toMatchObject({ ok: true })
    expect(reply.ok && reply.value.staged.sha256).toBe(createHash('sha256').update(NEW).digest('hex'))
    expect(ranges).toEqual([undefined, FIRST, SECOND, FIRST, SECOND])
  })

  test('fails when the service refuses a part again', async () => {
    const { reply, ranges } = await download((nth) => (nth % 2 === 0 ? NEW : OLD))
    expect(reply).toMatchObject({ ok: false, failure: { class: 'permanent', code: 234037 } })
    expect(ranges).toEqual([undefined, FIRST, SECOND, FIRST, SECOND])
    expect(await readdir(folder)).toEqual([])
  })
})

describe('a slow transfer', () => {
  test('is completed if each piece comes within the stall limit', async () => {
    const { attempt, clock } = prepareDownload({ pieceMs: 900 })
    await expectComplete(await attempt())
    expect(clock.nowMs()).toBeGreaterThan(17_000)
  })

  test('is completed also if the file is short and begins like a JSON error', async () => {
    const { attempt } = prepareDownload({
      pieceMs: 900,
      content: Buffer.from(`{"text":"${'x'.repeat(60_000)}"}`),
      headers: { 'content-disposition': 'attachment; filename="a.json"' },
    })
    expect(await attempt()).toMatchObject({ ok: true, value: { staged: { bytes: 60_011 } } })
  })

  test('fails when no piece comes within the stall limit, and gets twice the limit in the next attempt', async () => {
    const { attempt, clock, transfer } = prepareDownload({ pieceMs: 1500 })
    const stalled = await attempt()
    expect(stalled).toMatchObject({ ok: false, failure: { class: 'transient' } })
    expect(stalled).toMatchObject({
      failure: { what: expect.stringContaining('sent nothing more for 1 s, after 0 B') },
    })
    expect(clock.nowMs()).toBe(1000)
    await expectComplete(await attempt())
    expect(transfer.stallsInARow).toBe(0)
  })
})
