import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseDisposition } from '../../../src/feishu/drive/content-disposition.js'
import { contentDisposition } from '../../emulator/file-answer.js'
import { unicodeText } from '../../unicode-text.js'

/** A header with UTF-8 bytes, as Node.js reads it: each byte as a character. */
const latin1 = (text: string): string => Buffer.from(text).toString('latin1')

describe('parseDisposition', () => {
  test.each([
    [undefined, false, undefined],
    ['', false, undefined],
    ['inline', false, undefined],
    ['attachment', true, undefined],
    ['ATTACHMENT ; filename=a.docx', true, 'a.docx'],
    ['attachment;filename="a b; c.docx"', true, 'a b; c.docx'],
    ['attachment; filename="a \\"b\\" \\\\c.docx"', true, 'a "b" \\c.docx'],
    ['attachment; filename="x.docx"; filename*=UTF-8\'\'%E5%90%88%E5%90%8C.docx', true, '合同.docx'],
    ["attachment; filename*=utf-8'zh'%E5%90%88.docx; filename=x", true, '合.docx'],
    ["attachment; filename*=ISO-8859-1''caf%E9.pdf", true, 'café.pdf'],
    ["attachment; filename*=UTF-8''%E5%90; filename=plain.pdf", true, 'plain.pdf'],
    ["attachment; filename*=GBK''%BA%CF.pdf; filename=plain.pdf", true, 'plain.pdf'],
    [`attachment; filename*=UTF-8''; filename=plain.pdf`, true, 'plain.pdf'],
    ['attachment; filename="%E5%90%88.docx"', true, '合.docx'],
    ['attachment; filename="100%.docx"', true, '100%.docx'],
    [latin1('attachment; filename="合同.docx"'), true, '合同.docx'],
    ['attachment; filename="caf\u00e9.pdf"', true, 'café.pdf'],
    ['attachment; filename=""', true, undefined],
    ['inline; filename=a.json', false, 'a.json'],
    ['attachmentx; filename=a', false, 'a'],
    ['attachment; name="filename=evil"; filename=good', true, 'good'],
  ])('%j', (header, attachment, fileName) => {
    expect(parseDisposition(header)).toEqual({ attachment, fileName })
  })

  test('returns any file name that is sent in the standard form', () => {
    fc.assert(
      fc.property(unicodeText({ minLength: 1 }), (name) => {
        expect(parseDisposition(contentDisposition(name)).fileName).toBe(name)
      }),
    )
  })

  test('never throws, whatever the header is', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary-ascii' }), (text) => void parseDisposition(`attachment; ${text}`)))
  })
})
