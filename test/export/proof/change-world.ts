import type { EmulatedDocument, Folder, WikiNode } from '../../emulator/index.js'
import { anyExclude, anyFormats, changeDepth } from './settings.js'
import { editTables, hasTables } from './tables.js'
import { anyTitle } from './titles.js'
import { noteVersion } from './versions.js'
import { addFiled, addFolder, addNode, JOB_STATUS, pick, type FiledDocument, type World } from './world.js'

/**
 * Gives a document new content; a spreadsheet or base often gets other sheets or tables.
 * @param editSeconds its new edit time, since 1970; equal to the old one for two edits within a second
 */
export function edit(world: World, document: EmulatedDocument, editSeconds: number): void {
  // All documents that are edited have bytes of this form.
  const { size, seed } = document.bytes as { size: number; seed: number }
  document.bytes = { size, seed: seed + 1 }
  document.editTime = String(editSeconds)
  if (hasTables(document)) editTables(world.random, document)
  // The picture may get another type, and so its file another extension.
  if (document.type === 'board') document.contentType = pick(world.random, ['image/png', 'image/png', 'image/jpeg'])
  noteVersion(world, document)
}

const anyFiled = ({ random, filed }: World): FiledDocument => pick(random, filed)
const anyNode = ({ random, nodes }: World): WikiNode => pick(random, nodes)
/** Not the top folder, which a line of `sources` names. */
const anySubfolder = ({ random, folders }: World): Folder => pick(random, folders.slice(1))
const anyOf = (world: World): EmulatedDocument => (world.random() < 0.5 ? anyFiled(world) : anyNode(world)).document
/** Chooses a document to edit, also from `singles`. In 40 % of the calls, it must have sheets or tables. */
function anyToEdit(world: World): EmulatedDocument {
  const { random, filed, nodes, singles } = world
  const all = [...singles, ...filed.map(({ document }) => document), ...nodes.map(({ document }) => document)]
  return pick(random, random() < 0.4 ? all.filter(hasTables) : all)
}

function moveFiled({ emulator }: World, filed: FiledDocument, folder: string): void {
  emulator.store.folders.remove(filed.folder, filed.document.token)
  emulator.store.folders.put(folder, filed.document)
  filed.folder = folder
}

/** Takes away the right to read a document: its folder no longer lists it, and every request for it is refused. */
function hide(world: World, filed: FiledDocument): void {
  world.emulator.store.folders.remove(filed.folder, filed.document.token)
  filed.document.noPermission = true
  world.filed = world.filed.filter((one) => one !== filed)
  world.hidden.push(filed)
}

function unhide(world: World, filed: FiledDocument): void {
  filed.document.noPermission = false
  world.emulator.store.folders.put(filed.folder, filed.document)
  world.hidden = world.hidden.filter((one) => one !== filed)
  world.filed.push(filed)
}

/** Whether `node` is the page `above` itself, or anywhere below it. */
function isInTreeOf({ emulator }: World, node: WikiNode, above: WikiNode): boolean {
  const { wiki } = emulator.store
  for (let at: WikiNode | undefined = node; at; at = wiki.findNode(at.parentNodeToken)) if (at === above) return true
  return false
}

/** Whether a folder is the folder `above` itself, or anywhere below it. Both are tokens. */
function isFolderInTreeOf({ emulator }: World, token: string, above: string): boolean {
  for (let at = token; at !== ''; at = emulator.store.folders.get(at).parentToken) if (at === above) return true
  return false
}

/** Moves a folder into another one. Moves none if the chosen target is the folder itself or inside of it. */
function moveFolder(world: World): void {
  const { random, folders, emulator } = world
  const [folder, to] = [anySubfolder(world), pick(random, folders)]
  if (isFolderInTreeOf(world, to.token, folder.token)) return
  const { folders: drive } = emulator.store
  drive.remove(folder.parentToken, folder.token)
  folder.parentToken = to.token
  to.entries.push({ kind: 'folder', folder })
}

/** Deletes every document of the folders but the `hidden` ones, and every page but the one that a line names. */
function emptyWorld(world: World): void {
  for (const { document } of world.filed) document.deleted = true
  const { wiki } = world.emulator.store
  // A page is gone already if one above it was removed.
  for (const { nodeToken } of world.nodes) if (wiki.findNode(nodeToken)) wiki.removeNode(nodeToken)
  world.filed = []
  world.nodes = []
}

/** The changes, by their name in the log of a campaign. Some of them change nothing, depending on what was drawn. */
const CHANGES: Readonly<Record<string, (world: World, nowSeconds: number) => void>> = {
  edit(world, nowSeconds) {
    const document = anyToEdit(world)
    const seconds = nowSeconds - 3600 - Math.floor(world.random() * 3600)
    edit(world, document, Math.max(Number(document.editTime) + 1, seconds))
  },
  'edit just now': (world, nowSeconds) => edit(world, anyToEdit(world), nowSeconds),
  rename: (world) => (anyOf(world).title = anyTitle(world.random)),
  'swap titles': (world) => {
    const one = anyFiled(world)
    const others = world.filed.filter(({ folder }) => folder === one.folder)
    const { document: other } = pick(world.random, others)
    ;[one.document.title, other.title] = [other.title, one.document.title]
  },
  'pass a title on': (world) => {
    const { folder, document } = anyFiled(world)
    const { title, type } = document
    document.title = anyTitle(world.random)
    // A mind note has no file. The new document then gets any type, so that the title is that of a file.
    addFiled(world, folder, { title, ...(type !== 'mindnote' && { type }) })
  },
  'rename a folder': (world) => (anySubfolder(world).name = anyTitle(world.random)),
  'move a document': (world) => moveFiled(world, anyFiled(world), pick(world.random, world.folders).token),
  'move a folder': moveFolder,
  'move a page': (world) => {
    const [node, to] = [anyNode(world), anyNode(world)]
    if (!isInTreeOf(world, to, node)) world.emulator.store.wiki.moveNode(node.nodeToken, to.nodeToken)
  },
  'out of the sources': (world) => {
    const filed = anyFiled(world)
    moveFiled(world, filed, world.outside)
    world.filed = world.filed.filter((one) => one !== filed)
  },
  delete: (world) => {
    const filed = anyFiled(world)
    filed.document.deleted = true
    world.filed = world.filed.filter((one) => one !== filed)
  },
  'delete a page': (world) => {
    const node = anyNode(world)
    // Removes the pages below it, too.
    world.emulator.store.wiki.removeNode(node.nodeToken)
    world.nodes = world.nodes.filter((one) => world.emulator.store.wiki.findNode(one.nodeToken) === one)
  },
  add: (world) => {
    addFiled(world, pick(world.random, world.folders).token)
    addNode(world, anyNode(world), { title: anyNode(world).document.title })
  },
  'permission lost': (world) => hide(world, anyFiled(world)),
  'permission lost, title taken': (world) => {
    const filed = anyFiled(world)
    hide(world, filed)
    addFiled(world, filed.folder, { title: filed.document.title, type: filed.document.type })
  },
  'permission lost, name taken by a folder': (world) => {
    const filed = anyFiled(world)
    const title = anyTitle(world.random)
    if (world.random() < 0.5) filed.document.title = title
    hide(world, filed)
    const folder = addFolder(world, filed.folder, `${filed.document.title}${pick(world.random, ['', '.docx'])}`)
    addFiled(world, folder.token)
  },
  'name of an uploaded file taken by a folder': (world) => {
    const filed = world.filed.find(({ document }) => document.type === 'file')
    if (filed) addFiled(world, addFolder(world, filed.folder, filed.document.title).token)
  },
  'permission given back': (world) => {
    const filed = world.hidden.at(Math.floor(world.random() * world.hidden.length))
    if (filed) unhide(world, filed)
  },
  'page hidden, closed or opened': (world) => {
    const node = anyNode(world)
    node.rights = node.rights === 'all' ? pick(world.random, ['hidden', 'closed'] as const) : 'all'
  },
  'folder closed or opened': (world) => {
    const folder = anySubfolder(world)
    folder.noPermission = !folder.noPermission
  },
  'permission for a board lost': (world) => {
    const board = world.filed.find(({ document }) => document.type === 'board')
    if (board) hide(world, board)
  },
  'board closed or opened': ({ random, filed, nodes }) => {
    const boards = [...filed, ...nodes].filter(({ document }) => document.type === 'board')
    // It is listed, but its picture cannot be read.
    const board = boards.length === 0 ? undefined : pick(random, boards).document
    if (board) board.noPermission = !board.noPermission
  },
  'base edited and copied, or no longer': (world, nowSeconds) => {
    // While it is copied, its tables cannot be listed.
    const base = pick(
      world.random,
      world.emulator.store.documents.list().filter(({ type }) => type === 'bitable'),
    )
    base.copying = !base.copying
    if (base.copying) edit(world, base, Math.max(Number(base.editTime) + 1, nowSeconds - 3600))
  },
  'export fails, or succeeds again': (world) =>
    (anyOf(world).jobStatus = pick(world.random, [JOB_STATUS.noPermission, JOB_STATUS.success])),
  'other exclude': (world) => (world.settings = anyExclude(world)),
  'other formats': (world) => (world.settings = anyFormats(world)),
  'other depth=': changeDepth,
  'other to=': ({ random, lines }) => {
    const line = pick(random, lines)
    line.to = `${line.to.replace(/ \d+$/, '')} ${Math.floor(random() * 100)}`
  },
  'to= passed on': ({ random, lines }) => {
    const [one, other] = [pick(random, lines), pick(random, lines)]
    ;[one.to, other.to] = [other.to, one.to]
  },
  'one to= for two lines': ({ random, lines }) => (pick(random, lines).to = pick(random, lines).to),
}

/**
 * Makes random changes to a world.
 * @param nowSeconds the present time, since 1970
 * @returns the names of the changes
 */
export function changeWorld(world: World, nowSeconds: number): readonly string[] {
  const { random } = world
  const done: string[] = []
  const kinds = Object.keys(CHANGES)
  // One to five, and more in a large world.
  const count = 1 + Math.floor(random() * 5) + Math.floor(world.filed.length * 0.03)
  for (let nth = 0; nth < count; nth++) {
    if (random() < 0.01) {
      emptyWorld(world)
      // Another change could add documents, and the run would not see an empty world.
      return [...done, 'delete everything']
    }
    // So that every change has documents and folders to choose from.
    const [root] = world.folders
    if (root && world.folders.length < 2) addFolder(world, root.token)
    if (world.filed.length < 3 || world.nodes.length < 2) {
      addFiled(world, pick(random, world.folders).token)
      addNode(world, undefined)
    }
    const kind = pick(random, kinds)
    CHANGES[kind]?.(world, nowSeconds)
    done.push(kind)
  }
  return done
}

/** Makes everything readable and exportable, and restores the deleted targets of shortcuts. Other changes remain. */
export function healWorld(world: World): void {
  for (const filed of [...world.hidden]) unhide(world, filed)
  for (const node of world.nodes) node.rights = 'all'
  for (const folder of world.folders) folder.noPermission = false
  const { documents, folders } = world.emulator.store
  const targets = world.folders.flatMap(({ token }) =>
    folders.get(token).entries.flatMap((entry) => (entry.kind === 'shortcut' ? entry.shortcut.targetToken : [])),
  )
  // A shortcut to a deleted document is a failure of every run.
  for (const token of targets) documents.get(token).deleted = false
  const healthy = { jobStatus: JOB_STATUS.success, copying: false, noPermission: false }
  for (const document of documents.list()) Object.assign(document, healthy)
}
