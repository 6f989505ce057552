import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { answers, type Task } from '../emulator/index.js'
import { downloadBench } from './download-support.js'
import { expectFailure } from './expect-step.js'
import { refusing, refusingHandles } from './disk-faults.js'
import { readUsage, writingUsage } from './process-usage.js'

const bench = downloadBench()

/** Adds a finished export of a document with this title. @param bytes the content of the exported file */
function addExport(
  title: string,
  bytes: string | Buffer | { size: number; seed: string } = 'content',
  fileExtension = 'docx',
): Task {
  return bench.addExport({ title, bytes, fileExtension })
}

describe('a file', () => {
  test('is saved, checked, and reported in outputs, log and summary', async () => {
    const task = addExport('合同/A', { size: 300_000, seed: 'a' }, 'pdf')
    const inputs = { 'file-name': '合同/A', 'file-extension': 'pdf', 'file-size': 300_000, directory: 'out/合同' }
    const step = await bench.run(task, inputs)
    const sha256 = bench.emulator.expectedSha256(task.document.token, 'pdf')
    expect(step.errors).toEqual([])
    expect(step.outputs).toEqual({
      path: path.join(bench.workspace, 'out/合同/合同_A.pdf'),
      'file-name': '合同_A.pdf',
      'file-size': '300000',
      sha256,
    })
    expect(readFileSync(step.outputs['path'] ?? '')).toEqual(bench.emulator.expectedBytes(task.document.token, 'pdf'))
    expect(bench.files('out/合同')).toEqual(['合同_A.pdf'])
    expect(step.log).toEqual([
      expect.stringMatching(`^Downloaded "合同_A.pdf": 300.0 kB in \\d.* s, SHA-256 ${sha256}$`),
    ])
    expect(step.summary).toContain(sha256)
    expect(step.summary).toContain('300&#46;0 kB')
    expect(step.summary).toContain('合同&#95;A&#46;pdf')
    expect(bench.requestsFor(task)).toHaveLength(1)
  })

  test('has the name from the input, or else the one that the service sends, or else its token', async () => {
    const task = addExport('从服务来的 "名"')
    const steps = await Promise.all([
      bench.run(task, { 'file-name': 'mine' }),
      bench.run(task, { 'file-name': 'Mine.DOCX', 'file-extension': '.docx' }),
      bench.run(task, { 'file-name': ' ', 'file-extension': 'docx' }),
      bench.run(task, { directory: 'plain' }),
    ])
    expect(steps.map(({ outputs }) => outputs['file-name'])).toEqual([
      'mine',
      'Mine.DOCX',
      '从服务来的 _名_.docx',
      '从服务来的 _名_.docx',
    ])
    bench.emulator.script('download', () => ({ status: 200, body: 'x' }), { token: task.fileToken })
    const nameless = await bench.run(task, { 'file-extension': 'docx' })
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
    const step = await bench.run(addExport(title), { 'file-extension': 'docx', directory: 'out' })
    expect(step.errors).toEqual([])
    expect(step.outputs['file-name']).toBe(expected)
    expect(bench.files()).toEqual(['out', path.join('out', expected)])
  })

  test('may be JSON if the service sends it as an attachment', async () => {
    const task = addExport('data')
    const json = '{"code":1069902,"msg":"a document about errors"}'
    const headers = { 'content-type': 'application/json', 'content-disposition': 'attachment; filename="data.json"' }
    bench.emulator.script('download', [answers.file(json, headers)], { token: task.fileToken })
    const step = await bench.run(task)
    expect(step.outputs['file-name']).toBe('data.json')
    expect(bench.text('data.json')).toBe(json)
  })

  test('needs no more memory if it is large', async () => {
    const task = addExport('big', { size: 200_000_000, seed: 'big' })
    const usageFile = path.join(bench.workspace, 'usage')
    const step = await bench.run(task, { 'file-size': 200_000_000 }, writingUsage(usageFile))
    expect(step.outputs['sha256']).toBe(bench.emulator.expectedSha256(task.document.token, 'docx'))
    const { peakBytes } = readUsage(usageFile)
    expect(peakBytes).toBeGreaterThan(10_000_000)
    expect(peakBytes).toBeLessThan(120_000_000)
  })
})

describe('an existing file', () => {
  test('is an error before any request when the name is known', async () => {
    writeFileSync(path.join(bench.workspace, 'a.docx'), 'old')
    const task = addExport('a')
    const step = await bench.run(task, { 'file-name': 'a', 'file-extension': 'docx' })
    expectFailure(step, /The file ".*a\.docx" exists already\. Set `overwrite: true`/)
    expect(bench.requestsFor(task)).toEqual([])
    expect(bench.text('a.docx')).toBe('old')
  })

  test('is an error before the body is read when the name comes from the service', async () => {
    writeFileSync(path.join(bench.workspace, 'big.docx'), 'old')
    const task = addExport('big', { size: 500_000_000, seed: 'x' })
    const step = await bench.run(task)
    expectFailure(step, /big\.docx" exists already/)
    expect(step.durationMs).toBeLessThan(2000)
    expect(bench.files()).toEqual(['big.docx'])
    expect(bench.text('big.docx')).toBe('old')
  })

  test('is replaced with overwrite, but never by an incomplete file', async () => {
    writeFileSync(path.join(bench.workspace, 'a.docx'), 'old')
    const task = addExport('a', 'new content')
    const remove = bench.emulator.script('download', () => answers.cut(), { token: task.fileToken })
    const inputs = { 'file-name': 'a.docx', overwrite: true }
    expectFailure(
      await bench.run(task, { ...inputs, 'timeout-seconds': 1 }),
      /Time is up: the file was not downloaded within 1 s/,
    )
    expect(bench.text('a.docx')).toBe('old')
    remove()
    expect((await bench.run(task, inputs)).exitCode).toBe(0)
    expect(bench.text('a.docx')).toBe('new content')
    expect(bench.files()).toEqual(['a.docx'])
  })

  test('is never replaced if it is a folder', async () => {
    mkdirSync(path.join(bench.workspace, 'a.docx'))
    const task = addExport('a')
    expectFailure(
      await bench.run(task, { 'file-name': 'a.docx', overwrite: true }),
      /a folder has this name \(EISDIR\)/,
    )
    expect(bench.requestsFor(task)).toEqual([])
  })
})

describe('a file system without hard links', () => {
  const noLinks = refusing({ calls: ['link'], paths: /./ })

  test('can have the file too, and no file is replaced', async () => {
    const task = addExport('a')
    const step = await bench.run(task, { 'file-name': 'a.docx' }, noLinks)
    expect(step.errors).toEqual([])
    expect(bench.text('a.docx')).toBe('content')
    writeFileSync(path.join(bench.workspace, 'b.docx'), 'old')
    bench.emulator.script('download', [answers.file('new', { 'content-disposition': 'attachment; filename=b.docx' })], {
      token: task.fileToken,
    })
    expectFailure(await bench.run(task, {}, noLinks), /exists already/)
    expect(bench.text('b.docx')).toBe('old')
    expect(bench.files()).toEqual(['a.docx', 'b.docx'])
  })
})

describe('a fault of the disk is reported immediately with the path, and no file is left', () => {
  // The disk fails after some bytes.
  test.each([
    ['ENOSPC', /Cannot write the file ".*out.a\.docx": the disk is full \(ENOSPC\)\. Make room/],
    ['EDQUOT', /share of the disk is used up \(EDQUOT\)/],
    ['EIO', /the disk does not work \(EIO\)/],
  ])('%s', async (code, error) => {
    const task = addExport('a', { size: 1_000_000, seed: 'x' })
    expectFailure(await bench.run(task, { directory: 'out' }, refusingHandles('writev', code, 100_000)), error)
    expect(bench.requestsFor(task)).toHaveLength(1)
    expect(bench.files()).toEqual([])
  })

  test('a file where a folder should be', async () => {
    writeFileSync(path.join(bench.workspace, 'out'), '')
    const step = await bench.run(addExport('a'), { directory: 'out/x' })
    expectFailure(step, /Cannot .* ".*out.x.*": a part of the path is a file, not a folder \(ENOTDIR\)/)
  })
})
