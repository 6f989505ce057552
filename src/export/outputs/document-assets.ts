import { BOARD_NOT_FOUND, boardImage } from '../../feishu/board/board-image.js'
import type { FileSource } from '../../feishu/drive/file-download.js'
import { mediaFile } from '../../feishu/drive/media.js'
import { fail, type Failure, type Reply } from '../../feishu/errors/failure.js'
import { Transfer } from '../../files/download-file.js'
import type { Asset } from '../../markdown/context.js'
import { collectReferences } from '../../markdown/references.js'
import { assetsDirectory, isReusable, outputKey, type FileRecord, type PlannedFile } from '../model.js'
import { safeSegment } from '../names.js'
import { splitPath } from '../paths.js'
import { nameAttachments } from './attachment-names.js'
import { pictureExtension, downloadStaged, type Downloaded } from './downloads.js'
import { readContent, type DocumentContent } from './read-blocks.js'
import { isOfOnePath, stageCopy, type OutputTools, type OutputWork } from './work.js'

/** The names of saved assets in the assets directory, by token. */
export type AssetNames = ReadonlyMap<string, string>

/** An asset, and the document whose blocks have it: in the content of a synced block, that is another document. */
type OwnedAsset = Asset & { readonly documentId: string }

/** Lists the assets of a document, each once: first its own, then those in the content of its synced blocks. */
export function assetsOf(content: DocumentContent): readonly OwnedAsset[] {
  const assets = new Map<string, OwnedAsset>()
  for (const { documentId, blocks } of [content, ...content.synced.values()]) {
    for (const asset of collectReferences(blocks).assets) {
      if (!assets.has(asset.token)) assets.set(asset.token, { ...asset, documentId })
    }
  }
  return [...assets.values()]
}

/**
 * Saves assets of a document in the assets directory of a planned file. An asset that an earlier run saved there is not
 * downloaded again. A board is always downloaded, since it can change under the same token.
 * @param attachmentNames the names of all attachments of the document, by token
 * @param others other files of the same document: their assets may be copied, except boards
 * @returns the names of `assets`, by token; or the first failure, after which no further asset is saved
 */
export async function saveAssets(
  assets: readonly OwnedAsset[],
  attachmentNames: AssetNames,
  file: PlannedFile,
  others: readonly PlannedFile[],
  tools: OutputTools,
): Promise<Reply<AssetNames>> {
  const names = new Map<string, string>()
  for (const asset of assets) {
    const reply = await saveAsset(asset, attachmentNames.get(asset.token), file, others, tools)
    if (!reply.ok) return reply
    names.set(asset.token, splitPath(reply.value).name)
  }
  return { ok: true, value: names }
}

const FORBIDDEN = 403
const NOT_FOUND = 404

/** The codes for a picture, attachment or board that the service no longer knows. */
const STALE_ASSET: ReadonlySet<number> = new Set([1061002, 1061003, 1061007, 1063001, BOARD_NOT_FOUND])

/** True if the service no longer knows an asset. It may say so with HTTP 404 alone, without a code. */
const isStaleAsset = ({ code, httpStatus }: Failure): boolean =>
  code === undefined ? httpStatus === NOT_FOUND : STALE_ASSET.has(code)

/**
 * Calls `read`, which reads a document and saves its assets. If the service no longer knows one of the assets, calls
 * `read` once more: the document was probably edited after the first read.
 */
export async function withSecondRead<T>(read: () => Promise<Reply<T>>): Promise<Reply<T>> {
  const first = await read()
  return !first.ok && isStaleAsset(first.failure) ? read() : first
}

/** The names of the assets that were saved beside each file, by the path of the file. */
export type SavedAssets = ReadonlyMap<string, AssetNames>

/**
 * Removes the assets of earlier runs that the published files of a work no longer use. To be called after these files are
 * published: until then, the previous files on the disk need the assets.
 * @param saved the assets that each file of the work uses now
 */
export async function removeUnusedAssets(work: OutputWork, saved: SavedAssets, tools: OutputTools): Promise<void> {
  for (const [filePath, names] of saved) {
    if (!work.published.has(filePath)) continue
    const unused = (tools.assets.get(filePath) ?? []).filter(({ asset = '', path }) => {
      const isUsed = names.get(asset) === splitPath(path).name
      // This run may have saved another asset at the path.
      const isStillRecorded = tools.recordAt(path)?.asset === asset
      return !isUsed && isStillRecorded
    })
    await tools.removeAssets(unused, filePath)
  }
}

/**
 * True for a file beside which `saveAttachments` saves the attachments. Beside other files of the same output, another
 * format may save them.
 */
export const hasAttachments = ({ output }: PlannedFile): boolean => output.variant === 'attachments'

/**
 * Saves the attachments of a document beside each file of its output for which `hasAttachments` holds. A failure of
 * the disk at one path is noted in `work.failures`, and does not affect other paths. Reads the document a second time if the
 * service no longer knows an attachment.
 * @returns the attachments beside each file; a failure if the disk fails at every path, or for any other failure
 */
export const saveAttachments = (work: OutputWork, tools: OutputTools): Promise<Reply<SavedAssets>> =>
  withSecondRead(() => readAndSaveAttachments(work, tools))

async function readAndSaveAttachments(work: OutputWork, tools: OutputTools): Promise<Reply<SavedAssets>> {
  const content = await readContent(work.output.token, tools)
  if (!content.ok) return content
  const assets = assetsOf(content.value)
  const attachments = assets.filter(({ kind }) => kind === 'attachment')
  // The names depend on all assets. So an attachment has the same name here as in the Markdown of the document.
  const attachmentNames = nameAttachments(assets)
  const saved = new Map<string, AssetNames>()
  for (const file of work.files.filter(hasAttachments)) {
    const others = work.files.filter((other) => other !== file)
    const reply = await saveAssets(attachments, attachmentNames, file, others, tools)
    if (reply.ok) saved.set(file.path, reply.value)
    else if (isOfOnePath(reply.failure)) work.failures.set(file.path, reply.failure)
    else return reply
  }
  const [failure] = work.failures.values()
  return failure && work.failures.size === work.files.length ? fail(failure) : { ok: true, value: saved }
}

/**
 * Saves one asset in the assets directory of a file, unless it was saved there before and has not changed.
 * @param attachmentName undefined for a picture or board, which is named by its token
 * @returns the path of the asset
 */
async function saveAsset(
  asset: OwnedAsset,
  attachmentName: string | undefined,
  file: PlannedFile,
  others: readonly PlannedFile[],
  tools: OutputTools,
): Promise<Reply<string>> {
  const recorded = findRecord(asset, attachmentName, file, tools)
  if (recorded && asset.kind !== 'board') return { ok: true, value: recorded.path }
  const staged = await stageAsset(asset, attachmentName, file, others, tools)
  if (!staged.ok) return staged
  const { file: stagedFile, extension } = staged.value
  const name = attachmentName ?? `${safeSegment(asset.token)}.${extension}`
  const path = `${assetsDirectory(file.path)}/${name}`
  // At `path`, the run may have saved the asset already: for another format, or when it read the document the first time.
  const unchanged = [recorded, tools.recordAt(path)].find(
    (record) => record?.asset === asset.token && isReusable(record) && record.sha256 === stagedFile.sha256,
  )
  if (unchanged) {
    await stagedFile.discard()
    return { ok: true, value: unchanged.path }
  }
  const published = await tools.publish({ ...file, path }, stagedFile, { asset: asset.token, fileExtension: extension })
  return published.ok ? { ok: true, value: path } : published
}

/**
 * Finds the record of an asset that is saved beside a file and can be used again. A picture or board is found only where
 * an earlier run saved it. An attachment is found under its name, even if another format saved it in this run.
 * @param attachmentName the name for the asset's file; undefined for a picture or board, which is named by its token
 */
function findRecord(
  { token }: Asset,
  attachmentName: string | undefined,
  file: PlannedFile,
  { assets, recordAt }: OutputTools,
): FileRecord | undefined {
  const path =
    attachmentName === undefined
      ? assets.get(file.path)?.find(({ asset }) => asset === token)?.path
      : `${assetsDirectory(file.path)}/${attachmentName}`
  // Another file's record is at this path if the move of the asset failed, for example.
  const record = path === undefined ? undefined : recordAt(path)
  const isOfAsset = record !== undefined && outputKey(record) === outputKey({ ...file.output, asset: token })
  return isOfAsset && isReusable(record) ? record : undefined
}

/** An asset with a temporary name, and the extension of its final name. */
interface StagedAsset {
  readonly file: Downloaded['file']
  readonly extension: string
}

/**
 * Makes a file with an asset, under a temporary name. Copies the asset if it is saved beside another file of the document.
 * If that is not possible, or the asset is a board, downloads it.
 */
async function stageAsset(
  asset: OwnedAsset,
  attachmentName: string | undefined,
  target: PlannedFile,
  others: readonly PlannedFile[],
  tools: OutputTools,
): Promise<Reply<StagedAsset>> {
  const extensionOf = (path: string): string => /\.([^./]*)$/.exec(path)?.[1] ?? ''
  // A board may have changed since its picture was saved, so the picture is not copied.
  for (const other of asset.kind === 'board' ? [] : others) {
    const record = findRecord(asset, attachmentName, other, tools)
    if (!record) continue
    // The second argument is only for messages, and none is shown: after a failure, the asset is downloaded.
    const copy = await stageCopy(record.path, record.path, tools, tools.signal)
    if (copy.ok) return { ok: true, value: { file: copy.value, extension: extensionOf(record.path) } }
  }
  const reply = await downloadAsset(asset, target, tools)
  if (!reply.ok) return reply
  const { file, contentType } = reply.value
  const extension = attachmentName === undefined ? pictureExtension(contentType) : extensionOf(attachmentName)
  return { ok: true, value: { file, extension } }
}

/** Downloads an asset to a temporary name. */
async function downloadAsset(asset: OwnedAsset, { path }: PlannedFile, tools: OutputTools): Promise<Reply<Downloaded>> {
  const at = `${assetsDirectory(path)}/${safeSegment(asset.token)}`
  if (asset.kind === 'board') return downloadPaced('boardImage', boardImage(asset.token), at, tools)
  const plain = await downloadPaced('mediaDownload', mediaFile(asset), at, tools)
  // The service sends some pictures of wiki documents only if the request names the document. A failure with a scope has
  // another cause.
  const isForbidden = !plain.ok && plain.failure.httpStatus === FORBIDDEN && plain.failure.scope === undefined
  const document = { token: asset.documentId, type: 'docx' }
  return isForbidden ? downloadPaced('mediaDownload', mediaFile(asset, document), at, tools) : plain
}

/**
 * Downloads a file to a temporary name, with the pace and the retries of the run.
 * @param at the path that messages name, relative to the directory
 */
function downloadPaced(
  operation: 'mediaDownload' | 'boardImage',
  source: FileSource,
  at: string,
  tools: OutputTools,
): Promise<Reply<Downloaded>> {
  const transfer = new Transfer()
  const attempt = (signal: AbortSignal): Promise<Reply<Downloaded>> =>
    downloadStaged({ source, transfer }, at, tools, signal)
  // No time limit for an attempt: it fails by itself when no bytes arrive. After a success, the transfer has no file to
  // discard any more.
  return tools.api.call(operation, attempt, { limitMs: Infinity }).finally(() => transfer.discard())
}
