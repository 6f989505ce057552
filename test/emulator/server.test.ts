import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { rawGet } from './client.js'
import { startEmulator, type Emulator } from './index.js'

let emulator: Emulator

beforeEach(async () => {
  emulator = await startEmulator()
})

// Only closes the connections of a test that failed before it stopped the emulator.
afterEach(() => emulator.stop().catch(() => undefined))

it('closes the connection if a script throws, which `stop` reports; the client is not said to have closed it', async () => {
  emulator.script('wiki-node', () => {
    throw new Error('a mistake in the script')
  })
  const { head } = await rawGet(emulator, 'wiki/v2/spaces/get_node?token=any')
  expect(head).toBe('')
  expect(emulator.requests).toHaveLength(1)
  expect(emulator.requests[0]?.closedByClientAtMs).toBeUndefined()
  await expect(emulator.stop()).rejects.toThrow('a mistake in the script')
})
