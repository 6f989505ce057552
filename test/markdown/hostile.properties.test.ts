import { describe, it } from '@jest/globals'
import fc from 'fast-check'
import { showsExactlyTheText, showsFormulasAsText } from './properties.js'
import { READERS } from './readers.js'

describe.each(READERS)('hostile documents, read by $name,', (reader) => {
  it('show exactly their text in their style, and nothing else', () => {
    fc.assert(showsExactlyTheText(reader), { numRuns: 100 })
  })

  it('have formulas in which nothing is read as Markdown or HTML', () => {
    fc.assert(showsFormulasAsText(reader), { numRuns: 100 })
  })
})
