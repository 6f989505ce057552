import type { DiskPlan, RunPlan } from './run-types.js'
import { inputsOf } from './settings.js'
import { sourcesOf, type World } from './world.js'

/** A run of the campaign: its inputs, and what happens to it. */
export interface Step {
  readonly name: string
  readonly deleteStale: boolean
  readonly includeFiles: boolean
  readonly force?: boolean
  readonly failFast?: boolean
  readonly disk?: DiskPlan
  readonly end?: RunPlan['end']
  /** Whether some answers of the service are passing faults. */
  readonly hasFaults?: boolean
  readonly isDryRun?: boolean
  /** Whether a document is moved while the run lists. */
  readonly movesDocument?: boolean
}

/** The inputs of a run in the present state of its world. */
export function inputsOfStep(
  { deleteStale, includeFiles, force = false, failFast = false, isDryRun = false }: Step,
  world: World,
): RunPlan['inputs'] {
  return {
    'access-token': world.emulator.accessToken,
    'base-url': world.emulator.url,
    // More than a run needs. A run that reaches it breaks the rule `ends`.
    'timeout-seconds': 36_000,
    sources: sourcesOf(world),
    directory: 'out',
    ...inputsOf(world.settings),
    'include-files': includeFiles,
    'delete-stale': deleteStale,
    force,
    'fail-fast': failFast,
    'dry-run': isDryRun,
  }
}
