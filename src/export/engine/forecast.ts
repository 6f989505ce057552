/** A limit of an API as it is now. All times are in milliseconds on one clock. */
export interface LimitState {
  /** So many requests in so long a window. */
  readonly limit: number
  readonly windowMs: number
  /** Nothing goes before. */
  readonly firstMs: number
}

/**
 * When requests could go under a sliding window, which a fixed one cannot refuse either.
 * @param sentMs when the requests of the last window went, in ascending order
 * @param requestedMs when the next ones are to go, in ascending order
 * @returns one time for each of these
 */
export function forecastWindow(
  { limit, windowMs, firstMs }: LimitState,
  sentMs: readonly number[],
  requestedMs: readonly number[],
): number[] {
  const count = Math.max(1, Math.floor(limit))
  const timesMs = [...sentMs]
  for (const requested of requestedMs) {
    const before = timesMs[timesMs.length - count]
    const freeMs = before === undefined ? firstMs : Math.max(firstMs, before + windowMs)
    timesMs.push(Math.max(requested, freeMs, timesMs.at(-1) ?? 0))
  }
  return timesMs.slice(sentMs.length)
}

/**
 * When requests could go under a token bucket that fills up in a window.
 * @param bucket what it held at a time
 * @param requestedMs when the requests are to go, in ascending order
 * @returns one time for each
 */
export function forecastBucket(
  { limit, windowMs, firstMs }: LimitState,
  bucket: { readonly tokens: number; readonly atMs: number },
  requestedMs: readonly number[],
): number[] {
  const msAToken = windowMs / limit
  let { tokens, atMs } = bucket
  return requestedMs.map((requested) => {
    const sentAtMs = Math.max(atMs, firstMs, requested, atMs + (1 - tokens) * msAToken)
    tokens = Math.min(limit, tokens + (sentAtMs - atMs) / msAToken) - 1
    return (atMs = sentAtMs)
  })
}
