import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { findProxyFault, type ProxyFault } from '../../../src/feishu/client/proxy.js'

const findFault = (https_proxy: string): ProxyFault | undefined => findProxyFault({ https_proxy }, 'https:')

describe('findProxyFault accepts', () => {
  it.each([
    '',
    ' http://proxy.test:3128 ',
    'http://proxy.test',
    'https://proxy.test/',
    'HTTP://PROXY.test:80',
    'http://10.0.0.1:3128/path#x',
    'http://me:p%40s%23s@proxy.test:3128',
    'http://me:p@ss@proxy.test:3128',
    'http://[::1]:3128',
    '10.0.0.1:3128',
    'proxy.test',
  ])('%j', (address) => {
    expect(findFault(address)).toBeUndefined()
  })

  it('any variable of the other protocol, and ALL_PROXY if the variable of the protocol is given', () => {
    const bad = 'socks5://proxy.test'
    expect(findProxyFault({ http_proxy: bad, HTTP_PROXY: bad }, 'https:')).toBeUndefined()
    expect(findProxyFault({ https_proxy: bad }, 'http:')).toBeUndefined()
    expect(findProxyFault({ ALL_PROXY: bad, HTTPS_PROXY: 'http://proxy.test' }, 'https:')).toBeUndefined()
    expect(findProxyFault({}, 'https:')).toBeUndefined()
  })
})

describe('findProxyFault refuses', () => {
  it.each([
    ['socks5://proxy.test:1080', /^`https_proxy` names a SOCKS proxy/],
    ['SOCKS://proxy.test', /SOCKS/],
    ['http://me:pa#ss@proxy.test:3128', /holds a # .*Write # as %23/],
    ['http://me:1#2/3@proxy.test:3128', /holds a # .*%23/],
    ['http://me:pa?ss@proxy.test:3128', /\? as %3F/],
    ['http://me:pa/ss@proxy.test:3128', /\/ as %2F/],
    ['http://me:pa\\ss@proxy.test:3128', /\\ as %5C/],
    ['me:pa#ss@proxy.test:3128', /# as %23/],
    ['http://me:100%@proxy.test:3128', /% as %25/],
    ['http://me:%zz@proxy.test:3128', /% as %25/],
    ['http://m%e:x@proxy.test:3128', /% as %25/],
    ['HTTP://me:100%@proxy.test:3128', /% as %25/],
    ['proxy.test:3128', /does not begin with http:\/\//],
    ['me:pw@proxy.test:3128', /does not begin with http:\/\//],
    ['ftp://proxy.test', /is not the address of an HTTP proxy/],
    ['http://', /is not the address/],
    ['http://proxy.test:port', /is not the address/],
    ['"http://proxy.test"', /is not the address/],
    ['http://pro xy.test', /is not the address/],
  ])('%j', (address, words) => {
    const { fault, cure } = findFault(address) ?? { fault: 'nothing', cure: '' }
    expect(`${fault}. ${cure}`).toMatch(words)
  })

  it.each(['ALL_PROXY', 'all_proxy'])('%s if the variable of the protocol is empty', (name) => {
    expect(findProxyFault({ [name]: 'http://proxy.test', https_proxy: '' }, 'https:')).toEqual({
      fault: `\`${name}\` names a proxy, but this action reads \`https_proxy\` alone`,
      cure: expect.stringMatching(/Set `https_proxy`/),
    })
  })

  it('a bad address in the variable that http-client reads first: in lower case, or in capitals if that is empty', () => {
    const bad = 'socks5://proxy.test'
    expect(findProxyFault({ https_proxy: bad, HTTPS_PROXY: 'http://proxy.test' }, 'https:')?.fault).toMatch('`https_')
    expect(findProxyFault({ https_proxy: '', HTTPS_PROXY: bad }, 'https:')?.fault).toMatch('`HTTPS_')
    expect(findProxyFault({ HTTP_PROXY: bad }, 'http:')?.fault).toMatch('`HTTP_PROXY`')
  })
})

it('a password is never shown, and an accepted address has the host, port and user that were meant', () => {
  const password = fc.string({ unit: 'grapheme-ascii', minLength: 6, maxLength: 20 })
  fc.assert(
    fc.property(password, fc.constantFrom('http://', 'socks5://', '', 'x://'), (secret, scheme) => {
      const address = `${scheme}me:${secret}@proxy.test:3128`
      const found = findFault(address)
      if (found) expect(`${found.fault} ${found.cure}`).not.toContain(secret)
      else expect(new URL(address.trim())).toMatchObject({ hostname: 'proxy.test', port: '3128', username: 'me' })
    }),
    { numRuns: 1000 },
  )
})
