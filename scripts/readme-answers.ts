// The questions about speed that the README answers, one a row, with figures from bench/results/.

/** Reads bench/results/FILE.md. @param file without folder and extension */
type ReadResults = (file: string) => string
type Language = 'en' | 'zh'

interface Answer {
  readonly question: Readonly<Record<Language, string>>
  readonly answer: (figures: Figures) => Readonly<Record<Language, string>>
  /** The npm script that measures the figures. */
  readonly command: string
}

const ANSWERS: readonly Answer[] = [
  {
    question: { en: 'How many documents a minute?', zh: '每分钟多少篇？' },
    answer: (figures) => {
      const own = figures.range('export-pace', 'This action')
      const serial = figures.range('export-pace', 'Serial')
      const totals = figures.distinct('export-pace', 'Documents')
      return {
        en: `${own}, of ${totals.join(' or ')} in all; one after another: ${serial} (simulated)`,
        zh: `${own} 篇（总共 ${totals.join(' 或 ')} 篇）；逐篇导出为 ${serial} 篇（模拟）`,
      }
    },
    command: 'bench:export',
  },
  {
    question: { en: 'What does a night cost in which nothing changed?', zh: '文档没有变化时，运行一次的开销多大？' },
    answer: (figures) => {
      const [files, requests, time] = ['Files', 'Requests', 'Time'].map((column) =>
        figures.cell('export-runs', 'nothing changed', column),
      )
      return {
        en: `${requests} requests and ${time}, for ${files} files`,
        zh: `${files} 个文件：${requests} 次请求，${time}`,
      }
    },
    command: 'bench:export-runs',
  },
  {
    question: { en: 'How much memory does a run need?', zh: '一次运行需要多少内存？' },
    answer: (figures) => {
      const [files, memory] = ['Files', 'Peak memory'].map((column) => figures.cell('export-runs', 'all new', column))
      return { en: `${memory}, for ${files} files`, zh: `${files} 个文件：${memory}` }
    },
    command: 'bench:export-runs',
  },
  {
    question: { en: 'How late does wait notice the end of an export?', zh: 'wait 多久能发现导出完成？' },
    answer: (figures) => {
      const [short, long] = ['10 s', '60 s'].map((row) => figures.cell('figures', row, 'this action').split(' (')[0])
      return {
        en: `${short} after one of 10 s, ${long} after one of 60 s (median, simulated)`,
        zh: `耗时 10 秒的导出：延迟 ${short}；60 秒的：${long}（中位数，模拟）`,
      }
    },
    command: 'bench',
  },
  {
    question: { en: 'How many jobs are fine at the same time?', zh: '同时等待的 job 多少个合适？' },
    answer: (figures) => {
      const delay = figures.captured('fleet', /Fifty are fine: [^.]*within\s+(\d+(?:\.\d+)? s)/)
      return {
        en: `50: half of them notice the end within ${delay} (simulated)`,
        zh: `50 个：其中一半在 ${delay} 内发现导出完成（模拟）`,
      }
    },
    command: 'bench:fleet',
  },
]

const HEADS: Readonly<Record<Language, string>> = {
  en: '| Question | Answer | Measured by |',
  zh: '| 问题 | 答案 | 测量命令 |',
}

/** Renders the table of questions and answers in Markdown. @throws Error when a figure is not in the results */
export function renderAnswers(read: ReadResults, language: Language): string {
  const figures = new Figures(read)
  const rows = ANSWERS.map(
    ({ question, answer, command }) =>
      `| ${question[language]} | ${answer(figures)[language]} | \`npm run ${command}\` |`,
  )
  return [HEADS[language], '| --- | --- | --- |', ...rows].join('\n')
}

/** Reads the rows of the only table in a Markdown text, cell by cell. The first row is the head; [] without a table. */
export function parseCells(markdown: string): string[][] {
  return markdown
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^\|[\s:|-]+$/.test(line))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    )
}

/**
 * Finds figures in the results. Those in tables lose their bold type.
 * @throws Error (each function) when there is no such figure
 */
class Figures {
  constructor(private readonly read: ReadResults) {}

  /** A figure in the first table with this column. @param row the first cell of the row of the figure */
  cell(file: string, row: string, column: string): string {
    const { head, rows } = this.table(file, column)
    const found = rows.find(([first]) => first === row)?.[head.indexOf(column)]
    if (found === undefined || !/\d/.test(found)) throw missing(file, `a figure at "${row}", "${column}"`)
    return found.replaceAll('*', '')
  }

  /** The smallest and the largest number of a column: `85–126`. */
  range(file: string, column: string): string {
    const numbers = this.values(file, column).map(Number)
    if (numbers.some((number) => !Number.isFinite(number))) throw missing(file, `numbers in "${column}"`)
    return `${Math.min(...numbers)}–${Math.max(...numbers)}`
  }

  /** The different values of a column. */
  distinct(file: string, column: string): string[] {
    return [...new Set(this.values(file, column))]
  }

  /** What the first group of a pattern captures in the text of a file. */
  captured(file: string, pattern: RegExp): string {
    const found = pattern.exec(this.read(file))?.[1]
    if (found === undefined) throw missing(file, String(pattern))
    return found
  }

  /** The values of a column, from top to bottom. */
  private values(file: string, column: string): string[] {
    const { head, rows } = this.table(file, column)
    const values = rows.map((row) => row[head.indexOf(column)]?.replaceAll('*', '') ?? '')
    if (values.length === 0 || values.includes('')) throw missing(file, `a value in each row of "${column}"`)
    return values
  }

  /** The first table with this column. */
  private table(file: string, column: string): { head: string[]; rows: string[][] } {
    // Split before each line outside of a table, so that no part has more than one table.
    const tables = this.read(file)
      .split(/\n(?!\|)/)
      .map(parseCells)
    const [head, ...rows] = tables.find(([cells]) => cells?.includes(column)) ?? []
    if (!head) throw missing(file, `a column "${column}"`)
    return { head, rows }
  }
}

const missing = (file: string, what: string): Error => new Error(`bench/results/${file}.md does not have ${what}`)
