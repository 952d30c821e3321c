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
    for (const line of byReason(cleaned.left)) console.line(`  ${visibleLine(line)}`, true);
    if (unanswered > 0) console.line(`${counted(unanswered, 'write')} had no answer when the run ended. Should something come of ${unanswered === 1 ? 'it' : 'them'} later, run this again.`);
    return { exitCode: cleaned.left.length === 0 ? 0 : 1, json: { base, ...cleaned } };
  },
};

/** References that are named for one reason; `--json` names all. */
const NAMED = 5;

/** What could not be removed, one line a reason: where all is denied it is the same one for hundreds. */
function byReason(left: readonly { reference: string; says: string }[]): string[] {
  const reasons = new Map<string, string[]>();
  for (const { reference, says } of left) reasons.set(says, [...(reasons.get(says) ?? []), reference]);
  return [...reasons].map(([says, references]) => `${references.slice(0, NAMED).join(', ')}${references.length > NAMED ? ` and ${references.length - NAMED} more` : ''}: ${says}`);
}
