import { preloading, type RunOptions } from './run-action.js'

/** The calls of `node:fs/promises` that change what is at a path. */
export type DiskCall = 'rename' | 'link' | 'unlink' | 'rmdir' | 'mkdir' | 'open'

/** Methods of a file handle. */
type HandleCall = 'writev' | 'sync'

export interface Refusal {
  readonly calls: readonly DiskCall[]
  /** Matched against each absolute path of a call. */
  readonly paths: RegExp
  /** The first matching call that is refused, from 1. */
  readonly from?: number
  /** How many matching calls are refused; all by default. */
  readonly times?: number
  readonly code?: string
}

// The manifest has faults of its own; these are about the exported files.
const IS_MANIFEST = String.raw`(paths) => paths.some((path) => path.endsWith('.feishu-export.json'))`

/** Makes the disk refuse calls, as one does where another program holds the files. */
export function refusing({ calls, paths, from = 1, times = Infinity, code = 'EPERM' }: Refusal): RunOptions {
  return preloading(`
    import fs from 'node:fs'
    import { syncBuiltinESMExports } from 'node:module'
    const isManifest = ${IS_MANIFEST}
    let matched = 0
    const check = (call, values) => {
      const paths = values.filter((value) => typeof value === 'string')
      if (isManifest(paths) || !paths.some((path) => ${String(paths)}.test(path)) || ++matched < ${from}) return
      if (matched >= ${from + times}) return
      throw Object.assign(new Error('${code}: refused, ' + call), { code: '${code}', syscall: call })
    }
    for (const call of ${JSON.stringify(calls)}) {
      const real = fs.promises[call]
      fs.promises[call] = async (...values) => (check(call, values), real(...values))
      const realSync = fs[call + 'Sync']
      fs[call + 'Sync'] = (...values) => (check(call, values), realSync(...values))
    }
    syncBuiltinESMExports()`)
}

/** Kills the process (SIGKILL) right before its nth call (the first is 1) that renames, creates or removes a path. */
export function killedBeforeCall(nth: number): RunOptions {
  return preloading(`
    import fs from 'node:fs'
    import { syncBuiltinESMExports } from 'node:module'
    let seen = 0
    for (const call of ['rename', 'link', 'unlink', 'rmdir', 'mkdir']) {
      const real = fs.promises[call]
      fs.promises[call] = async (...values) => {
        if (++seen < ${nth}) return real(...values)
        process.kill(process.pid, 'SIGKILL')
        return new Promise(() => undefined)
      }
    }
    syncBuiltinESMExports()`)
}

/**
 * Makes a directory behave as on Windows and macOS: a path finds the file whose name differs in case only.
 * @param root absolute
 */
export function caseInsensitive(root: string): RunOptions {
  return preloading(`
    import fs from 'node:fs'
    import path from 'node:path'
    import { syncBuiltinESMExports } from 'node:module'
    const root = ${JSON.stringify(root)}
    const { readdirSync } = fs
    const fold = (name) => name.normalize('NFD').toLowerCase()
    const listed = (directory) => {
      try {
        return readdirSync(directory)
      } catch {
        return []
      }
    }
    // The path as the disk spells it, as far as it is there.
    const spelled = (value) => {
      if (typeof value !== 'string') return value
      const below = path.relative(root, value)
      if (below === '' || below.startsWith('..') || path.isAbsolute(below)) return value
      let at = root
      for (const name of below.split(path.sep)) {
        const names = listed(at)
        at = path.join(at, names.includes(name) ? name : (names.find((one) => fold(one) === fold(name)) ?? name))
      }
      return at
    }
    // A file that gets another spelling of its own name gets that spelling.
    const renamed = (to, from) => {
      const there = spelled(to)
      return there === spelled(from) || there === to ? path.join(path.dirname(there), path.basename(to)) : there
    }
    const one = (real) => (at, ...rest) => real(spelled(at), ...rest)
    const names = ['open', 'unlink', 'rmdir', 'mkdir', 'lstat', 'stat', 'readdir', 'realpath', 'readFile', 'access', 'utimes']
    for (const name of names) {
      fs.promises[name] = one(fs.promises[name])
      const sync = name + 'Sync'
      fs[sync] = Object.assign(one(fs[sync]), fs[sync])
    }
    const { rename, link } = fs.promises
    fs.promises.rename = (from, to) => rename(spelled(from), renamed(to, from))
    fs.promises.link = (from, to) => link(spelled(from), spelled(to))
    const { renameSync } = fs
    fs.renameSync = (from, to) => renameSync(spelled(from), renamed(to, from))
    syncBuiltinESMExports()`)
}

/** Has file handles refuse a call once they have written more than so many bytes. */
export function refusingHandles(call: HandleCall, code: string, afterBytes = 0): RunOptions {
  return preloading(`
    import { open } from 'node:fs/promises'
    const handle = await open(process.execPath)
    const prototype = Object.getPrototypeOf(handle)
    await handle.close()
    const { ${call}: real } = prototype
    let bytes = 0
    prototype.${call} = async function (...values) {
      for (const piece of Array.isArray(values[0]) ? values[0] : []) bytes += piece.length
      if (bytes >= ${afterBytes}) throw Object.assign(new Error('refused'), { code: '${code}' })
      return real.apply(this, values)
    }`)
}

/** The line that a process prints when a call of `hanging` has begun. */
export const CALL_HANGS = /^a call hangs$/m

/**
 * Has a call never return; prints a line when it begins.
 * @param pipe a named pipe that nobody writes to: the call then occupies a thread, as on a disk that was removed
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
 * Makes calls that inspect or read a path never return. A synchronous one stops the whole process, as on a disk that was
 * removed.
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

/** Has no abort signal ever fire, so that nothing ends what waits for one. */
export const deaf = preloading('AbortController.prototype.abort = () => undefined')
