// `npm run proof:markdown -- --runs 20000`: the properties of test/markdown with many more documents, for each reader
// that is here. Install cmark-gfm for the one that GitHub uses.
import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { showsExactlyTheText, showsFormulasAsText } from './properties.js'
import { READERS } from './readers.js'

const { values } = parseArgs({ options: { runs: { type: 'string', default: '20000' } } })
const numRuns = Number(values.runs)

for (const reader of READERS) {
  fc.assert(showsExactlyTheText(reader), { numRuns })
  fc.assert(showsFormulasAsText(reader), { numRuns })
  console.log(`${reader.name}: ${numRuns} documents and ${numRuns} formulas`)
}
