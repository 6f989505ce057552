import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import * as disk from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'

// The tests may run as root, to whom the system refuses no folder.
const readdir = (folder: string): Promise<string[]> =>
  folder.endsWith('locked.docx')
    ? Promise.reject(Object.assign(new Error('EACCES'), { code: 'EACCES' }))
    : disk.readdir(folder)
jest.unstable_mockModule('node:fs/promises', () => ({ ...disk, readdir }))
const { readSnapshot } = await import('../../../src/export/placement/read-snapshot.js')

let directory: string
beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'feishu-snapshot-'))
  mkdirSync(path.join(directory, 'x'))
  mkdirSync(path.join(directory, 'empty.docx', 'empty'), { recursive: true })
  mkdirSync(path.join(directory, 'locked.docx'))
  writeFileSync(path.join(directory, 'x', 'A.docx'), '1234567')
  symlinkSync('x/A.docx', path.join(directory, 'link.docx'))
  symlinkSync(tmpdir(), path.join(directory, 'out'))
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

test('a snapshot has the kind of what is at each path; nothing is at a path behind a link or below a file', async () => {
  const snapshot = await readSnapshot(directory, [
    'x/A.docx',
    'x',
    'link.docx',
    'out/A',
    'none',
    'x/A.docx/B',
    'x/A.docx',
  ])
  expect(snapshot.at('x/A.docx')).toMatchObject({ kind: 'file', size: 7 })
  expect(['x', 'link.docx'].map((at) => snapshot.at(at))).toEqual([{ kind: 'other' }, { kind: 'other' }])
  expect(['out/A', 'none', 'x/A.docx/B'].map((at) => snapshot.at(at).kind)).toEqual(['nothing', 'nothing', 'nothing'])
})

test('an empty folder counts as nothing, since a file may replace it', async () => {
  expect((await readSnapshot(directory, ['empty.docx'])).at('empty.docx')).toEqual({ kind: 'nothing' })
})

test('a path that cannot be inspected does not affect the others', async () => {
  const long = 'x'.repeat(300)
  const snapshot = await readSnapshot(directory, [long, 'locked.docx', 'x/A.docx'])
  for (const at of [long, 'locked.docx']) {
    expect(snapshot.at(at)).toMatchObject({ kind: 'unreadable', failure: { class: 'permanent', origin: 'disk' } })
  }
  expect(snapshot.at('x/A.docx').kind).toBe('file')
})

test('a snapshot does not change with the disk, and throws for a path that was not inspected', async () => {
  const snapshot = await readSnapshot(directory, ['later.docx'])
  writeFileSync(path.join(directory, 'later.docx'), '')
  expect(snapshot.at('later.docx')).toEqual({ kind: 'nothing' })
  expect(() => snapshot.at('x')).toThrow('the snapshot does not have x')
})
