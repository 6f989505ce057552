import type { PlainAnswer } from './answer.js'
import * as answers from './answers.js'
import type { RateLimitForm } from './answers.js'
import { createLimiter, type Limit, type Limiter } from './limiter.js'
import type { Api, EmulatorOptions, Refusal } from './types.js'

const PER_MINUTE: Limit = { kind: 'fixed', requests: 100, windowMs: 60_000 }
const PER_DAY: Limit = { kind: 'fixed', requests: 10_000, windowMs: 86_400_000 }
const perSecond = (requests: number): Limit => ({ kind: 'fixed', requests, windowMs: 1000 })

/** The documented limits of each API; every app has them for itself. */
const DOCUMENTED_LIMITS: Readonly<Partial<Record<Api, Limit | readonly Limit[]>>> = {
  create: PER_MINUTE,
  query: PER_MINUTE,
  download: PER_MINUTE,
  'wiki-node': PER_MINUTE,
  space: PER_MINUTE,
  'wiki-nodes': PER_MINUTE,
  folder: perSecond(20),
  metas: [{ kind: 'fixed', requests: 1000, windowMs: 60_000 }, perSecond(50)],
  'file-download': [PER_DAY, perSecond(5)],
  document: perSecond(5),
  blocks: perSecond(5),
  'block-children': perSecond(5),
  'media-download': [PER_DAY, perSecond(5)],
  'board-image': perSecond(50),
  sheets: PER_MINUTE,
  tables: perSecond(20),
  spaces: PER_MINUTE,
}

/** The form in which the service refuses a request: HTTP 400 for documents (docx). */
function usualForm(api: Api): RateLimitForm {
  return ['document', 'blocks', 'block-children'].includes(api) ? '99991400-400' : '99991400-429'
}

/** The emulator's limiters: one for each API and app. */
export class Limits {
  refusal: Refusal = { form: 'usual', headers: 'ogw' }
  private limits: Partial<Record<Api, Limit | readonly Limit[] | undefined>>
  /** By `API APP_ID`. */
  private readonly limiters = new Map<string, Limiter>()

  constructor(options: EmulatorOptions) {
    this.limits = { ...DOCUMENTED_LIMITS, ...options.limits }
    Object.assign(this.refusal, options.refusal)
  }

  /** Changes the limit of an API and forgets what was counted. */
  set(api: Api, limit: Limit | readonly Limit[] | undefined): void {
    this.limits[api] = limit
    for (const key of this.limiters.keys()) if (key.startsWith(`${api} `)) this.limiters.delete(key)
  }

  /**
   * Counts a request that the limit allows.
   * @returns the refusal if the limit does not allow it; then it is not counted
   */
  take(api: Api, appId: string, nowMs: number): PlainAnswer | undefined {
    const limit = this.limits[api]
    if (limit === undefined) return undefined
    const decision = this.getLimiter(api, appId, limit).take(nowMs)
    if (decision.ok) return undefined
    const { form, headers } = this.refusal
    return answers.rateLimited(form === 'usual' ? usualForm(api) : form, {
      resetSeconds: headers === 'ogw' ? decision.resetSeconds : undefined,
      retryAfter: headers === 'retry-after' ? decision.resetSeconds : undefined,
      // The header has the number of only one limit. If there are several, this is the first one.
      limit: [limit].flat()[0]?.requests,
    })
  }

  /** The limiter of an API and app, which the first call creates. */
  private getLimiter(api: Api, appId: string, limit: Limit | readonly Limit[]): Limiter {
    const key = `${api} ${appId}`
    const limiter = this.limiters.get(key) ?? createLimiter(limit)
    this.limiters.set(key, limiter)
    return limiter
  }
}
