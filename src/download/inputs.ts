import { readConnectionInputs, type ConnectionInputs } from '../inputs/connection.js'
import { bytesInput, readDirectory } from '../inputs/files.js'
import { FILE_TOKEN, MAX_FILE_TOKEN_LENGTH } from '../feishu/tasks/file-token.js'
import { readToken, type TokenRule } from '../inputs/tokens.js'
import { booleanInput, type InputReader } from '../runner/inputs.js'

/** The inputs of the download action, checked. */
export interface DownloadInputs extends ConnectionInputs {
  readonly fileToken: string
  /** Any text; undefined for the name that the service sends. */
  readonly fileName: string | undefined
  /** Any text; empty to add no extension to the name. */
  readonly fileExtension: string
  /** The size that the file must have, in bytes; undefined when it is not known. */
  readonly fileSize: number | undefined
  /** Absolute. */
  readonly directory: string
  readonly overwrite: boolean
}

const DEFAULT_TIMEOUT_SECONDS = 600

// Accepts every token that the wait step takes from the service.
const FILE_TOKEN_RULE: TokenRule = {
  name: 'file-token',
  expected: "the exported file's token",
  pattern: FILE_TOKEN,
  characters: 'letters, digits and -_.~=+:@',
  maxLength: MAX_FILE_TOKEN_LENGTH,
  cure: "Give the wait step's output: ${{ steps.wait.outputs.file-token }}.",
}

/**
 * Reads and checks all inputs before any request.
 * @param mask called with every secret
 * @param workspace the directory that relative paths refer to
 * @throws InputError
 */
export function readDownloadInputs(
  read: InputReader,
  mask: (secret: string) => void,
  workspace: string,
): DownloadInputs {
  const connection = readConnectionInputs(read, mask, DEFAULT_TIMEOUT_SECONDS)
  const fileName = read('file-name').trim()
  return {
    ...connection,
    fileToken: readToken(read, FILE_TOKEN_RULE, mask),
    fileName: fileName === '' ? undefined : fileName,
    fileExtension: read('file-extension').trim(),
    fileSize: bytesInput(
      read,
      'file-size',
      "Give the wait step's output: ${{ steps.wait.outputs.file-size }}, or leave it out.",
    ),
    directory: readDirectory(read, workspace),
    overwrite: booleanInput(read, 'overwrite', false),
  }
}
