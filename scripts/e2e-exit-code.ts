/** Exit code of scripts/e2e.ts when this machine cannot run the end-to-end workflow: not a failure of the workflow. */
export const CANNOT_RUN = 3
