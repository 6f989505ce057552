import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { createFolders, removeEmptyFolders } from '../../src/files/folders.js'
import { systemClock } from '../../src/polling/clock.js'

let root: string

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'feishu-folders-'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

const at = (...names: string[]): string => path.join(root, ...names)
const create = (directory: string): Promise<string | undefined> => createFolders(systemClock, directory)
const entries = async (): Promise<string[]> => (await readdir(root, { recursive: true })).sort()

test('creates the missing folders, and returns the outermost of them', async () => {
  expect(await create(at('a', 'b', 'c'))).toBe(at('a'))
  expect(await create(at('a', 'b', 'd'))).toBe(at('a', 'b', 'd'))
  expect(await create(at('a', 'b', 'c'))).toBeUndefined()
  expect(await create(root)).toBeUndefined()
  expect(await create(path.parse(root).root)).toBeUndefined()
  expect(await entries()).toEqual(['a', 'a/b', 'a/b/c', 'a/b/d'])
})

test('creates folders behind a link to a folder', async () => {
  await mkdir(at('real'))
  await symlink('real', at('link'))
  expect(await create(at('link'))).toBeUndefined()
  expect(await create(at('link', 'in'))).toBe(at('link', 'in'))
  expect(await entries()).toContain('real/in')
})

test('after an error, such as a file in the way, the folders that were created before it are removed', async () => {
  await writeFile(at('file'), '')
  await symlink('nowhere', at('dangling'))
  await expect(create(at('file'))).rejects.toMatchObject({ code: 'ENOTDIR' })
  await expect(create(at('file', 'a'))).rejects.toMatchObject({ code: 'ENOTDIR' })
  await expect(create(at('dangling'))).rejects.toMatchObject({ code: 'ENOTDIR' })
  await expect(create(at('new', 'y'.repeat(300)))).rejects.toMatchObject({ code: 'ENAMETOOLONG' })
  await expect(create(at('new', 'deep', 'y'.repeat(300), 'x'))).rejects.toMatchObject({ code: 'ENAMETOOLONG' })
  expect(await entries()).toEqual(['dangling', 'file'])
})

const testOnLinux = existsSync('/proc/self') ? test : test.skip
testOnLinux('an existing folder that no folder can be created in is an error, not an endless loop', async () => {
  await expect(create('/proc/nope')).rejects.toMatchObject({ code: 'ENOENT' })
  await expect(create('/proc/nope/deep/er')).rejects.toMatchObject({ code: 'ENOENT' })
})

test('several calls may create the same folders at once; one of them returns the outermost', async () => {
  const outermost = await Promise.all(Array.from({ length: 50 }, (_, n) => create(at('a', 'b', String(n % 10)))))
  expect(outermost.filter((folder) => folder === at('a'))).toHaveLength(1)
  expect(await readdir(at('a', 'b'))).toHaveLength(10)
})

test('empty folders are removed from the innermost to the given outermost one, or until one is not empty', async () => {
  await create(at('a', 'b', 'c'))
  await writeFile(at('a', 'kept'), '')
  await removeEmptyFolders(systemClock, at('a', 'b', 'c'), at('a'))
  expect(await entries()).toEqual(['a', 'a/kept'])
  await create(at('x', 'y', 'z'))
  await removeEmptyFolders(systemClock, at('x', 'y', 'z'), at('x', 'y'))
  expect(await entries()).toEqual(['a', 'a/kept', 'x'])
})
