import { describe, expect, test } from '@jest/globals'
import { assignNames, type NameRequest, type TakenNames } from '../../../src/export/naming/assign-names.js'
import { request, directory, file, NOTHING_TAKEN } from './requests.js'

const [X, Y] = ['doxcnXXX111', 'doxcnYYY222']

/** The names of each request, joined by a comma; `-` stands for a name that was not found. @param at the directory */
function namesOf(requests: readonly NameRequest[], taken: Partial<TakenNames> = {}, at = ''): string[] {
  const names = assignNames(requests, at, { ...NOTHING_TAKEN, ...taken })
  return requests.map(({ endings }) => endings.map((ending) => names.get(ending) ?? '-').join(', '))
}

const allEndings = [file('.docx'), file('.pdf'), directory()]

describe('a name', () => {
  test('that only one request asks for is given to it', () => {
    expect(namesOf([request('A', X), request('B', Y)])).toEqual(['A.docx', 'B.docx'])
    expect(namesOf([request('A', X, { endings: allEndings })])).toEqual(['A.docx, A.pdf, A'])
  })

  test('that several requests ask for is given to none of them', () => {
    expect(namesOf([request('A', X), request('A', Y)])).toEqual(['A-XXX111.docx', 'A-YYY222.docx'])
  })

  test('counts as the same name in another letter case or Unicode normal form', () => {
    expect(namesOf([request('\u00e9', X), request('E\u0301', Y)])).toEqual([
      '\u00e9-XXX111.docx',
      'E\u0301-YYY222.docx',
    ])
  })

  test('of a file is another name than that of a directory or of another format', () => {
    const requests = [
      request('A', X),
      request('A', Y, { endings: [file('.pdf')] }),
      request('A', 'f1', { endings: [directory()] }),
    ]
    expect(namesOf(requests)).toEqual(['A.docx', 'A.pdf', 'A'])
  })

  test('is assigned first to what the user named, then to originals, shortcuts and the directories beside files', () => {
    const requests = (['beside', 'shortcut', 'original', 'explicit'] as const).map((pass, nth) => {
      return request('A', `doxcn${pass}00000${nth}`, { pass })
    })
    expect(namesOf(requests)).toEqual(['A-000000.docx', 'A-000001.docx', 'A-000002.docx', 'A.docx'])
    expect(namesOf(requests.slice(0, 3))).toEqual(['A-000000.docx', 'A-000001.docx', 'A.docx'])
    expect(namesOf(requests.slice(0, 2))).toEqual(['A-000000.docx', 'A.docx'])
  })

  test('gets more of the token if six letters are not enough', () => {
    const requests = [request('A', 'doxcnX1SAMEEND'), request('A', 'doxcnX2SAMEEND')]
    expect(namesOf(requests)).toEqual(['A-xcnX1SAMEEND.docx', 'A-xcnX2SAMEEND.docx'])
  })

  test('with a suffix that is the title of another document gets a longer suffix', () => {
    const requests = [request('A', X), request('A', Y), request('A-XXX111', 'doxcnZZZ333')]
    expect(namesOf(requests)).toEqual(['A-doxcnXXX111.docx', 'A-YYY222.docx', 'A-XXX111.docx'])
  })

  test('that is recorded is given up if it is longer than names of its request may be now', () => {
    const stem = 'x'.repeat(250)
    const recorded = { stem, level: 0 }
    const pdf = { ...file('.pdf'), recorded }
    expect(namesOf([request(stem, X, { endings: [pdf], maxBytes: 251 })])).toEqual([`${stem}.pdf`])
    const shorter = `${'x'.repeat(241)}-XXX111`
    const withAssets = request(stem, X, { endings: [pdf, { ...directory(), text: '.assets' }], maxBytes: 248 })
    expect(namesOf([withAssets])).toEqual([`${shorter}.pdf, ${shorter}.assets`])
  })

  test('is cut to fit, and is missing if nothing fits', () => {
    expect(namesOf([request('文'.repeat(9), X, { maxBytes: 20 })])).toEqual(['文文文文-XXX111.docx'])
    expect(namesOf([request('文'.repeat(9), X, { maxBytes: 9 })])).toEqual(['-'])
    expect(namesOf([request('A', X)], {}, 'x'.repeat(800))).toEqual(['-'])
  })

  test('of a directory beside a file without extension is never that of the file, also when the file has a recorded suffix', () => {
    const beside = request('A', X, { pass: 'beside', endings: [directory()] })
    expect(namesOf([request('A', X, { endings: [file('')] }), beside])).toEqual(['A', 'A-XXX111'])
    const suffixed = request('A', X, { endings: [file('', { stem: 'A-XXX111', level: 1 })] })
    expect(namesOf([suffixed, beside])).toEqual(['A-XXX111', 'A-doxcnXXX111'])
  })

  test('that is taken is not assigned; a directory may share the name of another directory', () => {
    const requests = [request('A', X, { endings: [file('')] }), request('B', Y, { endings: [directory()] })]
    expect(namesOf(requests, { files: new Set(['A', 'B']) })).toEqual(['A-XXX111', 'B-YYY222'])
    expect(namesOf(requests, { directories: new Set(['A', 'B']) })).toEqual(['A-XXX111', 'B'])
  })

  test('of an incomplete or parked file is not assigned', () => {
    const own = '.feishu-export-0123456789abcdef01234567'
    const requests = ['part', 'OLD'].map((extension) => request(own, X, { endings: [file(`.${extension}`)] }))
    expect(namesOf(requests)).toEqual([`${own}-XXX111.part`, `${own}-XXX111.OLD`])
  })
})

describe('the names of a request', () => {
  test('are assigned together: if one is contested, all get a suffix', () => {
    const requests = [request('A', X, { endings: allEndings }), request('A', 'f1', { endings: [directory()] })]
    expect(namesOf(requests)).toEqual(['A-XXX111.docx, A-XXX111.pdf, A-XXX111', 'A-f1'])
  })

  test('that it does not get, because one of them is contested, are not assigned to others', () => {
    const requests = [
      request('A', X, { endings: [file('.docx'), directory()] }),
      request('A', 'f1', { endings: [directory()] }),
      request('A', Y, { pass: 'shortcut' }),
    ]
    expect(namesOf(requests)).toEqual(['A-XXX111.docx, A-XXX111', 'A-f1', 'A-YYY222.docx'])
  })

  test('that are new beside recorded ones begin with the recorded stem', () => {
    const endings = [file('.docx', { stem: 'A-XXX111', level: 1 }), file('.pdf')]
    expect(namesOf([request('A', X, { endings })])).toEqual(['A-XXX111.docx, A-XXX111.pdf'])
    expect(namesOf([request('A', X, { endings })], { files: new Set(['A-XXX111.PDF']) })).toEqual([
      'A-XXX111.docx, A-doxcnXXX111.pdf',
    ])
  })
})

describe('a recorded name', () => {
  const recorded = (stem: string, level: number) => ({ endings: [file('.docx', { stem, level })] })

  test('stays, with a suffix or without, whoever else asks for it', () => {
    expect(namesOf([request('A', X, recorded('A', 0)), request('A', Y)])).toEqual(['A.docx', 'A-YYY222.docx'])
    expect(namesOf([request('A', X, recorded('A-XXX111', 1))])).toEqual(['A-XXX111.docx'])
    const requests = [request('A', X, { ...recorded('A', 0), pass: 'shortcut' }), request('A', Y, { pass: 'explicit' })]
    expect(namesOf(requests)).toEqual(['A.docx', 'A-YYY222.docx'])
  })

  test('is replaced if it is taken now or too long', () => {
    expect(namesOf([request('A', X, recorded('A', 0))], { files: new Set(['A.DOCX']) })).toEqual(['A-XXX111.docx'])
    const bare = request('A', X, { endings: [file('', { stem: 'A', level: 0 })] })
    expect(namesOf([bare], { directories: new Set(['A']) })).toEqual(['A-XXX111'])
    expect(namesOf([request('A', X, recorded('A'.repeat(250), 0))], {}, 'x'.repeat(600))).toEqual(['A.docx'])
  })

  test('that two requests have recorded is given to neither', () => {
    expect(namesOf([request('A', X, recorded('A', 0)), request('a', Y, recorded('a', 0))])).toEqual([
      'A-XXX111.docx',
      'a-YYY222.docx',
    ])
  })

  test('with a suffix leaves the name without suffix contested, as in the run before', () => {
    // The first run gave both a suffix, and the export of one failed.
    expect(namesOf([request('A', X, recorded('A-XXX111', 1)), request('A', Y)])).toEqual([
      'A-XXX111.docx',
      'A-YYY222.docx',
    ])
    // A request of a later pass does not get the name either, though all requests before it have recorded names.
    const both = [request('A', X, recorded('A-XXX111', 1)), request('A', Y, recorded('A-YYY222', 1))]
    expect(namesOf([...both, request('A', 'doxcnZZZ333', { pass: 'shortcut' })])[2]).toBe('A-ZZZ333.docx')
  })

  test('leaves the names at lower levels contested, also for the other names of its request', () => {
    const [first, second] = ['doxcnX1SAMEEND', 'doxcnX2SAMEEND']
    const endings = [file('.docx', { stem: 'A-AMEEND', level: 1 }), file('.pdf', { stem: 'A-xcnX1SAMEEND', level: 2 })]
    const requests = [request('A', first, { endings }), request('A', second, { endings: [file('.pdf')] })]
    expect(namesOf(requests)[1]).toBe('A-xcnX2SAMEEND.pdf')
  })
})
