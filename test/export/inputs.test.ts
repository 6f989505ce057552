import { describe, expect, test } from '@jest/globals'
import { readExportInputs } from '../../src/export/inputs.js'
import { readSources, type SourceFiles } from '../../src/export/sources/read-sources.js'

const DOCX = 'https://acme.feishu.cn/docx/AbCdEfGhIjKlMnOpQrStUvWxYz1'
const NODE = 'https://acme.feishu.cn/wiki/NoEfGhIjKlMnOpQrStUvWxYzab1'

const noFile: SourceFiles = {
  workspace: '/ws',
  readFile: (path) => Promise.reject(Object.assign(new Error(path), { code: 'ENOENT' })),
}
/** A workspace where every path has this content. @param seen receives the paths that are read */
const withFile = (content: string | Uint8Array, seen: string[] = []): SourceFiles => ({
  workspace: '/ws',
  readFile(path) {
    seen.push(path)
    // No overload of `Buffer.from` takes the union.
    return Promise.resolve(Buffer.from(content as string))
  },
})
/** Parses these inputs; one document and an access token are given by default. */
const read = (given: Readonly<Record<string, string>>) => {
  const all: Record<string, string> = { sources: DOCX, 'access-token': 't-1', ...given }
  const mask = () => undefined
  return readExportInputs((name) => all[name] ?? '', mask, '/ws')
}
const sourcesOf = (given: Readonly<Record<string, string>>, files = noFile) => readSources(read(given), files)
const formatsOf = (text: string) => Object.fromEntries(read({ formats: text }).formats)

test('defaults', () => {
  const { formats, ...rest } = read({})
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
    sourcesText: DOCX,
    sourcesFile: undefined,
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
  test('is read in addition to `sources`, from a path relative to the workspace', async () => {
    const seen: string[] = []
    const sources = await sourcesOf(
      { 'sources-file': ' docs/list.txt ' },
      withFile(`\ufeff${DOCX}\r\n${NODE}\r\n`, seen),
    )
    expect(seen).toEqual(['/ws/docs/list.txt'])
    expect(sources.map(({ where }) => where)).toEqual(['sources line 1', 'docs/list.txt line 2'])
  })

  test('may be an absolute path inside the workspace', async () => {
    expect(await sourcesOf({ sources: '', 'sources-file': '/ws/list.txt' }, withFile(DOCX))).toHaveLength(1)
  })

  test.each([
    ['outside', '../list.txt', withFile(DOCX), /not in the workspace/],
    ['outside, absolute', '/etc/list.txt', withFile(DOCX), /not in the workspace/],
    ['missing', 'list.txt', noFile, /which is not there.*actions\/checkout/],
    ['not UTF-8', 'list.txt', withFile(Buffer.from([0xff, 0xfe, 0x68, 0])), /not UTF-8 text/],
  ])('is refused: %s', async (_, file, files, sentence) => {
    await expect(sourcesOf({ 'sources-file': file }, files)).rejects.toThrow(sentence)
  })

  test('a folder is refused', async () => {
    const readFile = (): Promise<never> => Promise.reject(Object.assign(new Error(), { code: 'EISDIR' }))
    const files = { workspace: '/ws', readFile }
    await expect(sourcesOf({ 'sources-file': 'docs' }, files)).rejects.toThrow(/which is a folder\. Give/)
  })
})

test('no source at all', async () => {
  await expect(sourcesOf({ sources: ' \n# nothing' })).rejects.toThrow(
    /`sources` and `sources-file` name nothing.*one link a line/i,
  )
  await expect(sourcesOf({ sources: '', 'sources-file': 'a' }, withFile('#'))).rejects.toThrow(
    /"a", a file without any link/,
  )
})

describe('formats', () => {
  test.each(['docx=md,docx', 'docx＝md，docx', 'docx=md、 docx', 'docx=md; docx', 'docx = md；docx'])(
    '%s is a list',
    (text) => {
      expect(formatsOf(text)).toMatchObject({ docx: ['md', 'docx'] })
    },
  )

  test('override the defaults of the types that they name, and of no others', () => {
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
    [
      'the word of a link',
      'base=csv',
      /"base" is no type .*exported\. The type of links with \/base\/ is bitable\. One of/,
    ],
    ['a wiki page', 'wiki=md', /exported\. A page of a knowledge base has the type of the document behind it\. One of/],
    [
      'an extension as the type',
      'XLSX=sheet',
      /exported\. xlsx is a file extension; the type comes before the =\. One/,
    ],
    ['a type without formats', 'mindnotes=pdf', /exported\. One of these/],
    ['a pair that cannot work', 'sheet=docx', /sheet cannot be exported to docx\. It exports to xlsx or csv/],
    ['nothing', 'sheet=', /extension is missing/],
    ['a type twice', 'docx=pdf docx=docx', /docx is given twice/],
  ])('are refused: %s', (_, text, sentence) => {
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
