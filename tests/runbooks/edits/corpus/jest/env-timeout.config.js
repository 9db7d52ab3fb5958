module.exports = {
  testTimeout: process.env.CI ? 60000 : Number(process.env.TIMEOUT || 5000),
};
