import { describe, expect, it } from '@jest/globals'
import { startBackstop } from '../../src/runner/backstop.js'
import { VirtualClock } from '../polling/virtual-clock.js'

/**
 * Starts a backstop for a timeout of 10 s. `found` is empty until the run is overdue. Then it has the reason and the
 * time.
 */
function start(clock: VirtualClock, cancel: AbortSignal) {
  const backstop = startBackstop(clock, 10_000, cancel)
  const found: { reason?: string; atMs?: number } = {}
  void backstop.overdue.then((reason) => Object.assign(found, { reason, atMs: clock.nowMs() }))
  return { backstop, found }
}

describe('a run that does not end', () => {
  it('is overdue one and a half seconds after its timeout', async () => {
    const clock = new VirtualClock()
    const { found } = start(clock, new AbortController().signal)
    await clock.advance(11_499)
    expect(found).toEqual({})
    await clock.advance(1000)
    expect(found).toEqual({ reason: 'timed-out', atMs: 11_500 })
  })

  it('is overdue one and a half seconds after a cancel, even if the timeout comes meanwhile', async () => {
    const clock = new VirtualClock()
    const cancel = new AbortController()
    const { found } = start(clock, cancel.signal)
    clock.after(9000, () => cancel.abort('cancelled'))
    await clock.advance(60_000)
    expect(found).toEqual({ reason: 'cancelled', atMs: 10_500 })
  })

  it('is not overdue later because a cancel follows its timeout', async () => {
    const clock = new VirtualClock()
    const cancel = new AbortController()
    const { found } = start(clock, cancel.signal)
    clock.after(11_000, () => cancel.abort('cancelled'))
    await clock.advance(60_000)
    expect(found).toEqual({ reason: 'timed-out', atMs: 11_500 })
  })

  it('is overdue one and a half seconds after its start if it was cancelled before', async () => {
    const clock = new VirtualClock()
    const { found } = start(clock, AbortSignal.abort())
    await clock.advance(60_000)
    expect(found).toEqual({ reason: 'cancelled', atMs: 1500 })
  })
})

it.each([0, 9_999, 11_499])('a run that ended after %d ms is never overdue', async (endedAtMs) => {
  const clock = new VirtualClock()
  const cancel = new AbortController()
  const { backstop, found } = start(clock, cancel.signal)
  await clock.advance(endedAtMs)
  backstop.release()
  cancel.abort()
  await clock.advance(60_000)
  expect(found).toEqual({})
})
