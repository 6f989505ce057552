// Linux allows 255 bytes, macOS 255 bytes of UTF-8, Windows 255 units of UTF-16: 255 bytes of UTF-8 fit everywhere.
const MAX_BYTES = 255
const MAX_EXTENSION_BYTES = 32

/**
 * The characters that a system refuses, or by which a screen shows a name in another order:
 * - control characters (C0, DEL, C1), controls of text direction, the byte order mark, lone surrogates
 * - separators of lines; characters that Windows reserves, among them the separators of paths
 * - characters that Unicode has not assigned (macOS refuses them), except those reserved for future emoji
 */
const FORBIDDEN =
  /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}<>:"/\\|?*\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f\ufeff]|(?!\p{Extended_Pictographic})\p{Cn}/gu

// Windows opens a device under these names, with any extension, and with blanks before the extension.
const DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|clock\$|com[0-9¹²³]|lpt[0-9¹²³])\s*(\.|$)/i

// HFS+ ignores these characters when it compares names: `.g\u200cit` is `.git` there.
const IGNORED_BY_HFS = /[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g

/**
 * Makes a path segment of any text. Linux, macOS and Windows accept the segment as a name, and it has no meaning for
 * git. Pure. A second call with the same extension changes nothing.
 * @param name a title or a name: any Unicode
 * @param extension with or without its dot. It is added, with a dot, unless the name already ends so (in any letter case)
 * @returns 1 to 255 bytes of UTF-8; a longer name is cut before the extension. Different texts may get the same name
 */
export function safeName(name: string, extension = ''): string {
  const cleaned = clean(name)
  const { stem, suffix } = splitSuffix(cleaned, cleanExtension(extension))

  let result = joinSafely(stem, suffix)
  // A cut may leave the name of a device or a name for git: `joinSafely` adds `_`, which may need another cut.
  while (bytesOf(result) > MAX_BYTES) {
    const longStem = result.slice(0, result.length - suffix.length)
    result = joinSafely(cutToBytes(longStem, MAX_BYTES - bytesOf(suffix)), suffix)
  }
  return result
}

/** Replaces forbidden characters by `_`; removes blanks at both ends, and dots at the end. */
function clean(text: string): string {
  return trimBlanksAndDotsAtEnd(text.trim().replace(FORBIDDEN, '_'))
}

/** Cleans an extension, which may begin with a dot. The result has no dot there, no blanks and at most 32 bytes. */
function cleanExtension(extension: string): string {
  const withoutDot = extension.replace(/^[\s.]+/, '')
  return cutToBytes(clean(withoutDot).replace(/\s/g, '_'), MAX_EXTENSION_BYTES)
}

/**
 * Finds the two parts of the final name: the stem, and the suffix (a dot and the extension). `safeName` cuts only the
 * stem. If the name already ends with the suffix, the suffix keeps the letter case of the name: `.PDF` for `A.PDF` and
 * `pdf`. A stem of blanks and dots alone becomes empty, so that `joinSafely` adds a visible character.
 * @param extension cleaned; if it is empty, the name's own extension counts
 */
function splitSuffix(name: string, extension: string): { readonly stem: string; readonly suffix: string } {
  const suffix = extension === '' ? ownExtension(name) : `.${extension}`
  const end = name.slice(name.length - suffix.length)
  const hasSuffix = end.toLowerCase() === suffix.toLowerCase()
  const stem = hasSuffix ? name.slice(0, name.length - suffix.length) : name
  const isBlank = /^[\s.]+$/u.test(stem)
  return { stem: isBlank ? '' : stem, suffix: hasSuffix ? end : suffix }
}

/** Removes blanks and dots at the end. A pattern like `[\s.]+$` would take quadratic time for a million blanks. */
function trimBlanksAndDotsAtEnd(text: string): string {
  let length = text.length
  while (length > 0 && /[\s.]/u.test(text.charAt(length - 1))) length--
  return text.slice(0, length)
}

/** The extension of a name, with its dot. Empty if the text after the last dot does not look like an extension. */
function ownExtension(name: string): string {
  return /(?<=[^.])\.[a-z\d]{1,16}$/i.exec(name)?.[0] ?? ''
}

/** Joins stem and suffix. Adds `_` before an empty stem, and before a name with a meaning for Windows or git. */
function joinSafely(stem: string, suffix: string): string {
  const name = `${stem}${suffix}`
  return stem === '' || DEVICE.test(name) || isGitName(name) ? `_${name}` : name
}

/**
 * True for a segment that has a meaning for git on some system: `.git`, and names that begin with it, such as
 * `.gitmodules`. Also for the short names that NTFS gives them, such as GIT~1 and GITHUB~1.
 */
export function isGitName(segment: string): boolean {
  return /^(\.git|git[a-z\d]*~\d)/.test(segment.replace(IGNORED_BY_HFS, '').toLowerCase())
}

const GRAPHEMES = new Intl.Segmenter('en', { granularity: 'grapheme' })

const bytesOf = (text: string): number => Buffer.byteLength(text)

/**
 * Cuts a text to at most `maxBytes` of UTF-8. The cut is between two graphemes (characters as people see them), unless
 * the first one alone is too long. A text that was cut loses the blanks and dots at its end.
 */
export function cutToBytes(text: string, maxBytes: number): string {
  // Each code unit takes at least one byte, so no more than `maxBytes` units fit. Two more units hold the next character:
  // with it, the last grapheme may be too long. The rest of the text, maybe a megabyte, is not read.
  const head = text.slice(0, maxBytes + 2)
  if (head === text && bytesOf(text) <= maxBytes) return text
  const graphemes = Array.from(GRAPHEMES.segment(head), ({ segment }) => segment)
  const cut = takeBytes(graphemes, maxBytes)
  // Empty when the first grapheme alone is too long: a letter with a hundred combining marks.
  return trimBlanksAndDotsAtEnd(cut === '' ? takeBytes(head, maxBytes) : cut)
}

/** Joins as many of the first parts as fit into `maxBytes`. If `parts` is a string, its parts are its code points. */
function takeBytes(parts: Iterable<string>, maxBytes: number): string {
  let result = ''
  let bytes = 0
  for (const part of parts) {
    bytes += bytesOf(part)
    if (bytes > maxBytes) break
    result += part
  }
  return result
}
