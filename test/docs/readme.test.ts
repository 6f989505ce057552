import { describe, expect, it } from '@jest/globals'
import { readAction, toChinesePage } from '../../scripts/readme-tables.js'
import { codeBlocksOf, codesIn, exists, textOf } from './pages.js'

describe.each(['README.md', toChinesePage('README.md')])('%s is for newcomers', (file) => {
  const text = textOf(file)

  it('has at most 220 lines', () => {
    expect(text.split('\n').length - 1).toBeLessThanOrEqual(220)
  })

  it('has every input and output of the root action in a table', () => {
    const { inputs, outputs } = readAction('action.yml')
    const rows = text.split('\n').filter((line) => line.startsWith('|'))
    const named = new Set(rows.flatMap((row) => codesIn(row)))
    expect([...Object.keys(inputs), ...Object.keys(outputs)].filter((name) => !named.has(name))).toEqual([])
  })

  it('begins with a workflow of at most 15 lines, and has a mirror of at most 30', () => {
    const workflows = codeBlocksOf(text, 'yaml').filter((code) => code.startsWith('name:'))
    const lines = workflows.map((code) => code.trimEnd().split('\n').length)
    expect(lines).toHaveLength(2)
    expect(lines[0]).toBeLessThanOrEqual(15)
    expect(lines[1]).toBeLessThanOrEqual(30)
  })

  it('names commands that are in package.json', () => {
    const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> }
    const named = [...text.matchAll(/`npm run ([\w:-]+)`/g)].map(([, name = '']) => name)
    expect(named.length).toBeGreaterThan(2)
    expect(named.filter((name) => !(name in scripts))).toEqual([])
  })

  it('shows pictures that are there', () => {
    const shown = [...text.matchAll(/(?:src|srcset)="([^"]+)"/g)].map(([, source = '']) => source)
    expect(shown).toHaveLength(3)
    expect(shown.filter((source) => !exists(source))).toEqual([])
  })
})
