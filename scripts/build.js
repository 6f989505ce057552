// Bundles every entry of src/ into dist/<action>/index.js. `--out DIR` builds elsewhere (the dist test does).
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import ncc from '@vercel/ncc'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const { values } = parseArgs({ options: { out: { type: 'string', default: path.join(root, 'dist') } } })
const out = path.resolve(values.out)

// http-client loads undici for its ProxyAgent, which only getAgentDispatcher() uses; nobody here calls that. Without it
// a bundle has a fifth of its size and starts faster. Any built-in module serves as the name: it is never looked into.
const externals = { undici: 'node:http' }

rmSync(out, { recursive: true, force: true })
for (const name of ['wait', 'create', 'download', 'export']) {
  const entry = path.join(root, 'src', name, 'index.ts')
  if (!existsSync(entry)) continue
  const { code, assets } = await ncc(entry, {
    cache: false,
    quiet: true,
    license: 'licenses.txt',
    target: 'es2022',
    externals,
  })
  const folder = path.join(out, name)
  mkdirSync(folder, { recursive: true })
  writeFileSync(path.join(folder, 'index.js'), code)
  for (const [file, { source }] of Object.entries(assets)) writeFileSync(path.join(folder, file), source)
  // Where TypeScript emits CommonJS, ncc says nothing and writes a bundle that dies at start.
  if (!/\bimport\b/.test(readFileSync(path.join(folder, 'index.js'), 'utf8').slice(0, 500))) {
    throw new Error(`dist/${name}/index.js is not an ES module: look at "module" in tsconfig.json`)
  }
}
