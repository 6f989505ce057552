import { createHash, randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { DiskFault } from '../../src/files/disk-fault.js'
import { saveFile, findTargetFault, WrongSize, type SaveOptions, type SavedFile } from '../../src/files/save.js'
import { quickClock } from '../polling/quick-clock.js'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'feishu-save-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** A body that takes its parts one after another: it yields a text or bytes, calls a function, or throws an error. */
async function* pieces(...parts: (string | Uint8Array | Error | (() => Promise<void>))[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) {
    if (part instanceof Error) throw part
    if (typeof part === 'function') await part()
    else yield await Promise.resolve(Buffer.from(part))
  }
}

/** Saves a file in `folder`; by default with the content `abc`, without overwriting. */
function save(name: string, options: Partial<SaveOptions> = {}): Promise<SavedFile> {
  return saveFile({
    clock: quickClock(50),
    target: path.join(folder, name),
    body: pieces('ab', 'c'),
    overwrite: false,
    ...options,
  })
}

/** Returns the error of `work`; undefined if it succeeds. */
const catchError = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  )

describe('saveFile', () => {
  test('saves the file in new folders, and returns its size and hash', async () => {
    const bytes = randomBytes(300_000)
    const writtenBytes: number[] = []
    const saved = await save('a/b/合同.docx', {
      body: pieces(bytes.subarray(0, 100_000), new Uint8Array(), bytes.subarray(100_000)),
      expectedBytes: bytes.length,
      onBytes: (written) => writtenBytes.push(written),
    })
    expect(saved).toEqual({
      path: path.join(folder, 'a/b/合同.docx'),
      bytes: 300_000,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    })
    expect(await readFile(saved.path)).toEqual(bytes)
    expect(await readdir(path.join(folder, 'a/b'))).toEqual(['合同.docx'])
    expect(writtenBytes).toEqual([100_000, 100_000, 300_000])
  })

  test('saves an empty file', async () => {
    expect(await save('empty', { body: pieces(), expectedBytes: 0 })).toMatchObject({ bytes: 0 })
  })

  test('creates no file with the final name before all bytes are written', async () => {
    await save('a', {
      body: pieces('x', async () => {
        expect(await readdir(folder)).toEqual([expect.stringMatching(/^\.feishu-export-[\da-f]{24}\.part$/)])
      }),
    })
    expect(await readdir(folder)).toEqual(['a'])
  })

  test.each([
    ['a body that breaks', { body: pieces('ab', new Error('broken')) }, new Error('broken')],
    ['a body that is too short', { expectedBytes: 4 }, new WrongSize(3, 4)],
    ['a body that is too long', { expectedBytes: 1 }, new WrongSize(2, 1)],
  ])('leaves nothing behind after %s, not even the folder', async (_, options, error) => {
    expect(await catchError(save('new/deep/a', options))).toEqual(error)
    expect(await readdir(folder)).toEqual([])
  })

  test('stops reading a body that is longer than the expected size', async () => {
    let read = 0
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        read++
        yield await Promise.resolve(Buffer.alloc(1000))
      }
    }
    expect(await catchError(save('a', { body: endless(), expectedBytes: 2500 }))).toBeInstanceOf(WrongSize)
    expect(read).toBe(3)
  })

  test('keeps an existing file, and does not read the body', async () => {
    await writeFile(path.join(folder, 'a'), 'old')
    const fault = await catchError(save('a', { body: pieces(new Error('was read')) }))
    expect(fault).toBeInstanceOf(DiskFault)
    expect(fault).toMatchObject({
      code: 'EEXIST',
      message: expect.stringMatching(/exists already\. Set `overwrite: true`/),
    })
    expect(await readFile(path.join(folder, 'a'), 'utf8')).toBe('old')
  })

  test('keeps a file that another program creates while the body is written', async () => {
    const other = (): Promise<void> => writeFile(path.join(folder, 'a'), 'other')
    expect(await catchError(save('a', { body: pieces('mine', other) }))).toMatchObject({ code: 'EEXIST' })
    expect(await readdir(folder)).toEqual(['a'])
    expect(await readFile(path.join(folder, 'a'), 'utf8')).toBe('other')
  })

  test('replaces a file with `overwrite`, but not with an incomplete file', async () => {
    await writeFile(path.join(folder, 'a'), 'old')
    await catchError(save('a', { overwrite: true, body: pieces('new', new Error('broken')) }))
    expect(await readFile(path.join(folder, 'a'), 'utf8')).toBe('old')
    await save('a', { overwrite: true })
    expect(await readFile(path.join(folder, 'a'), 'utf8')).toBe('abc')
    expect(await readdir(folder)).toEqual(['a'])
  })

  test('does not change the file that a symbolic link leads to', async () => {
    await writeFile(path.join(folder, 'elsewhere'), 'old')
    await symlink('elsewhere', path.join(folder, 'a'))
    expect(await catchError(save('a'))).toMatchObject({ code: 'EEXIST' })
    await save('a', { overwrite: true })
    expect(await readFile(path.join(folder, 'elsewhere'), 'utf8')).toBe('old')
  })

  test('throws an error that names the path and the reason when the disk refuses', async () => {
    await mkdir(path.join(folder, 'a'))
    await writeFile(path.join(folder, 'file'), '')
    const [isFolder, below, long] = await Promise.all([
      catchError(save('a', { overwrite: true })),
      catchError(save('file/x/a')),
      catchError(save('y'.repeat(300))),
    ])
    expect(isFolder).toMatchObject({
      code: 'EISDIR',
      message: expect.stringContaining(`${path.join(folder, 'a')}": a folder has`),
    })
    expect(below).toMatchObject({ code: 'ENOTDIR', message: expect.stringMatching(/a part of the path is a file/) })
    expect(long).toMatchObject({ code: 'ENAMETOOLONG', message: expect.stringMatching(/path is too long/) })
    expect((await readdir(folder)).sort()).toEqual(['a', 'file'])
  })

  test.each([
    ['links in a circle', () => symlink('one', path.join(folder, 'one'))],
    [
      'a chain of too many links',
      async () => {
        await mkdir(path.join(folder, 'link0'))
        for (let n = 1; n <= 70; n++) await symlink(`link${n - 1}`, path.join(folder, `link${n}`))
        await symlink('link70', path.join(folder, 'one'))
      },
    ],
  ])('throws an error whose text is true of %s', async (_, makeLinks) => {
    await makeLinks()
    await expect(save('one/a')).rejects.toMatchObject({
      code: 'ELOOP',
      message: expect.stringMatching(/symbolic links in a circle, or too many of them/),
    })
  })

  test('may be called many times at once for one new folder; calls that fail do not remove the files of others', async () => {
    const saves = Array.from({ length: 100 }, (_, n) =>
      save(`new/deep/${n % 50}-${n}`, { body: n % 2 === 0 ? pieces(`${n}`) : pieces('x', new Error('broken')) }),
    )
    const results = await Promise.allSettled(saves)
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(50)
    expect(await readdir(path.join(folder, 'new/deep'))).toHaveLength(50)
  })

  test('creates its folder again when another call that failed has removed it', async () => {
    const broken = new Error('broken')
    const failRepeatedly = async (worker: number): Promise<void> => {
      for (let n = 0; n < 25; n++) {
        expect(await catchError(save(`new/deep/${worker}-${n}`, { body: pieces(broken) }))).toBe(broken)
      }
    }
    await Promise.all(Array.from({ length: 8 }, (_, worker) => failRepeatedly(worker)))
    // When several calls fail at the same time, an empty folder may remain.
    const left = await readdir(folder, { recursive: true, withFileTypes: true })
    expect(left.filter((entry) => !entry.isDirectory())).toEqual([])
  })

  test('of two calls at once for the same name, one saves its file and the other fails', async () => {
    const results = await Promise.allSettled([save('a', { body: pieces('one') }), save('a', { body: pieces('two') })])
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(await readdir(folder)).toEqual(['a'])
    expect((await stat(path.join(folder, 'a'))).size).toBe(3)
  })
})

test('findTargetFault reports what prevents saving before anything is written', async () => {
  await writeFile(path.join(folder, 'file'), '')
  const at = (name: string): string => path.join(folder, name)
  expect(await findTargetFault(at('free'), false)).toBeUndefined()
  expect(await findTargetFault(at('missing/free'), false)).toBeUndefined()
  expect(await findTargetFault(at('file'), false)).toMatchObject({ code: 'EEXIST' })
  expect(await findTargetFault(at('file'), true)).toBeUndefined()
  expect(await findTargetFault(folder, true)).toMatchObject({ code: 'EISDIR' })
})
