// Tests the configuration of VitePress in docs/workflows.md without VitePress. It was tried by hand that a site builds.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { ROOT } from '../process/run-action.js'

interface Config {
  readonly themeConfig: { readonly sidebar: unknown }
  readonly markdown: { config(md: { render(text: string): string }): void }
  buildEnd(site: { readonly outDir: string }): void
}

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'feishu-site-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/**
 * Writes the files of an export and their manifest, and loads the configuration that a page shows, which reads them.
 */
async function configFor(page: string, files: readonly { readonly path: string; readonly title: string }[]) {
  const handbook = path.join(folder, 'site/handbook')
  for (const file of files) {
    mkdirSync(path.dirname(path.join(handbook, file.path)), { recursive: true })
    writeFileSync(path.join(handbook, file.path), 'x')
  }
  writeFileSync(path.join(handbook, '.feishu-export.json'), JSON.stringify({ version: 1, files }))
  const code = /^```js\n(import \{ cpSync[^]*?)^```/m.exec(readFileSync(path.join(ROOT, page), 'utf8'))?.[1]
  if (code === undefined) throw new Error('no configuration')
  mkdirSync(path.join(folder, 'site/.vitepress'))
  const file = path.join(folder, 'site/.vitepress/config.mjs')
  writeFileSync(file, code)
  return ((await import(pathToFileURL(file).href)) as { default: Config }).default
}

describe.each(['docs/workflows.md', 'docs/workflows.zh-CN.md'])('the configuration in %s', (page) => {
  const files = [
    { path: '入门/A&B.md', title: '<A&B>' },
    { path: '入门/A&B.assets/x.json', title: 'x' },
  ]

  it('lists the pages, with addresses that a browser understands', async () => {
    const { themeConfig } = await configFor(page, files)
    expect(themeConfig.sidebar).toEqual([{ text: '_A_B>', link: '/handbook/%E5%85%A5%E9%97%A8/A%26B.md' }])
  })

  it('copies pictures and attachments, but neither pages nor the manifest', async () => {
    const outDir = path.join(folder, 'public')
    const config = await configFor(page, files)
    config.buildEnd({ outDir })
    const isCopied = (file: string): boolean => existsSync(path.join(outDir, 'handbook', file))
    expect([...files.map((file) => file.path), '.feishu-export.json'].map(isCopied)).toEqual([false, true, false])
  })

  it('protects braces from Vue, and leads links of HTML tables to pages', async () => {
    const { markdown } = await configFor(page, files)
    const md = { render: (text: string): string => text }
    markdown.config(md)
    expect(md.render('{{ 1 }}<a href="../B.md#c">B</a><a href="https://a.b/c.md">c</a>')).toBe(
      '<div v-pre>{{ 1 }}<a href="../B.html#c">B</a><a href="https://a.b/c.md">c</a></div>',
    )
  })

  it.each(['C#.md', '100%.md', '[WIP] A.md'])('refuses %s, which VitePress would lose', async (name) => {
    await expect(configFor(page, [{ path: name, title: 'T' }])).rejects.toThrow(name)
  })

  it('accepts brackets around other words', async () => {
    await expect(configFor(page, [{ path: '[草稿] A.md', title: 'T' }])).resolves.toBeDefined()
  })
})
