import { blocks, type EmulatedDocument } from '../../emulator/index.js'
import { sha256Of } from './disk-state.js'
import { tablesOf } from './tables.js'
import type { World } from './world.js'

/** A version of one output of a document. */
export interface Version {
  readonly token: string
  /** Token, extension and sheet or table, see `outputOf`. An output may have several files: see `ExpectedFile`. */
  readonly output: string
  readonly number: number
}

/** The key of an output: an extension and a sub-id are empty where there is none. */
export const outputOf = (token: string, extension: string, subId = ''): string => `${token} ${extension} ${subId}`

/** The key of a picture or an attachment of a document. */
export const assetOutputOf = (token: string, asset: string): string => `${token} asset ${asset}`

/**
 * Call it for a new document, and after each change of its content. Adds each output whose bytes are new to `versions`, so
 * that the hash of a file shows its version. A docx also gets new blocks with the next version number, which its Markdown
 * then shows. The picture and the attachment in it are added to `versions`, too.
 */
export function noteVersion(
  { emulator, versions, newest, media }: Pick<World, 'emulator' | 'versions' | 'newest' | 'media'>,
  document: EmulatedDocument,
): void {
  const { token, type } = document
  const nextNumber = (output: string): number => {
    const number = (newest.get(output) ?? -1) + 1
    newest.set(output, number)
    return number
  }
  for (const [extension, subId] of exportsOf(document)) {
    const output = outputOf(token, extension, subId)
    const sha256 = emulator.expectedSha256(token, extension, subId === '' ? undefined : subId)
    if (!versions.has(sha256)) versions.set(sha256, { token, output, number: nextNumber(output) })
  }
  if (type !== 'docx') return
  const embedded = media.get(token)
  const number = nextNumber(outputOf(token, 'md'))
  // The Markdown of a version is found by its first and last line: see `readMarkdown`.
  document.blocks = [
    blocks.text(`begin ${token} ${number}`),
    ...(embedded ? [blocks.image(embedded.picture), blocks.attachment(embedded.attachment)] : []),
    blocks.text(`end ${token} ${number}`),
  ]
  for (const { token: asset, bytes } of embedded ? [embedded.picture, embedded.attachment] : []) {
    // `addMedia` gives each of them a text as its bytes.
    const sha256 = sha256Of(bytes as string)
    versions.set(sha256, { token, output: assetOutputOf(token, asset), number: 0 })
  }
}

const EXTENSIONS: Readonly<Record<string, readonly string[]>> = {
  doc: ['docx'],
  docx: ['docx', 'pdf'],
  sheet: ['xlsx'],
  bitable: ['xlsx'],
  slides: ['pptx'],
  board: ['png'],
  file: [''],
}

/** The outputs of a document besides Markdown: the extension, and the id of a sheet or table (only for a csv, else ''). */
function exportsOf(document: EmulatedDocument): readonly (readonly [string, string])[] {
  const whole = EXTENSIONS[document.type] ?? []
  return [
    ...whole.map((extension) => [extension, ''] as const),
    ...tablesOf(document).flatMap(({ id, hasCsv }) => (hasCsv ? [['csv', id] as const] : [])),
  ]
}
