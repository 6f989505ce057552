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

/** Parses a line as the runner does: `::name props::data` at its start after blanks, `##[name props]data` anywhere. */
function parseCommand(line: string): Command | undefined {
  const trimmed = line.replace(/^[\s\u0085\u00a0\ufeff]+/u, '')
  const end = trimmed.startsWith('::') ? trimmed.indexOf('::', 2) : -1
  if (end >= 0)
    return { name: trimmed.slice(2, end).trim().split(' ')[0]?.toLowerCase() ?? '', data: trimmed.slice(end + 2) }
  const from = line.indexOf('##[')
  const to = from < 0 ? -1 : line.indexOf(']', from)
  return to < 0 ? undefined : { name: `##${line.slice(from + 3, to)}`, data: line.slice(to + 1) }
}

/** Returns the text that a line lets the runner mask; line breaks in it are unescaped. */
function readMask(line: string): string | undefined {
  return line.startsWith('::add-mask::') ? unescape(line.slice('::add-mask::'.length)) : undefined
}

const unescape = (data: string): string => data.replace(/%0D/gi, '\r').replace(/%0A/gi, '\n').replace(/%25/g, '%')

/** What every step of every action must comply with, whatever answers it got. */
export interface ExpectedStep {
  readonly green: boolean
  /** Every secret that the step could know. */
  readonly secrets: readonly string[]
  /** The secrets that it certainly knew before its end: it must mask them. */
  readonly knownSecrets: readonly string[]
  /** Further texts that it may mask. */
  readonly otherMasks?: readonly string[]
  /** The possible sets of outputs, without `error-message`; undefined when the caller checks them. */
  readonly outputs: readonly Readonly<Record<string, string>>[] | undefined
  readonly summaryWhenGreen: boolean
}

/** Checks exit code, annotations, outputs, log and summary of a step. */
export function checkStep(step: StepResult, expected: ExpectedStep): Violation[] {
  const violations: Violation[] = []
  const must = (holds: boolean, text: string): void => {
    if (!holds) violations.push({ kind: 'wrong', text })
  }
  const { green, secrets, knownSecrets } = expected
  // Node.js cannot handle a signal that comes before it has started.
  if (step.signal !== null && step.lines.length === 0)
    return [{ kind: 'late', text: `ended by ${step.signal} at its start` }]
  // Nor can it handle a signal that comes when it is about to exit.
  const isAtEdge = step.lines.length === 0 || step.errors.length > 0 || (step.afterInterruptMs ?? Infinity) < 50
  if (step.signal === 'SIGINT' && isAtEdge) return [{ kind: 'late', text: 'ended by SIGINT' }]
  must(step.signal === null, `ended by ${String(step.signal)}`)
  must(step.exitCode === (green ? 0 : 1), `exit code ${String(step.exitCode)}`)
  checkLines(step, expected, must)

  const message = step.outputs['error-message']
  must(green === (message === undefined), `error-message: ${String(message)}`)
  if (!green) {
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
    const isEqual = (wanted: Readonly<Record<string, string>>): boolean =>
      toSortedJson(wanted) === toSortedJson(outputs)
    must(
      expected.outputs.some(isEqual),
      `outputs ${toSortedJson(outputs)}, wanted ${expected.outputs.map(toSortedJson).join(' or ')}`,
    )
  }

  const isSummaryDue = !green || expected.summaryWhenGreen
  // A step exits a third of a second after its annotation at the latest: on a slow machine the summary may be missing.
  if (isSummaryDue && step.summary === '') violations.push({ kind: 'late', text: 'no summary' })
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

/** Removes quotations from a message: they may contain any word. */
const removeQuotations = (message: string): string =>
  message.replace(
    /the service says ".*"|"[^"]*"|log id .*?[,)]|\(proxy says.*?\)|See .*|fields at fault: .*|: the name of.*/gs,
    '',
  )

const toSortedJson = (outputs: Readonly<Record<string, string>>): string =>
  JSON.stringify(Object.entries(outputs).sort(([a], [b]) => (a < b ? -1 : 1)))

/** Whether a summary has markup besides its own, which must not come from outside texts. */
function hasLiveMarkup(summary: string): boolean {
  const rest = summary
    .replace(/<a href="https:\/\/[^\s"<>]+">|<\/a>/g, '')
    .replace(/^### /gm, '')
    .replace(/^- (\*\*([^*\n]*)\*\*: )?/gm, '$2')
    .replace(/^\| | \|$|(?<=^\| .*) \| /gm, '')
    .replace(/^\|( --- \|)+$/gm, '')
    .replace(/ \| /g, '')
    .replace(/&(#\d+|amp);/g, '')
  return /[<>`*_[\]\\~|!]/.test(rest)
}
