import type { Listing, PlannedFile } from '../../../src/export/model.js'
import type { Target } from '../../../src/export/placement/publish.js'
import { fail, type Failure, type Reply } from '../../../src/feishu/errors/failure.js'
import type { SavedFile } from '../../../src/files/save.js'
import { systemClock } from '../../../src/polling/clock.js'
import { FORMATS } from '../paths-trees.js'

export const MANIFEST = '.feishu-export.json'

/** How a run goes. */
export interface RunWishes {
  readonly overwrite?: boolean
  /** The bytes of a file; an Error `cut` is a passing fault. */
  readonly body: (file: PlannedFile) => AsyncGenerator<Buffer>
  /** Places the files, in whatever order and as often as it likes. */
  readonly placeAll: (
    files: readonly PlannedFile[],
    place: (file: PlannedFile) => Promise<Reply<void>>,
  ) => Promise<void>
}

/** What came of it. */
export interface RunResult {
  readonly exports: number
  readonly failed: readonly string[]
}

const CUT: Failure = { class: 'transient', what: 'cut' }

/**
 * The disk side of a run, as src/export/run.ts has it, without a service.
 * @returns runs in a directory; loaded late, so that a test can put itself in the place of the disk before
 */
export async function loadRun(): Promise<
  (directory: string, listing: Listing, wishes: RunWishes) => Promise<RunResult>
> {
  const { makePlan, lookAlikes } = await import('../../../src/export/plan/plan.js')
  const { diskFacts } = await import('../../../src/export/placement/disk.js')
  const { Ledger } = await import('../../../src/export/manifest/journal.js')
  const { adoptUnfinished } = await import('../../../src/export/manifest/recover.js')
  const { readManifest, writeManifest } = await import('../../../src/export/manifest/file.js')
  const { Placer } = await import('../../../src/export/placement/publish.js')
  const { saveFile } = await import('../../../src/files/save.js')
  const { worksOf } = await import('../../../src/export/outputs/export-steps.js')
  const { unitKey } = await import('../../../src/export/naming/layout.js')
  const { removeFiles, removeReplaced, removeTemporaries } = await import('../../../src/export/placement/prune.js')

  const save = async (target: Target, body: AsyncGenerator<Buffer>): Promise<Reply<SavedFile>> => {
    try {
      return { ok: true, value: await saveFile({ ...target, body }) }
    } catch (error) {
      if (error instanceof Error && error.message === 'cut') return fail(CUT)
      throw error
    }
  }

  return async (directory, listing, { overwrite = false, body, placeAll }) => {
    const manifest = await readManifest(directory, MANIFEST)
    await adoptUnfinished(manifest, directory)
    const plan = makePlan(listing, {
      formats: FORMATS,
      includeFiles: true,
      overwrite,
      force: false,
      manifestPath: MANIFEST,
      manifest,
      disk: diskFacts(directory),
    })
    const ledger = new Ledger(manifest, (pieces) => writeManifest(directory, MANIFEST, pieces), systemClock)
    const files = [...plan.toExport, ...plan.unchanged, ...plan.refused.map(({ file }) => file)]
    const alike = lookAlikes(plan)
    const common = {
      directory,
      ledger,
      lookAlikes: (at: string) => alike(at).filter((other) => other !== at && ledger.recordOf(other) !== undefined),
    }
    const cleaning = { ...common, stop: new AbortController().signal }
    const placer = new Placer({
      ...common,
      overwrite,
      clock: systemClock,
      homesOf: (key) => files.filter(({ unit }) => unitKey(unit) === key),
      onRemains: () => undefined,
    })
    const failed = plan.refused.map(({ file, failure }) => `${file.path}: ${failure.what}`)
    await removeTemporaries(directory, plan, manifest, MANIFEST)
    try {
      ledger.retitle(plan.unchanged)
      await removeFiles(plan.inTheWay, cleaning)
      const toPlace = worksOf(plan.toExport).flatMap((work) => work.files)
      await placeAll(toPlace, async (file) => {
        const reply = await placer.place(file, (target) => save(target, body(file)))
        if (reply.ok) return { ok: true, value: undefined }
        if (reply.failure.class === 'permanent') failed.push(`${file.path}: ${reply.failure.what}`)
        return reply
      })
      await removeReplaced(plan.unchanged, cleaning)
    } finally {
      await ledger.close(diskFacts(directory))
    }
    return { exports: plan.toExport.length, failed }
  }
}
