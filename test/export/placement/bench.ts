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

/** A change of the disk that is about to be made, with paths below the directory. */
export interface Step {
  readonly name: string
  readonly from: string
  /** Empty for what has one path only. */
  readonly to: string
}

/** The bytes of a file show which document it belongs to. */
export const bytesOf = (token: string, edition = 1): string => `${token} ${edition}`
export const factsOf = (bytes: string): FoundFile => ({
  fileSize: Buffer.byteLength(bytes),
  sha256: createHash('sha256').update(bytes).digest('hex'),
})
const tokenOf = (bytes: string): string => bytes.split(' ')[0] ?? ''

let onStep: { before: (step: Step) => void; after: (step: Step) => void } | undefined
let root = ''

/** Wraps a call of the disk: `onStep` is called before and after it. */
function observed(work: (...paths: string[]) => Promise<unknown>) {
  return async (...paths: [string, ...string[]]): Promise<unknown> => {
    const [from, to = ''] = paths.map((at) => (typeof at === 'string' ? path.relative(root, at) : ''))
    const step = { name: work.name, from: from ?? '', to }
    onStep?.before(step)
    const result = await work(...paths)
    onStep?.after(step)
    return result
  }
}

/**
 * Loads the code under test on a disk where every rename, link and removal can be observed and refused. That code must
 * not have been loaded before.
 */
export async function loadPlacement() {
  const names = ['rename', 'link', 'unlink', 'rmdir'] as const
  const wrapped = Object.fromEntries(names.map((name) => [name, observed(disk[name] as never)]))
  jest.unstable_mockModule('node:fs/promises', () => ({ ...disk, ...wrapped }))
  const { applyMoves } = await import('../../../src/export/placement/apply-moves.js')
  const { prune, removeTemporaries } = await import('../../../src/export/placement/prune.js')
  const { publish } = await import('../../../src/export/placement/publish.js')
  const { readManifest, writeManifest } = await import('../../../src/export/manifest/file.js')
  const { Journal: JournalClass } = await import('../../../src/export/manifest/journal.js')
  const { stageFile, saveFile } = await import('../../../src/files/save.js')

  /**
   * The directory of an export with recorded files. At each change, it checks what would be left if the process were killed.
   */
  class Bench {
    readonly directory = mkdtempSync(path.join(tmpdir(), 'feishu-placement-'))
    readonly records: FileRecord[] = []
    readonly folders: FolderRecord[] = []
    /** Throws to refuse a step. */
    refuse: (step: Step) => void = () => undefined
    /** The tokens whose copy a kill must not lose; undefined when nothing is checked. */
    precious: readonly string[] | undefined
    /** The faults that a kill would have caused. */
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

    /** Writes a file of an earlier run, with its record. */
    add(at: string, token: string, rest: Partial<FileRecord> = {}): FileRecord {
      const bytes = bytesOf(token)
      this.put(at, bytes)
      const record = fileRecord(at, token, { ...factsOf(bytes), ...rest })
      this.records.push(record)
      return record
    }

    /**
     * Opens the journal of a run and writes its manifest. Later, it is written only when a caller waits for that: the
     * timers of this journal never fire.
     */
    async openJournal(): Promise<Journal> {
      const save = (pieces: readonly string[]): Promise<void> =>
        writeManifest(quickClock(50), this.directory, MANIFEST, pieces)
      const journal = new JournalClass({ files: this.records, folders: this.folders }, save, new VirtualClock())
      await journal.flush()
      return journal
    }

    /** Makes the moves of a situation, and checks after every step what a kill would leave. */
    async moveAll({ files, moves, toPark = [], overwrite = false }: Situation) {
      for (const [at, token] of Object.entries(files)) this.add(at, token)
      const journal = await this.openJournal()
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
      await this.expectTrue()
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

    manifest(): Promise<Manifest> {
      return readManifest(this.directory, MANIFEST)
    }

    /** The recorded files by path, with their tokens. */
    async recorded(): Promise<Record<string, string>> {
      const { files } = await this.manifest()
      return Object.fromEntries(files.map((file) => [file.path, file.token]))
    }

    /** The bytes by path, without the manifest. */
    files(): Record<string, string> {
      const files = walk(this.directory).filter(({ at, isFile }) => isFile && at !== MANIFEST)
      return Object.fromEntries(
        files.map(({ at }) => [at, readFileSync(path.join(this.directory, at), 'utf8')] as const).sort(),
      )
    }

    folderNames(): string[] {
      return walk(this.directory).flatMap(({ at, isFolder }) => (isFolder ? path.basename(at) : []))
    }

    /** Expects that the manifest agrees with the disk and that nothing in it is pending, as at the end of a run. */
    async expectTrue(): Promise<void> {
      const { files, journal } = await this.manifest()
      expect(journal).toEqual([])
      expect(findWrongRecords(files, this.files())).toEqual([])
      expect(this.faults).toEqual([])
    }

    dispose(): void {
      onStep = undefined
      rmSync(this.directory, { recursive: true, force: true })
    }

    /** Checks what the next run would find if the process were killed now. */
    private checkKilled(when: string): void {
      const { precious } = this
      if (!precious) return
      const there = this.files()
      const { files, journal } = parseManifest(readFileSync(path.join(this.directory, MANIFEST), 'utf8'), MANIFEST)
      // The same as `recover`, which would read the files from the disk.
      const changes = journal.flatMap((change) => {
        const bytes = there[change.path]
        return bytes === undefined ? [] : { change, found: factsOf(bytes), id: change.path }
      })
      const records = [...files, ...identify(changes)]
      const copies = new Set(Object.values(there).map(tokenOf))
      const recordedTokens = new Set(records.map(({ token }) => token))
      const faults = [
        ...precious.filter((token) => !copies.has(token)).map((token) => `${token} is lost`),
        ...precious.filter((token) => !recordedTokens.has(token)).map((token) => `${token} is forgotten`),
        ...findWrongRecords(records, there),
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

/** Lists everything below a directory; links are not followed. */
function walk(directory: string, above = ''): Found[] {
  return readdirSync(path.join(directory, above), { withFileTypes: true }).flatMap((entry) => {
    const at = path.posix.join(above, entry.name)
    const found = { at, isFile: entry.isFile(), isFolder: entry.isDirectory() }
    return found.isFolder ? [found, ...walk(directory, at)] : [found]
  })
}

/** Finds the records that do not agree with the disk, and the paths with two records. */
function findWrongRecords(records: readonly FileRecord[], there: Readonly<Record<string, string>>): string[] {
  const seen = new Set<string>()
  return records.flatMap(({ path: at, token, sha256 }) => {
    const bytes = there[at]
    if (seen.has(at)) return `${at} is recorded twice`
    seen.add(at)
    if (bytes === undefined) return `${at} is missing`
    if (factsOf(bytes).sha256 !== sha256) return `${at} has other bytes`
    // An empty file reserves a name on a disk without hard links.
    if (bytes === '') return []
    return tokenOf(bytes) === token ? [] : `${at} is not of ${token}`
  })
}

/** Throws the error of a disk on which another program holds the file. */
export function refuseBusy(): never {
  throw Object.assign(new Error('EBUSY'), { code: 'EBUSY' })
}

/** True for a step that gives a recorded file another path. */
export const isMoveStep = ({ name, to }: Step): boolean => name === 'rename' && to !== MANIFEST

/** Paths with the random part of own names left out. */
export const plain = (at: string): string => at.replace(/\.feishu-export-[0-9a-f]{24}/, 'parked')
