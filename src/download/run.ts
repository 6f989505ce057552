import path from 'node:path'
import { connect } from '../feishu/client/connect.js'
import type { Failure } from '../feishu/errors/failure.js'
import { exportedFile } from '../feishu/drive/file-download.js'
import { failureOf, describeEnd, describeRetry } from '../feishu/errors/poll-end.js'
import { toPollAttempt } from '../feishu/client/poll-attempt.js'
import { placeFor, publishDownload, stageDownload, stallLimitFor, Transfer } from '../files/download-file.js'
import { safeName } from '../files/safe-name.js'
import { findTargetFault, type SavedFile } from '../files/save.js'
import { startDeadline } from '../polling/deadline.js'
import { poll } from '../polling/poll.js'
import { fixedSchedule } from '../polling/schedule.js'
import type { ActionTools, Outcome } from '../runner/action.js'
import { formatBytes, formatDuration, quoted } from '../text.js'
import type { DownloadInputs } from './inputs.js'
import { TransferProgress } from './progress.js'

/**
 * Downloads the exported file, checks it and gives it its name.
 * @returns the outcome: the outputs, or the error message if the step fails. A failed step leaves nothing of the
 * download on the disk
 */
export async function run(inputs: DownloadInputs, tools: ActionTools): Promise<Outcome> {
  const { clock, log } = tools
  const { fileToken, fileName, fileExtension, directory, overwrite, timeoutMs } = inputs
  const targetFor = (serviceName: string | undefined): string =>
    path.join(directory, safeName(fileName ?? serviceName ?? fileToken, fileExtension))
  // If the name does not depend on the service, the target can be checked before any request.
  const targetFault = fileName === undefined ? undefined : await findTargetFault(targetFor(undefined), overwrite)
  if (targetFault) return failedOutcome(inputs, targetFault.message, undefined)

  const deadline = startDeadline(clock, timeoutMs, tools.cancel)
  const session = connect({ ...inputs, ...tools, debug: (line) => log.debug(line), action: 'download' })
  const progress = new TransferProgress(log, clock)
  const startedAtMs = clock.nowMs()
  const transfer = new Transfer()
  let receivedBytes = 0
  let totalBytes: number | undefined
  const download = {
    connection: session.connection,
    credential: session.credential,
    source: exportedFile(fileToken),
    transfer,
    choosePlace: (serviceName: string | undefined) => placeFor(targetFor(serviceName), overwrite),
    expectedBytes: inputs.fileSize,
    wrongSizeAdvice: WRONG_SIZE_ADVICE,
    stallLimitMs: stallLimitFor(timeoutMs),
    onBytes(bytes: number, total: number | undefined) {
      receivedBytes = bytes
      totalBytes = total
      progress.onBytes(bytes, total)
    },
  }
  try {
    const end = await poll<SavedFile, Failure>({
      async attempt(signal) {
        const reply = await stageDownload(download, signal)
        return toPollAttempt(reply.ok ? await publishDownload(reply.value, overwrite) : reply)
      },
      // Adds nothing to the pauses after faults and refusals. There are no other pauses: a download is never pending.
      schedule: fixedSchedule(0),
      parallelJobs: 1,
      clock,
      deadline,
      random: tools.random,
      // An attempt may take any time as long as bytes arrive: `stallLimitMs` limits only the time without any.
      attemptLimitMs: Infinity,
      onAttempt: (attempt, pauseMs) => {
        if ('failure' in attempt) log.info(describeRetry(attempt.failure, pauseMs))
      },
    })
    if (end.kind !== 'done') {
      const howToContinue = `${describeReceived(receivedBytes, totalBytes)}${HOW_TO_CONTINUE}`
      const error = describeEnd(end, { notDone: 'the file was not downloaded', timeoutMs, howToContinue })
      return failedOutcome(inputs, error, failureOf(end))
    }
    const { outcome, line } = describeSaved(end.value, clock.nowMs() - startedAtMs)
    log.info(line)
    return outcome
  } finally {
    await transfer.discard()
    deadline.release()
    session.dispose()
  }
}

/** The outcome of a step that saved the file, and its line for the log. */
function describeSaved(saved: SavedFile, tookMs: number): { readonly outcome: Outcome; readonly line: string } {
  const { bytes, sha256 } = saved
  const name = path.basename(saved.path)
  const size = formatBytes(bytes)
  // A shorter time could be shown as 0 s.
  const shownMs = Math.max(100, tookMs)
  return {
    line: `Downloaded ${quoted(name, 300)}: ${size} in ${formatDuration(shownMs)}, SHA-256 ${sha256}`,
    outcome: {
      outputs: { path: saved.path, 'file-name': name, 'file-size': bytes, sha256 },
      summary: {
        title: 'Downloaded file',
        table: { head: ['File', 'Size', 'SHA-256'], rows: [[name, size, sha256]] },
      },
    },
  }
}

/** Says in a sentence, with a blank after it, how much was received; the empty text when nothing was. */
function describeReceived(bytes: number, totalBytes: number | undefined): string {
  if (bytes === 0) return ''
  return `${formatBytes(bytes)}${totalBytes === undefined ? '' : ` of ${formatBytes(totalBytes)}`} were received. `
}

const WRONG_SIZE_ADVICE =
  'Check that `file-size` and `file-token` are outputs of the same wait step; leave `file-size` out if only its number' +
  ' is wrong.'

// Source: 下载导出文件, https://open.feishu.cn/document/server-docs/docs/drive-v1/export_task/download
const HOW_TO_CONTINUE =
  'Nothing was left on the disk. The service keeps the file for 10 minutes after the end of the export: run this step' +
  ' again in that time, with a longer `timeout-seconds` if needed; after that, create a new export task.'

/**
 * Makes the outcome of a step that saved no file.
 * @param failure the failure that ended the download, or the last one before it was stopped (see `failureOf`). Undefined
 * if there was none: the target was refused before any request, or no attempt had failed before the stop
 */
function failedOutcome({ fileToken, fileName }: DownloadInputs, error: string, failure: Failure | undefined): Outcome {
  const facts: [string, string][] = [['File token', fileToken]]
  if (fileName !== undefined) facts.push(['File name', fileName])
  if (failure?.logId !== undefined) facts.push(['Log id', failure.logId])
  return {
    outputs: {},
    error,
    summary: { title: 'The file was not downloaded', paragraphs: [error], facts, links: failure?.links ?? [] },
  }
}
