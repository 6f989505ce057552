import { describe, expect, it } from '@jest/globals'
import type { PhrasingContent } from 'mdast'
import { serialize } from '../../src/markdown/output/serialize.js'
import { bodyOf, linkTo, render, textRun, type Style } from './wire.js'
import type { RenderOptions } from '../../src/markdown/render.js'

const BOLD = { bold: true }
const ITALIC = { italic: true }

/** Returns the Markdown of a paragraph with these text elements. */
function paragraph(elements: readonly object[], options: Partial<RenderOptions> = {}): string {
  return bodyOf((document) => document.text(elements), options)
}

/** Returns the Markdown of a paragraph with these texts, each plain or with a style. */
const runs = (...texts: (string | [string, Style])[]): string =>
  paragraph(texts.map((text) => (typeof text === 'string' ? textRun(text) : textRun(...text))))

// Marks: bold, italic, struck and code.
describe('marks', () => {
  it('are Markdown where Markdown programs recognize them', () => {
    expect(runs('这是', ['粗体', BOLD], '后面')).toBe('这是**粗体**后面')
    expect(runs(['a', ITALIC], ' ', ['b', { strikethrough: true }], ' ', ['c', { inline_code: true }])).toBe(
      '*a* ~~b~~ `c`',
    )
    expect(runs('“', ['引用', BOLD], '”')).toBe('“**引用**”')
    expect(runs(['“引用”', BOLD])).toBe('**“引用”**')
    expect(runs('，', ['“引用”', BOLD], '。')).toBe('，**“引用”**。')
  })

  it('are combined as `***` only for bold and italic', () => {
    const deleted = (child: PhrasingContent): string =>
      serialize({ type: 'root', children: [{ type: 'paragraph', children: [{ type: 'delete', children: [child] }] }] })
    const italic: PhrasingContent = { type: 'emphasis', children: [{ type: 'text', value: 'a' }] }
    expect(runs(['a', { ...BOLD, ...ITALIC }])).toBe('***a***')
    expect(deleted(italic)).toBe('~~*a*~~\n')
  })

  it('are HTML beside Chinese punctuation, where Markdown programs would not recognize them', () => {
    expect(runs('这是', ['“引号”。', BOLD], '后面')).toBe('这是<strong>“引号”。</strong>后面')
    expect(runs(['注意：', ITALIC], '后面')).toBe('<em>注意：</em>后面')
    expect(runs('前', ['（删）', { strikethrough: true }])).toBe('前<del>（删）</del>')
  })

  it('are HTML after punctuation and before `~~`, which GitHub ignores there', () => {
    expect(runs(['a.', BOLD], ['b', { strikethrough: true }])).toBe('<strong>a.</strong>~~b~~')
  })

  it('are HTML beside characters that only some Markdown programs treat as punctuation', () => {
    expect(runs('a', ['→b', BOLD])).toBe('a<strong>→b</strong>')
    expect(runs('→', ['“b”', BOLD])).toBe('→<strong>“b”</strong>')
  })

  it('can be nested, and can follow each other without a blank', () => {
    expect(runs('中', ['粗斜', { ...BOLD, ...ITALIC }], '文')).toBe('中***粗斜***文')
    expect(runs(['a', BOLD], ['b', { ...BOLD, ...ITALIC }])).toBe('**a<em>b</em>**')
    expect(runs(['a', BOLD], ['b', ITALIC], '。')).toBe('**a**_b_。')
    expect(runs(['a', BOLD], ['b', ITALIC], 'c')).toBe('**a**<em>b</em>c')
    expect(runs('*', ['a', BOLD], '*')).toBe('\\***a**\\*')
  })

  it('do not include the blanks at the start and the end of their text', () => {
    expect(runs('a', [' b ', BOLD], 'c')).toBe('a **b** c')
    expect(runs(['a', BOLD], ' ', ['b', BOLD])).toBe('**a b**')
    expect(runs(['a', BOLD], [' ', BOLD], ['b', BOLD])).toBe('**a b**')
    expect(runs('a', ['  ', BOLD], 'b')).toBe('a  b')
    expect(runs(['a\n', BOLD], 'b')).toBe('**a**\\\nb')
  })

  it('of neighbouring texts that differ only in colour or comments are merged', () => {
    expect(runs(['一', { ...BOLD, text_color: 1 }], ['二', { ...BOLD, comment_ids: ['1'] }], ['三', BOLD])).toBe(
      '**一二三**',
    )
    expect(runs(['a', { inline_code: true }], ['b', { inline_code: true, background_color: 3 }])).toBe('`ab`')
  })

  it('of code keep its characters as they are', () => {
    expect(runs(['a`b', { inline_code: true }])).toBe('``a`b``')
    expect(runs([' *x* \n<b>', { inline_code: true }])).toBe('`  *x*  `\\\n`<b>`')
    expect(runs(['a', { ...BOLD, inline_code: true }])).toBe('**`a`**')
  })
})

describe('text', () => {
  it('is escaped, so that it is shown as it is', () => {
    expect(runs('# a')).toBe('\\# a')
    expect(runs('1. a')).toBe('1\\. a')
    expect(runs('- a')).toBe('\\- a')
    expect(runs('*a* _b_ ~c~ `d` [e](f) ![g](h) <b> &amp; $x$ \\')).toBe(
      '\\*a\\* \\_b\\_ \\~c\\~ \\`d\\` \\[e]\\(f) !\\[g]\\(h) \\<b> \\&amp; \\$x\\$ \\\\',
    )
    expect(runs('a_b_c 2 < 3 & 4 > 1')).toBe('a_b_c 2 < 3 & 4 > 1')
    expect(runs('[^1]: x')).toBe('\\[^1]: x')
    expect(runs('<script>alert(1)</script>')).toBe('\\<script>alert(1)\\</script>')
  })

  it('is written so that GitHub does not turn the addresses in it into links', () => {
    expect(runs('https://a.b HTTP://c.d www.e.f www.中文.com')).toBe(
      'https\\://a.b HTTP\\://c.d www\\.e.f www\\.中文.com',
    )
    expect(runs('a@b.c')).toBe('a<!---->@b.c')
    expect(runs('a@www.1 b@c.d_')).toBe('a@www\\.1 b<!---->@c.d\\_')
    expect(runs('a@b.www.1')).toBe('a<!---->@b.www\\.1')
    // Within `<…>`, CommonMark allows other marks in a name.
    expect(runs('<%@draw.io> <#@a.io>')).toBe('<%<!---->@draw.io> <#<!---->@a.io>')
    expect(paragraph([textRun('a@b.c', linkTo('https://x.y'))])).toBe('[a@b.c](https://x.y)')
  })

  it.each([
    ...['@user root@host pkg@1', 'react@18.2.0', '@types/node@24.19.2', 'actions/checkout@v4.1', 'v@1.2.0-rc.1'],
    ...['root@10.0.0.1:22', 'a@b.c1', 'a@b.c-', 'draw.io', 'window.location', 'paths:/usr', 's3://a/b'],
  ])('has no marks or escapes where it only resembles an address: %s', (text) => {
    expect(runs(text)).toBe(text)
  })

  it('keeps the line breaks inside it, without the blanks around them; breaks at its start and end are left out', () => {
    expect(runs('\n a \n\n b\t\n')).toBe('a\\\n\\\nb')
    expect(runs('a\r\nb\vc\u2028d')).toBe('a\\\nb\\\nc\\\nd')
    expect(runs('\u3000\u3000段落')).toBe('\u3000\u3000段落')
  })

  it('is written without control characters and lone surrogates', () => {
    expect(runs('a\u0000b\u001b\u0085c')).toBe('abc')
    expect(runs('a\ud83db')).toBe('a\ufffdb')
  })

  it('that is empty is left out', () => {
    expect(bodyOf((document) => [document.text(''), document.text(' \n'), document.text('a')])).toBe('a')
  })
})

describe('links', () => {
  it('have their address decoded once, since the service sends it percent-encoded', () => {
    const url = 'https%3A%2F%2Fexample.com%2F%25E4%25B8%25AD%3Fq%3Da%2520b'
    expect(paragraph([textRun('x', { link: { url } })])).toBe('[x](https://example.com/%E4%B8%AD?q=a%20b)')
    expect(paragraph([textRun('x', { link: { url: 'https://example.com/100%' } })])).toBe(
      '[x](https://example.com/100%)',
    )
  })

  it('whose text is their address are written as `<address>`', () => {
    expect(paragraph([textRun('https://a.b/中', linkTo('https://a.b/中'))])).toBe('<https://a.b/中>')
  })

  it.each([
    'javascript:alert(1)',
    ' JavaScript:x',
    'java\nscript:x',
    'java\tscript:x',
    'data:text/html,x',
    'vbscript:x',
    'file:///x',
    'C:\\x',
    '',
  ])('with a scheme that is not allowed become text: %j', (url) => {
    expect(paragraph([textRun('x', linkTo(url))])).toBe('x')
  })

  it.each(['http://a.b', 'HTTPS://a.b', 'mailto:a@b.c', '#part', '../a/b.html', '//a.b/c'])(
    'may have the address %s',
    (url) => {
      expect(paragraph([textRun('x', linkTo(url))])).toBe(`[x](${url})`)
    },
  )

  it('cannot be ended by characters in their text or their address', () => {
    expect(paragraph([textRun(']x', linkTo('https://a.b/) <b> "c" \\|`'))])).toBe(
      '[\\]x](https://a.b/\\)%20%3Cb%3E%20%22c%22%20%5C%7C%60)',
    )
  })

  it('contain the marks of their text, and are not split at them', () => {
    const url = linkTo('https://a.b')
    expect(paragraph([textRun('a', url), textRun('b', { ...url, ...BOLD })])).toBe('[a**b**](https://a.b)')
  })

  it('to a document that is exported too lead to its file; links to other documents stay', () => {
    const references: unknown[] = []
    const documentPath: RenderOptions['documentPath'] = (reference) => {
      references.push(reference)
      return reference.type === 'wiki' ? '../其他/周报 (1).md' : undefined
    }
    const wiki = 'https://any.example.com/wiki/wikcnAAAAAAAAAA?from=x'
    expect(paragraph([textRun('x', linkTo(wiki))], { documentPath })).toBe('[x](../其他/周报%20\\(1\\).md)')
    expect(paragraph([textRun('x', linkTo('https://a.b/docx/doxcnBBBBBBBBBB'))], { documentPath })).toBe(
      '[x](https://a.b/docx/doxcnBBBBBBBBBB)',
    )
    expect(references).toEqual([
      { token: 'wikcnAAAAAAAAAA', type: 'wiki', url: wiki },
      { token: 'doxcnBBBBBBBBBB', type: 'docx', url: 'https://a.b/docx/doxcnBBBBBBBBBB' },
    ])
  })

  it('to a file never begin with what a browser would read as a scheme or a host', () => {
    /** The Markdown of a link to a document that is exported to this path. */
    const link = (path: string): string =>
      paragraph([textRun('x', linkTo('https://a.b/docx/doxcnBBBBBBBBBB'))], { documentPath: () => path })
    expect(link('javascript:x.md')).toBe('[x](./javascript:x.md)')
    expect(link('//evil/x.md')).toBe('[x](./evil/x.md)')
    expect(link('a#b?c%20&amp;.md')).toBe('[x](a%23b%3Fc%2520%26amp;.md)')
  })
})

describe('text elements other than text', () => {
  it('mention_user', () => {
    expect(paragraph([{ mention_user: { user_id: 'ou_1a', text_element_style: BOLD } }, textRun(' 好')])).toBe(
      '**@ou_1a** 好',
    )
  })

  it('mention_doc', () => {
    const mention = {
      token: 'doxcnA',
      obj_type: 22,
      url: 'https%3A%2F%2Fa.feishu.cn%2Fdocx%2FdoxcnA',
      title: '周报 [一]',
    }
    expect(paragraph([{ mention_doc: mention }])).toBe('[周报 \\[一\\]](https://a.feishu.cn/docx/doxcnA)')
    expect(paragraph([{ mention_doc: mention }], { documentPath: ({ token, type }) => `${type}-${token}.md` })).toBe(
      '[周报 \\[一\\]](docx-doxcnA.md)',
    )
    expect(paragraph([{ mention_doc: { token: 'wikcnA', obj_type: 16 } }])).toBe(
      '<https://example.feishu.cn/wiki/wikcnA>',
    )
    expect(paragraph([{ mention_doc: { title: '无' } }])).toBe('无')
  })

  it('equation', () => {
    const equation = (content: string): object => ({ equation: { content, text_element_style: {} } })
    expect(paragraph([textRun('a '), equation('E=mc^2\n'), textRun(', b')])).toBe('a $E=mc^2$, b')
    expect(paragraph([textRun('设'), equation('x'), textRun('为')])).toBe('设$`x`$为')
    expect(paragraph([textRun('a '), equation('<b>x</b>')])).toBe('a $`<b>x</b>`$')
    expect(paragraph([textRun('a '), equation('x'), equation('y')])).toBe('a $x y$')
    expect(paragraph([textRun('a '), equation('\\text{\\$5}')])).toBe('a $`\\text{\\$5}`$')
    // On one line, a comment would hide what comes after it.
    expect(paragraph([textRun('a '), equation('x % one\n+ 5\\%\n+ y')])).toBe('a $x  + 5\\% + y$')
    expect(paragraph([textRun('a '), equation('x \\\\% one'), equation('50%')])).toBe('a $x \\\\ 50%$')
    expect(bodyOf((document) => document.add(3, 'heading1', { elements: [equation('x % one\ny')] }))).toBe('## $x  y$')
  })

  it('reminder', () => {
    const reminder = (fields: object): string =>
      paragraph([{ reminder: { create_user_id: 'ou_1', expire_time: '1641967200000', ...fields } }])
    expect(reminder({ is_whole_day: false })).toBe('2022-01-12 14:00 (UTC+8)')
    expect(reminder({ is_whole_day: true })).toBe('2022-01-12')
    expect(reminder({ expire_time: 253402300800000, is_whole_day: true })).toBe('+010000-01-01')
    expect(reminder({ expire_time: 253402300800000 })).toBe('+010000-01-01 08:00 (UTC+8)')
    expect(reminder({ expire_time: 'soon' })).toBe('')
    expect(reminder({ expire_time: 9e15 })).toBe('')
  })

  it('file', () => {
    const body = bodyOf((document) => {
      const file = document.add(23, 'file', { token: 'boxcnF', name: 'a.zip' })
      return [document.text([{ file: { file_token: 'boxcnF', source_block_id: file } }]), file]
    })
    expect(body).toBe('[a.zip](Title.assets/a.zip)\n\n[a.zip](Title.assets/a.zip)')
  })

  it('file without a name has its token as text, cleaned', () => {
    const notSaved = { assetPath: () => undefined }
    expect(paragraph([{ file: { file_token: 'box\u0001cn\nF' } }], notSaved)).toBe(
      'boxcn F Not exported: file, block type 2',
    )
  })

  it('inline_block', () => {
    const body = bodyOf((document) => {
      const file = document.add(23, 'file', { token: 'boxcnF', name: 'a.zip' })
      const page = document.add(26, 'iframe', { component: { url: 'https%3A%2F%2Fa.b' } })
      const other = document.add(28, 'isv', {})
      const inline = [file, page, other, 'nowhere'].map((block_id) => ({ inline_block: { block_id } }))
      return [document.text(inline.flatMap((element) => [element, textRun(' ')])), file]
    })
    expect(body).toBe(
      '[a.zip](Title.assets/a.zip) <https://a.b> Not exported: isv, block type 28 Not exported: inline_block, block type 2',
    )
  })

  it('link_preview', () => {
    const preview = { title: 'A-1', url: 'https%3A%2F%2Fa.b', url_type: 'Project' }
    expect(paragraph([{ link_preview: preview }])).toBe('[A-1](https://a.b)')
  })

  it('of an unknown kind become a placeholder; empty elements are left out', () => {
    const { text, placeholders } = render((document) => document.text([{ novelty: {} }, {}, { undefined: {} }]))
    expect(text).toContain('Not exported: novelty, block type 2Not exported: undefined, block type 2')
    expect(placeholders).toEqual([
      { kind: 'novelty', blockType: 2, count: 1 },
      { kind: 'undefined', blockType: 2, count: 1 },
    ])
  })
})
