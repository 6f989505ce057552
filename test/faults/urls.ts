/** Normalizes an address, and removes credential and fragment, so that two addresses can be compared. */
export function normalizeUrl({ origin, pathname, search }: URL): string {
  const query = new URLSearchParams(search).toString()
  return `${origin}${pathname}${query === '' ? '' : `?${query}`}`
}

/**
 * Resolves the target of a redirect. Undefined for a target that must not be followed: it is invalid, is not HTTPS or has
 * a credential. But on 127.0.0.1, where the servers of the scenarios are, the protocol of the service is also allowed.
 * @param baseUrl the address of the request that is redirected
 * @param serviceUrl the base URL of the run
 */
export function resolveRedirect(location: string, baseUrl: string, serviceUrl: string): URL | undefined {
  if (!URL.canParse(location, baseUrl)) return undefined
  const target = new URL(location, baseUrl)
  const { protocol, hostname, username, password } = target
  const isLoopback = hostname === '127.0.0.1' && protocol === new URL(serviceUrl).protocol
  const isAllowed = username + password === '' && (protocol === 'https:' || isLoopback)
  return isAllowed ? target : undefined
}
