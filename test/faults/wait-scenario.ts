import { answers, type Answer, type PlainAnswer } from '../emulator/index.js'
import type { Dice } from './dice.js'
import { anyTitle, hostileText } from './hostile.js'
import { Service } from './service.js'
import type { Plan, Scenario, Way, World } from './types.js'

const FAILED = [3, 3, 3, 107, 108, 109, 110, 111, 122, 123, 6000, 4, 5, 100, 999, -1, 2147483648, 9007199254740991]

/** What the query says of a task that goes on. */
function pending(dice: Dice): PlainAnswer {
  return dice.weighted<PlainAnswer>([
    [4, () => answers.job(1)],
    [6, () => answers.job(2, { job_error_msg: hostileText(dice) })],
    [1, () => answers.job(0, { file_token: dice.pick(['', ' ', null]) })],
    [1, () => answers.ok(dice.pick([{}, null, { result: null }]))],
  ])
}

/** The envelope of a success around something that is none. */
function wrongShape(dice: Dice): PlainAnswer {
  const odd = (): unknown => dice.pick([[], 'x', 7, true, [{ job_status: 0, file_token: 'box' }], ''])
  return dice.weighted<PlainAnswer>([
    [1, () => answers.ok(odd())],
    [1, () => answers.result(odd())],
    [
      2,
      () =>
        answers.job(0, {
          job_status: dice.pick(['0', '2', null, [], {}, 0.5, true, 'success', '']),
          file_token: 'box',
        }),
    ],
    [1, () => answers.job(0, { file_token: dice.pick([[], {}, 7, true, ['box']]) })],
    [1, () => answers.result({ file_token: 'box' })],
  ])
}

/** A finished export, its fields as they may come. */
function done(dice: Dice): PlainAnswer {
  const odd = (good: unknown): unknown => (dice.chance(0.12) ? dice.pick([null, 7, [], {}, '', undefined]) : good)
  const result = {
    job_status: 0,
    file_token: dice.chance(0.85) ? `box${dice.int(1e9, 2e9)}` : hostileText(dice) + 'x',
    file_name: odd(anyTitle(dice)),
    file_extension: odd(dice.chance(0.8) ? dice.pick(['docx', 'pdf', 'xlsx', 'csv', 'base']) : hostileText(dice)),
    type: odd(dice.chance(0.8) ? dice.pick(['docx', 'sheet', 'bitable']) : hostileText(dice)),
    file_size: dice.pick<unknown>([
      0,
      34356,
      2 ** 31 + 5,
      2 ** 53 - 1,
      '123',
      '98765432109876543210',
      null,
      -1,
      1.5,
      'x',
      {},
    ]),
    job_error_msg: dice.pick(['success', '', hostileText(dice)]),
    extra: dice.pick<unknown>([{}, [], null, { is_complete: 'true' }]),
  }
  if (dice.chance(0.85)) return answers.result(result)
  // Numbers that a JavaScript number cannot hold exist on the wire alone.
  const size = dice.pick(['9007199254740993', '123456789012345678901234567890'])
  const body = JSON.stringify({ code: 0, msg: 'success', data: { result: { ...result, file_size: 0 } } })
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: `${dice.chance(0.3) ? '\ufeff' : ''}${body.replace('"file_size":0', `"file_size": ${size}`)}`,
  }
}

function failed(dice: Dice, secrets: readonly string[]): PlainAnswer {
  const status = dice.pick(FAILED)
  return answers.job(status, dice.chance(0.6) ? { job_error_msg: hostileText(dice, secrets) } : {})
}

/** How the token endpoint behaves: the same token again, another one, or trouble first. */
export function mintPlan(dice: Dice, world: World, service: Service): Plan {
  const token = (value: unknown): PlainAnswer => ({
    status: 200,
    headers: service.headers(),
    json: { code: 0, msg: 'ok', expire: dice.pick([7200, 1800, 1, 0, '1', null]), tenant_access_token: value },
  })
  const fresh = (): PlainAnswer => token(`t-g104${dice.int(1e12, 9e12)}${world.ticket}`)
  const same = fresh()
  const trouble = (): Answer =>
    dice.weighted<Answer>([
      [3, () => service.transientError()],
      [2, () => service.passingPage()],
      [3, () => service.wireFault(same)],
      [1, () => service.limited()],
      [1, () => token(dice.pick([null, 7, '', 'with blank', 'line\nbreak', {}, 'Überall']))],
      [1, () => service.permanentError()],
      [0.5, () => service.finalPage()],
      [0.5, () => service.redirect()],
      [0.5, () => service.tokenRefused()],
      [1, () => service.later(same)],
    ])
  const list = dice.list(dice.int(0, 4), () => (dice.chance(0.75) ? (dice.chance(0.5) ? same : fresh()) : trouble()))
  return { list, rest: dice.chance(0.93) ? (dice.chance(0.5) ? same : fresh()) : trouble() }
}

/** How the requests travel; mostly plainly, which is quickest. */
export function anyWay(dice: Dice): Way {
  return dice.weighted<Way>([
    [88, () => ({ kind: 'plain' })],
    [4, () => ({ kind: 'tls' })],
    [1, () => ({ kind: 'bad-certificate', fault: dice.pick(['expired', 'other-host']) })],
    [3, () => ({ kind: 'proxy', delayMs: dice.pick([0, 200, 800, 1500]) })],
    [1, () => ({ kind: 'proxy', hang: true })],
    [2, () => ({ kind: 'proxy', refuse: dice.pick([403, 407, 400, 404, 429, 500, 502, 503]) })],
  ])
}

/** A wait and all that it will meet. */
export function waitScenario(dice: Dice, world: World): Scenario {
  const service = new Service(dice, world)
  const secrets = [world.accessToken, world.appSecret].filter((secret) => secret !== '')
  const whole = (): PlainAnswer =>
    dice.weighted<PlainAnswer>([
      [5, () => pending(dice)],
      [3, () => done(dice)],
      [1, () => failed(dice, secrets)],
      [1, () => service.permanentError()],
    ])
  const answer = (): Answer =>
    dice.weighted<Answer>([
      [9, () => pending(dice)],
      [3, () => service.transientError()],
      [3, () => service.passingPage()],
      [4, () => service.wireFault(whole())],
      [3, () => service.limited()],
      [2, () => wrongShape(dice)],
      [1.5, () => service.later(whole())],
      [1.5, () => service.tokenRefused()],
      [0.4, () => service.permanentError()],
      [0.3, () => service.finalPage()],
      [0.3, () => service.redirect()],
      [0.4, () => failed(dice, secrets)],
    ])
  const interval = dice.chance(0.12) ? dice.pick(['0.2', '0.5', '1', '30']) : undefined
  return {
    timeoutMs: dice.pick([1000, 1500, 2000, 2000, 3000, 3000, 4000, 6000]),
    inputs: {
      ticket: world.ticket,
      token: world.documentToken,
      'poll-interval-seconds': interval,
      'parallel-jobs': dice.chance(0.08) ? dice.pick([1, 2, 3, 5, 100]) : '',
    },
    plans: {
      mint: mintPlan(dice, world, service),
      main: {
        list: dice.list(dice.int(0, 5), answer),
        rest: dice.weighted<Answer>([
          [10, () => done(dice)],
          [3, () => pending(dice)],
          [4, () => failed(dice, secrets)],
          [2, () => service.permanentError()],
          [1, () => service.tokenRefused()],
          [4, answer],
        ]),
      },
      storage: { list: [], rest: answers.gatewayPage(502) },
    },
    way: anyWay(dice),
    cancelAtMs: dice.chance(0.05) ? dice.int(900, 3000) : undefined,
    intervalMs: interval === undefined ? undefined : Number(interval) * 1000,
  }
}
