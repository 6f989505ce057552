import type { Failure } from '../../feishu/errors/failure.js'
import { documentKey, homeOf, type FileRecord, type FolderRecord } from '../model.js'
import { byPath, isBelow } from '../paths.js'
import type { ListingCalls } from './calls.js'
import { Documents } from './documents.js'
import { isDeleted } from './tree.js'

/** What earlier runs wrote of documents that the listing did not find. */
export interface Missing {
  readonly files: readonly FileRecord[]
  readonly folders: readonly FolderRecord[]
}

/** What the service says of a document that was not found. */
export type Answer =
  | { readonly kind: 'deleted' }
  /** It can be read: it has left the sources, or it was moved while they were listed. */
  | { readonly kind: 'exists' }
  /** Nobody knows: it may not be read any more, or the question could not be asked. */
  | { readonly kind: 'unknown'; readonly failure: Failure }

/** By `documentKey`. */
export type Answers = ReadonlyMap<string, Answer>

/** Finds the records whose document is not among the documents found. Pure. */
export function findMissing({ files, folders }: Missing, found: ReadonlySet<string>): Missing {
  const isMissing = (record: FileRecord | FolderRecord): boolean => !found.has(documentKey(record))
  return { files: files.filter(isMissing), folders: folders.filter(isMissing) }
}

/**
 * Asks the service about documents that were not found: a listing leaves out without a word what may not be read.
 * Source: "Obtain Metadata" (获取文件元数据), https://open.feishu.cn/document/server-docs/docs/drive-v1/file/batch_query
 */
export async function askAboutMissing({ files, folders }: Missing, calls: ListingCalls): Promise<Answers> {
  const documents = new Documents(calls)
  const records = [...files, ...folders]
  await documents.ask(records)
  return new Map(
    records.map((record) => {
      const reply = documents.get(record)
      return [documentKey(record), reply.ok ? { kind: 'exists' } : answerOf(reply.failure)]
    }),
  )
}

const answerOf = (failure: Failure): Answer => (isDeleted(failure) ? { kind: 'deleted' } : { kind: 'unknown', failure })

/** Which of the missing files may go, and which are kept although nobody found their document. */
export interface Confirmed {
  readonly gone: readonly FileRecord[]
  readonly unconfirmed: readonly { readonly file: FileRecord; readonly failure: Failure }[]
}

/**
 * Decides which missing files are certainly gone; pure. A document about which nothing is known keeps its file, and its
 * directory keeps what is in it: no listing can reach that either.
 */
export function confirmGone({ files, folders }: Missing, answers: Answers): Confirmed {
  const failureOf = (record: FileRecord | FolderRecord): Failure | undefined => {
    const answer = answers.get(documentKey(record))
    return answer?.kind === 'unknown' ? answer.failure : undefined
  }
  const closed = folders.flatMap((folder) => {
    const failure = failureOf(folder)
    return failure ? [{ path: folder.path, failure }] : []
  })
  const gone: FileRecord[] = []
  const unconfirmed: { file: FileRecord; failure: Failure }[] = []
  for (const file of [...files].sort(byPath)) {
    const failure = failureOf(file) ?? closed.find(({ path }) => isBelow(homeOf(file), path))?.failure
    if (failure) unconfirmed.push({ file, failure })
    else if (answers.has(documentKey(file))) gone.push(file)
  }
  return { gone, unconfirmed }
}
