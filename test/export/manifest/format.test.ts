import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { formatManifest, type Manifest, type PendingChange } from '../../../src/export/manifest/format.js'
import { parseManifest } from '../../../src/export/manifest/parse.js'
import type { FileRecord, FolderRecord } from '../../../src/export/model.js'
import { byPath } from '../../../src/export/paths.js'
import { fileRecord, folderRecord } from '../records.js'
import { unicodeText } from '../../unicode-text.js'

const EMPTY: Manifest = { files: [], folders: [], journal: [] }
const textOf = (manifest: Partial<Manifest>): string => formatManifest({ ...EMPTY, ...manifest }).join('')

const paths = fc
  .array(fc.constantFrom('A', 'a', '合同', '\u{1f600}', '\uff5e', 'B.docx', '-', '_'), { minLength: 1, maxLength: 3 })
  .map((segments) => segments.join('/'))
const texts = fc.oneof(unicodeText({ minLength: 1 }), fc.constantFrom('"', '\\', '\u2028', '\n', '\ud800'))

const records: fc.Arbitrary<FileRecord> = fc.record({
  path: paths,
  token: texts,
  type: texts,
  fileExtension: fc.string(),
  subId: fc.option(fc.string(), { nil: undefined }),
  title: fc.oneof(texts, fc.constant('')),
  editTime: fc.option(fc.string(), { nil: undefined }),
  reservedPath: fc.option(paths, { nil: undefined }),
  asset: fc.option(texts, { nil: undefined }),
  fresh: fc.constantFrom(true as const, undefined),
  revision: fc.option(texts, { nil: undefined }),
  variant: fc.constantFrom('attachments' as const, 'front-matter' as const, undefined),
  links: fc.option(fc.dictionary(fc.stringMatching(/^[A-Za-z0-9]{1,8}$/), texts), { nil: undefined }),
  fileSize: fc.nat(),
  sha256: fc.stringMatching(/^[0-9a-f]{64}$/),
  exportedAt: fc.string(),
})
/** The keys of a file in the documented order. */
const FILE_KEYS = [
  ...(['path', 'reservedPath', 'token', 'type', 'fileExtension', 'subId', 'asset', 'title'] as const),
  ...(['editTime', 'fresh', 'revision', 'variant', 'links', 'fileSize', 'sha256', 'exportedAt'] as const),
]
const folderRecords: fc.Arbitrary<FolderRecord> = fc.record({ path: paths, token: texts, type: texts })
const changes: fc.Arbitrary<PendingChange> = fc.record({
  path: paths,
  before: fc.option(records, { nil: undefined }),
  after: fc.option(records, { nil: undefined }),
  isMove: fc.boolean(),
})
const selector = ({ path }: { readonly path: string }): string => path

/** Any manifest: no list has a path twice, and no path is both in `files` and in `journal`. */
const manifests: fc.Arbitrary<Manifest> = fc
  .record({
    files: fc.uniqueArray(records, { selector, maxLength: 6 }),
    folders: fc.uniqueArray(folderRecords, { selector, maxLength: 4 }),
    journal: fc.uniqueArray(changes, { selector, maxLength: 4 }),
  })
  .map(({ files, folders, journal }) => {
    const pending = new Set(journal.map(selector))
    return { files: files.filter((file) => !pending.has(file.path)), folders, journal }
  })

describe('the text of a manifest', () => {
  test('is as documented: sorted by path, keys in order, no undefined keys, a line feed at the end', () => {
    const files = [
      fileRecord('合同/A.docx', 'd1'),
      fileRecord('B.csv', 'd2', { type: 'sheet', fileExtension: 'csv', subId: 'tbl1', editTime: undefined }),
    ]
    const sha256 = 'a'.repeat(64)
    expect(textOf({ files, folders: [folderRecord('合同', 'f1')] })).toBe(
      `{
  "version": 1,
  "files": [
    {
      "path": "B.csv",
      "token": "d2",
      "type": "sheet",
      "fileExtension": "csv",
      "subId": "tbl1",
      "title": "B",
      "fileSize": 7,
      "sha256": "${sha256}",
      "exportedAt": "2026-11-23T02:00:00Z"
    },
    {
      "path": "合同/A.docx",
      "token": "d1",
      "type": "docx",
      "fileExtension": "docx",
      "title": "A",
      "editTime": "1732000000",
      "fileSize": 7,
      "sha256": "${sha256}",
      "exportedAt": "2026-11-23T02:00:00Z"
    }
  ],
  "folders": [
    {
      "path": "合同",
      "token": "f1",
      "type": "folder"
    }
  ]
}
`,
    )
    expect(textOf({})).toBe('{\n  "version": 1,\n  "files": []\n}\n')
  })

  test('equals the text that JSON.stringify makes', () => {
    fc.assert(
      fc.property(manifests, (manifest) => {
        const withSortedKeys = (file: FileRecord | undefined): object | undefined =>
          file && Object.fromEntries(FILE_KEYS.map((key) => [key, file[key]]))
        const files = [...manifest.files].sort(byPath).map(withSortedKeys)
        const folders = [...manifest.folders].sort(byPath)
        const journal = [...manifest.journal].sort(byPath).map(({ path, before, after, isMove }) => ({
          path,
          before: withSortedKeys(before),
          after: withSortedKeys(after),
          isMove,
        }))
        const whole = {
          version: 1,
          files,
          ...(folders.length > 0 && { folders }),
          ...(journal.length > 0 && { journal }),
        }
        expect(textOf(manifest)).toBe(`${JSON.stringify(whole, undefined, 2)}\n`)
      }),
    )
  })

  test('is parsed to the same manifest, and does not depend on the order of the entries', () => {
    fc.assert(
      fc.property(manifests, (manifest) => {
        const { files, folders, journal } = manifest
        const text = textOf(manifest)
        const read = parseManifest(text, 'm')
        expect(read).toEqual({
          files: [...files].sort(byPath),
          folders: [...folders].sort(byPath),
          journal: [...journal].sort(byPath),
        })
        expect(textOf(read)).toBe(text)
        expect(textOf({ files: [...files].reverse(), folders: [...folders].reverse(), journal })).toBe(text)
      }),
    )
  })

  test('is parsed without a reserved path that leads out of the directory', () => {
    const text = textOf({ files: [fileRecord('A.docx', 'd1', { reservedPath: '../A.docx' })] })
    expect(parseManifest(text, 'm').files).toEqual([fileRecord('A.docx', 'd1')])
  })

  test('has the current record of a file, also after an older one was formatted', () => {
    const record = fileRecord('A.docx', 'd1')
    const before = textOf({ files: [record] })
    const updated = { ...record, title: 'new', editTime: undefined }
    expect(parseManifest(textOf({ files: [updated] }), 'm').files).toEqual([updated])
    expect(textOf({ files: [record] })).toBe(before)
    // The same record is in two lists here.
    const pending = { path: 'B.docx', before: record, after: updated, isMove: true }
    expect(parseManifest(textOf({ files: [record], journal: [pending] }), 'm')).toEqual({
      files: [record],
      folders: [],
      journal: [pending],
    })
  })
})

describe('a manifest of a killed run', () => {
  test('has a journal with the path of each change, the records before and after, and `isMove`', () => {
    const [before, after] = [fileRecord('A.docx', 'd1'), fileRecord('A.docx', 'd2')]
    const journal: readonly PendingChange[] = [
      { path: 'A.docx', before, after, isMove: true },
      { path: 'B.docx', before: fileRecord('B.docx', 'd2'), after: undefined, isMove: true },
      { path: 'C.docx', before: undefined, after: fileRecord('C.docx', 'd3'), isMove: false },
    ]
    expect(parseManifest(textOf({ journal }), 'm').journal).toEqual(journal)
  })

  test('of an earlier release lists in `writing` the files that were about to be written', () => {
    const { path, token, type, fileExtension, title } = fileRecord('B.docx', 'd2')
    const writing = [{ path, token, type, fileExtension, title }]
    const text = JSON.stringify({ version: 1, files: [fileRecord('A.docx', 'd1')], writing })
    const { files, folders, journal } = parseManifest(text, 'm')
    expect([files.map((file) => file.path), folders]).toEqual([['A.docx'], []])
    expect(journal).toMatchObject([
      { path: 'B.docx', before: { path: 'B.docx', token: 'd2', title: 'B' }, after: undefined, isMove: false },
    ])
    expect(journal[0]?.before?.editTime).toBeUndefined()
  })
})
