import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startEmulator, createRandom, type Emulator } from '../../emulator/index.js'
import type { Inputs } from '../../process/run-action.js'
import type { DiskCall } from './disk-hooks.js'
import { InProcessRunner } from './run-in-process.js'
import type { RunResult } from './run-types.js'

/** The content of a directory by path: the bytes of a file, undefined for a folder. */
type Tree = ReadonlyMap<string, Buffer | undefined>

/** A world that is exported, then changed. The runs after the change are killed. */
export interface KillWorld {
  readonly emulator: Emulator
  readonly inputs: Inputs
  readonly change: () => void
  /** How many runs may be killed one after another; 2 unless given. */
  readonly kills?: number
  /** Whether each call of the first run after the change is refused once, too. */
  readonly refuses?: boolean
}

/** A run after the change that ended by itself, and what it left. Runs before it may have been killed. */
export interface HealedRun {
  /** Describes how the runs before it ended, for messages. */
  readonly left: string
  readonly result: RunResult
  /** The requests for the content of documents: the API and the title, such as `create A`. */
  readonly exported: readonly string[]
  /** The texts of the files by path, without the manifest. */
  readonly files: Readonly<Record<string, string>>
  readonly manifest: string
}

const MANIFEST = '.feishu-export.json'
const DAY_MS = 24 * 3600 * 1000
// Without the calls that make and fill a file: a kill there only leaves an incomplete file (see `keyOf`).
const CHANGING_CALLS: ReadonlySet<DiskCall> = new Set(['rename', 'link', 'unlink', 'mkdir', 'rmdir'])
const CONTENT_APIS: ReadonlySet<string> = new Set(['create', 'file-download', 'blocks', 'media-download'])

/** The files before the change, and every run after it that ended by itself and had no call refused. */
export interface Healed {
  readonly before: Readonly<Record<string, string>>
  readonly runs: readonly HealedRun[]
}

/**
 * Finds all directories that killed runs can leave. From each of them, makes a run that ends by itself: the test checks
 * that it repairs the directory. A kill is tried before every call of `CHANGING_CALLS`, in the first run after the change.
 * The runs that follow are killed in the same way, up to `kills` kills. With `refuses`, the first run is also made again
 * for each such call, with this call refused.
 */
export async function healAll(build: (emulator: Emulator) => Omit<KillWorld, 'emulator'>): Promise<Healed> {
  const emulator = await startEmulator({ random: createRandom(1) })
  const workspace = mkdtempSync(path.join(tmpdir(), 'feishu-kills-'))
  try {
    const world: KillWorld = { emulator, ...build(emulator) }
    return await new Closure(world, workspace).explore()
  } finally {
    await emulator.stop()
    rmSync(workspace, { recursive: true, force: true })
  }
}

/** A directory from which a run starts. */
interface State {
  readonly tree: Tree
  /** See `HealedRun`. */
  readonly left: string
  /** How many runs after the change led to it. Each was killed, or had a call refused. */
  readonly kills: number
}

/**
 * Explores the directories. No run is really killed: a kill before a call leaves the directory as it is at that moment.
 */
class Closure {
  private readonly directory: string
  private readonly runner: InProcessRunner
  /** The keys of all states so far, see `keyOf`. */
  private readonly seen = new Set<string>()
  /** The states from which no run has started yet. */
  private readonly queue: State[] = []

  constructor(
    private readonly world: KillWorld,
    workspace: string,
  ) {
    this.directory = path.join(workspace, 'out')
    this.runner = new InProcessRunner({ emulator: world.emulator, workspace, seed: 1 })
    mkdirSync(this.directory)
  }

  /** Exports the world, changes it, and makes the runs that `healAll` describes. Each of them may extend the queue. */
  async explore(): Promise<Healed> {
    await this.run()
    const before = this.files()
    this.world.change()
    this.runner.skip(DAY_MS)
    const start = { tree: this.read(), left: '', kills: 0 }
    const { healed, calls } = await this.runFrom(start)
    if (this.world.refuses === true) {
      // Only the states that these runs leave are used. Their results are not: a run may fail when a call is refused.
      for (let refused = 1; refused <= calls; refused++) await this.runFrom(start, refused)
    }
    const runs = [healed]
    for (let state = this.queue.shift(); state; state = this.queue.shift())
      runs.push((await this.runFrom(state)).healed)
    return { before, runs }
  }

  /**
   * Makes a run from a state. Adds to the queue the states that a kill of this run would leave, as long as `kills` of the
   * world allows one more.
   * @param refused the number (from 1) of the call that the disk refuses; then the state at the end is added as well
   * @returns the number of calls of `CHANGING_CALLS`, and the run
   */
  private async runFrom({ tree, left, kills }: State, refused?: number): Promise<{ calls: number; healed: HealedRun }> {
    this.restore(tree)
    const { emulator, kills: maxKills = 2 } = this.world
    const addIfAllowed = (end: string): void => {
      const refusal = refused === undefined ? '' : `call ${refused} refused, `
      if (kills < maxKills) this.addState(`${left}${refusal}${end}; `, kills + 1)
    }
    let calls = 0
    const requestsBefore = emulator.requests.length
    const result = await this.run((call, paths) => {
      if (!CHANGING_CALLS.has(call)) return
      calls++
      const names = paths.map((one) => path.relative(this.directory, one).replace(/\.feishu-export-[0-9a-f]*/, ''))
      addIfAllowed(`killed before ${call} ${names.join(' > ')}`)
      if (calls === refused) throw Object.assign(new Error('EIO'), { code: 'EIO' })
    })
    if (refused !== undefined) addIfAllowed('ended')
    const exported = emulator.requests
      .slice(requestsBefore)
      .filter(({ api }) => CONTENT_APIS.has(api))
      .map(({ api, tokens: [token = ''] }) => `${api} ${emulator.store.documents.get(token).title}`)
    return { calls, healed: { left, result, exported, files: this.files(), manifest: this.manifest() } }
  }

  /** Adds the present directory to the queue, unless a directory with the same key was added before. */
  private addState(left: string, kills: number): void {
    const tree = this.read()
    const key = keyOf(tree)
    if (this.seen.has(key)) return
    this.seen.add(key)
    this.queue.push({ tree, left, kills })
  }

  private files(): Record<string, string> {
    const files = [...this.read()].filter(([at, bytes]) => bytes !== undefined && at !== MANIFEST)
    return Object.fromEntries(files.map(([at, bytes]) => [at, String(bytes)]))
  }

  private manifest(): string {
    return readFileSync(path.join(this.directory, MANIFEST), 'utf8')
  }

  private run(onCall?: (call: DiskCall, paths: readonly string[]) => void): Promise<RunResult> {
    const { emulator, inputs } = this.world
    const common = { 'access-token': emulator.accessToken, 'base-url': emulator.url, directory: 'out' }
    return this.runner.run({ inputs: { ...common, ...inputs }, disk: { onCall } })
  }

  private read(): Tree {
    const tree = new Map<string, Buffer | undefined>()
    const walk = (at: string): void => {
      for (const entry of readdirSync(path.join(this.directory, at), { withFileTypes: true })) {
        const name = path.posix.join(at, entry.name)
        tree.set(name, entry.isDirectory() ? undefined : readFileSync(path.join(this.directory, name)))
        if (entry.isDirectory()) walk(name)
      }
    }
    walk('')
    return tree
  }

  private restore(tree: Tree): void {
    rmSync(this.directory, { recursive: true })
    mkdirSync(this.directory)
    for (const [at, bytes] of tree) {
      if (bytes === undefined) mkdirSync(path.join(this.directory, at))
      else writeFileSync(path.join(this.directory, at), bytes)
    }
  }
}

/** A key that is equal for directories that differ only in random names, times, and incomplete files of killed runs. */
function keyOf(tree: Tree): string {
  // The content of each parked file, by the random part of its name. The key has the content in place of the random part,
  // so it still says which file the journal announces at which path.
  const parked = new Map<string, string>()
  for (const [at, bytes] of tree) {
    const [hex] = /[0-9a-f]{24}(?=\.old$)/.exec(at) ?? []
    if (hex !== undefined) parked.set(hex, `parked ${String(bytes)}`)
  }
  const withoutRandomNames = (text: string): string =>
    text.replace(/(?<=\.feishu-export-)[0-9a-f]{24}/g, (hex) => parked.get(hex) ?? 'no file')
  const entries = [...tree].flatMap(([at, bytes]) => {
    if (at.endsWith('.part')) return []
    if (at !== MANIFEST) return [[withoutRandomNames(at), String(bytes)]]
    const { files = [], folders, journal = [] } = JSON.parse(String(bytes)) as Record<string, object[]>
    const sorted = [files, journal].map((list) => list.map((one) => withoutRandomNames(JSON.stringify(one))).sort())
    return [[at, JSON.stringify([...sorted, folders]).replace(/"exportedAt[^,}]*/g, '')]]
  })
  return JSON.stringify(entries.sort())
}
