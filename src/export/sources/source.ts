/** What a source line links to. */
export type SourceTarget =
  | { readonly kind: 'document'; readonly token: string; readonly type: string; readonly subId?: string | undefined }
  /** A page of a knowledge base; with `children`, also everything below it. */
  | {
      readonly kind: 'wiki-node'
      readonly token: string
      readonly subId?: string | undefined
      readonly children: boolean
    }
  | { readonly kind: 'wiki-space'; readonly spaceId: string }
  /** Every knowledge base of which the app is a member. */
  | { readonly kind: 'wiki-spaces' }
  | { readonly kind: 'folder'; readonly token: string }

/** One line of `sources`, checked. */
export interface Source {
  /** The position of the line, for messages: `sources line 3`. */
  readonly where: string
  readonly link: string
  /** The host of the link, for links to documents that the service does not send. */
  readonly host: string
  readonly target: SourceTarget
  /** File extensions that override `formats` for this line. */
  readonly as: readonly string[] | undefined
  /** A document's path without extension, or the directory of a tree's content: segments as the user wrote them. */
  readonly to: readonly string[] | undefined
  /** How many levels of a tree are listed; 1 for only the items directly in it, undefined for all. */
  readonly depth: number | undefined
}
