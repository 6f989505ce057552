// Simulates fleets of parallel jobs under one limit of 100 requests a minute, on a virtual clock. The loop, the
// schedule and the reaction to rate limits are the action's. Writes bench/results/fleet.md. `--long` runs more seeds.
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { compareWithFirstDraft, measureLoops, measureOtherPrograms, measureUnknownJobs } from './comparisons.js'
import { measureGoals } from './goals.js'
import { isLong, SEEDS, SEEDS_OF_LOOPS } from './measure-fleet.js'
import { describeSensibleSize, measureSizesAndLengths, measureStarts } from './sizes.js'

const startedAtMs = performance.now()
const processors = cpus()
const text = `# Fleets: many jobs under one limit

All jobs of an app share 100 requests a minute. Here the action's own loop, schedule and reaction to rate limits run on a
virtual clock, for fleets of parallel jobs, with the three ways in which a service may count: a fixed window, a sliding
window, a token bucket. Three figures in a cell are for these three, in this order; one figure is the same for all. The
**delay** of a job is the time from the end of its export until the job notices it, including a round trip of 0.1 to
0.3 s. The **coordinator** is the ideal: it knows when each export ends and sends one request for each job, as soon as the
same limiter accepts it. **Last job** is how much later than the coordinator the last job of the fleet notices its end, in
the worst run. The mix is what users report: three quarters of the exports take 2 to 15 s, 15 % take 15 to 60 s, 8 % one to
three minutes, 2 % up to ten. Unless stated otherwise, jobs start within 10 s of each other.

Command: \`npm run bench:fleet${isLong ? ' -- --long' : ''}\`. Node ${process.version}, ${processors[0]?.model.trim() ?? 'unknown processor'} (${processors.length} processors), ${new Date().toISOString().slice(0, 10)}. ${SEEDS} seeds for
fleets of 200 (${SEEDS_OF_LOOPS} for the loops), more for smaller ones.

## The goals

\`parallel-jobs\` is known. Delays are relative to the coordinator; each figure is the worst of three limits and, unless
the goal names one, three ways to start (all at once, within 10 s, one a second).

${await measureGoals()}

When ten jobs use the whole limit, each polls every six seconds. A job cannot know when its export ends, so half of the
exports end more than three seconds before the next attempt: without being throttled, ten jobs cannot have a better median
over all lengths than 3.0 s, fifty jobs none better than 15 s. A schedule that is faster at some lengths is slower at
others: this one polls when most exports end.

## Compared with the first draft

The first draft of a schedule for jobs that know their number (a job polls as often as if it were alone, but pauses at
least half of 0.7 s for each job; first attempts and attempts after a rate limit are spread over the same time), and the
schedule of the action.

${await compareWithFirstDraft()}

## What size of matrix is sensible

The mix, \`parallel-jobs\` known, the worst of the three limits.

${await describeSensibleSize()}

## Sizes and lengths, \`parallel-jobs\` known

${await measureSizesAndLengths()}

## Ways to start, \`parallel-jobs\` known, the mix

${await measureStarts()}

## Compared with simple loops

${await measureLoops()}

## \`parallel-jobs\` not known: each job polls as if it were alone

Averages over eleven lengths from 5 s to 200 s, and the mix; the worst delay is the worst of all.

${await measureUnknownJobs()}

## Other programs under the same limit, \`parallel-jobs\` known

${await measureOtherPrograms()}
`
mkdirSync('bench/results', { recursive: true })
writeFileSync('bench/results/fleet.md', text)
console.log(text)
console.log(`${Math.round((performance.now() - startedAtMs) / 1000)} s`)
