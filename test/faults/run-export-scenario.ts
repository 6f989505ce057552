import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createRandom, startEmulator, type EmulatedDocument, type Emulator } from '../emulator/index.js'
import { runAction, type StepResult } from '../process/run-action.js'
import { readTree } from './check-disk.js'
import { generateSource, MAX_PAGE_ITEMS, type FaultySource } from './export-scenario.js'
import { RandomSource } from './random-source.js'
import type { Report, Violation } from './types.js'

// A listing without an end is given up after 50 pages: two and a half minutes at the pace that follows a rate limit.
const TIMEOUT_MS = 200_000

/**
 * Runs the built export action twice on a few sources: first with a fault in some of them, then without. The first run
 * must export everything that the faults leave readable and count each failure; the second one the rest.
 */
export async function runExportScenario(seed: number): Promise<Report> {
  const random = new RandomSource(seed)
  const emulator = await startEmulator({ random: createRandom(seed), maxPageItems: MAX_PAGE_ITEMS })
  const workspace = mkdtempSync(path.join(tmpdir(), 'feishu-faults-'))
  try {
    const sources = random.list(random.int(2, 4), () => '').map((_, nth) => generateSource(random, emulator, `S${nth}`))
    const run = (): Promise<StepResult> =>
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
    const first = await run()
    const requests = emulator.requests.length
    const violations = checkFirst(first, sources, emulator, workspace)
    emulator.scripts.clear()
    const second = await run()
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
        `${requests} requests, ${Math.round(first.durationMs)} ms and ${Math.round(second.durationMs)} ms`,
        ...[first, second].flatMap(({ lines, outputs }) => [
          ...lines.map((line) => `  | ${line.slice(0, 600)}`),
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

function checkFirst(
  step: StepResult,
  sources: readonly FaultySource[],
  emulator: Emulator,
  workspace: string,
): Violation[] {
  const exported = sources.flatMap((source) => source.exported)
  const failed = sum(sources.map((source) => source.failed))
  const violations = checkRun(step, emulator, workspace, { exported: exported.length, unchanged: 0, failed }, exported)
  const text = [...step.lines, step.summary].join('\n')
  for (const { words, fault, line, maxListRequests } of sources) {
    for (const word of words) if (!text.includes(word)) violations.push(wrong(`${fault}: nothing says "${word}"`))
    const placeToken = /\/(\w+) to=/.exec(line)?.[1] ?? ''
    const lists = emulator.requests.filter(({ api, path: at, query }) => {
      const isList = api === 'folder' || api === 'wiki-nodes'
      return isList && (at.includes(placeToken) || query['folder_token'] === placeToken)
    })
    if (lists.length > maxListRequests) violations.push(wrong(`${fault}: listed by ${lists.length} requests`))
  }
  return violations
}

function checkSecond(
  step: StepResult,
  sources: readonly FaultySource[],
  emulator: Emulator,
  workspace: string,
): Violation[] {
  const before = sources.flatMap((source) => source.exported)
  const missed = sources.flatMap((source) => source.missed)
  const counts = { exported: missed.length, unchanged: before.length, failed: 0 }
  return checkRun(step, emulator, workspace, counts, [...before, ...missed]).map(({ kind, text }) => ({
    kind,
    text: `second run: ${text}`,
  }))
}

function checkRun(
  step: StepResult,
  emulator: Emulator,
  workspace: string,
  counts: { readonly exported: number; readonly unchanged: number; readonly failed: number },
  onDisk: readonly EmulatedDocument[],
): Violation[] {
  const violations: Violation[] = []
  const isGreen = counts.failed === 0
  if (step.exitCode !== (isGreen ? 0 : 1)) violations.push(wrong(`exit code ${step.exitCode}`))
  if (step.errors.length !== (isGreen ? 0 : 1)) violations.push(wrong(`${step.errors.length} annotations`))
  const shown = [...step.lines.filter((line) => !line.startsWith('::add-mask::')), step.summary]
  if (shown.some((line) => line.includes(emulator.accessToken))) violations.push(wrong('the token is visible'))
  for (const [name, count] of Object.entries(counts)) {
    const given = step.outputs[name]
    if (given !== String(count)) violations.push(wrong(`\`${name}\` is ${given ?? 'missing'} instead of ${count}`))
  }
  if (step.durationMs > TIMEOUT_MS - 5000) {
    violations.push({ kind: 'late', text: `ended after ${Math.round(step.durationMs)} ms` })
  }
  violations.push(...checkFiles(emulator, workspace, onDisk).map(wrong))
  return violations
}

/** Compares disk and manifest with the documents. */
function checkFiles(emulator: Emulator, workspace: string, documents: readonly EmulatedDocument[]): string[] {
  const tree = readTree(workspace)
  const manifest = tree.get('.feishu-export.json')
  if (!manifest) return ['no manifest']
  const { files } = JSON.parse(manifest.toString()) as { files: { path: string; token: string; sha256: string }[] }
  const faults: string[] = []
  for (const { token, title } of documents) {
    const record = files.find((file) => file.token === token)
    const bytes = record && tree.get(path.join(...record.path.split('/')))
    if (!record || !bytes) faults.push(`${title} is missing`)
    else if (!bytes.equals(emulator.expectedBytes(token, 'docx'))) faults.push(`${title} has other bytes`)
    else if (createHash('sha256').update(bytes).digest('hex') !== record.sha256) faults.push(`${title}: wrong sha256`)
  }
  const written = [...tree].filter(([name, bytes]) => bytes !== null && name !== '.feishu-export.json')
  if (written.length !== documents.length) {
    faults.push(`${written.length} files instead of ${documents.length}: ${written.map(([name]) => name).join(', ')}`)
  }
  if (files.length !== documents.length) faults.push(`${files.length} entries of the manifest`)
  return faults
}
