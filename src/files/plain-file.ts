import { readFile, realpath, stat } from 'node:fs/promises'
import path from 'node:path'

/**
 * Reads a plain file below a folder. Does not open a pipe, which may never end. Does not follow a link to a file outside
 * the folder: an error message could quote that file.
 * @param file absolute, below the root
 * @throws as `readFile` of Node.js; with the code ENXIO for a pipe, device or socket, ELOOP for a link that leads outside
 */
export async function readPlainFile(root: string, file: string): Promise<Uint8Array> {
  const real = await realpath(file)
  const relative = path.relative(await realpath(root), real)
  const isOutside = /^\.\.([/\\]|$)/.test(relative) || path.isAbsolute(relative)
  if (isOutside) throw errorWithCode('ELOOP', 'a link that leads out')
  const found = await stat(real)
  // `readFile` itself throws for a folder, with the code EISDIR.
  if (!found.isFile() && !found.isDirectory()) throw errorWithCode('ENXIO', 'no plain file')
  return readFile(real)
}

const errorWithCode = (code: string, message: string): Error => Object.assign(new Error(message), { code })
