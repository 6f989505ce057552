import type { PlainAnswer } from './answer.js'
import * as answers from './answers.js'
import type { Call } from './call.js'
import { WIKI } from './codes.js'
import { pageOf } from './pages.js'
import type { Space, WikiNode } from './wiki.js'

const OWNER = 'ou_c4be1f4e5e7b2fbe0a9b8c7d6e5f4a3b'

const SPACE_DENIED = answers.error(WIKI.noPermission, { msg: 'permission denied: wiki space permission denied' })

/**
 * `GET wiki/v2/spaces/get_node`: a node by its token or, with an `obj_type` other than `wiki`, by its document's token.
 */
export function getNode({ request, store }: Call): PlainAnswer {
  const { token, obj_type: objType = 'wiki' } = request.query
  if (token === undefined || token === '')
    return answers.error(WIKI.invalidParam, { msg: 'param err: token is required' })
  const node = objType === 'wiki' ? store.wiki.findNode(token) : store.wiki.findNodeOf(token)
  if (node === undefined || node.document.deleted) return answers.error(WIKI.notFound)
  if (node.rights === 'hidden') return answers.error(WIKI.noPermission)
  if (store.wiki.findSpace(node.spaceId)?.noPermission === true) return SPACE_DENIED
  return answers.ok({ node: nodeJson(node) })
}

/** `GET wiki/v2/spaces/:space_id`: a knowledge base. */
export function getSpace({ params, store }: Call): PlainAnswer {
  const space = store.wiki.findSpace(params['spaceId'] ?? '')
  if (space === undefined) return answers.error(WIKI.notFound)
  if (space.noPermission) return SPACE_DENIED
  return answers.ok({ space: spaceJson(space) })
}

/** `GET wiki/v2/spaces`: one page. Spaces of which the app is no member are left out, but count for the page size. */
export function listSpaces({ request, store, maxPageItems }: Call): PlainAnswer {
  const page = pageOf(store.wiki.listSpaces(), request, { usual: 20, max: 50, cap: maxPageItems.spaces })
  if (typeof page === 'string') return pageError(page)
  const items = page.items.filter((space) => !space.noPermission).map(spaceJson)
  return answers.ok({ has_more: page.cursor !== '', items, page_token: page.cursor })
}

/**
 * `GET wiki/v2/spaces/:space_id/nodes`: one page of a level. Hidden nodes, and nodes of deleted documents, are left
 * out, but count for the page size.
 */
export function listNodes({ request, params, store, maxPageItems }: Call): PlainAnswer {
  const space = store.wiki.findSpace(params['spaceId'] ?? '')
  if (space === undefined) return answers.error(WIKI.notFound)
  if (space.noPermission) return SPACE_DENIED
  const parentToken = request.query['parent_node_token'] ?? ''
  const parent = store.wiki.findNode(parentToken)
  if (parentToken !== '' && parent?.spaceId !== space.spaceId) return answers.error(WIKI.notFound)
  if (parent !== undefined && parent.rights !== 'all') return answers.error(WIKI.noPermission)
  const level = store.wiki.nodesOf((parent ?? space).children)
  const page = pageOf(level, request, { usual: 20, max: 50, cap: maxPageItems['wiki-nodes'] })
  if (typeof page === 'string') return pageError(page)
  const items = page.items.filter((node) => node.rights !== 'hidden' && !node.document.deleted).map(nodeJson)
  return answers.ok({ has_more: page.cursor !== '', items, page_token: page.cursor })
}

/** Refuses a bad cursor or page size. The usual message of the code is that for a bad cursor. */
function pageError(reason: 'bad-cursor' | 'bad-size'): PlainAnswer {
  return reason === 'bad-cursor'
    ? answers.error(WIKI.invalidParam)
    : answers.error(WIKI.invalidParam, { msg: 'param err: page_size is invalid' })
}

function nodeJson(node: WikiNode): Record<string, unknown> {
  const { document } = node
  return {
    creator: OWNER,
    has_child: node.children.length > 0,
    node_create_time: document.createTime,
    node_token: node.nodeToken,
    node_type: node.originNodeToken === undefined ? 'origin' : 'shortcut',
    obj_create_time: document.createTime,
    obj_edit_time: document.editTime,
    obj_token: document.token,
    obj_type: document.type,
    origin_node_token: node.originNodeToken ?? node.nodeToken,
    origin_space_id: node.originSpaceId,
    owner: OWNER,
    parent_node_token: node.parentNodeToken,
    space_id: node.spaceId,
    title: document.title,
  }
}

function spaceJson(space: Space): Record<string, unknown> {
  return { description: '', name: space.name, space_id: space.spaceId, space_type: 'team', visibility: 'private' }
}
