import { readFileSync } from 'node:fs'
import { preloading, type RunOptions } from './run-action.js'

/** What a process used in its whole life. */
export interface ProcessUsage {
  readonly cpuSeconds: number
  /** The most memory that the process ever held. */
  readonly peakBytes: number
}

/**
 * Makes a Node.js process write its usage when it exits. {@link readUsage} reads it.
 *
 * On Linux, the memory is `VmHWM`, since the `maxRSS` of a child process is at least the memory of its parent.
 * Source: "proc_pid_status(5)", https://man7.org/linux/man-pages/man5/proc_pid_status.5.html
 */
export const writingUsage = (file: string): Required<Pick<RunOptions, 'nodeArguments'>> =>
  preloading(`
    import { readFileSync, writeFileSync } from 'node:fs'
    const readPeakKilobytes = (usage) =>
      process.platform === 'linux'
        ? Number(/VmHWM:\\s*(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1])
        : usage.maxRSS
    process.on('exit', () => {
      const usage = process.resourceUsage()
      const cpuSeconds = (usage.userCPUTime + usage.systemCPUTime) / 1e6
      writeFileSync(${JSON.stringify(file)}, JSON.stringify({ cpuSeconds, peakBytes: readPeakKilobytes(usage) * 1024 }))
    })
  `)

export const readUsage = (file: string): ProcessUsage => JSON.parse(readFileSync(file, 'utf8')) as ProcessUsage
