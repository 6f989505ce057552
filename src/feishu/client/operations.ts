/** The name of an API call that this project makes. */
export type Operation = keyof typeof OPERATIONS

/** The facts about an API call. */
interface OperationFacts {
  /** A phrase that follows "Could not". */
  readonly doing: string
  /** The scopes that allow the call; the app needs only one of them. */
  readonly scopes: readonly string[]
  /** The rate limit: the number of requests in each window, for an app in a tenant. */
  readonly limit: { readonly requests: number; readonly windowMs: number }
}

const EXPORT_SCOPES = ['docs:document:export', 'drive:export:readonly']
const WIKI_SCOPES = ['wiki:wiki:readonly']
const DOCX_SCOPES = ['docx:document:readonly', 'docx:document']
const SECOND_MS = 1_000
export const MINUTE_MS = 60_000
const HUNDRED_PER_MINUTE = { requests: 100, windowMs: MINUTE_MS }
const FIVE_PER_SECOND = { requests: 5, windowMs: SECOND_MS }

/**
 * The API calls, with the phrase for error messages, the scopes and the rate limit of each.
 * Source: the documentation page of each call, whose title and address are beside the function that makes it.
 */
export const OPERATIONS = {
  mint: { doing: 'get a tenant access token for the app', scopes: [], limit: HUNDRED_PER_MINUTE },
  create: { doing: 'create the export task', scopes: EXPORT_SCOPES, limit: HUNDRED_PER_MINUTE },
  query: { doing: 'ask for the status of the export task', scopes: EXPORT_SCOPES, limit: HUNDRED_PER_MINUTE },
  download: { doing: 'download the exported file', scopes: EXPORT_SCOPES, limit: HUNDRED_PER_MINUTE },
  wikiNode: { doing: 'look up the wiki page', scopes: ['wiki:node:read', ...WIKI_SCOPES], limit: HUNDRED_PER_MINUTE },
  wikiNodes: {
    doing: 'list the pages of the knowledge base',
    scopes: ['wiki:node:retrieve', ...WIKI_SCOPES],
    limit: HUNDRED_PER_MINUTE,
  },
  folder: {
    doing: 'list the folder',
    scopes: ['space:document:retrieve', 'drive:drive:readonly'],
    limit: { requests: 20, windowMs: SECOND_MS },
  },
  metas: {
    doing: 'look up the documents',
    scopes: ['drive:drive.metadata:readonly', 'drive:drive'],
    // There is also a limit of 1,000 a minute, which is enough for 200,000 documents.
    limit: { requests: 50, windowMs: SECOND_MS },
  },
  fileDownload: {
    doing: 'download the uploaded file',
    scopes: ['drive:file:download', 'drive:file:readonly'],
    limit: FIVE_PER_SECOND,
  },
  document: { doing: 'read the title and revision of the document', scopes: DOCX_SCOPES, limit: FIVE_PER_SECOND },
  blocks: { doing: 'read the blocks of the document', scopes: DOCX_SCOPES, limit: FIVE_PER_SECOND },
  blockDescendants: { doing: 'read the synced block', scopes: DOCX_SCOPES, limit: FIVE_PER_SECOND },
  mediaDownload: {
    doing: 'download the picture or attachment',
    scopes: ['docs:document.media:download', 'drive:drive:readonly', 'drive:drive'],
    // There is also a limit of 10,000 a day.
    limit: FIVE_PER_SECOND,
  },
  boardImage: {
    doing: 'download the board as a picture',
    scopes: ['board:whiteboard:node:read'],
    limit: { requests: 50, windowMs: SECOND_MS },
  },
  sheets: {
    doing: 'list the sheets of the spreadsheet',
    scopes: ['sheets:spreadsheet:readonly', 'drive:drive:readonly'],
    limit: HUNDRED_PER_MINUTE,
  },
  tables: {
    doing: 'list the tables of the base',
    scopes: ['base:table:read', 'bitable:app:readonly'],
    limit: { requests: 20, windowMs: SECOND_MS },
  },
  wikiSpaces: {
    doing: 'list the knowledge bases',
    scopes: ['wiki:space:retrieve', ...WIKI_SCOPES],
    limit: HUNDRED_PER_MINUTE,
  },
} as const satisfies Record<string, OperationFacts>
