import type { World } from './world.js'

/** Moves one document while a run lists: from a folder that is about to be read to one that was read already. */
export function moveWhileListing(world: World): { readonly hasMoved: () => boolean; readonly stop: () => void } {
  const { emulator } = world
  const before = emulator.requests.length
  let hasMoved = false
  const stop = emulator.script('folder', ({ query }) => {
    const from = query['folder_token'] ?? ''
    const read = emulator.requests
      .slice(before)
      .filter(({ api, answeredCode }) => api === 'folder' && answeredCode === 0)
      .map(({ query }) => query['folder_token'] ?? '')
    const to = read.find((token) => token !== from && world.folders.some((folder) => folder.token === token))
    const filed = world.filed.find(({ folder }) => folder === from)
    if (hasMoved || to === undefined || !filed) return undefined
    emulator.store.folders.remove(from, filed.document.token)
    emulator.store.folders.put(to, filed.document)
    filed.folder = to
    hasMoved = true
    return undefined
  })
  return { hasMoved: () => hasMoved, stop }
}
