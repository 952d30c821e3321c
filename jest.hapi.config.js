/** The tests against HAPI FHIR, a server we did not write: one process that builds, starts, fills and tests it. */
const base = require('./jest.config.js');

module.exports = {
  ...base,
  roots: ['<rootDir>/test/servers'],
  testPathIgnorePatterns: ['/node_modules/', '/target/'],
  testMatch: ['<rootDir>/test/servers/*.test.ts', '<rootDir>/test/servers/hapi/*.test.ts'],
  maxWorkers: 1,
  testTimeout: 900_000,
};
