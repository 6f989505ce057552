import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals'
import { startEmulator, type Emulator, type RecordedRequest, type Task } from '../emulator/index.js'
import { runAction, type Inputs, type RunOptions, type StepResult } from './run-action.js'

/** An emulator, a workspace and the download action. */
export class DownloadBench {
  emulator!: Emulator
  workspace!: string

  /** Adds an export task that is finished already. */
  addExport(options: Parameters<Emulator['addTask']>[0] = {}): Task {
    return this.emulator.addTask({ durationMs: 0, startAt: 'now', ...options })
  }

  /** Runs the built action for the file of an export task. */
  run({ fileToken }: Pick<Task, 'fileToken'>, inputs: Inputs = {}, options: RunOptions = {}): Promise<StepResult> {
    const { emulator, workspace } = this
    const common = { 'base-url': emulator.url, 'access-token': emulator.accessToken, 'timeout-seconds': 10 }
    return runAction('download', { ...common, 'file-token': fileToken, ...inputs }, { workspace, ...options })
  }

  /** The paths of all files and folders below a folder of the workspace, relative to this folder, sorted. */
  files(folder = ''): string[] {
    return readdirSync(path.join(this.workspace, folder), { recursive: true }).map(String).sort()
  }

  /** The text of a file in the workspace. */
  text(file: string): string {
    return readFileSync(path.join(this.workspace, file), 'utf8')
  }

  /** The requests for the file of an export task. */
  requestsFor(task: Task): RecordedRequest[] {
    return this.emulator.requestsTo('download').filter((request) => request.path.includes(task.fileToken))
  }
}

/** Starts one emulator for all tests of a file, and gives each test a workspace of its own. */
export function downloadBench(): DownloadBench {
  const bench = new DownloadBench()
  beforeAll(async () => {
    bench.emulator = await startEmulator()
  })
  afterAll(() => bench.emulator.stop())
  beforeEach(() => {
    bench.workspace = mkdtempSync(path.join(tmpdir(), 'feishu-download-'))
  })
  afterEach(() => rmSync(bench.workspace, { recursive: true, force: true }))
  return bench
}
