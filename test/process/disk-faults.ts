import { preloading, type RunOptions } from './run-action.js'

/**
 * The functions of `node:fs/promises` with which the actions change names on the disk. `open`, which creates files, is left
 * out.
 */
const DISK_CALLS = ['rename', 'link', 'unlink', 'rmdir', 'mkdir'] as const
export type DiskCall = (typeof DISK_CALLS)[number]

/** Methods of a file handle. */
type HandleCall = 'writev' | 'sync'

export interface Refusal {
  readonly calls: readonly DiskCall[]
  /** Matched against each absolute path of a call. */
  readonly paths: RegExp
  /** Which matching call is the first to be refused; 1 by default. */
  readonly from?: number
  /** How many matching calls are refused from there on; all by default. */
  readonly times?: number
  /** The code of the error; EPERM by default. */
  readonly code?: string
}

/** Makes calls fail, also in their synchronous form. By default, it is as if another program held the files. */
export function refusing({ calls, paths, from = 1, times = Infinity, code = 'EPERM' }: Refusal): RunOptions {
  return preloading(`
    import fs from 'node:fs'
    import { syncBuiltinESMExports } from 'node:module'
    let matched = 0
    const throwIfRefused = (call, values) => {
      const paths = values.filter((value) => typeof value === 'string')
      if (!paths.some((path) => ${String(paths)}.test(path))) return
      matched++
      if (matched < ${from} || matched >= ${from + times}) return
      throw Object.assign(new Error('${code}: refused, ' + call), { code: '${code}', syscall: call })
    }
    for (const call of ${JSON.stringify(calls)}) {
      const real = fs.promises[call]
      fs.promises[call] = async (...values) => {
        throwIfRefused(call, values)
        return real(...values)
      }
      const realSync = fs[call + 'Sync']
      fs[call + 'Sync'] = (...values) => {
        throwIfRefused(call, values)
        return realSync(...values)
      }
    }
    syncBuiltinESMExports()`)
}

/**
 * Kills the process (SIGKILL) right before its nth asynchronous call of `DISK_CALLS`; the first is 1. With n = 1, 2, …, a
 * test tries a kill before each of these changes.
 */
export function killedBeforeCall(nth: number): RunOptions {
  return preloading(`
    import fs from 'node:fs'
    import { syncBuiltinESMExports } from 'node:module'
    let seen = 0
    for (const call of ${JSON.stringify(DISK_CALLS)}) {
      const real = fs.promises[call]
      fs.promises[call] = async (...values) => {
        if (++seen < ${nth}) return real(...values)
        process.kill(process.pid, 'SIGKILL')
        // Until the signal arrives.
        return new Promise(() => undefined)
      }
    }
    syncBuiltinESMExports()`)
}

/**
 * Makes the disk ignore letter case and Unicode form in the names below a directory, as macOS does. Windows ignores only
 * letter case.
 * @param root the absolute path of the directory
 */
export function caseInsensitive(root: string): RunOptions {
  return preloading(`
    import fs from 'node:fs'
    import path from 'node:path'
    import { syncBuiltinESMExports } from 'node:module'
    const root = ${JSON.stringify(root)}
    const { readdirSync } = fs
    const fold = (name) => name.normalize('NFD').toLowerCase()
    const namesIn = (directory) => {
      try {
        return readdirSync(directory)
      } catch {
        return []
      }
    }
    // The path with each name spelled as on the disk; names that do not exist are not changed.
    const spelled = (value) => {
      if (typeof value !== 'string') return value
      const below = path.relative(root, value)
      if (below === '' || below.startsWith('..') || path.isAbsolute(below)) return value
      let at = root
      for (const name of below.split(path.sep)) {
        const names = namesIn(at)
        at = path.join(at, names.includes(name) ? name : (names.find((other) => fold(other) === fold(name)) ?? name))
      }
      return at
    }
    // The target of a rename. A file that is renamed to another spelling of its own name gets the new spelling.
    const targetOf = (to, from) => {
      const there = spelled(to)
      return there === spelled(from) ? path.join(path.dirname(there), path.basename(to)) : there
    }
    const withSpelledPath = (real) => (at, ...rest) => real(spelled(at), ...rest)
    const calls = ['open', 'unlink', 'rmdir', 'mkdir', 'lstat', 'stat', 'readdir', 'realpath', 'readFile', 'access', 'utimes']
    for (const call of calls) {
      fs.promises[call] = withSpelledPath(fs.promises[call])
      const sync = call + 'Sync'
      // A function may have members: \`realpathSync.native\`.
      fs[sync] = Object.assign(withSpelledPath(fs[sync]), fs[sync])
    }
    fs.createReadStream = withSpelledPath(fs.createReadStream)
    const { rename, link } = fs.promises
    fs.promises.rename = (from, to) => rename(spelled(from), targetOf(to, from))
    fs.promises.link = (from, to) => link(spelled(from), spelled(to))
    const { renameSync } = fs
    fs.renameSync = (from, to) => renameSync(spelled(from), targetOf(to, from))
    syncBuiltinESMExports()`)
}

/**
 * Makes a method of all file handles fail.
 * @param failsAtBytes for `writev`: all calls together can write less than this number of bytes. The call that would reach
 * the number fails, and so does every later one
 */
export function refusingHandles(call: HandleCall, code: string, failsAtBytes = 0): RunOptions {
  return preloading(`
    import { open } from 'node:fs/promises'
    const handle = await open(process.execPath)
    const prototype = Object.getPrototypeOf(handle)
    await handle.close()
    const { ${call}: real } = prototype
    let bytes = 0
    prototype.${call} = async function (...values) {
      for (const piece of Array.isArray(values[0]) ? values[0] : []) bytes += piece.length
      if (bytes >= ${failsAtBytes}) throw Object.assign(new Error('refused'), { code: '${code}' })
      return real.apply(this, values)
    }`)
}

/** Matches the line that a process with the option `hanging` prints when the call has begun. */
export const CALL_HANGS = /^a call hangs$/m

/**
 * Makes each asynchronous call of this function hang. When the call begins, it prints a line that matches `CALL_HANGS`.
 * @param pipe a named pipe that nobody writes to. If given, the call opens it, which occupies a thread as on a disk that
 * was removed
 */
export function hanging(call: DiskCall, pipe?: string): RunOptions {
  return preloading(`
    import { promises } from 'node:fs'
    import { syncBuiltinESMExports } from 'node:module'
    const { open } = promises
    promises.${call} = () => {
      console.log('a call hangs')
      return ${pipe === undefined ? 'new Promise(() => undefined)' : `open(${JSON.stringify(pipe)})`}
    }
    syncBuiltinESMExports()`)
}

/**
 * Makes `lstat`, `stat`, `readdir`, `realpath`, `readFile` and `appendFile` never return for some paths, as on a disk that
 * was removed. The synchronous form of such a call blocks the whole process.
 * @param paths matched against the path of a call
 */
export function deadPaths(paths: RegExp): RunOptions {
  return preloading(`
    import fs from 'node:fs'
    import { syncBuiltinESMExports } from 'node:module'
    const isDead = (at) => typeof at === 'string' && ${String(paths)}.test(at)
    for (const name of ['lstat', 'stat', 'readdir', 'realpath', 'readFile', 'appendFile']) {
      const [real, realSync] = [fs.promises[name], fs[name + 'Sync']]
      fs.promises[name] = (at, ...rest) => (isDead(at) ? new Promise(() => undefined) : real(at, ...rest))
      const sync = (at, ...rest) => {
        if (isDead(at)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
        return realSync(at, ...rest)
      }
      fs[name + 'Sync'] = Object.assign(sync, realSync)
    }
    syncBuiltinESMExports()`)
}

/** Makes every `abort()` do nothing, so that no abort signal ends a wait. */
export const deaf = preloading('AbortController.prototype.abort = () => undefined')
