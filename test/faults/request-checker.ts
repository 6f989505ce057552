import {
  MAX_LAST_ATTEMPT_MS,
  MAX_REDIRECTS,
  MIN_ATTEMPT_LIMIT_MS,
  MIN_PAUSE_MS,
  PAUSE_TOLERANCE_MS,
  RACE_MS,
  SLACK_MS,
  TIMER_TOLERANCE_MS,
  UNEXPECTED_PAUSE_MS,
} from './time-limits.js'
import type { AnswerClass, ClassifiedExchange, RunContext, Violation } from './types.js'
import { normalizeUrl, resolveRedirect } from './urls.js'

/** What is known about the end of a run after its last exchange. */
export interface FollowedRun {
  /** The first exchange whose answer ends the run; undefined when no answer does. */
  readonly endedBy: ClassifiedExchange | undefined
  /** Whether the end depends on which of two events happened first, which cannot be known. */
  readonly isRace: boolean
  /** Whether the last answer makes the run succeed. */
  readonly isSuccess: boolean
  /** The code of the last permanent failure that may have ended the run, if it had one. */
  readonly code: number | undefined
  readonly last: ClassifiedExchange | undefined
  /** When the rate limit of the last answer ends; 0 without one. */
  readonly dueMs: number
}

/** Follows the exchanges of a run in order, and checks when, why and with which credential each request is sent. */
export class RequestChecker implements FollowedRun {
  readonly violations: Violation[] = []
  /** The token that the next request must carry; undefined when one must be minted first. */
  private token: string | undefined
  /** Whether the token was renewed, and no answer shows yet that the service accepts the new one. */
  private isRenewalUnproven = false
  endedBy: ClassifiedExchange | undefined
  isRace = false
  isSuccess = false
  code: number | undefined
  dueMs = 0
  last: ClassifiedExchange | undefined
  private attemptStartMs = 0
  /** The role of the next request in the same attempt; 'attempt' when the next request begins another attempt. */
  private next: 'attempt' | ClassifiedExchange['role'] = 'attempt'
  /** The role of the last request if its answer was unexpected (see AnswerClass), so that it must be sent again. */
  private roleToSendAgain: ClassifiedExchange['role'] | undefined
  /** Whether the next attempt must request the complete file at once, because a request for a part was refused. */
  private isWholeNext = false
  /** The number of redirects since the last request of the action itself (role `main`). */
  private redirects = 0
  /** Whether one of these redirects led to another origin, so that the credential must not be sent any more. */
  private hasLeftOrigin = false
  /** The target of the last redirect. */
  private redirectUrl = ''
  private lostAnswers = 0
  /** Whether the client may have sent a request that the server never saw (see `isClosedAfter` of Observation). */
  private mayMissRequest = false
  private readonly deadlineMs: number

  constructor(private readonly context: RunContext) {
    this.token = context.givenToken
    this.deadlineMs = context.startMs + context.timeoutMs
  }

  /** Checks the next request of the run, and applies its answer. */
  add(given: ClassifiedExchange): void {
    // A redirect may lead to the address of an API. Then only the order shows that the request follows a redirect.
    const isRedirected = this.next === 'redirected' && given.url === this.redirectUrl
    const exchange: ClassifiedExchange = isRedirected ? { ...given, role: 'redirected' } : given
    const { atMs, role } = exchange
    if (this.endedBy && !this.isRace)
      this.addWrong(`request to ${role} at ${atMs} after the end by ${this.endedBy.answerClass.kind}`)
    if (atMs < this.dueMs - TIMER_TOLERANCE_MS) this.addWrong(`request at ${atMs}, due at ${this.dueMs}`)
    if (atMs > this.deadlineMs + SLACK_MS) this.addLate(`request ${atMs - this.deadlineMs} ms after the deadline`)
    // A request with another role than expected begins a new attempt: the last one ended early, for example at its time
    // limit. A redirected request never begins one; if none is expected, `checkCredential` reports it.
    const isNewAttempt = role !== 'redirected' && (this.next === 'attempt' || role !== this.next)
    if (this.roleToSendAgain === role) this.checkPause(atMs, UNEXPECTED_PAUSE_MS)
    if (isNewAttempt) this.startAttempt(exchange)
    // Redirects begin again with each request of the action, also with one that repeats it with a new token.
    if (role === 'main') {
      this.redirects = 0
      this.hasLeftOrigin = false
    }
    this.checkCredential(exchange)
    this.last = exchange
    this.dueMs = 0
    // A run that sends this request has not read an earlier answer of success.
    this.isSuccess = false
    this.applyAnswer(exchange)
  }

  /**
   * Checks the credential of a request, and that no token is minted without need. A request that follows a redirect must
   * go to the target of that redirect.
   */
  private checkCredential(exchange: ClassifiedExchange): void {
    const { role, authorization } = exchange
    if (role === 'mint') {
      if (this.token !== undefined || this.context.givenToken !== undefined)
        this.addWrong('a token was minted without need')
      if (authorization !== undefined) this.addWrong('the request for a token carried an authorization')
      return
    }
    if (this.token === undefined) {
      this.addWrong('a request before there was a token')
      return
    }
    if (role === 'main') {
      if (authorization !== `Bearer ${this.token}`) this.addWrong(`wrong authorization: ${String(authorization)}`)
      return
    }
    if (this.next !== 'redirected') {
      this.addWrong(`a request to ${exchange.url}, to which no answer redirected`)
      return
    }
    if (exchange.url !== this.redirectUrl) this.addWrong(`redirected to ${exchange.url} instead of ${this.redirectUrl}`)
    if (authorization !== undefined && this.hasLeftOrigin) this.addWrong('the credential went to another origin')
  }

  /** Begins an attempt. Checks the pause before it or, after a refused part, that the complete file is requested. */
  private startAttempt({ atMs, isPart }: ClassifiedExchange): void {
    if (this.isWholeNext) {
      if (isPart) this.addWrong('a part was requested again after it was refused')
    } else this.checkPause(atMs, this.context.intervalMs ?? MIN_PAUSE_MS)
    this.isWholeNext = false
    this.attemptStartMs = atMs
  }

  /**
   * Checks that a request does not come too soon after the last answer. Just before the deadline, any pause is correct.
   * A busy machine may cause a finding (see `late` of Violation), since the server may record the end of an answer late.
   */
  private checkPause(atMs: number, usualPauseMs: number): void {
    const completeAtMs = this.last?.observed.completeAtMs
    if (completeAtMs === undefined || atMs > this.deadlineMs - MAX_LAST_ATTEMPT_MS - SLACK_MS) return
    // An answer with a rate limit says itself how long the pause must be: `add` checks that.
    const minPauseMs = this.last?.answerClass.kind === 'limited' ? 0 : usualPauseMs
    const pauseMs = atMs - completeAtMs
    if (pauseMs < minPauseMs - PAUSE_TOLERANCE_MS) this.addLate(`a pause of only ${Math.round(pauseMs)} ms`)
  }

  /** Derives from an answer what must follow: the end of the run, or the next request, its token and its earliest time. */
  private applyAnswer(exchange: ClassifiedExchange): void {
    const { answerClass, role } = exchange
    const { context } = this
    const wasSentAgain = this.roleToSendAgain === role
    this.roleToSendAgain = undefined
    this.next = 'attempt'
    if (showsAcceptedToken(answerClass)) this.isRenewalUnproven = false
    if (context.secondLostAnswerEnds && role === 'main') this.countLostAnswer(exchange)
    if (exchange.observed.isClosedAfter === true) this.mayMissRequest = true
    switch (answerClass.kind) {
      case 'transient':
        if (!answerClass.unexpected) return
        if (wasSentAgain) {
          this.endBy(exchange, false)
          return
        }
        this.next = role
        this.roleToSendAgain = role
        return
      case 'pending':
      case 'unclear':
        return
      case 'done':
        this.endBy(exchange, true)
        return
      case 'file':
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
        // Only the token of an app can be renewed, and not twice in a row. The request `mint` carries no token, so a new
        // token would not help.
        if (context.givenToken !== undefined || this.isRenewalUnproven || role === 'mint') {
          this.code = answerClass.code
          this.endBy(exchange, false)
          return
        }
        this.isRenewalUnproven = true
        this.token = undefined
        this.next = 'mint'
        return
      case 'limited':
        this.dueMs = this.endOfLimit(exchange, answerClass)
        if (this.dueMs > this.deadlineMs + SLACK_MS) this.endBy(exchange, false)
        return
      case 'redirect':
        this.applyRedirect(exchange, answerClass.location)
        return
    }
  }

  /**
   * Counts the lost answers to a request that creates something. The service may have carried out such a request. So
   * the action sends it again after the first lost answer, but the second one ends the run.
   */
  private countLostAnswer(exchange: ClassifiedExchange): void {
    // Only the client knows whether it counts an unclear answer as lost.
    if (exchange.answerClass.kind === 'unclear') this.isRace = true
    if (!exchange.isAnswerLost) return
    this.lostAnswers++
    // Its time makes no race, unlike in `endBy`: an answer for which the run did not wait is also lost.
    if (this.lostAnswers === 2) this.endedBy ??= exchange
    else if (this.mayMissRequest) {
      // The request that the server never saw was the first lost one, or there was none.
      this.endedBy ??= exchange
      this.isRace = true
    }
  }

  /** When a rate limit ends, by the server's clock. */
  private endOfLimit(
    { atMs, observed }: ClassifiedExchange,
    { waitMs, untilWallMs }: Extract<AnswerClass, { kind: 'limited' }>,
  ): number {
    if (untilWallMs !== undefined) return untilWallMs - this.context.wallOffsetMs
    // The client waits from the end of the answer. The end of an incomplete answer is not known. The limit is then
    // counted from the request, so that no correct request seems too early.
    const answerEndMs = observed.body === undefined ? undefined : observed.completeAtMs
    return (answerEndMs ?? atMs) + waitMs
  }

  /** Expects a request to the target of a redirect. The run ends if the action must not follow the redirect. */
  private applyRedirect(exchange: ClassifiedExchange, location: string): void {
    const target = resolveRedirect(location, exchange.url, this.context.serviceUrl)
    if (!target || this.redirects >= MAX_REDIRECTS) {
      this.endBy(exchange, false)
      return
    }
    this.redirects++
    this.next = 'redirected'
    this.redirectUrl = normalizeUrl(target)
    if (target.origin !== new URL(exchange.url).origin) this.hasLeftOrigin = true
  }

  /**
   * Records an answer that ends the run. If the answer came so late that the run may not have waited for it, this is a
   * race. A failure of a request for a part of the file does not end the run: the complete file is requested next.
   * @param isSuccess whether the answer makes the run succeed
   */
  private endBy(exchange: ClassifiedExchange, isSuccess: boolean): void {
    // The answer to a request for a part may be the complete file. If that file has the wrong size, the run ends.
    if (exchange.isPart && !isSuccess && exchange.answerClass.kind !== 'file') {
      this.isWholeNext = true
      this.code = undefined
      return
    }
    const { completeAtMs = Infinity } = exchange.observed
    this.endedBy ??= exchange
    this.isSuccess = isSuccess
    // The time limit of an attempt includes the time to connect, which the server does not see.
    const certainlyInTimeMs = MIN_ATTEMPT_LIMIT_MS - SLACK_MS - this.context.connectMs
    this.isRace ||= completeAtMs > this.deadlineMs - RACE_MS || completeAtMs - this.attemptStartMs > certainlyInTimeMs
  }

  private addWrong(text: string): void {
    this.violations.push({ kind: 'wrong', text })
  }

  private addLate(text: string): void {
    this.violations.push({ kind: 'late', text })
  }
}

/** Whether an answer shows that the service accepted the token of its request. */
const showsAcceptedToken = (answerClass: AnswerClass): boolean =>
  ['pending', 'failed', 'file'].includes(answerClass.kind) ||
  (answerClass.kind === 'transient' && answerClass.accepted === true)
