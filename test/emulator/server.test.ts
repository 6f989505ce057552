import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { rawGet } from './client.js'
import { startEmulator, type Emulator } from './index.js'

let emulator: Emulator

beforeEach(async () => {
  emulator = await startEmulator()
})

afterEach(() => emulator.stop())

it('closes the connection if a script throws, and does not record that the client closed it', async () => {
  emulator.script('wiki-node', () => {
    throw new Error('a mistake in the script')
  })
  const { head } = await rawGet(emulator, 'wiki/v2/spaces/get_node?token=any')
  expect(head).toBe('')
  expect(emulator.requests).toHaveLength(1)
  expect(emulator.requests[0]?.closedByClientAtMs).toBeUndefined()
})
