import { execFileSync, spawn } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { parse } from 'yaml'
import { startEmulator, type Emulator } from '../emulator/index.js'
import { POSIX_SHELL } from '../platform.js'
import { describeIf } from '../skip.js'
import { ROOT, RUNNER_NODE } from './run-action.js'

// The scripts that docs/runners.md gives for other machines than GitHub runners are run as they are written there.
const page = readFileSync(path.join(ROOT, 'docs/runners.md'), 'utf8')

/** The first block of code in a section of the page. @param language as written after the backticks */
function blockIn(heading: string, language: string): string {
  const section = page.slice(page.indexOf(`\n## ${heading}\n`))
  return new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(section)?.[1] ?? ''
}

const gitLabScript = (): string => {
  const { feishu } = parse(blockIn('GitLab CI', 'yaml')) as { feishu: { script: string[] } }
  return feishu.script.join('\n')
}
// In Groovy's quotes a backslash is written twice.
const jenkinsScript = (): string =>
  (/sh '''#!\/bin\/bash -e\n([\s\S]*?)'''/.exec(blockIn('Jenkins', 'groovy'))?.[1] ?? '').replaceAll('\\\\', '\\')

const SCRIPTS = [
  ['a plain shell', (): string => blockIn('Any other machine', 'bash')],
  ['GitLab CI', gitLabScript],
  ['Jenkins', jenkinsScript],
] as const

describeIf(POSIX_SHELL, 'the script for', () => {
  let repository: string
  let emulator: Emulator

  beforeAll(async () => {
    repository = mkdtempSync(path.join(tmpdir(), 'feishu-repository-'))
    cpSync(path.join(ROOT, 'dist/export'), path.join(repository, 'dist/export'), { recursive: true })
    const git = (...args: string[]): unknown =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], { cwd: repository })
    git('init', '--quiet')
    git('add', '--all', '--force')
    git('commit', '--quiet', '--message', 'v1')
    git('tag', 'v1')
    emulator = await startEmulator()
    const space = emulator.addSpace({ name: 'Handbook', spaceId: '7034502641455497244' })
    emulator.addNode({ space: space.spaceId, type: 'docx', title: '入门', blocks: [] })
  })
  afterAll(async () => {
    rmSync(repository, { recursive: true, force: true })
    await emulator.stop()
  })

  /** Runs a script in an empty workspace. `text` is all that it printed; `files` are the names in its folder `feishu`. */
  async function runScript(
    script: string,
    appSecret: string,
  ): Promise<{ exitCode: number | null; text: string; files: string[] }> {
    const workspace = mkdtempSync(path.join(tmpdir(), 'feishu-other-'))
    try {
      const child = spawn('bash', ['-e', '-c', script], {
        cwd: workspace,
        env: {
          PATH: [path.dirname(RUNNER_NODE), process.env['PATH']].join(path.delimiter),
          // Git clones `repository` in place of the one on GitHub, and the emulator stands in for Feishu.
          GIT_CONFIG_COUNT: '1',
          GIT_CONFIG_KEY_0: `url.${pathToFileURL(repository).href}.insteadOf`,
          GIT_CONFIG_VALUE_0: 'https://github.com/your-org/feishu-export-action.git',
          'INPUT_BASE-URL': emulator.url,
          FEISHU_APP_ID: emulator.appId,
          FEISHU_APP_SECRET: appSecret,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      let text = ''
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve))
      const directory = path.join(workspace, 'feishu')
      return { exitCode, text, files: existsSync(directory) ? readdirSync(directory).sort() : [] }
    } finally {
      rmSync(workspace, { recursive: true, force: true })
    }
  }

  it.each(SCRIPTS)('%s exports, and prints no secret', async (_, script) => {
    const { exitCode, text, files } = await runScript(script(), emulator.appSecret)
    expect({ exitCode, text }).toEqual({ exitCode: 0, text: expect.stringContaining('1 exported') })
    expect(files).toEqual(['.feishu-export.json', '入门.md'])
    expect(text).not.toContain(emulator.appSecret)
    expect(text).not.toMatch(/add-mask|\bt-[\w-]{8}/)
  })

  it.each(SCRIPTS)('%s fails when the export fails', async (_, script) => {
    const { exitCode, text } = await runScript(script(), 'wrong-secret-of-the-app')
    expect(text).toMatch(/^::error::.*App Secret|^::error::.*app secret/m)
    expect(exitCode).toBe(1)
    expect(text).not.toContain('wrong-secret-of-the-app')
  })
})
