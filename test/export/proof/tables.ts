import type { EmulatedDocument, Random } from '../../emulator/index.js'
import { anyTitle } from './titles.js'
import { pick } from './world.js'

/** A tab of a spreadsheet, or a table of a base. */
export interface Table {
  readonly id: string
  readonly title: string
  /** Only for a table of a base. */
  readonly revision?: string
  /** False for a tab of a spreadsheet that is no sheet. */
  readonly hasCsv: boolean
}

/** The tabs of a spreadsheet or the tables of a base; an empty list for any other document. */
export function tablesOf({ sheets, tables }: EmulatedDocument): readonly Table[] {
  return [
    ...sheets.map(({ sheetId, title, resourceType }) => ({ id: sheetId, title, hasCsv: resourceType === undefined })),
    ...tables.map(({ tableId, name, revision = 1 }) => ({
      id: tableId,
      title: name,
      revision: String(revision),
      hasCsv: true,
    })),
  ]
}

export const hasTables = ({ type }: Pick<EmulatedDocument, 'type'>): boolean => type === 'sheet' || type === 'bitable'

/**
 * One to three tabs for a new spreadsheet, or tables for a new base; none for any other type. The first tab is always a
 * sheet, a few of the others are not.
 */
export function anyTables(random: Random, type: string): Partial<Pick<EmulatedDocument, 'sheets' | 'tables'>> {
  const ids = Array.from({ length: 1 + Math.floor(random() * 3) }, (_, nth) => `t${nth + 1}`)
  if (type === 'bitable') return { tables: ids.map((tableId) => ({ tableId, name: anyTitle(random) })) }
  if (type !== 'sheet') return {}
  return {
    sheets: ids.map((sheetId, nth) => ({
      sheetId,
      title: anyTitle(random),
      ...(nth > 0 && random() < 0.1 && { resourceType: 'bitable' }),
    })),
  }
}

/**
 * Changes the tabs of an edited spreadsheet, or the tables of an edited base. One table of a base gets a new revision. Often
 * a tab or table is also renamed, added or removed, two exchange their names, or one gets the name of a removed one.
 */
export function editTables(random: Random, { sheets, tables, type }: EmulatedDocument): void {
  if (type === 'bitable') {
    const table = pick(random, tables)
    table.revision = (table.revision ?? 1) + 1
    changeItems(random, tables, 'name', (tableId, name) => ({ tableId, name }))
  } else changeItems(random, sheets, 'title', (sheetId, title) => ({ sheetId, title }))
}

/**
 * Often renames, adds or removes an item of a list, swaps two names, or removes an item and gives its name to another.
 * @param key the member with the name of an item
 */
function changeItems<K extends string, T extends Record<K, string>>(
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
    items.splice(items.indexOf(one), 1)
    rename(pick(random, items), one[key])
  }
}
