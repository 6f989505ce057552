import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { stageFile, WrongSize } from '../../src/files/save.js'
import type { StagedFile } from '../../src/files/staged-file.js'
import { isTemporaryName, temporaryName } from '../../src/files/temporary-name.js'
import { quickClock } from '../polling/quick-clock.js'

let root: string

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'feishu-staged-'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

const at = (...names: string[]): string => path.join(root, ...names)
const entries = async (): Promise<string[]> => (await readdir(root, { recursive: true })).sort()

/** Stages a file with the text `content` in a folder. */
function stage(directory: string): Promise<StagedFile> {
  return stageFile({ clock: quickClock(50), directory, target: at('a'), body: [Buffer.from('content')] })
}

describe('a staged file', () => {
  test('is complete under a temporary name in the given folder', async () => {
    const staged = await stage(at('elsewhere'))
    const [, temporary = ''] = await entries()
    expect(isTemporaryName(path.basename(temporary))).toBe(true)
    expect(await readFile(at(temporary), 'utf8')).toBe('content')
    expect(staged.bytes).toBe(7)
    expect(staged.sha256).toBe(createHash('sha256').update('content').digest('hex'))
  })

  test('is moved when it is published, also to another folder; discarding it then does nothing', async () => {
    const staged = await stage(at('elsewhere'))
    expect(await staged.publish(at('a'), { overwrite: false })).toEqual({
      path: at('a'),
      bytes: 7,
      sha256: staged.sha256,
    })
    await staged.discard()
    expect(await entries()).toEqual(['a', 'elsewhere'])
  })

  test('is discarded with the folders that were created for it; discarding it again does nothing', async () => {
    await mkdir(at('there'))
    const staged = await stage(at('there', 'new', 'er'))
    await staged.discard()
    await staged.discard()
    expect(await entries()).toEqual(['there'])
  })

  test('replaces a file only with `overwrite`, and can still be published after an error', async () => {
    await writeFile(at('a'), 'old')
    await mkdir(at('folder'))
    const staged = await stage(root)
    await expect(staged.publish(at('a'), { overwrite: false })).rejects.toMatchObject({ code: 'EEXIST' })
    await expect(staged.publish(at('folder'), { overwrite: true })).rejects.toMatchObject({ code: 'EISDIR' })
    expect(await readFile(at('a'), 'utf8')).toBe('old')
    await staged.publish(at('a'), { overwrite: true })
    expect(await readFile(at('a'), 'utf8')).toBe('content')
    expect(await entries()).toEqual(['a', 'folder'])
  })
})

test('a body may use one buffer for all its pieces', async () => {
  function* reusing(): Generator<Uint8Array> {
    const buffer = Buffer.alloc(4)
    for (const text of ['one ', 'two ', 'six ']) {
      buffer.write(text)
      yield buffer
    }
  }
  const staged = await stageFile({ clock: quickClock(50), directory: root, target: at('a'), body: reusing() })
  await staged.publish(at('a'), { overwrite: false })
  expect(await readFile(at('a'), 'utf8')).toBe('one two six ')
  expect(staged.sha256).toBe(createHash('sha256').update('one two six ').digest('hex'))
})

test('a body of another size than expected leaves no file and no folder', async () => {
  const options = {
    clock: quickClock(50),
    directory: at('new'),
    target: at('a'),
    body: [Buffer.from('content')],
    expectedBytes: 8,
  }
  await expect(stageFile(options)).rejects.toEqual(new WrongSize(7, 8))
  expect(await entries()).toEqual([])
})

test('temporary names differ from each other, and are recognized in lower and upper case; other names are not', () => {
  expect(new Set(Array.from({ length: 100 }, temporaryName)).size).toBe(100)
  expect(isTemporaryName(temporaryName())).toBe(true)
  expect(isTemporaryName(temporaryName().toUpperCase())).toBe(true)
  for (const name of ['.feishu-export-1.part', `x${temporaryName()}`, `${temporaryName()}x`, 'a.part']) {
    expect(isTemporaryName(name)).toBe(false)
  }
})
