import type { RandomSource } from './random-source.js'

/** Part of the pages of gateways. No step may print it. */
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
// What may separate lines; itself separated by `|`.
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

/**
 * Generates a title, message or log id that does harm where a step prints it unchanged. It is made of runner commands,
 * line breaks, control characters, markup, very long words, secrets, …
 * @param secrets any of them may be in the text
 */
export function randomHostileText(random: RandomSource, secrets: readonly string[] = []): string {
  const separators = SEPARATORS.split('|')
  const piece = (): string =>
    random.weighted([
      [5, () => random.pick(separators) + random.pick(COMMANDS)],
      [2, () => random.pick(COMMANDS)],
      [4, () => random.pick(PIECES)],
      [2, () => random.pick(separators)],
      [1, () => randomText(random, random.int(1, 20))],
      [0.5, () => '宽'.repeat(random.int(1, 3000))],
      [secrets.length > 0 ? 1 : 0, () => ` ${random.pick(secrets)} `],
    ])
  const text = random.list(random.int(1, 5), piece).join('')
  return random.chance(0.2) ? text + ' '.repeat(3) : text
}

/** Generates a title: plain, or hostile as {@link randomHostileText}. */
export function randomTitle(random: RandomSource): string {
  return random.weighted([
    [4, () => random.pick(['A', '合同', 'Report 2026', 'plan.v2', 'x'])],
    [6, () => randomHostileText(random)],
  ])
}

/**
 * Generates any Unicode text, with control characters and lone surrogates.
 * @param length the number of code points
 * @param options.nul false for the value of an environment variable, which cannot contain NUL
 */
export function randomText(random: RandomSource, length: number, { nul = true } = {}): string {
  const codePoint = (): string =>
    random.weighted([
      [4, () => String.fromCharCode(random.int(nul ? 0 : 1, 0x7f))],
      [2, () => String.fromCharCode(random.int(0x80, 0x2ff))],
      [2, () => String.fromCharCode(random.int(0x2000, 0x20ff))],
      [2, () => String.fromCharCode(random.int(0x300, 0xffff))],
      [2, () => String.fromCodePoint(random.int(0x1_0000, 0x10_ffff))],
    ])
  return random.list(length, codePoint).join('')
}

/**
 * Generates a hostile header value that HTTP allows: runner commands, markup, blanks, long words, and characters from
 * U+0080 to U+00FF.
 */
export function randomHostileHeader(random: RandomSource): string {
  return random
    .list(random.int(1, 4), () =>
      random.weighted([
        [4, () => random.pick(COMMANDS)],
        [2, () => random.pick(['\u0085', '\u00a0', '\t', ' ', '\u009b2K'])],
        [2, () => random.pick(['<b>x</b>', '[a](b)', 'x'.repeat(500), '|', '`'])],
        [1, () => String.fromCharCode(random.int(0xa0, 0xff))],
      ]),
    )
    .join('')
}
