import { connect, type Session } from '../feishu/client/connect.js'
import { queryTask } from '../feishu/tasks/export-tasks.js'
import type { Failure } from '../feishu/errors/failure.js'
import type { ExportedFile, JobStatus, TaskState } from '../feishu/tasks/job-status.js'
import { toPollAttempt } from '../feishu/client/poll-attempt.js'
import { failureOf, describeEnd, type PollFailure } from '../feishu/errors/poll-end.js'
import { startDeadline } from '../polling/deadline.js'
import { poll, type PollAttempt } from '../polling/poll.js'
import { adaptiveSchedule, fixedSchedule } from '../polling/schedule.js'
import type { ActionTools, Outcome, Outputs } from '../runner/action.js'
import { countOf, formatBytes, formatDuration, oneLine, quoted } from '../text.js'
import type { WaitInputs } from './inputs.js'
import { Progress } from './progress.js'

// The service deletes the file this long after the end of the task. The answers do not say when the task ended. Counted
// from the time at which the end is seen, this is a maximum.
// Source: 下载导出文件, https://open.feishu.cn/document/server-docs/docs/drive-v1/export_task/download
const FILE_LIFETIME_MS = 10 * 60_000

/**
 * Waits until the export task has succeeded or failed. Ends earlier at a permanent failure of a status query, at the
 * deadline, or when the user cancels.
 * @returns the outputs, with the last status that was seen; if the step fails, also the error message and the summary
 */
export async function run(inputs: WaitInputs, tools: ActionTools): Promise<Outcome> {
  const { clock, log } = tools
  const deadline = startDeadline(clock, inputs.timeoutMs, tools.cancel)
  const session = connect({ ...inputs, ...tools, debug: (line) => log.debug(line), action: 'wait' })
  /** The last state that was seen. */
  let state: TaskState | undefined
  /** The failure of the last status query, even of one that the deadline ended; undefined when the query did not fail. */
  let queryFailure: Failure | undefined
  const startedAtMs = clock.nowMs()
  const progress = new Progress(log, clock)
  log.info(`Waiting for export task ${inputs.task.ticket}, at most ${formatDuration(inputs.timeoutMs)}`)
  try {
    const end = await poll<ExportedFile, Failure>({
      async attempt(signal) {
        const reply = await queryTask(session.connection, session.credential, inputs.task, signal)
        queryFailure = reply.ok ? undefined : reply.failure
        if (!reply.ok) return toPollAttempt<ExportedFile>(reply)
        state = reply.value
        const outputs = statusOutputs(state.status)
        // The kept outputs are those of a failed step, whose status is never `success`.
        if (state.kind !== 'done') tools.keepOutputs(() => outputs)
        return stateToAttempt(state)
      },
      schedule: inputs.pollIntervalMs === undefined ? adaptiveSchedule : fixedSchedule(inputs.pollIntervalMs),
      parallelJobs: inputs.parallelJobs,
      clock,
      deadline,
      random: tools.random,
      onAttempt: (attempt, pauseMs) => progress.onAttempt(attempt, state?.status, pauseMs),
    })
    if (end.kind === 'done') {
      log.info(finishedLine(end.value, clock.nowMs() - startedAtMs, session, clock.wallMs()))
      return { outputs: { ...statusOutputs(state?.status), ...fileOutputs(end.value) } }
    }
    // The poll does not return the failure of a query that the deadline ended. After a time-out, this failure is reported
    // if there is no other: the service may never have answered. After a cancel, this failure says nothing.
    const reported = end.kind === 'timed-out' ? { ...end, lastFailure: end.lastFailure ?? queryFailure } : end
    return { outputs: statusOutputs(state?.status), ...describeFailedStep(reported, inputs, state) }
  } finally {
    deadline.release()
    session.dispose()
  }
}

/** Converts the state of the task for the poll loop: a finished or failed task ends the poll. */
function stateToAttempt(state: TaskState): PollAttempt<ExportedFile, Failure> {
  switch (state.kind) {
    case 'done':
      return { kind: 'done', value: state.file }
    case 'pending':
      return { kind: 'pending' }
    case 'failed':
      return { kind: 'failed', failure: state.failure }
  }
}

function statusOutputs(status: JobStatus | undefined): Outputs {
  return { status: status?.label, 'status-code': status?.code }
}

function fileOutputs(file: ExportedFile): Outputs {
  return {
    'file-token': file.fileToken,
    'file-name': file.fileName,
    'file-size': file.fileSize,
    'file-extension': file.fileExtension,
    type: file.type,
  }
}

/** Makes the log line for a finished export. @param wallMs the time now, in milliseconds since 1970 */
function finishedLine(file: ExportedFile, elapsedMs: number, session: Session, wallMs: number): string {
  const facts = [
    file.fileName && quoted(file.fileName, 120),
    file.fileExtension && oneLine(file.fileExtension, 20),
    file.fileSize && formatBytes(Number(file.fileSize)),
    `after ${formatDuration(elapsedMs)}`,
  ].filter(Boolean)
  return (
    `Export finished: ${facts.join(', ')} and ${countOf(session.requests(), 'request')}. ` +
    `It can be downloaded until ${new Date(wallMs + FILE_LIFETIME_MS).toISOString().slice(0, 19)}Z at the latest:` +
    ' the service deletes it 10 minutes after the end of the export.'
  )
}

/**
 * Makes the error message and the summary of a failed step.
 * @param state the last state of the task; undefined if none was seen
 */
function describeFailedStep(
  end: PollFailure,
  inputs: WaitInputs,
  state: TaskState | undefined,
): Pick<Outcome, 'error' | 'summary'> {
  const { ticket, token } = inputs.task
  const status = state?.status
  const failure = failureOf(end)
  const lastStatus = status ? `The last status was ${status.label}.` : 'No status was seen.'
  // `notDone` and `howToContinue` appear only after a time-out or a cancel.
  const error = describeEnd(end, {
    notDone: failure && !status ? 'no usable answer of the service came' : 'the export did not end',
    timeoutMs: inputs.timeoutMs,
    howToContinue: `${lastStatus} The ticket ${ticket} stays valid: ${HOW_TO_CONTINUE[end.kind]}.`,
  })
  const facts: [string, string][] = [
    ['Ticket', ticket],
    ['Document token', token],
  ]
  if (status) facts.push(['Last status', `${status.label} (${status.code ?? 'no number'})`])
  if (failure?.logId !== undefined) facts.push(['Log id', failure.logId])
  const title = state?.kind === 'failed' ? 'The export failed' : TITLES[end.kind]
  return { error, summary: { title, paragraphs: [error], facts, links: failure?.links ?? [] } }
}

const TITLES: Readonly<Record<PollFailure['kind'], string>> = {
  failed: 'The wait failed',
  cancelled: 'The wait was cancelled',
  'timed-out': 'The wait timed out',
}

const HOW_TO_CONTINUE: Readonly<Record<PollFailure['kind'], string>> = {
  // Not shown: see `describeEnd`.
  failed: '',
  cancelled: 'another wait step can take it',
  'timed-out': 'set a longer `timeout-seconds`, or let another wait step take it',
}
