import type { Failure } from '../../feishu/errors/failure.js'
import { documentKey, reservedPathOf, type FileRecord, type FolderRecord, type ManifestRecords } from '../model.js'
import { byPath, isBelow } from '../paths.js'
import type { ListingCalls } from './calls.js'
import { Documents } from './documents.js'
import { isDeleted } from './is-deleted.js'

/** What the service says about a document that the listing did not find. */
export type DocumentState =
  | { readonly kind: 'deleted' }
  /** It can be read: it has left the sources, or was moved during the listing. */
  | { readonly kind: 'exists' }
  /** The app may not read it any more, or the query failed. */
  | { readonly kind: 'unknown'; readonly failure: Failure }

/** The states of documents, by `documentKey`. */
export type DocumentStates = ReadonlyMap<string, DocumentState>

/**
 * Finds the records whose document was not found. Pure.
 * @param found the `documentKey` of each document of the listing
 */
export function findMissing({ files, folders }: ManifestRecords, found: ReadonlySet<string>): ManifestRecords {
  const isMissing = (record: FileRecord | FolderRecord): boolean => !found.has(documentKey(record))
  return { files: files.filter(isMissing), folders: folders.filter(isMissing) }
}

/**
 * Queries the service about documents that were not found, since a listing silently leaves out what the app may not read.
 * Boards have no metadata, so each of them costs a request. Other types without metadata, such as a knowledge base, are
 * only recorded as folders. They count as `exists`, since each document below them is queried itself.
 */
export async function queryMissing({ files, folders }: ManifestRecords, calls: ListingCalls): Promise<DocumentStates> {
  const records = new Map([...files, ...folders].map((record) => [documentKey(record), record]))
  const documents = new Documents(calls)
  await documents.query(records.values())
  const replies = [...records].map(async ([key, record]): Promise<[string, DocumentState]> => {
    const reply = await (record.type === 'board' ? calls.board(record.token) : documents.get(record))
    return [key, reply.ok ? { kind: 'exists' } : toState(reply.failure)]
  })
  return new Map(await Promise.all(replies))
}

const toState = (failure: Failure): DocumentState =>
  isDeleted(failure) ? { kind: 'deleted' } : { kind: 'unknown', failure }

/** The files of missing documents: those that may be removed, and those that stay. */
export interface Confirmed {
  /** The document is deleted, or exists and is no longer in the sources. */
  readonly confirmedMissing: readonly FileRecord[]
  /** The state of the document, or of a folder or page above it, is unknown: `failure` says why. */
  readonly unconfirmed: readonly { readonly file: FileRecord; readonly failure: Failure }[]
}

/**
 * Decides which files of missing documents may be removed; pure. A document with an unknown state keeps its files. A folder
 * or page with an unknown state keeps all files in its directory: perhaps the listing did not reach the documents below.
 */
export function confirmMissing({ files, folders }: ManifestRecords, states: DocumentStates): Confirmed {
  const failureOf = (record: FileRecord | FolderRecord): Failure | undefined => {
    const state = states.get(documentKey(record))
    return state?.kind === 'unknown' ? state.failure : undefined
  }
  const unknownFolders = folders.flatMap((folder) => {
    const failure = failureOf(folder)
    return failure ? [{ path: folder.path, failure }] : []
  })
  const confirmedMissing: FileRecord[] = []
  const unconfirmed: { file: FileRecord; failure: Failure }[] = []
  for (const file of [...files].sort(byPath)) {
    const failure = failureOf(file) ?? unknownFolders.find(({ path }) => isBelow(reservedPathOf(file), path))?.failure
    if (failure) unconfirmed.push({ file, failure })
    // Every missing document was queried, so it has a state. A file whose document has none would stay.
    else if (states.has(documentKey(file))) confirmedMissing.push(file)
  }
  return { confirmedMissing, unconfirmed }
}
