import { createHash } from 'node:crypto'
import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** The name of the manifest in the directory of the export. */
const MANIFEST = '.feishu-export.json'

/** A file as the manifest records it, read without the code of the action. */
export interface RecordedFile {
  readonly path: string
  readonly token: string
  readonly type: string
  readonly fileExtension: string
  readonly subId?: string
  readonly asset?: string
  readonly variant?: string
  readonly editTime?: string
  readonly revision?: string
  readonly fresh?: boolean
  readonly reservedPath?: string
  readonly fileSize: number
  readonly sha256: string
}

/** An entry of the journal: the records of the file at the path before the change, and after it. Undefined: no file. */
export interface PendingFile {
  readonly path: string
  readonly before?: RecordedFile
  readonly after?: RecordedFile
}

/** The version of a document that a Markdown file holds, and the relative paths of the assets that it links to. */
export interface MarkdownContent {
  readonly token: string
  readonly number: number
  readonly assetLinks: readonly string[]
}

/** A file as it is on the disk. */
export interface FoundFile {
  readonly size: number
  readonly sha256: string
  /** What a complete Markdown file says; undefined for any other file. */
  readonly markdown: MarkdownContent | undefined
  /** Changes each time the file is written again. */
  readonly stamp: string
}

/** The content of the export's directory. Paths are relative to it, with `/`. */
export interface DiskState {
  /** Without the manifest. */
  readonly files: ReadonlyMap<string, FoundFile>
  readonly recorded: readonly RecordedFile[]
  /** What the manifest says is about to change. */
  readonly pending: readonly PendingFile[]
  /** For each file and folder, also the manifest: a text that changes when it is touched. */
  readonly stamps: string
}

/** Reads everything in a directory, and its manifest. */
export function readDiskState(directory: string): DiskState {
  const files = new Map<string, FoundFile>()
  const stamps: string[] = []
  const read = (folder: string): void => {
    for (const entry of readdirSync(path.join(directory, folder), { withFileTypes: true })) {
      const name = folder === '' ? entry.name : `${folder}/${entry.name}`
      const { ino, mtimeNs, size } = lstatSync(path.join(directory, name), { bigint: true })
      const stamp = `${ino} ${mtimeNs}`
      stamps.push(`${name} ${stamp}`)
      if (entry.isDirectory()) read(name)
      else {
        const bytes = readFileSync(path.join(directory, name))
        files.set(name, { size: Number(size), sha256: sha256Of(bytes), markdown: readMarkdown(bytes), stamp })
      }
    }
  }
  read('')
  const manifest = files.has(MANIFEST)
    ? (JSON.parse(readFileSync(path.join(directory, MANIFEST), 'utf8')) as {
        files: RecordedFile[]
        journal?: PendingFile[]
      })
    : { files: [] }
  files.delete(MANIFEST)
  return { files, recorded: manifest.files, pending: manifest.journal ?? [], stamps: stamps.sort().join('\n') }
}

/**
 * Reads a complete Markdown file. The first line below its title and the last line name its version.
 * @returns undefined for any other file
 */
function readMarkdown(bytes: Buffer): MarkdownContent | undefined {
  if (!bytes.includes('begin ')) return undefined
  const text = bytes.toString('utf8')
  const [, token = '', number = ''] = /\bbegin (\w+) (\d+)\n[^]*\bend \1 \2\n$/.exec(text) ?? []
  const assetLinks = [...text.matchAll(/\]\(([^()\s]+\.assets\/[^()\s]+)\)/g)].map(([, link = '']) =>
    decodeURIComponent(link.replace(BACKSLASH_ESCAPE, '$1')),
  )
  return token === '' ? undefined : { token, number: Number(number), assetLinks }
}

/** In Markdown, a backslash before a punctuation mark is not part of an address. */
const BACKSLASH_ESCAPE = /\\([!-/:-@[-`{-~])/g

/** The files of earlier runs, including those that only the journal of a killed run records. */
export function findRecords({ files, recorded, pending }: DiskState): readonly RecordedFile[] {
  const found = pending.flatMap(({ path, before, after }) => {
    // The kill came before or after the change: the bytes at the path show which. Without a file, there is no record.
    const record = [after, before].find((one) => one?.sha256 === files.get(path)?.sha256)
    return record ? { ...record, path } : []
  })
  return [...recorded, ...found]
}

export const sha256Of = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex')

/** True for the name that a file has until it is complete. */
export const isPartial = (file: string): boolean => /(^|\/)\.feishu-export-[0-9a-f]{24}\.part$/.test(file)

/** True for the name of a parked file: its name while other files are moved. */
export const isParked = (file: string): boolean => /(^|\/)\.feishu-export-[0-9a-f]{24}\.old$/.test(file)
