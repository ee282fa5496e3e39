/** @type {import('jest').Config} */
export default {
  testEnvironment: '<rootDir>/test/support/environment.js',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/e2e/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, sourceMaps: 'inline' },
    ],
  },
  globalSetup: '<rootDir>/test/support/build-once.js',
  setupFilesAfterEnv: ['<rootDir>/test/support/nothing-left-open.ts'],
  collectCoverageFrom: ['src/**/*.ts', '!src/main.ts'],
  coverageProvider: 'babel',
  coverageThreshold: { global: { lines: 95, branches: 90 } },
  testTimeout: 30_000,
  testSequencer: '<rootDir>/test/support/longest-first.js',
  // Jest leaves one core to itself, and on two that means one file at a time.
  maxWorkers: '100%',
};
