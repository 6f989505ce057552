import type { IncomingHttpHeaders } from 'node:http'
import type { RateLimitForm } from './answers.js'
import type { Limit } from './limiter.js'
import type { Random } from './random.js'

/** The APIs that the emulator knows; each has its own limit, records and scripts. */
export type Api =
  | 'mint'
  | 'create'
  | 'query'
  | 'download'
  | 'wiki-node'
  | 'space'
  | 'wiki-nodes'
  | 'folder'
  | 'metas'
  | 'file-download'
  | 'document'
  | 'blocks'
  | 'block-children'
  | 'media-download'
  | 'board-image'
  | 'sheets'
  | 'tables'
  | 'spaces'
  | 'unknown'

/** How limits refuse a request. `headers`: which header has the seconds to wait; `ogw` is `x-ogw-ratelimit-reset`. */
export interface Refusal {
  /** `usual` is the form that each API has at the service. */
  form: RateLimitForm | 'usual'
  headers: 'ogw' | 'retry-after' | 'none'
}

/**
 * `false`: HTTP. `true`: HTTPS with a valid certificate. An object: with a certificate that is expired, or for `hosts`.
 */
export type TlsOptions = boolean | { expired?: boolean; hosts?: readonly string[] }

export interface EmulatorOptions {
  /** 0 (the default) takes a free port. */
  port?: number
  /** The default is 127.0.0.1. */
  host?: string
  tls?: TlsOptions
  /** Overrides of the documented limits, each counted per app; `undefined`: no limit. */
  limits?: Partial<Record<Api, Limit | readonly Limit[] | undefined>>
  refusal?: Partial<Refusal>
  /** How long an exported file can be downloaded after its task ended; the default is ten minutes. */
  fileLifetimeMs?: number
  /** The most items that a listing returns on one page, even if more are requested. */
  maxPageItems?: Partial<Record<'folder' | 'wiki-nodes' | 'blocks' | 'block-children' | 'tables' | 'spaces', number>>
  appId?: string
  appSecret?: string
  accessToken?: string
  /** The random numbers for tokens and tickets. The default has a fixed seed: every emulator has the same tokens. */
  random?: Random
}

/** A received request and its answer. Times are milliseconds since the emulator started. */
export interface RecordedRequest {
  readonly api: Api
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly headers: IncomingHttpHeaders
  /** Parsed when it is JSON, otherwise the text; `undefined` when empty. */
  readonly body: unknown
  readonly atMs: number
  readonly logId: string
  /** The tokens and ids that the request is about: of a document, node, folder, space, file, block. */
  readonly tokens: readonly string[]
  readonly ticket?: string
  /** Unset as long as no status line was sent. */
  answeredStatus?: number
  /** The `code` of the JSON answer, if there was one and all of it was sent. */
  answeredCode?: number
  /** The JSON of the answer, if all of it was sent. */
  answeredJson?: unknown
  /** When the last byte of the answer was handed to the network. */
  answeredAtMs?: number
  /** When the client closed the connection, if it did so before it had the whole answer. */
  closedByClientAtMs?: number
}
