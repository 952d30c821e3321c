/** Unit, integration and end-to-end tests; the heavy foreign servers have a configuration of their own. */

/**
 * What modules find as parameters of their own instead of in the sandbox's global object, where each look costs a hundred times as much:
 * a third of the suites' CPU time. Only what no test exchanges, and no module of a dependency declares anew (readable-stream does so
 * with String, Number, Error and Promise, antlr4 with Map and Set).
 */
const OWN_GLOBALS = ['Object', 'Array', 'JSON', 'Math', 'WeakMap', 'RegExp', 'Date', 'encodeURIComponent', 'decodeURIComponent'];

module.exports = {
  testEnvironment: 'node',
  globalSetup: '<rootDir>/test/global-setup.ts',
  setupFiles: ['<rootDir>/test/late-compiler.ts'],
  testSequencer: '<rootDir>/jest.longest-first.js',
  roots: ['<rootDir>/test'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/servers/'],
  transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' }, module: { type: 'commonjs' } }] },
  // A lazy `import('./x.js')` of our own modules names the compiled file; the source is x.ts.
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  sandboxInjectedGlobals: OWN_GLOBALS,
  maxWorkers: 2,
  testTimeout: 20000,
};
