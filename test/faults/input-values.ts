import type { Dice } from './dice.js'
import { anyText, hostileText } from './hostile.js'

const NUMBERS =
  '0|-1|1e3|Infinity|-Infinity|NaN|0x10|1_000|1,5|１０|٣|1.5|.5|5.|+5|00005|1e-7|0.0004|2147483648|9007199254740993|-0|null|true|TRUE|no|[object Object]|8640000|8640001'.split(
    '|',
  )
const ODD = [
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

/** A value for an input of any kind; no NUL, which no environment can carry. */
export function anyValue(dice: Dice, valid: string): string {
  return dice
    .weighted<string>([
      [4, () => hostileText(dice)],
      [3, () => anyText(dice, dice.int(1, 200), { nul: false })],
      [4, () => dice.pick(NUMBERS)],
      [3, () => dice.pick(ODD)],
      [1, () => dice.pick(LINKS)],
      [2, () => dice.pick(['', ' ', '\t\n', '\u00a0\u3000', '\ufeff'])],
      [2, () => `${dice.pick([' ', '\n', '\t', '\u3000'])}${valid}${dice.pick([' ', '\n', '\r\n', '\u00a0'])}`],
      [
        1,
        () =>
          valid + dice.pick(['\r\nx: y', '\n', '/', '?', '#', '%', ' x', '\u0001', '\u0085', 'é', '\u2028::error::x']),
      ],
      [1, () => dice.pick(['9', 'x', '宽', '\n', '::error::x\n', '##[']).repeat(dice.int(1, 9000))],
      [0.3, () => 'A'.repeat(120_000)],
    ])
    .replaceAll('\0', '')
}

/** A base URL: sound, dead, or of any form. */
export function anyBaseUrl(dice: Dice, port: number): string {
  const here = `http://127.0.0.1:${port}`
  return dice.pick([
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
    anyValue(dice, here),
  ])
}

/** A link of a document, to be read by the create action. */
export function anyLink(dice: Dice, token: string): string {
  return dice.chance(0.6)
    ? dice.pick(LINKS).replaceAll('TOKEN', token)
    : anyValue(dice, `https://x.feishu.cn/docx/${token}`)
}

/** A folder that stays below the workspace. */
export function anyFolder(dice: Dice): string {
  return anyValue(dice, 'out')
    .replaceAll('..', '_')
    .replace(/^[\s/\\~]+/, '')
}

type Rule = (value: string) => boolean | undefined

const seconds: Rule = (value) => {
  if (value === '') return true
  const number = /^\d+(\.\d+)?$/.test(value) ? Number(value) : NaN
  if (!(number > 0 && number <= 8_640_000)) return false
  return number >= 3 ? true : undefined
}
const word =
  (most: number): Rule =>
  (value) =>
    /^[A-Za-z0-9_-]+$/.test(value) && value.length <= most && !/^(t-|u-|cli_)/i.test(value) ? undefined : false
const credential: Rule = (value) => (value === '' || /^[!-~]+$/.test(value) ? undefined : false)

/** Whether a value (without blanks around it) must be taken, must be refused before any request, or neither for sure. */
export const RULES: Readonly<Record<string, Rule>> = {
  ticket: (value) => (/^\d+(\.\d+)?e\+?\d+$/i.test(value) ? false : word(64)(value)),
  token: (value) => (value === '' ? undefined : word(64)(value)),
  'file-token': word(128),
  'access-token': credential,
  'app-id': credential,
  'app-secret': credential,
  'timeout-seconds': seconds,
  'poll-interval-seconds': (value) => (seconds(value) === false ? false : undefined),
  'parallel-jobs': (value) => {
    if (value === '' || /^0{0,4}1$/.test(value)) return true
    return /^\d{1,5}$/.test(value) && Number(value) >= 1 && Number(value) <= 10_000 ? undefined : false
  },
  'file-size': (value) =>
    value === '' ? true : /^\d{1,15}$/.test(value) ? undefined : /^\d+$/.test(value) ? undefined : false,
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
