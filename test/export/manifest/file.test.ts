import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { readManifest, writeManifest } from '../../../src/export/manifest/file.js'
import { formatManifest, type Manifest } from '../../../src/export/manifest/format.js'
import { quickClock } from '../../polling/quick-clock.js'
import { fileRecord } from '../records.js'

const textOf = (manifest: Partial<Manifest>): string =>
  formatManifest({ files: [], folders: [], journal: [], ...manifest }).join('')

describe('a manifest on the disk', () => {
  let directory: string
  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'manifest-'))
  })
  afterAll(() => rm(directory, { recursive: true }))

  test('a missing file counts as an empty manifest', async () => {
    const empty = { files: [], folders: [], journal: [] }
    expect(await readManifest(directory, 'none.json')).toEqual(empty)
    expect(await readManifest(directory, 'no/such/none.json')).toEqual(empty)
  })

  test('it is read as it was written', async () => {
    const files = [fileRecord('合同/A.docx', 'd1')]
    await writeManifest(quickClock(50), directory, 'm.json', [textOf({ files })])
    expect(await readManifest(directory, 'm.json')).toEqual({ files, folders: [], journal: [] })
    await writeFile(path.join(directory, 'm.json'), '{"version": 1')
    await expect(readManifest(directory, 'm.json')).rejects.toThrow(
      `"${path.join(directory, 'm.json')}" cannot be read`,
    )
    await unlink(path.join(directory, 'm.json'))
  })

  test('it is written with its folder, and again only if it has changed; no temporary file is left', async () => {
    const target = path.join(directory, 'state', 'm.json')
    const text = textOf({ files: [fileRecord('A', 'd1')] })
    await writeManifest(quickClock(50), directory, 'state/m.json', [text])
    const before = await stat(target)
    await writeManifest(quickClock(50), directory, 'state/m.json', [text])
    expect((await stat(target)).ino).toBe(before.ino)
    await writeManifest(quickClock(50), directory, 'state/m.json', [textOf({})])
    expect(await readFile(target, 'utf8')).toBe(textOf({}))
    expect(await readdir(path.dirname(target))).toEqual(['m.json'])
  })

  test('it can be long, and its pieces can have any length', async () => {
    const pieces = ['a', '合同'.repeat(40_000), 'b'.repeat(65_535), 'cc', 'é'.repeat(32_768), '']
    await writeManifest(quickClock(50), directory, 'long.json', pieces)
    expect(await readFile(path.join(directory, 'long.json'), 'utf8')).toBe(pieces.join(''))
    await unlink(path.join(directory, 'long.json'))
  })

  test('a disk fault names the path, and no temporary file is left', async () => {
    await writeFile(path.join(directory, 'plain'), '')
    await expect(writeManifest(quickClock(50), directory, 'plain/m.json', ['x'])).rejects.toThrow(
      /"[^"]*plain": a file has this name/,
    )
    await expect(writeManifest(quickClock(50), directory, 'state', ['x'])).rejects.toThrow(
      /Cannot write the file "[^"]*state"/,
    )
    expect((await readdir(directory)).sort()).toEqual(['plain', 'state'])
  })

  test.each([
    ['a folder', (at: string) => mkdir(at)],
    ['a link that leads out', (at: string) => symlink(tmpdir(), at)],
    ['a pipe, which may never end', (at: string) => Promise.resolve(execFileSync('mkfifo', [at]))],
  ])('%s at its path is refused', async (_, make) => {
    const at = path.join(directory, 'odd.json')
    await make(at)
    try {
      await expect(readManifest(directory, 'odd.json')).rejects.toThrow(/it is not a plain file inside `directory`/)
    } finally {
      await rm(at, { recursive: true })
    }
  })

  test('a symbolic link to a folder outside the directory is not followed', async () => {
    const outside = await mkdtemp(path.join(tmpdir(), 'outside-'))
    await symlink(outside, path.join(directory, 'away'))
    await expect(writeManifest(quickClock(50), directory, 'away/m.json', ['x'])).rejects.toThrow(
      /link that leads out of `directory`/,
    )
    await writeFile(path.join(outside, 'm.json'), '{}')
    await expect(readManifest(directory, 'away/m.json')).rejects.toThrow(/link that leads out of `directory`/)
    await expect(readManifest(directory, 'away/none.json')).rejects.toThrow(/link that leads out of `directory`/)
    expect(await readdir(outside)).toEqual(['m.json'])
    await rm(outside, { recursive: true })
    await unlink(path.join(directory, 'away'))
  })
})
