module.exports = {
  globalSetup: './test/start-database.js',
  globalTeardown: '<rootDir>/test/gone.js',
  testEnvironment: 'node',
};
