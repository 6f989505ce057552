import { describe, expect, it } from '@jest/globals'
import { bodyOf, textRun, type WireDocument } from './wire.js'

/** Adds an item of an ordered list. `sequence` is its number as the service sends it. @returns the id of the block */
const ordered = (document: WireDocument, text: string, sequence?: unknown, children: readonly string[] = []): string =>
  document.add(13, 'ordered', { elements: [textRun(text)], style: { sequence } }, children)
const bullet = (document: WireDocument, text: string, children: readonly string[] = []): string =>
  document.add(12, 'bullet', { elements: [textRun(text)], style: {} }, children)
const todo = (document: WireDocument, text: string, done: boolean, children: readonly string[] = []): string =>
  document.add(17, 'todo', { elements: [textRun(text)], style: { done } }, children)

describe('lists', () => {
  it('are made of consecutive list items of one kind', () => {
    expect(bodyOf((d) => [bullet(d, 'a'), bullet(d, 'b'), todo(d, 'c', true), todo(d, 'd', false)])).toBe(
      '- a\n- b\n\n* [x] c\n* [ ] d',
    )
  })

  it('can be nested', () => {
    expect(
      bodyOf((d) => [
        bullet(d, 'a', [ordered(d, 'b', '1', [todo(d, 'c', false)]), ordered(d, 'd', 'auto')]),
        bullet(d, 'e'),
      ]),
    ).toBe('- a\n  1. b\n     - [ ] c\n  2. d\n- e')
  })

  it('can contain other blocks', () => {
    const body = bodyOf((d) => [
      bullet(d, 'a', [d.text('下'), d.add(14, 'code', { elements: [textRun('x\n\ny')] })]),
      bullet(d, 'b'),
    ])
    expect(body).toBe('- a\n\n  下\n\n  ```\n  x\n\n  y\n  ```\n- b')
  })

  it('may have items without text', () => {
    expect(bodyOf((d) => [bullet(d, ''), bullet(d, '', [bullet(d, 'a')])])).toBe('-\n- - a')
    expect(bodyOf((d) => todo(d, '', false))).toBe('- [ ] &#x20;')
  })
})

describe('numbers of list items', () => {
  it('continue when the service sends "auto", also after other blocks', () => {
    expect(
      bodyOf((d) => [
        ordered(d, 'a', '1'),
        ordered(d, 'b', 'auto'),
        d.text('x'),
        ordered(d, 'c', 'auto'),
        ordered(d, 'd', 'auto'),
      ]),
    ).toBe('1. a\n2. b\n\nx\n\n3. c\n4. d')
  })

  it('start with the number that the service sends, or with 1', () => {
    expect(bodyOf((d) => [ordered(d, 'a', '5'), ordered(d, 'b', 'auto'), ordered(d, 'c', '1')])).toBe(
      '5. a\n6. b\n\n1) c',
    )
    expect(bodyOf((d) => [ordered(d, 'a', 7)])).toBe('7. a')
    expect(bodyOf((d) => [ordered(d, 'a')])).toBe('1. a')
  })

  it('are counted separately for each nested list', () => {
    expect(
      bodyOf((d) => [ordered(d, 'a', '1', [ordered(d, 'b', '1'), ordered(d, 'c', 'auto')]), ordered(d, 'd', 'auto')]),
    ).toBe('1. a\n   1. b\n   2. c\n2. d')
  })

  it.each(['-1', '1e3', '9999999999', 1.5, {}, null, 'x'])('become 1 if Markdown cannot have them: %j', (sequence) => {
    expect(bodyOf((d) => ordered(d, 'a', sequence))).toBe('1. a')
  })
})
