import { textRun, type WireDocument } from './wire.js'

const elements = (...texts: string[]): object => ({ elements: texts.map((text) => textRun(text)), style: { align: 1 } })

type Build = (document: WireDocument) => string | readonly string[]

// One row for each form of each kind of block. A row has the number of the kind, a name, the block as the service sends
// it, and its Markdown.
export const KINDS: readonly (readonly [number, string, Build, string])[] = [
  [2, 'text', (d) => d.add(2, 'text', elements('一段', '文字')), '一段文字'],
  [2, 'text with what is indented below', (d) => d.text('上', [d.text('下')]), '上\n\n下'],
  [3, 'heading1', (d) => d.add(3, 'heading1', elements('一')), '## 一'],
  [4, 'heading2', (d) => d.add(4, 'heading2', elements('二')), '### 二'],
  [5, 'heading3', (d) => d.add(5, 'heading3', elements('三')), '#### 三'],
  [6, 'heading4', (d) => d.add(6, 'heading4', elements('四')), '##### 四'],
  [7, 'heading5', (d) => d.add(7, 'heading5', elements('五')), '###### 五'],
  [8, 'heading6', (d) => d.add(8, 'heading6', elements('六')), '###### 六'],
  [9, 'heading7', (d) => d.add(9, 'heading7', elements('七')), '###### 七'],
  [10, 'heading8', (d) => d.add(10, 'heading8', elements('八')), '###### 八'],
  [11, 'heading9', (d) => d.add(11, 'heading9', elements('九')), '###### 九'],
  [3, 'folded heading', (d) => d.add(3, 'heading1', elements('一'), [d.text('下')]), '## 一\n\n下'],
  [3, 'heading of two lines', (d) => d.add(3, 'heading1', elements('a\nb')), '## a b'],
  [12, 'bullet', (d) => d.add(12, 'bullet', elements('点')), '- 点'],
  [13, 'ordered', (d) => d.add(13, 'ordered', { elements: [textRun('点')], style: { sequence: '1' } }), '1. 点'],
  [17, 'todo', (d) => d.add(17, 'todo', { elements: [textRun('事')], style: { done: true } }), '- [x] 事'],
  [
    17,
    'open todo',
    (d) => d.add(17, 'todo', { elements: [textRun('[x] 事')], style: { done: false } }),
    '- [ ] \\[x\\] 事',
  ],
  [
    14,
    'code',
    (d) => d.add(14, 'code', { elements: [textRun('x = 1\n'), textRun('\n  y')], style: { language: 49, wrap: true } }),
    '```python\nx = 1\n\n  y\n```',
  ],
  [14, 'plain code', (d) => d.add(14, 'code', { ...elements('a'), style: { language: 1 } }), '```\na\n```'],
  [14, 'code with fences', (d) => d.add(14, 'code', elements('````\n```')), '`````\n````\n```\n`````'],
  [15, 'quote', (d) => d.add(15, 'quote', elements('引\n用')), '> 引\\\n> 用'],
  [
    16,
    'equation',
    (d) => d.add(16, 'equation', { elements: [{ equation: { content: 'E=mc^2\n' } }] }),
    '$$\nE=mc^2\n$$',
  ],
  [
    18,
    'bitable',
    (d) => d.add(18, 'bitable', { token: 'bascnA_tblB' }),
    '[Base](https://example.feishu.cn/base/bascnA?table=tblB)',
  ],
  [
    19,
    'callout',
    (d) =>
      d.add(19, 'callout', { background_color: 2, emoji_id: 'bulb' }, [
        d.text('提示'),
        d.add(12, 'bullet', elements('一')),
      ]),
    '> 提示\n>\n> - 一',
  ],
  [
    20,
    'chat_card',
    (d) => d.add(20, 'chat_card', { chat_id: 'oc_1', align: 1 }),
    '*Not exported: chat_card, block type 20*',
  ],
  [21, 'diagram', (d) => d.add(21, 'diagram', { diagram_type: 1 }), '*Not exported: diagram, block type 21*'],
  [22, 'divider', (d) => d.add(22, 'divider', {}), '---'],
  [
    33,
    'view, 23 file',
    (d) =>
      d.add(33, 'view', { view_type: 1 }, [d.add(23, 'file', { token: 'boxcn1', name: '合同 (1).pdf', view_type: 1 })]),
    '[合同 (1).pdf](Title.assets/合同%20\\(1\\).pdf)',
  ],
  [
    24,
    'grid, 25 grid_column',
    (d) =>
      d.add(24, 'grid', { column_size: 2 }, [
        d.add(25, 'grid_column', { width_ratio: 50 }, [d.text('左')]),
        d.add(25, 'grid_column', { width_ratio: 50 }, [d.text('右')]),
      ]),
    '左\n\n右',
  ],
  [
    26,
    'iframe',
    (d) => d.add(26, 'iframe', { component: { iframe_type: 1, url: 'https%3A%2F%2Fexample.com%2Fv%3Fa%3D1' } }),
    '<https://example.com/v?a=1>',
  ],
  [26, 'iframe of a script', (d) => d.add(26, 'iframe', { component: { url: 'javascript%3Ax' } }), 'javascript:x'],
  [
    27,
    'image',
    (d) => d.add(27, 'image', { token: 'boxcnP', width: 9, height: 9, align: 2, caption: { content: '图 [一]\n' } }),
    '![图 \\[一\\]](Title.assets/boxcnP.png)',
  ],
  [27, 'image without caption', (d) => d.add(27, 'image', { token: 'boxcnP' }), '![](Title.assets/boxcnP.png)'],
  [27, 'image without token', (d) => d.add(27, 'image', { width: 1 }), '*Not exported: image, block type 27*'],
  [28, 'isv', (d) => d.add(28, 'isv', { component_id: '1' }), '*Not exported: isv, block type 28*'],
  [
    29,
    'mindnote',
    (d) => d.add(29, 'mindnote', { token: 'bmncnA' }),
    '[Mind note](https://example.feishu.cn/mindnotes/bmncnA)',
  ],
  [
    30,
    'sheet',
    (d) => d.add(30, 'sheet', { token: 'shtcnA_b_Q1' }),
    '[Sheet](https://example.feishu.cn/sheets/shtcnA_b?sheet=Q1)',
  ],
  [34, 'quote_container', (d) => d.add(34, 'quote_container', {}, [d.text('一'), d.text('二')]), '> 一\n>\n> 二'],
  [35, 'task', (d) => d.add(35, 'task', { task_id: '1' }), '*Not exported: task, block type 35*'],
  [36, 'okr', (d) => d.add(36, 'okr', { okr_id: '1' }), '*Not exported: okr, block type 36*'],
  [
    37,
    'okr_objective',
    (d) =>
      d.add(37, 'okr_objective', { objective_id: '7', confidential: false, position: 1, content: elements('目标') }),
    '*Not exported: okr_objective, block type 37*',
  ],
  [
    38,
    'okr_key_result',
    (d) => d.add(38, 'okr_key_result', { kr_id: '7', confidential: false, position: 1, content: elements('结果') }),
    '*Not exported: okr_key_result, block type 38*',
  ],
  [39, 'okr_progress', (d) => d.add(39, 'okr_progress', {}), '*Not exported: okr_progress, block type 39*'],
  [
    40,
    'add_ons',
    (d) => d.add(40, 'add_ons', { component_type_id: 'blk_1', record: '{}' }),
    '*Not exported: add_ons, block type 40*',
  ],
  [
    41,
    'jira_issue',
    (d) => d.add(41, 'jira_issue', { id: '1', key: 'A-1' }),
    '*Not exported: jira_issue, block type 41*',
  ],
  [
    42,
    'wiki_catalog',
    (d) => d.add(42, 'wiki_catalog', { wiki_token: 'w' }),
    '*Not exported: wiki_catalog, block type 42*',
  ],
  [43, 'board', (d) => d.add(43, 'board', { token: 'wbcnB', align: 1 }), '![](Title.assets/wbcnB.png)'],
  [31, 'table', (d) => d.table([[[d.text('表头')]], [[d.text('格子')]]]), '| 表头 |\n| - |\n| 格子 |'],
  [1, 'page inside', (d) => d.add(1, 'page', elements('题'), [d.text('内')]), '内'],
  [45, 'agenda_item', (d) => d.add(45, 'agenda_item', {}), '*Not exported: agenda_item, block type 45*'],
  [
    47,
    'agenda_item_content',
    (d) => d.add(47, 'agenda_item_content', {}, [d.text('谈')]),
    '*Not exported: agenda_item_content, block type 47*\n\n谈',
  ],
  [44, 'agenda', (d) => d.add(44, 'agenda', {}, [d.text('议程')]), '*Not exported: agenda, block type 44*\n\n议程'],
  [
    46,
    'agenda_item_title',
    (d) => d.add(46, 'agenda_item_title', elements('题')),
    '*Not exported: agenda_item_title, block type 46*\n\n题',
  ],
  [
    48,
    'link_preview',
    (d) => d.add(48, 'link_preview', { url: 'https%3A%2F%2Fa.b%2F', url_type: 'MessageLink' }),
    '<https://a.b/>',
  ],
  [49, 'source_synced', (d) => d.add(49, 'source_synced', {}, [d.text('同步')]), '同步'],
  [
    50,
    'reference_synced',
    (d) => d.add(50, 'reference_synced', { source_document_id: 'doxcnS', source_block_id: 'doxcnB' }),
    '[*Not exported: reference_synced, block type 50*](https://example.feishu.cn/docx/doxcnS)',
  ],
  [
    51,
    'sub_page_list',
    (d) => d.add(51, 'sub_page_list', { wiki_token: 'w' }),
    '*Not exported: sub_page_list, block type 51*',
  ],
  [52, 'ai_template', (d) => d.add(52, 'ai_template', {}), '*Not exported: ai_template, block type 52*'],
  [999, 'undefined', (d) => d.add(999, 'undefined', {}), '*Not exported: undefined, block type 999*'],
  [
    777,
    'a kind that is not documented',
    (d) => d.add(777, 'novelty', { a: 1 }, [d.text('内')]),
    '*Not exported: novelty, block type 777*\n\n内',
  ],
  [778, 'no object as content', (d) => d.add(778, 'novelty', 'x'), '*Not exported: unknown, block type 778*'],
]
