import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createRandom, startEmulator, startProxy, type Answer, type Emulator, type Proxy } from '../emulator/index.js'
import type { Inputs } from '../process/run-action.js'
import type { Dice } from './dice.js'
import type { Exchange } from './seen.js'
import type { Plan, Scenario, Way, World } from './types.js'

/** The servers of one run, and what was asked of them. */
export interface Servers {
  readonly service: Emulator
  readonly world: World
  readonly exchanges: readonly Exchange[]
  /** Credential and base URL. */
  readonly inputs: Inputs
  readonly env: Readonly<Record<string, string>>
  readonly folder: string
  play(plans: Scenario['plans']): void
  stop(): Promise<void>
}

const HOST = 'feishu.example.test'

/** Starts the service, a second server where redirects may lead, and what stands between. */
export async function startServers(seed: number, dice: Dice, way: Way): Promise<Servers> {
  const tls =
    way.kind === 'plain'
      ? false
      : way.kind !== 'bad-certificate'
        ? true
        : way.fault === 'expired'
          ? { expired: true }
          : { hosts: ['other.test'] }
  const service = await startEmulator({ tls, random: createRandom(seed) })
  // With TLS it is the same server by another name: two certificates of one issuer confuse OpenSSL.
  const storage = tls === false ? await startEmulator({ random: createRandom(seed + 1) }) : service
  const proxy = way.kind === 'proxy' ? await proxyTo(service, way) : undefined
  const folder = mkdtempSync(path.join(tmpdir(), 'feishu-faults-'))
  const authorities = path.join(folder, 'authorities.pem')
  writeFileSync(authorities, service.certificate ?? '')
  const task = service.addTask({})
  const credential = dice.pick(['tenant', 'user', 'app', 'app'] as const)
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
    play(plans) {
      const players = Object.fromEntries(Object.entries(plans).map(([name, plan]) => [name, player(plan)]))
      const storageHost = new URL(world.storageUrl).host
      for (const emulator of new Set([service, storage])) {
        emulator.script('any', (request) => {
          const server = request.headers.host === storageHost ? 'storage' : 'service'
          const isMain = request.api === 'query' || request.api === 'create' || request.api === 'download'
          const plan = server === 'storage' ? 'storage' : request.api === 'mint' ? 'mint' : isMain ? 'main' : 'storage'
          const answer = players[plan]?.()
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

function proxyTo(to: Emulator, { refuse, hang = false, delayMs = 0 }: Extract<Way, { kind: 'proxy' }>): Promise<Proxy> {
  return startProxy({ to, hangConnect: hang, delayMs, ...(refuse !== undefined && { refuse }) })
}

function player({ list, rest }: Plan): () => Answer {
  let nth = 0
  return () => list[nth++] ?? rest
}

/** Whether nothing can be asked at all, and how soon that is known. */
export function barredBy(way: Way): 'at-once' | 'until-deadline' | undefined {
  if (way.kind === 'bad-certificate') return 'at-once'
  if (way.kind !== 'proxy') return undefined
  if (way.hang === true) return 'until-deadline'
  if (way.refuse === undefined) return undefined
  return way.refuse === 429 || way.refuse >= 500 ? 'until-deadline' : 'at-once'
}
