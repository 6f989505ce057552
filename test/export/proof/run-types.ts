import type { Emulator } from '../../emulator/index.js'
import type { Inputs } from '../../process/run-action.js'
import type { DiskPlan } from './disk-hooks.js'

/** The inputs of a run, the faults of its disk, and when it is killed or cancelled. */
export interface RunPlan {
  readonly inputs: Inputs
  readonly disk: DiskPlan
  /** When it is killed or cancelled, in milliseconds of its own clock. */
  readonly end?: { readonly kind: 'kill' | 'cancel'; readonly afterMs: number } | undefined
}

/** What a workflow sees of a run, and whether its disk was faulty. */
export interface RunResult {
  readonly isKilled: boolean
  /** Undefined for a killed run. */
  readonly exitCode: number | undefined
  readonly outputs: Readonly<Record<string, string>>
  readonly errors: readonly string[]
  /** Whether the disk refused a call, or may have done so. */
  readonly isDiskFaulty: boolean
}

/** Runs the export action somewhere. */
export interface Runner {
  run(plan: RunPlan): Promise<RunResult>
  /** When the next run begins, in milliseconds since 1970. */
  wallMs(): number
  /** Makes the next run begin later. */
  skip(durationMs: number): void
}

/** Where runs take place. */
export interface RunPlace {
  readonly emulator: Emulator
  readonly workspace: string
  readonly seed: number
}

export type { DiskPlan } from './disk-hooks.js'
