import { readFileSync, statSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createServer as createTcpServer, type AddressInfo, type Server as TcpServer } from 'node:net'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { answers, type Answer, type Task } from '../emulator/index.js'
import { POSIX_SIGNALS } from '../platform.js'
import { describeIf } from '../skip.js'
import { downloadBench } from './download-support.js'
import { expectFailure } from './expect-step.js'
import type { Inputs, RunOptions, StepResult } from './run-action.js'
import { waitUntil } from './wait-until.js'

const bench = downloadBench()

const CONTENT = 'the very content of the file'

/**
 * Adds a finished export.
 * @param script the answers to the first requests for its file, or one answer to every request. A request for which it
 * has no answer gets the file
 * @param bytes the content of the file
 */
function addExport(
  script?: readonly (Answer | undefined)[] | Answer,
  bytes: string | { size: number; seed: string } = CONTENT,
): Task {
  const task = bench.addExport({ bytes })
  if (script !== undefined) {
    // The cast: `Array.isArray` does not narrow the type of a readonly array.
    bench.emulator.script('download', Array.isArray(script) ? script : () => script as Answer, {
      token: task.fileToken,
    })
  }
  return task
}

/** Downloads the file under the name of its token, so that several can be in one workspace. */
function download(task: Pick<Task, 'fileToken'>, inputs: Inputs = {}, options: RunOptions = {}): Promise<StepResult> {
  return bench.run(task, { 'file-name': task.fileToken, 'file-extension': 'docx', ...inputs }, options)
}

/** The content of the file that `download` saved for a task. */
const text = (task: Task): string => bench.text(`${task.fileToken}.docx`)

describe('a transfer that goes wrong', () => {
  const envelope = { 'content-type': 'application/json; charset=utf-8' }
  const faults: readonly (readonly [string, Answer])[] = [
    ['reset', answers.reset()],
    ['reset after the head', answers.reset('after-headers')],
    ['closed', answers.close()],
    ['cut', answers.cut()],
    ['cut without a length', answers.cut({ chunked: true })],
    ['shorter than promised', answers.wrongContentLength(10)],
    ['stalled', answers.stall({ afterBytes: 5 })],
    ['stalled in the head', answers.stallInHeaders()],
    ['hung', answers.hang()],
    ['a page of a gateway', answers.gatewayPage(502)],
    ['a page at 200', answers.gatewayPage(200)],
    ['half an envelope at 200', answers.notJson()],
    ['a transient error at 200', answers.error(1069901, { status: 200 })],
    ['an envelope of success at 200', answers.ok({})],
    ['an envelope without end', answers.endless()],
    ['no HTTP', answers.garbage()],
    ['a part of the file', { ...answers.file('part'), status: 206 }],
    ['a rate limit', answers.rateLimited('99991400-400', { resetSeconds: 1 })],
    [
      'a rate limit at 200',
      { status: 200, headers: { ...envelope, 'x-ogw-ratelimit-reset': 1 }, json: { code: 99991400, msg: 'x' } },
    ],
  ]

  test('is tried again from the start', async () => {
    await Promise.all(
      faults.map(async ([name, fault]) => {
        const task = addExport([fault])
        const step = await download(task, { 'timeout-seconds': 8 })
        expect([name, step.errors]).toEqual([name, []])
        expect(text(task)).toBe(CONTENT)
        expect([name, bench.requestsFor(task).length]).toEqual([name, 2])
        expect(step.log).toEqual([
          expect.stringContaining('; trying again in '),
          expect.stringMatching(/^Downloaded "/),
        ])
      }),
    )
    expect(bench.files()).toHaveLength(faults.length)
  })

  test('and stays wrong is reported with the bytes received, and leaves nothing', async () => {
    const [cut, stalled] = await Promise.all([
      download(addExport(answers.cut({ afterBytes: 20 })), { 'timeout-seconds': 1.5 }),
      download(addExport(answers.stall({ afterBytes: 20 })), { 'timeout-seconds': 4 }),
    ])
    expectFailure(
      cut,
      /not downloaded within 1\.5 s .*The last request failed: .*reset.*, after (0|20) B of 28 B.*in that time/,
    )
    expectFailure(stalled, /127\.0\.0\.1:\d+ sent nothing more for 2 s, after 20 B of 28 B/)
    expect(bench.files()).toEqual([])
  })

  test('that the timeout ends is reported with the bytes received', async () => {
    const task = addExport(answers.trickle(100))
    const step = await download(task, { 'timeout-seconds': 1.5 })
    expectFailure(
      step,
      /not downloaded within 1\.5 s \(`timeout-seconds`\)\. \d+ B of 28 B were received\. Nothing was left/,
    )
    expect(bench.files()).toEqual([])
  })

  test('that is slow, but does not stop, succeeds', async () => {
    const task = addExport(answers.trickle(80))
    const step = await download(task, { 'timeout-seconds': 6 })
    expect(step.exitCode).toBe(0)
    expect(text(task)).toBe(CONTENT)
    expect(bench.requestsFor(task)).toHaveLength(1)
  })

  test('whose length is not sent is checked against file-size', async () => {
    const bodies = ['half', 'the whole']
    const server = createTcpServer((socket) => {
      socket.on('error', () => undefined)
      socket.once('data', () => socket.end(`HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n${bodies.shift() ?? ''}`))
    })
    const url = await listening(server)
    try {
      const step = await download({ fileToken: 'abc' }, { 'base-url': url, 'file-size': 9 })
      expect(step.errors).toEqual([])
      expect(readFileSync(step.outputs['path'] ?? '', 'utf8')).toBe('the whole')
    } finally {
      server.close()
    }
  })
})

describe('an answer that is not the file, though its head does not show that,', () => {
  const error = JSON.stringify({ code: 1069906, msg: 'gone' })
  const octets = { 'content-type': 'application/octet-stream' }

  test.each([
    ['an error sent as text', { status: 200, headers: { 'content-type': 'text/plain' }, body: error }],
    ['an error sent as a file', { status: 200, headers: octets, body: `\ufeff \n${error}` }],
  ] as const)('fails the step: %s', async (_, answer) => {
    const step = await download(addExport(answer))
    expectFailure(step, /the exported file is gone.*1069906/)
    expect(bench.files()).toEqual([])
  })

  test.each([
    ['nothing at all', { status: 200, headers: octets, body: '' }],
    ['a transient error sent as a file', { status: 200, headers: octets, body: '{"code":1069901,"msg":"x"}' }],
    ['a piece that calls itself whole', answers.file(Buffer.from('con'), { 'content-range': 'bytes 0-2/28' })],
  ] as const)('is requested again: %s', async (_, answer) => {
    const task = addExport([answer])
    const step = await download(task)
    expect(step.errors).toEqual([])
    expect(text(task)).toBe(CONTENT)
    expect(bench.requestsFor(task)).toHaveLength(2)
  })

  test('is not an empty csv, nor a file that begins like an error', async () => {
    const bodies = ['', '{"code":"1"}', '{ "code": 1, and more', `{${'x'.repeat(100_000)}`, error]
    // Only a disposition shows that the last body is a file, and not an error.
    const headers = (index: number) =>
      index === bodies.length - 1 ? { ...octets, 'content-disposition': 'attachment; filename=a.csv' } : octets
    for (const [index, body] of bodies.entries()) {
      const task = addExport({ status: 200, headers: headers(index), body })
      const step = await download(task, { 'file-extension': '.CSV' })
      expect(step.errors).toEqual([])
      expect(readFileSync(step.outputs['path'] ?? '', 'utf8')).toBe(body)
    }
  })

  test.each([
    ['the input file-name', { 'file-name': 'a.csv' }, octets],
    ['the service', {}, { ...octets, 'content-disposition': 'attachment; filename="a.csv"' }],
  ])('is not an empty file that is named a csv by %s', async (_, inputs, headers) => {
    const task = addExport({ status: 200, headers, body: '' })
    const step = await download(task, { 'file-name': '', 'file-extension': '', overwrite: 'true', ...inputs })
    expect(step.errors).toEqual([])
    expect(bench.text('a.csv')).toBe('')
  })

  test.each([
    ['identity', 'half', /connection was reset|ended the transfer/],
    ['gzip', 'half', /sends it compressed/],
    ['chunked, identity', 'half', /connection was reset|ended the transfer|not HTTP|compressed/],
  ])('is a body with `transfer-encoding: %s` that a reset ends', async (coding, body, words) => {
    const server = createTcpServer((socket) => {
      socket.on('error', () => undefined)
      socket.once('data', () => {
        socket.write(
          `HTTP/1.1 200 OK\r\ncontent-type: application/octet-stream\r\ntransfer-encoding: ${coding}\r\n\r\n${body}`,
        )
        setTimeout(() => socket.resetAndDestroy(), 50)
      })
    })
    const url = await listening(server)
    const step = await download({ fileToken: 'boxX' }, { 'base-url': url, 'timeout-seconds': 2 })
    server.close()
    expectFailure(step, words)
    expect(bench.files()).toEqual([])
  })
})

describe('a whole file of another size', () => {
  test('is an error with both sizes, immediately', async () => {
    const tasks = [
      addExport(),
      addExport(),
      addExport(answers.wrongContentLength(-8)),
      addExport(undefined, { size: 1e9, seed: 'x' }),
    ]
    const steps = await Promise.all(
      tasks.map((task, index) => download(task, { 'file-size': [27, 29, 28, 1000][index] })),
    )
    // The received and the expected size of each.
    const sizes = [
      [28, 27],
      [28, 29],
      [20, 28],
      [1_000_000_000, 1000],
    ]
    for (const [index, step] of steps.entries()) {
      const [received, expected] = sizes[index] ?? []
      expectFailure(
        step,
        new RegExp(`has ${received} bytes, but it must have ${expected} \\(log id \\w+\\)\\. Check that \`file-size\``),
      )
      expect(step.durationMs).toBeLessThan(4000)
    }
    for (const task of tasks) expect(bench.requestsFor(task)).toHaveLength(1)
    expect(bench.files()).toEqual([])
  })
})

describe('an error in place of the file', () => {
  const TEN_MINUTES = /10 minutes after.*Create a new export task/

  test('for a deleted file: the message explains that files are deleted after ten minutes', async () => {
    const gone = addExport()
    bench.emulator.advance(601_000)
    const [late, unknown, bare, invalid] = await Promise.all([
      download(gone),
      download(addExport(answers.error(77777, { status: 404 }))),
      download(addExport(answers.gatewayPage(404, 'Not Found'))),
      download(addExport(answers.error(1069914))),
    ])
    expectFailure(late, /the exported file is gone; .*1069906, HTTP 410/)
    for (const step of [late, unknown, bare, invalid]) expectFailure(step, TEN_MINUTES)
    expectFailure(
      await download({ fileToken: 'noSuchToken' }),
      /does not accept the file token .*1060001.*Create a new export task/,
    )
  })

  test('that is permanent fails the step immediately, whatever its HTTP status', async () => {
    const tasks = [200, 400, 403, 500].map((status) => addExport(answers.error(1069902, { status })))
    const steps = await Promise.all(tasks.map((task) => download(task)))
    for (const [index, step] of steps.entries()) {
      expectFailure(step, /not the identity that created the task .*1069902.*use the credential/)
      expect(bench.requestsFor(tasks[index] as Task)).toHaveLength(1)
      expect(step.summary).toContain('The file was not downloaded')
    }
    expect(bench.files()).toEqual([])
  })

  test('about an expired token: the token is renewed', async () => {
    const app = { 'access-token': '', 'app-id': bench.emulator.appId, 'app-secret': bench.emulator.appSecret }
    const task = addExport([answers.error(99991663)])
    const step = await download(task, app)
    expect(step.exitCode).toBe(0)
    expect(text(task)).toBe(CONTENT)
  })

  test('that is compressed, though the request forbids that, is refused', async () => {
    const task = addExport(answers.file(Buffer.from('x'), { 'content-encoding': 'gzip' }))
    expectFailure(await download(task), /sends it compressed/)
    expect(bench.requestsFor(task)[0]?.headers['accept-encoding']).toBe('identity')
  })
})

describe('a redirect', () => {
  /** Another server, to which the service redirects. */
  let storage: Server
  let url: string
  /** The requests that `storage` has received. */
  const seen: { url: string | undefined; authorization: string | undefined }[] = []

  beforeAll(async () => {
    storage = createServer((request, response) => {
      seen.push({ url: request.url, authorization: request.headers.authorization })
      if (request.url === '/loop') response.writeHead(302, { location: '/loop' }).end()
      else if (request.url === '/back') response.writeHead(307, { location: `${bench.emulator.url}/back` }).end()
      else if (request.url === '/gone') response.writeHead(403, { 'content-type': 'application/xml' }).end('<Error/>')
      else response.writeHead(200, { 'content-disposition': 'attachment; filename=x.docx' }).end(CONTENT)
    })
    url = await listening(storage)
  })
  afterAll(() => {
    storage.closeAllConnections()
    storage.close()
  })

  test('is followed without the credential', async () => {
    const task = addExport(answers.redirect(`${url}/file?signature=secret`, 307))
    const step = await download(task)
    expect(step.errors).toEqual([])
    expect(text(task)).toBe(CONTENT)
    expect(seen.splice(0)).toEqual([{ url: '/file?signature=secret', authorization: undefined }])
    expect(step.lines.join('\n')).not.toContain('signature')
  })

  test('to an address with Chinese letters is followed', async () => {
    const task = addExport(answers.redirect(Buffer.from(`${url}/合同.docx`).toString('latin1'), 302))
    const step = await download(task)
    expect(step.errors).toEqual([])
    expect(decodeURIComponent(seen.splice(0)[0]?.url ?? '')).toBe('/合同.docx')
  })

  test('to the same host keeps the credential; a redirect back from another host does not', async () => {
    const relative = addExport(answers.redirect('../other?x=1', 302))
    const back = addExport(answers.redirect(`${url}/back`))
    bench.emulator.script('any', (request) => (/other|back/.test(request.path) ? answers.file('there') : undefined))
    expect((await download(relative)).errors).toEqual([])
    expect((await download(back)).errors).toEqual([])
    const unknown = bench.emulator.requestsTo('unknown')
    expect(unknown.map(({ headers }) => headers.authorization)).toEqual([
      `Bearer ${bench.emulator.accessToken}`,
      undefined,
    ])
    seen.splice(0)
  })

  test('to an unsafe address is refused', async () => {
    const steps = await Promise.all(
      [
        'http://storage.example/file',
        'ftp://x/y',
        'https://user:pass@storage.example/',
        'http://',
        `${url}/loop`,
        `${url}/gone`,
      ].map((to) => download(addExport(answers.redirect(to)))),
    )
    for (const step of steps.slice(0, 4))
      expectFailure(step, /redirects to an address that is not https .*Check `base-url`/)
    expectFailure(steps[4] as StepResult, /redirects more than 5 times/)
    expectFailure(
      steps[5] as StepResult,
      /127\.0\.0\.1:\d+, to which the service redirects, does not send it \(HTTP 403\)/,
    )
    seen.splice(0)
  })
})

describeIf(POSIX_SIGNALS, 'a cancel', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('by %s in the middle of a transfer leaves nothing', async (signal) => {
    const task = addExport(answers.stall({ afterBytes: 5_000_000, of: answers.file(Buffer.alloc(10_000_000)) }))
    let left: readonly string[] = []
    const when = waitUntil(() => {
      left = bench.files()
      // The last batch is written when the body ends.
      return left.some((file) => statSync(path.join(bench.workspace, file)).size > 4_000_000)
    })
    const step = await download(task, { 'timeout-seconds': 60 }, { interrupt: { signal, when } })
    expect(left).toEqual([expect.stringMatching(/\.part$/)])
    expectFailure(
      step,
      /^Cancelled: the file was not downloaded\. 5\.0 MB of 10\.0 MB were received\. Nothing was left/,
    )
    expect(step.afterInterruptMs).toBeLessThan(1500)
    expect(bench.files()).toEqual([])
  })
})

/** Starts a server on loopback, and returns its address. */
async function listening(server: TcpServer): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
