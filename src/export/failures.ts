import type { Failure } from '../feishu/errors/failure.js'
import { quoted } from '../text.js'

/** The failure to write to a path that still holds the file of another document, which may be its only copy. */
export const ofAnotherDocument = (path: string): Failure => ({
  class: 'permanent',
  origin: 'disk',
  what: `Could not write ${quoted(path, 1000)}: it is the file of another document, which could not be moved`,
  advice: 'Solve the failure of that document first; the next run then moves both.',
})
