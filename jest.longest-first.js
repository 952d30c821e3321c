/** Test files in, the same in the order in which two workers end together out: a clone that has never run them does not know how long each takes. */
const Sequencer = require('@jest/test-sequencer').default;

/** What takes longest, in seconds on two idle cores; a file that is not here takes less. */
const SECONDS = {
  'test/servers/selftest/selftest.test.ts': 600,
  'test/servers/hapi/hapi.test.ts': 217,
  'test/watch/session.test.ts': 66,
  'test/site/own-site.test.ts': 54,
  'test/validate/official/real-validator.test.ts': 41,
  'test/commands/installed.test.ts': 28,
  'test/versions/guide-r5.test.ts': 24,
  'test/tester/write.test.ts': 21,
  'test/report/html-browser.test.ts': 19,
};

module.exports = class LongestFirst extends Sequencer {
  static SECONDS = SECONDS;

  sort(tests) {
    const seconds = ({ path, context }) => SECONDS[path.slice(context.config.rootDir.length + 1).replaceAll('\\', '/')] ?? 0;
    // Those that take as long keep Jest's own order: the larger file first, or what it remembers of an earlier run.
    return super.sort(tests).sort((a, b) => seconds(b) - seconds(a));
  }
};
