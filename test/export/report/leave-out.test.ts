import { describe, expect, it } from '@jest/globals'
import { LeaveOutAdvice, leaveOneOutSentence, leaveOutSentence } from '../../../src/export/report/leave-out.js'
import type { Entry, Listing } from '../../../src/export/listing/types.js'
import type { Failure } from '../../../src/feishu/errors/failure.js'
import { entry as entryOf, listing, single, tree } from '../naming/trees.js'
import { planFor } from '../plan/worlds.js'

const TOO_LARGE: Failure = { class: 'permanent', what: 'Too large' }
const urlOf = (token: string): string => `https://x.example/docx/${token}`
const entry = (token: string, rest: Partial<Entry> = {}): Entry => entryOf(token, token, { url: urlOf(token), ...rest })
const page = entry('page', { children: [entry('below')] })
const tables = ['t1', 't2'].map((id) => entryOf('base', id, { type: 'bitable', table: { id }, url: urlOf('base') }))
const base = entry('base', { type: 'bitable' })

/** The files of a run with these formats for documents and bases, and advice about the files that fail. */
function adviseFor(found: Listing, formats: string[], { deleteStale = false } = {}) {
  const { toExport } = planFor(found, { formats: new Map(['docx', 'bitable'].map((type) => [type, formats])) })
  const outputs = toExport.map(({ output }) => output)
  const advice = new LeaveOutAdvice(found, outputs, deleteStale)
  return (failedPaths: string[], failure = TOO_LARGE) => {
    const failed = toExport.filter(({ path }) => failedPaths.includes(path)).map(({ output }) => output)
    expect(failed).toHaveLength(failedPaths.length)
    return failed.flatMap(
      (output) => advice.find({ url: output.url, output, failure }, (one) => failed.includes(one)) ?? [],
    )
  }
}

/** The sentence about the only file that fails. */
const sentenceFor = (found: Listing, formats: string[], failedPath: string, options = {}): string =>
  adviseFor(found, formats, options)([failedPath]).map(leaveOutSentence).join('\n')

describe('the advice how to leave a file out', () => {
  it('is its link, if nothing else is left out with it', () => {
    expect(sentenceFor(listing(tree([page])), ['docx'], 'page/below.docx')).toBe(
      `To leave it out, add to \`exclude\`: ${urlOf('below')}`,
    )
  })

  it('names what the rule for the document leaves out as well', () => {
    expect(sentenceFor(listing(tree([page])), ['md', 'docx'], 'page.docx')).toBe(
      `To leave it out, with its other formats and everything below it, add to \`exclude\`: ${urlOf('page')}`,
    )
    const found = { ...listing(tree([base])), tables: new Map([[base, tables]]) }
    expect(sentenceFor(found, ['csv', 'xlsx'], 'base/t1.csv')).toBe(
      `To leave it out, with its other formats and its other sheets or tables, add to \`exclude\`: ${urlOf('base')}`,
    )
  })

  it('says that `delete-stale` then deletes files', () => {
    expect(sentenceFor(listing(tree([page])), ['docx'], 'page.docx', { deleteStale: true })).toBe(
      'To leave it out, with everything below it (`delete-stale` then deletes the files), add to `exclude`: ' +
        urlOf('page'),
    )
  })

  it('does not name what has failed, too', () => {
    const advice = adviseFor(listing(tree([entry('d')])), ['docx', 'pdf'])(['d.docx', 'd.pdf'])
    expect(advice.map(leaveOutSentence)).toEqual(Array(2).fill(`To leave it out, add to \`exclude\`: ${urlOf('d')}`))
  })

  it('is to change the line of a document that no tree has', () => {
    const alone = entry('page')
    expect(sentenceFor(listing(single(alone)), ['md', 'docx'], 'page.docx')).toBe(
      'To leave it out, write `as=md` in sources line 1.',
    )
    expect(sentenceFor(listing(single(alone)), ['docx'], 'page.docx')).toBe('To leave it out, remove sources line 1.')
    expect(sentenceFor(listing(single(alone), tree([page])), ['docx'], 'page.docx')).toContain('`exclude`')
    const twoLines = listing(single(alone, { as: ['md'] }), single(alone, { as: ['pdf'], where: 'sources line 2' }))
    expect(sentenceFor(twoLines, [], 'page.pdf')).toBe('To leave it out, remove sources line 2.')
  })

  it('is to remove the line of a table, which leaves the lines of other tables alone', () => {
    const lines = ['t1', 't2'].map((subId, nth) =>
      single(base, { subId, to: [subId], where: `sources line ${nth + 1}` }),
    )
    expect(sentenceFor(listing(...lines), ['csv'], 't2.csv')).toBe('To leave it out, remove sources line 2.')
  })

  it('names the other tables if they have the same line', () => {
    const found = { ...listing(single(base)), tables: new Map([[base, tables]]) }
    expect(sentenceFor(found, ['csv'], 'base/t1.csv')).toBe(
      'To leave it out, with its other sheets or tables, remove sources line 1.',
    )
  })

  it('names for a part that could not be listed all that is below it', () => {
    const advice = new LeaveOutAdvice(listing(tree([page])), [], false)
    const leaveOut = advice.find({ url: urlOf('page'), failure: TOO_LARGE }, () => false)
    expect(leaveOut && leaveOutSentence(leaveOut)).toBe(
      `To leave it out, with everything below it, add to \`exclude\`: ${urlOf('page')}`,
    )
  })

  it.each<[string, Partial<Failure>, number]>([
    ['an error of the service', { httpStatus: 400, code: 1069902 }, 1],
    ['an unknown answer', { httpStatus: 200, origin: 'unexpected-shape' }, 1],
    ['the disk', { httpStatus: 200, origin: 'disk' }, 0],
    ['a proxy', { httpStatus: 302 }, 0],
    ['a temporary fault', { class: 'transient' }, 0],
    ['a missing scope', { scope: 'endpoint' }, 0],
  ])('is given only if the document is the cause: %s', (_, rest, count) => {
    const advise = adviseFor(listing(tree([page])), ['docx'])
    expect(advise(['page.docx'], { ...TOO_LARGE, ...rest })).toHaveLength(count)
  })

  it('for several files is the links and all that is left out as well, or refers to the log', () => {
    const found = listing(tree([page, entry('d')]), single(entry('own')))
    const advise = adviseFor(found, ['docx'])
    expect(leaveOneOutSentence(advise(['d.docx', 'page.docx']), 3)).toBe(
      `To leave one out, with everything below it, add its link to \`exclude\`: ${urlOf('d')} ${urlOf('page')}`,
    )
    expect(leaveOneOutSentence(advise(['d.docx', 'own.docx']), 3)).toBe('The log says for each how to leave it out.')
  })
})
