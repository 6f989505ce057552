// Whole processes: one immediate answer and a large download, compared with what a user might use instead.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { ROOT, RUNNER_NODE } from '../test/process/run-action.js'
import { median, readVersion } from './lib/machine.js'
import { measureInTurn, type Measured, type Program } from './lib/measure.js'
import { markdownTable } from './lib/table.js'

const DOCUMENT = 'DocxBench00000000000000001'
const LARGE_DOCUMENT = 'DocxLarge00000000000000001'
const TICKET = '7143131813848810001'
const LARGE_TICKET = '7143131813848810002'
const ACCESS_TOKEN = 't-benchAccessToken'

/**
 * Runs the emulator while `use` runs. It has a process of its own, so that this process does not slow it down.
 * @param largeBytes the size of the file that `LARGE_DOCUMENT` is exported to
 * @param use gets the address of the emulator
 * @returns what `use` returns
 */
async function withEmulator<T>(largeBytes: number, use: (url: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), 'feishu-bench-'))
  const scenario = path.join(folder, 'scenario.json')
  // JSON has no `undefined`, which would remove a limit.
  const unlimited = { kind: 'bucket', requests: 1_000_000, windowMs: 1000 }
  writeFileSync(
    scenario,
    JSON.stringify({
      options: { accessToken: ACCESS_TOKEN, limits: { query: unlimited, download: unlimited } },
      documents: [
        { token: DOCUMENT, type: 'docx', title: 'A' },
        { token: LARGE_DOCUMENT, type: 'docx', title: 'Large', bytes: { size: largeBytes, seed: 'large' } },
      ],
      tasks: [
        { ticket: TICKET, token: DOCUMENT, fileExtension: 'pdf', startAt: 'now', durationMs: 0 },
        { ticket: LARGE_TICKET, token: LARGE_DOCUMENT, fileExtension: 'pdf', startAt: 'now', durationMs: 0 },
      ],
    }),
  )
  const emulator = spawn(
    process.execPath,
    ['--import', 'tsx', path.join(ROOT, 'test/emulator/cli.ts'), '--scenario', scenario],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] },
  )
  try {
    // When the emulator is ready, it prints one line.
    const line = await new Promise<string>((resolve) => emulator.stdout.setEncoding('utf8').once('data', resolve))
    return await use(line.replace('emulator listening on ', '').trim())
  } finally {
    emulator.kill()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The median of the ratios of times of the same round, in which both programs ran under the same load. */
const medianRatio = (measured: readonly Measured[], base: readonly Measured[]): number =>
  median(measured.map(({ wallMs }, index) => wallMs / (base[index]?.wallMs ?? NaN)))

/**
 * The row of one program.
 * @param base the measurements that it is compared with
 * @param goal the maximum ratio of the times, and the maximum memory
 */
const buildRow = (
  name: string,
  measured: readonly Measured[],
  base: readonly Measured[],
  goal: { readonly ratio: number; readonly peakMb?: number } | undefined,
): string[] => {
  const peaks = measured.flatMap(({ peakMb }) => peakMb ?? [])
  return [
    name,
    `${median(measured.map(({ wallMs }) => wallMs)).toFixed(0)} ms`,
    medianRatio(measured, base).toFixed(2),
    goal ? `≤ ${goal.ratio.toFixed(2)}` : '',
    peaks.length > 0 ? `${median(peaks).toFixed(0)} MB` : 'not measured',
    goal?.peakMb === undefined ? '' : `≤ ${goal.peakMb} MB`,
  ]
}

// The large document is not downloaded here.
const UNUSED_BYTES = 1000

/**
 * Measures whole processes that send one request, which is answered at once, and one process that sends none.
 * @returns a table
 */
export function measureOneAnswer(rounds: number): Promise<string> {
  return withEmulator(UNUSED_BYTES, async (BASE_URL) => {
    const env = { BASE_URL, TICKET, TOKEN: DOCUMENT, ACCESS_TOKEN }
    const script = (name: string): string => path.join(ROOT, 'bench/programs', name)
    const programs: Program[] = [
      {
        name: 'this action (wait)',
        command: RUNNER_NODE,
        arguments: [path.join(ROOT, 'dist/wait/index.js')],
        env: {
          INPUT_TICKET: TICKET,
          INPUT_TOKEN: DOCUMENT,
          'INPUT_ACCESS-TOKEN': ACCESS_TOKEN,
          'INPUT_BASE-URL': BASE_URL,
        },
      },
      { name: 'Node.js, fetch', command: RUNNER_NODE, arguments: [script('fetch-once.js')], env },
      { name: 'Node.js, the official SDK', command: RUNNER_NODE, arguments: [script('sdk-once.js')], env },
      { name: 'Node.js, nothing (`-e 0`)', command: RUNNER_NODE, arguments: ['-e', '0'], env },
    ]
    if (readVersion('curl') !== undefined && readVersion('jq') !== undefined) {
      programs.push({ name: 'sh, curl and jq', command: 'sh', arguments: [script('curl-once.sh')], env })
    }
    const results = await measureInTurn(programs, rounds)
    const [, fetched = []] = results
    return markdownTable(
      ['One answer at once', 'time (median)', 'against fetch', 'goal', 'peak memory', 'goal'],
      programs.map(({ name }, index) =>
        buildRow(name, results[index] ?? [], fetched, index === 0 ? { ratio: 1 } : undefined),
      ),
    )
  })
}

/** The figures of a download: a table, and two ratios of times. */
export interface DownloadFigures {
  readonly table: string
  /** This action compared with the bare program. */
  readonly againstBare: string
  /** The bare program compared with curl. */
  readonly bareAgainstCurl: string
}

/** Measures the download of a large file over loopback. */
export function measureDownload(bytes: number, rounds: number): Promise<DownloadFigures> {
  return withEmulator(bytes, async (url) => {
    // The task has ended: its query returns the file token.
    const answer = await fetch(`${url}/open-apis/drive/v1/export_tasks/${LARGE_TICKET}?token=${LARGE_DOCUMENT}`, {
      headers: { authorization: `Bearer ${ACCESS_TOKEN}` },
    })
    const { data } = (await answer.json()) as { data: { result: { file_token: string } } }
    const fileToken = data.result.file_token
    const folder = mkdtempSync(path.join(tmpdir(), 'feishu-bench-'))
    const target = `${url}/open-apis/drive/v1/export_tasks/file/${fileToken}/download`
    const curlAndHash = `curl --fail --silent --header "authorization: Bearer $ACCESS_TOKEN" "$TARGET" --output curl.pdf && sha256sum curl.pdf`
    const programs: Program[] = [
      {
        name: 'this action (download)',
        command: RUNNER_NODE,
        arguments: [path.join(ROOT, 'dist/download/index.js')],
        cwd: folder,
        env: {
          'INPUT_FILE-TOKEN': fileToken,
          'INPUT_FILE-NAME': 'action.pdf',
          INPUT_OVERWRITE: 'true',
          'INPUT_ACCESS-TOKEN': ACCESS_TOKEN,
          'INPUT_BASE-URL': url,
          GITHUB_WORKSPACE: folder,
        },
      },
      {
        name: 'curl',
        command: 'curl',
        arguments: ['-fs', '-H', `authorization: Bearer ${ACCESS_TOKEN}`, target, '-o', 'curl.pdf'],
        cwd: folder,
        env: {},
      },
      {
        name: 'Node.js, a bare program: receive, hash, sync',
        command: RUNNER_NODE,
        arguments: [path.join(ROOT, 'bench/programs/download-once.js')],
        cwd: folder,
        env: { TARGET: target, ACCESS_TOKEN },
      },
      {
        name: 'curl, then sha256sum',
        command: 'sh',
        arguments: ['-c', curlAndHash],
        cwd: folder,
        env: { TARGET: target, ACCESS_TOKEN },
      },
    ]
    try {
      const results = await measureInTurn(programs, rounds)
      const [own = [], curl = [], bare = []] = results
      const table = markdownTable(
        [`Download of ${bytes / 1e9} GB`, 'time (median)', 'against curl', 'goal', 'peak memory', 'goal'],
        programs.map(({ name }, index) =>
          buildRow(name, results[index] ?? [], curl, index === 0 ? { ratio: 1.1, peakMb: 120 } : undefined),
        ),
      )
      return {
        table,
        againstBare: medianRatio(own, bare).toFixed(2),
        bareAgainstCurl: medianRatio(bare, curl).toFixed(2),
      }
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
}
