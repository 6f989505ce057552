import { describe, expect, it } from '@jest/globals'
import { parseContentRange, rangeHeaders } from '../../../src/feishu/drive/byte-range.js'

describe('rangeHeaders', () => {
  it.each([
    [undefined, {}],
    [{ firstByte: 5 }, { range: 'bytes=5-' }],
    [
      { firstByte: 0, lastByte: 9, etag: '"a"' },
      { range: 'bytes=0-9', 'if-range': '"a"' },
    ],
    [{ firstByte: 5, etag: 'W/"a"' }, { range: 'bytes=5-' }],
    [{ firstByte: 5, etag: 'a' }, { range: 'bytes=5-' }],
  ])('of %j are %j', (range, headers) => {
    expect(rangeHeaders(range)).toEqual(headers)
  })
})

describe('parseContentRange', () => {
  it.each([
    ['bytes 0-9/10', { firstByte: 0, lastByte: 9, totalBytes: 10 }],
    [' bytes 5-5/10 ', { firstByte: 5, lastByte: 5, totalBytes: 10 }],
    ['Bytes 0-9/10', { firstByte: 0, lastByte: 9, totalBytes: 10 }],
    ['bytes 5-9/*', { firstByte: 5, lastByte: 9, totalBytes: undefined }],
  ])('reads %j', (header, range) => {
    expect(parseContentRange(header)).toEqual(range)
  })

  it.each([
    undefined,
    '',
    'bytes */10',
    'bytes 9-5/10',
    'bytes 0-10/10',
    'bytes 0-9',
    'items 0-9/10',
    'bytes -1-9/10',
    'bytes 0-9/1e3',
    'bytes 0-9999999999999999/99999999999999999',
  ])('returns undefined for %j', (header) => {
    expect(parseContentRange(header)).toBeUndefined()
  })
})
