/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Why a proxy cannot be used; neither text contains a part of its address, which may hold a password. */
export interface ProxyFault {
  /** A clause that begins with the variable's name. */
  readonly fault: string
  /** What to do, in sentences. */
  readonly cure: string
}

/** Thrown instead of sending a request that would use, or bypass, a proxy that cannot be used. */
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
 * Finds out whether the proxy for a protocol can be used. @actions/http-client connects without a proxy if it cannot
 * parse the address, expects every proxy to speak HTTP, and supports neither SOCKS nor `ALL_PROXY`.
 * @param protocol the protocol of the request: `https:` or `http:`
 * @returns undefined when there is no proxy, or one that can be used
 */
export function findProxyFault(environment: Environment, protocol: string): ProxyFault | undefined {
  const name = protocol.replace(':', '_proxy')
  const variable = [name, name.toUpperCase()].find((candidate) => environment[candidate])
  if (variable === undefined) {
    const forAll = ['all_proxy', 'ALL_PROXY'].find((candidate) => environment[candidate])
    return forAll === undefined
      ? undefined
      : {
          fault: `\`${forAll}\` names a proxy, but this action reads \`${name}\` alone`,
          cure: `Set \`${name}\` to the address of an HTTP proxy: ${ADDRESS}. SOCKS proxies are not supported.`,
        }
  }
  const found = findAddressFault(environment[variable]?.trim() ?? '')
  return found && { ...found, fault: `\`${variable}\` ${found.fault}` }
}

/** Finds what is wrong with the address of a proxy. */
function findAddressFault(address: string): ProxyFault | undefined {
  const [, scheme = '', rest = ''] = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(.*)$/is.exec(address) ?? []
  if (/^socks/i.test(scheme)) {
    return { fault: 'names a SOCKS proxy, which this action cannot use', cure: `Give an HTTP proxy: ${ADDRESS}.` }
  }
  // Characters that end the host of a URL: in a password they would make a part of it the host.
  const cut = /^[^/?#\\]*([/?#\\]).*@/s.exec(rest)?.[1]
  if (cut !== undefined) {
    const code = encodeURIComponent(cut)
    return { fault: `holds a ${cut} in its user or password`, cure: `Write ${cut} as ${code} there.` }
  }
  if (!isDecodable(rest.slice(0, Math.max(rest.lastIndexOf('@'), 0)))) {
    return {
      fault: 'holds a % in its user or password that two hexadecimal digits do not follow',
      cure: 'Write % as %25 there.',
    }
  }
  if (scheme === '' && URL.canParse(address)) {
    return { fault: 'does not begin with http://', cure: CURE }
  }
  const url = scheme === '' ? `http://${address}` : address
  return /^https?:/i.test(url) && URL.canParse(url) && HOST.test(new URL(url).hostname)
    ? undefined
    : { fault: 'is not the address of an HTTP proxy', cure: CURE }
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}
