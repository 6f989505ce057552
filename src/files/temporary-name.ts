import { randomBytes } from 'node:crypto'

const TEMPORARY_NAME = /^\.feishu-export-[0-9a-f]{24}\.part$/i

/** A name for a file that is not whole yet: nobody can guess it, and a later run recognises what a killed one left. */
export const temporaryName = (): string => `.feishu-export-${randomBytes(12).toString('hex')}.part`

/** True for a name that `temporaryName` makes, in any case: some disks change it. */
export const isTemporaryName = (name: string): boolean => TEMPORARY_NAME.test(name)
