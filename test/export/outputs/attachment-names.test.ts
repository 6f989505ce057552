import { expect, it } from '@jest/globals'
import fc from 'fast-check'
import { nameAttachments } from '../../../src/export/outputs/attachment-names.js'
import { fold } from '../../../src/export/paths.js'
import type { Asset } from '../../../src/markdown/context.js'

const attachment = (token: string, name: string): Asset => ({ kind: 'attachment', token, name })
const namesOf = (...assets: Asset[]): string[] => [...nameAttachments(assets).values()]

it('a name is kept, but gets the token if another attachment has it too', () => {
  expect(namesOf(attachment('boxcnA', '手册 1.0.pdf'))).toEqual(['手册 1.0.pdf'])
  expect(namesOf(attachment('boxcnA', 'a.pdf'), attachment('boxcnB', 'A.pdf'))).toEqual([
    'a-boxcnA.pdf',
    'A-boxcnB.pdf',
  ])
})

it('a long name is cut before its token', () => {
  const long = `${'长'.repeat(90)}.pdf`
  const [a = '', b = ''] = namesOf(attachment('boxcnA', long), attachment('boxcnB', long))
  expect([a.slice(-12), b.slice(-12)]).toEqual(['长-boxcnA.pdf', '长-boxcnB.pdf'].map((end) => end.slice(-12)))
  expect(Buffer.byteLength(a)).toBeLessThanOrEqual(255)
})

it('an attachment does not take the name of a picture, nor of another attachment', () => {
  const picture: Asset = { kind: 'picture', token: 'boxcnP' }
  expect(namesOf(picture, attachment('boxcnA', 'boxcnP.png'))).toEqual(['boxcnP-boxcnA.png'])
  const names = namesOf(
    attachment('boxcnA', 'a.txt'),
    attachment('boxcnB', 'a.txt'),
    attachment('boxcnC', 'a-boxcnA.txt'),
  )
  expect(new Set(names).size).toBe(3)
})

it('whatever the names are, each file has a unique name that is not a path', () => {
  const part = fc.constantFrom(
    'a',
    'A',
    '-',
    '.',
    '..',
    '/',
    '\\',
    'boxcn0',
    'boxcn1',
    '长'.repeat(85),
    '.pdf',
    'CON',
    '\0',
    ' ',
  )
  const name = fc.array(part, { maxLength: 6 }).map((parts) => parts.join(''))
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 6 }), (all) => {
      const names = namesOf(...all.map((one, nth) => attachment(`boxcn${nth}`, one)))
      expect(new Set(names.map(fold)).size).toBe(all.length)
      for (const one of names) {
        expect(one).not.toMatch(/[/\\\0]|^\.*$/)
        expect(Buffer.byteLength(one)).toBeLessThanOrEqual(255)
      }
    }),
    { numRuns: 500 },
  )
})
