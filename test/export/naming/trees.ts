import type { Entry, ListedSource, Listing } from '../../../src/export/listing/types.js'
import { outputKey, type FileRecord } from '../../../src/export/model.js'
import { layOut, type Layout, type LayoutOptions } from '../../../src/export/naming/layout.js'
import type { Source } from '../../../src/export/sources/source.js'
import { fileRecord } from '../records.js'

export const FORMATS: ReadonlyMap<string, readonly string[]> = new Map([
  ['doc', ['docx']],
  ['docx', ['docx']],
  ['sheet', ['xlsx']],
  ['bitable', ['xlsx']],
  ['slides', ['pptx']],
])

export const OPTIONS: LayoutOptions = {
  formats: FORMATS,
  includeFiles: true,
  includeAttachments: false,
  frontMatter: false,
  records: [],
  folders: [],
  released: new Set(),
  manifestPath: '.feishu-export.json',
}

/** An entry, by default a docx without children. */
export const entry = (token: string, title: string, rest: Partial<Entry> = {}): Entry => ({
  token,
  type: 'docx',
  title,
  editTime: '1732000000',
  url: undefined,
  shortcut: false,
  children: [],
  ...rest,
})

/** An entry of a folder. */
export const folder = (token: string, title: string, ...children: Entry[]): Entry =>
  entry(token, title, { type: 'folder', children })

/** The source line of a folder without options, except for the fields in `rest`. */
const sourceLine = (rest: Partial<Source>): Source => ({
  where: 'sources line 1',
  link: 'https://acme.feishu.cn/drive/folder/top',
  host: 'acme.feishu.cn',
  target: { kind: 'folder', token: 'top' },
  as: undefined,
  to: undefined,
  depth: undefined,
  ...rest,
})

/** The source line of a folder, with the entries that were found below it. */
export const tree = (entries: readonly Entry[], rest: Partial<Source> = {}): ListedSource => ({
  source: sourceLine(rest),
  entries,
})

/** The source line of one document, with its entry. @param rest `subId` is the sheet or table that the link names */
export const single = (document: Entry, rest: Partial<Source> & { subId?: string } = {}): ListedSource => {
  const { subId, ...source } = rest
  const { token, type } = document
  return { source: sourceLine({ target: { kind: 'document', token, type, subId }, ...source }), entries: [document] }
}

/** A listing without faults. */
export const listing = (...sources: ListedSource[]): Listing => ({ sources, faults: [] })

/** What naming reads of the records after a run that exports every file of a layout but those with a failure. */
export const recordsOf = ({ files }: Layout): FileRecord[] =>
  files.flatMap(({ output, path, failure }) => {
    const { token, type, fileExtension, subId, title, editTime } = output
    return failure ? [] : fileRecord(path, token, { type, fileExtension, subId, title, editTime })
  })

/** The options of the run after the one that `recordsOf` describes. @param rest those that differ from `OPTIONS` */
export const afterRun = (layout: Layout, rest: Partial<LayoutOptions> = {}): LayoutOptions => ({
  ...OPTIONS,
  records: recordsOf(layout),
  folders: layout.folders,
  ...rest,
})

/** The paths of each output, by the key of the output. */
export const pathsByOutput = ({ files }: Pick<Layout, 'files'>): Map<string, string[]> => {
  const paths = new Map<string, string[]>()
  for (const { output, path } of files) {
    paths.set(outputKey(output), [...(paths.get(outputKey(output)) ?? []), path])
  }
  return paths
}

/** Lays out a listing and returns the paths of all files, which the layout sorts. */
export const layPaths = (found: Listing, options: Partial<LayoutOptions> = {}): string[] =>
  layOut(found, { ...OPTIONS, ...options }).files.map(({ path }) => path)
