exports = module.exports = Object.freeze({
  testEnvironment: "node",
  get cacheDirectory() {
    return "/tmp/jest";
  },
  resolver() {
    return `}${"`"}{`;
  },
  ["verb" + "ose"]: true,
});
