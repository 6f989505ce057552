import { callApi, pathOf, type Connection } from '../client/client.js'
import type { Credential } from '../auth/credentials.js'
import type { Reply } from '../errors/failure.js'
import { isObject, WrongShape } from '../client/json.js'

/** The document behind a page of a knowledge base. */
export interface WikiTarget {
  readonly objToken: string
  /** The type as the service names it: also mindnote, file and others that cannot be exported. */
  readonly objType: string
  readonly title: string | undefined
}

/**
 * Queries a page of a knowledge base by its node token, in one request. For a shortcut, the answer has the document of
 * its target.
 * Source: 获取知识空间节点信息, `GET /open-apis/wiki/v2/spaces/get_node`,
 * https://open.feishu.cn/document/server-docs/docs/wiki-v2/space-node/get_node
 * @param read reads the node; throws `WrongShape` for an unexpected shape
 * @returns what `read` returns, or a failure; never throws for errors of the service or the network
 */
export function getNode<T>(
  connection: Connection,
  credential: Credential,
  nodeToken: string,
  read: (node: Record<string, unknown>) => T,
  signal: AbortSignal,
): Promise<Reply<T>> {
  return callApi(
    connection,
    credential,
    {
      operation: 'wikiNode',
      method: 'GET',
      path: pathOf(['wiki', 'v2', 'spaces', 'get_node'], { token: nodeToken }),
      read({ data }) {
        const node = isObject(data) ? data['node'] : undefined
        if (!isObject(node)) throw new WrongShape('data.node is not an object')
        return read(node)
      },
    },
    signal,
  )
}

/**
 * Queries a page of a knowledge base, and reads only the document behind it. `wikiNode` in wiki-tree.ts sends the same
 * request and reads a whole `WikiNode`.
 */
export function queryWikiTarget(
  connection: Connection,
  credential: Credential,
  nodeToken: string,
  signal: AbortSignal,
): Promise<Reply<WikiTarget>> {
  return getNode(connection, credential, nodeToken, targetOf, signal)
}

/** Reads the document behind a node. @throws WrongShape */
function targetOf(node: Record<string, unknown>): WikiTarget {
  const { obj_token: objToken, obj_type: objType, title } = node
  if (typeof objToken !== 'string' || !/^[\w-]+$/.test(objToken)) throw new WrongShape('obj_token is not a token')
  if (typeof objType !== 'string' || !/^\w{1,40}$/.test(objType)) throw new WrongShape('obj_type is not a word')
  return { objToken, objType, title: typeof title === 'string' ? title : undefined }
}
