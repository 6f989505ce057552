import type { Failure } from '../../../src/feishu/errors/failure.js'

// The class of each code, written here a second time so that a change of the error table by mistake is noticed.
const CLASSES: Readonly<Record<Failure['class'], readonly number[]>> = {
  transient: [
    // export tasks
    1069901, 1069903, 1069905,
    // any API
    600, 1500, 1503, 1642, 1663, 1668, 2200, 5000, 10101, 10500,
    // docx
    1770020, 1771001, 1771002, 1771003, 1771004,
    // boards
    2891001,
    // sheets
    1315201, 1315203,
    // bases
    1254036, 1254291, 1255001, 1255002, 1255003, 1255004, 1255005, 1255040,
  ],
  'rate-limit': [
    // export tasks
    1069923,
    // any API
    99991400,
    // drive
    1061045,
    // boards
    2890006,
    // bases
    1254290,
  ],
  permanent: [
    // export tasks
    1069902, 1069904, 1069906, 1069914, 1069918, 1060001,
    // any API
    9499, 99991663, 99991664, 99991671, 99991661, 99991668, 99991677, 99991672, 99991676, 99991679, 99991401, 99991403,
    99991662, 99991673, 99991543, 10003, 10014, 10015, 99991201, 99991301, 99992402,
    // wiki
    131005, 131006,
    // docx
    1770001, 1770002, 1770003, 1770022, 1770032, 1770033,
    // drive
    1061003, 1063001,
    // boards
    2890001, 2890002, 2890003, 2890005,
    // sheets
    1310213, 1310214, 1310249, 1310251,
    // bases
    1254003, 1254040, 1254041, 1254302,
  ],
}

/** Each code with its class: `[1069901, 'transient']`, … */
export const CODES_AND_CLASSES = Object.entries(CLASSES).flatMap(([kind, codes]) =>
  codes.map((code) => [code, kind] as const),
)
