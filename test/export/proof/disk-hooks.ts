// Refuses calls to the disk, and kills runs at them. The functions of node:fs/promises are replaced once; each
// replacement follows the plan of the run that calls it. Imports only Node's own modules: child processes load this
// file as it is.
import { AsyncLocalStorage } from 'node:async_hooks'
import { promises } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import path from 'node:path'
import type { FileHandle } from 'node:fs/promises'

/** The calls at which a process can be killed. */
export const DISK_CALLS = ['rename', 'link', 'unlink', 'mkdir', 'rmdir', 'open', 'write', 'sync'] as const
export type DiskCall = (typeof DISK_CALLS)[number]

/**
 * The run dies at its nth call of this kind: before it, after it, or `half`: in the middle of a write, after other
 * calls. If the disk refuses that call, the run dies only with `before`.
 */
export interface Kill {
  readonly call: DiskCall
  readonly nth: number
  readonly when: 'before' | 'half' | 'after'
}

/** Of the different pairs of one of these calls and a path, the disk refuses every nth, each time it occurs. */
export interface Refusal {
  readonly calls: readonly DiskCall[]
  readonly everyNth: number
  /** The `code` of the error, such as `EPERM`. */
  readonly code: string
  /** Whether no call for the manifest is refused. */
  readonly sparesManifest: boolean
}

/** The faults of the disk during a run. */
export interface DiskPlan {
  readonly kill?: Kill | undefined
  readonly refusal?: Refusal | undefined
  /** Called before each call; throws to refuse it. Only for a run in this process, not in a child process. */
  readonly onCall?: ((call: DiskCall, paths: readonly string[]) => void) | undefined
}

/** A run on the disk: once it is dead, none of its calls of `DISK_CALLS` returns. */
export interface DiskRun {
  readonly plan: DiskPlan
  /** Kills the run. */
  readonly die: () => void
  isDead: boolean
  /** How many calls were refused. */
  refused: number
  /** How many calls of each kind were made. */
  readonly counts: Map<DiskCall, number>
  /** Whether the disk refuses a call for a path, by `call path`: `'rename /tmp/out/a.docx'`. */
  readonly refusedByPath: Map<string, boolean>
  /** The open files. */
  readonly handles: Set<FileHandle>
}

/** A run that has not begun. */
export const newDiskRun = (plan: DiskPlan, die: () => void): DiskRun => ({
  ...{ plan, die, isDead: false, refused: 0 },
  ...{ counts: new Map(), refusedByPath: new Map(), handles: new Set() },
})

// A function, since TypeScript would still take `isDead` for false after an earlier check.
const hasDied = ({ isDead }: DiskRun): boolean => isDead

const never = <T>(): Promise<T> => new Promise<T>(() => undefined)

/**
 * Decides whether the disk refuses a call of a run, and counts the refusal. The decision for a call and its first path
 * stays the same for the whole run.
 * @param paths the paths that the call names: two for `rename` and `link`, none for `write` and `sync`
 */
function isRefused(run: DiskRun, call: DiskCall, paths: readonly string[]): boolean {
  const { refusal } = run.plan
  if (!refusal?.calls.includes(call)) return false
  const isManifest = paths.some((one) => path.basename(one) === '.feishu-export.json')
  if (isManifest && refusal.sparesManifest) return false
  // The first path of a `rename` or `link` is where the file is now.
  const key = `${call} ${paths[0] ?? ''}`
  const known = run.refusedByPath.get(key)
  const isRefusedPath = known ?? (run.refusedByPath.size + 1) % refusal.everyNth === 0
  run.refusedByPath.set(key, isRefusedPath)
  if (isRefusedPath) run.refused++
  return isRefusedPath
}

/**
 * Makes a call to the disk for a run: counts it, and refuses it or kills the run where the plan says so.
 * @param run undefined for a call that belongs to no run: it is simply made
 * @param real makes the whole call
 * @param half makes a half of the call, for a kill in the middle; without it, such a kill comes after the whole call
 * @returns the result of `real`; never settles once the run is dead
 * @throws the error of `real`, or the error with which the disk refuses the call
 */
async function perform<T>(
  run: DiskRun | undefined,
  call: DiskCall,
  paths: readonly string[],
  real: () => Promise<T>,
  half?: () => Promise<unknown>,
): Promise<T> {
  if (!run) return real()
  if (run.isDead) return never()
  const { kill, refusal } = run.plan
  const count = (run.counts.get(call) ?? 0) + 1
  run.counts.set(call, count)
  const isKilledHere = kill?.call === call && kill.nth === count
  const die = (): Promise<T> => {
    run.die()
    return never()
  }
  if (isKilledHere && kill.when === 'before') return die()
  run.plan.onCall?.(call, paths)
  if (isRefused(run, call, paths)) {
    throw Object.assign(new Error(`${refusal?.code ?? ''}: refused, ${call}`), { code: refusal?.code })
  }
  if (isKilledHere && kill.when === 'half' && half) {
    await half()
    return die()
  }
  // A call that fails must not return to a dead run either.
  const [outcome] = await Promise.allSettled([real()])
  if (isKilledHere) return die()
  // Something else may have killed the run during this call.
  if (hasDied(run)) return never()
  if (outcome.status === 'rejected') throw outcome.reason
  return outcome.value
}

// The run to which a call belongs: that of `withDiskRun` around it, or that of the whole process.
const runs = new AsyncLocalStorage<DiskRun>()
let processRun: DiskRun | undefined
let isInstalled = false

/** Runs work whose calls to the disk belong to a run. */
export const withDiskRun = <T>(run: DiskRun, work: () => T): T => runs.run(run, work)

/** Assigns all calls of this process to one run. When the run is killed, the process ends. */
export function installForProcess(plan: DiskPlan): void {
  processRun = newDiskRun(plan, () => process.kill(process.pid, 'SIGKILL'))
  installDiskHooks()
}

/**
 * Replaces the functions of node:fs/promises with which the action changes the disk, unless they are replaced already.
 * Must run before others import them.
 */
export function installDiskHooks(): void {
  if (isInstalled) return
  isInstalled = true
  const { open } = promises
  for (const call of ['rename', 'link', 'unlink', 'mkdir', 'rmdir'] as const) {
    const real = promises[call].bind(promises) as (...values: unknown[]) => Promise<unknown>
    const hooked = (...values: unknown[]): Promise<unknown> =>
      perform(runs.getStore() ?? processRun, call, values.map(String), () => real(...values))
    Object.assign(promises, { [call]: hooked })
  }
  const hookedOpen = async (...values: Parameters<typeof open>): Promise<FileHandle> => {
    const run = runs.getStore() ?? processRun
    return perform(run, 'open', [String(values[0])], async () => {
      const handle = await open(...values)
      if (run) hookHandle(run, handle)
      return handle
    })
  }
  Object.assign(promises, { open: hookedOpen })
  syncBuiltinESMExports()
}

/**
 * Replaces the methods with which the action changes a file that a run opened. All but `close` follow the plan of the run;
 * `close` never returns after a kill.
 */
function hookHandle(run: DiskRun, handle: FileHandle): void {
  run.handles.add(handle)
  const writev = handle.writev.bind(handle) as (pieces: Uint8Array[], at?: number) => ReturnType<FileHandle['writev']>
  const sync = handle.sync.bind(handle)
  const datasync = handle.datasync.bind(handle)
  const truncate = handle.truncate.bind(handle)
  const close = handle.close.bind(handle)
  handle.writev = ((pieces: Uint8Array[], at?: number) => {
    const all = Buffer.concat(pieces)
    const writeHalf = (): Promise<unknown> => handle.write(all, 0, Math.floor(all.length / 2), at)
    return perform(run, 'write', [], () => writev(pieces, at), writeHalf)
  }) as FileHandle['writev']
  // A run with `onCall` is in this process, which no kill ends: nothing has to reach the disk, and a real sync takes time.
  handle.sync = () => perform(run, 'sync', [], run.plan.onCall ? () => Promise.resolve() : sync)
  handle.datasync = () => perform(run, 'sync', [], run.plan.onCall ? () => Promise.resolve() : datasync)
  handle.truncate = (length) => perform(run, 'write', [], () => truncate(length))
  handle.close = async () => {
    run.handles.delete(handle)
    await close()
    // The file is really closed, but no call of a dead run returns (see `DiskRun`).
    if (run.isDead) await never()
  }
}

/** Closes the files that a dead run has left open, as the system does. */
export function closeHandles({ handles }: DiskRun): void {
  for (const handle of handles) void handle.close()
}
