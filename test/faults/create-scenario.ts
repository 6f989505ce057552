import { answers, type Answer, type PlainAnswer } from '../emulator/index.js'
import { chooseCancelAtMs, generateMintPlan } from './common-plans.js'
import { FaultyAnswers } from './faulty-answers.js'
import type { RandomSource } from './random-source.js'
import type { Scenario, World } from './types.js'

/**
 * The answer with the ticket of a created task: a string, or a number with more digits than a JavaScript number can
 * hold.
 */
function createdAnswer(random: RandomSource): PlainAnswer {
  const digits = `7${random.int(1e17, 9e17)}`
  if (random.chance(0.8)) return answers.ok({ ticket: digits })
  return answers.notJson(200, `{"code":0,"msg":"success","data":{"ticket":${digits}}}`)
}

/** A successful envelope without a usable ticket. */
const answerWithoutTicket = (random: RandomSource): PlainAnswer =>
  answers.ok(
    random.pick<unknown>([null, {}, [], { ticket: '' }, { ticket: null }, { ticket: ['7'] }, { ticket: 'a b' }]),
  )

/** Generates a run of the create action. It must not follow a redirect, so `storage` must not get any request. */
export function generateCreateScenario(random: RandomSource, world: World): Scenario {
  const faulty = new FaultyAnswers(random, world)
  // The answer that a fault of the connection interrupts or delays.
  const plainAnswer = (): PlainAnswer =>
    random.weighted<PlainAnswer>([
      [5, () => createdAnswer(random)],
      [1, () => faulty.permanentError()],
    ])
  // Mostly answers without a ticket.
  const nextAnswer = (): Answer =>
    random.weighted<Answer>([
      [5, () => faulty.transientError()],
      [1, () => faulty.transientPage()],
      // More pages with these statuses: any other transient page is a lost answer, and the second lost answer ends the run.
      [1, () => faulty.page([502, 503])],
      [2, () => faulty.networkFault(plainAnswer())],
      [4, () => faulty.rateLimit()],
      [1, () => answerWithoutTicket(random)],
      [1, () => faulty.delayed(plainAnswer())],
      [2, () => faulty.tokenRefused()],
      [0.4, () => faulty.permanentError()],
      [0.3, () => faulty.permanentPage()],
      [0.3, () => faulty.redirect()],
    ])
  return {
    timeoutMs: random.pick([1000, 2000, 3000, 4000, 6000]),
    inputs: { token: world.documentToken, type: 'docx', 'file-extension': random.pick(['pdf', '.PDF', ' pdf ']) },
    plans: {
      mint: generateMintPlan(random, world, faulty),
      main: {
        list: random.list(random.int(0, 4), nextAnswer),
        rest: random.weighted<Answer>([
          [10, () => createdAnswer(random)],
          [2, () => faulty.permanentError()],
          [1, () => faulty.tokenRefused()],
          [4, nextAnswer],
        ]),
      },
      storage: { list: [], rest: answers.gatewayPage(502) },
    },
    cancelAtMs: chooseCancelAtMs(random),
  }
}
