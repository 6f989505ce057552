import { answers, type Answer, type PlainAnswer } from '../emulator/index.js'
import { chooseCancelAtMs, generateMintPlan } from './common-plans.js'
import { FaultyAnswers } from './faulty-answers.js'
import { randomHostileText, randomTitle } from './hostile-text.js'
import type { RandomSource } from './random-source.js'
import type { Scenario, World } from './types.js'

// The documented failures, and numbers that are not documented.
const FAILED_STATUSES = [
  3, 3, 3, 107, 108, 109, 110, 111, 122, 123, 6000, 4, 5, 100, 999, -1, 2147483648, 9007199254740991,
]

/** The answer to a query while the task is not finished, or while its file is missing. */
function pendingAnswer(random: RandomSource): PlainAnswer {
  return random.weighted<PlainAnswer>([
    [4, () => answers.job(1)],
    [6, () => answers.job(2, { job_error_msg: randomHostileText(random) })],
    [1, () => answers.job(0, { file_token: random.pick(['', ' ', null]) })],
    [1, () => answers.ok(random.pick([{}, null, { result: null }]))],
  ])
}

/** A successful envelope. Its data, result, status or file token is malformed, or the status is missing. */
function malformedAnswer(random: RandomSource): PlainAnswer {
  const malformed = (): unknown => random.pick([[], 'x', 7, true, [{ job_status: 0, file_token: 'box' }], ''])
  return random.weighted<PlainAnswer>([
    [1, () => answers.ok(malformed())],
    [1, () => answers.result(malformed())],
    [
      2,
      () =>
        answers.job(0, {
          job_status: random.pick(['0', '2', null, [], {}, 0.5, true, 'success', '']),
          file_token: 'box',
        }),
    ],
    [1, () => answers.job(0, { file_token: random.pick([[], {}, 7, true, ['box']]) })],
    [1, () => answers.result({ file_token: 'box' })],
  ])
}

/** The answer to a query of a finished task; some of its fields may be malformed. */
function doneAnswer(random: RandomSource): PlainAnswer {
  const orMalformed = (value: unknown): unknown =>
    random.chance(0.12) ? random.pick([null, 7, [], {}, '', undefined]) : value
  const result = {
    job_status: 0,
    // With an x: a blank token would mean that the file is still missing (see `pendingAnswer`).
    file_token: random.chance(0.85) ? `box${random.int(1e9, 2e9)}` : randomHostileText(random) + 'x',
    file_name: orMalformed(randomTitle(random)),
    file_extension: orMalformed(
      random.chance(0.8) ? random.pick(['docx', 'pdf', 'xlsx', 'csv', 'base']) : randomHostileText(random),
    ),
    type: orMalformed(random.chance(0.8) ? random.pick(['docx', 'sheet', 'bitable']) : randomHostileText(random)),
    file_size: random.pick<unknown>([
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
    job_error_msg: random.pick(['success', '', randomHostileText(random)]),
    extra: random.pick<unknown>([{}, [], null, { is_complete: 'true' }]),
  }
  if (random.chance(0.85)) return answers.result(result)
  // A JavaScript number cannot hold these digits, so they are put into the JSON text.
  const size = random.pick(['9007199254740993', '123456789012345678901234567890'])
  const body = JSON.stringify({ code: 0, msg: 'success', data: { result: { ...result, file_size: 0 } } })
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: `${random.chance(0.3) ? '\ufeff' : ''}${body.replace('"file_size":0', `"file_size": ${size}`)}`,
  }
}

/** The answer to a query of a failed task. */
function failedAnswer(random: RandomSource, secrets: readonly string[]): PlainAnswer {
  const status = random.pick(FAILED_STATUSES)
  return answers.job(status, random.chance(0.6) ? { job_error_msg: randomHostileText(random, secrets) } : {})
}

/** Generates a run of the wait action. It must not follow a redirect, so `storage` must not get any request. */
export function generateWaitScenario(random: RandomSource, world: World): Scenario {
  const faulty = new FaultyAnswers(random, world)
  const secrets = [world.accessToken, world.appSecret].filter((secret) => secret !== '')
  // The answer that a fault of the connection interrupts or delays.
  const plainAnswer = (): PlainAnswer =>
    random.weighted<PlainAnswer>([
      [5, () => pendingAnswer(random)],
      [3, () => doneAnswer(random)],
      [1, () => failedAnswer(random, secrets)],
      [1, () => faulty.permanentError()],
    ])
  // Mostly answers after which the wait continues.
  const nextAnswer = (): Answer =>
    random.weighted<Answer>([
      [9, () => pendingAnswer(random)],
      [3, () => faulty.transientError()],
      [3, () => faulty.transientPage()],
      [4, () => faulty.networkFault(plainAnswer())],
      [3, () => faulty.rateLimit()],
      [2, () => malformedAnswer(random)],
      [1.5, () => faulty.delayed(plainAnswer())],
      [1.5, () => faulty.tokenRefused()],
      [0.4, () => faulty.permanentError()],
      [0.3, () => faulty.permanentPage()],
      [0.3, () => faulty.redirect()],
      [0.4, () => failedAnswer(random, secrets)],
    ])
  const interval = random.chance(0.12) ? random.pick(['0.2', '0.5', '1', '30']) : undefined
  return {
    timeoutMs: random.pick([1000, 1500, 2000, 2000, 3000, 3000, 4000, 6000]),
    inputs: {
      ticket: world.ticket,
      token: world.documentToken,
      'poll-interval-seconds': interval,
      'parallel-jobs': random.chance(0.08) ? random.pick([1, 2, 3, 5, 100]) : '',
    },
    plans: {
      mint: generateMintPlan(random, world, faulty),
      main: {
        list: random.list(random.int(0, 5), nextAnswer),
        rest: random.weighted<Answer>([
          [10, () => doneAnswer(random)],
          [3, () => pendingAnswer(random)],
          [4, () => failedAnswer(random, secrets)],
          [2, () => faulty.permanentError()],
          [1, () => faulty.tokenRefused()],
          [4, nextAnswer],
        ]),
      },
      storage: { list: [], rest: answers.gatewayPage(502) },
    },
    cancelAtMs: chooseCancelAtMs(random),
    intervalMs: interval === undefined ? undefined : Number(interval) * 1000,
  }
}
