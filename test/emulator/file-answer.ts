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

/** The same with a `Range` header honoured: 206 and the part, or 416. */
export function rangedAnswer(
  content: Content,
  name: string,
  range: string | undefined,
  contentType: string,
): PlainAnswer {
  const whole = contentAnswer(content, name, contentType)
  const match = /^bytes=(\d*)-(\d*)$/.exec(range ?? '')
  if (match === null || (match[1] === '' && match[2] === '')) {
    return { ...whole, headers: { ...whole.headers, 'accept-ranges': 'bytes' } }
  }
  const [, from = '', to = ''] = match
  const start = from === '' ? Math.max(0, content.size - Number(to)) : Number(from)
  const end = from === '' || to === '' ? content.size : Math.min(content.size, Number(to) + 1)
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
  const encoded = encodeURIComponent(Buffer.from(name).toString()).replace(/['()*!]/g, percent)
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`
}
