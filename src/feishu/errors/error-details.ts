import { oneLine } from '../../text.js'
import { isObject } from '../client/json.js'
import { MINUTE_MS, OPERATIONS, type Operation } from '../client/operations.js'
import type { Envelope } from './envelope.js'
import type { ErrorRow } from './error-table.js'
import { ADDRESS_CHARACTER } from './failure.js'

// Errors with these codes have details of their own (see `detailsOf`).
export const TOO_MANY_REQUESTS = 99991400
const LACKS_SCOPE = 99991672

// The name of a field is a word; a longer text would push code and advice out of the message.
const MAX_FIELD_LENGTH = 60
// A message stays readable.
const MAX_NAMES = 8
const MAX_LINKS = 2
const HELP_LINK = new RegExp(`https://${ADDRESS_CHARACTER.source}{1,800}`)

/** Details for the message: the rate limit, the missing scopes or the fields at fault; may be empty. */
export function detailsOf(row: ErrorRow, envelope: Envelope | undefined, operation: Operation): string {
  if (row.codes.includes(TOO_MANY_REQUESTS)) return describeLimit(operation)
  if (row.codes.includes(LACKS_SCOPE)) return describeScopes(envelope, operation)
  const fields = objectsOf(envelope?.error['field_violations'])
    .map((violation) => violation['field'])
    .filter((field): field is string => typeof field === 'string' && field !== '')
    .map((field) => oneLine(field, MAX_FIELD_LENGTH))
  return fields.length > 0 ? `; fields at fault: ${fields.slice(0, MAX_NAMES).join(', ')}` : ''
}

/** Names the rate limit of an operation. */
function describeLimit(operation: Operation): string {
  const { requests, windowMs } = OPERATIONS[operation].limit
  const window = windowMs === MINUTE_MS ? 'a minute' : 'a second'
  return `; the limit is ${requests} ${window} for all jobs of the app together`
}

/** Names the scopes in the error object. If there are none, names the scopes that allow the operation. */
function describeScopes(envelope: Envelope | undefined, operation: Operation): string {
  const named = objectsOf(envelope?.error['permission_violations'])
    .flatMap((violation) => [violation['subject'], violation['scope']])
    .filter((scope): scope is string => typeof scope === 'string' && /^[\w:.-]{1,100}$/.test(scope))
  const scopes = named.length > 0 ? [...new Set(named)] : OPERATIONS[operation].scopes
  if (scopes.length === 0) return ''
  return `; ${scopes.length === 1 ? 'it needs' : 'one of these is enough:'} ${scopes.slice(0, MAX_NAMES).join(', ')}`
}

/** Finds the links to help pages in the error object; each may have other text around it, also Chinese. */
export function helpLinks(envelope: Envelope): string[] {
  const { helps, permission_violations: violations, troubleshooter } = envelope.error
  const texts = [...objectsOf(helps), ...objectsOf(violations)].map((help) => help['url']).concat(troubleshooter)
  const links = texts
    .filter((text) => typeof text === 'string')
    .map((text) => HELP_LINK.exec(text)?.[0])
    .filter((link) => link !== undefined)
  return [...new Set(links)].slice(0, MAX_LINKS)
}

/** The objects in a list, without its other items; an empty list if the value is not a list. */
function objectsOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isObject) : []
}
