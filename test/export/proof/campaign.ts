import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createRandom, startEmulator, type EmulatedDocument, type Random } from '../../emulator/index.js'
import { changeWorld, edit, healWorld } from './change-world.js'
import { readDiskState } from './disk-state.js'
import { expectListing } from './expected-listing.js'
import { judgeCopies, judgeLeftovers, judgeManifest } from './judge-copies.js'
import { judgeDryRun, judgeHealed, judgeUnchanged } from './judge-end.js'
import { judgeRun, type EndedRun } from './judge-run.js'
import { moveWhileListing } from './move-while-listing.js'
import { anyKill, anyRefusal, passingFault } from './random-faults.js'
import { finding, type Finding } from './rules.js'
import { enrichWorld } from './settings.js'
import { inputsOfStep, type Step } from './step.js'
import type { Runner, RunPlace, RunResult } from './run-types.js'
import { addUserFile, removeUserFiles } from './user-files.js'
import { generateWorld, type World } from './world.js'

/** The settings of a campaign. */
export interface CampaignOptions {
  readonly documents: number
  readonly kills: number
  readonly seed: number
  readonly createRunner: (place: RunPlace) => Runner
  /** Whether answers may stop in the middle, so that only a time limit ends them. */
  readonly mayStall: boolean
  readonly log?: ((line: string) => void) | undefined
}

/** The result of a campaign. */
export interface CampaignResult {
  readonly findings: readonly Finding[]
  readonly runs: number
  readonly kills: number
  /** How many files the sources have in the end, with uploaded ones. */
  readonly files: number
  /** How many requests for an export task were sent, also those that failed. */
  readonly tasks: number
}

const NIGHTS = 5
const DAY_MS = 24 * 3600 * 1000
// The APIs that a campaign frees of their rate limits.
const UNLIMITED_APIS = [
  'create',
  'query',
  'download',
  'wiki-node',
  'wiki-nodes',
  'folder',
  'metas',
  'file-download',
  'sheets',
  'tables',
] as const

/** Exports a generated world night after night, with changes, faults and kills, and judges every run. */
export async function runCampaign(options: CampaignOptions): Promise<CampaignResult> {
  const { seed, documents } = options
  const random = createRandom(seed)
  // In a large world, small pages would cost very many requests.
  const hasSmallPages = documents < 100 && random() < 0.5
  const emulator = await startEmulator({
    random: createRandom(seed + 1),
    limits: Object.fromEntries(UNLIMITED_APIS.map((api) => [api, undefined])),
    maxPageItems: hasSmallPages ? { folder: 3, 'wiki-nodes': 3, tables: 2 } : {},
  })
  const workspace = mkdtempSync(path.join(tmpdir(), 'feishu-proof-'))
  try {
    mkdirSync(path.join(workspace, 'out'))
    const world = generateWorld(emulator, documents, random)
    enrichWorld(world)
    const runner = options.createRunner({ emulator, workspace, seed })
    const campaign = new Campaign(options, world, runner, path.join(workspace, 'out'), random)
    return await campaign.run().catch((error: unknown) => campaign.endEarly(error))
  } finally {
    await emulator.stop()
    rmSync(workspace, { recursive: true, force: true })
  }
}

/** The state of a campaign between its runs. */
class Campaign {
  private readonly findings: Finding[] = []
  private runs = 0
  private kills = 0
  /** Whether the last run was killed. */
  private wasKilled = false
  /** True until a run has ended by itself: it was not killed, cancelled, or stopped by its timeout. */
  private isFirst = true
  /** The documents that were edited right before the next run. */
  private recent: readonly EmulatedDocument[] = []

  constructor(
    private readonly options: CampaignOptions,
    private readonly world: World,
    private readonly runner: Runner,
    private readonly directory: string,
    private readonly random: Random,
  ) {}

  /** Makes all runs: first the nights; then, when nothing is in the way any more, a dry run and three others. */
  async run(): Promise<CampaignResult> {
    const { world, runner, directory } = this
    for (let night = 0; night < NIGHTS; night++) await this.runNight(night)
    healWorld(world)
    removeUserFiles(world, directory)
    this.log('healed')
    const settings = { deleteStale: true, includeFiles: this.random() < 0.6 }
    runner.skip(DAY_MS)
    // The dry run must give the numbers of the run after it.
    const dryRun = await this.step({ ...settings, name: 'healed, dry run', isDryRun: true })
    const healing = await this.step({ ...settings, name: 'healed' })
    if (dryRun && healing) this.report('dry run', judgeDryRun(dryRun, healing.result))
    runner.skip(DAY_MS)
    // Everything must be right only after this run. The one before it removed stale files only at its end, so they may have
    // been in the way of others.
    const healed = await this.step({ ...settings, name: 'healed, second run' })
    if (healed) this.report('healed', judgeHealed(healed))
    runner.skip(DAY_MS)
    const unchanged = await this.step({ ...settings, name: 'unchanged' })
    if (unchanged) this.report('unchanged', judgeUnchanged(unchanged))
    return this.summarize()
  }

  /** Adds a finding for an error that ends the campaign: a run would never end, or the campaign itself is faulty. */
  endEarly(error: unknown): CampaignResult {
    this.report('last run', [finding('ends', error instanceof Error ? (error.stack ?? error.message) : String(error))])
    return this.summarize()
  }

  private summarize(): CampaignResult {
    const { world, findings, runs, kills } = this
    const tasks = world.emulator.requestsTo('create').length
    return { findings, runs, kills, tasks, files: expectListing(world, { includeFiles: true }).files.length }
  }

  /** Makes the runs of a night: some that are to be killed, then one that is not. */
  private async runNight(night: number): Promise<void> {
    const { world, random, options, runner, directory } = this
    runner.skip(DAY_MS)
    if (night > 0) this.change()
    if (night > 0 && random() < 0.2) addUserFile(world, directory)
    const settings = {
      deleteStale: random() < 0.5,
      includeFiles: random() < 0.7,
      force: random() < 0.15,
      failFast: random() < 0.15,
    }
    // How many runs of the whole campaign are to be killed by the end of this night.
    const dueKills = Math.ceil((options.kills * (night + 1)) / NIGHTS)
    // A run may end before its kill, so the number of tries is limited.
    for (let tries = 0; this.kills < dueKills && tries < 2 * options.kills; tries++) {
      if (tries > 0 && random() < 0.6) this.change()
      await this.step({
        ...settings,
        name: `night ${night}, to be killed`,
        ...anyKill(random, options.documents, this.isFirst),
        hasFaults: random() < 0.2,
      })
    }
    // One draw, so that a run has only one of: calls that the disk refuses, a moved document, faults of the service.
    const draw = random()
    await this.step({
      ...settings,
      name: `night ${night}`,
      disk: { refusal: draw < 0.25 ? anyRefusal(random) : undefined },
      hasFaults: draw > 0.7,
      movesDocument: draw > 0.25 && draw < 0.5,
      end: random() < 0.05 ? { kind: 'cancel', afterMs: random() * 5_000 } : undefined,
    })
  }

  /**
   * Changes the world before a run. Notes in `recent` which documents were edited in the present second: `editAgain` may
   * edit them once more within it.
   */
  private change(): void {
    const nowSeconds = Math.floor(this.runner.wallMs() / 1000)
    this.log(changeWorld(this.world, nowSeconds).join(', '))
    const documents = this.world.emulator.store.documents.list()
    this.recent = documents.filter(({ editTime }) => Number(editTime) === nowSeconds)
  }

  /**
   * After a run, edits some of the documents of `recent` again. Their edit time stays the same, as if both edits were made
   * within one second: the edit time alone does not show the second one.
   */
  private editAgain(): void {
    for (const document of this.recent) {
      if (this.random() < 0.5) edit(this.world, document, Number(document.editTime))
    }
    this.recent = []
    // The next run begins in a later second than the one in which this run ended.
    this.runner.skip(2_000)
  }

  /**
   * Makes a run, judges it, and reports the rules that it broke.
   * @returns the run if it ended by itself; undefined if it was killed, cancelled, or stopped by its timeout
   */
  private async step(step: Step): Promise<EndedRun | undefined> {
    const { world, runner, directory, random } = this
    const { emulator } = world
    const { deleteStale, includeFiles, force, failFast, disk = {}, end, hasFaults, movesDocument } = step
    const before = readDiskState(directory)
    const requestsBefore = emulator.requests.length
    const endFaults = hasFaults
      ? emulator.script('any', () => (random() < 0.03 ? passingFault(random, this.options.mayStall) : undefined))
      : () => undefined
    const move = movesDocument ? moveWhileListing(world) : undefined
    const name = `run ${this.runs + 1}, ${step.name}`
    const inputs = { deleteStale, includeFiles, force, failFast }
    this.log(`${name} ${JSON.stringify({ ...inputs, ...disk, end, hasFaults, movesDocument })}`)
    const result = await runner.run({ inputs: inputsOfStep(step, world), disk, end })
    endFaults()
    move?.stop()
    this.runs++
    if (result.isKilled) this.kills++
    const after = readDiskState(directory)
    const requests = emulator.requests.slice(requestsBefore)
    const listing = expectListing(world, { includeFiles }, requests)
    this.logResult(result)
    this.report(name, [
      ...judgeManifest(world, after),
      ...judgeCopies(world, [before, after], { deleteStale, listing }, result),
    ])
    this.editAgain()
    const isStopped = result.isKilled || result.errors.some((line) => /^(Time is up|Cancelled)/.test(line))
    const isAfterKill = this.wasKilled
    this.wasKilled = result.isKilled
    this.isFirst &&= isStopped
    if (isStopped) {
      // Nothing from outside stopped it: it waited until its timeout.
      if (!result.isKilled && end === undefined) this.report(name, [finding('ends', result.errors.join(' '))])
      return undefined
    }
    const isListingMoved = move?.hasMoved() === true
    const isForced = force === true
    const ended = { world, before, after, result, requests, listing, isListingMoved, isAfterKill, isForced }
    // A dry run is compared with the run after it, which is not made yet (see `run`).
    if (step.isDryRun) return ended
    this.report(name, [...(result.isDiskFaulty ? [] : judgeLeftovers(after, result)), ...judgeRun(ended)])
    return ended
  }

  private logResult({ outputs, exitCode, errors, isKilled }: RunResult): void {
    const { exported, unchanged, failed, skipped, deleted, changed } = outputs
    const end = isKilled
      ? 'killed'
      : `exit code ${exitCode}, ${exported} exported, ${unchanged} unchanged, ${failed} failed, ${skipped} skipped,` +
        ` ${deleted} deleted, changed ${changed} ${errors.join(' ').slice(0, 300)}`
    this.log(`  ${end}`)
  }

  private log(line: string): void {
    this.options.log?.(line)
  }

  /** Logs and keeps findings. @param name of the run that they are about */
  private report(name: string, findings: readonly Finding[]): void {
    for (const { rule, what } of findings) this.log(`RULE ${rule}: ${what}`)
    this.findings.push(...findings.map(({ rule, what }) => finding(rule, `${name}: ${what}`)))
  }
}
