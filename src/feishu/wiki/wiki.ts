import { callApi, pathOf, type Connection } from '../client/client.js'
import type { Credential } from '../auth/credentials.js'
import type { Reply } from '../errors/failure.js'
import { isObject, WrongShape } from '../client/json.js'

/** The document behind a page of a knowledge base. */
export interface WikiTarget {
  readonly objToken: string
  /** The service's word: also mindnote, file and others that cannot be exported. */
  readonly objType: string
  readonly title: string | undefined
}

/**
 * Asks once for a page of a knowledge base by its node token; for a shortcut, the answer has the target's document.
 * Source: 获取知识空间节点信息, `GET /open-apis/wiki/v2/spaces/get_node`,
 * https://open.feishu.cn/document/server-docs/docs/wiki-v2/space-node/get_node
 * @param read reads the node; throws `WrongShape` where it is not as documented
 * @returns a failure otherwise; never throws for what the service or the network does
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

/** Asks once which document is behind a page of a knowledge base. */
export function lookUpNode(
  connection: Connection,
  credential: Credential,
  nodeToken: string,
  signal: AbortSignal,
): Promise<Reply<WikiTarget>> {
  return getNode(connection, credential, nodeToken, targetOf, signal)
}

function targetOf(node: Record<string, unknown>): WikiTarget {
  const { obj_token: objToken, obj_type: objType, title } = node
  if (typeof objToken !== 'string' || !/^[\w-]+$/.test(objToken)) throw new WrongShape('obj_token is not a token')
  if (typeof objType !== 'string' || !/^\w{1,40}$/.test(objType)) throw new WrongShape('obj_type is not a word')
  return { objToken, objType, title: typeof title === 'string' ? title : undefined }
}
