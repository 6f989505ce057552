import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { parseDocument } from 'yaml'
import { ACTION_FILES, readAction } from '../scripts/readme-tables.js'
import { readCreateInputs } from '../src/create/inputs.js'
import { readDownloadInputs } from '../src/download/inputs.js'
import { readExportInputs } from '../src/export/inputs.js'
import type { InputReader } from '../src/runner/inputs.js'
import { readWaitInputs } from '../src/wait/inputs.js'
import { VERSION } from '../src/version.js'
import { ROOT } from './process/run-action.js'

const BASE = 'https://open.feishu.cn'
const CREDENTIAL = { 'access-token': undefined, 'app-id': undefined, 'app-secret': undefined, 'base-url': BASE }
const JOBS = '${{ strategy.job-total }}'

// The public interface, which people use in workflows: for each action, the inputs with their defaults, the names of
// the required inputs, and the outputs. It repeats the action.yml files, so that a change by mistake is noticed.
const INTERFACE: Readonly<
  Record<string, { inputs: Readonly<Record<string, string | undefined>>; required: string[]; outputs: string[] }>
> = {
  'action.yml': {
    inputs: {
      ticket: undefined,
      token: undefined,
      ...CREDENTIAL,
      'timeout-seconds': '600',
      'poll-interval-seconds': undefined,
      'parallel-jobs': JOBS,
    },
    required: ['ticket', 'token'],
    outputs: [
      'status',
      'status-code',
      'file-token',
      'file-name',
      'file-size',
      'file-extension',
      'type',
      'error-message',
    ],
  },
  'create/action.yml': {
    inputs: {
      url: undefined,
      token: undefined,
      type: undefined,
      'file-extension': undefined,
      'sub-id': undefined,
      ...CREDENTIAL,
      'timeout-seconds': '120',
    },
    required: ['file-extension'],
    outputs: ['ticket', 'token', 'type', 'file-extension', 'sub-id', 'error-message'],
  },
  'download/action.yml': {
    inputs: {
      'file-token': undefined,
      'file-name': undefined,
      'file-extension': undefined,
      'file-size': undefined,
      directory: undefined,
      overwrite: 'false',
      ...CREDENTIAL,
      'timeout-seconds': '600',
    },
    required: ['file-token'],
    outputs: ['path', 'file-name', 'file-size', 'sha256', 'error-message'],
  },
  'export/action.yml': {
    inputs: {
      sources: undefined,
      'sources-file': undefined,
      exclude: undefined,
      formats: 'doc=docx docx=docx sheet=xlsx bitable=xlsx slides=pptx',
      'include-files': 'false',
      'include-attachments': 'false',
      'front-matter': 'false',
      directory: undefined,
      overwrite: 'false',
      manifest: '.feishu-export.json',
      force: 'false',
      'delete-stale': 'false',
      'fail-fast': 'false',
      'dry-run': 'false',
      ...CREDENTIAL,
      'parallel-jobs': JOBS,
      'timeout-seconds': '3600',
    },
    required: [],
    outputs: ['exported', 'unchanged', 'failed', 'skipped', 'deleted', 'changed', 'manifest', 'error-message'],
  },
}

/** Returns the names of all inputs that the code of an action reads when the workflow gives these inputs. */
function namesRead(readInputs: (reader: InputReader) => unknown, given: Readonly<Record<string, string>>): string[] {
  const names = new Set<string>()
  readInputs((name) => {
    names.add(name)
    return given[name] ?? ''
  })
  return [...names]
}

const mask = (): void => undefined
const credential = { 'access-token': 't-x' }
/** For each action, the names of the inputs that its code reads. */
const NAMES_READ: Readonly<Record<string, () => string[]>> = {
  'action.yml': () => namesRead((read) => readWaitInputs(read, mask), { ...credential, ticket: '714', token: 'AbC' }),
  'create/action.yml': () =>
    namesRead((read) => readCreateInputs(read, mask), {
      ...credential,
      token: 'AbC',
      type: 'docx',
      'file-extension': 'pdf',
    }),
  'download/action.yml': () =>
    namesRead((read) => readDownloadInputs(read, mask, '/workspace'), { ...credential, 'file-token': 'boxX' }),
  'export/action.yml': () =>
    namesRead((read) => readExportInputs(read, mask, '/workspace'), {
      ...credential,
      sources: 'https://example.feishu.cn/docx/AbCdEfGhIjKlMnOpQrStUvWxYz1',
    }),
}

const COLORS = ['white', 'black', 'yellow', 'blue', 'green', 'orange', 'red', 'purple', 'gray-dark']

describe.each(ACTION_FILES)('%s', (file) => {
  const action = readAction(file)
  const expected = INTERFACE[file]

  it('has the inputs, defaults and outputs of the public interface', () => {
    const defaults = Object.fromEntries(Object.entries(action.inputs).map(([name, input]) => [name, input.default]))
    // `toEqual` would not notice an input without a default that was added, removed or renamed.
    expect(defaults).toStrictEqual(expected?.inputs)
    expect(Object.keys(action.inputs).filter((name) => action.inputs[name]?.required === true)).toEqual(
      expected?.required,
    )
    expect(Object.keys(action.outputs).sort()).toEqual([...(expected?.outputs ?? [])].sort())
  })

  it('has exactly the inputs that the code reads', () => {
    expect(NAMES_READ[file]?.().sort()).toEqual(Object.keys(action.inputs).sort())
  })

  it('is valid for the runner: known keys alone, texts as defaults, a description for each input and output', () => {
    expect(parseDocument(readFileSync(path.join(ROOT, file), 'utf8')).errors).toEqual([])
    expect(Object.keys(action).sort()).toEqual([
      'author',
      'branding',
      'description',
      'inputs',
      'name',
      'outputs',
      'runs',
    ])
    expect(Object.keys(action.branding).sort()).toEqual(['color', 'icon'])
    expect(action.branding.icon).toMatch(/^[a-z-]+$/)
    expect(COLORS).toContain(action.branding.color)
    // The Marketplace cuts longer descriptions.
    expect(action.description.length).toBeLessThanOrEqual(125)
    for (const [name, { description }] of [...Object.entries(action.inputs), ...Object.entries(action.outputs)]) {
      expect(name).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/)
      expect(description).toMatch(/^[A-Z`].*\.$/)
    }
    for (const input of Object.values(action.inputs)) {
      expect(['default', 'description', 'required']).toEqual(expect.arrayContaining(Object.keys(input)))
      expect(['string', 'undefined']).toContain(typeof input.default)
      expect(typeof input.required).toBe('boolean')
    }
    for (const output of Object.values(action.outputs)) expect(Object.keys(output)).toEqual(['description'])
  })

  it('runs a bundle that exists, on node24', () => {
    expect(Object.keys(action.runs).sort()).toEqual(['main', 'using'])
    expect(action.runs.using).toBe('node24')
    expect(existsSync(path.join(ROOT, path.dirname(file), action.runs.main))).toBe(true)
    const name = file === 'action.yml' ? 'wait' : path.dirname(file)
    expect(path.join(path.dirname(file), action.runs.main)).toBe(path.join('dist', name, 'index.js'))
  })
})

it('no two actions have the same name', () => {
  const names = ACTION_FILES.map((file) => readAction(file).name)
  expect(new Set(names).size).toBe(names.length)
})

it('the version in the user agent is the version in package.json', () => {
  const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { version: string }
  expect(VERSION).toBe(version)
})
