import type { Reply } from '../errors/failure.js'

/** What the user gave to prove who asks. */
export type CredentialInput =
  | { readonly kind: 'token'; readonly accessToken: string }
  | { readonly kind: 'app'; readonly appId: string; readonly appSecret: string }

/** Where access tokens come from. */
export interface Credential {
  /** The token to send now; a failure when none could be had. */
  token(signal: AbortSignal): Promise<Reply<string>>
  /** The service took the token. */
  accepted(token: string): void
  /** The service refused the token. True when another one may be had: ask for `token` again, once. */
  refused(token: string): boolean
  /** What to do when even the last token was refused, where that is another advice than for a token given by hand. */
  readonly refusedAdvice?: string
}

/** A token given by the user: it is what it is. */
export function givenToken(accessToken: string): Credential {
  return {
    token: () => Promise.resolve({ ok: true, value: accessToken }),
    accepted: () => undefined,
    refused: () => false,
  }
}

/**
 * Tenant access tokens of an app, got when needed. A refused one is replaced once; if the next is refused too before
 * the service took any, the fault is another one and no more are asked for.
 * @param mint gets a new token; the service gives the same one again until 30 minutes before its end
 */
export function mintedTokens(mint: (signal: AbortSignal) => Promise<Reply<string>>): Credential {
  let current: string | undefined
  let minting: Promise<Reply<string>> | undefined
  let renewedInVain = false
  return {
    refusedAdvice:
      'The service refuses tokens that it has just issued for this app. Check that `base-url` and the app belong to the' +
      ' same platform (Feishu or Lark), then run it again; if it stays, give the log id to Feishu support.',
    async token(signal) {
      if (current !== undefined) return { ok: true, value: current }
      minting ??= mint(signal).finally(() => (minting = undefined))
      const reply = await minting
      if (reply.ok) current = reply.value
      return reply
    },
    accepted(token) {
      if (token === current) renewedInVain = false
    },
    refused(token) {
      if (token !== current) return true
      if (renewedInVain) return false
      renewedInVain = true
      current = undefined
      return true
    },
  }
}
