/** A server that indexes late and passes over chains and _has, as its self links say: both are legal, together too. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTests } from '../../scripts/tester/run-tests';
import { embedded, EMBEDDED } from './embedded';
import { noWait } from './fake-server';

async function about(variants: string[], faults: string[]) {
  const journalDir = mkdtempSync(join(tmpdir(), 'scout-late-'));
  try {
    const { transport } = embedded({ variants, faults });
    const { results } = await runTests({ url: EMBEDDED, transport, wait: noWait, write: true, fixtures: [], journalDir, runId: 'late', only: ['write.patient.has-*', 'write.imagingstudy.chain-*'] });
    return results;
  } finally {
    rmSync(journalDir, { recursive: true });
  }
}

test.each([['has-ignored'], ['chains-ignored']])('%s beside late-index is not taken for a search that sees the past', async (variant) => {
  const results = await about([variant, 'late-index'], []);
  expect(results.filter(({ verdict }) => verdict === 'fail' || verdict === 'error')).toEqual([]);
  expect(results.filter(({ verdict }) => verdict === 'not-declared')).toHaveLength(2);
});

test.each([['chain-follows-deleted', 'write.imagingstudy.chain-deleted'], ['has-counts-deleted', 'write.patient.has-deleted']])('%s is found where the index is late too', async (fault, by) => {
  const failed = (await about(['late-index'], [fault])).filter(({ verdict }) => verdict === 'fail');
  expect(failed.map(({ id }) => id)).toEqual([by]);
});
