import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect } from '@jest/globals'
import type { Emulator, RecordedRequest, Task } from '../emulator/index.js'
import { ROOT, RUNNER_NODE, runAction, type Inputs, type RunOptions, type StepResult } from '../process/run-action.js'
import { recordRetry } from '../retry-record.js'

export const VERSION = (JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { version: string })
  .version

/** Builds the inputs that a workflow writes below `with:` to wait for a task of the emulator. */
export function buildWaitInputs(emulator: Emulator, task: Task, more: Inputs = {}): Inputs {
  return {
    ticket: task.ticket,
    token: task.document.token,
    'access-token': emulator.accessToken,
    'base-url': emulator.url,
    'timeout-seconds': 15,
    ...more,
  }
}

/** Runs the built wait action for a task of the emulator. */
export function runWait(emulator: Emulator, task: Task, more: Inputs = {}, options: RunOptions = {}) {
  return runAction('wait', buildWaitInputs(emulator, task, more), options)
}

/** Returns the requests for the status of a task that the emulator has received. */
export function pollRequestsFor(emulator: Emulator, task: Task): RecordedRequest[] {
  return emulator.requestsTo('query').filter((request) => request.ticket === task.ticket)
}

/** Expects a successful wait: exit code 0, the status success, and no error, warning or summary. */
export function expectWaitSuccess(step: StepResult): void {
  expect(step.errors).toEqual([])
  expect(step.warnings).toEqual([])
  expect(step.summary).toBe('')
  expect(step.exitCode).toBe(0)
  expect(step.outputs).toMatchObject({ status: 'success', 'status-code': '0' })
  expect(step.outputs).not.toHaveProperty('error-message')
}

/**
 * Expects a failed wait: exit code 1, no warning, and one error with the text of the output `error-message`. The status is
 * not success, no output is about a file, and the log has no stack trace. The job summary matches `summary`.
 * @returns the error message
 */
export function expectWaitFailure(step: StepResult, { summary = /^### \w/ } = {}): string {
  const [message = ''] = step.errors
  expect(step.errors).toHaveLength(1)
  expect(step.signal).toBeNull()
  expect(step.exitCode).toBe(1)
  expect(step.outputs['error-message']).toBe(message)
  expect(step.outputs['status']).not.toBe('success')
  for (const name of ['file-token', 'file-name', 'file-size', 'file-extension', 'type']) {
    expect(step.outputs).not.toHaveProperty(name)
  }
  expect(message.trim()).not.toBe('')
  // A value that was put into the message by mistake.
  expect(message).not.toMatch(/undefined|\[object|NaN/)
  expect(step.lines.filter((line) => /^\s+at .*\d+:\d+\)?$|node:internal/.test(line))).toEqual([])
  expect(step.warnings).toEqual([])
  expect(step.summary).toMatch(summary)
  return message
}

/**
 * Finds the commands in the output of a step that a runner would execute, except `debug`. So a test sees whether text
 * from outside would run a command.
 * @returns the name of each `::name::` command, and the whole line of each `##[name]` command
 */
export function findCommands(step: StepResult): string[] {
  return step.lines.flatMap((line) => {
    const name = /^\s*::([\w-]+)(?: .*?)?::/.exec(line)?.[1]
    if (name !== undefined) return name === 'debug' ? [] : [name]
    return line.includes('##[') ? [line] : []
  })
}

/**
 * Measures how long this machine needs at present for a Node.js process that does nothing, from start to end. A test of
 * the deadline allows for this time if the machine is busy.
 */
export async function measureNodeStartMs(): Promise<number> {
  const startedAtMs = performance.now()
  await new Promise((resolve) => spawn(RUNNER_NODE, ['-e', '0'], { stdio: 'ignore' }).once('close', resolve))
  return performance.now() - startedAtMs
}

/**
 * Runs an attempt whose timing is asserted, and runs it once more if it fails, since the machine may have been busy. The
 * second failure is thrown. The retry is recorded. Concurrent tests need this, because jest does not repeat them.
 */
export async function retryOnce(attempt: () => Promise<void>): Promise<void> {
  try {
    await attempt()
  } catch (error) {
    recordRetry(error)
    await attempt()
  }
}
