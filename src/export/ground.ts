import type { Session } from '../feishu/client/connect.js'
import type { ActionTools } from '../runner/action.js'
import type { ExportInputs } from './inputs.js'
import type { Tellings } from './report/tellings.js'
import type { RunStop } from './stop.js'

/** What every part of a run stands on. */
export interface Ground {
  readonly inputs: ExportInputs
  readonly tools: ActionTools
  readonly stop: RunStop
  readonly session: Session
  readonly tellings: Tellings
}
