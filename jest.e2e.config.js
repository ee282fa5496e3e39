// Tests that need real tools (promtool, …): `npm run e2e`. They fail where a tool is missing.
import base from './jest.config.js';

const { testPathIgnorePatterns, coverageThreshold, testSequencer, maxWorkers, ...rest } = base;

/** @type {import('jest').Config} */
export default {
  ...rest,
  testMatch: ['<rootDir>/test/e2e/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 120_000,
};
