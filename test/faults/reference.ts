import { spawn } from 'node:child_process'
import { RUNNER_NODE } from '../process/run-action.js'
import { startRawServer, type RawAnswer } from './raw-server.js'

/** What an HTTP client that nobody here wrote makes of the bytes. */
export interface Understood {
  readonly status?: number
  readonly headers: Readonly<Record<string, string>>
  /** Base64; missing when the body did not come to its end. */
  readonly body?: string
}

// The Node.js of the runner reads, so that both have the same parser.
const CLIENT = `
  import http from 'node:http'
  const [port, count] = process.argv.slice(-2).map(Number)
  const look = (i) => new Promise((resolve) => {
    const seen = { headers: {} }
    const chunks = []
    const agent = new http.Agent({ keepAlive: true })
    const request = http.get({ host: '127.0.0.1', port, path: '/' + i, agent })
    const end = () => { clearTimeout(timer); resolve(seen); agent.destroy(); request.destroy() }
    const timer = setTimeout(end, 900)
    let failed = false
    request.on('error', () => {
      failed = true
      if (seen.status === undefined) end()
    })
    request.on('close', () => seen.status === undefined && end())
    request.on('response', async (response) => {
      seen.status = response.statusCode
      for (const [name, value] of Object.entries(response.headers)) seen.headers[name] = String(value)
      try {
        for await (const chunk of response) chunks.push(chunk)
        // Without a length, a reset is no end.
        const { 'content-length': length, 'transfer-encoding': coding } = response.headers
        if (!(failed && length === undefined && coding !== 'chunked')) seen.body = Buffer.concat(chunks).toString('base64')
      } catch {}
      end()
    })
  })
  const all = await Promise.all(Array.from({ length: count }, (_, i) => look(i)))
  console.log(JSON.stringify(all))
  process.exit()
`

/** Lets the reference client read each of the answers. */
export async function understand(answers: readonly RawAnswer[]): Promise<readonly Understood[]> {
  const server = await startRawServer((head) => {
    const answer = answers[Number(/^GET \/(\d+)/.exec(head)?.[1] ?? -1)]
    return answer ?? { bytes: Buffer.alloc(0), ending: 'close' }
  })
  try {
    const child = spawn(RUNNER_NODE, ['--input-type=module', '-e', CLIENT, String(server.port), String(answers.length)])
    let text = ''
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
    await new Promise((resolve) => child.once('close', resolve))
    return JSON.parse(text) as Understood[]
  } finally {
    await server.stop()
  }
}
