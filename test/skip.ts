import { describe, it } from '@jest/globals'
import type { Requirement } from './platform.js'

/** Like `describe`, but skipped if the requirement is not met; then the title says why. */
export function describeIf(requirement: Requirement, title: string, define: () => void): void {
  if (requirement.isMet) describe(title, define)
  else describe.skip(withReason(title, requirement), define)
}

/** Like `it`, but skipped if the requirement is not met; then the title says why. */
export function itIf(
  requirement: Requirement,
  title: string,
  run: () => void | Promise<void>,
  timeoutMs?: number,
): void {
  if (requirement.isMet) it(title, run, timeoutMs)
  else it.skip(withReason(title, requirement), run, timeoutMs)
}

const withReason = (title: string, { reason }: Requirement): string => `${title} (skipped: ${reason})`
