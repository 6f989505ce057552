import type { Content } from './content.js'
import type { RecordedRequest } from './types.js'

/** Header values; `null` removes a default header (`'x-tt-logid': null`). */
export type AnswerHeaders = Readonly<Record<string, string | number | null>>

/** A whole HTTP answer: `json` for an envelope, `body` for anything else. */
export interface PlainAnswer {
  status: number
  headers?: AnswerHeaders
  json?: unknown
  body?: string | Buffer | Content
}

/**
 * A fault of the connection or of the answer. `of` is the answer that is sent with the fault. By default it is the
 * default answer: the one that the emulator gives without a script. Then the request is carried out (a task is
 * created).
 */
export type Fault =
  /** The connection is reset: before the request is carried out, after it, or after the headers were sent. */
  | { fault: 'reset'; when: 'before' | 'after' | 'after-headers' }
  /**
   * The connection is closed normally (not reset), without a byte of an answer; with `after`, the request is carried
   * out.
   */
  | { fault: 'close'; when: 'before' | 'after' }
  /**
   * The body ends after `afterBytes` (by default half of it), then the connection is closed normally. The answer has a
   * content length, or with `chunked` none.
   */
  | { fault: 'cut'; afterBytes?: number; chunked?: boolean; of?: PlainAnswer }
  /** The body stops after `afterBytes` (by default half of it); the connection remains open. */
  | { fault: 'stall'; afterBytes?: number; of?: PlainAnswer }
  /** Half of a header block, then nothing; the connection remains open. */
  | { fault: 'stall-in-headers' }
  /** No answer at all; the connection remains open. With `after`, the request is carried out. */
  | { fault: 'hang'; when: 'before' | 'after' }
  /**
   * A body of which one byte is sent every `everyMs`: that of the answer, or with `forever` an endless body of blanks.
   */
  | { fault: 'trickle'; everyMs: number; forever?: boolean; of?: PlainAnswer }
  /** A body of blanks that never ends, as fast as the client reads. */
  | { fault: 'endless' }
  /** The answer's body with `bytes` blanks before it: JSON remains JSON, but is large. */
  | { fault: 'huge'; bytes: number; of?: PlainAnswer }
  /** The answer `then` after `ms` milliseconds. */
  | { fault: 'delay'; ms: number; then?: Answer }
  /** These bytes in place of HTTP, then the connection closes. */
  | { fault: 'garbage'; bytes: string | Buffer }
  /** A content length that is `by` bytes too large (or, negative, too small). */
  | { fault: 'wrong-content-length'; by: number; of?: PlainAnswer }
  /** Compresses the body, although the request does not allow it. */
  | { fault: 'encode'; coding: ContentCoding; of?: PlainAnswer }
  /** The default answer with its JSON changed. */
  | { fault: 'edit'; edit: (json: unknown, request: RecordedRequest) => unknown }

/** How a body can be compressed; `deflate-raw` is deflate without the zlib header, which some servers leave out. */
export type ContentCoding = 'gzip' | 'deflate' | 'deflate-raw' | 'br'

/** What a script can answer to one request. */
export type Answer = PlainAnswer | Fault

/** True for a fault, false for a plain answer. */
export function isFault(answer: Answer): answer is Fault {
  return 'fault' in answer
}
