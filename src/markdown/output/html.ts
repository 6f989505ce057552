import type { Nodes, Parents } from 'mdast'

/**
 * Writes nodes as HTML for a cell of an HTML table, where Markdown is not rendered. Without empty lines, since one
 * would end the table; only a table in the cell has line breaks.
 */
function toHtml(nodes: readonly Nodes[]): string {
  return nodes.map(nodeToHtml).join('')
}

/**
 * Writes one node as HTML; a node that is HTML already stays as it is. Throws for a kind of node that the conversion
 * never puts into a cell.
 */
function nodeToHtml(node: Nodes): string {
  switch (node.type) {
    case 'text':
      return escapeHtml(node.value)
    case 'break':
      return '<br>'
    case 'strong':
      return element('strong', node)
    case 'emphasis':
      return element('em', node)
    case 'delete':
      return element('del', node)
    case 'link':
      return `<a href="${escapeHtml(node.url)}">${toHtml(node.children)}</a>`
    case 'image':
      // Without `./`, programs that are built on Vue, such as VitePress, take the path for the name of a package.
      return imageToHtml(isRelative(node.url) ? `./${node.url}` : node.url, node.alt ?? '')
    case 'inlineCode':
      return `<code>${escapeHtml(node.value)}</code>`
    case 'inlineMath':
      return escapeHtml(`$${node.value}$`)
    case 'paragraph':
      return element('p', node)
    case 'heading':
      return element(`h${node.depth}`, node)
    case 'blockquote':
      return element('blockquote', node)
    case 'list': {
      if (node.ordered !== true) return element('ul', node)
      const start = node.start ?? 1
      return `<ol${start === 1 ? '' : ` start="${start}"`}>${toHtml(node.children)}</ol>`
    }
    case 'listItem':
      return `<li>${boxOf(node.checked)}${flowToHtml(node.children)}</li>`
    case 'code':
    case 'math': {
      const language = node.type === 'math' ? 'math' : (node.lang ?? '')
      const attribute = language === '' ? '' : ` class="language-${escapeHtml(language)}"`
      return `<pre><code${attribute}>${escapeHtml(node.value)}</code></pre>`
    }
    case 'thematicBreak':
      return '<hr>'
    case 'table':
      // Without a header: GFM requires one, so the first row may be an ordinary row.
      return tableToHtml(node.children.map(({ children }) => children.map((cell) => ({ content: cell.children }))))
    case 'html':
      return node.value
    default:
      throw new Error(`A cell of a table cannot hold ${node.type}`)
  }
}

function imageToHtml(source: string, description: string): string {
  return `<img src="${escapeHtml(source)}" alt="${escapeHtml(description)}">`
}

/** The box of a task, as text; empty for an item that is not a task. */
function boxOf(checked: boolean | null | undefined): string {
  if (typeof checked !== 'boolean') return ''
  return checked ? '[x] ' : '[ ] '
}

/** True for a path such as `assets/a.png`; false for a URL, and for a path that begins with `/`, `.` or `#`. */
const isRelative = (url: string): boolean => !/^([a-z][a-z\d+.-]*:|[/.#])/i.test(url)

function element(name: string, { children }: Parents): string {
  return `<${name}>${toHtml(children)}</${name}>`
}

/**
 * Writes the content of a cell or list item. Unlike `toHtml`, it leaves out the `<p>` around a first paragraph if only
 * lists or nothing comes after it.
 */
function flowToHtml(nodes: readonly Nodes[]): string {
  const [first, ...rest] = nodes
  return first?.type === 'paragraph' && rest.every(({ type }) => type === 'list')
    ? toHtml([...first.children, ...rest])
    : toHtml(nodes)
}

/** A cell of an HTML table. */
export interface HtmlCell {
  readonly content: readonly Nodes[]
  readonly isHeader?: boolean
  readonly rowSpan?: number
  readonly columnSpan?: number
}

/** Writes an HTML table, without empty lines: an empty line would end it. */
export function tableToHtml(rows: readonly (readonly HtmlCell[])[]): string {
  const lines = rows.flatMap((cells) => ['<tr>', ...cells.map(cellToHtml), '</tr>'])
  return ['<table>', ...lines, '</table>'].join('\n')
}

function cellToHtml({ content, isHeader = false, rowSpan = 1, columnSpan = 1 }: HtmlCell): string {
  const name = isHeader ? 'th' : 'td'
  const rows = rowSpan > 1 ? ` rowspan="${rowSpan}"` : ''
  const columns = columnSpan > 1 ? ` colspan="${columnSpan}"` : ''
  return `<${name}${rows}${columns}>${flowToHtml(content)}</${name}>`
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  // For code, which has several lines: a plain line feed could make an empty line.
  '\n': '&#10;',
}

/** Escapes a text for HTML content or for an attribute in double quotes; on one line. */
function escapeHtml(text: string): string {
  return text.replace(/[&<>"\n]/g, (character) => ENTITIES[character] ?? character)
}
