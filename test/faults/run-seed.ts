import { runExportScenario } from './run-export-scenario.js'
import { runInputScenario } from './run-input-scenario.js'
import { runRawScenario } from './run-raw-scenario.js'
import { runResumeScenario } from './run-resume-scenario.js'
import { runScenario } from './run-scenario.js'
import type { Report, ScenarioKind } from './types.js'

/**
 * Runs the scenario of a kind and a seed, and checks it. The report has the broken rules.
 * @param withWireShapes whether the answers of wait, create and download may also have the shapes of `wire-shapes.ts`
 * @throws Error only for a fault of the test itself
 */
export function runSeed(kind: ScenarioKind, seed: number, withWireShapes = true): Promise<Report> {
  switch (kind) {
    case 'wait':
    case 'create':
    case 'download':
      return runScenario(kind, seed, withWireShapes)
    case 'resume':
      return runResumeScenario(seed)
    case 'export':
      return runExportScenario(seed)
    case 'raw':
      return runRawScenario(seed)
    case 'inputs':
      return runInputScenario(seed)
  }
}
