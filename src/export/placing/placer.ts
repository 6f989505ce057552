import path from 'node:path'
import { fail, type Reply } from '../../feishu/errors/failure.js'
import { diskFailure, DiskFault } from '../../files/disk-fault.js'
import type { SavedFile } from '../../files/save.js'
import type { Clock } from '../../polling/clock.js'
import { ensureParentInside, removeEmptyFrom, removeInside } from '../disk.js'
import type { Release } from '../manifest/ledger.js'
import type { PlannedFile } from '../model.js'
import { Mover, type MoverOptions, type OnSpare, type Spare } from './mover.js'

/** Where bytes are to go. */
export interface Target {
  /** Absolute. */
  readonly target: string
  readonly overwrite: () => boolean
  /** To be awaited when they are all there, before they get the name. */
  readonly onWhole: () => Promise<void>
}

/** Brings the bytes to a target. */
export type Write = (target: Target) => Promise<Reply<SavedFile>>

/** What files are put in place with. */
export interface PlacerOptions extends MoverOptions {
  /** Whether a file that no run wrote may be replaced. */
  readonly overwrite: boolean
  readonly clock: Clock
  /** Files in place that some disk may take for the same as a path: they must stay when that is removed. */
  readonly lookAlikes: (path: string) => readonly string[]
  /** Told of a file of an earlier run that is replaced by a new one elsewhere and could not be removed. */
  readonly onRemains: (fault: DiskFault) => void
}

/** Puts files in place, with the manifest true of the disk before, between and after. */
export class Placer {
  private readonly mover: Mover
  private turn: Promise<void> = Promise.resolve()

  constructor(private readonly options: PlacerOptions) {
    this.mover = new Mover(options)
  }

  /** @returns the file; a failure of origin `disk` where the disk refuses it at this place */
  async place(file: PlannedFile, write: Write): Promise<Reply<SavedFile>> {
    const { directory, ledger } = this.options
    const releases: Release[] = []
    const spares: Spare[] = []
    const onSpare = (spare: Spare): void => void spares.push(spare)
    let created: number | undefined
    let endTurn: (() => void) | undefined
    let saved: Reply<SavedFile> | undefined
    try {
      if (this.mover.isInTheWay(file)) await this.clearWay(file, onSpare)
      created = await ensureParentInside(directory, file.path)
      const isOurs = this.options.overwrite || file.stands || ledger.owns(file.path)
      let hasMovedIn = false
      // What another file had to make room for may come to stand here while the bytes are on their way.
      const overwrite = (): boolean => isOurs || hasMovedIn || ledger.recordOf(file.path) !== undefined
      // So that the run after a kill knows where something half-written may be.
      if (!ledger.owns(file.path) && !file.stands) releases.push(await ledger.claim([file]))
      const onWhole = async (): Promise<void> => {
        // One at a time: what moves for one file may be what another one is about to move.
        endTurn = await this.takeTurn()
        hasMovedIn = ledger.recordOf(file.path) !== undefined
        // Whoever may write there can have put a link in the way meanwhile.
        await ensureParentInside(directory, file.path)
        await this.mover.makeRoom(file, onSpare)
        const paths = [file.path, ...oldOnes(file, spares)]
        releases.push(await ledger.claim(paths.map((at) => ({ path: at, unit: file.unit }))))
      }
      saved = await write({ target: path.join(directory, ...file.path.split('/')), overwrite, onWhole })
      if (saved.ok) this.record(file, saved.value)
    } catch (error) {
      if (!(error instanceof DiskFault)) throw error
      saved = fail(diskFailure(error))
    } finally {
      // Nobody moves a file here, or looks for one, between the two.
      endTurn ??= await this.takeTurn()
      try {
        if (saved?.ok === true) for (const old of oldOnes(file, spares)) await this.removeOld(old)
        else {
          for (const release of releases.reverse()) release()
          if (created !== undefined) await removeEmptyFrom(directory, file.path, created)
          for (const spare of spares) await this.putBack(file, spare)
        }
      } finally {
        endTurn()
      }
    }
    return saved
  }

  private async takeTurn(): Promise<() => void> {
    const before = this.turn
    let end: () => void = () => undefined
    this.turn = new Promise((resolve) => (end = resolve))
    await before
    return end
  }

  private async clearWay(file: PlannedFile, onSpare: OnSpare): Promise<void> {
    const endTurn = await this.takeTurn()
    try {
      await this.mover.clearWay(file, onSpare)
    } finally {
      endTurn()
    }
  }

  /** The old file takes the place of the new one that did not come. Where the disk refuses, it stays on record as it is. */
  private async putBack(file: PlannedFile, spare: Spare): Promise<void> {
    try {
      await this.mover.settle(spare, [file.path, spare.from])
    } catch (error) {
      if (!(error instanceof DiskFault)) throw error
    }
  }

  private record({ unit, path: at }: PlannedFile, { bytes: fileSize, sha256 }: SavedFile): void {
    const { ledger, clock } = this.options
    const { token, type, title, editTime, fileExtension, subId } = unit
    const exportedAt = `${new Date(clock.wallMs()).toISOString().slice(0, 19)}Z`
    ledger.record({ path: at, token, type, fileExtension, subId, title, editTime, fileSize, sha256, exportedAt })
  }

  /** What cannot be removed stays claimed: the next run tries again. */
  private async removeOld(old: string): Promise<void> {
    const { directory, ledger, lookAlikes, onRemains } = this.options
    try {
      await removeInside(directory, old, lookAlikes(old))
      ledger.forget(old)
    } catch (error) {
      if (!(error instanceof DiskFault)) throw error
      onRemains(error)
    }
  }
}

const oldOnes = ({ replaces }: PlannedFile, spares: readonly Spare[]): string[] => [
  ...replaces,
  ...spares.map(({ at }) => at),
]
