import type { Look } from '../../polling/poll.js'
import type { Failure, Reply } from '../errors/failure.js'

/** A reply as the poll loop sees it: its value is the end, its failure is ridden out or is the end, by class. */
export function lookOf<T>(reply: Reply<T>): Look<T, Failure> {
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
