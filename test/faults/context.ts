import type { RunContext } from './types.js'

/** A run of three seconds that ended at its timeout, without anything special. */
export const TIMED_OUT: RunContext = {
  startMs: 0,
  endMs: 3000,
  timeoutMs: 3000,
  cancelledAtMs: undefined,
  givenToken: 't-1',
  intervalMs: undefined,
  wallOffsetMs: 0,
  serviceUrl: 'http://127.0.0.1',
  maxFirstDelayMs: 0,
  connectMs: 0,
  blocked: undefined,
  secondLostAnswerEnds: false,
  isFileRefused: () => false,
}
