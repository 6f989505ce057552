import { beforeEach, describe, expect, it } from '@jest/globals'
import { VirtualClock } from '../../polling/virtual-clock.js'
import {
  Engine,
  DIRECT_AT_ONCE,
  TRANSFERS_AT_ONCE,
  type ExportSteps,
  type Work,
} from '../../../src/export/engine/engine.js'
import { PacedApi } from '../../../src/export/engine/paced-api.js'
import { STOPPED } from '../../../src/export/stop.js'
import { fail, type Failure, type Reply } from '../../../src/feishu/errors/failure.js'
import type { TaskState } from '../../../src/feishu/tasks/job-status.js'

interface Doc extends Work {
  readonly name: string
}

/** A docx to export or, with `uploaded`, an uploaded file to download. Its token is its name. */
const doc = (name: string, uploaded = false): Doc => ({
  name,
  output: {
    token: name,
    type: uploaded ? 'file' : 'docx',
    title: name,
    editTime: '1',
    url: undefined,
    fileExtension: uploaded ? '' : 'docx',
    subId: undefined,
    kind: uploaded ? 'upload' : 'task',
  },
})
const docs = (count: number): Doc[] => Array.from({ length: count }, (_, nth) => doc(`d${nth}`))

const DONE: TaskState = {
  kind: 'done',
  status: { label: 'success', code: 0 },
  file: { fileToken: 'f', fileName: '', fileExtension: 'docx', type: 'docx', fileSize: '1' },
}
const permanent = (what: string, rest: Partial<Failure> = {}): Failure => ({ class: 'permanent', what, ...rest })
/** The state of a task that failed. The engine does not read `status`. */
const jobFailed = (newTaskMayHelp: boolean): TaskState => ({
  kind: 'failed',
  status: { label: 'failed', code: 3 },
  failure: permanent('the job failed'),
  newTaskMayHelp,
})

/** An engine on a virtual clock, with steps that a test may replace. */
class Bench {
  readonly clock = new VirtualClock()
  readonly stop = new AbortController()
  /** The documents that have ended, and what failed; undefined for a success. */
  readonly ends: [name: string, what: string | undefined][] = []
  /** The steps in the order of their start: `create NAME`, `fetch NAME`, `upload NAME` (the download of an uploaded file). */
  readonly log: string[] = []
  /** The highest number of documents that were in flight (see `inFlight`) at the same time. */
  maxInFlight = 0
  /** How many export tasks were created for each document. */
  created = new Map<string, number>()
  transferMs = 100
  /** The state of a document's nth export task, from 1. */
  stateFor: (name: string, task: number) => TaskState = () => DONE
  /** The reply to the download of a task's file; for an uploaded file, `task` is 0. */
  downloadReply: (name: string, task: number) => Reply<void> = () => ({ ok: true, value: undefined })
  onEnd: (work: Doc, failure: Failure | undefined) => void = () => undefined
  /** The documents with a task whose file is not downloaded yet. */
  private inFlight = new Set<string>()

  private readonly steps: ExportSteps<Doc> = {
    create: async ({ name }) => {
      const task = (this.created.get(name) ?? 0) + 1
      this.created.set(name, task)
      this.inFlight.add(name)
      this.maxInFlight = Math.max(this.maxInFlight, this.inFlight.size)
      this.log.push(`create ${name}`)
      await this.clock.wait(50)
      return { ok: true, value: { ticket: `${name} ${task}`, token: name } }
    },
    query: async ({ ticket }) => {
      await this.clock.wait(50)
      const [name = '', task] = ticket.split(' ')
      return { ok: true, value: this.stateFor(name, Number(task)) }
    },
    fetch:
      ({ name }) =>
      async () => {
        this.log.push(`fetch ${name}`)
        await this.clock.wait(this.transferMs)
        this.inFlight.delete(name)
        return this.downloadReply(name, this.created.get(name) ?? 0)
      },
    prepare: () => Promise.resolve(undefined),
    make: async (work) => {
      const { name } = work
      const reply = await this.api.call('fileDownload', async () => {
        this.log.push(`upload ${name}`)
        await this.clock.wait(this.transferMs)
        return this.downloadReply(name, 0)
      })
      return reply.ok ? undefined : reply.failure
    },
  }

  readonly api: PacedApi
  readonly engine: Engine<Doc>

  constructor(parallelJobs = 1) {
    this.api = new PacedApi({
      clock: this.clock,
      random: () => 0.5,
      parallelJobs,
      stop: this.stop.signal,
      concurrency: {
        download: TRANSFERS_AT_ONCE,
        fileDownload: TRANSFERS_AT_ONCE,
      },
    })
    this.engine = new Engine<Doc>({
      api: this.api,
      steps: this.steps,
      clock: this.clock,
      stop: this.stop.signal,
      onEnd: (work, failure) => {
        this.inFlight.delete(work.name)
        this.ends.push([work.name, failure?.what])
        this.onEnd(work, failure)
      },
    })
  }

  /** Runs the engine until all works have ended. */
  run(works: readonly Doc[]): Promise<void> {
    return this.clock.run(this.engine.run(works))
  }
}

let bench: Bench
beforeEach(() => {
  bench = new Bench()
})

describe('a new export task for the same document', () => {
  it('is created when it may help, at most twice', async () => {
    bench.stateFor = (name) => jobFailed(name === 'flaky')
    await bench.run([doc('flaky'), doc('large')])
    expect(Object.fromEntries(bench.created)).toEqual({ flaky: 3, large: 1 })
    expect(bench.ends.sort()).toEqual([
      ['flaky', 'the job failed'],
      ['large', 'the job failed'],
    ])
  })

  it('makes the document succeed if the task succeeds', async () => {
    bench.stateFor = (_, task) => (task === 1 ? jobFailed(true) : DONE)
    await bench.run([doc('flaky')])
    expect(bench.created.get('flaky')).toBe(2)
    expect(bench.ends).toEqual([['flaky', undefined]])
  })

  it.each([
    ['an expired file', { code: 1069906, httpStatus: 410 }, 3],
    ['a lost task', { code: 1069904 }, 3],
    ['missing rights', { code: 1069902, httpStatus: 403 }, 1],
    ['a fault of the app', { code: 1069904, httpStatus: 404, scope: 'app' as const }, 1],
  ])('is created after %s (%j) until there are %i tasks', async (_, failure, tasks) => {
    bench.downloadReply = () => fail(permanent('no file', failure))
    await bench.run([doc('a')])
    expect(bench.created.get('a')).toBe(tasks)
    expect(bench.ends).toEqual([['a', 'no file']])
  })
})

describe('many documents', () => {
  it('each end with one call of `onEnd`', async () => {
    const works = docs(250)
    await bench.run(works)
    expect(bench.ends.map(([name]) => name).sort()).toEqual(works.map(({ name }) => name).sort())
    expect(bench.engine.inFlight()).toBe(0)
  })

  it('are in flight at the same time only if all can be downloaded before the service deletes their files', async () => {
    // Ten at once, two minutes each: 25 in the five minutes that the engine allows.
    bench.transferMs = 120_000
    // The engine learns how long a download takes.
    await bench.run(docs(10))
    bench.maxInFlight = 0
    await bench.run(docs(60))
    expect(bench.maxInFlight).toBeLessThanOrEqual(25)
    expect(bench.maxInFlight).toBeGreaterThanOrEqual(TRANSFERS_AT_ONCE)
  })

  it('are in flight at the same time only if one of ten parallel jobs can query all of them in time', async () => {
    bench = new Bench(10)
    await bench.run(docs(200))
    expect(bench.maxInFlight).toBeLessThanOrEqual(50)
    expect(bench.ends.filter(([, what]) => what === undefined)).toHaveLength(200)
  })

  it('are downloaded when their tasks end, not after all tasks are created', async () => {
    await bench.run(docs(300))
    const firstFetch = bench.log.findIndex((line) => line.startsWith('fetch'))
    const lastCreate = bench.log.findLastIndex((line) => line.startsWith('create'))
    expect(firstFetch).toBeLessThan(lastCreate)
    const fetchedBefore = bench.log.slice(0, lastCreate).filter((line) => line.startsWith('fetch')).length
    expect(fetchedBefore).toBeGreaterThan(50)
  })
})

describe('the engine', () => {
  it('ends immediately when the run is stopped: works in flight are reported as stopped, and nothing new starts', async () => {
    bench.onEnd = () => bench.stop.abort('app-wide')
    bench.stateFor = (name) => (name === 'd0' ? jobFailed(false) : DONE)
    await bench.run(docs(300))
    const stepCount = bench.log.length
    const stopped = bench.ends.filter(([, what]) => what === STOPPED.what)
    expect(stopped.length).toBeGreaterThan(50)
    expect(bench.ends.filter(([, what]) => what === undefined || what === 'the job failed')).toHaveLength(
      bench.ends.length - stopped.length,
    )
    await bench.clock.run(bench.clock.wait(300_000))
    expect(bench.log).toHaveLength(stepCount)
    expect(bench.engine.inFlight()).toBe(0)
  })

  it('continues with exports if the API of uploaded files fails for every file: all these fail after few requests', async () => {
    const failure = permanent('scope missing', { scope: 'endpoint' })
    bench.downloadReply = (_, task) => (task === 0 ? fail(failure) : { ok: true, value: undefined })
    const uploads = Array.from({ length: 40 }, (_, nth) => doc(`u${nth}`, true))
    await bench.run([...docs(3), ...uploads])
    expect(bench.log.filter((line) => line.startsWith('upload')).length).toBeLessThanOrEqual(DIRECT_AT_ONCE)
    expect(bench.ends.filter(([, what]) => what === 'scope missing')).toHaveLength(40)
    expect(bench.ends.filter(([, what]) => what === undefined)).toHaveLength(3)
  })
})
