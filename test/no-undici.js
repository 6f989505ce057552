// Replaces undici in tests, as scripts/build.ts leaves it out of the bundles: it is never called.
export const ProxyAgent = undefined
