import { describe, expect, test } from '@jest/globals'
import { readCreateInputs } from '../../src/create/inputs.js'
import { InputError } from '../../src/runner/inputs.js'

type Inputs = Readonly<Record<string, string>>

/** Reads the inputs, with a credential and the extension docx unless `inputs` has others. Masked texts go to `masked`. */
function read(inputs: Inputs, masked: string[] = []): ReturnType<typeof readCreateInputs> {
  const all: Inputs = { 'access-token': 't-abc', 'file-extension': 'docx', ...inputs }
  return readCreateInputs(
    (name) => all[name] ?? '',
    (secret) => masked.push(secret),
  )
}

describe('readCreateInputs refuses', () => {
  const doc = 'https://a.feishu.cn/docx/doxcnAbC'
  test.each<[string, Inputs, RegExp]>([
    ['neither link nor token', {}, /`url` and `token` are both empty\. Give/],
    ['link and token', { url: doc, token: 'doxcnAbC', type: 'docx' }, /`url` and `token` are both given/],
    ['link and type', { url: doc, type: 'docx' }, /`url` and `type` are both given/],
    ['no type', { token: 'doxcnAbC' }, /`type` is empty, though `token` is given.*docx.*wiki/],
    ['an unknown type', { token: 'doxcnAbC', type: 'mindnote' }, /`type` is "mindnote", which is not a type\. One of/],
    ['a link as token', { token: doc, type: 'docx' }, /`token` is a link\. Give it as `url`/],
    ['a token that is too long', { token: 'a'.repeat(65), type: 'docx' }, /has 65 characters/],
    ['a token as link', { url: 'doxcnAbC' }, /`url` is "doxcnAbC", which is no link\. Copy the link/],
    [
      'an option after the link',
      { url: `${doc} children=true` },
      /, with "children=true" after the link\. Give the link alone here, and the format as `file-extension`; only the export/,
    ],
    ['an input after the link', { url: `${doc} file-extension=pdf` }, /, with "file-extension=pdf" after the link/],
    ['options after the link, full-width', { url: `<${doc}> as＝docx to=x` }, /, with "as＝docx" after the link/],
    ['a folder', { url: 'https://a.feishu.cn/drive/folder/fldAbC' }, /a folder\. .*the export action takes/],
    ['all knowledge bases', { url: 'https://a.feishu.cn/wiki' }, /all knowledge bases\. .*the export action/],
    ['a knowledge base', { url: 'https://a.feishu.cn/wiki/space/71431' }, /a whole knowledge base\. /],
    [
      'a mind note',
      { url: 'https://a.feishu.cn/mindnotes/bmnAbC' },
      /a mindnote, which no export task can export\. These can/,
    ],
    [
      'an uploaded file',
      { url: 'https://a.feishu.cn/file/boxAbC' },
      /an uploaded file, which needs no export task\. The export action downloads it/,
    ],
    [
      'no extension',
      { url: doc, 'file-extension': ' ' },
      /`file-extension` is empty\. These can be exported: doc and docx/,
    ],
    ['an unknown extension', { url: doc, 'file-extension': 'md' }, /"md", which no export task can make\. These can/],
    [
      'a docx as xlsx',
      { url: doc, 'file-extension': 'xlsx' },
      /type docx cannot be exported to xlsx\. It exports to docx or pdf\./,
    ],
    [
      'a sheet as docx',
      { token: 'shtAbC', type: 'sheet' },
      /type sheet cannot be exported to docx\. It exports to xlsx or csv\./,
    ],
    ['csv without sub-id', { token: 'shtAbC', type: 'sheet', 'file-extension': 'csv' }, /`sub-id` is empty: csv is/],
    [
      'csv of a wiki page without sub-id',
      { token: 'wikAbC', type: 'wiki', 'file-extension': 'csv' },
      /`sub-id` is empty/,
    ],
    [
      'a sub-id that YAML read as a number',
      { token: 'shtAbC', type: 'sheet', 'file-extension': 'csv', 'sub-id': 'Infinity' },
      /`sub-id` is "Infinity": written without quotes.*Quote it: sub-id: '12e345'/,
    ],
    [
      'a sub-id that YAML rounded',
      { token: 'shtAbC', type: 'sheet', 'file-extension': 'csv', 'sub-id': '1.2E+35' },
      /`sub-id` is "1\.2E\+35": written without quotes/,
    ],
    [
      'a bad sub-id',
      { token: 'shtAbC', type: 'sheet', 'file-extension': 'csv', 'sub-id': 'a b' },
      /"a b", which is no id/,
    ],
    ['no credential', { url: doc, 'access-token': '' }, /No credential/],
    ['a timeout that is not a number', { url: doc, 'timeout-seconds': '2m' }, /`timeout-seconds` is "2m"/],
  ])('%s', (_, inputs, error) => {
    expect(() => read(inputs)).toThrow(InputError)
    expect(() => read(inputs)).toThrow(error)
  })

  test.each([
    [
      'acme.larksuite.com',
      'https://open.feishu.cn',
      /a link of Lark, but .*Set `base-url: https:\/\/open\.larksuite\.com`/,
    ],
    [
      'acme.feishu.cn',
      'https://open.larksuite.com',
      /a link of Feishu, but .*Set `base-url: https:\/\/open\.feishu\.cn`/,
    ],
  ])('a link of %s with the base URL %s', (host, baseUrl, error) => {
    expect(() => read({ url: `https://${host}/docx/doxcnAbC`, 'base-url': baseUrl })).toThrow(error)
  })

  test('a credential given as the token, and masks it', () => {
    const masked: string[] = []
    const secret = 't-g1044qAAAAAAAAAAAAAAAAAAAA'
    expect(() => read({ token: secret, type: 'docx' }, masked)).toThrow(
      /looks like a credential \(it is not shown here\)/,
    )
    expect(masked).toContain(secret)
  })
})

describe('readCreateInputs accepts', () => {
  test('a sub-id with an E between digits, which a workflow gives in quotes: a number that YAML converted has E+', () => {
    const sheet = { token: 'shtAbC', type: 'sheet', 'file-extension': 'csv' }
    expect(read({ ...sheet, 'sub-id': '12E345' })).toMatchObject({ subId: '12E345' })
    expect(read({ ...sheet, 'sub-id': '12e345' })).toMatchObject({ subId: '12e345' })
  })

  test('text that was pasted with a link, even with a = before it', () => {
    const url = '【a=b】https://a.feishu.cn/docx/doxcnAbC?from=x 复制链接，请看 # as=pdf'
    expect(read({ url })).toMatchObject({ source: { kind: 'document', token: 'doxcnAbC' } })
  })

  test('blanks, upper case and a leading dot', () => {
    expect(read({ token: ' shtAbC ', type: ' Sheet', 'file-extension': ' .XLSX ', 'sub-id': ' abc ' })).toMatchObject({
      source: { kind: 'document', token: 'shtAbC', type: 'sheet' },
      fileExtension: 'xlsx',
      subId: undefined,
      timeoutMs: 120_000,
    })
  })

  test('exactly the pairs of type and extension that can be exported', () => {
    const pairs: [string, string][] = [
      ['doc', 'docx'],
      ['doc', 'pdf'],
      ['docx', 'docx'],
      ['docx', 'pdf'],
      ['sheet', 'xlsx'],
      ['sheet', 'csv'],
      ['bitable', 'xlsx'],
      ['bitable', 'csv'],
      ['bitable', 'base'],
      ['slides', 'pptx'],
      ['slides', 'pdf'],
    ]
    const accepted = ['doc', 'docx', 'sheet', 'bitable', 'slides'].flatMap((type) =>
      ['docx', 'pptx', 'pdf', 'xlsx', 'csv', 'base'].flatMap((extension) => {
        try {
          read({ token: 'abc', type, 'file-extension': extension, 'sub-id': 'x' })
          return [[type, extension]]
        } catch {
          return []
        }
      }),
    )
    expect(accepted).toEqual(pairs)
  })
})
