/** The rules of the judge; the README has a sentence for each. */
export type Rule =
  | 'only-copy'
  | 'gaps-delete-nothing'
  | 'answering-stays'
  | 'stale-goes'
  | 'moves-are-free'
  | 'place'
  | 'force-exports'
  | 'manifest-true'
  | 'whole-files'
  | 'edits-are-seen'
  | 'changed-exact'
  | 'counts-add-up'
  | 'users-files'
  | 'unchanged-night'
  | 'dry-run-true'
  | 'no-leftovers'
  | 'heals'
  | 'ends'

/** A broken rule, with what was seen. */
export interface Finding {
  readonly rule: Rule
  readonly what: string
}

export const finding = (rule: Rule, what: string): Finding => ({ rule, what })
