import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createRandom, startEmulator, startProxy, type Answer, type Emulator, type Proxy } from '../emulator/index.js'
import type { Inputs } from '../process/run-action.js'
import type { RandomSource } from './random-source.js'
import type { Exchange, Plan, RunContext, Scenario, Transport, World } from './types.js'

/** The servers of one run, and the requests that they got. */
export interface Servers {
  readonly service: Emulator
  readonly world: World
  readonly exchanges: readonly Exchange[]
  /** Credential and base URL. */
  readonly inputs: Inputs
  readonly env: Readonly<Record<string, string>>
  readonly folder: string
  /** Lets the servers answer by these plans. */
  script(plans: Scenario['plans']): void
  stop(): Promise<void>
}

const HOST = 'feishu.example.test'

/** Starts the service, a second server to which redirects may lead, and a proxy if the transport needs one. */
export async function startServers(seed: number, random: RandomSource, transport: Transport): Promise<Servers> {
  const tls =
    transport.kind === 'plain'
      ? false
      : transport.kind !== 'bad-certificate'
        ? true
        : transport.fault === 'expired'
          ? { expired: true }
          : { hosts: ['other.test'] }
  const service = await startEmulator({ tls, random: createRandom(seed) })
  // With TLS it is the same server under another host name: OpenSSL fails with two certificates of one issuer.
  const storage = tls === false ? await startEmulator({ random: createRandom(seed + 1) }) : service
  const proxy = transport.kind === 'proxy' ? await startProxyTo(service, transport) : undefined
  const folder = mkdtempSync(path.join(tmpdir(), 'feishu-faults-'))
  const authorities = path.join(folder, 'authorities.pem')
  writeFileSync(authorities, service.certificate ?? '')
  const task = service.addTask({})
  const credential = random.pick(['tenant', 'user', 'app', 'app'] as const)
  const world: World = {
    url: proxy ? `https://${HOST}` : service.url.replace('https://127.0.0.1', 'https://localhost'),
    storageUrl: storage.url,
    credential,
    accessToken: credential === 'tenant' ? service.accessToken : credential === 'user' ? service.userToken : '',
    appId: credential === 'app' ? service.appId : '',
    appSecret: credential === 'app' ? service.appSecret : '',
    ticket: task.ticket,
    documentToken: task.document.token,
    fileToken: `box${task.document.token}`,
  }
  const exchanges: Exchange[] = []
  return {
    service,
    world,
    exchanges,
    folder,
    inputs: {
      'base-url': world.url,
      'access-token': world.accessToken,
      'app-id': world.appId,
      'app-secret': world.appSecret,
    },
    env: {
      ...(proxy && { https_proxy: proxy.url, http_proxy: proxy.url }),
      ...(tls !== false && { NODE_EXTRA_CA_CERTS: authorities }),
    },
    script(plans) {
      const nextAnswers = Object.fromEntries(Object.entries(plans).map(([name, plan]) => [name, answerInOrder(plan)]))
      const storageHost = new URL(world.storageUrl).host
      for (const emulator of new Set([service, storage])) {
        emulator.script('any', (request) => {
          const server = request.headers.host === storageHost ? 'storage' : 'service'
          const isMain = request.api === 'query' || request.api === 'create' || request.api === 'download'
          const plan = server === 'storage' ? 'storage' : request.api === 'mint' ? 'mint' : isMain ? 'main' : 'storage'
          const answer = nextAnswers[plan]?.()
          if (answer) exchanges.push({ request, answer, server })
          return answer
        })
      }
    },
    async stop() {
      await Promise.all([service.stop(), storage === service ? undefined : storage.stop(), proxy?.stop()])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function startProxyTo(
  to: Emulator,
  { refuse, hang = false, delayMs = 0 }: Extract<Transport, { kind: 'proxy' }>,
): Promise<Proxy> {
  return startProxy({ to, hangConnect: hang, delayMs, ...(refuse !== undefined && { refuse }) })
}

function answerInOrder({ list, rest }: Plan): () => Answer {
  let index = 0
  return () => list[index++] ?? rest
}

/** Returns how soon it is known that no request can be sent; undefined when requests can be sent. */
export function findBlock(transport: Transport): RunContext['blocked'] {
  if (transport.kind === 'bad-certificate') return 'at-once'
  if (transport.kind !== 'proxy') return undefined
  if (transport.hang === true) return 'until-deadline'
  if (transport.refuse === undefined) return undefined
  return transport.refuse === 429 || transport.refuse >= 500 ? 'until-deadline' : 'at-once'
}
