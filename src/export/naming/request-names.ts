import type { Ending, NameRequest } from './assign-names.js'
import { hasBareFile, type Slot } from './dirs.js'
import { endingOf, reservedEndings } from './endings.js'
import type { PathBudget } from './path-budget.js'
import type { Placement, RecordedNames } from './recorded-names.js'

/** The names that a slot requests. */
export interface SlotRequests {
  readonly requests: readonly NameRequest[]
  /** The ending of each file in these requests, by `outputKey`: the key of its name in `AssignedNames`. */
  readonly files: ReadonlyMap<string, Ending>
  /** The ending of the directory in these requests. */
  readonly directory: Ending | undefined
}

/**
 * Makes the requests of a slot for the names of its files and its directory. One request gives all of them the same stem,
 * except where a recorded name stays. If a file has no extension, the directory has a request of its own. Further endings
 * only reserve names (see `reservedEndings`).
 */
export function requestNames(slot: Slot, parent: Placement, budget: PathBudget, recorded: RecordedNames): SlotRequests {
  const directory: Ending | undefined = slot.dir && {
    text: '',
    isDirectory: true,
    recorded: recorded.directoryName(slot, parent),
  }
  const files = new Map<string, Ending>()
  for (const [key, file] of slot.files) {
    // A document that cannot be exported is reported by the name of the directory: its own would be the same name.
    const isReportedOnly = file.extension === '' && file.failure !== undefined
    const own = { text: endingOf(file), isDirectory: false, recorded: recorded.fileStem(slot, file, parent) }
    files.set(key, directory && isReportedOnly ? directory : own)
  }
  // Each ending once, because the files of a slot share its assets directory. Two source lines may export a document to
  // Markdown and to a format with attachments.
  const furtherEndings = new Map(
    [...slot.files.values()]
      .flatMap(reservedEndings)
      .map((ending): [string, Ending] => [ending.text, { ...ending, recorded: undefined }]),
  )
  const pass = slot.explicit ? 'explicit' : slot.shortcut ? 'shortcut' : 'original'
  const common = { parts: slot, pass, maxBytes: budget.maxStemBytes(slot, parent.path) } as const
  const endings = [...files.values(), ...furtherEndings.values()].filter((ending) => ending !== directory)
  // A file without extension is named with the bare stem, so the directory beside it needs a name with a suffix.
  const requests: NameRequest[] =
    directory && hasBareFile(slot)
      ? [
          { ...common, endings },
          { ...common, endings: [directory], pass: 'beside' },
        ]
      : [{ ...common, endings: directory ? [...endings, directory] : endings }]
  return { requests, files, directory }
}
