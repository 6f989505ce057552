import type { Session } from '../feishu/client/connect.js'
import type { ActionTools } from '../runner/action.js'
import type { ExportInputs } from './inputs.js'
import type { RunReport } from './report/run-report.js'
import type { RunStop } from './stop.js'

/** What every phase of a run needs. */
export interface RunContext {
  readonly inputs: ExportInputs
  readonly tools: ActionTools
  readonly stop: RunStop
  readonly session: Session
  readonly report: RunReport
}
