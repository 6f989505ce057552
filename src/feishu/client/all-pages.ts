import { fail, type Reply } from '../errors/failure.js'
import type { Page } from './fields.js'

// A list with this many pages without new items in a row counts as endless: not even one such page is expected.
const ENDLESS_AFTER_IDLE_PAGES = 3

/**
 * Reads all pages of a list. Not for a list that may have many empty pages, as that of `wikiNodesPage`. Of several items
 * with the same id, keeps the first.
 * @param readPage takes the cursor of a page; undefined for the first page
 * @param doing the phrase after "Could not": "list the tables of the base"
 * @returns the items in the order of the list; a failure if a page fails, or the list cannot be read to its end
 */
export async function readAllPages<T>(
  readPage: (cursor: string | undefined) => Promise<Reply<Page<T>>>,
  idOf: (item: T) => string,
  doing: string,
): Promise<Reply<readonly T[]>> {
  const items = new Map<string, T>()
  const cursors = new Set<string>()
  let idlePages = 0
  for (let cursor: string | undefined; ;) {
    const reply = await readPage(cursor)
    if (!reply.ok) return reply
    const sizeBefore = items.size
    for (const item of reply.value.items) if (!items.has(idOf(item))) items.set(idOf(item), item)
    if (!reply.value.hasMore) return { ...reply, value: [...items.values()] }
    const giveUp = (why: string): Reply<never> =>
      fail({
        class: 'permanent',
        what: `Could not ${doing}: ${why}`,
        advice: 'Run it again. If it stays, give the log id to Feishu support.',
        logId: reply.logId,
      })
    idlePages = items.size === sizeBefore ? idlePages + 1 : 0
    if (idlePages >= ENDLESS_AFTER_IDLE_PAGES) {
      return giveUp(
        `the last ${ENDLESS_AFTER_IDLE_PAGES} pages of the list brought nothing new, and there is always one more`,
      )
    }
    cursor = reply.value.cursor
    if (cursor === undefined || cursors.has(cursor)) {
      return giveUp('the service says that there are more, but not where')
    }
    cursors.add(cursor)
  }
}
