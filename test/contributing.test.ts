import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from '@jest/globals'
import { ROOT } from './process/run-action.js'

const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8')

it('the table of commands in CONTRIBUTING.md has every script of package.json, and no other', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Readonly<Record<string, string>> }
  const rows = [...read('CONTRIBUTING.md').matchAll(/^\| `npm (?:run )?([\w:-]+)` +\| (.*?) *\|$/gm)]
  const explained = rows.map(([, script = '']) => script)
  expect(explained.toSorted()).toEqual(Object.keys(scripts).toSorted())
  // Not an empty cell.
  for (const [, , explanation] of rows) expect(explanation).toMatch(/\w/)
})
