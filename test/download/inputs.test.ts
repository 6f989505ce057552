import path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { readDownloadInputs } from '../../src/download/inputs.js'
import { classifyJobStatus } from '../../src/feishu/tasks/job-status.js'
import { InputError } from '../../src/runner/inputs.js'

type Inputs = Readonly<Record<string, string>>

const WORKSPACE = path.resolve('/home/workspace')

/** Reads the inputs, with a credential and a file token unless `inputs` has others. */
function read(inputs: Inputs): ReturnType<typeof readDownloadInputs> {
  const all: Inputs = { 'access-token': 't-abc', 'file-token': 'boxcnAbC', ...inputs }
  return readDownloadInputs(
    (name) => all[name] ?? '',
    () => undefined,
    WORKSPACE,
  )
}

describe('readDownloadInputs', () => {
  test('has defaults for everything but the file token and the credential', () => {
    expect(read({})).toEqual({
      credential: { kind: 'token', accessToken: 't-abc' },
      baseUrl: 'https://open.feishu.cn',
      timeoutMs: 600_000,
      fileToken: 'boxcnAbC',
      fileName: undefined,
      fileExtension: '',
      fileSize: undefined,
      directory: WORKSPACE,
      overwrite: false,
    })
  })

  test('ignores surrounding blanks, and accepts sizes of more than 4 GB', () => {
    expect(read({ 'file-token': ' boxcnAbC\n', 'file-size': ' 5000000000 ', overwrite: ' TRUE ' })).toMatchObject({
      fileToken: 'boxcnAbC',
      fileSize: 5_000_000_000,
      overwrite: true,
    })
  })

  test('accepts every file token that the wait step hands over', () => {
    for (const fileToken of ['boxcnAbC', 'box.A=~', 'a+b:c@d-e_f', 'A'.repeat(200)]) {
      expect(classifyJobStatus({ result: { job_status: 0, file_token: fileToken } })).toMatchObject({ kind: 'done' })
      expect(read({ 'file-token': fileToken })).toMatchObject({ fileToken })
    }
  })

  test.each([
    ['out', path.join(WORKSPACE, 'out')],
    [' ./out/合同/ ', path.join(WORKSPACE, 'out', '合同')],
    ['..', path.dirname(WORKSPACE)],
    [path.resolve('/elsewhere'), path.resolve('/elsewhere')],
  ])('resolves the directory %j to %j', (directory, expected) => {
    expect(read({ directory }).directory).toBe(expected)
  })

  test.each<[string, Inputs, RegExp]>([
    ['no file token', { 'file-token': '' }, /`file-token` is empty\. Give the wait step's output/],
    ['a file token that is a path', { 'file-token': '../auth' }, /only letters, digits and -_/],
    ['a file token of dots', { 'file-token': '..' }, /which is not the exported file's token/],
    [
      'a link as the file token',
      { 'file-token': 'https://x.feishu.cn/docx/AbC' },
      /^Input `file-token` is a link\. Give the wait step's output: \$\{\{ steps\.wait\.outputs\.file-token \}\}\.$/,
    ],
    ['a file token that is too long', { 'file-token': 'A'.repeat(201) }, /201 characters.*at most 200/],
    ['a credential as the file token', { 'file-token': `eyJ${'a'.repeat(60)}` }, /looks like a credential/],
    [
      'a size that is not a number',
      { 'file-size': '34 kB' },
      /`file-size` is "34 kB", which is not a number of bytes\. Give/,
    ],
    ['a negative size', { 'file-size': '-1' }, /not a number of bytes/],
    ['a size larger than any file', { 'file-size': '9'.repeat(20) }, /not a number of bytes/],
    ['a directory with NUL', { directory: 'a\0b' }, /`directory` holds a NUL character/],
    ['overwrite with another word', { overwrite: 'yes' }, /`overwrite` is "yes"\. Write true or false/],
  ])('refuses %s', (_, inputs, error) => {
    expect(() => read(inputs)).toThrow(InputError)
    expect(() => read(inputs)).toThrow(error)
  })
})
