import type { EmulatedDocument } from '../../emulator/index.js'
import { noteVersion } from './versions.js'
import { addNode, pick, type Line, type World } from './world.js'

/** A line of `exclude`. */
export type ExcludeRule =
  | {
      readonly kind: 'titles'
      /** Excludes the titles that begin with it. */
      readonly prefix: string
      /** Whether only titles at the top of a source are excluded. */
      readonly isAtTop: boolean
      /** Whether only folders, and pages with pages below them, are excluded. */
      readonly isDirectory: boolean
    }
  /** `id`: the token in the link. */
  | { readonly kind: 'link'; readonly link: string; readonly id: string }

/** The inputs that decide what is selected, besides the sources. */
export interface Settings {
  /** The extensions to which each type is exported; '' for an uploaded file. */
  readonly formats: Readonly<Record<string, readonly string[]>>
  readonly includeAttachments: boolean
  readonly frontMatter: boolean
  readonly exclude: readonly ExcludeRule[]
}

export const DEFAULT_SETTINGS: Settings = {
  formats: { doc: ['docx'], docx: ['docx'], sheet: ['xlsx'], bitable: ['xlsx'], slides: ['pptx'], file: [''] },
  includeAttachments: false,
  frontMatter: false,
  exclude: [],
}

/** The settings as inputs of the action. */
export const inputsOf = ({
  formats,
  includeAttachments,
  frontMatter,
  exclude,
}: Settings): Readonly<Record<string, string | boolean>> => ({
  formats: Object.entries(formats)
    .flatMap(([type, extensions]) =>
      // Uploaded files have an input of their own: `include-files`.
      type === 'file' || extensions.length === 0 ? [] : `${type}=${extensions.join(',')}`,
    )
    .join(' '),
  'include-attachments': includeAttachments,
  'front-matter': frontMatter,
  exclude: exclude.map(lineOf).join('\n'),
})

function lineOf(rule: ExcludeRule): string {
  if (rule.kind === 'link') return rule.link
  return `${rule.isAtTop ? '/' : ''}${rule.prefix}*${rule.isDirectory ? '/' : ''}`
}

const DOCX_FORMATS = [['docx'], ['md'], ['docx', 'md'], ['docx', 'pdf'], ['pdf']] as const
const TABLE_FORMATS = [['xlsx'], ['csv'], ['csv'], ['xlsx', 'csv']] as const

/** The settings of a world, with formats, attachments and front matter chosen again. */
export function anyFormats({ random, settings }: World): Settings {
  return {
    ...settings,
    formats: {
      ...settings.formats,
      docx: pick(random, DOCX_FORMATS),
      sheet: pick(random, TABLE_FORMATS),
      bitable: pick(random, TABLE_FORMATS),
      board: random() < 0.7 ? ['png'] : [],
    },
    includeAttachments: random() < 0.4,
    frontMatter: random() < 0.3,
  }
}

// A pattern is matched against titles made safe for the disk. A title with one of these prefixes is safe as it is.
const PREFIXES = ['Report ', 'Report 1', 'Minutes ', 'Page 2', '周报 ', 'Price list 3'] as const

/** The settings of a world, with the lines of `exclude` chosen again: none, one or two. */
export function anyExclude(world: World): Settings {
  const { random, settings } = world
  const exclude = random() < 0.4 ? [] : Array.from({ length: random() < 0.7 ? 1 : 2 }, () => anyRule(world))
  return { ...settings, exclude }
}

function anyRule({ random, folders, nodes, filed }: World): ExcludeRule {
  const draw = random()
  if (draw < 0.6) {
    return { kind: 'titles', prefix: pick(random, PREFIXES), isAtTop: random() < 0.3, isDirectory: random() < 0.3 }
  }
  const host = 'https://acme.feishu.cn'
  const folder = pick(random, folders)
  if (draw < 0.75) return { kind: 'link', link: `${host}/drive/folder/${folder.token}`, id: folder.token }
  const { nodeToken } = pick(random, nodes)
  if (draw < 0.9) return { kind: 'link', link: `${host}/wiki/${nodeToken}`, id: nodeToken }
  const { token } = pick(random, filed).document
  return { kind: 'link', link: `${host}/docx/${token}`, id: token }
}

/** Another `depth=` of a line, or none. */
export function changeDepth({ random, lines }: World): void {
  const line = pick(random, lines.filter(isTree))
  line.depth = random() < 0.5 ? undefined : 1 + Math.floor(random() * 3)
}

const isTree = ({ kind }: Line): boolean => kind !== 'document'

/**
 * Adds to a generated world: lines inside the trees of other lines, and often other formats. Some documents get a picture
 * and an attachment. An empty world only gets other formats.
 */
export function enrichWorld(world: World): void {
  const { emulator, random, space, nodes, folders, lines } = world
  if (random() < 0.6) world.settings = anyFormats(world)
  if (nodes.length + world.filed.length === 0) return
  // Another `to=` of this line renames its file. In Markdown, the links to the assets then have to change, too.
  const single = lines.find(({ extension }) => extension === 'docx')
  if (single && random() < 0.5) {
    single.extension = 'md'
    addMedia(world, emulator.store.documents.get(single.token))
  }
  const page = emulator.addNode({ space, type: 'docx', title: 'Team', durationMs: 0 })
  noteVersion(world, page.document)
  for (let nth = 0; nth < 2; nth++) addNode(world, page)
  lines.push({ kind: 'page', token: page.nodeToken, to: 'team' })
  const inner = folders[1]
  if (inner) lines.push({ kind: 'folder', token: inner.token, to: 'inner' })
  const documents = [...nodes.map(({ document }) => document), ...world.filed.map(({ document }) => document)]
  for (const document of documents) if (document.type === 'docx' && random() < 0.4) addMedia(world, document)
}

function addMedia(world: World, document: EmulatedDocument): void {
  const { emulator, media } = world
  const { token } = document
  const add = (title: string): EmulatedDocument =>
    emulator.addDocument({ type: 'media', title, bytes: `${title} of ${token}` })
  media.set(token, { picture: add('picture.png'), attachment: add('manual.pdf') })
  noteVersion(world, document)
}
