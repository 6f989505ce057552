/** An answer of the open API: an object with an integer `code`, which is 0 for a success. */
export type Envelope = Readonly<Record<string, unknown>> & { readonly code: number }

// A JavaScript number holds every integer below this exactly.
const MIN_INEXACT_CODE = 1e15

/**
 * Reads an answer of the open API.
 * @returns undefined for any other body; 'unclear' for a code so large that clients may read another number
 */
export function readEnvelope(body: Buffer): Envelope | 'unclear' | undefined {
  const json = parseJsonBody(body)
  if (!isRecord(json) || typeof json['code'] !== 'number' || !Number.isInteger(json['code'])) return undefined
  return Math.abs(json['code']) >= MIN_INEXACT_CODE ? 'unclear' : { ...json, code: json['code'] }
}

/** Parses a body; undefined when it is not JSON. */
function parseJsonBody(body: Buffer): unknown {
  try {
    // The actions accept a byte order mark before the JSON. `JSON.parse` does not.
    return JSON.parse(body.toString().replace(/^\ufeff/, ''))
  } catch {
    return undefined
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
