import type { Failure } from '../errors/failure.js'
import { ADD_APP } from '../errors/advice.js'
import { isObject, WrongShape } from '../client/json.js'
import { FILE_TOKEN, MAX_FILE_TOKEN_LENGTH } from './file-token.js'

/** A status of an export task: the number (`job_status`) and its label. */
export interface JobStatus {
  readonly label: string
  /** Undefined when the answer had no result; a digit string for a number of 16 digits or more (see `parseJson`). */
  readonly code: number | string | undefined
}

/** The exported file, as the service describes it; fields that it left out are undefined. */
export interface ExportedFile {
  readonly fileToken: string
  /** The title, usually without extension: any Unicode, slashes, quotes, newlines. */
  readonly fileName: string | undefined
  readonly fileExtension: string | undefined
  readonly type: string | undefined
  /** Bytes, as decimal digits, since it may be above 2^53. */
  readonly fileSize: string | undefined
}

/** The state of an export task: what the status in an answer means. */
export type TaskState =
  | { readonly kind: 'done'; readonly status: JobStatus; readonly file: ExportedFile }
  | { readonly kind: 'pending'; readonly status: JobStatus }
  | {
      readonly kind: 'failed'
      readonly status: JobStatus
      readonly failure: Failure
      /** True when a new task for the same document may succeed. */
      readonly newTaskMayHelp: boolean
    }

/** A job status that ends a task in failure. */
interface FailedStatus {
  readonly label: string
  readonly meaning: string
  readonly advice: string
  readonly newTaskMayHelp?: true
}

const CREATE_AGAIN = 'Create a new export task; this one stays failed.'

/**
 * Every job status that ends a task in failure.
 * Source: 查询导出任务结果, field `job_status`,
 * https://open.feishu.cn/document/server-docs/docs/drive-v1/export_task/get; the labels are the official CLI's.
 */
export const FAILED_STATUSES: Readonly<Record<number, FailedStatus>> = {
  3: {
    label: 'internal_error',
    meaning: 'an internal error of the export service (内部错误)',
    advice: `${CREATE_AGAIN} If that fails too, give the log id to Feishu support.`,
    newTaskMayHelp: true,
  },
  107: {
    label: 'export_size_limit',
    meaning: 'the document is too large (导出文档过大)',
    advice:
      'Split the document, or try another file extension: Word takes documents with up to 1 GB of resources, PDF up to 128 MB.',
  },
  108: {
    label: 'timeout',
    meaning: "the export service's own time-out (处理超时)",
    advice: `${CREATE_AGAIN} If it happens again, split the document.`,
    newTaskMayHelp: true,
  },
  109: {
    label: 'export_block_not_permitted',
    meaning: 'no permission on a part of the document (导出内容块无权限)',
    advice: 'Give the app or user access to the embedded and synced blocks of the document too, or remove them.',
  },
  110: {
    label: 'no_permission',
    meaning: 'no permission on the document (无权限)',
    advice: `${ADD_APP}.`,
  },
  111: {
    label: 'docs_deleted',
    meaning: 'the document was deleted (导出文档已删除)',
    advice: 'Restore it from the recycle bin (回收站), or export another one.',
  },
  122: {
    label: 'export_denied_on_copying',
    meaning: 'the document is being copied (创建副本中禁止导出)',
    advice: 'Wait until the copy is complete, then create a new export task; this one stays failed.',
    newTaskMayHelp: true,
  },
  123: {
    label: 'docs_not_exist',
    meaning: 'there is no such document (导出文档不存在)',
    advice:
      "Check the token: the token in a wiki link is the page's, not the document's. The create step resolves wiki links.",
  },
  6000: {
    label: 'export_images_exceed_limit',
    meaning: 'the document has too many images (导出文档图片过多)',
    advice: 'Take some images out, or split the document.',
  },
}

// The values of `job_status` that do not end a task in failure.
const SUCCESS = 0
const NEW = 1
const PROCESSING = 2

/**
 * Classifies the `data` of a successful answer to the status query. A task without a result, or with the status of
 * success but without a file token, is still being processed.
 * @throws WrongShape when `data` has an unexpected shape: such an answer says neither success nor failure
 */
export function classifyJobStatus(data: unknown): TaskState {
  const processing = (code: JobStatus['code']): TaskState => ({
    kind: 'pending',
    status: { label: 'processing', code },
  })
  if (data === undefined || data === null) return processing(undefined)
  if (!isObject(data)) throw new WrongShape('data is not an object')
  const result = data['result']
  if (result === undefined || result === null) return processing(undefined)
  if (!isObject(result)) throw new WrongShape('data.result is not an object')
  const code = statusCodeOf(result['job_status'])

  if (code === NEW) return { kind: 'pending', status: { label: 'new', code } }
  if (code === PROCESSING) return processing(code)
  if (code === SUCCESS) {
    const fileToken = result['file_token']
    if (fileToken === undefined || fileToken === null) return processing(code)
    if (typeof fileToken !== 'string') throw new WrongShape('file_token is not a string')
    if (fileToken.trim() === '') return processing(code)
    // A download with this token would fail, so the step must not succeed.
    const isToken = FILE_TOKEN.test(fileToken) && fileToken.length <= MAX_FILE_TOKEN_LENGTH
    if (!isToken) throw new WrongShape('file_token is not a token')
    return { kind: 'done', status: { label: 'success', code }, file: fileOf(result, fileToken) }
  }
  return failedState(code, result)
}

/** Reads a status: an integer, or the digits that `parseJson` makes of one with 16 to 20 digits. @throws WrongShape */
function statusCodeOf(value: unknown): number | string {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value
  if (typeof value === 'string' && /^-?[1-9]\d{15,19}$/.test(value)) return value
  throw new WrongShape(value === undefined ? 'job_status is missing' : 'job_status is not an integer')
}

/** Makes the state of a task that failed. A status that this action does not know is a failure, too. */
function failedState(code: number | string, result: Record<string, unknown>): TaskState {
  const known = FAILED_STATUSES[Number(code)]
  const reason = result['job_error_msg']
  const status: JobStatus = { label: known?.label ?? `status_${code}`, code }
  const failure: Failure = {
    class: 'permanent',
    what: `The export failed with status ${code} (${status.label}): ${known?.meaning ?? 'this action does not know that number'}`,
    advice: known?.advice ?? `${CREATE_AGAIN} If that fails too, give number and log id to Feishu support.`,
    // The service may write `success` even for a task that failed.
    serviceMessage: typeof reason === 'string' && reason !== '' && reason !== 'success' ? reason : undefined,
  }
  // The cause of an unknown status is not known, so only the user may decide to create a new task.
  return { kind: 'failed', status, failure, newTaskMayHelp: known?.newTaskMayHelp ?? false }
}

/** Reads the facts about the exported file; a field without a usable value becomes undefined. */
function fileOf(result: Record<string, unknown>, fileToken: string): ExportedFile {
  const text = (name: string): string | undefined => {
    const value = result[name]
    return typeof value === 'string' ? value : undefined
  }
  // A number, or digits: `parseJson` makes these of a long number.
  const size = result['file_size']
  const isSize =
    typeof size === 'number' ? Number.isSafeInteger(size) && size >= 0 : /^\d+$/.test(text('file_size') ?? '')
  return {
    fileToken,
    fileName: text('file_name'),
    fileExtension: text('file_extension'),
    type: text('type'),
    fileSize: isSize ? String(size) : undefined,
  }
}
