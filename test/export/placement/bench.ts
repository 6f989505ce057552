import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import * as disk from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, jest } from '@jest/globals'
import type { Manifest } from '../../../src/export/manifest/format.js'
import { parseManifest } from '../../../src/export/manifest/parse.js'
import type { Journal } from '../../../src/export/manifest/journal.js'
import { identify, type FoundFile } from '../../../src/export/manifest/recover.js'
import type { FileRecord, FolderRecord } from '../../../src/export/model.js'
import { quickClock } from '../../polling/quick-clock.js'
import { VirtualClock } from '../../polling/virtual-clock.js'
import { fileRecord } from '../records.js'
import type { Situation } from './situations.js'

export const MANIFEST = '.feishu-export.json'

/** The functions of `node:fs/promises` whose calls can be observed. */
const OBSERVED = ['rename', 'link', 'unlink', 'rmdir'] as const

/** A change of the disk. The paths are relative to the directory of the export. */
export interface Step {
  readonly name: (typeof OBSERVED)[number]
  readonly from: string
  /** Empty for a change with one path only. */
  readonly to: string
}

/** The bytes of a file show which document it belongs to. */
export const bytesOf = (token: string, edition = 1): string => `${token} ${edition}`
/** What a run finds out about a file with these bytes. */
export const factsOf = (bytes: string): FoundFile => ({
  fileSize: Buffer.byteLength(bytes),
  sha256: createHash('sha256').update(bytes).digest('hex'),
})
/** The token in the bytes of a file (see `bytesOf`). */
const tokenOf = (bytes: string): string => bytes.split(' ')[0] ?? ''

/** Called before every step and after every step that succeeded; set while a bench is in use. */
let onStep: { before: (step: Step) => void; after: (step: Step) => void } | undefined
/** The directory of that bench. */
let root = ''

/**
 * Wraps a function of `node:fs/promises` that takes one or two paths. `onStep.before` is called first; if it throws, the
 * disk stays as it is. `onStep.after` is called once the change is made.
 */
function observe(name: Step['name']) {
  const change = disk[name] as (...paths: string[]) => Promise<void>
  return async (...paths: string[]): Promise<void> => {
    const [from = '', to = ''] = paths.map((at) => path.relative(root, at))
    onStep?.before({ name, from, to })
    await change(...paths)
    onStep?.after({ name, from, to })
  }
}

/**
 * Loads the code under test on a disk where every rename, link and removal can be observed and refused. A test must get
 * that code from here: an import of its own would load it with the real disk. `Bench` is declared here because it uses
 * that code.
 */
export async function loadPlacement() {
  const wrapped = Object.fromEntries(OBSERVED.map((name) => [name, observe(name)]))
  jest.unstable_mockModule('node:fs/promises', () => ({ ...disk, ...wrapped }))
  const { applyMoves } = await import('../../../src/export/placement/apply-moves.js')
  const { prune, removeTemporaries } = await import('../../../src/export/placement/prune.js')
  const { publish } = await import('../../../src/export/placement/publish.js')
  const { readManifest, writeManifest } = await import('../../../src/export/manifest/file.js')
  const { Journal: JournalClass } = await import('../../../src/export/manifest/journal.js')
  const { stageFile, saveFile } = await import('../../../src/files/save.js')

  /** The directory of an export with recorded files. Before and after each step, it checks what a kill would leave. */
  class Bench {
    readonly directory = mkdtempSync(path.join(tmpdir(), 'feishu-placement-'))
    /** The recorded files. `openJournal` writes them to the manifest. */
    readonly records: FileRecord[] = []
    readonly folders: FolderRecord[] = []
    /** Throws to refuse a step. */
    refuse: (step: Step) => void = () => undefined
    /** Tokens of documents: a kill must leave a recorded file of each. While undefined, kills are not checked. */
    precious: readonly string[] | undefined
    /** What a kill before or after one of the steps would have lost or made untrue. */
    readonly faults: string[] = []

    constructor() {
      root = this.directory
      onStep = {
        before: (step) => {
          this.checkKilled(`before ${step.name} ${step.from} ${step.to}`)
          this.refuse(step)
        },
        after: (step) => this.checkKilled(`after ${step.name} ${step.from} ${step.to}`),
      }
    }

    /** Writes a file of a user, which no run wrote. */
    put(at: string, bytes: string): void {
      mkdirSync(path.dirname(path.join(this.directory, at)), { recursive: true })
      writeFileSync(path.join(this.directory, at), bytes)
    }

    /** Writes a file of an earlier run, and adds its record to `records`. */
    add(at: string, token: string, rest: Partial<FileRecord> = {}): FileRecord {
      const bytes = bytesOf(token)
      this.put(at, bytes)
      const record = fileRecord(at, token, { ...factsOf(bytes), ...rest })
      this.records.push(record)
      return record
    }

    /**
     * Opens the journal of a run and writes the manifest. After that, only `intend` and `flush` of the journal write it:
     * the timers of this journal never fire.
     */
    async openJournal(): Promise<Journal> {
      const save = (pieces: readonly string[]): Promise<void> =>
        writeManifest(quickClock(50), this.directory, MANIFEST, pieces)
      const journal = new JournalClass({ files: this.records, folders: this.folders }, save, new VirtualClock())
      await journal.flush()
      return journal
    }

    /**
     * Creates the files of a situation, then moves and parks them. Before and after each step, checks what a kill would
     * leave. In the end, everything must be right (see `expectNothingWrong`).
     * @returns the result of `applyMoves`, with a line for each file: `OLD PATH > NEW PATH`. The line of a failed move ends
     * with `: WHAT FAILED`
     */
    async moveAll({ files, moves, toPark = [], overwrite = false }: Situation) {
      for (const [at, token] of Object.entries(files)) this.add(at, token)
      const journal = await this.openJournal()
      // From here on, `checkKilled` checks every step.
      this.precious = Object.values(files)
      const list = Object.entries(moves).map(([from, to]) => {
        const record = this.recordAt(from)
        return { record, to, group: record }
      })
      const recordsToPark = toPark.map((at) => this.recordAt(at))
      const result = await applyMoves(list, recordsToPark, {
        directory: this.directory,
        journal,
        clock: quickClock(50),
        overwrite,
      })
      await this.expectNothingWrong()
      return {
        moved: result.moved.map(({ record, to }) => `${record.path} > ${to}`),
        failed: result.failed.map(({ record, to, failure }) => `${record.path} > ${to}: ${failure.what}`),
        parked: result.parked.map(({ record, at }) => `${record.path} > ${plain(at)}`),
        isChanged: result.isChanged,
      }
    }

    private recordAt(at: string): FileRecord {
      const record = this.records.find((one) => one.path === at)
      if (!record) throw new Error(`nothing is recorded at ${at}`)
      return record
    }

    /** The manifest on the disk. */
    manifest(): Promise<Manifest> {
      return readManifest(this.directory, MANIFEST)
    }

    /** The token of each recorded file, by path. */
    async recorded(): Promise<Record<string, string>> {
      const { files } = await this.manifest()
      return Object.fromEntries(files.map((file) => [file.path, file.token]))
    }

    /** The bytes of each file except the manifest, by path and in the order of the paths. */
    files(): Record<string, string> {
      const files = walk(this.directory).filter(({ at, isFile }) => isFile && at !== MANIFEST)
      const paths = files.map(({ at }) => at).sort()
      return Object.fromEntries(paths.map((at) => [at, readFileSync(path.join(this.directory, at), 'utf8')] as const))
    }

    /** The names of all folders; the folders above them are left out. */
    folderNames(): string[] {
      return walk(this.directory).flatMap(({ at, isFolder }) => (isFolder ? path.basename(at) : []))
    }

    /**
     * Expects what must be true at the end of a run: the journal is empty, each record agrees with its file, and
     * `faults` is empty.
     */
    async expectNothingWrong(): Promise<void> {
      const { files, journal } = await this.manifest()
      expect(journal).toEqual([])
      expect(findWrongRecords(files, this.files())).toEqual([])
      expect(this.faults).toEqual([])
    }

    dispose(): void {
      onStep = undefined
      rmSync(this.directory, { recursive: true, force: true })
    }

    /** Adds to `faults` what the next run would find wrong if the process were killed now. @param when for messages */
    private checkKilled(when: string): void {
      const { precious } = this
      if (!precious) return
      const bytesByPath = this.files()
      const { files, journal } = parseManifest(readFileSync(path.join(this.directory, MANIFEST), 'utf8'), MANIFEST)
      // What `recover` does at the start of the next run, but synchronously.
      const changes = journal.flatMap((change) => {
        const bytes = bytesByPath[change.path]
        return bytes === undefined ? [] : [{ change, found: factsOf(bytes), id: change.path }]
      })
      const records = [...files, ...identify(changes)]
      const tokensOnDisk = new Set(Object.values(bytesByPath).map(tokenOf))
      const recordedTokens = new Set(records.map(({ token }) => token))
      const faults = [
        ...precious.filter((token) => !tokensOnDisk.has(token)).map((token) => `${token} is lost`),
        ...precious.filter((token) => !recordedTokens.has(token)).map((token) => `${token} is forgotten`),
        ...findWrongRecords(records, bytesByPath),
      ]
      this.faults.push(...faults.map((fault) => `${when}: ${fault}`))
    }
  }
  return { Bench, applyMoves, prune, removeTemporaries, publish, stageFile, saveFile }
}

interface Found {
  readonly at: string
  readonly isFile: boolean
  readonly isFolder: boolean
}

/** Lists everything below a directory, with paths relative to it; links are not followed. */
function walk(directory: string, above = ''): Found[] {
  return readdirSync(path.join(directory, above), { withFileTypes: true }).flatMap((entry) => {
    const at = path.posix.join(above, entry.name)
    const found = { at, isFile: entry.isFile(), isFolder: entry.isDirectory() }
    return found.isFolder ? [found, ...walk(directory, at)] : [found]
  })
}

/** Describes the records that do not agree with the files on the disk, and the paths with two records. */
function findWrongRecords(records: readonly FileRecord[], bytesByPath: Readonly<Record<string, string>>): string[] {
  const seen = new Set<string>()
  return records.flatMap(({ path: at, token, sha256 }) => {
    const bytes = bytesByPath[at]
    if (seen.has(at)) return `${at} is recorded twice`
    seen.add(at)
    if (bytes === undefined) return `${at} is missing`
    if (factsOf(bytes).sha256 !== sha256) return `${at} has other bytes`
    // The empty file that reserves a name on a disk without hard links. It has no token.
    if (bytes === '') return []
    return tokenOf(bytes) === token ? [] : `${at} is not of ${token}`
  })
}

/** Throws the error of a disk on which another program holds the file. */
export function refuseBusy(): never {
  throw Object.assign(new Error('EBUSY'), { code: 'EBUSY' })
}

/** True for a rename of an exported file, false for the one with which a write of the manifest ends. */
export const isMoveStep = ({ name, to }: Step): boolean => name === 'rename' && to !== MANIFEST

/** Replaces the random name of a parked file in a path (`.feishu-export-….old`) by `parked.old`. */
export const plain = (at: string): string => at.replace(/\.feishu-export-[0-9a-f]{24}/, 'parked')
