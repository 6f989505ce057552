import { describe, expect, test } from '@jest/globals'
import { assignNames, type NameClaim, type TakenNames } from '../../../src/export/naming/assign-names.js'
import { claim, directory, file, NOTHING_TAKEN } from './claims.js'

const [X, Y] = ['doxcnXXX111', 'doxcnYYY222']

/** The names of the claims, in their order; those of one claim by comma. */
function namesOf(claims: readonly NameClaim[], taken: Partial<TakenNames> = {}, at = ''): string[] {
  const names = assignNames(claims, at, { ...NOTHING_TAKEN, ...taken })
  return claims.map(({ ends }) => ends.map((end) => names.get(end) ?? '-').join(', '))
}

const all = [file('.docx'), file('.pdf'), directory()]

describe('a name', () => {
  test('that one claim asks for is its own', () => {
    expect(namesOf([claim('A', X), claim('B', Y)])).toEqual(['A.docx', 'B.docx'])
    expect(namesOf([claim('A', X, { ends: all })])).toEqual(['A.docx, A.pdf, A'])
  })

  test('that several claims ask for is given to none of them', () => {
    expect(namesOf([claim('A', X), claim('A', Y)])).toEqual(['A-XXX111.docx', 'A-YYY222.docx'])
  })

  test('is the same in another case or normal form', () => {
    expect(namesOf([claim('\u00e9', X), claim('E\u0301', Y)])).toEqual(['\u00e9-XXX111.docx', 'E\u0301-YYY222.docx'])
  })

  test('of a file is not that of a directory, nor that in another format', () => {
    const claims = [claim('A', X), claim('A', Y, { ends: [file('.pdf')] }), claim('A', 'f1', { ends: [directory()] })]
    expect(namesOf(claims)).toEqual(['A.docx', 'A.pdf', 'A'])
  })

  test('goes to the user’s choice first, then to originals, shortcuts and the directories beside files', () => {
    const claims = (['beside', 'shortcut', 'original', 'explicit'] as const).map((pass, nth) => {
      return claim('A', `doxcn${pass}00000${nth}`, { pass })
    })
    expect(namesOf(claims)).toEqual(['A-000000.docx', 'A-000001.docx', 'A-000002.docx', 'A.docx'])
    expect(namesOf(claims.slice(0, 3))).toEqual(['A-000000.docx', 'A-000001.docx', 'A.docx'])
    expect(namesOf(claims.slice(0, 2))).toEqual(['A-000000.docx', 'A.docx'])
  })

  test('has more of the token where six letters are not enough', () => {
    const claims = [claim('A', 'doxcnX1SAMEEND'), claim('A', 'doxcnX2SAMEEND')]
    expect(namesOf(claims)).toEqual(['A-xcnX1SAMEEND.docx', 'A-xcnX2SAMEEND.docx'])
  })

  test('with a suffix may be the title of another document: then both go on', () => {
    const claims = [claim('A', X), claim('A', Y), claim('A-XXX111', 'doxcnZZZ333')]
    expect(namesOf(claims)).toEqual(['A-doxcnXXX111.docx', 'A-YYY222.docx', 'A-XXX111.docx'])
  })

  test('is shortened to fit, and left out where nothing fits', () => {
    expect(namesOf([claim('文'.repeat(9), X, { maxBytes: 20 })])).toEqual(['文文文文-XXX111.docx'])
    expect(namesOf([claim('文'.repeat(9), X, { maxBytes: 9 })])).toEqual(['-'])
    expect(namesOf([claim('A', X)], {}, 'x'.repeat(800))).toEqual(['-'])
  })

  test('is never that of the file for the directory beside it, also when the file has another one on record', () => {
    const beside = claim('A', X, { pass: 'beside', ends: [directory()] })
    expect(namesOf([claim('A', X, { ends: [file('')] }), beside])).toEqual(['A', 'A-XXX111'])
    const suffixed = claim('A', X, { ends: [file('', { stem: 'A-XXX111', level: 1 })] })
    expect(namesOf([suffixed, beside])).toEqual(['A-XXX111', 'A-doxcnXXX111'])
  })

  test('that is taken is given to nobody, for a directory only if a file has it', () => {
    const claims = [claim('A', X, { ends: [file('')] }), claim('B', Y, { ends: [directory()] })]
    expect(namesOf(claims, { files: new Set(['A', 'B']) })).toEqual(['A-XXX111', 'B-YYY222'])
    expect(namesOf(claims, { directories: new Set(['A', 'B']) })).toEqual(['A-XXX111', 'B'])
  })

  test('of an incomplete or parked file is given to nobody', () => {
    const own = '.feishu-export-0123456789abcdef01234567'
    const claims = ['part', 'OLD'].map((extension) => claim(own, X, { ends: [file(`.${extension}`)] }))
    expect(namesOf(claims)).toEqual([`${own}-XXX111.part`, `${own}-XXX111.OLD`])
  })
})

describe('the names of a claim', () => {
  test('go together: one that is contested takes the others along', () => {
    const claims = [claim('A', X, { ends: all }), claim('A', 'f1', { ends: [directory()] })]
    expect(namesOf(claims)).toEqual(['A-XXX111.docx, A-XXX111.pdf, A-XXX111', 'A-f1'])
  })

  test('that it gave up are given to nobody', () => {
    const claims = [
      claim('A', X, { ends: [file('.docx'), directory()] }),
      claim('A', 'f1', { ends: [directory()] }),
      claim('A', Y, { pass: 'shortcut' }),
    ]
    expect(namesOf(claims)).toEqual(['A-XXX111.docx, A-XXX111', 'A-f1', 'A-YYY222.docx'])
  })

  test('that are new beside recorded ones begin with the recorded stem', () => {
    const ends = [file('.docx', { stem: 'A-XXX111', level: 1 }), file('.pdf')]
    expect(namesOf([claim('A', X, { ends })])).toEqual(['A-XXX111.docx, A-XXX111.pdf'])
    expect(namesOf([claim('A', X, { ends })], { files: new Set(['A-XXX111.PDF']) })).toEqual([
      'A-XXX111.docx, A-doxcnXXX111.pdf',
    ])
  })
})

describe('a recorded name', () => {
  const recorded = (stem: string, level: number) => ({ ends: [file('.docx', { stem, level })] })

  test('stays, with a suffix or without, whoever else asks for it', () => {
    expect(namesOf([claim('A', X, recorded('A', 0)), claim('A', Y)])).toEqual(['A.docx', 'A-YYY222.docx'])
    expect(namesOf([claim('A', X, recorded('A-XXX111', 1))])).toEqual(['A-XXX111.docx'])
    const claims = [claim('A', X, { ...recorded('A', 0), pass: 'shortcut' }), claim('A', Y, { pass: 'explicit' })]
    expect(namesOf(claims)).toEqual(['A.docx', 'A-YYY222.docx'])
  })

  test('is given up where it is taken by now, or too long', () => {
    expect(namesOf([claim('A', X, recorded('A', 0))], { files: new Set(['A.DOCX']) })).toEqual(['A-XXX111.docx'])
    const bare = claim('A', X, { ends: [file('', { stem: 'A', level: 0 })] })
    expect(namesOf([bare], { directories: new Set(['A']) })).toEqual(['A-XXX111'])
    expect(namesOf([claim('A', X, recorded('A'.repeat(250), 0))], {}, 'x'.repeat(600))).toEqual(['A.docx'])
  })

  test('that two claims have is kept by neither', () => {
    expect(namesOf([claim('A', X, recorded('A', 0)), claim('a', Y, recorded('a', 0))])).toEqual([
      'A-XXX111.docx',
      'a-YYY222.docx',
    ])
  })

  test('does not free the names that were contested before it', () => {
    // The first run gave both a suffix, and the export of one failed.
    expect(namesOf([claim('A', X, recorded('A-XXX111', 1)), claim('A', Y)])).toEqual(['A-XXX111.docx', 'A-YYY222.docx'])
    // The same for a claim of a later pass, when all claims before it are recorded.
    const both = [claim('A', X, recorded('A-XXX111', 1)), claim('A', Y, recorded('A-YYY222', 1))]
    expect(namesOf([...both, claim('A', 'doxcnZZZ333', { pass: 'shortcut' })])[2]).toBe('A-ZZZ333.docx')
  })

  test('does not free a name that another name of its claim gave up', () => {
    const [first, second] = ['doxcnX1SAMEEND', 'doxcnX2SAMEEND']
    const ends = [file('.docx', { stem: 'A-AMEEND', level: 1 }), file('.pdf', { stem: 'A-xcnX1SAMEEND', level: 2 })]
    const claims = [claim('A', first, { ends }), claim('A', second, { ends: [file('.pdf')] })]
    expect(namesOf(claims)[1]).toBe('A-xcnX2SAMEEND.pdf')
  })
})
