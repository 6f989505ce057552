const ERRORS: Readonly<Record<number, readonly [status: number, msg: string]>> = {
  600: [200, 'data is being loaded, please retry later'],
  1500: [500, 'internal error, please retry later'],
  1503: [500, 'service unavailable, please retry later'],
  1642: [500, 'internal error, please retry later'],
  1663: [500, 'internal error, please retry later'],
  1668: [500, 'internal error, please retry later'],
  2200: [500, 'internal server error'],
  5000: [500, 'internal error, please retry later'],
  9499: [400, 'bad request'],
  10003: [400, 'invalid param'],
  10014: [200, 'app secret invalid'],
  10015: [400, 'app id or app secret invalid'],
  10101: [500, 'internal error, please retry later'],
  10500: [500, 'internal error, please retry later'],
  131001: [400, 'rpc fail'],
  131002: [400, 'param err: invalid page token'],
  131005: [400, 'not found'],
  131006: [400, 'permission denied: node permission denied'],
  131009: [400, 'lock contention'],
  131007: [400, 'internal err'],
  1060001: [400, 'invalid param'],
  1061001: [500, 'internal error.'],
  1061002: [400, 'params error.'],
  1061003: [404, 'not found.'],
  1061004: [403, 'forbidden.'],
  1061007: [404, 'file has been delete.'],
  1061045: [400, 'can retry in later time.'],
  1069901: [500, 'internal error'],
  1069902: [403, 'no permission'],
  1069903: [500, 'internal error'],
  1069904: [400, 'invalid param'],
  1069905: [500, 'internal error'],
  1069906: [404, 'docs deleted'],
  1069914: [404, 'file token invalid'],
  1069918: [400, 'file extension and type mismatch'],
  1069923: [429, 'too many requests'],
  99991201: [404, 'path not found'],
  99991301: [405, 'method not allowed'],
  99991400: [429, 'request trigger frequency limit'],
  99991401: [403, 'ip is not allowed by the app ip allow list'],
  99991403: [403, 'this month api call quota has been exceeded'],
  99991543: [400, 'app id or app secret invalid'],
  99991661: [400, 'Missing access token for authorization. Please make a request with token attached.'],
  99991662: [400, 'the app is not enabled'],
  99991663: [400, 'Invalid access token for authorization. Please make a request with token attached.'],
  99991664: [400, 'Invalid app access token for authorization.'],
  99991668: [400, 'Invalid access token for authorization. Please make a request with user token attached.'],
  99991671: [400, 'Invalid access token for authorization, must start with "t-" or "u-".'],
  99991672: [400, 'Access denied.'],
  99991673: [400, 'the app is not installed in the tenant'],
  99991676: [400, 'the token has no permission, please check the scopes of the token'],
  99991677: [401, 'Authentication token expired'],
  99991679: [400, 'Unauthorized. The user has not granted the required scopes.'],
  99992402: [400, 'field validation failed'],
}

/** The HTTP status and the message that usually come with a code. */
export function usualError(code: number): { status: number; msg: string } {
  const [status, msg] = ERRORS[code] ?? [400, `error ${code}`]
  return { status, msg }
}

/** Every code that the emulator knows a status for. */
export const KNOWN_CODES: readonly number[] = Object.keys(ERRORS).map(Number)

const JOB_ERRORS: Readonly<Record<number, string>> = {
  0: 'success',
  1: '',
  2: '',
  3: 'internal error',
  107: 'docs is too large',
  108: 'processing timeout',
  109: 'export block not permitted',
  110: 'no permission',
  111: 'docs deleted',
  122: 'export denied on copying',
  123: 'docs not exist',
  6000: 'docs images exceed limit',
}

/** The `job_error_msg` that usually comes with a `job_status`. */
export function usualJobMessage(status: number): string {
  return JOB_ERRORS[status] ?? `job failed with ${status}`
}
