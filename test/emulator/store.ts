import { Credentials } from './credentials.js'
import { Documents, type EmulatedDocument } from './documents.js'
import { Folders, type Folder } from './folders.js'
import type { Random } from './random.js'
import { Tasks } from './tasks.js'
import { Wiki } from './wiki.js'

/** Everything that the emulated tenant holds. A test may change it at any moment. */
export interface Store {
  readonly credentials: Credentials
  readonly documents: Documents
  readonly tasks: Tasks
  readonly wiki: Wiki
  readonly folders: Folders
}

/** An empty store. @param now the clock of the emulator, in milliseconds */
export function createStore(random: Random, now: () => number): Store {
  const documents = new Documents(random)
  return {
    credentials: new Credentials(random, now),
    documents,
    tasks: new Tasks(random, now),
    wiki: new Wiki(random, documents),
    folders: new Folders(random),
  }
}

/** True when the caller has no right to read a document or folder. */
export function isForbidden({ token, noPermission }: EmulatedDocument | Folder, { wiki }: Store): boolean {
  return noPermission || wiki.isHidden(token)
}
