import { answers, type Answer, type PlainAnswer } from '../emulator/index.js'
import type { RandomSource } from './random-source.js'
import type { Plan, Scenario } from './types.js'

/**
 * Gives some answers of a scenario another shape that was seen on the wire:
 * - compressed, although the request does not allow it
 * - with the log id of an error at the top level of the JSON
 * - a status without a body
 * @param random a source of its own, so that these draws do not change those of the scenario
 */
export function varyWireShapes(scenario: Scenario, random: RandomSource): Scenario {
  const varyPlan = ({ list, rest }: Plan): Plan => ({
    list: list.map((answer) => reshape(answer, random)),
    rest: reshape(rest, random),
  })
  const { mint, main, storage } = scenario.plans
  return { ...scenario, plans: { mint: varyPlan(mint), main: varyPlan(main), storage: varyPlan(storage) } }
}

/** Gives an envelope, also a delayed one, another shape, or leaves it unchanged; never changes any other answer. */
function reshape(answer: Answer, random: RandomSource): Answer {
  if ('fault' in answer) {
    return answer.fault === 'delay' && answer.then ? { ...answer, then: reshape(answer.then, random) } : answer
  }
  if (!isEnvelope(answer.json)) return answer
  const { json } = answer
  return random.weighted<Answer>([
    [5, () => answer],
    [2, () => answers.encoded(random.pick(['gzip', 'deflate', 'deflate-raw', 'br']), answer)],
    [json.code === 0 ? 0 : 2, () => withTopLevelLogId(answer, json, random)],
    [1, () => ({ ...answers.bare(random.pick([400, 403, 404, 500, 200])), headers: answer.headers ?? {} })],
  ])
}

/** Gives an error the shape with the log id at the top level of the JSON, not in a header or in `error`; drops `data`. */
function withTopLevelLogId(answer: PlainAnswer, json: Envelope, random: RandomSource): PlainAnswer {
  const logId = `2026${random.int(1e9, 9e9)}ABCDEF`
  const headers = { ...answer.headers, 'x-tt-logid': null, 'x-request-id': null }
  return { ...answer, headers, json: { code: json.code, msg: json['msg'], log_id: logId } }
}

type Envelope = Readonly<Record<string, unknown>> & { readonly code: number }

function isEnvelope(json: unknown): json is Envelope {
  return typeof json === 'object' && json !== null && Number.isInteger((json as { code?: unknown }).code)
}
