/**
 * Makes a function that runs tasks, such as writes to a path. Tasks with the same key run one after another, in the order
 * of the calls, even after one that failed.
 */
export function makeTurns(): <T>(key: string, task: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>()
  return async (key, task) => {
    const before = last.get(key)?.catch(() => undefined)
    const turn = before ? before.then(task) : task()
    last.set(key, turn)
    try {
      return await turn
    } finally {
      if (last.get(key) === turn) last.delete(key)
    }
  }
}
