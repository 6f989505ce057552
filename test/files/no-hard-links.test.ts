import * as disk from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { quickClock } from '../polling/quick-clock.js'

const diskError = (code: string): Error => Object.assign(new Error(code), { code })

/** The path whose file the disk closes with an error. */
let brokenPath = ''

jest.unstable_mockModule('node:fs/promises', () => ({
  ...disk,
  link: () => Promise.reject(diskError('ENOTSUP')),
  async open(file: string, flags: string) {
    const handle = await disk.open(file, flags)
    if (file !== brokenPath) return handle
    return { close: () => handle.close().then(() => Promise.reject(diskError('EIO'))) }
  },
}))
const { stageFile } = await import('../../src/files/save.js')

let directory: string
beforeEach(async () => {
  directory = await disk.mkdtemp(path.join(tmpdir(), 'feishu-no-links-'))
})
afterEach(() => disk.rm(directory, { recursive: true, force: true }))

test('if the empty file that reserves the name cannot be closed, it is removed, and the name stays free', async () => {
  const target = path.join(directory, 'a')
  const staged = await stageFile({ clock: quickClock(50), directory, target, body: [Buffer.from('content')] })
  brokenPath = target
  await expect(staged.publish(target, { overwrite: false })).rejects.toMatchObject({ code: 'EIO' })
  expect([staged.hasLeftEmptyFile, await disk.readdir(directory)]).toEqual([false, [expect.stringMatching(/\.part$/)]])
  brokenPath = ''
  await staged.publish(target, { overwrite: false })
  expect(await disk.readFile(target, 'utf8')).toBe('content')
  expect(await disk.readdir(directory)).toEqual(['a'])
})
