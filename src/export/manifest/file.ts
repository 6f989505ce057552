import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { DiskFault, diskFault } from '../../files/disk-fault.js'
import { saveFile } from '../../files/save.js'
import type { Clock } from '../../polling/clock.js'
import { quoted } from '../../text.js'
import { checkParentInside, ensureParentInside, inspectInside } from '../../files/inside.js'
import type { Manifest } from './format.js'
import { parseManifest } from './parse.js'

/**
 * Reads the manifest of earlier runs; a missing one counts as empty.
 * @param root the directory of the export, absolute
 * @param relative the path of the manifest in the directory, with `/`
 * @throws ManifestError when the content is not a manifest, or one of a newer version. DiskFault when the file cannot be
 * read, is not a plain file, or is outside the directory because of a link
 */
export async function readManifest(root: string, relative: string): Promise<Manifest> {
  const absolute = path.join(root, ...relative.split('/'))
  await checkParentInside(root, relative)
  const found = await inspectInside(root)(relative)
  if (!found) return { files: [], folders: [], journal: [] }
  if (found.kind === 'other') {
    const what = `Cannot read the manifest ${quoted(absolute, 1000)}: it is not a plain file inside \`directory\``
    throw new DiskFault(what, 'Move it away, or choose another `manifest`.', 'ELOOP')
  }
  try {
    return parseManifest(await readFile(absolute, 'utf8'), absolute)
  } catch (error) {
    // A ManifestError has no code, an error of the disk has one.
    if ((error as NodeJS.ErrnoException).code === undefined) throw error
    throw diskFault('read the manifest', absolute, error)
  }
}

/** True when the file has this content; false also if it cannot be read. Compares the size first, which needs less time. */
async function hasContent(absolute: string, pieces: readonly string[]): Promise<boolean> {
  try {
    const { size } = await stat(absolute)
    const expectedSize = pieces.reduce((sum, piece) => sum + Buffer.byteLength(piece), 0)
    return size === expectedSize && (await readFile(absolute, 'utf8')) === pieces.join('')
  } catch {
    return false
  }
}

const CHUNK_BYTES = 64 * 1024

/**
 * Encodes the pieces of a text in chunks of bytes. A large manifest is written often, and should not need new memory each
 * time. So the chunks share one small buffer, and a chunk is valid only until the next one is requested. Only a piece that
 * is larger than the buffer gets memory of its own.
 */
function* encode(pieces: readonly string[]): Generator<Uint8Array> {
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES)
  let used = 0
  for (const piece of pieces) {
    const bytes = Buffer.byteLength(piece)
    if (used + bytes > CHUNK_BYTES) {
      yield chunk.subarray(0, used)
      used = 0
    }
    if (bytes > CHUNK_BYTES) yield Buffer.from(piece)
    else used += chunk.write(piece, used)
  }
  yield chunk.subarray(0, used)
}

/**
 * Writes a manifest to the disk atomically; writes nothing if the file already has the same content.
 * @param root the directory of the export, absolute
 * @param relative the path of the manifest in the directory, with `/`
 * @param pieces the text, in parts (see formatManifest)
 * @throws DiskFault
 */
export async function writeManifest(
  clock: Clock,
  root: string,
  relative: string,
  pieces: readonly string[],
): Promise<void> {
  const target = path.join(root, ...relative.split('/'))
  if (await hasContent(target, pieces)) return
  await ensureParentInside(clock, root, relative)
  await saveFile({ clock, target, body: encode(pieces), overwrite: true })
}
