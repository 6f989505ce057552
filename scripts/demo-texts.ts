/** A text in the two languages of the demo. A `%` in it stands for a value that is put in its place. */
export interface Text {
  readonly en: string
  readonly zh: string
}

/**
 * Chooses the language of a terminal: Chinese if the locale is Chinese, otherwise English.
 * @param env as in POSIX: `LC_ALL` before `LC_MESSAGES` before `LANG`; Windows has none of them
 * @param systemLocale for a system without them: `zh-CN`, `en-US`, …
 */
export function demoLanguage(env: Readonly<Record<string, string | undefined>>, systemLocale: string): keyof Text {
  const locale = env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || systemLocale
  return /^zh\b|^zh_/i.test(locale) ? 'zh' : 'en'
}

export const TEXTS = {
  intro: {
    en: 'The built actions (dist/) against the emulator of the Feishu API on this machine. No account is needed.',
    zh: '构建好的 action（dist/）访问本机的飞书 API 模拟服务，不需要账号。日志和报错是英文，与工作流里一样。',
  },
  mirror: { en: 'Export: a knowledge base as Markdown, in one step', zh: 'export：一步把整个知识库导出为 Markdown' },
  page: { en: 'One of its pages: %', zh: '其中一个页面：%' },
  again: { en: 'Export again: nothing changed, so nothing is exported', zh: '再次 export：没有变化，什么都不导出' },
  forbidden: {
    en: 'Export: a document that the app may not export fails, the others are exported',
    zh: 'export：一篇文档应用无权导出，只有这篇失败，其余照常导出',
  },
  summary: { en: 'The job summary of this step', zh: '这个步骤的 job 摘要' },
  create: { en: 'Create: a link becomes an export task', zh: 'create：由链接创建导出任务' },
  wait: { en: 'Wait: until the task is finished', zh: 'wait：等到任务结束' },
  download: { en: 'Download: the complete file or nothing', zh: 'download：文件要么完整，要么不存在' },
  files: { en: 'On the disk', zh: '磁盘上的文件' },
  green: { en: 'green', zh: '成功' },
  red: { en: 'red', zh: '失败' },
  kept: {
    en: 'The files are in %. `npm start -- --delete` removes them at the end.',
    zh: '文件保留在 %。用 `npm start -- --delete` 运行，结束时会删除文件。',
  },
  deleted: { en: 'The files were in %; they are deleted.', zh: '文件原在 %，已删除。' },
  next: {
    en: `Next, with your own documents:
  1. Make an app, give it access, store its credentials: README.md, "Set up".
  2. Start the first workflow by hand: README.md, "The first run". It only lists.
  3. Then the nightly mirror: README.md, "The nightly mirror". Others to copy: docs/workflows.md.
  Without GitHub, from this folder: docs/runners.md, "Any other machine".`,
    zh: `接下来，导出你自己的文档：
  1. 创建应用、授权、保存凭证：README.zh-CN.md 的“准备工作”。
  2. 手动启动第一个工作流：README.zh-CN.md 的“第一次运行”。这次只列出，不导出。
  3. 然后是每晚镜像：README.zh-CN.md 的“每晚镜像”。更多可以直接复制的工作流：docs/workflows.zh-CN.md。
  不用 GitHub，直接在本目录运行：docs/runners.zh-CN.md 的“在其他机器上运行”。`,
  },
  defect: {
    en: 'These steps did not end as expected, which is a defect: %',
    zh: '以下步骤的结果与预期不符，请报告这个缺陷：%',
  },
} as const satisfies Readonly<Record<string, Text>>
