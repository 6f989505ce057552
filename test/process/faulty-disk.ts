import { preloading, type RunOptions } from './run-action.js'

/** Calls of `node:fs/promises`, and methods of its file handles. */
type DiskCall = 'mkdir' | 'rename' | 'unlink' | 'rmdir' | 'link'
type HandleCall = 'writev' | 'sync'

const failure = (code: string): string => `Object.assign(new Error('refused'), { code: '${code}' })`

/** Has the disk refuse a call that concerns a path with this end, so many times. */
export function refusing(call: DiskCall, code: string, { path = '', times = Infinity } = {}): RunOptions {
  return preloading(`
    import { promises } from 'node:fs'
    import { syncBuiltinESMExports } from 'node:module'
    const real = promises.${call}
    let left = ${times}
    promises.${call} = async (...values) => {
      if (left > 0 && values.some((value) => String(value).endsWith('${path}'))) {
        left--
        throw ${failure(code)}
      }
      return real(...values)
    }
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
      if (bytes >= ${afterBytes}) throw ${failure(code)}
      return real.apply(this, values)
    }`)
}

/**
 * Has a call never return.
 * @param pipe a named pipe that nobody writes to: the call then occupies a thread, as a disk does that is gone
 */
export function hanging(call: DiskCall, pipe?: string): RunOptions {
  return preloading(`
    import { promises } from 'node:fs'
    import { syncBuiltinESMExports } from 'node:module'
    const { open } = promises
    promises.${call} = () => ${pipe === undefined ? 'new Promise(() => undefined)' : `open(${JSON.stringify(pipe)})`}
    syncBuiltinESMExports()`)
}

/** Has no abort signal ever fire, so that nothing ends what waits for one. */
export const deaf = preloading('AbortController.prototype.abort = () => undefined')
