import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from '@jest/globals'
import { answers, startEmulator } from '../emulator/index.js'
import { NAMED_PIPES, POSIX_SIGNALS } from '../platform.js'
import { itIf } from '../skip.js'
import { CALL_HANGS, deadPaths, hanging, refusing, refusingHandles } from './disk-faults.js'
import { runAction, type Inputs, type RunOptions, type StepResult } from './run-action.js'

const emulator = await startEmulator()
const workspaces: string[] = []
afterAll(async () => {
  await emulator.stop()
  for (const workspace of workspaces) rmSync(workspace, { recursive: true, force: true })
})

/** Makes a workspace. @param existing the content of a file `a.docx` in it */
function newWorkspace(existing?: string): string {
  const workspace = mkdtempSync(path.join(tmpdir(), 'feishu-disk-'))
  workspaces.push(workspace)
  if (existing !== undefined) writeFileSync(path.join(workspace, 'a.docx'), existing)
  return workspace
}

interface Downloaded {
  readonly step: StepResult
  /** The paths of all files and folders in the workspace, sorted. */
  readonly entries: readonly string[]
  /** The content of `a.docx`; undefined if it does not exist. */
  readonly text: string | undefined
}

/** Downloads a finished export as `a.docx`; a step that never ends is killed. */
async function download(inputs: Inputs, options: RunOptions): Promise<Downloaded> {
  const task = emulator.addTask({ bytes: 'content', durationMs: 0, startAt: 'now' })
  const common = { 'base-url': emulator.url, 'access-token': emulator.accessToken, 'timeout-seconds': 10 }
  const workspace = options.workspace ?? newWorkspace()
  const step = await runAction(
    'download',
    { ...common, 'file-token': task.fileToken, 'file-name': 'a.docx', ...inputs },
    { killAfterMs: 15_000, ...options, workspace },
  )
  const entries = readdirSync(workspace, { recursive: true }).map(String).sort()
  return {
    step,
    entries,
    text: entries.includes('a.docx') ? readFileSync(path.join(workspace, 'a.docx'), 'utf8') : undefined,
  }
}

/** Expects a step that failed by itself with this error. */
function expectFailed({ step }: Downloaded, error: RegExp): void {
  expect(step.errors).toEqual([expect.stringMatching(error)])
  expect([step.exitCode, step.signal]).toEqual([1, null])
  expect(step.outputs).toEqual({ 'error-message': step.errors[0] })
}

function expectSaved({ step, entries, text }: Downloaded): void {
  expect(step.errors).toEqual([])
  expect(step.exitCode).toBe(0)
  expect(text).toBe('content')
  expect(entries).toEqual(['a.docx'])
}

describe('a folder that cannot be created', () => {
  it.concurrent.each(existsSync('/proc/self') ? ['/proc/nope/x', '/proc/nope/deep/er'] : [])(
    'is an error immediately: %s, below a folder of the system',
    async (directory) => {
      const ended = await download({ directory }, {})
      expectFailed(ended, /^Cannot write into the folder "\/proc\/nope\/.*ENOENT.*Check the path/)
      expect(ended.step.durationMs).toBeLessThan(3000)
    },
  )

  it.concurrent('leaves no folder above it that the run created', async () => {
    const ended = await download(
      { directory: 'new/deep/er' },
      refusing({ calls: ['mkdir'], code: 'EROFS', paths: /[\\/]er$/ }),
    )
    expectFailed(ended, /Cannot write into the folder ".*er": the file system is read-only/)
    expect(ended.entries).toEqual([])
  })
})

describe('a disk that does not answer', () => {
  const TIMEOUT_S = 2
  /** The latest end of a step, after its start. */
  const LATEST_MS = (TIMEOUT_S + 2.5) * 1000
  const DOES_NOT_END =
    /^Time is up: the step did not end within 2 s \(`timeout-seconds`\)\. Something still waits.*disk.*Check the disks/

  it.concurrent('fails the step soon after the timeout', async () => {
    const ended = await download({ 'timeout-seconds': TIMEOUT_S }, hanging('mkdir'))
    expectFailed(ended, DOES_NOT_END)
    expect(ended.step.summary).toContain('The step did not end')
    expect(ended.step.durationMs).toBeGreaterThan(TIMEOUT_S * 1000)
    expect(ended.step.durationMs).toBeLessThan(LATEST_MS)
  })

  itIf(NAMED_PIPES, 'does not keep the process alive by a thread that waits for it', async () => {
    const pipe = path.join(newWorkspace(), 'pipe')
    execFileSync('mkfifo', [pipe])
    const ended = await download({ 'timeout-seconds': TIMEOUT_S }, hanging('mkdir', pipe))
    expectFailed(ended, DOES_NOT_END)
    expect(ended.step.durationMs).toBeLessThan(LATEST_MS)
  })

  itIf(POSIX_SIGNALS, 'does not keep a cancelled step from ending', async () => {
    const options = hanging('mkdir')
    const ended = await download(
      { 'timeout-seconds': 60 },
      { ...options, interrupt: { signal: 'SIGINT', when: CALL_HANGS } },
    )
    expectFailed(ended, /^Cancelled: the step did not end by itself\. Something still waits/)
    expect(ended.step.afterInterruptMs).toBeLessThan(2500)
  })

  it.concurrent('fails an export soon after the timeout too', async () => {
    const { token } = emulator.addDocument({ type: 'docx', title: 'A', durationMs: 0 })
    const common = { 'base-url': emulator.url, 'access-token': emulator.accessToken }
    // Longer, since an export takes about a second until it creates a folder.
    const inputs = { sources: `https://acme.feishu.cn/docx/${token}`, 'timeout-seconds': 4, directory: 'new' }
    const options = { workspace: newWorkspace(), killAfterMs: 15_000, ...hanging('mkdir') }
    const step = await runAction('export', { ...common, ...inputs }, options)
    expect(step.errors).toEqual([
      expect.stringMatching(/^Time is up: the step did not end within 4 s .*Check the disks/),
    ])
    expect(step.outputs['error-message']).toBe(step.errors[0])
    expect([step.exitCode, step.signal]).toEqual([1, null])
  })

  it.concurrent(
    'fails an export that inspects the files of an earlier run, with the numbers known so far',
    async () => {
      const { token } = emulator.addDocument({ type: 'docx', title: 'A', durationMs: 0 })
      const common = { 'base-url': emulator.url, 'access-token': emulator.accessToken }
      const inputs = { ...common, sources: `https://acme.feishu.cn/docx/${token}`, directory: 'new' }
      const workspace = newWorkspace()
      expect((await runAction('export', inputs, { workspace })).errors).toEqual([])
      const options = { workspace, killAfterMs: 15_000, ...deadPaths(/A\.docx$/) }
      const step = await runAction('export', { ...inputs, 'timeout-seconds': TIMEOUT_S }, options)
      expect(step.errors).toEqual([expect.stringMatching(DOES_NOT_END)])
      expect([step.exitCode, step.signal]).toEqual([1, null])
      expect(step.outputs).toMatchObject({ exported: '0', failed: '0', 'error-message': step.errors[0] })
      expect(step.durationMs).toBeLessThan(LATEST_MS)
    },
  )

  it.concurrent('fails an export that reads its list of sources', async () => {
    const workspace = newWorkspace()
    writeFileSync(path.join(workspace, 'list.txt'), 'https://acme.feishu.cn/docx/AbCdEfGhIjKlMnOpQrStUvWxYz1')
    const common = { 'base-url': emulator.url, 'access-token': emulator.accessToken }
    const inputs = { ...common, 'sources-file': 'list.txt', 'timeout-seconds': TIMEOUT_S }
    const step = await runAction('export', inputs, { workspace, killAfterMs: 15_000, ...deadPaths(/list\.txt$/) })
    expect(step.errors).toEqual([expect.stringMatching(DOES_NOT_END)])
    expect([step.exitCode, step.signal]).toEqual([1, null])
    expect(step.durationMs).toBeLessThan(LATEST_MS)
  })

  it.concurrent('is not reported for a step that ends by itself at its timeout', async () => {
    const task = emulator.addTask({ bytes: 'content', durationMs: 0, startAt: 'now' })
    emulator.script('download', () => answers.hang(), { token: task.fileToken })
    const ended = await download({ 'file-token': task.fileToken, 'timeout-seconds': TIMEOUT_S }, {})
    expectFailed(ended, /^Time is up: the file was not downloaded within 2 s/)
  })
})

describe('a file that another program holds for a moment', () => {
  it.concurrent.each(['EPERM', 'EACCES', 'EBUSY'])('is replaced after a while (%s)', async (code) => {
    const options = refusing({ calls: ['rename'], code, paths: /a\.docx$/, times: 3 })
    expectSaved(await download({ overwrite: true }, { ...options, workspace: newWorkspace('old') }))
  })

  it.concurrent('is removed after a while', async () => {
    expectSaved(await download({}, refusing({ calls: ['unlink'], code: 'EBUSY', paths: /\.part$/, times: 3 })))
  })

  it.concurrent('and does not release is an error after about a second, and nothing is left', async () => {
    const options = {
      ...refusing({ calls: ['rename'], code: 'EBUSY', paths: /a\.docx$/ }),
      workspace: newWorkspace('old'),
    }
    const ended = await download({ overwrite: true }, options)
    expectFailed(ended, /Cannot write the file ".*a\.docx": another program holds the file \(EBUSY\)/)
    expect(ended.step.durationMs).toBeGreaterThan(1000)
    expect(ended.entries).toEqual(['a.docx'])
    expect(ended.text).toBe('old')
  })

  it.concurrent('is retried, but any other refusal is an error immediately', async () => {
    const ended = await download(
      { overwrite: true },
      refusing({ calls: ['rename'], code: 'ENOSPC', paths: /a\.docx$/, times: 1 }),
    )
    expectFailed(ended, /the disk is full \(ENOSPC\)/)
  })

  it.concurrent('does not change what is reported if it is a temporary file that cannot be removed', async () => {
    const ended = await download({ 'file-size': 3 }, refusing({ calls: ['unlink'], code: 'EPERM', paths: /\.part$/ }))
    expectFailed(ended, /The received file has 7 bytes, but it must have 3/)
    expect(ended.entries).toEqual([expect.stringMatching(/^\.feishu-export-[\da-f]{24}\.part$/)])
  })
})

describe('a disk whose fsync fails', () => {
  it.concurrent.each(['EINVAL', 'ENOTSUP', 'ENOSYS', 'EPERM'])(
    'since it does not know fsync (%s) takes the file',
    async (code) => {
      expectSaved(await download({}, refusingHandles('sync', code)))
    },
  )

  it.concurrent.each([
    ['ENOSPC', /the disk is full/],
    ['EDQUOT', /share of the disk is used up/],
    ['EIO', /the disk does not work/],
  ])('with %s fails the step', async (code, words) => {
    const ended = await download({}, refusingHandles('sync', code))
    expectFailed(ended, words)
    expect(ended.entries).toEqual([])
  })
})
