// A shorter one would tear holes into plain words.
const MIN_HIDDEN = 8
// Long texts are cut, and a secret in them with it: from so many of its characters on the rest is hidden too.
const MIN_PART = 12

/**
 * The secrets of a step. The runner masks them in the log, but not in outputs, and drops a job output that holds one: a
 * server that repeats a credential in its message must not get it there.
 * @param tellRunner has the runner mask a secret: by a line that holds it, so only where a runner reads the lines
 */
export class Secrets {
  private readonly values = new Set<string>()

  constructor(private readonly tellRunner: (secret: string) => void) {}

  readonly mask = (secret: string): void => {
    this.tellRunner(secret)
    if (secret.length >= MIN_HIDDEN) this.values.add(secret)
  }

  /** The text with `***` in place of every secret, and of every beginning of one. */
  readonly hide = (text: string): string => {
    // All of them first: one may begin as another one does, or stand in the middle of it.
    const found: [from: number, to: number][] = []
    for (const secret of this.values) {
      const head = secret.slice(0, MIN_PART)
      let last: [from: number, to: number] | undefined
      for (let from = text.indexOf(head); from >= 0; from = text.indexOf(head, from + 1)) {
        let to = from + head.length
        while (to - from < secret.length && text[to] === secret[to - from]) to++
        if (last && from < last[1]) last[1] = Math.max(last[1], to)
        else found.push((last = [from, to]))
      }
    }
    let hidden = ''
    let end = 0
    for (const [from, to] of found.sort((a, b) => a[0] - b[0])) {
      if (from >= end) hidden += `${text.slice(end, from)}***`
      end = Math.max(end, to)
    }
    return hidden + text.slice(end)
  }
}
