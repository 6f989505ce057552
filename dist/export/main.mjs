import { createRequire as __WEBPACK_EXTERNAL_createRequire } from "module";
import * as __WEBPACK_EXTERNAL_MODULE_node_path_02319fef__ from "node:path";
/******/ var __webpack_modules__ = ({

/***/ 312:
/***/ ((module) => {

//
// format - printf-like string formatting for JavaScript
// github.com/samsonjs/format
// @_sjs
//
// Copyright 2010 - 2013 Sami Samhuri <sami@samhuri.net>
//
// MIT License
// http://sjs.mit-license.org
//

;(function() {

  //// Export the API
  var namespace;

  // CommonJS / Node module
  if (true) {
    namespace = module.exports = format;
  }

  // Browsers and other environments
  else {}

  namespace.format = format;
  namespace.vsprintf = vsprintf;

  if (typeof console !== 'undefined' && typeof console.log === 'function') {
    namespace.printf = printf;
  }

  function printf(/* ... */) {
    console.log(format.apply(null, arguments));
  }

  function vsprintf(fmt, replacements) {
    return format.apply(null, [fmt].concat(replacements));
  }

  function format(fmt) {
    var argIndex = 1 // skip initial format argument
      , args = [].slice.call(arguments)
      , i = 0
      , n = fmt.length
      , result = ''
      , c
      , escaped = false
      , arg
      , tmp
      , leadingZero = false
      , precision
      , nextArg = function() { return args[argIndex++]; }
      , slurpNumber = function() {
          var digits = '';
          while (/\d/.test(fmt[i])) {
            digits += fmt[i++];
            c = fmt[i];
          }
          return digits.length > 0 ? parseInt(digits) : null;
        }
      ;
    for (; i < n; ++i) {
      c = fmt[i];
      if (escaped) {
        escaped = false;
        if (c == '.') {
          leadingZero = false;
          c = fmt[++i];
        }
        else if (c == '0' && fmt[i + 1] == '.') {
          leadingZero = true;
          i += 2;
          c = fmt[i];
        }
        else {
          leadingZero = true;
        }
        precision = slurpNumber();
        switch (c) {
        case 'b': // number in binary
          result += parseInt(nextArg(), 10).toString(2);
          break;
        case 'c': // character
          arg = nextArg();
          if (typeof arg === 'string' || arg instanceof String)
            result += arg;
          else
            result += String.fromCharCode(parseInt(arg, 10));
          break;
        case 'd': // number in decimal
          result += parseInt(nextArg(), 10);
          break;
        case 'f': // floating point number
          tmp = String(parseFloat(nextArg()).toFixed(precision || 6));
          result += leadingZero ? tmp : tmp.replace(/^0/, '');
          break;
        case 'j': // JSON
          result += JSON.stringify(nextArg());
          break;
        case 'o': // number in octal
          result += '0' + parseInt(nextArg(), 10).toString(8);
          break;
        case 's': // string
          result += nextArg();
          break;
        case 'x': // lowercase hexadecimal
          result += '0x' + parseInt(nextArg(), 10).toString(16);
          break;
        case 'X': // uppercase hexadecimal
          result += '0x' + parseInt(nextArg(), 10).toString(16).toUpperCase();
          break;
        default:
          result += c;
          break;
        }
      } else if (c === '%') {
        escaped = true;
      } else {
        result += c;
      }
    }
    return result;
  }

}());


/***/ }),

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
/* harmony export */   CV: () => (/* binding */ SUPPORTED_FORMATS_SENTENCE),
/* harmony export */   L4: () => (/* binding */ OUTPUT_EXTENSIONS),
/* harmony export */   PF: () => (/* binding */ EXPORTABLE_TYPES),
/* harmony export */   Pu: () => (/* binding */ findFormatFault),
/* harmony export */   QK: () => (/* binding */ kindFor),
/* harmony export */   Xs: () => (/* binding */ isExportable),
/* harmony export */   il: () => (/* binding */ extensionsFor),
/* harmony export */   w6: () => (/* binding */ BOARD_EXTENSIONS)
/* harmony export */ });
/* harmony import */ var _feishu_tasks_export_formats_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(252);

/** The formats that this action makes itself, besides those that the service exports. */
const OWN_FORMATS = {
    docx: { md: 'markdown' },
    board: { png: 'board' },
};
/** The extensions of board pictures; which one a board has is known only after its download. */
const BOARD_EXTENSIONS = ['png', 'jpg'];
/** All types of which something can be exported. */
const EXPORTABLE_TYPES = [...Object.keys(_feishu_tasks_export_formats_js__WEBPACK_IMPORTED_MODULE_0__/* .EXPORT_FORMATS */ .UP), 'board'];
/** True for a type of which something can be exported. */
const isExportable = (type) => EXPORTABLE_TYPES.includes(type);
/** All file extensions of outputs, in lower case and without a dot. */
const OUTPUT_EXTENSIONS = [...new Set(EXPORTABLE_TYPES.flatMap(extensionsFor))];
/** The file extensions that documents of a type can be exported to. */
function extensionsFor(type) {
    const byTask = Object.hasOwn(_feishu_tasks_export_formats_js__WEBPACK_IMPORTED_MODULE_0__/* .EXPORT_FORMATS */ .UP, type) ? _feishu_tasks_export_formats_js__WEBPACK_IMPORTED_MODULE_0__/* .EXPORT_FORMATS */ .UP[type] : [];
    return [...byTask, ...Object.keys(OWN_FORMATS[type] ?? {})];
}
/** How a document of a type is exported to an extension. */
const kindFor = (type, extension) => OWN_FORMATS[type]?.[extension] ?? 'task';
/** The formats that each type exports to, as a sentence for the user. */
const SUPPORTED_FORMATS_SENTENCE = 'These can be exported: doc to docx or pdf; docx to docx, pdf or md; sheet to xlsx or csv; bitable (base) to xlsx, csv' +
    ' or base; slides to pptx or pdf; board to png.';
/**
 * Checks whether a type can be exported to an extension, by an export task or by this action itself.
 * @param type any type of the service, also one that cannot be exported
 * @returns undefined if it can
 */
const findFormatFault = (type, extension) => (0,_feishu_tasks_export_formats_js__WEBPACK_IMPORTED_MODULE_0__/* .findFaultAmong */ .OL)(extensionsFor(type), type, extension, SUPPORTED_FORMATS_SENTENCE);


/***/ }),

/***/ 362:
/***/ ((module, __unused_webpack___webpack_exports__, __nccwpck_require__) => {

__nccwpck_require__.a(module, async (__webpack_handle_async_dependencies__, __webpack_async_result__) => { try {
/* harmony import */ var _files_plain_file_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(714);
/* harmony import */ var _runner_action_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(560);
/* harmony import */ var _inputs_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(666);
/* harmony import */ var _run_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(492);
/* harmony import */ var _sources_read_sources_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(184);





await (0,_runner_action_js__WEBPACK_IMPORTED_MODULE_1__/* .runAction */ .C)(process, (read, { mask, workspace }) => (0,_inputs_js__WEBPACK_IMPORTED_MODULE_2__/* .readExportInputs */ .k)(read, mask, workspace), async (inputs, tools) => {
    const { workspace } = tools;
    // Here and not with the other inputs: a disk that does not answer must not stop the clock of the time limit.
    const sources = await (0,_sources_read_sources_js__WEBPACK_IMPORTED_MODULE_4__/* .readSources */ .t)(inputs, { workspace, readFile: (file) => (0,_files_plain_file_js__WEBPACK_IMPORTED_MODULE_0__/* .readPlainFile */ .b)(workspace, file) });
    return (0,_run_js__WEBPACK_IMPORTED_MODULE_3__/* .run */ .e)({ ...inputs, sources }, tools);
});

__webpack_async_result__();
} catch(e) { __webpack_async_result__(e); } }, 1);

/***/ }),

/***/ 666:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  k: () => (/* binding */ readExportInputs)
});

// EXTERNAL MODULE: ./src/runner/inputs.ts
var inputs = __nccwpck_require__(205);
;// CONCATENATED MODULE: ./src/inputs/connection.ts

/**
 * Reads and checks credential, base URL and timeout.
 * @param mask called with every secret before any other use
 * @throws InputError
 */
function readConnectionInputs(read, mask, defaultTimeoutSeconds) {
    return {
        credential: readCredential(read, mask),
        baseUrl: readBaseUrl(read),
        timeoutMs: (0,inputs/* secondsInput */.oA)(read, 'timeout-seconds') ?? defaultTimeoutSeconds * 1000,
    };
}
const EMPTY_SECRET = "If it comes from a secret, check the secret's name. If it is right: workflows of forks get no secrets, those" +
    ' of Dependabot get only the secrets of Dependabot, and a secret of an environment needs `environment:` in the job.';
/** Reads and masks the credential of the user. @throws InputError */
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
        const safe = headerSafe('access-token', accessToken);
        if (isAppId(safe))
            throw new inputs/* InputError */.dz(`Input \`access-token\` is an app id. ${GIVE_BOTH}`);
        return { kind: 'token', accessToken: safe };
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
    const app = { appId: headerSafe('app-id', appId), appSecret: headerSafe('app-secret', appSecret) };
    if (!isAppId(app.appId)) {
        mask(app.appId);
        throw new inputs/* InputError */.dz(isAppId(app.appSecret)
            ? 'Inputs `app-id` and `app-secret` are swapped. Give the one that begins with `cli_` as `app-id`.'
            : `Input \`app-id\` is no app id, which begins with \`cli_\` (it is not shown here). ${GIVE_BOTH}`);
    }
    if (isAppId(app.appSecret))
        throw new inputs/* InputError */.dz(`Input \`app-secret\` is an app id. ${GIVE_BOTH}`);
    return { kind: 'app', ...app };
}
const GIVE_BOTH = "Copy the app id (`cli_…`) as `app-id` and the app secret as `app-secret` from the app's console: 「凭证与基础信息」.";
// Every app id begins with `cli_`. Source: 自建应用获取 tenant_access_token,
// https://open.feishu.cn/document/server-docs/authentication-management/access-token/tenant_access_token_internal
const isAppId = (value) => value.startsWith('cli_');
// FEISHU_APP_ID, $FEISHU_APP_ID, %FEISHU_APP_ID%, secrets.FEISHU_APP_ID and ${{ secrets.FEISHU_APP_ID }}.
const NAME = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$|^\$|^%\w+%$|\{\{|^(secrets|vars|env|inputs|github|steps|needs|matrix)\.[\w.-]+$/;
/** Checks that a credential can be sent in a header, and is not the name of a secret. @throws InputError */
function headerSafe(name, value) {
    if (NAME.test(value)) {
        throw new inputs/* InputError */.dz(`Input \`${name}\` is a name, not the value behind it. Write \${{ secrets.NAME }} with the name of the secret.`);
    }
    if (/^bearer\s/i.test(value)) {
        throw new inputs/* InputError */.dz(`Input \`${name}\` begins with "Bearer". Give the token alone.`);
    }
    if (!/^[\x21-\x7e]+$/.test(value)) {
        throw new inputs/* InputError */.dz(`Input \`${name}\` holds a blank, a line break or another character that no credential has. Copy it again, alone.`);
    }
    return value;
}
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
/** Reads the address of the open platform. @throws InputError */
function readBaseUrl(read) {
    const value = read('base-url').trim() || 'https://open.feishu.cn';
    // It may contain a password or a token, even if it is not a valid URL.
    const shown = /[@?#]/.test(value) ? 'a text that is not shown here' : (0,inputs/* excerpt */.Kb)(value);
    const bad = (fault, cure) => new inputs/* InputError */.dz(`Input \`base-url\` is ${shown}, ${fault}. ${cure}`);
    const example = 'Write https://open.feishu.cn, or https://open.larksuite.com for Lark.';
    if (!URL.canParse(value))
        throw bad('which is no web address', example);
    const url = new URL(value);
    if (url.username !== '' || url.password !== '') {
        throw bad('which carries a user or a password', `Leave them out. ${example}`);
    }
    if (url.search !== '' || url.hash !== '' || /[?#]/.test(value)) {
        throw bad('which carries a query or a # part', `Leave them out. ${example}`);
    }
    if (url.protocol !== 'https:' && !(url.protocol === 'http:' && LOOPBACK.test(url.hostname))) {
        throw bad('which is not https', `The credential would travel in the clear. ${example}`);
    }
    if (/\/open-apis(\/|$)/.test(url.pathname)) {
        throw bad('which holds the path of the API', `Write the host alone: "${url.origin}".`);
    }
    if (/(^|\.)(feishu\.cn|larksuite\.com)$/.test(url.hostname) && !url.hostname.startsWith('open.')) {
        throw bad('which is the host of documents, not of the API', example);
    }
    return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __nccwpck_require__(760);
var external_node_path_default = /*#__PURE__*/__nccwpck_require__.n(external_node_path_);
;// CONCATENATED MODULE: ./src/inputs/files.ts


/**
 * Reads the directory for the files: an absolute path, or relative to the workspace; the workspace itself when empty.
 * @throws InputError
 */
function readDirectory(read, workspace) {
    const value = read('directory').trim();
    if (value.includes('\0')) {
        throw new inputs/* InputError */.dz('Input `directory` holds a NUL character, which no path has. Write the path of a folder.');
    }
    return external_node_path_default().resolve(workspace, value);
}
/** Reads a number of bytes; undefined when the input is empty. @throws InputError */
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
// EXTERNAL MODULE: ./src/feishu/links/document-link.ts + 1 modules
var document_link = __nccwpck_require__(599);
;// CONCATENATED MODULE: ./src/export/sources/exclude.ts



/**
 * Reads the input `exclude`: one rule a line, a link or a pattern in the syntax of `.gitignore`.
 * Source: "gitignore - Specifies intentionally untracked files to ignore", https://git-scm.com/docs/gitignore
 * @throws InputError for a link that cannot be read
 */
function parseExclude(text) {
    const patterns = [];
    const lineById = new Map();
    for (const [index, line] of text.split(/\r\n|\r|\n/).entries()) {
        if (isLink(line))
            lineById.set(idOf(line, index + 1), line.trim());
        else
            patterns.push(line);
    }
    const matcher = ignore_default()({ ignorecase: false }).add(patterns);
    const excluding = patterns.map((line) => line.trim()).filter((line) => line !== '' && !/^[#!]/.test(line));
    return {
        lines: [...lineById.values(), ...excluding],
        lineFor({ path, isDirectory, ids }) {
            const byLink = ids.map((id) => lineById.get(id)).find((line) => line !== undefined);
            if (byLink !== undefined)
                return byLink;
            // A pattern that ends with a slash matches only the path with a slash; any other pattern, the path without it.
            const candidates = isDirectory ? [`${path}/`, path] : [path];
            const match = candidates.map((candidate) => matcher.test(candidate)).find(({ ignored }) => ignored);
            return match && (match.rule?.pattern ?? path).trim();
        },
    };
}
/** True for a link, also one pasted as an item of a list or in angle brackets: `- <https://…>`. */
const isLink = (line) => /^\s*[-*•]?\s*<?https?:\/\//i.test(line);
/** Reads the id that a link excludes. @throws InputError */
function idOf(line, lineNumber) {
    const parsed = (0,document_link/* parseLink */.Ap)(line, 'document-or-tree');
    const refuse = (fault, cure) => new inputs/* InputError */.dz(`Input \`exclude\`, line ${lineNumber} has ${(0,inputs/* excerpt */.Kb)(line.trim())}, ${fault}. ${cure}`);
    if (parsed.kind === 'fault')
        throw refuse(parsed.fault, parsed.cure);
    if (parsed.kind === 'wiki-home') {
        throw refuse('the page of all knowledge bases', 'Give the link of a document, a page, a folder or one knowledge base: https://…/wiki/space/NUMBER.');
    }
    return linkId(parsed) ?? '';
}
function linkId(link) {
    return link.kind === 'wiki-space' ? link.spaceId : 'token' in link ? link.token : undefined;
}

// EXTERNAL MODULE: ./src/export/sources/source-lines.ts
var source_lines = __nccwpck_require__(876);
;// CONCATENATED MODULE: ./src/export/inputs.ts






/**
 * Reads and checks all inputs; `readSources` turns the lines into sources.
 * @param mask called with every secret
 * @param workspace the directory that relative paths refer to, absolute
 * @throws InputError
 */
function readExportInputs(read, mask, workspace) {
    return {
        ...readConnectionInputs(read, mask, DEFAULT_TIMEOUT_SECONDS),
        sourcesText: read('sources'),
        sourcesFile: read('sources-file').trim() || undefined,
        formats: readFormats(read),
        includeFiles: (0,inputs/* booleanInput */.tE)(read, 'include-files', false),
        includeAttachments: (0,inputs/* booleanInput */.tE)(read, 'include-attachments', false),
        frontMatter: (0,inputs/* booleanInput */.tE)(read, 'front-matter', false),
        exclude: parseExclude(read('exclude')),
        directory: readDirectory(read, workspace),
        overwrite: (0,inputs/* booleanInput */.tE)(read, 'overwrite', false),
        manifest: readManifest(read),
        force: (0,inputs/* booleanInput */.tE)(read, 'force', false),
        deleteStale: (0,inputs/* booleanInput */.tE)(read, 'delete-stale', false),
        failFast: (0,inputs/* booleanInput */.tE)(read, 'fail-fast', false),
        dryRun: (0,inputs/* booleanInput */.tE)(read, 'dry-run', false),
        parallelJobs: (0,inputs/* countInput */.u2)(read, 'parallel-jobs'),
    };
}
const DEFAULT_TIMEOUT_SECONDS = 3600;
/** The formats of the types that the input does not name. */
const DEFAULT_FORMATS = 'doc=docx docx=docx sheet=xlsx bitable=xlsx slides=pptx';
function readFormats(read) {
    const formats = new Map(parseFormats(DEFAULT_FORMATS));
    for (const [type, extensions] of parseFormats(read('formats')))
        formats.set(type, extensions);
    return formats;
}
/** Reads words such as `docx=docx,pdf`. @returns the extensions by type. @throws InputError */
function parseFormats(text) {
    const bad = (word, fault, cure) => new inputs/* InputError */.dz(`Input \`formats\` has ${(0,inputs/* excerpt */.Kb)(word)}: ${fault}. ${cure}`);
    const example = 'Write TYPE=EXT[,EXT] separated by blanks, for example docx=docx,pdf sheet=xlsx.';
    const formats = new Map();
    // `docx = docx, pdf` is one word, too.
    const joined = text.replace(/\s*([=,，])\s*/g, '$1');
    for (const word of joined.split(/\s+/).filter((word) => word !== '')) {
        const [, typeText, list] = /^([^=]*)=([^=]*)$/.exec(word) ?? [];
        if (typeText === undefined || list === undefined)
            throw bad(word, 'this is no TYPE=EXT', example);
        const type = typeText.toLowerCase();
        if (!(0,export_formats/* isExportable */.Xs)(type)) {
            throw bad(word, `${(0,inputs/* excerpt */.Kb)(typeText)} is no type that can be exported`, `One of these: ${export_formats/* EXPORTABLE_TYPES */.PF.join(', ')}.`);
        }
        const extensions = (0,source_lines/* parseExtensions */.w)(list);
        if (extensions.length === 0)
            throw bad(word, 'the file extension is missing', example);
        for (const extension of extensions) {
            const fault = (0,export_formats/* findFormatFault */.Pu)(type, extension);
            if (fault)
                throw bad(word, fault.what, fault.cure);
        }
        if (formats.has(type))
            throw bad(word, `${type} is given twice`, `Write ${type}=EXT,EXT for several.`);
        formats.set(type, extensions);
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

/***/ 755:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   LY: () => (/* binding */ assetsDirectory),
/* harmony export */   XC: () => (/* binding */ documentKey),
/* harmony export */   ch: () => (/* binding */ savesAssets),
/* harmony export */   dx: () => (/* binding */ reservedPathOf),
/* harmony export */   eb: () => (/* binding */ SPACE_TYPE),
/* harmony export */   vX: () => (/* binding */ isSingle),
/* harmony export */   zi: () => (/* binding */ outputKey)
/* harmony export */ });
/** The type of an entry that is a knowledge base; the service has no word for it. */
const SPACE_TYPE = 'wiki-space';
/** Identifies a document, independent of the format. */
const documentKey = ({ type, token }) => `${type}/${token}`;
/** Identifies an output. An uploaded file has only one output, so its extension does not count. */
function outputKey({ token, type, fileExtension, subId = '', asset, }) {
    if (asset !== undefined)
        return JSON.stringify([token, type, 'asset', asset]);
    return JSON.stringify(type === 'file' ? [token, type] : [token, type, fileExtension, subId]);
}
/** The path that is reserved for a recorded file, wherever a killed run has left the file itself. */
const reservedPathOf = ({ path, reservedPath = path }) => reservedPath;
/** True for an output whose pictures or attachments are saved beside its file. */
const savesAssets = ({ kind, variant }) => kind === 'markdown' || variant === 'attachments';
/** The path of the directory with a file's pictures and attachments: `a/b.assets` for the file `a/b.md`. */
const assetsDirectory = (path) => `${path.replace(/\.[^./]*$/, '')}.assets`;
/** True for a source that is a single document or page; any other source is a tree. */
const isSingle = ({ target }) => target.kind === 'document' || (target.kind === 'wiki-node' && !target.children);


/***/ }),

/***/ 492:
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

// EXTERNAL MODULE: ./src/polling/clock.ts
var polling_clock = __nccwpck_require__(849);
;// CONCATENATED MODULE: ./src/feishu/client/content-coding.ts
/**
 * Decompresses a body: some gateways compress answers although the request forbids it.
 * Source: RFC 9110, HTTP Semantics, 8.4.1, https://www.rfc-editor.org/rfc/rfc9110#section-8.4.1
 * @param contentEncoding the header; undefined when there is none
 * @param maxBytes the maximum size of the decoded body
 * @returns the body as it is when it is plain JSON all the same; undefined when it is longer, or the coding is unknown
 * @throws when the compressed bytes are damaged; the error has a `code`
 */
async function decodeBody(bytes, contentEncoding, maxBytes) {
    const coding = contentEncoding?.trim().toLowerCase() ?? '';
    if (coding === '' || coding === 'identity' || bytes.length === 0)
        return bytes;
    const decode = await findDecoder(coding);
    try {
        return decode?.(bytes, { maxOutputLength: maxBytes });
    }
    catch (error) {
        if (error.code === 'ERR_BUFFER_TOO_LARGE')
            return undefined;
        // Some gateways name a coding and send plain JSON.
        if (bytes[0] === OPENING_BRACE)
            return bytes;
        throw error;
    }
}
const OPENING_BRACE = 0x7b;
async function findDecoder(coding) {
    // Loaded only when needed: almost no answer is compressed.
    const { gunzipSync, inflateSync, inflateRawSync, brotliDecompressSync } = await Promise.resolve(/* import() */).then(__nccwpck_require__.t.bind(__nccwpck_require__, 522, 23));
    switch (coding) {
        case 'gzip':
        case 'x-gzip':
            return gunzipSync;
        case 'deflate':
            // Some servers leave out the zlib header.
            return (bytes, options) => ((bytes[0] ?? 0) & 0x0f) === ZLIB_DEFLATE ? inflateSync(bytes, options) : inflateRawSync(bytes, options);
        case 'br':
            return brotliDecompressSync;
        default:
            return undefined;
    }
}
// The compression method in the low four bits of the first byte.
// Source: RFC 1950, ZLIB Compressed Data Format, 2.2, https://www.rfc-editor.org/rfc/rfc1950
const ZLIB_DEFLATE = 8;

;// CONCATENATED MODULE: ./src/feishu/client/operations.ts
const EXPORT_SCOPES = ['docs:document:export', 'drive:export:readonly'];
const WIKI_SCOPES = ['wiki:wiki:readonly'];
const DOCX_SCOPES = ['docx:document:readonly', 'docx:document'];
const PER_MINUTE = { requests: 100, windowMs: 60_000 };
const FIVE_PER_SECOND = { requests: 5, windowMs: 1_000 };
/**
 * The API calls, with the phrase for error messages, the scopes and the rate limit of each.
 * Source: the documentation page of each call, whose title and address are beside the function that makes it.
 */
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
        // Also a thousand a minute, which is enough for 200,000 documents.
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
        // Also 10,000 a day.
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
/** Advice that several errors share: sentences, and clauses without a full stop. */
const SUPPORT = 'If it stays, give the log id to Feishu support.';
const ADD_APP = 'Open the document and add the app (「…」→「…更多」→「添加文档应用」), or, with a user token, share it with that user;' +
    ' check too who may copy, print and download it (「权限设置」)';

;// CONCATENATED MODULE: ./src/feishu/errors/document-errors.ts

const ADD_APP_TO_WIKI = 'Make the app a member of the knowledge base: put it into a group as a bot, then 「知识库设置」→「成员设置」→「添加成员」' +
    ' and choose that group. For one page it is enough to add the app to it (「…」→「…更多」→「添加文档应用」)';
const CHECK_LINK = 'Check the link; it may have been deleted or moved.';
const RESTORE = 'Restore it from the recycle bin (回收站), or take it out of the sources.';
const WRONG_PARAMETERS = 'the service does not accept the parameters';
const MEDIA_DELETED = {
    meaning: 'the document does not have it any more',
    advice: 'The document was probably edited while it was read. Run it again.',
};
/**
 * The errors of the APIs that read documents, folders and knowledge bases.
 * Source: the error list on the documentation page of each call, whose address is beside the call in this folder.
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
        codes: [131009],
        class: 'transient',
        meaning: 'another request holds a lock on the knowledge base',
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
        meaning: "too many downloads of uploaded files (5 a second), or today's 10,000 are used up",
        advice: 'After 10,000 downloads, let the run of the next day go on.',
        per: {
            mediaDownload: {
                meaning: "too many downloads of pictures and attachments (5 a second), or today's 10,000 are used up",
                advice: 'After 10,000 downloads, let the run of the next day go on: it keeps what is there.',
            },
        },
    },
    {
        codes: [131002],
        class: 'permanent',
        meaning: WRONG_PARAMETERS,
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
        meaning: WRONG_PARAMETERS,
        advice: 'Check the link: a folder link is needed where a folder is listed.',
        per: { mediaDownload: MEDIA_DELETED },
    },
    {
        codes: [1061003],
        class: 'permanent',
        meaning: 'not found',
        advice: CHECK_LINK,
        per: { mediaDownload: MEDIA_DELETED },
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
        per: { mediaDownload: MEDIA_DELETED },
    },
    {
        codes: [1063001],
        class: 'permanent',
        ...MEDIA_DELETED,
    },
    {
        codes: [1770001, 2890001, 2890002, 1310251, 1254003],
        class: 'permanent',
        meaning: WRONG_PARAMETERS,
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
/** The code that comes with HTTP 200 in place of a large file, which must then be requested in parts. */
const TOO_LARGE_FOR_ONE_REQUEST = 234037;
/**
 * Every error code that this project knows; any other is classified by its HTTP status.
 * Source: 通用错误码, https://open.feishu.cn/document/server-docs/api-call-guide/generic-error-code; the error lists of the
 * pages of the calls, whose addresses are beside the calls; and the official SDK.
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
        codes: [TOO_LARGE_FOR_ONE_REQUEST],
        class: 'permanent',
        meaning: 'the file is too large to be downloaded in one request, and the service does not send it in pieces',
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
        advice: `${CONSOLE}: 「凭证与基础信息」 shows both; copy them again. For an app of Lark, \`base-url\` is` +
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
 * Parses JSON; integers of 16 digits and more, which a JavaScript number may not represent, become digit strings.
 * @throws SyntaxError when the text is not JSON
 */
function parseJson(text) {
    const plain = JSON.parse(text);
    if (!/\d{16}/.test(text))
        return plain;
    return JSON.parse(text.replace(TOKENS, (token) => (/^-?\d{16,}$/.test(token) ? `"${token}"` : token)));
}
/** Thrown for an answer that does not have the documented shape. */
class json_WrongShape extends Error {
}

;// CONCATENATED MODULE: ./src/feishu/errors/errors.ts




const TOO_MANY_REQUESTS = 99991400;
const LACKS_SCOPE = 99991672;
// A bad request, or too many requests: only `msg` distinguishes them.
const AMBIGUOUS = 9499;
const ROWS = new Map(ERROR_TABLE.flatMap((row) => row.codes.map((code) => [code, row])));
/** Reads the envelope of an answer; undefined when the body is not one. */
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
/**
 * Reads an answer without an envelope. An answer of the service has `X-Tt-Logid` or a log id in the body; gateways send
 * other pages.
 * @param text the body as it was received
 * @param body the same, parsed; undefined when it is not JSON
 * @returns undefined when the answer may not come from the service
 */
function readCodeless(text, body, headers) {
    const isEmpty = text.trim() === '';
    if (!isEmpty && !isObject(body))
        return undefined;
    const { log_id: logId, msg } = isObject(body) ? body : {};
    if (typeof logId !== 'string' && headers['x-tt-logid'] === undefined)
        return undefined;
    return {
        isEmpty,
        logId: typeof logId === 'string' ? logId : undefined,
        msg: typeof msg === 'string' ? msg : '',
    };
}
/** The log id that Feishu's support needs: `X-Tt-Logid`, else `X-Request-Id`, else that of the body. */
function logIdOf(answer) {
    const ids = [
        answer.headers['x-tt-logid'],
        answer.headers['x-request-id'],
        answer.envelope?.error['log_id'],
        answer.envelope?.error['logid'],
        answer.envelope?.whole['log_id'],
        answer.codeless?.logId,
    ];
    return ids.find((id) => typeof id === 'string' && id.trim() !== '');
}
/**
 * Classifies an answer that is not a success: by its code if the table has it, otherwise by its HTTP status. Not by the
 * text of `msg`, except for code 9499, whose two meanings differ in nothing else.
 */
function classify(answer) {
    const { envelope, codeless, httpStatus, operation } = answer;
    const doing = `Could not ${OPERATIONS[operation].doing}`;
    const row = (envelope && rowOf(envelope)) ?? (httpStatus === 429 ? ROWS.get(TOO_MANY_REQUESTS) : undefined);
    const common = {
        httpStatus,
        logId: logIdOf(answer),
        code: envelope?.code === 0 ? undefined : envelope?.code,
        serviceMessage: envelope?.code === 0 ? undefined : (envelope ?? codeless)?.msg,
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
        return { ...common, ...classifyHttpStatus(httpStatus, codeless, doing) };
    return {
        ...common,
        class: httpStatus === 408 || httpStatus >= 500 ? 'transient' : 'permanent',
        what: `${doing}: the service refused with an error that this action does not know`,
        advice: 'Look the code up in the list of general error codes (通用错误码), or give the log id to Feishu support.',
    };
}
function rowOf(envelope) {
    if (envelope.code !== AMBIGUOUS)
        return ROWS.get(envelope.code);
    return /too many requests?/i.test(envelope.msg)
        ? ROWS.get(TOO_MANY_REQUESTS)
        : {
            codes: [AMBIGUOUS],
            class: 'permanent',
            meaning: 'the service calls it a bad request',
            advice: 'Check the inputs.',
        };
}
/**
 * Classifies an answer without a code: of the service, or a page of a gateway or proxy (whose text is never shown), or
 * an incomplete body.
 */
function classifyHttpStatus(httpStatus, codeless, doing) {
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
    if (codeless) {
        return passing
            ? {
                class: 'transient',
                what: `${doing}: the answer of the service ${codeless.isEmpty ? 'is empty' : 'holds no code'}`,
                advice: 'Run it again later; if it stays, give the log id to Feishu support.',
            }
            : {
                class: 'permanent',
                what: `${doing}: the service refused without a reason`,
                advice: 'Check the tokens; if they are right, give the log id to Feishu support.',
            };
    }
    return {
        class: passing ? 'transient' : 'permanent',
        what: `${doing}: the answer is not one of the Open API, but a page of a gateway or proxy`,
        advice: passing
            ? 'Run it again later; if it stays, check the proxies and firewalls between the runner and `base-url`.'
            : 'Check `base-url`, and the proxies and firewalls between the runner and it.',
        scope: passing ? undefined : 'app',
    };
}
// The name of a field is a word; a longer text would push code and advice out of the message.
const MAX_OF_FIELD = 60;
/** Details for the message: the rate limit, the missing scopes, or the fields at fault that the error object names. */
function detailsOf(row, envelope, operation) {
    if (row.codes.includes(TOO_MANY_REQUESTS)) {
        const { requests, windowMs } = OPERATIONS[operation].limit;
        const window = windowMs === 60_000 ? 'a minute' : 'a second';
        return `; the limit is ${requests} ${window} for all jobs of the app together`;
    }
    if (row.codes.includes(LACKS_SCOPE)) {
        const named = objectsOf(envelope?.error['permission_violations'])
            .flatMap((violation) => [violation['subject'], violation['scope']])
            .filter((scope) => typeof scope === 'string' && /^[\w:.-]{1,100}$/.test(scope));
        const scopes = named.length > 0 ? [...new Set(named)] : OPERATIONS[operation].scopes;
        if (scopes.length === 0)
            return '';
        return `; ${scopes.length === 1 ? 'it needs' : 'one of these is enough:'} ${scopes.slice(0, 8).join(', ')}`;
    }
    const fields = objectsOf(envelope?.error['field_violations'])
        .map((violation) => violation['field'])
        .filter((field) => typeof field === 'string' && field !== '')
        .map((field) => (0,src_text/* oneLine */.TN)(field, MAX_OF_FIELD));
    return fields.length > 0 ? `; fields at fault: ${fields.slice(0, 8).join(', ')}` : '';
}
function helpLinks(envelope) {
    const urls = [...objectsOf(envelope.error['helps']), ...objectsOf(envelope.error['permission_violations'])]
        .map((help) => help['url'])
        .concat(envelope.error['troubleshooter'])
        .flatMap((value) => (typeof value === 'string' ? (/https:\/\/[^\s"'<>`]{1,800}/.exec(value)?.[0] ?? []) : []));
    return [...new Set(urls)].slice(0, 2);
}
/** The objects in a list; none if the value is not a list. */
function objectsOf(value) {
    return Array.isArray(value) ? value.filter(isObject) : [];
}
// Longer than any timeout, and still readable.
const MAX_ASKED_SECONDS = 1e9;
/**
 * The waiting time that a refusal names: `x-ogw-ratelimit-reset` (seconds), else `Retry-After` (seconds or a date).
 * Source: 频控策略, https://open.feishu.cn/document/server-docs/api-call-guide/frequency-control
 * @returns milliseconds; undefined when neither header has a usable value
 */
function askedWaitMs(answer) {
    const seconds = (name) => {
        const value = String(answer.headers[name] ?? '').trim();
        return /^\d+(\.\d+)?$/.test(value) ? Math.min(Number(value), MAX_ASKED_SECONDS) : undefined;
    };
    const asked = seconds('x-ogw-ratelimit-reset') ?? seconds('retry-after');
    if (asked !== undefined)
        return asked * 1000;
    const date = httpDate(String(answer.headers['retry-after'] ?? '').trim());
    return date === undefined ? undefined : Math.max(0, date - answer.wallMs);
}
/**
 * Parses a date in one of the three forms of HTTP; `Date.parse` alone accepts almost any text with a digit.
 * Source: RFC 9110, HTTP Semantics, 5.6.7, https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7
 */
function httpDate(value) {
    if (!/^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? [\w :-]+$/.test(value))
        return undefined;
    const date = Date.parse(value.endsWith(' GMT') ? value : `${value} GMT`);
    return Number.isNaN(date) ? undefined : date;
}

;// CONCATENATED MODULE: ./src/feishu/errors/failure.ts

/** Makes a reply with a failure. */
const failure_fail = (failure) => ({ ok: false, failure });
/**
 * Describes a failure without the advice: `Could not …: no permission (code 1069902, HTTP 403, log id …); the service
 * says "…"`.
 */
function failure_factOf(failure) {
    const numbers = [
        failure.code !== undefined && `code ${failure.code}`,
        failure.httpStatus !== undefined && `HTTP ${failure.httpStatus}`,
        failure.logId !== undefined && `log id ${(0,src_text/* oneLine */.TN)(failure.logId, 80)}`,
    ].filter((part) => part !== false);
    const words = (failure.links?.length ? withoutAddresses(failure.serviceMessage) : failure.serviceMessage) ?? '';
    const message = words.trim() === '' ? '' : `; the service says ${(0,src_text/* quoted */.TL)(words.replace(/[\s.。]+$/, ''))}`;
    return `${failure.what}${numbers.length > 0 ? ` (${numbers.join(', ')})` : ''}${message}`;
}
/** Removes the addresses from a message: they are shown as links, since in a text they could be cut. */
const withoutAddresses = (text) => text?.replace(/[:：]?\s*https?:\/\/[^\s"'<>，。]+/g, '');
/** Describes a failure with its advice and its links. */
function failure_describe(failure) {
    // In angle brackets, so that the sentence after a link cannot be read as a part of it.
    const links = failure.links?.length ? `See ${failure.links.map((link) => `<${link}>`).join(' and ')}.` : '';
    return [`${failure_factOf(failure)}.`, failure.advice ?? '', links].filter((part) => part !== '').join(' ');
}

;// CONCATENATED MODULE: ./src/polling/deadline.ts
// On the clock of the machine.
const PROCESS_START_MS = 0;
/**
 * Starts the deadline of a step.
 * @param cancel aborted when the user cancels
 * @param startedAtMs the start of the timeout on `clock`; by default, the start of the process
 */
function startDeadline(clock, timeoutMs, cancel, startedAtMs = PROCESS_START_MS) {
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
/** The abort reason when the time limit of one attempt is reached. */
const deadline_ATTEMPT_TIMED_OUT = 'attempt-timed-out';
/**
 * Runs an attempt that may take any time, as long as it makes progress.
 * @param limitMs the maximum silence in milliseconds: from the start, and after each `progress`
 * @param attempt must end when its signal is aborted; after that silence, the abort reason is `ATTEMPT_TIMED_OUT`
 */
async function withStallLimit(clock, limitMs, parent, attempt) {
    const controller = new AbortController();
    const onParent = () => controller.abort(parent.reason);
    if (parent.aborted)
        onParent();
    else
        parent.addEventListener('abort', onParent);
    // One timer for the attempt: a timer for each chunk of a large file would cost more than the chunk.
    let silentSinceMs = clock.nowMs();
    let stopTimer = () => undefined;
    let isOver = false;
    const check = () => {
        if (isOver)
            return;
        const leftMs = silentSinceMs + limitMs - clock.nowMs();
        if (leftMs <= 0)
            controller.abort(deadline_ATTEMPT_TIMED_OUT);
        else
            stopTimer = clock.after(leftMs, check);
    };
    const watch = {
        progress() {
            silentSinceMs = clock.nowMs();
        },
        async exempt(work) {
            stopTimer();
            try {
                return await work;
            }
            finally {
                silentSinceMs = clock.nowMs();
                check();
            }
        },
    };
    check();
    try {
        return await attempt(controller.signal, watch);
    }
    finally {
        isOver = true;
        stopTimer();
        parent.removeEventListener('abort', onParent);
    }
}
/**
 * Runs one attempt under the parent signal and a separate time limit in milliseconds, so that one hung request cannot
 * use up the timeout of the step. The attempt must end when its signal is aborted.
 */
function withTimeLimit(clock, limitMs, parent, attempt) {
    // An attempt that never reports progress is limited as a whole.
    return withStallLimit(clock, limitMs, parent, attempt);
}

;// CONCATENATED MODULE: ./src/feishu/client/proxy.ts
/** Thrown instead of sending a request that would use, or bypass, a proxy that cannot be used. */
class UnusableProxy extends Error {
    fault;
    constructor(fault) {
        super(fault.fault);
        this.fault = fault;
    }
}
const ADDRESS = 'http://HOST:PORT';
// Stricter than `URL`, which accepts quotes in a host.
const HOST = /^([\w.-]+|\[[\da-f:.]+\])$/i;
const CURE = `Write ${ADDRESS}, or http://USER:PASSWORD@HOST:PORT.`;
/**
 * Finds out whether the proxy for a protocol can be used. @actions/http-client connects without a proxy if it cannot
 * parse the address, expects every proxy to speak HTTP, and supports neither SOCKS nor `ALL_PROXY`.
 * @param protocol the protocol of the request: `https:` or `http:`
 * @returns undefined when there is no proxy, or one that can be used
 */
function findProxyFault(environment, protocol) {
    const name = protocol.replace(':', '_proxy');
    const variable = [name, name.toUpperCase()].find((candidate) => environment[candidate]);
    if (variable === undefined) {
        const forAll = ['all_proxy', 'ALL_PROXY'].find((candidate) => environment[candidate]);
        return forAll === undefined
            ? undefined
            : {
                fault: `\`${forAll}\` names a proxy, but this action reads \`${name}\` alone`,
                cure: `Set \`${name}\` to the address of an HTTP proxy: ${ADDRESS}. SOCKS proxies are not supported.`,
            };
    }
    const found = findAddressFault(environment[variable]?.trim() ?? '');
    return found && { ...found, fault: `\`${variable}\` ${found.fault}` };
}
/** Finds what is wrong with the address of a proxy. */
function findAddressFault(address) {
    const [, scheme = '', rest = ''] = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(.*)$/is.exec(address) ?? [];
    if (/^socks/i.test(scheme)) {
        return { fault: 'names a SOCKS proxy, which this action cannot use', cure: `Give an HTTP proxy: ${ADDRESS}.` };
    }
    // Characters that end the host of a URL: in a password they would make a part of it the host.
    const cut = /^[^/?#\\]*([/?#\\]).*@/s.exec(rest)?.[1];
    if (cut !== undefined) {
        const code = encodeURIComponent(cut);
        return { fault: `holds a ${cut} in its user or password`, cure: `Write ${cut} as ${code} there.` };
    }
    if (!isDecodable(rest.slice(0, Math.max(rest.lastIndexOf('@'), 0)))) {
        return {
            fault: 'holds a % in its user or password that two hexadecimal digits do not follow',
            cure: 'Write % as %25 there.',
        };
    }
    if (scheme === '' && URL.canParse(address)) {
        return { fault: 'does not begin with http://', cure: CURE };
    }
    const url = scheme === '' ? `http://${address}` : address;
    return /^https?:/i.test(url) && URL.canParse(url) && HOST.test(new URL(url).hostname)
        ? undefined
        : { fault: 'is not the address of an HTTP proxy', cure: CURE };
}
function isDecodable(text) {
    try {
        decodeURIComponent(text);
        return true;
    }
    catch {
        return false;
    }
}

;// CONCATENATED MODULE: ./src/feishu/errors/network-faults.ts




// The codes for an invalid certificate.
// Source: X509 certificate error codes, https://nodejs.org/api/tls.html#x509-certificate-error-codes
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
const FAMILIES = [
    [/^HPE_/, 'the answer is not HTTP'],
    [/^(Z_|ERR__)/, 'the compressed answer is damaged'],
];
const UNREACHABLE = 'Check `base-url`, and the network and the proxy of the runner. If they are right, Feishu cannot be reached: run it' +
    ' again later.';
/**
 * Classifies an error of the transport. An untrusted certificate is permanent; almost every other fault is transient.
 * @param host the host of the request, without credentials
 */
function classifyNetworkFault(error, operation, host, abortReason) {
    const doing = `Could not ${OPERATIONS[operation].doing}`;
    if (error instanceof UnusableProxy) {
        const { fault, cure } = error.fault;
        return {
            class: 'permanent',
            what: `${doing}: ${fault}`,
            advice: `${cure} To connect to ${host} without a proxy, add it to \`no_proxy\`.`,
            scope: 'app',
        };
    }
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
            what: `${doing}: the address of the proxy cannot be read`,
            advice: 'Check `https_proxy` and `http_proxy`: http://HOST:PORT.',
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
    const reason = PASSING.get(code) ?? FAMILIES.find(([codes]) => codes.test(code))?.[1] ?? 'the connection failed';
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
// Long enough that another server of the service may answer the next request.
const UNEXPECTED_SHAPE_PAUSE_MS = 300;
/**
 * Makes one call without a credential, and classifies the answer. Never throws for errors of the service or the network.
 * After a successful answer with an unexpected shape, the request is sent once more; a second such answer is a permanent
 * failure. Only the request that creates a task is not repeated here.
 * @param signal ends the call; a call that it ends is a transient failure
 */
async function callBare(connection, call, headers, signal) {
    const reply = await callOnce(connection, call, headers, signal);
    if (call.operation === 'create' || !isUnexpectedShape(reply))
        return reply;
    await (0,polling_clock/* sleep */.y)(connection.clock, UNEXPECTED_SHAPE_PAUSE_MS, signal);
    if (signal.aborted)
        return reply;
    const second = await callOnce(connection, call, headers, signal);
    return isUnexpectedShape(second) ? failure_fail(unexpectedTwice(second.failure)) : second;
}
const isUnexpectedShape = (reply) => !reply.ok && reply.failure.origin === 'unexpected-shape';
/** The permanent failure after two successful answers in a row with an unexpected shape. */
const unexpectedTwice = (failure) => ({
    ...failure,
    class: 'permanent',
    what: `${failure.what}, twice`,
    advice: 'This action may not know this form of the answer yet: report it in the issues of its repository.',
});
async function callOnce(connection, call, headers, signal) {
    const opened = await openAnswer(connection, call, headers, signal);
    return opened.ok ? readAnswer(connection, call, opened.value, signal) : opened;
}
/** Makes one call with the credential's token; renews a refused token once if possible. */
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
/** Sends a request and waits for status and headers of the answer, whatever the status is. */
async function openAnswer(connection, call, headers, signal) {
    const { transport, baseUrl, onAnswer } = connection;
    try {
        const answer = await transport.send({
            method: call.method,
            url: `${baseUrl}${call.path}`,
            headers: {
                accept: 'application/json',
                'accept-encoding': 'identity',
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
/** Reads the complete body of an answer, up to its size limit, and classifies the answer. */
async function readAnswer(connection, call, answer, signal) {
    const { operation } = call;
    const head = { operation, httpStatus: answer.status, headers: answer.headers, wallMs: connection.clock.wallMs() };
    let text;
    try {
        text = await readText(answer, call.maxBodyBytes ?? MAX_BODY_BYTES);
    }
    catch (error) {
        if (answer.status === 429)
            return failure_fail(classify(head));
        const fault = classifyNetworkFault(error, operation, new URL(connection.baseUrl).host, signal.reason);
        return failure_fail({ ...fault, httpStatus: answer.status, logId: logIdOf(head) });
    }
    const body = text === undefined ? undefined : tryParse(text);
    const envelope = readEnvelope(body);
    const codeless = envelope || text === undefined ? undefined : readCodeless(text, body, answer.headers);
    const facts = { ...head, envelope, codeless };
    if (envelope?.code !== 0 || answer.status < 200 || answer.status >= 300)
        return failure_fail(classify(facts));
    try {
        return { ok: true, value: call.read(envelope), logId: logIdOf(facts) };
    }
    catch (error) {
        if (error instanceof json_WrongShape)
            return failure_fail(wrongShape(facts, error.message));
        throw error;
    }
}
function wrongShape(answer, detail) {
    return {
        class: 'transient',
        what: `Could not ${OPERATIONS[answer.operation].doing}: the answer has an unexpected shape (${detail})`,
        httpStatus: answer.httpStatus,
        logId: logIdOf(answer),
        origin: 'unexpected-shape',
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
/** Reads the body as text; undefined when it is longer than `maxBytes`. */
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
    const { 'content-encoding': coding } = answer.headers;
    const decoded = await decodeBody(Buffer.concat(chunks), coding && String(coding), maxBytes);
    return decoded && new TextDecoder().decode(decoded);
}

;// CONCATENATED MODULE: ./src/feishu/auth/credentials.ts
/** The credential of an access token that the user gave: it cannot be renewed. */
function givenToken(accessToken) {
    return {
        token: () => Promise.resolve({ ok: true, value: accessToken }),
        accepted: () => undefined,
        refused: () => false,
    };
}
/**
 * The credential of an app: tenant access tokens, requested when needed. A refused token is replaced by a new one. If the
 * service refuses the new one too, without having accepted it once, the token is not the cause: no more are requested.
 * @param mint requests a token; the service returns the same one until 30 minutes before it expires
 */
function mintedTokens(mint) {
    let current;
    let minting;
    let isUnprovenReplacement = false;
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
                isUnprovenReplacement = false;
        },
        refused(token) {
            if (token !== current)
                return true;
            if (isUnprovenReplacement)
                return false;
            isUnprovenReplacement = true;
            current = undefined;
            return true;
        },
    };
}

;// CONCATENATED MODULE: ./src/feishu/auth/tenant-token.ts



/**
 * Makes the credential of the requests from what the user gave.
 * Source: 自建应用获取 tenant_access_token, `POST /open-apis/auth/v3/tenant_access_token/internal`,
 * https://open.feishu.cn/document/server-docs/authentication-management/access-token/tenant_access_token_internal
 * @param mask called with each new token before its first use
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
;// CONCATENATED MODULE: external "node:net"
const external_node_net_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:net");
// EXTERNAL MODULE: ./node_modules/@actions/http-client/lib/index.js
var lib = __nccwpck_require__(779);
// EXTERNAL MODULE: ./node_modules/@actions/http-client/lib/proxy.js
var proxy = __nccwpck_require__(783);
;// CONCATENATED MODULE: ./src/feishu/client/transport.ts





const MAX_HEADER_BYTES = 128 * 1024;
// For a name with several addresses, Node gives each address except the last 250 ms to connect. For a distant runner,
// that is too short. The minimum limit of an attempt is 2 s, so that with 1 s the second address is tried as well.
// Source: socket.connect(options), https://nodejs.org/api/net.html#socketconnectoptions-connectlistener
const MIN_CONNECT_MS = 1_000;
const currentSignal = new external_node_async_hooks_namespaceObject.AsyncLocalStorage();
// http-client cannot end a request; the option of Node that can is set here on each of its requests.
const abortable = {
    prepareRequest(options) {
        const signal = currentSignal.getStore();
        if (signal)
            options.signal = signal;
        // A title of many emoji, percent-encoded in Content-Disposition, may be longer than Node's default of 16 kB.
        options.maxHeaderSize = MAX_HEADER_BYTES;
        // http-client passes on the brackets of [::1], which Node would look up as a name.
        if (options.host)
            options.host = options.host.replace(/^\[(.*)\]$/, '$1');
    },
    canHandleAuthentication: () => false,
    handleAuthentication: () => Promise.reject(new Error('never called')),
};
/**
 * Makes the transport of the actions: @actions/http-client, which supports the runner's proxies (`https_proxy`,
 * `no_proxy`).
 * @param environment the variables that may name a proxy, checked before each request; http-client itself reads those of
 * the process
 */
function createTransport(userAgent, environment) {
    // For the whole process, since the connection to a proxy does not take the options of a request.
    (0,external_node_net_namespaceObject.setDefaultAutoSelectFamilyAttemptTimeout)(Math.max(MIN_CONNECT_MS, (0,external_node_net_namespaceObject.getDefaultAutoSelectFamilyAttemptTimeout)()));
    // One client for each protocol: http-client would reuse its agent for another protocol.
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
            const target = new URL(url);
            const fault = (0,proxy/* checkBypass */.H)(target) ? undefined : findProxyFault(environment, target.protocol);
            if (fault)
                throw new UnusableProxy(fault);
            const { message } = await rejectOnAbort(signal, currentSignal.run(signal, () => clientFor(url).request(method, url, body ?? null, { ...headers })));
            return {
                status: message.statusCode ?? 0,
                headers: message.headers,
                body: readComplete(message, signal),
                destroy: () => message.destroy(),
            };
        },
        dispose() {
            for (const client of clients.values())
                client.dispose();
        },
    };
}
/**
 * True for a body in chunks, which marks its own end; with any other coding, the end of the connection ends the body.
 * Source: RFC 9112, HTTP/1.1, 6.3, https://www.rfc-editor.org/rfc/rfc9112
 */
const isChunked = (transferEncoding) => /(^|,)\s*chunked\s*$/i.test(String(transferEncoding ?? ''));
/**
 * Reads a body to its end. A body without a length ends with its connection, and Node does not distinguish that from a
 * reset or an abort: both are thrown here.
 */
async function* readComplete(message, signal) {
    yield* message;
    const { headers, socket } = message;
    const framed = headers['content-length'] !== undefined || isChunked(headers['transfer-encoding']);
    if (signal.aborted)
        throw new Error('aborted', { cause: signal.reason });
    if (!framed && socket.errored)
        throw socket.errored;
}
/**
 * Rejects when the signal is aborted, while the work itself continues: Node cannot abort a request that waits for a
 * proxy.
 */
function rejectOnAbort(signal, work) {
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
function connect(options) {
    const { baseUrl, credential, clock, mask, debug, action, environment = {} } = options;
    const transport = createTransport(`feishu-export-action/${VERSION} (${action})`, environment);
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

;// CONCATENATED MODULE: ./src/feishu/errors/poll-end.ts


/** Describes how a poll ended, in complete sentences for the user: cause, last failure, advice. */
function describeEnd(end, { notDone, timeoutMs, howToContinue }) {
    if (end.kind === 'failed')
        return describe(end.failure);
    const lastFailure = end.lastFault && `The last request failed: ${factOf(end.lastFault)}.`;
    const advice = end.kind === 'timed-out' ? end.lastFault?.advice : undefined;
    return [causeOf(end, notDone, timeoutMs), lastFailure, advice, howToContinue]
        .filter((part) => part !== undefined)
        .join(' ');
}
/** Says why the poll was stopped: by a cancel, by its timeout, or by a rate limit that lasts longer than the timeout. */
function causeOf(end, notDone, timeoutMs) {
    if (end.kind === 'cancelled')
        return `Cancelled: ${notDone}.`;
    const limit = `${formatDuration(timeoutMs)} (\`timeout-seconds\`)`;
    if (end.refusedForMs === undefined)
        return `Time is up: ${notDone} within ${limit}.`;
    const wait = `wait ${formatDuration(end.refusedForMs)}, longer than what is left of ${limit}: ${notDone}.`;
    return end.lastFault?.askedMs === undefined
        ? `The rate limit does not say how long to wait. The next attempt would ${wait}`
        : `The rate limit asks to ${wait}`;
}
/** The failure behind the end of a poll, if there is one. */
function failureOf(end) {
    return end.kind === 'failed' ? end.failure : end.lastFault;
}
/** The log line after a failed attempt that will be retried. */
function describeRetry(failure, pauseMs) {
    return `${failure_factOf(failure)}; trying again in ${(0,src_text/* formatDuration */.a3)(pauseMs)}`;
}

;// CONCATENATED MODULE: ./src/files/disk-fault.ts

/** A fault of the local disk. A retry would fail again. */
class disk_fault_DiskFault extends Error {
    what;
    cure;
    code;
    constructor(
    /** A clause: "Cannot write the file "…": the disk is full (ENOSPC)". */
    what, 
    /** What the user can do, in a sentence. */
    cure, 
    /** The error code of Node.js: `ENOSPC`, `EACCES`, … */
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
 * Makes the fault for an error of the file system.
 * @param doing the phrase after "Cannot": "write the file"
 * @param error what Node.js threw
 */
function diskFault(doing, path, error) {
    const { code = 'unknown' } = error;
    const [meaning, cure] = MEANINGS[code] ?? ['the system refuses', 'Check the path and the disk of the runner.'];
    return new disk_fault_DiskFault(`Cannot ${doing} ${(0,src_text/* quoted */.TL)(path, 1000)}: ${meaning} (${code})`, cure, code);
}
/** Makes the fault for a file that exists already and must not be replaced. */
function existsFault(path) {
    const cure = 'Set `overwrite: true` to replace it, or choose another name or `directory`.';
    return new disk_fault_DiskFault(`The file ${(0,src_text/* quoted */.TL)(path, 1000)} exists already`, cure, 'EEXIST');
}
// The faults after which every other file fails too.
const WHOLE_DISK_CODES = new Set(['ENOSPC', 'EDQUOT', 'EROFS']);
/** Converts the fault to a permanent failure. Its scope is `app` when every other file fails too. */
function disk_fault_diskFailure({ what, cure, code }) {
    const scope = WHOLE_DISK_CODES.has(code) ? 'app' : undefined;
    return { class: 'permanent', what, advice: cure, origin: 'disk', scope };
}

// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __nccwpck_require__(455);
;// CONCATENATED MODULE: ./src/files/retry.ts

// On Windows, a virus scanner or an indexer keeps a new file open for some 100 ms.
const HELD_CODES = new Set(['EPERM', 'EACCES', 'EBUSY']);
// About a second in total: a program that keeps the file open longer is not a scanner.
const PAUSES_MS = [20, 40, 80, 160, 320, 400];
/** Moves a file, or a folder, and tries again for about a second while another program holds it. @throws as `rename` */
const renameWithRetry = (clock, from, to) => retryWhileHeld(clock, () => (0,promises_.rename)(from, to));
/** Removes a file, and tries again for about a second while another program holds it. @throws as `unlink` */
const unlinkWithRetry = (clock, file) => retryWhileHeld(clock, () => (0,promises_.unlink)(file));
/** Removes an empty folder, and tries again for about a second while another program holds it. @throws as `rmdir` */
const rmdirWithRetry = (clock, directory) => retryWhileHeld(clock, () => (0,promises_.rmdir)(directory));
/**
 * Runs a file operation, and tries again for about a second while another program holds the file.
 * @throws the error of the last try
 */
async function retryWhileHeld(clock, action) {
    for (const pauseMs of PAUSES_MS) {
        try {
            await action();
            return;
        }
        catch (error) {
            if (!HELD_CODES.has(error.code ?? ''))
                throw error;
        }
        await new Promise((resolve) => clock.after(pauseMs, resolve));
    }
    return action();
}

;// CONCATENATED MODULE: ./src/files/folders.ts



/**
 * Creates a folder and the missing folders above it, one level at a time. The recursive `mkdir` of Node.js never returns
 * if the existing folder cannot hold new folders (`/proc`, a network disk that is offline).
 * @returns the outermost folder that was created; undefined when all existed
 * @throws as `mkdir`, and `ENOTDIR` when a file has the name; folders created before the error are removed again
 */
async function createFolders(clock, directory) {
    const firstTry = await createFolder(directory);
    if (firstTry === 'created')
        return directory;
    if (firstTry === 'exists')
        return undefined;
    const parent = external_node_path_default().dirname(directory);
    // Only a drive has no parent.
    if (parent === directory)
        throw Object.assign(new Error('no such drive'), { code: 'ENOENT' });
    const outermost = await createFolders(clock, parent);
    try {
        const secondTry = await createFolder(directory);
        if (secondTry === 'parent-missing')
            throw Object.assign(new Error('cannot hold a folder'), { code: 'ENOENT' });
        return outermost ?? (secondTry === 'created' ? directory : undefined);
    }
    catch (error) {
        if (outermost !== undefined)
            await removeEmptyFolders(clock, parent, outermost);
        throw error;
    }
}
async function createFolder(directory) {
    try {
        await (0,promises_.mkdir)(directory);
        return 'created';
    }
    catch (error) {
        const { code } = error;
        if (code === 'ENOENT')
            return 'parent-missing';
        // For an existing folder, systems give different codes: EEXIST, EPERM (a drive of Windows), EROFS.
        const found = await (0,promises_.stat)(directory).catch(() => undefined);
        if (found?.isDirectory() === true)
            return 'exists';
        throw code === 'EEXIST' ? Object.assign(new Error('a file has this name'), { code: 'ENOTDIR' }) : error;
    }
}
/** Removes empty folders, from the innermost to the outermost; stops at the first that is not empty. Never rejects. */
async function removeEmptyFolders(clock, innermost, outermost) {
    for (let directory = innermost;; directory = external_node_path_default().dirname(directory)) {
        try {
            await rmdirWithRetry(clock, directory);
        }
        catch {
            return;
        }
        if (directory === outermost || directory === external_node_path_default().dirname(directory))
            return;
    }
}

;// CONCATENATED MODULE: ./src/files/inside.ts






const codeOf = (error) => error.code;
/** True when nothing exists at the path, also because a part of the path is not a folder. */
const isMissing = (error) => codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR';
/** True for the root itself and everything below it; both paths are free of links. */
const isWithin = (realRoot, real) => real === realRoot || real.startsWith(withSlash(realRoot));
const withSlash = (directory) => (directory.endsWith((external_node_path_default()).sep) ? directory : directory + (external_node_path_default()).sep);
/**
 * Makes a function that inspects paths below a root. It does not follow a link at the end of the path; a file outside the
 * root, in a folder that is a link, is `other`. Several calls may run at once.
 * @param root absolute
 * @returns the function: takes a relative path, returns undefined when nothing exists there, and throws DiskFault
 */
function inspectInside(root) {
    const answers = new Map();
    const isFolderInside = (directory) => {
        let answer = answers.get(directory);
        if (answer === undefined) {
            answer = isReallyWithin(root, directory);
            answers.set(directory, answer);
        }
        return answer;
    };
    return async (relative) => {
        const absolute = external_node_path_default().join(root, relative);
        try {
            const found = await (0,promises_.lstat)(absolute, { bigint: true });
            const isInside = await isFolderInside(external_node_path_default().dirname(absolute));
            const kind = found.isFile() && isInside ? 'file' : 'other';
            return { kind, size: Number(found.size), id: `${found.dev}:${found.ino}` };
        }
        catch (error) {
            if (isMissing(error))
                return undefined;
            throw diskFault('inspect', absolute, error);
        }
    };
}
/** True for a folder that is within the root after all links are followed. */
async function isReallyWithin(root, directory) {
    return isWithin(await (0,promises_.realpath)(root), await (0,promises_.realpath)(directory));
}
const MAX_TRIES = 20;
/**
 * Creates the missing folders above a path below the root. Follows a link to a folder only if the folder is inside the
 * root.
 * @throws DiskFault
 */
async function ensureParentInside(clock, root, relative) {
    for (let triesLeft = MAX_TRIES;; triesLeft--) {
        try {
            await createParentInside(clock, root, relative);
            return;
        }
        catch (error) {
            // A folder may vanish meanwhile: when another file is removed, so are the folders that it leaves empty.
            const mayHaveVanished = error instanceof disk_fault_DiskFault && error.code === 'ENOENT';
            if (!mayHaveVanished || triesLeft === 1)
                throw error;
        }
    }
}
/**
 * Checks that no existing folder above a path below the root is a link that leads out of the root.
 * @throws DiskFault
 */
async function checkParentInside(root, relative) {
    for (const folder of [root, ...foldersAbove(root, relative)]) {
        try {
            await (0,promises_.lstat)(folder);
        }
        catch (error) {
            if (isMissing(error))
                return;
            throw diskFault('inspect', folder, error);
        }
        await checkFolder(await (0,promises_.realpath)(root), folder);
    }
}
async function createParentInside(clock, root, relative) {
    await createFolders(clock, root).catch((error) => {
        throw diskFault('create the folder', root, error);
    });
    const realRoot = await (0,promises_.realpath)(root).catch((error) => {
        throw diskFault('inspect', root, error);
    });
    for (const folder of foldersAbove(root, relative)) {
        await createIfMissing(folder);
        await checkFolder(realRoot, folder);
    }
}
/** The absolute paths of the folders between the root and a path below it, the outermost first. */
function foldersAbove(root, relative) {
    const segments = relative.split('/').slice(0, -1);
    return segments.map((_, i) => external_node_path_default().join(root, ...segments.slice(0, i + 1)));
}
async function createIfMissing(directory) {
    try {
        await (0,promises_.mkdir)(directory);
    }
    catch (error) {
        if (codeOf(error) !== 'EEXIST')
            throw diskFault('create the folder', directory, error);
    }
}
/** @throws DiskFault when a path is not a folder, or is outside the root after all links are followed */
async function checkFolder(realRoot, directory) {
    let isFolder;
    let real;
    try {
        real = await (0,promises_.realpath)(directory);
        isFolder = (await (0,promises_.stat)(directory)).isDirectory();
    }
    catch (error) {
        throw diskFault('use the folder', directory, error);
    }
    if (!isWithin(realRoot, real)) {
        const what = `Cannot use the folder ${(0,src_text/* quoted */.TL)(directory, 1000)}: it is a link that leads out of \`directory\``;
        throw new disk_fault_DiskFault(what, 'Remove the link, or choose another `directory`.', 'ELOOP');
    }
    if (isFolder)
        return;
    const what = `Cannot create the folder ${(0,src_text/* quoted */.TL)(directory, 1000)}: a file has this name`;
    throw new disk_fault_DiskFault(what, 'Move the file away, or choose another `directory`.', 'ENOTDIR');
}
/**
 * Removes a file below the root, then the folders above it that are empty now, but never the root. Removes nothing but a
 * plain file inside the root, since this action writes nothing else.
 * @returns whether the file was removed
 * @throws DiskFault
 */
async function removeInside(clock, root, relative) {
    if ((await inspectInside(root)(relative))?.kind !== 'file')
        return false;
    const absolute = external_node_path_default().join(root, relative);
    try {
        await unlinkWithRetry(clock, absolute);
    }
    catch (error) {
        if (isMissing(error))
            return false;
        throw diskFault('remove the file', absolute, error);
    }
    await removeEmptyAbove(root, relative);
    return true;
}
/** Removes the empty folders above a path below the root, from the innermost outwards; never the root. Never rejects. */
async function removeEmptyAbove(root, relative) {
    for (const folder of foldersAbove(root, relative).reverse()) {
        try {
            // Fails for a folder that is not empty, and for a link to a folder.
            await (0,promises_.rmdir)(folder);
        }
        catch {
            return;
        }
    }
}
/** True for a folder that holds only empty folders or nothing: a killed process may have created it for a file. */
async function isEmptyFolder(absolute) {
    if (!(await (0,promises_.lstat)(absolute)).isDirectory())
        return false;
    for (const name of await (0,promises_.readdir)(absolute)) {
        if (!(await isEmptyFolder(external_node_path_default().join(absolute, name))))
            return false;
    }
    return true;
}
/** Removes a folder below the root if it holds only empty folders or nothing. Never rejects; the folder remains then. */
async function removeEmptyFolder(root, relative) {
    try {
        const folder = external_node_path_default().join(root, relative);
        if (!(await isEmptyFolder(folder)))
            return;
        await checkParentInside(root, relative);
        for (const name of await (0,promises_.readdir)(folder))
            await removeEmptyFolder(root, external_node_path_default().join(relative, name));
        await (0,promises_.rmdir)(folder);
    }
    catch {
        return;
    }
}

;// CONCATENATED MODULE: ./src/runner/log-throttle.ts
const INTERVAL_MS = 30_000;
/**
 * Logs at most one line in 30 seconds as info and the others as debug, so that frequent short faults do not fill the
 * log.
 * @returns a function that logs a line, and returns whether it was logged as info
 */
function throttleLog(clock, log) {
    let loggedAtMs = -Infinity;
    return (line) => {
        if (clock.nowMs() - loggedAtMs < INTERVAL_MS) {
            log.debug(line);
            return false;
        }
        loggedAtMs = clock.nowMs();
        log.info(line);
        return true;
    };
}

;// CONCATENATED MODULE: ./src/export/engine/query-schedule.ts
/** Before the first result is known: nearly all small documents are exported by this age. */
const FIRST_EXPECTED_AGE_MS = 16_000;
const MAX_EXPECTED_AGE_MS = 4 * 60_000;
// The limits count by the minute: a task that did not end as expected is best queried when the next minute's quota
// begins.
const WINDOW_MS = 60_000;
// How much the expected age is raised after a miss, as a factor of the age of the unfinished task.
const RAISE_FACTOR = 2.2;
// After this many hits in a row, a single slow task says little about the others: the raise is small.
const HITS_FOR_A_SMALL_RAISE = 8;
const SMALL_RAISE_FACTOR = 1.1;
// An unfinished task is expected to have ended when its age has grown by this factor.
const REQUERY_FACTOR = 1.1;
const MIN_AGE_MS = 1_500;
const MIN_PAUSE_MS = 500;
// Limits of the pause between early queries, as a share of the task's age: an end may be seen that much later.
const MIN_PAUSE_SHARE = 0.08;
const MAX_PAUSE_SHARE = 0.6;
// Early queries are spread over all ages up to this one.
const LONG_AGE_MS = 90_000;
const MAX_EARLY_QUERIES = 48;
const MAX_IN_FLIGHT = 16;
// How many queries are in flight until the first answer shows whether tasks of this age have ended.
const INITIAL_MAX_IN_FLIGHT = 4;
// How much early queries may delay the forecast end of the run, as a share of its duration.
const DELAY_SHARE = 0.01;
const FORECAST_EVERY_MS = 250;
/**
 * Decides when to query the status of which export task, so that all ends are seen as early as the rate limit of status
 * queries allows. A query that finds its task finished (a hit) costs nothing, since each task needs one. A query that
 * finds it unfinished (a miss) uses a request that another task could have used. So every task is queried at the age at
 * which exports are expected to have ended. It is queried earlier only if, by the forecast, a miss would not delay the
 * last query of the run: with few documents always, with hundreds only when a minute has unused requests.
 *
 * After a miss, early queries pause; after a hit, the next one follows immediately. This limits the number of misses.
 */
class QuerySchedule {
    clock;
    budget;
    /** The age at which exports are expected to have ended. */
    expectedAgeMs;
    tasks = new Set();
    hitsInARow = 0;
    /** All queries in flight, and how many may be. */
    inFlight = 0;
    maxInFlight = INITIAL_MAX_IN_FLIGHT;
    /** The early ones among them. */
    earlyInFlight = 0;
    maxEarlyInFlight = 1;
    /** No early query is sent before this time: the end of the pause after a miss. */
    nextEarlyMs = 0;
    /** The result of the last forecast (see `countFreeEarlyQueries`), and when it was made. */
    freeEarlyQueries = 0;
    forecastAtMs = -Infinity;
    /** The earliest end of the run that was forecast so far. */
    bestEndMs = Infinity;
    startedAtMs;
    constructor(clock, budget, firstExpectedAgeMs = FIRST_EXPECTED_AGE_MS) {
        this.clock = clock;
        this.budget = budget;
        this.expectedAgeMs = firstExpectedAgeMs;
        this.startedAtMs = clock.nowMs();
    }
    /** Starts to watch a task that was just created. */
    watch() {
        const task = { createdAtMs: this.clock.nowMs(), queriedAgeMs: 0, isEarly: false };
        this.tasks.add(task);
        return task;
    }
    /** Stops watching a task. */
    forget(task) {
        this.tasks.delete(task);
    }
    /** The earliest time for the next query of the task. Valid for a quarter of a second: call again then. */
    dueMs(task) {
        const nowMs = this.clock.nowMs();
        const expectedMs = this.expectedEndMs(task);
        if (expectedMs <= nowMs)
            return this.inFlight < this.maxInFlight ? expectedMs : nowMs + FORECAST_EVERY_MS;
        const { createdAtMs, queriedAgeMs } = task;
        const minAgeMs = queriedAgeMs === 0 ? MIN_AGE_MS : queriedAgeMs * (1 + MIN_PAUSE_SHARE) + MIN_PAUSE_MS;
        const earlyMs = Math.max(this.nextEarlyMs, createdAtMs + minAgeMs);
        if (earlyMs > nowMs)
            return Math.min(expectedMs, earlyMs);
        const mayQueryEarly = this.earlyInFlight < Math.min(this.maxEarlyInFlight, this.countFreeEarlyQueries());
        return mayQueryEarly ? earlyMs : Math.min(expectedMs, nowMs + FORECAST_EVERY_MS);
    }
    /**
     * The sort key of the next query; the lowest is sent first. Tasks that are expected to have ended come first, the
     * oldest of them at the front; then those whose age has grown most, relative to the age at their last query.
     */
    sortKeyOf(task) {
        const nowMs = this.clock.nowMs();
        const { createdAtMs, queriedAgeMs } = task;
        if (this.expectedEndMs(task) <= nowMs)
            return createdAtMs - Number.MAX_SAFE_INTEGER;
        return -(nowMs - createdAtMs) / Math.max(MIN_AGE_MS, queriedAgeMs);
    }
    /** Records that the task's status query is sent now. */
    sent(task) {
        task.isEarly = this.expectedEndMs(task) > this.clock.nowMs();
        this.inFlight++;
        if (task.isEarly)
            this.earlyInFlight++;
    }
    /** Records the result of the task's status query that was sent at `sentAtMs`. */
    answered(task, sentAtMs, result) {
        this.inFlight--;
        if (task.isEarly)
            this.earlyInFlight--;
        if (result === 'ended')
            this.recordHit(task);
        if (result === 'unfinished')
            this.recordMiss(task, sentAtMs);
    }
    /** After a query that found its task finished: more queries may be in flight. */
    recordHit(task) {
        this.hitsInARow++;
        this.maxInFlight = Math.min(MAX_IN_FLIGHT, this.maxInFlight * 2);
        if (task.isEarly)
            this.maxEarlyInFlight = Math.min(MAX_IN_FLIGHT, this.maxEarlyInFlight * 2);
    }
    /** After a query that found its task unfinished: tasks are expected to take longer, and early queries pause. */
    recordMiss(task, sentAtMs) {
        const ageMs = Math.max(1, sentAtMs - task.createdAtMs);
        task.queriedAgeMs = ageMs;
        if (!task.isEarly)
            this.raiseExpectedAge(ageMs);
        this.hitsInARow = 0;
        this.maxInFlight = INITIAL_MAX_IN_FLIGHT;
        this.maxEarlyInFlight = 1;
        // Forecasts again, since the last forecast did not include this miss.
        this.forecastAtMs = -Infinity;
        // The free queries are distributed up to `LONG_AGE_MS` so that each age is the same multiple of the one before.
        const share = Math.log(Math.max(1.5, LONG_AGE_MS / ageMs)) / Math.max(1, this.countFreeEarlyQueries());
        const pauseMs = ageMs * Math.min(MAX_PAUSE_SHARE, Math.max(MIN_PAUSE_SHARE, share));
        this.nextEarlyMs = Math.max(this.nextEarlyMs, sentAtMs + Math.max(MIN_PAUSE_MS, pauseMs));
    }
    /** Raises the expected age after a miss; only a little if many hits came before it. */
    raiseExpectedAge(ageMs) {
        const isException = this.hitsInARow >= HITS_FOR_A_SMALL_RAISE;
        const raisedMs = isException ? ageMs * SMALL_RAISE_FACTOR : Math.max(WINDOW_MS, ageMs * RAISE_FACTOR);
        this.expectedAgeMs = Math.min(MAX_EXPECTED_AGE_MS, Math.max(this.expectedAgeMs, raisedMs));
        this.bestEndMs = Infinity;
    }
    /** When a task is expected to have ended; for an unfinished one, not before its age has grown by `REQUERY_FACTOR`. */
    expectedEndMs({ createdAtMs, queriedAgeMs }) {
        const nextAgeMs = queriedAgeMs === 0 ? 0 : queriedAgeMs * REQUERY_FACTOR + MIN_PAUSE_MS;
        return createdAtMs + Math.max(this.expectedAgeMs, nextAgeMs);
    }
    /**
     * How many early queries can miss without delaying the end of the run; forecast at most every `FORECAST_EVERY_MS`.
     */
    countFreeEarlyQueries() {
        const nowMs = this.clock.nowMs();
        if (nowMs - this.forecastAtMs < FORECAST_EVERY_MS)
            return this.freeEarlyQueries;
        this.forecastAtMs = nowMs;
        const plannedMs = [...this.tasks].map((task) => Math.max(nowMs, this.expectedEndMs(task)));
        for (const createdAtMs of this.budget.creationsMs())
            plannedMs.push(createdAtMs + this.expectedAgeMs);
        plannedMs.sort((a, b) => a - b);
        const endMs = this.budget.lastQueryMs(plannedMs);
        // Compared with the best forecast so far: otherwise each early query could delay the end a little more.
        this.bestEndMs = Math.min(this.bestEndMs, endMs);
        const latestMs = Math.max(endMs, this.bestEndMs + DELAY_SHARE * (this.bestEndMs - this.startedAtMs));
        // A binary search for the largest number that does not delay the end.
        let [free, tooMany] = [0, MAX_EARLY_QUERIES + 1];
        while (tooMany - free > 1) {
            const count = (free + tooMany) >> 1;
            const early = Array.from({ length: count }, () => nowMs);
            if (this.budget.lastQueryMs([...early, ...plannedMs]) <= latestMs)
                free = count;
            else
                tooMany = count;
        }
        this.freeEarlyQueries = free;
        return free;
    }
}

;// CONCATENATED MODULE: ./src/export/engine/engine.ts



const EXPORT_STEPS = ['create', 'query', 'download'];
const MAX_TASKS_PER_WORK = 3;
// The service deletes an exported file after ten minutes: only as many are in flight as can be downloaded in half of
// that.
const FETCH_WITHIN_MS = 5 * 60_000;
const engine_MAX_IN_FLIGHT = 400;
/** How many outputs without an export task are made at the same time: their calls share the same limits. */
const DIRECT_AT_ONCE = 16;
/** How many files are downloaded at the same time: more would only share the bandwidth. */
const TRANSFERS_AT_ONCE = 10;
const MAX_TASK_MS = 30 * 60_000;
// A document that is being copied (status 122) cannot be exported until the copy ends.
const NEW_TASK_PAUSE_MS = 2_000;
// The document for a query, the exported file for a download.
const DELETED = 1069906;
/** The codes for a task, or the file of a task, that the service no longer knows. Only 1060001 is documented. */
const LOST_CODES = {
    query: [1069904, 1069914],
    download: [1060001, 1069904, DELETED, 1069914],
};
/** True when the service no longer knows a task, or the file of a task: a new task is needed. */
function isLost(step, { code, httpStatus, scope }) {
    if (scope !== undefined)
        return false;
    if (code !== undefined && LOST_CODES[step].includes(code))
        return true;
    return (httpStatus === 404 || httpStatus === 410) && code !== DELETED;
}
/**
 * Exports many documents at the same time: creates tasks as fast as the rate limit allows, queries them when they are
 * likely to have ended, and downloads each file as soon as its task has ended.
 */
class Engine {
    options;
    /** The works that have not started: those with an export task, and those without one. */
    taskQueue = [];
    directQueue = [];
    /** How many works of each queue have started and not ended. */
    active = { task: 0, direct: 0 };
    /** How many tasks are being created. */
    creating = 0;
    /** The moving average of how long a download takes; 0 before the first one has ended. */
    transferMs = 0;
    resolveRun = () => undefined;
    schedule;
    constructor(options) {
        this.options = options;
        const { api, clock, firstExpectedAgeMs } = options;
        const budget = {
            lastQueryMs: (requestedMs) => api.pacer('query').forecastMs(requestedMs).at(-1) ?? 0,
            creationsMs: () => {
                const count = this.taskQueue.length + this.creating;
                return api.pacer('create').forecastMs(Array.from({ length: count }, () => 0));
            },
        };
        this.schedule = new QuerySchedule(clock, budget, firstExpectedAgeMs);
    }
    /** How many works have started and not ended. */
    inFlight() {
        return this.active.task + this.active.direct;
    }
    /**
     * Makes all outputs. Resolves when `onEnd` was called for every work; after a stop, for every work that was started.
     */
    run(works) {
        for (const work of works)
            (work.output.kind === 'task' ? this.taskQueue : this.directQueue).push(work);
        return new Promise((resolve) => {
            this.resolveRun = resolve;
            this.launch();
        });
    }
    /** Starts as many works as may be in flight; ends the run when none is left. */
    launch() {
        const { stop, api } = this.options;
        // When the API of a step is closed, the exports in flight continue, but no new one starts.
        const areOpen = EXPORT_STEPS.every((operation) => api.isOpen(operation));
        while (!stop.aborted && areOpen && this.taskQueue.length > 0 && this.active.task < this.maxInFlight()) {
            this.start('task', this.taskQueue, (work) => this.exportOne(work));
        }
        while (!stop.aborted && this.directQueue.length > 0 && this.active.direct < DIRECT_AT_ONCE) {
            this.start('direct', this.directQueue, (work) => this.options.steps.make(work));
        }
        const waiting = (areOpen ? this.taskQueue.length : 0) + this.directQueue.length;
        if (this.inFlight() === 0 && (waiting === 0 || stop.aborted))
            this.resolveRun();
    }
    /** Starts the next work of a queue. */
    start(kind, queue, run) {
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
    /**
     * How many exports can be queried and downloaded in time, by the rate limits and by how long transfers have taken.
     */
    maxInFlight() {
        const { api } = this.options;
        const limiting = ['query', 'download'];
        const counts = limiting.map((operation) => api.pacer(operation).countWithin(FETCH_WITHIN_MS));
        if (this.transferMs > 0)
            counts.push(Math.floor((TRANSFERS_AT_ONCE * FETCH_WITHIN_MS) / this.transferMs));
        return Math.max(TRANSFERS_AT_ONCE, Math.min(engine_MAX_IN_FLIGHT, ...counts));
    }
    /** Exports a work, with a new task after a failure that a new task may avoid. */
    async exportOne(work) {
        const { clock, stop, steps, onNewTask } = this.options;
        const failure = await steps.prepare(work);
        if (failure)
            return failure;
        for (let tasks = 1;; tasks++) {
            const end = await this.runTask(work);
            if (end.kind === 'done')
                return undefined;
            if (end.kind === 'failed' || tasks === MAX_TASKS_PER_WORK)
                return end.failure;
            onNewTask?.(work, end.failure);
            await (0,polling_clock/* sleep */.y)(clock, NEW_TASK_PAUSE_MS * tasks, stop);
        }
    }
    /** Creates a task, waits for its end, and downloads its file. */
    async runTask(work) {
        const { api, steps, clock } = this.options;
        this.creating++;
        const created = await api.call('create', (signal) => steps.create(work, signal)).finally(() => this.creating--);
        if (!created.ok)
            return { kind: 'failed', failure: created.failure };
        const ended = await this.awaitEnd(created.value);
        if (!ended.ok)
            return { kind: isLost('query', ended.failure) ? 'new-task' : 'failed', failure: ended.failure };
        const state = ended.value;
        if (state.kind === 'failed') {
            return { kind: state.newTaskMayHelp ? 'new-task' : 'failed', failure: state.failure };
        }
        const { fileToken, fileSize } = state.file;
        const fetch = steps.fetch(work, fileToken, fileSize);
        // When the last attempt started: the time in the queue and of earlier attempts does not count.
        let startedAtMs = 0;
        const timedFetch = (signal) => {
            startedAtMs = clock.nowMs();
            return fetch(signal);
        };
        const fetched = await api.call('download', timedFetch, { limitMs: Infinity });
        this.recordTransfer(clock.nowMs() - startedAtMs);
        if (fetched.ok)
            return { kind: 'done' };
        return { kind: isLost('download', fetched.failure) ? 'new-task' : 'failed', failure: fetched.failure };
    }
    recordTransfer(tookMs) {
        this.transferMs = this.transferMs === 0 ? tookMs : this.transferMs * 0.9 + tookMs * 0.1;
    }
    /** Queries the status of a task at the times of the schedule until the task has ended. */
    async awaitEnd(task) {
        const { api, steps, clock } = this.options;
        const { schedule } = this;
        const watched = schedule.watch();
        const query = async (signal) => {
            const sentAtMs = clock.nowMs();
            let result = 'unknown';
            try {
                const reply = await steps.query(task, signal);
                if (reply.ok)
                    result = reply.value.kind === 'pending' ? 'unfinished' : 'ended';
                return reply;
            }
            finally {
                schedule.answered(watched, sentAtMs, result);
            }
        };
        const turn = {
            order: () => schedule.sortKeyOf(watched),
            dueMs: () => schedule.dueMs(watched),
            onGranted: () => schedule.sent(watched),
        };
        try {
            for (;;) {
                const reply = await api.call('query', query, { turn });
                if (!reply.ok)
                    return reply;
                if (reply.value.kind !== 'pending')
                    return { ok: true, value: reply.value };
                if (watched.queriedAgeMs > MAX_TASK_MS) {
                    return failure_fail({
                        class: 'permanent',
                        what: 'The export did not end within 30 minutes',
                        advice: 'Split the document.',
                    });
                }
            }
        }
        finally {
            schedule.forget(watched);
        }
    }
}

;// CONCATENATED MODULE: ./src/polling/schedule.ts
// The service takes 100 requests a minute from all jobs of an app together.
const LIMIT_PER_MINUTE = 100;
const MINUTE_MS = 60_000;
// More jobs than this do not make the pauses longer: no job waits two minutes so that others can poll.
const MAX_PARALLEL_JOBS = 175;
// Exports take from a few seconds to ten minutes. If each pause is a tenth of the time waited so far, the end is seen
// within 10 % of the export's duration. Even with the shortest pauses, one minute needs 40 attempts and ten minutes 99.
const MIN_SHARE = 0.09;
const MAX_SHARE = 0.1;
const schedule_MIN_PAUSE_MS = 500;
const MAX_PAUSE_MS = 10_000;
// Parallel jobs may poll a long export more often than a single job, for which a test limits the number of requests.
const MAX_PAUSE_IN_FLEET_MS = 5_000;
const between = (low, high, random) => low + (high - low) * random;
const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
/**
 * The adaptive schedule. A single job polls immediately, then after pauses that grow with the time waited so far. Each
 * of several parallel jobs spreads its share of the limit over a minute, and repeats that every minute, when its
 * earlier requests no longer count. So jobs that know their number are not refused, whichever way the service counts.
 * After a refusal, a job polls as often as the service accepted its requests before.
 */
const adaptiveSchedule = {
    firstDelayMs: (parallelJobs, random) => 
    // At most a minute, even with more jobs than requests in the limit: a large matrix does not run all its jobs at
    // once.
    parallelJobs > 1
        ? leadMs(parallelJobs) + timeOfShareMs(random * Math.min(parallelJobs / LIMIT_PER_MINUTE, 1), parallelJobs)
        : 0,
    nextDelayMs(moment) {
        const { parallelJobs, lastRefusal } = moment;
        if (lastRefusal)
            return Math.max(ownPauseMs(moment), refusedPauseMs(moment, lastRefusal));
        if (parallelJobs <= 1)
            return ownPauseMs(moment);
        return Math.max(Math.min(ownPauseMs(moment), MAX_PAUSE_IN_FLEET_MS), plannedPauseMs(moment));
    },
};
/** The pause of a job that has the limit for itself, in milliseconds: a share of the time waited so far. */
function ownPauseMs({ elapsedMs, random }) {
    const proportional = elapsedMs * between(MIN_SHARE, MAX_SHARE, random);
    return clamp(proportional, schedule_MIN_PAUSE_MS * between(1, 1.3, random), MAX_PAUSE_MS * between(0.95, 1.1, random));
}
// How a job distributes its attempts over a minute. Most exports end within 15 s; almost all others are large tables
// that take one to three minutes. With ten jobs, each has an attempt about every six seconds, a few more early in the
// minute. With fifty, each has two attempts a minute: one while most exports end, one for those that take a little
// longer. Between ten and fifty, the shares are interpolated.
const STAGES = [
    { lastsMs: 13_000, shareOfTen: 0.27, shareOfFifty: 0.5 },
    { lastsMs: 29_000, shareOfTen: 0.48, shareOfFifty: 0.5 },
    { lastsMs: 18_250, shareOfTen: 0.25, shareOfFifty: 0 },
];
// A quarter of a second more than a minute, since not all requests take the same time to arrive.
const PLAN_MS = STAGES.reduce((sum, { lastsMs }) => sum + lastsMs, 0);
/**
 * The time before the first attempt, in milliseconds: hardly any export ends so early, and with many jobs attempts are
 * scarce.
 */
function leadMs(parallelJobs) {
    return Math.min(parallelJobs * 100, 3_000);
}
/**
 * The time by which a share of the attempts is made, in milliseconds after the lead. A share of 1 is all attempts of
 * the first minute, 2 those of two minutes.
 */
function timeOfShareMs(share, parallelJobs) {
    let timeMs = Math.floor(share) * PLAN_MS;
    let left = share % 1;
    for (const stage of STAGES) {
        const ofStage = shareOf(stage, parallelJobs);
        if (left < ofStage)
            return timeMs + (left / ofStage) * stage.lastsMs;
        left -= ofStage;
        timeMs += stage.lastsMs;
    }
    return timeMs;
}
/** The inverse of `timeOfShareMs`: the share of the attempts that is made by a time. */
function shareAtTime(timeMs, parallelJobs) {
    let share = Math.floor(timeMs / PLAN_MS);
    let leftMs = timeMs - share * PLAN_MS;
    for (const stage of STAGES) {
        share += shareOf(stage, parallelJobs) * clamp(leftMs / stage.lastsMs, 0, 1);
        leftMs -= stage.lastsMs;
    }
    return share;
}
function shareOf({ shareOfTen, shareOfFifty }, parallelJobs) {
    return between(shareOfTen, shareOfFifty, clamp((parallelJobs - 10) / 40, 0, 1));
}
/**
 * The pause of a job that knows how many jobs share the limit, in milliseconds: until its next planned attempt. It is
 * measured from the sending of the last attempt; otherwise slow answers would shift the plan.
 */
function plannedPauseMs({ elapsedMs, roundTripMs = 0, parallelJobs }) {
    // When the last attempt was sent, counted from the lead.
    const sentAtMs = Math.max(0, elapsedMs - roundTripMs - leadMs(parallelJobs));
    // A job may make LIMIT_PER_MINUTE / parallelJobs attempts a minute; together, they are a share of 1.
    const shareOfOneAttempt = Math.min(parallelJobs, MAX_PARALLEL_JOBS) / LIMIT_PER_MINUTE;
    const nextShare = shareAtTime(sentAtMs, parallelJobs) + shareOfOneAttempt;
    return timeOfShareMs(nextShare, parallelJobs) - sentAtMs - roundTripMs;
}
// A job that does not know about other jobs doubles its pause with each refusal, up to two polls a minute, which fifty
// jobs can have.
const FIRST_REFUSED_PAUSE_MS = 5_000;
const MAX_REFUSED_PAUSE_MS = 30_000;
/**
 * The pause of a job after a refusal, in milliseconds. The limit was used up then, so the attempts that succeeded in the
 * minute before are this job's share of it.
 */
function refusedPauseMs({ parallelJobs, refusals, random }, { agoMs, attemptsInMinute }) {
    const jitter = between(0.9, 1.1, random);
    if (parallelJobs > 1) {
        // A small measured share is partly chance, so it is averaged with the share by the number of jobs.
        const meanShare = (attemptsInMinute + LIMIT_PER_MINUTE / parallelJobs) / 2;
        const maxPauseMs = (MAX_PARALLEL_JOBS * MINUTE_MS) / LIMIT_PER_MINUTE;
        return Math.min((jitter * MINUTE_MS) / meanShare, maxPauseMs);
    }
    const backedOffMs = Math.min(FIRST_REFUSED_PAUSE_MS * 2 ** (refusals - 1), MAX_REFUSED_PAUSE_MS);
    // As other exports end, fewer jobs poll: the pause is half as long after a minute, a third after two.
    return (jitter * Math.min(backedOffMs, MINUTE_MS / attemptsInMinute)) / (1 + agoMs / MINUTE_MS);
}
/** The schedule of a fixed interval that the user sets. */
function fixedSchedule(intervalMs) {
    return {
        firstDelayMs: adaptiveSchedule.firstDelayMs,
        nextDelayMs: () => intervalMs,
    };
}
// With more waiting jobs than this, some are refused again in any case: the others need not wait longer for them.
const MAX_WAITING_JOBS = 70;
/**
 * The pause after a request that the rate limit refused, in milliseconds: what the service asks for, plus jitter. If it
 * does not say how long to wait, at least a minute, and longer with each refusal.
 *
 * If the service asks to wait for most of a minute, the requests that used up the limit came in a short burst, and stop
 * counting in a short burst: the waiting jobs may all continue at that time. If it asks for a second, those requests
 * came over most of a minute: the jitter spreads the waiting jobs over as long a time.
 * Source: 频控策略, https://open.feishu.cn/document/server-docs/api-call-guide/frequency-control (wait
 * `x-ogw-ratelimit-reset` seconds); without the header, the official CLI advises a minute at least.
 */
function refusedDelayMs(askedMs, moment) {
    const { parallelJobs, refusals, random } = moment;
    // A job that does not know about other jobs assumes one more of them after each refusal.
    const waitingJobs = parallelJobs > 1 ? Math.min(parallelJobs, MAX_WAITING_JOBS) : Math.min(refusals, MAX_WAITING_JOBS / 2);
    const spreadMs = 200 + (Math.max(MINUTE_MS - (askedMs ?? 0), 0) * waitingJobs) / LIMIT_PER_MINUTE;
    if (askedMs !== undefined)
        return askedMs + 50 + random * spreadMs;
    return Math.min(MINUTE_MS * 1.5 ** (refusals - 1), 300_000) + random * Math.max(spreadMs, 5_000);
}
/**
 * The pause after a transient fault, in milliseconds: that of the schedule, or longer after several faults in a row.
 */
function faultDelayMs(schedule, faultsInARow, moment) {
    const backOffMs = Math.min(500 * 2 ** (faultsInARow - 1), MAX_PAUSE_MS) * between(1, 1.3, moment.random);
    return Math.max(schedule.nextDelayMs(moment), backOffMs);
}

;// CONCATENATED MODULE: ./src/export/stop.ts


/** The failure of a call that had not ended when the run stopped. */
const STOPPED = { class: 'permanent', what: 'The run was stopped before this could be done' };
/** Stops a run early: at the deadline, a cancellation, a failure of the whole app, or the first failure. */
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
    /** Everything but the report is done: from now on, neither the deadline nor a cancellation stops the run. */
    ignoreFurtherCauses() {
        this.deadline.release();
    }
    /** The first cause; undefined while the run continues. */
    cause() {
        return this.first;
    }
    /** Describes the cause in a sentence for the report; undefined when nothing stopped the run. */
    describe() {
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

;// CONCATENATED MODULE: ./src/export/engine/gateway-pages.ts
// After this many pages of a gateway without any answer of the service, the fault is not about one document.
const MAX_PAGES_WITHOUT_ANSWER = 3;
/** The operations that download files: a page of a gateway may concern only the file that it blocks. */
const FILE_OPERATIONS = new Set(['download', 'fileDownload', 'mediaDownload', 'boardImage']);
/** Decides whether a page that a gateway sent in place of an answer concerns one document or every request. */
class GatewayPages {
    pages = new Map();
    answered = new Set();
    /** Records that the service has answered a call of an API. */
    recordAnswer(operation) {
        this.answered.add(operation);
    }
    /**
     * Limits the scope of a failure to one document if it is a page of a gateway. The scope is kept only if the API has
     * answered no call at all and `MAX_PAGES_WITHOUT_ANSWER` pages were received. Any other failure is returned as it is.
     */
    limitScope(operation, failure) {
        const isPage = failure.scope === 'app' && failure.code === undefined && failure.httpStatus !== undefined;
        if (!isPage)
            return failure;
        const pages = (this.pages.get(operation) ?? 0) + 1;
        this.pages.set(operation, pages);
        const isOnlyPages = pages >= MAX_PAGES_WITHOUT_ANSWER && !this.answered.has(operation);
        return isOnlyPages && !FILE_OPERATIONS.has(operation) ? failure : { ...failure, scope: undefined };
    }
}

;// CONCATENATED MODULE: ./src/export/engine/limit-failures.ts

// A limit per minute or per second accepts a request long before this; a daily or monthly quota does not.
const EXHAUSTED_AFTER_MINUTES = 5;
/** Makes the failure for a quota of the day, or of the month, that is used up. */
function exhaustedFailure(failure) {
    const what = `${failure.what}; it has refused every request for ${EXHAUSTED_AFTER_MINUTES} minutes`;
    const advice = 'If the quota of the day or of the month is used up, run it again when the next one begins: it continues from there.';
    return { ...failure, what, advice, scope: 'endpoint' };
}
/**
 * Makes the failure for a limit that asks to wait longer than the run lasts. Its scope is the endpoint: every other call
 * of the API would fail in the same way.
 */
function tooLongFailure(failure) {
    const { what, askedMs = 0 } = failure;
    const request = `it asks to wait ${(0,src_text/* formatDuration */.a3)(askedMs)}, longer than what is left of \`timeout-seconds\``;
    const advice = 'Run it again later: it goes on from there. A longer `timeout-seconds` gets further in one run.';
    return { ...failure, what: `${what}; ${request}`, advice, scope: 'endpoint' };
}

;// CONCATENATED MODULE: ./src/export/engine/arrivals.ts
/**
 * Estimates the latest time at which each request may have arrived at the service, which does not report it. If a round
 * trip took longer than the shortest one, the difference may have been spent on the way to the service: the request
 * arrived no later than its sending time plus that difference. Until the answer is received, `maxLateMs` is assumed.
 */
class Arrivals {
    maxLateMs;
    latestMs = [];
    shortestRoundTripMs = Infinity;
    /** @param maxLateMs the assumed time on the way, and the maximum of what is estimated */
    constructor(maxLateMs) {
        this.maxLateMs = maxLateMs;
    }
    /** The estimates, in the order of the requests. */
    get timesMs() {
        return this.latestMs;
    }
    /** Records that a request was sent. */
    sent(nowMs) {
        this.latestMs.push(nowMs + this.maxLateMs);
    }
    /** Removes the last request, which the service did not count. */
    dropLast() {
        this.latestMs.pop();
    }
    /**
     * Records an answer. Answers are assumed to come in the order of the requests.
     * @param unanswered how many requests had no answer before this one was received
     */
    answered(nowMs, unanswered) {
        const index = this.latestMs.length - unanswered;
        const latestMs = this.latestMs[index];
        if (latestMs === undefined)
            return;
        // See `sent`: the estimate without an answer is the sending time plus `maxLateMs`.
        const sentMs = latestMs - this.maxLateMs;
        const roundTripMs = nowMs - sentMs;
        this.shortestRoundTripMs = Math.min(this.shortestRoundTripMs, roundTripMs);
        const maxDelayMs = roundTripMs - this.shortestRoundTripMs;
        this.latestMs[index] = sentMs + Math.min(maxDelayMs, this.maxLateMs);
    }
    /** Removes the requests that arrived at or before a time. */
    forget(untilMs) {
        while ((this.latestMs[0] ?? Infinity) <= untilMs)
            this.latestMs.shift();
    }
}

;// CONCATENATED MODULE: ./src/export/engine/forecast.ts
/**
 * Forecasts when requests can be sent under a sliding window; a service with a fixed window accepts them, too.
 * @param sentMs when the requests of the last window were sent, in ascending order
 * @param requestedMs the earliest times for the next requests, in ascending order
 * @returns the time at which each of the next requests can be sent
 */
function forecastWindow({ limit, windowMs, firstMs }, sentMs, requestedMs) {
    const count = Math.max(1, Math.floor(limit));
    const timesMs = [...sentMs];
    for (const requested of requestedMs) {
        // The window must no longer hold this request, so that it has room for one more.
        const oldestMs = timesMs[timesMs.length - count];
        const freeMs = oldestMs === undefined ? firstMs : Math.max(firstMs, oldestMs + windowMs);
        timesMs.push(Math.max(requested, freeMs, timesMs.at(-1) ?? 0));
    }
    return timesMs.slice(sentMs.length);
}
/**
 * Forecasts when requests can be sent under a token bucket that refills completely in one window.
 * @param bucket how many tokens it held, and when
 * @param requestedMs the earliest times for the requests, in ascending order
 * @returns the time at which each request can be sent
 */
function forecastBucket({ limit, windowMs, firstMs }, bucket, requestedMs) {
    const refillMsPerToken = windowMs / limit;
    let { tokens, atMs } = bucket;
    return requestedMs.map((requested) => {
        const oneTokenAtMs = atMs + (1 - tokens) * refillMsPerToken;
        const sentAtMs = Math.max(atMs, firstMs, requested, oneTokenAtMs);
        const refilledTokens = Math.min(limit, tokens + (sentAtMs - atMs) / refillMsPerToken);
        tokens = refilledTokens - 1;
        atMs = sentAtMs;
        return sentAtMs;
    });
}

;// CONCATENATED MODULE: ./src/export/engine/turn.ts
/**
 * Chooses, of the requests that are due, the one with the lowest order.
 * @param nowMs the time on the clock
 * @returns if none is due, the time until the first one is, in milliseconds; Infinity if there are none
 */
function chooseTurn(waiting, nowMs) {
    let first;
    let dueInMs = Infinity;
    for (const turn of waiting) {
        const waitMs = (turn.dueMs?.() ?? 0) - nowMs;
        if (waitMs > 0) {
            dueInMs = Math.min(dueInMs, waitMs);
            continue;
        }
        const order = turn.order();
        if (!first || order < first.order)
            first = { turn, order };
    }
    return first?.turn ?? { dueInMs };
}

;// CONCATENATED MODULE: ./src/export/engine/pacer.ts



// The service counts requests when they arrive, so a window here must be a little longer than the service's. 500 ms is
// little for a window of a minute, but half of a window of a second: there, the delay of each request is estimated
// instead.
const MAX_MARGIN_MS = 500;
const MIN_MARGIN_SHARE = 0.03;
// A due time may change without notice, so it is evaluated again at least this often.
const RECHECK_MS = 500;
// A token bucket is tried when it would hold at least two tokens; not for a window of a second, where a refusal costs
// more time than a bucket can save.
const PROBE_AT_TOKENS = 2;
const MIN_PROBED_WINDOW_MS = 60_000;
// One accepted probe is no proof: the service may not have counted an earlier request.
const CONFIRM_BUCKET_AFTER = 3;
// The lowest share of the limit: other clients may have filled this window and not the next one.
const pacer_MIN_SHARE = 0.2;
/**
 * Sends requests of one API as fast as its rate limit allows: never more than the limit within any window, which fixed
 * windows, sliding windows and token buckets all accept. A refusal stops all requests until the time that the service
 * names, and lowers the limit, since other clients use the rest; each window without a refusal raises it again.
 *
 * The documentation does not say which kind of limit it is. When the window is used up but a token bucket would have
 * refilled, one request is sent as a probe: if it is accepted, the limit is treated as a bucket from then on.
 */
class Pacer {
    options;
    /** This job's share of the service's limit. */
    fullLimit;
    /** The share in use now: lower after refusals. */
    limit;
    arrivals;
    waiting = new Set();
    running = 0;
    blockedUntilMs = 0;
    /** A window after this time, a lowered limit is raised. */
    raisedAtMs = 0;
    timesLowered = 0;
    tokens;
    refilledAtMs = 0;
    /** What the limit is taken for; `trying-bucket` while a probe is in flight. */
    kind = 'window';
    stopTimer;
    isClosed = false;
    /** How many requests passed since the limit is taken for a bucket. */
    passedAsBucket = 0;
    marginMs;
    constructor(options) {
        this.options = options;
        this.marginMs = Math.min(MAX_MARGIN_MS, MIN_MARGIN_SHARE * options.windowMs);
        this.arrivals = new Arrivals(MAX_MARGIN_MS - this.marginMs);
        this.fullLimit = this.limit = this.tokens = Math.max(1, options.requests / options.parallelJobs);
        options.stop.addEventListener('abort', () => this.close());
    }
    /** How many requests could be sent now. */
    countFree() {
        const nowMs = this.options.clock.nowMs();
        this.update(nowMs);
        if (nowMs < this.blockedUntilMs)
            return 0;
        const freeInWindow = Math.max(0, Math.floor(this.limit) - this.arrivals.timesMs.length);
        return this.kind === 'bucket' ? Math.max(freeInWindow, Math.floor(this.tokens)) : freeInWindow;
    }
    /**
     * Waits for a slot and takes it; call `finished` when the request has ended.
     * @returns false when the run was stopped or the pacer closed before the slot was granted
     */
    slot(turn) {
        if (this.isClosed || this.options.stop.aborted)
            return Promise.resolve(false);
        return new Promise((resolve) => {
            this.waiting.add({ ...turn, resolve });
            this.pump();
        });
    }
    /** How many requests the current limit allows in a time, in milliseconds. */
    countWithin(ms) {
        return Math.floor((this.limit * ms) / this.options.windowMs);
    }
    /**
     * Forecasts when requests can be sent, by the current limit.
     * @param requestedMs the earliest time for each request, in ascending order
     * @returns the forecast for each request
     */
    forecastMs(requestedMs) {
        const nowMs = this.options.clock.nowMs();
        this.update(nowMs);
        const { limit, tokens, refilledAtMs: atMs } = this;
        const windowMs = this.options.windowMs + this.marginMs;
        const state = { limit, windowMs, firstMs: Math.max(nowMs, this.blockedUntilMs) };
        if (this.isConfirmedBucket())
            return forecastBucket(state, { tokens, atMs }, requestedMs);
        return forecastWindow(state, this.arrivals.timesMs, requestedMs);
    }
    /** Records the end of a request that had a slot. */
    finished(end) {
        const hasPassed = end === 'passed';
        if (hasPassed)
            this.arrivals.answered(this.options.clock.nowMs(), this.running);
        this.running--;
        if (this.kind === 'bucket' && hasPassed)
            this.passedAsBucket++;
        // The probe, and every request that was sent after it, has ended.
        if (this.kind === 'trying-bucket' && this.running === 0)
            this.kind = hasPassed ? 'bucket' : 'window';
        if (this.isConfirmedBucket() && this.options.detected)
            this.options.detected.kind ??= 'bucket';
        this.pump();
    }
    /** Records a refusal by the rate limit: nothing is sent for `waitMs`, and then fewer requests than before. */
    refused(waitMs) {
        const nowMs = this.options.clock.nowMs();
        // The service does not count a refused request.
        this.arrivals.dropLast();
        if (this.kind === 'trying-bucket' || this.kind === 'bucket') {
            // The refusal only shows that the limit is not a bucket. The limit of the window is kept.
            this.kind = 'confirmed-window';
            if (this.options.detected)
                this.options.detected.kind = 'window';
            this.blockedUntilMs = nowMs + waitMs;
            return;
        }
        // All refusals in one window lower the limit once, however many requests were in flight.
        if (nowMs >= this.blockedUntilMs) {
            this.update(nowMs);
            const minLimit = Math.max(1, this.fullLimit * pacer_MIN_SHARE);
            this.limit = Math.max(minLimit, Math.min(this.limit, this.arrivals.timesMs.length) * 0.8);
            this.raisedAtMs = nowMs + waitMs;
            this.timesLowered++;
        }
        this.blockedUntilMs = Math.max(this.blockedUntilMs, nowMs + waitMs);
        this.pump();
    }
    /** Refuses all waiting and future requests. */
    close() {
        this.isClosed = true;
        this.stopTimer?.();
        for (const waiter of this.waiting)
            waiter.resolve(false);
        this.waiting.clear();
    }
    isConfirmedBucket() {
        return this.kind === 'bucket' && this.passedAsBucket >= CONFIRM_BUCKET_AFTER;
    }
    mayTryBucket() {
        // With parallel jobs, a probe may pass because the other jobs have not used their share.
        const isAlone = this.options.parallelJobs === 1;
        if (this.options.windowMs < MIN_PROBED_WINDOW_MS)
            return false;
        return isAlone && this.kind === 'window' && this.running === 0 && this.tokens >= PROBE_AT_TOKENS;
    }
    /** Updates the state to a time: removes old requests, refills the bucket, raises a lowered limit. */
    update(nowMs) {
        this.useDetectedKind();
        const windowMs = this.options.windowMs + this.marginMs;
        this.tokens = Math.min(this.limit, this.tokens + ((nowMs - this.refilledAtMs) * this.limit) / windowMs);
        this.refilledAtMs = nowMs;
        this.arrivals.forget(nowMs - windowMs);
        while (this.limit < this.fullLimit && nowMs - this.raisedAtMs >= windowMs) {
            // One refusal may come from a rush that is over; a second one shows that others go on.
            const raised = this.timesLowered === 1 ? this.limit * 2 : this.limit + this.fullLimit * 0.1;
            this.limit = Math.min(this.fullLimit, raised);
            this.raisedAtMs += windowMs;
        }
    }
    /** Uses the kind of rate limit that the probes of another API have shown. */
    useDetectedKind() {
        const { detected } = this.options;
        if (this.kind !== 'window' || !detected?.kind)
            return;
        this.kind = detected.kind === 'bucket' ? 'bucket' : 'confirmed-window';
        this.passedAsBucket = CONFIRM_BUCKET_AFTER;
    }
    /** Grants slots to waiting requests while the limit allows; then sets a timer for the next try. */
    pump() {
        this.stopTimer?.();
        this.stopTimer = undefined;
        while (this.waiting.size > 0 && this.running < this.options.concurrency()) {
            const nowMs = this.options.clock.nowMs();
            if (nowMs < this.blockedUntilMs) {
                this.pumpIn(this.blockedUntilMs - nowMs);
                return;
            }
            const isFull = this.countFree() < 1;
            if (isFull && !this.mayTryBucket()) {
                const freeInMs = (this.arrivals.timesMs[0] ?? nowMs) + this.options.windowMs + this.marginMs - nowMs;
                this.pumpIn(this.kind === 'confirmed-window' ? freeInMs : Math.min(freeInMs, RECHECK_MS));
                return;
            }
            const next = chooseTurn(this.waiting, nowMs);
            if ('dueInMs' in next) {
                this.pumpIn(Math.min(next.dueInMs, RECHECK_MS));
                return;
            }
            this.waiting.delete(next);
            this.running++;
            // A request beyond the full window is the probe.
            if (isFull)
                this.kind = 'trying-bucket';
            this.arrivals.sent(nowMs);
            this.tokens--;
            next.onGranted?.();
            next.resolve(true);
        }
    }
    pumpIn(delayMs) {
        this.stopTimer = this.options.clock.after(Math.max(1, delayMs), () => this.pump());
    }
}

;// CONCATENATED MODULE: ./src/export/engine/paced-api.ts









const MAX_AT_ONCE = 16;
// Eight attempts with growing pauses take about three minutes. After that, the run continues with other documents.
const MAX_FAULTS_IN_A_ROW = 8;
// When all other calls fail as well, there is nothing to continue with, so a call waits longer: about thirteen minutes.
const MAX_FAULTS_WITHOUT_ANY_ANSWER = 18;
const MAX_REFUSALS_IN_A_ROW = 10;
const ATTEMPT_LIMIT_MS = 30_000;
const MAX_FAULT_PAUSE_MS = 60_000;
const paced_api_MINUTE_MS = 60_000;
/**
 * Makes calls at the pace that each API allows, retries transient faults and refusals, and gives up after a while. Has
 * no global state; everything stops when the signal is aborted.
 */
class PacedApi {
    options;
    pacers = new Map();
    detected = { kind: undefined };
    /** The last failure of each call that is being retried, by the number of the call; the latest is at the end. */
    retriedFailures = new Map();
    gatewayPages = new GatewayPages();
    /** The APIs that fail every further call, with the failure. */
    closed = new Map();
    /** Since when each API has refused every request. */
    refusedSinceMs = new Map();
    /** When the service last answered any call with a success. */
    answeredAtMs = -Infinity;
    calls = 0;
    constructor(options) {
        this.options = options;
    }
    /** The pacer of an API, from which the engine gets its forecasts. */
    pacer(operation) {
        let pacer = this.pacers.get(operation);
        if (!pacer) {
            const { clock, parallelJobs, stop, concurrency } = this.options;
            const { limit } = OPERATIONS[operation];
            // Otherwise the kind of the limit makes no difference: a Pacer would not treat it as a bucket.
            const needsKind = limit.windowMs >= paced_api_MINUTE_MS && parallelJobs === 1;
            pacer = new Pacer({
                clock,
                parallelJobs,
                stop,
                ...limit,
                ...(needsKind && { detected: this.detected }),
                concurrency: concurrency?.[operation] ?? (() => MAX_AT_ONCE),
            });
            this.pacers.set(operation, pacer);
        }
        return pacer;
    }
    /** False once an API is closed: every further call of it fails without a request. */
    isOpen(operation) {
        return !this.closed.has(operation);
    }
    /** The latest failure of the calls that are being retried; undefined when none is. */
    failureBeingRetried() {
        return [...this.retriedFailures.values()].at(-1);
    }
    /**
     * Repeats a call until it succeeds, fails permanently, or has failed too often in a row. A failure with scope
     * `endpoint` closes the API: all other calls of it fail without a request.
     * @returns the last reply; `STOPPED` when the run stopped meanwhile
     */
    async call(operation, attempt, { turn, limitMs = ATTEMPT_LIMIT_MS } = {}) {
        const { clock, stop } = this.options;
        const pacer = this.pacer(operation);
        const call = { number: this.calls++, operation, refusals: 0, faults: 0, hasSeenAnswers: false };
        const { order = () => call.number, ...rest } = turn ?? {};
        try {
            for (;;) {
                if (!(await pacer.slot({ order, ...rest })))
                    return failure_fail(this.closed.get(operation) ?? STOPPED);
                const reply = await withTimeLimit(clock, limitMs, stop, attempt).catch((error) => {
                    pacer.finished('unanswered');
                    throw error;
                });
                if (reply.ok) {
                    this.recordSuccess(operation);
                    pacer.finished('passed');
                    return reply;
                }
                const { failure } = reply;
                const retry = failure.class === 'rate-limit' ? this.afterRefusal(call, failure) : this.afterFault(call, failure);
                if (retry.kind === 'give-up')
                    return failure_fail(retry.failure);
                this.reportRetry(call, failure, retry.pauseMs);
                if (!retry.pacerWaits)
                    await (0,polling_clock/* sleep */.y)(clock, retry.pauseMs, stop);
            }
        }
        finally {
            // After a stop, the report still names what was being retried.
            if (!stop.aborted)
                this.retriedFailures.delete(call.number);
        }
    }
    /** Gives back the slot of a request that the rate limit refused, and decides whether it is sent again. */
    afterRefusal(call, failure) {
        const pacer = this.pacer(call.operation);
        call.refusals++;
        const pauseMs = this.refusedPauseMs(call.operation, failure.askedMs, call.refusals);
        // The limit of the token endpoint does not concern the requests of this API.
        const isOwnLimit = failure.origin !== 'token-request';
        // Before the slot is given back: otherwise the next request would be refused, too.
        if (isOwnLimit)
            pacer.refused(pauseMs);
        pacer.finished('refused');
        if (this.options.stop.aborted)
            return giveUp(STOPPED);
        const lasting = this.findLastingLimit(call.operation, failure);
        if (lasting) {
            this.close(call.operation, lasting);
            return giveUp(lasting);
        }
        if (call.refusals > MAX_REFUSALS_IN_A_ROW)
            return giveUp(failure);
        return { kind: 'retry', pauseMs, pacerWaits: isOwnLimit };
    }
    /** Gives back the slot of a request that failed, but not by a rate limit, and decides whether it is sent again. */
    afterFault(call, failure) {
        const { clock, stop, random } = this.options;
        this.pacer(call.operation).finished(failure.code === undefined ? 'unanswered' : 'passed');
        if (stop.aborted)
            return giveUp(STOPPED);
        if (failure.scope === 'endpoint')
            this.close(call.operation, failure);
        call.failedAtMs ??= clock.nowMs();
        if (!call.hasSeenAnswers && this.answeredAtMs > call.failedAtMs) {
            call.hasSeenAnswers = true;
            // The service has answered another request since this call first failed. The faults so far may come from an
            // outage of the whole service, so they count as half of the maximum at most.
            call.faults = Math.min(call.faults, MAX_FAULTS_IN_A_ROW / 2);
        }
        const isServiceSilent = failure.code === undefined && !call.hasSeenAnswers;
        const maxFaults = isServiceSilent ? MAX_FAULTS_WITHOUT_ANY_ANSWER : MAX_FAULTS_IN_A_ROW;
        // A fault after progress starts a new count.
        call.faults = failure.madeProgress === true ? 1 : call.faults + 1;
        if (failure.class === 'permanent' || call.faults >= maxFaults)
            return giveUp(this.gatewayPages.limitScope(call.operation, failure));
        const pauseMs = Math.min(1000 * 2 ** (call.faults - 1), MAX_FAULT_PAUSE_MS) * (1 + 0.3 * random());
        return { kind: 'retry', pauseMs, pacerWaits: false };
    }
    close(operation, failure) {
        this.closed.set(operation, failure);
        this.pacer(operation).close();
    }
    /** @returns the failure of a limit that lasts longer than the run can wait; undefined for a shorter one */
    findLastingLimit(operation, failure) {
        const { clock, remainingMs = () => Infinity } = this.options;
        if ((failure.askedMs ?? 0) >= remainingMs())
            return tooLongFailure(failure);
        if (failure.origin === 'token-request')
            return undefined;
        const sinceMs = this.refusedSinceMs.get(operation) ?? clock.nowMs();
        this.refusedSinceMs.set(operation, sinceMs);
        return clock.nowMs() - sinceMs < EXHAUSTED_AFTER_MINUTES * paced_api_MINUTE_MS ? undefined : exhaustedFailure(failure);
    }
    recordSuccess(operation) {
        this.refusedSinceMs.delete(operation);
        this.gatewayPages.recordAnswer(operation);
        this.answeredAtMs = this.options.clock.nowMs();
    }
    reportRetry({ number }, failure, pauseMs) {
        // Deleted first, so that the entry moves to the end of the map.
        this.retriedFailures.delete(number);
        this.retriedFailures.set(number, failure);
        this.options.onRetry?.(failure, pauseMs);
    }
    /**
     * The pause after a refusal, in milliseconds. Without a time from the service, it depends on the window of the limit.
     */
    refusedPauseMs(operation, askedMs, refusals) {
        const { parallelJobs, random } = this.options;
        const { windowMs } = OPERATIONS[operation].limit;
        if (askedMs !== undefined || windowMs >= paced_api_MINUTE_MS) {
            return refusedDelayMs(askedMs, { elapsedMs: 0, parallelJobs, refusals, random: random() });
        }
        return Math.min(2 * windowMs * 2 ** (refusals - 1), paced_api_MINUTE_MS) * (1 + 0.3 * random());
    }
}
const giveUp = (failure) => ({ kind: 'give-up', failure });

;// CONCATENATED MODULE: ./src/feishu/drive/byte-range.ts
/**
 * Makes the headers of a request for a part.
 * Source: RFC 9110, HTTP Semantics, 13.1.5 and 14.2, https://www.rfc-editor.org/rfc/rfc9110
 */
function rangeHeaders(range) {
    if (!range)
        return {};
    const { firstByte, lastByte, etag } = range;
    return {
        range: `bytes=${firstByte}-${lastByte ?? ''}`,
        // A weak ETag does not prove that the bytes are the same, and is not allowed in `if-range`.
        ...(etag?.startsWith('"') && { 'if-range': etag }),
    };
}
/** Reads a `Content-Range` header; undefined when it is not a valid byte range. */
function parseContentRange(header) {
    const [, first = '', last = '', total = ''] = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/.exec(String(header ?? '').trim()) ?? [];
    if (first === '')
        return undefined;
    const range = {
        firstByte: Number(first),
        lastByte: Number(last),
        totalBytes: total === '*' ? undefined : Number(total),
    };
    const isPossible = range.firstByte <= range.lastByte && range.lastByte < (range.totalBytes ?? Infinity);
    return isPossible ? range : undefined;
}

;// CONCATENATED MODULE: ./src/feishu/drive/content-disposition.ts
/**
 * Reads a `Content-Disposition` header. `filename*` has precedence over `filename`, in which raw UTF-8 and
 * percent-encoding are accepted, since servers send both.
 * Source: RFC 6266, Use of the Content-Disposition Header Field in HTTP, https://www.rfc-editor.org/rfc/rfc6266
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
    const fileName = decodeExtended(parameters.get('filename*')) ?? decodePlain(parameters.get('filename'));
    return { attachment: /^\s*attachment\s*(;|$)/i.test(text), fileName: fileName === '' ? undefined : fileName };
}
const PARAMETER = /;\s*([\w!#$&+.^`|~*-]+)\s*=\s*(?:"((?:[^"\\]|\\[^])*)"|([^;]*))/g;
/** Decodes the value of `filename*`, such as `UTF-8''a%20b.pdf`; undefined if it has another form or charset. */
function decodeExtended(value) {
    const [, charset = '', encoded = ''] = /^([\w-]+)'[^']*'(.*)$/.exec(value ?? '') ?? [];
    switch (charset.toLowerCase()) {
        case 'utf-8':
            return decodePercents(encoded);
        case 'iso-8859-1':
            return encoded.replace(/%([\da-f]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
        default:
            return undefined;
    }
}
/** Decodes the value of `filename`, which may be raw UTF-8 or percent-encoded. */
function decodePlain(value) {
    if (value === undefined)
        return undefined;
    const text = headerText(value);
    return /%[\da-f]{2}/i.test(text) ? (decodePercents(text) ?? text) : text;
}
/** @returns undefined when the text is not percent-encoded UTF-8 */
function decodePercents(text) {
    try {
        return decodeURIComponent(text);
    }
    catch {
        return undefined;
    }
}
/** Decodes a header's value: Node.js reads the bytes as Latin-1, but servers send UTF-8. */
function headerText(value) {
    try {
        return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(value, 'latin1'));
    }
    catch {
        return value;
    }
}

;// CONCATENATED MODULE: ./src/feishu/drive/redirects.ts





const MAX_REDIRECTS = 5;
const REDIRECT_STATUSES = [301, 302, 303, 307, 308];
/**
 * Follows the redirects that lead to a file; never sends the credential to another host.
 * @param headers the headers of every request, besides the credential
 * @returns the first answer that is not a redirect
 */
async function followRedirects(connection, operation, start, headers, signal) {
    let hop = start;
    for (let redirects = 0; REDIRECT_STATUSES.includes(hop.answer.status); redirects++) {
        const location = hop.answer.headers['location'];
        hop.answer.destroy();
        const next = redirects < MAX_REDIRECTS ? redirectTarget(location, hop.url) : undefined;
        if (!next)
            return failure_fail(badRedirect(operation, hop, redirects));
        const authorization = next.origin === hop.url.origin ? hop.authorization : {};
        connection.onAnswer?.(`${operation}: redirected to ${next.host}`);
        try {
            const request = { method: 'GET', url: next.href, headers: { ...headers, ...authorization }, signal };
            hop = { url: next, answer: await connection.transport.send(request), authorization };
        }
        catch (error) {
            return failure_fail(classifyNetworkFault(error, operation, next.host, signal.reason));
        }
    }
    return { ok: true, value: hop };
}
/** The target of a redirect; undefined when it has none or is not safe to follow. */
function redirectTarget(location, from) {
    const target = typeof location === 'string' ? headerText(location) : undefined;
    if (target === undefined || !URL.canParse(target, from.href))
        return undefined;
    const url = new URL(target, from);
    if (url.username !== '' || url.password !== '')
        return undefined;
    const isLoopback = ({ hostname }) => /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
    // Without TLS, only a server of this machine may redirect to this machine.
    const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url) && isLoopback(from));
    return isSafe ? url : undefined;
}
function badRedirect(operation, { answer, url }, redirects) {
    const why = redirects < MAX_REDIRECTS
        ? 'to an address that is not https or cannot be used (none, damaged, or with a password)'
        : `more than ${MAX_REDIRECTS} times`;
    return {
        class: 'permanent',
        what: `Could not ${OPERATIONS[operation].doing}: ${url.host} redirects ${why}`,
        advice: 'Check `base-url`, and whether a proxy asks for a login.',
        httpStatus: answer.status,
        logId: logIdOf(answer),
    };
}

;// CONCATENATED MODULE: ./src/feishu/errors/bare-status.ts


/**
 * The error codes whose text explains the HTTP status of a download that has no code.
 * Source: 下载素材, which lists only statuses, https://open.feishu.cn/document/server-docs/docs/drive-v1/media/download
 */
const CODES_BY_STATUS = {
    // Usually, the service has deleted the file after ten minutes.
    download: { 404: 1069914, 410: 1069914 },
    mediaDownload: { 403: 1061004, 404: 1061003 },
};
/** Explains a failed download without a known code by its HTTP status. */
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
const MAX_BYTES = 64 * 1024;
/**
 * Reads the beginning of a body that may be an error in place of a file.
 * @returns the text, if it is whole and looks like JSON, and the body, to be read from its beginning
 */
async function bodyStart(body) {
    const iterator = body[Symbol.asyncIterator]();
    const chunks = [];
    let bytes = 0;
    let failed;
    let ended = false;
    while (!ended && bytes <= MAX_BYTES && looksLikeJson(chunks)) {
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
    return { start, body: replay(chunks, iterator, failed, ended) };
}
/** True as long as the bytes can be the beginning of a JSON object. */
function looksLikeJson(chunks) {
    for (const chunk of chunks) {
        for (const byte of chunk)
            if (!BLANKS.has(byte))
                return byte === body_start_OPENING_BRACE;
    }
    return true;
}
const body_start_OPENING_BRACE = 0x7b;
// Blanks of JSON, and the bytes of the mark that some put before UTF-8.
const BLANKS = new Set([0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf]);
/** Yields the pieces that were read already, then the rest of the body; throws where the body broke off. */
async function* replay(chunks, iterator, failed, ended) {
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
 * The file of a finished export task. `Range` is not documented for it; a service that ignores it sends the complete file.
 * Source: 下载导出文件, https://open.feishu.cn/document/server-docs/docs/drive-v1/export_task/download
 * @param fileExtension of the file, empty if it is not known: among the exports, only a csv can be empty
 */
const exportedFile = (fileToken, fileExtension) => ({
    operation: 'download',
    path: pathOf(['drive', 'v1', 'export_tasks', 'file', fileToken, 'download']),
    mayBeEmpty: /^[\s.]*csv$/i.test(fileExtension),
    ranges: true,
});
/**
 * An uploaded file. `Range` is documented for it: the answer is a 206.
 * Source: 下载文件, https://open.feishu.cn/document/server-docs/docs/drive-v1/download/download
 */
const uploadedFile = (fileToken) => ({
    operation: 'fileDownload',
    path: pathOf(['drive', 'v1', 'files', fileToken, 'download']),
    mayBeEmpty: true,
    ranges: true,
});
const HEADERS = { accept: '*/*', 'accept-encoding': 'identity' };
/**
 * Opens a download: sends the request, follows a few redirects, and distinguishes a file from an error answer. Never
 * throws for errors of the service or the network.
 * @param signal ends the request, and later the body
 * @param range the part to request, only for a source with `ranges`; the service may send the complete file instead
 */
function openDownload(connection, credential, source, signal, range) {
    const { operation, path } = source;
    const headers = { ...HEADERS, ...rangeHeaders(range) };
    return withToken(credential, signal, async (authorization) => {
        const call = { operation, method: 'GET', path };
        const first = await openAnswer(connection, call, { ...headers, ...authorization }, signal);
        if (!first.ok)
            return first;
        const start = { url: new URL(`${connection.baseUrl}${path}`), answer: first.value, authorization };
        const last = await followRedirects(connection, operation, start, headers, signal);
        if (!last.ok)
            return last;
        const isElsewhere = last.value.url.origin !== start.url.origin;
        return range !== undefined && last.value.answer.status === 206
            ? openPart(operation, last.value)
            : openWhole(connection, operation, last.value, isElsewhere, signal);
    });
}
/** Opens the body of an answer with status 206: a part of the file. */
function openPart(operation, { answer, url }) {
    const range = parseContentRange(answer.headers['content-range']);
    if (!range || isCompressed(answer.headers)) {
        answer.destroy();
        const failure = (range ? compressedFailure : partialFailure)(operation, url.host, logIdOf(answer));
        // Permanent for this part: the caller requests the complete file instead.
        return failure_fail({ ...failure, class: 'permanent' });
    }
    const { firstByte, lastByte, totalBytes } = range;
    const contentLength = lastByte - firstByte + 1;
    return { ok: true, value: { ...opened(answer, url), firstByte, totalBytes, contentLength, framed: true } };
}
/**
 * Opens the body of any other answer. An answer with status 200 is the complete file, unless its content type or the
 * beginning of its body show that it is an error or a page of a gateway.
 * @param isElsewhere whether the answer is from another host than that of the Open API
 */
async function openWhole(connection, operation, { answer, url }, isElsewhere, signal) {
    const { headers } = answer;
    const { attachment } = parseDisposition(headers['content-disposition']);
    const type = String(headers['content-type'] ?? '');
    // An error envelope or the page of a gateway. The service sends a file of these types as an attachment.
    const isPage = /^\s*(application\/([\w.-]+\+)?json|text\/html)\b/i.test(type) && !attachment;
    if (answer.status === 200 && !isPage) {
        const makeFailure = isCompressed(headers) ? compressedFailure : isPart(headers) ? partialFailure : undefined;
        if (makeFailure) {
            answer.destroy();
            return failure_fail(makeFailure(operation, url.host, logIdOf(answer)));
        }
        const { start, body } = await bodyStart(answer.body);
        const isFile = attachment || start === undefined || !isEnvelope(start);
        answer = { ...answer, body };
        if (isFile)
            return { ok: true, value: { ...opened(answer, url), firstByte: 0, ...bodyLength(headers) } };
    }
    const reply = await readAnswer(connection, { operation, read: rejectEnvelope }, answer, signal);
    if (reply.ok)
        return reply;
    return failure_fail(isElsewhere ? storageFailure(reply.failure, operation, url.host) : explainBareStatus(reply.failure, operation));
}
/** The facts about the length of the body of a complete file. */
function bodyLength(headers) {
    const length = String(headers['content-length'] ?? '');
    const contentLength = /^\d{1,15}$/.test(length) ? Number(length) : undefined;
    const framed = contentLength !== undefined || isChunked(headers['transfer-encoding']);
    return { totalBytes: contentLength, contentLength, framed };
}
/** The facts that the answers with a complete file and with a part have in common. */
function opened(answer, { host }) {
    const { body, headers } = answer;
    const { fileName } = parseDisposition(headers['content-disposition']);
    const contentType = /^\s*([^\s;,]+)/.exec(String(headers['content-type'] ?? '').toLowerCase())?.[1];
    const etag = typeof headers['etag'] === 'string' ? headers['etag'].trim() : undefined;
    return { body, destroy: () => answer.destroy(), fileName, contentType, etag, host, logId: logIdOf({ headers }) };
}
/** Rejects a successful JSON answer: the body should be the file. */
function rejectEnvelope() {
    throw new json_WrongShape('an envelope of success in place of the file');
}
/** True for a body that a gateway compressed. A download is not decompressed. */
function isCompressed(headers) {
    const codings = [headers['content-encoding'], headers['transfer-encoding']].join(',').split(',');
    return codings.some((coding) => !/^(identity|chunked)?$/i.test(coding.trim()));
}
/** True for an answer with status 200 whose `Content-Range` says that the body is only a part of the file. */
function isPart(headers) {
    const range = parseContentRange(headers['content-range']);
    return range !== undefined && (range.firstByte !== 0 || range.lastByte + 1 !== range.totalBytes);
}
function partialFailure(operation, host, logId) {
    return {
        class: 'transient',
        what: `Could not ${OPERATIONS[operation].doing}: ${host} sends only a part of it`,
        advice: 'Check the proxies and firewalls between the runner and the service.',
        logId,
    };
}
function compressedFailure(operation, host, logId) {
    return {
        class: 'permanent',
        what: `Could not ${OPERATIONS[operation].doing}: ${host} sends it compressed, though it was asked not to`,
        advice: 'Check the proxies and firewalls between the runner and the service.',
        logId,
    };
}
/**
 * Describes an answer that is not a file, from another host than that of the Open API. Its code and message are left out,
 * since they are not those of the Open API.
 */
function storageFailure(failure, operation, host) {
    return {
        class: failure.class,
        what: `Could not ${OPERATIONS[operation].doing}: ${host}, to which the service redirects, does not send it`,
        advice: failure.class === 'permanent' ? 'Check the proxies and firewalls between the runner and that host.' : undefined,
        httpStatus: failure.httpStatus,
        logId: failure.logId,
        askedMs: failure.askedMs,
    };
}

;// CONCATENATED MODULE: ./src/files/download-failures.ts



/**
 * Makes the failure of a transfer that was interrupted.
 * @param cause what the transport threw; undefined when the body ended early
 */
function interruptedFailure(cause, { host, logId }, operation, { bytes, totalBytes, silentMs }) {
    const afterBytes = `after ${(0,src_text/* formatBytes */.z3)(bytes)}${totalBytes === undefined ? '' : ` of ${(0,src_text/* formatBytes */.z3)(totalBytes)}`}`;
    const doing = `Could not ${OPERATIONS[operation].doing}`;
    if (silentMs !== undefined) {
        const what = `${doing}: ${host} sent nothing more for ${(0,src_text/* formatDuration */.a3)(silentMs)}, ${afterBytes}`;
        return { class: 'transient', what, logId };
    }
    if (cause === undefined) {
        return { class: 'transient', what: `${doing}: ${host} ended the transfer ${afterBytes}`, logId };
    }
    const fault = classifyNetworkFault(cause, operation, host);
    return { ...fault, what: `${fault.what}, ${afterBytes}`, logId };
}
/** Makes the failure for a body that is not the requested part of the file, or belongs to another version of the file. */
function wrongPartFailure({ host, logId }, operation) {
    const what = `Could not ${OPERATIONS[operation].doing}: ${host} sends another part than the one asked for`;
    return { class: 'transient', what, logId };
}
/**
 * Makes the failure for a file that does not have the expected size.
 * @param advice what the user can do: a sentence
 */
function wrongSizeFailure({ bytes, expectedBytes }, { totalBytes, framed, logId }, advice) {
    const isTotalUnknown = totalBytes === undefined;
    const size = isTotalUnknown && bytes > expectedBytes ? `more than ${expectedBytes}` : (totalBytes ?? bytes);
    const what = `The received file has ${size} bytes, but it must have ${expectedBytes}`;
    // Without a length and without chunks, an interrupted transfer cannot be distinguished from a shorter file.
    const mayBeInterrupted = !framed && bytes < expectedBytes;
    return mayBeInterrupted ? { class: 'transient', what, logId } : { class: 'permanent', what, advice, logId };
}

;// CONCATENATED MODULE: ./src/files/receive.ts
// Sockets give pieces of 64 kB. A write costs a trip to another thread, however small it is: one for several pieces
// makes a transfer half as long. More than this takes memory and gains nothing.
const BATCH_BYTES = 1024 * 1024;
// So many batches may be on their way to the disk while the next one comes. More would take more memory.
const MAX_WRITES = 2;
// Under a slow connection pieces are small, but each may hold a buffer of 64 kB.
const MAX_BATCH_PIECES = 16;
/** The body broke off. Everything that came before is in the file. */
class BrokenBody extends Error {
}
/**
 * Appends a body to a file. The next batch of pieces is received while the previous ones are written.
 * @param check called with the size of each piece, before it is written; what it throws ends the transfer
 * @throws BrokenBody, DiskFault, or what `check` throws
 */
async function receiveBody(body, file, watch, check) {
    const writer = new BatchWriter(file, watch);
    const iterator = body[Symbol.asyncIterator]();
    try {
        for (;;) {
            const next = await iterator.next().catch(async (cause) => {
                await writer.flush();
                throw new BrokenBody('the body broke off', { cause });
            });
            if (next.done === true)
                break;
            watch.progress();
            check(next.value.length);
            // Starts to write this batch; waits only while too many earlier ones are still being written.
            if (writer.add(next.value))
                await writer.write();
        }
        await writer.flush();
    }
    finally {
        await writer.settle();
        await iterator.return?.().catch(() => undefined);
    }
}
class BatchWriter {
    file;
    watch;
    batch = [];
    batchBytes = 0;
    /** The writes under way, the oldest first. */
    writes = [];
    constructor(file, watch) {
        this.file = file;
        this.watch = watch;
    }
    /** @returns whether it is time to write */
    add(piece) {
        this.batch.push(piece);
        this.batchBytes += piece.length;
        return this.batchBytes >= BATCH_BYTES || this.batch.length >= MAX_BATCH_PIECES;
    }
    /** Starts to write the batch. If too many writes are under way then, waits for the oldest. */
    async write() {
        const pieces = this.batch;
        this.batch = [];
        this.batchBytes = 0;
        const write = this.file.write(pieces).then(() => pieces.forEach(free));
        // The next `write` or `flush` throws it; until then, it must not count as unhandled.
        write.catch(() => undefined);
        this.writes.push(write);
        if (this.writes.length > MAX_WRITES)
            await this.watch.exempt(this.writes.shift() ?? write);
    }
    async flush() {
        await this.write();
        await this.watch.exempt(Promise.all(this.writes));
    }
    /** Waits for the end of all writes. Never rejects. */
    async settle() {
        await Promise.allSettled(this.writes);
    }
}
/**
 * Gives the memory of a piece back at once. The garbage collector would let some 60 MB of them gather first, and memory
 * that was just in use is faster than new memory.
 */
function free({ buffer, byteLength }) {
    // What is only a part of its buffer may share it with pieces that are still to be read.
    if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength && 'transfer' in buffer)
        buffer.transfer(0);
}

;// CONCATENATED MODULE: external "node:crypto"
const external_node_crypto_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:crypto");
;// CONCATENATED MODULE: ./src/files/staged-file.ts





/** A complete file on the disk under a temporary name. The caller publishes it or discards it. */
class StagedFile {
    options;
    isPublished = false;
    emptyFileIsLeft = false;
    constructor(options) {
        this.options = options;
    }
    get bytes() {
        return this.options.bytes;
    }
    /** Lower-case hexadecimal. */
    get sha256() {
        return this.options.sha256;
    }
    /** True when `publish` failed and could not remove the empty file that reserved the name. */
    get hasLeftEmptyFile() {
        return this.emptyFileIsLeft;
    }
    /**
     * Gives the file its name. Without `overwrite`, it never replaces a file, even one that appears at the same moment.
     * @param target absolute, on the same disk, in an existing folder
     * @throws DiskFault; the file keeps its temporary name then
     */
    async publish(target, { overwrite }) {
        try {
            if (overwrite)
                await renameWithRetry(this.options.clock, this.options.temporary, target);
            else
                await this.publishNew(target);
        }
        catch (error) {
            throw error.code === 'EEXIST'
                ? existsFault(target)
                : diskFault('write the file', target, error);
        }
        this.isPublished = true;
        return { path: target, bytes: this.bytes, sha256: this.sha256 };
    }
    /** Removes the file and the folders that were created for it. Does nothing after `publish`. Never rejects. */
    async discard() {
        if (this.isPublished)
            return;
        const { clock, temporary, createdDirectory } = this.options;
        await unlinkWithRetry(clock, temporary).catch(() => undefined);
        if (createdDirectory !== undefined)
            await removeEmptyFolders(clock, external_node_path_default().dirname(temporary), createdDirectory);
    }
    /** Gives the file its name if no file has it. @throws EEXIST when one has */
    async publishNew(target) {
        const { clock, temporary } = this.options;
        if (await tryLink(temporary, target)) {
            await unlinkWithRetry(clock, temporary).catch(() => undefined);
            return;
        }
        // This file system has no hard links (FAT, some network disks). An empty file reserves the name for the rename.
        await (await (0,promises_.open)(target, 'wx')).close();
        try {
            await renameWithRetry(clock, temporary, target);
        }
        catch (error) {
            await unlinkWithRetry(clock, target).catch(() => (this.emptyFileIsLeft = true));
            throw error;
        }
    }
}
/** @returns false when the file system cannot make hard links. @throws EEXIST when the target exists */
async function tryLink(temporary, target) {
    try {
        await (0,promises_.link)(temporary, target);
        return true;
    }
    catch (error) {
        if (error.code === 'EEXIST')
            throw error;
        return false;
    }
}

;// CONCATENATED MODULE: ./src/files/temporary-name.ts

const TEMPORARY_NAME = /^\.feishu-export-[0-9a-f]{24}\.part$/i;
/**
 * Makes the name of an incomplete file. It is random, so that nobody can guess it, and has a form by which the next run
 * recognises the files that a killed run left.
 */
const temporaryName = () => `.feishu-export-${(0,external_node_crypto_namespaceObject.randomBytes)(12).toString('hex')}.part`;
/** True for a name that `temporaryName` makes, in upper or lower case: some disks change the case. */
const isTemporaryName = (name) => TEMPORARY_NAME.test(name);

;// CONCATENATED MODULE: ./src/files/staging-file.ts








// SMB, NFS and FUSE answer so where they have no such call. A full or broken disk answers otherwise.
const NO_FSYNC_CODES = new Set(['EINVAL', 'ENOTSUP', 'ENOSYS', 'EPERM']);
const MAX_OPEN_TRIES = 20;
// A large file is synced while the rest of it still comes, so that little is left to sync at its end.
const SYNC_EVERY_BYTES = 64 * 1024 * 1024;
/** A file on its way to the disk, under a temporary name: hashed and counted as it is written. */
class StagingFile {
    clock;
    place;
    temporary;
    handle;
    createdDirectory;
    /** How many bytes were given to `write`; they are in the file once those calls have ended. */
    bytes = 0;
    hash = (0,external_node_crypto_namespaceObject.createHash)('sha256');
    syncedBytes = 0;
    syncing;
    constructor(clock, place, temporary, handle, 
    /** The outermost folder that was created for it. */
    createdDirectory) {
        this.clock = clock;
        this.place = place;
        this.temporary = temporary;
        this.handle = handle;
        this.createdDirectory = createdDirectory;
    }
    /** Creates the folders and an empty file. @throws DiskFault; nothing is left then */
    static async open(clock, place) {
        const { directory } = place;
        const temporary = external_node_path_default().join(directory, temporaryName());
        for (let triesLeft = MAX_OPEN_TRIES;; triesLeft--) {
            let createdDirectory;
            try {
                createdDirectory = await createFolders(clock, directory);
                return new StagingFile(clock, place, temporary, await (0,promises_.open)(temporary, 'wx'), createdDirectory);
            }
            catch (error) {
                if (createdDirectory !== undefined)
                    await removeEmptyFolders(clock, directory, createdDirectory);
                // Another file that failed in the same new folder may just have removed it.
                if (error.code === 'ENOENT' && triesLeft > 1)
                    continue;
                throw diskFault('write into the folder', directory, error);
            }
        }
    }
    /**
     * Adds pieces at the end; they must not change meanwhile. The next call need not wait for the end of this one.
     * @throws DiskFault; only `discard` is left to do then
     */
    async write(pieces) {
        const writing = this.writeAt(this.bytes, pieces);
        for (const piece of pieces) {
            this.hash.update(piece);
            this.bytes += piece.length;
        }
        try {
            await writing;
            await this.syncInBackground();
        }
        catch (error) {
            throw diskFault('write the file', this.place.target, error);
        }
    }
    async writeAt(start, pieces) {
        let position = start;
        for (let left = pieces; left.length > 0;) {
            const { bytesWritten } = await this.handle.writev(left, position);
            position += bytesWritten;
            left = withoutFirst(left, bytesWritten);
        }
    }
    /**
     * Starts to sync the file after every 64 MB. The system reports a disk error once: it is thrown by the next sync or by
     * `finish`.
     */
    async syncInBackground() {
        if (this.bytes - this.syncedBytes < SYNC_EVERY_BYTES)
            return;
        await this.syncing;
        this.syncedBytes = this.bytes;
        this.syncing = this.handle.datasync().catch(ignoreMissingSync);
        // The next sync or `finish` throws it; until then, it must not count as unhandled.
        this.syncing.catch(() => undefined);
    }
    /** Goes back to an empty file. @throws DiskFault */
    async restart() {
        try {
            await this.syncing;
            await this.handle.truncate(0);
        }
        catch (error) {
            throw diskFault('write the file', this.place.target, error);
        }
        this.bytes = 0;
        this.syncedBytes = 0;
        this.hash = (0,external_node_crypto_namespaceObject.createHash)('sha256');
    }
    /** Brings the whole to the disk; from here on the caller has the staged file alone. @throws DiskFault */
    async finish() {
        const { clock, place, temporary, handle, createdDirectory, bytes } = this;
        try {
            await this.syncing;
            await handle.sync().catch(ignoreMissingSync);
            await handle.close();
        }
        catch (error) {
            throw diskFault('write the file', place.target, error);
        }
        return new StagedFile({ clock, temporary, createdDirectory, bytes, sha256: this.hash.digest('hex') });
    }
    /** Removes the file and the folders that were created for it. Never rejects. */
    async discard() {
        const { clock, place, temporary, handle, createdDirectory } = this;
        await handle.close().catch(() => undefined);
        await unlinkWithRetry(clock, temporary).catch(() => undefined);
        if (createdDirectory !== undefined)
            await removeEmptyFolders(clock, place.directory, createdDirectory);
    }
}
function ignoreMissingSync(error) {
    if (!NO_FSYNC_CODES.has(error.code ?? ''))
        throw error;
}
/** What is left of the pieces after so many bytes. */
function withoutFirst(pieces, bytes) {
    let skipped = bytes;
    const rest = [];
    for (const piece of pieces) {
        if (skipped < piece.length)
            rest.push(piece.subarray(skipped));
        skipped = Math.max(0, skipped - piece.length);
    }
    return rest;
}

;// CONCATENATED MODULE: ./src/files/save.ts




/** Thrown for a body that ends before the expected size, or exceeds it. */
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
 * Writes a body to a file under a temporary name, syncs it to the disk, and computes its size and hash. The caller
 * publishes the file or discards it. Several calls may run at once.
 * @throws DiskFault, WrongSize, or the error of the body; the file is removed then. When several calls that created the
 * same folder fail at once, the empty folder may remain
 */
async function stageFile(options) {
    const { body, expectedBytes, onBytes, clock } = options;
    const staging = await StagingFile.open(clock, options);
    try {
        for await (const piece of body) {
            checkSize(staging.bytes + piece.length, expectedBytes, false);
            await staging.write([piece]);
            onBytes?.(staging.bytes);
        }
        checkSize(staging.bytes, expectedBytes, true);
        return await staging.finish();
    }
    catch (error) {
        await staging.discard();
        throw error;
    }
}
/** @throws WrongSize when there are more bytes than expected or, at the end, fewer */
function checkSize(bytes, expectedBytes, isEnd) {
    if (expectedBytes === undefined || bytes === expectedBytes)
        return;
    if (bytes > expectedBytes || isEnd)
        throw new WrongSize(bytes, expectedBytes);
}
/**
 * Saves a body as a file. The file appears under its name only when it is complete. After an error, the previous file is
 * unchanged and no other file remains.
 * @throws as `stageFile`; and DiskFault when the file exists already and must not be replaced
 */
async function saveFile({ target, overwrite, ...options }) {
    const existing = await save_findTargetFault(target, overwrite);
    if (existing)
        throw existing;
    const staged = await stageFile({ ...options, directory: external_node_path_default().dirname(target), target });
    try {
        return await staged.publish(target, { overwrite });
    }
    finally {
        await staged.discard();
    }
}
/**
 * Checks whether a file may be saved at a path.
 * @returns the fault when a file exists there that must not be replaced, or a folder has the name; otherwise undefined
 */
async function save_findTargetFault(target, overwrite) {
    try {
        const found = await (0,promises_.lstat)(target);
        if (found.isDirectory())
            return diskFault('write the file', target, { code: 'EISDIR' });
        return overwrite ? undefined : existsFault(target);
    }
    catch (error) {
        const { code } = error;
        return code === 'ENOENT' ? undefined : diskFault('write the file', target, error);
    }
}

;// CONCATENATED MODULE: ./src/files/transfer.ts

// The size of the parts that the official CLI requests:
// https://github.com/larksuite/cli (im_messages_resources_download.go).
const SMALL_PART_BYTES = 8 * 1024 * 1024;
/** Thrown for a body that is not the requested part of the file. */
class WrongPart extends Error {
}
/**
 * The state of a download that its attempts share, so that each can resume where the one before was interrupted. The
 * owner discards it after the last attempt.
 */
class Transfer {
    /** True when the service sends this file only in small parts. */
    usesSmallParts = false;
    /** How many attempts in a row, up to the last one, ended because no byte arrived within the stall limit. */
    stallsInARow = 0;
    received;
    maxBytes = 0;
    /** The number of received bytes, from the beginning of the file. */
    get bytes() {
        return this.received?.staging.bytes ?? 0;
    }
    /** The size of the complete file, if it is known. */
    get totalBytes() {
        return this.received?.totalBytes;
    }
    /** The part to request next; undefined for the complete file. */
    nextRange() {
        const firstByte = this.bytes;
        const etag = this.received?.etag;
        if (this.usesSmallParts)
            return { firstByte, lastByte: firstByte + SMALL_PART_BYTES - 1, etag };
        return firstByte > 0 ? { firstByte, etag } : undefined;
    }
    /**
     * Prepares to receive a body: resumes the file if the body is its next part, otherwise starts with an empty file.
     * @param expectedBytes the size of the complete file, used if the server does not send it
     * @param choosePlace called if the file starts here
     * @returns the file to append the body to
     * @throws WrongPart, DiskFault
     */
    async begin(clock, file, expectedBytes, choosePlace) {
        const isCompleteFile = file.firstByte === 0 && file.contentLength === file.totalBytes;
        const totalBytes = file.totalBytes ?? expectedBytes;
        if (this.received && this.bytes > 0 && !isCompleteFile) {
            checkIsNextPart(file, this.received);
            this.received = { ...this.received, totalBytes: this.received.totalBytes ?? totalBytes };
        }
        else {
            if (file.firstByte !== 0)
                throw new WrongPart('not the beginning of the file');
            const empty = await this.openEmptyFile(clock, await choosePlace());
            this.received = { ...empty, totalBytes, etag: file.etag };
        }
        if (!isCompleteFile && this.received.totalBytes === undefined) {
            throw new WrongPart('a part of a file of unknown size');
        }
        return this.received.staging;
    }
    /**
     * Ends an attempt: keeps the received bytes if the next attempt can resume after them, otherwise discards them.
     * @param isResumable whether the received bytes are right and the service may send the rest
     */
    async keepOrDiscard(isResumable) {
        const hasStrongEtag = this.received?.etag?.startsWith('"') === true;
        // Without a size and an ETag, nothing shows that the next part belongs to the same version of the file.
        const canCheckNextPart = this.totalBytes !== undefined || hasStrongEtag;
        if (!isResumable || !canCheckNextPart || this.bytes === 0)
            await this.discard();
    }
    /** Records how many bytes are received now. @returns whether these are more than ever before */
    recordProgress() {
        const isMore = this.bytes > this.maxBytes;
        if (isMore)
            this.maxBytes = this.bytes;
        return isMore;
    }
    /** Hands over the complete file. @throws DiskFault */
    async finish() {
        const { received } = this;
        if (!received)
            throw new Error('there is nothing to finish');
        const staged = await received.staging.finish();
        this.received = undefined;
        return { staged, target: received.place.target };
    }
    /** Removes the received bytes from the disk. Never rejects. */
    async discard() {
        const { received } = this;
        this.received = undefined;
        await received?.staging.discard();
    }
    /** Empties the file of the last attempt if it is at the same place; otherwise replaces it by a new one. */
    async openEmptyFile(clock, place) {
        const { received } = this;
        if (received?.place.directory === place.directory && received.place.target === place.target) {
            await received.staging.restart();
            return received;
        }
        await this.discard();
        return { staging: await StagingFile.open(clock, place), place };
    }
}
/** @throws WrongPart when the part does not follow the received bytes, or belongs to another version of the file */
function checkIsNextPart(part, { staging, totalBytes, etag }) {
    const isNext = part.firstByte === staging.bytes && maybeEqual(part.totalBytes, totalBytes) && maybeEqual(part.etag, etag);
    if (!isNext)
        throw new WrongPart('another part of the file, or of another file');
}
/** True for equal values, and where one of them is not known. */
const maybeEqual = (a, b) => a === undefined || b === undefined || a === b;

;// CONCATENATED MODULE: ./src/files/download-file.ts











/** The stall limit of a download, in milliseconds: a quarter of the timeout, but from 2 to 20 s. */
const stallLimitFor = (timeoutMs) => Math.min(Math.max(timeoutMs / 4, 2_000), 20_000);
/**
 * Makes one attempt to download a file. It may take any time as long as bytes arrive. If the service can send a part of
 * the file, the attempt resumes where the one before was interrupted; otherwise it starts from the beginning.
 * @returns the complete file, which the caller publishes or discards; or a failure: transient when the transfer was
 * interrupted or stalled, permanent for a fault of the disk and for a file of another size than expected
 */
function stageDownload(options, signal) {
    const { connection, stallLimitMs, transfer } = options;
    // The limit doubles after each stall, so that a service that really starts so slowly can still answer.
    const limitMs = stallLimitMs * 2 ** Math.min(transfer.stallsInARow, 3);
    return withStallLimit(connection.clock, limitMs, signal, async (limited, watch) => {
        const reply = await downloadParts(options, limited, watch, limitMs);
        transfer.stallsInARow = limited.reason === deadline_ATTEMPT_TIMED_OUT ? transfer.stallsInARow + 1 : 0;
        if (reply.ok || !transfer.recordProgress())
            return reply;
        return failure_fail({ ...reply.failure, madeProgress: true });
    });
}
/** Requests the file, in one part or several, until it is complete or the attempt fails. */
async function downloadParts(options, signal, watch, limitMs) {
    const { connection, credential, source, transfer } = options;
    for (;;) {
        const range = transfer.nextRange();
        const opened = await openDownload(connection, credential, source, signal, range);
        watch.progress();
        if (!opened.ok) {
            if (!changeRequest(transfer, source, range !== undefined, opened.failure))
                return opened;
            await transfer.discard();
            continue;
        }
        const file = opened.value;
        options.onOpened?.(file);
        try {
            const isComplete = await receivePart(options, file, watch);
            if (isComplete)
                return { ok: true, value: await watch.exempt(transfer.finish()) };
        }
        catch (error) {
            file.destroy();
            const silentMs = signal.reason === deadline_ATTEMPT_TIMED_OUT ? limitMs : undefined;
            const state = { bytes: transfer.bytes, totalBytes: transfer.totalBytes, silentMs };
            await transfer.keepOrDiscard(source.ranges && error instanceof BrokenBody);
            const failure = classifyReceiveError(error, file, options, state);
            if (!failure)
                throw error;
            return failure_fail(failure);
        }
    }
}
/**
 * After a permanent failure, decides what else to request: small parts of a file that is too large for one request, or
 * the complete file after a request for a part of it, since the service may have refused only the part.
 * @returns false when there is nothing else to request
 */
function changeRequest(transfer, source, requestedPart, failure) {
    if (transfer.usesSmallParts || failure.class !== 'permanent')
        return false;
    if (failure.code === TOO_LARGE_FOR_ONE_REQUEST && source.ranges) {
        transfer.usesSmallParts = true;
        return true;
    }
    return requestedPart;
}
/** @returns undefined for an error that is not a fault of the disk, the network or the service */
function classifyReceiveError(error, file, { source, wrongSizeAdvice }, state) {
    if (error instanceof disk_fault_DiskFault)
        return disk_fault_diskFailure(error);
    if (error instanceof WrongSize)
        return wrongSizeFailure(error, file, wrongSizeAdvice);
    if (error instanceof WrongPart)
        return wrongPartFailure(file, source.operation);
    if (error instanceof BrokenBody)
        return interruptedFailure(error.cause, file, source.operation, state);
    return undefined;
}
/**
 * Receives one body: the complete file, or a part of it.
 * @returns whether the file is complete now
 * @throws BrokenBody, WrongPart, WrongSize, DiskFault
 */
async function receivePart({ connection, source, transfer, choosePlace, expectedBytes, onBytes }, file, watch) {
    const staging = await watch.exempt(transfer.begin(connection.clock, file, expectedBytes, async () => choosePlace(file.fileName)));
    const { firstByte, contentLength } = file;
    const promisedBytes = contentLength === undefined ? undefined : firstByte + contentLength;
    let bytes = firstByte;
    await receiveBody(file.body, staging, watch, (pieceBytes) => {
        bytes += pieceBytes;
        if (promisedBytes !== undefined && bytes > promisedBytes)
            throw new WrongPart('more than promised');
        checkSize(bytes, expectedBytes, false);
        onBytes?.(bytes, expectedBytes ?? transfer.totalBytes);
    });
    const isShort = promisedBytes !== undefined && bytes !== promisedBytes;
    const isEmptyInError = bytes === 0 && !source.mayBeEmpty && expectedBytes !== 0;
    if (isShort || isEmptyInError)
        throw new BrokenBody();
    const isComplete = promisedBytes === undefined || bytes === transfer.totalBytes;
    if (isComplete)
        checkSize(bytes, expectedBytes, true);
    return isComplete;
}
/**
 * Gives the staging place of a file: the folder of its target.
 * @throws DiskFault when a file exists there that must not be replaced, or a folder has the name
 */
async function placeFor(target, overwrite) {
    const fault = await findTargetFault(target, overwrite);
    if (fault)
        throw fault;
    return { directory: path.dirname(target), target };
}
/** Moves a downloaded file to its target. If the disk refuses, the file is discarded. */
async function publishDownload({ staged, target }, overwrite) {
    try {
        return { ok: true, value: await staged.publish(target, { overwrite }) };
    }
    catch (error) {
        if (error instanceof DiskFault)
            return fail(diskFailure(error));
        throw error;
    }
    finally {
        await staged.discard();
    }
}

;// CONCATENATED MODULE: ./src/feishu/tasks/job-status.ts


const CREATE_AGAIN = 'Create a new export task; this one stays failed.';
/**
 * Every job status that ends a task in failure.
 * Source: 查询导出任务结果, field `job_status`,
 * https://open.feishu.cn/document/server-docs/docs/drive-v1/export_task/get; the labels are the official CLI's.
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
        advice: `${ADD_APP}.`,
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
// So far, tokens consist of letters, digits, `-` and `_`, which is not documented. Other characters of a URL path are
// accepted.
const FILE_TOKEN = /^(?!\.+$)[\w.~=+:@-]{1,200}$/;
const SUCCESS = 0;
const NEW = 1;
const PROCESSING = 2;
/**
 * Classifies the `data` of a successful answer to the status query.
 * @throws WrongShape when it has an unexpected shape, so that it counts neither as a success nor as a failure
 */
function classifyJobStatus(data) {
    const processing = (code) => ({
        kind: 'pending',
        status: { label: 'processing', code },
    });
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
        // A download with this token would fail, so the step must not succeed.
        if (!FILE_TOKEN.test(fileToken))
            throw new json_WrongShape('file_token is not a token');
        return { kind: 'done', status: { label: 'success', code }, file: fileOf(result, fileToken) };
    }
    return classifyFailed(code, result);
}
function statusCodeOf(value) {
    if (typeof value === 'number' && Number.isSafeInteger(value))
        return value;
    if (typeof value === 'string' && /^-?[1-9]\d{15,19}$/.test(value))
        return value;
    throw new json_WrongShape(value === undefined ? 'job_status is missing' : 'job_status is not an integer');
}
/** Describes a task that failed, also with a status that this action does not know. */
function classifyFailed(code, result) {
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
/** Reads the facts about the exported file; those of another type than documented are left out. */
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
 * Queries the status of an export task, in one request.
 * Source: 查询导出任务结果, `GET /open-apis/drive/v1/export_tasks/:ticket`,
 * https://open.feishu.cn/document/server-docs/docs/drive-v1/export_task/get
 * @returns the state of the task with the log id, or a failure. Never throws for errors of the service or the network.
 */
async function queryTask(connection, credential, task, signal) {
    const call = {
        operation: 'query',
        method: 'GET',
        path: pathOf([...EXPORT_TASKS, task.ticket], { token: task.token }),
        read: (envelope) => classifyJobStatus(envelope.data),
    };
    const reply = await callApi(connection, credential, call, signal);
    if (!reply.ok || reply.value.kind !== 'failed')
        return reply;
    return { ...reply, value: { ...reply.value, failure: { ...reply.value.failure, logId: reply.logId } } };
}
/**
 * Creates an export task, in one request.
 * Source: 创建导出任务, `POST /open-apis/drive/v1/export_tasks`,
 * https://open.feishu.cn/document/server-docs/docs/drive-v1/export_task/create
 * Never throws for errors of the service or the network.
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
        const watched = watchErrors(connection, (error) => {
            request.mayHaveArrived = !neverArrived(error);
        });
        const answer = await callBare(watched, call, authorization, signal);
        lost = !answer.ok && request.mayHaveArrived && export_tasks_isLost(answer.failure);
        return answer;
    });
    return { reply, lost };
}
/** A connection that calls `onError` with each error of its transport. */
function watchErrors(connection, onError) {
    const { transport } = connection;
    return {
        ...connection,
        transport: {
            ...transport,
            send: (request) => transport.send(request).catch((error) => {
                onError(error);
                throw error;
            }),
        },
    };
}
function ticketOf(data) {
    const ticket = isObject(data) ? data['ticket'] : undefined;
    const text = typeof ticket === 'number' ? String(ticket) : ticket;
    if (typeof text !== 'string' || !/^[\w-]{1,64}$/.test(text))
        throw new json_WrongShape('data.ticket is not a ticket');
    return text;
}
/**
 * True for faults that occur before the request is sent: in the DNS lookup, the connection or the tunnel of the proxy.
 */
function neverArrived(error) {
    const { code = '', syscall = '', message = '' } = error;
    return (/^(connect|getaddrinfo)$/.test(syscall) ||
        /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/.test(code) ||
        message.startsWith('tunneling socket could not be established'));
}
/**
 * True for a failure without a clear answer of the service: a broken connection, silence, a page. A 502 or 503 means
 * that the request did not reach the service.
 */
function export_tasks_isLost({ class: kind, code, httpStatus }) {
    return kind === 'transient' && code === undefined && httpStatus !== 502 && httpStatus !== 503;
}
/**
 * Makes the attempts of a poll that creates one task. A request whose answer was lost is repeated once, so that at most
 * one extra task is created; a second lost answer ends the poll. Transient failures are retried until the deadline.
 */
function creationAttempts(connection, credential, task) {
    let lostAnswers = 0;
    return {
        async attempt(signal) {
            const { reply, lost } = await createTask(connection, credential, task, signal);
            if (lost)
                lostAnswers++;
            // An answer that was lost because the step was stopped does not count.
            const isStepRunning = !signal.aborted || signal.reason === ATTEMPT_TIMED_OUT;
            const isLostTwice = lost && lostAnswers > 1 && isStepRunning;
            return toPollAttempt(!reply.ok && isLostTwice ? fail(lostTwice(reply.failure)) : reply);
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

;// CONCATENATED MODULE: ./src/export/outputs/advice.ts

const RUN_AGAIN = 'Run it again.';
const FILE_DELETED = 'The service deletes an exported file 10 minutes after the export ended. Run it again.';
const advice_CHECK_LINK = 'Check the link.';
/** The advice by step and error code. */
const ADVICE = {
    create: {
        1069904: `${advice_CHECK_LINK} Where it names a sheet or a table (\`?sheet=\`, \`?table=\`), copy it again while that is open.`,
        1069914: advice_CHECK_LINK,
        99992402: advice_CHECK_LINK,
    },
    query: { 1069904: RUN_AGAIN, 1069914: RUN_AGAIN, 99992402: RUN_AGAIN },
    download: { 1060001: FILE_DELETED, 1069904: RUN_AGAIN, 1069906: FILE_DELETED, 1069914: FILE_DELETED },
};
/**
 * Replaces advice that names inputs of the create, wait and download actions, which the export action does not have.
 */
function adviseFor(step, reply) {
    if (reply.ok)
        return reply;
    const { failure } = reply;
    const advice = failure.code === undefined ? undefined : ADVICE[step][failure.code];
    return advice === undefined ? reply : failure_fail({ ...failure, advice });
}

;// CONCATENATED MODULE: ./src/feishu/board/board-image.ts

/**
 * The download of a board (画板) as a picture, usually PNG or JPEG by its content type.
 * Source: 下载画板为图片, `GET /open-apis/board/v1/whiteboards/:whiteboard_id/download_as_image`,
 * https://open.feishu.cn/document/ukTMukTMukTM/uUDN04SN0QjL1QDN/board-v1/whiteboard/download_as_image
 * @param whiteboardId the token of a block of type 43, or of a board that is a separate document
 */
const boardImage = (whiteboardId) => ({
    operation: 'boardImage',
    path: pathOf(['board', 'v1', 'whiteboards', whiteboardId, 'download_as_image']),
    mayBeEmpty: false,
    // The service makes a new picture for each request.
    ranges: false,
});

;// CONCATENATED MODULE: ./src/feishu/drive/media.ts

/**
 * The download of a picture or an attachment of a document.
 * Source: 下载素材, `GET /open-apis/drive/v1/medias/:file_token/download`,
 * https://open.feishu.cn/document/server-docs/docs/drive-v1/media/download
 * @param fileToken the token of an image block or a file block
 * @param document the document that uses it, sent as `extra`; without it the service refuses some pictures with HTTP 403
 */
const mediaFile = (fileToken, document) => ({
    operation: 'mediaDownload',
    path: pathOf(['drive', 'v1', 'medias', fileToken, 'download'], document && { extra: JSON.stringify({ doc_token: document.token, doc_type: document.type }) }),
    // An attachment can be an empty file.
    mayBeEmpty: true,
    ranges: true,
});

;// CONCATENATED MODULE: ./src/markdown/clean.ts
// Control characters except tab and line feed: no Markdown program shows them, and some misread them.
// eslint-disable-next-line no-control-regex
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
/**
 * Cleans the text of a document for a file: well-formed Unicode, `\n` for every kind of line break, no control
 * characters.
 */
function cleanText(text) {
    return text
        .toWellFormed()
        .replace(/\r\n?|\v|[\u2028\u2029]/g, '\n')
        .replace(CONTROLS, '');
}
/** Cleans a text and puts it on one line, without blanks around it. */
function cleanLine(text) {
    return cleanText(text).replace(/\n+/g, ' ').trim();
}

;// CONCATENATED MODULE: ./src/markdown/output/equations.ts
// Text that a program without support for formulas, or one that reads Markdown first, would take for HTML, a link,
// code, a mark, a character reference or a line break.
const LIVE = /<[a-z/!?]|&[#a-z]|[`*~$@]|\]\(|\[\^|:\/\/|www\.|(?<![a-z\d])_|(?<!\\)(?:\\\\)*\\$| {2}$/im;
// Lines that begin with a letter, a digit, `\`, `(` or `{`: others might begin a list, a heading, a quote or a table.
const PLAIN_LINES = /^(?:[ \t]*(?!\d+[.)])[a-z\d\\({][^\n]*(?:\n|$))+$/i;
/** Makes a formula block: with `$$`, or with GitHub's ```` ```math ```` where `$$` is not safe. */
function equationBlock(tex) {
    return !LIVE.test(tex) && PLAIN_LINES.test(tex)
        ? { type: 'math', value: tex }
        : { type: 'code', lang: 'math', value: tex };
}
/**
 * Writes a formula in a text. GitHub reads `$a$` only without a letter or Chinese punctuation beside it. It reads $`a`$
 * anywhere, and other programs show that as code.
 * Source: Writing mathematical expressions,
 * https://docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting/writing-mathematical-expressions
 */
const inlineMathHandle = ({ value }, parent, state, info) => {
    const isApart = /\s$/.test(info.before) && /^[\s.,;:!?]/.test(info.after);
    // In a table, a pipe is escaped, but inside `$` the backslash would be part of the formula.
    const isPlain = isApart && !LIVE.test(value) && !(value.includes('|') && state.stack.includes('tableCell'));
    return `$${isPlain ? value : state.handle({ type: 'inlineCode', value }, parent, state, info)}$`;
};
inlineMathHandle.peek = () => '$';

;// CONCATENATED MODULE: ./src/markdown/fields.ts
// Readers for values from the service: each takes any value, and returns an empty one if it does not have the type.
/** True for an object that is not a list. */
function isFields(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}
/** Reads an object; an empty one if the value is not an object. */
function fieldsOf(value) {
    return isFields(value) ? value : {};
}
/** Reads a text; the empty text if the value is not a text. */
function stringOf(value) {
    return typeof value === 'string' ? value : '';
}
/** Reads an integer, also one that is written as text; undefined if the value is neither. */
function integerOf(value) {
    const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
    return typeof number === 'number' && Number.isSafeInteger(number) ? number : undefined;
}
/** Reads a list; an empty one if the value is not a list. */
function listOf(value) {
    return Array.isArray(value) ? value : [];
}
/** Reads the texts of a list, without its other entries; an empty list if the value is not a list. */
function stringsOf(value) {
    return listOf(value).filter((entry) => typeof entry === 'string');
}

;// CONCATENATED MODULE: ./src/markdown/blocks/languages.ts
/**
 * The language after a code fence, as GitHub's highlighter spells it, by `style.language` of a code block. 1 is plain
 * text, which needs no language.
 * Source: 块的数据结构, CodeLanguage, https://open.feishu.cn/document/docs/docs/data-structure/block
 */
const FENCE_LANGUAGES = new Map(
// The languages of the numbers from 2 on, about ten in a line.
`abap ada apache apex asm bash csharp cpp c
  cobol css coffeescript d dart delphi django dockerfile erlang fortran
  foxpro go groovy html htmlbars http haskell json java javascript
  julia kotlin latex lisp logo lua matlab makefile markdown nginx
  objectivec openedge php perl postscript powershell prolog protobuf python r
  rpg ruby rust sas scss sql scala scheme scratch shell
  swift thrift typescript vbscript vb xml yaml cmake diff gherkin
  graphql glsl properties solidity toml`
    .split(/\s+/)
    .map((language, index) => [index + 2, language]));

;// CONCATENATED MODULE: ./src/markdown/inline/blanks.ts
const NO_MARKS = { bold: false, italic: false, strikethrough: false, link: undefined };
/**
 * Splits the blanks at both ends of each run into separate runs, because marks and links cannot begin or end with a
 * blank. A blank gets the marks that the texts on both sides of it have in common.
 */
function separateBlanks(runs) {
    const pieces = runs.flatMap(splitBlanks).filter(({ text }) => text !== '');
    const followingMarks = [];
    let following = NO_MARKS;
    for (const piece of pieces.toReversed()) {
        followingMarks.push(following);
        if (!isBlank(piece))
            following = piece.marks;
    }
    followingMarks.reverse();
    let previous = NO_MARKS;
    return pieces.map((piece, index) => {
        if (isBlank(piece))
            return { ...piece, marks: commonMarks(previous, followingMarks[index] ?? NO_MARKS) };
        previous = piece.marks;
        return piece;
    });
}
/** Splits a run into the blanks at its start, its text, and the blanks at its end. */
function splitBlanks(run) {
    // Code keeps its blanks; its line breaks are those of the text around it.
    if (run.kind === 'code') {
        return run.text.split(/(\n)/).map((text) => ({ ...run, kind: text === '\n' ? 'text' : 'code', text }));
    }
    const { text } = run;
    const start = text.length - text.trimStart().length;
    const end = Math.max(start, text.trimEnd().length);
    return [text.slice(0, start), text.slice(start, end), text.slice(end)].map((part) => ({ ...run, text: part }));
}
const isBlank = ({ kind, text }) => kind === 'text' && text.trim() === '';
function commonMarks(a, b) {
    return {
        bold: a.bold && b.bold,
        italic: a.italic && b.italic,
        strikethrough: a.strikethrough && b.strikethrough,
        link: a.link === b.link ? a.link : undefined,
    };
}
/** Removes the blanks that Markdown ignores: around a paragraph, and around each line break. */
function trimBlanks(runs) {
    const trimmed = runs.map((run) => (run.kind === 'text' ? { ...run, text: trimAroundBreaks(run.text) } : run));
    const hasContent = ({ kind, text }) => kind !== 'text' || leadingBlanks(text) < text.length;
    const first = trimmed.findIndex(hasContent);
    if (first === -1)
        return [];
    const content = trimmed.slice(first, trimmed.findLastIndex(hasContent) + 1);
    return content.map((run, index) => {
        if (run.kind !== 'text')
            return run;
        const text = index === 0 ? trimStart(run.text) : run.text;
        return { ...run, text: index === content.length - 1 ? trimEnd(text) : text };
    });
}
function trimAroundBreaks(text) {
    const lines = text.split('\n');
    return lines
        .map((line, index) => (index === 0 ? line : trimStart(line)))
        .map((line, index) => (index === lines.length - 1 ? line : trimEnd(line)))
        .join('\n');
}
// Not `String.trim`, since wider blanks, as at the start of a Chinese paragraph, are shown.
const isAsciiBlank = (character) => character === ' ' || character === '\t' || character === '\n';
function leadingBlanks(text) {
    let count = 0;
    while (isAsciiBlank(text.charAt(count)))
        count++;
    return count;
}
function trimStart(text) {
    return text.slice(leadingBlanks(text));
}
function trimEnd(text) {
    let length = text.length;
    while (isAsciiBlank(text.charAt(length - 1)))
        length--;
    return text.slice(0, length);
}

;// CONCATENATED MODULE: ./src/markdown/urls.ts
const ALLOWED_SCHEMES = new Set(['http', 'https', 'mailto']);
// The words in the links of the product, also in older links.
const TYPE_BY_WORD = new Map([
    ['doc', 'doc'],
    ['docs', 'doc'],
    ['docx', 'docx'],
    ['sheet', 'sheet'],
    ['sheets', 'sheet'],
    ['base', 'bitable'],
    ['bitable', 'bitable'],
    ['slides', 'slides'],
    ['wiki', 'wiki'],
    ['file', 'file'],
    ['mindnote', 'mindnote'],
    ['mindnotes', 'mindnote'],
    ['board', 'board'],
]);
const WORD_BY_TYPE = {
    doc: 'docs',
    docx: 'docx',
    sheet: 'sheets',
    bitable: 'base',
    slides: 'slides',
    wiki: 'wiki',
    file: 'file',
    mindnote: 'mindnotes',
    board: 'board',
};
/** Makes the address of a document that a block refers to by type and token. */
function referenceUrl(origin, type, token, query = '') {
    return `${origin}/${WORD_BY_TYPE[type]}/${encodeURIComponent(token.toWellFormed())}${query}`;
}
/**
 * Finds the document that a link leads to, on any host; undefined for any other link.
 * @param url decoded: `https://example.feishu.cn/docx/doxcn1`, or an older link with `/space/doc/doccn1`
 */
function findReference(url) {
    const match = /^https?:\/\/[^/?#\s]+\/(?:space\/)?([a-z]+)\/([\w-]{10,40})(?:[/?#]|$)/i.exec(url);
    const [, word = '', token = ''] = match ?? [];
    const type = TYPE_BY_WORD.get(word.toLowerCase());
    return type === undefined ? undefined : { token, type, url };
}
/** Decodes the address of a link, which the service sends completely percent-encoded. */
function decodeUrl(url) {
    try {
        return decodeURIComponent(url);
    }
    catch {
        return url;
    }
}
/**
 * Makes an address safe in a Markdown link and in an HTML attribute.
 * @param url decoded
 * @returns undefined where it is empty or has another scheme than http, https and mailto
 */
function safeUrl(url) {
    // Browsers ignore control characters, also in the middle of a scheme.
    const address = url
        .toWellFormed()
        .replace(/\p{Cc}+/gu, '')
        .trim();
    const scheme = /^([^/?#:]*):/.exec(address)?.[1];
    if (address === '' || (scheme !== undefined && !ALLOWED_SCHEMES.has(scheme.toLowerCase())))
        return undefined;
    // Programs disagree whether `&copy;` in a bare link is a character reference.
    return encodeCharacters(address.replace(/&(#?\w+);/g, '&$1%3B'), /[\s<>"\\`^{|}]/gu);
}
/**
 * Makes an address of a relative path: characters with a meaning in addresses are percent-encoded, others stay readable.
 * @param path with `/` between its segments
 */
function pathUrl(path) {
    const encoded = encodeCharacters(path.toWellFormed(), /[\s\p{Cc}<>"\\`^{|}%#?&]/gu);
    // Otherwise, a `:` in the first segment would end a scheme, and a `/` at the start would mean the root of the site.
    return /^[^/]*:|^\//.test(encoded) ? `./${encoded.replace(/^\/+/, '')}` : encoded;
}
function encodeCharacters(text, characters) {
    return text.replace(characters, (character) => encodeURIComponent(character));
}

;// CONCATENATED MODULE: ./src/markdown/inline/links.ts


/**
 * Resolves a link, percent-encoded as the service sends it: to the file of the linked document if that is exported,
 * otherwise to the link itself.
 */
function resolveLink(encoded, context) {
    const url = decodeUrl(encoded);
    const reference = findReference(url);
    return reference ? resolveReference(reference, url, context) : safeUrl(url);
}
/** Resolves a reference to a document: to its file if that is exported, otherwise to `url`. */
function resolveReference(reference, url, context) {
    const path = context.surroundings.documentPath(reference);
    return path === undefined ? safeUrl(url) : pathUrl(path);
}
/** Makes a link with a title or, without one, with its address as the text. */
function titledLink(title, encoded, context) {
    return { text: cleanLine(title) || cleanLine(decodeUrl(encoded)), url: resolveLink(encoded, context) };
}
/** Makes a link to an attachment; a note if its file is not saved. */
function attachmentLink(token, name, blockType, context) {
    const shown = cleanLine(name) || token;
    const path = token === '' ? undefined : context.surroundings.assetPath({ kind: 'attachment', token, name: shown });
    return path === undefined
        ? { text: `${shown} ${context.note('file', blockType)}`.trim(), url: undefined }
        : { text: shown, url: pathUrl(path) };
}

;// CONCATENATED MODULE: ./src/markdown/inline/runs.ts




const TYPE_BY_NUMBER = new Map([
    [1, 'doc'],
    [3, 'sheet'],
    [8, 'bitable'],
    [11, 'mindnote'],
    [12, 'file'],
    [15, 'slides'],
    [16, 'wiki'],
    [22, 'docx'],
]);
const ELEMENTS = new Map([
    ['text_run', ({ content }) => stringOf(content)],
    ['mention_user', ({ user_id }) => `@${stringOf(user_id)}`],
    ['mention_doc', readMentionedDocument],
    ['equation', ({ content }) => ({ equation: cleanText(stringOf(content)).trim() })],
    ['reminder', readReminder],
    ['file', readFile],
    ['inline_block', readInlineBlock],
    ['link_preview', ({ title, url }, _, context) => titledLink(stringOf(title), stringOf(url), context)],
]);
/**
 * Reads the text elements of a block as runs, in order. An element that cannot be shown becomes a run with a note.
 * Source: 块的数据结构, TextElement, https://open.feishu.cn/document/docs/docs/data-structure/block
 */
function readRuns(block, context) {
    return listOf(block.content['elements'])
        .map((element) => readElement(fieldsOf(element), block, context))
        .filter(({ text }) => text !== '');
}
/** Reads a text element as a run. */
function readElement(element, block, context) {
    const kind = Object.keys(element).find((key) => isFields(element[key])) ?? '';
    const content = fieldsOf(element[kind]);
    const read = ELEMENTS.get(kind);
    if (!read)
        return makeRun('text', kind === '' ? '' : context.note(noteName(kind), block.type), {}, undefined);
    const text = read(content, block, context);
    const style = fieldsOf(content['text_element_style']);
    const link = resolveLink(stringOf(fieldsOf(style['link'])['url']), context);
    if (typeof text === 'string')
        return makeRun(style['inline_code'] === true ? 'code' : 'text', cleanText(text), style, link);
    if ('equation' in text)
        return makeRun('equation', text.equation, style, link);
    return makeRun('text', text.text, style, text.url ?? link);
}
function makeRun(kind, text, style, link) {
    const marks = {
        bold: style['bold'] === true,
        italic: style['italic'] === true,
        strikethrough: style['strikethrough'] === true,
        link,
    };
    return { kind, text, marks };
}
function noteName(kind) {
    return /^[a-z]\w{0,39}$/i.test(kind) ? kind : 'unknown';
}
/** Reads a mention of a document as a link; with an unknown type, as a link to the address that the block has. */
function readMentionedDocument({ token, obj_type, url, title }, _, context) {
    const type = TYPE_BY_NUMBER.get(integerOf(obj_type) ?? 0);
    const documentToken = stringOf(token);
    if (documentToken === '' || type === undefined)
        return titledLink(stringOf(title), stringOf(url), context);
    const urlInBlock = decodeUrl(stringOf(url));
    const reference = { token: documentToken, type, ...(urlInBlock !== '' && { url: urlInBlock }) };
    const address = urlInBlock || referenceUrl(context.surroundings.origin, type, documentToken);
    return { text: cleanLine(stringOf(title)) || cleanLine(address), url: resolveReference(reference, address, context) };
}
/** Reads a reminder. It has no time zone, so the time in China is written, with its time zone. */
function readReminder({ expire_time, is_whole_day }) {
    const timeMs = integerOf(expire_time);
    if (timeMs === undefined || Math.abs(timeMs) > 8e15)
        return '';
    const inChina = new Date(timeMs + 8 * 3_600_000).toISOString();
    return is_whole_day === true ? inChina.slice(0, 10) : `${inChina.slice(0, 16).replace('T', ' ')} (UTC+8)`;
}
/** Reads an attachment in a text as a link; its name is in the block of the file. */
function readFile({ file_token, source_block_id }, block, context) {
    const source = context.find(stringOf(source_block_id));
    return attachmentLink(stringOf(file_token), stringOf(source?.content['name']), block.type, context);
}
/** Reads a block inside a text (an attachment, a preview of a link, an embedded page) as a link, or as a visible note. */
function readInlineBlock({ block_id }, block, context) {
    const inside = context.take(stringOf(block_id));
    if (!inside)
        return context.note('inline_block', block.type);
    const { token, name, url, component } = inside.content;
    if (inside.kind === 'file')
        return attachmentLink(stringOf(token), stringOf(name), inside.type, context);
    if (inside.kind === 'link_preview')
        return titledLink('', stringOf(url), context);
    if (inside.kind === 'iframe')
        return titledLink('', stringOf(fieldsOf(component)['url']), context);
    return context.note(inside.kind, inside.type);
}

;// CONCATENATED MODULE: ./src/markdown/inline/phrasing.ts


/**
 * Converts the text elements of a block to phrasing content: runs of one style are merged, marks are nested, blanks at
 * the ends are removed.
 */
function phrasingOf(block, context) {
    return toPhrasing(readRuns(block, context));
}
/** As `phrasingOf`, but on one line: line breaks become blanks. */
function linePhrasingOf(block, context) {
    return toPhrasing(readRuns(block, context).map((run) => ({ ...run, text: run.text.replace(/\n/g, ' ') })));
}
/** The text elements of a block without any style. */
function plainTextOf(block, context) {
    return readRuns(block, context)
        .map(({ text }) => text)
        .join('');
}
function toPhrasing(runs) {
    return nest(trimBlanks(mergeRuns(separateBlanks(runs))), LAYERS);
}
// The outermost first: a link is around all marks, so that it is not split.
const LAYERS = [
    { valueOf: ({ link }) => link, wrap: (children, url) => ({ type: 'link', url, children }) },
    { valueOf: ({ bold }) => (bold ? 'bold' : undefined), wrap: (children) => ({ type: 'strong', children }) },
    { valueOf: ({ italic }) => (italic ? 'italic' : undefined), wrap: (children) => ({ type: 'emphasis', children }) },
    {
        valueOf: ({ strikethrough }) => (strikethrough ? 'strikethrough' : undefined),
        wrap: (children) => ({ type: 'delete', children }),
    },
];
/**
 * Merges runs of the same style: the service also splits them at a colour or a comment, which Markdown does not have.
 */
function mergeRuns(runs) {
    const differ = (a, b) => a.kind !== b.kind || LAYERS.some(({ valueOf }) => valueOf(a.marks) !== valueOf(b.marks));
    return splitWhere(runs, differ).flatMap((group) => {
        const separator = group[0]?.kind === 'equation' ? ' ' : '';
        return group.slice(0, 1).map((run) => ({ ...run, text: group.map(({ text }) => text).join(separator) }));
    });
}
/** Nests runs into elements, layer by layer: neighbours with the same value of a layer share one element. */
function nest(runs, layers) {
    const [layer, ...innerLayers] = layers;
    if (!layer)
        return runs.flatMap(leavesOf);
    return splitWhere(runs, (a, b) => layer.valueOf(a.marks) !== layer.valueOf(b.marks)).flatMap((group) => {
        const value = group[0] && layer.valueOf(group[0].marks);
        const children = nest(group, innerLayers);
        return value === undefined ? children : [layer.wrap(children, value)];
    });
}
/** Splits items into groups: a new group starts where an item differs from the previous one. */
function splitWhere(items, differ) {
    const groups = [];
    for (const item of items) {
        const group = groups.at(-1);
        const previous = group?.at(-1);
        if (group && previous !== undefined && !differ(previous, item))
            group.push(item);
        else
            groups.push([item]);
    }
    return groups;
}
function leavesOf({ kind, text }) {
    if (kind === 'code')
        return [{ type: 'inlineCode', value: text }];
    if (kind === 'equation')
        return [{ type: 'inlineMath', value: text.replace(/\n+/g, ' ') }];
    return text
        .split(/(\n)/)
        .filter((part) => part !== '')
        .map((part) => (part === '\n' ? { type: 'break' } : { type: 'text', value: part }));
}

;// CONCATENATED MODULE: ./src/markdown/blocks/texts.ts

/** Converts a text, and the blocks indented below it, without the indentation, which Markdown does not have. */
const convertText = (block, context) => {
    const children = phrasingOf(block, context);
    const below = context.convert(block.children);
    // An empty line in Feishu is an empty text, which Markdown does not have.
    return children.length === 0 ? below : [{ type: 'paragraph', children }, ...below];
};
/** Converts a heading and the blocks folded below it. Level 1 is for the title of the document; the maximum is 6. */
const convertHeading = (block, context) => {
    const level = Number(/\d$/.exec(block.kind)?.[0]);
    const depth = Math.min(level + 1, 6);
    const children = linePhrasingOf(block, context);
    const below = context.convert(block.children);
    return children.length === 0 ? below : [{ type: 'heading', depth, children }, ...below];
};
/** Converts a quote, a container of quoted blocks or a callout. */
const convertQuote = (block, context) => {
    const children = convertText(block, context);
    return children.length === 0 ? [] : [{ type: 'blockquote', children }];
};
/** Converts a divider to a thematic break. */
const convertDivider = () => [{ type: 'thematicBreak' }];

;// CONCATENATED MODULE: ./src/markdown/blocks/placeholder.ts

/**
 * Converts a block that cannot be shown to a visible note with its kind, followed by its text and the blocks below it.
 */
const placeholder = (block, context) => placeholderWithLink(block, context, undefined);
/** As `placeholder`, with a link to a page that shows the block. */
function placeholderWithLink(block, context, url) {
    const value = context.note(block.kind, block.type);
    const note = { type: 'emphasis', children: [{ type: 'text', value }] };
    const children = [url === undefined ? note : { type: 'link', url, children: [note] }];
    return [{ type: 'paragraph', children }, ...convertText(block, context)];
}

;// CONCATENATED MODULE: ./src/markdown/blocks/code.ts






// The widget for Mermaid and PlantUML, which is not documented: the id as the service sends it.
const DIAGRAM_WIDGET = 'blk_631fefbbae02400430b8f9f4';
/** Converts a code block, with the language if its number is known. */
const convertCode = (block, context) => {
    const language = FENCE_LANGUAGES.get(integerOf(fieldsOf(block.content['style'])['language']) ?? 0);
    return [codeBlock(plainTextOf(block, context), language), ...context.convert(block.children)];
};
/** Converts a formula block; an empty one is left out. */
const convertEquation = (block, context) => {
    const tex = plainTextOf(block, context).trim();
    const below = context.convert(block.children);
    return tex === '' ? below : [equationBlock(tex), ...below];
};
/** Converts a widget: Mermaid and PlantUML become a code block with their source, others a placeholder. */
const convertAddOn = (block, context) => {
    const source = block.content['component_type_id'] === DIAGRAM_WIDGET ? diagramSource(block.content['record']) : '';
    if (source === '')
        return placeholder(block, context);
    const language = source.trimStart().startsWith('@start') ? 'plantuml' : 'mermaid';
    return [codeBlock(source, language), ...context.convert(block.children)];
};
function diagramSource(record) {
    try {
        return cleanText(stringOf(fieldsOf(JSON.parse(stringOf(record)))['data'])).trimEnd();
    }
    catch {
        return '';
    }
}
function codeBlock(value, lang) {
    return { type: 'code', value, ...(lang !== undefined && { lang }) };
}

;// CONCATENATED MODULE: ./src/markdown/blocks/media.ts





/** Converts a picture, with its caption as the alternative text; to a placeholder if its file is not saved. */
const convertImage = (block, context) => {
    const caption = stringOf(fieldsOf(block.content['caption'])['content']);
    return convertPicture({ kind: 'picture', token: stringOf(block.content['token']) }, caption, block, context);
};
/** Converts a board to a picture; to a placeholder if its file is not saved. */
const convertBoard = (block, context) => convertPicture({ kind: 'board', token: stringOf(block.content['token']) }, '', block, context);
/** Converts an attachment to a link with its name. */
const convertFile = (block, context) => {
    const { token, name } = block.content;
    const link = attachmentLink(stringOf(token), stringOf(name), block.type, context);
    return [{ type: 'paragraph', children: linkPhrasing(link) }, ...context.convert(block.children)];
};
/** Converts a picture or board to an image. */
function convertPicture(asset, caption, block, context) {
    const path = asset.token === '' ? undefined : context.surroundings.assetPath(asset);
    if (path === undefined)
        return placeholder(block, context);
    const image = { type: 'image', url: pathUrl(path), alt: cleanLine(caption) };
    return [{ type: 'paragraph', children: [image] }, ...context.convert(block.children)];
}
/** Makes a link, or plain text if there is no address. */
function linkPhrasing({ text, url }) {
    const value = { type: 'text', value: text };
    return [url === undefined ? value : { type: 'link', url, children: [value] }];
}

;// CONCATENATED MODULE: ./src/markdown/blocks/embeds.ts






/** Converts a web page in a frame to a link. */
const convertIframe = (block, context) => linkBlock(stringOf(fieldsOf(block.content['component'])['url']), '', block, context);
/** Converts the preview of a web page to a link with its title. */
const convertLinkPreview = (block, context) => linkBlock(stringOf(block.content['url']), stringOf(block.content['title']), block, context);
function linkBlock(url, title, block, context) {
    const link = titledLink(title, url, context);
    if (link.text === '')
        return placeholder(block, context);
    return [{ type: 'paragraph', children: linkPhrasing(link) }, ...context.convert(block.children)];
}
/**
 * Makes a converter for a sheet, a table of a base or a mind note in the document: it becomes a link.
 * @param text the text of the link
 * @param subIdParameter the parameter that names the sheet or table in an address: `table` for `/base/APP?table=TABLEID`
 */
function convertEmbedded(type, text, subIdParameter) {
    return (block, context) => {
        const token = cleanLine(stringOf(block.content['token']));
        if (token === '')
            return placeholder(block, context);
        // The token of a sheet is `SPREADSHEET_SHEETID`, that of a table `APP_TABLEID`.
        const separator = subIdParameter === undefined ? -1 : token.lastIndexOf('_');
        const documentToken = separator > 0 ? token.slice(0, separator) : token;
        const query = separator > 0 ? `?${subIdParameter}=${encodeURIComponent(token.slice(separator + 1))}` : '';
        const url = referenceUrl(context.surroundings.origin, type, documentToken, query);
        const address = resolveReference({ token: documentToken, type }, url, context);
        const children = linkPhrasing({ text, url: address });
        return [{ type: 'paragraph', children }, ...context.convert(block.children)];
    };
}
/**
 * Converts a reference to a synced block of another document: to its children in this document; if it has none, to the
 * content of the block in the other document; if that cannot be read, to a placeholder with a link.
 */
const convertReferenceSynced = (block, context) => {
    const children = block.children.filter((id) => context.find(id) !== undefined);
    if (children.length > 0)
        return context.convert(children);
    const documentId = stringOf(block.content['source_document_id']);
    const blockId = stringOf(block.content['source_block_id']);
    if (documentId === '' || blockId === '')
        return placeholder(block, context);
    const content = context.convertSynced({ documentId, blockId });
    if (content)
        return content;
    const url = referenceUrl(context.surroundings.origin, 'docx', documentId);
    return placeholderWithLink(block, context, resolveReference({ token: documentId, type: 'docx' }, url, context));
};

;// CONCATENATED MODULE: ./src/markdown/blocks/lists.ts


const LIST_KINDS = new Set(['bullet', 'ordered', 'todo']);
// CommonMark allows nine digits.
const MAX_NUMBER = 999_999_999;
/** Whether a block is an item of a bulleted, numbered or task list. */
function isListItem(block) {
    return LIST_KINDS.has(block.kind);
}
/** Collects list items from consecutive blocks: consecutive items of one kind become one list. */
class ListCollector {
    context;
    open;
    lastNumber = 0;
    constructor(context) {
        this.context = context;
    }
    /** Ends the list, before a block that is not a list item. The numbering continues after it. */
    close() {
        this.open = undefined;
    }
    /** Adds an item. @returns the new list that starts with it; nothing if it was added to the open list */
    add(block) {
        const number = this.numberOf(block);
        const item = convertItem(block, this.context);
        const continuesList = this.open?.kind === block.kind && (block.kind !== 'ordered' || number === this.lastNumber + 1);
        if (block.kind === 'ordered')
            this.lastNumber = number;
        if (this.open && continuesList) {
            this.open.list.children.push(item);
            return [];
        }
        const ordered = block.kind === 'ordered';
        const list = { type: 'list', ordered, spread: false, children: [item], ...(ordered && { start: number }) };
        this.open = { kind: block.kind, list };
        return [list];
    }
    /** The number of an item: `style.sequence` if it is a number, otherwise ("auto") one more than the last number. */
    numberOf({ content }) {
        const number = integerOf(fieldsOf(content['style'])['sequence']) ?? this.lastNumber + 1;
        return number >= 0 && number <= MAX_NUMBER ? number : 1;
    }
}
function convertItem(block, context) {
    const children = phrasingOf(block, context);
    const below = context.convert(block.children);
    const isTodo = block.kind === 'todo';
    return {
        type: 'listItem',
        spread: false,
        ...(isTodo && { checked: fieldsOf(block.content['style'])['done'] === true }),
        // A task needs a paragraph, even an empty one, since the box is before its text.
        children: children.length > 0 || isTodo ? [{ type: 'paragraph', children }, ...below] : below,
    };
}

;// CONCATENATED MODULE: ./src/markdown/output/html.ts
/**
 * Writes nodes as HTML without line breaks, for a cell of an HTML table: an empty line would end the table, and
 * Markdown in it is not rendered.
 */
function toHtml(nodes) {
    return nodes.map(nodeToHtml).join('');
}
/** Writes one node as HTML. */
function nodeToHtml(node) {
    switch (node.type) {
        case 'text':
            return escapeHtml(node.value);
        case 'break':
            return '<br>';
        case 'strong':
            return html_element('strong', node);
        case 'emphasis':
            return html_element('em', node);
        case 'delete':
            return html_element('del', node);
        case 'link':
            return `<a href="${escapeHtml(node.url)}">${toHtml(node.children)}</a>`;
        case 'image':
            // Without the dot, Vue and what is built on it (VitePress) takes the path for the name of a package.
            return `<img src="${escapeHtml(isRelative(node.url) ? `./${node.url}` : node.url)}" alt="${escapeHtml(node.alt ?? '')}">`;
        case 'inlineCode':
            return `<code>${escapeHtml(node.value)}</code>`;
        case 'inlineMath':
            return escapeHtml(`$${node.value}$`);
        case 'paragraph':
            return html_element('p', node);
        case 'heading':
            return html_element(`h${node.depth}`, node);
        case 'blockquote':
            return html_element('blockquote', node);
        case 'list': {
            const start = node.ordered === true && node.start !== 1 ? ` start="${node.start ?? 1}"` : '';
            return node.ordered === true ? `<ol${start}>${toHtml(node.children)}</ol>` : html_element('ul', node);
        }
        case 'listItem': {
            const box = typeof node.checked === 'boolean' ? (node.checked ? '[x] ' : '[ ] ') : '';
            return `<li>${box}${flowToHtml(node.children)}</li>`;
        }
        case 'code':
        case 'math': {
            const language = node.type === 'math' ? 'math' : (node.lang ?? '');
            const attribute = language === '' ? '' : ` class="language-${escapeHtml(language)}"`;
            return `<pre><code${attribute}>${escapeHtml(node.value)}</code></pre>`;
        }
        case 'thematicBreak':
            return '<hr>';
        case 'table':
            return tableToHtml(node.children.map(({ children }) => children.map((cell) => ({ content: cell.children }))));
        case 'html':
            return node.value;
        default:
            throw new Error(`A cell of a table cannot hold ${node.type}`);
    }
}
const isRelative = (url) => !/^([a-z][a-z\d+.-]*:|[/.#])/i.test(url);
function html_element(name, { children }) {
    return `<${name}>${toHtml(children)}</${name}>`;
}
/** Writes the content of a cell or list item: as `toHtml`, but without `<p>` around a text that only lists follow. */
function flowToHtml(nodes) {
    const [first, ...rest] = nodes;
    return first?.type === 'paragraph' && rest.every(({ type }) => type === 'list')
        ? toHtml([...first.children, ...rest])
        : toHtml(nodes);
}
/** Writes an HTML table, without empty lines. */
function tableToHtml(rows) {
    const lines = rows.flatMap((cells) => ['<tr>', ...cells.map(cellToHtml), '</tr>']);
    return ['<table>', ...lines, '</table>'].join('\n');
}
function cellToHtml({ content, isHeader = false, rowSpan = 1, columnSpan = 1 }) {
    const name = isHeader ? 'th' : 'td';
    const rows = rowSpan > 1 ? ` rowspan="${rowSpan}"` : '';
    const columns = columnSpan > 1 ? ` colspan="${columnSpan}"` : '';
    return `<${name}${rows}${columns}>${flowToHtml(content)}</${name}>`;
}
const ENTITIES = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    // For code, which has several lines: a plain line feed could make an empty line.
    '\n': '&#10;',
};
/** Escapes a text for HTML content or for an attribute in double quotes; on one line. */
function escapeHtml(text) {
    return text.replace(/[&<>"\n]/g, (character) => ENTITIES[character] ?? character);
}

;// CONCATENATED MODULE: ./src/markdown/blocks/tables.ts


/** Converts a table: to a GFM table if no cell is merged or has more than one line, otherwise to an HTML table. */
const convertTable = (block, context) => {
    const property = fieldsOf(block.content['property']);
    const ids = cellIds(block);
    const columns = Math.max(1, Math.min(integerOf(property['column_size']) ?? 1, ids.length));
    const cells = ids.map((id) => context.convert([id]));
    if (cells.length === 0)
        return [];
    const spans = usableSpans(property, cells, columns);
    const lines = cells.map(lineOf);
    const isPlain = spans.size === 0 && lines.every((line) => line !== undefined);
    return [isPlain ? plainTable(lines, columns) : htmlTable(cells, columns, spans, property['header_row'] === true)];
};
function cellIds({ content, children }) {
    const cells = stringsOf(content['cells']);
    return cells.length > 0 ? cells : children;
}
/** The content of a cell as one line; undefined if it has several lines, or content that a GFM table cannot have. */
function lineOf(content) {
    const [paragraph, ...rest] = content;
    if (!paragraph)
        return [];
    if (paragraph.type !== 'paragraph' || rest.length > 0 || paragraph.children.some(needsHtml))
        return undefined;
    return paragraph.children;
}
function needsHtml(node) {
    if (node.type === 'break')
        return true;
    // In a GFM table, a backslash before a pipe is removed, also in code.
    if (node.type === 'inlineCode' || node.type === 'inlineMath')
        return node.value.includes('\\|');
    return 'children' in node && node.children.some(needsHtml);
}
function plainTable(lines, columns) {
    const rows = chunk(lines, columns).map((cells) => ({
        type: 'tableRow',
        children: cells.map((children) => ({ type: 'tableCell', children })),
    }));
    return { type: 'table', children: rows };
}
/** Makes the table in HTML, without the cells that merged cells cover. */
function htmlTable(cells, columns, spans, hasHeader) {
    const covered = new Set([...spans].flatMap(([index, span]) => coveredBy(index, span, columns)));
    const htmlCells = cells.map((content, index) => {
        if (covered.has(index))
            return undefined;
        const span = spans.get(index);
        return { content, isHeader: hasHeader && index < columns, rowSpan: span?.rows ?? 1, columnSpan: span?.columns ?? 1 };
    });
    const rows = chunk(htmlCells, columns).map((row) => row.filter((cell) => cell !== undefined));
    return { type: 'html', value: tableToHtml(rows) };
}
/** The valid merged cells, by index: inside the table, and covering only cells that are empty and not covered yet. */
function usableSpans(property, cells, columns) {
    const spans = new Map();
    const taken = new Set();
    for (const [index, info] of listOf(property['merge_info']).slice(0, cells.length).entries()) {
        const span = {
            rows: integerOf(fieldsOf(info)['row_span']) ?? 1,
            columns: integerOf(fieldsOf(info)['col_span']) ?? 1,
        };
        const isMerged = span.rows >= 1 && span.columns >= 1 && span.rows * span.columns > 1;
        const fitsInRow = (index % columns) + span.columns <= columns;
        const fitsInColumn = index + (span.rows - 1) * columns < cells.length;
        if (!isMerged || !fitsInRow || !fitsInColumn)
            continue;
        const covered = coveredBy(index, span, columns);
        const hasConflict = [index, ...covered].some((cell) => taken.has(cell));
        const hidesContent = covered.some((cell) => (cells[cell] ?? []).length > 0);
        if (hasConflict || hidesContent)
            continue;
        spans.set(index, span);
        for (const cell of [index, ...covered])
            taken.add(cell);
    }
    return spans;
}
/** The indexes of the cells that a merged cell covers, without itself. */
function coveredBy(index, span, columns) {
    const offsets = Array.from({ length: span.rows * span.columns }, (_, offset) => offset);
    return offsets.map((offset) => index + Math.floor(offset / span.columns) * columns + (offset % span.columns)).slice(1);
}
function chunk(items, size) {
    const count = Math.ceil(items.length / size);
    return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size));
}

;// CONCATENATED MODULE: ./src/markdown/convert.ts







// The converters by kind of block. List items are collected by ListCollector; every other kind becomes a placeholder.
const CONVERTERS = new Map([
    ['page', (block, context) => context.convert(block.children)],
    ['text', convertText],
    ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((level) => [`heading${level}`, convertHeading]),
    ['code', convertCode],
    ['quote', convertQuote],
    ['equation', convertEquation],
    ['bitable', convertEmbedded('bitable', 'Base', 'table')],
    ['callout', convertQuote],
    ['divider', convertDivider],
    ['file', convertFile],
    ['grid', convertText],
    ['grid_column', convertText],
    ['iframe', convertIframe],
    ['image', convertImage],
    ['mindnote', convertEmbedded('mindnote', 'Mind note')],
    ['sheet', convertEmbedded('sheet', 'Sheet', 'sheet')],
    ['table', convertTable],
    ['table_cell', convertText],
    ['view', convertText],
    ['quote_container', convertQuote],
    ['add_ons', convertAddOn],
    ['board', convertBoard],
    ['link_preview', convertLinkPreview],
    ['source_synced', convertText],
    ['reference_synced', convertReferenceSynced],
]);
// More levels than documents have, and few enough for Markdown programs and for the call stack.
const MAX_DEPTH = 50;
// Synced blocks can contain each other: a few of them could otherwise make an endless document.
const MAX_SYNCED_BLOCKS = 20_000;
/** Converts the blocks of a document to a Markdown tree, without the title. Does not throw for unexpected blocks. */
function convertDocument(blocks, surroundings) {
    const conversion = new Conversion(blocks, surroundings);
    return { content: conversion.convert(blocks.roots), placeholders: conversion.placeholders() };
}
/** The conversion of one document. */
class Conversion {
    blocks;
    surroundings;
    converted = new Set();
    depth = 0;
    syncedBlocksLeft = MAX_SYNCED_BLOCKS;
    openSynced = new Set();
    counts = new Map();
    constructor(blocks, surroundings) {
        this.blocks = blocks;
        this.surroundings = surroundings;
    }
    placeholders() {
        return [...this.counts.values()];
    }
    find(id) {
        return this.blocks.byId.get(id);
    }
    take(id) {
        if (this.converted.has(id))
            return undefined;
        this.converted.add(id);
        return this.find(id);
    }
    note(kind, blockType) {
        const key = `${kind} ${blockType}`;
        this.counts.set(key, { kind, blockType, count: (this.counts.get(key)?.count ?? 0) + 1 });
        return `Not exported: ${kind}, block type ${blockType}`;
    }
    convert(ids) {
        if (ids.length > 0 && this.depth >= MAX_DEPTH)
            return [this.noteParagraph('deeper nesting')];
        this.depth++;
        const lists = new ListCollector(this);
        const content = ids.flatMap((id) => this.convertOne(id, lists));
        this.depth--;
        return content;
    }
    convertSynced(reference) {
        const key = `${reference.documentId} ${reference.blockId}`;
        if (this.openSynced.has(key))
            return undefined;
        const blocks = this.surroundings.syncedBlocks(reference);
        if (!blocks || blocks.byId.size > this.syncedBlocksLeft)
            return undefined;
        const outer = { blocks: this.blocks, converted: this.converted };
        this.syncedBlocksLeft -= blocks.byId.size;
        this.openSynced.add(key);
        this.blocks = blocks;
        this.converted = new Set();
        const content = this.convert(blocks.roots);
        this.blocks = outer.blocks;
        this.converted = outer.converted;
        this.openSynced.delete(key);
        return content;
    }
    convertOne(id, lists) {
        if (this.converted.has(id))
            return [];
        const block = this.take(id);
        if (block && isListItem(block))
            return lists.add(block);
        lists.close();
        if (!block)
            return [this.noteParagraph('missing block')];
        return (CONVERTERS.get(block.kind) ?? placeholder)(block, this);
    }
    noteParagraph(kind) {
        return {
            type: 'paragraph',
            children: [{ type: 'emphasis', children: [{ type: 'text', value: this.note(kind, 0) }] }],
        };
    }
}

;// CONCATENATED MODULE: ./src/markdown/references.ts

/**
 * Collects the references of a document, by converting it. References in the content of its synced blocks are not
 * among them: call this for that content, too.
 */
function collectReferences(blocks) {
    const assets = new Map();
    const synced = new Map();
    const documents = new Map();
    // Returns undefined, as for an asset that is not saved, or a synced block that could not be read.
    const collect = (map, key, value) => {
        if (!map.has(key))
            map.set(key, value);
    };
    convertDocument(blocks, {
        origin: 'https://feishu.cn',
        assetPath: (asset) => collect(assets, asset.token, asset),
        syncedBlocks: (reference) => collect(synced, `${reference.documentId} ${reference.blockId}`, reference),
        documentPath: (reference) => collect(documents, `${reference.type} ${reference.token}`, reference),
    });
    return { assets: [...assets.values()], synced: [...synced.values()], documents: [...documents.values()] };
}

// EXTERNAL MODULE: ./src/export/model.ts
var model = __nccwpck_require__(755);
;// CONCATENATED MODULE: ./src/files/safe-name.ts
// Linux allows 255 bytes, macOS 255 bytes of UTF-8, Windows 255 units of UTF-16: 255 bytes of UTF-8 fit everywhere.
const safe_name_MAX_BYTES = 255;
const MAX_EXTENSION_BYTES = 32;
// The characters that a system refuses or a screen reorders: control characters (C0, DEL, C1), separators of lines and of
// paths, characters that Windows reserves, controls of text direction, lone surrogates, and characters that Unicode has
// not assigned (macOS refuses them), except those reserved for future emoji.
const FORBIDDEN = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}<>:"/\\|?*\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f\ufeff]|(?!\p{Extended_Pictographic})\p{Cn}/gu;
// Windows opens a device under these names, with any extension and with blanks before it.
const DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|clock\$|com[0-9¹²³]|lpt[0-9¹²³])\s*(\.|$)/i;
// HFS+ ignores these characters when it compares names: `.g\u200cit` is `.git` there.
const IGNORED_BY_HFS = /[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g;
/**
 * Makes a path segment of any text: the name of a file or folder that Linux, macOS and Windows accept and that has no
 * meaning for git. Pure. A safe name is returned unchanged, so a second call changes nothing.
 * @param name a title or a name: any Unicode
 * @param extension without a dot; added unless the name already ends with it in upper or lower case
 * @returns 1 to 255 bytes of UTF-8; a longer name is cut before the extension. Different texts may get the same name
 */
function safeName(name, extension = '') {
    const cleaned = clean(name);
    const { stem, suffix } = splitSuffix(cleaned, cleanExtension(extension));
    const complete = joinSafely(stem, suffix);
    if (bytesOf(complete) <= safe_name_MAX_BYTES)
        return complete;
    const completeStem = complete.slice(0, complete.length - suffix.length);
    // Joined safely again, because a cut may leave the name of a device.
    return joinSafely(cutToBytes(completeStem, safe_name_MAX_BYTES - bytesOf(suffix)), suffix);
}
function clean(text) {
    return trimBlanksAndDots(text.trim().replace(FORBIDDEN, '_'));
}
function cleanExtension(extension) {
    const withoutDot = extension.replace(/^[\s.]+/, '');
    return cutToBytes(clean(withoutDot).replace(/\s/g, '_'), MAX_EXTENSION_BYTES);
}
/**
 * Splits a name into its stem and the suffix that a cut must keep: a dot and the extension. The suffix keeps the letter
 * case of the name.
 * @param extension cleaned; if it is empty, the name's own extension counts
 */
function splitSuffix(name, extension) {
    const suffix = extension === '' ? ownExtension(name) : `.${extension}`;
    const end = name.slice(name.length - suffix.length);
    const hasSuffix = end.toLowerCase() === suffix.toLowerCase();
    const stem = hasSuffix ? name.slice(0, name.length - suffix.length) : name;
    const isBlank = /^[\s.]+$/u.test(stem);
    return { stem: isBlank ? '' : stem, suffix: hasSuffix ? end : suffix };
}
/** Removes blanks and dots at the end. A pattern like `[\s.]+$` would take quadratic time for a million blanks. */
function trimBlanksAndDots(text) {
    let length = text.length;
    while (length > 0 && /[\s.]/u.test(text.charAt(length - 1)))
        length--;
    return text.slice(0, length);
}
/** The extension of a name, with its dot; empty if the text after the last dot is not like an extension. */
function ownExtension(name) {
    return /(?<=[^.])\.[a-z\d]{1,16}$/i.exec(name)?.[0] ?? '';
}
/** Joins stem and suffix. Adds `_` before an empty stem, and before a name with a meaning for Windows or git. */
function joinSafely(stem, suffix) {
    const name = `${stem}${suffix}`;
    return stem === '' || DEVICE.test(name) || isGitName(name) ? `_${name}` : name;
}
/**
 * True for a segment that has a meaning for git on some system: `.git`, also `.gitattributes`, `.gitmodules`, `.github`,
 * and the short names that NTFS gives them: GIT~1, GITHUB~1.
 */
function isGitName(segment) {
    return /^(\.git|git[a-z\d]*~\d)/.test(segment.replace(IGNORED_BY_HFS, '').toLowerCase());
}
const GRAPHEMES = new Intl.Segmenter('en', { granularity: 'grapheme' });
const bytesOf = (text) => Buffer.byteLength(text);
/**
 * Cuts a text to a number of bytes of UTF-8. Keeps graphemes (characters as people see them) complete, and removes blanks
 * and dots at the end of a text that was cut.
 */
function cutToBytes(text, maxBytes) {
    // Each code unit takes at least one byte, so a title of a megabyte is not read completely.
    const head = text.slice(0, maxBytes).replace(/[\ud800-\udbff]$/, '');
    if (head === text && bytesOf(text) <= maxBytes)
        return text;
    const graphemes = Array.from(GRAPHEMES.segment(head), ({ segment }) => segment);
    const cut = takeBytes(graphemes, maxBytes);
    // A single grapheme may be too long: a letter with a hundred combining marks.
    return trimBlanksAndDots(cut === '' ? takeBytes(head, maxBytes) : cut);
}
/** Joins the first parts that fit into a number of bytes; the parts of a string are its code points. */
function takeBytes(parts, maxBytes) {
    let result = '';
    let bytes = 0;
    for (const part of parts) {
        bytes += bytesOf(part);
        if (bytes > maxBytes)
            break;
        result += part;
    }
    return result;
}

// EXTERNAL MODULE: ./src/export/formats.ts
var export_formats = __nccwpck_require__(746);
;// CONCATENATED MODULE: ./src/export/paths.ts
/** The maximum length of a path segment, in bytes of UTF-8. */
const MAX_SEGMENT_BYTES = 255;
/** The number of bytes of a text in UTF-8. */
const paths_bytesOf = (text) => Buffer.byteLength(text);
/** Compares texts by code points, so that the order is the same on every machine. */
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
// Surrogates encode code points above U+FFFF, and so come after all other code units.
const rank = (unit) => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);
/** Compares by path, for sorting. */
const byPath = (a, b) => byCodePoints(a.path, b.path);
/**
 * Gives the same text for all names that some file system takes for one: names that differ only in case (NTFS, APFS) or
 * in Unicode normal form (APFS, HFS+). Where no file system does, a name only gets a suffix without need.
 */
const fold = (name) => name.normalize('NFD').toLowerCase().toUpperCase().normalize('NFD');
/** Joins a directory (empty for the top) and a name. */
const joined = (directory, name) => (directory === '' ? name : `${directory}/${name}`);
/** Splits a path into its directory (empty for the top) and its name. */
function splitPath(path) {
    const slash = path.lastIndexOf('/');
    return { directory: path.slice(0, Math.max(0, slash)), name: path.slice(slash + 1) };
}
/** Yields the directories above a path, the innermost first, without the top. */
function* directoriesAbove(path) {
    for (let { directory } = splitPath(path); directory !== ''; { directory } = splitPath(directory))
        yield directory;
}
/** True for a path inside a directory (empty for the top). */
const isBelow = (path, directory) => directory === '' || path.startsWith(`${directory}/`);
const TEMPORARY = /^\.feishu-export-[0-9a-f]{24}\.part$/i;
const PARKED = /^\.feishu-export-[0-9a-f]{24}\.old$/i;
/** True for the temporary name of a file that is not complete yet (see stageFile). */
const paths_isTemporaryName = (name) => TEMPORARY.test(name);
/** True for the temporary name of a recorded file that is parked while others are moved (see applyMoves). */
const isParkedName = (name) => PARKED.test(name);

;// CONCATENATED MODULE: ./src/export/names.ts




// 5 bytes are left for a dot and the longest extension, so that the stem is the same in every format.
const MAX_STEM_BYTES = MAX_SEGMENT_BYTES - 5;
/** Makes a safe path segment of any text, in Unicode normal form C. */
const safeSegment = (text) => safeName(text.toWellFormed().normalize('NFC'));
/**
 * Makes a safe stem of at most `maxBytes`. It is made safe twice, because a cut may make it unsafe again; one byte is
 * left for the `_` that makes it safe.
 */
const safeStem = (text, maxBytes = MAX_STEM_BYTES) => safeSegment(cutToBytes(safeSegment(text), maxBytes - 1));
/**
 * The stem of a document's files and of the directory beside them. An extension that the document can have is removed
 * from the title: `A.docx` becomes the stem `A`, so that no file is named `A.docx.docx`.
 */
function stemOf(title, type) {
    const text = title.trim();
    const end = (0,export_formats/* extensionsFor */.il)(type)
        .map((extension) => `.${extension}`)
        .find((end) => text.toLowerCase().endsWith(end));
    const withoutEnd = end === undefined ? text : text.slice(0, -end.length);
    return safeStem(isMoreThanDots(withoutEnd) ? withoutEnd : text);
}
/** True for a text that has more than blanks and dots: `.docx` without its extension has not. */
const isMoreThanDots = (text) => /[^\s.]/u.test(text);
/** Splits the name of an uploaded file into stem and extension (without the dot; empty if it has none). */
function uploadedName(title) {
    const text = title.toWellFormed().trim();
    const dot = text.lastIndexOf('.');
    const [before, extension] = [text.slice(0, Math.max(0, dot)), text.slice(dot + 1)];
    const hasExtension = isMoreThanDots(before) && /^[\p{L}\p{N}_-]{1,16}$/u.test(extension);
    if (!hasExtension)
        return { stem: safeStem(title, MAX_SEGMENT_BYTES), extension: '' };
    const normalized = extension.normalize('NFC');
    return { stem: safeStem(before, MAX_SEGMENT_BYTES - paths_bytesOf(`.${normalized}`)), extension: normalized };
}
/** The stem of the name of a document, file or folder by its title, where the user gives no other name. */
const titleStem = (title, type) => type === 'file' ? uploadedName(title).stem : stemOf(title, type);
/**
 * The suffixes of a document's names, the shortest first: the last 6 characters of its token, the last 12, all, all with
 * a hash. Those of a sheet or table end with its id.
 */
function suffixesOf(token, subId = '') {
    const clean = (text) => text.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 64);
    const whole = clean(token);
    const hash = (0,external_node_crypto_namespaceObject.createHash)('sha256').update(`${token}\0${subId}`).digest('hex').slice(0, 16);
    const parts = [whole.slice(-6), whole.slice(-12), whole, whole === '' ? hash : `${whole}-${hash}`];
    return [...new Set(parts)].filter((part) => part !== '').map((part) => (subId ? `${part}-${clean(subId)}` : part));
}
/**
 * The name at a suffix level: at level 0 the stem, at level n the stem and the nth suffix. A long stem is cut, a suffix
 * never.
 * @returns undefined where it does not fit into `maxBytes`, or there is no such level
 */
function nameAt({ stem, suffixes }, level, maxBytes) {
    if (level === 0)
        return paths_bytesOf(stem) <= maxBytes ? stem : undefined;
    const suffix = suffixes[level - 1];
    if (suffix === undefined)
        return undefined;
    const head = cutToBytes(stem, maxBytes - paths_bytesOf(suffix) - 1);
    return head === '' ? undefined : `${head}-${suffix}`;
}
/**
 * Finds the level at which `nameAt` makes a recorded name, whatever its `maxBytes` was.
 * @returns undefined if it is no name of this stem
 */
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

;// CONCATENATED MODULE: ./src/export/outputs/attachment-names.ts



const attachment_names_MAX_EXTENSION_BYTES = 32;
/**
 * Names the files of a document's attachments: safe, and unique in the assets directory of the document. An attachment
 * gets its token as a suffix (`plan-boxcn1.pdf`) if several have its name. It gets one also if its own name ends with the
 * token of an asset, since it could then equal a name with a suffix, or the name of a picture (`boxcn1.png`).
 * @param assets all assets of the document, each once; pictures and boards are named by their token
 * @returns the name by token
 */
function attachmentNames(assets) {
    const tokens = new Set(assets.map(({ token }) => fold(token)));
    const lengths = new Set([...tokens].map((token) => token.length));
    const counts = new Map();
    const requested = assets.flatMap((asset) => asset.kind === 'attachment' ? [{ token: asset.token, name: safeSegment(asset.name) }] : []);
    for (const { name } of requested)
        counts.set(fold(name), (counts.get(fold(name)) ?? 0) + 1);
    const endsWithToken = (name) => {
        const stem = fold(splitExtension(name).stem);
        return [...lengths].some((length) => tokens.has(stem.slice(-length)));
    };
    return new Map(requested.map(({ token, name }) => {
        const isUnique = counts.get(fold(name)) === 1 && !endsWithToken(name);
        return [token, isUnique ? name : attachment_names_withToken(name, token)];
    }));
}
/** Adds the token as a suffix. A long stem is cut, never the token, which makes the name unique. */
function attachment_names_withToken(name, token) {
    const { stem, extension } = splitExtension(name);
    const end = `-${token}${extension}`;
    return safeSegment(`${cutToBytes(stem, MAX_SEGMENT_BYTES - paths_bytesOf(end))}${end}`);
}
function splitExtension(name) {
    const dot = name.lastIndexOf('.');
    const hasExtension = dot > 0 && paths_bytesOf(name.slice(dot)) <= attachment_names_MAX_EXTENSION_BYTES;
    return hasExtension ? { stem: name.slice(0, dot), extension: name.slice(dot) } : { stem: name, extension: '' };
}

;// CONCATENATED MODULE: ./src/export/outputs/work.ts







/** Groups files by output, so that each output is made once. */
function groupByOutput(files) {
    const works = new Map();
    for (const file of files) {
        const key = (0,model/* outputKey */.zi)(file.output);
        const work = works.get(key);
        if (work)
            work.files.push(file);
        else
            works.set(key, { output: file.output, files: [file], published: new Set(), failures: new Map(), transfers: [] });
    }
    return [...works.values()];
}
/** True for a failure of the disk at one path: files at other paths can be made all the same. */
const isOfOnePath = ({ origin, scope }) => origin === 'disk' && scope !== 'app';
/**
 * Makes and publishes the files of a work one after another. A failure of the disk at one path does not stop the
 * others. After any other failure it may be called again: it skips the files that are published or failed by the disk.
 */
async function publishAll(work, stage, { publish }) {
    let published;
    for (const file of work.files) {
        if (work.published.has(file.path) || work.failures.has(file.path))
            continue;
        const staged = await stage(file, published);
        const target = staged.ok ? { ...file, path: staged.value.path ?? file.path } : file;
        const reply = staged.ok ? await publish(target, staged.value.file, staged.value.facts) : staged;
        if (reply.ok) {
            published ??= target;
            work.published.add(file.path);
        }
        else if (isOfOnePath(reply.failure)) {
            work.failures.set(file.path, reply.failure);
        }
        else
            return reply;
    }
    const [failure] = work.failures.values();
    return failure ? failure_fail(failure) : { ok: true, value: undefined };
}
/**
 * Copies a published file to a temporary name.
 * @param from the path of the file, relative to the directory
 * @param at the path that the copy will have, relative to the directory
 */
async function stageCopy(from, at, { clock, directory }, signal) {
    const absolute = external_node_path_default().join(directory, ...from.split('/'));
    const target = external_node_path_default().join(directory, ...at.split('/'));
    try {
        return { ok: true, value: await stageFile({ clock, directory, target, body: work_readFile(absolute, signal) }) };
    }
    catch (error) {
        if (signal.aborted)
            return failure_fail(STOPPED);
        if (error instanceof disk_fault_DiskFault)
            return failure_fail(disk_fault_diskFailure(error));
        throw error;
    }
}
/** Reads the bytes of a file; opens it at the first read, and always closes it. */
async function* work_readFile(file, signal) {
    try {
        const handle = await (0,promises_.open)(file);
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

;// CONCATENATED MODULE: ./src/export/outputs/downloads.ts





const WRONG_SIZE_ADVICE = 'Run it again; if it stays, give the log id to Feishu support.';
/**
 * Downloads a file to a temporary name.
 * @param at the path that the file will have, relative to the directory
 */
async function downloadStaged(download, at, { session, directory, stallLimitMs }, signal) {
    const { connection, credential } = session;
    let contentType;
    let fileName;
    const onOpened = (opened) => {
        contentType = opened.contentType;
        fileName = opened.fileName;
    };
    const reply = await stageDownload({
        connection,
        credential,
        ...download,
        choosePlace: () => ({ directory, target: external_node_path_default().join(directory, ...at.split('/')) }),
        stallLimitMs,
        wrongSizeAdvice: WRONG_SIZE_ADVICE,
        onOpened,
    }, signal);
    return reply.ok ? { ...reply, value: { file: reply.value.staged, contentType, fileName } } : reply;
}
/**
 * Downloads the file of an export task and publishes it.
 * @param fileSize in bytes, as the service gave it
 */
function fetchExported(work, fileToken, fileSize, tools) {
    const bytes = fileSize === undefined ? undefined : Number(fileSize);
    return fetchFile(work, {
        source: exportedFile(fileToken, work.output.fileExtension),
        expectedBytes: Number.isSafeInteger(bytes) ? bytes : undefined,
        transfer: newTransfer(work),
    }, tools);
}
/** Downloads an uploaded file and publishes it. */
const fetchUploaded = (work, tools) => fetchFile(work, { source: uploadedFile(work.output.token), transfer: newTransfer(work) }, tools);
/** Downloads a board as a picture and publishes it with the extension of its content type. */
const fetchBoard = (work, tools) => fetchFile(work, { source: boardImage(work.output.token), transfer: newTransfer(work) }, tools);
/** Makes the state of a download between its attempts; it is discarded when the work has ended. */
function newTransfer(work) {
    const transfer = new Transfer();
    work.transfers.push(transfer);
    return transfer;
}
/** Downloads the file of a work to its first path, and copies it to the others. */
function fetchFile(work, download, tools) {
    const isBoard = work.output.kind === 'board';
    return (signal) => publishAll(work, async ({ path }, published) => {
        if (published) {
            const copy = await stageCopy(published.path, path, tools, signal);
            if (!copy.ok)
                return copy;
            const copyPath = isBoard ? withExtensionOf(path, published.path) : path;
            return { ok: true, value: { file: copy.value, path: copyPath } };
        }
        const reply = await downloadStaged(download, path, tools, signal);
        if (!reply.ok)
            return reply;
        const { file, contentType } = reply.value;
        return { ok: true, value: { file, path: isBoard ? withPictureExtension(path, contentType) : path } };
    }, tools);
}
/** The extensions of pictures, by content type. */
const PICTURE_EXTENSIONS = new Map([
    ['image/png', 'png'],
    ['image/jpeg', 'jpg'],
    ['image/jpg', 'jpg'],
    ['image/gif', 'gif'],
    ['image/webp', 'webp'],
    ['image/bmp', 'bmp'],
    ['image/svg+xml', 'svg'],
    ['image/tiff', 'tiff'],
    ['image/heic', 'heic'],
]);
/** The extension of a picture by its content type; png for an unknown one. */
const pictureExtension = (contentType) => PICTURE_EXTENSIONS.get(contentType ?? '') ?? 'png';
/** With the dot: `.png`. */
const EXTENSION = /\.[^./]*$/;
/**
 * Gives the path of a board's picture the extension of its content type, png or jpg. The layout reserved the path with
 * either.
 */
function withPictureExtension(path, contentType) {
    return path.replace(EXTENSION, pictureExtension(contentType) === 'jpg' ? '.jpg' : '.png');
}
/** Gives a path the extension of another one. */
const withExtensionOf = (path, other) => path.replace(EXTENSION, EXTENSION.exec(other)?.[0] ?? '');

;// CONCATENATED MODULE: ./src/feishu/client/fields.ts

/**
 * Reads a page of a list.
 * @param names the names of the list and of the cursor, in which the APIs differ
 * @throws WrongShape
 */
function pageIn(data, names, read) {
    const page = rawPageIn(data, names);
    return { ...page, items: objectsIn(page.items, names.list).map(read) };
}
/**
 * Reads a page of a list whose items are independent: an item with an unexpected shape does not fail the others.
 * @param names the names of list and cursor, and of an item's token and title
 * @throws WrongShape when the page itself has an unexpected shape
 */
function tolerantPageIn(data, names, read) {
    const page = rawPageIn(data, names);
    const items = [];
    const oddItems = [];
    for (const raw of page.items) {
        const item = readItem(raw, read);
        if (!(item instanceof json_WrongShape)) {
            items.push(item);
            continue;
        }
        const fields = isObject(raw) ? raw : {};
        const token = fields[names.token];
        oddItems.push({
            token: typeof token === 'string' && isWord(token) ? token : undefined,
            title: textIn(fields, names.title),
            reason: item.message,
        });
    }
    return { ...page, items, oddItems };
}
/** Reads an independent item of a list. @returns a WrongShape where it has an unexpected shape */
function readItem(item, read) {
    if (!isObject(item))
        return new json_WrongShape('it is not an object');
    try {
        return read(item);
    }
    catch (error) {
        if (error instanceof json_WrongShape)
            return error;
        throw error;
    }
}
/** Reads a page; its items are as they came, unchecked. @throws WrongShape */
function rawPageIn(data, names) {
    if (!isObject(data))
        throw new json_WrongShape('data is not an object');
    const list = data[names.list];
    const hasMore = flagIn(data, 'has_more');
    const given = data[names.cursor];
    const cursor = typeof given === 'string' && given !== '' ? given : undefined;
    // An empty list may be left out, but then has_more shows that this is a page.
    if (!Array.isArray(list) && !((list === undefined || list === null) && typeof hasMore === 'boolean')) {
        throw new json_WrongShape(`data.${names.list} is not a list`);
    }
    return { items: Array.isArray(list) ? list : [], hasMore: hasMore ?? cursor !== undefined, cursor };
}
/** Checks that all items of a list are objects. @throws WrongShape */
function objectsIn(list, name) {
    return list.map((item) => {
        if (!isObject(item))
            throw new json_WrongShape(`an item of ${name} is not an object`);
        return item;
    });
}
/** Reads a token or the word for a type, which may be used in requests and names. @throws WrongShape */
function wordIn(fields, name) {
    const value = fields[name];
    if (typeof value !== 'string' || !isWord(value))
        throw new json_WrongShape(`${name} is not a token or a word`);
    return value;
}
const isWord = (text) => /^[\w-]{1,200}$/.test(text);
// A title has 800 characters at most.
const MAX_TEXT = 2_000;
/** Reads a text, cut to `MAX_TEXT`; empty when there is none. */
function textIn(fields, name) {
    const value = fields[name];
    return typeof value === 'string' ? value.slice(0, MAX_TEXT) : '';
}
/** Reads a required text, cut to `MAX_TEXT`. @throws WrongShape */
function requiredTextIn(fields, name) {
    if (typeof fields[name] !== 'string')
        throw new json_WrongShape(`${name} is not a text`);
    return textIn(fields, name);
}
/** Reads a boolean; undefined when there is none. @throws WrongShape when it is something else */
function flagIn(fields, name) {
    const value = fields[name];
    if (value === undefined || value === null)
        return undefined;
    if (typeof value !== 'boolean')
        throw new json_WrongShape(`${name} is not a boolean`);
    return value;
}
/** Reads a time as the service wrote it; undefined when there is none. */
function timeIn(fields, name) {
    const value = fields[name];
    if (typeof value === 'number')
        return String(value);
    return typeof value === 'string' && value !== '' ? value : undefined;
}
/** Reads a revision, which is only to be compared; undefined when there is none. */
function revisionIn(fields, name) {
    const value = fields[name];
    if (typeof value === 'number' && Number.isSafeInteger(value))
        return String(value);
    return typeof value === 'string' && /^\d{1,20}$/.test(value) ? value : undefined;
}
/** Reads an https URL; undefined for anything else. */
function linkIn(fields, name) {
    const value = fields[name];
    return typeof value === 'string' && value.startsWith('https://') ? value : undefined;
}

;// CONCATENATED MODULE: ./src/feishu/docx/blocks.ts


const PAGE_SIZE = '500';
const LATEST_REVISION = '-1';
// A document has at most 10,485,760 characters, which is 40 MiB of UTF-8; the rest is for their style. All of them may
// be in one page, since the size of a block has no limit.
const MAX_PAGE_BYTES = 64 * 1024 * 1024;
/**
 * Reads one page of the blocks of a document of type docx: 500 blocks as the service sends them, in pre-order. The
 * first one is the document itself; `children` and `parent_id` hold the tree.
 * Source: 获取文档所有块, `GET /open-apis/docx/v1/documents/:document_id/blocks`,
 * https://open.feishu.cn/document/ukTMukTMukTM/uUDN04SN0QjL1QDN/document-docx/docx-v1/document-block/list
 * @param cursor of the page before; undefined for the first page
 * @returns a failure with code 1770022 when the cursor is stale: begin again with the first page
 */
function blocksPage(connection, credential, documentId, cursor, signal) {
    const path = pathOf(['docx', 'v1', 'documents', documentId, 'blocks'], queryOf(cursor));
    return readPage(connection, credential, 'blocks', path, signal);
}
/**
 * Reads one page of all blocks below a block, as the service sends them. Needs the right to read that document.
 * Source: 获取所有子块, `GET /open-apis/docx/v1/documents/:document_id/blocks/:block_id/children`,
 * https://open.feishu.cn/document/ukTMukTMukTM/uUDN04SN0QjL1QDN/document-docx/docx-v1/document-block-children/get
 * @param cursor of the page before; undefined for the first page
 * @returns a failure with code 1770022 when the cursor is stale: begin again with the first page
 */
function descendantsPage(connection, credential, { documentId, blockId }, cursor, signal) {
    const query = { with_descendants: 'true', ...queryOf(cursor) };
    const path = pathOf(['docx', 'v1', 'documents', documentId, 'blocks', blockId, 'children'], query);
    return readPage(connection, credential, 'blockDescendants', path, signal);
}
function queryOf(cursor) {
    return {
        document_revision_id: LATEST_REVISION,
        page_size: PAGE_SIZE,
        ...(cursor !== undefined && { page_token: cursor }),
    };
}
function readPage(connection, credential, operation, path, signal) {
    return callApi(connection, credential, {
        operation,
        method: 'GET',
        path,
        maxBodyBytes: MAX_PAGE_BYTES,
        read: ({ data }) => pageIn(data, { list: 'items', cursor: 'page_token' }, (block) => block),
    }, signal);
}

;// CONCATENATED MODULE: ./src/feishu/docx/document.ts



/**
 * Queries title and revision of a document of type docx, in one request.
 * Source: 获取文档基本信息, `GET /open-apis/docx/v1/documents/:document_id`,
 * https://open.feishu.cn/document/server-docs/docs/docs/docx-v1/document/get
 * @param documentId the document's own token, not that of a wiki page
 * @returns the document, or a failure; never throws for errors of the service or the network
 */
function getDocument(connection, credential, documentId, signal) {
    return callApi(connection, credential, {
        operation: 'document',
        method: 'GET',
        path: pathOf(['docx', 'v1', 'documents', documentId]),
        read({ data }) {
            const document = isObject(data) ? data['document'] : undefined;
            if (!isObject(document))
                throw new json_WrongShape('data.document is not an object');
            const revisionId = revisionIn(document, 'revision_id');
            if (revisionId === undefined)
                throw new json_WrongShape('revision_id is not a number');
            return { documentId, revisionId, title: textIn(document, 'title') };
        },
    }, signal);
}

;// CONCATENATED MODULE: ./src/markdown/kinds.ts
/**
 * The key of a block's content by its `block_type`.
 * Source: 块的数据结构, https://open.feishu.cn/document/docs/docs/data-structure/block
 */
const KIND_NAMES = new Map([
    [1, 'page'],
    [2, 'text'],
    [3, 'heading1'],
    [4, 'heading2'],
    [5, 'heading3'],
    [6, 'heading4'],
    [7, 'heading5'],
    [8, 'heading6'],
    [9, 'heading7'],
    [10, 'heading8'],
    [11, 'heading9'],
    [12, 'bullet'],
    [13, 'ordered'],
    [14, 'code'],
    [15, 'quote'],
    [16, 'equation'],
    [17, 'todo'],
    [18, 'bitable'],
    [19, 'callout'],
    [20, 'chat_card'],
    [21, 'diagram'],
    [22, 'divider'],
    [23, 'file'],
    [24, 'grid'],
    [25, 'grid_column'],
    [26, 'iframe'],
    [27, 'image'],
    [28, 'isv'],
    [29, 'mindnote'],
    [30, 'sheet'],
    [31, 'table'],
    [32, 'table_cell'],
    [33, 'view'],
    [34, 'quote_container'],
    [35, 'task'],
    [36, 'okr'],
    [37, 'okr_objective'],
    [38, 'okr_key_result'],
    [39, 'okr_progress'],
    [40, 'add_ons'],
    [41, 'jira_issue'],
    [42, 'wiki_catalog'],
    [43, 'board'],
    [44, 'agenda'],
    [45, 'agenda_item'],
    [46, 'agenda_item_title'],
    [47, 'agenda_item_content'],
    [48, 'link_preview'],
    [49, 'source_synced'],
    [50, 'reference_synced'],
    [51, 'sub_page_list'],
    [52, 'ai_template'],
    [999, 'undefined'],
]);

;// CONCATENATED MODULE: ./src/markdown/parse.ts


const PAGE = 1;
const COMMON_KEYS = new Set(['block_id', 'block_type', 'parent_id', 'children', 'comment_ids']);
/**
 * Checks the blocks of an answer. Keeps unknown types; leaves out blocks without id, which cannot be shown, and the
 * second of two blocks with the same id.
 * @param items `data.items` of all pages, in any order
 * @returns the blocks; never throws
 * Source: 获取文档所有块,
 * https://open.feishu.cn/document/ukTMukTMukTM/uUDN04SN0QjL1QDN/document-docx/docx-v1/document-block/list
 */
function parseBlocks(items) {
    const byId = new Map();
    for (const item of items) {
        const block = parseBlock(fieldsOf(item));
        if (block.id !== '' && !byId.has(block.id))
            byId.set(block.id, block);
    }
    return { byId, roots: findRoots(byId) };
}
function parseBlock(fields) {
    const type = integerOf(fields['block_type']) ?? 0;
    const kind = KIND_NAMES.get(type) ?? findKind(fields);
    return {
        id: stringOf(fields['block_id']),
        type,
        kind,
        children: stringsOf(fields['children']),
        content: fieldsOf(Object.hasOwn(fields, kind) ? fields[kind] : undefined),
    };
}
/** The kind of a block with an unknown type: the key of its content. */
function findKind(fields) {
    const key = Object.keys(fields).find((name) => !COMMON_KEYS.has(name) && isFields(fields[name]));
    return key !== undefined && /^[a-z]\w{0,39}$/i.test(key) ? key : 'unknown';
}
function findRoots(byId) {
    const blocks = [...byId.values()];
    const page = blocks.find(({ type }) => type === PAGE);
    if (page)
        return [page.id];
    const listed = new Set(blocks.flatMap(({ children }) => children));
    return blocks.filter(({ id }) => !listed.has(id)).map(({ id }) => id);
}

;// CONCATENATED MODULE: ./src/export/outputs/read-blocks.ts





/** Identifies a synced block. */
const syncedKey = ({ documentId, blockId }) => `${documentId}/${blockId}`;
// How often a document is read that is edited at the same time.
const MAX_READS = 4;
const STALE_CURSOR = 1770022;
/** How deep synced blocks inside synced blocks are read. */
const MAX_SYNCED_DEPTH = 3;
/**
 * Reads the blocks of a document of type docx, and those of its synced blocks. A document with several pages of blocks
 * is read again if it was edited meanwhile.
 */
async function readContent(documentId, tools) {
    const items = await readDocument(documentId, tools);
    if (!items.ok)
        return items;
    const blocks = parseBlocks(items.value);
    const synced = new Map();
    let toRead = collectReferences(blocks).synced;
    for (let depth = 0; depth < MAX_SYNCED_DEPTH && toRead.length > 0; depth++) {
        const next = [];
        for (const reference of toRead) {
            if (synced.has(syncedKey(reference)))
                continue;
            const reply = await readSynced(reference, tools);
            if (!reply.ok) {
                if (reply.failure.class !== 'permanent' || reply.failure.scope !== undefined)
                    return reply;
                // The app may not read it, or it was deleted: the Markdown shows a note instead.
                continue;
            }
            const inner = parseBlocks(reply.value);
            synced.set(syncedKey(reference), inner);
            next.push(...collectReferences(inner).synced);
        }
        toRead = next;
    }
    return { ok: true, value: { blocks, synced } };
}
/**
 * Reads all blocks of a document. If it has several pages, its revision is read before and after them; if the revision
 * has changed, all pages are read again.
 */
async function readDocument(documentId, tools) {
    const { api, session } = tools;
    const { connection, credential } = session;
    const page = (cursor) => api.call('blocks', (signal) => blocksPage(connection, credential, documentId, cursor, signal));
    const revision = () => api.call('document', async (signal) => {
        const reply = await getDocument(connection, credential, documentId, signal);
        return reply.ok ? { ...reply, value: reply.value.revisionId } : reply;
    });
    const first = await page(undefined);
    if (!first.ok)
        return first;
    if (!first.value.hasMore)
        return { ok: true, value: first.value.items };
    let failure = EDITED_MEANWHILE;
    for (let reads = 0; reads < MAX_READS; reads++) {
        const before = await revision();
        if (!before.ok)
            return before;
        const items = await readPages(page);
        if (!items.ok) {
            if (items.failure.code !== STALE_CURSOR)
                return items;
            failure = items.failure;
            continue;
        }
        const after = await revision();
        if (!after.ok)
            return after;
        if (after.value === before.value)
            return items;
        failure = EDITED_MEANWHILE;
    }
    return failure_fail(failure);
}
/** Reads the blocks of a synced block; once more from the first page if the document was edited meanwhile. */
async function readSynced(reference, { api, session }) {
    const { connection, credential } = session;
    const read = () => readPages((cursor) => api.call('blockDescendants', (signal) => descendantsPage(connection, credential, reference, cursor, signal)));
    const reply = await read();
    return !reply.ok && reply.failure.code === STALE_CURSOR ? read() : reply;
}
/** Reads all pages of a list. */
async function readPages(page) {
    const items = [];
    const cursors = new Set();
    for (let cursor;;) {
        const reply = await page(cursor);
        if (!reply.ok)
            return reply;
        items.push(...reply.value.items);
        if (!reply.value.hasMore)
            return { ok: true, value: items };
        cursor = reply.value.cursor;
        if (cursor === undefined || cursors.has(cursor))
            return failure_fail(LOST_PLACE);
        cursors.add(cursor);
    }
}
const EDITED_MEANWHILE = {
    class: 'permanent',
    what: `Could not read the document: it was edited ${MAX_READS} times while it was read`,
    advice: 'Run it again when nobody edits it.',
};
const LOST_PLACE = {
    class: 'permanent',
    what: 'Could not read the blocks of the document: the service says that there are more, but not where',
    advice: 'Run it again. If it stays, give the log id to Feishu support.',
};

;// CONCATENATED MODULE: ./src/export/outputs/document-assets.ts












/** Lists the assets of a document and its synced blocks, each once, in the order of the document. */
function assetsOf({ blocks, synced }) {
    const assets = new Map();
    for (const part of [blocks, ...synced.values()]) {
        for (const asset of collectReferences(part).assets)
            if (!assets.has(asset.token))
                assets.set(asset.token, asset);
    }
    return [...assets.values()];
}
/**
 * Saves assets in the assets directory of a planned file. An asset that an earlier run saved is not downloaded again,
 * except a board, which can change under the same token.
 * @param others other files of the same document, from whose assets a file may be copied
 * @returns the names of all assets; the first failure otherwise
 */
async function saveAssets(assets, file, others, tools) {
    const names = new Map();
    const attachments = attachmentNames(assets);
    for (const asset of assets) {
        const saved = await saveAsset(asset, attachments.get(asset.token), file, others, tools);
        if (!saved.ok)
            return saved;
        names.set(asset.token, splitPath(saved.value).name);
    }
    return { ok: true, value: names };
}
/**
 * Removes the recorded assets that the published files of a work no longer use. Called after they are published: until
 * then, the files on the disk still need them.
 */
async function removeUnused(work, saved, tools) {
    for (const [file, names] of saved) {
        if (!work.published.has(file))
            continue;
        const unused = (tools.assets.get(file) ?? []).filter(({ asset = '', path }) => {
            const isUsed = names.get(asset) === splitPath(path).name;
            // This run may have saved another asset at the path.
            const isStillRecorded = tools.recordAt(path)?.asset === asset;
            return !isUsed && isStillRecorded;
        });
        await tools.remove(unused);
    }
}
/**
 * Saves the attachments of a document beside each file that its output is written to, whatever the format. A failure of
 * the disk at one path does not stop the others.
 */
async function saveAttachments(work, tools) {
    const content = await readContent(work.output.token, tools);
    if (!content.ok)
        return content;
    const attachments = assetsOf(content.value).filter(({ kind }) => kind === 'attachment');
    const saved = new Map();
    for (const file of work.files) {
        const others = work.files.filter((other) => other !== file);
        const names = await saveAssets(attachments, file, others, tools);
        if (names.ok)
            saved.set(file.path, names.value);
        else if (isOfOnePath(names.failure))
            work.failures.set(file.path, names.failure);
        else
            return names;
    }
    const [failure] = work.failures.values();
    return failure && work.failures.size === work.files.length ? failure_fail(failure) : { ok: true, value: saved };
}
/** Saves one asset beside a file, unless it is recorded and unchanged. @returns its path */
async function saveAsset(asset, attachmentName, file, others, tools) {
    const recorded = findRecord(asset, attachmentName, file, tools);
    if (recorded && asset.kind !== 'board')
        return { ok: true, value: recorded.path };
    const staged = await stageAsset(asset, attachmentName, file, others, tools);
    if (!staged.ok)
        return staged;
    const { file: content, extension } = staged.value;
    if (recorded && recorded.sha256 === content.sha256) {
        await content.discard();
        return { ok: true, value: recorded.path };
    }
    const name = attachmentName ?? `${safeSegment(asset.token)}.${extension}`;
    const path = `${(0,model/* assetsDirectory */.LY)(file.path)}/${name}`;
    const published = await tools.publish({ ...file, path }, content, { asset: asset.token, fileExtension: extension });
    return published.ok ? { ok: true, value: path } : published;
}
/** Finds the record of an asset beside a file. */
function findRecord({ token }, attachmentName, file, { assets, recordAt }) {
    const known = assets.get(file.path)?.find(({ asset, path }) => {
        return asset === token && (attachmentName === undefined || splitPath(path).name === attachmentName);
    });
    // `assets` has the path after the planned move, which may have failed.
    const record = known && recordAt(known.path);
    return record?.asset === token ? record : undefined;
}
/** Copies an asset from another file of the document if it is there, otherwise downloads it. */
async function stageAsset(asset, attachmentName, target, others, tools) {
    const extensionOf = (path) => /\.([^./]*)$/.exec(path)?.[1] ?? '';
    for (const other of others) {
        const record = findRecord(asset, attachmentName, other, tools);
        if (!record)
            continue;
        const copy = await stageCopy(record.path, record.path, tools, tools.signal);
        if (copy.ok)
            return { ok: true, value: { file: copy.value, extension: extensionOf(record.path) } };
    }
    const reply = await downloadAsset(asset, target, tools);
    if (!reply.ok)
        return reply;
    const { file, contentType } = reply.value;
    const extension = attachmentName === undefined ? pictureExtension(contentType) : extensionOf(attachmentName);
    return { ok: true, value: { file, extension } };
}
const document_assets_FORBIDDEN = 403;
/** Downloads an asset to a temporary name. */
async function downloadAsset({ kind, token }, { output, path }, tools) {
    const at = `${(0,model/* assetsDirectory */.LY)(path)}/${safeSegment(token)}`;
    if (kind === 'board')
        return downloadPaced('boardImage', boardImage(token), at, tools);
    const plain = await downloadPaced('mediaDownload', mediaFile(token), at, tools);
    // The service sends some pictures of wiki documents only if the request names the document.
    const isForbidden = !plain.ok && plain.failure.httpStatus === document_assets_FORBIDDEN && plain.failure.scope === undefined;
    return isForbidden ? downloadPaced('mediaDownload', mediaFile(token, output), at, tools) : plain;
}
/** Downloads a file to a temporary name, with the pace and the retries of the run. */
function downloadPaced(operation, source, at, tools) {
    const transfer = new Transfer();
    const attempt = (signal) => downloadStaged({ source, transfer }, at, tools, signal);
    return tools.api.call(operation, attempt, { limitMs: Infinity }).finally(() => transfer.discard());
}

// EXTERNAL MODULE: ./node_modules/format/format.js
var format_format = __nccwpck_require__(312);
;// CONCATENATED MODULE: ./node_modules/fault/index.js
// @ts-expect-error


const fault = Object.assign(create(Error), {
  eval: create(EvalError),
  range: create(RangeError),
  reference: create(ReferenceError),
  syntax: create(SyntaxError),
  type: create(TypeError),
  uri: create(URIError)
})

/**
 * Create a new `EConstructor`, with the formatted `format` as a first argument.
 *
 * @template {Error} Fault
 * @template {new (reason: string) => Fault} Class
 * @param {Class} Constructor
 */
function create(Constructor) {
  /** @type {string} */
  // @ts-expect-error
  FormattedError.displayName = Constructor.displayName || Constructor.name

  return FormattedError

  /**
   * Create an error with a printf-like formatted message.
   *
   * @param {string|null} [format]
   *   Template string.
   * @param {...unknown} values
   *   Values to render in `format`.
   * @returns {Fault}
   */
  function FormattedError(format, ...values) {
    /** @type {string} */
    const reason = format ? format_format(format, ...values) : format
    return new Constructor(reason)
  }
}

;// CONCATENATED MODULE: ./node_modules/micromark-extension-frontmatter/lib/to-matters.js
/**
 * @typedef {'toml' | 'yaml'} Preset
 *   Known name of a frontmatter style.
 *
 * @typedef Info
 *   Sequence.
 *
 *   Depending on how this structure is used, it reflects a marker or a fence.
 * @property {string} close
 *   Closing.
 * @property {string} open
 *   Opening.
 *
 * @typedef MatterProps
 *   Fields describing a kind of matter.
 * @property {string} type
 *   Node type to tokenize as.
 * @property {boolean | null | undefined} [anywhere=false]
 *   Whether matter can be found anywhere in the document, normally, only matter
 *   at the start of the document is recognized.
 *
 *   > 👉 **Note**: using this is a terrible idea.
 *   > It’s called frontmatter, not matter-in-the-middle or so.
 *   > This makes your markdown less portable.
 *
 * @typedef MarkerProps
 *   Marker configuration.
 * @property {Info | string} marker
 *   Character repeated 3 times, used as complete fences.
 *
 *   For example the character `'-'` will result in `'---'` being used as the
 *   fence
 *   Pass `open` and `close` to specify different characters for opening and
 *   closing fences.
 * @property {never} [fence]
 *   If `marker` is set, `fence` must not be set.
 *
 * @typedef FenceProps
 *   Fence configuration.
 * @property {Info | string} fence
 *   Complete fences.
 *
 *   This can be used when fences contain different characters or lengths
 *   other than 3.
 *   Pass `open` and `close` to interface to specify different characters for opening and
 *   closing fences.
 * @property {never} [marker]
 *   If `fence` is set, `marker` must not be set.
 *
 * @typedef {(MatterProps & FenceProps) | (MatterProps & MarkerProps)} Matter
 *   Fields describing a kind of matter.
 *
 *   > 👉 **Note**: using `anywhere` is a terrible idea.
 *   > It’s called frontmatter, not matter-in-the-middle or so.
 *   > This makes your markdown less portable.
 *
 *   > 👉 **Note**: `marker` and `fence` are mutually exclusive.
 *   > If `marker` is set, `fence` must not be set, and vice versa.
 *
 * @typedef {Matter | Preset | Array<Matter | Preset>} Options
 *   Configuration.
 */


const own = {}.hasOwnProperty
const markers = {
  yaml: '-',
  toml: '+'
}

/**
 * Simplify options by normalizing them to an array of matters.
 *
 * @param {Options | null | undefined} [options='yaml']
 *   Configuration (default: `'yaml'`).
 * @returns {Array<Matter>}
 *   List of matters.
 */
function to_matters_toMatters(options) {
  /** @type {Array<Matter>} */
  const result = []
  let index = -1

  /** @type {Array<Matter | Preset>} */
  const presetsOrMatters = Array.isArray(options)
    ? options
    : options
    ? [options]
    : ['yaml']
  while (++index < presetsOrMatters.length) {
    result[index] = matter(presetsOrMatters[index])
  }
  return result
}

/**
 * Simplify an option.
 *
 * @param {Matter | Preset} option
 *   Configuration.
 * @returns {Matter}
 *   Matter.
 */
function matter(option) {
  let result = option
  if (typeof result === 'string') {
    if (!own.call(markers, result)) {
      throw fault('Missing matter definition for `%s`', result)
    }
    result = {
      type: result,
      marker: markers[result]
    }
  } else if (typeof result !== 'object') {
    throw fault('Expected matter to be an object, not `%j`', result)
  }
  if (!own.call(result, 'type')) {
    throw fault('Missing `type` in matter `%j`', result)
  }
  if (!own.call(result, 'fence') && !own.call(result, 'marker')) {
    throw fault('Missing `marker` or `fence` in matter `%j`', result)
  }
  return result
}

;// CONCATENATED MODULE: ./node_modules/mdast-util-frontmatter/node_modules/escape-string-regexp/index.js
function escapeStringRegexp(string) {
	if (typeof string !== 'string') {
		throw new TypeError('Expected a string');
	}

	// Escape characters with special meaning either inside or outside character sets.
	// Use a simple backslash escape when it’s always valid, and a `\xnn` escape when the simpler form would be disallowed by Unicode patterns’ stricter grammar.
	return string
		.replace(/[|\\{}()[\]^$+*?.]/g, '\\$&')
		.replace(/-/g, '\\x2d');
}

;// CONCATENATED MODULE: ./node_modules/mdast-util-frontmatter/lib/index.js
/**
 * @typedef {import('mdast').Literal} Literal
 *
 * @typedef {import('mdast-util-from-markdown').CompileContext} CompileContext
 * @typedef {import('mdast-util-from-markdown').Extension} FromMarkdownExtension
 * @typedef {import('mdast-util-from-markdown').Handle} FromMarkdownHandle
 * @typedef {import('mdast-util-to-markdown').Options} ToMarkdownExtension
 *
 * @typedef {import('micromark-extension-frontmatter').Info} Info
 * @typedef {import('micromark-extension-frontmatter').Matter} Matter
 * @typedef {import('micromark-extension-frontmatter').Options} Options
 */





/**
 * Create an extension for `mdast-util-from-markdown`.
 *
 * @param {Options | null | undefined} [options]
 *   Configuration (optional).
 * @returns {FromMarkdownExtension}
 *   Extension for `mdast-util-from-markdown`.
 */
function frontmatterFromMarkdown(options) {
  const matters = toMatters(options)
  /** @type {FromMarkdownExtension['enter']} */
  const enter = {}
  /** @type {FromMarkdownExtension['exit']} */
  const exit = {}
  let index = -1

  while (++index < matters.length) {
    const matter = matters[index]
    enter[matter.type] = lib_opener(matter)
    exit[matter.type] = lib_close
    exit[matter.type + 'Value'] = value
  }

  return {enter, exit}
}

/**
 * @param {Matter} matter
 * @returns {FromMarkdownHandle} enter
 */
function lib_opener(matter) {
  return open

  /**
   * @this {CompileContext}
   * @type {FromMarkdownHandle}
   */
  function open(token) {
    // @ts-expect-error: custom.
    this.enter({type: matter.type, value: ''}, token)
    this.buffer()
  }
}

/**
 * @this {CompileContext}
 * @type {FromMarkdownHandle}
 */
function lib_close(token) {
  const data = this.resume()
  const node = this.stack[this.stack.length - 1]
  assert('value' in node)
  this.exit(token)
  // Remove the initial and final eol.
  node.value = data.replace(/^(\r?\n|\r)|(\r?\n|\r)$/g, '')
}

/**
 * @this {CompileContext}
 * @type {FromMarkdownHandle}
 */
function value(token) {
  this.config.enter.data.call(this, token)
  this.config.exit.data.call(this, token)
}

/**
 * Create an extension for `mdast-util-to-markdown`.
 *
 * @param {Options | null | undefined} [options]
 *   Configuration (optional).
 * @returns {ToMarkdownExtension}
 *   Extension for `mdast-util-to-markdown`.
 */
function frontmatterToMarkdown(options) {
  /** @type {ToMarkdownExtension['unsafe']} */
  const unsafe = []
  /** @type {ToMarkdownExtension['handlers']} */
  const handlers = {}
  const matters = to_matters_toMatters(options)
  let index = -1

  while (++index < matters.length) {
    const matter = matters[index]

    // @ts-expect-error: this can add custom frontmatter nodes.
    // Typing those is the responsibility of the end user.
    handlers[matter.type] = handler(matter)

    const open = fence(matter, 'open')

    unsafe.push({
      atBreak: true,
      character: open.charAt(0),
      after: escapeStringRegexp(open.charAt(1))
    })
  }

  return {unsafe, handlers}
}

/**
 * Create a handle that can serialize a frontmatter node as markdown.
 *
 * @param {Matter} matter
 *   Structure.
 * @returns {(node: Literal) => string} enter
 *   Handler.
 */
function handler(matter) {
  const open = fence(matter, 'open')
  const close = fence(matter, 'close')

  return handle

  /**
   * Serialize a frontmatter node as markdown.
   *
   * @param {Literal} node
   *   Node to serialize.
   * @returns {string}
   *   Serialized node.
   */
  function handle(node) {
    return open + (node.value ? '\n' + node.value : '') + '\n' + close
  }
}

/**
 * Get an `open` or `close` fence.
 *
 * @param {Matter} matter
 *   Structure.
 * @param {'close' | 'open'} prop
 *   Field to get.
 * @returns {string}
 *   Fence.
 */
function fence(matter, prop) {
  return matter.marker
    ? pick(matter.marker, prop).repeat(3)
    : // @ts-expect-error: They’re mutually exclusive.
      pick(matter.fence, prop)
}

/**
 * Take `open` or `close` fields when schema is an info object, or use the
 * given value when it is a string.
 *
 * @param {Info | string} schema
 *   Info object or value.
 * @param {'close' | 'open'} prop
 *   Field to get.
 * @returns {string}
 *   Thing to use for the opening or closing.
 */
function pick(schema, prop) {
  return typeof schema === 'string' ? schema : schema[prop]
}

;// CONCATENATED MODULE: ./node_modules/mdast-util-gfm-autolink-literal/lib/index.js
/**
 * @import {RegExpMatchObject, ReplaceFunction} from 'mdast-util-find-and-replace'
 * @import {CompileContext, Extension as FromMarkdownExtension, Handle as FromMarkdownHandle, Transform as FromMarkdownTransform} from 'mdast-util-from-markdown'
 * @import {ConstructName, Options as ToMarkdownExtension} from 'mdast-util-to-markdown'
 * @import {Link, PhrasingContent} from 'mdast'
 */






/** @type {ConstructName} */
const inConstruct = 'phrasing'
/** @type {Array<ConstructName>} */
const notInConstruct = ['autolink', 'link', 'image', 'label']

/**
 * Create an extension for `mdast-util-from-markdown` to enable GFM autolink
 * literals in markdown.
 *
 * @returns {FromMarkdownExtension}
 *   Extension for `mdast-util-to-markdown` to enable GFM autolink literals.
 */
function lib_gfmAutolinkLiteralFromMarkdown() {
  return {
    transforms: [transformGfmAutolinkLiterals],
    enter: {
      literalAutolink: enterLiteralAutolink,
      literalAutolinkEmail: enterLiteralAutolinkValue,
      literalAutolinkHttp: enterLiteralAutolinkValue,
      literalAutolinkWww: enterLiteralAutolinkValue
    },
    exit: {
      literalAutolink: exitLiteralAutolink,
      literalAutolinkEmail: exitLiteralAutolinkEmail,
      literalAutolinkHttp: exitLiteralAutolinkHttp,
      literalAutolinkWww: exitLiteralAutolinkWww
    }
  }
}

/**
 * Create an extension for `mdast-util-to-markdown` to enable GFM autolink
 * literals in markdown.
 *
 * @returns {ToMarkdownExtension}
 *   Extension for `mdast-util-to-markdown` to enable GFM autolink literals.
 */
function gfmAutolinkLiteralToMarkdown() {
  return {
    unsafe: [
      {
        character: '@',
        before: '[+\\-.\\w]',
        after: '[\\-.\\w]',
        inConstruct,
        notInConstruct
      },
      {
        character: '.',
        before: '[Ww]',
        after: '[\\-.\\w]',
        inConstruct,
        notInConstruct
      },
      {
        character: ':',
        before: '[ps]',
        after: '\\/',
        inConstruct,
        notInConstruct
      }
    ]
  }
}

/**
 * Handle the start of an autolink literal.
 *
 * @this {CompileContext}
 * @type {FromMarkdownHandle}
 */
function enterLiteralAutolink(token) {
  this.enter(
    {type: 'link', title: null, url: '', children: [], position: undefined},
    token
  )
}

/**
 * Handle the start of an autolink literal value.
 *
 * @this {CompileContext}
 * @type {FromMarkdownHandle}
 */
function enterLiteralAutolinkValue(token) {
  this.config.enter.autolinkProtocol.call(this, token)
}

/**
 * Handle the end of an HTTP autolink literal value.
 *
 * @this {CompileContext}
 * @type {FromMarkdownHandle}
 */
function exitLiteralAutolinkHttp(token) {
  this.config.exit.autolinkProtocol.call(this, token)
}

/**
 * Handle the end of a `www` autolink literal value.
 *
 * @this {CompileContext}
 * @type {FromMarkdownHandle}
 */
function exitLiteralAutolinkWww(token) {
  this.config.exit.data.call(this, token)
  const node = this.stack[this.stack.length - 1]
  assert(node.type === 'link')
  node.url = 'http://' + this.sliceSerialize(token)
}

/**
 * Handle the end of an email autolink literal value.
 *
 * @this {CompileContext}
 * @type {FromMarkdownHandle}
 */
function exitLiteralAutolinkEmail(token) {
  this.config.exit.autolinkEmail.call(this, token)
}

/**
 * Handle the end of an autolink literal.
 *
 * @this {CompileContext}
 * @type {FromMarkdownHandle}
 */
function exitLiteralAutolink(token) {
  this.exit(token)
}

/**
 * Find autolink literals in text and turn them into links.
 *
 * @type {FromMarkdownTransform}
 */
function transformGfmAutolinkLiterals(tree) {
  findAndReplace(
    tree,
    [
      [
        /(?<![\da-z])(https?:\/\/|www(?=\.))([\w-]*\.[\w\-.]*)([^\t\n\r ]*)/gi,
        findUrl
      ],
      [
        /(?<![\w+\-.@])xmpp:([\w+\-.]+)@([\w-]+(?:\.[\w-]+)+)(\/(?:[\w\-/]|\.(?=[\dA-Za-z]))*)?/g,
        findXmpp
      ],
      [/(?<![\w+\-.@])mailto:([\w+\-.]+)@([\w-]+(?:\.[\w-]+)+)/g, findMailto],
      [
        /(?<![\w+\-.]|(?:^|[^\d@A-Za-z])(?:mailto|xmpp):)([\w+\-.]+)@([\w-]+(?:\.[\w-]+)+)/g,
        findEmail
      ]
    ],
    {ignore: ['link', 'linkReference']}
  )
}

/**
 * Turn a URL match into a link.
 *
 * @type {ReplaceFunction}
 * @param {string} _
 *   Whole match.
 * @param {string} protocol
 *   Protocol (`http://`, `https://`) or `www`.
 * @param {string} domain
 *   Host name, up to the path.
 * @param {string} path
 *   Path, query, and fragment.
 * @param {RegExpMatchObject} match
 *   Match object.
 * @returns {Array<PhrasingContent> | Link | false}
 *   Link, link and trailing text, or `false` if not a URL.
 */
function findUrl(_, protocol, domain, path, match) {
  // Not an expected previous character.
  if (!previous(match)) {
    return false
  }

  let prefix = ''

  // Treat `www` as part of the domain.
  if (/^w/i.test(protocol)) {
    domain = protocol + domain
    protocol = ''
    prefix = 'http://'
  }

  if (unicodePunctuation(domain.charCodeAt(0)) || !isCorrectDomain(domain)) {
    return false
  }

  const parts = splitUrl(domain + path)

  /** @type {Link} */
  const result = {
    type: 'link',
    title: null,
    url: prefix + protocol + parts[0],
    children: [{type: 'text', value: protocol + parts[0], position: undefined}],
    position: undefined
  }

  if (parts[1]) {
    return [result, {type: 'text', value: parts[1], position: undefined}]
  }

  return result
}

/**
 * Turn an email match into a link.
 *
 * @type {ReplaceFunction}
 * @param {string} _
 *   Whole match.
 * @param {string} atext
 *   Local part.
 * @param {string} label
 *   Domain.
 * @returns {Link | false}
 *   Link, or `false` if not an email.
 */
function findEmail(_, atext, label) {
  if (/[\d\-_]$/.test(label)) {
    return false
  }

  return {
    type: 'link',
    title: null,
    url: 'mailto:' + atext + '@' + label,
    children: [{type: 'text', value: atext + '@' + label, position: undefined}],
    position: undefined
  }
}

/**
 * Turn a `mailto:` email match into a link.
 *
 * @type {ReplaceFunction}
 * @param {string} _
 *   Whole match.
 * @param {string} atext
 *   Local part.
 * @param {string} label
 *   Domain.
 * @returns {Link | false}
 *   Link, or `false` if not an email.
 */
function findMailto(_, atext, label) {
  if (/[\d\-_]$/.test(label)) {
    return false
  }

  const value = 'mailto:' + atext + '@' + label

  return {
    type: 'link',
    title: null,
    url: value,
    children: [{type: 'text', value, position: undefined}],
    position: undefined
  }
}

/**
 * Turn an `xmpp:` address match into a link.
 *
 * @type {ReplaceFunction}
 * @param {string} matchValue
 *   Whole match.
 * @param {string} atext
 *   Local part.
 * @param {string} label
 *   Domain.
 * @param {string | undefined} resource
 *   Resource (`/` and more), if any.
 * @param {RegExpMatchObject} match
 *   Match object.
 * @returns {Link | false}
 *   Link, or `false` if not an address.
 */
function findXmpp(matchValue, atext, label, resource, match) {
  if (
    /[\d\-_]$/.test(label) ||
    (resource &&
      (!/[A-Za-z]$/.test(resource) ||
        match.input.charAt(match.index + matchValue.length) === '@'))
  ) {
    return false
  }

  const value = 'xmpp:' + atext + '@' + label + (resource || '')

  return {
    type: 'link',
    title: null,
    url: value,
    children: [{type: 'text', value, position: undefined}],
    position: undefined
  }
}

/**
 * Check if a domain is valid.
 *
 * @param {string} domain
 *   Host name to check.
 * @returns {boolean}
 *   Whether the domain is valid.
 */
function isCorrectDomain(domain) {
  const parts = domain.split('.')

  if (
    parts.length < 2 ||
    (parts[parts.length - 1] &&
      (/_/.test(parts[parts.length - 1]) ||
        !/[\dA-Za-z]/.test(parts[parts.length - 1]))) ||
    (parts[parts.length - 2] &&
      (/_/.test(parts[parts.length - 2]) ||
        !/[\dA-Za-z]/.test(parts[parts.length - 2])))
  ) {
    return false
  }

  return true
}

/**
 * Split trailing punctuation off a URL.
 *
 * @param {string} url
 *   Value to split.
 * @returns {[string, string | undefined]}
 *   URL and trailing punctuation, if any.
 */
function splitUrl(url) {
  let index = url.length

  while (index > 0) {
    const code = url.charCodeAt(index - 1)

    if (
      code === 33 /* `!` */ ||
      code === 34 /* `"` */ ||
      code === 38 /* `&` */ ||
      code === 39 /* `'` */ ||
      code === 41 /* `)` */ ||
      code === 44 /* `,` */ ||
      code === 46 /* `.` */ ||
      code === 58 /* `:` */ ||
      code === 59 /* `;` */ ||
      code === 60 /* `<` */ ||
      code === 62 /* `>` */ ||
      code === 63 /* `?` */ ||
      code === 93 /* `]` */ ||
      code === 125 /* `}` */
    ) {
      index--
    } else {
      break
    }
  }

  if (index === url.length) {
    return [url, undefined]
  }

  let trail = url.slice(index)
  url = url.slice(0, index)
  let closingParenIndex = trail.indexOf(')')
  const openingParens = ccount(url, '(')
  let closingParens = ccount(url, ')')

  while (closingParenIndex !== -1 && openingParens > closingParens) {
    url += trail.slice(0, closingParenIndex + 1)
    trail = trail.slice(closingParenIndex + 1)
    closingParenIndex = trail.indexOf(')')
    closingParens++
  }

  return [url, trail]
}

/**
 * Check if the character before a match is allowed.
 *
 * @param {RegExpMatchObject} match
 *   Match object.
 * @returns {boolean}
 *   Whether the previous character is allowed.
 */
function previous(match) {
  const code = match.input.charCodeAt(match.index - 1)

  return (
    match.index === 0 || unicodeWhitespace(code) || unicodePunctuation(code)
  )
}

;// CONCATENATED MODULE: ./node_modules/mdast-util-gfm-footnote/lib/index.js
/**
 * @import {
 *   CompileContext,
 *   Extension as FromMarkdownExtension,
 *   Handle as FromMarkdownHandle
 * } from 'mdast-util-from-markdown'
 * @import {ToMarkdownOptions} from 'mdast-util-gfm-footnote'
 * @import {
 *   Handle as ToMarkdownHandle,
 *   Map,
 *   Options as ToMarkdownExtension
 * } from 'mdast-util-to-markdown'
 * @import {FootnoteDefinition, FootnoteReference} from 'mdast'
 */




footnoteReference.peek = footnoteReferencePeek

/**
 * @this {CompileContext}
 * @type {FromMarkdownHandle}
 */
function enterFootnoteCallString() {
  this.buffer()
}

/**
 * @this {CompileContext}
 * @type {FromMarkdownHandle}
 */
function enterFootnoteCall(token) {
  this.enter({type: 'footnoteReference', identifier: '', label: ''}, token)
}

/**
 * @this {CompileContext}
 * @type {FromMarkdownHandle}
 */
function enterFootnoteDefinitionLabelString() {
  this.buffer()
}

/**
 * @this {CompileContext}
 * @type {FromMarkdownHandle}
 */
function enterFootnoteDefinition(token) {
  this.enter(
    {type: 'footnoteDefinition', identifier: '', label: '', children: []},
    token
  )
}

/**
 * @this {CompileContext}
 * @type {FromMarkdownHandle}
 */
function exitFootnoteCallString(token) {
  const label = this.resume()
  const node = this.stack[this.stack.length - 1]
  assert(node.type === 'footnoteReference')
  node.identifier = normalizeIdentifier(
    this.sliceSerialize(token)
  ).toLowerCase()
  node.label = label
}

/**
 * @this {CompileContext}
 * @type {FromMarkdownHandle}
 */
function exitFootnoteCall(token) {
  this.exit(token)
}

/**
 * @this {CompileContext}
 * @type {FromMarkdownHandle}
 */
function exitFootnoteDefinitionLabelString(token) {
  const label = this.resume()
  const node = this.stack[this.stack.length - 1]
  assert(node.type === 'footnoteDefinition')
  node.identifier = normalizeIdentifier(
    this.sliceSerialize(token)
  ).toLowerCase()
  node.label = label
}

/**
 * @this {CompileContext}
 * @type {FromMarkdownHandle}
 */
function exitFootnoteDefinition(token) {
  this.exit(token)
}

/** @type {ToMarkdownHandle} */
function footnoteReferencePeek() {
  return '['
}

/**
 * @type {ToMarkdownHandle}
 * @param {FootnoteReference} node
 */
function footnoteReference(node, _, state, info) {
  const tracker = state.createTracker(info)
  let value = tracker.move('[^')
  const exit = state.enter('footnoteReference')
  const subexit = state.enter('reference')
  value += tracker.move(
    state.safe(state.associationId(node), {after: ']', before: value})
  )
  subexit()
  exit()
  value += tracker.move(']')
  return value
}

/**
 * Create an extension for `mdast-util-from-markdown` to enable GFM footnotes
 * in markdown.
 *
 * @returns {FromMarkdownExtension}
 *   Extension for `mdast-util-from-markdown`.
 */
function lib_gfmFootnoteFromMarkdown() {
  return {
    enter: {
      gfmFootnoteCallString: enterFootnoteCallString,
      gfmFootnoteCall: enterFootnoteCall,
      gfmFootnoteDefinitionLabelString: enterFootnoteDefinitionLabelString,
      gfmFootnoteDefinition: enterFootnoteDefinition
    },
    exit: {
      gfmFootnoteCallString: exitFootnoteCallString,
      gfmFootnoteCall: exitFootnoteCall,
      gfmFootnoteDefinitionLabelString: exitFootnoteDefinitionLabelString,
      gfmFootnoteDefinition: exitFootnoteDefinition
    }
  }
}

/**
 * Create an extension for `mdast-util-to-markdown` to enable GFM footnotes
 * in markdown.
 *
 * @param {ToMarkdownOptions | null | undefined} [options]
 *   Configuration (optional).
 * @returns {ToMarkdownExtension}
 *   Extension for `mdast-util-to-markdown`.
 */
function gfmFootnoteToMarkdown(options) {
  // To do: next major: change default.
  let firstLineBlank = false

  if (options && options.firstLineBlank) {
    firstLineBlank = true
  }

  return {
    handlers: {footnoteDefinition, footnoteReference},
    // This is on by default already.
    unsafe: [{character: '[', inConstruct: ['label', 'phrasing', 'reference']}]
  }

  /**
   * @type {ToMarkdownHandle}
   * @param {FootnoteDefinition} node
   */
  function footnoteDefinition(node, _, state, info) {
    const tracker = state.createTracker(info)
    let value = tracker.move('[^')
    const exit = state.enter('footnoteDefinition')
    const subexit = state.enter('label')
    value += tracker.move(
      state.safe(state.associationId(node), {before: value, after: ']'})
    )
    subexit()

    value += tracker.move(']:')

    if (node.children && node.children.length > 0) {
      tracker.shift(4)

      value += tracker.move(
        (firstLineBlank ? '\n' : ' ') +
          state.indentLines(
            state.containerFlow(node, tracker.current()),
            firstLineBlank ? mapAll : mapExceptFirst
          )
      )
    }

    exit()

    return value
  }
}

/** @type {Map} */
function mapExceptFirst(line, index, blank) {
  return index === 0 ? line : mapAll(line, index, blank)
}

/** @type {Map} */
function mapAll(line, index, blank) {
  return (blank ? '' : '    ') + line
}

;// CONCATENATED MODULE: ./node_modules/mdast-util-gfm-strikethrough/lib/index.js
/**
 * @import {Delete} from 'mdast'
 * @import {
 *   CompileContext,
 *   Extension as FromMarkdownExtension,
 *   Handle as FromMarkdownHandle
 * } from 'mdast-util-from-markdown'
 * @import {
 *   Attention,
 *   ConstructName,
 *   Handle as ToMarkdownHandle,
 *   Options as ToMarkdownExtension
 * } from 'mdast-util-to-markdown'
 */

/**
 * List of constructs that occur in phrasing (paragraphs, headings), but cannot
 * contain strikethrough.
 * So they sort of cancel each other out.
 * Note: could use a better name.
 *
 * Note: keep in sync with: <https://github.com/syntax-tree/mdast-util-to-markdown/blob/8ce8dbf/lib/unsafe.js#L14>
 *
 * @type {Array<ConstructName>}
 */
const constructsWithoutStrikethrough = [
  'autolink',
  'destinationLiteral',
  'destinationRaw',
  'reference',
  'titleQuote',
  'titleApostrophe'
]

handleDelete.attention = attentionDelete
handleDelete.peek = peekDelete

/**
 * Create an extension for `mdast-util-from-markdown` to enable GFM
 * strikethrough in markdown.
 *
 * @returns {FromMarkdownExtension}
 *   Extension for `mdast-util-from-markdown` to enable GFM strikethrough.
 */
function lib_gfmStrikethroughFromMarkdown() {
  return {
    canContainEols: ['delete'],
    enter: {strikethrough: enterStrikethrough},
    exit: {strikethrough: exitStrikethrough}
  }
}

/**
 * Create an extension for `mdast-util-to-markdown` to enable GFM
 * strikethrough in markdown.
 *
 * @returns {ToMarkdownExtension}
 *   Extension for `mdast-util-to-markdown` to enable GFM strikethrough.
 */
function gfmStrikethroughToMarkdown() {
  return {
    handlers: {delete: handleDelete},
    unsafe: [
      {
        character: '~',
        inConstruct: 'phrasing',
        notInConstruct: constructsWithoutStrikethrough
      }
    ]
  }
}

/**
 * Enter strikethrough.
 *
 * @this {CompileContext}
 * @type {FromMarkdownHandle}
 */
function enterStrikethrough(token) {
  this.enter({type: 'delete', children: [], position: undefined}, token)
}

/**
 * Exit strikethrough.
 *
 * @this {CompileContext}
 * @type {FromMarkdownHandle}
 */
function exitStrikethrough(token) {
  this.exit(token)
}

/**
 * Serialize a delete node.
 *
 * @type {ToMarkdownHandle}
 * @param {Delete} node
 *   Node to serialize.
 */
function handleDelete(node, _, state, info) {
  // To do: next major: empty this function, like emphasis and strong handlers,
  // this is no longer needed.
  const tracker = state.createTracker(info)
  const sequence = state.stack.includes('strikethrough') ? '~' : '~~'
  const exit = state.enter('strikethrough')
  let value = tracker.move(sequence)
  value += state.containerPhrasing(node, {
    ...tracker.current(),
    before: value,
    after: '~'
  })
  value += tracker.move(sequence)
  exit()
  return value
}

/**
 * Serialize a delete node as attention.
 *
 * @type {Attention}
 */
function attentionDelete() {
  return {construct: 'strikethrough', markers: ['~'], sizes: [2, 1]}
}

/**
 * Peek the first character of a delete node.
 *
 * @type {ToMarkdownHandle}
 */
function peekDelete() {
  return '~'
}

;// CONCATENATED MODULE: ./node_modules/markdown-table/index.js
// To do: next major: remove.
/**
 * @typedef {Options} MarkdownTableOptions
 *   Configuration.
 */

/**
 * @typedef Options
 *   Configuration.
 * @property {boolean | null | undefined} [alignDelimiters=true]
 *   Whether to align the delimiters (default: `true`);
 *   they are aligned by default:
 *
 *   ```markdown
 *   | Alpha | B     |
 *   | ----- | ----- |
 *   | C     | Delta |
 *   ```
 *
 *   Pass `false` to make them staggered:
 *
 *   ```markdown
 *   | Alpha | B |
 *   | - | - |
 *   | C | Delta |
 *   ```
 * @property {ReadonlyArray<string | null | undefined> | string | null | undefined} [align]
 *   How to align columns (default: `''`);
 *   one style for all columns or styles for their respective columns;
 *   each style is either `'l'` (left), `'r'` (right), or `'c'` (center);
 *   other values are treated as `''`, which doesn’t place the colon in the
 *   alignment row but does align left;
 *   *only the lowercased first character is used, so `Right` is fine.*
 * @property {boolean | null | undefined} [delimiterEnd=true]
 *   Whether to end each row with the delimiter (default: `true`).
 *
 *   > 👉 **Note**: please don’t use this: it could create fragile structures
 *   > that aren’t understandable to some markdown parsers.
 *
 *   When `true`, there are ending delimiters:
 *
 *   ```markdown
 *   | Alpha | B     |
 *   | ----- | ----- |
 *   | C     | Delta |
 *   ```
 *
 *   When `false`, there are no ending delimiters:
 *
 *   ```markdown
 *   | Alpha | B
 *   | ----- | -----
 *   | C     | Delta
 *   ```
 * @property {boolean | null | undefined} [fillRows=true]
 *   Whether to fill rows with empty cells up to the most cells in a row
 *   (default: `true`).
 *
 *   When `true`, all rows have as many cells as the longest row:
 *
 *   ```markdown
 *   | Alpha | B    |   |
 *   | ----- | ---- | - |
 *   | C     |      |   |
 *   | D     | Echo | F |
 *   ```
 *
 *   When `false`, rows keep their cells,
 *   and the delimiter row has as many cells as the header row:
 *
 *   ```markdown
 *   | Alpha | B    |
 *   | ----- | ---- |
 *   | C     |
 *   | D     | Echo | F |
 *   ```
 * @property {boolean | null | undefined} [delimiterStart=true]
 *   Whether to begin each row with the delimiter (default: `true`).
 *
 *   > 👉 **Note**: please don’t use this: it could create fragile structures
 *   > that aren’t understandable to some markdown parsers.
 *
 *   When `true`, there are starting delimiters:
 *
 *   ```markdown
 *   | Alpha | B     |
 *   | ----- | ----- |
 *   | C     | Delta |
 *   ```
 *
 *   When `false`, there are no starting delimiters:
 *
 *   ```markdown
 *   Alpha | B     |
 *   ----- | ----- |
 *   C     | Delta |
 *   ```
 * @property {boolean | null | undefined} [padding=true]
 *   Whether to add a space of padding between delimiters and cells
 *   (default: `true`).
 *
 *   When `true`, there is padding:
 *
 *   ```markdown
 *   | Alpha | B     |
 *   | ----- | ----- |
 *   | C     | Delta |
 *   ```
 *
 *   When `false`, there is no padding:
 *
 *   ```markdown
 *   |Alpha|B    |
 *   |-----|-----|
 *   |C    |Delta|
 *   ```
 * @property {((value: string) => number) | null | undefined} [stringLength]
 *   Function to detect the length of table cell content (optional);
 *   this is used when aligning the delimiters (`|`) between table cells;
 *   full-width characters and emoji mess up delimiter alignment when viewing
 *   the markdown source;
 *   to fix this, you can pass this function,
 *   which receives the cell content and returns its “visible” size;
 *   note that what is and isn’t visible depends on where the text is displayed.
 *
 *   Without such a function, the following:
 *
 *   ```js
 *   markdownTable([
 *     ['Alpha', 'Bravo'],
 *     ['中文', 'Charlie'],
 *     ['👩‍❤️‍👩', 'Delta']
 *   ])
 *   ```
 *
 *   Yields:
 *
 *   ```markdown
 *   | Alpha | Bravo |
 *   | - | - |
 *   | 中文 | Charlie |
 *   | 👩‍❤️‍👩 | Delta |
 *   ```
 *
 *   With [`string-width`](https://github.com/sindresorhus/string-width):
 *
 *   ```js
 *   import stringWidth from 'string-width'
 *
 *   markdownTable(
 *     [
 *       ['Alpha', 'Bravo'],
 *       ['中文', 'Charlie'],
 *       ['👩‍❤️‍👩', 'Delta']
 *     ],
 *     {stringLength: stringWidth}
 *   )
 *   ```
 *
 *   Yields:
 *
 *   ```markdown
 *   | Alpha | Bravo   |
 *   | ----- | ------- |
 *   | 中文  | Charlie |
 *   | 👩‍❤️‍👩    | Delta   |
 *   ```
 */

/**
 * Get the length of a cell.
 *
 * @param {string} value
 *   Cell value.
 * @returns {number}
 *   Cell size.
 */
function defaultStringLength(value) {
  return value.length
}

/**
 * Generate a markdown
 * ([GFM](https://docs.github.com/en/github/writing-on-github/working-with-advanced-formatting/organizing-information-with-tables))
 * table.
 *
 * @param {ReadonlyArray<ReadonlyArray<string | null | undefined>>} table
 *   Table data (matrix of strings).
 * @param {Readonly<Options> | null | undefined} [options]
 *   Configuration (optional).
 * @returns {string}
 *   Result.
 */
function markdownTable(table, options) {
  const settings = options || {}
  // To do: next major: change to spread.
  // eslint-disable-next-line unicorn/prefer-spread -- `align` can be a string.
  const align = (settings.align || []).concat()
  const stringLength = settings.stringLength || defaultStringLength
  /** @type {Array<number>} Character codes as symbols for alignment per column. */
  const alignments = []
  /** @type {Array<Array<string>>} Cells per row. */
  const cellMatrix = []
  /** @type {Array<Array<number>>} Sizes of each cell per row. */
  const sizeMatrix = []
  /** @type {Array<number>} */
  const longestCellByColumn = []
  let mostCellsPerRow = 0
  let rowIndex = -1

  // This is a superfluous loop if we don’t align delimiters, but otherwise we’d
  // do superfluous work when aligning, so optimize for aligning.
  while (++rowIndex < table.length) {
    /** @type {Array<string>} */
    const row = []
    /** @type {Array<number>} */
    const sizes = []
    let columnIndex = -1

    if (table[rowIndex].length > mostCellsPerRow) {
      mostCellsPerRow = table[rowIndex].length
    }

    while (++columnIndex < table[rowIndex].length) {
      const cell = serialize(table[rowIndex][columnIndex])

      if (settings.alignDelimiters !== false) {
        const size = stringLength(cell)
        sizes[columnIndex] = size

        if (
          longestCellByColumn[columnIndex] === undefined ||
          size > longestCellByColumn[columnIndex]
        ) {
          longestCellByColumn[columnIndex] = size
        }
      }

      row.push(cell)
    }

    cellMatrix[rowIndex] = row
    sizeMatrix[rowIndex] = sizes
  }

  // Figure out which alignments to use.
  let columnIndex = -1

  if (typeof align === 'object' && 'length' in align) {
    while (++columnIndex < mostCellsPerRow) {
      alignments[columnIndex] = toAlignment(align[columnIndex])
    }
  } else {
    const code = toAlignment(align)

    while (++columnIndex < mostCellsPerRow) {
      alignments[columnIndex] = code
    }
  }

  // Inject the alignment row.
  columnIndex = -1
  /** @type {Array<string>} */
  const row = []
  /** @type {Array<number>} */
  const sizes = []

  while (++columnIndex < mostCellsPerRow) {
    const code = alignments[columnIndex]
    let before = ''
    let after = ''

    if (code === 99 /* `c` */) {
      before = ':'
      after = ':'
    } else if (code === 108 /* `l` */) {
      before = ':'
    } else if (code === 114 /* `r` */) {
      after = ':'
    }

    // There *must* be at least one hyphen-minus in each alignment cell.
    let size =
      settings.alignDelimiters === false
        ? 1
        : Math.max(
            1,
            longestCellByColumn[columnIndex] - before.length - after.length
          )

    const cell = before + '-'.repeat(size) + after

    if (settings.alignDelimiters !== false) {
      size = before.length + size + after.length

      if (size > longestCellByColumn[columnIndex]) {
        longestCellByColumn[columnIndex] = size
      }

      sizes[columnIndex] = size
    }

    row[columnIndex] = cell
  }

  // Inject the alignment row.
  cellMatrix.splice(1, 0, row)
  sizeMatrix.splice(1, 0, sizes)

  rowIndex = -1
  /** @type {Array<string>} */
  const lines = []

  while (++rowIndex < cellMatrix.length) {
    const row = cellMatrix[rowIndex]
    const sizes = sizeMatrix[rowIndex]
    const cellsInRow =
      settings.fillRows === false
        ? Math.max(1, cellMatrix[rowIndex === 1 ? 0 : rowIndex].length)
        : mostCellsPerRow
    columnIndex = -1
    /** @type {Array<string>} */
    const line = []

    while (++columnIndex < cellsInRow) {
      const cell = row[columnIndex] || ''
      let before = ''
      let after = ''

      if (settings.alignDelimiters !== false) {
        const size =
          longestCellByColumn[columnIndex] - (sizes[columnIndex] || 0)
        const code = alignments[columnIndex]

        if (code === 114 /* `r` */) {
          before = ' '.repeat(size)
        } else if (code === 99 /* `c` */) {
          const half = size / 2

          if (size % 2) {
            before = ' '.repeat(half + 0.5)
            after = ' '.repeat(half - 0.5)
          } else {
            before = ' '.repeat(half)
            after = before
          }
        } else {
          after = ' '.repeat(size)
        }
      }

      if (settings.delimiterStart !== false && !columnIndex) {
        line.push('|')
      }

      if (
        settings.padding !== false &&
        // Don’t add the opening space if we’re not aligning and the cell is
        // empty: there will be a closing space.
        !(settings.alignDelimiters === false && cell === '') &&
        (settings.delimiterStart !== false || columnIndex)
      ) {
        line.push(' ')
      }

      if (settings.alignDelimiters !== false) {
        line.push(before)
      }

      line.push(cell)

      if (settings.alignDelimiters !== false) {
        line.push(after)
      }

      if (settings.padding !== false) {
        line.push(' ')
      }

      if (settings.delimiterEnd !== false || columnIndex !== cellsInRow - 1) {
        line.push('|')
      }
    }

    lines.push(
      settings.delimiterEnd === false
        ? line.join('').replace(/ +$/, '')
        : line.join('')
    )
  }

  return lines.join('\n')
}

/**
 * Serialize a cell value.
 *
 * @param {string | null | undefined} [value]
 *   Value to serialize.
 * @returns {string}
 *   Result.
 */
function serialize(value) {
  return value === null || value === undefined ? '' : String(value)
}

/**
 * Get the alignment character code from a value.
 *
 * @param {string | null | undefined} value
 *   Value.
 * @returns {number}
 *   Alignment.
 */
function toAlignment(value) {
  const code = typeof value === 'string' ? value.codePointAt(0) : 0

  return code === 67 /* `C` */ || code === 99 /* `c` */
    ? 99 /* `c` */
    : code === 76 /* `L` */ || code === 108 /* `l` */
      ? 108 /* `l` */
      : code === 82 /* `R` */ || code === 114 /* `r` */
        ? 114 /* `r` */
        : 0
}

;// CONCATENATED MODULE: ./node_modules/mdast-util-to-markdown/lib/handle/blockquote.js
/**
 * @import {Blockquote, Parents} from 'mdast'
 * @import {Info, Map, State} from 'mdast-util-to-markdown'
 */

/**
 * Serialize a blockquote node.
 *
 * @param {Blockquote} node
 *   Node to serialize.
 * @param {Parents | undefined} _
 *   Parent node.
 * @param {State} state
 *   Info passed around.
 * @param {Info} info
 *   Info on surrounding context.
 * @returns {string}
 *   Serialized markdown.
 */
function blockquote(node, _, state, info) {
  const exit = state.enter('blockquote')
  const tracker = state.createTracker(info)
  tracker.move('> ')
  tracker.shift(2)
  const value = state.indentLines(
    state.containerFlow(node, tracker.current()),
    map
  )
  exit()
  return value
}

/**
 * Indent lines w/ blockquote markers.
 *
 * @type {Map}
 */
function map(line, _, blank) {
  return '>' + (blank ? '' : ' ') + line
}

;// CONCATENATED MODULE: ./node_modules/mdast-util-to-markdown/lib/util/pattern-in-scope.js
/**
 * @import {ConstructName, Unsafe} from 'mdast-util-to-markdown'
 */

/**
 * Check if a pattern is in scope based on the current stack of constructs.
 *
 * @param {Array<ConstructName>} stack
 *   Current stack of constructs.
 * @param {Unsafe} pattern
 *   Pattern to check.
 * @returns {boolean}
 *   Whether the pattern is in scope.
 */
function patternInScope(stack, pattern) {
  return (
    listInScope(stack, pattern.inConstruct, true) &&
    !listInScope(stack, pattern.notInConstruct, false)
  )
}

/**
 * Check if any of the constructs in the list are present in the stack.
 *
 * @param {Array<ConstructName>} stack
 *   Current stack of constructs.
 * @param {Unsafe['inConstruct']} list
 *   List of constructs to check for in the stack.
 * @param {boolean} none
 *   Value to return if the list is empty or not provided.
 * @returns {boolean}
 *   Whether any of the constructs in the list are present in the stack.
 */
function listInScope(stack, list, none) {
  if (typeof list === 'string') {
    list = [list]
  }

  if (!list || list.length === 0) {
    return none
  }

  let index = -1

  while (++index < list.length) {
    if (stack.includes(list[index])) {
      return true
    }
  }

  return false
}

;// CONCATENATED MODULE: ./node_modules/mdast-util-to-markdown/lib/handle/break.js
/**
 * @import {Break, Parents} from 'mdast'
 * @import {Info, State} from 'mdast-util-to-markdown'
 */



/**
 * Serialize a break node.
 *
 * @param {Break} _
 *   Node to serialize.
 * @param {Parents | undefined} _1
 *   Parent node.
 * @param {State} state
 *   Info passed around.
 * @param {Info} info
 *   Info on surrounding context.
 * @returns {string}
 *   Serialized markdown.
 */
function hardBreak(_, _1, state, info) {
  let index = -1

  while (++index < state.unsafe.length) {
    const pattern = state.unsafe[index]

    // If we can’t put unconditional eols in this construct (setext headings,
    // tables), use a space instead.
    if (
      pattern.character === '\n' &&
      !pattern.before &&
      !pattern.after &&
      patternInScope(state.stack, pattern)
    ) {
      return /[\t ]/.test(info.before) ? '' : ' '
    }
  }

  return '\\\n'
}

;// CONCATENATED MODULE: ./node_modules/longest-streak/index.js
/**
 * Get the count of the longest repeating streak of `substring` in `value`.
 *
 * @param {string} value
 *   Content to search in.
 * @param {string} substring
 *   Substring to look for, typically one character.
 * @returns {number}
 *   Count of most frequent adjacent `substring`s in `value`.
 */
function longestStreak(value, substring) {
  const source = String(value)
  let index = source.indexOf(substring)
  let expected = index
  let count = 0
  let max = 0

  if (typeof substring !== 'string') {
    throw new TypeError('Expected substring')
  }

  while (index !== -1) {
    if (index === expected) {
      if (++count > max) {
        max = count
      }
    } else {
      count = 1
    }

    expected = index + substring.length
    index = source.indexOf(substring, expected)
  }

  return max
}

;// CONCATENATED MODULE: ./node_modules/mdast-util-to-markdown/lib/util/format-code-as-indented.js
/**
 * @import {State} from 'mdast-util-to-markdown'
 * @import {Code} from 'mdast'
 */

/**
 * Checks if a code block can be formatted as an indented code block.
 *
 * @param {Code} node
 *   Node to check.
 * @param {State} state
 *   Info passed around.
 * @returns {boolean}
 *   Whether the code can be formatted as an indented code block.
 */
function formatCodeAsIndented(node, state) {
  return Boolean(
    state.options.fences === false &&
    node.value &&
    // If there’s no info…
    !node.lang &&
    // And there’s a non-whitespace character…
    /[^\n\r ]/.test(node.value) &&
    // And the value doesn’t start or end in a blank…
    !/^[\t ]*(?:[\n\r]|$)|(?:^|[\n\r])[\t ]*$/.test(node.value)
  )
}

;// CONCATENATED MODULE: ./node_modules/mdast-util-to-markdown/lib/util/check-fence.js
/**
 * @import {Options, State} from 'mdast-util-to-markdown'
 */

/**
 * Checks the preferred fence option.
 *
 * @param {State} state
 *   Info passed around.
 * @returns {Exclude<Options['fence'], null | undefined>}
 *   Preferred fence marker.
 */
function checkFence(state) {
  const marker = state.options.fence || '`'

  if (marker !== '`' && marker !== '~') {
    throw new Error(
      'Cannot serialize code with `' +
        marker +
        '` for `options.fence`, expected `` ` `` or `~`'
    )
  }

  return marker
}

;// CONCATENATED MODULE: ./node_modules/mdast-util-to-markdown/lib/handle/code.js
/**
 * @import {Info, Map, State} from 'mdast-util-to-markdown'
 * @import {Code, Parents} from 'mdast'
 */





/**
 * Serialize a code node.
 *
 * @param {Code} node
 *   Node to serialize.
 * @param {Parents | undefined} _
 *   Parent node.
 * @param {State} state
 *   Info passed around.
 * @param {Info} info
 *   Info on surrounding context.
 * @returns {string}
 *   Serialized markdown.
 */
function code(node, _, state, info) {
  const marker = checkFence(state)
  const raw = node.value || ''

  if (formatCodeAsIndented(node, state)) {
    const exit = state.enter('codeIndented')
    const value = state.indentLines(raw, code_map)
    exit()
    return value
  }

  const tracker = state.createTracker(info)
  const sequence = marker.repeat(Math.max(longestStreak(raw, marker) + 1, 3))
  const exit = state.enter('codeFenced')
  const suffix = marker === '`' ? 'GraveAccent' : 'Tilde'
  let value = tracker.move(sequence)

  if (node.lang) {
    const subexit = state.enter(`codeFencedLang${suffix}`)
    value += tracker.move(
      state.safe(node.lang, {
        before: value,
        after: ' ',
        encode: ['`'],
        ...tracker.current()
      })
    )
    subexit()
  }

  if (node.lang && node.meta) {
    const subexit = state.enter(`codeFencedMeta${suffix}`)
    value += tracker.move(' ')
    value += tracker.move(
      state.safe(node.meta, {
        before: value,
        after: '\n',
        encode: ['`'],
        ...tracker.current()
      })
    )
    subexit()
  }

  value += tracker.move('\n')

  if (raw) {
    value += tracker.move(raw + '\n')
  }

  value += tracker.move(sequence)
  exit()
  return value
}

/**
 * Indent lines w/ code indent.
 *
 * @type {Map}
 */
function code_map(line, _, blank) {
  return (blank ? '' : '    ') + line
}

;// CONCATENATED MODULE: ./node_modules/mdast-util-to-markdown/lib/util/check-quote.js
/**
 * @import {Options, State} from 'mdast-util-to-markdown'
 */

/**
 * Checks the preferred quote option.
 *
 * @param {State} state
 *   Info passed around.
 * @returns {Exclude<Options['quote'], null | undefined>}
 *   Preferred quote.
 */
function checkQuote(state) {
  const marker = state.options.quote || '"'

  if (marker !== '"' && marker !== "'") {
    throw new Error(
      'Cannot serialize title with `' +
        marker +
        '` for `options.quote`, expected `"`, or `\'`'
    )
  }

  return marker
}

;// CONCATENATED MODULE: ./node_modules/mdast-util-to-markdown/lib/handle/definition.js
/**
 * @import {Info, State} from 'mdast-util-to-markdown'
 * @import {Definition, Parents} from 'mdast'
 */



/**
 * Serialize a definition node.
 *
 * @param {Definition} node
 *   Node to serialize.
 * @param {Parents | undefined} _
 *   Parent node.
 * @param {State} state
 *   Info passed around.
 * @param {Info} info
 *   Info on surrounding context.
 * @returns {string}
 *   Serialized markdown.
 */
function definition(node, _, state, info) {
  const quote = checkQuote(state)
  const suffix = quote === '"' ? 'Quote' : 'Apostrophe'
  const exit = state.enter('definition')
  let subexit = state.enter('label')
  const tracker = state.createTracker(info)
  let value = tracker.move('[')
  value += tracker.move(
    state.safe(state.associationId(node), {
      before: value,
      after: ']',
      ...tracker.current()
    })
  )
  value += tracker.move(']: ')

  subexit()

  if (
    // If there’s no url, or…
    !node.url ||
    // If there are control characters or whitespace.
    /[\0- \u007F]/.test(node.url)
  ) {
    subexit = state.enter('destinationLiteral')
    value += tracker.move('<')
    value += tracker.move(
      state.safe(node.url, {before: value, after: '>', ...tracker.current()})
    )
    value += tracker.move('>')
  } else {
    // No whitespace, raw is prettier.
    subexit = state.enter('destinationRaw')
    value += tracker.move(
      state.safe(node.url, {
        before: value,
        after: node.title ? ' ' : '\n',
        ...tracker.current()
      })
    )
  }

  subexit()

  if (node.title) {
    subexit = state.enter(`title${suffix}`)
    value += tracker.move(' ' + quote)
    value += tracker.move(
      state.safe(node.title, {
        before: value,
        after: quote,
        ...tracker.current()
      })
    )
    value += tracker.move(quote)
    subexit()
  }

  exit()

  return value
}

;// CONCATENATED MODULE: ./node_modules/mdast-util-to-markdown/lib/util/check-emphasis.js
/**
 * @import {Options, State} from 'mdast-util-to-markdown'
 */

/**
 * Checks the preferred emphasis option.
 *
 * @param {State} state
 *   Info passed around.
 * @returns {Exclude<Options['emphasis'], null | undefined>}
 *   Preferred emphasis marker.
 */
function checkEmphasis(state) {
  const marker = state.options.emphasis || '*'

  if (marker !== '*' && marker !== '_') {
    throw new Error(
      'Cannot serialize emphasis with `' +
        marker +
        '` for `options.emphasis`, expected `*`, or `_`'
    )
  }

  return marker
}

;// CONCATENATED MODULE: ./node_modules/micromark-util-character/index.js
/**
 * @import {Code} from 'micromark-util-types'
 */

/**
 * Check whether the character code represents an ASCII alpha (`a` through `z`,
 * case insensitive).
 *
 * An **ASCII alpha** is an ASCII upper alpha or ASCII lower alpha.
 *
 * An **ASCII upper alpha** is a character in the inclusive range U+0041 (`A`)
 * to U+005A (`Z`).
 *
 * An **ASCII lower alpha** is a character in the inclusive range U+0061 (`a`)
 * to U+007A (`z`).
 *
 * @param code
 *   Code.
 * @returns {boolean}
 *   Whether it matches.
 */
const asciiAlpha = regexCheck(/[A-Za-z]/);

/**
 * Check whether the character code represents an ASCII alphanumeric (`a`
 * through `z`, case insensitive, or `0` through `9`).
 *
 * An **ASCII alphanumeric** is an ASCII digit (see `asciiDigit`) or ASCII alpha
 * (see `asciiAlpha`).
 *
 * @param code
 *   Code.
 * @returns {boolean}
 *   Whether it matches.
 */
const asciiAlphanumeric = regexCheck(/[\dA-Za-z]/);

/**
 * Check whether the character code represents an ASCII atext.
 *
 * atext is an ASCII alphanumeric (see `asciiAlphanumeric`), or a character in
 * the inclusive ranges U+0023 NUMBER SIGN (`#`) to U+0027 APOSTROPHE (`'`),
 * U+002A ASTERISK (`*`), U+002B PLUS SIGN (`+`), U+002D DASH (`-`), U+002F
 * SLASH (`/`), U+003D EQUALS TO (`=`), U+003F QUESTION MARK (`?`), U+005E
 * CARET (`^`) to U+0060 GRAVE ACCENT (`` ` ``), or U+007B LEFT CURLY BRACE
 * (`{`) to U+007E TILDE (`~`).
 *
 * See:
 * **\[RFC5322]**:
 * [Internet Message Format](https://tools.ietf.org/html/rfc5322).
 * P. Resnick.
 * IETF.
 *
 * @param code
 *   Code.
 * @returns {boolean}
 *   Whether it matches.
 */
const asciiAtext = regexCheck(/[#-'*+\--9=?A-Z^-~]/);

/**
 * Check whether a character code is an ASCII control character.
 *
 * An **ASCII control** is a character in the inclusive range U+0000 NULL (NUL)
 * to U+001F (US), or U+007F (DEL).
 *
 * @param {Code} code
 *   Code.
 * @returns {boolean}
 *   Whether it matches.
 */
function asciiControl(code) {
  return (
    // Special whitespace codes (which have negative values), C0 and Control
    // character DEL
    code !== null && (code < 32 || code === 127)
  );
}

/**
 * Check whether the character code represents an ASCII digit (`0` through `9`).
 *
 * An **ASCII digit** is a character in the inclusive range U+0030 (`0`) to
 * U+0039 (`9`).
 *
 * @param code
 *   Code.
 * @returns {boolean}
 *   Whether it matches.
 */
const asciiDigit = regexCheck(/\d/);

/**
 * Check whether the character code represents an ASCII hex digit (`a` through
 * `f`, case insensitive, or `0` through `9`).
 *
 * An **ASCII hex digit** is an ASCII digit (see `asciiDigit`), ASCII upper hex
 * digit, or an ASCII lower hex digit.
 *
 * An **ASCII upper hex digit** is a character in the inclusive range U+0041
 * (`A`) to U+0046 (`F`).
 *
 * An **ASCII lower hex digit** is a character in the inclusive range U+0061
 * (`a`) to U+0066 (`f`).
 *
 * @param code
 *   Code.
 * @returns {boolean}
 *   Whether it matches.
 */
const asciiHexDigit = regexCheck(/[\dA-Fa-f]/);

/**
 * Check whether the character code represents ASCII punctuation.
 *
 * An **ASCII punctuation** is a character in the inclusive ranges U+0021
 * EXCLAMATION MARK (`!`) to U+002F SLASH (`/`), U+003A COLON (`:`) to U+0040 AT
 * SIGN (`@`), U+005B LEFT SQUARE BRACKET (`[`) to U+0060 GRAVE ACCENT
 * (`` ` ``), or U+007B LEFT CURLY BRACE (`{`) to U+007E TILDE (`~`).
 *
 * @param code
 *   Code.
 * @returns {boolean}
 *   Whether it matches.
 */
const asciiPunctuation = regexCheck(/[!-/:-@[-`{-~]/);

/**
 * Check whether a character code is a markdown line ending.
 *
 * A **markdown line ending** is the virtual characters M-0003 CARRIAGE RETURN
 * LINE FEED (CRLF), M-0004 LINE FEED (LF) and M-0005 CARRIAGE RETURN (CR).
 *
 * In micromark, the actual character U+000A LINE FEED (LF) and U+000D CARRIAGE
 * RETURN (CR) are replaced by these virtual characters depending on whether
 * they occurred together.
 *
 * @param {Code} code
 *   Code.
 * @returns {boolean}
 *   Whether it matches.
 */
function markdownLineEnding(code) {
  return code !== null && code < -2;
}

/**
 * Check whether a character code is a markdown line ending (see
 * `markdownLineEnding`) or markdown space (see `markdownSpace`).
 *
 * @param {Code} code
 *   Code.
 * @returns {boolean}
 *   Whether it matches.
 */
function markdownLineEndingOrSpace(code) {
  return code !== null && (code < 0 || code === 32);
}

/**
 * Check whether a character code is a markdown space.
 *
 * A **markdown space** is the concrete character U+0020 SPACE (SP) and the
 * virtual characters M-0001 VIRTUAL SPACE (VS) and M-0002 HORIZONTAL TAB (HT).
 *
 * In micromark, the actual character U+0009 CHARACTER TABULATION (HT) is
 * replaced by one M-0002 HORIZONTAL TAB (HT) and between 0 and 3 M-0001 VIRTUAL
 * SPACE (VS) characters, depending on the column at which the tab occurred.
 *
 * @param {Code} code
 *   Code.
 * @returns {boolean}
 *   Whether it matches.
 */
function markdownSpace(code) {
  return code === -2 || code === -1 || code === 32;
}

// Size note: removing ASCII from the regex and using `asciiPunctuation` here
// In fact adds to the bundle size.
/**
 * Check whether the character code represents Unicode punctuation.
 *
 * A **Unicode punctuation** is a character in the Unicode `Pc` (Punctuation,
 * Connector), `Pd` (Punctuation, Dash), `Pe` (Punctuation, Close), `Pf`
 * (Punctuation, Final quote), `Pi` (Punctuation, Initial quote), `Po`
 * (Punctuation, Other), or `Ps` (Punctuation, Open) categories, or an ASCII
 * punctuation (see `asciiPunctuation`).
 *
 * See:
 * **\[UNICODE]**:
 * [The Unicode Standard](https://www.unicode.org/versions/).
 * Unicode Consortium.
 *
 * @param code
 *   Code.
 * @returns
 *   Whether it matches.
 */
const micromark_util_character_unicodePunctuation = regexCheck(/\p{P}|\p{S}/u);

/**
 * Check whether the character code represents Unicode whitespace.
 *
 * Note that this does handle micromark specific markdown whitespace characters.
 * See `markdownLineEndingOrSpace` to check that.
 *
 * A **Unicode whitespace** is a character in the Unicode `Zs` (Separator,
 * Space) category, or U+0009 CHARACTER TABULATION (HT), U+000A LINE FEED (LF),
 * U+000C (FF), or U+000D CARRIAGE RETURN (CR) (**\[UNICODE]**).
 *
 * See:
 * **\[UNICODE]**:
 * [The Unicode Standard](https://www.unicode.org/versions/).
 * Unicode Consortium.
 *
 * @param code
 *   Code.
 * @returns
 *   Whether it matches.
 */
const micromark_util_character_unicodeWhitespace = regexCheck(/\s/);

/**
 * Create a code check from a regex.
 *
 * @param {RegExp} regex
 *   Expression.
 * @returns {(code: Code) => boolean}
 *   Check.
 */
function regexCheck(regex) {
  return check;

  /**
   * Check whether a code matches the bound regex.
   *
   * @param {Code} code
   *   Character code.
   * @returns {boolean}
   *   Whether the character code matches the bound regex.
   */
  function check(code) {
    return code !== null && code > -1 && regex.test(String.fromCharCode(code));
  }
}
;// CONCATENATED MODULE: ./node_modules/micromark-util-classify-character/index.js
/**
 * @import {Code} from 'micromark-util-types'
 */


/**
 * Classify whether a code represents whitespace, punctuation, or something
 * else.
 *
 * Used for attention (emphasis, strong), whose sequences can open or close
 * based on the class of surrounding characters.
 *
 * > 👉 **Note**: eof (`null`) is seen as whitespace.
 *
 * @param {Code} code
 *   Code.
 * @returns {typeof constants.characterGroupWhitespace | typeof constants.characterGroupPunctuation | undefined}
 *   Group.
 */
function classifyCharacter(code) {
  if (code === null || markdownLineEndingOrSpace(code) || micromark_util_character_unicodeWhitespace(code)) {
    return 1;
  }
  if (micromark_util_character_unicodePunctuation(code)) {
    return 2;
  }
}
;// CONCATENATED MODULE: ./node_modules/mdast-util-to-markdown/lib/util/character.js
/**
 * Get the first character of a value.
 *
 * Is aware of astral characters (such as emoji).
 *
 * @param {string} value
 *   Value.
 * @returns {string}
 *   First character; empty if `value` is empty.
 */
function firstCharacter(value) {
  const code = value.codePointAt(0)
  return code === undefined ? '' : String.fromCodePoint(code)
}

/**
 * Get the last character of a value.
 *
 * Is aware of astral characters (such as emoji).
 *
 * @param {string} value
 *   Value.
 * @returns {string}
 *   Last character; empty if `value` is empty.
 */
function lastCharacter(value) {
  // Only a surrogate pair gives a code point above the BMP.
  const code = value.codePointAt(value.length - 2)
  return code !== undefined && code > 0xff_ff
    ? value.slice(-2)
    : value.slice(-1)
}

;// CONCATENATED MODULE: ./node_modules/mdast-util-to-markdown/lib/util/encode-character-reference.js
/**
 * Encode a code point as a character reference.
 *
 * @param {number} code
 *   Code point to encode.
 * @returns {string}
 *   Encoded character reference.
 */
function encodeCharacterReference(code) {
  return '&#x' + code.toString(16).toUpperCase() + ';'
}

;// CONCATENATED MODULE: ./node_modules/mdast-util-to-markdown/lib/util/encode-info.js
/**
 * @import {EncodeSides} from '../types.js'
 */



/**
 * Check whether to encode (as a character reference) the characters
 * surrounding an attention run.
 *
 * Which characters are around an attention run influence whether it works or
 * not.
 *
 * See <https://github.com/orgs/syntax-tree/discussions/60> for more info.
 * See this markdown in a particular renderer to see what works:
 *
 * ```markdown
 * |                         | A (letter inside) | B (punctuation inside) | C (whitespace inside) | D (nothing inside) |
 * | ----------------------- | ----------------- | ---------------------- | --------------------- | ------------------ |
 * | 1 (letter outside)      | x*y*z             | x*.*z                  | x* *z                 | x**z               |
 * | 2 (punctuation outside) | .*y*.             | .*.*.                  | .* *.                 | .**.               |
 * | 3 (whitespace outside)  | x *y* z           | x *.* z                | x * * z               | x ** z             |
 * | 4 (nothing outside)     | *x*               | *.*                    | * *                   | **                 |
 * ```
 *
 * @param {number} outside
 *   Code point on the outer side of the run.
 * @param {number} inside
 *   Code point on the inner side of the run.
 * @param {string} marker
 *   Marker of the run.
 *   Underscores are handled more strictly (they form less often) than
 *   asterisks.
 * @returns {EncodeSides}
 *   Whether to encode characters.
 */
// Important: punctuation must never be encoded.
// Punctuation is solely used by markdown constructs.
// And by encoding itself.
// Encoding them will break constructs or double encode things.
function encodeInfo(outside, inside, marker) {
  const outsideKind = classifyCharacter(outside)
  const insideKind = classifyCharacter(inside)

  // Letter outside:
  if (outsideKind === undefined) {
    return insideKind === undefined
      ? // Letter inside:
        // we have to encode *both* letters for `_` as it is looser.
        // it already forms for `*` (and GFMs `~`).
        marker === '_'
        ? {inside: true, outside: true}
        : {inside: false, outside: false}
      : insideKind === 1
        ? // Whitespace inside: encode both (letter, whitespace).
          {inside: true, outside: true}
        : // Punctuation inside: encode outer (letter)
          {inside: false, outside: true}
  }

  // Whitespace outside:
  if (outsideKind === 1) {
    return insideKind === undefined
      ? // Letter inside: already forms.
        {inside: false, outside: false}
      : insideKind === 1
        ? // Whitespace inside: encode both (whitespace).
          {inside: true, outside: true}
        : // Punctuation inside: already forms.
          {inside: false, outside: false}
  }

  // Punctuation outside:
  return insideKind === undefined
    ? // Letter inside: already forms.
      {inside: false, outside: false}
    : insideKind === 1
      ? // Whitespace inside: encode inner (whitespace).
        {inside: true, outside: false}
      : // Punctuation inside: already forms.
        {inside: false, outside: false}
}

;// CONCATENATED MODULE: ./node_modules/micromark-util-html-tag-name/index.js
/**
 * List of lowercase HTML “block” tag names.
 *
 * The list, when parsing HTML (flow), results in more relaxed rules (condition
 * 6).
 * Because they are known blocks, the HTML-like syntax doesn’t have to be
 * strictly parsed.
 * For tag names not in this list, a more strict algorithm (condition 7) is used
 * to detect whether the HTML-like syntax is seen as HTML (flow) or not.
 *
 * This is copied from:
 * <https://spec.commonmark.org/0.30/#html-blocks>.
 *
 * > 👉 **Note**: `search` was added in `CommonMark@0.31`.
 */
const htmlBlockNames = [
  'address',
  'article',
  'aside',
  'base',
  'basefont',
  'blockquote',
  'body',
  'caption',
  'center',
  'col',
  'colgroup',
  'dd',
  'details',
  'dialog',
  'dir',
  'div',
  'dl',
  'dt',
  'fieldset',
  'figcaption',
  'figure',
  'footer',
  'form',
  'frame',
  'frameset',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'head',
  'header',
  'hr',
  'html',
  'iframe',
  'legend',
  'li',
  'link',
  'main',
  'menu',
  'menuitem',
  'nav',
  'noframes',
  'ol',
  'optgroup',
  'option',
  'p',
  'param',
  'search',
  'section',
  'summary',
  'table',
  'tbody',
  'td',
  'tfoot',
  'th',
  'thead',
  'title',
  'tr',
  'track',
  'ul'
]

/**
 * List of lowercase HTML “raw” tag names.
 *
 * The list, when parsing HTML (flow), results in HTML that can include lines
 * without exiting, until a closing tag also in this list is found (condition
 * 1).
 *
 * This module is copied from:
 * <https://spec.commonmark.org/0.30/#html-blocks>.
 *
 * > 👉 **Note**: `textarea` was added in `CommonMark@0.30`.
 */
const htmlRawNames = ['pre', 'script', 'style', 'textarea']

;// CONCATENATED MODULE: ./node_modules/mdast-util-to-markdown/lib/util/html-kind.js



/**
 * @typedef {1 | 2 | 3 | 4 | 5 | 6 | 7} Kind
 *   Kind of HTML (flow) element.
 */

/**
 * Infer the kind of HTML that `value` is.
 *
 * This works on valid trees as produced by `micromark`.
 * Kinds:
 *
 * 1. raw
 * 2. comment
 * 3. instruction
 * 4. declaration
 * 5. cdata
 * 6. block
 * 7. other
 *
 * See: <https://spec.commonmark.org/0.31.2/#html-blocks>.
 *
 * @param {string} value
 *   HTML.
 * @returns {Kind | undefined}
 *   Kind; `undefined` if unknown.
 */
function htmlKind(value) {
  if (value.charCodeAt(0) !== 60 /* `<` */) return

  const next = value.charCodeAt(1)

  if (next === 33 /* `!` */) {
    const code = value.charCodeAt(2)
    if (code === 45 /* `-` */) return 2
    if (code === 91 /* `[` */) return 5
    if (asciiAlpha(code)) return 4
    return
  }

  if (next === 63 /* `?` */) return 3

  const closing = next === 47 /* `/` */
  const start = closing ? 2 : 1
  let end = start
  let code = value.charCodeAt(end)

  if (!asciiAlpha(code)) return

  while (code === 45 /* `-` */ || asciiAlphanumeric(code)) {
    code = value.charCodeAt(++end)
  }

  const name = value.slice(start, end).toLowerCase()

  if (!closing && code !== 47 /* `/` */ && htmlRawNames.includes(name)) {
    return 1
  }

  return htmlBlockNames.includes(name) ? 6 : 7
}

;// CONCATENATED MODULE: ./node_modules/mdast-util-to-markdown/lib/util/container-phrasing.js
/**
 * @import {Attention, Handle, Info, State, Tracker} from 'mdast-util-to-markdown'
 * @import {PhrasingParents} from '../types.js'
 */








/**
 * Markers for builtin attention (emphasis, strong) to whether they are stricter:
 * whether they cannot open and close inside words.
 *
 * Builtin runs pair following CommonMark rules for emphasis and strong:
 * they are split,
 * using one or two markers at a time,
 * with the rule of 3.
 * Other markers pair like GFM strikethrough:
 * whole runs pair with a run of the same size.
 *
 * @type {Map<string, boolean>}
 */
const builtins = new Map([
  ['*', false],
  ['_', true]
])

/**
 * @typedef AttentionResult
 *   Attention, of which the sequence is chosen later.
 * @property {Array<Item>} children
 *   Serialized children.
 * @property {Array<string>} sequences
 *   Sequences that can be used, in order of preference.
 */

/**
 * @typedef Improvement
 *   Improvement of attention sequences.
 * @property {Map<AttentionResult, string>} chosen
 *   Chosen sequences for each attention.
 * @property {Array<Token>} tokens
 *   Tokens involved in the improvement.
 * @property {Mistake | undefined} mistake
 *   Mistake that led to this improvement, if any.
 */

/**
 * @typedef {AttentionResult | string} Item
 *   Serialized phrasing.
 */

/**
 * @typedef Mistake
 *   Sequence that does not form its attention.
 * @property {Array<AttentionResult>} attention
 *   Attention to try other sequences for.
 * @property {number} index
 *   Index of the token.
 */

/**
 * @typedef Run
 *   Sequences next to each other with the same marker.
 * @property {boolean} close
 *   Whether it can close.
 * @property {number} end
 *   Index after the last marker not used (to open).
 * @property {Array<Token>} markers
 *   Sequence of each marker.
 * @property {boolean} open
 *   Whether it can open.
 * @property {boolean} split
 *   Whether it can be split (built-in attention).
 * @property {number} start
 *   Index of the first marker not used (to close).
 * @property {Array<Token>} tokens
 *   Sequences.
 */

/**
 * @typedef Token
 *   Rendered phrasing.
 * @property {AttentionResult | undefined} attention
 *   Attention, if this is one of its sequences.
 * @property {string} value
 *   Value.
 */

/**
 * Get candidates for a mistake:
 * attention to try other sequences for,
 * later first.
 *
 * @param {Array<Token>} tokens
 *   Tokens.
 * @param {Array<Token>} involved
 *   Sequences involved in the mistake.
 * @param {Map<Token, Run>} runOf
 *   Run of each sequence.
 * @returns {Array<AttentionResult>}
 *   Candidates.
 */
function candidates(tokens, involved, runOf) {
  /** @type {Set<AttentionResult | undefined>} */
  const related = new Set()

  // The attention involved, and attention in runs with its sequences.
  for (const token of tokens) {
    const siblings = runOf.get(token)
    if (
      siblings &&
      token.attention &&
      involved.some((d) => d.attention === token.attention)
    ) {
      for (const sibling of siblings.tokens) {
        related.add(sibling.attention)
      }
    }
  }

  /** @type {Array<AttentionResult>} */
  const ordered = []

  for (const token of tokens) {
    if (token.attention && related.delete(token.attention)) {
      ordered.push(token.attention)
    }
  }

  // Later first: attention that opens later is inner or next.
  ordered.reverse()
  return ordered
}

/**
 * Check whether sequences form their attention, like `micromark`.
 *
 * Sequences of `*` and `_` pair like emphasis and strong in CommonMark,
 * others like strikethrough in GFM.
 *
 * @param {Array<Token>} tokens
 *   Tokens.
 * @param {string} before
 *   Characters before.
 * @param {string} after
 *   Characters after.
 * @returns {Mistake | undefined}
 *   First mistake, if any.
 */
function check(tokens, before, after) {
  /** @type {Array<Run>} */
  const runs = []
  /** @type {Map<Token, Array<Token>>} */
  const wrong = new Map()
  /** @type {Map<Token, Run>} */
  const runOf = new Map()
  let index = 0

  while (index < tokens.length) {
    if (!tokens[index].attention) {
      index++
      continue
    }

    const marker = tokens[index].value.charAt(0)
    const strict = builtins.get(marker)
    let end = index + 1

    while (
      end < tokens.length &&
      tokens[end].attention &&
      tokens[end].value.charAt(0) === marker
    ) {
      end++
    }

    const head = index ? tokens[index - 1].value : before
    const previous = classifyCharacter(head.charCodeAt(head.length - 1))
    const next = classifyCharacter(
      (end < tokens.length ? tokens[end].value : after).charCodeAt(0)
    )
    const open = !next || (next === 2 && Boolean(previous))
    const close = !previous || (previous === 2 && Boolean(next))
    /** @type {Run} */
    const run = {
      tokens: tokens.slice(index, end),
      markers: [],
      start: 0,
      end: 0,
      // Underscores are strict, they cannot open or close inside words.
      open: strict ? open && (Boolean(previous) || !close) : open,
      close: strict ? close && (Boolean(next) || !open) : close,
      // All builtins can split runs.
      split: strict !== undefined
    }

    for (const token of run.tokens) {
      // Every sequence is wrong until it pairs with its other sequence.
      wrong.set(token, [...run.tokens])
      runOf.set(token, run)
      let size = token.value.length
      while (size--) run.markers.push(token)
    }

    run.end = run.markers.length
    runs.push(run)
    index = end
  }

  pair(runs, wrong)

  index = -1

  while (++index < tokens.length) {
    const involved = wrong.get(tokens[index])
    if (involved) return {attention: candidates(tokens, involved, runOf), index}
  }
}

/**
 * Serialize the children of a parent that contains phrasing children.
 *
 * @param {PhrasingParents} parent
 *   Parent of phrasing nodes.
 * @param {State} state
 *   Info passed around about the current state.
 * @param {Info} info
 *   Info on where we are in the document we are generating.
 * @returns {string}
 *   Serialized result.
 */
function containerPhrasing(parent, state, info) {
  return container_phrasing_serialize(phrasing(parent, state, info), info.before, info.after)
}

/**
 * Encode the first or last character of tokens as a character reference,
 * if it is text.
 *
 * @param {Array<Token>} tokens
 *   Tokens.
 * @param {boolean} start
 *   Whether to encode the first or last character.
 * @returns {undefined}
 *   Nothing.
 */
function encode(tokens, start) {
  const token = tokens[start ? 0 : tokens.length - 1]

  if (!token || token.attention) return

  const character = start
    ? firstCharacter(token.value)
    : lastCharacter(token.value)
  const reference = encodeCharacterReference(
    /** @type {number} */ (character.codePointAt(0))
  )

  if (start) {
    token.value = reference + token.value.slice(character.length)
  } else {
    let value = token.value.slice(0, token.value.length - character.length)
    let escapes = 0

    while (value.charCodeAt(value.length - 1 - escapes) === 92 /* `\` */) {
      escapes++
    }

    // Odd number would escape the `&` again.
    if (escapes % 2) value += '\\'
    token.value = value + reference
  }
}

/**
 * Try other sequences for the candidates of a mistake and use the first that
 * moves the mistake further.
 *
 * @param {Array<Item>} items
 *   Items.
 * @param {Map<AttentionResult, string>} chosen
 *   Sequences to use instead of preferred sequences.
 * @param {Mistake} mistake
 *   Mistake.
 * @param {string} before
 *   Characters before.
 * @param {string} after
 *   Characters after.
 * @returns {Improvement | undefined}
 *   Result if better.
 */
function improve(items, chosen, mistake, before, after) {
  for (const attention of mistake.attention) {
    const current = chosen.get(attention) || attention.sequences[0]

    for (const sequence of attention.sequences) {
      if (sequence === current) continue
      const trial = new Map(chosen)
      trial.set(attention, sequence)
      const tokens = render(items, trial, before, after)
      const next = check(tokens, before, after)

      if (!next || next.index > mistake.index) {
        return {chosen: trial, mistake: next, tokens}
      }
    }
  }
}

/**
 * Pair runs like `micromark` and mark sequences that do form their attention
 * as fine.
 *
 * Each pair uses markers from the end of an opener and the start of a closer.
 * It forms the intended attention if those markers are exactly the whole
 * opening and closing sequence of one attention.
 * Otherwise attention is mixed up:
 * either sequences of different attention pair,
 * part of a sequence is used (such as `**` of strong as `*`),
 * or several sequences are used together (such as `*` and `*` as `**`).
 * Then the sequences involved are recorded with each other.
 *
 * @param {Array<Run>} runs
 *   Runs.
 * @param {Map<Token, Array<Token>>} wrong
 *   Sequences that are wrong, with the sequences involved.
 * @returns {undefined}
 *   Nothing, `wrong` is changed.
 */
function pair(runs, wrong) {
  /** @type {Map<string, Array<Run>>} */
  const openersByMarker = new Map()

  for (const closer of runs) {
    const marker = closer.tokens[0].value.charAt(0)
    let openers = openersByMarker.get(marker)

    if (!openers) {
      openers = []
      openersByMarker.set(marker, openers)
    }

    let open = closer.close ? openers.length : 0

    while (open-- && closer.start < closer.end) {
      const opener = openers[open]
      const openerSize = opener.end - opener.start
      const closerSize = closer.end - closer.start

      if (
        closer.split
          ? // The rule of 3, on the sizes that are left.
            (opener.close || closer.open) &&
            closerSize % 3 &&
            !((openerSize + closerSize) % 3)
          : // Others pair whole runs of the same size.
            openerSize !== opener.markers.length || openerSize !== closerSize
      ) {
        continue
      }

      const size = closer.split
        ? openerSize > 1 && closerSize > 1
          ? 2
          : 1
        : closerSize
      const opening = opener.markers.slice(opener.end - size, opener.end)
      const closing = closer.markers.slice(closer.start, closer.start + size)
      const openToken = opening[0]
      const closeToken = closing[0]

      if (
        // Whole sequences:
        // the markers of a sequence are next to each other,
        // so if the first and last marker are of one sequence of that size,
        // all markers are exactly that sequence.
        openToken === opening[size - 1] &&
        openToken.value.length === size &&
        closeToken === closing[size - 1] &&
        closeToken.value.length === size &&
        // Of the same attention, so its opening and closing sequence.
        openToken.attention === closeToken.attention
      ) {
        wrong.delete(openToken)
        wrong.delete(closeToken)
      } else {
        const involved = [...new Set([...opening, ...closing])]
        // Add to what is involved already: a sequence can be in several pairs.
        for (const token of involved) {
          const list = wrong.get(token)
          if (list) list.push(...involved)
        }
      }

      opener.end -= size
      closer.start += size

      if (opener.start === opener.end) openers.splice(open, 1)

      // Search again from the start, as this run may close more.
      open = openers.length
    }

    if (closer.open && closer.start < closer.end) openers.push(closer)
  }
}

/**
 * Get the sequences that can be used for attention, in order of preference.
 *
 * @param {string} type
 *   Node type.
 * @param {Array<string>} markers
 *   Markers.
 * @param {Array<number>} sizes
 *   Sizes.
 * @returns {Array<string>}
 *   Sequences.
 */
function attentionSequences(type, markers, sizes) {
  if (markers.length === 0) {
    throw new Error(
      'Cannot serialize `' +
        type +
        '` as attention without markers, expected one or more markers'
    )
  }

  if (sizes.length === 0) {
    throw new Error(
      'Cannot serialize `' +
        type +
        '` as attention without sizes, expected one or more sizes'
    )
  }

  for (const size of sizes) {
    if (!Number.isSafeInteger(size) || size < 1) {
      throw new Error(
        'Cannot serialize `' +
          type +
          '` as attention with `' +
          size +
          '` as size, expected positive integer'
      )
    }
  }

  /** @type {Array<string>} */
  const sequences = []

  for (const marker of markers) {
    if (marker.length !== 1) {
      throw new Error(
        'Cannot serialize `' +
          type +
          '` as attention with `' +
          marker +
          '` as marker, expected a single ascii character'
      )
    }

    if (!asciiPunctuation(marker.charCodeAt(0))) {
      throw new Error(
        'Cannot serialize `' +
          type +
          '` as attention with `' +
          marker +
          '` as marker, expected ascii punctuation'
      )
    }

    for (const size of sizes) {
      sequences.push(marker.repeat(size))
    }
  }

  return sequences
}

/**
 * Serialize the children of a parent that contains phrasing children,
 * keeping attention separate,
 * so that its markers can be chosen later.
 *
 * @param {PhrasingParents} parent
 *   Parent of phrasing nodes.
 * @param {State} state
 *   Info passed around about the current state.
 * @param {Info} info
 *   Info on where we are in the document we are generating.
 * @returns {Array<Item>}
 *   Items.
 */
function phrasing(parent, state, info) {
  const indexStack = state.indexStack
  const children = parent.children || []
  /** @type {Array<Item>} */
  const results = []
  let index = -1
  let before = info.before

  indexStack.push(-1)
  let tracker = state.createTracker(info)

  while (++index < children.length) {
    const child = children[index]
    /** @type {string} */
    let after

    indexStack[indexStack.length - 1] = index

    if (index + 1 < children.length) {
      /** @type {Handle} */
      // @ts-expect-error: hush, it’s actually a `zwitch`.
      let handle = state.handle.handlers[children[index + 1].type]
      // @ts-expect-error: hush, it’s actually a `zwitch`.
      if (handle && handle.peek) handle = handle.peek
      after = handle
        ? firstCharacter(
            handle(children[index + 1], parent, state, {
              before: '',
              after: '',
              ...tracker.current()
            })
          )
        : ''
    } else {
      after = info.after
    }

    // In some cases, html (text) can be found in phrasing right after an eol.
    // When we’d serialize that, it could be seen as html (flow): all its kinds
    // except 7 can interrupt a paragraph.
    // As we can’t escape or so to prevent it from happening,
    // we take a somewhat reasonable approach:
    // replace that eol with a space.
    // See: <https://github.com/syntax-tree/mdast-util-to-markdown/issues/15>
    const previous = results[results.length - 1]

    if (
      typeof previous === 'string' &&
      (before === '\r' || before === '\n') &&
      child.type === 'html' &&
      htmlKind(child.value) !== 7
    ) {
      results[results.length - 1] = previous.replace(/(\r?\n|\r)$/, ' ')
      before = ' '

      // To do: does this work to reset tracker?
      tracker = state.createTracker(info)
      tracker.move(container_phrasing_serialize(results, info.before, info.after))
    }

    /** @type {(Handle & {attention?: Attention | undefined}) | undefined} */
    // @ts-expect-error: hush, it’s actually a `zwitch`.
    const handle = state.handle.handlers[child.type]

    if (handle && handle.attention) {
      const item = attentionItem(
        /** @type {PhrasingParents} */ (child),
        handle.attention,
        state,
        tracker
      )
      if (!item) continue
      results.push(item)
      before = lastCharacter(item.sequences[0])
    } else {
      const value = state.handle(child, parent, state, {
        ...tracker.current(),
        after,
        before
      })

      if (!value) continue
      tracker.move(value)
      results.push(value)
      before = lastCharacter(value)
    }
  }

  indexStack.pop()

  return results
}

/**
 * Serialize a node as attention,
 * with its sequence chosen later.
 *
 * @param {PhrasingParents} node
 *   Node.
 * @param {Attention} attention
 *   Attention of the node.
 * @param {State} state
 *   Info passed around about the current state.
 * @param {Tracker} tracker
 *   Tracker.
 * @returns {AttentionResult | undefined}
 *   Attention or nothing.
 */
function attentionItem(node, attention, state, tracker) {
  const {construct, markers, sizes} = attention(node, state)
  const sequences = attentionSequences(node.type, markers, sizes)
  const sequence = sequences[0]
  const exit = state.enter(construct)
  const inside = state.createTracker(tracker.current())
  inside.move(sequence)
  const children = phrasing(node, state, {
    ...inside.current(),
    before: sequence,
    after: sequence
  })
  exit()

  // Empty attention cannot form.
  if (children.length === 0) return

  tracker.move(sequence)
  tracker.move(container_phrasing_serialize(children, sequence, sequence))
  tracker.move(sequence)
  return {children, sequences}
}

/**
 * Fix mistakes one at a time.
 *
 * @param {Array<Item>} items
 *   Phrasing items.
 * @param {Map<AttentionResult, string>} chosen
 *   Sequences to start with.
 * @param {string} before
 *   Characters before.
 * @param {string} after
 *   Characters after.
 * @returns {Array<Token> | undefined}
 *   Tokens, if all mistakes could be fixed.
 */
function fix(items, chosen, before, after) {
  let tokens = render(items, chosen, before, after)
  let mistake = check(tokens, before, after)

  while (mistake) {
    const next = improve(items, chosen, mistake, before, after)
    if (!next) return
    chosen = next.chosen
    tokens = next.tokens
    mistake = next.mistake
  }

  return tokens
}

/**
 * Guess sequences for attention so that few mistakes are left to fix because
 * each fix is slow.
 *
 * Prefers another marker when a sequence would touch one with the same marker
 * of a sibling or parent (`**a**` and `*b*` as `**a***b*`).
 * Except for an only child with a longer builtin sequence,
 * as that forms (`***a***`).
 *
 * @param {Array<Item>} items
 *   Phrasing items.
 * @param {Map<AttentionResult, string>} chosen
 *   Guesses that are not the preferred sequence.
 * @param {string} before
 *   Sequence of the parent or characters before.
 * @param {string} after
 *   Sequence of the parent or characters after.
 * @returns {undefined}
 *   Nothing.
 */
function guess(items, chosen, before, after) {
  let previous = before
  let index = -1

  while (++index < items.length) {
    const item = items[index]

    if (typeof item === 'string') {
      previous = ''
      continue
    }

    const next = index === items.length - 1 ? after : ''
    const sequence =
      item.sequences.find(function (value) {
        const marker = value.charAt(0)
        return (
          (marker !== previous.charAt(0) && marker !== next.charAt(0)) ||
          (items.length === 1 &&
            builtins.has(marker) &&
            value.length > before.length)
        )
      }) || item.sequences[0]
    if (sequence !== item.sequences[0]) chosen.set(item, sequence)
    guess(item.children, chosen, sequence, sequence)
    previous = sequence
  }
}

/**
 * Render items with sequences;
 * encoding characters around attention where needed.
 *
 * @param {Array<Item>} items
 *   Serialized phrasing.
 * @param {Map<AttentionResult, string>} chosen
 *   Sequences to use instead of preferred sequences.
 * @param {string} before
 *   Characters before.
 * @param {string} after
 *   Characters after.
 * @returns {Array<Token>}
 *   Tokens.
 */
function render(items, chosen, before, after) {
  /** @type {Array<Token>} */
  const tokens = []
  /** @type {string | undefined} */
  let encodeAfter
  let previous = lastCharacter(before)
  let index = -1

  while (++index < items.length) {
    const item = items[index]

    if (typeof item === 'string') {
      /** @type {Token} */
      const token = {value: item, attention: undefined}

      // If attention before had to encode the character after it, encode it.
      if (encodeAfter && encodeAfter === firstCharacter(item)) {
        encode([token], true)
      }

      encodeAfter = undefined
      tokens.push(token)
      if (token.value) previous = lastCharacter(token.value)
      continue
    }

    const sequence = chosen.get(item) || item.sequences[0]
    const marker = sequence.charAt(0)
    const next = items[index + 1]
    const outsideBefore = previous
    const outsideAfter = firstCharacter(
      next === undefined
        ? after
        : typeof next === 'string'
          ? next
          : chosen.get(next) || next.sequences[0]
    )
    const inside = render(item.children, chosen, sequence, sequence)
    const head = inside[0].value
    const open = encodeInfo(
      outsideBefore.charCodeAt(outsideBefore.length - 1),
      head.charCodeAt(0),
      marker
    )

    if (open.inside) encode(inside, true)

    const tail = lastCharacter(inside[inside.length - 1].value)
    const close = encodeInfo(
      outsideAfter.charCodeAt(0),
      tail.charCodeAt(tail.length - 1),
      marker
    )

    if (close.inside) encode(inside, false)

    if (open.outside && outsideBefore !== '\n' && outsideBefore !== '\r') {
      encode(tokens, false)
    }

    if (close.outside) encodeAfter = outsideAfter

    tokens.push({value: sequence, attention: item}, ...inside, {
      value: sequence,
      attention: item
    })
    previous = sequence.charAt(sequence.length - 1)
  }

  return tokens
}

/**
 * Serialize phrasing with attention.
 *
 * Whether attention forms depends on everything around it.
 * This checks that it does and tries other sequences if not.
 *
 * @param {Array<Item>} items
 *   Phrasing items.
 * @param {string} before
 *   Characters before.
 * @param {string} after
 *   Characters after.
 * @returns {string}
 *   Serialized markdown.
 */
function container_phrasing_serialize(items, before, after) {
  /** @type {Map<AttentionResult, string>} */
  const guessed = new Map()
  guess(items, guessed, before, after)
  const tokens =
    // Start from guesses (based on the preferred sequences).
    (guessed.size > 0 ? fix(items, guessed, before, after) : undefined) ||
    // If stuck, start from the preferred sequences instead.
    fix(items, new Map(), before, after) ||
    // If stuck again, use the preferred sequences as they are.
    render(items, new Map(), before, after)

  // Join the tokens.
  let result = ''
  for (const token of tokens) result += token.value
  return result
}

;// CONCATENATED MODULE: ./node_modules/mdast-util-to-markdown/lib/handle/emphasis.js
/**
 * @import {AttentionInfo, Info, State} from 'mdast-util-to-markdown'
 * @import {Emphasis, Parents} from 'mdast'
 */




emphasis.attention = attention
emphasis.peek = peek

/**
 * Serialize an emphasis node.
 *
 * Attention is properly handled by `containerPhrasing`.
 *
 * @param {Emphasis} node
 *   Node to serialize.
 * @param {Parents | undefined} _
 *   Parent node.
 * @param {State} state
 *   Info passed around.
 * @param {Info} info
 *   Info on surrounding context.
 * @returns {string}
 *   Serialized markdown.
 */
function emphasis(node, _, state, info) {
  const exit = state.enter('phrasing')
  const item = attentionItem(node, attention, state, state.createTracker(info))
  const value = item ? container_phrasing_serialize([item], info.before, info.after) : ''
  exit()
  return value
}

/**
 * Serialize an emphasis node as attention.
 *
 * @param {Emphasis} _
 *   Node to serialize.
 * @param {State} state
 *   Info passed around.
 * @returns {AttentionInfo}
 *   Info on how to serialize the node.
 */
function attention(_, state) {
  const marker = checkEmphasis(state)
  return {
    construct: 'emphasis',
    markers: marker === '*' ? ['*', '_'] : ['_', '*'],
    sizes: [1]
  }
}

/**
 * Peek at this node.
 *
 * @param {Emphasis} _
 *   Node to serialize.
 * @param {Parents | undefined} _1
 *   Parent node.
 * @param {State} state
 *   Info passed around.
 * @returns {string}
 *   Start of the serialized markdown.
 */
function peek(_, _1, state) {
  return state.options.emphasis || '*'
}

;// CONCATENATED MODULE: ./node_modules/unist-util-is/lib/index.js
/**
 * @import {Node, Parent} from 'unist'
 */

/**
 * @template Fn
 * @template Fallback
 * @typedef {Fn extends (value: any) => value is infer Thing ? Thing : Fallback} Predicate
 */

/**
 * @callback Check
 *   Check that an arbitrary value is a node.
 * @param {unknown} this
 *   The given context.
 * @param {unknown} [node]
 *   Anything (typically a node).
 * @param {number | null | undefined} [index]
 *   The node’s position in its parent.
 * @param {Parent | null | undefined} [parent]
 *   The node’s parent.
 * @returns {boolean}
 *   Whether this is a node and passes a test.
 *
 * @typedef {Record<string, unknown> | Node} Props
 *   Object to check for equivalence.
 *
 *   Note: `Node` is included as it is common but is not indexable.
 *
 * @typedef {Array<Props | TestFunction | string> | ReadonlyArray<Props | TestFunction | string> | Props | TestFunction | string | null | undefined} Test
 *   Check for an arbitrary node.
 *
 * @callback TestFunction
 *   Check if a node passes a test.
 * @param {unknown} this
 *   The given context.
 * @param {Node} node
 *   A node.
 * @param {number | undefined} [index]
 *   The node’s position in its parent.
 * @param {Parent | undefined} [parent]
 *   The node’s parent.
 * @returns {boolean | undefined | void}
 *   Whether this node passes the test.
 *
 *   Note: `void` is included until TS sees no return as `undefined`.
 */

/**
 * Check if `node` is a `Node` and whether it passes the given test.
 *
 * @param {unknown} node
 *   Thing to check, typically `Node`.
 * @param {Test} test
 *   A check for a specific node.
 * @param {number | null | undefined} index
 *   The node’s position in its parent.
 * @param {Parent | null | undefined} parent
 *   The node’s parent.
 * @param {unknown} context
 *   Context object (`this`) to pass to `test` functions.
 * @returns {boolean}
 *   Whether `node` is a node and passes a test.
 */
const is =
  // Note: overloads in JSDoc can’t yet use different `@template`s.
  /**
   * @type {(
   *   (<Condition extends ReadonlyArray<string>>(node: unknown, test: Condition, index?: number | null | undefined, parent?: Parent | null | undefined, context?: unknown) => node is Node & {type: Condition[number]}) &
   *   (<Condition extends Array<string>>(node: unknown, test: Condition, index?: number | null | undefined, parent?: Parent | null | undefined, context?: unknown) => node is Node & {type: Condition[number]}) &
   *   (<Condition extends string>(node: unknown, test: Condition, index?: number | null | undefined, parent?: Parent | null | undefined, context?: unknown) => node is Node & {type: Condition}) &
   *   (<Condition extends Props>(node: unknown, test: Condition, index?: number | null | undefined, parent?: Parent | null | undefined, context?: unknown) => node is Node & Condition) &
   *   (<Condition extends TestFunction>(node: unknown, test: Condition, index?: number | null | undefined, parent?: Parent | null | undefined, context?: unknown) => node is Node & Predicate<Condition, Node>) &
   *   ((node?: null | undefined) => false) &
   *   ((node: unknown, test?: null | undefined, index?: number | null | undefined, parent?: Parent | null | undefined, context?: unknown) => node is Node) &
   *   ((node: unknown, test?: Test, index?: number | null | undefined, parent?: Parent | null | undefined, context?: unknown) => boolean)
   * )}
   */
  (
    /**
     * @param {unknown} [node]
     * @param {Test} [test]
     * @param {number | null | undefined} [index]
     * @param {Parent | null | undefined} [parent]
     * @param {unknown} [context]
     * @returns {boolean}
     */
    // eslint-disable-next-line max-params
    function (node, test, index, parent, context) {
      const check = convert(test)

      if (
        index !== undefined &&
        index !== null &&
        (typeof index !== 'number' ||
          index < 0 ||
          index === Number.POSITIVE_INFINITY)
      ) {
        throw new Error('Expected positive finite index')
      }

      if (
        parent !== undefined &&
        parent !== null &&
        (!is(parent) || !parent.children)
      ) {
        throw new Error('Expected parent node')
      }

      if (
        (parent === undefined || parent === null) !==
        (index === undefined || index === null)
      ) {
        throw new Error('Expected both parent and index')
      }

      return looksLikeANode(node)
        ? check.call(context, node, index, parent)
        : false
    }
  )

/**
 * Generate an assertion from a test.
 *
 * Useful if you’re going to test many nodes, for example when creating a
 * utility where something else passes a compatible test.
 *
 * The created function is a bit faster because it expects valid input only:
 * a `node`, `index`, and `parent`.
 *
 * @param {Test} test
 *   *   when nullish, checks if `node` is a `Node`.
 *   *   when `string`, works like passing `(node) => node.type === test`.
 *   *   when `function` checks if function passed the node is true.
 *   *   when `object`, checks that all keys in test are in node, and that they have (strictly) equal values.
 *   *   when `array`, checks if any one of the subtests pass.
 * @returns {Check}
 *   An assertion.
 */
const convert =
  // Note: overloads in JSDoc can’t yet use different `@template`s.
  /**
   * @type {(
   *   (<Condition extends string>(test: Condition) => (node: unknown, index?: number | null | undefined, parent?: Parent | null | undefined, context?: unknown) => node is Node & {type: Condition}) &
   *   (<Condition extends Props>(test: Condition) => (node: unknown, index?: number | null | undefined, parent?: Parent | null | undefined, context?: unknown) => node is Node & Condition) &
   *   (<Condition extends TestFunction>(test: Condition) => (node: unknown, index?: number | null | undefined, parent?: Parent | null | undefined, context?: unknown) => node is Node & Predicate<Condition, Node>) &
   *   ((test?: null | undefined) => (node?: unknown, index?: number | null | undefined, parent?: Parent | null | undefined, context?: unknown) => node is Node) &
   *   ((test?: Test) => Check)
   * )}
   */
  (
    /**
     * @param {Test} [test]
     * @returns {Check}
     */
    function (test) {
      if (test === null || test === undefined) {
        return ok
      }

      if (typeof test === 'function') {
        return castFactory(test)
      }

      if (typeof test === 'object') {
        return Array.isArray(test)
          ? anyFactory(test)
          : // Cast because `ReadonlyArray` goes into the above but `isArray`
            // narrows to `Array`.
            propertiesFactory(/** @type {Props} */ (test))
      }

      if (typeof test === 'string') {
        return typeFactory(test)
      }

      throw new Error('Expected function, string, or object as test')
    }
  )

/**
 * @param {Array<Props | TestFunction | string>} tests
 * @returns {Check}
 */
function anyFactory(tests) {
  /** @type {Array<Check>} */
  const checks = []
  let index = -1

  while (++index < tests.length) {
    checks[index] = convert(tests[index])
  }

  return castFactory(any)

  /**
   * @this {unknown}
   * @type {TestFunction}
   */
  function any(...parameters) {
    let index = -1

    while (++index < checks.length) {
      if (checks[index].apply(this, parameters)) return true
    }

    return false
  }
}

/**
 * Turn an object into a test for a node with a certain fields.
 *
 * @param {Props} check
 * @returns {Check}
 */
function propertiesFactory(check) {
  const checkAsRecord = /** @type {Record<string, unknown>} */ (check)

  return castFactory(all)

  /**
   * @param {Node} node
   * @returns {boolean}
   */
  function all(node) {
    const nodeAsRecord = /** @type {Record<string, unknown>} */ (
      /** @type {unknown} */ (node)
    )

    /** @type {string} */
    let key

    for (key in check) {
      if (nodeAsRecord[key] !== checkAsRecord[key]) return false
    }

    return true
  }
}

/**
 * Turn a string into a test for a node with a certain type.
 *
 * @param {string} check
 * @returns {Check}
 */
function typeFactory(check) {
  return castFactory(type)

  /**
   * @param {Node} node
   */
  function type(node) {
    return node && node.type === check
  }
}

/**
 * Turn a custom test into a test for a node that passes that test.
 *
 * @param {TestFunction} testFunction
 * @returns {Check}
 */
function castFactory(testFunction) {
  return check

  /**
   * @this {unknown}
   * @type {Check}
   */
  function check(value, index, parent) {
    return Boolean(
      looksLikeANode(value) &&
        testFunction.call(
          this,
          value,
          typeof index === 'number' ? index : undefined,
          parent || undefined
        )
    )
  }
}

function ok() {
  return true
}

/**
 * @param {unknown} value
 * @returns {value is Node}
 */
function looksLikeANode(value) {
  return value !== null && typeof value === 'object' && 'type' in value
}

;// CONCATENATED MODULE: ./node_modules/unist-util-visit-parents/lib/color.node.js
/**
 * Color a string.
 *
 * @param {string} d
 *   Value.
 * @returns {string}
 *   Colored value.
 */
function color(d) {
  return '\u001B[33m' + d + '\u001B[39m'
}

;// CONCATENATED MODULE: ./node_modules/unist-util-visit-parents/lib/index.js
/**
 * @import {Node as UnistNode, Parent as UnistParent} from 'unist'
 */

/**
 * @typedef {Exclude<import('unist-util-is').Test, undefined> | undefined} Test
 *   Test from `unist-util-is`.
 *
 *   Note: we have remove and add `undefined`, because otherwise when generating
 *   automatic `.d.ts` files, TS tries to flatten paths from a local perspective,
 *   which doesn’t work when publishing on npm.
 */

/**
 * @typedef {(
 *   Fn extends (value: any) => value is infer Thing
 *   ? Thing
 *   : Fallback
 * )} Predicate
 *   Get the value of a type guard `Fn`.
 * @template Fn
 *   Value; typically function that is a type guard (such as `(x): x is Y`).
 * @template Fallback
 *   Value to yield if `Fn` is not a type guard.
 */

/**
 * @typedef {(
 *   Check extends null | undefined // No test.
 *   ? Value
 *   : Value extends {type: Check} // String (type) test.
 *   ? Value
 *   : Value extends Check // Partial test.
 *   ? Value
 *   : Check extends Function // Function test.
 *   ? Predicate<Check, Value> extends Value
 *     ? Predicate<Check, Value>
 *     : never
 *   : never // Some other test?
 * )} MatchesOne
 *   Check whether a node matches a primitive check in the type system.
 * @template Value
 *   Value; typically unist `Node`.
 * @template Check
 *   Value; typically `unist-util-is`-compatible test, but not arrays.
 */

/**
 * @typedef {(
 *   Check extends ReadonlyArray<infer T>
 *   ? MatchesOne<Value, T>
 *   : Check extends Array<infer T>
 *   ? MatchesOne<Value, T>
 *   : MatchesOne<Value, Check>
 * )} Matches
 *   Check whether a node matches a check in the type system.
 * @template Value
 *   Value; typically unist `Node`.
 * @template Check
 *   Value; typically `unist-util-is`-compatible test.
 */

/**
 * @typedef {0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10} Uint
 *   Number; capped reasonably.
 */

/**
 * @typedef {I extends 0 ? 1 : I extends 1 ? 2 : I extends 2 ? 3 : I extends 3 ? 4 : I extends 4 ? 5 : I extends 5 ? 6 : I extends 6 ? 7 : I extends 7 ? 8 : I extends 8 ? 9 : 10} Increment
 *   Increment a number in the type system.
 * @template {Uint} [I=0]
 *   Index.
 */

/**
 * @typedef {(
 *   Node extends UnistParent
 *   ? Node extends {children: Array<infer Children>}
 *     ? Child extends Children ? Node : never
 *     : never
 *   : never
 * )} InternalParent
 *   Collect nodes that can be parents of `Child`.
 * @template {UnistNode} Node
 *   All node types in a tree.
 * @template {UnistNode} Child
 *   Node to search for.
 */

/**
 * @typedef {InternalParent<InclusiveDescendant<Tree>, Child>} Parent
 *   Collect nodes in `Tree` that can be parents of `Child`.
 * @template {UnistNode} Tree
 *   All node types in a tree.
 * @template {UnistNode} Child
 *   Node to search for.
 */

/**
 * @typedef {(
 *   Depth extends Max
 *   ? never
 *   :
 *     | InternalParent<Node, Child>
 *     | InternalAncestor<Node, InternalParent<Node, Child>, Max, Increment<Depth>>
 * )} InternalAncestor
 *   Collect nodes in `Tree` that can be ancestors of `Child`.
 * @template {UnistNode} Node
 *   All node types in a tree.
 * @template {UnistNode} Child
 *   Node to search for.
 * @template {Uint} [Max=10]
 *   Max; searches up to this depth.
 * @template {Uint} [Depth=0]
 *   Current depth.
 */

/**
 * @typedef {InternalAncestor<InclusiveDescendant<Tree>, Child>} Ancestor
 *   Collect nodes in `Tree` that can be ancestors of `Child`.
 * @template {UnistNode} Tree
 *   All node types in a tree.
 * @template {UnistNode} Child
 *   Node to search for.
 */

/**
 * @typedef {(
 *   Tree extends UnistParent
 *     ? Depth extends Max
 *       ? Tree
 *       : Tree | InclusiveDescendant<Tree['children'][number], Max, Increment<Depth>>
 *     : Tree
 * )} InclusiveDescendant
 *   Collect all (inclusive) descendants of `Tree`.
 *
 *   > 👉 **Note**: for performance reasons, this seems to be the fastest way to
 *   > recurse without actually running into an infinite loop, which the
 *   > previous version did.
 *   >
 *   > Practically, a max of `2` is typically enough assuming a `Root` is
 *   > passed, but it doesn’t improve performance.
 *   > It gets higher with `List > ListItem > Table > TableRow > TableCell`.
 *   > Using up to `10` doesn’t hurt or help either.
 * @template {UnistNode} Tree
 *   Tree type.
 * @template {Uint} [Max=10]
 *   Max; searches up to this depth.
 * @template {Uint} [Depth=0]
 *   Current depth.
 */

/**
 * @typedef {'skip' | boolean} Action
 *   Union of the action types.
 *
 * @typedef {number} Index
 *   Move to the sibling at `index` next (after node itself is completely
 *   traversed).
 *
 *   Useful if mutating the tree, such as removing the node the visitor is
 *   currently on, or any of its previous siblings.
 *   Results less than 0 or greater than or equal to `children.length` stop
 *   traversing the parent.
 *
 * @typedef {[(Action | null | undefined | void)?, (Index | null | undefined)?]} ActionTuple
 *   List with one or two values, the first an action, the second an index.
 *
 * @typedef {Action | ActionTuple | Index | null | undefined | void} VisitorResult
 *   Any value that can be returned from an enter visitor.
 *
 *   Like `VisitorResultExit`,
 *   but `SKIP` can also be returned,
 *   to not walk the children of the node,
 *   and `ActionTuple` can be used to combine an action with an index.
 *
 * @typedef {Index | boolean | null | undefined | void} VisitorResultExit
 *   Any value that can be returned from an exit visitor.
 */

/**
 * @callback Visitor
 *   Handle a node (matching `test`, if given) before its children.
 *
 *   Changes inside `node` are walked next.
 *   Replacing or removing it is easier in `exit`.
 *   When replacing or removing it here,
 *   return `SKIP` (as otherwise its old children are walked),
 *   or `[SKIP, index]` to continue with the node now at `index`.
 *   Changing next siblings (in walk order) is fine;
 *   changing previous siblings needs a new `Index`.
 *   Removing an ancestor or changing its previous siblings is not supported.
 * @param {Visited} node
 *   Found node.
 * @param {Array<VisitedParents>} ancestors
 *   Ancestors of `node`.
 * @param {number | undefined} index
 *   Index of `node` in its parent (the last of `ancestors`),
 *   or `undefined` for the tree itself.
 * @returns {VisitorResult}
 *   What to do next.
 *
 *   Like `VisitorExit`,
 *   but `SKIP` can also be returned,
 *   to not walk the children of `node`.
 *   Passing a tuple back (`ActionTuple`) only makes sense as `[SKIP, Index]`.
 * @template {UnistNode} [Visited=UnistNode]
 *   Visited node type.
 * @template {UnistParent} [VisitedParents=UnistParent]
 *   Ancestor type.
 */

/**
 * @callback VisitorExit
 *   Handle a node (matching `test`, if given) after its children.
 *
 *   Changes inside `node` are not walked,
 *   which makes this a good place to change `node` based on its children,
 *   or to replace or remove it.
 *   When removing `node` or changing previous siblings (in walk order),
 *   return a new `Index`.
 *   Removing an ancestor or changing its previous siblings is not supported.
 * @param {Visited} node
 *   Found node.
 * @param {Array<VisitedParents>} ancestors
 *   Ancestors of `node`.
 * @param {number | undefined} index
 *   Index of `node` in its parent (the last of `ancestors`),
 *   or `undefined` for the tree itself.
 * @returns {VisitorResultExit}
 *   What to do next.
 *
 *   `CONTINUE` (`true`, nothing) continues as normal,
 *   `EXIT` (`false`) stops traversing,
 *   and `Index` continues at that sibling.
 * @template {UnistNode} [Visited=UnistNode]
 *   Visited node type.
 * @template {UnistParent} [VisitedParents=UnistParent]
 *   Ancestor type.
 */

/**
 * @template {UnistNode} [Visited=UnistNode]
 *   Visited node type.
 * @template {UnistParent} [VisitedParents=UnistParent]
 *   Ancestor type.
 * @typedef Visitors
 *   Handle nodes when entering and exiting them.
 *   The `enter` visitor is optional while `exit` is required.
 *
 *   Pass an `enter` visitor directly to only handle nodes when entering them.
 *
 *   `enter` is called before children (if any) are walked and `exit` after that.
 *   `exit` is still called when `enter` returns `SKIP`.
 *   Both `enter` and `exit` are only called for nodes that match an optional `test`.
 * @property {Visitor<Visited, VisitedParents> | null | undefined} [enter]
 *   Handle a node before its children (optional).
 * @property {VisitorExit<Visited, VisitedParents>} exit
 *   Handle a node after its children.
 */

/**
 * @typedef {Visitor<Matches<InclusiveDescendant<Tree>, Check>, Ancestor<Tree, Matches<InclusiveDescendant<Tree>, Check>>>} BuildVisitor
 *   Build a typed `Visitor` function from a tree and a test.
 *
 *   It will infer which values are passed as `node` and which as `parents`.
 * @template {UnistNode} [Tree=UnistNode]
 *   Tree type.
 * @template {Test} [Check=Test]
 *   Test type.
 */

/**
 * @typedef {Visitors<Matches<InclusiveDescendant<Tree>, Check>, Ancestor<Tree, Matches<InclusiveDescendant<Tree>, Check>>>} BuildVisitors
 *   Build typed `Visitors` from a tree and a test.
 *
 *   It will infer which values are passed as `node` and which as `parents`.
 * @template {UnistNode} [Tree=UnistNode]
 *   Tree type.
 * @template {Test} [Check=Test]
 *   Test type.
 */




/** @type {Readonly<ActionTuple>} */
const empty = []

/**
 * Continue traversing as normal.
 */
const CONTINUE = true

/**
 * Stop traversing immediately.
 */
const EXIT = false

/**
 * Do not traverse this node’s children.
 * Only works when entering a node.
 */
const SKIP = 'skip'

/**
 * Visit nodes, with ancestral information.
 *
 * This algorithm performs *depth-first* *tree traversal* in *preorder*
 * (**NLR**) or if `reverse` is given,
 * in *reverse preorder* (**NRL**).
 * An `exit` visitor is called in *postorder* (**LRN**)
 * or if `reverse` is given, in *reverse postorder* (**RLN**).
 *
 * You can choose which nodes are visited by passing a `test`.
 * For complex tests, you should test yourself in a visitor, as it will be
 * faster and will have improved type information.
 *
 * Walking the tree is an intensive task.
 * Make use of the return values of the visitor when possible.
 * Instead of walking a tree multiple times, walk it once, use `unist-util-is`
 * to check if a node matches, and then perform different operations.
 *
 * You can change the tree.
 * Changes inside a node made when entering it are walked,
 * changes made when exiting it are not.
 * See `Visitor` and `VisitorExit` for more info.
 *
 * @overload
 * @param {Tree} tree
 *   Tree to traverse.
 * @param {Check} check
 *   `unist-util-is`-compatible test.
 * @param {BuildVisitor<Tree, Check>} enter
 *   Handle each node when entering it.
 * @param {boolean | null | undefined} [reverse]
 *   Walk children from last to first;
 *   for `enter`, reverse preorder (NRL) instead of preorder (NLR);
 *   for `exit`, reverse postorder (RLN) instead of postorder (LRN).
 * @returns {undefined}
 *   Nothing.
 *
 * @overload
 * @param {Tree} tree
 *   Tree to traverse.
 * @param {Check} check
 *   `unist-util-is`-compatible test.
 * @param {BuildVisitors<Tree, Check>} visitors
 *   Handle each node when exiting it, and optionally when entering it.
 * @param {boolean | null | undefined} [reverse]
 *   Walk children from last to first;
 *   for `enter`, reverse preorder (NRL) instead of preorder (NLR);
 *   for `exit`, reverse postorder (RLN) instead of postorder (LRN).
 * @returns {undefined}
 *   Nothing.
 *
 * @overload
 * @param {Tree} tree
 *   Tree to traverse.
 * @param {BuildVisitor<Tree>} enter
 *   Handle each node when entering it.
 * @param {boolean | null | undefined} [reverse]
 *   Walk children from last to first;
 *   for `enter`, reverse preorder (NRL) instead of preorder (NLR);
 *   for `exit`, reverse postorder (RLN) instead of postorder (LRN).
 * @returns {undefined}
 *   Nothing.
 *
 * @overload
 * @param {Tree} tree
 *   Tree to traverse.
 * @param {BuildVisitors<Tree>} visitors
 *   Handle each node when exiting it, and optionally when entering it.
 * @param {boolean | null | undefined} [reverse]
 *   Walk children from last to first;
 *   for `enter`, reverse preorder (NRL) instead of preorder (NLR);
 *   for `exit`, reverse postorder (RLN) instead of postorder (LRN).
 * @returns {undefined}
 *   Nothing.
 *
 * @param {UnistNode} tree
 *   Tree to traverse.
 * @param {Visitor | Visitors | Test} testOrEnterOrVisitors
 *   `unist-util-is`-compatible test, `enter`, or `visitors`.
 * @param {Visitor | Visitors | boolean | null | undefined} [enterOrVisitorsOrReverse]
 *   `enter`, `visitors`, or `reverse` after a test.
 * @param {boolean | null | undefined} [reverse]
 *   Walk children from last to first;
 *   for `enter`, reverse preorder (NRL) instead of preorder (NLR);
 *   for `exit`, reverse postorder (RLN) instead of postorder (LRN).
 * @returns {undefined}
 *   Nothing.
 *
 * @template {UnistNode} Tree
 *   Node type.
 * @template {Test} Check
 *   `unist-util-is`-compatible test.
 */
function visitParents(
  tree,
  testOrEnterOrVisitors,
  enterOrVisitorsOrReverse,
  reverse
) {
  if (!tree || typeof tree !== 'object') {
    throw new Error('Unexpected value `' + tree + '` for `tree`, expected node')
  }

  let preorder = true
  /** @type {Test} */
  let check
  /** @type {Visitors | Visitor} */
  let visitors
  /** @type {Visitor | null | undefined} */
  let enter
  /** @type {VisitorExit | null | undefined} */
  let exit

  // Third parameter is an enter visitor or a visitors object, so expect a `test` too.
  if (
    typeof enterOrVisitorsOrReverse === 'function' ||
    (enterOrVisitorsOrReverse && typeof enterOrVisitorsOrReverse === 'object')
  ) {
    check = /** @type {Test} */ (testOrEnterOrVisitors)
    visitors = enterOrVisitorsOrReverse
    if (reverse) preorder = false
  }
  // Assume no test.
  else {
    visitors = /** @type {Visitors | Visitor} */ (testOrEnterOrVisitors)
    if (enterOrVisitorsOrReverse) preorder = false
  }

  if (typeof visitors === 'function') {
    enter = visitors
  } else if (visitors && typeof visitors === 'object') {
    if (visitors.enter === null || visitors.enter === undefined) {
      // Empty.
    } else if (typeof visitors.enter === 'function') {
      enter = visitors.enter
    } else {
      throw new Error(
        'Unexpected value `' +
          visitors.enter +
          '` for `visitors.enter`, expected optional visitor'
      )
    }

    if (typeof visitors.exit === 'function') {
      exit = visitors.exit
    } else {
      throw new Error(
        'Unexpected value `' +
          visitors.exit +
          '` for `visitors.exit`, expected visitor (pass a visitor directly if you only want an enter visitor)'
      )
    }
  } else {
    throw new Error(
      'Unexpected value `' +
        visitors +
        '` for `enter` or `visitors`, expected visitor or object with visitors'
    )
  }

  const is = convert(check)
  const step = preorder ? 1 : -1

  factory(tree, undefined, [])()

  /**
   * Create a function to visit a node.
   *
   * @param {UnistNode} node
   *   Node to visit.
   * @param {number | undefined} index
   *   Index of `node` in its parent.
   * @param {Array<UnistParent>} parents
   *   Ancestors of `node`.
   * @returns {() => Readonly<ActionTuple>}
   *   Visit `node`.
   */
  function factory(node, index, parents) {
    const value = /** @type {Record<string, unknown>} */ (
      node && typeof node === 'object' ? node : {}
    )

    if (typeof value.type === 'string') {
      const name =
        // `hast`
        typeof value.tagName === 'string'
          ? value.tagName
          : // `xast`
            typeof value.name === 'string'
            ? value.name
            : undefined

      Object.defineProperty(visit, 'name', {
        value:
          'node (' + color(node.type + (name ? '<' + name + '>' : '')) + ')'
      })
    }

    return visit

    function visit() {
      const matches =
        !check || is(node, index, parents[parents.length - 1] || undefined)
      /** @type {Readonly<ActionTuple>} */
      let result = empty

      if (enter && matches) {
        result = toResult(enter(node, parents, index))

        if (result[0] === EXIT) {
          return result
        }
      }

      if ('children' in node && node.children) {
        const nodeAsParent = /** @type {UnistParent} */ (node)

        if (nodeAsParent.children && result[0] !== SKIP) {
          let offset = (preorder ? -1 : nodeAsParent.children.length) + step
          const grandparents = [...parents, nodeAsParent]

          while (offset > -1 && offset < nodeAsParent.children.length) {
            const child = nodeAsParent.children[offset]

            const subresult = factory(child, offset, grandparents)()

            if (subresult[0] === EXIT) {
              return subresult
            }

            offset =
              typeof subresult[1] === 'number' ? subresult[1] : offset + step
          }
        }
      }

      if (exit && matches) {
        const exitResult = toResult(exit(node, parents, index))

        if (exitResult[0] === SKIP) {
          throw new Error(
            'Unexpected value `' +
              exitResult[0] +
              '` from `exit`, expected `CONTINUE`, `EXIT`, index, or nothing'
          )
        }

        // Prefer a result from `exit` over `enter`.
        if (exitResult[0] === EXIT || typeof exitResult[1] === 'number') {
          return exitResult
        }
      }

      return result
    }
  }
}

/**
 * Turn a return value into a clean result.
 *
 * @param {VisitorResult} value
 *   Valid return values from visitors.
 * @returns {Readonly<ActionTuple>}
 *   Clean result.
 */
function toResult(value) {
  if (Array.isArray(value)) {
    return value
  }

  if (typeof value === 'number') {
    return [CONTINUE, value]
  }

  return value === null || value === undefined ? empty : [value]
}

;// CONCATENATED MODULE: ./node_modules/unist-util-visit/lib/index.js
/**
 * @import {Node as UnistNode, Parent as UnistParent} from 'unist'
 * @import {
 *   InclusiveDescendant,
 *   Matches,
 *   Visitors as ParentsVisitors,
 *   VisitorResult,
 *   VisitorResultExit
 * } from 'unist-util-visit-parents'
 */

/**
 * @typedef {Exclude<import('unist-util-is').Test, undefined> | undefined} Test
 *   Test from `unist-util-is`.
 *
 *   Note: we have remove and add `undefined`, because otherwise when generating
 *   automatic `.d.ts` files, TS tries to flatten paths from a local perspective,
 *   which doesn’t work when publishing on npm.
 */

/**
 * @typedef {(
 *   Node extends UnistParent
 *   ? Node extends {children: Array<infer Children>}
 *     ? Child extends Children ? Node : never
 *     : never
 *   : never
 * )} InternalParent
 *   Collect nodes that can be parents of `Child`.
 * @template {UnistNode} Node
 *   All node types in a tree.
 * @template {UnistNode} Child
 *   Node to search for.
 */

/**
 * @typedef {InternalParent<InclusiveDescendant<Tree>, Child>} Parent
 *   Collect nodes in `Tree` that can be parents of `Child`.
 * @template {UnistNode} Tree
 *   All node types in a tree.
 * @template {UnistNode} Child
 *   Node to search for.
 */

/**
 * @callback Visitor
 *   Handle a node (matching `test`, if given) before its children.
 *
 *   Like `Visitor` in `unist-util-visit-parents`,
 *   but with `index` and `parent` instead of `parents`.
 * @param {Visited} node
 *   Found node.
 * @param {Visited extends UnistNode ? number | undefined : never} index
 *   Index of `node` in `parent`,
 *   or `undefined` for the tree itself.
 * @param {Ancestor extends UnistParent ? Ancestor | undefined : never} parent
 *   Parent of `node`,
 *   or `undefined` for the tree itself.
 * @returns {VisitorResult}
 *   What to do next.
 * @template {UnistNode} [Visited=UnistNode]
 *   Visited node type.
 * @template {UnistParent} [Ancestor=UnistParent]
 *   Ancestor type.
 */

/**
 * @callback VisitorExit
 *   Handle a node (matching `test`, if given) after its children.
 *
 *   Like `VisitorExit` in `unist-util-visit-parents`,
 *   but with `index` and `parent` instead of `parents`.
 * @param {Visited} node
 *   Found node.
 * @param {Visited extends UnistNode ? number | undefined : never} index
 *   Index of `node` in `parent`,
 *   or `undefined` for the tree itself.
 * @param {Ancestor extends UnistParent ? Ancestor | undefined : never} parent
 *   Parent of `node`,
 *   or `undefined` for the tree itself.
 * @returns {VisitorResultExit}
 *   What to do next.
 * @template {UnistNode} [Visited=UnistNode]
 *   Visited node type.
 * @template {UnistParent} [Ancestor=UnistParent]
 *   Ancestor type.
 */

/**
 * @template {UnistNode} [Visited=UnistNode]
 *   Visited node type.
 * @template {UnistParent} [Ancestor=UnistParent]
 *   Ancestor type.
 * @typedef Visitors
 *   Handle nodes when entering and exiting them.
 *
 *   Like `Visitors` in `unist-util-visit-parents`.
 * @property {Visitor<Visited, Ancestor> | null | undefined} [enter]
 *   Handle a node before its children (optional).
 * @property {VisitorExit<Visited, Ancestor>} exit
 *   Handle a node after its children.
 */

/**
 * @typedef {Visitor<Visited, Parent<Ancestor, Visited>>} BuildVisitorFromMatch
 *   Build a typed `Visitor` function from a node and all possible parents.
 *
 *   It will infer which values are passed as `node` and which as `parent`.
 * @template {UnistNode} Visited
 *   Node type.
 * @template {UnistParent} Ancestor
 *   Parent type.
 */

/**
 * @typedef {(
 *   BuildVisitorFromMatch<
 *     Matches<Descendant, Check>,
 *     Extract<Descendant, UnistParent>
 *   >
 * )} BuildVisitorFromDescendants
 *   Build a typed `Visitor` function from a list of descendants and a test.
 *
 *   It will infer which values are passed as `node` and which as `parent`.
 * @template {UnistNode} Descendant
 *   Node type.
 * @template {Test} Check
 *   Test type.
 */

/**
 * @typedef {(
 *   BuildVisitorFromDescendants<
 *     InclusiveDescendant<Tree>,
 *     Check
 *   >
 * )} BuildVisitor
 *   Build a typed `Visitor` function from a tree and a test.
 *
 *   It will infer which values are passed as `node` and which as `parent`.
 * @template {UnistNode} [Tree=UnistNode]
 *   Node type.
 * @template {Test} [Check=Test]
 *   Test type.
 */

/**
 * @typedef {(
 *   Visitors<
 *     Matches<InclusiveDescendant<Tree>, Check>,
 *     Parent<
 *       Extract<InclusiveDescendant<Tree>, UnistParent>,
 *       Matches<InclusiveDescendant<Tree>, Check>
 *     >
 *   >
 * )} BuildVisitors
 *   Build typed `Visitors` from a tree and a test.
 *
 *   It will infer which values are passed as `node` and which as `parent`.
 * @template {UnistNode} [Tree=UnistNode]
 *   Node type.
 * @template {Test} [Check=Test]
 *   Test type.
 */





/**
 * Visit nodes.
 *
 * This algorithm performs *depth-first* *tree traversal* in *preorder*
 * (**NLR**) or if `reverse` is given,
 * in *reverse preorder* (**NRL**).
 * An `exit` visitor is called in *postorder* (**LRN**)
 * or if `reverse` is given, in *reverse postorder* (**RLN**).
 *
 * You can choose which nodes are visited by passing a `test`.
 * For complex tests, you should test yourself in a visitor, as it will be
 * faster and will have improved type information.
 *
 * Walking the tree is an intensive task.
 * Make use of the return values of the visitor when possible.
 * Instead of walking a tree multiple times, walk it once, use `unist-util-is`
 * to check if a node matches, and then perform different operations.
 *
 * You can change the tree.
 * Changes inside a node made when entering it are walked,
 * changes made when exiting it are not.
 * See `Visitor` and `VisitorExit` for more info.
 *
 * @overload
 * @param {Tree} tree
 *   Tree to traverse.
 * @param {Check} check
 *   `unist-util-is`-compatible test.
 * @param {BuildVisitor<Tree, Check> | BuildVisitors<Tree, Check>} visitors
 *   Handle each node when entering it,
 *   or `{enter, exit}` to also handle it when exiting it.
 * @param {boolean | null | undefined} [reverse]
 *   Walk children from last to first;
 *   for `enter`, reverse preorder (NRL) instead of preorder (NLR);
 *   for `exit`, reverse postorder (RLN) instead of postorder (LRN).
 * @returns {undefined}
 *   Nothing.
 *
 * @overload
 * @param {Tree} tree
 *   Tree to traverse.
 * @param {BuildVisitor<Tree> | BuildVisitors<Tree>} visitors
 *   Handle each node when entering it,
 *   or `{enter, exit}` to also handle it when exiting it.
 * @param {boolean | null | undefined} [reverse]
 *   Walk children from last to first;
 *   for `enter`, reverse preorder (NRL) instead of preorder (NLR);
 *   for `exit`, reverse postorder (RLN) instead of postorder (LRN).
 * @returns {undefined}
 *   Nothing.
 *
 * @param {UnistNode} tree
 *   Tree to traverse.
 * @param {Visitor | Visitors | Test} testOrEnterOrVisitors
 *   `unist-util-is`-compatible test, `enter`, or `visitors`.
 * @param {Visitor | Visitors | boolean | null | undefined} [enterOrVisitorsOrReverse]
 *   `enter`, `visitors`, or `reverse` after a test.
 * @param {boolean | null | undefined} [maybeReverse]
 *   Walk children from last to first;
 *   for `enter`, reverse preorder (NRL) instead of preorder (NLR);
 *   for `exit`, reverse postorder (RLN) instead of postorder (LRN).
 * @returns {undefined}
 *   Nothing.
 *
 * @template {UnistNode} Tree
 *   Node type.
 * @template {Test} Check
 *   `unist-util-is`-compatible test.
 */
function visit(
  tree,
  testOrEnterOrVisitors,
  enterOrVisitorsOrReverse,
  maybeReverse
) {
  /** @type {Test} */
  let check
  /** @type {Visitor | Visitors} */
  let visitors
  /** @type {boolean | null | undefined} */
  let reverse

  // Third parameter is an enter visitor or a visitors object, so expect a `test` too.
  if (
    typeof enterOrVisitorsOrReverse === 'function' ||
    (enterOrVisitorsOrReverse && typeof enterOrVisitorsOrReverse === 'object')
  ) {
    check = /** @type {Test} */ (testOrEnterOrVisitors)
    visitors = enterOrVisitorsOrReverse
    reverse = maybeReverse
  }
  // Assume no test.
  else {
    visitors = /** @type {Visitor | Visitors} */ (testOrEnterOrVisitors)
    reverse = enterOrVisitorsOrReverse
  }

  if (typeof visitors === 'function') {
    visitParents(tree, check, wrap(visitors), reverse)
  } else {
    visitParents(tree, check, wrapVisitors(visitors), reverse)
  }
}

/**
 * Turn `visit` visitors into `visitParents` visitors.
 *
 * @param {Visitors} visitors
 *   Visitors for `visit`.
 * @returns {ParentsVisitors}
 *   Visitors for `visitParents`.
 */
function wrapVisitors(visitors) {
  // Pass anything else straight to `visitParents` to get its errors.
  if (!visitors || typeof visitors !== 'object') return visitors

  return {
    enter:
      typeof visitors.enter === 'function'
        ? wrap(visitors.enter)
        : visitors.enter,
    exit:
      typeof visitors.exit === 'function' ? wrap(visitors.exit) : visitors.exit
  }
}

/**
 * Turn a `visit` visitor into a `visitParents` one.
 *
 * @template {VisitorResult} Result
 *   Result type.
 * @param {(node: UnistNode, index: number | undefined, parent: UnistParent | undefined) => Result} visitor
 *   Visitor for `visit`.
 * @returns {(node: UnistNode, parents: Array<UnistParent>, index: number | undefined) => Result}
 *   Visitor for `visitParents`.
 */
function wrap(visitor) {
  return overload

  /**
   * Call `visitor` with `index` and `parent` instead of `parents`.
   *
   * @param {UnistNode} node
   *   Visited node.
   * @param {Array<UnistParent>} parents
   *   Ancestors of `node`.
   * @param {number | undefined} index
   *   Index of `node` in its parent.
   * @returns {Result}
   *   What to do next.
   */
  function overload(node, parents, index) {
    return visitor(node, index, parents[parents.length - 1])
  }
}

;// CONCATENATED MODULE: ./node_modules/mdast-util-to-string/lib/index.js
/**
 * @typedef {import('mdast').Nodes} Nodes
 *
 * @typedef Options
 *   Configuration (optional).
 * @property {boolean | null | undefined} [includeImageAlt=true]
 *   Whether to use `alt` for `image`s (default: `true`).
 * @property {boolean | null | undefined} [includeHtml=true]
 *   Whether to use `value` of HTML (default: `true`).
 */

/** @type {Options} */
const emptyOptions = {}

/**
 * Get the text content of a node or list of nodes.
 *
 * Prefers the node’s plain-text fields, otherwise serializes its children,
 * and if the given value is an array, serialize the nodes in it.
 *
 * @param {unknown} [value]
 *   Thing to serialize, typically `Node`.
 * @param {Options | null | undefined} [options]
 *   Configuration (optional).
 * @returns {string}
 *   Serialized `value`.
 */
function lib_toString(value, options) {
  const settings = options || emptyOptions
  const includeImageAlt =
    typeof settings.includeImageAlt === 'boolean'
      ? settings.includeImageAlt
      : true
  const includeHtml =
    typeof settings.includeHtml === 'boolean' ? settings.includeHtml : true

  return one(value, includeImageAlt, includeHtml)
}

/**
 * One node or several nodes.
 *
 * @param {unknown} value
 *   Thing to serialize.
 * @param {boolean} includeImageAlt
 *   Include image `alt`s.
 * @param {boolean} includeHtml
 *   Include HTML.
 * @returns {string}
 *   Serialized node.
 */
function one(value, includeImageAlt, includeHtml) {
  if (node(value)) {
    if ('value' in value) {
      return value.type === 'html' && !includeHtml ? '' : value.value
    }

    if (includeImageAlt && 'alt' in value && value.alt) {
      return value.alt
    }

    if ('children' in value) {
      return lib_all(value.children, includeImageAlt, includeHtml)
    }
  }

  if (Array.isArray(value)) {
    return lib_all(value, includeImageAlt, includeHtml)
  }

  return ''
}

/**
 * Serialize a list of nodes.
 *
 * @param {Array<unknown>} values
 *   Thing to serialize.
 * @param {boolean} includeImageAlt
 *   Include image `alt`s.
 * @param {boolean} includeHtml
 *   Include HTML.
 * @returns {string}
 *   Serialized nodes.
 */
function lib_all(values, includeImageAlt, includeHtml) {
  /** @type {Array<string>} */
  const result = []
  let index = -1

  while (++index < values.length) {
    result[index] = one(values[index], includeImageAlt, includeHtml)
  }

  return result.join('')
}

/**
 * Check if `value` looks like a node.
 *
 * @param {unknown} value
 *   Thing.
 * @returns {value is Nodes}
 *   Whether `value` is a node.
 */
function node(value) {
  return Boolean(value && typeof value === 'object')
}

;// CONCATENATED MODULE: ./node_modules/mdast-util-to-markdown/lib/util/format-heading-as-setext.js
/**
 * @import {State} from 'mdast-util-to-markdown'
 * @import {Heading} from 'mdast'
 */




/**
 * Checks if a heading can be formatted as a setext heading.
 *
 * @param {Heading} node
 *   Node to check.
 * @param {State} state
 *   Info passed around.
 * @returns {boolean}
 *   Whether the heading can be formatted as a setext heading.
 */
function formatHeadingAsSetext(node, state) {
  let literalWithBreak = false

  // Look for literals with a line break.
  // Note that this also
  visit(node, function (node) {
    if (
      ('value' in node && /\r?\n|\r/.test(node.value)) ||
      node.type === 'break'
    ) {
      literalWithBreak = true
      return EXIT
    }
  })

  return Boolean(
    (!node.depth || node.depth < 3) &&
    lib_toString(node) &&
    (state.options.setext || literalWithBreak)
  )
}

;// CONCATENATED MODULE: ./node_modules/mdast-util-to-markdown/lib/handle/heading.js
/**
 * @import {Info, State} from 'mdast-util-to-markdown'
 * @import {Heading, Parents} from 'mdast'
 */




/**
 * Serialize a heading node.
 *
 * @param {Heading} node
 *   Node to serialize.
 * @param {Parents | undefined} _
 *   Parent node.
 * @param {State} state
 *   Info passed around.
 * @param {Info} info
 *   Info on surrounding context.
 * @returns {string}
 *   Serialized markdown.
 */
function heading(node, _, state, info) {
  const rank = Math.max(Math.min(6, node.depth || 1), 1)
  const tracker = state.createTracker(info)

  if (formatHeadingAsSetext(node, state)) {
    const exit = state.enter('headingSetext')
    const subexit = state.enter('phrasing')
    const value = state.containerPhrasing(node, {
      ...tracker.current(),
      before: '\n',
      after: '\n'
    })
    subexit()
    exit()

    return (
      value +
      '\n' +
      (rank === 1 ? '=' : '-').repeat(
        // The whole size…
        value.length -
          // Minus the position of the character after the last EOL (or
          // 0 if there is none)…
          (Math.max(value.lastIndexOf('\r'), value.lastIndexOf('\n')) + 1)
      )
    )
  }

  const sequence = '#'.repeat(rank)
  const exit = state.enter('headingAtx')
  const subexit = state.enter('phrasing')

  // Note: for proper tracking, we should reset the output positions when there
  // is no content returned, because then the space is not output.
  // Practically, in that case, there is no content, so it doesn’t matter that
  // we’ve tracked one too many characters.
  tracker.move(sequence + ' ')

  let value = state.containerPhrasing(node, {
    before: '# ',
    after: '\n',
    ...tracker.current()
  })

  const head = value.charCodeAt(0)

  if (head === 9 /* `\t` */ || head === 32 /* ` ` */) {
    // To do: what effect has the character reference on tracking?
    value = encodeCharacterReference(head) + value.slice(1)
  }

  value = value ? sequence + ' ' + value : sequence

  if (state.options.closeAtx) {
    value += ' ' + sequence
  }

  subexit()
  exit()

  return value
}

;// CONCATENATED MODULE: ./node_modules/mdast-util-to-markdown/lib/handle/html.js
/**
 * @import {Html} from 'mdast'
 */

html.peek = htmlPeek

/**
 * Serialize an HTML node.
 *
 * @param {Html} node
 *   Node to serialize.
 * @returns {string}
 *   Serialized markdown.
 */
function html(node) {
  return node.value || ''
}

/**
 * Peek at this node.
 *
 * @returns {string}
 *   Start of the serialized markdown.
 */
function htmlPeek() {
  return '<'
}

;// CONCATENATED MODULE: ./node_modules/mdast-util-to-markdown/lib/handle/image.js
/**
 * @import {Info, State} from 'mdast-util-to-markdown'
 * @import {Image, Parents} from 'mdast'
 */



image_image.peek = imagePeek

/**
 * Serialize an image node.
 *
 * @param {Image} node
 *   Node to serialize.
 * @param {Parents | undefined} _
 *   Parent node.
 * @param {State} state
 *   Info passed around.
 * @param {Info} info
 *   Info on surrounding context.
 * @returns {string}
 *   Serialized markdown.
 */
function image_image(node, _, state, info) {
  const quote = checkQuote(state)
  const suffix = quote === '"' ? 'Quote' : 'Apostrophe'
  const exit = state.enter('image')
  let subexit = state.enter('label')
  const tracker = state.createTracker(info)
  let value = tracker.move('![')
  value += tracker.move(
    state.safe(node.alt, {before: value, after: ']', ...tracker.current()})
  )
  value += tracker.move('](')

  subexit()

  if (
    // If there’s no url but there is a title…
    (!node.url && node.title) ||
    // If there are control characters or whitespace.
    /[\0- \u007F]/.test(node.url)
  ) {
    subexit = state.enter('destinationLiteral')
    value += tracker.move('<')
    value += tracker.move(
      state.safe(node.url, {before: value, after: '>', ...tracker.current()})
    )
    value += tracker.move('>')
  } else {
    // No whitespace, raw is prettier.
    subexit = state.enter('destinationRaw')
    value += tracker.move(
      state.safe(node.url, {
        before: value,
        after: node.title ? ' ' : ')',
        ...tracker.current()
      })
    )
  }

  subexit()

  if (node.title) {
    subexit = state.enter(`title${suffix}`)
    value += tracker.move(' ' + quote)
    value += tracker.move(
      state.safe(node.title, {
        before: value,
        after: quote,
        ...tracker.current()
      })
    )
    value += tracker.move(quote)
    subexit()
  }

  value += tracker.move(')')
  exit()

  return value
}

/**
 * Peek at this node.
 *
 * @returns {string}
 *   Start of the serialized markdown.
 */
function imagePeek() {
  return '!'
}

;// CONCATENATED MODULE: ./node_modules/mdast-util-to-markdown/lib/handle/image-reference.js
/**
 * @import {Info, State} from 'mdast-util-to-markdown'
 * @import {ImageReference, Parents} from 'mdast'
 */

imageReference.peek = imageReferencePeek

/**
 * Serialize an image reference node.
 *
 * @param {ImageReference} node
 *   Node to serialize.
 * @param {Parents | undefined} _
 *   Parent node.
 * @param {State} state
 *   Info passed around.
 * @param {Info} info
 *   Info on surrounding context.
 * @returns {string}
 *   Serialized markdown.
 */
function imageReference(node, _, state, info) {
  const type = node.referenceType
  const exit = state.enter('imageReference')
  let subexit = state.enter('label')
  const tracker = state.createTracker(info)
  let value = tracker.move('![')
  const alt = state.safe(node.alt, {
    before: value,
    after: ']',
    ...tracker.current()
  })
  value += tracker.move(alt + '][')

  subexit()
  // Hide that we’re in phrasing as things like attention or code cannot form
  // in references.
  // Character escapes and references *do* work.
  // It is important to know about other constructs, such as table cells.
  const stack = state.stack
  state.stack = stack.filter(function (d) {
    return d !== 'phrasing'
  })
  subexit = state.enter('reference')
  // Note: for proper tracking, we should reset the output positions when we end
  // up making a `shortcut` reference, because then there is no brace output.
  // Practically, in that case, there is no content, so it doesn’t matter that
  // we’ve tracked one too many characters.
  const reference = state.safe(state.associationId(node), {
    before: value,
    after: ']',
    ...tracker.current()
  })
  subexit()
  state.stack = stack
  exit()

  if (type === 'full' || !alt || alt !== reference) {
    value += tracker.move(reference + ']')
  } else if (type === 'shortcut') {
    // Remove the unwanted `[`.
    value = value.slice(0, -1)
  } else {
    value += tracker.move(']')
  }

  return value
}

/**
 * Peek at this node.
 *
 * @returns {string}
 *   Start of the serialized markdown.
 */
function imageReferencePeek() {
  return '!'
}

;// CONCATENATED MODULE: ./node_modules/mdast-util-to-markdown/lib/handle/inline-code.js
/**
 * @import {State} from 'mdast-util-to-markdown'
 * @import {InlineCode, Parents} from 'mdast'
 */

inlineCode.peek = inlineCodePeek

/**
 * Serialize an inline code node.
 *
 * @param {InlineCode} node
 *   Node to serialize.
 * @param {Parents | undefined} _
 *   Parent node.
 * @param {State} state
 *   Info passed around.
 * @returns {string}
 *   Serialized markdown.
 */
function inlineCode(node, _, state) {
  let value = node.value || ''
  let sequence = '`'
  let index = -1

  // If there is a single grave accent on its own in the code, use a fence of
  // two.
  // If there are two in a row, use one.
  while (new RegExp('(^|[^`])' + sequence + '([^`]|$)').test(value)) {
    sequence += '`'
  }

  // If this is not just spaces or eols (tabs don’t count), and either the
  // first or last character are a space, eol, or tick, then pad with spaces.
  if (
    /[^\n\r ]/.test(value) &&
    ((/^[\n\r ]/.test(value) && /[\n\r ]$/.test(value)) || /^`|`$/.test(value))
  ) {
    value = ' ' + value + ' '
  }

  // We have a potential problem: certain characters after eols could result in
  // blocks being seen.
  // For example, if someone injected the string `'\n# b'`, then that would
  // result in an ATX heading.
  // We can’t escape characters in `inlineCode`, but because eols are
  // transformed to spaces when going from markdown to HTML anyway, we can swap
  // them out.
  while (++index < state.unsafe.length) {
    const pattern = state.unsafe[index]
    const expression = state.compilePattern(pattern)

    // Only look for `atBreak`s.
    // Btw: note that `atBreak` patterns will always start the regex at LF or
    // CR.
    if (!pattern.atBreak) continue

    /** @type {RegExpExecArray | null} */
    let match

    while ((match = expression.exec(value))) {
      let position = match.index

      // Support CRLF (patterns only look for one of the characters).
      if (
        value.charCodeAt(position) === 10 /* `\n` */ &&
        value.charCodeAt(position - 1) === 13 /* `\r` */
      ) {
        position--
      }

      value = value.slice(0, position) + ' ' + value.slice(match.index + 1)
    }
  }

  return sequence + value + sequence
}

/**
 * Peek at this node.
 *
 * @returns {string}
 *   Start of the serialized markdown.
 */
function inlineCodePeek() {
  return '`'
}

;// CONCATENATED MODULE: ./node_modules/mdast-util-to-markdown/lib/util/format-link-as-autolink.js
/**
 * @import {State} from 'mdast-util-to-markdown'
 * @import {Link} from 'mdast'
 */



/**
 * Checks if a link can be formatted as an autolink.
 *
 * @param {Link} node
 *   Node to check.
 * @param {State} state
 *   Info passed around.
 * @returns {boolean}
 *   Whether the link can be formatted as an autolink.
 */
function formatLinkAsAutolink(node, state) {
  const raw = lib_toString(node)

  return Boolean(
    !state.options.resourceLink &&
    // If there’s a url…
    node.url &&
    // And there’s no title…
    !node.title &&
    // And the content of `node` is a single text node…
    node.children &&
    node.children.length === 1 &&
    node.children[0].type === 'text' &&
    // And if the url is the same as the content…
    (raw === node.url || 'mailto:' + raw === node.url) &&
    // And that starts w/ a protocol…
    /^[a-z][+\-.a-z]+:/i.test(node.url) &&
    // And that doesn’t contain ASCII control codes (character escapes and
    // references don’t work), space, or angle brackets…
    !/[\0- <>\u007F]/.test(node.url)
  )
}

;// CONCATENATED MODULE: ./node_modules/mdast-util-to-markdown/lib/handle/link.js
/**
 * @import {Info, State} from 'mdast-util-to-markdown'
 * @import {Link, Parents} from 'mdast'
 * @import {Exit} from '../types.js'
 */




link_link.peek = linkPeek

/**
 * Serialize a link node.
 *
 * @param {Link} node
 *   Node to serialize.
 * @param {Parents | undefined} _
 *   Parent node.
 * @param {State} state
 *   Info passed around.
 * @param {Info} info
 *   Info on surrounding context.
 * @returns {string}
 *   Serialized markdown.
 */
function link_link(node, _, state, info) {
  const quote = checkQuote(state)
  const suffix = quote === '"' ? 'Quote' : 'Apostrophe'
  const tracker = state.createTracker(info)

  if (formatLinkAsAutolink(node, state)) {
    // Hide that we’re in phrasing as things like attention or code cannot form
    // in autolinks.
    // Character escapes also don’t work (nor character references),
    // but that is a different matter, which `safe.js` handles for `autolink`.
    // It is important to know about other constructs, such as table cells.
    const stack = state.stack
    state.stack = stack.filter(function (d) {
      return d !== 'phrasing'
    })
    const exit = state.enter('autolink')
    let value = tracker.move('<')
    value += tracker.move(
      state.containerPhrasing(node, {
        before: value,
        after: '>',
        ...tracker.current()
      })
    )
    value += tracker.move('>')
    exit()
    state.stack = stack
    return value
  }

  const exit = state.enter('link')
  let subexit = state.enter('label')
  let value = tracker.move('[')
  const text = state.containerPhrasing(node, {
    before: value,
    after: '](',
    ...tracker.current()
  })
  value += tracker.move(text)
  subexit()
  value += tracker.move('](')

  // A link could accidentally turn into a definition in certain contexts:
  // at the start of a line, without title, when its text has a `]` that
  // cannot be escaped (such as in code).
  //
  // We can prevent that with an empty title:
  //
  // ```
  // [`a]:`](b)
  // ```
  //
  // …is a definition with `` `](b) `` as its destination.
  //
  // Using:
  //
  // ```
  // [`a]:`](b "")
  // ```
  //
  // …instead fixes it.
  //
  // Control characters or whitespace in the url need an enclosed destination,
  // which also prevents this.
  const enclose = /[\0- \u007F]/.test(node.url)
  const last = info.before.charAt(info.before.length - 1)
  let title = node.title || undefined

  if (!title && !enclose && (last === '\n' || last === '\r')) {
    let index = 0

    while (index < text.length && text.charCodeAt(index) !== 93 /* `]` */) {
      index += text.charCodeAt(index) === 92 /* `\` */ ? 2 : 1
    }

    if (text.charCodeAt(index + 1) === 58 /* `:` */) title = ''
  }

  if (
    // If there’s no url but there is a title…
    (!node.url && typeof title === 'string') ||
    // If there are control characters or whitespace.
    enclose
  ) {
    subexit = state.enter('destinationLiteral')
    value += tracker.move('<')
    value += tracker.move(
      state.safe(node.url, {before: value, after: '>', ...tracker.current()})
    )
    value += tracker.move('>')
  } else {
    // No whitespace, raw is prettier.
    subexit = state.enter('destinationRaw')
    value += tracker.move(
      state.safe(node.url, {
        before: value,
        after: typeof title === 'string' ? ' ' : ')',
        ...tracker.current()
      })
    )
  }

  subexit()

  if (typeof title === 'string') {
    subexit = state.enter(`title${suffix}`)
    value += tracker.move(' ' + quote)
    value += tracker.move(
      state.safe(title, {
        before: value,
        after: quote,
        ...tracker.current()
      })
    )
    value += tracker.move(quote)
    subexit()
  }

  value += tracker.move(')')

  exit()
  return value
}

/**
 * Peek at this node.
 *
 * @param {Link} node
 *   Node to peek at.
 * @param {Parents | undefined} _
 *   Parent node.
 * @param {State} state
 *   Info passed around.
 * @returns {string}
 *   Start of the serialized markdown.
 */
function linkPeek(node, _, state) {
  return formatLinkAsAutolink(node, state) ? '<' : '['
}

;// CONCATENATED MODULE: ./node_modules/mdast-util-to-markdown/lib/handle/link-reference.js
/**
 * @import {Info, State} from 'mdast-util-to-markdown'
 * @import {LinkReference, Parents} from 'mdast'
 */

linkReference.peek = linkReferencePeek

/**
 * Serialize a link reference node.
 *
 * @param {LinkReference} node
 *   Node to serialize.
 * @param {Parents | undefined} _
 *   Parent node.
 * @param {State} state
 *   Info passed around.
 * @param {Info} info
 *   Info on surrounding context.
 * @returns {string}
 *   Serialized markdown.
 */
function linkReference(node, _, state, info) {
  const type = node.referenceType
  const exit = state.enter('linkReference')
  let subexit = state.enter('label')
  const tracker = state.createTracker(info)
  let value = tracker.move('[')
  const text = state.containerPhrasing(node, {
    before: value,
    after: ']',
    ...tracker.current()
  })
  value += tracker.move(text + '][')

  subexit()
  // Hide that we’re in phrasing as things like attention or code cannot form
  // in references.
  // Character escapes and references *do* work.
  // It is important to know about other constructs, such as table cells.
  const stack = state.stack
  state.stack = stack.filter(function (d) {
    return d !== 'phrasing'
  })
  subexit = state.enter('reference')
  // Note: for proper tracking, we should reset the output positions when we end
  // up making a `shortcut` reference, because then there is no brace output.
  // Practically, in that case, there is no content, so it doesn’t matter that
  // we’ve tracked one too many characters.
  const reference = state.safe(state.associationId(node), {
    before: value,
    after: ']',
    ...tracker.current()
  })
  subexit()
  state.stack = stack
  exit()

  if (type === 'full' || !text || text !== reference) {
    value += tracker.move(reference + ']')
  } else if (type === 'shortcut') {
    // Remove the unwanted `[`.
    value = value.slice(0, -1)
  } else {
    value += tracker.move(']')
  }

  return value
}

/**
 * Peek at this node.
 *
 * @returns {string}
 *   Start of the serialized markdown.
 */
function linkReferencePeek() {
  return '['
}

;// CONCATENATED MODULE: ./node_modules/mdast-util-to-markdown/lib/util/check-bullet.js
/**
 * @import {Options, State} from 'mdast-util-to-markdown'
 */

/**
 * Checks the preferred list bullet option.
 *
 * @param {State} state
 *   Info passed around.
 * @returns {Exclude<Options['bullet'], null | undefined>}
 *   Preferred list bullet.
 */
function checkBullet(state) {
  const marker = state.options.bullet || '*'

  if (marker !== '*' && marker !== '+' && marker !== '-') {
    throw new Error(
      'Cannot serialize items with `' +
        marker +
        '` for `options.bullet`, expected `*`, `+`, or `-`'
    )
  }

  return marker
}

;// CONCATENATED MODULE: ./node_modules/mdast-util-to-markdown/lib/util/check-bullet-other.js
/**
 * @import {Options, State} from 'mdast-util-to-markdown'
 */



/**
 * Checks the preferred alternate list bullet option.
 *
 * @param {State} state
 *   Info passed around.
 * @returns {Exclude<Options['bullet'], null | undefined>}
 *   Preferred alternate list bullet.
 */
function checkBulletOther(state) {
  const bullet = checkBullet(state)
  const bulletOther = state.options.bulletOther

  if (!bulletOther) {
    return bullet === '*' ? '-' : '*'
  }

  if (bulletOther !== '*' && bulletOther !== '+' && bulletOther !== '-') {
    throw new Error(
      'Cannot serialize items with `' +
        bulletOther +
        '` for `options.bulletOther`, expected `*`, `+`, or `-`'
    )
  }

  if (bulletOther === bullet) {
    throw new Error(
      'Expected `bullet` (`' +
        bullet +
        '`) and `bulletOther` (`' +
        bulletOther +
        '`) to be different'
    )
  }

  return bulletOther
}

;// CONCATENATED MODULE: ./node_modules/mdast-util-to-markdown/lib/util/check-bullet-ordered.js
/**
 * @import {Options, State} from 'mdast-util-to-markdown'
 */

/**
 * Checks the preferred ordered list bullet option.
 *
 * @param {State} state
 *   Info passed around.
 * @returns {Exclude<Options['bulletOrdered'], null | undefined>}
 *   Preferred ordered list bullet.
 */
function checkBulletOrdered(state) {
  const marker = state.options.bulletOrdered || '.'

  if (marker !== '.' && marker !== ')') {
    throw new Error(
      'Cannot serialize items with `' +
        marker +
        '` for `options.bulletOrdered`, expected `.` or `)`'
    )
  }

  return marker
}

;// CONCATENATED MODULE: ./node_modules/mdast-util-to-markdown/lib/util/check-rule.js
/**
 * @import {Options, State} from 'mdast-util-to-markdown'
 */

/**
 * Checks the preferred rule option.
 *
 * @param {State} state
 *   Info passed around.
 * @returns {Exclude<Options['rule'], null | undefined>}
 *   Preferred rule marker.
 */
function checkRule(state) {
  const marker = state.options.rule || '*'

  if (marker !== '*' && marker !== '-' && marker !== '_') {
    throw new Error(
      'Cannot serialize rules with `' +
        marker +
        '` for `options.rule`, expected `*`, `-`, or `_`'
    )
  }

  return marker
}

;// CONCATENATED MODULE: ./node_modules/mdast-util-to-markdown/lib/handle/list.js
/**
 * @import {Info, State} from 'mdast-util-to-markdown'
 * @import {List, Parents} from 'mdast'
 */






/**
 * Serialize a list node.
 *
 * @param {List} node
 *   Node to serialize.
 * @param {Parents | undefined} parent
 *   Parent node.
 * @param {State} state
 *   Info passed around.
 * @param {Info} info
 *   Info on surrounding context.
 * @returns {string}
 *   Serialized markdown.
 */
function list(node, parent, state, info) {
  const exit = state.enter('list')
  const bulletCurrent = state.bulletCurrent
  /** @type {string} */
  let bullet = node.ordered ? checkBulletOrdered(state) : checkBullet(state)
  /** @type {string} */
  const bulletOther = node.ordered
    ? bullet === '.'
      ? ')'
      : '.'
    : checkBulletOther(state)
  let useDifferentMarker =
    parent && state.bulletLastUsed ? bullet === state.bulletLastUsed : false

  if (!node.ordered) {
    const firstListItem = node.children ? node.children[0] : undefined

    // If there’s an empty first list item directly in two list items,
    // we have to use a different bullet:
    //
    // ```markdown
    // * - *
    // ```
    //
    // …because otherwise it would become one big thematic break.
    if (
      // Bullet could be used as a thematic break marker:
      (bullet === '*' || bullet === '-') &&
      // Empty first list item:
      firstListItem &&
      (!firstListItem.children || !firstListItem.children[0]) &&
      // Directly in two other list items:
      state.stack[state.stack.length - 1] === 'list' &&
      state.stack[state.stack.length - 2] === 'listItem' &&
      state.stack[state.stack.length - 3] === 'list' &&
      state.stack[state.stack.length - 4] === 'listItem' &&
      // That are each the first child.
      state.indexStack[state.indexStack.length - 1] === 0 &&
      state.indexStack[state.indexStack.length - 2] === 0 &&
      state.indexStack[state.indexStack.length - 3] === 0
    ) {
      useDifferentMarker = true
    }

    // If there’s a thematic break at the start of the first list item,
    // we have to use a different bullet:
    //
    // ```markdown
    // * ---
    // ```
    //
    // …because otherwise it would become one big thematic break.
    if (checkRule(state) === bullet && firstListItem) {
      let index = -1

      while (++index < node.children.length) {
        const item = node.children[index]

        if (
          item &&
          item.type === 'listItem' &&
          item.children &&
          item.children[0] &&
          item.children[0].type === 'thematicBreak'
        ) {
          useDifferentMarker = true
          break
        }
      }
    }
  }

  if (useDifferentMarker) {
    bullet = bulletOther
  }

  state.bulletCurrent = bullet
  const value = state.containerFlow(node, info)
  state.bulletLastUsed = bullet
  state.bulletCurrent = bulletCurrent
  exit()
  return value
}

;// CONCATENATED MODULE: ./node_modules/mdast-util-to-markdown/lib/util/check-list-item-indent.js
/**
 * @import {Options, State} from 'mdast-util-to-markdown'
 */

/**
 * Checks the preferred list item indent option.
 *
 * @param {State} state
 *   Info passed around.
 * @returns {Exclude<Options['listItemIndent'], null | undefined>}
 *   Preferred list item indent.
 */
function checkListItemIndent(state) {
  const style = state.options.listItemIndent || 'one'

  if (style !== 'tab' && style !== 'one' && style !== 'mixed') {
    throw new Error(
      'Cannot serialize items with `' +
        style +
        '` for `options.listItemIndent`, expected `tab`, `one`, or `mixed`'
    )
  }

  return style
}

;// CONCATENATED MODULE: ./node_modules/mdast-util-to-markdown/lib/handle/list-item.js
/**
 * @import {Info, Map, State} from 'mdast-util-to-markdown'
 * @import {ListItem, Parents} from 'mdast'
 */




/**
 * Serialize a list item node.
 *
 * @param {ListItem} node
 *   Node to serialize.
 * @param {Parents | undefined} parent
 *   Parent node.
 * @param {State} state
 *   Info passed around.
 * @param {Info} info
 *   Info on surrounding context.
 * @returns {string}
 *   Serialized markdown.
 */
function listItem(node, parent, state, info) {
  const listItemIndent = checkListItemIndent(state)
  let bullet = state.bulletCurrent || checkBullet(state)

  // Add the marker value for ordered lists.
  if (parent && parent.type === 'list' && parent.ordered) {
    bullet =
      (typeof parent.start === 'number' && parent.start > -1
        ? parent.start
        : 1) +
      (state.options.incrementListMarker === false
        ? 0
        : parent.children.indexOf(node)) +
      bullet
  }

  let size = bullet.length + 1

  if (
    listItemIndent === 'tab' ||
    (listItemIndent === 'mixed' &&
      ((parent && parent.type === 'list' && parent.spread) || node.spread))
  ) {
    size = Math.ceil(size / 4) * 4
  }

  const tracker = state.createTracker(info)
  tracker.move(bullet + ' '.repeat(size - bullet.length))
  tracker.shift(size)
  const exit = state.enter('listItem')
  const value = state.indentLines(
    state.containerFlow(node, tracker.current()),
    map
  )
  exit()

  return value

  /**
   * Indent lines of the list item.
   *
   * @type {Map}
   */
  function map(line, index, blank) {
    if (index) {
      return (blank ? '' : ' '.repeat(size)) + line
    }

    return (blank ? bullet : bullet + ' '.repeat(size - bullet.length)) + line
  }
}

;// CONCATENATED MODULE: ./node_modules/mdast-util-to-markdown/lib/handle/paragraph.js
/**
 * @import {Info, State} from 'mdast-util-to-markdown'
 * @import {Paragraph, Parents} from 'mdast'
 */

/**
 * Serialize a paragraph node.
 *
 * @param {Paragraph} node
 *   Node to serialize.
 * @param {Parents | undefined} _
 *   Parent node.
 * @param {State} state
 *   Info passed around.
 * @param {Info} info
 *   Info on surrounding context.
 * @returns {string}
 *   Serialized markdown.
 */
function paragraph(node, _, state, info) {
  const exit = state.enter('paragraph')
  const subexit = state.enter('phrasing')
  const value = state.containerPhrasing(node, info)
  subexit()
  exit()
  return value
}

;// CONCATENATED MODULE: ./node_modules/mdast-util-phrasing/lib/index.js
/**
 * @typedef {import('mdast').Html} Html
 * @typedef {import('mdast').PhrasingContent} PhrasingContent
 */



/**
 * Check if the given value is *phrasing content*.
 *
 * > 👉 **Note**: Excludes `html`, which can be both phrasing or flow.
 *
 * @param node
 *   Thing to check, typically `Node`.
 * @returns
 *   Whether `value` is phrasing content.
 */

const lib_phrasing =
  /** @type {(node?: unknown) => node is Exclude<PhrasingContent, Html>} */
  (
    convert([
      'break',
      'delete',
      'emphasis',
      // To do: next major: removed since footnotes were added to GFM.
      'footnote',
      'footnoteReference',
      'image',
      'imageReference',
      'inlineCode',
      // Enabled by `mdast-util-math`:
      'inlineMath',
      'link',
      'linkReference',
      // Enabled by `mdast-util-mdx`:
      'mdxJsxTextElement',
      // Enabled by `mdast-util-mdx`:
      'mdxTextExpression',
      'strong',
      'text',
      // Enabled by `mdast-util-directive`:
      'textDirective'
    ])
  )

;// CONCATENATED MODULE: ./node_modules/mdast-util-to-markdown/lib/handle/root.js
/**
 * @import {Info, State} from 'mdast-util-to-markdown'
 * @import {Parents, Root} from 'mdast'
 */



/**
 * Serialize a root node.
 *
 * @param {Root} node
 *   Node to serialize.
 * @param {Parents | undefined} _
 *   Parent node.
 * @param {State} state
 *   Info passed around.
 * @param {Info} info
 *   Info on surrounding context.
 * @returns {string}
 *   Serialized markdown.
 */
function root(node, _, state, info) {
  // Note: `html` nodes are ambiguous.
  const hasPhrasing = node.children.some(function (d) {
    return lib_phrasing(d)
  })

  if (!hasPhrasing) return state.containerFlow(node, info)

  const exit = state.enter('phrasing')
  const value = state.containerPhrasing(node, info)
  exit()
  return value
}

;// CONCATENATED MODULE: ./node_modules/mdast-util-to-markdown/lib/util/check-strong.js
/**
 * @import {Options, State} from 'mdast-util-to-markdown'
 */

/**
 * Checks the preferred strong option.
 *
 * @param {State} state
 *   Info passed around.
 * @returns {Exclude<Options['strong'], null | undefined>}
 *   Preferred strong marker.
 */
function checkStrong(state) {
  const marker = state.options.strong || '*'

  if (marker !== '*' && marker !== '_') {
    throw new Error(
      'Cannot serialize strong with `' +
        marker +
        '` for `options.strong`, expected `*`, or `_`'
    )
  }

  return marker
}

;// CONCATENATED MODULE: ./node_modules/mdast-util-to-markdown/lib/handle/strong.js
/**
 * @import {AttentionInfo, Info, State} from 'mdast-util-to-markdown'
 * @import {Parents, Strong} from 'mdast'
 */




strong.attention = strong_attention
strong.peek = strong_peek

/**
 * Serialize a strong node.
 *
 * Attention is properly handled by `containerPhrasing`.
 *
 * @param {Strong} node
 *   Node to serialize.
 * @param {Parents | undefined} _
 *   Parent node.
 * @param {State} state
 *   Info passed around.
 * @param {Info} info
 *   Info on surrounding context.
 * @returns {string}
 *   Serialized markdown.
 */
function strong(node, _, state, info) {
  const exit = state.enter('phrasing')
  const item = attentionItem(node, strong_attention, state, state.createTracker(info))
  const value = item ? container_phrasing_serialize([item], info.before, info.after) : ''
  exit()
  return value
}

/**
 * Serialize a strong node as attention.
 *
 * @param {Strong} _
 *   Node to serialize.
 * @param {State} state
 *   Info passed around.
 * @returns {AttentionInfo}
 *   Info on how to serialize the node.
 */
function strong_attention(_, state) {
  const marker = checkStrong(state)
  return {
    construct: 'strong',
    markers: marker === '*' ? ['*', '_'] : ['_', '*'],
    sizes: [2]
  }
}

/**
 * Peek at this node.
 *
 * @param {Strong} _
 *   Node to serialize.
 * @param {Parents | undefined} _1
 *   Parent node.
 * @param {State} state
 *   Info passed around.
 * @returns {string}
 *   Start of the serialized markdown.
 */
function strong_peek(_, _1, state) {
  return state.options.strong || '*'
}

;// CONCATENATED MODULE: ./node_modules/mdast-util-to-markdown/lib/handle/text.js
/**
 * @import {Info, State} from 'mdast-util-to-markdown'
 * @import {Parents, Text} from 'mdast'
 */

/**
 * Serialize a text node.
 *
 * @param {Text} node
 *   Node to serialize.
 * @param {Parents | undefined} parent
 *   Parent node.
 * @param {State} state
 *   Info passed around.
 * @param {Info} info
 *   Info on surrounding context.
 * @returns {string}
 *   Serialized markdown.
 */
function text_text(node, parent, state, info) {
  /* c8 ignore next -- parent always passed */
  const siblings = parent ? parent.children : []
  const index = state.indexStack[state.indexStack.length - 1]

  return state.safe(node.value, {
    ...info,
    afterNode: siblings[index + 1],
    beforeNode: siblings[index - 1]
  })
}

;// CONCATENATED MODULE: ./node_modules/mdast-util-to-markdown/lib/util/check-rule-repetition.js
/**
 * @import {Options, State} from 'mdast-util-to-markdown'
 */

/**
 * Checks the preferred rule repetition option.
 *
 * @param {State} state
 *   Info passed around.
 * @returns {Exclude<Options['ruleRepetition'], null | undefined>}
 *   Preferred rule repetition.
 */
function checkRuleRepetition(state) {
  const repetition = state.options.ruleRepetition || 3

  if (repetition < 3) {
    throw new Error(
      'Cannot serialize rules with repetition `' +
        repetition +
        '` for `options.ruleRepetition`, expected `3` or more'
    )
  }

  return repetition
}

;// CONCATENATED MODULE: ./node_modules/mdast-util-to-markdown/lib/handle/thematic-break.js
/**
 * @import {State} from 'mdast-util-to-markdown'
 * @import {Parents, ThematicBreak} from 'mdast'
 */




/**
 * Serialize a thematic break node.
 *
 * @param {ThematicBreak} _
 *   Node to serialize.
 * @param {Parents | undefined} _1
 *   Parent node.
 * @param {State} state
 *   Info passed around.
 * @returns {string}
 *   Serialized markdown.
 */
function thematicBreak(_, _1, state) {
  const value = (
    checkRule(state) + (state.options.ruleSpaces ? ' ' : '')
  ).repeat(checkRuleRepetition(state))

  return state.options.ruleSpaces ? value.slice(0, -1) : value
}

;// CONCATENATED MODULE: ./node_modules/mdast-util-to-markdown/lib/handle/index.js




















/**
 * Default (CommonMark) handlers.
 */
const handle = {
  blockquote: blockquote,
  break: hardBreak,
  code: code,
  definition: definition,
  emphasis: emphasis,
  hardBreak: hardBreak,
  heading: heading,
  html: html,
  image: image_image,
  imageReference: imageReference,
  inlineCode: inlineCode,
  link: link_link,
  linkReference: linkReference,
  list: list,
  listItem: listItem,
  paragraph: paragraph,
  root: root,
  strong: strong,
  text: text_text,
  thematicBreak: thematicBreak
}

;// CONCATENATED MODULE: ./node_modules/mdast-util-gfm-table/lib/index.js
/**
 * @import {Heading, InlineCode, Table, TableCell, TableRow} from 'mdast'
 * @import {Options as MarkdownTableOptions} from 'markdown-table'
 * @import {
 *   CompileContext,
 *   Extension as FromMarkdownExtension,
 *   Handle as FromMarkdownHandle,
 * } from 'mdast-util-from-markdown'
 * @import {
 *   Options as ToMarkdownExtension,
 *   Handle as ToMarkdownHandle,
 *   Info,
 *   Join,
 *   State
 * } from 'mdast-util-to-markdown'
 */

/**
 * @typedef Options
 *   Configuration.
 * @property {boolean | null | undefined} [tableCellPadding=true]
 *   Whether to add a space of padding between delimiters and cells (default:
 *   `true`).
 * @property {boolean | null | undefined} [tablePipeAlign=true]
 *   Whether to align the delimiters (default: `true`).
 * @property {MarkdownTableOptions['stringLength'] | null | undefined} [stringLength]
 *   Function to detect the length of table cell content, used when aligning
 *   the delimiters between cells (optional).
 */







/**
 * Create an extension for `mdast-util-from-markdown` to enable GFM tables in
 * markdown.
 *
 * @returns {FromMarkdownExtension}
 *   Extension for `mdast-util-from-markdown` to enable GFM tables.
 */
function lib_gfmTableFromMarkdown() {
  return {
    enter: {
      table: enterTable,
      tableData: enterCell,
      tableHeader: enterCell,
      tableRow: enterRow
    },
    exit: {
      codeText: exitCodeText,
      table: exitTable,
      tableData: exit,
      tableHeader: exit,
      tableRow: exit
    }
  }
}

/**
 * Enter a table.
 *
 * @this {CompileContext}
 * @type {FromMarkdownHandle}
 */
function enterTable(token) {
  const align = token._align
  assert(align, 'expected `_align` on table')
  // Trailing `position: undefined` keeps the table hidden class stable;
  // mdast-util-from-markdown's enter() patches the field to a real value
  // but the property already exists, so no shape transition fires.
  this.enter(
    {
      type: 'table',
      align: align.map(function (d) {
        return d === 'none' ? null : d
      }),
      children: [],
      position: undefined
    },
    token
  )
  this.data.inTable = true
}

/**
 * Exit a table.
 *
 * @this {CompileContext}
 * @type {FromMarkdownHandle}
 */
function exitTable(token) {
  this.exit(token)
  this.data.inTable = undefined
}

/**
 * Enter a row.
 *
 * @this {CompileContext}
 * @type {FromMarkdownHandle}
 */
function enterRow(token) {
  // See enterTable above for the rationale on the trailing position field.
  this.enter({type: 'tableRow', children: [], position: undefined}, token)
}

/**
 * Exit a row or cell.
 *
 * @this {CompileContext}
 * @type {FromMarkdownHandle}
 */
function exit(token) {
  this.exit(token)
}

/**
 * Enter a cell.
 *
 * @this {CompileContext}
 * @type {FromMarkdownHandle}
 */
function enterCell(token) {
  // See enterTable above for the rationale on the trailing position field.
  this.enter({type: 'tableCell', children: [], position: undefined}, token)
}

/**
 * Exit code (text).
 *
 * Overwrites the default code text data handler to unescape escaped pipes
 * when they are in tables.
 *
 * @this {CompileContext}
 * @type {FromMarkdownHandle}
 */
function exitCodeText(token) {
  let value = this.resume()

  if (this.data.inTable) {
    value = value.replace(/\\([\\|])/g, replace)
  }

  const node = this.stack[this.stack.length - 1]
  assert(node.type === 'inlineCode')
  node.value = value
  this.exit(token)
}

/**
 * Unescape an escaped pipe.
 *
 * @param {string} $0
 *   Whole match.
 * @param {string} $1
 *   Escaped character.
 * @returns {string}
 *   Replacement.
 */
function replace($0, $1) {
  // Pipes work, backslashes don’t (but can’t escape pipes).
  return $1 === '|' ? $1 : $0
}

/**
 * Create an extension for `mdast-util-to-markdown` to enable GFM tables in
 * markdown.
 *
 * @param {Options | null | undefined} [options]
 *   Configuration.
 * @returns {ToMarkdownExtension}
 *   Extension for `mdast-util-to-markdown` to enable GFM tables.
 */
function gfmTableToMarkdown(options) {
  const settings = options || {}
  const {
    tableCellPadding: padding,
    tablePipeAlign: alignDelimiters,
    stringLength
  } = settings
  const around = padding ? ' ' : '|'

  return {
    handlers: {
      inlineCode: inlineCodeWithTable,
      table: handleTable,
      tableCell: handleTableCell,
      tableRow: handleTableRow
    },
    join: [joinTable],
    unsafe: [
      {character: '\r', inConstruct: 'tableCell'},
      {character: '\n', inConstruct: 'tableCell'},
      // A pipe, when followed by a tab or space (padding), or a dash or colon
      // (unpadded delimiter row), could result in a table.
      {atBreak: true, character: '|', after: '[\t :-]'},
      // A pipe in a cell must be encoded.
      {character: '|', inConstruct: 'tableCell'},
      // A colon must be followed by a dash, in which case it could start a
      // delimiter row.
      {atBreak: true, character: ':', after: '-'},
      // A delimiter row can also start with a dash, when followed by more
      // dashes, a colon, or a pipe.
      // This is a stricter version than the built in check for lists, thematic
      // breaks, and setex heading underlines though:
      // <https://github.com/syntax-tree/mdast-util-to-markdown/blob/51a2038/lib/unsafe.js#L57>
      {atBreak: true, character: '-', after: '[:|-]'}
    ]
  }

  /**
   * Serialize a table.
   *
   * @type {ToMarkdownHandle}
   * @param {Table} node
   *   Table.
   */
  function handleTable(node, _, state, info) {
    const matrix = handleTableAsData(node, state, info)
    const head = matrix[0]

    if (head) {
      let columns = node.align ? node.align.length : 0
      let index = -1

      if (!columns) {
        while (++index < matrix.length) {
          if (matrix[index].length > columns) columns = matrix[index].length
        }
      }

      while (head.length < columns) head.push('')
    }

    return serializeData(matrix, node.align)
  }

  /**
   * This function isn’t really used normally, because we handle rows at the
   * table level.
   * But, if someone passes in a table row, this ensures we make somewhat sense.
   *
   * @type {ToMarkdownHandle}
   * @param {TableRow} node
   *   Row.
   */
  function handleTableRow(node, _, state, info) {
    const row = handleTableRowAsData(node, state, info)
    const value = serializeData([row])
    // `markdown-table` will always add an align row
    return value.slice(0, value.indexOf('\n'))
  }

  /**
   * Serialize a cell.
   *
   * @type {ToMarkdownHandle}
   * @param {TableCell} node
   *   Cell.
   */
  function handleTableCell(node, _, state, info) {
    const exit = state.enter('tableCell')
    const subexit = state.enter('phrasing')
    const value = state.containerPhrasing(node, {
      ...info,
      before: around,
      after: around
    })
    subexit()
    exit()
    return value
  }

  /**
   * Serialize serialized cells as a table.
   *
   * @param {Array<Array<string>>} matrix
   *   Serialized cells.
   * @param {Array<string | null | undefined> | null | undefined} [align]
   *   Alignment.
   * @returns {string}
   *   Result.
   */
  function serializeData(matrix, align) {
    return markdownTable(matrix, {
      align,
      alignDelimiters,
      fillRows: false,
      padding,
      stringLength
    })
  }

  /**
   * Serialize the cells of a table.
   *
   * @param {Table} node
   *   Table.
   * @param {State} state
   *   State.
   * @param {Info} info
   *   Info.
   * @returns {Array<Array<string>>}
   *   Serialized cells.
   */
  function handleTableAsData(node, state, info) {
    const {children} = node
    let index = -1
    /** @type {Array<Array<string>>} */
    const result = []
    const subexit = state.enter('table')

    while (++index < children.length) {
      result[index] = handleTableRowAsData(children[index], state, info)
    }

    subexit()

    return result
  }

  /**
   * Serialize the cells of a row.
   *
   * @param {TableRow} node
   *   Row.
   * @param {State} state
   *   State.
   * @param {Info} info
   *   Info.
   * @returns {Array<string>}
   *   Serialized cells.
   */
  function handleTableRowAsData(node, state, info) {
    const {children} = node
    let index = -1
    /** @type {Array<string>} */
    const result = []
    const subexit = state.enter('tableRow')

    while (++index < children.length) {
      // Note: the positional info as used here is incorrect.
      // Making it correct would be impossible due to aligning cells?
      // And it would need copy/pasting `markdown-table` into this project.
      result[index] = handleTableCell(children[index], node, state, info)
    }

    subexit()

    return result
  }

  /**
   * Serialize inline code, escaping pipes in tables.
   *
   * @type {ToMarkdownHandle}
   * @param {InlineCode} node
   *   Inline code.
   */
  function inlineCodeWithTable(node, parent, state) {
    const value = handle.inlineCode(node, parent, state)

    if (!state.stack.includes('tableCell')) return value

    // In a cell, the backslash before a pipe is dropped, also in code.
    // GitHub keeps a pipe in the cell when any backslash precedes it,
    // but micromark only when an odd number do,
    // as it sees `\\` as an escaped backslash
    // (see <https://github.com/github/cmark-gfm/issues/277>).
    /** @type {Array<string>} */
    const result = []
    let start = 0
    let index = value.indexOf('|')

    while (index !== -1) {
      let before = index

      while (before > start && value.charCodeAt(before - 1) === 92 /* `\` */) {
        before--
      }

      result.push(value.slice(start, index))
      if ((index - before) % 2 === 0) result.push('\\')
      start = index
      index = value.indexOf('|', index + 1)
    }

    result.push(value.slice(start))

    return result.join('')
  }
}

/**
 * Join a table and the flow after it.
 *
 * In a tight list item there are no blank lines between flow,
 * but text right after a table would be read as rows of it.
 *
 * @type {Join}
 */
function joinTable(left, right, parent, state) {
  if (
    left.type === 'table' &&
    parent.type === 'listItem' &&
    parent.spread === false &&
    (right.type === 'definition' ||
      (right.type === 'heading' && lib_formatHeadingAsSetext(right, state)) ||
      right.type === 'paragraph' ||
      right.type === 'table')
  ) {
    return 1
  }
}

/**
 * Check whether a heading is serialized as a setext heading,
 * like `mdast-util-to-markdown` does.
 *
 * @param {Heading} node
 *   Heading.
 * @param {State} state
 *   Info passed around.
 * @returns {boolean}
 *   Whether the heading is serialized as a setext heading.
 */
function lib_formatHeadingAsSetext(node, state) {
  let literalWithBreak = false

  visit(node, function (node) {
    if (
      node.type === 'break' ||
      ('value' in node && /\r?\n|\r/.test(node.value))
    ) {
      literalWithBreak = true
      return EXIT
    }
  })

  return Boolean(
    (!node.depth || node.depth < 3) &&
    lib_toString(node) &&
    (state.options.setext || literalWithBreak)
  )
}

;// CONCATENATED MODULE: ./node_modules/mdast-util-gfm-task-list-item/lib/index.js
/**
 * @import {ListItem, Paragraph, Parents} from 'mdast'
 * @import {
 *   CompileContext,
 *   Extension as FromMarkdownExtension,
 *   Handle as FromMarkdownHandle
 * } from 'mdast-util-from-markdown'
 * @import {
 *   Handle as ToMarkdownHandle,
 *   Join as ToMarkdownJoin,
 *   Options as ToMarkdownExtension
 * } from 'mdast-util-to-markdown'
 */




/**
 * Create an extension for `mdast-util-from-markdown` to enable GFM task
 * list items in markdown.
 *
 * @returns {FromMarkdownExtension}
 *   Extension for `mdast-util-from-markdown` to enable GFM task list items.
 */
function lib_gfmTaskListItemFromMarkdown() {
  return {
    exit: {
      taskListCheckValueChecked: exitCheck,
      taskListCheckValueUnchecked: exitCheck,
      paragraph: exitParagraphWithTaskListItem
    }
  }
}

/**
 * Create an extension for `mdast-util-to-markdown` to enable GFM task list
 * items in markdown.
 *
 * @returns {ToMarkdownExtension}
 *   Extension for `mdast-util-to-markdown` to enable GFM task list items.
 */
function gfmTaskListItemToMarkdown() {
  return {
    handlers: {paragraph: paragraphWithTaskListItem},
    join: [joinDefinitionsBeforeTaskListItemParagraph]
  }
}

/**
 * Exit a check.
 *
 * @this {CompileContext}
 * @type {FromMarkdownHandle}
 */
function exitCheck(token) {
  // We’re always in a paragraph, in a list item.
  const node = this.stack[this.stack.length - 2]
  assert(node.type === 'listItem')
  node.checked = token.type === 'taskListCheckValueChecked'
}

/**
 * Exit a paragraph, removing the whitespace after a check.
 *
 * @this {CompileContext}
 * @type {FromMarkdownHandle}
 */
function exitParagraphWithTaskListItem(token) {
  const parent = this.stack[this.stack.length - 2]

  if (
    parent &&
    parent.type === 'listItem' &&
    typeof parent.checked === 'boolean'
  ) {
    const node = this.stack[this.stack.length - 1]
    assert(node.type === 'paragraph')
    const head = node.children[0]

    if (head && head.type === 'text') {
      const siblings = parent.children
      let index = -1
      /** @type {Paragraph | undefined} */
      let firstParagraph

      while (++index < siblings.length) {
        const sibling = siblings[index]
        if (sibling.type === 'paragraph') {
          firstParagraph = sibling
          break
        }
      }

      if (firstParagraph === node) {
        // Must start with a space or a tab.
        head.value = head.value.slice(1)

        if (head.value.length === 0) {
          node.children.shift()
        } else if (
          node.position &&
          head.position &&
          typeof head.position.start.offset === 'number'
        ) {
          head.position.start.column++
          head.position.start.offset++
          node.position.start = {...head.position.start}
        }
      }
    }
  }

  this.exit(token)
}

/**
 * Serialize a paragraph,
 * with a check if it is the paragraph of a task list item.
 *
 * @type {ToMarkdownHandle}
 * @param {Paragraph} node
 *   Paragraph.
 * @param {Parents | undefined} parent
 *   Parent.
 */
function paragraphWithTaskListItem(node, parent, state, info) {
  if (
    !parent ||
    parent.type !== 'listItem' ||
    taskListItemParagraph(parent) !== node
  ) {
    return handle.paragraph(node, parent, state, info)
  }

  const checkbox = '[' + (parent.checked ? 'x' : ' ') + '] '
  const tracker = state.createTracker(info)
  tracker.move(checkbox)
  // Check needs content after it, use an encoded space if there is no content
  // but there is `checked`.
  const value = handle.paragraph(
    node.children.length > 0
      ? node
      : {type: 'paragraph', children: [{type: 'text', value: ' '}]},
    parent,
    state,
    {...info, ...tracker.current()}
  )

  return checkbox + value
}

/**
 * Join definitions before the paragraph of a task list item without blank
 * lines,
 * as a check is only seen at the start of the first content of a list item.
 *
 * @type {ToMarkdownJoin}
 */
function joinDefinitionsBeforeTaskListItemParagraph(left, _, parent) {
  if (!(left.type === 'definition' && parent.type === 'listItem')) {
    return
  }

  const paragraph = taskListItemParagraph(parent)

  if (
    paragraph &&
    parent.children.indexOf(left) < parent.children.indexOf(paragraph)
  ) {
    return 0
  }
}

/**
 * Find the paragraph of a task list item that can start with a check.
 *
 * @param {ListItem} node
 *   List item.
 * @returns {Paragraph | undefined}
 *   Paragraph, if `node` is checkable.
 */
function taskListItemParagraph(node) {
  if (typeof node.checked !== 'boolean') {
    return
  }

  for (const child of node.children) {
    if (child.type === 'paragraph') {
      return child
    }

    if (child.type !== 'definition') {
      return
    }
  }
}

;// CONCATENATED MODULE: ./node_modules/mdast-util-gfm/lib/index.js
/**
 * @import {Extension as FromMarkdownExtension} from 'mdast-util-from-markdown'
 * @import {Options} from 'mdast-util-gfm'
 * @import {Options as ToMarkdownExtension} from 'mdast-util-to-markdown'
 */







/**
 * Create an extension for `mdast-util-from-markdown` to enable GFM (autolink
 * literals, footnotes, strikethrough, tables, tasklists).
 *
 * @returns {Array<FromMarkdownExtension>}
 *   Extension for `mdast-util-from-markdown` to enable GFM (autolink literals,
 *   footnotes, strikethrough, tables, tasklists).
 */
function gfmFromMarkdown() {
  return [
    gfmAutolinkLiteralFromMarkdown(),
    gfmFootnoteFromMarkdown(),
    gfmStrikethroughFromMarkdown(),
    gfmTableFromMarkdown(),
    gfmTaskListItemFromMarkdown()
  ]
}

/**
 * Create an extension for `mdast-util-to-markdown` to enable GFM (autolink
 * literals, footnotes, strikethrough, tables, tasklists).
 *
 * @param {Options | null | undefined} [options]
 *   Configuration (optional).
 * @returns {ToMarkdownExtension}
 *   Extension for `mdast-util-to-markdown` to enable GFM (autolink literals,
 *   footnotes, strikethrough, tables, tasklists).
 */
function gfmToMarkdown(options) {
  return {
    extensions: [
      gfmAutolinkLiteralToMarkdown(),
      gfmFootnoteToMarkdown(options),
      gfmStrikethroughToMarkdown(),
      gfmTableToMarkdown(options),
      gfmTaskListItemToMarkdown()
    ]
  }
}

;// CONCATENATED MODULE: ./node_modules/mdast-util-math/lib/index.js
/**
 * @typedef {import('hast').Element} HastElement
 * @typedef {import('hast').ElementContent} HastElementContent
 * @typedef {import('mdast-util-from-markdown').CompileContext} CompileContext
 * @typedef {import('mdast-util-from-markdown').Extension} FromMarkdownExtension
 * @typedef {import('mdast-util-from-markdown').Handle} FromMarkdownHandle
 * @typedef {import('mdast-util-to-markdown').Handle} ToMarkdownHandle
 * @typedef {import('mdast-util-to-markdown').Options} ToMarkdownExtension
 * @typedef {import('../index.js').InlineMath} InlineMath
 * @typedef {import('../index.js').Math} Math
 *
 * @typedef ToOptions
 *   Configuration.
 * @property {boolean | null | undefined} [singleDollarTextMath=true]
 *   Whether to support math (text) with a single dollar (default: `true`).
 *
 *   Single dollars work in Pandoc and many other places, but often interfere
 *   with “normal” dollars in text.
 *   If you turn this off, you can still use two or more dollars for text math.
 */




/**
 * Create an extension for `mdast-util-from-markdown`.
 *
 * @returns {FromMarkdownExtension}
 *   Extension for `mdast-util-from-markdown`.
 */
function mathFromMarkdown() {
  return {
    enter: {
      mathFlow: enterMathFlow,
      mathFlowFenceMeta: enterMathFlowMeta,
      mathText: enterMathText
    },
    exit: {
      mathFlow: exitMathFlow,
      mathFlowFence: exitMathFlowFence,
      mathFlowFenceMeta: exitMathFlowMeta,
      mathFlowValue: exitMathData,
      mathText: exitMathText,
      mathTextData: exitMathData
    }
  }

  /**
   * @this {CompileContext}
   * @type {FromMarkdownHandle}
   */
  function enterMathFlow(token) {
    /** @type {HastElement} */
    const code = {
      type: 'element',
      tagName: 'code',
      properties: {className: ['language-math', 'math-display']},
      children: []
    }
    this.enter(
      {
        type: 'math',
        meta: null,
        value: '',
        data: {hName: 'pre', hChildren: [code]}
      },
      token
    )
  }

  /**
   * @this {CompileContext}
   * @type {FromMarkdownHandle}
   */
  function enterMathFlowMeta() {
    this.buffer()
  }

  /**
   * @this {CompileContext}
   * @type {FromMarkdownHandle}
   */
  function exitMathFlowMeta() {
    const data = this.resume()
    const node = this.stack[this.stack.length - 1]
    assert(node.type === 'math')
    node.meta = data
  }

  /**
   * @this {CompileContext}
   * @type {FromMarkdownHandle}
   */
  function exitMathFlowFence() {
    // Exit if this is the closing fence.
    if (this.data.mathFlowInside) return
    this.buffer()
    this.data.mathFlowInside = true
  }

  /**
   * @this {CompileContext}
   * @type {FromMarkdownHandle}
   */
  function exitMathFlow(token) {
    const data = this.resume().replace(/^(\r?\n|\r)|(\r?\n|\r)$/g, '')
    const node = this.stack[this.stack.length - 1]
    assert(node.type === 'math')
    this.exit(token)
    node.value = data
    // @ts-expect-error: we defined it in `enterMathFlow`.
    const code = /** @type {HastElement} */ (node.data.hChildren[0])
    assert(code.type === 'element')
    assert(code.tagName === 'code')
    code.children.push({type: 'text', value: data})
    this.data.mathFlowInside = undefined
  }

  /**
   * @this {CompileContext}
   * @type {FromMarkdownHandle}
   */
  function enterMathText(token) {
    this.enter(
      {
        type: 'inlineMath',
        value: '',
        data: {
          hName: 'code',
          hProperties: {className: ['language-math', 'math-inline']},
          hChildren: []
        }
      },
      token
    )
    this.buffer()
  }

  /**
   * @this {CompileContext}
   * @type {FromMarkdownHandle}
   */
  function exitMathText(token) {
    const data = this.resume()
    const node = this.stack[this.stack.length - 1]
    assert(node.type === 'inlineMath')
    this.exit(token)
    node.value = data
    const children = /** @type {Array<HastElementContent>} */ (
      // @ts-expect-error: we defined it in `enterMathFlow`.
      node.data.hChildren
    )
    children.push({type: 'text', value: data})
  }

  /**
   * @this {CompileContext}
   * @type {FromMarkdownHandle}
   */
  function exitMathData(token) {
    this.config.enter.data.call(this, token)
    this.config.exit.data.call(this, token)
  }
}

/**
 * Create an extension for `mdast-util-to-markdown`.
 *
 * @param {ToOptions | null | undefined} [options]
 *   Configuration (optional).
 * @returns {ToMarkdownExtension}
 *   Extension for `mdast-util-to-markdown`.
 */
function mathToMarkdown(options) {
  let single = (options || {}).singleDollarTextMath

  if (single === null || single === undefined) {
    single = true
  }

  inlineMath.peek = inlineMathPeek

  return {
    unsafe: [
      {character: '\r', inConstruct: 'mathFlowMeta'},
      {character: '\n', inConstruct: 'mathFlowMeta'},
      {
        character: '$',
        after: single ? undefined : '\\$',
        inConstruct: 'phrasing'
      },
      {character: '$', inConstruct: 'mathFlowMeta'},
      {atBreak: true, character: '$', after: '\\$'}
    ],
    handlers: {math, inlineMath}
  }

  /**
   * @type {ToMarkdownHandle}
   * @param {Math} node
   */
  // Note: fixing this code? Please also fix the similar code for code:
  // <https://github.com/syntax-tree/mdast-util-to-markdown/blob/main/lib/handle/code.js>
  function math(node, _, state, info) {
    const raw = node.value || ''
    const tracker = state.createTracker(info)
    const sequence = '$'.repeat(Math.max(longestStreak(raw, '$') + 1, 2))
    const exit = state.enter('mathFlow')
    let value = tracker.move(sequence)

    if (node.meta) {
      const subexit = state.enter('mathFlowMeta')
      value += tracker.move(
        state.safe(node.meta, {
          after: '\n',
          before: value,
          encode: ['$'],
          ...tracker.current()
        })
      )
      subexit()
    }

    value += tracker.move('\n')

    if (raw) {
      value += tracker.move(raw + '\n')
    }

    value += tracker.move(sequence)
    exit()
    return value
  }

  /**
   * @type {ToMarkdownHandle}
   * @param {InlineMath} node
   */
  // Note: fixing this code? Please also fix the similar code for inline code:
  // <https://github.com/syntax-tree/mdast-util-to-markdown/blob/main/lib/handle/inline-code.js>
  function inlineMath(node, _, state) {
    let value = node.value || ''
    let size = 1

    if (!single) size++

    // If there is a single dollar sign on its own in the math, use a fence of
    // two.
    // If there are two in a row, use one.
    while (
      new RegExp('(^|[^$])' + '\\$'.repeat(size) + '([^$]|$)').test(value)
    ) {
      size++
    }

    const sequence = '$'.repeat(size)

    // If this is not just spaces or eols (tabs don’t count), and either the
    // first and last character are a space or eol, or the first or last
    // character are dollar signs, then pad with spaces.
    if (
      // Contains non-space.
      /[^ \r\n]/.test(value) &&
      // Starts with space and ends with space.
      ((/^[ \r\n]/.test(value) && /[ \r\n]$/.test(value)) ||
        // Starts or ends with dollar.
        /^\$|\$$/.test(value))
    ) {
      value = ' ' + value + ' '
    }

    let index = -1

    // We have a potential problem: certain characters after eols could result in
    // blocks being seen.
    // For example, if someone injected the string `'\n# b'`, then that would
    // result in an ATX heading.
    // We can’t escape characters in `inlineMath`, but because eols are
    // transformed to spaces when going from markdown to HTML anyway, we can swap
    // them out.
    while (++index < state.unsafe.length) {
      const pattern = state.unsafe[index]

      // Only look for `atBreak`s.
      // Btw: note that `atBreak` patterns will always start the regex at LF or
      // CR.
      if (!pattern.atBreak) continue

      const expression = state.compilePattern(pattern)
      /** @type {RegExpExecArray | null} */
      let match

      while ((match = expression.exec(value))) {
        let position = match.index

        // Support CRLF (patterns only look for one of the characters).
        if (
          value.codePointAt(position) === 10 /* `\n` */ &&
          value.codePointAt(position - 1) === 13 /* `\r` */
        ) {
          position--
        }

        value = value.slice(0, position) + ' ' + value.slice(match.index + 1)
      }
    }

    return sequence + value + sequence
  }

  /**
   * @returns {string}
   */
  function inlineMathPeek() {
    return '$'
  }
}

;// CONCATENATED MODULE: ./node_modules/zwitch/index.js
/**
 * @callback Handler
 *   Handle a value, with a certain ID field set to a certain value.
 *   The ID field is passed to `zwitch`, and it’s value is this function’s
 *   place on the `handlers` record.
 * @param {...any} parameters
 *   Arbitrary parameters passed to the zwitch.
 *   The first will be an object with a certain ID field set to a certain value.
 * @returns {any}
 *   Anything!
 */

/**
 * @callback UnknownHandler
 *   Handle values that do have a certain ID field, but it’s set to a value
 *   that is not listed in the `handlers` record.
 * @param {unknown} value
 *   An object with a certain ID field set to an unknown value.
 * @param {...any} rest
 *   Arbitrary parameters passed to the zwitch.
 * @returns {any}
 *   Anything!
 */

/**
 * @callback InvalidHandler
 *   Handle values that do not have a certain ID field.
 * @param {unknown} value
 *   Any unknown value.
 * @param {...any} rest
 *   Arbitrary parameters passed to the zwitch.
 * @returns {void|null|undefined|never}
 *   This should crash or return nothing.
 */

/**
 * @template {InvalidHandler} [Invalid=InvalidHandler]
 * @template {UnknownHandler} [Unknown=UnknownHandler]
 * @template {Record<string, Handler>} [Handlers=Record<string, Handler>]
 * @typedef Options
 *   Configuration (required).
 * @property {Invalid} [invalid]
 *   Handler to use for invalid values.
 * @property {Unknown} [unknown]
 *   Handler to use for unknown values.
 * @property {Handlers} [handlers]
 *   Handlers to use.
 */

const zwitch_own = {}.hasOwnProperty

/**
 * Handle values based on a field.
 *
 * @template {InvalidHandler} [Invalid=InvalidHandler]
 * @template {UnknownHandler} [Unknown=UnknownHandler]
 * @template {Record<string, Handler>} [Handlers=Record<string, Handler>]
 * @param {string} key
 *   Field to switch on.
 * @param {Options<Invalid, Unknown, Handlers>} [options]
 *   Configuration (required).
 * @returns {{unknown: Unknown, invalid: Invalid, handlers: Handlers, (...parameters: Parameters<Handlers[keyof Handlers]>): ReturnType<Handlers[keyof Handlers]>, (...parameters: Parameters<Unknown>): ReturnType<Unknown>}}
 */
function zwitch(key, options) {
  const settings = options || {}

  /**
   * Handle one value.
   *
   * Based on the bound `key`, a respective handler will be called.
   * If `value` is not an object, or doesn’t have a `key` property, the special
   * “invalid” handler will be called.
   * If `value` has an unknown `key`, the special “unknown” handler will be
   * called.
   *
   * All arguments, and the context object, are passed through to the handler,
   * and it’s result is returned.
   *
   * @this {unknown}
   *   Any context object.
   * @param {unknown} [value]
   *   Any value.
   * @param {...unknown} parameters
   *   Arbitrary parameters passed to the zwitch.
   * @property {Handler} invalid
   *   Handle for values that do not have a certain ID field.
   * @property {Handler} unknown
   *   Handle values that do have a certain ID field, but it’s set to a value
   *   that is not listed in the `handlers` record.
   * @property {Handlers} handlers
   *   Record of handlers.
   * @returns {unknown}
   *   Anything.
   */
  function one(value, ...parameters) {
    /** @type {Handler|undefined} */
    let fn = one.invalid
    const handlers = one.handlers

    if (value && zwitch_own.call(value, key)) {
      // @ts-expect-error Indexable.
      const id = String(value[key])
      // @ts-expect-error Indexable.
      fn = zwitch_own.call(handlers, id) ? handlers[id] : one.unknown
    }

    if (fn) {
      return fn.call(this, value, ...parameters)
    }
  }

  one.handlers = settings.handlers || {}
  one.invalid = settings.invalid
  one.unknown = settings.unknown

  // @ts-expect-error: matches!
  return one
}

;// CONCATENATED MODULE: ./node_modules/mdast-util-to-markdown/lib/configure.js
/**
 * @import {Options, State} from './types.js'
 */

const configure_own = {}.hasOwnProperty

/**
 * Configure a base state w/ an extension.
 *
 * @param {State} base
 *   Base state to configure.
 * @param {Options} extension
 *   Extension to apply.
 * @returns {State}
 *   Given `base`.
 */
function configure(base, extension) {
  let index = -1
  /** @type {keyof Options} */
  let key

  // First do subextensions.
  if (extension.extensions) {
    while (++index < extension.extensions.length) {
      configure(base, extension.extensions[index])
    }
  }

  for (key in extension) {
    if (configure_own.call(extension, key)) {
      switch (key) {
        case 'extensions': {
          // Empty.
          break
        }

        /* c8 ignore next 4 */
        case 'unsafe': {
          configure_list(base[key], extension[key])
          break
        }

        case 'join': {
          configure_list(base[key], extension[key])
          break
        }

        case 'handlers': {
          configure_map(base[key], extension[key])
          break
        }

        default: {
          // @ts-expect-error: matches.
          base.options[key] = extension[key]
        }
      }
    }
  }

  return base
}

/**
 * Merge arrays from the extension into the base state.
 *
 * @template T
 *   Kind.
 * @param {Array<T>} left
 *   List to merge into.
 * @param {Array<T> | null | undefined} right
 *   List to merge from.
 * @returns {undefined}
 *   Nothing.
 */
function configure_list(left, right) {
  if (right) {
    left.push(...right)
  }
}

/**
 * Merge objects from the extension into the base state.
 *
 * @template T
 *   Kind.
 * @param {Record<string, T>} left
 *   Object to merge into.
 * @param {Record<string, T> | null | undefined} right
 *   Object to merge from.
 * @returns {undefined}
 *   Nothing.
 */
function configure_map(left, right) {
  if (right) {
    Object.assign(left, right)
  }
}

;// CONCATENATED MODULE: ./node_modules/mdast-util-to-markdown/lib/join.js
/**
 * @import {Join} from 'mdast-util-to-markdown'
 */






/** @type {Array<Join>} */
const join = [joinDefaults]

/**
 * Default join function.
 *
 * @type {Join}
 */
function joinDefaults(left, right, parent, state) {
  // Indented code after list or another indented code.
  if (
    right.type === 'code' &&
    formatCodeAsIndented(right, state) &&
    (left.type === 'list' ||
      (left.type === right.type && formatCodeAsIndented(left, state)))
  ) {
    return false
  }

  // Join children of a list or an item.
  // In which case, `parent` has a `spread` field.
  if ('spread' in parent && typeof parent.spread === 'boolean') {
    if (parent.spread) return 1

    // HTML that only ends at a blank line.
    if (left.type === 'html') {
      const kind = htmlKind(left.value)
      if (kind === undefined || kind === 6 || kind === 7) return 1
    }

    if (left.type === 'blockquote' && right.type === 'blockquote') return 1

    // Lists with non-1 start would turn into a paragraph.
    if (
      (left.type === 'definition' || left.type === 'paragraph') &&
      right.type === 'list' &&
      ((right.ordered &&
        typeof right.start === 'number' &&
        right.start !== 1) ||
        (right.children.length > 0 && right.children[0].children.length === 0))
    ) {
      return 1
    }

    // Thematic break with dashes would turn into a setext heading.
    if (
      left.type === 'paragraph' &&
      right.type === 'thematicBreak' &&
      checkRule(state) === '-' &&
      !state.options.ruleSpaces
    ) {
      return 1
    }

    // We have to “delve” into containers that form from the left margin.
    let tail = left

    while (
      (tail.type === 'blockquote' ||
        tail.type === 'list' ||
        tail.type === 'listItem') &&
      tail.children.length > 0
    ) {
      tail = tail.children[tail.children.length - 1]
    }

    if (tail.type !== 'definition' && tail.type !== 'paragraph') return 0

    // Indented code would turn into a paragraph.
    if (right.type === 'code' && formatCodeAsIndented(right, state)) return 1

    // Kind 7 HTML would turn into a paragraph.
    if (right.type === 'html') {
      const kind = htmlKind(right.value)
      if (kind === undefined || kind === 7) return 1
    }

    // Text joins the paragraph before it, also one at the end of a container.
    // Not a definition before it: definitions are parsed out of the start of
    // a paragraph, so they and the text after them are read back the same.
    if (
      (left.type === 'paragraph' || left !== tail) &&
      (right.type === 'definition' ||
        (right.type === 'heading' && formatHeadingAsSetext(right, state)) ||
        right.type === 'paragraph')
    ) {
      return 1
    }

    return 0
  }
}

;// CONCATENATED MODULE: ./node_modules/mdast-util-to-markdown/lib/unsafe.js
/**
 * @import {ConstructName, Unsafe} from 'mdast-util-to-markdown'
 */

/**
 * List of constructs that occur in phrasing (paragraphs, headings), but cannot
 * contain things like attention (emphasis, strong), images, or links.
 * So they sort of cancel each other out.
 * Note: could use a better name.
 *
 * @type {Array<ConstructName>}
 */
const fullPhrasingSpans = [
  'autolink',
  'destinationLiteral',
  'destinationRaw',
  'reference',
  'titleQuote',
  'titleApostrophe'
]

/** @type {Array<Unsafe>} */
const unsafe = [
  {character: '\t', after: '[\\r\\n]', inConstruct: 'phrasing'},
  {character: '\t', before: '[\\r\\n]', inConstruct: 'phrasing'},
  {
    character: '\t',
    inConstruct: ['codeFencedLangGraveAccent', 'codeFencedLangTilde']
  },
  {
    character: '\r',
    inConstruct: [
      'codeFencedLangGraveAccent',
      'codeFencedLangTilde',
      'codeFencedMetaGraveAccent',
      'codeFencedMetaTilde',
      'destinationLiteral',
      'headingAtx'
    ]
  },
  {
    character: '\n',
    inConstruct: [
      'codeFencedLangGraveAccent',
      'codeFencedLangTilde',
      'codeFencedMetaGraveAccent',
      'codeFencedMetaTilde',
      'destinationLiteral',
      'headingAtx'
    ]
  },
  {character: '\r', before: '[\\r\\n]', inConstruct: 'phrasing'},
  {character: '\r', after: '\\r', inConstruct: 'phrasing'},
  {character: '\n', before: '\\n', inConstruct: 'phrasing'},
  {character: '\n', after: '[\\r\\n]', inConstruct: 'phrasing'},
  {character: ' ', after: '[\\r\\n]', inConstruct: 'phrasing'},
  {character: ' ', before: '[\\r\\n]', inConstruct: 'phrasing'},
  {
    character: ' ',
    inConstruct: ['codeFencedLangGraveAccent', 'codeFencedLangTilde']
  },
  // An exclamation mark can start an image, if it is followed by a link or
  // a link reference.
  {
    character: '!',
    after: '\\[',
    inConstruct: 'phrasing',
    notInConstruct: fullPhrasingSpans
  },
  // A quote can break out of a title.
  {character: '"', inConstruct: 'titleQuote'},
  // A number sign could start an ATX heading if it starts a line.
  {atBreak: true, character: '#'},
  {character: '#', inConstruct: 'headingAtx', after: '(?:[\r\n]|$)'},
  // Dollar sign and percentage are not used in markdown.
  // An ampersand could start a character reference.
  // Labels match on their source.
  {
    character: '&',
    after: '[#A-Za-z]',
    inConstruct: [
      'codeFencedLangGraveAccent',
      'codeFencedLangTilde',
      'codeFencedMetaGraveAccent',
      'codeFencedMetaTilde',
      'destinationLiteral',
      'destinationRaw',
      'phrasing',
      'titleApostrophe',
      'titleQuote'
    ]
  },
  // An apostrophe can break out of a title.
  {character: "'", inConstruct: 'titleApostrophe'},
  // A left paren could break out of a destination raw.
  {character: '(', inConstruct: 'destinationRaw'},
  // A left paren followed by `]` could make something into a link or image.
  {
    before: '\\]',
    character: '(',
    inConstruct: 'phrasing',
    notInConstruct: fullPhrasingSpans
  },
  // A right paren could start a list item or break out of a destination
  // raw.
  {atBreak: true, before: '\\d+', character: ')'},
  {character: ')', inConstruct: 'destinationRaw'},
  // An asterisk can start thematic breaks, list items, emphasis, strong.
  {atBreak: true, character: '*', after: '(?:[ \t\r\n*])'},
  {character: '*', inConstruct: 'phrasing', notInConstruct: fullPhrasingSpans},
  // A plus sign could start a list item.
  {atBreak: true, character: '+', after: '(?:[ \t\r\n])'},
  // A dash can start thematic breaks, list items, and setext heading
  // underlines.
  {atBreak: true, character: '-', after: '(?:[ \t\r\n-])'},
  // A dot could start a list item.
  {atBreak: true, before: '\\d+', character: '.', after: '(?:[ \t\r\n]|$)'},
  // Slash, colon, and semicolon are not used in markdown for constructs.
  // A less than can start html (flow or text) or an autolink.
  // HTML could start with an exclamation mark (declaration, cdata, comment),
  // slash (closing tag), question mark (instruction), or a letter (tag).
  // An autolink also starts with a letter.
  // Finally, it could break out of a destination literal.
  {atBreak: true, character: '<', after: '[!/?A-Za-z]'},
  {
    character: '<',
    after: '[!/?A-Za-z]',
    inConstruct: 'phrasing',
    notInConstruct: fullPhrasingSpans
  },
  {character: '<', inConstruct: 'destinationLiteral'},
  // An equals to can start setext heading underlines.
  {atBreak: true, character: '='},
  // A greater than can start block quotes and it can break out of a
  // destination literal.
  {atBreak: true, character: '>'},
  {character: '>', inConstruct: 'destinationLiteral'},
  // Question mark and at sign are not used in markdown for constructs.
  // A left bracket can start definitions, references, labels,
  {atBreak: true, character: '['},
  {character: '[', inConstruct: 'phrasing', notInConstruct: fullPhrasingSpans},
  {character: '[', inConstruct: ['label', 'reference']},
  // A backslash can start an escape (when followed by punctuation) or a
  // hard break (when followed by an eol).
  // Note: typical escapes are handled in `safe`!
  {character: '\\', after: '[\\r\\n]', inConstruct: 'phrasing'},
  // A right bracket can exit labels.
  {character: ']', inConstruct: ['label', 'reference']},
  // Caret is not used in markdown for constructs.
  // An underscore can start emphasis, strong, or a thematic break.
  {atBreak: true, character: '_'},
  {character: '_', inConstruct: 'phrasing', notInConstruct: fullPhrasingSpans},
  // A grave accent can start code (fenced or text), or it can break out of
  // a grave accent code fence.
  {atBreak: true, character: '`'},
  {
    character: '`',
    inConstruct: ['codeFencedLangGraveAccent', 'codeFencedMetaGraveAccent']
  },
  {character: '`', inConstruct: 'phrasing', notInConstruct: fullPhrasingSpans},
  // Left brace, vertical bar, right brace are not used in markdown for
  // constructs.
  // A tilde can start code (fenced).
  {atBreak: true, character: '~'},
  {character: '<', inConstruct: 'autolink'},
  {character: '>', inConstruct: 'autolink'},
  {character: '\u007F', inConstruct: 'autolink'}
]

// Also the low ASCII control characters including space.
let unsafe_code = -1

while (++unsafe_code < 33) {
  unsafe.push({character: String.fromCharCode(unsafe_code), inConstruct: 'autolink'})
}

;// CONCATENATED MODULE: ./node_modules/character-entities/index.js
/**
 * Map of named character references.
 *
 * @type {Record<string, string>}
 */
const characterEntities = {
  AElig: 'Æ',
  AMP: '&',
  Aacute: 'Á',
  Abreve: 'Ă',
  Acirc: 'Â',
  Acy: 'А',
  Afr: '𝔄',
  Agrave: 'À',
  Alpha: 'Α',
  Amacr: 'Ā',
  And: '⩓',
  Aogon: 'Ą',
  Aopf: '𝔸',
  ApplyFunction: '⁡',
  Aring: 'Å',
  Ascr: '𝒜',
  Assign: '≔',
  Atilde: 'Ã',
  Auml: 'Ä',
  Backslash: '∖',
  Barv: '⫧',
  Barwed: '⌆',
  Bcy: 'Б',
  Because: '∵',
  Bernoullis: 'ℬ',
  Beta: 'Β',
  Bfr: '𝔅',
  Bopf: '𝔹',
  Breve: '˘',
  Bscr: 'ℬ',
  Bumpeq: '≎',
  CHcy: 'Ч',
  COPY: '©',
  Cacute: 'Ć',
  Cap: '⋒',
  CapitalDifferentialD: 'ⅅ',
  Cayleys: 'ℭ',
  Ccaron: 'Č',
  Ccedil: 'Ç',
  Ccirc: 'Ĉ',
  Cconint: '∰',
  Cdot: 'Ċ',
  Cedilla: '¸',
  CenterDot: '·',
  Cfr: 'ℭ',
  Chi: 'Χ',
  CircleDot: '⊙',
  CircleMinus: '⊖',
  CirclePlus: '⊕',
  CircleTimes: '⊗',
  ClockwiseContourIntegral: '∲',
  CloseCurlyDoubleQuote: '”',
  CloseCurlyQuote: '’',
  Colon: '∷',
  Colone: '⩴',
  Congruent: '≡',
  Conint: '∯',
  ContourIntegral: '∮',
  Copf: 'ℂ',
  Coproduct: '∐',
  CounterClockwiseContourIntegral: '∳',
  Cross: '⨯',
  Cscr: '𝒞',
  Cup: '⋓',
  CupCap: '≍',
  DD: 'ⅅ',
  DDotrahd: '⤑',
  DJcy: 'Ђ',
  DScy: 'Ѕ',
  DZcy: 'Џ',
  Dagger: '‡',
  Darr: '↡',
  Dashv: '⫤',
  Dcaron: 'Ď',
  Dcy: 'Д',
  Del: '∇',
  Delta: 'Δ',
  Dfr: '𝔇',
  DiacriticalAcute: '´',
  DiacriticalDot: '˙',
  DiacriticalDoubleAcute: '˝',
  DiacriticalGrave: '`',
  DiacriticalTilde: '˜',
  Diamond: '⋄',
  DifferentialD: 'ⅆ',
  Dopf: '𝔻',
  Dot: '¨',
  DotDot: '⃜',
  DotEqual: '≐',
  DoubleContourIntegral: '∯',
  DoubleDot: '¨',
  DoubleDownArrow: '⇓',
  DoubleLeftArrow: '⇐',
  DoubleLeftRightArrow: '⇔',
  DoubleLeftTee: '⫤',
  DoubleLongLeftArrow: '⟸',
  DoubleLongLeftRightArrow: '⟺',
  DoubleLongRightArrow: '⟹',
  DoubleRightArrow: '⇒',
  DoubleRightTee: '⊨',
  DoubleUpArrow: '⇑',
  DoubleUpDownArrow: '⇕',
  DoubleVerticalBar: '∥',
  DownArrow: '↓',
  DownArrowBar: '⤓',
  DownArrowUpArrow: '⇵',
  DownBreve: '̑',
  DownLeftRightVector: '⥐',
  DownLeftTeeVector: '⥞',
  DownLeftVector: '↽',
  DownLeftVectorBar: '⥖',
  DownRightTeeVector: '⥟',
  DownRightVector: '⇁',
  DownRightVectorBar: '⥗',
  DownTee: '⊤',
  DownTeeArrow: '↧',
  Downarrow: '⇓',
  Dscr: '𝒟',
  Dstrok: 'Đ',
  ENG: 'Ŋ',
  ETH: 'Ð',
  Eacute: 'É',
  Ecaron: 'Ě',
  Ecirc: 'Ê',
  Ecy: 'Э',
  Edot: 'Ė',
  Efr: '𝔈',
  Egrave: 'È',
  Element: '∈',
  Emacr: 'Ē',
  EmptySmallSquare: '◻',
  EmptyVerySmallSquare: '▫',
  Eogon: 'Ę',
  Eopf: '𝔼',
  Epsilon: 'Ε',
  Equal: '⩵',
  EqualTilde: '≂',
  Equilibrium: '⇌',
  Escr: 'ℰ',
  Esim: '⩳',
  Eta: 'Η',
  Euml: 'Ë',
  Exists: '∃',
  ExponentialE: 'ⅇ',
  Fcy: 'Ф',
  Ffr: '𝔉',
  FilledSmallSquare: '◼',
  FilledVerySmallSquare: '▪',
  Fopf: '𝔽',
  ForAll: '∀',
  Fouriertrf: 'ℱ',
  Fscr: 'ℱ',
  GJcy: 'Ѓ',
  GT: '>',
  Gamma: 'Γ',
  Gammad: 'Ϝ',
  Gbreve: 'Ğ',
  Gcedil: 'Ģ',
  Gcirc: 'Ĝ',
  Gcy: 'Г',
  Gdot: 'Ġ',
  Gfr: '𝔊',
  Gg: '⋙',
  Gopf: '𝔾',
  GreaterEqual: '≥',
  GreaterEqualLess: '⋛',
  GreaterFullEqual: '≧',
  GreaterGreater: '⪢',
  GreaterLess: '≷',
  GreaterSlantEqual: '⩾',
  GreaterTilde: '≳',
  Gscr: '𝒢',
  Gt: '≫',
  HARDcy: 'Ъ',
  Hacek: 'ˇ',
  Hat: '^',
  Hcirc: 'Ĥ',
  Hfr: 'ℌ',
  HilbertSpace: 'ℋ',
  Hopf: 'ℍ',
  HorizontalLine: '─',
  Hscr: 'ℋ',
  Hstrok: 'Ħ',
  HumpDownHump: '≎',
  HumpEqual: '≏',
  IEcy: 'Е',
  IJlig: 'Ĳ',
  IOcy: 'Ё',
  Iacute: 'Í',
  Icirc: 'Î',
  Icy: 'И',
  Idot: 'İ',
  Ifr: 'ℑ',
  Igrave: 'Ì',
  Im: 'ℑ',
  Imacr: 'Ī',
  ImaginaryI: 'ⅈ',
  Implies: '⇒',
  Int: '∬',
  Integral: '∫',
  Intersection: '⋂',
  InvisibleComma: '⁣',
  InvisibleTimes: '⁢',
  Iogon: 'Į',
  Iopf: '𝕀',
  Iota: 'Ι',
  Iscr: 'ℐ',
  Itilde: 'Ĩ',
  Iukcy: 'І',
  Iuml: 'Ï',
  Jcirc: 'Ĵ',
  Jcy: 'Й',
  Jfr: '𝔍',
  Jopf: '𝕁',
  Jscr: '𝒥',
  Jsercy: 'Ј',
  Jukcy: 'Є',
  KHcy: 'Х',
  KJcy: 'Ќ',
  Kappa: 'Κ',
  Kcedil: 'Ķ',
  Kcy: 'К',
  Kfr: '𝔎',
  Kopf: '𝕂',
  Kscr: '𝒦',
  LJcy: 'Љ',
  LT: '<',
  Lacute: 'Ĺ',
  Lambda: 'Λ',
  Lang: '⟪',
  Laplacetrf: 'ℒ',
  Larr: '↞',
  Lcaron: 'Ľ',
  Lcedil: 'Ļ',
  Lcy: 'Л',
  LeftAngleBracket: '⟨',
  LeftArrow: '←',
  LeftArrowBar: '⇤',
  LeftArrowRightArrow: '⇆',
  LeftCeiling: '⌈',
  LeftDoubleBracket: '⟦',
  LeftDownTeeVector: '⥡',
  LeftDownVector: '⇃',
  LeftDownVectorBar: '⥙',
  LeftFloor: '⌊',
  LeftRightArrow: '↔',
  LeftRightVector: '⥎',
  LeftTee: '⊣',
  LeftTeeArrow: '↤',
  LeftTeeVector: '⥚',
  LeftTriangle: '⊲',
  LeftTriangleBar: '⧏',
  LeftTriangleEqual: '⊴',
  LeftUpDownVector: '⥑',
  LeftUpTeeVector: '⥠',
  LeftUpVector: '↿',
  LeftUpVectorBar: '⥘',
  LeftVector: '↼',
  LeftVectorBar: '⥒',
  Leftarrow: '⇐',
  Leftrightarrow: '⇔',
  LessEqualGreater: '⋚',
  LessFullEqual: '≦',
  LessGreater: '≶',
  LessLess: '⪡',
  LessSlantEqual: '⩽',
  LessTilde: '≲',
  Lfr: '𝔏',
  Ll: '⋘',
  Lleftarrow: '⇚',
  Lmidot: 'Ŀ',
  LongLeftArrow: '⟵',
  LongLeftRightArrow: '⟷',
  LongRightArrow: '⟶',
  Longleftarrow: '⟸',
  Longleftrightarrow: '⟺',
  Longrightarrow: '⟹',
  Lopf: '𝕃',
  LowerLeftArrow: '↙',
  LowerRightArrow: '↘',
  Lscr: 'ℒ',
  Lsh: '↰',
  Lstrok: 'Ł',
  Lt: '≪',
  Map: '⤅',
  Mcy: 'М',
  MediumSpace: ' ',
  Mellintrf: 'ℳ',
  Mfr: '𝔐',
  MinusPlus: '∓',
  Mopf: '𝕄',
  Mscr: 'ℳ',
  Mu: 'Μ',
  NJcy: 'Њ',
  Nacute: 'Ń',
  Ncaron: 'Ň',
  Ncedil: 'Ņ',
  Ncy: 'Н',
  NegativeMediumSpace: '​',
  NegativeThickSpace: '​',
  NegativeThinSpace: '​',
  NegativeVeryThinSpace: '​',
  NestedGreaterGreater: '≫',
  NestedLessLess: '≪',
  NewLine: '\n',
  Nfr: '𝔑',
  NoBreak: '⁠',
  NonBreakingSpace: ' ',
  Nopf: 'ℕ',
  Not: '⫬',
  NotCongruent: '≢',
  NotCupCap: '≭',
  NotDoubleVerticalBar: '∦',
  NotElement: '∉',
  NotEqual: '≠',
  NotEqualTilde: '≂̸',
  NotExists: '∄',
  NotGreater: '≯',
  NotGreaterEqual: '≱',
  NotGreaterFullEqual: '≧̸',
  NotGreaterGreater: '≫̸',
  NotGreaterLess: '≹',
  NotGreaterSlantEqual: '⩾̸',
  NotGreaterTilde: '≵',
  NotHumpDownHump: '≎̸',
  NotHumpEqual: '≏̸',
  NotLeftTriangle: '⋪',
  NotLeftTriangleBar: '⧏̸',
  NotLeftTriangleEqual: '⋬',
  NotLess: '≮',
  NotLessEqual: '≰',
  NotLessGreater: '≸',
  NotLessLess: '≪̸',
  NotLessSlantEqual: '⩽̸',
  NotLessTilde: '≴',
  NotNestedGreaterGreater: '⪢̸',
  NotNestedLessLess: '⪡̸',
  NotPrecedes: '⊀',
  NotPrecedesEqual: '⪯̸',
  NotPrecedesSlantEqual: '⋠',
  NotReverseElement: '∌',
  NotRightTriangle: '⋫',
  NotRightTriangleBar: '⧐̸',
  NotRightTriangleEqual: '⋭',
  NotSquareSubset: '⊏̸',
  NotSquareSubsetEqual: '⋢',
  NotSquareSuperset: '⊐̸',
  NotSquareSupersetEqual: '⋣',
  NotSubset: '⊂⃒',
  NotSubsetEqual: '⊈',
  NotSucceeds: '⊁',
  NotSucceedsEqual: '⪰̸',
  NotSucceedsSlantEqual: '⋡',
  NotSucceedsTilde: '≿̸',
  NotSuperset: '⊃⃒',
  NotSupersetEqual: '⊉',
  NotTilde: '≁',
  NotTildeEqual: '≄',
  NotTildeFullEqual: '≇',
  NotTildeTilde: '≉',
  NotVerticalBar: '∤',
  Nscr: '𝒩',
  Ntilde: 'Ñ',
  Nu: 'Ν',
  OElig: 'Œ',
  Oacute: 'Ó',
  Ocirc: 'Ô',
  Ocy: 'О',
  Odblac: 'Ő',
  Ofr: '𝔒',
  Ograve: 'Ò',
  Omacr: 'Ō',
  Omega: 'Ω',
  Omicron: 'Ο',
  Oopf: '𝕆',
  OpenCurlyDoubleQuote: '“',
  OpenCurlyQuote: '‘',
  Or: '⩔',
  Oscr: '𝒪',
  Oslash: 'Ø',
  Otilde: 'Õ',
  Otimes: '⨷',
  Ouml: 'Ö',
  OverBar: '‾',
  OverBrace: '⏞',
  OverBracket: '⎴',
  OverParenthesis: '⏜',
  PartialD: '∂',
  Pcy: 'П',
  Pfr: '𝔓',
  Phi: 'Φ',
  Pi: 'Π',
  PlusMinus: '±',
  Poincareplane: 'ℌ',
  Popf: 'ℙ',
  Pr: '⪻',
  Precedes: '≺',
  PrecedesEqual: '⪯',
  PrecedesSlantEqual: '≼',
  PrecedesTilde: '≾',
  Prime: '″',
  Product: '∏',
  Proportion: '∷',
  Proportional: '∝',
  Pscr: '𝒫',
  Psi: 'Ψ',
  QUOT: '"',
  Qfr: '𝔔',
  Qopf: 'ℚ',
  Qscr: '𝒬',
  RBarr: '⤐',
  REG: '®',
  Racute: 'Ŕ',
  Rang: '⟫',
  Rarr: '↠',
  Rarrtl: '⤖',
  Rcaron: 'Ř',
  Rcedil: 'Ŗ',
  Rcy: 'Р',
  Re: 'ℜ',
  ReverseElement: '∋',
  ReverseEquilibrium: '⇋',
  ReverseUpEquilibrium: '⥯',
  Rfr: 'ℜ',
  Rho: 'Ρ',
  RightAngleBracket: '⟩',
  RightArrow: '→',
  RightArrowBar: '⇥',
  RightArrowLeftArrow: '⇄',
  RightCeiling: '⌉',
  RightDoubleBracket: '⟧',
  RightDownTeeVector: '⥝',
  RightDownVector: '⇂',
  RightDownVectorBar: '⥕',
  RightFloor: '⌋',
  RightTee: '⊢',
  RightTeeArrow: '↦',
  RightTeeVector: '⥛',
  RightTriangle: '⊳',
  RightTriangleBar: '⧐',
  RightTriangleEqual: '⊵',
  RightUpDownVector: '⥏',
  RightUpTeeVector: '⥜',
  RightUpVector: '↾',
  RightUpVectorBar: '⥔',
  RightVector: '⇀',
  RightVectorBar: '⥓',
  Rightarrow: '⇒',
  Ropf: 'ℝ',
  RoundImplies: '⥰',
  Rrightarrow: '⇛',
  Rscr: 'ℛ',
  Rsh: '↱',
  RuleDelayed: '⧴',
  SHCHcy: 'Щ',
  SHcy: 'Ш',
  SOFTcy: 'Ь',
  Sacute: 'Ś',
  Sc: '⪼',
  Scaron: 'Š',
  Scedil: 'Ş',
  Scirc: 'Ŝ',
  Scy: 'С',
  Sfr: '𝔖',
  ShortDownArrow: '↓',
  ShortLeftArrow: '←',
  ShortRightArrow: '→',
  ShortUpArrow: '↑',
  Sigma: 'Σ',
  SmallCircle: '∘',
  Sopf: '𝕊',
  Sqrt: '√',
  Square: '□',
  SquareIntersection: '⊓',
  SquareSubset: '⊏',
  SquareSubsetEqual: '⊑',
  SquareSuperset: '⊐',
  SquareSupersetEqual: '⊒',
  SquareUnion: '⊔',
  Sscr: '𝒮',
  Star: '⋆',
  Sub: '⋐',
  Subset: '⋐',
  SubsetEqual: '⊆',
  Succeeds: '≻',
  SucceedsEqual: '⪰',
  SucceedsSlantEqual: '≽',
  SucceedsTilde: '≿',
  SuchThat: '∋',
  Sum: '∑',
  Sup: '⋑',
  Superset: '⊃',
  SupersetEqual: '⊇',
  Supset: '⋑',
  THORN: 'Þ',
  TRADE: '™',
  TSHcy: 'Ћ',
  TScy: 'Ц',
  Tab: '\t',
  Tau: 'Τ',
  Tcaron: 'Ť',
  Tcedil: 'Ţ',
  Tcy: 'Т',
  Tfr: '𝔗',
  Therefore: '∴',
  Theta: 'Θ',
  ThickSpace: '  ',
  ThinSpace: ' ',
  Tilde: '∼',
  TildeEqual: '≃',
  TildeFullEqual: '≅',
  TildeTilde: '≈',
  Topf: '𝕋',
  TripleDot: '⃛',
  Tscr: '𝒯',
  Tstrok: 'Ŧ',
  Uacute: 'Ú',
  Uarr: '↟',
  Uarrocir: '⥉',
  Ubrcy: 'Ў',
  Ubreve: 'Ŭ',
  Ucirc: 'Û',
  Ucy: 'У',
  Udblac: 'Ű',
  Ufr: '𝔘',
  Ugrave: 'Ù',
  Umacr: 'Ū',
  UnderBar: '_',
  UnderBrace: '⏟',
  UnderBracket: '⎵',
  UnderParenthesis: '⏝',
  Union: '⋃',
  UnionPlus: '⊎',
  Uogon: 'Ų',
  Uopf: '𝕌',
  UpArrow: '↑',
  UpArrowBar: '⤒',
  UpArrowDownArrow: '⇅',
  UpDownArrow: '↕',
  UpEquilibrium: '⥮',
  UpTee: '⊥',
  UpTeeArrow: '↥',
  Uparrow: '⇑',
  Updownarrow: '⇕',
  UpperLeftArrow: '↖',
  UpperRightArrow: '↗',
  Upsi: 'ϒ',
  Upsilon: 'Υ',
  Uring: 'Ů',
  Uscr: '𝒰',
  Utilde: 'Ũ',
  Uuml: 'Ü',
  VDash: '⊫',
  Vbar: '⫫',
  Vcy: 'В',
  Vdash: '⊩',
  Vdashl: '⫦',
  Vee: '⋁',
  Verbar: '‖',
  Vert: '‖',
  VerticalBar: '∣',
  VerticalLine: '|',
  VerticalSeparator: '❘',
  VerticalTilde: '≀',
  VeryThinSpace: ' ',
  Vfr: '𝔙',
  Vopf: '𝕍',
  Vscr: '𝒱',
  Vvdash: '⊪',
  Wcirc: 'Ŵ',
  Wedge: '⋀',
  Wfr: '𝔚',
  Wopf: '𝕎',
  Wscr: '𝒲',
  Xfr: '𝔛',
  Xi: 'Ξ',
  Xopf: '𝕏',
  Xscr: '𝒳',
  YAcy: 'Я',
  YIcy: 'Ї',
  YUcy: 'Ю',
  Yacute: 'Ý',
  Ycirc: 'Ŷ',
  Ycy: 'Ы',
  Yfr: '𝔜',
  Yopf: '𝕐',
  Yscr: '𝒴',
  Yuml: 'Ÿ',
  ZHcy: 'Ж',
  Zacute: 'Ź',
  Zcaron: 'Ž',
  Zcy: 'З',
  Zdot: 'Ż',
  ZeroWidthSpace: '​',
  Zeta: 'Ζ',
  Zfr: 'ℨ',
  Zopf: 'ℤ',
  Zscr: '𝒵',
  aacute: 'á',
  abreve: 'ă',
  ac: '∾',
  acE: '∾̳',
  acd: '∿',
  acirc: 'â',
  acute: '´',
  acy: 'а',
  aelig: 'æ',
  af: '⁡',
  afr: '𝔞',
  agrave: 'à',
  alefsym: 'ℵ',
  aleph: 'ℵ',
  alpha: 'α',
  amacr: 'ā',
  amalg: '⨿',
  amp: '&',
  and: '∧',
  andand: '⩕',
  andd: '⩜',
  andslope: '⩘',
  andv: '⩚',
  ang: '∠',
  ange: '⦤',
  angle: '∠',
  angmsd: '∡',
  angmsdaa: '⦨',
  angmsdab: '⦩',
  angmsdac: '⦪',
  angmsdad: '⦫',
  angmsdae: '⦬',
  angmsdaf: '⦭',
  angmsdag: '⦮',
  angmsdah: '⦯',
  angrt: '∟',
  angrtvb: '⊾',
  angrtvbd: '⦝',
  angsph: '∢',
  angst: 'Å',
  angzarr: '⍼',
  aogon: 'ą',
  aopf: '𝕒',
  ap: '≈',
  apE: '⩰',
  apacir: '⩯',
  ape: '≊',
  apid: '≋',
  apos: "'",
  approx: '≈',
  approxeq: '≊',
  aring: 'å',
  ascr: '𝒶',
  ast: '*',
  asymp: '≈',
  asympeq: '≍',
  atilde: 'ã',
  auml: 'ä',
  awconint: '∳',
  awint: '⨑',
  bNot: '⫭',
  backcong: '≌',
  backepsilon: '϶',
  backprime: '‵',
  backsim: '∽',
  backsimeq: '⋍',
  barvee: '⊽',
  barwed: '⌅',
  barwedge: '⌅',
  bbrk: '⎵',
  bbrktbrk: '⎶',
  bcong: '≌',
  bcy: 'б',
  bdquo: '„',
  becaus: '∵',
  because: '∵',
  bemptyv: '⦰',
  bepsi: '϶',
  bernou: 'ℬ',
  beta: 'β',
  beth: 'ℶ',
  between: '≬',
  bfr: '𝔟',
  bigcap: '⋂',
  bigcirc: '◯',
  bigcup: '⋃',
  bigodot: '⨀',
  bigoplus: '⨁',
  bigotimes: '⨂',
  bigsqcup: '⨆',
  bigstar: '★',
  bigtriangledown: '▽',
  bigtriangleup: '△',
  biguplus: '⨄',
  bigvee: '⋁',
  bigwedge: '⋀',
  bkarow: '⤍',
  blacklozenge: '⧫',
  blacksquare: '▪',
  blacktriangle: '▴',
  blacktriangledown: '▾',
  blacktriangleleft: '◂',
  blacktriangleright: '▸',
  blank: '␣',
  blk12: '▒',
  blk14: '░',
  blk34: '▓',
  block: '█',
  bne: '=⃥',
  bnequiv: '≡⃥',
  bnot: '⌐',
  bopf: '𝕓',
  bot: '⊥',
  bottom: '⊥',
  bowtie: '⋈',
  boxDL: '╗',
  boxDR: '╔',
  boxDl: '╖',
  boxDr: '╓',
  boxH: '═',
  boxHD: '╦',
  boxHU: '╩',
  boxHd: '╤',
  boxHu: '╧',
  boxUL: '╝',
  boxUR: '╚',
  boxUl: '╜',
  boxUr: '╙',
  boxV: '║',
  boxVH: '╬',
  boxVL: '╣',
  boxVR: '╠',
  boxVh: '╫',
  boxVl: '╢',
  boxVr: '╟',
  boxbox: '⧉',
  boxdL: '╕',
  boxdR: '╒',
  boxdl: '┐',
  boxdr: '┌',
  boxh: '─',
  boxhD: '╥',
  boxhU: '╨',
  boxhd: '┬',
  boxhu: '┴',
  boxminus: '⊟',
  boxplus: '⊞',
  boxtimes: '⊠',
  boxuL: '╛',
  boxuR: '╘',
  boxul: '┘',
  boxur: '└',
  boxv: '│',
  boxvH: '╪',
  boxvL: '╡',
  boxvR: '╞',
  boxvh: '┼',
  boxvl: '┤',
  boxvr: '├',
  bprime: '‵',
  breve: '˘',
  brvbar: '¦',
  bscr: '𝒷',
  bsemi: '⁏',
  bsim: '∽',
  bsime: '⋍',
  bsol: '\\',
  bsolb: '⧅',
  bsolhsub: '⟈',
  bull: '•',
  bullet: '•',
  bump: '≎',
  bumpE: '⪮',
  bumpe: '≏',
  bumpeq: '≏',
  cacute: 'ć',
  cap: '∩',
  capand: '⩄',
  capbrcup: '⩉',
  capcap: '⩋',
  capcup: '⩇',
  capdot: '⩀',
  caps: '∩︀',
  caret: '⁁',
  caron: 'ˇ',
  ccaps: '⩍',
  ccaron: 'č',
  ccedil: 'ç',
  ccirc: 'ĉ',
  ccups: '⩌',
  ccupssm: '⩐',
  cdot: 'ċ',
  cedil: '¸',
  cemptyv: '⦲',
  cent: '¢',
  centerdot: '·',
  cfr: '𝔠',
  chcy: 'ч',
  check: '✓',
  checkmark: '✓',
  chi: 'χ',
  cir: '○',
  cirE: '⧃',
  circ: 'ˆ',
  circeq: '≗',
  circlearrowleft: '↺',
  circlearrowright: '↻',
  circledR: '®',
  circledS: 'Ⓢ',
  circledast: '⊛',
  circledcirc: '⊚',
  circleddash: '⊝',
  cire: '≗',
  cirfnint: '⨐',
  cirmid: '⫯',
  cirscir: '⧂',
  clubs: '♣',
  clubsuit: '♣',
  colon: ':',
  colone: '≔',
  coloneq: '≔',
  comma: ',',
  commat: '@',
  comp: '∁',
  compfn: '∘',
  complement: '∁',
  complexes: 'ℂ',
  cong: '≅',
  congdot: '⩭',
  conint: '∮',
  copf: '𝕔',
  coprod: '∐',
  copy: '©',
  copysr: '℗',
  crarr: '↵',
  cross: '✗',
  cscr: '𝒸',
  csub: '⫏',
  csube: '⫑',
  csup: '⫐',
  csupe: '⫒',
  ctdot: '⋯',
  cudarrl: '⤸',
  cudarrr: '⤵',
  cuepr: '⋞',
  cuesc: '⋟',
  cularr: '↶',
  cularrp: '⤽',
  cup: '∪',
  cupbrcap: '⩈',
  cupcap: '⩆',
  cupcup: '⩊',
  cupdot: '⊍',
  cupor: '⩅',
  cups: '∪︀',
  curarr: '↷',
  curarrm: '⤼',
  curlyeqprec: '⋞',
  curlyeqsucc: '⋟',
  curlyvee: '⋎',
  curlywedge: '⋏',
  curren: '¤',
  curvearrowleft: '↶',
  curvearrowright: '↷',
  cuvee: '⋎',
  cuwed: '⋏',
  cwconint: '∲',
  cwint: '∱',
  cylcty: '⌭',
  dArr: '⇓',
  dHar: '⥥',
  dagger: '†',
  daleth: 'ℸ',
  darr: '↓',
  dash: '‐',
  dashv: '⊣',
  dbkarow: '⤏',
  dblac: '˝',
  dcaron: 'ď',
  dcy: 'д',
  dd: 'ⅆ',
  ddagger: '‡',
  ddarr: '⇊',
  ddotseq: '⩷',
  deg: '°',
  delta: 'δ',
  demptyv: '⦱',
  dfisht: '⥿',
  dfr: '𝔡',
  dharl: '⇃',
  dharr: '⇂',
  diam: '⋄',
  diamond: '⋄',
  diamondsuit: '♦',
  diams: '♦',
  die: '¨',
  digamma: 'ϝ',
  disin: '⋲',
  div: '÷',
  divide: '÷',
  divideontimes: '⋇',
  divonx: '⋇',
  djcy: 'ђ',
  dlcorn: '⌞',
  dlcrop: '⌍',
  dollar: '$',
  dopf: '𝕕',
  dot: '˙',
  doteq: '≐',
  doteqdot: '≑',
  dotminus: '∸',
  dotplus: '∔',
  dotsquare: '⊡',
  doublebarwedge: '⌆',
  downarrow: '↓',
  downdownarrows: '⇊',
  downharpoonleft: '⇃',
  downharpoonright: '⇂',
  drbkarow: '⤐',
  drcorn: '⌟',
  drcrop: '⌌',
  dscr: '𝒹',
  dscy: 'ѕ',
  dsol: '⧶',
  dstrok: 'đ',
  dtdot: '⋱',
  dtri: '▿',
  dtrif: '▾',
  duarr: '⇵',
  duhar: '⥯',
  dwangle: '⦦',
  dzcy: 'џ',
  dzigrarr: '⟿',
  eDDot: '⩷',
  eDot: '≑',
  eacute: 'é',
  easter: '⩮',
  ecaron: 'ě',
  ecir: '≖',
  ecirc: 'ê',
  ecolon: '≕',
  ecy: 'э',
  edot: 'ė',
  ee: 'ⅇ',
  efDot: '≒',
  efr: '𝔢',
  eg: '⪚',
  egrave: 'è',
  egs: '⪖',
  egsdot: '⪘',
  el: '⪙',
  elinters: '⏧',
  ell: 'ℓ',
  els: '⪕',
  elsdot: '⪗',
  emacr: 'ē',
  empty: '∅',
  emptyset: '∅',
  emptyv: '∅',
  emsp13: ' ',
  emsp14: ' ',
  emsp: ' ',
  eng: 'ŋ',
  ensp: ' ',
  eogon: 'ę',
  eopf: '𝕖',
  epar: '⋕',
  eparsl: '⧣',
  eplus: '⩱',
  epsi: 'ε',
  epsilon: 'ε',
  epsiv: 'ϵ',
  eqcirc: '≖',
  eqcolon: '≕',
  eqsim: '≂',
  eqslantgtr: '⪖',
  eqslantless: '⪕',
  equals: '=',
  equest: '≟',
  equiv: '≡',
  equivDD: '⩸',
  eqvparsl: '⧥',
  erDot: '≓',
  erarr: '⥱',
  escr: 'ℯ',
  esdot: '≐',
  esim: '≂',
  eta: 'η',
  eth: 'ð',
  euml: 'ë',
  euro: '€',
  excl: '!',
  exist: '∃',
  expectation: 'ℰ',
  exponentiale: 'ⅇ',
  fallingdotseq: '≒',
  fcy: 'ф',
  female: '♀',
  ffilig: 'ﬃ',
  fflig: 'ﬀ',
  ffllig: 'ﬄ',
  ffr: '𝔣',
  filig: 'ﬁ',
  fjlig: 'fj',
  flat: '♭',
  fllig: 'ﬂ',
  fltns: '▱',
  fnof: 'ƒ',
  fopf: '𝕗',
  forall: '∀',
  fork: '⋔',
  forkv: '⫙',
  fpartint: '⨍',
  frac12: '½',
  frac13: '⅓',
  frac14: '¼',
  frac15: '⅕',
  frac16: '⅙',
  frac18: '⅛',
  frac23: '⅔',
  frac25: '⅖',
  frac34: '¾',
  frac35: '⅗',
  frac38: '⅜',
  frac45: '⅘',
  frac56: '⅚',
  frac58: '⅝',
  frac78: '⅞',
  frasl: '⁄',
  frown: '⌢',
  fscr: '𝒻',
  gE: '≧',
  gEl: '⪌',
  gacute: 'ǵ',
  gamma: 'γ',
  gammad: 'ϝ',
  gap: '⪆',
  gbreve: 'ğ',
  gcirc: 'ĝ',
  gcy: 'г',
  gdot: 'ġ',
  ge: '≥',
  gel: '⋛',
  geq: '≥',
  geqq: '≧',
  geqslant: '⩾',
  ges: '⩾',
  gescc: '⪩',
  gesdot: '⪀',
  gesdoto: '⪂',
  gesdotol: '⪄',
  gesl: '⋛︀',
  gesles: '⪔',
  gfr: '𝔤',
  gg: '≫',
  ggg: '⋙',
  gimel: 'ℷ',
  gjcy: 'ѓ',
  gl: '≷',
  glE: '⪒',
  gla: '⪥',
  glj: '⪤',
  gnE: '≩',
  gnap: '⪊',
  gnapprox: '⪊',
  gne: '⪈',
  gneq: '⪈',
  gneqq: '≩',
  gnsim: '⋧',
  gopf: '𝕘',
  grave: '`',
  gscr: 'ℊ',
  gsim: '≳',
  gsime: '⪎',
  gsiml: '⪐',
  gt: '>',
  gtcc: '⪧',
  gtcir: '⩺',
  gtdot: '⋗',
  gtlPar: '⦕',
  gtquest: '⩼',
  gtrapprox: '⪆',
  gtrarr: '⥸',
  gtrdot: '⋗',
  gtreqless: '⋛',
  gtreqqless: '⪌',
  gtrless: '≷',
  gtrsim: '≳',
  gvertneqq: '≩︀',
  gvnE: '≩︀',
  hArr: '⇔',
  hairsp: ' ',
  half: '½',
  hamilt: 'ℋ',
  hardcy: 'ъ',
  harr: '↔',
  harrcir: '⥈',
  harrw: '↭',
  hbar: 'ℏ',
  hcirc: 'ĥ',
  hearts: '♥',
  heartsuit: '♥',
  hellip: '…',
  hercon: '⊹',
  hfr: '𝔥',
  hksearow: '⤥',
  hkswarow: '⤦',
  hoarr: '⇿',
  homtht: '∻',
  hookleftarrow: '↩',
  hookrightarrow: '↪',
  hopf: '𝕙',
  horbar: '―',
  hscr: '𝒽',
  hslash: 'ℏ',
  hstrok: 'ħ',
  hybull: '⁃',
  hyphen: '‐',
  iacute: 'í',
  ic: '⁣',
  icirc: 'î',
  icy: 'и',
  iecy: 'е',
  iexcl: '¡',
  iff: '⇔',
  ifr: '𝔦',
  igrave: 'ì',
  ii: 'ⅈ',
  iiiint: '⨌',
  iiint: '∭',
  iinfin: '⧜',
  iiota: '℩',
  ijlig: 'ĳ',
  imacr: 'ī',
  image: 'ℑ',
  imagline: 'ℐ',
  imagpart: 'ℑ',
  imath: 'ı',
  imof: '⊷',
  imped: 'Ƶ',
  in: '∈',
  incare: '℅',
  infin: '∞',
  infintie: '⧝',
  inodot: 'ı',
  int: '∫',
  intcal: '⊺',
  integers: 'ℤ',
  intercal: '⊺',
  intlarhk: '⨗',
  intprod: '⨼',
  iocy: 'ё',
  iogon: 'į',
  iopf: '𝕚',
  iota: 'ι',
  iprod: '⨼',
  iquest: '¿',
  iscr: '𝒾',
  isin: '∈',
  isinE: '⋹',
  isindot: '⋵',
  isins: '⋴',
  isinsv: '⋳',
  isinv: '∈',
  it: '⁢',
  itilde: 'ĩ',
  iukcy: 'і',
  iuml: 'ï',
  jcirc: 'ĵ',
  jcy: 'й',
  jfr: '𝔧',
  jmath: 'ȷ',
  jopf: '𝕛',
  jscr: '𝒿',
  jsercy: 'ј',
  jukcy: 'є',
  kappa: 'κ',
  kappav: 'ϰ',
  kcedil: 'ķ',
  kcy: 'к',
  kfr: '𝔨',
  kgreen: 'ĸ',
  khcy: 'х',
  kjcy: 'ќ',
  kopf: '𝕜',
  kscr: '𝓀',
  lAarr: '⇚',
  lArr: '⇐',
  lAtail: '⤛',
  lBarr: '⤎',
  lE: '≦',
  lEg: '⪋',
  lHar: '⥢',
  lacute: 'ĺ',
  laemptyv: '⦴',
  lagran: 'ℒ',
  lambda: 'λ',
  lang: '⟨',
  langd: '⦑',
  langle: '⟨',
  lap: '⪅',
  laquo: '«',
  larr: '←',
  larrb: '⇤',
  larrbfs: '⤟',
  larrfs: '⤝',
  larrhk: '↩',
  larrlp: '↫',
  larrpl: '⤹',
  larrsim: '⥳',
  larrtl: '↢',
  lat: '⪫',
  latail: '⤙',
  late: '⪭',
  lates: '⪭︀',
  lbarr: '⤌',
  lbbrk: '❲',
  lbrace: '{',
  lbrack: '[',
  lbrke: '⦋',
  lbrksld: '⦏',
  lbrkslu: '⦍',
  lcaron: 'ľ',
  lcedil: 'ļ',
  lceil: '⌈',
  lcub: '{',
  lcy: 'л',
  ldca: '⤶',
  ldquo: '“',
  ldquor: '„',
  ldrdhar: '⥧',
  ldrushar: '⥋',
  ldsh: '↲',
  le: '≤',
  leftarrow: '←',
  leftarrowtail: '↢',
  leftharpoondown: '↽',
  leftharpoonup: '↼',
  leftleftarrows: '⇇',
  leftrightarrow: '↔',
  leftrightarrows: '⇆',
  leftrightharpoons: '⇋',
  leftrightsquigarrow: '↭',
  leftthreetimes: '⋋',
  leg: '⋚',
  leq: '≤',
  leqq: '≦',
  leqslant: '⩽',
  les: '⩽',
  lescc: '⪨',
  lesdot: '⩿',
  lesdoto: '⪁',
  lesdotor: '⪃',
  lesg: '⋚︀',
  lesges: '⪓',
  lessapprox: '⪅',
  lessdot: '⋖',
  lesseqgtr: '⋚',
  lesseqqgtr: '⪋',
  lessgtr: '≶',
  lesssim: '≲',
  lfisht: '⥼',
  lfloor: '⌊',
  lfr: '𝔩',
  lg: '≶',
  lgE: '⪑',
  lhard: '↽',
  lharu: '↼',
  lharul: '⥪',
  lhblk: '▄',
  ljcy: 'љ',
  ll: '≪',
  llarr: '⇇',
  llcorner: '⌞',
  llhard: '⥫',
  lltri: '◺',
  lmidot: 'ŀ',
  lmoust: '⎰',
  lmoustache: '⎰',
  lnE: '≨',
  lnap: '⪉',
  lnapprox: '⪉',
  lne: '⪇',
  lneq: '⪇',
  lneqq: '≨',
  lnsim: '⋦',
  loang: '⟬',
  loarr: '⇽',
  lobrk: '⟦',
  longleftarrow: '⟵',
  longleftrightarrow: '⟷',
  longmapsto: '⟼',
  longrightarrow: '⟶',
  looparrowleft: '↫',
  looparrowright: '↬',
  lopar: '⦅',
  lopf: '𝕝',
  loplus: '⨭',
  lotimes: '⨴',
  lowast: '∗',
  lowbar: '_',
  loz: '◊',
  lozenge: '◊',
  lozf: '⧫',
  lpar: '(',
  lparlt: '⦓',
  lrarr: '⇆',
  lrcorner: '⌟',
  lrhar: '⇋',
  lrhard: '⥭',
  lrm: '‎',
  lrtri: '⊿',
  lsaquo: '‹',
  lscr: '𝓁',
  lsh: '↰',
  lsim: '≲',
  lsime: '⪍',
  lsimg: '⪏',
  lsqb: '[',
  lsquo: '‘',
  lsquor: '‚',
  lstrok: 'ł',
  lt: '<',
  ltcc: '⪦',
  ltcir: '⩹',
  ltdot: '⋖',
  lthree: '⋋',
  ltimes: '⋉',
  ltlarr: '⥶',
  ltquest: '⩻',
  ltrPar: '⦖',
  ltri: '◃',
  ltrie: '⊴',
  ltrif: '◂',
  lurdshar: '⥊',
  luruhar: '⥦',
  lvertneqq: '≨︀',
  lvnE: '≨︀',
  mDDot: '∺',
  macr: '¯',
  male: '♂',
  malt: '✠',
  maltese: '✠',
  map: '↦',
  mapsto: '↦',
  mapstodown: '↧',
  mapstoleft: '↤',
  mapstoup: '↥',
  marker: '▮',
  mcomma: '⨩',
  mcy: 'м',
  mdash: '—',
  measuredangle: '∡',
  mfr: '𝔪',
  mho: '℧',
  micro: 'µ',
  mid: '∣',
  midast: '*',
  midcir: '⫰',
  middot: '·',
  minus: '−',
  minusb: '⊟',
  minusd: '∸',
  minusdu: '⨪',
  mlcp: '⫛',
  mldr: '…',
  mnplus: '∓',
  models: '⊧',
  mopf: '𝕞',
  mp: '∓',
  mscr: '𝓂',
  mstpos: '∾',
  mu: 'μ',
  multimap: '⊸',
  mumap: '⊸',
  nGg: '⋙̸',
  nGt: '≫⃒',
  nGtv: '≫̸',
  nLeftarrow: '⇍',
  nLeftrightarrow: '⇎',
  nLl: '⋘̸',
  nLt: '≪⃒',
  nLtv: '≪̸',
  nRightarrow: '⇏',
  nVDash: '⊯',
  nVdash: '⊮',
  nabla: '∇',
  nacute: 'ń',
  nang: '∠⃒',
  nap: '≉',
  napE: '⩰̸',
  napid: '≋̸',
  napos: 'ŉ',
  napprox: '≉',
  natur: '♮',
  natural: '♮',
  naturals: 'ℕ',
  nbsp: ' ',
  nbump: '≎̸',
  nbumpe: '≏̸',
  ncap: '⩃',
  ncaron: 'ň',
  ncedil: 'ņ',
  ncong: '≇',
  ncongdot: '⩭̸',
  ncup: '⩂',
  ncy: 'н',
  ndash: '–',
  ne: '≠',
  neArr: '⇗',
  nearhk: '⤤',
  nearr: '↗',
  nearrow: '↗',
  nedot: '≐̸',
  nequiv: '≢',
  nesear: '⤨',
  nesim: '≂̸',
  nexist: '∄',
  nexists: '∄',
  nfr: '𝔫',
  ngE: '≧̸',
  nge: '≱',
  ngeq: '≱',
  ngeqq: '≧̸',
  ngeqslant: '⩾̸',
  nges: '⩾̸',
  ngsim: '≵',
  ngt: '≯',
  ngtr: '≯',
  nhArr: '⇎',
  nharr: '↮',
  nhpar: '⫲',
  ni: '∋',
  nis: '⋼',
  nisd: '⋺',
  niv: '∋',
  njcy: 'њ',
  nlArr: '⇍',
  nlE: '≦̸',
  nlarr: '↚',
  nldr: '‥',
  nle: '≰',
  nleftarrow: '↚',
  nleftrightarrow: '↮',
  nleq: '≰',
  nleqq: '≦̸',
  nleqslant: '⩽̸',
  nles: '⩽̸',
  nless: '≮',
  nlsim: '≴',
  nlt: '≮',
  nltri: '⋪',
  nltrie: '⋬',
  nmid: '∤',
  nopf: '𝕟',
  not: '¬',
  notin: '∉',
  notinE: '⋹̸',
  notindot: '⋵̸',
  notinva: '∉',
  notinvb: '⋷',
  notinvc: '⋶',
  notni: '∌',
  notniva: '∌',
  notnivb: '⋾',
  notnivc: '⋽',
  npar: '∦',
  nparallel: '∦',
  nparsl: '⫽⃥',
  npart: '∂̸',
  npolint: '⨔',
  npr: '⊀',
  nprcue: '⋠',
  npre: '⪯̸',
  nprec: '⊀',
  npreceq: '⪯̸',
  nrArr: '⇏',
  nrarr: '↛',
  nrarrc: '⤳̸',
  nrarrw: '↝̸',
  nrightarrow: '↛',
  nrtri: '⋫',
  nrtrie: '⋭',
  nsc: '⊁',
  nsccue: '⋡',
  nsce: '⪰̸',
  nscr: '𝓃',
  nshortmid: '∤',
  nshortparallel: '∦',
  nsim: '≁',
  nsime: '≄',
  nsimeq: '≄',
  nsmid: '∤',
  nspar: '∦',
  nsqsube: '⋢',
  nsqsupe: '⋣',
  nsub: '⊄',
  nsubE: '⫅̸',
  nsube: '⊈',
  nsubset: '⊂⃒',
  nsubseteq: '⊈',
  nsubseteqq: '⫅̸',
  nsucc: '⊁',
  nsucceq: '⪰̸',
  nsup: '⊅',
  nsupE: '⫆̸',
  nsupe: '⊉',
  nsupset: '⊃⃒',
  nsupseteq: '⊉',
  nsupseteqq: '⫆̸',
  ntgl: '≹',
  ntilde: 'ñ',
  ntlg: '≸',
  ntriangleleft: '⋪',
  ntrianglelefteq: '⋬',
  ntriangleright: '⋫',
  ntrianglerighteq: '⋭',
  nu: 'ν',
  num: '#',
  numero: '№',
  numsp: ' ',
  nvDash: '⊭',
  nvHarr: '⤄',
  nvap: '≍⃒',
  nvdash: '⊬',
  nvge: '≥⃒',
  nvgt: '>⃒',
  nvinfin: '⧞',
  nvlArr: '⤂',
  nvle: '≤⃒',
  nvlt: '<⃒',
  nvltrie: '⊴⃒',
  nvrArr: '⤃',
  nvrtrie: '⊵⃒',
  nvsim: '∼⃒',
  nwArr: '⇖',
  nwarhk: '⤣',
  nwarr: '↖',
  nwarrow: '↖',
  nwnear: '⤧',
  oS: 'Ⓢ',
  oacute: 'ó',
  oast: '⊛',
  ocir: '⊚',
  ocirc: 'ô',
  ocy: 'о',
  odash: '⊝',
  odblac: 'ő',
  odiv: '⨸',
  odot: '⊙',
  odsold: '⦼',
  oelig: 'œ',
  ofcir: '⦿',
  ofr: '𝔬',
  ogon: '˛',
  ograve: 'ò',
  ogt: '⧁',
  ohbar: '⦵',
  ohm: 'Ω',
  oint: '∮',
  olarr: '↺',
  olcir: '⦾',
  olcross: '⦻',
  oline: '‾',
  olt: '⧀',
  omacr: 'ō',
  omega: 'ω',
  omicron: 'ο',
  omid: '⦶',
  ominus: '⊖',
  oopf: '𝕠',
  opar: '⦷',
  operp: '⦹',
  oplus: '⊕',
  or: '∨',
  orarr: '↻',
  ord: '⩝',
  order: 'ℴ',
  orderof: 'ℴ',
  ordf: 'ª',
  ordm: 'º',
  origof: '⊶',
  oror: '⩖',
  orslope: '⩗',
  orv: '⩛',
  oscr: 'ℴ',
  oslash: 'ø',
  osol: '⊘',
  otilde: 'õ',
  otimes: '⊗',
  otimesas: '⨶',
  ouml: 'ö',
  ovbar: '⌽',
  par: '∥',
  para: '¶',
  parallel: '∥',
  parsim: '⫳',
  parsl: '⫽',
  part: '∂',
  pcy: 'п',
  percnt: '%',
  period: '.',
  permil: '‰',
  perp: '⊥',
  pertenk: '‱',
  pfr: '𝔭',
  phi: 'φ',
  phiv: 'ϕ',
  phmmat: 'ℳ',
  phone: '☎',
  pi: 'π',
  pitchfork: '⋔',
  piv: 'ϖ',
  planck: 'ℏ',
  planckh: 'ℎ',
  plankv: 'ℏ',
  plus: '+',
  plusacir: '⨣',
  plusb: '⊞',
  pluscir: '⨢',
  plusdo: '∔',
  plusdu: '⨥',
  pluse: '⩲',
  plusmn: '±',
  plussim: '⨦',
  plustwo: '⨧',
  pm: '±',
  pointint: '⨕',
  popf: '𝕡',
  pound: '£',
  pr: '≺',
  prE: '⪳',
  prap: '⪷',
  prcue: '≼',
  pre: '⪯',
  prec: '≺',
  precapprox: '⪷',
  preccurlyeq: '≼',
  preceq: '⪯',
  precnapprox: '⪹',
  precneqq: '⪵',
  precnsim: '⋨',
  precsim: '≾',
  prime: '′',
  primes: 'ℙ',
  prnE: '⪵',
  prnap: '⪹',
  prnsim: '⋨',
  prod: '∏',
  profalar: '⌮',
  profline: '⌒',
  profsurf: '⌓',
  prop: '∝',
  propto: '∝',
  prsim: '≾',
  prurel: '⊰',
  pscr: '𝓅',
  psi: 'ψ',
  puncsp: ' ',
  qfr: '𝔮',
  qint: '⨌',
  qopf: '𝕢',
  qprime: '⁗',
  qscr: '𝓆',
  quaternions: 'ℍ',
  quatint: '⨖',
  quest: '?',
  questeq: '≟',
  quot: '"',
  rAarr: '⇛',
  rArr: '⇒',
  rAtail: '⤜',
  rBarr: '⤏',
  rHar: '⥤',
  race: '∽̱',
  racute: 'ŕ',
  radic: '√',
  raemptyv: '⦳',
  rang: '⟩',
  rangd: '⦒',
  range: '⦥',
  rangle: '⟩',
  raquo: '»',
  rarr: '→',
  rarrap: '⥵',
  rarrb: '⇥',
  rarrbfs: '⤠',
  rarrc: '⤳',
  rarrfs: '⤞',
  rarrhk: '↪',
  rarrlp: '↬',
  rarrpl: '⥅',
  rarrsim: '⥴',
  rarrtl: '↣',
  rarrw: '↝',
  ratail: '⤚',
  ratio: '∶',
  rationals: 'ℚ',
  rbarr: '⤍',
  rbbrk: '❳',
  rbrace: '}',
  rbrack: ']',
  rbrke: '⦌',
  rbrksld: '⦎',
  rbrkslu: '⦐',
  rcaron: 'ř',
  rcedil: 'ŗ',
  rceil: '⌉',
  rcub: '}',
  rcy: 'р',
  rdca: '⤷',
  rdldhar: '⥩',
  rdquo: '”',
  rdquor: '”',
  rdsh: '↳',
  real: 'ℜ',
  realine: 'ℛ',
  realpart: 'ℜ',
  reals: 'ℝ',
  rect: '▭',
  reg: '®',
  rfisht: '⥽',
  rfloor: '⌋',
  rfr: '𝔯',
  rhard: '⇁',
  rharu: '⇀',
  rharul: '⥬',
  rho: 'ρ',
  rhov: 'ϱ',
  rightarrow: '→',
  rightarrowtail: '↣',
  rightharpoondown: '⇁',
  rightharpoonup: '⇀',
  rightleftarrows: '⇄',
  rightleftharpoons: '⇌',
  rightrightarrows: '⇉',
  rightsquigarrow: '↝',
  rightthreetimes: '⋌',
  ring: '˚',
  risingdotseq: '≓',
  rlarr: '⇄',
  rlhar: '⇌',
  rlm: '‏',
  rmoust: '⎱',
  rmoustache: '⎱',
  rnmid: '⫮',
  roang: '⟭',
  roarr: '⇾',
  robrk: '⟧',
  ropar: '⦆',
  ropf: '𝕣',
  roplus: '⨮',
  rotimes: '⨵',
  rpar: ')',
  rpargt: '⦔',
  rppolint: '⨒',
  rrarr: '⇉',
  rsaquo: '›',
  rscr: '𝓇',
  rsh: '↱',
  rsqb: ']',
  rsquo: '’',
  rsquor: '’',
  rthree: '⋌',
  rtimes: '⋊',
  rtri: '▹',
  rtrie: '⊵',
  rtrif: '▸',
  rtriltri: '⧎',
  ruluhar: '⥨',
  rx: '℞',
  sacute: 'ś',
  sbquo: '‚',
  sc: '≻',
  scE: '⪴',
  scap: '⪸',
  scaron: 'š',
  sccue: '≽',
  sce: '⪰',
  scedil: 'ş',
  scirc: 'ŝ',
  scnE: '⪶',
  scnap: '⪺',
  scnsim: '⋩',
  scpolint: '⨓',
  scsim: '≿',
  scy: 'с',
  sdot: '⋅',
  sdotb: '⊡',
  sdote: '⩦',
  seArr: '⇘',
  searhk: '⤥',
  searr: '↘',
  searrow: '↘',
  sect: '§',
  semi: ';',
  seswar: '⤩',
  setminus: '∖',
  setmn: '∖',
  sext: '✶',
  sfr: '𝔰',
  sfrown: '⌢',
  sharp: '♯',
  shchcy: 'щ',
  shcy: 'ш',
  shortmid: '∣',
  shortparallel: '∥',
  shy: '­',
  sigma: 'σ',
  sigmaf: 'ς',
  sigmav: 'ς',
  sim: '∼',
  simdot: '⩪',
  sime: '≃',
  simeq: '≃',
  simg: '⪞',
  simgE: '⪠',
  siml: '⪝',
  simlE: '⪟',
  simne: '≆',
  simplus: '⨤',
  simrarr: '⥲',
  slarr: '←',
  smallsetminus: '∖',
  smashp: '⨳',
  smeparsl: '⧤',
  smid: '∣',
  smile: '⌣',
  smt: '⪪',
  smte: '⪬',
  smtes: '⪬︀',
  softcy: 'ь',
  sol: '/',
  solb: '⧄',
  solbar: '⌿',
  sopf: '𝕤',
  spades: '♠',
  spadesuit: '♠',
  spar: '∥',
  sqcap: '⊓',
  sqcaps: '⊓︀',
  sqcup: '⊔',
  sqcups: '⊔︀',
  sqsub: '⊏',
  sqsube: '⊑',
  sqsubset: '⊏',
  sqsubseteq: '⊑',
  sqsup: '⊐',
  sqsupe: '⊒',
  sqsupset: '⊐',
  sqsupseteq: '⊒',
  squ: '□',
  square: '□',
  squarf: '▪',
  squf: '▪',
  srarr: '→',
  sscr: '𝓈',
  ssetmn: '∖',
  ssmile: '⌣',
  sstarf: '⋆',
  star: '☆',
  starf: '★',
  straightepsilon: 'ϵ',
  straightphi: 'ϕ',
  strns: '¯',
  sub: '⊂',
  subE: '⫅',
  subdot: '⪽',
  sube: '⊆',
  subedot: '⫃',
  submult: '⫁',
  subnE: '⫋',
  subne: '⊊',
  subplus: '⪿',
  subrarr: '⥹',
  subset: '⊂',
  subseteq: '⊆',
  subseteqq: '⫅',
  subsetneq: '⊊',
  subsetneqq: '⫋',
  subsim: '⫇',
  subsub: '⫕',
  subsup: '⫓',
  succ: '≻',
  succapprox: '⪸',
  succcurlyeq: '≽',
  succeq: '⪰',
  succnapprox: '⪺',
  succneqq: '⪶',
  succnsim: '⋩',
  succsim: '≿',
  sum: '∑',
  sung: '♪',
  sup1: '¹',
  sup2: '²',
  sup3: '³',
  sup: '⊃',
  supE: '⫆',
  supdot: '⪾',
  supdsub: '⫘',
  supe: '⊇',
  supedot: '⫄',
  suphsol: '⟉',
  suphsub: '⫗',
  suplarr: '⥻',
  supmult: '⫂',
  supnE: '⫌',
  supne: '⊋',
  supplus: '⫀',
  supset: '⊃',
  supseteq: '⊇',
  supseteqq: '⫆',
  supsetneq: '⊋',
  supsetneqq: '⫌',
  supsim: '⫈',
  supsub: '⫔',
  supsup: '⫖',
  swArr: '⇙',
  swarhk: '⤦',
  swarr: '↙',
  swarrow: '↙',
  swnwar: '⤪',
  szlig: 'ß',
  target: '⌖',
  tau: 'τ',
  tbrk: '⎴',
  tcaron: 'ť',
  tcedil: 'ţ',
  tcy: 'т',
  tdot: '⃛',
  telrec: '⌕',
  tfr: '𝔱',
  there4: '∴',
  therefore: '∴',
  theta: 'θ',
  thetasym: 'ϑ',
  thetav: 'ϑ',
  thickapprox: '≈',
  thicksim: '∼',
  thinsp: ' ',
  thkap: '≈',
  thksim: '∼',
  thorn: 'þ',
  tilde: '˜',
  times: '×',
  timesb: '⊠',
  timesbar: '⨱',
  timesd: '⨰',
  tint: '∭',
  toea: '⤨',
  top: '⊤',
  topbot: '⌶',
  topcir: '⫱',
  topf: '𝕥',
  topfork: '⫚',
  tosa: '⤩',
  tprime: '‴',
  trade: '™',
  triangle: '▵',
  triangledown: '▿',
  triangleleft: '◃',
  trianglelefteq: '⊴',
  triangleq: '≜',
  triangleright: '▹',
  trianglerighteq: '⊵',
  tridot: '◬',
  trie: '≜',
  triminus: '⨺',
  triplus: '⨹',
  trisb: '⧍',
  tritime: '⨻',
  trpezium: '⏢',
  tscr: '𝓉',
  tscy: 'ц',
  tshcy: 'ћ',
  tstrok: 'ŧ',
  twixt: '≬',
  twoheadleftarrow: '↞',
  twoheadrightarrow: '↠',
  uArr: '⇑',
  uHar: '⥣',
  uacute: 'ú',
  uarr: '↑',
  ubrcy: 'ў',
  ubreve: 'ŭ',
  ucirc: 'û',
  ucy: 'у',
  udarr: '⇅',
  udblac: 'ű',
  udhar: '⥮',
  ufisht: '⥾',
  ufr: '𝔲',
  ugrave: 'ù',
  uharl: '↿',
  uharr: '↾',
  uhblk: '▀',
  ulcorn: '⌜',
  ulcorner: '⌜',
  ulcrop: '⌏',
  ultri: '◸',
  umacr: 'ū',
  uml: '¨',
  uogon: 'ų',
  uopf: '𝕦',
  uparrow: '↑',
  updownarrow: '↕',
  upharpoonleft: '↿',
  upharpoonright: '↾',
  uplus: '⊎',
  upsi: 'υ',
  upsih: 'ϒ',
  upsilon: 'υ',
  upuparrows: '⇈',
  urcorn: '⌝',
  urcorner: '⌝',
  urcrop: '⌎',
  uring: 'ů',
  urtri: '◹',
  uscr: '𝓊',
  utdot: '⋰',
  utilde: 'ũ',
  utri: '▵',
  utrif: '▴',
  uuarr: '⇈',
  uuml: 'ü',
  uwangle: '⦧',
  vArr: '⇕',
  vBar: '⫨',
  vBarv: '⫩',
  vDash: '⊨',
  vangrt: '⦜',
  varepsilon: 'ϵ',
  varkappa: 'ϰ',
  varnothing: '∅',
  varphi: 'ϕ',
  varpi: 'ϖ',
  varpropto: '∝',
  varr: '↕',
  varrho: 'ϱ',
  varsigma: 'ς',
  varsubsetneq: '⊊︀',
  varsubsetneqq: '⫋︀',
  varsupsetneq: '⊋︀',
  varsupsetneqq: '⫌︀',
  vartheta: 'ϑ',
  vartriangleleft: '⊲',
  vartriangleright: '⊳',
  vcy: 'в',
  vdash: '⊢',
  vee: '∨',
  veebar: '⊻',
  veeeq: '≚',
  vellip: '⋮',
  verbar: '|',
  vert: '|',
  vfr: '𝔳',
  vltri: '⊲',
  vnsub: '⊂⃒',
  vnsup: '⊃⃒',
  vopf: '𝕧',
  vprop: '∝',
  vrtri: '⊳',
  vscr: '𝓋',
  vsubnE: '⫋︀',
  vsubne: '⊊︀',
  vsupnE: '⫌︀',
  vsupne: '⊋︀',
  vzigzag: '⦚',
  wcirc: 'ŵ',
  wedbar: '⩟',
  wedge: '∧',
  wedgeq: '≙',
  weierp: '℘',
  wfr: '𝔴',
  wopf: '𝕨',
  wp: '℘',
  wr: '≀',
  wreath: '≀',
  wscr: '𝓌',
  xcap: '⋂',
  xcirc: '◯',
  xcup: '⋃',
  xdtri: '▽',
  xfr: '𝔵',
  xhArr: '⟺',
  xharr: '⟷',
  xi: 'ξ',
  xlArr: '⟸',
  xlarr: '⟵',
  xmap: '⟼',
  xnis: '⋻',
  xodot: '⨀',
  xopf: '𝕩',
  xoplus: '⨁',
  xotime: '⨂',
  xrArr: '⟹',
  xrarr: '⟶',
  xscr: '𝓍',
  xsqcup: '⨆',
  xuplus: '⨄',
  xutri: '△',
  xvee: '⋁',
  xwedge: '⋀',
  yacute: 'ý',
  yacy: 'я',
  ycirc: 'ŷ',
  ycy: 'ы',
  yen: '¥',
  yfr: '𝔶',
  yicy: 'ї',
  yopf: '𝕪',
  yscr: '𝓎',
  yucy: 'ю',
  yuml: 'ÿ',
  zacute: 'ź',
  zcaron: 'ž',
  zcy: 'з',
  zdot: 'ż',
  zeetrf: 'ℨ',
  zeta: 'ζ',
  zfr: '𝔷',
  zhcy: 'ж',
  zigrarr: '⇝',
  zopf: '𝕫',
  zscr: '𝓏',
  zwj: '‍',
  zwnj: '‌'
}

;// CONCATENATED MODULE: ./node_modules/decode-named-character-reference/index.js


// To do: next major: use `Object.hasOwn`.
const decode_named_character_reference_own = {}.hasOwnProperty

/**
 * Decode a single character reference (without the `&` or `;`).
 * You probably only need this when you’re building parsers yourself that follow
 * different rules compared to HTML.
 * This is optimized to be tiny in browsers.
 *
 * @param {string} value
 *   `notin` (named), `#123` (deci), `#x123` (hexa).
 * @returns {string|false}
 *   Decoded reference.
 */
function decodeNamedCharacterReference(value) {
  return decode_named_character_reference_own.call(characterEntities, value) ? characterEntities[value] : false
}

;// CONCATENATED MODULE: ./node_modules/micromark-util-decode-numeric-character-reference/index.js
/**
 * Turn the number (in string form as either hexa- or plain decimal) coming from
 * a numeric character reference into a character.
 *
 * Sort of like `String.fromCodePoint(Number.parseInt(value, base))`, but makes
 * non-characters and control characters safe.
 *
 * @param {string} value
 *   Value to decode.
 * @param {number} base
 *   Numeric base.
 * @returns {string}
 *   Character.
 */
function decodeNumericCharacterReference(value, base) {
  const code = Number.parseInt(value, base);
  if (
  // C0 except for HT, LF, FF, CR, space.
  code < 9 || code === 11 || code > 13 && code < 32 ||
  // Control character (DEL) of C0, and C1 controls.
  code > 126 && code < 160 ||
  // Lone high surrogates and low surrogates.
  code > 55_295 && code < 57_344 ||
  // Noncharacters.
  code > 64_975 && code < 65_008 || /* eslint-disable no-bitwise */
  (code & 65_535) === 65_535 || (code & 65_535) === 65_534 || /* eslint-enable no-bitwise */
  // Out of range
  code > 1_114_111) {
    return "\uFFFD";
  }
  return String.fromCodePoint(code);
}
;// CONCATENATED MODULE: ./node_modules/micromark-util-decode-string/index.js


const characterEscapeOrReference = /\\([!-/:-@[-`{-~])|&(#(?:\d{1,7}|x[\da-f]{1,6})|[\da-z]{1,31});/gi;

/**
 * Decode markdown strings (which occur in places such as fenced code info
 * strings, destinations, labels, and titles).
 *
 * The “string” content type allows character escapes and -references.
 * This decodes those.
 *
 * @param {string} value
 *   Value to decode.
 * @returns {string}
 *   Decoded value.
 */
function decodeString(value) {
  return value.replace(characterEscapeOrReference, decode);
}

/**
 * @param {string} $0
 *   Match.
 * @param {string} $1
 *   Character escape.
 * @param {string} $2
 *   Character reference.
 * @returns {string}
 *   Decoded value
 */
function decode($0, $1, $2) {
  if ($1) {
    // Escape.
    return $1;
  }

  // Reference.
  const head = $2.charCodeAt(0);
  if (head === 35) {
    const head = $2.charCodeAt(1);
    const hex = head === 120 || head === 88;
    return decodeNumericCharacterReference($2.slice(hex ? 2 : 1), hex ? 16 : 10);
  }
  return decodeNamedCharacterReference($2) || $0;
}
;// CONCATENATED MODULE: ./node_modules/mdast-util-to-markdown/lib/util/association.js
/**
 * @import {AssociationId} from '../types.js'
 */



/**
 * Get an identifier from an association to match it to others.
 *
 * Associations are nodes that match to something else through an ID:
 * <https://github.com/syntax-tree/mdast#association>.
 *
 * The `label` of an association is the string value: character escapes and
 * references work, and casing is intact.
 * The `identifier` is used to match one association to another:
 * controversially, character escapes and references don’t work in this
 * matching: `&copy;` does not match `©`, and `\+` does not match `+`.
 *
 * But casing is ignored (and whitespace) is trimmed and collapsed: ` A\nb`
 * matches `a b`.
 * So, we do prefer the label when figuring out how we’re going to serialize:
 * it has whitespace, casing, and we can ignore most useless character
 * escapes and all character references.
 *
 * @type {AssociationId}
 */
function association(node) {
  if (node.label || !node.identifier) {
    return node.label || ''
  }

  return decodeString(node.identifier)
}

;// CONCATENATED MODULE: ./node_modules/mdast-util-to-markdown/lib/util/compile-pattern.js
/**
 * @import {CompilePattern} from '../types.js'
 */

/**
 * Compiles a pattern object into a regular expression.
 *
 * @type {CompilePattern}
 */
function compilePattern(pattern) {
  if (!pattern._compiled) {
    const before =
      (pattern.atBreak ? '[\\r\\n][\\t ]*' : '') +
      (pattern.before ? '(?:' + pattern.before + ')' : '')

    pattern._compiled = new RegExp(
      (pattern.beforeNode ? '^' : before ? '(' + before + ')' : '') +
        (/[$()*+.?[\\\]^{|}]/.test(pattern.character) ? '\\' : '') +
        pattern.character +
        (pattern.afterNode
          ? '$'
          : pattern.after
            ? '(?:' + pattern.after + ')'
            : ''),
      pattern.unicode ? 'gu' : 'g'
    )
  }

  return pattern._compiled
}

;// CONCATENATED MODULE: ./node_modules/mdast-util-to-markdown/lib/util/container-flow.js
/**
 * @import {State} from 'mdast-util-to-markdown'
 * @import {FlowChildren, FlowParents, TrackFields} from '../types.js'
 */

/**
 * Serialize the children of a parent that contains flow children.
 *
 * @param {FlowParents} parent
 *   Parent of flow nodes.
 * @param {State} state
 *   Info passed around about the current state.
 * @param {TrackFields} info
 *   Info on where we are in the document we are generating.
 * @returns {string}
 *   Serialized children, joined by (blank) lines.
 */
function containerFlow(parent, state, info) {
  const indexStack = state.indexStack
  const children = parent.children || []
  const tracker = state.createTracker(info)
  /** @type {Array<string>} */
  const results = []
  let index = -1

  indexStack.push(-1)

  while (++index < children.length) {
    const child = children[index]

    indexStack[indexStack.length - 1] = index

    results.push(
      tracker.move(
        state.handle(child, parent, state, {
          before: '\n',
          after: '\n',
          ...tracker.current()
        })
      )
    )

    if (child.type !== 'list') {
      state.bulletLastUsed = undefined
    }

    if (index < children.length - 1) {
      results.push(
        tracker.move(container_flow_between(child, children[index + 1], parent, state))
      )
    }
  }

  indexStack.pop()

  return results.join('')
}

/**
 * Determine the markdown to insert between two flow nodes.
 *
 * @param {FlowChildren} left
 *   Left flow node.
 * @param {FlowChildren} right
 *   Right flow node.
 * @param {FlowParents} parent
 *   Parent of the flow nodes.
 * @param {State} state
 *   Info passed around.
 * @returns {string}
 *   Markdown to insert between the two flow nodes.
 */
function container_flow_between(left, right, parent, state) {
  let index = state.join.length

  while (index--) {
    const result = state.join[index](left, right, parent, state)

    if (result === true || result === 1) {
      break
    }

    if (typeof result === 'number') {
      return '\n'.repeat(1 + result)
    }

    if (result === false) {
      return '\n\n<!---->\n\n'
    }
  }

  return '\n\n'
}

;// CONCATENATED MODULE: ./node_modules/mdast-util-to-markdown/lib/util/indent-lines.js
/**
 * @import {IndentLines} from '../types.js'
 */

const eol = /\r?\n|\r/g

/**
 * Indents each line.
 *
 * @type {IndentLines}
 */
function indentLines(value, map) {
  /** @type {Array<string>} */
  const result = []
  let start = 0
  let line = 0
  /** @type {RegExpExecArray | null} */
  let match

  while ((match = eol.exec(value))) {
    one(value.slice(start, match.index))
    result.push(match[0])
    start = match.index + match[0].length
    line++
  }

  one(value.slice(start))

  return result.join('')

  /**
   * Indents a single line.
   *
   * @param {string} value
   *   Line.
   */
  function one(value) {
    result.push(map(value, line, !value))
  }
}

;// CONCATENATED MODULE: ./node_modules/mdast-util-to-markdown/lib/util/safe.js
/**
 * @import {Nodes} from 'mdast'
 * @import {SafeConfig, State, Unsafe} from 'mdast-util-to-markdown'
 */





const safe_own = {}.hasOwnProperty

/**
 * Make a string safe for embedding in markdown constructs.
 *
 * In markdown, almost all punctuation characters can, in certain cases,
 * result in something.
 * Whether they do is highly subjective to where they happen and in what
 * they happen.
 *
 * To solve this, `mdast-util-to-markdown` tracks:
 *
 * * characters before and after something;
 * * what “constructs” we are in.
 *
 * This information is then used by this function to escape or encode
 * special characters.
 *
 * @param {State} state
 *   Info passed around about the current state.
 * @param {string | null | undefined} input
 *   Raw value to make safe.
 * @param {SafeConfig} config
 *   Configuration.
 * @returns {string}
 *   Serialized markdown safe for embedding.
 */
function safe(state, input, config) {
  const value = (config.before || '') + (input || '') + (config.after || '')
  /** @type {Array<number>} */
  const positions = []
  /** @type {Array<string>} */
  const result = []
  /** @type {Record<number, {before: boolean, after: boolean}>} */
  const infos = {}
  // Character escapes and references do not work in autolinks, so
  // percent-encoding is used instead.
  const percentEncode = state.stack.includes('autolink')
  const offset = config.before ? config.before.length : 0
  const end = value.length - (config.after ? config.after.length : 0)
  let index = -1

  while (++index < state.unsafe.length) {
    const pattern = state.unsafe[index]

    if (
      !patternInScope(state.stack, pattern) ||
      !nodeInScope(pattern.beforeNode, config.beforeNode) ||
      !nodeInScope(pattern.afterNode, config.afterNode)
    ) {
      continue
    }

    const expression = state.compilePattern(pattern)
    const from = pattern.beforeNode ? offset : 0
    const subject = value.slice(from, pattern.afterNode ? end : undefined)
    /** @type {RegExpExecArray | null} */
    let match

    while ((match = expression.exec(subject))) {
      const before = Boolean(pattern.before || pattern.atBreak)
      const after = Boolean(pattern.after)
      const position = from + match.index + (before ? match[1].length : 0)

      if (safe_own.call(infos, position)) {
        if (infos[position].before && !before) {
          infos[position].before = false
        }

        if (infos[position].after && !after) {
          infos[position].after = false
        }
      } else {
        positions.push(position)
        infos[position] = {before, after}
      }
    }
  }

  positions.sort(numerical)

  let start = offset
  index = -1

  while (++index < positions.length) {
    const position = positions[index]

    // Character before or after matched:
    if (position < start || position >= end) {
      continue
    }

    // Special handling for “intraword” underscores (`a_b`, `a__b`).
    // Those are different from asterisks in forming attention.
    // Note that `a _ b` also cannot form but not escaping it is very complex,
    // so that’s not handled.
    if (
      value.charAt(position) === '_' &&
      // Preceded by an unescaped character that is not punctuation or whitespace:
      position > 0 &&
      classifyCharacter(value.charCodeAt(position - 1)) === undefined &&
      !safe_own.call(infos, position - 1) &&
      // Characters next to attention markers can become character references
      // later, turning `a` into `&#x61;`, so those do not count.
      !(position - 1 === offset && /[*_]/.test(value.charAt(offset - 1)))
    ) {
      let sequenceEnd = position + 1

      // Look for the whole run.
      while (sequenceEnd < end && value.charAt(sequenceEnd) === '_') {
        sequenceEnd++
      }

      const skip = sequenceEnd - position - 1

      if (
        // All underscores in the run are unsafe positions, so they can be
        // skipped.
        positions[index + skip] === sequenceEnd - 1 &&
        // Rest as above.
        sequenceEnd < value.length &&
        classifyCharacter(value.charCodeAt(sequenceEnd)) === undefined &&
        !safe_own.call(infos, sequenceEnd) &&
        !(sequenceEnd === end - 1 && /[*_]/.test(value.charAt(end)))
      ) {
        index += skip
        continue
      }
    }

    // If this character is supposed to be escaped because it has a condition on
    // the next character, and the next character is definitly being escaped,
    // then skip this escape.
    if (
      (position + 1 < end &&
        positions[index + 1] === position + 1 &&
        infos[position].after &&
        !infos[position + 1].before &&
        !infos[position + 1].after) ||
      (position - 1 >= offset &&
        positions[index - 1] === position - 1 &&
        infos[position].before &&
        !infos[position - 1].before &&
        !infos[position - 1].after)
    ) {
      continue
    }

    if (start !== position) {
      const slice = value.slice(start, position)
      // If we have to use a character reference, an ampersand would be more
      // correct, but as backslashes only care about punctuation, either will
      // do the trick
      result.push(percentEncode ? slice : escapeBackslashes(slice, '\\'))
    }

    start = position + 1

    // Percent-encoding such as `%20`.
    if (percentEncode) {
      result.push(
        '%' +
          value.charCodeAt(position).toString(16).toUpperCase().padStart(2, '0')
      )
    } else if (
      /[!-/:-@[-`{-~]/.test(value.charAt(position)) &&
      (!config.encode || !config.encode.includes(value.charAt(position)))
    ) {
      // Character escape.
      result.push('\\' + value.charAt(position))
    } else {
      // Character reference.
      result.push(encodeCharacterReference(value.charCodeAt(position)))
    }
  }

  const rest = value.slice(start, end)
  result.push(percentEncode ? rest : escapeBackslashes(rest, config.after))

  return result.join('')
}

/**
 * Check if a node matches the node types of a pattern.
 *
 * @param {Array<Nodes['type']> | Nodes['type'] | null | undefined} types
 *   Node types.
 * @param {Nodes | undefined} node
 *   Node.
 * @returns {boolean}
 *   Whether `node` matches `types`.
 */
function nodeInScope(types, node) {
  if (!types) return true
  if (!node) return false
  return typeof types === 'string'
    ? types === node.type
    : types.includes(node.type)
}

/**
 * Compare two numbers.
 *
 * @param {number} a
 *   Number.
 * @param {number} b
 *   Other number.
 * @returns {number}
 *   Result.
 */
function numerical(a, b) {
  return a - b
}

/**
 * Escape backslashes in a string, considering characters that follow.
 *
 * @param {string} value
 *   Value.
 * @param {string} after
 *   Characters that follow the value.
 * @returns {string}
 *   Escaped string.
 */
function escapeBackslashes(value, after) {
  const expression = /\\(?=[!-/:-@[-`{-~])/g
  /** @type {Array<number>} */
  const positions = []
  /** @type {Array<string>} */
  const results = []
  const whole = value + after
  let index = -1
  let start = 0
  /** @type {RegExpExecArray | null} */
  let match

  while ((match = expression.exec(whole))) {
    positions.push(match.index)
  }

  while (++index < positions.length) {
    if (start !== positions[index]) {
      results.push(value.slice(start, positions[index]))
    }

    results.push('\\')
    start = positions[index]
  }

  results.push(value.slice(start))

  return results.join('')
}

;// CONCATENATED MODULE: ./node_modules/mdast-util-to-markdown/lib/util/track.js
/**
 * @import {CreateTracker, TrackCurrent, TrackMove, TrackShift} from '../types.js'
 */

/**
 * Track positional info in the output.
 *
 * @type {CreateTracker}
 */
function track(config) {
  // Defaults are used to prevent crashes when older utilities somehow activate
  // this code.
  /* c8 ignore next 5 */
  const options = config || {}
  const now = options.now || {}
  let lineShift = options.lineShift || 0
  let line = now.line || 1
  let column = now.column || 1

  return {move, current, shift}

  /**
   * Get the current tracked info.
   *
   * @type {TrackCurrent}
   */
  function current() {
    return {now: {line, column}, lineShift}
  }

  /**
   * Define an increased line shift (the typical indent for lines).
   *
   * @type {TrackShift}
   */
  function shift(value) {
    lineShift += value
  }

  /**
   * Move past some generated markdown.
   *
   * @type {TrackMove}
   */
  function move(input) {
    // eslint-disable-next-line unicorn/prefer-default-parameters
    const value = input || ''
    const chunks = value.split(/\r?\n|\r/g)
    const tail = chunks[chunks.length - 1]
    line += chunks.length - 1
    column =
      chunks.length === 1 ? column + tail.length : 1 + tail.length + lineShift
    return value
  }
}

;// CONCATENATED MODULE: ./node_modules/mdast-util-to-markdown/lib/index.js
/**
 * @import {Info, Join, Options, SafeConfig, State} from 'mdast-util-to-markdown'
 * @import {Nodes} from 'mdast'
 * @import {Enter, FlowParents, PhrasingParents, TrackFields} from './types.js'
 */















/**
 * Turn an mdast syntax tree into markdown.
 *
 * @param {Nodes} tree
 *   Tree to serialize.
 * @param {Options | null | undefined} [options]
 *   Configuration (optional).
 * @returns {string}
 *   Serialized markdown representing `tree`.
 */
function toMarkdown(tree, options) {
  const settings = options || {}
  /** @type {State} */
  const state = {
    associationId: association,
    bulletCurrent: undefined,
    bulletLastUsed: undefined,
    containerPhrasing: containerPhrasingBound,
    containerFlow: containerFlowBound,
    createTracker: track,
    compilePattern: compilePattern,
    enter,
    // @ts-expect-error: GFM / frontmatter are typed in `mdast` but not defined
    // here.
    handlers: {...handle},
    // @ts-expect-error: add `handle` in a second.
    handle: undefined,
    indentLines: indentLines,
    indexStack: [],
    join: [...join],
    options: {},
    safe: safeBound,
    stack: [],
    unsafe: [...unsafe]
  }

  configure(state, settings)

  if (state.options.tightDefinitions) {
    state.join.push(joinDefinition)
  }

  state.handle = zwitch('type', {
    invalid,
    unknown,
    handlers: state.handlers
  })

  let result = state.handle(
    lib_phrasing(tree) ? {type: 'root', children: [tree]} : tree,
    undefined,
    state,
    {before: '\n', after: '\n', now: {line: 1, column: 1}, lineShift: 0}
  )

  if (
    result &&
    result.charCodeAt(result.length - 1) !== 10 &&
    result.charCodeAt(result.length - 1) !== 13
  ) {
    result += '\n'
  }

  return result

  /**
   * Enter a construct.
   *
   * @type {Enter}
   */
  function enter(name) {
    state.stack.push(name)
    return exit

    /**
     * Exit a construct.
     *
     * @returns {undefined}
     *   Nothing.
     */
    function exit() {
      state.stack.pop()
    }
  }
}

/**
 * Handle an invalid value that cannot be processed.
 *
 * @param {unknown} value
 *   Value.
 * @returns {never}
 *   Never.
 * @throws {Error}
 *   Always.
 */
function invalid(value) {
  throw new Error('Cannot handle value `' + value + '`, expected node')
}

/**
 * Handle an unknown node.
 *
 * @param {unknown} value
 *   Value.
 * @returns {never}
 *   Never.
 * @throws {Error}
 *   Always.
 */
function unknown(value) {
  // Always a node.
  const node = /** @type {Nodes} */ (value)
  throw new Error('Cannot handle unknown node `' + node.type + '`')
}

/**
 * Join function for `tightDefinitions` option.
 *
 * @type {Join}
 */
function joinDefinition(left, right) {
  // No blank line between adjacent definitions.
  if (left.type === 'definition' && left.type === right.type) {
    return 0
  }
}

/**
 * Serialize the children of a parent that contains phrasing children.
 *
 * These children will be joined flush together.
 *
 * @this {State}
 *   Info passed around about the current state.
 * @param {PhrasingParents} parent
 *   Parent of flow nodes.
 * @param {Info} info
 *   Info on where we are in the document we are generating.
 * @returns {string}
 *   Serialized children, joined together.
 */
function containerPhrasingBound(parent, info) {
  return containerPhrasing(parent, this, info)
}

/**
 * Serialize the children of a parent that contains flow children.
 *
 * These children will typically be joined by blank lines.
 * What they are joined by exactly is defined by `Join` functions.
 *
 * @this {State}
 *   Info passed around about the current state.
 * @param {FlowParents} parent
 *   Parent of flow nodes.
 * @param {TrackFields} info
 *   Info on where we are in the document we are generating.
 * @returns {string}
 *   Serialized children, joined by (blank) lines.
 */
function containerFlowBound(parent, info) {
  return containerFlow(parent, this, info)
}

/**
 * Make a string safe for embedding in markdown constructs.
 *
 * In markdown, almost all punctuation characters can, in certain cases,
 * result in something.
 * Whether they do is highly subjective to where they happen and in what
 * they happen.
 *
 * To solve this, `mdast-util-to-markdown` tracks:
 *
 * * Characters before and after something;
 * * What “constructs” we are in.
 *
 * This information is then used by this function to escape or encode
 * special characters.
 *
 * @this {State}
 *   Info passed around about the current state.
 * @param {string | null | undefined} value
 *   Raw value to make safe.
 * @param {SafeConfig} config
 *   Configuration.
 * @returns {string}
 *   Serialized markdown safe for embedding.
 */
function safeBound(value, config) {
  return safe(this, value, config)
}

;// CONCATENATED MODULE: ./src/markdown/output/addresses.ts

/** The constructs inside which an address in a text does not become a link. */
const LINKS = ['autolink', 'link', 'image', 'label'];
/**
 * Writes a text so that no e-mail address in it becomes a link. GitHub makes a link even of an escaped address; an empty
 * comment in it prevents that. Any other `@` is written as it is.
 */
const textHandle = (node, parent, state, info) => {
    const { value } = node;
    if (!value.includes('@') || LINKS.some((construct) => state.stack.includes(construct))) {
        return handle.text(node, parent, state, info);
    }
    const parts = value.split('@');
    const last = parts.length - 1;
    const written = parts.map((part, index) => {
        const before = index === 0 ? info.before : '@';
        const after = index === last ? info.after : '@';
        const text = state.safe(part, { ...info, before, after });
        if (index === 0)
            return text;
        // Where the text begins with `@`, the character before it counts: the `_` of an emphasis may be read as a name.
        const name = parts[index - 1] || (index === 1 ? info.before : '');
        const isAddress = endsAsName(name) && startsAsHost(part, index === last ? info.after : '');
        return `${isAddress ? '<!---->' : ''}@${text}`;
    });
    return written.join('');
};
/** True for a text whose end may be the name of an address: `write to jane.doe`. */
const endsAsName = (text) => /[\w.+-]$/.test(text);
/**
 * True for a text whose start may be the host of an address: `example.com, or call`. A word (`example`) may be one
 * together with the mark after it.
 * @param after what follows the text, as far as it is known
 */
const startsAsHost = (text, after) => /^[\w.-]*\.\w/.test(text) || (/^[\w.-]*$/.test(text) && /^[<_]/.test(after));

;// CONCATENATED MODULE: ./src/markdown/output/marks.ts
/**
 * Write `**a**`, `*a*` and `~~a~~` where programs read these marks; otherwise, as beside Chinese punctuation, the HTML
 * element.
 */
const MARK_HANDLERS = {
    strong: markHandle('strong', ['**', '__']),
    emphasis: markHandle('em', ['*', '_']),
    delete: markHandle('del', ['~~']),
};
/** Makes the function that writes a mark. @param marks the marks to try before the HTML element `tag` */
function markHandle(tag, marks) {
    const handle = (node, parent, state, info) => {
        const index = state.indexStack.at(-1) ?? 0;
        const previous = parent?.children[index - 1]?.type;
        const [only] = node.children;
        const write = (inner, mark) => markWith(mark, inner, previous, state, info);
        const combined = only?.type === 'emphasis' && node.children.length === 1 ? write(only, '***') : undefined;
        if (combined !== undefined)
            return combined;
        for (const mark of marks) {
            const marked = write(node, mark);
            if (marked !== undefined)
                return marked;
        }
        return `<${tag}>${serializeInside(node, '>', '<', state, info)}</${tag}>`;
    };
    // The library asks for the first character, to escape the same character at the end of the text before. With `<`, it
    // escapes no mark there: `markWith` avoids such conflicts itself, except for `~`.
    handle.peek = () => (tag === 'del' ? '~' : '<');
    return handle;
}
/**
 * Writes a node with a mark.
 * @returns undefined if CommonMark would not read the mark, or would confuse it with another one
 */
function markWith(mark, node, previous, state, info) {
    const character = mark.charAt(0);
    // The same character at the end of a text before it is escaped, so it is not a mark.
    if (info.before.endsWith(character) && previous !== 'text')
        return undefined;
    if (info.after.startsWith(character))
        return undefined;
    const inside = serializeInside(node, mark, mark, state, info);
    const worksBefore = flanks(character, marks_lastCharacter(info.before), marks_firstCharacter(inside));
    return worksBefore && flanks(character, marks_firstCharacter(info.after), marks_lastCharacter(inside))
        ? `${mark}${inside}${mark}`
        : undefined;
}
function serializeInside(node, before, after, state, info) {
    return state.containerPhrasing(node, { ...info, before, after });
}
/**
 * True if a mark between two characters works: it must be left- or right-flanking, as CommonMark calls it. Programs
 * disagree on symbols (punctuation in CommonMark 0.31, letters on GitHub) and on characters above U+FFFF: the mark must
 * work in both cases.
 * Source: Emphasis and strong emphasis, https://spec.commonmark.org/0.31.2/#emphasis-and-strong-emphasis
 */
function flanks(mark, outside, inside) {
    if (inside === '' || /\s/.test(inside))
        return false;
    if (SURE_BOUNDARY.test(outside))
        return true;
    return mark !== '_' && !POSSIBLE_PUNCTUATION.test(inside);
}
// Without `~`: GitHub ignores it beside `*` and `_` and uses the character after it.
const SURE_BOUNDARY = /^(?![\u{10000}-\u{10ffff}])[\t\n\f\r\p{Zs}\p{P}$+<=>^`|]$/u;
const POSSIBLE_PUNCTUATION = /[\p{P}\p{S}]/u;
function marks_firstCharacter(text) {
    const [character = ''] = text.slice(0, 2);
    return character;
}
function marks_lastCharacter(text) {
    return /[\ud800-\udbff][\udc00-\udfff]$/.test(text) ? text.slice(-2) : text.slice(-1);
}

;// CONCATENATED MODULE: ./src/markdown/output/serialize.ts







/** Writes a tree as CommonMark with GitHub's extensions. The text ends with one line feed. */
function serialize_serialize(root) {
    return toMarkdown(root, {
        bullet: '-',
        rule: '-',
        // Without alignment, a changed cell changes only one line.
        extensions: [gfmToMarkdown({ tablePipeAlign: false }), mathToMarkdown(), frontmatterToMarkdown()],
        join: [joinInItem],
        handlers: { ...MARK_HANDLERS, inlineMath: inlineMathHandle, text: textHandle },
        // The library escapes `www.` only in lower case and before ASCII.
        unsafe: [
            { character: '.', before: '[Ww]{3}', inConstruct: 'phrasing', notInConstruct: LINKS },
            { character: ':', before: '[PSps]', after: '\\/', inConstruct: 'phrasing', notInConstruct: LINKS },
            // cmark-gfm checks the box of a task if `[x]` is anywhere in the line.
            { character: ']', before: '\\[[Xx]', inConstruct: 'phrasing' },
            // cmark-gfm reads the beginning of `[^a](b)` and `![^a](b)` as a footnote.
            { character: '^', before: '\\[', inConstruct: ['label', 'phrasing'] },
        ],
    });
}
/**
 * In a list item, puts an empty line between all parts except a text and the list below it, so that every program
 * separates them.
 */
const joinInItem = (left, right, parent) => {
    if (parent.type !== 'listItem')
        return undefined;
    const isTextAndList = left.type === 'paragraph' && right.type === 'list';
    return isTextAndList && right.children[0]?.children[0]?.type === 'paragraph' ? undefined : 1;
};

;// CONCATENATED MODULE: ./src/markdown/render.ts



/**
 * Renders a document as Markdown for GitHub. Characters in its text that Markdown or HTML would interpret are escaped.
 */
function renderMarkdown(blocks, options) {
    const { content, placeholders } = convertDocument(blocks, options);
    const title = cleanLine(options.title);
    const heading = {
        type: 'heading',
        depth: 1,
        children: title === '' ? [] : [{ type: 'text', value: title }],
    };
    const matter = options.frontMatter ? [{ type: 'yaml', value: toYaml(options.frontMatter) }] : [];
    const root = { type: 'root', children: [...matter, heading, ...content] };
    return { text: serialize_serialize(root), placeholders };
}
/** Writes the front matter. Every JSON string is also a YAML string. */
function toYaml({ title, url, token, type, edited }) {
    return Object.entries({ title, url, token, type, edited })
        .map(([key, value]) => `${key}: ${JSON.stringify(cleanLine(value))}`)
        .join('\n');
}

;// CONCATENATED MODULE: ./src/export/outputs/markdown.ts










/**
 * The codes for a picture or attachment that the service no longer knows: the document was edited after it was read.
 */
const STALE_MEDIA = new Set([1061003, 1063001]);
/** Converts a document to Markdown: saves its pictures, boards and attachments first, then the file itself. */
async function makeMarkdown(work, tools) {
    const first = await readAndPublish(work, tools);
    return !first.ok && STALE_MEDIA.has(first.failure.code) ? readAndPublish(work, tools) : first;
}
/** Reads the document, and publishes its Markdown and its assets at each path. */
async function readAndPublish(work, tools) {
    const content = await readContent(work.output.token, tools);
    if (!content.ok)
        return content;
    const assets = assetsOf(content.value);
    const inUse = new Map();
    const reply = await publishAll(work, async (file) => {
        const others = work.files.filter((other) => other !== file);
        const names = await saveAssets(assets, file, others, tools);
        if (!names.ok)
            return names;
        const isFirst = inUse.size === 0;
        inUse.set(file.path, names.value);
        return stageText(file, content.value, names.value, tools, isFirst);
    }, tools);
    await removeUnused(work, inUse, tools);
    return reply;
}
/**
 * Converts the document and writes the text to a temporary name.
 * @param isFirst true for the first file of the document: its placeholders are reported once
 */
async function stageText({ output, path }, { blocks, synced }, names, tools, isFirst) {
    // For the manifest: the text must be written again when one of them changes. '' stands for a document without a file.
    const links = new Map();
    const resolveAndCollect = ({ token }) => {
        const link = tools.links.resolve(token, path);
        links.set(token, link ?? '');
        return link;
    };
    const directory = splitPath((0,model/* assetsDirectory */.LY)(path)).name;
    const { text, placeholders } = renderMarkdown(blocks, {
        title: output.title,
        frontMatter: output.variant === 'front-matter' ? frontMatterOf(output) : undefined,
        origin: originOf(output),
        assetPath: ({ token }) => {
            const name = names.get(token);
            return name === undefined ? undefined : `${directory}/${name}`;
        },
        documentPath: resolveAndCollect,
        syncedBlocks: (reference) => synced.get(syncedKey(reference)),
    });
    if (isFirst && placeholders.length > 0)
        tools.onPlaceholders(placeholders);
    try {
        const file = await stageFile({
            clock: tools.clock,
            directory: tools.directory,
            target: external_node_path_default().join(tools.directory, ...path.split('/')),
            body: [Buffer.from(text)],
        });
        const sorted = Object.fromEntries([...links].sort(([a], [b]) => (a < b ? -1 : 1)));
        return { ok: true, value: { file, facts: { ...(links.size > 0 && { links: sorted }) } } };
    }
    catch (error) {
        if (error instanceof disk_fault_DiskFault)
            return failure_fail(disk_fault_diskFailure(error));
        throw error;
    }
}
const originOf = ({ url }) => url !== undefined && URL.canParse(url) ? new URL(url).origin : 'https://feishu.cn';
function frontMatterOf({ title, url = '', token, type, editTime }) {
    const seconds = Number(editTime);
    const edited = Number.isFinite(seconds) ? `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z` : '';
    return { title, url, token, type, edited };
}

;// CONCATENATED MODULE: ./src/export/outputs/export-steps.ts







/** The steps for all kinds of outputs, on the service and the disk. */
function exportSteps(tools) {
    const { connection, credential } = tools.session;
    /** The outputs whose creation got an answer with an unexpected shape. */
    const unexpected = new Set();
    const attachments = new Map();
    return {
        async create({ output }, signal) {
            const { reply } = await createTask(connection, credential, output, signal);
            if (!reply.ok && reply.failure.origin === 'unexpected-shape') {
                if (unexpected.has(output))
                    return failure_fail(unexpectedTwice(reply.failure));
                unexpected.add(output);
            }
            return reply.ok ? { ...reply, value: { ticket: reply.value, token: output.token } } : adviseFor('create', reply);
        },
        query: async (task, signal) => adviseFor('query', await queryTask(connection, credential, task, signal)),
        fetch(work, fileToken, fileSize) {
            const fetch = fetchExported(work, fileToken, fileSize, tools);
            return async (signal) => {
                const reply = adviseFor('download', await fetch(signal));
                await removeUnused(work, attachments.get(work) ?? new Map(), tools);
                return reply;
            };
        },
        prepare: async (work) => {
            if (work.output.variant !== 'attachments')
                return undefined;
            const reply = await saveAttachments(work, tools);
            if (!reply.ok)
                return reply.failure;
            attachments.set(work, reply.value);
            return undefined;
        },
        make: (work) => make(work, tools),
    };
}
/** Makes an output without an export task. */
async function make(work, tools) {
    const reply = await makeDirectly(work, tools);
    return reply.ok ? undefined : reply.failure;
}
/** Makes an output of any kind but `task`. */
function makeDirectly(work, tools) {
    const { api } = tools;
    // A transfer limits itself by the progress that it makes.
    const limits = { limitMs: Infinity };
    switch (work.output.kind) {
        case 'upload':
            return api.call('fileDownload', fetchUploaded(work, tools), limits);
        case 'board':
            return api.call('boardImage', fetchBoard(work, tools), limits);
        case 'markdown':
            return makeMarkdown(work, tools);
        case 'task':
            return Promise.resolve(failure_fail({ class: 'permanent', what: 'An export task cannot be made directly' }));
    }
}

;// CONCATENATED MODULE: ./src/export/placement/prune.ts






/**
 * Removes stale files. If the document still exists, its file is removed only when another file of that document
 * exists. A file that cannot be removed keeps its record; the others are removed all the same.
 * @param stop when it is aborted, the remaining files are kept
 */
async function prune(stale, options, stop) {
    const { clock, directory, journal } = options;
    const removable = [];
    const inspect = inspectInside(directory);
    for (const file of stale)
        if (await isRemovable(file, journal, inspect))
            removable.push(file);
    await journal.intend(removable.map(({ record }) => ({ path: record.path })));
    const removed = [];
    const faults = [];
    for (const file of removable) {
        const { path: at } = file.record;
        try {
            if (stop.aborted)
                journal.abort(at);
            else {
                if (await removeInside(clock, directory, at))
                    removed.push(file);
                journal.commit(at, undefined);
            }
        }
        catch (error) {
            if (!(error instanceof disk_fault_DiskFault))
                throw error;
            journal.abort(at);
            faults.push(error);
        }
    }
    return { removed, faults };
}
/**
 * True when the manifest still records the stale file. If its document still exists, another file of the document must
 * exist as well.
 */
async function isRemovable({ record, reason, instead }, journal, inspect) {
    const recorded = journal.recordAt(record.path);
    // The run may have written another output to the path meanwhile.
    if (!recorded || (0,model/* outputKey */.zi)(recorded) !== (0,model/* outputKey */.zi)(record))
        return false;
    if (reason === 'gone')
        return true;
    for (const { path: at } of instead) {
        const other = journal.recordAt(at);
        const isOfSameDocument = other !== undefined && (0,model/* documentKey */.XC)(other) === (0,model/* documentKey */.XC)(record);
        if (at !== record.path && isOfSameDocument && (await inspect(at))?.kind === 'file')
            return true;
    }
    return false;
}
/**
 * Removes the temporary files that killed runs left. Documents are written to temporary files in the directory itself,
 * the manifest to one in its own folder.
 * @param folders the folders to search, relative to the directory; the empty text is the directory itself
 */
async function removeTemporaries(clock, directory, folders) {
    for (const folder of new Set(folders)) {
        const names = await (0,promises_.readdir)(external_node_path_default().join(directory, folder)).catch(() => []);
        for (const name of names.filter(paths_isTemporaryName)) {
            // A failure here does not fail the run; the next run tries again.
            await removeInside(clock, directory, folder === '' ? name : `${folder}/${name}`).catch(() => false);
        }
    }
}

;// CONCATENATED MODULE: ./src/export/edit-time.ts
// The clocks of runner and service may differ, and edit times are in whole seconds.
const CLOCK_MARGIN_MS = 2 * 60_000;
// As seconds, this is the year 5138; as milliseconds, 1973. So a larger number is in milliseconds.
const MAX_SECONDS = 1e11;
/**
 * Decides whether the same edit time in a later run proves that a document has not changed; pure. It does not for a
 * document that was edited just before the listing: it may be edited again within the same second.
 * @param editTime seconds (or milliseconds) since 1970, as the service wrote them
 * @param listedAtMs when the listing began, in milliseconds since 1970
 */
function isTrustedEditTime(editTime, listedAtMs) {
    const time = Number(editTime);
    const editedAtMs = time > MAX_SECONDS ? time : time * 1000;
    // A time that is not a number cannot be compared with the clock, but still distinguishes versions.
    return !Number.isFinite(editedAtMs) || editedAtMs < listedAtMs - CLOCK_MARGIN_MS;
}

;// CONCATENATED MODULE: ./src/export/failures.ts
/** The failure to write to a path that still holds the file of another document, which may be its only copy. */
const OF_ANOTHER_DOCUMENT = {
    class: 'permanent',
    origin: 'disk',
    what: 'Could not write it: it is the file of another document, which could not be moved',
    advice: 'Solve the failure of that document first; the next run then moves both.',
};

;// CONCATENATED MODULE: ./src/export/placement/publish.ts









/**
 * Moves a complete file to its path and records it. It replaces the file of the same output and, with `overwrite`, a file
 * that no run wrote. For any other file at the path, it fails.
 * @param staged the file under its temporary name; after a failure it is removed
 * @param facts further facts for the record
 * @returns a failure of origin `disk` for an error of the disk
 */
async function publish(file, staged, options, facts = {}) {
    const { directory, journal, overwrite } = options;
    const { path: at } = file;
    const recorded = journal.recordAt(at);
    const record = { ...makeRecord(file, staged, recorded, options), ...facts };
    if (recorded && (0,model/* outputKey */.zi)(recorded) !== (0,model/* outputKey */.zi)(record)) {
        await staged.discard();
        return failure_fail(OF_ANOTHER_DOCUMENT);
    }
    const mayReplace = overwrite || recorded !== undefined;
    try {
        await prepareTarget(at, mayReplace, options);
        await publishAndRecord(staged, record, mayReplace, options);
        return { ok: true, value: undefined };
    }
    catch (error) {
        await staged.discard();
        await removeEmptyAbove(directory, at);
        if (!(error instanceof disk_fault_DiskFault))
            throw error;
        return failure_fail(disk_fault_diskFailure(error));
    }
}
const absoluteOf = (at, directory) => external_node_path_default().join(directory, ...at.split('/'));
/** Creates the folders above a path, and removes an empty folder at the path. @throws DiskFault for an obstacle there */
async function prepareTarget(at, mayReplace, { directory, clock }) {
    const target = absoluteOf(at, directory);
    await ensureParentInside(clock, directory, at);
    let fault = await save_findTargetFault(target, mayReplace);
    if (fault?.code === 'EISDIR') {
        await removeEmptyFolder(directory, at);
        fault = await save_findTargetFault(target, mayReplace);
    }
    if (fault)
        throw fault;
}
/** @throws DiskFault; then nothing is recorded but an empty file that may be left at the path */
async function publishAndRecord(staged, record, mayReplace, { directory, journal }) {
    const { path: at } = record;
    await journal.intend([{ path: at, after: record }]);
    try {
        await staged.publish(absoluteOf(at, directory), { overwrite: mayReplace });
    }
    catch (error) {
        // The record of the empty file lets the next run replace it.
        if (staged.hasLeftEmptyFile)
            journal.commit(at, { ...record, ...EMPTY_FILE, editTime: undefined });
        else
            journal.abort(at);
        throw error;
    }
    journal.commit(at, record);
}
const EMPTY_FILE = { fileSize: 0, sha256: (0,external_node_crypto_namespaceObject.createHash)('sha256').digest('hex') };
function makeRecord({ output, path: at }, staged, before, options) {
    const { token, type, title, editTime, fileExtension, subId, revision, variant } = output;
    const { bytes: fileSize, sha256 } = staged;
    const exportedAt = `${new Date(options.clock.wallMs()).toISOString().slice(0, 19)}Z`;
    const fresh = isFresh(output, before, options.listedAtMs) ? true : undefined;
    return {
        path: at,
        token,
        type,
        title,
        editTime,
        fresh,
        fileExtension,
        subId,
        revision,
        variant,
        fileSize,
        sha256,
        exportedAt,
    };
}
/**
 * True when a later edit of the document may have the same edit time, which is in whole seconds. False if the previous
 * run recorded the same edit time: then that second was over before this run began.
 */
const isFresh = ({ editTime, revision }, before, listedAtMs) => editTime !== undefined &&
    revision === undefined &&
    before?.editTime !== editTime &&
    !isTrustedEditTime(editTime, listedAtMs);

;// CONCATENATED MODULE: ./src/export/report/report.ts


const MAX_NAMED_IN_ERROR = 3;
/** `12 exported, 300 unchanged, 1 failed, 4 skipped, 0 deleted`. */
function countsLine({ exported, unchanged, failed, skipped, deleted, dryRun }) {
    const [exportVerb, deleteVerb] = dryRun ? ['to export', 'to delete'] : ['exported', 'deleted'];
    return `${exported} ${exportVerb}, ${unchanged} unchanged, ${failed} failed, ${skipped} skipped, ${deleted} ${deleteVerb}`;
}
/**
 * The one line of the error annotation; undefined when nothing failed.
 * @param stopped why the run stopped before everything was tried; undefined if it did not
 * @param hints sentences about a possible common cause of several failures
 */
function errorMessage({ failures, ...tally }, stopped, hints = []) {
    if (failures.length === 0 && stopped === undefined)
        return undefined;
    const found = tally.exported + tally.unchanged + tally.failed + tally.skipped;
    // The failure that stopped the run is already in the message.
    const groups = groupByCause(failures).filter(({ message }) => stopped?.includes(message) !== true);
    const named = groups.slice(0, MAX_NAMED_IN_ERROR);
    const more = groups.slice(MAX_NAMED_IN_ERROR).reduce((sum, { items }) => sum + items.length, 0);
    // "1 of 1 failed" adds nothing to the failure that stopped the run.
    const isCountSuperfluous = stopped !== undefined && groups.length === 0 && tally.failed === found;
    return [
        stopped,
        tally.failed > 0 && !isCountSuperfluous ? `${tally.failed} of ${found} failed.` : undefined,
        ...hints,
        ...named.map((group, nth) => `${groups.length > 1 ? `(${nth + 1}) ` : ''}${describeGroup(group)}`),
        more > 0 ? `And ${more} more: see the job summary.` : undefined,
        excludeHint(failures),
    ]
        .filter((part) => part !== undefined)
        .join(' ');
}
/** `"a.docx", "b.docx" and 4 more: ` and the failure. */
function describeGroup({ items, message }) {
    const first = items.slice(0, MAX_NAMED_IN_ERROR).map(({ what }) => (0,src_text/* quoted */.TL)(what, 120));
    const rest = items.length - first.length;
    return `${first.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}: ${message}`;
}
/** Groups failures by cause, the largest group first, each sorted by name: independent of the order of the failures. */
function groupByCause(failures) {
    const groups = new Map();
    for (const item of [...failures].sort(byName)) {
        const { failure } = item;
        // The log id differs in each failure, and so do the links, which contain it. A failure of the disk names its path.
        const sentence = failure_describe({ ...failure, logId: undefined, links: [] });
        const cause = failure.origin === 'disk' ? sentence.replaceAll(/"[^"]*"/g, '""') : sentence;
        const group = groups.get(cause);
        if (group)
            group.items.push(item);
        else
            groups.set(cause, { message: failure_describe(failure), failure, items: [item] });
    }
    return [...groups.values()].sort((a, b) => b.items.length - a.items.length);
}
const byName = (a, b) => (a.what < b.what ? -1 : a.what > b.what ? 1 : 0);
/**
 * The link to add to `exclude`, so that the next runs leave a document out. Undefined when that does not help, since the
 * failure concerns more than this document or is only temporary.
 */
const excludeLink = ({ url, failure }) => {
    // An HTTP answer without a code comes from a proxy or gateway, and does not concern the document.
    const isFromGateway = failure.httpStatus !== undefined && failure.code === undefined;
    const concernsOneDocument = failure.scope === undefined && failure.origin === undefined && !isFromGateway;
    return failure.class === 'permanent' && concernsOneDocument ? url : undefined;
};
/** The log line for a failed item. */
function failedLine(item) {
    const link = excludeLink(item);
    const cure = link === undefined ? '' : ` To leave it out, add to \`exclude\`: ${link}`;
    return `Failed: ${(0,src_text/* quoted */.TL)(item.what, 200)}: ${failure_describe(item.failure)}${cure}`;
}
/** A sentence for the error annotation: how to exclude the documents that failed. */
function excludeHint(failures) {
    const links = [...failures]
        .sort(byName)
        .map(excludeLink)
        .filter((link) => link !== undefined);
    if (links.length === 0)
        return undefined;
    const [first] = links;
    return links.length === 1
        ? `To leave it out, add this line to \`exclude\`: ${first ?? ''}`
        : `To leave one out, add its link to \`exclude\`: ${links.slice(0, MAX_NAMED_IN_ERROR).join(' ')}`;
}

;// CONCATENATED MODULE: ./src/export/report/progress.ts
// Often enough to show that the run continues, rare enough for the log of an hour.
const EVERY_MS = 10_000;
/** Logs a line every few seconds until it is stopped; not the same line twice in a row. */
class Ticker {
    clock;
    log;
    line;
    stopTimer = () => undefined;
    lastLine = '';
    constructor(clock, log, line) {
        this.clock = clock;
        this.log = log;
        this.line = line;
        this.startTimer();
    }
    /** Stops logging. */
    stop() {
        this.stopTimer();
    }
    startTimer() {
        this.stopTimer = this.clock.after(EVERY_MS, () => {
            const line = this.line();
            if (line !== this.lastLine)
                this.log.info(line);
            this.lastLine = line;
            this.startTimer();
        });
    }
}
// Exports end in bursts, one in each window of the rate limit: the first minute is too short for an estimate.
const NO_ESTIMATE_BEFORE_MS = 2 * 60_000;
const progress_MINUTE_MS = 60_000;
/** Formats the progress lines of a run. */
class ProgressLines {
    lastMinutes = Infinity;
    /** Formats a line; it includes the remaining time once that can be estimated. */
    line(progress) {
        const { done, failed, total, inFlight, elapsedMs } = progress;
        const perMinute = elapsedMs > 0 ? (done * progress_MINUTE_MS) / elapsedMs : 0;
        const minutes = this.minutesLeft(total - done - failed, perMinute, elapsedMs);
        const estimate = minutes === undefined ? '' : `, about ${minutes} min left`;
        return `${done} of ${total} done, ${inFlight} in flight, ${failed} failed, ${perMinute.toFixed(0)} a minute${estimate}`;
    }
    /**
     * The remaining minutes, rounded up. Undefined if there is no reliable estimate: at the beginning, and when the estimate
     * has at least doubled since the last one.
     */
    minutesLeft(left, perMinute, elapsedMs) {
        if (elapsedMs < NO_ESTIMATE_BEFORE_MS || perMinute === 0 || left === 0)
            return undefined;
        const minutes = Math.ceil(left / perMinute);
        if (minutes >= 2 * this.lastMinutes)
            return undefined;
        this.lastMinutes = minutes;
        return minutes;
    }
}

;// CONCATENATED MODULE: ./src/export/export-all.ts











/** Makes the outputs of a plan, many at the same time, and reports the result of each. */
async function exportAll(context, plan, exportTools) {
    const { inputs, tools, stop } = context;
    const works = groupByOutput(plan.toExport);
    if (works.length === 0 || stop.cause())
        return;
    // A rate limit that lasts longer than the run: no new export starts, but those in progress continue.
    let lastingLimit;
    let done = 0;
    let failed = 0;
    const discarding = [];
    const engine = createEngine(context, plan, exportTools, (work, failure) => {
        discarding.push(...work.transfers.map((transfer) => transfer.discard()));
        if (!failure)
            done++;
        if (!failure || failure === STOPPED)
            return;
        failed++;
        if (lastingLimit)
            return;
        const isAppWide = affectsAllDocuments(work, failure);
        if (isAppWide && failure.class === 'rate-limit' && !inputs.failFast)
            lastingLimit = failure;
        else if (isAppWide)
            stop.stop({ kind: 'app-wide', failure });
        else if (inputs.failFast)
            stop.stop({ kind: 'fail-fast' });
    });
    const startedAtMs = tools.clock.nowMs();
    const lines = new ProgressLines();
    const ticker = new Ticker(tools.clock, tools.log, () => lines.line({
        done,
        failed,
        total: works.length,
        inFlight: engine.inFlight(),
        elapsedMs: tools.clock.nowMs() - startedAtMs,
    }));
    try {
        await engine.run(works);
        await Promise.all(discarding);
    }
    finally {
        ticker.stop();
    }
    if (lastingLimit)
        stop.stop({ kind: 'app-wide', failure: lastingLimit });
}
/** Makes the engine with the tools for outputs; reports each end. @param onEnd called after each report */
function createEngine(context, plan, { api, journal, listedAtMs }, onEnd) {
    const { inputs, tools, stop, session, report } = context;
    const { clock, log } = tools;
    const { directory, overwrite, timeoutMs } = inputs;
    const outputTools = {
        session,
        clock,
        api,
        signal: stop.signal,
        directory,
        stallLimitMs: stallLimitFor(timeoutMs),
        async publish(file, staged, facts) {
            const reply = await publish(file, staged, { directory, journal, clock, overwrite, listedAtMs }, facts);
            if (staged.hasLeftEmptyFile)
                report.leftEmptyFile();
            return reply;
        },
        async remove(records) {
            const stale = records.map((record) => ({ record, reason: 'gone', instead: [] }));
            await prune(stale, { clock, directory, journal }, stop.signal);
        },
        recordAt: (at) => journal.recordAt(at),
        assets: plan.assets,
        links: plan.links,
        onPlaceholders: (placeholders) => report.placeholders(placeholders),
    };
    return new Engine({
        api,
        clock,
        stop: stop.signal,
        steps: exportSteps(outputTools),
        onEnd: (work, failure) => {
            report.ended(work, failure);
            logEnd(work, failure, context);
            onEnd(work, failure);
        },
        onNewTask: (work, failure) => log.debug(`New task for ${(0,src_text/* quoted */.TL)(work.output.title, 100)}, since ${failure_factOf(failure)}`),
    });
}
/** Logs the files that were published, and those that failed. */
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
 * True when every other document would fail in the same way. Uploaded files and Markdown use other APIs than export
 * tasks, so a failure of the API that they use does not count.
 */
function affectsAllDocuments({ output }, { scope }) {
    return scope === 'app' || (scope === 'endpoint' && output.kind === 'task');
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
        read: ({ data }) => pageIn(data, { list: 'items', cursor: 'page_token' }, tableOf),
    }, signal);
}
function tableOf(fields) {
    return {
        tableId: wordIn(fields, 'table_id'),
        name: requiredTextIn(fields, 'name'),
        revision: revisionIn(fields, 'revision'),
    };
}

;// CONCATENATED MODULE: ./src/feishu/sheets/sheets.ts



/**
 * Queries the sheets of a spreadsheet in one request; they are in the order of the tabs.
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
        title: requiredTextIn(fields, 'title'),
        hidden: flagIn(fields, 'hidden') ?? false,
        resourceType: requiredTextIn(fields, 'resource_type'),
    };
}

;// CONCATENATED MODULE: ./src/feishu/drive/folders.ts



const NAMES = { list: 'files', cursor: 'next_page_token', token: 'token', title: 'name' };
/**
 * Lists one page of one folder, without the content of its sub-folders. The oldest items come first, because that order
 * does not change while documents are edited.
 * Source: 获取文件夹中的文件清单, `GET /open-apis/drive/v1/files`,
 * https://open.feishu.cn/document/server-docs/docs/drive-v1/folder/list
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
        read: ({ data }) => tolerantPageIn(data, NAMES, itemOf),
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





/** The maximum number of documents in one request. */
const MAX_METAS = 200;
/** The types that the API accepts. */
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
/** The codes in `failed_list`. */
const META_WRONG_TYPE = 970002;
const META_NO_PERMISSION = 970003;
const META_NOT_FOUND = 970005;
/**
 * Queries title, edit time and link of up to 200 documents.
 * Source: 获取文件元数据, `POST /open-apis/drive/v1/metas/batch_query`,
 * https://open.feishu.cn/document/server-docs/docs/drive-v1/file/batch_query
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
            return { metas: readableItems(data, 'metas', metaOf), refused: readableItems(data, 'failed_list', refusalOf) };
        },
    }, signal);
}
/** Reads a list. An item that cannot be read is left out, as if the service had not sent it. */
function readableItems(data, name, read) {
    const list = data[name] ?? [];
    if (!Array.isArray(list))
        throw new json_WrongShape(`data.${name} is not a list`);
    return list.flatMap((raw) => {
        const item = readItem(raw, read);
        return item instanceof json_WrongShape ? [] : [item];
    });
}
function metaOf(fields) {
    const token = wordIn(fields, 'doc_token');
    const requested = fields['request_doc_info'];
    return {
        requestedToken: isObject(requested) ? wordIn(requested, 'doc_token') : token,
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
    return { requestedToken: wordIn(fields, 'token'), code: code };
}
/**
 * Makes the failure of one document.
 * @param code its code in `failed_list`; undefined when the answer does not mention the document
 */
function metaFailure(code, type, logId) {
    const failure = (meaning, advice) => ({
        class: 'permanent',
        what: `Could not ${OPERATIONS.metas.doing}: ${meaning}`,
        advice,
        code,
        logId,
    });
    const thing = type === 'wiki' ? 'wiki page' : type === 'file' ? 'uploaded file' : 'document';
    switch (code) {
        case META_WRONG_TYPE:
            return failure(`the token is not that of a ${thing}${thing === 'document' ? ` of type ${type}` : ''}`, metas_CHECK_LINK);
        case META_NO_PERMISSION:
            return failure(`the app or user may not read this ${thing}`, adviceFor(type));
        case META_NOT_FOUND:
            return failure(`there is no such ${thing}`, 'It may have been deleted or moved. Check the link, or take it out.');
        case undefined:
            return failure(`the service said nothing about this ${thing}`, 'Run it again; if it stays, open the link and check it.');
        default:
            return failure(`the service refused to describe this ${thing}`, 'Give code and log id to Feishu support.');
    }
}
const metas_CHECK_LINK = 'Copy the link again from the address bar of the browser.';
// The listing or the export would fail for the same permission: the advice is that of their error code.
const CODE_WITH_SAME_ADVICE = { wiki: 131006, file: 1061004 };
const NO_PERMISSION_ON_DOCUMENT = 1069902;
function adviceFor(type) {
    const code = CODE_WITH_SAME_ADVICE[type] ?? NO_PERMISSION_ON_DOCUMENT;
    return ERROR_TABLE.find((row) => row.codes.includes(code))?.advice;
}

;// CONCATENATED MODULE: ./src/feishu/wiki/wiki-spaces.ts


const wiki_spaces_NAMES = { list: 'items', cursor: 'page_token', token: 'space_id', title: 'name' };
/**
 * Lists one page of the knowledge bases of which the app (or the user) is a member. A page may be empty although more
 * follow; 「我的文档库」 is never among them.
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
        read: ({ data }) => tolerantPageIn(data, wiki_spaces_NAMES, spaceOf),
    }, signal);
}
function spaceOf(fields) {
    return { spaceId: wordIn(fields, 'space_id'), name: textIn(fields, 'name') };
}

;// CONCATENATED MODULE: ./src/feishu/wiki/wiki.ts


/**
 * Queries a page of a knowledge base by its node token, in one request; for a shortcut, the answer has the document of
 * its target.
 * Source: 获取知识空间节点信息, `GET /open-apis/wiki/v2/spaces/get_node`,
 * https://open.feishu.cn/document/server-docs/docs/wiki-v2/space-node/get_node
 * @param read reads the node; throws `WrongShape` for an unexpected shape
 * @returns what `read` returns, or a failure; never throws for errors of the service or the network
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
/** Queries the document behind a page of a knowledge base, in one request. */
function lookUpNode(connection, credential, nodeToken, signal) {
    return getNode(connection, credential, nodeToken, targetOf, signal);
}
function targetOf(node) {
    const { obj_token: objToken, obj_type: objType, title } = node;
    if (typeof objToken !== 'string' || !/^[\w-]+$/.test(objToken))
        throw new WrongShape('obj_token is not a token');
    if (typeof objType !== 'string' || !/^\w{1,40}$/.test(objType))
        throw new WrongShape('obj_type is not a word');
    return { objToken, objType, title: typeof title === 'string' ? title : undefined };
}

;// CONCATENATED MODULE: ./src/feishu/wiki/wiki-tree.ts



const wiki_tree_NAMES = { list: 'items', cursor: 'page_token', token: 'node_token', title: 'title' };
/**
 * Lists up to 50 wiki pages of one level of a knowledge base: one page of the results. Where reading rights are missing,
 * a page of results may be empty although more follow.
 * Source: 获取知识空间子节点列表, `GET /open-apis/wiki/v2/spaces/:space_id/nodes`,
 * https://open.feishu.cn/document/server-docs/docs/wiki-v2/space-node/list
 * @param cursor of the page of results before; undefined for the first
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
        read: ({ data }) => tolerantPageIn(data, wiki_tree_NAMES, (fields) => nodeOf(fields, level.spaceId)),
    }, signal);
}
/** Queries a page of a knowledge base by its node token, in one request. */
function wikiNode(connection, credential, nodeToken, signal) {
    return getNode(connection, credential, nodeToken, (node) => nodeOf(node, undefined), signal);
}
/** @param spaceId the knowledge base in which the node was listed; undefined to read it from the node */
function nodeOf(fields, spaceId) {
    return {
        spaceId: spaceId ?? wordIn(fields, 'space_id'),
        nodeToken: wordIn(fields, 'node_token'),
        objToken: wordIn(fields, 'obj_token'),
        objType: wordIn(fields, 'obj_type'),
        title: textIn(fields, 'title'),
        objEditTime: timeIn(fields, 'obj_edit_time'),
        // Listing an empty level costs one request; skipping a branch would lose its documents.
        hasChild: flagIn(fields, 'has_child') ?? true,
        shortcut: fields['node_type'] === 'shortcut',
    };
}

;// CONCATENATED MODULE: ./src/export/listing/calls.ts






/** The calls of a listing, sent to the service. */
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

;// CONCATENATED MODULE: ./src/export/listing/documents.ts



/** Queries the metadata of documents by token and type, each once; for a wiki page, those of the document behind it. */
class Documents {
    calls;
    known = new Map();
    constructor(calls) {
        this.calls = calls;
    }
    /** Queries documents, up to 200 in one request. For types without metadata, only token and type are known. */
    async query(refs) {
        const unknown = new Map();
        for (const ref of refs)
            if (!this.known.has((0,model/* documentKey */.XC)(ref)))
                unknown.set((0,model/* documentKey */.XC)(ref), ref);
        await Promise.all(batchesOf([...unknown.values()].filter(({ type }) => META_TYPES.has(type))).map((batch) => this.fetch(batch)));
        for (const [key, { token, type }] of unknown) {
            if (this.known.has(key))
                continue;
            this.known.set(key, { ok: true, value: { token, type, title: '', editTime: undefined, url: undefined } });
        }
    }
    /** The reply for a document that was queried. */
    get(ref) {
        return this.known.get((0,model/* documentKey */.XC)(ref)) ?? failure_fail(metaFailure(undefined, ref.type, undefined));
    }
    /** Queries one batch in one request, and after that, one by one, each wiki page that this request did not resolve. */
    async fetch(batch) {
        const reply = await this.calls.metas(batch);
        if (!reply.ok) {
            await this.fetchHalves(batch, reply.failure);
            return;
        }
        const metas = new Map(reply.value.metas.map((meta) => [meta.requestedToken, meta]));
        const refused = new Map(reply.value.refused.map(({ requestedToken, code }) => [requestedToken, code]));
        const unresolvedPages = [];
        for (const ref of batch) {
            const meta = metas.get(ref.token);
            const isResolved = meta !== undefined && !(ref.type === 'wiki' && meta.type === 'wiki');
            if (isResolved) {
                const { token, type, title, modifiedTime: editTime, url } = meta;
                this.known.set((0,model/* documentKey */.XC)(ref), { ok: true, value: { token, type, title, editTime, url } });
                continue;
            }
            const code = refused.get(ref.token);
            this.known.set((0,model/* documentKey */.XC)(ref), failure_fail(metaFailure(code, ref.type, reply.logId)));
            // Some deployments do not know wiki pages in this API.
            const mayBeUnknownHere = code === undefined || code === META_WRONG_TYPE || code === META_NOT_FOUND;
            if (ref.type === 'wiki' && mayBeUnknownHere)
                unresolvedPages.push(ref);
        }
        await Promise.all(unresolvedPages.map((ref) => this.fetchNode(ref)));
    }
    /**
     * Queries each half of a batch again after the service refused the batch, since one document may cause the refusal of
     * all. For any other failure, all documents of the batch get this failure.
     */
    async fetchHalves(batch, failure) {
        const isRefusal = failure.class === 'permanent' && failure.code !== undefined && failure.scope === undefined;
        if (batch.length > 1 && isRefusal) {
            const half = Math.ceil(batch.length / 2);
            await Promise.all([this.fetch(batch.slice(0, half)), this.fetch(batch.slice(half))]);
            return;
        }
        for (const ref of batch)
            this.known.set((0,model/* documentKey */.XC)(ref), failure_fail(failure));
        const [only] = batch;
        if (only?.type === 'wiki' && isRefusal)
            await this.fetchNode(only);
    }
    /** Queries a wiki page by the API of knowledge bases instead of the metadata API. */
    async fetchNode(ref) {
        const reply = await this.calls.wikiNode(ref.token);
        if (!reply.ok) {
            this.known.set((0,model/* documentKey */.XC)(ref), reply);
            return;
        }
        const { objToken: token, objType: type, title, objEditTime: editTime } = reply.value;
        this.known.set((0,model/* documentKey */.XC)(ref), { ok: true, value: { token, type, title, editTime, url: undefined } });
    }
}
/**
 * Splits references into batches of at most `MAX_METAS`. A batch has a token only once, also if two documents of different
 * types have the same one: a refusal names the token without the type.
 */
function batchesOf(refs) {
    const groups = [];
    for (const ref of refs) {
        let group = groups.find((byToken) => !byToken.has(ref.token));
        if (!group) {
            group = new Map();
            groups.push(group);
        }
        group.set(ref.token, ref);
    }
    return groups.flatMap((group) => {
        const all = [...group.values()];
        return Array.from({ length: Math.ceil(all.length / MAX_METAS) }, (_, nth) => all.slice(nth * MAX_METAS, (nth + 1) * MAX_METAS));
    });
}

;// CONCATENATED MODULE: ./src/export/listing/levels.ts



const LIST_OPERATIONS = { folder: 'folder', wiki: 'wikiNodes', spaces: 'wikiSpaces' };
/** Identifies a level. */
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
// The error codes for a cursor that the service no longer accepts.
const STALE_CURSOR_CODES = { folder: 1061002, wiki: 131002, spaces: 131002 };
/** Lists all pages of a level; starts again once if the service no longer accepts the cursor. */
async function readLevel(level, calls, onItems) {
    const first = await levels_readPages(level, calls, onItems);
    return first.isCursorStale ? levels_readPages(level, calls, onItems) : first;
}
// A folder holds 1,500 items at most; the limit ends a list that never ends by itself.
const MAX_ITEMS = 20_000;
// A page without new items hides 50 nodes of a knowledge base that the app may not read: 2,500 in a row are more than
// any level is likely to have, and their requests take half a minute of the rate limit.
const MAX_IDLE_PAGES = 50;
/** Reads the pages of a level until the last one, a failure, or a cursor that the service no longer accepts. */
async function levels_readPages(level, calls, onItems) {
    const items = new Map();
    const cursors = new Set();
    const end = (failure, isCursorStale = false) => {
        return { items: [...items.values()], failure, isCursorStale };
    };
    let idlePages = 0;
    let cursor;
    for (;;) {
        const reply = await levels_readPage(level, cursor, calls);
        if (!reply.ok) {
            const isCursorStale = cursor !== undefined && reply.failure.code === STALE_CURSOR_CODES[level.kind];
            return end(reply.failure, isCursorStale);
        }
        const { value: page, logId } = reply;
        const before = items.size;
        for (const item of page.items)
            if (!items.has(item.id))
                items.set(item.id, item);
        onItems(items.size - before);
        idlePages = items.size === before ? idlePages + 1 : 0;
        if (!page.hasMore)
            return end(undefined);
        if (items.size > MAX_ITEMS)
            return end(endless(level, `it has more than ${MAX_ITEMS} entries`, logId));
        if (idlePages >= MAX_IDLE_PAGES) {
            const why = `the last ${MAX_IDLE_PAGES} pages brought nothing new, and there is always one more`;
            return end(endless(level, why, logId));
        }
        if (page.cursor === undefined)
            return end(lostPlace(level, 'missing', logId));
        if (cursors.has(page.cursor))
            return end(lostPlace(level, 'repeated', logId));
        cursor = page.cursor;
        cursors.add(cursor);
    }
}
async function levels_readPage(level, cursor, calls) {
    switch (level.kind) {
        case 'folder':
            return mapItems(level, await calls.folderPage(level.token, cursor), itemOfFolder);
        case 'wiki':
            return mapItems(level, await calls.wikiNodesPage(level, cursor), itemOfNode);
        case 'spaces':
            return mapItems(level, await calls.wikiSpacesPage(cursor), itemOfSpace);
    }
}
function mapItems(level, reply, map) {
    if (!reply.ok)
        return failure_fail(reply.failure);
    const { items, oddItems, ...page } = reply.value;
    const odd = oddItems.map((oddItem) => itemOfOdd(level, oddItem, reply.logId));
    return { ...reply, value: { ...page, items: [...items.map(map), ...odd] } };
}
/** Makes an item with a failure of an entry that cannot be read. */
function itemOfOdd(level, { token, title, reason }, logId) {
    return {
        id: token ?? `${title}/${reason}`,
        document: undefined,
        failure: {
            class: 'permanent',
            what: `Could not ${doingOf(level)}: it holds an entry that this action cannot read (${reason})`,
            advice: 'Open the entry in Feishu. If it can be opened there, report it in the issues of this repository.',
            logId,
        },
        title: title || (token ?? '(an entry without a title)'),
        editTime: undefined,
        url: undefined,
        nodeToken: undefined,
        shortcut: false,
        below: undefined,
    };
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
/** Makes an item of a page of a knowledge base. */
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
/** Makes an item of a knowledge base, with its id as the token, since it has none. */
function itemOfSpace({ spaceId, name }) {
    return {
        id: spaceId,
        document: { token: spaceId, type: model/* SPACE_TYPE */.eb },
        title: name,
        editTime: undefined,
        url: undefined,
        nodeToken: undefined,
        shortcut: false,
        below: { kind: 'wiki', spaceId, parent: undefined },
    };
}
const doingOf = (level) => OPERATIONS[LIST_OPERATIONS[level.kind]].doing;
/** The failure of a level whose pages do not end. */
function endless(level, why, logId) {
    return {
        class: 'permanent',
        what: `Could not ${doingOf(level)} to its end: ${why}`,
        advice: 'If it really has so many entries, split it; if not, give the log id to Feishu support.',
        logId,
    };
}
const CURSOR_FAULTS = {
    missing: 'does not say where (its page token is missing)',
    repeated: 'leads back (its page token is one it gave before)',
};
/** The failure of a level that has more pages, but no usable cursor. */
function lostPlace(level, cursor, logId) {
    return {
        class: 'permanent',
        what: `Could not ${doingOf(level)} to its end: the service says that there is more, but ${CURSOR_FAULTS[cursor]}`,
        advice: 'Run it again. If it stays, give the log id to Feishu support.',
        logId,
    };
}

;// CONCATENATED MODULE: ./src/export/listing/tree-rules.ts


/** The place of the first level of a tree. */
const TOP = { path: '', depth: 0 };
/** The place above a wiki page that is the root of a tree: what is below the page has depth 0. */
const ROOT = { path: '', depth: -1 };
/** The place of an item below another one. */
const placeBelow = (above, title, type) => ({
    path: joined(above.path, titleStem(title, type)),
    depth: above.depth + 1,
});
/** The line of `exclude` that excludes an item; undefined when none does. */
function excludedBy({ exclude }, item, { path }) {
    const { document, id, nodeToken, below } = item;
    const ids = [id, document?.token, nodeToken].filter((one) => one !== undefined);
    return exclude.lineFor({ path, isDirectory: below !== undefined, ids });
}
/** True when the level below a place is listed. */
const isWithinDepth = ({ source }, { depth }) => source.depth === undefined || depth < source.depth;

;// CONCATENATED MODULE: ./src/export/listing/tree.ts



/**
 * Builds the tree of a source. Each item occurs once, at its original place. A shortcut is a separate entry; the
 * content of its target is below it only if that content is nowhere else in the tree. Where several shortcuts could
 * have it, the choice does not depend on the order of the listing.
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
    addedIds = new Set();
    addedLevels = new Set();
    branches = [];
    shortcuts = [];
    constructor(rules, answers) {
        this.rules = rules;
        this.answers = answers;
    }
    /** Builds the tree below a root: first everything without shortcuts, then what only shortcuts lead to. */
    build(root) {
        const top = { title: '', url: undefined, above: undefined, children: this.entries };
        if ('level' in root)
            this.branches.push({ id: '', level: root.level, place: { ...top, ...TOP } });
        else
            this.addItem(root.item, { ...top, ...ROOT }, 'now');
        this.addBranches();
        while (this.shortcuts.length > 0) {
            for (const shortcut of this.sortShortcuts(this.shortcuts.splice(0))) {
                this.branches.push(shortcut);
                this.addBranches();
            }
        }
    }
    /** Adds the items of all levels in `branches`, and of the levels below them. */
    addBranches() {
        // The loop also visits the branches that `addItem` adds.
        for (const { level, place } of this.branches) {
            const key = keyOf(level);
            if (this.addedLevels.has(key))
                continue;
            this.addedLevels.add(key);
            const listing = this.answers.levels.get(level);
            if (!listing) {
                this.missing.push({ level, place });
                continue;
            }
            const { items, failure } = listing;
            for (const item of items)
                this.addItem(item, place);
            if (failure)
                this.faults.push(this.faultAt(place, failure, { mayHideDocuments: true }));
        }
        this.branches = [];
    }
    /**
     * Adds the entry of an item below a place, unless the tree has it already.
     * @param shortcutContent when the content of a shortcut is added: only that of the root at once
     */
    addItem(item, parent, shortcutContent = 'later') {
        const { below, shortcut } = item;
        const isListedElsewhere = below !== undefined && !shortcut && this.addedLevels.has(keyOf(below));
        if (this.addedIds.has(item.id) || isListedElsewhere)
            return;
        this.addedIds.add(item.id);
        const reply = this.documentOf(item);
        const known = reply.ok ? reply.value : undefined;
        const title = item.title || known?.title || item.document?.token || item.id;
        const type = known?.type ?? item.document?.type ?? '';
        const url = known?.url ?? item.url ?? this.wikiUrl(item) ?? this.documentUrl(item);
        const place = { title, url, above: parent, children: [], ...placeBelow(parent, title, type) };
        const line = excludedBy(this.rules, item, place);
        if (line !== undefined) {
            const token = item.document?.token ?? item.id;
            const document = known ?? { token, type, editTime: undefined };
            parent.children.push({ ...document, title, url, shortcut, excludedBy: line, children: [] });
            return;
        }
        if (!reply.ok) {
            this.faults.push(this.faultAt(place, reply.failure, { mayHideDocuments: !isDeleted(reply.failure) }));
            return;
        }
        parent.children.push({ ...reply.value, title, url, shortcut, children: place.children });
        if (!below || !isWithinDepth(this.rules, place))
            return;
        const branch = { id: item.id, level: below, place };
        if (shortcut && shortcutContent === 'later')
            this.shortcuts.push(branch);
        else
            this.branches.push(branch);
    }
    /** The document of an item; for a shortcut, its target. */
    documentOf(item) {
        const { document, title, editTime, url } = item;
        if (!document)
            return failure_fail(item.failure ?? LEADS_NOWHERE);
        if (!needsTargetQuery(item))
            return { ok: true, value: { ...document, title, editTime, url } };
        const listed = this.answers.listed.get(document.token);
        const reply = listed ? { ok: true, value: listed } : this.answers.documents.get(document);
        return reply.ok ? { ok: true, value: { ...reply.value, url: reply.value.url ?? url } } : reply;
    }
    documentUrl({ document }) {
        return document && documentUrl(this.rules.source.host, document.type, document.token);
    }
    wikiUrl({ nodeToken }) {
        return nodeToken === undefined ? undefined : wikiUrl(this.rules.source.host, nodeToken);
    }
    /** Sorts shortcuts by token; those whose target is inside the target of another one come last. */
    sortShortcuts(shortcuts) {
        // All levels that are inside the target of a shortcut.
        const levelsInside = new Set();
        const toVisit = shortcuts.map(({ level }) => level);
        for (let level = toVisit.pop(); level; level = toVisit.pop()) {
            for (const { below, shortcut } of this.answers.levels.get(level)?.items ?? []) {
                if (!below || shortcut || levelsInside.has(keyOf(below)))
                    continue;
                levelsInside.add(keyOf(below));
                toVisit.push(below);
            }
        }
        const rank = ({ level }) => (levelsInside.has(keyOf(level)) ? 1 : 0);
        return [...shortcuts].sort((a, b) => rank(a) - rank(b) || (a.id < b.id ? -1 : 1));
    }
    /** Makes a fault, with the titles on the way to the place as its name: `Folder/Page`. */
    faultAt(place, failure, { mayHideDocuments }) {
        const titles = [];
        for (let at = place; at; at = at.above)
            titles.push(at.title);
        const path = titles.reverse().slice(1).join('/'); // without the empty title of the top
        const { source } = this.rules;
        return { source, what: path || source.link, url: place.url, failure, mayHideDocuments };
    }
}
// The word for each type in a link, where it is not the type itself.
const LINK_WORDS = {
    doc: 'docs',
    sheet: 'sheets',
    bitable: 'base',
    mindnote: 'mindnotes',
    folder: 'drive/folder',
};
/** Makes the link of a document, where the service sends none. */
const documentUrl = (host, type, token) => `https://${host}/${LINK_WORDS[type] ?? encodeURIComponent(type)}/${encodeURIComponent(token)}`;
/** Makes the link of a page of a knowledge base. */
const wikiUrl = (host, nodeToken) => `https://${host}/wiki/${nodeToken}`;
/** True for a shortcut in a folder: the listing has only the token and type of its target. */
const needsTargetQuery = ({ shortcut, nodeToken, document, below }) => shortcut && nodeToken === undefined && document !== undefined && below === undefined;
const tree_DELETED = new Set([970005, 131005]);
/** True when the service says that the document does not exist; after any other failure it may exist. */
const isDeleted = (failure) => tree_DELETED.has(failure.code);
const LEADS_NOWHERE = {
    class: 'permanent',
    what: 'Could not list the folder: the service does not say where this shortcut leads',
    advice: 'Open it; if it leads nowhere, remove it.',
};

;// CONCATENATED MODULE: ./src/export/listing/confirm-missing.ts




/** Finds the records whose document was not found. Pure. @param found the documents of the listing, by `documentKey` */
function findMissing({ files, folders }, found) {
    const isMissing = (record) => !found.has((0,model/* documentKey */.XC)(record));
    return { files: files.filter(isMissing), folders: folders.filter(isMissing) };
}
/**
 * Queries the service about documents that were not found, since a listing silently leaves out what the app may not read.
 * Source: "Obtain Metadata" (获取文件元数据), https://open.feishu.cn/document/server-docs/docs/drive-v1/file/batch_query
 */
async function queryMissing({ files, folders }, calls) {
    const documents = new Documents(calls);
    const records = [...files, ...folders];
    await documents.query(records);
    return new Map(records.map((record) => {
        const reply = documents.get(record);
        return [(0,model/* documentKey */.XC)(record), reply.ok ? { kind: 'exists' } : toState(reply.failure)];
    }));
}
const toState = (failure) => isDeleted(failure) ? { kind: 'deleted' } : { kind: 'unknown', failure };
/**
 * Decides which missing files may be deleted; pure. A document with an unknown state keeps its file. A folder or page with
 * an unknown state keeps all files in its directory, because the listing could not reach the documents below it either.
 */
function confirmMissing({ files, folders }, states) {
    const failureOf = (record) => {
        const state = states.get((0,model/* documentKey */.XC)(record));
        return state?.kind === 'unknown' ? state.failure : undefined;
    };
    const unknownFolders = folders.flatMap((folder) => {
        const failure = failureOf(folder);
        return failure ? [{ path: folder.path, failure }] : [];
    });
    const confirmedMissing = [];
    const unconfirmed = [];
    for (const file of [...files].sort(byPath)) {
        const failure = failureOf(file) ?? unknownFolders.find(({ path }) => isBelow((0,model/* reservedPathOf */.dx)(file), path))?.failure;
        if (failure)
            unconfirmed.push({ file, failure });
        else if (states.has((0,model/* documentKey */.XC)(file)))
            confirmedMissing.push(file);
    }
    return { confirmedMissing, unconfirmed };
}

;// CONCATENATED MODULE: ./src/export/listing/targets.ts
/** True for a single wiki page, without the pages below it. */
const isSinglePage = (target) => target.kind === 'wiki-node' && !target.children;
/** True for a wiki page with the pages below it. */
const isNodeTree = (target) => target.kind === 'wiki-node' && target.children;
/** The level that is the content of a target; undefined for a document or a page. */
function levelOf(target) {
    if (target.kind === 'folder')
        return { kind: 'folder', token: target.token };
    if (target.kind === 'wiki-spaces')
        return { kind: 'spaces' };
    return target.kind === 'wiki-space' ? { kind: 'wiki', spaceId: target.spaceId, parent: undefined } : undefined;
}
/** The reference of a single document or page; undefined for a tree. */
function refOf(target) {
    if (target.kind === 'document')
        return { token: target.token, type: target.type };
    return target.kind === 'wiki-node' && !target.children ? { token: target.token, type: 'wiki' } : undefined;
}

;// CONCATENATED MODULE: ./src/export/listing/visits.ts



/**
 * The visit to the first level of a source's tree.
 * @param nodes the replies for wiki pages, by token
 * @returns undefined for a single document, and for a page with nothing below it
 */
function firstVisit(rules, nodes) {
    const { target } = rules.source;
    const level = levelOf(target);
    if (level)
        return visitLevel(level, TOP, rules);
    const node = isNodeTree(target) ? nodes.get(target.token) : undefined;
    return node?.ok ? visitBelow(itemOfNode(node.value), ROOT, rules) : undefined;
}
/** The visit to a level at a place in the tree of a source: its rules decide below which items the listing continues. */
const visitLevel = (level, place, rules) => ({
    level,
    enter: (item) => visitBelow(item, place, rules),
});
/** @returns undefined for an item with nothing below it, or where the rules of the source end the listing */
function visitBelow(item, above, rules) {
    const place = placeBelow(above, item.title, item.document?.type ?? '');
    const { below } = item;
    if (!below || !isWithinDepth(rules, place) || excludedBy(rules, item, place) !== undefined)
        return undefined;
    return visitLevel(below, place, rules);
}

;// CONCATENATED MODULE: ./src/export/listing/walk.ts

/**
 * Runs `work` for all items and for those that it adds, all concurrently. Resolves when everything has ended. An item
 * does not wait for those that it added, so a deep tree needs no deep stack.
 */
function forEachAdded(first, work) {
    return new Promise((resolve, reject) => {
        // The loop below counts as the first one: otherwise everything could end before the last item is added.
        let running = 1;
        const end = () => {
            running--;
            if (running === 0)
                resolve();
        };
        const add = (item) => {
            running++;
            work(item, add).then(end, reject);
        };
        for (const item of first)
            add(item);
        end();
    });
}
/** The levels of all trees. Each is listed once, even if several ways lead to it. */
class Levels {
    calls;
    onItems;
    listings = new Map();
    started = new Map();
    constructor(calls, onItems) {
        this.calls = calls;
        this.onItems = onItems;
    }
    /** Makes visits, and those to the levels below the items that are entered, also below shortcuts. */
    walk(from) {
        const entered = new Set();
        return forEachAdded(from, async ({ level, enter }, add) => {
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
    /** The listing of a level; undefined if it was not listed. */
    get(level) {
        return this.listings.get(keyOf(level));
    }
    /** The listings of all levels. */
    all() {
        return this.listings.values();
    }
    /** Lists a level, or returns the listing that has already been started. */
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
 * Lists everything that the sources lead to. Never throws for errors of the service or the network: what cannot be
 * listed becomes a fault, and the rest is listed all the same.
 */
function listSources(sources, api, { connection, credential, exclude, onProgress }) {
    return listWith(sources, listingCalls(api, connection, credential), { exclude, onProgress });
}
/** Lists everything that the sources lead to, by the given calls; tests hand in their own. */
async function listWith(sources, calls, { exclude = NO_EXCLUDES, onProgress = () => undefined } = {}) {
    let found = 0;
    const levels = new Levels(calls, (count) => onProgress((found += count)));
    const documents = new Documents(calls);
    const nodes = new Map();
    const rules = sources.map((source) => ({ source, exclude }));
    await querySources(rules, calls, { levels, documents, nodes });
    for (;;) {
        const listed = collectListed(levels, nodes.values());
        await documents.query(unknownTargets(levels, listed));
        const results = rules.map((one) => buildSource(one, { levels, documents, listed }, nodes));
        // A level that the rules leave out on one way may be reached on another way.
        const missing = results.flatMap(({ missing, rules }) => missing.map(({ level, place }) => visitLevel(level, place, rules)));
        if (missing.length === 0) {
            return {
                sources: results.map(({ listed }) => listed),
                faults: results.flatMap(({ faults }) => faults),
                pagesWithChildren: sources.flatMap((source) => pageWithChildren(source, nodes)),
            };
        }
        await levels.walk(missing);
    }
}
/** Queries the wiki pages and documents that the sources name, and lists their trees, as much as possible concurrently. */
async function querySources(rules, calls, { levels, documents, nodes }) {
    const sources = rules.map(({ source }) => source);
    const walkTrees = async (isSelected) => {
        const visits = rules.flatMap((one) => (isSelected(one.source.target) ? (firstVisit(one, nodes) ?? []) : []));
        // One walk for each source, since a walk enters each level once, and the sources have different rules.
        await Promise.all(visits.map((visit) => levels.walk([visit])));
    };
    const pagesToQuery = selectPagesToQuery(sources);
    const treeTokens = sources.flatMap(({ target }) => (isNodeTree(target) ? target.token : []));
    const queryNode = async (token) => {
        nodes.set(token, await calls.wikiNode(token));
        await walkTrees((target) => isNodeTree(target) && target.token === token);
    };
    await Promise.all([
        ...[...new Set([...pagesToQuery, ...treeTokens])].map(queryNode),
        walkTrees((target) => !isNodeTree(target)),
        documents.query(refsOf(sources, (target) => !(isSinglePage(target) && pagesToQuery.has(target.token)))),
    ]);
    // An app without the scope for wiki pages may have the one for metadata.
    await documents.query(refsOf(sources, (target) => isSinglePage(target) && lacksScope(nodes.get(target.token))));
}
/**
 * The tokens of the single pages that are queried in one request each: it shows whether there are pages below, for a
 * warning. Who links many pages means those pages; then all of them are queried in one request.
 */
function selectPagesToQuery(sources) {
    const pages = new Set(sources.flatMap(({ target }) => (isSinglePage(target) ? target.token : [])));
    return pages.size <= MAX_SINGLE_PAGE_QUERIES ? pages : new Set();
}
const MAX_SINGLE_PAGE_QUERIES = 3;
/** The references of the selected sources that are single documents or pages. */
const refsOf = (sources, isSelected) => sources.flatMap(({ target }) => (isSelected(target) ? (refOf(target) ?? []) : []));
const NO_EXCLUDES = { lines: [], lineFor: () => undefined };
const lacksScope = (reply) => reply?.ok === false && reply.failure.scope === 'endpoint';
function pageWithChildren(source, nodes) {
    const { target } = source;
    const node = isSinglePage(target) ? nodes.get(target.token) : undefined;
    if (!node?.ok || !node.value.hasChild)
        return [];
    return [{ source, title: node.value.title, spaceId: node.value.spaceId }];
}
/** Builds the tree of a source from the answers so far; a source that is a single document has a tree of one entry. */
function buildSource(rules, answers, nodes) {
    const { source } = rules;
    const { target } = source;
    const level = levelOf(target);
    if (level)
        return buildSourceTree({ level }, rules, answers);
    const node = target.kind === 'wiki-node' ? nodes.get(target.token) : undefined;
    if (!isNodeTree(target))
        return buildDocument(refOf(target), node && documentOfNode(node), rules, answers);
    if (node?.ok)
        return buildSourceTree({ item: itemOfNode(node.value) }, rules, answers);
    const faults = node ? [{ source, what: source.link, failure: node.failure, mayHideDocuments: true }] : [];
    return { rules, listed: { source, entries: [] }, faults, missing: [] };
}
function buildSourceTree(root, rules, answers) {
    const { entries, faults, missing } = buildTree(rules, root, answers);
    return { rules, listed: { source: rules.source, entries }, faults, missing };
}
/** Reads the document of a wiki page. @returns undefined where the app lacks the scope for wiki pages */
function documentOfNode(node) {
    if (!node.ok)
        return lacksScope(node) ? undefined : node;
    const { objToken: token, objType: type, title, objEditTime: editTime } = node.value;
    return { ok: true, value: { token, type, title, editTime, url: undefined } };
}
/**
 * Makes the entry of a single document.
 * @param ownReply the reply to a query of this document alone, if there was one
 */
function buildDocument(ref, ownReply, rules, { documents, listed }) {
    const { source, exclude } = rules;
    if (!ref)
        throw new Error(`${source.where} leads to nothing that can be listed`);
    const reply = ownReply ?? documents.get(ref);
    if (!reply.ok) {
        const { failure } = reply;
        const fault = { source, what: source.link, failure, mayHideDocuments: !isDeleted(failure) };
        return { rules, listed: { source, entries: [] }, faults: [fault], missing: [] };
    }
    const { value: document } = reply;
    const { token, editTime, url } = document;
    const title = document.title || token;
    const { path } = placeBelow(TOP, title, document.type);
    const line = exclude.lineFor({ path, isDirectory: false, ids: [token, ref.token] });
    const entry = {
        ...document,
        title,
        // A document that is also in a tree has the same edit time there.
        editTime: listed.get(token)?.editTime ?? editTime,
        url: url ?? (ref.type === 'wiki' ? wikiUrl(source.host, ref.token) : documentUrl(source.host, document.type, token)),
        shortcut: false,
        ...(line !== undefined && { excludedBy: line }),
        children: [],
    };
    return { rules, listed: { source, entries: [entry] }, faults: [], missing: [] };
}
/** Collects the documents that the levels and the pages of the sources describe, by token. */
function collectListed(levels, nodes) {
    const roots = [...nodes].flatMap((reply) => (reply.ok ? itemOfNode(reply.value) : []));
    const listed = new Map();
    for (const { items } of [{ items: roots }, ...levels.all()]) {
        for (const { document, title, editTime, url, shortcut, nodeToken } of items) {
            // The listing of a folder describes the shortcut itself, not its target.
            if (!document || (shortcut && nodeToken === undefined))
                continue;
            if (!listed.has(document.token))
                listed.set(document.token, { ...document, title, editTime, url });
        }
    }
    return listed;
}
/** Lists the targets of shortcuts that no listing has described yet. */
function* unknownTargets(levels, listed) {
    for (const { items } of levels.all()) {
        for (const item of items) {
            if (item.document && needsTargetQuery(item) && !listed.has(item.document.token))
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
    const selected = selectTables(listing, options);
    if (selected.length === 0)
        return listing;
    const known = knownTables(options.folders);
    const replies = new Map();
    const read = async (entry) => {
        const key = (0,model/* documentKey */.XC)(entry);
        const earlier = known.get(key);
        const isUnchanged = earlier !== undefined && earlier.editTime === entry.editTime;
        replies.set(key, isUnchanged ? { ok: true, value: earlier.items } : await readTables(entry, calls));
    };
    const documents = new Map(selected.map(({ entry }) => [(0,model/* documentKey */.XC)(entry), entry]));
    await Promise.all([...documents.values()].map(read));
    const tables = new Map();
    const tableLists = new Map();
    const faults = [];
    for (const { entry, source } of selected) {
        const key = (0,model/* documentKey */.XC)(entry);
        const reply = replies.get(key);
        if (!reply?.ok) {
            if (reply)
                faults.push({ source, what: entry.title, failure: reply.failure, mayHideDocuments: true });
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
/** Selects the spreadsheets and bases of a listing whose sheets or tables are separate outputs. */
function selectTables({ sources }, { hasTableOutputs }) {
    const selected = [];
    for (const { source, entries } of sources) {
        const open = [...entries];
        for (let entry = open.pop(); entry; entry = open.pop()) {
            if (hasTableOutputs(entry, source))
                selected.push({ entry, source });
            for (const child of entry.children)
                open.push(child);
        }
    }
    return selected;
}
function knownTables(folders) {
    return new Map(folders.flatMap((folder) => (folder.tables ? [[(0,model/* documentKey */.XC)(folder), folder.tables]] : [])));
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
/** Queries all pages of the tables of a base. */
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
            return failure_fail(tables_LOST_PLACE);
        cursors.add(cursor);
    }
}
const tables_LOST_PLACE = {
    class: 'permanent',
    what: 'Could not list the tables of the base: the service says that there are more, but not where',
    advice: 'Run it again. If it stays, give the log id to Feishu support.',
};

;// CONCATENATED MODULE: ./src/export/listing/types.ts
/** True when every part of every source could be listed. */
const isComplete = ({ faults }) => !faults.some(({ mayHideDocuments }) => mayHideDocuments);

;// CONCATENATED MODULE: ./src/lists.ts
/** Gets the list under a key, or adds an empty one. Appending to it is cheaper than replacing it by a longer copy. */
function listIn(lists, key) {
    const known = lists.get(key);
    if (known)
        return known;
    const list = [];
    lists.set(key, list);
    return list;
}

;// CONCATENATED MODULE: ./src/export/naming/dirs.ts




/** Makes an empty directory. */
const newDir = (depth, owner) => ({
    depth,
    owner,
    slots: new Map(),
    named: new Map(),
    reserved: new Set(),
});
/** Lists all directories, each after its parent. */
function allDirs(top) {
    const dirs = [top];
    // The loop also visits the directories that it adds.
    for (const { slots, named } of dirs) {
        for (const { dir } of slots.values())
            if (dir)
                dirs.push(dir);
        for (const { dir } of named.values())
            dirs.push(dir);
    }
    return dirs;
}
/** Gets or makes the directory that the user names inside another one. A reserved name gets a `_`, unless `isFixed`. */
function openNamed(dir, requestedName, { isFixed } = { isFixed: false }) {
    let name = requestedName;
    while (!isFixed && (dir.reserved.has(fold(name)) || isOwnName(name)))
        name += '_';
    const key = fold(name);
    const known = dir.named.get(key);
    // Two spellings may be the same name on some disks. The choice must not depend on the order of the listing.
    if (known && !known.isFixed && byCodePoints(name, known.name) < 0)
        known.name = name;
    const next = known ?? { name, isFixed, dir: newDir(dir.depth + 1) };
    dir.named.set(key, next);
    return next.dir;
}
/**
 * Lets a slot use a directory that the user names, where its own directory would have the same name and no other slot
 * requests that name. Not for a slot with a file without extension: its directory has another name anyway.
 */
function shareNamed({ named, slots }) {
    if (named.size === 0)
        return;
    const requesting = new Map();
    for (const slot of slots.values()) {
        const key = fold(slot.stem);
        if (slot.dir && named.has(key))
            listIn(requesting, key).push(slot);
    }
    for (const [key, [slot, ...others]] of requesting) {
        if (!slot || others.length > 0 || hasBareFile(slot))
            continue;
        slot.sharedDir = named.get(key);
        slot.dir = undefined;
    }
}
/** True for the temporary names that this action gives to incomplete and to parked files. */
const isOwnName = (name) => paths_isTemporaryName(name) || isParkedName(name);
/** True for a slot with an uploaded file without extension, whose name is the bare stem. */
const hasBareFile = ({ files }) => [...files.values()].some(({ extension }) => extension === '');
/** Gets or makes the slot of an entry in a directory; each sheet or table has its own slot. */
function openSlot(home, { token, type, shortcut }, stem, explicit, subId) {
    const key = JSON.stringify([token, type, fold(stem), subId]);
    const known = home.slots.get(key);
    if (known) {
        // The spelling of the user has precedence; otherwise the choice must not depend on the order of the listing.
        const isPreferred = known.explicit === explicit ? byCodePoints(stem, known.stem) < 0 : explicit;
        if (isPreferred)
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
        sharedDir: undefined,
    };
    home.slots.set(key, slot);
    return slot;
}
/** Adds a file to a slot; two lines may select the same file. */
function addFile({ files }, file) {
    const key = (0,model/* outputKey */.zi)(file.output);
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
/**
 * The skips of a slot that are reported. Sources that list the same entries repeat each other's skips, so only those of
 * the source with the most skips count. If a source exports a file here, only the skips of shortcuts are reported.
 */
function skipsOf({ skips, files }) {
    const [longest = []] = [...skips.values()].sort((a, b) => b.length - a.length);
    return files.size === 0 ? longest : longest.filter(isShortcutSkip);
}
const isShortcutSkip = ({ why }) => typeof why !== 'string';

;// CONCATENATED MODULE: ./src/export/naming/endings.ts



/** What follows the stem in the name of a file: `.docx`. */
const endingOf = ({ extension }) => (extension === '' ? '' : `.${extension}`);
/** The endings of further names that are reserved for a file: its assets directory, the other extension of a board. */
function reservedEndings({ output, extension }) {
    if ((0,model/* savesAssets */.ch)(output))
        return [{ text: '.assets', isDirectory: true }];
    const pictures = output.kind === 'board' ? export_formats/* BOARD_EXTENSIONS */.w6.filter((one) => one !== extension) : [];
    return pictures.map((one) => ({ text: `.${one}`, isDirectory: false }));
}
/** The bytes of the longest ending among some files, including their reserved endings. */
const maxEndingBytes = (files) => Math.max(0, ...[...files].flatMap((file) => [endingOf(file), ...reservedEndings(file).map(({ text }) => text)]).map(paths_bytesOf));

;// CONCATENATED MODULE: ./src/export/naming/path-budget.ts


/** The maximum length of a path, in bytes of UTF-8: Linux takes 4096, macOS 1024, both including `directory`. */
const MAX_PATH_BYTES = 800;
// A shortened name still holds a few letters of the title and six of the token.
const MIN_STEM_BYTES = 12;
const endingBytesOf = ({ files }) => maxEndingBytes(files.values());
/** Limits the length of each name so that no path becomes longer than `MAX_PATH_BYTES`. */
class PathBudget {
    dirs;
    lengths = new Map();
    /** @param dirs all directories, each after its parent */
    constructor(dirs) {
        this.dirs = dirs;
    }
    /**
     * The maximum length of the stem of a slot in a directory, in bytes. If a path below the slot would be too long, one
     * limit applies to all stems on that path: the largest with which the path fits. Shorter stems are not affected.
     */
    maxStemBytes(slot, directory) {
        const leftBytes = MAX_PATH_BYTES - paths_bytesOf(joined(directory, '')); // with the `/` after the directory
        const ownLimit = Math.min(MAX_SEGMENT_BYTES, leftBytes) - endingBytesOf(slot);
        const { dir } = slot;
        if (!dir)
            return ownLimit;
        const stemBytes = paths_bytesOf(slot.stem);
        // The path is the stem, a `/` and the longest path below it.
        const fits = (maxStemBytes) => Math.min(stemBytes, maxStemBytes) + 1 + this.longestBelow(dir, maxStemBytes) <= leftBytes;
        if (fits(MAX_SEGMENT_BYTES))
            return Math.min(ownLimit, leftBytes - 1 - this.longestBelow(dir, MAX_SEGMENT_BYTES));
        // Binary search: `low` is the largest limit known to fit (or the minimum), `high` is one that does not fit.
        let [low, high] = [MIN_STEM_BYTES, MAX_SEGMENT_BYTES];
        while (high - low > 1) {
            const middle = (low + high) >> 1;
            if (fits(middle))
                low = middle;
            else
                high = middle;
        }
        return Math.min(ownLimit, low);
    }
    /** The bytes of the longest path below a directory, if every stem is cut to `maxStemBytes` bytes. */
    longestBelow(dir, maxStemBytes) {
        let lengths = this.lengths.get(maxStemBytes);
        if (!lengths)
            this.lengths.set(maxStemBytes, (lengths = this.measure(maxStemBytes)));
        return lengths.get(dir) ?? 0;
    }
    /** Measures the longest path below every directory, if every stem is cut to `maxStemBytes` bytes. */
    measure(maxStemBytes) {
        const lengths = new Map();
        const below = (dir) => (dir ? 1 + (lengths.get(dir) ?? 0) : 0);
        // From the innermost outwards.
        for (const dir of [...this.dirs].reverse()) {
            let length = 0;
            for (const slot of dir.slots.values()) {
                length = Math.max(length, Math.min(paths_bytesOf(slot.stem), maxStemBytes) + Math.max(endingBytesOf(slot), below(slot.dir)));
            }
            for (const named of dir.named.values())
                length = Math.max(length, paths_bytesOf(named.name) + below(named.dir));
            lengths.set(dir, length);
        }
        return lengths;
    }
}

;// CONCATENATED MODULE: ./src/export/naming/assign-names.ts




const PASSES = ['explicit', 'original', 'shortcut', 'beside'];
/**
 * Assigns the names of one directory. Pure, and independent of the order of the requests.
 * 1. Recorded names stay.
 * 2. In each pass, level by level, every request without names asks for the names of its stem at that level. It gets them
 *    if no other request asks for one of them. Otherwise it continues with the next level, and no request gets the names
 *    that several asked for.
 * 3. A request with a recorded name still asks for its names at all lower levels. So the names of a run do not depend on
 *    which documents failed in the run before.
 * @param directory the path of the directory
 */
function assignNames(requests, directory, taken) {
    const names = new DirectoryNames(directory, taken);
    assignRecorded(requests, names);
    for (const pass of PASSES) {
        const ofPass = requests.filter((request) => request.pass === pass);
        assignByLevel(ofPass.map((request) => new Competitor(request, names.assigned)), names);
    }
    return names.assigned;
}
/** The names of one directory while they are assigned. */
class DirectoryNames {
    directory;
    taken;
    assigned = new Map();
    used;
    constructor(directory, taken) {
        this.directory = directory;
        this.taken = taken;
        this.used = new Set(taken.files);
    }
    isFree(name, { isDirectory }) {
        const isTaken = this.used.has(fold(name)) || (!isDirectory && this.taken.directories.has(fold(name)));
        return !isTaken && !isOwnName(name) && paths_bytesOf(joined(this.directory, name)) <= MAX_PATH_BYTES;
    }
    assign(name, ending) {
        this.assigned.set(ending, name);
        this.used.add(fold(name));
    }
    /** Excludes names, folded, from the next levels and passes. */
    exclude(names) {
        for (const name of names)
            this.used.add(name);
    }
}
/**
 * Assigns the recorded names that are free and recorded only once. A recorded stem that is too long for another ending of
 * its request (`.assets` is longer than `.pdf`) is not used again: all names of a request have the same stem.
 */
function assignRecorded(requests, names) {
    const recorded = requests.flatMap(({ endings }) => {
        const fits = (stem) => endings.every(({ text }) => paths_bytesOf(stem + text) <= MAX_SEGMENT_BYTES);
        return endings.flatMap((ending) => ending.recorded && fits(ending.recorded.stem) ? [{ ending, name: ending.recorded.stem + ending.text }] : []);
    });
    const counts = countBy(recorded.map(({ name }) => fold(name)));
    for (const { ending, name } of recorded) {
        if (counts.get(fold(name)) === 1 && names.isFree(name, ending))
            names.assign(name, ending);
    }
}
/** Assigns the names of one pass, level by level. */
function assignByLevel(competitors, names) {
    for (let level = 0; competitors.some((competitor) => competitor.competesFrom(level)); level++) {
        const counts = countBy(competitors.flatMap((competitor) => competitor.requestedNames(level)));
        for (const competitor of competitors.filter((one) => one.competesAt(level))) {
            const candidates = competitor.open.map((ending) => [competitor.nameOf(ending, level), ending]);
            const areAllFree = candidates.every(([name, ending]) => name !== undefined && counts.get(fold(name)) === 1 && names.isFree(name, ending));
            if (!areAllFree)
                continue;
            for (const [name, ending] of candidates)
                if (name !== undefined)
                    names.assign(name, ending);
            competitor.close();
        }
        names.exclude(counts.keys());
    }
}
/** A request that takes part in a pass. */
class Competitor {
    request;
    /** The endings that have no name yet. They get their names together, all with the same stem. */
    open;
    /** The levels of its recorded names, by ending. */
    recorded;
    /** The first level at which the open endings ask for names: that of the recorded names, so that the stem is the same. */
    startLevel;
    constructor(request, names) {
        this.request = request;
        this.open = request.endings.filter((ending) => !names.has(ending));
        this.recorded = new Map(request.endings.flatMap((ending) => names.has(ending) && ending.recorded ? [[ending, ending.recorded.level]] : []));
        this.startLevel = Math.max(0, ...this.recorded.values());
    }
    /** Whether it competes at this level or at a later one. */
    competesFrom(level) {
        return level < this.startLevel || this.competesAt(level);
    }
    competesAt(level) {
        return this.open.length > 0 && level >= this.startLevel && level <= this.request.parts.suffixes.length;
    }
    /** The names that it requests at a level, folded; also those below the level of its recorded names. */
    requestedNames(level) {
        const endings = this.request.endings.filter((ending) => this.open.includes(ending) || level < (this.recorded.get(ending) ?? 0));
        return endings.flatMap((ending) => {
            const name = this.nameOf(ending, level);
            return name === undefined ? [] : fold(name);
        });
    }
    nameOf({ text }, level) {
        const { parts, maxBytes } = this.request;
        const stem = nameAt(parts, level, maxBytes);
        return stem === undefined ? undefined : stem + text;
    }
    /** Ends the competition: all its names are assigned. */
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





/** Selects the outputs of an entry. Pure. */
function selectOutputs(entry, source, options) {
    if (entry.excludedBy !== undefined) {
        return { files: [], skip: `excluded by ${(0,src_text/* quoted */.TL)(entry.excludedBy)}` };
    }
    // A source line that names an uploaded file always exports it; in a tree, `include-files` decides.
    if (entry.type === 'file')
        return selectUploaded(entry, (0,model/* isSingle */.vX)(source) || options.includeFiles);
    if (entry.type === 'folder' || entry.type === model/* SPACE_TYPE */.eb)
        return { files: [], skip: undefined };
    if (entry.table?.unsupported !== undefined) {
        const skip = `a tab of type ${entry.table.unsupported.slice(0, 40)} in a spreadsheet has no csv`;
        return { files: [], skip };
    }
    if (!(0,export_formats/* isExportable */.Xs)(entry.type)) {
        return (0,model/* isSingle */.vX)(source)
            ? { files: [notExportable(entry)], skip: undefined }
            : { files: [], skip: describeUnsupported(entry.type) };
    }
    const { extensions, skip } = selectExtensions(entry.type, source, options);
    // A sheet or table has the formats with one file per table; its document has the others.
    const entryExtensions = extensions.filter((extension) => isPerTable(extension, source) === (entry.table !== undefined));
    const files = entryExtensions.map((extension) => selectExported(entry, extension, source, variantOf(entry.type, extension, entryExtensions, options)));
    return { files, skip: entry.table ? undefined : skip };
}
/** True for a format with one file per sheet or table: the link names no single one. */
const isPerTable = (extension, { target }) => (0,tasks_export_formats/* needsSubId */.Hn)(extension) && !('subId' in target && target.subId !== undefined);
/** True when each sheet or table of a document is a separate output. Pure. */
function hasTableOutputs(entry, source, options) {
    if (entry.excludedBy !== undefined || (entry.type !== 'sheet' && entry.type !== 'bitable'))
        return false;
    return selectExtensions(entry.type, source, options).extensions.some((extension) => isPerTable(extension, source));
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
/** Selects the extensions that a type is exported to; or the reason why there are none. */
function selectExtensions(type, source, { formats }) {
    // A source line that names a board exports it, although `formats` has no default for boards.
    const defaultExtensions = (0,model/* isSingle */.vX)(source) && type === 'board' ? ['png'] : [];
    const requested = [...new Set(source.as ?? formats.get(type) ?? defaultExtensions)];
    if (requested.length === 0)
        return { extensions: [], skip: describeNoFormat(type) };
    // In a tree, documents that cannot be exported to `as` are skipped; for a single document, that is a failure.
    if (source.as === undefined || (0,model/* isSingle */.vX)(source))
        return { extensions: requested };
    const extensions = requested.filter((extension) => (0,export_formats/* findFormatFault */.Pu)(type, extension) === undefined);
    if (extensions.length > 0)
        return { extensions };
    const fault = (0,export_formats/* findFormatFault */.Pu)(type, requested[0] ?? '');
    return { extensions, skip: `${fault?.what ?? ''}, but \`as\` of this source asks for that. ${fault?.cure ?? ''}` };
}
/** Why a document of a type without formats is skipped. */
const describeNoFormat = (type) => type === 'board'
    ? 'board (画板); add `board=png` to `formats` to have a picture of it'
    : `\`formats\` names no format for ${type}`;
/**
 * The variant of a file. Markdown may have front matter. Attachments are saved with one file of a document: with
 * Markdown, which always has them, otherwise with the first file, if `include-attachments` is set.
 */
function variantOf(type, extension, extensions, { includeAttachments, frontMatter }) {
    if (type !== 'docx')
        return undefined;
    if (extension === 'md')
        return frontMatter ? 'front-matter' : undefined;
    const carriesAttachments = extension === extensions[0] && !extensions.includes('md');
    return includeAttachments && carriesAttachments ? 'attachments' : undefined;
}
/** Selects one format of a document; with a failure if the type cannot be exported to it. */
function selectExported(entry, extension, { target }, variant) {
    const linkedSubId = (0,tasks_export_formats/* needsSubId */.Hn)(extension) && 'subId' in target ? target.subId : undefined;
    const { id: subId = linkedSubId, revision } = entry.table ?? {};
    const kind = (0,export_formats/* kindFor */.QK)(entry.type, extension);
    const output = outputOf(entry, { kind, fileExtension: extension, subId, revision, variant });
    const fault = (0,export_formats/* findFormatFault */.Pu)(entry.type, extension);
    const failure = fault && {
        class: 'permanent',
        what: `Could not export it: ${fault.what}`,
        advice: fault.cure,
    };
    return { output, extension, failure };
}
function selectUploaded(entry, isSelected) {
    if (!isSelected)
        return { files: [], skip: 'uploaded file; set `include-files: true` to have it downloaded' };
    const { extension } = uploadedName(entry.title);
    const output = outputOf(entry, { kind: 'upload', fileExtension: extension.toLowerCase(), subId: undefined });
    return { files: [{ output, extension, failure: undefined }], skip: undefined };
}

;// CONCATENATED MODULE: ./src/export/naming/shortcuts.ts





/**
 * Finds the shortcuts of a source that are not exported, because their target is exported elsewhere in the same tree. Of
 * several shortcuts to a document outside the tree, one is exported: the one with a recorded file, otherwise the first
 * by the titles above it. The order of the listing has no influence.
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
/** An entry with its position in the tree of a source. */
class EntryPlace {
    entry;
    above;
    /** Its level, counted from 1 at the top. */
    depth;
    names;
    constructor(entry, above) {
        this.entry = entry;
        this.above = above;
        this.depth = (above?.depth ?? 0) + 1;
    }
    /** True for a possible name of its file or directory on the disk, without extension. */
    mayHaveName(name) {
        this.names ??= namePartsOf(this.entry);
        // The user may have named the directory with `to`, with other letter case.
        return this.names.some((parts) => suffixLevelOf(name, parts) !== undefined || fold(name) === fold(parts.stem));
    }
}
/** The names that an entry can have on the disk: its title, and its title without what may be an extension. */
function namePartsOf({ title, token }) {
    const suffixes = suffixesOf(token);
    return [title, withoutExtension(title.trim())].map((text) => ({ stem: safeSegment(text), suffixes }));
}
const withoutExtension = (path) => path.replace(/\.[^./]*$/, '');
/**
 * Finds the documents that a tree holds at their original place, and the places of the shortcuts to each document.
 * Excluded entries do not count: nothing is exported there.
 */
function findPlaces(entries) {
    const originals = new Set();
    const shortcuts = new Map();
    const toVisit = entries.map((entry) => new EntryPlace(entry));
    for (let next = toVisit.pop(); next; next = toVisit.pop()) {
        if (next.entry.excludedBy !== undefined)
            continue;
        const key = (0,model/* documentKey */.XC)(next.entry);
        if (next.entry.shortcut)
            listIn(shortcuts, key).push(next);
        else
            originals.add(key);
        for (const child of next.entry.children)
            toVisit.push(new EntryPlace(child, next));
    }
    return { originals, shortcuts };
}
/** Selects, among the shortcuts to one target, those that are exported or whose content is listed. */
function selectNeeded(places, hasOriginal, source, options, records) {
    const entries = places.map(({ entry }) => entry);
    const [first] = entries;
    if (first?.type === 'folder') {
        // The content of a folder is listed below at most one of its shortcuts: that one is needed.
        const withContent = entries.filter(({ children }) => children.length > 0);
        return new Set(hasOriginal || withContent.length > 0 ? withContent : entries);
    }
    const files = first ? selectOutputs(first, source, options).files : [];
    // Nothing is exported: each shortcut is reported as skipped.
    if (files.length === 0)
        return new Set(entries);
    if (hasOriginal)
        return new Set();
    const recorded = files.flatMap(({ output }) => records.get((0,model/* outputKey */.zi)(output)) ?? []);
    return new Set([chooseShortcut(places, source, recorded).entry]);
}
/** Chooses the shortcut that is exported: one whose recorded file exists, otherwise the first by the titles above it. */
function chooseShortcut(places, source, recorded) {
    const leadingSegments = (source.to ?? []).filter((segment) => segment !== '' && segment !== '.').length;
    const recordedPaths = recorded.map((record) => ({
        title: record.title,
        names: withoutExtension((0,model/* reservedPathOf */.dx)(record)).split('/').slice(leadingSegments),
    }));
    const withRecord = places.filter((place) => recordedPaths.some(({ title, names }) => mayBeAt(place, title, names)));
    const candidates = withRecord.length > 0 ? withRecord : places;
    return candidates.reduce((first, next) => (comparePlaces(next, first) < 0 ? next : first));
}
/** True when a recorded path can belong to a place, by the titles and tokens on the way to it. */
function mayBeAt(place, title, names) {
    if (title !== place.entry.title || names.length !== place.depth)
        return false;
    for (let at = place; at; at = at.above) {
        if (!at.mayHaveName(names[at.depth - 1] ?? ''))
            return false;
    }
    return true;
}
/** Compares places by the titles on the way to them, from the top. */
function comparePlaces(a, b) {
    let [x, y] = [a, b];
    while (x && x.depth > b.depth)
        x = x.above;
    while (y && y.depth > a.depth)
        y = y.above;
    let order = a.depth - b.depth;
    // Going up, the last difference found is the highest one, and it decides. From a common place on, there is none.
    for (; x && y && x !== y; x = x.above, y = y.above)
        order = compareEntries(x.entry, y.entry) || order;
    return order;
}
/** Compares entries by title, then by token. */
const compareEntries = (a, b) => byCodePoints(a.title, b.title) || byCodePoints(a.token, b.token);

;// CONCATENATED MODULE: ./src/export/naming/build-dirs.ts







/**
 * Builds the tree of directories for everything that was found. Names are assigned later. Pure.
 * @param records the files of earlier runs, by output
 * @param reserved paths that no document may have, such as that of the manifest
 */
function buildDirs(listing, options, records, reserved) {
    const top = newDir(0);
    for (const path of reserved)
        reserve(top, path);
    const batches = listing.sources.map((listed) => ({
        from: placeSource(listed, listing.tables, options, records),
        entries: listed.entries,
    }));
    // A directory is filled before those below it: only then is it known which entries share a directory below it.
    const toFill = [[top, batches]];
    for (let next = toFill.pop(); next; next = toFill.pop()) {
        const [dir, dirBatches] = next;
        for (const below of fill(dir, dirBatches, options))
            toFill.push(below);
    }
    return top;
}
/** Reserves a path, so that no document gets it. */
function reserve(top, path) {
    const segments = path.split('/').filter((segment) => segment !== '' && segment !== '.');
    const name = segments.pop();
    if (name === undefined || segments.includes('..') || name === '..')
        return;
    let at = top;
    for (const segment of segments)
        at = openNamed(at, segment, { isFixed: true });
    at.reserved.add(fold(name));
}
/** Finds the directories that `to` names, and the shortcuts of a source that are not exported. */
function placeSource(listed, tables, options, records) {
    const { source } = listed;
    // `..` cannot occur: the parser of `to` refuses it.
    const to = (source.to ?? []).filter((segment) => segment !== '' && segment !== '.');
    const name = (0,model/* isSingle */.vX)(source) ? to.pop() : undefined;
    const unneeded = findUnneededShortcuts(listed, options, records);
    return { listed, namedDirs: to.map(safeSegment), name, unneeded, tables, exportedIn: new Map() };
}
/**
 * Puts entries into a directory: those of batches whose `to` leads further down into the named directory, the others
 * into slots.
 * @returns the batches for each directory below it
 */
function fill(dir, batches, options) {
    const inside = new Map();
    const children = [];
    for (const { from, entries } of batches) {
        const name = from.namedDirs[dir.depth];
        if (name !== undefined) {
            listIn(inside, openNamed(dir, name)).push({ from, entries });
            continue;
        }
        for (const entry of entries) {
            const parent = addEntry(dir, entry, from, options);
            const below = entriesBelow(entry, from);
            if (below.length > 0)
                children.push({ parent, batch: { from, entries: below } });
        }
    }
    // Only now does each slot have its final directory: its own, or a shared one that the user names.
    shareNamed(dir);
    for (const { parent, batch } of children) {
        const below = parent.sharedDir?.dir ?? parent.dir;
        if (below)
            listIn(inside, below).push(batch);
    }
    return inside;
}
/** The entries below an entry: its sheets or tables, unless it is a shortcut that is not exported, and its children. */
function entriesBelow(entry, { unneeded, tables }) {
    const ownTables = unneeded.has(entry) ? [] : (tables?.get(entry) ?? []);
    return ownTables.length > 0 ? [...ownTables, ...entry.children] : entry.children;
}
/** Adds one entry to its directory, without the entries below it. @returns its slot */
function addEntry(dir, entry, from, options) {
    const { listed, name, unneeded, exportedIn, namedDirs } = from;
    const selected = selectOutputs(entry, listed.source, options);
    const explicit = name !== undefined && dir.depth === namedDirs.length;
    const stem = explicit ? stemOf(name, entry.type) : titleStem(entry.title, entry.type);
    const slot = openSlot(dir, entry, stem, explicit, entry.table?.id);
    const documentSlots = listIn(exportedIn, (0,model/* documentKey */.XC)(entry));
    const shortcutTo = unneeded.get(entry);
    const skip = (why) => {
        listIn(slot.skips, listed).push({ entry, why });
    };
    if (shortcutTo) {
        skip({ to: shortcutTo, slots: documentSlots });
    }
    else {
        if (selected.skip !== undefined)
            skip(selected.skip);
        for (const file of selected.files) {
            const fileSlot = openSlot(dir, entry, stem, explicit, file.output.subId);
            addFile(fileSlot, file);
            documentSlots.push(fileSlot);
        }
        // Also for an entry without a file, such as a folder: the report names this place for the shortcuts to it.
        if (entry.excludedBy === undefined)
            documentSlots.push(slot);
    }
    const isFolder = entry.type === 'folder' || entry.type === model/* SPACE_TYPE */.eb;
    if (entriesBelow(entry, from).length > 0 || (isFolder && !shortcutTo))
        slot.dir ??= newDir(dir.depth + 1, slot);
    return slot;
}

;// CONCATENATED MODULE: ./src/export/naming/recorded-names.ts





/** The recorded paths of documents and folders that were not found: they stay reserved. */
class ReservedPaths {
    // Names by directory, folded.
    files = new Map();
    directories = new Map();
    /** @param isTaken whether a recorded file is at a path: then the path is not reserved for another file, which is parked */
    constructor(records, folders, isTaken) {
        const directoriesWithFiles = new Set();
        const paths = records.map(({ path }) => path);
        const reservedPaths = records.map(model/* reservedPathOf */.dx).filter((path) => !isTaken(path));
        for (const path of [...paths, ...reservedPaths]) {
            reserveName(this.files, path);
            for (const directory of directoriesAbove(path)) {
                if (directoriesWithFiles.has(directory))
                    break;
                directoriesWithFiles.add(directory);
                reserveName(this.directories, directory);
            }
        }
        // The directory of a folder that was not found is reserved as a whole, if it has such files.
        for (const { path } of folders)
            if (directoriesWithFiles.has(path))
                reserveName(this.files, path);
    }
    /** The names in a directory that are taken, including those that the layout itself reserves. */
    namesIn(directory, { reserved, named }) {
        const files = new Set([...reserved, ...named.keys(), ...(this.files.get(directory) ?? [])]);
        return { files, directories: this.directories.get(directory) ?? new Set() };
    }
}
function reserveName(names, path) {
    const { directory, name } = splitPath(path);
    names.set(directory, (names.get(directory) ?? new Set()).add(fold(name)));
}
/** The names that earlier runs gave to files and directories. */
class RecordedNames {
    files;
    folders = new Map();
    constructor(files, folders) {
        this.files = files;
        for (const folder of folders)
            listIn(this.folders, (0,model/* documentKey */.XC)(folder)).push(folder);
    }
    /**
     * The recorded directory of a slot. A page and a shortcut to it may both have one: preferred is a directory inside the
     * same parent with a name of the slot, then any inside the same parent, then any.
     */
    folderOf(slot, parent) {
        const known = this.folders.get((0,model/* documentKey */.XC)(slot)) ?? [];
        const here = known.filter(({ path }) => splitPath(path).directory === parent.recordedPath);
        const named = here.find(({ path }) => suffixLevelOf(splitPath(path).name, slot) !== undefined);
        return named ?? here[0] ?? known[0];
    }
    /** The recorded name of a slot's directory, if the parent is the same and it is one of the slot's possible names. */
    directoryName(slot, parent) {
        const folder = this.folderOf(slot, parent);
        if (!folder)
            return undefined;
        const { directory, name } = splitPath(folder.path);
        const level = directory === parent.recordedPath ? suffixLevelOf(name, slot) : undefined;
        return level === undefined ? undefined : { stem: name, level };
    }
    /** The recorded stem of a slot's file, if the parent and the title are the same and it is one of the slot's stems. */
    fileStem(slot, file, parent) {
        const ending = endingOf(file);
        const candidates = (this.files.get((0,model/* outputKey */.zi)(file.output)) ?? []).flatMap((record) => {
            const { directory, name } = splitPath((0,model/* reservedPathOf */.dx)(record));
            const isHere = directory === parent.recordedPath || directory === parent.path;
            if (!isHere || !name.endsWith(ending) || !(slot.explicit || isSameTitle(record.title, file)))
                return [];
            const stem = name.slice(0, name.length - ending.length);
            const level = suffixLevelOf(stem, slot);
            return level === undefined ? [] : [{ stem, level }];
        });
        return candidates.sort((a, b) => a.level - b.level)[0];
    }
}
/** True for the same title, and for another title that gives the same name. */
const isSameTitle = (title, { output }) => title === output.title || titleStem(title, output.type) === titleStem(output.title, output.type);

;// CONCATENATED MODULE: ./src/export/naming/skipped.ts



/** Sort key: all fields, so that entries with the same path are always in the same order. */
const sortKey = ({ title, type, reason, url = '' }) => [title, type, reason, url].join('\0');
/** Describes a skip for the report. @param paths the path of each slot */
function describeSkip(slot, { entry, why }, paths) {
    const { title, type, url } = entry;
    const isUploadedFile = type === 'file' && typeof why === 'string';
    const extension = isUploadedFile ? uploadedName(title).extension : '';
    const path = `${paths.get(slot) ?? slot.stem}${extension === '' ? '' : `.${extension}`}`;
    return { title, type, path, url, reason: typeof why === 'string' ? why : describeElsewhere(why, entry, paths) };
}
/** Says where the target of a shortcut is exported. */
function describeElsewhere({ to, slots }, { type }, paths) {
    const [at] = slots.flatMap((slot) => paths.get(slot) ?? []).sort(byCodePoints);
    const target = at === undefined ? `a ${type}` : (0,src_text/* quoted */.TL)(at);
    return to === 'original'
        ? `shortcut to ${target}, exported there`
        : `another shortcut to the same ${type === 'folder' ? 'folder' : 'document'} is exported to ${target}`;
}

;// CONCATENATED MODULE: ./src/export/naming/layout.ts











/**
 * Gives every output its path: safe on all systems, unique also where a file system ignores case, inside the directory,
 * never that of the manifest, and independent of the order of the listing. A document keeps its recorded path until its
 * title or its parent changes. The recorded paths of a document that was not found stay reserved until `released`. Pure.
 */
function layOut(listing, options) {
    const { records, folders, released, manifestPath } = options;
    const recordsByOutput = new Map();
    for (const record of records)
        listIn(recordsByOutput, (0,model/* outputKey */.zi)(record)).push(record);
    const dirs = allDirs(buildDirs(listing, options, recordsByOutput, [manifestPath]));
    const slots = dirs.flatMap((dir) => [...dir.slots.values()]);
    useRecordedExtensions(slots, recordsByOutput);
    const outputs = new Set(slots.flatMap(({ files }) => [...files.keys()]));
    const documents = findDocuments(listing);
    const isSelected = (record) => record.asset === undefined ? outputs.has((0,model/* outputKey */.zi)(record)) : documents.has((0,model/* documentKey */.XC)(record));
    const recordedPaths = new Set(records.map(({ path }) => fold(path)));
    const reserved = new ReservedPaths(records.filter((record) => !released.has(record) && !isSelected(record)), folders.filter((folder) => !documents.has((0,model/* documentKey */.XC)(folder))), (path) => recordedPaths.has(fold(path)));
    const placed = placeAll(dirs, new RecordedNames(recordsByOutput, folders), reserved, listing.tableLists);
    const skipped = slots.flatMap((slot) => skipsOf(slot).map((skip) => describeSkip(slot, skip, placed.paths)));
    return {
        files: placed.files.sort((a, b) => byPath(a, b) || byCodePoints((0,model/* outputKey */.zi)(a.output), (0,model/* outputKey */.zi)(b.output))),
        skipped: skipped.sort((a, b) => byPath(a, b) || byCodePoints(sortKey(a), sortKey(b))),
        folders: placed.folders.sort(byPath),
    };
}
/** Gives each board the extension of its recorded picture: before the download, that of the next one is not known. */
function useRecordedExtensions(slots, recordsByOutput) {
    for (const { files } of slots) {
        for (const [key, file] of files) {
            if (file.output.kind !== 'board')
                continue;
            const recorded = recordsByOutput.get(key)?.map((record) => (0,model/* reservedPathOf */.dx)(record).replace(/^.*\./, '')) ?? [];
            const extension = recorded.find((one) => export_formats/* BOARD_EXTENSIONS */.w6.includes(one));
            if (extension !== undefined)
                files.set(key, { ...file, extension });
        }
    }
}
/** The keys (`documentKey`) of all documents of a listing, also of skipped ones, but not of excluded ones. */
function findDocuments(listing) {
    const keys = new Set();
    const toVisit = listing.sources.flatMap(({ entries }) => entries);
    for (let entry = toVisit.pop(); entry; entry = toVisit.pop()) {
        if (entry.excludedBy !== undefined)
            continue;
        keys.add((0,model/* documentKey */.XC)(entry));
        for (const child of entry.children)
            toVisit.push(child);
    }
    return keys;
}
/** Assigns names and paths, directory by directory, from the top down. @param dirs each after its parent */
function placeAll(dirs, recorded, reserved, tableLists) {
    const budget = new PathBudget(dirs);
    const files = [];
    const folders = [];
    const paths = new Map();
    const placements = new Map();
    for (const dir of dirs) {
        const parent = placements.get(dir) ?? { path: '', recordedPath: '', isReal: true };
        const requestsBySlot = new Map();
        if (parent.isReal) {
            for (const slot of dir.slots.values())
                requestsBySlot.set(slot, requestNames(slot, parent, budget, recorded));
        }
        const requests = [...requestsBySlot.values()].flatMap((ofSlot) => ofSlot.requests);
        const names = assignNames(requests, parent.path, reserved.namesIn(parent.path, dir));
        for (const { name, dir: namedDir } of dir.named.values()) {
            const path = joined(parent.path, name);
            placements.set(namedDir, placementOf(path, path, parent.isReal && paths_bytesOf(path) < MAX_PATH_BYTES));
        }
        for (const slot of dir.slots.values()) {
            const requested = requestsBySlot.get(slot);
            const directoryName = requested?.directory && names.get(requested.directory);
            const path = joined(parent.path, directoryName ?? slot.sharedDir?.name ?? slot.stem);
            if (slot.dir) {
                const recordedPath = recorded.folderOf(slot, parent)?.path ?? path;
                placements.set(slot.dir, placementOf(path, recordedPath, directoryName !== undefined));
            }
            const ownDir = slot.dir ?? slot.sharedDir?.dir;
            if (ownDir && placements.get(ownDir)?.isReal)
                folders.push(folderRecord(path, slot, tableLists));
            const placed = [...slot.files].map(([key, file]) => {
                const ending = requested?.files.get(key);
                return placeFile(file, parent.path, ending && names.get(ending), slot);
            });
            files.push(...placed);
            paths.set(slot, placed[0]?.path ?? path);
        }
    }
    return { files, folders, paths };
}
function folderRecord(path, slot, tableLists) {
    const { token, type } = slot;
    const tables = tableLists?.get((0,model/* documentKey */.XC)(slot));
    return { path, token, type, ...(tables && { tables }) };
}
// In characters.
const MAX_SHOWN_LENGTH = MAX_PATH_BYTES;
/** A path that is too long is only shown to the user. It is cut, since a deep tree would otherwise fill the memory. */
function placementOf(path, recordedPath, isReal) {
    const isShort = isReal || path.length <= MAX_SHOWN_LENGTH;
    return { path: isShort ? path : `${path.slice(0, MAX_SHOWN_LENGTH).toWellFormed()}…`, recordedPath, isReal };
}
/** Makes the requests of a slot for the names of its files and its directory. */
function requestNames(slot, parent, budget, recorded) {
    const files = new Map([...slot.files].map(([key, file]) => {
        return [key, { text: endingOf(file), isDirectory: false, recorded: recorded.fileStem(slot, file, parent) }];
    }));
    // Each once: two source lines may export a document to Markdown and to a format with attachments.
    const further = new Map([...slot.files.values()]
        .flatMap(reservedEndings)
        .map((ending) => [ending.text, { ...ending, recorded: undefined }]));
    const directory = slot.dir && {
        text: '',
        isDirectory: true,
        recorded: recorded.directoryName(slot, parent),
    };
    const pass = slot.explicit ? 'explicit' : slot.shortcut ? 'shortcut' : 'original';
    const common = { parts: slot, pass, maxBytes: budget.maxStemBytes(slot, parent.path) };
    const endings = [...files.values(), ...further.values()];
    // A file without extension is named with the bare stem, so the directory beside it needs a name with a suffix.
    const requests = directory && hasBareFile(slot)
        ? [
            { ...common, endings },
            { ...common, endings: [directory], pass: 'beside' },
        ]
        : [{ ...common, endings: directory ? [...endings, directory] : endings }];
    return { requests, files, directory };
}
const TOO_LONG = {
    class: 'permanent',
    what: `Could not name the file: its path would be longer than ${MAX_PATH_BYTES} bytes, even with shortened names`,
    advice: 'Give the folder or page above it a line of its own in `sources`, with a short `to=`.',
};
function placeFile(file, directory, name, { stem }) {
    const failure = name === undefined ? TOO_LONG : file.failure;
    return { output: file.output, path: joined(directory, name ?? `${stem}${endingOf(file)}`), failure };
}

;// CONCATENATED MODULE: ./src/export/list-and-confirm.ts










/**
 * Lists the sources. With `delete-stale`, queries the service about recorded documents that were not found. If some of
 * them still exist, lists a second time, because a document may have been moved during the first listing: only a
 * document that neither listing found has left the sources.
 */
async function listAndConfirm(context, api, recorded) {
    const { inputs, tools, stop, session } = context;
    const first = await list_and_confirm_list(context, api, recorded);
    const missing = findMissing(recorded, findDocuments(first.listing));
    if (stop.cause() || !inputs.deleteStale || missing.files.length === 0)
        return { ...first, confirmedMissing: [] };
    if (!isComplete(first.listing))
        return withoutConfirmation(context, first);
    const states = await queryMissing(missing, listingCalls(api, session.connection, session.credential));
    if (![...states.values()].some(({ kind }) => kind === 'exists')) {
        return withConfirmation(context, first, confirmMissing(missing, states));
    }
    tools.log.info('Some documents exist but were not found: listing once more before anything is removed');
    const second = await list_and_confirm_list(context, api, recorded);
    if (stop.cause() || !isComplete(second.listing))
        return withoutConfirmation(context, first);
    const missingTwice = findMissing(missing, findDocuments(second.listing));
    return withConfirmation(context, second, confirmMissing(missingTwice, states));
}
/** The result of a listing after which the file of a document that was not found may be stale. */
function withConfirmation({ report }, found, confirmed) {
    reportUnconfirmed(report, confirmed.unconfirmed);
    return { ...found, confirmedMissing: confirmed.confirmedMissing };
}
/** The result of a listing after which every recorded file stays. */
function withoutConfirmation({ report, stop }, found) {
    if (!stop.cause())
        report.note('`delete-stale` was off for this run: not everything could be listed.');
    return { ...found, confirmedMissing: [] };
}
/** Notes the files that stay because the state of their document is unknown. */
function reportUnconfirmed(report, unconfirmed) {
    const [first] = unconfirmed;
    if (!first)
        return;
    const names = unconfirmed.slice(0, 3).map(({ file }) => (0,src_text/* quoted */.TL)(file.path, 200));
    const others = unconfirmed.length > names.length ? ' and others' : '';
    report.note(`\`delete-stale\` kept ${(0,src_text/* countOf */.pq)(unconfirmed.length, 'file')} (${names.join(', ')}${others}): the document was not listed,` +
        ` but it is not certain that it is gone. ${failure_describe(first.failure)}`);
}
/** Lists the sources, and the sheets and tables in them; logs the progress. */
async function list_and_confirm_list({ inputs, tools, session }, api, recorded) {
    const { clock, log } = tools;
    const listedAtMs = clock.wallMs();
    let foundCount = 0;
    const ticker = new Ticker(clock, log, () => `Listing: ${foundCount} found so far`);
    try {
        const { connection, credential } = session;
        const withoutTables = await listSources(inputs.sources, api, {
            connection,
            credential,
            exclude: inputs.exclude,
            onProgress: (count) => {
                foundCount = count;
            },
        });
        const calls = listingCalls(api, connection, credential);
        const listing = await listTables(withoutTables, calls, {
            hasTableOutputs: (entry, source) => hasTableOutputs(entry, source, inputs),
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

/** The version that this release writes and reads. */
const format_VERSION = 1;
/** Thrown for a manifest that cannot be read. The run stops, and deletes or replaces nothing. */
class ManifestError extends Error {
}
/** Formats a manifest as the pieces of a text: that of `JSON.stringify`, with an indent of two. Pure. */
function formatManifest({ files, folders, journal }) {
    return [
        `{\n  "version": ${format_VERSION}`,
        ...listText('files', [...files].sort(byPath).map(fileText)),
        ...(folders.length > 0 ? listText('folders', [...folders].sort(byPath).map(folderText)) : []),
        ...(journal.length > 0 ? listText('journal', [...journal].sort(byPath).map(changeText)) : []),
        '\n}\n',
    ];
}
/** Formats a list from the texts of its entries, with the comma before it. */
function listText(name, entries) {
    const start = `,\n  "${name}": `;
    if (entries.length === 0)
        return [`${start}[]`];
    return [`${start}[\n`, ...entries.flatMap((entry, index) => (index === 0 ? entry : [',\n', entry])), '\n  ]'];
}
// A manifest of thousands of files is written every few seconds: the text of an entry is made once.
const textByEntry = new WeakMap();
/** Formats an entry. @param withKeysInOrder copies the entry, with its keys in the order that the manifest has */
function textOf(entry, withKeysInOrder) {
    let text = textByEntry.get(entry);
    if (text === undefined) {
        // Split at line feeds alone: a title may hold other line separators.
        text = `    ${JSON.stringify(withKeysInOrder(entry), undefined, 2).split('\n').join('\n    ')}`;
        textByEntry.set(entry, text);
    }
    return text;
}
const orderFileKeys = (record) => {
    const { path, token, type, fileExtension, subId, asset, title, editTime, revision } = record;
    const { fresh, variant, links, reservedPath, fileSize, sha256, exportedAt } = record;
    const identity = { path, reservedPath, token, type, fileExtension, subId, asset, title };
    return { ...identity, editTime, fresh, revision, variant, links, fileSize, sha256, exportedAt };
};
const fileText = (record) => textOf(record, orderFileKeys);
const folderText = (folder) => textOf(folder, ({ path, token, type, tables }) => ({ path, token, type, tables }));
const changeText = (change) => textOf(change, ({ path, before, after, isMove }) => ({
    path,
    before: before && orderFileKeys(before),
    after: after && orderFileKeys(after),
    isMove,
}));

;// CONCATENATED MODULE: ./src/export/manifest/parse.ts




const parse_CURE = 'Restore it from git or from the cache. Or delete it and set `overwrite: true` until one run has succeeded, which' +
    ' exports everything again over the files of the earlier runs.';
/**
 * Reads a manifest's text. Pure.
 * @param shownPath the path for messages
 * @throws ManifestError, whose message says what the user can do
 */
function parseManifest(text, shownPath) {
    const refuse = (why, cure = parse_CURE) => {
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
    const duplicate = journal.find(({ path }) => recorded.has(path));
    if (duplicate)
        return refuse(`it holds the path ${(0,src_text/* quoted */.TL)(duplicate.path)} twice`);
    return { files, folders: readList('folders', readFolder), journal };
}
const readPath = ({ path }) => {
    if (typeof path !== 'string' || path === '')
        return 'it has no `path`';
    return isInside(path) ? { path } : `its path ${(0,src_text/* quoted */.TL)(path)} leads out of the directory, or is not a path`;
};
const parse_readDocument = (entry) => {
    const pathOnly = readPath(entry);
    if (typeof pathOnly === 'string')
        return pathOnly;
    const { token, type } = entry;
    if (typeof token !== 'string' || token === '')
        return 'it has no `token`';
    if (typeof type !== 'string' || type === '')
        return 'it has no `type`';
    return { ...pathOnly, token, type };
};
/** Reads a folder. The recorded tables only save a request: if they cannot be read, they are left out and queried again. */
const readFolder = (entry) => {
    const document = parse_readDocument(entry);
    if (typeof document === 'string')
        return document;
    const tables = parse_readTables(entry['tables']);
    return { ...document, ...(tables && { tables }) };
};
/** Reads the recorded tables of a document; undefined when any of them cannot be read. */
function parse_readTables(tables) {
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
    const document = parse_readDocument(entry);
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
    const { editTime, fresh, revision, asset, variant, links, reservedPath, fileSize, sha256, exportedAt } = entry;
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
    return {
        ...identity,
        editTime,
        ...(fresh === true && { fresh }),
        ...(revision !== undefined && { revision }),
        ...(typeof asset === 'string' && { asset }),
        ...((variant === 'attachments' || variant === 'front-matter') && { variant }),
        ...(typeof reservedPath === 'string' && isInside(reservedPath) && { reservedPath }),
        ...(isObject(links) && { links: readLinks(links) }),
        fileSize,
        sha256,
        exportedAt,
    };
};
const readLinks = (links) => Object.fromEntries(Object.entries(links).filter((link) => typeof link[1] === 'string'));
const readChange = (entry) => {
    const pathOnly = readPath(entry);
    if (typeof pathOnly === 'string')
        return pathOnly;
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
    return { ...pathOnly, before, after, isMove: entry['isMove'] === true };
};
/**
 * Reads an entry of an old manifest, from before the journal: a file that a killed run was about to write. Its bytes are
 * unknown; the hash fits no file, so that a file at the path is not taken for a finished one.
 */
const readUnfinished = (entry) => {
    const identity = readIdentity(entry);
    if (typeof identity === 'string')
        return identity;
    const before = { ...identity, editTime: undefined, fileSize: 0, sha256: '', exportedAt: '' };
    return { path: identity.path, before, after: undefined, isMove: false };
};
/**
 * False for a path that may be outside the directory on some system: with `..` (also with blanks or dots behind it, which
 * Windows ignores), `C:` or a backslash. False too for a path in git's own folder, which must not be changed.
 */
function isInside(path) {
    // eslint-disable-next-line no-control-regex
    if (/[\\:\u0000-\u001f]/.test(path) || !path.isWellFormed())
        return false;
    return path.split('/').every((segment) => !/^[\s.]*$/.test(segment) && !isGitName(segment));
}

;// CONCATENATED MODULE: ./src/export/manifest/file.ts







/**
 * Reads the manifest of earlier runs; a missing one counts as empty.
 * @param root the directory of the export, absolute
 * @param relative the path of the manifest in the directory, with `/`
 * @throws ManifestError when the content is not a manifest; DiskFault when it cannot be read, or a link leads outside
 */
async function readManifest(root, relative) {
    const absolute = external_node_path_default().join(root, ...relative.split('/'));
    await checkParentInside(root, relative);
    const found = await inspectInside(root)(relative);
    if (!found)
        return { files: [], folders: [], journal: [] };
    if (found.kind === 'other') {
        const what = `Cannot read the manifest ${(0,src_text/* quoted */.TL)(absolute, 1000)}: it is not a plain file inside \`directory\``;
        throw new disk_fault_DiskFault(what, 'Move it away, or choose another `manifest`.', 'ELOOP');
    }
    try {
        return parseManifest(await (0,promises_.readFile)(absolute, 'utf8'), absolute);
    }
    catch (error) {
        if (error.code === undefined)
            throw error;
        throw diskFault('read the manifest', absolute, error);
    }
}
/** True when the file has this content. Compares the size first, since a large manifest is written often. */
async function hasContent(absolute, pieces) {
    try {
        const { size } = await (0,promises_.stat)(absolute);
        const expectedSize = pieces.reduce((sum, piece) => sum + Buffer.byteLength(piece), 0);
        return size === expectedSize && (await (0,promises_.readFile)(absolute, 'utf8')) === pieces.join('');
    }
    catch {
        return false;
    }
}
const CHUNK_BYTES = 64 * 1024;
/** Encodes the pieces of a text. All chunks share one small buffer, since a large manifest is written often. */
function* file_encode(pieces) {
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
 * Writes a manifest to the disk atomically; writes nothing if the file already has the same content.
 * @throws DiskFault
 */
async function writeManifest(clock, root, relative, pieces) {
    const target = external_node_path_default().join(root, ...relative.split('/'));
    if (await hasContent(target, pieces))
        return;
    await ensureParentInside(clock, root, relative);
    await saveFile({ clock, target, body: file_encode(pieces), overwrite: true });
}

;// CONCATENATED MODULE: ./src/export/manifest/journal.ts

// The delay is safe, because the next run recovers a committed record from the file itself. It is useful, because each
// write of a large manifest needs memory.
const WRITE_WITHIN_MS = 5_000;
// The pause before a failed write is tried again.
const RETRY_AFTER_MS = 1_000;
/**
 * Keeps the manifest consistent with the disk even if the process is killed: a change is announced with `intend`, then
 * made, then recorded with `commit` or taken back with `abort`. Many changes share one write of the manifest.
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
    /** @param save writes the manifest atomically; throws a DiskFault */
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
     * Announces changes. Resolves when the manifest on the disk contains them.
     * @throws DiskFault when the manifest cannot be written; then nothing is announced
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
    /** Records the file that is at a path after a change; it is written to the disk soon. */
    commit(path, record) {
        this.pending.delete(path);
        if (record)
            this.files.set(path, record);
        else
            this.files.delete(path);
        this.writeSoon();
    }
    /** Withdraws an announced change that was not made. */
    abort(path) {
        const change = this.pending.get(path);
        if (change)
            this.commit(path, change.before);
    }
    /** Updates the record of a file whose content does not change. */
    update(path, change) {
        const record = this.files.get(path);
        if (!record)
            return;
        const updated = { ...record, ...change };
        if (updated.title !== record.title || updated.editTime !== record.editTime)
            this.commit(path, updated);
    }
    /** Replaces the recorded folders. */
    setFolders(folders) {
        this.folders = folders;
        this.writeSoon();
    }
    /**
     * Writes the manifest. Resolves when all changes so far are on the disk.
     * @throws DiskFault when the manifest cannot be written
     */
    flush() {
        this.cancelTimer?.();
        this.cancelTimer = undefined;
        this.changes++;
        // If a write has already started, another one follows it, for the latest changes.
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
    /** Writes the manifest, and again as long as `flush` was called during the write. */
    async write() {
        try {
            let writtenChanges;
            do {
                writtenChanges = this.changes;
                const files = [...this.files.values()];
                const journal = [...this.pending.values()];
                await this.save(formatManifest({ files, folders: this.folders, journal }));
            } while (writtenChanges !== this.changes);
        }
        finally {
            this.writer = undefined;
        }
    }
}

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __nccwpck_require__(24);
;// CONCATENATED MODULE: ./src/export/manifest/recover.ts




/**
 * Finds out which changes of the journal a killed run has made, by the content of the files at their paths.
 * @param root the directory of the export, absolute
 * @param inspect returns the kind and id of the file at a relative path
 * @returns the records of `files`, and one for each file that is at a path of the journal
 */
async function recover({ files, journal }, root, inspect) {
    const changes = [];
    for (const change of journal) {
        const info = await inspect(change.path);
        if (info?.kind !== 'file')
            continue;
        const found = await readSizeAndHash(external_node_path_default().join(root, ...change.path.split('/'))).catch(() => undefined);
        changes.push({ change, found, id: info.id });
    }
    return [...files, ...identify(changes)];
}
/** Finds the record of the file at each path of the journal. Pure. */
function identify(changes) {
    const matches = new Matches();
    const isAmbiguous = ({ change, found }) => hasBytesOf(change.before, found) && hasBytesOf(change.after, found);
    for (const entry of changes)
        if (!isAmbiguous(entry))
            matchByBytes(entry, matches);
    matchAmbiguous(changes.filter(isAmbiguous), matches);
    return changes.flatMap((entry) => matches.recordOf(entry) ?? recordForOtherBytes(entry, matches) ?? []);
}
/** The recorded files that were found so far. */
class Matches {
    records = new Map();
    /** The id of the file on the disk, by recorded file. */
    ids = new Map();
    add(entry, record) {
        this.records.set(entry, { ...record, path: entry.change.path });
        this.ids.set(recover_keyOf(record), entry.id);
    }
    recordOf(entry) {
        return this.records.get(entry);
    }
    idOf(record) {
        return this.ids.get(recover_keyOf(record));
    }
    /** Whether the recorded file was found, at any path. */
    has(record) {
        return record !== undefined && this.ids.has(recover_keyOf(record));
    }
    /** Drops the records of the file with an id, at all paths. */
    dropFile(id) {
        for (const [entry] of this.records)
            if (entry.id === id)
                this.records.delete(entry);
    }
}
/** Matches a file that has the bytes of either `before` or `after`. */
function matchByBytes(entry, matches) {
    const { before, after } = entry.change;
    const record = [after, before].find((candidate) => hasBytesOf(candidate, entry.found));
    if (!record)
        return;
    // For a rename that changes only letter case, a disk that ignores case shows the file at the old and at the new path.
    // Then the file counts as not moved: the path where it was before gets the record.
    const isFoundTwice = matches.idOf(record) === entry.id;
    if (isFoundTwice && record !== before)
        return;
    if (isFoundTwice)
        matches.dropFile(entry.id);
    matches.add(entry, record);
}
/**
 * Matches files that have the bytes of both `before` and `after`. It comes after all others, because a recorded file that
 * was found at another path cannot be this one. If that excludes neither or both, the file is taken for `after`.
 */
function matchAmbiguous(ambiguous, matches) {
    const remaining = new Set(ambiguous);
    const isDecided = ({ change }) => matches.has(change.after) || matches.has(change.before);
    for (;;) {
        const [first] = remaining;
        if (!first)
            return;
        // The decided ones come first, since each match may decide another one.
        const next = [...remaining].find(isDecided) ?? first;
        const { before, after } = next.change;
        const record = matches.has(after) && !matches.has(before) ? before : after;
        if (record)
            matches.add(next, record);
        remaining.delete(next);
    }
}
/**
 * Makes the record of a file that has the bytes of neither `before` nor `after`: it cannot be read, a user changed it
 * meanwhile, or it is the empty file that reserves a name (see StagedFile). Without an edit time in its record, the
 * document is exported again.
 */
function recordForOtherBytes({ change, found }, matches) {
    const { before, after, isMove, path } = change;
    if (hasBytesOf(before, found) || hasBytesOf(after, found))
        return undefined;
    // A file with unknown content at a new path belongs to a run only if the run had renamed it or reserved the name.
    const isOwnFile = found !== undefined && (isMove || found.fileSize === 0) && !matches.has(after);
    const record = before ?? (isOwnFile ? after : undefined);
    return record && { ...record, ...found, path, editTime: undefined };
}
const hasBytesOf = (record, found) => record !== undefined && record.sha256 === found?.sha256 && record.fileSize === found.fileSize;
/** Identifies a recorded file independently of its current path. Several files of one output have different keys. */
const recover_keyOf = (record) => `${(0,model/* outputKey */.zi)(record)} ${(0,model/* reservedPathOf */.dx)(record)}`;
async function readSizeAndHash(file) {
    const hash = (0,external_node_crypto_namespaceObject.createHash)('sha256');
    let fileSize = 0;
    for await (const chunk of (0,external_node_fs_.createReadStream)(file)) {
        hash.update(chunk);
        fileSize += chunk.length;
    }
    return { fileSize, sha256: hash.digest('hex') };
}

;// CONCATENATED MODULE: ./src/export/placement/trip.ts


/** The way of one file: from its old path to the parked path, then to its target. */
class Trip {
    move;
    owner;
    parkedAt = `.feishu-export-${(0,external_node_crypto_namespaceObject.randomBytes)(12).toString('hex')}.old`;
    /** The path where the file is now. */
    at;
    failure;
    record;
    /** The target; undefined for a file of `toPark`, which stays parked. */
    to;
    /** @param owner for an asset, the trip of its file if that moves as well */
    constructor(move, owner) {
        this.move = move;
        this.owner = owner;
        this.record = move.record;
        this.to = move.to;
        this.at = move.record.path;
    }
    /** True while the file is parked and has not reached its target. */
    isBeforeTarget() {
        return this.to !== undefined && this.at === this.parkedAt;
    }
    /** Makes the record of the file at a path on its way. If the run is killed, the old path is still reserved for it. */
    recordAt(path) {
        const reservedPath = (0,model/* reservedPathOf */.dx)(this.record);
        return { ...this.record, path, reservedPath: reservedPath === path ? undefined : reservedPath };
    }
    /** Makes the record after the moves. The target of an asset is reserved if its file is there, even without the asset. */
    recordAfterMoves() {
        const reservedPath = this.isTargetReserved() ? this.to : (0,model/* reservedPathOf */.dx)(this.record);
        return { ...this.record, path: this.at, reservedPath: reservedPath === this.at ? undefined : reservedPath };
    }
    isTargetReserved() {
        if (this.owner)
            return this.owner.isTargetReserved();
        // Without an owner, it is either the asset of a file that stays where it is, or a file itself.
        const isAssetOfStayingFile = this.move.group !== this.record;
        return isAssetOfStayingFile || this.at === this.to;
    }
}
/** Makes the trip of each file; the trip of an asset refers to the trip of its file. */
function planTrips(moves, toPark) {
    const owners = new Map(moves.flatMap((move) => (move.group === move.record ? [[move.record, new Trip(move)]] : [])));
    return [
        ...moves.map((move) => owners.get(move.record) ?? new Trip(move, owners.get(move.group))),
        ...toPark.map((record) => new Trip({ record, to: undefined, group: record })),
    ];
}

;// CONCATENATED MODULE: ./src/export/placement/apply-moves.ts






/**
 * Moves recorded files, one after another. Each file is first parked under a temporary name, then renamed to its target,
 * so that swaps, circles, names that differ only in case, and files that become folders need no special handling. A file
 * that cannot be moved goes back to its old path; a file that has moved to that path goes back as well. The changes are
 * announced to the journal before the first rename.
 * @param toPark files that must leave their path and will be removed later: they stay parked
 * @throws DiskFault when the journal cannot be written; then nothing was moved
 */
async function applyMoves(moves, toPark, options) {
    const trips = planTrips(moves, toPark);
    if (trips.length === 0)
        return { moved: [], parked: [], failed: [], isChanged: false };
    const { directory, journal } = options;
    const changes = await listChanges(trips, options);
    await journal.intend(changes);
    for (const trip of trips)
        await renameTrip(trip, trip.parkedAt, options);
    await clearDirectories(trips, options);
    const { possible, blocked } = await separateBlocked(trips, options);
    for (const trip of possible)
        await renameToTarget(trip, options);
    for (const trip of [...blocked, ...possible])
        await sendBack(trip, trips, options);
    // First, no path that may have changed has a record; then each path that has a file now gets its record.
    for (const { path } of changes)
        journal.commit(path, undefined);
    for (const trip of trips)
        journal.commit(trip.at, trip.recordAfterMoves());
    // If this write fails, the manifest on the disk still announces the moves, and the flush at the end of the run reports
    // the failure. So it is ignored here, and the caller learns what was moved.
    await journal.flush().catch(() => undefined);
    for (const { record, to } of trips) {
        await removeEmptyAbove(directory, record.path);
        if (to !== undefined)
            await removeEmptyAbove(directory, to);
    }
    return summarize(trips);
}
/** Reports where the files are after the moves. */
function summarize(trips) {
    const moved = [];
    const parked = [];
    const failed = [];
    for (const { record, to, at, failure } of trips) {
        const hasNewPath = at !== record.path;
        if (to === undefined) {
            if (hasNewPath)
                parked.push({ record, at });
        }
        else if (at === to) {
            if (hasNewPath)
                moved.push({ record, to });
        }
        else if (failure) {
            // Every file that did not reach its target has a failure.
            failed.push({ record, to, failure });
        }
    }
    return { moved, parked, failed, isChanged: trips.some(({ record, at }) => at !== record.path) };
}
/** Lists all paths that the trips may change, each with the record of the file that may be there afterwards. */
async function listChanges(trips, { directory }) {
    const recordAfter = new Map(trips.map(({ record }) => [record.path, undefined]));
    for (const trip of trips) {
        recordAfter.set(trip.parkedAt, trip.recordAt(trip.parkedAt));
        if (trip.to !== undefined)
            recordAfter.set(trip.to, trip.recordAt(trip.to));
    }
    const changes = [];
    for (const [path, after] of [...recordAfter].sort(([a], [b]) => byCodePoints(a, b))) {
        changes.push({ path, after, isMove: await isUnused(path, directory) });
    }
    return changes;
}
/** True when nothing exists at a path; false when that cannot be read. */
async function isUnused(at, directory) {
    try {
        return (await inspectInside(directory)(at)) === undefined;
    }
    catch (error) {
        if (error instanceof disk_fault_DiskFault)
            return false;
        throw error;
    }
}
/**
 * Separates the parked files that can be renamed to their target from those whose target is taken. A blocked file will
 * go back to its old path, which may be the target of another file and so block that one, too.
 */
async function separateBlocked(trips, options) {
    const taken = new Set(trips.filter((trip) => trip.at !== trip.parkedAt).map(({ at }) => fold(at)));
    const blocked = [];
    let possible = trips.filter((trip) => trip.isBeforeTarget());
    for (;;) {
        const newlyBlocked = [];
        for (const trip of possible) {
            const { to = '' } = trip;
            const isTaken = taken.has(fold(to));
            const fault = isTaken ? existsFault(external_node_path_default().join(options.directory, to)) : await findObstacle(to, options);
            if (!fault)
                continue;
            trip.failure = disk_fault_diskFailure(fault);
            newlyBlocked.push(trip);
        }
        if (newlyBlocked.length === 0)
            return { possible, blocked };
        for (const { record } of newlyBlocked)
            taken.add(fold(record.path));
        blocked.push(...newlyBlocked);
        possible = possible.filter((trip) => trip.failure === undefined);
    }
}
/**
 * Finds what is at a target, since a rename would replace it silently. With `overwrite`, a file that no run wrote is not
 * an obstacle.
 */
async function findObstacle(at, { directory, overwrite, journal }) {
    try {
        const found = await inspectInside(directory)(at);
        const mayReplace = overwrite && found?.kind === 'file' && journal.recordAt(at) === undefined;
        if (!found || mayReplace)
            return undefined;
        const absolute = external_node_path_default().join(directory, at);
        return found.kind === 'file' ? existsFault(absolute) : diskFault('write the file', absolute, { code: 'EISDIR' });
    }
    catch (error) {
        if (error instanceof disk_fault_DiskFault)
            return error;
        throw error;
    }
}
async function renameToTarget(trip, options) {
    const { to } = trip;
    if (to === undefined)
        return;
    try {
        await ensureParentInside(options.clock, options.directory, to);
        await renameTrip(trip, to, options);
    }
    catch (error) {
        if (!(error instanceof disk_fault_DiskFault))
            throw error;
        trip.failure = disk_fault_diskFailure(error);
    }
}
/** Removes the empty directories that have the path of a target, also those that are empty because a file was parked. */
async function clearDirectories(trips, { directory }) {
    const targets = new Set(trips.flatMap(({ to }) => to ?? []));
    for (const { record } of trips) {
        const isTargetAbove = [...directoriesAbove(record.path)].some((above) => targets.has(above));
        if (isTargetAbove)
            await removeEmptyAbove(directory, record.path);
    }
    for (const target of targets)
        await removeEmptyFolder(directory, target);
}
/**
 * Renames a file that is still parked back to its old path. A file that was moved there meanwhile goes back first, and so
 * on. If any other file is there, the parked file stays parked.
 */
async function sendBack(trip, trips, options) {
    const { path: oldPath } = trip.record;
    if (!trip.isBeforeTarget())
        return;
    const occupant = trips.find((other) => other !== trip && other.at === oldPath);
    if (occupant) {
        occupant.failure ??= trip.failure;
        await renameTrip(occupant, occupant.parkedAt, options);
    }
    if (!(await findObstacle(oldPath, { ...options, overwrite: false }))) {
        await ensureParentInside(options.clock, options.directory, oldPath).catch(() => undefined);
        await renameTrip(trip, oldPath, options);
    }
    if (occupant)
        await sendBack(occupant, trips, options);
}
/** Renames a file; an error becomes the failure of its trip. */
async function renameTrip(trip, to, { directory, clock }) {
    const from = external_node_path_default().join(directory, trip.at);
    try {
        await renameWithRetry(clock, from, external_node_path_default().join(directory, to));
        trip.at = to;
    }
    catch (error) {
        trip.failure ??= disk_fault_diskFailure(diskFault('move the file', from, error));
    }
}

;// CONCATENATED MODULE: ./src/export/placement/read-snapshot.ts



// Node.js has four threads for disk operations: more at the same time needs memory and is not faster.
const PATHS_AT_ONCE = 64;
/** Inspects each path once. @param directory absolute */
async function readSnapshot(directory, paths) {
    const inspect = inspectInside(directory);
    const isEmpty = (at) => isEmptyFolder(external_node_path_default().join(directory, at));
    const entries = new Map();
    const allPaths = [...new Set(paths)];
    for (let first = 0; first < allPaths.length; first += PATHS_AT_ONCE) {
        const batch = allPaths.slice(first, first + PATHS_AT_ONCE);
        await Promise.all(batch.map(async (at) => entries.set(at, await entryAt(at, inspect, isEmpty))));
    }
    return {
        at(path) {
            const entry = entries.get(path);
            if (!entry)
                throw new Error(`the snapshot does not have ${path}`);
            return entry;
        },
    };
}
/** Inspects a path on the disk. An empty folder counts as nothing: it is no obstacle to a file. */
async function entryAt(at, inspect, isEmpty) {
    try {
        const found = await inspect(at);
        if (!found)
            return { kind: 'nothing' };
        if (found.kind === 'file')
            return { kind: 'file', size: found.size, id: found.id };
        return { kind: (await isEmpty(at)) ? 'nothing' : 'other' };
    }
    catch (error) {
        // A path that cannot be inspected does not affect the others.
        if (error instanceof disk_fault_DiskFault)
            return { kind: 'unreadable', failure: disk_fault_diskFailure(error) };
        throw error;
    }
}

;// CONCATENATED MODULE: ./src/export/plan/assets.ts



/**
 * Finds the assets (pictures and attachments) among recorded files, and the owner of each: the file of the same document
 * whose assets directory holds it.
 */
class Assets {
    /** The recorded files that are not assets. */
    files;
    owners = new Map();
    byOwner = new Map();
    /** Assets without an owner: a run was killed after it wrote the asset and before it wrote the file. */
    orphans;
    constructor(records) {
        this.files = records.filter(({ asset }) => asset === undefined);
        const ownerByDirectory = mapOwners(this.files);
        const pathsInUse = new Set(records.flatMap(({ path, reservedPath = path }) => (path === reservedPath ? path : [])));
        const orphans = [];
        for (const record of records) {
            if (record.asset === undefined)
                continue;
            // After a failed move, the asset may have been saved again at its reserved path: that one has the owner.
            const isReplaced = record.reservedPath !== undefined && pathsInUse.has(record.reservedPath);
            const { directory } = splitPath((0,model/* reservedPathOf */.dx)(record));
            const owner = isReplaced ? undefined : ownerByDirectory.get(ownerKey(record, directory));
            if (owner) {
                this.owners.set(record, owner);
                listIn(this.byOwner, owner).push(record);
            }
            else
                orphans.push(record);
        }
        this.orphans = orphans;
    }
    /** The record of the file that an asset belongs to; undefined for an orphan. */
    ownerOf(asset) {
        return this.owners.get(asset);
    }
    /** The assets of a file. */
    of(owner) {
        return this.byOwner.get(owner) ?? [];
    }
    /** The path of an asset beside its file. @param path of the file */
    static pathBeside(asset, path) {
        return `${(0,model/* assetsDirectory */.LY)(path)}/${splitPath((0,model/* reservedPathOf */.dx)(asset)).name}`;
    }
    /** True for an asset in the assets directory of a planned file of its document. */
    static isBesideAny(asset, files) {
        const { directory } = splitPath(asset.path);
        return files.some(({ output, path }) => {
            return (0,model/* documentKey */.XC)(output) === (0,model/* documentKey */.XC)(asset) && (0,model/* assetsDirectory */.LY)(path) === directory;
        });
    }
    /** Finds the assets of files that are to be removed that a planned file takes over: it saves its own there. */
    findTakenOver(removed, planned) {
        const saving = planned.filter(({ output }) => (0,model/* savesAssets */.ch)(output));
        return removed.flatMap((record) => this.of(record)).filter((asset) => Assets.isBesideAny(asset, saving));
    }
}
/**
 * Lists every path that a plan reads from the snapshot: recorded files, the paths reserved for them, planned files and the
 * target paths of their assets. Pure.
 */
function listPathsToInspect(planned, records) {
    const paths = new Set([...records, ...planned].map(({ path }) => path));
    for (const record of records)
        paths.add((0,model/* reservedPathOf */.dx)(record));
    const assets = new Map();
    for (const record of records)
        if (record.asset !== undefined)
            listIn(assets, (0,model/* documentKey */.XC)(record)).push(record);
    if (assets.size === 0)
        return paths;
    for (const { output, path } of planned) {
        for (const asset of assets.get((0,model/* documentKey */.XC)(output)) ?? [])
            paths.add(Assets.pathBeside(asset, path));
    }
    return paths;
}
/**
 * Maps each assets directory (by `ownerKey`) to the file that owns it: of several formats of a document, Markdown,
 * otherwise the one with which the attachments were saved.
 */
function mapOwners(files) {
    const rank = ({ fileExtension, variant }) => fileExtension === 'md' ? 2 : variant === 'attachments' ? 1 : 0;
    const ownersLast = [...files].sort((a, b) => rank(a) - rank(b));
    return new Map(ownersLast.map((file) => [ownerKey(file, (0,model/* assetsDirectory */.LY)((0,model/* reservedPathOf */.dx)(file))), file]));
}
const ownerKey = (record, directory) => `${(0,model/* documentKey */.XC)(record)} ${directory}`;

;// CONCATENATED MODULE: ./src/export/plan/after-moves.ts



/**
 * Corrects a plan after the moves. Files whose move failed are refused, and so are files whose path is still taken by
 * such a file. Pure.
 */
function withFailedMoves(plan, failed) {
    if (failed.length === 0)
        return plan;
    const failures = new Map(failed.map(({ to, failure }) => [to, failure]));
    const stillTaken = new Set(failed.map(({ record }) => fold(record.path)));
    const moved = new Set(plan.moves.flatMap(({ to }) => (failures.has(to) ? [] : to)));
    const failureAt = (path) => failures.get(path) ?? (stillTaken.has(fold(path)) && !moved.has(path) ? OF_ANOTHER_DOCUMENT : undefined);
    const isPossible = ({ path }) => failureAt(path) === undefined;
    // A file that has moved without one of its assets is exported again, which saves the asset again.
    const incompleteDirectories = new Set(failed.filter(({ record }) => record.asset !== undefined).map(({ to }) => splitPath(to).directory));
    const isIncomplete = ({ path }) => incompleteDirectories.has((0,model/* assetsDirectory */.LY)(path));
    const possible = plan.unchanged.filter(isPossible);
    const refused = [...plan.toExport, ...plan.unchanged].flatMap((file) => {
        const failure = failureAt(file.path);
        return failure ? [{ ...file, failure, isForeign: false }] : [];
    });
    return {
        ...plan,
        toExport: [...plan.toExport.filter(isPossible), ...possible.filter(isIncomplete)],
        unchanged: possible.filter((file) => !isIncomplete(file)),
        refused: [...plan.refused, ...refused],
    };
}
/** Replaces the path of each parked stale file in a plan by the path where it is parked. Pure. */
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

;// CONCATENATED MODULE: ./src/export/link-targets.ts



/** The paths of the documents that a run writes, for links between them. */
class LinkTargets {
    paths = new Map();
    constructor(files) {
        const byToken = new Map();
        for (const { output, path } of files) {
            for (const token of tokensOf(output))
                listIn(byToken, token).push(path);
        }
        for (const [token, paths] of byToken) {
            const [first] = paths.sort(compareTargets);
            if (first !== undefined)
                this.paths.set(token, first);
        }
    }
    /**
     * The relative path to a document's Markdown, else to its first file.
     * @param token of the document or of its wiki page
     * @param from the path of the linking file
     * @returns undefined for a document that the run does not write
     */
    resolve(token, from) {
        const target = this.paths.get(token);
        return target === undefined ? undefined : external_node_path_default().posix.relative(external_node_path_default().posix.dirname(from), target);
    }
}
/** Compares the paths of one document: Markdown comes first, then the order of code points. */
function compareTargets(a, b) {
    const rank = (path) => (path.endsWith('.md') ? 0 : 1);
    return rank(a) - rank(b) || byCodePoints(a, b);
}
/**
 * The tokens by which a link may name a document: its own, and that of its wiki page, which is at the end of
 * its URL: `https://example.feishu.cn/wiki/TOKEN`.
 */
function tokensOf({ token, url }) {
    const urlToken = url === undefined ? undefined : /\/([\w-]+)\/?(?:[?#].*)?$/.exec(url)?.[1];
    return urlToken === undefined || urlToken === token ? [token] : [token, urlToken];
}

;// CONCATENATED MODULE: ./src/export/plan/unchanged.ts

/** Compares the revision for a table of a base, and the edit time of the document for everything else. */
const isSameVersion = (record, output) => output.revision !== undefined
    ? record.revision === output.revision
    : record.editTime !== undefined && record.editTime === output.editTime;
/** Decides whether a recorded file holds the version of its document that an export would make now. Pure. */
const isCurrent = (record, output) => record.fresh !== true && record.variant === output.variant && isSameVersion(record, output);
/** Decides whether a new export would write the same file as the recorded one. Pure. */
function isUnchanged(record, { output, path }, snapshot, links) {
    const entry = snapshot.at(record.path);
    return (isCurrent(record, output) &&
        (output.kind !== 'markdown' || isSameText(record, output.title, path, links)) &&
        record.fileExtension === output.fileExtension &&
        entry.kind === 'file' &&
        entry.size === record.fileSize);
}
/** Compares what an edit time does not show for a Markdown file: the title, and the paths of the linked documents. */
const isSameText = (record, title, path, links) => record.title === title &&
    Object.entries(record.links ?? {}).every(([token, link]) => (links.resolve(token, path) ?? '') === link);
/** Finds the files with a picture or attachment that is recorded but missing on the disk. */
function findIncomplete(records, present) {
    if (present.length === records.length)
        return new Set();
    const presentRecords = new Set(present);
    const all = new Assets(records);
    return new Set(records.flatMap((record) => (presentRecords.has(record) ? [] : (all.ownerOf(record) ?? []))));
}

;// CONCATENATED MODULE: ./src/export/plan/plan-moves.ts






/**
 * Pairs the recorded files of each output with its planned paths: a file at a planned path stays, the others move to the
 * planned paths that have no file. Files of the current version come first; if paths run out, older copies are left over.
 * Pure.
 * @param records only those whose file is on the disk
 */
function pairRecords(files, records) {
    const recorded = new Map();
    for (const record of records)
        listIn(recorded, (0,model/* outputKey */.zi)(record)).push(record);
    const planned = new Map();
    for (const file of files)
        listIn(planned, (0,model/* outputKey */.zi)(file.output)).push(file);
    const staying = new Map();
    const moves = [];
    const surplus = [];
    for (const [key, ofOutput] of recorded) {
        const plannedFiles = planned.get(key);
        const output = plannedFiles?.[0]?.output;
        if (!plannedFiles || !output)
            continue;
        const paths = plannedFiles.map(({ path }) => path);
        const unpaired = new Map(ofOutput.map((record) => [record.path, record]));
        for (const path of paths) {
            const record = unpaired.get(path);
            if (!record)
                continue;
            staying.set(path, record);
            unpaired.delete(path);
        }
        const freePaths = paths.filter((path) => !staying.has(path)).sort(byCodePoints);
        const rank = (record) => (isCurrent(record, output) ? 0 : 1);
        for (const record of [...unpaired.values()].sort((a, b) => rank(a) - rank(b) || byPath(a, b))) {
            const to = freePaths.shift();
            if (to === undefined)
                surplus.push(record);
            else
                moves.push({ record, to, group: record });
        }
    }
    return { staying, moves, surplus };
}
/** Adds the assets of the files to a pairing: they stay, move or are surplus together with their file. Pure. */
function withAssets({ staying, moves, surplus }, assets, files) {
    const documents = new Set(files.map(({ output }) => (0,model/* documentKey */.XC)(output)));
    const isSurplus = (orphan) => documents.has((0,model/* documentKey */.XC)(orphan)) && !Assets.isBesideAny(orphan, files);
    const movesBeside = (owner, path) => assets.of(owner).flatMap((asset) => {
        const to = Assets.pathBeside(asset, path);
        return to === asset.path && asset.reservedPath === undefined ? [] : [{ record: asset, to, group: owner }];
    });
    // A killed run has moved these files to their planned path already. The move to the same path clears `reservedPath`.
    const movedBefore = [...staying].flatMap(([to, record]) => record.reservedPath === undefined ? [] : [{ record, to, group: record }]);
    const assetMoves = [
        ...moves.flatMap(({ record, to }) => movesBeside(record, to)),
        ...[...staying].flatMap(([path, record]) => movesBeside(record, path)),
    ];
    return {
        staying,
        moves: [...moves, ...movedBefore, ...assetMoves],
        surplus: [...surplus.flatMap((record) => [record, ...assets.of(record)]), ...assets.orphans.filter(isSurplus)],
    };
}
/** Finds the removable files whose path a planned file needs, for itself or for a directory above it. Pure. */
function findFilesToPark(removable, paths) {
    if (removable.length === 0)
        return [];
    const files = new Set(paths.map(fold));
    const directories = new Set(paths.flatMap((path) => [...directoriesAbove(path)].map(fold)));
    return removable.filter(({ path }) => {
        const isNeeded = files.has(fold(path)) || directories.has(fold(path));
        // A planned file has the path of a directory above the removable one.
        const isBelowFile = [...directoriesAbove(path)].some((directory) => files.has(fold(directory)));
        return isNeeded || isBelowFile;
    });
}
/**
 * Plans the way back of files that a killed run left parked and that have no planned path now: each goes to the path that
 * is reserved for it, unless a planned file needs that path. Pure.
 * @param records only those whose file is on the disk and is not to be removed
 */
function planReturns(records, { staying, moves, surplus }, plannedPaths) {
    const paired = new Set([...staying.values(), ...moves.map(({ record }) => record), ...surplus]);
    const returns = new Map();
    for (const record of records) {
        const to = (0,model/* reservedPathOf */.dx)(record);
        if (paired.has(record) || to === record.path || !isParkedName(record.path))
            continue;
        const isNeeded = findFilesToPark([{ ...record, path: to }], plannedPaths).length > 0;
        if (!isNeeded && !returns.has(fold(to)))
            returns.set(fold(to), { record, to, group: record });
    }
    return [...returns.values()];
}
/** Decides which paths moves and exports can use: those where nothing is, or only files that leave their path. */
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
            listIn(this.leaving, fold(record.path)).push(record);
    }
    /** Notes that a file does not leave its path after all, since its move is blocked. */
    keep(record) {
        const others = (this.leaving.get(fold(record.path)) ?? []).filter((one) => one !== record);
        this.leaving.set(fold(record.path), others);
    }
    /** Finds why no file can be written to a path; undefined when the path is free, or will be after the moves. */
    findObstacle(path) {
        const entry = this.snapshot.at(path);
        switch (entry.kind) {
            case 'nothing':
                return undefined;
            case 'unreadable':
                return { failure: entry.failure, isForeign: false };
            case 'other': {
                const isLeaving = [...this.leaving.values()].some((records) => records.some((one) => isBelow(one.path, path)));
                return isLeaving ? undefined : { failure: IN_THE_WAY, isForeign: false };
            }
            case 'file': {
                const leaving = this.leaving.get(fold(path)) ?? [];
                if (leaving.some((record) => record.path === path || this.isSameFile(record.path, entry.id)))
                    return undefined;
                if (this.recorded.has(fold(path)))
                    return { failure: OF_ANOTHER_DOCUMENT, isForeign: false };
                return this.overwrite ? undefined : { failure: NOT_OURS, isForeign: true };
            }
        }
    }
    isSameFile(path, id) {
        const entry = this.snapshot.at(path);
        return entry.kind === 'file' && entry.id === id;
    }
}
/**
 * Separates the moves that can be made from those that cannot. The moves of one `group` (a file and its assets) are made
 * together or not at all. A blocked file stays and so blocks the moves to its path, hence the loop.
 */
function separateMoves(moves, occupancy) {
    const blocked = [];
    let possible = moves;
    for (;;) {
        const obstacles = new Map();
        for (const { to, group } of possible) {
            const obstacle = occupancy.findObstacle(to);
            if (obstacle)
                obstacles.set(group, obstacle);
        }
        if (obstacles.size === 0)
            return { moves: possible, blocked };
        const stuck = possible.flatMap((move) => {
            const obstacle = obstacles.get(move.group);
            return obstacle ? [{ ...move, ...obstacle }] : [];
        });
        for (const { record } of stuck)
            occupancy.keep(record);
        blocked.push(...stuck);
        possible = possible.filter(({ group }) => !obstacles.has(group));
    }
}
const IN_THE_WAY = {
    class: 'permanent',
    origin: 'disk',
    what: 'Could not write it: a folder or a link has this name, or a link leads out of `directory`',
    advice: 'Move it away.',
};
const NOT_OURS = {
    class: 'permanent',
    origin: 'disk',
    what: 'Could not write it: the file exists already, and no earlier run wrote it',
    advice: 'Set `overwrite: true` to replace it, or move it away.',
};

;// CONCATENATED MODULE: ./src/export/plan/plan.ts






/** Decides what a run is going to do: what moves, is exported, stays, is refused or is stale. Pure. */
function makePlan(layout, options) {
    const { records, confirmedMissing, snapshot, overwrite, isComplete } = options;
    const files = withOneEditTime(layout.files);
    const { present, toDrop } = findPresent(records, files, options);
    const placeable = files.filter(({ failure }) => failure === undefined);
    const assets = new Assets(present);
    const pairing = withAssets(pairRecords(placeable, assets.files), assets, placeable);
    const links = new LinkTargets(placeable);
    const presentRecords = new Set(present);
    const removable = [
        ...confirmedMissing.filter((record) => presentRecords.has(record)),
        ...(isComplete ? pairing.surplus : []),
    ];
    const plannedPaths = placeable.map(({ path }) => path);
    const toPark = findFilesToPark(removable, plannedPaths);
    const returns = planReturns(findRemaining(present, placeable, removable, options), pairing, plannedPaths);
    const allMoves = [...pairing.moves, ...returns];
    const leaving = [...toPark, ...allMoves.map(({ record }) => record)];
    const occupancy = new Occupancy(snapshot, overwrite, present, leaving);
    const { moves, blocked } = separateMoves(allMoves, occupancy);
    // By planned path, the recorded file that is there after the moves.
    const recordByPath = new Map(pairing.staying);
    for (const { record, to } of moves)
        if (record.asset === undefined)
            recordByPath.set(to, record);
    const incomplete = new Set([...findIncomplete(records, present), ...blocked.map(({ group }) => group)]);
    const isUpToDate = (file) => {
        const record = recordByPath.get(file.path);
        return record !== undefined && !incomplete.has(record) && isUnchanged(record, file, snapshot, links);
    };
    const blockedByTarget = new Map(blocked.map((move) => [move.to, move]));
    const findObstacle = (path) => blockedByTarget.get(path) ?? (recordByPath.has(path) ? undefined : occupancy.findObstacle(path));
    const { toExport, unchanged, refused } = sortFiles(files, findObstacle, isUpToDate, options);
    const planned = [...toExport, ...unchanged];
    const staleFiles = findStaleFiles(assets, new Set(removable), layout, planned, options);
    const takenOver = assets.findTakenOver(staleFiles.map(({ record }) => record), planned);
    return {
        moves,
        toPark,
        toExport,
        unchanged,
        refused,
        skipped: layout.skipped,
        stale: [
            ...withStaleAssets(staleFiles, assets, new Set(takenOver)),
            ...findStaleAssets(recordByPath, assets, planned, options),
        ],
        folders: layout.folders,
        toDrop,
        assets: findAssets(recordByPath, assets, takenOver, toExport),
        links,
    };
}
/** Sorts the planned files into those to export, the unchanged ones, and those that cannot be written. */
function sortFiles(files, findObstacle, isUpToDate, { force }) {
    const toExport = [];
    const unchanged = [];
    const refused = [];
    for (const { output, path, failure } of files) {
        const file = { output, path };
        const obstacle = failure ? { failure, isForeign: false } : findObstacle(path);
        if (obstacle)
            refused.push({ ...file, failure: obstacle.failure, isForeign: obstacle.isForeign });
        else if (!force && isUpToDate(file))
            unchanged.push(file);
        else
            toExport.push(file);
    }
    return { toExport, unchanged, refused };
}
/**
 * Finds the recorded assets of each planned file, at the paths where they are after the moves: the assets of its recorded
 * file, and in its assets directory the orphans and those that it takes over.
 */
function findAssets(recordByPath, assets, takenOver, planned) {
    const found = new Map();
    for (const file of planned) {
        const record = recordByPath.get(file.path);
        const ownAssets = record
            ? assets.of(record).map((asset) => ({ ...asset, path: Assets.pathBeside(asset, file.path) }))
            : [];
        const others = [...assets.orphans, ...takenOver].filter((asset) => Assets.isBesideAny(asset, [file]));
        if (ownAssets.length + others.length > 0)
            found.set(file.path, [...ownAssets, ...others]);
    }
    return found;
}
/**
 * Separates the records whose file is on the disk from those to drop. A file of another size was changed by a user; it
 * counts as present only if its document is planned at the same path, since otherwise it would be moved or removed.
 */
function findPresent(records, planned, { snapshot, confirmedMissing }) {
    const outputs = new Set(planned.map(({ output }) => (0,model/* outputKey */.zi)(output)));
    const plannedPlaces = new Set(planned.map(({ output, path }) => `${(0,model/* outputKey */.zi)(output)} ${path}`));
    const missingRecords = new Set(confirmedMissing);
    const present = [];
    const toDrop = [];
    for (const record of records) {
        const entry = snapshot.at(record.path);
        // At a path that cannot be read, the file may still exist: its record is neither present nor dropped.
        if (entry.kind === 'unreadable')
            continue;
        const key = (0,model/* outputKey */.zi)(record);
        const isFile = entry.kind === 'file';
        const isUsable = isFile && (entry.size === record.fileSize || plannedPlaces.has(`${key} ${record.path}`));
        // A changed file stays on the disk. Its record is dropped only if its document was found or is confirmed missing;
        // otherwise the document may come back, and the record is neither present nor dropped.
        const isDocumentKnown = outputs.has(key) || missingRecords.has(record);
        if (isUsable)
            present.push(record);
        else if (!isFile || isDocumentKnown)
            toDrop.push(record);
    }
    return { present, toDrop };
}
/** Finds the recorded files that this run, and the next one, do not remove. */
function findRemaining(present, planned, removable, { deleteStale }) {
    const toRemove = new Set(removable);
    const documents = new Set(planned.map(({ output }) => (0,model/* documentKey */.XC)(output)));
    // With `delete-stale`, a file without a planned path is removed once another file of its document is there.
    return present.filter((record) => !toRemove.has(record) && !(deleteStale && documents.has((0,model/* documentKey */.XC)(record))));
}
/**
 * Drops the edit time of copies that were listed with different edit times, so that the next run exports them again.
 */
function withOneEditTime(files) {
    const times = new Map();
    for (const { output } of files) {
        const key = (0,model/* outputKey */.zi)(output);
        times.set(key, (times.get(key) ?? new Set()).add(output.editTime));
    }
    return files.map((file) => {
        const hasOneTime = times.get((0,model/* outputKey */.zi)(file.output))?.size === 1;
        return hasOneTime ? file : { ...file, output: { ...file.output, editTime: undefined } };
    });
}
/** Finds the recorded files, and the assets without an owner, that are to be removed. */
function findStaleFiles(assets, removable, layout, planned, { confirmedMissing, deleteStale, isComplete }) {
    const missingRecords = new Set(confirmedMissing);
    const outputs = new Set(layout.files.map(({ output }) => (0,model/* outputKey */.zi)(output)));
    const byDocument = new Map();
    for (const file of planned)
        listIn(byDocument, (0,model/* documentKey */.XC)(file.output)).push(file);
    const stale = assets.files.flatMap((record) => {
        if (missingRecords.has(record))
            return [{ record, reason: 'gone', instead: [] }];
        const instead = byDocument.get((0,model/* documentKey */.XC)(record));
        if (!instead)
            return [];
        if (removable.has(record))
            return [{ record, reason: 'copy', instead }];
        const isDeselected = deleteStale && isComplete && !outputs.has((0,model/* outputKey */.zi)(record));
        return isDeselected ? [{ record, reason: 'format', instead }] : [];
    });
    const orphans = assets.orphans.flatMap((record) => {
        const instead = byDocument.get((0,model/* documentKey */.XC)(record)) ?? [];
        return removable.has(record) ? [{ record, reason: missingRecords.has(record) ? 'gone' : 'copy', instead }] : [];
    });
    return [...stale, ...orphans];
}
/** Finds the assets beside planned files that none of them saves any more. */
function findStaleAssets(recordByPath, assets, planned, { deleteStale, isComplete }) {
    if (!deleteStale || !isComplete)
        return [];
    const saving = planned.filter(({ output }) => (0,model/* savesAssets */.ch)(output));
    const notSaving = planned.filter(({ output }) => !(0,model/* savesAssets */.ch)(output));
    return [...findAssets(recordByPath, assets, [], notSaving)].flatMap(([path, beside]) => {
        const instead = planned.filter((file) => file.path === path);
        const unsaved = beside.filter((asset) => !Assets.isBesideAny(asset, saving));
        return unsaved.map((record) => ({ record, reason: 'format', instead }));
    });
}
/** Adds the assets of the files to be removed, except those that other files take over. */
const withStaleAssets = (files, assets, takenOver) => files.flatMap((file) => [
    file,
    ...assets.of(file.record).flatMap((record) => (takenOver.has(record) ? [] : { ...file, record })),
]);

;// CONCATENATED MODULE: ./src/export/report/plan-lines.ts



const MAX_SKIPPED = 50;
const MAX_CHANGES = 500;
const MAX_PATH = 200;
/** The log lines of a plan: the numbers, failures, changes of a dry run, and what is skipped. Long lists are cut. Pure. */
function planLines(plan, { found, failed, changes }) {
    const { toExport, unchanged, skipped, moves } = plan;
    const moved = withoutAssets(moves).length;
    return [
        `Found ${found}: ${toExport.length} to export, ${unchanged.length} unchanged, ${failed.length} failed,` +
            ` ${skipped.length} skipped${moved > 0 ? `, ${moved} to move` : ''}`,
        ...failed.map(failedLine),
        ...(changes ? changeLines(toExport, changes) : []),
        ...linesOf('Skipped', skipped, MAX_SKIPPED, ({ path, reason }) => `${(0,src_text/* quoted */.TL)(path, MAX_PATH)}: ${reason}`),
    ];
}
const changeLines = (toExport, { moved, deletedPaths }) => [
    ...linesOf('To export', [...toExport].sort(byPath), MAX_CHANGES, ({ path }) => (0,src_text/* quoted */.TL)(path, MAX_PATH)),
    ...linesOf('To move', moved, MAX_CHANGES, ({ from, to }) => `${(0,src_text/* quoted */.TL)(from, MAX_PATH)} → ${(0,src_text/* quoted */.TL)(to, MAX_PATH)}`),
    ...linesOf('To delete', deletedPaths, MAX_CHANGES, (path) => (0,src_text/* quoted */.TL)(path, MAX_PATH)),
];
/** Makes a line for each of the first `max` items, and one for the number of the others. */
function linesOf(label, items, max, show) {
    const lines = items.slice(0, max).map((item) => `${label}: ${show(item)}`);
    return items.length > max ? [...lines, `${label}: ${items.length - max} more`] : lines;
}
/** The moves that are reported: without pictures and attachments, which move with their document. */
const withoutAssets = (moves) => moves.flatMap(({ record, to }) => (record.asset === undefined ? { from: record.path, to } : []));

;// CONCATENATED MODULE: ./src/export/report/sentences.ts

const MAX_KINDS = 8;
const MAX_LINES = 5;
/**
 * Describes the blocks that Markdown cannot show.
 * @param blockCounts their number, by kind
 * @param documents the number of documents that have such blocks
 * @returns a sentence; undefined when there are none
 */
function describePlaceholders(blockCounts, documents) {
    const counts = [...blockCounts].sort(([, a], [, b]) => b - a);
    if (counts.length === 0)
        return undefined;
    const blocks = counts.reduce((sum, [, count]) => sum + count, 0);
    const kinds = counts.slice(0, MAX_KINDS).map(([kind, count]) => `${count} × ${(0,src_text/* oneLine */.TN)(kind, 60)}`);
    const more = counts.length > MAX_KINDS ? ', …' : '';
    return (`Markdown cannot show ${(0,src_text/* countOf */.pq)(blocks, 'block')} in ${(0,src_text/* countOf */.pq)(documents, 'document')}` +
        ` (${kinds.join(', ')}${more}): a visible note is in its place.`);
}
/** Warns of the most common mistake: the link of a single page where its children or the knowledge base are meant. */
function describePageAlone({ source, title, spaceId }) {
    const { where, link, host } = source;
    return (`${where}: the wiki page ${(0,src_text/* quoted */.TL)(title, 100)} has pages below it, and the line exports the page alone. To export` +
        ` them too, write \`${(0,src_text/* oneLine */.TN)(link, 300)} children=true\`. For the whole knowledge base, write` +
        ` \`https://${host}/wiki/space/${spaceId}\`.`);
}
/**
 * Advises what to do where files exist at the planned paths and the manifest is missing.
 * @param manifest its path
 */
const adviseNoManifest = (manifest) => `There is no manifest ${(0,src_text/* quoted */.TL)(manifest, 200)}, but files of these names are there. If earlier runs wrote them, restore` +
    ' the manifest from git or the cache (does a .gitignore leave it out?), or set `overwrite: true` until one run has succeeded.';
/**
 * Names the lines of `exclude` that excluded nothing: perhaps they are misspelt, or their documents are gone.
 * @param lines every line that can exclude something
 * @returns a sentence; undefined when there are none, or where a part of the sources could not be listed
 */
function describeUnusedExcludes(lines, listing) {
    const used = new Set();
    const collect = ({ excludedBy, children }) => {
        used.add(excludedBy);
        children.forEach(collect);
    };
    for (const { entries } of listing.sources)
        entries.forEach(collect);
    const unused = lines.filter((line) => !used.has(line));
    if (unused.length === 0 || listing.faults.some(({ mayHideDocuments }) => mayHideDocuments))
        return undefined;
    const named = unused.slice(0, MAX_LINES).map((line) => (0,src_text/* quoted */.TL)(line, 100));
    const more = unused.length > MAX_LINES ? ` and ${unused.length - MAX_LINES} more` : '';
    return `\`exclude\`: nothing matches ${named.join(', ')}${more}.`;
}

;// CONCATENATED MODULE: ./src/export/report/summary.ts



// A job summary may have 1 MiB; with these limits it stays far below, whatever the titles are.
const MAX_FAILURES = 50;
const MAX_WRITTEN = 100;
const summary_MAX_SKIPPED = 50;
const summary_MAX_TEXT = 200;
/**
 * The job summary: the numbers; failures by cause; what a dry run would change; then, folded, the files that were
 * written, moved or deleted, and what was skipped. Long lists are cut. Pure.
 */
function summary_summarize(report) {
    const { dryRun, failures } = report;
    const written = listPart(dryRun ? 'To export' : 'Exported', report.written, MAX_WRITTEN, ({ path, url }) => summary_link(path, url));
    const moved = listPart(dryRun ? 'To move' : 'Moved', report.moved, MAX_WRITTEN, ({ from, to }) => arrow(from, to));
    const deleted = listPart(dryRun ? 'To delete' : 'Deleted', report.deletedPaths, MAX_WRITTEN, (path) => (0,src_text/* oneLine */.TN)(path, summary_MAX_TEXT));
    const changes = [...written, ...moved, ...deleted].map((part) => ({ ...part, folded: !dryRun }));
    return [
        {
            title: dryRun ? 'Feishu export (dry run)' : 'Feishu export',
            paragraphs: [
                `${countsLine(report)}. It took ${(0,src_text/* formatDuration */.a3)(report.elapsedMs)} and ${(0,src_text/* countOf */.pq)(report.requests, 'request')}.`,
                ...report.notes,
            ],
        },
        ...(dryRun ? changes : []),
        ...describeFailures(failures),
        ...(dryRun ? [] : changes),
        ...skippedTable(report),
    ];
}
/** Describes each cause of failure in a part of its own, with at most `MAX_FAILURES` items in all parts together. */
function describeFailures(failures) {
    let shownCount = 0;
    const groups = groupByCause(failures).flatMap(({ items, failure }) => {
        const shown = items.slice(0, MAX_FAILURES - shownCount);
        shownCount += shown.length;
        if (shown.length === 0)
            return [];
        const more = items.length > shown.length ? [`And ${items.length - shown.length} more.`] : [];
        const paragraphs = [failure.advice ?? '', summary_detailsOf(failure, items.length)].map((text) => (0,src_text/* oneLine */.TN)(text, summary_MAX_TEXT * 3));
        return [
            {
                title: `Failed (${items.length}): ${(0,src_text/* oneLine */.TN)(failure.what, summary_MAX_TEXT * 2)}`,
                paragraphs: [...paragraphs.filter((text) => text !== ''), ...more],
                items: shown.map(({ what, url }) => summary_link(what, url)),
            },
        ];
    });
    if (shownCount === failures.length)
        return groups;
    return [...groups, { title: `The first ${MAX_FAILURES} of ${failures.length} failures` }];
}
/** Code, log id and the service's message. Of several failures, no log id is shown, since each has another one. */
function summary_detailsOf(failure, count) {
    const fact = failure_factOf(count === 1 ? failure : { ...failure, logId: undefined });
    return fact.slice(failure.what.length).replace(/^[\s;]+/, '');
}
function skippedTable({ skippedItems }) {
    if (skippedItems.length === 0)
        return [];
    const rows = skippedItems
        .slice(0, summary_MAX_SKIPPED)
        .map(({ path, url, reason }) => [summary_link(path, url), (0,src_text/* oneLine */.TN)(reason, summary_MAX_TEXT)]);
    return [
        {
            title: `Skipped (${skippedItems.length})`,
            folded: true,
            paragraphs: cutNote(skippedItems.length, summary_MAX_SKIPPED),
            table: { head: ['Document', 'Reason'], rows },
        },
    ];
}
/** Makes the part of a list; none if the list is empty. */
function listPart(title, items, max, show) {
    if (items.length === 0)
        return [];
    return [
        {
            title: `${title} (${items.length})`,
            paragraphs: cutNote(items.length, max),
            items: items.slice(0, max).map(show),
        },
    ];
}
const cutNote = (count, max) => count > max ? [`The first ${max} of ${count}; the manifest has them all.`] : [];
function summary_link(text, url) {
    const short = (0,src_text/* oneLine */.TN)(text, summary_MAX_TEXT);
    return url === undefined ? short : { text: short, href: url };
}
const arrow = (from, to) => `${(0,src_text/* oneLine */.TN)(from, summary_MAX_TEXT)} → ${(0,src_text/* oneLine */.TN)(to, summary_MAX_TEXT)}`;

;// CONCATENATED MODULE: ./src/export/report/run-report.ts









const NOT_REACHED = { class: 'transient', what: 'It was not reached before the run ended' };
const NOT_FINISHED = { class: 'transient', what: 'It was not finished when the run ended' };
/**
 * Collects the result of every file, and reports it in the log, the outputs, the error message and the summary. It
 * counts everything that was found. Nothing in a run depends on it.
 */
class RunReport {
    log;
    options;
    listing;
    plan;
    failed = [];
    /** Stale files that could not be removed: reported, but not counted as failed. */
    notRemoved = [];
    exported = [];
    /** The planned paths whose result is known: exported or failed. */
    pathsWithResult = new Set();
    /** Sentences for the summary; the hints are in the error message, too. */
    notes = [];
    hints = [];
    documentsWithPlaceholders = 0;
    placeholderCounts = new Map();
    moves = [];
    hasMovedFiles = false;
    hasLeftEmptyFile = false;
    removed = [];
    failureBeingRetried = () => undefined;
    constructor(log, options) {
        this.log = log;
        this.options = options;
    }
    /** @param failureBeingRetried returns the failure of a request that is being retried, if there is one */
    watch(failureBeingRetried) {
        this.failureBeingRetried = failureBeingRetried;
    }
    /** Records the listing. */
    listed(listing) {
        const faults = listing.faults.filter(({ failure }) => failure !== STOPPED);
        this.listing = { ...listing, faults };
        for (const page of listing.pagesWithChildren ?? []) {
            const sentence = describePageAlone(page);
            this.log.warning(sentence);
            this.notes.push(sentence);
        }
        const unused = describeUnusedExcludes(this.options.excludeLines, listing);
        if (unused !== undefined) {
            this.log.info(unused);
            this.notes.push(unused);
        }
        this.failed.push(...faults.map(({ what, url, failure }) => ({ what, url, failure })));
    }
    /** Records the plan, and logs it. */
    planned(plan, { isFirstRun, manifest }) {
        // A move that a killed run has made already changes nothing.
        this.plan = { ...plan, moves: plan.moves.filter(({ record, to }) => record.path !== to) };
        this.failed.push(...plan.refused.map(({ path, output, failure }) => ({ what: path, url: output.url, failure })));
        if (isFirstRun && plan.refused.filter(({ isForeign }) => isForeign).length > 1)
            this.hints.push(adviseNoManifest(manifest));
        const changes = this.options.dryRun ? { moved: this.plannedMoves(), deletedPaths: this.deletedPaths() } : undefined;
        const lines = planLines(this.plan, { found: this.countFound(), failed: this.failed, changes });
        for (const line of lines)
            this.log.info(line);
    }
    /** Records the moves. @param refused all files that cannot be written, also those that the plan already refused */
    moved({ moved, isChanged }, { refused }) {
        this.hasMovedFiles = isChanged;
        this.moves = withoutAssets(moved);
        const known = new Set(this.plan?.refused);
        for (const { path, output, failure } of refused.filter((file) => !known.has(file))) {
            const item = { what: path, url: output.url, failure };
            this.pathsWithResult.add(path);
            this.failed.push(item);
            this.log.info(failedLine(item));
        }
        if (this.moves.length > 0)
            this.log.info(`Moved ${(0,src_text/* countOf */.pq)(this.moves.length, 'file')}`);
    }
    /**
     * Records the end of a work: done, failed, or not finished when the run stopped. Some of its files may be published.
     */
    ended({ files, published, failures }, failure) {
        for (const file of files) {
            this.pathsWithResult.add(file.path);
            const fileFailure = failures.get(file.path) ?? (failure === STOPPED ? NOT_FINISHED : failure);
            if (published.has(file.path))
                this.exported.push(file);
            else if (fileFailure)
                this.failed.push({ what: file.path, url: file.output.url, failure: fileFailure });
        }
    }
    /** Records that a file could not be written, and that the empty file that reserved its name could not be removed. */
    leftEmptyFile() {
        this.hasLeftEmptyFile = true;
    }
    /** Records the removal of stale files. */
    pruned({ removed, faults }) {
        this.removed = removed;
        for (const fault of faults) {
            this.log.info(fault.message);
            this.notRemoved.push({ what: 'Old file', url: undefined, failure: disk_fault_diskFailure(fault) });
        }
    }
    /** Notes that the run stopped before stale files were removed. */
    notPruned(stale) {
        if (stale.length > 0)
            this.note('`delete-stale` was off for this run: it ended before everything was done.');
    }
    /** Counts the blocks of a document that its Markdown shows only as a note. */
    placeholders(placeholders) {
        this.documentsWithPlaceholders++;
        for (const { kind, count } of placeholders) {
            this.placeholderCounts.set(kind, (this.placeholderCounts.get(kind) ?? 0) + count);
        }
    }
    /** Adds a sentence to the summary. */
    note(sentence) {
        this.notes.push(sentence);
    }
    /** Makes the outcome of the step: outputs, error message and summary. */
    end({ elapsedMs, requests, stopped, fault }) {
        const unlisted = stopped !== undefined && this.plan === undefined ? 'The sources were not listed completely.' : undefined;
        const sentences = [stopped, unlisted, fault].filter((sentence) => sentence !== undefined);
        const retried = sentences.length > 0 ? this.failureBeingRetried() : undefined;
        if (retried)
            sentences.push(`The last request failed: ${failure_describe(retried)}`);
        const why = sentences.length > 0 ? sentences.join(' ') : undefined;
        const facts = this.facts(elapsedMs, requests, why);
        const counts = `${countsLine(facts)}, after ${(0,src_text/* formatDuration */.a3)(elapsedMs)}`;
        if (this.listing)
            this.log.info(`Finished: ${counts} and ${(0,src_text/* countOf */.pq)(requests, 'request')}`);
        const error = [errorMessage(facts, why, this.hints), this.describeWrongCount(facts)].filter((part) => part !== undefined);
        return {
            outputs: this.outputsOf(facts),
            ...(error.length > 0 && { error: error.join(' ') }),
            summary: summary_summarize(facts),
        };
    }
    /** The outputs of the step so far: files that were not reached count as failed. */
    outputs() {
        // Elapsed time and number of requests are not among the outputs.
        return this.outputsOf(this.facts(0, 0, undefined));
    }
    outputsOf({ exported, unchanged, failed, skipped, deleted }) {
        const changed = exported > 0 || this.deletedFiles().length > 0 || this.hasMoves() || this.hasLeftEmptyFile;
        return { exported, unchanged, failed, skipped, deleted, changed, manifest: this.options.manifestFile };
    }
    /** Collects all facts for the end of the run. @param stopped why it stopped early */
    facts(elapsedMs, requests, stopped) {
        const { plan } = this;
        const { dryRun } = this.options;
        const exported = dryRun ? (plan?.toExport ?? []) : this.exported;
        const unreached = dryRun ? [] : (plan?.toExport ?? []).filter(({ path }) => !this.pathsWithResult.has(path));
        const failures = [
            ...this.failed,
            ...unreached.map(({ path, output }) => ({ what: path, url: output.url, failure: NOT_REACHED })),
        ];
        const deletedPaths = this.deletedPaths();
        return {
            dryRun,
            elapsedMs,
            requests,
            exported: exported.length,
            // An unchanged file that could not be moved counts as failed.
            unchanged: (plan?.unchanged ?? []).filter(({ path }) => !this.pathsWithResult.has(path)).length,
            failed: failures.length,
            skipped: plan?.skipped.length ?? 0,
            deleted: deletedPaths.length,
            failures: [...failures, ...this.notRemoved],
            written: [...exported].sort(byPath).map(({ path, output }) => ({ path, title: output.title, url: output.url })),
            skippedItems: plan?.skipped ?? [],
            moved: dryRun ? this.plannedMoves() : this.moves,
            deletedPaths,
            notes: [
                stopped,
                ...this.hints,
                ...this.notes,
                describePlaceholders(this.placeholderCounts, this.documentsWithPlaceholders),
            ].filter((note) => note !== undefined),
        };
    }
    /** The stale files that were removed, or would be in a dry run. */
    deletedFiles() {
        return this.options.dryRun ? (this.plan?.stale ?? []) : this.removed;
    }
    /** The paths that count as deleted: not the surplus copies of a file, nor what belongs to a document. */
    deletedPaths() {
        const counted = this.deletedFiles().filter(({ record, reason }) => reason !== 'copy' && record.asset === undefined);
        return counted.map(({ record }) => record.path);
    }
    plannedMoves() {
        return withoutAssets(this.plan?.moves ?? []);
    }
    /** Whether files were moved, or would be in a dry run. */
    hasMoves() {
        return this.options.dryRun ? (this.plan?.moves ?? []).length > 0 : this.hasMovedFiles;
    }
    /** A sentence that reports a bug of this action: the numbers do not add up. */
    describeWrongCount({ exported, unchanged, failed, skipped }) {
        const found = this.countFound();
        const addsUp = this.plan === undefined || exported + unchanged + failed + skipped === found;
        return addsUp ? undefined : `This action lost count: ${found} were found. Please report it.`;
    }
    /** How many files were found, and documents and parts of a tree that could not be listed. */
    countFound() {
        const { plan, listing } = this;
        const lists = plan ? [plan.toExport, plan.unchanged, plan.refused, plan.skipped] : [];
        return lists.reduce((sum, { length }) => sum + length, listing?.faults.length ?? 0);
    }
}

;// CONCATENATED MODULE: ./src/export/run.ts


























/**
 * Lists the sources, moves recorded files to where their documents are now, exports what changed, and removes what is
 * stale.
 * @returns the numbers in every case, and the error message if the step fails
 */
async function run(inputs, tools) {
    const { clock, log } = tools;
    const deadline = startDeadline(clock, inputs.timeoutMs, tools.cancel);
    const stop = new RunStop(deadline);
    const session = connect({
        ...inputs,
        clock,
        mask: tools.mask,
        debug: (line) => log.debug(line),
        action: 'export',
        environment: tools.environment,
    });
    const report = new RunReport(log, {
        dryRun: inputs.dryRun,
        manifestFile: external_node_path_default().join(inputs.directory, ...inputs.manifest.split('/')),
        excludeLines: inputs.exclude.lines,
    });
    tools.keepOutputs(() => report.outputs());
    const startedAtMs = clock.nowMs();
    let fault;
    try {
        await exportSources({ inputs, tools, stop, session, report }, () => deadline.remainingMs());
    }
    catch (error) {
        if (!(error instanceof disk_fault_DiskFault || error instanceof ManifestError))
            throw error;
        fault = error;
    }
    finally {
        log.endGroup();
        deadline.release();
        session.dispose();
    }
    return report.end({
        elapsedMs: clock.nowMs() - startedAtMs,
        requests: session.requests(),
        stopped: stop.describe(),
        fault: fault?.message,
    });
}
/**
 * The steps that turn the parsed lines of `sources` into files:
 * 1. Read the records of earlier runs; `recover` corrects those that a killed run left unfinished.
 * 2. List the sources. Query Feishu about recorded documents that were not found: `confirmedMissing` holds the records
 *    whose document it confirms to be deleted or no longer in the sources.
 * 3. Lay out: give every file its path. A document keeps its recorded path; only the paths of `confirmedMissing` are
 *    free.
 * 4. Plan: compare layout, records and disk. The plan says what moves, which stale files are parked first (`toPark`),
 *    which records are dropped (`toDrop`), what is exported, and what is stale.
 * 5. Move files. Then `exportAll` creates each task, queries its status, downloads the file and publishes it.
 * 6. Remove stale files.
 */
async function exportSources(context, remainingMs) {
    const { inputs, tools, stop, report } = context;
    const { directory, overwrite, force, deleteStale } = inputs;
    const api = createApi(context, remainingMs);
    report.watch(() => api.failureBeingRetried());
    const manifest = await readManifest(directory, inputs.manifest);
    const records = await recover(manifest, directory, inspectInside(directory));
    const { folders } = manifest;
    tools.log.group('Listing');
    const found = await listAndConfirm(context, stopAtAppWideFailure(api, stop), { files: records, folders });
    const { listing, listedAtMs, confirmedMissing } = found;
    report.listed(listing);
    if (stop.cause())
        return;
    const released = new Set(confirmedMissing);
    const layout = layOut(listing, { ...inputs, records, folders, released, manifestPath: inputs.manifest });
    const snapshot = await readSnapshot(directory, listPathsToInspect(layout.files, records));
    let plan = makePlan(layout, {
        records,
        confirmedMissing,
        snapshot,
        overwrite,
        force,
        deleteStale,
        isComplete: isComplete(listing),
    });
    tools.log.group('Plan');
    report.planned(plan, { isFirstRun: records.length === 0, manifest: inputs.manifest });
    if (inputs.dryRun)
        return;
    if (inputs.failFast && listing.faults.length + plan.refused.length > 0)
        stop.stop({ kind: 'fail-fast' });
    tools.log.group('Moving and exporting');
    const save = (pieces) => writeManifest(tools.clock, directory, inputs.manifest, pieces);
    const journal = new Journal({ files: records, folders }, save, tools.clock);
    // The empty text is `directory` itself.
    await removeTemporaries(tools.clock, directory, ['', splitPath(inputs.manifest).directory]);
    try {
        dropRecords(journal, plan.toDrop);
        if (!stop.cause()) {
            const moved = await applyMoves(plan.moves, plan.toPark, { directory, journal, clock: tools.clock, overwrite });
            plan = withParked(withFailedMoves(plan, moved.failed), moved.parked);
            report.moved(moved, plan);
            // After the moves: if the run is killed before them, the recorded paths are still below the old folders.
            journal.setFolders(plan.folders);
            updateTitles(journal, plan);
        }
        if (force)
            clearEditTimes(journal, plan);
        await exportAll(context, plan, { api, journal, listedAtMs });
        if (stop.cause())
            report.notPruned(plan.stale);
        else
            report.pruned(await prune(plan.stale, { clock: tools.clock, directory, journal }, stop.signal));
        stop.ignoreFurtherCauses();
    }
    finally {
        await journal.flush();
    }
}
/** Makes the API with the pace, the retries and the log of the run. */
function createApi({ inputs, tools, stop }, remainingMs) {
    const { clock, random, log } = tools;
    const logThrottled = throttleLog(clock, log);
    return new PacedApi({
        clock,
        random,
        parallelJobs: inputs.parallelJobs,
        stop: stop.signal,
        remainingMs,
        concurrency: {
            download: () => TRANSFERS_AT_ONCE,
            fileDownload: () => TRANSFERS_AT_ONCE,
        },
        onRetry(failure, pauseMs) {
            logThrottled(describeRetry(failure, pauseMs));
        },
    });
}
/** Wraps the API so that a failure with scope `app`, which every other call would meet too, stops the run. */
function stopAtAppWideFailure(api, stop) {
    return {
        async call(operation, attempt) {
            const reply = await api.call(operation, attempt);
            if (!reply.ok && reply.failure.scope === 'app')
                stop.stop({ kind: 'app-wide', failure: reply.failure });
            return reply;
        },
    };
}
/** Drops the records of files that no longer belong to the export. */
function dropRecords(journal, toDrop) {
    for (const { path: at } of toDrop)
        journal.commit(at, undefined);
}
/** Records the current titles, also for documents whose file stays as it is. */
function updateTitles(journal, { unchanged, toExport }) {
    for (const { path: at, output } of [...unchanged, ...toExport])
        journal.update(at, { title: output.title });
}
/**
 * Clears the recorded edit times of the files to export, so that the next run exports those that a forced run did not
 * reach before it was stopped.
 */
function clearEditTimes(journal, { toExport }) {
    for (const { path: at } of toExport)
        journal.update(at, { editTime: undefined });
}


/***/ }),

/***/ 184:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   t: () => (/* binding */ readSources)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__nccwpck_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _runner_inputs_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(205);
/* harmony import */ var _source_lines_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(876);



const ONE_LINK = 'Write one link a line, for example https://example.feishu.cn/wiki/space/7143131813848813572.';
/**
 * Reads the sources and checks each line.
 * @throws InputError
 */
async function readSources(inputs, files) {
    const { sourcesText, sourcesFile: file, baseUrl } = inputs;
    const texts = [{ text: sourcesText }];
    if (file !== undefined)
        texts.push({ text: await readSourcesFile(file, files), file });
    const sources = (0,_source_lines_js__WEBPACK_IMPORTED_MODULE_1__/* .parseSources */ .u)(texts, baseUrl);
    if (sources.length > 0)
        return sources;
    throw new _runner_inputs_js__WEBPACK_IMPORTED_MODULE_2__/* .InputError */ .dz(file === undefined
        ? `Inputs \`sources\` and \`sources-file\` name nothing to export. ${ONE_LINK}`
        : `Input \`sources-file\` is ${(0,_runner_inputs_js__WEBPACK_IMPORTED_MODULE_2__/* .excerpt */ .Kb)(file)}, a file without any link, and \`sources\` names none either. ${ONE_LINK}`);
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
async function readSourcesFile(file, { workspace, readFile }) {
    const bad = (fault, cure) => new _runner_inputs_js__WEBPACK_IMPORTED_MODULE_2__/* .InputError */ .dz(`Input \`sources-file\` is ${(0,_runner_inputs_js__WEBPACK_IMPORTED_MODULE_2__/* .excerpt */ .Kb)(file)}, ${fault}. ${cure}`);
    const absolutePath = node_path__WEBPACK_IMPORTED_MODULE_0___default().resolve(workspace, file);
    const relativePath = node_path__WEBPACK_IMPORTED_MODULE_0___default().relative(workspace, absolutePath);
    if (file.includes('\0') || /^\.\.([/\\]|$)/.test(relativePath) || node_path__WEBPACK_IMPORTED_MODULE_0___default().isAbsolute(relativePath)) {
        throw bad('which is not in the workspace', 'Write a path relative to the workspace, for example docs/sources.txt.');
    }
    let bytes;
    try {
        bytes = await readFile(absolutePath);
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


/***/ }),

/***/ 876:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   u: () => (/* binding */ parseSources),
/* harmony export */   w: () => (/* binding */ parseExtensions)
/* harmony export */ });
/* harmony import */ var _feishu_links_document_link_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(599);
/* harmony import */ var _feishu_links_pasted_text_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(803);
/* harmony import */ var _runner_inputs_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(205);
/* harmony import */ var _formats_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(746);
/* harmony import */ var _model_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(755);





/**
 * Reads source lines: `LINK [as=EXT[,EXT]] [to=PATH] [children=true] [depth=N]`. Skips blank lines, `#` comments and
 * repeated lines.
 * @param baseUrl the base URL of the open platform that the requests go to
 * @throws InputError that names the line, the fault and the cure
 */
function parseSources(texts, baseUrl) {
    const sources = new Map();
    for (const { text, file } of texts) {
        const lines = text.split(/\r\n|\r|\n/);
        for (const [index, line] of lines.entries()) {
            const name = file === undefined
                ? { where: `sources line ${index + 1}`, subject: `Input \`sources\`, line ${index + 1}` }
                : { where: `${file} line ${index + 1}`, subject: `Input \`sources-file\`, line ${index + 1} of ${file}` };
            const source = parseLine(line, name, baseUrl);
            if (!source)
                continue;
            const key = JSON.stringify([source.link, source.target, source.as, source.to, source.depth]);
            if (!sources.has(key))
                sources.set(key, source);
        }
    }
    return [...sources.values()];
}
/** Parses one line; undefined for a blank line or a comment. @throws InputError */
function parseLine(line, name, baseUrl) {
    const text = (0,_feishu_links_pasted_text_js__WEBPACK_IMPORTED_MODULE_1__/* .normalizePastedText */ .sU)(line);
    const isBlankOrComment = /^\s*(#|$)/.test(text);
    if (isBlankOrComment)
        return undefined;
    const refuse = (fault, cure) => new _runner_inputs_js__WEBPACK_IMPORTED_MODULE_3__/* .InputError */ .dz(`${name.subject}: ${fault}. ${cure}`);
    const refuseLink = (fault, cure) => new _runner_inputs_js__WEBPACK_IMPORTED_MODULE_3__/* .InputError */ .dz(`${name.subject} has ${fault}. ${cure}`);
    const found = (0,_feishu_links_pasted_text_js__WEBPACK_IMPORTED_MODULE_1__/* .findLink */ .KZ)(text);
    if (found.kind === 'several')
        throw refuseLink(`several links: ${(0,_runner_inputs_js__WEBPACK_IMPORTED_MODULE_3__/* .excerpt */ .Kb)(line.trim())}`, 'Write one link a line.');
    const link = found.kind === 'found' ? found.link : text.trim();
    const parsed = (0,_feishu_links_document_link_js__WEBPACK_IMPORTED_MODULE_0__/* .parseLink */ .Ap)(link, 'document-or-tree');
    if (parsed.kind === 'fault')
        throw refuseLink(`${(0,_runner_inputs_js__WEBPACK_IMPORTED_MODULE_3__/* .excerpt */ .Kb)(link)}, ${parsed.fault}`, parsed.cure);
    const mismatch = (0,_feishu_links_document_link_js__WEBPACK_IMPORTED_MODULE_0__/* .platformFault */ .cu)(parsed.host, baseUrl);
    if (mismatch)
        throw refuseLink(`${(0,_runner_inputs_js__WEBPACK_IMPORTED_MODULE_3__/* .excerpt */ .Kb)(link)}, ${mismatch.fault}`, mismatch.cure);
    const options = readOptions(found.kind === 'found' ? found.after : '', refuse);
    const target = targetOf(parsed, readChildren(options.get('children'), parsed, refuse));
    const isTree = !(0,_model_js__WEBPACK_IMPORTED_MODULE_4__/* .isSingle */ .vX)({ target });
    const as = readAs(options.get('as'), target, refuse);
    const to = readTo(options.get('to'), isTree, refuse);
    const depth = readDepth(options.get('depth'), isTree, refuse);
    return { where: name.where, link, host: parsed.host, target, as, to, depth };
}
const OPTIONS = ['as', 'to', 'children', 'depth'];
const LINE_SYNTAX = 'A line is LINK [as=EXT[,EXT]] [to=PATH] [children=true] [depth=N].';
const LINE_SYNTAX_AND_QUOTES = `${LINE_SYNTAX} A path with blanks needs quotes: to="my folder/name". One link a line.`;
/**
 * Reads the options after a link. Words before the first option are ignored, as they may be pasted with the link,
 * unless they have a `=`.
 */
function readOptions(text, refuse) {
    const options = new Map();
    for (const word of splitWords(text, refuse)) {
        const sign = word.indexOf('=');
        const hasValue = sign >= 0;
        const name = (hasValue ? word.slice(0, sign) : word).toLowerCase();
        const isOption = OPTIONS.includes(name);
        if (!isOption && !hasValue) {
            if (options.size === 0)
                continue;
            // It may be the end of an unquoted path with blanks.
            throw refuse(`${(0,_runner_inputs_js__WEBPACK_IMPORTED_MODULE_3__/* .excerpt */ .Kb)(word)} is not allowed after an option`, LINE_SYNTAX_AND_QUOTES);
        }
        if (!isOption)
            throw refuse(`${(0,_runner_inputs_js__WEBPACK_IMPORTED_MODULE_3__/* .excerpt */ .Kb)(word)} is not an option`, LINE_SYNTAX_AND_QUOTES);
        if (!hasValue) {
            throw refuse(`${(0,_runner_inputs_js__WEBPACK_IMPORTED_MODULE_3__/* .excerpt */ .Kb)(word)} has no value`, `Write ${name}=… without blanks around the sign. ${LINE_SYNTAX}`);
        }
        if (options.has(name))
            throw refuse(`\`${name}\` is given twice`, 'Leave one of them out.');
        options.set(name, word.slice(sign + 1));
    }
    return options;
}
/** Splits at blanks, except in quotes; a word that begins with `#` starts a comment. */
function splitWords(text, refuse) {
    const words = [];
    // After blanks: the end or a comment; `to="a b"`, without `value` if the quote does not end; or any other word.
    const next = /\s*(?:(?<end>#.*|$)|(?<key>[a-z-]+=)(?<quote>["'])(?:(?<value>.*?)\k<quote>(?=\s|$))?|(?<word>\S+))/iy;
    for (;;) {
        const { end, key = '', quote, value, word } = next.exec(text)?.groups ?? { end: '' };
        if (end !== undefined)
            return words;
        if (quote !== undefined && value === undefined) {
            const shown = (0,_runner_inputs_js__WEBPACK_IMPORTED_MODULE_3__/* .excerpt */ .Kb)(text.slice(next.lastIndex - quote.length - key.length));
            throw refuse(`${shown} begins with a quote that does not end`, `Put ${quote} at its end, before the next blank.`);
        }
        words.push(word ?? `${key}${value ?? ''}`);
    }
}
function readChildren(value, { kind }, refuse) {
    const word = value?.toLowerCase() ?? 'false';
    if (word === 'false')
        return false;
    if (word !== 'true')
        throw refuse(`\`children\` is ${(0,_runner_inputs_js__WEBPACK_IMPORTED_MODULE_3__/* .excerpt */ .Kb)(word)}`, 'Write children=true, or leave it out.');
    if (kind === 'wiki-node')
        return true;
    throw kind === 'folder' || kind === 'wiki-space' || kind === 'wiki-home'
        ? refuse('`children=true` is for wiki pages alone', 'Leave it out: a folder or knowledge base is taken whole anyway.')
        : refuse('`children=true` is for wiki pages alone', 'This document has nothing below it: leave it out.');
}
/** The part of the service that a link leads to. @param children whether a wiki page includes the pages below it */
function targetOf(link, children) {
    switch (link.kind) {
        case 'wiki-home':
            return { kind: 'wiki-spaces' };
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
function readDepth(value, isTree, refuse) {
    if (value === undefined)
        return undefined;
    if (!isTree) {
        throw refuse('`depth` is given for a single document', 'Leave it out, or add children=true to the link of a wiki page.');
    }
    if (!/^[1-9]\d{0,3}$/.test(value)) {
        throw refuse(`\`depth\` is ${(0,_runner_inputs_js__WEBPACK_IMPORTED_MODULE_3__/* .excerpt */ .Kb)(value)}`, 'Write a number of levels: depth=1 is what is directly in it.');
    }
    return Number(value);
}
function readAs(value, target, refuse) {
    if (value === undefined)
        return undefined;
    const extensions = parseExtensions(value);
    if (extensions.length === 0)
        throw refuse('`as` is empty', `Write as=pdf for example, or leave it out.`);
    for (const extension of extensions) {
        const type = target.kind === 'document' ? target.type : undefined;
        if (type === 'file') {
            throw refuse('`as` is given for an uploaded file', 'Leave it out: an uploaded file is downloaded as it is.');
        }
        const fault = type === undefined ? findExtensionFault(extension) : (0,_formats_js__WEBPACK_IMPORTED_MODULE_2__/* .findFormatFault */ .Pu)(type, extension);
        if (fault)
            throw refuse(`\`as\` is ${(0,_runner_inputs_js__WEBPACK_IMPORTED_MODULE_3__/* .excerpt */ .Kb)(value)}: ${fault.what}`, fault.cure);
    }
    return extensions;
}
/** Checks an extension for a source whose type is unknown: a wiki page or a tree. */
function findExtensionFault(extension) {
    if (_formats_js__WEBPACK_IMPORTED_MODULE_2__/* .OUTPUT_EXTENSIONS */ .L4.includes(extension))
        return undefined;
    return { what: `nothing can be exported to ${(0,_runner_inputs_js__WEBPACK_IMPORTED_MODULE_3__/* .excerpt */ .Kb)(extension)}`, cure: _formats_js__WEBPACK_IMPORTED_MODULE_2__/* .SUPPORTED_FORMATS_SENTENCE */ .CV };
}
/** Reads file extensions separated by commas. Case and a leading dot do not matter; repeats are dropped. */
function parseExtensions(value) {
    const words = value.split(/[,，]/).map((word) => word.trim().toLowerCase().replace(/^\./, ''));
    return [...new Set(words.filter((word) => word !== ''))];
}
const TO_EXAMPLE = 'Write a path below `directory`, with / between its parts: to="contracts/2026".';
/** Reads the segments of `to`. @param isTree whether `to` is a directory, which may be empty */
function readTo(value, isTree, refuse) {
    if (value === undefined)
        return undefined;
    const bad = (fault, cure = TO_EXAMPLE) => refuse(`\`to\` is ${(0,_runner_inputs_js__WEBPACK_IMPORTED_MODULE_3__/* .excerpt */ .Kb)(value)}, ${fault}`, cure);
    if (/^\s*[/\\]/.test(value))
        throw bad('an absolute path');
    if (/^\s*[a-z]:/i.test(value))
        throw bad('a path with a drive letter');
    if (value.includes('\\'))
        throw bad('a path with \\ in it');
    const segments = value.split('/').filter((segment) => segment.trim() !== '' && segment.trim() !== '.');
    if (segments.some((segment) => segment.trim() === '..'))
        throw bad('a path with .. in it: nothing leaves `directory`');
    if (isTree)
        return segments.length === 0 ? undefined : segments;
    if (segments.length === 0)
        throw bad('which names no file', 'Write the path without extension: to="contracts/lease".');
    if (/\/\s*$/.test(value)) {
        throw bad('which ends with /', 'For one document, write the path of the file without extension: to="contracts/lease".');
    }
    return segments;
}


/***/ }),

/***/ 599:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  Ap: () => (/* binding */ parseLink),
  cu: () => (/* binding */ platformFault)
});

// UNUSED EXPORTS: MAX_TOKEN_LENGTH

;// CONCATENATED MODULE: ./src/feishu/links/look-alikes.ts
const BASE_CURE = 'Open the base itself and copy the link from the address bar: https://…/base/TOKEN.';
/** Matched by the beginning of the path; the more specific ones come first. */
const LOOK_ALIKES = [
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
];
/**
 * Finds out whether a path only resembles that of a document.
 * @param parts the decoded parts of the path
 */
function findLookAlike(parts) {
    const path = parts.join('/');
    return LOOK_ALIKES.find((lookAlike) => lookAlike.path.test(path));
}

// EXTERNAL MODULE: ./src/feishu/links/pasted-text.ts
var pasted_text = __nccwpck_require__(803);
;// CONCATENATED MODULE: ./src/feishu/links/document-link.ts


/** Much longer than today's tokens of 27 characters; whether a token exists is checked by the service. */
const MAX_TOKEN_LENGTH = 64;
// Source: 如何获取各类云文档资源的 token, https://open.feishu.cn/document/faq/trouble-shooting/how-to-get-docs-tokens; and links
// of the product, the words of older ones (`/space/doc/`, `/sheet/`) among them.
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
const TOKEN = /^[\w-]{1,64}$/;
const SPACE_ID = /^\d{1,20}$/;
const NO_NODES = new Set(['home', 'space', 'settings', 'recent', 'trash', 'all']);
// Hosts of the platform itself, where no tenant has documents.
const NO_TENANT = /^((www|open|applink|accounts)\.)?(feishu\.cn|larksuite\.com|larkoffice\.com)(:\d+)?$/;
const CURE = "Copy the link from the browser's address bar or with 「分享」→「复制链接」: https://…/docx/TOKEN, also /docs/, /sheets/," +
    ' /base/, /slides/, /wiki/';
const CURES = {
    document: `${CURE}.`,
    'document-or-tree': `${CURE}, /file/, and for everything below it /drive/folder/, /wiki/space/.`,
};
const SPACE_CURE = 'Copy the address of its settings (知识库设置): https://…/wiki/settings/NUMBER.';
/**
 * Parses a link as people paste it: any host, with query and `#` parts, with or without `https://`, with text around
 * it, or as a link that opens the app (`applink.feishu.cn`).
 * @returns the target of the link, or why it is not usable; never throws, sends no request
 */
function parseLink(text, scope) {
    const fault = (what, cure = CURES[scope]) => ({ kind: 'fault', fault: what, cure });
    const found = (0,pasted_text/* findLink */.KZ)(text);
    if (found.kind === 'several')
        return fault('which holds several links', 'Give one of them.');
    if (found.kind === 'none') {
        return fault(/^\s*[a-z][\w+.-]*:\/\//i.test(text) ? 'which is no web link' : 'which is no link');
    }
    if (/\.{3}|…/.test(found.link)) {
        return fault('which is cut off (it holds dots where something is left out)', `Copy the whole link. ${CURES[scope]}`);
    }
    const url = toUrl(found.link);
    return url ? parseUrl(url, scope, fault) : fault('which is no link');
}
/** Parses the URL of a link: the first known word in its path decides. */
function parseUrl(url, scope, fault) {
    const { host } = url;
    // Source: 打开云文档,
    // https://open.feishu.cn/document/common-capabilities/applink-protocol/supported-protocol/open-docs
    if (host.startsWith('applink.')) {
        const target = [...url.searchParams].find(([name]) => name.toLowerCase() === 'url')?.[1];
        return target === undefined || target.includes('://applink.')
            ? fault('which opens the Feishu app, but names no document')
            : parseLink(target, scope);
    }
    const parts = pathParts(url.pathname);
    if (!parts)
        return fault('whose path is damaged (a stray %)');
    const lookAlike = findLookAlike(parts);
    if (lookAlike)
        return fault(`which is ${lookAlike.is}`, lookAlike.cure);
    const subId = subIdOf(url);
    for (const [index, word] of parts.entries()) {
        const next = parts[index + 1];
        if (word === 'wiki')
            return parseWiki(parts.slice(index + 1), subId, host, fault);
        if (word === 'folder') {
            return next !== undefined && TOKEN.test(next)
                ? { kind: 'folder', token: next, host }
                : fault(tokenFault(next, 'folder'));
        }
        const type = Object.hasOwn(TYPES, word) ? TYPES[word] : undefined;
        if (type === undefined)
            continue;
        if (next === undefined || !TOKEN.test(next))
            return fault(tokenFault(next, 'document'));
        if (type === 'file' || type === 'mindnote' || type === 'board')
            return { kind: 'other', token: next, type, host };
        return { kind: 'document', token: next, type, subId, host };
    }
    return fault('whose path names no document');
}
/** Parses the path after `/wiki/`. */
function parseWiki([word, id], subId, host, fault) {
    const isHome = word === undefined || word === 'home' || (word === 'space' && id === undefined);
    if (isHome) {
        return NO_TENANT.test(host)
            ? fault("which is a page of Feishu itself, not of your organization's knowledge bases")
            : { kind: 'wiki-home', host };
    }
    if (word === 'space' || word === 'settings') {
        return id !== undefined && SPACE_ID.test(id)
            ? { kind: 'wiki-space', spaceId: id, host }
            : fault('where the number of the knowledge base is missing', SPACE_CURE);
    }
    if (NO_NODES.has(word))
        return fault('which names no page of the knowledge base');
    return TOKEN.test(word) ? { kind: 'wiki-node', token: word, subId, host } : fault(tokenFault(word, 'wiki page'));
}
function tokenFault(token, whose) {
    if (token === undefined)
        return `where the token of the ${whose} is missing`;
    return token.length > MAX_TOKEN_LENGTH && /^[\w-]+$/.test(token)
        ? `where the token of the ${whose} is longer than the ${MAX_TOKEN_LENGTH} characters it can have`
        : `where the token of the ${whose} holds other characters than letters, digits, - and _`;
}
function toUrl(found) {
    const link = /^https?%3A/i.test(found) ? decoded(found) : found;
    const url = /^https?:\/\//i.test(link) ? link : `https://${link}`;
    return /^https?:\/\/[^/\s]+\/\S/i.test(url) && URL.canParse(url) ? new URL(url) : undefined;
}
function decoded(text) {
    try {
        return decodeURIComponent(text);
    }
    catch {
        return text;
    }
}
/** The decoded segments of a path; undefined when the percent-encoding is invalid. */
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
/**
 * The id of the sheet or table that a link shows; some links have their query after the `#`. An id in `table=` may also
 * be that of an embedded document (`ldx`), a dashboard (`blk`), a workflow (`wkf`) or an app page (`wbp`): these are
 * ignored.
 */
function subIdOf(url) {
    const behindHash = new URLSearchParams(url.hash.replace(/^#\??/, ''));
    return [url.searchParams, behindHash]
        .flatMap((query) => [query.get('sheet'), query.get('table')?.match(/^tbl.*/)?.[0]])
        .find((id) => typeof id === 'string' && /^[\w-]{1,64}$/.test(id));
}
const PLATFORMS = [
    { documents: 'feishu.cn', name: 'Feishu', baseUrl: 'https://open.feishu.cn' },
    { documents: 'larksuite.com', name: 'Lark', baseUrl: 'https://open.larksuite.com' },
];
/**
 * Compares the platform of a link with that of the base URL: Feishu and Lark do not know each other's documents. Other
 * hosts are accepted.
 * @param host the host of the link
 * @returns undefined when they fit, otherwise a phrase that follows the link, and the cure
 */
function platformFault(host, baseUrl) {
    const name = host.toLowerCase().replace(/:\d+$/, '').replace(/\.$/, '');
    const home = PLATFORMS.find(({ documents }) => name === documents || name.endsWith(`.${documents}`));
    const requested = PLATFORMS.find((platform) => platform.baseUrl === baseUrl);
    if (!home || !requested || home === requested)
        return undefined;
    return {
        fault: `a link of ${home.name}, but \`base-url\` is ${requested.baseUrl}, the open platform of ${requested.name}`,
        cure: `Set \`base-url: ${home.baseUrl}\`, and use a credential of ${home.name}.`,
    };
}


/***/ }),

/***/ 803:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   KZ: () => (/* binding */ findLink),
/* harmony export */   sU: () => (/* binding */ normalizePastedText)
/* harmony export */ });
/* unused harmony exports withoutInvisible, toHalfWidth */
// Invisible characters that may be pasted along with a text: soft hyphens, zero-width spaces, byte order marks, and
// marks of the writing direction. The two joiners are part of some emoji, so they are removed only from links.
const INVISIBLE = /[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g;
const JOINERS = /[\u200c\u200d]/g;
/** Removes invisible characters from a text. */
const withoutInvisible = (text) => text.replace(INVISIBLE, '');
/** Replaces full-width forms by ASCII characters: `ｈｔｔｐｓ：／／` becomes `https://`. */
const toHalfWidth = (text) => text.replace(/[\uff01-\uff5e]/g, (character) => String.fromCharCode(character.charCodeAt(0) - FULL_WIDTH_OFFSET));
const FULL_WIDTH_OFFSET = 0xfee0;
/**
 * Normalizes options that were typed with a Chinese keyboard: a full-width `＝` after a name, and curly or full-width
 * quotes around a value, become ASCII. The values themselves are not changed.
 */
function normalizePastedText(text) {
    return withoutInvisible(text)
        .replace(/(?<=^|\s)([a-z-]+)＝/gi, '$1=')
        .replace(/(?<==)[“”„‟＂]([^“”„‟＂"]*)[“”„‟＂"](?=\s|$)/g, '"$1"')
        .replace(/(?<==)[‘’‚‛＇]([^‘’‚‛＇']*)[‘’‚‛＇'](?=\s|$)/g, "'$1'");
}
// A link may lack the scheme, or be percent-encoded completely. It ends at a blank, a quote, a bracket of CJK or
// Markdown, a CJK punctuation mark, or a Chinese, Japanese or Korean character.
const SCHEME = /[hｈ][tｔ]{2}[pｐ][sｓ]?(?:[:：][/／]{2}|%3a%2f%2f)/u;
const HOST = /(?<![\w/:.@%-])[\w-]+(?:\.[\w-]+)+(?::\d+)?\//u;
const REST = /(?:(?!\]\()[^\s<>"'`|\\^{}“”‘’（）＜＞［］｛｝｜，；！：\u3000-\u30ff\u3400-\u9fff\uac00-\ud7af\uff61-\uffef])*/u;
const WITH_SCHEME = new RegExp(SCHEME.source + REST.source, 'giu');
const WITHOUT_SCHEME = new RegExp(HOST.source + REST.source, 'giu');
// Punctuation after a link that is not part of it. Several dots are kept: they show that the link was cut off.
const TRAILING = /[)\],:;!?*~？]+$|(?<!\.)\.$/u;
/**
 * Finds the only link in a pasted text: `【title】LINK 复制链接`, a list item, `<LINK>`, a Markdown link. The same link twice
 * counts as one.
 */
function findLink(pasted) {
    const clean = withoutInvisible(pasted);
    const withScheme = [...clean.matchAll(WITH_SCHEME)];
    const matches = withScheme.length > 0 ? withScheme : [...clean.matchAll(WITHOUT_SCHEME)];
    const found = matches.map(({ 0: match, index }) => ({ text: withoutTrailing(match), from: index }));
    const [first] = found;
    const last = found.at(-1);
    if (!first || !last)
        return { kind: 'none' };
    if (found.some(({ text }) => text !== first.text))
        return { kind: 'several' };
    return {
        kind: 'found',
        link: toHalfWidth(first.text).replace(JOINERS, ''),
        before: clean.slice(0, first.from),
        after: clean.slice(last.from + last.text.length),
    };
}
function withoutTrailing(link) {
    const shorter = link.replace(TRAILING, '');
    return shorter === link ? link : withoutTrailing(shorter);
}


/***/ }),

/***/ 252:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Hn: () => (/* binding */ needsSubId),
/* harmony export */   OL: () => (/* binding */ findFaultAmong),
/* harmony export */   UP: () => (/* binding */ EXPORT_FORMATS)
/* harmony export */ });
/* unused harmony exports DOCUMENT_TYPES, EXPORT_EXTENSIONS, isDocumentType, TASK_FORMATS_SENTENCE, findTaskFormatFault */
/**
 * The file extensions that each type of document exports to.
 * Source: 导出云文档概述, https://open.feishu.cn/document/server-docs/docs/drive-v1/export_task/export-user-guide;
 * `slides` and `base` from the official SDK and CLI.
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
/** All file extensions of exports, in lower case and without a dot. */
const EXPORT_EXTENSIONS = [...new Set(Object.values(EXPORT_FORMATS).flat())];
/** True for a type that can be exported. */
function isDocumentType(type) {
    return Object.hasOwn(EXPORT_FORMATS, type);
}
/** True for an extension that exports only one sheet or table, whose id (`sub_id`) the service needs. */
const needsSubId = (fileExtension) => fileExtension === 'csv';
/** The formats that each type exports to by an export task, as a sentence for the user. */
const TASK_FORMATS_SENTENCE = (/* unused pure expression or super */ null && ('These can be exported: doc and docx to docx or pdf; sheet to xlsx or csv; bitable (base) to xlsx, csv or base;' +
    ' slides to pptx or pdf.'));
/**
 * Checks whether an export task can export a type to an extension.
 * @param type any type of the service, also one that cannot be exported
 * @returns undefined if it can
 */
const findTaskFormatFault = (type, fileExtension) => findFaultAmong(isDocumentType(type) ? EXPORT_FORMATS[type] : [], type, fileExtension, TASK_FORMATS_SENTENCE);
/**
 * Checks whether an extension is among those that a type can be exported to.
 * @param formats the extensions of that type; empty if the type cannot be exported
 * @param allFormats a sentence with the extensions of every type
 * @returns undefined if it is
 */
function findFaultAmong(formats, type, fileExtension, allFormats) {
    if (formats.includes(fileExtension))
        return undefined;
    if (formats.length === 0)
        return { what: `a document of type ${type} cannot be exported at all`, cure: allFormats };
    const last = formats.at(-1) ?? '';
    const list = formats.length === 1 ? last : `${formats.slice(0, -1).join(', ')} or ${last}`;
    return { what: `a document of type ${type} cannot be exported to ${fileExtension}`, cure: `It exports to ${list}.` };
}


/***/ }),

/***/ 714:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   b: () => (/* binding */ readPlainFile)
/* harmony export */ });
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(455);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__nccwpck_require__.n(node_fs_promises__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__nccwpck_require__.n(node_path__WEBPACK_IMPORTED_MODULE_1__);


/**
 * Reads a plain file below a folder. It does not open a pipe, which may never end, nor a file outside the folder, to
 * which a link may lead: an error message would quote that file.
 * @throws as `readFile` of Node.js; with the code ENXIO when it is not a plain file, ELOOP for a link that leads outside
 */
async function readPlainFile(root, file) {
    const real = await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.realpath)(file);
    const relative = node_path__WEBPACK_IMPORTED_MODULE_1___default().relative(await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.realpath)(root), real);
    const isOutside = /^\.\.([/\\]|$)/.test(relative) || node_path__WEBPACK_IMPORTED_MODULE_1___default().isAbsolute(relative);
    if (isOutside)
        throw errorWithCode('ELOOP', 'a link that leads out');
    const found = await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.stat)(real);
    // `readFile` itself throws for a folder, with the code EISDIR.
    if (!found.isFile() && !found.isDirectory())
        throw errorWithCode('ENXIO', 'no plain file');
    return (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.readFile)(real);
}
const errorWithCode = (code, message) => Object.assign(new Error(message), { code });


/***/ }),

/***/ 849:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   m: () => (/* binding */ systemClock),
/* harmony export */   y: () => (/* binding */ sleep)
/* harmony export */ });
// Node fires a longer timer immediately.
const MAX_TIMER_MS = 2 ** 31 - 1;
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
                leftMs > MAX_TIMER_MS ? setTimeout(arm, MAX_TIMER_MS) : setTimeout(callback, Math.max(0, Math.ceil(leftMs)));
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

/***/ 560:
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
// EXTERNAL MODULE: ./node_modules/@actions/http-client/lib/index.js
var lib = __nccwpck_require__(779);
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
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __nccwpck_require__(663);
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
    command_issue('group', name);
}
/**
 * End an output group.
 */
function endGroup() {
    command_issue('endgroup');
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
;// CONCATENATED MODULE: ./src/runner/backstop.ts
// A run that reacts to the end needs a fraction of a second. The runner kills a cancelled step after 10 s.
const GRACE_MS = 1_500;
/**
 * Watches a run for operations that no abort signal can end: system calls that never return, such as those to a disk
 * that was removed. The grace period starts when the timeout or cancel is noticed, so that a run also gets it after the
 * machine was suspended.
 * @param timeoutMs the end of the run, on the clock
 * @param cancel aborted when the user cancels
 */
function startBackstop(clock, timeoutMs, cancel) {
    let stopTimer = () => undefined;
    let onCancel = () => undefined;
    const overdue = new Promise((resolve) => {
        let reason;
        const startGrace = (stopReason) => {
            if (reason)
                return;
            reason = stopReason;
            stopTimer();
            stopTimer = clock.after(GRACE_MS, () => resolve(stopReason));
        };
        onCancel = () => startGrace('cancelled');
        stopTimer = clock.after(timeoutMs - clock.nowMs(), () => startGrace('timed-out'));
        if (cancel.aborted)
            onCancel();
        else
            cancel.addEventListener('abort', onCancel);
    });
    return {
        overdue,
        release() {
            stopTimer();
            cancel.removeEventListener('abort', onCancel);
        },
    };
}

// EXTERNAL MODULE: ./src/runner/inputs.ts
var inputs = __nccwpck_require__(205);
;// CONCATENATED MODULE: ./src/runner/safe-text.ts

/**
 * Makes text safe to print to stdout or stderr, where the runner executes commands: `::name::` at the start of a line
 * (after blanks), and `##[name]` anywhere in it. The result is one line without these.
 * Source: ActionCommand.cs of the runner,
 * https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
 */
function logLine(text) {
    return (0,src_text/* oneLine */.TN)(text, 4000)
        .replace(/##(?=\[)/g, '# #')
        .replace(/^\s*::/, ': :');
}
/** Escapes text for a job summary, so that none of it is HTML, Markdown or a link. */
function safe_text_summaryText(text) {
    return (0,src_text/* oneLine */.TN)(text, 2000).replace(/[!-/:-@[-`{-~]/g, (character) => `&#${character.charCodeAt(0)};`);
}

;// CONCATENATED MODULE: ./src/runner/log.ts


/**
 * Makes the log of a step.
 * @param hide replaces secrets in a text
 */
const actionsLog = (hide) => ({
    info: (line) => info(logLine(hide(line))),
    warning: (line) => warning(logLine(hide(line))),
    debug: (line) => core_debug(logLine(hide(line))),
    group: (title) => startGroup(logLine(hide(title))),
    endGroup: () => endGroup(),
});

;// CONCATENATED MODULE: ./src/runner/secrets.ts
// Hiding a shorter secret would also hide parts of ordinary words.
const MIN_HIDDEN = 8;
// Long texts are cut, possibly in the middle of a secret: the beginning of one is hidden, too, if it has this many
// characters.
const MIN_HEAD = 12;
/**
 * The secrets of a step. The runner masks them in the log but not in step outputs, and drops a job output that contains
 * one. So they are also removed from texts such as the message of a server that repeats a credential.
 * @param maskInRunner makes the runner mask a secret, by printing a command with the secret: only for use under a runner
 */
class Secrets {
    maskInRunner;
    values = new Set();
    constructor(maskInRunner) {
        this.maskInRunner = maskInRunner;
    }
    mask = (secret) => {
        this.maskInRunner(secret);
        if (secret.length >= MIN_HIDDEN)
            this.values.add(secret);
    };
    /** Replaces every secret, and every beginning of one, by `***`. */
    hide = (text) => {
        // First find the positions of all secrets, since they may overlap or contain each other.
        const found = [];
        for (const secret of this.values) {
            const head = secret.slice(0, MIN_HEAD);
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
 * Renders a summary as Markdown; pure. Only https addresses become links.
 * @param hide replaces secrets in a text
 */
function renderSummary(summary, hide = (text) => text) {
    const { title, paragraphs = [], facts = [], table, links = [], items = [], folded = false } = summary;
    const summaryText = (text) => safe_text_summaryText(hide(text));
    const renderCell = (cell) => typeof cell === 'string' ? summaryText(cell) : renderLink(hide(cell.href), hide(cell.text));
    // GitHub reads Markdown inside HTML only after an empty line.
    const heading = folded ? `<details><summary>${summaryText(title)}</summary>` : `### ${summaryText(title)}`;
    const lines = [heading, '', ...paragraphs.flatMap((text) => [summaryText(text), ''])];
    lines.push(...items.map((item) => `- ${renderCell(item)}`));
    if (items.length > 0)
        lines.push('');
    lines.push(...facts.map(([name, value]) => `- **${summaryText(name)}**: ${summaryText(value)}`));
    if (facts.length > 0)
        lines.push('');
    if (table) {
        const row = (cells) => `| ${cells.map(renderCell).join(' | ')} |`;
        lines.push(row(table.head), `|${' --- |'.repeat(table.head.length)}`, ...table.rows.map(row), '');
    }
    lines.push(...links.map((link) => `- ${renderCell({ text: link, href: link })}`), '');
    if (folded)
        lines.push('</details>', '');
    return lines.join('\n');
}
function renderLink(href, text) {
    const address = href.replace(/&/g, '&amp;');
    const isPlain = /^https:\/\/[^\s"'<>`\\|()[\]]+$/.test(href) && address.length <= 1000;
    return isPlain ? `<a href="${address}">${safe_text_summaryText(text)}</a>` : safe_text_summaryText(text);
}
/**
 * Appends to the job summary. Does not fail if the runner has none, or if it cannot be written.
 * @param hide replaces secrets in a text
 * @param file the path in GITHUB_STEP_SUMMARY
 */
function writeSummary(summary, hide, file) {
    try {
        const parts = [summary].flat().map((one) => `${renderSummary(one, hide)}\n`);
        // Synchronous, unlike core.summary, because a process that must end cannot wait for a thread.
        if (file)
            (0,external_node_fs_.appendFileSync)(file, parts.join('\n'));
    }
    catch (error) {
        core_debug(`no job summary: ${error.name}`);
    }
}

;// CONCATENATED MODULE: ./src/runner/action.ts









// Pipes need some time to drain. Without a limit, a connection to a dead proxy would keep the process alive for minutes.
const DRAIN_MS = 300;
/**
 * Runs an action: reads its inputs, writes outputs, annotation and summary, and sets the exit code. A failed step has
 * one error annotation and the output `error-message`; a cancelled step keeps its outputs. If the run does not end at its
 * timeout or after a cancel, it is overdue: a second or two later the step fails, and the process ends.
 * @param readInputs throws InputError for a bad one
 */
async function runAction(host, readInputs, run) {
    // The exit code is 1 until everything is reported, in case the process ends before.
    host.exitCode = 1;
    const cancel = new AbortController();
    // The runner sends SIGINT, and SIGTERM 7.5 s later. Neither must end the process before the outputs are written.
    for (const signal of ['SIGINT', 'SIGTERM'])
        host.on(signal, () => cancel.abort('cancelled'));
    host.stdout.on('error', () => undefined);
    const stray = new Promise((resolve) => {
        host.on('uncaughtException', (error) => resolve(unexpected(error)));
    });
    // The runners of GitHub, act, Gitea and Forgejo set it. Without a runner, the secret would be printed.
    const secrets = new Secrets(host.env['GITHUB_ACTIONS'] === 'true' ? core_setSecret : () => undefined);
    const main = async () => {
        let readOutputsSoFar = () => ({});
        const tools = {
            log: actionsLog(secrets.hide),
            clock: clock/* systemClock */.m,
            cancel: cancel.signal,
            mask: secrets.mask,
            random: Math.random,
            keepOutputs: (readOutputs) => {
                readOutputsSoFar = readOutputs;
            },
            workspace: host.env['GITHUB_WORKSPACE']?.trim() || host.cwd(),
            environment: host.env,
        };
        const { inputs, names } = readNamedInputs((read) => readInputs(read, tools), host.env);
        warnOfUnknownInputs(names, tools);
        const backstop = startBackstop(tools.clock, inputs.timeoutMs, tools.cancel);
        const overdue = backstop.overdue.then((reason) => overdueOutcome(reason, inputs.timeoutMs, readOutputsSoFar()));
        return Promise.race([run(inputs, tools), overdue]).finally(() => backstop.release());
    };
    const outcome = await Promise.race([attempt(main), stray]);
    report(outcome, host, secrets);
    setTimeout(() => leave(host), DRAIN_MS).unref();
}
/** Reads inputs. @throws InputError, also if a workflow writes `base_url` instead of `base-url` */
function readNamedInputs(readInputs, environment) {
    const names = new Set();
    try {
        const inputs = readInputs((name) => {
            names.add(name);
            return getInput(name);
        });
        return { inputs, names };
    }
    finally {
        // Also after an error: an input that is written with underscores looks empty, and this error names the true cause.
        (0,inputs/* refuseUnderscores */.uV)(names, environment);
    }
}
/** Warns of inputs that do not exist, outside of runners: those warn themselves, from action.yml. */
function warnOfUnknownInputs(names, { environment, log }) {
    if (environment['GITHUB_ACTIONS'] === 'true')
        return;
    for (const name of (0,inputs/* listUnknownInputs */.mo)(names, environment)) {
        log.warning(`Input ${(0,src_text/* quoted */.TL)(name, 60)} does not exist and is ignored. The inputs are: ${[...names].join(', ')}.`);
    }
}
// The resources that occupy a thread: DNS lookups and disk operations.
const THREAD_RESOURCES = new Set([
    'GetAddrInfoReqWrap',
    'FSReqPromise',
    'FSReqCallback',
    'CloseReq',
]);
/** Ends the process immediately, even if it still waits for something. */
function leave(host) {
    // exit() waits for the threads that look up names or use the disk, even if the name server or the disk never answers.
    // Replacing the program of the process, or killing it, does not wait. When a step succeeds, none of them hangs.
    if (host.exitCode === 1 && host.getActiveResourcesInfo().some((name) => THREAD_RESOURCES.has(name))) {
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
        return error instanceof inputs/* InputError */.dz ? failedOutcome('An input is wrong', error.message) : unexpected(error);
    }
}
function unexpected(error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    return failedOutcome('The action failed', `This action made a mistake (${name}: ${(0,src_text/* oneLine */.TN)(message)}). Please report it in the issues of its repository.`);
}
function overdueOutcome(reason, timeoutMs, outputs) {
    const end = reason === 'cancelled'
        ? 'Cancelled: the step did not end by itself'
        : `Time is up: the step did not end within ${(0,src_text/* formatDuration */.a3)(timeoutMs)} (\`timeout-seconds\`)`;
    const why = 'Something still waits that cannot be interrupted, usually for a disk that does not answer.';
    const cure = 'Check the disks and network drives of the runner; a temporary file (`.feishu-export-….part`) may be left there.';
    return failedOutcome('The step did not end', `${end}. ${why} ${cure}`, outputs);
}
const failedOutcome = (title, error, outputs = {}) => ({
    outputs,
    error,
    summary: { title, paragraphs: [error] },
});
/** Writes outputs, annotation and summary; sets the exit code to 0 if there is no error. */
function report({ outputs, error: rawError, summary }, host, { hide }) {
    const error = rawError === undefined ? undefined : hide(rawError);
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
/* harmony export */   mo: () => (/* binding */ listUnknownInputs),
/* harmony export */   oA: () => (/* binding */ secondsInput),
/* harmony export */   tE: () => (/* binding */ booleanInput),
/* harmony export */   u2: () => (/* binding */ countInput),
/* harmony export */   uV: () => (/* binding */ refuseUnderscores)
/* harmony export */ });
/* unused harmony export requiredInput */
/* harmony import */ var _text_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(992);

/** An invalid input: a sentence that names the input, the fault and the cure. */
class InputError extends Error {
}
/**
 * Refuses inputs whose names have underscores instead of hyphens: they would be ignored silently.
 * @param names the names of the inputs that the action reads
 * @throws InputError
 */
function refuseUnderscores(names, environment) {
    for (const [variable, value] of Object.entries(environment)) {
        const wrongName = /^INPUT_(.*_.*)$/i.exec(variable)?.[1]?.toLowerCase();
        if (wrongName === undefined || !value?.trim())
            continue;
        const rightName = wrongName.replaceAll('_', '-');
        const rightVariable = `INPUT_${rightName.toUpperCase()}`;
        const isAlsoGivenRight = Boolean(environment[rightVariable]?.trim());
        if (!names.has(rightName) || isAlsoGivenRight)
            continue;
        throw new InputError(`Input \`${wrongName}\` does not exist. Write \`${rightName}\`; as an environment variable, ${rightVariable} with the hyphen.`);
    }
}
/**
 * Lists the inputs that were given but do not exist, without the prefix INPUT_ and in lower case.
 * @param names the names of the inputs that the action reads
 */
function listUnknownInputs(names, environment) {
    return Object.entries(environment).flatMap(([variable, value]) => {
        const name = /^INPUT_(.+)$/.exec(variable)?.[1]?.toLowerCase();
        return name === undefined || names.has(name) || !value?.trim() ? [] : name;
    });
}
/** Reads a required input, without blanks around it. @throws InputError when it is empty */
function requiredInput(read, name, cure) {
    const value = read(name).trim();
    if (value === '')
        throw new InputError(`Input \`${name}\` is empty. ${cure}`);
    return value;
}
// Longer than any job can run, and small enough for exact sums of milliseconds.
const MAX_SECONDS = 100 * 24 * 3600;
/** Reads a positive number of seconds. @returns milliseconds; undefined when the input is empty @throws InputError */
function secondsInput(read, name) {
    const value = read(name).trim();
    if (value === '')
        return undefined;
    const seconds = /^\d+(\.\d+)?$/.test(value) ? Number(value) : NaN;
    if (!(seconds > 0 && seconds <= MAX_SECONDS)) {
        throw new InputError(`Input \`${name}\` is ${(0,_text_js__WEBPACK_IMPORTED_MODULE_0__/* .quoted */ .TL)(value, 40)}, which is not a positive number of seconds (at most ${MAX_SECONDS}). Write digits alone, for example 600.`);
    }
    return Math.max(1, seconds * 1000);
}
/** Reads an integer from 1 to 10,000; 1 when the input is empty. @throws InputError */
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
/** Reads `true` or `false`, in upper or lower case; the default when the input is empty. @throws InputError */
function booleanInput(read, name, byDefault) {
    const value = read(name).trim().toLowerCase();
    if (value === '')
        return byDefault;
    if (value === 'true' || value === 'false')
        return value === 'true';
    throw new InputError(`Input \`${name}\` is ${(0,_text_js__WEBPACK_IMPORTED_MODULE_0__/* .quoted */ .TL)(value, 40)}. Write true or false.`);
}
/** An excerpt of a value for an error message, too short to show a complete secret. */
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
// Characters that break a line or reorder it: C0, DEL, C1, line and paragraph separators, bidirectional controls.
// eslint-disable-next-line no-control-regex
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+/g;
/**
 * Makes one printable line of any text.
 * @param maxLength the maximum number of characters (code points); a longer text is cut and ends in `…`
 */
function oneLine(text, maxLength = 300) {
    const line = text.toWellFormed().replace(UNPRINTABLE, ' ').trim();
    const characters = Array.from(line.slice(0, 2 * maxLength + 2));
    return characters.length > maxLength ? `${characters.slice(0, maxLength).join('')}…` : line;
}
/** Puts a text from outside in double quotes, on one line, for use in a sentence. */
function quoted(text, maxLength) {
    return `"${oneLine(text, maxLength)}"`;
}
/** Formats a number of bytes: `34.4 kB`, `1.2 GB` (powers of 1000). */
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
/** Formats a number with a noun: `1 request`, `2 requests`. */
function countOf(count, thing) {
    return `${count} ${thing}${count === 1 ? '' : 's'}`;
}
/** Formats a duration: `0.4 s`, `4 s`, `12 s`, `3 min 20 s`. */
function formatDuration(ms) {
    const seconds = ms / 1000;
    if (seconds < 9.95)
        return `${seconds.toFixed(1).replace('.0', '')} s`;
    const rounded = Math.round(seconds);
    return rounded < 120 ? `${rounded} s` : `${Math.floor(rounded / 60)} min ${rounded % 60} s`;
}


/***/ }),

/***/ 663:
/***/ ((module, __unused_webpack_exports, __nccwpck_require__) => {

var x = (y) => {
	var x = {}; __nccwpck_require__.d(x, y); return x
} 
var y = (x) => (() => (x))
module.exports = x({ ["ProxyAgent"]: () => (__WEBPACK_EXTERNAL_MODULE_node_path_02319fef__.ProxyAgent) });

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

/***/ 455:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:fs/promises");

/***/ }),

/***/ 760:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:path");

/***/ }),

/***/ 522:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:zlib");

/***/ }),

/***/ 756:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("tls");

/***/ }),

/***/ 23:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("util");

/***/ }),

/***/ 779:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

var https__WEBPACK_IMPORTED_MODULE_1___namespace_cache;
var http__WEBPACK_IMPORTED_MODULE_0___namespace_cache;
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Qq: () => (/* binding */ HttpClient)
/* harmony export */ });
/* unused harmony exports HttpCodes, Headers, MediaTypes, getProxyUrl, HttpClientError, HttpClientResponse, isHttps */
/* harmony import */ var http__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(611);
/* harmony import */ var https__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(692);
/* harmony import */ var _proxy_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(783);
/* harmony import */ var tunnel__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(770);
/* harmony import */ var undici__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(663);
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
function getProxyUrl(serverUrl) {
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
        const proxyUrl = _proxy_js__WEBPACK_IMPORTED_MODULE_2__/* .getProxyUrl */ .s(parsedUrl);
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
        info.httpModule = usingSsl ? /*#__PURE__*/ (https__WEBPACK_IMPORTED_MODULE_1___namespace_cache || (https__WEBPACK_IMPORTED_MODULE_1___namespace_cache = __nccwpck_require__.t(https__WEBPACK_IMPORTED_MODULE_1__, 2))) : /*#__PURE__*/ (http__WEBPACK_IMPORTED_MODULE_0___namespace_cache || (http__WEBPACK_IMPORTED_MODULE_0___namespace_cache = __nccwpck_require__.t(http__WEBPACK_IMPORTED_MODULE_0__, 2)));
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
        const proxyUrl = _proxy_js__WEBPACK_IMPORTED_MODULE_2__/* .getProxyUrl */ .s(parsedUrl);
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
            maxSockets = this.requestOptions.maxSockets || http__WEBPACK_IMPORTED_MODULE_0__.globalAgent.maxSockets;
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
                tunnelAgent = overHttps ? tunnel__WEBPACK_IMPORTED_MODULE_3__.httpsOverHttps : tunnel__WEBPACK_IMPORTED_MODULE_3__.httpsOverHttp;
            }
            else {
                tunnelAgent = overHttps ? tunnel__WEBPACK_IMPORTED_MODULE_3__.httpOverHttps : tunnel__WEBPACK_IMPORTED_MODULE_3__.httpOverHttp;
            }
            agent = tunnelAgent(agentOptions);
            this._proxyAgent = agent;
        }
        // if tunneling agent isn't assigned create a new agent
        if (!agent) {
            const options = { keepAlive: this._keepAlive, maxSockets };
            agent = usingSsl ? new https__WEBPACK_IMPORTED_MODULE_1__.Agent(options) : new http__WEBPACK_IMPORTED_MODULE_0__.Agent(options);
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
        proxyAgent = new undici__WEBPACK_IMPORTED_MODULE_4__.ProxyAgent(Object.assign({ uri: proxyUrl.href, pipelining: !this._keepAlive ? 0 : 1 }, ((proxyUrl.username || proxyUrl.password) && {
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

/***/ }),

/***/ 783:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   H: () => (/* binding */ checkBypass),
/* harmony export */   s: () => (/* binding */ getProxyUrl)
/* harmony export */ });
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
