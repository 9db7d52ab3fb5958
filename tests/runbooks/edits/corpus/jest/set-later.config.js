const config = { testEnvironment: "node" };
if (process.env.SLOW) {
  config.testTimeout = 90000;
}
module.exports = config;
