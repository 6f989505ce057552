import { answers, type Answer, type PlainAnswer } from '../emulator/index.js'
import type { Dice } from './dice.js'
import { Service } from './service.js'
import type { Scenario, World } from './types.js'
import { anyWay, mintPlan } from './wait-scenario.js'

/** A ticket in any form in which one may come. */
function created(dice: Dice): PlainAnswer {
  const digits = `7${dice.int(1e17, 9e17)}`
  if (dice.chance(0.8)) return answers.ok({ ticket: digits })
  return answers.notJson(200, `{"code":0,"msg":"success","data":{"ticket":${digits}}}`)
}

/** The envelope of a success around something that is no ticket. */
const noTicket = (dice: Dice): PlainAnswer =>
  answers.ok(dice.pick<unknown>([null, {}, [], { ticket: '' }, { ticket: null }, { ticket: ['7'] }, { ticket: 'a b' }]))

/** The creation of an export task, and all that it will meet. */
export function createScenario(dice: Dice, world: World): Scenario {
  const service = new Service(dice, world)
  const whole = (): PlainAnswer =>
    dice.weighted<PlainAnswer>([
      [5, () => created(dice)],
      [1, () => service.permanentError()],
    ])
  const answer = (): Answer =>
    dice.weighted<Answer>([
      [5, () => service.transientError()],
      [1, () => service.passingPage()],
      [1, () => service.page([502, 503])],
      [2, () => service.wireFault(whole())],
      [4, () => service.limited()],
      [1, () => noTicket(dice)],
      [1, () => service.later(whole())],
      [2, () => service.tokenRefused()],
      [0.4, () => service.permanentError()],
      [0.3, () => service.finalPage()],
      [0.3, () => service.redirect()],
    ])
  return {
    timeoutMs: dice.pick([1000, 2000, 3000, 4000, 6000]),
    inputs: { token: world.documentToken, type: 'docx', 'file-extension': dice.pick(['pdf', '.PDF', ' pdf ']) },
    plans: {
      mint: mintPlan(dice, world, service),
      main: {
        list: dice.list(dice.int(0, 4), answer),
        rest: dice.weighted<Answer>([
          [10, () => created(dice)],
          [2, () => service.permanentError()],
          [1, () => service.tokenRefused()],
          [4, answer],
        ]),
      },
      storage: { list: [], rest: answers.gatewayPage(502) },
    },
    way: anyWay(dice),
    cancelAtMs: dice.chance(0.05) ? dice.int(900, 3000) : undefined,
  }
}
