import { execFileSync } from 'node:child_process'
import { cpus, platform, release } from 'node:os'

/** Describes in one line the machine, the Node.js version and the day of a measurement. */
export function machineLine(): string {
  const processor = cpus()[0]?.model.trim() ?? 'unknown processor'
  const day = new Date().toISOString().slice(0, 10)
  return `${cpus().length} × ${processor}, ${platform()} ${release()}, Node ${process.version}, ${day}`
}

/** Returns the first line that a program prints about its version; undefined when it fails or is not installed. */
export function readVersion(program: string): string | undefined {
  try {
    return execFileSync(program, ['--version'], { encoding: 'utf8' }).split('\n')[0]?.trim()
  } catch {
    return undefined
  }
}

/** The value in the middle, or the larger one of the two in the middle. @returns NaN when there are no values */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? NaN
}
