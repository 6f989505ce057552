// The codes with which the emulator refuses a request, by area. The messages that go with them are in errors.ts.

/** Codes of a request that no API matches. */
export const GATEWAY = {
  pathNotFound: 99991201,
  methodNotAllowed: 99991301,
} as const

/** Codes of the token endpoint and of the `Authorization` header. */
export const AUTH = {
  invalidParam: 10003,
  wrongSecret: 10014,
  tokenMissing: 99991661,
  tenantTokenInvalid: 99991663,
  userTokenInvalid: 99991668,
  tokenOfUnknownKind: 99991671,
  userTokenExpired: 99991677,
} as const

/** Codes of export tasks. */
export const EXPORT = {
  noPermission: 1069902,
  invalidParam: 1069904,
  deletedOrExpired: 1069906,
  invalidToken: 1069914,
  wrongExtension: 1069918,
  invalidFileToken: 1060001,
} as const

/** Codes of folders, uploaded files, pictures and attachments. */
export const DRIVE = {
  invalidParam: 1061002,
  notFound: 1061003,
  forbidden: 1061004,
  deleted: 1061007,
} as const

/** Codes in `failed_list`, where a query for the metadata of several documents names those without an answer. */
export const METAS = {
  wrongType: 970002,
  noPermission: 970003,
  notFound: 970005,
} as const

/** Codes of documents of type docx. */
export const DOCX = {
  notFound: 1770002,
  deleted: 1770003,
  copying: 1770020,
  invalidCursor: 1770022,
  forbidden: 1770032,
} as const

/** Codes of knowledge bases. */
export const WIKI = {
  invalidParam: 131002,
  notFound: 131005,
  noPermission: 131006,
} as const

/** Codes of spreadsheets. */
export const SHEETS = {
  noPermission: 1310213,
  notFound: 1310214,
  deleted: 1310249,
} as const

/** Codes of bases. */
export const BASE = {
  copying: 1254036,
  notFound: 1254040,
  noPermission: 1254302,
} as const

/** Codes of boards. */
export const BOARD = {
  notFound: 2890003,
  forbidden: 2890005,
} as const
