/** Numbers from 0 (included) to 1 (excluded), like `Math.random`. */
export type Random = () => number

/** A small seeded generator (mulberry32): the same seed gives the same numbers everywhere. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

const DIGITS = '0123456789'
const LETTERS_AND_DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

function randomText(random: Random, alphabet: string, length: number): string {
  let text = ''
  while (text.length < length) text += alphabet.charAt(Math.floor(random() * alphabet.length))
  return text
}

/** A document, node, folder or file token: 27 letters and digits. */
export function randomToken(random: Random): string {
  return randomText(random, LETTERS_AND_DIGITS, 27)
}

/** A ticket or space id: 19 digits, above 2^53. */
export function randomTicket(random: Random): string {
  return `7${randomText(random, DIGITS, 18)}`
}

/** A tenant access token: `t-` and 40 letters and digits. */
export function randomTenantToken(random: Random): string {
  return `t-g1044q${randomText(random, LETTERS_AND_DIGITS, 34)}`
}

/** A user access token: a JWT of more than 1 KB. (Old ones begin with `u-`.) */
export function randomUserToken(random: Random): string {
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = {
    jti: randomTicket(random),
    ver: 'v1',
    typ: 'access_token',
    // Makes the token as long as those of the service.
    scope: randomText(random, LETTERS_AND_DIGITS, 700),
  }
  // 86 characters are the 64 bytes of an ES256 signature.
  const signature = randomText(random, LETTERS_AND_DIGITS, 86)
  return `${encode({ alg: 'ES256', typ: 'JWT' })}.${encode(claims)}.${signature}`
}

/** An application id: `cli_` and 16 hexadecimal digits. */
export function randomAppId(random: Random): string {
  return `cli_${randomText(random, 'abcdef0123456789', 16)}`
}

/** An application secret: 32 letters and digits. */
export function randomSecret(random: Random): string {
  return randomText(random, LETTERS_AND_DIGITS, 32)
}
