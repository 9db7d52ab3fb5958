const base = { testEnvironment: 'node', setupFilesAfterEnv: ['<rootDir>/tests/base.ts'], testTimeout: 1000 };

module.exports = {
  ...base,
  displayName: 'api',
  ...(process.env.CI && { verbose: true }),
};
