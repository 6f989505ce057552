import { afterAll, describe, expect, it } from '@jest/globals'
import { answers, startEmulator, type Answer } from '../emulator/index.js'
import { findCommands, expectWaitSuccess, expectWaitFailure, runWait } from '../wait/support.js'
import type { StepResult } from './run-action.js'

const emulator = await startEmulator({ limits: { query: undefined } })
afterAll(() => emulator.stop())

// Every character that may count as a line break, commands in both forms, Markdown and HTML.
const SEPARATORS = ['\n', '\r', '\r\n', '\u000b', '\u000c', '\u001c', '\u001d', '\u001e', '\u0085', '\u2028', '\u2029']
const COMMANDS = [
  '::error::PWN',
  '  ::set-output name=status::PWN',
  '::add-mask::PWN',
  '::stop-commands::PWN',
  '##[error]PWN',
  '##[add-mask]PWN',
  '###[group]PWN',
]
const HOSTILE = [
  ...SEPARATORS.flatMap((separator) => COMMANDS.map((command) => `${separator}${command}`)),
  '<img src=x onerror=alert(1)><script>PWN</script><!-- [a](javascript:PWN) ![b](https://evil.test/PWN) `PWN` **PWN** | ~~x~~ # x @octocat #1',
].join('')
const SHORT = `::error::PWN\n##[error]PWN\u2028::warning::PWN <b>[a](https://evil.test) \`x\` | *y*`

/**
 * Expects that the output has only these workflow commands, besides `debug`. No line may have a character that could hide
 * a command, and only the access token may be masked.
 */
function expectHarmless(step: StepResult, commands: readonly string[]): void {
  expect(findCommands(step)).toEqual(commands)
  for (const line of step.lines) {
    expect(line).not.toMatch(/##\[/)
    // eslint-disable-next-line no-control-regex
    expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/)
  }
  expect(step.masks).toEqual([emulator.accessToken])
}

/** Expects a summary whose only markup is that of the action itself. */
function expectPlainSummary(summary: string): void {
  const withoutOwnMarkup = summary
    .replace(/^### /gm, '')
    .replace(/^- \*\*([^*]*)\*\*: /gm, '$1')
    .replace(/<a href="https:\/\/[^\s"'<>`\\|()[\]]+">([^<]*)<\/a>/g, '$1')
    .replace(/^- /gm, '')
    .replace(/&#\d+;/g, '')
  // The action writes all other ASCII punctuation as entities, such as `&#42;` for `*`.
  expect(withoutOwnMarkup).not.toMatch(/[!-/:-@[-`{-~]/)
}

describe('nothing from outside runs a command', () => {
  it.concurrent('a title, in log and outputs', async () => {
    const [long, short] = [HOSTILE, SHORT].map((title) =>
      emulator.addTask({ title, resultFields: { file_extension: title, type: title } }),
    )
    for (const [task, title] of [
      [long, HOSTILE],
      [short, SHORT],
    ] as const) {
      if (!task) throw new Error('no task')
      const step = await runWait(emulator, task)
      expectWaitSuccess(step)
      expectHarmless(step, ['add-mask'])
      expect(step.outputs).toMatchObject({ 'file-name': title, 'file-extension': title, type: title })
      expect(Object.keys(step.outputs)).toHaveLength(7)
      expect(step.log.at(-1)).toMatch(/^Export finished: /)
    }
  })

  const failures: readonly (readonly [string, Answer])[] = [
    ['the reason of a status', answers.job(3, { job_error_msg: HOSTILE })],
    ['the reason of an unknown status', answers.job(4711, { job_error_msg: SHORT })],
    ['a message', answers.error(1069902, { msg: HOSTILE })],
    ['a message of an unknown code', answers.error(123456, { status: 400, msg: SHORT })],
    [
      'the members of an error',
      answers.error(99991672, {
        msg: SHORT,
        error: {
          log_id: HOSTILE,
          message: HOSTILE,
          permission_violations: [
            { subject: SHORT, url: `https://evil.test/"><script>${SHORT}` },
            { subject: HOSTILE },
          ],
          helps: [{ url: `javascript:${HOSTILE}`, description: HOSTILE }, { url: `https://evil.test/##[error]PWN|x` }],
          troubleshooter: HOSTILE,
        },
        headers: { 'x-tt-logid': null },
      }),
    ],
    ['a field at fault', answers.fieldViolation(HOSTILE, HOSTILE, HOSTILE)],
    ['a log id', answers.error(1069904, { headers: { 'x-tt-logid': '##[error]PWN ::error::PWN \u0085::error::PWN' } })],
    ['a page', { status: 403, headers: { 'content-type': 'text/html' }, body: HOSTILE }],
  ]
  it.concurrent.each(failures)('%s, in log, annotation and summary', async (_, answer) => {
    const task = emulator.addTask()
    emulator.script('query', [answer], { ticket: task.ticket })
    const step = await runWait(emulator, task)
    expectWaitFailure(step)
    expectHarmless(step, ['add-mask', 'error'])
    expectPlainSummary(step.summary)
    expect(Object.keys(step.outputs).every((name) => ['status', 'status-code', 'error-message'].includes(name))).toBe(
      true,
    )
  })

  it.concurrent('a failure in the log, and its debug lines', async () => {
    const task = emulator.addTask()
    const headers = { 'x-tt-logid': '##[debug]PWN \u0085::error::PWN', 'x-ogw-ratelimit-reset': 1 }
    emulator.script(
      'query',
      [answers.error(1069923, { msg: SHORT, headers }), answers.error(600, { msg: HOSTILE, headers })],
      { ticket: task.ticket },
    )
    const step = await runWait(emulator, task)
    expectWaitSuccess(step)
    expectHarmless(step, ['add-mask'])
    expect(step.lines.filter((line) => line.startsWith('::debug::')).length).toBeGreaterThan(2)
  })

  it.concurrent('a failure that is reported at the deadline', async () => {
    const task = emulator.addTask()
    emulator.script('query', () => answers.error(1069901, { msg: HOSTILE }), { ticket: task.ticket })
    const step = await runWait(emulator, task, { 'timeout-seconds': 2 })
    expectWaitFailure(step)
    expectHarmless(step, ['add-mask', 'error'])
    expectPlainSummary(step.summary)
  })
})

it.concurrent.each([
  ['ticket', { ticket: SHORT }],
  ['base-url', { 'base-url': SHORT }],
  ['timeout-seconds', { 'timeout-seconds': SHORT }],
] as const)('a hostile input runs no command either: %s', async (_, inputs) => {
  const step = await runWait(emulator, emulator.addTask(), inputs)
  expectWaitFailure(step)
  expectHarmless(step, ['add-mask', 'error'])
  expectPlainSummary(step.summary)
})
