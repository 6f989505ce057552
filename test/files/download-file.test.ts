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
const never = new AbortController().signal

const credential: Credential = {
  token: () => Promise.resolve({ ok: true, value: 't-token' }),
  accepted: () => undefined,
  refused: () => false,
  refusedAdvice: undefined,
}

/** How a server behaves: what it knows, and how each body ends. */
interface Server {
  /** Whether it answers `Range` with a part. */
  readonly ranges?: boolean
  readonly etag?: string
  /** After how many bytes each body breaks off. */
  readonly breaksAfter?: number
  /** How long it waits before each piece, in milliseconds. */
  readonly pieceMs?: number
  /** Without a length, its end is marked all the same. */
  readonly isChunked?: boolean
}

/** A download from a server that is not there, on a clock that costs no time. */
function scene(server: Server, source: FileSource = uploadedFile('boxcn')) {
  const clock = new VirtualClock({ settle: diskIdle })
  const requests: HttpRequest[] = []
  const sums: number[] = []
  const transfer = new Transfer()
  async function* body(from: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const end = Math.min(CONTENT.length, from + (server.breaksAfter ?? Infinity))
    for (let at = from; at < end; at += PIECE_BYTES) {
      if (server.pieceMs !== undefined) await Promise.race([clock.wait(server.pieceMs), aborted(signal)])
      yield Uint8Array.from(CONTENT.subarray(at, Math.min(end, at + PIECE_BYTES)))
    }
    if (end < CONTENT.length) throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' })
  }
  const answer = (request: HttpRequest): HttpAnswer => {
    requests.push(request)
    const isAsked = server.ranges === true && request.headers['range'] !== undefined
    const from = isAsked ? Number(/\d+/.exec(request.headers['range'] ?? '')?.[0]) : 0
    return {
      status: isAsked ? 206 : 200,
      headers: {
        'content-type': 'application/octet-stream',
        ...(server.isChunked === true
          ? { 'transfer-encoding': 'chunked' }
          : { 'content-length': String(CONTENT.length - from) }),
        ...(isAsked && { 'content-range': `bytes ${from}-${CONTENT.length - 1}/${CONTENT.length}` }),
        ...(server.etag !== undefined && { etag: server.etag }),
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
          onBytes: (bytes) => sums.push(bytes),
        },
        never,
      ),
    )
  return { attempt, clock, requests, sums, transfer }
}

/** Resolves when nothing is under way that takes real time: all promises, and the disk. */
async function diskIdle(): Promise<void> {
  for (let idleTurns = 0; idleTurns < 3; idleTurns++) {
    await new Promise((resolve) => setImmediate(resolve))
    if (process.getActiveResourcesInfo().some((name) => /^(FSReq|CloseReq)/.test(name))) idleTurns = 0
  }
}

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))))

async function expectWhole(reply: Reply<StagedDownload>): Promise<void> {
  expect(reply).toMatchObject({ ok: true })
  if (!reply.ok) return
  expect(reply.value.staged.sha256).toBe(createHash('sha256').update(CONTENT).digest('hex'))
  expect(await publishDownload(reply.value, false)).toMatchObject({ ok: true, value: { bytes: CONTENT.length } })
  expect((await readFile(path.join(folder, 'a.bin'))).equals(CONTENT)).toBe(true)
  expect(await readdir(folder)).toEqual(['a.bin'])
}

const rangesOf = (requests: readonly HttpRequest[]) => requests.map(({ headers }) => headers['range'])

describe('a transfer that breaks', () => {
  test.each([
    ['uploaded', uploadedFile('boxcn')],
    ['exported', exportedFile('boxcn', 'docx')],
  ])('goes on where it was: an %s file', async (_, source) => {
    const { attempt, requests, sums } = scene({ ranges: true, breaksAfter: 400_000 }, source)
    const broken = [await attempt(), await attempt()]
    expect(broken).toMatchObject([
      { ok: false, failure: { class: 'transient', madeProgress: true } },
      { ok: false, failure: { class: 'transient', madeProgress: true } },
    ])
    await expectWhole(await attempt())
    expect(rangesOf(requests)).toEqual([undefined, 'bytes=400000-', 'bytes=800000-'])
    expect(sums).toEqual([...sums].sort((a, b) => a - b))
  })

  test('without a known length goes on only where an ETag proves that it is the same file', async () => {
    for (const [etag, range] of [
      ['"one"', 'bytes=400000-'],
      ['W/"one"', undefined],
      [undefined, undefined],
    ] as const) {
      const server = { ranges: true, breaksAfter: 400_000, isChunked: true, ...(etag !== undefined && { etag }) }
      const { attempt, requests, transfer } = scene(server)
      await attempt()
      await attempt()
      expect([etag, rangesOf(requests)]).toEqual([etag, [undefined, range]])
      await transfer.discard()
    }
    expect(await readdir(folder)).toEqual([])
  })

  test('of a source without parts begins again, and is no progress the second time', async () => {
    const source = { ...uploadedFile('boxcn'), ranges: false }
    const { attempt, requests } = scene({ ranges: true, breaksAfter: 400_000 }, source)
    const replies = [await attempt(), await attempt()]
    expect(rangesOf(requests)).toEqual([undefined, undefined])
    for (const reply of replies) expect(reply).not.toMatchObject({ failure: { madeProgress: true } })
    expect(await readdir(folder)).toEqual([])
  })

  test('where the service ignores `Range` counts as progress once', async () => {
    const { attempt, requests, transfer } = scene({ breaksAfter: 400_000 })
    expect(await attempt()).toMatchObject({ ok: false, failure: { madeProgress: true } })
    const second = await attempt()
    expect(second).toMatchObject({ ok: false })
    expect(second).not.toMatchObject({ failure: { madeProgress: true } })
    expect(rangesOf(requests)).toEqual([undefined, 'bytes=400000-'])
    await transfer.discard()
    expect(await readdir(folder)).toEqual([])
  })
})

describe('a slow transfer', () => {
  test('comes through as long as something comes within the limit', async () => {
    const { attempt, clock } = scene({ pieceMs: 900 })
    await expectWhole(await attempt())
    expect(clock.nowMs()).toBeGreaterThan(17_000)
  })

  test('without progress is given up, and gets twice the time in the next attempt', async () => {
    const { attempt, clock, transfer } = scene({ pieceMs: 1500 })
    const silent = await attempt()
    expect(silent).toMatchObject({ ok: false, failure: { class: 'transient' } })
    expect(silent).toMatchObject({ failure: { what: expect.stringContaining('sent nothing more for 1 s, after 0 B') } })
    expect(clock.nowMs()).toBe(1000)
    await expectWhole(await attempt())
    expect(transfer.stallsInARow).toBe(0)
  })
})
