// Codes of the open API by what a client must do, written down independently of src/feishu/errors/error-table.ts. The
// order matters: the same seed must pick the same code.

/** A later attempt may succeed. */
export const TRANSIENT_CODES = [
  1069901, // internal error
  1069903, // internal error
  1069905, // internal error
  600, // data is being loaded, please retry later
  1500, // internal error, please retry later
  1503, // service unavailable, please retry later
  1642, // internal error, please retry later
  1663, // internal error, please retry later
  1668, // internal error, please retry later
  2200, // internal server error
  5000, // internal error, please retry later
  10101, // internal error, please retry later
  10500, // internal error, please retry later
]

/** The rate limit: the same request succeeds after a pause. */
export const RATE_LIMIT_CODES = [
  1069923, // too many requests
  99991400, // request trigger frequency limit
]

/** The token is no longer accepted: an app mints another one. */
export const TOKEN_REFUSED_CODES = [
  99991663, // tenant token invalid
  99991664, // app token invalid
  99991671, // not a token of any kind
]

/** No later attempt succeeds. */
export const PERMANENT_CODES = [
  1069902, // no permission
  1069904, // invalid param
  1069906, // docs deleted
  1069914, // file token invalid
  1069918, // file extension and type mismatch
  1060001, // file token invalid
  99991661, // no token
  99991668, // user token invalid
  99991677, // user token expired
  99991672, // the app lacks a scope
  99991676, // the token lacks a scope
  99991679, // the user has not granted the scope
  99991401, // address not on the allow list of the app
  99991403, // quota of the month used up
  99991662, // the app is not enabled
  99991673, // the app is not installed in the tenant
  99991543, // app id or app secret invalid
  10003, // invalid param
  10014, // app secret invalid
  10015, // app id or app secret invalid
  99991201, // path not found
  99991301, // method not allowed
  99992402, // field validation failed
]

/** The app may not read the wiki page: permanent as well. */
export const WIKI_FORBIDDEN_CODE = 131006

/** A bad request, or a rate limit: only the message distinguishes them. */
export const BAD_REQUEST_CODE = 9499

/** Codes that no documentation names: the HTTP status decides. */
export const UNKNOWN_CODES = [12345, 7654321, -1]
