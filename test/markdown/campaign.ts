// `npm run proof:markdown -- --runs 20000 --seed 1`: checks the properties of test/markdown with many more documents,
// for each reader that is installed (see readers.ts). Without `--seed`, every start uses another seed.
import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { showsExactlyTheText, showsFormulasAsText } from './properties.js'
import { READERS } from './readers.js'

const { values } = parseArgs({ options: { runs: { type: 'string', default: '20000' }, seed: { type: 'string' } } })
const numRuns = Number(values.runs)
// A seed of fast-check is a 32-bit integer.
const seed = values.seed === undefined ? Date.now() | 0 : Number(values.seed)

for (const reader of READERS) {
  fc.assert(showsExactlyTheText(reader), { numRuns, seed })
  fc.assert(showsFormulasAsText(reader), { numRuns, seed })
  console.log(`${reader.name}: ${numRuns} documents and ${numRuns} formulas, seed ${seed}`)
}
