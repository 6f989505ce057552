import { ADD_APP } from '../../feishu/errors/advice.js'
import { fail, type Failure, type Reply } from '../../feishu/errors/failure.js'
import { FAILED_STATUSES, type TaskState } from '../../feishu/tasks/job-status.js'

const RUN_AGAIN = 'Run it again.'
const FILE_DELETED = 'The service deletes an exported file 10 minutes after the export ended. Run it again.'
const CHECK_LINK = 'Check the link.'
// No word about the identity that created the task: it is always the same.
const NO_PERMISSION = `${ADD_APP}.`

/** The advice that the export action gives, by step and error code. */
const ADVICE: Readonly<Record<'create' | 'query' | 'download', Readonly<Record<number, string>>>> = {
  create: {
    1069904: `${CHECK_LINK} Where it names a sheet or a table (\`?sheet=\`, \`?table=\`), copy it again while that is open.`,
    1069914: CHECK_LINK,
    99992402: CHECK_LINK,
  },
  query: { 1069902: NO_PERMISSION, 1069904: RUN_AGAIN, 1069914: RUN_AGAIN, 99992402: RUN_AGAIN },
  download: {
    1069902: NO_PERMISSION,
    1060001: FILE_DELETED,
    1069904: RUN_AGAIN,
    1069906: FILE_DELETED,
    1069914: FILE_DELETED,
    99992402: RUN_AGAIN,
  },
}

/** The advice for an export task that failed, by job status; missing if `FAILED_STATUSES` has the right one. */
const STATUS_ADVICE: Readonly<Record<number, string>> = {
  3: `${RUN_AGAIN} If it fails again, give the log id to Feishu support.`,
  108: `${RUN_AGAIN} If it fails again, split the document.`,
  122: 'Run it again when the copy is complete.',
  123: CHECK_LINK,
}
const UNKNOWN_STATUS_ADVICE = `${RUN_AGAIN} If it fails again, give number and log id to Feishu support.`

/**
 * Replaces advice that is for users of the create, wait and download actions. Such advice names inputs that the export
 * action does not have, or steps that the export action takes by itself. Any other reply is returned as it is.
 */
export function adviseFor<T>(step: keyof typeof ADVICE, reply: Reply<T>): Reply<T> {
  if (reply.ok) return reply
  const { failure } = reply
  const advice = findAdvice(step, failure)
  return advice === undefined ? reply : fail({ ...failure, advice })
}

/** Finds the advice that replaces that of a failure; undefined if the failure keeps its own. */
function findAdvice(step: keyof typeof ADVICE, { code, httpStatus, scope }: Failure): string | undefined {
  const byCode = code === undefined ? undefined : ADVICE[step][code]
  if (byCode !== undefined) return byCode
  // The service may report a deleted file by its HTTP status, without a code that `ADVICE` has. A failure with a scope has
  // another cause.
  const isFileDeleted = step === 'download' && scope === undefined && (httpStatus === 404 || httpStatus === 410)
  return isFileDeleted ? FILE_DELETED : undefined
}

/** The same as `adviseFor`, for a status query: also replaces the advice for an export task that failed. */
export function adviseForQuery(reply: Reply<TaskState>): Reply<TaskState> {
  if (!reply.ok) return adviseFor('query', reply)
  const state = reply.value
  if (state.kind !== 'failed') return reply
  const code = Number(state.status.code)
  const advice = code in FAILED_STATUSES ? STATUS_ADVICE[code] : UNKNOWN_STATUS_ADVICE
  return advice === undefined ? reply : { ...reply, value: { ...state, failure: { ...state.failure, advice } } }
}
