import { readAllPages } from '../../feishu/client/all-pages.js'
import type { Reply } from '../../feishu/errors/failure.js'
import { isTrustedEditTime } from '../edit-time.js'
import { documentKey, type FolderRecord, type TableInfo } from '../model.js'
import type { Source } from '../sources/source.js'
import type { ListingCalls } from './calls.js'
import type { Entry, ListedSource, Listing, ListingFault } from './types.js'

/** What the listing of sheets and tables needs. */
export interface TableOptions {
  /** True when each sheet or table of a document is a separate output. */
  readonly hasTableOutputs: (entry: Entry, source: Source) => boolean
  /** The recorded directories, which hold the tables of documents that have not changed. */
  readonly folders: readonly FolderRecord[]
  /** When the listing began, in milliseconds since 1970. */
  readonly listedAtMs: number
}

/**
 * Adds the sheets of spreadsheets and the tables of bases to a listing, where each sheet or table is a separate output.
 * A document whose sheets or tables cannot be listed becomes a fault.
 */
export async function listTables(listing: Listing, calls: ListingCalls, options: TableOptions): Promise<Listing> {
  const selected = listing.sources.map((listed) => selectDocuments(listed, options))
  const documents = selected.flatMap(({ entries }) => entries)
  if (documents.length === 0) return listing
  const replies = await queryTables(documents, calls, options)
  const tables = new Map<Entry, readonly Entry[]>()
  const tableLists = new Map<string, NonNullable<FolderRecord['tables']>>()
  const faults: ListingFault[] = []
  for (const { source, entries } of selected) {
    // The documents of this source with a fault: a shortcut to one of them is not a second fault.
    const failed = new Set<string>()
    for (const entry of entries) {
      const key = documentKey(entry)
      const reply = replies.get(key)
      // Every selected document was queried; this is for the type.
      if (!reply) continue
      if (!reply.ok) {
        if (failed.has(key)) continue
        failed.add(key)
        faults.push({ source, what: entry.title, url: entry.url, failure: reply.failure, mayHideDocuments: true })
        continue
      }
      tables.set(
        entry,
        reply.value.map((table) => entryOf(table, entry)),
      )
      const { editTime } = entry
      // The list is recorded only if the same edit time in the next run proves that it is still valid.
      if (editTime !== undefined && isTrustedEditTime(editTime, options.listedAtMs)) {
        tableLists.set(key, { editTime, items: reply.value })
      }
    }
  }
  return { ...listing, tables, tableLists, faults: [...listing.faults, ...faults] }
}

/**
 * Selects from a source the spreadsheets and bases whose sheets or tables are separate outputs. Shortcuts come last: if
 * the document itself is in the source, too, a fault is reported for it, not for a shortcut.
 */
function selectDocuments({ source, entries }: ListedSource, { hasTableOutputs }: TableOptions): ListedSource {
  const selected: Entry[] = []
  const toVisit = [...entries]
  for (let entry = toVisit.pop(); entry; entry = toVisit.pop()) {
    if (hasTableOutputs(entry, source)) selected.push(entry)
    for (const child of entry.children) toVisit.push(child)
  }
  return { source, entries: selected.sort((a, b) => Number(a.shortcut) - Number(b.shortcut)) }
}

/**
 * Queries the sheets or tables of each document once. An earlier run may have recorded them together with the edit time
 * of the document. If this edit time has not changed, the recorded sheets or tables are returned without a request.
 * @returns the replies, by `documentKey`
 */
async function queryTables(
  entries: readonly Entry[],
  calls: ListingCalls,
  { folders }: TableOptions,
): Promise<ReadonlyMap<string, Reply<readonly TableInfo[]>>> {
  const recordedTables = tablesByDocument(folders)
  const replies = new Map<string, Reply<readonly TableInfo[]>>()
  const documents = new Map(entries.map((entry) => [documentKey(entry), entry]))
  const queries = [...documents].map(async ([key, entry]) => {
    const recorded = recordedTables.get(key)
    const isUnchanged = recorded !== undefined && recorded.editTime === entry.editTime
    replies.set(key, isUnchanged ? { ok: true, value: recorded.items } : await readTables(entry, calls))
  })
  await Promise.all(queries)
  return replies
}

/** The recorded sheets or tables, by `documentKey`. */
function tablesByDocument(folders: readonly FolderRecord[]): ReadonlyMap<string, NonNullable<FolderRecord['tables']>> {
  return new Map(folders.flatMap((folder) => (folder.tables ? [[documentKey(folder), folder.tables]] : [])))
}

/** Makes the entry of a sheet or table from the entry of its document. It is no shortcut, even if that entry is one. */
function entryOf({ id, title, revision, unsupported }: TableInfo, document: Entry): Entry {
  return { ...document, title, shortcut: false, table: { id, revision, unsupported }, children: [] }
}

/** Queries the sheets of a spreadsheet, or the tables of a base. */
function readTables({ token, type }: Entry, calls: ListingCalls): Promise<Reply<readonly TableInfo[]>> {
  return type === 'sheet' ? readSheets(token, calls) : readBase(token, calls)
}

/** Queries the tabs of a spreadsheet. A tab that is not a sheet gets its type as `unsupported`. */
async function readSheets(token: string, calls: ListingCalls): Promise<Reply<readonly TableInfo[]>> {
  const reply = await calls.sheets(token)
  if (!reply.ok) return reply
  const items = reply.value.map(({ sheetId: id, title, resourceType }) => {
    return { id, title, ...(resourceType !== 'sheet' && { unsupported: resourceType }) }
  })
  return { ...reply, value: items }
}

/** Queries the tables of a base: all pages of the list. */
async function readBase(token: string, calls: ListingCalls): Promise<Reply<readonly TableInfo[]>> {
  const reply = await readAllPages(
    (cursor) => calls.tablesPage(token, cursor),
    ({ tableId }) => tableId,
    'list the tables of the base',
  )
  if (!reply.ok) return reply
  const items = reply.value.map(({ tableId: id, name: title, revision }) => ({ id, title, revision }))
  return { ...reply, value: items }
}
