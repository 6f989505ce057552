import { promises, type PathLike } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import type { FileHandle } from 'node:fs/promises'

/** The steps on the disk at which a process can be made to die. */
export const CRASH_STEPS = ['rename', 'link', 'unlink', 'mkdir', 'rmdir', 'open', 'write', 'sync'] as const
export type CrashStep = (typeof CRASH_STEPS)[number]

/** Dies at the nth such step: before it, after it, or (of a write) in the middle. */
export interface Crash {
  readonly step: CrashStep
  readonly nth: number
  readonly when: 'before' | 'half' | 'after'
}

type AnyAsync = (...values: never[]) => Promise<unknown>

/** Makes this process kill itself at a step on the disk, as if the power had gone. */
export function armCrash({ step, nth, when }: Crash): void {
  let seen = 0
  const isNow = (): boolean => ++seen === nth
  const die = (): Promise<never> => {
    process.kill(process.pid, 'SIGKILL')
    return new Promise(() => undefined)
  }
  const dying = <F extends AnyAsync>(real: F): F =>
    (async (...values: never[]) => {
      if (!isNow()) return real(...values)
      if (when === 'before') return die()
      await real(...values)
      return die()
    }) as F

  const { open } = promises
  promises.open = (async (file: PathLike, flags?: string, mode?: number) => {
    const handle = await open(file, flags, mode)
    if (step === 'sync') handle.sync = dying(handle.sync.bind(handle))
    if (step === 'write') handle.writev = halfWrite(handle, isNow, die)
    return handle
  }) as typeof promises.open
  if (step === 'open') promises.open = dying(promises.open)
  if (step === 'rename') promises.rename = dying(promises.rename)
  if (step === 'link') promises.link = dying(promises.link)
  if (step === 'unlink') promises.unlink = dying(promises.unlink)
  if (step === 'rmdir') promises.rmdir = dying(promises.rmdir)
  if (step === 'mkdir') promises.mkdir = dying(promises.mkdir as AnyAsync) as typeof promises.mkdir
  syncBuiltinESMExports()
}

function halfWrite(handle: FileHandle, isNow: () => boolean, die: () => Promise<never>): FileHandle['writev'] {
  const writev = handle.writev.bind(handle) as (pieces: Uint8Array[], at?: number) => ReturnType<FileHandle['writev']>
  return (async (pieces: Uint8Array[], at?: number) => {
    if (!isNow()) return writev(pieces, at)
    const all = Buffer.concat(pieces)
    await handle.write(all, 0, Math.floor(all.length / 2), at)
    return die()
  }) as FileHandle['writev']
}
