// `npm run check`: everything that a clean checkout must pass. It stops at the first step that fails.
import { spawnSync } from 'node:child_process'
import process from 'node:process'
import { CANNOT_RUN } from './e2e-exit-code.js'

const STEPS = ['test', 'lint', 'types', 'unused', 'dist:check']

for (const step of STEPS) {
  const exitCode = runScript(step)
  if (exitCode !== 0) process.exit(exitCode)
}
const exitCode = runScript('e2e')
if (exitCode === CANNOT_RUN) {
  console.log('\n!!! NOT RUN: the end-to-end workflow, for the reason above. !!!')
} else {
  process.exit(exitCode)
}

/** Runs a script of package.json. @returns its exit code; 1 when a signal ended it or it could not be started */
function runScript(name: string): number {
  console.log(`\n== npm run ${name}`)
  // On Windows, npm is a batch file, which only a shell can start.
  const { status, error } = spawnSync('npm', ['run', name], { stdio: 'inherit', shell: process.platform === 'win32' })
  if (error !== undefined) console.error(`npm could not be started: ${error.message}`)
  return status ?? 1
}
