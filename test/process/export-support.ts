import { createHash } from 'node:crypto'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeEach } from '@jest/globals'
import { readExportInputs } from '../../src/export/inputs.js'
import { run } from '../../src/export/run.js'
import { readSources } from '../../src/export/sources/read-sources.js'
import { readPlainFile } from '../../src/files/plain-file.js'
import { startEmulator, type Emulator, type EmulatorOptions } from '../emulator/index.js'
import { quickClock } from '../polling/quick-clock.js'
import { runAction, type Inputs, type RunOptions, type StepResult } from './run-action.js'

/** A manifest as a later step reads it. */
export interface ReadManifest {
  readonly version: number
  readonly files: readonly {
    readonly path: string
    readonly token: string
    readonly type: string
    readonly fileExtension: string
    readonly title: string
    readonly fileSize: number
    readonly sha256: string
  }[]
  readonly folders?: readonly { readonly path: string; readonly token: string; readonly type: string }[]
  readonly journal?: readonly { readonly path: string }[]
}

/** The part of a step's result that a run in this process has too. */
export type RunResult = Pick<StepResult, 'outputs' | 'errors'>

/** How many times faster the clock of a run in this process is. Its requests to the emulator take their real time. */
const WAIT_SPEED = 10
/** The timeout of a run, in seconds of real time. */
const TIMEOUT_S = 30

/** Runs the export action against an emulator, in a workspace. `exportBench` makes new ones for each test. */
export class ExportBench {
  emulator!: Emulator
  /** The absolute path of the current workspace. */
  workspace!: string
  private readonly workspaces: string[] = []

  /** Makes a new, empty workspace the current one. */
  openWorkspace(): void {
    this.workspace = mkdtempSync(path.join(tmpdir(), 'feishu-export-'))
    this.workspaces.push(this.workspace)
  }

  /** Makes a copy of a workspace the current one. The original is not changed. */
  openCopyOf(workspace: string): void {
    this.openWorkspace()
    cpSync(workspace, this.workspace, { recursive: true })
  }

  /** Removes all workspaces. */
  dispose(): void {
    for (const workspace of this.workspaces) rmSync(workspace, { recursive: true, force: true })
  }

  /** Runs the built action with these inputs. */
  run(inputs: Inputs, options: RunOptions = {}): Promise<StepResult> {
    const { emulator, workspace } = this
    return runAction(
      'export',
      { 'access-token': emulator.accessToken, 'base-url': emulator.url, 'timeout-seconds': TIMEOUT_S, ...inputs },
      { workspace, ...options },
    )
  }

  /**
   * Exports in this process, from the source code: for runs that prepare or follow up a scenario, and for variants of it.
   * It is quicker than `run`: no process starts, and its waits are shorter. There is no log and no output `error-message`.
   * @throws InputError if an input is wrong
   */
  async runInProcess(inputs: Inputs): Promise<RunResult> {
    const { emulator, workspace } = this
    const given: Inputs = {
      'access-token': emulator.accessToken,
      'base-url': emulator.url,
      'timeout-seconds': TIMEOUT_S * WAIT_SPEED,
      ...inputs,
    }
    const ignore = (): void => undefined
    const parsed = readExportInputs((name) => String(given[name] ?? ''), ignore, workspace)
    const sources = await readSources(parsed, { workspace, readFile: (file) => readPlainFile(workspace, file) })
    const { outputs, error } = await run(
      { ...parsed, sources },
      {
        log: { info: ignore, warning: ignore, debug: ignore, group: ignore, endGroup: ignore },
        clock: quickClock(WAIT_SPEED),
        cancel: new AbortController().signal,
        mask: ignore,
        random: Math.random,
        keepOutputs: ignore,
        workspace,
        environment: {},
      },
    )
    const setOutputs = Object.entries(outputs).filter(([, value]) => value !== undefined)
    return {
      outputs: Object.fromEntries(setOutputs.map(([name, value]) => [name, String(value)])),
      errors: error === undefined ? [] : [error],
    }
  }

  /** Exports in this process, to prepare the workspace for a test. @throws Error if the export fails */
  async prepare(inputs: Inputs): Promise<void> {
    const { errors } = await this.runInProcess(inputs)
    if (errors.length > 0) throw new Error(`The preparation failed: ${errors.join()}`)
  }

  /** The paths of all regular files below the workspace, with `/`, sorted. A manifest at the top is left out. */
  files(): string[] {
    return readdirSync(this.workspace, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(this.workspace, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
      .filter((file) => file !== '.feishu-export.json')
      .sort()
  }

  /** The bytes of a file in the workspace. */
  read(file: string): Buffer {
    return readFileSync(path.join(this.workspace, file))
  }

  manifest(): ReadManifest {
    return JSON.parse(this.read('.feishu-export.json').toString()) as ReadManifest
  }

  /** Describes the records of the manifest whose file is missing or has other bytes than recorded. */
  wrongRecords(): string[] {
    return this.manifest().files.flatMap(({ path: file, fileSize, sha256 }) => {
      try {
        const bytes = this.read(file)
        const isSame = bytes.length === fileSize && createHash('sha256').update(bytes).digest('hex') === sha256
        return isSame ? [] : [`${file}: other bytes`]
      } catch {
        return [`${file}: missing`]
      }
    })
  }
}

/** Gives each test a new emulator and a new workspace. The workspaces are removed after the last test of the file. */
export function exportBench(options: EmulatorOptions = {}): ExportBench {
  const bench = new ExportBench()
  beforeEach(async () => {
    bench.emulator = await startEmulator(options)
    bench.openWorkspace()
  })
  afterEach(() => bench.emulator.stop())
  afterAll(() => bench.dispose())
  return bench
}

export const spaceLink = (spaceId: string): string => `https://acme.feishu.cn/wiki/space/${spaceId}?from=share`
export const folderLink = (token: string): string => `https://acme.feishu.cn/drive/folder/${token}`
export const docLink = (token: string): string => `https://acme.feishu.cn/docx/${token}`
