import { answers, type Answer, type Random } from '../../emulator/index.js'
import { pick } from './world.js'

const TRANSIENT = [1069901, 1069903, 1500, 1663, 5000, 600, 131001, 131007, 1061001]

/** What a bad day of the service and the network brings, all of it over in a moment. */
export function passingFault(random: Random): Answer {
  const kinds: readonly (() => Answer)[] = [
    () => answers.error(pick(random, TRANSIENT)),
    () => answers.error(pick(random, TRANSIENT), { status: 200 }),
    () => answers.gatewayPage(pick(random, [200, 500, 502, 503, 504])),
    () => answers.notJson(),
    () => answers.ok([]),
    () => answers.reset(pick(random, ['before', 'after', 'after-headers'])),
    () => answers.close(pick(random, ['before', 'after'])),
    () => answers.cut({ chunked: random() < 0.5, afterBytes: Math.floor(random() * 200) }),
    () => answers.stall({ afterBytes: Math.floor(random() * 200) }),
    () => answers.wrongContentLength(pick(random, [1, 100])),
    () => answers.garbage(),
    () =>
      answers.rateLimited(pick(random, answers.RATE_LIMIT_FORMS), {
        resetSeconds: pick(random, [0, 1, 3, undefined]),
      }),
  ]
  return pick(random, kinds)()
}
