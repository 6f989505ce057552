// Starts the emulator for the next steps of the workflow and sets the step outputs `url` and `pid`. The emulator gets a
// process group of its own, because act ends the process group of a step together with the step.
import { spawn } from 'node:child_process'
import { appendFileSync, openSync, readFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { setTimeout as delay } from 'node:timers/promises'

const START_TIMEOUT_MS = 30_000
const folder = import.meta.dirname
const logFile = path.join(folder, 'emulator.log')

const { GITHUB_OUTPUT: outputFile } = process.env
if (outputFile === undefined) throw new Error('GITHUB_OUTPUT is not set: this script is a step of a workflow.')

const log = openSync(logFile, 'w')
const emulator = spawn(
  process.execPath,
  ['--import', 'tsx', path.join(folder, '../emulator/cli.ts'), '--scenario', path.join(folder, 'scenario.json')],
  { detached: true, stdio: ['ignore', log, log] },
)
emulator.unref()

const url = await waitForUrl()
appendFileSync(outputFile, `url=${url}\npid=${emulator.pid}\n`)

/**
 * Waits until the log of the emulator has its address.
 * @throws Error when the emulator ends before, or after {@link START_TIMEOUT_MS}
 */
async function waitForUrl(): Promise<string> {
  const startedAtMs = Date.now()
  for (;;) {
    const text = readFileSync(logFile, 'utf8')
    const url = /^emulator listening on (\S+)$/m.exec(text)?.[1]
    if (url !== undefined) return url
    if (emulator.exitCode !== null || Date.now() - startedAtMs > START_TIMEOUT_MS) {
      throw new Error(`The emulator did not start: ${text}`)
    }
    await delay(100)
  }
}
