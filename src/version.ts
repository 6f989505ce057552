/** The version in package.json, which a test compares; part of the user agent of every request. */
export const VERSION = '1.0.0'
