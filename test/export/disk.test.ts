import { link, lstat, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { cleanTemporaries, diskFacts, ensureParentInside, removeInside } from '../../src/export/placement/disk.js'
import { isTemporaryName } from '../../src/export/naming/layout.js'
import { DiskFault } from '../../src/files/disk-fault.js'
import { saveFile } from '../../src/files/save.js'

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
  base = await mkdtemp(path.join(tmpdir(), 'disk-'))
  root = path.join(base, 'root')
  await mkdir(root)
  await mkdir(path.join(base, 'outside'))
  await writeFile(path.join(base, 'outside', 'A.docx'), 'theirs')
  await symlink(path.join(base, 'outside'), at('out'))
})
afterEach(() => rm(base, { recursive: true }))

describe('looking', () => {
  test('tells size and kind, and does not follow links outside or at the end', async () => {
    await put('x/A.docx', '1234567')
    await symlink(at('x'), at('inner'))
    await symlink(at('x/A.docx'), at('link.docx'))
    const look = diskFacts(root)
    expect(look('x/A.docx')).toMatchObject({ size: 7, kind: 'file' })
    expect(look('inner/A.docx')).toMatchObject({ kind: 'file' })
    expect(look('x')).toMatchObject({ kind: 'other' })
    expect(look('link.docx')).toMatchObject({ kind: 'other' })
    expect(look('out/A.docx')).toMatchObject({ kind: 'other' })
    expect(look('none/A.docx')).toBeUndefined()
    expect(look('x/A.docx/B.docx')).toBeUndefined()
    expect(diskFacts(path.join(base, 'no-root'))('A.docx')).toBeUndefined()
  })

  test('a name too long for the disk is a fault with the path', () => {
    const name = 'x'.repeat(300)
    expect(() => diskFacts(root)(name)).toThrow('Cannot look at')
  })
})

describe('folders', () => {
  test('are created, the root too, any number of times at once', async () => {
    root = path.join(base, 'new', 'root')
    await Promise.all(['a/b/c/1', 'a/b/2', 'a/b/c/3', '4'].map((relative) => ensureParentInside(root, relative)))
    expect(await readdir(at('a/b'))).toEqual(['c'])
  })

  test('may be links that stay inside', async () => {
    await mkdir(at('x'))
    await symlink('x', at('inner'))
    await ensureParentInside(root, 'inner/y/A.docx')
    expect(await readdir(at('x'))).toEqual(['y'])
  })

  test('are refused behind a link that leads out, before anything is made there', async () => {
    const refused = ensureParentInside(root, 'out/y/A.docx')
    await expect(refused).rejects.toThrow(DiskFault)
    await expect(refused).rejects.toThrow(
      `Cannot use the folder "${at('out')}": it is a link that leads out of \`directory\`. Remove the link, or choose`,
    )
    await expect(ensureParentInside(root, '../outside/y/A.docx')).rejects.toThrow(DiskFault)
    expect(await readdir(path.join(base, 'outside'))).toEqual(['A.docx'])
  })

  test('are refused where a file or a broken link is in the way', async () => {
    await put('x')
    await symlink(at('nowhere'), at('broken'))
    await expect(ensureParentInside(root, 'x/A.docx')).rejects.toThrow(
      `Cannot create the folder "${at('x')}": a file has this name`,
    )
    await expect(ensureParentInside(root, 'broken/A.docx')).rejects.toThrow('Cannot use the folder')
    await expect(ensureParentInside(at('x'), 'A.docx')).rejects.toThrow(`Cannot create the folder "${at('x')}"`)
  })
})

describe('removing', () => {
  test('takes the folders along that became empty, and no other', async () => {
    await put('a/b/c/A.docx')
    await put('a/B.docx')
    expect(await removeInside(root, 'a/b/c/A.docx')).toBe(true)
    expect(await readdir(at('a'))).toEqual(['B.docx'])
    expect(await removeInside(root, 'a/B.docx')).toBe(true)
    expect(await isThere(at('a'))).toBe(false)
    await rm(at('out'))
    await put('C.docx')
    expect(await removeInside(root, 'C.docx')).toBe(true)
    expect(await isThere(root)).toBe(true)
    expect(await removeInside(root, 'C.docx')).toBe(false)
  })

  test('never takes the new file for the old one', async () => {
    // What `a.docx` and `A.docx` are on a disk that does not know case: two names of one file.
    await put('new/A.docx')
    await mkdir(at('old'))
    await link(at('new/A.docx'), at('old/a.docx'))
    expect(await removeInside(root, 'old/a.docx', ['none.docx', 'new/A.docx'])).toBe(false)
    expect(await isThere(at('old/a.docx'))).toBe(true)
    await put('other.docx')
    expect(await removeInside(root, 'old/a.docx', ['other.docx'])).toBe(true)
  })

  test('touches neither links nor folders nor what is outside', async () => {
    await put('x/A.docx')
    await symlink(at('x/A.docx'), at('link.docx'))
    for (const relative of ['out/A.docx', '../outside/A.docx', 'link.docx', 'x', 'out']) {
      expect(await removeInside(root, relative)).toBe(false)
    }
    expect(await isThere(path.join(base, 'outside', 'A.docx'))).toBe(true)
    expect((await readdir(root)).sort()).toEqual(['link.docx', 'out', 'x'])
  })
})

describe('left-overs of killed runs', () => {
  const name = '.feishu-export-0123456789abcdef01234567.part'

  test('are removed where they may be, by their names alone', async () => {
    await put(name)
    await put(`a/b/${name}`)
    await put('a/.feishu-export.json')
    await writeFile(path.join(base, 'outside', name), '')
    expect(await cleanTemporaries(root, ['', 'a/b', 'a', 'none', 'out', ''])).toBe(2)
    expect(await readdir(at('a'))).toEqual(['.feishu-export.json'])
    expect(await isThere(path.join(base, 'outside', name))).toBe(true)
  })

  test('have the names that saving gives', async () => {
    const seen: string[] = []
    async function* body(): AsyncGenerator<Uint8Array> {
      seen.push(...(await readdir(at('save'))))
      yield new Uint8Array(1)
    }
    await saveFile({ target: at('save/A.docx'), body: body(), overwrite: false })
    expect(seen).toHaveLength(1)
    expect(seen.every(isTemporaryName)).toBe(true)
  })
})
