import { connect, type Session } from '../../src/feishu/client/connect.js'
import type { Emulator } from '../emulator/index.js'
import { quickClock } from '../polling/quick-clock.js'

/**
 * Connects to an emulator with its access token. The clock is ten times as fast as the real time, so that waits are short.
 * Call `dispose` when the tests end.
 */
export const sessionOn = ({ url, accessToken }: Emulator): Session =>
  connect({
    baseUrl: url,
    credential: { kind: 'token', accessToken },
    clock: quickClock(10),
    mask: () => undefined,
    debug: () => undefined,
    action: 'test',
  })
