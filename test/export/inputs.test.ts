import { describe, expect, test } from '@jest/globals'
import { readExportInputs, type InputFiles } from '../../src/export/inputs.js'

const DOCX = 'https://acme.feishu.cn/docx/AbCdEfGhIjKlMnOpQrStUvWxYz1'
const NODE = 'https://acme.feishu.cn/wiki/NoEfGhIjKlMnOpQrStUvWxYzab1'

const noFile: InputFiles = {
  workspace: '/ws',
  readFile(path) {
    throw Object.assign(new Error(path), { code: 'ENOENT' })
  },
}
const withFile = (content: string | Uint8Array, seen: string[] = []): InputFiles => ({
  workspace: '/ws',
  readFile(path) {
    seen.push(path)
    return Buffer.from(content as string)
  },
})
const read = (given: Readonly<Record<string, string>>, files = noFile) => {
  const all: Record<string, string> = { sources: DOCX, 'access-token': 't-1', ...given }
  return readExportInputs(
    (name) => all[name] ?? '',
    () => undefined,
    files,
  )
}
const formatsOf = (text: string) => Object.fromEntries(read({ formats: text }).formats)

test('defaults', () => {
  const { sources, formats, ...rest } = read({})
  expect(sources).toHaveLength(1)
  expect(Object.fromEntries(formats)).toEqual({
    doc: ['docx'],
    docx: ['docx'],
    sheet: ['xlsx'],
    bitable: ['xlsx'],
    slides: ['pptx'],
  })
  expect(rest).toEqual({
    credential: { kind: 'token', accessToken: 't-1' },
    baseUrl: 'https://open.feishu.cn',
    timeoutMs: 3_600_000,
    includeFiles: false,
    includeAttachments: false,
    frontMatter: false,
    exclude: expect.anything(),
    directory: '/ws',
    overwrite: false,
    manifest: '.feishu-export.json',
    force: false,
    deleteStale: false,
    failFast: false,
    dryRun: false,
    parallelJobs: 1,
  })
})

test('every input given', () => {
  const inputs = read({
    'include-files': 'true',
    directory: 'docs',
    overwrite: 'true',
    manifest: './state//export.json',
    force: 'true',
    'delete-stale': 'true',
    'fail-fast': 'true',
    'dry-run': 'True',
    'parallel-jobs': '3',
    'timeout-seconds': '60',
  })
  expect(inputs).toMatchObject({
    includeFiles: true,
    directory: '/ws/docs',
    overwrite: true,
    manifest: 'state/export.json',
    force: true,
    deleteStale: true,
    failFast: true,
    dryRun: true,
    parallelJobs: 3,
    timeoutMs: 60_000,
  })
})

describe('sources-file', () => {
  test('counts beside sources, relative to the workspace', () => {
    const seen: string[] = []
    const { sources } = read({ 'sources-file': ' docs/list.txt ' }, withFile(`\ufeff${DOCX}\r\n${NODE}\r\n`, seen))
    expect(seen).toEqual(['/ws/docs/list.txt'])
    expect(sources.map(({ where }) => where)).toEqual(['sources line 1', 'docs/list.txt line 2'])
  })

  test('an absolute path inside the workspace is one', () => {
    expect(read({ sources: '', 'sources-file': '/ws/list.txt' }, withFile(DOCX)).sources).toHaveLength(1)
  })

  test.each([
    ['outside', '../list.txt', withFile(DOCX), /not in the workspace/],
    ['outside, absolute', '/etc/list.txt', withFile(DOCX), /not in the workspace/],
    ['missing', 'list.txt', noFile, /which is not there.*actions\/checkout/],
    ['not UTF-8', 'list.txt', withFile(Buffer.from([0xff, 0xfe, 0x68, 0])), /not UTF-8 text/],
  ])('refused: %s', (_, file, files, sentence) => {
    expect(() => read({ 'sources-file': file }, files)).toThrow(sentence)
  })

  test('a folder is refused', () => {
    const readFile = (): never => {
      throw Object.assign(new Error(), { code: 'EISDIR' })
    }
    expect(() => read({ 'sources-file': 'docs' }, { workspace: '/ws', readFile })).toThrow(/which is a folder\. Give/)
  })
})

test('no source at all', () => {
  expect(() => read({ sources: ' \n# nothing' })).toThrow(/`sources` and `sources-file` name nothing.*one link a line/i)
  expect(() => read({ sources: '', 'sources-file': 'a' }, withFile('#'))).toThrow(/"a", a file without any link/)
})

describe('formats', () => {
  test('override only the types they name', () => {
    expect(formatsOf(' DOCX=.PDF,docx\n slides = pdf , pptx ')).toEqual({
      doc: ['docx'],
      docx: ['pdf', 'docx'],
      sheet: ['xlsx'],
      bitable: ['xlsx'],
      slides: ['pdf', 'pptx'],
    })
  })

  test.each([
    ['no sign', 'docx', /"docx": this is no TYPE=EXT/],
    ['two signs', 'docx=pdf=docx', /this is no TYPE=EXT/],
    ['an unknown type', 'mindnote=pdf', /"mindnote" is no type that can be exported.*doc, docx, sheet/],
    ['a pair that cannot work', 'sheet=docx', /sheet cannot be exported to docx\. It exports to xlsx or csv/],
    ['nothing', 'sheet=', /extension is missing/],
    ['a type twice', 'docx=pdf docx=docx', /docx is given twice/],
  ])('refused: %s', (_, text, sentence) => {
    expect(() => formatsOf(text)).toThrow(sentence)
  })
})

test.each([
  ['outside', '../m.json', /\.\. in it/],
  ['absolute', '/m.json', /an absolute path/],
  ['a drive', 'C:m.json', /an absolute path/],
  ['a backslash', String.raw`a\m.json`, /\\ in it/],
  ['a folder', 'a/', /names no file/],
  ["Git's folder", '.GIT/m.json', /inside Git's own folder/],
])('manifest refused: %s', (_, manifest, sentence) => {
  expect(() => read({ manifest })).toThrow(sentence)
})
