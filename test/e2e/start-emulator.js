// Starts the emulator for the steps that follow and sets the step outputs `url` and `pid`. In a process group of its
// own: act ends those of a step together with the step.
import { spawn } from 'node:child_process'
import { appendFileSync, openSync, readFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { setTimeout as delay } from 'node:timers/promises'

const WAIT_MS = 30_000
const folder = import.meta.dirname
const log = path.join(folder, 'emulator.log')

const out = openSync(log, 'w')
const emulator = spawn(
  process.execPath,
  ['--import', 'tsx', path.join(folder, '../emulator/cli.ts'), '--scenario', path.join(folder, 'scenario.json')],
  { detached: true, stdio: ['ignore', out, out] },
)
emulator.unref()

const startedAt = Date.now()
let url
while (url === undefined) {
  const text = readFileSync(log, 'utf8')
  url = /^emulator listening on (\S+)$/m.exec(text)?.[1]
  if (url !== undefined) break
  if (emulator.exitCode !== null || Date.now() - startedAt > WAIT_MS) {
    throw new Error(`The emulator did not start: ${text}`)
  }
  await delay(100)
}
appendFileSync(process.env.GITHUB_OUTPUT, `url=${url}\npid=${emulator.pid}\n`)
