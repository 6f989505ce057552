import type { Emulator } from '../../emulator/index.js'
import type { Inputs } from '../../process/run-action.js'
import type { DiskPlan } from './disk-hooks.js'

/** How a run is to go, and what is to become of it. */
export interface RunPlan {
  readonly inputs: Inputs
  readonly disk: DiskPlan
  /** When it is killed or cancelled, in milliseconds of its own clock. */
  readonly end?: { readonly kind: 'kill' | 'cancel'; readonly afterMs: number } | undefined
}

/** What a workflow sees of a run, and what its disk did. */
export interface RunResult {
  readonly isKilled: boolean
  /** Undefined for a killed run. */
  readonly exitCode: number | undefined
  readonly outputs: Readonly<Record<string, string>>
  readonly errors: readonly string[]
  /** True if the disk may have refused something. */
  readonly isDiskFaulty: boolean
}

/** Runs the export action somewhere. */
export interface Runner {
  run(plan: RunPlan): Promise<RunResult>
  /** The time of the runs, in milliseconds since 1970. */
  wallMs(): number
  /** Has the next run begin so much later. */
  skip(durationMs: number): void
}

/** Where runs take place. */
export interface RunPlace {
  readonly emulator: Emulator
  readonly workspace: string
  readonly seed: number
}

export type { DiskPlan } from './disk-hooks.js'
