/** The calls this project makes, as the error texts, the scopes and the pace need them. */
export type Operation = keyof typeof OPERATIONS

interface OperationFacts {
  /** Goes on after "Could not". */
  readonly doing: string
  /** One of them is enough. */
  readonly scopes: readonly string[]
  /** So many requests in so long a window, for app and tenant together. */
  readonly limit: { readonly requests: number; readonly windowMs: number }
}

const EXPORT_SCOPES = ['docs:document:export', 'drive:export:readonly']
const WIKI_SCOPES = ['wiki:wiki:readonly']
const PER_MINUTE = { requests: 100, windowMs: 60_000 }

/** Source: the documentation page of each call. */
export const OPERATIONS = {
  mint: { doing: 'get a tenant access token for the app', scopes: [], limit: PER_MINUTE },
  create: { doing: 'create the export task', scopes: EXPORT_SCOPES, limit: PER_MINUTE },
  query: { doing: 'ask for the status of the export task', scopes: EXPORT_SCOPES, limit: PER_MINUTE },
  download: { doing: 'download the exported file', scopes: EXPORT_SCOPES, limit: PER_MINUTE },
  wikiNode: { doing: 'look up the wiki page', scopes: ['wiki:node:read', ...WIKI_SCOPES], limit: PER_MINUTE },
  wikiNodes: {
    doing: 'list the pages of the knowledge base',
    scopes: ['wiki:node:retrieve', ...WIKI_SCOPES],
    limit: PER_MINUTE,
  },
  folder: {
    doing: 'list the folder',
    scopes: ['space:document:retrieve', 'drive:drive:readonly'],
    limit: { requests: 20, windowMs: 1_000 },
  },
  metas: {
    doing: 'look up the documents',
    scopes: ['drive:drive.metadata:readonly', 'drive:drive'],
    // A thousand a minute as well, which is 200,000 documents.
    limit: { requests: 50, windowMs: 1_000 },
  },
  fileDownload: {
    doing: 'download the uploaded file',
    scopes: ['drive:file:download', 'drive:file:readonly'],
    limit: { requests: 5, windowMs: 1_000 },
  },
} as const satisfies Record<string, OperationFacts>
