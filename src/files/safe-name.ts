// Linux takes 255 bytes, macOS 255 bytes of UTF-8, Windows 255 UTF-16 units: so many bytes fit everywhere.
const MAX_BYTES = 255
const MAX_EXTENSION_BYTES = 32

// What some system refuses or a screen reorders: C0, DEL, C1, separators of lines and of paths, Windows' own, controls
// of direction, lone surrogates, and what Unicode has not assigned (macOS refuses it) but for emoji to come.
const FORBIDDEN =
  /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}<>:"/\\|?*\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f\ufeff]|(?!\p{Extended_Pictographic})\p{Cn}/gu

// Windows opens a device under these names, with any extension and with blanks before it.
const DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|clock\$|com[0-9¹²³]|lpt[0-9¹²³])\s*(\.|$)/i

// HFS+ leaves these out when it compares names: `.g\u200cit` is `.git` there.
const IGNORED_BY_HFS = /[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g

/**
 * Makes one path segment of any text, a file's name or a folder's, that Linux, macOS and Windows accept and that means
 * nothing to git. Pure; what is safe already stays as it is, and so does the result when it is given again.
 * @param name a title or a name: any Unicode
 * @param extension added, without a dot before it, unless the name ends with it in any case
 * @returns 1 to 255 bytes of UTF-8; longer names are cut before the extension. Names of different texts may be equal
 */
export function safeName(name: string, extension = ''): string {
  const cleaned = clean(name)
  const wanted = headOf(clean(extension.replace(/^[\s.]+/, '')).replace(/\s/g, '_'), MAX_EXTENSION_BYTES)
  const end = wanted === '' ? ownExtension(cleaned) : `.${wanted}`
  const tail = cleaned.slice(cleaned.length - end.length)
  const endsWithIt = tail.toLowerCase() === end.toLowerCase()
  const suffix = endsWithIt ? tail : end
  const stem = (endsWithIt ? cleaned.slice(0, cleaned.length - end.length) : cleaned).replace(/^[\s.]+$/u, '')

  const whole = disarmed(stem, suffix)
  if (bytesOf(whole) <= MAX_BYTES) return whole
  const armed = whole.slice(0, whole.length - suffix.length)
  // Once more: what follows a device's name may just have been cut off.
  return disarmed(headOf(armed, MAX_BYTES - bytesOf(suffix)), suffix)
}

function clean(text: string): string {
  return withoutEnd(text.trim().replace(FORBIDDEN, '_'))
}

/** Without the blanks and dots at its end. A pattern that ends in `$` would begin again at each of a million of them. */
function withoutEnd(text: string): string {
  let length = text.length
  while (length > 0 && /[\s.]/u.test(text.charAt(length - 1))) length--
  return text.slice(0, length)
}

/** What follows the last dot, where that looks like an extension. */
function ownExtension(name: string): string {
  return /(?<=[^.])\.[a-z\d]{1,16}$/i.exec(name)?.[0] ?? ''
}

/** Stem and suffix, behind a `_` where the name would be empty or mean something to Windows or to git. */
function disarmed(stem: string, suffix: string): string {
  const name = `${stem}${suffix}`
  return stem === '' || DEVICE.test(name) || isGitName(name) ? `_${name}` : name
}

/**
 * True for a segment that means something to git on some system: `.git`, also `.gitattributes`, `.gitmodules`, `.github`.
 * NTFS knows such names by short ones too: GIT~1, GITHUB~1.
 */
export function isGitName(segment: string): boolean {
  return /^(\.git|git[a-z\d]*~\d)/.test(segment.replace(IGNORED_BY_HFS, '').toLowerCase())
}

const GRAPHEMES = new Intl.Segmenter('en', { granularity: 'grapheme' })

const bytesOf = (text: string): number => Buffer.byteLength(text)

/** As many whole characters (as people see them) as fit into so many bytes, without blanks or dots at the end. */
export function headOf(text: string, mostBytes: number): string {
  // No character has less than a byte: a title of a megabyte need not be looked at whole.
  const head = text.slice(0, mostBytes).replace(/[\ud800-\udbff]$/, '')
  if (head === text && bytesOf(text) <= mostBytes) return text
  let result = ''
  let bytes = 0
  for (const { segment } of GRAPHEMES.segment(head)) {
    bytes += bytesOf(segment)
    if (bytes > mostBytes) break
    result += segment
  }
  return withoutEnd(result === '' ? cutCodePoints(head, mostBytes) : result)
}

/** For one "character" of a hundred combining marks. */
function cutCodePoints(text: string, mostBytes: number): string {
  let result = ''
  let bytes = 0
  for (const character of text) {
    bytes += bytesOf(character)
    if (bytes > mostBytes) break
    result += character
  }
  return result
}
