import type { AnswerHeaders, Fault, PlainAnswer } from './answer.js'
import { usualError, usualJobMessage } from './errors.js'
import { edited } from './fault-answers.js'
import { sameCursor } from './pages.js'
import type { RecordedRequest } from './types.js'

export type { Answer, AnswerHeaders, Fault, PlainAnswer } from './answer.js'
export * from './fault-answers.js'

/**
 * The six forms of a rate limit that several APIs share: code (if any) and HTTP status. The limits of single APIs, such
 * as 1061045, come from {@link error}.
 */
export type RateLimitForm = '1069923-429' | '99991400-429' | '99991400-400' | '99991400-200' | '9499-400' | 'bare-429'

/** All six forms, for tests that try each. */
export const RATE_LIMIT_FORMS: readonly RateLimitForm[] = [
  '1069923-429',
  '99991400-429',
  '99991400-400',
  '99991400-200',
  '9499-400',
  'bare-429',
]

interface ErrorDetails {
  status?: number | undefined
  msg?: string | undefined
  headers?: AnswerHeaders | undefined
  /** Members of `error` beside `log_id` and `troubleshooter`, which the emulator fills in. */
  error?: Record<string, unknown> | undefined
  /** The field `data`, which error answers usually do not have. */
  data?: unknown
}

/** An envelope of success: `{code: 0, msg: 'success', data}`. */
export function ok(data: unknown): PlainAnswer {
  return { status: 200, json: { code: 0, data, msg: 'success' } }
}

/** Any JSON with any status, without an envelope. */
export function json(value: unknown, status = 200, headers: AnswerHeaders = {}): PlainAnswer {
  return { status, headers, json: value }
}

/** An answer to the query with this `data.result`, which may have any shape. */
export function result(raw: unknown): PlainAnswer {
  return ok({ result: raw })
}

/** An answer to the query with any `job_status`, its usual message and no file. `fields` replaces members of the result. */
export function job(status: number, fields: Record<string, unknown> = {}): PlainAnswer {
  return result({
    extra: {},
    file_extension: 'docx',
    file_name: '',
    file_size: 0,
    file_token: '',
    job_error_msg: usualJobMessage(status),
    job_status: status,
    type: 'docx',
    ...fields,
  })
}

/** An error envelope. HTTP status and message are the usual ones of the code, unless `details` has others. */
export function error(code: number, details: ErrorDetails = {}): PlainAnswer {
  const usual = usualError(code)
  return {
    status: details.status ?? usual.status,
    headers: details.headers ?? {},
    json: {
      code,
      msg: details.msg ?? usual.msg,
      ...(details.data === undefined ? {} : { data: details.data }),
      error: details.error ?? {},
    },
  }
}

/** A refusal without a body, with only a status and (in a header) a log id. */
export function bare(status = 400): PlainAnswer {
  return { status, headers: {}, body: '' }
}

interface RateLimitDetails {
  /** Sent as `x-ogw-ratelimit-reset`. */
  resetSeconds?: number | undefined
  /** Sent as `Retry-After`: seconds or an HTTP date. */
  retryAfter?: string | number | undefined
  /** Sent as `x-ogw-ratelimit-limit`, together with the reset. */
  limit?: number | undefined
  /** Not sent in the form `bare-429`, which has no body. */
  msg?: string | undefined
}

/** A refusal by the rate limit in one of the six forms, with the given headers. */
export function rateLimited(form: RateLimitForm = '99991400-429', details: RateLimitDetails = {}): PlainAnswer {
  const { resetSeconds, retryAfter, limit = 100, msg } = details
  const headers: AnswerHeaders = {
    ...(resetSeconds === undefined ? {} : { 'x-ogw-ratelimit-limit': limit, 'x-ogw-ratelimit-reset': resetSeconds }),
    ...(retryAfter === undefined ? {} : { 'retry-after': retryAfter }),
  }
  switch (form) {
    case '1069923-429':
      return error(1069923, { headers, msg })
    case '99991400-429':
      return error(99991400, { headers, msg })
    case '99991400-400':
      return error(99991400, { status: 400, headers, msg })
    case '99991400-200':
      return error(99991400, { status: 200, headers, msg })
    case '9499-400':
      // 9499 is also the code of other bad requests: only the message shows that this one is a rate limit.
      return error(9499, { headers, msg: msg ?? 'too many request' })
    case 'bare-429':
      return { status: 429, headers, body: '' }
  }
}

/**
 * A refusal: one of these scopes is required, and the caller has none of them. The answer has a link to the page of the
 * console where they are granted.
 * @param code who lacks the scope: 99991672 the app, 99991676 the token, 99991679 the user, who has not granted it
 */
export function scopeMissing(scopes: readonly string[], code: 99991672 | 99991676 | 99991679 = 99991672): PlainAnswer {
  const list = scopes.join(', ')
  const url = `https://open.feishu.cn/app/cli_a1b2c3d4e5f60708/auth?q=${scopes.join(',')}&op_from=openapi&token_type=tenant`
  return error(code, {
    msg: `Access denied. One of the following scopes is required: [${list}].应用尚未开通所需的应用身份权限：[${list}]，点击链接申请并开通任一权限即可：${url}`,
    error: {
      message: 'Refer to the documentation to fix the error.',
      permission_violations: scopes.map((subject) => ({ type: 'action_scope_required', subject })),
      helps: [{ url, description: '点击链接，申请并开通任一权限' }],
    },
  })
}

/** The caller's address is not on the app's IP allow-list. */
export function ipDenied(): PlainAnswer {
  return error(99991401, { msg: 'Access denied by ip allow list, ip: 203.0.113.7' })
}

/** A field is missing or of a wrong form. */
export function fieldViolation(field: string, description: string, value = ''): PlainAnswer {
  return error(99992402, { error: { field_violations: [{ field, value, description }] } })
}

/** The HTML page of a gateway or proxy in place of the service's answer. */
export function gatewayPage(status = 502, text = 'Bad Gateway'): PlainAnswer {
  const page = `<html>\r\n<head><title>${status} ${text}</title></head>\r\n<body>\r\n<center><h1>${status} ${text}</h1></center>\r\n<hr><center>gateway</center>\r\n</body>\r\n</html>\r\n`
  return { status, headers: { 'content-type': 'text/html' }, body: page }
}

/** An answer whose content type is JSON and whose body is not. */
export function notJson(status = 200, body = '{"code":0,"data":{"result":{"job_st'): PlainAnswer {
  return { status, headers: { 'content-type': 'application/json; charset=utf-8' }, body }
}

/** A redirect, by default with status 302. */
export function redirect(to: string, status: 301 | 302 | 303 | 307 | 308 = 302): PlainAnswer {
  return { status, headers: { location: to, 'content-type': 'text/html' }, body: `<a href="${to}">Found</a>.\n` }
}

/** The answer to a download: a file of these bytes. */
export function file(bytes: string | Buffer, headers: AnswerHeaders = {}): PlainAnswer {
  return {
    status: 200,
    headers: { 'content-type': 'application/octet-stream', 'content-disposition': 'attachment', ...headers },
    body: bytes,
  }
}

/** A page of a listing that says there is more, but has no cursor. */
export function cursorMissing(): Fault {
  return edited((json) => withData(json, { has_more: true, page_token: undefined, next_page_token: undefined }))
}

/**
 * A page of a listing whose cursor is the one that was requested: a client that follows it never ends. A first page,
 * requested without a cursor, remains as it is.
 */
export function cursorRepeated(): Fault {
  return edited((json, { api, query }) => {
    if (query['page_token'] === undefined) return json
    return withData(json, { has_more: true, [listNames(api).cursor]: query['page_token'] })
  })
}

/** The default page of a listing, with these items added after its own. They may have any shape, also a wrong one. */
export function withItems(items: readonly unknown[]): Fault {
  return edited((json, { api }) => {
    const name = listNames(api).list
    const { data } = json as { data?: Record<string, unknown> }
    const list = data?.[name]
    return withData(json, { [name]: [...(Array.isArray(list) ? (list as unknown[]) : []), ...items] })
  })
}

/** A script of an endless listing: every page holds these items and has a new cursor. */
export function endlessPages(items: readonly unknown[] = []): (request: RecordedRequest, nth: number) => PlainAnswer {
  return ({ api }, nth) => {
    const { list, cursor } = listNames(api)
    return ok({ [list]: items, has_more: true, [cursor]: `page-${nth + 1}` })
  }
}

/**
 * In the answers of a listing: the names of the members of `data` for the items, and for the cursor of the next page.
 */
function listNames(api: RecordedRequest['api']): { readonly list: string; readonly cursor: string } {
  return api === 'folder' ? { list: 'files', cursor: 'next_page_token' } : { list: 'items', cursor: 'page_token' }
}

/** An empty page that says there is more; its cursor leads to the page that was requested. */
export function emptyPage(): Fault {
  return edited((json, request) => {
    const { list, cursor } = listNames(request.api)
    return withData(json, { [list]: [], [cursor]: sameCursor(request), has_more: true })
  })
}

/** Replaces members of `data`. An answer without `data`, such as an error, remains as it is. */
function withData(json: unknown, members: Record<string, unknown>): unknown {
  const envelope = json as { data?: object }
  return envelope.data === undefined ? json : { ...envelope, data: { ...envelope.data, ...members } }
}
