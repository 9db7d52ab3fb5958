const shared = { verbose: false };

module.exports = Object.assign({}, shared, {
  testEnvironment: "node",
});
