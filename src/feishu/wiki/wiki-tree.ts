import { callApi, pathOf, type Connection } from '../client/client.js'
import type { Credential } from '../auth/credentials.js'
import type { Reply } from '../errors/failure.js'
import { flagIn, textIn, editTimeIn, tolerantPageIn, wordIn, type Fields, type TolerantPage } from '../client/fields.js'
import { getNode } from './wiki.js'

/** A page of a knowledge base, and the document behind it; for a shortcut, the document behind its target. */
export interface WikiNode {
  readonly spaceId: string
  readonly nodeToken: string
  readonly objToken: string
  /** The type as the service names it: also mindnote, file and others that cannot be exported. */
  readonly objType: string
  readonly title: string
  readonly objEditTime: string | undefined
  readonly hasChild: boolean
  readonly shortcut: boolean
}

/** The pages directly below a page, or at the top of a knowledge base. */
export interface WikiLevel {
  readonly spaceId: string
  /** A node token; undefined for the top. */
  readonly parent: string | undefined
}

const NAMES = { list: 'items', cursor: 'page_token', token: 'node_token', title: 'title' }

/**
 * Lists up to 50 wiki pages of one level of a knowledge base: one page of results. If the app may not read some of the
 * wiki pages, a page of results may be empty although more pages of results follow.
 * Source: 获取知识空间子节点列表, `GET /open-apis/wiki/v2/spaces/:space_id/nodes`,
 * https://open.feishu.cn/document/server-docs/docs/wiki-v2/space-node/list
 * @param cursor the cursor that came with the previous page of results; undefined for the first page of results
 */
export function wikiNodesPage(
  connection: Connection,
  credential: Credential,
  level: WikiLevel,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<Reply<TolerantPage<WikiNode>>> {
  const query = {
    page_size: '50',
    ...(level.parent !== undefined && { parent_node_token: level.parent }),
    ...(cursor !== undefined && { page_token: cursor }),
  }
  return callApi(
    connection,
    credential,
    {
      operation: 'wikiNodes',
      method: 'GET',
      path: pathOf(['wiki', 'v2', 'spaces', level.spaceId, 'nodes'], query),
      read: ({ data }) => tolerantPageIn(data, NAMES, (fields) => nodeOf(fields, level.spaceId)),
    },
    signal,
  )
}

/** Queries the `WikiNode` of a page of a knowledge base by its node token, in one request. */
export function wikiNode(
  connection: Connection,
  credential: Credential,
  nodeToken: string,
  signal: AbortSignal,
): Promise<Reply<WikiNode>> {
  return getNode(connection, credential, nodeToken, (node) => nodeOf(node, undefined), signal)
}

/**
 * Reads a node from an answer.
 * @param spaceId the knowledge base in which the node was listed: the node then needs no `space_id`. Undefined to read it
 * from the node
 * @throws WrongShape
 */
function nodeOf(fields: Fields, spaceId: string | undefined): WikiNode {
  return {
    spaceId: spaceId ?? wordIn(fields, 'space_id'),
    nodeToken: wordIn(fields, 'node_token'),
    objToken: wordIn(fields, 'obj_token'),
    objType: wordIn(fields, 'obj_type'),
    title: textIn(fields, 'title'),
    objEditTime: editTimeIn(fields, 'obj_edit_time'),
    // If the field is missing, true: listing an empty level costs a request, but skipping a level would lose its documents.
    hasChild: flagIn(fields, 'has_child') ?? true,
    shortcut: fields['node_type'] === 'shortcut',
  }
}
