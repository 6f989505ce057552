import { answers, type Answer, type EmulatedDocument, type Emulator, type Script } from '../emulator/index.js'
import { randomTitle } from './hostile-text.js'
import type { RandomSource } from './random-source.js'

/** A source with its documents and at most one kind of fault, and the expected result of the first of two exports. */
export interface FaultySource {
  /** The line of `sources`. */
  readonly line: string
  /** The token of the folder, or the id of the knowledge base. */
  readonly placeToken: string
  /** Describes the fault in transcripts and violations. */
  readonly fault: string
  /** The documents that the first export exports in spite of the fault. */
  readonly exported: readonly EmulatedDocument[]
  /**
   * The documents that the first export misses because of the fault. The second export, without the fault, gets them.
   */
  readonly missed: readonly EmulatedDocument[]
  /** How many failures the first export counts. */
  readonly failed: number
  /** What the log or the summary must contain about the failures. */
  readonly words: readonly string[]
  /** How many requests the first export may send at most to list the source. */
  readonly maxListRequests: number
}

const CODINGS = ['gzip', 'deflate', 'deflate-raw', 'br'] as const
const PAGE_ITEMS = 3
// The export gives up an endless listing after 50 pages in a row without a new item. A few requests more are correct.
const MAX_ENDLESS_LIST_REQUESTS = 54
// Two pages, and the requests that are repeated after a fault, are fewer than this.
const MAX_LIST_REQUESTS = 10

/**
 * The page size of the emulator's listings. {@link generateSource} depends on it: a source may have more than one page.
 */
export const MAX_PAGE_ITEMS = { folder: PAGE_ITEMS, 'wiki-nodes': PAGE_ITEMS }

/**
 * Adds a folder or a knowledge base with one to five documents to the service. At most one kind of fault is in the
 * answers about these.
 * @param name the folder to which the source is exported; also the beginning of the titles
 */
export function generateSource(random: RandomSource, emulator: Emulator, name: string): FaultySource {
  const isFolder = random.chance(0.6)
  const placeToken = isFolder ? emulator.addFolder({ name }).token : emulator.addSpace().spaceId
  const documents = random.list(random.int(1, 5), () => {
    const title = `${name} ${random.int(1e6, 9e6)}`
    if (isFolder) return emulator.addDocument({ type: 'docx', title, folder: placeToken, durationMs: 100 })
    return emulator.store.documents.get(
      emulator.addNode({ space: placeToken, type: 'docx', title, durationMs: 100 }).document.token,
    )
  })
  const line = `https://acme.feishu.cn/${isFolder ? 'drive/folder' : 'wiki/space'}/${placeToken} to="${name}"`
  const api = isFolder ? 'folder' : 'wiki-nodes'
  const scriptListing = (script: Script): void => void emulator.script(api, script, { token: placeToken })
  const allExported = {
    line,
    placeToken,
    exported: documents,
    missed: [],
    failed: 0,
    words: [],
    maxListRequests: MAX_LIST_REQUESTS,
  }
  const noneExported = { ...allExported, exported: [], missed: documents, failed: 1 }
  const firstDocument = documents[0] as EmulatedDocument

  return random.weighted<FaultySource>([
    [2, () => ({ ...allExported, fault: 'none' })],
    [
      2,
      () => {
        const items = random.pick([
          [],
          [{ [isFolder ? 'token' : 'node_token']: 'doxcnSame', ...createMindnoteFields(isFolder) }],
        ])
        scriptListing(answers.endlessPages(items))
        return {
          ...noneExported,
          fault: 'endless pages',
          words: ['brought nothing new'],
          maxListRequests: MAX_ENDLESS_LIST_REQUESTS,
        }
      },
    ],
    [
      3,
      () => {
        const odd = random.list(random.int(1, 3), (): unknown => createOddItem(random, isFolder))
        scriptListing([answers.withItems(odd)])
        return { ...allExported, fault: `odd items ${JSON.stringify(odd)}`, failed: odd.length, words: ['cannot read'] }
      },
    ],
    [
      2,
      () => {
        const data = random.pick<unknown>([null, {}, [], 'x', 7, { files: {}, items: 'x', has_more: false }])
        scriptListing(() => answers.ok(data))
        return { ...noneExported, fault: `data ${JSON.stringify(data)} for ever`, words: ['unexpected shape', 'twice'] }
      },
    ],
    [
      1,
      () => {
        scriptListing([answers.ok(random.pick<unknown>([null, {}, []]))])
        return { ...allExported, fault: 'data missing once' }
      },
    ],
    [
      2,
      () => {
        scriptListing(() => answers.bare(400))
        return {
          ...noneExported,
          fault: 'a bare 400',
          words: ['refused without a reason', 'log id'],
          maxListRequests: 1,
        }
      },
    ],
    [
      2,
      () => {
        const logId = `2026${random.int(1e9, 9e9)}ABCDEF`
        const code = random.pick(isFolder ? [1061004, 1061007] : [131005, 131006])
        const status = random.pick([200, 400, 403])
        scriptListing(() => answers.json({ code, msg: 'no', log_id: logId }, status, { 'x-tt-logid': null }))
        const words = [`code ${code}`, `log id ${logId}`]
        return { ...noneExported, fault: `code ${code} at HTTP ${status}`, words, maxListRequests: 1 }
      },
    ],
    [
      2,
      () => {
        scriptListing([...random.list(random.int(1, 2), () => temporaryFault(random, isFolder))])
        return { ...allExported, fault: 'temporary faults' }
      },
    ],
    [
      1,
      () => {
        // Drawn now: the order of the requests must not decide what each of them gets.
        const coding = random.pick(CODINGS)
        scriptListing(() => answers.encoded(coding))
        return { ...allExported, fault: 'compressed pages' }
      },
    ],
    [
      1,
      () => {
        const firstPage = documents.slice(0, PAGE_ITEMS)
        if (firstPage.length === documents.length) return { ...allExported, fault: 'none' }
        scriptListing(() => answers.cursorMissing())
        return {
          ...allExported,
          fault: 'a cursor is missing',
          exported: firstPage,
          missed: documents.slice(PAGE_ITEMS),
          failed: 1,
          words: ['page token is missing'],
        }
      },
    ],
    [
      2,
      () => {
        const { token } = firstDocument
        const answer = random.pick([answers.bare(400), answers.ok({}), answers.ok(null)])
        emulator.script('create', () => answer, { token })
        return {
          ...allExported,
          exported: documents.slice(1),
          missed: [firstDocument],
          failed: 1,
          fault: `create answers ${JSON.stringify(answer)}`,
          words: ['create the export task'],
        }
      },
    ],
    [
      2,
      () => {
        const { token } = firstDocument
        emulator.script('create', [temporaryFault(random, false)], { token })
        emulator.script('download', [cutAnswer(random), cutAnswer(random)], { token })
        return { ...allExported, fault: 'temporary faults of create and download' }
      },
    ],
  ])
}

/** The fields, besides the token, of an item that is readable but of a type that cannot be exported. */
const createMindnoteFields = (isFolder: boolean): Record<string, unknown> =>
  isFolder
    ? { type: 'mindnote', name: 'Same' }
    : { obj_token: 'bmnSame', obj_type: 'mindnote', title: 'Same', has_child: false }

/** Generates an item of a listing with a field that is missing or malformed, so that the export cannot read it. */
function createOddItem(random: RandomSource, isFolder: boolean): unknown {
  const title = `odd ${random.int(1e6, 9e6)} ${randomTitle(random).slice(0, 40)}`
  const token = `odd${random.int(1e6, 9e6)}`
  const wrongValue = (): unknown => random.pick<unknown>(['', null, 7, [], {}, 'a b', '../x'])
  if (isFolder) {
    return random.pick<unknown>([
      { token, type: wrongValue(), name: title },
      { token: wrongValue(), type: 'docx', name: title },
      { type: 'docx', name: title },
      { token, type: 'shortcut', name: title, shortcut_info: { target_type: 'docx' } },
    ])
  }
  return random.pick<unknown>([
    { node_token: token, obj_token: wrongValue(), obj_type: 'docx', title },
    { node_token: token, obj_token: 'x', obj_type: wrongValue(), title },
    { node_token: wrongValue(), obj_token: 'x', obj_type: 'docx', title },
    { node_token: token, obj_token: 'x', obj_type: 'docx', title, has_child: random.pick<unknown>(['yes', 1, {}]) },
  ])
}

/**
 * Generates a fault after which the same request succeeds.
 * @param isFolder whether the request lists a folder: that API has a code of its own for an internal error
 */
function temporaryFault(random: RandomSource, isFolder: boolean): Answer {
  const internalError = answers.error(isFolder ? 1061001 : 1500)
  return random.pick<Answer>([
    answers.bare(500),
    answers.gatewayPage(502),
    answers.reset('before'),
    internalError,
    answers.rateLimited('99991400-200', { resetSeconds: 1 }),
    answers.encoded(random.pick(CODINGS), internalError),
  ])
}

const cutAnswer = (random: RandomSource): Answer => answers.cut({ afterBytes: random.int(0, 3000) })
