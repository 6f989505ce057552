// The clocks of runner and service may differ, and edit times have whole seconds.
const CLOCK_MARGIN_MS = 2 * 60_000

/**
 * Decides whether an edit time can show that a document has not changed since it was listed; pure. A document that was
 * edited just before may be edited again within the same second: the next run has to export it once more.
 * @param editTime seconds (or milliseconds) since 1970, as the service wrote them
 * @param listedAtMs when the listing began, in milliseconds since 1970
 */
export function isTrustedEditTime(editTime: string, listedAtMs: number): boolean {
  const number = Number(editTime)
  const editedAtMs = number > 1e11 ? number : number * 1000
  // A time that is no number cannot be compared with the clock: it still tells one version from another.
  return !Number.isFinite(editedAtMs) || editedAtMs < listedAtMs - CLOCK_MARGIN_MS
}
