import path from 'node:path'
import { exportedFile, uploadedFile, type FileSource } from '../../feishu/drive/file-download.js'
import { boardImage } from '../../feishu/board/board-image.js'
import type { Reply } from '../../feishu/errors/failure.js'
import { stageDownload, Transfer } from '../../files/download-file.js'
import type { StagedFile } from '../../files/save.js'
import type { Attempt } from '../engine/engine.js'
import { publishAll, stageCopy, type OutputTools, type OutputWork } from './work.js'

const WRONG_SIZE_ADVICE = 'Run it again; if the error comes back, give the log id to Feishu support.'

/** A download. Each attempt continues the transfer of the previous attempt. */
export interface Download {
  readonly source: FileSource
  readonly expectedBytes?: number | undefined
  readonly transfer: Transfer
}

/** A downloaded file that still has a temporary name. */
export interface Downloaded {
  readonly file: StagedFile
  /** Lower case, without parameters: `image/png`. */
  readonly contentType: string | undefined
}

/**
 * Makes one attempt to download a file to a temporary name.
 * @param at the path that messages name, relative to the directory; if it ends with `.csv`, the file may be empty
 */
export async function downloadStaged(
  download: Download,
  at: string,
  { session, directory, stallLimitMs }: OutputTools,
  signal: AbortSignal,
): Promise<Reply<Downloaded>> {
  const { connection, credential } = session
  let contentType: string | undefined
  const reply = await stageDownload(
    {
      connection,
      credential,
      ...download,
      choosePlace: () => ({ directory, target: path.join(directory, ...at.split('/')) }),
      stallLimitMs,
      wrongSizeAdvice: WRONG_SIZE_ADVICE,
      onOpened: (opened) => (contentType = opened.contentType),
    },
    signal,
  )
  return reply.ok ? { ...reply, value: { file: reply.value.staged, contentType } } : reply
}

/**
 * Returns the attempt that downloads the file of an export task and publishes it.
 * @param fileSize in bytes, as decimal digits; ignored from 2^53 on
 */
export function fetchExported(
  work: OutputWork,
  fileToken: string,
  fileSize: string | undefined,
  tools: OutputTools,
): Attempt<void> {
  const bytes = fileSize === undefined ? undefined : Number(fileSize)
  return fetchFile(
    work,
    {
      source: exportedFile(fileToken),
      expectedBytes: Number.isSafeInteger(bytes) ? bytes : undefined,
      transfer: newTransfer(work),
    },
    tools,
  )
}

/** Returns the attempt that downloads an uploaded file and publishes it. */
export const fetchUploaded = (work: OutputWork, tools: OutputTools): Attempt<void> =>
  fetchFile(work, { source: uploadedFile(work.output.token), transfer: newTransfer(work) }, tools)

/** Returns the attempt that downloads a board as a picture and publishes it with the extension of its content type. */
export const fetchBoard = (work: OutputWork, tools: OutputTools): Attempt<void> =>
  fetchFile(work, { source: boardImage(work.output.token), transfer: newTransfer(work) }, tools)

/** Makes the transfer that all attempts of a download share; it is discarded when the work has ended. */
function newTransfer(work: OutputWork): Transfer {
  const transfer = new Transfer()
  work.transfers.push(transfer)
  return transfer
}

/** Returns the attempt that downloads the file of a work, publishes it, and copies the published file to the other paths. */
function fetchFile(work: OutputWork, download: Download, tools: OutputTools): Attempt<void> {
  const isBoard = work.output.kind === 'board'
  return (signal) =>
    publishAll(
      work,
      async ({ path }, published) => {
        if (published) {
          const copy = await stageCopy(published.path, path, tools, signal)
          if (!copy.ok) return copy
          const copyPath = isBoard ? withExtensionOf(path, published.path) : path
          return { ok: true, value: { file: copy.value, path: copyPath } }
        }
        const reply = await downloadStaged(download, path, tools, signal)
        if (!reply.ok) return reply
        const { file, contentType } = reply.value
        return { ok: true, value: { file, path: isBoard ? withPictureExtension(path, contentType) : path } }
      },
      tools,
    )
}

/** The extensions of pictures, by content type. */
const PICTURE_EXTENSIONS: ReadonlyMap<string, string> = new Map([
  ['image/png', 'png'],
  ['image/jpeg', 'jpg'],
  ['image/jpg', 'jpg'],
  ['image/gif', 'gif'],
  ['image/webp', 'webp'],
  ['image/bmp', 'bmp'],
  ['image/svg+xml', 'svg'],
  ['image/tiff', 'tiff'],
  ['image/heic', 'heic'],
])

/** The extension of a picture by its content type; png for an unknown one. */
export const pictureExtension = (contentType: string | undefined): string =>
  PICTURE_EXTENSIONS.get(contentType ?? '') ?? 'png'

/** With the dot: `.png`. */
const EXTENSION = /\.[^./]*$/

/**
 * Gives the path of a board's picture the extension of its content type: jpg, or png for any other type. The layout has
 * reserved the path with each of the two.
 */
function withPictureExtension(path: string, contentType: string | undefined): string {
  return path.replace(EXTENSION, pictureExtension(contentType) === 'jpg' ? '.jpg' : '.png')
}

/** Gives a path the extension of another path. */
const withExtensionOf = (path: string, other: string): string =>
  path.replace(EXTENSION, EXTENSION.exec(other)?.[0] ?? '')
