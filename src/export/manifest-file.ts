import { randomBytes } from 'node:crypto'
import { mkdir, open, readFile, rename, stat, unlink, type FileHandle } from 'node:fs/promises'
import path from 'node:path'
import { diskFault } from '../files/disk-fault.js'
import { Manifest, parseManifest } from './manifest.js'

/**
 * Reads the manifest of earlier runs; one that is not there is empty.
 * @throws ManifestError when it cannot be understood, DiskFault when the disk refuses
 */
export async function readManifest(absolutePath: string): Promise<Manifest> {
  let text: string
  try {
    text = await readFile(absolutePath, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Manifest()
    throw diskFault('read the manifest', absolutePath, error)
  }
  return parseManifest(text, absolutePath)
}

/** Looks at the size first: a manifest of thousands of files is written often, and seldom is what it was. */
async function holds(absolutePath: string, pieces: readonly string[]): Promise<boolean> {
  try {
    const { size } = await stat(absolutePath)
    const wanted = pieces.reduce((sum, piece) => sum + Buffer.byteLength(piece), 0)
    return size === wanted && (await readFile(absolutePath, 'utf8')) === pieces.join('')
  } catch {
    return false
  }
}

const CHUNK_BYTES = 64 * 1024

/** Writes piece by piece through one small buffer: the whole text at once, every few seconds, would cost memory. */
async function writePieces(handle: FileHandle, pieces: readonly string[]): Promise<void> {
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES)
  let used = 0
  const drain = async (): Promise<void> => {
    await handle.writeFile(chunk.subarray(0, used))
    used = 0
  }
  for (const piece of pieces) {
    const bytes = Buffer.byteLength(piece)
    if (used + bytes > CHUNK_BYTES) await drain()
    if (bytes > CHUNK_BYTES) await handle.writeFile(piece)
    else used += chunk.write(piece, used)
  }
  await drain()
}

/**
 * Brings a manifest to the disk, whole or not at all; not a byte is written when it is there already.
 * @returns whether anything was written
 * @throws DiskFault
 */
export async function writeManifest(absolutePath: string, pieces: readonly string[]): Promise<boolean> {
  if (await holds(absolutePath, pieces)) return false
  const directory = path.dirname(absolutePath)
  // The pattern of saveFile, by which left-overs of killed runs are known.
  const temporary = path.join(directory, `.feishu-export-${randomBytes(12).toString('hex')}.part`)
  try {
    await mkdir(directory, { recursive: true })
    const handle = await open(temporary, 'wx')
    try {
      await writePieces(handle, pieces)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, absolutePath)
  } catch (error) {
    await unlink(temporary).catch(() => undefined)
    throw diskFault('write the manifest', absolutePath, error)
  }
  return true
}
