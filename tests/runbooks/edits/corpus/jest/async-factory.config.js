module.exports = async () => ({
  testEnvironment: 'node',
  forceExit: false,
  reporters: ['default', ['jest-junit', { outputDirectory: 'reports', classNameTemplate: (vars) => `${vars.classname}` }]],
});
