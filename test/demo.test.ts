import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { demoLanguage } from '../scripts/demo-texts.js'
import { ROOT } from './process/run-action.js'

it.each([
  [{ LANG: 'zh_CN.UTF-8' }, 'en-US', 'zh'],
  [{ LANG: 'en_US.UTF-8' }, 'zh-CN', 'en'],
  [{ LANG: 'en_US.UTF-8', LC_MESSAGES: 'zh_TW' }, 'en-US', 'zh'],
  [{ LC_ALL: 'C', LANG: 'zh_CN.UTF-8' }, 'zh-CN', 'en'],
  [{ LANG: '' }, 'zh-Hans-CN', 'zh'],
  [{}, 'en-US', 'en'],
] as const)('with %p and the system locale %s, the language of the demo is %s', (env, systemLocale, language) => {
  expect(demoLanguage(env, systemLocale)).toBe(language)
})

/** The headings of the sections of a page. */
const headingsOf = (page: string): string[] =>
  [...readFileSync(path.join(ROOT, page), 'utf8').matchAll(/^## (.*)$/gm)].map(([, heading = '']) => heading)

/** Runs the demo as `npm start` does. @param locale the value of LC_ALL @returns its exit code, and the text that it printed to stdout */
async function runDemo(locale: string, ...flags: string[]): Promise<{ exitCode: number | null; text: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', path.join(ROOT, 'scripts/demo.ts'), ...flags], {
    cwd: ROOT,
    env: { ...process.env, LC_ALL: locale },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { exitCode, text }
}

describe('npm start', () => {
  it('shows a page as Markdown and a job summary, keeps its files, and says what comes next', async () => {
    const { exitCode, text } = await runDemo('en_US.UTF-8')
    const [, workspace = ''] = /The files are in (\S+)\. /.exec(text) ?? []
    try {
      expect(exitCode).toBe(0)
      expect(readFileSync(path.join(workspace, 'handbook/入门.md'), 'utf8')).toContain('[安装](入门/安装.md)')
      expect(text).toContain('  先看 [安装](入门/安装.md)')
      expect(text).toMatch(/The job summary of this step\n[\s\S]*### Failed[\s\S]*权限设置[\s\S]*薪酬\.pdf/)
      expect(readdirSync(workspace)).toEqual(['contracts', 'downloads', 'handbook'])
      const next = text.slice(text.indexOf('Next, with your own documents:'))
      const headings = [...next.matchAll(/(\S+\.md), "([^"]+)"/g)]
      expect(headings).toHaveLength(4)
      for (const [, file = '', heading = ''] of headings) {
        expect(headingsOf(file)).toContain(heading)
      }
    } finally {
      if (workspace !== '') rmSync(workspace, { recursive: true, force: true })
    }
  }, 60_000)

  it('speaks Chinese where the locale is Chinese, and removes its files when asked to', async () => {
    const { exitCode, text } = await runDemo('zh_CN.UTF-8', '--delete')
    expect(exitCode).toBe(0)
    const [, workspace = ''] = /文件原在 (\S+)，已删除。/.exec(text) ?? []
    expect(workspace).toMatch(/feishu-demo-/)
    expect(existsSync(workspace)).toBe(false)
    const headings = [...text.slice(text.indexOf('接下来')).matchAll(/([\w/.-]+\.zh-CN\.md) 的“([^”]+)”/g)]
    expect(headings).toHaveLength(4)
    for (const [, file = '', heading = ''] of headings) {
      expect(headingsOf(file)).toContain(heading)
    }
  }, 60_000)
})
