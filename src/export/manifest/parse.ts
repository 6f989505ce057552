import { isObject } from '../../feishu/client/json.js'
import { isGitName } from '../../files/safe-name.js'
import { oneLine, quoted } from '../../text.js'
import type { FileRecord, FolderRecord, TableInfo } from '../model.js'
import { ManifestError, UNKNOWN_HASH, VERSION, type Manifest, type PendingChange } from './format.js'

const CURE =
  'Restore it from git or from the cache. Or delete it and set `overwrite: true` until one run has succeeded, which' +
  ' exports everything again over the files of the earlier runs.'

/** Reads an entry; returns a clause instead if the entry is invalid: "it has no `token`". */
type Reader<T> = (entry: Record<string, unknown>) => T | string

/**
 * Reads a manifest's text. Pure.
 * @param shownPath the path for messages
 * @throws ManifestError, whose message says what the user can do
 */
export function parseManifest(text: string, shownPath: string): Manifest {
  const refuse = (why: string, cure = CURE): never => {
    throw new ManifestError(`The manifest ${quoted(shownPath, 1000)} cannot be read: ${why}. ${cure}`)
  }
  let whole: unknown
  try {
    whole = JSON.parse(text.replace(/^\ufeff/, ''))
  } catch (error) {
    return refuse(`it is not JSON (${oneLine((error as Error).message, 100)})`)
  }
  if (!isObject(whole) || !Number.isInteger(whole['version'])) return refuse('it has no `version`')
  const version = Number(whole['version'])
  if (version > VERSION) {
    return refuse(
      `it has version ${version}, and this release of the action knows version ${VERSION} only`,
      'Use the release that wrote it, or a newer one.',
    )
  }
  if (version !== VERSION) return refuse(`it has version ${version}, which does not exist`)

  const readList = <T extends { readonly path: string }>(name: string, reader: Reader<T>): T[] => {
    const isOptional = name !== 'files'
    const list = whole[name] ?? (isOptional ? [] : undefined)
    if (!Array.isArray(list)) return refuse(`\`${name}\` is not a list`)
    const paths = new Set<string>()
    return list.map((entry: unknown, nth) => {
      const result = isObject(entry) ? reader(entry) : 'it is not an object'
      if (typeof result === 'string') return refuse(`in \`${name}\`, entry ${nth + 1}: ${result}`)
      if (paths.has(result.path)) return refuse(`it holds the path ${quoted(result.path)} twice`)
      paths.add(result.path)
      return result
    })
  }
  const files = readList('files', readFileEntry)
  // Old manifests have `writing` instead of `journal`.
  const journal = [...readList('journal', readChange), ...readList('writing', readUnfinished)]
  const recorded = new Set(files.map(({ path }) => path))
  const duplicate = journal.find(({ path }) => recorded.has(path))
  if (duplicate) return refuse(`it holds the path ${quoted(duplicate.path)} twice`)
  return { files, folders: readList('folders', readFolder), journal }
}

/** Reads the path of any entry: it must be inside the directory. */
const readPath: Reader<Pick<FileRecord, 'path'>> = ({ path }) => {
  if (typeof path !== 'string' || path === '') return 'it has no `path`'
  return isInside(path) ? { path } : `its path ${quoted(path)} leads out of the directory, or is not a path`
}

/** Reads the fields that the entries of `folders`, `files` and `writing` have in common. */
const readPathAndDocument: Reader<Pick<FolderRecord, 'path' | 'token' | 'type'>> = (entry) => {
  const pathOnly = readPath(entry)
  if (typeof pathOnly === 'string') return pathOnly
  const { token, type } = entry
  if (typeof token !== 'string' || token === '') return 'it has no `token`'
  if (typeof type !== 'string' || type === '') return 'it has no `type`'
  return { ...pathOnly, token, type }
}

/**
 * Reads an entry of `folders`. The recorded tables only save a request: if they cannot be read, they are left out and queried
 * again.
 */
const readFolder: Reader<FolderRecord> = (entry) => {
  const pathAndDocument = readPathAndDocument(entry)
  if (typeof pathAndDocument === 'string') return pathAndDocument
  const tables = readTables(entry['tables'])
  return { ...pathAndDocument, ...(tables && { tables }) }
}

/**
 * Reads the recorded tables of a document. An invalid `revision` or `unsupported` of a table is left out.
 * @returns undefined if there are none, or any other field is invalid
 */
function readTables(tables: unknown): FolderRecord['tables'] {
  if (!isObject(tables) || typeof tables['editTime'] !== 'string' || !Array.isArray(tables['items'])) return undefined
  const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
  const items = tables['items'].filter(isObject).flatMap((item): TableInfo[] => {
    const [id, title] = [text(item['id']), text(item['title'])]
    if (id === undefined || title === undefined) return []
    return [{ id, title, revision: text(item['revision']), unsupported: text(item['unsupported']) }]
  })
  return items.length === tables['items'].length ? { editTime: tables['editTime'], items } : undefined
}

/** Reads the fields that the entries of `files` and `writing` have in common (see `readUnfinished`). */
const readCommonFields: Reader<Pick<FileRecord, 'path' | 'token' | 'type' | 'fileExtension' | 'subId' | 'title'>> = (
  entry,
) => {
  const pathAndDocument = readPathAndDocument(entry)
  if (typeof pathAndDocument === 'string') return pathAndDocument
  const { fileExtension, subId, title } = entry
  if (typeof fileExtension !== 'string') return 'it has no `fileExtension`'
  if (subId !== undefined && typeof subId !== 'string') return 'its `subId` is not a text'
  if (typeof title !== 'string') return 'it has no `title`'
  return { ...pathAndDocument, fileExtension, subId, title }
}

/**
 * Reads an entry of `files`, or a record in an entry of `journal`. An invalid value of `fresh`, `variant`, `reservedPath` or
 * `links` is left out; an invalid value of any other field makes the whole entry invalid.
 */
const readFileEntry: Reader<FileRecord> = (entry) => {
  const common = readCommonFields(entry)
  if (typeof common === 'string') return common
  const { editTime, fresh, revision, asset, variant, links, reservedPath, fileSize, sha256, exportedAt } = entry
  if (editTime !== undefined && typeof editTime !== 'string') return 'its `editTime` is not a text'
  if (revision !== undefined && typeof revision !== 'string') return 'its `revision` is not a text'
  // If `asset` were left out, a picture or attachment would count as the file of its document.
  if (asset !== undefined && typeof asset !== 'string') return 'its `asset` is not a text'
  if (typeof fileSize !== 'number' || !Number.isSafeInteger(fileSize) || fileSize < 0) return 'it has no `fileSize`'
  if (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256)) return 'it has no `sha256`'
  if (typeof exportedAt !== 'string') return 'it has no `exportedAt`'
  return {
    ...common,
    editTime,
    ...(fresh === true && { fresh }),
    ...(revision !== undefined && { revision }),
    ...(asset !== undefined && { asset }),
    ...((variant === 'attachments' || variant === 'front-matter') && { variant }),
    ...(typeof reservedPath === 'string' && isInside(reservedPath) && { reservedPath }),
    ...(isObject(links) && { links: readLinks(links) }),
    fileSize,
    sha256,
    exportedAt,
  }
}

/** Reads `links`; leaves out what is not a text. */
const readLinks = (links: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(Object.entries(links).filter((link): link is [string, string] => typeof link[1] === 'string'))

/** Reads an entry of `journal`. */
const readChange: Reader<PendingChange> = (entry) => {
  const pathOnly = readPath(entry)
  if (typeof pathOnly === 'string') return pathOnly
  const read = (name: 'before' | 'after'): FileRecord | undefined | string => {
    const value = entry[name]
    if (value === undefined) return undefined
    return isObject(value) ? readFileEntry(value) : `its \`${name}\` is not an object`
  }
  const [before, after] = [read('before'), read('after')]
  if (typeof before === 'string') return before
  if (typeof after === 'string') return after
  return { ...pathOnly, before, after, isMove: entry['isMove'] === true }
}

/**
 * Reads an entry of `writing`, which old manifests have instead of `journal`: a file that a killed run was about to write.
 * Its bytes are unknown, so `recover` records any file at the path as outdated.
 */
const readUnfinished: Reader<PendingChange> = (entry) => {
  const common = readCommonFields(entry)
  if (typeof common === 'string') return common
  const before = { ...common, editTime: undefined, fileSize: 0, sha256: UNKNOWN_HASH, exportedAt: '' }
  return { path: common.path, before, after: undefined, isMove: false }
}

/**
 * False for a path that may be outside the directory on some system: with `/` at its start, `..`, `C:` or a backslash.
 * (Windows ignores blanks and dots after `..`.) Also false for names with a meaning for git, and for a text that cannot be
 * a path.
 */
function isInside(path: string): boolean {
  // eslint-disable-next-line no-control-regex
  if (/[\\:\u0000-\u001f]/.test(path) || !path.isWellFormed()) return false
  return path.split('/').every((segment) => !/^[\s.]*$/.test(segment) && !isGitName(segment))
}
