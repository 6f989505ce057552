// Allows for a difference between the clocks of the runner and the service, and for edit times in whole seconds.
const CLOCK_MARGIN_MS = 2 * 60_000

// As seconds, this is the year 5138; as milliseconds, 1973. So a larger number is in milliseconds.
const MAX_SECONDS = 1e11

/**
 * Decides whether the same edit time in a later run proves that a document has not changed. False for a document that
 * was edited just before the listing: a second edit within the same second would have the same edit time. Pure.
 * @param editTime seconds (or milliseconds) since 1970, as the service wrote them
 * @param listedAtMs when the listing began, in milliseconds since 1970
 */
export function isTrustedEditTime(editTime: string, listedAtMs: number): boolean {
  const time = Number(editTime)
  const editedAtMs = time > MAX_SECONDS ? time : time * 1000
  // A time that is not a number cannot be compared with the clock, but still distinguishes versions.
  return !Number.isFinite(editedAtMs) || editedAtMs < listedAtMs - CLOCK_MARGIN_MS
}
