import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from '@jest/globals'
import { preloading, runAction, ROOT } from './process/run-action.js'

const DIST = path.join(ROOT, 'dist')
const ACTIONS = ['wait', 'create', 'download', 'export'] as const
const built = mkdtempSync(path.join(tmpdir(), 'feishu-dist-'))
afterAll(() => rmSync(built, { recursive: true, force: true }))

/** The paths of all files below a folder, relative to it, in order; an empty list when there is no such folder. */
function filesOf(folder: string): string[] {
  if (!existsSync(folder)) return []
  const all = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return all.filter((file) => statSync(path.join(folder, file)).isFile()).sort()
}

it('dist/ is what the source builds, byte for byte: otherwise run `npm run build` and commit dist/', () => {
  const build = spawnSync(process.execPath, ['--import', 'tsx', path.join(ROOT, 'scripts/build.ts'), '--out', built], {
    encoding: 'utf8',
  })
  // `stderr` is compared only so that a failure shows it.
  expect({ status: build.status, stderr: build.stderr.slice(-2000) }).toEqual({ status: 0, stderr: expect.any(String) })
  const differences = [...new Set([...filesOf(built), ...filesOf(DIST)])].filter((file) => {
    const [fresh, committed] = [path.join(built, file), path.join(DIST, file)]
    if (!existsSync(fresh) || !existsSync(committed)) return true
    return !readFileSync(fresh).equals(readFileSync(committed))
  })
  expect({ 'differ; run `npm run build` and commit dist/': differences }).toEqual({
    'differ; run `npm run build` and commit dist/': [],
  })
}, 120_000)

it('only export has the libraries for Markdown, and stays below 2 MB with them', () => {
  const withMarkdown = ACTIONS.filter((action) =>
    readFileSync(path.join(DIST, action, 'licenses.txt'), 'utf8').includes('mdast-util-to-markdown'),
  )
  expect(withMarkdown).toEqual(['export'])
  expect(statSync(path.join(DIST, 'export', 'main.mjs')).size).toBeLessThan(2_000_000)
})

describe.each(ACTIONS)('dist/%s', (action) => {
  it('starts, and fails in a sentence when nothing is given', async () => {
    for (const nodeArguments of [[], ['--trace-warnings']]) {
      const step = await runAction(action, {}, { dist: DIST, nodeArguments })
      expect(step.errors).toEqual([expect.stringMatching(/^No credential: /)])
      expect(step.exitCode).toBe(1)
      expect(step.lines).toHaveLength(1)
    }
  })

  it("starts without Node's own undici, which would take longer to load than the action", async () => {
    const list = `process.on('exit', () => console.log(process.moduleLoadList.filter((name) => /undici/.test(name))))`
    const step = await runAction(action, {}, { dist: DIST, ...preloading(list) })
    expect(step.log).toEqual(['[]'])
  })

  it('starts under the Node.js that runs this test', () => {
    const run = spawnSync(process.execPath, [path.join(DIST, action, 'index.js')], { encoding: 'utf8', env: {} })
    expect(run.stdout).toMatch(/::error::No credential: /)
    expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 1, stderr: '' })
  })

  it('has the licences of what it holds, and loads nothing from outside', () => {
    const licences = readFileSync(path.join(DIST, action, 'licenses.txt'), 'utf8')
    for (const name of ['@actions/core', '@actions/http-client', 'tunnel']) expect(licences).toContain(name)
    // Comments are left out, since those of the libraries contain names of packages that are not loaded.
    const whole = readFileSync(path.join(DIST, action, 'main.mjs'), 'utf8')
    const code = whole.replace(/^\s*(\/\*\*| \*|\*|\/\/).*$/gm, '')
    const loaded = [...code.matchAll(/(?:^import [^'"\n]*|\bfrom |\brequire\()["']([^"'\n]+)["']/gm)].map(
      ([, name = '']) => name,
    )
    expect(loaded.filter((name) => !/^(node:|[a-z_]+(\/promises)?$)/.test(name))).toEqual([])
  })
})
