import { existsSync, readdirSync, readFileSync } from 'node:fs'
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

it('the tree in CONTRIBUTING.md names every folder of src/, src/export/ and src/feishu/, and none that is gone', () => {
  const [, tree = ''] = /^## How the code is organized\n+```\n(.*?)^```/ms.exec(read('CONTRIBUTING.md')) ?? []
  const foldersOf = (folder: string): string[] =>
    readdirSync(path.join(ROOT, folder), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
  for (const parent of ['src', 'src/export']) {
    for (const folder of foldersOf(parent)) expect(tree).toContain(` ${folder}/ `)
  }
  const [, apis = ''] = /^ +feishu\/ .*?: (.*)$/m.exec(tree) ?? []
  expect(apis.split(', ').toSorted()).toEqual(foldersOf('src/feishu').toSorted())
  // Folders at the start of a line of the tree: `create/ download/` names two. Their places differ by the indent.
  const parents = new Map([
    [0, '.'],
    [2, 'src'],
    [4, 'src/export'],
  ])
  for (const [, indent = '', names = ''] of tree.matchAll(/^( *)((?:[\w.-]+\/ ?)+)(?: |$)/gm)) {
    for (const name of names.trim().split(' '))
      expect({ name, exists: existsSync(path.join(ROOT, parents.get(indent.length) ?? '', name)) }).toEqual({
        name,
        exists: true,
      })
  }
})
