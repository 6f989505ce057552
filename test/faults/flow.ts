import type { Course, Frame, Item } from './course.js'
import type { Violation } from './types.js'

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
  private lost = 0
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
    if (this.token === undefined) {
      this.wrong('a request before there was a token')
      return
    }
    if (call === 'main') {
      if (authorization !== `Bearer ${this.token}`) this.wrong(`wrong authorization: ${String(authorization)}`)
      return
    }
    if (this.next !== 'hop') {
      this.wrong(`a request to ${item.url} that nothing led to`)
      return
    }
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
    if (this.frame.lostEnds && item.call === 'main') {
      // Whether such an answer counts as lost, only the client knows.
      if (meaning.kind === 'unclear') this.isClose = true
      if (item.lost && ++this.lost === 2) this.close(item, false)
    }
    switch (meaning.kind) {
      case 'pending':
      case 'transient':
      case 'unclear':
        return
      case 'done': {
        this.close(item, true)
        return
      }
      case 'file':
        this.renewedInVain = false
        {
          this.close(item, !this.frame.fileRefused(meaning.body))
          return
        }
      case 'failed': {
        this.close(item, false)
        return
      }
      case 'permanent':
        this.code = meaning.code
        {
          this.close(item, false)
          return
        }
      case 'token':
        this.token = meaning.token
        this.next = 'main'
        return
      case 'token-refused':
        if (this.frame.givenToken !== undefined || this.renewedInVain || item.call === 'mint') {
          this.code = meaning.code
          this.close(item, false)
          return
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
      case 'redirect': {
        this.redirect(item, meaning.location)
        return
      }
    }
  }

  private redirect(item: Item, location: string): void {
    const target = URL.canParse(location, item.url) ? new URL(location, item.url) : undefined
    const bare = target && target.username === '' && target.password === ''
    const isLoopback = target?.hostname === '127.0.0.1' && target.protocol === new URL(this.frame.serviceUrl).protocol
    if (!target || !bare || !(target.protocol === 'https:' || isLoopback) || this.hops >= 5) {
      this.close(item, false)
      return
    }
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
    if (!last) {
      this.late('never asked')
      return
    }
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
