import type { EmulatedDocument } from '../../emulator/index.js'
import type { Settings } from './settings.js'
import { tablesOf, type Table } from './tables.js'
import { assetOutputOf, outputOf } from './versions.js'
import type { Line, World } from './world.js'

/** A place at which a run has to find a document. */
export interface Spot {
  readonly document: EmulatedDocument
  readonly line: Line
  readonly isShortcut: boolean
  /** The titles from the directory of the line down to the document, whose own is the last one. */
  readonly titles: readonly string[]
  /** Equal for two spots that have one file: lines with the same `to` may lead to one place. */
  readonly place: string
  /** What a line of `exclude` may name: tokens of the document, of its page, and of a shortcut. */
  readonly ids: readonly string[]
  /** Whether it is a page with pages below it. */
  readonly isDirectory: boolean
}

/** A file that has to be on the disk. Each output has one for each line that selects it, unless two share the place. */
export interface ExpectedFile {
  readonly line: Line
  readonly place: string
  readonly document: EmulatedDocument
  readonly output: string
  readonly extension: string
  /** Only for a csv. */
  readonly table: Table | undefined
  /** The variant in the manifest (see `variantOf`): `attachments` or `front-matter`. */
  readonly variant: string | undefined
  /** The outputs of its pictures and attachments that are saved beside it. */
  readonly assets: readonly string[]
  /**
   * The titles of its path (see `Spot`), with that of its table. Undefined if only shortcuts lead to the document: it may be
   * at any of them.
   */
  readonly titles: readonly string[] | undefined
}

/** Whether each sheet or table of a document has a file of its own at a spot. */
export const hasTableFiles = (spot: Spot, settings: Settings): boolean =>
  extensionsOf(spot, settings, false).includes('csv') && spot.line.subId === undefined

/** The extensions of the files that a spot is exported to; '' for an uploaded file, and an empty list for no file. */
export function extensionsOf(
  { document: { type }, line }: Spot,
  { formats }: Settings,
  includeFiles: boolean,
): readonly string[] {
  if (line.extension !== undefined) return [line.extension]
  return type === 'file' && !includeFiles ? [] : (formats[type] ?? [])
}

/**
 * The files that have to be on the disk for a spot.
 * @param extensions the result of `extensionsOf`
 * @param isListed whether the sheets or tables of the document can be listed: without their list, the spot has no csv
 */
export function filesOf(
  spot: Spot,
  extensions: readonly string[],
  { media, settings }: World,
  isListed: boolean,
): readonly ExpectedFile[] {
  const { document, line, isShortcut, titles, place } = spot
  const { picture, attachment } = media.get(document.token) ?? {}
  const fileOf = (extension: string, table?: Table): ExpectedFile => {
    const output = outputOf(document.token, extension, table?.id)
    const variant = document.type === 'docx' ? variantOf(extension, extensions, settings) : undefined
    const saved = extension === 'md' ? [picture, attachment] : variant === 'attachments' ? [attachment] : []
    const assets = saved.flatMap((asset) => (asset ? assetOutputOf(document.token, asset.token) : []))
    // A sheet or table that the line itself names has the path of the document.
    const ownTitles = table && line.subId === undefined ? [...titles, table.title] : titles
    return {
      line,
      place,
      document,
      output,
      extension,
      table,
      variant,
      assets,
      titles: isShortcut ? undefined : ownTitles,
    }
  }
  return extensions.flatMap((extension) => {
    if (extension !== 'csv') return fileOf(extension)
    if (!isListed) return []
    const tables = tablesOf(document).filter(
      ({ id, hasCsv }) => hasCsv && (line.subId === undefined || id === line.subId),
    )
    return tables.map((table) => fileOf('csv', table))
  })
}

/**
 * The variant of a file of a docx. Its Markdown may have front matter. With `include-attachments`, the first format saves the
 * attachments, if there are any. If Markdown is among the formats, no other one saves them: Markdown always does.
 * @param all the extensions of all formats of the document
 */
function variantOf(
  extension: string,
  all: readonly string[],
  { includeAttachments, frontMatter }: Settings,
): string | undefined {
  if (extension === 'md') return frontMatter ? 'front-matter' : undefined
  const savesAttachments = extension === all[0] && !all.includes('md')
  return includeAttachments && savesAttachments ? 'attachments' : undefined
}
