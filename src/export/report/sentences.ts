import { describe, type Failure } from '../../feishu/errors/failure.js'
import type { Placeholder } from '../../markdown/context.js'
import { countOf, oneLine, quoted } from '../../text.js'
import type { Entry, Listing, PageWithChildren } from '../listing/types.js'

const MAX_KINDS = 8
const MAX_LINES = 5

/** Counts the blocks that Markdown shows only as a note. */
export class PlaceholderCounts {
  private readonly byKind = new Map<string, number>()
  private documents = 0

  /** Counts the blocks of one document, which has at least one. */
  add(placeholders: readonly Placeholder[]): void {
    this.documents++
    for (const { kind, count } of placeholders) this.byKind.set(kind, (this.byKind.get(kind) ?? 0) + count)
  }

  /** Describes the blocks in a sentence; undefined when there are none. */
  describe(): string | undefined {
    return describePlaceholders(this.byKind, this.documents)
  }
}

function describePlaceholders(blockCounts: ReadonlyMap<string, number>, documents: number): string | undefined {
  const counts = [...blockCounts].sort(([, a], [, b]) => b - a)
  if (counts.length === 0) return undefined
  const blocks = counts.reduce((sum, [, count]) => sum + count, 0)
  const kinds = counts.slice(0, MAX_KINDS).map(([kind, count]) => `${count} × ${oneLine(kind, 60)}`)
  const more = counts.length > MAX_KINDS ? ', …' : ''
  return (
    `Markdown cannot show ${countOf(blocks, 'block')} in ${countOf(documents, 'document')}` +
    ` (${kinds.join(', ')}${more}): a visible note is in the place of each.`
  )
}

/**
 * Describes a common mistake: the link of a page, where the user wants the pages below it or the knowledge base.
 */
export function describePageAlone({ source, title, spaceId }: PageWithChildren): string {
  const { where, link, host } = source
  return (
    `${where}: the wiki page ${quoted(title, 100)} has pages below it, and the line exports the page alone. To export` +
    ` them too, write \`${oneLine(link, 300)} children=true\`. For the whole knowledge base, write` +
    ` \`https://${host}/wiki/space/${spaceId}\`.`
  )
}

/**
 * Advises what to do if files exist at planned paths, but the manifest lists none. Either it is missing, or an earlier run
 * that exported nothing wrote it.
 * @param manifest the path of the manifest
 */
export const adviseLostManifest = (manifest: string): string =>
  `The manifest ${quoted(manifest, 200)} is missing or lists no files, but files of these names are there. If earlier runs` +
  ' wrote them, restore the manifest from git or the cache (does a .gitignore leave it out?), or set `overwrite: true` until one run has succeeded.'

/**
 * Names the first few lines of `exclude` that excluded nothing. They may be misspelt, their documents may be gone,
 * another line excludes a folder or page above these documents, or exceptions (`!`) undo all their matches. A list in one
 * line and a rule in quotes are common mistakes: they get a hint.
 * @param lines every line that can exclude something
 * @returns a sentence; undefined if every line excluded something, or a part of the sources could not be listed
 */
export function describeUnusedExcludes(lines: readonly string[], listing: Listing): string | undefined {
  const used = new Set<string>()
  const collect = ({ excludedBy = [], children }: Entry): void => {
    for (const line of excludedBy) used.add(line)
    children.forEach(collect)
  }
  for (const { entries } of listing.sources) entries.forEach(collect)
  const unused = lines.filter((line) => !used.has(line))
  if (unused.length === 0 || listing.faults.some(({ mayHideDocuments }) => mayHideDocuments)) return undefined
  const named = unused.slice(0, MAX_LINES).map((line) => quoted(line, 100))
  const more = unused.length > MAX_LINES ? ` and ${unused.length - MAX_LINES} more` : ''
  const unlisted = used.size > 0 ? ' (What is below an excluded folder or page is not listed.)' : ''
  return `\`exclude\`: nothing is excluded by ${named.join(', ')}${more}.${hintsFor(unused)}${unlisted}`
}

/** How to write rules that look like a list in one line, or are in quotes. They are only hints: a title may be so, too. */
function hintsFor(lines: readonly string[]): string {
  const oneALine = lines.some((line) => /[,，、]/.test(line)) ? ' Write one rule a line.' : ''
  const noQuotes = lines.some((line) => /^(["'`]).*\1$|^[“‘「『].*[”’」』]$/.test(line))
    ? ' Write rules without quotes.'
    : ''
  return oneALine + noQuotes
}

/** How a run ended before everything was tried. */
interface EarlyEnd {
  /** Why it was stopped; undefined if it was not. */
  readonly stopped: string | undefined
  /** The fault that ended it; undefined if none did. */
  readonly fault: string | undefined
  /** How far it came: it listed the sources only in part, completely, or also planned the files. */
  readonly reached: 'partial-listing' | 'listing' | 'plan'
  /** The failure of a request that was being retried, if there was one. Another cause may have ended the run. */
  readonly retried: Failure | undefined
}

const NOT_PLANNED = {
  'partial-listing': 'The sources were not listed completely.',
  listing: 'Nothing was exported yet.',
  plan: undefined,
} as const

/**
 * Describes an early end of a run: why it ended, and the failure that was being retried. For a stop before the plan,
 * also says what was not done.
 * @returns undefined if the run did not end early
 */
export function describeEarlyEnd({ stopped, fault, reached, retried }: EarlyEnd): string | undefined {
  const sentences = [stopped, stopped === undefined ? undefined : NOT_PLANNED[reached], fault].filter(
    (sentence) => sentence !== undefined,
  )
  if (sentences.length === 0) return undefined
  if (retried) sentences.push(`A request was being retried: ${describe(retried)}`)
  return sentences.join(' ')
}
