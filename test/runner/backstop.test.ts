import { describe, expect, it } from '@jest/globals'
import { startBackstop } from '../../src/runner/backstop.js'
import { VirtualClock } from '../polling/virtual-clock.js'

/** Starts a backstop for a timeout of 10 s; returns when it found the run overdue, and why. */
function start(clock: VirtualClock, cancel: AbortSignal) {
  const backstop = startBackstop(clock, 10_000, cancel)
  const found: { reason?: string; atMs?: number } = {}
  void backstop.overdue.then((reason) => Object.assign(found, { reason, atMs: clock.nowMs() }))
  return { backstop, found }
}

describe('a run that goes on', () => {
  it('after its time is overdue a second and a half later', async () => {
    const clock = new VirtualClock()
    const { found } = start(clock, new AbortController().signal)
    await clock.advance(11_499)
    expect(found).toEqual({})
    await clock.advance(1000)
    expect(found).toEqual({ reason: 'timed-out', atMs: 11_500 })
  })

  it('after a cancel is overdue a second and a half later, whatever the timeout says meanwhile', async () => {
    const clock = new VirtualClock()
    const cancel = new AbortController()
    const { found } = start(clock, cancel.signal)
    clock.after(9000, () => cancel.abort('cancelled'))
    await clock.advance(60_000)
    expect(found).toEqual({ reason: 'cancelled', atMs: 10_500 })
  })

  it('after a cancel that comes after the time is overdue no later for it', async () => {
    const clock = new VirtualClock()
    const cancel = new AbortController()
    const { found } = start(clock, cancel.signal)
    clock.after(11_000, () => cancel.abort('cancelled'))
    await clock.advance(60_000)
    expect(found).toEqual({ reason: 'timed-out', atMs: 11_500 })
  })

  it('and was cancelled before it began is overdue, too', async () => {
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
