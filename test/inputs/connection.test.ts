import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { readBaseUrl, readConnectionInputs, readCredential } from '../../src/inputs/connection.js'
import { InputError } from '../../src/runner/inputs.js'
import { unicodeText } from '../unicode-text.js'

type Given = Readonly<Record<string, string>>
/** Returns a reader of inputs for which all inputs that are not given are empty. */
const reader = (given: Given) => (name: string) => given[name] ?? ''

/**
 * Reads the credential. Fails if an error is no InputError.
 * @returns the texts that were masked, and the credential or the message of the error
 */
function readMasking(given: Given) {
  const masked: string[] = []
  try {
    return { masked, value: readCredential(reader(given), (secret) => masked.push(secret)) }
  } catch (error) {
    expect(error).toBeInstanceOf(InputError)
    return { masked, message: (error as Error).message }
  }
}

describe('the credential', () => {
  it('is a token or an app; surrounding blanks are ignored, and secrets are masked', () => {
    expect(readMasking({ 'access-token': ' t-1\n' })).toEqual({
      masked: ['t-1'],
      value: { kind: 'token', accessToken: 't-1' },
    })
    expect(readMasking({ 'app-id': ' cli_1 ', 'app-secret': '\ts3cret\n' })).toEqual({
      masked: ['s3cret'],
      value: { kind: 'app', appId: 'cli_1', appSecret: 's3cret' },
    })
  })

  it.each<readonly [Given, RegExp]>([
    [{}, /No credential.*`access-token`.*`app-id`.*`app-secret`.*forks.*Dependabot/],
    [{ 'access-token': ' ' }, /No credential/],
    [{ 'app-id': 'cli_1' }, /`app-secret` is empty, though `app-id` is given.*Dependabot/],
    [{ 'app-secret': 's' }, /`app-id` is empty, though `app-secret` is given/],
    [{ 'access-token': 't-1', 'app-id': 'cli_1' }, /both given.*one kind/],
    [{ 'access-token': 't-1', 'app-secret': 's' }, /both given/],
    [{ 'access-token': 't-1', 'app-id': 'cli_1', 'app-secret': 's' }, /both given/],
    [{ 'access-token': 'Bearer t-1' }, /"Bearer"/],
    [{ 'access-token': 't-1 t-2' }, /holds a blank/],
    [{ 'access-token': 't\u00e9' }, /another character/],
    [{ 'app-id': 'cli_a b', 'app-secret': 's' }, /`app-id` holds/],
    [{ 'app-id': 'cli_a', 'app-secret': 's\r\nX: y' }, /`app-secret` holds/],
    [{ 'app-id': 's3cret', 'app-secret': 'cli_1' }, /`app-id` and `app-secret` are swapped/],
    [{ 'app-id': 'a1b2', 'app-secret': 's3cret' }, /`app-id` is no app id, which begins with `cli_`/],
    [{ 'app-id': 'cli_1', 'app-secret': 'cli_1' }, /`app-secret` is an app id/],
    [{ 'access-token': 'cli_1' }, /`access-token` is an app id/],
    ...['FEISHU_APP_ID', '$APP', '${APP}', '%APP%', 'secrets.app', '{{ secrets.APP }}', 'steps.a.outputs.b'].flatMap(
      (name): [Given, RegExp][] => [
        [{ 'access-token': name }, /`access-token` is a name, not the value behind it.*secrets\.NAME/],
        [{ 'app-id': name, 'app-secret': 's3cret' }, /`app-id` is a name/],
        [{ 'app-id': 'cli_1', 'app-secret': name }, /`app-secret` is a name/],
      ],
    ),
  ])('%j is refused', (given, words) => {
    expect(readMasking(given).message).toMatch(words)
  })

  it('with any texts is read or refused in one sentence; secrets are masked, and no sentence contains one', () => {
    // A secret of 12 characters or more is in no English sentence by chance.
    const secret = fc.oneof(
      fc.constant(''),
      unicodeText({ minLength: 12 }),
      fc.stringMatching(/^(Bearer |t-)?[!-~]{12,40}$/),
    )
    fc.assert(
      fc.property(secret, secret, secret, (accessToken, appId, appSecret) => {
        const { masked, message } = readMasking({
          'access-token': accessToken,
          'app-id': appId,
          'app-secret': appSecret,
        })
        // Only an app id begins with `cli_`.
        for (const given of [accessToken, appSecret, appId].map((text) => text.trim())) {
          if (given === '' || given.startsWith('cli_')) continue
          expect(masked).toContain(given)
          if (given.length >= 12) expect(message ?? '').not.toContain(given)
        }
        expect(masked).not.toContain('')
        if (message !== undefined) expect(message).toMatch(/^[^\n\r\u2028\u2029]+\.$/)
      }),
      { numRuns: 250 },
    )
  })
})

describe('the base URL', () => {
  const read = (value: string) => readBaseUrl(reader({ 'base-url': value }))
  it.each([
    ['', 'https://open.feishu.cn'],
    [' https://open.larksuite.com/ \n', 'https://open.larksuite.com'],
    ['HTTPS://OPEN.FEISHU.CN', 'https://open.feishu.cn'],
    ['https://feishu.example.com:8443/gateway//', 'https://feishu.example.com:8443/gateway'],
    ['http://localhost:8080', 'http://localhost:8080'],
    ['http://127.0.0.1', 'http://127.0.0.1'],
    ['http://127.1', 'http://127.0.0.1'],
    ['http://[::1]:81/', 'http://[::1]:81'],
    ['https://open.feishu.cn:443', 'https://open.feishu.cn'],
    ['https://open.xfeishu.cn', 'https://open.xfeishu.cn'],
    ['https://open.larkoffice.com', 'https://open.larkoffice.com'],
    ['https://larkoffice.com.example.com', 'https://larkoffice.com.example.com'],
    ['https://open.feishu.cn//', 'https://open.feishu.cn'],
    ['https://open.feishu.example.com/app', 'https://open.feishu.example.com/app'],
  ])('%j is read as %s', (value, expected) => {
    expect(read(value)).toBe(expected)
  })

  it.each([
    ['open.feishu.cn', /no web address/],
    ['//open.feishu.cn', /no web address/],
    ['http://open.feishu.cn', /not https.*in the clear/],
    ['http://localhost.example.com', /not https/],
    ['http://0.0.0.0', /not https/],
    ['http://10.0.0.1', /not https/],
    ['http://[::2]', /not https/],
    ['file:///etc/passwd', /not https/],
    ['javascript:alert(1)', /not https/],
    ['https://user@open.feishu.cn', /user or a password/],
    ['https://:pass@open.feishu.cn', /user or a password/],
    ['https://open.feishu.cn?', /query or a # part/],
    ['https://open.feishu.cn/#', /query or a # part/],
    ['https://open.feishu.cn/open-apis/', /path of the API/],
    ['https://open.feishu.cn/app', /page of the open platform.*"https:\/\/open\.feishu\.cn"/],
    ['https://open.larksuite.com/document/home/', /page of the open platform.*"https:\/\/open\.larksuite\.com"/],
    ['https://x.feishu.cn/docx/AbC', /host of documents/],
    ['https://feishu.cn', /host of documents/],
    ['https://www.larksuite.com', /host of documents/],
    ['https://my.feishu.cn', /host of documents/],
    ['https://x.feishu.cn.', /host of documents/],
    ['https://x.larksuite.com', /host of documents/],
    ['https://x.larkoffice.com', /host of documents.*https:\/\/open\.feishu\.cn/],
    ['https://X.sg.larkoffice.com/', /host of documents/],
  ])('%j is refused', (value, words) => {
    expect(() => read(value)).toThrow(words)
    expect(() => read(value)).toThrow(InputError)
    expect(() => read(value)).toThrow(/^Input `base-url` is .*\.$/)
  })

  it('with a password or a token in it is never shown in a message; every error is an InputError', () => {
    const secret = 'S3cretS3cretS3cret'
    const around = unicodeText({ maxLength: 30 })
    const form = fc.constantFrom(
      `https://u:${secret}@`,
      `u:${secret}@`,
      `https://x.test/?t=${secret}`,
      `x#${secret}`,
      `https://${secret}@[`,
    )
    fc.assert(
      fc.property(around, form, around, (before, middle, after) => {
        try {
          read(`${before}${middle}${after}`)
        } catch (error) {
          expect(error).toBeInstanceOf(InputError)
          expect((error as Error).message).not.toContain(secret)
          expect((error as Error).message).toMatch(/^Input `base-url` is [^\n\r\u2028\u2029]*\.$/)
        }
      }),
      { numRuns: 250 },
    )
  })

  it('that is accepted is https or on a loopback host, and has no credential, query or fragment', () => {
    const url = fc.oneof(
      fc.webUrl({ withQueryParameters: true, withFragments: true, validSchemes: ['http', 'https'] }),
      fc.string(),
    )
    fc.assert(
      fc.property(url, (value) => {
        let accepted: URL
        try {
          accepted = new URL(read(value))
        } catch (error) {
          expect(error).toBeInstanceOf(InputError)
          return
        }
        expect(accepted.protocol === 'https:' || /^(localhost|127\.|\[::1\])/.test(accepted.hostname)).toBe(true)
        expect([accepted.username, accepted.password, accepted.search, accepted.hash]).toEqual(['', '', '', ''])
      }),
    )
  })
})

it('the timeout is the input, or the default that the action gives', () => {
  const given = { 'access-token': 't-1' }
  expect(readConnectionInputs(reader(given), () => undefined, 120).timeoutMs).toBe(120_000)
  expect(readConnectionInputs(reader({ ...given, 'timeout-seconds': '7' }), () => undefined, 120).timeoutMs).toBe(7000)
})
