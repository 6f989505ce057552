/** How a campaign goes. */
export interface CampaignOptions {
  readonly documents: number
  readonly kills: number
  readonly seed: number
  /** How many times as fast as the real one the action's clock runs. */
  readonly speed: number
  /** The folder of a bundle of entry.ts: `export/index.js` in it. */
  readonly dist: string
  /** Which share of all requests meets a passing fault; none in the last run, whose requests are counted. */
  readonly faultShare?: number | undefined
  readonly say?: ((line: string) => void) | undefined
  /** The folder for what is known where a fault is found. */
  readonly dump?: string | undefined
}

/** How it went. */
export interface Verdict {
  readonly faults: readonly string[]
  readonly kills: number
  readonly otherEnds: number
  readonly runs: number
  readonly creates: number
  /** Exports that had to be made, each counted once for each state of its document. */
  readonly needed: number
  /** Files in place in the end. */
  readonly files: number
  readonly unchangedRequests: number
  readonly fewestRequests: number
}
