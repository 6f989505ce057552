import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it } from '@jest/globals'
import { renameWithRetry, retryWhileHeld, rmdirWithRetry, unlinkWithRetry } from '../../src/files/retry.js'
import { VirtualClock } from '../polling/virtual-clock.js'

/** Makes an action whose first `count` calls fail with an error code. `calledAtMs` has the time of each call so far. */
function failing(clock: VirtualClock, code: string, count: number) {
  const calledAtMs: number[] = []
  const action = (): Promise<void> => {
    calledAtMs.push(clock.nowMs())
    return calledAtMs.length > count ? Promise.resolve() : Promise.reject(Object.assign(new Error('refused'), { code }))
  }
  return { action, calledAtMs }
}

it.each(['EPERM', 'EACCES', 'EBUSY'])('after %s the action is tried again, with pauses that double', async (code) => {
  const clock = new VirtualClock()
  const { action, calledAtMs } = failing(clock, code, 3)
  await clock.run(retryWhileHeld(clock, action))
  expect(calledAtMs).toEqual([0, 20, 60, 140])
})

it('after about a second, the last error is thrown', async () => {
  const clock = new VirtualClock()
  const { action, calledAtMs } = failing(clock, 'EBUSY', Infinity)
  await expect(clock.run(retryWhileHeld(clock, action))).rejects.toMatchObject({ code: 'EBUSY' })
  expect(calledAtMs.at(-1)).toBeGreaterThanOrEqual(1000)
  expect(calledAtMs.at(-1)).toBeLessThan(1200)
})

it.each(['ENOENT', 'EEXIST', 'ENOSPC', 'EROFS', 'ENOTEMPTY'])(
  'after %s the action is not tried again',
  async (code) => {
    const clock = new VirtualClock()
    const { action, calledAtMs } = failing(clock, code, 1)
    await expect(clock.run(retryWhileHeld(clock, action))).rejects.toMatchObject({ code })
    expect(calledAtMs).toHaveLength(1)
  },
)

it('the functions with retry move and remove files and folders', async () => {
  const clock = new VirtualClock()
  const folder = await mkdtemp(path.join(tmpdir(), 'feishu-retry-'))
  const at = (name: string): string => path.join(folder, name)
  try {
    await writeFile(at('a'), 'x')
    await writeFile(at('b'), 'old')
    await mkdir(at('c'))
    await renameWithRetry(clock, at('a'), at('b'))
    expect(await readdir(folder)).toEqual(['b', 'c'])
    await unlinkWithRetry(clock, at('b'))
    await rmdirWithRetry(clock, at('c'))
    expect(await readdir(folder)).toEqual([])
    await expect(unlinkWithRetry(clock, at('b'))).rejects.toMatchObject({ code: 'ENOENT' })
  } finally {
    await rm(folder, { recursive: true })
  }
})
