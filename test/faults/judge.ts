import type { StepResult } from '../process/run-action.js'
import type { Course, Frame, Item } from './course.js'
import { courseOf, plainUrl } from './flow.js'
import { meaningOf, toldStatus, type Meaning, type ToldStatus } from './meaning.js'
import { seenOf, type Exchange, type Seen } from './seen.js'
import { judgeStep } from './step.js'
import type { Violation, World } from './types.js'

/** All that a verdict needs. */
export interface Case {
  readonly action: 'wait' | 'create' | 'download'
  readonly step: StepResult
  readonly world: World
  readonly items: readonly Item[]
  readonly exchanges: readonly Exchange[]
  readonly frame: Frame
  /** Of a download: the size that the file must have. */
  readonly fileSize: number | undefined
}

/** What a run had to be, and where it was not. */
export interface Verdict {
  readonly course: Course
  readonly green: boolean
  readonly violations: readonly Violation[]
}

/** Judges every exchange for itself. */
export function itemsOf(
  exchanges: readonly Exchange[],
  world: World,
  fileSize?: number,
  mayBeEmpty = fileSize === 0,
): Item[] {
  return exchanges.map((exchange) => {
    const { request, server } = exchange
    const seen = seenOf(exchange)
    const call =
      request.api === 'mint' || request.api === 'query' || request.api === 'create'
        ? request.api
        : server === 'storage'
          ? 'storage'
          : 'download'
    const meaning = meaningOf(seen, call, mayBeEmpty)
    const isTooLong = meaning.kind === 'transient' && meaning.accepted && (seen.mostBytes ?? 0) > (fileSize ?? Infinity)
    const query = new URLSearchParams(request.query).toString()
    return {
      call: request.api === 'mint' ? 'mint' : request.api === 'unknown' ? 'hop' : 'main',
      atMs: request.atMs,
      seen,
      meaning: isTooLong ? { kind: 'unclear' } : meaning,
      authorization: request.headers.authorization,
      url: plainUrl(new URL(`${server === 'storage' ? world.storageUrl : world.url}${request.path}?${query}`)),
      storage: server === 'storage',
      lost: isLost(seen, meaning),
    }
  })
}

/** A 502 or 503 says that the request did not get through. */
function isLost({ status }: Seen, meaning: Meaning): boolean {
  return meaning.kind === 'transient' && meaning.code === undefined && status !== 502 && status !== 503
}

/** Judges a run by what was answered. */
export function judge(run: Case): Verdict {
  const { step, items, frame, world, action } = run
  const course = courseOf(items, frame)
  const green = course.end === 'either' ? step.exitCode === 0 : course.end === 'green'
  const minted = items.flatMap(({ meaning }) => (meaning.kind === 'token' ? [meaning.token] : []))
  const given = [world.accessToken, world.appSecret].filter((secret) => secret !== '')
  const used = minted.filter((token) => items.some(({ authorization }) => authorization === `Bearer ${token}`))
  const violations = [
    ...course.violations,
    ...judgeStep(step, {
      green,
      secrets: [...given, ...minted],
      knownSecrets: [...given, ...used],
      outputs: OUTPUTS[action](run, course, green),
      summaryWhenGreen: action === 'download',
    }),
    ...run.exchanges.flatMap((exchange) => judgeRequest(exchange, world)),
  ]
  const message = step.errors[0] ?? ''
  const must = (holds: boolean, text: string): void => {
    if (!holds) violations.push({ kind: 'wrong', text: `${text}: ${message}` })
  }
  if (!green && course.code !== undefined) must(message.includes(String(course.code)), `no code ${course.code}`)
  const timedOut = !green && action === 'wait' && course.end === 'red' && course.last?.meaning.kind === 'pending'
  if (timedOut) must(message.includes(world.ticket), 'no ticket')
  return { course, green, violations }
}

type OutputsOf = (run: Case, course: Course, green: boolean) => Record<string, string>[] | undefined

const OUTPUTS: Readonly<Record<Case['action'], OutputsOf>> = {
  wait: (run, _, green) => outputsOfWait(run, green),
  create: outputsOfCreate,
  download: outputsOfDownload,
}

function outputsOfCreate({ world }: Case, { last }: Course, green: boolean): Record<string, string>[] {
  if (!green || last?.meaning.kind !== 'done') return [{}]
  const ticket = String(last.meaning.result['ticket'])
  return [{ ticket, token: world.documentToken, type: 'docx', 'file-extension': 'pdf' }]
}

function outputsOfWait({ items, frame }: Case, green: boolean): Record<string, string>[] {
  const deadlineMs = Math.min(frame.startMs + frame.timeoutMs, frame.cancelledAtMs ?? Infinity)
  let possible: (ToldStatus | undefined)[] = [undefined]
  for (const { seen, meaning, atMs } of items) {
    const status = toldStatus(seen, meaning)
    if (!status || (status.label === 'success' && !green)) continue
    const slowMs = (seen.knownMs ?? Infinity) - atMs
    const isClose = (seen.knownMs ?? Infinity) > deadlineMs - 250 || slowMs > 1000
    possible = isClose ? [...possible, status] : [status]
  }
  const file = green ? items.findLast(({ meaning }) => meaning.kind === 'done')?.meaning : undefined
  const fields = file?.kind === 'done' ? fileFields(file.result, file.text) : {}
  return possible.map((status) => ({
    ...(status && { status: status.label }),
    ...(status?.code !== undefined && { 'status-code': status.code }),
    ...fields,
  }))
}

function fileFields(result: Readonly<Record<string, unknown>>, text: string): Record<string, string> {
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

function outputsOfDownload({ step }: Case, { last }: Course, green: boolean): Record<string, string>[] | undefined {
  if (!green) return [{}]
  if (last?.meaning.kind !== 'file') return undefined
  const { path = '', 'file-name': name = '', sha256 = '' } = step.outputs
  // The disk is judged elsewhere, by the very bytes.
  return [{ path, 'file-name': name, sha256, 'file-size': String(last.meaning.body.length) }]
}

function judgeRequest({ request, server }: Exchange, world: World): Violation[] {
  const violations: Violation[] = []
  const must = (holds: boolean, text: string): void => {
    if (!holds) violations.push({ kind: 'wrong', text })
  }
  const { api, path, query, headers, body, method } = request
  must(/^feishu-export-action\/\d+\.\d+\.\d+ \(\w+\)$/.test(headers['user-agent'] ?? ''), 'the user agent')
  must(headers.cookie === undefined, 'a cookie')
  must(!JSON.stringify([request.path, query]).includes(world.accessToken || world.appSecret), 'a secret in an address')
  if (api === 'mint') {
    const { app_id: id, app_secret: secret } = body as Record<string, unknown>
    must(method === 'POST' && id === world.appId && secret === world.appSecret, 'what was sent to mint')
  } else if (api === 'create') {
    const sent = { file_extension: 'pdf', token: world.documentToken, type: 'docx' }
    must(method === 'POST' && JSON.stringify(body) === JSON.stringify(sent), `created ${JSON.stringify(body)}`)
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
