'use strict';

module.exports = {
	'testEnvironment': 'node',
	'globals': {
		'text': 'a\tb	c',
		nested: { deep: [1, 2, { deeper: null }] },
	},
	'testTimeout': 2 * 1000,
};
