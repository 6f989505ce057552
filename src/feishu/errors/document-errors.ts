import { ADD_APP, SUPPORT } from './advice.js'
import type { ErrorRow } from './error-table.js'

const ADD_APP_TO_WIKI =
  'Make the app a member of the knowledge base: put it into a group as a bot, then 「知识库设置」→「成员设置」→「添加成员」' +
  ' and choose that group. For one page it is enough to add the app to it (「…」→「…更多」→「添加文档应用」)'
const CHECK_LINK = 'Check the link; it may have been deleted or moved.'
const RESTORE = 'Restore it from the recycle bin (回收站), or take it out of the sources.'
const WRONG_PARAMETERS = 'the service does not accept the parameters'
const MEDIA_DELETED = {
  meaning: 'the document does not have it any more',
  advice: 'The document was probably edited while it was read. Run it again.',
}

/**
 * The errors of the APIs that read documents, folders and knowledge bases.
 * Source: the error list on the documentation page of each call, whose address is beside the call in this folder.
 */
export const DOCUMENT_ERRORS: readonly ErrorRow[] = [
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
]
