import { answers, type Answer, type PlainAnswer } from '../emulator/index.js'
import type { Dice } from './dice.js'
import { hostileHeader, hostileText, PAGE_MARK } from './hostile.js'
import type { World } from './types.js'

const TRANSIENT = [1069901, 1069903, 1069905, 600, 1500, 1503, 1642, 1663, 1668, 2200, 5000, 10101, 10500]
const PERMANENT = [
  1069902, 1069904, 1069906, 1069914, 1069918, 1060001, 99991661, 99991668, 99991677, 99991672, 99991676, 99991679,
  99991401, 99991403, 99991662, 99991673, 99991543, 10003, 10014, 10015, 99991201, 99991301, 99992402, 9499, 12345,
  7654321, -1, 131006,
]
const REFUSED = [99991663, 99991664, 99991671]
const STATUSES = [200, 201, 202, 204, 206, 299, 400, 401, 403, 404, 405, 407, 408, 410, 413, 418, 451, 499]
const FAULTY_STATUSES = [500, 501, 502, 503, 504, 507, 520, 599]

/** Answers that any call may get: all but a success. */
export class Service {
  constructor(
    private readonly dice: Dice,
    private readonly world: World,
  ) {}

  private get secrets(): string[] {
    const { accessToken, appSecret } = this.world
    return [accessToken, appSecret].filter((secret) => secret !== '')
  }

  text(): string {
    return hostileText(this.dice, this.secrets)
  }

  headers(): Record<string, string | null> {
    const { dice } = this
    if (dice.chance(0.5)) return {}
    return dice.weighted<Record<string, string | null>>([
      [3, () => ({ 'x-tt-logid': hostileHeader(dice) })],
      [1, () => ({ 'x-tt-logid': null })],
      [1, () => ({ 'x-tt-logid': null, 'x-request-id': hostileHeader(dice) })],
      [1, () => ({ 'x-tt-logid': '', server: hostileHeader(dice), via: hostileHeader(dice) })],
      [1, () => ({ connection: 'close' })],
    ])
  }

  /** An `error` member: as documented, or of any shape. */
  private errorObject(): unknown {
    const { dice } = this
    const text = (): unknown =>
      dice.weighted<unknown>([
        [6, () => this.text()],
        [1, () => null],
        [1, () => 7],
        [1, () => []],
      ])
    const some = (make: () => unknown): unknown => (dice.chance(0.1) ? make() : dice.list(dice.int(0, 3), make))
    const url = (): unknown =>
      dice.pick([`https://open.feishu.cn/app/x?q=${this.text()}`, 'javascript:alert(1)', this.text()])
    return dice.weighted<unknown>([
      [2, () => ({})],
      [1, () => dice.pick([null, [], 'error', 0, { log_id: 7 }, { helps: {} }, { helps: [null, 3, { url: 3 }] }])],
      [
        4,
        () => ({
          log_id: text(),
          logid: text(),
          message: text(),
          troubleshooter: url(),
          helps: some(() => ({ url: url(), description: text() })),
          permission_violations: some(() => ({ subject: text(), scope: text(), url: url(), type: text() })),
          field_violations: some(() => ({ field: text(), value: text(), description: text() })),
        }),
      ],
    ])
  }

  error(codes: readonly number[]): PlainAnswer {
    const { dice } = this
    const plain = answers.error(dice.pick(codes), { headers: this.headers() })
    const json = plain.json as { code: number; msg: string }
    const msg = dice.chance(0.4) ? json.msg : dice.chance(0.1) ? dice.pick([null, 5, {}]) : this.text()
    // A gateway may put its own status before the service's code; 429 would make two meanings of some.
    const status = dice.chance(0.8) ? plain.status : dice.pick([200, 400, 403, 500])
    return {
      ...plain,
      status,
      json: { code: json.code, msg: json.code === 9499 ? 'bad request' : msg, error: this.errorObject() },
    }
  }

  transientError = (): PlainAnswer => this.error(TRANSIENT)
  permanentError = (): PlainAnswer =>
    this.dice.chance(0.15) ? answers.scopeMissing(['docs:document:export', this.text()]) : this.error(PERMANENT)
  tokenRefused = (): PlainAnswer => this.error(REFUSED)

  /** The six forms, their headers short, long, missing or nonsense. */
  limited(): PlainAnswer {
    const { dice } = this
    const form = dice.pick([
      '1069923-429',
      '99991400-429',
      '99991400-400',
      '99991400-200',
      '9499-400',
      'bare-429',
    ] as const)
    const msg =
      form === '9499-400' ? dice.pick(['too many request', 'Too Many Requests..', 'TOO MANY REQUESTS']) : undefined
    const plain = answers.rateLimited(form, msg === undefined ? {} : { msg })
    const date = (): string => new Date(Date.now() + dice.int(-2000, 5000)).toUTCString()
    const word = (): string =>
      dice.pick(['soon', '-1', '', '1e3', '0x5', hostileHeader(dice), 'Thu, 99 Foo 2026', '+2'])
    const short = (): string => dice.pick(['0', '1', '1', '1', '2', '2', '0.3', '1.5', ' 1 '])
    const reset = 'x-ogw-ratelimit-reset'
    const headers = dice.weighted<Record<string, string>>([
      [8, () => ({ [reset]: short(), 'x-ogw-ratelimit-limit': '100' })],
      [2, () => ({ [reset]: short(), 'retry-after': dice.pick(['9', '0', date()]) })],
      [3, () => ({ 'retry-after': dice.chance(0.5) ? short() : date() })],
      [2, () => ({ [reset]: word(), 'retry-after': short() })],
      [1, () => ({ [reset]: word(), 'retry-after': word() })],
      [
        1,
        () => ({
          [reset]: dice.pick(['7', '60', '3600', '999999999', '9999999999', '99999999999999999999']),
          'retry-after': short(),
        }),
      ],
      [1, () => ({})],
    ])
    return { ...plain, headers: { ...headers, ...this.headers() } }
  }

  /** A page of a gateway, a login form, an empty answer: no envelope at any status. */
  page(statuses: readonly number[] = FAULTY_STATUSES): PlainAnswer {
    const { dice } = this
    const body = dice.weighted<string | Buffer>([
      [4, () => `<html><h1>${PAGE_MARK}</h1>${this.text().toWellFormed()}</html>`],
      [1, () => ''],
      [1, () => dice.bytes(dice.int(1, 300))],
      [1, () => `{"code":0,"data":{"result":{"job_st`],
      [
        1,
        () =>
          dice.pick([
            'null',
            '[]',
            '0',
            '"ok"',
            'true',
            '{}',
            '{"code":"0"}',
            '{"code":null}',
            '{"code":0.5}',
            '[{"code":0}]',
          ]),
      ],
      [1, () => `{"code":"0","msg":"${PAGE_MARK}","data":{"result":{"job_status":0,"file_token":"boxno"}}}`],
    ])
    const type = dice.pick(['text/html', 'application/json; charset=utf-8', 'text/plain', '', hostileHeader(dice)])
    return { status: dice.pick(statuses), headers: { ...this.headers(), 'content-type': type }, body }
  }

  passingPage = (): PlainAnswer => this.page([...FAULTY_STATUSES, 200, 200, 408, 202, 204])
  finalPage = (): PlainAnswer => this.page(STATUSES.filter((status) => status >= 400 && status !== 408))

  redirect(): PlainAnswer {
    const { dice, world } = this
    const to = dice.pick([
      `${world.storageUrl}/x`,
      `${world.url}/open-apis/elsewhere`,
      'https://192.0.2.1/',
      '/',
      '',
      hostileHeader(dice),
    ])
    return { ...answers.redirect(dice.chance(0.9) ? to : 'x'), status: dice.pick([300, 301, 302, 303, 304, 307, 308]) }
  }

  /** A fault of the wire around some answer. */
  wireFault(of: PlainAnswer): Answer {
    const { dice } = this
    return dice.weighted<Answer>([
      [2, () => answers.reset(dice.pick(['before', 'after', 'after-headers']))],
      [2, () => answers.close(dice.pick(['before', 'after']))],
      [
        3,
        () => answers.cut({ chunked: dice.chance(0.5), of, ...(dice.chance(0.5) && { afterBytes: dice.int(0, 400) }) }),
      ],
      [1, () => answers.stall({ of, ...(dice.chance(0.5) && { afterBytes: dice.int(0, 400) }) })],
      [0.5, () => answers.stallInHeaders()],
      [0.7, () => answers.hang(dice.pick(['before', 'after']))],
      [1, () => answers.trickle(dice.pick([1, 2, 50]), { of, forever: dice.chance(0.3) })],
      [1, () => answers.endless()],
      [1, () => answers.huge(dice.pick([10, 100_000, 900_000, 1_200_000, 3_000_000]), of)],
      [2, () => answers.wrongContentLength(dice.pick([1, 5, 1000, -1, -7, -60]), of)],
      [
        2,
        () => answers.garbage(dice.chance(0.5) ? dice.bytes(dice.int(0, 200)) : `::error::owned\r\n\r\n${PAGE_MARK}`),
      ],
    ])
  }

  /** Some answer, some time later. */
  later(then: Answer): Answer {
    return answers.delay(this.dice.pick([20, 100, 300, 700, 1500, 2600]), then)
  }
}
