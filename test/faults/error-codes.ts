// Codes of the open API by what a client must do, written down independently of src/feishu/errors/error-table.ts. The order
// matters: the same seed must pick the same code.

/** A later attempt may succeed. */
export const TRANSIENT_CODES = [1069901, 1069903, 1069905, 600, 1500, 1503, 1642, 1663, 1668, 2200, 5000, 10101, 10500]

/** A rate limit. */
export const RATE_LIMIT_CODES = [1069923, 99991400]

/** The token is no longer accepted: an app mints another one. */
export const TOKEN_REFUSED_CODES = [99991663, 99991664, 99991671]

/** No later attempt succeeds. */
export const PERMANENT_CODES = [
  1069902, 1069904, 1069906, 1069914, 1069918, 1060001, 99991661, 99991668, 99991677, 99991672, 99991676, 99991679,
  99991401, 99991403, 99991662, 99991673, 99991543, 10003, 10014, 10015, 99991201, 99991301, 99992402,
]

/** The app may not read the wiki page: permanent as well. */
export const WIKI_FORBIDDEN_CODE = 131006

/** A bad request, or a rate limit: only the message distinguishes them. */
export const BAD_REQUEST_CODE = 9499

/** Codes that no documentation names: the HTTP status decides. */
export const UNKNOWN_CODES = [12345, 7654321, -1]
