import type { Operation } from '../../../src/feishu/client/operations.js'
import { classify } from '../../../src/feishu/errors/classify.js'
import { readEnvelope, type AnswerFacts } from '../../../src/feishu/errors/envelope.js'
import type { Failure } from '../../../src/feishu/errors/failure.js'

/** Header names in lower case. */
export type Headers = Readonly<Record<string, string | string[]>>
/** The time of day at which every answer arrives: 2026-11-23 02:00:00 UTC. */
export const WALL_MS = Date.UTC(2026, 10, 23, 2, 0, 0)

/**
 * Classifies an answer with this body, for tests of {@link classify} without a client. A body without an envelope is
 * taken for the page of a gateway, since `codeless` is not set.
 */
export function classified(
  body: unknown,
  httpStatus = 400,
  headers: Headers = {},
  operation: Operation = 'query',
): Failure {
  const envelope = readEnvelope(body)
  const facts: AnswerFacts = { operation, httpStatus, headers, wallMs: WALL_MS, envelope }
  return classify(facts)
}
