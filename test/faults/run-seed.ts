import { runInputScenario } from './run-input-scenario.js'
import { runRawScenario } from './run-raw-scenario.js'
import { runScenario } from './run-scenario.js'
import type { Report, ScenarioKind } from './types.js'

/** Runs the scenario of a kind and a seed. */
export function runSeed(kind: ScenarioKind, seed: number): Promise<Report> {
  switch (kind) {
    case 'wait':
    case 'create':
    case 'download':
      return runScenario(kind, seed)
    case 'raw':
      return runRawScenario(seed)
    case 'inputs':
      return runInputScenario(seed)
  }
}
