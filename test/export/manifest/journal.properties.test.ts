import { createHash } from 'node:crypto'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseManifest } from '../../../src/export/manifest/parse.js'
import { Journal } from '../../../src/export/manifest/journal.js'
import { identify } from '../../../src/export/manifest/recover.js'
import type { FileRecord } from '../../../src/export/model.js'
import type { Clock } from '../../../src/polling/clock.js'
import { fileRecord } from '../records.js'

/** A clock on which every timer is due immediately. */
const immediateClock: Clock = {
  nowMs: () => 0,
  wallMs: () => 0,
  after(_, callback) {
    let isCancelled = false
    queueMicrotask(() => {
      if (!isCancelled) callback()
    })
    return () => {
      isCancelled = true
    }
  },
}

const PATHS = ['a', 'b', 'c', 'd', 'e']
const hashOf = (content: number): string => createHash('sha256').update(String(content)).digest('hex')
/** The record of a file with this content, a number that also stands for the size. */
const recordOf = (path: string, content: number): FileRecord =>
  fileRecord(path, `token of ${path}`, { fileSize: content, sha256: hashOf(content) })

/** A change of one file, as a run makes it. An aborted change is announced, but not made. */
interface Change {
  readonly path: string
  readonly kind: 'write' | 'remove' | 'abort'
}

/** A disk with a manifest. Every save takes some time, may fail, and may be interrupted by a kill. */
class World {
  /** Content by path. */
  readonly disk = new Map<string, number>()
  manifestText = '{"version":1,"files":[]}'
  readonly faults: string[] = []
  /** How many contents were made; each is a new number. */
  private contents = 0
  private saves = 0

  /** @param failing which saves fail, from 0 */
  constructor(
    private readonly scheduler: fc.Scheduler,
    private readonly failing: ReadonlySet<number>,
  ) {}

  readonly save = async (pieces: readonly string[]): Promise<void> => {
    const text = pieces.join('')
    const nth = this.saves++
    await this.scheduler.schedule(Promise.resolve(), `save ${nth} begins`)
    if (this.failing.has(nth)) throw new Error('the disk is full')
    this.manifestText = text
    this.check(`save ${nth}`)
    await this.scheduler.schedule(Promise.resolve(), `save ${nth} ends`)
  }

  /**
   * Checks that after a kill now, the next run would have the records of exactly the files on the disk, each with its
   * content. Otherwise adds a fault.
   * @param when for the message
   */
  check(when: string): void {
    const { files, journal } = parseManifest(this.manifestText, 'manifest')
    const recovered = journal.flatMap((change) => {
      const content = this.disk.get(change.path)
      if (content === undefined) return []
      return identify([{ change, found: { fileSize: content, sha256: hashOf(content) }, id: change.path }])
    })
    const recorded = [...files, ...recovered].map(({ path, fileSize }) => `${path} ${fileSize}`).sort()
    const onDisk = [...this.disk].map(([path, content]) => `${path} ${content}`).sort()
    if (recorded.join() !== onDisk.join()) {
      this.faults.push(`${when}: ${recorded.join()} is recorded, ${onDisk.join()} is on the disk`)
    }
  }

  /**
   * Announces a change, makes it and commits it, as a run does. If the announcement fails, makes no change. An `abort` is
   * announced, then withdrawn.
   */
  async make(journal: Journal, { path, kind }: Change): Promise<void> {
    await this.scheduler.schedule(Promise.resolve(), `${kind} ${path}`)
    const content = ++this.contents
    const after = kind === 'remove' ? undefined : recordOf(path, content)
    const isIntended = await journal.intend([{ path, after }]).then(
      () => true,
      () => false,
    )
    if (!isIntended) return
    await this.scheduler.schedule(Promise.resolve(), `${kind} ${path} goes on`)
    this.check(`before ${kind} ${path}`)
    if (kind === 'abort') {
      journal.abort(path)
      return
    }
    if (kind === 'remove') this.disk.delete(path)
    else this.disk.set(path, content)
    this.check(`after ${kind} ${path}`)
    journal.commit(path, after)
  }
}

const changes = fc.array(
  fc.record({
    path: fc.constantFrom(...PATHS),
    kind: fc.constantFrom<Change['kind']>('write', 'write', 'remove', 'abort'),
  }),
  { minLength: 1, maxLength: 12 },
)

/** The numbers of the saves that fail. */
const failingSaves = fc.uniqueArray(fc.nat(8), { maxLength: 3 })

test('after a kill at any moment, the manifest and the bytes show which file is at each path, however changes and saves interleave', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), changes, failingSaves, async (scheduler, list, failing) => {
      const world = new World(scheduler, new Set(failing))
      const journal = new Journal({ files: [], folders: [] }, world.save, immediateClock)
      // As in a run, a path has one change at a time, and changes of different paths are independent.
      const all = PATHS.map(async (path) => {
        for (const change of list) if (change.path === path) await world.make(journal, change)
      })
      await scheduler.waitFor(Promise.all(all))
      // Every number in `failing` makes one save fail, so a flush is repeated at most as often.
      const flush = async (): Promise<void> => {
        for (let triesLeft = failing.length; ; triesLeft--) {
          try {
            await journal.flush()
            return
          } catch (error) {
            if (triesLeft === 0) throw error
          }
        }
      }
      await scheduler.waitFor(flush())
      expect(world.faults).toEqual([])
      const { files, journal: pending } = parseManifest(world.manifestText, 'manifest')
      expect(pending).toEqual([])
      expect(files.map(({ path, fileSize }) => [path, fileSize])).toEqual([...world.disk].sort())
    }),
    { numRuns: 300 },
  )
})
