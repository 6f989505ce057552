import ignore, { type Ignore } from 'ignore'
import { parseLink } from '../../feishu/links/document-link.js'
import { findOptionAfterLink } from '../../feishu/links/pasted-text.js'
import { excerpt, InputError, readEach } from '../../runner/inputs.js'

/** An item that exclude rules are applied to. */
export interface ExcludeCandidate {
  /**
   * Its path below the source: safe titles, joined by `/`, without extension. Undefined if its title is unknown: then only
   * a link can exclude it.
   */
  readonly path: string | undefined
  /** Whether it may have children: patterns that end in `/` match only such items. */
  readonly isDirectory: boolean
  /** The ids that a link to it may have: token, page token, id of the knowledge base. */
  readonly ids: readonly string[]
}

/** The rules of the input `exclude`. */
export interface ExcludeRules {
  /** Every line that can exclude something; of several links with the same id, only the last. */
  readonly lines: readonly string[]
  /** Every line of `lines` that excludes an item, not only the one that decides; empty if the item is not excluded. */
  linesFor(candidate: ExcludeCandidate): readonly string[]
}

/**
 * Reads the input `exclude`: one rule a line, a link or a pattern in the syntax of `.gitignore`.
 * Source: "gitignore - Specifies intentionally untracked files to ignore", https://git-scm.com/docs/gitignore
 * @throws InputError for each link that cannot be read, has options, or leads to the page of all knowledge bases
 */
export function parseExclude(text: string): ExcludeRules {
  const patterns: string[] = []
  const lineById = new Map<string, string>()
  // In normal form C, as the paths are (see `safeSegment`): a name copied on macOS may be in form D.
  const lines = text.normalize('NFC').split(/\r\n|\r|\n/)
  readEach([...lines.entries()], ([index, line]) => {
    if (isLink(line)) lineById.set(idOf(line, index + 1), line.trim())
    // No path begins with a blank, so an indented line would match nothing. A Chinese keyboard types `！` for `!`. A
    // title that begins with `！` is written `\！…` or `/！…`.
    else patterns.push(line.trimStart().replace(/^！/, '!'))
  })
  const all = matcherOf(patterns)
  const excluding = patterns
    .filter((pattern) => /^[^#!]/.test(pattern))
    .map((pattern) => ({ line: pattern.trim(), matcher: matcherOf([pattern]) }))
  return {
    lines: [...lineById.values(), ...excluding.map(({ line }) => line)],
    linesFor({ path, isDirectory, ids }) {
      const links = ids.flatMap((id) => lineById.get(id) ?? [])
      if (path === undefined) return links
      // A pattern that ends with a slash matches only a path with one; any other pattern matches both.
      const testedPath = isDirectory ? `${path}/` : path
      // An exception (`!`) may undo a match, so all patterns together decide.
      const isIgnored = all.ignores(testedPath)
      const matching = isIgnored ? excluding.filter(({ matcher }) => matcher.ignores(testedPath)) : []
      // Of several patterns, the last one decides. So it comes first of them: the report names the first line.
      return [...links, ...matching.map(({ line }) => line).reverse()]
    },
  }
}

const matcherOf = (patterns: readonly string[]): Ignore => ignore({ ignorecase: false }).add(patterns)

/** True for a link, also one pasted as an item of a list or in angle brackets: `- <https://…>`. */
const isLink = (line: string): boolean => /^\s*(?:[-*•]\s*)?<?https?:\/\//i.test(line)

/** Reads the token or space id that a link excludes. @throws InputError */
function idOf(line: string, lineNumber: number): string {
  const parsed = parseLink(line, 'document-or-tree')
  const refuse = (fault: string, cure: string): InputError =>
    new InputError(`Input \`exclude\`, line ${lineNumber} has ${excerpt(line.trim())}, ${fault}. ${cure}`)
  if (parsed.kind === 'fault') throw refuse(parsed.fault, parsed.cure)
  const option = findOptionAfterLink(line)
  if (option !== undefined) {
    throw refuse(
      `with ${excerpt(option)} after the link`,
      'Give the link alone: a rule leaves out what it names with everything below it. Options are for `sources`.',
    )
  }
  if (parsed.kind === 'wiki-home') {
    throw refuse(
      'the page of all knowledge bases',
      'Give the link of a document, a page, a folder or one knowledge base: https://…/wiki/space/NUMBER.',
    )
  }
  return parsed.kind === 'wiki-space' ? parsed.spaceId : parsed.token
}
