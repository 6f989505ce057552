import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createRandom, startEmulator, type Emulator, type Random } from '../../emulator/index.js'
import { runAction, type RunOptions, type StepResult } from '../../process/run-action.js'
import { change, edit, heal, open } from './changes.js'
import { CRASH_STEPS, type Crash } from './crash.js'
import { MANIFEST, readDisk, type Disk } from './disk.js'
import { judge, judgeTruth, keyOf, type KnownFile } from './judge.js'
import { signatureOf, walk, type Walk } from './walk.js'
import { generate, pick, sourcesOf, type World } from './world.js'
import { passingFault } from './passing-faults.js'
import type { CampaignOptions, Verdict } from './verdict.js'

/** Exports a generated world again and again, kills the process on the way, and compares the disk with the world. */
export async function campaign(options: CampaignOptions): Promise<Verdict> {
  const random = createRandom(options.seed)
  const emulator = await startEmulator({
    random: createRandom(options.seed + 1),
    limits: Object.fromEntries(LIMITED.map((api) => [api, undefined])),
    maxPageItems: {},
  })
  const workspace = mkdtempSync(path.join(tmpdir(), 'feishu-proof-'))
  try {
    const world = generate(emulator, options.documents, random)
    return await new Campaign(options, world, workspace, random).run()
  } finally {
    await emulator.stop()
    rmSync(workspace, { recursive: true, force: true })
  }
}

const LIMITED = ['create', 'query', 'download', 'wiki-node', 'wiki-nodes', 'folder', 'metas', 'file-download'] as const
const LISTING: ReadonlySet<string> = new Set(['wiki-node', 'wiki-nodes', 'folder', 'metas'])
const SENTINEL = 'sentinel'

class Campaign {
  private readonly faults: string[] = []
  private readonly known = new Map<string, readonly KnownFile[]>()
  private readonly whole = new Set<string>()
  /** States of documents that an export was needed for: content, titles, places. */
  private readonly needed = new Set<string>()
  private readonly failing = new Set<string>()
  private readonly directory: string
  private readonly emulator: Emulator
  private kills = 0
  private otherEnds = 0
  private runs = 0

  constructor(
    private readonly options: CampaignOptions,
    private readonly world: World,
    private readonly workspace: string,
    private readonly random: Random,
  ) {
    this.emulator = world.emulator
    this.directory = path.join(workspace, 'out')
    mkdirSync(this.directory)
    writeFileSync(path.join(workspace, SENTINEL), 'mine')
  }

  async run(): Promise<Verdict> {
    const { world, options } = this
    const { random } = this
    const { faultShare = 0 } = options
    const endFaults = world.emulator.script('any', () => (random() < faultShare ? passingFault(random) : undefined))
    const shares = [0.5, 0.2, 0.15, 0.15].map((share) => Math.ceil(options.kills * share))
    await this.killed(shares[0] ?? 0, 'first export')
    await this.completed('first export', false)
    change(world, 0.03)
    await this.killed(shares[1] ?? 0, 'after changes')
    await this.completed('after changes', false)
    change(world, 0.03)
    await this.killed(shares[2] ?? 0, 'more changes, delete-stale', true)
    change(world, 0.01)
    await this.completed('changed once more between kill and run, delete-stale', true)
    change(world, 0.02)
    open(world)
    await this.killed(Math.max(0, options.kills - this.kills), 'all rights, delete-stale', true)
    await this.completed('all rights, delete-stale', true)
    heal(world)
    const healed = await this.completed('healed', true)
    endFaults()
    return this.unchanged(healed)
  }

  private async step(deleteStale: boolean, extra: RunOptions, timeoutSeconds = 36_000): Promise<StepResult> {
    const { options, workspace, emulator } = this
    const wanted = walk(this.world).wanted
    for (const { document, extension, subId, fails, places } of wanted.values()) {
      this.whole.add(emulator.expectedSha256(document.token, extension, subId))
      if (document.type === 'file') continue
      if (fails) this.failing.add(document.token)
      else this.needed.add([document.token, extension, subId, document.editTime, signatureOf(places)].join(' '))
    }
    this.runs++
    return runAction(
      'export',
      {
        'access-token': emulator.accessToken,
        'base-url': emulator.url,
        'timeout-seconds': timeoutSeconds,
        sources: sourcesOf(this.world),
        directory: 'out',
        'include-files': true,
        'delete-stale': deleteStale,
      },
      {
        workspace,
        dist: options.dist,
        ...extra,
        env: { PROOF_SPEED: String(options.speed), ...extra.env },
      },
    )
  }

  /** Runs that die on the way: in the middle of a step on the disk, at any moment, by a signal, or out of time. */
  private async killed(times: number, phase: string, deleteStale = false): Promise<void> {
    const { random } = this
    for (let done = 0, tries = 0; done < times && tries < times * 3; tries++) {
      const way = random()
      const crash: Crash = {
        step: pick(random, CRASH_STEPS),
        nth: 1 + Math.floor(random() ** 2 * Math.max(25, this.options.documents / 20)),
        when: pick(random, ['before', 'half', 'after']),
      }
      // One that waits for its step on the disk is not to wait for ever.
      const at = (way < 0.6 ? 2_000 : 300) + random() * (1_000 + 2 * this.options.documents)
      const extra: RunOptions = {
        interrupt: { signal: way < 0.9 ? 'SIGKILL' : 'SIGTERM', when: at },
        ...(way < 0.6 && { env: { PROOF_CRASH: JSON.stringify(crash) } }),
      }
      const seconds = way > 0.95 ? 5 + Math.floor(random() * 60) : undefined
      const { signal, errors } = await this.step(deleteStale, seconds === undefined ? extra : {}, seconds)
      if (signal === 'SIGKILL') {
        done++
        this.kills++
      } else if (errors.some((line) => /^(Time is up|Cancelled)/.test(line))) this.otherEnds++
      else this.work()
      const how = `${way < 0.6 ? `${JSON.stringify(crash)} or ` : ''}${signal} at ${at.toFixed(0)} ms`
      const disk = this.truth(`${phase}, kill ${this.kills} (${how})`)
      const found = walk(this.world)
      if (deleteStale && found.isComplete) this.forgetGone(disk, found)
      this.learn(disk, found, false)
    }
  }

  /** Something for the next run, so that there is a moment to die. */
  private work(): void {
    const edits = 10 + this.options.documents / 20
    for (let nth = 0; nth < edits; nth++) edit(this.world, pick(this.random, this.world.filed).document)
  }

  private forgetGone(disk: Disk, { wanted }: Walk): void {
    const there = new Set(disk.recorded.map(keyOf))
    for (const key of this.known.keys()) if (!wanted.has(key) && !there.has(key)) this.known.delete(key)
  }

  private truth(phase: string): Disk {
    const disk = readDisk(this.directory)
    this.tell(phase, [...judgeTruth(disk, this.whole), ...this.outside()])
    this.options.say?.(`${phase}: ${disk.recorded.length} files, ${disk.writing.length} being written`)
    return disk
  }

  private outside(): string[] {
    const strangers = readdirSync(this.workspace).filter((name) => name !== 'out' && name !== SENTINEL)
    return strangers.map((name) => `${name} is outside of the directory`)
  }

  /** A run to its end, and the comparison of everything. */
  private async completed(phase: string, deletesStale: boolean): Promise<StepResult> {
    const { emulator, known } = this
    const step = await this.step(deletesStale, {})
    const disk = this.truth(phase)
    const found = walk(this.world)
    const faults = judge({ walk: found, disk, step, emulator, known, whole: this.whole, deletesStale })
    this.tell(phase, faults)
    if (faults.length > 0) this.dump(phase, { faults, step, wanted: [...found.wanted], disk, known: [...known] })
    this.learn(disk, found, true)
    const { exported, unchanged, failed, skipped, deleted } = step.outputs
    this.options.say?.(
      `${phase}: ${exported} exported, ${unchanged} unchanged, ${failed} failed, ${skipped} skipped, ${deleted} deleted,` +
        ` ${disk.emptyFolders.length} empty folders, ${(step.durationMs / 1000).toFixed(1)} s`,
    )
    return step
  }

  /** Notes what stands where; of what a run did not touch, or tried in vain, the place is the one of before. */
  private learn({ recorded }: Disk, { wanted }: Walk, isWhole: boolean): void {
    const before = new Map(this.known)
    if (isWhole) this.known.clear()
    const now = new Map<string, KnownFile[]>()
    for (const record of recorded) {
      const { path, sha256 } = record
      const key = keyOf(record)
      const old = before.get(key)?.find((one) => one.path === path && one.sha256 === sha256)
      const file = wanted.get(key)
      const isOld = old !== undefined && (!isWhole || file?.fails === true)
      // Of what stands twice for now, nothing can be said of where it goes.
      const isTwice = recorded.some((other) => other !== record && keyOf(other) === key)
      const signature = file && !file.isLoose && !isTwice ? signatureOf(file.places) : undefined
      now.set(key, [...(now.get(key) ?? []), isOld ? old : { path, sha256, signature }])
    }
    for (const [key, files] of now) this.known.set(key, files)
  }

  /** Once more, with nothing changed: no task, no byte, no word of a change. */
  private async unchanged(healed: StepResult): Promise<Verdict> {
    const { emulator, directory } = this
    const stamp = (): string =>
      readdirSync(directory, { recursive: true, withFileTypes: true })
        .map((entry) => path.join(entry.parentPath, entry.name))
        .map((file) => `${file} ${statSync(file).mtimeMs} ${statSync(file).ino}`)
        .sort()
        .join('\n')
    const before = { stamp: stamp(), requests: emulator.requests.length }
    const step = await this.completed('unchanged', true)
    const requests = emulator.requests.slice(before.requests)
    const found = walk(this.world)
    const wrong = [
      healed.exitCode === 0 && step.exitCode === 0 ? undefined : 'red though nothing can fail',
      step.outputs['changed'] === 'false' ? undefined : 'says that something changed',
      step.outputs['exported'] === '0' ? undefined : 'exported something',
      stamp() === before.stamp ? undefined : `touched the disk (${MANIFEST} included)`,
      ...requests.filter(({ api }) => !LISTING.has(api)).map(({ api }) => `asked for ${api}`),
    ]
    this.tell(
      'unchanged',
      wrong.filter((fault) => fault !== undefined),
    )
    return {
      faults: this.faults,
      kills: this.kills,
      otherEnds: this.otherEnds,
      runs: this.runs,
      creates: this.creates(),
      needed: this.needed.size,
      files: found.wanted.size,
      unchangedRequests: requests.length,
      fewestRequests: found.pages,
    }
  }

  private creates(): number {
    const made = this.emulator.requestsTo('create').filter(({ answeredCode }) => answeredCode === 0)
    return made.filter(({ tokens }) => !tokens.some((token) => this.failing.has(token))).length
  }

  /** What it takes to find out why: the world, the disk and the step as they were. */
  private dump(phase: string, facts: object): void {
    const { dump, say } = this.options
    if (dump === undefined) return
    mkdirSync(dump, { recursive: true })
    const file = path.join(dump, `${this.options.seed} ${phase.replace(/\W+/g, '-')}.json`)
    const shown = (_: string, value: unknown): unknown =>
      value instanceof Map ? [...(value as ReadonlyMap<unknown, unknown>)] : value
    writeFileSync(file, JSON.stringify({ ...facts, documents: this.emulator.store.documents.list() }, shown, 1))
    say?.(`everything about it: ${file}`)
  }

  private tell(phase: string, faults: readonly string[]): void {
    for (const fault of faults) this.options.say?.(`FAULT ${phase}: ${fault}`)
    this.faults.push(...faults.map((fault) => `${phase}: ${fault}`))
  }
}
