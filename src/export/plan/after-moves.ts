import type { Failure } from '../../feishu/errors/failure.js'
import { assetsDirectory, reservedPathOf, savesAssets, type FileRecord, type PlannedFile } from '../model.js'
import { OF_ANOTHER_DOCUMENT } from '../failures.js'
import { fold, splitPath } from '../paths.js'
import type { Plan } from './plan.js'
import type { Move } from './plan-moves.js'

/**
 * Corrects a plan after the moves. Files whose move failed are refused. The old path of such a file may still be taken: so
 * files that are planned there are refused, too. An unchanged file with an asset that could not be moved is exported. Pure.
 */
export function withFailedMoves(
  plan: Plan,
  failed: readonly (Omit<Move, 'group'> & { readonly failure: Failure })[],
): Plan {
  if (failed.length === 0) return plan
  const failures = new Map(failed.map(({ to, failure }) => [to, failure]))
  const stillTaken = new Set(failed.map(({ record }) => fold(record.path)))
  const reachedTargets = new Set(plan.moves.flatMap(({ to }) => (failures.has(to) ? [] : to)))
  // A file that has reached its path is not refused, even if that path equals a taken one or differs from it only in case.
  const failureAt = (path: string): Failure | undefined =>
    failures.get(path) ?? (stillTaken.has(fold(path)) && !reachedTargets.has(path) ? OF_ANOTHER_DOCUMENT : undefined)
  const isPossible = ({ path }: PlannedFile): boolean => failureAt(path) === undefined
  // The directories that lack an asset, since it could not be moved. An export of their file saves the asset again.
  const incompleteDirectories = new Set(
    failed.filter(({ record }) => record.asset !== undefined).map(({ to }) => splitPath(to).directory),
  )
  const isIncomplete = ({ path, output }: PlannedFile): boolean =>
    savesAssets(output) && incompleteDirectories.has(assetsDirectory(path))
  const possible = plan.unchanged.filter(isPossible)
  const refused = [...plan.toExport, ...plan.unchanged].flatMap((file) => {
    const failure = failureAt(file.path)
    return failure ? [{ ...file, failure, isForeign: false }] : []
  })
  return {
    ...plan,
    toExport: [...plan.toExport.filter(isPossible), ...possible.filter(isIncomplete)],
    unchanged: possible.filter((file) => !isIncomplete(file)),
    refused: [...plan.refused, ...refused],
  }
}

/**
 * In a plan, gives each stale file that `applyMoves` has parked the temporary path where it is now. The path reserved for
 * it stays the same. Pure.
 */
export function withParked(plan: Plan, parked: readonly { readonly record: FileRecord; readonly at: string }[]): Plan {
  if (parked.length === 0) return plan
  const paths = new Map(parked.map(({ record, at }) => [record, at]))
  const stale = plan.stale.map((file) => {
    const path = paths.get(file.record)
    return path === undefined
      ? file
      : { ...file, record: { ...file.record, path, reservedPath: reservedPathOf(file.record) } }
  })
  return { ...plan, stale }
}
