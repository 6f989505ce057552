import { describe, expect, it } from '@jest/globals'
import { spawn } from 'node:child_process'
import path from 'node:path'
import { ROOT } from '../process/run-action.js'

/** Runs the fault generator. @returns its exit code, and what it printed */
async function runFaults(options: readonly string[]): Promise<{ readonly exitCode: number | null; text: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', path.join('test', 'faults', 'cli.ts'), ...options], {
    cwd: ROOT,
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  }
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { exitCode, text }
}

const NO_RUNS = ['wait', 'create', 'download', 'resume', 'export', 'raw', 'inputs'].flatMap((kind) => [
  `--${kind}`,
  '0',
])

describe('the options of the fault generator', () => {
  it('are refused when they are malformed: the campaign could run nothing, and pass', async () => {
    const wrong = [
      ['--parallel', '0'],
      ['--wait', '5O'],
      ['--seed', 'x'],
      ['--only', 'wiat:3'],
      ['--only', 'wait'],
    ]
    const results = await Promise.all(wrong.map((options) => runFaults([...NO_RUNS, ...options])))
    expect(results.map(({ exitCode }) => exitCode)).toEqual(wrong.map(() => 1))
    expect(results.map(({ text }) => /Error: (--.*)/.exec(text)?.[1])).toEqual([
      '--parallel must be a whole number of at least 1, not 0',
      '--wait must be a whole number of at least 0, not 5O',
      '--seed must be a whole number of at least 0, not x',
      '--only wiat:3: the kind must be one of wait, create, download, resume, export, raw, inputs',
      '--only wait: the seed must be a whole number of at least 0, not missing',
    ])
  }, 30_000)

  it('may ask for no run', async () => {
    expect(await runFaults([...NO_RUNS, '--seed', '7'])).toMatchObject({ exitCode: 0 })
  }, 30_000)
})
