import { spawn } from 'node:child_process'
import { RUNNER_NODE } from '../process/run-action.js'
import { startRawServer, type RawAnswer } from './raw-server.js'

/** What the HTTP client of Node.js reads from the bytes of an answer. It shares no code with the action. */
export interface ReferenceReading {
  /** Missing when no status line and headers could be read. */
  readonly status?: number
  readonly headers: Readonly<Record<string, string>>
  /** Base64; missing when the body did not arrive completely. */
  readonly body?: string
}

// Runs in the Node.js of the runner, as the action does, so that both have the same parser. Requests `/0`, `/1`, … at
// the same time, and prints what it read as a JSON list. After 900 ms, an answer without an end counts as incomplete.
const CLIENT = `
  import http from 'node:http'
  const [port, count] = process.argv.slice(-2).map(Number)
  const send = (i) => new Promise((resolve) => {
    const observed = { headers: {} }
    const chunks = []
    const agent = new http.Agent({ keepAlive: true })
    const request = http.get({ host: '127.0.0.1', port, path: '/' + i, agent })
    const end = () => { clearTimeout(timer); resolve(observed); agent.destroy(); request.destroy() }
    const timer = setTimeout(end, 900)
    let failed = false
    request.on('error', () => {
      failed = true
      if (observed.status === undefined) end()
    })
    request.on('close', () => observed.status === undefined && end())
    request.on('response', async (response) => {
      observed.status = response.statusCode
      for (const [name, value] of Object.entries(response.headers)) observed.headers[name] = String(value)
      try {
        for await (const chunk of response) chunks.push(chunk)
        // A body without a length that a reset ends is not complete.
        const { 'content-length': length, 'transfer-encoding': coding } = response.headers
        if (!(failed && length === undefined && coding !== 'chunked')) observed.body = Buffer.concat(chunks).toString('base64')
      } catch {}
      end()
    })
  })
  const all = await Promise.all(Array.from({ length: count }, (_, i) => send(i)))
  console.log(JSON.stringify(all))
  process.exit()
`

/**
 * Sends each answer to the reference client. What this client reads decides what the action must read of the answer.
 * @returns one reading for each answer, in the same order
 */
export async function readWithReferenceClient(answers: readonly RawAnswer[]): Promise<readonly ReferenceReading[]> {
  const server = await startRawServer((head) => {
    const answer = answers[Number(/^GET \/(\d+)/.exec(head)?.[1] ?? -1)]
    return answer ?? { bytes: Buffer.alloc(0), ending: 'close' }
  })
  try {
    const child = spawn(RUNNER_NODE, ['--input-type=module', '-e', CLIENT, String(server.port), String(answers.length)])
    let text = ''
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
    await new Promise((resolve) => child.once('close', resolve))
    return JSON.parse(text) as ReferenceReading[]
  } finally {
    await server.stop()
  }
}
