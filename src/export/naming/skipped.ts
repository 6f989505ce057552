import { quoted } from '../../text.js'
import type { Entry } from '../listing/types.js'
import { splitUploadedName } from '../names.js'
import { byCodePoints } from '../paths.js'
import type { ExportedElsewhere, Skip, Slot } from './dirs.js'

/** An entry that is not exported, and why. */
export interface SkippedEntry {
  readonly title: string
  readonly type: string
  readonly path: string
  readonly url: string | undefined
  readonly reason: string
}

/** Sort key: all fields, so that entries with the same path are always in the same order. */
export const sortKey = ({ title, type, reason, url = '' }: SkippedEntry): string =>
  [title, type, reason, url].join('\0')

/** Describes a skip for the report. @param paths the path of each slot; without extension for a slot without a file */
export function describeSkip(slot: Slot, { entry, why }: Skip, paths: ReadonlyMap<Slot, string>): SkippedEntry {
  const { title, type, url } = entry
  // The path of a slot without a file has no extension. That of an uploaded file is known from its title, and is added.
  const lacksExtension = type === 'file' && slot.files.size === 0
  const extension = lacksExtension ? splitUploadedName(title).extension : ''
  const path = `${paths.get(slot) ?? slot.stem}${extension === '' ? '' : `.${extension}`}`
  return { title, type, path, url, reason: typeof why === 'string' ? why : describeElsewhere(why, entry, paths) }
}

/** Describes where the target of a shortcut is exported. Of several paths, it names the first by code points. */
function describeElsewhere(
  { to, slots }: ExportedElsewhere,
  { type }: Entry,
  paths: ReadonlyMap<Slot, string>,
): string {
  // The target has at least one slot, and every slot has a path: the defaults are only for the compiler.
  const [at = ''] = slots.map((slot) => paths.get(slot) ?? '').sort(byCodePoints)
  const target = quoted(at)
  return to === 'original'
    ? `shortcut to ${target}, exported there`
    : `another shortcut to the same ${type === 'folder' ? 'folder' : 'document'} is exported to ${target}`
}
