import { describe, expect, it } from '@jest/globals'
import { readAllPages } from '../../../src/feishu/client/all-pages.js'
import type { Page } from '../../../src/feishu/client/fields.js'
import { fail, type Reply } from '../../../src/feishu/errors/failure.js'

const page = (items: readonly string[], cursor?: string, hasMore = cursor !== undefined): Reply<Page<string>> => ({
  ok: true,
  value: { items, hasMore, cursor },
  logId: 'log-1',
})

/**
 * Reads a list of texts, whose ids are their first letters.
 * @param answer returns the reply to the nth request, from 1
 * @returns the reply, and the cursors that were used
 */
async function readList(answer: (nth: number) => Reply<Page<string>>) {
  const cursors: (string | undefined)[] = []
  const readPage = (cursor: string | undefined): Promise<Reply<Page<string>>> => {
    cursors.push(cursor)
    return Promise.resolve(answer(cursors.length))
  }
  const reply = await readAllPages(readPage, (item) => item.slice(0, 1), 'list the tables')
  return { reply, cursors }
}

const failureOf = (why: string) => ({
  ok: false,
  failure: { class: 'permanent', what: `Could not list the tables: ${why}`, logId: 'log-1' },
})

describe('all pages of a list', () => {
  it('are read in their order, each item once', async () => {
    const { reply, cursors } = await readList(
      (nth) =>
        [page(['b1', 'a1'], 'x'), page(['a2'], 'y'), page([], 'z'), page(['c1'])][nth - 1] as Reply<Page<string>>,
    )
    expect(reply).toEqual({ ok: true, value: ['b1', 'a1', 'c1'], logId: 'log-1' })
    expect(cursors).toEqual([undefined, 'x', 'y', 'z'])
  })

  it('end with the failure of a page', async () => {
    const failure = fail({ class: 'permanent', what: 'No' })
    expect((await readList((nth) => (nth === 1 ? page(['a'], 'x') : failure))).reply).toEqual(failure)
  })

  it.each([
    ['missing', undefined],
    ['the same again', 'x'],
  ])('cannot be read when a cursor is %s', async (_, cursor) => {
    const { reply } = await readList((nth) => (nth === 1 ? page(['a'], 'x') : page(['b'], cursor, true)))
    expect(reply).toMatchObject(failureOf('the service says that there are more, but not where'))
  })

  it('cannot be read when they never end', async () => {
    const { reply, cursors } = await readList((nth) => page(['a'], `cursor ${nth}`))
    expect(reply).toMatchObject(
      failureOf('the last 3 pages of the list brought nothing new, and there is always one more'),
    )
    expect(cursors).toHaveLength(4)
  })
})
