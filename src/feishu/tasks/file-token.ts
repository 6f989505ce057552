// In a file of its own, because the download action needs it without the table of statuses in job-status.ts.

/**
 * What a file token consists of. So far: letters, digits, `-` and `_`, which is not documented. Other characters of a URL
 * path are accepted.
 */
export const FILE_TOKEN = /^(?!\.+$)[\w.~=+:@-]+$/
export const MAX_FILE_TOKEN_LENGTH = 200
