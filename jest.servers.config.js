/** The tests against servers we did not write, one process each that installs or builds, starts, fills and tests it. */
const base = require('./jest.config.js');

module.exports = {
  ...base,
  roots: ['<rootDir>/test/servers'],
  testPathIgnorePatterns: ['/node_modules/', '/target/'],
  modulePathIgnorePatterns: ['<rootDir>/test/servers/.*/node_modules/'],
  testMatch: ['<rootDir>/test/servers/**/*.test.ts'],
  maxWorkers: 1,
  testTimeout: 900_000,
};
