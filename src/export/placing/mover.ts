import { randomBytes } from 'node:crypto'
import { rename, unlink } from 'node:fs/promises'
import path from 'node:path'
import { DiskFault, diskFault } from '../../files/disk-fault.js'
import { quoted } from '../../text.js'
import { diskFacts, ensureParentInside, removeEmptyFrom } from '../disk.js'
import { movesBefore, type Move, type Places } from './displace.js'
import type { Ledger } from '../manifest/ledger.js'
import type { ManifestFile, PlannedFile } from '../model.js'
import { unitKey } from '../paths.js'
import { LONGEST_PATH } from '../paths/room.js'
import { joined, splitPath } from '../paths/text.js'

/** What files are moved with. */
export interface MoverOptions {
  /** Absolute. */
  readonly directory: string
  readonly ledger: Ledger
  readonly homesOf: Places['homesOf']
}

/** A file's own old one, where it stood in the way of others: it goes when the new one is there. */
export interface Spare {
  readonly at: string
  /** Where it stood. */
  readonly from: string
}

/** Told where the new file's own old one waits. */
export type OnSpare = (spare: Spare) => void

/**
 * Moves files of earlier runs on to where their documents now belong, when another file takes their place: they may be
 * the only ones of documents whose own export is still to come, or has failed. One call at a time.
 */
export class Mover {
  private readonly emptying = new Set<string>()

  constructor(private readonly options: MoverOptions) {}

  /** True where a file has the name of a folder that is needed, or a folder that of the file. */
  isInTheWay({ path: target }: PlannedFile): boolean {
    return this.filesAbove(target).length > 0 || this.look(target)?.kind === 'other'
  }

  /**
   * Moves on what was a file and is to be a folder, or the other way round.
   * @throws DiskFault
   */
  async clearWay({ path: target, unit }: PlannedFile, onSpare: OnSpare): Promise<void> {
    for (const at of this.filesAbove(target)) await this.moveOn(at, unitKey(unit), onSpare)
    if (this.look(target)?.kind === 'other') await this.emptyFolder(target, unitKey(unit), onSpare)
  }

  /**
   * Moves on what stands where a file is about to be put.
   * @throws DiskFault
   */
  async makeRoom({ path: target, unit }: PlannedFile, onSpare: OnSpare): Promise<void> {
    const key = unitKey(unit)
    if (this.keyAt(target) !== key) await this.moveOn(target, key, onSpare)
    await this.removeForeign(target, key)
  }

  /** Puts a file that waits to one of these places, as the first that is free; it stays on record where it is otherwise. */
  async settle({ at }: Spare, places: readonly string[]): Promise<void> {
    const from = this.options.ledger.recordOf(at)
    const to = places.find((place) => this.look(place) === undefined)
    if (from && to !== undefined) await this.move({ from, to })
  }

  private async moveOn(target: string, key: string, onSpare?: OnSpare, leaving?: string): Promise<void> {
    const { homesOf } = this.options
    const moves = movesBefore(target, key, { recordAt: (at) => this.recordAt(at), homesOf })
    // Where the circle closes stands the new file's own old one, which goes only when the new one is there.
    const own = this.recordAt(moves[0]?.to ?? target)
    if (own && unitKey(own) === key && onSpare) {
      const { directory } = splitPath(leaving ?? own.path)
      const at = joined(directory, `.feishu-export-${randomBytes(12).toString('hex')}.old`)
      await this.move({ from: own, to: at })
      onSpare({ at, from: own.path })
    }
    for (const move of moves) {
      // A document whose path is too long has no place of its own.
      if (Buffer.byteLength(move.to) > LONGEST_PATH) throw stuck(move.from.path, move.to)
      await this.move(move)
    }
  }

  private async move({ from, to }: Move): Promise<void> {
    const { directory, ledger } = this.options
    if (this.look(from.path)?.kind !== 'file') {
      // Somebody took it away, or only the manifest was restored: there is nothing to save.
      ledger.forget(from.path)
      return
    }
    if (this.look(to)?.kind === 'other') await this.emptyFolder(to, unitKey(from))
    const there = this.look(to)
    const isFree =
      there === undefined || (there.kind === 'file' && ledger.recordOf(to) !== undefined && !this.isAtHome(to, from))
    if (!isFree) throw stuck(from.path, to)
    await this.removeForeign(to, unitKey(from))
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

  /** Moves on what stands in a folder whose name is needed for a file. */
  private async emptyFolder(folder: string, key: string, onSpare?: OnSpare): Promise<void> {
    // In a circle, what is being moved already waits for this.
    if (this.emptying.has(folder)) return
    this.emptying.add(folder)
    try {
      for (const { path: at } of this.options.ledger.recordsBelow(folder)) await this.moveOn(at, key, onSpare, folder)
    } finally {
      this.emptying.delete(folder)
    }
  }

  /** True for another document's file where it belongs: two that have no real place may be said to have the same one. */
  private isAtHome(at: string, mover: ManifestFile): boolean {
    const key = this.keyAt(at)
    return key !== undefined && key !== unitKey(mover) && this.options.homesOf(key).some((home) => home.path === at)
  }

  /** What is claimed must not hold another document's bytes: after a kill they would be taken for its own. */
  private async removeForeign(at: string, key: string): Promise<void> {
    const { directory, ledger } = this.options
    const there = ledger.recordOf(at)
    if (there === undefined || unitKey(there) === key || this.look(at)?.kind !== 'file') return
    const release = await ledger.claim([{ path: at, unit: there }])
    const absolute = path.join(directory, at)
    try {
      // The folder stays: the new file is about to stand in it.
      await unlink(absolute)
    } catch (error) {
      release()
      throw diskFault('remove the file', absolute, error)
    }
    ledger.forget(at)
  }

  private keyAt(at: string): string | undefined {
    const record = this.recordAt(at)
    return record && unitKey(record)
  }

  private recordAt(at: string): ManifestFile | undefined {
    if (this.look(at)?.kind !== 'file') return undefined
    return this.options.ledger.recordOf(at) ?? this.recordUnderOtherName(at)
  }

  /** On many disks the file at `a.docx` is the one on record as `A.docx`. */
  private recordUnderOtherName(at: string): ManifestFile | undefined {
    const id = this.look(at)?.id
    if (id === undefined) return undefined
    return this.options.ledger.recordsLike(at).find(({ path: other }) => this.look(other)?.id === id)
  }

  /** Also those that just move on, or are about to be removed: they have no record then, but their turn comes to an end. */
  private filesAbove(target: string): string[] {
    const segments = target.split('/')
    const folders = segments.slice(1).map((_, depth) => segments.slice(0, depth + 1).join('/'))
    return folders.filter((folder) => this.options.ledger.owns(folder) && this.look(folder)?.kind === 'file')
  }

  private look(at: string): ReturnType<ReturnType<typeof diskFacts>> {
    return diskFacts(this.options.directory)(at)
  }
}

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
