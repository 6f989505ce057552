import type { StepResult } from '../process/run-action.js'
import { PAGE_MARK } from './hostile.js'
import type { Violation } from './types.js'

/** A command that the runner would carry out. */
interface Command {
  readonly name: string
  readonly data: string
}

// eslint-disable-next-line no-control-regex
const UNPRINTABLE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029]/

/** Reads a line as the runner does: `::name props::data` at its start after blanks, `##[name props]data` anywhere. */
function commandOf(line: string): Command | undefined {
  const trimmed = line.replace(/^[\s\u0085\u00a0\ufeff]+/u, '')
  const end = trimmed.startsWith('::') ? trimmed.indexOf('::', 2) : -1
  if (end >= 0)
    return { name: trimmed.slice(2, end).trim().split(' ')[0]?.toLowerCase() ?? '', data: trimmed.slice(end + 2) }
  const from = line.indexOf('##[')
  const to = from < 0 ? -1 : line.indexOf(']', from)
  return to < 0 ? undefined : { name: `##${line.slice(from + 3, to)}`, data: line.slice(to + 1) }
}

/** What a line has the runner mask: any text, but for line breaks, which are escaped. */
function maskOf(line: string): string | undefined {
  return line.startsWith('::add-mask::') ? unescaped(line.slice('::add-mask::'.length)) : undefined
}

const unescaped = (data: string): string => data.replace(/%0D/gi, '\r').replace(/%0A/gi, '\n').replace(/%25/g, '%')

/** What a step of any action must keep to, whatever it met. */
export interface StepFacts {
  readonly green: boolean
  /** Every secret that the step could know. */
  readonly secrets: readonly string[]
  /** Those that it surely knew before its end. */
  readonly knownSecrets: readonly string[]
  /** What may be masked beside them. */
  readonly otherMasks?: readonly string[]
  /** Outputs beside `error-message`, exactly; undefined where the caller checks them. */
  readonly outputs: readonly Readonly<Record<string, string>>[] | undefined
  readonly summaryWhenGreen: boolean
}

/** Judges exit code, annotations, outputs, log and summary. */
export function judgeStep(step: StepResult, facts: StepFacts): Violation[] {
  const violations: Violation[] = []
  const must = (holds: boolean, text: string): void => {
    if (!holds) violations.push({ kind: 'wrong', text })
  }
  const { green, secrets, knownSecrets } = facts
  // A signal that comes before Node.js has begun cannot be heeded.
  if (step.signal !== null && step.lines.length === 0)
    return [{ kind: 'late', text: `ended by ${step.signal} at its start` }]
  // Before Node.js has begun, and when it is about to leave, nothing can heed a signal.
  const isAtEdge = step.lines.length === 0 || step.errors.length > 0 || (step.afterInterruptMs ?? Infinity) < 50
  if (step.signal === 'SIGINT' && isAtEdge) return [{ kind: 'late', text: 'ended by SIGINT' }]
  must(step.signal === null, `ended by ${String(step.signal)}`)
  must(step.exitCode === (green ? 0 : 1), `exit code ${String(step.exitCode)}`)
  judgeLines(step, facts, must)

  const message = step.outputs['error-message']
  must(green === (message === undefined), `error-message: ${String(message)}`)
  if (!green) {
    must(
      step.errors[0]?.replace(/# #\[/g, '##[') === message?.replace(/# #\[/g, '##['),
      `annotation and output differ: ${String(message)}`,
    )
    must(
      !/undefined|\[object|NaN|made a mistake/.test(scrubbed(message ?? '')),
      `the message is broken: ${String(message)}`,
    )
    must(!UNPRINTABLE.test(message ?? '') && !(message ?? '').includes('\n'), 'the message is not one line')
    must((message ?? '').trim() !== '', 'the message is empty')
  }
  const outputs = Object.fromEntries(Object.entries(step.outputs).filter(([name]) => name !== 'error-message'))
  if (facts.outputs) {
    const same = (wanted: Readonly<Record<string, string>>): boolean => sorted(wanted) === sorted(outputs)
    must(facts.outputs.some(same), `outputs ${sorted(outputs)}, wanted ${facts.outputs.map(sorted).join(' or ')}`)
  }

  const isSummaryDue = !green || facts.summaryWhenGreen
  // A step leaves a third of a second after its annotation, on however slow a machine.
  if (isSummaryDue && step.summary === '') violations.push({ kind: 'late', text: 'no summary' })
  must(isSummaryDue || step.summary === '', `summary: ${step.summary.slice(0, 200)}`)
  must(!isAlive(step.summary), `markup lives in the summary: ${step.summary}`)
  const told = [
    ...step.lines.filter((line) => maskOf(line) === undefined),
    ...Object.values(step.outputs),
    step.summary,
  ]
  for (const secret of secrets)
    must(!told.some((text) => text.includes(secret)), `a secret is told: ${secret.slice(0, 6)}`)
  must(!told.some((text) => text.includes(PAGE_MARK)), 'a page is told')
  const masks = step.lines.flatMap((line) => maskOf(line) ?? [])
  for (const mask of masks) must(secrets.includes(mask) || facts.otherMasks?.includes(mask) === true, `masked: ${mask}`)
  for (const secret of knownSecrets) must(masks.includes(secret), `not masked: ${secret.slice(0, 6)}`)
  return violations
}

function judgeLines(step: StepResult, { green }: StepFacts, must: (holds: boolean, text: string) => void): void {
  let errors = 0
  for (const line of step.lines) {
    if (maskOf(line) !== undefined) continue
    must(!UNPRINTABLE.test(line), `a control character in ${JSON.stringify(line)}`)
    must(!/^\s+at .*:\d+|node:internal|Unhandled|Warning: /.test(line), `a trace: ${line}`)
    must(!line.includes('##['), `a command of the old form: ${line}`)
    const command = commandOf(line)
    if (!command) continue
    if (command.name === 'error') errors++
    must(['debug', 'error'].includes(command.name), `a command: ${line}`)
    must(!UNPRINTABLE.test(unescaped(command.data)) && !unescaped(command.data).includes('\n'), `more lines in ${line}`)
  }
  must(errors === (green ? 0 : 1), `${errors} annotations`)
}

/** What the service says may hold any word. */
const scrubbed = (message: string): string =>
  message.replace(
    /the service says ".*"|"[^"]*"|log id .*?[,)]|\(proxy says.*?\)|See .*|fields at fault: .*|: the name of.*/gs,
    '',
  )

const sorted = (outputs: Readonly<Record<string, string>>): string =>
  JSON.stringify(Object.entries(outputs).sort(([a], [b]) => (a < b ? -1 : 1)))

/** Whether anything but the summary's own markup would be more than text on the page. */
function isAlive(summary: string): boolean {
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
