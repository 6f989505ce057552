import { LINE_OPTIONS } from '../../feishu/links/pasted-text.js'
import { excerpt, type InputError } from '../../runner/inputs.js'

const NAMES = LINE_OPTIONS.join('|')
const QUOTED_OPTION_OR_COMMENT = new RegExp(`\\b(?:${NAMES})=(["']).*?(?:\\1(?=\\s|$)|$)|\\s#.*$`, 'gi')
// A colon is no sign of an option after `as` and `to`: a title may be `How to: …`.
const EARLY_OPTION = new RegExp(
  `(?<![\\p{L}\\p{N}-])(?:(?:${NAMES})\\s*[=＝]|(?:children|depth)\\s*[:：])\\s*\\S*`,
  'iu',
)
/** A comma between the parts of a list. */
export const LIST_COMMA = /[,，、;；]/
/** How to write a source line: a sentence. */
export const LINE_SYNTAX = 'A line is LINK [as=EXT[,EXT]] [to=PATH] [children=true] [depth=N].'
const LINE_SYNTAX_AND_QUOTES = `${LINE_SYNTAX} A path with blanks needs quotes: to="my folder/name". One link a line.`

/** Makes the error of a line. */
export type Refuse = (fault: string, cure: string) => InputError

/**
 * Removes a comment, which may name another link. A `#` in the quotes of an option begins no comment. A quote that is not
 * closed (see splitWords) goes on to the end of the line.
 */
export const withoutComment = (text: string): string =>
  text.replace(QUOTED_OPTION_OR_COMMENT, (option, quote: string | undefined) => (quote === undefined ? '' : option))

/** Finds an option in the text before a link, where it would be ignored. */
export const findEarlyOption = (text: string): string | undefined => EARLY_OPTION.exec(text)?.[0]

/**
 * Reads the options after a link. Words without a `=` before the first option are ignored, as they may be pasted with the
 * link. But words such as `depth` and `depth：1` are refused: they are options without a `=`.
 * @throws InputError
 */
export function readOptions(text: string, refuse: Refuse): ReadonlyMap<string, string> {
  const options = new Map<string, string>()
  let lastName = ''
  for (const word of splitWords(text, refuse)) {
    // A comma or bracket before the name: `，depth：1`.
    const [name = ''] = word
      .replace(/^[^\p{L}\p{N}]+/u, '')
      .toLowerCase()
      .split(/[=:：]/)
    const isOption = LINE_OPTIONS.includes(name)
    if (!isOption && !word.includes('=')) {
      if (options.size === 0) continue
      const list = options.get('as') ?? ''
      // There may be blanks around the commas of a list: `as=md, docx`.
      if (lastName === 'as' && (LIST_COMMA.test(list.slice(-1)) || LIST_COMMA.test(word.charAt(0)))) {
        options.set('as', list + word)
        continue
      }
      // It may be the rest of a path with blanks and without quotes.
      throw refuse(`${excerpt(word)} is not allowed after an option`, LINE_SYNTAX_AND_QUOTES)
    }
    if (!isOption) throw refuse(`${excerpt(word)} is not an option`, LINE_SYNTAX_AND_QUOTES)
    if (!word.toLowerCase().startsWith(`${name}=`)) {
      throw refuse(
        `${excerpt(word)} has no = with a value`,
        `Write ${name}=… without blanks around the sign. ${LINE_SYNTAX}`,
      )
    }
    if (options.has(name)) throw refuse(`\`${name}\` is given twice`, 'Leave one of them out.')
    options.set(name, word.slice(name.length + 1))
    lastName = name
  }
  return options
}

/**
 * Splits the text after a link into words at its blanks. Only the value of an option may be in quotes, and then have
 * blanks: `to="a b"`. The value ends at the first quote of the same kind before a blank or the end of the text. The quotes
 * are removed. A word that begins with `#` begins a comment, which is left out.
 * @throws InputError for a quote that is not closed
 */
function splitWords(text: string, refuse: Refuse): readonly string[] {
  const words: string[] = []
  // After blanks: `end`, an option in quotes, or any other `word`. `end` is a comment or the end of the text. An option in
  // quotes has `key`, `quote` and `value`, but no `value` if the quote is not closed.
  const next = /\s*(?:(?<end>#.*|$)|(?<key>[a-z-]+=)(?<quote>["'])(?:(?<value>.*?)\k<quote>(?=\s|$))?|(?<word>\S+))/iy
  for (;;) {
    // The pattern matches at every position, so there are always groups: the default values are for the types.
    const { end, key = '', quote, value, word } = next.exec(text)?.groups ?? { end: '' }
    if (end !== undefined) return words
    if (quote !== undefined && value === undefined) {
      const optionStart = next.lastIndex - `${key}${quote}`.length
      const shown = excerpt(text.slice(optionStart))
      throw refuse(`${shown} begins with a quote that does not end`, `Put ${quote} at its end, before the next blank.`)
    }
    words.push(word ?? `${key}${value ?? ''}`)
  }
}
