import type { Reply } from '../errors/failure.js'

/** The credential that the user gave. */
export type CredentialInput =
  | { readonly kind: 'token'; readonly accessToken: string }
  | { readonly kind: 'app'; readonly appId: string; readonly appSecret: string }

/** A source of access tokens. */
export interface Credential {
  /** Gets the current token; a failure when the service did not issue one. */
  token(signal: AbortSignal): Promise<Reply<string>>
  /** Reports that the service accepted the token. */
  reportAccepted(token: string): void
  /**
   * Reports that the service refused the token.
   * @returns true when the caller should call `token()` again, for another token; false when there is no other
   */
  reportRefused(token: string): boolean
  /** The advice when the service refused also the renewed token; undefined for a token that the user gave. */
  readonly refusedAdvice?: string | undefined
}

/** The credential of an access token that the user gave: it cannot be renewed. */
export function givenToken(accessToken: string): Credential {
  return {
    token: () => Promise.resolve({ ok: true, value: accessToken }),
    reportAccepted: () => undefined,
    reportRefused: () => false,
  }
}

/**
 * The credential of an app: tenant access tokens, requested when needed. After a refusal, a token is requested again as a
 * replacement. If the service refuses the replacement and never accepted it, the cause is not the token. Then no other
 * token is requested.
 * @param mint requests a token; the service returns the same one until 30 minutes before it expires
 */
export function mintedTokens(mint: (signal: AbortSignal) => Promise<Reply<string>>): Credential {
  let current: string | undefined
  let minting: Promise<Reply<string>> | undefined
  // True from the refusal of a token until the service accepts its replacement.
  let isUnprovenReplacement = false
  return {
    refusedAdvice:
      'The service refuses tokens that it has just issued for this app. Check that `base-url` and the app belong to the' +
      ' same platform (Feishu or Lark), then run it again; if the error comes back, give the log id to Feishu support.',
    async token(signal) {
      if (current !== undefined) return { ok: true, value: current }
      // Parallel callers share one request. The signal of the first of them can end it for all.
      minting ??= mint(signal).finally(() => (minting = undefined))
      const reply = await minting
      if (reply.ok) current = reply.value
      return reply
    },
    reportAccepted(token) {
      if (token === current) isUnprovenReplacement = false
    },
    reportRefused(token) {
      // Another caller has replaced this token already, or is about to.
      if (token !== current) return true
      if (isUnprovenReplacement) return false
      isUnprovenReplacement = true
      current = undefined
      return true
    },
  }
}
