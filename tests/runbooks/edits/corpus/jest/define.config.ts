import { defineConfig } from "jest-define";

export default defineConfig({
  testEnvironment: "node" as const,
  "testTimeout": 5e3,
});
