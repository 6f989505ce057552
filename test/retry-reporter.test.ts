import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, it } from '@jest/globals'
import { ROOT } from './process/run-action.js'

const folder = mkdtempSync(path.join(tmpdir(), 'feishu-reporter-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const FLAKY = `
  let attempts = 0
  jest.retryTimes(1, { logErrorsBeforeRetry: true })
  test('flaky', () => { if (++attempts === 1) throw new Error('too slow') })
`
const RETRYING_ITSELF = `
  test('repeats itself', () => {
    const retry = { test: 'repeats itself', testPath: __filename, reason: 'also too slow' }
    require('node:fs').appendFileSync(process.env.RETRY_RECORD, JSON.stringify(retry) + '\\n')
  })
`

/**
 * Runs jest on test files, in a new folder `name`. Its only reporter is `test/retry-reporter.js`.
 * @param files the code of each file, by its name
 * @returns what the reporter prints
 */
function runJest(name: string, files: Readonly<Record<string, string>>): string {
  const rootDir = path.join(folder, name)
  const config = { rootDir, transform: {}, reporters: [path.join(ROOT, 'test/retry-reporter.js')] }
  mkdirSync(rootDir)
  for (const [file, code] of Object.entries(files)) writeFileSync(path.join(rootDir, file), code)
  const jest = path.join(ROOT, 'node_modules/jest/bin/jest.js')
  const run = spawnSync(process.execPath, [jest, '--config', JSON.stringify(config)], {
    cwd: rootDir,
    encoding: 'utf8',
  })
  return run.stdout
}

it('a test that jest repeats, and one that repeats itself, are counted with the reason', () => {
  const output = runJest('retried', { 'flaky.test.js': FLAKY, 'itself.test.js': RETRYING_ITSELF })
  expect(output).toContain('Retried tests: 2')
  expect(output).toMatch(/flaky\.test\.js: flaky\n +first attempt: .*too slow/)
  expect(output).toMatch(/itself\.test\.js: repeats itself\n +first attempt: also too slow/)
})

it('a run without retries says so', () => {
  expect(runJest('first-time', { 'good.test.js': `test('good', () => undefined)` })).toContain('Retried tests: none')
})
