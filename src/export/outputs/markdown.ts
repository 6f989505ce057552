import pathOnDisk from 'node:path'
import { fail, type Reply } from '../../feishu/errors/failure.js'
import { DiskFault, diskFailure } from '../../files/disk-fault.js'
import { stageFile } from '../../files/save.js'
import { renderMarkdown, type FrontMatter } from '../../markdown/render.js'
import { formatEditTime } from '../edit-time.js'
import { assetsName, type Output, type PlannedFile } from '../model.js'
import { nameAttachments } from './attachment-names.js'
import { assetsOf, removeUnusedAssets, saveAssets, withSecondRead, type AssetNames } from './document-assets.js'
import { readContent, syncedKey, type DocumentContent } from './read-blocks.js'
import { publishAll, type OutputTools, type OutputWork, type Staged } from './work.js'

/**
 * Converts a document to Markdown and publishes it at each path of the work, after its pictures, boards and
 * attachments. Reads the document a second time if the service no longer knows one of these.
 */
export async function makeMarkdown(work: OutputWork, tools: OutputTools): Promise<Reply<void>> {
  let isReported = false
  // The document is converted for each path, and again after a second read. The placeholders are reported once all the same.
  const reportOnce: OutputTools['onPlaceholders'] = (placeholders) => {
    if (isReported) return
    isReported = true
    tools.onPlaceholders(placeholders)
  }
  return withSecondRead(() => readAndPublish(work, { ...tools, onPlaceholders: reportOnce }))
}

/**
 * Makes one try of `makeMarkdown`: reads the document, and publishes its assets and its Markdown at each path. Then removes
 * the recorded assets that the published Markdown no longer uses.
 */
async function readAndPublish(work: OutputWork, tools: OutputTools): Promise<Reply<void>> {
  const content = await readContent(work.output.token, tools)
  if (!content.ok) return content
  const assets = assetsOf(content.value)
  const attachmentNames = nameAttachments(assets)
  const saved = new Map<string, AssetNames>()
  const reply = await publishAll(
    work,
    async (file) => {
      const others = work.files.filter((other) => other !== file)
      const names = await saveAssets(assets, attachmentNames, file, others, tools)
      if (!names.ok) return names
      saved.set(file.path, names.value)
      return stageText(file, content.value, names.value, tools)
    },
    tools,
  )
  // Also after a failure: the Markdown may be published at some of the paths.
  await removeUnusedAssets(work, saved, tools)
  return reply
}

/**
 * Converts the document for a path, and writes the text to a file with a temporary name. Reports the blocks and text
 * elements that Markdown cannot show.
 * @param names the names of the saved assets, by token
 */
async function stageText(
  { output, path }: PlannedFile,
  { blocks, synced }: DocumentContent,
  names: AssetNames,
  tools: OutputTools,
): Promise<Reply<Staged>> {
  // The relative path of each linked document, by token; '' for a link that leads to Feishu. The manifest records these
  // paths: when one changes, the next run writes the text again.
  const links = new Map<string, string>()
  const resolveAndCollect = ({ token }: { readonly token: string }): string | undefined => {
    const link = tools.links.resolve(token, path)
    links.set(token, link ?? '')
    return link
  }
  const { text, placeholders } = renderMarkdown(blocks, {
    title: output.title,
    frontMatter: output.variant === 'front-matter' ? frontMatterOf(output) : undefined,
    origin: originOf(output),
    assetPath: ({ token }) => {
      const name = names.get(token)
      return name === undefined ? undefined : `${assetsName(path)}/${name}`
    },
    documentPath: resolveAndCollect,
    syncedBlocks: (reference) => synced.get(syncedKey(reference))?.blocks,
  })
  if (placeholders.length > 0) tools.onPlaceholders(placeholders)
  try {
    const file = await stageFile({
      clock: tools.clock,
      directory: tools.directory,
      target: pathOnDisk.join(tools.directory, ...path.split('/')),
      body: [Buffer.from(text)],
    })
    const sortedLinks = Object.fromEntries([...links].sort(([a], [b]) => (a < b ? -1 : 1)))
    return { ok: true, value: { file, facts: links.size > 0 ? { links: sortedLinks } : {} } }
  } catch (error) {
    if (error instanceof DiskFault) return fail(diskFailure(error))
    throw error
  }
}

const originOf = ({ url }: Output): string =>
  url !== undefined && URL.canParse(url) ? new URL(url).origin : 'https://feishu.cn'

function frontMatterOf({ title, url = '', token, type, editTime }: Output): FrontMatter {
  const edited = editTime === undefined ? '' : formatEditTime(editTime)
  return { title, url, token, type, edited }
}
