import { connect, type Session } from '../feishu/client/connect.js'
import { findTaskFormatFault } from '../feishu/tasks/export-formats.js'
import { creationAttempts, type NewTask } from '../feishu/tasks/export-tasks.js'
import type { Failure } from '../feishu/errors/failure.js'
import { toPollAttempt } from '../feishu/client/poll-attempt.js'
import { failureOf, describeEnd, describeRetry, type PollFailure } from '../feishu/errors/poll-end.js'
import { queryWikiTarget, type WikiTarget } from '../feishu/wiki/wiki.js'
import { startDeadline, type Deadline } from '../polling/deadline.js'
import { poll, type PollAttempt, type PollEnd } from '../polling/poll.js'
import { adaptiveSchedule, type Schedule } from '../polling/schedule.js'
import type { ActionTools, Outcome } from '../runner/action.js'
import { quoted } from '../text.js'
import type { CreateInputs } from './inputs.js'

/**
 * Creates the export task; looks up the document behind a wiki page first.
 * @returns the ticket and the properties of the task as outputs, or the error that fails the step
 */
export async function run(inputs: CreateInputs, tools: ActionTools): Promise<Outcome> {
  const { clock, log } = tools
  const deadline = startDeadline(clock, inputs.timeoutMs, tools.cancel)
  const session = connect({ ...inputs, ...tools, debug: (line) => log.debug(line), action: 'create' })
  try {
    const found = await findDocument(inputs, session, deadline, tools)
    if (found.kind !== 'done') return makeFailedOutcome(found, inputs, undefined, 0)
    const task = found.value
    const { attempt, countLostAnswers } = creationAttempts(session.connection, session.credential, task)
    const end = await pollAlone(attempt, deadline, tools, {
      schedule: creationSchedule(countLostAnswers, inputs.timeoutMs),
      // An answer that does not come within this limit is lost, and a second lost answer ends the poll. So the limit is
      // longer than by default.
      attemptLimitMs: Math.min(Math.max(inputs.timeoutMs / 3, MIN_ATTEMPT_MS), MAX_ATTEMPT_MS),
    })
    if (end.kind !== 'done') return makeFailedOutcome(end, inputs, task, countLostAnswers())
    const ticket = end.value
    log.info(`Export task ${ticket} created: ${task.type} ${task.token} to ${task.fileExtension}`)
    return {
      outputs: {
        ticket,
        token: task.token,
        type: task.type,
        'file-extension': task.fileExtension,
        'sub-id': task.subId,
      },
    }
  } finally {
    deadline.release()
    session.dispose()
  }
}

const MIN_ATTEMPT_MS = 2_000
const MAX_ATTEMPT_MS = 30_000
const PAUSE_AFTER_LOST_MS = 3_000

/**
 * The adaptive schedule, with longer pauses after a lost answer to a creation request. A second lost answer ends the poll
 * (see `creationAttempts`), so the network gets some time to recover.
 * @param countLostAnswers returns how many answers were lost so far
 */
function creationSchedule(countLostAnswers: () => number, timeoutMs: number): Schedule {
  // At most a twentieth of the timeout. So a timeout below a minute leaves enough time for the second request.
  const pauseAfterLostMs = Math.min(PAUSE_AFTER_LOST_MS, timeoutMs / 20)
  return {
    ...adaptiveSchedule,
    nextDelayMs(facts) {
      const delayMs = adaptiveSchedule.nextDelayMs(facts)
      return countLostAnswers() > 0 ? Math.max(delayMs, pauseAfterLostMs) : delayMs
    },
  }
}

/**
 * Polls as a job without parallel jobs, and logs each failure that is followed by another attempt. The action has no
 * input `parallel-jobs`, since it sends few requests. The schedule is the adaptive one, if `options` has no other.
 */
function pollAlone<T>(
  attempt: (signal: AbortSignal) => Promise<PollAttempt<T, Failure>>,
  deadline: Deadline,
  { clock, random, log }: ActionTools,
  options: { readonly schedule?: Schedule; readonly attemptLimitMs?: number } = {},
): Promise<PollEnd<T, Failure>> {
  return poll<T, Failure>({
    attempt,
    schedule: adaptiveSchedule,
    parallelJobs: 1,
    clock,
    deadline,
    random,
    onAttempt: (result, pauseMs) => {
      if ('failure' in result) log.info(describeRetry(result.failure, pauseMs))
    },
    ...options,
  })
}

/**
 * Finds the document to export: the one in the inputs, or the one behind the wiki page in the inputs.
 * @returns the task to create; otherwise how the query of the wiki page ended. A wiki page whose document cannot be
 * exported to the file extension is a failure
 */
async function findDocument(
  { source, fileExtension, subId }: CreateInputs,
  { connection, credential }: Session,
  deadline: Deadline,
  tools: ActionTools,
): Promise<PollEnd<NewTask, Failure>> {
  if (source.kind === 'document') {
    return { kind: 'done', value: { token: source.token, type: source.type, fileExtension, subId } }
  }
  const end = await pollAlone<WikiTarget>(
    async (signal) => toPollAttempt(await queryWikiTarget(connection, credential, source.token, signal)),
    deadline,
    tools,
  )
  if (end.kind !== 'done') return end
  const { objToken, objType, title } = end.value
  tools.log.info(`The wiki page leads to ${objType} ${objToken}${title === undefined ? '' : `, ${quoted(title, 120)}`}`)
  const fault = findTaskFormatFault(objType, fileExtension)
  if (fault) {
    const what = `The wiki page leads to ${objType} ${objToken}: ${fault.what}`
    return { kind: 'failed', failure: { class: 'permanent', what, advice: fault.cure } }
  }
  return { kind: 'done', value: { token: objToken, type: objType, fileExtension, subId } }
}

/**
 * Makes the outcome of a step that failed: it got no ticket.
 * @param task the task to create; undefined when `findDocument` found none for the wiki page
 * @param lostAnswers how many answers to creation requests were lost
 */
function makeFailedOutcome(
  end: PollFailure,
  inputs: CreateInputs,
  task: NewTask | undefined,
  lostAnswers: number,
): Outcome {
  const { source, fileExtension, timeoutMs } = inputs
  const error = describeEnd(end, {
    notDone: task === undefined ? 'the document behind the wiki page was not found' : 'the export task was not created',
    timeoutMs,
    howToContinue:
      lostAnswers > 0
        ? 'A request without an answer may have created a task all the same, which harms nobody: run the step again.'
        : undefined,
  })
  const failure = failureOf(end)
  const facts: [string, string][] = [
    task ? ['Document', `${task.type} ${task.token}`] : ['Wiki node token', source.token],
    ['File extension', fileExtension],
  ]
  if (task?.subId !== undefined) facts.push(['Sub-id', task.subId])
  if (failure?.logId !== undefined) facts.push(['Log id', failure.logId])
  return {
    outputs: {},
    error,
    summary: { title: 'The export task was not created', paragraphs: [error], facts, links: failure?.links ?? [] },
  }
}
