/** `scout cleanup JOURNAL`: what an interrupted `scout test --write` has left on a server -> removed, and nothing else. */
import type { CommandRecord } from './command';
import { counted } from '../core/grammar';
import { KnownError } from '../core/known-error';
import { visibleLine } from '../report/visible-text';
import { headersOf } from './test';

export const cleanupCommand: CommandRecord = {
  name: 'cleanup',
  summary: 'Remove from a server what an interrupted scout test --write has left there.',
  arguments: [{ name: '<journal>', description: 'the journal-*.ndjson that the run has written' }],
  options: [
    { flags: '--header <line...>', description: 'send this header with every request: "Name: value"' },
    { flags: '--token <token>', description: 'send "Authorization: Bearer TOKEN"' },
    { flags: '--user <name:password>', description: 'send "Authorization: Basic ..."' },
  ],
  examples: [{ line: 'scout cleanup output/journal-20260101120000000.ndjson', meaning: 'Delete what that run has made; only what carries its tag is touched.' }],
  async run({ args, options, console, signal }) {
    const path = args[0];
    if (path === undefined) throw new KnownError('no-journal', 'Which journal?', 'scout test --write names its journal.');
    const { cleanUpByJournal } = await import('../tester/write/clean-up-by-journal.js');
    const { base, cleaned, unanswered } = await cleanUpByJournal(path, { headers: headersOf(options), signal, progress: console.progress });
    console.line(`${base}: ${cleaned.removed.length} removed, ${cleaned.absent.length} gone already, ${cleaned.left.length} left`, true);
    for (const { reference, says } of cleaned.left) console.line(`  ${visibleLine(`${reference}: ${says}`)}`, true);
    if (unanswered > 0) console.line(`${counted(unanswered, 'write')} had no answer when the run ended. Should something come of ${unanswered === 1 ? 'it' : 'them'} later, run this again.`);
    return { exitCode: cleaned.left.length === 0 ? 0 : 1, json: { base, ...cleaned } };
  },
};
