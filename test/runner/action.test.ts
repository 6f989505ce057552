import { EventEmitter } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { runAction, type ActionTools, type Outcome } from '../../src/runner/action.js'

let folder: string
let outputFile: string

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'feishu-action-'))
  outputFile = path.join(folder, 'output')
  writeFileSync(outputFile, '')
  process.env['GITHUB_OUTPUT'] = outputFile
  jest.spyOn(process.stdout, 'write').mockReturnValue(true)
})
afterEach(() => {
  jest.restoreAllMocks()
  delete process.env['GITHUB_OUTPUT']
  rmSync(folder, { recursive: true })
})

/** Runs an action in a fake process, on which `run` can emit events. @returns the outputs and the exit code */
async function runInFakeProcess(run: (tools: ActionTools, host: EventEmitter) => Promise<Outcome>) {
  const host = Object.assign(new EventEmitter(), {
    env: {},
    cwd: () => folder,
    stdout: new EventEmitter(),
    exitCode: undefined as number | undefined,
    getActiveResourcesInfo: () => [],
    exit: () => undefined,
  })
  await runAction(
    host as unknown as NodeJS.Process,
    // A run that never ends leaves a timer. With so short a timeout, this timer fires within two seconds.
    () => ({ timeoutMs: 1 }),
    (_, tools) => run(tools, host),
  )
  const text = readFileSync(outputFile, 'utf8')
  const outputs = [...text.matchAll(/^([\w-]+)<<(\S+)\n([^]*?)\n\2$/gm)].map(([, name, , value]) => [name, value])
  return { outputs: Object.fromEntries(outputs) as Record<string, string>, exitCode: host.exitCode }
}

const MISTAKE = new Error('a mistake')

describe('after a mistake of the action, the step fails and still has its outputs so far', () => {
  test.each<[string, (host: EventEmitter) => Promise<never>]>([
    ['that the run throws', () => Promise.reject(MISTAKE)],
    [
      'that no promise carries',
      (host) => {
        host.emit('uncaughtException', MISTAKE)
        return new Promise(() => undefined)
      },
    ],
  ])('%s', async (_, fail) => {
    const ended = await runInFakeProcess((tools, host) => {
      tools.keepOutputs(() => ({ exported: 7, changed: true }))
      return fail(host)
    })
    expect(ended).toEqual({
      outputs: {
        exported: '7',
        changed: 'true',
        'error-message': expect.stringMatching(/^This action made a mistake \(Error: a mistake\)/),
      },
      exitCode: 1,
    })
  })

  test('unless the outputs are the mistake', async () => {
    const ended = await runInFakeProcess((tools) => {
      tools.keepOutputs(() => {
        throw MISTAKE
      })
      return Promise.reject(MISTAKE)
    })
    expect(ended).toMatchObject({ outputs: { 'error-message': expect.stringContaining('a mistake') }, exitCode: 1 })
  })
})
