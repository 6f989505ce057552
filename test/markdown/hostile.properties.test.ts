import { describe, it } from '@jest/globals'
import fc from 'fast-check'
import { showsExactlyTheText, showsFormulasAsText } from './properties.js'
import { READERS } from './readers.js'

describe.each(READERS)('documents with hostile text, exported and read by $name,', (reader) => {
  it('show exactly the text of the document in its style, and nothing else', () => {
    fc.assert(showsExactlyTheText(reader), { numRuns: 100 })
  })

  it('show formulas as plain text: no part of a formula is read as Markdown or HTML', () => {
    fc.assert(showsFormulasAsText(reader), { numRuns: 100 })
  })
})
