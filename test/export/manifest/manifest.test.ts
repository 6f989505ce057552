import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { readManifest, writeManifest } from '../../../src/export/manifest/file.js'
import { Manifest, parseManifest } from '../../../src/export/manifest/format.js'
import type { ExportUnit, ManifestFile } from '../../../src/export/model.js'

const file = (where: string, rest: Partial<ManifestFile> = {}): ManifestFile => ({
  path: where,
  token: 'doxcn1',
  type: 'docx',
  fileExtension: 'docx',
  title: 'A',
  editTime: '1732000000',
  fileSize: 34356,
  sha256: 'a'.repeat(64),
  exportedAt: '2026-11-23T02:00:00Z',
  ...rest,
})

const unit: ExportUnit = {
  token: 'doxcn1',
  type: 'docx',
  title: 'A',
  editTime: '1732000000',
  url: undefined,
  fileExtension: 'docx',
  subId: undefined,
  uploaded: false,
}

describe('the text', () => {
  test('is the documented one: sorted by path, keys in order, no empty keys, a newline at the end', () => {
    const files = [file('合同/A.docx'), file('B.csv', { fileExtension: 'csv', subId: 'tbl1', editTime: undefined })]
    expect(new Manifest(files).pieces().join('')).toBe(
      `{
  "version": 1,
  "files": [
    {
      "path": "B.csv",
      "token": "doxcn1",
      "type": "docx",
      "fileExtension": "csv",
      "subId": "tbl1",
      "title": "A",
      "fileSize": 34356,
      "sha256": "${'a'.repeat(64)}",
      "exportedAt": "2026-11-23T02:00:00Z"
    },
    {
      "path": "合同/A.docx",
      "token": "doxcn1",
      "type": "docx",
      "fileExtension": "docx",
      "title": "A",
      "editTime": "1732000000",
      "fileSize": 34356,
      "sha256": "${'a'.repeat(64)}",
      "exportedAt": "2026-11-23T02:00:00Z"
    }
  ]
}
`,
    )
    expect(new Manifest().pieces().join('')).toBe('{\n  "version": 1,\n  "files": []\n}\n')
  })

  test('is the same when it was read and written, whatever the order', () => {
    const paths = fc.uniqueArray(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }), { maxLength: 8 })
    fc.assert(
      fc.property(paths, fc.string(), fc.boolean(), (names, title, reversed) => {
        const files = names.map((name) => file(`x/_${name.replace(/[/\\:\p{Cc}]/gu, '_')}`, { title }))
        fc.pre(new Set(files.map((one) => one.path)).size === files.length)
        const manifest = new Manifest(reversed ? files.slice(1).reverse() : files.slice(1), files.slice(0, 1))
        const text = manifest.pieces().join('')
        expect(parseManifest(text, 'm').pieces().join('')).toBe(text)
        const before = new Manifest(files.slice(1), files.slice(0, 1)).pieces().join('')
        expect(text).toBe(before)
      }),
      { numRuns: 100 },
    )
  })
})

describe('claims', () => {
  test('take the place of records until the files are there', () => {
    const manifest = new Manifest([file('A.docx'), file('B.docx')])
    expect(
      manifest.claim([
        { path: 'A.docx', unit },
        { path: 'N.docx', unit },
      ]),
    ).toEqual([file('A.docx')])
    const read = parseManifest(manifest.pieces().join(''), 'm')
    expect(read.files.map((one) => one.path)).toEqual(['B.docx'])
    expect(read.writing.map((one) => one.path)).toEqual(['A.docx', 'N.docx'])
    expect(read.writing[0]).toMatchObject({ token: 'doxcn1', title: 'A' })

    read.record(file('A.docx', { fileSize: 1 }))
    read.forget('N.docx')
    read.forget('B.docx')
    expect(read.files).toEqual([file('A.docx', { fileSize: 1 })])
    expect(read.pieces().join('')).not.toContain('writing')
  })
})

describe('what cannot be read', () => {
  const good = (one: Record<string, unknown> = {}): string =>
    JSON.stringify({ version: 1, files: [{ ...file('A'), ...one }] })

  test.each<[string, string, string]>([
    ['no JSON', '{"version": 1, "files": [', 'it is not JSON'],
    ['a conflict of git', '<<<<<<< HEAD\n{}', 'it is not JSON'],
    ['an empty file', '', 'it is not JSON'],
    ['a list', '[]', 'it has no `version`'],
    ['no version', '{"files": []}', 'it has no `version`'],
    ['no such version', '{"version": 0, "files": []}', 'it has version 0, which never was'],
    ['no files', '{"version": 1}', '`files` is not a list'],
    ['wrong writing', '{"version": 1, "files": [], "writing": {}}', '`writing` is not a list'],
    ['a wrong entry', '{"version": 1, "files": [3]}', 'in `files`, entry 1: it is not an object'],
    ['a wrong claim', '{"version": 1, "files": [], "writing": ["A"]}', 'in `writing`, entry 1: it is not an object'],
    ['no path', good({ path: 3 }), 'it has no `path`'],
    ['no token', good({ token: '' }), 'it has no `token`'],
    ['no type', good({ type: null }), 'it has no `type`'],
    ['no extension', good({ fileExtension: undefined }), 'it has no `fileExtension`'],
    ['a wrong sub-id', good({ subId: 1 }), 'its `subId` is not a text'],
    ['no title', good({ title: undefined }), 'it has no `title`'],
    ['a wrong time', good({ editTime: 1732000000 }), 'its `editTime` is not a text'],
    ['a wrong size', good({ fileSize: -1 }), 'it has no `fileSize`'],
    ['a wrong hash', good({ sha256: 'A'.repeat(64) }), 'it has no `sha256`'],
    ['no moment', good({ exportedAt: undefined }), 'it has no `exportedAt`'],
    [
      'the same path twice',
      JSON.stringify({ version: 1, files: [file('A'), file('A')] }),
      'it holds the path "A" twice',
    ],
    [
      'a file and a claim',
      JSON.stringify({ version: 1, files: [file('A')], writing: [file('A')] }),
      'the path "A" twice',
    ],
  ])('%s', (_, text, why) => {
    const read = (): Manifest => parseManifest(text, 'x/m.json')
    expect(read).toThrow(why)
    expect(read).toThrow(
      /^The manifest "x\/m\.json" cannot be read: .*\. Restore it from git or from the cache\. Or delete/,
    )
    expect(read).toThrow('`overwrite: true`')
  })

  test.each([
    '../A',
    'x/../../A',
    '/A',
    'x//A',
    './A',
    'C:/A',
    'x\\..\\A',
    '.. /A',
    '.git/config',
    'GIT~1/config',
    'x/.g\u200cit/config',
    'x/.GIT/A',
    'a\0b',
    'x/',
  ])('a path that is none of the directory: %j', (wrong) => {
    expect(() => parseManifest(good({ path: wrong }), 'm')).toThrow('leads out of the directory, or is no path')
  })

  test('a newer version names itself, and asks for the newer action', () => {
    expect(() => parseManifest('{"version": 2, "files": {}}', 'm')).toThrow(
      'The manifest "m" cannot be read: it has version 2, and this release of the action knows version 1 only. Use the release that wrote it, or a newer one.',
    )
  })

  test('but a byte order mark and unknown keys are forgiven', () => {
    expect(parseManifest(`\ufeff${good({ later: 1 })}`, 'm').files).toEqual([file('A')])
  })
})

describe('on the disk', () => {
  let directory: string
  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'manifest-'))
  })
  afterAll(() => rm(directory, { recursive: true }))

  test('nothing is an empty manifest', async () => {
    expect((await readManifest(directory, 'none.json')).isEmpty()).toBe(true)
    expect((await readManifest(directory, 'no/such/none.json')).isEmpty()).toBe(true)
  })

  test('it is written with its folder, once, and leaves nothing beside it', async () => {
    const target = path.join(directory, 'state', 'm.json')
    const text = new Manifest([file('A')]).pieces().join('')
    await writeManifest(directory, 'state/m.json', [text])
    const before = await stat(target)
    await writeManifest(directory, 'state/m.json', [text])
    expect((await stat(target)).ino).toBe(before.ino)
    await writeManifest(directory, 'state/m.json', new Manifest().pieces())
    expect(await readFile(target, 'utf8')).toBe(new Manifest().pieces().join(''))
    expect(await readdir(path.dirname(target))).toEqual(['m.json'])
  })

  test('of any length, in pieces of any length', async () => {
    const pieces = ['a', '合同'.repeat(40_000), 'b'.repeat(65_535), 'cc', 'é'.repeat(32_768), '']
    await writeManifest(directory, 'long.json', pieces)
    expect(await readFile(path.join(directory, 'long.json'), 'utf8')).toBe(pieces.join(''))
    await unlink(path.join(directory, 'long.json'))
  })

  test('a fault of the disk is told with the path, and leaves nothing', async () => {
    await writeFile(path.join(directory, 'plain'), '')
    await expect(writeManifest(directory, 'plain/m.json', ['x'])).rejects.toThrow(/"[^"]*plain": a file has this name/)
    await expect(writeManifest(directory, 'state', ['x'])).rejects.toThrow(/Cannot write the file "[^"]*state"/)
    expect((await readdir(directory)).sort()).toEqual(['plain', 'state'])
  })

  test.each([
    ['a folder', (at: string) => mkdir(at)],
    ['a link that leads out', (at: string) => symlink(tmpdir(), at)],
    ['a pipe, which may never end', (at: string) => Promise.resolve(execFileSync('mkfifo', [at]))],
  ])('%s is no manifest', async (_, make) => {
    const at = path.join(directory, 'odd.json')
    await make(at)
    try {
      await expect(readManifest(directory, 'odd.json')).rejects.toThrow(/it is no plain file inside `directory`/)
    } finally {
      await rm(at, { recursive: true })
    }
  })

  test('a link on the way out of the directory is not followed', async () => {
    const outside = await mkdtemp(path.join(tmpdir(), 'outside-'))
    await symlink(outside, path.join(directory, 'away'))
    await expect(writeManifest(directory, 'away/m.json', ['x'])).rejects.toThrow(/link that leads out of `directory`/)
    await writeFile(path.join(outside, 'm.json'), '{}')
    await expect(readManifest(directory, 'away/m.json')).rejects.toThrow(/link that leads out of `directory`/)
    await expect(readManifest(directory, 'away/none.json')).rejects.toThrow(/link that leads out of `directory`/)
    expect(await readdir(outside)).toEqual(['m.json'])
    await rm(outside, { recursive: true })
    await unlink(path.join(directory, 'away'))
  })
})
