import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { StepResult } from '../process/run-action.js'

/** Every file below a folder with its bytes, every folder with `null`. */
export type Tree = ReadonlyMap<string, Buffer | null>

/** Writes files below a folder. */
export function plant(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
    writeFileSync(path.join(folder, name), text)
  }
}

/** Reads a folder as it is. */
export function treeOf(folder: string, below = ''): Tree {
  const tree = new Map<string, Buffer | null>()
  for (const name of readdirSync(path.join(folder, below))) {
    const inner = path.join(below, name)
    if (statSync(path.join(folder, inner)).isDirectory()) {
      tree.set(inner, null)
      for (const entry of treeOf(folder, inner)) tree.set(...entry)
    } else tree.set(inner, readFileSync(path.join(folder, inner)))
  }
  return tree
}

/** What a step did to the disk that it must not do. */
export function judgeDisk(
  before: Tree,
  after: Tree,
  root: string,
  step: StepResult,
  served:
    | { readonly body: Buffer; readonly directory: string; readonly name: string; readonly extension: string }
    | undefined,
): string[] {
  const faults: string[] = []
  const target = served && path.relative(root, step.outputs['path'] ?? '')
  const targetFolders = target?.split(path.sep).map((_, i, parts) => parts.slice(0, i).join(path.sep)) ?? []
  for (const [name, bytes] of before) {
    if (name === target) continue
    const now = after.get(name)
    if (now === undefined || !(now === bytes || (now && bytes && now.equals(bytes)))) faults.push(`${name} was changed`)
  }
  for (const name of after.keys()) {
    if (!before.has(name) && name !== target && !targetFolders.includes(name)) faults.push(`left behind: ${name}`)
  }
  if (served && target !== undefined) {
    if (after.get(target)?.equals(served.body) !== true) faults.push(`not the bytes that were served: ${target}`)
    if (path.dirname(path.join(root, target)) !== served.directory) faults.push(`not in its folder: ${target}`)
    faults.push(...judgeName(path.basename(target), served.name, served.extension))
    if (step.outputs['file-name'] !== path.basename(target)) faults.push('`file-name` is not the name on the disk')
  }
  return faults
}

/** @param name as it was given; '' where the service chose it */
function judgeName(written: string, name: string, extension: string): string[] {
  const faults: string[] = []
  const plain = /^[\w\u4e00-\u9fff. -]{1,40}$/
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069<>:"/\\|?*]/.test(written))
    faults.push('a bad character')
  if (Buffer.byteLength(written) > 255) faults.push('too long')
  if (/^\s|[\s.]$/.test(written)) faults.push('a blank or dot at the edge')
  if (/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(written) || /^\.git$/i.test(written)) faults.push('a reserved name')
  if (/^[a-z]{1,5}$/.test(extension) && !written.toLowerCase().endsWith(`.${extension}`)) faults.push('no extension')
  if (
    plain.test(name.trim()) &&
    /^[a-z]{0,5}$/.test(extension) &&
    !written.startsWith(name.trim().replace(/[. ]+$/, ''))
  ) {
    faults.push(`not named ${name}`)
  }
  return faults.map((fault) => `the name ${JSON.stringify(written)}: ${fault}`)
}
