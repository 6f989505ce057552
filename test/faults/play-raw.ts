import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { runAction } from '../process/run-action.js'
import { Dice } from './dice.js'
import { judgeDisk, plant, treeOf } from './disk.js'
import type { Frame, Item } from './course.js'
import { judge } from './judge.js'
import { meaningOf } from './meaning.js'
import { rawAnswer } from './raw-answers.js'
import { startRawServer, type RawAnswer, type RawExchange } from './raw-server.js'
import { understand } from './reference.js'
import type { Report, World } from './types.js'

const ok = (result: unknown): string => JSON.stringify({ code: 0, msg: 'success', data: { result } })
const DONE = ok({
  job_status: 0,
  file_token: 'boxcnTOKEN',
  file_name: 'A',
  file_extension: 'docx',
  type: 'docx',
  file_size: 7,
})

/** Plays one run against bytes of any kind in place of HTTP; another client's reading of them is the measure. */
export async function playRaw(seed: number): Promise<Report> {
  const dice = new Dice(seed)
  const action = dice.pick(['wait', 'wait', 'download'] as const)
  const timeoutMs = dice.pick([1000, 2000, 3000, 4000])
  const file = dice.bytes(dice.int(0, 3000))
  const answer = (): RawAnswer =>
    action === 'download'
      ? rawAnswer(dice, file, dice.pick(['application/octet-stream', 'application/pdf']))
      : rawAnswer(dice, dice.pick([DONE, DONE, ok({ job_status: 2 })]), 'application/json')
  const list = dice.list(dice.int(0, 5), answer)
  const rest = answer()
  const folder = mkdtempSync(path.join(tmpdir(), 'feishu-faults-'))
  const exchanges: RawExchange[] = []
  const startMs = performance.now()
  const server = await startRawServer((head) => {
    const exchange: RawExchange = { atMs: performance.now() - startMs, head, answer: list[exchanges.length] ?? rest }
    exchanges.push(exchange)
    return exchange.answer
  })
  const world: World = {
    url: `http://127.0.0.1:${server.port}`,
    storageUrl: 'http://127.0.0.1:1',
    credential: 'tenant',
    accessToken: 't-g1044qRAWrawRAWrawRAWrawRAWrawRAWrawRAW',
    appId: '',
    appSecret: '',
    ticket: '7143131813848813572',
    documentToken: 'docxTOKEN',
    fileToken: 'boxcnTOKEN',
  }
  const workspace = path.join(folder, 'workspace')
  try {
    mkdirSync(workspace)
    plant(workspace, { 'old.txt': 'old' })
    const before = treeOf(workspace)
    const beginMs = performance.now() - startMs
    const step = await runAction(
      action,
      {
        'base-url': world.url,
        'access-token': world.accessToken,
        'timeout-seconds': timeoutMs / 1000,
        ...(action === 'wait'
          ? { ticket: world.ticket, token: world.documentToken }
          : { 'file-token': world.fileToken, 'file-name': 'A.bin' }),
      },
      { workspace },
    )
    const endMs = performance.now() - startMs
    const items = await itemsOf(exchanges, action, world)
    const frame: Frame = {
      startMs: beginMs,
      endMs,
      timeoutMs,
      cancelledAtMs: undefined,
      givenToken: world.accessToken,
      intervalMs: undefined,
      wallOffsetMs: Date.now() - endMs,
      serviceUrl: world.url,
      spreadMs: 0,
      connectMs: 0,
      barred: undefined,
      lostEnds: false,
      fileRefused: () => false,
    }
    const verdict = judge({ action, step, world, items, exchanges: [], frame, fileSize: undefined })
    const { last } = verdict.course
    const served =
      verdict.green && last?.meaning.kind === 'file'
        ? { body: last.meaning.body, directory: workspace, name: 'A.bin', extension: '' }
        : undefined
    const disk = judgeDisk(before, treeOf(workspace), workspace, step, served)
    return {
      kind: 'raw',
      seed,
      violations: [...verdict.violations, ...disk.map((text) => ({ kind: 'wrong', text }) as const)],
      green: step.exitCode === 0,
      requests: exchanges.length,
      story: [
        `${action} timeout ${timeoutMs} ended ${Math.round(endMs - beginMs)} exit ${step.exitCode}`,
        ...items.map(({ atMs, seen, meaning }, i) => {
          const { bytes = Buffer.alloc(0), ending = '' } = exchanges[i]?.answer ?? {}
          const times = `${Math.round(atMs - beginMs)}-${Math.round((seen.knownMs ?? NaN) - beginMs)}`
          return `  ${times} ${meaning.kind} ${seen.status} <- ${ending} ${JSON.stringify(bytes.toString('latin1').slice(0, 400))}`
        }),
        ...step.lines.map((line) => `  | ${line.slice(0, 600)}`),
      ].join('\n'),
    }
  } finally {
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function itemsOf(exchanges: readonly RawExchange[], action: 'wait' | 'download', world: World): Promise<Item[]> {
  const understood = await understand(exchanges.map(({ answer }) => answer))
  return exchanges.map(({ atMs, head }, i) => {
    const { status, headers = {}, body } = understood[i] ?? {}
    const isWhole = body !== undefined
    const seen = {
      status,
      headers,
      ...(body !== undefined && { body: Buffer.from(body, 'base64') }),
      // When the client saw that no more comes, only it knows.
      knownMs: isWhole ? atMs : undefined,
    }
    return {
      call: 'main',
      atMs,
      seen,
      meaning: meaningOf(seen, action === 'wait' ? 'query' : 'download'),
      authorization: /^authorization: (.*)$/im.exec(head)?.[1]?.trim(),
      url: `${world.url}${/^GET (\S+)/.exec(head)?.[1] ?? ''}`,
      storage: false,
      lost: false,
    }
  })
}
