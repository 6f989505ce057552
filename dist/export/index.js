import { createRequire as __WEBPACK_EXTERNAL_createRequire } from "module";
import * as __WEBPACK_EXTERNAL_MODULE_node_http_b674be28__ from "node:http";
/******/ var __webpack_modules__ = ({

/***/ 298:
/***/ ((module) => {

// A simple implementation of make-array
function makeArray (subject) {
  return Array.isArray(subject)
    ? subject
    : [subject]
}

const UNDEFINED = undefined
const EMPTY = ''
const SPACE = ' '
const ESCAPE = '\\'

// The characters that carry a meaning of their own inside a regular
//   expression, so a literal one has to be escaped before it is emitted.
const REGEX_LITERAL_SPECIAL = /[.*+?()[\]{}^$|\\/]/
const BOM = '\uFEFF'
// A run of two or more asterisks is a globstar (#175)
const REGEX_ANCHORED_GLOBSTAR = /^\/\*{2,}$/
const REGEX_REPLACE_LEADING_EXCAPED_EXCLAMATION = /^\\!/
const REGEX_REPLACE_LEADING_EXCAPED_HASH = /^\\#/
const REGEX_SPLITALL_CRLF = /\r?\n/g

// Invalid:
// - /foo,
// - ./foo,
// - ../foo,
// - .
// - ..
// Valid:
// - .foo
const DOUBLE_SLASH = '//'
const SLASH_CODE = 47
const DOT_CODE = 46


const SLASH = '/'

// Do not use ternary expression here, since "istanbul ignore next" is buggy
let TMP_KEY_IGNORE = 'node-ignore'
/* istanbul ignore else */
if (typeof Symbol !== 'undefined') {
  TMP_KEY_IGNORE = Symbol.for('node-ignore')
}
const KEY_IGNORE = TMP_KEY_IGNORE

const define = (object, key, value) => {
  Object.defineProperty(object, key, {value})
  return value
}

const RETURN_FALSE = () => false

// > The range notation, e.g. [a-zA-Z],
// > can be used to match one of the characters in a range.
//
// gitignore(5) defers to fnmatch(3) for this, and git implements it in
//   `wildmatch.c`.  A bracket expression has a sub-grammar of its own, which
//   is neither the surrounding pattern grammar nor the JavaScript one:
//
//   - a `]` right after `[` or `[!` is a literal member, not the terminator
//   - `[:alpha:]` names one of twelve POSIX classes
//   - `\` escapes the next member, `]` included
//   - `*`, `?` and `.` are plain literal members
//   - an unterminated expression makes the whole pattern match nothing
//
// which means the expression can not be located -- let alone translated -- by
//   a regular expression.  It is scanned out of the pattern before the
//   replacers below run, and put back once they are done, so that neither the
//   metacharacter escaper nor the `?` / `*` replacers ever see its body.

// git classifies with its own ASCII-only ctype macros (`wildmatch.c`), never
//   with the C library ones, so these must not be mapped onto `\d` / `\w` /
//   `\s`, which are wider.  `/` is left out of every expansion, because a
//   bracket expression never matches a path separator.
const POSIX_CLASSES = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  blank: ' \\t',
  cntrl: '\\x00-\\x1f\\x7f',
  digit: '0-9',
  graph: '!-.0-~',
  lower: 'a-z',
  print: ' -.0-~',
  punct: '!-.:-@\\[-`{-~',
  // git's `sane-ctype.h` classifies \v and \f as control, not space,
  //   unlike C's `isspace`
  space: ' \\t\\n\\r',
  upper: 'A-Z',
  xdigit: '0-9A-Fa-f'
}

const CLASS_MEMBERS_TO_ESCAPE = '\\]^-['

const escapeMember = char => CLASS_MEMBERS_TO_ESCAPE.indexOf(char) < 0
  ? char
  : ESCAPE + char

// > if (matched == negated || ((flags & WM_PATHNAME) && text_ch == '/'))
// >   return WM_ABORT_TO_STARSTAR;                     (git, `wildmatch.c`)
// A bracket expression never matches a path separator, whatever its members
//   say, so a negated class gets `/` as one more excluded character, while a
//   plain one -- where a literal member or a range could still let `/` in --
//   is guarded with a lookahead, `/` being impossible to subtract from a
//   JavaScript character class.
const NON_SLASH = '(?!\\/)'

const classSource = (negated, body) => {
  if (negated) {
    return `[^\\/${body}]`
  }

  const source = `[${body}]`

  return new RegExp(source).test('/')
    ? NON_SLASH + source
    : source
}

// Scan the bracket expression that starts at `pattern[start] === '['`,
//   mirroring the member loop of git's `wildmatch.c`.
// @returns {{end: number, source: string} | null} `null` if the expression is
//   never terminated, which makes the whole pattern match nothing.
const scanBracket = (pattern, start) => {
  const {length} = pattern
  let index = start + 1
  let negated = EMPTY

  const lead = pattern[index]
  if (lead === '!' || lead === '^') {
    negated = '^'
    index ++
  }

  let body = EMPTY

  // The member a `-` could start a range from, or EMPTY when the previous
  //   member can not open one (start of the body, or a range / POSIX class
  //   that has just closed)
  let prev = EMPTY

  // git scans the members with a do-while, so the first one is consumed
  //   unconditionally.  That is the whole reason a leading `]` is a member
  //   and not the terminator.
  for (;;) {
    const char = pattern[index]

    if (char === UNDEFINED) {
      return null
    }

    if (char === ESCAPE) {
      // A pattern can not end on a lone backslash -- `createRule` has
      //   already thrown it away -- so there is a character to read.
      const escaped = pattern[++ index]
      body += escapeMember(escaped)
      prev = escaped
    } else if (
      char === '-'
      && prev
      && index + 1 < length
      && pattern[index + 1] !== ']'
    ) {
      index ++
      let to = pattern[index]
      if (to === ESCAPE) {
        to = pattern[index += 1]
      }
      // An out-of-order range matches nothing in git but is a syntax error in
      //   JavaScript, so it is dropped.  Its lower bound stays: git tests it
      //   as a plain member before it ever looks at the `-`, so `[c-a]` does
      //   match `c`.
      if (prev <= to) {
        body += `-${escapeMember(to)}`
      }
      prev = EMPTY
    } else if (char === '[' && pattern[index + 1] === ':') {
      const nameStart = index + 2
      let end = nameStart
      while (end < length && pattern[end] !== ']') {
        end ++
      }

      if (end === length) {
        return null
      }

      if (end > nameStart && pattern[end - 1] === ':') {
        const name = pattern.slice(nameStart, end - 1)

        // An unknown class name makes the whole pattern match nothing
        if (!Object.prototype.hasOwnProperty.call(POSIX_CLASSES, name)) {
          return null
        }

        body += POSIX_CLASSES[name]
        prev = EMPTY
        index = end
      } else {
        // No `:]` to close it, so the `[` is a plain member and scanning
        //   resumes right after it.
        body += escapeMember('[')
        prev = '['
        index = nameStart - 2
      }
    } else {
      body += escapeMember(char)
      prev = char
    }

    index ++

    if (pattern[index] === ']') {
      return {
        end: index,
        source: classSource(negated, body)
      }
    }
  }
}

// An empty JavaScript class can never match, which is how a pattern that git
//   gives up on (`WM_ABORT_ALL`) is expressed here.
const NEVER_MATCH = '[]'

// A NUL can appear in neither a `.gitignore` line nor a path, which makes it
//   the one safe placeholder character.  A literal one in the pattern is
//   held aside all the same, so a collision is impossible by construction.
const PLACEHOLDER = '\u0000'
const REGEX_RESTORE_PLACEHOLDER = new RegExp(
  `${PLACEHOLDER}(\\d+)${PLACEHOLDER}`, 'g'
)

// The one wildcard the chain does not expand for itself is a trailing `*`. How
//   it expands depends on the mode (`regex` vs `checkRegex`), so `_make` is
//   left to do it, and until then the pending wildcard travels as this marker.
//   That is what keeps it apart from a user-escaped literal `\*`: the unescape
//   steps collapse the escaped one to the exact `\*` a wildcard would leave
//   behind, so by the time `_make` runs the two are otherwise the same string
//   and a literal star gets wrongly rewritten into a wildcard. The marker is a
//   private-use character, and `extractBrackets` keeps one that came out of the
//   pattern apart from it, so the only marker `_make` ever turns back into a
//   real wildcard is the one this chain put there itself.
const TRAILING_WILDCARD = '\uE000'

// A trailing "/**" is deferred the same way, because `checkRegex` has to tell
//   it apart from a trailing "/*" (see `checkSourceOf`). For `.ignores()` it
//   still never matches the folder itself (#21).
const TRAILING_DOUBLESTAR = '\uE001'

// The three characters above mean something to the chain that builds the
//   source rather than to the path, so one that came out of the pattern is
//   held aside like a bracket expression instead of going straight out. Being
//   held is what makes it safe: the restore runs after the step that anchors
//   the source, so the character comes back in the middle of the source and
//   not at its end, which is the one place `_make` and `checkSourceOf` look
//   for a marker. Without it a pattern's own character lands where a pending
//   marker sits, and `_make` turns it into a real trailing wildcard.
//
// It is held as a one-member class rather than bare, in both of the branches
//   a reserved character can reach, so that the property can be
//   read off this function alone -- a reserved character never goes out on
//   its own -- rather than depending on where in the chain the restore
//   happens to run. In the expression built here `[x]` matches exactly what
//   `x` matches, none of the three being special to a regular expression or
//   inside a class, so no test can tell the two apart: the class is insurance,
//   and the paragraph above is the reason it is not needed.
const isReserved = char =>
  char === PLACEHOLDER
  || char === TRAILING_WILDCARD
  || char === TRAILING_DOUBLESTAR

// Replace every bracket expression with a placeholder the replacers below
//   leave alone, and translate it separately.
const extractBrackets = pattern => {
  const sources = []
  const hold = source =>
    `${PLACEHOLDER}${sources.push(source) - 1}${PLACEHOLDER}`

  const {length} = pattern
  let out = EMPTY
  let index = 0

  while (index < length) {
    const char = pattern[index]

    if (char === ESCAPE) {
      // > Put a backslash ("\") in front of ... a character to make it literal.
      //                                            (gitignore(5) -> fnmatch(3))
      // A backslash quotes the next character, whatever it is, so `\d` is a
      //   literal `d`, not the regex digit class, and `\?` is a literal `?`,
      //   not a wildcard. Held aside as its literal here, the escape never
      //   reaches the replacers below, which would otherwise let `\d`, `\b`,
      //   `\1`, `\/` keep their regular-expression meaning, and would turn a
      //   `\?` into `[^\/]`.
      //
      // Three escapes are still left for the chain: `\*` (a literal star,
      //   told apart from a wildcard by `TRAILING_WILDCARD` and the wildcard
      //   replacers), `\[` (a literal bracket, the one `[` the bracket
      //   replacer still expects), and `\ ` (a quoted space, which one pass
      //   below rewrites in bulk -- holding each one aside instead costs more
      //   on a pattern built out of them).
      //
      // A quoted backslash is not among them. The chain doubles every
      //   backslash, then takes the doubling back out again, and a quoted one
      //   standing next to a character the chain also escapes left the two
      //   counts sharing a run, so one of the escapes was lost. Held here as
      //   the literal it means, it never joins that run.
      const escaped = pattern[index + 1]

      if (escaped === SLASH && index + 2 === length) {
        // Git removes a final directory slash before matching. An escape
        //   without a character after that removal makes the pattern invalid.
        out += hold(NEVER_MATCH)
      } else if (
        escaped === '*'
        || escaped === '['
        || escaped === SPACE
      ) {
        out += pattern.slice(index, index + 2)
      } else {
        out += hold(
          REGEX_LITERAL_SPECIAL.test(escaped)
            ? ESCAPE + escaped
            : isReserved(escaped)
              ? `[${escaped}]`
              : escaped
        )
      }

      index += 2
    } else if (isReserved(char)) {
      out += hold(`[${char}]`)
      index ++
    } else if (char === '[') {
      const scanned = scanBracket(pattern, index)

      if (scanned === null) {
        // git gives up on the whole pattern (`WM_ABORT_ALL`), so whatever
        //   follows can not make it match either.
        out += hold(NEVER_MATCH)
        index = length
      } else {
        out += hold(scanned.source)
        index = scanned.end + 1
      }
    } else {
      out += char
      index ++
    }
  }

  return {
    source: out,
    sources
  }
}

// A step of the chain below is normally a `[matcher, replacer]` pair handed
//   to `String.replace`. `DIRECT` marks the ones that are plain string work
//   instead, and take `(source, pattern)`.
//
// Anchoring the two ends is exactly that -- a test of one character and a
//   concatenation -- and putting it through the regular expression engine
//   cost a third of this chain for nothing: 167ns where 10ns does the same
//   job. The two are still steps in the same list, in the same places,
//   because their position in the order is part of what they mean.
const DIRECT = null

// A separator at the beginning or in the middle of a pattern, as opposed to
//   one at the very end.
const REGEX_INNER_SLASH = /\/(?!$)/
const WILDCARD = '[^\\/]*'

// > If the pattern ends with a slash,
// > it is removed for the purpose of the following description,
// > but it would only find a match with a directory.
// > In other words, foo/ will match a directory foo and paths underneath it,
// > but will not match a regular file or a symbolic link foo
// >  (this is consistent with the way how pathspec works in general in Git).
// '`foo/`' will not match regular file '`foo`' or symbolic link '`foo`'
// -> ignore-rules will not deal with it, because it costs extra `fs.stat` call
//      you could use option `mark: true` with `glob`

// '`foo/`' should not continue with the '`..`'
// The chain that turns one gitignore pattern into a regular expression
//   source, in order. A step is either
//
//   [matcher, replacer]            handed to `String.replace`
//   [matcher, replacer, required]  the same, but skipped outright unless
//                                    `required` appears in the string, which
//                                    the matcher cannot match without
//   [DIRECT, transform]            plain string work, taking (source, pattern)
//
// The `required` character is only ever a shortcut: finding it does not mean
//   the matcher will match, and not finding it means it cannot. It is there
//   because scanning for one character costs a fraction of running a matcher
//   that then finds nothing -- for the wildcard step, whose `[^\\]+`
//   backtracks its way through the whole string before giving up, 11ns
//   against 400ns.
const REPLACERS = [

  // Replace (\ ) with ' '
  // Only a space: an escaped tab or other whitespace is already a literal by
  //   the time it reaches here, and a bare tab must be left as one, not turned
  //   into a space.
  // (\ ) -> ' '
  // (\\ ) -> '\\ '
  // (\\\ ) -> '\\ '
  [
    // A run of backslashes is taken whole, from its first one, so no match
    //   ever starts again inside it -- `(\\+?) ` did, which made a long run
    //   quadratic.
    /(\\+)( ?)/g,
    (_, run, space) => space
      ? run.slice(0, run.length - run.length % 2) + SPACE
      : run,
    ESCAPE + SPACE
  ],

  // git's wildmatch() reads a run of two or more asterisks as one globstar
  //   whenever the run fills a path segment: it starts the pattern or follows
  //   a `/`, and it ends the pattern or comes before a `/`. A run of two is
  //   already `**`; a longer one is folded into `**` here, so the steps
  //   below only ever have to know `**`.
  // `***/foo` -> `**/foo`, `a/***/b` -> `a/**/b`, `a/***` -> `a/**`
  // git also takes a run beside a literal prefix (`a***/b`) or beside an
  //   escaped slash (`***\/b`) as a globstar, and this does not; the README
  //   lists both, under "A run of asterisks".
  [
    /(^|\/)\*{3,}(?=\/|$)/g,
    (_, start) => `${start}**`,
    '*'
  ],

  // Escape metacharacters
  // which is written down by users but means special for regular expressions.

  // > There are 12 characters with special meanings:
  // > - the backslash \,
  // > - the caret ^,
  // > - the dollar sign $,
  // > - the period or dot .,
  // > - the vertical bar or pipe symbol |,
  // > - the question mark ?,
  // > - the asterisk or star *,
  // > - the plus sign +,
  // > - the opening parenthesis (,
  // > - the closing parenthesis ),
  // > - and the opening square bracket [,
  // > - the opening curly brace {,
  // > These special characters are often called "metacharacters".
  [
    /[\\$.|*+(){^]/g,
    match => `\\${match}`
  ],

  [
    // > a question mark (?) matches a single character
    /(?!\\)\?/g,
    () => '[^/]',
    '?'
  ],

  // leading slash
  [

    // > A leading slash matches the beginning of the pathname.
    // > For example, "/*.c" matches "cat-file.c" but not "mozilla-sha1/sha1.c".
    // A leading slash matches the beginning of the pathname
    /^\//,
    () => '^',
    SLASH
  ],

  // replace special metacharacter slash after the leading slash
  [
    /\//g,
    () => '\\/',
    SLASH
  ],

  [
    // > A leading "**" followed by a slash means match in all directories.
    // > For example, "**/foo" matches file or directory "foo" anywhere,
    // > the same as pattern "foo".
    // > "**/foo/bar" matches file or directory "bar" anywhere that is directly
    // >   under directory "foo".
    // Notice that the '*'s have been replaced as '\\*'
    /^\^*(?:\\\*\\\*\\\/)+/,

    // '**/foo' <-> 'foo'
    () => '(?:^|\\/)',
    '*'
  ],

  // starting
  [
    // there will be no leading '/'
    //   (which has been replaced by section "leading slash")
    // If starts with '**', adding a '^' to the regular expression also works
    DIRECT,
    (source, pattern) => {
      // Nothing to anchor to, or already anchored (`^` or `(?:^|\/)`)
      if (!source || source[0] === '^' || source[0] === '(') {
        return source
      }

      // If has a slash `/` at the beginning or middle
      const anchor = !REGEX_INNER_SLASH.test(pattern)
        // > Prior to 2.22.1
        // > If the pattern does not contain a slash /,
        // >   Git treats it as a shell glob pattern
        // Actually, if there is only a trailing slash,
        //   git also treats it as a shell glob pattern

        // After 2.22.1 (compatible but clearer)
        // > If there is a separator at the beginning or middle (or both)
        // > of the pattern, then the pattern is relative to the directory
        // > level of the particular .gitignore file itself.
        // > Otherwise the pattern may also match at any level below
        // > the .gitignore level.
        ? '(?:^|\\/)'

        // > Otherwise, Git treats the pattern as a shell glob suitable for
        // >   consumption by fnmatch(3)
        : '^'

      return anchor + source
    }
  ],

  // two globstars
  [
    // Use lookahead assertions so that we could match more than one `'/**'`
    /\\\/\\\*\\\*(?=\\\/|$)/g,

    // Zero, one or several directories
    // should not use '*', or it will be replaced by the next replacer

    // Check if it is not the last `'/**'`
    (_, index, str) => index + 6 < str.length

      // case: /**/ at the end of the pattern, i.e. a trailing `'/**/'`
      // > A trailing `"/**/"` (a trailing `"/**"` restricted to directories)
      // >   matches everything inside, but it should not match the current
      // >   folder itself, so it requires at least one directory segment.
      // 'a/**/' matches 'a/b/', 'a/x/y/' but not 'a/'
      ? str.slice(index + 6) === '\\/'
        ? '(?:\\/[^\\/]+)+'

        // case: /**/
        // > A slash followed by two consecutive asterisks then a slash matches
        // >   zero or more directories.
        // > For example, "a/**/b" matches "a/b", "a/x/b", "a/x/y/b" and so on.
        // '/**/'
        : '(?:\\/[^\\/]+)*'

      // case: /**
      // > A trailing `"/**"` matches everything inside.

      // #21: everything inside but it should not include the current folder,
      //   resolved by `_make`
      : `\\/${TRAILING_DOUBLESTAR}`,
    '*'
  ],

  // normal intermediate wildcards
  [
    // Never replace escaped '*'
    // ignore rule '\*' will match the path '*'

    // 'abc.*/' -> go
    // 'abc.*'  -> skip this rule,
    //    coz trailing single wildcard will be handed by [trailing wildcard]
    /(^|[^\\])(?:\\\*)+(?!$)/g,

    // '*.js' matches '.js'
    // '*.js' doesn't match 'abc'
    // 1. An asterisk "*" matches anything except a slash.
    // 2. Other consecutive asterisks are considered regular asterisks
    //    and collapse into one non-slash wildcard run.
    (_, p1) => p1 + WILDCARD,
    '*'
  ],

  // trailing wildcard, held apart from a literal star
  [
    // The step above leaves a trailing `*` alone, so a single `\*` is all that
    //   can be left at the end here, and what stands in front of it says which
    //   kind it is. A wildcard arrives as the escaper wrote it, `\*` with
    //   nothing before it; a literal arrives as the user's own escape, which
    //   the escaper doubled, and then the star's own -- `\\` and then `\*`.
    //   There is no third case: every backslash still reaching the chain is
    //   one `\*`, `\[` or `\ ` carries itself, and each is followed by its
    //   own character, so a longer run can never form. This runs while the
    //   two are still distinct, before the unescape steps below collapse the
    //   literal onto the very `\*` a wildcard leaves behind.
    /(^|[^\\])((?:\\\\)*)\\\*$/,

    (match, p1, p2) =>
      p2 === EMPTY
        // A real wildcard: carry it to `_make` as the marker, so the unescape
        //   steps and the trailing-wildcard rewrite can never mistake it for a
        //   literal `\*` (nor the reverse).
        ? p1 + TRAILING_WILDCARD
        // A literal star: leave it exactly as it stands for the unescape steps.
        : match,
    '*'
  ],

  [
    // unescape, revert step 3 except for back slash
    // For example, if a user escape a '\\*',
    // after step 3, the result will be '\\\\\\*'
    /\\\\\\(?=[$.|*+(){^])/g,
    () => ESCAPE,
    ESCAPE + ESCAPE
  ],

  [
    // '\\\\' -> '\\'
    /\\\\/g,
    () => ESCAPE,
    ESCAPE + ESCAPE
  ],

  [
    // Every real bracket expression -- POSIX classes included -- has already
    //   been held aside by `extractBrackets`, so the only `[` left in the
    //   pattern is an escaped, literal one.

    // A backslash could only stand at the end of the range if it quoted the
    //   `]`, and `\]` is held aside long before this.
    /\\\[([^\]/]*?)($|\])/g,

    // '\\[bar]' -> '\\\\[bar]'
    (match, range, close) => `\\[${range}${close}`,
    '['
  ],

  // ending
  [
    // 'js' will not match 'js.'
    // 'ab' will not match 'abc'
    DIRECT,

    // WTF!
    // https://git-scm.com/docs/gitignore
    // changes in [2.22.1](https://git-scm.com/docs/gitignore/2.22.1)
    // which re-fixes #24, #38

    // > If there is a separator at the end of the pattern then the pattern
    // > will only match directories, otherwise the pattern can match both
    // > files and directories.

    // 'js*' will not match 'a.js'
    // 'js/' will not match 'a.js'
    // 'js' will match 'a.js' and 'a.js/'
    source => {
      const last = source[source.length - 1]

      // The pattern is empty, or ends in a pending marker `_make` owns --
      //   the trailing wildcard, or a trailing "/**". A trailing `*` that is
      //   not the marker is a literal star, which anchors like any other
      //   final character.
      if (!last || last === TRAILING_WILDCARD || last === TRAILING_DOUBLESTAR) {
        return source
      }

      return last === SLASH
        // foo/ will not match 'foo'
        ? `${source}$`
        // foo matches 'foo' and 'foo/'
        : `${source}(?=$|\\/$)`
    }
  ]
]

const REGEX_REPLACE_TRAILING_WILDCARD = /(^|\\\/)?\uE000$/
const MODE_IGNORE = 'regex'
const MODE_CHECK_IGNORE = 'checkRegex'
const UNDERSCORE = '_'

const replaceTrailingWildcard = (_, p1) => {
  const prefix = p1
    // '\^':
    // '/*' does not match EMPTY
    // '/*' does not match everything

    // '\\\/':
    // 'abc/*' does not match 'abc/'
    ? `${p1}[^/]+`

    // 'a*' matches 'a'
    // 'a*' matches 'aa'
    : '[^/]*'

  return `${prefix}(?=$|\\/$)`
}

const REGEX_REPLACE_TRAILING_DOUBLESTAR = /\uE001$/

// 'abc/**' matches everything under 'abc', but not 'abc/' itself (#21):
//   requiring one arbitrary character (line terminators included, #176)
//   after 'abc/' is necessary and sufficient for `.test(path)`.
const replaceTrailingDoublestar = () => '[\\s\\S]'

// The fixed piece between the wildcard at `at` and the next wildcard of the
//   run: the tokens that separate them, joined as they appear in the source.
//   A run never holds two wildcards in a row, so there is always at least one
//   token.
const separatorAfter = (run, at) => {
  let separator = EMPTY

  for (let index = at + 1; index < run.length && !run[index].wildcard; index ++) {
    separator += run[index].single
  }

  return separator
}

// Where a run of non-slash wildcards is split by fixed pieces --
//   `[^/]*ab[^/]*cd...` -- the engine has many equivalent ways to lay the
//   input across the wildcards, and on input that does not match it works
//   through all of them, so the time grows with the number of wildcards
//   rather than the length of the path. Every wildcard but the last in such a
//   run can be pinned to stop where the piece after it begins, which leaves
//   one way to lay out the input and no rewinding, without changing which
//   paths match: the fixed pieces still bound the count, and the last
//   wildcard still absorbs the rest.
//
// A wildcard is pinned to the whole piece, never to the piece's first
//   character. The pin leaves no way back, so a wildcard that stopped at that
//   first character would hand over wherever the character happens to turn
//   up, including the places the rest of the piece cannot follow -- which is
//   how `f*o/*/*` came to miss `foo/b/c`, the first `o` of `foo` not being
//   the one the `o/` after it needs. Every token of a piece matches exactly
//   one character, so the first place the whole piece fits is the leftmost
//   place it can sit, and whatever is left over goes to the wildcards that
//   follow.
//
// The source is read one token at a time -- a wildcard, a single-character
//   piece (a literal, an escape, a class), or a parenthesised group or anchor
//   that ends the run -- so only a genuine wildcard is touched.
const pinWildcards = source => {
  if (source.indexOf(WILDCARD) < 0) {
    return source
  }

  const tokens = []
  const {length} = source
  let index = 0

  while (index < length) {
    const char = source[index]

    if (source.startsWith(WILDCARD, index)) {
      tokens.push({wildcard: true})
      index += WILDCARD.length
    } else if (char === '[') {
      let end = index + 1

      if (source[end] === '^') {
        end ++
      }

      if (source[end] === ']') {
        end ++
      }

      while (end < length && source[end] !== ']') {
        end += source[end] === ESCAPE
          ? 2
          : 1
      }

      end ++
      tokens.push({single: source.slice(index, end)})
      index = end
    } else if (char === ESCAPE) {
      tokens.push({single: source.slice(index, index + 2)})
      index += 2
    } else if (char === '(') {
      let depth = 0
      let end = index

      do {
        if (source[end] === ESCAPE) {
          end ++
        } else if (source[end] === '(') {
          depth ++
        } else if (source[end] === ')') {
          depth --
        }

        end ++
      } while (end < length && depth > 0)

      if ('*+?'.indexOf(source[end]) >= 0) {
        end ++
      }

      tokens.push({boundary: source.slice(index, end)})
      index = end
    } else if (char === '^' || char === '$') {
      tokens.push({boundary: char})
      index ++
    } else {
      tokens.push({single: char})
      index ++
    }
  }

  let out = EMPTY
  let run = []

  const flush = () => {
    let lastWildcard

    run.forEach((token, at) => {
      if (token.wildcard) {
        lastWildcard = at
      }
    })

    run.forEach((token, at) => {
      if (!token.wildcard) {
        out += token.single
        return
      }

      // Every wildcard but the last is pinned to the whole piece that
      //   follows it, for the reason set out above this function. The last
      //   one stays as it is and takes up the rest.
      out += at === lastWildcard
        ? WILDCARD
        : `(?:(?!${separatorAfter(run, at)})[^\\/])*`
    })

    run = []
  }

  tokens.forEach(token => {
    if (token.boundary === undefined) {
      run.push(token)
      return
    }

    flush()
    out += token.boundary
  })

  flush()

  return out
}

// @param {pattern}
const makeRegexPrefix = pattern => {
  // `/**` matches every path, as `**` does. The translation below only finds
  //   a globstar beside a slash it keeps, and the leading one is turned into
  //   an anchor, so `/**` would come out as `/*` and match one level only.
  //   Here rather than in `createRule`, so that `checkSourceOf`, which
  //   compiles `/**/` again without its trailing slash, gets it too.
  if (REGEX_ANCHORED_GLOBSTAR.test(pattern)) {
    pattern = '**'
  }

  const {source, sources} = extractBrackets(pattern)

  const replaced = REPLACERS.reduce(
    // A pass whose matcher finds nothing hands back the very string it was
    //   given, so asking first costs a search and saves a rewrite. Ten of the
    //   fifteen passes never fire for a typical .gitignore line, and between
    //   them they were 45% of this chain.
    (prev, [matcher, replacer, required]) => {
      if (matcher === DIRECT) {
        return replacer(prev, pattern)
      }

      if (required !== UNDEFINED && prev.indexOf(required) < 0) {
        return prev
      }

      // A pass whose matcher finds nothing hands back the very string it was
      //   given, so asking first costs a search and saves a rewrite.
      return matcher.test(prev)
        ? prev.replace(matcher, replacer.bind(pattern))
        : prev
    },
    source
  )

  // Most patterns hold no bracket expression at all, and then there is
  //   nothing to put back.
  return sources.length
    ? replaced.replace(
      REGEX_RESTORE_PLACEHOLDER,
      (match, index) => sources[index]
    )
    : replaced
}

// `checkRegex` tests a path with a trailing slash, 'abc/', the way
//   `git check-ignore` matches that literal string once the directory itself
//   is known not to be excluded (see `checkIgnore`): a trailing '/' of the
//   pattern is dropped, a basename pattern sees an empty basename, and only a
//   pattern whose last segment is a pending wildcard can match what is left
//   after the final slash -- 'abc/*' and 'abc/**' match 'abc/', and 'abc/**'
//   also matches 'abc/d/' (#77, #169).
const checkSourceOf = (body, prefix) => {
  if (body[body.length - 1] === SLASH) {
    prefix = makeRegexPrefix(body.slice(0, - 1))
  }

  const head = prefix.slice(0, - 1)
  const last = prefix[prefix.length - 1]

  return last === TRAILING_WILDCARD
    ? `${head}$`
    : last === TRAILING_DOUBLESTAR
      ? head
      : NEVER_MATCH
}

// A trailing slash does not stop a pattern being basename-only: it restricts
//   the match to a directory, it does not let the pattern reach across one.
//   Everything else a pattern can hold -- a wildcard, a character class, an
//   escape -- stays inside a single path segment too, so a pattern with no
//   separator in it can only ever describe the last one.
const matchesBasename = body => {
  const index = body.indexOf(SLASH)

  return index < 0 || index === body.length - 1
}

// The last segment of a path, keeping a trailing slash, because a pattern that
//   ends in one matches only a directory.
// 'a/b/c.js' -> 'c.js';  'a/b/' -> 'b/';  'c.js' -> 'c.js' (no copy made)
const basenameOf = path => {
  const end = path.length - 1

  const index = path.lastIndexOf(
    SLASH,
    path[end] === SLASH
      ? end - 1
      : end
  )

  return index < 0
    ? path
    : path.slice(index + 1)
}

// The parent directory of a path, with its trailing separator, or EMPTY when
//   the path has none.
// 'a/b/c' -> 'a/b/';  'a/b/' -> 'a/';  'a' -> EMPTY;  'a/' -> EMPTY
//
// A path holding an empty segment has to be taken apart, because its
//   ancestors are not prefixes of it: the parent of 'a//b' is 'a/', not
//   'a//', and the parent of '/a/' is nothing at all. Both shapes reach here
//   -- 'a//b' is accepted outright, and `checkIgnore` does not put the path
//   it is given through the relative-path check.
//
// Every other path is a prefix of itself, and cutting one costs a fraction of
//   splitting it into an array and joining that back at every level: 73ns
//   against 207ns.
const parentOf = path => {
  if (
    path.charCodeAt(0) === SLASH_CODE
    || path.indexOf(DOUBLE_SLASH) >= 0
  ) {
    const slices = path.split(SLASH).filter(Boolean)

    slices.pop()

    return slices.length
      ? slices.join(SLASH) + SLASH
      : EMPTY
  }

  const end = path.length - 1

  // Look back from before a trailing separator, since that one belongs to the
  //   path itself.
  //
  // A negative place to start would be a trap here: `lastIndexOf` clamps one
  //   to 0 and searches there rather than reporting no match, so '/' would
  //   come back as its own parent and the walk would never end. It cannot
  //   happen -- that is the only path short enough to produce one, and the
  //   test above has already sent it the other way.
  const cut = path.lastIndexOf(
    SLASH,
    path.charCodeAt(end) === SLASH_CODE
      ? end - 1
      : end
  )

  return cut < 0
    ? EMPTY
    : path.slice(0, cut + 1)
}

const isString = subject => typeof subject === 'string'

// Blank lines, comments and trailing lone backslashes are told by
//   `createRule`, once the pattern is normalized.
const checkPattern = pattern => pattern
  && isString(pattern)

// Git drops one CR before each LF, and one at the end of a final line that
//   has no LF after it.
const splitPattern = pattern => (
  pattern[pattern.length - 1] === '\r'
    ? pattern.slice(0, - 1)
    : pattern
)
.split(REGEX_SPLITALL_CRLF)
.filter(Boolean)

class IgnoreRule {
  constructor (
    pattern,
    mark,
    body,
    ignoreCase,
    negative,
    prefix
  ) {
    this.pattern = pattern
    this.mark = mark
    this.negative = negative

    define(this, 'body', body)
    define(this, 'ignoreCase', ignoreCase)
    define(this, 'regexPrefix', prefix)
  }

  // Worked out on first use and kept behind an own property, the way `regex`
  //   caches itself in `_regex`. Deciding it in the constructor instead would
  //   add a fourth `defineProperty` to every rule ever built, which cost 4% of
  //   every compile -- including the compiles of rules that are never matched
  //   against anything.
  get _basenameOnly () {
    return define(this, '_basenameOnly', matchesBasename(this.body))
  }

  get regex () {
    const key = UNDERSCORE + MODE_IGNORE

    if (this[key]) {
      return this[key]
    }

    return this._make(MODE_IGNORE, key)
  }

  get checkRegex () {
    const key = UNDERSCORE + MODE_CHECK_IGNORE

    if (this[key]) {
      return this[key]
    }

    return this._make(MODE_CHECK_IGNORE, key)
  }

  _make (mode, key) {
    const str = pinWildcards(
      mode === MODE_IGNORE
        ? this.regexPrefix
        .replace(REGEX_REPLACE_TRAILING_WILDCARD, replaceTrailingWildcard)
        .replace(REGEX_REPLACE_TRAILING_DOUBLESTAR, replaceTrailingDoublestar)
        : checkSourceOf(this.body, this.regexPrefix)
    )

    const regex = this.ignoreCase
      ? new RegExp(str, 'i')
      : new RegExp(str)

    return define(this, key, regex)
  }
}

const hasTrailingBackslash = str => {
  let count = 0

  while (str[str.length - count - 1] === ESCAPE) {
    count ++
  }

  return count % 2 === 1
}

// Read a line the way git does: when `stripLineEnd` is set (an unsplit array
//   or object pattern), drop any trailing blank lines along with the LF
//   before each and at most one CR at the end of the line; then trim trailing
//   spaces in the same backward pass. Git trims spaces only, and a space
//   escaped by an odd run of backslashes stays, unescaped, as the last one.
// Scanned from the end: a regular expression can only try each start in
//   turn, which is quadratic over a long run of spaces or backslashes.
// 'a  ' -> 'a';  'a\ ' -> 'a ';  'a\\ ' -> 'a\\';  'a\t' -> 'a\t'
// 'a\r\n' -> 'a';  'a\r\r' -> 'a\r';  'a\n\r' -> 'a'
const trimEnd = (body, stripLineEnd) => {
  let lineEnd = body.length
  let end

  for (;;) {
    if (stripLineEnd && body[lineEnd - 1] === '\r') {
      lineEnd --
    }

    end = lineEnd

    while (body[end - 1] === SPACE) {
      end --
    }

    if (!stripLineEnd || body[end - 1] !== '\n') {
      break
    }

    lineEnd = end - 1
  }

  if (end === lineEnd) {
    return body.slice(0, lineEnd)
  }

  let backslashes = 0

  while (body[end - backslashes - 1] === ESCAPE) {
    backslashes ++
  }

  return backslashes % 2
    ? body.slice(0, end - 1) + SPACE
    : body.slice(0, end)
}

const createRule = (
  pattern,
  mark,
  ignoreCase,
  stripLineEnd,
  stripBOM
) => {
  // Git drops a BOM before it reads the first line, so before anything else.
  let body = stripBOM && pattern[0] === BOM
    ? pattern.slice(1)
    : pattern

  // > A line starting with # serves as a comment.
  if (body[0] === '#') {
    return
  }

  let negative = false

  // > An optional prefix "!" which negates the pattern;
  if (body[0] === '!') {
    negative = true
    body = body.slice(1)
  }

  // Normalize the body before checking which slashes anchor the pattern.
  //   Otherwise `bar/ ` is mistaken for a pattern containing an inner slash.
  //   A line from `splitPattern` has already lost its line ending, so only a
  //   trailing space remains to trim there.
  const last = body[body.length - 1]

  if (
    last === SPACE
    || stripLineEnd && (last === '\r' || last === '\n')
  ) {
    body = trimEnd(body, stripLineEnd)
  }

  // > A blank line matches no files, so it can serve as a separator for
  // >   readability.
  // Nor does a lone "!", a pattern ending on an unpaired backslash, or
  //   anything else left empty here: an empty pattern would compile to a
  //   regex matching every path.
  if (!body || hasTrailingBackslash(body)) {
    return
  }

  body = body
  // > Put a backslash ("\") in front of the first "!" for patterns that
  // >   begin with a literal "!", for example, `"\!important!.txt"`.
  .replace(REGEX_REPLACE_LEADING_EXCAPED_EXCLAMATION, '!')
  // > Put a backslash ("\") in front of the first hash for patterns that
  // >   begin with a hash.
  .replace(REGEX_REPLACE_LEADING_EXCAPED_HASH, '#')

  const regexPrefix = makeRegexPrefix(body)

  return new IgnoreRule(
    pattern,
    mark,
    body,
    ignoreCase,
    negative,
    regexPrefix
  )
}

class RuleManager {
  constructor (ignoreCase) {
    this._ignoreCase = ignoreCase
    this._rules = []

    // How many of the rules git would tag `EXC_FLAG_NODIR`.
    //
    // The scan uses it to decide, once for the whole set, whether handing
    //   those rules the basename is worth what it costs the others. The
    //   shortcut saves a full-path scan on every rule it applies to and costs
    //   a check on every rule it does not, so a set where almost nothing is
    //   basename-only comes out behind -- a 955 pattern set with 44 of them
    //   measured 19% slower with the shortcut always on.
    //
    // Deciding this by measurement rather than by meaning is safe: a
    //   basename-only pattern gives the very same answer against the whole
    //   path, it just takes longer to say so. The choice can only change how
    //   fast the scan runs, never what it returns.
    this._basenameCount = 0
  }

  _add (pattern, index) {
    // #32
    if (pattern && pattern[KEY_IGNORE]) {
      this._rules = this._rules.concat(pattern._rules._rules)
      this._basenameCount += pattern._rules._basenameCount
      this._added = true
      return
    }

    const isStr = isString(pattern)
    const raw = isStr
      ? pattern
      : pattern.pattern

    const rule = checkPattern(raw)
      && createRule(
        raw,
        isStr ? UNDEFINED : pattern.mark,
        this._ignoreCase,
        !this._split,
        this._stripBOM && !index
      )

    if (rule) {
      this._added = true
      this._rules.push(rule)

      // Deliberately not `rule._basenameOnly`: reading that would materialise
      //   the rule's own copy, and the whole point of leaving it lazy is that
      //   a rule which is compiled and never matched never pays for it.
      if (matchesBasename(rule.body)) {
        this._basenameCount ++
      }
    }
  }

  // @param {Array<string> | string | Ignore} pattern
  add (pattern) {
    this._added = false
    this._split = isString(pattern)
    this._stripBOM = !this._split || pattern[0] === BOM

    makeArray(
      this._split
        ? splitPattern(pattern)
        : pattern
    ).forEach(this._add, this)

    if (this._added) {
      this._literalRules = UNDEFINED
    }

    return this._added
  }

  // Match the literal 'abc/' for `checkIgnore`, last rule wins. Only a rule
  //   ending in a wildcard can match it (see `checkSourceOf`), so the rest
  //   are left out once, rather than tested or compiled for every path.
  testLiteral (path) {
    const rules = this._literalRules || (
      this._literalRules = this._rules.filter(
        ({body}) => body[body.length - (
          body[body.length - 1] === SLASH ? 2 : 1
        )] === '*'
      )
    )

    let ignored = false
    let unignored = false
    let matchedRule

    for (let index = rules.length - 1; index >= 0; index --) {
      const rule = rules[index]

      if (rule.checkRegex.test(path)) {
        ignored = !rule.negative
        unignored = rule.negative
        matchedRule = rule.negative
          ? UNDEFINED
          : rule
        break
      }
    }

    const ret = {
      ignored,
      unignored
    }

    if (matchedRule) {
      ret.rule = matchedRule
    }

    return ret
  }

  // Test one single path without recursively checking parent directories
  //
  // - mode `string` either `MODE_IGNORE` or `MODE_CHECK_IGNORE`

  // @returns {TestResult}
  test (path, mode) {
    // Most of a .gitignore is patterns with no slash in them, and running
    //   those against the whole path makes the regular expression engine walk
    //   every directory name on the way to the only segment that could match.
    //   Handing them the basename instead is what git does, and it is where
    //   the time in a directory walk goes: the rule scan was two thirds of it.
    const rules = this._rules
    const {length} = rules

    const shortcut = this._basenameCount * 2 >= length

    const basename = shortcut
      ? basenameOf(path)
      : path

    // The last rule to match decides, as in git, and it is the rule
    //   `git check-ignore -v` reports, so the scan runs from the end and stops
    //   at the first match.
    // A plain loop rather than `forEach`, so that `path`, `basename` and
    //   `shortcut` are locals. As a callback they became closure variables,
    //   and reaching for one of those once per rule cost 10% of a scan over a
    //   large rule set -- more than the shortcut they were there to serve.
    for (let index = length - 1; index >= 0; index --) {
      const rule = rules[index]

      if (rule[mode].test(
        shortcut && rule._basenameOnly
          ? basename
          : path
      )) {
        const {negative} = rule

        const ret = {
          ignored: !negative,
          unignored: negative
        }

        if (!negative) {
          ret.rule = rule
        }

        return ret
      }
    }

    return {
      ignored: false,
      unignored: false
    }
  }
}

const throwError = (message, Ctor) => {
  throw new Ctor(message)
}

const checkPath = (path, originalPath, doThrow) => {
  if (!isString(path)) {
    return doThrow(
      `path must be a string, but got \`${originalPath}\``,
      TypeError
    )
  }

  // We don't know if we should ignore EMPTY, so throw
  if (!path) {
    return doThrow(`path must not be empty`, TypeError)
  }

  // Check if it is a relative path
  if (checkPath.isNotRelative(path)) {
    const r = '`path.relative()`d'
    return doThrow(
      `path should be a ${r} string, but got "${originalPath}"`,
      RangeError
    )
  }

  return true
}

// > pathname should be a `path.relative()`d one
//
// The same thing `REGEX_TEST_INVALID_PATH` says, spelled out: a path is not
//   relative if it begins with a separator, or with `./` or `../`, or is
//   nothing but `.` or `..`. Every match is decided by the first three
//   characters, and this runs on every path handed to the library -- where it
//   was 55% of a cached lookup, more than the cache lookup itself.
const isNotRelative = path => {
  const first = path.charCodeAt(0)

  if (first === SLASH_CODE) {
    return true
  }

  if (first !== DOT_CODE) {
    return false
  }

  // '.'
  if (path.length === 1) {
    return true
  }

  const second = path.charCodeAt(1)

  // './'
  if (second === SLASH_CODE) {
    return true
  }

  if (second !== DOT_CODE) {
    return false
  }

  // '..' or '../'
  return path.length === 2 || path.charCodeAt(2) === SLASH_CODE
}

checkPath.isNotRelative = isNotRelative

// On windows, the following function will be replaced
/* istanbul ignore next */
checkPath.convert = p => p


const convertPath = target =>
  isString(target) && checkPath.convert(target)


class Ignore {
  constructor ({
    ignorecase = true,
    ignoreCase = ignorecase,
    allowRelativePaths = false
  } = {}) {
    define(this, KEY_IGNORE, true)

    this._rules = new RuleManager(ignoreCase)
    this._strictPathCheck = !allowRelativePaths
    this._initCache()
  }

  _initCache () {
    // A cache for the result of `.ignores()`
    this._ignoreCache = Object.create(null)

    // A cache for the result of `.test()`
    this._testCache = Object.create(null)
  }

  add (pattern) {
    if (this._rules.add(pattern)) {
      // Some rules have just added to the ignore,
      //   making the behavior changed,
      //   so we need to re-initialize the result cache
      this._initCache()
    }

    return this
  }

  // legacy
  addPattern (pattern) {
    return this.add(pattern)
  }

  // @returns {TestResult}
  _test (originalPath, cache, path) {
    checkPath(
      path,
      originalPath,
      this._strictPathCheck
        ? throwError
        : RETURN_FALSE
    )

    return path
      ? this._t(path, cache)
      : {
        ignored: false,
        unignored: false
      }
  }

  checkIgnore (target) {
    // A Windows path is converted first, so that a directory given with a
    //   trailing separator, `\` or `/`, is told the same way
    const path = convertPath(target)

    // If the path does not end with a slash, `.ignores()` is much equivalent
    //   to `git check-ignore`
    if (!path || path.charCodeAt(path.length - 1) !== SLASH_CODE) {
      return this._test(target, this._testCache, path)
    }

    // Like `git check-ignore`: a directory excluded by itself or by an
    //   ancestor settles it, and only then is the literal 'abc/' matched
    //   against the rules (see `checkSourceOf`).
    const dir = this._t(path, this._testCache)

    if (dir.ignored) {
      return dir
    }

    const literal = this._rules.testLiteral(path)

    return literal.ignored || literal.unignored
      ? literal
      : dir
  }

  _t (
    // The path to be tested
    path,

    // The cache for the result of a certain checking
    cache
  ) {
    if (path in cache) {
      return cache[path]
    }

    const parentPath = parentOf(path)

    // If the path contains a parent directory, check the parent first
    const parent = parentPath
      ? this._t(parentPath, cache)
      : UNDEFINED

    return cache[path] = parent && parent.ignored
      // > It is not possible to re-include a file if a parent directory of
      // >   that file is excluded.
      ? parent
      : this._rules.test(path, MODE_IGNORE)
  }

  ignores (path) {
    return this._test(path, this._ignoreCache, convertPath(path)).ignored
  }

  createFilter () {
    return path => !this.ignores(path)
  }

  filter (paths) {
    return makeArray(paths).filter(this.createFilter())
  }

  // @returns {TestResult}
  test (path) {
    return this._test(path, this._testCache, convertPath(path))
  }
}

const factory = options => new Ignore(options)

const isPathValid = path =>
  checkPath(convertPath(path), path, RETURN_FALSE)

/* istanbul ignore next */
const setupWindows = () => {
  /* eslint no-control-regex: "off" */
  const makePosix = str => /^\\\\\?\\/.test(str)
  || /["<>|\u0000-\u001F]+/u.test(str)
    ? str
    : str.replace(/\\/g, '/')

  checkPath.convert = makePosix

  // 'C:\\foo'     <- 'C:\\foo' has been converted to 'C:/'
  // 'd:\\foo'
  const REGEX_TEST_WINDOWS_PATH_ABSOLUTE = /^[a-z]:\//i
  checkPath.isNotRelative = path =>
    REGEX_TEST_WINDOWS_PATH_ABSOLUTE.test(path)
    || isNotRelative(path)
}


// Windows
// --------------------------------------------------------------
/* istanbul ignore next */
if (
  // Detect `process` so that it can run in browsers.
  typeof process !== 'undefined'
  && process.platform === 'win32'
) {
  setupWindows()
}

// COMMONJS_EXPORTS ////////////////////////////////////////////////////////////

module.exports = factory

// Although it is an anti-pattern,
//   it is still widely misused by a lot of libraries in github
// Ref: https://github.com/search?q=ignore.default%28%29&type=code
factory.default = factory

module.exports.isPathValid = isPathValid

// For testing purposes
define(module.exports, Symbol.for('setupWindows'), setupWindows)


/***/ }),

/***/ 770:
/***/ ((module, __unused_webpack_exports, __nccwpck_require__) => {

module.exports = __nccwpck_require__(218);


/***/ }),

/***/ 218:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {

var __webpack_unused_export__;


var net = __nccwpck_require__(278);
var tls = __nccwpck_require__(756);
var http = __nccwpck_require__(611);
var https = __nccwpck_require__(692);
var events = __nccwpck_require__(434);
var assert = __nccwpck_require__(613);
var util = __nccwpck_require__(23);


exports.httpOverHttp = httpOverHttp;
exports.httpsOverHttp = httpsOverHttp;
exports.httpOverHttps = httpOverHttps;
exports.httpsOverHttps = httpsOverHttps;


function httpOverHttp(options) {
  var agent = new TunnelingAgent(options);
  agent.request = http.request;
  return agent;
}

function httpsOverHttp(options) {
  var agent = new TunnelingAgent(options);
  agent.request = http.request;
  agent.createSocket = createSecureSocket;
  agent.defaultPort = 443;
  return agent;
}

function httpOverHttps(options) {
  var agent = new TunnelingAgent(options);
  agent.request = https.request;
  return agent;
}

function httpsOverHttps(options) {
  var agent = new TunnelingAgent(options);
  agent.request = https.request;
  agent.createSocket = createSecureSocket;
  agent.defaultPort = 443;
  return agent;
}


function TunnelingAgent(options) {
  var self = this;
  self.options = options || {};
  self.proxyOptions = self.options.proxy || {};
  self.maxSockets = self.options.maxSockets || http.Agent.defaultMaxSockets;
  self.requests = [];
  self.sockets = [];

  self.on('free', function onFree(socket, host, port, localAddress) {
    var options = toOptions(host, port, localAddress);
    for (var i = 0, len = self.requests.length; i < len; ++i) {
      var pending = self.requests[i];
      if (pending.host === options.host && pending.port === options.port) {
        // Detect the request to connect same origin server,
        // reuse the connection.
        self.requests.splice(i, 1);
        pending.request.onSocket(socket);
        return;
      }
    }
    socket.destroy();
    self.removeSocket(socket);
  });
}
util.inherits(TunnelingAgent, events.EventEmitter);

TunnelingAgent.prototype.addRequest = function addRequest(req, host, port, localAddress) {
  var self = this;
  var options = mergeOptions({request: req}, self.options, toOptions(host, port, localAddress));

  if (self.sockets.length >= this.maxSockets) {
    // We are over limit so we'll add it to the queue.
    self.requests.push(options);
    return;
  }

  // If we are under maxSockets create a new one.
  self.createSocket(options, function(socket) {
    socket.on('free', onFree);
    socket.on('close', onCloseOrRemove);
    socket.on('agentRemove', onCloseOrRemove);
    req.onSocket(socket);

    function onFree() {
      self.emit('free', socket, options);
    }

    function onCloseOrRemove(err) {
      self.removeSocket(socket);
      socket.removeListener('free', onFree);
      socket.removeListener('close', onCloseOrRemove);
      socket.removeListener('agentRemove', onCloseOrRemove);
    }
  });
};

TunnelingAgent.prototype.createSocket = function createSocket(options, cb) {
  var self = this;
  var placeholder = {};
  self.sockets.push(placeholder);

  var connectOptions = mergeOptions({}, self.proxyOptions, {
    method: 'CONNECT',
    path: options.host + ':' + options.port,
    agent: false,
    headers: {
      host: options.host + ':' + options.port
    }
  });
  if (options.localAddress) {
    connectOptions.localAddress = options.localAddress;
  }
  if (connectOptions.proxyAuth) {
    connectOptions.headers = connectOptions.headers || {};
    connectOptions.headers['Proxy-Authorization'] = 'Basic ' +
        new Buffer(connectOptions.proxyAuth).toString('base64');
  }

  debug('making CONNECT request');
  var connectReq = self.request(connectOptions);
  connectReq.useChunkedEncodingByDefault = false; // for v0.6
  connectReq.once('response', onResponse); // for v0.6
  connectReq.once('upgrade', onUpgrade);   // for v0.6
  connectReq.once('connect', onConnect);   // for v0.7 or later
  connectReq.once('error', onError);
  connectReq.end();

  function onResponse(res) {
    // Very hacky. This is necessary to avoid http-parser leaks.
    res.upgrade = true;
  }

  function onUpgrade(res, socket, head) {
    // Hacky.
    process.nextTick(function() {
      onConnect(res, socket, head);
    });
  }

  function onConnect(res, socket, head) {
    connectReq.removeAllListeners();
    socket.removeAllListeners();

    if (res.statusCode !== 200) {
      debug('tunneling socket could not be established, statusCode=%d',
        res.statusCode);
      socket.destroy();
      var error = new Error('tunneling socket could not be established, ' +
        'statusCode=' + res.statusCode);
      error.code = 'ECONNRESET';
      options.request.emit('error', error);
      self.removeSocket(placeholder);
      return;
    }
    if (head.length > 0) {
      debug('got illegal response body from proxy');
      socket.destroy();
      var error = new Error('got illegal response body from proxy');
      error.code = 'ECONNRESET';
      options.request.emit('error', error);
      self.removeSocket(placeholder);
      return;
    }
    debug('tunneling connection has established');
    self.sockets[self.sockets.indexOf(placeholder)] = socket;
    return cb(socket);
  }

  function onError(cause) {
    connectReq.removeAllListeners();

    debug('tunneling socket could not be established, cause=%s\n',
          cause.message, cause.stack);
    var error = new Error('tunneling socket could not be established, ' +
                          'cause=' + cause.message);
    error.code = 'ECONNRESET';
    options.request.emit('error', error);
    self.removeSocket(placeholder);
  }
};

TunnelingAgent.prototype.removeSocket = function removeSocket(socket) {
  var pos = this.sockets.indexOf(socket)
  if (pos === -1) {
    return;
  }
  this.sockets.splice(pos, 1);

  var pending = this.requests.shift();
  if (pending) {
    // If we have pending requests and a socket gets closed a new one
    // needs to be created to take over in the pool for the one that closed.
    this.createSocket(pending, function(socket) {
      pending.request.onSocket(socket);
    });
  }
};

function createSecureSocket(options, cb) {
  var self = this;
  TunnelingAgent.prototype.createSocket.call(self, options, function(socket) {
    var hostHeader = options.request.getHeader('host');
    var tlsOptions = mergeOptions({}, self.options, {
      socket: socket,
      servername: hostHeader ? hostHeader.replace(/:.*$/, '') : options.host
    });

    // 0 is dummy port for v0.6
    var secureSocket = tls.connect(0, tlsOptions);
    self.sockets[self.sockets.indexOf(socket)] = secureSocket;
    cb(secureSocket);
  });
}


function toOptions(host, port, localAddress) {
  if (typeof host === 'string') { // since v0.10
    return {
      host: host,
      port: port,
      localAddress: localAddress
    };
  }
  return host; // for v0.11 or later
}

function mergeOptions(target) {
  for (var i = 1, len = arguments.length; i < len; ++i) {
    var overrides = arguments[i];
    if (typeof overrides === 'object') {
      var keys = Object.keys(overrides);
      for (var j = 0, keyLen = keys.length; j < keyLen; ++j) {
        var k = keys[j];
        if (overrides[k] !== undefined) {
          target[k] = overrides[k];
        }
      }
    }
  }
  return target;
}


var debug;
if (process.env.NODE_DEBUG && /\btunnel\b/.test(process.env.NODE_DEBUG)) {
  debug = function() {
    var args = Array.prototype.slice.call(arguments);
    if (typeof args[0] === 'string') {
      args[0] = 'TUNNEL: ' + args[0];
    } else {
      args.unshift('TUNNEL:');
    }
    console.error.apply(console, args);
  }
} else {
  debug = function() {};
}
__webpack_unused_export__ = debug; // for test


/***/ }),

/***/ 746:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   A: () => (/* binding */ formatFault),
/* harmony export */   L4: () => (/* binding */ OUTPUT_EXTENSIONS),
/* harmony export */   PF: () => (/* binding */ EXPORTABLE_TYPES),
/* harmony export */   QK: () => (/* binding */ kindFor),
/* harmony export */   Xs: () => (/* binding */ isExportable),
/* harmony export */   ZA: () => (/* binding */ WHAT_BECOMES_WHAT),
/* harmony export */   il: () => (/* binding */ extensionsFor)
/* harmony export */ });
/* harmony import */ var _feishu_tasks_export_formats_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(252);

/** What this action makes besides what the service exports. */
const OWN_FORMATS = {
    docx: { md: 'markdown' },
    board: { png: 'board' },
};
/** All types of which something can be exported. */
const EXPORTABLE_TYPES = [...Object.keys(_feishu_tasks_export_formats_js__WEBPACK_IMPORTED_MODULE_0__/* .EXPORT_FORMATS */ .UP), 'board'];
/** True for a type of which something can be exported. */
const isExportable = (type) => EXPORTABLE_TYPES.includes(type);
/** All file extensions that something can become, in lower case and without a dot. */
const OUTPUT_EXTENSIONS = [...new Set(EXPORTABLE_TYPES.flatMap(extensionsFor))];
/** The file extensions that documents of a type can become. */
function extensionsFor(type) {
    const byTask = Object.hasOwn(_feishu_tasks_export_formats_js__WEBPACK_IMPORTED_MODULE_0__/* .EXPORT_FORMATS */ .UP, type) ? _feishu_tasks_export_formats_js__WEBPACK_IMPORTED_MODULE_0__/* .EXPORT_FORMATS */ .UP[type] : [];
    return [...byTask, ...Object.keys(OWN_FORMATS[type] ?? {})];
}
/** How documents of a type become an extension. */
const kindFor = (type, extension) => OWN_FORMATS[type]?.[extension] ?? 'task';
/** What can become what, as a sentence. */
const WHAT_BECOMES_WHAT = 'These can be exported: doc to docx or pdf; docx to docx, pdf or md; sheet to xlsx or csv; bitable (base) to xlsx, csv' +
    ' or base; slides to pptx or pdf; board to png.';
/**
 * Checks a pair of type and extension.
 * @param type any type of the service's, also one that cannot be exported
 * @returns undefined when the pair works, otherwise what cannot be done (a clause) and what can (a sentence)
 */
function formatFault(type, extension) {
    const possible = extensionsFor(type);
    if (possible.includes(extension))
        return undefined;
    if (possible.length === 0) {
        return { what: `a document of type ${type} cannot be exported at all`, can: WHAT_BECOMES_WHAT };
    }
    const can = possible.length === 1 ? (possible[0] ?? '') : `${possible.slice(0, -1).join(', ')} or ${possible.at(-1) ?? ''}`;
    return { what: `a document of type ${type} cannot be exported to ${extension}`, can: `It exports to ${can}.` };
}


/***/ }),

/***/ 362:
/***/ ((module, __unused_webpack___webpack_exports__, __nccwpck_require__) => {

__nccwpck_require__.a(module, async (__webpack_handle_async_dependencies__, __webpack_async_result__) => { try {
/* harmony import */ var _files_plain_file_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(714);
/* harmony import */ var _runner_action_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(535);
/* harmony import */ var _inputs_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(294);
/* harmony import */ var _run_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(75);




await (0,_runner_action_js__WEBPACK_IMPORTED_MODULE_1__/* .runAction */ .C)(process, (read, tools) => {
    const files = { workspace: tools.workspace, readFile: (file) => (0,_files_plain_file_js__WEBPACK_IMPORTED_MODULE_0__/* .readPlainFile */ .b)(tools.workspace, file) };
    return (0,_run_js__WEBPACK_IMPORTED_MODULE_3__/* .run */ .e)((0,_inputs_js__WEBPACK_IMPORTED_MODULE_2__/* .readExportInputs */ .k)(read, tools.mask, files), tools);
});

__webpack_async_result__();
} catch(e) { __webpack_async_result__(e); } }, 1);

/***/ }),

/***/ 294:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  k: () => (/* binding */ readExportInputs)
});

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __nccwpck_require__(760);
var external_node_path_default = /*#__PURE__*/__nccwpck_require__.n(external_node_path_);
// EXTERNAL MODULE: ./src/runner/inputs.ts
var inputs = __nccwpck_require__(205);
;// CONCATENATED MODULE: ./src/inputs/connection.ts

/**
 * Reads and checks credential, base URL and timeout.
 * @param mask told of every secret, before anything else is done with it
 * @throws InputError
 */
function readConnectionInputs(read, mask, defaultTimeoutSeconds) {
    return {
        credential: readCredential(read, mask),
        baseUrl: readBaseUrl(read),
        timeoutMs: (0,inputs/* secondsInput */.oA)(read, 'timeout-seconds') ?? defaultTimeoutSeconds * 1000,
    };
}
const EMPTY_SECRET = 'If it comes from a secret, that secret is empty here: secrets are not given to workflows of forks and of Dependabot' +
    ' (which has its own), a misspelt name is empty too, and so is one of an environment that the job does not name' +
    ' (`environment:`).';
/** Reads what the user gave to prove who asks, and masks it. @throws InputError */
function readCredential(read, mask) {
    const accessToken = read('access-token').trim();
    const appId = read('app-id').trim();
    const appSecret = read('app-secret').trim();
    for (const secret of [accessToken, appSecret])
        if (secret !== '')
            mask(secret);
    if (accessToken !== '' && (appId !== '' || appSecret !== '')) {
        throw new inputs/* InputError */.dz('Inputs `access-token` and `app-id`/`app-secret` are both given. Give one kind of credential, not two.');
    }
    if (accessToken !== '') {
        return { kind: 'token', accessToken: headerSafe('access-token', accessToken) };
    }
    if (appId === '' && appSecret === '') {
        throw new inputs/* InputError */.dz(`No credential: inputs \`access-token\`, \`app-id\` and \`app-secret\` are all empty. Give \`access-token\`, or \`app-id\` and \`app-secret\`. ${EMPTY_SECRET}`);
    }
    if (appSecret === '') {
        throw new inputs/* InputError */.dz(`Input \`app-secret\` is empty, though \`app-id\` is given. ${EMPTY_SECRET}`);
    }
    if (appId === '') {
        throw new inputs/* InputError */.dz(`Input \`app-id\` is empty, though \`app-secret\` is given. ${EMPTY_SECRET}`);
    }
    return { kind: 'app', appId: headerSafe('app-id', appId), appSecret: headerSafe('app-secret', appSecret) };
}
function headerSafe(name, value) {
    if (/^bearer\s/i.test(value)) {
        throw new inputs/* InputError */.dz(`Input \`${name}\` begins with "Bearer". Give the token alone.`);
    }
    if (!/^[\x21-\x7e]+$/.test(value)) {
        throw new inputs/* InputError */.dz(`Input \`${name}\` holds a blank, a line break or another character that no credential has. Copy it anew, alone.`);
    }
    return value;
}
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
/** Reads the address of the open platform. @throws InputError */
function readBaseUrl(read) {
    const value = read('base-url').trim() || 'https://open.feishu.cn';
    // A password or a token may stand there, even where the whole cannot be read as an address.
    const shown = /[@?#]/.test(value) ? 'a text that is not shown here' : (0,inputs/* excerpt */.Kb)(value);
    const bad = (fault, cure) => new inputs/* InputError */.dz(`Input \`base-url\` is ${shown}, ${fault}. ${cure}`);
    const usual = 'Write https://open.feishu.cn, or https://open.larksuite.com for Lark.';
    if (!URL.canParse(value))
        throw bad('which is no web address', usual);
    const url = new URL(value);
    if (url.username !== '' || url.password !== '') {
        throw bad('which carries a user or a password', `Leave them out. ${usual}`);
    }
    if (url.search !== '' || url.hash !== '' || /[?#]/.test(value)) {
        throw bad('which carries a query or a # part', `Leave them out. ${usual}`);
    }
    if (url.protocol !== 'https:' && !(url.protocol === 'http:' && LOOPBACK.test(url.hostname))) {
        throw bad('which is not https', `The credential would travel in the clear. ${usual}`);
    }
    if (/\/open-apis(\/|$)/.test(url.pathname)) {
        throw bad('which holds the path of the API', `Write the host alone: "${url.origin}".`);
    }
    if (/(^|\.)(feishu\.cn|larksuite\.com)$/.test(url.hostname) && !url.hostname.startsWith('open.')) {
        throw bad('where documents live, not the API', usual);
    }
    return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

;// CONCATENATED MODULE: ./src/inputs/files.ts


/**
 * Reads the folder that files go to: absolute, relative to the workspace, the workspace itself when empty.
 * @throws InputError
 */
function readDirectory(read, workspace) {
    const value = read('directory').trim();
    if (value.includes('\0')) {
        throw new inputs/* InputError */.dz('Input `directory` holds a NUL character, which no path has. Write the path of a folder.');
    }
    return external_node_path_default().resolve(workspace, value);
}
/** A number of bytes; undefined when the input is empty. @throws InputError */
function bytesInput(read, name, cure) {
    const value = read(name).trim();
    if (value === '')
        return undefined;
    const bytes = /^\d+$/.test(value) ? Number(value) : NaN;
    if (!Number.isSafeInteger(bytes)) {
        throw new InputError(`Input \`${name}\` is ${excerpt(value)}, which is not a number of bytes. ${cure}`);
    }
    return bytes;
}

// EXTERNAL MODULE: ./src/export/formats.ts
var export_formats = __nccwpck_require__(746);
// EXTERNAL MODULE: ./node_modules/ignore/index.js
var ignore = __nccwpck_require__(298);
var ignore_default = /*#__PURE__*/__nccwpck_require__.n(ignore);
;// CONCATENATED MODULE: ./src/feishu/links/document-link.ts
// Source: 云文档概述 and the links of the product; the words of older links (`/space/doc/`, `/sheet/`) among them.
const TYPES = {
    doc: 'doc',
    docs: 'doc',
    docx: 'docx',
    sheet: 'sheet',
    sheets: 'sheet',
    base: 'bitable',
    bitable: 'bitable',
    slides: 'slides',
    file: 'file',
    mindnote: 'mindnote',
    mindnotes: 'mindnote',
    board: 'board',
};
const TOKEN = /^[\w-]{1,27}$/;
const SPACE_ID = /^\d{1,20}$/;
const NO_NODES = new Set(['home', 'space', 'settings', 'recent', 'trash', 'all']);
const CURE = "Copy the link from the browser's address bar or with 「分享」→「复制链接」: https://…/docx/TOKEN, also /docs/, /sheets/," +
    ' /base/, /slides/, /wiki/.';
/**
 * Reads a link as people paste it: any host, with query and `#` parts, slashes, blanks or `<>` around it, with or
 * without `https://`.
 * @returns what the link leads to, or why it leads nowhere; never throws, makes no request
 */
function parseDocumentLink(text) {
    const url = urlOf(text);
    if (!url)
        return fault('which is no link');
    if (url.protocol !== 'https:' && url.protocol !== 'http:')
        return fault('which is no web link');
    const { host } = url;
    const parts = pathParts(url.pathname);
    if (!parts)
        return fault('whose path is damaged (a stray %)');
    const subId = subIdOf(url);
    for (const [index, word] of parts.entries()) {
        const next = parts[index + 1];
        if (word === 'share')
            return fault('which is a shared form or view, not the document');
        if (word === 'wiki')
            return wikiLink(next, parts[index + 2], subId, host);
        if (word === 'folder') {
            return next !== undefined && TOKEN.test(next) ? { kind: 'folder', token: next, host } : badToken(next, 'folder');
        }
        const type = Object.hasOwn(TYPES, word) ? TYPES[word] : undefined;
        if (type === undefined)
            continue;
        if (next === undefined || !TOKEN.test(next))
            return badToken(next, 'document');
        if (type === 'file' || type === 'mindnote' || type === 'board')
            return { kind: 'other', token: next, type, host };
        return { kind: 'document', token: next, type, subId, host };
    }
    return fault('whose path names no document');
}
function wikiLink(word, id, subId, host) {
    if (word === 'space' || word === 'settings') {
        return id !== undefined && SPACE_ID.test(id)
            ? { kind: 'wiki-space', spaceId: id, host }
            : fault('where the number of the knowledge base is missing');
    }
    if (word === undefined || NO_NODES.has(word))
        return fault('which names no page of the knowledge base');
    return TOKEN.test(word) ? { kind: 'wiki-node', token: word, subId, host } : badToken(word, 'wiki page');
}
function fault(what) {
    return { kind: 'fault', fault: what, cure: CURE };
}
function badToken(token, whose) {
    if (token === undefined)
        return fault(`where the token of the ${whose} is missing`);
    return fault(token.length > 27 && /^[\w-]+$/.test(token)
        ? `where the token of the ${whose} is longer than the 27 characters it can have`
        : `where the token of the ${whose} holds other characters than letters, digits, - and _`);
}
function urlOf(text) {
    // What stands around a link in a sentence, a mail or a table.
    const bare = text.trim().replace(/^[<"'「“《(（[]+|[>"'」”》)）\].,;!。，；！、]+$/gu, '');
    const link = /^https?%3A/i.test(bare) ? decoded(bare) : bare;
    const whole = /^[\w-]+(\.[\w-]+)+(:\d+)?\//.test(link) ? `https://${link}` : link;
    return /^[a-z]+:\/\/[^/\s]+\/\S/i.test(whole) && !/\s/.test(whole) && URL.canParse(whole) ? new URL(whole) : undefined;
}
function decoded(text) {
    try {
        return decodeURIComponent(text);
    }
    catch {
        return text;
    }
}
function pathParts(pathname) {
    try {
        return pathname
            .split('/')
            .filter((part) => part !== '')
            .map((part) => decodeURIComponent(part).trim());
    }
    catch {
        return undefined;
    }
}
/** The id of the one sheet or table that the link shows; some links carry their query behind the `#`. */
function subIdOf(url) {
    const behindHash = new URLSearchParams(url.hash.replace(/^#\??/, ''));
    return [url.searchParams, behindHash]
        .flatMap((query) => [query.get('sheet'), query.get('table')])
        .find((id) => id !== null && /^[\w-]{1,64}$/.test(id));
}
const PLATFORMS = [
    { documents: 'feishu.cn', name: 'Feishu', baseUrl: 'https://open.feishu.cn' },
    { documents: 'larksuite.com', name: 'Lark', baseUrl: 'https://open.larksuite.com' },
];
/**
 * Compares where a link comes from with the open platform that is to be asked: Feishu and Lark know nothing of each
 * other's documents. Other hosts pass.
 * @param host of the link
 * @returns undefined when they fit, otherwise a phrase that follows "is …, " and the cure
 */
function platformFault(host, baseUrl) {
    const name = host.toLowerCase().replace(/:\d+$/, '').replace(/\.$/, '');
    const home = PLATFORMS.find(({ documents }) => name === documents || name.endsWith(`.${documents}`));
    const asked = PLATFORMS.find((platform) => platform.baseUrl === baseUrl);
    if (!home || !asked || home === asked)
        return undefined;
    return {
        fault: `a link of ${home.name}, but \`base-url\` is ${asked.baseUrl}, the open platform of ${asked.name}`,
        cure: `Set \`base-url: ${home.baseUrl}\`, and use a credential of ${home.name}.`,
    };
}

;// CONCATENATED MODULE: ./src/export/sources/exclude.ts



/**
 * Reads the input `exclude`: one rule a line, a link or a pattern in the syntax of `.gitignore`.
 * Source: "gitignore - Specifies intentionally untracked files to ignore", https://git-scm.com/docs/gitignore
 * @throws InputError for a link that cannot be read
 */
function parseExclude(text) {
    const patterns = [];
    const ids = new Map();
    for (const [index, line] of text.split(/\r\n|\r|\n/).entries()) {
        if (!/^\s*[-*•]?\s*<?https?:\/\//i.test(line))
            patterns.push(line);
        else
            ids.set(idOf(line, index + 1), line.trim());
    }
    const matcher = ignore_default()({ ignorecase: false }).add(patterns);
    return {
        lineFor({ path, isDirectory, ids: own }) {
            const byLink = own.map((id) => ids.get(id)).find((line) => line !== undefined);
            if (byLink !== undefined)
                return byLink;
            const tests = isDirectory ? [`${path}/`, path] : [path];
            const result = tests.map((one) => matcher.test(one)).find(({ ignored }) => ignored);
            return result && (result.rule?.pattern ?? path);
        },
    };
}
/** The pattern that excludes just this path. Pure. */
const patternFor = (path) => `/${path.replace(/[\\*?[\]!#]/g, '\\$&').replace(/\s+$/, '\\ ')}`;
/** Excludes nothing. */
const NO_EXCLUDES = { lineFor: () => undefined };
function idOf(line, number) {
    const parsed = parseDocumentLink(line);
    const refuse = (fault, cure) => new inputs/* InputError */.dz(`Input \`exclude\`, line ${number}: ${(0,inputs/* excerpt */.Kb)(line.trim())}, ${fault}. ${cure}`);
    if (parsed.kind === 'fault')
        throw refuse(parsed.fault, parsed.cure);
    return linkId(parsed) ?? '';
}
function linkId(link) {
    return link.kind === 'wiki-space' ? link.spaceId : 'token' in link ? link.token : undefined;
}

;// CONCATENATED MODULE: ./src/export/sources/source-lines.ts



/**
 * Reads source lines: `LINK [as=EXT[,EXT]] [to=PATH] [children=true] [depth=N]`, blank lines and `#` comments skipped. A line
 * that says the same as an earlier one counts once.
 * @param baseUrl the open platform that is going to be asked
 * @throws InputError that names the line, the fault and the cure
 */
function parseSources(texts, baseUrl) {
    const sources = new Map();
    for (const { text, file } of texts) {
        const lines = text.split(/\r\n|\r|\n/);
        for (const [index, line] of lines.entries()) {
            const at = file === undefined
                ? { where: `sources line ${index + 1}`, sentence: `Input \`sources\`, line ${index + 1}` }
                : { where: `${file} line ${index + 1}`, sentence: `Input \`sources-file\`, line ${index + 1} of ${file}` };
            const source = parseLine(line, at, baseUrl);
            if (!source)
                continue;
            const key = JSON.stringify([source.link, source.target, source.as, source.to, source.depth]);
            if (!sources.has(key))
                sources.set(key, source);
        }
    }
    return [...sources.values()];
}
function parseLine(line, at, baseUrl) {
    const refuse = (fault, cure) => new inputs/* InputError */.dz(`${at.sentence}: ${fault}. ${cure}`);
    const [link, ...words] = wordsOf(line, refuse);
    if (link === undefined)
        return undefined;
    const options = optionsOf(words, refuse);
    const parsed = parseDocumentLink(link);
    if (parsed.kind === 'fault')
        throw refuse(`${(0,inputs/* excerpt */.Kb)(link)}, ${parsed.fault}`, parsed.cure);
    const mismatch = platformFault(parsed.host, baseUrl);
    if (mismatch)
        throw refuse(`${(0,inputs/* excerpt */.Kb)(link)}, ${mismatch.fault}`, mismatch.cure);
    const target = targetOf(parsed, readChildren(options.get('children'), parsed, refuse));
    const as = readAs(options.get('as'), target, refuse);
    const to = readTo(options.get('to'), isTree(target), refuse);
    const depth = readDepth(options.get('depth'), isTree(target), refuse);
    return { where: at.where, link, host: parsed.host, target, as, to, depth };
}
/** Full-width and other blanks (a byte order mark is one) separate words too; a `#` inside a word belongs to it. */
function wordsOf(line, refuse) {
    const words = [];
    const next = /\s*(?:(?<rest>#.*|$)|(?<key>[a-z-]+=)(?<quote>["'])(?:(?<value>.*?)\k<quote>(?=\s|$))?|(?<word>\S+))/iy;
    for (;;) {
        const { rest, key, quote, value, word } = next.exec(line)?.groups ?? { rest: '' };
        if (rest !== undefined)
            return words;
        if (quote !== undefined && value === undefined) {
            const shown = (0,inputs/* excerpt */.Kb)(line.slice(next.lastIndex - quote.length - (key ?? '').length));
            throw refuse(`${shown} begins with a quote that does not end`, `Put ${quote} at its end, before the next blank.`);
        }
        words.push(word ?? `${key ?? ''}${value ?? ''}`);
    }
}
const OPTIONS = ['as', 'to', 'children', 'depth'];
const LINE = 'A line is LINK [as=EXT[,EXT]] [to=PATH] [children=true] [depth=N].';
function optionsOf(words, refuse) {
    const options = new Map();
    for (const word of words) {
        const sign = word.indexOf('=');
        const name = word.slice(0, Math.max(sign, 0)).toLowerCase();
        if (!OPTIONS.includes(name)) {
            throw refuse(`${(0,inputs/* excerpt */.Kb)(word)} is not allowed after a link`, `${LINE} A path with blanks needs quotes: to="my folder/name". One link a line.`);
        }
        if (options.has(name))
            throw refuse(`\`${name}\` is given twice`, 'Leave one of them out.');
        options.set(name, word.slice(sign + 1));
    }
    return options;
}
function readChildren(value, { kind }, refuse) {
    const word = value?.toLowerCase() ?? 'false';
    if (word === 'false')
        return false;
    if (word !== 'true')
        throw refuse(`\`children\` is ${(0,inputs/* excerpt */.Kb)(word)}`, 'Write children=true, or leave it out.');
    if (kind === 'wiki-node')
        return true;
    throw kind === 'folder' || kind === 'wiki-space'
        ? refuse('`children=true` is for wiki pages alone', 'Leave it out: a folder or knowledge base is taken whole anyway.')
        : refuse('`children=true` is for wiki pages alone', 'This document has nothing below it: leave it out.');
}
function targetOf(link, children) {
    switch (link.kind) {
        case 'document':
            return { kind: 'document', token: link.token, type: link.type, subId: link.subId };
        case 'other':
            return { kind: 'document', token: link.token, type: link.type };
        case 'wiki-node':
            return { kind: 'wiki-node', token: link.token, subId: link.subId, children };
        case 'wiki-space':
            return { kind: 'wiki-space', spaceId: link.spaceId };
        case 'folder':
            return { kind: 'folder', token: link.token };
    }
}
function readDepth(value, tree, refuse) {
    if (value === undefined)
        return undefined;
    if (!tree) {
        throw refuse('`depth` is given for a single document', 'Leave it out, or add children=true to the link of a wiki page.');
    }
    if (!/^[1-9]\d{0,3}$/.test(value)) {
        throw refuse(`\`depth\` is ${(0,inputs/* excerpt */.Kb)(value)}`, 'Write a number of levels: depth=1 is what is directly in it.');
    }
    return Number(value);
}
const isTree = (target) => target.kind === 'folder' ||
    target.kind === 'wiki-space' ||
    target.kind === 'wiki-spaces' ||
    (target.kind === 'wiki-node' && target.children);
function readAs(value, target, refuse) {
    if (value === undefined)
        return undefined;
    const extensions = extensionsOf(value);
    if (extensions.length === 0)
        throw refuse('`as` is empty', `Write as=pdf for example, or leave it out.`);
    for (const extension of extensions) {
        const type = target.kind === 'document' ? target.type : undefined;
        if (type === 'file') {
            throw refuse('`as` is given for an uploaded file', 'Leave it out: an uploaded file is downloaded as it is.');
        }
        const fault = type === undefined ? unknownFault(extension) : (0,export_formats/* formatFault */.A)(type, extension);
        if (fault)
            throw refuse(`\`as\` is ${(0,inputs/* excerpt */.Kb)(value)}: ${fault.what}`, fault.can);
    }
    return extensions;
}
/** Behind a wiki page may be a document of any type. */
function unknownFault(extension) {
    if (export_formats/* OUTPUT_EXTENSIONS */.L4.includes(extension))
        return undefined;
    return { what: `nothing can be exported to ${(0,inputs/* excerpt */.Kb)(extension)}`, can: export_formats/* WHAT_BECOMES_WHAT */.ZA };
}
/** File extensions by comma: case and a leading dot are forgiven, repeats count once. */
function extensionsOf(value) {
    const words = value.split(/[,，]/).map((word) => word.trim().toLowerCase().replace(/^\./, ''));
    return [...new Set(words.filter((word) => word !== ''))];
}
const EXAMPLE = 'Write a path below `directory`, with / between its parts: to="contracts/2026".';
function readTo(value, tree, refuse) {
    if (value === undefined)
        return undefined;
    const bad = (fault, cure = EXAMPLE) => refuse(`\`to\` is ${(0,inputs/* excerpt */.Kb)(value)}, ${fault}`, cure);
    if (/^\s*[/\\]/.test(value))
        throw bad('an absolute path');
    if (/^\s*[a-z]:/i.test(value))
        throw bad('a path with a drive letter');
    if (value.includes('\\'))
        throw bad('a path with \\ in it');
    const segments = value.split('/').filter((segment) => segment.trim() !== '' && segment.trim() !== '.');
    if (segments.some((segment) => segment.trim() === '..'))
        throw bad('a path with .. in it: nothing leaves `directory`');
    if (tree)
        return segments.length === 0 ? undefined : segments;
    if (segments.length === 0)
        throw bad('which names no file', 'Write the path without extension: to="contracts/lease".');
    if (/\/\s*$/.test(value)) {
        throw bad('which ends with /', 'For one document, write the path of the file without extension: to="contracts/lease".');
    }
    return segments;
}

;// CONCATENATED MODULE: ./src/export/inputs.ts







/**
 * Reads and checks all inputs before any request.
 * @param mask told of every secret
 * @throws InputError
 */
function readExportInputs(read, mask, files) {
    const connection = readConnectionInputs(read, mask, 3600);
    return {
        ...connection,
        sources: readSources(read, files, connection.baseUrl),
        formats: readFormats(read),
        includeFiles: (0,inputs/* booleanInput */.tE)(read, 'include-files', false),
        exclude: parseExclude(read('exclude')),
        directory: readDirectory(read, files.workspace),
        overwrite: (0,inputs/* booleanInput */.tE)(read, 'overwrite', false),
        manifest: readManifest(read),
        force: (0,inputs/* booleanInput */.tE)(read, 'force', false),
        deleteStale: (0,inputs/* booleanInput */.tE)(read, 'delete-stale', false),
        failFast: (0,inputs/* booleanInput */.tE)(read, 'fail-fast', false),
        dryRun: (0,inputs/* booleanInput */.tE)(read, 'dry-run', false),
        parallelJobs: (0,inputs/* countInput */.u2)(read, 'parallel-jobs'),
    };
}
const ONE_LINK = 'Write one link a line, for example https://example.feishu.cn/wiki/space/7143131813848813572.';
function readSources(read, files, baseUrl) {
    const file = read('sources-file').trim();
    const texts = [{ text: read('sources') }];
    if (file !== '')
        texts.push({ text: readSourcesFile(file, files), file });
    const sources = parseSources(texts, baseUrl);
    if (sources.length > 0)
        return sources;
    throw new inputs/* InputError */.dz(file === ''
        ? `Inputs \`sources\` and \`sources-file\` name nothing to export. ${ONE_LINK}`
        : `Input \`sources-file\` is ${(0,inputs/* excerpt */.Kb)(file)}, a file without any link, and \`sources\` names none either. ${ONE_LINK}`);
}
const DISK_FAULTS = {
    ENOENT: ['which is not there', 'Check the path, and that the repository was checked out before (actions/checkout).'],
    ENOTDIR: ['which is not there', 'Check the path: a part of it is a file, not a folder.'],
    EISDIR: ['which is a folder', 'Give the path of a file.'],
    EACCES: ['which may not be read', 'Give the user of the runner the right to read it.'],
    ENXIO: ['which is no plain file', 'Give the path of a text file.'],
    ELOOP: ['which is a link that leads out of the workspace', 'Put the file itself into the repository.'],
    EPERM: ['which may not be read', 'Give the user of the runner the right to read it.'],
};
function readSourcesFile(file, { workspace, readFile }) {
    const bad = (fault, cure) => new inputs/* InputError */.dz(`Input \`sources-file\` is ${(0,inputs/* excerpt */.Kb)(file)}, ${fault}. ${cure}`);
    const whole = external_node_path_default().resolve(workspace, file);
    const inside = external_node_path_default().relative(workspace, whole);
    if (file.includes('\0') || /^\.\.([/\\]|$)/.test(inside) || external_node_path_default().isAbsolute(inside)) {
        throw bad('which is not in the workspace', 'Write a path relative to the workspace, for example docs/sources.txt.');
    }
    let bytes;
    try {
        bytes = readFile(whole);
    }
    catch (error) {
        const { code = 'unknown error' } = error;
        const [fault, cure] = DISK_FAULTS[code] ?? [`which cannot be read (${code})`, 'Check the path and the disk.'];
        throw bad(fault, cure);
    }
    try {
        return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    }
    catch {
        throw bad('which is not UTF-8 text', 'Save it as UTF-8.');
    }
}
/** What each type becomes where the user says nothing else. */
const DEFAULT_FORMATS = 'doc=docx docx=docx sheet=xlsx bitable=xlsx slides=pptx';
function readFormats(read) {
    const formats = new Map(parseFormats(DEFAULT_FORMATS));
    for (const [type, extensions] of parseFormats(read('formats')))
        formats.set(type, extensions);
    return formats;
}
function parseFormats(text) {
    const bad = (word, fault, cure) => new inputs/* InputError */.dz(`Input \`formats\` has ${(0,inputs/* excerpt */.Kb)(word)}: ${fault}. ${cure}`);
    const example = 'Write TYPE=EXT[,EXT] separated by blanks, for example docx=docx,pdf sheet=xlsx.';
    const formats = new Map();
    const words = text.replace(/\s*([=,，])\s*/g, '$1').split(/\s+/);
    for (const word of words.filter((word) => word !== '')) {
        const [, type, list] = /^([^=]*)=([^=]*)$/.exec(word) ?? [];
        if (type === undefined || list === undefined)
            throw bad(word, 'this is no TYPE=EXT', example);
        const name = type.toLowerCase();
        if (!(0,export_formats/* isExportable */.Xs)(name)) {
            throw bad(word, `${(0,inputs/* excerpt */.Kb)(type)} is no type that can be exported`, `One of these: ${export_formats/* EXPORTABLE_TYPES */.PF.join(', ')}.`);
        }
        const extensions = extensionsOf(list);
        if (extensions.length === 0)
            throw bad(word, 'the file extension is missing', example);
        for (const extension of extensions) {
            const fault = (0,export_formats/* formatFault */.A)(name, extension);
            if (fault)
                throw bad(word, fault.what, fault.can);
        }
        if (formats.has(name))
            throw bad(word, `${name} is given twice`, `Write ${name}=EXT,EXT for several.`);
        formats.set(name, extensions);
    }
    return formats;
}
function readManifest(read) {
    const value = read('manifest').trim() || '.feishu-export.json';
    const bad = (fault) => new inputs/* InputError */.dz(`Input \`manifest\` is ${(0,inputs/* excerpt */.Kb)(value)}, ${fault}. Write the path of a file below \`directory\`, with / between` +
        ' its parts, for example .feishu-export.json.');
    if (value.includes('\0'))
        throw bad('which holds a NUL character');
    if (/^[/\\]|^[a-z]:/i.test(value))
        throw bad('an absolute path');
    if (value.includes('\\'))
        throw bad('a path with \\ in it');
    const segments = value.split('/').filter((segment) => segment !== '' && segment !== '.');
    if (segments.some((segment) => segment.trim() === '..'))
        throw bad('a path with .. in it');
    if (segments.length === 0 || value.endsWith('/'))
        throw bad('which names no file');
    if (segments.some((segment) => /^\.git$/i.test(segment.trim())))
        throw bad("a path inside Git's own folder");
    return segments.join('/');
}


/***/ }),

/***/ 75:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  e: () => (/* binding */ run)
});

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __nccwpck_require__(760);
var external_node_path_default = /*#__PURE__*/__nccwpck_require__.n(external_node_path_);
;// CONCATENATED MODULE: ./src/version.ts
/** The version in package.json, which a test compares; part of the user agent of every request. */
const VERSION = '1.0.0';

;// CONCATENATED MODULE: ./src/feishu/client/operations.ts
const EXPORT_SCOPES = ['docs:document:export', 'drive:export:readonly'];
const WIKI_SCOPES = ['wiki:wiki:readonly'];
const DOCX_SCOPES = ['docx:document:readonly', 'docx:document'];
const PER_MINUTE = { requests: 100, windowMs: 60_000 };
const FIVE_PER_SECOND = { requests: 5, windowMs: 1_000 };
/** Source: the documentation page of each call. */
const OPERATIONS = {
    mint: { doing: 'get a tenant access token for the app', scopes: [], limit: PER_MINUTE },
    create: { doing: 'create the export task', scopes: EXPORT_SCOPES, limit: PER_MINUTE },
    query: { doing: 'ask for the status of the export task', scopes: EXPORT_SCOPES, limit: PER_MINUTE },
    download: { doing: 'download the exported file', scopes: EXPORT_SCOPES, limit: PER_MINUTE },
    wikiNode: { doing: 'look up the wiki page', scopes: ['wiki:node:read', ...WIKI_SCOPES], limit: PER_MINUTE },
    wikiNodes: {
        doing: 'list the pages of the knowledge base',
        scopes: ['wiki:node:retrieve', ...WIKI_SCOPES],
        limit: PER_MINUTE,
    },
    folder: {
        doing: 'list the folder',
        scopes: ['space:document:retrieve', 'drive:drive:readonly'],
        limit: { requests: 20, windowMs: 1_000 },
    },
    metas: {
        doing: 'look up the documents',
        scopes: ['drive:drive.metadata:readonly', 'drive:drive'],
        // A thousand a minute as well, which is 200,000 documents.
        limit: { requests: 50, windowMs: 1_000 },
    },
    fileDownload: {
        doing: 'download the uploaded file',
        scopes: ['drive:file:download', 'drive:file:readonly'],
        limit: FIVE_PER_SECOND,
    },
    document: { doing: 'read the title and revision of the document', scopes: DOCX_SCOPES, limit: FIVE_PER_SECOND },
    blocks: { doing: 'read the blocks of the document', scopes: DOCX_SCOPES, limit: FIVE_PER_SECOND },
    blockDescendants: { doing: 'read the synced block', scopes: DOCX_SCOPES, limit: FIVE_PER_SECOND },
    mediaDownload: {
        doing: 'download the picture or attachment',
        scopes: ['docs:document.media:download', 'drive:drive:readonly', 'drive:drive'],
        // 10,000 a day as well.
        limit: FIVE_PER_SECOND,
    },
    boardImage: {
        doing: 'download the board as a picture',
        scopes: ['board:whiteboard:node:read'],
        limit: { requests: 50, windowMs: 1_000 },
    },
    sheets: {
        doing: 'list the sheets of the spreadsheet',
        scopes: ['sheets:spreadsheet:readonly', 'drive:drive:readonly'],
        limit: PER_MINUTE,
    },
    tables: {
        doing: 'list the tables of the base',
        scopes: ['base:table:read', 'bitable:app:readonly'],
        limit: { requests: 20, windowMs: 1_000 },
    },
    wikiSpaces: {
        doing: 'list the knowledge bases',
        scopes: ['wiki:space:retrieve', ...WIKI_SCOPES],
        limit: PER_MINUTE,
    },
};

// EXTERNAL MODULE: ./src/text.ts
var src_text = __nccwpck_require__(992);
;// CONCATENATED MODULE: ./src/feishu/errors/advice.ts
/** What users can do about several errors: sentences, and clauses without a full stop. */
const SUPPORT = 'If it stays, give the log id to Feishu support.';
const ADD_APP = 'Open the document and add the app (「…」→「…更多」→「添加文档应用」), or share it with the user whose token this is;' +
    ' check too who may copy, print and download it (「权限设置」)';

;// CONCATENATED MODULE: ./src/feishu/errors/document-errors.ts

const ADD_APP_TO_WIKI = 'Make the app a member of the knowledge base: put it into a group as a bot, then 「知识库设置」→「成员设置」→「添加成员」' +
    ' and choose that group. For one page it is enough to add the app to it (「…」→「…更多」→「添加文档应用」)';
const CHECK_LINK = 'Check the link; it may have been deleted or moved.';
const RESTORE = 'Restore it from the recycle bin (回收站), or take it out of the sources.';
const WRONG_TOKEN = 'the service does not accept the parameters';
const MEDIA_GONE = {
    meaning: 'the document does not have it any more',
    advice: 'The document was probably edited while it was read. Run it again.',
};
/**
 * The errors of the APIs that read documents, folders and knowledge bases.
 * Source: the error list on the documentation page of each call, whose address is beside the call.
 */
const DOCUMENT_ERRORS = [
    {
        codes: [131001, 131007, 1061001, 1771001, 1771002, 1771003, 1771004, 1771005, 2891001, 1315201, 1315203, 1315210],
        class: 'transient',
        meaning: 'an internal error of the service',
        advice: SUPPORT,
    },
    {
        codes: [1254002, 1254291, 1255001, 1255002, 1255003, 1255004, 1255005, 1255040],
        class: 'transient',
        meaning: 'an internal error of the service of bases',
        advice: SUPPORT,
    },
    {
        codes: [1770020, 1254036],
        class: 'transient',
        meaning: 'it is being copied (创建副本中)',
        advice: 'Wait until the copy is complete.',
    },
    {
        codes: [1061045],
        class: 'rate-limit',
        meaning: 'too many downloads of uploaded files; the limit is 5 a second and 10,000 a day',
        per: {
            mediaDownload: {
                meaning: 'too many downloads of pictures and attachments; the limit is 5 a second and 10,000 a day',
                advice: 'After 10,000 downloads, let the run of the next day go on: it keeps what is there.',
            },
        },
    },
    {
        codes: [131002],
        class: 'permanent',
        meaning: WRONG_TOKEN,
        advice: 'Check the link or the token of the wiki page.',
    },
    {
        codes: [131005],
        class: 'permanent',
        meaning: 'there is no such wiki page or knowledge base',
        advice: 'Check the link; the page may have been deleted or moved.',
    },
    {
        codes: [131006],
        class: 'permanent',
        meaning: 'the app may not read this wiki page or knowledge base',
        advice: `${ADD_APP_TO_WIKI}.`,
    },
    {
        codes: [1061002],
        class: 'permanent',
        meaning: WRONG_TOKEN,
        advice: 'Check the link: a folder link is needed where a folder is listed.',
        per: { mediaDownload: MEDIA_GONE },
    },
    {
        codes: [1061003],
        class: 'permanent',
        meaning: 'not found',
        advice: CHECK_LINK,
        per: { mediaDownload: MEDIA_GONE },
    },
    {
        codes: [1061004],
        class: 'permanent',
        meaning: 'the app may not read it',
        advice: 'Put the app into a group as a bot and share the folder with that group (「分享」→「添加协作者」).',
        per: {
            mediaDownload: {
                meaning: 'no permission on it',
                advice: `${ADD_APP}: 「谁可以复制内容、创建副本、打印、下载」.`,
            },
        },
    },
    {
        codes: [1061007],
        class: 'permanent',
        meaning: 'it was deleted',
        advice: RESTORE,
        per: { mediaDownload: MEDIA_GONE },
    },
    {
        codes: [1063001],
        class: 'permanent',
        ...MEDIA_GONE,
    },
    {
        codes: [1770001, 2890001, 2890002, 1310251, 1254003],
        class: 'permanent',
        meaning: WRONG_TOKEN,
        advice: "Check the link. The token in a wiki link is the page's, not the document's.",
    },
    {
        codes: [1770002, 2890003, 1310214, 1254040, 1254041],
        class: 'permanent',
        meaning: 'there is no such document',
        advice: CHECK_LINK,
        per: {
            blockDescendants: {
                meaning: 'the document or block from which it is synchronized does not exist any more',
                advice: 'Take the synced block (同步块) out of the document.',
            },
            boardImage: {
                meaning: 'there is no such board, or no picture of it',
                advice: 'Open the board once in the browser, then run it again.',
            },
        },
    },
    {
        codes: [1770003, 1310249],
        class: 'permanent',
        meaning: 'the document was deleted',
        advice: RESTORE,
        per: {
            blockDescendants: {
                meaning: 'the document from which it is synchronized was deleted',
                advice: 'Restore that document from the recycle bin (回收站), or take the synced block (同步块) out.',
            },
        },
    },
    {
        codes: [1770022],
        class: 'permanent',
        meaning: 'the service does not know any more where the next page of blocks begins',
        advice: 'The document was probably edited while it was read. Run it again.',
    },
    {
        codes: [1770032, 2890005, 1310213],
        class: 'permanent',
        meaning: 'no permission on the document',
        advice: `${ADD_APP}.`,
        per: {
            blockDescendants: {
                meaning: 'no permission on the document from which it is synchronized',
                advice: 'Open that document and add the app there, too (「…」→「…更多」→「添加文档应用」).',
            },
        },
    },
    {
        codes: [1254302],
        class: 'permanent',
        meaning: 'no permission on the base, probably because it has advanced permissions (高级权限)',
        advice: 'Open the base and add the app with the right to manage it (「…」→「…更多」→「添加文档应用」→「可管理」).',
    },
    {
        codes: [1770033],
        class: 'permanent',
        meaning: 'the document has more than 10,485,760 characters',
        advice: 'Split the document.',
    },
];

;// CONCATENATED MODULE: ./src/feishu/errors/error-table.ts


const CONSOLE = "In the app's console (开发者后台)";
const SAME_IDENTITY = 'use the credential (app or user) with which the task was created: no other may ask for it or download its file';
const NEW_TASK = 'Create a new export task and download its file within 10 minutes of its end.';
/**
 * Every error number that means something to this project; any other is judged by its HTTP status.
 * Source: 通用错误码, the error lists of 创建导出任务, 查询导出任务结果, 下载导出文件, and the official SDK.
 */
const ERROR_TABLE = [
    {
        codes: [1069901, 1069903, 1069905],
        class: 'transient',
        meaning: 'an internal error of the export service',
        advice: SUPPORT,
    },
    {
        codes: [1069902],
        class: 'permanent',
        meaning: 'no permission on the document',
        advice: `${ADD_APP}.`,
        per: {
            query: {
                meaning: 'no permission on the document, or not the identity that created the task',
                advice: `${ADD_APP}. And ${SAME_IDENTITY}.`,
            },
            download: {
                meaning: 'no permission on the file, or not the identity that created the task',
                advice: `Please ${SAME_IDENTITY}. If it is the same: ${ADD_APP}.`,
            },
        },
    },
    {
        codes: [1069904],
        class: 'permanent',
        meaning: 'the service does not accept the parameters',
        advice: 'Check the token and the type.',
        per: {
            query: {
                meaning: 'the service does not accept the ticket or the document token',
                advice: "Check that `ticket` is the create step's output and `token` the document token used there" +
                    " (for a wiki page, the token of the document behind it). A ticket written into the workflow must be quoted: '7143…'.",
            },
            create: {
                meaning: 'the service does not accept the document token, its type or the sub-id',
                advice: 'Check `token` and `type`; csv also needs the `sub-id` of the sheet or table.',
            },
        },
    },
    {
        codes: [1069906],
        class: 'permanent',
        meaning: 'the document was deleted',
        advice: 'Restore it from the recycle bin (回收站), or export another one.',
        per: {
            download: {
                meaning: 'the exported file is gone; the service deletes it 10 minutes after the export ended',
                advice: NEW_TASK,
            },
        },
    },
    {
        codes: [1069914],
        class: 'permanent',
        meaning: 'the service knows no such document token',
        advice: "Check the token. The token in a wiki link is the page's, not the document's: give the link to the create step," +
            ' or its node token with `type: wiki`, and use the `token` it puts out.',
        per: {
            download: {
                meaning: 'the service knows no such file token; it deletes the file 10 minutes after the export ended',
                advice: `Check that \`file-token\` is the wait step's output. ${NEW_TASK}`,
            },
        },
    },
    {
        codes: [1069918],
        class: 'permanent',
        meaning: 'this type of document does not export to this file extension',
        advice: 'doc and docx export to docx and pdf; sheet and bitable to xlsx and csv; bitable to base; slides to pptx and pdf.',
    },
    {
        codes: [1060001],
        class: 'permanent',
        meaning: 'the service does not accept the file token',
        advice: `Check that \`file-token\` is the wait step's output. ${NEW_TASK}`,
    },
    {
        codes: [1069923, 99991400, 2890006, 1254290],
        class: 'rate-limit',
        meaning: 'too many requests',
        advice: 'Run fewer jobs at once, or give `parallel-jobs` their number.',
    },
    {
        codes: [600],
        class: 'transient',
        meaning: 'the data is being loaded or moved',
    },
    {
        codes: [1500, 1503, 1642, 1663, 1668, 2200, 5000, 10101, 10500],
        class: 'transient',
        meaning: 'an internal error of the service',
        advice: SUPPORT,
    },
    {
        codes: [99991663, 99991664, 99991671],
        class: 'permanent',
        meaning: 'the access token is wrong or has expired',
        advice: 'A tenant access token lives 2 hours at most. Give `app-id` and `app-secret` instead of `access-token`:' +
            ' the action then gets tokens itself and renews them.',
        scope: 'app',
        origin: 'refused-token',
    },
    {
        codes: [99991661],
        class: 'permanent',
        meaning: 'the request carried no access token that the service could read',
        advice: 'Check `access-token`: the token alone, without "Bearer".',
        scope: 'app',
    },
    {
        codes: [99991668, 99991677],
        class: 'permanent',
        meaning: 'the user access token is wrong or has expired',
        advice: 'A user token lives about 2 hours and cannot be renewed in CI. Use an app: `app-id` and `app-secret`,' +
            ' with the app added to the document.',
        scope: 'app',
    },
    {
        codes: [99991672, 99991676, 99991679],
        class: 'permanent',
        meaning: 'the app lacks a scope',
        advice: `${CONSOLE}: 「权限管理」→「开通权限」, add the scope, then publish a version` +
            ' (「版本管理与发布」→「创建版本」); with a user token, authorize again after that.',
        scope: 'endpoint',
    },
    {
        codes: [99991401],
        class: 'permanent',
        meaning: "the address of this runner is not on the app's IP allow-list",
        advice: 'GitHub-hosted runners have changing addresses. Use a self-hosted runner or a larger runner with a fixed address' +
            ` and add it, or turn the list off. ${CONSOLE}: 「安全设置」→「IP 白名单」.`,
        scope: 'app',
    },
    {
        codes: [99991403],
        class: 'permanent',
        meaning: "the tenant's API calls of this month are used up",
        advice: 'Wait for the next month, or have the administrator buy a larger plan (管理后台 →「费用中心」).',
        scope: 'app',
    },
    {
        codes: [99991662],
        class: 'permanent',
        meaning: 'the app is disabled',
        advice: 'Have the administrator enable it (管理后台 →「工作台」→「应用管理」).',
        scope: 'app',
    },
    {
        codes: [99991673],
        class: 'permanent',
        meaning: 'the app is not installed in this tenant',
        advice: `${CONSOLE}: publish a version (「版本管理与发布」→「创建版本」) and have the administrator approve it.`,
        scope: 'app',
    },
    {
        codes: [99991543, 10003, 10014, 10015],
        class: 'permanent',
        meaning: 'the app id or the app secret is wrong',
        advice: `${CONSOLE}: 「凭证与基础信息」 shows both; copy them anew. For an app of Lark, \`base-url\` is` +
            ' https://open.larksuite.com.',
        scope: 'app',
    },
    {
        codes: [99991201, 99991301],
        class: 'permanent',
        meaning: 'there is no such API at this address',
        advice: 'Check `base-url`: https://open.feishu.cn for Feishu, https://open.larksuite.com for Lark, or the open platform' +
            ' of your private deployment; the host alone, without /open-apis.',
        scope: 'app',
    },
    {
        codes: [99992402],
        class: 'permanent',
        meaning: 'the service does not accept a field of the request',
        advice: 'Check the ticket and the tokens.',
    },
    ...DOCUMENT_ERRORS,
];

;// CONCATENATED MODULE: ./src/feishu/client/json.ts
/** True for a JSON object: neither a list nor null. */
function isObject(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}
const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
/**
 * Parses JSON; integers of 16 digits and more, which a JavaScript number may not hold, come back as digit strings.
 * @throws SyntaxError when the text is not JSON
 */
function parseJson(text) {
    const plain = JSON.parse(text);
    if (!/\d{16}/.test(text))
        return plain;
    return JSON.parse(text.replace(TOKENS, (token) => (/^-?\d{16,}$/.test(token) ? `"${token}"` : token)));
}
/** Thrown by a reader of an answer that does not have the documented shape. */
class json_WrongShape extends Error {
}

;// CONCATENATED MODULE: ./src/feishu/errors/errors.ts




const ROWS = new Map(ERROR_TABLE.flatMap((row) => row.codes.map((code) => [code, row])));
/** Reads the envelope of an answer; undefined when it is none. */
function readEnvelope(body) {
    if (!isObject(body) || !Number.isInteger(body['code']))
        return undefined;
    return {
        code: body['code'],
        msg: typeof body['msg'] === 'string' ? body['msg'] : '',
        data: body['data'],
        error: isObject(body['error']) ? body['error'] : {},
        whole: body,
    };
}
/** The trace id that Feishu's support asks for: `X-Tt-Logid`, else `X-Request-Id`, else the error object's. */
function logIdOf(answer) {
    const ids = [
        answer.headers['x-tt-logid'],
        answer.headers['x-request-id'],
        answer.envelope?.error['log_id'],
        answer.envelope?.error['logid'],
    ];
    return ids.find((id) => typeof id === 'string' && id.trim() !== '');
}
/**
 * Judges an answer that is not a success: by its code where the table knows it, by its HTTP status otherwise.
 * Never by the text of `msg`, but for code 9499, where the service leaves no other way.
 */
function classify(answer) {
    const { envelope, httpStatus, operation } = answer;
    const doing = `Could not ${OPERATIONS[operation].doing}`;
    const row = (envelope && rowOf(envelope)) ?? (httpStatus === 429 ? ROWS.get(99991400) : undefined);
    const common = {
        httpStatus,
        logId: logIdOf(answer),
        code: envelope?.code === 0 ? undefined : envelope?.code,
        serviceMessage: envelope?.code === 0 ? undefined : envelope?.msg,
        links: envelope && helpLinks(envelope),
    };
    if (row) {
        const special = row.per?.[operation];
        const failure = {
            ...common,
            class: row.class,
            what: `${doing}: ${special?.meaning ?? row.meaning}${detailsOf(row, envelope, operation)}`,
            advice: special?.advice ?? row.advice,
            scope: row.scope,
            origin: row.origin,
        };
        return row.class === 'rate-limit' ? { ...failure, askedMs: askedWaitMs(answer) } : failure;
    }
    if (!envelope || envelope.code === 0)
        return { ...common, ...judgeStatus(httpStatus, doing) };
    return {
        ...common,
        class: httpStatus === 408 || httpStatus >= 500 ? 'transient' : 'permanent',
        what: `${doing}: the service refused with an error that this action does not know`,
        advice: 'Look the code up in the list of general error codes (通用错误码), or give the log id to Feishu support.',
    };
}
function rowOf(envelope) {
    if (envelope.code !== 9499)
        return ROWS.get(envelope.code);
    return /too many requests?/i.test(envelope.msg)
        ? ROWS.get(99991400)
        : { codes: [9499], class: 'permanent', meaning: 'the service calls it a bad request', advice: 'Check the inputs.' };
}
/** An answer that is not from the Open API: a gateway's or a proxy's page, or a cut-off body. The page is never shown. */
function judgeStatus(httpStatus, doing) {
    if (httpStatus >= 300 && httpStatus < 400) {
        return {
            class: 'permanent',
            what: `${doing}: the answer is a redirect, which the Open API never sends`,
            advice: 'Check `base-url`, and whether a proxy asks for a login.',
            scope: 'app',
        };
    }
    if (httpStatus === 407) {
        return {
            class: 'permanent',
            what: `${doing}: the proxy wants a login`,
            advice: 'Put user and password into the proxy address (https_proxy).',
            scope: 'app',
        };
    }
    const passing = httpStatus === 408 || httpStatus >= 500 || httpStatus < 300;
    return {
        class: passing ? 'transient' : 'permanent',
        what: `${doing}: the answer is not one of the Open API, but a page of a gateway or proxy`,
        advice: passing
            ? 'Run it again later; if it stays, check what stands between the runner and `base-url` (proxy, firewall).'
            : 'Check `base-url`, and what stands between the runner and it (proxy, firewall).',
        scope: passing ? undefined : 'app',
    };
}
// The name of a field is a word; a longer text would push code and advice out of the message.
const MOST_OF_FIELD = 60;
/** The limit; or the missing scopes, or the fields at fault, where the error object names them. */
function detailsOf(row, envelope, operation) {
    if (row.codes.includes(99991400)) {
        const { requests, windowMs } = OPERATIONS[operation].limit;
        const window = windowMs === 60_000 ? 'a minute' : 'a second';
        return `; the limit is ${requests} ${window} for all jobs of the app together`;
    }
    if (row.codes.includes(99991672)) {
        const named = listOf(envelope?.error['permission_violations'])
            .flatMap((violation) => [violation['subject'], violation['scope']])
            .filter((scope) => typeof scope === 'string' && /^[\w:.-]{1,100}$/.test(scope));
        const scopes = named.length > 0 ? [...new Set(named)] : OPERATIONS[operation].scopes;
        return scopes.length > 0 ? `; one of these is enough: ${scopes.slice(0, 8).join(', ')}` : '';
    }
    const fields = listOf(envelope?.error['field_violations'])
        .map((violation) => violation['field'])
        .filter((field) => typeof field === 'string' && field !== '')
        .map((field) => (0,src_text/* oneLine */.TN)(field, MOST_OF_FIELD));
    return fields.length > 0 ? `; fields at fault: ${fields.slice(0, 8).join(', ')}` : '';
}
function helpLinks(envelope) {
    const urls = [...listOf(envelope.error['helps']), ...listOf(envelope.error['permission_violations'])]
        .map((help) => help['url'])
        .concat(envelope.error['troubleshooter'])
        .flatMap((value) => (typeof value === 'string' ? (/https:\/\/[^\s"'<>`]{1,800}/.exec(value)?.[0] ?? []) : []));
    return [...new Set(urls)].slice(0, 2);
}
function listOf(value) {
    return Array.isArray(value) ? value.filter(isObject) : [];
}
// Beyond any timeout, and still a sum that can be told.
const LONGEST_ASKED_SECONDS = 1e9;
/**
 * How long a refused answer asks to wait: `x-ogw-ratelimit-reset` (seconds), else `Retry-After` (seconds or a date).
 * Source: 频控策略. Undefined when neither says anything usable.
 */
function askedWaitMs(answer) {
    const seconds = (name) => {
        const value = String(answer.headers[name] ?? '').trim();
        return /^\d+(\.\d+)?$/.test(value) ? Math.min(Number(value), LONGEST_ASKED_SECONDS) : undefined;
    };
    const asked = seconds('x-ogw-ratelimit-reset') ?? seconds('retry-after');
    if (asked !== undefined)
        return asked * 1000;
    const date = httpDate(String(answer.headers['retry-after'] ?? '').trim());
    return date === undefined ? undefined : Math.max(0, date - answer.wallMs);
}
/** The three forms of RFC 9110. `Date.parse` alone takes nearly anything with a digit for a date. */
function httpDate(value) {
    if (!/^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? [\w :-]+$/.test(value))
        return undefined;
    const date = Date.parse(value.endsWith(' GMT') ? value : `${value} GMT`);
    return Number.isNaN(date) ? undefined : date;
}

;// CONCATENATED MODULE: ./src/feishu/errors/failure.ts

const failure_fail = (failure) => ({ ok: false, failure });
/** The fact without the advice: `could not …: no permission (code 1069902, HTTP 403, log id …), Feishu says "…"`. */
function failure_factOf(failure) {
    const numbers = [
        failure.code !== undefined && `code ${failure.code}`,
        failure.httpStatus !== undefined && `HTTP ${failure.httpStatus}`,
        failure.logId !== undefined && `log id ${(0,src_text/* oneLine */.TN)(failure.logId, 80)}`,
    ].filter((part) => part !== false);
    const words = (failure.links?.length ? withoutAddresses(failure.serviceMessage) : failure.serviceMessage) ?? '';
    const message = words.trim() === '' ? '' : `; the service says ${(0,src_text/* quoted */.TL)(words)}`;
    return `${failure.what}${numbers.length > 0 ? ` (${numbers.join(', ')})` : ''}${message}`;
}
/** The addresses are told as links; in the middle of a text they are cut or run into the next word. */
const withoutAddresses = (text) => text?.replace(/[:：]?\s*https?:\/\/[^\s"'<>，。]+/g, '');
/** The fact, then what to do about it and where. */
function failure_describe(failure) {
    const links = failure.links?.length ? `See ${failure.links.join(' ')}` : '';
    return [`${failure_factOf(failure)}.`, failure.advice ?? '', links].filter((part) => part !== '').join(' ');
}

;// CONCATENATED MODULE: ./src/polling/deadline.ts
/**
 * Starts the clock for a whole step.
 * @param startedAtMs when the time began to count, on `clock`; 0 is the start of the process
 * @param cancel aborted when the user cancels
 */
function startDeadline(clock, timeoutMs, startedAtMs, cancel) {
    const endMs = startedAtMs + timeoutMs;
    const end = new AbortController();
    const onCancel = () => end.abort('cancelled');
    const stopTimer = clock.after(endMs - clock.nowMs(), () => end.abort('timed-out'));
    if (cancel.aborted)
        onCancel();
    else
        cancel.addEventListener('abort', onCancel);
    return {
        signal: end.signal,
        timeoutMs,
        remainingMs: () => endMs - clock.nowMs(),
        stopReason: () => (end.signal.aborted ? end.signal.reason : undefined),
        release() {
            stopTimer();
            cancel.removeEventListener('abort', onCancel);
        },
    };
}
/** The abort reason of a time limit on one attempt. */
const deadline_ATTEMPT_TIMED_OUT = 'attempt-timed-out';
/**
 * Runs an attempt that may take as long as it goes on, but not stand still: each wait that it gives to `watch` has the
 * limit of its own. What is not watched (the disk) may take its time.
 * @param attempt must heed the signal, which is aborted with `ATTEMPT_TIMED_OUT` after the silence
 */
async function withStallLimit(clock, limitMs, parent, attempt) {
    const controller = new AbortController();
    const onParent = () => controller.abort(parent.reason);
    if (parent.aborted)
        onParent();
    else
        parent.addEventListener('abort', onParent);
    const watch = async (work) => {
        const stopTimer = clock.after(limitMs, () => controller.abort(deadline_ATTEMPT_TIMED_OUT));
        try {
            return await work;
        }
        finally {
            stopTimer();
        }
    };
    try {
        return await attempt(controller.signal, watch);
    }
    finally {
        parent.removeEventListener('abort', onParent);
    }
}
/**
 * Runs one attempt under the parent signal and a time limit of its own, so that one hung request cannot eat the whole
 * timeout. The attempt must heed the signal it is given.
 */
function withTimeLimit(clock, limitMs, parent, attempt) {
    return withStallLimit(clock, limitMs, parent, (signal, watch) => watch(attempt(signal)));
}
/** The same pieces, each of them waited for under watch. */
async function* watched(body, watch) {
    const iterator = body[Symbol.asyncIterator]();
    try {
        for (;;) {
            const next = await watch(iterator.next());
            if (next.done === true)
                return;
            yield next.value;
        }
    }
    finally {
        await iterator.return?.();
    }
}

;// CONCATENATED MODULE: ./src/feishu/errors/network-faults.ts



// Source: the X.509 codes of Node's documentation (tls), where they say that the certificate itself is at fault.
const TLS_FAULT = /^(CERT_|ERR_TLS_CERT|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER|DECRYPT_CERT|DECODE)|INVALID_(CA|PURPOSE)|HOSTNAME_|PATH_LENGTH|ERROR_IN_CERT)/;
const PASSING = new Map([
    ['ENOTFOUND', 'the name was not found (DNS)'],
    ['EAI_AGAIN', 'the name server did not answer (DNS)'],
    ['ECONNREFUSED', 'the connection was refused'],
    ['ECONNRESET', 'the connection was reset'],
    ['ECONNABORTED', 'the connection was cut off'],
    ['EPIPE', 'the connection was cut off'],
    ['ETIMEDOUT', 'the connection timed out'],
    ['EHOSTUNREACH', 'the host cannot be reached'],
    ['ENETUNREACH', 'the network cannot be reached'],
]);
const UNREACHABLE = 'Check `base-url`, and the network and the proxy of the runner. If they are right, Feishu cannot be reached: run it' +
    ' again later.';
/**
 * Judges what the transport threw. A certificate that is not trusted stays so; everything else of a network passes.
 * @param host where the request went, without credentials
 */
function classifyNetworkFault(error, operation, host, abortReason) {
    const doing = `Could not ${OPERATIONS[operation].doing}`;
    if (abortReason === deadline_ATTEMPT_TIMED_OUT || abortReason === 'timed-out') {
        return { class: 'transient', what: `${doing}: ${host} did not answer in time`, advice: UNREACHABLE };
    }
    const { code = '', message = '' } = error;
    if (TLS_FAULT.test(code)) {
        return {
            class: 'permanent',
            what: `${doing}: the certificate of ${host} is not trusted (${code})`,
            advice: 'Check `base-url`. If a private deployment or a proxy signs with its own authority, give its certificate to' +
                ' Node.js: set NODE_EXTRA_CA_CERTS to the PEM file in the step (env:).',
            scope: 'app',
        };
    }
    if (code === 'ERR_INVALID_URL') {
        return {
            class: 'permanent',
            what: `${doing}: the address of the proxy is none`,
            advice: 'Check https_proxy and http_proxy: http://HOST:PORT.',
            scope: 'app',
        };
    }
    const proxyStatus = /tunneling socket could not be established, statusCode=(\d+)/.exec(message)?.[1];
    if (proxyStatus !== undefined) {
        const passing = /^(408|429|5\d\d)$/.test(proxyStatus);
        return {
            class: passing ? 'transient' : 'permanent',
            what: `${doing}: the proxy did not let the request through to ${host} (the proxy says HTTP ${proxyStatus})`,
            advice: proxyStatus === '407'
                ? 'The proxy wants a login: put user and password into its address (https_proxy).'
                : 'Check https_proxy and no_proxy, and what the proxy allows.',
            scope: passing ? undefined : 'app',
        };
    }
    const proxyCause = /tunneling socket could not be established, cause=(.*)/.exec(message)?.[1];
    if (proxyCause !== undefined) {
        return {
            class: 'transient',
            what: `${doing}: the proxy that leads to ${host} cannot be reached (${(0,src_text/* oneLine */.TN)(proxyCause, 100)})`,
            advice: 'Check https_proxy and no_proxy.',
        };
    }
    const reason = code.startsWith('HPE_') ? 'the answer is not HTTP' : (PASSING.get(code) ?? 'the connection failed');
    return {
        class: 'transient',
        what: `${doing}: ${host}: ${reason}${code === '' ? '' : ` (${code})`}`,
        advice: UNREACHABLE,
    };
}

;// CONCATENATED MODULE: ./src/feishu/client/client.ts





// An answer of this API has a few hundred bytes, a page of a list some hundred thousand.
const MAX_BODY_BYTES = 1024 * 1024;
/** Joins path parts and a query, each encoded. */
function pathOf(parts, query = {}) {
    const search = new URLSearchParams(query).toString();
    return `/open-apis/${parts.map(encodeURIComponent).join('/')}${search === '' ? '' : `?${search}`}`;
}
/**
 * Makes one call without a credential, and judges the answer. Never throws for what the service or the network does.
 * @param signal ends the call; a call so ended is a transient failure
 */
async function callBare(connection, call, headers, signal) {
    const opened = await openAnswer(connection, call, headers, signal);
    return opened.ok ? readAnswer(connection, call, opened.value, signal) : opened;
}
/** Makes one call with the credential's token; a refused token is renewed once where it can be. */
function callApi(connection, credential, call, signal) {
    return withToken(credential, signal, (authorization) => callBare(connection, call, authorization, signal));
}
/** Runs an attempt with the credential's token, and once more with a new one if the service refused it. */
async function withToken(credential, signal, attempt) {
    for (;;) {
        const token = await credential.token(signal);
        if (!token.ok)
            return failure_fail({ ...token.failure, origin: 'token-request' });
        const reply = await attempt({ authorization: `Bearer ${token.value}` });
        if (reply.ok)
            credential.accepted(token.value);
        if (reply.ok || reply.failure.origin !== 'refused-token')
            return reply;
        if (!credential.refused(token.value)) {
            return failure_fail({ ...reply.failure, advice: credential.refusedAdvice ?? reply.failure.advice });
        }
    }
}
/** Sends the request and waits for the head of the answer, whatever its status. */
async function openAnswer(connection, call, headers, signal) {
    const { transport, baseUrl, onAnswer } = connection;
    try {
        const answer = await transport.send({
            method: call.method,
            url: `${baseUrl}${call.path}`,
            headers: {
                accept: 'application/json',
                ...(call.body && { 'content-type': 'application/json; charset=utf-8' }),
                ...headers,
            },
            ...(call.body && { body: JSON.stringify(call.body) }),
            signal,
        });
        onAnswer?.(`${call.operation}: HTTP ${answer.status}, log id ${logIdOf({ headers: answer.headers }) ?? 'none'}`);
        return { ok: true, value: answer };
    }
    catch (error) {
        const failure = classifyNetworkFault(error, call.operation, new URL(baseUrl).host, signal.reason);
        onAnswer?.(`${call.operation}: ${failure.what}`);
        return failure_fail(failure);
    }
}
/** Reads the whole (bounded) body of an answer and judges it. */
async function readAnswer(connection, call, answer, signal) {
    const { operation } = call;
    const facts = { operation, httpStatus: answer.status, headers: answer.headers, wallMs: connection.clock.wallMs() };
    let text;
    try {
        text = await readText(answer, call.maxBodyBytes ?? MAX_BODY_BYTES);
    }
    catch (error) {
        if (answer.status === 429)
            return failure_fail(classify(facts));
        const fault = classifyNetworkFault(error, operation, new URL(connection.baseUrl).host, signal.reason);
        return failure_fail({ ...fault, httpStatus: answer.status, logId: logIdOf(facts) });
    }
    const envelope = text === undefined ? undefined : readEnvelope(tryParse(text));
    const judged = { ...facts, envelope };
    if (envelope?.code !== 0 || answer.status < 200 || answer.status >= 300)
        return failure_fail(classify(judged));
    try {
        return { ok: true, value: call.read(envelope), logId: logIdOf(judged) };
    }
    catch (error) {
        if (error instanceof json_WrongShape)
            return failure_fail(wrongShape(judged, error.message));
        throw error;
    }
}
function wrongShape(answer, detail) {
    return {
        class: 'transient',
        what: `Could not ${OPERATIONS[answer.operation].doing}: the answer has an unexpected shape (${detail})`,
        httpStatus: answer.httpStatus,
        logId: logIdOf(answer),
    };
}
function tryParse(text) {
    try {
        return parseJson(text);
    }
    catch {
        return undefined;
    }
}
/** The body as text; undefined when it is longer than any answer to this call. */
async function readText(answer, maxBytes) {
    const chunks = [];
    let bytes = 0;
    for await (const chunk of answer.body) {
        bytes += chunk.length;
        if (bytes > maxBytes) {
            answer.destroy();
            return undefined;
        }
        chunks.push(chunk);
    }
    return Buffer.concat(chunks)
        .toString('utf8')
        .replace(/^\ufeff/, '');
}

;// CONCATENATED MODULE: ./src/feishu/auth/credentials.ts
/** A token given by the user: it is what it is. */
function givenToken(accessToken) {
    return {
        token: () => Promise.resolve({ ok: true, value: accessToken }),
        accepted: () => undefined,
        refused: () => false,
    };
}
/**
 * Tenant access tokens of an app, got when needed. A refused one is replaced once; if the next is refused too before
 * the service took any, the fault is another one and no more are asked for.
 * @param mint gets a new token; the service gives the same one again until 30 minutes before its end
 */
function mintedTokens(mint) {
    let current;
    let minting;
    let renewedInVain = false;
    return {
        refusedAdvice: 'The service refuses tokens that it has just issued for this app. Check that `base-url` and the app belong to the' +
            ' same platform (Feishu or Lark), then run it again; if it stays, give the log id to Feishu support.',
        async token(signal) {
            if (current !== undefined)
                return { ok: true, value: current };
            minting ??= mint(signal).finally(() => (minting = undefined));
            const reply = await minting;
            if (reply.ok)
                current = reply.value;
            return reply;
        },
        accepted(token) {
            if (token === current)
                renewedInVain = false;
        },
        refused(token) {
            if (token !== current)
                return true;
            if (renewedInVain)
                return false;
            renewedInVain = true;
            current = undefined;
            return true;
        },
    };
}

;// CONCATENATED MODULE: ./src/feishu/auth/tenant-token.ts



/**
 * Turns what the user gave into a source of access tokens.
 * Source: 自建应用获取 tenant_access_token, `POST /open-apis/auth/v3/tenant_access_token/internal`.
 * @param mask told of each new token before its first use
 */
function createCredential(connection, input, mask) {
    if (input.kind === 'token')
        return givenToken(input.accessToken);
    return mintedTokens(async (signal) => {
        const reply = await callBare(connection, {
            operation: 'mint',
            method: 'POST',
            path: pathOf(['auth', 'v3', 'tenant_access_token', 'internal']),
            body: { app_id: input.appId, app_secret: input.appSecret },
            read: ({ whole }) => {
                const token = whole['tenant_access_token'];
                if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token)) {
                    throw new json_WrongShape('tenant_access_token is not a token');
                }
                return token;
            },
        }, {}, signal);
        if (reply.ok)
            mask(reply.value);
        return reply;
    });
}

;// CONCATENATED MODULE: external "node:async_hooks"
const external_node_async_hooks_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:async_hooks");
// EXTERNAL MODULE: ./node_modules/@actions/http-client/lib/index.js + 1 modules
var lib = __nccwpck_require__(942);
;// CONCATENATED MODULE: ./src/feishu/client/transport.ts


const MOST_HEADER_BYTES = 128 * 1024;
const currentSignal = new external_node_async_hooks_namespaceObject.AsyncLocalStorage();
// http-client has no way to end a request; Node's own option, set here on each of its requests, has.
const abortable = {
    prepareRequest(options) {
        const signal = currentSignal.getStore();
        if (signal)
            options.signal = signal;
        // A title of many emoji, percent-encoded in Content-Disposition, may pass Node's usual 16 kB.
        options.maxHeaderSize = MOST_HEADER_BYTES;
        // http-client passes on the brackets of [::1], which Node takes for a name.
        if (options.host)
            options.host = options.host.replace(/^\[(.*)\]$/, '$1');
    },
    canHandleAuthentication: () => false,
    handleAuthentication: () => Promise.reject(new Error('never called')),
};
/** The transport of the actions: @actions/http-client, which knows the runner's proxies (`https_proxy`, `no_proxy`). */
function createTransport(userAgent) {
    // One client a protocol: http-client reuses its agent for whatever protocol comes next.
    const clients = new Map();
    const clientFor = (url) => {
        const { protocol } = new URL(url);
        let client = clients.get(protocol);
        if (!client) {
            // Its retries know neither 429 nor network faults; its redirects can leak the credential.
            client = new lib/* HttpClient */.Qq(userAgent, [abortable], { allowRedirects: false, allowRetries: false, keepAlive: true });
            clients.set(protocol, client);
        }
        return client;
    };
    return {
        async send({ method, url, headers, body, signal }) {
            const { message } = await abandonable(signal, currentSignal.run(signal, () => clientFor(url).request(method, url, body ?? null, { ...headers })));
            return {
                status: message.statusCode ?? 0,
                headers: message.headers,
                body: wholly(message, signal),
                destroy: () => message.destroy(),
            };
        },
        dispose() {
            for (const client of clients.values())
                client.dispose();
        },
    };
}
/** True where the end of the body is told; after any other coding it is the end of the connection. Source: RFC 9112, 6.3. */
const isChunked = (transferEncoding) => /(^|,)\s*chunked\s*$/i.test(String(transferEncoding ?? ''));
/**
 * A body that says no length ends with its connection, and Node takes any end of that for the body's: a reset, and our
 * own abort too.
 */
async function* wholly(message, signal) {
    yield* message;
    const { headers, socket } = message;
    const framed = headers['content-length'] !== undefined || isChunked(headers['transfer-encoding']);
    if (signal.aborted)
        throw new Error('aborted', { cause: signal.reason });
    if (!framed && socket.errored)
        throw socket.errored;
}
/** Node cannot abort a request that waits for a proxy's CONNECT: it is left to itself, and the step goes on. */
function abandonable(signal, work) {
    return new Promise((resolve, reject) => {
        const abandon = () => reject(new Error('aborted', { cause: signal.reason }));
        if (signal.aborted)
            abandon();
        else
            signal.addEventListener('abort', abandon, { once: true });
        work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abandon));
    });
}

;// CONCATENATED MODULE: ./src/feishu/client/connect.ts



/** Opens a session with the Open API; no request is sent yet. */
function connect({ baseUrl, credential, clock, mask, debug, action }) {
    const transport = createTransport(`feishu-export-action/${VERSION} (${action})`);
    let sent = 0;
    const connection = {
        transport: {
            send(request) {
                sent++;
                return transport.send(request);
            },
            dispose: () => transport.dispose(),
        },
        baseUrl,
        clock,
        onAnswer: debug,
    };
    return {
        connection,
        credential: createCredential(connection, credential, mask),
        requests: () => sent,
        dispose: () => transport.dispose(),
    };
}

;// CONCATENATED MODULE: ./src/feishu/errors/telling.ts


/** Tells a person how a poll ended, in whole sentences: cause, last trouble, advice. */
function tellEnd(end, { notDone, timeoutMs, goOn }) {
    if (end.kind === 'failed')
        return describe(end.failure);
    const trouble = end.lastFault && `The last request failed: ${factOf(end.lastFault)}.`;
    const advice = end.kind === 'timed-out' ? end.lastFault?.advice : undefined;
    return [causeOf(end, notDone, timeoutMs), trouble, advice, goOn].filter((part) => part !== undefined).join(' ');
}
function causeOf(end, notDone, timeoutMs) {
    if (end.kind === 'cancelled')
        return `Cancelled: ${notDone}.`;
    const limit = `${formatDuration(timeoutMs)} (\`timeout-seconds\`)`;
    if (end.refusedForMs === undefined)
        return `Time is up: ${notDone} within ${limit}.`;
    const wait = `wait ${formatDuration(end.refusedForMs)}, longer than what is left of ${limit}: ${notDone}.`;
    return end.lastFault?.askedMs === undefined
        ? `The rate limit does not say how long to wait. It would be right to ${wait}`
        : `The rate limit asks to ${wait}`;
}
/** The failure that a bad end is about, if there is one. */
function failureOf(end) {
    return end.kind === 'failed' ? end.failure : end.lastFault;
}
/** The line of the log after an attempt that is followed by another. */
function tryingAgain(failure, pauseMs) {
    return `${failure_factOf(failure)}; trying again in ${(0,src_text/* formatDuration */.a3)(pauseMs)}`;
}

;// CONCATENATED MODULE: ./src/files/disk-fault.ts

/** A fault of the local disk, told with the path: trying again is useless. */
class DiskFault extends Error {
    what;
    cure;
    code;
    constructor(
    /** A clause. */
    what, 
    /** A sentence. */
    cure, 
    /** Node.js' word for it: `ENOSPC`, `EACCES`, … */
    code) {
        super(`${what}. ${cure}`);
        this.what = what;
        this.cure = cure;
        this.code = code;
    }
}
const MEANINGS = {
    ENOSPC: ['the disk is full', 'Make room on the runner, or choose another `directory`.'],
    EDQUOT: ["the user's share of the disk is used up", 'Make room on the runner, or choose another `directory`.'],
    EFBIG: ['the file is larger than the file system takes', 'Choose a `directory` on another file system.'],
    EACCES: ['permission denied', 'Choose a `directory` that the runner may write to.'],
    EPERM: ['the system does not allow it', 'Choose a `directory` that the runner may write to.'],
    EROFS: ['the file system is read-only', 'Choose a `directory` that the runner may write to.'],
    ENAMETOOLONG: ['the path is too long for the system', 'Choose a shorter name or `directory`.'],
    EISDIR: ['a folder has this name', 'Move it away, or choose another name or `directory`.'],
    ENOTDIR: ['a part of the path is a file, not a folder', 'Choose another `directory`.'],
    ELOOP: ['the path runs in a circle of symbolic links', 'Choose another `directory`.'],
    EBUSY: ['another program holds the file', 'Close it, or choose another name.'],
    EMFILE: ['too many files are open', 'Raise the limit of open files (ulimit -n).'],
    ENFILE: ['too many files are open', 'Raise the limit of open files (ulimit -n).'],
    EIO: ['the disk does not work', 'Check the disk of the runner.'],
};
/**
 * Tells a fault of the file system.
 * @param doing goes on after "Cannot": "write the file"
 */
function diskFault(doing, path, error) {
    const { code = 'unknown' } = error;
    const [meaning, cure] = MEANINGS[code] ?? ['the system refuses', 'Check the path and the disk of the runner.'];
    return new DiskFault(`Cannot ${doing} ${(0,src_text/* quoted */.TL)(path, 1000)}: ${meaning} (${code})`, cure, code);
}
/** The file is there already, and is not to be replaced. */
function existsFault(path) {
    const cure = 'Set `overwrite: true` to replace it, or choose another name or `directory`.';
    return new DiskFault(`The file ${(0,src_text/* quoted */.TL)(path, 1000)} exists already`, cure, 'EEXIST');
}
// No other file fares better.
const OF_THE_WHOLE_DISK = new Set(['ENOSPC', 'EDQUOT', 'EROFS']);
/** The fault as a failure: for good, and everybody's where it is the whole disk's. */
function diskFailure({ what, cure, code }) {
    const scope = OF_THE_WHOLE_DISK.has(code) ? 'app' : undefined;
    return { class: 'permanent', what, advice: cure, origin: 'disk', scope };
}

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __nccwpck_require__(24);
;// CONCATENATED MODULE: external "node:fs/promises"
const promises_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:fs/promises");
;// CONCATENATED MODULE: ./src/files/inside.ts





const codeOf = (error) => error.code;
/** Nothing is there, or cannot be, for what should be a folder on the way is none. */
const isMissing = (error) => codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR';
const isWithin = (root, inner) => inner === root || inner.startsWith(withSlash(root));
const withSlash = (directory) => (directory.endsWith((external_node_path_default()).sep) ? directory : directory + (external_node_path_default()).sep);
const identityOf = ({ dev, ino }) => `${dev}:${ino}`;
/**
 * Looks at paths below a root without following a link at their end; a file outside, behind a link on the way, is
 * `other`. Synchronous: thousands of paths are looked at in one pass.
 * @param root absolute
 * @returns a function of relative paths; undefined where nothing is
 * @throws DiskFault, from that function
 */
function lookInside(root) {
    const insides = new Map();
    const isInside = (directory) => {
        let inside = insides.get(directory);
        if (inside === undefined) {
            insides.set(directory, (inside = isWithin((0,external_node_fs_.realpathSync)(root), (0,external_node_fs_.realpathSync)(directory))));
        }
        return inside;
    };
    return (relative) => {
        const absolute = external_node_path_default().join(root, relative);
        try {
            const found = (0,external_node_fs_.lstatSync)(absolute, { bigint: true });
            return inside_factOf(found, isInside(external_node_path_default().dirname(absolute)));
        }
        catch (error) {
            if (isMissing(error))
                return undefined;
            throw diskFault('look at', absolute, error);
        }
    };
}
function inside_factOf(found, isInside) {
    return { size: Number(found.size), kind: found.isFile() && isInside ? 'file' : 'other', id: identityOf(found) };
}
const MAX_TRIES = 20;
/**
 * Creates the folders above a path below the root, as far as they are missing. Links on the way are followed only as
 * long as they stay inside.
 * @throws DiskFault
 */
async function ensureParentInside(root, relative) {
    for (let triesLeft = MAX_TRIES;; triesLeft--) {
        try {
            await makeParent(root, relative);
            return;
        }
        catch (error) {
            // Another file that was the last one in its folder may just have been removed, and the folder with it.
            if (!(error instanceof DiskFault && error.code === 'ENOENT') || triesLeft === 1)
                throw error;
        }
    }
}
/**
 * Sees to it that no link leads out of the root on the way to a file, as far as the way is there already.
 * @throws DiskFault
 */
async function checkParentInside(root, relative) {
    let at = root;
    for (const segment of ['', ...relative.split('/').slice(0, -1)]) {
        at = external_node_path_default().join(at, segment);
        try {
            await (0,promises_namespaceObject.lstat)(at);
        }
        catch (error) {
            if (isMissing(error))
                return;
            throw diskFault('look at', at, error);
        }
        await checkFolder(await (0,promises_namespaceObject.realpath)(root), at);
    }
}
async function makeParent(root, relative) {
    await make(root, true);
    const realRoot = await (0,promises_namespaceObject.realpath)(root).catch((error) => {
        throw diskFault('look at', root, error);
    });
    let at = root;
    for (const segment of relative.split('/').slice(0, -1)) {
        at = external_node_path_default().join(at, segment);
        await make(at, false);
        await checkFolder(realRoot, at);
    }
}
async function make(directory, recursive) {
    try {
        await (0,promises_namespaceObject.mkdir)(directory, { recursive });
    }
    catch (error) {
        if (codeOf(error) !== 'EEXIST')
            throw diskFault('create the folder', directory, error);
        if (recursive)
            throw diskFault('create the folder', directory, { code: 'ENOTDIR' });
    }
}
async function checkFolder(realRoot, directory) {
    let isFolder;
    let real;
    try {
        real = await (0,promises_namespaceObject.realpath)(directory);
        isFolder = (await (0,promises_namespaceObject.stat)(directory)).isDirectory();
    }
    catch (error) {
        throw diskFault('use the folder', directory, error);
    }
    if (!isWithin(realRoot, real)) {
        const what = `Cannot use the folder ${(0,src_text/* quoted */.TL)(directory, 1000)}: it is a link that leads out of \`directory\``;
        throw new DiskFault(what, 'Remove the link, or choose another `directory`.', 'ELOOP');
    }
    if (isFolder)
        return;
    const what = `Cannot create the folder ${(0,src_text/* quoted */.TL)(directory, 1000)}: a file has this name`;
    throw new DiskFault(what, 'Move the file away, or choose another `directory`.', 'ENOTDIR');
}
/**
 * Removes a file below the root, then the folders above it that became empty, but never the root. What is not a plain
 * file inside the root stays: this action did not write it.
 * @returns whether a file was removed
 * @throws DiskFault
 */
async function removeInside(root, relative) {
    if (lookInside(root)(relative)?.kind !== 'file')
        return false;
    const absolute = external_node_path_default().join(root, relative);
    try {
        await (0,promises_namespaceObject.unlink)(absolute);
    }
    catch (error) {
        if (isMissing(error))
            return false;
        throw diskFault('remove the file', absolute, error);
    }
    await removeEmptyAbove(root, relative);
    return true;
}
/**
 * Removes the folders above a path below the root, as far as they are empty; never the root.
 */
async function removeEmptyAbove(root, relative) {
    const segments = relative.split('/').slice(0, -1);
    for (; segments.length > 0; segments.pop()) {
        try {
            // Refused for a folder with anything in it, and for a link to a folder.
            await (0,promises_namespaceObject.rmdir)(external_node_path_default().join(root, ...segments));
        }
        catch {
            return;
        }
    }
}

;// CONCATENATED MODULE: ./src/runner/seldom.ts
const EVERY_MS = 30_000;
/**
 * Tells one line in half a minute, the others under debug: troubles that come and go must not fill the log.
 * @returns a function that says whether it told the line
 */
function seldom(clock, log) {
    let toldAtMs = -Infinity;
    return (line) => {
        if (clock.nowMs() - toldAtMs < EVERY_MS) {
            log.debug(line);
            return false;
        }
        toldAtMs = clock.nowMs();
        log.info(line);
        return true;
    };
}

// EXTERNAL MODULE: ./src/polling/clock.ts
var polling_clock = __nccwpck_require__(849);
;// CONCATENATED MODULE: ./src/export/engine/engine.ts


const EXPORT_STEPS = ['create', 'query', 'download'];
const MOST_TASKS = 3;
// A finished export lives ten minutes, so no more may be in flight than can be fetched in half of that.
const FETCH_WITHIN_MS = 5 * 60_000;
const MOST_IN_FLIGHT = 400;
/** So many files come at once; more would only share the line. */
const TRANSFERS_AT_ONCE = 6;
const LONGEST_TASK_MS = 30 * 60_000;
// The copy that blocks an export (status 122) needs a moment to end.
const NEW_TASK_PAUSE_MS = 2_000;
/**
 * What a task, or its file, that is lost to the service answers. Nothing documents it but 1060001 of the download: so
 * every answer counts that may mean it, but for the ones that are about the document.
 */
function isLost(step, { code, httpStatus, scope }) {
    if (scope !== undefined)
        return false;
    if (code !== undefined && LOST[step].includes(code))
        return true;
    return (httpStatus === 404 || httpStatus === 410) && code !== DOCUMENT_DELETED;
}
const DOCUMENT_DELETED = 1069906;
const LOST = {
    query: [1069904, 1069914],
    download: [1060001, 1069904, DOCUMENT_DELETED, 1069914],
};
/**
 * Exports many documents at once: tasks are created as fast as the limit allows, looked at when an end is likely, and
 * fetched at once when they have ended.
 */
class Engine {
    options;
    exports = [];
    uploads = [];
    active = { exports: 0, uploads: 0 };
    transferMs = 0;
    uploadsFault;
    settle = () => undefined;
    constructor(options) {
        this.options = options;
    }
    /** Tasks created, or about to be, whose file is not there yet. */
    inFlight() {
        return this.active.exports + this.active.uploads;
    }
    /** Works all off. Resolves when every one was told to `onEnd`; after the run was stopped, every one that was begun. */
    run(works) {
        for (const work of works)
            (work.output.kind === 'upload' ? this.uploads : this.exports).push(work);
        return new Promise((resolve) => {
            this.settle = resolve;
            this.launch();
        });
    }
    launch() {
        const { stop, api } = this.options;
        // When one of its steps gets through no more, what is under way may still come to its end, but nothing new.
        const areOpen = EXPORT_STEPS.every((operation) => api.isOpen(operation));
        while (!stop.aborted && areOpen && this.exports.length > 0 && this.active.exports < this.mostInFlight()) {
            this.start(this.exports, 'exports', (work) => this.exportOne(work));
        }
        while (!stop.aborted && this.uploads.length > 0 && this.active.uploads < TRANSFERS_AT_ONCE) {
            this.start(this.uploads, 'uploads', (work) => this.fetchUpload(work));
        }
        const waiting = (areOpen ? this.exports.length : 0) + this.uploads.length;
        if (this.inFlight() === 0 && (waiting === 0 || stop.aborted))
            this.settle();
    }
    start(queue, kind, run) {
        const work = queue.shift();
        if (!work)
            return;
        this.active[kind]++;
        void run(work)
            .catch((error) => ({
            class: 'permanent',
            what: `This action made a mistake: ${String(error)}`,
        }))
            .then((failure) => {
            this.active[kind]--;
            this.options.onEnd(work, failure);
            this.launch();
        });
    }
    /** As many as can be fetched in time at the pace of the transfers so far. */
    mostInFlight() {
        if (this.transferMs === 0)
            return MOST_IN_FLIGHT;
        const fetched = (TRANSFERS_AT_ONCE * FETCH_WITHIN_MS) / this.transferMs;
        return Math.max(TRANSFERS_AT_ONCE, Math.min(MOST_IN_FLIGHT, Math.floor(fetched)));
    }
    async exportOne(work) {
        const { clock, stop, onNewTask } = this.options;
        for (let tasks = 1;; tasks++) {
            const end = await this.runTask(work);
            if (end.kind === 'done')
                return undefined;
            if (end.kind === 'failed' || tasks === MOST_TASKS)
                return end.failure;
            onNewTask?.(work, end.failure);
            await (0,polling_clock/* sleep */.y)(clock, NEW_TASK_PAUSE_MS * tasks, stop);
        }
    }
    async runTask(work) {
        const { api, steps, clock } = this.options;
        const created = await api.call('create', (signal) => steps.create(work, signal));
        if (!created.ok)
            return { kind: 'failed', failure: created.failure };
        const ended = await this.awaitEnd(created.value, clock.nowMs());
        if (!ended.ok)
            return { kind: isLost('query', ended.failure) ? 'new-task' : 'failed', failure: ended.failure };
        const verdict = ended.value;
        if (verdict.kind === 'failed') {
            return { kind: verdict.newTaskMayHelp ? 'new-task' : 'failed', failure: verdict.failure };
        }
        const { fileToken, fileSize } = verdict.file;
        const fetch = steps.fetch(work, fileToken, fileSize);
        let startedAtMs = 0;
        const timed = (signal) => {
            startedAtMs = clock.nowMs();
            return fetch(signal);
        };
        const fetched = await api.call('download', timed, { limitMs: Infinity });
        const tookMs = clock.nowMs() - startedAtMs;
        this.transferMs = this.transferMs === 0 ? tookMs : this.transferMs * 0.9 + tookMs * 0.1;
        if (fetched.ok)
            return { kind: 'done' };
        return { kind: isLost('download', fetched.failure) ? 'new-task' : 'failed', failure: fetched.failure };
    }
    /** Looks at a task, when a look is worth it, until it has ended. */
    async awaitEnd(task, createdAtMs) {
        const { api, steps, clock, patience } = this.options;
        let lookedAgeMs = 0;
        for (;;) {
            const dueAgeMs = () => lookedAgeMs === 0
                ? patience.firstLookAgeMs(this.looksPerDocument())
                : patience.nextLookAgeMs(lookedAgeMs, this.looksPerDocument());
            let sentAtMs = 0;
            const reply = await api.call('query', (signal) => {
                sentAtMs = clock.nowMs();
                return steps.query(task, signal);
            }, { order: createdAtMs, dueMs: () => createdAtMs + dueAgeMs() });
            if (!reply.ok)
                return reply;
            const { value: verdict } = reply;
            if (verdict.kind !== 'pending') {
                patience.hit();
                return { ok: true, value: verdict };
            }
            lookedAgeMs = sentAtMs - createdAtMs;
            patience.miss(lookedAgeMs);
            if (lookedAgeMs > LONGEST_TASK_MS) {
                return failure_fail({
                    class: 'permanent',
                    what: 'The export did not end within 30 minutes',
                    advice: 'Split the document.',
                });
            }
        }
    }
    /** How many looks could be made now for each document whose end was not seen yet. */
    looksPerDocument() {
        return this.options.api.pacer('query').free() / Math.max(1, this.exports.length + this.active.exports);
    }
    async fetchUpload(work) {
        const { api, steps } = this.options;
        if (this.uploadsFault)
            return this.uploadsFault;
        const fetched = await api.call('fileDownload', steps.fetchUploaded(work), { limitMs: Infinity });
        if (fetched.ok)
            return undefined;
        const { scope, class: kind } = fetched.failure;
        // They have a scope and a limit (10,000 a day) of their own: no other uploaded file comes either, but exports may.
        if (scope !== undefined || kind === 'rate-limit')
            this.uploadsFault = fetched.failure;
        return fetched.failure;
    }
}

;// CONCATENATED MODULE: ./src/polling/schedule.ts
// The service takes 100 requests a minute from all jobs of an app together.
const LIMIT_PER_MINUTE = 100;
const MINUTE_MS = 60_000;
// More jobs than this do not stretch the pauses: nobody is to starve, be it for two minutes, for the sake of the others.
const MOST_RIVALS = 175;
// Exports last from a few seconds to ten minutes. A pause of a tenth of the time already waited sees every end within
// 10 % of the export's length. Even with the shortest pause every time, a minute costs 40 looks so, ten minutes 99.
const LEAST_SHARE = 0.09;
const MOST_SHARE = 0.1;
const LEAST_PAUSE_MS = 500;
const MOST_PAUSE_MS = 10_000;
// The jobs of a fleet may look at a long export more often than a lone one, whose requests are counted.
const MOST_PAUSE_IN_FLEET_MS = 5_000;
const between = (low, high, random) => low + (high - low) * random;
const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
/**
 * Adaptive. Alone: at once, then after pauses that grow with the time already waited. In a fleet: each job spreads its
 * share of the limit over the minute, and repeats it every minute, when the slots it used come free: jobs that know
 * their number are not refused, however the service counts. After a refusal: as often as the service proved to let it.
 */
const adaptiveSchedule = {
    firstDelayMs: (rivals, random) => 
    // At most a minute even if there are more rivals than slots: not all of a large matrix run at the same time.
    rivals > 1 ? leadMs(rivals) + timeOfShareMs(random * Math.min(rivals / LIMIT_PER_MINUTE, 1), rivals) : 0,
    nextDelayMs(moment) {
        const { rivals, lastRefusal } = moment;
        if (lastRefusal)
            return Math.max(ownPauseMs(moment), crowdedPauseMs(moment, lastRefusal));
        if (rivals <= 1)
            return ownPauseMs(moment);
        return Math.max(Math.min(ownPauseMs(moment), MOST_PAUSE_IN_FLEET_MS), plannedPauseMs(moment));
    },
};
/** What a job needs that is alone: its pause says how late it may see the end. */
function ownPauseMs({ elapsedMs, random }) {
    const proportional = elapsedMs * between(LEAST_SHARE, MOST_SHARE, random);
    return clamp(proportional, LEAST_PAUSE_MS * between(1, 1.3, random), MOST_PAUSE_MS * between(0.95, 1.1, random));
}
// How a job lays its looks into a minute. Most exports end within 15 s, nearly all of the others are large tables that
// take one to three minutes. With ten jobs a look every six seconds is there for all of the minute, with a little more
// at first. With fifty a job has two looks a minute: one while most exports end, one for those that take a bit longer,
// and then none until its slots come free again. Between ten and fifty: in between.
const STAGES = [
    { lastsMs: 13_000, shareOfTen: 0.27, shareOfFifty: 0.5 },
    { lastsMs: 29_000, shareOfTen: 0.48, shareOfFifty: 0.5 },
    { lastsMs: 18_250, shareOfTen: 0.25, shareOfFifty: 0 },
];
// A quarter of a second more than a minute: requests take differently long to get there.
const PLAN_MS = STAGES.reduce((sum, { lastsMs }) => sum + lastsMs, 0);
/** Before this, hardly an export has ended: where looks are scarce, none goes there. */
function leadMs(rivals) {
    return Math.min(rivals * 100, 3_000);
}
/** When so much of the minute's looks is done, from 0 to 1, and so on for the minutes after; since the lead. */
function timeOfShareMs(share, rivals) {
    let timeMs = Math.floor(share) * PLAN_MS;
    let left = share % 1;
    for (const stage of STAGES) {
        const ofStage = shareOf(stage, rivals);
        if (left < ofStage)
            return timeMs + (left / ofStage) * stage.lastsMs;
        left -= ofStage;
        timeMs += stage.lastsMs;
    }
    return timeMs;
}
/** The inverse: how much of the looks is done by this time. */
function shareAtTime(timeMs, rivals) {
    let share = Math.floor(timeMs / PLAN_MS);
    let leftMs = timeMs - share * PLAN_MS;
    for (const stage of STAGES) {
        share += shareOf(stage, rivals) * clamp(leftMs / stage.lastsMs, 0, 1);
        leftMs -= stage.lastsMs;
    }
    return share;
}
function shareOf({ shareOfTen, shareOfFifty }, rivals) {
    return between(shareOfTen, shareOfFifty, clamp((rivals - 10) / 40, 0, 1));
}
/**
 * The pause of a job that knows how many share the limit: until its next place in the plan. It counts from when the
 * last look was sent, or slow answers would shift the plan.
 */
function plannedPauseMs({ elapsedMs, roundTripMs = 0, rivals }) {
    const sinceLeadMs = Math.max(0, elapsedMs - roundTripMs - leadMs(rivals));
    const nextShare = shareAtTime(sinceLeadMs, rivals) + Math.min(rivals, MOST_RIVALS) / LIMIT_PER_MINUTE;
    return timeOfShareMs(nextShare, rivals) - sinceLeadMs - roundTripMs;
}
// A job that did not know of rivals doubles its pause with each refusal; half a minute is what fifty jobs can afford.
const FIRST_CROWDED_PAUSE_MS = 5_000;
const MOST_CROWDED_PAUSE_MS = 30_000;
/**
 * The pause of a job that has been refused: the limit was full then, so the looks that had passed in the minute before
 * are this job's share of it.
 */
function crowdedPauseMs({ rivals, refusals, random }, { agoMs, looksInMinute }) {
    const jitter = between(0.9, 1.1, random);
    // The share that was seen is a matter of chance where shares are small: half of the trust goes to the number of jobs.
    if (rivals > 1) {
        return Math.min((jitter * 2 * MINUTE_MS) / (looksInMinute + LIMIT_PER_MINUTE / rivals), (MOST_RIVALS * MINUTE_MS) / LIMIT_PER_MINUTE);
    }
    const backedOffMs = Math.min(FIRST_CROWDED_PAUSE_MS * 2 ** (refusals - 1), MOST_CROWDED_PAUSE_MS);
    // The crowd thins out as exports end: twice as often after a minute, three times after two.
    return (jitter * Math.min(backedOffMs, MINUTE_MS / looksInMinute)) / (1 + agoMs / MINUTE_MS);
}
/** Always the same pause, as the user asked. */
function fixedSchedule(intervalMs) {
    return {
        firstDelayMs: adaptiveSchedule.firstDelayMs,
        nextDelayMs: () => intervalMs,
    };
}
// Where more jobs wait for a slot than there are, some are refused again anyway: the rest need not wait for them.
const MOST_IN_LINE = 70;
/**
 * The pause after an answer that the rate limit refused: what the service asks for, exactly, plus jitter and never
 * less; without its word at least a minute, growing.
 *
 * All slots were used up within a minute less what it asks for, and come free again at that pace: over as long a time
 * the jobs in line spread. Asked for most of a minute, they may all come at once; asked for a second, one by one.
 * Source: 频控策略 (wait `x-ogw-ratelimit-reset` seconds); the official CLI advises a minute at least without a header.
 */
function refusedDelayMs(askedMs, moment) {
    const { rivals, refusals, random } = moment;
    // A job that does not know of rivals believes in one more of them with each refusal.
    const inLine = rivals > 1 ? Math.min(rivals, MOST_IN_LINE) : Math.min(refusals, MOST_IN_LINE / 2);
    const spreadMs = 200 + (Math.max(MINUTE_MS - (askedMs ?? 0), 0) * inLine) / LIMIT_PER_MINUTE;
    if (askedMs !== undefined)
        return askedMs + 50 + random * spreadMs;
    return Math.min(MINUTE_MS * 1.5 ** (refusals - 1), 300_000) + random * Math.max(spreadMs, 5_000);
}
/** The pause after a passing fault: the usual one, and longer the more faults in a row there were. */
function faultDelayMs(schedule, faultsInARow, moment) {
    const backOffMs = Math.min(500 * 2 ** (faultsInARow - 1), MOST_PAUSE_MS) * between(1, 1.3, moment.random);
    return Math.max(schedule.nextDelayMs(moment), backOffMs);
}

;// CONCATENATED MODULE: ./src/export/engine/pacer.ts
// Requests are counted where they arrive: a window here must be a little longer than the service's.
const WINDOW_MARGIN_MS = 500;
// A due time may move without a word, so it is asked again at least this often.
const RECHECK_MS = 500;
// How far the service may be ahead before the other model of its limit is tried: two requests' worth. Where the window
// is a second, a refusal costs more than a bucket could ever bring.
const PROBE_AT_TOKENS = 2;
const SHORTEST_PROBED_WINDOW_MS = 60_000;
// Who is refused at the start has seen nothing of the window yet: strangers filled it, but they may be gone in the next.
const pacer_LEAST_SHARE = 0.2;
/**
 * Lets requests of one API go, as many as the limit allows and no more: never more than the limit within any window,
 * which holds for fixed and sliding windows and for a token bucket alike. A refusal stops all until the time the service
 * names, and lowers the limit, since strangers use the rest; each window without a refusal raises it again.
 *
 * The documentation does not say of what kind the limit is. When the window is used up although a token bucket would
 * have refilled, one request tries it: if it passes, the limit is a bucket and is paced as one from then on.
 */
class Pacer {
    options;
    fullLimit;
    limit;
    sentMs = [];
    waiting = new Set();
    running = 0;
    blockedUntilMs = 0;
    raisedAtMs = 0;
    tokens;
    refilledAtMs = 0;
    kind = 'window';
    stopTimer;
    isClosed = false;
    constructor(options) {
        this.options = options;
        this.fullLimit = this.limit = this.tokens = Math.max(1, options.requests / options.rivals);
        options.stop.addEventListener('abort', () => this.close());
    }
    /** How many requests could go now; what was sent long enough ago no longer counts. */
    free() {
        const nowMs = this.options.clock.nowMs();
        this.forget(nowMs);
        if (nowMs < this.blockedUntilMs)
            return 0;
        const inWindow = Math.max(0, Math.floor(this.limit) - this.sentMs.length);
        return this.kind === 'bucket' ? Math.max(inWindow, Math.floor(this.tokens)) : inWindow;
    }
    /**
     * Waits for a slot and takes it; call `finished` when the request has ended.
     * @returns false when the run stopped meanwhile, or nobody is let through any more
     */
    slot(order, dueMs = () => 0) {
        if (this.isClosed || this.options.stop.aborted)
            return Promise.resolve(false);
        return new Promise((grant) => {
            this.waiting.add({ order, dueMs, grant });
            this.pump();
        });
    }
    /** A request that had a slot has ended; `passed` when the service answered it and did not refuse it. */
    finished(passed) {
        this.running--;
        if (this.kind === 'trying-bucket' && this.running === 0)
            this.kind = passed ? 'bucket' : 'window';
        this.pump();
    }
    /** The limit refused a request: nothing goes for so long, and less than before afterwards. */
    refused(waitMs) {
        const nowMs = this.options.clock.nowMs();
        if (this.kind === 'trying-bucket' || this.kind === 'bucket') {
            // Too much for a window that was tried as a bucket, not for the window: nothing is lowered.
            this.kind = 'window-for-sure';
            this.sentMs.pop();
            this.blockedUntilMs = nowMs + waitMs;
            return;
        }
        // What was refused did not count.
        this.sentMs.pop();
        // One window's refusals are one event, however many requests were under way.
        if (nowMs >= this.blockedUntilMs) {
            this.forget(nowMs);
            const least = Math.max(1, this.fullLimit * pacer_LEAST_SHARE);
            this.limit = Math.max(least, Math.min(this.limit, this.sentMs.length) * 0.8);
            this.raisedAtMs = nowMs + waitMs;
        }
        this.blockedUntilMs = Math.max(this.blockedUntilMs, nowMs + waitMs);
        this.pump();
    }
    /** Lets nobody through any more. */
    close() {
        this.isClosed = true;
        this.stopTimer?.();
        for (const waiter of this.waiting)
            waiter.grant(false);
        this.waiting.clear();
    }
    mayTryBucket() {
        // With rivals, what passes may be what they have not used yet.
        const isAlone = this.options.rivals === 1;
        if (this.options.windowMs < SHORTEST_PROBED_WINDOW_MS)
            return false;
        return isAlone && this.kind === 'window' && this.running === 0 && this.tokens >= PROBE_AT_TOKENS;
    }
    forget(nowMs) {
        const windowMs = this.options.windowMs + WINDOW_MARGIN_MS;
        this.tokens = Math.min(this.limit, this.tokens + ((nowMs - this.refilledAtMs) * this.limit) / windowMs);
        this.refilledAtMs = nowMs;
        while (this.sentMs.length > 0 && (this.sentMs[0] ?? 0) <= nowMs - windowMs)
            this.sentMs.shift();
        while (this.limit < this.fullLimit && nowMs - this.raisedAtMs >= windowMs) {
            this.limit = Math.min(this.fullLimit, this.limit + this.fullLimit * 0.1);
            this.raisedAtMs += windowMs;
        }
    }
    pump() {
        this.stopTimer?.();
        this.stopTimer = undefined;
        while (this.waiting.size > 0 && this.running < this.options.concurrency()) {
            const nowMs = this.options.clock.nowMs();
            if (nowMs < this.blockedUntilMs) {
                this.pumpIn(this.blockedUntilMs - nowMs);
                return;
            }
            if (this.free() < 1 && !this.mayTryBucket()) {
                const inWindowMs = (this.sentMs[0] ?? nowMs) + this.options.windowMs + WINDOW_MARGIN_MS - nowMs;
                this.pumpIn(this.kind.startsWith('window-') ? inWindowMs : Math.min(inWindowMs, RECHECK_MS));
                return;
            }
            let first;
            let soonestMs = Infinity;
            for (const waiter of this.waiting) {
                const dueMs = waiter.dueMs();
                if (dueMs > nowMs)
                    soonestMs = Math.min(soonestMs, dueMs);
                else if (first === undefined || waiter.order < first.order)
                    first = waiter;
            }
            if (!first) {
                this.pumpIn(Math.min(soonestMs - nowMs, RECHECK_MS));
                return;
            }
            this.waiting.delete(first);
            this.running++;
            if (this.free() < 1)
                this.kind = 'trying-bucket';
            this.sentMs.push(nowMs);
            this.tokens--;
            first.grant(true);
        }
    }
    pumpIn(delayMs) {
        this.stopTimer = this.options.clock.after(Math.max(1, delayMs), () => this.pump());
    }
}

;// CONCATENATED MODULE: ./src/export/engine/paced-api.ts







const MOST_AT_ONCE = 16;
// Eight tries with growing pauses ride out some three minutes; a run over hundreds of documents must not hang on one.
const MOST_FAULTS_IN_A_ROW = 8;
// Where nothing at all gets through, there is nothing better to do than to wait: some thirteen minutes.
const MOST_FAULTS_OF_ALL = 18;
const MOST_REFUSALS_IN_A_ROW = 10;
const ATTEMPT_LIMIT_MS = 30_000;
const MOST_FAULT_PAUSE_MS = 60_000;
const paced_api_MINUTE_MS = 60_000;
// So many pages of a gateway, and no answer of the service among them, are no longer about one document.
const PAGES_OF_ALL = 3;
/** What calls get when the run stops before they end. */
const STOPPED = { class: 'permanent', what: 'The run was stopped before this could be done' };
/**
 * Makes calls at the pace that each API allows, rides out passing faults and refusals, and gives up after a while.
 * Free of global state; everything stops with the signal handed in.
 */
class PacedApi {
    options;
    pacers = new Map();
    troubles = new Map();
    pages = new Map();
    answered = new Set();
    closed = new Map();
    answeredAtMs = -Infinity;
    calls = 0;
    constructor(options) {
        this.options = options;
    }
    /** The pacer of an API: the engine asks it how many requests could go now. */
    pacer(operation) {
        let pacer = this.pacers.get(operation);
        if (!pacer) {
            const { clock, rivals, stop, concurrency } = this.options;
            pacer = new Pacer({
                clock,
                rivals,
                stop,
                ...OPERATIONS[operation].limit,
                concurrency: concurrency?.[operation] ?? (() => MOST_AT_ONCE),
            });
            this.pacers.set(operation, pacer);
        }
        return pacer;
    }
    /** False once nobody gets through to an API any more. */
    isOpen(operation) {
        return !this.closed.has(operation);
    }
    /** What the calls that have not ended last failed for; the latest of them. */
    openTrouble() {
        return [...this.troubles.values()].at(-1);
    }
    /**
     * Makes a call until it succeeds, fails for good, or has failed too often in a row. What every call of this API would
     * meet, all others get at once, without a request.
     * @returns the last reply; `STOPPED` when the run stopped meanwhile
     */
    async call(operation, attempt, { order = this.calls, dueMs, limitMs = ATTEMPT_LIMIT_MS } = {}) {
        const { clock, stop, random, remainingMs = () => Infinity } = this.options;
        const pacer = this.pacer(operation);
        const call = this.calls++;
        let failedAtMs;
        let faults = 0;
        let areOthersAnswered = false;
        let refusals = 0;
        try {
            for (;;) {
                if (!(await pacer.slot(order, dueMs)))
                    return failure_fail(this.closed.get(operation) ?? STOPPED);
                const reply = await withTimeLimit(clock, limitMs, stop, attempt).catch((error) => {
                    pacer.finished(false);
                    throw error;
                });
                if (reply.ok) {
                    this.hasAnswered(operation);
                    pacer.finished(true);
                    return reply;
                }
                const { failure } = reply;
                if (failure.class === 'rate-limit') {
                    const pauseMs = this.refusedPauseMs(operation, failure.askedMs, ++refusals);
                    // Before the slot is given back, or the next in line would run into the same wall.
                    if (failure.origin !== 'token-request')
                        pacer.refused(pauseMs);
                    pacer.finished(false);
                    if (stop.aborted)
                        return failure_fail(STOPPED);
                    if ((failure.askedMs ?? 0) >= remainingMs()) {
                        const ending = tooLong(failure);
                        this.close(operation, ending);
                        return failure_fail(ending);
                    }
                    if (refusals > MOST_REFUSALS_IN_A_ROW)
                        return reply;
                    this.tryAgain(call, failure, pauseMs);
                    if (failure.origin === 'token-request')
                        await (0,polling_clock/* sleep */.y)(clock, pauseMs, stop);
                    continue;
                }
                pacer.finished(failure.code !== undefined);
                if (stop.aborted)
                    return failure_fail(STOPPED);
                if (failure.scope === 'endpoint')
                    this.close(operation, failure);
                // When others get through again, what failed with them until then no longer tells against this one.
                failedAtMs ??= clock.nowMs();
                if (!areOthersAnswered && this.answeredAtMs > failedAtMs) {
                    areOthersAnswered = true;
                    faults = Math.min(faults, MOST_FAULTS_IN_A_ROW / 2);
                }
                const isAlone = failure.code === undefined && !areOthersAnswered;
                const most = isAlone ? MOST_FAULTS_OF_ALL : MOST_FAULTS_IN_A_ROW;
                if (failure.class === 'permanent' || ++faults >= most)
                    return failure_fail(this.reachOf(operation, failure));
                const pauseMs = Math.min(1000 * 2 ** (faults - 1), MOST_FAULT_PAUSE_MS) * (1 + 0.3 * random());
                this.tryAgain(call, failure, pauseMs);
                await (0,polling_clock/* sleep */.y)(clock, pauseMs, stop);
            }
        }
        finally {
            if (!stop.aborted)
                this.troubles.delete(call);
        }
    }
    close(operation, failure) {
        this.closed.set(operation, failure);
        this.pacer(operation).close();
    }
    hasAnswered(operation) {
        this.answered.add(operation);
        this.answeredAtMs = this.options.clock.nowMs();
    }
    tryAgain(call, failure, pauseMs) {
        this.troubles.delete(call);
        this.troubles.set(call, failure);
        this.options.onRetry?.(failure, pauseMs);
    }
    /** Where the service does not say how long to wait, a window of a second is over sooner than one of a minute. */
    refusedPauseMs(operation, askedMs, refusals) {
        const { rivals, random } = this.options;
        const { windowMs } = OPERATIONS[operation].limit;
        if (askedMs !== undefined || windowMs >= paced_api_MINUTE_MS) {
            return refusedDelayMs(askedMs, { elapsedMs: 0, rivals, refusals, random: random() });
        }
        return Math.min(2 * windowMs * 2 ** (refusals - 1), paced_api_MINUTE_MS) * (1 + 0.3 * random());
    }
    /** A page in place of an answer says nothing of other documents, until nothing else has come often enough. */
    reachOf(operation, failure) {
        const isPage = failure.scope === 'app' && failure.code === undefined && failure.httpStatus !== undefined;
        if (!isPage)
            return failure;
        const pages = (this.pages.get(operation) ?? 0) + 1;
        this.pages.set(operation, pages);
        const isFile = operation === 'download' || operation === 'fileDownload';
        const isAll = pages >= PAGES_OF_ALL && !this.answered.has(operation) && !isFile;
        return isAll ? failure : { ...failure, scope: undefined };
    }
}
/** No other document fares better, and there is no sense in sleeping until the end. */
function tooLong(failure) {
    const { what, askedMs = 0 } = failure;
    const asks = `it asks to wait ${(0,src_text/* formatDuration */.a3)(askedMs)}, longer than what is left of \`timeout-seconds\``;
    const advice = 'Run it again later: it goes on from there. A longer `timeout-seconds` gets further at one go.';
    return { ...failure, what: `${what}; ${asks}`, advice, scope: 'app' };
}

;// CONCATENATED MODULE: ./src/export/engine/patience.ts
// Of 100 first looks so many should find the export ended: each look in vain costs another document its look.
const HIT_SHARE = 0.98;
const STEP = 0.8;
const FIRST_AGE_MS = 6_000;
const LEAST_AGE_MS = 1_000;
// The file lives ten minutes, so a look must not come much later than the end.
const MOST_AGE_MS = 4 * 60_000;
const patience_LEAST_PAUSE_MS = 500;
// Pauses need not be shorter than this share of the age: the end is seen within it.
const FINEST_SHARE = 0.1;
const COARSEST_SHARE = 0.35;
const MOST_LOOKS_AT_ONCE = 16;
/**
 * Learns how long exports take, and says from what age on a task is worth a look. A quantile is tracked step by step
 * (Robbins–Monro): each look in vain raises the age by so many times the step by which a hit lowers it that it settles
 * where the share of hits is as wanted.
 */
class Patience {
    ageMs = FIRST_AGE_MS;
    looksAtOnce = 1;
    /** From what age on the first look is worth it. With looks to spare it comes earlier: nobody else wants them. */
    firstLookAgeMs(spare) {
        return Math.max(patience_LEAST_PAUSE_MS, this.ageMs / Math.max(1, spare));
    }
    /** The age for another look after one in vain. */
    nextLookAgeMs(ageMs, spare) {
        if (spare < 2)
            return Math.max(ageMs + Math.max(patience_LEAST_PAUSE_MS, ageMs * COARSEST_SHARE), this.ageMs);
        return ageMs + Math.max(patience_LEAST_PAUSE_MS, ageMs * FINEST_SHARE, this.ageMs / spare);
    }
    /** A look found the export ended. */
    hit() {
        this.ageMs = Math.max(LEAST_AGE_MS, this.ageMs * Math.exp(-STEP * (1 - HIT_SHARE)));
        this.looksAtOnce = Math.min(MOST_LOOKS_AT_ONCE, this.looksAtOnce + 1);
    }
    /** A look at a task of this age found it unfinished. */
    miss(ageMs) {
        if (ageMs >= this.ageMs * 0.9)
            this.ageMs = Math.min(MOST_AGE_MS, this.ageMs * Math.exp(STEP * HIT_SHARE));
        this.looksAtOnce = Math.max(1, this.looksAtOnce / 2);
    }
    /**
     * How many looks may be under way at once. As long as looks miss and are dear, one at a time: a hundred tasks of the
     * same age must not all be asked too early.
     */
    concurrency(spare) {
        return spare >= 2 ? MOST_LOOKS_AT_ONCE : Math.floor(this.looksAtOnce);
    }
}

;// CONCATENATED MODULE: ./src/feishu/drive/content-disposition.ts
/**
 * Reads a `Content-Disposition` header, forgivingly: `filename*` (RFC 5987, RFC 6266) before `filename`, raw UTF-8 and
 * percent-encoding in a plain `filename` too, since servers send both.
 * @param header as Node.js gives it: its bytes as Latin-1
 */
function parseDisposition(header) {
    const text = typeof header === 'string' ? header : (header?.[0] ?? '');
    const parameters = new Map();
    for (const [, name = '', quotedValue, plainValue] of text.matchAll(PARAMETER)) {
        const value = quotedValue?.replace(/\\(["\\])/g, '$1') ?? plainValue?.trim() ?? '';
        if (!parameters.has(name.toLowerCase()))
            parameters.set(name.toLowerCase(), value);
    }
    const fileName = extended(parameters.get('filename*')) ?? plain(parameters.get('filename'));
    return { attachment: /^\s*attachment\s*(;|$)/i.test(text), fileName: fileName === '' ? undefined : fileName };
}
const PARAMETER = /;\s*([\w!#$&+.^`|~*-]+)\s*=\s*(?:"((?:[^"\\]|\\[^])*)"|([^;]*))/g;
function extended(value) {
    const [, charset = '', encoded = ''] = /^([\w-]+)'[^']*'(.*)$/.exec(value ?? '') ?? [];
    switch (charset.toLowerCase()) {
        case 'utf-8':
            return percentDecoded(encoded);
        case 'iso-8859-1':
            return encoded.replace(/%([\da-f]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
        default:
            return undefined;
    }
}
function plain(value) {
    if (value === undefined)
        return undefined;
    const text = headerText(value);
    return /%[\da-f]{2}/i.test(text) ? (percentDecoded(text) ?? text) : text;
}
function percentDecoded(text) {
    try {
        return decodeURIComponent(text);
    }
    catch {
        return undefined;
    }
}
/** A header's value as its sender meant it: Node.js gives the bytes as Latin-1, and servers send UTF-8. */
function headerText(value) {
    try {
        return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(value, 'latin1'));
    }
    catch {
        return value;
    }
}

;// CONCATENATED MODULE: ./src/feishu/errors/bare-status.ts


/**
 * What a download's HTTP status means where no code says more: the code whose words fit.
 * Source: 下载素材 lists statuses alone, https://open.feishu.cn/document/server-docs/docs/drive-v1/media/download
 */
const CODES_BY_STATUS = {
    // The ten minutes are the usual reason.
    download: { 404: 1069914, 410: 1069914 },
    mediaDownload: { 403: 1061004, 404: 1061003 },
};
/** Explains a failed download that has no code, or one that nobody knows, by its HTTP status. */
function explainBareStatus(failure, operation) {
    const { code, httpStatus } = failure;
    const isKnown = ERROR_TABLE.some(({ codes }) => code !== undefined && codes.includes(code));
    const likely = httpStatus === undefined ? undefined : CODES_BY_STATUS[operation]?.[httpStatus];
    const text = ERROR_TABLE.find(({ codes }) => likely !== undefined && codes.includes(likely))?.per?.[operation];
    if (isKnown || !text)
        return failure;
    return {
        ...failure,
        what: `Could not ${OPERATIONS[operation].doing}: ${text.meaning}`,
        advice: text.advice,
        scope: undefined,
    };
}

;// CONCATENATED MODULE: ./src/feishu/client/body-start.ts


// An error of this API has a few hundred bytes.
const MOST_BYTES = 64 * 1024;
/**
 * Looks at the beginning of a body that may be an error in place of a file.
 * @returns the text, if it is whole and looks like JSON, and the body, to be read from its beginning
 */
async function bodyStart(body) {
    const iterator = body[Symbol.asyncIterator]();
    const chunks = [];
    let bytes = 0;
    let failed;
    let ended = false;
    while (!ended && bytes <= MOST_BYTES && looksLikeJson(chunks)) {
        try {
            const next = await iterator.next();
            if (next.done === true)
                ended = true;
            else {
                chunks.push(next.value);
                bytes += next.value.length;
            }
        }
        catch (error) {
            failed = { error };
            break;
        }
    }
    const start = ended && looksLikeJson(chunks) ? Buffer.concat(chunks).toString('utf8') : undefined;
    return { start, body: again(chunks, iterator, failed, ended) };
}
/** So far nothing speaks against it. */
function looksLikeJson(chunks) {
    for (const chunk of chunks) {
        for (const byte of chunk)
            if (!BLANKS.has(byte))
                return byte === OPENING_BRACE;
    }
    return true;
}
const OPENING_BRACE = 0x7b;
// Blanks of JSON, and the bytes of the mark that some put before UTF-8.
const BLANKS = new Set([0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf]);
async function* again(chunks, iterator, failed, ended) {
    try {
        yield* chunks;
        if (failed)
            throw failed.error;
        while (!ended) {
            const next = await iterator.next();
            if (next.done === true)
                return;
            yield next.value;
        }
    }
    finally {
        await iterator.return?.();
    }
}
/** True for an object with the number that every answer of the Open API has. */
function isEnvelope(text) {
    try {
        return readEnvelope(parseJson(text.replace(/^\ufeff/, ''))) !== undefined;
    }
    catch {
        return false;
    }
}

;// CONCATENATED MODULE: ./src/feishu/drive/file-download.ts










/**
 * The file of a finished export task. Source: 下载导出文件.
 * @param fileExtension as far as it is known: of all exports only a csv can be empty
 */
const exportedFile = (fileToken, fileExtension) => ({
    operation: 'download',
    path: pathOf(['drive', 'v1', 'export_tasks', 'file', fileToken, 'download']),
    mayBeEmpty: /^[\s.]*csv$/i.test(fileExtension),
});
/** A file that somebody uploaded. Source: 下载文件, `GET /open-apis/drive/v1/files/:file_token/download`. */
const uploadedFile = (fileToken) => ({
    operation: 'fileDownload',
    path: pathOf(['drive', 'v1', 'files', fileToken, 'download']),
    mayBeEmpty: true,
});
const MOST_REDIRECTS = 5;
const REDIRECTS = [301, 302, 303, 307, 308];
const HEADERS = { accept: '*/*', 'accept-encoding': 'identity' };
/**
 * Opens a download: sends the request, follows a few redirects, and tells a file from an error in its place.
 * Never throws for what the service or the network does.
 * @param signal ends the request and the body, until that is read
 */
function openDownload(connection, credential, source, signal) {
    return withToken(credential, signal, async (authorization) => {
        const first = await openAnswer(connection, { operation: source.operation, method: 'GET', path: source.path }, { ...HEADERS, ...authorization }, signal);
        if (!first.ok)
            return first;
        return follow(connection, source, { url: new URL(`${connection.baseUrl}${source.path}`), answer: first.value, authorization }, signal);
    });
}
async function follow(connection, source, start, signal) {
    let hop = start;
    for (let redirects = 0; REDIRECTS.includes(hop.answer.status); redirects++) {
        const location = hop.answer.headers['location'];
        hop.answer.destroy();
        const next = redirects < MOST_REDIRECTS ? targetOf(location, hop.url) : undefined;
        if (!next)
            return failure_fail(badRedirect(source.operation, hop, redirects));
        const authorization = next.origin === hop.url.origin ? hop.authorization : {};
        connection.onAnswer?.(`${source.operation}: redirected to ${next.host}`);
        try {
            const headers = { ...HEADERS, ...authorization };
            const answer = await connection.transport.send({ method: 'GET', url: next.href, headers, signal });
            hop = { url: next, answer, authorization };
        }
        catch (error) {
            return failure_fail(classifyNetworkFault(error, source.operation, next.host, signal.reason));
        }
    }
    return judge(connection, source, hop, hop.url.origin !== start.url.origin, signal);
}
/** Where a redirect leads; undefined when it leads nowhere that is safe. */
function targetOf(location, from) {
    const target = typeof location === 'string' ? headerText(location) : undefined;
    if (target === undefined || !URL.canParse(target, from.href))
        return undefined;
    const url = new URL(target, from);
    if (url.username !== '' || url.password !== '')
        return undefined;
    const isLoopback = ({ hostname }) => /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
    // Plain http stays on this machine: a server elsewhere cannot lead to what listens here.
    const safe = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url) && isLoopback(from));
    return safe ? url : undefined;
}
function badRedirect(operation, { answer, url }, redirects) {
    const why = redirects < MOST_REDIRECTS ? 'to an address that is not https' : `more than ${MOST_REDIRECTS} times`;
    return {
        class: 'permanent',
        what: `Could not ${OPERATIONS[operation].doing}: ${url.host} redirects ${why}`,
        advice: 'Check `base-url`, and whether a proxy asks for a login.',
        httpStatus: answer.status,
        logId: logIdOf(answer),
    };
}
async function judge(connection, { operation }, { answer, url }, elsewhere, signal) {
    const { headers } = answer;
    const logId = logIdOf(answer);
    const disposition = parseDisposition(headers['content-disposition']);
    const type = String(headers['content-type'] ?? '');
    // An error envelope or a gateway's page; a file of that kind comes as an attachment.
    const isPage = /^\s*(application\/([\w.-]+\+)?json|text\/html)\b/i.test(type) && !disposition.attachment;
    if (answer.status === 200 && !isPage) {
        const unusable = isCompressed(headers)
            ? compressed(operation, url.host, logId)
            : isPart(headers)
                ? partial(operation, url.host, logId)
                : undefined;
        if (unusable) {
            answer.destroy();
            return failure_fail(unusable);
        }
        const { start, body } = await bodyStart(answer.body);
        if (disposition.attachment || start === undefined || !isEnvelope(start)) {
            const length = String(headers['content-length'] ?? '');
            const contentLength = /^\d{1,15}$/.test(length) ? Number(length) : undefined;
            const framed = contentLength !== undefined || isChunked(headers['transfer-encoding']);
            const { fileName } = disposition;
            const contentType = /^\s*([^\s;,]+)/.exec(type.toLowerCase())?.[1];
            const destroy = () => answer.destroy();
            return { ok: true, value: { body, destroy, contentLength, framed, fileName, contentType, host: url.host, logId } };
        }
        answer = { ...answer, body };
    }
    const reply = await readAnswer(connection, { operation, read: noFile }, answer, signal);
    return reply.ok
        ? reply
        : failure_fail(elsewhere ? fromStorage(reply.failure, operation, url.host) : explainBareStatus(reply.failure, operation));
}
function noFile() {
    throw new json_WrongShape('an envelope of success in place of the file');
}
/** Compressed on the way, by either header; nobody here takes it apart. */
function isCompressed(headers) {
    const codings = [headers['content-encoding'], headers['transfer-encoding']].join(',').split(',');
    return codings.some((coding) => !/^(identity|chunked)?$/i.test(coding.trim()));
}
/** A piece of the file that calls itself the whole; nobody asked for a piece. */
function isPart(headers) {
    const [, from, to, all] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(String(headers['content-range'] ?? '').trim()) ?? [];
    return from !== undefined && (Number(from) !== 0 || Number(to) + 1 !== Number(all));
}
function partial(operation, host, logId) {
    return {
        class: 'transient',
        what: `Could not ${OPERATIONS[operation].doing}: ${host} sends only a part of it`,
        advice: 'Check what stands between the runner and the service (proxy, firewall).',
        logId,
    };
}
function compressed(operation, host, logId) {
    return {
        class: 'permanent',
        what: `Could not ${OPERATIONS[operation].doing}: ${host} sends it compressed, though it was asked not to`,
        advice: 'Check what stands between the runner and the service (proxy, firewall).',
        logId,
    };
}
/** An answer that is no file, from another host than the Open API's: its words are its own, and so is its status. */
function fromStorage(failure, operation, host) {
    return {
        class: failure.class,
        what: `Could not ${OPERATIONS[operation].doing}: ${host}, to which the service redirects, does not send it`,
        advice: failure.class === 'permanent'
            ? 'Check what stands between the runner and that host (proxy, firewall).'
            : undefined,
        httpStatus: failure.httpStatus,
        logId: failure.logId,
        askedMs: failure.askedMs,
    };
}

;// CONCATENATED MODULE: external "node:crypto"
const external_node_crypto_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:crypto");
;// CONCATENATED MODULE: ./src/files/save.ts




/** The body has another size than expected: shorter at its end, or already longer before it. */
class WrongSize extends Error {
    bytes;
    expectedBytes;
    constructor(bytes, expectedBytes) {
        super(`${bytes} bytes in place of ${expectedBytes}`);
        this.bytes = bytes;
        this.expectedBytes = expectedBytes;
    }
}
/**
 * Writes a body to a temporary file that nobody can guess: hashed and counted on the way, brought to the disk. Whatever
 * goes wrong, nothing is left behind. Knows no global state: any number may run at once.
 * @throws DiskFault when the disk refuses, WrongSize, or whatever the body throws
 */
async function stageFile({ directory, body, expectedBytes, onBytes }) {
    const temporary = external_node_path_default().join(directory, `.feishu-export-${(0,external_node_crypto_namespaceObject.randomBytes)(12).toString('hex')}.part`);
    const { handle, createdDirectory } = await openTemporary(temporary, directory);
    let isPublished = false;
    const discard = async () => {
        if (isPublished)
            return;
        await (0,promises_namespaceObject.unlink)(temporary).catch(() => undefined);
        if (createdDirectory !== undefined)
            await removeEmpty(directory, createdDirectory);
    };
    try {
        let written;
        try {
            written = await writeAll(handle, temporary, body, expectedBytes, onBytes);
        }
        finally {
            await handle.close().catch(() => undefined);
        }
        return {
            ...written,
            async publish(target, { overwrite }) {
                await moveInto(temporary, target, overwrite);
                isPublished = true;
            },
            discard,
        };
    }
    catch (error) {
        await discard();
        throw error;
    }
}
/**
 * Saves a body as a file that appears under its name whole or not at all: staged beside it, then renamed. Whatever goes
 * wrong, what was there before stays, and nothing else does (of several that fail at once in one new folder, an empty
 * folder may stay).
 * @throws DiskFault when the disk refuses, WrongSize, or whatever the body throws
 */
async function save_saveFile({ target, overwrite, ...options }) {
    const existing = await targetFault(target, overwrite);
    if (existing)
        throw existing;
    const staged = await stageFile({ ...options, directory: external_node_path_default().dirname(target) });
    try {
        await staged.publish(target, { overwrite });
    }
    catch (error) {
        await staged.discard();
        throw error;
    }
    return { path: target, bytes: staged.bytes, sha256: staged.sha256 };
}
/**
 * Tells beforehand why a file cannot be saved there: it exists already, or a folder has its name.
 * @returns undefined when nothing speaks against it so far
 */
async function targetFault(target, overwrite) {
    try {
        const found = await (0,promises_namespaceObject.lstat)(target);
        if (found.isDirectory())
            return diskFault('write the file', target, { code: 'EISDIR' });
        return overwrite ? undefined : existsFault(target);
    }
    catch (error) {
        const { code } = error;
        return code === 'ENOENT' ? undefined : diskFault('write the file', target, error);
    }
}
async function openTemporary(temporary, directory) {
    for (let attemptsLeft = 20;; attemptsLeft--) {
        let createdDirectory;
        try {
            createdDirectory = await (0,promises_namespaceObject.mkdir)(directory, { recursive: true });
            return { handle: await (0,promises_namespaceObject.open)(temporary, 'wx'), createdDirectory };
        }
        catch (error) {
            if (createdDirectory !== undefined)
                await removeEmpty(directory, createdDirectory);
            const { code } = error;
            // Another one that failed in the same new folder may just have taken it away again.
            if (code === 'ENOENT' && attemptsLeft > 1)
                continue;
            throw diskFault('write into the folder', directory, { code: code === 'EEXIST' ? 'ENOTDIR' : code });
        }
    }
}
async function writeAll(handle, target, body, expectedBytes, onBytes) {
    const hash = (0,external_node_crypto_namespaceObject.createHash)('sha256');
    const disk = (work) => work.catch((error) => {
        throw diskFault('write the file', target, error);
    });
    let bytes = 0;
    for await (const chunk of body) {
        bytes += chunk.length;
        if (expectedBytes !== undefined && bytes > expectedBytes)
            throw new WrongSize(bytes, expectedBytes);
        const writing = disk(writeChunk(handle, chunk));
        hash.update(chunk);
        await writing;
        onBytes?.(bytes);
    }
    if (expectedBytes !== undefined && bytes !== expectedBytes)
        throw new WrongSize(bytes, expectedBytes);
    await disk(handle.sync());
    return { bytes, sha256: hash.digest('hex') };
}
async function writeChunk(handle, chunk) {
    for (let from = 0; from < chunk.length;)
        from += (await handle.write(chunk, from)).bytesWritten;
}
/** Gives the finished file its name; without `overwrite` it can replace nothing, whatever happens at the same time. */
async function moveInto(temporary, target, overwrite) {
    try {
        if (overwrite) {
            await (0,promises_namespaceObject.rename)(temporary, target);
            return;
        }
        if (await linked(temporary, target)) {
            await (0,promises_namespaceObject.unlink)(temporary).catch(() => undefined);
            return;
        }
        // No hard links here (FAT, some network file systems): an empty file keeps the name until it is replaced.
        await (await (0,promises_namespaceObject.open)(target, 'wx')).close();
        try {
            await (0,promises_namespaceObject.rename)(temporary, target);
        }
        catch (error) {
            await (0,promises_namespaceObject.unlink)(target).catch(() => undefined);
            throw error;
        }
    }
    catch (error) {
        throw error.code === 'EEXIST'
            ? existsFault(target)
            : diskFault('write the file', target, error);
    }
}
async function linked(temporary, target) {
    try {
        await (0,promises_namespaceObject.link)(temporary, target);
        return true;
    }
    catch (error) {
        if (error.code === 'EEXIST')
            throw error;
        return false;
    }
}
/** Takes away the folders that were created for nothing, from the innermost to the outermost, as far as they are empty. */
async function removeEmpty(innermost, outermost) {
    for (let directory = innermost;; directory = external_node_path_default().dirname(directory)) {
        try {
            await (0,promises_namespaceObject.rmdir)(directory);
        }
        catch {
            return;
        }
        if (directory === outermost || directory === external_node_path_default().dirname(directory))
            return;
    }
}

;// CONCATENATED MODULE: ./src/files/download-file.ts









/** How long a transfer may stand still: less where the whole timeout is short. */
const stallLimitFor = (timeoutMs) => Math.min(Math.max(timeoutMs / 4, 2_000), 20_000);
/**
 * Makes looks, for a poll without a limit on one look (`lookLimitMs: Infinity`): each downloads the whole file from its
 * start. A broken, short or stalled transfer is a passing fault; a fault of the disk, or a file of another size than
 * expected, is the end.
 */
function downloadLooks(options) {
    const { target, overwrite } = options;
    const stalls = options.stalls ?? { inARow: 0 };
    return async (signal) => lookOf(await transfer({ ...options, stalls }, signal, ({ fileName }, body) => saveFile({ ...body, target: target(fileName), overwrite })));
}
/**
 * Downloads a file to a temporary name in a folder.
 * @param directory absolute; created when missing
 */
function stageDownload(options, signal) {
    const { directory } = options;
    return transfer(options, signal, (_, body) => stageFile({ ...body, directory }));
}
function transfer(options, signal, store) {
    const { connection, stallLimitMs, stalls = { inARow: 0 } } = options;
    // A service that is really so slow to begin still gets through.
    const limitMs = stallLimitMs * 2 ** Math.min(stalls.inARow, 3);
    return withStallLimit(connection.clock, limitMs, signal, async (limited, watch) => {
        const reply = await transferOnce(options, limited, watch, limitMs, store);
        stalls.inARow = limited.reason === deadline_ATTEMPT_TIMED_OUT ? stalls.inARow + 1 : 0;
        return reply;
    });
}
async function transferOnce(options, signal, watch, limitMs, store) {
    const { connection, credential, source, expectedBytes, onBytes } = options;
    const opened = await watch(openDownload(connection, credential, source, signal));
    if (!opened.ok)
        return opened;
    const file = opened.value;
    try {
        const value = await store(file, {
            body: received(file, source.mayBeEmpty || expectedBytes === 0, watch),
            expectedBytes,
            onBytes: (bytes) => onBytes?.(bytes, expectedBytes ?? file.contentLength),
        });
        return { ok: true, value };
    }
    catch (error) {
        file.destroy();
        if (error instanceof DiskFault)
            return failure_fail(diskFailure(error));
        if (error instanceof WrongSize)
            return failure_fail(wrongSize(error, file, options.wrongSizeAdvice));
        if (!(error instanceof Broken))
            throw error;
        const stalledMs = signal.reason === deadline_ATTEMPT_TIMED_OUT ? limitMs : undefined;
        return failure_fail(broken(error, file, source, stalledMs));
    }
}
/** The body did not come to its end. */
class Broken extends Error {
    bytes;
    constructor(bytes, cause) {
        super('the transfer broke off', { cause });
        this.bytes = bytes;
    }
}
async function* received(file, mayBeEmpty, watch) {
    let bytes = 0;
    try {
        for await (const chunk of watched(file.body, watch)) {
            bytes += chunk.length;
            yield chunk;
        }
    }
    catch (error) {
        throw new Broken(bytes, error);
    }
    const isShort = file.contentLength !== undefined && bytes !== file.contentLength;
    if (isShort || (bytes === 0 && !mayBeEmpty))
        throw new Broken(bytes);
}
function broken({ bytes, cause }, { host, contentLength, logId }, { operation }, stalledMs) {
    const come = `after ${(0,src_text/* formatBytes */.z3)(bytes)}${contentLength === undefined ? '' : ` of ${(0,src_text/* formatBytes */.z3)(contentLength)}`}`;
    const doing = `Could not ${OPERATIONS[operation].doing}`;
    if (stalledMs !== undefined) {
        const what = `${doing}: ${host} sent nothing more for ${(0,src_text/* formatDuration */.a3)(stalledMs)}, ${come}`;
        return { class: 'transient', what, logId };
    }
    if (cause === undefined)
        return { class: 'transient', what: `${doing}: ${host} ended the transfer ${come}`, logId };
    const fault = classifyNetworkFault(cause, operation, host);
    return { ...fault, what: `${fault.what}, ${come}`, logId };
}
function wrongSize({ bytes, expectedBytes }, { contentLength, framed, logId }, advice) {
    const size = bytes > expectedBytes && contentLength === undefined ? `more than ${expectedBytes}` : (contentLength ?? bytes);
    const what = `The file that came has ${size} bytes, but it must have ${expectedBytes}`;
    // Where the end of the connection is the end of the file, a cut looks like this.
    if (bytes < expectedBytes && !framed)
        return { class: 'transient', what, logId };
    return { class: 'permanent', what, advice, logId };
}

;// CONCATENATED MODULE: ./src/feishu/tasks/job-status.ts

const CREATE_AGAIN = 'Create a new export task; this one stays failed.';
/**
 * Every job status that ends a task in failure.
 * Source: 查询导出任务结果, field `job_status`; the labels are the official CLI's.
 */
const FAILED_STATUSES = {
    3: {
        label: 'internal_error',
        meaning: 'an internal error of the export service (内部错误)',
        advice: `${CREATE_AGAIN} If that fails too, give the log id to Feishu support.`,
        newTaskMayHelp: true,
    },
    107: {
        label: 'export_size_limit',
        meaning: 'the document is too large (导出文档过大)',
        advice: 'Split the document, or try another file extension: Word takes documents with up to 1 GB of resources, PDF up to 128 MB.',
    },
    108: {
        label: 'timeout',
        meaning: "the export service's own time-out (处理超时)",
        advice: `${CREATE_AGAIN} If it happens again, split the document.`,
        newTaskMayHelp: true,
    },
    109: {
        label: 'export_block_not_permitted',
        meaning: 'no permission on a part of the document (导出内容块无权限)',
        advice: 'Give the app or user access to the embedded and synced blocks of the document too, or remove them.',
    },
    110: {
        label: 'no_permission',
        meaning: 'no permission on the document (无权限)',
        advice: 'Open the document and add the app (「…」→「…更多」→「添加文档应用」), or share it with the user whose token this is;' +
            ' check too who may copy, print and download it (「权限设置」).',
    },
    111: {
        label: 'docs_deleted',
        meaning: 'the document was deleted (导出文档已删除)',
        advice: 'Restore it from the recycle bin (回收站), or export another one.',
    },
    122: {
        label: 'export_denied_on_copying',
        meaning: 'the document is being copied (创建副本中禁止导出)',
        advice: 'Wait until the copy is complete, then create a new export task; this one stays failed.',
        newTaskMayHelp: true,
    },
    123: {
        label: 'docs_not_exist',
        meaning: 'there is no such document (导出文档不存在)',
        advice: "Check the token: the token in a wiki link is the page's, not the document's. The create step resolves wiki links.",
    },
    6000: {
        label: 'export_images_exceed_limit',
        meaning: 'the document has too many images (导出文档图片过多)',
        advice: 'Take some images out, or split the document.',
    },
};
// Letters, digits, `-` and `_` so far; nothing documents it. What cannot be a part of an address is none for sure.
const FILE_TOKEN = /^(?!\.+$)[\w.~=+:@-]{1,200}$/;
const SUCCESS = 0;
const NEW = 1;
const PROCESSING = 2;
/**
 * Judges the `data` of a successful answer to the status query.
 * @throws WrongShape when it is not as documented, so that it is neither taken for success nor for failure
 */
function job_status_judge(data) {
    const processing = (code) => ({ kind: 'pending', status: { label: 'processing', code } });
    if (data === undefined || data === null)
        return processing(undefined);
    if (!isObject(data))
        throw new json_WrongShape('data is not an object');
    const result = data['result'];
    if (result === undefined || result === null)
        return processing(undefined);
    if (!isObject(result))
        throw new json_WrongShape('data.result is not an object');
    const code = statusCodeOf(result['job_status']);
    if (code === NEW)
        return { kind: 'pending', status: { label: 'new', code } };
    if (code === PROCESSING)
        return processing(code);
    if (code === SUCCESS) {
        const fileToken = result['file_token'];
        if (fileToken === undefined || fileToken === null)
            return processing(code);
        if (typeof fileToken !== 'string')
            throw new json_WrongShape('file_token is not a string');
        if (fileToken.trim() === '')
            return processing(code);
        // Nothing could be downloaded with it: better no file than a green step that leads nowhere.
        if (!FILE_TOKEN.test(fileToken))
            throw new json_WrongShape('file_token is not a token');
        return { kind: 'done', status: { label: 'success', code }, file: fileOf(result, fileToken) };
    }
    return judgeFailed(code, result);
}
function statusCodeOf(value) {
    if (typeof value === 'number' && Number.isSafeInteger(value))
        return value;
    if (typeof value === 'string' && /^-?[1-9]\d{15,19}$/.test(value))
        return value;
    throw new json_WrongShape(value === undefined ? 'job_status is missing' : 'job_status is not an integer');
}
function judgeFailed(code, result) {
    const known = FAILED_STATUSES[Number(code)];
    const reason = result['job_error_msg'];
    const status = { label: known?.label ?? `status_${code}`, code };
    const failure = {
        class: 'permanent',
        what: `The export failed with status ${code} (${status.label}): ${known?.meaning ?? 'this action does not know that number'}`,
        advice: known?.advice ?? `${CREATE_AGAIN} If that fails too, give number and log id to Feishu support.`,
        serviceMessage: typeof reason === 'string' && reason !== '' && reason !== 'success' ? reason : undefined,
    };
    return { kind: 'failed', status, failure, newTaskMayHelp: known?.newTaskMayHelp ?? false };
}
function fileOf(result, fileToken) {
    const text = (name) => {
        const value = result[name];
        return typeof value === 'string' ? value : undefined;
    };
    const size = result['file_size'];
    const isSize = (typeof size === 'number' && Number.isSafeInteger(size) && size >= 0) || /^\d+$/.test(text('file_size') ?? '');
    return {
        fileToken,
        fileName: text('file_name'),
        fileExtension: text('file_extension'),
        type: text('type'),
        fileSize: isSize ? String(size) : undefined,
    };
}

;// CONCATENATED MODULE: ./src/feishu/tasks/export-tasks.ts






const EXPORT_TASKS = ['drive', 'v1', 'export_tasks'];
/**
 * Asks once how an export task stands.
 * Source: 查询导出任务结果, `GET /open-apis/drive/v1/export_tasks/:ticket`.
 * @returns the verdict with the log id; a failure otherwise. Never throws for what the service or the network does.
 */
async function queryTask(connection, credential, task, signal) {
    const call = {
        operation: 'query',
        method: 'GET',
        path: pathOf([...EXPORT_TASKS, task.ticket], { token: task.token }),
        read: (envelope) => job_status_judge(envelope.data),
    };
    const reply = await callApi(connection, credential, call, signal);
    if (!reply.ok || reply.value.kind !== 'failed')
        return reply;
    return { ...reply, value: { ...reply.value, failure: { ...reply.value.failure, logId: reply.logId } } };
}
/**
 * Asks once for a new export task.
 * Source: 创建导出任务, `POST /open-apis/drive/v1/export_tasks`. Never throws for what the service or the network does.
 */
async function createTask(connection, credential, task, signal) {
    const call = {
        operation: 'create',
        method: 'POST',
        path: pathOf(EXPORT_TASKS),
        body: {
            file_extension: task.fileExtension,
            token: task.token,
            type: task.type,
            ...(task.subId !== undefined && { sub_id: task.subId }),
        },
        read: ({ data }) => ticketOf(data),
    };
    let lost = false;
    const reply = await withToken(credential, signal, async (authorization) => {
        const request = { mayHaveArrived: true };
        const { transport } = connection;
        const watched = {
            ...connection,
            transport: {
                ...transport,
                send: (sent) => transport.send(sent).catch((error) => {
                    request.mayHaveArrived = !neverArrived(error);
                    throw error;
                }),
            },
        };
        const answer = await callBare(watched, call, authorization, signal);
        lost = !answer.ok && request.mayHaveArrived && export_tasks_isLost(answer.failure);
        return answer;
    });
    return { reply, lost };
}
function ticketOf(data) {
    const ticket = isObject(data) ? data['ticket'] : undefined;
    const text = typeof ticket === 'number' ? String(ticket) : ticket;
    if (typeof text !== 'string' || !/^[\w-]{1,64}$/.test(text))
        throw new json_WrongShape('data.ticket is not a ticket');
    return text;
}
/** True for faults that come before the request is sent: the host's name or connection, or the proxy's tunnel. */
function neverArrived(error) {
    const { code = '', syscall = '', message = '' } = error;
    return (/^(connect|getaddrinfo)$/.test(syscall) ||
        /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/.test(code) ||
        message.startsWith('tunneling socket could not be established'));
}
/** No clear answer of the service: a broken connection, silence, a page. A 502 or 503 says that it did not get through. */
function export_tasks_isLost({ class: kind, code, httpStatus }) {
    return kind === 'transient' && code === undefined && httpStatus !== 502 && httpStatus !== 503;
}
/**
 * Looks that create one task, for a poll: a lost answer is tried again once, so that there is at most one task more
 * than needed; the second one ends it. Clear refusals that pass are tried again as often as the poll likes.
 */
function creationLooks(connection, credential, task) {
    let lostAnswers = 0;
    return {
        async look(signal) {
            const { reply, lost } = await createTask(connection, credential, task, signal);
            if (lost)
                lostAnswers++;
            // The end of the step is told as such, whatever it cut short.
            const goesOn = !signal.aborted || signal.reason === ATTEMPT_TIMED_OUT;
            return lookOf(!reply.ok && lost && lostAnswers > 1 && goesOn ? fail(lostTwice(reply.failure)) : reply);
        },
        lostAnswers: () => lostAnswers,
    };
}
function lostTwice(failure) {
    return {
        ...failure,
        class: 'permanent',
        what: `${failure.what}. It was the second answer that was lost`,
        advice: 'Each of the two requests may have created a task, which harms nobody; a third one is not sent.' +
            ' Check the network between the runner and `base-url`, then run the step again.',
    };
}

;// CONCATENATED MODULE: ./src/export/model.ts
/** The type of a knowledge base among found things; the service has no word for it. */
const SPACE_TYPE = 'wiki-space';
/** Identifies a document, in whatever format. */
const documentKey = ({ type, token }) => `${type}/${token}`;
/** Identifies an output. An uploaded file has one form only, whatever extension its name has. */
function outputKey({ token, type, fileExtension, subId = '', }) {
    return JSON.stringify(type === 'file' ? [token, type] : [token, type, fileExtension, subId]);
}
/** True where a source is one document, and its `to` a path without extension. */
const isSingle = ({ target }) => target.kind === 'document' || (target.kind === 'wiki-node' && !target.children);

;// CONCATENATED MODULE: ./src/export/outputs/advice.ts

const AGAIN = 'Run it again.';
const GONE = 'The service deletes an exported file 10 minutes after the export ended. Run it again.';
const advice_CHECK_LINK = 'Check the link.';
/** By step and code. */
const ADVICE = {
    create: {
        1069904: `${advice_CHECK_LINK} Where it names a sheet or a table (\`?sheet=\`, \`?table=\`), copy it anew while that is open.`,
        1069914: advice_CHECK_LINK,
        99992402: advice_CHECK_LINK,
    },
    query: { 1069904: AGAIN, 1069914: AGAIN, 99992402: AGAIN },
    download: { 1060001: GONE, 1069904: AGAIN, 1069906: GONE, 1069914: GONE },
};
/** The reply with advice for this action, where that of the single steps names inputs that it does not have. */
function adviseFor(step, reply) {
    if (reply.ok)
        return reply;
    const { failure } = reply;
    const advice = failure.code === undefined ? undefined : ADVICE[step][failure.code];
    return advice === undefined ? reply : failure_fail({ ...failure, advice });
}

;// CONCATENATED MODULE: ./src/export/outputs/export-steps.ts











/** Groups the files of the same output: it is exported once. */
function groupByOutput(files) {
    const works = new Map();
    for (const file of files) {
        const key = outputKey(file.output);
        const work = works.get(key);
        if (work)
            work.files.push(file);
        else
            works.set(key, { output: file.output, files: [file], published: new Set(), failures: new Map() });
    }
    return [...works.values()];
}
/** The steps of an export on the real service and the real disk. */
function exportSteps(options) {
    const { connection, credential } = options.session;
    return {
        async create({ output }, signal) {
            const { reply } = await createTask(connection, credential, output, signal);
            return reply.ok ? { ...reply, value: { ticket: reply.value, token: output.token } } : adviseFor('create', reply);
        },
        query: async (task, signal) => adviseFor('query', await queryTask(connection, credential, task, signal)),
        fetch(work, fileToken, fileSize) {
            const bytes = fileSize === undefined ? undefined : Number(fileSize);
            const download = {
                source: exportedFile(fileToken, work.output.fileExtension),
                expectedBytes: Number.isSafeInteger(bytes) ? bytes : undefined,
                stalls: { inARow: 0 },
            };
            return async (signal) => adviseFor('download', await fetchWork(options, work, download, signal));
        },
        fetchUploaded(work) {
            const download = { source: uploadedFile(work.output.token), expectedBytes: undefined, stalls: { inARow: 0 } };
            return (signal) => fetchWork(options, work, download, signal);
        },
    };
}
const WRONG_SIZE_ADVICE = 'Run it again; if it stays, give the log id to Feishu support.';
/** Downloads the file for its first path and copies it from there to the others; a path that fails stops no other one. */
async function fetchWork(options, work, download, signal) {
    const { session, directory, stallLimitMs, publish } = options;
    const { connection, credential } = session;
    let first;
    for (const file of work.files) {
        if (work.published.has(file.path) || work.failures.has(file.path))
            continue;
        const staged = first === undefined
            ? await stageDownload({ connection, credential, ...download, directory, stallLimitMs, wrongSizeAdvice: WRONG_SIZE_ADVICE }, signal)
            : await stageCopy(external_node_path_default().join(directory, ...first.split('/')), directory, signal);
        const reply = staged.ok ? await publish(file, staged.value) : staged;
        if (reply.ok) {
            first ??= file.path;
            work.published.add(file.path);
        }
        else if (reply.failure.origin === 'disk' && reply.failure.scope !== 'app') {
            work.failures.set(file.path, reply.failure);
        }
        else
            return reply;
    }
    const [failure] = work.failures.values();
    return failure ? failure_fail(failure) : { ok: true, value: undefined };
}
async function stageCopy(from, directory, signal) {
    try {
        return { ok: true, value: await stageFile({ directory, body: readFile(from, signal) }) };
    }
    catch (error) {
        if (signal.aborted)
            return failure_fail(STOPPED);
        if (error instanceof DiskFault)
            return failure_fail(diskFailure(error));
        throw error;
    }
}
/** The bytes of a file, opened when somebody reads them and always closed. */
async function* readFile(file, signal) {
    try {
        const handle = await (0,promises_namespaceObject.open)(file);
        try {
            for await (const chunk of handle.createReadStream({ autoClose: false })) {
                if (signal.aborted)
                    throw new Error('aborted', { cause: signal.reason });
                yield chunk;
            }
        }
        finally {
            await handle.close();
        }
    }
    catch (error) {
        throw signal.aborted ? error : diskFault('read the file', file, error);
    }
}

;// CONCATENATED MODULE: ./src/export/edit-time.ts
// The clocks of runner and service may differ, and edit times have whole seconds.
const CLOCK_MARGIN_MS = 2 * 60_000;
/**
 * Decides whether an edit time can show that a document has not changed since it was listed; pure. A document that was
 * edited just before may be edited again within the same second: the next run has to export it once more.
 * @param editTime seconds (or milliseconds) since 1970, as the service wrote them
 * @param listedAtMs when the listing began, in milliseconds since 1970
 */
function isTrustedEditTime(editTime, listedAtMs) {
    const number = Number(editTime);
    const editedAtMs = number > 1e11 ? number : number * 1000;
    // A time that is no number cannot be compared with the clock: it still tells one version from another.
    return !Number.isFinite(editedAtMs) || editedAtMs < listedAtMs - CLOCK_MARGIN_MS;
}

;// CONCATENATED MODULE: ./src/export/placement/publish.ts






/**
 * Gives a complete file its path: it replaces the file of the same output, or takes an empty place, or, with `overwrite`,
 * replaces a file that no run wrote. Nothing else is touched.
 * @param staged is gone afterwards, whatever comes
 * @returns a failure of origin `disk` where the disk refuses
 */
async function publish(file, staged, options) {
    const { directory, journal, overwrite } = options;
    const { path: at } = file;
    const target = external_node_path_default().join(directory, ...at.split('/'));
    const mayReplace = overwrite || journal.recordAt(at) !== undefined;
    const record = makeRecord(file, staged, options);
    try {
        await ensureParentInside(directory, at);
        const fault = await targetFault(target, mayReplace);
        if (fault)
            throw fault;
        await journal.intend([{ path: at, after: record }]);
        try {
            await staged.publish(target, { overwrite: mayReplace });
        }
        catch (error) {
            journal.abort(at);
            throw error;
        }
        journal.commit(at, record);
        return { ok: true, value: undefined };
    }
    catch (error) {
        await staged.discard();
        await removeEmptyAbove(directory, at);
        if (!(error instanceof DiskFault))
            throw error;
        return failure_fail(diskFailure(error));
    }
}
function makeRecord({ output, path: at }, staged, options) {
    const { token, type, title, fileExtension, subId, revision } = output;
    const { bytes: fileSize, sha256 } = staged;
    const exportedAt = `${new Date(options.clock.wallMs()).toISOString().slice(0, 19)}Z`;
    const editTime = trustedEditTime(output, options.listedAtMs);
    return { path: at, token, type, title, editTime, fileExtension, subId, revision, fileSize, sha256, exportedAt };
}
const trustedEditTime = ({ editTime }, listedAtMs) => editTime !== undefined && isTrustedEditTime(editTime, listedAtMs) ? editTime : undefined;

;// CONCATENATED MODULE: ./src/export/report/report.ts


// A summary may have 1 MiB; these rows stay far below it, whatever the titles are.
const MAX_FAILURES = 50;
const MAX_WRITTEN = 100;
const MAX_SKIPPED = 50;
const MAX_TEXT = 200;
const MAX_NAMED_IN_ERROR = 3;
/** `12 exported, 300 unchanged, 1 failed, 4 skipped, 0 deleted`. */
function countsLine({ exported, unchanged, failed, skipped, deleted, dryRun }) {
    const [did, gone] = dryRun ? ['to export', 'to delete'] : ['exported', 'deleted'];
    return `${exported} ${did}, ${unchanged} unchanged, ${failed} failed, ${skipped} skipped, ${deleted} ${gone}`;
}
/**
 * The one line of the error annotation; undefined when nothing failed.
 * @param stopped why the run ended before everything was tried
 * @param hints what may be the cause of several failures
 */
function errorMessage({ failures, ...tally }, stopped, hints = []) {
    if (failures.length === 0 && stopped === undefined)
        return undefined;
    const found = tally.exported + tally.unchanged + tally.failed + tally.skipped;
    const groups = groupByCause(failures);
    const named = groups.slice(0, MAX_NAMED_IN_ERROR);
    const more = failures.length - named.reduce((sum, { items }) => sum + items.length, 0);
    return [
        stopped,
        tally.failed > 0 ? `${tally.failed} of ${found} failed.` : undefined,
        ...hints,
        ...named.map(({ items, message }, nth) => {
            const number = groups.length > 1 ? `(${nth + 1}) ` : '';
            const first = items.slice(0, MAX_NAMED_IN_ERROR).map(({ what }) => (0,src_text/* quoted */.TL)(what, 120));
            const rest = items.length - first.length;
            const names = `${number}${first.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
            // What ended the whole run is in the message already.
            return stopped?.includes(message) ? `${names}.` : `${names}: ${message}`;
        }),
        more > 0 ? `And ${more} more: see the job summary.` : undefined,
        excludeHint(failures),
    ]
        .filter((part) => part !== undefined)
        .join(' ');
}
/** Groups failures by cause, in the order of the first of each. */
function groupByCause(failures) {
    const groups = new Map();
    for (const item of failures) {
        // The log id differs each time, and so does the address that contains it.
        const cause = failure_describe({ ...item.failure, logId: undefined, links: [] });
        const group = groups.get(cause);
        if (group)
            group.items.push(item);
        else
            groups.set(cause, { message: failure_describe(item.failure), items: [item] });
    }
    return [...groups.values()];
}
/**
 * The link that leaves a document out of the next runs; undefined where that is no cure. What is not about the document
 * alone, or passes, is solved otherwise.
 */
const excludeLink = ({ url, failure }) => {
    const isItsOwn = failure.class === 'permanent' && failure.scope === undefined && failure.origin === undefined;
    return isItsOwn ? url : undefined;
};
/** The line of the log for something that failed. */
function failedLine(item) {
    const link = excludeLink(item);
    const cure = link === undefined ? '' : ` To leave it out, add to \`exclude\`: ${link}`;
    return `Failed: ${(0,src_text/* quoted */.TL)(item.what, 200)}: ${failure_describe(item.failure)}${cure}`;
}
/** How to leave out what fails, for the error annotation. */
function excludeHint(failures) {
    const links = failures.map(excludeLink).filter((link) => link !== undefined);
    if (links.length === 0)
        return undefined;
    const [first] = links;
    return links.length === 1
        ? `To leave it out, add this line to \`exclude\`: ${first ?? ''}`
        : `To leave one out, add its link to \`exclude\`: ${links.slice(0, MAX_NAMED_IN_ERROR).join(' ')}`;
}
/** The job summary: failures first, then what changed, then what was skipped; long lists are cut. */
function summarize(report) {
    const counts = {
        title: report.dryRun ? 'Feishu export (dry run)' : 'Feishu export',
        paragraphs: [
            `${countsLine(report)}. It took ${(0,src_text/* formatDuration */.a3)(report.elapsedMs)} and ${(0,src_text/* countOf */.pq)(report.requests, 'request')}.`,
            ...report.notes,
        ],
    };
    const link = (text, url) => {
        const short = (0,src_text/* oneLine */.TN)(text, MAX_TEXT);
        return url === undefined ? short : { text: short, href: url };
    };
    return [
        counts,
        ...tableOf('Failed', ['Document', 'Cause', 'What to do'], report.failures, MAX_FAILURES, ({ what, url, failure }) => [
            link(what, url),
            (0,src_text/* oneLine */.TN)(failure_factOf(failure), MAX_TEXT * 2),
            (0,src_text/* oneLine */.TN)(failure.advice ?? '', MAX_TEXT * 2),
        ]),
        ...tableOf(report.dryRun ? 'To export' : 'Exported', ['File', 'Document'], report.written, MAX_WRITTEN, (item) => [(0,src_text/* oneLine */.TN)(item.path, MAX_TEXT), link(item.title, item.url)], report.dryRun ? undefined : 'the manifest has them all'),
        ...tableOf('Deleted', ['File'], report.deletedPaths, MAX_WRITTEN, (path) => [(0,src_text/* oneLine */.TN)(path, MAX_TEXT)]),
        ...tableOf('Skipped', ['Document', 'Reason'], report.skippedItems, MAX_SKIPPED, ({ path, url, reason }) => [
            link(path, url),
            (0,src_text/* oneLine */.TN)(reason, MAX_TEXT),
        ]),
    ];
}
function tableOf(title, head, items, most, row, elsewhere) {
    if (items.length === 0)
        return [];
    const where = elsewhere === undefined ? '' : `; ${elsewhere}`;
    const cut = items.length > most ? [`The first ${most} of ${items.length}${where}.`] : [];
    return [{ title, paragraphs: cut, table: { head, rows: items.slice(0, most).map(row) } }];
}
/** The progress line of a run. */
function progressLine(state) {
    const { done, total, inFlight, failed, elapsedMs } = state;
    const perMinute = elapsedMs > 0 ? (done * 60_000) / elapsedMs : 0;
    const left = total - done - failed;
    const leftMs = perMinute > 0 ? (left / perMinute) * 60_000 : undefined;
    return (`${done} of ${total} done, ${inFlight} in flight, ${failed} failed, ${perMinute.toFixed(0)} a minute` +
        (leftMs === undefined || left === 0 ? '' : `, about ${(0,src_text/* formatDuration */.a3)(leftMs)} left`));
}

;// CONCATENATED MODULE: ./src/export/report/progress.ts
// Often enough to see that it goes on, rarely enough for a log of an hour.
const progress_EVERY_MS = 10_000;
/** Writes a line every few seconds while something goes on. */
class Ticker {
    clock;
    log;
    line;
    stopTimer = () => undefined;
    last = '';
    constructor(clock, log, line) {
        this.clock = clock;
        this.log = log;
        this.line = line;
        this.arm();
    }
    stop() {
        this.stopTimer();
    }
    arm() {
        this.stopTimer = this.clock.after(progress_EVERY_MS, () => {
            const line = this.line();
            if (line !== this.last)
                this.log.info(line);
            this.last = line;
            this.arm();
        });
    }
}

;// CONCATENATED MODULE: ./src/export/export-all.ts









/** Exports files, many documents at once, and reports what became of each. */
async function exportAll(context, files, exportTools) {
    const { tools, stop } = context;
    const works = groupByOutput(files);
    if (works.length === 0 || stop.cause())
        return;
    let lastingLimit;
    let done = 0;
    let failed = 0;
    const engine = createEngine(context, exportTools, (work, failure) => {
        if (!failure)
            done++;
        else if (failure !== STOPPED)
            failed++;
        lastingLimit ??= endRunIfNeeded(work, failure, context);
    });
    const startedAtMs = tools.clock.nowMs();
    const ticker = new Ticker(tools.clock, tools.log, () => progressLine({
        done,
        failed,
        total: works.length,
        inFlight: engine.inFlight(),
        elapsedMs: tools.clock.nowMs() - startedAtMs,
    }));
    try {
        await engine.run(works);
    }
    finally {
        ticker.stop();
    }
    if (lastingLimit)
        stop.stop({ kind: 'app-wide', failure: lastingLimit });
}
function createEngine(context, { api, patience, looks, journal, listedAtMs }, onEnd) {
    const { inputs, tools, stop, session, report } = context;
    const { clock, log } = tools;
    const { directory, overwrite, timeoutMs } = inputs;
    const engine = new Engine({
        api,
        patience,
        clock,
        stop: stop.signal,
        steps: exportSteps({
            session,
            directory,
            stallLimitMs: stallLimitFor(timeoutMs),
            publish: (file, staged) => publish(file, staged, { directory, journal, clock, overwrite, listedAtMs }),
        }),
        onEnd: (work, failure) => {
            report.ended(work, failure);
            logEnd(work, failure, context);
            onEnd(work, failure);
        },
        onNewTask: (work, failure) => log.debug(`New task for ${(0,src_text/* quoted */.TL)(work.output.title, 100)}, since ${failure_factOf(failure)}`),
    });
    looks.now = () => engine.looksPerDocument();
    return engine;
}
function logEnd({ output, files, published, failures }, failure, { tools }) {
    const names = files.filter(({ path }) => published.has(path)).map(({ path }) => (0,src_text/* quoted */.TL)(path, 200));
    if (names.length > 0)
        tools.log.debug(`Exported ${names.join(', ')}`);
    if (!failure || failure === STOPPED)
        return;
    for (const { path } of files) {
        if (published.has(path))
            continue;
        tools.log.info(failedLine({ what: path, url: output.url, failure: failures.get(path) ?? failure }));
    }
}
/**
 * Ends the run if every other document would fail in the same way.
 * @returns a rate limit that lasts longer than the run: nothing new begins, but what is under way is finished
 */
function endRunIfNeeded({ output }, failure, { inputs, stop }) {
    if (!failure || failure === STOPPED)
        return undefined;
    const isUpload = output.kind === 'upload';
    const isLastingLimit = failure.class === 'rate-limit' && failure.scope === 'app' && !isUpload;
    if (isLastingLimit && !inputs.failFast)
        return failure;
    // Uploaded files have a scope and a limit of their own; the disk is the same for all.
    const isForAll = failure.scope !== undefined && (!isUpload || failure.origin === 'disk');
    if (isForAll)
        stop.stop({ kind: 'app-wide', failure });
    else if (inputs.failFast)
        stop.stop({ kind: 'fail-fast' });
    return undefined;
}

;// CONCATENATED MODULE: ./src/feishu/client/fields.ts

/**
 * Reads a page of a list.
 * @param names of the list and of the cursor: the APIs differ in both
 * @throws WrongShape
 */
function pageIn(data, names, read) {
    if (!isObject(data))
        throw new json_WrongShape('data is not an object');
    const { has_more: told, [names.list]: list } = data;
    if (told !== undefined && told !== null && typeof told !== 'boolean')
        throw new json_WrongShape('has_more is no boolean');
    const given = data[names.cursor];
    const cursor = typeof given === 'string' && given !== '' ? given : undefined;
    // An empty list may be left out, but then has_more tells that this is a page at all.
    if (!Array.isArray(list) && !((list === undefined || list === null) && typeof told === 'boolean')) {
        throw new json_WrongShape(`data.${names.list} is not a list`);
    }
    return { items: objectsIn(list ?? [], names.list).map(read), hasMore: told ?? cursor !== undefined, cursor };
}
/** The objects of a list. @throws WrongShape when one is none */
function objectsIn(list, name) {
    return list.map((item) => {
        if (!isObject(item))
            throw new json_WrongShape(`an item of ${name} is not an object`);
        return item;
    });
}
/** A token or the word for a type, which goes into requests and names. @throws WrongShape */
function wordIn(fields, name) {
    const value = fields[name];
    if (typeof value !== 'string' || !/^[\w-]{1,200}$/.test(value))
        throw new json_WrongShape(`${name} is not a token or a word`);
    return value;
}
// A title has 800 characters at most.
const MOST_TEXT = 2_000;
/** A text, its beginning where it is longer than any title; empty when there is none. */
function textIn(fields, name) {
    const value = fields[name];
    return typeof value === 'string' ? value.slice(0, MOST_TEXT) : '';
}
/** A time as the service wrote it; undefined when it told none. */
function timeIn(fields, name) {
    const value = fields[name];
    if (typeof value === 'number')
        return String(value);
    return typeof value === 'string' && value !== '' ? value : undefined;
}
/** A revision, to be compared and nothing else; undefined when there is none. */
function revisionIn(fields, name) {
    const value = fields[name];
    if (typeof value === 'number' && Number.isSafeInteger(value))
        return String(value);
    return typeof value === 'string' && /^\d{1,20}$/.test(value) ? value : undefined;
}
/** An https address; undefined for anything else. */
function linkIn(fields, name) {
    const value = fields[name];
    return typeof value === 'string' && value.startsWith('https://') ? value : undefined;
}

;// CONCATENATED MODULE: ./src/feishu/bitable/tables.ts


/**
 * Lists one page of the tables of a base.
 * Source: 列出数据表, `GET /open-apis/bitable/v1/apps/:app_token/tables`,
 * https://open.feishu.cn/document/server-docs/docs/bitable-v1/app-table/list
 * @param appToken the token of the base
 * @param cursor of the page before; undefined for the first page
 */
function tablesPage(connection, credential, appToken, cursor, signal) {
    const query = { page_size: '100', ...(cursor !== undefined && { page_token: cursor }) };
    return callApi(connection, credential, {
        operation: 'tables',
        method: 'GET',
        path: pathOf(['bitable', 'v1', 'apps', appToken, 'tables'], query),
        read: ({ data }) => pageIn(data, { list: 'items', cursor: 'page_token' }, tables_tableOf),
    }, signal);
}
function tables_tableOf(fields) {
    return {
        tableId: wordIn(fields, 'table_id'),
        name: textIn(fields, 'name'),
        revision: revisionIn(fields, 'revision'),
    };
}

;// CONCATENATED MODULE: ./src/feishu/sheets/sheets.ts



/**
 * Asks once for the sheets of a spreadsheet; they come in one answer, in the order of the tabs.
 * Source: 获取工作表, `GET /open-apis/sheets/v3/spreadsheets/:spreadsheet_token/sheets/query`,
 * https://open.feishu.cn/document/server-docs/docs/sheets-v3/spreadsheet-sheet/query
 */
function querySheets(connection, credential, spreadsheetToken, signal) {
    return callApi(connection, credential, {
        operation: 'sheets',
        method: 'GET',
        path: pathOf(['sheets', 'v3', 'spreadsheets', spreadsheetToken, 'sheets', 'query']),
        read({ data }) {
            const list = isObject(data) ? data['sheets'] : undefined;
            if (!Array.isArray(list))
                throw new json_WrongShape('data.sheets is not a list');
            return [...objectsIn(list, 'sheets')].sort(byIndex).map(sheetOf);
        },
    }, signal);
}
function byIndex(a, b) {
    const [one, other] = [a['index'], b['index']];
    return typeof one === 'number' && typeof other === 'number' ? one - other : 0;
}
function sheetOf(fields) {
    return {
        sheetId: wordIn(fields, 'sheet_id'),
        title: textIn(fields, 'title'),
        hidden: fields['hidden'] === true,
        resourceType: textIn(fields, 'resource_type'),
    };
}

;// CONCATENATED MODULE: ./src/feishu/drive/folders.ts



/**
 * Lists one page of one folder, without what is in its sub-folders. The oldest come first: that order does not shift
 * while documents are edited.
 * Source: 获取文件夹中的文件清单, `GET /open-apis/drive/v1/files`.
 * @param cursor of the page before; undefined for the first page
 */
function folderPage(connection, credential, folderToken, cursor, signal) {
    const query = {
        folder_token: folderToken,
        page_size: '200',
        order_by: 'CreatedTime',
        direction: 'ASC',
        ...(cursor !== undefined && { page_token: cursor }),
    };
    return callApi(connection, credential, {
        operation: 'folder',
        method: 'GET',
        path: pathOf(['drive', 'v1', 'files'], query),
        read: ({ data }) => pageIn(data, { list: 'files', cursor: 'next_page_token' }, itemOf),
    }, signal);
}
function itemOf(fields) {
    const type = wordIn(fields, 'type');
    const shortcut = fields['shortcut_info'];
    return {
        token: wordIn(fields, 'token'),
        type,
        name: textIn(fields, 'name'),
        url: linkIn(fields, 'url'),
        modifiedTime: timeIn(fields, 'modified_time'),
        target: type === 'shortcut' && isObject(shortcut)
            ? { token: wordIn(shortcut, 'target_token'), type: wordIn(shortcut, 'target_type') }
            : undefined,
    };
}

;// CONCATENATED MODULE: ./src/feishu/drive/metas.ts





/** So many documents fit into one request. */
const MOST_METAS = 200;
/** The types that the call takes. */
const META_TYPES = new Set([
    'doc',
    'docx',
    'sheet',
    'bitable',
    'slides',
    'mindnote',
    'file',
    'folder',
    'wiki',
]);
/** `failed_list` codes: type, permission, not found. */
const META_WRONG_TYPE = 970002;
const META_NO_PERMISSION = 970003;
const META_NOT_FOUND = 970005;
/**
 * Asks for title, edit time and link of up to 200 documents.
 * Source: 获取文件元数据, `POST /open-apis/drive/v1/metas/batch_query`.
 */
function queryMetas(connection, credential, documents, signal) {
    return callApi(connection, credential, {
        operation: 'metas',
        method: 'POST',
        path: pathOf(['drive', 'v1', 'metas', 'batch_query']),
        body: {
            request_docs: documents.map(({ token, type }) => ({ doc_token: token, doc_type: type })),
            with_url: true,
        },
        read({ data }) {
            if (!isObject(data))
                throw new json_WrongShape('data is not an object');
            return { metas: listIn(data, 'metas').map(metaOf), refused: listIn(data, 'failed_list').map(refusalOf) };
        },
    }, signal);
}
function listIn(data, name) {
    const list = data[name] ?? [];
    if (!Array.isArray(list))
        throw new json_WrongShape(`data.${name} is not a list`);
    return objectsIn(list, name);
}
function metaOf(fields) {
    const token = wordIn(fields, 'doc_token');
    const asked = fields['request_doc_info'];
    return {
        asked: isObject(asked) ? wordIn(asked, 'doc_token') : token,
        token,
        type: wordIn(fields, 'doc_type'),
        title: textIn(fields, 'title'),
        modifiedTime: timeIn(fields, 'latest_modify_time'),
        url: linkIn(fields, 'url'),
    };
}
function refusalOf(fields) {
    const code = fields['code'];
    if (!Number.isInteger(code))
        throw new json_WrongShape('a code of failed_list is not an integer');
    return { asked: wordIn(fields, 'token'), code: code };
}
/** Why the service told nothing about one document of many, by its number in `failed_list` (undefined: no word). */
function metaFailure(code, type, logId) {
    const told = (meaning, advice) => ({
        class: 'permanent',
        what: `Could not ${OPERATIONS.metas.doing}: ${meaning}`,
        advice,
        code,
        logId,
    });
    const thing = type === 'wiki' ? 'wiki page' : type === 'file' ? 'uploaded file' : 'document';
    switch (code) {
        case META_WRONG_TYPE:
            return told(`the token is not that of a ${thing}${thing === 'document' ? ` of type ${type}` : ''}`, metas_CHECK_LINK);
        case META_NO_PERMISSION:
            return told(`the app or user may not read this ${thing}`, adviceFor(type));
        case META_NOT_FOUND:
            return told(`there is no such ${thing}`, 'It may have been deleted or moved. Check the link, or take it out.');
        case undefined:
            return told(`the service said nothing about this ${thing}`, 'Run it again; if it stays, open the link and check it.');
        default:
            return told(`the service refused to tell of this ${thing}`, 'Give code and log id to Feishu support.');
    }
}
const metas_CHECK_LINK = 'Copy the link anew from the address bar of the browser.';
// The right is the one that the listing or the export would miss too, so its cure is theirs.
const SAME_CURE_AS = { wiki: 131006, file: 1061004 };
const NO_PERMISSION_ON_DOCUMENT = 1069902;
function adviceFor(type) {
    const code = SAME_CURE_AS[type] ?? NO_PERMISSION_ON_DOCUMENT;
    return ERROR_TABLE.find((row) => row.codes.includes(code))?.advice;
}

;// CONCATENATED MODULE: ./src/feishu/wiki/wiki-spaces.ts


/**
 * Lists one page of the knowledge bases of which the app (or the user) is a member. An empty page with more behind it
 * is normal; 「我的文档库」 is never among them.
 * Source: 获取知识空间列表, `GET /open-apis/wiki/v2/spaces`,
 * https://open.feishu.cn/document/ukTMukTMukTM/uUDN04SN0QjL1QDN/wiki-v2/space/list
 * @param cursor of the page before; undefined for the first page
 */
function wikiSpacesPage(connection, credential, cursor, signal) {
    const query = { page_size: '50', ...(cursor !== undefined && { page_token: cursor }) };
    return callApi(connection, credential, {
        operation: 'wikiSpaces',
        method: 'GET',
        path: pathOf(['wiki', 'v2', 'spaces'], query),
        read: ({ data }) => pageIn(data, { list: 'items', cursor: 'page_token' }, spaceOf),
    }, signal);
}
function spaceOf(fields) {
    return { spaceId: wordIn(fields, 'space_id'), name: textIn(fields, 'name') };
}

;// CONCATENATED MODULE: ./src/feishu/wiki/wiki.ts


/**
 * Asks once for a page of a knowledge base by its node token; of a shortcut it tells the target's document.
 * Source: 获取知识空间节点信息, `GET /open-apis/wiki/v2/spaces/get_node`.
 * @param read makes sense of the node; throws `WrongShape` where it is not as documented
 * @returns a failure otherwise; never throws for what the service or the network does
 */
function getNode(connection, credential, nodeToken, read, signal) {
    return callApi(connection, credential, {
        operation: 'wikiNode',
        method: 'GET',
        path: pathOf(['wiki', 'v2', 'spaces', 'get_node'], { token: nodeToken }),
        read({ data }) {
            const node = isObject(data) ? data['node'] : undefined;
            if (!isObject(node))
                throw new json_WrongShape('data.node is not an object');
            return read(node);
        },
    }, signal);
}
/** Asks once which document is behind a page of a knowledge base. */
function lookUpNode(connection, credential, nodeToken, signal) {
    return getNode(connection, credential, nodeToken, wiki_targetOf, signal);
}
function wiki_targetOf(node) {
    const { obj_token: objToken, obj_type: objType, title } = node;
    if (typeof objToken !== 'string' || !/^[\w-]+$/.test(objToken))
        throw new WrongShape('obj_token is not a token');
    if (typeof objType !== 'string' || !/^\w{1,40}$/.test(objType))
        throw new WrongShape('obj_type is not a word');
    return { objToken, objType, title: typeof title === 'string' ? title : undefined };
}

;// CONCATENATED MODULE: ./src/feishu/wiki/wiki-tree.ts




/**
 * Lists one page of one level of a knowledge base. Where reading rights are missing, empty pages with more behind them
 * are normal.
 * Source: 获取知识空间子节点列表, `GET /open-apis/wiki/v2/spaces/:space_id/nodes`.
 * @param cursor of the page before; undefined for the first page
 */
function wikiNodesPage(connection, credential, level, cursor, signal) {
    const query = {
        page_size: '50',
        ...(level.parent !== undefined && { parent_node_token: level.parent }),
        ...(cursor !== undefined && { page_token: cursor }),
    };
    return callApi(connection, credential, {
        operation: 'wikiNodes',
        method: 'GET',
        path: pathOf(['wiki', 'v2', 'spaces', level.spaceId, 'nodes'], query),
        read: ({ data }) => pageIn(data, { list: 'items', cursor: 'page_token' }, (fields) => nodeOf(fields, level.spaceId)),
    }, signal);
}
/** Asks once for a page of a knowledge base by its node token, as a listing shows it. */
function wikiNode(connection, credential, nodeToken, signal) {
    return getNode(connection, credential, nodeToken, (node) => nodeOf(node, undefined), signal);
}
/** @param spaceId where the node stands, when that is known: listings are asked there */
function nodeOf(fields, spaceId) {
    const hasChild = fields['has_child'];
    if (hasChild !== undefined && hasChild !== null && typeof hasChild !== 'boolean') {
        throw new json_WrongShape('has_child is no boolean');
    }
    return {
        spaceId: spaceId ?? wordIn(fields, 'space_id'),
        nodeToken: wordIn(fields, 'node_token'),
        objToken: wordIn(fields, 'obj_token'),
        objType: wordIn(fields, 'obj_type'),
        title: textIn(fields, 'title'),
        objEditTime: timeIn(fields, 'obj_edit_time'),
        // Better an empty level asked for in vain than a branch lost.
        hasChild: hasChild ?? true,
        shortcut: fields['node_type'] === 'shortcut',
    };
}

;// CONCATENATED MODULE: ./src/export/listing/calls.ts






/** The calls of a listing on the real service. */
function listingCalls(api, connection, credential) {
    return {
        folderPage: (token, cursor) => api.call('folder', (signal) => folderPage(connection, credential, token, cursor, signal)),
        wikiNodesPage: (level, cursor) => api.call('wikiNodes', (signal) => wikiNodesPage(connection, credential, level, cursor, signal)),
        wikiSpacesPage: (cursor) => api.call('wikiSpaces', (signal) => wikiSpacesPage(connection, credential, cursor, signal)),
        wikiNode: (token) => api.call('wikiNode', (signal) => wikiNode(connection, credential, token, signal)),
        sheets: (token) => api.call('sheets', (signal) => querySheets(connection, credential, token, signal)),
        tablesPage: (token, cursor) => api.call('tables', (signal) => tablesPage(connection, credential, token, cursor, signal)),
        metas: (documents) => api.call('metas', (signal) => queryMetas(connection, credential, documents, signal)),
    };
}

;// CONCATENATED MODULE: ./src/export/paths.ts
/** How many bytes of UTF-8 a text has. */
const bytesOf = (text) => Buffer.byteLength(text);
/** Compares texts by code points, the same on every machine. */
function byCodePoints(a, b) {
    const length = Math.min(a.length, b.length);
    for (let at = 0; at < length; at++) {
        const x = a.charCodeAt(at);
        const y = b.charCodeAt(at);
        if (x !== y)
            return rank(x) - rank(y);
    }
    return a.length - b.length;
}
// Surrogates stand for code points above U+FFFF.
const rank = (unit) => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);
/** Sorts by path, by code points. */
const byPath = (a, b) => byCodePoints(a.path, b.path);
/**
 * Maps names that some file system takes for the same to the same text: other case (NTFS, APFS), other normal form
 * (APFS, HFS+). It equates more than any one of them does: that costs a suffix, the opposite would cost a file.
 */
const fold = (name) => name.normalize('NFD').toLowerCase().toUpperCase().normalize('NFD');
/** Joins a directory (empty for the top) and a name. */
const joined = (directory, name) => (directory === '' ? name : `${directory}/${name}`);
/** Splits a path into its directory (empty for the top) and its name. */
function splitPath(path) {
    const slash = path.lastIndexOf('/');
    return { directory: path.slice(0, Math.max(0, slash)), name: path.slice(slash + 1) };
}
/** The directories above a path, the innermost first, without the top. */
function* directoriesAbove(path) {
    for (let { directory } = splitPath(path); directory !== ''; { directory } = splitPath(directory))
        yield directory;
}
/** True for a path inside a directory (empty for the top). */
const isBelow = (path, directory) => directory === '' || path.startsWith(`${directory}/`);
const TEMPORARY = /^\.feishu-export-[0-9a-f]{24}\.part$/i;
const PARKED = /^\.feishu-export-[0-9a-f]{24}\.old$/i;
/** True for a name under which a file is written until it is complete (see stageFile). */
const isTemporaryName = (name) => TEMPORARY.test(name);
/** True for a name under which a recorded file waits while others are moved (see applyMoves). */
const isParkedName = (name) => PARKED.test(name);

;// CONCATENATED MODULE: ./src/export/listing/documents.ts


const refKey = ({ token, type }) => `${type}/${token}`;
/** Looks up documents by token and type, each once; of a wiki page, the document behind it. */
class Documents {
    calls;
    known = new Map();
    constructor(calls) {
        this.calls = calls;
    }
    /** Asks for the documents, 200 at once. Of types without metadata, token and type are all that is known. */
    async ask(wanted) {
        const open = new Map();
        for (const ref of wanted)
            if (!this.known.has(refKey(ref)))
                open.set(refKey(ref), ref);
        await Promise.all(batchesOf([...open.values()].filter(({ type }) => META_TYPES.has(type))).map((b) => this.fetch(b)));
        for (const [key, { token, type }] of open) {
            if (this.known.has(key))
                continue;
            this.known.set(key, { ok: true, value: { token, type, title: '', editTime: undefined, url: undefined } });
        }
    }
    /** What was answered for a document that was asked for. */
    get(ref) {
        return this.known.get(refKey(ref)) ?? failure_fail(metaFailure(undefined, ref.type, undefined));
    }
    async fetch(batch) {
        const reply = await this.calls.metas(batch);
        if (!reply.ok) {
            await this.fetchHalves(batch, reply.failure);
            return;
        }
        const metas = new Map(reply.value.metas.map((meta) => [meta.asked, meta]));
        const refused = new Map(reply.value.refused.map(({ asked, code }) => [asked, code]));
        const unresolved = batch.filter((ref) => {
            const meta = metas.get(ref.token);
            const code = refused.get(ref.token);
            if (meta && !(ref.type === 'wiki' && meta.type === 'wiki')) {
                const { token, type, title, modifiedTime: editTime, url } = meta;
                this.known.set(refKey(ref), { ok: true, value: { token, type, title, editTime, url } });
                return false;
            }
            this.known.set(refKey(ref), failure_fail(metaFailure(code, ref.type, reply.logId)));
            return ref.type === 'wiki' && (code === undefined || code === META_WRONG_TYPE || code === META_NOT_FOUND);
        });
        // Some deployments know nothing of wiki pages here.
        await Promise.all(unresolved.map((ref) => this.fetchNode(ref)));
    }
    /** A refusal of the whole batch may be the fault of one document: each half is asked for again. */
    async fetchHalves(batch, failure) {
        const isAnswer = failure.class === 'permanent' && failure.code !== undefined && failure.scope === undefined;
        if (batch.length > 1 && isAnswer) {
            const half = Math.ceil(batch.length / 2);
            await Promise.all([this.fetch(batch.slice(0, half)), this.fetch(batch.slice(half))]);
            return;
        }
        for (const ref of batch)
            this.known.set(refKey(ref), failure_fail(failure));
        const [only] = batch;
        if (only?.type === 'wiki' && isAnswer)
            await this.fetchNode(only);
    }
    async fetchNode(ref) {
        const reply = await this.calls.wikiNode(ref.token);
        if (!reply.ok) {
            this.known.set(refKey(ref), reply);
            return;
        }
        const { objToken: token, objType: type, title, objEditTime: editTime } = reply.value;
        this.known.set(refKey(ref), { ok: true, value: { token, type, title, editTime, url: undefined } });
    }
}
/** Batches in which no token stands twice: refusals name the token alone, without the type. */
function batchesOf(refs) {
    const rounds = [];
    for (const ref of refs) {
        let round = rounds.find((others) => !others.has(ref.token));
        if (!round) {
            round = new Map();
            rounds.push(round);
        }
        round.set(ref.token, ref);
    }
    return rounds.flatMap((round) => {
        const all = [...round.values()];
        return Array.from({ length: Math.ceil(all.length / MOST_METAS) }, (_, nth) => all.slice(nth * MOST_METAS, (nth + 1) * MOST_METAS));
    });
}

;// CONCATENATED MODULE: ./src/files/safe-name.ts
// Linux takes 255 bytes, macOS 255 bytes of UTF-8, Windows 255 UTF-16 units: so many bytes fit everywhere.
const safe_name_MOST_BYTES = 255;
const MOST_EXTENSION_BYTES = 32;
// What some system refuses or a screen reorders: C0, DEL, C1, separators of lines and of paths, Windows' own, controls
// of direction, lone surrogates, and what Unicode has not assigned (macOS refuses it) but for emoji to come.
const FORBIDDEN = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}<>:"/\\|?*\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f\ufeff]|(?!\p{Extended_Pictographic})\p{Cn}/gu;
// Windows opens a device under these names, with any extension and with blanks before it.
const DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|clock\$|com[0-9¹²³]|lpt[0-9¹²³])\s*(\.|$)/i;
// HFS+ leaves these out when it compares names: `.g\u200cit` is `.git` there.
const IGNORED_BY_HFS = /[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g;
/**
 * Makes one path segment of any text, a file's name or a folder's, that Linux, macOS and Windows accept and that means
 * nothing to git. Pure; what is safe already stays as it is, and so does the result when it is given again.
 * @param name a title or a name: any Unicode
 * @param extension added, without a dot before it, unless the name ends with it in any case
 * @returns 1 to 255 bytes of UTF-8; longer names are cut before the extension. Names of different texts may be equal
 */
function safeName(name, extension = '') {
    const cleaned = clean(name);
    const wanted = headOf(clean(extension.replace(/^[\s.]+/, '')).replace(/\s/g, '_'), MOST_EXTENSION_BYTES);
    const end = wanted === '' ? ownExtension(cleaned) : `.${wanted}`;
    const tail = cleaned.slice(cleaned.length - end.length);
    const endsWithIt = tail.toLowerCase() === end.toLowerCase();
    const suffix = endsWithIt ? tail : end;
    const stem = (endsWithIt ? cleaned.slice(0, cleaned.length - end.length) : cleaned).replace(/^[\s.]+$/u, '');
    const whole = disarmed(stem, suffix);
    if (safe_name_bytesOf(whole) <= safe_name_MOST_BYTES)
        return whole;
    const armed = whole.slice(0, whole.length - suffix.length);
    // Once more: what follows a device's name may just have been cut off.
    return disarmed(headOf(armed, safe_name_MOST_BYTES - safe_name_bytesOf(suffix)), suffix);
}
function clean(text) {
    return withoutEnd(text.trim().replace(FORBIDDEN, '_'));
}
/** Without the blanks and dots at its end. A pattern that ends in `$` would begin anew at each of a million of them. */
function withoutEnd(text) {
    let length = text.length;
    while (length > 0 && /[\s.]/u.test(text.charAt(length - 1)))
        length--;
    return text.slice(0, length);
}
/** What follows the last dot, where that looks like an extension. */
function ownExtension(name) {
    return /(?<=[^.])\.[a-z\d]{1,16}$/i.exec(name)?.[0] ?? '';
}
/** Stem and suffix, behind a `_` where the name would be empty or mean something to Windows or to git. */
function disarmed(stem, suffix) {
    const name = `${stem}${suffix}`;
    return stem === '' || DEVICE.test(name) || isGitName(name) ? `_${name}` : name;
}
/**
 * True for a segment that means something to git on some system: `.git`, also `.gitattributes`, `.gitmodules`, `.github`.
 * NTFS knows such names by short ones too: GIT~1, GITHUB~1.
 */
function isGitName(segment) {
    return /^(\.git|git[a-z\d]*~\d)/.test(segment.replace(IGNORED_BY_HFS, '').toLowerCase());
}
const GRAPHEMES = new Intl.Segmenter('en', { granularity: 'grapheme' });
const safe_name_bytesOf = (text) => Buffer.byteLength(text);
/** As many whole characters (as people see them) as fit into so many bytes, without blanks or dots at the end. */
function headOf(text, mostBytes) {
    // No character has less than a byte: a title of a megabyte need not be looked at whole.
    const head = text.slice(0, mostBytes).replace(/[\ud800-\udbff]$/, '');
    if (head === text && safe_name_bytesOf(text) <= mostBytes)
        return text;
    let kept = '';
    let bytes = 0;
    for (const { segment } of GRAPHEMES.segment(head)) {
        bytes += safe_name_bytesOf(segment);
        if (bytes > mostBytes)
            break;
        kept += segment;
    }
    return withoutEnd(kept === '' ? cutCodePoints(head, mostBytes) : kept);
}
/** For one "character" of a hundred combining marks. */
function cutCodePoints(text, mostBytes) {
    let kept = '';
    let bytes = 0;
    for (const character of text) {
        bytes += safe_name_bytesOf(character);
        if (bytes > mostBytes)
            break;
        kept += character;
    }
    return kept;
}

// EXTERNAL MODULE: ./src/export/formats.ts
var export_formats = __nccwpck_require__(746);
;// CONCATENATED MODULE: ./src/export/names.ts




// Room for a dot and the longest extension of an export, so that the stem is the same in every format.
const MAX_STEM = 255 - 5;
/** One safe path segment of any text, in the normal form that git and people expect. */
const safeSegment = (text) => safeName(text.toWellFormed().normalize('NFC'));
/** The same with room for an extension; made safe again, for what is cut may be what made it harmless. */
const safeStem = (text, mostBytes = MAX_STEM) => safeSegment(headOf(safeSegment(text), mostBytes - 1));
/**
 * The stem of a document's files and of the directory beside them. A title that already ends with an extension that the
 * document can have goes without it: no `A.docx.docx`.
 */
function stemOf(title, type) {
    const text = title.trim();
    const end = (0,export_formats/* extensionsFor */.il)(type)
        .map((extension) => `.${extension}`)
        .find((end) => text.toLowerCase().endsWith(end));
    const without = end === undefined ? '' : text.slice(0, -end.length);
    return safeStem(/[^\s.]/u.test(without) ? without : text);
}
/** The name of an uploaded file, as it is, cut in two at its extension (without the dot; empty if it has none). */
function uploadedName(title) {
    const text = title.toWellFormed().trim();
    const dot = text.lastIndexOf('.');
    const [before, extension] = [text.slice(0, Math.max(0, dot)), text.slice(dot + 1)];
    const hasExtension = /[^\s.]/u.test(before) && /^[\p{L}\p{N}_-]{1,16}$/u.test(extension);
    if (!hasExtension)
        return { stem: safeStem(title, 255), extension: '' };
    const end = extension.normalize('NFC');
    return { stem: safeStem(before, 254 - bytesOf(end)), extension: end };
}
/** The stem that a thing has by its title, where the user gives it no other name. */
const titleStem = (title, type) => type === 'file' ? uploadedName(title).stem : stemOf(title, type);
/** The suffixes of a document's names; a sheet or table of it has its id in them. */
function suffixesOf(token, subId = '') {
    const clean = (text) => text.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 64);
    const whole = clean(token);
    const hash = (0,external_node_crypto_namespaceObject.createHash)('sha256').update(`${token}\0${subId}`).digest('hex').slice(0, 16);
    const parts = [whole.slice(-6), whole.slice(-12), whole, whole === '' ? hash : `${whole}-${hash}`];
    return [...new Set(parts)].filter((part) => part !== '').map((part) => (subId ? `${part}-${clean(subId)}` : part));
}
/**
 * The name of a level: 0 is the stem, the next ones have a suffix.
 * @returns undefined where so many bytes have no room for it, or there is no such level
 */
function nameAt({ stem, suffixes }, level, mostBytes) {
    if (level === 0)
        return bytesOf(stem) <= mostBytes ? stem : undefined;
    const suffix = suffixes[level - 1];
    if (suffix === undefined)
        return undefined;
    const head = headOf(stem, mostBytes - bytesOf(suffix) - 1);
    return head === '' ? undefined : `${head}-${suffix}`;
}
/** The level of a name that was given before, whatever room there was then; undefined for a name of something else. */
function suffixLevelOf(name, { stem, suffixes }) {
    if (name === stem)
        return 0;
    for (let level = suffixes.length; level > 0; level--) {
        const end = `-${suffixes[level - 1] ?? ''}`;
        const head = name.slice(0, -end.length);
        if (name.endsWith(end) && head !== '' && stem.startsWith(head))
            return level;
    }
    return undefined;
}

;// CONCATENATED MODULE: ./src/export/listing/levels.ts



const LIST_CALLS = { folder: 'folder', wiki: 'wikiNodes', spaces: 'wikiSpaces' };
/** The same for the same level. */
function keyOf(level) {
    switch (level.kind) {
        case 'folder':
            return `folder/${level.token}`;
        case 'wiki':
            return `wiki/${level.spaceId}/${level.parent ?? ''}`;
        case 'spaces':
            return 'spaces';
    }
}
// A cursor that the service no longer takes.
const STALE_CURSOR = { folder: 1061002, wiki: 131002, spaces: 131002 };
/** Lists a level to its end, from the start once more if the service loses the place. */
async function readLevel(level, calls, onItems) {
    const first = await readPages(level, calls, onItems);
    return first.stale ? readPages(level, calls, onItems) : first;
}
// A folder holds 1,500 things at most; what goes on for ever must end all the same.
const MOST_ITEMS = 20_000;
async function readPages(level, calls, onItems) {
    const items = new Map();
    const cursors = new Set();
    let cursor;
    for (;;) {
        const reply = await readPage(level, cursor, calls);
        if (!reply.ok) {
            const stale = cursor !== undefined && reply.failure.code === STALE_CURSOR[level.kind];
            return { items: [...items.values()], failure: reply.failure, stale };
        }
        const page = reply.value;
        const before = items.size;
        for (const item of page.items)
            if (!items.has(item.id))
                items.set(item.id, item);
        onItems(items.size - before);
        if (items.size > MOST_ITEMS)
            return { items: [...items.values()], failure: endless(level, reply.logId), stale: false };
        if (!page.hasMore)
            return { items: [...items.values()], failure: undefined, stale: false };
        if (page.cursor === undefined || cursors.has(page.cursor)) {
            const failure = lostPlace(level, page.cursor === undefined ? 'does not say where' : 'leads back', reply.logId);
            return { items: [...items.values()], failure, stale: false };
        }
        cursor = page.cursor;
        cursors.add(cursor);
    }
}
async function readPage(level, cursor, calls) {
    switch (level.kind) {
        case 'folder':
            return mapped(await calls.folderPage(level.token, cursor), itemOfFolder);
        case 'wiki':
            return mapped(await calls.wikiNodesPage(level, cursor), itemOfNode);
        case 'spaces':
            return mapped(await calls.wikiSpacesPage(cursor), itemOfSpace);
    }
}
function mapped(reply, map) {
    if (!reply.ok)
        return failure_fail(reply.failure);
    return { ...reply, value: { ...reply.value, items: reply.value.items.map(map) } };
}
function itemOfFolder(item) {
    const shortcut = item.type === 'shortcut';
    const document = shortcut ? item.target : { token: item.token, type: item.type };
    return {
        id: item.token,
        document,
        title: item.name,
        editTime: shortcut ? undefined : item.modifiedTime,
        url: item.url,
        nodeToken: undefined,
        shortcut,
        below: document?.type === 'folder' ? { kind: 'folder', token: document.token } : undefined,
    };
}
/** A page of a knowledge base as a thing on a level. */
function itemOfNode(node) {
    return {
        id: node.nodeToken,
        document: { token: node.objToken, type: node.objType },
        title: node.title,
        editTime: node.objEditTime,
        url: undefined,
        nodeToken: node.nodeToken,
        shortcut: node.shortcut,
        below: node.hasChild ? { kind: 'wiki', spaceId: node.spaceId, parent: node.nodeToken } : undefined,
    };
}
/** A knowledge base has no token of its own: its id stands for it. */
function itemOfSpace({ spaceId, name }) {
    return {
        id: spaceId,
        document: { token: spaceId, type: SPACE_TYPE },
        title: name,
        editTime: undefined,
        url: undefined,
        nodeToken: undefined,
        shortcut: false,
        below: { kind: 'wiki', spaceId, parent: undefined },
    };
}
function endless(level, logId) {
    return {
        class: 'permanent',
        what: `Could not ${OPERATIONS[LIST_CALLS[level.kind]].doing} to its end: it has more than ${MOST_ITEMS} entries`,
        advice: 'If that is so, split it; else give the log id to Feishu support.',
        logId,
    };
}
function lostPlace(level, how, logId) {
    return {
        class: 'permanent',
        what: `Could not ${OPERATIONS[LIST_CALLS[level.kind]].doing} to its end: the service says` +
            ` that there is more, but ${how} (its page token is ${how === 'leads back' ? 'one it gave before' : 'missing'})`,
        advice: 'Run it again. If it stays, give the log id to Feishu support.',
        logId,
    };
}

;// CONCATENATED MODULE: ./src/export/listing/tree.ts



/** The place of an item below another one. */
const placeBelow = (above, title, type) => ({
    path: joined(above.path, titleStem(title, type)),
    depth: above.depth + 1,
});
/** The line of `exclude` that leaves an item out. */
function excludedBy({ exclude }, item, { path }) {
    const { document, id, nodeToken, below } = item;
    const ids = [id, document?.token, nodeToken].filter((one) => one !== undefined);
    return exclude.lineFor({ path, isDirectory: below !== undefined, ids });
}
/** True when the level below a place is listed. */
const isWithinDepth = ({ source }, { depth }) => source.depth === undefined || depth < source.depth;
/**
 * Builds the tree of a source. Each item is in it once, at its own place; shortcuts are entries of their own, and only
 * what is nowhere else in the tree is listed below them: below which one does not depend on the order of the listing.
 */
function buildTree(rules, root, answers) {
    const builder = new TreeBuilder(rules, answers);
    builder.build(root);
    return builder;
}
class TreeBuilder {
    rules;
    answers;
    entries = [];
    faults = [];
    missing = [];
    seen = new Set();
    walked = new Set();
    branches = [];
    shortcuts = [];
    constructor(rules, answers) {
        this.rules = rules;
        this.answers = answers;
    }
    build(root) {
        const top = { title: '', url: undefined, path: '', depth: 0, above: undefined, children: this.entries };
        if ('level' in root)
            this.branches.push({ id: '', level: root.level, place: top });
        else
            this.put(root.item, { ...top, depth: -1 }, true);
        this.walk();
        while (this.shortcuts.length > 0) {
            for (const shortcut of this.inOrder(this.shortcuts.splice(0))) {
                this.branches.push(shortcut);
                this.walk();
            }
        }
    }
    walk() {
        // The list grows while it is gone through.
        for (const { level, place } of this.branches) {
            const key = keyOf(level);
            if (this.walked.has(key))
                continue;
            this.walked.add(key);
            const listing = this.answers.levels.get(level);
            if (!listing) {
                this.missing.push({ id: '', level, place });
                continue;
            }
            const { items, failure } = listing;
            for (const item of items)
                this.put(item, place);
            if (failure)
                this.faults.push(this.fault(place, failure, true));
        }
        this.branches = [];
    }
    put(item, at, isRoot = false) {
        const { below } = item;
        const isElsewhere = below !== undefined && !item.shortcut && this.walked.has(keyOf(below));
        if (this.seen.has(item.id) || isElsewhere)
            return;
        this.seen.add(item.id);
        const facts = this.factsOf(item);
        const title = item.title || facts.known?.title || item.document?.token || item.id;
        const type = facts.known?.type ?? item.document?.type ?? '';
        const url = facts.known?.url ?? item.url ?? this.wikiUrl(item);
        const place = { title, url, above: at, children: [], ...placeBelow(at, title, type) };
        const line = excludedBy(this.rules, item, place);
        if (line !== undefined) {
            const { token = item.id, type = '' } = item.document ?? {};
            const document = facts.known ?? { token, type, editTime: undefined, url: item.url };
            at.children.push({ ...document, title, url, shortcut: item.shortcut, excludedBy: line, children: [] });
            return;
        }
        if (!facts.known) {
            this.faults.push(this.fault(place, facts.failure, !isDeleted(facts.failure)));
            return;
        }
        const entry = { ...facts.known, title, url, shortcut: item.shortcut, children: place.children };
        at.children.push(entry);
        if (!below || !isWithinDepth(this.rules, place))
            return;
        const branch = { id: item.id, level: below, place };
        if (item.shortcut && !isRoot)
            this.shortcuts.push(branch);
        else
            this.branches.push(branch);
    }
    /** The document of an item; of a shortcut in a folder, its target. */
    factsOf(item) {
        const { document, editTime } = item;
        if (!document)
            return { known: undefined, failure: LEADS_NOWHERE };
        if (!mustBeAsked(item))
            return { known: { ...document, title: item.title, editTime, url: item.url } };
        const listed = this.answers.listed.get(document.token);
        if (listed)
            return { known: { ...listed, url: listed.url ?? item.url } };
        const reply = this.answers.documents.get(document);
        return reply.ok
            ? { known: { ...reply.value, url: reply.value.url ?? item.url } }
            : { known: undefined, failure: reply.failure };
    }
    wikiUrl({ nodeToken }) {
        return nodeToken === undefined ? undefined : wikiUrl(this.rules.source.host, nodeToken);
    }
    /** By their own tokens; those that lead into what another one of them leads to come last. */
    inOrder(shortcuts) {
        const inner = new Set();
        const open = shortcuts.map(({ level }) => level);
        for (let level = open.pop(); level; level = open.pop()) {
            for (const { below, shortcut } of this.answers.levels.get(level)?.items ?? []) {
                if (!below || shortcut || inner.has(keyOf(below)))
                    continue;
                inner.add(keyOf(below));
                open.push(below);
            }
        }
        const rank = ({ level }) => (inner.has(keyOf(level)) ? 1 : 0);
        return [...shortcuts].sort((a, b) => rank(a) - rank(b) || (a.id < b.id ? -1 : 1));
    }
    fault(place, failure, branch) {
        const titles = [];
        for (let at = place; at; at = at.above)
            titles.push(at.title);
        const path = titles.reverse().slice(1).join('/');
        const { source } = this.rules;
        return { source, what: path || source.link, url: place.url, failure, branch };
    }
}
/** The address of a page of a knowledge base. */
const wikiUrl = (host, nodeToken) => host === undefined ? undefined : `https://${host}/wiki/${nodeToken}`;
/** True for a shortcut in a folder: it says nothing about its target but token and type. */
const mustBeAsked = ({ shortcut, nodeToken, document, below }) => shortcut && nodeToken === undefined && document !== undefined && below === undefined;
const DELETED = new Set([970005, 131005]);
/** True when the service says that there is no such document; after any other failure it may still exist. */
const isDeleted = (failure) => DELETED.has(failure.code);
const LEADS_NOWHERE = {
    class: 'permanent',
    what: 'Could not list the folder: the service does not say where this shortcut leads',
    advice: 'Open it; if it leads nowhere, remove it.',
};

;// CONCATENATED MODULE: ./src/export/listing/confirm-missing.ts




/** Finds the records whose document is not among the documents found. Pure. */
function findMissing({ files, folders }, found) {
    const isMissing = (record) => !found.has(documentKey(record));
    return { files: files.filter(isMissing), folders: folders.filter(isMissing) };
}
/**
 * Asks the service about documents that were not found: a listing leaves out without a word what may not be read.
 * Source: "Obtain Metadata" (获取文件元数据), https://open.feishu.cn/document/server-docs/docs/drive-v1/file/batch_query
 */
async function askAboutMissing({ files, folders }, calls) {
    const documents = new Documents(calls);
    const records = [...files, ...folders];
    await documents.ask(records);
    return new Map(records.map((record) => {
        const reply = documents.get(record);
        return [documentKey(record), reply.ok ? { kind: 'exists' } : answerOf(reply.failure)];
    }));
}
const answerOf = (failure) => (isDeleted(failure) ? { kind: 'deleted' } : { kind: 'unknown', failure });
/**
 * Decides which missing files are certainly gone; pure. A document about which nothing is known keeps its file, and its
 * directory keeps what is in it: no listing can reach that either.
 */
function confirmGone({ files, folders }, answers) {
    const failureOf = (record) => {
        const answer = answers.get(documentKey(record));
        return answer?.kind === 'unknown' ? answer.failure : undefined;
    };
    const closed = folders.flatMap((folder) => {
        const failure = failureOf(folder);
        return failure ? [{ path: folder.path, failure }] : [];
    });
    const gone = [];
    const kept = [];
    for (const file of [...files].sort(byPath)) {
        const failure = failureOf(file) ?? closed.find(({ path }) => isBelow(file.path, path))?.failure;
        if (failure)
            kept.push({ file, failure });
        else if (answers.has(documentKey(file)))
            gone.push(file);
    }
    return { gone, kept };
}

;// CONCATENATED MODULE: ./src/export/listing/walk.ts

/**
 * Does work that brings more work, all of it at once; the work limits itself. Ends when nothing is left.
 * Nothing waits for what it brought, so depth costs no stack.
 */
function spread(first, work) {
    return new Promise((resolve, reject) => {
        let open = 1;
        const end = () => {
            open--;
            if (open === 0)
                resolve();
        };
        const add = (item) => {
            open++;
            work(item, add).then(end, reject);
        };
        for (const item of first)
            add(item);
        end();
    });
}
/** The levels of all trees, each listed once, however many ways lead to it. */
class Levels {
    calls;
    onItems;
    listings = new Map();
    started = new Map();
    constructor(calls, onItems) {
        this.calls = calls;
        this.onItems = onItems;
    }
    /** Lists levels and what is entered from them, behind shortcuts too. */
    walk(from) {
        const entered = new Set();
        return spread(from, async ({ level, enter }, add) => {
            const { items } = await this.list(level);
            for (const item of items) {
                const below = enter(item);
                if (!below || entered.has(keyOf(below.level)))
                    continue;
                entered.add(keyOf(below.level));
                add(below);
            }
        });
    }
    /** What was found on a level; undefined if it was not listed. */
    get(level) {
        return this.listings.get(keyOf(level));
    }
    /** All that was found. */
    all() {
        return this.listings.values();
    }
    list(level) {
        const key = keyOf(level);
        let started = this.started.get(key);
        if (!started) {
            started = readLevel(level, this.calls, this.onItems).then((listing) => {
                this.listings.set(key, listing);
                return listing;
            });
            this.started.set(key, started);
        }
        return started;
    }
}

;// CONCATENATED MODULE: ./src/export/listing/listing.ts





/**
 * Finds everything that the sources lead to. Never throws for what the service or the network does: what cannot be
 * listed is among the faults, the rest goes on.
 */
function listSources(sources, api, { connection, credential, exclude, onProgress }) {
    return listWith(sources, listingCalls(api, connection, credential), { exclude, onProgress });
}
/** The same on any calls: tests bring their own. */
async function listWith(sources, calls, { exclude, onProgress = () => undefined }) {
    let found = 0;
    const levels = new Levels(calls, (count) => onProgress((found += count)));
    const documents = new Documents(calls);
    const nodes = new Map();
    const trees = sources.filter((source) => levelOf(source.target) || isNodeTree(source.target));
    const nodeTokens = new Set(sources.flatMap(({ target }) => (isNodeTree(target) ? target.token : [])));
    const rulesOf = (source) => ({ exclude, source });
    const listTree = async (source) => {
        const level = levelOf(source.target);
        if (level)
            return levels.walk([reach(level, TOP, rulesOf(source))]);
        const node = isNodeTree(source.target) ? nodes.get(source.target.token) : undefined;
        const root = node?.ok ? reachBelow(itemOfNode(node.value), ROOT, rulesOf(source)) : undefined;
        if (root)
            await levels.walk([root]);
    };
    await Promise.all([
        ...[...nodeTokens].map(async (token) => {
            nodes.set(token, await calls.wikiNode(token));
            await Promise.all(trees.filter(({ target }) => isNodeTree(target) && target.token === token).map(listTree));
        }),
        ...trees.filter(({ target }) => !isNodeTree(target)).map(listTree),
        documents.ask(sources.flatMap(({ target }) => refOf(target) ?? [])),
    ]);
    for (;;) {
        const listed = listedDocuments(levels, nodes.values());
        await documents.ask(openShortcuts(levels, listed));
        const answers = { levels, documents, listed };
        const results = sources.map((source) => listOne(rulesOf(source), answers, nodes));
        // What one way to a level leaves out, another way may reach.
        const missing = results.flatMap(({ missing, rules }) => missing.map(({ level, place }) => reach(level, place, rules)));
        if (missing.length === 0) {
            return { sources: results.map(({ listed }) => listed), faults: results.flatMap(({ faults }) => faults) };
        }
        await levels.walk(missing);
    }
}
/** The level at a place, and what of it is entered by the rules of its source. */
const reach = (level, place, rules) => ({
    level,
    enter: (item) => reachBelow(item, place, rules),
});
function reachBelow(item, above, rules) {
    const place = placeBelow(above, item.title, item.document?.type ?? '');
    const isEntered = item.below && isWithinDepth(rules, place) && excludedBy(rules, item, place) === undefined;
    return isEntered && item.below ? reach(item.below, place, rules) : undefined;
}
const TOP = { path: '', depth: 0 };
/** A page that a line names is above the first level of its tree. */
const ROOT = { path: '', depth: -1 };
const isNodeTree = (target) => target.kind === 'wiki-node' && target.children;
function levelOf(target) {
    if (target.kind === 'folder')
        return { kind: 'folder', token: target.token };
    if (target.kind === 'wiki-spaces')
        return { kind: 'spaces' };
    return target.kind === 'wiki-space' ? { kind: 'wiki', spaceId: target.spaceId, parent: undefined } : undefined;
}
function refOf(target) {
    if (target.kind === 'document')
        return { token: target.token, type: target.type };
    return target.kind === 'wiki-node' && !target.children ? { token: target.token, type: 'wiki' } : undefined;
}
function listOne(rules, answers, nodes) {
    const { source } = rules;
    const { target } = source;
    const level = levelOf(target);
    if (level)
        return treeOf({ level }, rules, answers);
    if (!isNodeTree(target))
        return documentOf(refOf(target), rules, answers);
    const node = nodes.get(target.token);
    if (node?.ok)
        return treeOf({ item: itemOfNode(node.value) }, rules, answers);
    const faults = node ? [{ source, what: source.link, failure: node.failure, branch: true }] : [];
    return { rules, listed: { source, entries: [] }, faults, missing: [] };
}
function treeOf(root, rules, answers) {
    const { entries, faults, missing } = buildTree(rules, root, answers);
    return { rules, listed: { source: rules.source, entries }, faults, missing };
}
function documentOf(ref, rules, { documents, listed }) {
    const { source, exclude } = rules;
    if (!ref)
        throw new Error(`${source.where} leads to nothing that can be listed`);
    const reply = documents.get(ref);
    if (!reply.ok) {
        const { failure } = reply;
        const fault = { source, what: source.link, failure, branch: !isDeleted(failure) };
        return { rules, listed: { source, entries: [] }, faults: [fault], missing: [] };
    }
    const { value: document } = reply;
    const { token, editTime, url } = document;
    const title = document.title || token;
    const { path } = placeBelow(TOP, title, document.type);
    const entry = {
        ...document,
        title,
        // A document that is in a tree too has one edit time in this run.
        editTime: listed.get(token)?.editTime ?? editTime,
        url: url ?? (ref.type === 'wiki' ? wikiUrl(source.host, ref.token) : undefined),
        shortcut: false,
        excludedBy: exclude.lineFor({ path, isDirectory: false, ids: [token, ref.token] }),
        children: [],
    };
    return { rules, listed: { source, entries: [entry] }, faults: [], missing: [] };
}
function listedDocuments(levels, nodes) {
    const roots = [...nodes].flatMap((reply) => (reply.ok ? itemOfNode(reply.value) : []));
    const listed = new Map();
    for (const { items } of [{ items: roots }, ...levels.all()]) {
        for (const { document, title, editTime, url, shortcut, nodeToken } of items) {
            if (!document || (shortcut && nodeToken === undefined))
                continue;
            if (!listed.has(document.token))
                listed.set(document.token, { ...document, title, editTime, url });
        }
    }
    return listed;
}
function* openShortcuts(levels, listed) {
    for (const { items } of levels.all()) {
        for (const item of items) {
            if (item.document && mustBeAsked(item) && !listed.has(item.document.token))
                yield item.document;
        }
    }
}

;// CONCATENATED MODULE: ./src/export/listing/tables.ts



/**
 * Adds the sheets of spreadsheets and the tables of bases to a listing: one request for each document, none for a
 * document whose edit time is that of an earlier run.
 */
async function listTables(listing, calls, options) {
    const wanted = findWanted(listing, options);
    if (wanted.length === 0)
        return listing;
    const known = knownTables(options.folders);
    const replies = new Map();
    const read = async (entry) => {
        const key = documentKey(entry);
        const earlier = known.get(key);
        const isSame = earlier !== undefined && earlier.editTime === entry.editTime;
        replies.set(key, isSame ? { ok: true, value: earlier.items } : await readTables(entry, calls));
    };
    const documents = new Map(wanted.map(({ entry }) => [documentKey(entry), entry]));
    await Promise.all([...documents.values()].map(read));
    const tables = new Map();
    const tableLists = new Map();
    const faults = [];
    for (const { entry, source } of wanted) {
        const key = documentKey(entry);
        const reply = replies.get(key);
        if (!reply?.ok) {
            if (reply)
                faults.push({ source, what: entry.title, failure: reply.failure, branch: true });
            continue;
        }
        tables.set(entry, reply.value.map((table) => entryOf(table, entry)));
        const { editTime } = entry;
        if (editTime !== undefined && isTrustedEditTime(editTime, options.listedAtMs)) {
            tableLists.set(key, { editTime, items: reply.value });
        }
    }
    return { ...listing, tables, tableLists, faults: [...listing.faults, ...faults] };
}
function findWanted({ sources }, { wantsTables }) {
    const wanted = [];
    for (const { source, entries } of sources) {
        const open = [...entries];
        for (let entry = open.pop(); entry; entry = open.pop()) {
            if (wantsTables(entry, source))
                wanted.push({ entry, source });
            for (const child of entry.children)
                open.push(child);
        }
    }
    return wanted;
}
function knownTables(folders) {
    return new Map(folders.flatMap((folder) => (folder.tables ? [[documentKey(folder), folder.tables]] : [])));
}
function entryOf({ id, title, revision, unsupported }, document) {
    return { ...document, title, shortcut: false, table: { id, revision, unsupported }, children: [] };
}
function readTables({ token, type }, calls) {
    return type === 'sheet' ? readSheets(token, calls) : readBase(token, calls);
}
async function readSheets(token, calls) {
    const reply = await calls.sheets(token);
    if (!reply.ok)
        return reply;
    const items = reply.value.map(({ sheetId: id, title, resourceType }) => {
        return { id, title, ...(resourceType !== 'sheet' && { unsupported: resourceType }) };
    });
    return { ...reply, value: items };
}
async function readBase(token, calls) {
    const items = new Map();
    const cursors = new Set();
    for (let cursor;;) {
        const reply = await calls.tablesPage(token, cursor);
        if (!reply.ok)
            return reply;
        const { value: page } = reply;
        for (const { tableId: id, name: title, revision } of page.items)
            items.set(id, { id, title, revision });
        if (!page.hasMore)
            return { ...reply, value: [...items.values()] };
        cursor = page.cursor;
        if (cursor === undefined || cursors.has(cursor))
            return failure_fail(LOST_PLACE);
        cursors.add(cursor);
    }
}
const LOST_PLACE = {
    class: 'permanent',
    what: 'Could not list the tables of the base: the service says that there are more, but not where',
    advice: 'Run it again. If it stays, give the log id to Feishu support.',
};

;// CONCATENATED MODULE: ./src/export/listing/types.ts
/** True when every part of every source could be listed. */
const isComplete = ({ faults }) => !faults.some(({ branch }) => branch);

;// CONCATENATED MODULE: ./src/lists.ts
/** The list under a key; a new one is put there. Adding to it costs nothing, where a copy with one more grows with all. */
function lists_listIn(lists, key) {
    const known = lists.get(key);
    if (known)
        return known;
    const list = [];
    lists.set(key, list);
    return list;
}

;// CONCATENATED MODULE: ./src/export/naming/dirs.ts




/** A directory without content. */
const newDir = (depth, owner) => ({
    depth,
    owner,
    slots: new Map(),
    named: new Map(),
    reserved: new Set(),
});
/** Lists all directories, each after the one that it is in. */
function allDirs(top) {
    const dirs = [top];
    // The list grows while it is gone through.
    for (const { slots, named } of dirs) {
        for (const { dir } of slots.values())
            if (dir)
                dirs.push(dir);
        for (const { dir } of named.values())
            dirs.push(dir);
    }
    return dirs;
}
/** Opens a directory that the user names, inside another one; `isFixed` is for a name that must stay as it is. */
function openNamed(dir, wish, isFixed = false) {
    let name = wish;
    while (!isFixed && (dir.reserved.has(fold(name)) || isOwnName(name)))
        name += '_';
    const key = fold(name);
    const known = dir.named.get(key);
    // Of two spellings that are one directory on some disks, always the same one.
    if (known && !known.isFixed && byCodePoints(name, known.name) < 0)
        known.name = name;
    const next = known ?? { name, isFixed, dir: newDir(dir.depth + 1) };
    dir.named.set(key, next);
    return next.dir;
}
/**
 * Makes one directory of each that the user names and the one that would go by the same name, if that is just one slot's.
 * Beside a file without extension, a slot's directory has another name anyway.
 */
function shareNamed({ named, slots }) {
    if (named.size === 0)
        return;
    const wishing = new Map();
    for (const slot of slots.values()) {
        const key = fold(slot.stem);
        if (slot.dir && named.has(key))
            lists_listIn(wishing, key).push(slot);
    }
    for (const [key, [slot, ...others]] of wishing) {
        if (!slot || others.length > 0 || hasBareFile(slot))
            continue;
        slot.named = named.get(key);
        slot.dir = undefined;
    }
}
/** True for names that this action gives to files that are not complete, or wait to be moved. */
const isOwnName = (name) => isTemporaryName(name) || isParkedName(name);
/** True where a file has just the stem as its name, as an uploaded file without extension does. */
const hasBareFile = ({ files }) => [...files.values()].some(({ extension }) => extension === '');
/** Opens the slot of a found thing in a directory; a sheet or table has one of its own. */
function slotIn(home, { token, type, shortcut }, stem, explicit, subId) {
    const key = JSON.stringify([token, type, fold(stem), subId]);
    const known = home.slots.get(key);
    if (known) {
        // Of several spellings the user's, else always the same one.
        if (known.explicit === explicit ? byCodePoints(stem, known.stem) < 0 : explicit)
            known.stem = stem;
        known.explicit ||= explicit;
        known.shortcut &&= shortcut;
        return known;
    }
    const slot = {
        token,
        type,
        home,
        stem,
        suffixes: suffixesOf(token, subId),
        explicit,
        shortcut,
        files: new Map(),
        skips: new Map(),
        dir: undefined,
        named: undefined,
    };
    home.slots.set(key, slot);
    return slot;
}
/** Adds a file that a slot is to have; two lines may ask for the same one. */
function addFile({ files }, file) {
    const key = outputKey(file.output);
    const known = files.get(key);
    files.set(key, known ? mergeReads(known, file) : file);
}
/** Merges two reads of the same output; an edit time that changed between them is dropped. */
function mergeReads(a, b) {
    const first = byCodePoints(`${a.output.title}\0${a.output.url ?? ''}`, `${b.output.title}\0${b.output.url ?? ''}`) <= 0 ? a : b;
    return a.output.editTime === b.output.editTime
        ? first
        : { ...first, output: { ...first.output, editTime: undefined } };
}
/** What is skipped in a slot: where another source brings the file, only its shortcuts are. */
function skipsOf({ skips, files }) {
    const [most = []] = [...skips.values()].sort((a, b) => b.length - a.length);
    return files.size === 0 ? most : most.filter(({ elsewhere }) => elsewhere !== undefined);
}

;// CONCATENATED MODULE: ./src/export/naming/path-budget.ts

/** No path is longer, in bytes of UTF-8: Linux takes 4096, macOS 1024, both with the directory above it. */
const MAX_PATH = 800;
const MAX_SEGMENT = 255;
// Shortened names have room for a character or two and for six letters of the token.
const MIN_STEM = 12;
/** The bytes that a slot's names have at most after the stem: the dot and the extension. */
const endOf = (slot) => Math.max(0, ...Array.from(slot.files.values(), ({ extension }) => (extension === '' ? 0 : 1 + bytesOf(extension))));
/** Distributes the length of a path among the names in it. */
class PathBudget {
    dirs;
    widths = new Map();
    /** @param dirs each after the one that it is in */
    constructor(dirs) {
        this.dirs = dirs;
    }
    /**
     * How many bytes the stem of a slot may have in a directory. Where the paths below it would be too long, the longest
     * stems on the way are shortened, all alike; the rest stays as it is.
     */
    stemBytes(slot, directory) {
        const left = MAX_PATH - bytesOf(joined(directory, ''));
        const own = Math.min(MAX_SEGMENT, left) - endOf(slot);
        const { dir } = slot;
        if (!dir)
            return own;
        const stem = bytesOf(slot.stem);
        const fits = (most) => Math.min(stem, most) + 1 + this.widthOf(dir, most) <= left;
        if (fits(MAX_SEGMENT))
            return Math.min(own, left - 1 - this.widthOf(dir, MAX_SEGMENT));
        let [low, high] = [MIN_STEM, MAX_SEGMENT];
        while (high - low > 1) {
            const middle = (low + high) >> 1;
            if (fits(middle))
                low = middle;
            else
                high = middle;
        }
        return Math.min(own, low);
    }
    /** The bytes of the longest path below a directory, when no stem has more than so many. */
    widthOf(dir, most) {
        let widths = this.widths.get(most);
        if (!widths)
            this.widths.set(most, (widths = this.measure(most)));
        return widths.get(dir) ?? 0;
    }
    measure(most) {
        const widths = new Map();
        const below = (dir) => (dir ? 1 + (widths.get(dir) ?? 0) : 0);
        // From the innermost outwards.
        for (const dir of [...this.dirs].reverse()) {
            let width = 0;
            for (const slot of dir.slots.values()) {
                width = Math.max(width, Math.min(bytesOf(slot.stem), most) + Math.max(endOf(slot), below(slot.dir)));
            }
            for (const named of dir.named.values())
                width = Math.max(width, bytesOf(named.name) + below(named.dir));
            widths.set(dir, width);
        }
        return widths;
    }
}

;// CONCATENATED MODULE: ./src/export/naming/assign-names.ts




const PASSES = ['explicit', 'original', 'shortcut'];
/**
 * Gives the claims of one directory their names; pure, and independent of the order of the claims. A recorded name stays.
 * Then pass by pass: a name that one claim alone asks for is its own; a name that several ask for belongs to none of
 * them, and each asks for its next name. A claim that has a recorded name counts among those that ask for its names
 * before that one, so that a run in which some documents failed does not change the names of the next run.
 * @param directory the path of the directory
 */
function assignNames(claims, directory, taken) {
    const names = new Map();
    const used = new Set(taken.files);
    const isFree = (name, { isDirectory }) => !used.has(fold(name)) &&
        (isDirectory || !taken.directories.has(fold(name))) &&
        !isOwnName(name) &&
        bytesOf(joined(directory, name)) <= MAX_PATH;
    const take = (name, end) => {
        names.set(end, name);
        used.add(fold(name));
    };
    const recordedName = (end) => end.recorded && end.recorded.stem + end.end;
    const recorded = claims.flatMap(({ ends }) => ends.filter((end) => end.recorded !== undefined));
    const rivals = countBy(recorded.map((end) => fold(recordedName(end) ?? '')));
    for (const end of recorded) {
        const name = recordedName(end) ?? '';
        if (rivals.get(fold(name)) === 1 && isFree(name, end))
            take(name, end);
    }
    for (const pass of PASSES) {
        const members = claims.filter((claim) => claim.pass === pass).map((claim) => new Member(claim, names));
        for (let level = 0; members.some((member) => member.isOpenAt(level)); level++) {
            const wanted = countBy(members.flatMap((member) => member.namesAskedFor(level)));
            for (const member of members.filter((member) => member.isAsking(level))) {
                const options = member.open.map((end) => [member.nameOf(end, level), end]);
                const isFits = options.every(([name, end]) => name !== undefined && wanted.get(fold(name)) === 1 && isFree(name, end));
                if (!isFits)
                    continue;
                for (const [name, end] of options)
                    if (name !== undefined)
                        take(name, end);
                member.close();
            }
            for (const [name, count] of wanted)
                if (count > 1)
                    used.add(name);
            for (const member of members)
                if (member.startLevel > level)
                    for (const name of member.namesAskedFor(level))
                        used.add(name);
        }
    }
    return names;
}
/** A claim in its pass. */
class Member {
    claim;
    /** The ends without a name so far; they go together. */
    open;
    /** The level of its recorded names: what is new beside them asks for the same stem first. */
    startLevel;
    constructor(claim, names) {
        this.claim = claim;
        this.open = claim.ends.filter((end) => !names.has(end));
        const levels = claim.ends.flatMap((end) => (names.has(end) && end.recorded ? end.recorded.level : []));
        this.startLevel = levels.length > 0 ? Math.min(...levels) : claim.firstLevel;
    }
    isOpenAt(level) {
        return this.open.length > 0 && level <= this.claim.named.suffixes.length;
    }
    isAsking(level) {
        return this.isOpenAt(level) && level >= this.startLevel;
    }
    /** Folded. */
    namesAskedFor(level) {
        if (level < this.claim.firstLevel)
            return [];
        const ends = level < this.startLevel ? this.claim.ends : this.open;
        return ends.flatMap((end) => {
            const name = this.nameOf(end, level);
            return name === undefined ? [] : fold(name);
        });
    }
    nameOf({ end }, level) {
        const { named, maxBytes } = this.claim;
        const stem = nameAt(named, level, maxBytes);
        return stem === undefined ? undefined : stem + end;
    }
    close() {
        this.open = [];
    }
}
function countBy(keys) {
    const counts = new Map();
    for (const key of keys)
        counts.set(key, (counts.get(key) ?? 0) + 1);
    return counts;
}

// EXTERNAL MODULE: ./src/feishu/tasks/export-formats.ts
var tasks_export_formats = __nccwpck_require__(252);
;// CONCATENATED MODULE: ./src/export/naming/select-outputs.ts





/** Decides which outputs a found thing has. Pure. */
function selectOutputs(entry, source, options) {
    if (entry.excludedBy !== undefined) {
        return { files: [], skip: `excluded by ${(0,src_text/* quoted */.TL)(entry.excludedBy)}` };
    }
    // A line that names the document itself wants it; in a tree it may be left out.
    if (entry.type === 'file')
        return selectUploaded(entry, isSingle(source) || options.includeFiles);
    if (entry.type === 'folder' || entry.type === SPACE_TYPE)
        return { files: [], skip: undefined };
    if (entry.table?.unsupported !== undefined) {
        const skip = `a tab of type ${entry.table.unsupported.slice(0, 40)} in a spreadsheet has no csv`;
        return { files: [], skip };
    }
    if (!(0,export_formats/* isExportable */.Xs)(entry.type)) {
        return isSingle(source)
            ? { files: [notExportable(entry)], skip: undefined }
            : { files: [], skip: describeUnsupported(entry.type) };
    }
    const { extensions, skip } = selectExtensions(entry.type, source, options);
    const own = extensions.filter((extension) => isOfTables(extension, source) === (entry.table !== undefined));
    return { files: own.map((extension) => select_outputs_exportedFile(entry, extension, source)), skip: entry.table ? undefined : skip };
}
/** True for a format that the sheets or tables of a document have each: the link names none of them. */
const isOfTables = (extension, { target }) => (0,tasks_export_formats/* needsSubId */.Hn)(extension) && !('subId' in target && target.subId !== undefined);
/** True when every sheet or table of a document has an output of its own. Pure. */
function wantsTables(entry, source, options) {
    if (entry.excludedBy !== undefined || (entry.type !== 'sheet' && entry.type !== 'bitable'))
        return false;
    return selectExtensions(entry.type, source, options).extensions.some((extension) => isOfTables(extension, source));
}
const TYPE_NAMES = { mindnote: 'mind notes (思维笔记)' };
function describeUnsupported(type) {
    const name = Object.hasOwn(TYPE_NAMES, type) ? TYPE_NAMES[type] : undefined;
    return `the service cannot export ${name ?? `documents of type ${type.slice(0, 40)}`}`;
}
const outputOf = (document, rest) => {
    const { token, type, title, editTime, url } = document;
    return { token, type, title, editTime, url, ...rest };
};
function notExportable(entry) {
    const what = `Could not export it: ${describeUnsupported(entry.type)}`;
    return {
        output: outputOf(entry, { kind: 'task', fileExtension: '', subId: undefined }),
        extension: '',
        failure: { class: 'permanent', what, advice: 'Remove its line from the sources.' },
    };
}
function selectExtensions(type, source, { formats }) {
    const requested = [...new Set(source.as ?? formats.get(type) ?? [])];
    if (requested.length === 0)
        return { extensions: [], skip: describeNoFormat(type) };
    // Not everything in a tree can become what its line asks for; a single document must.
    if (source.as === undefined || isSingle(source))
        return { extensions: requested };
    const extensions = requested.filter((extension) => (0,export_formats/* formatFault */.A)(type, extension) === undefined);
    if (extensions.length > 0)
        return { extensions };
    const fault = (0,export_formats/* formatFault */.A)(type, requested[0] ?? '');
    return { extensions, skip: `${fault?.what ?? ''}, but \`as\` of this source asks for that. ${fault?.can ?? ''}` };
}
const describeNoFormat = (type) => type === 'board'
    ? 'board (画板); add `board=png` to `formats` to have a picture of it'
    : `\`formats\` names no format for ${type}`;
function select_outputs_exportedFile(entry, extension, { target }) {
    const named = (0,tasks_export_formats/* needsSubId */.Hn)(extension) && 'subId' in target ? target.subId : undefined;
    const { id: subId = named, revision } = entry.table ?? {};
    const kind = (0,export_formats/* kindFor */.QK)(entry.type, extension);
    const output = outputOf(entry, { kind, fileExtension: extension, subId, ...(revision !== undefined && { revision }) });
    const fault = (0,export_formats/* formatFault */.A)(entry.type, extension);
    const failure = fault && {
        class: 'permanent',
        what: `Could not export it: ${fault.what}`,
        advice: fault.can,
    };
    return { output, extension, failure };
}
function selectUploaded(entry, isWanted) {
    if (!isWanted)
        return { files: [], skip: 'uploaded file; set `include-files: true` to have it downloaded' };
    const { extension } = uploadedName(entry.title);
    const output = outputOf(entry, { kind: 'upload', fileExtension: extension.toLowerCase(), subId: undefined });
    return { files: [{ output, extension, failure: undefined }], skip: undefined };
}

;// CONCATENATED MODULE: ./src/export/naming/shortcuts.ts





/**
 * Finds the shortcuts of a source that are not exported. Of several shortcuts to the same document outside, the one with
 * a recorded file is, else the first by the titles above it: the order of the listing has no influence.
 */
function findUnneededShortcuts(listed, options, records) {
    const { originals, shortcuts } = findPlaces(listed.entries);
    const unneeded = new Map();
    for (const [key, places] of shortcuts) {
        const hasOriginal = originals.has(key);
        const needed = selectNeeded(places, hasOriginal, listed.source, options, records);
        for (const { entry } of places)
            if (!needed.has(entry))
                unneeded.set(entry, hasOriginal ? 'original' : 'shortcut');
    }
    return unneeded;
}
/** A place in the tree of a source. */
class Place {
    entry;
    above;
    /** How many levels from the top, itself included. */
    depth;
    names;
    constructor(entry, above) {
        this.entry = entry;
        this.above = above;
        this.depth = (above?.depth ?? 0) + 1;
    }
    /** True for what may be its name on the disk, without extension. */
    mayBe(name) {
        this.names ??= namesOf(this.entry);
        // The user may have named the directory, in another spelling.
        return this.names.some((named) => suffixLevelOf(name, named) !== undefined || fold(name) === fold(named.stem));
    }
}
/** A stem with and without what looks like an extension: both may be the name on the disk. */
function namesOf({ title, token }) {
    const suffixes = suffixesOf(token);
    return [title, withoutExtension(title.trim())].map((text) => ({ stem: safeSegment(text), suffixes }));
}
const withoutExtension = (path) => path.replace(/\.[^./]*$/, '');
/** By document, the originals of a tree and the places of the shortcuts. */
function findPlaces(entries) {
    const originals = new Set();
    const shortcuts = new Map();
    const open = entries.map((entry) => new Place(entry));
    for (let next = open.pop(); next; next = open.pop()) {
        const key = documentKey(next.entry);
        if (next.entry.shortcut)
            lists_listIn(shortcuts, key).push(next);
        else
            originals.add(key);
        for (const child of next.entry.children)
            open.push(new Place(child, next));
    }
    return { originals, shortcuts };
}
/** Selects the shortcuts to the same target that are exported or whose content is listed. */
function selectNeeded(places, hasOriginal, source, options, records) {
    const entries = places.map(({ entry }) => entry);
    const [first] = entries;
    if (first?.type === 'folder') {
        // A folder's content is listed below one of its shortcuts at most: that one is needed.
        const full = entries.filter(({ children }) => children.length > 0);
        return new Set(hasOriginal || full.length > 0 ? full : entries);
    }
    const files = first ? selectOutputs(first, source, options).files : [];
    if (files.length === 0)
        return new Set(entries);
    if (hasOriginal)
        return new Set();
    const recorded = files.flatMap(({ output }) => records.get(outputKey(output)) ?? []);
    return new Set([chooseShortcut(places, source, recorded).entry]);
}
function chooseShortcut(places, source, recorded) {
    const base = (source.to ?? []).filter((segment) => segment !== '' && segment !== '.').length;
    const known = recorded.map(({ path, title }) => ({ title, names: withoutExtension(path).split('/').slice(base) }));
    const kept = places.filter((place) => known.some(({ title, names }) => mayBeAt(place, title, names)));
    const candidates = kept.length > 0 ? kept : places;
    return candidates.reduce((first, next) => (byWay(next, first) < 0 ? next : first));
}
/** True when a recorded path can be that of a place, by the titles and tokens above it. */
function mayBeAt(place, title, names) {
    if (title !== place.entry.title || names.length !== place.depth)
        return false;
    for (let at = place; at; at = at.above) {
        if (!at.mayBe(names[at.depth - 1] ?? ''))
            return false;
    }
    return true;
}
/** Orders places by the titles above them, from the top. */
function byWay(a, b) {
    let [x, y] = [a, b];
    while (x && x.depth > b.depth)
        x = x.above;
    while (y && y.depth > a.depth)
        y = y.above;
    let order = a.depth - b.depth;
    // What differs further up counts more; from a common place on, both are the same.
    for (; x && y && x !== y; x = x.above, y = y.above)
        order = byTitle(x.entry, y.entry) || order;
    return order;
}
const byTitle = (a, b) => byCodePoints(a.title, b.title) || byCodePoints(a.token, b.token);

;// CONCATENATED MODULE: ./src/export/naming/build-dirs.ts







/**
 * Builds the tree of directories from everything that was found, still without names. Pure.
 * @param records the files of earlier runs, by output
 * @param reserved paths that belong to no document: the manifest's own
 */
function buildDirs(listing, options, records, reserved) {
    const top = newDir(0);
    for (const path of reserved)
        reserve(top, path);
    const batches = listing.sources.map((listed) => ({
        from: placeSource(listed, listing.tables, options, records),
        entries: listed.entries,
    }));
    // A directory is complete before those below it: only then is it clear which directories are one.
    const open = [[top, batches]];
    for (let next = open.pop(); next; next = open.pop()) {
        for (const below of fill(...next, options))
            open.push(below);
    }
    return top;
}
function reserve(top, path) {
    const segments = path.split('/').filter((segment) => segment !== '' && segment !== '.');
    const name = segments.pop();
    if (name === undefined || segments.includes('..') || name === '..')
        return;
    let at = top;
    for (const segment of segments)
        at = openNamed(at, segment, true);
    at.reserved.add(fold(name));
}
function placeSource(listed, tables, options, records) {
    const { source } = listed;
    // The parser refuses `..`; here it would be a name like any other.
    const to = (source.to ?? []).filter((segment) => segment !== '' && segment !== '.');
    const name = isSingle(source) ? to.pop() : undefined;
    const unneeded = findUnneededShortcuts(listed, options, records);
    return { listed, namedDirs: to.map(safeSegment), name, unneeded, tables, exported: new Map() };
}
/** Puts entries into a directory. @returns what belongs into the directories below it */
function fill(dir, batches, options) {
    const inside = new Map();
    const children = [];
    for (const { from, entries } of batches) {
        const name = from.namedDirs[dir.depth];
        if (name !== undefined) {
            lists_listIn(inside, openNamed(dir, name)).push({ from, entries });
            continue;
        }
        for (const entry of entries) {
            const of = addEntry(dir, entry, from, options);
            const below = entriesBelow(entry, from);
            if (below.length > 0)
                children.push({ of, batch: { from, entries: below } });
        }
    }
    shareNamed(dir);
    for (const { of, batch } of children) {
        const below = of.named?.dir ?? of.dir;
        if (below)
            lists_listIn(inside, below).push(batch);
    }
    return inside;
}
/** The children of an entry, and its sheets or tables; a shortcut that is not exported has none of these. */
function entriesBelow(entry, { unneeded, tables }) {
    const own = unneeded.has(entry) ? undefined : tables?.get(entry);
    return own ? [...own, ...entry.children] : entry.children;
}
/** Adds one entry to its directory, without what is below it. */
function addEntry(dir, entry, from, options) {
    const { listed, name, unneeded, exported, namedDirs } = from;
    const selected = selectOutputs(entry, listed.source, options);
    const isNamed = name !== undefined && dir.depth === namedDirs.length;
    const stem = isNamed ? stemOf(name, entry.type) : titleStem(entry.title, entry.type);
    const slot = slotIn(dir, entry, stem, isNamed, entry.table?.id);
    const places = lists_listIn(exported, documentKey(entry));
    const shortcutTo = unneeded.get(entry);
    const skip = (reason, elsewhere) => {
        lists_listIn(slot.skips, listed).push({ entry, reason, elsewhere });
    };
    if (shortcutTo) {
        skip('', { to: shortcutTo, slots: places });
    }
    else {
        if (selected.skip !== undefined)
            skip(selected.skip);
        for (const file of selected.files) {
            const own = slotIn(dir, entry, stem, isNamed, file.output.subId);
            addFile(own, file);
            places.push(own);
        }
        places.push(slot);
    }
    const isFolder = entry.type === 'folder' || entry.type === SPACE_TYPE;
    if (entriesBelow(entry, from).length > 0 || (isFolder && !shortcutTo))
        slot.dir ??= newDir(dir.depth + 1, slot);
    return slot;
}

;// CONCATENATED MODULE: ./src/export/naming/recorded-names.ts




/** Names in a directory that belong to what was not found. */
class HeldPaths {
    files = new Map();
    directories = new Map();
    constructor(records, folders) {
        const used = new Set();
        for (const { path } of records) {
            hold(this.files, path);
            for (const directory of directoriesAbove(path)) {
                if (used.has(directory))
                    break;
                used.add(directory);
                hold(this.directories, directory);
            }
        }
        // A directory with files of a folder that was not found is that folder's.
        for (const { path } of folders)
            if (used.has(path))
                hold(this.files, path);
    }
    /** The names in a directory that nothing else may have. */
    in(directory, { reserved, named }) {
        const files = new Set([...reserved, ...named.keys(), ...(this.files.get(directory) ?? [])]);
        return { files, directories: this.directories.get(directory) ?? new Set() };
    }
}
function hold(names, path) {
    const { directory, name } = splitPath(path);
    names.set(directory, (names.get(directory) ?? new Set()).add(fold(name)));
}
/** What earlier runs called things. */
class RecordedNames {
    files;
    folders = new Map();
    constructor(files, folders) {
        this.files = files;
        for (const folder of folders)
            lists_listIn(this.folders, documentKey(folder)).push(folder);
    }
    /** The recorded directory of a slot; rather the one that is where the slot is now. */
    folderOf(slot, home) {
        const known = this.folders.get(documentKey(slot)) ?? [];
        return known.find(({ path }) => splitPath(path).directory === home.recordedPath) ?? known[0];
    }
    /** The recorded name of a slot's directory, if it is one of its names and where the slot is now. */
    directoryName(slot, home) {
        const folder = this.folderOf(slot, home);
        if (!folder)
            return undefined;
        const { directory, name } = splitPath(folder.path);
        const level = directory === home.recordedPath ? suffixLevelOf(name, slot) : undefined;
        return level === undefined ? undefined : { stem: name, level };
    }
    /** The recorded name of a file, likewise. */
    fileStem(slot, file, home) {
        const end = recorded_names_endOf(file);
        const known = (this.files.get(outputKey(file.output)) ?? []).flatMap((record) => {
            const { directory, name } = splitPath(record.path);
            const isHere = directory === home.recordedPath || directory === home.path;
            if (!isHere || !name.endsWith(end) || !(slot.explicit || isSameTitle(record.title, file)))
                return [];
            const stem = name.slice(0, name.length - end.length);
            const level = suffixLevelOf(stem, slot);
            return level === undefined ? [] : [{ stem, level }];
        });
        return known.sort((a, b) => a.level - b.level)[0];
    }
}
/** True for the same title, and for one that makes the same name. */
const isSameTitle = (title, { output }) => title === output.title || titleStem(title, output.type) === titleStem(output.title, output.type);
/** What follows the stem in the name of a file. */
const recorded_names_endOf = ({ extension }) => (extension === '' ? '' : `.${extension}`);

;// CONCATENATED MODULE: ./src/export/naming/layout.ts










/**
 * Gives every output its path: safe on all systems, unique even where a file system ignores case, inside the directory,
 * never the manifest's, and independent of the order of the listing. A document keeps its recorded path until its title
 * or place changes; a path of a document that was not found stays its own until it is released. Pure.
 */
function layOut(listing, options) {
    const { records, folders, released, manifestPath } = options;
    const byOutput = new Map();
    for (const record of records)
        lists_listIn(byOutput, outputKey(record)).push(record);
    const dirs = allDirs(buildDirs(listing, options, byOutput, [manifestPath]));
    const slots = dirs.flatMap((dir) => [...dir.slots.values()]);
    const outputs = new Set(slots.flatMap(({ files }) => [...files.keys()]));
    const documents = findDocuments(listing);
    const held = new HeldPaths(records.filter((record) => !outputs.has(outputKey(record)) && !released.has(record)), folders.filter((folder) => !documents.has(documentKey(folder))));
    const placed = placeAll(dirs, new RecordedNames(byOutput, folders), held, listing.tableLists);
    const skipped = slots.flatMap((slot) => skipsOf(slot).map((skip) => describeSkip(slot, skip, placed.paths)));
    return {
        files: placed.files.sort((a, b) => byPath(a, b) || byCodePoints(outputKey(a.output), outputKey(b.output))),
        skipped: skipped.sort((a, b) => byPath(a, b) || byCodePoints(sortText(a), sortText(b))),
        folders: placed.folders.sort(byPath),
    };
}
/** The documents of a listing, by `documentKey`: also those that are skipped, but for excluded ones. */
function findDocuments(listing) {
    const keys = new Set();
    const open = listing.sources.flatMap(({ entries }) => entries);
    for (let entry = open.pop(); entry; entry = open.pop()) {
        if (entry.excludedBy !== undefined)
            continue;
        keys.add(documentKey(entry));
        for (const child of entry.children)
            open.push(child);
    }
    return keys;
}
/** Names everything from the top down. */
function placeAll(dirs, recorded, held, tableLists) {
    const budget = new PathBudget(dirs);
    const files = [];
    const folders = [];
    const paths = new Map();
    const placements = new Map();
    for (const dir of dirs) {
        const home = placements.get(dir) ?? { path: '', recordedPath: '', isReal: true };
        const claims = home.isReal ? [...dir.slots.values()].map((slot) => claimNames(slot, home, budget, recorded)) : [];
        const names = assignNames(claims.flatMap(({ claims }) => claims), home.path, held.in(home.path, dir));
        const ends = new Map(claims.map((claim) => [claim.slot, claim]));
        for (const { name, dir: below } of dir.named.values()) {
            const path = joined(home.path, name);
            placements.set(below, placementOf(path, path, home.isReal && bytesOf(path) < MAX_PATH));
        }
        for (const slot of dir.slots.values()) {
            const own = ends.get(slot);
            const directoryName = own?.directory && names.get(own.directory);
            const path = joined(home.path, directoryName ?? slot.named?.name ?? slot.stem);
            if (slot.dir) {
                const recordedPath = recorded.folderOf(slot, home)?.path ?? path;
                placements.set(slot.dir, placementOf(path, recordedPath, directoryName !== undefined));
                if (directoryName !== undefined)
                    folders.push(folderRecord(path, slot, tableLists));
            }
            const placed = [...slot.files].map(([key, file]) => {
                const end = own?.files.get(key);
                return placeFile(file, home.path, end && names.get(end), slot);
            });
            files.push(...placed);
            paths.set(slot, placed[0]?.path ?? path);
        }
    }
    return { files, folders, paths };
}
function folderRecord(path, slot, tableLists) {
    const { token, type } = slot;
    const tables = tableLists?.get(documentKey(slot));
    return { path, token, type, ...(tables && { tables }) };
}
/** A path that cannot be real is only shown: its beginning is enough, or a deep tree would fill the memory. */
function placementOf(path, recordedPath, isReal) {
    const isWhole = isReal || path.length <= MAX_PATH;
    return { path: isWhole ? path : `${path.slice(0, MAX_PATH).toWellFormed()}…`, recordedPath, isReal };
}
function claimNames(slot, home, budget, recorded) {
    const files = new Map([...slot.files].map(([key, file]) => {
        return [key, { end: recorded_names_endOf(file), isDirectory: false, recorded: recorded.fileStem(slot, file, home) }];
    }));
    const directory = slot.dir && {
        end: '',
        isDirectory: true,
        recorded: recorded.directoryName(slot, home),
    };
    const pass = slot.explicit ? 'explicit' : slot.shortcut ? 'shortcut' : 'original';
    const common = { named: slot, pass, maxBytes: budget.stemBytes(slot, home.path) };
    const claim = (ends, firstLevel) => ends.length === 0 ? [] : [{ ...common, firstLevel, ends }];
    const ends = [...files.values()];
    // A file without extension has the stem itself as its name: the directory beside it takes one with a suffix.
    const claims = hasBareFile(slot)
        ? [...claim(ends, 0), ...claim(directory ? [directory] : [], 1)]
        : claim(directory ? [...ends, directory] : ends, 0);
    return { slot, claims, files, directory };
}
const TOO_LONG = {
    class: 'permanent',
    what: `Could not name the file: its path would be longer than ${MAX_PATH} bytes, even with shortened names`,
    advice: 'Give the folder or page above it a line of its own in `sources`, with a short `to=`.',
};
function placeFile(file, directory, name, { stem }) {
    const failure = name === undefined ? TOO_LONG : file.failure;
    return { output: file.output, path: joined(directory, name ?? `${stem}${recorded_names_endOf(file)}`), failure };
}
/** All of it, so that equal paths are always in the same order. */
const sortText = ({ title, type, reason, url = '' }) => [title, type, reason, url].join('\0');
function describeSkip(slot, { entry, reason, elsewhere }, paths) {
    const { title, type, url } = entry;
    const extension = type === 'file' && !elsewhere ? uploadedName(title).extension : '';
    const path = `${paths.get(slot) ?? slot.stem}${extension === '' ? '' : `.${extension}`}`;
    return { title, type, path, url, reason: elsewhere ? describeElsewhere(elsewhere, entry, paths) : reason };
}
function describeElsewhere({ to, slots }, { type }, paths) {
    const [at] = slots.flatMap((slot) => paths.get(slot) ?? []).sort(byCodePoints);
    const target = at === undefined ? `a ${type}` : (0,src_text/* quoted */.TL)(at);
    return to === 'original'
        ? `shortcut to ${target}, exported there`
        : `another shortcut to the document at ${target}, exported there`;
}

;// CONCATENATED MODULE: ./src/export/list-and-confirm.ts










/**
 * Lists the sources. With `delete-stale`, the service is asked about recorded documents that were not found; those that
 * still exist have left the sources only if a second listing does not find them either: a document may have been moved
 * while the first one was under way.
 */
async function listAndConfirm(context, api, recorded) {
    const { inputs, tools, stop, session } = context;
    const first = await list(context, api, recorded);
    const missing = findMissing(recorded, findDocuments(first.listing));
    if (stop.cause() || !inputs.deleteStale || missing.files.length === 0)
        return { ...first, gone: [] };
    if (!isComplete(first.listing))
        return withoutConfirmation(context, first);
    const answers = await askAboutMissing(missing, listingCalls(api, session.connection, session.credential));
    if (![...answers.values()].some(({ kind }) => kind === 'exists')) {
        return { ...first, gone: noteKept(context, confirmGone(missing, answers)) };
    }
    tools.log.info('Some documents exist but were not found: listing once more before anything is removed');
    const second = await list(context, api, recorded);
    if (stop.cause() || !isComplete(second.listing))
        return withoutConfirmation(context, first);
    const missingTwice = findMissing(missing, findDocuments(second.listing));
    return { ...second, gone: noteKept(context, confirmGone(missingTwice, answers)) };
}
function withoutConfirmation({ report, stop }, found) {
    if (!stop.cause())
        report.note('`delete-stale` was off for this run: not everything could be listed.');
    return { ...found, gone: [] };
}
function noteKept({ report }, { gone, kept }) {
    const [first] = kept;
    if (first) {
        const names = kept.slice(0, 3).map(({ file }) => (0,src_text/* quoted */.TL)(file.path, 200));
        const others = kept.length > names.length ? ' and others' : '';
        report.note(`\`delete-stale\` kept ${(0,src_text/* countOf */.pq)(kept.length, 'file')} (${names.join(', ')}${others}): the document was not listed,` +
            ` but it is not certain that it is gone. ${failure_describe(first.failure)}`);
    }
    return gone;
}
async function list({ inputs, tools, session }, api, recorded) {
    const { clock, log } = tools;
    const listedAtMs = clock.wallMs();
    let count = 0;
    const ticker = new Ticker(clock, log, () => `Listing: ${count} found so far`);
    const onProgress = (found) => {
        count = found;
    };
    try {
        const { connection, credential } = session;
        const found = await listSources(inputs.sources, api, {
            connection,
            credential,
            exclude: inputs.exclude,
            onProgress,
        });
        const calls = listingCalls(api, connection, credential);
        const listing = await listTables(found, calls, {
            wantsTables: (entry, source) => wantsTables(entry, source, inputs),
            folders: recorded.folders,
            listedAtMs,
        });
        return { listing, listedAtMs };
    }
    finally {
        ticker.stop();
    }
}

;// CONCATENATED MODULE: ./src/export/manifest/format.ts




const format_VERSION = 1;
const CURE = 'Restore it from git or from the cache. Or delete it and set `overwrite: true` until one run has succeeded, which' +
    ' exports everything again over the files of the earlier runs.';
/** The manifest is there, but it cannot be read: a reason to stop, never to delete or to replace anything. */
class ManifestError extends Error {
}
/** Writes a manifest as text, in pieces; what `JSON.stringify` makes of it, entry by entry. Pure. */
function formatManifest({ files, folders, journal }) {
    return [
        `{\n  "version": ${format_VERSION}`,
        ...listText('files', [...files].sort(byPath).map(fileText)),
        ...(folders.length > 0 ? listText('folders', [...folders].sort(byPath).map(folderText)) : []),
        ...(journal.length > 0 ? listText('journal', [...journal].sort(byPath).map(changeText)) : []),
        '\n}\n',
    ];
}
function listText(name, entries) {
    const start = `,\n  "${name}": `;
    if (entries.length === 0)
        return [`${start}[]`];
    return [`${start}[\n`, ...entries.flatMap((entry, index) => (index === 0 ? entry : [',\n', entry])), '\n  ]'];
}
// A manifest of thousands of files is written every few seconds: the text of an entry is made once.
const texts = new WeakMap();
function textOf(entry, shown) {
    let text = texts.get(entry);
    if (text === undefined) {
        // Split at line feeds alone: a title may hold other line separators.
        text = `    ${JSON.stringify(shown(entry), undefined, 2).split('\n').join('\n    ')}`;
        texts.set(entry, text);
    }
    return text;
}
const showFile = (record) => {
    const { path, token, type, fileExtension, subId, title, editTime, revision, fileSize, sha256, exportedAt } = record;
    return { path, token, type, fileExtension, subId, title, editTime, revision, fileSize, sha256, exportedAt };
};
const fileText = (record) => textOf(record, showFile);
const folderText = (folder) => textOf(folder, ({ path, token, type, tables }) => ({ path, token, type, tables }));
const changeText = (change) => textOf(change, ({ path, before, after, isMove }) => ({
    path,
    before: before && showFile(before),
    after: after && showFile(after),
    isMove,
}));
/**
 * Reads a manifest's text. Pure.
 * @param shownPath the path for messages
 * @throws ManifestError, with a cure
 */
function parseManifest(text, shownPath) {
    const refuse = (why, cure = CURE) => {
        throw new ManifestError(`The manifest ${(0,src_text/* quoted */.TL)(shownPath, 1000)} cannot be read: ${why}. ${cure}`);
    };
    let whole;
    try {
        whole = JSON.parse(text.replace(/^\ufeff/, ''));
    }
    catch (error) {
        return refuse(`it is not JSON (${(0,src_text/* oneLine */.TN)(error.message, 100)})`);
    }
    if (!isObject(whole) || !Number.isInteger(whole['version']))
        return refuse('it has no `version`');
    const version = Number(whole['version']);
    if (version > format_VERSION) {
        return refuse(`it has version ${version}, and this release of the action knows version ${format_VERSION} only`, 'Use the release that wrote it, or a newer one.');
    }
    if (version !== format_VERSION)
        return refuse(`it has version ${version}, which does not exist`);
    const readList = (name, reader) => {
        const list = whole[name] ?? (name === 'files' ? undefined : []);
        if (!Array.isArray(list))
            return refuse(`\`${name}\` is not a list`);
        const paths = new Set();
        return list.map((entry, nth) => {
            const result = isObject(entry) ? reader(entry) : 'it is not an object';
            if (typeof result === 'string')
                return refuse(`in \`${name}\`, entry ${nth + 1}: ${result}`);
            if (paths.has(result.path))
                return refuse(`it holds the path ${(0,src_text/* quoted */.TL)(result.path)} twice`);
            paths.add(result.path);
            return result;
        });
    };
    const files = readList('files', readFileEntry);
    const journal = [...readList('journal', readChange), ...readList('writing', readUnfinished)];
    const recorded = new Set(files.map(({ path }) => path));
    const twice = journal.find(({ path }) => recorded.has(path));
    if (twice)
        return refuse(`it holds the path ${(0,src_text/* quoted */.TL)(twice.path)} twice`);
    return { files, folders: readList('folders', readFolder), journal };
}
const readPath = ({ path }) => {
    if (typeof path !== 'string' || path === '')
        return 'it has no `path`';
    return isInside(path) ? { path } : `its path ${(0,src_text/* quoted */.TL)(path)} leads out of the directory, or is not a path`;
};
const readDocument = (entry) => {
    const place = readPath(entry);
    if (typeof place === 'string')
        return place;
    const { token, type } = entry;
    if (typeof token !== 'string' || token === '')
        return 'it has no `token`';
    if (typeof type !== 'string' || type === '')
        return 'it has no `type`';
    return { ...place, token, type };
};
/** What is known of a document's tables only saves a request: what cannot be read is asked for again. */
const readFolder = (entry) => {
    const document = readDocument(entry);
    if (typeof document === 'string')
        return document;
    const tables = format_readTables(entry['tables']);
    return { ...document, ...(tables && { tables }) };
};
function format_readTables(tables) {
    if (!isObject(tables) || typeof tables['editTime'] !== 'string' || !Array.isArray(tables['items']))
        return undefined;
    const text = (value) => (typeof value === 'string' ? value : undefined);
    const items = tables['items'].filter(isObject).flatMap((item) => {
        const [id, title] = [text(item['id']), text(item['title'])];
        if (id === undefined || title === undefined)
            return [];
        return [{ id, title, revision: text(item['revision']), unsupported: text(item['unsupported']) }];
    });
    return items.length === tables['items'].length ? { editTime: tables['editTime'], items } : undefined;
}
const readIdentity = (entry) => {
    const document = readDocument(entry);
    if (typeof document === 'string')
        return document;
    const { fileExtension, subId, title } = entry;
    if (typeof fileExtension !== 'string')
        return 'it has no `fileExtension`';
    if (subId !== undefined && typeof subId !== 'string')
        return 'its `subId` is not a text';
    if (typeof title !== 'string')
        return 'it has no `title`';
    return { ...document, fileExtension, subId, title };
};
const readFileEntry = (entry) => {
    const identity = readIdentity(entry);
    if (typeof identity === 'string')
        return identity;
    const { editTime, revision, fileSize, sha256, exportedAt } = entry;
    if (editTime !== undefined && typeof editTime !== 'string')
        return 'its `editTime` is not a text';
    if (revision !== undefined && typeof revision !== 'string')
        return 'its `revision` is not a text';
    if (typeof fileSize !== 'number' || !Number.isSafeInteger(fileSize) || fileSize < 0)
        return 'it has no `fileSize`';
    if (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256))
        return 'it has no `sha256`';
    if (typeof exportedAt !== 'string')
        return 'it has no `exportedAt`';
    return { ...identity, editTime, ...(revision !== undefined && { revision }), fileSize, sha256, exportedAt };
};
const readChange = (entry) => {
    const place = readPath(entry);
    if (typeof place === 'string')
        return place;
    const read = (name) => {
        const value = entry[name];
        if (value === undefined)
            return undefined;
        return isObject(value) ? readFileEntry(value) : `its \`${name}\` is not an object`;
    };
    const [before, after] = [read('before'), read('after')];
    if (typeof before === 'string')
        return before;
    if (typeof after === 'string')
        return after;
    return { ...place, before, after, isMove: entry['isMove'] === true };
};
/** Manifests written before there was a journal name the files that a killed run was about to write. */
const readUnfinished = (entry) => {
    const identity = readIdentity(entry);
    if (typeof identity === 'string')
        return identity;
    const before = { ...identity, editTime: undefined, fileSize: 0, sha256: '', exportedAt: '' };
    return { path: identity.path, before, after: undefined, isMove: false };
};
// A path that leads elsewhere on any system: `..` (Windows drops dots and blanks at the end), `C:`, a backslash. And
// nobody may have git's own folder written or removed.
function isInside(path) {
    // eslint-disable-next-line no-control-regex
    if (/[\\:\u0000-\u001f]/.test(path) || !path.isWellFormed())
        return false;
    return path.split('/').every((segment) => !/^[\s.]*$/.test(segment) && !isGitName(segment));
}

;// CONCATENATED MODULE: ./src/export/manifest/file.ts







/**
 * Reads the manifest of earlier runs; one that is not there is empty.
 * @param root the directory of the export, absolute
 * @param relative the manifest's path in it, with `/`
 * @throws ManifestError when it cannot be understood, DiskFault when the disk refuses or a link leads elsewhere
 */
async function readManifest(root, relative) {
    const absolute = external_node_path_default().join(root, ...relative.split('/'));
    await checkParentInside(root, relative);
    const found = lookInside(root)(relative);
    if (!found)
        return { files: [], folders: [], journal: [] };
    if (found.kind === 'other') {
        const what = `Cannot read the manifest ${(0,src_text/* quoted */.TL)(absolute, 1000)}: it is not a plain file inside \`directory\``;
        throw new DiskFault(what, 'Move it away, or choose another `manifest`.', 'ELOOP');
    }
    try {
        return parseManifest(await (0,promises_namespaceObject.readFile)(absolute, 'utf8'), absolute);
    }
    catch (error) {
        if (error.code === undefined)
            throw error;
        throw diskFault('read the manifest', absolute, error);
    }
}
/** Compares the size first: a manifest of thousands of files is written often. */
async function isOnDisk(absolute, pieces) {
    try {
        const { size } = await (0,promises_namespaceObject.stat)(absolute);
        const wanted = pieces.reduce((sum, piece) => sum + Buffer.byteLength(piece), 0);
        return size === wanted && (await (0,promises_namespaceObject.readFile)(absolute, 'utf8')) === pieces.join('');
    }
    catch {
        return false;
    }
}
const CHUNK_BYTES = 64 * 1024;
/** One small buffer, used again and again: the whole text at once, every few seconds, would cost memory. */
function* chunksOf(pieces) {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    let used = 0;
    for (const piece of pieces) {
        const bytes = Buffer.byteLength(piece);
        if (used + bytes > CHUNK_BYTES) {
            yield chunk.subarray(0, used);
            used = 0;
        }
        if (bytes > CHUNK_BYTES)
            yield Buffer.from(piece);
        else
            used += chunk.write(piece, used);
    }
    yield chunk.subarray(0, used);
}
/**
 * Brings a manifest to the disk, whole or not at all; not a byte is written when it is there already.
 * @throws DiskFault
 */
async function writeManifest(root, relative, pieces) {
    const target = external_node_path_default().join(root, ...relative.split('/'));
    if (await isOnDisk(target, pieces))
        return;
    await ensureParentInside(root, relative);
    await save_saveFile({ target, body: chunksOf(pieces), overwrite: true });
}

;// CONCATENATED MODULE: ./src/export/manifest/journal.ts

// A record that a kill loses costs a look at the file; each write of a large manifest costs memory.
const WRITE_WITHIN_MS = 5_000;
// How often a refused write is tried again before the run reports it.
const RETRY_AFTER_MS = 1_000;
/**
 * Keeps the manifest true of the disk whenever the process may be killed: a change is announced with `intend`, made, and
 * then recorded with `commit` or taken back with `abort`. Many changes share one write of the manifest.
 */
class Journal {
    save;
    clock;
    files = new Map();
    pending = new Map();
    folders;
    writer;
    changes = 0;
    cancelTimer;
    /** @param save brings the manifest to the disk, atomically; throws when the disk refuses */
    constructor(start, save, clock) {
        this.save = save;
        this.clock = clock;
        for (const file of start.files)
            this.files.set(file.path, file);
        this.folders = start.folders;
    }
    /** The recorded file at a path; while it is being changed, the one that was there before. */
    recordAt(path) {
        return this.files.get(path) ?? this.pending.get(path)?.before;
    }
    /** How many files are recorded. */
    get size() {
        return this.files.size;
    }
    /**
     * Announces changes. Resolves when the manifest on the disk knows them.
     * @throws DiskFault when it cannot be written; then nothing is announced
     */
    async intend(changes) {
        if (changes.length === 0)
            return;
        for (const { path, after, isMove = false } of changes) {
            this.pending.set(path, { path, before: this.files.get(path), after, isMove });
            this.files.delete(path);
        }
        try {
            await this.flush();
        }
        catch (error) {
            for (const { path } of changes)
                this.abort(path);
            throw error;
        }
    }
    /** Records what is at a path after a change. The disk learns it soon. */
    commit(path, record) {
        this.pending.delete(path);
        if (record)
            this.files.set(path, record);
        else
            this.files.delete(path);
        this.writeSoon();
    }
    /** Takes an announced change back: nothing has changed. */
    abort(path) {
        this.commit(path, this.pending.get(path)?.before);
    }
    /** Notes other facts of a file that stays as it is. */
    update(path, change) {
        const record = this.files.get(path);
        if (!record)
            return;
        const updated = { ...record, ...change };
        if (updated.title !== record.title || updated.editTime !== record.editTime)
            this.commit(path, updated);
    }
    setFolders(folders) {
        this.folders = folders;
        this.writeSoon();
    }
    /**
     * Resolves when the disk knows everything so far.
     * @throws DiskFault when the manifest cannot be written
     */
    flush() {
        this.cancelTimer?.();
        this.cancelTimer = undefined;
        this.changes++;
        // A write under way may have begun before the last change: another one follows it then.
        this.writer ??= this.write();
        return this.writer;
    }
    writeSoon(afterMs = WRITE_WITHIN_MS) {
        // A write that fails here is tried again, and reported by the next `intend` or the flush at the end.
        this.cancelTimer ??= this.clock.after(afterMs, () => {
            this.cancelTimer = undefined;
            this.flush().catch(() => this.writeSoon(RETRY_AFTER_MS));
        });
    }
    async write() {
        try {
            for (let written = -1; written !== this.changes;) {
                written = this.changes;
                await this.save(formatManifest({
                    files: [...this.files.values()],
                    folders: this.folders,
                    journal: [...this.pending.values()],
                }));
            }
        }
        finally {
            this.writer = undefined;
        }
    }
}

;// CONCATENATED MODULE: ./src/export/manifest/recover.ts



/**
 * Finds out what became of the changes of a killed run: by the bytes that are at their paths now.
 * @param root the directory of the export, absolute
 * @param isFile whether a plain file is at a relative path
 * @returns the records that are true of the disk
 */
async function recover({ files, journal }, root, isFile) {
    const recovered = [];
    for (const change of journal) {
        if (!isFile(change.path))
            continue;
        try {
            const record = identify(change, await readFacts(external_node_path_default().join(root, ...change.path.split('/'))));
            if (record)
                recovered.push(record);
        }
        catch {
            // A file that cannot be read keeps its old record, without an edit time: it is exported again.
            if (change.before)
                recovered.push({ ...change.before, editTime: undefined });
        }
    }
    return [...files, ...recovered];
}
/** Decides whose file is at the path of a change. Pure. */
function identify({ path, before, after, isMove }, found) {
    const same = [after, before].find((one) => one?.sha256 === found.sha256 && one.fileSize === found.fileSize);
    if (same)
        return { ...same, path };
    // Neither: somebody changed the file meanwhile. It is exported again, as no edit time says that it is up to date.
    const owner = before ?? (isMove ? after : undefined);
    return owner && { ...owner, ...found, path, editTime: undefined };
}
async function readFacts(file) {
    const hash = (0,external_node_crypto_namespaceObject.createHash)('sha256');
    let fileSize = 0;
    for await (const chunk of (0,external_node_fs_.createReadStream)(file)) {
        hash.update(chunk);
        fileSize += chunk.length;
    }
    return { fileSize, sha256: hash.digest('hex') };
}

;// CONCATENATED MODULE: ./src/export/placement/apply-moves.ts






/**
 * Moves recorded files, one after another: all of them are parked under a name of their own, then renamed into place.
 * So swaps, circles, names that differ in case and files that become folders need no care of their own. A file that
 * cannot be moved goes back, and so do those that wanted its path. The journal knows every step beforehand.
 * @param evictions files that are to be removed later and must leave their path now: they stay parked
 * @throws DiskFault when the journal cannot be written; then nothing was moved
 */
async function applyMoves(moves, evictions, options) {
    const trips = [
        ...moves.map((move) => new Trip(move.record, move.to)),
        ...evictions.map((record) => new Trip(record, undefined)),
    ];
    if (trips.length === 0)
        return { moved: [], evicted: [], failed: [], isChanged: false };
    const { journal } = options;
    await journal.intend(changesOf(trips));
    for (const trip of trips)
        await renameTrip(trip, trip.parkedAt, options);
    for (const { record } of trips)
        await removeEmptyAbove(options.directory, record.path);
    const { arriving, returning } = separate(trips, options);
    for (const trip of arriving)
        await arrive(trip, options);
    for (const trip of [...returning, ...arriving])
        await sendBack(trip, options);
    for (const path of new Set(changesOf(trips).map((change) => change.path)))
        journal.commit(path, undefined);
    for (const { record, at } of trips)
        journal.commit(at, { ...record, path: at });
    await journal.flush();
    for (const { record, to } of trips) {
        await removeEmptyAbove(options.directory, record.path);
        if (to !== undefined)
            await removeEmptyAbove(options.directory, to);
    }
    return {
        moved: trips.flatMap(({ record, to, at }) => (to !== undefined && at === to ? [{ record, to }] : [])),
        evicted: trips.flatMap(({ record, to, at }) => (to === undefined && at !== record.path ? [{ record, at }] : [])),
        failed: trips.flatMap(({ record, to, failure }) => (to !== undefined && failure ? [{ record, to, failure }] : [])),
        isChanged: trips.some(({ record, at }) => at !== record.path),
    };
}
/** The way of one file. */
class Trip {
    record;
    to;
    parkedAt = `.feishu-export-${(0,external_node_crypto_namespaceObject.randomBytes)(12).toString('hex')}.old`;
    /** Where the file is now. */
    at;
    failure;
    constructor(record, 
    /** Undefined for a file that stays parked. */
    to) {
        this.record = record;
        this.to = to;
        this.at = record.path;
    }
}
/** All paths that any of the trips may change, and what may come to be there. */
function changesOf(trips) {
    const after = new Map(trips.map(({ record }) => [record.path, undefined]));
    for (const { record, to, parkedAt } of trips) {
        after.set(parkedAt, { ...record, path: parkedAt });
        if (to !== undefined)
            after.set(to, { ...record, path: to });
    }
    return [...after]
        .sort(([a], [b]) => byCodePoints(a, b))
        .map(([path, record]) => ({ path, after: record, isMove: true }));
}
const isParked = ({ at, to, parkedAt }) => to !== undefined && at === parkedAt;
/** Separates the parked files that can arrive from those whose path is taken: one that returns takes its own path. */
function separate(trips, options) {
    const taken = new Set(trips.filter((trip) => trip.at !== trip.parkedAt).map(({ at }) => fold(at)));
    const returning = [];
    let arriving = trips.filter(isParked);
    for (;;) {
        const stuck = arriving.filter((trip) => {
            const { to = '' } = trip;
            const isTaken = taken.has(fold(to));
            const fault = isTaken ? existsFault(external_node_path_default().join(options.directory, to)) : obstacleAt(to, options);
            if (fault)
                trip.failure = diskFailure(fault);
            return fault !== undefined;
        });
        if (stuck.length === 0)
            return { arriving, returning };
        for (const { record } of stuck)
            taken.add(fold(record.path));
        returning.push(...stuck);
        arriving = arriving.filter((trip) => trip.failure === undefined);
    }
}
/** What keeps a file from arriving: a rename would replace it silently. A user's file is none if it may be replaced. */
function obstacleAt(at, { directory, overwrite, journal }) {
    try {
        const there = lookInside(directory)(at);
        if (!there || (overwrite && there.kind === 'file' && journal.recordAt(at) === undefined))
            return undefined;
        const absolute = external_node_path_default().join(directory, at);
        return there.kind === 'file' ? existsFault(absolute) : diskFault('write the file', absolute, { code: 'EISDIR' });
    }
    catch (error) {
        if (error instanceof DiskFault)
            return error;
        throw error;
    }
}
async function arrive(trip, options) {
    const { to } = trip;
    if (to === undefined)
        return;
    try {
        await ensureParentInside(options.directory, to);
        await renameTrip(trip, to, options);
    }
    catch (error) {
        if (!(error instanceof DiskFault))
            throw error;
        trip.failure = diskFailure(error);
    }
}
/** A file that could not arrive goes back to where it was; where that is taken by now, it stays parked. */
async function sendBack(trip, options) {
    const { path: home } = trip.record;
    if (!isParked(trip) || obstacleAt(home, { ...options, overwrite: false }))
        return;
    await ensureParentInside(options.directory, home).catch(() => undefined);
    await renameTrip(trip, home, options);
}
/** Renames a file; a refusal is noted in the trip. */
async function renameTrip(trip, to, { directory }) {
    const from = external_node_path_default().join(directory, trip.at);
    try {
        await (0,promises_namespaceObject.rename)(from, external_node_path_default().join(directory, to));
        trip.at = to;
    }
    catch (error) {
        trip.failure ??= diskFailure(diskFault('move the file', from, error));
    }
}

;// CONCATENATED MODULE: ./src/export/placement/prune.ts






/**
 * Removes stale files. A file whose document still exists goes only when another file of that document is there. One that
 * cannot be removed keeps its record, and the others go all the same.
 * @param stop what is left then stays
 */
async function prune(stale, { directory, journal }, stop) {
    const look = lookInside(directory);
    const isThere = (at, record) => {
        const own = journal.recordAt(at);
        return own !== undefined && documentKey(own) === documentKey(record) && look(at)?.kind === 'file';
    };
    const removable = stale.filter(({ record, reason, instead }) => {
        const own = journal.recordAt(record.path);
        if (!own || outputKey(own) !== outputKey(record))
            return false;
        return reason === 'gone' || instead.some(({ path: at }) => at !== record.path && isThere(at, record));
    });
    await journal.intend(removable.map(({ record }) => ({ path: record.path })));
    const removed = [];
    const faults = [];
    for (const file of removable) {
        const { path: at } = file.record;
        try {
            if (stop.aborted)
                journal.abort(at);
            else {
                if (await removeInside(directory, at))
                    removed.push(file);
                journal.commit(at, undefined);
            }
        }
        catch (error) {
            if (!(error instanceof DiskFault))
                throw error;
            journal.abort(at);
            faults.push(error);
        }
    }
    return { removed, faults };
}
/**
 * Removes what killed runs left incomplete: files are written under temporary names in the directory itself, and the
 * manifest beside the manifest.
 * @param folders relative to the directory, which itself is the empty text
 */
async function removeTemporaries(directory, folders) {
    for (const folder of new Set(folders)) {
        const names = await (0,promises_namespaceObject.readdir)(external_node_path_default().join(directory, folder)).catch(() => []);
        for (const name of names.filter(isTemporaryName)) {
            // Tidying is no reason to fail; the next run tries again.
            await removeInside(directory, folder === '' ? name : `${folder}/${name}`).catch(() => false);
        }
    }
}

;// CONCATENATED MODULE: ./src/export/placement/read-snapshot.ts


/**
 * Looks at the paths once.
 * @param directory absolute
 */
function readSnapshot(directory, paths) {
    const look = lookInside(directory);
    const entries = new Map();
    for (const path of paths)
        if (!entries.has(path))
            entries.set(path, entryAt(path, look));
    return {
        at(path) {
            const entry = entries.get(path);
            if (!entry)
                throw new Error(`the snapshot does not have ${path}`);
            return entry;
        },
    };
}
function entryAt(path, look) {
    try {
        const fact = look(path);
        if (!fact)
            return { kind: 'nothing' };
        return fact.kind === 'other' ? { kind: 'other' } : { kind: 'file', size: fact.size, id: fact.id };
    }
    catch (error) {
        // One path that cannot be looked at takes nothing from the others.
        if (error instanceof DiskFault)
            return { kind: 'unreadable', failure: diskFailure(error) };
        throw error;
    }
}

;// CONCATENATED MODULE: ./src/export/plan/plan-moves.ts




/**
 * Pairs the recorded files of each output with its planned paths: those at a planned path stay, the others move to the
 * paths that are left. Pure.
 * @param records only those whose file is on the disk
 */
function pairRecords(files, records) {
    const recorded = new Map();
    for (const record of records)
        lists_listIn(recorded, outputKey(record)).push(record);
    const planned = new Map();
    for (const { output, path } of files)
        lists_listIn(planned, outputKey(output)).push(path);
    const staying = new Map();
    const moves = [];
    const surplus = [];
    for (const [key, own] of recorded) {
        const paths = planned.get(key);
        if (!paths)
            continue;
        const there = new Map(own.map((record) => [record.path, record]));
        for (const path of paths) {
            const record = there.get(path);
            if (!record)
                continue;
            staying.set(path, record);
            there.delete(path);
        }
        const open = paths.filter((path) => !staying.has(path)).sort(byCodePoints);
        for (const record of [...there.values()].sort(byPath)) {
            const to = open.shift();
            if (to === undefined)
                surplus.push(record);
            else
                moves.push({ record, to });
        }
    }
    return { staying, moves, surplus };
}
/** Finds the removable files whose name is needed, as a file or as a directory. Pure. */
function findEvictions(removable, paths) {
    if (removable.length === 0)
        return [];
    const needed = new Set();
    const files = new Set();
    for (const path of paths) {
        files.add(fold(path));
        needed.add(fold(path));
        for (const directory of directoriesAbove(path))
            needed.add(fold(directory));
    }
    return removable.filter(({ path }) => {
        return needed.has(fold(path)) || [...directoriesAbove(path)].some((directory) => files.has(fold(directory)));
    });
}
/** What moves and exports may find at a path. */
class Occupancy {
    snapshot;
    overwrite;
    leaving = new Map();
    recorded;
    constructor(snapshot, overwrite, records, leaving) {
        this.snapshot = snapshot;
        this.overwrite = overwrite;
        this.recorded = new Set(records.map(({ path }) => fold(path)));
        for (const record of leaving)
            lists_listIn(this.leaving, fold(record.path)).push(record);
    }
    /** The file at this path stays after all. */
    keep(record) {
        const others = (this.leaving.get(fold(record.path)) ?? []).filter((one) => one !== record);
        this.leaving.set(fold(record.path), others);
    }
    /** Why nothing can be put at a path; undefined when it is free, or will be. */
    obstacle(path) {
        const entry = this.snapshot.at(path);
        switch (entry.kind) {
            case 'nothing':
                return undefined;
            case 'unreadable':
                return { failure: entry.failure, isForeign: false };
            case 'other': {
                const isLeaving = [...this.leaving.values()].some((records) => records.some((one) => isBelow(one.path, path)));
                return isLeaving ? undefined : { failure: inTheWay(path), isForeign: false };
            }
            case 'file': {
                const leaving = this.leaving.get(fold(path)) ?? [];
                if (leaving.some((record) => record.path === path || this.isSameFile(record.path, entry.id)))
                    return undefined;
                if (this.recorded.has(fold(path)))
                    return { failure: ofAnother(path), isForeign: false };
                return this.overwrite ? undefined : { failure: notOurs(path), isForeign: true };
            }
        }
    }
    isSameFile(path, id) {
        const entry = this.snapshot.at(path);
        return entry.kind === 'file' && entry.id === id;
    }
}
/**
 * Separates the moves that can be made from those that cannot. A file that stays blocks those that want its path. Pure.
 */
function settleMoves(moves, occupancy) {
    const blocked = [];
    let open = moves;
    for (;;) {
        const stuck = open.flatMap((move) => {
            const obstacle = occupancy.obstacle(move.to);
            return obstacle ? [{ ...move, ...obstacle }] : [];
        });
        if (stuck.length === 0)
            return { moves: open, blocked };
        for (const { record } of stuck)
            occupancy.keep(record);
        blocked.push(...stuck);
        const isStuck = new Set(stuck.map(({ record }) => record));
        open = open.filter(({ record }) => !isStuck.has(record));
    }
}
const inTheWay = (path) => ({
    class: 'permanent',
    origin: 'disk',
    what: `Could not write ${(0,src_text/* quoted */.TL)(path, 1000)}: a folder or a link has this name, or a link leads out of \`directory\``,
    advice: 'Move it away.',
});
const notOurs = (path) => ({
    class: 'permanent',
    origin: 'disk',
    what: `Could not write ${(0,src_text/* quoted */.TL)(path, 1000)}: the file exists already, and no earlier run wrote it`,
    advice: 'Set `overwrite: true` to replace it, or move it away.',
});
const ofAnother = (path) => ({
    class: 'permanent',
    origin: 'disk',
    what: `Could not write ${(0,src_text/* quoted */.TL)(path, 1000)}: it is the file of another document, which could not be moved`,
    advice: 'Solve the failure of that document first; the next run then moves both.',
});

;// CONCATENATED MODULE: ./src/export/plan/plan.ts



/** Decides what a run is going to do: what moves, is exported, stays, is refused or is stale. Pure. */
function makePlan(layout, options) {
    const { records, gone, snapshot, overwrite, force, isComplete } = options;
    const files = withOneEditTime(layout.files);
    const present = records.filter(({ path }) => snapshot.at(path).kind === 'file');
    const placeable = files.filter(({ failure }) => failure === undefined);
    const pairing = pairRecords(placeable, present);
    const isPresent = new Set(present);
    const removable = [...gone.filter((record) => isPresent.has(record)), ...(isComplete ? pairing.surplus : [])];
    const evictions = findEvictions(removable, placeable.map(({ path }) => path));
    const leaving = [...evictions, ...pairing.moves.map(({ record }) => record)];
    const occupancy = new Occupancy(snapshot, overwrite, present, leaving);
    const { moves, blocked } = settleMoves(pairing.moves, occupancy);
    const ownRecords = new Map(pairing.staying);
    for (const { record, to } of moves)
        ownRecords.set(to, record);
    const blockedAt = new Map(blocked.map((move) => [move.to, move]));
    const toExport = [];
    const unchanged = [];
    const refused = [];
    for (const { output, path, failure } of files) {
        const own = ownRecords.get(path);
        const obstacle = blockedAt.get(path) ?? (own ? undefined : occupancy.obstacle(path));
        if (failure)
            refused.push({ output, path, failure, isForeign: false });
        else if (obstacle)
            refused.push({ output, path, failure: obstacle.failure, isForeign: obstacle.isForeign });
        else if (own && !force && isUnchanged(own, output, snapshot))
            unchanged.push({ output, path });
        else
            toExport.push({ output, path });
    }
    const { skipped, folders } = layout;
    if (toExport.length + unchanged.length + refused.length !== layout.files.length)
        throw new Error('the plan lost a file');
    return {
        moves,
        evictions,
        toExport,
        unchanged,
        refused,
        skipped,
        stale: findStale(present, new Set(removable), layout, [...toExport, ...unchanged], options),
        folders,
        vanished: records.filter((record) => snapshot.at(record.path).kind !== 'file'),
    };
}
/** The plan without the files whose move could not be made: they are refused. Pure. */
function withFailedMoves(plan, failed) {
    if (failed.length === 0)
        return plan;
    const failures = new Map(failed.map(({ to, failure }) => [to, failure]));
    const isPossible = ({ path }) => !failures.has(path);
    const refused = [...plan.toExport, ...plan.unchanged].flatMap((file) => {
        const failure = failures.get(file.path);
        return failure ? [{ ...file, failure, isForeign: false }] : [];
    });
    return {
        ...plan,
        toExport: plan.toExport.filter(isPossible),
        unchanged: plan.unchanged.filter(isPossible),
        refused: [...plan.refused, ...refused],
    };
}
/** The plan with the stale files that were parked, at the paths where they are now. Pure. */
function withParked(plan, parked) {
    if (parked.length === 0)
        return plan;
    const paths = new Map(parked.map(({ record, at }) => [record, at]));
    const stale = plan.stale.map((file) => {
        const path = paths.get(file.record);
        return path === undefined ? file : { ...file, record: { ...file.record, path } };
    });
    return { ...plan, stale };
}
/** A table of a base has a revision of its own; everything else has the edit time of its document. */
const isSameVersion = (record, output) => output.revision !== undefined
    ? record.revision === output.revision
    : record.editTime !== undefined && record.editTime === output.editTime;
const isUnchanged = (record, output, snapshot) => {
    const entry = snapshot.at(record.path);
    return (record.fileExtension === output.fileExtension &&
        isSameVersion(record, output) &&
        entry.kind === 'file' &&
        entry.size === record.fileSize);
};
/** Copies of a document that were listed with different edit times have none, so that the next run exports them again. */
function withOneEditTime(files) {
    const times = new Map();
    for (const { output } of files) {
        const key = outputKey(output);
        times.set(key, (times.get(key) ?? new Set()).add(output.editTime));
    }
    return files.map((file) => {
        const isOne = times.get(outputKey(file.output))?.size === 1;
        return isOne ? file : { ...file, output: { ...file.output, editTime: undefined } };
    });
}
function findStale(present, removable, layout, planned, { gone, deleteStale, isComplete }) {
    const isGone = new Set(gone);
    const outputs = new Set(layout.files.map(({ output }) => outputKey(output)));
    const byDocument = new Map();
    for (const file of planned)
        lists_listIn(byDocument, documentKey(file.output)).push(file);
    return present.flatMap((record) => {
        if (isGone.has(record))
            return [{ record, reason: 'gone', instead: [] }];
        const instead = byDocument.get(documentKey(record));
        if (!instead)
            return [];
        if (removable.has(record))
            return [{ record, reason: 'copy', instead }];
        const isUnwanted = deleteStale && isComplete && !outputs.has(outputKey(record));
        return isUnwanted ? [{ record, reason: 'format', instead }] : [];
    });
}

;// CONCATENATED MODULE: ./src/export/report/run-report.ts





const NEXT_RUN = 'The next run goes on with it.';
const NOT_REACHED = { class: 'transient', what: 'It was not reached before the run ended', advice: NEXT_RUN };
const NOT_FINISHED = { class: 'transient', what: 'It was not finished when the run ended', advice: NEXT_RUN };
const MAX_SKIPPED_LINES = 50;
/**
 * Collects what becomes of every file, and reports it in the log, the outputs, the error message and the summary. It
 * only reads: nothing in a run depends on it. Nothing that was found is ever left out.
 */
class RunReport {
    log;
    options;
    listing;
    plan;
    failed = [];
    notRemoved = [];
    exported = [];
    reported = new Set();
    notes = [];
    hints = [];
    isMoved = false;
    removed = [];
    openTrouble = () => undefined;
    constructor(log, options) {
        this.log = log;
        this.options = options;
    }
    /** @param openTrouble returns what the run is stuck in, if it is */
    watch(openTrouble) {
        this.openTrouble = openTrouble;
    }
    listed(listing) {
        const faults = listing.faults.filter(({ failure }) => failure !== STOPPED);
        this.listing = { ...listing, faults };
        this.failed.push(...faults.map(({ what, url, failure }) => ({ what, url, failure })));
    }
    planned(plan, { isFirstRun, manifest }) {
        this.plan = plan;
        this.failed.push(...plan.refused.map(({ path, output, failure }) => ({ what: path, url: output.url, failure })));
        if (isFirstRun && plan.refused.filter(({ isForeign }) => isForeign).length > 1)
            this.hints.push(noManifest(manifest));
        this.logPlan(plan);
    }
    moved({ moved, failed, isChanged }) {
        this.isMoved = isChanged;
        const planned = new Map([...(this.plan?.toExport ?? []), ...(this.plan?.unchanged ?? [])].map((f) => [f.path, f]));
        for (const { to, failure } of failed) {
            const file = planned.get(to);
            if (!file)
                continue;
            this.reported.add(to);
            this.failed.push({ what: to, url: file.output.url, failure });
            this.log.info(failedLine({ what: to, url: file.output.url, failure }));
        }
        if (moved.length > 0)
            this.log.info(`Moved ${(0,src_text/* countOf */.pq)(moved.length, 'file')}`);
    }
    /** An output is done, has failed, or was under way when the run stopped; some of its files may be there all the same. */
    ended({ files, published, failures }, failure) {
        for (const file of files) {
            this.reported.add(file.path);
            const own = failures.get(file.path) ?? (failure === STOPPED ? NOT_FINISHED : failure);
            if (published.has(file.path))
                this.exported.push(file);
            else if (own)
                this.failed.push({ what: file.path, url: file.output.url, failure: own });
        }
    }
    pruned({ removed, faults }) {
        this.removed = removed;
        for (const fault of faults) {
            this.log.info(fault.message);
            this.notRemoved.push({ what: 'Old file', url: undefined, failure: diskFailure(fault) });
        }
    }
    /** The run ended before stale files were removed. */
    notPruned(stale) {
        if (stale.length > 0)
            this.note('`delete-stale` was off for this run: it ended before everything was done.');
    }
    /** Adds a sentence to the summary. */
    note(sentence) {
        this.notes.push(sentence);
    }
    /** Everything for the end of the step. */
    end({ elapsedMs, requests, stopped, fault }) {
        const unlisted = stopped !== undefined && this.plan === undefined ? 'The sources were not listed completely.' : undefined;
        const sentences = [stopped, unlisted, fault].filter((sentence) => sentence !== undefined);
        const trouble = sentences.length > 0 ? this.openTrouble() : undefined;
        if (trouble)
            sentences.push(`The last request failed: ${failure_describe(trouble)}`);
        const why = sentences.length > 0 ? sentences.join(' ') : undefined;
        const facts = this.facts(elapsedMs, requests, why);
        const counts = `${countsLine(facts)}, after ${(0,src_text/* formatDuration */.a3)(elapsedMs)}`;
        if (this.listing)
            this.log.info(`Finished: ${counts} and ${(0,src_text/* countOf */.pq)(requests, 'request')}`);
        const error = [errorMessage(facts, why, this.hints), this.lostCount(facts)].filter((part) => part !== undefined);
        const { exported, unchanged, failed, skipped, deleted } = facts;
        return {
            outputs: {
                exported,
                unchanged,
                failed,
                skipped,
                deleted,
                changed: exported + this.staleFiles().length > 0 || this.movesFiles(),
                manifest: this.options.manifestFile,
            },
            ...(error.length > 0 && { error: error.join(' ') }),
            summary: summarize(facts),
        };
    }
    facts(elapsedMs, requests, stopped) {
        const { plan } = this;
        const { dryRun } = this.options;
        const exported = dryRun ? (plan?.toExport ?? []) : this.exported;
        const unreached = dryRun ? [] : (plan?.toExport ?? []).filter(({ path }) => !this.reported.has(path));
        const failures = [
            ...this.failed,
            ...unreached.map(({ path, output }) => ({ what: path, url: output.url, failure: NOT_REACHED })),
        ];
        const deletedPaths = this.staleFiles().flatMap(({ record, reason }) => (reason === 'copy' ? [] : record.path));
        return {
            dryRun,
            elapsedMs,
            requests,
            exported: exported.length,
            unchanged: (plan?.unchanged ?? []).filter(({ path }) => !this.reported.has(path)).length,
            failed: failures.length,
            skipped: plan?.skipped.length ?? 0,
            deleted: deletedPaths.length,
            failures: [...failures, ...this.notRemoved],
            written: exported.map(({ path, output }) => ({ path, title: output.title, url: output.url })),
            skippedItems: plan?.skipped ?? [],
            deletedPaths,
            notes: [stopped, ...this.hints, ...this.notes].filter((note) => note !== undefined),
        };
    }
    /** The stale files that were removed, or would be in a dry run. */
    staleFiles() {
        return this.options.dryRun ? (this.plan?.stale ?? []) : this.removed;
    }
    movesFiles() {
        return this.options.dryRun ? (this.plan?.moves ?? []).length > 0 : this.isMoved;
    }
    lostCount({ exported, unchanged, failed, skipped }) {
        const found = this.countFound();
        const isWhole = this.plan === undefined || exported + unchanged + failed + skipped === found;
        return isWhole ? undefined : `This action lost count: ${found} were found. Please report it.`;
    }
    /** How many files were found, and documents and parts of a tree that could not be listed. */
    countFound() {
        const { plan, listing } = this;
        const lists = plan ? [plan.toExport, plan.unchanged, plan.refused, plan.skipped] : [];
        return lists.reduce((sum, { length }) => sum + length, listing?.faults.length ?? 0);
    }
    logPlan({ toExport, unchanged, skipped, moves }) {
        const { log } = this;
        const moved = moves.length > 0 ? `, ${moves.length} to move` : '';
        log.info(`Found ${this.countFound()}: ${toExport.length} to export, ${unchanged.length} unchanged, ${this.failed.length} failed,` +
            ` ${skipped.length} skipped${moved}`);
        for (const item of this.failed)
            log.info(failedLine(item));
        for (const { path, reason } of skipped.slice(0, MAX_SKIPPED_LINES)) {
            log.info(`Skipped: ${(0,src_text/* quoted */.TL)(path, 200)}: ${reason}`);
        }
        if (skipped.length > MAX_SKIPPED_LINES)
            log.info(`Skipped: ${skipped.length - MAX_SKIPPED_LINES} more`);
    }
}
const noManifest = (manifest) => `There is no manifest ${(0,src_text/* quoted */.TL)(manifest, 200)}, but files of these names are there. If earlier runs wrote them, restore` +
    ' the manifest from git or the cache (does a .gitignore leave it out?), or set `overwrite: true` until one run has succeeded.';

;// CONCATENATED MODULE: ./src/export/stop.ts


/** One end for the whole run: the deadline, a cancellation, a fault of the app, or the first failure. */
class RunStop {
    deadline;
    controller = new AbortController();
    first;
    constructor(deadline) {
        this.deadline = deadline;
        const onEnd = () => this.stop({ kind: deadline.stopReason() ?? 'timed-out' });
        if (deadline.signal.aborted)
            onEnd();
        else
            deadline.signal.addEventListener('abort', onEnd, { once: true });
    }
    get signal() {
        return this.controller.signal;
    }
    /** Ends the run; the first cause counts. */
    stop(cause) {
        if (this.first)
            return;
        this.first = cause;
        this.controller.abort(cause.kind);
    }
    /** Everything is done but the last words: neither the time nor a cancellation makes that undone. */
    allDone() {
        this.deadline.release();
    }
    cause() {
        return this.first;
    }
    /** A sentence for the report; undefined when nothing stopped the run. */
    sentence() {
        const { first } = this;
        switch (first?.kind) {
            case undefined:
                return undefined;
            case 'timed-out':
                return `Time is up after ${(0,src_text/* formatDuration */.a3)(this.deadline.timeoutMs)} (\`timeout-seconds\`). What is finished stays; the next run goes on where this one was.`;
            case 'cancelled':
                return 'Cancelled. What is finished stays; the next run goes on where this one was.';
            case 'app-wide':
                return `The run was ended, since every document would fail like this: ${failure_describe(first.failure)}`;
            case 'fail-fast':
                return 'The run was ended at the first failure (`fail-fast`).';
        }
    }
}

;// CONCATENATED MODULE: ./src/export/run.ts

























/**
 * Lists the sources, moves recorded files to where their documents are now, exports what changed, and removes what is
 * stale.
 * @returns the numbers in every case, and the error message if the step is to be red
 */
async function run(inputs, tools) {
    const { clock, log } = tools;
    const deadline = startDeadline(clock, inputs.timeoutMs, 0, tools.cancel);
    const stop = new RunStop(deadline);
    const session = connect({ ...inputs, clock, mask: tools.mask, debug: (line) => log.debug(line), action: 'export' });
    const report = new RunReport(log, {
        dryRun: inputs.dryRun,
        manifestFile: external_node_path_default().join(inputs.directory, ...inputs.manifest.split('/')),
    });
    const startedAtMs = clock.nowMs();
    let fault;
    try {
        await exportSources({ inputs, tools, stop, session, report }, () => deadline.remainingMs());
    }
    catch (error) {
        if (!(error instanceof DiskFault || error instanceof ManifestError))
            throw error;
        fault = error;
    }
    finally {
        deadline.release();
        session.dispose();
    }
    return report.end({
        elapsedMs: clock.nowMs() - startedAtMs,
        requests: session.requests(),
        stopped: stop.sentence(),
        fault: fault?.message,
    });
}
async function exportSources(context, remainingMs) {
    const { inputs, tools, stop, report } = context;
    const { directory, overwrite, force, deleteStale } = inputs;
    const patience = new Patience();
    const looks = { now: () => Infinity };
    const api = createApi(context, patience, looks, remainingMs);
    report.watch(() => api.openTrouble());
    const manifest = await readManifest(directory, inputs.manifest);
    const records = await recover(manifest, directory, (at) => lookInside(directory)(at)?.kind === 'file');
    const { folders } = manifest;
    const found = await listAndConfirm(context, endingRun(api, stop), { files: records, folders });
    const { listing, listedAtMs, gone } = found;
    report.listed(listing);
    if (stop.cause())
        return;
    const released = new Set(gone);
    const layout = layOut(listing, { ...inputs, records, folders, released, manifestPath: inputs.manifest });
    const snapshot = readSnapshot(directory, [...records, ...layout.files].map((file) => file.path));
    let plan = makePlan(layout, {
        records,
        gone,
        snapshot,
        overwrite,
        force,
        deleteStale,
        isComplete: isComplete(listing),
    });
    report.planned(plan, { isFirstRun: records.length === 0, manifest: inputs.manifest });
    if (inputs.dryRun)
        return;
    if (inputs.failFast && listing.faults.length + plan.refused.length > 0)
        stop.stop({ kind: 'fail-fast' });
    const save = (pieces) => writeManifest(directory, inputs.manifest, pieces);
    const journal = new Journal({ files: records, folders }, save, tools.clock);
    await removeTemporaries(directory, ['', splitPath(inputs.manifest).directory]);
    try {
        noteInJournal(journal, plan, inputs);
        if (!stop.cause()) {
            const moved = await applyMoves(plan.moves, plan.evictions, { directory, journal, overwrite });
            report.moved(moved);
            plan = withParked(withFailedMoves(plan, moved.failed), moved.evicted);
            for (const { path: at, output } of [...plan.unchanged, ...plan.toExport]) {
                journal.update(at, { title: output.title });
            }
        }
        await exportAll(context, plan.toExport, { api, patience, looks, journal, listedAtMs });
        if (stop.cause())
            report.notPruned(plan.stale);
        else
            report.pruned(await prune(plan.stale, { directory, journal }, stop.signal));
        stop.allDone();
    }
    finally {
        await journal.flush();
    }
}
/** What is known about files before any of them changes. */
function noteInJournal(journal, plan, { force }) {
    for (const { path: at } of plan.vanished)
        journal.commit(at, undefined);
    // Without an edit time, the next run exports what this one does not reach: else only the beginning of a large mirror
    // would ever be exported again.
    if (force)
        for (const { path: at } of plan.toExport)
            journal.update(at, { editTime: undefined });
    journal.setFolders(plan.folders);
}
function createApi({ inputs, tools, stop }, patience, looks, remainingMs) {
    const { clock, random, log } = tools;
    const tell = seldom(clock, log);
    return new PacedApi({
        clock,
        random,
        rivals: inputs.parallelJobs,
        stop: stop.signal,
        remainingMs,
        concurrency: {
            query: () => patience.concurrency(looks.now()),
            download: () => TRANSFERS_AT_ONCE,
            fileDownload: () => TRANSFERS_AT_ONCE,
        },
        onRetry(failure, pauseMs) {
            tell(tryingAgain(failure, pauseMs));
        },
    });
}
/** Ends the run at a failure that every other call would meet too. */
function endingRun(api, stop) {
    return {
        async call(operation, attempt) {
            const reply = await api.call(operation, attempt);
            if (!reply.ok && reply.failure.scope === 'app')
                stop.stop({ kind: 'app-wide', failure: reply.failure });
            return reply;
        },
    };
}


/***/ }),

/***/ 252:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Hn: () => (/* binding */ needsSubId),
/* harmony export */   UP: () => (/* binding */ EXPORT_FORMATS)
/* harmony export */ });
/* unused harmony exports DOCUMENT_TYPES, EXPORT_EXTENSIONS, isDocumentType, WHAT_EXPORTS, pairFault */
/**
 * What each type of document exports to.
 * Source: 导出云文档概述 and 创建导出任务; `slides` and `base` from the official SDK and CLI.
 */
const EXPORT_FORMATS = {
    doc: ['docx', 'pdf'],
    docx: ['docx', 'pdf'],
    sheet: ['xlsx', 'csv'],
    bitable: ['xlsx', 'csv', 'base'],
    slides: ['pptx', 'pdf'],
};
/** All types that can be exported. */
const DOCUMENT_TYPES = Object.keys(EXPORT_FORMATS);
/** All file extensions that something exports to, in lower case and without a dot. */
const EXPORT_EXTENSIONS = [...new Set(Object.values(EXPORT_FORMATS).flat())];
/** True for a type that can be exported. */
function isDocumentType(type) {
    return Object.hasOwn(EXPORT_FORMATS, type);
}
/** True when the export is of one sheet or table, whose id (`sub_id`) the service must be told. */
const needsSubId = (fileExtension) => fileExtension === 'csv';
/** What can be exported to what, as a sentence. */
const WHAT_EXPORTS = (/* unused pure expression or super */ null && ('These can be exported: doc and docx to docx or pdf; sheet to xlsx or csv; bitable (base) to xlsx, csv or base;' +
    ' slides to pptx or pdf.'));
/**
 * Judges a pair of type and extension.
 * @param type any type of the service's, also one that cannot be exported
 * @returns undefined when the pair works, otherwise what cannot be done (a clause) and what can (a sentence)
 */
function pairFault(type, fileExtension) {
    if (!isDocumentType(type))
        return { what: `a document of type ${type} cannot be exported at all`, can: WHAT_EXPORTS };
    const formats = EXPORT_FORMATS[type];
    if (formats.includes(fileExtension))
        return undefined;
    return {
        what: `a document of type ${type} cannot be exported to ${fileExtension}`,
        can: `It exports to ${formats.slice(0, -1).join(', ')} or ${formats.at(-1) ?? ''}.`,
    };
}


/***/ }),

/***/ 714:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   b: () => (/* binding */ readPlainFile)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(24);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__nccwpck_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__nccwpck_require__.n(node_path__WEBPACK_IMPORTED_MODULE_1__);


/**
 * Reads a plain file below a folder, whole. A pipe, which may never end, is not opened, nor is what a link outside
 * leads to: its words would end up in an error message.
 * @throws as Node's `readFileSync` does; with the code ENXIO for what is no plain file, ELOOP for a link that leads out
 */
function readPlainFile(root, file) {
    const real = (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.realpathSync)(file);
    const inside = node_path__WEBPACK_IMPORTED_MODULE_1___default().relative((0,node_fs__WEBPACK_IMPORTED_MODULE_0__.realpathSync)(root), real);
    if (/^\.\.([/\\]|$)/.test(inside) || node_path__WEBPACK_IMPORTED_MODULE_1___default().isAbsolute(inside))
        throw refused('ELOOP', 'a link that leads out');
    const found = (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.statSync)(real);
    if (!found.isFile() && !found.isDirectory())
        throw refused('ENXIO', 'no plain file');
    return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(real);
}
const refused = (code, message) => Object.assign(new Error(message), { code });


/***/ }),

/***/ 849:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   m: () => (/* binding */ systemClock),
/* harmony export */   y: () => (/* binding */ sleep)
/* harmony export */ });
// Node fires a longer timer at once.
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** The clock of the machine. */
const systemClock = {
    nowMs: () => performance.now(),
    wallMs: () => Date.now(),
    after(delayMs, callback) {
        const dueMs = performance.now() + delayMs;
        let timer;
        const arm = () => {
            const leftMs = dueMs - performance.now();
            timer =
                leftMs > LONGEST_TIMER_MS
                    ? setTimeout(arm, LONGEST_TIMER_MS)
                    : setTimeout(callback, Math.max(0, Math.ceil(leftMs)));
        };
        arm();
        return () => {
            clearTimeout(timer);
        };
    },
};
/** Waits `delayMs`, or until the signal is aborted if that is sooner. Never rejects. */
function sleep(clock, delayMs, signal) {
    if (signal.aborted)
        return Promise.resolve();
    return new Promise((resolve) => {
        const end = () => {
            cancelTimer();
            signal.removeEventListener('abort', end);
            resolve();
        };
        const cancelTimer = clock.after(delayMs, end);
        signal.addEventListener('abort', end);
    });
}


/***/ }),

/***/ 535:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  C: () => (/* binding */ runAction)
});

;// CONCATENATED MODULE: external "os"
const external_os_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("os");
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/utils.js
// We use any as a valid input type
/* eslint-disable @typescript-eslint/no-explicit-any */
/**
 * Sanitizes an input into a string so it can be passed into issueCommand safely
 * @param input input to sanitize into a string
 */
function utils_toCommandValue(input) {
    if (input === null || input === undefined) {
        return '';
    }
    else if (typeof input === 'string' || input instanceof String) {
        return input;
    }
    return JSON.stringify(input);
}
/**
 *
 * @param annotationProperties
 * @returns The command properties to send with the actual annotation command
 * See IssueCommandProperties: https://github.com/actions/runner/blob/main/src/Runner.Worker/ActionCommandManager.cs#L646
 */
function utils_toCommandProperties(annotationProperties) {
    if (!Object.keys(annotationProperties).length) {
        return {};
    }
    return {
        title: annotationProperties.title,
        file: annotationProperties.file,
        line: annotationProperties.startLine,
        endLine: annotationProperties.endLine,
        col: annotationProperties.startColumn,
        endColumn: annotationProperties.endColumn
    };
}
//# sourceMappingURL=utils.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/command.js


/**
 * Issues a command to the GitHub Actions runner
 *
 * @param command - The command name to issue
 * @param properties - Additional properties for the command (key-value pairs)
 * @param message - The message to include with the command
 * @remarks
 * This function outputs a specially formatted string to stdout that the Actions
 * runner interprets as a command. These commands can control workflow behavior,
 * set outputs, create annotations, mask values, and more.
 *
 * Command Format:
 *   ::name key=value,key=value::message
 *
 * @example
 * ```typescript
 * // Issue a warning annotation
 * issueCommand('warning', {}, 'This is a warning message');
 * // Output: ::warning::This is a warning message
 *
 * // Set an environment variable
 * issueCommand('set-env', { name: 'MY_VAR' }, 'some value');
 * // Output: ::set-env name=MY_VAR::some value
 *
 * // Add a secret mask
 * issueCommand('add-mask', {}, 'secretValue123');
 * // Output: ::add-mask::secretValue123
 * ```
 *
 * @internal
 * This is an internal utility function that powers the public API functions
 * such as setSecret, warning, error, and exportVariable.
 */
function command_issueCommand(command, properties, message) {
    const cmd = new Command(command, properties, message);
    process.stdout.write(cmd.toString() + external_os_namespaceObject.EOL);
}
function command_issue(name, message = '') {
    command_issueCommand(name, {}, message);
}
const CMD_STRING = '::';
class Command {
    constructor(command, properties, message) {
        if (!command) {
            command = 'missing.command';
        }
        this.command = command;
        this.properties = properties;
        this.message = message;
    }
    toString() {
        let cmdStr = CMD_STRING + this.command;
        if (this.properties && Object.keys(this.properties).length > 0) {
            cmdStr += ' ';
            let first = true;
            for (const key in this.properties) {
                if (this.properties.hasOwnProperty(key)) {
                    const val = this.properties[key];
                    if (val) {
                        if (first) {
                            first = false;
                        }
                        else {
                            cmdStr += ',';
                        }
                        cmdStr += `${key}=${escapeProperty(val)}`;
                    }
                }
            }
        }
        cmdStr += `${CMD_STRING}${escapeData(this.message)}`;
        return cmdStr;
    }
}
function escapeData(s) {
    return utils_toCommandValue(s)
        .replace(/%/g, '%25')
        .replace(/\r/g, '%0D')
        .replace(/\n/g, '%0A');
}
function escapeProperty(s) {
    return utils_toCommandValue(s)
        .replace(/%/g, '%25')
        .replace(/\r/g, '%0D')
        .replace(/\n/g, '%0A')
        .replace(/:/g, '%3A')
        .replace(/,/g, '%2C');
}
//# sourceMappingURL=command.js.map
;// CONCATENATED MODULE: external "crypto"
const external_crypto_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("crypto");
;// CONCATENATED MODULE: external "fs"
const external_fs_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("fs");
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/file-command.js
// For internal use, subject to change.
// We use any as a valid input type
/* eslint-disable @typescript-eslint/no-explicit-any */




function file_command_issueFileCommand(command, message) {
    const filePath = process.env[`GITHUB_${command}`];
    if (!filePath) {
        throw new Error(`Unable to find environment variable for file command ${command}`);
    }
    if (!external_fs_namespaceObject.existsSync(filePath)) {
        throw new Error(`Missing file at path: ${filePath}`);
    }
    external_fs_namespaceObject.appendFileSync(filePath, `${utils_toCommandValue(message)}${external_os_namespaceObject.EOL}`, {
        encoding: 'utf8'
    });
}
function file_command_prepareKeyValueMessage(key, value) {
    const delimiter = `ghadelimiter_${external_crypto_namespaceObject.randomUUID()}`;
    const convertedValue = utils_toCommandValue(value);
    // These should realistically never happen, but just in case someone finds a
    // way to exploit uuid generation let's not allow keys or values that contain
    // the delimiter.
    if (key.includes(delimiter)) {
        throw new Error(`Unexpected input: name should not contain the delimiter "${delimiter}"`);
    }
    if (convertedValue.includes(delimiter)) {
        throw new Error(`Unexpected input: value should not contain the delimiter "${delimiter}"`);
    }
    return `${key}<<${delimiter}${external_os_namespaceObject.EOL}${convertedValue}${external_os_namespaceObject.EOL}${delimiter}`;
}
//# sourceMappingURL=file-command.js.map
;// CONCATENATED MODULE: external "path"
const external_path_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("path");
// EXTERNAL MODULE: ./node_modules/@actions/http-client/lib/index.js + 1 modules
var lib = __nccwpck_require__(942);
;// CONCATENATED MODULE: ./node_modules/@actions/http-client/lib/auth.js
var __awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};
class BasicCredentialHandler {
    constructor(username, password) {
        this.username = username;
        this.password = password;
    }
    prepareRequest(options) {
        if (!options.headers) {
            throw Error('The request has no headers');
        }
        options.headers['Authorization'] = `Basic ${Buffer.from(`${this.username}:${this.password}`).toString('base64')}`;
    }
    // This handler cannot handle 401
    canHandleAuthentication() {
        return false;
    }
    handleAuthentication() {
        return __awaiter(this, void 0, void 0, function* () {
            throw new Error('not implemented');
        });
    }
}
class auth_BearerCredentialHandler {
    constructor(token) {
        this.token = token;
    }
    // currently implements pre-authorization
    // TODO: support preAuth = false where it hooks on 401
    prepareRequest(options) {
        if (!options.headers) {
            throw Error('The request has no headers');
        }
        options.headers['Authorization'] = `Bearer ${this.token}`;
    }
    // This handler cannot handle 401
    canHandleAuthentication() {
        return false;
    }
    handleAuthentication() {
        return __awaiter(this, void 0, void 0, function* () {
            throw new Error('not implemented');
        });
    }
}
class PersonalAccessTokenCredentialHandler {
    constructor(token) {
        this.token = token;
    }
    // currently implements pre-authorization
    // TODO: support preAuth = false where it hooks on 401
    prepareRequest(options) {
        if (!options.headers) {
            throw Error('The request has no headers');
        }
        options.headers['Authorization'] = `Basic ${Buffer.from(`PAT:${this.token}`).toString('base64')}`;
    }
    // This handler cannot handle 401
    canHandleAuthentication() {
        return false;
    }
    handleAuthentication() {
        return __awaiter(this, void 0, void 0, function* () {
            throw new Error('not implemented');
        });
    }
}
//# sourceMappingURL=auth.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/oidc-utils.js
var oidc_utils_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};



class oidc_utils_OidcClient {
    static createHttpClient(allowRetry = true, maxRetry = 10) {
        const requestOptions = {
            allowRetries: allowRetry,
            maxRetries: maxRetry
        };
        return new HttpClient('actions/oidc-client', [new BearerCredentialHandler(oidc_utils_OidcClient.getRequestToken())], requestOptions);
    }
    static getRequestToken() {
        const token = process.env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'];
        if (!token) {
            throw new Error('Unable to get ACTIONS_ID_TOKEN_REQUEST_TOKEN env variable');
        }
        return token;
    }
    static getIDTokenUrl() {
        const runtimeUrl = process.env['ACTIONS_ID_TOKEN_REQUEST_URL'];
        if (!runtimeUrl) {
            throw new Error('Unable to get ACTIONS_ID_TOKEN_REQUEST_URL env variable');
        }
        return runtimeUrl;
    }
    static getCall(id_token_url) {
        return oidc_utils_awaiter(this, void 0, void 0, function* () {
            var _a;
            const httpclient = oidc_utils_OidcClient.createHttpClient();
            const res = yield httpclient
                .getJson(id_token_url)
                .catch(error => {
                throw new Error(`Failed to get ID Token. \n 
        Error Code : ${error.statusCode}\n 
        Error Message: ${error.message}`);
            });
            const id_token = (_a = res.result) === null || _a === void 0 ? void 0 : _a.value;
            if (!id_token) {
                throw new Error('Response json body do not have ID Token field');
            }
            return id_token;
        });
    }
    static getIDToken(audience) {
        return oidc_utils_awaiter(this, void 0, void 0, function* () {
            try {
                // New ID Token is requested from action service
                let id_token_url = oidc_utils_OidcClient.getIDTokenUrl();
                if (audience) {
                    const encodedAudience = encodeURIComponent(audience);
                    id_token_url = `${id_token_url}&audience=${encodedAudience}`;
                }
                debug(`ID token url is ${id_token_url}`);
                const id_token = yield oidc_utils_OidcClient.getCall(id_token_url);
                setSecret(id_token);
                return id_token;
            }
            catch (error) {
                throw new Error(`Error message: ${error.message}`);
            }
        });
    }
}
//# sourceMappingURL=oidc-utils.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/summary.js
var summary_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};


const { access, appendFile, writeFile } = external_fs_namespaceObject.promises;
const SUMMARY_ENV_VAR = 'GITHUB_STEP_SUMMARY';
const SUMMARY_DOCS_URL = 'https://docs.github.com/actions/using-workflows/workflow-commands-for-github-actions#adding-a-job-summary';
class Summary {
    constructor() {
        this._buffer = '';
    }
    /**
     * Finds the summary file path from the environment, rejects if env var is not found or file does not exist
     * Also checks r/w permissions.
     *
     * @returns step summary file path
     */
    filePath() {
        return summary_awaiter(this, void 0, void 0, function* () {
            if (this._filePath) {
                return this._filePath;
            }
            const pathFromEnv = process.env[SUMMARY_ENV_VAR];
            if (!pathFromEnv) {
                throw new Error(`Unable to find environment variable for $${SUMMARY_ENV_VAR}. Check if your runtime environment supports job summaries.`);
            }
            try {
                yield access(pathFromEnv, external_fs_namespaceObject.constants.R_OK | external_fs_namespaceObject.constants.W_OK);
            }
            catch (_a) {
                throw new Error(`Unable to access summary file: '${pathFromEnv}'. Check if the file has correct read/write permissions.`);
            }
            this._filePath = pathFromEnv;
            return this._filePath;
        });
    }
    /**
     * Wraps content in an HTML tag, adding any HTML attributes
     *
     * @param {string} tag HTML tag to wrap
     * @param {string | null} content content within the tag
     * @param {[attribute: string]: string} attrs key-value list of HTML attributes to add
     *
     * @returns {string} content wrapped in HTML element
     */
    wrap(tag, content, attrs = {}) {
        const htmlAttrs = Object.entries(attrs)
            .map(([key, value]) => ` ${key}="${value}"`)
            .join('');
        if (!content) {
            return `<${tag}${htmlAttrs}>`;
        }
        return `<${tag}${htmlAttrs}>${content}</${tag}>`;
    }
    /**
     * Writes text in the buffer to the summary buffer file and empties buffer. Will append by default.
     *
     * @param {SummaryWriteOptions} [options] (optional) options for write operation
     *
     * @returns {Promise<Summary>} summary instance
     */
    write(options) {
        return summary_awaiter(this, void 0, void 0, function* () {
            const overwrite = !!(options === null || options === void 0 ? void 0 : options.overwrite);
            const filePath = yield this.filePath();
            const writeFunc = overwrite ? writeFile : appendFile;
            yield writeFunc(filePath, this._buffer, { encoding: 'utf8' });
            return this.emptyBuffer();
        });
    }
    /**
     * Clears the summary buffer and wipes the summary file
     *
     * @returns {Summary} summary instance
     */
    clear() {
        return summary_awaiter(this, void 0, void 0, function* () {
            return this.emptyBuffer().write({ overwrite: true });
        });
    }
    /**
     * Returns the current summary buffer as a string
     *
     * @returns {string} string of summary buffer
     */
    stringify() {
        return this._buffer;
    }
    /**
     * If the summary buffer is empty
     *
     * @returns {boolen} true if the buffer is empty
     */
    isEmptyBuffer() {
        return this._buffer.length === 0;
    }
    /**
     * Resets the summary buffer without writing to summary file
     *
     * @returns {Summary} summary instance
     */
    emptyBuffer() {
        this._buffer = '';
        return this;
    }
    /**
     * Adds raw text to the summary buffer
     *
     * @param {string} text content to add
     * @param {boolean} [addEOL=false] (optional) append an EOL to the raw text (default: false)
     *
     * @returns {Summary} summary instance
     */
    addRaw(text, addEOL = false) {
        this._buffer += text;
        return addEOL ? this.addEOL() : this;
    }
    /**
     * Adds the operating system-specific end-of-line marker to the buffer
     *
     * @returns {Summary} summary instance
     */
    addEOL() {
        return this.addRaw(external_os_namespaceObject.EOL);
    }
    /**
     * Adds an HTML codeblock to the summary buffer
     *
     * @param {string} code content to render within fenced code block
     * @param {string} lang (optional) language to syntax highlight code
     *
     * @returns {Summary} summary instance
     */
    addCodeBlock(code, lang) {
        const attrs = Object.assign({}, (lang && { lang }));
        const element = this.wrap('pre', this.wrap('code', code), attrs);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML list to the summary buffer
     *
     * @param {string[]} items list of items to render
     * @param {boolean} [ordered=false] (optional) if the rendered list should be ordered or not (default: false)
     *
     * @returns {Summary} summary instance
     */
    addList(items, ordered = false) {
        const tag = ordered ? 'ol' : 'ul';
        const listItems = items.map(item => this.wrap('li', item)).join('');
        const element = this.wrap(tag, listItems);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML table to the summary buffer
     *
     * @param {SummaryTableCell[]} rows table rows
     *
     * @returns {Summary} summary instance
     */
    addTable(rows) {
        const tableBody = rows
            .map(row => {
            const cells = row
                .map(cell => {
                if (typeof cell === 'string') {
                    return this.wrap('td', cell);
                }
                const { header, data, colspan, rowspan } = cell;
                const tag = header ? 'th' : 'td';
                const attrs = Object.assign(Object.assign({}, (colspan && { colspan })), (rowspan && { rowspan }));
                return this.wrap(tag, data, attrs);
            })
                .join('');
            return this.wrap('tr', cells);
        })
            .join('');
        const element = this.wrap('table', tableBody);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds a collapsable HTML details element to the summary buffer
     *
     * @param {string} label text for the closed state
     * @param {string} content collapsable content
     *
     * @returns {Summary} summary instance
     */
    addDetails(label, content) {
        const element = this.wrap('details', this.wrap('summary', label) + content);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML image tag to the summary buffer
     *
     * @param {string} src path to the image you to embed
     * @param {string} alt text description of the image
     * @param {SummaryImageOptions} options (optional) addition image attributes
     *
     * @returns {Summary} summary instance
     */
    addImage(src, alt, options) {
        const { width, height } = options || {};
        const attrs = Object.assign(Object.assign({}, (width && { width })), (height && { height }));
        const element = this.wrap('img', null, Object.assign({ src, alt }, attrs));
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML section heading element
     *
     * @param {string} text heading text
     * @param {number | string} [level=1] (optional) the heading level, default: 1
     *
     * @returns {Summary} summary instance
     */
    addHeading(text, level) {
        const tag = `h${level}`;
        const allowedTag = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].includes(tag)
            ? tag
            : 'h1';
        const element = this.wrap(allowedTag, text);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML thematic break (<hr>) to the summary buffer
     *
     * @returns {Summary} summary instance
     */
    addSeparator() {
        const element = this.wrap('hr', null);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML line break (<br>) to the summary buffer
     *
     * @returns {Summary} summary instance
     */
    addBreak() {
        const element = this.wrap('br', null);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML blockquote to the summary buffer
     *
     * @param {string} text quote text
     * @param {string} cite (optional) citation url
     *
     * @returns {Summary} summary instance
     */
    addQuote(text, cite) {
        const attrs = Object.assign({}, (cite && { cite }));
        const element = this.wrap('blockquote', text, attrs);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML anchor tag to the summary buffer
     *
     * @param {string} text link text/content
     * @param {string} href hyperlink
     *
     * @returns {Summary} summary instance
     */
    addLink(text, href) {
        const element = this.wrap('a', text, { href });
        return this.addRaw(element).addEOL();
    }
}
const _summary = new Summary();
/**
 * @deprecated use `core.summary`
 */
const markdownSummary = (/* unused pure expression or super */ null && (_summary));
const summary = (/* unused pure expression or super */ null && (_summary));
//# sourceMappingURL=summary.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/path-utils.js

/**
 * toPosixPath converts the given path to the posix form. On Windows, \\ will be
 * replaced with /.
 *
 * @param pth. Path to transform.
 * @return string Posix path.
 */
function toPosixPath(pth) {
    return pth.replace(/[\\]/g, '/');
}
/**
 * toWin32Path converts the given path to the win32 form. On Linux, / will be
 * replaced with \\.
 *
 * @param pth. Path to transform.
 * @return string Win32 path.
 */
function toWin32Path(pth) {
    return pth.replace(/[/]/g, '\\');
}
/**
 * toPlatformPath converts the given path to a platform-specific path. It does
 * this by replacing instances of / and \ with the platform-specific path
 * separator.
 *
 * @param pth The path to platformize.
 * @return string The platform-specific path.
 */
function toPlatformPath(pth) {
    return pth.replace(/[/\\]/g, path.sep);
}
//# sourceMappingURL=path-utils.js.map
// EXTERNAL MODULE: external "node:http"
var external_node_http_ = __nccwpck_require__(316);
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/platform.js
var platform_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};


const getWindowsInfo = () => platform_awaiter(void 0, void 0, void 0, function* () {
    const { stdout: version } = yield exec.getExecOutput('powershell -command "(Get-CimInstance -ClassName Win32_OperatingSystem).Version"', undefined, {
        silent: true
    });
    const { stdout: name } = yield exec.getExecOutput('powershell -command "(Get-CimInstance -ClassName Win32_OperatingSystem).Caption"', undefined, {
        silent: true
    });
    return {
        name: name.trim(),
        version: version.trim()
    };
});
const getMacOsInfo = () => platform_awaiter(void 0, void 0, void 0, function* () {
    var _a, _b, _c, _d;
    const { stdout } = yield exec.getExecOutput('sw_vers', undefined, {
        silent: true
    });
    const version = (_b = (_a = stdout.match(/ProductVersion:\s*(.+)/)) === null || _a === void 0 ? void 0 : _a[1]) !== null && _b !== void 0 ? _b : '';
    const name = (_d = (_c = stdout.match(/ProductName:\s*(.+)/)) === null || _c === void 0 ? void 0 : _c[1]) !== null && _d !== void 0 ? _d : '';
    return {
        name,
        version
    };
});
const getLinuxInfo = () => platform_awaiter(void 0, void 0, void 0, function* () {
    const { stdout } = yield exec.getExecOutput('lsb_release', ['-i', '-r', '-s'], {
        silent: true
    });
    const [name, version] = stdout.trim().split('\n');
    return {
        name,
        version
    };
});
const platform = external_os_namespaceObject.platform();
const arch = external_os_namespaceObject.arch();
const isWindows = platform === 'win32';
const isMacOS = platform === 'darwin';
const isLinux = platform === 'linux';
function getDetails() {
    return platform_awaiter(this, void 0, void 0, function* () {
        return Object.assign(Object.assign({}, (yield (isWindows
            ? getWindowsInfo()
            : isMacOS
                ? getMacOsInfo()
                : getLinuxInfo()))), { platform,
            arch,
            isWindows,
            isMacOS,
            isLinux });
    });
}
//# sourceMappingURL=platform.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/core.js
var core_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};






/**
 * The code to exit an action
 */
var ExitCode;
(function (ExitCode) {
    /**
     * A code indicating that the action was successful
     */
    ExitCode[ExitCode["Success"] = 0] = "Success";
    /**
     * A code indicating that the action was a failure
     */
    ExitCode[ExitCode["Failure"] = 1] = "Failure";
})(ExitCode || (ExitCode = {}));
//-----------------------------------------------------------------------
// Variables
//-----------------------------------------------------------------------
/**
 * Sets env variable for this action and future actions in the job
 * @param name the name of the variable to set
 * @param val the value of the variable. Non-string values will be converted to a string via JSON.stringify
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function exportVariable(name, val) {
    const convertedVal = toCommandValue(val);
    process.env[name] = convertedVal;
    const filePath = process.env['GITHUB_ENV'] || '';
    if (filePath) {
        return issueFileCommand('ENV', prepareKeyValueMessage(name, val));
    }
    issueCommand('set-env', { name }, convertedVal);
}
/**
 * Registers a secret which will get masked from logs
 *
 * @param secret - Value of the secret to be masked
 * @remarks
 * This function instructs the Actions runner to mask the specified value in any
 * logs produced during the workflow run. Once registered, the secret value will
 * be replaced with asterisks (***) whenever it appears in console output, logs,
 * or error messages.
 *
 * This is useful for protecting sensitive information such as:
 * - API keys
 * - Access tokens
 * - Authentication credentials
 * - URL parameters containing signatures (SAS tokens)
 *
 * Note that masking only affects future logs; any previous appearances of the
 * secret in logs before calling this function will remain unmasked.
 *
 * @example
 * ```typescript
 * // Register an API token as a secret
 * const apiToken = "abc123xyz456";
 * setSecret(apiToken);
 *
 * // Now any logs containing this value will show *** instead
 * console.log(`Using token: ${apiToken}`); // Outputs: "Using token: ***"
 * ```
 */
function core_setSecret(secret) {
    command_issueCommand('add-mask', {}, secret);
}
/**
 * Prepends inputPath to the PATH (for this action and future actions)
 * @param inputPath
 */
function addPath(inputPath) {
    const filePath = process.env['GITHUB_PATH'] || '';
    if (filePath) {
        issueFileCommand('PATH', inputPath);
    }
    else {
        issueCommand('add-path', {}, inputPath);
    }
    process.env['PATH'] = `${inputPath}${path.delimiter}${process.env['PATH']}`;
}
/**
 * Gets the value of an input.
 * Unless trimWhitespace is set to false in InputOptions, the value is also trimmed.
 * Returns an empty string if the value is not defined.
 *
 * @param     name     name of the input to get
 * @param     options  optional. See InputOptions.
 * @returns   string
 */
function getInput(name, options) {
    const val = process.env[`INPUT_${name.replace(/ /g, '_').toUpperCase()}`] || '';
    if (options && options.required && !val) {
        throw new Error(`Input required and not supplied: ${name}`);
    }
    if (options && options.trimWhitespace === false) {
        return val;
    }
    return val.trim();
}
/**
 * Gets the values of an multiline input.  Each value is also trimmed.
 *
 * @param     name     name of the input to get
 * @param     options  optional. See InputOptions.
 * @returns   string[]
 *
 */
function getMultilineInput(name, options) {
    const inputs = getInput(name, options)
        .split('\n')
        .filter(x => x !== '');
    if (options && options.trimWhitespace === false) {
        return inputs;
    }
    return inputs.map(input => input.trim());
}
/**
 * Gets the input value of the boolean type in the YAML 1.2 "core schema" specification.
 * Support boolean input list: `true | True | TRUE | false | False | FALSE` .
 * The return value is also in boolean type.
 * ref: https://yaml.org/spec/1.2/spec.html#id2804923
 *
 * @param     name     name of the input to get
 * @param     options  optional. See InputOptions.
 * @returns   boolean
 */
function getBooleanInput(name, options) {
    const trueValue = ['true', 'True', 'TRUE'];
    const falseValue = ['false', 'False', 'FALSE'];
    const val = getInput(name, options);
    if (trueValue.includes(val))
        return true;
    if (falseValue.includes(val))
        return false;
    throw new TypeError(`Input does not meet YAML 1.2 "Core Schema" specification: ${name}\n` +
        `Support boolean input list: \`true | True | TRUE | false | False | FALSE\``);
}
/**
 * Sets the value of an output.
 *
 * @param     name     name of the output to set
 * @param     value    value to store. Non-string values will be converted to a string via JSON.stringify
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function setOutput(name, value) {
    const filePath = process.env['GITHUB_OUTPUT'] || '';
    if (filePath) {
        return file_command_issueFileCommand('OUTPUT', file_command_prepareKeyValueMessage(name, value));
    }
    process.stdout.write(external_os_namespaceObject.EOL);
    command_issueCommand('set-output', { name }, utils_toCommandValue(value));
}
/**
 * Enables or disables the echoing of commands into stdout for the rest of the step.
 * Echoing is disabled by default if ACTIONS_STEP_DEBUG is not set.
 *
 */
function setCommandEcho(enabled) {
    issue('echo', enabled ? 'on' : 'off');
}
//-----------------------------------------------------------------------
// Results
//-----------------------------------------------------------------------
/**
 * Sets the action status to failed.
 * When the action exits it will be with an exit code of 1
 * @param message add error issue message
 */
function setFailed(message) {
    process.exitCode = ExitCode.Failure;
    core_error(message);
}
//-----------------------------------------------------------------------
// Logging Commands
//-----------------------------------------------------------------------
/**
 * Gets whether Actions Step Debug is on or not
 */
function isDebug() {
    return process.env['RUNNER_DEBUG'] === '1';
}
/**
 * Writes debug message to user log
 * @param message debug message
 */
function core_debug(message) {
    command_issueCommand('debug', {}, message);
}
/**
 * Adds an error issue
 * @param message error issue message. Errors will be converted to string via toString()
 * @param properties optional properties to add to the annotation.
 */
function core_error(message, properties = {}) {
    command_issueCommand('error', utils_toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
 * Adds a warning issue
 * @param message warning issue message. Errors will be converted to string via toString()
 * @param properties optional properties to add to the annotation.
 */
function warning(message, properties = {}) {
    command_issueCommand('warning', utils_toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
 * Adds a notice issue
 * @param message notice issue message. Errors will be converted to string via toString()
 * @param properties optional properties to add to the annotation.
 */
function notice(message, properties = {}) {
    issueCommand('notice', toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
 * Writes info to log with console.log.
 * @param message info message
 */
function info(message) {
    process.stdout.write(message + external_os_namespaceObject.EOL);
}
/**
 * Begin an output group.
 *
 * Output until the next `groupEnd` will be foldable in this group
 *
 * @param name The name of the output group
 */
function startGroup(name) {
    issue('group', name);
}
/**
 * End an output group.
 */
function endGroup() {
    issue('endgroup');
}
/**
 * Wrap an asynchronous function call in a group.
 *
 * Returns the same type as the function itself.
 *
 * @param name The name of the group
 * @param fn The function to wrap in the group
 */
function group(name, fn) {
    return core_awaiter(this, void 0, void 0, function* () {
        startGroup(name);
        let result;
        try {
            result = yield fn();
        }
        finally {
            endGroup();
        }
        return result;
    });
}
//-----------------------------------------------------------------------
// Wrapper action state
//-----------------------------------------------------------------------
/**
 * Saves state for current action, the state can only be retrieved by this action's post job execution.
 *
 * @param     name     name of the state to store
 * @param     value    value to store. Non-string values will be converted to a string via JSON.stringify
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function saveState(name, value) {
    const filePath = process.env['GITHUB_STATE'] || '';
    if (filePath) {
        return issueFileCommand('STATE', prepareKeyValueMessage(name, value));
    }
    issueCommand('save-state', { name }, toCommandValue(value));
}
/**
 * Gets the value of an state set by this action's main execution.
 *
 * @param     name     name of the state to get
 * @returns   string
 */
function getState(name) {
    return process.env[`STATE_${name}`] || '';
}
function getIDToken(aud) {
    return core_awaiter(this, void 0, void 0, function* () {
        return yield OidcClient.getIDToken(aud);
    });
}
/**
 * Summary exports
 */

/**
 * @deprecated use core.summary
 */

/**
 * Path exports
 */

/**
 * Platform utilities exports
 */

//# sourceMappingURL=core.js.map
// EXTERNAL MODULE: ./src/polling/clock.ts
var clock = __nccwpck_require__(849);
// EXTERNAL MODULE: ./src/text.ts
var src_text = __nccwpck_require__(992);
// EXTERNAL MODULE: ./src/runner/inputs.ts
var inputs = __nccwpck_require__(205);
;// CONCATENATED MODULE: ./src/runner/safe-text.ts

/**
 * Makes text safe to be printed where the runner reads commands: one line, without a live `##[` anywhere or `::` at its
 * start. Source: the runner's ActionCommand, which takes `::name::` at the start of a line (after blanks) and
 * `##[name]` anywhere in it, from stdout and stderr.
 */
function logLine(text) {
    return (0,src_text/* oneLine */.TN)(text, 4000)
        .replace(/##(?=\[)/g, '# #')
        .replace(/^\s*::/, ': :');
}
/** Escapes text for a job summary: no HTML, no Markdown, no link comes alive. */
function safe_text_summaryText(text) {
    return (0,src_text/* oneLine */.TN)(text, 2000).replace(/[!-/:-@[-`{-~]/g, (character) => `&#${character.charCodeAt(0)};`);
}

;// CONCATENATED MODULE: ./src/runner/log.ts


/**
 * The log of a step.
 * @param hide takes secrets out of a text
 */
const actionsLog = (hide) => ({
    info: (line) => info(logLine(hide(line))),
    warning: (line) => warning(logLine(hide(line))),
    debug: (line) => core_debug(logLine(hide(line))),
});

;// CONCATENATED MODULE: ./src/runner/secrets.ts

// A shorter one would tear holes into plain words.
const SHORTEST_HIDDEN = 8;
// Long texts are cut, and a secret in them with it: from so many of its characters on the rest is hidden too.
const SHORTEST_PART = 12;
/**
 * The secrets of a step. The runner masks them in the log, but not in outputs, and drops a job output that holds one: a
 * server that repeats a credential in its message must not get it there.
 */
class Secrets {
    values = new Set();
    mask = (secret) => {
        core_setSecret(secret);
        if (secret.length >= SHORTEST_HIDDEN)
            this.values.add(secret);
    };
    /** The text with `***` in place of every secret, and of every beginning of one. */
    hide = (text) => {
        // All of them first: one may begin as another one does, or stand in the middle of it.
        const found = [];
        for (const secret of this.values) {
            const head = secret.slice(0, SHORTEST_PART);
            let last;
            for (let from = text.indexOf(head); from >= 0; from = text.indexOf(head, from + 1)) {
                let to = from + head.length;
                while (to - from < secret.length && text[to] === secret[to - from])
                    to++;
                if (last && from < last[1])
                    last[1] = Math.max(last[1], to);
                else
                    found.push((last = [from, to]));
            }
        }
        let hidden = '';
        let end = 0;
        for (const [from, to] of found.sort((a, b) => a[0] - b[0])) {
            if (from >= end)
                hidden += `${text.slice(end, from)}***`;
            end = Math.max(end, to);
        }
        return hidden + text.slice(end);
    };
}

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __nccwpck_require__(24);
;// CONCATENATED MODULE: ./src/runner/summary.ts



/**
 * The Markdown of a summary; pure. Only https addresses become links.
 * @param hide takes secrets out of a text
 */
function renderSummary(summary, hide = (text) => text) {
    const { title, paragraphs = [], facts = [], table, links = [] } = summary;
    const summaryText = (text) => safe_text_summaryText(hide(text));
    const renderCell = (cell) => typeof cell === 'string' ? summaryText(cell) : renderLink(hide(cell.href), hide(cell.text));
    const lines = [`### ${summaryText(title)}`, '', ...paragraphs.flatMap((text) => [summaryText(text), ''])];
    lines.push(...facts.map(([name, value]) => `- **${summaryText(name)}**: ${summaryText(value)}`));
    if (facts.length > 0)
        lines.push('');
    if (table) {
        const row = (cells) => `| ${cells.map(renderCell).join(' | ')} |`;
        lines.push(row(table.head), `|${' --- |'.repeat(table.head.length)}`, ...table.rows.map(row), '');
    }
    lines.push(...links.map((link) => `- ${renderCell({ text: link, href: link })}`), '');
    return lines.join('\n');
}
function renderLink(href, text) {
    const address = href.replace(/&/g, '&amp;');
    const isPlain = /^https:\/\/[^\s"'<>`\\|()[\]]+$/.test(href) && address.length <= 1000;
    return isPlain ? `<a href="${address}">${safe_text_summaryText(text)}</a>` : safe_text_summaryText(text);
}
/**
 * Adds to the job summary. A runner without one, or one that cannot be written, is no reason to fail.
 * @param hide takes secrets out of a text
 * @param file where the runner reads it: GITHUB_STEP_SUMMARY
 */
function writeSummary(summary, hide, file) {
    try {
        const parts = [summary].flat().map((one) => `${renderSummary(one, hide)}\n`);
        // At once, unlike core.summary: a process that is told to end has no time to wait for a thread.
        if (file)
            (0,external_node_fs_.appendFileSync)(file, parts.join('\n'));
    }
    catch (error) {
        core_debug(`no job summary: ${error.name}`);
    }
}

;// CONCATENATED MODULE: ./src/runner/action.ts








// Pipes need a moment to drain; a connection that waits for a dead proxy would hold the process for minutes.
const DRAIN_MS = 300;
/**
 * Runs an action to its end: gives it inputs and tools, writes outputs, annotation and summary, sets the exit code.
 * A red step has one error annotation and the output `error-message`; a cancelled one keeps its outputs.
 */
async function runAction(host, main) {
    // Red until all is told: whatever ends the process before that is no success.
    host.exitCode = 1;
    const cancel = new AbortController();
    // The runner sends SIGINT, and SIGTERM 7.5 s later: neither may end the process before its outputs are written.
    for (const signal of ['SIGINT', 'SIGTERM'])
        host.on(signal, () => cancel.abort('cancelled'));
    host.stdout.on('error', () => undefined);
    const stray = new Promise((resolve) => {
        host.on('uncaughtException', (error) => resolve(unexpected(error)));
    });
    const secrets = new Secrets();
    const tools = () => ({
        log: actionsLog(secrets.hide),
        clock: clock/* systemClock */.m,
        cancel: cancel.signal,
        mask: secrets.mask,
        random: Math.random,
        workspace: host.env['GITHUB_WORKSPACE']?.trim() || host.cwd(),
    });
    const outcome = await Promise.race([attempt(() => main(getInput, tools())), stray]);
    tell(outcome, host, secrets);
    setTimeout(() => leave(host), DRAIN_MS).unref();
}
/** Ends the process now, whatever it still waits for. */
function leave(host) {
    // exit() joins the threads of name lookups, however long the name server is silent; a new program in the process's
    // place, or its death, waits for nothing. A green step has no lookup under way that anybody waits for: it can wait.
    if (host.exitCode === 1 && host.getActiveResourcesInfo().includes('GetAddrInfoReqWrap')) {
        if (host.platform !== 'win32')
            host.execve?.('/bin/sh', ['sh', '-c', 'exit 1'], {});
        host.kill(host.pid, 'SIGKILL');
    }
    host.exit();
}
async function attempt(main) {
    try {
        return await main();
    }
    catch (error) {
        return error instanceof inputs/* InputError */.dz ? redOutcome('An input is wrong', error.message) : unexpected(error);
    }
}
function unexpected(error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    return redOutcome('The action failed', `This action made a mistake (${name}: ${(0,src_text/* oneLine */.TN)(message)}). Please report it in the issues of its repository.`);
}
const redOutcome = (title, error) => ({
    outputs: {},
    error,
    summary: { title, paragraphs: [error] },
});
function tell({ outputs, error: told, summary }, host, { hide }) {
    const error = told === undefined ? undefined : hide(told);
    let message = error;
    try {
        for (const [name, value] of Object.entries(outputs))
            if (value !== undefined)
                setOutput(name, value);
        if (error !== undefined)
            setOutput('error-message', logLine(error));
    }
    catch (fault) {
        const unwritten = `The outputs could not be handed to the runner (${(0,src_text/* oneLine */.TN)(fault.message)}).`;
        message = error === undefined ? unwritten : `${error} ${unwritten}`;
    }
    if (message !== undefined)
        core_error(logLine(message));
    if (summary)
        writeSummary(summary, hide, host.env['GITHUB_STEP_SUMMARY']);
    if (message === undefined)
        host.exitCode = 0;
}


/***/ }),

/***/ 205:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Kb: () => (/* binding */ excerpt),
/* harmony export */   dz: () => (/* binding */ InputError),
/* harmony export */   oA: () => (/* binding */ secondsInput),
/* harmony export */   tE: () => (/* binding */ booleanInput),
/* harmony export */   u2: () => (/* binding */ countInput)
/* harmony export */ });
/* unused harmony export requiredInput */
/* harmony import */ var _text_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(992);

/** A fault of an input: a sentence that names the input, what is wrong and the cure. */
class InputError extends Error {
}
/** The value of an input without blanks around it. @throws InputError when it is missing */
function requiredInput(read, name, cure) {
    const value = read(name).trim();
    if (value === '')
        throw new InputError(`Input \`${name}\` is empty. ${cure}`);
    return value;
}
// Longer than any job can run; keeps sums of milliseconds exact.
const MOST_SECONDS = 100 * 24 * 3600;
/** A positive number of seconds, in milliseconds; undefined when the input is empty. @throws InputError */
function secondsInput(read, name) {
    const value = read(name).trim();
    if (value === '')
        return undefined;
    const seconds = /^\d+(\.\d+)?$/.test(value) ? Number(value) : NaN;
    if (!(seconds > 0 && seconds <= MOST_SECONDS)) {
        throw new InputError(`Input \`${name}\` is ${(0,_text_js__WEBPACK_IMPORTED_MODULE_0__/* .quoted */ .TL)(value, 40)}, which is not a positive number of seconds (at most ${MOST_SECONDS}). Write digits alone, for example 600.`);
    }
    return Math.max(1, seconds * 1000);
}
/** A whole number from 1 to 10,000; 1 when the input is empty. @throws InputError */
function countInput(read, name) {
    const value = read(name).trim();
    if (value === '')
        return 1;
    const count = /^\d{1,5}$/.test(value) ? Number(value) : 0;
    if (count < 1 || count > 10_000) {
        throw new InputError(`Input \`${name}\` is ${(0,_text_js__WEBPACK_IMPORTED_MODULE_0__/* .quoted */ .TL)(value, 40)}, which is not a whole number from 1 to 10000. Write digits alone, for example 4.`);
    }
    return count;
}
/** `true` or `false` in any case; the default when the input is empty. @throws InputError */
function booleanInput(read, name, byDefault) {
    const value = read(name).trim().toLowerCase();
    if (value === '')
        return byDefault;
    if (value === 'true' || value === 'false')
        return value === 'true';
    throw new InputError(`Input \`${name}\` is ${(0,_text_js__WEBPACK_IMPORTED_MODULE_0__/* .quoted */ .TL)(value, 40)}. Write true or false.`);
}
/** An excerpt of a value for an error sentence, short enough to show no secret whole. */
const excerpt = (value) => `"${(0,_text_js__WEBPACK_IMPORTED_MODULE_0__/* .oneLine */ .TN)(value, 60)}"`;


/***/ }),

/***/ 992:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   TL: () => (/* binding */ quoted),
/* harmony export */   TN: () => (/* binding */ oneLine),
/* harmony export */   a3: () => (/* binding */ formatDuration),
/* harmony export */   pq: () => (/* binding */ countOf),
/* harmony export */   z3: () => (/* binding */ formatBytes)
/* harmony export */ });
// What may break a line or reorder it on a screen: C0, DEL, C1, line and paragraph separators, bidirectional controls.
// eslint-disable-next-line no-control-regex
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+/g;
/**
 * Makes one printable line of any text.
 * @param maxLength characters (code points) kept; a longer text ends in `…`
 */
function oneLine(text, maxLength = 300) {
    const line = text.toWellFormed().replace(UNPRINTABLE, ' ').trim();
    const characters = Array.from(line.slice(0, 2 * maxLength + 2));
    return characters.length > maxLength ? `${characters.slice(0, maxLength).join('')}…` : line;
}
/** The text in double quotes, on one line: how a value from outside stands in a sentence. */
function quoted(text, maxLength) {
    return `"${oneLine(text, maxLength)}"`;
}
/** A number of bytes as people read it: `34.4 kB`, `1.2 GB` (powers of 1000). */
function formatBytes(bytes) {
    if (bytes < 1000)
        return `${bytes} B`;
    let value = bytes;
    let unit = '';
    for (unit of ['kB', 'MB', 'GB', 'TB']) {
        value /= 1000;
        if (value < 999.95)
            break;
    }
    return `${value.toFixed(1)} ${unit}`;
}
/** A number of things: `1 request`, `2 requests`. */
function countOf(count, thing) {
    return `${count} ${thing}${count === 1 ? '' : 's'}`;
}
/** A duration as people read it: `0.4 s`, `4 s`, `12 s`, `3 min 20 s`. */
function formatDuration(ms) {
    const seconds = ms / 1000;
    if (seconds < 9.95)
        return `${seconds.toFixed(1).replace('.0', '')} s`;
    const whole = Math.round(seconds);
    return whole < 120 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}


/***/ }),

/***/ 316:
/***/ ((module, __unused_webpack_exports, __nccwpck_require__) => {

var x = (y) => {
	var x = {}; __nccwpck_require__.d(x, y); return x
} 
var y = (x) => (() => (x))
module.exports = x({ ["ProxyAgent"]: () => (__WEBPACK_EXTERNAL_MODULE_node_http_b674be28__.ProxyAgent) });

/***/ }),

/***/ 613:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("assert");

/***/ }),

/***/ 434:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("events");

/***/ }),

/***/ 611:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("http");

/***/ }),

/***/ 692:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("https");

/***/ }),

/***/ 278:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("net");

/***/ }),

/***/ 24:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:fs");

/***/ }),

/***/ 760:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:path");

/***/ }),

/***/ 756:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("tls");

/***/ }),

/***/ 23:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("util");

/***/ }),

/***/ 942:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  Qq: () => (/* binding */ HttpClient)
});

// UNUSED EXPORTS: Headers, HttpClientError, HttpClientResponse, HttpCodes, MediaTypes, getProxyUrl, isHttps

// EXTERNAL MODULE: external "http"
var external_http_ = __nccwpck_require__(611);
var external_http_namespaceObject = /*#__PURE__*/__nccwpck_require__.t(external_http_, 2);
// EXTERNAL MODULE: external "https"
var external_https_ = __nccwpck_require__(692);
var external_https_namespaceObject = /*#__PURE__*/__nccwpck_require__.t(external_https_, 2);
;// CONCATENATED MODULE: ./node_modules/@actions/http-client/lib/proxy.js
function getProxyUrl(reqUrl) {
    const usingSsl = reqUrl.protocol === 'https:';
    if (checkBypass(reqUrl)) {
        return undefined;
    }
    const proxyVar = (() => {
        if (usingSsl) {
            return process.env['https_proxy'] || process.env['HTTPS_PROXY'];
        }
        else {
            return process.env['http_proxy'] || process.env['HTTP_PROXY'];
        }
    })();
    if (proxyVar) {
        try {
            return new DecodedURL(proxyVar);
        }
        catch (_a) {
            if (!proxyVar.startsWith('http://') && !proxyVar.startsWith('https://'))
                return new DecodedURL(`http://${proxyVar}`);
        }
    }
    else {
        return undefined;
    }
}
function checkBypass(reqUrl) {
    if (!reqUrl.hostname) {
        return false;
    }
    const reqHost = reqUrl.hostname;
    if (isLoopbackAddress(reqHost)) {
        return true;
    }
    const noProxy = process.env['no_proxy'] || process.env['NO_PROXY'] || '';
    if (!noProxy) {
        return false;
    }
    // Determine the request port
    let reqPort;
    if (reqUrl.port) {
        reqPort = Number(reqUrl.port);
    }
    else if (reqUrl.protocol === 'http:') {
        reqPort = 80;
    }
    else if (reqUrl.protocol === 'https:') {
        reqPort = 443;
    }
    // Format the request hostname and hostname with port
    const upperReqHosts = [reqUrl.hostname.toUpperCase()];
    if (typeof reqPort === 'number') {
        upperReqHosts.push(`${upperReqHosts[0]}:${reqPort}`);
    }
    // Compare request host against noproxy
    for (const upperNoProxyItem of noProxy
        .split(',')
        .map(x => x.trim().toUpperCase())
        .filter(x => x)) {
        if (upperNoProxyItem === '*' ||
            upperReqHosts.some(x => x === upperNoProxyItem ||
                x.endsWith(`.${upperNoProxyItem}`) ||
                (upperNoProxyItem.startsWith('.') &&
                    x.endsWith(`${upperNoProxyItem}`)))) {
            return true;
        }
    }
    return false;
}
function isLoopbackAddress(host) {
    const hostLower = host.toLowerCase();
    return (hostLower === 'localhost' ||
        hostLower.startsWith('127.') ||
        hostLower.startsWith('[::1]') ||
        hostLower.startsWith('[0:0:0:0:0:0:0:1]'));
}
class DecodedURL extends URL {
    constructor(url, base) {
        super(url, base);
        this._decodedUsername = decodeURIComponent(super.username);
        this._decodedPassword = decodeURIComponent(super.password);
    }
    get username() {
        return this._decodedUsername;
    }
    get password() {
        return this._decodedPassword;
    }
}
//# sourceMappingURL=proxy.js.map
// EXTERNAL MODULE: ./node_modules/tunnel/index.js
var tunnel = __nccwpck_require__(770);
// EXTERNAL MODULE: external "node:http"
var external_node_http_ = __nccwpck_require__(316);
;// CONCATENATED MODULE: ./node_modules/@actions/http-client/lib/index.js
/* eslint-disable @typescript-eslint/no-explicit-any */
var __awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};





var HttpCodes;
(function (HttpCodes) {
    HttpCodes[HttpCodes["OK"] = 200] = "OK";
    HttpCodes[HttpCodes["MultipleChoices"] = 300] = "MultipleChoices";
    HttpCodes[HttpCodes["MovedPermanently"] = 301] = "MovedPermanently";
    HttpCodes[HttpCodes["ResourceMoved"] = 302] = "ResourceMoved";
    HttpCodes[HttpCodes["SeeOther"] = 303] = "SeeOther";
    HttpCodes[HttpCodes["NotModified"] = 304] = "NotModified";
    HttpCodes[HttpCodes["UseProxy"] = 305] = "UseProxy";
    HttpCodes[HttpCodes["SwitchProxy"] = 306] = "SwitchProxy";
    HttpCodes[HttpCodes["TemporaryRedirect"] = 307] = "TemporaryRedirect";
    HttpCodes[HttpCodes["PermanentRedirect"] = 308] = "PermanentRedirect";
    HttpCodes[HttpCodes["BadRequest"] = 400] = "BadRequest";
    HttpCodes[HttpCodes["Unauthorized"] = 401] = "Unauthorized";
    HttpCodes[HttpCodes["PaymentRequired"] = 402] = "PaymentRequired";
    HttpCodes[HttpCodes["Forbidden"] = 403] = "Forbidden";
    HttpCodes[HttpCodes["NotFound"] = 404] = "NotFound";
    HttpCodes[HttpCodes["MethodNotAllowed"] = 405] = "MethodNotAllowed";
    HttpCodes[HttpCodes["NotAcceptable"] = 406] = "NotAcceptable";
    HttpCodes[HttpCodes["ProxyAuthenticationRequired"] = 407] = "ProxyAuthenticationRequired";
    HttpCodes[HttpCodes["RequestTimeout"] = 408] = "RequestTimeout";
    HttpCodes[HttpCodes["Conflict"] = 409] = "Conflict";
    HttpCodes[HttpCodes["Gone"] = 410] = "Gone";
    HttpCodes[HttpCodes["TooManyRequests"] = 429] = "TooManyRequests";
    HttpCodes[HttpCodes["InternalServerError"] = 500] = "InternalServerError";
    HttpCodes[HttpCodes["NotImplemented"] = 501] = "NotImplemented";
    HttpCodes[HttpCodes["BadGateway"] = 502] = "BadGateway";
    HttpCodes[HttpCodes["ServiceUnavailable"] = 503] = "ServiceUnavailable";
    HttpCodes[HttpCodes["GatewayTimeout"] = 504] = "GatewayTimeout";
})(HttpCodes || (HttpCodes = {}));
var Headers;
(function (Headers) {
    Headers["Accept"] = "accept";
    Headers["ContentType"] = "content-type";
})(Headers || (Headers = {}));
var MediaTypes;
(function (MediaTypes) {
    MediaTypes["ApplicationJson"] = "application/json";
})(MediaTypes || (MediaTypes = {}));
/**
 * Returns the proxy URL, depending upon the supplied url and proxy environment variables.
 * @param serverUrl  The server URL where the request will be sent. For example, https://api.github.com
 */
function lib_getProxyUrl(serverUrl) {
    const proxyUrl = pm.getProxyUrl(new URL(serverUrl));
    return proxyUrl ? proxyUrl.href : '';
}
const HttpRedirectCodes = [
    HttpCodes.MovedPermanently,
    HttpCodes.ResourceMoved,
    HttpCodes.SeeOther,
    HttpCodes.TemporaryRedirect,
    HttpCodes.PermanentRedirect
];
const HttpResponseRetryCodes = [
    HttpCodes.BadGateway,
    HttpCodes.ServiceUnavailable,
    HttpCodes.GatewayTimeout
];
const RetryableHttpVerbs = ['OPTIONS', 'GET', 'DELETE', 'HEAD'];
const ExponentialBackoffCeiling = 10;
const ExponentialBackoffTimeSlice = 5;
class HttpClientError extends Error {
    constructor(message, statusCode) {
        super(message);
        this.name = 'HttpClientError';
        this.statusCode = statusCode;
        Object.setPrototypeOf(this, HttpClientError.prototype);
    }
}
class HttpClientResponse {
    constructor(message) {
        this.message = message;
    }
    readBody() {
        return __awaiter(this, void 0, void 0, function* () {
            return new Promise((resolve) => __awaiter(this, void 0, void 0, function* () {
                let output = Buffer.alloc(0);
                this.message.on('data', (chunk) => {
                    output = Buffer.concat([output, chunk]);
                });
                this.message.on('end', () => {
                    resolve(output.toString());
                });
            }));
        });
    }
    readBodyBuffer() {
        return __awaiter(this, void 0, void 0, function* () {
            return new Promise((resolve) => __awaiter(this, void 0, void 0, function* () {
                const chunks = [];
                this.message.on('data', (chunk) => {
                    chunks.push(chunk);
                });
                this.message.on('end', () => {
                    resolve(Buffer.concat(chunks));
                });
            }));
        });
    }
}
function isHttps(requestUrl) {
    const parsedUrl = new URL(requestUrl);
    return parsedUrl.protocol === 'https:';
}
class HttpClient {
    constructor(userAgent, handlers, requestOptions) {
        this._ignoreSslError = false;
        this._allowRedirects = true;
        this._allowRedirectDowngrade = false;
        this._maxRedirects = 50;
        this._allowRetries = false;
        this._maxRetries = 1;
        this._keepAlive = false;
        this._disposed = false;
        this.userAgent = this._getUserAgentWithOrchestrationId(userAgent);
        this.handlers = handlers || [];
        this.requestOptions = requestOptions;
        if (requestOptions) {
            if (requestOptions.ignoreSslError != null) {
                this._ignoreSslError = requestOptions.ignoreSslError;
            }
            this._socketTimeout = requestOptions.socketTimeout;
            if (requestOptions.allowRedirects != null) {
                this._allowRedirects = requestOptions.allowRedirects;
            }
            if (requestOptions.allowRedirectDowngrade != null) {
                this._allowRedirectDowngrade = requestOptions.allowRedirectDowngrade;
            }
            if (requestOptions.maxRedirects != null) {
                this._maxRedirects = Math.max(requestOptions.maxRedirects, 0);
            }
            if (requestOptions.keepAlive != null) {
                this._keepAlive = requestOptions.keepAlive;
            }
            if (requestOptions.allowRetries != null) {
                this._allowRetries = requestOptions.allowRetries;
            }
            if (requestOptions.maxRetries != null) {
                this._maxRetries = requestOptions.maxRetries;
            }
        }
    }
    options(requestUrl, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request('OPTIONS', requestUrl, null, additionalHeaders || {});
        });
    }
    get(requestUrl, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request('GET', requestUrl, null, additionalHeaders || {});
        });
    }
    del(requestUrl, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request('DELETE', requestUrl, null, additionalHeaders || {});
        });
    }
    post(requestUrl, data, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request('POST', requestUrl, data, additionalHeaders || {});
        });
    }
    patch(requestUrl, data, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request('PATCH', requestUrl, data, additionalHeaders || {});
        });
    }
    put(requestUrl, data, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request('PUT', requestUrl, data, additionalHeaders || {});
        });
    }
    head(requestUrl, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request('HEAD', requestUrl, null, additionalHeaders || {});
        });
    }
    sendStream(verb, requestUrl, stream, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request(verb, requestUrl, stream, additionalHeaders);
        });
    }
    /**
     * Gets a typed object from an endpoint
     * Be aware that not found returns a null.  Other errors (4xx, 5xx) reject the promise
     */
    getJson(requestUrl_1) {
        return __awaiter(this, arguments, void 0, function* (requestUrl, additionalHeaders = {}) {
            additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson);
            const res = yield this.get(requestUrl, additionalHeaders);
            return this._processResponse(res, this.requestOptions);
        });
    }
    postJson(requestUrl_1, obj_1) {
        return __awaiter(this, arguments, void 0, function* (requestUrl, obj, additionalHeaders = {}) {
            const data = JSON.stringify(obj, null, 2);
            additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson);
            additionalHeaders[Headers.ContentType] =
                this._getExistingOrDefaultContentTypeHeader(additionalHeaders, MediaTypes.ApplicationJson);
            const res = yield this.post(requestUrl, data, additionalHeaders);
            return this._processResponse(res, this.requestOptions);
        });
    }
    putJson(requestUrl_1, obj_1) {
        return __awaiter(this, arguments, void 0, function* (requestUrl, obj, additionalHeaders = {}) {
            const data = JSON.stringify(obj, null, 2);
            additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson);
            additionalHeaders[Headers.ContentType] =
                this._getExistingOrDefaultContentTypeHeader(additionalHeaders, MediaTypes.ApplicationJson);
            const res = yield this.put(requestUrl, data, additionalHeaders);
            return this._processResponse(res, this.requestOptions);
        });
    }
    patchJson(requestUrl_1, obj_1) {
        return __awaiter(this, arguments, void 0, function* (requestUrl, obj, additionalHeaders = {}) {
            const data = JSON.stringify(obj, null, 2);
            additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson);
            additionalHeaders[Headers.ContentType] =
                this._getExistingOrDefaultContentTypeHeader(additionalHeaders, MediaTypes.ApplicationJson);
            const res = yield this.patch(requestUrl, data, additionalHeaders);
            return this._processResponse(res, this.requestOptions);
        });
    }
    /**
     * Makes a raw http request.
     * All other methods such as get, post, patch, and request ultimately call this.
     * Prefer get, del, post and patch
     */
    request(verb, requestUrl, data, headers) {
        return __awaiter(this, void 0, void 0, function* () {
            if (this._disposed) {
                throw new Error('Client has already been disposed.');
            }
            const parsedUrl = new URL(requestUrl);
            let info = this._prepareRequest(verb, parsedUrl, headers);
            // Only perform retries on reads since writes may not be idempotent.
            const maxTries = this._allowRetries && RetryableHttpVerbs.includes(verb)
                ? this._maxRetries + 1
                : 1;
            let numTries = 0;
            let response;
            do {
                response = yield this.requestRaw(info, data);
                // Check if it's an authentication challenge
                if (response &&
                    response.message &&
                    response.message.statusCode === HttpCodes.Unauthorized) {
                    let authenticationHandler;
                    for (const handler of this.handlers) {
                        if (handler.canHandleAuthentication(response)) {
                            authenticationHandler = handler;
                            break;
                        }
                    }
                    if (authenticationHandler) {
                        return authenticationHandler.handleAuthentication(this, info, data);
                    }
                    else {
                        // We have received an unauthorized response but have no handlers to handle it.
                        // Let the response return to the caller.
                        return response;
                    }
                }
                let redirectsRemaining = this._maxRedirects;
                while (response.message.statusCode &&
                    HttpRedirectCodes.includes(response.message.statusCode) &&
                    this._allowRedirects &&
                    redirectsRemaining > 0) {
                    const redirectUrl = response.message.headers['location'];
                    if (!redirectUrl) {
                        // if there's no location to redirect to, we won't
                        break;
                    }
                    const parsedRedirectUrl = new URL(redirectUrl);
                    if (parsedUrl.protocol === 'https:' &&
                        parsedUrl.protocol !== parsedRedirectUrl.protocol &&
                        !this._allowRedirectDowngrade) {
                        throw new Error('Redirect from HTTPS to HTTP protocol. This downgrade is not allowed for security reasons. If you want to allow this behavior, set the allowRedirectDowngrade option to true.');
                    }
                    // we need to finish reading the response before reassigning response
                    // which will leak the open socket.
                    yield response.readBody();
                    // strip authorization header if redirected to a different hostname
                    if (parsedRedirectUrl.hostname !== parsedUrl.hostname) {
                        for (const header in headers) {
                            // header names are case insensitive
                            if (header.toLowerCase() === 'authorization') {
                                delete headers[header];
                            }
                        }
                    }
                    // let's make the request with the new redirectUrl
                    info = this._prepareRequest(verb, parsedRedirectUrl, headers);
                    response = yield this.requestRaw(info, data);
                    redirectsRemaining--;
                }
                if (!response.message.statusCode ||
                    !HttpResponseRetryCodes.includes(response.message.statusCode)) {
                    // If not a retry code, return immediately instead of retrying
                    return response;
                }
                numTries += 1;
                if (numTries < maxTries) {
                    yield response.readBody();
                    yield this._performExponentialBackoff(numTries);
                }
            } while (numTries < maxTries);
            return response;
        });
    }
    /**
     * Needs to be called if keepAlive is set to true in request options.
     */
    dispose() {
        if (this._agent) {
            this._agent.destroy();
        }
        this._disposed = true;
    }
    /**
     * Raw request.
     * @param info
     * @param data
     */
    requestRaw(info, data) {
        return __awaiter(this, void 0, void 0, function* () {
            return new Promise((resolve, reject) => {
                function callbackForResult(err, res) {
                    if (err) {
                        reject(err);
                    }
                    else if (!res) {
                        // If `err` is not passed, then `res` must be passed.
                        reject(new Error('Unknown error'));
                    }
                    else {
                        resolve(res);
                    }
                }
                this.requestRawWithCallback(info, data, callbackForResult);
            });
        });
    }
    /**
     * Raw request with callback.
     * @param info
     * @param data
     * @param onResult
     */
    requestRawWithCallback(info, data, onResult) {
        if (typeof data === 'string') {
            if (!info.options.headers) {
                info.options.headers = {};
            }
            info.options.headers['Content-Length'] = Buffer.byteLength(data, 'utf8');
        }
        let callbackCalled = false;
        function handleResult(err, res) {
            if (!callbackCalled) {
                callbackCalled = true;
                onResult(err, res);
            }
        }
        const req = info.httpModule.request(info.options, (msg) => {
            const res = new HttpClientResponse(msg);
            handleResult(undefined, res);
        });
        let socket;
        req.on('socket', sock => {
            socket = sock;
        });
        // If we ever get disconnected, we want the socket to timeout eventually
        req.setTimeout(this._socketTimeout || 3 * 60000, () => {
            if (socket) {
                socket.end();
            }
            handleResult(new Error(`Request timeout: ${info.options.path}`));
        });
        req.on('error', function (err) {
            // err has statusCode property
            // res should have headers
            handleResult(err);
        });
        if (data && typeof data === 'string') {
            req.write(data, 'utf8');
        }
        if (data && typeof data !== 'string') {
            data.on('close', function () {
                req.end();
            });
            data.pipe(req);
        }
        else {
            req.end();
        }
    }
    /**
     * Gets an http agent. This function is useful when you need an http agent that handles
     * routing through a proxy server - depending upon the url and proxy environment variables.
     * @param serverUrl  The server URL where the request will be sent. For example, https://api.github.com
     */
    getAgent(serverUrl) {
        const parsedUrl = new URL(serverUrl);
        return this._getAgent(parsedUrl);
    }
    getAgentDispatcher(serverUrl) {
        const parsedUrl = new URL(serverUrl);
        const proxyUrl = getProxyUrl(parsedUrl);
        const useProxy = proxyUrl && proxyUrl.hostname;
        if (!useProxy) {
            return;
        }
        return this._getProxyAgentDispatcher(parsedUrl, proxyUrl);
    }
    _prepareRequest(method, requestUrl, headers) {
        const info = {};
        info.parsedUrl = requestUrl;
        const usingSsl = info.parsedUrl.protocol === 'https:';
        info.httpModule = usingSsl ? external_https_namespaceObject : external_http_namespaceObject;
        const defaultPort = usingSsl ? 443 : 80;
        info.options = {};
        info.options.host = info.parsedUrl.hostname;
        info.options.port = info.parsedUrl.port
            ? parseInt(info.parsedUrl.port)
            : defaultPort;
        info.options.path =
            (info.parsedUrl.pathname || '') + (info.parsedUrl.search || '');
        info.options.method = method;
        info.options.headers = this._mergeHeaders(headers);
        if (this.userAgent != null) {
            info.options.headers['user-agent'] = this.userAgent;
        }
        info.options.agent = this._getAgent(info.parsedUrl);
        // gives handlers an opportunity to participate
        if (this.handlers) {
            for (const handler of this.handlers) {
                handler.prepareRequest(info.options);
            }
        }
        return info;
    }
    _mergeHeaders(headers) {
        if (this.requestOptions && this.requestOptions.headers) {
            return Object.assign({}, lowercaseKeys(this.requestOptions.headers), lowercaseKeys(headers || {}));
        }
        return lowercaseKeys(headers || {});
    }
    /**
     * Gets an existing header value or returns a default.
     * Handles converting number header values to strings since HTTP headers must be strings.
     * Note: This returns string | string[] since some headers can have multiple values.
     * For headers that must always be a single string (like Content-Type), use the
     * specialized _getExistingOrDefaultContentTypeHeader method instead.
     */
    _getExistingOrDefaultHeader(additionalHeaders, header, _default) {
        let clientHeader;
        if (this.requestOptions && this.requestOptions.headers) {
            const headerValue = lowercaseKeys(this.requestOptions.headers)[header];
            if (headerValue) {
                clientHeader =
                    typeof headerValue === 'number' ? headerValue.toString() : headerValue;
            }
        }
        const additionalValue = additionalHeaders[header];
        if (additionalValue !== undefined) {
            return typeof additionalValue === 'number'
                ? additionalValue.toString()
                : additionalValue;
        }
        if (clientHeader !== undefined) {
            return clientHeader;
        }
        return _default;
    }
    /**
     * Specialized version of _getExistingOrDefaultHeader for Content-Type header.
     * Always returns a single string (not an array) since Content-Type should be a single value.
     * Converts arrays to comma-separated strings and numbers to strings to ensure type safety.
     * This was split from _getExistingOrDefaultHeader to provide stricter typing for callers
     * that assign the result to places expecting a string (e.g., additionalHeaders[Headers.ContentType]).
     */
    _getExistingOrDefaultContentTypeHeader(additionalHeaders, _default) {
        let clientHeader;
        if (this.requestOptions && this.requestOptions.headers) {
            const headerValue = lowercaseKeys(this.requestOptions.headers)[Headers.ContentType];
            if (headerValue) {
                if (typeof headerValue === 'number') {
                    clientHeader = String(headerValue);
                }
                else if (Array.isArray(headerValue)) {
                    clientHeader = headerValue.join(', ');
                }
                else {
                    clientHeader = headerValue;
                }
            }
        }
        const additionalValue = additionalHeaders[Headers.ContentType];
        // Return the first non-undefined value, converting numbers or arrays to strings if necessary
        if (additionalValue !== undefined) {
            if (typeof additionalValue === 'number') {
                return String(additionalValue);
            }
            else if (Array.isArray(additionalValue)) {
                return additionalValue.join(', ');
            }
            else {
                return additionalValue;
            }
        }
        if (clientHeader !== undefined) {
            return clientHeader;
        }
        return _default;
    }
    _getAgent(parsedUrl) {
        let agent;
        const proxyUrl = getProxyUrl(parsedUrl);
        const useProxy = proxyUrl && proxyUrl.hostname;
        if (this._keepAlive && useProxy) {
            agent = this._proxyAgent;
        }
        if (!useProxy) {
            agent = this._agent;
        }
        // if agent is already assigned use that agent.
        if (agent) {
            return agent;
        }
        const usingSsl = parsedUrl.protocol === 'https:';
        let maxSockets = 100;
        if (this.requestOptions) {
            maxSockets = this.requestOptions.maxSockets || external_http_.globalAgent.maxSockets;
        }
        // This is `useProxy` again, but we need to check `proxyURl` directly for TypeScripts's flow analysis.
        if (proxyUrl && proxyUrl.hostname) {
            const agentOptions = {
                maxSockets,
                keepAlive: this._keepAlive,
                proxy: Object.assign(Object.assign({}, ((proxyUrl.username || proxyUrl.password) && {
                    proxyAuth: `${proxyUrl.username}:${proxyUrl.password}`
                })), { host: proxyUrl.hostname, port: proxyUrl.port })
            };
            let tunnelAgent;
            const overHttps = proxyUrl.protocol === 'https:';
            if (usingSsl) {
                tunnelAgent = overHttps ? tunnel.httpsOverHttps : tunnel.httpsOverHttp;
            }
            else {
                tunnelAgent = overHttps ? tunnel.httpOverHttps : tunnel.httpOverHttp;
            }
            agent = tunnelAgent(agentOptions);
            this._proxyAgent = agent;
        }
        // if tunneling agent isn't assigned create a new agent
        if (!agent) {
            const options = { keepAlive: this._keepAlive, maxSockets };
            agent = usingSsl ? new external_https_.Agent(options) : new external_http_.Agent(options);
            this._agent = agent;
        }
        if (usingSsl && this._ignoreSslError) {
            // we don't want to set NODE_TLS_REJECT_UNAUTHORIZED=0 since that will affect request for entire process
            // http.RequestOptions doesn't expose a way to modify RequestOptions.agent.options
            // we have to cast it to any and change it directly
            agent.options = Object.assign(agent.options || {}, {
                rejectUnauthorized: false
            });
        }
        return agent;
    }
    _getProxyAgentDispatcher(parsedUrl, proxyUrl) {
        let proxyAgent;
        if (this._keepAlive) {
            proxyAgent = this._proxyAgentDispatcher;
        }
        // if agent is already assigned use that agent.
        if (proxyAgent) {
            return proxyAgent;
        }
        const usingSsl = parsedUrl.protocol === 'https:';
        proxyAgent = new external_node_http_.ProxyAgent(Object.assign({ uri: proxyUrl.href, pipelining: !this._keepAlive ? 0 : 1 }, ((proxyUrl.username || proxyUrl.password) && {
            token: `Basic ${Buffer.from(`${proxyUrl.username}:${proxyUrl.password}`).toString('base64')}`
        })));
        this._proxyAgentDispatcher = proxyAgent;
        if (usingSsl && this._ignoreSslError) {
            // we don't want to set NODE_TLS_REJECT_UNAUTHORIZED=0 since that will affect request for entire process
            // http.RequestOptions doesn't expose a way to modify RequestOptions.agent.options
            // we have to cast it to any and change it directly
            proxyAgent.options = Object.assign(proxyAgent.options.requestTls || {}, {
                rejectUnauthorized: false
            });
        }
        return proxyAgent;
    }
    _getUserAgentWithOrchestrationId(userAgent) {
        const baseUserAgent = userAgent || 'actions/http-client';
        const orchId = process.env['ACTIONS_ORCHESTRATION_ID'];
        if (orchId) {
            // Sanitize the orchestration ID to ensure it contains only valid characters
            // Valid characters: 0-9, a-z, _, -, .
            const sanitizedId = orchId.replace(/[^a-z0-9_.-]/gi, '_');
            return `${baseUserAgent} actions_orchestration_id/${sanitizedId}`;
        }
        return baseUserAgent;
    }
    _performExponentialBackoff(retryNumber) {
        return __awaiter(this, void 0, void 0, function* () {
            retryNumber = Math.min(ExponentialBackoffCeiling, retryNumber);
            const ms = ExponentialBackoffTimeSlice * Math.pow(2, retryNumber);
            return new Promise(resolve => setTimeout(() => resolve(), ms));
        });
    }
    _processResponse(res, options) {
        return __awaiter(this, void 0, void 0, function* () {
            return new Promise((resolve, reject) => __awaiter(this, void 0, void 0, function* () {
                const statusCode = res.message.statusCode || 0;
                const response = {
                    statusCode,
                    result: null,
                    headers: {}
                };
                // not found leads to null obj returned
                if (statusCode === HttpCodes.NotFound) {
                    resolve(response);
                }
                // get the result from the body
                function dateTimeDeserializer(key, value) {
                    if (typeof value === 'string') {
                        const a = new Date(value);
                        if (!isNaN(a.valueOf())) {
                            return a;
                        }
                    }
                    return value;
                }
                let obj;
                let contents;
                try {
                    contents = yield res.readBody();
                    if (contents && contents.length > 0) {
                        if (options && options.deserializeDates) {
                            obj = JSON.parse(contents, dateTimeDeserializer);
                        }
                        else {
                            obj = JSON.parse(contents);
                        }
                        response.result = obj;
                    }
                    response.headers = res.message.headers;
                }
                catch (err) {
                    // Invalid resource (contents not json);  leaving result obj null
                }
                // note that 3xx redirects are handled by the http layer.
                if (statusCode > 299) {
                    let msg;
                    // if exception/error in body, attempt to get better error
                    if (obj && obj.message) {
                        msg = obj.message;
                    }
                    else if (contents && contents.length > 0) {
                        // it may be the case that the exception is in the body message as string
                        msg = contents;
                    }
                    else {
                        msg = `Failed request: (${statusCode})`;
                    }
                    const err = new HttpClientError(msg, statusCode);
                    err.result = response.result;
                    reject(err);
                }
                else {
                    resolve(response);
                }
            }));
        });
    }
}
const lowercaseKeys = (obj) => Object.keys(obj).reduce((c, k) => ((c[k.toLowerCase()] = obj[k]), c), {});
//# sourceMappingURL=index.js.map

/***/ })

/******/ });
/************************************************************************/
/******/ // The module cache
/******/ var __webpack_module_cache__ = {};
/******/ 
/******/ // The require function
/******/ function __nccwpck_require__(moduleId) {
/******/ 	// Check if module is in cache
/******/ 	var cachedModule = __webpack_module_cache__[moduleId];
/******/ 	if (cachedModule !== undefined) {
/******/ 		return cachedModule.exports;
/******/ 	}
/******/ 	// Create a new module (and put it into the cache)
/******/ 	var module = __webpack_module_cache__[moduleId] = {
/******/ 		// no module.id needed
/******/ 		// no module.loaded needed
/******/ 		exports: {}
/******/ 	};
/******/ 
/******/ 	// Execute the module function
/******/ 	var threw = true;
/******/ 	try {
/******/ 		__webpack_modules__[moduleId](module, module.exports, __nccwpck_require__);
/******/ 		threw = false;
/******/ 	} finally {
/******/ 		if(threw) delete __webpack_module_cache__[moduleId];
/******/ 	}
/******/ 
/******/ 	// Return the exports of the module
/******/ 	return module.exports;
/******/ }
/******/ 
/************************************************************************/
/******/ /* webpack/runtime/asset-relocator-loader */
/******/ if (typeof __nccwpck_require__ !== 'undefined') __nccwpck_require__.ab = decodeURIComponent(new URL('.', import.meta.url).pathname).slice(import.meta.url.match(/^file:\/\/\/\w:/) ? 1 : 0, -1) + "/";
/******/ 
/******/ /* webpack/runtime/async module */
/******/ (() => {
/******/ 	var webpackQueues = typeof Symbol === "function" ? Symbol("webpack queues") : "__webpack_queues__";
/******/ 	var webpackExports = typeof Symbol === "function" ? Symbol("webpack exports") : "__webpack_exports__";
/******/ 	var webpackError = typeof Symbol === "function" ? Symbol("webpack error") : "__webpack_error__";
/******/ 	var resolveQueue = (queue) => {
/******/ 		if(queue && queue.d < 1) {
/******/ 			queue.d = 1;
/******/ 			queue.forEach((fn) => (fn.r--));
/******/ 			queue.forEach((fn) => (fn.r-- ? fn.r++ : fn()));
/******/ 		}
/******/ 	}
/******/ 	var wrapDeps = (deps) => (deps.map((dep) => {
/******/ 		if(dep !== null && typeof dep === "object") {
/******/ 			if(dep[webpackQueues]) return dep;
/******/ 			if(dep.then) {
/******/ 				var queue = [];
/******/ 				queue.d = 0;
/******/ 				dep.then((r) => {
/******/ 					obj[webpackExports] = r;
/******/ 					resolveQueue(queue);
/******/ 				}, (e) => {
/******/ 					obj[webpackError] = e;
/******/ 					resolveQueue(queue);
/******/ 				});
/******/ 				var obj = {};
/******/ 				obj[webpackQueues] = (fn) => (fn(queue));
/******/ 				return obj;
/******/ 			}
/******/ 		}
/******/ 		var ret = {};
/******/ 		ret[webpackQueues] = x => {};
/******/ 		ret[webpackExports] = dep;
/******/ 		return ret;
/******/ 	}));
/******/ 	__nccwpck_require__.a = (module, body, hasAwait) => {
/******/ 		var queue;
/******/ 		hasAwait && ((queue = []).d = -1);
/******/ 		var depQueues = new Set();
/******/ 		var exports = module.exports;
/******/ 		var currentDeps;
/******/ 		var outerResolve;
/******/ 		var reject;
/******/ 		var promise = new Promise((resolve, rej) => {
/******/ 			reject = rej;
/******/ 			outerResolve = resolve;
/******/ 		});
/******/ 		promise[webpackExports] = exports;
/******/ 		promise[webpackQueues] = (fn) => (queue && fn(queue), depQueues.forEach(fn), promise["catch"](x => {}));
/******/ 		module.exports = promise;
/******/ 		body((deps) => {
/******/ 			currentDeps = wrapDeps(deps);
/******/ 			var fn;
/******/ 			var getResult = () => (currentDeps.map((d) => {
/******/ 				if(d[webpackError]) throw d[webpackError];
/******/ 				return d[webpackExports];
/******/ 			}))
/******/ 			var promise = new Promise((resolve) => {
/******/ 				fn = () => (resolve(getResult));
/******/ 				fn.r = 0;
/******/ 				var fnQueue = (q) => (q !== queue && !depQueues.has(q) && (depQueues.add(q), q && !q.d && (fn.r++, q.push(fn))));
/******/ 				currentDeps.map((dep) => (dep[webpackQueues](fnQueue)));
/******/ 			});
/******/ 			return fn.r ? promise : getResult();
/******/ 		}, (err) => ((err ? reject(promise[webpackError] = err) : outerResolve(exports)), resolveQueue(queue)));
/******/ 		queue && queue.d < 0 && (queue.d = 0);
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/compat get default export */
/******/ (() => {
/******/ 	// getDefaultExport function for compatibility with non-harmony modules
/******/ 	__nccwpck_require__.n = (module) => {
/******/ 		var getter = module && module.__esModule ?
/******/ 			() => (module['default']) :
/******/ 			() => (module);
/******/ 		__nccwpck_require__.d(getter, { a: getter });
/******/ 		return getter;
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/create fake namespace object */
/******/ (() => {
/******/ 	var getProto = Object.getPrototypeOf ? (obj) => (Object.getPrototypeOf(obj)) : (obj) => (obj.__proto__);
/******/ 	var leafPrototypes;
/******/ 	// create a fake namespace object
/******/ 	// mode & 1: value is a module id, require it
/******/ 	// mode & 2: merge all properties of value into the ns
/******/ 	// mode & 4: return value when already ns object
/******/ 	// mode & 16: return value when it's Promise-like
/******/ 	// mode & 8|1: behave like require
/******/ 	__nccwpck_require__.t = function(value, mode) {
/******/ 		if(mode & 1) value = this(value);
/******/ 		if(mode & 8) return value;
/******/ 		if(typeof value === 'object' && value) {
/******/ 			if((mode & 4) && value.__esModule) return value;
/******/ 			if((mode & 16) && typeof value.then === 'function') return value;
/******/ 		}
/******/ 		var ns = Object.create(null);
/******/ 		__nccwpck_require__.r(ns);
/******/ 		var def = {};
/******/ 		leafPrototypes = leafPrototypes || [null, getProto({}), getProto([]), getProto(getProto)];
/******/ 		for(var current = mode & 2 && value; typeof current == 'object' && !~leafPrototypes.indexOf(current); current = getProto(current)) {
/******/ 			Object.getOwnPropertyNames(current).forEach((key) => (def[key] = () => (value[key])));
/******/ 		}
/******/ 		def['default'] = () => (value);
/******/ 		__nccwpck_require__.d(ns, def);
/******/ 		return ns;
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/define property getters */
/******/ (() => {
/******/ 	// define getter functions for harmony exports
/******/ 	__nccwpck_require__.d = (exports, definition) => {
/******/ 		for(var key in definition) {
/******/ 			if(__nccwpck_require__.o(definition, key) && !__nccwpck_require__.o(exports, key)) {
/******/ 				Object.defineProperty(exports, key, { enumerable: true, get: definition[key] });
/******/ 			}
/******/ 		}
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/hasOwnProperty shorthand */
/******/ (() => {
/******/ 	__nccwpck_require__.o = (obj, prop) => (Object.prototype.hasOwnProperty.call(obj, prop))
/******/ })();
/******/ 
/******/ /* webpack/runtime/make namespace object */
/******/ (() => {
/******/ 	// define __esModule on exports
/******/ 	__nccwpck_require__.r = (exports) => {
/******/ 		if(typeof Symbol !== 'undefined' && Symbol.toStringTag) {
/******/ 			Object.defineProperty(exports, Symbol.toStringTag, { value: 'Module' });
/******/ 		}
/******/ 		Object.defineProperty(exports, '__esModule', { value: true });
/******/ 	};
/******/ })();
/******/ 
/************************************************************************/
/******/ 
/******/ // startup
/******/ // Load entry module and return exports
/******/ // This entry module used 'module' so it can't be inlined
/******/ var __webpack_exports__ = __nccwpck_require__(362);
/******/ __webpack_exports__ = await __webpack_exports__;
/******/ 
