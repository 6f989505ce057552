import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createRandom, startEmulator, startProxy, type Emulator } from '../emulator/index.js'
import { runAction, type StepResult } from '../process/run-action.js'
import { Dice } from './dice.js'
import { judgeDisk, plant, treeOf } from './disk.js'
import { anyBaseUrl, anyFolder, anyLink, anyValue, RULES } from './input-values.js'
import { judgeStep } from './step.js'
import type { Report, Violation } from './types.js'

type Values = Record<string, string>

/** Plays one run with random values of inputs against a service that answers truthfully and at once. */
export async function playInputs(seed: number): Promise<Report> {
  const dice = new Dice(seed)
  const action = dice.pick(['wait', 'wait', 'create', 'download'] as const)
  const emulator = await startEmulator({ random: createRandom(seed) })
  // Whatever leaves this machine ends here.
  const proxy = await startProxy({ refuse: 403 })
  const folder = mkdtempSync(path.join(tmpdir(), 'feishu-faults-'))
  const workspace = path.join(folder, 'a', 'workspace')
  try {
    const task = emulator.addTask({ durationMs: 0, startAt: 'now', bytes: 'the file', title: 'A' })
    const values = valuesFor(action, emulator, task.ticket, task.document.token, task.fileToken)
    const changed = change(dice, values, emulator.port, task.document.token)
    mkdirSync(workspace, { recursive: true })
    plant(workspace, { 'old.txt': 'old' })
    const before = treeOf(folder)
    const step = await runAction(action, values, {
      workspace,
      env: { https_proxy: proxy.url, http_proxy: proxy.url },
    })
    const violations = judgeInputs(step, values, changed, emulator)
    if (proxy.requests.some(({ method }) => method !== 'CONNECT')) violations.push(wrong('plain http left the machine'))
    const served =
      action === 'download' && step.exitCode === 0
        ? {
            body: Buffer.from('the file'),
            directory: path.resolve(workspace, wellFormed(values['directory'])),
            name: wellFormed(values['file-name']),
            extension: wellFormed(values['file-extension']),
          }
        : undefined
    violations.push(...judgeDisk(before, treeOf(folder), folder, step, served).map(wrong))
    return {
      kind: 'inputs',
      seed,
      violations,
      green: step.exitCode === 0,
      requests: emulator.requests.length,
      story: [
        `${action}, ${changed.join(' ')}: ended ${Math.round(step.durationMs)} exit ${step.exitCode}`,
        JSON.stringify(values).slice(0, 1500),
        ...step.lines.map((line) => `  | ${line.slice(0, 600)}`),
        JSON.stringify(step.outputs).slice(0, 1000),
      ].join('\n'),
    }
  } finally {
    await Promise.all([emulator.stop(), proxy.stop()])
    rmSync(folder, { recursive: true, force: true })
  }
}

const wrong = (text: string): Violation => ({ kind: 'wrong', text })
/** As the environment carries it and the action reads it. */
const wellFormed = (value: string | undefined): string => (value ?? '').toWellFormed().trim()

function valuesFor(
  action: 'wait' | 'create' | 'download',
  emulator: Emulator,
  ticket: string,
  token: string,
  fileToken: string,
): Values {
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

/** Puts odd values in place of some; returns their names. */
function change(dice: Dice, values: Values, port: number, token: string): string[] {
  const names = Object.keys(values)
  const changed = new Set(dice.list(dice.int(1, 3), () => dice.pick(names)))
  // A long timeout is only as quick as the answers are.
  if (changed.has('timeout-seconds'))
    for (const name of ['base-url', 'parallel-jobs', 'poll-interval-seconds']) changed.delete(name)
  if (dice.chance(0.15)) {
    values['app-id'] = dice.chance(0.5) ? anyValue(dice, 'cli_a') : 'cli_a1b2c3d4e5f60708'
    values['app-secret'] = anyValue(dice, 'secretsecretsecret')
    if (dice.chance(0.7)) values['access-token'] = ''
    changed.add('app-secret')
  }
  for (const name of changed) {
    if (name === 'app-secret') continue
    const valid = values[name] ?? ''
    if (name === 'base-url') values[name] = anyBaseUrl(dice, port)
    else if (name === 'directory') values[name] = anyFolder(dice)
    else if (name === 'url') {
      values[name] = anyLink(dice, token)
      if (dice.chance(0.8)) Object.assign(values, { token: '', type: '' })
    } else values[name] = anyValue(dice, valid)
  }
  return [...changed]
}

function judgeInputs(step: StepResult, values: Values, changed: readonly string[], emulator: Emulator): Violation[] {
  const given = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, wellFormed(value)]))
  const minted = emulator.requestsTo('mint').flatMap(({ answeredJson }) => {
    const token = (answeredJson as { tenant_access_token?: unknown } | undefined)?.tenant_access_token
    return typeof token === 'string' ? [token] : []
  })
  const secrets = [given['access-token'], given['app-secret']].filter(
    (secret): secret is string => (secret ?? '') !== '',
  )
  const green = step.exitCode === 0
  const violations = judgeStep(step, {
    green,
    secrets: [...secrets, ...minted].filter((secret) => secret.length >= 8),
    knownSecrets: secrets,
    otherMasks: Object.values(given),
    outputs: undefined,
    summaryWhenGreen: step.summary !== '',
  })
  const must = (holds: boolean, text: string): void => {
    if (!holds) violations.push(wrong(text))
  }
  const verdicts = Object.entries(given).map(([name, value]) => [name, RULES[name]?.(value)] as const)
  const bad = verdicts.filter(([, verdict]) => verdict === false).map(([name]) => name)
  const { requests } = emulator
  if (bad.length > 0) must(!green && requests.length === 0, `taken in spite of ${bad.join(', ')}`)
  const areSound = changed.every((name) => RULES[name]?.(given[name] ?? '') === true)
  if (areSound) must(green, 'refused though every input is sound')
  if (!green && requests.length === 0 && !changed.includes('base-url')) {
    must(/`[a-z-]+`|The file|Cannot|timed? ?out|within/.test(step.errors[0] ?? ''), 'the message names no input')
  }
  if (given['ticket'] !== undefined) {
    must(
      requests.every(({ api, ticket }) => api !== 'query' || ticket === given['ticket']),
      'another ticket was asked for',
    )
  }
  must(
    requests.every(
      ({ api, headers }) =>
        api === 'mint' || minted.length > 0 || headers.authorization === `Bearer ${given['access-token']}`,
    ),
    'another credential was sent',
  )
  const timeout = Number(given['timeout-seconds'])
  const limitMs = (timeout > 0 ? Math.min(timeout, 60) * 1000 : 500) + 1000
  if (step.durationMs > limitMs)
    violations.push({ kind: 'late', text: `ended after ${Math.round(step.durationMs)} ms` })
  return violations
}
