import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from '@jest/globals'
import { answers, startEmulator } from '../emulator/index.js'
import { expectWaitSuccess, expectWaitFailure, buildWaitInputs, pollRequestsFor, runWait } from '../wait/support.js'
import { ROOT, RUNNER_NODE } from './run-action.js'

const emulator = await startEmulator({ limits: { query: undefined } })
const scratch = mkdtempSync(path.join(tmpdir(), 'wait-log-'))
afterAll(async () => {
  await emulator.stop()
  rmSync(scratch, { recursive: true, force: true })
})

describe('the log', () => {
  it.concurrent('has a line at the start, one for each status, and one at the end with all facts', async () => {
    const task = emulator.addTask({
      title: '合同 2026',
      type: 'docx',
      fileExtension: 'pdf',
      bytes: 'x'.repeat(34_356),
      result: [
        { job_status: 1 },
        { job_status: 1 },
        { job_status: 2 },
        { job_status: 2 },
        { job_status: 2 },
        undefined,
      ],
    })
    const before = Date.now()
    const step = await runWait(emulator, task, { 'poll-interval-seconds': 0.1 })
    expectWaitSuccess(step)
    expect(step.log).toEqual([
      `Waiting for export task ${task.ticket}, at most 15 s`,
      expect.stringMatching(/^Status: new \(after \d(\.\d)? s\)$/),
      expect.stringMatching(/^Status: processing \(after \d(\.\d)? s\)$/),
      expect.stringMatching(
        /^Export finished: "合同 2026", pdf, 34\.4 kB, after \d(\.\d)? s and 6 requests\. It can be downloaded until \S+Z at the latest: the service deletes it 10 minutes after the end of the export\.$/,
      ),
    ])
    const until = Date.parse(/until (\S+Z)/.exec(step.log.at(-1) ?? '')?.[1] ?? '')
    expect(until).toBeGreaterThanOrEqual(before + 600_000 - 1000)
    expect(until).toBeLessThanOrEqual(Date.now() + 600_000)
    // Each request has a debug line.
    for (const query of pollRequestsFor(emulator, task)) {
      expect(step.lines).toContain(`::debug::query: HTTP 200, log id ${query.logId}`)
    }
  })

  it.concurrent('has a last line also if the service sends no facts about the file', async () => {
    const task = emulator.addTask()
    emulator.script('query', [answers.result({ job_status: 0, file_token: 'boxX' })], { ticket: task.ticket })
    const step = await runWait(emulator, task)
    expectWaitSuccess(step)
    expect(step.log.at(-1)).toMatch(/^Export finished: after \d(\.\d)? s and 1 request\. It can/)
  })

  it.concurrent('logs a failure once, not after every attempt', async () => {
    const task = emulator.addTask({ durationMs: 60_000 })
    emulator.script('query', () => answers.gatewayPage(502), { ticket: task.ticket })
    const step = await runWait(emulator, task, { 'timeout-seconds': 4.5 })
    expectWaitFailure(step)
    expect(pollRequestsFor(emulator, task).length).toBeGreaterThan(2)
    expect(step.log.filter((line) => line.includes('HTTP 502'))).toHaveLength(1)
    expect(
      step.lines.filter((line) => line.startsWith('::debug::') && line.includes('trying again')).length,
    ).toBeGreaterThan(0)
  })
})

describe('the summary', () => {
  it.concurrent('of a failure has its cause, advice, facts and links', async () => {
    const task = emulator.addTask({ ticket: '7143131813848819999', durationMs: 60_000 })
    emulator.script('query', [undefined, answers.scopeMissing(['drive:export:readonly'])], { ticket: task.ticket })
    const step = await runWait(emulator, task)
    expectWaitFailure(step)
    const plain = step.summary.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    expect(plain).toMatch(/^### The wait failed\n/)
    expect(plain).toContain('drive:export:readonly')
    expect(plain).toContain('权限管理')
    expect(plain).toContain('- **Ticket**: 7143131813848819999\n')
    expect(plain).toContain(`- **Document token**: ${task.document.token}\n`)
    expect(plain).toContain('- **Last status**: new (1)\n')
    expect(plain).toMatch(/- \*\*Log id\*\*: \w+\n/)
    expect(plain).toMatch(/- <a href="https:\/\/open\.feishu\.cn\/app\/cli_[^"]+">https:/)
    expect(step.summary.length).toBeLessThan(10_000)
  })

  it.concurrent.each([
    ['missing', ''],
    ['not writable', path.join(scratch, 'no-folder', 'summary')],
  ])('whose file is %s does not change how the step ends', async (_, file) => {
    const env = { GITHUB_STEP_SUMMARY: file }
    expectWaitSuccess(await runWait(emulator, emulator.addTask(), {}, { env }))
    const step = await runWait(emulator, emulator.addTask({ jobStatus: 3 }), {}, { env })
    expect(expectWaitFailure(step, { summary: /^$/ })).toContain('internal_error')
  })
})

describe('the file of outputs', () => {
  it.concurrent('that cannot be written fails the step, and the reason is reported', async () => {
    const env = { GITHUB_OUTPUT: path.join(scratch, 'no-folder', 'output') }
    const green = await runWait(emulator, emulator.addTask(), {}, { env })
    expect(green.exitCode).toBe(1)
    expect(green.errors).toEqual([
      expect.stringMatching(/^The outputs could not be handed to the runner \(.*no-folder/),
    ])
    const failed = await runWait(emulator, emulator.addTask({ jobStatus: 111 }), {}, { env })
    expect(failed.exitCode).toBe(1)
    expect(failed.errors).toEqual([expect.stringMatching(/docs_deleted.*Restore.*The outputs could not be handed/)])
  })

  it.concurrent('that is not given is replaced by the old commands, each value on one line', async () => {
    const task = emulator.addTask({ title: 'a\n::error::b%0A' })
    const step = await runWait(emulator, task, {}, { env: { GITHUB_OUTPUT: '' } })
    expect(step.exitCode).toBe(0)
    expect(step.errors).toEqual([])
    expect(step.lines).toContain('::set-output name=file-name::a%0A::error::b%250A')
  })
})

describe('a closed stdout', () => {
  it.concurrent.each([
    ['success', 0, 0],
    ['failure', 3, 1],
  ])('does not keep the step from ending in %s, with its outputs', async (name, jobStatus, exitCode) => {
    const task = emulator.addTask({ durationMs: 400, jobStatus })
    const output = path.join(scratch, `output-${name}`)
    writeFileSync(output, '')
    const inputs = Object.entries(buildWaitInputs(emulator, task)).map(([key, value]) => [
      `INPUT_${key.toUpperCase()}`,
      String(value),
    ])
    const child = spawn(RUNNER_NODE, [path.join(process.env['DIST'] ?? path.join(ROOT, 'dist'), 'wait/index.js')], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { GITHUB_OUTPUT: output, ...(Object.fromEntries(inputs) as Record<string, string>) },
    })
    child.stdout.destroy()
    let stderr = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    const code = await new Promise((resolve) => child.once('close', resolve))
    expect(stderr).toBe('')
    expect(code).toBe(exitCode)
    expect(readFileSync(output, 'utf8')).toContain(jobStatus === 0 ? task.fileToken : 'internal_error')
  })
})
