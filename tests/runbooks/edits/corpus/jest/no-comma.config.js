// Jest
module.exports = {
    testEnvironment: 'node', // not jsdom
    /* slow
       machines */
    testTimeout: 5_000,
    collectCoverageFrom: [
        'src/**/*.ts',
        '!src/**/*.d.ts'
    ],

    // forceExit: true,
    verbose: true // for CI
    // the end
}