import * as core from '@actions/core'
import { logLine } from './safe-text.js'

/** Where an action logs what it does. Every line is made safe here, so that callers may pass text from outside. */
export interface Log {
  info(line: string): void
  warning(line: string): void
  debug(line: string): void
  /** Begins a group of lines that GitHub folds; it ends with the next one, or with `endGroup`. */
  group(title: string): void
  endGroup(): void
}

/**
 * The log of a step.
 * @param hide takes secrets out of a text
 */
export const actionsLog = (hide: (text: string) => string): Log => ({
  info: (line) => core.info(logLine(hide(line))),
  warning: (line) => core.warning(logLine(hide(line))),
  debug: (line) => core.debug(logLine(hide(line))),
  group: (title) => core.startGroup(logLine(hide(title))),
  endGroup: () => core.endGroup(),
})
