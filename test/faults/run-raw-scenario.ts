import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { runAction } from '../process/run-action.js'
import { checkDisk, readTree, writeFiles } from './check-disk.js'
import { checkRun } from './check-run.js'
import { classifyAnswer } from './classify-answer.js'
import { RandomSource } from './random-source.js'
import { randomRawAnswer } from './raw-answers.js'
import { startRawServer, type RawAnswer, type RawExchange } from './raw-server.js'
import { readWithReferenceClient } from './reference-client.js'
import { formatLog } from './transcript.js'
import type { ClassifiedExchange, Report, RunContext, World } from './types.js'

const MAX_SHOWN_BYTES = 400

/** An answer to a query with this `data.result`. */
const encodeResult = (result: unknown): string => JSON.stringify({ code: 0, msg: 'success', data: { result } })
const DONE = encodeResult({
  job_status: 0,
  file_token: 'boxcnTOKEN',
  file_name: 'A',
  file_extension: 'docx',
  type: 'docx',
  file_size: 7,
})

/**
 * Runs a built action against answers that need not be HTTP. What a reference client reads of them decides what is
 * correct.
 */
export async function runRawScenario(seed: number): Promise<Report> {
  const random = new RandomSource(seed)
  const action = random.pick(['wait', 'wait', 'download'] as const)
  const timeoutMs = random.pick([1000, 2000, 3000, 4000])
  const file = random.bytes(random.int(0, 3000))
  const nextAnswer = (): RawAnswer =>
    action === 'download'
      ? randomRawAnswer(random, file, random.pick(['application/octet-stream', 'application/pdf']))
      : randomRawAnswer(random, random.pick([DONE, DONE, encodeResult({ job_status: 2 })]), 'application/json')
  const list = random.list(random.int(0, 5), nextAnswer)
  const rest = nextAnswer()
  const folder = mkdtempSync(path.join(tmpdir(), 'feishu-faults-'))
  const exchanges: RawExchange[] = []
  // All times of the run are in milliseconds since this moment.
  const originMs = performance.now()
  const nowMs = (): number => performance.now() - originMs
  const server = await startRawServer((head) => {
    const exchange: RawExchange = { atMs: nowMs(), head, answer: list[exchanges.length] ?? rest }
    exchanges.push(exchange)
    return exchange.answer
  })
  const world = createWorld(server.port)
  const workspace = path.join(folder, 'workspace')
  try {
    mkdirSync(workspace)
    writeFiles(workspace, { 'old.txt': 'old' })
    const before = readTree(workspace)
    const wallOffsetMs = Date.now() - nowMs()
    const startMs = nowMs()
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
    const endMs = nowMs()
    const context = createContext(world, { startMs, endMs, timeoutMs, wallOffsetMs })
    const classified = await classifyRawExchanges(exchanges, action, world)
    // Of a raw run only the answers are checked, not the requests.
    const check = checkRun({ action, step, world, classified, exchanges: [], context })
    const { last } = check.expected
    const served =
      check.green && last?.answerClass.kind === 'file'
        ? { body: last.answerClass.body, directory: workspace, name: 'A.bin', extension: '' }
        : undefined
    const diskProblems = checkDisk(before, readTree(workspace), workspace, step, served)
    return {
      kind: 'raw',
      seed,
      violations: [...check.violations, ...diskProblems.map((text) => ({ kind: 'wrong', text }) as const)],
      green: step.exitCode === 0,
      requests: exchanges.length,
      transcript: [
        `${action} timeout ${timeoutMs} ended ${Math.round(endMs - startMs)} exit ${step.exitCode}`,
        ...classified.map((exchange, i) => describeExchange(exchange, exchanges[i]?.answer, startMs)),
        ...formatLog(step.lines),
      ].join('\n'),
    }
  } finally {
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

const createWorld = (port: number): World => ({
  url: `http://127.0.0.1:${port}`,
  // No server listens there: the generated answers redirect nowhere.
  storageUrl: 'http://127.0.0.1:1',
  credential: 'tenant',
  accessToken: 't-g1044qRAWrawRAWrawRAWrawRAWrawRAWrawRAW',
  appId: '',
  appSecret: '',
  ticket: '7143131813848813572',
  documentToken: 'docxTOKEN',
  fileToken: 'boxcnTOKEN',
})

type RunTimes = Pick<RunContext, 'startMs' | 'endMs' | 'timeoutMs' | 'wallOffsetMs'>

/** Creates the context of a raw run, which has no proxy, no cancellation and no parallel jobs. */
const createContext = (world: World, times: RunTimes): RunContext => ({
  ...times,
  cancelledAtMs: undefined,
  givenToken: world.accessToken,
  intervalMs: undefined,
  serviceUrl: world.url,
  maxFirstDelayMs: 0,
  connectMs: 0,
  blocked: undefined,
  secondLostAnswerEnds: false,
  isFileRefused: () => false,
})

/**
 * Formats an exchange as a line of the transcript: times since the start of the run, and what the answer means. Then its
 * status, what happened to the connection, and the first bytes.
 */
function describeExchange(
  { atMs, observed, answerClass }: ClassifiedExchange,
  answer: RawAnswer | undefined,
  startMs: number,
): string {
  const { bytes = Buffer.alloc(0), ending = '' } = answer ?? {}
  const times = `${Math.round(atMs - startMs)}-${Math.round((observed.completeAtMs ?? NaN) - startMs)}`
  const text = JSON.stringify(bytes.toString('latin1').slice(0, MAX_SHOWN_BYTES))
  return `  ${times} ${answerClass.kind} ${observed.status} <- ${ending} ${text}`
}

/** Classifies every exchange of a run by what the reference client reads of its answer. */
async function classifyRawExchanges(
  exchanges: readonly RawExchange[],
  action: 'wait' | 'download',
  world: World,
): Promise<ClassifiedExchange[]> {
  const readings = await readWithReferenceClient(exchanges.map(({ answer }) => answer))
  return exchanges.map(({ atMs, head }, i) => {
    const { status, headers = {}, body } = readings[i] ?? {}
    const observed = {
      status,
      headers,
      ...(body !== undefined && { body: Buffer.from(body, 'base64') }),
      // A complete answer is read at once. For an incomplete one, only the client knows when it gave up.
      completeAtMs: body === undefined ? undefined : atMs,
    }
    return {
      role: 'main',
      atMs,
      observed,
      answerClass: classifyAnswer(observed, action === 'wait' ? 'query' : 'download'),
      authorization: /^authorization: (.*)$/im.exec(head)?.[1]?.trim(),
      isPart: /^range: /im.test(head),
      url: `${world.url}${/^GET (\S+)/.exec(head)?.[1] ?? ''}`,
      // Only counted for create, which no raw run is.
      isAnswerLost: false,
    }
  })
}
