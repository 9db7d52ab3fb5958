const path = require('path');

/** @returns {import('jest').Config} */
module.exports = function () {
  const isCI = !!process.env.CI;
  const inner = () => { return { testTimeout: 1 }; };
  const config = {
    rootDir: path.join(__dirname, '.'),
    testEnvironment: 'node',
    testRegex: /\.(it|test)\.[jt]sx?$/.source,
    bail: isCI ? 1 : 0,
    displayName: `server ${isCI ? 'ci' : 'local'} {`,
  };
  config.verbose = inner().testTimeout === 1;
  return config;
};
