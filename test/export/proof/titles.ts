import type { Random } from '../../emulator/index.js'

const LONG_CJK = '长'.repeat(300)
// A much longer title, as the name of a download, would exceed the size that HTTP headers may have.
const LONG_EMOJI = '👩‍👩‍👧‍👦'.repeat(60)

/** Titles with a special meaning for a disk, git, the runner or a terminal. */
const HOSTILE_TITLES: readonly string[] = [
  ...['', ' ', '.', '..', '...', '../..', '../../etc/passwd', '/etc/passwd', 'C:\\x', '\\\\host\\share', 'a/b', 'a\\b'],
  ...['.git', '.GIT', '.Git ', 'git~1', '.gitattributes', '.github', '.g\u200cit', '.git/config'],
  ...['CON', 'con.txt', 'nul', 'COM1', 'com1.docx', 'LPT¹', 'aux .x', 'CLOCK$'],
  ...[
    'a\0b',
    'line\nbreak',
    'tab\tin',
    '\u202egpj.exe',
    '\u2066x\u2069',
    'bell\u0007',
    '\u007f',
    '\ufeffbom',
    'x\u2028y',
  ],
  ...[
    '##[error]x',
    '::error::y',
    '::set-output name=a::b',
    '\n::add-mask::z',
    '<script>',
    'a:b',
    'q?',
    's*r',
    '"',
    '|',
  ],
  ...['dot.', 'dots...', 'blank ', ' lead', 'a. .', '.feishu-export.json', '.FEISHU-EXPORT.JSON'],
  ...['.feishu-export-0123456789abcdef01234567.part', 'B.xlsx', 'c.pdf', 'd.docx.docx', '\ud800', 'x\udfff'],
  ...[LONG_CJK, LONG_EMOJI, 'x'.repeat(300), `${'x'.repeat(251)}.docx`, `e${'\u0301'.repeat(400)}`],
  ...['ſ', 'ß', 'SS', 'İ', 'ı'],
]

/** Titles of which some are equal, and some differ only in case or Unicode form: on some disks, these are one name. */
const EQUAL_TITLES = [
  'Plan',
  'plan',
  'PLAN',
  'Übersicht',
  'U\u0308bersicht',
  '合同',
  '合同',
  'Notes',
  'notes',
  'K',
  '\u212a',
]
const FEW_TITLES = ['A', 'B', 'C', 'D', 'A.docx', 'B.docx']

/** A title: often one that others have too, sometimes a hostile one, else one that is probably unique. */
export function anyTitle(random: Random): string {
  const draw = random()
  const pick = (list: readonly string[]): string => list[Math.floor(random() * list.length)] ?? ''
  if (draw < 0.35) return pick(FEW_TITLES)
  if (draw < 0.5) return pick(EQUAL_TITLES)
  if (draw < 0.6) return pick(HOSTILE_TITLES)
  return `${pick(['Report', 'Minutes', 'Page', '周报', 'Price list'])} ${Math.floor(random() * 900)}`
}

/** True for a title that every disk takes as it is, so that the file must have it. */
export const isPlainTitle = (title: string): boolean =>
  /^([A-D]|(Report|Minutes|Page|周报|Price list) \d+)$/.test(title)
