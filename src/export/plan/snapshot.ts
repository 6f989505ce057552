import type { Failure } from '../../feishu/errors/failure.js'

/** What is at a path of the disk. */
export type DiskEntry =
  /** Also an empty folder: it is removed when a file is put there. */
  | { readonly kind: 'nothing' }
  /** `id` is the same for two names of one file: on many disks `A` and `a`. */
  | { readonly kind: 'file'; readonly size: number; readonly id: string }
  /** A folder, a link, or what a link leads to outside the directory. */
  | { readonly kind: 'other' }
  /** The disk does not say. */
  | { readonly kind: 'unreadable'; readonly failure: Failure }

/** The disk as it was when the plan was made. */
export interface Snapshot {
  /** @param path relative to `directory`, with `/` */
  at(path: string): DiskEntry
}
