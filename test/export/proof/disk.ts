import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** The name of the manifest in the directory of the export. */
export const MANIFEST = '.feishu-export.json'

/** A file of which the manifest says that it is being written. */
export interface Claimed {
  readonly path: string
  readonly token: string
  readonly type: string
  readonly fileExtension: string
  readonly subId?: string
}

/** A file of the manifest as any reader sees it. */
export interface Recorded extends Claimed {
  readonly title: string
  readonly editTime?: string
  readonly fileSize: number
  readonly sha256: string
  readonly exportedAt: string
}

/** A directory as it stands. */
export interface Disk {
  readonly files: ReadonlyMap<string, { readonly size: number; readonly sha256: string }>
  readonly others: readonly string[]
  readonly emptyFolders: readonly string[]
  readonly recorded: readonly Recorded[]
  readonly writing: readonly Claimed[]
}

/** Reads a directory whole, its manifest too. */
export function readDisk(directory: string): Disk {
  const files = new Map<string, { size: number; sha256: string }>()
  const others: string[] = []
  const emptyFolders: string[] = []
  const look = (at: string): void => {
    const entries = readdirSync(path.join(directory, at), { withFileTypes: true })
    if (entries.length === 0 && at !== '') emptyFolders.push(at)
    for (const entry of entries) {
      const name = at === '' ? entry.name : `${at}/${entry.name}`
      if (entry.isDirectory()) look(name)
      else if (entry.isFile()) {
        const bytes = readFileSync(path.join(directory, name))
        files.set(name, { size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') })
      } else others.push(name)
    }
  }
  look('')
  const manifest = files.has(MANIFEST)
    ? (JSON.parse(readFileSync(path.join(directory, MANIFEST), 'utf8')) as {
        files: Recorded[]
        writing?: Claimed[]
      })
    : { files: [] }
  files.delete(MANIFEST)
  return { files, others, emptyFolders, recorded: manifest.files, writing: manifest.writing ?? [] }
}

/** True for the name that a file has before it is whole. */
export const isTemporary = (file: string): boolean => /(^|\/)\.feishu-export-[0-9a-f]{24}\.part$/.test(file)

// eslint-disable-next-line no-control-regex
const REFUSED = /[\u0000-\u001f\u007f-\u009f<>:"\\|?*\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/
const RESERVED = /^(con|prn|aux|nul|conin\$|conout\$|clock\$|(com|lpt)[0-9¹²³])\s*(\.|$)/i

/** What is wrong with the names of files, on any of the three systems. */
export function badNames(paths: Iterable<string>): string[] {
  const faults: string[] = []
  const seen = new Map<string, string>()
  for (const file of paths) {
    if (Buffer.byteLength(file) > 800) faults.push(`${file}: too long`)
    let above = ''
    for (const segment of file.split('/')) {
      const isBad =
        REFUSED.test(segment) ||
        RESERVED.test(segment) ||
        /^\s|[\s.]$/.test(segment) ||
        segment === '' ||
        Buffer.byteLength(segment) > 255 ||
        /^(\.git|git~\d)/i.test(segment.replace(/[\u200b-\u200f]/g, ''))
      if (isBad) faults.push(`${JSON.stringify(file)}: the part ${JSON.stringify(segment)}`)
      above = above === '' ? segment : `${above}/${segment}`
      const folded = above.normalize('NFD').toUpperCase().toLowerCase().normalize('NFC')
      const other = seen.get(folded)
      if (other !== undefined && other !== above) faults.push(`${above} and ${other} are one name on some disks`)
      seen.set(folded, above)
    }
  }
  return faults
}
