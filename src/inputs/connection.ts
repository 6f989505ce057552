import { excerpt, InputError, durationMsInput, type InputReader } from '../runner/inputs.js'
import type { CredentialInput } from '../feishu/auth/credentials.js'

/** The inputs that all actions share. */
export interface ConnectionInputs {
  readonly credential: CredentialInput
  /** Without a slash at its end. */
  readonly baseUrl: string
  readonly timeoutMs: number
}

/**
 * Reads and checks credential, base URL and timeout. Call it before other inputs are read: their error messages may
 * contain the same secret, which is then hidden.
 * @param mask called with every secret before any other use
 * @throws InputError
 */
export function readConnectionInputs(
  read: InputReader,
  mask: (secret: string) => void,
  defaultTimeoutSeconds: number,
): ConnectionInputs {
  return {
    credential: readCredential(read, mask),
    baseUrl: readBaseUrl(read),
    timeoutMs: durationMsInput(read, 'timeout-seconds') ?? defaultTimeoutSeconds * 1000,
  }
}

const EMPTY_SECRET =
  "If it comes from a secret, check the secret's name. If it is right: workflows of forks get no secrets, those" +
  ' of Dependabot get only the secrets of Dependabot, and a secret of an environment needs `environment:` in the job.'

/** Reads and masks the credential of the user. @throws InputError */
export function readCredential(read: InputReader, mask: (secret: string) => void): CredentialInput {
  const accessToken = read('access-token').trim()
  const appId = read('app-id').trim()
  const appSecret = read('app-secret').trim()
  // What is given as `app-id` may be a secret, unless it is an app id.
  const secrets = [accessToken, appSecret, ...(isAppId(appId) ? [] : [appId])]
  for (const secret of secrets) if (secret !== '') mask(secret)
  if (accessToken !== '' && (appId !== '' || appSecret !== '')) {
    throw new InputError(
      'Inputs `access-token` and `app-id`/`app-secret` are both given. Give one kind of credential, not two.',
    )
  }
  if (accessToken !== '') {
    const token = checkCredential('access-token', accessToken)
    if (isAppId(token)) throw new InputError(`Input \`access-token\` is an app id. ${GIVE_BOTH}`)
    return { kind: 'token', accessToken: token }
  }
  if (appId === '' && appSecret === '') {
    throw new InputError(
      `No credential: inputs \`access-token\`, \`app-id\` and \`app-secret\` are all empty. Give \`access-token\`, or \`app-id\` and \`app-secret\`. ${EMPTY_SECRET}`,
    )
  }
  if (appSecret === '') {
    throw new InputError(`Input \`app-secret\` is empty, though \`app-id\` is given. ${EMPTY_SECRET}`)
  }
  if (appId === '') {
    throw new InputError(`Input \`app-id\` is empty, though \`app-secret\` is given. ${EMPTY_SECRET}`)
  }
  const app = { appId: checkCredential('app-id', appId), appSecret: checkCredential('app-secret', appSecret) }
  if (!isAppId(app.appId)) {
    throw new InputError(
      isAppId(app.appSecret)
        ? 'Inputs `app-id` and `app-secret` are swapped. Give the one that begins with `cli_` as `app-id`.'
        : `Input \`app-id\` is no app id, which begins with \`cli_\` (it is not shown here). ${GIVE_BOTH}`,
    )
  }
  if (isAppId(app.appSecret)) throw new InputError(`Input \`app-secret\` is an app id. ${GIVE_BOTH}`)
  return { kind: 'app', ...app }
}

const GIVE_BOTH =
  "Copy the app id (`cli_…`) as `app-id` and the app secret as `app-secret` from the app's console: 「凭证与基础信息」."

// Every app id begins with `cli_`. Source: 自建应用获取 tenant_access_token,
// https://open.feishu.cn/document/server-docs/authentication-management/access-token/tenant_access_token_internal
const isAppId = (value: string): boolean => value.startsWith('cli_')

// Matches a name in place of its value, such as FEISHU_APP_ID, $FEISHU_APP_ID, %FEISHU_APP_ID%, secrets.FEISHU_APP_ID or
// ${{ secrets.FEISHU_APP_ID }}.
const NAME_OF_VALUE =
  /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$|^\$|^%\w+%$|\{\{|^(secrets|vars|env|inputs|github|steps|needs|matrix)\.[\w.-]+$/

/**
 * Refuses a name in place of a credential, a credential with "Bearer", and characters that no credential has.
 * @param name the name of the input
 * @returns the value, unchanged
 * @throws InputError
 */
function checkCredential(name: string, value: string): string {
  if (NAME_OF_VALUE.test(value)) {
    throw new InputError(
      `Input \`${name}\` is a name, not the value behind it. Write \${{ secrets.NAME }} with the name of the secret.`,
    )
  }
  if (/^bearer\s/i.test(value)) {
    throw new InputError(`Input \`${name}\` begins with "Bearer". Give the token alone.`)
  }
  if (!/^[\x21-\x7e]+$/.test(value)) {
    throw new InputError(
      `Input \`${name}\` holds a blank, a line break or another character that no credential has. Copy it again, alone.`,
    )
  }
  return value
}

// The domains of Feishu and Lark where tenants have documents. Any other domain may be a private deployment or a proxy.
const DOCUMENT_DOMAIN = /(^|\.)(feishu\.cn|larkoffice\.com|larksuite\.com)\.?$/
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

/**
 * Reads the address of the open platform; that of Feishu if the input is empty.
 * @returns the address without a slash at its end
 * @throws InputError
 */
export function readBaseUrl(read: InputReader): string {
  const value = read('base-url').trim() || 'https://open.feishu.cn'
  // A text with one of these characters may contain a password or a token, even if it is not a valid URL.
  const shown = /[@?#]/.test(value) ? 'a text that is not shown here' : excerpt(value)
  const wrongUrl = (fault: string, cure: string): InputError =>
    new InputError(`Input \`base-url\` is ${shown}, ${fault}. ${cure}`)
  const example = 'Write https://open.feishu.cn, or https://open.larksuite.com for Lark.'
  if (!URL.canParse(value)) throw wrongUrl('which is no web address', example)
  const url = new URL(value)
  if (url.username !== '' || url.password !== '') {
    throw wrongUrl('which carries a user or a password', `Leave them out. ${example}`)
  }
  // Checked in the text: if the address ends with a bare `?` or `#`, `url.search` and `url.hash` are empty.
  if (/[?#]/.test(value)) {
    throw wrongUrl('which carries a query or a # part', `Leave them out. ${example}`)
  }
  const isLocal = url.protocol === 'http:' && LOOPBACK.test(url.hostname)
  if (url.protocol !== 'https:' && !isLocal) {
    throw wrongUrl('which is not https', `The credential would travel in the clear. ${example}`)
  }
  if (/\/open-apis(\/|$)/.test(url.pathname)) {
    throw wrongUrl('which holds the path of the API', `Write the host alone: "${url.origin}".`)
  }
  if (DOCUMENT_DOMAIN.test(url.hostname)) {
    if (!url.hostname.startsWith('open.')) throw wrongUrl('which is the host of documents, not of the API', example)
    // On any other host, the path may be that of a gateway.
    if (/[^/]/.test(url.pathname)) {
      throw wrongUrl('which is a page of the open platform, not its API', `Write the host alone: "${url.origin}".`)
    }
  }
  return `${url.origin}${url.pathname.replace(/(?<!\/)\/+$/, '')}`
}
