/** Advice that several errors share: sentences, and clauses without a full stop. */
export const SUPPORT = 'If it stays, give the log id to Feishu support.'
export const ADD_APP =
  'Open the document and add the app (「…」→「…更多」→「添加文档应用」), or, with a user token, share it with that user;' +
  ' check too who may copy, print and download it (「权限设置」)'
