// Times of a run by which its requests and its end are checked. They are those of the actions, and what a busy machine
// may add to them.

// By how much a pause may seem shorter than it was: server and client measure it at different moments.
export const PAUSE_TOLERANCE_MS = 60
// By how much a request may come too early after a rate limit: timers count whole milliseconds.
export const TIMER_TOLERANCE_MS = 5
// By how much an event may come later than planned on a busy machine.
export const SLACK_MS = 300
// Two events nearer to each other than this may happen in either order.
export const RACE_MS = 250
// How long a run may take to end after the event that ends it.
export const MAX_EXIT_MS = 1000
// How long a whole run may take in which no request can be sent: the process starts and ends.
export const MAX_BLOCKED_RUN_MS = 1500
// How long a run may take until its first request, without the time to connect.
export const MAX_START_MS = 600
// The shortest time limit of one attempt. If an answer takes about as long, either the answer or the limit may come
// first.
export const MIN_ATTEMPT_LIMIT_MS = 2000
// The last attempt is made at most this long before the deadline.
export const MAX_LAST_ATTEMPT_MS = 1000
// A run without a last attempt may end by this much earlier than MAX_LAST_ATTEMPT_MS before the deadline.
export const GIVE_UP_TOLERANCE_MS = 100
// The shortest pause between two attempts, unless the input `poll-interval-seconds` says another.
export const MIN_PAUSE_MS = 500
// The pause before a request is sent again because its answer was unexpected (see AnswerClass).
export const UNEXPECTED_PAUSE_MS = 300
export const MAX_REDIRECTS = 5
