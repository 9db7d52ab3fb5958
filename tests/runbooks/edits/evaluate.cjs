// Answers each line {path, text} of its standard input with the configuration that the file comes to, as JSON.
"use strict";
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const readline = require("node:readline");
const { pathToFileURL } = require("node:url");

const home = fs.mkdtempSync(path.join(os.tmpdir(), "evaluate-"));
const packages = {
  "next/jest": "module.exports = () => (config) => async () => ({ ...config, transform: {} });",
  "jest-define": "exports.defineConfig = (config) => config;",
};
for (const [name, text] of Object.entries(packages)) {
  const file = path.join(home, "node_modules", `${name}${name.includes("/") ? ".js" : "/index.js"}`);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
}
process.on("exit", () => fs.rmSync(home, { recursive: true, force: true }));

const plain = (value) => {
  if (typeof value === "function" || value instanceof RegExp) return String(value);
  if (typeof value === "string") return value.replaceAll(/evaluate-\w+\/\d+/g, "HOME");
  if (Array.isArray(value)) return value.map(plain);
  if (value && typeof value === "object") {
    return Object.fromEntries(Object.keys(value).map((key) => [key, plain(value[key])]));
  }
  return value === undefined ? null : value;
};

let number = 0;
const evaluate = async ({ name, text }) => {
  const folder = path.join(home, String(++number));
  fs.mkdirSync(path.join(folder, "tests"), { recursive: true });
  fs.writeFileSync(path.join(folder, "tests", "globalSetup.ts"), "");
  const file = path.join(folder, name);
  fs.writeFileSync(file, text);
  const loaded = name.endsWith(".mjs") ? (await import(pathToFileURL(file))).default : require(file);
  return plain(typeof loaded === "function" ? await loaded() : loaded);
};

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    let answer;
    try {
      answer = { config: await evaluate(JSON.parse(line)) };
    } catch (error) {
      answer = { error: String(error) };
    }
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
})();
