module.exports = {
  testTimeout: 1000,
  roots: ["<rootDir>/src",
};
