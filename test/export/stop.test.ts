import { getEventListeners, getMaxListeners } from 'node:events'
import { expect, it } from '@jest/globals'
import { PacedApi } from '../../src/export/engine/paced-api.js'
import { RunStop } from '../../src/export/stop.js'
import { startDeadline } from '../../src/polling/deadline.js'
import { VirtualClock } from '../polling/virtual-clock.js'

it('many calls at once may listen for the stop: Node 20 prints no warning, and no listener stays', async () => {
  const clock = new VirtualClock()
  const { signal } = new RunStop(startDeadline(clock, 60_000, new AbortController().signal))
  const api = new PacedApi({ clock, random: () => 0.5, parallelJobs: 1, stop: signal })
  const countListeners = (): number => getEventListeners(signal, 'abort').length
  let mostListeners = 0
  const call = () =>
    api.call('create', async () => {
      mostListeners = Math.max(mostListeners, countListeners())
      await clock.wait(100)
      return { ok: true, value: undefined }
    })
  await clock.run(Promise.all(Array.from({ length: 16 }, call)))
  expect(mostListeners).toBeGreaterThan(10)
  // With more listeners than this, Node 20 warns.
  expect(getMaxListeners(signal)).toBe(Infinity)
  // The pacer of the API listens as long as the run.
  expect(countListeners()).toBe(1)
})
