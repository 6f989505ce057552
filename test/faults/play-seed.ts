import { playFaults } from './play.js'
import { playInputs } from './play-inputs.js'
import { playRaw } from './play-raw.js'
import type { Kind, Report } from './types.js'

/** Plays the run of a kind and a seed. */
export function playSeed(kind: Kind, seed: number): Promise<Report> {
  switch (kind) {
    case 'wait':
    case 'create':
    case 'download':
      return playFaults(kind, seed)
    case 'raw':
      return playRaw(seed)
    case 'inputs':
      return playInputs(seed)
  }
}
