// Fails when dist/ differs from the last commit, which GitHub runs. `npm run dist:check` builds dist/ first.
import { execFileSync } from 'node:child_process'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
// Not `git diff`, which does not list new files.
const changes = execFileSync('git', ['status', '--porcelain', 'dist/'], { cwd: root, encoding: 'utf8' })
if (changes !== '') {
  console.error(`${changes}dist/ is not what the source builds: run \`npm run build\` and commit dist/.`)
  process.exitCode = 1
}
