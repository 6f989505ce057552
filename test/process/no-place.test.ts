import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { expect, it } from '@jest/globals'
import { POSIX_SHELL } from '../platform.js'
import { describeIf } from '../skip.js'
import { ROOT, RUNNER_NODE } from './run-action.js'

describeIf(POSIX_SHELL, 'a step whose working directory was removed', () => {
  it.each(['wait', 'create', 'download', 'export'])('fails: %s', (action) => {
    const script = `d=$(mktemp -d) && cd "$d" && rmdir "$d" && exec "$0" "$1"`
    const entry = path.join(ROOT, 'dist', action, 'index.js')
    const { status, stdout } = spawnSync('/bin/sh', ['-c', script, RUNNER_NODE, entry], { encoding: 'utf8', env: {} })
    expect(status).toBe(1)
    expect(stdout).toMatch(/^::error::/m)
  })
})
