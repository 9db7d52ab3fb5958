import os from "node:os";

export default {
	testEnvironment: "node",
	maxWorkers: Math.max(1, os.cpus().length - 1),
	transform: {},
	moduleNameMapper: {
		"^(\\.{1,2}/.*)\\.js$": "$1",
	},
};
