import { answers, type Answer, type PlainAnswer } from '../emulator/index.js'
import {
  BAD_REQUEST_CODE,
  PERMANENT_CODES,
  TOKEN_REFUSED_CODES,
  TRANSIENT_CODES,
  UNKNOWN_CODES,
  WIKI_FORBIDDEN_CODE,
} from './error-codes.js'
import { PAGE_MARK, randomHostileHeader, randomHostileText } from './hostile-text.js'
import type { RandomSource } from './random-source.js'
import type { World } from './types.js'

// The order must not change: a seed picks a code by its position.
const PERMANENT = [...PERMANENT_CODES, BAD_REQUEST_CODE, ...UNKNOWN_CODES, WIKI_FORBIDDEN_CODE]
const PERMANENT_STATUSES = [400, 401, 403, 404, 405, 407, 410, 413, 418, 451, 499]
const SERVER_ERROR_STATUSES = [500, 501, 502, 503, 504, 507, 520, 599]

/**
 * Generates faulty answers that a request to any API may get. Only an answer that is given to `networkFault` or
 * `delayed` may be a success.
 */
export class FaultyAnswers {
  constructor(
    private readonly random: RandomSource,
    private readonly world: World,
  ) {}

  /** The secrets of the run, which a text of the service may contain. */
  private get secrets(): string[] {
    const { accessToken, appSecret } = this.world
    return [accessToken, appSecret].filter((secret) => secret !== '')
  }

  /** Generates a hostile text, sometimes with a secret. */
  private text(): string {
    return randomHostileText(this.random, this.secrets)
  }

  /**
   * Generates additional headers: often none, sometimes hostile ones. `null` removes a header that the service always
   * sends.
   */
  headers(): Record<string, string | null> {
    const { random } = this
    if (random.chance(0.5)) return {}
    return random.weighted<Record<string, string | null>>([
      [3, () => ({ 'x-tt-logid': randomHostileHeader(random) })],
      [1, () => ({ 'x-tt-logid': null })],
      [1, () => ({ 'x-tt-logid': null, 'x-request-id': randomHostileHeader(random) })],
      [1, () => ({ 'x-tt-logid': '', server: randomHostileHeader(random), via: randomHostileHeader(random) })],
      [1, () => ({ connection: 'close' })],
    ])
  }

  /** Generates the member `error` of an envelope, with hostile texts. Any part of it may be malformed. */
  private errorObject(): unknown {
    const { random } = this
    // Mostly a text, as documented; sometimes a value of another type.
    const text = (): unknown =>
      random.weighted<unknown>([
        [6, () => this.text()],
        [1, () => null],
        [1, () => 7],
        [1, () => []],
      ])
    // A list, as documented, or sometimes a single element in place of the list.
    const listOf = (make: () => unknown): unknown => (random.chance(0.1) ? make() : random.list(random.int(0, 3), make))
    const url = (): unknown =>
      random.pick([`https://open.feishu.cn/app/x?q=${this.text()}`, 'javascript:alert(1)', this.text()])
    return random.weighted<unknown>([
      [2, () => ({})],
      [1, () => random.pick([null, [], 'error', 0, { log_id: 7 }, { helps: {} }, { helps: [null, 3, { url: 3 }] }])],
      [
        4,
        () => ({
          log_id: text(),
          logid: text(),
          message: text(),
          troubleshooter: url(),
          helps: listOf(() => ({ url: url(), description: text() })),
          permission_violations: listOf(() => ({ subject: text(), scope: text(), url: url(), type: text() })),
          field_violations: listOf(() => ({ field: text(), value: text(), description: text() })),
        }),
      ],
    ])
  }

  /** Generates an error with one of these codes. Its message and its status may be unusual. */
  private error(codes: readonly number[]): PlainAnswer {
    const { random } = this
    const plain = answers.error(random.pick(codes), { headers: this.headers() })
    const json = plain.json as { code: number; msg: string }
    const msg = random.chance(0.4) ? json.msg : random.chance(0.1) ? random.pick([null, 5, {}]) : this.text()
    // A gateway may replace the HTTP status. But not by 429, which is ambiguous with some codes.
    const status = random.chance(0.8) ? plain.status : random.pick([200, 400, 403, 500])
    // With this code, only the message tells a bad request from a rate limit, so it must not be random.
    const usedMsg = json.code === BAD_REQUEST_CODE ? 'bad request' : msg
    return { ...plain, status, json: { code: json.code, msg: usedMsg, error: this.errorObject() } }
  }

  /** Generates an error after which a later attempt may succeed. */
  transientError = (): PlainAnswer => this.error(TRANSIENT_CODES)
  /**
   * Generates an error after which no attempt succeeds. An exception is an unknown code with HTTP status 500: a later
   * attempt may succeed.
   */
  permanentError = (): PlainAnswer =>
    this.random.chance(0.15) ? answers.scopeMissing(['docs:document:export', this.text()]) : this.error(PERMANENT)
  /** Generates an error that says that the token is not valid (any more). */
  tokenRefused = (): PlainAnswer => this.error(TOKEN_REFUSED_CODES)

  /**
   * Generates a rate limit in one of its six forms. Its headers have a short or a long time, are missing or invalid.
   */
  rateLimit(): PlainAnswer {
    const { random } = this
    const form = random.pick(answers.RATE_LIMIT_FORMS)
    // With code 9499, only the message shows that this is a rate limit. Its spelling varies.
    const msg =
      form === '9499-400' ? random.pick(['too many request', 'Too Many Requests..', 'TOO MANY REQUESTS']) : undefined
    const plain = answers.rateLimited(form, { msg })
    const date = (): string => new Date(Date.now() + random.int(-2000, 5000)).toUTCString()
    const invalid = (): string =>
      random.pick(['soon', '-1', '', '1e3', '0x5', randomHostileHeader(random), 'Thu, 99 Foo 2026', '+2'])
    const short = (): string => random.pick(['0', '1', '1', '1', '2', '2', '0.3', '1.5', ' 1 '])
    const reset = 'x-ogw-ratelimit-reset'
    const headers = random.weighted<Record<string, string>>([
      [8, () => ({ [reset]: short(), 'x-ogw-ratelimit-limit': '100' })],
      [2, () => ({ [reset]: short(), 'retry-after': random.pick(['9', '0', date()]) })],
      [3, () => ({ 'retry-after': random.chance(0.5) ? short() : date() })],
      [2, () => ({ [reset]: invalid(), 'retry-after': short() })],
      [1, () => ({ [reset]: invalid(), 'retry-after': invalid() })],
      [
        1,
        () => ({
          [reset]: random.pick(['7', '60', '3600', '999999999', '9999999999', '99999999999999999999']),
          'retry-after': short(),
        }),
      ],
      [1, () => ({})],
    ])
    return { ...plain, headers: { ...headers, ...this.headers() } }
  }

  /**
   * Generates an answer without a valid envelope: a page of a gateway, an empty or incomplete body, random bytes, or
   * other JSON. Its content type may be wrong.
   * @param statuses its HTTP status is one of these
   */
  page(statuses: readonly number[]): PlainAnswer {
    const { random } = this
    const body = random.weighted<string | Buffer>([
      [4, () => `<html><h1>${PAGE_MARK}</h1>${this.text().toWellFormed()}</html>`],
      [1, () => ''],
      [1, () => random.bytes(random.int(1, 300))],
      [1, () => `{"code":0,"data":{"result":{"job_st`],
      [
        1,
        () =>
          random.pick([
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
    const type = random.pick([
      'text/html',
      'application/json; charset=utf-8',
      'text/plain',
      '',
      randomHostileHeader(random),
    ])
    const status = random.pick(statuses)
    const headers: Record<string, string | null> = { ...this.headers(), 'content-type': type }
    // A JSON object with a log id counts as an answer of the service, and a step may print its message. So this message
    // must not be the mark, which no step may print. The server adds a log id, unless the header is null here.
    const isOfService = headers['x-tt-logid'] !== null && typeof body === 'string' && body.startsWith('{')
    return { status, headers, body: isOfService ? body.replace(PAGE_MARK, 'a message of the service') : body }
  }

  /**
   * Generates a page after which a later attempt may succeed. Status 200 is in the list twice: to be picked more often.
   */
  transientPage = (): PlainAnswer => this.page([...SERVER_ERROR_STATUSES, 200, 200, 408, 202, 204])
  /** Generates a page after which no attempt succeeds. */
  permanentPage = (): PlainAnswer => this.page(PERMANENT_STATUSES)

  /**
   * Generates a redirect from an API that never redirects: the action must not follow it. Its location may be invalid, or
   * lead to no server.
   */
  redirect(): PlainAnswer {
    const { random, world } = this
    const listed = random.pick([
      `${world.storageUrl}/x`,
      `${world.url}/open-apis/elsewhere`,
      'https://192.0.2.1/',
      '/',
      '',
      randomHostileHeader(random),
    ])
    // 'x' is not in the list: a longer list would give every known seed another scenario.
    const location = random.chance(0.9) ? listed : 'x'
    return {
      ...answers.redirect(location),
      status: random.pick([300, 301, 302, 303, 304, 307, 308]),
    }
  }

  /**
   * Generates a fault of the connection.
   * @param answer some faults send it: cut off, slowly, after blanks or with a wrong length; it may arrive completely
   */
  networkFault(answer: PlainAnswer): Answer {
    const { random } = this
    return random.weighted<Answer>([
      [2, () => answers.reset(random.pick(['before', 'after', 'after-headers']))],
      [2, () => answers.close(random.pick(['before', 'after']))],
      [
        3,
        () =>
          answers.cut({
            chunked: random.chance(0.5),
            of: answer,
            ...(random.chance(0.5) && { afterBytes: random.int(0, 400) }),
          }),
      ],
      [1, () => answers.stall({ of: answer, ...(random.chance(0.5) && { afterBytes: random.int(0, 400) }) })],
      [0.5, () => answers.stallInHeaders()],
      [0.7, () => answers.hang(random.pick(['before', 'after']))],
      [1, () => answers.trickle(random.pick([1, 2, 50]), { of: answer, forever: random.chance(0.3) })],
      [1, () => answers.endless()],
      // Below and above 1 MiB: a client does not read a longer answer of an API completely.
      [1, () => answers.huge(random.pick([10, 100_000, 900_000, 1_200_000, 3_000_000]), answer)],
      [2, () => answers.wrongContentLength(random.pick([1, 5, 1000, -1, -7, -60]), answer)],
      [
        2,
        () =>
          answers.garbage(random.chance(0.5) ? random.bytes(random.int(0, 200)) : `::error::owned\r\n\r\n${PAGE_MARK}`),
      ],
    ])
  }

  /** Delays an answer by a random time. */
  delayed(then: Answer): Answer {
    return answers.delay(this.random.pick([20, 100, 300, 700, 1500, 2600]), then)
  }
}
