import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { preloading, runAction, type RunOptions } from '../../process/run-action.js'
import type { DiskPlan, Runner, RunPlace, RunPlan, RunResult } from './run-types.js'

const here = path.dirname(fileURLToPath(import.meta.url))
const urlOf = (name: string): string => JSON.stringify(pathToFileURL(path.join(here, name)).href)

// Real kills come later than a run of nothing would end.
const MAX_MINUTES = 20

/** Runs the built action as a process of its own, on a clock so many times as fast as the machine's. */
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
      killAfterMs: MAX_MINUTES * 60_000,
      ...(end && {
        interrupt: { signal: end.kind === 'kill' ? 'SIGKILL' : 'SIGTERM', when: 200 + end.afterMs / this.speed },
      }),
    })
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
    return { nodeArguments: [...(diskFaults.nodeArguments ?? []), ...clock] }
  }
}

/** Options of Node.js for a process with a clock so many times as fast, and so far ahead. */
export const preloadingFastClock = (speed: number, aheadMs = 0): readonly string[] =>
  preloading(`
    import { installFastClock } from ${urlOf('fast-clock.ts')}
    installFastClock(${JSON.stringify({ speed, aheadMs })})`).nodeArguments ?? []
