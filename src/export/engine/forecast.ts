/** The state of an API's rate limit. All times are in milliseconds on one clock. */
export interface LimitState {
  /** The number of requests in each window. At least 1, but not always a whole number, since it may be a share. */
  readonly limit: number
  readonly windowMs: number
  /** No request can be sent before this time. */
  readonly firstMs: number
}

/**
 * Forecasts when requests can be sent under a sliding window. A service with a fixed window accepts them at these times,
 * too.
 * @param arrivalsMs the estimated arrivals of the requests of the last window, in the order of sending (see `Arrivals`)
 * @param requestedMs the earliest times for the next requests, in ascending order
 * @returns the time at which each of the next requests can be sent
 */
export function forecastWindow(
  { limit, windowMs, firstMs }: LimitState,
  arrivalsMs: readonly number[],
  requestedMs: readonly number[],
): number[] {
  const count = Math.floor(limit)
  const timesMs = [...arrivalsMs]
  for (const requested of requestedMs) {
    // The last `count` requests fill the window: the next one can be sent when the oldest of them has left it.
    const oldestMs = timesMs[timesMs.length - count]
    const freeMs = oldestMs === undefined ? firstMs : Math.max(firstMs, oldestMs + windowMs)
    // Not before the previous request, whose estimated arrival may be later than now.
    timesMs.push(Math.max(requested, freeMs, timesMs.at(-1) ?? 0))
  }
  return timesMs.slice(arrivalsMs.length)
}

/**
 * Forecasts when requests can be sent under a token bucket that refills completely in one window.
 * @param bucket how many tokens the bucket held, and at which time
 * @param requestedMs the earliest times for the requests, in ascending order
 * @returns the time at which each request can be sent
 */
export function forecastBucket(
  { limit, windowMs, firstMs }: LimitState,
  bucket: { readonly tokens: number; readonly atMs: number },
  requestedMs: readonly number[],
): number[] {
  const refillMsPerToken = windowMs / limit
  let { tokens, atMs } = bucket
  return requestedMs.map((requested) => {
    const oneTokenAtMs = atMs + (1 - tokens) * refillMsPerToken
    const sentAtMs = Math.max(atMs, firstMs, requested, oneTokenAtMs)
    const refilledTokens = Math.min(limit, tokens + (sentAtMs - atMs) / refillMsPerToken)
    tokens = refilledTokens - 1
    atMs = sentAtMs
    return sentAtMs
  })
}
