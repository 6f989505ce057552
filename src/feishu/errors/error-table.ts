import type { Operation } from '../client/operations.js'
import { ADD_APP, SUPPORT } from './advice.js'
import { DOCUMENT_ERRORS } from './document-errors.js'
import type { FailureOrigin, FailureScope } from './failure.js'

/** One line of the error table. */
export interface ErrorRow {
  readonly codes: readonly number[]
  readonly class: 'transient' | 'rate-limit' | 'permanent'
  /** Its meaning, a phrase that follows a colon. */
  readonly meaning: string
  readonly advice?: string
  /** The texts for calls in which the code has another meaning. */
  readonly per?: Partial<Record<Operation, { readonly meaning: string; readonly advice: string }>>
  readonly scope?: FailureScope
  readonly origin?: FailureOrigin
}

const CONSOLE = "In the app's console (开发者后台)"
const SAME_IDENTITY =
  'use the credential (app or user) with which the task was created: no other may ask for it or download its file'
const NEW_TASK = 'Create a new export task and download its file within 10 minutes of its end.'

/** The code of the error that the service sends in place of a large file. The file must be requested in parts. */
export const TOO_LARGE_FOR_ONE_REQUEST = 234037

/**
 * Every error code that this project knows; any other is classified by its HTTP status.
 * Source: 通用错误码, https://open.feishu.cn/document/server-docs/api-call-guide/generic-error-code; the error lists of the
 * pages of the calls, whose addresses are beside the calls; and the official SDK.
 */
export const ERROR_TABLE: readonly ErrorRow[] = [
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
        advice:
          "Check that `ticket` is the create step's output and `token` the document token used there" +
          " (for a wiki page, the token of the document behind it). A ticket written into the workflow must be quoted: '7143…'.",
      },
      create: {
        meaning: 'the service does not accept the document token, its type or the sub-id',
        // The create action sends a task for csv only with a sub-id, so the sub-id is never missing.
        advice:
          'Check the link, or `token` and `type`. For csv, the sub-id (in the link `?sheet=` or `?table=`) must be that of a' +
          ' sheet or table of this document: copy the link again while that is open.',
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
    advice:
      "Check the token. The token in a wiki link is the page's, not the document's: give the link to the create step," +
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
    advice:
      'doc and docx export to docx and pdf; sheet and bitable to xlsx and csv; bitable to base; slides to pptx and pdf.',
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
    advice:
      'A tenant access token lives 2 hours at most. Give `app-id` and `app-secret` instead of `access-token`:' +
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
    advice:
      'A user token lives about 2 hours and cannot be renewed in CI. Use an app: `app-id` and `app-secret`,' +
      ' with the app added to the document.',
    scope: 'app',
  },
  {
    codes: [99991672, 99991676, 99991679],
    class: 'permanent',
    meaning: 'the app lacks a scope',
    advice:
      `${CONSOLE}: 「权限管理」→「开通权限」, add the scope, then publish a version` +
      ' (「版本管理与发布」→「创建版本」); with a user token, authorize again after that.',
    scope: 'endpoint',
  },
  {
    codes: [99991401],
    class: 'permanent',
    meaning: "the address of this runner is not on the app's IP allow-list",
    advice:
      'GitHub-hosted runners have changing addresses. Use a self-hosted runner or a larger runner with a fixed address' +
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
    advice:
      `${CONSOLE}: 「凭证与基础信息」 shows both; copy them again. For an app of Lark, \`base-url\` is` +
      ' https://open.larksuite.com.',
    scope: 'app',
  },
  {
    codes: [99991201, 99991301],
    class: 'permanent',
    meaning: 'there is no such API at this address',
    advice:
      'Check `base-url`: https://open.feishu.cn for Feishu, https://open.larksuite.com for Lark, or the open platform' +
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
]
