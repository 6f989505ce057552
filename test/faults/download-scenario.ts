import { answers, type Answer, type PlainAnswer } from '../emulator/index.js'
import { contentDisposition } from '../emulator/file-answer.js'
import type { Dice } from './dice.js'
import { anyTitle, hostileHeader, PAGE_MARK } from './hostile.js'
import { Service } from './service.js'
import type { Scenario, World } from './types.js'
import { anyWay, mintPlan } from './wait-scenario.js'

/** A download and all that it will meet. */
export function downloadScenario(dice: Dice, world: World): Scenario {
  const service = new Service(dice, world)
  const bytes = dice.bytes(
    dice.weighted([
      [1, () => 0],
      [5, () => dice.int(1, 2000)],
      [2, () => dice.int(60_000, 300_000)],
    ]),
  )
  const file = (content = bytes): PlainAnswer => {
    // A title is not longer than what fits into the headers that Node.js reads.
    const name = `${anyTitle(dice).slice(0, 400)}${dice.pick(['', '.docx', '.pdf'])}`
    const disposition = dice.weighted<string | null>([
      [5, () => contentDisposition(name)],
      [2, () => 'attachment'],
      [1, () => null],
      [1, () => `attachment; filename="${hostileHeader(dice)}"`],
      [1, () => `inline; filename*=UTF-8''%E5%90%88%0A%00%2F..%2Fx%ff`],
    ])
    const type = dice.pick(['application/octet-stream', 'application/pdf', '', hostileHeader(dice), 'application/json'])
    const isPage = type.trim().startsWith('application/json') && !(disposition ?? '').startsWith('attachment')
    return answers.file(content, {
      ...service.headers(),
      'content-type': isPage ? 'application/octet-stream' : type,
      'content-disposition': disposition,
      ...(dice.chance(0.05) && { 'content-encoding': dice.pick(['gzip', 'br', 'identity', '']) }),
    })
  }
  const redirect = (): PlainAnswer => {
    const to = dice.weighted([
      [4, () => `${world.storageUrl}/storage/file?sign=${dice.int(1, 9)}`],
      [2, () => `${world.url}/elsewhere`],
      [1, () => '/elsewhere'],
      [1, () => `//${world.storageUrl.replace(/^https?:\/\//, '')}/x`],
      [0.3, () => 'ftp://127.0.0.1/x'],
      [0.3, () => world.storageUrl.replace('://', '://user:password@')],
      [0.3, () => 'http://192.0.2.1/x'],
      [0.3, () => hostileHeader(dice)],
    ])
    return answers.redirect(to, dice.pick([301, 302, 303, 307, 308]))
  }
  // An envelope or a page at 200 in the file's place.
  const noFile = (): PlainAnswer =>
    dice.weighted<PlainAnswer>([
      [2, () => answers.ok({})],
      [1, () => ({ status: 200, headers: { 'content-type': 'text/html' }, body: PAGE_MARK })],
      [
        1,
        () => ({
          status: dice.pick([206, 201, 202]),
          headers: { 'content-type': 'application/octet-stream' },
          body: bytes,
        }),
      ],
      [1, () => answers.json({ no: 'envelope' })],
    ])
  const whole = (): PlainAnswer =>
    dice.weighted<PlainAnswer>([
      [6, () => file()],
      [1, () => noFile()],
      [1, () => service.permanentError()],
    ])
  const answer = (redirects = true): Answer =>
    dice.weighted<Answer>([
      [8, () => service.wireFault(whole())],
      [3, () => service.transientError()],
      [3, () => service.passingPage()],
      [3, () => service.limited()],
      [2, () => noFile()],
      [redirects ? 4 : 1, () => redirect()],
      [1.5, () => service.later(whole())],
      [1.5, () => service.tokenRefused()],
      [0.5, () => service.permanentError()],
      [0.5, () => service.finalPage()],
      [0.7, () => file(dice.bytes(dice.int(0, 500)))],
    ])
  const plan = (most: number, redirects: boolean): { list: Answer[]; rest: Answer } => ({
    list: dice.list(dice.int(0, most), () => answer(redirects)),
    rest: dice.weighted<Answer>([
      [10, () => file()],
      [redirects ? 4 : 0.5, () => redirect()],
      [2, () => answer(redirects)],
    ]),
  })
  const existing = dice.chance(0.25)
  const plainName = dice.pick(['A', '合同', 'plan'])
  return {
    timeoutMs: dice.pick([1000, 1500, 2000, 3000, 3000, 4000, 6000]),
    inputs: {
      'file-token': world.fileToken,
      'file-name': existing ? plainName : dice.chance(0.6) ? anyTitle(dice).replaceAll('\0', '') : '',
      'file-extension': existing
        ? 'docx'
        : dice.weighted([
            [5, () => 'docx'],
            [2, () => ''],
            [1, () => anyTitle(dice).replaceAll('\0', '')],
          ]),
      'file-size': dice.chance(0.5) ? (dice.chance(0.85) ? bytes.length : dice.int(0, 3000)) : '',
      directory: dice.pick(['', '', 'out', 'out/deep/er', './out', '合同 ##[error]x', 'kept']),
      overwrite: dice.pick(['', 'true', 'false']),
    },
    plans: { mint: mintPlan(dice, world, service), main: plan(4, true), storage: plan(2, false) },
    way: anyWay(dice),
    cancelAtMs: dice.chance(0.05) ? dice.int(900, 3000) : undefined,
    files: {
      'kept/old.txt': 'here before',
      ...(existing &&
        Object.fromEntries(
          ['', 'out/', 'out/deep/er/', 'kept/', '合同 ##[error]x/'].map((folder) => [
            `${folder}${plainName}.docx`,
            'old',
          ]),
        )),
    },
  }
}
