module.exports = {
  preset: "ts-jest",
  testEnvironment: "node",
  testTimeout: 10000,
  roots: ["<rootDir>/src", "<rootDir>/tests"],
};
