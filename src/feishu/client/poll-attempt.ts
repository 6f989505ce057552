import type { PollAttempt } from '../../polling/poll.js'
import type { Failure, Reply } from '../errors/failure.js'

/** Converts a reply for the poll loop: a value or a permanent failure ends the poll, other failures are retried. */
export function toPollAttempt<T>(reply: Reply<T>): PollAttempt<T, Failure> {
  if (reply.ok) return { kind: 'done', value: reply.value }
  const { failure } = reply
  switch (failure.class) {
    case 'transient':
      return { kind: 'fault', failure, ...(failure.madeProgress && { madeProgress: true }) }
    case 'rate-limit':
      return { kind: 'refused', failure, askedMs: failure.askedMs }
    case 'permanent':
      return { kind: 'failed', failure }
  }
}
