/**
 * Run by `npm test [-- <path or pattern>]`, which hands Node the flags that native ES modules need in jest.
 *
 * @type {import('jest').Config}
 */
export default {
  testEnvironment: 'node',
  // Many tests start real processes, on machines that are busy with other tests: what takes a second may take a minute there.
  testTimeout: 120_000,
  roots: ['<rootDir>/packages', '<rootDir>/examples', '<rootDir>/chaos', '<rootDir>/scripts'],
  testMatch: ['**/*.test.ts', '**/*.test.tsx', '**/*.test.mjs'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '<rootDir>/scripts/consumers/'],
  modulePathIgnorePatterns: [
    '<rootDir>/(packages|examples)/[^/]+/dist/',
    '<rootDir>/chaos/dist/',
    '<rootDir>/scripts/consumers/',
  ],
  extensionsToTreatAsEsm: ['.ts', '.tsx', '.sql'],
  moduleFileExtensions: ['ts', 'tsx', 'js', 'mjs', 'cjs', 'json', 'node'],
  transform: {
    '^.+\\.sql$': '<rootDir>/scripts/sql-as-text.mjs',
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'es6' } },
    ],
    '^.+\\.tsx$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', tsx: true },
          transform: { react: { runtime: 'automatic', importSource: 'preact' } },
          target: 'es2022',
        },
        module: { type: 'es6' },
      },
    ],
  },
  moduleNameMapper: {
    // Tests run on source, so they need no build.
    '^@task-monitor/core/testing$': '<rootDir>/packages/core/src/testing/index.ts',
    '^@task-monitor/client/react$': '<rootDir>/packages/client/src/react/index.ts',
    '^@task-monitor/([^/]+)$': '<rootDir>/packages/$1/src/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  globalSetup: '<rootDir>/scripts/bundle-programs.mjs',
  // v8's own counters overstate what ran.
  coverageProvider: 'babel',
  collectCoverageFrom: ['packages/*/src/**/*.ts', '!**/*.test.ts'],
};
