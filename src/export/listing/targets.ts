import type { DocumentRef } from '../../feishu/drive/metas.js'
import type { SourceTarget } from '../sources/source.js'
import type { Level } from './levels.js'

type NodeTarget = Extract<SourceTarget, { kind: 'wiki-node' }>

/** True for a single wiki page, without the pages below it. */
export const isSinglePage = (target: SourceTarget): target is NodeTarget =>
  target.kind === 'wiki-node' && !target.children

/** True for a wiki page with the pages below it. */
export const isNodeTree = (target: SourceTarget): target is NodeTarget => target.kind === 'wiki-node' && target.children

/**
 * The first level of a folder, a knowledge base or all knowledge bases; undefined for a document or a wiki page. The level
 * below a wiki page is known only after a query of the page (see `itemOfNode`).
 */
export function levelOf(target: SourceTarget): Level | undefined {
  if (target.kind === 'folder') return { kind: 'folder', token: target.token }
  if (target.kind === 'wiki-spaces') return { kind: 'spaces' }
  return target.kind === 'wiki-space' ? { kind: 'wiki', spaceId: target.spaceId, parent: undefined } : undefined
}

/** The reference of a single document or wiki page; undefined for a tree. */
export function refOf(target: SourceTarget): DocumentRef | undefined {
  if (target.kind === 'document') return { token: target.token, type: target.type }
  return isSinglePage(target) ? { token: target.token, type: 'wiki' } : undefined
}
