import type { Clock } from '../../polling/clock.js'
import { VERSION } from '../../version.js'
import type { Connection } from './client.js'
import type { Credential, CredentialInput } from '../auth/credentials.js'
import { createCredential } from '../auth/tenant-token.js'
import type { Environment } from './proxy.js'
import { createTransport } from './transport.js'

/** The connection and the credential of one action. */
export interface Session {
  readonly connection: Connection
  readonly credential: Credential
  /** How many requests were sent so far. */
  requests(): number
  /** Closes the idle connections. */
  dispose(): void
}

/** What a session needs. */
export interface SessionOptions {
  readonly baseUrl: string
  readonly credential: CredentialInput
  readonly clock: Clock
  /** Called with each new access token, so that the log hides it. */
  readonly mask: (secret: string) => void
  /** Called with each line for the debug log. */
  readonly debug: (line: string) => void
  /** Which action sends the requests: part of the user agent. */
  readonly action: string
  /** The environment variables that may name a proxy. Without them, the proxy is not checked before it is used. */
  readonly environment?: Environment
}

/** Opens a session with the Open API; no request is sent yet. */
export function connect(options: SessionOptions): Session {
  const { baseUrl, credential, clock, mask, debug, action, environment = {} } = options
  const transport = createTransport(`feishu-export-action/${VERSION} (${action})`, environment)
  let sent = 0
  const connection: Connection = {
    transport: {
      send(request) {
        sent++
        return transport.send(request)
      },
      dispose: () => transport.dispose(),
    },
    baseUrl,
    clock,
    onAnswer: debug,
  }
  return {
    connection,
    credential: createCredential(connection, credential, mask),
    requests: () => sent,
    dispose: () => transport.dispose(),
  }
}
