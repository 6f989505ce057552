import type { Failure } from '../../../src/feishu/errors/failure.js'

// The class of each code, written here a second time so that a change of the error table by mistake is noticed.
const CLASSES: Readonly<Record<Failure['class'], readonly number[]>> = {
  transient: [
    1069901, 1069903, 1069905, 600, 1500, 1503, 1642, 1663, 1668, 2200, 5000, 10101, 10500, 1770020, 1771001, 1771002,
    1771003, 1771004, 2891001, 1315201, 1315203, 1254036, 1254291, 1255001, 1255002, 1255003, 1255004, 1255005, 1255040,
  ],
  'rate-limit': [1069923, 99991400, 1061045, 2890006, 1254290],
  permanent: [
    1069902, 1069904, 1069906, 1069914, 1069918, 1060001, 9499, 99991663, 99991664, 99991671, 99991661, 99991668,
    99991677, 99991672, 99991676, 99991679, 99991401, 99991403, 99991662, 99991673, 99991543, 10003, 10014, 10015,
    99991201, 99991301, 99992402, 131005, 131006, 1770001, 1770002, 1770003, 1770022, 1770032, 1770033, 1061003,
    1063001, 2890001, 2890002, 2890003, 2890005, 1310213, 1310214, 1310249, 1310251, 1254003, 1254040, 1254041, 1254302,
  ],
}

/** Each code with its class: `[1069901, 'transient']`, … */
export const CODES_AND_CLASSES = Object.entries(CLASSES).flatMap(([kind, codes]) =>
  codes.map((code) => [code, kind] as const),
)
