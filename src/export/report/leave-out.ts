import type { Failure } from '../../feishu/errors/failure.js'
import { listIn } from '../../lists.js'
import { isExportable } from '../formats.js'
import type { Entry, Listing } from '../listing/types.js'
import { documentKey, isSingle, type Output } from '../model.js'
import type { Source } from '../sources/source.js'

/** How the next runs can leave a failed item out. */
export interface LeaveOut {
  /** `exclude` for a link to add to that input, `sources` for a change of source lines. */
  readonly by: 'exclude' | 'sources'
  /** The link, or the change: ``write `as=md` in sources line 3``. */
  readonly change: string
  /** What is left out together with the item. */
  readonly along: readonly Along[]
  /** True when the next run then deletes the files of earlier runs (`delete-stale`). */
  readonly deletesFiles: boolean
}

// In the order in which a sentence names them.
const ALONG = {
  document: 'the files of the document itself',
  formats: 'its other formats',
  tables: 'its other sheets or tables',
  below: 'everything below it',
} as const
type Along = (typeof ALONG)[keyof typeof ALONG]

/** What is known of a failed item. */
export interface ItemToLeaveOut {
  readonly url: string | undefined
  /** Undefined for a part of a tree that could not be listed. */
  readonly output?: Output | undefined
  readonly failure: Failure
}

/** The source lines that lead to a document, and whether it has anything below it in one of their trees. */
interface FoundDocument {
  readonly sources: Set<Source>
  hasChildren: boolean
}

/**
 * Advises how to leave failed items out. A rule of `exclude` always leaves out a whole document, with everything below
 * it. So if only source lines of its own lead to a document, the advice is to change these lines.
 */
export class LeaveOutAdvice {
  private readonly documents = new Map<string, FoundDocument>()
  private readonly keyByUrl = new Map<string, string>()
  private readonly outputs = new Map<string, Output[]>()

  /** @param outputs all planned outputs */
  constructor(
    listing: Listing,
    outputs: readonly Output[],
    private readonly deletesFiles: boolean,
  ) {
    for (const { source, entries } of listing.sources) this.addEntries(entries, source)
    for (const output of outputs) listIn(this.outputs, documentKey(output)).push(output)
  }

  /**
   * The advice for an item; undefined if its link is unknown, or if the document is not the cause of the failure.
   * @param hasFailed says of an output whether it failed; only the others are named among what is left out as well
   */
  find({ url, output, failure }: ItemToLeaveOut, hasFailed: (output: Output) => boolean): LeaveOut | undefined {
    if (url === undefined || !isAboutDocument(failure)) return undefined
    const key = output ? documentKey(output) : (this.keyByUrl.get(url) ?? '')
    const { sources = new Set<Source>(), hasChildren = false } = this.documents.get(key) ?? {}
    const good = (this.outputs.get(key) ?? []).filter((one) => !hasFailed(one))
    const { deletesFiles } = this
    if (sources.size > 0 && [...sources].every(isSingle)) {
      // The failure of a type that cannot be exported gives this advice already.
      if (output && output.type !== 'file' && !isExportable(output.type)) return undefined
      const lines = [...sources].filter((source) => selects(source, output))
      if (lines.length > 0) return { by: 'sources', ...changeLines(lines, output, good), deletesFiles }
    }
    const along = output
      ? findAlong(output, good, hasChildren)
      : [...(good.length > 0 ? [ALONG.document] : []), ALONG.below]
    return { by: 'exclude', change: url, along, deletesFiles }
  }

  private addEntries(entries: readonly Entry[], source: Source): void {
    for (const entry of entries) {
      if (entry.excludedBy !== undefined) continue
      const key = documentKey(entry)
      const found = this.documents.get(key) ?? { sources: new Set(), hasChildren: false }
      found.sources.add(source)
      found.hasChildren ||= entry.children.length > 0
      this.documents.set(key, found)
      if (entry.url !== undefined) this.keyByUrl.set(entry.url, key)
      this.addEntries(entry.children, source)
    }
  }
}

/** True unless the failure is temporary, or has another cause than the document, such as the disk. */
function isAboutDocument({ class: kind, httpStatus, code, scope, origin }: Failure): boolean {
  // An HTTP answer without a code may come from a proxy or gateway.
  const mayBeFromGateway = httpStatus !== undefined && code === undefined
  const isOfDocument = origin === undefined ? !mayBeFromGateway : origin === 'unexpected-shape'
  return kind === 'permanent' && scope === undefined && isOfDocument
}

/** The sheet or table that the link of a source line names. */
const linkedSubId = ({ target }: Source): string | undefined => ('subId' in target ? target.subId : undefined)

// What could not be listed for a line of a single document is its sheets or tables.
const TABLES = { fileExtension: 'csv', subId: undefined } as const

/** True if the source line of a single document selects an output of the document; without output, all its tables. */
function selects(source: Source, output: Output | undefined): boolean {
  const { fileExtension, subId } = output ?? TABLES
  const linked = linkedSubId(source)
  const isLinked = linked === undefined || linked === subId || fileExtension !== TABLES.fileExtension
  return isLinked && source.as?.includes(fileExtension) !== false
}

/** What a rule for the document leaves out together with one of its outputs. @param good those that did not fail */
function findAlong({ fileExtension }: Output, good: readonly Output[], hasChildren: boolean): Along[] {
  const hasTables = good.some((one) => one.fileExtension === fileExtension)
  const hasFormats = good.some((one) => one.fileExtension !== fileExtension)
  return [
    ...(hasFormats ? [ALONG.formats] : []),
    ...(hasTables ? [ALONG.tables] : []),
    ...(hasChildren ? [ALONG.below] : []),
  ]
}

/**
 * The change of source lines that leaves out an output; without output, all sheets or tables.
 * @param good the outputs of its document that did not fail: the new `as` has only formats of these
 */
function changeLines(
  lines: readonly Source[],
  output: Output | undefined,
  good: readonly Output[],
): Pick<LeaveOut, 'change' | 'along'> {
  const { fileExtension } = output ?? TABLES
  const goodExtensions = [...new Set(good.map((one) => one.fileExtension))].filter((one) => one !== fileExtension)
  const changes = lines.map(({ where, as }) => {
    const others = goodExtensions.filter((extension) => as?.includes(extension) !== false)
    return others.length > 0 ? `write \`as=${others.join(',')}\` in ${where}` : `remove ${where}`
  })
  const hasAllTables = lines.some((line) => linkedSubId(line) === undefined)
  const losesTables = hasAllTables && good.some((one) => one.fileExtension === fileExtension)
  return { change: changes.join(' and '), along: losesTables ? [ALONG.tables] : [] }
}

/** A sentence: how to leave an item out. */
export function leaveOutSentence(leaveOut: LeaveOut): string {
  const { by, change } = leaveOut
  return `To leave it out${describeCost([leaveOut])}, ${by === 'exclude' ? `add to \`exclude\`: ${change}` : `${change}.`}`
}

/**
 * A sentence: how to leave one of several items out. It names the links only if `exclude` is the way for all of them.
 * @param maxLinks how many links it names
 */
export function leaveOneOutSentence(all: readonly LeaveOut[], maxLinks: number): string {
  if (all.some(({ by }) => by === 'sources')) return 'The log says for each how to leave it out.'
  const links = [...new Set(all.map(({ change }) => change))].slice(0, maxLinks)
  return `To leave one out${describeCost(all)}, add its link to \`exclude\`: ${links.join(' ')}`
}

/** What is left out as well, and whether files are deleted: `, with its other formats and everything below it`. */
function describeCost(all: readonly LeaveOut[]): string {
  const along = Object.values(ALONG).filter((one) => all.some((leaveOut) => leaveOut.along.includes(one)))
  const list = new Intl.ListFormat('en-GB').format(along)
  const deletion = all.some(({ deletesFiles }) => deletesFiles) ? ' (`delete-stale` then deletes the files)' : ''
  return (along.length > 0 ? `, with ${list}` : '') + deletion
}
