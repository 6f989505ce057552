import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { findNameProblems } from '../files/portable-name.js'
import type { StepResult } from '../process/run-action.js'

/** What is below a folder, by path relative to it: the bytes of a file, `null` for a folder. */
export type Tree = ReadonlyMap<string, Buffer | null>

/** Writes files below a folder. @param files their texts by path relative to the folder */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
    writeFileSync(path.join(folder, name), text)
  }
}

/**
 * Reads everything below a folder. The paths of the tree are relative to `folder`.
 * @param inside a folder relative to `folder`: only what is below it is read
 */
export function readTree(folder: string, inside = ''): Tree {
  const tree = new Map<string, Buffer | null>()
  for (const name of readdirSync(path.join(folder, inside))) {
    const child = path.join(inside, name)
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
  /** Absolute. */
  readonly directory: string
  /** The input `file-name`; '' when the service chooses the name. */
  readonly name: string
  /** The input `file-extension`; may be ''. */
  readonly extension: string
}

/**
 * Checks that a step wrote the file that it had to write, and changed, added or removed nothing else.
 * @param before the content of `root` before the step
 * @param after its content after the step
 * @param root an absolute path
 * @param served undefined when the step must not write any file
 * @returns the problems, in words
 */
export function checkDisk(
  before: Tree,
  after: Tree,
  root: string,
  step: StepResult,
  served: ServedFile | undefined,
): string[] {
  // It is not known whether a signal ended the step before or after it wrote its file. `checkStep` reports the signal.
  if (step.signal !== null) return []
  const problems: string[] = []
  const target = served && path.relative(root, step.outputs['path'] ?? '')
  for (const [name, entry] of before) {
    if (name !== target && !isSameEntry(entry, after.get(name))) problems.push(`${name} was changed`)
  }
  for (const name of after.keys()) {
    const isTargetOrItsFolder = name === target || target?.startsWith(`${name}${path.sep}`) === true
    if (!before.has(name) && !isTargetOrItsFolder) problems.push(`left behind: ${name}`)
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

/** Whether an entry of a tree is unchanged in a later tree. @param after undefined if the path does not exist there */
const isSameEntry = (before: Buffer | null, after: Buffer | null | undefined): boolean =>
  before === null ? after === null : after?.equals(before) === true

/**
 * Lists what is wrong with the name of a written file. It must begin with the given name and end with the given extension.
 * But the action may change an unusual one to make it portable, so only a plain one is checked.
 * @param given the input `file-name`; '' when the service chooses the name
 * @param extension the input `file-extension`; may be ''
 */
function checkFileName(written: string, given: string, extension: string): string[] {
  const problems = findNameProblems(written)
  const isPlainExtension = /^[a-z]{1,5}$/.test(extension)
  if (isPlainExtension && !written.toLowerCase().endsWith(`.${extension}`)) {
    problems.push(`it does not end with .${extension}`)
  }
  // Dots and blanks at the end of a name are not portable.
  const expectedStart = given.trim().replace(/[. ]+$/, '')
  // A name that begins with a dot may be one for Git, or an extension alone. The name of a device may look plain.
  const isPlainName =
    /^[\w\u4e00-\u9fff][\w\u4e00-\u9fff. -]{0,39}$/.test(expectedStart) && findNameProblems(expectedStart).length === 0
  if (isPlainName && !written.startsWith(expectedStart)) {
    problems.push(`it does not begin with ${given}`)
  }
  return problems.map((problem) => `the name ${JSON.stringify(written)}: ${problem}`)
}
