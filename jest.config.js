/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^undici$': '<rootDir>/test/no-undici.js', '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'es6' } }],
  },
  // Only a test that hangs takes that long, also on a machine that is four times as slow.
  testTimeout: 60_000,
  setupFilesAfterEnv: ['<rootDir>/test/setup.ts'],
  reporters: ['default', '<rootDir>/test/retry-reporter.js'],
  // Most tests wait for child processes: two cores have room for more of them at once.
  maxWorkers: 9,
  // With --coverage (`npm run coverage`). Tests of built bundles count for nothing: they run dist/, not src/. A file that no
  // test loads counts as uncovered. The thresholds are about two points below what was measured.
  collectCoverageFrom: ['src/**/*.ts'],
  coverageProvider: 'v8',
  coverageReporters: ['text', 'html'],
  coverageThreshold: { global: { lines: 90, branches: 93, functions: 88 } },
}
