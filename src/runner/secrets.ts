// Hiding a shorter secret would also hide parts of ordinary words.
const MIN_HIDDEN = 8
// A long text may be cut in the middle of a secret. So the beginning of a secret is hidden, too, if it has at least
// this many characters.
const MIN_HEAD = 12

/**
 * The secrets of a step. The runner masks them in the log but not in step outputs, and drops a job output that contains
 * one. So they are also removed from texts such as the message of a server that repeats a credential.
 * @param maskInRunner makes the runner mask a secret. It prints the secret, so it is only for use under a runner
 */
export class Secrets {
  private readonly values = new Set<string>()

  constructor(private readonly maskInRunner: (secret: string) => void) {}

  /** Masks a secret in the log. Also remembers it for `hide`, unless it is too short. */
  readonly mask = (secret: string): void => {
    this.maskInRunner(secret)
    if (secret.length >= MIN_HIDDEN) this.values.add(secret)
  }

  /** Replaces every secret, and every beginning of a secret with at least `MIN_HEAD` characters, by `***`. */
  readonly hide = (text: string): string => {
    // First find the positions of all secrets, since they may overlap or contain each other.
    const found: [from: number, to: number][] = []
    for (const secret of this.values) {
      const head = secret.slice(0, MIN_HEAD)
      let last: [from: number, to: number] | undefined
      for (let from = text.indexOf(head); from >= 0; from = text.indexOf(head, from + 1)) {
        let to = from + head.length
        while (to - from < secret.length && text[to] === secret[to - from]) to++
        // Overlapping occurrences of one secret are joined.
        if (last && from < last[1]) {
          last[1] = Math.max(last[1], to)
        } else {
          last = [from, to]
          found.push(last)
        }
      }
    }
    // Then write the text; occurrences that overlap become one `***`.
    let hidden = ''
    let end = 0
    for (const [from, to] of found.sort((a, b) => a[0] - b[0])) {
      if (from >= end) hidden += `${text.slice(end, from)}***`
      end = Math.max(end, to)
    }
    return hidden + text.slice(end)
  }
}
