import type { EmulatedDocument, WikiNode } from '../../emulator/index.js'
import { anyTitle, isPlain } from './titles.js'
import { anyDocument, pick, type World } from './world.js'

const isAlive = ({ emulator }: World, node: WikiNode): boolean => emulator.store.wiki.findNode(node.nodeToken) === node

/** A new time of editing, which brings new bytes. */
export function edit(world: World, document: EmulatedDocument): void {
  document.editTime = String(1_800_000_000 + world.edits++)
}

const rename = (document: EmulatedDocument, title: string): void => {
  document.title = document.type === 'file' && isPlain(title) ? `${title}.png` : title
}

/** Changes a world here and there: about so large a share of it in each way. */
export function change(world: World, share: number): void {
  const { emulator, random, folders, filed } = world
  const { wiki, folders: drive } = emulator.store
  const times = (weight: number, work: (nth: number) => void): void => {
    const count = Math.max(1, Math.round(filed.length * share * weight))
    for (let nth = 0; nth < count; nth++) work(nth)
  }
  const alive = (): WikiNode[] => world.nodes.filter((node) => isAlive(world, node))
  const anyNode = (): WikiNode => pick(random, alive())
  const anyFiled = (): World['filed'][number] => pick(random, filed)
  const isBelow = (node: WikiNode, above: string): boolean => {
    for (let at: WikiNode | undefined = node; at; at = wiki.findNode(at.parentNodeToken)) {
      if (at.nodeToken === above) return true
    }
    return false
  }

  times(2, (nth) => edit(world, nth % 2 === 0 ? anyNode().document : anyFiled().document))
  times(1, (nth) => rename(nth % 2 === 0 ? anyNode().document : anyFiled().document, anyTitle(random)))
  times(0.5, (nth) => {
    const one = anyFiled()
    const other = nth % 2 === 0 ? anyFiled() : (filed.find((a) => a.folder === one.folder && a !== one) ?? anyFiled())
    const { title } = one.document
    one.document.title = other.document.title
    other.document.title = title
  })
  times(0.5, () => {
    const [node, to] = [anyNode(), anyNode()]
    if (!isBelow(to, node.nodeToken)) wiki.moveNode(node.nodeToken, to.nodeToken)
    const moved = anyFiled()
    drive.remove(moved.folder, moved.document.token)
    moved.folder = pick(random, folders).token
    drive.put(moved.folder, moved.document)
  })
  times(0.5, () => {
    const leaf = pick(
      random,
      alive().filter(({ children }) => children.length === 0),
    )
    wiki.removeNode(leaf.nodeToken)
    const [gone] = filed.splice(Math.floor(random() * filed.length), 1)
    if (gone) gone.document.deleted = true
  })
  times(0.7, () => {
    const { folder, document } = anyFiled()
    filed.push({ document: emulator.addDocument({ ...anyDocument(random), title: document.title, folder }), folder })
    const { parentNodeToken: parent, document: twin } = anyNode()
    const title = twin.title
    const above = parent === '' ? {} : { parent }
    world.nodes.push(emulator.addNode({ space: world.space, ...anyDocument(random), title, ...above }))
  })
  times(0.15, () => {
    for (const { document } of [anyNode(), anyFiled()]) document.noPermission = !document.noPermission
    const node = anyNode()
    node.rights = node.rights === 'all' ? pick(random, ['hidden', 'closed'] as const) : 'all'
  })
  const folder = pick(random, folders.slice(1))
  drive.get(folder.token).name = anyTitle(random)
}

/** Gives all rights, so that a listing is complete; what was hidden comes to light. */
export function open(world: World): void {
  for (const node of world.nodes) if (node.rights === 'closed') node.rights = 'all'
  for (const folder of world.folders) folder.noPermission = false
  for (const document of world.emulator.store.documents.list()) document.noPermission = false
}

/** Lets every export succeed, and brings back what was deleted or hidden. */
export function heal(world: World): void {
  open(world)
  for (const node of world.nodes) node.rights = 'all'
  for (const document of world.emulator.store.documents.list()) {
    document.jobStatus = 0
    // It may be what a shortcut leads to.
    document.deleted = false
  }
}
