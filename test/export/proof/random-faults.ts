import { answers, type Answer, type Random } from '../../emulator/index.js'
import { DISK_CALLS, type Kill, type Refusal } from './disk-hooks.js'
import type { RunPlan } from './run-types.js'
import { pick } from './world.js'

const TRANSIENT_CODES = [
  1069901, // export tasks: internal error
  1069903, // export tasks: internal error
  1500, // internal error
  1663, // internal error
  5000, // internal error
  600, // data is being loaded
  131001, // wiki: rpc fail
  131007, // wiki: internal error
  1061001, // drive: internal error
]

/**
 * A fault of the service or the network, after which a later request succeeds.
 * @param mayStall see `CampaignOptions`
 */
export function passingFault(random: Random, mayStall: boolean): Answer {
  const kinds: readonly (() => Answer)[] = [
    () => answers.error(pick(random, TRANSIENT_CODES)),
    () => answers.error(pick(random, TRANSIENT_CODES), { status: 200 }),
    () => answers.gatewayPage(pick(random, [200, 500, 502, 503, 504])),
    () => answers.notJson(),
    () => answers.ok([]),
    () => answers.reset(pick(random, ['before', 'after', 'after-headers'])),
    () => answers.close(pick(random, ['before', 'after'])),
    () => answers.cut({ chunked: random() < 0.5, afterBytes: Math.floor(random() * 200) }),
    () => answers.wrongContentLength(pick(random, [1, 100])),
    () => answers.garbage(),
    ...(mayStall ? [() => answers.stall({ afterBytes: Math.floor(random() * 200) })] : []),
    () =>
      answers.rateLimited(pick(random, answers.RATE_LIMIT_FORMS), {
        resetSeconds: pick(random, [0, 1, 3, undefined]),
      }),
  ]
  return pick(random, kinds)()
}

/**
 * Chooses where a run is killed: at a call to the disk, or at a moment. The run may end before. Sometimes the disk also
 * refuses every hard link.
 * @param isFirst whether the run exports everything, so that it takes long
 */
export function anyKill(random: Random, documents: number, isFirst: boolean): Partial<Pick<RunPlan, 'disk' | 'end'>> {
  const afterMs = 100 + random() * (3_000 + 300 * documents)
  if (random() < 0.3) return { end: { kind: 'kill', afterMs } }
  // Only the first run makes very many calls.
  const maxNth = isFirst ? Math.max(6, documents / 2) : 6 + documents / 100
  // Early calls are chosen more often, since a run may have few calls of the chosen kind.
  const nth = 1 + Math.floor(random() ** 2 * maxNth)
  const kill: Kill = { call: pick(random, DISK_CALLS), nth, when: pick(random, ['before', 'half', 'after']) }
  // As on a file system without hard links.
  const refusal: Refusal = { calls: ['link'], code: 'ENOTSUP', everyNth: 1, sparesManifest: true }
  return { disk: { kill, ...(random() < 0.3 && { refusal }) } }
}

/** Chooses calls that the disk refuses: renames, renames and links, removals, or all three; each of them, or only some. */
export function anyRefusal(random: Random): Refusal {
  const [calls, code] = pick(random, [
    [['rename'], 'EPERM'],
    [['rename', 'link'], 'EACCES'],
    [['unlink'], 'EIO'],
    [['rename', 'unlink', 'link'], 'EIO'],
  ] as const)
  return { calls, code, everyNth: pick(random, [1, 2, 3, 7]), sparesManifest: random() < 0.8 }
}
