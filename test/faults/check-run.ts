import type { StepResult } from '../process/run-action.js'
import { checkStep } from './check-step.js'
import { classifyAnswer, readReportedStatus, type AnswerClass, type ReportedStatus } from './classify-answer.js'
import { expectRun } from './expect-run.js'
import { normalizeUrl } from './normalize-url.js'
import { observe } from './observe.js'
import type { ClassifiedExchange, Exchange, ExpectedRun, Observation, RunContext, Violation, World } from './types.js'

/** A run that has ended, with everything that is needed to check it. */
export interface FinishedRun {
  readonly action: 'wait' | 'create' | 'download'
  readonly step: StepResult
  readonly world: World
  readonly classified: readonly ClassifiedExchange[]
  readonly exchanges: readonly Exchange[]
  readonly context: RunContext
  /** Of a download: the size that the file must have; undefined when the inputs do not say it. */
  readonly fileSize: number | undefined
}

/** How a run had to end, and the rules that it broke. */
export interface RunCheck {
  readonly expected: ExpectedRun
  readonly green: boolean
  readonly violations: readonly Violation[]
}

/** Classifies every exchange of a run on its own. */
export function classifyExchanges(
  exchanges: readonly Exchange[],
  world: World,
  fileSize?: number,
  mayBeEmpty = fileSize === 0,
): ClassifiedExchange[] {
  return exchanges.map((exchange) => {
    const { request, server } = exchange
    const observed = observe(exchange)
    const call =
      request.api === 'mint' || request.api === 'query' || request.api === 'create'
        ? request.api
        : server === 'storage'
          ? 'storage'
          : 'download'
    const answerClass = classifyAnswer(observed, call, mayBeEmpty)
    const isTooLong =
      answerClass.kind === 'transient' && answerClass.accepted && (observed.maxBytes ?? 0) > (fileSize ?? Infinity)
    const query = new URLSearchParams(request.query).toString()
    return {
      call: request.api === 'mint' ? 'mint' : request.api === 'unknown' ? 'redirected' : 'main',
      atMs: request.atMs,
      observed,
      answerClass: isTooLong ? { kind: 'unclear' } : answerClass,
      authorization: request.headers.authorization,
      isPart: request.headers.range !== undefined,
      url: normalizeUrl(new URL(`${server === 'storage' ? world.storageUrl : world.url}${request.path}?${query}`)),
      lost: isLost(observed, answerClass),
    }
  })
}

/** After a 502 or 503 the request did not reach the service. */
function isLost({ status }: Observation, answerClass: AnswerClass): boolean {
  return answerClass.kind === 'transient' && answerClass.code === undefined && status !== 502 && status !== 503
}

/** Checks a run against the answers that it got. */
export function checkRun(run: FinishedRun): RunCheck {
  const { step, classified, context, world, action } = run
  const expected = expectRun(classified, context)
  const green = expected.end === 'either' ? step.exitCode === 0 : expected.end === 'green'
  const minted = classified.flatMap(({ answerClass }) => (answerClass.kind === 'token' ? [answerClass.token] : []))
  const given = [world.accessToken, world.appSecret].filter((secret) => secret !== '')
  const used = minted.filter((token) => classified.some(({ authorization }) => authorization === `Bearer ${token}`))
  const violations = [
    ...expected.violations,
    ...checkStep(step, {
      green,
      secrets: [...given, ...minted],
      knownSecrets: [...given, ...used],
      outputs: EXPECT_OUTPUTS[action](run, expected, green),
      summaryWhenGreen: action === 'download',
    }),
    ...run.exchanges.flatMap((exchange) => checkRequest(exchange, world)),
  ]
  const message = step.errors[0] ?? ''
  const must = (holds: boolean, text: string): void => {
    if (!holds) violations.push({ kind: 'wrong', text: `${text}: ${message}` })
  }
  if (!green && expected.code !== undefined)
    must(message.includes(String(expected.code)), `the message does not name the code ${expected.code}`)
  const logId = !green && expected.code !== undefined && expected.last ? onlyLogId(expected.last.observed) : undefined
  if (logId !== undefined) must(message.includes(`log id ${logId}`), 'the message does not name the log id of the body')
  const timedOut =
    !green && action === 'wait' && expected.end === 'red' && expected.last?.answerClass.kind === 'pending'
  if (timedOut) must(message.includes(world.ticket), 'the message does not name the ticket')
  return { expected, green, violations }
}

/** The log id at the top level of the JSON, where no header has one. */
function onlyLogId({ headers, body }: Observation): string | undefined {
  if (headers['x-tt-logid'] !== undefined || headers['x-request-id'] !== undefined) return undefined
  return /"log_id":"(2026\d+ABCDEF)"\}$/.exec(body?.toString() ?? '')?.[1]
}

type ExpectOutputs = (run: FinishedRun, expected: ExpectedRun, green: boolean) => Record<string, string>[] | undefined

const EXPECT_OUTPUTS: Readonly<Record<FinishedRun['action'], ExpectOutputs>> = {
  wait: (run, _, green) => expectWaitOutputs(run, green),
  create: expectCreateOutputs,
  download: expectDownloadOutputs,
}

function expectCreateOutputs({ world }: FinishedRun, { last }: ExpectedRun, green: boolean): Record<string, string>[] {
  if (!green || last?.answerClass.kind !== 'done') return [{}]
  const ticket = String(last.answerClass.result['ticket'])
  return [{ ticket, token: world.documentToken, type: 'docx', 'file-extension': 'pdf' }]
}

function expectWaitOutputs({ classified, context }: FinishedRun, green: boolean): Record<string, string>[] {
  const deadlineMs = Math.min(context.startMs + context.timeoutMs, context.cancelledAtMs ?? Infinity)
  let possible: (ReportedStatus | undefined)[] = [undefined]
  for (const { observed, answerClass, atMs } of classified) {
    const status = readReportedStatus(observed, answerClass)
    if (!status || (status.label === 'success' && !green)) continue
    const answerMs = (observed.completeAtMs ?? Infinity) - atMs
    const isRace = (observed.completeAtMs ?? Infinity) > deadlineMs - 250 || answerMs > 1000
    possible = isRace ? [...possible, status] : [status]
  }
  const file = green ? classified.findLast(({ answerClass }) => answerClass.kind === 'done')?.answerClass : undefined
  const fields = file?.kind === 'done' ? readFileOutputs(file.result, file.text) : {}
  return possible.map((status) => ({
    ...(status && { status: status.label }),
    ...(status?.code !== undefined && { 'status-code': status.code }),
    ...fields,
  }))
}

function readFileOutputs(result: Readonly<Record<string, unknown>>, text: string): Record<string, string> {
  const fields: Record<string, string> = {}
  for (const [output, member] of [
    ['file-token', 'file_token'],
    ['file-name', 'file_name'],
    ['file-extension', 'file_extension'],
    ['type', 'type'],
  ] as const) {
    const value = result[member]
    if (typeof value === 'string') fields[output] = value.toWellFormed()
  }
  const { file_size: size } = result
  const digits = /"file_size"\s*:\s*"?(\d+)"?\s*[,}]/.exec(text)?.[1]
  if ((typeof size === 'number' || typeof size === 'string') && digits !== undefined) fields['file-size'] = digits
  return fields
}

function expectDownloadOutputs(
  { step }: FinishedRun,
  { last }: ExpectedRun,
  green: boolean,
): Record<string, string>[] | undefined {
  if (!green) return [{}]
  if (last?.answerClass.kind !== 'file') return undefined
  const { path = '', 'file-name': name = '', sha256 = '' } = step.outputs
  // check-disk.ts compares path, name and bytes.
  return [{ path, 'file-name': name, sha256, 'file-size': String(last.answerClass.body.length) }]
}

function checkRequest({ request, server }: Exchange, world: World): Violation[] {
  const violations: Violation[] = []
  const must = (holds: boolean, text: string): void => {
    if (!holds) violations.push({ kind: 'wrong', text })
  }
  const { api, path, query, headers, body, method } = request
  must(/^feishu-export-action\/\d+\.\d+\.\d+ \(\w+\)$/.test(headers['user-agent'] ?? ''), 'wrong user agent')
  must(headers.cookie === undefined, 'a cookie')
  must(!JSON.stringify([request.path, query]).includes(world.accessToken || world.appSecret), 'a secret in an address')
  if (api === 'mint') {
    const { app_id: id, app_secret: secret } = body as Record<string, unknown>
    must(method === 'POST' && id === world.appId && secret === world.appSecret, 'wrong body of the request for a token')
  } else if (api === 'create') {
    const expectedBody = { file_extension: 'pdf', token: world.documentToken, type: 'docx' }
    must(method === 'POST' && JSON.stringify(body) === JSON.stringify(expectedBody), `created ${JSON.stringify(body)}`)
    must(path === '/open-apis/drive/v1/export_tasks', `path ${path}`)
  } else {
    must(method === 'GET' && body === undefined, `${method} with a body`)
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
