import { createCertificate } from './certificate.js'
import { sha256Of, wholeOf, type Content } from './content.js'
import type { MintBehaviour } from './credentials.js'
import { contentOf, type DocumentOptions, type Edit, type EmulatedDocument } from './documents.js'
import type { Folder, FolderOptions, Shortcut, ShortcutOptions } from './folders.js'
import type { Limit } from './limiter.js'
import { Limits } from './limits.js'
import { createRandom, randomAppId, randomSecret, randomTenantToken } from './random.js'
import { Scripts, type Scope, type Script } from './scripts.js'
import { listen, type Listening, type Service } from './server.js'
import { createStore, type Store } from './store.js'
import { endOf, type Task, type TaskOptions } from './tasks.js'
import type { Api, EmulatorOptions, RecordedRequest, Refusal } from './types.js'
import type { NodeOptions, Space, SpaceOptions, WikiNode } from './wiki.js'
import { urlHost } from './url-host.js'

export * as answers from './answers.js'
export * as blocks from './block-builders.js'
export type { Answer, Fault, PlainAnswer } from './answers.js'
export type { Limit } from './limiter.js'
export { createRandom, type Random } from './random.js'
export { startProxy, type Proxy, type ProxyOptions } from './proxy.js'
export type { EmulatedDocument, Task, WikiNode, Space, Folder, Shortcut, Script, Scope, Store }
export type { Api, EmulatorOptions, RecordedRequest } from './types.js'

/**
 * A task without a create request. If there is no document with `token`, one is added, with `type`, `title` and `bytes`.
 */
export interface AddTaskOptions
  extends Omit<TaskOptions, 'document' | 'fileExtension'>, Partial<DocumentOptionsOfTask> {
  /** The document's token. */
  token?: string
  fileExtension?: string
}

type DocumentOptionsOfTask = Pick<EmulatedDocument, 'type' | 'title' | 'bytes'>

/** A task, with the time at which it ended if it has ended. */
export type TaskState = Task & { endedAtMs?: number }

/** Starts an emulator with one app, whose tenant and user tokens are valid from the start. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const host = options.host ?? '127.0.0.1'
  const certificate = options.tls ? await createCertificate(options.tls) : undefined
  const emulator = new Emulator(options, certificate?.cert)
  const listening = await listen(emulator, { host, port: options.port ?? 0, certificate })
  emulator.attach(listening, `${certificate === undefined ? 'http' : 'https'}://${urlHost(host)}:${listening.port}`)
  return emulator
}

/** A running emulator: its data, its scripts and the requests that it received. Made by {@link startEmulator}. */
export class Emulator implements Service {
  url = ''
  port = 0
  readonly appId: string
  readonly appSecret: string
  /** A tenant token that is valid until a test revokes it or makes it expire. */
  readonly accessToken: string
  /** A user token of the same app, equally valid. */
  readonly userToken: string
  readonly requests: RecordedRequest[] = []
  readonly store: Store
  readonly scripts = new Scripts()
  readonly limits: Limits
  readonly fileLifetimeMs: number
  readonly maxPageItems: NonNullable<EmulatorOptions['maxPageItems']>
  private readonly startedAt = performance.now()
  private advancedMs = 0
  private listening: Listening | undefined

  constructor(
    options: EmulatorOptions,
    /** The certificate in PEM, when the emulator speaks TLS. */
    readonly certificate: string | undefined,
  ) {
    const random = options.random ?? createRandom(1)
    this.store = createStore(random, this.now)
    this.limits = new Limits(options)
    this.fileLifetimeMs = options.fileLifetimeMs ?? 600_000
    this.maxPageItems = options.maxPageItems ?? {}
    this.appId = options.appId ?? randomAppId(random)
    this.appSecret = options.appSecret ?? randomSecret(random)
    const { credentials } = this.store
    credentials.addApp(this.appId, this.appSecret)
    this.accessToken = credentials.addTenantToken(this.appId, options.accessToken ?? randomTenantToken(random))
    this.userToken = credentials.addUserToken(this.appId, 'ou_first')
  }

  /** Milliseconds since the start, plus the time by which {@link advance} put the clock forward. */
  readonly now = (): number => performance.now() - this.startedAt + this.advancedMs

  /** Puts the emulator's clock forward: exports end, files and tokens expire, limits recover. */
  advance(ms: number): void {
    this.advancedMs += ms
  }

  /** The recorded requests to one API. */
  requestsTo(api: Api): RecordedRequest[] {
    return this.requests.filter((request) => request.api === api)
  }

  /**
   * Overrides the answers to requests to an API (or `any`): to all of them, or to those about one token or ticket.
   * @returns a function that removes the script
   */
  script(api: Api | 'any', script: Script, scope: Scope = {}): () => void {
    return this.scripts.set(api, script, scope)
  }

  /** How the token endpoint behaves; its members may be changed. */
  get mintBehaviour(): MintBehaviour {
    return this.store.credentials.mintBehaviour
  }

  /** How limits refuse; its members may be changed. */
  get refusal(): Refusal {
    return this.limits.refusal
  }

  /** Adds another app, with limits of its own. */
  addApp(appId: string, appSecret: string): void {
    this.store.credentials.addApp(appId, appSecret)
  }

  /** Adds a tenant token of this app or another one. It is valid for `lifeMs`, by default without end. */
  addTenantToken({ appId = this.appId, lifeMs }: { appId?: string; lifeMs?: number } = {}): string {
    return this.store.credentials.addTenantToken(appId, undefined, lifeMs)
  }

  /** Adds a user's token of this app. It is valid for `lifeMs`, by default without end. */
  addUserToken({ user = 'ou_other', lifeMs }: { user?: string; lifeMs?: number } = {}): string {
    return this.store.credentials.addUserToken(this.appId, user, lifeMs)
  }

  /** From now on the token is invalid (99991663, for a user's token 99991668). */
  revoke(token: string): void {
    this.store.credentials.revoke(token)
  }

  /** From now on the token is expired (99991663, for a user's token 99991677). */
  expire(token: string): void {
    this.store.credentials.expire(token)
  }

  /** Changes the rate limit of an API; `undefined` removes it. */
  setLimit(api: Api, limit: Limit | readonly Limit[] | undefined): void {
    this.limits.set(api, limit)
  }

  /** Counts requests to an API against its limit for this app, as if other jobs sent them. @returns how many passed */
  useUp(api: Api, requests: number): number {
    let passed = 0
    for (let i = 0; i < requests; i += 1) {
      if (this.limits.take(api, this.appId, this.now()) === undefined) passed += 1
    }
    return passed
  }

  /** Adds a document. @param options.folder the token of the folder that contains it, if any */
  addDocument(options: DocumentOptions & { folder?: string }): EmulatedDocument {
    const { folder, ...rest } = options
    const document = this.store.documents.add(rest)
    if (folder !== undefined) this.store.folders.put(folder, document)
    return document
  }

  /**
   * Edits a document: it gets a new edit time and revision, and in a base, the table that the edit names a new
   * revision.
   */
  edit(token: string, edit?: Edit): void {
    this.store.documents.edit(token, edit)
  }

  /** Adds an uploaded file; its title is its file name, with the extension. */
  addFile(options: Omit<DocumentOptions, 'type'> & { folder?: string }): EmulatedDocument {
    return this.addDocument({ ...options, type: 'file' })
  }

  /**
   * Adds a task without a create request. By default its export starts with the first query. It ends with `jobStatus`;
   * by default with the status that the document sets, usually success.
   */
  addTask(options: AddTaskOptions = {}): Task {
    const { token, type = 'docx', title, bytes, fileExtension = 'docx', ...rest } = options
    const existing = token === undefined ? undefined : this.store.documents.find(token)
    const document =
      existing ??
      this.addDocument({
        type,
        ...(token === undefined ? {} : { token }),
        ...(title === undefined ? {} : { title }),
        ...(bytes === undefined ? {} : { bytes }),
      })
    return this.store.tasks.add({ startAt: 'first-query', ...rest, document, fileExtension })
  }

  /** The state of a task now: a copy, which later queries do not change. */
  task(ticket: string): TaskState {
    const task = this.store.tasks.find(ticket)
    if (task === undefined) throw new Error(`The emulator has no task ${ticket}.`)
    const endMs = endOf(task)
    const hasEnded = endMs !== undefined && endMs <= this.now()
    return { ...task, ...(hasEnded ? { endedAtMs: endMs } : {}) }
  }

  /** Every task, in the order of creation. */
  tasks(): Task[] {
    return this.store.tasks.list()
  }

  /** Adds a knowledge base. */
  addSpace(options: SpaceOptions = {}): Space {
    return this.store.wiki.addSpace(options)
  }

  /** Adds a node to a knowledge base, and its document unless that exists. */
  addNode(options: NodeOptions): WikiNode {
    return this.store.wiki.addNode(options)
  }

  /** Adds a folder. */
  addFolder(options: FolderOptions = {}): Folder {
    return this.store.folders.add(options)
  }

  /** Adds a shortcut to a folder. */
  addShortcut(options: ShortcutOptions): Shortcut {
    return this.store.folders.addShortcut(options)
  }

  /**
   * The content of an export that starts now; for an uploaded file, media or board its own content, for any
   * `extension`.
   */
  expectedContent(token: string, extension: string, subId?: string): Content {
    return contentOf(this.store.documents.get(token), extension, subId)
  }

  /** The bytes of {@link expectedContent}: for small files. */
  expectedBytes(token: string, extension: string, subId?: string): Buffer {
    return wholeOf(this.expectedContent(token, extension, subId))
  }

  /** The SHA-256 of {@link expectedContent}, in hex, whatever the size. */
  expectedSha256(token: string, extension: string, subId?: string): string {
    return sha256Of(this.expectedContent(token, extension, subId))
  }

  /** Ends every connection and stops listening. @throws the first error of a script or endpoint: the mistake of a test */
  async stop(): Promise<void> {
    await this.listening?.stop()
  }

  /** Sets the server and its address. {@link startEmulator} calls this once: the port is known only after the start. */
  attach(listening: Listening, url: string): void {
    this.listening = listening
    this.port = listening.port
    this.url = url
  }
}
