import { readFileSync } from 'node:fs'
import * as answers from './answers.js'
import type { Answer } from './answer.js'
import type { DocumentOptions } from './documents.js'
import { startEmulator, type AddTaskOptions, type Emulator } from './index.js'
import type { Api, EmulatorOptions } from './types.js'
import type { NodeOptions, SpaceOptions } from './wiki.js'

/**
 * An answer. `use` names the function of answers.ts that makes it, `with` has the arguments; `null`: the default
 * answer.
 */
type ScenarioAnswer = { use: string; with?: unknown[] } | Answer | null

interface ScenarioFault {
  api: Api | 'any'
  /** Only requests about this token or id (document, node, folder, space, file, block). */
  token?: string
  /** Only requests about this ticket. */
  ticket?: string
  answers: ScenarioAnswer[]
  /** What later requests get: the default answers (`never`, the default), or the last answer of the list. */
  repeat?: 'never' | 'last'
}

interface ScenarioFolder {
  token: string
  name?: string
  parent?: string
  noPermission?: boolean
  shortcuts?: { target: string; name?: string }[]
}

/** The content of a scenario file. Tokens that are left out are generated. */
export interface Scenario {
  options?: Pick<
    EmulatorOptions,
    'appId' | 'appSecret' | 'accessToken' | 'fileLifetimeMs' | 'limits' | 'refusal' | 'maxPageItems'
  >
  folders?: ScenarioFolder[]
  documents?: (DocumentOptions & { folder?: string })[]
  tasks?: AddTaskOptions[]
  spaces?: SpaceOptions[]
  nodes?: NodeOptions[]
  faults?: ScenarioFault[]
}

/** Reads a scenario file: JSON in which members that begin with `//` are remarks. */
export function readScenario(path: string): Scenario {
  const withoutRemarks = (name: string, value: unknown): unknown => (name.startsWith('//') ? undefined : value)
  return JSON.parse(readFileSync(path, 'utf8'), withoutRemarks) as Scenario
}

/** Starts an emulator with everything that a scenario describes. @param options override those of the scenario */
export async function startScenario(scenario: Scenario, options: EmulatorOptions = {}): Promise<Emulator> {
  const emulator = await startEmulator({ ...scenario.options, ...options })
  const folders = scenario.folders ?? []
  for (const folder of folders) {
    const { token, name = token, parent, noPermission = false } = folder
    emulator.addFolder({ token, name, noPermission, ...(parent === undefined ? {} : { parent }) })
  }
  for (const document of scenario.documents ?? []) emulator.addDocument(document)
  // After all folders and documents: the target of a shortcut must already exist.
  for (const { token, shortcuts = [] } of folders) {
    for (const { target, ...rest } of shortcuts) {
      const { store } = emulator
      const item = store.documents.find(target) ?? store.folders.get(target)
      emulator.addShortcut({ folder: token, target: item, ...rest })
    }
  }
  for (const task of scenario.tasks ?? []) emulator.addTask(task)
  for (const space of scenario.spaces ?? []) emulator.addSpace(space)
  for (const node of scenario.nodes ?? []) emulator.addNode(node)
  for (const fault of scenario.faults ?? []) scriptFault(emulator, fault)
  return emulator
}

/** Registers the script of a fault. */
function scriptFault(emulator: Emulator, { api, token, ticket, answers: list, repeat }: ScenarioFault): void {
  const made = list.map(makeAnswer)
  const laterAnswer = repeat === 'last' ? made.at(-1) : undefined
  emulator.script(api, (_, nth) => (nth <= made.length ? made[nth - 1] : laterAnswer), { token, ticket })
}

/** Makes an answer; undefined for the default one. */
function makeAnswer(answer: ScenarioAnswer): Answer | undefined {
  if (answer === null) return undefined
  if (!('use' in answer)) return answer
  const make = (answers as Record<string, unknown>)[answer.use]
  if (typeof make !== 'function') throw new Error(`The scenario uses an answer that does not exist: ${answer.use}`)
  return (make as (...values: unknown[]) => Answer)(...(answer.with ?? []))
}
