import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { ManifestError, type Manifest } from '../../../src/export/manifest/format.js'
import { parseManifest } from '../../../src/export/manifest/parse.js'
import { fileRecord, folderRecord } from '../records.js'

describe('a manifest that cannot be read is refused with the reason:', () => {
  const file = fileRecord('A', 'd1')
  /** The text of a manifest with one file. @param one the fields that differ from those of a correct file */
  const withFile = (one: Record<string, unknown> = {}): string =>
    JSON.stringify({ version: 1, files: [{ ...file, ...one }] })
  const withFolder = (one: Record<string, unknown>): string =>
    JSON.stringify({ version: 1, files: [], folders: [{ ...folderRecord('A', 'f1'), ...one }] })
  const withChange = (one: Record<string, unknown>): string =>
    JSON.stringify({ version: 1, files: [], journal: [{ path: 'A', before: file, isMove: false, ...one }] })
  const withLists = (lists: Record<string, unknown>): string => JSON.stringify({ version: 1, files: [], ...lists })

  test.each<[string, string, string]>([
    ['no JSON', '{"version": 1, "files": [', 'it is not JSON'],
    ['a conflict of git', '<<<<<<< HEAD\n{}', 'it is not JSON'],
    ['an empty file', '', 'it is not JSON'],
    ['a list', '[]', 'it has no `version`'],
    ['no version', '{"files": []}', 'it has no `version`'],
    ['a version that does not exist', '{"version": 0, "files": []}', 'it has version 0, which does not exist'],
    ['no files', '{"version": 1}', '`files` is not a list'],
    ['wrong folders', withLists({ folders: 3 }), '`folders` is not a list'],
    ['a wrong journal', withLists({ journal: 'A' }), '`journal` is not a list'],
    ['a wrong list of an earlier release', withLists({ writing: {} }), '`writing` is not a list'],
    ['a wrong file', withLists({ files: [file, 3] }), 'in `files`, entry 2: it is not an object'],
    ['a wrong folder', withLists({ folders: [null] }), 'in `folders`, entry 1: it is not an object'],
    ['a wrong change', withLists({ journal: [[]] }), 'in `journal`, entry 1:'],
    ['a wrong unfinished file', withLists({ writing: ['A'] }), 'in `writing`, entry 1: it is not an object'],
    ['no path', withFile({ path: 3 }), 'it has no `path`'],
    ['no token', withFile({ token: '' }), 'it has no `token`'],
    ['no type', withFile({ type: null }), 'it has no `type`'],
    ['no extension', withFile({ fileExtension: undefined }), 'it has no `fileExtension`'],
    ['a wrong sub-id', withFile({ subId: 1 }), 'its `subId` is not a text'],
    ['no title', withFile({ title: undefined }), 'it has no `title`'],
    ['a wrong edit time', withFile({ editTime: 1732000000 }), 'its `editTime` is not a text'],
    ['a wrong asset', withFile({ asset: 1 }), 'its `asset` is not a text'],
    ['a wrong size', withFile({ fileSize: -1 }), 'it has no `fileSize`'],
    ['half a byte', withFile({ fileSize: 1.5 }), 'it has no `fileSize`'],
    ['a wrong hash', withFile({ sha256: 'A'.repeat(64) }), 'it has no `sha256`'],
    ['no time of the export', withFile({ exportedAt: undefined }), 'it has no `exportedAt`'],
    ['a folder without a path', withFolder({ path: '' }), 'in `folders`, entry 1: it has no `path`'],
    ['a folder without a token', withFolder({ token: 1 }), 'in `folders`, entry 1: it has no `token`'],
    ['a folder without a type', withFolder({ type: '' }), 'in `folders`, entry 1: it has no `type`'],
    ['a folder outside', withFolder({ path: '../A' }), 'in `folders`, entry 1: its path "../A" leads out'],
    ['a change without a path', withChange({ path: undefined }), 'in `journal`, entry 1: it has no `path`'],
    ['a change outside', withChange({ path: '/A' }), 'in `journal`, entry 1: its path "/A" leads out'],
    [
      'a change with a wrong file before it',
      withChange({ before: { ...file, token: '' } }),
      'entry 1: it has no `token`',
    ],
    [
      'a change with a wrong file after it',
      withChange({ after: { ...file, sha256: '' } }),
      'entry 1: it has no `sha256`',
    ],
    ['a change with a text as the file after it', withChange({ after: 'A' }), 'entry 1: its `after` is not an object'],
    [
      'a change with null as the file before it',
      withChange({ before: null }),
      'entry 1: its `before` is not an object',
    ],
    ['a file twice', withLists({ files: [file, file] }), 'it holds the path "A" twice'],
    [
      'a folder twice',
      withLists({ folders: [folderRecord('A', 'f1'), folderRecord('A', 'f2')] }),
      'the path "A" twice',
    ],
    [
      'a file that has a change too',
      withLists({ files: [file], journal: [{ path: 'A', isMove: true }] }),
      'the path "A" twice',
    ],
    ['a file that is unfinished too', withLists({ files: [file], writing: [file] }), 'the path "A" twice'],
  ])('%s', (_, text, why) => {
    const read = (): Manifest => parseManifest(text, 'x/m.json')
    expect(read).toThrow(ManifestError)
    expect(read).toThrow(why)
    expect(read).toThrow(
      /^The manifest "x\/m\.json" cannot be read: .*\. Restore it from git or from the cache\. Or delete/,
    )
    expect(read).toThrow('`overwrite: true`')
  })

  test.each([
    ...['../A', 'x/../../A', '/A', 'x//A', './A', 'C:/A', 'x\\..\\A', '.. /A', 'a\0b', 'x/', '\ud800'],
    ...['.git/config', 'GIT~1/config', 'x/.g\u200cit/config', 'x/.GIT/A'],
  ])('a path outside the directory: %j', (wrong) => {
    expect(() => parseManifest(withFile({ path: wrong }), 'm')).toThrow('leads out of the directory, or is not a path')
  })

  test('a newer version, with advice which release to use', () => {
    expect(() => parseManifest('{"version": 2, "files": {}}', 'm')).toThrow(
      'The manifest "m" cannot be read: it has version 2, and this release of the action knows version 1 only. Use the release that wrote it, or a newer one.',
    )
  })

  test('no refusal for a byte order mark or unknown keys', () => {
    expect(parseManifest(`\ufeff${withFile({ later: 1 })}`, 'm').files).toEqual([file])
  })

  test('any other text is read or refused with a ManifestError', () => {
    const values = fc.jsonValue({ maxDepth: 3 })
    const anyManifest = fc.record(
      { version: fc.constantFrom(1, 1, 1, 2, '1'), files: values, folders: values, journal: values, writing: values },
      { requiredKeys: ['version'] },
    )
    fc.assert(
      fc.property(
        fc.oneof(
          anyManifest.map((value) => JSON.stringify(value)),
          fc.string(),
        ),
        (text) => {
          try {
            parseManifest(text, 'm')
          } catch (error) {
            expect(error).toBeInstanceOf(ManifestError)
          }
        },
      ),
    )
  })
})
