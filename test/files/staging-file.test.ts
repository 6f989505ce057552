import { createHash } from 'node:crypto'
import { mkdtemp, open, readdir, rm, type FileHandle } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { StagingFile } from '../../src/files/staging-file.js'
import { quickClock } from '../polling/quick-clock.js'

let directory: string
let handlePrototype: FileHandle

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'feishu-staging-'))
  const handle = await open(path.join(directory, 'a'), 'w')
  handlePrototype = Object.getPrototypeOf(handle) as FileHandle
  await handle.close()
  await rm(path.join(directory, 'a'))
})
afterEach(async () => {
  jest.restoreAllMocks()
  await rm(directory, { recursive: true, force: true })
})

const PIECE = Buffer.alloc(1024 * 1024, 7)

/** Writes so many megabytes. */
async function stage(megabytes: number): Promise<StagingFile> {
  const file = await StagingFile.open(quickClock(50), { directory, target: path.join(directory, 'a') })
  try {
    for (let written = 0; written < megabytes; written++) await file.write([PIECE])
    return file
  } catch (error) {
    await file.discard()
    throw error
  }
}

const refused = (code: string): Error => Object.assign(new Error(code), { code })

describe('a large file is brought to the disk while it still comes', () => {
  test('every 64 MB, and what is written stays the same', async () => {
    const sync = jest.spyOn(handlePrototype, 'datasync')
    const file = await stage(130)
    expect(sync).toHaveBeenCalledTimes(2)
    const staged = await file.finish()
    const hash = createHash('sha256')
    for (let nth = 0; nth < 130; nth++) hash.update(PIECE)
    expect(staged).toMatchObject({ bytes: 130 * PIECE.length, sha256: hash.digest('hex') })
    await staged.discard()
    expect(await readdir(directory)).toEqual([])
  })

  // The system reports such an error once: whoever asked has to remember it.
  test.each([70, 130])('a broken disk is an error of the file, also at its end (%d MB)', async (megabytes) => {
    jest.spyOn(handlePrototype, 'datasync').mockRejectedValueOnce(refused('EIO'))
    const saved = stage(megabytes).then(async (file) => {
      await file.finish().finally(() => file.discard())
    })
    await expect(saved).rejects.toMatchObject({ code: 'EIO' })
    expect(await readdir(directory)).toEqual([])
  })

  test('a disk that cannot do so takes the file', async () => {
    jest.spyOn(handlePrototype, 'datasync').mockRejectedValue(refused('ENOTSUP'))
    const staged = await (await stage(70)).finish()
    expect(staged.bytes).toBe(70 * PIECE.length)
    await staged.discard()
  })
})
