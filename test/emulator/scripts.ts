import type { Answer } from './answer.js'
import type { Api, RecordedRequest } from './types.js'

/**
 * Decides the answer to a request; `undefined`: the emulator answers as without this script.
 * @param nth for how many requests the handler was called so far, this one included
 */
export type ScriptHandler = (request: RecordedRequest, nth: number) => Answer | undefined | Promise<Answer | undefined>

/**
 * A handler, or the answers to the requests in order. The default answer: for `undefined`, `null`, and after the list.
 */
export type Script = ScriptHandler | readonly (Answer | null | undefined)[]

/** Binds a script to requests about a token or id (document, node, folder, space, file, block), or about a ticket. */
export interface Scope {
  token?: string | undefined
  ticket?: string | undefined
}

interface Registered {
  api: Api | 'any'
  scope: Scope
  handler: ScriptHandler
  /** For how many requests the handler was called. */
  calls: number
}

/** The scripts of an emulator. Those that are bound to a token or ticket are called before the others. */
export class Scripts {
  private registered: Registered[] = []

  /** Registers a script, and removes the one with the same API and scope. @returns a function that removes the new one */
  set(api: Api | 'any', script: Script, scope: Scope = {}): () => void {
    const handler: ScriptHandler = typeof script === 'function' ? script : (_, nth) => script[nth - 1] ?? undefined
    const entry: Registered = { api, scope, handler, calls: 0 }
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

  /** The answer of the first script that has one; undefined when no script has. */
  async answerTo(request: RecordedRequest): Promise<Answer | undefined> {
    const matching = this.registered.filter((entry) => matches(entry, request))
    const bound = matching.filter((entry) => isBound(entry.scope))
    const others = matching.filter((entry) => !isBound(entry.scope))
    for (const entry of [...bound, ...others]) {
      entry.calls += 1
      const answer = await entry.handler(request, entry.calls)
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
