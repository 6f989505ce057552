import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { bufferContent, generatedContent, wholeOf } from '../emulator/content.js'
import { rangedAnswer } from '../emulator/file-answer.js'
import {
  answers,
  createRandom,
  startEmulator,
  type Answer,
  type PlainAnswer,
  type RecordedRequest,
} from '../emulator/index.js'
import { runAction, type StepResult } from '../process/run-action.js'
import { readTree, type Tree } from './check-disk.js'
import { RandomSource } from './random-source.js'
import { formatLog } from './transcript.js'
import type { Report, Violation } from './types.js'

/** How the service handles `Range`, when the file changes, and how the connections break. */
export interface Storage {
  /**
   * `ignored`: it always sends the complete file. `no-if-range`: it sends the requested part also of a changed file.
   */
  readonly ranges: 'honoured' | 'no-if-range' | 'ignored'
  readonly hasEtag: boolean
  /** The file before and after a change. */
  readonly versions: readonly [Buffer, Buffer]
  /** The number (from 1) of the first request that gets the changed file; Infinity when it does not change. */
  readonly changesAt: number
  /**
   * After how many bytes of the body the connection of the first, second, … request ends. Later requests get all bytes.
   */
  readonly cuts: readonly number[]
}

// If the server sent more bytes than this before the connection ended, the client has certainly received some.
const CERTAINLY_RECEIVED_BYTES = 200_000

/**
 * Runs the built download action on a transfer that breaks several times: it must save exactly one version of the file.
 */
export async function runResumeScenario(seed: number): Promise<Report> {
  const random = new RandomSource(seed)
  const storage = generateStorage(random)
  const emulator = await startEmulator({ random: createRandom(seed) })
  const workspace = mkdtempSync(path.join(tmpdir(), 'feishu-faults-'))
  try {
    const { fileToken } = emulator.addTask({ durationMs: 0, startAt: 'now' })
    emulator.script('download', (request, nth) => createAnswer(storage, request, nth))
    const step = await runAction(
      'download',
      {
        'base-url': emulator.url,
        'access-token': emulator.accessToken,
        'timeout-seconds': 30,
        'file-token': fileToken,
        'file-name': 'a.docx',
        'file-size': storage.changesAt === Infinity && random.chance(0.5) ? storage.versions[0].length : '',
      },
      { workspace },
    )
    const requests = emulator.requestsTo('download')
    // The version that the last request got. If a cut lets all the remaining bytes through, the download is complete
    // before the planned change. Then this is the first version.
    const expected = storage.versions[requests.length < storage.changesAt ? 0 : 1]
    return {
      kind: 'resume',
      seed,
      violations: checkDownload(step, readTree(workspace), expected, storage, requests),
      green: step.exitCode === 0,
      requests: requests.length,
      transcript: [
        `${storage.ranges}, etag ${storage.hasEtag}, ${expected.length} bytes, other from request ${storage.changesAt}, cuts ${storage.cuts.join(' ')}`,
        ...requests.map(({ headers, answeredStatus }) => `  ${headers.range ?? 'whole'} <- ${answeredStatus ?? '?'}`),
        ...formatLog(step.lines),
      ].join('\n'),
    }
  } finally {
    await emulator.stop()
    rmSync(workspace, { recursive: true, force: true })
  }
}

function generateStorage(random: RandomSource): Storage {
  const size = random.int(100_000, 900_000)
  const hasEtag = random.chance(0.6)
  const ranges = random.pick(['honoured', 'honoured', 'no-if-range', 'ignored'] as const)
  const cuts = random.list(random.int(1, 5), () => random.int(1, size - 1))
  // Without an ETag, a client cannot detect that the file was replaced by another one of the same size.
  const isChanging = hasEtag && random.chance(0.4)
  return {
    ranges,
    hasEtag,
    versions: [
      createContent(size, random),
      createContent(random.chance(0.5) ? size : random.int(50_000, size), random),
    ],
    changesAt: isChanging ? random.int(2, cuts.length + 1) : Infinity,
    cuts,
  }
}

const createContent = (size: number, random: RandomSource): Buffer =>
  wholeOf(generatedContent(size, String(random.next())))

/**
 * Makes the answer to a request for the file, as `storage` describes: the file or a part of it, perhaps cut.
 * @param nth the number of the request, from 1
 */
function createAnswer(storage: Storage, { headers }: RecordedRequest, nth: number): Answer {
  const { ranges, hasEtag, versions, changesAt, cuts } = storage
  const content = versions[nth < changesAt ? 0 : 1]
  const etag = `"${createHash('sha256').update(content).digest('hex').slice(0, 16)}"`
  const ifRange = headers['if-range']
  const isOtherVersion = ranges === 'honoured' && ifRange !== undefined && ifRange !== etag
  const range = ranges === 'ignored' || isOtherVersion ? undefined : headers.range
  const plain = rangedAnswer(bufferContent(content), 'a.docx', range, 'application/octet-stream')
  const answer: PlainAnswer = hasEtag ? { ...plain, headers: { ...plain.headers, etag } } : plain
  const afterBytes = cuts[nth - 1]
  return afterBytes === undefined ? answer : answers.cut({ afterBytes, of: answer })
}

/**
 * Checks exit code, outputs, saved file and requests of a step.
 * @param expected the version of the file that it must have saved
 */
export function checkDownload(
  step: StepResult,
  files: Tree,
  expected: Buffer,
  { ranges, changesAt, cuts }: Storage,
  requests: readonly RecordedRequest[],
): Violation[] {
  const violations: Violation[] = []
  const must = (holds: boolean, text: string): void => {
    if (!holds) violations.push({ kind: 'wrong', text })
  }
  const sha256 = createHash('sha256').update(expected).digest('hex')
  must(step.exitCode === 0, `exit code ${step.exitCode}: ${step.errors[0] ?? ''}`)
  must(step.outputs['sha256'] === sha256, '`sha256` is not that of the file')
  must(step.outputs['file-size'] === String(expected.length), '`file-size` is not that of the file')
  must(files.size === 1, `${files.size} files on the disk`)
  must(files.get('a.docx')?.equals(expected) === true, 'the bytes on the disk are not those of the file')
  // The first request, and one after each interruption. One more if a requested part is of the changed file, or if the
  // changed file is too short to have it.
  must(requests.length <= 1 + cuts.length + (changesAt === Infinity ? 0 : 1), `${requests.length} requests`)
  const hasRequestedRest = requests.slice(1).some(({ headers }) => headers.range !== undefined)
  // The last request was not interrupted.
  const interruptedAfterBytes = cuts.slice(0, requests.length - 1)
  const canResume = ranges === 'honoured' && interruptedAfterBytes.some((bytes) => bytes > CERTAINLY_RECEIVED_BYTES)
  if (canResume) must(hasRequestedRest, 'no request for the rest of the file')
  return violations
}
