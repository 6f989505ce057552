import { parseLink, platformFault } from '../feishu/links/document-link.js'
import { findOptionAfterLink } from '../feishu/links/pasted-text.js'
import {
  DOCUMENT_TYPES,
  EXPORT_EXTENSIONS,
  isDocumentType,
  needsSubId,
  findTaskFormatFault,
  TASK_FORMATS_SENTENCE,
  type DocumentType,
} from '../feishu/tasks/export-formats.js'
import { readConnectionInputs, type ConnectionInputs } from '../inputs/connection.js'
import { DOCUMENT_TOKEN, readToken } from '../inputs/tokens.js'
import { excerpt, InputError, type InputReader } from '../runner/inputs.js'

/** The document to export, or a wiki page whose document must be looked up. */
export type Source =
  | { readonly kind: 'document'; readonly token: string; readonly type: DocumentType }
  | { readonly kind: 'wiki-node'; readonly token: string }

/** The inputs of the create action, checked. */
export interface CreateInputs extends ConnectionInputs {
  readonly source: Source
  /** In lower case, without a dot. If the source is a document, its type can be exported to this extension. */
  readonly fileExtension: string
  /** The id of the sheet or table to export; set exactly when the extension is csv. */
  readonly subId: string | undefined
}

const DEFAULT_TIMEOUT_SECONDS = 120

/**
 * Reads and checks all inputs before any request.
 * @param mask called with every secret
 * @throws InputError
 */
export function readCreateInputs(read: InputReader, mask: (secret: string) => void): CreateInputs {
  const connection = readConnectionInputs(read, mask, DEFAULT_TIMEOUT_SECONDS)
  const { source, subId: linkSubId } = readSource(read, mask, connection.baseUrl)
  const fileExtension = readExtension(read)
  // The type of the document behind a wiki page is not known before a request.
  const fault = source.kind === 'document' ? findTaskFormatFault(source.type, fileExtension) : undefined
  if (fault) throw new InputError(`Input \`file-extension\` is ${excerpt(fileExtension)}: ${fault.what}. ${fault.cure}`)
  // Read, and so checked, even if the extension needs no `sub-id`.
  const givenSubId = readSubId(read)
  if (!needsSubId(fileExtension)) return { ...connection, source, fileExtension, subId: undefined }
  const subId = givenSubId ?? linkSubId
  if (subId === undefined) {
    throw new InputError(
      'Input `sub-id` is empty: csv is the export of one sheet or table, and its id is missing. Copy the link while that' +
        ' sheet or table is open (it then ends in ?sheet=… or ?table=…), or give that id as `sub-id`.',
    )
  }
  return { ...connection, source, fileExtension, subId }
}

/** A source, and the id of the sheet or table if its link names one. */
interface SourceAndSub {
  readonly source: Source
  readonly subId?: string | undefined
}

/**
 * Reads `url`, or `token` and `type`.
 * @param mask called with a `token` that looks like a credential, before it is refused
 * @throws InputError
 */
function readSource(read: InputReader, mask: (secret: string) => void, baseUrl: string): SourceAndSub {
  const url = read('url').trim()
  const [token, type] = [read('token').trim(), read('type').trim()]
  if (url !== '' && (token !== '' || type !== '')) {
    throw new InputError(
      `Inputs \`url\` and \`${token === '' ? 'type' : 'token'}\` are both given. Give the link, or token and type, not both.`,
    )
  }
  if (url !== '') return readUrl(url, baseUrl)
  if (token === '') {
    throw new InputError(
      `Inputs \`url\` and \`token\` are both empty. Give the document's link as \`url\`, or its \`token\` with \`type\`.`,
    )
  }
  if (/^https?:\/\//i.test(token)) throw new InputError('Input `token` is a link. Give it as `url`, without `type`.')
  // The usual cure names the create step, which is this step.
  const rule = { ...DOCUMENT_TOKEN, cure: "Or give the document's link as `url`." }
  return { source: toSource(readToken(read, rule, mask), type.toLowerCase()) }
}

/**
 * Makes the source from a token and its type.
 * @param type the type in lower case
 * @throws InputError when the type is unknown or empty
 */
function toSource(token: string, type: string): Source {
  const cure = `One of these: ${DOCUMENT_TYPES.join(', ')}, or wiki for the token in a wiki link.`
  if (type === '') throw new InputError(`Input \`type\` is empty, though \`token\` is given. ${cure}`)
  if (type === 'wiki') return { kind: 'wiki-node', token }
  if (!isDocumentType(type)) throw new InputError(`Input \`type\` is ${excerpt(type)}, which is not a type. ${cure}`)
  return { kind: 'document', token, type }
}

/**
 * Reads the link of a document or a wiki page.
 * @throws InputError, also for a link to anything else, or of another platform than that of `baseUrl`
 */
function readUrl(url: string, baseUrl: string): SourceAndSub {
  const wrongUrl = (fault: string, cure: string): InputError =>
    new InputError(`Input \`url\` is ${excerpt(url)}, ${fault}. ${cure}`)
  const link = parseLink(url, 'document')
  if (link.kind === 'fault') throw wrongUrl(link.fault, link.cure)
  const option = findOptionAfterLink(url)
  if (option !== undefined) {
    throw wrongUrl(
      `with ${excerpt(option)} after the link`,
      'Give the link alone here, and the format as `file-extension`; only the export action has options after a link,' +
        ' such as `children` and `to`.',
    )
  }
  const mismatch = platformFault(link.host, baseUrl)
  if (mismatch) throw wrongUrl(mismatch.fault, mismatch.cure)
  switch (link.kind) {
    case 'document':
      return { source: { kind: 'document', token: link.token, type: link.type }, subId: link.subId }
    case 'wiki-node':
      return { source: { kind: 'wiki-node', token: link.token }, subId: link.subId }
    case 'folder':
      throw wrongUrl('a folder', 'Give the link of one document here; the export action takes whole folders.')
    case 'wiki-space':
    case 'wiki-home':
      throw wrongUrl(
        link.kind === 'wiki-home' ? 'the page of all knowledge bases' : 'a whole knowledge base',
        'Give the link of one page here; the export action takes whole knowledge bases.',
      )
    case 'other':
      throw link.type === 'file'
        ? wrongUrl('an uploaded file, which needs no export task', 'The export action downloads it as it is.')
        : wrongUrl(`a ${link.type}, which no export task can export`, TASK_FORMATS_SENTENCE)
  }
}

/** Reads `file-extension`. @returns it in lower case, without a dot @throws InputError */
function readExtension(read: InputReader): string {
  const value = read('file-extension').trim()
  const extension = value.replace(/^\./, '').toLowerCase()
  if (extension === '') throw new InputError(`Input \`file-extension\` is empty. ${TASK_FORMATS_SENTENCE}`)
  if (!EXPORT_EXTENSIONS.includes(extension)) {
    throw new InputError(
      `Input \`file-extension\` is ${excerpt(value)}, which no export task can make. ${TASK_FORMATS_SENTENCE}`,
    )
  }
  return extension
}

/** Reads `sub-id`; undefined when the input is empty. @throws InputError */
function readSubId(read: InputReader): string | undefined {
  const value = read('sub-id').trim()
  if (value === '') return undefined
  // What YAML makes of ids like 12e34 and 12e345 without quotes: 1.2E+35 and Infinity.
  if (/^(\d+(\.\d+)?E\+\d+|Infinity)$/.test(value)) {
    throw new InputError(
      `Input \`sub-id\` is ${excerpt(value)}: written without quotes in the workflow, it was taken for a number.` +
        " Quote it: sub-id: '12e345'.",
    )
  }
  if (!/^[\w-]{1,64}$/.test(value)) {
    throw new InputError(
      `Input \`sub-id\` is ${excerpt(value)}, which is no id: an id has at most 64 letters, digits, - and _.` +
        " It is what follows ?sheet= or ?table= in the document's link.",
    )
  }
  return value
}
