const overrides = { verbose: true };

module.exports = {
  testTimeout: 10_000,
  forceExit: true,
  testEnvironment: "node",
  ...overrides,
};
