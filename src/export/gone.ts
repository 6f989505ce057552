import type { Failure } from '../feishu/errors/failure.js'
import type { ListingCalls } from './listing/calls.js'
import { Documents } from './listing/documents.js'
import { isGone } from './listing/tree.js'
import type { StaleFile } from './model.js'
import { byCodePoints, isSpareName, splitPath } from './paths.js'

/** Files whose document was not found, and whether it is certain that it is no longer where it was. */
export interface Gone {
  readonly gone: readonly StaleFile[]
  /** It may be there still: nobody may read it, or the service would not say. */
  readonly doubtful: readonly { readonly file: StaleFile; readonly failure: Failure }[]
}

/**
 * A listing leaves out what may not be read, without a word. So before the file of a document that was not found is
 * removed, the service is asked for the document: it is gone when there is none, and when it answers (then it stands
 * somewhere else).
 */
export async function goneAmong(stale: readonly StaleFile[], calls: ListingCalls): Promise<Gone> {
  const documents = new Documents(calls)
  await documents.ask(stale.flatMap(({ file, instead }) => (instead === undefined ? file : [])))
  const failureOf = ({ file, instead }: StaleFile): Failure | undefined => {
    const reply = instead === undefined ? documents.get(file) : undefined
    return reply === undefined || reply.ok || isGone(reply.failure) ? undefined : reply.failure
  }
  const gone: StaleFile[] = []
  const doubtful: { file: StaleFile; failure: Failure }[] = []
  // Sorted by path, so a page comes before what stands below it, which no listing can reach either.
  const closed = new Map<string, Failure>()
  for (const file of [...stale].sort((a, b) => byCodePoints(a.file.path, b.file.path))) {
    const { path } = file.file
    const above = [...closed].find(([folder]) => folder === '' || path.startsWith(`${folder}/`))
    const failure = failureOf(file) ?? above?.[1]
    if (failure === undefined) gone.push(file)
    else {
      closed.set(folderOf(path), failure)
      doubtful.push({ file, failure })
    }
  }
  return { gone, doubtful }
}

/** Where what stands below a page may be: beside the page's file, by its name; beside a file that waits, anywhere. */
function folderOf(path: string): string {
  const { directory, name } = splitPath(path)
  return isSpareName(name) ? directory : path.replace(/\.[^./]*$/, '')
}
