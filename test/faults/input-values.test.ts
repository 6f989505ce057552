import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { randomFolder } from './input-values.js'
import { RandomSource } from './random-source.js'

describe('a random folder', () => {
  // Seed 822 draws `C:\Windows\con`.
  it.each([1, 822])('is below the workspace, on Windows too (seed %i)', (seed) => {
    const folder = randomFolder(new RandomSource(seed)).trim()
    const workspace = 'D:\\a\\workspace'
    expect(path.win32.resolve(workspace, folder).startsWith(workspace)).toBe(true)
  })
})
