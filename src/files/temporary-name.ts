import { randomBytes } from 'node:crypto'

const TEMPORARY_NAME = /^\.feishu-export-[0-9a-f]{24}\.part$/i

/**
 * Makes the name of an incomplete file. The name is random, so that nobody can guess it. By its form, the next run
 * recognises the files that a killed run left.
 */
export const temporaryName = (): string => `.feishu-export-${randomBytes(12).toString('hex')}.part`

/** True for a name that `temporaryName` makes, in any letter case: some disks change the case. */
export const isTemporaryName = (name: string): boolean => TEMPORARY_NAME.test(name)
