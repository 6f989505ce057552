import { posix } from 'node:path'
import { listIn } from '../lists.js'
import type { PlannedFile } from './model.js'
import { byCodePoints } from './paths.js'

/** The paths that links between documents lead to. */
export class LinkTargets {
  /** The target of a link, by the token in the link. */
  private readonly paths = new Map<string, string>()

  /** @param files the files of all documents that a link can lead to */
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

  /** Lets the links to a planned path lead to the path that the file was published at (see `OutputWork.published`). */
  replacePath(planned: string, published: string): void {
    if (planned === published) return
    for (const [token, path] of this.paths) if (path === planned) this.paths.set(token, published)
  }

  /**
   * Finds the path to a document's Markdown or, without Markdown, to the first of its files by path.
   * @param token the token of the document or of its wiki page
   * @param from the path of the file with the link, relative to `directory`
   * @returns the path relative to the folder of that file; undefined for a document without a file
   */
  resolve(token: string, from: string): string | undefined {
    const target = this.paths.get(token)
    return target === undefined ? undefined : posix.relative(posix.dirname(from), target)
  }
}

/** Compares the paths of one document: Markdown comes first, then the order of code points. */
function compareTargets(a: string, b: string): number {
  const rank = (path: string): number => (path.endsWith('.md') ? 0 : 1)
  return rank(a) - rank(b) || byCodePoints(a, b)
}

/** The tokens by which a link may name a document: its own, and that of its wiki page, with which its URL ends. */
function tokensOf({ token, url }: PlannedFile['output']): readonly string[] {
  const urlToken = url === undefined ? undefined : /\/([\w-]+)\/?(?:[?#].*)?$/.exec(url)?.[1]
  return urlToken === undefined || urlToken === token ? [token] : [token, urlToken]
}
