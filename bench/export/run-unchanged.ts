// A run with nothing changed: CPU and memory of the whole process, by the number of documents. Writes
// bench/results/export-unchanged.md. It takes two minutes. `--dist DIR` measures another build, `--no-write`
// only prints.
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { startEmulator, type Emulator } from '../../test/emulator/index.js'
import { readUsage, writingUsage, type ProcessUsage } from '../../test/process/process-usage.js'
import { ROOT, runAction } from '../../test/process/run-action.js'
import { machineLine, median } from '../lib/machine.js'
import { markdownTable } from '../lib/table.js'

const { values } = parseArgs({ options: { dist: { type: 'string' }, 'no-write': { type: 'boolean', default: false } } })
const COUNTS = [1_250, 5_000, 20_000]
// A folder can hold at most 1,500 items.
const PER_FOLDER = 1_250
const ROUNDS = 5
const CONTENT = Buffer.from('the same in every file')
const EDIT_TIME = '1732000000'

const scratch = mkdtempSync(path.join(tmpdir(), 'feishu-bench-'))

/**
 * Starts an emulator that has a tree of folders with `count` documents. Makes a workspace as an earlier run of the action
 * would have left it: files and manifest.
 */
async function prepare(count: number): Promise<{ emulator: Emulator; workspace: string; root: string }> {
  // The rate limit would only make the runs longer.
  const emulator = await startEmulator({ limits: { folder: undefined } })
  const workspace = path.join(scratch, String(count))
  const root = emulator.addFolder({ name: 'Root' }).token
  const sha256 = createHash('sha256').update(CONTENT).digest('hex')
  const files: object[] = []
  const folders: object[] = []
  for (let nth = 0; nth < count; nth += PER_FOLDER) {
    const name = `Folder ${String(nth).padStart(5, '0')}`
    const folder = emulator.addFolder({ name, parent: root })
    folders.push({ path: name, token: folder.token, type: 'folder' })
    mkdirSync(path.join(workspace, name), { recursive: true })
    for (let inner = nth; inner < Math.min(nth + PER_FOLDER, count); inner++) {
      const title = `文档 ${String(inner).padStart(5, '0')}`
      const { token } = emulator.addDocument({ type: 'docx', title, folder: folder.token, editTime: EDIT_TIME })
      const file = `${name}/${title}.docx`
      writeFileSync(path.join(workspace, file), CONTENT)
      files.push({
        path: file,
        token,
        type: 'docx',
        fileExtension: 'docx',
        title,
        editTime: EDIT_TIME,
        fileSize: CONTENT.length,
        sha256,
        exportedAt: '2026-01-01T00:00:00Z',
      })
    }
  }
  const manifest = { version: 1, files, folders }
  writeFileSync(path.join(workspace, '.feishu-export.json'), `${JSON.stringify(manifest, undefined, 2)}\n`)
  return { emulator, workspace, root }
}

/** Runs the action and measures its process. @throws Error if the run fails or exports anything */
async function measure(emulator: Emulator, workspace: string, root: string): Promise<ProcessUsage> {
  const usageFile = path.join(scratch, 'usage')
  const step = await runAction(
    'export',
    {
      'access-token': emulator.accessToken,
      'base-url': emulator.url,
      sources: `https://acme.feishu.cn/drive/folder/${root}`,
      'delete-stale': true,
    },
    { workspace, ...writingUsage(usageFile), ...(values.dist !== undefined && { dist: values.dist }) },
  )
  if (step.exitCode !== 0 || step.outputs['exported'] !== '0') {
    throw new Error(`not an unchanged run: ${JSON.stringify(step.outputs)}`)
  }
  return readUsage(usageFile)
}

const rows: string[][] = []
for (const count of COUNTS) {
  const { emulator, workspace, root } = await prepare(count)
  const usages: ProcessUsage[] = []
  // The first run does not count, since it may rewrite the manifest in the form of this release.
  for (let round = 0; round <= ROUNDS; round++) {
    const usage = await measure(emulator, workspace, root)
    if (round > 0) usages.push(usage)
  }
  await emulator.stop()
  const cpuSeconds = median(usages.map((usage) => usage.cpuSeconds))
  const peakBytes = median(usages.map((usage) => usage.peakBytes))
  const msPerThousand = ((1000 * cpuSeconds) / count) * 1000
  rows.push([
    String(count),
    `${cpuSeconds.toFixed(2)} s`,
    `${msPerThousand.toFixed(0)} ms`,
    `${(peakBytes / 1e6).toFixed(0)} MB`,
  ])
}
rmSync(scratch, { recursive: true })

const table = markdownTable(['documents', 'CPU time', 'for 1,000 documents', 'peak memory'], rows)
console.log(table)
if (!values['no-write']) {
  const text = `# A run with nothing changed

\`npm run bench:unchanged\` measured it: the built action as a process of its own, medians of ${ROUNDS} runs, with
\`delete-stale: true\`, in folders of ${PER_FOLDER} documents each.

${table}

${machineLine()}
`
  writeFileSync(path.join(ROOT, 'bench/results/export-unchanged.md'), text)
}
