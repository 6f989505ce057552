import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createRandom, startEmulator, startProxy, type Emulator, type Task } from '../emulator/index.js'
import { runAction, type StepResult } from '../process/run-action.js'
import { checkDisk, readTree, writeFiles, type ServedFile } from './check-disk.js'
import { checkStep } from './check-step.js'
import { INPUT_RULES, randomBaseUrl, randomFolder, randomLink, randomValue } from './input-values.js'
import { RandomSource } from './random-source.js'
import { MAX_EXIT_MS } from './time-limits.js'
import { formatLog } from './transcript.js'
import type { Report, Violation } from './types.js'

type Action = 'wait' | 'create' | 'download'
type Values = Record<string, string>

const MIN_SECRET_CHARACTERS = 8
// `runAction` kills a process after this time.
const KILLED_AFTER_MS = 60_000
// How long a step that ends at once may take, in addition to MAX_EXIT_MS.
const IMMEDIATE_END_MS = 500

/** Runs a built action with random values of some inputs against a service without faults, and checks the step. */
export async function runInputScenario(seed: number): Promise<Report> {
  const random = new RandomSource(seed)
  const action = random.pick(['wait', 'wait', 'create', 'download'] as const)
  const emulator = await startEmulator({ random: createRandom(seed) })
  // Refuses all requests to other machines, so that none leaves this one.
  const proxy = await startProxy({ refuse: 403 })
  const folder = mkdtempSync(path.join(tmpdir(), 'feishu-faults-'))
  // Deep in `folder`, all of which is compared: so a file that the step wrote outside the workspace is found.
  const workspace = path.join(folder, 'a', 'workspace')
  try {
    const task = emulator.addTask({ durationMs: 0, startAt: 'now', bytes: 'the file', title: 'A' })
    const values = buildValidInputs(action, emulator, task)
    const changed = changeInputs(random, values, emulator.port, task.document.token)
    mkdirSync(workspace, { recursive: true })
    writeFiles(workspace, { 'old.txt': 'old' })
    const before = readTree(folder)
    const step = await runAction(action, values, {
      workspace,
      env: { https_proxy: proxy.url, http_proxy: proxy.url },
    })
    const violations = checkInputs(action, step, values, changed, emulator)
    if (proxy.requests.some(({ method }) => method !== 'CONNECT'))
      violations.push(toViolation('a plain HTTP request to another machine'))
    const served: ServedFile | undefined =
      action === 'download' && step.exitCode === 0
        ? {
            body: Buffer.from('the file'),
            directory: path.resolve(workspace, toReadValue(values['directory'])),
            name: toReadValue(values['file-name']),
            extension: toReadValue(values['file-extension']),
          }
        : undefined
    violations.push(...checkDisk(before, readTree(folder), folder, step, served).map(toViolation))
    return {
      kind: 'inputs',
      seed,
      violations,
      green: step.exitCode === 0,
      requests: emulator.requests.length,
      transcript: [
        `${action}, ${changed.join(' ')}: ended ${Math.round(step.durationMs)} exit ${step.exitCode}`,
        JSON.stringify(values).slice(0, 1500),
        ...formatLog(step.lines),
        JSON.stringify(step.outputs).slice(0, 1000),
      ].join('\n'),
    }
  } finally {
    await Promise.all([emulator.stop(), proxy.stop()])
    rmSync(folder, { recursive: true, force: true })
  }
}

const toViolation = (text: string): Violation => ({ kind: 'wrong', text })

/** Returns a value as the action reads it from its environment. */
const toReadValue = (value: string | undefined): string => (value ?? '').toWellFormed().trim()

/**
 * Builds inputs with which an action succeeds. All but the app id and app secret have a value, if only '', since
 * `changeInputs` chooses among their names.
 * @param task a finished task, whose document `create` exports again
 */
function buildValidInputs(action: Action, emulator: Emulator, { ticket, document, fileToken }: Task): Values {
  const { token } = document
  const common = { 'access-token': emulator.accessToken, 'base-url': emulator.url, 'timeout-seconds': '3' }
  switch (action) {
    case 'wait':
      return { ...common, ticket, token, 'poll-interval-seconds': '', 'parallel-jobs': '1' }
    case 'create':
      return { ...common, url: '', token, type: 'docx', 'file-extension': 'pdf', 'sub-id': '' }
    case 'download':
      return {
        ...common,
        'file-token': fileToken,
        'file-name': 'A',
        'file-extension': 'docx',
        'file-size': '',
        directory: '',
        overwrite: '',
      }
  }
}

/**
 * Replaces the values of some inputs by random ones. App id and app secret are an alternative to the access token, and
 * a link is one to token and type. If an alternative is set, what it replaces is mostly emptied.
 * @param values changed in place
 * @param port of the service, for a random base URL
 * @param token of the document to which a random link may lead
 * @returns the names of the inputs that were chosen for a random value; never the app id
 */
function changeInputs(random: RandomSource, values: Values, port: number, token: string): string[] {
  const names = Object.keys(values)
  const changed = new Set(random.list(random.int(1, 3), () => random.pick(names)))
  // A random timeout may be very long. Then the run ends soon only if the service answers and no poll attempt is
  // delayed.
  if (changed.has('timeout-seconds'))
    for (const name of ['base-url', 'parallel-jobs', 'poll-interval-seconds']) changed.delete(name)
  if (random.chance(0.15)) {
    values['app-id'] = random.chance(0.5) ? randomValue(random, 'cli_a') : 'cli_a1b2c3d4e5f60708'
    values['app-secret'] = randomValue(random, 'secretsecretsecret')
    if (random.chance(0.7)) values['access-token'] = ''
    changed.add('app-secret')
  }
  for (const name of changed) {
    // The app secret has its random value already.
    if (name === 'app-secret') continue
    const valid = values[name] ?? ''
    if (name === 'base-url') values[name] = randomBaseUrl(random, port)
    else if (name === 'directory') values[name] = randomFolder(random)
    else if (name === 'url') {
      values[name] = randomLink(random, token)
      if (random.chance(0.8)) Object.assign(values, { token: '', type: '' })
    } else values[name] = randomValue(random, valid)
  }
  return [...changed]
}

/**
 * Checks log, summary, requests and duration of a step, and that it refuses invalid inputs and accepts valid ones.
 * @param changed as `changeInputs` returns it
 */
export function checkInputs(
  action: Action,
  step: StepResult,
  values: Values,
  changed: readonly string[],
  emulator: Emulator,
): Violation[] {
  const given = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, toReadValue(value)]))
  const secrets = [given['access-token'], given['app-secret']].filter(
    (secret): secret is string => (secret ?? '') !== '',
  )
  const violations = checkStep(step, {
    green: step.exitCode === 0,
    // A shorter secret may be part of any other text.
    secrets: secrets.filter((secret) => secret.length >= MIN_SECRET_CHARACTERS),
    knownSecrets: secrets,
    // A short secret is masked too, and so is a token or ticket that looks like a credential.
    otherMasks: Object.values(given),
    outputs: undefined,
    summaryWhenGreen: action === 'download',
  })
  violations.push(...checkAcceptance(step, given, changed, emulator).map(toViolation))
  violations.push(...checkRequests(given, emulator).map(toViolation))
  const timeoutSeconds = Number(given['timeout-seconds'])
  // A step with an invalid timeout ends at once, because it sends no request. A step with the default timeout ('') ends
  // at once, because the service answers at once.
  const maxRunMs = timeoutSeconds > 0 ? Math.min(timeoutSeconds * 1000, KILLED_AFTER_MS) : IMMEDIATE_END_MS
  const limitMs = maxRunMs + MAX_EXIT_MS
  if (step.durationMs > limitMs)
    violations.push({ kind: 'late', text: `ended after ${Math.round(step.durationMs)} ms` })
  return violations
}

/**
 * Checks that invalid inputs are refused before any request, that valid inputs are accepted, and that a refusal names
 * an input.
 * @returns the problems, in words
 */
function checkAcceptance(
  step: StepResult,
  given: Values,
  changed: readonly string[],
  { requests }: Emulator,
): string[] {
  const isGreen = step.exitCode === 0
  const isRefused = !isGreen && requests.length === 0
  // Undefined: both are correct (see `Rule`).
  const mustAccept = (name: string): boolean | undefined => INPUT_RULES[name]?.(given[name] ?? '')
  const invalid = Object.keys(given).filter((name) => mustAccept(name) === false)
  const areAllValid = changed.every((name) => mustAccept(name) === true)
  const message = step.errors[0] ?? ''
  const namesInput = /`[a-z-]+`/.test(message)
  // A step without a request may also end by a fault of the disk, or by its timeout.
  const namesOtherCause = /The file|Cannot|timed? ?out|within/.test(message)
  return [
    invalid.length > 0 && !isRefused && `accepted in spite of ${invalid.join(', ')}`,
    areAllValid && !isGreen && 'refused although every input is valid',
    // A random base URL may be valid and lead to no server. Then the step fails without a request, but for another
    // reason.
    isRefused && !changed.includes('base-url') && !namesInput && !namesOtherCause && 'the message names no input',
  ].filter((text) => text !== false)
}

/**
 * Checks that every query has the given ticket, and that every request to another API than `mint` carries the given
 * access token. No token is minted, because the emulator knows no app with a random secret.
 * @returns the problems, in words
 */
function checkRequests(given: Values, { requests }: Emulator): string[] {
  const ticket = given['ticket']
  const hasOtherTicket = requests.some((request) => request.api === 'query' && request.ticket !== ticket)
  const hasOtherToken = requests.some(
    ({ api, headers }) => api !== 'mint' && headers.authorization !== `Bearer ${given['access-token']}`,
  )
  return [
    ticket !== undefined && hasOtherTicket && 'another ticket was queried',
    hasOtherToken && 'another credential was sent',
  ].filter((text) => text !== false)
}
