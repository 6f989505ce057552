import type { StepResult } from '../process/run-action.js'
import { PAGE_MARK } from './hostile-text.js'
import type { Violation } from './types.js'

/** A command that the runner would execute. */
interface Command {
  readonly name: string
  readonly data: string
}

// eslint-disable-next-line no-control-regex
const UNPRINTABLE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029]/

/**
 * Parses `::name properties::data`, which may only have blanks before it; undefined for any other line. The runner also
 * executes the old form, `##[name]data`, which `checkLines` refuses anywhere in a line.
 */
function parseCommand(line: string): Command | undefined {
  // The runner, a .NET program, first removes the blanks before the command. U+0085 is one of them, but not in `\s`.
  const match = /^[\s\u0085]*::(.*?)::(.*)$/su.exec(line)
  if (!match) return undefined
  const [, head = '', data = ''] = match
  return { name: head.trim().split(' ')[0]?.toLowerCase() ?? '', data }
}

/** Returns the text that a line asks the runner to mask, unescaped; undefined for any other line. */
function readMask(line: string): string | undefined {
  return line.startsWith('::add-mask::') ? unescape(line.slice('::add-mask::'.length)) : undefined
}

/** Replaces the escapes of a command by the characters for which they stand. */
const unescape = (data: string): string => data.replace(/%0D/gi, '\r').replace(/%0A/gi, '\n').replace(/%25/g, '%')

/** What a step must comply with. */
export interface ExpectedStep {
  /** Whether the step must succeed. */
  readonly green: boolean
  /** Every secret that the step may have known. It must not print any of them, and may mask them. */
  readonly secrets: readonly string[]
  /** The secrets that the step certainly knew before its end: it must mask them. */
  readonly knownSecrets: readonly string[]
  /** Texts besides `secrets` that the step may mask. */
  readonly otherMasks?: readonly string[]
  /** The possible sets of outputs, without `error-message`; undefined when any outputs are correct. */
  readonly outputs: readonly Readonly<Record<string, string>>[] | undefined
  /** Whether a successful step must write a summary; otherwise it must not. A failed step must always write one. */
  readonly summaryWhenGreen: boolean
}

// How long a process takes to exit: a signal that comes so shortly before the end comes while it exits.
const EXIT_MS = 50

/** Checks exit code, annotations, outputs, log, masks and summary of a step, and returns the rules that it broke. */
export function checkStep(step: StepResult, expected: ExpectedStep): Violation[] {
  const violations: Violation[] = []
  const must = (holds: boolean, text: string): void => {
    if (!holds) violations.push({ kind: 'wrong', text })
  }
  const { green, secrets, knownSecrets } = expected
  // Node.js cannot handle the signal of a cancel that comes before it has started, or while the process exits. A process
  // that has written its annotation exits soon.
  const hadNotStarted = step.lines.length === 0
  const wasExiting = step.errors.length > 0 || (step.afterInterruptMs ?? Infinity) < EXIT_MS
  if (step.signal === 'SIGINT' && (hadNotStarted || wasExiting)) return [{ kind: 'late', text: 'ended by SIGINT' }]
  must(step.signal === null, `ended by ${String(step.signal)}`)
  must(step.exitCode === (green ? 0 : 1), `exit code ${String(step.exitCode)}`)
  checkLines(step, expected, must)

  const message = step.outputs['error-message']
  must(green === (message === undefined), `error-message: ${String(message)}`)
  if (!green) {
    // The annotation has `# #[` where a text contains `##[`, which the runner would read as a command.
    must(
      step.errors[0]?.replace(/# #\[/g, '##[') === message?.replace(/# #\[/g, '##['),
      `annotation and output differ: ${String(message)}`,
    )
    must(
      !/undefined|\[object|NaN|made a mistake/.test(removeQuotations(message ?? '')),
      `the message is broken: ${String(message)}`,
    )
    must(!UNPRINTABLE.test(message ?? '') && !(message ?? '').includes('\n'), 'the message is not one line')
    must((message ?? '').trim() !== '', 'the message is empty')
  }
  const outputs = Object.fromEntries(Object.entries(step.outputs).filter(([name]) => name !== 'error-message'))
  if (expected.outputs) {
    const given = toSortedJson(outputs)
    const wanted = expected.outputs.map(toSortedJson)
    must(wanted.includes(given), `outputs ${given}, wanted ${wanted.join(' or ')}`)
  }

  const isSummaryDue = !green || expected.summaryWhenGreen
  must(!isSummaryDue || step.summary !== '', 'no summary')
  must(isSummaryDue || step.summary === '', `summary: ${step.summary.slice(0, 200)}`)
  must(!hasLiveMarkup(step.summary), `the summary has live markup: ${step.summary}`)
  const visibleTexts = [
    ...step.lines.filter((line) => readMask(line) === undefined),
    ...Object.values(step.outputs),
    step.summary,
  ]
  for (const secret of secrets)
    must(!visibleTexts.some((text) => text.includes(secret)), `a secret is visible: ${secret.slice(0, 6)}`)
  must(!visibleTexts.some((text) => text.includes(PAGE_MARK)), 'a page of a gateway is visible')
  const masks = step.lines.flatMap((line) => readMask(line) ?? [])
  for (const mask of masks)
    must(secrets.includes(mask) || expected.otherMasks?.includes(mask) === true, `masked: ${mask}`)
  for (const secret of knownSecrets) must(masks.includes(secret), `not masked: ${secret.slice(0, 6)}`)
  return violations
}

/**
 * Checks that the only commands in a log are masks, debug lines and, if the step must fail, one annotation. Outside of
 * masks, there must be no control character, and nothing that Node.js prints by itself: stack traces and warnings.
 */
function checkLines(step: StepResult, { green }: ExpectedStep, must: (holds: boolean, text: string) => void): void {
  let errors = 0
  for (const line of step.lines) {
    if (readMask(line) !== undefined) continue
    must(!UNPRINTABLE.test(line), `a control character in ${JSON.stringify(line)}`)
    must(!/^\s+at .*:\d+|node:internal|Unhandled|Warning: /.test(line), `a trace: ${line}`)
    must(!line.includes('##['), `a command of the old form: ${line}`)
    const command = parseCommand(line)
    if (!command) continue
    if (command.name === 'error') errors++
    must(['debug', 'error'].includes(command.name), `a command: ${line}`)
    must(
      !UNPRINTABLE.test(unescape(command.data)) && !unescape(command.data).includes('\n'),
      `several lines in ${line}`,
    )
  }
  must(errors === (green ? 0 : 1), `${errors} annotations`)
}

/** Removes from a message what it quotes, which may contain any word. */
const removeQuotations = (message: string): string =>
  message.replace(/the service says ".*"|"[^"]*"|log id .*?[,)]|See .*|fields at fault: .*/gs, '')

/** Makes a text by which two sets of outputs can be compared. */
const toSortedJson = (outputs: Readonly<Record<string, string>>): string =>
  JSON.stringify(Object.entries(outputs).sort(([a], [b]) => (a < b ? -1 : 1)))

/**
 * Whether a summary contains markup besides that of its own layout. Then a title or a message has put it there. Not for
 * a folded summary, which only export writes: its layout (`<details>`) would be reported.
 */
function hasLiveMarkup(summary: string): boolean {
  const lines = summary.split('\n')
  const columnCounts = new Set(lines.filter(isSeparatorRow).map((row) => row.split('---').length - 1))
  const withoutLayout = lines
    .filter((line) => !isSeparatorRow(line))
    .map((line) => {
      // A row with more cells than the head has live bars in its text.
      const cells = /^\| (.*) \|$/.exec(line)?.[1]?.split(' | ') ?? []
      return columnCounts.has(cells.length) ? cells.join('') : removeLineMarkup(line)
    })
    .join('\n')
    // Links, then escaped characters.
    .replace(/<a href="https:\/\/[^\s"<>]+">|<\/a>/g, '')
    .replace(/&(#\d+|amp);/g, '')
  // With `:`, an address without markup becomes a link; with `@`, a name becomes a mention.
  return /[<>`*_[\]\\~|!#@:]/.test(withoutLayout)
}

/** True for the row between the head and the other rows of a table: `| --- | --- |`. */
const isSeparatorRow = (line: string): boolean => /^\|( --- \|)+$/.test(line)

/** Removes the markup of a heading, of a list item, and of the bold name at its beginning. */
const removeLineMarkup = (line: string): string => line.replace(/^### /, '').replace(/^- (\*\*([^*\n]*)\*\*: )?/, '$2')
