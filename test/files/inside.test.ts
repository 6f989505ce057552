import { link, lstat, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { DiskFault } from '../../src/files/disk-fault.js'
import {
  checkParentInside,
  ensureParentInside,
  inspectInside,
  removeEmptyAbove,
  removeInside,
} from '../../src/files/inside.js'
import { quickClock } from '../polling/quick-clock.js'
import { itIf } from '../skip.js'

const REMOVAL_AT_ONCE = {
  isMet: process.platform !== 'win32',
  reason: 'on Windows, the name of a removed folder may stay in use for a moment',
}

/** The folder that has `root` and the folder `outside` in it. The link `out` in `root` leads to `outside`. */
let base: string
let root: string
const at = (relative: string): string => path.join(root, relative)
const put = async (relative: string, text = 'text'): Promise<void> => {
  await mkdir(path.dirname(at(relative)), { recursive: true })
  await writeFile(at(relative), text)
}
const exists = (absolute: string): Promise<boolean> =>
  lstat(absolute).then(
    () => true,
    () => false,
  )

beforeEach(async () => {
  base = await mkdtemp(path.join(tmpdir(), 'feishu-inside-'))
  root = path.join(base, 'root')
  await mkdir(root)
  await mkdir(path.join(base, 'outside'))
  await writeFile(path.join(base, 'outside', 'A.docx'), 'theirs')
  await symlink(path.join(base, 'outside'), at('out'))
})
afterEach(() => rm(base, { recursive: true }))

describe('inspectInside', () => {
  test('returns size and kind; a link, and a file behind a link out of the root, are of the kind `other`', async () => {
    await put('x/A.docx', '1234567')
    await symlink(at('x'), at('inner'))
    await symlink(at('x/A.docx'), at('link.docx'))
    const inspect = inspectInside(root)
    expect(await inspect('x/A.docx')).toMatchObject({ size: 7, kind: 'file' })
    expect(await inspect('inner/A.docx')).toMatchObject({ kind: 'file' })
    expect(await inspect('x')).toMatchObject({ kind: 'other' })
    expect(await inspect('link.docx')).toMatchObject({ kind: 'other' })
    expect(await inspect('out/A.docx')).toMatchObject({ kind: 'other' })
    expect(await inspect('none/A.docx')).toBeUndefined()
    expect(await inspect('x/A.docx/B.docx')).toBeUndefined()
    expect(await inspectInside(path.join(base, 'no-root'))('A.docx')).toBeUndefined()
  })

  test('returns the same id for two names of one file, and different ids for different files', async () => {
    await put('A.docx', 'same')
    await put('B.docx', 'same')
    await link(at('A.docx'), at('a.docx'))
    const found = await Promise.all(['A.docx', 'a.docx', 'B.docx'].map(inspectInside(root)))
    const [upperCaseId, lowerCaseId, otherId] = found.map((info) => info?.id)
    expect(lowerCaseId).toBe(upperCaseId)
    expect(otherId).not.toBe(upperCaseId)
  })

  test('throws for a name that is too long for the disk', async () => {
    const name = 'x'.repeat(300)
    await expect(inspectInside(root)(name)).rejects.toThrow('Cannot inspect')
  })
})

describe('the folders above a path', () => {
  test('are created, with the root, also by several calls at once', async () => {
    root = path.join(base, 'new', 'root')
    await Promise.all(
      ['a/b/c/1', 'a/b/2', 'a/b/c/3', '4'].map((relative) => ensureParentInside(quickClock(50), root, relative)),
    )
    expect(await readdir(at('a/b'))).toEqual(['c'])
  })

  itIf(REMOVAL_AT_ONCE, 'are created again when another call removes them because they are empty', async () => {
    const relative = 'a/b/c/A.docx'
    // Six calls remove at most 18 folders: fewer than the tries to create them.
    const removeRepeatedly = async (): Promise<void> => {
      for (let n = 0; n < 6; n++) await removeEmptyAbove(root, relative)
    }
    for (let round = 0; round < 100; round++) {
      await Promise.all([ensureParentInside(quickClock(50), root, relative), removeRepeatedly()])
    }
  })

  test('may be links to folders inside the root', async () => {
    await mkdir(at('x'))
    await symlink('x', at('inner'))
    await ensureParentInside(quickClock(50), root, 'inner/y/A.docx')
    expect(await readdir(at('x'))).toEqual(['y'])
  })

  test('are refused behind a link that leads out of the root, before anything is created there', async () => {
    const refused = ensureParentInside(quickClock(50), root, 'out/y/A.docx')
    await expect(refused).rejects.toThrow(DiskFault)
    await expect(refused).rejects.toThrow(
      `Cannot use the folder "${at('out')}": it is a link that leads out of \`directory\`. Remove the link, or choose`,
    )
    await expect(ensureParentInside(quickClock(50), root, '../outside/y/A.docx')).rejects.toThrow(DiskFault)
    expect(await readdir(path.join(base, 'outside'))).toEqual(['A.docx'])
  })

  test('are refused if one of them is a file or a broken link', async () => {
    await put('x')
    await symlink(at('nowhere'), at('broken'))
    await expect(ensureParentInside(quickClock(50), root, 'x/A.docx')).rejects.toThrow(
      `Cannot create the folder "${at('x')}": a file has this name`,
    )
    await expect(ensureParentInside(quickClock(50), root, 'broken/A.docx')).rejects.toThrow('Cannot use the folder')
    await expect(ensureParentInside(quickClock(50), at('x'), 'A.docx')).rejects.toThrow(
      `Cannot create the folder "${at('x')}"`,
    )
  })
})

describe('checkParentInside', () => {
  test('accepts missing folders and links inside the root, but no link that leads out of the root', async () => {
    await mkdir(at('x'))
    await symlink('x', at('inner'))
    await checkParentInside(root, 'none/at/all/A.docx')
    await checkParentInside(root, 'inner/A.docx')
    await checkParentInside(path.join(base, 'no-root'), 'A.docx')
    await expect(checkParentInside(root, 'out/A.docx')).rejects.toThrow('it is a link that leads out of `directory`')
    await expect(checkParentInside(root, 'out/none/A.docx')).rejects.toThrow(DiskFault)
    expect((await readdir(root)).sort()).toEqual(['inner', 'out', 'x'])
  })

  test('refuses a root that is a broken link', async () => {
    await symlink(at('nowhere'), at('broken'))
    const refused = checkParentInside(at('broken'), 'A.docx')
    await expect(refused).rejects.toThrow(DiskFault)
    await expect(refused).rejects.toThrow(`Cannot use the folder "${at('broken')}"`)
  })
})

describe('removeInside and removeEmptyAbove', () => {
  test('remove a file and the folders that became empty by that, but not the root', async () => {
    await put('a/b/c/A.docx')
    await put('a/B.docx')
    expect(await removeInside(quickClock(50), root, 'a/b/c/A.docx')).toBe(true)
    expect(await readdir(at('a'))).toEqual(['B.docx'])
    expect(await removeInside(quickClock(50), root, 'a/B.docx')).toBe(true)
    expect(await exists(at('a'))).toBe(false)
    await rm(at('out'))
    await put('C.docx')
    expect(await removeInside(quickClock(50), root, 'C.docx')).toBe(true)
    expect(await exists(root)).toBe(true)
    expect(await removeInside(quickClock(50), root, 'C.docx')).toBe(false)
  })

  test('remove empty folders until one is not empty, is a link, or is the root', async () => {
    await mkdir(at('a/b/c'), { recursive: true })
    await put('a/kept')
    await removeEmptyAbove(root, 'a/b/c/A.docx')
    expect(await readdir(at('a'))).toEqual(['kept'])
    await mkdir(at('real'))
    await symlink('real', at('inner'))
    await removeEmptyAbove(root, 'inner/A.docx')
    expect((await readdir(root)).sort()).toEqual(['a', 'inner', 'out', 'real'])
    await mkdir(path.join(base, 'empty'))
    await removeEmptyAbove(path.join(base, 'empty'), 'A.docx')
    expect(await exists(path.join(base, 'empty'))).toBe(true)
  })

  test('remove an empty folder also if the folders below it were never created', async () => {
    await mkdir(at('a/b'), { recursive: true })
    await removeEmptyAbove(root, 'a/b/none/at/all/A.docx')
    expect(await readdir(root)).toEqual(['out'])
  })

  test('do not remove an empty folder behind a link that leads out of the root', async () => {
    await mkdir(path.join(base, 'outside', 'empty', 'inner'), { recursive: true })
    await removeEmptyAbove(root, 'out/empty/inner/A.docx')
    await removeEmptyAbove(root, 'out/empty/inner/none/A.docx')
    expect(await readdir(path.join(base, 'outside', 'empty'))).toEqual(['inner'])
  })

  test('do not remove a link or a folder in place of a file, nor a file outside the root', async () => {
    await put('x/A.docx')
    await symlink(at('x/A.docx'), at('link.docx'))
    for (const relative of ['out/A.docx', '../outside/A.docx', 'link.docx', 'x', 'out']) {
      expect(await removeInside(quickClock(50), root, relative)).toBe(false)
    }
    expect(await exists(path.join(base, 'outside', 'A.docx'))).toBe(true)
    expect((await readdir(root)).sort()).toEqual(['link.docx', 'out', 'x'])
  })
})
