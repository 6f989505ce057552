import type { RandomSource } from './random-source.js'
import { randomText, randomHostileText } from './hostile-text.js'

const NUMBERS =
  '0|-1|1e3|Infinity|-Infinity|NaN|0x10|1_000|1,5|１０|٣|1.5|.5|5.|+5|00005|1e-7|0.0004|2147483648|9007199254740993|-0|null|true|TRUE|no|[object Object]|8640000|8640001'.split(
    '|',
  )
const UNUSUAL = [
  '7.14313181384881E+18',
  '7.14313181384881e18',
  't-g1044qABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789',
  'u-ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  'cli_a1b2c3d4e5f60708',
  `eyJhbGciOiJFUzI1NiJ9.${'x'.repeat(400)}.sig`,
  'https://x.feishu.cn/docx/ABCDEFGHIJKLMNOPQRSTUVWXYZa',
  '../..',
  'a/b',
  '%2e%2e%2f',
  'Bearer t-abcdefghijkl',
  '-',
  '_',
  '__proto__',
  'constructor',
  '\u200b',
]
const LINKS = [
  'https://x.feishu.cn/docx/TOKEN?from=a#b',
  'https://x.feishu.cn/wiki/TOKEN',
  'https://x.larksuite.com/docx/TOKEN',
  'https://x.feishu.cn/drive/folder/TOKEN',
  'https://x.feishu.cn/sheets/TOKEN?sheet=::error::x',
  'x.feishu.cn/base/TOKEN?table=tbl',
  '<https://x.feishu.cn/docx/TOKEN/>',
  'https://x.feishu.cn/docx/%',
  'https://x.feishu.cn/docx/%00',
  'javascript://x.feishu.cn/docx/TOKEN',
  'https://[/docx/TOKEN',
]

/**
 * Generates a value for any input; most inputs must refuse most of these values. Without NUL, which an environment
 * variable cannot contain.
 * @param valid a valid value, to which some of the generated values add a few characters
 */
export function randomValue(random: RandomSource, valid: string): string {
  return (
    random
      .weighted<string>([
        [4, () => randomHostileText(random)],
        [3, () => randomText(random, random.int(1, 200), { nul: false })],
        [4, () => random.pick(NUMBERS)],
        [3, () => random.pick(UNUSUAL)],
        [1, () => random.pick(LINKS)],
        [2, () => random.pick(['', ' ', '\t\n', '\u00a0\u3000', '\ufeff'])],
        [2, () => `${random.pick([' ', '\n', '\t', '\u3000'])}${valid}${random.pick([' ', '\n', '\r\n', '\u00a0'])}`],
        [
          1,
          () =>
            valid +
            random.pick(['\r\nx: y', '\n', '/', '?', '#', '%', ' x', '\u0001', '\u0085', 'é', '\u2028::error::x']),
        ],
        [1, () => random.pick(['9', 'x', '宽', '\n', '::error::x\n', '##[']).repeat(random.int(1, 9000))],
        // Nearly the longest environment variable that Linux allows: 128 KiB.
        [0.3, () => 'A'.repeat(120_000)],
      ])
      // Hostile texts may contain NUL.
      .replaceAll('\0', '')
  )
}

/** Generates a base URL: valid, unreachable, not allowed or malformed. @param port of the service on 127.0.0.1 */
export function randomBaseUrl(random: RandomSource, port: number): string {
  const here = `http://127.0.0.1:${port}`
  return random.pick([
    `${here}/`,
    `${here}//`,
    ` ${here}\n`,
    `${here}?x=1`,
    `${here}#x`,
    `${here}/a b/::error::x`,
    `${here}/..`,
    `${here}/open-apis`,
    `HTTP://127.0.0.1:${port}`,
    `http://2130706433:${port}`,
    `http://127.1:${port}`,
    `http://[::1]:${port}`,
    `http://0.0.0.0:${port}`,
    `http://user:pass-word-secret@127.0.0.1:${port}`,
    `https://127.0.0.1:${port}`,
    'http://127.0.0.1:1',
    'https://127.0.0.1:1',
    'http://127.0.0.1:99999',
    'http://127.0.0.1.evil.test',
    'http://localhost.evil.test',
    'https://evil.test\\@127.0.0.1',
    'https://open.feishu.cn',
    'https://open.feishu.cn\n.evil.test',
    'https://open.larksuite.com/',
    'https://x.feishu.cn',
    'http://open.feishu.cn',
    'https:open.feishu.cn',
    'https://',
    'https://xn--',
    'https://ｆｅｉｓｈｕ.test',
    'ftp://127.0.0.1',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'open.feishu.cn',
    randomValue(random, here),
  ])
}

/**
 * Generates the input `url` of the create action: mostly a link, often to no document or malformed. Else it is any value
 * (see `randomValue`).
 * @param token of a document
 */
export function randomLink(random: RandomSource, token: string): string {
  return random.chance(0.6)
    ? random.pick(LINKS).replaceAll('TOKEN', token)
    : randomValue(random, `https://x.feishu.cn/docx/${token}`)
}

/**
 * Generates a value of `directory` that stays below the workspace: it has no `..`, and no root or drive at its beginning.
 */
export function randomFolder(random: RandomSource): string {
  return randomValue(random, 'out')
    .replaceAll('..', '_')
    .replace(/^([\s/\\~]|[A-Za-z]:)+/, '')
}

/**
 * Judges a value without surrounding blanks. True: it must be accepted. False: it must be refused before any request.
 * Undefined: both are correct.
 */
type Rule = (value: string) => boolean | undefined

// 100 days.
const MAX_DURATION_SECONDS = 8_640_000
// A shorter timeout is valid, but may end before the service answers.
const MIN_SAFE_TIMEOUT_SECONDS = 3

/** The rule of a duration in seconds. */
const seconds: Rule = (value) => {
  if (value === '') return true
  const number = /^\d+(\.\d+)?$/.test(value) ? Number(value) : NaN
  if (!(number > 0 && number <= MAX_DURATION_SECONDS)) return false
  return number >= MIN_SAFE_TIMEOUT_SECONDS ? true : undefined
}
/** The rule of a token or ticket. Even a valid one may be refused, since it need not exist. */
const identifier =
  (maxLength: number, characters = /^[A-Za-z0-9_-]+$/): Rule =>
  (value) =>
    characters.test(value) && value.length <= maxLength && !/^(t-|u-|cli_)/i.test(value) ? undefined : false
/**
 * The rule of a token, an app id or a secret. Even a valid one may be refused, since it is not that of the emulator.
 */
const credential: Rule = (value) => (value === '' || /^[!-~]+$/.test(value) ? undefined : false)

/** The rules by the names of the inputs. An input without a rule may have any value. */
export const INPUT_RULES: Readonly<Record<string, Rule>> = {
  ticket: (value) => (/^\d+(\.\d+)?e\+?\d+$/i.test(value) ? false : identifier(64)(value)),
  token: (value) => (value === '' ? undefined : identifier(64)(value)),
  'file-token': identifier(200, /^(?!\.+$)[A-Za-z0-9_.~=+:@-]+$/),
  'access-token': credential,
  'app-id': credential,
  'app-secret': credential,
  'timeout-seconds': seconds,
  'poll-interval-seconds': (value) => (seconds(value) === false ? false : undefined),
  'parallel-jobs': (value) => {
    if (value === '' || /^0{0,4}1$/.test(value)) return true
    return /^\d{1,5}$/.test(value) && Number(value) >= 1 && Number(value) <= 10_000 ? undefined : false
  },
  'file-size': (value) => {
    if (value === '') return true
    return /^\d+$/.test(value) ? undefined : false
  },
  overwrite: (value) => ['', 'true', 'false'].includes(value.toLowerCase()),
  'base-url': (value) => {
    if (value === '') return undefined
    if (!URL.canParse(value) || /[?#]/.test(value)) return false
    const { protocol, hostname, username, password } = new URL(value)
    const isLoopback = hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname)
    return username + password === '' && (protocol === 'https:' || (protocol === 'http:' && isLoopback))
      ? undefined
      : false
  },
}
