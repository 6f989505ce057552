import { callWithHeaders, pathOf, type Connection } from '../client/client.js'
import { givenToken, mintedTokens, type Credential, type CredentialInput } from './credentials.js'
import { WrongShape } from '../client/json.js'

/**
 * Makes the credential of the requests from what the user gave.
 * Source: 自建应用获取 tenant_access_token, `POST /open-apis/auth/v3/tenant_access_token/internal`,
 * https://open.feishu.cn/document/server-docs/authentication-management/access-token/tenant_access_token_internal
 * @param mask called with each token that the service issues for the app, before its first use. Not called with a token
 * that the user gave
 */
export function createCredential(
  connection: Connection,
  input: CredentialInput,
  mask: (secret: string) => void,
): Credential {
  if (input.kind === 'token') return givenToken(input.accessToken)
  return mintedTokens(async (signal) => {
    const reply = await callWithHeaders(
      connection,
      {
        operation: 'mint',
        method: 'POST',
        path: pathOf(['auth', 'v3', 'tenant_access_token', 'internal']),
        body: { app_id: input.appId, app_secret: input.appSecret },
        read: ({ whole }) => {
          const token = whole['tenant_access_token']
          // The token is one word of the `authorization` header: it has printable ASCII characters only, and no blank.
          if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token)) {
            throw new WrongShape('tenant_access_token is not a token')
          }
          return token
        },
      },
      // No header with a token: this call requests the token.
      {},
      signal,
    )
    if (reply.ok) mask(reply.value)
    return reply
  })
}
