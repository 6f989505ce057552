import type { Meaning } from './meaning.js'
import type { Seen } from './seen.js'
import type { Violation } from './types.js'

/** One exchange of a run, judged. Times are the server's. */
export interface Item {
  readonly call: 'mint' | 'main' | 'hop'
  readonly atMs: number
  readonly seen: Seen
  readonly meaning: Meaning
  readonly authorization: string | undefined
  /** Of a hop: where it went. */
  readonly url: string
  readonly storage: boolean
  /** The request may have been carried out though no clear answer came. */
  readonly lost: boolean
}

/** What a run was given, and when it ran. */
export interface Frame {
  readonly startMs: number
  readonly endMs: number
  readonly timeoutMs: number
  readonly cancelledAtMs: number | undefined
  /** Undefined for an app, which mints. */
  readonly givenToken: string | undefined
  readonly intervalMs: number | undefined
  /** Wall time minus the server's clock. */
  readonly wallOffsetMs: number
  readonly serviceUrl: string
  /** How long the first look may be put off for rivals. */
  readonly spreadMs: number
  /** What it takes to get through a slow proxy. */
  readonly connectMs: number
  /** Nothing may be asked at all: the name is taken, the certificate is bad, the proxy does not let it through. */
  readonly barred: 'at-once' | 'until-deadline' | undefined
  /** The second lost answer is the end: a request that creates something is not sent a third time. */
  readonly lostEnds: boolean
  /** May a finished file be refused still: another size, a name that is taken? */
  readonly fileRefused: (body: Buffer) => boolean
}

/** What the run had to do. */
export interface Course {
  readonly violations: readonly Violation[]
  readonly end: 'green' | 'red' | 'either'
  /** The answer that ended it. */
  readonly last: Item | undefined
  /** Ended in failure for good by this code. */
  readonly code: number | undefined
}
