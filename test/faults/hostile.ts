import type { Dice } from './dice.js'

/** Stands in every page that is served: it must never be shown. */
export const PAGE_MARK = 'page-of-a-gateway-that-nobody-may-see'

const COMMANDS = [
  '::error::owned',
  '::error file=a.js,line=1::owned',
  '::add-mask::a',
  '::set-output name=status::success',
  '::stop-commands::token',
  '::add-path::/owned',
  '::group::owned',
  '##[error]owned',
  '##[add-mask]a',
  '##[set-env name=PATH;]owned',
  '##[group]owned',
  '%0A::error::owned',
]
const SEPARATORS =
  '\n|\r|\r\n|\v|\f|\u0085|\u2028|\u2029|\u0000|\u001b[2K|\u2028\u2029|\n \t|\n\u3000|\n\ufeff|\n\u00a0'
const PIECES = [
  '合同 2026',
  'Überblick',
  '📄👩‍👩‍👧‍👦',
  '\u202egnp.exe',
  '\u200b\u200e',
  '\ufeff',
  '\ud800',
  '\udc00x',
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '[x](javascript:alert(1))',
  '![x](https://evil.example/p.png)',
  '`code` | cell | **bold** _it_ ~~gone~~',
  '| a | b |\n|---|---|',
  '"quotes\' and \\ back',
  '$(touch owned) ${{ secrets.X }} %TEMP%',
  '../../etc/passwd',
  'C:\\Windows\\con',
  'a/b\\c',
  '#',
  '##',
  '[',
  ':',
  '::',
  '%25%0A%0D',
  'undefined',
  '__proto__',
  'ghadelimiter_00000000-0000-0000-0000-000000000000',
  '\u0007\b\u001b]0;title\u0007',
]

/** Text as a document's title, a message or a log id may be at its worst. */
export function hostileText(dice: Dice, secrets: readonly string[] = []): string {
  const separators = SEPARATORS.split('|')
  const piece = (): string =>
    dice.weighted([
      [5, () => dice.pick(separators) + dice.pick(COMMANDS)],
      [2, () => dice.pick(COMMANDS)],
      [4, () => dice.pick(PIECES)],
      [2, () => dice.pick(separators)],
      [1, () => anyText(dice, dice.int(1, 20))],
      [0.5, () => '宽'.repeat(dice.int(1, 3000))],
      [secrets.length > 0 ? 1 : 0, () => ` ${dice.pick(secrets)} `],
    ])
  const text = dice.list(dice.int(1, 5), piece).join('')
  return dice.chance(0.2) ? text + ' '.repeat(3) : text
}

/** Mostly plain text, sometimes the worst. */
export function anyTitle(dice: Dice, secrets: readonly string[] = []): string {
  return dice.weighted([
    [4, () => dice.pick(['A', '合同', 'Report 2026', 'plan.v2', 'x'])],
    [6, () => hostileText(dice, secrets)],
  ])
}

/** Any Unicode, control characters and lone surrogates among it; no NUL where an environment is to carry it. */
export function anyText(dice: Dice, length: number, { nul = true } = {}): string {
  const unit = (): string =>
    dice.weighted([
      [4, () => String.fromCharCode(dice.int(nul ? 0 : 1, 0x7f))],
      [2, () => String.fromCharCode(dice.int(0x80, 0x2ff))],
      [2, () => String.fromCharCode(dice.int(0x2000, 0x20ff))],
      [2, () => String.fromCharCode(dice.int(0x300, 0xffff))],
      [2, () => String.fromCodePoint(dice.int(0x1_0000, 0x10_ffff))],
    ])
  return dice.list(length, unit).join('')
}

/** What HTTP allows in a header, command words and the bytes 0x80 to 0xff included. */
export function hostileHeader(dice: Dice): string {
  return dice
    .list(dice.int(1, 4), () =>
      dice.weighted([
        [4, () => dice.pick(COMMANDS)],
        [2, () => dice.pick(['\u0085', '\u00a0', '\t', ' ', '\u009b2K'])],
        [2, () => dice.pick(['<b>x</b>', '[a](b)', 'x'.repeat(500), '|', '`'])],
        [1, () => String.fromCharCode(dice.int(0xa0, 0xff))],
      ]),
    )
    .join('')
}
