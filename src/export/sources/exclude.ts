import ignore from 'ignore'
import { parseLink } from '../../feishu/links/document-link.js'
import { excerpt, InputError } from '../../runner/inputs.js'

/** An item that exclude rules are applied to. */
export interface ExcludeCandidate {
  /** Its path below the source: safe titles, joined by `/`, without extension. */
  readonly path: string
  /** Whether it may have children: patterns that end in `/` match only such items. */
  readonly isDirectory: boolean
  /** The ids that a link to it may have: token, page token, id of the knowledge base. */
  readonly ids: readonly string[]
}

/** The rules of the input `exclude`. */
export interface ExcludeRules {
  /** Every line that can exclude something, as `lineFor` names it. */
  readonly lines: readonly string[]
  /** The line that excludes an item; undefined when none does. */
  lineFor(candidate: ExcludeCandidate): string | undefined
}

/**
 * Reads the input `exclude`: one rule a line, a link or a pattern in the syntax of `.gitignore`.
 * Source: "gitignore - Specifies intentionally untracked files to ignore", https://git-scm.com/docs/gitignore
 * @throws InputError for a link that cannot be read
 */
export function parseExclude(text: string): ExcludeRules {
  const patterns: string[] = []
  const lineById = new Map<string, string>()
  // In normal form C, as the paths are (see `safeSegment`): a name copied on macOS may be in form D.
  const lines = text.normalize('NFC').split(/\r\n|\r|\n/)
  for (const [index, line] of lines.entries()) {
    if (isLink(line)) lineById.set(idOf(line, index + 1), line.trim())
    else patterns.push(line)
  }
  const matcher = ignore({ ignorecase: false }).add(patterns)
  const excluding = patterns.map((line) => line.trim()).filter((line) => line !== '' && !/^[#!]/.test(line))
  return {
    lines: [...lineById.values(), ...excluding],
    lineFor({ path, isDirectory, ids }) {
      const byLink = ids.map((id) => lineById.get(id)).find((line) => line !== undefined)
      if (byLink !== undefined) return byLink
      // A pattern that ends with a slash matches only a path with one; any other pattern matches both.
      const { ignored, rule } = matcher.test(isDirectory ? `${path}/` : path)
      // An ignored path always has a rule; only in its type is it optional.
      return ignored ? (rule?.pattern ?? path).trim() : undefined
    },
  }
}

/** True for a link, also one pasted as an item of a list or in angle brackets: `- <https://…>`. */
const isLink = (line: string): boolean => /^\s*[-*•]?\s*<?https?:\/\//i.test(line)

/** Reads the token or space id that a link excludes. @throws InputError */
function idOf(line: string, lineNumber: number): string {
  const parsed = parseLink(line, 'document-or-tree')
  const refuse = (fault: string, cure: string): InputError =>
    new InputError(`Input \`exclude\`, line ${lineNumber} has ${excerpt(line.trim())}, ${fault}. ${cure}`)
  if (parsed.kind === 'fault') throw refuse(parsed.fault, parsed.cure)
  if (parsed.kind === 'wiki-home') {
    throw refuse(
      'the page of all knowledge bases',
      'Give the link of a document, a page, a folder or one knowledge base: https://…/wiki/space/NUMBER.',
    )
  }
  return parsed.kind === 'wiki-space' ? parsed.spaceId : parsed.token
}
