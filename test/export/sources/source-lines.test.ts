import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseSources } from '../../../src/export/sources/source-lines.js'
import { InputError } from '../../../src/runner/inputs.js'

const BASE = 'https://open.feishu.cn'
const DOCX = 'https://acme.feishu.cn/docx/AbCdEfGhIjKlMnOpQrStUvWxYz1'
const SHEET = 'https://acme.feishu.cn/sheets/ShEfGhIjKlMnOpQrStUvWxYzab1?sheet=a1B2c3#anchor'
const FOLDER = 'https://acme.feishu.cn/drive/folder/FoEfGhIjKlMnOpQrStUvWxYzab1'
const NODE = 'https://acme.feishu.cn/wiki/NoEfGhIjKlMnOpQrStUvWxYzab1'
const SPACE = 'https://acme.feishu.cn/wiki/space/7143131813848813572?from=x'
const FILE = 'https://acme.feishu.cn/file/FiEfGhIjKlMnOpQrStUvWxYzab1'

const parse = (text: string) => parseSources([{ text }], BASE)
/** Parses a text that has one source. */
const parseOne = (line: string) => {
  const [source, ...more] = parse(line)
  expect(more).toEqual([])
  return source
}
/** The message of the error for a wrong text. */
const faultOf = (text: string): string => {
  try {
    parse(text)
  } catch (error) {
    expect(error).toBeInstanceOf(InputError)
    return (error as Error).message
  }
  throw new Error(`no fault: ${text}`)
}

describe('what a line leads to', () => {
  test('every kind of link', () => {
    const targets = parse([DOCX, SHEET, FOLDER, NODE, `${NODE} children=true`, SPACE, FILE].join('\n')).map(
      (s) => s.target,
    )
    expect(targets).toEqual([
      { kind: 'document', token: 'AbCdEfGhIjKlMnOpQrStUvWxYz1', type: 'docx', subId: undefined },
      { kind: 'document', token: 'ShEfGhIjKlMnOpQrStUvWxYzab1', type: 'sheet', subId: 'a1B2c3' },
      { kind: 'folder', token: 'FoEfGhIjKlMnOpQrStUvWxYzab1' },
      { kind: 'wiki-node', token: 'NoEfGhIjKlMnOpQrStUvWxYzab1', subId: undefined, children: false },
      { kind: 'wiki-node', token: 'NoEfGhIjKlMnOpQrStUvWxYzab1', subId: undefined, children: true },
      { kind: 'wiki-space', spaceId: '7143131813848813572' },
      { kind: 'document', token: 'FiEfGhIjKlMnOpQrStUvWxYzab1', type: 'file' },
    ])
  })

  test('options in any order, in any case', () => {
    expect(parseOne(`${NODE}  TO=a/b  Children=TRUE as=.PDF,docx,pdf`)).toEqual({
      where: 'sources line 1',
      link: NODE,
      host: 'acme.feishu.cn',
      target: { kind: 'wiki-node', token: 'NoEfGhIjKlMnOpQrStUvWxYzab1', subId: undefined, children: true },
      as: ['pdf', 'docx'],
      to: ['a', 'b'],
    })
  })

  test.each([
    ['double quotes', `${DOCX} to="a b/c d"`, ['a b', 'c d']],
    ['single quotes', `${DOCX} to='a "b"/c'`, ['a "b"', 'c']],
    ['a # in quotes', `${DOCX} to="a # b"`, ['a # b']],
    ['a # after an apostrophe in quotes', `${DOCX} to='it's #1/b'`, ["it's #1", 'b']],
    ['an apostrophe without quotes', `${DOCX} to=it's/b`, ["it's", 'b']],
    ['empty and . segments', `${DOCX} to=./a//b/./c`, ['a', 'b', 'c']],
    ['a full-width blank before', `${DOCX}\u3000to=甲/乙`, ['甲', '乙']],
    ['a comment behind', `${DOCX} to=a # to=b`, ['a']],
    ['a # in the value', `${DOCX} to=a#b`, ['a#b']],
  ])('to: %s', (_, line, to) => {
    expect(parseOne(line)?.to).toEqual(to)
  })

  test.each([
    'as=md,docx',
    'as=md、docx',
    'as=md；docx',
    'as=md;docx',
    'as=md, docx',
    'as=md ,docx',
    'as=md 、 docx to=a',
  ])('%s is a list', (options) => {
    expect(parseOne(`${DOCX} ${options}`)?.as).toEqual(['md', 'docx'])
  })

  test('to of a tree may be the directory itself', () => {
    expect(parseOne(`${FOLDER} to=.`)?.to).toBeUndefined()
    expect(parseOne(`${FOLDER} to=a/`)?.to).toEqual(['a'])
  })

  test('csv for a link that names a table', () => {
    expect(parseOne(`${SHEET} as=csv,xlsx`)?.as).toEqual(['csv', 'xlsx'])
    expect(parseOne(`${NODE}?table=tbl1 as=csv`)?.as).toEqual(['csv'])
  })
})

describe('the text around the lines', () => {
  test('a comment may name another link, or the same one', () => {
    expect(parseOne(`${DOCX} as=pdf to="a # b" # instead of ${NODE}`)).toMatchObject({
      link: DOCX,
      as: ['pdf'],
      to: ['a # b'],
    })
    expect(parseOne(`${DOCX} as=pdf # was ${DOCX} as=docx`)).toMatchObject({ link: DOCX, as: ['pdf'] })
    expect(parseOne(`Plan # 3 ${DOCX} as=pdf`)).toMatchObject({ link: DOCX, as: ['pdf'] })
  })

  test('comments, blank lines, BOM, CRLF and lone CR', () => {
    const text = `\ufeff# head\r\n\r\n\u3000 ${DOCX} # why\r\n\t# ${NODE}\r${FOLDER}\n  \n`
    expect(parse(text).map(({ where, link }) => [where, link])).toEqual([
      ['sources line 3', DOCX],
      ['sources line 5', FOLDER],
    ])
  })

  test('the # of a link belongs to it', () => {
    expect(parseOne(`${SHEET} # note`)?.link).toBe(SHEET)
  })

  test('a line that is repeated counts once, also in the other text; with another option it is another line', () => {
    const sources = parseSources(
      [
        { text: `${DOCX}\n${DOCX}  # again\n${DOCX} as=pdf` },
        { text: `${DOCX} as=pdf\n${NODE}`, file: 'docs/list.txt' },
      ],
      BASE,
    )
    expect(sources.map(({ where }) => where)).toEqual(['sources line 1', 'sources line 3', 'docs/list.txt line 2'])
  })

  test('any text gives sources or a sentence that names a line', () => {
    const piece = fc.constantFrom(
      DOCX,
      NODE,
      FOLDER,
      SPACE,
      'as=',
      'to=',
      'pdf',
      '"',
      "'",
      ' ',
      '\u3000',
      '#',
      '\n',
      '=',
      '/',
    )
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 4 })), { maxLength: 12 }), (pieces) => {
        try {
          parse(pieces.join(''))
        } catch (error) {
          expect(error).toBeInstanceOf(InputError)
          expect((error as Error).message).toMatch(/^Input `sources`, line \d+(: | has )/)
        }
      }),
      { numRuns: 500 },
    )
  })
})

test.each([
  ['no link', 'docs.txt', /line 2 has "docs.txt", which is no link\. Copy the link/],
  [
    'a placeholder',
    'https://acme.feishu.cn/wiki/space/数字 to=a',
    /line 2 has "https:\/\/acme.feishu.cn\/wiki\/space\/", which ends before "数字"/,
  ],
  ['a link of Lark', 'https://acme.larksuite.com/docx/AbC', /a link of Lark.*base-url: https:\/\/open.larksuite.com/],
  ['two links', `${DOCX} ${NODE}`, /line 2 has several links: .*one link a line/],
  ['an unknown option', `${DOCX} format=pdf`, /"format=pdf" is not an option/],
  ['an option with a colon', `${FOLDER} depth：1`, /"depth：1" has no = with a value\. Write depth=…/],
  ['the name of an option alone', `${FOLDER} depth 1`, /"depth" has no = with a value/],
  ['an option before the link', `depth=1 ${FOLDER}`, /"depth=1" is before the link\. Write it after/],
  [
    'an option before the link, with a colon',
    `depth：1 ${FOLDER}`,
    /"depth：1" is before the link.*belongs to a title/,
  ],
  ['an option before the link, in brackets', `（depth=1）${FOLDER}`, /"depth=1）" is before the link/],
  ['an option before the link, with blanks', `children = true ${NODE}`, /"children = true" is before the link/],
  ['an option after a comma', `${FOLDER}，depth：1`, /"，depth：1" has no = with a value/],
  ['an option in brackets', `${FOLDER} （depth：1）`, /"（depth：1）" has no = with a value/],
  ['an option twice', `${DOCX} as=pdf as=docx`, /`as` is given twice/],
  ['an open quote', `${DOCX} to="a b`, /"to="a b" begins with a quote that does not end\. Put " at its end/],
  ['a path with blanks and no quotes', `${DOCX} to=a b`, /"b" is not allowed after an option.*quotes/],
  ['a list of as without a comma', `${DOCX} as=md, docx pdf`, /"pdf" is not allowed after an option/],
  ['a path with a comma and a blank', `${DOCX} to=a, b`, /"b" is not allowed after an option.*quotes/],
  ['an empty as', `${DOCX} as=,`, /`as` is empty/],
  ['a pair that cannot work', `${DOCX} as=xlsx`, /docx cannot be exported to xlsx\. It exports to docx, pdf or md/],
  [
    'an extension that no document can have',
    `${NODE} as=odt`,
    /nothing can be exported to "odt".*These can be exported/,
  ],
  ['depth of a document', `${DOCX} depth=2`, /`depth` is given for a single document/],
  ['a depth of 0', `${FOLDER} depth=0`, /`depth` is "0"/],
  ['as of an uploaded file', `${FILE} as=pdf`, /uploaded file.*as it is/],
  ['children of a document', `${DOCX} children=true`, /only for wiki pages.*nothing below/],
  ['children of a folder', `${FOLDER} children=true`, /only for wiki pages.*taken whole/],
  ['children as a number', `${NODE} children=1`, /`children` is "1"\. Write children=true/],
  ['..', `${DOCX} to=a/../../b`, /\.\. in it: nothing leaves `directory`/],
  ['.. with blanks', `${FOLDER} to="a/.. /b"`, /\.\. in it/],
  ['an absolute path', `${DOCX} to=/etc/passwd`, /an absolute path/],
  ['a share', String.raw`${DOCX} to=\\host\share`, /an absolute path/],
  ['a drive', `${DOCX} to=C:/a`, /drive letter/],
  ['a backslash', String.raw`${DOCX} to=a\..\b`, /with \\ in it/],
  ['a document without a name', `${DOCX} to=""`, /names no file/],
  ['a document with a / at the end', `${DOCX} to=a/`, /ends with \//],
])('refused: %s', (_, line, sentence) => {
  const message = faultOf(`# first\n${line}`)
  expect(message).toMatch(sentence)
  expect(message).toMatch(/^Input `sources`, line 2(: | has ).*\.$/)
})

test('all wrong lines are refused at once, in their order, at most ten with their messages', () => {
  const wrong = [`${DOCX} as=xlsx`, 'docs.txt']
  const message = faultOf([wrong[0], FOLDER, wrong[1]].join('\n'))
  expect(message).toBe(`${faultOf(wrong[0] ?? '')} ${faultOf(`\n\n${wrong[1] ?? ''}`)}`)
  expect(faultOf('x\n'.repeat(10))).toMatch(/line 10 has "x"(?!.* more\.$)/)
  expect(faultOf('x\n'.repeat(12))).toMatch(/line 10 has "x"(?!.*line 11).*\. And 2 more\.$/)
})

test('a line of a file is named with the file', () => {
  expect(() => parseSources([{ text: '' }, { text: '\nx', file: 'a/list.txt' }], BASE)).toThrow(
    /^Input `sources-file`, line 2 of a\/list.txt has "x", which is no link/,
  )
})

test.each([
  ['text around a link', `【合同 2026】${DOCX} 复制链接`],
  ['text with = and : around a link', `a=b to:do ${DOCX} 12:30`],
  ['a list mark and angle brackets', `- <${DOCX}>`],
  ['zero-width and full-width characters', `\u200b${DOCX.replace('https://', 'ｈｔｔｐｓ：／／')}\ufeff`],
])('pasted: %s', (_, line) => {
  expect(parseSources([{ text: line }], BASE)).toMatchObject([{ target: { kind: 'document', type: 'docx' } }])
})

test('pasted: options with full-width signs and quotes', () => {
  const line = `【合同】${DOCX} as＝pdf to=“合同/租约 一”`
  expect(parseSources([{ text: line }], BASE)).toMatchObject([{ as: ['pdf'], to: ['合同', '租约 一'] }])
})

test.each(['https://acme.feishu.cn/wiki/home', 'https://acme.feishu.cn/wiki', 'https://acme.feishu.cn/wiki/space'])(
  '%s is every knowledge base',
  (link) => {
    expect(parseSources([{ text: link }], BASE)).toMatchObject([{ target: { kind: 'wiki-spaces' } }])
  },
)

test.each([
  ['letters', 'a'.repeat(100_000)],
  ['an open quote', `${DOCX} to="${'x'.repeat(100_000)}`],
  ['quotes that end within a word', `${DOCX} ${'to="x"y'.repeat(20_000)}`],
  ['blanks', `${DOCX}${' '.repeat(100_000)}#`],
])('a very long line is read in less than two seconds: %s', (_, line) => {
  const start = process.cpuUsage()
  try {
    parse(line)
  } catch (error) {
    expect(error).toBeInstanceOf(InputError)
  }
  const { user, system } = process.cpuUsage(start)
  expect((user + system) / 1000).toBeLessThan(2000)
})
