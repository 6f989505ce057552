import { describe, expect, it } from '@jest/globals'
import { KIND_NAMES } from '../../src/markdown/kinds.js'
import { KINDS } from './kind-rows.js'
import { bodyOf, render, WireDocument } from './wire.js'

describe('a block', () => {
  it.each(KINDS)('%d %s', (_type, _name, build, markdown) => {
    expect(bodyOf(build)).toBe(markdown)
  })

  it('of every documented kind is in the table of the test above', () => {
    const document = new WireDocument()
    for (const [, , build] of KINDS) build(document)
    const built = new Set(document.items.map(({ block_type }) => block_type))
    expect([...KIND_NAMES.keys()].filter((type) => !built.has(type))).toEqual([])
  })
})

describe('placeholders', () => {
  it('are counted by kind, in the order in which the kinds first occur', () => {
    const { placeholders } = render((d) => [
      d.add(41, 'jira_issue', {}),
      d.text('x'),
      d.add(28, 'isv', {}),
      d.add(19, 'callout', {}, [d.add(41, 'jira_issue', {})]),
    ])
    expect(placeholders).toEqual([
      { kind: 'jira_issue', blockType: 41, count: 2 },
      { kind: 'isv', blockType: 28, count: 1 },
    ])
  })

  it('replace pictures, boards and attachments that are not saved', () => {
    const noAssets = { assetPath: () => undefined }
    expect(bodyOf((d) => d.add(27, 'image', { token: 'p' }), noAssets)).toBe('*Not exported: image, block type 27*')
    expect(bodyOf((d) => d.add(43, 'board', { token: 'b' }), noAssets)).toBe('*Not exported: board, block type 43*')
    expect(bodyOf((d) => d.add(23, 'file', { token: 'f', name: 'a.pdf' }), noAssets)).toBe(
      'a.pdf Not exported: file, block type 23',
    )
  })
})

describe('the diagram widget', () => {
  /** The Markdown of a diagram widget. */
  const widget = (record: unknown): string =>
    bodyOf((d) =>
      d.add(40, 'add_ons', { component_type_id: 'blk_631fefbbae02400430b8f9f4', record: JSON.stringify(record) }),
    )

  it('becomes a code block of the language mermaid or plantuml, with the source of the diagram', () => {
    expect(widget({ data: 'graph TD\n  A-->B', theme: 'default', view: 'codeChart' })).toBe(
      '```mermaid\ngraph TD\n  A-->B\n```',
    )
    expect(widget({ data: '@startuml\nA -> B\n@enduml\n' })).toBe('```plantuml\n@startuml\nA -> B\n@enduml\n```')
  })

  it('cannot end the code block with a fence in its source', () => {
    expect(widget({ data: 'graph\n```\n<script>' })).toBe('````mermaid\ngraph\n```\n<script>\n````')
  })

  it('becomes a placeholder if it has no source', () => {
    for (const record of [{}, { data: 1 }, [], null, 'x'])
      expect(widget(record)).toBe('*Not exported: add_ons, block type 40*')
  })
})

describe('equations', () => {
  /** The Markdown of an equation block with these formulas. */
  const block = (...formulas: readonly string[]): string =>
    bodyOf((d) => d.add(16, 'equation', { elements: formulas.map((content) => ({ equation: { content } })) }))

  it('are between $$ if no Markdown program would misread a part of them', () => {
    expect(block('\\sum_{i=0}^n x_i\\\\\n\\frac{1}{2}')).toBe('$$\n\\sum_{i=0}^n x_i\\\\\n\\frac{1}{2}\n$$')
  })

  it.each([
    '<b>x</b>',
    'a\n= b',
    'a\n\nb',
    '\\hat{x}_i',
    'a*b*c',
    '[a](b)',
    '&lt;',
    'a\\\nb',
    '$$',
    'http://a.b',
    '1. a',
    '- a',
  ])('are otherwise a code block of the language math: %s', (tex) => {
    expect(block(tex)).toBe(`\`\`\`math\n${tex}\n\`\`\``)
  })

  it('have a line break between the formulas of one block', () => {
    expect(block('\\pi', 'r')).toBe('$$\n\\pi\nr\n$$')
  })

  it('are left out if empty', () => {
    expect(block(' \n')).toBe('')
  })
})
