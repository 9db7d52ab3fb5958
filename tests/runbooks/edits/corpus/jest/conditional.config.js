const unit = { testMatch: ["**/unit/**"] };
const all = { testMatch: ["**"] };

module.exports = process.env.ALL ? all : unit;
