import type { Entry, Listing } from '../../../src/export/model.js'
import type { Random } from '../../emulator/random.js'

/** A document or a folder of a world; titles and places change from run to run. */
export interface Thing {
  readonly token: string
  readonly type: string
  title: string
  edits: number
  /** The token of the folder above; empty for the top. */
  parent: string
}

const TITLES = ['A', 'B', 'C', 'D', 'E']

/** A few documents and two folders that take each other's names and places. */
export class PlacingWorld {
  readonly documents: readonly Thing[]
  private readonly folders: readonly Thing[]

  /** @param type of two of the documents: an uploaded file has no extension here */
  constructor(
    private readonly random: Random,
    type: 'docx' | 'file',
  ) {
    const thing = (token: string, type: string, title: string): Thing => ({ token, type, title, edits: 1, parent: '' })
    this.documents = TITLES.map((title, nth) => thing(`doxcn${nth}xxxxx${nth}`, nth < 2 ? type : 'docx', title))
    this.folders = ['Sub', 'C'].map((title, nth) => thing(`fldcn${nth}xxxxx${nth}`, 'folder', title))
  }

  listing(): Listing {
    const source = {
      where: 'sources line 1',
      link: 'https://acme.feishu.cn/drive/folder/fldcnTop',
      target: { kind: 'folder', token: 'fldcnTop' },
      as: undefined,
      to: undefined,
    } as const
    return { sources: [{ source, entries: this.entriesBelow('') }], faults: [] }
  }

  /** Two or three pass their titles on in a circle, one gets another title, one goes to another folder; some are edited. */
  change(): void {
    const { random, documents, folders } = this
    const things = [...documents, ...folders]
    const circle = [...things].sort(() => random() - 0.5).slice(0, random() < 0.5 ? 2 : 3)
    const titles = circle.map(({ title }) => title)
    for (const [nth, thing] of circle.entries()) {
      thing.title = titles[(nth + 1) % circle.length] ?? ''
      if (random() < 0.5) thing.edits++
    }
    if (random() < 0.4) this.any(things).title = this.any(TITLES)
    const moved = this.any(things)
    const parent = random() < 0.4 ? '' : this.any(folders).token
    if (!this.isBelow(parent, moved.token)) moved.parent = parent
  }

  private any<T>(list: readonly T[]): T {
    const one = list[Math.floor(this.random() * list.length)]
    if (one === undefined) throw new Error('an empty list')
    return one
  }

  private isBelow(token: string, above: string): boolean {
    for (let at: string | undefined = token; at !== undefined;) {
      if (at === above) return true
      at = this.folders.find((folder) => folder.token === at)?.parent
    }
    return false
  }

  private entriesBelow(parent: string): Entry[] {
    const below = [...this.documents, ...this.folders].filter((thing) => thing.parent === parent)
    return below.map(({ token, type, title, edits }) => ({
      token,
      type,
      title,
      editTime: type === 'folder' ? undefined : String(edits),
      url: undefined,
      shortcut: false,
      children: type === 'folder' ? this.entriesBelow(token) : [],
    }))
  }
}
