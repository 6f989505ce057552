import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const ENTRY = fileURLToPath(new URL('entry.ts', import.meta.url))
const REQUIRE = 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);'

/** Bundles entry.ts to `export/index.js` in a folder: in no time, with what tsx brings along. */
export async function bundleEntry(out: string): Promise<void> {
  const tsx = createRequire(import.meta.url).resolve('tsx/package.json')
  const esbuild = path.dirname(createRequire(tsx).resolve('esbuild/package.json'))
  await promisify(execFile)(path.join(esbuild, 'bin', 'esbuild'), [
    ENTRY,
    `--outfile=${path.join(out, 'export', 'index.js')}`,
    ...[
      '--bundle',
      '--platform=node',
      '--format=esm',
      '--target=es2022',
      `--banner:js=${REQUIRE}`,
      '--log-level=error',
    ],
  ])
  writeFileSync(path.join(out, 'package.json'), '{"type":"module"}')
}
