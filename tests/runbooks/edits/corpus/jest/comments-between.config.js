/*
 * Configuration: https://jestjs.io/docs/configuration
 */
const config = {
  // All imported modules are mocked
  automock: false,

  // Stop after `n` failures
  // bail: 0,

  // testTimeout: 5000,
  testTimeout: 5000, /* ms */

  // The paths to modules that run some code
  // setupFiles: [],
  setupFilesAfterEnv: [
    // first
    "<rootDir>/tests/polyfill.js",
    "./tests/matchers", // then
  ],

  // A map from regular expressions
  // transform: undefined,
};

module.exports = config;
