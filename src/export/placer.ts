import { rename } from 'node:fs/promises'
import path from 'node:path'
import { fail, type Reply } from '../feishu/failure.js'
import { diskFailure, DiskFault, diskFault } from '../files/disk-fault.js'
import type { SavedFile } from '../files/save.js'
import type { Clock } from '../polling/clock.js'
import { quoted } from '../text.js'
import { diskFacts, ensureParentInside, removeEmptyFrom, removeInside } from './disk.js'
import { movesBefore, type Move, type Places } from './displace.js'
import type { Ledger, Release } from './manifest/ledger.js'
import type { PlannedFile } from './model.js'

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
export interface PlacerOptions {
  /** Absolute. */
  readonly directory: string
  /** Whether a file that no run wrote may be replaced. */
  readonly overwrite: boolean
  readonly ledger: Ledger
  readonly clock: Clock
  readonly homesOf: Places['homesOf']
  /** Files in place that some disk may take for the same as a path: they must stay when that is removed. */
  readonly lookAlikes: (path: string) => readonly string[]
  /** Told of a file of an earlier run that is replaced by a new one elsewhere and could not be removed. */
  readonly onRemains: (fault: DiskFault) => void
}

/** Puts files in place, with the manifest true of the disk before, between and after. */
export class Placer {
  private turn: Promise<void> = Promise.resolve()

  constructor(private readonly options: PlacerOptions) {}

  /** @returns the file; a failure `ofDisk` where the disk refuses it at this place */
  async place(file: PlannedFile, write: Write): Promise<Reply<SavedFile>> {
    const { directory, ledger } = this.options
    const releases: Release[] = []
    let created: number | undefined
    let endTurn: (() => void) | undefined
    let saved: Reply<SavedFile> | undefined
    try {
      await this.clearWay(file)
      created = await ensureParentInside(directory, file.path)
      const isOurs = this.options.overwrite || file.stands || ledger.owns(file.path)
      let hasMovedIn = false
      // What another file had to make room for may come to stand here while the bytes are on their way.
      const overwrite = (): boolean => isOurs || hasMovedIn || ledger.recordOf(file.path) !== undefined
      // So that the run after a kill knows where something half-written may be.
      if (!ledger.owns(file.path)) releases.push(await ledger.claim([file]))
      const onWhole = async (): Promise<void> => {
        // One at a time: what moves for one file may be what another one is about to move.
        endTurn = await this.takeTurn()
        hasMovedIn = ledger.recordOf(file.path) !== undefined
        releases.push(await this.makeRoom(file))
      }
      saved = await write({ target: path.join(directory, ...file.path.split('/')), overwrite, onWhole })
      if (saved.ok) this.record(file, saved.value)
    } catch (error) {
      if (!(error instanceof DiskFault)) throw error
      saved = fail(diskFailure(error))
    } finally {
      if (saved?.ok !== true) {
        // Nobody moves a file here between the two.
        endTurn ??= await this.takeTurn()
        for (const release of releases.reverse()) release()
        if (created !== undefined) await removeEmptyFrom(directory, file.path, created)
      }
      endTurn?.()
    }
    if (saved.ok) for (const old of file.replaces) await this.removeOld(old)
    return saved
  }

  private async takeTurn(): Promise<() => void> {
    const before = this.turn
    let end: () => void = () => undefined
    this.turn = new Promise((resolve) => (end = resolve))
    await before
    return end
  }

  /**
   * What was a file and is to be a folder, or the other way round: files of earlier runs move on, out of a folder that has
   * the name of this file, or when they have the name of a folder that it is to stand in.
   */
  private async clearWay(file: PlannedFile): Promise<void> {
    const { directory, ledger } = this.options
    const above = foldersAbove(file.path).filter((folder) => ledger.recordOf(folder) !== undefined)
    const isFolder = diskFacts(directory)(file.path)?.kind === 'other'
    if (above.length === 0 && !isFolder) return
    const endTurn = await this.takeTurn()
    try {
      const below = isFolder ? ledger.recordsBelow(file.path).map((record) => record.path) : []
      for (const at of [...above, ...below]) await this.moveOn({ unit: file.unit, path: at })
    } finally {
      endTurn()
    }
  }

  private async makeRoom(file: PlannedFile): Promise<Release> {
    const { directory, ledger } = this.options
    // Whoever may write there can have put a link in the way meanwhile.
    await ensureParentInside(directory, file.path)
    await this.moveOn(file)
    return ledger.claim([file.path, ...file.replaces].map((at) => ({ path: at, unit: file.unit })))
  }

  private async moveOn(file: Pick<PlannedFile, 'unit' | 'path'>): Promise<void> {
    const { ledger, homesOf } = this.options
    const recordAt = (at: string): ReturnType<Places['recordAt']> =>
      ledger.recordOf(at) ?? this.recordUnderOtherName(at)
    for (const move of movesBefore(file, { recordAt, homesOf })) await this.move(move)
  }

  /** On many disks the file at `a.docx` is the one on record as `A.docx`. */
  private recordUnderOtherName(at: string): ReturnType<Places['recordAt']> {
    const { directory, ledger } = this.options
    const look = diskFacts(directory)
    const id = look(at)?.id
    if (id === undefined) return undefined
    return ledger.recordsLike(at).find(({ path: other }) => look(other)?.id === id)
  }

  private async move({ from, to }: Move): Promise<void> {
    const { directory, ledger } = this.options
    const look = diskFacts(directory)
    if (look(from.path) === undefined) {
      // Somebody took it away, or only the manifest was restored: there is nothing to save.
      ledger.forget(from.path)
      return
    }
    const there = look(to)
    if (there && !(there.kind === 'file' && ledger.owns(to))) throw stuck(from.path, to)
    const release = await ledger.claim([from.path, to].map((at) => ({ path: at, unit: from })))
    try {
      await ensureParentInside(directory, to)
      await moveFile(path.join(directory, from.path), path.join(directory, to))
    } catch (error) {
      release()
      throw error
    }
    ledger.record({ ...from, path: to })
    ledger.forget(from.path)
    await removeEmptyFrom(directory, from.path)
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

const foldersAbove = (file: string): string[] =>
  file.split('/').flatMap((_, depth, segments) => (depth === 0 ? [] : segments.slice(0, depth).join('/')))

async function moveFile(from: string, to: string): Promise<void> {
  try {
    await rename(from, to)
  } catch (error) {
    throw diskFault('move the file', from, error)
  }
}

function stuck(from: string, to: string): DiskFault {
  const what = `Cannot replace the file ${quoted(from, 1000)}: it is the only copy of another document, which has no other place yet`
  return new DiskFault(what, `Move away what stands at ${quoted(to, 1000)}.`, 'EEXIST')
}
