import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from '@jest/globals'
import { normalizeTexts, runPictureScenario } from '../scripts/picture-scenario.js'
import { ROOT } from './process/run-action.js'

it('the pictures of the README show what a run shows today; if not, run `npm run pictures`', async () => {
  const shown = readFileSync(path.join(ROOT, 'docs/images/texts.txt'), 'utf8')
  expect(normalizeTexts(await runPictureScenario())).toBe(shown)
})
