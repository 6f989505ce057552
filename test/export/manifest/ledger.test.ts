import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { Ledger } from '../../../src/export/manifest/journal.js'
import { Manifest, parseManifest } from '../../../src/export/manifest/format.js'
import type { ManifestFile } from '../../../src/export/model.js'
import type { Clock } from '../../../src/polling/clock.js'

/** A clock whose every timer is due at once. */
const soon: Clock = {
  nowMs: () => 0,
  wallMs: () => 0,
  after(_, callback) {
    let isOff = false
    queueMicrotask(() => {
      if (!isOff) callback()
    })
    return () => {
      isOff = true
    }
  },
}

const unit = (token: string) => ({ token, type: 'docx', fileExtension: 'docx', title: token })

const fileOf = (path: string, content: number): ManifestFile => ({
  path,
  ...unit(path),
  editTime: String(content),
  fileSize: content,
  sha256: content.toString(16).padStart(64, '0'),
  exportedAt: '2026-11-23T02:00:00Z',
})

const PATHS = ['a', 'b', 'c', 'd', 'e']

/** One who replaces, removes, or gives up a file. */
interface Work {
  readonly path: string
  readonly kind: 'write' | 'remove' | 'give-up'
}

/** A disk and a manifest on it; every save takes a while, may fail, and may be the last thing that ever happens. */
class World {
  /** Content by path. */
  readonly disk = new Map<string, number>()
  onDisk = '{"version":1,"files":[]}'
  readonly lies: string[] = []
  private contents = 0

  constructor(
    private readonly scheduler: fc.Scheduler,
    private readonly failing: ReadonlySet<number>,
  ) {}

  private saves = 0

  readonly save = async (pieces: readonly string[]): Promise<void> => {
    const text = pieces.join('')
    const nth = this.saves++
    await this.scheduler.schedule(Promise.resolve(), `save ${nth} begins`)
    if (this.failing.has(nth)) throw new Error('the disk is full')
    this.onDisk = text
    this.check(`save ${nth}`)
    await this.scheduler.schedule(Promise.resolve(), `save ${nth} ends`)
  }

  /** What a reader would find if the process died now. */
  check(when: string): void {
    for (const { path, fileSize } of parseManifest(this.onDisk, 'manifest').files) {
      if (this.disk.get(path) !== fileSize) this.lies.push(`${when}: ${path} is listed with ${fileSize}`)
    }
    const known = parseManifest(this.onDisk, 'manifest')
    const named = new Set([...known.files, ...known.writing].map(({ path }) => path))
    for (const path of this.disk.keys()) if (!named.has(path)) this.lies.push(`${when}: ${path} is not known`)
  }

  async work(ledger: Ledger, { path, kind }: Work): Promise<void> {
    await this.scheduler.schedule(Promise.resolve(), `${kind} ${path}`)
    const release = await ledger.claim([{ path, unit: unit(path) }]).catch(() => undefined)
    if (!release) return
    await this.scheduler.schedule(Promise.resolve(), `${kind} ${path} goes on`)
    if (kind === 'give-up') release()
    else if (kind === 'remove') {
      this.disk.delete(path)
      this.check(`removed ${path}`)
      ledger.forget(path)
    } else {
      const content = ++this.contents
      this.disk.set(path, content)
      this.check(`wrote ${path}`)
      ledger.record(fileOf(path, content))
    }
  }
}

const works = fc.array(
  fc.record({
    path: fc.constantFrom(...PATHS),
    kind: fc.constantFrom<Work['kind']>('write', 'write', 'remove', 'give-up'),
  }),
  { minLength: 1, maxLength: 12 },
)

describe('the ledger', () => {
  it('keeps the manifest on the disk true at every moment, however works and writes fall together', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), works, fc.uniqueArray(fc.nat(8), { maxLength: 3 }), async (s, list, failing) => {
        const world = new World(s, new Set(failing))
        const ledger = new Ledger(new Manifest(), world.save, soon)
        // As in a run, a path has one owner at a time; different paths have nothing to do with each other.
        const all = PATHS.map(async (path) => {
          for (const work of list) if (work.path === path) await world.work(ledger, work)
        })
        await s.waitFor(Promise.all(all))
        await s.waitFor(
          ledger
            .flush()
            .catch(() => ledger.flush())
            .catch(() => ledger.flush())
            .catch(() => ledger.flush()),
        )
        expect(world.lies).toEqual([])
        const { files, writing } = parseManifest(world.onDisk, 'manifest')
        expect(writing).toEqual([])
        expect(files.map(({ path, fileSize }) => [path, fileSize])).toEqual([...world.disk].sort())
      }),
      { numRuns: 300 },
    )
  })

  it('lets many changes share a write, and makes none too many', async () => {
    const texts: string[] = []
    const save = (pieces: readonly string[]): Promise<void> => {
      texts.push(pieces.join(''))
      return Promise.resolve()
    }
    const ledger = new Ledger(new Manifest(), save, soon)
    await Promise.all(PATHS.map((path) => ledger.claim([{ path, unit: unit(path) }])))
    expect(texts.length).toBeLessThanOrEqual(2)
    expect(parseManifest(texts.at(-1) ?? '', 'manifest').writing).toHaveLength(PATHS.length)
    for (const path of PATHS) ledger.record(fileOf(path, 1))
    await ledger.flush()
    expect(texts.length).toBeLessThanOrEqual(4)
    expect(parseManifest(texts.at(-1) ?? '', 'manifest').files).toHaveLength(PATHS.length)
  })

  it('brings the old record back when a claim cannot be written or is taken back', async () => {
    let isFull = false
    const save = () => (isFull ? Promise.reject(new Error('full')) : Promise.resolve())
    const ledger = new Ledger(new Manifest([fileOf('a', 1)]), save, soon)
    isFull = true
    await expect(ledger.claim([{ path: 'a', unit: unit('a') }])).rejects.toThrow('full')
    await expect(ledger.claim([{ path: 'b', unit: unit('b') }])).rejects.toThrow('full')
    expect([ledger.owns('a'), ledger.owns('b')]).toEqual([true, false])
    isFull = false
    const release = await ledger.claim([{ path: 'b', unit: unit('b') }])
    expect(ledger.owns('b')).toBe(true)
    release()
    expect(ledger.owns('b')).toBe(false)
  })

  it('takes back a part of a claim', async () => {
    const ledger = new Ledger(new Manifest([fileOf('a', 1), fileOf('b', 2)]), () => Promise.resolve(), soon)
    const release = await ledger.claim(['a', 'b', 'c'].map((path) => ({ path, unit: unit(path) })))
    expect([ledger.recordOf('a'), ledger.recordOf('b')]).toEqual([undefined, undefined])
    release('b')
    release('c')
    expect([ledger.recordOf('a'), ledger.recordOf('b')?.fileSize]).toEqual([undefined, 2])
    expect([ledger.owns('a'), ledger.owns('c')]).toEqual([true, false])
  })

  it('at the end forgets what a killed run was about to write where nothing stands, whatever the disk says', async () => {
    const texts: string[] = []
    const save = (pieces: readonly string[]): Promise<void> => {
      texts.push(pieces.join(''))
      return Promise.resolve()
    }
    const killed = (): Ledger => new Ledger(new Manifest([], [fileOf('a', 1), fileOf('b', 2)]), save, soon)
    await killed().close((path) => (path === 'a' ? {} : undefined))
    expect(parseManifest(texts.at(-1) ?? '', 'm').writing.map(({ path }) => path)).toEqual(['a'])
    const unreadable = (): never => {
      throw new Error('EIO')
    }
    await expect(killed().close(unreadable)).rejects.toThrow('EIO')
    expect(texts).toHaveLength(2)
  })
})
