import type { PlainAnswer } from './answer.js'
import * as answers from './answers.js'
import type { Call } from './call.js'
import { GATEWAY } from './codes.js'
import { downloadBoard, downloadMedia, listTables, querySheets } from './content-endpoints.js'
import { getDocument, listBlocks, listChildren } from './docx-endpoints.js'
import { downloadFile, listFolder, queryMetas } from './drive-endpoints.js'
import { createTask, downloadExport, queryTask } from './export-endpoints.js'
import type { Store } from './store.js'
import type { Api } from './types.js'
import { getNode, getSpace, listNodes, listSpaces } from './wiki-endpoints.js'

type Endpoint = (call: Call) => PlainAnswer

interface Route {
  api: Api
  method: string
  path: string
  endpoint: Endpoint
}

const ROUTES: readonly Route[] = [
  { api: 'mint', method: 'POST', path: 'auth/v3/tenant_access_token/internal', endpoint: mint },
  { api: 'create', method: 'POST', path: 'drive/v1/export_tasks', endpoint: createTask },
  { api: 'download', method: 'GET', path: 'drive/v1/export_tasks/file/:fileToken/download', endpoint: downloadExport },
  { api: 'query', method: 'GET', path: 'drive/v1/export_tasks/:ticket', endpoint: queryTask },
  { api: 'wiki-node', method: 'GET', path: 'wiki/v2/spaces/get_node', endpoint: getNode },
  { api: 'wiki-nodes', method: 'GET', path: 'wiki/v2/spaces/:spaceId/nodes', endpoint: listNodes },
  { api: 'space', method: 'GET', path: 'wiki/v2/spaces/:spaceId', endpoint: getSpace },
  { api: 'folder', method: 'GET', path: 'drive/v1/files', endpoint: listFolder },
  { api: 'metas', method: 'POST', path: 'drive/v1/metas/batch_query', endpoint: queryMetas },
  { api: 'file-download', method: 'GET', path: 'drive/v1/files/:fileToken/download', endpoint: downloadFile },
  { api: 'document', method: 'GET', path: 'docx/v1/documents/:documentId', endpoint: getDocument },
  { api: 'blocks', method: 'GET', path: 'docx/v1/documents/:documentId/blocks', endpoint: listBlocks },
  {
    api: 'block-children',
    method: 'GET',
    path: 'docx/v1/documents/:documentId/blocks/:blockId/children',
    endpoint: listChildren,
  },
  { api: 'media-download', method: 'GET', path: 'drive/v1/medias/:fileToken/download', endpoint: downloadMedia },
  {
    api: 'board-image',
    method: 'GET',
    path: 'board/v1/whiteboards/:whiteboardId/download_as_image',
    endpoint: downloadBoard,
  },
  {
    api: 'sheets',
    method: 'GET',
    path: 'sheets/v3/spreadsheets/:spreadsheetToken/sheets/query',
    endpoint: querySheets,
  },
  { api: 'tables', method: 'GET', path: 'bitable/v1/apps/:appToken/tables', endpoint: listTables },
  { api: 'spaces', method: 'GET', path: 'wiki/v2/spaces', endpoint: listSpaces },
]

// In the order of ROUTES, of which the first match counts: `spaces/get_node` also matches `spaces/:spaceId`.
const PATTERNS = ROUTES.map((route) => ({
  route,
  pattern: new RegExp(`^/open-apis/${route.path.replace(/:(\w+)/g, '(?<$1>[^/]+)')}/?$`),
}))

/**
 * Finds the endpoint of a request. For an unknown path, or a wrong method, this is an endpoint that answers with an
 * error, and the API is `unknown`.
 */
export function findRoute(
  method: string,
  path: string,
): { api: Api; params: Record<string, string>; endpoint: Endpoint } {
  let code: number = GATEWAY.pathNotFound
  for (const { route, pattern } of PATTERNS) {
    const match = pattern.exec(path)
    if (match === null) continue
    if (route.method === method) return { ...route, params: decoded(match.groups ?? {}) }
    code = GATEWAY.methodNotAllowed
  }
  return { api: 'unknown', params: {}, endpoint: () => answers.error(code) }
}

/**
 * Finds the tokens, ids and ticket that a request is about: those to which a script can be bound. A wiki node or an
 * exported file adds the token of its document. The ticket is the one in the path, or that of the exported file.
 * @param params the variable parts of the path
 */
export function subjectsOf(
  params: Readonly<Record<string, string>>,
  query: Readonly<Record<string, string>>,
  body: unknown,
  store: Store,
): { tokens: string[]; ticket?: string } {
  const { ticket: ticketInPath, ...tokensInPath } = params
  const named = [...Object.values(tokensInPath), query['token'], query['folder_token'], query['parent_node_token']]
  if (isRecord(body)) {
    named.push(asText(body['token']))
    if (Array.isArray(body['request_docs'])) {
      named.push(...body['request_docs'].map((one) => (isRecord(one) ? asText(one['doc_token']) : undefined)))
    }
  }
  const tokens = new Set(named.filter((token): token is string => token !== undefined && token !== ''))
  for (const token of [...tokens]) {
    const document = store.wiki.findNode(token)?.document ?? store.tasks.findByFileToken(token)?.document
    if (document !== undefined) tokens.add(document.token)
  }
  const ticket = ticketInPath ?? store.tasks.findByFileToken(params['fileToken'] ?? '')?.ticket
  return { tokens: [...tokens], ...(ticket === undefined ? {} : { ticket }) }
}

function mint({ request, store }: Call): PlainAnswer {
  return store.credentials.mint(request.body)
}

/** Decodes the percent-encoding of each value. */
function decoded(params: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, safeDecode(value)]))
}

/** Decodes percent-encoding; a text that is not valid remains as it is. */
function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
