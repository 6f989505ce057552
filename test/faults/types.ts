import type { Answer, RecordedRequest } from '../emulator/index.js'
import type { Inputs } from '../process/run-action.js'

/**
 * `wait`, `create`, `download`: that action against faulty answers. `resume`: downloads that break again and again.
 * `export`: two exports of a few sources, the first one with faults. `raw`: wait or download against bytes that need
 * not be HTTP. `inputs`: any of the three actions with random inputs.
 */
export const SCENARIO_KINDS = ['wait', 'create', 'download', 'resume', 'export', 'raw', 'inputs'] as const

export type ScenarioKind = (typeof SCENARIO_KINDS)[number]

/** The addresses, credentials and tokens of a run, which a generator may build into its answers. */
export interface World {
  /** The address of the service. */
  readonly url: string
  /** The address of another server, where a redirect may lead. */
  readonly storageUrl: string
  readonly credential: 'tenant' | 'user' | 'app'
  /** '' for the credential `app`. */
  readonly accessToken: string
  /** Id and secret are '' for the other credentials. */
  readonly appId: string
  readonly appSecret: string
  readonly ticket: string
  readonly documentToken: string
  readonly fileToken: string
}

/** Answers in order; every further request gets `rest`. */
export interface Plan {
  readonly list: readonly Answer[]
  readonly rest: Answer
}

/** How the requests reach the service. `refuse`: the HTTP status of a proxy that refuses; `hang`: it never answers. */
export type Transport =
  | { readonly kind: 'plain' }
  | { readonly kind: 'tls' }
  | { readonly kind: 'bad-certificate'; readonly fault: 'expired' | 'other-host' }
  | {
      readonly kind: 'proxy'
      readonly refuse?: number | undefined
      readonly hang?: boolean | undefined
      readonly delayMs?: number | undefined
    }

/** A generated run of one action: its inputs and the answers that it will get. */
export interface Scenario {
  readonly timeoutMs: number
  /** All inputs but the credential, the base URL and the timeout. */
  readonly inputs: Inputs
  /**
   * By kind of request: `mint`, `main` (query, create or download), `storage` (any address to which a redirect leads).
   */
  readonly plans: Readonly<Record<'mint' | 'main' | 'storage', Plan>>
  /** Counted from the start of the run. */
  readonly cancelAtMs?: number | undefined
  /** Texts of files that exist before the run, by path below the workspace. */
  readonly files?: Readonly<Record<string, string>>
  /** The input `poll-interval-seconds`, in milliseconds. */
  readonly intervalMs?: number | undefined
}

/** What a client could observe of an answer. */
export interface Observation {
  /** Undefined when status line and headers did not arrive completely. */
  readonly status?: number | undefined
  /** By lower-case name. Empty when they did not arrive, or when no check depends on them. */
  readonly headers: Readonly<Record<string, string>>
  /** Undefined when the body did not arrive completely. */
  readonly body?: Buffer | undefined
  /** The largest number of bytes of the body that may have arrived. */
  readonly maxBytes?: number
  /** When the answer was complete, or its connection ended before that; undefined when neither was observed. */
  readonly completeAtMs: number | undefined
  /**
   * Whether the server closed the connection after a complete answer. The client may then send its next request on this
   * connection, and see it fail. The server never sees that request.
   */
  readonly isClosedAfter?: boolean
}

/** What an answer means for a step. */
export type AnswerClass =
  /** A created task, or a finished one. `result`: its fields. `text`: the body. */
  | { readonly kind: 'done'; readonly result: Readonly<Record<string, unknown>>; readonly text: string }
  | { readonly kind: 'file'; readonly body: Buffer }
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'pending' }
  | { readonly kind: 'failed' }
  | { readonly kind: 'permanent'; readonly code?: number }
  | { readonly kind: 'token-refused'; readonly code: number }
  /**
   * `code` when the service sent one. `accepted`: the service accepted the token. `unexpected`: a success whose data
   * are not as documented. Then the request is sent once more at once. A second such answer in a row is permanent.
   */
  | { readonly kind: 'transient'; readonly accepted?: true; readonly code?: number; readonly unexpected?: true }
  /** A rate limit that lasts for `waitMs`, or until `untilWallMs` if that is set. */
  | { readonly kind: 'limited'; readonly waitMs: number; readonly untilWallMs?: number }
  | { readonly kind: 'redirect'; readonly location: string }
  /** The client may continue or end: both are correct. It is never a success. */
  | { readonly kind: 'unclear' }

/** A request, and the answer that was chosen for it. */
export interface Exchange {
  readonly request: RecordedRequest
  readonly answer: Answer
  readonly server: 'service' | 'storage'
}

/** One exchange of a run with what its answer means. Times are those of the server's clock. */
export interface ClassifiedExchange {
  /**
   * Whether the request mints a token, is the request of the action (query, create or download), or follows a redirect.
   */
  readonly role: 'mint' | 'main' | 'redirected'
  readonly atMs: number
  readonly observed: Observation
  readonly answerClass: AnswerClass
  readonly authorization: string | undefined
  /** Whether only a part of the file was requested (`Range`). */
  readonly isPart: boolean
  readonly url: string
  /** Whether the service may have carried out the request although no answer of it arrived. */
  readonly isAnswerLost: boolean
}

/** What the expected end of a run depends on besides the answers. Times are those of the server's clock. */
export interface RunContext {
  readonly startMs: number
  readonly endMs: number
  readonly timeoutMs: number
  readonly cancelledAtMs: number | undefined
  /** Undefined for an app, whose token the action mints. */
  readonly givenToken: string | undefined
  /** The input `poll-interval-seconds`, in milliseconds. */
  readonly intervalMs: number | undefined
  /** Wall time minus the server's clock. */
  readonly wallOffsetMs: number
  readonly serviceUrl: string
  /** How long the first poll attempt may be delayed because of parallel jobs. */
  readonly maxFirstDelayMs: number
  /** How long a connection through a slow proxy takes. */
  readonly connectMs: number
  /**
   * Set when no request can reach the service: the file exists, the certificate is invalid, the proxy refuses. Then the
   * run has to end at once, or it has to try again until the deadline.
   */
  readonly blocked: 'at-once' | 'until-deadline' | undefined
  /** Whether the second lost answer ends the run: a request that creates something is not sent a third time. */
  readonly secondLostAnswerEnds: boolean
  /** Whether a file that arrived completely must be refused because of its size. */
  readonly isFileRefused: (body: Buffer) => boolean
}

/** How a run had to end, by the answers that it got. */
export interface ExpectedRun {
  /** The broken rules for order, credential and time of the requests, and for the time of the end. */
  readonly violations: readonly Violation[]
  /** `green`: success. `either`: two things happened at nearly the same time, so that both ends are correct. */
  readonly end: 'green' | 'red' | 'either'
  /** The last exchange; undefined when there was no request. */
  readonly last: ClassifiedExchange | undefined
  /** The code that the message must name: of the permanent failure that certainly ended the run, if it had a code. */
  readonly code: number | undefined
}

/**
 * A rule that a run broke. A busy machine may cause `late`, so a run with nothing but late violations is repeated
 * alone.
 */
export interface Violation {
  readonly kind: 'wrong' | 'late'
  readonly text: string
}

/** The result of one run. */
export interface Report {
  readonly kind: ScenarioKind
  readonly seed: number
  readonly violations: readonly Violation[]
  /** Whether the step succeeded; of `export`, its first one. */
  readonly green: boolean
  /** How many requests the service got. */
  readonly requests: number
  /** Requests, answers, log and outputs, for whoever analyses a failure. */
  readonly transcript: string
}
