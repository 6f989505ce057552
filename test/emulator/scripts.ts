import type { Answer } from './answer.js'
import type { Api, RecordedRequest } from './types.js'

/** Decides the answer to the nth (from 1) request it is asked about; `undefined` leaves it to the emulator. */
export type ScriptHandler = (request: RecordedRequest, nth: number) => Answer | undefined | Promise<Answer | undefined>

/** A handler, or answers in order; after the last one, and where it says `undefined` or `null`, the default. */
export type Script = ScriptHandler | readonly (Answer | null | undefined)[]

/** What a script is bound to: requests about a token (document, node, folder, space, file), or about a ticket. */
export interface Scope {
  token?: string | undefined
  ticket?: string | undefined
}

interface Registered {
  api: Api | 'any'
  scope: Scope
  handler: ScriptHandler
  asked: number
}

/** The scripts of an emulator. Those bound to a token or ticket are asked before the others. */
export class Scripts {
  private registered: Registered[] = []

  /** Registers a script in place of the earlier one for the same API and scope; returns its removal. */
  set(api: Api | 'any', script: Script, scope: Scope = {}): () => void {
    const handler: ScriptHandler = typeof script === 'function' ? script : (_, nth) => script[nth - 1] ?? undefined
    const entry: Registered = { api, scope, handler, asked: 0 }
    this.registered = this.registered.filter((other) => !isSame(other, entry))
    this.registered.push(entry)
    return () => {
      this.registered = this.registered.filter((other) => other !== entry)
    }
  }

  /** Removes every script. */
  clear(): void {
    this.registered = []
  }

  /** The scripted answer to a request, if a script has one. */
  async answerTo(request: RecordedRequest): Promise<Answer | undefined> {
    const matching = this.registered.filter((entry) => matches(entry, request))
    const bound = matching.filter((entry) => isBound(entry.scope))
    for (const entry of [...bound, ...matching.filter((entry) => !isBound(entry.scope))]) {
      entry.asked += 1
      const answer = await entry.handler(request, entry.asked)
      if (answer !== undefined) return answer
    }
    return undefined
  }
}

function isBound(scope: Scope): boolean {
  return scope.token !== undefined || scope.ticket !== undefined
}

function isSame(a: Registered, b: Registered): boolean {
  return a.api === b.api && a.scope.token === b.scope.token && a.scope.ticket === b.scope.ticket
}

function matches({ api, scope }: Registered, request: RecordedRequest): boolean {
  if (api !== 'any' && api !== request.api) return false
  if (scope.token !== undefined && !request.tokens.includes(scope.token)) return false
  return scope.ticket === undefined || scope.ticket === request.ticket
}
