import path from 'node:path'
import { excerpt, InputError } from '../../runner/inputs.js'
import type { Source } from './source.js'
import { parseSources, type SourceText } from './source-lines.js'

/** The inputs that name what to export, as the user wrote them. */
export interface SourceInputs {
  readonly sourcesText: string
  /** The path of a file with more lines. */
  readonly sourcesFile: string | undefined
  /** The base URL of the open platform that the requests go to. */
  readonly baseUrl: string
}

/** Where the file with sources is read from. */
export interface SourceFiles {
  /** The directory that relative paths start from, absolute. */
  readonly workspace: string
  /** The bytes of a file; rejects as `readPlainFile` does. */
  readonly readFile: (absolutePath: string) => Promise<Uint8Array>
}

const ONE_LINK = 'Write one link a line, for example https://example.feishu.cn/wiki/space/7143131813848813572.'

/**
 * Reads the sources and checks each line.
 * @throws InputError
 */
export async function readSources(inputs: SourceInputs, files: SourceFiles): Promise<readonly Source[]> {
  const { sourcesText, sourcesFile: file, baseUrl } = inputs
  const texts: SourceText[] = [{ text: sourcesText }]
  if (file !== undefined) texts.push({ text: await readSourcesFile(file, files), file })
  const sources = parseSources(texts, baseUrl)
  if (sources.length > 0) return sources
  throw new InputError(
    file === undefined
      ? `Inputs \`sources\` and \`sources-file\` name nothing to export. ${ONE_LINK}`
      : `Input \`sources-file\` is ${excerpt(file)}, a file without any link, and \`sources\` names none either. ${ONE_LINK}`,
  )
}

const DISK_FAULTS: Readonly<Record<string, readonly [fault: string, cure: string]>> = {
  ENOENT: ['which is not there', 'Check the path, and that the repository was checked out before (actions/checkout).'],
  ENOTDIR: ['which is not there', 'Check the path: a part of it is a file, not a folder.'],
  EISDIR: ['which is a folder', 'Give the path of a file.'],
  EACCES: ['which may not be read', 'Give the user of the runner the right to read it.'],
  ENXIO: ['which is no plain file', 'Give the path of a text file.'],
  ELOOP: ['which is a link that leads out of the workspace', 'Put the file itself into the repository.'],
  EPERM: ['which may not be read', 'Give the user of the runner the right to read it.'],
}

/** Reads a file in the workspace as UTF-8. @throws InputError */
async function readSourcesFile(file: string, { workspace, readFile }: SourceFiles): Promise<string> {
  const bad = (fault: string, cure: string): InputError =>
    new InputError(`Input \`sources-file\` is ${excerpt(file)}, ${fault}. ${cure}`)
  const absolutePath = path.resolve(workspace, file)
  const relativePath = path.relative(workspace, absolutePath)
  // On Windows, the relative path to another drive is absolute.
  const isOutside = /^\.\.([/\\]|$)/.test(relativePath) || path.isAbsolute(relativePath)
  // Node.js refuses every path with a NUL.
  if (isOutside || file.includes('\0')) {
    throw bad('which is not in the workspace', 'Write a path relative to the workspace, for example docs/sources.txt.')
  }
  let bytes: Uint8Array
  try {
    bytes = await readFile(absolutePath)
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException
    const [fault, cure] = DISK_FAULTS[code] ?? [`which cannot be read (${code})`, 'Check the path and the disk.']
    throw bad(fault, cure)
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw bad('which is not UTF-8 text', 'Save it as UTF-8.')
  }
}
