import { createHash } from 'node:crypto'
import { mkdtemp, open, readdir, rm, type FileHandle } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { StagingFile } from '../../src/files/staging-file.js'
import { quickClock } from '../polling/quick-clock.js'

let directory: string
/** The prototype of all file handles, whose methods the tests replace. */
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

/** Opens a staging file and writes this number of megabytes to it. If that fails, discards the file and throws. */
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

const diskError = (code: string): Error => Object.assign(new Error(code), { code })

describe('a large file is synced to the disk while it is written', () => {
  test('after every 64 MB; its content is not changed by that', async () => {
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

  // The system reports an error of the disk once, so the file has to remember it until the next sync or its end.
  test.each([70, 130])(
    'so an error of the disk makes the file fail: in `finish`, or before (%d MB)',
    async (megabytes) => {
      jest.spyOn(handlePrototype, 'datasync').mockRejectedValueOnce(diskError('EIO'))
      const finished = stage(megabytes).then(async (file) => {
        await file.finish().finally(() => file.discard())
      })
      await expect(finished).rejects.toMatchObject({ code: 'EIO' })
      expect(await readdir(directory)).toEqual([])
    },
  )

  test('also if two writes wait for the same sync: the next sync starts once, and its error is not lost', async () => {
    let endFirstSync = (): void => undefined
    const firstSync = new Promise<void>((resolve) => (endFirstSync = resolve))
    const sync = jest.spyOn(handlePrototype, 'datasync')
    sync.mockReturnValueOnce(firstSync).mockRejectedValueOnce(diskError('EIO'))
    const writev = jest.spyOn(handlePrototype, 'writev')
    const file = await stage(127)
    const writes = [file.write([PIECE]), file.write([PIECE])]
    await Promise.all(writev.mock.results.map(({ value }) => value as Promise<unknown>))
    // Now both writes wait for the first sync.
    await new Promise(setImmediate)
    endFirstSync()
    await Promise.all(writes)
    expect(sync).toHaveBeenCalledTimes(2)
    await expect(file.finish()).rejects.toMatchObject({ code: 'EIO' })
    await file.discard()
  })

  test('unless the disk does not support it: then the file is saved without', async () => {
    jest.spyOn(handlePrototype, 'datasync').mockRejectedValue(diskError('ENOTSUP'))
    const staged = await (await stage(70)).finish()
    expect(staged.bytes).toBe(70 * PIECE.length)
    await staged.discard()
  })
})
