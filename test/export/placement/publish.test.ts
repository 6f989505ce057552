import { mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { Output, PlannedFile } from '../../../src/export/model.js'
import { quickClock } from '../../polling/quick-clock.js'
import { bytesOf, factsOf, loadPlacement, MANIFEST, refuseBusy } from './bench.js'

const { Bench, publish, stageFile } = await loadPlacement()
let bench: InstanceType<typeof Bench>
beforeEach(() => {
  bench = new Bench()
})
afterEach(() => bench.dispose())

const [A, B] = ['tokenA', 'tokenB']
const EDITED_AT = '1732000000'
const HOUR_MS = 3_600_000
const LISTED_AT_MS = 1_732_000_000_000 + HOUR_MS
const EXPORTED_AT_MS = Date.UTC(2026, 10, 23, 2)

const planned = (at: string, token: string, rest: Partial<Output> = {}): PlannedFile => ({
  path: at,
  output: {
    token,
    type: 'docx',
    title: 'a title',
    editTime: EDITED_AT,
    url: undefined,
    kind: 'task',
    fileExtension: 'docx',
    subId: undefined,
    ...rest,
  },
})

interface Options {
  readonly overwrite?: boolean
  /** Tokens of documents: a kill must leave a recorded file of each. */
  readonly precious?: readonly string[]
  /** Called when the file is complete, before it is published. */
  readonly meanwhile?: () => void
}

/** Stages and publishes edition 2 of a document's file (see `bytesOf`). Returns the reply of `publish`. */
async function publishFile(file: PlannedFile, { overwrite = false, precious = [], meanwhile }: Options = {}) {
  const { directory } = bench
  const journal = await bench.openJournal()
  // From here on, the bench checks what a kill would leave, also for an empty list.
  bench.precious = precious
  const clock = { ...quickClock(50), wallMs: () => EXPORTED_AT_MS }
  const staged = await stageFile({
    clock,
    directory,
    target: path.join(directory, file.path),
    body: [Buffer.from(bytesOf(file.output.token, 2))],
  })
  meanwhile?.()
  const reply = await publish(file, staged, { directory, journal, clock, overwrite, listedAtMs: LISTED_AT_MS })
  // As at the end of a run.
  await journal.flush()
  return reply
}

describe('a complete file', () => {
  test('is moved to a free path, whose folders are created, and recorded', async () => {
    expect(await publishFile(planned('x/y/A.docx', A))).toEqual({ ok: true, value: undefined })
    expect(bench.files()).toEqual({ 'x/y/A.docx': bytesOf(A, 2) })
    expect((await bench.manifest()).files).toEqual([
      {
        path: 'x/y/A.docx',
        token: A,
        type: 'docx',
        title: 'a title',
        fileExtension: 'docx',
        editTime: EDITED_AT,
        ...factsOf(bytesOf(A, 2)),
        exportedAt: '2026-11-23T02:00:00Z',
      },
    ])
    await bench.expectNothingWrong()
  })

  test('replaces the file of the same output, and no copy is lost if the process is killed', async () => {
    bench.add('A.docx', A)
    bench.add('B.docx', B)
    expect(await publishFile(planned('A.docx', A), { precious: [A, B] })).toMatchObject({ ok: true })
    expect(bench.files()).toEqual({ 'A.docx': bytesOf(A, 2), 'B.docx': bytesOf(B) })
    await bench.expectNothingWrong()
  })

  test('is recorded as `fresh` if its document was edited just before it was listed, but not when it is exported once more', async () => {
    const editTime = String(LISTED_AT_MS / 1000 - 60)
    const facts = async () => (await bench.manifest()).files.map((one) => [one.path, one.editTime, one.fresh])
    expect(await publishFile(planned('0.docx', A, { editTime }))).toMatchObject({ ok: true })
    expect(await facts()).toEqual([['0.docx', editTime, true]])
    bench.add('1.docx', A, { editTime, fresh: true })
    expect(await publishFile(planned('1.docx', A, { editTime }))).toMatchObject({ ok: true })
    expect((await facts()).at(-1)).toEqual(['1.docx', editTime, undefined])
  })

  test('is published even if its folder, which is still empty, vanishes with another file', async () => {
    let writes = 0
    bench.refuse = ({ to }) => {
      // The second write of the manifest announces the file: its folder is there already.
      if (to === MANIFEST && ++writes === 2) rmSync(path.join(bench.directory, 'x', 'y'), { recursive: true })
    }
    expect(await publishFile(planned('x/y/A.docx', A))).toEqual({ ok: true, value: undefined })
    expect(bench.files()).toEqual({ 'x/y/A.docx': bytesOf(A, 2) })
    expect(await bench.recorded()).toEqual({ 'x/y/A.docx': A })
    await bench.expectNothingWrong()
  })

  test('is announced in the journal before it is published', async () => {
    let announced: unknown
    bench.refuse = ({ name, to }) => {
      if (name === 'link' && to === 'A.docx') announced = bench.manifest()
    }
    await publishFile(planned('A.docx', A))
    // `bench.manifest()` began to read before the link was made.
    expect(await announced).toMatchObject({ journal: [{ path: 'A.docx', isMove: false }] })
  })
})

describe('what is at the path', () => {
  const MINE = 'mine'

  test('stays if no run wrote it; no temporary file is left, and nothing is recorded', async () => {
    const meanwhile = (): void => bench.put('x/A.docx', MINE)
    const reply = await publishFile(planned('x/A.docx', A), { meanwhile })
    expect(reply).toMatchObject({ ok: false, failure: { origin: 'disk' } })
    expect(!reply.ok && reply.failure.what).toMatch(/^The file ".*A\.docx" exists already$/)
    expect(bench.files()).toEqual({ 'x/A.docx': MINE })
    expect(await bench.recorded()).toEqual({})
    await bench.expectNothingWrong()
  })

  test('is replaced with overwrite', async () => {
    bench.put('A.docx', MINE)
    expect(await publishFile(planned('A.docx', A), { overwrite: true })).toMatchObject({ ok: true })
    expect(bench.files()).toEqual({ 'A.docx': bytesOf(A, 2) })
    await bench.expectNothingWrong()
  })

  test.each([false, true])('stays if it is the file of another document, with overwrite: %s', async (overwrite) => {
    // For example, because the move of that file failed.
    bench.add('A.docx', B)
    const reply = await publishFile(planned('A.docx', A), { overwrite, precious: [B] })
    expect(reply).toMatchObject({ ok: false, failure: { class: 'permanent' } })
    expect(!reply.ok && reply.failure.what).toContain('it is the file of another document')
    expect(bench.files()).toEqual({ 'A.docx': bytesOf(B) })
    expect(await bench.recorded()).toEqual({ 'A.docx': B })
    await bench.expectNothingWrong()
  })

  test('stays if it is a folder, also with overwrite', async () => {
    bench.put('A.docx/mine', MINE)
    expect(await publishFile(planned('A.docx', A), { overwrite: true })).toMatchObject({ ok: false })
    expect(bench.files()).toEqual({ 'A.docx/mine': MINE })
    await bench.expectNothingWrong()
  })

  test('is not replaced if a link leads out of the directory', async () => {
    symlinkSync(tmpdir(), path.join(bench.directory, 'out'))
    const reply = await publishFile(planned('out/A.docx', A), { overwrite: true })
    expect(!reply.ok && reply.failure.what).toContain('it is a link that leads out of `directory`')
    expect(Object.keys(bench.files())).toEqual([])
    await bench.expectNothingWrong()
  })
})

test('an empty folder, which a killed run may have left, is replaced by the file; a folder with a file in it stays', async () => {
  mkdirSync(path.join(bench.directory, 'A.docx', 'empty'), { recursive: true })
  bench.put('B.docx/empty/mine', 'mine')
  expect(await publishFile(planned('A.docx', A))).toMatchObject({ ok: true })
  expect(await publishFile(planned('B.docx', B))).toMatchObject({ ok: false, failure: { origin: 'disk' } })
  expect(bench.files()).toEqual({ 'A.docx': bytesOf(A, 2), 'B.docx/empty/mine': 'mine' })
})

describe('if the disk refuses', () => {
  test('a new file, the folders created for it are removed', async () => {
    bench.refuse = ({ to }) => {
      if (to.endsWith('.docx')) refuseBusy()
    }
    expect(await publishFile(planned('x/y/A.docx', A))).toMatchObject({ ok: false, failure: { origin: 'disk' } })
    expect([bench.files(), bench.folderNames()]).toEqual([{}, []])
    await bench.expectNothingWrong()
  })

  test('link, rename and unlink, the empty file that reserved the name is recorded, so that the next run replaces it', async () => {
    bench.refuse = ({ name, to, from }) => {
      if (to.endsWith('.docx') || (name === 'unlink' && from.endsWith('.docx'))) refuseBusy()
    }
    const withRevision = (file: PlannedFile): PlannedFile => ({ ...file, output: { ...file.output, revision: '7' } })
    expect(await publishFile(withRevision(planned('A.docx', A)))).toMatchObject({
      ok: false,
      failure: { origin: 'disk' },
    })
    expect(bench.files()).toEqual({ 'A.docx': '' })
    const { files } = await bench.manifest()
    expect(files).toMatchObject([{ path: 'A.docx', token: A, ...factsOf('') }])
    expect([files[0]?.editTime, files[0]?.revision]).toEqual([undefined, undefined])
    await bench.expectNothingWrong()

    bench.refuse = () => undefined
    bench.records.push(...files)
    expect(await publishFile(planned('A.docx', A))).toMatchObject({ ok: true })
    expect(bench.files()).toEqual({ 'A.docx': bytesOf(A, 2) })
  })

  test('the rename, the old file and its record stay', async () => {
    bench.add('A.docx', A)
    bench.refuse = ({ to }) => {
      if (to.endsWith('.docx')) refuseBusy()
    }
    const reply = await publishFile(planned('A.docx', A), { precious: [A] })
    expect(reply).toMatchObject({ ok: false, failure: { origin: 'disk', class: 'permanent' } })
    expect(bench.files()).toEqual({ 'A.docx': bytesOf(A) })
    expect(await bench.recorded()).toEqual({ 'A.docx': A })
    await bench.expectNothingWrong()
  })

  test('the manifest, nothing is published', async () => {
    mkdirSync(path.join(bench.directory, 'x'))
    bench.add('A.docx', A)
    let saves = 0
    bench.refuse = ({ to }) => {
      if (to === MANIFEST && ++saves > 1) refuseBusy()
    }
    const reply = await publishFile(planned('A.docx', A))
    expect(!reply.ok && reply.failure.what).toMatch(/another program holds the file/)
    expect(bench.files()).toEqual({ 'A.docx': bytesOf(A) })
  })
})
