/** What a `Content-Disposition` header says. */
export interface Disposition {
  /** The service calls the body a file, whatever its content type. */
  readonly attachment: boolean
  /** As the service sent it: no path, but not yet safe to be used as one either. */
  readonly fileName: string | undefined
}

/**
 * Reads a `Content-Disposition` header, tolerantly: `filename*` (RFC 5987, RFC 6266) before `filename`, raw UTF-8 and
 * percent-encoding in a plain `filename` too, since servers send both.
 * @param header as Node.js gives it: its bytes as Latin-1
 */
export function parseDisposition(header: string | readonly string[] | undefined): Disposition {
  const text = typeof header === 'string' ? header : (header?.[0] ?? '')
  const parameters = new Map<string, string>()
  for (const [, name = '', quotedValue, plainValue] of text.matchAll(PARAMETER)) {
    const value = quotedValue?.replace(/\\(["\\])/g, '$1') ?? plainValue?.trim() ?? ''
    if (!parameters.has(name.toLowerCase())) parameters.set(name.toLowerCase(), value)
  }
  const fileName = extended(parameters.get('filename*')) ?? plain(parameters.get('filename'))
  return { attachment: /^\s*attachment\s*(;|$)/i.test(text), fileName: fileName === '' ? undefined : fileName }
}

const PARAMETER = /;\s*([\w!#$&+.^`|~*-]+)\s*=\s*(?:"((?:[^"\\]|\\[^])*)"|([^;]*))/g

function extended(value: string | undefined): string | undefined {
  const [, charset = '', encoded = ''] = /^([\w-]+)'[^']*'(.*)$/.exec(value ?? '') ?? []
  switch (charset.toLowerCase()) {
    case 'utf-8':
      return percentDecoded(encoded)
    case 'iso-8859-1':
      return encoded.replace(/%([\da-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
    default:
      return undefined
  }
}

function plain(value: string | undefined): string | undefined {
  if (value === undefined) return undefined
  const text = headerText(value)
  return /%[\da-f]{2}/i.test(text) ? (percentDecoded(text) ?? text) : text
}

function percentDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

/** A header's value as its sender meant it: Node.js gives the bytes as Latin-1, and servers send UTF-8. */
export function headerText(value: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(value, 'latin1'))
  } catch {
    return value
  }
}
