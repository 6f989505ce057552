import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import {
  createRandom,
  startEmulator,
  startProxy,
  type Answer,
  type Emulator,
  type Proxy,
  type RecordedRequest,
} from '../emulator/index.js'
import type { TlsOptions } from '../emulator/types.js'
import type { Inputs } from '../process/run-action.js'
import type { RandomSource } from './random-source.js'
import type { Exchange, Plan, RunContext, Scenario, Transport, World } from './types.js'

/** The servers of one run, and the requests that they got. */
export interface Servers {
  readonly service: Emulator
  readonly world: World
  /** Grows with each request, in the order of the requests. */
  readonly exchanges: readonly Exchange[]
  /** Credential and base URL. */
  readonly inputs: Inputs
  /** The variables that the action needs for the proxy and for the certificate of the service. */
  readonly env: Readonly<Record<string, string>>
  /** A temporary folder, which `stop` removes. */
  readonly folder: string
  /** Lets the servers answer by these plans. */
  script(plans: Scenario['plans']): void
  stop(): Promise<void>
}

// Exists only behind the proxy.
const PROXIED_HOST = 'feishu.example.test'

/**
 * Starts the service, a second server to which redirects may lead, and a proxy if the transport needs one.
 * @param random chooses the credential
 */
export async function startServers(seed: number, random: RandomSource, transport: Transport): Promise<Servers> {
  const tls = chooseTls(transport)
  const service = await startEmulator({ tls, random: createRandom(seed) })
  // With TLS, one emulator is both servers, with two names: OpenSSL fails with two certificates of one issuer.
  const storage = tls === false ? await startEmulator({ random: createRandom(seed + 1) }) : service
  const proxy = transport.kind === 'proxy' ? await startProxyTo(service, transport) : undefined
  const folder = mkdtempSync(path.join(tmpdir(), 'feishu-faults-'))
  const authorities = path.join(folder, 'authorities.pem')
  writeFileSync(authorities, service.certificate ?? '')
  const task = service.addTask({})
  const credential = random.pick(['tenant', 'user', 'app', 'app'] as const)
  const world: World = {
    // With TLS, the host of the service is PROXIED_HOST or `localhost`, and that of the second server is `127.0.0.1`.
    url: proxy ? `https://${PROXIED_HOST}` : service.url.replace('https://127.0.0.1', 'https://localhost'),
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
      const nextAnswers = {
        mint: answerInOrder(plans.mint),
        main: answerInOrder(plans.main),
        storage: answerInOrder(plans.storage),
      }
      const storageHost = new URL(world.storageUrl).host
      // With TLS, both servers are the same emulator, so only the host of a request shows to which one it was sent.
      for (const emulator of new Set([service, storage])) {
        emulator.script('any', (request) => {
          const server = request.headers.host === storageHost ? 'storage' : 'service'
          const plan = server === 'storage' ? 'storage' : choosePlan(request)
          const answer = nextAnswers[plan]()
          exchanges.push({ request, answer, server })
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

function chooseTls(transport: Transport): TlsOptions {
  if (transport.kind === 'plain') return false
  if (transport.kind !== 'bad-certificate') return true
  return transport.fault === 'expired' ? { expired: true } : { hosts: ['other.test'] }
}

/**
 * Chooses the plan for a request to the service: `storage` for an address without an API, to which a redirect may lead.
 */
function choosePlan({ api }: RecordedRequest): keyof Scenario['plans'] {
  if (api === 'mint') return 'mint'
  return api === 'query' || api === 'create' || api === 'download' ? 'main' : 'storage'
}

/**
 * Starts a proxy that passes every request on to the server `to`, whatever the host of the request is. It refuses or
 * hangs if the transport says so.
 */
function startProxyTo(
  to: Emulator,
  { refuse, hang = false, delayMs = 0 }: Extract<Transport, { kind: 'proxy' }>,
): Promise<Proxy> {
  return startProxy({ to, hangConnect: hang, delayMs, ...(refuse !== undefined && { refuse }) })
}

/** Makes a function that returns the next answer of a plan with each call. */
function answerInOrder({ list, rest }: Plan): () => Answer {
  let index = 0
  return () => list[index++] ?? rest
}

/**
 * Finds out whether a transport lets no request through. If so, the result says when the run must end.
 * @returns undefined if requests can be sent
 */
export function findBlock(transport: Transport): RunContext['blocked'] {
  if (transport.kind === 'bad-certificate') return 'at-once'
  if (transport.kind !== 'proxy') return undefined
  if (transport.hang === true) return 'until-deadline'
  if (transport.refuse === undefined) return undefined
  // Another attempt may succeed after these statuses.
  return transport.refuse === 429 || transport.refuse >= 500 ? 'until-deadline' : 'at-once'
}
