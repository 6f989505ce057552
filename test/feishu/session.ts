import { connect, type Session } from '../../src/feishu/client/connect.js'
import { systemClock } from '../../src/polling/clock.js'
import type { Emulator } from '../emulator/index.js'

/** A connection to an emulator with its access token; to be disposed of. */
export const sessionOn = ({ url, accessToken }: Emulator): Session =>
  connect({
    baseUrl: url,
    credential: { kind: 'token', accessToken },
    clock: systemClock,
    mask: () => undefined,
    debug: () => undefined,
    action: 'test',
  })
