/** What a `Content-Disposition` header says. */
export interface Disposition {
  /** True when the header marks the body as a file, which may have any content type, even JSON or HTML. */
  readonly attachment: boolean
  /** As the service sent it: it may not be safe as a file name. */
  readonly fileName: string | undefined
}

/**
 * Reads a `Content-Disposition` header. A `filename*` has precedence over `filename` if it can be decoded and is not
 * empty. In `filename`, raw UTF-8 and percent-encoding are accepted, too, since servers send them.
 * Source: RFC 6266, Use of the Content-Disposition Header Field in HTTP, https://www.rfc-editor.org/rfc/rfc6266
 * @param header as Node.js gives it: its bytes as Latin-1
 */
export function parseDisposition(header: string | readonly string[] | undefined): Disposition {
  const text = typeof header === 'string' ? header : (header?.[0] ?? '')
  const parameters = new Map<string, string>()
  for (const [, name = '', quotedValue, plainValue] of text.matchAll(PARAMETER)) {
    const value = quotedValue?.replace(/\\(["\\])/g, '$1') ?? plainValue?.trim() ?? ''
    if (!parameters.has(name.toLowerCase())) parameters.set(name.toLowerCase(), value)
  }
  const fileName = decodeExtended(parameters.get('filename*')) || decodePlain(parameters.get('filename'))
  return { attachment: /^\s*attachment\s*(;|$)/i.test(text), fileName: fileName || undefined }
}

// `; name=value` or `; name="value"`.
const PARAMETER = /;\s*([\w!#$&+.^`|~*-]+)\s*=\s*(?:"((?:[^"\\]|\\[^])*)"|([^;]*))/g

/**
 * Decodes the value of `filename*`, such as `UTF-8''a%20b.pdf`. Undefined if it has another form, another charset than
 * UTF-8 and ISO-8859-1, or invalid percent-encoding of UTF-8.
 */
function decodeExtended(value: string | undefined): string | undefined {
  const [, charset = '', encoded = ''] = /^([\w-]+)'[^']*'(.*)$/.exec(value ?? '') ?? []
  switch (charset.toLowerCase()) {
    case 'utf-8':
      return decodePercents(encoded)
    case 'iso-8859-1':
      return encoded.replace(/%([\da-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
    default:
      return undefined
  }
}

/** Decodes the value of `filename`, which may be raw UTF-8, percent-encoded or neither. */
function decodePlain(value: string | undefined): string | undefined {
  if (value === undefined) return undefined
  const text = headerText(value)
  return /%[\da-f]{2}/i.test(text) ? (decodePercents(text) ?? text) : text
}

/** Decodes percent-encoded UTF-8; undefined when the encoding is invalid. */
function decodePercents(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

/** Decodes a header's value as UTF-8: Node.js reads headers as Latin-1. A value that is not UTF-8 is returned unchanged. */
export function headerText(value: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(value, 'latin1'))
  } catch {
    return value
  }
}
