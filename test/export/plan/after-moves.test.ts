import { describe, expect, test } from '@jest/globals'
import type { Failure } from '../../../src/feishu/errors/failure.js'
import { withFailedMoves, withParked } from '../../../src/export/plan/after-moves.js'
import { entry, folder, listing, tree } from '../naming/trees.js'
import { fileRecord } from '../records.js'
import { brief, countFound, planFor } from './worlds.js'

const records = [fileRecord('A.docx', 'd1')]

describe('after the moves', () => {
  const failure: Failure = { class: 'permanent', what: 'Cannot move the file', origin: 'disk' }
  const both = [...records, fileRecord('B.docx', 'd2')]

  test('a file whose move failed is refused', () => {
    const edited = entry('d2', 'Y', { editTime: '1732000001' })
    const plan = planFor(listing(tree([entry('d1', 'X'), edited, entry('d3', 'Z')])), { records: both })
    const [first, second] = plan.moves
    if (!first || !second) throw new Error('no moves')
    const next = withFailedMoves(plan, [
      { ...first, failure },
      { ...second, failure },
    ])
    expect(brief(next)).toMatchObject({ unchanged: [], toExport: ['Z.docx'], refused: ['Y.docx', 'X.docx'] })
    expect(next.refused.every((file) => file.failure === failure && !file.isForeign)).toBe(true)
    expect(countFound(next)).toBe(countFound(plan))
    expect(withFailedMoves(plan, [])).toBe(plan)
  })

  test('a file that was to be written to the path of a file that could not move is refused too', () => {
    const plan = planFor(listing(tree([entry('d1', 'X'), entry('d3', 'a')])), { records })
    expect(brief(plan)).toMatchObject({ moves: ['A.docx > X.docx'], toExport: ['a.docx'] })
    const next = withFailedMoves(
      plan,
      plan.moves.map((move) => ({ ...move, failure })),
    )
    expect(brief(next)).toMatchObject({ toExport: [], refused: ['a.docx', 'X.docx'] })
    expect(next.refused[0]?.failure.what).toMatch(/it is the file of another document, which could not be moved$/)
  })

  test('a file is not refused if it has moved to its path, though another move failed', () => {
    const plan = planFor(listing(tree([entry('d1', 'X'), entry('d2', 'A', { editTime: '9' })])), { records: both })
    expect(brief(plan)).toMatchObject({ moves: ['A.docx > X.docx', 'B.docx > A.docx'], toExport: ['A.docx'] })
    const next = withFailedMoves(
      plan,
      plan.moves.slice(0, 1).map((move) => ({ ...move, failure })),
    )
    expect(brief(next)).toMatchObject({ toExport: ['A.docx'], refused: ['X.docx'] })
  })

  test('a document with an asset that could not move is exported in the formats that save assets, not in others', () => {
    const ofFormats = ['md', 'docx'].map((extension) =>
      fileRecord(`A.${extension}`, 'd1', { fileExtension: extension }),
    )
    const asset = fileRecord('A.assets/p.png', 'd1', { asset: 'p', fileExtension: 'png' })
    const found = listing(tree([folder('f', 'F', entry('d1', 'A'))]))
    const plan = planFor(found, { records: [...ofFormats, asset], formats: new Map([['docx', ['md', 'docx']]]) })
    expect(brief(plan)).toMatchObject({ toExport: [], unchanged: ['F/A.docx', 'F/A.md'] })
    const assetMove = plan.moves.find(({ record }) => record.asset !== undefined)
    if (!assetMove) throw new Error('no move of the asset')
    const next = withFailedMoves(plan, [{ ...assetMove, failure }])
    expect(brief(next)).toMatchObject({ toExport: ['F/A.md'], unchanged: ['F/A.docx'] })
  })

  test('a stale file that was parked is removed from its parked path', () => {
    const found = listing(tree([entry('d9', 'A')]))
    const plan = planFor(found, { records, confirmedMissing: records, deleteStale: true })
    const [record] = plan.toPark
    if (!record) throw new Error('no file to park')
    expect(brief(withParked(plan, [{ record, at: 'parked.old' }])).stale).toEqual(['parked.old gone'])
    expect(withParked(plan, [])).toBe(plan)
  })
})
