// The rules for a portable file name, written down independently of src/files/safe-name.ts. Characters that Unicode has
// not assigned are left out, though macOS refuses them: which ones these are depends on the version of Node.js.

// Characters that a system refuses, or by which a screen shows a name in another order.
const REFUSED = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}<>:"/\\|?*\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u
const DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|clock\$|(com|lpt)[0-9¹²³])\s*(\.|$)/i
// `.git`, `.github`, …, and the short names that NTFS gives them: GIT~1, GITHUB~1.
const GIT = /^(\.git|git[a-z\d]*~\d)/i
// HFS+ ignores these characters when it compares names.
const IGNORED_BY_HFS = /[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g
const MAX_BYTES = 255

/**
 * Returns the reasons why a name is not portable as one path segment. Linux, macOS or Windows refuse it, change it or
 * show it in another order, or it has a meaning for Git (`.git`, `.gitignore`, …).
 */
export function findNameProblems(name: string): string[] {
  const problems: string[] = []
  if (name === '') problems.push('it is empty')
  if (REFUSED.test(name)) problems.push('it has a character that is refused')
  if (/^\s|[\s.]$/u.test(name)) problems.push('it begins with a blank, or ends with a blank or dot')
  if (DEVICE.test(name)) problems.push('it is the name of a device')
  if (GIT.test(name.replace(IGNORED_BY_HFS, ''))) problems.push('it has a meaning for Git')
  if (Buffer.byteLength(name) > MAX_BYTES) problems.push(`it is longer than ${MAX_BYTES} bytes`)
  return problems
}
