import type { EmulatedDocument, Emulator, Folder, Random, WikiNode } from '../../emulator/index.js'
import { DEFAULT_SETTINGS, type Settings } from './settings.js'
import { anyTables } from './tables.js'
import { anyTitle } from './titles.js'
import { noteVersion, type Version } from './versions.js'

type DocumentType = EmulatedDocument['type']

/** A line of `sources`. Several may have the same directory or path (`to`). `page` is a page with everything below it. */
export interface Line {
  readonly kind: 'space' | 'folder' | 'page' | 'document'
  readonly token: string
  to: string
  /** Only for a space, folder or page; undefined for any depth. */
  depth?: number | undefined
  /** Only for a document. */
  extension?: string
  /** Only for a document: the id of a sheet. Without it, a csv is every sheet or table. */
  readonly subId?: string
}

/** A document and the token of the folder in which it is. */
export interface FiledDocument {
  readonly document: EmulatedDocument
  folder: string
}

/** The generated documents and sources, in their present state, and what the judge knows about them. */
export interface World {
  readonly emulator: Emulator
  readonly random: Random
  readonly lines: Line[]
  settings: Settings
  readonly space: string
  nodes: WikiNode[]
  /** The folder that a line of `sources` names, then those below it. */
  folders: Folder[]
  /** The token of a folder that is in no source. */
  readonly outside: string
  filed: FiledDocument[]
  /** Documents that are edited though only a line of their own names them. */
  readonly singles: readonly EmulatedDocument[]
  /** Documents that may not be read any more: a listing silently leaves them out. */
  hidden: FiledDocument[]
  /** Every version that any document ever had, by the SHA-256 of its file. Without those of Markdown. */
  readonly versions: Map<string, Version>
  /** By output, the number of its newest version. */
  readonly newest: Map<string, number>
  /** The picture and the attachment in a document, by the token of the document. */
  readonly media: Map<string, { readonly picture: EmulatedDocument; readonly attachment: EmulatedDocument }>
  /** Files of the user in the directory: their SHA-256 by path. */
  readonly userFiles: Map<string, string>
}

// The part of a link that names the type, where it is not the type itself.
const LINK_PARTS: Readonly<Record<string, string>> = { doc: 'docs', sheet: 'sheets', bitable: 'base' }
/** Values of `job_status` with which exports end. */
export const JOB_STATUS = { success: 0, internalError: 3, noPermission: 110 } as const

const SHEET_ID = 't1'

/** The lines as a user writes them. */
export function sourcesOf({ lines, emulator }: Pick<World, 'lines' | 'emulator'>): string {
  return lines
    .map((line) => {
      const host = 'https://acme.feishu.cn'
      const depth = line.depth === undefined ? '' : ` depth=${line.depth}`
      if (line.kind === 'space') return `${host}/wiki/space/${line.token} to="${line.to}"${depth}`
      if (line.kind === 'page') return `${host}/wiki/${line.token} children=true to="${line.to}"${depth}`
      if (line.kind === 'folder') return `${host}/drive/folder/${line.token} to="${line.to}"${depth}`
      const { type } = emulator.store.documents.get(line.token)
      const query = line.subId === undefined ? '' : `?sheet=${line.subId}`
      return `${host}/${LINK_PARTS[type] ?? type}/${line.token}${query} as=${line.extension ?? ''} to="${line.to}"`
    })
    .join('\n')
}

export const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)] as T

const TYPES: readonly DocumentType[] = [
  'docx',
  'docx',
  'docx',
  'docx',
  'doc',
  'sheet',
  'bitable',
  'slides',
  'board',
  'file',
  'file',
]

const anyType = (random: Random): DocumentType => (random() < 0.02 ? 'mindnote' : pick(random, TYPES))

/** How exports of a new document end: nearly always with success. */
function anyJobStatus(random: Random): EmulatedDocument['jobStatus'] {
  const draw = random()
  // A list with one status: only the first export fails.
  if (draw < 0.01) return [JOB_STATUS.internalError]
  return draw < 0.02 ? JOB_STATUS.noPermission : JOB_STATUS.success
}

/** The fields of a new document: small, quick to export, of any type unless one is given. A few cannot be exported. */
function anyDocument(random: Random, type = anyType(random)): { type: DocumentType } & Partial<EmulatedDocument> {
  const jobStatus = anyJobStatus(random)
  const title = anyTitle(random)
  return {
    type,
    ...anyTables(random, type),
    title: type === 'file' && random() < 0.5 ? `${title}.${pick(random, ['png', 'PDF', 'tar.gz', '图'])}` : title,
    ...(type === 'board' && random() < 0.3 && { contentType: 'image/jpeg' }),
    durationMs: Math.floor(random() * 100),
    bytes: { size: 16 + Math.floor(random() * 3_000), seed: 0 },
    jobStatus,
  }
}

/** Adds a document to a folder. @param folder its token */
export function addFiled(world: World, folder: string, options: Partial<EmulatedDocument> = {}): FiledDocument {
  const document = world.emulator.addDocument({ ...anyDocument(world.random, options.type), ...options, folder })
  noteVersion(world, document)
  const filed = { document, folder }
  world.filed.push(filed)
  return filed
}

/** Adds a page to the knowledge base. @param parent undefined for a page at the top */
export function addNode(world: World, parent: WikiNode | undefined, options: Partial<EmulatedDocument> = {}): void {
  const above = parent === undefined ? {} : { parent: parent.nodeToken }
  const { space, emulator, random } = world
  const node = emulator.addNode({ space, ...anyDocument(random, options.type), ...options, ...above })
  noteVersion(world, node.document)
  world.nodes.push(node)
}

/** Adds a folder. @param parent the token of the folder above it */
export function addFolder(world: World, parent: string, name = anyTitle(world.random)): Folder {
  const { token } = world.emulator.addFolder({ name, parent })
  const folder = world.emulator.store.folders.get(token)
  world.folders.push(folder)
  return folder
}

/**
 * Fills an emulator with about `documents` documents: half of them in a knowledge base, half in folders. Three more have a
 * line of `sources` each. If `documents` is 0, the only lines are an empty knowledge base and an empty folder.
 */
export function generateWorld(emulator: Emulator, documents: number, random: Random): World {
  const root = emulator.addFolder({ name: 'Root' })
  const single = emulator.addDocument({ type: 'docx', title: 'Single', bytes: { size: 700, seed: 0 } })
  const sheets = [{ sheetId: SHEET_ID, title: 'A sheet' }]
  const sheet = emulator.addDocument({ type: 'sheet', title: 'Prices', sheets, bytes: { size: 900, seed: 0 } })
  const base = emulator.addDocument({ type: 'bitable', ...anyTables(random, 'bitable'), bytes: { size: 800, seed: 0 } })
  const space = emulator.addSpace({ name: 'Handbook' }).spaceId
  const world: World = {
    emulator,
    random,
    space,
    outside: emulator.addFolder({ name: 'Outside' }).token,
    lines: [
      { kind: 'space', token: space, to: 'wiki' },
      { kind: 'folder', token: root.token, to: 'my drive' },
    ],
    singles: [base],
    settings: DEFAULT_SETTINGS,
    nodes: [],
    folders: [emulator.store.folders.get(root.token)],
    filed: [],
    hidden: [],
    versions: new Map(),
    newest: new Map(),
    media: new Map(),
    userFiles: new Map(),
  }
  for (const document of [single, sheet, base]) noteVersion(world, document)
  if (documents === 0) return world
  world.lines.push(
    { kind: 'document', token: single.token, to: 'single/one', extension: 'docx' },
    { kind: 'document', token: sheet.token, to: 'copy/two', extension: 'csv', subId: SHEET_ID },
    { kind: 'document', token: base.token, to: 'base/three', extension: 'csv' },
  )
  growFolders(world, Math.ceil(documents / 2))
  growWiki(world, Math.floor(documents / 2))
  addShortcuts(world)
  return world
}

/** Adds a chain of folders inside each other, then `count` documents, with more folders in between. */
function growFolders(world: World, count: number): void {
  const { random } = world
  const deepest = Math.min(12, count / 4)
  for (let parent = world.folders[0], depth = 0; parent && depth < deepest; depth++) {
    // Short names further down, so that the paths do not get too long.
    parent = addFolder(world, parent.token, depth < 3 ? anyTitle(random) : `L${depth}`)
  }
  while (world.filed.length < count) {
    if (random() < 0.12) addFolder(world, pick(random, world.folders).token)
    // Some folders have very many documents, most have few.
    const folders = random() < 0.4 ? world.folders.slice(0, 2) : world.folders
    addFiled(world, pick(random, folders).token)
  }
}

/** Adds `count` pages, each at the top of the knowledge base or below one of the newest pages. */
function growWiki(world: World, count: number): void {
  const { random } = world
  while (world.nodes.length < count) {
    // For the first page, `pick` gives undefined, too: it is at the top.
    addNode(world, random() < 0.3 ? undefined : pick(random, world.nodes.slice(-60)))
  }
}

/**
 * Adds shortcuts of four kinds. In folders: to a document in a folder, to a document of the knowledge base, and one to
 * a document that is in no source. In the knowledge base: to one of its pages.
 */
function addShortcuts(world: World): void {
  const { emulator, random, nodes, folders, filed, space } = world
  const outsider = emulator.addDocument({ ...anyDocument(random, 'docx'), folder: world.outside })
  noteVersion(world, outsider)
  // A board may leave the sources later. Then only the shortcut leads to it, the service gives no edit time, and it is
  // exported every night. The rule `unchanged-night` forbids that.
  const mayBeTarget = ({ document }: { document: EmulatedDocument }): boolean => document.type !== 'board'
  const filedTargets = filed.filter(mayBeTarget)
  const pageTargets = nodes.filter(mayBeTarget)
  for (let nth = 0; nth < Math.max(1, filed.length / 60); nth++) {
    const folder = pick(random, folders).token
    // A small world may have no possible target of one kind.
    if (filedTargets.length > 0) emulator.addShortcut({ folder, target: pick(random, filedTargets).document })
    if (pageTargets.length > 0) {
      const target = pick(random, pageTargets)
      emulator.addShortcut({ folder, target: target.document })
      emulator.addNode({ space, parent: pick(random, nodes).nodeToken, shortcutTo: target.nodeToken })
    }
  }
  emulator.addShortcut({ folder: pick(random, folders).token, target: outsider, name: anyTitle(random) })
}
