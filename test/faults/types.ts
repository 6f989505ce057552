import type { Answer, RecordedRequest } from '../emulator/index.js'
import type { Inputs } from '../process/run-action.js'
import type { AnswerClass } from './classify-answer.js'

/**
 * `wait`, `create`, `download`: that action against faulty answers. `resume`: downloads that break again and again.
 * `export`: two exports of a small world, the first one with faults. `raw`: against bytes. `inputs`: with random inputs.
 */
export const SCENARIO_KINDS = ['wait', 'create', 'download', 'resume', 'export', 'raw', 'inputs'] as const

export type ScenarioKind = (typeof SCENARIO_KINDS)[number]

/** What a generator may build into its answers. */
export interface World {
  /** The address of the service. */
  readonly url: string
  /** The address of another server, where a redirect may lead. */
  readonly storageUrl: string
  readonly credential: 'tenant' | 'user' | 'app'
  readonly accessToken: string
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

/** How the requests reach the service. */
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
  /** All inputs but the credential and the base URL. */
  readonly inputs: Inputs
  /** By kind of request: `mint`, `main` (query, create or download), `storage` (where redirects lead). */
  readonly plans: Readonly<Record<'mint' | 'main' | 'storage', Plan>>
  readonly cancelAtMs?: number | undefined
  /** Files that exist before the run, by path below the workspace. */
  readonly files?: Readonly<Record<string, string>>
  readonly intervalMs?: number | undefined
}

/** What a client could observe of an answer. */
export interface Observation {
  /** Undefined when not even the head arrived. */
  readonly status?: number | undefined
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  /** Undefined when the body did not arrive completely. */
  readonly body?: Buffer | undefined
  /** Of an incomplete body: how many bytes may have arrived at most. */
  readonly maxBytes?: number
  /** When it was certain that nothing more would arrive; undefined if only the client could end it and did not. */
  readonly completeAtMs: number | undefined
}

/** A request, and the answer that was chosen for it. */
export interface Exchange {
  readonly request: RecordedRequest
  readonly answer: Answer
  readonly server: 'service' | 'storage'
}

/** One exchange of a run with what its answer means. Times are those of the server's clock. */
export interface ClassifiedExchange {
  readonly call: 'mint' | 'main' | 'redirected'
  readonly atMs: number
  readonly observed: Observation
  readonly answerClass: AnswerClass
  readonly authorization: string | undefined
  /** Whether only a part of the file was requested (`Range`). */
  readonly isPart: boolean
  readonly url: string
  /** The service may have carried out the request, although no clear answer arrived. */
  readonly lost: boolean
}

/** The input of a run, and its times. */
export interface RunContext {
  readonly startMs: number
  readonly endMs: number
  readonly timeoutMs: number
  readonly cancelledAtMs: number | undefined
  /** Undefined for an app, whose token the action mints. */
  readonly givenToken: string | undefined
  readonly intervalMs: number | undefined
  /** Wall time minus the server's clock. */
  readonly wallOffsetMs: number
  readonly serviceUrl: string
  /** How long the first poll attempt may be delayed because of parallel jobs. */
  readonly maxFirstDelayMs: number
  /** How long a connection through a slow proxy takes. */
  readonly connectMs: number
  /** No request can be sent: the file exists, the certificate is invalid, the proxy refuses. Says how soon that is known. */
  readonly blocked: 'at-once' | 'until-deadline' | undefined
  /** The second lost answer ends the run: a request that creates something is not sent a third time. */
  readonly secondLostAnswerEnds: boolean
  /** Whether a complete file must be refused for its size. */
  readonly isFileRefused: (body: Buffer) => boolean
}

/** How a run had to end, by the answers that it got. */
export interface ExpectedRun {
  readonly violations: readonly Violation[]
  /** `either`: two things happened at nearly the same time, and both ends are correct. */
  readonly end: 'green' | 'red' | 'either'
  /** The last exchange. */
  readonly last: ClassifiedExchange | undefined
  /** The code of the permanent failure that ended the run. */
  readonly code: number | undefined
}

/** A rule that a run broke. Only `late` may be the machine's fault: such a run is repeated alone. */
export interface Violation {
  readonly kind: 'wrong' | 'late'
  readonly text: string
}

/** The result of one run. */
export interface Report {
  readonly kind: ScenarioKind
  readonly seed: number
  readonly violations: readonly Violation[]
  readonly green: boolean
  readonly requests: number
  /** Requests, answers, log and outputs, for whoever analyses a failure. */
  readonly transcript: string
}
