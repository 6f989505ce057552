import path from 'node:path'
import { listIn } from '../lists.js'
import type { PlannedFile } from './model.js'
import { byCodePoints } from './paths.js'

/** The paths of the documents that a run writes, for links between them. */
export class LinkTargets {
  private readonly paths = new Map<string, string>()

  constructor(files: readonly PlannedFile[]) {
    const byToken = new Map<string, string[]>()
    for (const { output, path } of files) {
      for (const token of tokensOf(output)) listIn(byToken, token).push(path)
    }
    for (const [token, paths] of byToken) {
      const [first] = paths.sort(compareTargets)
      if (first !== undefined) this.paths.set(token, first)
    }
  }

  /**
   * The relative path to a document's Markdown, else to its first file.
   * @param token of the document or of its wiki page
   * @param from the path of the linking file
   * @returns undefined for a document that the run does not write
   */
  resolve(token: string, from: string): string | undefined {
    const target = this.paths.get(token)
    return target === undefined ? undefined : path.posix.relative(path.posix.dirname(from), target)
  }
}

/** Compares the paths of one document: Markdown comes first, then the order of code points. */
function compareTargets(a: string, b: string): number {
  const rank = (path: string): number => (path.endsWith('.md') ? 0 : 1)
  return rank(a) - rank(b) || byCodePoints(a, b)
}

/**
 * The tokens by which a link may name a document: its own, and that of its wiki page, which is at the end of
 * its URL: `https://example.feishu.cn/wiki/TOKEN`.
 */
function tokensOf({ token, url }: PlannedFile['output']): readonly string[] {
  const urlToken = url === undefined ? undefined : /\/([\w-]+)\/?(?:[?#].*)?$/.exec(url)?.[1]
  return urlToken === undefined || urlToken === token ? [token] : [token, urlToken]
}
