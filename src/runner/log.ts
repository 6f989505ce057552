import * as core from '@actions/core'
import { logLine } from './safe-text.js'

/** The log of an action. It makes every line safe, so that callers may pass text from outside. */
export interface Log {
  info(line: string): void
  warning(line: string): void
  debug(line: string): void
  /** Starts a group of lines that GitHub folds; it ends at the next group, or with `endGroup`. */
  group(title: string): void
  endGroup(): void
}

/**
 * Makes the log of a step.
 * @param hide replaces secrets in a text
 */
export const actionsLog = (hide: (text: string) => string): Log => ({
  info: (line) => core.info(logLine(hide(line))),
  warning: (line) => core.warning(logLine(hide(line))),
  debug: (line) => core.debug(logLine(hide(line))),
  group: (title) => core.startGroup(logLine(hide(title))),
  endGroup: () => core.endGroup(),
})
