import { createHash } from 'node:crypto'
import type { RecordedRequest } from '../emulator/index.js'
import type { StepResult } from '../process/run-action.js'
import { checkStep } from './check-step.js'
import { classifyAnswer, type Endpoint } from './classify-answer.js'
import { readReportedStatus, type ReportedStatus } from './classify-data.js'
import { expectRun } from './expect-run.js'
import { observe } from './observe.js'
import { RACE_MS } from './time-limits.js'
import type {
  AnswerClass,
  ClassifiedExchange,
  Exchange,
  ExpectedRun,
  Observation,
  RunContext,
  Violation,
  World,
} from './types.js'
import { normalizeUrl } from './urls.js'

// The time limit of an attempt is at least 2 s. An answer that takes longer than half of it may come too late on a busy
// machine.
const CERTAINLY_IN_TIME_MS = 1000

/** A run that has ended, with everything that is needed to check it. */
export interface FinishedRun {
  readonly action: 'wait' | 'create' | 'download'
  readonly step: StepResult
  readonly world: World
  readonly classified: readonly ClassifiedExchange[]
  /** The exchanges whose requests are checked; empty when only the answers are known. */
  readonly exchanges: readonly Exchange[]
  readonly context: RunContext
}

/** The result of {@link checkRun}: how the run had to end, and the rules that it broke. */
export interface RunCheck {
  readonly expected: ExpectedRun
  /** Whether the run had to succeed; where both ends are correct, whether it did. */
  readonly green: boolean
  readonly violations: readonly Violation[]
}

/**
 * Classifies every exchange of a run on its own, without regard to the exchanges before it.
 * @param fileSize of a download: the size that the file must have; undefined when the inputs do not say it
 * @param mayBeEmpty of a download: whether an empty file can be the exported one
 */
export function classifyExchanges(
  exchanges: readonly Exchange[],
  world: World,
  fileSize: number | undefined,
  mayBeEmpty: boolean,
): ClassifiedExchange[] {
  return exchanges.map((exchange) => {
    const { request, server } = exchange
    const observed = observe(exchange)
    const answerClass = classifyAnswer(observed, endpointOf(exchange), mayBeEmpty)
    // A file that did not arrive completely may have had too many bytes before the interruption. Too many bytes are a
    // permanent error, an interruption is a transient one, and only the client knows which of the two it observed
    // first. (Of the transient answers, only such a file, and an empty one, are `accepted`.)
    const mayBeTooLong =
      answerClass.kind === 'transient' && answerClass.accepted && (observed.maxBytes ?? 0) > (fileSize ?? Infinity)
    const query = new URLSearchParams(request.query).toString()
    return {
      role: roleOf(request),
      atMs: request.atMs,
      observed,
      answerClass: mayBeTooLong ? { kind: 'unclear' } : answerClass,
      authorization: request.headers.authorization,
      isPart: request.headers.range !== undefined,
      url: normalizeUrl(new URL(`${server === 'storage' ? world.storageUrl : world.url}${request.path}?${query}`)),
      isAnswerLost: isAnswerLost(observed, answerClass),
    }
  })
}

/**
 * The API of a request. A redirect may lead a download to an address without an API, on the service or on `storage`.
 */
function endpointOf({ request, server }: Exchange): Endpoint {
  if (request.api === 'mint' || request.api === 'query' || request.api === 'create') return request.api
  return server === 'storage' ? 'storage' : 'download'
}

function roleOf({ api }: RecordedRequest): ClassifiedExchange['role'] {
  if (api === 'mint') return 'mint'
  // A redirect may also lead to the address of an API. `RequestChecker.add` gives such a request the role 'redirected'.
  return api === 'unknown' ? 'redirected' : 'main'
}

/**
 * Whether the answer is transient, although the service may have carried out the request. A code excludes this:
 * the service reports a failure. Status 502 or 503 excludes it too: the request did not reach the service.
 */
function isAnswerLost({ status }: Observation, answerClass: AnswerClass): boolean {
  return answerClass.kind === 'transient' && answerClass.code === undefined && status !== 502 && status !== 503
}

/**
 * Checks the requests of a run, its end, its outputs and everything that it printed. The answers that the run got decide
 * what is correct.
 */
export function checkRun(run: FinishedRun): RunCheck {
  const { step, classified, context, world, action } = run
  const expected = expectRun(classified, context)
  const green = expected.end === 'either' ? step.exitCode === 0 : expected.end === 'green'
  const minted = classified.flatMap(({ answerClass }) => (answerClass.kind === 'token' ? [answerClass.token] : []))
  const given = [world.accessToken, world.appSecret].filter((secret) => secret !== '')
  // A token that was never used may be unmasked: the run may have ended before it read the token.
  const used = minted.filter((token) => classified.some(({ authorization }) => authorization === `Bearer ${token}`))
  const secrets = [...given, ...minted]
  const violations = [
    ...expected.violations,
    ...checkStep(step, {
      green,
      secrets,
      knownSecrets: [...given, ...used],
      outputs: EXPECT_OUTPUTS[action](run, expected, green),
      summaryWhenGreen: action === 'download',
    }),
    ...run.exchanges.flatMap((exchange) => checkRequest(exchange, world, secrets)),
  ]
  const message = step.errors[0] ?? ''
  const must = (holds: boolean, text: string): void => {
    if (!holds) violations.push({ kind: 'wrong', text: `${text}: ${message}` })
  }
  if (!green && expected.code !== undefined) {
    must(message.includes(String(expected.code)), `the message does not name the code ${expected.code}`)
    const logId = expected.last && readTopLevelLogId(expected.last.observed)
    if (logId !== undefined)
      must(message.includes(`log id ${logId}`), 'the message does not name the log id of the body')
  }
  const isCancelled = context.cancelledAtMs !== undefined
  const hasTimedOut = !green && action === 'wait' && !isCancelled && expected.last?.answerClass.kind === 'pending'
  if (hasTimedOut) must(message.includes(world.ticket), 'the message does not name the ticket')
  return { expected, green, violations }
}

/**
 * Reads the log id that `wire-shapes.ts` puts at the top level of the JSON. Undefined if it put none there, or if a
 * header has a log id.
 */
function readTopLevelLogId({ headers, body }: Observation): string | undefined {
  if (headers['x-tt-logid'] !== undefined || headers['x-request-id'] !== undefined) return undefined
  return /"log_id":"(2026\d+ABCDEF)"\}$/.exec(body?.toString() ?? '')?.[1]
}

/** Returns the possible sets of outputs, without `error-message`. */
type ExpectOutputs = (run: FinishedRun, expected: ExpectedRun, green: boolean) => Record<string, string>[]

const EXPECT_OUTPUTS: Readonly<Record<FinishedRun['action'], ExpectOutputs>> = {
  wait: expectWaitOutputs,
  create: expectCreateOutputs,
  download: expectDownloadOutputs,
}

/** Every run of the kind `create` exports a docx as pdf (see `generateCreateScenario`). */
function expectCreateOutputs({ world }: FinishedRun, { last }: ExpectedRun, green: boolean): Record<string, string>[] {
  if (!green || last?.answerClass.kind !== 'done') return [{}]
  const ticket = String(last.answerClass.result['ticket'])
  return [{ ticket, token: world.documentToken, type: 'docx', 'file-extension': 'pdf' }]
}

/**
 * Returns the possible sets of outputs of a run of wait, without `error-message`. A failed run has the last status that
 * it read. An answer that comes near the deadline, the cancel or the time limit of an attempt has perhaps not been read.
 * Then there is also the set without it.
 */
function expectWaitOutputs(
  { classified, context }: FinishedRun,
  { last }: ExpectedRun,
  green: boolean,
): Record<string, string>[] {
  if (green && last?.answerClass.kind === 'done') {
    const { result, text } = last.answerClass
    return [{ status: 'success', 'status-code': '0', ...readFileOutputs(result, text) }]
  }
  const latestEndMs = Math.min(context.startMs + context.timeoutMs, context.cancelledAtMs ?? Infinity)
  let possibleStatuses: (ReportedStatus | undefined)[] = [undefined]
  for (const { observed, answerClass, atMs } of classified) {
    const status = readReportedStatus(observed, answerClass)
    // A run that failed has not read the answer of success, which came too late.
    if (!status || status.label === 'success') continue
    const { completeAtMs = Infinity } = observed
    const isRace = completeAtMs > latestEndMs - RACE_MS || completeAtMs - atMs > CERTAINLY_IN_TIME_MS
    possibleStatuses = isRace ? [...possibleStatuses, status] : [status]
  }
  return possibleStatuses.map((status) => ({
    ...(status && { status: status.label }),
    ...(status?.code !== undefined && { 'status-code': status.code }),
  }))
}

/**
 * Returns the outputs about the file that a finished task reports. A malformed field has no output.
 * @param result the object `data.result`
 * @param text the JSON text of the answer: a JavaScript number would not hold all digits of a size
 */
function readFileOutputs(result: Readonly<Record<string, unknown>>, text: string): Record<string, string> {
  const fields: Record<string, string> = {}
  for (const [output, member] of [
    ['file-token', 'file_token'],
    ['file-name', 'file_name'],
    ['file-extension', 'file_extension'],
    ['type', 'type'],
  ] as const) {
    const value = result[member]
    // Outputs are written in UTF-8, which has no lone surrogates.
    if (typeof value === 'string') fields[output] = value.toWellFormed()
  }
  const { file_size: size } = result
  const digits = /"file_size"\s*:\s*"?(\d+)"?\s*[,}]/.exec(text)?.[1]
  if ((typeof size === 'number' || typeof size === 'string') && digits !== undefined) fields['file-size'] = digits
  return fields
}

/** The only possible outputs of a run of download, without `error-message`: none, unless it saved the file. */
function expectDownloadOutputs({ step }: FinishedRun, { last }: ExpectedRun, green: boolean): Record<string, string>[] {
  if (!green || last?.answerClass.kind !== 'file') return [{}]
  const { body } = last.answerClass
  const sha256 = createHash('sha256').update(body).digest('hex')
  // The step's own values, which check-disk.ts compares with the disk.
  const { path = '', 'file-name': name = '' } = step.outputs
  return [{ path, 'file-name': name, sha256, 'file-size': String(body.length) }]
}

/** Checks the content of one request: user agent, cookie, address, method and body. */
function checkRequest({ request, server }: Exchange, world: World, secrets: readonly string[]): Violation[] {
  const violations: Violation[] = []
  const must = (holds: boolean, text: string): void => {
    if (!holds) violations.push({ kind: 'wrong', text })
  }
  const { api, path, query, headers, body, method } = request
  must(/^feishu-export-action\/\d+\.\d+\.\d+ \(\w+\)$/.test(headers['user-agent'] ?? ''), 'wrong user agent')
  must(headers.cookie === undefined, 'a cookie')
  const address = JSON.stringify([path, query])
  must(!secrets.some((secret) => address.includes(secret)), 'a secret in an address')
  if (api === 'mint') {
    const { app_id: id, app_secret: sentSecret } = body as Record<string, unknown>
    const isBodyCorrect = id === world.appId && sentSecret === world.appSecret
    must(method === 'POST' && isBodyCorrect, 'wrong body of the request for a token')
  } else if (api === 'create') {
    const expectedBody = { file_extension: 'pdf', token: world.documentToken, type: 'docx' }
    must(method === 'POST' && JSON.stringify(body) === JSON.stringify(expectedBody), `created ${JSON.stringify(body)}`)
    must(path === '/open-apis/drive/v1/export_tasks', `path ${path}`)
  } else {
    must(method === 'GET' && body === undefined, `method ${method}, body ${JSON.stringify(body)}`)
  }
  if (api === 'query') {
    must(path === `/open-apis/drive/v1/export_tasks/${world.ticket}`, `path ${path}`)
    must(JSON.stringify(query) === JSON.stringify({ token: world.documentToken }), `query ${JSON.stringify(query)}`)
  }
  if (api === 'download' && server === 'service') {
    must(path === `/open-apis/drive/v1/export_tasks/file/${world.fileToken}/download`, `path ${path}`)
  }
  return violations
}
