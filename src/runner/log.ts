import * as core from '@actions/core'
import { logLine } from './safe-text.js'

/** Where an action tells what it does. Every line is made safe here, so that callers may pass text from outside. */
export interface Log {
  info(line: string): void
  warning(line: string): void
  debug(line: string): void
}

export const actionsLog: Log = {
  info: (line) => core.info(logLine(line)),
  warning: (line) => core.warning(logLine(line)),
  debug: (line) => core.debug(logLine(line)),
}
