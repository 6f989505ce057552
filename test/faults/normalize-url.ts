/** Normalizes an address, so that two addresses can be compared. */
export function normalizeUrl({ origin, pathname, search }: URL): string {
  const query = new URLSearchParams(search).toString()
  return `${origin}${pathname}${query === '' ? '' : `?${query}`}`
}
