// `npm run bench:markdown`: how long a large document takes to become Markdown, and in how much memory. Writes
// bench/results/markdown.md.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { readUsage, writingUsage, type ProcessUsage } from '../test/process/process-usage.js'
import { machineLine, median } from './lib/machine.js'
import { markdownTable } from './lib/table.js'
import { makeDocument } from './markdown/document.js'

/** What bench/markdown/program.ts prints. */
interface Measured {
  /** The processor time of the conversion alone. */
  readonly durationMs: number
  /** The size of the Markdown. */
  readonly bytes: number
}

const ROUNDS = 9
const scratch = mkdtempSync(path.join(tmpdir(), 'markdown-bench-'))
const program = path.join(scratch, 'index.js')
const ncc = createRequire(import.meta.url).resolve('@vercel/ncc/dist/ncc/cli.js')

try {
  const entry = fileURLToPath(new URL('markdown/program.ts', import.meta.url))
  execFileSync(process.execPath, [ncc, 'build', entry, '--out', scratch, '--no-cache', '--quiet', '--target', 'es2022'])
  const rows = [1_000, 10_000, 50_000].map(measureRow)
  writeFileSync(
    new URL('results/markdown.md', import.meta.url),
    `# Markdown

A document of texts, headings, lists, code, quotes, pictures and tables, from its blocks to its Markdown, in a process of
its own: the median processor time of ${ROUNDS} runs (and the longest), and the most memory that any of these processes
had.

Command: \`npm run bench:markdown\`. ${machineLine()}.

${markdownTable(['Blocks', 'Markdown', 'Processor time', 'Memory'], rows)}

Goal for 10,000 blocks: below 1 s and 150 MB.

The conversion with the libraries it needs is ${kilobytes(program)} of a bundle. The committed bundles; only \`export\` may have
Markdown in it, and its goal is below 2 MB:

${markdownTable(['Bundle', 'Size', 'With Markdown'], ['wait', 'create', 'download', 'export'].map(bundleRow))}
`,
  )
} finally {
  rmSync(scratch, { recursive: true })
}

function kilobytes(file: string): string {
  return `${(statSync(file).size / 1000).toFixed(0)} kB`
}

/** The row of one action: its name, the size of its committed bundle, and whether it has Markdown in it. */
function bundleRow(action: string): string[] {
  const directory = fileURLToPath(new URL(`../dist/${action}/`, import.meta.url))
  const hasMarkdown = readFileSync(path.join(directory, 'licenses.txt'), 'utf8').includes('mdast-util-to-markdown')
  return [action, kilobytes(path.join(directory, 'main.mjs')), hasMarkdown ? 'yes' : 'no']
}

/** Converts a document of this size {@link ROUNDS} times, each time in a new process. @returns the row of the table */
function measureRow(blockCount: number): string[] {
  const blocksFile = path.join(scratch, 'blocks.json')
  writeFileSync(blocksFile, JSON.stringify(makeDocument(blockCount)))
  const runs = Array.from({ length: ROUNDS }, () => measure(blocksFile))
  const durations = runs.map(({ durationMs }) => durationMs)
  const peakBytes = Math.max(...runs.map((run) => run.peakBytes))
  return [
    blockCount.toLocaleString('en'),
    `${((runs[0]?.bytes ?? 0) / 1000).toFixed(0)} kB`,
    `${median(durations).toFixed(0)} ms (${Math.max(...durations).toFixed(0)} ms)`,
    `${(peakBytes / 1e6).toFixed(0)} MB`,
  ]
}

/** Runs the program once. @param blocksFile the file with the blocks as JSON */
function measure(blocksFile: string): Measured & ProcessUsage {
  const usageFile = path.join(scratch, 'usage')
  const text = execFileSync(process.execPath, [...writingUsage(usageFile).nodeArguments, program, blocksFile], {
    encoding: 'utf8',
  })
  return { ...(JSON.parse(text) as Measured), ...readUsage(usageFile) }
}
