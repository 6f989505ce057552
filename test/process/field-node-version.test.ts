import { describe, expect, it } from '@jest/globals'
import { preloading, runAction } from './run-action.js'

/**
 * Makes the process report this Node.js version. Runners of Gitea, Forgejo and act start an action with the `node` of the
 * job's image. The members of `process.versions` are read-only, so the object is replaced.
 */
const pretending = (version: string) =>
  preloading(`Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })`)

describe.each(['wait', 'create', 'download', 'export'] as const)('%s', (action) => {
  it.concurrent.each(['18.20.8', '16.20.2', '8.17.0'])(
    'under Node.js %s names the version it needs, and loads nothing else',
    async (version) => {
      const step = await runAction(action, {}, pretending(version))
      expect(step.exitCode).toBe(1)
      expect(step.lines).toHaveLength(1)
      expect(step.errors).toEqual([step.outputs['error-message']])
      expect(step.errors[0]).toMatch(
        new RegExp(`^This action needs Node\\.js 20 or newer.* started it with Node\\.js ${version}\\..*image.*\\.$`),
      )
    },
  )

  it.concurrent('starts under Node.js 20 and newer versions', async () => {
    for (const version of ['20.0.0', '26.1.0', '100.0.0']) {
      const step = await runAction(action, {}, pretending(version))
      expect(step.errors).toEqual([expect.stringMatching(/^No credential: /)])
    }
  })
})

it('an output file that cannot be written does not hide this error', async () => {
  const step = await runAction('wait', {}, { ...pretending('16.0.0'), env: { GITHUB_OUTPUT: '/dev/null/no-file' } })
  expect(step.exitCode).toBe(1)
  expect(step.errors).toEqual([expect.stringMatching(/^This action needs Node\.js 20/)])
})
