/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Why the proxy that the environment names cannot be used; neither text holds any part of its address. */
export interface ProxyFault {
  /** A clause that begins with the variable's name. */
  readonly fault: string
  /** Sentences. */
  readonly cure: string
}

/** Thrown in place of a request that would go through a proxy that cannot be used, or past it. */
export class UnusableProxy extends Error {
  constructor(readonly fault: ProxyFault) {
    super(fault.fault)
  }
}

const ADDRESS = 'http://HOST:PORT'
// Quotes too may be in the host of a URL.
const HOST = /^([\w.-]+|\[[\da-f:.]+\])$/i
const CURE = `Write ${ADDRESS}, or http://USER:PASSWORD@HOST:PORT.`

/**
 * Finds what is wrong with the proxy for requests of a protocol. @actions/http-client connects without a proxy where it
 * cannot read the address, expects HTTP of every proxy, and knows neither SOCKS nor `ALL_PROXY`.
 * @param protocol of the request: `https:` or `http:`
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

function findAddressFault(address: string): ProxyFault | undefined {
  const [, scheme = '', rest = ''] = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(.*)$/is.exec(address) ?? []
  if (/^socks/i.test(scheme)) {
    return { fault: 'names a SOCKS proxy, which this action cannot use', cure: `Give an HTTP proxy: ${ADDRESS}.` }
  }
  // What begins the path of an address: the host would end there, and be a part of the user or password.
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
  const whole = scheme === '' ? `http://${address}` : address
  return /^https?:/i.test(whole) && URL.canParse(whole) && HOST.test(new URL(whole).hostname)
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
