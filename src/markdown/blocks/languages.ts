/**
 * The language after a code fence, as GitHub's highlighter spells it, by `style.language` of a code block. 1 is plain
 * text, which needs no language.
 * Source: 块的数据结构, CodeLanguage, https://open.feishu.cn/document/docs/docs/data-structure/block
 */
export const FENCE_LANGUAGES: ReadonlyMap<number, string> = new Map(
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
    .map((language, index) => [index + 2, language]),
)
