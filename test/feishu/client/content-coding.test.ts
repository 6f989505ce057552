import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { expect, it } from '@jest/globals'
import fc from 'fast-check'
import { decodeBody } from '../../../src/feishu/client/content-coding.js'

const MAX_BYTES = 1000

const COMPRESSIONS = [
  ['gzip', gzipSync],
  [' X-GZIP', gzipSync],
  ['deflate', deflateSync],
  ['deflate', deflateRawSync],
  ['br', brotliCompressSync],
] as const
const CODINGS = [
  ...COMPRESSIONS,
  ['identity', (bytes: Uint8Array) => bytes],
  ['', (bytes: Uint8Array) => bytes],
] as const

it.each(CODINGS)('a body of coding %j is decoded (case %#)', async (coding, encode) => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: MAX_BYTES }), async (bytes) => {
      const decoded = await decodeBody(encode(bytes), coding, MAX_BYTES)
      expect(decoded && Buffer.from(decoded).equals(bytes)).toBe(true)
    }),
    { numRuns: 100 },
  )
})

it.each(COMPRESSIONS)(
  'a body of coding %j that decodes to more than the limit gives undefined (case %#)',
  async (coding, encode) => {
    expect(await decodeBody(encode(Buffer.alloc(MAX_BYTES)), coding, MAX_BYTES)).toHaveLength(MAX_BYTES)
    for (const length of [MAX_BYTES + 1, 5_000_000]) {
      expect(await decodeBody(encode(Buffer.alloc(length)), coding, MAX_BYTES)).toBeUndefined()
    }
  },
)

it('a body of an unknown coding gives undefined', async () => {
  for (const coding of ['zstd', 'gzip, gzip', 'compress']) {
    expect(await decodeBody(gzipSync('x'), coding, MAX_BYTES)).toBeUndefined()
  }
})

it.each(COMPRESSIONS)(
  'a body of coding %j that is damaged or cut off throws an error with a code (case %#)',
  async (coding, encode) => {
    const whole = encode(Buffer.from('{"code":0,"data":{}}'.repeat(20)))
    for (const bytes of [Buffer.from('<html>'), Buffer.from('{"code":'), whole.subarray(0, whole.length - 5)]) {
      await expect(decodeBody(bytes, coding, MAX_BYTES)).rejects.toMatchObject({
        code: expect.stringMatching(/^(Z_|ERR__)/),
      })
    }
  },
)

it.each(['gzip', 'deflate', 'br', 'utf-8'])(
  'plain JSON with the header of coding %s is returned as it is',
  async (coding) => {
    const json = Buffer.from('{"code":0,"msg":"success","data":{}}')
    expect(await decodeBody(json, coding, 1000)).toEqual(json)
  },
)

it.each(['gzip', 'deflate', 'br', 'utf-8'])(
  'plain JSON with the header of coding %s is returned as it is, even if it begins like compressed bytes',
  async (coding) => {
    // Both texts begin with the bytes of a complete raw deflate stream.
    for (const text of [
      JSON.stringify({ code: 0, msg: 'success', data: {} }, null, 2),
      '{"code":99991663,"msg":"G2BxI0 s6Gr","error":{"log_id":"5A9447F07DC923F9D79F1A37D49704B0CC"}}',
    ]) {
      const json = Buffer.from(text)
      expect(await decodeBody(json, coding, MAX_BYTES)).toEqual(json)
    }
  },
)
