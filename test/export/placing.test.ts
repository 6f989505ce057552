import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import * as disk from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals'
import type { Entry, Listing, PlannedFile } from '../../src/export/model.js'
import type { Target } from '../../src/export/placer.js'
import { fail, type Failure, type Reply } from '../../src/feishu/failure.js'
import type { SavedFile } from '../../src/files/save.js'
import { systemClock } from '../../src/polling/clock.js'
import { createRandom } from '../emulator/random.js'
import { FORMATS } from './paths-trees.js'

const MANIFEST = '.feishu-export.json'
const pause = (mostMs: number): Promise<void> => new Promise((done) => setTimeout(done, random() * mostMs))

let random = createRandom(1)
let directory: string
/** The share of steps on the disk that it refuses. */
let refusedShare = 0
let wrong: string[] = []

// Every step on the disk takes a while, may be refused, and leaves a manifest that is true.
function step<A extends unknown[], R>(work: (...paths: A) => Promise<R>, isRefused: boolean) {
  return async (...paths: A): Promise<R> => {
    await pause(2)
    const at = String(paths.at(-1))
    if (isRefused && !at.endsWith(MANIFEST) && random() < refusedShare) {
      throw Object.assign(new Error('EBUSY'), { code: 'EBUSY' })
    }
    if (!at.endsWith('.part')) lookAround(`before ${work.name}`)
    const result = await work(...paths)
    if (!at.endsWith('.part')) lookAround(`after ${work.name}`)
    return result
  }
}

jest.unstable_mockModule('node:fs/promises', () => ({
  ...disk,
  rename: step(disk.rename, true),
  unlink: step(disk.unlink, true),
  link: step(disk.link, false),
}))
const { makePlan, lookAlikes } = await import('../../src/export/plan.js')
const { diskFacts } = await import('../../src/export/disk.js')
const { Ledger } = await import('../../src/export/manifest/ledger.js')
const { readManifest, writeManifest } = await import('../../src/export/manifest/file.js')
const { Placer } = await import('../../src/export/placer.js')
const { saveFile } = await import('../../src/files/save.js')
const { worksOf } = await import('../../src/export/steps.js')
const { unitKey } = await import('../../src/export/paths.js')
const { removeReplaced } = await import('../../src/export/cleaning.js')

interface ManifestOnDisk {
  readonly files: readonly { readonly path: string; readonly token: string; readonly sha256: string }[]
  readonly writing?: readonly { readonly path: string }[]
}

function manifestOnDisk(): ManifestOnDisk {
  const file = path.join(directory, MANIFEST)
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as ManifestOnDisk) : { files: [] }
}

/** What the manifest lists is there with these bytes, and nothing is there that it does not know. */
function lookAround(when: string): void {
  const { files, writing = [] } = manifestOnDisk()
  for (const { path: at, sha256 } of files) {
    const file = path.join(directory, at)
    if (!existsSync(file)) wrong.push(`${when}: ${at} is missing`)
    else if (createHash('sha256').update(readFileSync(file)).digest('hex') !== sha256) wrong.push(`${when}: ${at} lies`)
  }
  const known = new Set([MANIFEST, ...files.map((file) => file.path), ...writing.map((claim) => claim.path)])
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    const at = path.relative(directory, path.join(entry.parentPath, entry.name)).split(path.sep).join('/')
    if (entry.isFile() && !at.endsWith('.part') && !known.has(at)) wrong.push(`${when}: nobody knows of ${at}`)
  }
}

/** A document of a world whose titles and folders change between the runs. */
interface Document {
  readonly token: string
  title: string
  edits: number
  isFiled: boolean
}

function listingOf(documents: readonly Document[]): Listing {
  const entry = ({ token, title, edits }: Document): Entry => ({
    token,
    type: 'docx',
    title,
    editTime: String(edits),
    url: undefined,
    shortcut: false,
    children: [],
  })
  const folder: Entry = {
    token: 'fldcnSub',
    type: 'folder',
    title: 'Sub',
    editTime: undefined,
    url: undefined,
    shortcut: false,
    children: documents.filter(({ isFiled }) => isFiled).map(entry),
  }
  const source = {
    where: 'sources line 1',
    link: 'https://acme.feishu.cn/drive/folder/fldcnTop',
    target: { kind: 'folder', token: 'fldcnTop' },
    as: undefined,
    to: undefined,
  } as const
  const entries = [...documents.filter(({ isFiled }) => !isFiled).map(entry), folder]
  return { sources: [{ source, entries }], faults: [] }
}

const CUT: Failure = { class: 'transient', what: 'cut' }

/** Brings a file to its target in pieces, slowly; so many are cut. */
async function deliver({ unit }: PlannedFile, target: Target, cutShare: number): Promise<Reply<SavedFile>> {
  const isCut = random() < cutShare
  async function* body(): AsyncGenerator<Buffer> {
    yield Buffer.from(`${unit.token} `)
    await pause(12)
    if (isCut) throw new Error('cut')
    yield Buffer.from(unit.editTime ?? '')
  }
  try {
    return { ok: true, value: await saveFile({ ...target, body: body() }) }
  } catch (error) {
    if (error instanceof Error && error.message === 'cut') return fail(CUT)
    throw error
  }
}

/** @returns what could not be brought into place */
async function run(documents: readonly Document[], cutShare: number): Promise<string[]> {
  const manifest = await readManifest(directory, MANIFEST)
  const plan = makePlan(listingOf(documents), {
    formats: FORMATS,
    includeFiles: false,
    overwrite: false,
    force: false,
    manifestPath: MANIFEST,
    manifest,
    disk: diskFacts(directory),
  })
  const ledger = new Ledger(manifest, (pieces) => writeManifest(directory, MANIFEST, pieces), systemClock)
  const files = [...plan.toExport, ...plan.unchanged, ...plan.refused.map(({ file }) => file)]
  const alike = lookAlikes(plan)
  const common = {
    directory,
    ledger,
    lookAlikes: (at: string) => alike(at).filter((other) => other !== at && ledger.recordOf(other) !== undefined),
  }
  const placer = new Placer({
    ...common,
    overwrite: false,
    clock: systemClock,
    homesOf: (key) => files.filter(({ unit }) => unitKey(unit) === key),
    onRemains: () => undefined,
  })
  const failed = plan.refused.map(({ file, failure }) => `${file.path}: ${failure.what}`)
  const place = async (file: PlannedFile): Promise<void> => {
    for (let tries = 0; tries < 3; tries++) {
      await pause(8)
      const placed = await placer.place(file, (target) => deliver(file, target, cutShare))
      if (placed.ok) return
      if (placed.failure.class === 'permanent') failed.push(`${file.path}: ${placed.failure.what}`)
    }
  }
  try {
    ledger.retitle(plan.unchanged)
    await Promise.all(worksOf(plan.toExport).flatMap((work) => work.files.map(place)))
    await removeReplaced(plan.unchanged, { ...common, stop: new AbortController().signal })
  } finally {
    await ledger.close(diskFacts(directory))
  }
  lookAround('at the end')
  return failed
}

/** Three pass their titles on in a circle, one gets a new one, one goes to the other folder; some are edited. */
function change(documents: readonly Document[], nth: number): void {
  const circle = [...documents].sort(() => random() - 0.5).slice(0, 3)
  const titles = circle.map(({ title }) => title)
  for (const [index, document] of circle.entries()) {
    document.title = titles[(index + 1) % circle.length] ?? ''
    if (random() < 0.5) document.edits++
  }
  const one = documents[Math.floor(random() * documents.length)]
  if (one) one.isFiled = !one.isFiled
  const [first] = documents
  if (first && random() < 0.5) first.title = `New ${nth}`
}

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'feishu-placing-'))
  wrong = []
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

it.each(Array.from({ length: 16 }, (_, index) => index + 1))(
  'files in place are true to the manifest at every moment, whatever passes its name on (seed %i)',
  async (seed) => {
    random = createRandom(seed)
    const documents = Array.from({ length: 5 }, (_, nth) => ({
      token: `doxcn${nth}xxxxx${nth}`,
      title: `T${nth}`,
      edits: 1,
      isFiled: false,
    }))
    const last = 5
    for (let nth = 0; nth <= last; nth++) {
      if (nth > 0 && nth < last) change(documents, nth)
      const isQuiet = nth === last
      refusedShare = !isQuiet && random() < 0.4 ? 0.15 : 0
      const failed = await run(documents, !isQuiet && random() < 0.5 ? 0.3 : 0)
      if (refusedShare === 0) expect(failed).toEqual([])
      expect(wrong).toEqual([])
    }
    const { files, writing } = manifestOnDisk()
    expect(writing).toBeUndefined()
    const bytes = new Map(files.map(({ token, path: at }) => [token, readFileSync(path.join(directory, at), 'utf8')]))
    expect(bytes).toEqual(new Map(documents.map(({ token, edits }) => [token, `${token} ${edits}`])))
  },
)
