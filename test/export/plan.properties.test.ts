import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { Manifest } from '../../src/export/manifest/format.js'
import type { ManifestFile, Plan } from '../../src/export/model.js'
import { countFound } from '../../src/export/plan/plan.js'
import { forests, listing, plant, tree } from './paths-trees.js'
import { brief, fileOf, plan } from './plan-worlds.js'

/** A manifest after a run in which all went well. */
function runAll({ toExport, unchanged, stale }: Plan, before: readonly ManifestFile[]): readonly ManifestFile[] {
  const manifest = new Manifest(before)
  for (const { file } of stale) manifest.forget(file.path)
  for (const { replaces } of [...toExport, ...unchanged]) for (const path of replaces) manifest.forget(path)
  for (const { unit, path } of toExport) {
    const { token, type, fileExtension, subId, title, editTime } = unit
    manifest.record(fileOf(path, token, { type, fileExtension, subId, title, editTime }))
  }
  return manifest.files
}

describe('any tree', () => {
  test('is in the plan wholly, and after a full run all of it is unchanged', () => {
    fc.assert(
      fc.property(forests(), fc.boolean(), (forest, includeFiles) => {
        const found = listing(tree(plant(forest)))
        const first = plan(found, { includeFiles })
        expect(countFound(first)).toBe(forest.filter(({ type }) => type !== 'folder').length)
        const files = runAll(first, [])
        const second = plan(found, { includeFiles, files })
        expect(brief(second)).toEqual({ ...brief(first), export: [], unchanged: brief(first)['export'], stale: [] })
        expect(second.unchanged.flatMap(({ replaces }) => replaces)).toEqual([])
      }),
      { numRuns: 100 },
    )
  })

  test('followed by any other one ends in a manifest of just what is there', () => {
    fc.assert(
      fc.property(forests(15), forests(15), (before, after) => {
        const files = runAll(plan(listing(tree(plant(before)))), [])
        const found = listing(tree(plant(after)))
        const next = plan(found, { files })
        expect(next.refused).toEqual([])
        const planned = [...next.toExport, ...next.unchanged].map(({ path }) => path).sort()
        for (const { replaces } of next.toExport) for (const path of replaces) expect(planned).not.toContain(path)
        const manifest = runAll(next, files)
        expect(manifest.map(({ path }) => path).sort()).toEqual(planned)
        expect(brief(plan(found, { files: manifest }))).toMatchObject({ export: [], stale: [] })
      }),
      { numRuns: 100 },
    )
  })
})
