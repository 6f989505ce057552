import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { answers } from '../emulator/index.js'
import { NAMED_PIPES, POSIX_SIGNALS } from '../platform.js'
import { itIf } from '../skip.js'
import { refusing } from './disk-faults.js'
import { docLink, exportBench, folderLink } from './export-support.js'
import { preloading, type RunOptions, type StepResult } from './run-action.js'
import { waitUntil } from './wait-until.js'

const bench = exportBench()

/** Makes the disk refuse to remove the file of this name, as if another program held it open. */
const refusingToRemove = (name: string): RunOptions =>
  refusing({ calls: ['unlink'], paths: new RegExp(`[\\\\/]${name}$`), code: 'EBUSY' })

describe('an old file that cannot be removed', () => {
  it('is reported until it can be removed: a second copy of a document that has one path now', async () => {
    const { token } = bench.emulator.addDocument({ type: 'docx', title: 'A' })
    const sources = docLink(token)
    await bench.prepare({ sources: `${sources}\n${sources} to=copy` })
    expect(bench.files()).toEqual(['A.docx', 'copy.docx'])
    const step = await bench.run({ sources }, refusingToRemove('copy.docx'))
    expect(step.exitCode).toBe(1)
    expect(step.outputs).toMatchObject({ exported: '0', unchanged: '1', failed: '0', changed: 'false' })
    expect(step.errors[0]).toMatch(/Cannot remove the file ".*copy\.docx".*another program holds the file/)
    expect(bench.wrongRecords()).toEqual([])
    const healed = await bench.runInProcess({ sources })
    expect(healed.outputs).toMatchObject({ unchanged: '1', changed: 'true', deleted: '0' })
    expect(healed.errors).toEqual([])
    expect(bench.files()).toEqual(['A.docx'])
    expect(bench.manifest().journal).toBeUndefined()
  })

  it('does not fail the run if it is the temporary file of a killed run', async () => {
    const document = bench.emulator.addDocument({ type: 'docx', title: 'A' })
    await bench.prepare({ sources: docLink(document.token) })
    document.editTime = '1800000000'
    const leftover = `.feishu-export-${'a'.repeat(24)}.part`
    writeFileSync(path.join(bench.workspace, leftover), 'half')
    const step = await bench.run({ sources: docLink(document.token) }, refusingToRemove(leftover))
    expect(step.errors).toEqual([])
    expect(step.outputs).toMatchObject({ exported: '1', failed: '0' })
    expect(bench.files()).toEqual([leftover, 'A.docx'])
    await bench.prepare({ sources: docLink(document.token) })
    expect(bench.files()).toEqual(['A.docx'])
  })

  it('keeps its record; the files of the other deleted documents are removed and counted', async () => {
    const folder = bench.emulator.addFolder({ name: 'F' }).token
    const documents = ['A', 'B', 'C'].map((title) => bench.emulator.addDocument({ type: 'docx', title, folder }))
    const sources = folderLink(folder)
    await bench.prepare({ sources })
    for (const document of documents) document.deleted = true
    const step = await bench.run({ sources, 'delete-stale': true }, refusingToRemove('B.docx'))
    expect(step.exitCode).toBe(1)
    expect(step.outputs).toMatchObject({ deleted: '2', changed: 'true', failed: '0' })
    expect(bench.files()).toEqual(['B.docx'])
    expect(bench.manifest().files.map((record) => record.path)).toEqual(['B.docx'])
  })
})

it('a run that has exported everything does not fail if its timeout passes during the last write of the manifest', async () => {
  const { token } = bench.emulator.addDocument({ type: 'docx', title: 'A', durationMs: 100 })
  // The last write of the manifest, which has no journal, ends 0.4 s after the timeout.
  const hook = `
    import { promises, readFileSync } from 'node:fs'
    import { syncBuiltinESMExports } from 'node:module'
    const { rename } = promises
    promises.rename = async (from, to) => {
      const isLast = String(to).endsWith('.json') && !readFileSync(from, 'utf8').includes('"journal"')
      if (isLast) await new Promise((resolve) => setTimeout(resolve, 5400 - performance.now()))
      return rename(from, to)
    }
    syncBuiltinESMExports()`
  const step = await bench.run({ sources: docLink(token), 'timeout-seconds': 5 }, preloading(hook))
  expect(step.errors).toEqual([])
  expect(step.outputs).toMatchObject({ exported: '1', failed: '0' })
  expect(step.durationMs).toBeGreaterThan(5300)
  expect(bench.wrongRecords()).toEqual([])
})

/**
 * Makes the disk refuse to rename a file to these paths, as if a scanner held each new file.
 * @param maxTimes how many of the first attempts to rename one file are refused; Infinity for all
 */
function refusingRenames(paths: RegExp, maxTimes: number): RunOptions {
  return preloading(`
    import { promises } from 'node:fs'
    import { syncBuiltinESMExports } from 'node:module'
    const { rename } = promises
    const attempts = new Map()
    promises.rename = async (from, to) => {
      const attempt = (attempts.get(from) ?? 0) + 1
      attempts.set(from, attempt)
      if (${String(paths)}.test(to) && attempt <= ${maxTimes})
        throw Object.assign(new Error('EPERM'), { code: 'EPERM', syscall: 'rename' })
      return rename(from, to)
    }
    syncBuiltinESMExports()`)
}

describe('a program that holds fresh files', () => {
  let sources: string
  /** Exports 12 documents, edits them, and exports them again with these options. Sets `sources`. */
  const exportTwice = async (options: RunOptions): Promise<StepResult> => {
    const folder = bench.emulator.addFolder({ name: 'F' }).token
    const documents = Array.from({ length: 12 }, (_, nth) =>
      bench.emulator.addDocument({ type: 'docx', title: `D${nth}`, folder, durationMs: 20 * nth }),
    )
    sources = folderLink(folder)
    await bench.prepare({ sources })
    for (const document of documents) document.editTime = '1700000900'
    return bench.run({ sources }, options)
  }

  it('for a moment fails no document, whether it holds the files or the manifest', async () => {
    const step = await exportTwice(refusingRenames(/./, 3))
    expect(step.errors).toEqual([])
    expect(step.outputs).toMatchObject({ exported: '12', failed: '0' })
    expect(bench.wrongRecords()).toEqual([])
    expect(bench.files()).toHaveLength(12)
    expect(bench.manifest().journal).toBeUndefined()
  })

  it('and never releases the manifest: that is reported once, and nothing is lost', async () => {
    const step = await exportTwice(refusingRenames(/\.feishu-export\.json$/, Infinity))
    expect(step.exitCode).toBe(1)
    expect(step.errors[0]).toMatch(
      /^12 of 12 failed.*Cannot write the file ".*\.feishu-export\.json": the system does not allow it/,
    )
    expect(step.outputs).toMatchObject({ exported: '0', failed: '12' })
    expect(bench.wrongRecords()).toEqual([])
    const healed = await bench.runInProcess({ sources })
    expect(healed.outputs).toMatchObject({ exported: '12', failed: '0' })
    expect(bench.files()).toHaveLength(12)
  })
})

describe('what a dry run says', () => {
  it('about a format that is no longer selected is what the run then does', async () => {
    const folder = bench.emulator.addFolder({ name: 'F' }).token
    bench.emulator.addDocument({ type: 'docx', title: 'A', folder })
    bench.emulator.addDocument({ type: 'sheet', title: 'S', folder })
    await bench.prepare({ sources: folderLink(folder) })
    const inputs = { sources: `${folderLink(folder)} as=xlsx`, 'delete-stale': true }
    const dry = await bench.run({ ...inputs, 'dry-run': true })
    const real = await bench.runInProcess(inputs)
    expect(dry.outputs['deleted']).toBe(real.outputs['deleted'])
    expect(real.outputs['deleted']).toBe('0')
    expect(bench.files()).toEqual(['A.docx', 'S.xlsx'])
  })

  it('about a deleted file whose name a folder takes is what the run then does', async () => {
    const { emulator } = bench
    const root = emulator.addFolder({ name: 'Root' }).token
    const notes = emulator.addDocument({ type: 'file', title: 'notes', folder: root })
    const inputs = { sources: folderLink(root), 'include-files': true, 'delete-stale': true }
    await bench.prepare(inputs)
    notes.deleted = true
    const folder = emulator.addFolder({ name: 'notes', parent: root }).token
    emulator.addDocument({ type: 'docx', title: 'A', folder })
    const dry = await bench.run({ ...inputs, 'dry-run': true })
    expect(bench.files()).toEqual(['notes'])
    const real = await bench.runInProcess(inputs)
    expect(dry.outputs['deleted']).toBe(real.outputs['deleted'])
    expect(bench.files()).toEqual(['notes/A.docx'])
  })
})

describe('a document at two places', () => {
  it('is exported to the path that can be written', async () => {
    const { token } = bench.emulator.addDocument({ type: 'docx', title: 'A' })
    writeFileSync(path.join(bench.workspace, 'x'), 'in the way')
    const step = await bench.run({ sources: `${docLink(token)} to=x/A\n${docLink(token)} to=y/A` })
    expect(step.outputs).toMatchObject({ exported: '1', failed: '1' })
    expect(step.log.filter((line) => line.startsWith('Failed: '))).toEqual([
      expect.stringMatching(/"x\/A\.docx".*"[^"]*x"/),
    ])
    expect(bench.files()).toEqual(['x', 'y/A.docx'])
    expect(bench.emulator.requestsTo('create')).toHaveLength(1)
  })

  it('fails only at the second path if the first copy disappears before it is read', async () => {
    const { token } = bench.emulator.addDocument({ type: 'docx', title: 'A' })
    // As if a scanner removed the first copy as soon as it is there.
    const hook = `
      import { promises } from 'node:fs'
      import { syncBuiltinESMExports } from 'node:module'
      const { link, unlink } = promises
      promises.link = async (from, to) => {
        await link(from, to)
        if (String(to).endsWith('one.docx')) await unlink(to)
      }
      syncBuiltinESMExports()`
    const other = bench.emulator.addDocument({ type: 'docx', title: 'Other', durationMs: 100 })
    const step = await bench.run(
      { sources: `${docLink(token)} to=one\n${docLink(token)} to=sub/two\n${docLink(other.token)}` },
      preloading(hook),
    )
    expect(step.errors[0]).toMatch(/1 of 3 failed.*"sub\/two\.docx": Cannot read the file/)
    expect(step.errors[0]).not.toContain('made a mistake')
    expect(step.outputs).toMatchObject({ exported: '2', failed: '1' })
    expect(bench.files()).toEqual(['Other.docx'])
  })

  itIf(
    POSIX_SIGNALS,
    'is not copied to more paths after the run is cancelled',
    async () => {
      const { token } = bench.emulator.addDocument({ type: 'docx', title: 'A', bytes: { size: 30_000_000 } })
      const lines = Array.from({ length: 60 }, (_, nth) => `${docLink(token)} to=copy${nth}`)
      const step = await bench.run(
        { sources: lines.join('\n') },
        {
          interrupt: { signal: 'SIGINT', when: waitUntil(() => existsSync(path.join(bench.workspace, 'copy0.docx'))) },
        },
      )
      expect(step.errors[0]).toMatch(/^Cancelled/)
      expect(step.afterInterruptMs).toBeLessThan(1500)
      expect(Number(step.outputs['exported'])).toBeLessThan(60)
      expect(bench.files().filter((file) => file.endsWith('.part'))).toEqual([])
      expect(bench.wrongRecords()).toEqual([])
    },
    40_000,
  )
})

describe('links and odd files on the disk', () => {
  it('the manifest is not written through a link that leads out of the directory', async () => {
    const outside = path.join(bench.workspace, 'outside')
    mkdirSync(path.join(bench.workspace, 'in'))
    mkdirSync(outside)
    symlinkSync(outside, path.join(bench.workspace, 'in', 'state'))
    const { token } = bench.emulator.addDocument({ type: 'docx', title: 'A' })
    const step = await bench.run({ sources: docLink(token), directory: 'in', manifest: 'state/m.json' })
    expect(step.errors[0]).toMatch(/state".*link that leads out of `directory`/)
    expect(existsSync(path.join(outside, 'm.json'))).toBe(false)
    expect(bench.emulator.requests).toEqual([])
  })

  it('a link that is put in the way during the download is not followed', async () => {
    const outside = mkdtempSync(path.join(tmpdir(), 'outside-'))
    const { token } = bench.emulator.addDocument({ type: 'docx', title: 'A' })
    bench.emulator.script('download', [answers.delay(800, answers.file(bench.emulator.expectedBytes(token, 'docx')))])
    const sub = path.join(bench.workspace, 'sub')
    const running = bench.run({ sources: `${docLink(token)} to=sub/a` })
    await waitUntil(() => bench.emulator.requestsTo('download').length > 0)
    rmSync(sub, { recursive: true, force: true })
    symlinkSync(outside, sub)
    const step = await running
    expect(step.exitCode).toBe(1)
    expect(step.errors[0]).toMatch(/link that leads out of `directory`/)
    expect(readdirSync(outside)).toEqual([])
    rmSync(outside, { recursive: true })
  })

  it('a path that cannot be inspected does not affect the others', async () => {
    symlinkSync('loop', path.join(bench.workspace, 'loop'))
    const documents = ['A', 'B'].map((title) => bench.emulator.addDocument({ type: 'docx', title }))
    const [a, b] = documents
    const step = await bench.run({ sources: `${docLink(a?.token ?? '')} to=loop/A\n${docLink(b?.token ?? '')}` })
    expect(step.outputs).toMatchObject({ exported: '1', failed: '1' })
    expect(bench.files()).toContain('B.docx')
  })

  it('a folder that was created for a file that could not be downloaded is removed again', async () => {
    const { token } = bench.emulator.addDocument({ type: 'docx', title: 'A' })
    bench.emulator.script('download', () => answers.error(1069902))
    mkdirSync(path.join(bench.workspace, 'there'))
    const step = await bench.run({ sources: `${docLink(token)} to=there/deep/er/A` })
    expect(step.outputs).toMatchObject({ failed: '1' })
    expect(existsSync(path.join(bench.workspace, 'there'))).toBe(true)
    expect(existsSync(path.join(bench.workspace, 'there', 'deep'))).toBe(false)
  })

  it('a new folder with the name of a deleted file gets another name, and keeps it after delete-stale has removed the file', async () => {
    const { emulator } = bench
    const root = emulator.addFolder({ name: 'Root' }).token
    const notes = emulator.addDocument({ type: 'file', title: 'notes', folder: root })
    await bench.prepare({ sources: folderLink(root), 'include-files': true })
    notes.deleted = true
    const folder = emulator.addFolder({ name: 'notes', parent: root }).token
    emulator.addDocument({ type: 'docx', title: 'A', folder })
    const inputs = { sources: folderLink(root), 'include-files': true }
    const kept = await bench.runInProcess(inputs)
    expect(kept.errors).toEqual([])
    expect(bench.files()).toEqual(['notes', expect.stringMatching(/^notes-\w{6}\/A\.docx$/)])
    expect(bench.wrongRecords()).toEqual([])
    const step = await bench.run({ ...inputs, 'delete-stale': true })
    expect(step.outputs).toMatchObject({ exported: '0', deleted: '1' })
    expect(bench.files()).toEqual([expect.stringMatching(/^notes-\w{6}\/A\.docx$/)])
    expect(bench.wrongRecords()).toEqual([])
  })

  it.each([
    ...(NAMED_PIPES.isMet
      ? [['a pipe', (at: string) => void execFileSync('mkfifo', [at]), /no plain file/] as const]
      : []),
    ['a link that leads out of the workspace', (at: string) => symlinkSync('/etc/passwd', at), /link that leads out/],
    ['a folder', (at: string) => mkdirSync(at), /which is a folder/],
  ])('%s is refused as `sources-file`, and none of its text is shown', async (_, make, words) => {
    make(path.join(bench.workspace, 'list.txt'))
    const step = await bench.run({ 'sources-file': 'list.txt', 'timeout-seconds': 5 })
    expect(step.errors[0]).toMatch(words)
    expect(step.errors[0]).not.toContain('root')
    expect(step.durationMs).toBeLessThan(3000)
  })

  it('without a manifest, the error about existing files says that the manifest is missing', async () => {
    const folder = bench.emulator.addFolder({ name: 'F' }).token
    for (const title of ['A', 'B']) bench.emulator.addDocument({ type: 'docx', title, folder })
    await bench.prepare({ sources: folderLink(folder) })
    const before = readFileSync(path.join(bench.workspace, 'A.docx'))
    rmSync(path.join(bench.workspace, '.feishu-export.json'))
    const step = await bench.run({ sources: folderLink(folder) })
    expect(step.errors[0]).toMatch(
      /^2 of 2 failed\. The manifest ".feishu-export.json" is missing.*restore.*\.gitignore.*overwrite: true/,
    )
    expect(bench.read('A.docx')).toEqual(before)
  })
})
