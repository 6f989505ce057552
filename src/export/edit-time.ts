// Allows for a difference between the clocks of the runner and the service, and for edit times in whole seconds.
const CLOCK_MARGIN_MS = 2 * 60_000

// As seconds, this is the year 5138; as milliseconds, 1973. So a larger number is in milliseconds.
const MAX_SECONDS = 1e11

/**
 * Decides whether the same edit time in a later run proves that a document has not changed. False for a document that
 * was edited just before the listing or later. Such a document may be edited again in the same second, after this run has
 * read it. Then its edit time stays the same. Pure.
 * @param editTime seconds (or milliseconds) since 1970, as the service wrote them
 * @param listedAtMs when the listing began, in milliseconds since 1970
 */
export function isTrustedEditTime(editTime: string, listedAtMs: number): boolean {
  const editedAtMs = msOf(editTime)
  // A time that is not a number cannot be compared with the clock, but still distinguishes versions.
  return !Number.isFinite(editedAtMs) || editedAtMs < listedAtMs - CLOCK_MARGIN_MS
}

/**
 * Formats an edit time in UTC: `2026-11-23T02:00:00Z`. Pure.
 * @param editTime seconds (or milliseconds) since 1970, as the service wrote them
 * @returns the empty text for a text that is not a time, or a time that has no year of four digits
 */
export function formatEditTime(editTime: string): string {
  const date = new Date(msOf(editTime))
  const text = Number.isNaN(date.getTime()) ? '' : date.toISOString()
  return /^\d{4}-/.test(text) ? `${text.slice(0, 19)}Z` : ''
}

/** Converts an edit time to milliseconds since 1970; not a finite number for a text that is not a number. */
function msOf(editTime: string): number {
  const time = Number(editTime)
  return time > MAX_SECONDS ? time : time * 1000
}
