import type { PlannedFile } from './model.js'
import { unitKey } from './paths.js'
import type { UnitWork } from './steps.js'

/** Puts the files of the same unit together: it is exported once. */
export function worksOf(files: readonly PlannedFile[]): UnitWork[] {
  const works = new Map<string, UnitWork & { readonly files: PlannedFile[] }>()
  for (const file of files) {
    const key = unitKey(file.unit)
    const work = works.get(key)
    if (work) work.files.push(file)
    else works.set(key, { unit: file.unit, files: [file], placed: new Set() })
  }
  return [...works.values()]
}
