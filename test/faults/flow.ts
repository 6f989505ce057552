import type { Meaning } from './meaning.js'
import type { Seen } from './seen.js'
import type { Violation } from './types.js'

/** One exchange of a run, judged. Times are the server's. */
export interface Item {
  readonly call: 'mint' | 'main' | 'hop'
  readonly atMs: number
  readonly seen: Seen
  readonly meaning: Meaning
  readonly authorization: string | undefined
  /** Of a hop: where it went. */
  readonly url: string
  readonly storage: boolean
}

/** What a run was given, and when it ran. */
export interface Frame {
  readonly startMs: number
  readonly endMs: number
  readonly timeoutMs: number
  readonly cancelledAtMs: number | undefined
  /** Undefined for an app, which mints. */
  readonly givenToken: string | undefined
  readonly intervalMs: number | undefined
  /** Wall time minus the server's clock. */
  readonly wallOffsetMs: number
  readonly serviceUrl: string
  /** How long the first look may be put off for rivals. */
  readonly spreadMs: number
  /** What it takes to get through a slow proxy. */
  readonly connectMs: number
  /** Nothing may be asked at all: the name is taken, the certificate is bad, the proxy does not let it through. */
  readonly barred: 'at-once' | 'until-deadline' | undefined
  /** May a finished file be refused still: another size, a name that is taken? */
  readonly fileRefused: (body: Buffer) => boolean
}

/** What the run had to do. */
export interface Course {
  readonly violations: readonly Violation[]
  readonly end: 'green' | 'red' | 'either'
  /** The answer that ended it. */
  readonly last: Item | undefined
  /** Ended in failure for good by this code. */
  readonly code: number | undefined
}

const SLACK_MS = 60
// The shortest time that one attempt may have: an answer about as late is a close race.
const ATTEMPT_MS = 2000
const LAST_LOOK_MS = 1000

/** An address as two of them can be compared. */
export function plainUrl({ origin, pathname, search }: URL): string {
  const query = new URLSearchParams(search).toString()
  return `${origin}${pathname}${query === '' ? '' : `?${query}`}`
}

/** Follows a run from request to request. */
export function courseOf(items: readonly Item[], frame: Frame): Course {
  const follower = new Follower(frame)
  for (const item of items) follower.take(item)
  return follower.end()
}

class Follower {
  private readonly violations: Violation[] = []
  private token: string | undefined
  private renewedInVain = false
  private closedBy: Item | undefined
  private isClose = false
  private good = false
  private code: number | undefined
  private dueMs = 0
  private last: Item | undefined
  private lookStartMs = 0
  /** What has to come next: another look, or a further request of the same look. */
  private next: 'look' | 'mint' | 'main' | 'hop' = 'look'
  private hops = 0
  private hopUrl = ''
  private strangers = false
  private readonly deadlineMs: number

  constructor(private readonly frame: Frame) {
    this.token = frame.givenToken
    this.deadlineMs = frame.startMs + frame.timeoutMs
  }

  take(given: Item): void {
    // A redirect may lead to where it came from.
    const item: Item = this.next === 'hop' && given.url === this.hopUrl ? { ...given, call: 'hop' } : given
    const { atMs, call } = item
    if (this.closedBy && !this.isClose)
      this.wrong(`request to ${call} at ${atMs} after the end by ${this.closedBy.meaning.kind}`)
    if (atMs < this.dueMs - 5) this.wrong(`request at ${atMs}, due at ${this.dueMs}`)
    if (atMs > this.deadlineMs + 300) this.late(`request ${atMs - this.deadlineMs} ms after the deadline`)
    this.checkOrder(item)
    this.last = item
    this.dueMs = 0
    this.judge(item)
  }

  private checkOrder(item: Item): void {
    const { call, atMs, authorization } = item
    const isNewLook = this.next === 'look' || (call !== this.next && call !== 'hop')
    if (isNewLook) {
      this.checkPause(atMs)
      this.lookStartMs = atMs
      this.strangers = false
      this.hops = 0
    }
    if (call === 'mint') {
      if (this.token !== undefined || this.frame.givenToken !== undefined) this.wrong('a token was minted without need')
      if (authorization !== undefined) this.wrong('minting carried an authorization')
      return
    }
    if (this.token === undefined) return this.wrong('a request before there was a token')
    if (call === 'main') {
      if (authorization !== `Bearer ${this.token}`) this.wrong(`wrong authorization: ${String(authorization)}`)
      return
    }
    if (this.next !== 'hop') return this.wrong(`a request to ${item.url} that nothing led to`)
    if (item.url !== this.hopUrl) this.wrong(`redirected to ${item.url} in place of ${this.hopUrl}`)
    if (authorization !== undefined && this.strangers) this.wrong('the credential went to another host')
  }

  private checkPause(atMs: number): void {
    const knownMs = this.last?.seen.knownMs
    if (knownMs === undefined || atMs > this.deadlineMs - LAST_LOOK_MS - 300) return
    const least = this.last?.meaning.kind === 'limited' ? 0 : (this.frame.intervalMs ?? 500)
    if (atMs - knownMs < least - SLACK_MS) this.late(`a pause of ${Math.round(atMs - knownMs)} ms`)
  }

  private judge(item: Item): void {
    const { meaning, seen } = item
    this.next = 'look'
    if (meaning.kind === 'pending' || meaning.kind === 'failed' || (meaning.kind === 'transient' && meaning.accepted)) {
      this.renewedInVain = false
    }
    switch (meaning.kind) {
      case 'pending':
      case 'transient':
      case 'unclear':
        return
      case 'done':
        return this.close(item, true)
      case 'file':
        this.renewedInVain = false
        return this.close(item, !this.frame.fileRefused(meaning.body))
      case 'failed':
        return this.close(item, false)
      case 'permanent':
        this.code = meaning.code
        return this.close(item, false)
      case 'token':
        this.token = meaning.token
        this.next = 'main'
        return
      case 'token-refused':
        if (this.frame.givenToken !== undefined || this.renewedInVain || item.call === 'mint') {
          this.code = meaning.code
          return this.close(item, false)
        }
        this.renewedInVain = true
        this.token = undefined
        this.next = 'mint'
        return
      case 'limited': {
        const fromMs = seen.body && seen.knownMs !== undefined ? seen.knownMs : item.atMs
        this.dueMs =
          meaning.untilWallMs === undefined ? fromMs + meaning.askedMs : meaning.untilWallMs - this.frame.wallOffsetMs
        if (this.dueMs > this.deadlineMs + 300) this.close(item, false)
        return
      }
      case 'redirect':
        return this.redirect(item, meaning.location)
    }
  }

  private redirect(item: Item, location: string): void {
    const target = URL.canParse(location, item.url) ? new URL(location, item.url) : undefined
    const bare = target && target.username === '' && target.password === ''
    const isLoopback = target?.hostname === '127.0.0.1' && target.protocol === new URL(this.frame.serviceUrl).protocol
    if (!target || !bare || !(target.protocol === 'https:' || isLoopback) || this.hops >= 5)
      return this.close(item, false)
    this.hops++
    this.next = 'hop'
    this.hopUrl = plainUrl(target)
    if (target.origin !== new URL(item.url).origin) this.strangers = true
  }

  private close(item: Item, good: boolean): void {
    const { knownMs = Infinity } = item.seen
    this.closedBy ??= item
    this.good = good
    this.isClose ||=
      knownMs > this.deadlineMs - 250 || knownMs - this.lookStartMs > ATTEMPT_MS - 300 - this.frame.connectMs
  }

  end(): Course {
    const { frame, deadlineMs, last, violations } = this
    const { endMs, cancelledAtMs } = frame
    const course = { violations, last, code: this.isClose ? undefined : this.code }
    if (endMs > deadlineMs + 1000) this.late(`ended ${Math.round(endMs - deadlineMs)} ms after the deadline`)
    if (cancelledAtMs !== undefined) {
      if (endMs - cancelledAtMs > 1000) this.late(`ended ${Math.round(endMs - cancelledAtMs)} ms after the cancel`)
      const isSure = this.closedBy?.seen.knownMs !== undefined && this.closedBy.seen.knownMs < cancelledAtMs - 250
      return { ...course, code: undefined, end: isSure && !this.isClose ? (this.good ? 'green' : 'red') : 'either' }
    }
    if (this.isClose) return { ...course, end: this.good ? 'either' : 'red' }
    if (this.closedBy) {
      const afterMs = endMs - (this.closedBy.seen.knownMs ?? this.closedBy.atMs)
      if (afterMs > 1000) this.late(`ended ${Math.round(afterMs)} ms after the answer that ends it`)
      return { ...course, end: this.good ? 'green' : 'red' }
    }
    if (frame.barred === 'at-once') {
      if (last) this.wrong('a request though nothing could be asked')
      if (endMs - frame.startMs > 1500 + frame.spreadMs)
        this.late(`ended after ${Math.round(endMs - frame.startMs)} ms without a chance`)
    } else if (last?.meaning.kind !== 'unclear') this.checkPatience()
    return { ...course, end: 'red' }
  }

  /** Nothing ended it: it must have gone on to the deadline, with a last look just before. */
  private checkPatience(): void {
    const { deadlineMs, last } = this
    if (this.dueMs > deadlineMs - 300) return
    if (this.frame.endMs < deadlineMs - LAST_LOOK_MS - 100) {
      this.wrong(`gave up ${Math.round(deadlineMs - this.frame.endMs)} ms before the deadline`)
    }
    if (this.frame.barred) return
    const { connectMs, timeoutMs } = this.frame
    if (!last && (timeoutMs < connectMs + 600 || (connectMs > 0 && this.frame.spreadMs > 0))) return
    if (!last) return this.late('never asked')
    if ((last.seen.knownMs ?? Infinity) < deadlineMs - LAST_LOOK_MS - 300 - connectMs)
      this.late('no last look before the deadline')
  }

  private wrong(text: string): void {
    this.violations.push({ kind: 'wrong', text })
  }

  private late(text: string): void {
    this.violations.push({ kind: 'late', text })
  }
}
