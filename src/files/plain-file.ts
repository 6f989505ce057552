import { readFile, realpath, stat } from 'node:fs/promises'
import path from 'node:path'

/**
 * Reads a plain file below a folder, whole. A pipe, which may never end, is not opened, nor is what a link outside
 * leads to: its words would end up in an error message.
 * @throws as Node's `readFile` does; with the code ENXIO for what is no plain file, ELOOP for a link that leads out
 */
export async function readPlainFile(root: string, file: string): Promise<Uint8Array> {
  const real = await realpath(file)
  const inside = path.relative(await realpath(root), real)
  if (/^\.\.([/\\]|$)/.test(inside) || path.isAbsolute(inside)) throw refused('ELOOP', 'a link that leads out')
  const found = await stat(real)
  if (!found.isFile() && !found.isDirectory()) throw refused('ENXIO', 'no plain file')
  return readFile(real)
}

const refused = (code: string, message: string): Error => Object.assign(new Error(message), { code })
