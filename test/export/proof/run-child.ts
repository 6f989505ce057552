import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { preloading, runAction, type RunOptions } from '../../process/run-action.js'
import type { DiskPlan, Runner, RunPlace, RunPlan, RunResult } from './run-types.js'

const here = path.dirname(fileURLToPath(import.meta.url))
const urlOf = (name: string): string => JSON.stringify(pathToFileURL(path.join(here, name)).href)

// A run that takes longer hangs.
const MAX_RUN_MS = 20 * 60_000
// A kill or a cancellation comes so much later in real time, since the process has to start first.
const START_MS = 200

/** Runs the built action as a process of its own, on a clock that is `speed` times as fast as the machine's. */
export class ChildRunner implements Runner {
  private aheadMs = 0

  constructor(
    private readonly place: RunPlace,
    private readonly speed: number,
  ) {}

  wallMs(): number {
    return Date.now() + this.aheadMs
  }

  skip(durationMs: number): void {
    this.aheadMs += durationMs
  }

  async run({ inputs, disk, end }: RunPlan): Promise<RunResult> {
    const { workspace } = this.place
    const step = await runAction('export', inputs, {
      workspace,
      ...this.preload(disk),
      killAfterMs: MAX_RUN_MS,
      ...(end && {
        interrupt: { signal: end.kind === 'kill' ? 'SIGKILL' : 'SIGTERM', when: START_MS + end.afterMs / this.speed },
      }),
    })
    if (step.durationMs >= MAX_RUN_MS) throw new Error(`A run did not end within ${MAX_RUN_MS / 60_000} minutes`)
    return {
      // A cancellation that comes before the process listens for it kills it as well.
      isKilled: step.signal !== null,
      exitCode: step.exitCode ?? undefined,
      outputs: step.outputs,
      errors: step.errors,
      isDiskFaulty: disk.refusal !== undefined,
    }
  }

  /** Has Node.js load the faults of the disk and the fast clock before the action. */
  private preload(disk: DiskPlan): Pick<RunOptions, 'nodeArguments'> {
    const diskFaults = preloading(`
      import { installForProcess } from ${urlOf('disk-hooks.ts')}
      installForProcess(${JSON.stringify(disk)})`)
    const clock = preloadingFastClock(this.speed, this.aheadMs)
    return { nodeArguments: [...diskFaults.nodeArguments, ...clock] }
  }
}

/** Options of Node.js that give a process another clock (see `installFastClock`). */
export const preloadingFastClock = (speed: number, aheadMs = 0): readonly string[] =>
  preloading(`
    import { installFastClock } from ${urlOf('fast-clock.ts')}
    installFastClock(${JSON.stringify({ speed, aheadMs })})`).nodeArguments
