/** A page of Feishu whose link resembles that of a document. */
export interface LookAlike {
  /** A phrase that follows "which is ". */
  readonly is: string
  /** What to copy instead, in sentences. */
  readonly cure: string
}

const BASE_CURE = 'Open the base itself and copy the link from the address bar: https://…/base/TOKEN.'

/** Matched by the beginning of the path; the more specific ones come first. */
const LOOK_ALIKES: readonly (LookAlike & { readonly path: RegExp })[] = [
  {
    path: /^document\//,
    is: 'a page of the developer documentation, not a document of yours',
    cure: 'Copy the link of the document that is to be exported.',
  },
  { path: /^(share\/)?base\/form(\/|$)/, is: 'a form of a base, not the base', cure: BASE_CURE },
  { path: /^share\//, is: 'a shared view of a base, not the base', cure: BASE_CURE },
  { path: /^base\/workspace(\/|$)/, is: 'a workspace of bases, not a base', cure: BASE_CURE },
  { path: /^base\/automation(\/|$)/, is: 'an automation of a base, not the base', cure: BASE_CURE },
  {
    path: /^minutes(\/|$)/,
    is: 'a page of minutes (妙记), which cannot be exported',
    cure: 'Save what you need of them as a document, and copy the link of that.',
  },
]

/**
 * Finds out whether a path only resembles that of a document.
 * @param parts the decoded parts of the path
 */
export function findLookAlike(parts: readonly string[]): LookAlike | undefined {
  const path = parts.join('/')
  return LOOK_ALIKES.find((lookAlike) => lookAlike.path.test(path))
}
