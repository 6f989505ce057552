import path from 'node:path'
import { excerpt, InputError, type InputReader } from '../runner/inputs.js'

/**
 * Reads the directory for the files. A relative path is resolved against the workspace.
 * @returns an absolute path; the workspace itself when the input is empty
 * @throws InputError
 */
export function readDirectory(read: InputReader, workspace: string): string {
  const value = read('directory').trim()
  if (value.includes('\0')) {
    throw new InputError('Input `directory` holds a NUL character, which no path has. Write the path of a folder.')
  }
  return path.resolve(workspace, value)
}

/** Reads a number of bytes; undefined when the input is empty. @throws InputError, which ends with `cure` */
export function bytesInput(read: InputReader, name: string, cure: string): number | undefined {
  const value = read(name).trim()
  if (value === '') return undefined
  const bytes = /^\d+$/.test(value) ? Number(value) : NaN
  if (!Number.isSafeInteger(bytes)) {
    throw new InputError(`Input \`${name}\` is ${excerpt(value)}, which is not a number of bytes. ${cure}`)
  }
  return bytes
}
