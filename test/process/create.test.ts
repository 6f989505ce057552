import { describe, expect, test } from '@jest/globals'
import { answers, startEmulator } from '../emulator/index.js'
import { createBench } from './create-support.js'
import { expectFailure } from './expect-step.js'

const bench = createBench()

/** The bodies of the requests that created a task of this document; of any document by default. */
const bodies = (token?: string): unknown[] => bench.requestsFor(token).map(({ body }) => body)

describe('a link or a token', () => {
  test('of each kind becomes a task', async () => {
    const kinds = [
      ['docx', 'docx', 'pdf'],
      ['docs', 'doc', 'docx'],
      ['sheets', 'sheet', 'xlsx'],
      ['base', 'bitable', 'base'],
      ['slides', 'slides', 'pptx'],
    ] as const
    await Promise.all(
      kinds.map(async ([word, type, extension]) => {
        const { token } = bench.emulator.addDocument({ type })
        const step = await bench.run({
          url: ` <https://acme.private.example/${word}/${token}/?from=x&sheet=abc#part> `,
          'file-extension': ` .${extension.toUpperCase()} `,
        })
        expect(step.errors).toEqual([])
        expect(step.exitCode).toBe(0)
        const ticket = bench.emulator.tasks().find(({ document }) => document.token === token)?.ticket
        expect(step.outputs).toEqual({ ticket, token, type, 'file-extension': extension })
        expect(bodies(token)).toEqual([{ token, type, file_extension: extension }])
        expect(step.log).toEqual([`Export task ${ticket} created: ${type} ${token} to ${extension}`])
      }),
    )
  })

  test('can be given as token and type', async () => {
    const { token } = bench.emulator.addDocument({ type: 'sheet' })
    const step = await bench.run({ token: ` ${token} `, type: ' Sheet ', 'file-extension': 'xlsx', 'sub-id': 'abc' })
    expect(step.outputs).toMatchObject({ token, type: 'sheet', 'file-extension': 'xlsx' })
    expect(step.outputs).not.toHaveProperty('sub-id')
    expect(bodies()).toEqual([{ token, type: 'sheet', file_extension: 'xlsx' }])
  })

  test('has the sub-id of a csv if it is the link of a sheet or table; the input has precedence', async () => {
    const sheet = bench.emulator.addDocument({ type: 'sheet' })
    const base = bench.emulator.addDocument({ type: 'bitable' })
    const steps = await Promise.all([
      bench.run({ url: `https://a.feishu.cn/sheets/${sheet.token}?sheet=0b12Cd`, 'file-extension': 'csv' }),
      bench.run({ url: `https://a.feishu.cn/base/${base.token}?table=tblX&view=vewY`, 'file-extension': 'CSV' }),
      bench.run({
        url: `https://a.feishu.cn/base/${base.token}?table=tblX`,
        'file-extension': 'csv',
        'sub-id': 'tblZ',
      }),
    ])
    expect(steps.map(({ outputs }) => outputs['sub-id'])).toEqual(['0b12Cd', 'tblX', 'tblZ'])
    const sent = bodies().map((body) => (body as Record<string, string>)['sub_id'])
    expect(sent.sort()).toEqual(['0b12Cd', 'tblX', 'tblZ'])
  })

  test('of a wiki page leads to the document of the page', async () => {
    const node = bench.emulator.addNode({ type: 'sheet', title: '::error::合同' })
    const document = node.document
    const link = await bench.run({
      url: `https://a.feishu.cn/wiki/${node.nodeToken}?sheet=abc`,
      'file-extension': 'csv',
    })
    expect(link.outputs).toMatchObject({ token: document.token, type: 'sheet', 'sub-id': 'abc' })
    expect(link.log[0]).toBe(`The wiki page leads to sheet ${document.token}, "::error::合同"`)
    const token = await bench.run({ token: node.nodeToken, type: 'wiki', 'file-extension': 'xlsx' })
    expect(token.outputs).toMatchObject({ token: document.token, type: 'sheet', 'file-extension': 'xlsx' })
    expect(bodies()).toEqual([
      { token: document.token, type: 'sheet', file_extension: 'csv', sub_id: 'abc' },
      { token: document.token, type: 'sheet', file_extension: 'xlsx' },
    ])
  })

  test('with another host does not get the credential: only base-url gets it', async () => {
    const other = await startEmulator()
    try {
      const { token } = bench.emulator.addDocument({ type: 'docx' })
      const step = await bench.run({ url: `${other.url}/docx/${token}` })
      expect(step.exitCode).toBe(0)
      expect(other.requests).toEqual([])
      expect(step.masks).toEqual([bench.emulator.accessToken])
    } finally {
      await other.stop()
    }
  })
})

test('inputs that cannot work together are refused before any request', async () => {
  const doc = 'https://a.feishu.cn/docx/doxcnAbC'
  const steps = await Promise.all([
    bench.run({ url: doc, 'file-extension': 'xlsx' }),
    bench.run({ token: 'shtAbC', type: 'sheet', 'file-extension': 'csv' }),
    bench.run({ url: doc.replace('feishu.cn', 'larksuite.com'), 'base-url': 'https://open.feishu.cn' }),
  ])
  const errors = [
    /type docx cannot be exported to xlsx\. It exports to docx or pdf\./,
    /`sub-id` is empty/,
    /a link of Lark/,
  ]
  for (const [index, step] of steps.entries()) expectFailure(step, errors[index] ?? /^$/)
  expect(bench.emulator.requests).toEqual([])
})

describe('behind a wiki page', () => {
  test.each([
    ['mindnote', /leads to mindnote \w+: a document of type mindnote cannot be exported at all\. These can/],
    ['sheet', /leads to sheet \w+: a document of type sheet cannot be exported to docx\. It exports to xlsx or csv\./],
  ] as const)('a %s is refused before the task is created', async (type, error) => {
    const node = bench.emulator.addNode({ type })
    const step = await bench.run({ url: `https://a.feishu.cn/wiki/${node.nodeToken}` })
    expectFailure(step, error)
    expect(bench.emulator.requestsTo('create')).toEqual([])
    expect(step.summary).toContain('The export task was not created')
  })

  test('a missing permission is reported with the page that grants it', async () => {
    const node = bench.emulator.addNode({ type: 'docx', rights: 'hidden' })
    const step = await bench.run({ token: node.nodeToken, type: 'wiki' })
    expectFailure(
      step,
      /look up the wiki page: the app may not read .*131006.*log id.*「知识库设置」→「成员设置」→「添加成员」/,
    )
    expect(bench.emulator.requestsTo('wiki-node')).toHaveLength(1)
  })

  test('a missing scope is reported with the page that grants it', async () => {
    const node = bench.emulator.addNode({ type: 'docx' })
    bench.emulator.script('wiki-node', [answers.scopeMissing(['wiki:node:read', 'wiki:wiki:readonly'])])
    const step = await bench.run({ token: node.nodeToken, type: 'wiki' })
    expectFailure(
      step,
      /lacks a scope; one of these is enough: wiki:node:read, wiki:wiki:readonly .*「权限管理」.* See <https:/,
    )
  })

  test('a transient fault and a rate limit are retried', async () => {
    const node = bench.emulator.addNode({ type: 'docx' })
    bench.emulator.script('wiki-node', [
      answers.reset('after'),
      answers.rateLimited('99991400-400', { resetSeconds: 1 }),
    ])
    const step = await bench.run({ token: node.nodeToken, type: 'wiki' })
    expect(step.exitCode).toBe(0)
    expect(step.outputs['token']).toBe(node.document.token)
  })
})
