import path from 'node:path'
import { exportedFile, uploadedFile, type FileSource } from '../../feishu/drive/file-download.js'
import { boardImage } from '../../feishu/board/board-image.js'
import type { Reply } from '../../feishu/errors/failure.js'
import { stageDownload, Transfer } from '../../files/download-file.js'
import type { StagedFile } from '../../files/save.js'
import { publishAll, stageCopy, type OutputTools, type OutputWork } from './work.js'

const WRONG_SIZE_ADVICE = 'Run it again; if it stays, give the log id to Feishu support.'

/** A download of which each attempt goes on where the one before was. */
export interface Download {
  readonly source: FileSource
  readonly expectedBytes?: number | undefined
  readonly transfer: Transfer
}

/** A downloaded file under a temporary name. */
export interface Downloaded {
  readonly file: StagedFile
  /** Lower case, without parameters: `image/png`. */
  readonly contentType: string | undefined
  /** The name that the service sends: any text. */
  readonly fileName: string | undefined
}

/**
 * Downloads a file to a temporary name.
 * @param at the path that it is for, relative to the directory
 */
export async function stageDownloaded(
  download: Download,
  at: string,
  { session, directory, stallLimitMs }: OutputTools,
  signal: AbortSignal,
): Promise<Reply<Downloaded>> {
  const { connection, credential } = session
  let contentType: string | undefined
  let fileName: string | undefined
  const onOpened = (opened: Pick<Downloaded, 'contentType' | 'fileName'>): void => {
    contentType = opened.contentType
    fileName = opened.fileName
  }
  const reply = await stageDownload(
    {
      connection,
      credential,
      ...download,
      place: () => ({ directory, target: path.join(directory, ...at.split('/')) }),
      stallLimitMs,
      wrongSizeAdvice: WRONG_SIZE_ADVICE,
      onOpened,
    },
    signal,
  )
  return reply.ok ? { ...reply, value: { file: reply.value.staged, contentType, fileName } } : reply
}

/**
 * Downloads the file of an export task and publishes it.
 * @param fileSize in bytes, as the service gave it
 */
export function fetchExported(
  work: OutputWork,
  fileToken: string,
  fileSize: string | undefined,
  tools: OutputTools,
): (signal: AbortSignal) => Promise<Reply<void>> {
  const bytes = fileSize === undefined ? undefined : Number(fileSize)
  return fetchWhole(
    work,
    {
      source: exportedFile(fileToken, work.output.fileExtension),
      expectedBytes: Number.isSafeInteger(bytes) ? bytes : undefined,
      transfer: transferOf(work),
    },
    tools,
  )
}

/** Downloads an uploaded file and publishes it. */
export const fetchUploaded = (work: OutputWork, tools: OutputTools): ((signal: AbortSignal) => Promise<Reply<void>>) =>
  fetchWhole(work, { source: uploadedFile(work.output.token), transfer: transferOf(work) }, tools)

/** Downloads a board as a picture and publishes it under the extension of its kind. */
export const fetchBoard = (work: OutputWork, tools: OutputTools): ((signal: AbortSignal) => Promise<Reply<void>>) =>
  fetchWhole(work, { source: boardImage(work.output.token), transfer: transferOf(work) }, tools)

/** What is kept of the work's download between attempts; discarded when the work has ended. */
function transferOf(work: OutputWork): Transfer {
  const transfer = new Transfer()
  work.transfers.push(transfer)
  return transfer
}

function fetchWhole(
  work: OutputWork,
  download: Download,
  tools: OutputTools,
): (signal: AbortSignal) => Promise<Reply<void>> {
  const isBoard = work.output.kind === 'board'
  return (signal) =>
    publishAll(
      work,
      async ({ path }, published) => {
        const reply = published
          ? await stageCopy(published.path, path, tools, signal)
          : await stageDownloaded(download, path, tools, signal)
        if (!reply.ok) return reply
        const { value } = reply
        if (!('file' in value)) {
          return {
            ok: true,
            value: { file: value, ...(isBoard && published && { path: withExtensionOf(path, published.path) }) },
          }
        }
        return { ok: true, value: { file: value.file, ...(isBoard && { path: withKind(path, value.contentType) }) } }
      },
      tools,
    )
}

/** The usual extensions of pictures, by content type. */
const PICTURE_EXTENSIONS: Readonly<Record<string, string>> = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/jpg': 'jpg',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'image/bmp': 'bmp',
  'image/svg+xml': 'svg',
  'image/tiff': 'tiff',
  'image/heic': 'heic',
}

/** The extension of a picture, by its content type; png where that says nothing. */
export const pictureExtension = (contentType: string | undefined): string =>
  (contentType !== undefined && Object.hasOwn(PICTURE_EXTENSIONS, contentType) && PICTURE_EXTENSIONS[contentType]) ||
  'png'

/** Boards are PNG or JPEG: both names are kept free for them. */
function withKind(path: string, contentType: string | undefined): string {
  return path.replace(/\.[^./]*$/, pictureExtension(contentType) === 'jpg' ? '.jpg' : '.png')
}

const withExtensionOf = (path: string, other: string): string =>
  path.replace(/\.[^./]*$/, /\.[^./]*$/.exec(other)?.[0] ?? '')
