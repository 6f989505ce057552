import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startEmulator, createRandom, type Emulator } from '../../emulator/index.js'
import type { Inputs } from '../../process/run-action.js'
import type { DiskCall } from './disk-hooks.js'
import { InProcessRunner } from './run-in-process.js'
import type { RunResult } from './run-types.js'

/** A directory by path: the bytes of a file, undefined for a folder. */
type Tree = ReadonlyMap<string, Buffer | undefined>

/** A world whose files are exported, and its change after which the runs are killed. */
export interface KillWorld {
  readonly emulator: Emulator
  readonly inputs: Inputs
  readonly change: () => void
  /** How many runs may be killed one after another; 2 unless given. */
  readonly kills?: number
  /** Whether each call of the first run is refused once, too. */
  readonly refuses?: boolean
}

/** What came of a run that nobody disturbed, whatever kills came before. */
export interface HealedRun {
  /** How it was left by the runs before, for messages. */
  readonly left: string
  readonly result: RunResult
  /** The titles of what was exported, downloaded or read. */
  readonly exported: readonly string[]
  /** The files, without the manifest. */
  readonly files: Readonly<Record<string, string>>
  readonly manifest: string
}

const MANIFEST = '.feishu-export.json'
const CHANGING: ReadonlySet<DiskCall> = new Set(['rename', 'link', 'unlink', 'mkdir', 'rmdir'])
const EXPORTING: ReadonlySet<string> = new Set(['create', 'file-download', 'blocks', 'media-download'])

/** What the files were before the change, and every run that ended afterwards. */
export interface Healed {
  readonly before: Readonly<Record<string, string>>
  readonly runs: readonly HealedRun[]
}

/**
 * Finds the directories that runs leave which are killed at any call that changes the disk, one after another, and lets
 * the next run end: from each of these directories once. With `refuses`, each such call of the first run after the change
 * is also refused before the kill.
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

interface State {
  readonly tree: Tree
  readonly left: string
  readonly kills: number
}

class Closure {
  private readonly directory: string
  private readonly runner: InProcessRunner
  private readonly seen = new Set<string>()
  private readonly open: State[] = []

  constructor(
    private readonly world: KillWorld,
    workspace: string,
  ) {
    this.directory = path.join(workspace, 'out')
    this.runner = new InProcessRunner({ emulator: world.emulator, workspace, seed: 1 })
    mkdirSync(this.directory)
  }

  async explore(): Promise<Healed> {
    await this.run()
    const before = this.files()
    this.world.change()
    this.runner.skip(24 * 3600 * 1000)
    const start = { tree: this.read(), left: '', kills: 0 }
    const { healed, calls } = await this.runFrom(start)
    const refusals = this.world.refuses === true ? calls : 0
    for (let refused = 1; refused <= refusals; refused++) await this.runFrom(start, refused)
    const runs = [healed]
    for (let state = this.open.shift(); state; state = this.open.shift()) runs.push((await this.runFrom(state)).healed)
    return { before, runs }
  }

  /** Runs from a directory, and notes every one that a kill would leave, and the last one where a call was refused. */
  private async runFrom({ tree, left, kills }: State, refused?: number): Promise<{ calls: number; healed: HealedRun }> {
    this.restore(tree)
    const { emulator, kills: maxKills = 2 } = this.world
    const note = (when: string): void => {
      if (kills < maxKills)
        this.note(`${left}${refused === undefined ? '' : `call ${refused} refused, `}${when}; `, kills + 1)
    }
    let calls = 0
    const requests = emulator.requests.length
    const result = await this.run((call, paths) => {
      if (!CHANGING.has(call)) return
      calls++
      const names = paths.map((one) => path.relative(this.directory, one).replace(/\.feishu-export-[0-9a-f]*/, ''))
      note(`killed before ${call} ${names.join(' > ')}`)
      if (calls === refused) throw Object.assign(new Error('EIO'), { code: 'EIO' })
    })
    if (refused !== undefined) note('ended')
    const exported = emulator.requests
      .slice(requests)
      .filter(({ api }) => EXPORTING.has(api))
      .map(({ api, tokens: [token = ''] }) => `${api} ${emulator.store.documents.get(token).title}`)
    return { calls, healed: { left, result, exported, files: this.files(), manifest: this.manifest() } }
  }

  private note(left: string, kills: number): void {
    const tree = this.read()
    const key = keyOf(tree)
    if (this.seen.has(key)) return
    this.seen.add(key)
    this.open.push({ tree, left, kills })
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

/** The same for directories that differ in random names and times only. Incomplete files of killed runs do not count. */
function keyOf(tree: Tree): string {
  const parked = new Map<string, string>()
  for (const [at, bytes] of tree) {
    const [hex] = /[0-9a-f]{24}(?=\.old$)/.exec(at) ?? []
    if (hex !== undefined) parked.set(hex, `parked ${String(bytes)}`)
  }
  const plain = (text: string): string => text.replace(/[0-9a-f]{24}/g, (hex) => parked.get(hex) ?? 'nobody')
  const entries = [...tree].flatMap(([at, bytes]) => {
    if (at.endsWith('.part')) return []
    if (at !== MANIFEST) return [[plain(at), String(bytes)]]
    const { files = [], folders, journal = [] } = JSON.parse(String(bytes)) as Record<string, object[]>
    const sorted = [files, journal].map((list) => list.map((one) => plain(JSON.stringify(one))).sort())
    return [[at, JSON.stringify([...sorted, folders]).replace(/"exportedAt[^,}]*/g, '')]]
  })
  return JSON.stringify(entries.sort())
}
