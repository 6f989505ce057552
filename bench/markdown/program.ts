// Converts the blocks of a file to Markdown, and prints the time that this took. Runs as a process of
// its own (see bench/markdown.ts).
import { readFileSync } from 'node:fs'
import process from 'node:process'
import { parseBlocks } from '../../src/markdown/parse.js'
import { renderMarkdown } from '../../src/markdown/render.js'

const items = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as unknown[]
const before = process.cpuUsage()
const { text } = renderMarkdown(parseBlocks(items), {
  title: '手册',
  origin: 'https://example.feishu.cn',
  assetPath: (asset) => `手册.assets/${asset.token}`,
  documentPath: () => undefined,
  syncedBlocks: () => undefined,
})
const { user, system } = process.cpuUsage(before)
console.log(
  JSON.stringify({
    durationMs: (user + system) / 1000,
    bytes: Buffer.byteLength(text),
  }),
)
