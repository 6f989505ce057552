// Faults of the disk and kills, under the code that runs: calls of node:fs/promises are replaced once, and look up what
// the run that makes them is to meet. No imports but Node's: child processes load this file as it is.
import { AsyncLocalStorage } from 'node:async_hooks'
import { promises } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import path from 'node:path'
import type { FileHandle } from 'node:fs/promises'

/** The calls at which a process can be killed. */
export const DISK_CALLS = ['rename', 'link', 'unlink', 'mkdir', 'rmdir', 'open', 'write', 'sync'] as const
export type DiskCall = (typeof DISK_CALLS)[number]

/** The process dies at the nth such call: before it, after it, or (of a write) in the middle. */
export interface Kill {
  readonly call: DiskCall
  readonly nth: number
  readonly when: 'before' | 'half' | 'after'
}

/** The disk refuses these calls for every nth path, each time that this path is tried. */
export interface Refusal {
  readonly calls: readonly DiskCall[]
  readonly everyNth: number
  readonly code: string
  /** Whether the manifest can always be written. */
  readonly sparesManifest: boolean
}

/** The faults of the disk during a run. */
export interface DiskPlan {
  readonly kill?: Kill | undefined
  readonly refusal?: Refusal | undefined
  /** Only in the same process: called before each call, and throws to refuse it. */
  readonly onCall?: ((call: DiskCall, paths: readonly string[]) => void) | undefined
}

/** A run on the disk: once it is dead, none of its calls returns. */
export interface DiskRun {
  readonly plan: DiskPlan
  /** Kills the run immediately. */
  readonly die: () => void
  isDead: boolean
  /** How many calls were refused. */
  refused: number
  readonly counts: Map<DiskCall, number>
  /** Whether the disk refuses a call for a path, by `call path`: `'rename /tmp/out/a.docx'`. */
  readonly refusedByPath: Map<string, boolean>
  readonly handles: Set<FileHandle>
}

/** A run that has not begun. */
export const newDiskRun = (plan: DiskPlan, die: () => void): DiskRun => ({
  ...{ plan, die, isDead: false, refused: 0 },
  ...{ counts: new Map(), refusedByPath: new Map(), handles: new Set() },
})

const hasDied = ({ isDead }: DiskRun): boolean => isDead

const never = <T>(): Promise<T> => new Promise<T>(() => undefined)

function isRefused(run: DiskRun, call: DiskCall, paths: readonly string[]): boolean {
  const { refusal } = run.plan
  if (!refusal?.calls.includes(call)) return false
  const isManifest = paths.some((one) => path.basename(one) === '.feishu-export.json')
  if (isManifest && refusal.sparesManifest) return false
  const key = `${call} ${paths[0] ?? ''}`
  const known = run.refusedByPath.get(key)
  const isRefusedPath = known ?? (run.refusedByPath.size + 1) % refusal.everyNth === 0
  run.refusedByPath.set(key, isRefusedPath)
  if (isRefusedPath) run.refused++
  return isRefusedPath
}

/** @param half what is done of a call that dies in the middle */
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
  const isLast = kill?.call === call && kill.nth === count
  const die = (): Promise<T> => {
    run.die()
    return never()
  }
  if (isLast && kill.when === 'before') return die()
  run.plan.onCall?.(call, paths)
  if (isRefused(run, call, paths)) {
    throw Object.assign(new Error(`${refusal?.code ?? ''}: refused, ${call}`), { code: refusal?.code })
  }
  if (isLast && kill.when === 'half' && half) {
    await half()
    return die()
  }
  const result = await real()
  if (isLast) return die()
  // The run may have been killed during this call.
  return hasDied(run) ? never() : result
}

const runs = new AsyncLocalStorage<DiskRun>()
let isInstalled = false
let processRun: DiskRun | undefined

/** Runs work whose calls to the disk belong to a run. */
export const withDiskRun = <T>(run: DiskRun, work: () => T): T => runs.run(run, work)

/** Assigns all calls of this process to one run. When the run is killed, the process ends. */
export function installForProcess(plan: DiskPlan): void {
  processRun = newDiskRun(plan, () => process.kill(process.pid, 'SIGKILL'))
  installDiskHooks()
}

/** Replaces the calls; before anything else imports node:fs/promises. */
export function installDiskHooks(): void {
  if (isInstalled) return
  isInstalled = true
  const { open } = promises
  for (const call of ['rename', 'link', 'unlink', 'mkdir', 'rmdir'] as const) {
    const real = promises[call].bind(promises) as (...values: unknown[]) => Promise<unknown>
    const hooked = (...values: unknown[]): Promise<unknown> =>
      perform(runs.getStore() ?? processRun, call, values.map(String), () => real(...values))
    // Another test of the same process may read the name.
    Object.defineProperty(hooked, 'name', { value: call })
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

function hookHandle(run: DiskRun, handle: FileHandle): void {
  run.handles.add(handle)
  const writev = handle.writev.bind(handle) as (pieces: Uint8Array[], at?: number) => ReturnType<FileHandle['writev']>
  const sync = handle.sync.bind(handle)
  const close = handle.close.bind(handle)
  handle.writev = ((pieces: Uint8Array[], at?: number) => {
    const all = Buffer.concat(pieces)
    const half = (): Promise<unknown> => handle.write(all, 0, Math.floor(all.length / 2), at)
    return perform(run, 'write', [], () => writev(pieces, at), half)
  }) as FileHandle['writev']
  // Without a real process that can die, waiting for the disk proves nothing.
  handle.sync = () => perform(run, 'sync', [], run.plan.onCall ? () => Promise.resolve() : sync)
  handle.close = async () => {
    run.handles.delete(handle)
    await close()
    // The last call was unfinished when the process died.
    if (run.isDead) await never()
  }
}

/** Closes what a dead run has left open, as the system does. */
export function closeHandles({ handles }: DiskRun): void {
  for (const handle of handles) void handle.close()
}
