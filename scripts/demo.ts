// `npm start`: runs the built actions against the emulator as the runner would, and prints what a workflow would see.
// `npm start -- --delete` removes the exported files at the end.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { blocks, startEmulator } from '../test/emulator/index.js'
import { runAction, type Inputs, type StepResult } from '../test/process/run-action.js'
import { demoLanguage, TEXTS } from './demo-texts.js'

type Action = Parameters<typeof runAction>[0]

const { values: flags } = parseArgs({ options: { delete: { type: 'boolean', default: false } } })
const language = demoLanguage(process.env, Intl.DateTimeFormat().resolvedOptions().locale)
const text = (name: keyof typeof TEXTS): string => TEXTS[name][language]

const color = process.stdout.isTTY && !process.env['NO_COLOR']
/** ANSI codes (SGR). */
const STYLES = { bold: 1, dim: 2, red: 31, green: 32, cyan: 36 } as const
const paint = (style: keyof typeof STYLES, line: string): string =>
  color ? `\u001b[${STYLES[style]}m${line}\u001b[0m` : line
const print = (line = ''): void => console.log(line)
const printTitle = (title: string): void => print(paint('bold', `▶ ${title}`))
const printBlock = (content: string): void => {
  for (const line of content.trimEnd().split('\n')) print(`  ${line}`)
  print()
}

const emulator = await startEmulator()
const workspace = mkdtempSync(path.join(tmpdir(), 'feishu-demo-'))
/** The titles of the steps that did not end as expected. */
const unexpected: string[] = []

/**
 * Runs an action, and prints its title, inputs (without the credentials), log, errors and outputs, and whether it
 * succeeded. The title of a step that does not end as expected is added to `unexpected`.
 */
async function runStep(
  name: keyof typeof TEXTS,
  action: Action,
  inputs: Inputs,
  expected: 'green' | 'red',
): Promise<StepResult> {
  printTitle(text(name))
  print(paint('dim', `  uses: ./${action === 'wait' ? '' : action}`))
  for (const [input, value] of Object.entries(inputs)) {
    const lines = String(value).split('\n')
    print(paint('dim', `    ${input}: ${lines.length > 1 ? `|\n      ${lines.join('\n      ')}` : String(value)}`))
  }
  const result = await runAction(
    action,
    { 'app-id': emulator.appId, 'app-secret': emulator.appSecret, 'base-url': emulator.url, ...inputs },
    { workspace },
  )
  for (const line of result.log) print(`  ${line}`)
  for (const error of result.errors) print(paint('red', `  Error: ${error}`))
  // `error-message` has the text of the error above.
  const outputs = Object.entries(result.outputs).filter(([output]) => output !== 'error-message')
  // JSON writes a value on one line.
  for (const [output, value] of outputs) print(paint('cyan', `  → ${output}: ${JSON.stringify(value).slice(1, -1)}`))
  const isGreen = result.exitCode === 0
  const seconds = `${(result.durationMs / 1000).toFixed(1)} s`
  print(paint(isGreen ? 'green' : 'red', `  ${isGreen ? `✔ ${text('green')}` : `✘ ${text('red')}`} (${seconds})`))
  print()
  if (isGreen !== (expected === 'green')) unexpected.push(text(name))
  return result
}

/** The `job_status` of a document that the app may not export. */
const NO_PERMISSION = 110

const PNG = {
  bytes: Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  ),
  contentType: 'image/png',
}

/** The service's number for Bash as the language of a code block. */
const BASH = 7

/**
 * Adds a knowledge base with two pages that link to each other (one has a picture), a spreadsheet, a board and a mind
 * note.
 * @returns the link to the knowledge base
 */
function addHandbook(): string {
  const { spaceId: space } = emulator.addSpace({ name: '产品手册' })
  const picture = emulator.addDocument({ type: 'media', title: 'picture', ...PNG })
  // Its blocks are added below, since they link to the next page.
  const chapter = emulator.addNode({ space, type: 'docx', title: '入门', blocks: [] })
  const install = emulator.addNode({
    space,
    parent: chapter.nodeToken,
    type: 'docx',
    title: '安装',
    blocks: [blocks.text('回到 ', blocks.mentionDoc(chapter.document.token, '入门'))],
  })
  emulator.edit(chapter.document.token, {
    blocks: [
      blocks.text(
        '先看 ',
        blocks.mentionDoc(install.document.token, '安装'),
        '，',
        blocks.run('再开始。', { bold: true }),
      ),
      blocks.heading(1, '准备'),
      blocks.todo(true, '申请账号'),
      blocks.todo(false, '下载客户端'),
      blocks.code(BASH, 'npm ci && npm start'),
      blocks.image(picture, '登录页'),
    ],
  })
  const sheets = [
    { sheetId: 's1', title: '2025' },
    { sheetId: 's2', title: '2026' },
  ]
  emulator.addNode({ space, parent: chapter.nodeToken, type: 'sheet', title: '价格表', durationMs: 600, sheets })
  emulator.addNode({ space, type: 'board', title: '架构', ...PNG })
  emulator.addNode({ space, type: 'mindnote', title: '路线图' })
  return `https://example.feishu.cn/wiki/space/${space}`
}

/**
 * Makes a job summary readable in a terminal. Links lose their addresses, escapes become characters, and several empty
 * lines become one.
 */
const makeReadable = (summary: string): string =>
  summary
    .replace(/<a href="[^"]*">([^<]*)<\/a>/g, '$1')
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replace(/\n{3,}/g, '\n\n')

try {
  print(text('intro'))
  print()
  const mirror = { sources: addHandbook(), formats: 'docx=md sheet=csv board=png', directory: 'handbook' }
  await runStep('mirror', 'export', mirror, 'green')
  printTitle(text('page').replace('%', 'handbook/入门.md'))
  printBlock(readFileSync(path.join(workspace, 'handbook/入门.md'), 'utf8'))
  await runStep('again', 'export', mirror, 'green')

  const contract = emulator.addDocument({ type: 'docx', title: '供货合同 2026', durationMs: 1500 })
  const payroll = emulator.addDocument({
    type: 'docx',
    title: '薪酬',
    durationMs: 400,
    jobStatus: NO_PERMISSION,
    jobErrorMsg: 'no permission',
  })
  const link = (token: string): string => `https://example.feishu.cn/docx/${token}`
  const { summary } = await runStep(
    'forbidden',
    'export',
    { sources: `${link(contract.token)} as=pdf,docx\n${link(payroll.token)} as=pdf`, directory: 'contracts' },
    'red',
  )
  printTitle(text('summary'))
  printBlock(makeReadable(summary))

  const created = await runStep('create', 'create', { url: link(contract.token), 'file-extension': 'pdf' }, 'green')
  const { ticket, token } = created.outputs
  const { outputs } = await runStep('wait', 'wait', { ticket, token }, 'green')
  await runStep(
    'download',
    'download',
    {
      'file-token': outputs['file-token'],
      'file-name': outputs['file-name'],
      'file-extension': outputs['file-extension'],
      'file-size': outputs['file-size'],
      directory: 'downloads',
    },
    'green',
  )

  printTitle(text('files'))
  const files = readdirSync(workspace, { recursive: true, withFileTypes: true }).filter((file) => file.isFile())
  printBlock(files.map((file) => path.relative(workspace, path.join(file.parentPath, file.name))).join('\n'))
} finally {
  if (flags.delete) rmSync(workspace, { recursive: true, force: true })
  await emulator.stop()
}
print(text(flags.delete ? 'deleted' : 'kept').replace('%', workspace))
print()
print(text('next'))
if (unexpected.length > 0) {
  print(paint('red', text('defect').replace('%', unexpected.join('; '))))
  process.exitCode = 1
}
