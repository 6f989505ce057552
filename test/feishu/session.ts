import { connect, type Session } from '../../src/feishu/client/connect.js'
import type { Emulator } from '../emulator/index.js'
import { quickClock } from '../polling/quick-clock.js'

/** A connection to an emulator with its access token; to be disposed of. */
export const sessionOn = ({ url, accessToken }: Emulator): Session =>
  connect({
    baseUrl: url,
    credential: { kind: 'token', accessToken },
    clock: quickClock(10),
    mask: () => undefined,
    debug: () => undefined,
    action: 'test',
  })
