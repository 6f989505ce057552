import type { Answer, ContentCoding, Fault, PlainAnswer } from './answer.js'
import type { RecordedRequest } from './types.js'

// Functions that make the faults of answer.ts, where "the default answer" is explained.

/**
 * The connection is reset. With `after` or `after-headers`, the request is carried out, and only its answer is lost.
 */
export function reset(when: 'before' | 'after' | 'after-headers' = 'before'): Fault {
  return { fault: 'reset', when }
}

/** The connection is closed normally, without an answer. With `after`, the request is carried out. */
export function close(when: 'before' | 'after' = 'before'): Fault {
  return { fault: 'close', when }
}

/** The body ends early: after half of it, or after `afterBytes`. */
export function cut(options: { afterBytes?: number; chunked?: boolean; of?: PlainAnswer } = {}): Fault {
  return { fault: 'cut', ...options }
}

/** The body stops and the connection remains open: after half of the body, or after `afterBytes`. */
export function stall(options: { afterBytes?: number; of?: PlainAnswer } = {}): Fault {
  return { fault: 'stall', ...options }
}

/** The header block stops in the middle. */
export function stallInHeaders(): Fault {
  return { fault: 'stall-in-headers' }
}

/** No answer at all. With `after`, the request is carried out. */
export function hang(when: 'before' | 'after' = 'before'): Fault {
  return { fault: 'hang', when }
}

/**
 * One byte every `everyMs` milliseconds: the body of `of` (the default answer if none is given), or an endless body of
 * blanks.
 */
export function trickle(everyMs: number, options: { forever?: boolean; of?: PlainAnswer } = {}): Fault {
  return { fault: 'trickle', everyMs, ...options }
}

/** A body of blanks that never ends. */
export function endless(): Fault {
  return { fault: 'endless' }
}

/** An answer (the default one if none is given) whose body has this number of blanks before it. */
export function huge(bytes: number, of?: PlainAnswer): Fault {
  return { fault: 'huge', bytes, ...(of === undefined ? {} : { of }) }
}

/** An answer (the default one if none is given) after a delay in milliseconds. */
export function delay(ms: number, then?: Answer): Fault {
  return { fault: 'delay', ms, ...(then === undefined ? {} : { then }) }
}

/** Raw bytes in place of HTTP. */
export function garbage(bytes: string | Buffer = '\u0000\u0001 this is not HTTP \r\n\r\n'): Fault {
  return { fault: 'garbage', bytes }
}

/** A content length that is too large by this number of bytes, or too small if it is negative. */
export function wrongContentLength(by: number, of?: PlainAnswer): Fault {
  return { fault: 'wrong-content-length', by, ...(of === undefined ? {} : { of }) }
}

/** The answer (the default one if none is given) compressed, as some gateways do without being asked. */
export function encoded(coding: ContentCoding, of?: PlainAnswer): Fault {
  return { fault: 'encode', coding, ...(of === undefined ? {} : { of }) }
}

/** The default answer with its JSON changed. */
export function edited(edit: (json: unknown, request: RecordedRequest) => unknown): Fault {
  return { fault: 'edit', edit }
}
