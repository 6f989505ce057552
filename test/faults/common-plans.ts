import type { Answer, PlainAnswer } from '../emulator/index.js'
import type { FaultyAnswers } from './faulty-answers.js'
import type { RandomSource } from './random-source.js'
import type { Plan, Transport, World } from './types.js'

/** Generates the answers to requests for a token: the same token again, another token, or a fault. */
export function generateMintPlan(random: RandomSource, world: World, faulty: FaultyAnswers): Plan {
  const tokenAnswer = (token: unknown): PlainAnswer => ({
    status: 200,
    headers: faulty.headers(),
    json: { code: 0, msg: 'ok', expire: random.pick([7200, 1800, 1, 0, '1', null]), tenant_access_token: token },
  })
  const newToken = (): PlainAnswer => tokenAnswer(`t-g104${random.int(1e12, 9e12)}${world.ticket}`)
  const sameToken = newToken()
  const faultyAnswer = (): Answer =>
    random.weighted<Answer>([
      [3, () => faulty.transientError()],
      [2, () => faulty.transientPage()],
      [3, () => faulty.networkFault(sameToken)],
      [1, () => faulty.rateLimit()],
      [1, () => tokenAnswer(random.pick([null, 7, '', 'with blank', 'line\nbreak', {}, 'Überall']))],
      [1, () => faulty.permanentError()],
      [0.5, () => faulty.permanentPage()],
      [0.5, () => faulty.redirect()],
      [0.5, () => faulty.tokenRefused()],
      [1, () => faulty.delayed(sameToken)],
    ])
  const goodAnswer = (): Answer => (random.chance(0.5) ? sameToken : newToken())
  const list = random.list(random.int(0, 4), () => (random.chance(0.75) ? goodAnswer() : faultyAnswer()))
  return { list, rest: random.chance(0.93) ? goodAnswer() : faultyAnswer() }
}

/** Chooses how the requests reach the service; mostly by plain HTTP, which is fastest. */
export function chooseTransport(random: RandomSource): Transport {
  return random.weighted<Transport>([
    [88, () => ({ kind: 'plain' })],
    [4, () => ({ kind: 'tls' })],
    [1, () => ({ kind: 'bad-certificate', fault: random.pick(['expired', 'other-host']) })],
    [3, () => ({ kind: 'proxy', delayMs: random.pick([0, 200, 800, 1500]) })],
    [1, () => ({ kind: 'proxy', hang: true })],
    [2, () => ({ kind: 'proxy', refuse: random.pick([403, 407, 400, 404, 429, 500, 502, 503]) })],
  ])
}

/**
 * Chooses when the run is cancelled, in milliseconds from its start; undefined for most runs, which are not cancelled.
 */
export function chooseCancelAtMs(random: RandomSource): number | undefined {
  // The transport is not used. But without these random draws, the known seeds would give other scenarios.
  chooseTransport(random)
  return random.chance(0.05) ? random.int(900, 3000) : undefined
}
