/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Why a proxy cannot be used; neither text quotes its address, which may hold a password. */
export interface ProxyFault {
  /** A clause that begins with the variable's name. */
  readonly fault: string
  /** What to do, in sentences. */
  readonly cure: string
}

/** Thrown in place of sending a request whose proxy cannot be used. A request never bypasses its proxy. */
export class UnusableProxy extends Error {
  constructor(readonly fault: ProxyFault) {
    super(fault.fault)
  }
}

const ADDRESS = 'http://HOST:PORT'
// Stricter than `URL`, which accepts quotes in a host.
const HOST = /^([\w.-]+|\[[\da-f:.]+\])$/i
const CURE = `Write ${ADDRESS}, or http://USER:PASSWORD@HOST:PORT.`

/**
 * Finds out why the proxy for a protocol cannot be used. Without this check, @actions/http-client may connect without
 * the proxy: if it cannot parse the address, or if only `ALL_PROXY` names a proxy. It does not support SOCKS, either.
 * @param protocol the protocol of the request: `https:` or `http:`
 * @returns undefined when there is no proxy, or one that can be used
 */
export function findProxyFault(environment: Environment, protocol: string): ProxyFault | undefined {
  // `https_proxy` for `https:`.
  const name = protocol.replace(':', '_proxy')
  const variable = [name, name.toUpperCase()].find((candidate) => environment[candidate])
  if (variable !== undefined) {
    const found = findAddressFault(environment[variable]?.trim() ?? '')
    return found && { ...found, fault: `\`${variable}\` ${found.fault}` }
  }
  const forAll = ['all_proxy', 'ALL_PROXY'].find((candidate) => environment[candidate])
  if (forAll === undefined) return undefined
  return {
    fault: `\`${forAll}\` names a proxy, but this action reads \`${name}\` alone`,
    cure: `Set \`${name}\` to the address of an HTTP proxy: ${ADDRESS}. SOCKS proxies are not supported.`,
  }
}

/** Finds what is wrong with the address of a proxy; undefined if nothing is. `fault` lacks the variable's name. */
function findAddressFault(address: string): ProxyFault | undefined {
  const [, scheme = '', rest = ''] = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(.*)$/is.exec(address) ?? []
  if (/^socks/i.test(scheme)) {
    return { fault: 'names a SOCKS proxy, which this action cannot use', cure: `Give an HTTP proxy: ${ADDRESS}.` }
  }
  // These characters end the host of a URL. In a user or password, the text before them would become the host.
  const reserved = /^[^/?#\\]*([/?#\\]).*@/s.exec(rest)?.[1]
  if (reserved !== undefined) {
    const code = encodeURIComponent(reserved)
    return { fault: `holds a ${reserved} in its user or password`, cure: `Write ${reserved} as ${code} there.` }
  }
  const userAndPassword = rest.slice(0, Math.max(rest.lastIndexOf('@'), 0))
  if (!isDecodable(userAndPassword)) {
    return {
      fault: 'holds a % in its user or password that is not part of a percent-encoded character',
      cure: 'Write % as %25 there.',
    }
  }
  // `proxy:8080` is a URL with the scheme `proxy:`. http-client adds `http://` only to an address that is not a URL.
  if (scheme === '' && URL.canParse(address)) {
    return { fault: 'does not begin with http://', cure: CURE }
  }
  const url = scheme === '' ? `http://${address}` : address
  const isHttpProxy = /^https?:/i.test(url) && URL.canParse(url) && HOST.test(new URL(url).hostname)
  return isHttpProxy ? undefined : { fault: 'is not the address of an HTTP proxy', cure: CURE }
}

/** True if http-client can decode the text: it also uses `decodeURIComponent`. */
function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}
