import type { Answer } from '../emulator/index.js'
import type { Inputs } from '../process/run-action.js'

export type Kind = 'wait' | 'create' | 'download' | 'raw' | 'inputs'

/** What a generator may build into its answers. */
export interface World {
  /** Where the service answers. */
  readonly url: string
  /** Another server, where a redirect may lead. */
  readonly storageUrl: string
  readonly credential: 'tenant' | 'user' | 'app'
  readonly accessToken: string
  readonly appId: string
  readonly appSecret: string
  readonly ticket: string
  readonly documentToken: string
  readonly fileToken: string
}

/** Answers in order, then the last one for ever. */
export interface Plan {
  readonly list: readonly Answer[]
  readonly rest: Answer
}

/** How the requests travel. */
export type Way =
  | { readonly kind: 'plain' }
  | { readonly kind: 'tls' }
  | { readonly kind: 'bad-certificate'; readonly fault: 'expired' | 'other-host' }
  | {
      readonly kind: 'proxy'
      readonly refuse?: number | undefined
      readonly hang?: boolean | undefined
      readonly delayMs?: number | undefined
    }

/** A run: what the step is given, and what it will meet. */
export interface Scenario {
  readonly timeoutMs: number
  /** Beside credential and base URL. */
  readonly inputs: Inputs
  /** By name of the call: `mint`, `main` (query, create or download), `storage` (where redirects lead). */
  readonly plans: Readonly<Record<'mint' | 'main' | 'storage', Plan>>
  readonly way: Way
  readonly cancelAtMs?: number | undefined
  /** Files that are there before, by path below the workspace. */
  readonly files?: Readonly<Record<string, string>>
  readonly intervalMs?: number | undefined
}

/** Something that must not be. `late` alone may be the machine's fault: such a run is repeated alone. */
export interface Violation {
  readonly kind: 'wrong' | 'late'
  readonly text: string
}

/** How one run went. */
export interface Report {
  readonly kind: Kind
  readonly seed: number
  readonly violations: readonly Violation[]
  readonly green: boolean
  readonly requests: number
  /** For who looks into a failure. */
  readonly story: string
}
