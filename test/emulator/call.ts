import type { Caller } from './credentials.js'
import type { Store } from './store.js'
import type { EmulatorOptions, RecordedRequest } from './types.js'

/** One request to an API, with all that an endpoint needs to answer it. */
export interface Call {
  readonly request: RecordedRequest
  /** The variable parts of the path, by their names in routes.ts. */
  readonly params: Readonly<Record<string, string>>
  readonly caller: Caller
  readonly store: Store
  readonly nowMs: number
  readonly fileLifetimeMs: number
  readonly maxPageItems: NonNullable<EmulatorOptions['maxPageItems']>
}
