module.exports = {
  testTimeout: 60 * 1000,
  detectOpenHandles: true,
  globalSetup: require.resolve("./tests/globalSetup.ts"),
  setupFilesAfterEnv: ["./tests/setup"],
  forceExit: !0,
};
