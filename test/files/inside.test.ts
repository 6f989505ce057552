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

let base: string
let root: string
const at = (relative: string): string => path.join(root, relative)
const put = async (relative: string, text = 'text'): Promise<void> => {
  await mkdir(path.dirname(at(relative)), { recursive: true })
  await writeFile(at(relative), text)
}
const isThere = (absolute: string): Promise<boolean> =>
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
  test('says size and kind, and does not follow a link at the end or out of the root', async () => {
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

  test('gives the same id for two names of one file, and another one for every other file', async () => {
    await put('A.docx', 'same')
    await put('B.docx', 'same')
    await link(at('A.docx'), at('a.docx'))
    const found = await Promise.all(['A.docx', 'a.docx', 'B.docx'].map(inspectInside(root)))
    const [A, a, B] = found.map((fact) => fact?.id)
    expect(a).toBe(A)
    expect(B).not.toBe(A)
  })

  test('a name too long for the disk is a fault with the path', async () => {
    const name = 'x'.repeat(300)
    await expect(inspectInside(root)(name)).rejects.toThrow('Cannot inspect')
  })
})

describe('folders', () => {
  test('are created, the root too, any number of times at once', async () => {
    root = path.join(base, 'new', 'root')
    await Promise.all(
      ['a/b/c/1', 'a/b/2', 'a/b/c/3', '4'].map((relative) => ensureParentInside(quickClock(50), root, relative)),
    )
    expect(await readdir(at('a/b'))).toEqual(['c'])
  })

  test('may be links that stay inside', async () => {
    await mkdir(at('x'))
    await symlink('x', at('inner'))
    await ensureParentInside(quickClock(50), root, 'inner/y/A.docx')
    expect(await readdir(at('x'))).toEqual(['y'])
  })

  test('are refused behind a link that leads out, before anything is made there', async () => {
    const refused = ensureParentInside(quickClock(50), root, 'out/y/A.docx')
    await expect(refused).rejects.toThrow(DiskFault)
    await expect(refused).rejects.toThrow(
      `Cannot use the folder "${at('out')}": it is a link that leads out of \`directory\`. Remove the link, or choose`,
    )
    await expect(ensureParentInside(quickClock(50), root, '../outside/y/A.docx')).rejects.toThrow(DiskFault)
    expect(await readdir(path.join(base, 'outside'))).toEqual(['A.docx'])
  })

  test('are refused where a file or a broken link is in the way', async () => {
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

describe('the way to a file', () => {
  test('may be missing or inside, but not lead out', async () => {
    await mkdir(at('x'))
    await symlink('x', at('inner'))
    await checkParentInside(root, 'none/at/all/A.docx')
    await checkParentInside(root, 'inner/A.docx')
    await checkParentInside(path.join(base, 'no-root'), 'A.docx')
    await expect(checkParentInside(root, 'out/A.docx')).rejects.toThrow('it is a link that leads out of `directory`')
    await expect(checkParentInside(root, 'out/none/A.docx')).rejects.toThrow(DiskFault)
    expect((await readdir(root)).sort()).toEqual(['inner', 'out', 'x'])
  })
})

describe('removing', () => {
  test('a file also removes the folders that became empty, and no other', async () => {
    await put('a/b/c/A.docx')
    await put('a/B.docx')
    expect(await removeInside(quickClock(50), root, 'a/b/c/A.docx')).toBe(true)
    expect(await readdir(at('a'))).toEqual(['B.docx'])
    expect(await removeInside(quickClock(50), root, 'a/B.docx')).toBe(true)
    expect(await isThere(at('a'))).toBe(false)
    await rm(at('out'))
    await put('C.docx')
    expect(await removeInside(quickClock(50), root, 'C.docx')).toBe(true)
    expect(await isThere(root)).toBe(true)
    expect(await removeInside(quickClock(50), root, 'C.docx')).toBe(false)
  })

  test('of empty folders stops at one with anything in it, at a link, and at the root', async () => {
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
    expect(await isThere(path.join(base, 'empty'))).toBe(true)
  })

  test('touches neither links nor folders nor what is outside', async () => {
    await put('x/A.docx')
    await symlink(at('x/A.docx'), at('link.docx'))
    for (const relative of ['out/A.docx', '../outside/A.docx', 'link.docx', 'x', 'out']) {
      expect(await removeInside(quickClock(50), root, relative)).toBe(false)
    }
    expect(await isThere(path.join(base, 'outside', 'A.docx'))).toBe(true)
    expect((await readdir(root)).sort()).toEqual(['link.docx', 'out', 'x'])
  })
})
