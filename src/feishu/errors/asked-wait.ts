import type { AnswerFacts } from './envelope.js'

// Longer than any timeout, and still readable in a message.
const MAX_ASKED_MS = 1e12

/**
 * The waiting time that a refusal names: `x-ogw-ratelimit-reset` (seconds), else `Retry-After` (seconds or a date).
 * Source: 频控策略, https://open.feishu.cn/document/server-docs/api-call-guide/frequency-control
 * @returns milliseconds, at most `MAX_ASKED_MS`; undefined when neither header has a usable value
 */
export function askedWaitMs(answer: Pick<AnswerFacts, 'headers' | 'wallMs'>): number | undefined {
  const valueOf = (header: string): string => String(answer.headers[header] ?? '').trim()
  const retryAfter = valueOf('retry-after')
  const seconds = parseSeconds(valueOf('x-ogw-ratelimit-reset')) ?? parseSeconds(retryAfter)
  const dateMs = parseHttpDate(retryAfter)
  const askedMs = seconds !== undefined ? seconds * 1000 : dateMs !== undefined ? dateMs - answer.wallMs : undefined
  return askedMs === undefined ? undefined : Math.min(Math.max(0, askedMs), MAX_ASKED_MS)
}

/** Parses a number of seconds; undefined when the text is not a number. */
function parseSeconds(text: string): number | undefined {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined
}

/**
 * Parses a date in one of the three forms of HTTP.
 * Source: RFC 9110, HTTP Semantics, 5.6.7, https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7
 * @returns milliseconds since 1970; undefined for any other text
 */
function parseHttpDate(value: string): number | undefined {
  // `Date.parse` alone accepts almost any text with a digit.
  if (!/^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? [\w -]+ \d\d:\d\d:\d\d( GMT| \d{4})$/.test(value)) return undefined
  // One of the forms has no time zone but means GMT, while `Date.parse` would take the time zone of the machine.
  const date = Date.parse(value.endsWith(' GMT') ? value : `${value} GMT`)
  return Number.isNaN(date) ? undefined : date
}
