/** Something that a test needs and that not every platform has. */
export interface Requirement {
  readonly isMet: boolean
  /** Why it is not met. */
  readonly reason: string
}

const isWindows = process.platform === 'win32'

export const POSIX_SIGNALS: Requirement = {
  isMet: !isWindows,
  reason: 'Windows ends a process at once instead of delivering a signal to it',
}

export const POSIX_SHELL: Requirement = { isMet: !isWindows, reason: 'Windows has no /bin/sh' }

export const NAMED_PIPES: Requirement = { isMet: !isWindows, reason: 'Windows has no named pipes in its file system' }

export const LETTER_CASE: Requirement = {
  isMet: process.platform === 'linux',
  reason: 'on the disks of macOS and Windows, two names cannot differ only in letter case',
}
