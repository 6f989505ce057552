import type { Documents, DocumentOptions, EmulatedDocument } from './documents.js'
import { randomTicket, randomToken, type Random } from './random.js'

/** A knowledge base. */
export interface Space {
  readonly spaceId: string
  name: string
  /** Whether the app is no member, so that it can read nothing. */
  noPermission: boolean
  /** The tokens of its top nodes, in order. */
  children: string[]
}

/**
 * A node of a knowledge base, which shows a document. `rights` are those of every caller. `hidden`: the node cannot be
 * read, and listings leave it out. `closed`: the node can be read, but the nodes below it cannot be listed.
 */
export interface WikiNode {
  readonly nodeToken: string
  readonly spaceId: string
  readonly document: EmulatedDocument
  /** For a shortcut: the token of the node that it leads to. */
  readonly originNodeToken?: string | undefined
  /** For a shortcut: the id of the knowledge base of that node. Otherwise the same as `spaceId`. */
  readonly originSpaceId: string
  /** Empty for a top node. */
  parentNodeToken: string
  rights: 'all' | 'hidden' | 'closed'
  /** The tokens of the nodes below it, in order. */
  children: string[]
}

export type SpaceOptions = Partial<Space>

/** A new node: with a new document, with an existing one (`document`), or a shortcut to another node (its token). */
export interface NodeOptions extends Partial<DocumentOptions> {
  nodeToken?: string
  /**
   * A space's id. With a `parent`, that of the parent counts. By default the first space; if there is none, one is
   * added.
   */
  space?: string
  /** The node token of the parent. */
  parent?: string
  rights?: WikiNode['rights']
  document?: EmulatedDocument
  shortcutTo?: string
}

/** The knowledge bases and their nodes. */
export class Wiki {
  private readonly spaces = new Map<string, Space>()
  private readonly nodes = new Map<string, WikiNode>()

  constructor(
    private readonly random: Random,
    private readonly documents: Documents,
  ) {}

  /** Adds a knowledge base. */
  addSpace(options: SpaceOptions = {}): Space {
    // A space id has the form of a ticket.
    const spaceId = options.spaceId ?? randomTicket(this.random)
    const space = { name: `Space ${this.spaces.size + 1}`, noPermission: false, children: [], ...options, spaceId }
    this.spaces.set(spaceId, space)
    return space
  }

  /** Adds a node as the last child of its parent; without a parent, as the last top node of the space. */
  addNode(options: NodeOptions): WikiNode {
    const {
      nodeToken = randomToken(this.random),
      space,
      parent,
      rights = 'all',
      document,
      shortcutTo,
      ...rest
    } = options
    const above = parent === undefined ? undefined : this.getNode(parent)
    const spaceId = above?.spaceId ?? space ?? [...this.spaces.keys()][0] ?? this.addSpace().spaceId
    const target = shortcutTo === undefined ? undefined : this.getNode(shortcutTo)
    const node: WikiNode = {
      nodeToken,
      spaceId,
      document: target?.document ?? document ?? this.documents.add({ type: 'docx', ...rest }),
      originNodeToken: target?.nodeToken,
      originSpaceId: target?.spaceId ?? spaceId,
      parentNodeToken: above?.nodeToken ?? '',
      rights,
      children: [],
    }
    this.nodes.set(nodeToken, node)
    ;(above ?? this.getSpace(spaceId)).children.push(nodeToken)
    return node
  }

  /** Removes a node and everything below it. Their documents remain. */
  removeNode(nodeToken: string): void {
    const node = this.getNode(nodeToken)
    // A copy: each call removes the child from the list.
    for (const child of [...node.children]) this.removeNode(child)
    const siblings = this.siblingsOf(node)
    siblings.splice(siblings.indexOf(nodeToken), 1)
    this.nodes.delete(nodeToken)
  }

  /**
   * Moves a node within its knowledge base, with everything below it. It becomes the last child of `parent`; without
   * `parent`, the last top node.
   */
  moveNode(nodeToken: string, parent?: string): void {
    const node = this.getNode(nodeToken)
    const siblings = this.siblingsOf(node)
    siblings.splice(siblings.indexOf(nodeToken), 1)
    node.parentNodeToken = parent ?? ''
    this.siblingsOf(node).push(nodeToken)
  }

  /** The space of an id, if there is one. */
  findSpace(spaceId: string): Space | undefined {
    return this.spaces.get(spaceId)
  }

  /** Every space. */
  listSpaces(): Space[] {
    return [...this.spaces.values()]
  }

  /** The node of a node token, if there is one. */
  findNode(nodeToken: string): WikiNode | undefined {
    return this.nodes.get(nodeToken)
  }

  /** The node that shows a document and is no shortcut, if there is one. @param objToken the document's token */
  findNodeOf(objToken: string): WikiNode | undefined {
    return [...this.nodes.values()].find(
      (node) => node.document.token === objToken && node.originNodeToken === undefined,
    )
  }

  /** Whether a node can be read: it is not hidden, and the app is a member of its knowledge base. */
  canRead(node: WikiNode): boolean {
    return node.rights !== 'hidden' && !this.getSpace(node.spaceId).noPermission
  }

  /** Whether a document has a node that cannot be read. @param objToken the document's token */
  isHidden(objToken: string): boolean {
    const node = this.findNodeOf(objToken)
    return node !== undefined && !this.canRead(node)
  }

  /** The nodes of a list of node tokens. */
  nodesOf(tokens: readonly string[]): WikiNode[] {
    return tokens.map((token) => this.getNode(token))
  }

  /** The children of the node's parent or space, itself included. */
  private siblingsOf(node: WikiNode): string[] {
    const above = node.parentNodeToken === '' ? this.getSpace(node.spaceId) : this.getNode(node.parentNodeToken)
    return above.children
  }

  private getNode(nodeToken: string): WikiNode {
    const node = this.nodes.get(nodeToken)
    if (node === undefined) throw new Error(`The emulator has no wiki node ${nodeToken}.`)
    return node
  }

  private getSpace(spaceId: string): Space {
    const space = this.spaces.get(spaceId)
    if (space === undefined) throw new Error(`The emulator has no space ${spaceId}.`)
    return space
  }
}
