// A jest reporter that counts and lists the tests that needed another attempt, so that no retry goes unnoticed. There are
// two kinds: those that jest repeats (test/setup.ts), and those that repeat themselves because jest cannot repeat
// concurrent tests (retryOnce in test/wait/support.ts). Jest loads reporters without a transform: hence JavaScript.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { stripVTControlCharacters } from 'node:util'

export default class RetryReporter {
  #folder = ''
  #record = ''

  onRunStart() {
    this.#folder = mkdtempSync(path.join(tmpdir(), 'feishu-retries-'))
    this.#record = path.join(this.#folder, 'record')
    writeFileSync(this.#record, '')
    // The processes that run the tests start later, and inherit the variable.
    process.env.RETRY_RECORD = this.#record
  }

  onRunComplete(_contexts, results) {
    const byJest = results.testResults.flatMap(({ testFilePath, testResults }) =>
      testResults
        .filter(({ invocations = 1 }) => invocations > 1)
        .map(({ fullName, retryReasons }) => ({ test: fullName, testPath: testFilePath, reason: retryReasons?.[0] })),
    )
    const byTests = readFileSync(this.#record, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line))
    rmSync(this.#folder, { recursive: true, force: true })
    const retries = [...byJest, ...byTests]
    console.log(retries.length === 0 ? '\nRetried tests: none' : `\nRetried tests: ${retries.length}`)
    for (const { test, testPath, reason = '' } of retries) {
      const firstLine = stripVTControlCharacters(reason).trim().split('\n')[0]
      console.log(`  ${path.relative(process.cwd(), testPath)}: ${test}\n    first attempt: ${firstLine}`)
    }
  }
}
