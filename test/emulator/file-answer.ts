import type { PlainAnswer } from './answer.js'
import { partOf, type Content } from './content.js'

/** A file as the service serves it, named in both forms of `Content-Disposition`. */
export function contentAnswer(content: Content, name: string, contentType = 'application/octet-stream'): PlainAnswer {
  return {
    status: 200,
    headers: { 'content-type': contentType, 'content-disposition': contentDisposition(name) },
    body: content,
  }
}

/**
 * The answer to a download that supports `Range`: the requested part (206), or status 416 when the file has no such part.
 * Without a `Range` header for one part, it is the whole file.
 */
export function rangedAnswer(
  content: Content,
  name: string,
  range: string | undefined,
  contentType: string,
): PlainAnswer {
  const whole = contentAnswer(content, name, contentType)
  const match = /^bytes=(\d*)-(\d*)$/.exec(range ?? '')
  if (match === null || match[0] === 'bytes=-') {
    return { ...whole, headers: { ...whole.headers, 'accept-ranges': 'bytes' } }
  }
  const [, first = '', last = ''] = match
  // `bytes=-5` is the last five bytes, `bytes=5-` is all after the first five.
  const isSuffix = first === ''
  const start = isSuffix ? Math.max(0, content.size - Number(last)) : Number(first)
  const end = isSuffix || last === '' ? content.size : Math.min(content.size, Number(last) + 1)
  if (start >= end) return { status: 416, headers: { 'content-range': `bytes */${content.size}` }, body: '' }
  return {
    status: 206,
    headers: { ...whole.headers, 'content-range': `bytes ${start}-${end - 1}/${content.size}` },
    body: partOf(content, start, end - start),
  }
}

/** A `Content-Disposition` header with a plain name for old clients and the true one by RFC 5987. */
export function contentDisposition(name: string): string {
  const plain = name.replace(/[^ -~]/gu, '_').replace(/["\\]/g, '\\$&')
  // A lone surrogate has no UTF-8 form; the round trip replaces it.
  const encoded = encodeURIComponent(Buffer.from(name).toString()).replace(/['()*!]/g, percentEncode)
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`
}

function percentEncode(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`
}
