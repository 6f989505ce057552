import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { answers, startEmulator, type Emulator, type Task } from '../emulator/index.js'
import { refusing, refusingHandles } from './faulty-disk.js'
import { preloading, runAction, type Inputs, type RunOptions, type StepResult } from './run-action.js'

let emulator: Emulator
let workspace: string

beforeAll(async () => {
  emulator = await startEmulator()
})
afterAll(() => emulator.stop())
beforeEach(() => {
  workspace = mkdtempSync(path.join(tmpdir(), 'feishu-download-'))
})
afterEach(() => rmSync(workspace, { recursive: true, force: true }))

/** A finished export. */
function exported(
  title: string,
  bytes: string | Buffer | { size: number; seed: string } = 'content',
  fileExtension = 'docx',
): Task {
  return emulator.addTask({ title, bytes, fileExtension, durationMs: 0, startAt: 'now' })
}

function download(task: Task, inputs: Inputs = {}, options: RunOptions = {}): Promise<StepResult> {
  const common = { 'base-url': emulator.url, 'access-token': emulator.accessToken, 'timeout-seconds': 10 }
  return runAction('download', { ...common, 'file-token': task.fileToken, ...inputs }, { workspace, ...options })
}

const files = (directory = ''): string[] =>
  readdirSync(path.join(workspace, directory), { recursive: true }).map(String).sort()
const text = (name: string): string => readFileSync(path.join(workspace, name), 'utf8')
const requestsFor = (task: Task): number =>
  emulator.requests.filter((request) => request.path.includes(task.fileToken)).length

function expectRed(step: StepResult, error: RegExp): void {
  expect(step.errors).toEqual([expect.stringMatching(error)])
  expect(step.exitCode).toBe(1)
  expect(step.outputs).toEqual({ 'error-message': step.errors[0] })
}

describe('a file', () => {
  test('is saved, checked, and told of in outputs, log and summary', async () => {
    const task = exported('合同/A', { size: 300_000, seed: 'a' }, 'pdf')
    const inputs = { 'file-name': '合同/A', 'file-extension': 'pdf', 'file-size': 300_000, directory: 'out/合同' }
    const step = await download(task, inputs)
    const sha256 = emulator.expectedSha256(task.document.token, 'pdf')
    expect(step.errors).toEqual([])
    expect(step.outputs).toEqual({
      path: path.join(workspace, 'out/合同/合同_A.pdf'),
      'file-name': '合同_A.pdf',
      'file-size': '300000',
      sha256,
    })
    expect(readFileSync(step.outputs['path'] ?? '')).toEqual(emulator.expectedBytes(task.document.token, 'pdf'))
    expect(files('out/合同')).toEqual(['合同_A.pdf'])
    expect(step.log).toEqual([
      expect.stringMatching(`^Downloaded "合同_A.pdf": 300.0 kB in \\d.* s, SHA-256 ${sha256}$`),
    ])
    expect(step.summary).toContain(sha256)
    expect(step.summary).toContain('300&#46;0 kB')
    expect(step.summary).toContain('合同&#95;A&#46;pdf')
    expect(requestsFor(task)).toBe(1)
  })

  test('has the name given, else the one that the service sends, else its token', async () => {
    const task = exported('从服务来的 "名"')
    const steps = await Promise.all([
      download(task, { 'file-name': 'mine' }),
      download(task, { 'file-name': 'Mine.DOCX', 'file-extension': '.docx' }),
      download(task, { 'file-name': ' ', 'file-extension': 'docx' }),
      download(task, { directory: 'plain' }),
    ])
    expect(steps.map(({ outputs }) => outputs['file-name'])).toEqual([
      'mine',
      'Mine.DOCX',
      '从服务来的 _名_.docx',
      '从服务来的 _名_.docx',
    ])
    emulator.script('download', () => ({ status: 200, body: 'x' }), { token: task.fileToken })
    const nameless = await download(task, { 'file-extension': 'docx' })
    expect(nameless.outputs['file-name']).toBe(`${task.fileToken}.docx`)
  })

  test.each([
    ['../../../etc/passwd', '.._.._.._etc_passwd.docx'],
    ['/etc/passwd', '_etc_passwd.docx'],
    ['..', '_.docx'],
    ['.git', '_.git.docx'],
    ['NUL', '_NUL.docx'],
    ['a\n::error::owned', 'a___error__owned.docx'],
    ['合'.repeat(200), `${'合'.repeat(83)}.docx`],
  ])('of the hostile name %j is saved as %j', async (title, expected) => {
    const step = await download(exported(title), { 'file-extension': 'docx', directory: 'out' })
    expect(step.errors).toEqual([])
    expect(step.outputs['file-name']).toBe(expected)
    expect(files()).toEqual(['out', path.join('out', expected)])
  })

  test('that is JSON is a file when the service says that it is an attachment', async () => {
    const task = exported('data')
    const json = '{"code":1069902,"msg":"a document about errors"}'
    const headers = { 'content-type': 'application/json', 'content-disposition': 'attachment; filename="data.json"' }
    emulator.script('download', [answers.file(json, headers)], { token: task.fileToken })
    const step = await download(task)
    expect(step.outputs['file-name']).toBe('data.json')
    expect(text('data.json')).toBe(json)
  })

  test('takes no more memory the larger it is', async () => {
    const task = exported('big', { size: 150_000_000, seed: 'big' })
    const tell = preloading('process.on("exit",()=>console.log("RSS",process.resourceUsage().maxRSS))')
    const step = await download(task, { 'file-size': 150_000_000 }, tell)
    expect(step.outputs['sha256']).toBe(emulator.expectedSha256(task.document.token, 'docx'))
    const kilobytes = Number(/RSS (\d+)/.exec(step.log.join('\n'))?.[1])
    expect(kilobytes).toBeGreaterThan(10_000)
    expect(kilobytes).toBeLessThan(120_000)
  })
})

describe('an existing file', () => {
  test('is an error before any request when the name is known', async () => {
    writeFileSync(path.join(workspace, 'a.docx'), 'old')
    const task = exported('a')
    const step = await download(task, { 'file-name': 'a', 'file-extension': 'docx' })
    expectRed(step, /The file ".*a\.docx" exists already\. Set `overwrite: true`/)
    expect(requestsFor(task)).toBe(0)
    expect(text('a.docx')).toBe('old')
  })

  test('is an error before the body is read when the name comes from the service', async () => {
    writeFileSync(path.join(workspace, 'big.docx'), 'old')
    const task = exported('big', { size: 500_000_000, seed: 'x' })
    const step = await download(task)
    expectRed(step, /big\.docx" exists already/)
    expect(step.durationMs).toBeLessThan(2000)
    expect(files()).toEqual(['big.docx'])
    expect(text('big.docx')).toBe('old')
  })

  test('is replaced when asked for, but never by half a file', async () => {
    writeFileSync(path.join(workspace, 'a.docx'), 'old')
    const task = exported('a', 'new content')
    const remove = emulator.script('download', () => answers.cut(), { token: task.fileToken })
    const inputs = { 'file-name': 'a.docx', overwrite: true }
    expectRed(
      await download(task, { ...inputs, 'timeout-seconds': 1 }),
      /Time is up: the file was not downloaded within 1 s/,
    )
    expect(text('a.docx')).toBe('old')
    remove()
    expect((await download(task, inputs)).exitCode).toBe(0)
    expect(text('a.docx')).toBe('new content')
    expect(files()).toEqual(['a.docx'])
  })

  test('a folder of that name is never replaced', async () => {
    mkdirSync(path.join(workspace, 'a.docx'))
    const task = exported('a')
    expectRed(await download(task, { 'file-name': 'a.docx', overwrite: true }), /a folder has this name \(EISDIR\)/)
    expect(requestsFor(task)).toBe(0)
  })
})

describe('a file system without hard links', () => {
  const noLinks = refusing('link', 'EPERM')

  test('takes the file all the same, and replaces nothing', async () => {
    const task = exported('a')
    const step = await download(task, { 'file-name': 'a.docx' }, noLinks)
    expect(step.errors).toEqual([])
    expect(text('a.docx')).toBe('content')
    writeFileSync(path.join(workspace, 'b.docx'), 'old')
    emulator.script('download', [answers.file('new', { 'content-disposition': 'attachment; filename=b.docx' })], {
      token: task.fileToken,
    })
    expectRed(await download(task, {}, noLinks), /exists already/)
    expect(text('b.docx')).toBe('old')
    expect(files()).toEqual(['a.docx', 'b.docx'])
  })
})

describe('a fault of the disk is told at once, with the path, and nothing is left', () => {
  test.each([
    ['ENOSPC', /Cannot write the file ".*out.a\.docx": the disk is full \(ENOSPC\)\. Make room/],
    ['EDQUOT', /share of the disk is used up \(EDQUOT\)/],
    ['EIO', /the disk does not work \(EIO\)/],
  ])('%s', async (code, error) => {
    const task = exported('a', { size: 1_000_000, seed: 'x' })
    expectRed(await download(task, { directory: 'out' }, refusingHandles('writev', code, 100_000)), error)
    expect(requestsFor(task)).toBe(1)
    expect(files()).toEqual([])
  })

  test('a file where a folder should be', async () => {
    writeFileSync(path.join(workspace, 'out'), '')
    const step = await download(exported('a'), { directory: 'out/x' })
    expectRed(step, /Cannot .* ".*out.x.*": a part of the path is a file, not a folder \(ENOTDIR\)/)
  })
})
