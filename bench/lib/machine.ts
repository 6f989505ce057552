import { execFileSync } from 'node:child_process'
import { cpus, platform, release } from 'node:os'

/** Describes in one line the machine and the day of a measurement. */
export function machineLine(): string {
  const processor = cpus()[0]?.model.trim() ?? 'unknown processor'
  const day = new Date().toISOString().slice(0, 10)
  return `${cpus().length} × ${processor}, ${platform()} ${release()}, Node ${process.version}, ${day}`
}

/** Returns the first line that a program prints about its version; undefined when it is not installed. */
export function readVersion(program: string): string | undefined {
  try {
    return execFileSync(program, ['--version'], { encoding: 'utf8' }).split('\n')[0]?.trim()
  } catch {
    return undefined
  }
}

/** The quantile: this share of the values is smaller than the result. */
function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN
}

export const median = (values: readonly number[]): number => quantile(values, 0.5)
