import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createRandom, startEmulator } from '../test/emulator/index.js'
import { runAction } from '../test/process/run-action.js'

// Values of `job_status`.
const TOO_LARGE = 107
const NO_PERMISSION = 110

/** Gives the same tokens in every run. */
const SEED = 7

/** What a person sees of one run: the job summary as Markdown, and the log. */
export interface PictureTexts {
  readonly summary: string
  readonly log: readonly string[]
}

/**
 * Exports a small knowledge base of the emulator with the built action, for the pictures of the README. Two documents
 * fail, two are skipped, the others are exported.
 */
export async function runPictureScenario(): Promise<PictureTexts> {
  const emulator = await startEmulator({ random: createRandom(SEED) })
  const workspace = mkdtempSync(path.join(tmpdir(), 'feishu-pictures-'))
  try {
    const space = emulator.addSpace({ name: '产品手册' }).spaceId
    const start = emulator.addNode({ space, type: 'docx', title: '入门' })
    for (const title of ['安装', '升级', '常见问题']) {
      emulator.addNode({ space, parent: start.nodeToken, type: 'docx', title })
    }
    emulator.addNode({ space, type: 'sheet', title: '价格表' })
    emulator.addNode({ space, type: 'docx', title: '十年会议记录', jobStatus: TOO_LARGE })
    emulator.addNode({ space, type: 'docx', title: '薪酬', jobStatus: NO_PERMISSION })
    emulator.addNode({ space, type: 'mindnote', title: '路线图' })
    emulator.addNode({ space, type: 'docx', title: '草稿' })
    const { summary, log, errors } = await runAction(
      'export',
      {
        'access-token': emulator.accessToken,
        'base-url': emulator.url,
        sources: `https://acme.feishu.cn/wiki/space/${space}`,
        exclude: '草稿',
      },
      { workspace },
    )
    return { summary, log: [...log, ...errors.map((error) => `Error: ${error}`)] }
  } finally {
    rmSync(workspace, { recursive: true, force: true })
    await emulator.stop()
  }
}

/**
 * Joins the log and the summary into one text that is the same after every run. A test compares it with
 * docs/images/texts.txt. Durations, hosts and log ids are replaced. Failures are logged in any order, so their lines are
 * sorted and moved to the end of the log.
 */
export function normalizeTexts({ summary, log }: PictureTexts): string {
  const normalize = (text: string): string =>
    text
      .replace(/\d+((\.|&#46;)\d+)? s\b/g, 'N s')
      .replace(/log id [\w&#;]+/g, 'log id L')
      .replace(/localhost:\d+|127\.0\.0\.1:\d+/g, 'HOST')
  const failed = log.filter((line) => line.startsWith('Failed')).sort()
  const others = log.filter((line) => !line.startsWith('Failed'))
  return `${[...others, ...failed].map(normalize).join('\n')}\n\n${normalize(summary)}`
}
