import { isObject } from '../../feishu/client/json.js'
import { isGitName } from '../../files/safe-name.js'
import { oneLine, quoted } from '../../text.js'
import type { ManifestFile } from '../model.js'
import { byCodePoints, unitKey } from '../paths.js'

/** A file that is about to be put in place: who writes it, not yet what is in it. */
export type ManifestClaim = Pick<ManifestFile, 'path' | 'token' | 'type' | 'fileExtension' | 'subId' | 'title'>

const VERSION = 1
const CURE =
  'Restore it from git or from the cache. Or delete it and set `overwrite: true` until one run has succeeded, which' +
  ' exports everything again over the files of the earlier runs.'

/** The manifest is there, but it cannot be read: a reason to stop, never to delete or to replace anything. */
export class ManifestError extends Error {}

/**
 * What earlier runs wrote, and where: the memory between the runs. On disk it is JSON, version 1:
 *
 *     {
 *       "version": 1,
 *       "files": [
 *         {
 *           "path": "合同/A.docx",          relative to `directory`, with `/`
 *           "token": "…", "type": "docx",   the document
 *           "fileExtension": "docx",        the format; an uploaded file's own extension
 *           "subId": "…",                   the sheet or table, for csv alone
 *           "title": "A",
 *           "editTime": "1732000000",       as the service wrote it before the export; left out when it told none
 *           "fileSize": 34356, "sha256": "…",
 *           "exportedAt": "2026-11-23T02:00:00Z"
 *         }
 *       ],
 *       "writing": [ … ]                    path to title of files that are just being put in place
 *     }
 *
 * `files` and `writing` are sorted by path in the order of code points. The bytes are the same when nothing changed.
 *
 * `writing` is there only while a run is at it, or after it was killed; a document whose old file could not be removed
 * leaves it there too. Before files are renamed into place, `claim` moves them from `files` to `writing`, and the
 * manifest goes to disk; after that `record` does the reverse. So `files` is true of the disk at every moment, and a path
 * in `writing` is the action's own, whatever stands there: the next run writes it again. Readers do without `writing`, and leave alone keys that they do not know.
 */
export class Manifest {
  private readonly records = new Map<string, ManifestFile>()
  private readonly claims = new Map<string, ManifestClaim>()

  constructor(files: readonly ManifestFile[] = [], writing: readonly ManifestClaim[] = []) {
    for (const file of files) this.records.set(file.path, file)
    for (const claim of writing) this.claims.set(claim.path, claim)
  }

  /** The files that are on the disk, sorted by path. */
  get files(): readonly ManifestFile[] {
    return sorted(this.records)
  }

  /** The files of which only the name is known, sorted by path. */
  get writing(): readonly ManifestClaim[] {
    return sorted(this.claims)
  }

  /**
   * Notes that these files are about to be put in place.
   * @returns the records that they had, to be recorded again for a file that was not touched in the end
   */
  claim(
    files: readonly { readonly path: string; readonly unit: Omit<ManifestClaim, 'path'> }[],
  ): readonly ManifestFile[] {
    return files.flatMap(({ path, unit }) => {
      const { token, type, fileExtension, subId, title } = unit
      const record = this.records.get(path)
      this.records.delete(path)
      this.claims.set(path, { path, token, type, fileExtension, subId, title })
      return record ?? []
    })
  }

  /** Notes a file that is in place. */
  record(file: ManifestFile): void {
    this.claims.delete(file.path)
    this.records.set(file.path, file)
  }

  /** True where no earlier run left anything on record. */
  isEmpty(): boolean {
    return this.records.size + this.claims.size === 0
  }

  /** The record of a path; undefined for one that is being written, or unknown. */
  recordOf(path: string): ManifestFile | undefined {
    return this.records.get(path)
  }

  /** Notes the title that the document of a file in place has by now: another one may make the same name. */
  retitle(path: string, title: string): void {
    const record = this.records.get(path)
    if (record && record.title !== title) this.records.set(path, { ...record, title })
  }

  /** Notes that a file is to be written anew, whatever its document's time is. */
  outdate(path: string): void {
    const record = this.records.get(path)
    if (record?.editTime !== undefined) this.records.set(path, { ...record, editTime: undefined })
  }

  /** Notes that nothing of this action's is at a path any more. */
  forget(path: string): void {
    this.records.delete(path)
    this.claims.delete(path)
  }

  /** True for a path that is being written, and has no record. */
  isClaimed(path: string, unit?: Omit<ManifestClaim, 'path'>): boolean {
    const claim = this.claims.get(path)
    return claim !== undefined && (unit === undefined || unitKey(claim) === unitKey(unit))
  }

  /** The text for the disk in pieces: what `JSON.stringify` makes of it, entry by entry. */
  pieces(): string[] {
    const files = [`{\n  "version": ${VERSION},\n  "files": `, ...listOf(this.files.map(fileText))]
    const writing = this.claims.size > 0 ? [',\n  "writing": ', ...listOf(this.writing.map(claimText))] : []
    return [...files, ...writing, '\n}\n']
  }
}

function listOf(entries: readonly string[]): string[] {
  if (entries.length === 0) return ['[]']
  return ['[\n', ...entries.flatMap((entry, index) => (index === 0 ? entry : [',\n', entry])), '\n  ]']
}

// A manifest of thousands of files is written every few seconds: what did not change is not made anew.
const texts = new WeakMap<object, string>()

function textOf<T extends object>(entry: T, shown: (entry: T) => object): string {
  let text = texts.get(entry)
  if (text === undefined) {
    // Split at line feeds alone: a title may hold other line separators.
    text = `    ${JSON.stringify(shown(entry), undefined, 2).split('\n').join('\n    ')}`
    texts.set(entry, text)
  }
  return text
}

const fileText = (file: ManifestFile): string =>
  textOf(file, ({ editTime, fileSize, sha256, exportedAt, ...identity }) => {
    return { ...identityOf(identity), editTime, fileSize, sha256, exportedAt }
  })

const claimText = (claim: ManifestClaim): string => textOf(claim, identityOf)

/** In the order of the keys on disk. */
function identityOf({ path, token, type, fileExtension, subId, title }: ManifestClaim): ManifestClaim {
  return { path, token, type, fileExtension, subId, title }
}

function sorted<T>(byPath: ReadonlyMap<string, T>): T[] {
  return [...byPath].sort(([a], [b]) => byCodePoints(a, b)).map(([, value]) => value)
}

/**
 * Reads a manifest's text.
 * @param shownPath the path for messages
 * @throws ManifestError, with a cure
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
  if (version !== VERSION) return refuse(`it has version ${version}, which never was`)
  const { files, writing = [] } = whole
  if (!Array.isArray(files)) return refuse('`files` is not a list')
  if (!Array.isArray(writing)) return refuse('`writing` is not a list')

  const paths = new Set<string>()
  const read = <T extends ManifestClaim>(list: string, entry: unknown, nth: number, reader: Reader<T>): T => {
    const result = isObject(entry) ? reader(entry) : 'it is not an object'
    if (typeof result === 'string') return refuse(`in \`${list}\`, entry ${nth + 1}: ${result}`)
    if (paths.has(result.path)) return refuse(`it holds the path ${quoted(result.path)} twice`)
    paths.add(result.path)
    return result
  }
  return new Manifest(
    files.map((entry: unknown, nth) => read('files', entry, nth, readFileEntry)),
    writing.map((entry: unknown, nth) => read('writing', entry, nth, readClaim)),
  )
}

/** Makes sense of an entry, or says why not. */
type Reader<T> = (entry: Record<string, unknown>) => T | string

const readClaim: Reader<ManifestClaim> = (entry) => {
  const { path, token, type, fileExtension, subId, title } = entry
  if (typeof path !== 'string' || path === '') return 'it has no `path`'
  if (!isInside(path)) return `its path ${quoted(path)} leads out of the directory, or is no path`
  if (typeof token !== 'string' || token === '') return 'it has no `token`'
  if (typeof type !== 'string' || type === '') return 'it has no `type`'
  if (typeof fileExtension !== 'string') return 'it has no `fileExtension`'
  if (subId !== undefined && typeof subId !== 'string') return 'its `subId` is not a text'
  if (typeof title !== 'string') return 'it has no `title`'
  return { path, token, type, fileExtension, subId, title }
}

const readFileEntry: Reader<ManifestFile> = (entry) => {
  const claim = readClaim(entry)
  if (typeof claim === 'string') return claim
  const { editTime, fileSize, sha256, exportedAt } = entry
  if (editTime !== undefined && typeof editTime !== 'string') return 'its `editTime` is not a text'
  if (typeof fileSize !== 'number' || !Number.isSafeInteger(fileSize) || fileSize < 0) return 'it has no `fileSize`'
  if (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256)) return 'it has no `sha256`'
  if (typeof exportedAt !== 'string') return 'it has no `exportedAt`'
  return { ...claim, editTime, fileSize, sha256, exportedAt }
}

// What leads elsewhere on any system: `..` (Windows forgets dots and blanks at the end), `C:`, a backslash. And nobody
// may have git's own folder written or removed.
function isInside(path: string): boolean {
  // eslint-disable-next-line no-control-regex
  if (/[\\:\u0000-\u001f]/.test(path) || !path.isWellFormed()) return false
  return path.split('/').every((segment) => !/^[\s.]*$/.test(segment) && !isGitName(segment))
}
