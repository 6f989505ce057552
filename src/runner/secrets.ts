import * as core from '@actions/core'

// A shorter one would tear holes into plain words.
const SHORTEST_HIDDEN = 8

/**
 * The secrets of a step. The runner masks them in the log, but not in outputs, and drops a job output that holds one: a
 * server that repeats a credential in its message must not get it there.
 */
export class Secrets {
  private readonly values = new Set<string>()

  readonly mask = (secret: string): void => {
    core.setSecret(secret)
    if (secret.length >= SHORTEST_HIDDEN) this.values.add(secret)
  }

  /** The text with `***` in place of every secret. */
  readonly hide = (text: string): string => {
    let hidden = text
    for (const secret of this.values) hidden = hidden.replaceAll(secret, '***')
    return hidden
  }
}
