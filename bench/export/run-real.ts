// Runs of the built export action as a process of its own: requests, time and memory when all is new and when nothing
// has changed. Writes bench/results/export-runs.md. It takes half an hour; `--speed 60` makes the clock of the action
// 60 times as fast.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { createRandom, startEmulator, type Emulator } from '../../test/emulator/index.js'
import { formatDuration } from '../../src/text.js'
import { healWorld } from '../../test/export/proof/change-world.js'
import { expectListing } from '../../test/export/proof/expected-listing.js'
import { preloadingFastClock } from '../../test/export/proof/run-child.js'
import { generateWorld, sourcesOf } from '../../test/export/proof/world.js'
import { readUsage, writingUsage } from '../../test/process/process-usage.js'
import { ROOT, runAction, type Inputs, type StepResult } from '../../test/process/run-action.js'
import { machineLine } from '../lib/machine.js'
import { markdownTable } from '../lib/table.js'

const { values } = parseArgs({ options: { speed: { type: 'string', default: '1' } } })
const SPEED = Number(values.speed)
const IS_REAL = SPEED === 1
const NO_LIMITS = Object.fromEntries(
  ['create', 'query', 'download', 'wiki-nodes', 'folder', 'file-download'].map((api) => [api, undefined]),
)
const PACE = IS_REAL
  ? 'All runs are of the built action on the real clock, under the documented limits.'
  : `In a quick run the clock of the first two goes ${SPEED} times as fast, and the emulator has no limits.`
const DOCUMENTS = 2_000
const LARGE_FILES = 20
const LARGE_BYTES = 100_000_000
// The longest run takes about twenty minutes.
const KILL_AFTER_MS = 60 * 60_000

interface Measured {
  readonly step: StepResult
  /** The peak memory of the process. */
  readonly peakBytes: number
  readonly requests: number
}

const scratch = mkdtempSync(path.join(tmpdir(), 'feishu-bench-'))

/**
 * Runs the export action, and measures its requests and its memory.
 * @param speed of the action's clock: 60 is 60 times as fast as the clock of the machine
 * @throws Error if the action fails
 */
async function measureRun(emulator: Emulator, workspace: string, inputs: Inputs, speed = 1): Promise<Measured> {
  const usageFile = path.join(scratch, 'usage')
  const requestsBefore = emulator.requests.length
  const step = await runAction(
    'export',
    { 'access-token': emulator.accessToken, 'base-url': emulator.url, 'timeout-seconds': 36_000, ...inputs },
    {
      workspace,
      killAfterMs: KILL_AFTER_MS,
      nodeArguments: [...writingUsage(usageFile).nodeArguments, ...(speed === 1 ? [] : preloadingFastClock(speed))],
    },
  )
  const requests = emulator.requests.length - requestsBefore
  if (step.exitCode !== 0) throw new Error(step.errors.join('\n') || `exit code ${step.exitCode}`)
  return { step, peakBytes: readUsage(usageFile).peakBytes, requests }
}

const megabytes = ({ peakBytes }: Measured): string => `${(peakBytes / 1e6).toFixed(0)} MB`
const duration = ({ step }: Measured): string =>
  formatDuration(step.durationMs) + (IS_REAL ? '' : ` (clock × ${SPEED})`)
const newWorkspace = (): string => mkdtempSync(path.join(scratch, 'workspace-'))

/** Exports a generated tree of all types, then exports it again unchanged. */
async function measureManyDocuments(): Promise<{
  first: Measured
  second: Measured
  files: number
  /** The fewest requests with which a run can find out that nothing has changed. */
  minRequests: number
}> {
  const emulator = await startEmulator(IS_REAL ? {} : { limits: NO_LIMITS })
  try {
    const world = generateWorld(emulator, DOCUMENTS, createRandom(5))
    // Some of the generated documents cannot be exported.
    healWorld(world)
    // The generated durations are almost zero. These are as long as real exports, divided by the speed of the clock.
    const random = createRandom(6)
    for (const document of emulator.store.documents.list()) document.durationMs = (2_000 + 13_000 * random()) / SPEED
    const workspace = newWorkspace()
    const inputs = { sources: sourcesOf(world), 'include-files': true }
    const first = await measureRun(emulator, workspace, inputs, SPEED)
    const second = await measureRun(emulator, workspace, inputs, SPEED)
    if (second.step.outputs['changed'] !== 'false') throw new Error('the second run changed something')
    const { files, requests } = expectListing(world, { includeFiles: true })
    return { first, second, files: files.length, minRequests: requests }
  } finally {
    await emulator.stop()
  }
}

/** Exports large documents with the built action, on the real clock. */
async function measureLargeDocuments(): Promise<Measured> {
  const emulator = await startEmulator()
  try {
    const folder = emulator.addFolder({ name: 'Large' }).token
    for (let nth = 0; nth < LARGE_FILES; nth++) {
      emulator.addDocument({ type: 'docx', title: `Large ${nth}`, folder, bytes: { size: LARGE_BYTES } })
    }
    const sources = `https://acme.feishu.cn/drive/folder/${folder}`
    return await measureRun(emulator, newWorkspace(), { sources })
  } finally {
    await emulator.stop()
  }
}

try {
  const { first, second, files, minRequests } = await measureManyDocuments()
  const large = await measureLargeDocuments()
  const text = `# Runs of the export action

The export action as a process of its own against the emulator on the same machine.

Command: \`npm run bench:export-runs${IS_REAL ? '' : ` -- --speed ${SPEED}`}\`. ${machineLine()}.

${markdownTable(
  ['Run', 'Files', 'Requests', 'Fewest possible', 'Time', 'Peak memory'],
  [
    ['all new', String(files), String(first.requests), '', duration(first), `**${megabytes(first)}**`],
    [
      'nothing changed',
      String(files),
      `**${second.requests}**`,
      String(minRequests),
      duration(second),
      megabytes(second),
    ],
    [
      `${LARGE_FILES} of ${LARGE_BYTES / 1e6} MB`,
      String(LARGE_FILES),
      String(large.requests),
      '',
      formatDuration(large.step.durationMs),
      `**${megabytes(large)}**`,
    ],
  ],
)}

The first two runs are of a generated knowledge base and folders of about ${DOCUMENTS.toLocaleString('en')} documents, with shortcuts, copies and
uploaded files (\`test/export/proof\`), whose exports take 2 to 15 s. ${PACE}
The fewest possible requests are one for each page of each folder and of each page of the knowledge base with anything
below it, and one for each 200 documents that only a line or a shortcut names; lines and shortcuts are asked for apart.
Memory is the most that the process ever held.
`
  mkdirSync(path.join(ROOT, 'bench/results'), { recursive: true })
  writeFileSync(path.join(ROOT, 'bench/results/export-runs.md'), text)
  console.log(text)
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
