import ignore from 'ignore'
import { parseLink, type DocumentLink } from '../../feishu/links/document-link.js'
import { excerpt, InputError } from '../../runner/inputs.js'

/** A found thing, as exclude rules see it. */
export interface ExcludeCandidate {
  /** Below its source: titles made safe, joined by `/`, without extension. */
  readonly path: string
  /** Whether there may be something below it: patterns that end in `/` match these alone. */
  readonly isDirectory: boolean
  /** Everything that a link may name it by: token, page token, id of the knowledge base. */
  readonly ids: readonly string[]
}

/** Decides what is left out. */
export interface ExcludeRules {
  /** The line that excludes a thing; undefined when none does. */
  lineFor(candidate: ExcludeCandidate): string | undefined
}

/**
 * Reads the input `exclude`: one rule a line, a link or a pattern in the syntax of `.gitignore`.
 * Source: "gitignore - Specifies intentionally untracked files to ignore", https://git-scm.com/docs/gitignore
 * @throws InputError for a link that cannot be read
 */
export function parseExclude(text: string): ExcludeRules {
  const patterns: string[] = []
  const ids = new Map<string, string>()
  for (const [index, line] of text.split(/\r\n|\r|\n/).entries()) {
    if (!/^\s*[-*•]?\s*<?https?:\/\//i.test(line)) patterns.push(line)
    else ids.set(idOf(line, index + 1), line.trim())
  }
  const matcher = ignore({ ignorecase: false }).add(patterns)
  return {
    lineFor({ path, isDirectory, ids: own }) {
      const byLink = own.map((id) => ids.get(id)).find((line) => line !== undefined)
      if (byLink !== undefined) return byLink
      const tests = isDirectory ? [`${path}/`, path] : [path]
      const result = tests.map((one) => matcher.test(one)).find(({ ignored }) => ignored)
      return result && (result.rule?.pattern ?? path)
    },
  }
}

function idOf(line: string, number: number): string {
  const parsed = parseLink(line, 'document-or-tree')
  const refuse = (fault: string, cure: string): InputError =>
    new InputError(`Input \`exclude\`, line ${number}: ${excerpt(line.trim())}, ${fault}. ${cure}`)
  if (parsed.kind === 'fault') throw refuse(parsed.fault, parsed.cure)
  if (parsed.kind === 'wiki-home') {
    throw refuse(
      'the page of all knowledge bases',
      'Give the link of a document, a page, a folder or one knowledge base: https://…/wiki/space/NUMBER.',
    )
  }
  return linkId(parsed) ?? ''
}

function linkId(link: DocumentLink): string | undefined {
  return link.kind === 'wiki-space' ? link.spaceId : 'token' in link ? link.token : undefined
}
