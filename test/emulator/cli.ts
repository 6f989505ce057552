import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { readScenario, startScenario } from './scenario.js'

const USAGE = `Usage: node --import tsx test/emulator/cli.ts [--host ADDRESS] [--port N] [--scenario FILE.json]
  [--tls [--certificate FILE.pem]]
Serves an emulated Feishu, on loopback by default, until SIGTERM or SIGINT.`

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    host: { type: 'string', default: '127.0.0.1' },
    scenario: { type: 'string' },
    tls: { type: 'boolean', default: false },
    certificate: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) {
  console.log(USAGE)
} else {
  const scenario = values.scenario === undefined ? {} : readScenario(values.scenario)
  const { host, tls } = values
  startScenario(scenario, { port: Number(values.port), host, tls }).then(
    (emulator) => {
      if (values.certificate !== undefined) writeFileSync(values.certificate, emulator.certificate ?? '')
      for (const signal of ['SIGINT', 'SIGTERM'] as const) {
        process.once(signal, () => void emulator.stop())
      }
      console.log(`emulator listening on ${emulator.url}`)
    },
    (error: unknown) => {
      console.error(error instanceof Error ? error.message : error)
      process.exitCode = 1
    },
  )
}
