import type { Content } from './content.js'
import type { RecordedRequest } from './types.js'

/** Header values; `null` takes a default header away (`'x-tt-logid': null`). */
export type AnswerHeaders = Readonly<Record<string, string | number | null>>

/** A whole HTTP answer: `json` for an envelope, `body` for anything else. */
export interface PlainAnswer {
  status: number
  headers?: AnswerHeaders
  json?: unknown
  body?: string | Buffer | Content
}

/**
 * What can go wrong on the wire. Where an answer is needed (`of`), the default is what the emulator
 * would have answered without the script; the request is then carried out (a task is created).
 */
export type Fault =
  /** The connection is reset: before the request is carried out, after it, or after the headers were sent. */
  | { fault: 'reset'; when: 'before' | 'after' | 'after-headers' }
  /** The connection is closed in order, without a byte of an answer. */
  | { fault: 'close'; when: 'before' | 'after' }
  /** The body ends early and the connection closes, with a content length or (`chunked`) without. */
  | { fault: 'cut'; afterBytes?: number; chunked?: boolean; of?: PlainAnswer }
  /** Headers and some bytes, then nothing, with the connection left open. */
  | { fault: 'stall'; afterBytes?: number; of?: PlainAnswer }
  /** Half of a header block, then nothing. */
  | { fault: 'stall-in-headers' }
  /** No answer at all. */
  | { fault: 'hang'; when: 'before' | 'after' }
  /** One byte every `everyMs`: through the answer's body, or (`forever`) blanks without end. */
  | { fault: 'trickle'; everyMs: number; forever?: boolean; of?: PlainAnswer }
  /** A body of blanks that never ends, as fast as the client reads. */
  | { fault: 'endless' }
  /** The answer's body with `bytes` blanks before it: still JSON, but big. */
  | { fault: 'huge'; bytes: number; of?: PlainAnswer }
  /** The answer later. */
  | { fault: 'delay'; ms: number; then?: Answer }
  /** These bytes in place of HTTP, then the connection closes. */
  | { fault: 'garbage'; bytes: string | Buffer }
  /** A content length that is `by` bytes too large (or, negative, too small). */
  | { fault: 'wrong-content-length'; by: number; of?: PlainAnswer }
  /** Compresses the body, although the request does not allow it. */
  | { fault: 'encode'; coding: ContentCoding; of?: PlainAnswer }
  /** The default answer with its JSON changed. */
  | { fault: 'edit'; edit: (json: unknown, request: RecordedRequest) => unknown }

/** How a body can be compressed; `deflate-raw` is the deflate of servers that forget its head. */
export type ContentCoding = 'gzip' | 'deflate' | 'deflate-raw' | 'br'

/** What a script may answer to one request. */
export type Answer = PlainAnswer | Fault

/** Whether an answer is a fault of the wire. */
export function isFault(answer: Answer): answer is Fault {
  return 'fault' in answer
}
