import type { Failure } from '../../feishu/errors/failure.js'

/** What is at a path of the disk. */
export type DiskEntry =
  /** No entry, or an empty folder, which is removed when a file is written there. */
  | { readonly kind: 'nothing' }
  /** `id` is the same for two names of one file: on many disks `A` and `a`. */
  | { readonly kind: 'file'; readonly size: number; readonly id: string }
  /** A folder with content, a link, or a path that a link leads out of the directory. */
  | { readonly kind: 'other' }
  /** Reading the path failed. */
  | { readonly kind: 'unreadable'; readonly failure: Failure }

/** The disk as it was when the plan was made. */
export interface Snapshot {
  /** @param path relative to `directory`, with `/` */
  at(path: string): DiskEntry
}
