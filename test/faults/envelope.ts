/** An answer of the open API: an object with a `code`, which is 0 for a success. */
export type Envelope = Readonly<Record<string, unknown>> & { readonly code: number }

/**
 * Reads an answer of the open API.
 * @returns undefined for any other body; 'unclear' for a code with so many digits that a number may not hold it
 */
export function readEnvelope(body: Buffer): Envelope | 'unclear' | undefined {
  const json = parseJsonBody(body)
  if (!isRecord(json) || typeof json['code'] !== 'number' || !Number.isInteger(json['code'])) return undefined
  return Math.abs(json['code']) >= 1e15 ? 'unclear' : { ...json, code: json['code'] }
}

function parseJsonBody(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString().replace(/^\ufeff/, ''))
  } catch {
    return undefined
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
