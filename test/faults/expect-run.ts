import { normalizeUrl } from './normalize-url.js'
import type { ClassifiedExchange, ExpectedRun, RunContext, Violation } from './types.js'

// By how much a pause may seem shorter than it was: server and client measure it at different moments.
const TOLERANCE_MS = 60
const SLACK_MS = 300 // By how much an event may come later than planned on a busy machine.
const RACE_MS = 250 // Two events nearer to each other than this may happen in either order.
const MAX_EXIT_MS = 1000 // How long a run may take to end after the event that ends it.
// The shortest time limit of one attempt. For an answer that takes about as long, either may happen first.
const MIN_ATTEMPT_MS = 2000
// The last attempt is made at most this long before the deadline.
const LAST_ATTEMPT_MS = 1000
// The pause before a request is sent again because its answer was not as documented.
const UNEXPECTED_PAUSE_MS = 300

/** Derives from the answers how a run had to end, and checks order, credential and time of each request. */
export function expectRun(exchanges: readonly ClassifiedExchange[], context: RunContext): ExpectedRun {
  const checker = new RequestChecker(context)
  for (const exchange of exchanges) checker.add(exchange)
  return checker.end()
}

class RequestChecker {
  private readonly violations: Violation[] = []
  private token: string | undefined
  /** The token was renewed, and no answer has accepted the new one yet. */
  private isRenewalUnproven = false
  private endedBy: ClassifiedExchange | undefined
  /** The end depends on which of two events happened first, which cannot be known. */
  private isRace = false
  private isSuccess = false
  private code: number | undefined
  private dueMs = 0
  private last: ClassifiedExchange | undefined
  private attemptStartMs = 0
  /** The request that must come next: of another attempt, or a further one of the same attempt. */
  private next: 'attempt' | ClassifiedExchange['call'] = 'attempt'
  /** The call whose answer was not as documented, while its second request is awaited. */
  private repeated: ClassifiedExchange['call'] | undefined
  /** A part of the file was refused permanently. Perhaps only the part is refused, so the complete file is requested at once. */
  private isWholeNext = false
  private redirects = 0
  private redirectUrl = ''
  private hasLeftHost = false
  private lostAnswers = 0
  private readonly deadlineMs: number

  constructor(private readonly context: RunContext) {
    this.token = context.givenToken
    this.deadlineMs = context.startMs + context.timeoutMs
  }

  add(given: ClassifiedExchange): void {
    // A redirect may lead back to the address that was requested first.
    const isRedirected = this.next === 'redirected' && given.url === this.redirectUrl
    const exchange: ClassifiedExchange = isRedirected ? { ...given, call: 'redirected' } : given
    const { atMs, call } = exchange
    if (this.endedBy && !this.isRace)
      this.addWrong(`request to ${call} at ${atMs} after the end by ${this.endedBy.answerClass.kind}`)
    if (atMs < this.dueMs - 5) this.addWrong(`request at ${atMs}, due at ${this.dueMs}`)
    if (atMs > this.deadlineMs + SLACK_MS) this.addLate(`request ${atMs - this.deadlineMs} ms after the deadline`)
    this.checkOrder(exchange)
    this.last = exchange
    this.dueMs = 0
    this.applyAnswer(exchange)
  }

  private checkOrder(exchange: ClassifiedExchange): void {
    const { call, atMs, authorization } = exchange
    const isNewAttempt = this.next === 'attempt' || (call !== this.next && call !== 'redirected')
    if (this.repeated === call) this.checkPause(atMs, UNEXPECTED_PAUSE_MS)
    if (isNewAttempt) this.startAttempt(exchange)
    if (call === 'mint') {
      if (this.token !== undefined || this.context.givenToken !== undefined)
        this.addWrong('a token was minted without need')
      if (authorization !== undefined) this.addWrong('the request for a token carried an authorization')
      return
    }
    if (this.token === undefined) {
      this.addWrong('a request before there was a token')
      return
    }
    if (call === 'main') {
      if (authorization !== `Bearer ${this.token}`) this.addWrong(`wrong authorization: ${String(authorization)}`)
      return
    }
    if (this.next !== 'redirected') {
      this.addWrong(`a request to ${exchange.url}, to which no answer redirected`)
      return
    }
    if (exchange.url !== this.redirectUrl) this.addWrong(`redirected to ${exchange.url} instead of ${this.redirectUrl}`)
    if (authorization !== undefined && this.hasLeftHost) this.addWrong('the credential went to another host')
  }

  private startAttempt({ atMs, isPart }: ClassifiedExchange): void {
    if (!this.isWholeNext) this.checkPause(atMs, this.context.intervalMs ?? 500)
    if (this.isWholeNext && isPart) this.addWrong('a part was requested again after it was refused')
    this.isWholeNext = false
    this.attemptStartMs = atMs
    this.hasLeftHost = false
    this.redirects = 0
  }

  private checkPause(atMs: number, usualMs: number): void {
    const completeAtMs = this.last?.observed.completeAtMs
    if (completeAtMs === undefined || atMs > this.deadlineMs - LAST_ATTEMPT_MS - SLACK_MS) return
    const minPauseMs = this.last?.answerClass.kind === 'limited' ? 0 : usualMs
    const pauseMs = atMs - completeAtMs
    if (pauseMs < minPauseMs - TOLERANCE_MS) this.addLate(`a pause of ${Math.round(pauseMs)} ms`)
  }

  private applyAnswer(exchange: ClassifiedExchange): void {
    const { answerClass, observed } = exchange
    const { context } = this
    this.next = 'attempt'
    const isRepeated = this.repeated === exchange.call
    this.repeated = undefined
    const isAccepted = answerClass.kind === 'transient' && answerClass.accepted
    if (answerClass.kind === 'pending' || answerClass.kind === 'failed' || isAccepted) this.isRenewalUnproven = false
    if (context.secondLostAnswerEnds && exchange.call === 'main') {
      // Only the client knows whether it counts such an answer as lost.
      if (answerClass.kind === 'unclear') this.isRace = true
      if (exchange.lost && ++this.lostAnswers === 2) this.endBy(exchange, false)
    }
    switch (answerClass.kind) {
      case 'transient':
        if (answerClass.unexpected && isRepeated) this.endBy(exchange, false)
        else if (answerClass.unexpected) this.next = this.repeated = exchange.call
        return
      case 'pending':
      case 'unclear':
        return
      case 'done':
        this.endBy(exchange, true)
        return
      case 'file':
        this.isRenewalUnproven = false
        this.endBy(exchange, !context.isFileRefused(answerClass.body))
        return
      case 'failed':
        this.endBy(exchange, false)
        return
      case 'permanent':
        this.code = answerClass.code
        this.endBy(exchange, false)
        return
      case 'token':
        this.token = answerClass.token
        this.next = 'main'
        return
      case 'token-refused':
        if (context.givenToken !== undefined || this.isRenewalUnproven || exchange.call === 'mint') {
          this.code = answerClass.code
          this.endBy(exchange, false)
          return
        }
        this.isRenewalUnproven = true
        this.token = undefined
        this.next = 'mint'
        return
      case 'limited': {
        const fromMs = observed.body ? (observed.completeAtMs ?? exchange.atMs) : exchange.atMs
        const { waitMs, untilWallMs } = answerClass
        this.dueMs = untilWallMs === undefined ? fromMs + waitMs : untilWallMs - context.wallOffsetMs
        if (this.dueMs > this.deadlineMs + SLACK_MS) this.endBy(exchange, false)
        return
      }
      case 'redirect':
        this.applyRedirect(exchange, answerClass.location)
        return
    }
  }

  private applyRedirect(exchange: ClassifiedExchange, location: string): void {
    const target = URL.canParse(location, exchange.url) ? new URL(location, exchange.url) : undefined
    const isLoopback = target?.hostname === '127.0.0.1' && target.protocol === new URL(this.context.serviceUrl).protocol
    const hasCredential = target && target.username + target.password !== ''
    if (!target || hasCredential || !(target.protocol === 'https:' || isLoopback) || this.redirects >= 5) {
      this.endBy(exchange, false)
      return
    }
    this.redirects++
    this.next = 'redirected'
    this.redirectUrl = normalizeUrl(target)
    if (target.origin !== new URL(exchange.url).origin) this.hasLeftHost = true
  }

  /** Records the answer that ends the run; a race, if it came so late that the run may not have waited for it. */
  private endBy(exchange: ClassifiedExchange, isSuccess: boolean): void {
    if (exchange.isPart && !isSuccess && exchange.answerClass.kind !== 'file') {
      this.isWholeNext = true
      return
    }
    const { completeAtMs = Infinity } = exchange.observed
    this.endedBy ??= exchange
    this.isSuccess = isSuccess
    const maxAttemptMs = MIN_ATTEMPT_MS - SLACK_MS - this.context.connectMs
    this.isRace ||= completeAtMs > this.deadlineMs - RACE_MS || completeAtMs - this.attemptStartMs > maxAttemptMs
  }

  end(): ExpectedRun {
    const { context, deadlineMs, last, violations, endedBy } = this
    const { startMs, endMs, cancelledAtMs } = context
    const expected = { violations, last, code: this.isRace ? undefined : this.code }
    const end = this.isSuccess ? 'green' : 'red'
    if (endMs > deadlineMs + MAX_EXIT_MS) this.addLate(`ended ${Math.round(endMs - deadlineMs)} ms after the deadline`)
    if (cancelledAtMs !== undefined) {
      if (endMs - cancelledAtMs > MAX_EXIT_MS)
        this.addLate(`ended ${Math.round(endMs - cancelledAtMs)} ms after the cancel`)
      const hadEndedBefore = (endedBy?.observed.completeAtMs ?? Infinity) < cancelledAtMs - RACE_MS
      return { ...expected, code: undefined, end: hadEndedBefore && !this.isRace ? end : 'either' }
    }
    if (this.isRace) return { ...expected, end: this.isSuccess ? 'either' : 'red' }
    if (endedBy) {
      const afterMs = endMs - (endedBy.observed.completeAtMs ?? endedBy.atMs)
      if (afterMs > MAX_EXIT_MS) this.addLate(`ended ${Math.round(afterMs)} ms after the answer that ends it`)
      return { ...expected, end }
    }
    if (context.blocked === 'at-once') {
      if (last) this.addWrong('a request although none could be sent')
      if (endMs - startMs > 1500 + context.maxFirstDelayMs)
        this.addLate(`ended after ${Math.round(endMs - startMs)} ms although no request could be sent`)
    } else if (last?.answerClass.kind !== 'unclear') this.checkLastAttempt()
    return { ...expected, end: 'red' }
  }

  /** Checks a run that no answer ended: it must have continued until the deadline, with a last attempt just before it. */
  private checkLastAttempt(): void {
    const { deadlineMs, last } = this
    const { connectMs, timeoutMs, endMs, maxFirstDelayMs, blocked } = this.context
    if (this.dueMs > deadlineMs - SLACK_MS) return
    if (endMs < deadlineMs - LAST_ATTEMPT_MS - 100) {
      this.addWrong(`gave up ${Math.round(deadlineMs - endMs)} ms before the deadline`)
    }
    if (blocked) return
    if (!last) {
      // Through a slow proxy, the deadline may come before the first connection.
      const mayConnectTooLate = timeoutMs < connectMs + 600 || (connectMs > 0 && maxFirstDelayMs > 0)
      if (!mayConnectTooLate) this.addLate('never sent a request')
    } else if ((last.observed.completeAtMs ?? Infinity) < deadlineMs - LAST_ATTEMPT_MS - SLACK_MS - connectMs)
      this.addLate('no last attempt before the deadline')
  }

  private addWrong(text: string): void {
    this.violations.push({ kind: 'wrong', text })
  }

  private addLate(text: string): void {
    this.violations.push({ kind: 'late', text })
  }
}
