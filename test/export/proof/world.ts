import type { EmulatedDocument, Emulator, Folder, Random, WikiNode } from '../../emulator/index.js'
import { anyTitle, HOSTILE_TITLES } from './titles.js'

type DocumentType = EmulatedDocument['type']

/** A line of `sources`, as the walk understands it. Each has a directory of its own. */
export type Line =
  | { readonly kind: 'space'; readonly token: string; readonly to: string }
  | { readonly kind: 'folder'; readonly token: string; readonly to: string }
  | {
      readonly kind: 'document'
      readonly token: string
      readonly to: string
      readonly extension: string
      readonly subId?: string
    }

/** What is generated, and what may be changed afterwards. */
export interface World {
  readonly emulator: Emulator
  readonly random: Random
  readonly lines: readonly Line[]
  readonly space: string
  readonly nodes: WikiNode[]
  readonly folders: Folder[]
  /** Documents in folders, each with the folder it is in. */
  readonly filed: { readonly document: EmulatedDocument; folder: string }[]
  edits: number
}

const SCHEMES: Readonly<Record<string, string>> = { doc: 'docs', sheet: 'sheets', bitable: 'base' }

/** The lines as a user writes them. */
export function sourcesOf({ lines, emulator }: World): string {
  return lines
    .map((line) => {
      const host = 'https://acme.feishu.cn'
      if (line.kind === 'space') return `${host}/wiki/space/${line.token} to=${line.to}`
      if (line.kind === 'folder') return `${host}/drive/folder/${line.token} to=${line.to}`
      const { type } = emulator.store.documents.get(line.token)
      const query = line.subId === undefined ? '' : `?sheet=${line.subId}`
      return `${host}/${SCHEMES[type] ?? type}/${line.token}${query} as=${line.extension} to=${line.to}`
    })
    .join('\n')
}

const TYPES: readonly DocumentType[] = ['docx', 'docx', 'docx', 'docx', 'doc', 'sheet', 'bitable', 'slides', 'file']

export const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)] as T

/** What a new document is like: small, quick, of any type. */
export function anyDocument(random: Random): { type: DocumentType } & Partial<EmulatedDocument> {
  const type = random() < 0.04 ? pick(random, ['mindnote', 'board'] as const) : pick(random, TYPES)
  const dice = random()
  const title = anyTitle(random)
  return {
    type,
    title: type === 'file' && random() < 0.7 ? `${title}.${pick(random, ['png', 'PDF', 'tar.gz', '图'])}` : title,
    durationMs: Math.floor(random() * 100),
    bytes: { size: Math.floor(random() * 5_000) },
    jobStatus: dice < 0.01 ? [3] : dice < 0.02 ? 110 : 0,
    noPermission: random() < 0.01,
  }
}

/** Fills an emulator with about so many documents: half of them in a knowledge base, half in folders. */
export function generate(emulator: Emulator, documents: number, random: Random): World {
  const space = emulator.addSpace({ name: 'Handbook' }).spaceId
  const root = emulator.addFolder({ name: 'Root' })
  const nodes = growWiki(emulator, space, Math.floor(documents / 2), random)
  const folders = [root]
  const filed: World['filed'] = []
  growFolders(emulator, root, Math.floor(documents / 2), random, folders, filed)
  const sheet = emulator.addDocument({ type: 'sheet', title: 'Prices', subIds: ['t1', 't2'], bytes: { size: 900 } })
  const lines: Line[] = [
    { kind: 'space', token: space, to: 'wiki' },
    { kind: 'folder', token: root.token, to: 'drive' },
    { kind: 'document', token: sheet.token, to: 'single/one', extension: 'csv', subId: 't1' },
    { kind: 'document', token: sheet.token, to: 'copy/two', extension: 'csv', subId: 't1' },
    { kind: 'document', token: sheet.token, to: 'whole/three', extension: 'xlsx' },
  ]
  const world: World = { emulator, random, lines, space, nodes, folders, filed, edits: 0 }
  addShortcuts(world)
  return world
}

function growWiki(emulator: Emulator, space: string, count: number, random: Random): WikiNode[] {
  const nodes: WikiNode[] = []
  const add = (options: Parameters<Emulator['addNode']>[0]): WikiNode => {
    const node = emulator.addNode({ space, ...options })
    nodes.push(node)
    return node
  }
  let deep: WikiNode | undefined
  for (let depth = 0; depth < Math.min(34, count / 2); depth++) {
    const title = `D${depth}`
    deep = add({ ...anyDocument(random), title, jobStatus: 0, ...(deep && { parent: deep.nodeToken }) })
  }
  const wide = add({ type: 'docx', title: 'Wide' })
  // Enough in a row for a page with nothing on it.
  for (let nth = 0; nth < count * 0.1; nth++) {
    add({ ...anyDocument(random), parent: wide.nodeToken, rights: nth < 120 ? 'hidden' : 'all' })
  }
  for (let nth = 0; nth < count * 0.4; nth++) add({ ...anyDocument(random), parent: wide.nodeToken })
  while (nodes.length < count) {
    const parent = random() < 0.1 ? undefined : pick(random, nodes.slice(-60))
    const rights = random() < 0.01 ? 'closed' : random() < 0.01 ? 'hidden' : 'all'
    add({ ...anyDocument(random), rights, ...(parent && { parent: parent.nodeToken }) })
  }
  return nodes
}

function growFolders(
  emulator: Emulator,
  root: Folder,
  count: number,
  random: Random,
  folders: Folder[],
  filed: World['filed'],
): void {
  const put = (folder: string): void => {
    filed.push({ document: emulator.addDocument({ ...anyDocument(random), folder }), folder })
  }
  let deep = root
  for (let depth = 0; depth < Math.min(32, count / 3); depth++) {
    deep = emulator.addFolder({ name: `L${depth}`, parent: deep.token })
    folders.push(deep)
    put(deep.token)
  }
  const wide = emulator.addFolder({ name: 'Plan', parent: root.token })
  folders.push(wide)
  for (let nth = 0; nth < count * 0.35; nth++) put(wide.token)
  for (const title of HOSTILE_TITLES.slice(0, count)) {
    const folder = emulator.addFolder({ name: title, parent: pick(random, folders).token }).token
    folders.push(emulator.store.folders.get(folder))
    if (random() < 0.7) put(folder)
  }
  while (filed.length < count) {
    if (random() < 0.1) {
      const noPermission = random() < 0.05
      folders.push(emulator.addFolder({ name: anyTitle(random), parent: pick(random, folders).token, noPermission }))
    }
    put(pick(random, folders).token)
  }
}

/** Into the tree, out of it, to folders, in circles, from the drive into the knowledge base and back. */
function addShortcuts({ emulator, random, nodes, folders, filed, space }: World): void {
  const outside = emulator.addFolder({ name: 'Outside' })
  for (let nth = 0; nth < 5; nth++) emulator.addDocument({ ...anyDocument(random), folder: outside.token })
  const other = emulator.addSpace({ name: 'Other' }).spaceId
  const away = [0, 1, 2].map(() => emulator.addNode({ ...anyDocument(random), space: other }))
  const share = Math.max(3, Math.floor(filed.length / 60))
  for (let nth = 0; nth < share; nth++) {
    const folder = pick(random, folders).token
    emulator.addShortcut({ folder, target: pick(random, filed).document })
    emulator.addShortcut({ folder, target: pick(random, nodes).document })
    emulator.addShortcut({ folder, target: emulator.addDocument(anyDocument(random)), name: anyTitle(random) })
    emulator.addShortcut({ folder, target: pick(random, folders.slice(1)) })
    emulator.addNode({ space, parent: pick(random, nodes).nodeToken, shortcutTo: pick(random, nodes).nodeToken })
  }
  emulator.addShortcut({ folder: pick(random, folders).token, target: outside })
  for (const { nodeToken } of [...away, ...away]) emulator.addNode({ space, shortcutTo: nodeToken })
}
