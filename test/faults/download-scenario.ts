import { answers, type Answer, type PlainAnswer } from '../emulator/index.js'
import { contentDisposition } from '../emulator/file-answer.js'
import { chooseCancelAtMs, generateMintPlan } from './common-plans.js'
import { FaultyAnswers } from './faulty-answers.js'
import { PAGE_MARK, randomHostileHeader, randomTitle } from './hostile-text.js'
import type { RandomSource } from './random-source.js'
import type { Plan, Scenario, World } from './types.js'

/**
 * Generates a run of the download action. Redirects may lead it to another address of the service, or to a second server
 * (`storageUrl`). Both answer by the plan `storage`.
 */
export function generateDownloadScenario(random: RandomSource, world: World): Scenario {
  const faulty = new FaultyAnswers(random, world)
  const bytes = random.bytes(
    random.weighted([
      [1, () => 0],
      [5, () => random.int(1, 2000)],
      [2, () => random.int(60_000, 300_000)],
    ]),
  )
  const fileAnswer = (content = bytes): PlainAnswer => {
    // The name is cut, since Node.js limits the size of headers.
    const name = `${randomTitle(random).slice(0, 400)}${random.pick(['', '.docx', '.pdf'])}`
    const disposition = random.weighted<string | null>([
      [5, () => contentDisposition(name)],
      [2, () => 'attachment'],
      [1, () => null],
      [1, () => `attachment; filename="${randomHostileHeader(random)}"`],
      [1, () => `inline; filename*=UTF-8''%E5%90%88%0A%00%2F..%2Fx%ff`],
    ])
    const type = random.pick([
      'application/octet-stream',
      'application/pdf',
      '',
      randomHostileHeader(random),
      'application/json',
    ])
    // Without `attachment` in the disposition, a client must treat an answer with the type of JSON as an error.
    const looksLikeError = type.trim().startsWith('application/json') && !(disposition ?? '').startsWith('attachment')
    return answers.file(content, {
      ...faulty.headers(),
      'content-type': looksLikeError ? 'application/octet-stream' : type,
      'content-disposition': disposition,
      // The label alone: the bytes are not compressed.
      ...(random.chance(0.05) && { 'content-encoding': random.pick(['gzip', 'br', 'identity', '']) }),
    })
  }
  const redirect = (): PlainAnswer => {
    const to = random.weighted([
      [4, () => `${world.storageUrl}/storage/file?sign=${random.int(1, 9)}`],
      [2, () => `${world.url}/elsewhere`],
      [1, () => '/elsewhere'],
      [1, () => `//${world.storageUrl.replace(/^https?:\/\//, '')}/x`],
      [0.3, () => 'ftp://127.0.0.1/x'],
      [0.3, () => world.storageUrl.replace('://', '://user:password@')],
      [0.3, () => 'http://192.0.2.1/x'],
      [0.3, () => randomHostileHeader(random)],
    ])
    return answers.redirect(to, random.pick([301, 302, 303, 307, 308]))
  }
  // A success without the file: an envelope, a page, other JSON, or the bytes with another status than 200.
  const answerWithoutFile = (): PlainAnswer =>
    random.weighted<PlainAnswer>([
      [2, () => answers.ok({})],
      [1, () => ({ status: 200, headers: { 'content-type': 'text/html' }, body: PAGE_MARK })],
      [
        1,
        () => ({
          status: random.pick([206, 201, 202]),
          headers: { 'content-type': 'application/octet-stream' },
          body: bytes,
        }),
      ],
      [1, () => answers.json({ no: 'envelope' })],
    ])
  // The answer that a fault of the connection interrupts or delays.
  const plainAnswer = (): PlainAnswer =>
    random.weighted<PlainAnswer>([
      [6, () => fileAnswer()],
      [1, () => answerWithoutFile()],
      [1, () => faulty.permanentError()],
    ])
  // Mostly answers after which the download continues.
  const nextAnswer = (manyRedirects: boolean): Answer =>
    random.weighted<Answer>([
      [8, () => faulty.networkFault(plainAnswer())],
      [3, () => faulty.transientError()],
      [3, () => faulty.transientPage()],
      [3, () => faulty.rateLimit()],
      [2, () => answerWithoutFile()],
      [manyRedirects ? 4 : 1, () => redirect()],
      [1.5, () => faulty.delayed(plainAnswer())],
      [1.5, () => faulty.tokenRefused()],
      [0.5, () => faulty.permanentError()],
      [0.5, () => faulty.permanentPage()],
      [0.7, () => fileAnswer(random.bytes(random.int(0, 500)))],
    ])
  const generatePlan = (maxAnswers: number, manyRedirects: boolean): Plan => ({
    list: random.list(random.int(0, maxAnswers), () => nextAnswer(manyRedirects)),
    rest: random.weighted<Answer>([
      [10, () => fileAnswer()],
      [manyRedirects ? 4 : 0.5, () => redirect()],
      [2, () => nextAnswer(manyRedirects)],
    ]),
  })
  // An input is an environment variable, which cannot contain NUL.
  const titleInput = (): string => randomTitle(random).replaceAll('\0', '')
  // Whether a file is at the target already. Then name and extension are plain, so that the target is known.
  const fileExists = random.chance(0.25)
  const plainName = random.pick(['A', '合同', 'plan'])
  return {
    timeoutMs: random.pick([1000, 1500, 2000, 3000, 3000, 4000, 6000]),
    inputs: {
      'file-token': world.fileToken,
      'file-name': fileExists ? plainName : random.chance(0.6) ? titleInput() : '',
      'file-extension': fileExists
        ? 'docx'
        : random.weighted([
            [5, () => 'docx'],
            [2, () => ''],
            [1, titleInput],
          ]),
      'file-size': random.chance(0.5) ? (random.chance(0.85) ? bytes.length : random.int(0, 3000)) : '',
      directory: random.pick(['', '', 'out', 'out/deep/er', './out', '合同 ##[error]x', 'kept']),
      overwrite: random.pick(['', 'true', 'false']),
    },
    plans: {
      mint: generateMintPlan(random, world, faulty),
      main: generatePlan(4, true),
      storage: generatePlan(2, false),
    },
    cancelAtMs: chooseCancelAtMs(random),
    // With `fileExists`, the file is in each of the folders that `directory` may name.
    files: {
      'kept/old.txt': 'here before',
      ...(fileExists &&
        Object.fromEntries(
          ['', 'out/', 'out/deep/er/', 'kept/', '合同 ##[error]x/'].map((folder) => [
            `${folder}${plainName}.docx`,
            'old',
          ]),
        )),
    },
  }
}
