import type { World } from './world.js'

/**
 * Moves one document while a run lists, so that the run may not find it. When the run requests a page of a folder, a
 * document of this folder goes to another folder of which a page was read before. Without such folders, none moves.
 */
export function moveWhileListing(world: World): { readonly hasMoved: () => boolean; readonly stop: () => void } {
  const { emulator } = world
  const requestsBefore = emulator.requests.length
  let hasMoved = false
  const stop = emulator.script('folder', ({ query }) => {
    const from = query['folder_token'] ?? ''
    const readFolders = emulator.requests
      .slice(requestsBefore)
      .filter(({ api, answeredCode }) => api === 'folder' && answeredCode === 0)
      .map(({ query }) => query['folder_token'] ?? '')
    const to = readFolders.find((token) => token !== from && world.folders.some((folder) => folder.token === token))
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
