import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createRandom, startEmulator, type EmulatedDocument, type Emulator } from '../emulator/index.js'
import { runAction, type StepResult } from '../process/run-action.js'
import { readTree } from './check-disk.js'
import { generateSource, MAX_PAGE_ITEMS, type FaultySource } from './export-scenario.js'
import { RandomSource } from './random-source.js'
import { formatLog } from './transcript.js'
import type { Report, Violation } from './types.js'

// The export gives up an endless listing after 50 pages without a new item. After a rate limit, it lists so slowly that
// this takes 150 s.
const TIMEOUT_MS = 200_000
// A step that takes longer was ended by its timeout, or nearly so.
const MAX_STEP_MS = TIMEOUT_MS - 5000

/**
 * Runs the built export action twice on a few sources: first with faults in some of them, then without faults. The
 * first step must export everything that the faults leave readable, and count each failure. The second step must export
 * everything that the first one missed.
 */
export async function runExportScenario(seed: number): Promise<Report> {
  const random = new RandomSource(seed)
  const emulator = await startEmulator({ random: createRandom(seed), maxPageItems: MAX_PAGE_ITEMS })
  const workspace = mkdtempSync(path.join(tmpdir(), 'feishu-faults-'))
  try {
    const sources = Array.from({ length: random.int(2, 4) }, (_, i) => generateSource(random, emulator, `S${i}`))
    const runStep = (): Promise<StepResult> =>
      runAction(
        'export',
        {
          'base-url': emulator.url,
          'access-token': emulator.accessToken,
          'timeout-seconds': TIMEOUT_MS / 1000,
          sources: sources.map(({ line }) => line).join('\n'),
        },
        { workspace, killAfterMs: TIMEOUT_MS + 10_000 },
      )
    const first = await runStep()
    const requestsOfFirst = emulator.requests.length
    const violations = checkFirst(first, sources, emulator, workspace)
    emulator.scripts.clear()
    const second = await runStep()
    violations.push(...checkSecond(second, sources, emulator, workspace))
    return {
      kind: 'export',
      seed,
      violations,
      green: first.exitCode === 0,
      requests: emulator.requests.length,
      transcript: [
        ...sources.map(({ line, fault, exported, missed, failed }) =>
          [line, fault, `${exported.length} exported, ${missed.length} missed, ${failed} failed`].join(' | '),
        ),
        `${requestsOfFirst} requests, ${Math.round(first.durationMs)} ms and ${Math.round(second.durationMs)} ms`,
        ...[first, second].flatMap(({ lines, outputs }) => [
          ...formatLog(lines),
          JSON.stringify(outputs).slice(0, 1000),
        ]),
      ].join('\n'),
    }
  } finally {
    await emulator.stop()
    rmSync(workspace, { recursive: true, force: true })
  }
}

const wrong = (text: string): Violation => ({ kind: 'wrong', text })
const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)

/**
 * Checks the step with faults as `checkExportStep` does. The step must also print the words about each fault, and list
 * no source with too many requests.
 */
function checkFirst(
  step: StepResult,
  sources: readonly FaultySource[],
  emulator: Emulator,
  workspace: string,
): Violation[] {
  const exported = sources.flatMap((source) => source.exported)
  const failed = sum(sources.map((source) => source.failed))
  const counts = { exported: exported.length, unchanged: 0, failed }
  const violations = checkExportStep(step, emulator, workspace, counts, exported)
  for (const { words, fault, placeToken, maxListRequests } of sources) {
    for (const word of findMissingWords(step, words)) violations.push(wrong(`${fault}: nothing says "${word}"`))
    const listRequests = emulator.requests.filter(
      ({ api, tokens }) => (api === 'folder' || api === 'wiki-nodes') && tokens.includes(placeToken),
    )
    if (listRequests.length > maxListRequests)
      violations.push(wrong(`${fault}: listed by ${listRequests.length} requests`))
  }
  return violations
}

/** Returns the words that are neither in the log nor in the summary. Debug lines do not count: a user rarely sees them. */
export function findMissingWords({ lines, summary }: StepResult, words: readonly string[]): string[] {
  const text = [...lines.filter((line) => !line.startsWith('::debug::')), summary].join('\n')
  return words.filter((word) => !text.includes(word))
}

/** Checks the step without faults, which must export everything that the first step missed, and nothing else. */
function checkSecond(
  step: StepResult,
  sources: readonly FaultySource[],
  emulator: Emulator,
  workspace: string,
): Violation[] {
  const exportedBefore = sources.flatMap((source) => source.exported)
  const missed = sources.flatMap((source) => source.missed)
  const counts = { exported: missed.length, unchanged: exportedBefore.length, failed: 0 }
  return checkExportStep(step, emulator, workspace, counts, [...exportedBefore, ...missed]).map(({ kind, text }) => ({
    kind,
    text: `second run: ${text}`,
  }))
}

/**
 * Checks exit code, number of errors, outputs, duration and files of a step, and that its token is not visible.
 * @param counts the outputs that the step must have
 * @param onDisk the documents whose files must be on the disk after the step; there must be no other file but the manifest
 */
function checkExportStep(
  step: StepResult,
  emulator: Emulator,
  workspace: string,
  counts: { readonly exported: number; readonly unchanged: number; readonly failed: number },
  onDisk: readonly EmulatedDocument[],
): Violation[] {
  const violations: Violation[] = []
  const isRed = counts.failed > 0
  if (step.exitCode !== (isRed ? 1 : 0)) violations.push(wrong(`exit code ${step.exitCode}`))
  if (step.errors.length !== (isRed ? 1 : 0)) violations.push(wrong(`${step.errors.length} annotations`))
  if (isTokenVisible(step, emulator.accessToken)) violations.push(wrong('the token is visible'))
  for (const [name, count] of Object.entries(counts)) {
    const given = step.outputs[name]
    if (given !== String(count)) violations.push(wrong(`\`${name}\` is ${given ?? 'missing'} instead of ${count}`))
  }
  if (step.durationMs > MAX_STEP_MS) {
    violations.push({ kind: 'late', text: `ended after ${Math.round(step.durationMs)} ms` })
  }
  violations.push(...checkFiles(emulator, workspace, onDisk).map(wrong))
  return violations
}

/** Whether a token is in the log, the summary or an output. The command that masks it does not count. */
export function isTokenVisible({ lines, outputs, summary }: StepResult, token: string): boolean {
  const printedLines = lines.filter((line) => !line.startsWith('::add-mask::'))
  const visibleTexts = [...printedLines, ...Object.values(outputs), summary]
  return visibleTexts.some((text) => text.includes(token))
}

/**
 * Checks that each document has a file with the right bytes and an entry in the manifest. No other files or entries may
 * exist.
 * @returns the problems, in words
 */
function checkFiles(emulator: Emulator, workspace: string, documents: readonly EmulatedDocument[]): string[] {
  const tree = readTree(workspace)
  const manifest = tree.get('.feishu-export.json')
  if (!manifest) return ['no manifest']
  const { files } = JSON.parse(manifest.toString()) as { files: { path: string; token: string; sha256: string }[] }
  const problems: string[] = []
  for (const { token, title } of documents) {
    const record = files.find((file) => file.token === token)
    const bytes = record && tree.get(path.join(...record.path.split('/')))
    if (!record || !bytes) problems.push(`${title} is missing`)
    else if (!bytes.equals(emulator.expectedBytes(token, 'docx'))) problems.push(`${title} has other bytes`)
    else if (createHash('sha256').update(bytes).digest('hex') !== record.sha256) problems.push(`${title}: wrong sha256`)
  }
  const writtenFiles = [...tree].filter(([name, bytes]) => bytes !== null && name !== '.feishu-export.json')
  if (writtenFiles.length !== documents.length) {
    problems.push(
      `${writtenFiles.length} files instead of ${documents.length}: ${writtenFiles.map(([name]) => name).join(', ')}`,
    )
  }
  if (files.length !== documents.length) problems.push(`${files.length} entries of the manifest`)
  return problems
}
