import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import * as disk from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import type { Entry, Listing } from '../../../src/export/model.js'
import { entry, folder, listing, single, tree } from '../paths-trees.js'
import { loadRun, MANIFEST, type RunResult } from './placing-run.js'

let directory: string
const directories: string[] = []
let killed: string | undefined

type Step = (name: string, from: string, to: string) => void
const nothing: Step = () => undefined
let before = nothing
let after = nothing

// Tells of every step on the disk, with paths in the directory.
function told(work: (from: string, to: string) => Promise<void>) {
  return async (from: string, to?: string): Promise<void> => {
    const short = [from, to].map((at) => (at === undefined ? '' : path.relative(directory, at))) as [string, string]
    before(work.name, ...short)
    await work(from, to ?? '')
    after(work.name, ...short)
  }
}
jest.unstable_mockModule('node:fs/promises', () => ({
  ...disk,
  rename: told(disk.rename),
  unlink: told(disk.unlink),
  link: told(disk.link),
}))
const runIn = await loadRun()

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'feishu-moving-'))
  directories.push(directory)
})
afterEach(() => {
  before = after = nothing
  killed = undefined
  for (const at of directories.splice(0)) rmSync(at, { recursive: true, force: true })
})

/** Keeps the disk as it is now, as a kill would. */
function kill(): void {
  if (killed !== undefined) return
  killed = mkdtempSync(path.join(tmpdir(), 'feishu-killed-'))
  directories.push(killed)
  cpSync(directory, killed, { recursive: true })
}

/** Goes on as the run after the kill would find it. */
function takeKilled(): void {
  if (killed === undefined) throw new Error('nothing was killed')
  directory = killed
  killed = undefined
  before = after = nothing
}

const refused = (): never => {
  throw Object.assign(new Error('EBUSY'), { code: 'EBUSY' })
}

interface Going {
  /** Tokens, in the order in which the documents come. */
  readonly order?: readonly string[]
  /** Tokens of documents whose download is cut. */
  readonly cut?: readonly string[]
  readonly overwrite?: boolean
  /** Called while the bytes of a document are on their way. */
  readonly during?: (token: string) => void
}

/** A run in which one document comes after the other. */
function run(found: Listing, { order = [], cut = [], overwrite = false, during }: Going = {}): Promise<RunResult> {
  return runIn(directory, found, {
    overwrite,
    // eslint-disable-next-line @typescript-eslint/require-await -- the stream of a file
    async *body({ unit }) {
      yield Buffer.from(unit.token)
      during?.(unit.token)
      if (cut.includes(unit.token)) throw new Error('cut')
    },
    placeAll: async (files, place) => {
      const rank = (token: string): number => (order.includes(token) ? order.indexOf(token) : order.length)
      for (const file of [...files].sort((a, b) => rank(a.unit.token) - rank(b.unit.token))) await place(file)
    },
  })
}

/** What stands where, without the manifest. */
function disked(): Record<string, string> {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((one) => one.isFile())
  const paths = entries.map((one) => path.relative(directory, path.join(one.parentPath, one.name)))
  const files = paths.map((at) => at.split(path.sep).join('/')).filter((at) => at !== MANIFEST)
  return Object.fromEntries(files.sort().map((at) => [at, readFileSync(path.join(directory, at), 'utf8')]))
}

interface OnDisk {
  readonly files: readonly { readonly path: string; readonly token: string; readonly sha256: string }[]
  readonly writing?: readonly { readonly path: string; readonly token: string }[]
}
const manifest = (): OnDisk => JSON.parse(readFileSync(path.join(directory, MANIFEST), 'utf8')) as OnDisk

/** Records that the disk does not bear out. */
const lies = (): string[] =>
  manifest()
    .files.filter(({ path: at, sha256 }) => {
      const file = path.join(directory, at)
      return !existsSync(file) || createHash('sha256').update(readFileSync(file)).digest('hex') !== sha256
    })
    .map(({ path: at }) => at)

function put(at: string, text: string): void {
  mkdirSync(path.dirname(path.join(directory, at)), { recursive: true })
  writeFileSync(path.join(directory, at), text)
}

const [A, B, C, D, GONE] = ['doxcnAAAAAAA', 'doxcnBBBBBBB', 'doxcnCCCCCCC', 'doxcnDDDDDDD', 'doxcnGGGGGGG'] as const
const docs = (...titled: readonly (readonly [token: string, title: string])[]): Listing =>
  listing(tree(titled.map(([token, title]) => entry(token, title))))
const upload = (title: string): Entry => entry('boxcnFFFFFFF', title, { type: 'file' })

describe('two that swap their titles', () => {
  it('keep their old files when the disk refuses the first new one and the other one cannot be had', async () => {
    await run(docs([A, 'a'], [B, 'b']))
    before = (name, from, to) => {
      if (name === 'rename' && from.endsWith('.part') && to === 'b.docx') refused()
    }
    await run(docs([A, 'b'], [B, 'a']), { order: [A, B], cut: [B] })
    expect(disked()).toEqual({ 'a.docx': B, 'b.docx': A })
    expect(lies()).toEqual([])
  })

  it('stay on record when the old file cannot be put back either, and the next runs heal it', async () => {
    await run(docs([A, 'a'], [B, 'b']))
    const swapped = docs([A, 'b'], [B, 'a'])
    before = (name, from, to) => {
      if (name === 'rename' && ((from.endsWith('.part') && to === 'b.docx') || from.endsWith('.old'))) refused()
    }
    await run(swapped, { order: [A, B], cut: [B] })
    before = nothing
    expect(Object.values(disked()).sort()).toEqual([A, B])
    expect(lies()).toEqual([])
    await run(swapped, { cut: [A, B] })
    expect(Object.values(disked()).sort()).toEqual([A, B])
    await run(swapped)
    expect(disked()).toEqual({ 'a.docx': B, 'b.docx': A })
    expect((await run(swapped)).exports).toBe(0)
  })

  it('do so in a folder so deep that hardly any name has room', async () => {
    const names = ['a'.repeat(200), 'b'.repeat(200), 'c'.repeat(200), 'd'.repeat(180)]
    const deep = (...inner: Entry[]): Listing =>
      listing(tree(names.reduceRight((below, name, nth) => [folder(`fldcn${nth}`, name, ...below)], inner)))
    await run(deep(entry(A, 'A'), entry(B, 'B')))
    expect((await run(deep(entry(A, 'B'), entry(B, 'A')))).failed).toEqual([])
    expect(Object.values(disked())).toEqual([B, A])
  })
})

describe('the only copy of a document', () => {
  it('that a killed run had put in place, but not on record, moves on', async () => {
    after = (_, __, to) => {
      if (to === 'a.docx') kill()
    }
    await run(docs([A, 'a'], [B, 'b']), { order: [A, B] })
    takeKilled()
    expect(manifest().files).toEqual([])
    await run(docs([A, 'c'], [B, 'a']), { order: [B, A], cut: [A] })
    expect(disked()).toEqual({ 'a.docx': B, 'c.docx': A })
    expect(lies()).toEqual([])
  })

  it('is not taken for a copy of it what a killed run was about to move it over', async () => {
    await run(docs([A, 'x'], [GONE, 'y']))
    before = (name, from, to) => {
      if (name === 'rename' && from === 'x.docx' && to === 'y.docx') kill()
    }
    const now = docs([A, 'y'], [B, 'x'])
    await run(now, { order: [B, A] })
    takeKilled()
    await run(now, { order: [B, A], cut: [A] })
    expect(disked()).toEqual({ 'x.docx': B, 'y.docx': A })
  })

  it('nor what it was about to be written over', async () => {
    await run(docs([B, 'z'], [GONE, 'x']))
    before = (_, from, to) => {
      if (from.endsWith('.part') && to === 'x.docx') kill()
    }
    await run(docs([B, 'x']))
    takeKilled()
    await run(docs([B, 'x'], [D, 'z']), { order: [D, B], cut: [B] })
    expect(disked()).toEqual({ 'x.docx': B, 'z.docx': D })
  })

  it('is on record under its own name, whoever was about to write there before', async () => {
    await run(docs([A, 'p']), { during: kill })
    takeKilled()
    after = (_, __, to) => {
      if (to === 'p.docx') kill()
    }
    await run(docs([B, 'p']))
    takeKilled()
    expect(manifest().writing).toMatchObject([{ path: 'p.docx', token: B }])
  })

  it('moves on where its other copy is on record, but missing', async () => {
    const at = (...places: string[]) => places.map((to) => single(entry(A, 'A'), { to: [to] }))
    await run(listing(...at('one', 'two')))
    rmSync(path.join(directory, 'two.docx'))
    await run(listing(...at('two'), tree([entry(C, 'one')])), { order: [C, A], cut: [A] })
    expect(disked()).toEqual({ 'one.docx': C, 'two.docx': A })
  })

  it('stays where it is if its path would be too long, and what wants its place fails', async () => {
    await run(docs([A, 'One'], [B, 'Two']))
    const nest = (depth: number, ...inner: Entry[]): Entry[] =>
      depth === 0 ? inner : [folder(`fldcn${depth}`, `directory ${depth}`, ...nest(depth - 1, ...inner))]
    const deep = nest(80, entry(A, 'Minutes'), entry(B, 'Minutes'))
    const { failed } = await run(listing(tree([entry(C, 'One'), entry(D, 'Two'), ...deep])))
    expect(failed).toHaveLength(4)
    expect(disked()).toEqual({ 'One.docx': A, 'Two.docx': B })
  })
})

describe('what no run wrote', () => {
  const MINE = 'the user’s own'

  it('is not moved, where a folder stands in the place of a file on record', async () => {
    await run(docs([A, 't'], [D, 'x']))
    rmSync(path.join(directory, 'x.docx'))
    put('x.docx/mine.txt', MINE)
    const { failed } = await run(docs([C, 't'], [A, 'x'], [D, 'y']), { order: [C, A, D], cut: [D] })
    expect(failed.length).toBeGreaterThan(0)
    expect(disked()).toEqual({ 't.docx': A, 'x.docx/mine.txt': MINE })
  })

  it('is not written over, where it comes while a download is under way', async () => {
    await run(docs([A, 'x']))
    const { failed } = await runIn(directory, docs([A, 'y'], [C, 'x']), {
      async *body({ unit }) {
        yield Buffer.from(unit.token)
        // The file comes after the download of A was begun, and C is whole before A is.
        if (unit.token === A) put('y.docx', MINE)
        await new Promise((done) => setTimeout(done, unit.token === A ? 150 : 50))
      },
      placeAll: async (files, place) => {
        await Promise.all(files.map(place))
      },
    })
    expect(failed).toHaveLength(2)
    expect(disked()).toEqual({ 'x.docx': A, 'y.docx': MINE })
  })

  it('is not taken for a file of a run that was killed before it could overwrite it', async () => {
    put('x.docx', MINE)
    await run(docs([B, 'x']), { overwrite: true, during: kill })
    takeKilled()
    await run(docs([B, 'z']))
    expect(disked()).toEqual({ 'x.docx': MINE, 'z.docx': B })
  })
})

it('a file takes the name of the folder that it was in', async () => {
  await run(listing(tree([folder('fldcn1', 'Report.pdf', upload('Report.pdf'))])))
  const { failed } = await run(listing(tree([upload('Report.pdf')])))
  expect(failed).toEqual([])
  expect(Object.keys(disked())).toEqual(['Report.pdf'])
})

it('files and folders make room for each other in a chain', async () => {
  const chain = (file: string, name: string, ...others: Entry[]): Listing =>
    listing(tree([upload(file), folder('fldcnY', name, entry(A, 'A')), ...others]))
  await run(chain('X', 'Y', entry(B, 'B')))
  const order = [B, 'boxcnFFFFFFF', A]
  const { failed } = await run(chain('Y', 'Z', folder('fldcnN', 'X', entry(B, 'B'))), { order })
  expect(failed).toEqual([])
  expect(Object.keys(disked())).toEqual(['X/B.docx', 'Y', 'Z/A.docx'])
})
