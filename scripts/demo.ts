// `npm start`: runs the built actions against the emulator as the runner would, and prints what a workflow would see.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startEmulator } from '../test/emulator/index.js'
import { runAction, type Inputs, type StepResult } from '../test/process/run-action.js'

type Action = Parameters<typeof runAction>[0]

const color = process.stdout.isTTY && !process.env['NO_COLOR']
const paint = (code: number, text: string): string => (color ? `\u001b[${code}m${text}\u001b[0m` : text)
const print = (line = ''): void => console.log(line)

const emulator = await startEmulator()
const workspace = mkdtempSync(path.join(tmpdir(), 'feishu-demo-'))
const unexpected: string[] = []

async function runStep(title: string, action: Action, inputs: Inputs, expected: 'green' | 'red'): Promise<StepResult> {
  print(paint(1, `▶ ${title}`))
  print(paint(2, `  uses: ./${action === 'wait' ? '' : action}`))
  for (const [name, value] of Object.entries(inputs)) print(paint(2, `    ${name}: ${String(value)}`))
  const result = await runAction(
    action,
    { 'app-id': emulator.appId, 'app-secret': emulator.appSecret, 'base-url': emulator.url, ...inputs },
    { workspace },
  )
  for (const line of result.log) print(`  ${line}`)
  for (const error of result.errors) print(paint(31, `  Error: ${error}`))
  const outputs = Object.entries(result.outputs).filter(([name]) => name !== 'error-message')
  for (const [name, value] of outputs) print(paint(36, `  → ${name}: ${JSON.stringify(value).slice(1, -1)}`))
  const green = result.exitCode === 0
  print(paint(green ? 32 : 31, `  ${green ? '✔ green' : '✘ red'} after ${(result.durationMs / 1000).toFixed(1)} s`))
  print()
  if (green !== (expected === 'green')) unexpected.push(title)
  return result
}

try {
  print('The built actions (dist/) against the emulator of the Feishu export API on this machine.')
  print()
  const document = emulator.addDocument({ type: 'docx', title: '供货合同 2026', durationMs: 1500 })
  const created = await runStep(
    'Create: a link becomes an export task',
    'create',
    { url: `https://acme.feishu.cn/docx/${document.token}?from=from_copylink`, 'file-extension': 'pdf' },
    'green',
  )
  const { ticket, token } = created.outputs
  const waited = await runStep('Wait: until the task is finished', 'wait', { ticket, token }, 'green')
  await runStep(
    'Download: the complete file or nothing',
    'download',
    {
      'file-token': waited.outputs['file-token'],
      'file-name': waited.outputs['file-name'],
      'file-extension': waited.outputs['file-extension'],
      'file-size': waited.outputs['file-size'],
      directory: 'contracts',
    },
    'green',
  )

  const forbidden = emulator.addTask({
    title: 'Payroll',
    durationMs: 400,
    jobStatus: 110,
    jobErrorMsg: 'no permission',
  })
  await runStep(
    'Wait: for a document that the app may not read, the step fails and says what to do',
    'wait',
    { ticket: forbidden.ticket, token: forbidden.document.token },
    'red',
  )

  const space = emulator.addSpace({ name: '产品手册' })
  const chapter = emulator.addNode({ space: space.spaceId, type: 'docx', title: '入门', durationMs: 300 })
  emulator.addNode({ space: space.spaceId, parent: chapter.nodeToken, type: 'docx', title: '安装', durationMs: 600 })
  emulator.addNode({ space: space.spaceId, parent: chapter.nodeToken, type: 'sheet', title: '价格表', durationMs: 900 })
  emulator.addNode({ space: space.spaceId, type: 'mindnote', title: '路线图' })
  const mirror = { sources: `https://acme.feishu.cn/wiki/space/${space.spaceId}`, directory: 'handbook' }
  await runStep('Export: a whole knowledge base in one step', 'export', mirror, 'green')
  await runStep('Export again: nothing changed, so nothing is exported', 'export', mirror, 'green')

  print(paint(1, 'On the disk:'))
  for (const file of readdirSync(workspace, { recursive: true, withFileTypes: true })) {
    if (file.isFile()) print(`  ${path.relative(workspace, path.join(file.parentPath, file.name))}`)
  }
} finally {
  rmSync(workspace, { recursive: true, force: true })
  await emulator.stop()
}
if (unexpected.length > 0) {
  print(paint(31, `These steps did not end as expected, which is a defect: ${unexpected.join('; ')}`))
  process.exitCode = 1
}
