import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import path from 'node:path'
import { diskFacts } from '../disk.js'
import type { Manifest } from './manifest.js'

/**
 * Puts on record what stands where a killed run was about to write: it may be the only copy of its document. Whether it
 * is the old file or the new one is not known, so it has no time, and the document is exported again.
 * @param root the directory of the export, absolute
 */
export async function adoptUnfinished(manifest: Manifest, root: string): Promise<void> {
  const look = diskFacts(root)
  for (const claim of manifest.writing) {
    try {
      if (look(claim.path)?.kind !== 'file') continue
      const file = path.join(root, ...claim.path.split('/'))
      const { mtime } = await stat(file)
      const hash = createHash('sha256')
      let fileSize = 0
      for await (const chunk of createReadStream(file) as AsyncIterable<Uint8Array>) {
        hash.update(chunk)
        fileSize += chunk.length
      }
      const exportedAt = `${mtime.toISOString().slice(0, 19)}Z`
      manifest.record({ ...claim, editTime: undefined, fileSize, sha256: hash.digest('hex'), exportedAt })
    } catch {
      // What cannot be read stays as it is: what is to be written there will tell.
    }
  }
}
