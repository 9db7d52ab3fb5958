module.exports = {
  coverageProvider: "v8",
  projects: [
    {
      displayName: "unit",
      testMatch: ["<rootDir>/tests/unit/**/*.test.js"],
    },
    { displayName: "integration", testMatch: ["<rootDir>/tests/integration/**/*.test.js"], setupFilesAfterEnv: [] },
  ],
};
