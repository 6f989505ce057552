import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import * as disk from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, expect, it, jest } from '@jest/globals'
import type { Listing, PlannedFile } from '../../../src/export/model.js'
import { createRandom } from '../../emulator/random.js'
import { loadRun, MANIFEST, type RunResult } from './placing-run.js'
import { PlacingWorld, type Thing } from './placing-world.js'

let random = createRandom(1)
let directory = ''
const directories: string[] = []
/** The share of steps on the disk that it refuses. */
let refusedShare = 0
/** How many steps on the disk there are until the process would be killed. */
let stepsLeft = Infinity
/** The disk as a kill would have left it. */
let killed: string | undefined
let wrong: string[] = []
/** The tokens of documents that were in place at some time, and may not be lost any more. */
const placed = new Set<string>()

const pause = (mostMs: number): Promise<void> => new Promise((done) => setTimeout(done, random() * mostMs))

/** Undefined where another step came in between: then there is no kill. */
function copyOfDisk(): string | undefined {
  const copy = mkdtempSync(path.join(tmpdir(), 'feishu-killed-'))
  directories.push(copy)
  try {
    cpSync(directory, copy, { recursive: true })
    return copy
  } catch {
    return undefined
  }
}

function newDirectory(): string {
  directory = mkdtempSync(path.join(tmpdir(), 'feishu-placing-'))
  directories.push(directory)
  return directory
}

// Every step on the disk takes a while, may be refused, and leaves a manifest that is true and no document lost.
function step<A extends unknown[], R>(work: (...paths: A) => Promise<R>, isRefused: boolean) {
  return async (...paths: A): Promise<R> => {
    await pause(2)
    const at = String(paths.at(-1))
    if (--stepsLeft === 0) killed = copyOfDisk()
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
const runIn = await loadRun()

interface ManifestOnDisk {
  readonly files: readonly { readonly path: string; readonly token: string; readonly sha256: string }[]
  readonly writing?: readonly { readonly path: string }[]
}

function manifestOnDisk(): ManifestOnDisk {
  const file = path.join(directory, MANIFEST)
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as ManifestOnDisk) : { files: [] }
}

/** What stands under a final name, by path: `TOKEN EDITS`. */
function textsOnDisk(): Map<string, string> {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const paths = entries.map((entry) => path.relative(directory, path.join(entry.parentPath, entry.name)))
  return new Map(
    paths
      .filter((at) => at !== MANIFEST && !at.endsWith('.part'))
      .map((at) => [at.split(path.sep).join('/'), readFileSync(path.join(directory, at), 'utf8')]),
  )
}

/** The manifest lists what is there, with its bytes; nothing is there that it does not know; and no document is lost. */
function lookAround(when: string): void {
  const { files, writing = [] } = manifestOnDisk()
  const there = textsOnDisk()
  for (const { path: at, sha256 } of files) {
    const text = there.get(at)
    if (text === undefined) wrong.push(`${when}: ${at} is missing`)
    else if (createHash('sha256').update(text).digest('hex') !== sha256) wrong.push(`${when}: ${at} lies`)
  }
  const known = new Set([...files, ...writing].map((file) => file.path))
  for (const at of there.keys()) if (!known.has(at)) wrong.push(`${when}: nobody knows of ${at}`)
  const tokens = new Set([...there.values()].map((text) => text.split(' ')[0] ?? ''))
  for (const token of placed) if (!tokens.has(token)) wrong.push(`${when}: ${token} is lost`)
  for (const token of tokens) placed.add(token)
}

/** A run in which files come slowly and many at once, and so many are cut. */
async function run(listing: Listing, cutShare: number): Promise<RunResult> {
  const result = await runIn(directory, listing, {
    async *body({ unit }) {
      const isCut = random() < cutShare
      yield Buffer.from(`${unit.token} `)
      await pause(12)
      if (isCut) throw new Error('cut')
      yield Buffer.from(unit.editTime ?? '')
    },
    placeAll: async (files, place) => {
      const placeOne = async (file: PlannedFile): Promise<void> => {
        for (let tries = 0; tries < 3; tries++) {
          await pause(8)
          const reply = await place(file)
          if (reply.ok || reply.failure.class === 'permanent') return
        }
      }
      await Promise.all(files.map(placeOne))
    },
  })
  lookAround('at the end')
  return result
}

/** Goes on as the next run would that finds the disk of a killed one. */
function takeKilled(): boolean {
  if (killed === undefined) return false
  directory = killed
  killed = undefined
  // What a kill cut short may have been there for the first time.
  const tokens = new Set([...textsOnDisk().values()].map((text) => text.split(' ')[0]))
  for (const token of placed) if (!tokens.has(token)) placed.delete(token)
  return true
}

afterEach(() => {
  for (const at of directories.splice(0)) rmSync(at, { recursive: true, force: true })
})

const LAST_RUN = 5
const seeds = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1)

it.each([
  ...seeds(8).map((seed) => ['documents in folders', seed, 'docx', 0] as const),
  ...seeds(8).map((seed) => ['runs that are killed', seed, 'docx', 0.6] as const),
  ...seeds(6).map((seed) => ['files without extension', seed, 'file', 0.3] as const),
])(
  'whatever passes its name on, no copy is lost and the manifest is true: %s, seed %i',
  async (_, seed, type, kills) => {
    random = createRandom(seed)
    wrong = []
    placed.clear()
    newDirectory()
    const world = new PlacingWorld(random, type)
    for (let nth = 0; nth <= LAST_RUN; nth++) {
      const isQuiet = nth === LAST_RUN
      if (nth > 0 && !isQuiet) world.change()
      refusedShare = !isQuiet && random() < 0.4 ? 0.15 : 0
      stepsLeft = !isQuiet && random() < kills ? 1 + Math.floor(random() * 90) : Infinity
      const { failed } = await run(world.listing(), !isQuiet && random() < 0.5 ? 0.3 : 0)
      expect(wrong).toEqual([])
      const isKilled = takeKilled()
      // A file without extension and a folder that change names with each other are in each other's way.
      if (refusedShare === 0 && !isKilled && type === 'docx') expect(failed).toEqual([])
    }
    const again = await run(world.listing(), 0)
    if (again.failed.length > 0) {
      expect(type).toBe('file')
      return
    }
    const texts = [...textsOnDisk().values()].sort()
    expect(texts).toEqual(world.documents.map(({ token, edits }: Thing) => `${token} ${edits}`).sort())
    expect(manifestOnDisk().writing).toBeUndefined()
    expect((await run(world.listing(), 0)).exports).toBe(0)
  },
)
