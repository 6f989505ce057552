// Bundles every entry of src/ into dist/<action>/main.mjs, with the files of src/start/ before it. `--out DIR` builds
// elsewhere (the dist test does).
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import ncc from '@vercel/ncc'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const { values } = parseArgs({ options: { out: { type: 'string', default: path.join(root, 'dist') } } })
const out = path.resolve(values.out)

// What @actions/core and @actions/http-client load and nobody here calls: undici's ProxyAgent (getAgentDispatcher) is four
// fifths of a bundle, exec (platform.getDetails) loads child processes. Without them an action starts faster. Any built-in
// module serves as the name: it is never looked into.
const externals = { undici: 'node:http', '@actions/exec': 'node:http' }

// What the runner starts: it checks the version of Node.js before anything newer is parsed.
const start = ['index.js', 'load.js'].map((file) => [file, readFileSync(path.join(root, 'src/start', file), 'utf8')])

async function bundle(name) {
  const entry = path.join(root, 'src', name, 'index.ts')
  const options = {
    cache: false,
    quiet: true,
    license: 'licenses.txt',
    target: 'es2022',
    externals,
  }
  const { code, assets } = await ncc(entry, options)
  // Where TypeScript emits CommonJS, ncc says nothing and writes a bundle that dies at start.
  if (!/\bimport\b/.test(code.slice(0, 500))) {
    throw new Error(`${name}: the bundle is not an ES module: look at "module" in tsconfig.json`)
  }
  const files = Object.fromEntries(Object.entries(assets).map(([file, { source }]) => [file, source]))
  // ncc says "module" here, which is true of the bundle alone.
  files['package.json'] = '{\n  "type": "commonjs"\n}'
  return [...start, ['main.mjs', code], ...Object.entries(files)].map(([file, content]) => [
    path.join(out, name, file),
    content,
  ])
}

try {
  const names = ['wait', 'create', 'download', 'export']
  const bundles = []
  for (const name of names) {
    if (existsSync(path.join(root, 'src', name, 'index.ts'))) bundles.push(...(await bundle(name)))
  }
  // Only now: a failed build leaves the last one as it was.
  rmSync(out, { recursive: true, force: true })
  for (const [file, content] of bundles) {
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, content)
  }
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
