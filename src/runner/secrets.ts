import * as core from '@actions/core'

// A shorter one would tear holes into plain words.
const SHORTEST_HIDDEN = 8
// Long texts are cut, and a secret in them with it: from so many of its characters on the rest is hidden too.
const SHORTEST_PART = 12

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

  /** The text with `***` in place of every secret, and of every beginning of one. */
  readonly hide = (text: string): string => {
    let hidden = text
    for (const secret of this.values) hidden = withoutBeginnings(hidden, secret)
    return hidden
  }
}

function withoutBeginnings(text: string, secret: string): string {
  const head = secret.slice(0, SHORTEST_PART)
  const [before = '', ...rest] = text.split(head)
  const tail = secret.slice(head.length)
  return rest.reduce((hidden, piece) => {
    let same = 0
    while (same < tail.length && piece[same] === tail[same]) same++
    return `${hidden}***${piece.slice(same)}`
  }, before)
}
