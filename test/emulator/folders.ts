import type { EmulatedDocument } from './documents.js'
import { randomToken, type Random } from './random.js'

/** A shortcut in a folder; its times are not those of its target. */
export interface Shortcut {
  readonly token: string
  name: string
  readonly targetToken: string
  readonly targetType: string
  createTime: string
  editTime: string
}

/** What a folder contains. */
export type Entry =
  | { kind: 'document'; document: EmulatedDocument }
  | { kind: 'folder'; folder: Folder }
  | { kind: 'shortcut'; shortcut: Shortcut }

/** A folder. */
export interface Folder {
  readonly token: string
  name: string
  /** '' for a folder at the top. */
  parentToken: string
  noPermission: boolean
  deleted: boolean
  createTime: string
  editTime: string
  entries: Entry[]
}

export type FolderOptions = Partial<Omit<Folder, 'entries' | 'parentToken'>> & { parent?: string }

export interface ShortcutOptions {
  /** The token of the folder that contains the shortcut. */
  folder: string
  target: EmulatedDocument | Folder
  token?: string
  name?: string
  editTime?: string
}

/** Times are seconds since 1970, as text; each new folder is a second later than the one before. */
const FIRST_TIME_SECONDS = 1_731_000_000

/** The folders of the drive. */
export class Folders {
  private readonly all = new Map<string, Folder>()

  constructor(private readonly random: Random) {}

  /** Adds a folder, at the top or in another one. */
  add(options: FolderOptions = {}): Folder {
    const { parent, ...rest } = options
    const time = String(FIRST_TIME_SECONDS + this.all.size)
    const token = rest.token ?? randomToken(this.random)
    const folder: Folder = {
      name: `Folder ${this.all.size + 1}`,
      parentToken: parent ?? '',
      noPermission: false,
      deleted: false,
      createTime: time,
      editTime: time,
      ...rest,
      token,
      entries: [],
    }
    if (parent !== undefined) this.get(parent).entries.push({ kind: 'folder', folder })
    this.all.set(token, folder)
    return folder
  }

  /** Puts a document or an uploaded file into a folder. */
  put(folderToken: string, document: EmulatedDocument): void {
    this.get(folderToken).entries.push({ kind: 'document', document })
  }

  /** Puts a shortcut into a folder; its target is a document, an uploaded file or a folder. */
  addShortcut(options: ShortcutOptions): Shortcut {
    const { target } = options
    const shortcut: Shortcut = {
      token: options.token ?? randomToken(this.random),
      name: options.name ?? ('title' in target ? target.title : target.name),
      targetToken: target.token,
      targetType: 'type' in target ? target.type : 'folder',
      createTime: String(FIRST_TIME_SECONDS),
      editTime: options.editTime ?? String(FIRST_TIME_SECONDS),
    }
    this.get(options.folder).entries.push({ kind: 'shortcut', shortcut })
    return shortcut
  }

  /** Takes an entry out of a folder. */
  remove(folderToken: string, entryToken: string): void {
    const folder = this.get(folderToken)
    folder.entries = folder.entries.filter((entry) => tokenOf(entry) !== entryToken)
  }

  /** The folder of a token, if there is one. */
  find(token: string): Folder | undefined {
    return this.all.get(token)
  }

  /** The folder of a token that must exist. */
  get(token: string): Folder {
    const folder = this.all.get(token)
    if (folder === undefined) throw new Error(`The emulator has no folder ${token}.`)
    return folder
  }
}

/** The token under which an entry is listed. */
export function tokenOf(entry: Entry): string {
  if (entry.kind === 'document') return entry.document.token
  return entry.kind === 'folder' ? entry.folder.token : entry.shortcut.token
}
