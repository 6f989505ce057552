import type { EmulatedDocument, Random } from '../../emulator/index.js'
import { anyTitle } from './titles.js'
import { pick } from './world.js'

/** A sheet of a spreadsheet, or a table of a base. */
export interface Table {
  readonly id: string
  readonly title: string
  /** Only for a table of a base. */
  readonly revision?: string
  /** Whether it is a tab of a spreadsheet that is no sheet, and so has no csv. */
  readonly isTab: boolean
}

/** The sheets of a spreadsheet or the tables of a base; an empty list for any other document. */
export function tablesOf({ sheets, tables }: EmulatedDocument): readonly Table[] {
  return [
    ...sheets.map(({ sheetId, title, resourceType }) => ({ id: sheetId, title, isTab: resourceType !== undefined })),
    ...tables.map(({ tableId, name, revision = 1 }) => ({
      id: tableId,
      title: name,
      revision: String(revision),
      isTab: false,
    })),
  ]
}

export const hasTables = ({ type }: Pick<EmulatedDocument, 'type'>): boolean => type === 'sheet' || type === 'bitable'

/** One to three sheets or tables for a new document; some tabs of spreadsheets are no sheets. */
export function anyTables(random: Random, type: string): Partial<Pick<EmulatedDocument, 'sheets' | 'tables'>> {
  const ids = Array.from({ length: 1 + Math.floor(random() * 3) }, (_, nth) => `t${nth + 1}`)
  if (type === 'bitable') return { tables: ids.map((tableId) => ({ tableId, name: anyTitle(random) })) }
  if (type !== 'sheet') return {}
  return {
    sheets: ids.map((sheetId, nth) => ({
      ...{ sheetId, title: anyTitle(random) },
      ...(nth > 0 && random() < 0.1 && { resourceType: 'bitable' }),
    })),
  }
}

/**
 * Edits a spreadsheet or a base: a table of a base gets a new revision. Often a sheet or table is also renamed, added or
 * removed, two exchange their names, or one gets the name of a removed one.
 */
export function editTables(random: Random, { sheets, tables, type }: EmulatedDocument): void {
  if (type === 'bitable') {
    const table = pick(random, tables)
    table.revision = (table.revision ?? 1) + 1
    changeNames(random, tables, 'name', (tableId, name) => ({ tableId, name }))
  } else changeNames(random, sheets, 'title', (sheetId, title) => ({ sheetId, title }))
}

/** Renames, adds or removes items of a list, often none. @param key the member with the name of an item */
function changeNames<K extends string, T extends Record<K, string>>(
  random: Random,
  items: T[],
  key: K,
  create: (id: string, name: string) => T,
): void {
  const draw = random()
  const rename = (item: T, name: string): void => void Object.assign(item, { [key]: name })
  const one = pick(random, items)
  if (draw < 0.15) rename(one, anyTitle(random))
  else if (draw < 0.25)
    items.push(create(`t${Math.floor(random() * 1e6)}`, random() < 0.5 ? one[key] : anyTitle(random)))
  else if (draw < 0.35 && items.length > 1) items.splice(items.indexOf(one), 1)
  else if (draw < 0.45) {
    const other = pick(random, items)
    const name = one[key]
    rename(one, other[key])
    rename(other, name)
  } else if (draw < 0.55 && items.length > 1) {
    // Another one takes the name of one that is removed.
    items.splice(items.indexOf(one), 1)
    rename(pick(random, items), one[key])
  }
}
