import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect } from '@jest/globals'
import type { Emulator, RecordedRequest, Task } from '../emulator/index.js'
import { ROOT, RUNNER_NODE, runAction, type Inputs, type RunOptions, type StepResult } from '../process/run-action.js'

export const VERSION = (JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { version: string })
  .version

/** What a workflow writes below `with:` to wait for a task of the emulator. */
export function inputsFor(emulator: Emulator, task: Task, more: Inputs = {}): Inputs {
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
export function waitFor(emulator: Emulator, task: Task, more: Inputs = {}, options: RunOptions = {}) {
  return runAction('wait', inputsFor(emulator, task, more), options)
}

/** The requests that asked for this task's status. */
export function looksAt(emulator: Emulator, task: Task): RecordedRequest[] {
  return emulator.requestsTo('query').filter((request) => request.ticket === task.ticket)
}

/** A step that ended well: no annotation, no summary, no word of failure in the outputs. */
export function expectGreen(step: StepResult): void {
  expect(step.errors).toEqual([])
  expect(step.warnings).toEqual([])
  expect(step.summary).toBe('')
  expect(step.exitCode).toBe(0)
  expect(step.outputs).toMatchObject({ status: 'success', 'status-code': '0' })
  expect(step.outputs).not.toHaveProperty('error-message')
}

/**
 * A step that ended badly as every bad end should: exit code 1, one annotation, the same words in the output, no
 * status of success, nothing of a file, no stack trace, a summary.
 * @returns the message
 */
export function expectRed(step: StepResult, { summary = /^### \w/ } = {}): string {
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
  expect(message).not.toMatch(/undefined|\[object|NaN/)
  expect(step.lines.filter((line) => /^\s+at .*\d+:\d+\)?$|node:internal/.test(line))).toEqual([])
  expect(step.warnings).toEqual([])
  expect(step.summary).toMatch(summary)
  return message
}

/** The commands that a runner would carry out, in both forms, but for debug lines. */
export function commandsIn(step: StepResult): string[] {
  return step.lines.flatMap((line) => {
    const name = /^\s*::([\w-]+)(?: .*?)?::/.exec(line)?.[1]
    if (name !== undefined) return name === 'debug' ? [] : [name]
    return /##\[/.test(line) ? [line] : []
  })
}

/** How long this machine needs at present to start a Node.js that does nothing: what no program can be blamed for. */
export async function startUpMs(): Promise<number> {
  const startedAtMs = performance.now()
  await new Promise((resolve) => spawn(RUNNER_NODE, ['-e', '0'], { stdio: 'ignore' }).once('close', resolve))
  return performance.now() - startedAtMs
}

/**
 * Runs an attempt whose timing is asserted, and once more if the machine was too busy the first time: the assertion of
 * the second run stands.
 */
export async function onceMore(attempt: () => Promise<void>): Promise<void> {
  try {
    await attempt()
  } catch {
    await attempt()
  }
}

/** Resolves a moment after the condition has become true: what it is about is then well under way. */
export async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500 && !condition(); tries++) await new Promise((resolve) => setTimeout(resolve, 20))
  await new Promise((resolve) => setTimeout(resolve, 100))
}
