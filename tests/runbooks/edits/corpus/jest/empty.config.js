// to be filled in
module.exports = {};
