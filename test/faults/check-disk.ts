import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { findNameProblems } from '../files/portable-name.js'
import type { StepResult } from '../process/run-action.js'

/** What is below a folder, by path: the bytes of a file, `null` for a folder. */
export type Tree = ReadonlyMap<string, Buffer | null>

/** Writes files below a folder. */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
    writeFileSync(path.join(folder, name), text)
  }
}

/** Reads everything below a folder. */
export function readTree(folder: string, below = ''): Tree {
  const tree = new Map<string, Buffer | null>()
  for (const name of readdirSync(path.join(folder, below))) {
    const child = path.join(below, name)
    if (statSync(path.join(folder, child)).isDirectory()) {
      tree.set(child, null)
      for (const entry of readTree(folder, child)) tree.set(...entry)
    } else tree.set(child, readFileSync(path.join(folder, child)))
  }
  return tree
}

/** The file that a successful download had to write. */
export interface ServedFile {
  readonly body: Buffer
  readonly directory: string
  readonly name: string
  readonly extension: string
}

/**
 * Lists what a step did to the disk that it must not do.
 * @param root the folder that `before` and `after` show
 * @param served undefined when the step must not write any file
 */
export function checkDisk(
  before: Tree,
  after: Tree,
  root: string,
  step: StepResult,
  served: ServedFile | undefined,
): string[] {
  const problems: string[] = []
  const target = served && path.relative(root, step.outputs['path'] ?? '')
  const targetFolders = target?.split(path.sep).map((_, i, parts) => parts.slice(0, i).join(path.sep)) ?? []
  for (const [name, bytes] of before) {
    if (name === target) continue
    const now = after.get(name)
    if (now === undefined || !(now === bytes || (now && bytes && now.equals(bytes))))
      problems.push(`${name} was changed`)
  }
  for (const name of after.keys()) {
    if (!before.has(name) && name !== target && !targetFolders.includes(name)) problems.push(`left behind: ${name}`)
  }
  if (served && target !== undefined) {
    if (after.get(target)?.equals(served.body) !== true) problems.push(`other bytes than the service sent: ${target}`)
    if (path.dirname(path.join(root, target)) !== served.directory)
      problems.push(`not in the folder that was asked for: ${target}`)
    problems.push(...checkFileName(path.basename(target), served.name, served.extension))
    if (step.outputs['file-name'] !== path.basename(target)) problems.push('`file-name` is not the name on the disk')
  }
  return problems
}

/** @param given the name from the input; '' when the service chose it */
function checkFileName(written: string, given: string, extension: string): string[] {
  const problems = findNameProblems(written)
  const isPlainExtension = /^[a-z]*$/.test(extension) && extension.length <= 5
  const isPlainName = /^[\w\u4e00-\u9fff. -]{1,40}$/.test(given.trim())
  if (isPlainExtension && extension !== '' && !written.toLowerCase().endsWith(`.${extension}`)) {
    problems.push(`it does not end with .${extension}`)
  }
  if (isPlainName && isPlainExtension && !written.startsWith(given.trim().replace(/[. ]+$/, ''))) {
    problems.push(`it does not begin with ${given}`)
  }
  return problems.map((problem) => `the name ${JSON.stringify(written)}: ${problem}`)
}
