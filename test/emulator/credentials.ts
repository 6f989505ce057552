import type { PlainAnswer } from './answer.js'
import * as answers from './answers.js'
import { AUTH } from './codes.js'
import { randomTenantToken, randomUserToken, type Random } from './random.js'

/** The caller, an app or a user, and the app whose rate limits apply. */
export interface Caller {
  /** `app cli_…` or `user ou_…`. */
  identity: string
  appId: string
}

/** How the token endpoint behaves. */
export interface MintBehaviour {
  /**
   * When it returns the same token again.
   * - `while-valid`: as the service, as long as the token is valid for long enough
   * - `always`: even if the token is revoked or expired
   * - `never`: each request gets a new token
   */
  reuse: 'while-valid' | 'always' | 'never'
  /** How long a minted token is valid. */
  expireSeconds: number
}

interface AccessToken extends Caller {
  token: string
  kind: 'tenant' | 'user'
  expiresAtMs: number
  revoked: boolean
}

/** The service returns a token again only if it is valid for at least this long; otherwise it mints a new one. */
const MIN_REUSABLE_LIFE_MS = 30 * 60_000

/** The apps, their secrets and all access tokens that were ever issued. */
export class Credentials {
  readonly mintBehaviour: MintBehaviour = { reuse: 'while-valid', expireSeconds: 7200 }
  private readonly secrets = new Map<string, string>()
  private readonly tokens = new Map<string, AccessToken>()

  constructor(
    private readonly random: Random,
    private readonly now: () => number,
  ) {}

  /** Adds an app that can mint tenant tokens. */
  addApp(appId: string, appSecret: string): void {
    this.secrets.set(appId, appSecret)
  }

  /** Adds a tenant token of an app. It is valid for `lifeMs`, by default without end. */
  addTenantToken(appId: string, token = randomTenantToken(this.random), lifeMs = Number.POSITIVE_INFINITY): string {
    return this.add({ token, kind: 'tenant', identity: `app ${appId}`, appId, lifeMs })
  }

  /** Adds a user's token of an app. It is valid for `lifeMs`, by default without end. */
  addUserToken(appId: string, user: string, lifeMs = Number.POSITIVE_INFINITY): string {
    return this.add({ token: randomUserToken(this.random), kind: 'user', identity: `user ${user}`, appId, lifeMs })
  }

  /** Makes the token invalid. */
  revoke(token: string): void {
    this.getIssued(token).revoked = true
  }

  /** Makes the token expire. */
  expire(token: string): void {
    this.getIssued(token).expiresAtMs = this.now()
  }

  /** Answers a request to the token endpoint: a tenant token of the app that the body names, or an error. */
  mint(body: unknown): PlainAnswer {
    const { app_id: appId, app_secret: secret } = (body ?? {}) as { app_id?: unknown; app_secret?: unknown }
    if (typeof appId !== 'string' || typeof secret !== 'string') return answers.error(AUTH.invalidParam)
    if (!this.secrets.has(appId)) return answers.error(AUTH.invalidParam)
    if (this.secrets.get(appId) !== secret) return answers.error(AUTH.wrongSecret)
    const lifeMs = this.mintBehaviour.expireSeconds * 1000
    const token = this.findReusableToken(appId) ?? this.addTenantToken(appId, undefined, lifeMs)
    const expire = Math.ceil((this.getIssued(token).expiresAtMs - this.now()) / 1000)
    return { status: 200, json: { code: 0, expire, msg: 'ok', tenant_access_token: token } }
  }

  /** The caller behind an `Authorization` header, or the answer that refuses it. */
  identify(authorization: string | undefined): Caller | PlainAnswer {
    const token = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1]
    if (token === undefined) return answers.error(AUTH.tokenMissing)
    const known = this.tokens.get(token)
    // User tokens begin with `u-`, or are JWTs (`eyJ…`).
    const isUser = known?.kind === 'user' || /^(u-|eyJ)/.test(token)
    if (known === undefined || known.revoked) {
      if (isUser) return answers.error(AUTH.userTokenInvalid)
      return answers.error(token.startsWith('t-') ? AUTH.tenantTokenInvalid : AUTH.tokenOfUnknownKind)
    }
    if (known.expiresAtMs <= this.now()) return answers.error(isUser ? AUTH.userTokenExpired : AUTH.tenantTokenInvalid)
    return known
  }

  /** The newest tenant token of the app that minting may return; undefined if a new one must be minted. */
  private findReusableToken(appId: string): string | undefined {
    const { reuse } = this.mintBehaviour
    if (reuse === 'never') return undefined
    const isReusable = (token: AccessToken): boolean =>
      !token.revoked && token.expiresAtMs - this.now() >= MIN_REUSABLE_LIFE_MS
    // Every minted token has an end. A token without one was added by a test.
    const candidates = [...this.tokens.values()].filter(
      (token) => token.kind === 'tenant' && token.appId === appId && Number.isFinite(token.expiresAtMs),
    )
    return candidates.findLast((token) => reuse === 'always' || isReusable(token))?.token
  }

  /** Keeps a token. @returns its text */
  private add(token: Omit<AccessToken, 'revoked' | 'expiresAtMs'> & { lifeMs: number }): string {
    const { lifeMs, ...rest } = token
    this.tokens.set(token.token, { ...rest, expiresAtMs: this.now() + lifeMs, revoked: false })
    return token.token
  }

  /** Finds a token that must exist. @throws Error if it does not, which is a mistake of the test */
  private getIssued(token: string): AccessToken {
    const known = this.tokens.get(token)
    if (known === undefined) throw new Error(`The emulator never gave out the token ${token}.`)
    return known
  }
}
