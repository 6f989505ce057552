import { existsSync, mkdirSync, readdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { sha256Of } from './disk-state.js'
import { anyTitle, isPlainTitle } from './titles.js'
import { pick, type World } from './world.js'

/**
 * Adds a file of the user to the directory, often with a name that a document may need. Adds none if the path is taken.
 * The file is noted in `world.userFiles`, so that the judge sees whether a run changes it.
 */
export function addUserFile(world: World, directory: string): void {
  const { random } = world
  const folders = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => path.relative(directory, path.join(entry.parentPath, entry.name)))
  const title = anyTitle(random)
  const name = `${isPlainTitle(title) ? title : 'A'}${pick(random, ['.docx', '.xlsx', '', '/note.txt'])}`
  const file = path.join(pick(random, ['', ...folders]), name)
  const absolute = path.join(directory, file)
  // With `/note.txt`, the first part of the name is a new folder, whose path must not be taken either.
  const needsNewFolder = name.includes('/')
  if (existsSync(absolute) || (needsNewFolder && existsSync(path.dirname(absolute)))) return
  mkdirSync(path.dirname(absolute), { recursive: true })
  const text = `mine ${world.userFiles.size}`
  writeFileSync(absolute, text)
  world.userFiles.set(file.split(path.sep).join('/'), sha256Of(text))
}

/** Removes the files of the user, so that none is in the way of a document, and the folders that are empty then. */
export function removeUserFiles(world: World, directory: string): void {
  for (const file of world.userFiles.keys()) {
    rmSync(path.join(directory, file))
    for (let above = path.dirname(file); above !== '.'; above = path.dirname(above)) {
      const folder = path.join(directory, above)
      if (readdirSync(folder).length > 0) break
      rmdirSync(folder)
    }
  }
  world.userFiles.clear()
}
