import { BOARD_EXTENSIONS } from '../formats.js'
import { ASSETS_ENDING, documentKey, savesAssets } from '../model.js'
import { bytesOf } from '../paths.js'
import type { SelectedFile } from './select-outputs.js'

/** What follows the stem in one of the names of a request. */
export interface EndingText {
  /** `.docx` or `.assets`; empty for a directory or a file without extension. */
  readonly text: string
  readonly isDirectory: boolean
  /** For an assets directory: the document of the assets (`documentKey`). */
  readonly assetsOf?: string
}

/** What follows the stem in the name of a file: `.docx`. */
export const endingOf = ({ extension }: SelectedFile): string => (extension === '' ? '' : `.${extension}`)

/**
 * The endings of further names that are reserved for a file, since its export may need them. These are the names of its
 * assets directory, or of a board's picture with the other extension.
 */
export function reservedEndings({ output, extension }: SelectedFile): readonly EndingText[] {
  if (savesAssets(output)) return [{ text: ASSETS_ENDING, isDirectory: true, assetsOf: documentKey(output) }]
  const otherExtensions = output.kind === 'board' ? BOARD_EXTENSIONS.filter((one) => one !== extension) : []
  return otherExtensions.map((one) => ({ text: `.${one}`, isDirectory: false }))
}

/** The bytes of the longest ending among some files, including their reserved endings. */
export const maxEndingBytes = (files: Iterable<SelectedFile>): number =>
  Math.max(
    0,
    ...[...files].flatMap((file) => [endingOf(file), ...reservedEndings(file).map(({ text }) => text)]).map(bytesOf),
  )
