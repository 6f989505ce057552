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
import { readTree } from './check-disk.js'
import { RandomSource } from './random-source.js'
import type { Report, Violation } from './types.js'

/** How the service handles `Range`, and how its connections break. */
interface Storage {
  /** `ignored`: it always sends the whole file. `no-if-range`: it sends the part of a file that has changed, too. */
  readonly ranges: 'honoured' | 'no-if-range' | 'ignored'
  readonly hasEtag: boolean
  /** The file before and after a change. */
  readonly versions: readonly [Buffer, Buffer]
  /** The number of the first request that gets the changed file. */
  readonly changesAt: number
  /** How many requests break, and after how many bytes each. */
  readonly cuts: readonly number[]
}

/** Runs the built download action on a transfer that breaks again and again: it must save exactly the file. */
export async function runResumeScenario(seed: number): Promise<Report> {
  const random = new RandomSource(seed)
  const storage = generateStorage(random)
  const emulator = await startEmulator({ random: createRandom(seed) })
  const workspace = mkdtempSync(path.join(tmpdir(), 'feishu-faults-'))
  try {
    const { fileToken } = emulator.addTask({ durationMs: 0, startAt: 'now' })
    emulator.script('download', (request, nth) => answerOf(storage, request, nth))
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
    // A part that is shorter than the cut arrives whole, so that a later change of the file does not matter.
    const last = storage.versions[requests.length < storage.changesAt ? 0 : 1]
    return {
      kind: 'resume',
      seed,
      violations: check(step, readTree(workspace), last, storage, requests),
      green: step.exitCode === 0,
      requests: requests.length,
      transcript: [
        `${storage.ranges}, etag ${storage.hasEtag}, ${last.length} bytes, other from request ${storage.changesAt}, cuts ${storage.cuts.join(' ')}`,
        ...requests.map(({ headers, answeredStatus }) => `  ${headers.range ?? 'whole'} <- ${answeredStatus ?? '?'}`),
        ...step.lines.map((line) => `  | ${line.slice(0, 600)}`),
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
  const changes = hasEtag && random.chance(0.4)
  return {
    ranges,
    hasEtag,
    versions: [
      createContent(size, random),
      createContent(random.chance(0.5) ? size : random.int(50_000, size), random),
    ],
    changesAt: changes ? random.int(2, cuts.length + 1) : Infinity,
    cuts,
  }
}

const createContent = (size: number, random: RandomSource): Buffer =>
  wholeOf(generatedContent(size, String(random.next())))

function answerOf(storage: Storage, { headers }: RecordedRequest, nth: number): Answer {
  const { ranges, hasEtag, versions, changesAt, cuts } = storage
  const content = versions[nth < changesAt ? 0 : 1]
  const etag = `"${createHash('sha256').update(content).digest('hex').slice(0, 16)}"`
  const ifRange = headers['if-range']
  const isOther = ranges === 'honoured' && ifRange !== undefined && ifRange !== etag
  const range = ranges === 'ignored' || isOther ? undefined : headers.range
  const plain = rangedAnswer(bufferContent(content), 'a.docx', range, 'application/octet-stream')
  const answer: PlainAnswer = hasEtag ? { ...plain, headers: { ...plain.headers, etag } } : plain
  const afterBytes = cuts[nth - 1]
  return afterBytes === undefined ? answer : answers.cut({ afterBytes, of: answer })
}

function check(
  step: StepResult,
  files: ReturnType<typeof readTree>,
  last: Buffer,
  { ranges, changesAt, cuts }: Storage,
  requests: readonly RecordedRequest[],
): Violation[] {
  const violations: Violation[] = []
  const must = (holds: boolean, text: string): void => {
    if (!holds) violations.push({ kind: 'wrong', text })
  }
  const sha256 = createHash('sha256').update(last).digest('hex')
  must(step.exitCode === 0, `exit code ${step.exitCode}: ${step.errors[0] ?? ''}`)
  must(step.outputs['sha256'] === sha256, 'the bytes of another file, or of two')
  must(step.outputs['file-size'] === String(last.length), '`file-size` is not that of the file')
  must(files.size === 1, `${files.size} files on the disk`)
  // One request after each interruption, and one more when the file has changed, which that request detects.
  must(requests.length <= cuts.length + 2 + (changesAt === Infinity ? 0 : 2), `${requests.length} requests`)
  const asked = requests.slice(1).some(({ headers }) => headers.range !== undefined)
  const isLongCut = cuts.some((bytes) => bytes > 200_000)
  if (ranges === 'honoured' && isLongCut && requests.length > 1) must(asked, 'no request for the rest of the file')
  return violations
}
