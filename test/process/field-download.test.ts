import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from '@jest/globals'
import { bufferContent } from '../emulator/content.js'
import { rangedAnswer } from '../emulator/file-answer.js'
import { answers, startEmulator, type PlainAnswer, type RecordedRequest, type Script } from '../emulator/index.js'
import { POSIX_SIGNALS } from '../platform.js'
import { itIf } from '../skip.js'
import { runAction, type Inputs, type RunOptions, type StepResult } from './run-action.js'

const emulator = await startEmulator()
const workspaces: string[] = []
afterAll(async () => {
  await emulator.stop()
  for (const workspace of workspaces) rmSync(workspace, { recursive: true, force: true })
})

const CONTENT = randomBytes(800_000)

/** The answer of a service that supports `Range`, but not `If-Range`. */
function partOf({ headers }: Pick<RecordedRequest, 'headers'>, bytes: Buffer, etag?: string): PlainAnswer {
  const answer = rangedAnswer(bufferContent(bytes), 'a.docx', headers.range, 'application/octet-stream')
  return etag === undefined ? answer : { ...answer, headers: { ...answer.headers, etag } }
}

/** The answer of a service that supports `Range` and `If-Range`: the whole file if `If-Range` has another ETag. */
function rangedOrWhole(request: RecordedRequest, bytes: Buffer = CONTENT, etag?: string): PlainAnswer {
  const ifRange = request.headers['if-range']
  const isSame = ifRange === undefined || ifRange === etag
  return partOf(isSame ? request : { headers: {} }, bytes, etag)
}

/** The answer of a service that does not support `Range`. */
const whole = (bytes: Buffer = CONTENT): PlainAnswer => ({ ...answers.file(bytes) })
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

interface Downloaded {
  readonly step: StepResult
  readonly files: readonly string[]
  readonly saved: Buffer | undefined
  readonly requests: readonly RecordedRequest[]
  /** The `Range` headers of the requests. */
  readonly ranges: readonly (string | undefined)[]
  /** The first byte that each request asks for; 0 for the whole file. */
  readonly starts: readonly number[]
}

/** Downloads a finished export whose download is answered by a script. */
async function download(script: Script, inputs: Inputs = {}, options: RunOptions = {}): Promise<Downloaded> {
  const task = emulator.addTask({ durationMs: 0, startAt: 'now' })
  emulator.script('download', script, { token: task.fileToken })
  const workspace = mkdtempSync(path.join(tmpdir(), 'feishu-resume-'))
  workspaces.push(workspace)
  const common = { 'base-url': emulator.url, 'access-token': emulator.accessToken, 'timeout-seconds': 15 }
  const step = await runAction(
    'download',
    { ...common, 'file-token': task.fileToken, 'file-name': 'a.docx', ...inputs },
    { ...options, workspace },
  )
  const files = readdirSync(workspace)
  const requests = emulator.requestsTo('download').filter((request) => request.path.includes(task.fileToken))
  return {
    step,
    files,
    saved: files.includes('a.docx') ? readFileSync(path.join(workspace, 'a.docx')) : undefined,
    requests,
    ranges: requests.map(({ headers }) => headers.range),
    starts: requests.map(({ headers }) => Number(/^bytes=(\d+)-/.exec(headers.range ?? '')?.[1] ?? 0)),
  }
}

function expectSaved({ step, files, saved }: Downloaded, bytes: Buffer = CONTENT): void {
  expect(step.errors).toEqual([])
  expect(step.exitCode).toBe(0)
  expect(step.outputs['sha256']).toBe(sha256(bytes))
  expect(saved?.equals(bytes)).toBe(true)
  expect(files).toEqual(['a.docx'])
}

/** At most this number of the bytes that were sent before a break may not have been received. */
const MAX_LOST_BYTES = 65_536

describe('a transfer that breaks again and again', () => {
  it.concurrent('continues where it broke', async () => {
    const ended = await download((request) => answers.cut({ afterBytes: 300_000, of: rangedOrWhole(request) }), {
      'file-size': CONTENT.length,
    })
    expectSaved(ended)
    const [first, second = 0, third = 0, ...more] = ended.starts
    expect(first).toBe(0)
    expect(second).toBeGreaterThanOrEqual(300_000 - MAX_LOST_BYTES)
    expect(third).toBeGreaterThanOrEqual(second + 300_000 - MAX_LOST_BYTES)
    expect(more.length).toBeLessThan(2)
    expect(ended.step.log[0]).toMatch(/after \d+\.\d kB of 800\.0 kB.*; trying again in/)
  })

  it.concurrent('continues after the tenth break with the same short pause as after the first', async () => {
    const ended = await download((request) => answers.cut({ afterBytes: 100_000, of: rangedOrWhole(request) }))
    expectSaved(ended)
    expect(ended.starts.length).toBeGreaterThanOrEqual(8)
    expect(ended.starts).toEqual([...new Set(ended.starts)].sort((a, b) => a - b))
    // If the pause doubled with each fault, most pauses would be longer.
    expect(ended.step.log.filter((line) => /trying again in (0\.\d+|500 m)/.test(line)).length).toBeGreaterThan(6)
  })

  it.concurrent('begins again if the service always sends the whole file', async () => {
    const ended = await download((_, nth) => (nth < 3 ? answers.cut({ afterBytes: 300_000, of: whole() }) : whole()))
    expectSaved(ended)
    expect(ended.starts).toHaveLength(3)
    expect(ended.starts[2]).toBeGreaterThan(0)
  })

  it.concurrent('and never gets any further fails at the timeout, and leaves no file', async () => {
    const ended = await download(() => answers.cut({ afterBytes: 300_000, of: whole() }), { 'timeout-seconds': 3 })
    expect(ended.step.errors).toEqual([
      expect.stringMatching(
        /^Time is up.*after 300\.0 kB of 800\.0 kB.*300\.0 kB of 800\.0 kB were received\. Nothing was/,
      ),
    ])
    expect(ended.files).toEqual([])
  })

  itIf(POSIX_SIGNALS, 'leaves no file when it is cancelled in the pause between two attempts', async () => {
    const ended = await download(
      (request, nth) =>
        nth === 1 ? answers.cut({ afterBytes: 300_000, of: rangedOrWhole(request) }) : answers.reset(),
      { 'timeout-seconds': 30 },
      { interrupt: { signal: 'SIGINT', when: /trying again[^]*trying again/ } },
    )
    expect(ended.step.errors).toEqual([expect.stringMatching(/^Cancelled.*kB of 800\.0 kB were received/)])
    expect(ended.files).toEqual([])
  })
})

describe('only a part of the same file is appended:', () => {
  const OTHER = randomBytes(CONTENT.length)
  /** Breaks the first transfer, and answers the later requests with `then`. */
  const breaksOnce = (then: (request: RecordedRequest) => PlainAnswer, etag?: string): Script => {
    return (request, nth) =>
      nth === 1 ? answers.cut({ afterBytes: 300_000, of: rangedOrWhole(request, CONTENT, etag) }) : then(request)
  }

  it.concurrent('the ETag is sent along, and a changed file is downloaded from its beginning', async () => {
    const ended = await download(breaksOnce((request) => rangedOrWhole(request, OTHER, '"two"'), '"one"'))
    expectSaved(ended, OTHER)
    expect(ended.requests.map(({ headers }) => headers['if-range'])).toEqual([undefined, '"one"'])
  })

  it.concurrent.each<readonly [what: string, first: string | undefined, part: (r: RecordedRequest) => PlainAnswer]>([
    ['another ETag', '"one"', (r) => partOf(r, OTHER, '"two"')],
    ['another weak ETag', 'W/"one"', (r) => partOf(r, OTHER, 'W/"two"')],
    ['another size', undefined, (r) => partOf(r, Buffer.concat([OTHER, OTHER]))],
    [
      'another beginning',
      undefined,
      (r) => rangedAnswer(bufferContent(OTHER), 'a', r.headers.range && 'bytes=7-', 'application/octet-stream'),
    ],
    ['no range', undefined, () => ({ ...whole(OTHER), status: 206 })],
  ])('a part with %s is refused, and the file begins again', async (_, etag, part) => {
    const ended = await download((request, nth) => {
      if (nth === 1) return answers.cut({ afterBytes: 300_000, of: rangedOrWhole(request, CONTENT, etag) })
      return request.headers.range === undefined ? whole(OTHER) : part(request)
    })
    expectSaved(ended, OTHER)
    expect(ended.starts[1]).toBeGreaterThan(0)
    expect(ended.ranges.at(-1)).toBeUndefined()
  })

  it.concurrent.each([
    ['416', { status: 416, headers: { 'content-range': 'bytes */1' }, body: '' }],
    ['an error', answers.error(1060001)],
  ])('after a request for a part is refused by %s, the whole file is requested', async (_, refusal) => {
    const ended = await download((request, nth) => {
      if (nth === 1) return answers.cut({ afterBytes: 300_000, of: whole() })
      return request.headers.range === undefined ? whole() : refusal
    })
    expectSaved(ended)
    expect(ended.starts).toEqual([0, expect.any(Number), 0])
    expect(ended.starts[1]).toBeGreaterThan(0)
  })
})

describe('a file that is too large for one request', () => {
  const LARGE = randomBytes(18_000_000)
  const TOO_LARGE = answers.error(234037, { status: 200, msg: 'Downloaded file size exceeds limit.' })

  it.concurrent('is downloaded in pieces, and a broken piece is continued', async () => {
    let breaks = 0
    const ended = await download((request) => {
      if (request.headers.range === undefined) return TOO_LARGE
      const part = rangedOrWhole(request, LARGE)
      return request.headers.range.startsWith('bytes=8388608-') && breaks++ === 0
        ? answers.cut({ afterBytes: 1_000_000, of: part })
        : part
    })
    expectSaved(ended, LARGE)
    const [first, second, third, fourth, fifth] = ended.ranges
    expect([first, second, third]).toEqual([undefined, 'bytes=0-8388607', 'bytes=8388608-16777215'])
    for (const range of [fourth, fifth]) expect(range).toMatch(/^bytes=(9|17)\d+-\d+$/)
    expect(ended.ranges).toHaveLength(5)
  })

  it.concurrent('and is refused in pieces too is an error', async () => {
    const ended = await download(() => TOO_LARGE)
    expect(ended.step.errors).toEqual([expect.stringMatching(/too large to be downloaded in one request.*234037/)])
    expect(ended.ranges).toEqual([undefined, 'bytes=0-8388607'])
  })
})

it('the transfer of an uploaded file continues where it broke, too', async () => {
  const { token } = emulator.addDocument({ type: 'file', title: 'a.bin', bytes: CONTENT })
  const breaking: Script = (request) => answers.cut({ afterBytes: 300_000, of: rangedOrWhole(request) })
  emulator.script('file-download', breaking, { token })
  const workspace = mkdtempSync(path.join(tmpdir(), 'feishu-resume-'))
  workspaces.push(workspace)
  const step = await runAction(
    'export',
    {
      ...{ 'base-url': emulator.url, 'access-token': emulator.accessToken, 'timeout-seconds': 15 },
      sources: `https://acme.feishu.cn/file/${token}`,
      'include-files': true,
    },
    { workspace },
  )
  expect(step.errors).toEqual([])
  expect(readFileSync(path.join(workspace, 'a.bin')).equals(CONTENT)).toBe(true)
  const [first, ...ranges] = emulator.requestsTo('file-download').map(({ headers }) => headers.range)
  expect(first).toBeUndefined()
  expect(ranges.length).toBeGreaterThanOrEqual(2)
  for (const range of ranges) expect(range).toMatch(/^bytes=[1-9]\d+-$/)
})

it('a part is requested from the target of a redirect, without the credential', async () => {
  const seen: (string | undefined)[][] = []
  const storage = createServer((request, response) => {
    seen.push([request.headers.range, request.headers.authorization])
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0)
    const range = `bytes ${from}-${CONTENT.length - 1}/${CONTENT.length}`
    response.writeHead(from === 0 ? 200 : 206, {
      'content-length': CONTENT.length - from,
      ...(from > 0 && { 'content-range': range }),
    })
    if (from > 0) response.end(CONTENT.subarray(from))
    else response.write(CONTENT.subarray(0, 300_000), () => setTimeout(() => response.destroy(), 100))
  })
  await new Promise<void>((resolve) => storage.listen(0, '127.0.0.1', resolve))
  try {
    const to = `http://127.0.0.1:${(storage.address() as AddressInfo).port}/file`
    const ended = await download(() => answers.redirect(to))
    expectSaved(ended)
    expect(seen).toEqual([
      [undefined, undefined],
      [expect.stringMatching(/^bytes=[1-9]\d+-$/), undefined],
    ])
  } finally {
    storage.closeAllConnections()
    storage.close()
  }
})
