// Measures how fast the built export action makes Markdown: alone, and with export tasks in the same run. The clock is
// real, and the documented limits apply. Writes bench/results/markdown-pace.md. Takes eight minutes.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { blocks, startEmulator } from '../../test/emulator/index.js'
import { runAction } from '../../test/process/run-action.js'
import { machineLine } from '../lib/machine.js'
import { markdownTable } from '../lib/table.js'

const DOCUMENTS = 1_000
const READS_PER_SECOND = 5
const PDF_DOCUMENTS = 300
/** The shortest and the longest export to PDF. */
const EXPORT_MS = [3_000, 15_000] as const
/** The least time that the limit allows: each document needs one read. */
const BEST_MS = (DOCUMENTS / READS_PER_SECOND) * 1000
const GOAL_SHARE = 0.9

/** Exports all documents to Markdown, the first `pdfDocuments` of them also to PDF. @returns a row of the table */
async function measure(pdfDocuments: number): Promise<string[]> {
  const emulator = await startEmulator()
  const workspace = mkdtempSync(path.join(tmpdir(), 'feishu-bench-'))
  try {
    const folders = {
      both: emulator.addFolder({ name: 'Both' }).token,
      text: emulator.addFolder({ name: 'Text' }).token,
    }
    for (let nth = 0; nth < DOCUMENTS; nth++) {
      const isBoth = nth < pdfDocuments
      emulator.addDocument({
        type: 'docx',
        title: `文档 ${nth}`,
        folder: isBoth ? folders.both : folders.text,
        durationMs: EXPORT_MS[0] + ((EXPORT_MS[1] - EXPORT_MS[0]) * (nth % 100)) / 100,
        blocks: [blocks.text(`One page of text, number ${nth}.`)],
      })
    }
    const link = (token: string): string => `https://acme.feishu.cn/drive/folder/${token}`
    const startedAtMs = Date.now()
    const step = await runAction(
      'export',
      {
        'access-token': emulator.accessToken,
        'base-url': emulator.url,
        sources: `${link(folders.both)} as=md,pdf to=both\n${link(folders.text)} as=md to=text`,
      },
      { workspace, killAfterMs: 600_000 },
    )
    if (step.outputs['exported'] !== String(DOCUMENTS + pdfDocuments)) throw new Error(step.errors.join('\n'))
    const writtenAtMs = readdirSync(workspace, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => statSync(path.join(workspace, name)).mtimeMs)
    if (writtenAtMs.length !== DOCUMENTS) throw new Error(`${writtenAtMs.length} files`)
    const tookMs = Math.max(...writtenAtMs) - startedAtMs
    return [
      pdfDocuments === 0 ? 'Markdown alone' : `Markdown, and ${pdfDocuments} of them as PDF too`,
      `**${(tookMs / 1000).toFixed(1)} s**`,
      `**${((100 * BEST_MS) / tookMs).toFixed(0)} %**`,
      `${(step.durationMs / 1000).toFixed(1)} s`,
      // Each document needs one read. All further requests are repetitions of refused ones.
      String(emulator.requestsTo('blocks').length - DOCUMENTS),
      String(emulator.requestsTo('create').length),
    ]
  } finally {
    await emulator.stop()
    rmSync(workspace, { recursive: true, force: true })
  }
}

const rows: string[][] = []
for (const pdfDocuments of [0, PDF_DOCUMENTS]) {
  rows.push(await measure(pdfDocuments))
  console.log(rows.at(-1)?.join(' | '))
}

const text = `# The pace of Markdown

${DOCUMENTS.toLocaleString('en')} documents of one page, without pictures, under the documented limit of ${READS_PER_SECOND} reads of blocks a second, which
makes ${BEST_MS / 1000} s at the very least. The built action on the real clock, from the start of its process to the last
Markdown file; the emulator runs on the same machine, with all documented limits.

Command: \`npm run bench:markdown-pace\`. ${machineLine()}.

${markdownTable(['Run', 'Last Markdown file', 'Share of the limit', 'Whole run', 'Reads refused', 'Requests for export tasks'], rows)}

Goal: ${GOAL_SHARE * 100} % of the limit, which is ${(BEST_MS / GOAL_SHARE / 1000).toFixed(0)} s, in both runs.
`
mkdirSync('bench/results', { recursive: true })
writeFileSync('bench/results/markdown-pace.md', text)
