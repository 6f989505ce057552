// Bundles every entry of src/ into dist/<action>/main.mjs, with the files of src/start/ before it. `--out DIR` builds
// elsewhere (the dist test does).
import { lstatSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

/** What is used of ncc, which comes without types. */
type Ncc = (
  entry: string,
  options: Readonly<Record<string, unknown>>,
) => Promise<{ readonly code: string; readonly assets: Readonly<Record<string, { readonly source: Buffer }>> }>

const require = createRequire(import.meta.url)
const ncc = require('@vercel/ncc') as Ncc

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const { values } = parseArgs({ options: { out: { type: 'string', default: path.join(root, 'dist') } } })
const out = path.resolve(values.out)

const ACTIONS = ['wait', 'create', 'download', 'export']

// @actions/core and @actions/http-client load two modules that the actions never call. Without them, an action starts
// faster. One is undici (for getAgentDispatcher): it makes up four fifths of a bundle. The other is exec (for
// platform.getDetails): it loads child processes. Nothing is read from their replacement, so any built-in module
// will do, except node:http. Its import as an ES module reads all its properties, and one loads Node's own undici.
const EXTERNALS = { undici: 'node:path', '@actions/exec': 'node:path' }

// The files that the runner starts. They check the version of Node.js before code is parsed that needs a newer one.
const START_FILES = ['index.js', 'load.js']

interface OutputFile {
  readonly path: string
  readonly content: string | Buffer
}

/** Builds one action. @returns all files of its folder; none is written yet */
async function bundle(action: string): Promise<OutputFile[]> {
  const { code, assets } = await ncc(path.join(root, 'src', action, 'index.ts'), {
    cache: false,
    quiet: true,
    // Types are checked once for the whole repository, by `npm run types`.
    transpileOnly: true,
    license: 'licenses.txt',
    target: 'es2022',
    externals: EXTERNALS,
  })
  const folder = path.join(out, action)
  return [
    ...START_FILES.map((name) => ({
      path: path.join(folder, name),
      content: readFileSync(path.join(root, 'src/start', name)),
    })),
    { path: path.join(folder, 'main.mjs'), content: code },
    ...Object.entries(assets).map(([name, { source }]) => ({ path: path.join(folder, name), content: source })),
    // Replaces the package.json of ncc, which is among the assets. Its type "module" would be wrong for the start files.
    // The bundle needs no type, since its name ends in .mjs.
    { path: path.join(folder, 'package.json'), content: '{\n  "type": "commonjs"\n}\n' },
  ]
}

try {
  // The bundle names its modules by their real paths: through a link, its bytes would differ.
  if (lstatSync(path.join(root, 'node_modules')).isSymbolicLink()) {
    throw new Error('node_modules is a link. Install into this folder: npm ci')
  }
  const files: OutputFile[] = []
  for (const action of ACTIONS) files.push(...(await bundle(action)))
  // The previous files are removed only after every bundle was built, so a failed build keeps them.
  rmSync(out, { recursive: true, force: true })
  for (const { path: file, content } of files) {
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, content)
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
